/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Lines over time. Each has its own dash and its own mark, so that they differ without colour. */
#include <stdio.h>
#include <string.h>

#include "audit/base/wr.h"
#include "report/chart.h"

#define PATH_MAX_BYTES 65536

int64_t chart_scale(int64_t n)
{
    static const int64_t steps[] = { 1, 2, 5 };
    /* A file may claim any number: no drawing is computed with more than this, and marks above it stand on the upper edge. */
    const int64_t ceiling = 1000000000000000;
    for (int64_t power = 1; power < ceiling; power *= 10) {
        for (size_t i = 0; i < ARRAY_LEN(steps); i++) {
            if (steps[i] * power >= n) {
                return steps[i] * power;
            }
        }
    }
    return ceiling;
}

int chart_plot_y(const struct chart_plot *plot, int64_t value)
{
    int64_t up = value > plot->most ? plot->most : value < 0 ? 0 : value;
    return plot->y + plot->h - (int)((double)up * plot->h / (double)plot->most + 0.5);
}

void chart_axes(struct chart *c, const struct chart_plot *plot)
{
    char d[64];
    int64_t last = -1;
    for (int i = 0; i <= 2; i++) {
        int64_t value = plot->most * i / 2;
        if (value == last) {
            continue;
        }
        last = value;
        int y = chart_plot_y(plot, value);
        (void)snprintf(d, sizeof(d), "M%d %dH%d", plot->x, y, plot->x + plot->w);
        (void)chart_path(c, i == 0 ? "axis" : "grid", d, NULL);
        chart_label(c, "small", "end", plot->x - 14, y + 5, plot->x - 16, chart_number(c, value));
    }
}

/* Marks: square, triangle, circle, diamond, cross. */
static void mark_at(struct wr *w, int of, int x, int y)
{
    switch (of % CHART_LINES) {
    case 0:
        wr_printf(w, "M%d %dh8v8h-8Z", x - 4, y - 4);
        break;
    case 1:
        wr_printf(w, "M%d %dl5 9h-10Z", x, y - 5);
        break;
    case 2:
        wr_printf(w, "M%d %da4 4 0 1 0 8 0a4 4 0 1 0 -8 0Z", x - 4, y);
        break;
    case 3:
        wr_printf(w, "M%d %dl5 5l-5 5l-5 -5Z", x, y - 5);
        break;
    default:
        wr_printf(w, "M%d %dl8 8M%d %dl-8 8", x - 4, y - 4, x + 4, y - 4);
        break;
    }
}

void chart_line(struct chart *c, const struct chart_plot *plot, int of, const int *x,
                const int64_t *value, size_t n)
{
    AUTO(wr_done) struct wr line, marks;
    char class[16];
    bool on = false;
    wr_init(&line, PATH_MAX_BYTES);
    wr_init(&marks, PATH_MAX_BYTES);
    for (size_t i = 0; i < n; i++) {
        if (value[i] == CHART_MISSING) {
            on = false;
            continue;
        }
        int y = chart_plot_y(plot, value[i]);
        wr_printf(&line, "%c%d %d", on ? 'L' : 'M', x[i], y);
        mark_at(&marks, of, x[i], y);
        on = true;
    }
    wr_u8(&line, 0);
    wr_u8(&marks, 0);
    c->m->bad = c->m->bad || line.bad || marks.bad;
    if (!c->m->bad && line.size > 1) {
        (void)snprintf(class, sizeof(class), "line m%d", of);
        (void)chart_path(c, class, (const char *)line.data, NULL);
        (void)snprintf(class, sizeof(class), "dots m%d", of);
        (void)chart_path(c, class, (const char *)marks.data, NULL);
    }
}

void chart_key_line(struct chart *c, int of, const char *text)
{
    AUTO(wr_done) struct wr w;
    char class[16];
    wr_init(&w, 256);
    mark_at(&w, of, 12, 6);
    wr_u8(&w, 0);
    (void)snprintf(class, sizeof(class), "line m%d", of);
    chart_key_path(c, class, "M0 6H24", text);
    (void)snprintf(class, sizeof(class), "dots m%d", of);
    c->m->bad = c->m->bad || w.bad;
    xmlNode *key = c->legend ? xmlGetLastChild(c->legend) : NULL;
    xmlNode *dots = model_node(c->m, key, "path");
    model_attr(c->m, dots, "class", class);
    model_attr(c->m, dots, "d", w.bad ? NULL : (const char *)w.data);
}

void chart_places(struct chart *c, const struct chart_plot *plot, const int *x,
                  const char *const *text, size_t n)
{
    int until = -20;
    for (size_t i = 0; i < n; i++) {
        int width = chart_text_width(text[i]), last = chart_text_width(text[n - 1]);
        int from = x[i] - width / 2 < 0 ? 0 : x[i] - width / 2;
        from = from + width > CHART_WIDTH ? CHART_WIDTH - width : from;
        int end_from = x[n - 1] - last / 2;
        end_from = end_from + last > CHART_WIDTH ? CHART_WIDTH - last : end_from;
        if (i + 1 < n && (from < until + 16 || from + width + 16 > end_from)) {
            continue;
        }
        chart_label(c, "small", "start", from, plot->y + plot->h + 22, width + 2, text[i]);
        until = from + width;
    }
}
