/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "audit/decode/hint.h"

#include <stdint.h>
#include <string.h>

#include "audit/base/macros.h"
#include "audit/base/utf.h"

#define WINDOW  4096 /* code points looked at at once */
#define OVERLAP 128  /* a hint that straddles two windows is seen in the second */

/* Words for a password, as code points of the folded text (ASCII in lower case, full-width ASCII and half-width kana in their
 * ordinary form). The longer ones first. */
struct keyword {
    const char *word;
    bool is_number; /* a number alone is a password here (PIN) */
};

static const struct keyword keywords[] = {
    { "パスワード", false }, { "パスワ−ド", false }, { "パスフレーズ", false },
    { "暗証番号", true },    { "暗証", true },       { "password", false },
    { "passphrase", false }, { "passwd", false },    { "passcode", true },
    { "pass", false },       { "pwd", false },       { "pw", false },
    { "pin", true },         { "パス", false },
};

/* Words that follow "password:" without being one. */
static const char *const no_password[] = {
    "see",      "ask",          "none",    "unknown", "changed", "reset",  "expired", "never",
    "required", "policy",       "set",     "same",    "sent",    "shared", "random",  "managed",
    "disabled", "default",      "manager", "vault",   "keepass", "laps",   "hidden",  "removed",
    "secret",   "confidential", "contact", "call",    "change",  "manual", "null",    "blank",
    "empty",    "unset",        "with",    "from",    "not",     "only",   "expires", "protected",
};

struct folded {
    uint32_t cp[WINDOW];
    size_t n;
};

static uint32_t half_width_kana(uint32_t cp)
{
    static const uint16_t full[] = {
        0x30f2, 0x30a1, 0x30a3, 0x30a5, 0x30a7, 0x30a9, 0x30e3, 0x30e5, 0x30e7, 0x30c3,
        0x30fc, 0x30a2, 0x30a4, 0x30a6, 0x30a8, 0x30aa, 0x30ab, 0x30ad, 0x30af, 0x30b1,
        0x30b3, 0x30b5, 0x30b7, 0x30b9, 0x30bb, 0x30bd, 0x30bf, 0x30c1, 0x30c4, 0x30c6,
        0x30c8, 0x30ca, 0x30cb, 0x30cc, 0x30cd, 0x30ce, 0x30cf, 0x30d2, 0x30d5, 0x30d8,
        0x30db, 0x30de, 0x30df, 0x30e0, 0x30e1, 0x30e2, 0x30e4, 0x30e6, 0x30e8, 0x30e9,
        0x30ea, 0x30eb, 0x30ec, 0x30ed, 0x30ef, 0x30f3,
    };
    return cp >= 0xff66 && cp < 0xff66 + ARRAY_LEN(full) ? full[cp - 0xff66] : cp;
}

static void fold(const char *s, size_t n, size_t *at, struct folded *f)
{
    while (*at < n && f->n < WINDOW) {
        uint32_t cp = 0;
        size_t len = utf8_next(s + *at, n - *at, &cp);
        *at += len ? len : 1;
        if (len == 0) {
            continue;
        }
        if (cp >= 0xff01 && cp <= 0xff5e) {
            cp -= 0xfee0;
        } else if (cp == 0x3000 || cp == 0xa0 || cp == '\t') {
            cp = ' ';
        }
        /* Half-width voicing marks belong to the kana before them. */
        if ((cp == 0xff9e || cp == 0xff9f) && f->n > 0) {
            f->cp[f->n - 1] += cp == 0xff9e ? 1 : 2;
            continue;
        }
        cp = half_width_kana(cp);
        f->cp[f->n++] = cp >= 'A' && cp <= 'Z' ? cp | 0x20 : cp;
    }
}

static bool is_letter(uint32_t cp)
{
    return cp >= 'a' && cp <= 'z';
}

static bool is_digit(uint32_t cp)
{
    return cp >= '0' && cp <= '9';
}

static uint32_t at_or_zero(const struct folded *f, size_t i)
{
    return i < f->n ? f->cp[i] : 0;
}

/* Length of the keyword at i in code points, 0 when another text stands there. An ASCII keyword must be a word of its own. */
static size_t match(const struct folded *f, size_t i, const char *word)
{
    size_t n = strlen(word), k = 0;
    for (size_t j = 0; j < n; k++) {
        uint32_t cp = 0;
        j += utf8_next(word + j, n - j, &cp);
        if (at_or_zero(f, i + k) != cp) {
            return 0;
        }
    }
    bool ascii = (uint8_t)word[0] < 0x80;
    bool joined = ascii && ((i > 0 && (is_letter(f->cp[i - 1]) || is_digit(f->cp[i - 1]))) ||
                            is_letter(at_or_zero(f, i + k)));
    return joined ? 0 : k;
}

static void skip_spaces(const struct folded *f, size_t *i)
{
    while (at_or_zero(f, *i) == ' ') {
        ++*i;
    }
}

/* A separator between keyword and value: ':' '=' "->" '→' 'は' '/' '「' '(' or the word "is". */
static bool separator(const struct folded *f, size_t *i)
{
    skip_spaces(f, i);
    size_t before = *i;
    uint32_t cp = at_or_zero(f, *i);
    if (cp == 'i' && at_or_zero(f, *i + 1) == 's' && at_or_zero(f, *i + 2) == ' ') {
        *i += 2;
    }
    while (*i < f->n && (cp = f->cp[*i]) != 0 &&
           (cp == ':' || cp == '=' || cp == 0x2192 || cp == 0x306f || cp == 0x300c || cp == '"' ||
            cp == '[' || cp == '(' || cp == '>' || (cp == '-' && at_or_zero(f, *i + 1) == '>'))) {
        ++*i;
    }
    bool found = *i > before;
    skip_spaces(f, i);
    return found;
}

struct word {
    size_t length;
    size_t letters;
    size_t digits;
    size_t symbols;
    bool is_one_symbol; /* "*****" */
    bool ends_line;
};

/* The run of printable ASCII at i. */
static struct word word_at(const struct folded *f, size_t i)
{
    struct word w = { .is_one_symbol = true };
    size_t first = i;
    uint32_t cp = 0;
    while ((cp = at_or_zero(f, i)) > ' ' && cp < 0x7f && cp != ',' && cp != ')' && cp != ']' &&
           cp != '"' && cp != ';') {
        w.letters += is_letter(cp);
        w.digits += is_digit(cp);
        w.symbols += !is_letter(cp) && !is_digit(cp);
        w.is_one_symbol = w.is_one_symbol && cp == f->cp[first];
        w.length++;
        i++;
    }
    skip_spaces(f, &i);
    cp = at_or_zero(f, i);
    w.ends_line = cp == 0 || cp == '\n' || cp == '\r' || cp == ',' || cp == ';' || cp > 0x7f;
    return w;
}

static bool is_listed(const struct folded *f, size_t i, size_t length)
{
    while (length > 0 && f->cp[i + length - 1] == '.') {
        length--;
    }
    for (size_t k = 0; k < ARRAY_LEN(no_password); k++) {
        size_t n = strlen(no_password[k]);
        size_t j = 0;
        while (j < n && n == length && f->cp[i + j] == (uint8_t)no_password[k][j]) {
            j++;
        }
        if (j == n) {
            return true;
        }
    }
    return false;
}

/* 2024-05-01, 2024/5, 03-1234-5678: a date or telephone number. */
static bool is_date(const struct folded *f, size_t i, const struct word *w)
{
    size_t marks = 0;
    for (size_t k = 0; k < w->length; k++) {
        marks += f->cp[i + k] == '/' || f->cp[i + k] == '-' || f->cp[i + k] == '.';
    }
    return marks > 0 && w->digits + marks == w->length;
}

/* 2024年, 13桁: a number that is counted in something. */
static bool is_counted(const struct folded *f, size_t i, const struct word *w)
{
    static const uint32_t units[] = { 0x5e74 /* 年 */, 0x6708 /* 月 */, 0x65e5 /* 日 */,
                                      0x6841 /* 桁 */, 0x6587 /* 文 */, 0x5b57 /* 字 */,
                                      0x56de /* 回 */, 0x6642 /* 時 */, 0x5206 /* 分 */ };
    uint32_t next = at_or_zero(f, i + w->length);
    for (size_t k = 0; w->digits == w->length && k < ARRAY_LEN(units); k++) {
        if (units[k] == next) {
            return true;
        }
    }
    return false;
}

static bool is_password(const struct folded *f, size_t i, bool separated, bool is_number)
{
    struct word w = word_at(f, i);
    if (w.length < 4 || w.is_one_symbol || is_date(f, i, &w) || is_counted(f, i, &w) ||
        is_listed(f, i, w.length)) {
        return false;
    }
    if (!separated) {
        return (is_number && w.digits == w.length && w.length <= 8) ||
               (!is_number && w.length >= 6 && w.letters > 0 && w.digits > 0);
    }
    return w.digits > 0 || (w.symbols > 0 && w.letters > 0 && w.length >= 6) || w.ends_line;
}

static bool scan(const struct folded *f)
{
    for (size_t i = 0; i < f->n; i++) {
        uint32_t cp = f->cp[i];
        if (cp != 'p' && cp != 0x30d1 && cp != 0x6697) {
            continue;
        }
        for (size_t k = 0; k < ARRAY_LEN(keywords); k++) {
            size_t length = match(f, i, keywords[k].word);
            if (length == 0) {
                continue;
            }
            size_t value = i + length;
            bool separated = separator(f, &value);
            bool spaced = separated || at_or_zero(f, i + length) == ' ' ||
                          at_or_zero(f, i + length) == '/' || (uint8_t)keywords[k].word[0] >= 0x80;
            if (spaced && is_password(f, value, separated, keywords[k].is_number)) {
                return true;
            }
            break;
        }
    }
    return false;
}

bool hint_is_password(const char *text, size_t n)
{
    struct folded f = { .n = 0 };
    size_t at = 0;
    if (n < 6) {
        return false;
    }
    for (;;) {
        fold(text, n, &at, &f);
        if (scan(&f)) {
            return true;
        }
        if (at >= n || f.n < WINDOW) {
            return false;
        }
        memmove(f.cp, f.cp + f.n - OVERLAP, OVERLAP * sizeof(f.cp[0]));
        f.n = OVERLAP;
    }
}
