/* SPDX-License-Identifier: GPL-3.0-or-later */
/* reset-plan.html: the plan as a list to print and work from. */
#include <string.h>

#include "report/html.h"
#include "report/report.h"
#include "report/reset/plan_model.h"

/* What stands at the edge of each printed page. Chromium has no running elements: the text is in the style itself. */
static enum rc page_edges(const struct model *m, struct arena *a, const char **ret, struct err *err)
{
    const xmlNode *root = xmlDocGetRootElement(m->doc);
    char *texts[4] = { NULL };
    static const char *const names[] = { "organisation", "now", "zone", "evidence" };
    const char *safe[ARRAY_LEN(names)];
    bool is_bad = false;
    for (size_t i = 0; i < ARRAY_LEN(names); i++) {
        texts[i] = (char *)xmlGetNoNsProp(root, XML(names[i]));
        size_t n = texts[i] ? strlen(texts[i]) : 0;
        const char *cut = n > 0 ? text_safe(a, texts[i], n, 60) : "";
        safe[i] = cut ? html_css_string(a, cut) : NULL;
        is_bad = is_bad || !safe[i];
        xmlFree(texts[i]);
    }
    const char *title = html_css_string(a, plandoc_word(m->assets, "plan.", "edge.title", m->lang));
    const char *as_of = html_css_string(a, plandoc_word(m->assets, "plan.", "edge.asof", m->lang));
    *ret = is_bad || !title || !as_of
               ? NULL
               : arena_printf(
                     a,
                     "\n@page { @top-left { content: \"%s\"; } @top-right { content: \"%s\"; }"
                     " @bottom-left { content: \"%s %s %s   %s\"; } }\n",
                     safe[0], title, as_of, safe[1], safe[2], safe[3]);
    return *ret ? RC_OK : err_setf(err, RC_NOMEM, "no memory for the plan");
}

enum rc plandoc_html(sqlite3 *db, const struct report_options *options, struct out *o,
                     struct err *err)
{
    AUTO(assets_done) struct assets assets = { 0 };
    AUTO(model_done) struct model model = { 0 };
    AUTO(arena_freep) struct arena *a = arena_new(0);
    const char *edges = NULL;
    if (!a) {
        return err_setf(err, RC_NOMEM, "no memory for the plan");
    }
    TRY(assets_open(&assets, options->assets, err));
    TRY(model_open(&model, db, &assets, options, err));
    xmlNode *root = xmlDocGetRootElement(model.doc);
    TRY(plandoc_model_front(&model, root, err));
    TRY(plandoc_model_phases(&model, root, err));
    if (model.bad) {
        return err_setf(err, RC_NOMEM, "no memory for the plan");
    }
    TRY(page_edges(&model, a, &edges, err));
    static const char *const css[] = { "reset_plan.css" };
    const struct html_page page = {
        .sheet = "reset_plan.xsl", .css = css, .css_count = 1, .more_css = edges
    };
    return html_page(&model, &page, o, err);
}
