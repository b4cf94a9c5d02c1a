/* SPDX-License-Identifier: GPL-3.0-or-later */
/* How far the reset plan is, over time: what there is to do, how much of it is done, how much of that is proven, and what is half done or suspect. The table is the section's own. */
#include <stdio.h>
#include <string.h>

#include "audit/base/wr.h"
#include "report/chart.h"
#include "report/query.h"

#define POINTS_MOST 60 /* the newest */
#define LEFT        70
#define WIDTH       830

enum {
    ITEMS,
    DONE, /* proven and attested */
    PROVEN,
    HALF, /* partly, suspect */
    LINES
};

/* clang-format off */
static const char points[] =
    "SELECT * FROM (SELECT p.at, coalesce(sum(g.items) FILTER (WHERE g.state <> 'not_needed'), 0), coalesce(sum(g.items) FILTER (WHERE g.state IN ('done', 'attested')), 0),"
    " coalesce(sum(g.items) FILTER (WHERE g.state = 'done'), 0), coalesce(sum(g.items) FILTER (WHERE g.state IN ('partly', 'suspect')), 0)"
    " FROM reset_point p LEFT JOIN reset_progress g ON g.at = p.at GROUP BY p.at ORDER BY p.at DESC LIMIT ?1) ORDER BY 1";

/* clang-format on */

struct progress {
    size_t n;
    int x[POINTS_MOST];
    int64_t at[POINTS_MOST], value[LINES][POINTS_MOST];
    const char *text[POINTS_MOST];
};

static enum rc read_points(struct chart *c, struct progress *p, struct err *err)
{
    AUTO(query_done) sqlite3_stmt *q = NULL;
    struct model_limit l = { .most = POINTS_MOST };
    TRY(query_open(c->m->db, points, &q, err));
    (void)sqlite3_bind_int(q, 1, POINTS_MOST);
    while (model_next(q, &l, err)) {
        size_t i = p->n++;
        p->at[i] = sqlite3_column_int64(q, 0);
        p->text[i] = text_time(c->a, p->at[i], c->m->lang);
        c->m->bad = c->m->bad || !p->text[i];
        for (int v = 0; v < LINES; v++) {
            p->value[v][i] = sqlite3_column_int64(q, 1 + v);
        }
    }
    TRY(l.rc);
    for (size_t i = 0; i < p->n; i++) {
        double all = (double)p->at[p->n - 1] - (double)p->at[0];
        double part = (double)p->at[i] - (double)p->at[0];
        p->x[i] = LEFT + (all > 0 ? (int)(part * WIDTH / all) : 0);
    }
    return c->m->bad ? err_setf(err, RC_NOMEM, "no memory for the report") : RC_OK;
}

/* The field below a line. */
static void area(struct chart *c, const struct chart_plot *plot, const char *class,
                 const struct progress *p, int of)
{
    AUTO(wr_done) struct wr w;
    wr_init(&w, 65536);
    wr_printf(&w, "M%d %d", p->x[0], plot->y + plot->h);
    for (size_t i = 0; i < p->n; i++) {
        wr_printf(&w, "L%d %d", p->x[i], chart_plot_y(plot, p->value[of][i]));
    }
    wr_printf(&w, "L%d %dZ", p->x[p->n - 1], plot->y + plot->h);
    wr_u8(&w, 0);
    c->m->bad = c->m->bad || w.bad;
    if (!w.bad) {
        (void)chart_path(c, class, (const char *)w.data, NULL);
    }
}

static void tell(struct chart *c, const struct progress *p, size_t i)
{
    const char *done = chart_say(c, "reset.openof", chart_number(c, p->value[DONE][i]),
                                 chart_number(c, p->value[ITEMS][i]), NULL);
    const char *parts = chart_say(c, "chart.part", chart_word(c, "chart.reset.proven"),
                                  chart_number(c, p->value[PROVEN][i]), NULL);
    parts = chart_join(c, chart_join(c, parts, chart_word(c, "chart.comma")),
                       chart_say(c, "chart.part", chart_word(c, "chart.reset.half"),
                                 chart_number(c, p->value[HALF][i]), NULL));
    chart_desc(c, chart_say(c, "chart.reset.sentence", p->text[i], done, parts));
}

static void draw(struct chart *c, const struct progress *p)
{
    static const char *const words[LINES] = { "chart.reset.items", "chart.reset.done",
                                              "chart.reset.proven", "chart.reset.half" };
    struct chart_plot plot = { LEFT, 14, WIDTH, 200, 1 };
    int64_t most = 1;
    for (size_t i = 0; i < p->n; i++) {
        most = p->value[ITEMS][i] > most ? p->value[ITEMS][i] : most;
    }
    plot.most = chart_scale(most);
    area(c, &plot, "area", p, DONE);
    area(c, &plot, "area proven", p, PROVEN);
    chart_axes(c, &plot);
    for (int v = 0; v < LINES; v++) {
        chart_line(c, &plot, CHART_LINES + v, p->x, p->value[v], p->n);
        chart_key_line(c, CHART_LINES + v, chart_word(c, words[v]));
    }
    chart_places(c, &plot, p->x, p->text, p->n);
    chart_close(c, plot.y + plot.h + 32);
}

enum rc chart_reset(struct model *m, xmlNode *charts, struct err *err)
{
    AUTO(chart_done) struct chart c;
    struct progress p = { 0 };
    TRY(chart_open(&c, m, charts, "reset", err));
    TRY(read_points(&c, &p, err));
    if (p.n < 2) { /* one point is no progress */
        xmlUnlinkNode(c.node);
        xmlFreeNode(c.node);
        return RC_OK;
    }
    draw(&c, &p);
    tell(&c, &p, 0);
    tell(&c, &p, p.n - 1);
    return RC_OK;
}
