/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The charts over time: one run is no trend, what an audit did not see is a gap, names are text, many runs are the newest. */
#include <stdlib.h>
#include <string.h>

#include "tests/unit/report/charts.h"

static bool draw_themes(struct made *d)
{
    struct err err;
    return chart_theme_trends(&d->m, charts_of(d), &err) == RC_OK;
}

/* The d of each line, in order of drawing, with " | " between; free() it. */
static char *lines_of(const struct made *d)
{
    char text[4000] = "";
    xmlNode *shapes = child(chart_named(d, "theme-trends"), "shapes");
    for (xmlNode *s = shapes ? shapes->children : NULL; s; s = s->next) {
        char *line = is(s, "class", "line m10") ? attribute(s, "d") : NULL;
        size_t at = strlen(text);
        if (line) {
            (void)snprintf(text + at, sizeof(text) - at, "%s%s", at ? " | " : "", line);
        }
        xmlFree(line);
    }
    return strdup(text);
}

static int gaps_of(const struct made *d)
{
    int n = 0;
    xmlNode *shapes = child(chart_named(d, "theme-trends"), "shapes");
    for (xmlNode *s = shapes ? shapes->children : NULL; s; s = s->next) {
        n += strcmp((const char *)s->name, "rect") == 0 && is(s, "class", "g-unknown");
    }
    return n;
}

static void themes_need_two_runs(void)
{
    struct made d;
    if (make(&d, true, "", &options_en)) {
        T_OK(draw_themes(&d) && !chart_named(&d, "theme-trends"));
        T_OK(add_trend(&d, 1));
        add_theme(&d, 0, "mfa", "Second factors", 40);
        T_OK(draw_themes(&d) && !chart_named(&d, "theme-trends"));
    }
    done(&d);
    if (make(&d, true, "", &options_en)) { /* audits of before there were grades */
        T_OK(add_trend(&d, 3) && draw_themes(&d) && !chart_named(&d, "theme-trends"));
    }
    done(&d);
}

static void a_theme_that_was_not_seen_is_a_gap(void)
{
    struct made d;
    if (make(&d, true, "", &options_en) && add_trend(&d, 5)) {
        static const int whole[] = { 0, 25, 50, 75, 100 };
        for (int i = 0; i < 5; i++) {
            add_theme(&d, i, "rights", "Rights", whole[i]);
        }
        add_theme(&d, 0, "mfa", "Second factors", 0);
        add_theme(&d, 3, "mfa", "Second factors",
                  -1); /* seen, but too little; 1, 2 and 4: no row */
        add_theme(&d, 77, "mfa", "Second factors", 90); /* of no run that is told */
        T_OK(draw_themes(&d));
        all_inside(&d);
        char *lines = lines_of(&d);
        T_EQ_S(lines, "M54 128L110 108L166 88L222 68L278 48 | M384 128");
        free(lines);
        T_EQ_I(gaps_of(&d), 1); /* one field over all of them */
        row_is(&d, "theme-trends", "Run", "Run | Rights | Second factors");
        row_is(&d, "theme-trends", "2026-01-01 09:00",
               "2026-01-01 09:00 | D, 0 points | D, 0 points");
        row_is(&d, "theme-trends", "2026-02-01 09:00",
               "2026-02-01 09:00 | D, 25 points | not part of this audit");
        row_is(&d, "theme-trends", "2026-04-01 09:00",
               "2026-04-01 09:00 | D, 75 points | too little seen to judge");
        char *text = words(chart_named(&d, "theme-trends"));
        T_HAS(text, "Rights: first D, 0 points, newest D, 100 points.");
        T_HAS(text, "Second factors: first D, 0 points, newest not part of this audit.");
        T_HAS(text, "Without points in 4 of 5 audits.");
        T_OK(!strstr(text, "90 points") && !strstr(text, "chart."));
        free(text);
    }
    done(&d);
}

/* Sixty runs, more themes than there is room for, names that want to be markup: the newest 24, one after the other. */
static void many_runs_and_hostile_themes(void)
{
    static const char hostile[] = "</text><script>alert(\"t\")</script>\xe2\x80\xae&<b>";
    struct made d;
    if (make(&d, true, "", &options_ja) && add_trend(&d, 60)) {
        for (int k = 0; k < 30; k++) {
            char id[24];
            (void)snprintf(id, sizeof(id), "theme-%d", k);
            for (int i = 0; i < 60; i++) {
                add_theme(&d, i, id,
                          k == 0   ? hostile
                          : k == 1 ? ""
                                   : "端末とネットワークの設定の長い名前",
                          k == 2 ? 4000 : (i * 7 + k) % 101);
            }
        }
        T_OK(draw_themes(&d));
        all_inside(&d);
        char *text = words(chart_named(&d, "theme-trends"));
        T_OK(!strstr(text, "2026-36-01") && strstr(text, "2026-37-01"));
        T_OK(!strstr(text, "\xe2\x80\xae") && !strstr(text, "4000") && !strstr(text, "theme-18"));
        T_HAS(text, "theme-1");
        T_HAS(text, "最初の 18 分野だけを表示しています");
        free(text);
        T_EQ_I(gaps_of(&d), 1); /* points that no theme can have are none */
        xmlNode *table = child(chart_named(&d, "theme-trends"), "table");
        T_EQ_I((int)xmlChildElementCount(table), 25);
    }
    done(&d);
}

static void a_trend_needs_two_runs(void)
{
    struct made d;
    if (make(&d, true, "", &options_en)) {
        T_OK(!chart_named(&d, "trend"));
        T_OK(add_trend(&d, 1) && !chart_named(&d, "trend"));
    }
    done(&d);
    if (make(&d, true, "", &options_en)) {
        T_OK(add_trend(&d, 6));
        all_inside(&d);
        row_is(&d, "trend", "2026-01-01 09:00",
               "2026-01-01 09:00 | E | 20 | 45 | 210 | 180 | 90 | 300");
        row_is(
            &d, "trend", "2026-03-01 09:00",
            "2026-03-01 09:00 | – | not known | not known | not known | not known | not known | not known");
        /* The line of the score breaks where the score is not known: two pieces. */
        xmlNode *shapes = child(chart_named(&d, "trend"), "shapes"),
                *s = shapes ? shapes->children : NULL;
        while (s && !is(s, "class", "line m10")) {
            s = s->next;
        }
        char *line = attribute(s, "d");
        T_OK(line && strchr(line + 1, 'M') != NULL && !strchr(strchr(line + 1, 'M') + 1, 'M'));
        xmlFree(line);
    }
    done(&d);
    if (make(&d, true, "", &options_ja)) {
        T_OK(add_trend(&d, 40));
        char *text = words(chart_named(&d, "trend"));
        T_OK(!strstr(text, "2026-16-01") && strstr(text, "2026-17-01"));
        free(text);
        all_inside(&d);
    }
    done(&d);
}

#define TESTS(X)                          \
    X(a_trend_needs_two_runs)             \
    X(themes_need_two_runs)               \
    X(a_theme_that_was_not_seen_is_a_gap) \
    X(many_runs_and_hostile_themes)
T_MAIN("report_chart_trends", TESTS)
