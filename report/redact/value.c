/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "report/redact/value.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum {
    CACHED_MAX = 200000, /* texts that are remembered at a time */
    CACHED_SIZE = 400    /* bytes of the longest of them */
};

enum rc redactor_open(struct redactor *r, const unsigned char key[PSEUDONYM_KEY_SIZE],
                      struct err *err)
{
    memset(r, 0, sizeof(*r));
    r->a = arena_new(1024U * 1024 * 1024);
    r->cached = arena_new(512U * 1024 * 1024);
    if (!r->a || !r->cached) {
        return err_setf(err, RC_NOMEM, "no memory for pseudonyms");
    }
    TRY(pseudonyms_open(&r->names, key, err));
    if (!redactor_learn_standard(r)) {
        return err_setf(err, RC_NOMEM, "no memory for pseudonyms");
    }
    return vocabulary_open(&r->words, err);
}

void redactor_done(struct redactor *r)
{
    pseudonyms_done(&r->names);
    vocabulary_done(&r->words);
    table_done(&r->dictionary);
    for (size_t i = 0; i < ARRAY_LEN(r->cache); i++) {
        for (size_t k = 0; k < ARRAY_LEN(r->cache[i]); k++) {
            table_done(&r->cache[i][k]);
        }
    }
    arena_freep(&r->a);
    arena_freep(&r->cached);
    free(r->out);
}

static void forget(struct redactor *r)
{
    for (size_t i = 0; i < ARRAY_LEN(r->cache); i++) {
        for (size_t k = 0; k < ARRAY_LEN(r->cache[i]); k++) {
            table_clear(&r->cache[i][k]);
        }
    }
    arena_reset(r->cached);
}

/* "text-…/12": which one it is, and how many characters it has. */
static void put_free(struct redactor *r, enum redact_kind kind, const char *s, size_t n)
{
    char name[PSEUDONYM_SIZE], text[PSEUDONYM_SIZE + 24];
    size_t characters = 0;
    for (size_t i = 0; i < n; i++) {
        characters += ((unsigned char)s[i] & 0xc0) != 0x80;
    }
    pseudonym_name(&r->names, kind, s, n, name);
    (void)snprintf(text, sizeof(text), "%s/%zu", name, characters);
    redact_put_text(r, text);
}

static void work(struct redactor *r, enum redact_rule rule, enum redact_kind kind, const char *s,
                 size_t n)
{
    switch (rule) {
    case REDACT_KEEP:
        redact_put(r, s, n);
        return;
    case REDACT_FREE:
        if (n > 0) {
            put_free(r, kind, s, n);
        }
        return;
    case REDACT_NAME:
        redact_name(r, kind == REDACT_TEXT ? redact_kind_of(r, kind, s, n) : kind, s, n);
        return;
    case REDACT_CODE:
        if (vocabulary_has(&r->words, s, n, true)) {
            redact_put(r, s, n);
            return;
        }
        break;
    case REDACT_LOOKED_UP:
    case REDACT_SENTENCE:
        break;
    }
    if (rule != REDACT_SENTENCE && (redact_known(r, s, n) || redact_is_standard(s, n))) {
        redact_name(r, redact_kind_of(r, kind, s, n), s, n);
        return;
    }
    redact_scan(r, rule, kind, s, n);
}

const char *redactor_text(struct redactor *r, enum redact_rule rule, enum redact_kind kind,
                          const char *s, size_t n)
{
    struct table *cache = &r->cache[rule][kind];
    if (n <= CACHED_SIZE) {
        struct table_entry *e = table_find(cache, table_hash(s, n), s, n);
        if (e) {
            return e->text;
        }
    }
    r->size = 0;
    redact_put(r, "", 0);
    work(r, rule, kind, s, n);
    if (r->names.bad) {
        return NULL;
    }
    if (n <= CACHED_SIZE) {
        if (cache->count >= CACHED_MAX) {
            forget(r);
        }
        struct table_entry *e = table_put(cache, r->cached, s, n);
        const char *text = e ? arena_strndup(r->cached, r->out, r->size) : NULL;
        if (!text) {
            forget(r); /* what is made stays in r->out */
            return r->out;
        }
        e->text = text;
    }
    return r->out;
}
