/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A text from left to right: what has a form, then the longest name of the evidence, then word by word what is ours. The rest is masked: neighbours together, so
 * that not even the number of their words is told. */
#include <stdlib.h>
#include <string.h>

#include "report/redact/token.h"
#include "report/redact/value.h"

enum {
    ENDS_MAX = 24 /* words of the longest name that is looked for */
};

void redact_put(struct redactor *r, const char *s, size_t n)
{
    if (r->size + n + 1 > r->room) {
        size_t room = (r->size + n + 1) * 2;
        char *out = realloc(r->out, room);
        if (!out) {
            r->names.bad = true;
            return;
        }
        r->out = out;
        r->room = room;
    }
    memcpy(r->out + r->size, s, n);
    r->size += n;
    r->out[r->size] = '\0';
}

void redact_put_text(struct redactor *r, const char *s)
{
    redact_put(r, s, strlen(s));
}

static bool joins(unsigned char a, unsigned char b)
{
    return token_alnum(a) && token_alnum(b);
}

static bool is_prose(const char *s, size_t n)
{
    for (size_t i = 0; i < n; i++) {
        if (!((s[i] >= 'a' && s[i] <= 'z') || (s[i] >= 'A' && s[i] <= 'Z'))) {
            return false;
        }
    }
    return true;
}

/* True of a name that a sentence of ours may hold anyway: all its words are ours. */
static bool is_ours(const struct redactor *r, const char *s, size_t n)
{
    for (size_t i = 0; i < n;) {
        size_t word = token_length(s + i, n - i), foreign = token_foreign(s + i, n - i);
        if (word && !(is_prose(s + i, word) && vocabulary_has(&r->words, s + i, word, false))) {
            return false;
        }
        if (foreign) {
            bool known[512];
            if (foreign > sizeof(known)) {
                return false;
            }
            vocabulary_known(&r->words, s + i, foreign, known);
            for (size_t k = 0; k < foreign; k++) {
                if (!known[k]) {
                    return false;
                }
            }
        }
        i += word ? word : foreign ? foreign : 1;
    }
    return true;
}

/* Bytes of the longest name of the dictionary at s; 0 when there is none. */
static size_t longest_name(const struct redactor *r, const char *s, size_t n)
{
    size_t ends[ENDS_MAX], count = 0;
    uint64_t hashes[ENDS_MAX], hash = TABLE_HASH_START;
    char low[512];
    size_t most = n < r->longest ? n : r->longest;
    for (size_t i = 0; i < most && i < sizeof(low) && count < ENDS_MAX; i++) {
        low[i] = (char)(s[i] >= 'A' && s[i] <= 'Z' ? s[i] + 32 : s[i]);
        hash = table_hash_byte(hash, (unsigned char)low[i]);
        bool is_end = i + 1 == n || (!joins((unsigned char)s[i], (unsigned char)s[i + 1]) &&
                                     ((unsigned char)s[i + 1] & 0xc0) != 0x80);
        if (is_end && s[i] != ' ') {
            ends[count] = i + 1;
            hashes[count++] = hash;
        }
    }
    while (count-- > 0) {
        struct table_entry *e = table_find(&r->dictionary, hashes[count], low, ends[count]);
        if (e) {
            e->is_used = true;
            return ends[count];
        }
    }
    return 0;
}

/* Digits, with what stands in numbers: 10.0, 1,020, 3/5, 50%. */
static bool is_number(const char *s, size_t n)
{
    for (size_t i = 0; i < n; i++) {
        if (!((s[i] >= '0' && s[i] <= '9') || s[i] == '.' || s[i] == '-')) {
            return n > 2 && n <= 12 && s[0] == '0' && s[1] == 'x';
        }
    }
    return n > 0;
}

static bool stays(const struct redactor *r, enum redact_rule rule, const char *s, size_t n)
{
    static const char *const services[] = {
        "http",  "host", "cifs", "ldap",  "mssqlsvc",          "termsrv",
        "gc",    "rpc",  "dns",  "wsman", "restrictedkrbhost", "kadmin",
        "krbtgt"
    };
    if (is_number(s, n) || vocabulary_has(&r->words, s, n, rule != REDACT_SENTENCE)) {
        return true;
    }
    for (size_t i = 0; i < ARRAY_LEN(services); i++) {
        size_t k = 0, m = strlen(services[i]);
        while (m == n && k < n && (s[k] | 32) == services[i][k]) {
            k++;
        }
        if (m == n && k == n) {
            return true;
        }
    }
    return redact_is_standard(s, n);
}

/* What waits to be masked: from the first word that is not ours to the last. */
struct masked {
    const char *from, *to;
    enum redact_kind kind;
};

static void put_masked(struct redactor *r, struct masked *m)
{
    char text[PSEUDONYM_SIZE];
    if (m->from) {
        pseudonym_name(&r->names, m->kind, m->from, (size_t)(m->to - m->from), text);
        redact_put_text(r, text);
    }
    m->from = NULL;
}

/* Punctuation: kept, and held back while it may stand between two words that are masked together. */
static void put_between(struct redactor *r, struct masked *m, const char *s, const char *next)
{
    const char *from = m->from ? m->to : s;
    put_masked(r, m);
    redact_put(r, from, (size_t)(next - from));
}

static void mask(struct redactor *r, struct masked *m, enum redact_kind kind, const char *s,
                 size_t n, const char *between)
{
    bool goes_on = m->from && s >= m->to;
    for (const char *p = m->from ? m->to : s; goes_on && p < s; p++) {
        goes_on = strchr(" _-./\\'#+", *p) != NULL;
    }
    if (!goes_on) {
        if (m->from) {
            put_between(r, m, m->to, s);
        } else if (between < s) {
            redact_put(r, between, (size_t)(s - between));
        }
        m->from = s;
        m->kind = kind;
    }
    m->to = s + n;
}

/* Bytes that stay of a run of Japanese at s; 0 = the first *ret_mask bytes are masked. */
static size_t foreign_piece(const struct redactor *r, enum redact_rule rule, const char *s,
                            size_t n, size_t *ret_mask)
{
    bool known[768];
    size_t all = token_foreign(s, n), size = all < sizeof(known) ? all : sizeof(known) - 8, i = 1;
    while (size < all && ((unsigned char)s[size] & 0xc0) == 0x80) {
        size--;
    }
    if (rule != REDACT_SENTENCE) {
        *ret_mask = size;
        return 0;
    }
    vocabulary_known(&r->words, s, size, known);
    while (i < size && (known[i] == known[0] || ((unsigned char)s[i] & 0xc0) == 0x80)) {
        i++;
    }
    *ret_mask = i;
    return known[0] ? i : 0;
}

struct scan {
    struct redactor *r;
    enum redact_rule rule;
    enum redact_kind kind;
    const char *s, *done; /* done: everything before it is written, or waits in m */
    size_t n;
    struct masked m;
};

/* A form or a name at i: its bytes, and it is written; 0 when there is none. */
static size_t scan_known(struct scan *c, size_t i)
{
    struct redactor *r = c->r;
    const char *s = c->s + i;
    size_t n = c->n - i;
    if (token_alnum((unsigned char)*s) || strchr("\\:%", *s) ||
        (*s == '/' && (i == 0 || s[-1] == ' '))) {
        /* What a form writes has to stand behind what waits. Paths of our own texts are looked at word by word. */
        const struct masked waiting = c->m;
        size_t before = r->size;
        put_between(r, &c->m, c->done, s);
        size_t used = redact_shape(r, s, n, c->rule != REDACT_SENTENCE);
        if (used) {
            return used;
        }
        r->size = before;
        c->m = waiting;
    }
    size_t name = longest_name(r, s, n);
    if (name && c->rule == REDACT_SENTENCE && is_ours(r, s, name)) {
        name = 0;
    }
    if (name) {
        put_between(r, &c->m, c->done, s);
        redact_name(r, redact_kind_of(r, c->kind, s, name), s, name);
    }
    return name;
}

/* A piece that stays, or is masked. */
static size_t scan_piece(struct scan *c, const char *s, size_t size, bool stay)
{
    if (stay) {
        put_between(c->r, &c->m, c->done, s + size);
        c->done = s + size;
    } else {
        mask(c->r, &c->m, c->kind, s, size, c->done);
        c->done = c->m.to;
    }
    return size;
}

/* Japanese: a name may begin anywhere in a run, so that a piece ends where one does. */
static size_t scan_foreign(struct scan *c, const char *s, size_t n)
{
    size_t hide = 0, kept = foreign_piece(c->r, c->rule, s, n, &hide), size = kept ? kept : hide;
    for (size_t stop = 1; stop < size; stop++) {
        size_t name =
            ((unsigned char)s[stop] & 0xc0) == 0x80 ? 0 : longest_name(c->r, s + stop, n - stop);
        if (name && !(c->rule == REDACT_SENTENCE && is_ours(c->r, s + stop, name))) {
            size = stop;
        }
    }
    return scan_piece(c, s, size, kept > 0);
}

void redact_scan(struct redactor *r, enum redact_rule rule, enum redact_kind kind, const char *s,
                 size_t n)
{
    struct scan c = { .r = r, .rule = rule, .kind = kind, .s = s, .done = s, .n = n };
    for (size_t i = 0; i < n;) {
        bool fresh = i == 0 || !joins((unsigned char)s[i - 1], (unsigned char)s[i]);
        size_t used = fresh ? scan_known(&c, i) : 0;
        if (used) {
            i += used;
            c.done = s + i;
            continue;
        }
        size_t word = fresh ? token_length(s + i, n - i) : 0;
        if (word) {
            i += scan_piece(&c, s + i, word, stays(r, rule, s + i, word));
        } else {
            i += token_foreign(s + i, n - i) ? scan_foreign(&c, s + i, n - i) : 1;
        }
    }
    put_between(r, &c.m, c.done, s + n);
}
