/* SPDX-License-Identifier: GPL-3.0-or-later */
/* <charts>: words, shapes and tables that every chart is made of, and the list of the charts. */
#include <stdio.h>
#include <string.h>

#include "audit/base/utf.h"
#include "audit/base/wr.h"
#include "report/chart.h"

#define WORDS_MAX ((size_t)4 << 20)

enum rc model_charts(struct model *m, xmlNode *root, struct err *err)
{
    xmlNode *charts = model_node(m, root, "charts");
    TRY(chart_themes(m, charts, err));
    TRY(chart_laps(m, charts, err));
    TRY(chart_mfa(m, charts, err));
    TRY(chart_ages(m, charts, err));
    TRY(chart_clusters(m, charts, err));
    TRY(chart_paths(m, charts, err));
    TRY(chart_reset(m, charts, err));
    TRY(chart_trend(m, charts, err));
    return chart_theme_trends(m, charts, err);
}

enum rc chart_open(struct chart *c, struct model *m, xmlNode *charts, const char *name,
                   struct err *err)
{
    *c = (struct chart){ .m = m, .a = arena_new(WORDS_MAX) };
    if (!c->a) {
        return err_setf(err, RC_NOMEM, "no memory for the report");
    }
    arena_reset(m->a);
    c->node = model_node(m, charts, "chart");
    model_attr(m, c->node, "name", name);
    char id[64];
    (void)snprintf(id, sizeof(id), "chart.%s", name);
    (void)model_text(m, c->node, "title", chart_word(c, id));
    c->legend = model_node(m, c->node, "legend");
    c->shapes = model_node(m, c->node, "shapes");
    c->table = model_node(m, c->node, "table");
    return RC_OK;
}

void chart_close(struct chart *c, int height)
{
    c->height = height;
    model_count(c->m, c->node, "width", CHART_WIDTH);
    model_count(c->m, c->node, "height", height);
    arena_reset(c->m->a);
}

void chart_done(struct chart *c)
{
    arena_free(c->a);
    c->a = NULL;
}

static const char *kept(struct chart *c, const char *text)
{
    c->m->bad = c->m->bad || !text;
    return text ? text : "";
}

const char *chart_word(struct chart *c, const char *id)
{
    const char *text = assets_message(c->m->assets, id, c->m->lang);
    return text ? text : kept(c, arena_strdup(c->a, id));
}

const char *chart_say(struct chart *c, const char *id, const char *a, const char *b, const char *d)
{
    char one[96];
    const char *const values[] = { a ? a : "", b ? b : "", d ? d : "" };
    (void)snprintf(one, sizeof(one), "%s.one", id);
    const char *text =
        strcmp(values[0], "1") == 0 ? assets_message(c->m->assets, one, c->m->lang) : NULL;
    text = text ? text : chart_word(c, id);
    AUTO(wr_done) struct wr w;
    wr_init(&w, 65536);
    for (const char *p = text; *p; p++) {
        if (*p == '{' && p[1] >= '1' && p[1] <= '3' && p[2] == '}') {
            wr_text(&w, values[p[1] - '1']);
            p += 2;
        } else {
            wr_u8(&w, (uint8_t)*p);
        }
    }
    return kept(c, w.bad ? NULL : arena_strndup(c->a, (const char *)w.data, w.size));
}

const char *chart_number(struct chart *c, int64_t n)
{
    char plain[24], grouped[40];
    (void)snprintf(plain, sizeof(plain), "%lld", (long long)(n < 0 ? -n : n));
    size_t length = strlen(plain), to = 0;
    if (n < 0) {
        grouped[to++] = '-';
    }
    for (size_t i = 0; i < length; i++) {
        if (i > 0 && (length - i) % 3 == 0) {
            grouped[to++] = ',';
        }
        grouped[to++] = plain[i];
    }
    return kept(c, arena_strndup(c->a, grouped, to));
}

const char *chart_join(struct chart *c, const char *a, const char *b)
{
    return kept(c, arena_printf(c->a, "%s%s", a, b));
}

/* Bytes of the UTF-8 sequence that starts here; the text is valid. */
static size_t sequence(unsigned char first)
{
    return first < 0x80 ? 1 : first < 0xe0 ? 2 : first < 0xf0 ? 3 : 4;
}

/* Width of one character in hundredths of the font size. System fonts differ: these are on the wide side. */
static int advance(const char *p, size_t n)
{
    if (n == 1) {
        return *p == 'W' || *p == 'M' || *p == '@' || *p == 'm' || *p == 'w' || *p == '%' ? 92
               : *p >= 'A' && *p <= 'Z'                                                   ? 70
               : strchr("ijlI.,:;'|!()[] ", *p)                                           ? 36
                                                                                          : 60;
    }
    if (n == 2) {
        return 66;
    }
    unsigned char a = (unsigned char)p[0], b = (unsigned char)p[1];
    bool half = a == 0xef && ((b == 0xbd && (unsigned char)p[2] >= 0xa1) || b == 0xbe);
    return half ? 60 : 102;
}

int chart_text_width(const char *text)
{
    int sum = 0;
    for (size_t n = 0; *text; text += n) {
        n = sequence((unsigned char)*text);
        sum += advance(text, n);
    }
    return (sum * CHART_FONT + 99) / 100;
}

const char *chart_fit(struct chart *c, const char *text, int max, bool *ret_cut)
{
    const char *safe = kept(c, text_safe(c->a, text, strlen(text), TEXT_SHOWN));
    *ret_cut = chart_text_width(safe) > max;
    if (!*ret_cut) {
        return safe;
    }
    size_t keep = 0;
    for (int sum = 102; safe[keep];) {
        size_t n = sequence((unsigned char)safe[keep]);
        sum += advance(safe + keep, n);
        if (sum * CHART_FONT > max * 100) {
            break;
        }
        keep += n;
    }
    return kept(c, arena_printf(c->a, "%.*s…", (int)keep, safe));
}

static void sentence(struct chart *c, const char *element, const char *text)
{
    (void)model_text(c->m, c->node, element, text);
}

void chart_desc(struct chart *c, const char *text)
{
    sentence(c, "desc", text);
}

void chart_note(struct chart *c, const char *text)
{
    sentence(c, "note", text);
}

xmlNode *chart_row(struct chart *c)
{
    return model_node(c->m, c->table, "row");
}

void chart_cell(struct chart *c, xmlNode *row, const char *text)
{
    (void)model_text(c->m, row, "cell", text);
}

void chart_cell_number(struct chart *c, xmlNode *row, int64_t n)
{
    model_count(c->m, model_text(c->m, row, "cell", chart_number(c, n)), "n", 1);
}
