/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <string.h>

#include "audit/base/wr.h"
#include "report/chart_graph.h"

#define BOX_H    40
#define ROW      48
#define BEND_ROW 14  /* a line that only passes needs less room */
#define COLUMN   40  /* between the columns */
#define LAST     128 /* width of the last column, whose words are ours and short */
#define SWEEPS   6

int graph_node(struct graph *g, const char *key, const char *name, int column, const char *class)
{
    for (int i = 0; i < g->nodes; i++) {
        if (g->node[i].key && strcmp(g->node[i].key, key) == 0) {
            g->node[i].column = column < g->node[i].column ? column : g->node[i].column;
            return i;
        }
    }
    if (g->nodes == GRAPH_NODES) {
        g->is_full = true;
        return -1;
    }
    g->node[g->nodes] =
        (struct graph_node){ .key = key, .name = name, .column = column, .class = class };
    return g->nodes++;
}

void graph_edge(struct graph *g, int from, int to, const char *class)
{
    for (int i = 0; i < g->edges; i++) {
        if (g->edge[i].from == from && g->edge[i].to == to) {
            return;
        }
    }
    if (from < 0 || to < 0 || g->edges == GRAPH_EDGES) {
        g->is_full = true;
        return;
    }
    g->edge[g->edges++] = (struct graph_edge){ .from = from, .to = to, .class = class };
}

/* Lines to one box that are of one class share their way through a column. */
static int bend_of(struct graph *g, const struct graph_edge *e, int column)
{
    for (int i = 0; i < g->nodes; i++) {
        const struct graph_node *n = &g->node[i];
        if (!n->key && n->column == column && n->to == e->to && n->class == e->class) {
            return i;
        }
    }
    if (g->nodes == GRAPH_NODES) {
        return -1;
    }
    g->node[g->nodes] = (struct graph_node){ .column = column, .to = e->to, .class = e->class };
    return g->nodes++;
}

/* A line over several columns gets a place of its own in each, so that it runs behind no box. */
static void add_bends(struct graph *g)
{
    for (int i = 0; i < g->edges; i++) {
        struct graph_edge *e = &g->edge[i];
        for (int k = g->node[e->from].column + 1; k < g->node[e->to].column; k++) {
            int bend = bend_of(g, e, k);
            if (bend < 0) {
                g->is_full = true;
                return;
            }
            e->bend[e->bends++] = bend;
        }
    }
}

/* The nodes of a column, from above. */
static int column_of(const struct graph *g, int column, int *ret)
{
    int n = 0;
    for (int i = 0; i < g->nodes; i++) {
        if (g->node[i].column == column) {
            int at = n++;
            for (; at > 0 && g->node[ret[at - 1]].place > g->node[i].place; at--) {
                ret[at] = ret[at - 1];
            }
            ret[at] = i;
        }
    }
    return n;
}

/* The step of an edge that leaves a node (or arrives at it): -1 when it is not on the edge, or ends there. */
static int neighbour(const struct graph_edge *e, int node, bool left)
{
    int path[GRAPH_COLUMNS + 2], n = 0;
    path[n++] = e->from;
    for (int i = 0; i < e->bends; i++) {
        path[n++] = e->bend[i];
    }
    path[n++] = e->to;
    for (int i = 0; i < n; i++) {
        if (path[i] == node) {
            int at = left ? i - 1 : i + 1;
            return at >= 0 && at < n ? path[at] : -1;
        }
    }
    return -1;
}

/* Each node of a column to the mean place of its neighbours on one side; in thousandths. */
static void sort_column(struct graph *g, int column, bool left)
{
    int list[GRAPH_NODES], n = column_of(g, column, list);
    int64_t rank[GRAPH_NODES];
    for (int i = 0; i < n; i++) {
        int64_t sum = 0, count = 0;
        for (int e = 0; e < g->edges; e++) {
            int other = neighbour(&g->edge[e], list[i], left);
            sum += other >= 0 ? (int64_t)g->node[other].y * 1000 : 0;
            count += other >= 0;
        }
        rank[i] = count > 0 ? sum / count : (int64_t)g->node[list[i]].y * 1000;
    }
    for (int i = 1; i < n; i++) {
        int node = list[i], at = i;
        int64_t value = rank[i];
        for (; at > 0 && rank[at - 1] > value; at--) {
            rank[at] = rank[at - 1];
            list[at] = list[at - 1];
        }
        rank[at] = value;
        list[at] = node;
    }
    for (int i = 0; i < n; i++) {
        g->node[list[i]].place = i;
    }
}

static int room_of(const struct graph_node *n)
{
    return n->key ? ROW : BEND_ROW;
}

/* Middles of the boxes of each column, which stands in the middle of the drawing. Returns the height. */
static int set_heights(struct graph *g)
{
    int list[GRAPH_NODES], total[GRAPH_COLUMNS] = { 0 }, height = 0;
    for (int i = 0; i < g->nodes; i++) {
        total[g->node[i].column] += room_of(&g->node[i]);
    }
    for (int k = 0; k < g->columns; k++) {
        height = total[k] > height ? total[k] : height;
    }
    for (int k = 0; k < g->columns; k++) {
        int n = column_of(g, k, list);
        /* What is left over goes between the boxes. */
        int spare = (height - total[k]) / (n + 1), y = spare;
        for (int i = 0; i < n; i++) {
            struct graph_node *node = &g->node[list[i]];
            node->y = y + room_of(node) / 2;
            y += room_of(node) + spare;
        }
    }
    return height;
}

static int box_width(const struct graph *g, int column)
{
    int before = (CHART_WIDTH - 4 - LAST - (g->columns - 1) * COLUMN) / (g->columns - 1);
    return column == g->columns - 1 ? LAST : before;
}

static int box_x(const struct graph *g, int node)
{
    return 2 + g->node[node].column * (box_width(g, 0) + COLUMN);
}

static void draw_edge(struct chart *c, const struct graph *g, const struct graph_edge *e, int top)
{
    AUTO(wr_done) struct wr w;
    int width = box_width(g, 0), x = box_x(g, e->from) + width, y = top + g->node[e->from].y;
    wr_init(&w, 4096);
    wr_printf(&w, "M%d %d", x, y);
    for (int i = 0; i <= e->bends; i++) {
        int to = i < e->bends ? e->bend[i] : e->to;
        int tx = box_x(g, to), ty = top + g->node[to].y;
        if (g->node[to].column <= g->node[e->from].column) {
            ty = y; /* backwards: groups that contain each other; a stub is enough */
            tx = x + COLUMN / 3;
        }
        wr_printf(&w, "C%d %d %d %d %d %d", x + COLUMN / 2, y, tx - COLUMN / 2, ty, tx, ty);
        x = tx;
        y = ty;
        if (i < e->bends) {
            x += width;
            wr_printf(&w, "H%d", x);
        }
    }
    wr_u8(&w, 0);
    c->m->bad = c->m->bad || w.bad;
    if (!w.bad) {
        (void)chart_path(c, e->class, (const char *)w.data, NULL);
    }
}

static void draw_node(struct chart *c, const struct graph *g, int i, int top)
{
    const struct graph_node *n = &g->node[i];
    int x = box_x(g, i), y = top + n->y, width = box_width(g, n->column);
    bool has_sub = n->sub && n->sub[0];
    (void)chart_rect(c, n->class, x, y - BOX_H / 2, width, BOX_H, NULL);
    chart_label(c, "b", "start", x + 8, has_sub ? y - 3 : y + 5, width - 14, n->name);
    if (has_sub) {
        chart_label(c, "small", "start", x + 8, y + 14, width - 14, n->sub);
    }
}

int graph_draw(struct chart *c, struct graph *g, int y)
{
    for (int i = 0; i < g->nodes; i++) {
        g->node[i].place = i;
    }
    add_bends(g);
    int height = set_heights(g);
    for (int s = 0; s < SWEEPS; s++) {
        for (int k = 0; k < g->columns; k++) {
            bool left = s % 2 == 0;
            sort_column(g, left ? k : g->columns - 1 - k, left);
            height = set_heights(g);
        }
    }
    for (int i = 0; i < g->edges; i++) {
        draw_edge(c, g, &g->edge[i], y);
    }
    for (int i = 0; i < g->nodes; i++) {
        if (g->node[i].key) {
            draw_node(c, g, i, y);
        }
    }
    return y + height;
}
