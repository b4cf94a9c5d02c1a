/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "report/output/ocsf_check.h"

#include <string.h>

#include "report/output/finding_rows.h"
#include "report/query.h"

enum {
    SEVERITY_UNKNOWN = 0,
    SEVERITY_INFORMATIONAL = 1,
    STATUS_WARNING = 2,
    STATUS_FAIL = 3,
    ANALYTIC_RULE = 1,
    WITHOUT_SUB = 5, /* T1558: what stands before the dot of T1558.001 */
};

static const char *const severities[] = { "info", "low", "medium", "high", "critical" };
static const char *const captions[] = { "Unknown", "Informational", "Low",
                                        "Medium",  "High",          "Critical" };

enum rc ocsf_check_open(struct ocsf_check *c, sqlite3 *db, enum text_lang lang, struct err *err)
{
    *c = (struct ocsf_check){ .lang = lang };
    TRY(query_open(db,
                   "SELECT title_en, title_ja, why_en, why_ja, fix_en, fix_ja, id FROM check_info"
                   " WHERE check_no = ?1",
                   &c->about, err));
    return query_open(
        db,
        "SELECT r.key, i.value, coalesce(CASE WHEN ?2 THEN f.title_ja ELSE f.title_en END, r.key),"
        " coalesce(CASE WHEN i.value NOT GLOB '*[^0-9]*' THEN CASE WHEN ?2 THEN t.title_ja ELSE t.title_en END END, '')"
        " FROM check_info c, json_each(CASE WHEN json_valid(c.refs) THEN c.refs ELSE '{}' END) r,"
        " json_each(CASE r.type WHEN 'array' THEN r.value ELSE json_array(r.value) END) i"
        " LEFT JOIN framework f ON f.framework = r.key LEFT JOIN framework_item t ON t.framework = r.key AND t.item = i.value"
        " WHERE c.check_no = ?1 ORDER BY r.id, i.id",
        &c->frameworks, err);
}

static void forget(struct ocsf_check *c)
{
    json_t **const all[] = { &c->title,   &c->why,       &c->remediation, &c->analytic,
                             &c->attacks, &c->standards, &c->requirements };
    for (size_t i = 0; i < ARRAY_LEN(all); i++) {
        json_decref(*all[i]);
        *all[i] = NULL;
    }
}

void ocsf_check_done(struct ocsf_check *c)
{
    forget(c);
    query_done(&c->about);
    query_done(&c->frameworks);
}

/* T1558.001 is a technique and its sub-technique; other texts are left to "requirements". */
static void add_attack(struct ocsf_check *c, const char *item)
{
    size_t n = strlen(item);
    if (item[0] != 'T' || n < WITHOUT_SUB || strspn(item + 1, "0123456789") != WITHOUT_SUB - 1) {
        return;
    }
    json_t *attack = json_pack("{s:{s:s%}}", "technique", "uid", item, (size_t)WITHOUT_SUB);
    if (attack && n > WITHOUT_SUB) {
        (void)json_object_set_new(attack, "sub_technique", json_pack("{s:s}", "uid", item));
    }
    (void)json_array_append_new(c->attacks, attack);
}

static enum rc read_frameworks(struct ocsf_check *c, struct err *err)
{
    char last[64] = "";
    for (bool row = true;;) {
        TRY(query_next(c->frameworks, &row, err));
        if (!row) {
            return RC_OK;
        }
        const char *key = query_text(c->frameworks, 0), *item = query_text(c->frameworks, 1);
        const char *title = query_text(c->frameworks, 3);
        if (strcmp(key, last) != 0) {
            (void)snprintf(last, sizeof(last), "%s", key);
            (void)json_array_append_new(c->standards, writer_text(c->frameworks, 2));
        }
        (void)json_array_append_new(
            c->requirements, json_sprintf("%s %s%s%s", key, item, title[0] ? " " : "", title));
        if (strcmp(key, "attack") == 0) {
            add_attack(c, item);
        }
    }
}

static int severity_of(const char *word)
{
    for (int i = 0; i < (int)ARRAY_LEN(severities); i++) {
        if (strcmp(severities[i], word) == 0) {
            return SEVERITY_INFORMATIONAL + i;
        }
    }
    return SEVERITY_UNKNOWN;
}

static enum rc read_check(struct ocsf_check *c, struct err *err)
{
    bool row = false;
    int ja = c->lang == TEXT_JA ? 1 : 0;
    TRY(query_next(c->about, &row, err));
    if (!row) {
        return err_setf(err, RC_MALFORMED, "a result belongs to no check");
    }
    c->title = writer_text(c->about, ja);
    c->why = writer_text(c->about, 2 + ja);
    c->remediation = json_pack("{s:o}", "desc", writer_text(c->about, 4 + ja));
    c->analytic = json_pack("{s:o, s:O, s:i, s:s}", "uid", writer_text(c->about, 6), "name",
                            c->title, "type_id", ANALYTIC_RULE, "type", "Rule");
    c->attacks = json_array();
    c->standards = json_array();
    c->requirements = json_array();
    return RC_OK;
}

enum rc ocsf_check_read(struct ocsf_check *c, sqlite3_stmt *row, struct err *err)
{
    int64_t no = sqlite3_column_int64(row, ROW_CHECK_NO);
    if (c->check_no == no) {
        return RC_OK;
    }
    forget(c);
    (void)sqlite3_reset(c->about);
    (void)sqlite3_reset(c->frameworks);
    (void)sqlite3_bind_int64(c->about, 1, no);
    (void)sqlite3_bind_int64(c->frameworks, 1, no);
    (void)sqlite3_bind_int(c->frameworks, 2, c->lang == TEXT_JA ? 1 : 0);
    TRY(read_check(c, err));
    TRY(read_frameworks(c, err));
    if (json_array_size(c->standards) == 0) {
        (void)json_array_append_new(c->standards, json_string("Kagimori"));
    }
    c->severity_id = severity_of(query_text(row, ROW_SEVERITY));
    c->check_no = no;
    return RC_OK;
}

static bool is_seen(const char *verdict)
{
    return strcmp(verdict, "fail") == 0 || strcmp(verdict, "waived") == 0;
}

int ocsf_severity(const struct ocsf_check *c, const char *verdict)
{
    return is_seen(verdict) ? c->severity_id : SEVERITY_UNKNOWN;
}

const char *ocsf_severity_name(int severity_id)
{
    return captions[severity_id];
}

const char *ocsf_status_name(const char *verdict)
{
    return is_seen(verdict) ? "Fail" : "Warning";
}

json_t *ocsf_compliance(const struct ocsf_check *c, sqlite3_stmt *row)
{
    const char *verdict = query_text(row, ROW_VERDICT);
    int status = is_seen(verdict) ? STATUS_FAIL : STATUS_WARNING;
    const char *caption = ocsf_status_name(verdict);
    json_t *check =
        json_pack("{s:o, s:O, s:i, s:s, s:i, s:s, s:O}", "uid", writer_text(row, ROW_CHECK), "name",
                  c->title, "status_id", status, "status", caption, "severity_id", c->severity_id,
                  "severity", captions[c->severity_id], "standards", c->standards);
    json_t *compliance =
        json_pack("{s:i, s:s, s:s, s:O, s:O, s:O, s:[o]}", "status_id", status, "status", caption,
                  "status_code", verdict, "control", c->title, "standards", c->standards,
                  "requirements", c->requirements, "checks", check);
    int reason = c->lang == TEXT_JA ? ROW_REASON_JA : ROW_REASON_EN;
    if (compliance && sqlite3_column_type(row, reason) != SQLITE_NULL) {
        (void)json_object_set_new(compliance, "status_details",
                                  json_pack("[o]", writer_text(row, reason)));
    }
    return compliance;
}
