/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The comparison on a terminal: what it is of, counts, then the findings, kind by kind. */
#include <string.h>

#include "audit/base/utf.h"
#include "report/diff/diff_doc.h"
#include "report/query.h"

struct lines {
    struct diff_doc *o;
    FILE *out;
};

static void pad(FILE *out, const char *text, size_t width)
{
    size_t n = utf8_columns(text);
    (void)fprintf(out, "%s%*s", text, n < width ? (int)(width - n) : 0, "");
}

static void count_line(struct diff_doc *o, FILE *out, const char *id, int64_t number)
{
    if (number > 0) {
        arena_reset(o->a);
        (void)fprintf(out, "%8lld  %s\n", (long long)number, diff_say(o, id, NULL, NULL));
    }
}

static void print_counts(struct diff_doc *o, FILE *out)
{
    const struct diff *d = o->d;
    for (int kind = 0; kind < DIFF_KINDS; kind++) {
        char id[32];
        (void)snprintf(id, sizeof(id), "kind.%s", diff_kind_word((enum diff_kind)kind));
        /* These three are told also when there is none. */
        if (kind == DIFF_NEW || kind == DIFF_FIXED || kind == DIFF_HIDDEN || d->count[kind] > 0) {
            arena_reset(o->a);
            (void)fprintf(out, "%8lld  %s\n", (long long)d->count[kind],
                          diff_say(o, id, NULL, NULL));
        }
    }
    count_line(o, out, "same", d->same);
    count_line(o, out, "same_waived", d->same_waived);
    count_line(o, out, "lost", d->lost);
    count_line(o, out, "seen", d->seen);
    count_line(o, out, "renamed", d->renamed);
}

static enum rc print_item(const struct diff_item *i, void *context, struct err *err)
{
    struct lines *l = context;
    const char *severity = assets_message2(&l->o->assets, "severity.", i->severity, l->o->lang);
    (void)err;
    (void)fputs("  ", l->out);
    pad(l->out, severity ? severity : i->severity, 10);
    (void)fprintf(l->out, "%s  %s  %s", i->finding[0] ? i->finding : "-", i->check, i->name);
    if (i->name_before[0]) {
        const char *was = diff_say(l->o, "was", i->name_before, NULL);
        (void)fprintf(l->out, l->o->lang == TEXT_JA ? "（%s）" : " (%s)", was ? was : "");
    }
    (void)fprintf(l->out, "\n              %s\n", i->reason);
    return RC_OK;
}

static enum rc print_kind(struct lines *l, enum diff_kind kind, struct err *err)
{
    char id[32];
    int64_t rest = 0;
    if (l->o->d->count[kind] == 0) {
        return RC_OK;
    }
    arena_reset(l->o->a);
    (void)snprintf(id, sizeof(id), "kind.%s", diff_kind_word(kind));
    (void)fprintf(l->out, "\n%s (%lld)\n", diff_say(l->o, id, NULL, NULL),
                  (long long)l->o->d->count[kind]);
    (void)snprintf(id, sizeof(id), "note.%s", diff_kind_word(kind));
    (void)fprintf(l->out, "%s\n", diff_say(l->o, id, NULL, NULL));
    TRY(diff_each(l->o, kind, l->o->most, print_item, l, &rest, err));
    if (rest > 0) {
        (void)fprintf(l->out, "  %s %s\n", diff_say(l->o, "rest", diff_number(l->o, rest), NULL),
                      diff_say(l->o, "all", NULL, NULL));
    }
    return RC_OK;
}

static const char *shown(struct diff_doc *o, sqlite3_stmt *q, int column)
{
    const char *text = query_text(q, column);
    const char *safe = text_safe(o->a, text, strlen(text), TEXT_SHOWN);
    return safe ? safe : "";
}

/* Rows of a list that is told in number or in pairs. print says a row. */
static enum rc print_list(struct lines *l, const char *id, const char *sql, int64_t count,
                          void (*print)(struct lines *l, sqlite3_stmt *q), struct err *err)
{
    AUTO(query_done) sqlite3_stmt *q = NULL;
    if (count == 0) {
        return RC_OK;
    }
    arena_reset(l->o->a);
    (void)fprintf(l->out, "\n%s (%lld)\n", diff_say(l->o, id, NULL, NULL), (long long)count);
    TRY(query_open(l->o->d->db, sql, &q, err));
    int64_t rest = 0;
    size_t n = 0;
    for (bool row = true;;) {
        TRY(query_next(q, &row, err));
        if (!row) {
            break;
        }
        arena_reset(l->o->a);
        if (l->o->most == 0 || n < l->o->most) {
            print(l, q);
            n++;
        } else {
            rest++;
        }
    }
    if (rest > 0) {
        (void)fprintf(l->out, "  %s %s\n", diff_say(l->o, "rest", diff_number(l->o, rest), NULL),
                      diff_say(l->o, "all", NULL, NULL));
    }
    return RC_OK;
}

static void print_lost(struct lines *l, sqlite3_stmt *q)
{
    (void)fprintf(l->out, "%8lld  %s  %s\n", (long long)sqlite3_column_int64(q, 0),
                  shown(l->o, q, 1), shown(l->o, q, l->o->lang == TEXT_JA ? 3 : 2));
}

static void print_renamed(struct lines *l, sqlite3_stmt *q)
{
    const char *text = diff_say(l->o, "renamed.to", shown(l->o, q, 1), shown(l->o, q, 0));
    (void)fprintf(l->out, "  %s\n", text ? text : "");
}

static const char *day(struct diff_doc *o, const struct diff_side *side)
{
    return side->now > 0 ? text_time(o->a, side->now, o->lang) : "-";
}

enum rc diff_text(struct diff_doc *o, FILE *out, struct err *err)
{
    AUTO(text_zone_end) struct zone_before zone = { 0 };
    text_zone_begin(&zone, o->d->db);
    struct lines l = { o, out };
    const char *remarks[4];
    arena_reset(o->a);
    (void)fprintf(out, "%s\n", diff_say(o, "head", day(o, &o->d->before), day(o, &o->d->now)));
    size_t n = diff_remarks(o, remarks);
    for (size_t i = 0; i < n; i++) {
        (void)fprintf(out, "%s\n", remarks[i] ? remarks[i] : "");
    }
    (void)fputc('\n', out);
    print_counts(o, out);
    for (int kind = 0; kind < DIFF_KINDS; kind++) {
        TRY(print_kind(&l, (enum diff_kind)kind, err));
    }
    TRY(print_list(
        &l, "lost",
        "SELECT l.subjects, k.id, l.reason_en, l.reason_ja FROM diff_lost l JOIN diff_check k USING (c) ORDER BY k.rank, l.subjects DESC, k.id",
        o->d->lost, print_lost, err));
    return print_list(&l, "renamed", "SELECT before, now FROM diff_renamed ORDER BY now",
                      o->d->renamed, print_renamed, err);
}
