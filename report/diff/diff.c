/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "report/diff/diff.h"

#include <stdio.h>
#include <string.h>

#include "audit/base/num.h"
#include "audit/evidence/store.h"
#include "report/query.h"

extern const unsigned char diff_sql[];
extern const unsigned char diff_settle_sql[];

static const char *const words[DIFF_KINDS] = {
    [DIFF_NEW] = "new",           [DIFF_UNWAIVED] = "unwaived", [DIFF_CHANGED] = "changed",
    [DIFF_FIXED] = "fixed",       [DIFF_HIDDEN] = "hidden",     [DIFF_GONE] = "gone",
    [DIFF_REJUDGED] = "rejudged", [DIFF_JUDGED] = "judged",     [DIFF_WAIVED] = "waived"
};

const char *diff_kind_word(enum diff_kind kind)
{
    return words[kind];
}

void diff_close(struct diff *d)
{
    (void)sqlite3_close(d->db);
    d->db = NULL;
}

static enum rc info(sqlite3 *db, const char *schema, const char *name, char *buf, size_t size,
                    struct err *err)
{
    AUTO(query_done) sqlite3_stmt *q = NULL;
    char sql[96];
    bool row = false;
    (void)snprintf(sql, sizeof(sql), "SELECT value FROM %s.audit_info WHERE name = ?1", schema);
    TRY(query_open(db, sql, &q, err));
    (void)sqlite3_bind_text(q, 1, name, -1, SQLITE_STATIC);
    TRY(query_next(q, &row, err));
    (void)snprintf(buf, size, "%s", row ? query_text(q, 0) : "");
    return RC_OK;
}

static enum rc read_side(sqlite3 *db, const char *schema, const char *path, struct diff_side *ret,
                         struct err *err)
{
    char sql[64], now[32];
    int64_t checks = 0;
    (void)snprintf(sql, sizeof(sql), "SELECT count(*) FROM %s.check_info", schema);
    TRY(query_number(db, sql, &checks, err));
    if (checks == 0) {
        (void)err_setf(err, RC_USAGE,
                       "the evidence holds no results: run `kagimori evaluate` on it first");
        return err_at(err, "%s", path);
    }
    TRY(info(db, schema, "now", now, sizeof(now), err));
    if (!num_i64(now, strlen(now), &ret->now)) {
        ret->now = 0;
    }
    TRY(info(db, schema, "profile", ret->profile, sizeof(ret->profile), err));
    TRY(info(db, schema, "tool_version", ret->tool, sizeof(ret->tool), err));
    return info(db, schema, "views", ret->views, sizeof(ret->views), err);
}

/* Two files that both know domains are of one estate when they share one: addresses, names and images of machines are alike in many hospitals. Else they
 * are when they share a host, or when one of them knows no domain or no host at all, so that nothing speaks against it. */
static enum rc check_estate(struct diff *d, bool is_forced, struct err *err)
{
    int64_t both = 0, shared = 0, hosts = 0, hosts_shared = 0;
    TRY(query_number(
        d->db,
        "SELECT EXISTS (SELECT 1 FROM main.domain_head WHERE sid IS NOT NULL) AND EXISTS (SELECT 1 FROM before.domain_head WHERE sid IS NOT NULL)",
        &both, err));
    TRY(query_number(
        d->db,
        "SELECT EXISTS (SELECT 1 FROM main.domain_head n JOIN before.domain_head o ON o.sid = n.sid)",
        &shared, err));
    TRY(query_number(
        d->db,
        "SELECT EXISTS (SELECT 1 FROM main.host_state) AND EXISTS (SELECT 1 FROM before.host_state)",
        &hosts, err));
    TRY(query_number(
        d->db,
        "SELECT EXISTS (SELECT 1 FROM main.host_state n JOIN before.host_state o ON o.subject = n.subject)"
        " OR EXISTS (SELECT 1 FROM main.host_machine n JOIN before.host_machine o ON o.machine_sid = n.machine_sid)",
        &hosts_shared, err));
    bool other_domains = both > 0 && shared == 0;
    d->is_foreign = other_domains || (shared == 0 && hosts > 0 && hosts_shared == 0);
    if (other_domains && !is_forced) {
        return err_setf(
            err, RC_USAGE,
            "these are not the same estate: the two files have no domain in common; name two audits of one estate, or compare all the same with --force");
    }
    if (d->is_foreign && !is_forced) {
        return err_setf(
            err, RC_USAGE,
            "these are not the same estate: the two files share neither a domain nor a host; name two audits of one estate, or compare all the same with --force");
    }
    return RC_OK;
}

static enum rc count_all(struct diff *d, struct err *err)
{
    AUTO(query_done) sqlite3_stmt *q = NULL;
    TRY(query_open(d->db, "SELECT kind, count(*) FROM diff_row GROUP BY kind", &q, err));
    for (bool row = true;;) {
        TRY(query_next(q, &row, err));
        if (!row) {
            break;
        }
        for (size_t i = 0; i < DIFF_KINDS; i++) {
            if (strcmp(words[i], query_text(q, 0)) == 0) {
                d->count[i] = sqlite3_column_int64(q, 1);
            }
        }
    }

    const struct {
        const char *sql;
        int64_t *to;
    } numbers[] = {
        { "SELECT count(*) FROM diff_row WHERE kind = 'same' AND why = 'fail'", &d->same },
        { "SELECT count(*) FROM diff_row WHERE kind = 'same' AND why = 'waived'", &d->same_waived },
        { "SELECT count(*) FROM diff_renamed", &d->renamed },
        { "SELECT coalesce(sum(subjects), 0) FROM diff_lost", &d->lost },
        { "SELECT count(*) FROM diff_clear JOIN diff_was USING (c, subject, item) WHERE verdict IN ('unknown', 'error')",
          &d->seen },
        { "SELECT coalesce(min(k.rank), 5) FROM diff_row r JOIN diff_check k USING (c) WHERE r.kind IN ('new', 'unwaived')"
          " OR (r.kind = 'changed' AND k.rank < k.rank_before)",
          &d->worst_new },
    };

    for (size_t i = 0; i < ARRAY_LEN(numbers); i++) {
        TRY(query_number(d->db, numbers[i].sql, numbers[i].to, err));
    }
    return RC_OK;
}

static enum rc compare(struct diff *d, const char *before, const char *now, bool is_forced,
                       struct err *err)
{
    TRY(read_side(d->db, "before", before, &d->before, err));
    TRY(read_side(d->db, "main", now, &d->now, err));
    TRY(check_estate(d, is_forced, err));
    d->is_swapped = d->now.now > 0 && d->now.now < d->before.now;
    d->other_profile = strcmp(d->now.profile, d->before.profile) != 0;
    d->other_build = strcmp(d->now.views, d->before.views) != 0;
    TRY(diff_add_functions(d->db, err));
    TRY(store_exec(d->db, (const char *)diff_sql, err));
    TRY(diff_lookup(d->db, before, now, err));
    TRY(store_exec(d->db, (const char *)diff_settle_sql, err));
    return count_all(d, err);
}

enum rc diff_open(const char *before, const char *now, bool is_forced, struct diff *ret,
                  struct err *err)
{
    memset(ret, 0, sizeof(*ret));
    TRY(store_open_pair(now, before, &ret->db, err));
    enum rc rc = compare(ret, before, now, is_forced, err);
    if (rc != RC_OK) {
        diff_close(ret);
    }
    return rc;
}
