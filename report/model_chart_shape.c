/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The shapes of charts. A texture is a path of its own, clipped here: a pattern would need an id that is unique on the page, and mail programs drop them. */
#include <string.h>

#include "audit/base/wr.h"
#include "report/chart.h"

#define TEXTURE_STEP 8
#define BAR_HEIGHT   26
#define BAR_STEP     42
#define BAR_LABEL    216 /* units kept for the label */
#define BAR_LENGTH   640
#define PART_LEAST   3

static const char *const tone_classes[CHART_TONES] = { "g-good", "g-fair",    "g-weak",
                                                       "g-bad",  "g-unknown", "g-plain" };

static xmlNode *shape(struct chart *c, xmlNode *parent, const char *name, const char *class,
                      const char *title)
{
    xmlNode *node = model_node(c->m, parent, name);
    model_attr(c->m, node, "class", class);
    if (title) {
        (void)model_text(c->m, node, "title", title);
    }
    return node;
}

static xmlNode *rect_in(struct chart *c, xmlNode *parent, const char *class, const int box[4],
                        const char *title)
{
    static const char *const names[4] = { "x", "y", "width", "height" };
    xmlNode *node = shape(c, parent, "rect", class, title);
    for (size_t i = 0; i < ARRAY_LEN(names); i++) {
        model_count(c->m, node, names[i], box[i]);
    }
    return node;
}

xmlNode *chart_rect(struct chart *c, const char *class, int x, int y, int w, int h,
                    const char *title)
{
    const int box[4] = { x, y, w, h };
    return rect_in(c, c->shapes, class, box, title);
}

xmlNode *chart_circle(struct chart *c, const char *class, int x, int y, int r, const char *title)
{
    xmlNode *node = shape(c, c->shapes, "circle", class, title);
    model_count(c->m, node, "cx", x);
    model_count(c->m, node, "cy", y);
    model_count(c->m, node, "r", r);
    return node;
}

static xmlNode *path_in(struct chart *c, xmlNode *parent, const char *class, const char *d,
                        const char *title)
{
    xmlNode *node = shape(c, parent, "path", class, title);
    /* Written by us and longer than a value may be: past model_attr, which would cut it. */
    c->m->bad = c->m->bad || !node || !xmlNewProp(node, XML("d"), XML(d));
    return node;
}

xmlNode *chart_path(struct chart *c, const char *class, const char *d, const char *title)
{
    return path_in(c, c->shapes, class, d, title);
}

/* Diagonals of a box, clipped to it. */
static void diagonals(struct wr *w, const int box[4], bool rising)
{
    int x = box[0], y = box[1], width = box[2], h = box[3];
    for (int k = x - h + TEXTURE_STEP / 2; k < x + width; k += TEXTURE_STEP) {
        int from = k < x ? x - k : 0, to = k + h > x + width ? x + width - k : h;
        if (to > from) {
            wr_printf(w, "M%d %dL%d %d", k + from, rising ? y + h - from : y + from, k + to,
                      rising ? y + h - to : y + to);
        }
    }
}

static void texture(struct chart *c, xmlNode *parent, enum chart_tone tone, const int box[4])
{
    AUTO(wr_done) struct wr w;
    wr_init(&w, 65536);
    if (tone == CHART_FAIR || tone == CHART_BAD) {
        diagonals(&w, box, true);
    }
    if (tone == CHART_WEAK || tone == CHART_BAD) {
        diagonals(&w, box, false);
    }
    wr_u8(&w, 0);
    c->m->bad = c->m->bad || w.bad;
    if (!w.bad && w.size > 1) {
        (void)path_in(c, parent, tone == CHART_BAD ? "x-bad" : "x-line", (const char *)w.data,
                      NULL);
    }
}

void chart_segment(struct chart *c, enum chart_tone tone, int x, int y, int w, int h,
                   const char *title)
{
    const int box[4] = { x, y, w, h };
    if (w > 0) {
        (void)rect_in(c, c->shapes, tone_classes[tone], box, title);
        texture(c, c->shapes, tone, box);
    }
}

void chart_key(struct chart *c, enum chart_tone tone, const char *text)
{
    const int box[4] = { 0, 0, 24, 12 };
    xmlNode *key = model_node(c->m, c->legend, "key");
    (void)model_text(c->m, key, "text", text);
    (void)rect_in(c, key, tone_classes[tone], box, NULL);
    texture(c, key, tone, box);
}

void chart_key_path(struct chart *c, const char *class, const char *d, const char *text)
{
    xmlNode *key = model_node(c->m, c->legend, "key");
    (void)model_text(c->m, key, "text", text);
    (void)path_in(c, key, class, d, NULL);
}

void chart_label(struct chart *c, const char *class, const char *anchor, int x, int y, int max,
                 const char *text)
{
    /* A bold letter is a thirteenth wider. */
    bool cut = false, bold = strcmp(class, "b") == 0;
    const char *shown = chart_fit(c, text, bold ? max * 13 / 14 : max, &cut);
    xmlNode *node = shape(c, c->shapes, "label", class, NULL);
    model_attr(c->m, node, "anchor", anchor);
    model_count(c->m, node, "x", x);
    model_count(c->m, node, "y", y);
    (void)model_text(c->m, node, "text", shown);
    if (cut) {
        (void)model_text(c->m, node, "title", text);
    }
}

void chart_shares(const int64_t *part, size_t n, int length, int *ret)
{
    int64_t sum = 0, left = 0;
    int room = length;
    for (size_t i = 0; i < n; i++) {
        sum += part[i];
    }
    /* Those too small to be seen get the least, the others share what is left. */
    for (size_t i = 0; i < n; i++) {
        bool small = sum > 0 && part[i] > 0 && part[i] * length < PART_LEAST * sum;
        ret[i] = small ? PART_LEAST : 0;
        room -= ret[i];
        left += small ? 0 : part[i];
    }
    for (size_t i = 0; i < n; i++) {
        if (part[i] > 0 && ret[i] == 0 && left > 0) {
            ret[i] = (int)(part[i] * room / left);
            left -= part[i];
            room -= ret[i];
        }
    }
}

static const char *title_of(struct chart *c, const char *name, int64_t n)
{
    return chart_say(c, "chart.part", name, chart_number(c, n), NULL);
}

/* One bar; its sentence and its row. */
static void bar(struct chart *c, int y, const struct chart_bar *b, const char *const *names)
{
    int length[CHART_TONES], x = BAR_LABEL + 12;
    int64_t sum = 0;
    const char *parts = "";
    xmlNode *row = chart_row(c);
    chart_shares(b->part, CHART_TONES, BAR_LENGTH, length);
    chart_cell(c, row, b->label);
    chart_label(c, "t", "end", BAR_LABEL, y + 18, BAR_LABEL - 4, b->label);
    for (size_t i = 0; i < CHART_TONES; i++) {
        if (!names[i]) {
            continue;
        }
        const char *number = chart_number(c, b->part[i]);
        chart_segment(c, (enum chart_tone)i, x, y, length[i], BAR_HEIGHT,
                      title_of(c, names[i], b->part[i]));
        if (b->part[i] > 0 && length[i] >= chart_text_width(number) + 10) {
            chart_label(c, "on", "middle", x + length[i] / 2, y + 18, length[i], number);
        }
        x += length[i];
        sum += b->part[i];
        chart_cell_number(c, row, b->part[i]);
        parts = chart_join(c, chart_join(c, parts, *parts ? chart_word(c, "chart.comma") : ""),
                           title_of(c, names[i], b->part[i]));
    }
    if (sum == 0) {
        chart_label(c, "small", "start", x + 4, y + 18, BAR_LENGTH, chart_word(c, "chart.none"));
    }
    chart_label(c, "t", "start", BAR_LABEL + 12 + BAR_LENGTH + 8, y + 18, 80, chart_number(c, sum));
    chart_cell_number(c, row, sum);
    chart_desc(c, chart_say(c, "chart.bar.sentence", b->label, chart_number(c, sum), parts));
}

int chart_bars(struct chart *c, int y, const char *first, const struct chart_bar *bars, size_t n,
               const char *const names[CHART_TONES])
{
    xmlNode *head = chart_row(c);
    chart_cell(c, head, first);
    for (size_t i = 0; i < CHART_TONES; i++) {
        if (names[i]) {
            chart_key(c, (enum chart_tone)i, names[i]);
            model_count(c->m, model_text(c->m, head, "cell", names[i]), "n", 1);
        }
    }
    model_count(c->m, model_text(c->m, head, "cell", chart_word(c, "chart.sum")), "n", 1);
    for (size_t i = 0; i < n; i++, y += BAR_STEP) {
        bar(c, y, &bars[i], names);
    }
    return y - BAR_STEP + BAR_HEIGHT + 6;
}
