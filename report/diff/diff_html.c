/* SPDX-License-Identifier: GPL-3.0-or-later */
/* diff.html: the section on progress of report.html as a page of its own. */
#include "report/diff/diff_doc.h"
#include "report/html.h"
#include "report/model_progress.h"
#include "report/report.h"

enum rc diff_html(struct diff_doc *o, struct out *out, struct err *err)
{
    static const char *const css[] = { "report.css", "progress.css" };
    const struct html_page page = { .sheet = "diff.xsl", .css = css, .css_count = 2 };
    const struct report_options options = { .lang = o->lang == TEXT_JA ? "ja" : "en" };
    AUTO(model_done) struct model model = { 0 };
    TRY(model_open(&model, o->d->db, &o->assets, &options, err));
    xmlNode *root = xmlDocGetRootElement(model.doc);
    TRY(model_rows(
        &model, root, "info",
        "SELECT name, value FROM main.audit_info WHERE name IN ('organisation_en', 'organisation_ja') AND value <> ''",
        2, err));
    TRY(model_progress_of(&model, root, o, err));
    if (model.bad) {
        return err_setf(err, RC_NOMEM, "no memory for the comparison");
    }
    return html_page(&model, &page, out, err);
}
