/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Points of each theme over the audits, from <trend>: small fields on one scale, side by side. An audit that did not see a theme is an empty dashed field, never 0. */
#include <stdio.h>
#include <string.h>

#include "audit/base/num.h"
#include "report/chart.h"

#define RUNS_MOST   24
#define THEMES_MOST 18
#define COLUMNS     3
#define PITCH       330 /* from one field to the next, sideways */
#define ROW         164 /* and down */
#define AXIS        44  /* room for the numbers of the scale */
#define WIDTH       244
#define HEIGHT      80
#define INSET       10 /* from the edge of a field to its first run */

struct theme {
    const char *id, *title;
    const char *grade[RUNS_MOST]; /* "" = the audit did not know the theme */
    int64_t score[RUNS_MOST];
};

struct themes {
    size_t runs, themes;
    bool is_full; /* themes were left out */
    const char *run[RUNS_MOST], *at[RUNS_MOST], *day[RUNS_MOST];
    struct theme theme[THEMES_MOST];
};

/* "" where the element has no such attribute. */
static const char *attribute(struct chart *c, xmlNode *node, const char *name)
{
    xmlChar *value = xmlGetNoNsProp(node, XML(name));
    const char *copy = arena_strdup(c->a, value ? (const char *)value : "");
    xmlFree(value);
    c->m->bad = c->m->bad || !copy;
    return copy ? copy : "";
}

static bool is_named(const xmlNode *node, const char *name)
{
    return xmlStrcmp(node->name, XML(name)) == 0;
}

/* The newest runs, oldest first. */
static void read_runs(struct chart *c, const xmlNode *trend, struct themes *t)
{
    size_t all = 0, seen = 0;
    for (const xmlNode *n = trend->children; n; n = n->next) {
        all += is_named(n, "run");
    }
    for (xmlNode *n = trend->children; n; n = n->next) {
        if (is_named(n, "run") && ++seen + RUNS_MOST > all) {
            const char *at = attribute(c, n, "ran_at");
            t->run[t->runs] = attribute(c, n, "id");
            t->at[t->runs] = at;
            t->day[t->runs] = arena_strndup(c->a, at, strcspn(at, " "));
            c->m->bad = c->m->bad || !t->day[t->runs];
            t->runs++;
        }
    }
}

/* The theme of that id, made when there is none; NULL without room. */
static struct theme *theme_of(struct themes *t, const char *id)
{
    for (size_t i = 0; i < t->themes; i++) {
        if (strcmp(t->theme[i].id, id) == 0) {
            return &t->theme[i];
        }
    }
    if (t->themes == THEMES_MOST) {
        return NULL;
    }
    struct theme *new = &t->theme[t->themes++];
    *new = (struct theme){ .id = id, .title = id };
    for (size_t i = 0; i < RUNS_MOST; i++) {
        new->grade[i] = "";
        new->score[i] = CHART_MISSING;
    }
    return new;
}

static void read_theme(struct chart *c, xmlNode *node, struct themes *t)
{
    const char *run = attribute(c, node, "id"), *score = attribute(c, node, "score");
    size_t i = 0;
    while (i < t->runs && strcmp(t->run[i], run) != 0) {
        i++;
    }
    struct theme *theme = i < t->runs ? theme_of(t, attribute(c, node, "theme")) : NULL;
    if (!theme) {
        t->is_full = t->is_full || i < t->runs;
        return;
    }
    const char *title = attribute(c, node, "title");
    theme->title = title[0] ? title : theme->title; /* rows of a theme are in order of time */
    theme->grade[i] = attribute(c, node, "grade");
    int64_t n = 0;
    theme->score[i] = num_i64(score, strlen(score), &n) && n >= 0 && n <= 100 ? n : CHART_MISSING;
}

static void read_themes(struct chart *c, const xmlNode *trend, struct themes *t)
{
    read_runs(c, trend, t);
    for (xmlNode *n = trend->children; n; n = n->next) {
        if (is_named(n, "theme-trend")) {
            read_theme(c, n, t);
        }
    }
}

/* "B, 75 points"; what is not known in words. */
static const char *told(struct chart *c, const struct theme *theme, size_t i)
{
    if (theme->score[i] == CHART_MISSING) {
        return chart_word(c, theme->grade[i][0] ? "chart.theme-trends.unjudged"
                                                : "chart.theme-trends.unseen");
    }
    return chart_say(c, "chart.theme-trends.value", theme->grade[i],
                     chart_number(c, theme->score[i]), NULL);
}

/* Dashed fields over the runs that tell nothing. */
static void draw_gaps(struct chart *c, const struct themes *t, const struct theme *theme,
                      const struct chart_plot *plot, const int *x)
{
    int half = t->runs > 1 ? (WIDTH - 2 * INSET) / (2 * ((int)t->runs - 1)) : INSET;
    half = half > INSET ? INSET : half;
    for (size_t i = 0; i < t->runs; i++) {
        size_t from = i;
        while (i < t->runs && theme->score[i] == CHART_MISSING) {
            i++;
        }
        if (i > from) {
            const char *when = i - from > 1 ? chart_say(c, "chart.theme-trends.between",
                                                        t->day[from], t->day[i - 1], NULL)
                                            : t->at[from];
            chart_rect(c, "g-unknown", x[from] - half, plot->y, x[i - 1] - x[from] + 2 * half,
                       plot->h,
                       chart_say(c, "chart.theme-trends.point", when, told(c, theme, from), NULL));
        }
    }
}

static void draw_theme(struct chart *c, const struct themes *t, size_t at)
{
    const struct theme *theme = &t->theme[at];
    int left = (int)(at % COLUMNS) * PITCH, y = (int)(at / COLUMNS) * ROW, x[RUNS_MOST];
    struct chart_plot plot = { left + AXIS, y + 48, WIDTH, HEIGHT, 100 };
    size_t last = t->runs - 1;
    for (size_t i = 0; i < t->runs; i++) {
        x[i] = plot.x + INSET + (int)i * (WIDTH - 2 * INSET) / (int)last;
    }
    chart_label(c, "b", "start", left, y + 16, PITCH - 12, theme->title);
    chart_label(c, "", "start", plot.x, y + 36, WIDTH, told(c, theme, last));
    chart_axes(c, &plot);
    draw_gaps(c, t, theme, &plot, x);
    chart_line(c, &plot, 2 * CHART_LINES, x, theme->score, t->runs);
    const char *const days[] = { t->day[0], t->day[last] };
    const int ends[] = { x[0], x[last] };
    chart_places(c, &plot, ends, days, ARRAY_LEN(days));
}

static void tell_theme(struct chart *c, const struct themes *t, const struct theme *theme)
{
    size_t missing = 0;
    for (size_t i = 0; i < t->runs; i++) {
        missing += theme->score[i] == CHART_MISSING;
    }
    chart_desc(c, chart_say(c, "chart.theme-trends.sentence", theme->title, told(c, theme, 0),
                            told(c, theme, t->runs - 1)));
    if (missing > 0) {
        chart_desc(c, chart_say(c, "chart.theme-trends.missing", chart_number(c, (int64_t)missing),
                                chart_number(c, (int64_t)t->runs), NULL));
    }
}

static void tell(struct chart *c, const struct themes *t)
{
    xmlNode *row = chart_row(c);
    chart_cell(c, row, chart_word(c, "chart.trend.run"));
    for (size_t k = 0; k < t->themes; k++) {
        chart_cell(c, row, t->theme[k].title);
        tell_theme(c, t, &t->theme[k]);
    }
    for (size_t i = 0; i < t->runs; i++) {
        row = chart_row(c);
        chart_cell(c, row, t->at[i]);
        for (size_t k = 0; k < t->themes; k++) {
            chart_cell(c, row, told(c, &t->theme[k], i));
        }
    }
}

enum rc chart_theme_trends(struct model *m, xmlNode *charts, struct err *err)
{
    AUTO(chart_done) struct chart c = { 0 };
    struct themes t = { 0 };
    const xmlNode *trend = xmlDocGetRootElement(m->doc)->children;
    while (trend && !is_named(trend, "trend")) {
        trend = trend->next;
    }
    if (!trend) {
        return RC_OK;
    }
    TRY(chart_open(&c, m, charts, "theme-trends", err));
    read_themes(&c, trend, &t);
    if (t.runs < 2 || t.themes == 0) { /* one run is no trend */
        xmlUnlinkNode(c.node);
        xmlFreeNode(c.node);
        return RC_OK;
    }
    for (size_t i = 0; i < t.themes; i++) {
        draw_theme(&c, &t, i);
    }
    chart_key_line(&c, 2 * CHART_LINES, chart_word(&c, "chart.trend.score"));
    chart_key(&c, CHART_UNKNOWN, chart_word(&c, "chart.theme-trends.gap"));
    tell(&c, &t);
    chart_note(&c, chart_word(&c, "chart.theme-trends.note"));
    if (t.is_full) {
        chart_note(&c, chart_say(&c, "chart.theme-trends.rest", chart_number(&c, THEMES_MOST), NULL,
                                 NULL));
    }
    chart_close(&c, ((int)t.themes + COLUMNS - 1) / COLUMNS * ROW);
    return RC_OK;
}
