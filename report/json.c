/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "report/json.h"

#include <jansson.h>
#include <string.h>

#include "audit/base/utf.h"
#include "report/query.h"
#include "report/report.h"

#define ITEM_MAX ((size_t)64 << 20)

/* A filetime as ISO text, NULL where it is not set or never; ISO keeps the column's name. */
#define ISO_VALUE(value)                                                 \
    "CASE WHEN " value " > 0 AND " value                                 \
    " < 2650467743999999999 THEN strftime('%Y-%m-%dT%H:%M:%SZ', (" value \
    " - 116444736000000000) / 10000000, 'unixepoch') END"
#define ISO(column) ISO_VALUE(column) " AS " column

struct writer {
    struct out *o;
    struct wr item; /* one dumped value, before it is written */
    bool first;     /* of the object or array that is being written */
    struct err *err;
};

static void auto_json(json_t **j)
{
    json_decref(*j);
    *j = NULL;
}

static void writer_done(struct writer *w)
{
    wr_done(&w->item);
}

static int collect(const char *bytes, size_t n, void *context)
{
    struct wr *item = context;
    wr_bytes(item, bytes, n);
    return item->bad ? -1 : 0;
}

/* Characters that a terminal or an editor obeys instead of showing; in JSON they can only stand inside a string. */
static bool obeyed(uint32_t cp)
{
    return (cp >= 0x7f && cp <= 0x9f) || (cp >= 0x200b && cp <= 0x200f) ||
           (cp >= 0x2028 && cp <= 0x202e) || (cp >= 0x2060 && cp <= 0x206f) || cp == 0x61c ||
           cp == 0xfeff;
}

static void put_escaped(struct out *o, const char *s, size_t n)
{
    size_t from = 0;
    for (size_t i = 0; i < n;) {
        uint32_t cp = 0;
        size_t len = utf8_next(s + i, n - i, &cp);
        if (len > 0 && obeyed(cp)) {
            char escape[8];
            (void)snprintf(escape, sizeof(escape), "\\u%04x", (unsigned)cp);
            out_bytes(o, s + from, i - from);
            out_text(o, escape);
            from = i + len;
        }
        i += len ? len : 1;
    }
    out_bytes(o, s + from, n - from);
}

static void separate(struct writer *w)
{
    out_text(w->o, w->first ? "\n" : ",\n");
    w->first = false;
}

/* Writes a value and gives it up. */
static enum rc put(struct writer *w, json_t *taken)
{
    AUTO(auto_json) json_t *value = taken;
    wr_clear(&w->item);
    if (!value ||
        json_dump_callback(value, collect, &w->item, JSON_ENCODE_ANY | JSON_COMPACT) != 0) {
        return err_setf(w->err, RC_NOMEM, "no memory for a value of results.json");
    }
    put_escaped(w->o, (const char *)w->item.data, w->item.size);
    return RC_OK;
}

static void put_key(struct writer *w, const char *key)
{
    separate(w);
    out_text(w->o, "\"");
    out_text(w->o, key);
    out_text(w->o, "\": ");
}

static enum rc put_member(struct writer *w, const char *key, json_t *taken)
{
    put_key(w, key);
    return put(w, taken);
}

static json_t *text(sqlite3_stmt *q, int column)
{
    const char *s = (const char *)sqlite3_column_text(q, column);
    if (!s) {
        return json_null();
    }
    size_t n = (size_t)sqlite3_column_bytes(q, column);
    json_t *value = json_stringn(s, n);
    if (value) {
        return value;
    }
    AUTO(arena_freep) struct arena *a = arena_new(4 * n + 4096);
    bool changed = false;
    const char *valid = a ? utf8_repair(a, s, n, &changed) : NULL;
    return valid ? json_string(valid) : NULL;
}

/* A column that holds JSON itself; as text when it does not. */
static json_t *embedded(sqlite3_stmt *q, int column)
{
    const char *s = (const char *)sqlite3_column_text(q, column);
    json_t *value = s ? json_loads(s, JSON_ALLOW_NUL | JSON_DECODE_ANY, NULL) : NULL;
    return value ? value : text(q, column);
}

/* {"en": column, "ja": column + 1}; null when both are. */
static json_t *both(sqlite3_stmt *q, int column)
{
    if (sqlite3_column_type(q, column) == SQLITE_NULL &&
        sqlite3_column_type(q, column + 1) == SQLITE_NULL) {
        return json_null();
    }
    return json_pack("{s:o, s:o}", "en", text(q, column), "ja", text(q, column + 1));
}

static json_t *cell(sqlite3_stmt *q, int column)
{
    switch (sqlite3_column_type(q, column)) {
    case SQLITE_INTEGER:
        return json_integer(sqlite3_column_int64(q, column));
    case SQLITE_FLOAT:
        return json_real(sqlite3_column_double(q, column));
    case SQLITE_NULL:
        return json_null();
    default:
        return text(q, column);
    }
}

/* A row as an object of its column names. */
static json_t *row_object(sqlite3_stmt *q)
{
    json_t *object = json_object();
    for (int i = 0; object && i < sqlite3_column_count(q); i++) {
        if (json_object_set_new(object, sqlite3_column_name(q, i), cell(q, i)) != 0) {
            json_decref(object);
            return NULL;
        }
    }
    return object;
}

/* "key": [ one object a row ]. make is row_object or what builds a row's object. check_no < 0: no parameter. */
static enum rc put_rows(struct writer *w, sqlite3 *db, const char *key, const char *sql,
                        int64_t check_no, json_t *(*make)(sqlite3_stmt *q))
{
    AUTO(query_done) sqlite3_stmt *q = NULL;
    TRY(query_open(db, sql, &q, w->err));
    if (check_no >= 0 && sqlite3_bind_int64(q, 1, check_no) != SQLITE_OK) {
        return err_setf(w->err, RC_BUG, "a query of results.json takes no check");
    }
    put_key(w, key);
    out_text(w->o, "[");
    w->first = true;
    for (bool row = true;;) {
        TRY(query_next(q, &row, w->err));
        if (!row) {
            break;
        }
        separate(w);
        TRY(put(w, make(q)));
    }
    out_text(w->o, "]");
    w->first = false;
    return RC_OK;
}

/* "key": { first column: second column }. */
static enum rc put_pairs(struct writer *w, sqlite3 *db, const char *key, const char *sql,
                         int64_t check_no)
{
    AUTO(query_done) sqlite3_stmt *q = NULL;
    AUTO(auto_json) json_t *object = json_object();
    TRY(query_open(db, sql, &q, w->err));
    if (check_no >= 0 && sqlite3_bind_int64(q, 1, check_no) != SQLITE_OK) {
        return err_setf(w->err, RC_BUG, "a query of results.json takes no check");
    }
    for (bool row = true;;) {
        TRY(query_next(q, &row, w->err));
        if (!row) {
            break;
        }
        if (json_object_set_new(object, query_text(q, 0), cell(q, 1)) != 0) {
            return err_setf(w->err, RC_NOMEM, "no memory for results.json");
        }
    }
    return put_member(w, key, json_incref(object));
}

static json_t *result_object(sqlite3_stmt *q)
{
    return json_pack("{s:o, s:o, s:o, s:o, s:o, s:o, s:o, s:o}", "verdict", text(q, 0), "subject",
                     text(q, 1), "item", text(q, 2), "name", text(q, 3), "reason", both(q, 4),
                     "evidence", embedded(q, 6), "source", text(q, 7), "waiver", cell(q, 8));
}

static json_t *column_object(sqlite3_stmt *q)
{
    return json_pack("{s:o, s:o}", "name", text(q, 0), "label", both(q, 1));
}

static enum rc put_check(struct writer *w, sqlite3 *db, sqlite3_stmt *q, bool passes)
{
    int64_t no = sqlite3_column_int64(q, 0);
    separate(w);
    out_text(w->o, "{");
    w->first = true;
    TRY(put_member(w, "id", text(q, 1)));
    TRY(put_member(w, "view", text(q, 2)));
    TRY(put_member(w, "severity", text(q, 3)));
    TRY(put_member(w, "theme", text(q, 4)));
    TRY(put_member(w, "title", both(q, 5)));
    TRY(put_member(w, "why", both(q, 7)));
    TRY(put_member(w, "fix", both(q, 9)));
    TRY(put_member(w, "tags", embedded(q, 11)));
    TRY(put_member(w, "references", embedded(q, 12)));
    TRY(put_member(w, "parameters", embedded(q, 13)));
    TRY(put_member(w, "statement", text(q, 14)));
    TRY(put_rows(w, db, "columns",
                 "SELECT s.value, l.en, l.ja FROM check_info c, json_each(c.shown) s"
                 " LEFT JOIN column_label l ON l.view = c.view AND l.column_name = s.value"
                 " WHERE c.check_no = ?1 ORDER BY s.key",
                 no, column_object));
    TRY(put_pairs(w, db, "counts",
                  "SELECT verdict, subjects FROM check_count WHERE check_no = ?1 ORDER BY verdict",
                  no));
    TRY(put_rows(
        w, db, "results",
        "SELECT verdict, subject, item, name, reason_en, reason_ja, evidence, source, waiver_no FROM result"
        " WHERE check_no = ?1 AND verdict <> 'pass' ORDER BY verdict, subject, item",
        no, result_object));
    if (passes) {
        TRY(put_rows(
            w, db, "passed",
            "SELECT subject, item, name FROM result WHERE check_no = ?1 AND verdict = 'pass' ORDER BY subject, item",
            no, row_object));
    }
    out_text(w->o, "}");
    w->first = false;
    return RC_OK;
}

static enum rc put_checks(struct writer *w, sqlite3 *db, bool passes)
{
    AUTO(query_done) sqlite3_stmt *q = NULL;
    TRY(query_open(
        db,
        "SELECT check_no, id, view, severity, theme, title_en, title_ja, why_en, why_ja, fix_en, fix_ja, tags,"
        " refs, parameters, statement FROM check_info ORDER BY id",
        &q, w->err));
    put_key(w, "checks");
    out_text(w->o, "[");
    w->first = true;
    for (bool row = true;;) {
        TRY(query_next(q, &row, w->err));
        if (!row) {
            break;
        }
        TRY(put_check(w, db, q, passes));
    }
    out_text(w->o, "]");
    w->first = false;
    return RC_OK;
}

static enum rc put_scope(struct writer *w, sqlite3 *db)
{
    TRY(put_rows(
        w, db, "servers",
        "SELECT host, dns_name, domain_dn, domain_level, forest_level, " ISO(
            "clock") ", clock_skew_seconds,"
                     " transport, tls_version, authentication, vendor FROM directory_server ORDER BY host",
        -1, row_object));
    TRY(put_rows(w, db, "coverage",
                 "SELECT source, target, state, reason, detail, " ISO("started_at") ", " ISO(
                     "finished_at") ", objects"
                                    " FROM coverage ORDER BY source, target",
                 -1, row_object));
    TRY(put_rows(w, db, "malformed",
                 "SELECT source, target, object, attribute, reason FROM malformed_value"
                 " ORDER BY source, target, object, attribute",
                 -1, row_object));
    TRY(put_rows(w, db, "files",
                 "SELECT origin, path, kind, state, detail, size, sha256, " ISO(
                     "changed_at") " FROM artifact ORDER BY origin, path",
                 -1, row_object));
    return put_rows(w, db, "workers",
                    "SELECT task, role, target, sandbox, version, outcome, detail, rows, " ISO(
                        "started_at") ", " ISO("finished_at") " FROM worker_run ORDER BY task",
                    -1, row_object);
}

/* Group Policy objects and their folders. A policy that only a copy tells of has no link and no computers. */
static enum rc put_policies(struct writer *w, sqlite3 *db)
{
    return put_rows(
        w, db, "policies",
        "SELECT g.subject AS gpo_id, g.guid, g.name, g.is_orphan, g.folder_state, g.computer_version, g.user_version,"
        " g.folder_computer_version, g.folder_user_version, g.version_matches, g.link_count AS links, g.enforced_link_count AS enforced_links,"
        " g.disabled_link_count AS disabled_links, CASE WHEN c.computers IS NOT NULL OR c.is_linked THEN c.applies END AS applies, c.doubtful"
        " AS applies_unknown, g.user_half_off, g.computer_half_off, g.has_wmi_filter, g.password_count AS passwords, g.edited_by, g.files_edited_by"
        " FROM gpo g LEFT JOIN policy_computers c ON c.gpo_id = g.subject"
        " UNION ALL SELECT f.gpo_id, NULL, coalesce(max(f.display_name), f.gpo_id), NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL,"
        " NULL, NULL, NULL, NULL, (SELECT count(*) FROM policy_password p WHERE p.gpo_id = f.gpo_id AND p.state = 'set'), NULL, NULL"
        " FROM policy_folder f WHERE f.kind <> 'sysvol' AND NOT EXISTS (SELECT 1 FROM policy_known k WHERE k.gpo_id = f.gpo_id) GROUP BY f.gpo_id"
        " ORDER BY 1, 2",
        -1, row_object);
}

/* Columns from first to before end as members of the object that is open. */
static enum rc put_cells(struct writer *w, sqlite3_stmt *q, int first, int end)
{
    for (int i = first; i < end; i++) {
        TRY(put_member(w, sqlite3_column_name(q, i), cell(q, i)));
    }
    return RC_OK;
}

/* { first to before end as members, "hosts": [ */
static enum rc open_cluster(struct writer *w, sqlite3_stmt *q, int first, int end)
{
    separate(w);
    out_text(w->o, "{");
    w->first = true;
    TRY(put_cells(w, q, first, end));
    put_key(w, "hosts");
    out_text(w->o, "[");
    w->first = true;
    return RC_OK;
}

/* Nothing for number 0, which is none. */
static void close_cluster(struct writer *w, int64_t number)
{
    if (number > 0) {
        out_text(w->o, "]}");
        w->first = false;
    }
}

static enum rc put_cluster_host(struct writer *w, sqlite3_stmt *q, int first)
{
    separate(w);
    out_text(w->o, "{");
    w->first = true;
    TRY(put_cells(w, q, first, sqlite3_column_count(q)));
    out_text(w->o, "}");
    w->first = false;
    return RC_OK;
}

/* Built-in Administrators that share a password, or may: clusters with their hosts, in one pass. */
static enum rc put_clusters(struct writer *w, sqlite3 *db)
{
    enum {
        NUMBER,
        OF_HOST = 3
    };

    AUTO(query_done) sqlite3_stmt *q = NULL;
    TRY(query_open(
        db,
        "SELECT b.cluster AS cluster, b.cluster_hosts AS count, sum(b.proof = 'proven') OVER (PARTITION BY b.cluster) AS proven,"
        " b.name AS host, b.subject, b.proof, b.basis, b.account_name AS account, b.account_sid, b.is_enabled AS enabled,"
        " b.password_set_at, b.password_age_days, b.laps_kind AS laps, b.laps_expires_at, b.laps_is_current, b.laps_manages_account,"
        " b.candidate, b.password_is_blank FROM builtin_administrator b WHERE b.cluster IS NOT NULL"
        " ORDER BY b.cluster, b.proof, b.name",
        &q, w->err));
    put_key(w, "administrator_clusters");
    out_text(w->o, "[");
    w->first = true;
    int64_t open = 0;
    for (bool row = true;;) {
        TRY(query_next(q, &row, w->err));
        if (!row) {
            break;
        }
        if (sqlite3_column_int64(q, NUMBER) != open) {
            close_cluster(w, open);
            open = sqlite3_column_int64(q, NUMBER);
            TRY(open_cluster(w, q, NUMBER, OF_HOST));
        }
        TRY(put_cluster_host(w, q, OF_HOST));
    }
    close_cluster(w, open);
    out_text(w->o, "]");
    w->first = false;
    return RC_OK;
}

enum rc json_results(sqlite3 *db, const struct report_options *options, struct out *o,
                     struct err *err)
{
    AUTO(writer_done) struct writer w = { .o = o, .first = true, .err = err };
    wr_init(&w.item, ITEM_MAX);
    out_text(o, "{");
    TRY(put_member(&w, "schema", json_string("kagimori.results/1")));
    TRY(put_pairs(&w, db, "audit",
                  "SELECT name, CASE WHEN name IN ('now', 'started_at', 'finished_at')"
                  " THEN " ISO_VALUE(
                      "CAST(value AS INTEGER)") " ELSE value END FROM audit_info ORDER BY name",
                  -1));
    TRY(put_pairs(
        &w, db, "totals",
        "SELECT verdict, sum(subjects) FROM check_count GROUP BY verdict ORDER BY verdict", -1));
    TRY(put_pairs(
        &w, db, "hosts",
        "SELECT 'count', count(*) FROM host_target UNION ALL SELECT 'answered', " QUERY_HOSTS_ANSWERED,
        -1));
    TRY(put_scope(&w, db));
    TRY(put_policies(&w, db));
    TRY(put_clusters(&w, db));
    TRY(put_rows(
        &w, db, "waivers",
        "SELECT waiver_no AS waiver, check_id, subject, reason, approver, expires, state, used FROM waiver"
        " ORDER BY waiver_no",
        -1, row_object));
    TRY(put_checks(&w, db, options->passes));
    out_text(o, "\n}\n");
    return RC_OK;
}
