/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "report/text.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "audit/base/utf.h"
#include "audit/base/zone.h"
#include "audit/evidence/store.h"
#include "report/query.h"

/* A number between these is a time and nothing else that a view shows: 1900 and 2300. */
#define TIME_FIRST INT64_C(94354848000000000)
#define TIME_LAST  INT64_C(220610304000000000)

bool text_lang_from(const char *word, enum text_lang *ret)
{
    if (word && strcmp(word, "en") == 0) {
        *ret = TEXT_EN;
        return true;
    }
    if (word && strcmp(word, "ja") == 0) {
        *ret = TEXT_JA;
        return true;
    }
    return false;
}

const char *text_safe(struct arena *a, const char *s, size_t n, size_t max_chars)
{
    bool changed = false;
    /* No code point takes more than 4 bytes: what lies behind the cut need not be repaired. */
    size_t enough = max_chars > 0 && n / 4 > max_chars ? (max_chars + 1) * 4 : n;
    char *valid = utf8_repair(a, s, enough, &changed);
    if (!valid) {
        return NULL;
    }
    AUTO(wr_done) struct wr w;
    wr_init(&w, (n + 1) * 10); /* "\u{10ffff}" */
    utf8_display(&w, valid, max_chars);
    return w.bad ? NULL : arena_strndup(a, (const char *)w.data, w.size);
}

static const char *never(enum text_lang lang)
{
    return lang == TEXT_JA ? "なし（無期限）" : "never";
}

static const char *not_set(enum text_lang lang)
{
    return lang == TEXT_JA ? "未設定" : "not set";
}

static bool local_time(filetime t, struct tm *ret)
{
    time_t seconds = (time_t)filetime_to_unix(t);
    return localtime_r(&seconds, ret) != NULL;
}

const char *text_time(struct arena *a, filetime t, enum text_lang lang)
{
    struct tm tm;
    if (t == FILETIME_NEVER) {
        return never(lang);
    }
    if (t <= 0) {
        return not_set(lang);
    }
    if (!local_time(t, &tm)) {
        return arena_printf(a, "%lld", (long long)t);
    }
    return arena_printf(a, "%04d-%02d-%02d %02d:%02d", tm.tm_year + 1900, tm.tm_mon + 1, tm.tm_mday,
                        tm.tm_hour, tm.tm_min);
}

const char *text_zone(struct arena *a, filetime t)
{
    struct tm tm;
    if (!local_time(t, &tm) || tm.tm_gmtoff == 0) {
        return "UTC";
    }
    long minutes = tm.tm_gmtoff / 60;
    long size = minutes < 0 ? -minutes : minutes;
    return arena_printf(a, "UTC%c%02ld:%02ld", minutes < 0 ? '-' : '+', size / 60, size % 60);
}

void text_zone_begin(struct zone_before *before, sqlite3 *db)
{
    char name[ZONE_MAX], value[ZONE_MAX];
    store_info_get(db, "time_zone", name, sizeof(name));
    *before = (struct zone_before){ .is_changed = zone_environment(name, value, sizeof(value)) };
    if (!before->is_changed) {
        return;
    }
    const char *now = getenv("TZ");
    before->had_value = now && strlen(now) < sizeof(before->value);
    (void)snprintf(before->value, sizeof(before->value), "%s", before->had_value ? now : "");
    (void)setenv("TZ", value, 1);
    tzset();
}

void text_zone_end(struct zone_before *before)
{
    if (!before->is_changed) {
        return;
    }
    if (before->had_value) {
        (void)setenv("TZ", before->value, 1);
    } else {
        (void)unsetenv("TZ");
    }
    tzset();
    before->is_changed = false;
}

const char *text_time_exact(struct arena *a, filetime t)
{
    struct tm tm;
    if (!local_time(t, &tm)) {
        return arena_printf(a, "%lld", (long long)t);
    }
    long minutes = tm.tm_gmtoff / 60, size = minutes < 0 ? -minutes : minutes;
    return arena_printf(a, "%04d-%02d-%02d %02d:%02d:%02d %c%02ld:%02ld", tm.tm_year + 1900,
                        tm.tm_mon + 1, tm.tm_mday, tm.tm_hour, tm.tm_min, tm.tm_sec,
                        minutes < 0 ? '-' : '+', size / 60, size % 60);
}

static bool ends_with(const char *s, const char *end)
{
    size_t n = strlen(s), m = strlen(end);
    return n >= m && strcmp(s + n - m, end) == 0;
}

static bool names_time(const char *column)
{
    return ends_with(column, "_at") || ends_with(column, "_time") ||
           ends_with(column, "_last_set") || ends_with(column, "last_logon") ||
           ends_with(column, "_timestamp");
}

/* Columns that count and whose names have none of the words of names_truth. */
static bool names_count(const char *column)
{
    static const char names[] =
        " accounts audit_off breaks candidate changes_least changes_most changes_since_baseline clears"
        " clock_steps cluster_hosts damaged date_changes_since_baseline drops failed_logons failures gaps"
        " grace_uses hint_lines linked_groups logs missing_records password_accounts privileged records resets"
        " shared_hosts stops trials windows ";
    char word[48];
    int n = snprintf(word, sizeof(word), " %s ", column);
    return n > 0 && (size_t)n < sizeof(word) && strstr(names, word);
}

/* Views write truth as 0 and 1. A column that counts or measures says so in one of the words of its name. */
static bool names_truth(const char *column)
{
    static const char words[] =
        " count counts days hours minutes seconds version length threshold level number no rid uac"
        " types type flags quota precedence objects depth position history age times direction"
        " options signatures size entries bits limit code id attributes servers lifetime build"
        " heuristics values order ";
    if (names_count(column)) {
        return false;
    }
    for (const char *p = column; *p; p += *p == '_') {
        char word[40];
        size_t n = strcspn(p, "_");
        if (n + 3 < sizeof(word)) {
            (void)snprintf(word, sizeof(word), " %.*s ", (int)n, p);
            if (strstr(words, word)) {
                return false;
            }
        }
        p += n;
    }
    return true;
}

bool text_is_time(const char *column, int64_t number)
{
    return (number >= TIME_FIRST && number <= TIME_LAST) ||
           (names_time(column) && (number == 0 || number == FILETIME_NEVER));
}

static const char *truth(bool yes, enum text_lang lang)
{
    if (lang == TEXT_JA) {
        return yes ? "はい" : "いいえ";
    }
    return yes ? "yes" : "no";
}

static const char *integer(struct arena *a, const char *column, int64_t number, enum text_lang lang)
{
    if (text_is_time(column, number)) {
        return text_time(a, number, lang);
    }
    if (names_truth(column) && (number == 0 || number == 1)) {
        return truth(number == 1, lang);
    }
    return arena_printf(a, "%lld", (long long)number);
}

static const char *string(struct arena *a, const json_t *value, enum text_lang lang)
{
    const char *s = json_string_value(value);
    size_t n = json_string_length(value);
    filetime t = 0;
    if (n == 20 && filetime_from_iso(s, &t)) { /* 2026-11-22T10:15:30Z */
        return text_time(a, t, lang);
    }
    return n == 0 ? "—" : text_safe(a, s, n, TEXT_SHOWN);
}

static const char *list(struct arena *a, const char *column, const json_t *value,
                        enum text_lang lang)
{
    enum {
        LIST_SHOWN = 20
    };

    const char *all = "";
    size_t i = 0;
    const json_t *item = NULL;
    json_array_foreach (value, i, item) {
        if (i == LIST_SHOWN) {
            return arena_printf(a, "%s, … (%zu)", all, json_array_size(value));
        }
        const char *one = json_is_array(item) ? "[…]" : text_value(a, column, item, lang);
        all = one && all ? arena_printf(a, "%s%s%s", all, i > 0 ? ", " : "", one) : NULL;
        if (!all) {
            return NULL;
        }
    }
    return all;
}

const char *text_value(struct arena *a, const char *column, const json_t *value,
                       enum text_lang lang)
{
    switch (json_typeof(value)) {
    case JSON_NULL:
        return "—";
    case JSON_TRUE:
        return truth(true, lang);
    case JSON_FALSE:
        return truth(false, lang);
    case JSON_INTEGER:
        return integer(a, column, json_integer_value(value), lang);
    case JSON_REAL:
        return arena_printf(a, "%.10g", json_real_value(value));
    case JSON_STRING:
        return string(a, value, lang);
    case JSON_ARRAY:
        return list(a, column, value, lang);
    case JSON_OBJECT:
    default:
        return "{…}";
    }
}

enum rc labels_open(struct labels *l, sqlite3 *db, enum text_lang lang, struct err *err)
{
    l->query = NULL;
    l->lang = lang;
    return query_open(db, "SELECT en, ja FROM column_label WHERE view = ?1 AND column_name = ?2",
                      &l->query, err);
}

void labels_done(struct labels *l)
{
    query_done(&l->query);
}

const char *labels_get(struct labels *l, struct arena *a, const char *view, const char *column)
{
    struct err ignored;
    bool row = false;
    const char *label = NULL;
    if (sqlite3_bind_text(l->query, 1, view, -1, SQLITE_STATIC) == SQLITE_OK &&
        sqlite3_bind_text(l->query, 2, column, -1, SQLITE_STATIC) == SQLITE_OK &&
        query_next(l->query, &row, &ignored) == RC_OK && row) {
        const char *text = query_text(l->query, l->lang == TEXT_JA ? 1 : 0);
        label = text[0] ? text_safe(a, text, strlen(text), 0) : NULL;
    }
    (void)sqlite3_reset(l->query);
    if (label) {
        return label;
    }
    char *plain = arena_strdup(a, column);
    for (char *p = plain; p && *p; p++) {
        *p = *p == '_' ? ' ' : *p;
    }
    return plain ? text_safe(a, plain, strlen(plain), TEXT_SHOWN) : NULL;
}
