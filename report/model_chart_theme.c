/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Verdicts by theme and severity: a table whose cells are the darker the more checks are in them, each with its number. A check is in one cell only: failing, else with
 * something unknown, else clear. Questions that nobody has answered are no checks that looked, and are left out. */
#include <stdio.h>
#include <string.h>

#include "report/chart.h"
#include "report/query.h"

#define LEFT   328
#define CELL_W 90
#define CELL_H 24
#define STEP   26
#define HEAD   34

/* clang-format off */
#define FAILING(RANK) "sum(fail > 0 AND rank = " RANK ")"

static const char rows[] =
    MODEL_COUNTED
    "SELECT theme, " FAILING("0") ", " FAILING("1") ", " FAILING("2") ", " FAILING("3") ", " FAILING("4") ","
    " sum(fail = 0 AND (unknown > 0 OR error > 0)), sum(fail = 0 AND unknown = 0 AND error = 0 AND (pass > 0 OR waived > 0))"
    " FROM counted WHERE question_en IS NULL OR fail > 0 OR (unknown = 0 AND error = 0) GROUP BY theme"
    " HAVING sum(fail + unknown + error + pass + waived) > 0"
    " ORDER BY coalesce(min(CASE WHEN fail > 0 THEN rank END), 9), sum(fail > 0) DESC, theme";

/* clang-format on */

enum {
    COLUMNS = 7,
    OF_SEVERITY = 5
};

static const char *const columns[COLUMNS] = { "critical", "high",    "medium", "low",
                                              "info",     "unknown", "clear" };

static const char *column_word(struct chart *c, size_t i)
{
    char id[64];
    (void)snprintf(id, sizeof(id), "%s.%s", i < OF_SEVERITY ? "severity" : "chart.themes",
                   columns[i]);
    return chart_word(c, id);
}

static void head(struct chart *c, const int64_t *total)
{
    xmlNode *row = chart_row(c);
    chart_cell(c, row, chart_word(c, "table.theme"));
    const char *parts = "";
    for (size_t i = 0; i < COLUMNS; i++) {
        const char *word = column_word(c, i);
        chart_label(c, "small", "middle", LEFT + (int)i * CELL_W + CELL_W / 2, HEAD - 12,
                    CELL_W - 2, word);
        model_count(c->m, model_text(c->m, row, "cell", word), "n", 1);
        parts = chart_join(c, chart_join(c, parts, i > 0 ? chart_word(c, "chart.comma") : ""),
                           chart_say(c, "chart.part", word, chart_number(c, total[i]), NULL));
    }
    chart_desc(c, chart_say(c, "chart.themes.desc", parts, NULL, NULL));
}

static void theme_row(struct chart *c, int y, const char *theme, const int64_t *number,
                      int64_t most)
{
    char class[32];
    const char *word = assets_message2(c->m->assets, "theme.", theme, c->m->lang);
    xmlNode *row = chart_row(c);
    word = word ? word : theme;
    chart_cell(c, row, word);
    chart_label(c, "t", "end", LEFT - 12, y + 17, LEFT - 20, word);
    for (size_t i = 0; i < COLUMNS; i++) {
        /* One of many is seen, and the most is not black: numbers stand on it. */
        int level = number[i] == 0 ? 0 : 1 + (int)(number[i] * 3 / most);
        int x = LEFT + (int)i * CELL_W;
        (void)snprintf(class, sizeof(class), "h-%s l%d", columns[i], level);
        (void)chart_rect(c, class, x + 1, y, CELL_W - 2, CELL_H, NULL);
        chart_label(c, number[i] ? "b" : "zero", "middle", x + CELL_W / 2, y + 17, CELL_W,
                    number[i] ? chart_number(c, number[i]) : "–");
        chart_cell_number(c, row, number[i]);
    }
}

struct theme {
    const char *name;
    int64_t number[COLUMNS];
};

static enum rc read_themes(struct chart *c, struct theme *themes, size_t most, size_t *ret_n,
                           struct err *err)
{
    AUTO(query_done) sqlite3_stmt *q = NULL;
    struct model_limit l = { .most = most };
    TRY(query_open(c->m->db, rows, &q, err));
    while (model_next(q, &l, err)) {
        struct theme *t = &themes[l.shown - 1];
        t->name = arena_strdup(c->a, query_text(q, 0));
        for (size_t i = 0; i < COLUMNS; i++) {
            t->number[i] = sqlite3_column_int64(q, 1 + (int)i);
        }
        if (!t->name) {
            return err_setf(err, RC_NOMEM, "no memory for the report");
        }
    }
    *ret_n = l.shown;
    return l.rc;
}

enum rc chart_themes(struct model *m, xmlNode *charts, struct err *err)
{
    enum {
        MOST = 64
    };

    AUTO(chart_done) struct chart c;
    struct theme themes[MOST];
    size_t n = 0;
    int64_t total[COLUMNS] = { 0 }, most = 4; /* a single check is never the darkest */
    TRY(chart_open(&c, m, charts, "themes", err));
    TRY(read_themes(&c, themes, MOST, &n, err));
    for (size_t t = 0; t < n; t++) {
        for (size_t i = 0; i < COLUMNS; i++) {
            total[i] += themes[t].number[i];
            most = i + 1 < COLUMNS && themes[t].number[i] > most ? themes[t].number[i] : most;
        }
    }
    head(&c, total);
    for (size_t t = 0; t < n; t++) {
        /* Clear checks are many: they have a scale of their own, which is flat. */
        struct theme *of = &themes[t];
        int64_t scale = most > of->number[COLUMNS - 1] ? most : of->number[COLUMNS - 1];
        theme_row(&c, HEAD + (int)t * STEP, of->name, of->number, scale);
    }
    chart_note(&c, chart_word(&c, "chart.themes.note"));
    chart_close(&c, HEAD + (int)n * STEP + 2);
    if (n == 0) {
        xmlUnlinkNode(c.node);
        xmlFreeNode(c.node);
    }
    return RC_OK;
}
