/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "audit/command/plan_run.h"

#include <inttypes.h>
#include <string.h>

#include "audit/base/num.h"
#include "audit/command/plan_carry.h"
#include "report/text.h"

enum {
    MOST_PEOPLE = 100
};

enum rc plan_inputs_read(struct plan_inputs *in, const char *site_zone, struct err *err)
{
    int64_t people = 0;
    TRY(plan_formats(in->formats, err));
    TRY(incident_read_exact("incident-time", in->evidence.incident, site_zone,
                            &in->evidence.incident_at, err));
    TRY(incident_read_exact("start", in->start, site_zone, &in->options.start, err));
    if (in->people &&
        (!num_i64(in->people, strlen(in->people), &people) || people < 1 || people > MOST_PEOPLE)) {
        return err_setf(err, RC_USAGE, "--people is a number from 1 to %d, not '%.40s'",
                        MOST_PEOPLE, in->people);
    }
    in->options.people = (int)people;
    in->options.scope = in->scope;
    in->options.batches = in->batches;
    return RC_OK;
}

/* The earliest moment at which a domain of this evidence was there; 0 = not known. */
static filetime domain_created(sqlite3 *db)
{
    sqlite3_stmt *q AUTO(store_statement_done) = NULL;
    bool found = sqlite3_prepare_v2(db, "SELECT min(created_at) FROM domain_head", -1, &q, NULL) ==
                     SQLITE_OK &&
                 sqlite3_step(q) == SQLITE_ROW;
    return found ? sqlite3_column_int64(q, 0) : 0;
}

/* What the plan stands on, after all that is said now was put into the file. */
static enum rc check_incident(sqlite3 *db, const char *kind, struct err *err)
{
    char a[32], b[32];
    filetime incident = plan_info_time(db, "incident_at"), now = plan_clock(db);
    filetime created = domain_created(db);
    if (incident == 0 && strcmp(kind, "audit") != 0) {
        return err_setf(
            err, RC_USAGE,
            "a plan needs to know when the incident was: give --incident-time with its offset (2026-11-22T10:15:00+09:00), "
            "the earliest moment at which the intruder may have been inside; for a drill any moment before the evidence will do");
    }
    if (now && incident > now) {
        return err_setf(
            err, RC_USAGE,
            "the time of the incident, %s, is in the future of this evidence, which was taken at %s: correct --incident-time, or collect again",
            filetime_iso(incident, a, sizeof(a)), filetime_iso(now, b, sizeof(b)));
    }
    if (created > 0 && incident > 0 && incident < created) {
        return err_setf(
            err, RC_USAGE,
            "the time of the incident, %s, is before the domain existed (since %s): correct --incident-time",
            filetime_iso(incident, a, sizeof(a)), filetime_iso(created, b, sizeof(b)));
    }
    return RC_OK;
}

static enum rc carry_all(struct store *store, const char *evidence, const char *const *earlier,
                         size_t count, FILE *out, struct err *err)
{
    char iso[32];
    for (size_t i = 0; i < count; i++) {
        struct carried c;
        TRY(plan_carry(store, evidence, earlier[i], &c, err));
        if (out) {
            (void)fprintf(out,
                          "goes on from %s (%s): %" PRIu64 " states, %" PRIu64
                          " versions of secrets, %" PRIu64 " decisions, %" PRIu64 " points\n",
                          earlier[i], filetime_iso(c.at, iso, sizeof(iso)), c.items, c.secrets,
                          c.decisions, c.points);
        }
    }
    return RC_OK;
}

static enum rc take_all(struct rules *rules, struct store *store, const char *evidence,
                        const char *kind, const struct plan_inputs *in, const char *const *earlier,
                        size_t count, FILE *out, struct err *err)
{
    char text[32];
    TRY(carry_all(store, evidence, earlier, count, out, err));
    if (in->evidence.incident) {
        (void)snprintf(text, sizeof(text), "%" PRId64, in->evidence.incident_at);
        TRY(store_info_set(store, "incident_at", text, err));
    }
    TRY(check_incident(store_handle(store), kind, err));
    TRY(plan_decide(store, in, err));
    return in->attestations
               ? reset_attest_load(rules, in->attestations, store, filetime_now(), stderr, err)
               : RC_OK;
}

/* All of it or nothing: a mistake of the operator leaves the file as it was. */
static enum rc take(struct rules *rules, struct store *store, const char *evidence,
                    const char *kind, const struct plan_inputs *in, const char *const *earlier,
                    size_t count, FILE *out, struct err *err)
{
    TRY(store_derive(store, err));
    TRY(store_exec(store_handle(store), "BEGIN IMMEDIATE", err));
    enum rc rc = take_all(rules, store, evidence, kind, in, earlier, count, out, err);
    if (rc != RC_OK) {
        store_rollback(store);
        return rc;
    }
    return store_commit(store, err);
}

static enum rc holds_directory(sqlite3 *db, const char *kind, struct err *err)
{
    sqlite3_stmt *q AUTO(store_statement_done) = NULL;
    bool holds =
        sqlite3_prepare_v2(
            db,
            "SELECT 1 WHERE EXISTS (SELECT 1 FROM account) OR EXISTS (SELECT 1 FROM domain_head)",
            -1, &q, NULL) == SQLITE_OK &&
        sqlite3_step(q) == SQLITE_ROW;
    return holds || strcmp(kind, "plan") != 0
               ? RC_OK
               : err_setf(
                     err, RC_USAGE,
                     "this evidence holds nothing of a directory, so that there is nothing to plan: collect or import one first");
}

enum rc plan_run(struct rules *rules, const char *evidence, const char *kind,
                 const struct plan_inputs *in, const char *const *earlier, size_t earlier_count,
                 FILE *out, struct reset_totals *ret, struct err *err)
{
    struct store *store AUTO(store_closep) = NULL;
    AUTO(text_zone_end) struct zone_before zone = { .is_changed = false };
    struct reset_options options = in->options;
    uint64_t hosts = 0, secrets = 0;
    options.kind = kind;
    TRY(store_open(evidence, STORE_WRITE, &store, err));
    TRY(holds_directory(store_handle(store), kind, err));
    TRY(take(rules, store, evidence, kind, in, earlier, earlier_count, out, err));
    if (in->evidence.baseline) {
        TRY(baseline_take(store, in->evidence.baseline, &hosts, &secrets, err));
    }
    text_zone_begin(&zone, store_handle(store));
    return reset_plan_make(rules, evidence, store, &options, ret, err);
}

int plan_exit_code(const struct reset_totals *t)
{
    uint64_t open = t->items - t->finished;
    if (open == 0) {
        return EXIT_CLEAN;
    }
    return open > t->unseen ? EXIT_FINDINGS : EXIT_INCOMPLETE;
}
