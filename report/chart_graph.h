/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A drawing in layers: boxes in columns from left to right, lines between them that cross as little as a few sweeps can reach. Integers only; the same input gives the same drawing. */
#ifndef REPORT_CHART_GRAPH_H
#define REPORT_CHART_GRAPH_H

#include "report/chart.h"

#define GRAPH_COLUMNS 5
#define GRAPH_NODES   512 /* boxes and bends */
#define GRAPH_EDGES   256

struct graph_node {
    const char *key, *name, *sub; /* borrowed; a bend has none */
    const char *class;            /* of the box; of a bend that of its lines */
    int column, place, y;         /* place: from above in its column; y: its middle */
    int to;                       /* of a bend: the box where its lines end */
};

struct graph_edge {
    int from, to;
    const char *class;
    int bend[GRAPH_COLUMNS]; /* nodes that it passes, one in each column between */
    int bends;
};

struct graph {
    struct graph_node node[GRAPH_NODES];
    struct graph_edge edge[GRAPH_EDGES];
    int nodes, edges, columns; /* columns: at least 2 */
    bool is_full;              /* something found no room */
};

/* The node of that key; made when there is none. Of several columns the leftmost counts. -1 when there is no room. */
int graph_node(struct graph *g, const char *key, const char *name, int column, const char *class);
/* Once each; -1 as an end is ignored. */
void graph_edge(struct graph *g, int from, int to, const char *class);
/* Draws all of it below y; returns the y below the drawing. */
int graph_draw(struct chart *c, struct graph *g, int y);

#endif
