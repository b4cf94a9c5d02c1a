/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Values by name, and texts in which they stand in braces. */
#include <inttypes.h>
#include <string.h>

#include "rules/grade/management.h"

const char *const theme_value_names[] = { "checks",     "failed", "unclear", "findings",
                                          "critical",   "high",   "waived",  "questions",
                                          "unanswered", "seen",   "bad",     "unjudged",
                                          NULL };

const struct named_value *values_find(const struct values *v, const char *name, size_t n)
{
    for (size_t i = 0; i < v->count; i++) {
        if (strlen(v->items[i].name) == n && memcmp(v->items[i].name, name, n) == 0) {
            return &v->items[i];
        }
    }
    return NULL;
}

void values_set(struct values *v, const char *name, bool is_known, int64_t number)
{
    const struct named_value *at = values_find(v, name, strlen(name));
    size_t i = at ? (size_t)(at - v->items) : v->count;
    if (i < v->room) {
        v->items[i] = (struct named_value){ name, is_known, is_known ? number : 0 };
        v->count += i == v->count;
    }
}

bool brace_next(const char *text, const char **at, struct brace *ret)
{
    const char *from = strpbrk(*at, "{}"), *end = from ? strpbrk(from + 1, "{}") : NULL;
    (void)text;
    if (!from) {
        return false;
    }
    *ret = (struct brace){ .from = from, .end = from + 1 };
    *at = from + 1;
    if (*from == '}' || !end || *end != '}') {
        return true; /* half a brace: no name */
    }
    *at = ret->end = end + 1;
    ret->name = from + 1;
    ret->name_size = (size_t)(end - ret->name);
    const char *colon = memchr(ret->name, ':', ret->name_size);
    if (colon) {
        ret->name_size = (size_t)(colon - ret->name);
        ret->one = colon + 1;
        const char *bar = memchr(ret->one, '|', (size_t)(end - ret->one));
        ret->one_size = (size_t)((bar ? bar : end) - ret->one);
        ret->many = bar ? bar + 1 : end;
        ret->many_size = (size_t)(end - ret->many);
    }
    return true;
}

/* 1,234,567 in both languages. */
static void put_number(struct wr *w, int64_t number)
{
    char digits[32];
    int n = snprintf(digits, sizeof(digits), "%" PRIu64,
                     number < 0 ? -(uint64_t)number : (uint64_t)number);
    wr_text(w, number < 0 ? "-" : "");
    for (int i = 0; i < n; i++) {
        wr_text(w, i > 0 && (n - i) % 3 == 0 ? "," : "");
        wr_u8(w, (uint8_t)digits[i]);
    }
}

const char *text_fill(struct arena *a, const char *text, const struct values *v)
{
    struct wr w AUTO(wr_done);
    struct brace b;
    const char *at = text, *copied = text;
    wr_init(&w, 1U << 16);
    while (brace_next(text, &at, &b)) {
        const struct named_value *value = b.name ? values_find(v, b.name, b.name_size) : NULL;
        if (!value || !value->is_known) {
            return NULL;
        }
        wr_bytes(&w, copied, (size_t)(b.from - copied));
        if (!b.one) {
            put_number(&w, value->number);
        } else if (value->number == 1) {
            wr_bytes(&w, b.one, b.one_size);
        } else {
            wr_bytes(&w, b.many, b.many_size);
        }
        copied = b.end;
    }
    wr_text(&w, copied);
    return put_take(a, &w);
}

const char *when_statement(struct arena *a, const struct expr *when, const struct values *v)
{
    struct wr w AUTO(wr_done);
    wr_init(&w, 1U << 20);
    wr_printf(&w, "SELECT (%s) FROM (SELECT 0 AS \"\"", when->text);
    for (size_t i = 0; i < v->count; i++) {
        if (v->items[i].is_known) {
            wr_printf(&w, ", %" PRId64 " AS \"%s\"", v->items[i].number, v->items[i].name);
        } else {
            wr_printf(&w, ", NULL AS \"%s\"", v->items[i].name);
        }
    }
    wr_text(&w, ")");
    return put_take(a, &w);
}
