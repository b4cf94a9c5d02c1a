/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Functions of diff.sql: what differs in the evidence of a finding that was there before, without what moves by itself; whether a statement names a
 * view or a column. */
#include <jansson.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "report/diff/diff.h"
#include "report/diff/diff_rename.h"

struct naming {
    struct renames *renames;
    sqlite3 *db;
};

static bool ends_with(const char *s, const char *end)
{
    size_t n = strlen(s), m = strlen(end);
    return n >= m && strcmp(s + n - m, end) == 0;
}

static bool begins_with(const char *s, const char *start)
{
    return strncmp(s, start, strlen(start)) == 0;
}

/* Settings that are lengths of time are no ages. */
static bool is_setting(const char *column)
{
    return begins_with(column, "max_") || begins_with(column, "min_") ||
           begins_with(column, "policy_m") || begins_with(column, "interval_") ||
           begins_with(column, "valid_");
}

bool diff_is_moving(const char *column)
{
    static const char *const ends[] = { "_days",         "_days_ago",    "_at",
                                        "_age",          "event_count",  "failure_count",
                                        "success_count", "ticket_count", "target_count",
                                        "skew_seconds" };

    static const char *const whole[] = {
        "days_left",   "days_to_target", "days_covered", "example", "log_from", "log_to",
        "window_from", "window_to",      "successes",    "records", "trials",   "times_back"
    };
    if (is_setting(column)) {
        return false;
    }
    for (size_t i = 0; i < ARRAY_LEN(ends); i++) {
        if (ends_with(column, ends[i])) {
            return true;
        }
    }
    for (size_t i = 0; i < ARRAY_LEN(whole); i++) {
        if (strcmp(column, whole[i]) == 0) {
            return true;
        }
    }
    return false;
}

static bool is_text(const json_t *v, const char *text)
{
    return text && json_is_string(v) && strcmp(json_string_value(v), text) == 0;
}

/* The old name became the new one: that is told of the finding itself. */
static bool is_rename(const json_t *before, const json_t *now, const char *name_before,
                      const char *name)
{
    return is_text(before, name_before) && is_text(now, name);
}

/* What differs by names that changed, or by the order of a list, does not. */
static bool is_renamed(const struct naming *names, const json_t *before, const json_t *now)
{
    if (json_is_array(before) && json_is_array(now) &&
        json_array_size(before) == json_array_size(now)) {
        size_t i = 0;
        const json_t *one = NULL;
        json_array_foreach (now, i, one) {
            const json_t *old = json_array_get(before, i);
            if (!json_equal(old, one) && !is_renamed(names, old, one)) {
                return false;
            }
        }
        return true;
    }
    return json_is_string(before) && json_is_string(now) &&
           renames_equal(names->renames, names->db, json_string_value(before),
                         json_string_value(now));
}

/* A number that one audit kept as text is the same number. */
static bool is_equal(const json_t *before, const json_t *now)
{
    const json_t *text = json_is_string(before) ? before : now;
    const json_t *number = json_is_string(before) ? now : before;
    char digits[32];
    if (json_is_string(text) && json_is_integer(number)) {
        (void)snprintf(digits, sizeof(digits), "%lld", (long long)json_integer_value(number));
        return strcmp(digits, json_string_value(text)) == 0;
    }
    return json_equal(before, now);
}

static json_t *differences(const struct naming *names, const json_t *before, json_t *now,
                           const char *name_before, const char *name)
{
    json_t *all = json_array(), *value = NULL;
    const char *column = NULL;
    json_object_foreach (now, column, value) {
        const json_t *old = json_object_get(before, column);
        /* A column that the check did not show before tells of no change. */
        if (!old || is_equal(old, value) || diff_is_moving(column) ||
            is_rename(old, value, name_before, name) || is_renamed(names, old, value)) {
            continue;
        }
        (void)json_array_append_new(all, json_pack("[s, O, O]", column, old, value));
    }
    return all;
}

static void change(sqlite3_context *context, int count, sqlite3_value **values)
{
    (void)count;
    const char *text[4];
    for (int i = 0; i < 4; i++) {
        text[i] = (const char *)sqlite3_value_text(values[i]);
    }
    if (!text[0] || !text[1] || strcmp(text[0], text[1]) == 0) {
        return;
    }
    json_t *before = json_loads(text[0], JSON_ALLOW_NUL, NULL);
    json_t *now = json_loads(text[1], JSON_ALLOW_NUL, NULL);
    const struct naming names = { sqlite3_user_data(context), sqlite3_context_db_handle(context) };
    json_t *all = differences(&names, before, now, text[2], text[3]);
    if (json_array_size(all) > 0) {
        char *dump = json_dumps(all, JSON_COMPACT);
        if (dump) {
            sqlite3_result_text(context, dump, -1, free);
        } else {
            sqlite3_result_error_nomem(context);
        }
    }
    json_decref(all);
    json_decref(before);
    json_decref(now);
}

static bool is_name_char(char c)
{
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_';
}

/* True when an SQL text holds the word, as a name or in a string: rather once too often than not at all. */
static void names(sqlite3_context *context, int count, sqlite3_value **values)
{
    const char *text = (const char *)sqlite3_value_text(values[0]);
    const char *word = (const char *)sqlite3_value_text(values[1]);
    (void)count;
    size_t n = word ? strlen(word) : 0;
    bool found = false;
    for (const char *p = text && n > 0 ? strstr(text, word) : NULL; p && !found;
         p = strstr(p + 1, word)) {
        found = (p == text || !is_name_char(p[-1])) && !is_name_char(p[n]);
    }
    sqlite3_result_int(context, found);
}

enum rc diff_add_functions(sqlite3 *db, struct err *err)
{
    const int flags = SQLITE_UTF8 | SQLITE_DETERMINISTIC | SQLITE_DIRECTONLY;
    /* SQLite frees them, also when this fails. What they hold is read once, so that the function is as good as deterministic. */
    struct renames *renames = calloc(1, sizeof(*renames));
    int sq = renames ? sqlite3_create_function_v2(db, "diff_change", 4, flags, renames, change,
                                                  NULL, NULL, renames_free)
                     : SQLITE_NOMEM;
    if (sq == SQLITE_OK) {
        sq = sqlite3_create_function_v2(db, "diff_names", 2, flags, NULL, names, NULL, NULL, NULL);
    }
    return sq == SQLITE_OK ? RC_OK : err_setf(err, RC_NOMEM, "out of memory");
}
