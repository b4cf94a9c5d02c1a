/* SPDX-License-Identifier: GPL-3.0-or-later */
/* One text of an evidence file made safe to share: what is ours stays, everything else becomes a pseudonym. */
#ifndef REPORT_REDACT_VALUE_H
#define REPORT_REDACT_VALUE_H

#include "report/redact/pseudonym.h"
#include "report/redact/vocabulary.h"

/* What may stay in a text. */
enum redact_rule {
    REDACT_CODE, /* code words, numbers, times; a whole code word before anything else. The rule of everything that has no other */
    REDACT_LOOKED_UP, /* likewise, but names go first: columns that hold a name or a code word */
    REDACT_SENTENCE,  /* the words of our sentences, too */
    REDACT_NAME,      /* nothing but names that every Windows has */
    REDACT_FREE,      /* nothing: what people write, command lines, paths */
    REDACT_KEEP       /* all of it: written by Kagimori alone */
};

struct redactor {
    struct pseudonyms names;
    struct vocabulary words;
    struct arena *a;         /* of the dictionary */
    struct table dictionary; /* names of this evidence in lower case: value = kind + 1 */
    size_t longest;          /* of its names, in bytes */
    struct arena *cached;
    struct table cache[REDACT_KEEP + 1][REDACT_PATH + 1];
    char *out; /* the text that is being made */
    size_t size, room;
};

MUST_USE enum rc redactor_open(struct redactor *r, const unsigned char key[PSEUDONYM_KEY_SIZE],
                               struct err *err);
void redactor_done(struct redactor *r);

/* Adds a name of the evidence with its parts (DOMAIN\name, name@domain, host.domain); the kind that comes first stays. */
void redactor_learn(struct redactor *r, enum redact_kind kind, const char *s, size_t n);
/* One name as it stands in the dictionary, without its parts. */
void redactor_learn_word(struct redactor *r, enum redact_kind kind, const char *s, size_t n);
/* The values of a distinguished name (RFC 4514): organizational units, the domain, and the object itself as kind. */
void redactor_learn_dn(struct redactor *r, enum redact_kind kind, const char *s, size_t n);

/* The text to show, until the next call; NULL when memory is short. kind: what a name is called that the dictionary does not know. */
MUST_USE const char *redactor_text(struct redactor *r, enum redact_rule rule, enum redact_kind kind,
                                   const char *s, size_t n);

/* Private to the folder. */
void redact_put(struct redactor *r, const char *s, size_t n);
void redact_put_text(struct redactor *r, const char *s);
void redact_name(struct redactor *r, enum redact_kind kind, const char *s,
                 size_t n); /* a whole name, whatever it holds */
/* The kind that the dictionary has of a name, else kind. */
enum redact_kind redact_kind_of(const struct redactor *r, enum redact_kind kind, const char *s,
                                size_t n);
MUST_USE bool redactor_learn_standard(struct redactor *r);
bool redact_is_standard(const char *s, size_t n);
void redact_scan(struct redactor *r, enum redact_rule rule, enum redact_kind kind, const char *s,
                 size_t n);
/* Bytes of the SID, GUID, time, address, DN, path or finding at s, which it writes; 0 when none begins there. */
size_t redact_shape(struct redactor *r, const char *s, size_t n, bool at_start);
/* A text that is a SID, GUID or DN as a whole. */
bool redact_shape_whole(struct redactor *r, const char *s, size_t n);
size_t redact_dn(struct redactor *r, const char *s, size_t n);
const struct table_entry *redact_known(const struct redactor *r, const char *s, size_t n);

#endif
