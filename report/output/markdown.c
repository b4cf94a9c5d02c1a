/* SPDX-License-Identifier: GPL-3.0-or-later */
/* summary.md: a page for a ticket or a pull request, CommonMark with GitHub's tables. Every text goes through md_text. */
#include <string.h>

#include "report/output/output.h"
#include "report/output/overview.h"
#include "report/report.h"
#include "report/reset/md_text.h"

struct page {
    struct out *o;
    struct arena *a; /* of the page */
    struct assets assets;
    enum text_lang lang;
    struct overview v;
    struct err *err;
};

static void page_done(struct page *p)
{
    assets_done(&p->assets);
    arena_free(p->a);
}

static enum rc put(struct page *p, const char *text)
{
    return md_text(p->o, p->a, text, TEXT_SHOWN, p->err);
}

static const char *word(const struct page *p, const char *id)
{
    return overview_word(&p->assets, id, p->lang);
}

static enum rc put_heading(struct page *p, const char *id)
{
    out_text(p->o, "\n## ");
    TRY(put(p, word(p, id)));
    out_text(p->o, "\n\n");
    return RC_OK;
}

static enum rc put_number(struct page *p, int64_t n)
{
    char text[32];
    (void)snprintf(text, sizeof(text), "%lld", (long long)n);
    return put(p, text);
}

/* A row of a table: cells with bars between. */
static enum rc put_cells(struct page *p, const char *const *cells, size_t count)
{
    out_text(p->o, "|");
    for (size_t i = 0; i < count; i++) {
        out_text(p->o, " ");
        TRY(put(p, cells[i]));
        out_text(p->o, " |");
    }
    out_text(p->o, "\n");
    return RC_OK;
}

/* Heads of columns; those from right on hold numbers. */
static enum rc put_head(struct page *p, const char *const *ids, size_t count, size_t right)
{
    const char *cells[8];
    for (size_t i = 0; i < count; i++) {
        cells[i] = word(p, ids[i]);
    }
    TRY(put_cells(p, cells, count));
    for (size_t i = 0; i < count; i++) {
        out_text(p->o, i < right ? "|---" : "|---:");
    }
    out_text(p->o, "|\n");
    return RC_OK;
}

/* "- words with numbers" */
static enum rc put_line(struct page *p, const char *id, int64_t n1, int64_t n2)
{
    const char *text = overview_fill(p->a, word(p, id), n1, n2, 0);
    if (!text) {
        return err_setf(p->err, RC_NOMEM, "no memory for the summary");
    }
    out_text(p->o, "- ");
    TRY(put(p, text));
    out_text(p->o, "\n");
    return RC_OK;
}

static const char *number(struct page *p, int64_t n, const char *unit)
{
    const char *text = arena_printf(p->a, "%lld%s", (long long)n, unit);
    return text ? text : "";
}

static const char *named(const struct page *p, const char *prefix, const char *name)
{
    const char *text = assets_message2(&p->assets, prefix, name, p->lang);
    return text ? text : name;
}

static enum rc put_title(struct page *p)
{
    const struct overview *v = &p->v;
    out_text(p->o, "# ");
    TRY(put(p, word(p, "out.title")));
    out_text(p->o, "\n\n");
    if (v->organisation[0]) {
        out_text(p->o, "**");
        TRY(put(p, v->organisation));
        out_text(p->o, "** · ");
    }
    TRY(put(p, v->at));
    if (v->zone[0]) {
        out_text(p->o, " ");
        TRY(put(p, v->zone));
    }
    if (v->profile[0]) {
        out_text(p->o, " · ");
        TRY(put(p, word(p, "out.profile")));
        out_text(p->o, " ");
        TRY(put(p, v->profile));
    }
    out_text(p->o, "\n");
    return RC_OK;
}

static enum rc put_grades(struct page *p)
{
    static const char *const heads[] = { "out.theme", "out.grade.short", "out.points", "out.count",
                                         "out.seen" };
    const struct overview *v = &p->v;
    const struct overview_grade *all = v->grades;
    if (v->grade_count == 0 || all->theme[0]) {
        return RC_OK;
    }
    TRY(put_heading(p, "out.grade"));
    const char *score = overview_fill(
        p->a, word(p, all->score < 0 ? "out.score.none" : "out.score"), all->score, all->seen, 0);
    out_text(p->o, "**");
    TRY(put(p, all->grade));
    out_text(p->o, "** — ");
    TRY(put(p, score ? score : ""));
    out_text(p->o, "\n\n");
    if (v->is_inside) {
        out_text(p->o, "**");
        TRY(put(p, word(p, "grade.inside.lead")));
        out_text(p->o, "**\n\n");
    }
    TRY(put(p, all->sentence));
    out_text(p->o, "\n\n");
    TRY(put_head(p, heads, ARRAY_LEN(heads), 2));
    for (size_t i = 1; i < v->grade_count; i++) {
        const struct overview_grade *g = &v->grades[i];
        const char *const cells[] = { g->title, g->grade,
                                      g->score < 0 ? "" : number(p, g->score, ""),
                                      number(p, g->findings, ""), number(p, g->seen, "%") };
        TRY(put_cells(p, cells, ARRAY_LEN(cells)));
    }
    return RC_OK;
}

static enum rc put_measures(struct page *p)
{
    static const char *const heads[] = { "out.measure", "out.effort", "out.effect", "out.count" };
    const struct overview *v = &p->v;
    if (v->measure_count == 0) {
        return RC_OK;
    }
    TRY(put_heading(p, "out.measures"));
    TRY(put_head(p, heads, ARRAY_LEN(heads), 2));
    for (size_t i = 0; i < v->measure_count; i++) {
        const struct overview_measure *m = &v->measures[i];
        const char *const cells[] = { m->title, named(p, "out.effort.", m->effort),
                                      number(p, m->effect, "%"), number(p, m->findings, "") };
        TRY(put_cells(p, cells, ARRAY_LEN(cells)));
    }
    if (v->measures_rest > 0) {
        out_text(p->o, "\n");
        TRY(put_line(p, "out.measures.rest", v->measures_rest, 0));
    }
    return RC_OK;
}

static enum rc put_risks(struct page *p)
{
    const struct overview *v = &p->v;
    if (v->risk_count == 0) {
        return RC_OK;
    }
    TRY(put_heading(p, "out.risks"));
    for (size_t i = 0; i < v->risk_count; i++) {
        out_text(p->o, "- **");
        TRY(put(p, named(p, "severity.", v->risks[i].level)));
        out_text(p->o, "** ");
        TRY(put(p, v->risks[i].title));
        out_text(p->o, p->lang == TEXT_JA ? "：" : ": ");
        TRY(md_text(p->o, p->a, v->risks[i].text, 0, p->err));
        out_text(p->o, "\n");
    }
    return RC_OK;
}

static enum rc put_findings(struct page *p)
{
    static const char *const heads[] = { "out.severity", "out.check", "out.count" };
    const struct overview *v = &p->v;
    TRY(put_heading(p, "out.findings"));
    for (size_t i = 0; i < OVERVIEW_SEVERITIES; i++) {
        out_text(p->o, i > 0 ? " · " : "");
        TRY(put(p, named(p, "severity.", overview_severities[i])));
        out_text(p->o, " ");
        TRY(put_number(p, v->findings[i]));
    }
    out_text(p->o, "\n");
    if (v->worst_count > 0) {
        out_text(p->o, "\n");
        TRY(put_head(p, heads, ARRAY_LEN(heads), 2));
    }
    for (size_t i = 0; i < v->worst_count; i++) {
        const struct overview_check *c = &v->worst[i];
        const char *title = arena_printf(p->a, "%s (%s)", c->title, c->id);
        const char *const cells[] = { named(p, "severity.", c->severity), title ? title : c->id,
                                      number(p, c->findings, "") };
        TRY(put_cells(p, cells, ARRAY_LEN(cells)));
    }
    if (v->worst_rest > 0) {
        out_text(p->o, "\n");
        TRY(put_line(p, "out.worst.rest", v->worst_rest, 0));
    }
    if (v->waived + v->expired_waivers > 0) {
        out_text(p->o, "\n");
        TRY(put_line(p, "out.waived", v->waived, v->expired_waivers));
    }
    return RC_OK;
}

static enum rc put_unseen(struct page *p)
{
    static const char *const heads[] = { "out.reason", "out.verdicts" };
    const struct overview *v = &p->v;
    bool any = v->unclear + v->open_questions + v->sources > 0 || v->hosts > v->answered;
    TRY(put_heading(p, "section.unknown"));
    if (!any) {
        return put_line(p, "out.unseen.none", 0, 0);
    }
    TRY(put_line(p, "out.unseen.checks", v->unclear, v->checks));
    if (v->hosts > 0) {
        TRY(put_line(p, "out.unseen.hosts", v->hosts - v->answered, v->hosts));
    }
    TRY(put_line(p, "out.unseen.sources", v->sources, 0));
    if (v->open_questions > 0) {
        TRY(put_line(p, "out.unseen.questions", v->open_questions, 0));
    }
    TRY(put_line(p, "out.unseen.never", 0, 0));
    if (v->reason_count > 0) {
        out_text(p->o, "\n");
        TRY(put_head(p, heads, ARRAY_LEN(heads), 1));
    }
    for (size_t i = 0; i < v->reason_count; i++) {
        const char *const cells[] = { v->reasons[i].text, number(p, v->reasons[i].verdicts, "") };
        TRY(put_cells(p, cells, ARRAY_LEN(cells)));
    }
    return RC_OK;
}

enum rc output_markdown(sqlite3 *db, const struct report_options *options, struct out *o,
                        struct err *err)
{
    AUTO(page_done) struct page p = { .o = o, .a = arena_new(0), .err = err };
    (void)text_lang_from(options->lang, &p.lang);
    if (!p.a) {
        return err_setf(err, RC_NOMEM, "no memory for the summary");
    }
    TRY(assets_open(&p.assets, options->assets, err));
    TRY(overview_read(&p.v, db, p.lang, p.a, err));
    TRY(put_title(&p));
    TRY(put_grades(&p));
    TRY(put_risks(&p));
    TRY(put_measures(&p));
    TRY(put_findings(&p));
    TRY(put_unseen(&p));
    out_text(o, "\n");
    TRY(put(&p, word(&p, "out.made")));
    out_text(o, "\n");
    return RC_OK;
}
