/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Assignments, function calls and literals that hold a password, whatever the language. */
#include <string.h>

#include "audit/base/macros.h"
#include "audit/decode/format/script_line.h"

static bool holds(const char *s, size_t n, const char *part)
{
    return memmem(s, n, part, strlen(part)) != NULL;
}

static bool is_name_char(char c)
{
    return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '_' || (unsigned char)c >= 0x80;
}

/* A name that stands for a password, and not for something about it. */
static bool is_password_name(const char *s, size_t n)
{
    static const char *const about[] = {
        "length",  "age",     "file",    "path",   "expir",   "never",  "last",    "policy",
        "history", "change",  "prompt",  "count",  "complex", "days",   "date",    "reset",
        "requir",  "field",   "label",   "title",  "message", "msg",    "url",     "warn",
        "notif",   "char",    "hash",    "cannot", "valid",   "bypass", "compass", "passed",
        "passive", "passage", "encrypt", "secure", "filter",  "show",
    };
    for (size_t i = 0; i < ARRAY_LEN(about); i++) {
        if (holds(s, n, about[i])) {
            return false;
        }
    }
    if (n > 3 && (memcmp(s, "min", 3) == 0 || memcmp(s, "max", 3) == 0)) {
        return false;
    }
    if (holds(s, n, "password") || holds(s, n, "passwd") || holds(s, n, "passwort") ||
        holds(s, n, "passphrase") || holds(s, n, "kennwort")) {
        return true;
    }
    static const char *const ends[] = { "pass", "pwd", "pw" };
    for (size_t i = 0; i < ARRAY_LEN(ends); i++) {
        size_t k = strlen(ends[i]);
        bool is_end = n >= k && memcmp(s + n - k, ends[i], k) == 0;
        bool is_begin = n >= k && memcmp(s, ends[i], k) == 0;
        if ((is_end || is_begin) && n <= k + 8) {
            return true;
        }
    }
    return false;
}

/* The name that ends before i; its length is in *n. */
static const char *name_before(const struct script_words *l, size_t i, size_t *n)
{
    size_t end = i;
    while (end > 0 && i - end < 16 &&
           (l->lower[end - 1] == ' ' || l->lower[end - 1] == ':' || l->lower[end - 1] == '"' ||
            l->lower[end - 1] == '\'')) {
        end--;
    }
    size_t begin = end;
    while (begin > 0 && end - begin < 64 && is_name_char(l->lower[begin - 1])) {
        begin--;
    }
    *n = end - begin;
    return l->lower + begin;
}

static bool is_truth(const char *s, size_t n)
{
    static const char *const words[] = { "true",    "false", "yes", "no", "null", "none",
                                         "nothing", "on",    "off", "0",  "1" };
    for (size_t i = 0; i < ARRAY_LEN(words); i++) {
        if (strlen(words[i]) == n && memcmp(words[i], s, n) == 0) {
            return true;
        }
    }
    return false;
}

#define VALUE_MAX \
    256U /* bytes behind an equals sign that are looked at, so that a line of such signs costs no more */

/* What is asked of a line once, whatever the number of its equals signs. */
struct line_facts {
    bool is_batch_set;  /* "set NAME=value"; not "set /p", which asks */
    bool is_connection; /* a word of a connection string is in it */
};

static struct line_facts facts_of(const struct script_words *l)
{
    struct line_facts f = { false, false };
    for (size_t i = 0; i < l->count && i < 64 && !f.is_batch_set; i++) {
        const struct script_word *w = script_word_at(l, i), *next = script_word_at(l, i + 1);
        f.is_batch_set = (script_word_is(w, "set") || script_word_is(w, "@set")) &&
                         !(next->n >= 2 && next->s[0] == '/');
    }
    static const char *const parts[] = { "user id=", "uid=", "data source=", "server=",
                                         "provider=" };
    for (size_t i = 0; i < ARRAY_LEN(parts); i++) {
        f.is_connection = f.is_connection || holds(l->lower, l->n, parts[i]);
    }
    return f;
}

/* How far a text goes that ends with one of the characters of stop. */
static size_t until(const struct script_words *l, size_t i, const char *stop)
{
    size_t end = i;
    while (end < l->n && end - i < VALUE_MAX && l->lower[end] != '\0' &&
           !strchr(stop, l->lower[end])) {
        end++;
    }
    return end - i;
}

/* A quoted text that can be a password: one word, no variable in it. */
static bool is_quoted_secret(const struct script_words *l, size_t i)
{
    const char quote[] = { l->lower[i], '\0' };
    size_t n = until(l, i + 1, quote);
    const char *s = l->lower + i + 1;
    return n > 0 && i + 1 + n < l->n && s[n] == quote[0] && !memchr(s, ' ', n) &&
           script_is_literal_text(s, n) && !is_truth(s, n);
}

static bool assigns(const struct script_words *l, const struct line_facts *facts, size_t equals)
{
    size_t n = 0, i = equals + 1;
    const char *name = name_before(l, equals, &n);
    if (n == 0 || !is_password_name(name, n)) {
        return false;
    }
    while (i < l->n && i < equals + 16 && (l->lower[i] == ' ' || l->lower[i] == '=')) {
        i++;
    }
    if (i < l->n && (l->lower[i] == '"' || l->lower[i] == '\'')) {
        return is_quoted_secret(l, i);
    }
    size_t size = until(l, i, " \t\"&|<>\r");
    return facts->is_batch_set && script_is_literal_text(l->lower + i, size) &&
           !is_truth(l->lower + i, size);
}

/* "User ID=sa;Password=secret;": the name alone stands before the sign. */
static bool is_connection(const struct script_words *l, const struct line_facts *facts,
                          size_t equals)
{
    size_t n = 0;
    const char *name = name_before(l, equals, &n);
    bool is_name =
        (n == 8 && memcmp(name, "password", 8) == 0) || (n == 3 && memcmp(name, "pwd", 3) == 0);
    if (!is_name || name == l->lower || !strchr(";\" ", name[-1])) {
        return false;
    }
    return facts->is_connection &&
           script_is_literal_text(l->lower + equals + 1, until(l, equals + 1, ";\"' \t"));
}

/* scheme://user:password@host */
static bool is_url(const struct script_words *l)
{
    const char *p = l->lower, *end = l->lower + l->n;
    while ((p = memmem(p, (size_t)(end - p), "://", 3)) != NULL) {
        p += 3;
        const char *q = p, *colon = NULL;
        while (q < end && !strchr("/ \t\"'<>@", *q)) {
            colon = *q == ':' && !colon ? q : colon;
            q++;
        }
        if (q < end && *q == '@' && colon && colon > p &&
            script_is_literal_text(colon + 1, (size_t)(q - colon - 1))) {
            return true;
        }
        p = q;
    }
    return false;
}

/* Behind the name DefaultPassword comes its text: of a .reg file, of reg add, of RegWrite, of Set-ItemProperty. */
static bool is_autologon(const struct script_words *l)
{
    size_t i = 0;
    while (i < l->count && !holds(l->w[i].s, l->w[i].n, "defaultpassword")) {
        i++;
    }
    for (i++; i < l->count && !(l->w[i].is_mark && strchr("|&<>", l->w[i].s[0])); i++) {
        const struct script_word *w = &l->w[i];
        bool is_type = (w->n > 4 && memcmp(w->s, "reg_", 4) == 0) || script_word_is(w, "string");
        if (script_word_is(w, "=") || w->is_mark || is_type) {
            continue;
        }
        const char *s = w->s;
        size_t n = w->n;
        if (!w->is_quoted && n > 0 && *s == '=') {
            s++;
            n--;
        }
        if (w->is_quoted || (n > 0 && *s != '-' && *s != '/')) {
            return script_is_literal_text(s, n);
        }
    }
    return false;
}

const char *script_in_assignment(const struct script_words *l)
{
    const struct line_facts facts = facts_of(l);
    for (const char *p = l->lower; p < l->lower + l->n; p++) {
        p = memchr(p, '=', (size_t)(l->lower + l->n - p));
        if (!p) {
            break;
        }
        if (assigns(l, &facts, (size_t)(p - l->lower))) {
            return holds(l->lower, l->n, "defaultpassword") ? "autologon" : "password_variable";
        }
        if (is_connection(l, &facts, (size_t)(p - l->lower))) {
            return "connection_string";
        }
    }
    return is_url(l)                                                     ? "url"
           : holds(l->lower, l->n, "defaultpassword") && is_autologon(l) ? "autologon"
                                                                         : NULL;
}

/* The argument with a number of the call whose name ends a word: arguments are parted by commas. NULL = it is no quoted text. */
static bool has_literal_argument(const struct script_words *l, const char *name, size_t number)
{
    size_t size = strlen(name), i = 0, at = 0;
    while (i < l->count && !(l->w[i].n >= size && !l->w[i].is_quoted &&
                             memcmp(l->w[i].s + l->w[i].n - size, name, size) == 0)) {
        i++;
    }
    for (i++; i < l->count; i++) {
        const struct script_word *w = &l->w[i];
        if (w->is_mark && w->s[0] == ',') {
            at++;
        } else if (w->is_mark && (w->s[0] == ')' || w->s[0] == '|')) {
            break;
        } else if (at == number && w->is_quoted) {
            return script_is_literal(w);
        }
    }
    return false;
}

/* ConvertTo-SecureString 'secret' -AsPlainText, or 'secret' | ConvertTo-SecureString -AsPlainText. */
static bool is_plain_secure_string(const struct script_words *l)
{
    size_t i = 0;
    while (i < l->count && !script_word_is(&l->w[i], "convertto-securestring")) {
        i++;
    }
    bool is_plain = false;
    for (size_t k = i; k < l->count; k++) {
        is_plain = is_plain || (l->w[k].n >= 4 && memcmp(l->w[k].s, "-asp", 4) == 0);
    }
    if (i == l->count || !is_plain) {
        return false;
    }
    if (i >= 2 && l->w[i - 1].is_mark && l->w[i - 1].s[0] == '|') {
        return l->w[i - 2].is_quoted && script_is_literal(&l->w[i - 2]);
    }
    for (i++; i < l->count; i++) {
        const struct script_word *w = &l->w[i];
        if (w->is_quoted || w->is_mark || (w->n > 0 && w->s[0] != '-')) {
            return script_is_literal(w);
        }
    }
    return false;
}

const char *script_in_call(const struct script_words *l)
{
    return holds(l->lower, l->n, "convertto-securestring") && is_plain_secure_string(l)
               ? "powershell_plain"
           : holds(l->lower, l->n, "networkcredential") &&
                   (has_literal_argument(l, "networkcredential", 1) ||
                    has_literal_argument(l, "networkcredential]::new", 1))
               ? "powershell_credential"
           : holds(l->lower, l->n, "mapnetworkdrive") &&
                   has_literal_argument(l, "mapnetworkdrive", 4)
               ? "vbs_mapdrive"
           : holds(l->lower, l->n, "opendsobject") && has_literal_argument(l, "opendsobject", 2)
               ? "ldap_bind"
               : NULL;
}
