/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "report/html.h"

#include <libxml/parser.h>
#include <libxslt/security.h>
#include <libxslt/transform.h>
#include <libxslt/xsltutils.h>
#include <openssl/evp.h>
#include <stdarg.h>
#include <string.h>

#include "report/model.h"
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

/* The CSS with what the document adds to it, and the hash under which the content security policy lets exactly this text through. */
static enum rc add_style(struct model *m, const char *file, const char *more, struct err *err)
{
    const char *css = NULL;
    unsigned char hash[EVP_MAX_MD_SIZE], base64[4 * ((EVP_MAX_MD_SIZE + 2) / 3) + 1];
    unsigned size = 0;
    arena_reset(m->a);
    TRY(assets_file(m->assets, file, m->a, &css, err));
    css = more ? arena_printf(m->a, "%s%s", css, more) : css;
    if (!css || EVP_Digest(css, strlen(css), hash, &size, EVP_sha256(), NULL) != 1 ||
        EVP_EncodeBlock(base64, hash, (int)size) <= 0) {
        return err_setf(err, RC_BUG, "no SHA-256 for the report's content security policy");
    }
    xmlNode *style = model_node(m, xmlDocGetRootElement(m->doc), "style");
    model_attr(m, style, "sha256", (const char *)base64);
    xmlNode *text = xmlNewText(XML(css));
    m->bad = m->bad || !text || !style || !xmlAddChild(style, text);
    return m->bad ? err_setf(err, RC_NOMEM, "no memory for the report") : RC_OK;
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

static enum rc transform(struct model *m, xsltStylesheet *sheet, struct out *o, struct err *err)
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
    xmlChar *text = NULL;
    int size = 0;
    if (xsltSaveResultToString(&text, &size, page, sheet) != 0 || !text) {
        return err_setf(err, RC_NOMEM, "no memory for the report");
    }
    out_bytes(o, text, (size_t)size);
    xmlFree(text);
    return RC_OK;
}

enum rc html_page(struct model *m, const char *sheet_file, const char *css_file, const char *css,
                  struct out *o, struct err *err)
{
    TRY(add_style(m, css_file, css, err));
    char path[4200];
    (void)snprintf(path, sizeof(path), "%s/%s", m->assets->folder, sheet_file);
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
    return transform(m, sheet, o, err);
}

enum rc html_report(sqlite3 *db, const struct report_options *options, struct out *o,
                    struct err *err)
{
    AUTO(assets_done) struct assets assets = { 0 };
    AUTO(model_done) struct model model = { 0 };
    TRY(assets_open(&assets, options->assets, err));
    TRY(model_build(&model, db, &assets, options, err));
    return html_page(&model, "report.xsl", "report.css", NULL, o, err);
}
