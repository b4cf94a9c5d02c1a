/* SPDX-License-Identifier: GPL-3.0-or-later */
/* timeline.csv: what the event logs and the replication metadata tell, by time. Only keys are sorted (SQLite spills them to a temporary file);
 * each event is then looked up by its key, so that memory does not grow with their number. Columns and what is in: report/README.md. */
#include <string.h>

#include "report/assets.h"
#include "report/csv.h"
#include "report/query.h"
#include "report/report.h"
#include "report/text.h"

static const char *const header[] = { "time_utc", "time_local", "host",        "event_id",
                                      "kind",     "what",       "result",      "by",
                                      "by_sid",   "account",    "account_sid", "from",
                                      "detail",   "told_by",    "log",         "record" };

enum what {
    CHANGE,
    LOG,
    SERVICE,
    LOGON,
    SECRET,
    WHAT_COUNT
};

/* What a lookup gives, in this order. */
enum column {
    HOST,
    EVENT_ID,
    KIND,
    IS_FAILURE,
    BY,
    BY_SID,
    ACCOUNT,
    ACCOUNT_SID,
    FROM,
    DETAIL,
    TOLD_BY,
    PATH,
    /* Of logons only. */
    TYPE,
    WHY, /* why it failed: the status of Windows, or krb and that of Kerberos */
    COLUMN_COUNT
};

/* clang-format off */
#define NOT_TWICE(T) " AND NOT EXISTS (SELECT 1 FROM event_twin t JOIN " T " o ON o.log = t.other AND o.record = e.record AND o.at = e.at" \
    " AND o.event_id = e.event_id WHERE t.log = e.log)"
#define OF_A_HOST " WHERE EXISTS (SELECT 1 FROM event_host h WHERE h.log = e.log AND h.computer = e.computer)"
/* What nobody told enough of, and tickets that are only of interest in number, are not here: bits of logon_pick.topics. */
#define SHOWN_TOPICS "272887"

static const char keys[] =
    "SELECT at, 0 AS what, log, record, part FROM change_event e" OF_A_HOST NOT_TWICE("change_event")
    " UNION ALL SELECT at, 1, log, record, part FROM log_event e" OF_A_HOST NOT_TWICE("log_event")
    " UNION ALL SELECT at, 2, log, record, part FROM service_event e" OF_A_HOST NOT_TWICE("service_event")
    " UNION ALL SELECT at, 3, log, record, part FROM logon_pick WHERE topics & " SHOWN_TOPICS " <> 0"
    " UNION ALL SELECT g.at, 3, g.log, g.record, 0 FROM logon_guessed g WHERE NOT EXISTS"
    " (SELECT 1 FROM logon_pick p WHERE p.log = g.log AND p.record = g.record AND p.topics & " SHOWN_TOPICS " <> 0)"
    " UNION ALL SELECT password_at, 4, 0, min(rowid), 0 FROM secret_change WHERE password_at > 0 GROUP BY guid, password_at"
    " ORDER BY 1, 2, 3, 4, 5";

#define NAMED(D, N) "CASE WHEN e." D " <> '' THEN e." D " || '\\' ELSE '' END || e." N
#define PLACE " CASE WHEN e.is_carved THEN 'carved' ELSE 'event' END, CASE WHEN l.origin <> '' AND l.path NOT LIKE l.origin || '%' THEN l.origin || ': ' ELSE '' END || l.path"
#define JOINED " e JOIN event_log l ON l.log = e.log LEFT JOIN event_host h ON h.log = e.log AND h.computer = e.computer" \
    " WHERE e.log = ?1 AND e.record = ?2 AND e.part = ?3"

/* Of 4719 the subcategory by its name, and the codes of Windows for what was changed in its words. */
#define SUBCATEGORY "CASE WHEN e.kind = 'audit_policy' THEN coalesce((SELECT s.name FROM audit_subcategory s WHERE s.subcategory = lower(e.attribute)), e.attribute) ELSE e.attribute END"
#define AUDITED "CASE WHEN e.kind = 'audit_policy' THEN replace(replace(replace(replace(e.detail, '%%8448', 'Success removed'), '%%8449', 'Success added'), '%%8450', 'Failure removed'), '%%8451', 'Failure added') ELSE e.detail END"

static const char *const lookups[WHAT_COUNT] = {
    [CHANGE] =
        "SELECT h.name, e.event_id, e.kind, e.is_failure, " NAMED("subject_domain", "subject_name") ", e.subject_sid,"
        " coalesce(" NAMED("target_domain", "target_name") ", e.target_dn, e.target_guid), e.target_sid, e.address,"
        " coalesce('attribute=' || (" SUBCATEGORY ") || '; ', '') || coalesce('detail=' || (" AUDITED ") || '; ', '')"
        " || coalesce(CASE WHEN e.kind = 'renamed' THEN 'former=' WHEN e.kind LIKE 'sid_history%' THEN 'source=' ELSE 'member=' END || (coalesce(e.member_name, e.member_sid)) || '; ', '')"
        " || coalesce('status=' || (CASE WHEN e.status <> 0 THEN printf('0x%X', e.status) END) || '; ', '')," PLACE " FROM change_event" JOINED,
    [LOG] =
        "SELECT h.name, e.event_id, e.kind, e.is_failure, " NAMED("subject_domain", "subject_name") ", e.subject_sid, NULL, NULL, NULL,"
        " coalesce('log=' || (e.channel) || '; ', '') || coalesce('before=' || (strftime('%Y-%m-%dT%H:%M:%SZ', e.before_at / 10000000 - 11644473600, 'unixepoch')) || '; ', '')"
        " || coalesce('after=' || (strftime('%Y-%m-%dT%H:%M:%SZ', e.after_at / 10000000 - 11644473600, 'unixepoch')) || '; ', '') || coalesce('process=' || (e.process) || '; ', '')," PLACE
        " FROM log_event" JOINED,
    [SERVICE] =
        "SELECT h.name, e.event_id, e.kind, e.is_failure, " NAMED("subject_domain", "subject_name") ", e.subject_sid, e.account, NULL, NULL,"
        " coalesce('service=' || (e.name) || '; ', '') || coalesce('path=' || (e.path) || '; ', '') || coalesce('password=' || (CASE WHEN e.has_password_hint THEN 'not shown' END) || '; ', '')," PLACE
        " FROM service_event" JOINED,
    [LOGON] =
        "SELECT h.name, e.event_id, e.kind, e.is_failure, " NAMED("subject_domain", "subject_name") ", e.subject_sid,"
        " coalesce(" NAMED("account_domain", "account_name") ", CASE e.kind WHEN 'privileges' THEN " NAMED("subject_domain", "subject_name") " END),"
        " coalesce(e.account_sid, CASE e.kind WHEN 'privileges' THEN e.subject_sid END),"
        " coalesce(e.address || coalesce(' (' || e.workstation || ')', ''), e.workstation),"
        " coalesce('package=' || (coalesce(e.ntlm, e.package)) || '; ', '') || coalesce('service=' || (e.service) || '; ', '')"
        " || coalesce('encryption=' || (CASE WHEN e.encryption IS NOT NULL THEN printf('0x%X', e.encryption) END) || '; ', '') || coalesce('preauth=' || (e.preauth) || '; ', '') || coalesce('status=' || (CASE WHEN e.is_failure THEN"
        " printf('0x%08X', coalesce(e.status, 0)) END) || '; ', '') || coalesce('substatus=' || (CASE WHEN e.is_failure AND e.sub_status <> 0 THEN printf('0x%08X', e.sub_status) END) || '; ', '')"
        " || coalesce('process=' || (e.process) || '; ', '') || coalesce('privileges=' || (e.privileges) || '; ', '')," PLACE ", e.logon_type,"
        " CASE WHEN NOT e.is_failure THEN NULL WHEN e.kind IN ('ticket', 'service_ticket', 'preauth_failed') THEN printf('krb%X', e.status) ELSE printf('%X', coalesce(nullif(e.sub_status, 0), e.status)) END"
        " FROM logon_event" JOINED,
    [SECRET] =
        ("SELECT coalesce((SELECT c.name FROM controller_state c WHERE c.invocation_id = m.password_origin), m.server), NULL, 'secret', 0, NULL, NULL, coalesce(a.sam_name, a.dn, m.guid), a.sid, NULL,"
        " coalesce('version=' || (m.password_version) || '; ', ''), 'metadata', m.server FROM secret_change m LEFT JOIN account a ON a.guid = m.guid WHERE m.rowid = ?2"),
};

/* clang-format on */

/* Everything that is alive while the rows are written. */
struct timeline {
    struct out *o;
    struct arena *a;
    struct assets assets;
    enum text_lang lang;
    sqlite3_stmt *keys;
    sqlite3_stmt *lookup[WHAT_COUNT];
};

static void timeline_done(struct timeline *t)
{
    for (size_t i = 0; i < WHAT_COUNT; i++) {
        query_done(&t->lookup[i]);
    }
    query_done(&t->keys);
    assets_done(&t->assets);
    arena_free(t->a);
}

static const char *word(const struct timeline *t, const char *prefix, const char *id)
{
    const char *text = assets_message2(&t->assets, prefix, id, t->lang);
    return text ? text : id;
}

/* The detail's parts end with "; " each; the type of a logon comes first: "type=3 (network)". */
static const char *detail(const struct timeline *t, sqlite3_stmt *q)
{
    const char *parts = query_text(q, DETAIL);
    size_t n = strlen(parts);
    const char *all = n >= 2 ? arena_strndup(t->a, parts, n - 2) : "";
    const char *type = sqlite3_column_count(q) > TYPE ? query_text(q, TYPE) : "";
    if (!type[0] || !all) {
        return all;
    }
    const char *known = assets_message2(&t->assets, "value.logon.", type, t->lang);
    return arena_printf(t->a, "type=%s%s%s%s%s%s", type, known ? " (" : "", known ? known : "",
                        known ? ")" : "", all[0] ? "; " : "", all);
}

/* "succeeded", "failed", or "failed: wrong password" where the status of a logon is a known one. */
static const char *result(const struct timeline *t, sqlite3_stmt *q)
{
    bool failed = sqlite3_column_int(q, IS_FAILURE) != 0;
    const char *text = word(t, "event.result.", failed ? "failed" : "done");
    const char *why = failed && sqlite3_column_count(q) > WHY ? query_text(q, WHY) : "";
    const char *known = why[0] ? assets_message2(&t->assets, "event.why.", why, t->lang) : NULL;
    return known ? arena_printf(t->a, t->lang == TEXT_JA ? "%s：%s" : "%s: %s", text, known) : text;
}

static enum rc put_record(struct timeline *t, sqlite3_stmt *q, filetime at, const char *record,
                          struct err *err)
{
    char utc[32];
    const char *cells[] = {
        filetime_iso(at, utc, sizeof(utc)),
        text_time_exact(t->a, at),
        query_text(q, HOST),
        query_text(q, EVENT_ID),
        query_text(q, KIND),
        word(t, "event.kind.", query_text(q, KIND)),
        result(t, q),
        query_text(q, BY),
        query_text(q, BY_SID),
        query_text(q, ACCOUNT),
        query_text(q, ACCOUNT_SID),
        query_text(q, FROM),
        detail(t, q),
        word(t, "event.told.", query_text(q, TOLD_BY)),
        query_text(q, PATH),
        record,
    };
    _Static_assert(ARRAY_LEN(cells) == ARRAY_LEN(header), "one cell a column");
    if (!cells[1] || !cells[6] || !cells[12]) {
        return err_setf(err, RC_NOMEM, "no memory for the timeline");
    }
    return csv_record(t->o, t->a, cells, ARRAY_LEN(cells), err);
}

/* The row whose key t->keys stands on. */
static enum rc put_key(struct timeline *t, struct err *err)
{
    int what = sqlite3_column_int(t->keys, 1);
    if (what < 0 || what >= WHAT_COUNT) {
        return err_setf(err, RC_BUG, "no such part of the timeline: %d", what);
    }
    sqlite3_stmt *q = t->lookup[what];
    (void)sqlite3_reset(q);
    for (int i = 1; i <= sqlite3_bind_parameter_count(q); i++) {
        (void)sqlite3_bind_int64(q, i, sqlite3_column_int64(t->keys, i + 1));
    }
    bool row = false;
    TRY(query_next(q, &row, err));
    return row ? put_record(t, q, sqlite3_column_int64(t->keys, 0),
                            what == SECRET ? "" : query_text(t->keys, 3), err)
               : RC_OK;
}

static enum rc put_all(struct timeline *t, sqlite3 *db, const struct report_options *options,
                       struct err *err)
{
    TRY(assets_open(&t->assets, options->assets, err));
    for (size_t i = 0; i < WHAT_COUNT; i++) {
        TRY(query_open(db, lookups[i], &t->lookup[i], err));
    }
    TRY(query_open(db, keys, &t->keys, err));
    out_text(t->o, options->bom ? "\xef\xbb\xbf" : "");
    TRY(csv_record(t->o, t->a, header, ARRAY_LEN(header), err));
    for (bool row = true;;) {
        TRY(query_next(t->keys, &row, err));
        if (!row) {
            return RC_OK;
        }
        arena_reset(t->a);
        TRY(put_key(t, err));
    }
}

enum rc csv_timeline(sqlite3 *db, const struct report_options *options, struct out *o,
                     struct err *err)
{
    AUTO(timeline_done) struct timeline t = { .o = o, .a = arena_new(0) };
    (void)text_lang_from(options->lang, &t.lang);
    return t.a ? put_all(&t, db, options, err)
               : err_setf(err, RC_NOMEM, "no memory for the timeline");
}
