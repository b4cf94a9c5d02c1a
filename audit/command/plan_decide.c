/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Decisions about a plan that the operator gives on the command line; the evidence file keeps them. */
#include <string.h>

#include "audit/base/num.h"
#include "audit/base/utf.h"
#include "audit/command/plan_carry.h"
#include "audit/command/plan_run.h"

enum {
    WHO_MAX = 400,
    NAME_MAX_BYTES = 255
};

static enum rc put(struct store *store, const char *kind, const char *subject, const char *who,
                   const char *note, struct err *err)
{
    struct row row;
    row_begin(&row, ROW_TABLE_RESETDECISION);
    row_text(&row, RESETDECISION_KIND, kind);
    row_text(&row, RESETDECISION_ACTION, "");
    row_text(&row, RESETDECISION_SUBJECT, subject);
    row_text(&row, RESETDECISION_WHO, who);
    row_int(&row, RESETDECISION_AT, plan_clock(store_handle(store)));
    row_text(&row, RESETDECISION_NOTE, note);
    TRY(row_check(&row, err));
    return store_put(store, &row, err);
}

static size_t characters(const char *s)
{
    size_t count = 0;
    for (; *s; s++) {
        count += ((unsigned char)*s & 0xc0) != 0x80 && (unsigned char)*s > ' ';
    }
    return count;
}

static enum rc take_rapid(struct store *store, const char *who, struct err *err)
{
    if (!utf8_valid(who, strlen(who)) || characters(who) < 2 || strlen(who) > WHO_MAX) {
        return err_setf(
            err, RC_USAGE,
            "--rapid-krbtgt takes the name of the person who allows it (two characters or more), such as --rapid-krbtgt '佐藤 花子'");
    }
    return put(store, "rapid_krbtgt", "*", who,
               "two resets of krbtgt without the wait between them", err);
}

/* The one domain controller that a DNS name, its first label or a SID means. */
static enum rc take_controller(struct store *store, const char *word, size_t n, struct err *err)
{
    sqlite3_stmt *q AUTO(store_statement_done) = NULL;
    char name[NAME_MAX_BYTES + 1], subject[256];
    (void)snprintf(name, sizeof(name), "%.*s", (int)(n < sizeof(name) ? n : sizeof(name) - 1),
                   word);
    TRY(store_prepare(
        store, "look for a domain controller",
        "SELECT DISTINCT subject FROM controller_state WHERE subject = ?1 OR name = ?1 COLLATE NOCASE OR host = ?1 COLLATE NOCASE"
        " OR substr(name, 1, instr(name, '.') - 1) = ?1 COLLATE NOCASE LIMIT 2",
        &q, err));
    (void)sqlite3_bind_text(q, 1, name, -1, SQLITE_STATIC);
    if (sqlite3_step(q) != SQLITE_ROW) {
        return err_setf(
            err, RC_USAGE,
            "--without-controller: this evidence knows no domain controller '%.80s'; give its DNS name, its short name or its SID",
            name);
    }
    (void)snprintf(subject, sizeof(subject), "%s", (const char *)sqlite3_column_text(q, 0));
    if (sqlite3_step(q) == SQLITE_ROW) {
        return err_setf(
            err, RC_USAGE,
            "--without-controller: '%.80s' means more than one domain controller; give its DNS name or its SID",
            name);
    }
    return put(store, "without_controller", subject, "operator (--without-controller)", NULL, err);
}

static enum rc any_is_left(struct store *store, struct err *err)
{
    sqlite3_stmt *q AUTO(store_statement_done) = NULL;
    TRY(store_prepare(
        store, "count domain controllers",
        "SELECT 1 FROM controller_state c WHERE c.is_read_only IS NOT 1 AND NOT EXISTS (SELECT 1 FROM reset_decision d"
        " WHERE d.kind = 'without_controller' AND d.subject = c.subject) LIMIT 1",
        &q, err));
    return sqlite3_step(q) == SQLITE_ROW
               ? RC_OK
               : err_setf(
                     err, RC_USAGE,
                     "--without-controller would leave no writable domain controller: a reset could be proven by none; a domain whose controllers are all gone is restored, not reset");
}

enum rc plan_decide(struct store *store, const struct plan_inputs *in, struct err *err)
{
    if (in->rapid_by) {
        TRY(take_rapid(store, in->rapid_by, err));
    }
    for (const char *p = in->without; p && *p;) {
        size_t n = strcspn(p, ",");
        TRY(take_controller(store, p, n, err));
        p += n + (p[n] == ',');
    }
    return in->without ? any_is_left(store, err) : RC_OK;
}
