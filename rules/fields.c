/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The small pieces that checks, profiles and waivers are made of: known keys, texts in two languages, lists of words. */
#include <string.h>

#include "audit/base/num.h"
#include "audit/base/utf.h"
#include "rules/check.h"

void fields_check_keys(struct mistakes *m, const struct rules_file *file,
                       const struct yaml_node *map, const char *check, const struct key_spec *specs,
                       size_t count)
{
    const char *names[64] = { NULL };
    for (size_t i = 0; i < count && i < ARRAY_LEN(names) - 1; i++) {
        names[i] = specs[i].name;
        if (specs[i].is_required && !yaml_get(map, specs[i].name)) {
            mistake_node(m, file, map, check, "the key '%s' is missing", specs[i].name);
        }
    }
    for (const struct yaml_node *n = map->first; n; n = n->next) {
        bool known = false;
        for (size_t i = 0; i < count; i++) {
            known = known || strcmp(specs[i].name, n->key) == 0;
        }
        if (!known) {
            mistake_key(m, file, n, check, "unknown key '%s'%s", n->key,
                        did_you_mean(n->key, names));
        }
    }
}

const char *field_text(struct mistakes *m, const struct rules_file *file,
                       const struct yaml_node *map, const char *key, const char *check)
{
    const struct yaml_node *n = yaml_get(map, key);
    if (!n) {
        return NULL;
    }
    if (n->kind != YAML_SCALAR || n->text[strspn(n->text, " \t\r\n")] == '\0') {
        mistake_node(m, file, n, check, "'%s' must be a text that is not empty", key);
        return NULL;
    }
    return n->text;
}

/* Hiragana, katakana, ideographs: a translation without any of them was forgotten. */
static bool has_japanese(const char *s)
{
    size_t n = strlen(s);
    while (n > 0) {
        uint32_t cp = 0;
        size_t size = utf8_next(s, n, &cp);
        if (size == 0) {
            return false;
        }
        if ((cp >= 0x3041 && cp <= 0x30ff) || (cp >= 0x3400 && cp <= 0x9fff) ||
            (cp >= 0xf900 && cp <= 0xfaff)) {
            return true;
        }
        s += size;
        n -= size;
    }
    return false;
}

struct text2 field_text2(struct mistakes *m, const struct rules_file *file,
                         const struct yaml_node *map, const char *key, const char *check)
{
    static const struct key_spec languages[] = { { "en", true, NULL, NULL },
                                                 { "ja", true, NULL, NULL } };
    struct text2 t = { NULL, NULL };
    const struct yaml_node *n = yaml_get(map, key);
    if (!n) {
        return t;
    }
    if (n->kind != YAML_MAP) {
        mistake_node(m, file, n, check, "'%s' must be { en: …, ja: … }", key);
        return t;
    }
    for (size_t i = 0; i < ARRAY_LEN(languages); i++) {
        if (!yaml_get(n, languages[i].name)) {
            mistake_node(m, file, n, check, "'%s' has no %s translation (key '%s')", key,
                         i ? "Japanese" : "English", languages[i].name);
        }
    }
    for (const struct yaml_node *k = n->first; k; k = k->next) {
        if (strcmp(k->key, "en") != 0 && strcmp(k->key, "ja") != 0) {
            mistake_key(m, file, k, check, "unknown key '%s' in '%s'; it takes en and ja", k->key,
                        key);
        }
    }
    t.en = field_text(m, file, n, "en", check);
    t.ja = field_text(m, file, n, "ja", check);
    if (t.ja && !has_japanese(t.ja)) {
        mistake_node(m, file, yaml_get(n, "ja"), check,
                     "the Japanese text of '%s' has no Japanese character", key);
    }
    return t;
}

static bool is_among(const char *word, const char *const *candidates)
{
    for (; *candidates; candidates++) {
        if (strcmp(*candidates, word) == 0) {
            return true;
        }
    }
    return false;
}

size_t field_words(struct mistakes *m, const struct rules_file *file, const struct yaml_node *map,
                   const char *key, const char *check, const char *const *candidates,
                   const char *what, const char **ret, size_t room)
{
    const struct yaml_node *list = yaml_get(map, key);
    size_t count = 0;
    if (!list) {
        return 0;
    }
    if (list->kind != YAML_LIST) {
        mistake_node(m, file, list, check, "'%s' must be a list: [a, b]", key);
        return 0;
    }
    for (const struct yaml_node *n = list->first; n; n = n->next) {
        if (n->kind != YAML_SCALAR || n->text[0] == '\0') {
            mistake_node(m, file, n, check, "'%s' must be a list of words", key);
        } else if (candidates && !is_among(n->text, candidates)) {
            mistake_node(m, file, n, check, "unknown %s '%s'%s", what, n->text,
                         did_you_mean(n->text, candidates));
        } else if (count == room) {
            mistake_node(m, file, n, check, "'%s' takes at most %zu", key, room);
            break;
        } else {
            for (size_t i = 0; i < count; i++) {
                if (strcmp(ret[i], n->text) == 0) {
                    mistake_node(m, file, n, check, "'%s' is listed twice in '%s'", n->text, key);
                }
            }
            ret[count++] = n->text;
        }
    }
    return count;
}

bool yaml_is_null(const struct yaml_node *node)
{
    return node->kind == YAML_SCALAR && node->plain &&
           (strcmp(node->text, "null") == 0 || strcmp(node->text, "~") == 0 ||
            node->text[0] == '\0');
}

bool yaml_bool(const struct yaml_node *node, bool *ret)
{
    static const char *const words[2][4] = { { "false", "off", "no", NULL },
                                             { "true", "on", "yes", NULL } };
    if (node->kind != YAML_SCALAR || !node->plain) {
        return false;
    }
    for (int value = 0; value < 2; value++) {
        if (is_among(node->text, words[value])) {
            *ret = value == 1;
            return true;
        }
    }
    return false;
}

bool yaml_integer(const struct yaml_node *node, int64_t *ret)
{
    if (node->kind != YAML_SCALAR || !node->plain) {
        return false;
    }
    const char *s = node->text;
    if (s[0] != '0' || s[1] != 'x') {
        return num_i64(s, strlen(s), ret);
    }
    uint64_t v = 0;
    size_t n = strlen(s + 2);
    if (n == 0 || n > 15 || strspn(s + 2, "0123456789abcdefABCDEF") != n) {
        return false;
    }
    for (const char *p = s + 2; *p; p++) {
        unsigned digit = *p <= '9' ? (unsigned)(*p - '0') : (unsigned)((*p | 0x20) - 'a') + 10;
        v = v << 4 | digit;
    }
    *ret = (int64_t)v;
    return true;
}

static char small(char c)
{
    return c >= 'A' && c <= 'Z' ? (char)(c | 0x20) : c;
}

static bool matches(const char *glob, const char *word, bool any_case)
{
    const char *star = NULL, *retry = NULL;
    while (*word) {
        if (*glob == '*') {
            star = glob++;
            retry = word;
        } else if (*glob == *word || (any_case && small(*glob) == small(*word))) {
            glob++;
            word++;
        } else if (star) {
            glob = star + 1;
            word = ++retry;
        } else {
            return false;
        }
    }
    while (*glob == '*') {
        glob++;
    }
    return *glob == '\0';
}

bool glob_matches(const char *glob, const char *word)
{
    return matches(glob, word, false);
}

bool glob_matches_any_case(const char *glob, const char *word)
{
    return matches(glob, word, true);
}
