/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "report/redact/vocabulary.h"

#include <string.h>

extern const char redact_words[];
extern const unsigned long redact_words_size;

/* Bytes of the character at s; a broken one is one byte. */
static size_t character(const char *s, size_t n)
{
    unsigned char c = (unsigned char)s[0];
    size_t want = c >= 0xf0 ? 4 : c >= 0xe0 ? 3 : c >= 0xc0 ? 2 : 1;
    return want <= n ? want : 1;
}

/* Bytes of the next three characters; 0 when there are fewer. */
static size_t three(const char *s, size_t n)
{
    size_t size = 0;
    for (int i = 0; i < 3; i++) {
        if (size >= n) {
            return 0;
        }
        size += character(s + size, n - size);
    }
    return size;
}

static bool add_run(struct vocabulary *v, const char *s, size_t n)
{
    if (three(s, n) == 0) {
        return table_put(&v->threes, v->a, s, n) != NULL;
    }
    for (size_t i = 0; i < n; i += character(s + i, n - i)) {
        size_t size = three(s + i, n - i);
        if (size && !table_put(&v->threes, v->a, s + i, size)) {
            return false;
        }
    }
    return true;
}

static bool add_word(struct vocabulary *v, const char *s, size_t n, bool is_code)
{
    char low[256];
    if (n >= sizeof(low)) {
        return true; /* never found again: it only stays hidden */
    }
    for (size_t i = 0; i < n; i++) {
        low[i] = (char)(s[i] >= 'A' && s[i] <= 'Z' ? s[i] + 32 : s[i]);
    }
    struct table_entry *e = table_put(&v->words, v->a, low, n);
    if (e && is_code) {
        e->value = 1;
    }
    return e != NULL;
}

enum rc vocabulary_open(struct vocabulary *v, struct err *err)
{
    memset(v, 0, sizeof(*v));
    v->a = arena_new(0);
    bool good = v->a != NULL;
    for (const char *p = redact_words; good && p < redact_words + redact_words_size;) {
        size_t n = strlen(p);
        good = *p == 'j' ? add_run(v, p + 1, n - 1) : add_word(v, p + 1, n - 1, *p == 'c');
        p += n + 1;
    }
    return good ? RC_OK : err_setf(err, RC_NOMEM, "no memory for the vocabulary");
}

void vocabulary_done(struct vocabulary *v)
{
    table_done(&v->words);
    table_done(&v->threes);
    arena_freep(&v->a);
}

bool vocabulary_has(const struct vocabulary *v, const char *s, size_t n, bool is_code)
{
    char low[256];
    if (n == 0 || n >= sizeof(low)) {
        return false;
    }
    for (size_t i = 0; i < n; i++) {
        low[i] = (char)(s[i] >= 'A' && s[i] <= 'Z' ? s[i] + 32 : s[i]);
    }
    const struct table_entry *e = table_find(&v->words, table_hash(low, n), low, n);
    return e && (!is_code || e->value == 1);
}

void vocabulary_known(const struct vocabulary *v, const char *s, size_t n, bool *known)
{
    memset(known, 0, n * sizeof(*known));
    /* A piece of one of our sentences that stands alone between two insertions. */
    if (table_find(&v->threes, table_hash(s, n), s, n)) {
        memset(known, 1, n * sizeof(*known));
    }
    for (size_t i = 0; i < n; i += character(s + i, n - i)) {
        size_t size = three(s + i, n - i), one = character(s + i, n - i);
        size_t two = one < n - i ? one + character(s + i + one, n - i - one) : one;
        if (size && table_find(&v->threes, table_hash(s + i, size), s + i, size)) {
            memset(known + i, 1, size * sizeof(*known));
        } else if (table_find(&v->threes, table_hash(s + i, two), s + i, two)) {
            memset(known + i, 1, two * sizeof(*known));
        } else if (table_find(&v->threes, table_hash(s + i, one), s + i, one)) {
            memset(known + i, 1, one * sizeof(*known));
        }
    }
}
