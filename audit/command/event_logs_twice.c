/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Logs whose records another one holds as well: an archive beside the log that it was cut from, a kit and an image of one host. One event
 * must not count as two. Only what is proven is left out: of logs that overlap in part both stay. */
#include <stdio.h>
#include <stdlib.h>

#include "audit/base/macros.h"
#include "audit/command/event_logs_parts.h"

#define WHAT "compare the event logs" /* in messages */

#define PAIRS_MOST 200000 /* that are looked at; more is made to cost time */
#define TRIES_MOST 16U    /* of one log */

struct pair {
    int64_t small, large;
};

struct pairs {
    struct pair *list;
    size_t count, room;
};

static void pairs_done(struct pairs *p)
{
    free(p->list);
}

static enum rc add(struct pairs *p, int64_t small, int64_t large, struct err *err)
{
    if (p->count == p->room) {
        size_t room = p->room ? p->room * 2 : 64;
        struct pair *list = reallocarray(p->list, room, sizeof(*list));
        if (!list) {
            return err_setf(err, RC_NOMEM, "out of memory");
        }
        p->list = list;
        p->room = room;
    }
    p->list[p->count++] = (struct pair){ small, large };
    return RC_OK;
}

/* Logs of one host and channel, one of which spans the other in numbers and times; of two with the same span the second. */
static enum rc list_pairs(struct store *store, struct pairs *ret, struct err *err)
{
    static const char sql[] =
        "WITH span AS MATERIALIZED (SELECT l.log, l.form, l.channel,"
        "  coalesce(l.host, (SELECT '?' || lower(c.name) FROM event_computer c WHERE c.log = l.log"
        "   ORDER BY c.last_at DESC, c.records DESC, c.computer LIMIT 1)) AS whose,"
        "  min(r.first_record) AS f, max(r.last_record) AS t, min(r.first_at) AS fa, max(r.last_at) AS ta"
        "  FROM event_log l JOIN event_run r ON r.log = l.log WHERE l.reason IS NULL"
        "  AND (l.host IS NULL OR l.host IN (SELECT host FROM event_touched)) GROUP BY l.log)"
        " SELECT s.log, b.log FROM span s JOIN span b ON b.whose = s.whose AND b.form = s.form"
        "  AND b.channel IS s.channel AND b.log <> s.log"
        "  AND b.f <= s.f AND b.t >= s.t AND b.fa <= s.fa AND b.ta >= s.ta"
        "  AND (b.f < s.f OR b.t > s.t OR b.fa < s.fa OR b.ta > s.ta OR b.log < s.log)"
        " ORDER BY s.log, b.log LIMIT ?1";
    sqlite3_stmt *q AUTO(store_statement_done) = NULL;
    TRY(store_prepare(store, WHAT, sql, &q, err));
    (void)sqlite3_bind_int(q, 1, PAIRS_MOST);
    while (sqlite3_step(q) == SQLITE_ROW) {
        TRY(add(ret, sqlite3_column_int64(q, 0), sqlite3_column_int64(q, 1), err));
    }
    return RC_OK;
}

static enum rc ask(struct store *store, const char *sql, const struct pair *p, int64_t *ret,
                   struct err *err)
{
    sqlite3_stmt *q AUTO(store_statement_done) = NULL;
    TRY(store_prepare(store, WHAT, sql, &q, err));
    (void)sqlite3_bind_int64(q, 1, p->small);
    (void)sqlite3_bind_int64(q, 2, p->large);
    *ret = sqlite3_step(q) == SQLITE_ROW ? sqlite3_column_int64(q, 0) : 0;
    return RC_OK;
}

/* Every run lies in one of the larger log, by numbers and times. A run begins at its own number, so that one lookup finds it. */
static enum rc runs_lie_inside(struct store *store, const struct pair *p, bool *ret,
                               struct err *err)
{
    static const char sql[] =
        "SELECT NOT EXISTS (SELECT 1 FROM event_run r WHERE r.log = ?1 AND NOT EXISTS ("
        " SELECT 1 FROM event_run m WHERE m.log = ?2 AND m.first_record ="
        "  (SELECT max(x.first_record) FROM event_run x WHERE x.log = ?2 AND x.first_record <= r.first_record)"
        " AND m.last_record >= r.last_record AND m.first_at <= r.first_at AND m.last_at >= r.last_at))";
    int64_t inside = 0;
    TRY(ask(store, sql, p, &inside, err));
    *ret = inside == 1;
    return RC_OK;
}

static enum rc runs_are_equal(struct store *store, const struct pair *p, bool *ret, struct err *err)
{
    static const char sql[] =
        "SELECT NOT EXISTS (SELECT first_record, last_record, first_at, last_at FROM event_run WHERE log = ?1"
        " EXCEPT SELECT first_record, last_record, first_at, last_at FROM event_run WHERE log = ?2)";
    int64_t equal = 0;
    TRY(ask(store, sql, p, &equal, err));
    *ret = equal == 1;
    return RC_OK;
}

/* The first and the last event that was kept are the same ones in the larger log. -1 = there is none, 0 = no, 1 = yes. */
static enum rc ends_agree(struct store *store, const struct pair *p, const char *table, int *ret,
                          struct err *err)
{
    char sql[1024];
    int64_t found = 0;
    (void)snprintf(
        sql, sizeof(sql),
        "WITH mine AS (SELECT record, event_id, at FROM %s WHERE log = ?1 AND is_carved = 0),"
        " ends AS (SELECT * FROM (SELECT * FROM mine ORDER BY record LIMIT 1)"
        "  UNION SELECT * FROM (SELECT * FROM mine ORDER BY record DESC LIMIT 1))"
        " SELECT CASE WHEN NOT EXISTS (SELECT 1 FROM ends) THEN -1 ELSE NOT EXISTS (SELECT 1 FROM ends e WHERE NOT EXISTS ("
        "  SELECT 1 FROM %s m WHERE m.log = ?2 AND m.record = e.record AND m.event_id = e.event_id AND m.at = e.at)) END",
        table, table);
    TRY(ask(store, sql, p, &found, err));
    *ret = (int)found;
    return RC_OK;
}

static enum rc is_inside(struct store *store, const struct pair *p, bool *ret, struct err *err)
{
    static const char *const tables[] = { "change_event", "logon_event", "service_event",
                                          "log_event" };
    bool is_proven = false;
    TRY(runs_lie_inside(store, p, ret, err));
    for (size_t i = 0; *ret && i < ARRAY_LEN(tables); i++) {
        int agrees = -1;
        TRY(ends_agree(store, p, tables[i], &agrees, err));
        *ret = agrees != 0;
        is_proven = is_proven || agrees == 1;
    }
    return *ret && !is_proven ? runs_are_equal(store, p, ret, err) : RC_OK;
}

enum rc event_logs_twice(struct store *store, struct err *err)
{
    AUTO(pairs_done) struct pairs pairs = { 0 };
    sqlite3_stmt *q AUTO(store_statement_done) = NULL;
    int64_t last = 0; /* log that is done */
    unsigned tries = 0;
    /* The other one may be gone. */
    TRY(store_exec(store_handle(store),
                   "UPDATE event_log SET reason = NULL WHERE reason = 'twice'"
                   " AND (host IS NULL OR host IN (SELECT host FROM event_touched))",
                   err));
    TRY(list_pairs(store, &pairs, err));
    TRY(store_prepare(store, WHAT, "UPDATE event_log SET reason = 'twice' WHERE log = ?1", &q,
                      err));
    for (size_t i = 0; i < pairs.count; i++) {
        bool inside = false;
        if (pairs.list[i].small == last) {
            continue;
        }
        tries = i > 0 && pairs.list[i].small == pairs.list[i - 1].small ? tries + 1 : 1;
        TRY(is_inside(store, &pairs.list[i], &inside, err));
        last = inside || tries == TRIES_MOST ? pairs.list[i].small : last;
        if (!inside) {
            continue;
        }
        (void)sqlite3_bind_int64(q, 1, last);
        if (sqlite3_step(q) != SQLITE_DONE) {
            return err_setf(err, RC_IO, "cannot compare the event logs: %s",
                            sqlite3_errmsg(store_handle(store)));
        }
        (void)sqlite3_reset(q);
    }
    return RC_OK;
}
