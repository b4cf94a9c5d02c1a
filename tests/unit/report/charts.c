/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "tests/unit/report/charts.h"

#include <stdlib.h>
#include <string.h>

const struct report_options options_en = { .lang = "en" }, options_ja = { .lang = "ja" };

bool make(struct made *d, bool plain, const char *sql, const struct report_options *options)
{
    struct err err;
    *d = (struct made){ .s = fixture_open() };
    bool ok = d->s && (plain || (fixture_mfa(d->s) && fixture_plan(d->s) && fixture_chart(d->s))) &&
              fixture_exec(d->s, sql) && assets_open(&d->assets, NULL, &err) == RC_OK &&
              model_build(&d->m, store_handle(d->s), &d->assets, options, &err) == RC_OK;
    T_OK(ok);
    return ok;
}

void done(struct made *d)
{
    model_done(&d->m);
    assets_done(&d->assets);
    store_closep(&d->s);
}

xmlNode *child(const xmlNode *of, const char *name)
{
    xmlNode *n = of ? of->children : NULL;
    while (n && strcmp((const char *)n->name, name) != 0) {
        n = n->next;
    }
    return n;
}

xmlNode *charts_of(const struct made *d)
{
    return child(xmlDocGetRootElement(d->m.doc), "charts");
}

char *attribute(const xmlNode *node, const char *name)
{
    return node ? (char *)xmlGetNoNsProp(node, XML(name)) : NULL;
}

bool is(const xmlNode *node, const char *name, const char *value)
{
    char *got = attribute(node, name);
    bool same = got && strcmp(got, value) == 0;
    xmlFree(got);
    return same;
}

int number(const xmlNode *node, const char *name)
{
    char *text = attribute(node, name);
    int n = text ? (int)strtol(text, NULL, 10) : -100000;
    xmlFree(text);
    return n;
}

xmlNode *chart_named(const struct made *d, const char *name)
{
    xmlNode *all = charts_of(d);
    for (xmlNode *c = all ? all->children : NULL; c; c = c->next) {
        if (is(c, "name", name)) {
            return c;
        }
    }
    return NULL;
}

/* All text below a node, as one; free() it. */
char *words(const xmlNode *node)
{
    char *text = node ? (char *)xmlNodeGetContent(node) : NULL;
    char *copy = strdup(text ? text : "");
    xmlFree(text);
    return copy;
}

static bool inside(int x, int y, const xmlNode *chart)
{
    return x >= 0 && y >= 0 && x <= number(chart, "width") && y <= number(chart, "height");
}

/* Absolute points of a path: "M x y", "L x y", and all pairs of "C". Letters of other commands end a list. */
static bool path_inside(const char *d, const xmlNode *chart)
{
    bool reads = false;
    while (*d) {
        if (strchr("MLC", *d)) {
            reads = true;
            d++;
        } else if (strchr("-0123456789", *d) && reads) {
            char *end = NULL;
            long x = strtol(d, &end, 10);
            long y = strtol(end, &end, 10);
            if (!inside((int)x, (int)y, chart)) {
                return false;
            }
            d = end;
        } else {
            reads = reads && *d == ' ';
            d++;
        }
    }
    return true;
}

static bool shape_inside(const xmlNode *shape, const xmlNode *chart)
{
    const char *name = (const char *)shape->name;
    if (strcmp(name, "rect") == 0) {
        return number(shape, "width") >= 0 &&
               inside(number(shape, "x"), number(shape, "y"), chart) &&
               inside(number(shape, "x") + number(shape, "width"),
                      number(shape, "y") + number(shape, "height"), chart);
    }
    if (strcmp(name, "circle") == 0) {
        int r = number(shape, "r");
        return inside(number(shape, "cx") - r, number(shape, "cy") - r, chart) &&
               inside(number(shape, "cx") + r, number(shape, "cy") + r, chart);
    }
    if (strcmp(name, "path") == 0) {
        char *d = attribute(shape, "d");
        bool ok = d && path_inside(d, chart);
        xmlFree(d);
        return ok;
    }
    char *text = words(child(shape, "text"));
    int width = chart_text_width(text), x = number(shape, "x");
    int from = is(shape, "anchor", "end")      ? x - width
               : is(shape, "anchor", "middle") ? x - width / 2
                                               : x;
    free(text);
    return inside(from, number(shape, "y"), chart) && from + width <= number(chart, "width") + 2;
}

void all_inside(const struct made *d)
{
    const xmlNode *all = charts_of(d);
    for (const xmlNode *c = all ? all->children : NULL; c; c = c->next) {
        const xmlNode *shapes = child(c, "shapes");
        for (const xmlNode *s = shapes ? shapes->children : NULL; s; s = s->next) {
            if (!shape_inside(s, c)) {
                char *name = attribute(c, "name"), *text = words(s);
                (void)fprintf(stderr, "%s: <%s> at %d %d \"%s\"\n", name, (const char *)s->name,
                              number(s, "x"), number(s, "y"), text);
                T_EQ_S(name, "within the drawing");
                xmlFree(name);
                free(text);
            }
        }
    }
}

/* The cells of a row of a chart's table, with " | " between; free() it. */
char *row_of(const struct made *d, const char *chart, const char *first)
{
    xmlNode *table = child(chart_named(d, chart), "table");
    char line[2000] = "";
    for (xmlNode *r = table ? table->children : NULL; r; r = r->next) {
        char *head = words(r->children);
        bool found = strcmp(head, first) == 0;
        free(head);
        for (xmlNode *k = r->children; found && k; k = k->next) {
            char *text = words(k);
            size_t at = strlen(line);
            (void)snprintf(line + at, sizeof(line) - at, "%s%s", at ? " | " : "", text);
            free(text);
        }
        if (found) {
            break;
        }
    }
    return strdup(line);
}

void row_is(const struct made *d, const char *chart, const char *first, const char *want)
{
    char *got = row_of(d, chart, first);
    T_EQ_S(got, want);
    free(got);
}

static void add_run(struct made *d, xmlNode *trend, int i)
{
    static const char *const grades[] = { "E", "D", "-", "D", "C", "B" };
    xmlNode *run = model_node(&d->m, trend, "run");
    char at[40];
    (void)snprintf(at, sizeof(at), "2026-%02d-01 09:00", i + 1);
    model_count(&d->m, run, "id", i);
    model_attr(&d->m, run, "ran_at", at);
    model_attr(&d->m, run, "grade", grades[i % 6]);
    if (i % 6 != 2) {
        model_count(&d->m, run, "score", 20 + i * 9);
        model_count(&d->m, run, "critical", 45 - i * 7 > 0 ? 45 - i * 7 : 0);
        model_count(&d->m, run, "high", 210 - i * 20);
        model_count(&d->m, run, "medium", 180 + (i % 2) * 15);
        model_count(&d->m, run, "low", 90);
        model_count(&d->m, run, "unknown", 300 - i * 41);
    }
}

bool add_trend(struct made *d, int runs)
{
    struct err err;
    xmlNode *trend = model_node(&d->m, xmlDocGetRootElement(d->m.doc), "trend");
    for (int i = 0; i < runs; i++) {
        add_run(d, trend, i);
    }
    return chart_trend(&d->m, charts_of(d), &err) == RC_OK;
}

void add_theme(struct made *d, int i, const char *theme, const char *title, int score)
{
    xmlNode *trend = xmlGetLastChild(xmlDocGetRootElement(d->m.doc));
    xmlNode *node = model_node(&d->m, trend, "theme-trend");
    model_count(&d->m, node, "id", i);
    model_attr(&d->m, node, "theme", theme);
    model_attr(&d->m, node, "title", title);
    model_attr(&d->m, node, "grade", score < 0 ? "-" : "D");
    if (score >= 0) {
        model_count(&d->m, node, "score", score);
    }
}
