/* SPDX-License-Identifier: GPL-3.0-or-later */
/* How text falls into words, the same for make_words, which gathers the vocabulary, and for those who look words up in it. */
#ifndef REPORT_REDACT_TOKEN_H
#define REPORT_REDACT_TOKEN_H

#include <stdbool.h>
#include <stddef.h>

static inline bool token_alnum(unsigned char c)
{
    return (c >= '0' && c <= '9') || (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') || c == '_';
}

/* Bytes of the word at s, 0 when none begins there: letters, digits and _, with single . - ' $ inside. */
static inline size_t token_length(const char *s, size_t n)
{
    size_t i = 0;
    while (i < n) {
        unsigned char c = (unsigned char)s[i];
        bool joint = c == '.' || c == '-' || c == '\'' || c == '$';
        if (!token_alnum(c) &&
            !(joint && i > 0 && i + 1 < n && token_alnum((unsigned char)s[i + 1]))) {
            break;
        }
        i++;
    }
    return i;
}

/* Bytes of the run of other than ASCII characters at s. */
static inline size_t token_foreign(const char *s, size_t n)
{
    size_t i = 0;
    while (i < n && (unsigned char)s[i] >= 0x80) {
        i++;
    }
    return i;
}

#endif
