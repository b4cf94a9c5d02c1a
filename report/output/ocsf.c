/* SPDX-License-Identifier: GPL-3.0-or-later */
/* findings.ocsf.jsonl: events of class Compliance Finding (2003) of OCSF 1.5.0, schema.ocsf.io/1.5.0/classes/compliance_finding. An event a line, as
 * collectors of Amazon Security Lake and others read it. What the class has no attribute for stands in "unmapped". */
#include <string.h>

#include "report/output/about.h"
#include "report/output/finding_rows.h"
#include "report/output/ocsf_check.h"
#include "report/output/output.h"
#include "report/query.h"
#include "report/report.h"

enum {
    ACTIVITY_CREATE = 1,
    CATEGORY_FINDINGS = 2,
    CLASS_COMPLIANCE_FINDING = 2003,
    TYPE_COMPLIANCE_FINDING_CREATE = CLASS_COMPLIANCE_FINDING * 100 + ACTIVITY_CREATE,
    OBSERVABLE_RESOURCE_UID = 10,
    OBSERVABLE_RESOURCE_NAME = 38,
};

static json_t *metadata(const struct about *about, const char *lang)
{
    json_t *m = json_pack("{s:s, s:{s:s, s:s, s:s}, s:s}", "version", OCSF_VERSION, "product",
                          "name", "Kagimori", "vendor_name", "Kagimori", "lang", lang, "log_name",
                          "findings.ocsf.jsonl");
    if (m && about->version[0]) {
        (void)json_object_set_new(json_object_get(m, "product"), "version",
                                  about_text(about->version));
    }
    return m;
}

/* How far the one who reads it got: Kagimori knows only that a waiver accepts it. */
static void set_status(json_t *event, const char *verdict)
{
    bool is_waived = strcmp(verdict, "waived") == 0;
    (void)json_object_set_new(event, "status_id", json_integer(is_waived ? 3 : 1));
    (void)json_object_set_new(event, "status", json_string(is_waived ? "Suppressed" : "New"));
}

static json_t *resource(sqlite3_stmt *q)
{
    json_t *r = json_pack("{s:o, s:o}", "uid", writer_text(q, ROW_SUBJECT), "type",
                          writer_text(q, ROW_VIEW));
    if (r && sqlite3_column_type(q, ROW_NAME) != SQLITE_NULL) {
        (void)json_object_set_new(r, "name", writer_text(q, ROW_NAME));
    }
    if (r && sqlite3_column_type(q, ROW_EVIDENCE) != SQLITE_NULL) {
        (void)json_object_set_new(r, "data", writer_embedded(q, ROW_EVIDENCE));
    }
    return r;
}

static json_t *observables(sqlite3_stmt *q)
{
    json_t *list = json_pack("[{s:s, s:i, s:o}]", "name", "resources.uid", "type_id",
                             OBSERVABLE_RESOURCE_UID, "value", writer_text(q, ROW_SUBJECT));
    if (list && sqlite3_column_type(q, ROW_NAME) != SQLITE_NULL) {
        (void)json_array_append_new(list, json_pack("{s:s, s:i, s:o}", "name", "resources.name",
                                                    "type_id", OBSERVABLE_RESOURCE_NAME, "value",
                                                    writer_text(q, ROW_NAME)));
    }
    return list;
}

/* The id of the finding; where an evidence file has none, the keys that it is made of. */
static json_t *finding_uid(sqlite3_stmt *q)
{
    if (sqlite3_column_type(q, ROW_FINDING) != SQLITE_NULL) {
        return writer_text(q, ROW_FINDING);
    }
    json_t *subject = writer_text(q, ROW_SUBJECT), *item = writer_text(q, ROW_ITEM);
    const char *texts[] = { json_string_value(subject), json_string_value(item) };
    json_t *uid = json_sprintf("%s %s %s", query_text(q, ROW_CHECK), texts[0] ? texts[0] : "",
                               texts[1] ? texts[1] : "");
    json_decref(subject);
    json_decref(item);
    return uid;
}

static json_t *finding_info(const struct ocsf_check *c, const struct about *about, sqlite3_stmt *q)
{
    json_t *f =
        json_pack("{s:o, s:O, s:O, s:[o], s:O}", "uid", finding_uid(q), "title", c->title, "desc",
                  c->why, "types", writer_text(q, ROW_THEME), "analytic", c->analytic);
    if (f && about->at_ms > 0) {
        (void)json_object_set_new(f, "last_seen_time", json_integer(about->at_ms));
    }
    if (f && json_array_size(c->attacks) > 0) {
        (void)json_object_set(f, "attacks", c->attacks);
    }
    if (f && sqlite3_column_type(q, ROW_SOURCE) != SQLITE_NULL) {
        (void)json_object_set_new(f, "data_sources", json_pack("[o]", writer_text(q, ROW_SOURCE)));
    }
    return f;
}

static json_t *unmapped(sqlite3_stmt *q, json_t *site)
{
    json_t *all =
        json_pack("{s:o, s:o, s:o, s:o, s:o}", "verdict", writer_text(q, ROW_VERDICT), "item",
                  writer_text(q, ROW_ITEM), "tags", writer_embedded(q, ROW_TAGS), "waiver",
                  finding_row_waiver(q), "management", finding_row_management(q));
    if (all && site && json_object_set(all, "site", site) != 0) {
        json_decref(all);
        all = NULL;
    }
    return all;
}

/* "Fail: title: name": a title says what is wanted, so that it needs the status before it. A name with a NUL is left to "resources". */
static json_t *message(const struct ocsf_check *c, const char *status, sqlite3_stmt *q)
{
    json_t *name =
        sqlite3_column_type(q, ROW_NAME) == SQLITE_NULL ? NULL : writer_text(q, ROW_NAME);
    const char *title = json_string_value(c->title);
    json_t *text = name ? json_sprintf("%s: %s: %s", status, title, json_string_value(name)) : NULL;
    json_decref(name);
    return text ? text : json_sprintf("%s: %s", status, title);
}

static json_t *event_object(const struct ocsf_check *c, const struct about *about,
                            const json_t *meta, json_t *site, sqlite3_stmt *q)
{
    const char *verdict = query_text(q, ROW_VERDICT);
    json_t *e = json_pack(
        "{s:i, s:s, s:i, s:s, s:i, s:s, s:i, s:s, s:I, s:o, s:O, s:o, s:o, s:o, s:O, s:[o], s:o, s:o}",
        "activity_id", ACTIVITY_CREATE, "activity_name", "Create", "category_uid",
        CATEGORY_FINDINGS, "category_name", "Findings", "class_uid", CLASS_COMPLIANCE_FINDING,
        "class_name", "Compliance Finding", "type_uid", TYPE_COMPLIANCE_FINDING_CREATE, "type_name",
        "Compliance Finding: Create", "time", (json_int_t)about->at_ms, "message",
        message(c, ocsf_status_name(verdict), q), "metadata", meta, "severity_id",
        json_integer(ocsf_severity(c, verdict)), "severity",
        json_string(ocsf_severity_name(ocsf_severity(c, verdict))), "finding_info",
        finding_info(c, about, q), "remediation", c->remediation, "resources", resource(q),
        "observables", observables(q), "compliance", ocsf_compliance(c, q));
    if (e) {
        set_status(e, verdict);
        (void)json_object_set_new(e, "unmapped", unmapped(q, site));
    }
    return e;
}

static enum rc put_events(struct writer *w, sqlite3 *db, struct ocsf_check *c,
                          const struct about *about, const json_t *meta, json_t *site)
{
    AUTO(query_done) sqlite3_stmt *q = NULL;
    TRY(query_open(db, FINDING_ROWS, &q, w->err));
    for (bool row = true;;) {
        TRY(query_next(q, &row, w->err));
        if (!row) {
            return RC_OK;
        }
        TRY(ocsf_check_read(c, q, w->err));
        TRY(writer_put(w, event_object(c, about, meta, site, q)));
        out_text(w->o, "\n");
    }
}

enum rc output_ocsf(sqlite3 *db, const struct report_options *options, struct out *o,
                    struct err *err)
{
    return output_ocsf_site(db, options, NULL, o, err);
}

enum rc output_ocsf_site(sqlite3 *db, const struct report_options *options, json_t *site,
                         struct out *o, struct err *err)
{
    AUTO(finding_row_drop) json_t *kept = site;
    AUTO(arena_freep) struct arena *a = arena_new(0);
    AUTO(writer_done) struct writer w;
    writer_init(&w, o, err);
    enum text_lang lang = TEXT_EN;
    (void)text_lang_from(options->lang, &lang);
    struct about about = { 0 };
    if (!a) {
        return err_setf(err, RC_NOMEM, "no memory for the events");
    }
    TRY(about_read(&about, db, a, err));
    AUTO(finding_row_drop) json_t *meta = metadata(&about, options->lang);
    AUTO(ocsf_check_done) struct ocsf_check c = { 0 };
    TRY(ocsf_check_open(&c, db, lang, err));
    return put_events(&w, db, &c, &about, meta, kept);
}
