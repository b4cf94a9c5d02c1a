/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "report/diff/diff_doc.h"

#include <string.h>

#include "audit/base/wr.h"
#include "report/query.h"
#include "report/value.h"

enum rc diff_doc_open(struct diff_doc *o, const struct diff *d, const char *lang,
                      const char *assets, struct err *err)
{
    memset(o, 0, sizeof(*o));
    o->d = d;
    if (!text_lang_from(lang, &o->lang)) {
        return err_setf(err, RC_USAGE, "a document is in \"ja\" or \"en\", not in \"%s\"",
                        lang ? lang : "");
    }
    o->a = arena_new(0);
    if (!o->a) {
        return err_setf(err, RC_NOMEM, "out of memory");
    }
    enum rc rc = assets_open(&o->assets, assets, err);
    if (rc == RC_OK) {
        rc = labels_open(&o->labels, d->db, o->lang, err);
    }
    if (rc != RC_OK) {
        diff_doc_close(o);
    }
    return rc;
}

void diff_doc_close(struct diff_doc *o)
{
    labels_done(&o->labels);
    assets_done(&o->assets);
    arena_free(o->a);
    o->a = NULL;
}

static const char *fill(struct arena *a, const char *text, const char *one, const char *two)
{
    AUTO(wr_done) struct wr w;
    wr_init(&w, 1U << 20);
    for (const char *p = text; *p;) {
        size_t n = strcspn(p, "{");
        wr_bytes(&w, p, n);
        p += n;
        if (p[0] == '{' && (p[1] == '1' || p[1] == '2') && p[2] == '}') {
            const char *value = p[1] == '1' ? one : two;
            wr_text(&w, value ? value : "");
            p += 3;
        } else if (*p) {
            wr_u8(&w, (uint8_t)*p++);
        }
    }
    return w.bad ? NULL : arena_strndup(a, w.data ? (const char *)w.data : "", w.size);
}

const char *diff_say(struct diff_doc *o, const char *id, const char *one, const char *two)
{
    const char *text = assets_message2(&o->assets, "progress.", id, o->lang);
    const char *whole = text ? fill(o->a, text, one, two) : NULL;
    return whole ? whole : id;
}

const char *diff_number(struct diff_doc *o, int64_t number)
{
    const char *text = arena_printf(o->a, "%lld", (long long)number);
    return text ? text : "?";
}

static const char *profile(struct diff_doc *o, const struct diff_side *side)
{
    return side->profile[0] ? text_safe(o->a, side->profile, strlen(side->profile), 60)
                            : diff_say(o, "profile.all", NULL, NULL);
}

size_t diff_remarks(struct diff_doc *o, const char *ret[4])
{
    size_t n = 0;
    if (o->d->is_foreign) {
        ret[n++] = diff_say(o, "foreign", NULL, NULL);
    }
    if (o->d->is_swapped) {
        ret[n++] = diff_say(o, "swapped", NULL, NULL);
    }
    if (o->d->other_profile) {
        ret[n++] = diff_say(o, "profile", profile(o, &o->d->before), profile(o, &o->d->now));
    }
    if (o->d->other_build) {
        ret[n++] = diff_say(o, "build", NULL, NULL);
    }
    return n;
}

static const char *safe(struct diff_doc *o, const char *text)
{
    return text[0] ? text_safe(o->a, text, strlen(text), TEXT_SHOWN) : "";
}

static const char *severity_word(struct diff_doc *o, const char *severity)
{
    const char *word = assets_message2(&o->assets, "severity.", severity, o->lang);
    return word ? word : safe(o, severity);
}

/* "label: before → now; …" */
static const char *change_text(struct diff_doc *o, const char *view, const char *json)
{
    json_t *all = json_loads(json, JSON_ALLOW_NUL, NULL), *one = NULL;
    const char *text = "";
    size_t i = 0;
    json_array_foreach (all, i, one) {
        const char *column = json_string_value(json_array_get(one, 0));
        const json_t *before = json_array_get(one, 1), *now = json_array_get(one, 2);
        if (!column || !before || !now || !text) {
            continue;
        }
        bool is_severity = column[0] == '\0';
        const char *label = is_severity ? diff_say(o, "severity", NULL, NULL)
                                        : value_label(o->a, &o->labels, &o->assets, view, column);
        const char *old = is_severity ? severity_word(o, json_string_value(before))
                                      : value_text(o->a, &o->assets, view, column, before, o->lang);
        const char *new = is_severity ? severity_word(o, json_string_value(now))
                                      : value_text(o->a, &o->assets, view, column, now, o->lang);
        text = label && old && new ? arena_printf(o->a, "%s%s%s: %s → %s", text,
                                                  text[0] ? "; " : "", label, old, new)
                                   : NULL;
    }
    json_decref(all);
    return text;
}

static const char *evidence_text(struct diff_doc *o, const char *view, const char *json)
{
    json_t *values = json_loads(json, JSON_ALLOW_NUL, NULL), *value = NULL;
    const char *all = "", *column = NULL;
    json_object_foreach (values, column, value) {
        const char *label = value_label(o->a, &o->labels, &o->assets, view, column);
        const char *one = value_text(o->a, &o->assets, view, column, value, o->lang);
        all = label && one && all
                  ? arena_printf(o->a, "%s%s%s: %s", all, all[0] ? "; " : "", label, one)
                  : NULL;
    }
    json_decref(values);
    return all;
}

/* Columns of the statement below. */
enum {
    WHY,
    CHECK,
    CHECK_NO,
    SEVERITY,
    TITLE,
    VIEW,
    SUBJECT,
    ITEM,
    NAME,
    NAME_BEFORE,
    SUBJECT_BEFORE,
    FINDING,
    REASON,
    DETAIL,
    CHANGE,
    EVIDENCE,
    SOURCE
};

static const char *reason_text(struct diff_doc *o, const char *kind, sqlite3_stmt *q)
{
    const char *reason = query_text(q, REASON), *detail = query_text(q, DETAIL);
    if (query_text(q, CHANGE)[0]) {
        return change_text(o, query_text(q, VIEW), query_text(q, CHANGE));
    }
    if (reason[0]) {
        return safe(o, reason);
    }
    const char *word = detail[0] ? assets_message2(&o->assets, "source.", detail, o->lang) : NULL;
    if (detail[0] && !word) {
        word = assets_message2(&o->assets, "progress.source.", detail, o->lang);
    }
    char id[96];
    (void)snprintf(id, sizeof(id), "why.%s.%s", kind, query_text(q, WHY));
    return diff_say(o, id, word ? word : safe(o, detail), NULL);
}

static bool read_item(struct diff_doc *o, enum diff_kind kind, sqlite3_stmt *q,
                      struct diff_item *ret)
{
    const char *was = query_text(q, NAME_BEFORE);
    ret->kind = diff_kind_word(kind);
    ret->why = safe(o, query_text(q, WHY));
    ret->check = safe(o, query_text(q, CHECK));
    ret->check_no = sqlite3_column_int64(q, CHECK_NO);
    ret->severity = safe(o, query_text(q, SEVERITY));
    ret->title = safe(o, query_text(q, TITLE));
    ret->subject = safe(o, query_text(q, SUBJECT));
    ret->item = safe(o, query_text(q, ITEM));
    ret->name = safe(o, query_text(q, NAME));
    ret->name_before = safe(o, was[0] ? was : query_text(q, SUBJECT_BEFORE));
    ret->finding = safe(o, query_text(q, FINDING));
    ret->reason = reason_text(o, ret->kind, q);
    ret->evidence = evidence_text(o, query_text(q, VIEW), query_text(q, EVIDENCE));
    ret->source = safe(o, query_text(q, SOURCE));
    return ret->why && ret->check && ret->severity && ret->title && ret->subject && ret->item &&
           ret->name && ret->name_before && ret->finding && ret->reason && ret->evidence &&
           ret->source;
}

enum rc diff_each(struct diff_doc *o, enum diff_kind kind, size_t most, diff_item_fn fn,
                  void *context, int64_t *ret_rest, struct err *err)
{
    AUTO(query_done) sqlite3_stmt *q = NULL;
    size_t shown = 0;
    *ret_rest = 0;
    TRY(query_open(
        o->d->db,
        o->lang == TEXT_JA
            ? "SELECT why, check_id, check_no, severity, title_ja, view, subject, item, name, name_before, subject_before, finding, reason_ja,"
              " detail, change, evidence, source FROM diff_list WHERE kind = ?1 ORDER BY rank, check_id, name, subject, item LIMIT ?2"
            : "SELECT why, check_id, check_no, severity, title_en, view, subject, item, name, name_before, subject_before, finding, reason_en,"
              " detail, change, evidence, source FROM diff_list WHERE kind = ?1 ORDER BY rank, check_id, name, subject, item LIMIT ?2",
        &q, err));
    (void)sqlite3_bind_text(q, 1, diff_kind_word(kind), -1, SQLITE_STATIC);
    (void)sqlite3_bind_int64(q, 2, most ? (int64_t)most : -1);
    for (bool row = true;; shown++) {
        TRY(query_next(q, &row, err));
        if (!row) {
            *ret_rest = o->d->count[kind] - (int64_t)shown;
            return RC_OK;
        }
        struct diff_item item;
        arena_reset(o->a);
        if (!read_item(o, kind, q, &item)) {
            return err_setf(err, RC_NOMEM, "no memory for the comparison");
        }
        TRY(fn(&item, context, err));
    }
}

enum rc diff_write(struct diff_doc *o, enum diff_format format, const char *path, struct err *err)
{
    static enum rc (*const writers[])(struct diff_doc * o, struct out * out,
                                      struct err * err) = { [DIFF_CSV] = diff_csv,
                                                            [DIFF_JSON] = diff_json,
                                                            [DIFF_MARKDOWN] = diff_markdown,
                                                            [DIFF_HTML] = diff_html };
    AUTO(text_zone_end) struct zone_before zone = { 0 };
    text_zone_begin(&zone, o->d->db);
    AUTO(out_done) struct out out = { 0 };
    TRY(out_open(&out, path, err));
    TRY(writers[format](o, &out, err));
    return out_commit(&out, err);
}
