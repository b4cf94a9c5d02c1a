/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Built-in Administrators that share a password, or may: a box a group, a circle a host. What is proven is filled and framed, what is suspected is hollow and dashed. */
#include <stdio.h>
#include <string.h>

#include "report/chart.h"
#include "report/query.h"

#define CLUSTERS_SHOWN 24
#define DOTS_SHOWN     60
#define ACROSS         3 /* boxes */
#define GAP            18
#define BOX_W          ((CHART_WIDTH - (ACROSS - 1) * GAP) / ACROSS)
#define DOT_STEP       17
#define DOT_R          6
#define DOTS_ACROSS    ((BOX_W - 24) / DOT_STEP)
#define DOTS_TOP       68
#define MORE_H         18

struct cluster {
    int64_t number, hosts, proven;
    const char *basis, *names[DOTS_SHOWN];
    bool is_proven[DOTS_SHOWN];
    size_t dots;
};

/* clang-format off */
/* The strongest sign of a cluster stands first in it. */
static const char rows[] =
    "SELECT cluster, hosts, host, basis, is_proven FROM shared_password WHERE cluster <= ?1"
    " ORDER BY cluster, is_proven DESC, CASE basis WHEN 'fingerprint' THEN 0 WHEN 'candidate' THEN 1 WHEN 'policy_password' THEN 2 WHEN 'password_set_time' THEN 3 ELSE 4 END, host";

/* clang-format on */

static enum rc read_clusters(struct chart *c, struct cluster *all, size_t *ret_n, struct err *err)
{
    AUTO(query_done) sqlite3_stmt *q = NULL;
    struct model_limit l = { .most = SIZE_MAX };
    size_t n = 0;
    TRY(query_open(c->m->db, rows, &q, err));
    (void)sqlite3_bind_int(q, 1, CLUSTERS_SHOWN);
    while (model_next(q, &l, err)) {
        int64_t number = sqlite3_column_int64(q, 0);
        if (n == 0 || all[n - 1].number != number) {
            if (n == CLUSTERS_SHOWN) {
                break;
            }
            all[n++] = (struct cluster){ .number = number,
                                         .hosts = sqlite3_column_int64(q, 1),
                                         .basis = arena_strdup(c->a, query_text(q, 3)) };
        }
        struct cluster *k = &all[n - 1];
        bool proven = sqlite3_column_int(q, 4) != 0;
        k->proven += proven;
        if (k->dots < DOTS_SHOWN) {
            k->is_proven[k->dots] = proven;
            k->names[k->dots++] = arena_strdup(c->a, query_text(q, 2));
        }
        if (!k->basis || !k->names[k->dots - 1]) {
            return err_setf(err, RC_NOMEM, "no memory for the report");
        }
    }
    *ret_n = n;
    return l.rc;
}

static int rows_of(const struct cluster *k)
{
    return ((int)k->dots + DOTS_ACROSS - 1) / DOTS_ACROSS;
}

static int height_of(const struct cluster *k)
{
    return DOTS_TOP + rows_of(k) * DOT_STEP + 6 + (k->hosts > (int64_t)k->dots ? MORE_H : 0);
}

static const char *basis_word(struct chart *c, const struct cluster *k)
{
    const char *word = assets_message2(c->m->assets, "chart.basis.", k->basis, c->m->lang);
    return word ? word : k->basis;
}

static const char *proof_words(struct chart *c, const struct cluster *k)
{
    return k->proven == 0 ? chart_word(c, "admin.suspected")
           : k->proven == k->hosts
               ? chart_word(c, "admin.proven")
               : chart_say(c, "chart.clusters.mixed", chart_number(c, k->proven),
                           chart_number(c, k->hosts - k->proven), NULL);
}

static void box(struct chart *c, const struct cluster *k, int x, int y, int height)
{
    const char *name =
        chart_say(c, "admin.cluster", chart_number(c, k->number), chart_number(c, k->hosts), NULL);
    (void)chart_rect(c, k->proven > 0 ? "box" : "box suspected", x + 1, y + 1, BOX_W - 2,
                     height - 2, NULL);
    chart_label(c, "b", "start", x + 12, y + 21, BOX_W - 24, name);
    chart_label(c, "t", "start", x + 12, y + 39, BOX_W - 24, proof_words(c, k));
    chart_label(c, "small", "start", x + 12, y + 56, BOX_W - 24, basis_word(c, k));
    for (size_t i = 0; i < k->dots; i++) {
        int column = (int)i % DOTS_ACROSS, line = (int)i / DOTS_ACROSS;
        (void)chart_circle(c, k->is_proven[i] ? "host" : "host suspected",
                           x + 12 + DOT_R + 1 + column * DOT_STEP,
                           y + DOTS_TOP + DOT_R + line * DOT_STEP, DOT_R, k->names[i]);
    }
    if (k->hosts > (int64_t)k->dots) {
        chart_label(
            c, "small", "start", x + 12, y + DOTS_TOP + rows_of(k) * DOT_STEP + 14, BOX_W - 24,
            chart_say(c, "chart.more", chart_number(c, k->hosts - (int64_t)k->dots), NULL, NULL));
    }
}

/* The hosts are named in the section beneath. */
static void tell(struct chart *c, const struct cluster *k)
{
    const char *name =
        chart_say(c, "admin.cluster", chart_number(c, k->number), chart_number(c, k->hosts), NULL);
    xmlNode *row = chart_row(c);
    chart_cell(c, row, name);
    chart_cell_number(c, row, k->proven);
    chart_cell_number(c, row, k->hosts - k->proven);
    chart_cell(c, row, basis_word(c, k));
    chart_desc(c,
               chart_say(c, "chart.clusters.sentence", name, proof_words(c, k), basis_word(c, k)));
}

static void head(struct chart *c)
{
    xmlNode *row = chart_row(c);
    chart_cell(c, row, chart_word(c, "chart.clusters.group"));
    model_count(c->m, model_text(c->m, row, "cell", chart_word(c, "admin.proven")), "n", 1);
    model_count(c->m, model_text(c->m, row, "cell", chart_word(c, "admin.suspected")), "n", 1);
    chart_cell(c, row, chart_word(c, "admin.connected"));
    chart_key_path(c, "host", "M6 6a6 6 0 1 0 12 0a6 6 0 1 0 -12 0",
                   chart_word(c, "chart.clusters.proven"));
    chart_key_path(c, "host suspected", "M7 6a5 5 0 1 0 10 0a5 5 0 1 0 -10 0",
                   chart_word(c, "chart.clusters.suspected"));
}

enum rc chart_clusters(struct model *m, xmlNode *charts, struct err *err)
{
    AUTO(chart_done) struct chart c;
    int64_t total = 0;
    size_t n = 0;
    TRY(chart_open(&c, m, charts, "clusters", err));
    struct cluster *all = arena_array(c.a, CLUSTERS_SHOWN, sizeof(*all));
    if (!all) {
        return err_setf(err, RC_NOMEM, "no memory for the report");
    }
    TRY(query_number(m->db, "SELECT coalesce(max(cluster), 0) FROM shared_password", &total, err));
    TRY(read_clusters(&c, all, &n, err));
    int y = 0;
    head(&c);
    for (size_t i = 0; i < n; i += ACROSS) {
        int height = 0;
        for (size_t j = i; j < n && j < i + ACROSS; j++) {
            height = height_of(&all[j]) > height ? height_of(&all[j]) : height;
        }
        for (size_t j = i; j < n && j < i + ACROSS; j++) {
            box(&c, &all[j], (int)(j - i) * (BOX_W + GAP), y, height);
            tell(&c, &all[j]);
        }
        y += height + GAP;
    }
    if (total > (int64_t)n) {
        chart_note(&c, chart_say(&c, "admin.clusters.rest", chart_number(&c, total - (int64_t)n),
                                 NULL, NULL));
    }
    chart_close(&c, y > 0 ? y - GAP : 0);
    if (n == 0) {
        xmlUnlinkNode(c.node);
        xmlFreeNode(c.node);
    }
    return RC_OK;
}
