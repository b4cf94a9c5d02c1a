/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "report/model.h"

#include <string.h>

#include "report/query.h"
#include "report/report.h"

#define SUBJECTS_SHOWN 200

xmlNode *model_node(struct model *m, xmlNode *parent, const char *name)
{
    xmlNode *node = parent ? xmlNewChild(parent, NULL, XML(name), NULL) : NULL;
    m->bad = m->bad || !node;
    return node;
}

xmlNode *model_text(struct model *m, xmlNode *parent, const char *name, const char *text)
{
    xmlNode *node = model_node(m, parent, name);
    if (node && text) {
        const char *safe = text_safe(m->a, text, strlen(text), TEXT_SHOWN);
        xmlNode *content = safe ? xmlNewText(XML(safe)) : NULL;
        m->bad = m->bad || !content || !xmlAddChild(node, content);
    }
    return node;
}

void model_attr(struct model *m, xmlNode *node, const char *name, const char *text)
{
    if (!node || !text) {
        return;
    }
    const char *safe = text_safe(m->a, text, strlen(text), TEXT_SHOWN);
    m->bad = m->bad || !safe || !xmlNewProp(node, XML(name), XML(safe));
}

void model_count(struct model *m, xmlNode *node, const char *name, int64_t number)
{
    char digits[24];
    (void)snprintf(digits, sizeof(digits), "%lld", (long long)number);
    model_attr(m, node, name, digits);
}

void model_column(struct model *m, xmlNode *node, const char *name, sqlite3_stmt *q, int column)
{
    int type = sqlite3_column_type(q, column);
    if (type == SQLITE_NULL) {
        return;
    }
    int64_t number = sqlite3_column_int64(q, column);
    if (type == SQLITE_INTEGER && text_is_time(name, number)) {
        model_attr(m, node, name, text_time(m->a, number, m->lang));
        return;
    }
    model_attr(m, node, name, query_text(q, column));
}

bool model_next(sqlite3_stmt *q, struct model_limit *l, struct err *err)
{
    bool row = false;
    for (l->rc = query_next(q, &row, err); l->rc == RC_OK && row;
         l->rc = query_next(q, &row, err)) {
        if (l->shown < l->most) {
            l->shown++;
            return true;
        }
        l->rest++;
    }
    return false;
}

enum rc model_rest(struct model *m, xmlNode *list, const struct model_limit *l)
{
    if (l->rc == RC_OK) {
        model_count(m, list, "rest", l->rest);
    }
    return l->rc;
}

xmlNode *model_row(struct model *m, xmlNode *parent, const char *name, sqlite3_stmt *q)
{
    arena_reset(m->a);
    xmlNode *node = model_node(m, parent, name);
    for (int i = 0; i < sqlite3_column_count(q); i++) {
        model_column(m, node, sqlite3_column_name(q, i), q, i);
    }
    return node;
}

enum rc model_rows(struct model *m, xmlNode *parent, const char *name, const char *sql,
                   size_t limit, struct err *err)
{
    return model_texts(m, parent, name, sql, 0, limit, err);
}

enum rc model_texts(struct model *m, xmlNode *list, const char *name, const char *sql,
                    int64_t number, size_t most, struct err *err)
{
    AUTO(query_done) sqlite3_stmt *q = NULL;
    struct model_limit l = { .most = most };
    TRY(query_open(m->db, sql, &q, err));
    /* A statement without these parameters refuses them, which is no harm. */
    (void)sqlite3_bind_int(q, 1, m->lang == TEXT_JA);
    (void)sqlite3_bind_int64(q, 2, number);
    while (model_next(q, &l, err)) {
        (void)model_row(m, list, name, q);
    }
    return model_rest(m, list, &l);
}

/* The catalogue in the report's language, for the style sheet: <m id="…">text</m>. */
static void add_messages(struct model *m, xmlNode *root)
{
    xmlNode *all = model_node(m, root, "messages");
    const xmlNode *from = xmlDocGetRootElement(m->assets->messages);
    for (const xmlNode *n = from->children; n; n = n->next) {
        if (n->type != XML_ELEMENT_NODE) {
            continue;
        }
        xmlChar *id = xmlGetNoNsProp(n, XML("id"));
        const char *text = id ? assets_message(m->assets, (const char *)id, m->lang) : NULL;
        xmlNode *node = model_node(m, all, "m");
        xmlNode *content = xmlNewText(XML(text ? text : ""));
        m->bad = m->bad || !id || !node || !content || !xmlNewProp(node, XML("id"), id) ||
                 !xmlAddChild(node, content);
        xmlFree(id);
    }
}

static enum rc add_parts(struct model *m, const struct report_options *options, struct err *err)
{
    xmlNode *root = xmlDocGetRootElement(m->doc);
    TRY(model_summary(m, root, err));
    TRY(model_cover(m, root, err));
    TRY(model_checks(m, root, err));
    TRY(model_unknowns(m, root, err));
    TRY(model_administrators(m, root, err));
    TRY(model_mfa(m, root, err));
    TRY(model_questions(m, root, err));
    TRY(model_records(m, root, err));
    TRY(model_policies(m, root, err));
    TRY(model_framework(m, root, err));
    TRY(model_reset(m, root, err));
    TRY(model_hosts(m, root, err));
    TRY(model_progress(m, root, options, err));
    TRY(model_scope(m, root, err));
    TRY(model_appendix(m, root, err));
    TRY(model_charts(m, root, err));
    return m->bad ? err_setf(err, RC_NOMEM, "no memory for the report") : RC_OK;
}

enum rc model_open(struct model *m, sqlite3 *db, const struct assets *assets,
                   const struct report_options *options, struct err *err)
{
    memset(m, 0, sizeof(*m));
    m->db = db;
    m->assets = assets;
    m->limit = options->subjects ? options->subjects : SUBJECTS_SHOWN;
    (void)text_lang_from(options->lang, &m->lang);
    m->a = arena_new(0);
    m->doc = xmlNewDoc(XML("1.0"));
    xmlNode *root = xmlNewNode(NULL, XML("report"));
    if (!m->a || !m->doc || !root) {
        xmlFreeNode(root);
        model_done(m);
        return err_setf(err, RC_NOMEM, "no memory for the report");
    }
    (void)xmlDocSetRootElement(m->doc, root);
    model_attr(m, root, "lang", m->lang == TEXT_JA ? "ja" : "en");
    model_count(m, root, "limit", (int64_t)m->limit);
    add_messages(m, root);
    return RC_OK;
}

enum rc model_build(struct model *m, sqlite3 *db, const struct assets *assets,
                    const struct report_options *options, struct err *err)
{
    TRY(model_open(m, db, assets, options, err));
    enum rc rc = labels_open(&m->labels, db, m->lang, err);
    if (rc == RC_OK) {
        rc = add_parts(m, options, err);
    }
    if (rc != RC_OK) {
        model_done(m);
    }
    return rc;
}

void model_done(struct model *m)
{
    labels_done(&m->labels);
    arena_free(m->a);
    m->a = NULL;
    if (m->doc) {
        xmlFreeDoc(m->doc);
        m->doc = NULL;
    }
}
