/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "report/html.h"

#include <libxml/parser.h>
#include <libxslt/security.h>
#include <libxslt/transform.h>
#include <libxslt/xsltutils.h>
#include <openssl/evp.h>
#include <stdarg.h>
#include <string.h>

#include "audit/base/utf.h"
#include "report/both.h"
#include "report/model.h"
#include "report/query.h"
#include "report/report.h"

static void auto_doc(xmlDoc **doc)
{
    xmlFreeDoc(*doc);
}

static void auto_sheet(xsltStylesheet **sheet)
{
    xsltFreeStylesheet(*sheet);
}

static void auto_context(xsltTransformContext **context)
{
    xsltFreeTransformContext(*context);
}

static void auto_prefs(xsltSecurityPrefs **prefs)
{
    xsltFreeSecurityPrefs(*prefs);
}

/* The first complaint of libxslt, as the message; the others follow from it. */
static void complain(void *context, const char *fmt, ...) PRINTF_LIKE(2, 3);

static void complain(void *context, const char *fmt, ...)
{
    struct err *err = context;
    char text[300];
    va_list ap;
    va_start(ap, fmt);
    (void)vsnprintf(text, sizeof(text), fmt, ap);
    va_end(ap);
    if (err->rc == RC_OK) {
        (void)err_setf(err, RC_MALFORMED, "the style sheet of the report: %s", text);
    }
}

/* A text of our own (style, script) as an element of the model, with the hash under which the content security policy lets exactly this text through. */
static enum rc add_text(struct model *m, const char *name, const char *content, struct err *err)
{
    unsigned char hash[EVP_MAX_MD_SIZE], base64[4 * ((EVP_MAX_MD_SIZE + 2) / 3) + 1];
    unsigned size = 0;
    if (!content || EVP_Digest(content, strlen(content), hash, &size, EVP_sha256(), NULL) != 1 ||
        EVP_EncodeBlock(base64, hash, (int)size) <= 0) {
        return err_setf(err, RC_BUG, "no SHA-256 for the report's content security policy");
    }
    xmlNode *node = model_node(m, xmlDocGetRootElement(m->doc), name);
    model_attr(m, node, "sha256", (const char *)base64);
    xmlNode *text = xmlNewText(XML(content));
    m->bad = m->bad || !text || !node || !xmlAddChild(node, text);
    return m->bad ? err_setf(err, RC_NOMEM, "no memory for the report") : RC_OK;
}

static enum rc add_files(struct model *m, const struct html_page *page, struct err *err)
{
    const char *css = page->more_css ? page->more_css : "", *script = NULL;
    arena_reset(m->a);
    for (size_t i = page->css_count; i-- > 0;) {
        const char *file = NULL;
        TRY(assets_file(m->assets, page->css[i], m->a, &file, err));
        css = arena_printf(m->a, "%s%s", file, css);
        if (!css) {
            return err_setf(err, RC_NOMEM, "no memory for the report");
        }
    }
    TRY(add_text(m, "style", css, err));
    if (page->script) {
        TRY(assets_file(m->assets, page->script, m->a, &script, err));
        TRY(add_text(m, "script", script, err));
    }
    return RC_OK;
}

/* The style sheet may neither read nor write anything. */
static bool forbid_all(xsltSecurityPrefs *prefs, xsltTransformContext *context)
{
    static const xsltSecurityOption all[] = { XSLT_SECPREF_READ_FILE, XSLT_SECPREF_WRITE_FILE,
                                              XSLT_SECPREF_CREATE_DIRECTORY,
                                              XSLT_SECPREF_READ_NETWORK,
                                              XSLT_SECPREF_WRITE_NETWORK };
    for (size_t i = 0; i < ARRAY_LEN(all); i++) {
        if (xsltSetSecurityPrefs(prefs, all[i], xsltSecurityForbid) != 0) {
            return false;
        }
    }
    return xsltSetCtxtSecurityPrefs(prefs, context) == 0;
}

static enum rc transform(struct model *m, xsltStylesheet *sheet, xmlDoc **ret, struct err *err)
{
    struct err complaint = { .rc = RC_OK };
    AUTO(auto_prefs) xsltSecurityPrefs *prefs = xsltNewSecurityPrefs();
    AUTO(auto_context) xsltTransformContext *context = xsltNewTransformContext(sheet, m->doc);
    if (!prefs || !context || !forbid_all(prefs, context)) {
        return err_setf(err, RC_NOMEM, "no memory for the report");
    }
    xsltSetTransformErrorFunc(context, &complaint, complain);
    AUTO(auto_doc) xmlDoc *page = xsltApplyStylesheetUser(sheet, m->doc, NULL, NULL, NULL, context);
    if (!page || context->state != XSLT_STATE_OK) {
        *err = complaint;
        return complaint.rc != RC_OK
                   ? complaint.rc
                   : err_setf(err, RC_MALFORMED, "the style sheet of the report made no page");
    }
    *ret = page;
    page = NULL;
    return RC_OK;
}

static enum rc save(xmlDoc *page, xsltStylesheet *sheet, struct out *o, struct err *err)
{
    xmlChar *text = NULL;
    int size = 0;
    if (xsltSaveResultToString(&text, &size, page, sheet) != 0 || !text) {
        return err_setf(err, RC_NOMEM, "no memory for the report");
    }
    out_bytes(o, text, (size_t)size);
    xmlFree(text);
    return RC_OK;
}

static enum rc load_sheet(const struct assets *assets, const char *name, xsltStylesheet **ret,
                          struct err *err)
{
    char path[4200];
    (void)snprintf(path, sizeof(path), "%s/%s", assets->folder, name);
    struct err complaint = { .rc = RC_OK };
    xmlDoc *source =
        xmlReadFile(path, NULL, XML_PARSE_NONET | XML_PARSE_NOERROR | XML_PARSE_NOWARNING);
    xsltSetGenericErrorFunc(&complaint, complain);
    AUTO(auto_sheet)
    xsltStylesheet *sheet = source ? xsltParseStylesheetDoc(source) : NULL; /* takes source */
    xsltSetGenericErrorFunc(NULL, NULL);
    if (!sheet || sheet->errors > 0) {
        if (source && !sheet) {
            xmlFreeDoc(source);
        }
        (void)err_setf(err, RC_MALFORMED, "not a style sheet%s%s",
                       complaint.rc == RC_OK ? "" : ": ", complaint.msg);
        return err_at(err, "%s", path);
    }
    *ret = sheet;
    sheet = NULL;
    return RC_OK;
}

enum rc html_page(struct model *m, const struct html_page *page, struct out *o, struct err *err)
{
    return html_pages(m, NULL, page, o, err);
}

enum rc html_pages(struct model *first, struct model *second, const struct html_page *page,
                   struct out *o, struct err *err)
{
    AUTO(auto_sheet) xsltStylesheet *sheet = NULL;
    AUTO(auto_doc) xmlDoc *doc = NULL;
    AUTO(auto_doc) xmlDoc *more = NULL;
    TRY(add_files(first, page, err));
    TRY(load_sheet(first->assets, page->sheet, &sheet, err));
    TRY(transform(first, sheet, &doc, err));
    if (second) {
        TRY(add_files(second, page, err));
        TRY(transform(second, sheet, &more, err));
        TRY(both_join(doc, more, "en-", err));
    }
    return save(doc, sheet, o, err);
}

const char *html_css_string(struct arena *a, const char *s)
{
    size_t n = strlen(s);
    char *all = arena_alloc(a, 8 * n + 1), *to = all;
    for (size_t i = 0; all && i < n;) {
        uint32_t cp = 0;
        size_t len = utf8_next(s + i, n - i, &cp);
        if (len == 0) {
            break; /* text_safe left none */
        }
        bool is_plain = (cp >= '0' && cp <= '9') || (cp >= 'A' && cp <= 'Z') ||
                        (cp >= 'a' && cp <= 'z') || cp == ' ';
        if (is_plain) {
            *to++ = (char)cp;
        } else {
            to += snprintf(to, 9, "\\%06x ", (unsigned)cp);
        }
        i += len;
    }
    if (all) {
        *to = '\0';
    }
    return all;
}

/* What stands at the head of each printed page behind the first. Chromium has no running elements: the text is in the style itself. */
static enum rc page_edge(const struct model *m, struct arena *a, const char *page,
                         enum text_lang lang, const char **ret, struct err *err)
{
    AUTO(query_done) sqlite3_stmt *q = NULL;
    bool row = false;
    TRY(query_open(
        m->db,
        "SELECT value FROM audit_info WHERE name IN ('organisation_en', 'organisation_ja')"
        " AND value <> '' ORDER BY name <> 'organisation_' || ?1",
        &q, err));
    (void)sqlite3_bind_text(q, 1, lang == TEXT_JA ? "ja" : "en", -1, SQLITE_STATIC);
    TRY(query_next(q, &row, err));
    const char *name = row ? query_text(q, 0) : "";
    const char *title = assets_message(m->assets, "report.title", lang);
    name = name[0] ? text_safe(a, name, strlen(name), 60) : "";
    name = name ? html_css_string(a, name) : NULL;
    title = html_css_string(a, title ? title : "");
    *ret = name && title ? arena_printf(a,
                                        "\n@page %s { @top-left { content: \"%s\"; }"
                                        " @top-right { content: \"%s\"; } }\n",
                                        page, name, title)
                         : NULL;
    return *ret ? RC_OK : err_setf(err, RC_NOMEM, "no memory for the report");
}

/* The pages of the second language have a name of their own (cover.css). */
static enum rc page_edges(const struct model *m, struct arena *a, bool is_both, const char **ret,
                          struct err *err)
{
    const char *second = "";
    TRY(page_edge(m, a, "body", m->lang, ret, err));
    if (is_both) {
        TRY(page_edge(m, a, "second", TEXT_EN, &second, err));
    }
    *ret = arena_printf(a, "%s%s", *ret, second);
    return *ret ? RC_OK : err_setf(err, RC_NOMEM, "no memory for the report");
}

/* What report.html is made with, and how far it has come. */
struct report_page {
    sqlite3 *db;
    const struct assets *assets;
    const struct report_options *options;
    xsltStylesheet *sheet;
};

/* report.html in one language, as a tree; the model is gone when it returns. */
static enum rc one_language(const struct report_page *p, const char *lang, xmlDoc **ret,
                            struct err *err)
{
    static const char *const css[] = { "report.css", "cover.css", "body.css", "chart.css",
                                       "progress.css", "paper.css" };
    struct html_page page = { .css = css, .css_count = ARRAY_LEN(css), .script = "report.js" };
    struct report_options options = *p->options;
    options.lang = lang;
    AUTO(arena_freep) struct arena *a = arena_new(0);
    AUTO(model_done) struct model model = { 0 };
    if (!a) {
        return err_setf(err, RC_NOMEM, "no memory for the report");
    }
    TRY(model_build(&model, p->db, p->assets, &options, err));
    TRY(page_edges(&model, a, options.both, &page.more_css, err));
    if (options.both) {
        model_count(&model, xmlDocGetRootElement(model.doc), "both", 1);
    }
    TRY(add_files(&model, &page, err));
    return transform(&model, p->sheet, ret, err);
}

enum rc html_report(sqlite3 *db, const struct report_options *options, struct out *o,
                    struct err *err)
{
    AUTO(assets_done) struct assets assets = { 0 };
    AUTO(auto_sheet) xsltStylesheet *sheet = NULL;
    AUTO(auto_doc) xmlDoc *page = NULL;
    AUTO(auto_doc) xmlDoc *english = NULL;
    TRY(assets_open(&assets, options->assets, err));
    TRY(load_sheet(&assets, "report.xsl", &sheet, err));
    const struct report_page p = {
        .db = db, .assets = &assets, .options = options, .sheet = sheet
    };
    TRY(one_language(&p, options->both ? "ja" : options->lang, &page, err));
    if (options->both) {
        TRY(one_language(&p, "en", &english, err));
        TRY(both_join(page, english, "en-", err));
    }
    return save(page, sheet, o, err);
}
