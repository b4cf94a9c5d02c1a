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
/* Counted here: SQLite would sort a hundred thousand rows to group them. */
#define AGE "((SELECT now FROM clock) - coalesce(password_at, nullif(pwd_last_set, 0))) / 864000000000, pwd_last_set = 0"

static const char ages[] = "SELECT " AGE ", is_privileged, uac IS NULL FROM account_state WHERE kind = 'user' AND uac & 2 IS NOT 2";

/* RID 502, and those of read-only domain controllers. */
static const char keys[] = "SELECT " AGE ", name FROM account_state WHERE is_builtin = 1 AND rid NOT IN (500, 501) ORDER BY rid IS 502 DESC, name";

/* clang-format on */

struct ages {
    int64_t number[BUCKETS][CLASSES], most[CLASSES], sum[CLASSES];
    const char *key[BUCKETS]; /* first krbtgt there */
    int64_t keys[BUCKETS];
    int64_t unclear; /* not known whether enabled */
};

/* Of a row that begins with AGE. */
static int bucket_of(sqlite3_stmt *q)
{
    static const int64_t below[] = { 30, 90, 180, 365, 1096, 1826 };
    int bucket = 0;
    int64_t age = sqlite3_column_int64(q, 0);
    if (sqlite3_column_type(q, 0) == SQLITE_NULL) {
        return sqlite3_column_int(q, 1) == 1 ? UNSET : DARK;
    }
    while (bucket < (int)ARRAY_LEN(below) && age >= below[bucket]) {
        bucket++;
    }
    return age < 0 ? DARK : bucket;
}

static enum rc read_ages(struct chart *c, struct ages *r, struct err *err)
{
    AUTO(query_done) sqlite3_stmt *q = NULL;
    struct model_limit l = { .most = SIZE_MAX };
    TRY(query_open(c->m->db, ages, &q, err));
    while (model_next(q, &l, err)) {
        bool is_known = sqlite3_column_type(q, 2) != SQLITE_NULL;
        int class = !is_known ? 2 : sqlite3_column_int(q, 2) == 1 ? 0 : 1;
        if (sqlite3_column_int(q, 3) == 1) {
            r->unclear++;
            continue;
        }
        int64_t n = ++r->number[bucket_of(q)][class];
        r->sum[class]++;
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
        int bucket = bucket_of(q);
        if (r->keys[bucket]++ == 0) {
            const char *name = query_text(q, 2);
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
