/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Runs over time, from <trend>: the score with its letter, and findings by severity. One step is one run, whatever time lay between. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "audit/base/num.h"
#include "report/chart.h"

#define RUNS_MOST 24
#define LEFT      64
#define WIDTH     840

enum {
    SCORE,
    CRITICAL,
    HIGH,
    MEDIUM,
    LOW,
    UNKNOWN,
    VALUES
};

static const char *const names[VALUES] = {
    "score", "critical", "high", "medium", "low", "unknown"
};

struct runs {
    size_t n;
    int x[RUNS_MOST];
    const char *at[RUNS_MOST], *day[RUNS_MOST], *grade[RUNS_MOST];
    int64_t value[VALUES][RUNS_MOST];
};

/* "" where the run has no such attribute. */
static const char *attribute(struct chart *c, xmlNode *run, const char *name)
{
    xmlChar *value = xmlGetNoNsProp(run, XML(name));
    const char *copy = arena_strdup(c->a, value ? (const char *)value : "");
    xmlFree(value);
    c->m->bad = c->m->bad || !copy;
    return copy ? copy : "";
}

static void add_run(struct chart *c, struct runs *r, xmlNode *run)
{
    size_t i = r->n++;
    r->at[i] = attribute(c, run, "ran_at");
    r->at[i] = r->at[i][0] ? r->at[i] : attribute(c, run, "at");
    size_t day = strcspn(r->at[i], " ");
    r->day[i] = arena_strndup(c->a, r->at[i], day);
    r->grade[i] = attribute(c, run, "grade");
    c->m->bad = c->m->bad || !r->day[i];
    for (int v = 0; v < VALUES; v++) {
        const char *text = attribute(c, run, names[v]);
        int64_t number = 0;
        /* What nobody counted is no 0. */
        r->value[v][i] =
            num_i64(text, strlen(text), &number) && number >= 0 ? number : CHART_MISSING;
    }
}

/* The newest runs, oldest first. */
static void read_runs(struct chart *c, const xmlNode *trend, struct runs *r)
{
    size_t all = 0, seen = 0;
    for (xmlNode *n = trend->children; n; n = n->next) {
        all += xmlStrcmp(n->name, XML("run")) == 0;
    }
    for (xmlNode *n = trend->children; n; n = n->next) {
        if (xmlStrcmp(n->name, XML("run")) == 0 && ++seen + RUNS_MOST > all) {
            add_run(c, r, n);
        }
    }
    for (size_t i = 0; i < r->n; i++) {
        r->x[i] = r->n > 1 ? LEFT + 20 + (int)i * (WIDTH - 40) / (int)(r->n - 1) : LEFT + WIDTH / 2;
    }
}

static const char *letter(struct chart *c, const struct runs *r, size_t i)
{
    return r->grade[i][0] == '\0' || strcmp(r->grade[i], "-") == 0
               ? chart_word(c, "chart.trend.none")
               : r->grade[i];
}

static const char *shown(struct chart *c, int64_t value)
{
    return value == CHART_MISSING ? chart_word(c, "chart.unknown") : chart_number(c, value);
}

static void draw_score(struct chart *c, const struct runs *r, const struct chart_plot *plot)
{
    chart_axes(c, plot);
    chart_label(c, "b", "start", 0, plot->y - 22, 400, chart_word(c, "chart.trend.score"));
    chart_line(c, plot, 2 * CHART_LINES, r->x, r->value[SCORE], r->n);
    for (size_t i = 0; i < r->n; i++) {
        int64_t score = r->value[SCORE][i];
        int y = score == CHART_MISSING ? plot->y + plot->h : chart_plot_y(plot, score);
        chart_label(c, "grade", "middle", r->x[i], y - 10, 30, letter(c, r, i));
    }
}

static const char *line_word(struct chart *c, int value)
{
    if (value == UNKNOWN) {
        return chart_word(c, "chart.trend.unknown");
    }
    return chart_join(c, "", assets_message2(c->m->assets, "severity.", names[value], c->m->lang));
}

/* The lines of the values from first to last in a field of their own. */
static void draw_lines(struct chart *c, const struct runs *r, struct chart_plot *plot,
                       const char *id, int first, int last)
{
    int64_t most = 1;
    for (int v = first; v <= last; v++) {
        for (size_t i = 0; i < r->n; i++) {
            most = r->value[v][i] > most ? r->value[v][i] : most;
        }
    }
    plot->most = chart_scale(most);
    chart_axes(c, plot);
    chart_label(c, "b", "start", 0, plot->y - 16, 400, chart_word(c, id));
    /* The worst is drawn last, on top. */
    for (int v = last; v >= first; v--) {
        chart_line(c, plot, v - CRITICAL, r->x, r->value[v], r->n);
    }
    for (int v = first; v <= last; v++) {
        chart_key_line(c, v - CRITICAL, line_word(c, v));
    }
}

static void tell(struct chart *c, const struct runs *r)
{
    xmlNode *row = chart_row(c);
    chart_cell(c, row, chart_word(c, "chart.trend.run"));
    chart_cell(c, row, chart_word(c, "chart.trend.grade"));
    for (int v = 0; v < VALUES; v++) {
        const char *word = v == SCORE ? chart_word(c, "chart.trend.score") : line_word(c, v);
        model_count(c->m, model_text(c->m, row, "cell", word), "n", 1);
    }
    for (size_t i = 0; i < r->n; i++) {
        row = chart_row(c);
        chart_cell(c, row, r->at[i]);
        chart_cell(c, row, letter(c, r, i));
        for (int v = 0; v < VALUES; v++) {
            model_count(c->m, model_text(c->m, row, "cell", shown(c, r->value[v][i])), "n", 1);
        }
        const char *findings = "";
        for (int v = CRITICAL; v < VALUES; v++) {
            findings = chart_join(
                c, chart_join(c, findings, v > CRITICAL ? chart_word(c, "chart.comma") : ""),
                chart_say(c, "chart.part", line_word(c, v), shown(c, r->value[v][i]), NULL));
        }
        const char *score =
            chart_say(c, "chart.trend.at", letter(c, r, i), shown(c, r->value[SCORE][i]), NULL);
        chart_desc(c, chart_say(c, "chart.trend.sentence", r->at[i], score, findings));
    }
}

static enum rc draw(struct model *m, xmlNode *charts, const xmlNode *trend, const char *name,
                    struct err *err)
{
    AUTO(chart_done) struct chart c = { 0 };
    struct runs r = { 0 };
    struct chart_plot score = { LEFT, 44, WIDTH, 130, 100 },
                      findings = { LEFT, 226, WIDTH, 170, 1 },
                      unknown = { LEFT, 444, WIDTH, 70, 1 };
    TRY(chart_open(&c, m, charts, "trend", err));
    if (name) {
        (void)xmlUnsetProp(c.node, XML("name"));
        model_attr(m, c.node, "name", name);
    }
    read_runs(&c, trend, &r);
    if (r.n < 2) { /* one run is no trend */
        xmlUnlinkNode(c.node);
        xmlFreeNode(c.node);
        return RC_OK;
    }
    draw_score(&c, &r, &score);
    draw_lines(&c, &r, &findings, "chart.trend.findings", CRITICAL, LOW);
    /* Results that nobody knows are many: on one scale with findings these would lie flat. */
    draw_lines(&c, &r, &unknown, "chart.trend.unknown", UNKNOWN, UNKNOWN);
    chart_places(&c, &unknown, r.x, r.day, r.n);
    tell(&c, &r);
    chart_note(&c, chart_word(&c, "chart.trend.note"));
    chart_close(&c, unknown.y + unknown.h + 32);
    return RC_OK;
}

enum rc chart_trend(struct model *m, xmlNode *charts, struct err *err)
{
    const xmlNode *trend = xmlDocGetRootElement(m->doc)->children;
    while (trend && xmlStrcmp(trend->name, XML("trend")) != 0) {
        trend = trend->next;
    }
    return trend ? draw(m, charts, trend, NULL, err) : RC_OK;
}

enum rc chart_trend_of(struct model *m, xmlNode *charts, const xmlNode *trend, int64_t number,
                       struct err *err)
{
    char name[40];
    (void)snprintf(name, sizeof(name), "trend-%lld", (long long)number);
    return draw(m, charts, trend, name, err);
}
