/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What became of a log as a file, and what its host is known by: only what was read to its end counts as seen. */
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "audit/base/macros.h"
#include "audit/base/utf.h"
#include "audit/command/coverage_row.h"
#include "audit/command/event_logs_parts.h"

#define WHAT "list the event logs" /* in messages */

#define DETAIL_MOST 1000U
#define PATH_MOST   300U /* of a path in it */

/* Why a log that was read is not whole. */
static enum rc why_partial(struct store *store, const struct event_log_item *item, int64_t log,
                           struct arena *a, bool *ret_whole, const char **ret, struct err *err)
{
    static const char sql[] =
        "SELECT is_whole IS 1, coalesce(bad_chunks, 0), coalesce(chunks, 0), coalesce(unreadable, 0), coalesce(kept, 0),"
        " since IS NOT NULL, form FROM event_log WHERE log = ?1";
    sqlite3_stmt *q AUTO(store_statement_done) = NULL;
    TRY(store_prepare(store, WHAT, sql, &q, err));
    (void)sqlite3_bind_int64(q, 1, log);
    if (sqlite3_step(q) != SQLITE_ROW) {
        return err_setf(err, RC_BUG, "event log %" PRId64 " is not in the evidence", log);
    }
    long long bad = sqlite3_column_int64(q, 1), all = sqlite3_column_int64(q, 2),
              lost = sqlite3_column_int64(q, 3);
    bool is_text = strcmp((const char *)sqlite3_column_text(q, 6), "evtx") != 0;
    *ret_whole = sqlite3_column_int(q, 0) == 1;
    *ret = NULL;
    if (*ret_whole) {
        *ret = item->note                 ? item->note
               : sqlite3_column_int(q, 5) ? "older events were left out on purpose"
                                          : NULL;
    } else if (item->detail) {
        *ret = arena_strdup(a, item->detail);
    } else if (bad > 0) {
        *ret = arena_printf(a, "damaged: %lld of %lld %s", bad, all, is_text ? "lines" : "chunks");
    } else if (lost > 0) {
        *ret = arena_printf(a, "damaged: %lld records could not be understood", lost);
    } else if (sqlite3_column_int64(q, 4) >= EVENT_ROWS_MOST) {
        *ret = "it holds more events than are kept of one log";
    } else {
        *ret = "cut: it ends early";
    }
    return RC_OK;
}

enum rc event_logs_artifact(struct store *store, const struct event_log_item *item,
                            struct event_log_outcome *ret, struct arena *a, struct err *err)
{
    struct row row;
    const char *state = item->fd < 0 && item->refusal ? item->refusal : "malformed";
    const char *detail = ret->is_failed ? ret->detail : NULL;
    if (!ret->is_failed) {
        bool is_whole = false;
        TRY(why_partial(store, item, ret->log, a, &is_whole, &detail, err));
        state = is_whole ? "decoded" : "partial";
        ret->detail = ret->detail ? ret->detail : detail;
    }
    row_begin(&row, ROW_TABLE_ARTIFACT);
    row_text(&row, ARTIFACT_ORIGIN, item->origin);
    row_text(&row, ARTIFACT_PATH, item->path);
    row_text(&row, ARTIFACT_KIND, strcmp(item->form, "evtx") == 0 ? "evtx" : "samba_log");
    row_text(&row, ARTIFACT_STATE, state);
    row_text(&row, ARTIFACT_DETAIL, detail);
    row_int(&row, ARTIFACT_SIZE, (int64_t)item->size);
    if (item->changed_at > 0) {
        row_int(&row, ARTIFACT_CHANGED, item->changed_at);
    }
    row_text(&row, ARTIFACT_SHA256, item->sha256 && item->sha256[0] ? item->sha256 : NULL);
    row_int(&row, ARTIFACT_ROWS, (int64_t)ret->rows);
    TRY(row_check(&row, err));
    return store_put(store, &row, err);
}

/* Which logs a source needs, by the columns of event_log l. What a file of Samba holds depends on its settings: where no line of a kind is
 * in it, nothing is said about that kind. */
struct need {
    const char *source, *where, *missing;
};

#define OF_CHANNEL(name) "l.form = 'evtx' AND l.channel = '" name "' COLLATE NOCASE"
#define OF_SAMBA(classes)                                                                      \
    " OR (l.form = 'samba_json' AND (l.records IS NULL OR EXISTS (SELECT 1 FROM event_count c" \
    "  WHERE c.log = l.log AND c.provider IN (" classes "))))"

static const struct need needs[] = {
    { "event.change", OF_CHANNEL("Security") OF_SAMBA("'Samba passwordChange', 'Samba dsdbChange'"),
      NULL },
    { "event.logon", OF_CHANNEL("Security") OF_SAMBA("'Samba Authentication'"), NULL },
    { "event.system", OF_CHANNEL("System"), NULL },
    { "event.rdp", OF_CHANNEL(EVENT_RDP_CONNECTIONS),
      "the log of RemoteConnectionManager is not there" },
    { "event.rdp", OF_CHANNEL(EVENT_RDP_SESSIONS), "the log of LocalSessionManager is not there" },
};

/* What the logs of a host come to, for one source. */
struct sum {
    size_t logs, read, whole, denied;
    char detail[DETAIL_MOST + 8];
};

static void add_detail(struct sum *s, const char *path, const char *text)
{
    size_t n = strlen(s->detail);
    char line[DETAIL_MOST];
    size_t shown = utf8_fit(path, strlen(path), PATH_MOST);
    size_t room = sizeof(line) - shown - 8, told = utf8_fit(text, strlen(text), room);
    (void)snprintf(line, sizeof(line), "%s%.*s%s%.*s", n > 0 ? "; " : "", (int)shown, path,
                   shown > 0 ? ": " : "", (int)told, text);
    size_t size = strlen(line);
    if (n + size <= DETAIL_MOST) {
        memcpy(s->detail + n, line, size);
        s->detail[n + size] = '\0';
    }
}

static enum rc add_logs(struct store *store, const char *host, const struct need *need,
                        struct sum *s, struct err *err)
{
    char sql[2048];
    sqlite3_stmt *q AUTO(store_statement_done) = NULL;
    size_t before = s->logs;
    (void)snprintf(
        sql, sizeof(sql),
        "SELECT l.path, l.records IS NOT NULL, l.is_whole IS 1, f.state IS 'denied', f.detail"
        " FROM event_log l LEFT JOIN artifact f ON f.origin = l.origin AND f.path = l.path"
        " WHERE l.host = ?1 AND l.reason IS NULL AND (%s) ORDER BY l.log",
        need->where);
    TRY(store_prepare(store, WHAT, sql, &q, err));
    (void)sqlite3_bind_text(q, 1, host, -1, SQLITE_STATIC);
    while (sqlite3_step(q) == SQLITE_ROW) {
        const char *why = (const char *)sqlite3_column_text(q, 4);
        s->logs++;
        s->read += sqlite3_column_int(q, 1) == 1;
        s->whole += sqlite3_column_int(q, 2) == 1;
        s->denied += sqlite3_column_int(q, 3) == 1;
        if (why) {
            add_detail(s, (const char *)sqlite3_column_text(q, 0), why);
        }
    }
    if (s->logs == before && need->missing) {
        add_detail(s, "", need->missing);
    }
    return RC_OK;
}

static enum rc put_sum(struct store *store, const char *host, const char *source, bool is_missing,
                       const struct sum *s, struct err *err)
{
    const char *detail = s->detail[0] ? s->detail : NULL;
    if (s->logs == 0) {
        return RC_OK;
    }
    if (s->whole == s->logs && !is_missing) {
        /* How far back the operator wants logs to be read is as good as their size: windows say how far they reach. */
        return command_coverage(store, source, host, "complete", NULL, detail, err);
    }
    if (s->read == 0) {
        bool is_denied = s->denied == s->logs;
        return command_coverage(store, source, host, is_denied ? "denied" : "failed",
                                rc_word(is_denied ? RC_DENIED : RC_MALFORMED), detail, err);
    }
    enum rc why = s->whole < s->logs ? RC_MALFORMED : RC_ABSENT;
    return command_coverage(store, source, host, "partial", rc_word(why), detail, err);
}

static enum rc cover_host(struct store *store, const char *host, struct err *err)
{
    for (size_t i = 0; i < ARRAY_LEN(needs);) {
        const char *source = needs[i].source;
        struct sum s = { 0 };
        bool is_missing = false;
        for (; i < ARRAY_LEN(needs) && strcmp(needs[i].source, source) == 0; i++) {
            size_t before = s.logs;
            TRY(add_logs(store, host, &needs[i], &s, err));
            is_missing = is_missing || s.logs == before;
        }
        TRY(put_sum(store, host, source, is_missing, &s, err));
    }
    return RC_OK;
}

enum rc event_logs_cover(struct store *store, struct err *err)
{
    sqlite3_stmt *q AUTO(store_statement_done) = NULL;
    enum rc rc = RC_OK;
    TRY(store_prepare(store, WHAT, "SELECT host FROM event_touched ORDER BY host", &q, err));
    while (rc == RC_OK && sqlite3_step(q) == SQLITE_ROW) {
        rc = cover_host(store, (const char *)sqlite3_column_text(q, 0), err);
    }
    return rc;
}
