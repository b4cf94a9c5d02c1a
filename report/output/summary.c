/* SPDX-License-Identifier: GPL-3.0-or-later */
/* summary.txt, and the same lines at the end of audit, evaluate and report: about 25 lines of 80 columns. Severities and grades are words and letters; colours only
 * repeat them. */
#include <string.h>

#include "audit/base/utf.h"
#include "report/output/columns.h"
#include "report/output/output.h"
#include "report/output/overview.h"
#include "report/report.h"

#define WIDTH          80
#define TITLE_WIDTH    34
#define THEME_WIDTH    (2 + 3 + TITLE_WIDTH + 1)
#define WORST_WIDTH    13
#define FINDINGS_WIDTH 10
#define UNCLEAR_WIDTH  15
#define SEVERITY_WIDTH 8
#define WORST_SHOWN    5
#define SENTENCE_LINES 3
#define ESC            "\x1b["

struct page {
    struct out *o;
    struct arena *a; /* of the page */
    struct assets assets;
    enum text_lang lang;
    bool with_colours;
    struct overview v;
    struct err *err;
};

static void page_done(struct page *p)
{
    assets_done(&p->assets);
    arena_free(p->a);
}

static const char *word(const struct page *p, const char *id)
{
    return overview_word(&p->assets, id, p->lang);
}

static const char *named(const struct page *p, const char *prefix, const char *name)
{
    const char *text = assets_message2(&p->assets, prefix, name, p->lang);
    return text ? text : name;
}

/* SGR parameters (ECMA-48) of a severity or grade; "" = plain. */
static const char *colour_of(const char *name)
{
    static const struct {
        const char *name, *colour;
    } colours[] = { { "critical", "1;31" }, { "high", "31" }, { "medium", "33" }, { "low", "36" },
                    { "A", "1;32" },        { "B", "32" },    { "C", "33" },      { "D", "31" },
                    { "E", "1;31" },        { "head", "1" } };

    for (size_t i = 0; i < ARRAY_LEN(colours); i++) {
        if (strcmp(colours[i].name, name) == 0) {
            return colours[i].colour;
        }
    }
    return "";
}

/* The text made safe, at most most columns, filled with spaces up to width. colour: name of colour_of. */
static enum rc put_cell(struct page *p, const char *text, size_t width, size_t most,
                        const char *colour)
{
    const char *safe = text_safe(p->a, text, strlen(text), 2000);
    const char *cut = safe ? columns_cut(p->a, safe, most) : NULL;
    if (!cut) {
        return err_setf(p->err, RC_NOMEM, "no memory for the summary");
    }
    const char *sgr = p->with_colours ? colour_of(colour) : "";
    if (sgr[0]) {
        out_text(p->o, ESC);
        out_text(p->o, sgr);
        out_text(p->o, "m");
    }
    out_text(p->o, cut);
    out_text(p->o, sgr[0] ? ESC "0m" : "");
    for (size_t n = utf8_columns(cut); n < width; n++) {
        out_text(p->o, " ");
    }
    return RC_OK;
}

static enum rc put_text(struct page *p, const char *text)
{
    return put_cell(p, text, 0, WIDTH, "");
}

static enum rc put_heading(struct page *p, const char *id)
{
    out_text(p->o, "\n");
    TRY(put_cell(p, word(p, id), 0, WIDTH, "head"));
    out_text(p->o, "\n");
    return RC_OK;
}

/* A sentence over at most most lines; the last one is cut when it is longer. */
static enum rc put_sentence(struct page *p, const char *text, size_t most)
{
    const char *s = text_safe(p->a, text, strlen(text), 2000);
    for (size_t line = 0; s && *s && line < most; line++) {
        size_t n = line + 1 == most ? strlen(s) : columns_line(s, WIDTH);
        size_t shown = n;
        while (shown > 0 && s[shown - 1] == ' ') {
            shown--;
        }
        const char *one = arena_printf(p->a, "%.*s", (int)shown, s);
        TRY(put_text(p, one ? one : ""));
        out_text(p->o, "\n");
        s += n;
        s += strspn(s, " ");
    }
    return s ? RC_OK : err_setf(p->err, RC_NOMEM, "no memory for the summary");
}

static enum rc put_filled(struct page *p, const char *id, int64_t n1, int64_t n2, size_t room)
{
    const char *text = overview_fill(p->a, word(p, id), n1, n2, 0);
    if (!text) {
        return err_setf(p->err, RC_NOMEM, "no memory for the summary");
    }
    return put_cell(p, text, 0, room, "");
}

/* What it is and of when; below it whose, and by which profile: a profile leaves checks out, whose findings then are none. */
static enum rc put_title(struct page *p)
{
    const struct overview *v = &p->v;
    const char *text = arena_printf(p->a, "%s%s%s%s%s", word(p, "out.title"), v->at[0] ? " · " : "",
                                    v->at, v->zone[0] ? " " : "", v->zone);
    const char *profile =
        v->profile[0] ? arena_printf(p->a, "%s %s", word(p, "out.profile"), v->profile) : "";
    if (!text || !profile) {
        return err_setf(p->err, RC_NOMEM, "no memory for the summary");
    }
    TRY(put_cell(p, text, 0, WIDTH, "head"));
    out_text(p->o, "\n");
    if (v->organisation[0]) {
        TRY(put_text(p, v->organisation));
        out_text(p->o, "\n");
    }
    if (profile[0]) {
        TRY(put_text(p, profile));
        out_text(p->o, "\n");
    }
    return RC_OK;
}

/* Text, or a number, that ends at the right edge of its column. */
static enum rc put_right(struct page *p, const char *text, size_t width)
{
    for (size_t n = utf8_columns(text); n < width; n++) {
        out_text(p->o, " ");
    }
    return put_cell(p, text, 0, width, "");
}

/* The head names the columns: "Critical" beside a number would read as so many critical findings, but it is the severity of the worst of them. */
static enum rc put_grade_head(struct page *p)
{
    out_text(p->o, "\n");
    TRY(put_cell(p, word(p, "out.themes"), THEME_WIDTH, THEME_WIDTH, "head"));
    TRY(put_cell(p, word(p, "out.theme.worst"), WORST_WIDTH, WORST_WIDTH, ""));
    TRY(put_right(p, word(p, "out.theme.findings"), FINDINGS_WIDTH));
    TRY(put_right(p, word(p, "out.theme.unclear"), UNCLEAR_WIDTH));
    out_text(p->o, "\n");
    return RC_OK;
}

static enum rc put_grade_row(struct page *p, const struct overview_grade *g)
{
    char findings[24], unclear[24];
    (void)snprintf(findings, sizeof(findings), "%lld", (long long)g->findings);
    (void)snprintf(unclear, sizeof(unclear), "%lld", (long long)g->unclear);
    out_text(p->o, "  ");
    TRY(put_cell(p, g->grade, 3, 3, g->grade));
    TRY(put_cell(p, g->title, TITLE_WIDTH, TITLE_WIDTH, ""));
    out_text(p->o, " ");
    TRY(put_cell(p, g->worst[0] ? named(p, "severity.", g->worst) : "", WORST_WIDTH, WORST_WIDTH,
                 g->worst));
    TRY(put_right(p, findings, FINDINGS_WIDTH));
    TRY(put_right(p, unclear, UNCLEAR_WIDTH));
    out_text(p->o, "\n");
    return RC_OK;
}

static enum rc put_grades(struct page *p)
{
    const struct overview *v = &p->v;
    const struct overview_grade *all = v->grades;
    if (v->grade_count == 0 || all->theme[0]) {
        return RC_OK;
    }
    TRY(put_cell(p, word(p, "out.grade"), 0, WIDTH, "head"));
    out_text(p->o, "  ");
    TRY(put_cell(p, all->grade, 0, 3, all->grade));
    out_text(p->o, "  ");
    TRY(put_filled(p, all->score < 0 ? "out.score.none" : "out.score", all->score, all->seen,
                   WIDTH - 20));
    out_text(p->o, "\n");
    if (v->is_inside) {
        TRY(put_cell(p, word(p, "grade.inside.lead"), 0, WIDTH, "critical"));
        out_text(p->o, "\n");
    }
    TRY(put_sentence(p, all->sentence, SENTENCE_LINES));
    TRY(put_grade_head(p));
    for (size_t i = 1; i < v->grade_count; i++) {
        TRY(put_grade_row(p, &v->grades[i]));
    }
    return RC_OK;
}

static enum rc put_measures(struct page *p)
{
    const struct overview *v = &p->v;
    TRY(put_heading(p, "out.measures"));
    for (size_t i = 0; i < v->measure_count; i++) {
        const struct overview_measure *m = &v->measures[i];
        char number[24];
        (void)snprintf(number, sizeof(number), "%zu.", i + 1);
        out_text(p->o, "  ");
        TRY(put_cell(p, number, 3, 3, ""));
        TRY(put_cell(p, m->title, 48, 48, ""));
        out_text(p->o, " ");
        TRY(put_cell(p, named(p, "out.effort.", m->effort), 12, 12, ""));
        out_text(p->o, " ");
        TRY(put_filled(p, "out.measure.line", m->effect, 0, 13));
        out_text(p->o, "\n");
    }
    return RC_OK;
}

/* Without measures: the checks whose findings weigh most. */
static enum rc put_worst(struct page *p)
{
    const struct overview *v = &p->v;
    if (v->worst_count == 0) {
        return RC_OK;
    }
    TRY(put_heading(p, "out.worst"));
    for (size_t i = 0; i < v->worst_count && i < WORST_SHOWN; i++) {
        const struct overview_check *c = &v->worst[i];
        char number[24];
        (void)snprintf(number, sizeof(number), "%7lld", (long long)c->findings);
        out_text(p->o, "  ");
        TRY(put_cell(p, named(p, "severity.", c->severity), SEVERITY_WIDTH, SEVERITY_WIDTH,
                     c->severity));
        out_text(p->o, " ");
        TRY(put_cell(p, c->title, WIDTH - 2 - SEVERITY_WIDTH - 2 - 7,
                     WIDTH - 2 - SEVERITY_WIDTH - 2 - 7, ""));
        out_text(p->o, " ");
        TRY(put_text(p, number));
        out_text(p->o, "\n");
    }
    return RC_OK;
}

static enum rc put_findings(struct page *p)
{
    TRY(put_heading(p, "out.findings"));
    out_text(p->o, "  ");
    for (size_t i = 0; i < OVERVIEW_SEVERITIES; i++) {
        char number[24];
        int64_t n = p->v.findings[i];
        (void)snprintf(number, sizeof(number), " %lld", (long long)n);
        out_text(p->o, i > 0 ? "   " : "");
        TRY(put_cell(p, named(p, "severity.", overview_severities[i]), 0, WIDTH,
                     n > 0 ? overview_severities[i] : ""));
        TRY(put_text(p, number));
    }
    out_text(p->o, "\n");
    return RC_OK;
}

static enum rc put_unseen_line(struct page *p, const char *id, int64_t n1, int64_t n2)
{
    out_text(p->o, "  ");
    TRY(put_filled(p, id, n1, n2, WIDTH - 2));
    out_text(p->o, "\n");
    return RC_OK;
}

static enum rc put_unseen(struct page *p)
{
    const struct overview *v = &p->v;
    TRY(put_heading(p, "section.unknown"));
    if (v->unclear + v->open_questions + v->sources == 0 && v->hosts == v->answered) {
        return put_unseen_line(p, "out.unseen.none", 0, 0);
    }
    TRY(put_unseen_line(p, "out.unseen.checks", v->unclear, v->checks));
    if (v->hosts > 0) {
        TRY(put_unseen_line(p, "out.unseen.hosts", v->hosts - v->answered, v->hosts));
    }
    if (v->sources > 0) {
        TRY(put_unseen_line(p, "out.unseen.sources", v->sources, 0));
    }
    if (v->open_questions > 0) {
        TRY(put_unseen_line(p, "out.unseen.questions", v->open_questions, 0));
    }
    return put_unseen_line(p, "out.unseen.never", 0, 0);
}

enum rc output_summary_lines(sqlite3 *db, const struct report_options *options, bool with_colours,
                             struct out *o, struct err *err)
{
    AUTO(page_done)
    struct page p = { .o = o, .a = arena_new(0), .with_colours = with_colours, .err = err };
    (void)text_lang_from(options->lang, &p.lang);
    if (!p.a) {
        return err_setf(err, RC_NOMEM, "no memory for the summary");
    }
    TRY(assets_open(&p.assets, options->assets, err));
    TRY(overview_read(&p.v, db, p.lang, p.a, err));
    TRY(put_title(&p));
    TRY(put_grades(&p));
    TRY(p.v.measure_count > 0 ? put_measures(&p) : put_worst(&p));
    TRY(put_findings(&p));
    return put_unseen(&p);
}

enum rc output_summary(sqlite3 *db, const struct report_options *options, struct out *o,
                       struct err *err)
{
    return output_summary_lines(db, options, false, o, err);
}
