/* SPDX-License-Identifier: GPL-3.0-or-later */
/* How old the passwords of enabled accounts are: administrators apart from the others, each with a scale of its own, and where krbtgt stands. The age is that of the secret where
 * the replication metadata tells it, else of pwdLastSet. */
#include <stdio.h>
#include <string.h>

#include "report/chart.h"
#include "report/query.h"

#define LEFT    196
#define PANELS  590
#define KEYS_X  (LEFT + 12 + PANELS + 6)
#define ROW_H   20
#define ROW     30
#define TOP     34
#define NUMBERS 64 /* units kept for the number behind a bar */

enum {
    BUCKETS = 9,
    UNSET = 7, /* to be set at the next logon, and never before as far as anything tells */
    DARK = 8,  /* no date, or one in the future */
    CLASSES = 3
};

/* clang-format off */
#define AGE "((SELECT now FROM clock) - coalesce(password_at, nullif(pwd_last_set, 0))) / 864000000000"
#define BUCKET                                                                                                              \
    "CASE WHEN age IS NULL THEN CASE WHEN pwd_last_set = 0 THEN 7 ELSE 8 END WHEN age < 0 THEN 8 WHEN age < 30 THEN 0 WHEN age < 90 THEN 1" \
    " WHEN age < 180 THEN 2 WHEN age < 365 THEN 3 WHEN age < 1096 THEN 4 WHEN age < 1826 THEN 5 ELSE 6 END"

static const char ages[] =
    "SELECT CASE WHEN uac IS NULL THEN 9 ELSE " BUCKET " END AS bucket, CASE is_privileged WHEN 1 THEN 0 WHEN 0 THEN 1 ELSE 2 END AS class, count(*)"
    " FROM (SELECT uac, pwd_last_set, is_privileged, " AGE " AS age FROM account_state WHERE kind = 'user' AND uac & 2 IS NOT 2) GROUP BY 1, 2";

/* RID 502, and those of read-only domain controllers. */
static const char keys[] =
    "SELECT " BUCKET " AS bucket, name, rid IS 502 FROM (SELECT pwd_last_set, name, rid, " AGE " AS age FROM account_state"
    " WHERE is_builtin = 1 AND rid NOT IN (500, 501)) ORDER BY 1, 3 DESC, name";

/* clang-format on */

struct ages {
    int64_t number[BUCKETS][CLASSES], most[CLASSES], sum[CLASSES];
    const char *key[BUCKETS]; /* first krbtgt there */
    int64_t keys[BUCKETS];
    int64_t unclear; /* not known whether enabled */
};

static enum rc read_ages(struct chart *c, struct ages *r, struct err *err)
{
    AUTO(query_done) sqlite3_stmt *q = NULL;
    struct model_limit l = { .most = SIZE_MAX };
    TRY(query_open(c->m->db, ages, &q, err));
    while (model_next(q, &l, err)) {
        int bucket = sqlite3_column_int(q, 0), class = sqlite3_column_int(q, 1);
        int64_t n = sqlite3_column_int64(q, 2);
        if (bucket == BUCKETS) {
            r->unclear += n;
            continue;
        }
        r->number[bucket][class] = n;
        r->sum[class] += n;
        r->most[class] = n > r->most[class] ? n : r->most[class];
    }
    return l.rc;
}

static enum rc read_keys(struct chart *c, struct ages *r, struct err *err)
{
    AUTO(query_done) sqlite3_stmt *q = NULL;
    struct model_limit l = { .most = SIZE_MAX };
    TRY(query_open(c->m->db, keys, &q, err));
    while (model_next(q, &l, err)) {
        int bucket = sqlite3_column_int(q, 0);
        if (r->keys[bucket]++ == 0) {
            const char *name = query_text(q, 1);
            r->key[bucket] = text_safe(c->a, name, strlen(name), TEXT_SHOWN);
            c->m->bad = c->m->bad || !r->key[bucket];
        }
    }
    return l.rc;
}

static const char *bucket_word(struct chart *c, int bucket)
{
    char id[32];
    (void)snprintf(id, sizeof(id), "chart.ages.%d", bucket);
    return chart_word(c, id);
}

static const char *class_word(struct chart *c, int class)
{
    static const char *const ids[CLASSES] = { "chart.ages.admins", "chart.ages.others",
                                              "chart.ages.unclear" };
    return chart_word(c, ids[class]);
}

static const char *key_words(struct chart *c, const struct ages *r, int bucket)
{
    if (!r->key[bucket]) {
        return "";
    }
    return r->keys[bucket] == 1 ? r->key[bucket]
                                : chart_say(c, "chart.plus", r->key[bucket],
                                            chart_number(c, r->keys[bucket] - 1), NULL);
}

static void bars_of(struct chart *c, const struct ages *r, int class, int x, int width)
{
    for (int b = 0; b < BUCKETS; b++) {
        int y = TOP + b * ROW;
        int64_t n = r->number[b][class];
        int length = r->most[class] > 0 ? (int)(n * (width - NUMBERS) / r->most[class]) : 0;
        length = n > 0 && length < 3 ? 3 : length;
        chart_segment(c, b == DARK ? CHART_UNKNOWN : CHART_PLAIN, x, y, length, ROW_H, NULL);
        chart_label(c, n ? "t" : "zero", "start", x + length + 6, y + 15, NUMBERS - 8,
                    n ? chart_number(c, n) : "–");
    }
    char axis[48];
    (void)snprintf(axis, sizeof(axis), "M%d %dV%d", x, TOP - 6, TOP + BUCKETS * ROW - 6);
    (void)chart_path(c, "axis", axis, NULL);
    chart_label(c, "b", "start", x, 16, width - 8, class_word(c, class));
}

/* A sentence and a column of the table for each class that is drawn. */
static void tell(struct chart *c, const struct ages *r, const bool *drawn)
{
    xmlNode *head = chart_row(c);
    chart_cell(c, head, chart_word(c, "chart.ages.age"));
    for (int class = 0; class < CLASSES; class ++) {
        const char *parts = "";
        if (!drawn[class]) {
            continue;
        }
        model_count(c->m, model_text(c->m, head, "cell", class_word(c, class)), "n", 1);
        for (int b = 0; b < BUCKETS; b++) {
            parts = chart_join(c, chart_join(c, parts, b > 0 ? chart_word(c, "chart.comma") : ""),
                               chart_say(c, "chart.part", bucket_word(c, b),
                                         chart_number(c, r->number[b][class]), NULL));
        }
        chart_desc(c, chart_say(c, "chart.bar.sentence", class_word(c, class),
                                chart_number(c, r->sum[class]), parts));
    }
    chart_cell(c, head, "krbtgt");
    for (int b = 0; b < BUCKETS; b++) {
        xmlNode *row = chart_row(c);
        chart_cell(c, row, bucket_word(c, b));
        for (int class = 0; class < CLASSES; class ++) {
            if (drawn[class]) {
                chart_cell_number(c, row, r->number[b][class]);
            }
        }
        chart_cell(c, row, key_words(c, r, b));
        if (r->key[b]) {
            chart_desc(c,
                       chart_say(c, "chart.ages.key", key_words(c, r, b), bucket_word(c, b), NULL));
        }
    }
}

static void draw(struct chart *c, const struct ages *r, const bool *drawn)
{
    int panels = drawn[0] + drawn[1] + drawn[2], x = LEFT + 12;
    for (int b = 0; b < BUCKETS; b++) {
        int y = TOP + b * ROW;
        chart_label(c, "t", "end", LEFT, y + 15, LEFT - 4, bucket_word(c, b));
        if (r->key[b]) {
            char mark[64];
            (void)snprintf(mark, sizeof(mark), "M%d %dl8 -8l8 8l-8 8Z", KEYS_X, y + 10);
            (void)chart_path(c, "mark", mark, r->key[b]);
            chart_label(c, "t", "start", KEYS_X + 22, y + 15, CHART_WIDTH - KEYS_X - 24,
                        key_words(c, r, b));
        }
    }
    for (int class = 0; class < CLASSES; class ++) {
        if (drawn[class]) {
            bars_of(c, r, class, x, PANELS / panels);
            x += PANELS / panels;
        }
    }
}

enum rc chart_ages(struct model *m, xmlNode *charts, struct err *err)
{
    AUTO(chart_done) struct chart c;
    struct ages r = { 0 };
    TRY(chart_open(&c, m, charts, "ages", err));
    TRY(read_ages(&c, &r, err));
    TRY(read_keys(&c, &r, err));
    if (r.sum[0] + r.sum[1] + r.sum[2] == 0) {
        xmlUnlinkNode(c.node);
        xmlFreeNode(c.node);
        return RC_OK;
    }
    /* Without the groups nobody is known to be an administrator, or not to be one: no empty panel then. */
    const bool drawn[CLASSES] = { r.sum[2] == 0 || r.sum[0] > 0, r.sum[1] > 0, r.sum[2] > 0 };
    draw(&c, &r, drawn);
    tell(&c, &r, drawn);
    chart_note(&c, chart_word(&c, "chart.ages.note"));
    if (r.unclear > 0) {
        chart_note(&c, chart_say(&c, "chart.ages.dark", chart_number(&c, r.unclear), NULL, NULL));
    }
    chart_close(&c, TOP + BUCKETS * ROW);
    return RC_OK;
}
