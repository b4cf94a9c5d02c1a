/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Values of the evidence as people read them. */
#include "tests/support/t.h"

#include <stdlib.h>
#include <time.h>

#include "audit/base/utf.h"
#include "report/text.h"
#include "report/value.h"

static const char *safe(struct arena *a, const char *s, size_t n, size_t max)
{
    const char *text = text_safe(a, s, n, max);
    return text ? text : "(none)";
}

static void foreign_text_is_made_visible(void)
{
    struct arena *a = arena_new(0);
    T_EQ_S(safe(a, "plain 山田", 12, 0), "plain 山田");
    T_EQ_S(safe(a, "\x1b[31m\r\n", 7, 0), "\\u{1b}[31m\\u{d}\\u{a}");
    T_EQ_S(safe(a,
                "a\xe2\x80\xae"
                "b",
                5, 0),
           "a\\u{202e}b");
    T_EQ_S(safe(a, "\xef\xbf\xbf\xef\xbf\xbe", 6, 0), "\\u{ffff}\\u{fffe}");
    T_EQ_S(safe(a, "\xff<\xc3", 3, 0), "\xef\xbf\xbd<\xef\xbf\xbd");
    T_EQ_S(safe(a, "山田花子", 12, 2), "山田…");
    T_EQ_S(safe(a, "", 0, 5), "");
    size_t n = (size_t)1 << 20;
    char *big = malloc(n);
    memset(big, 0x01, n);
    const char *cut = safe(a, big, n, TEXT_SHOWN);
    T_EQ_I(strlen(cut), TEXT_SHOWN * strlen("\\u{1}") + strlen("…"));
    free(big);
    arena_free(a);
}

static const char *value(struct arena *a, const char *column, const char *json, enum text_lang lang)
{
    json_t *j = json_loads(json, JSON_DECODE_ANY | JSON_ALLOW_NUL, NULL);
    const char *text = j ? text_value(a, column, j, lang) : "(not JSON)";
    json_decref(j);
    return text;
}

static void values_read_as_people_write_them(void)
{
    struct arena *a = arena_new(0);
    T_EQ_S(value(a, "is_enabled", "1", TEXT_EN), "yes");
    T_EQ_S(value(a, "is_enabled", "0", TEXT_JA), "いいえ");
    T_EQ_S(value(a, "password_not_required", "1", TEXT_JA), "はい");
    T_EQ_S(value(a, "member_count", "1", TEXT_EN), "1");
    T_EQ_S(value(a, "lockout_threshold", "0", TEXT_EN), "0");
    T_EQ_S(value(a, "functional_level", "1", TEXT_EN), "1");
    T_EQ_S(value(a, "password_version", "1", TEXT_EN), "1");
    T_EQ_S(value(a, "is_enabled", "7", TEXT_EN), "7");
    T_EQ_S(value(a, "clears", "1", TEXT_EN), "1");
    T_EQ_S(value(a, "gaps", "0", TEXT_JA), "0");
    T_EQ_S(value(a, "changes_since_baseline", "1", TEXT_EN), "1");
    T_EQ_S(value(a, "audit_off", "1", TEXT_JA), "1");
    T_EQ_S(value(a, "is_privileged", "1", TEXT_EN), "yes");
    T_EQ_S(value(a, "changed_since_incident", "0", TEXT_EN), "no");
    T_EQ_S(value(a, "x", "true", TEXT_EN), "yes");
    T_EQ_S(value(a, "x", "null", TEXT_EN), "—");
    T_EQ_S(value(a, "x", "\"\"", TEXT_EN), "—");
    T_EQ_S(value(a, "ratio", "1.5", TEXT_EN), "1.5");
    T_EQ_S(value(a, "x", "[\"b\",\"a\",3]", TEXT_EN), "b, a, 3");
    T_EQ_S(value(a, "x", "[[1]]", TEXT_EN), "[…]");
    T_EQ_S(value(a, "x", "{\"a\":1}", TEXT_EN), "{…}");
    T_EQ_S(value(a, "set_at", "134397792000000000", TEXT_EN), "2026-11-22 00:00");
    T_EQ_S(value(a, "set_at", "\"2026-11-22T10:15:30Z\"", TEXT_EN), "2026-11-22 10:15");
    T_EQ_S(value(a, "expires_at", "9223372036854775807", TEXT_EN), "never");
    T_EQ_S(value(a, "expires_at", "0", TEXT_JA), "未設定");
    T_EQ_S(value(a, "usn", "9223372036854775807", TEXT_EN), "9223372036854775807");
    arena_free(a);
}

/* Code words of the views in the words of the catalogue; what it lacks stays, made safe. */
static void codes_read_as_words(void)
{
    struct arena *a = arena_new(0);
    struct assets s = { 0 };
    struct err err;
    T_EQ_I(assets_open(&s, NULL, &err), RC_OK);

    static const struct {
        const char *column, *json, *en, *ja;
    } cases[] = {
        { "record_state", "\"unrecorded\"", "not on record", "記録なし" },
        { "record_kind", "\"password_reset\"", "a password was reset", "パスワードのリセット" },
        { "oddity", "\"user_folder\"", "in a user's folder", "ユーザーのフォルダー内" },
        { "oddity", "\"\"", "—", "—" },
        { "source_kind", "\"address\"", "address", "アドレス" },
        { "logon_types", "\"3\"", "3 (network)", "3（ネットワーク）" },
        { "logon_types", "\"3,10, 77\"", "3 (network), 10 (Remote Desktop), 77",
          "3（ネットワーク）, 10（リモート デスクトップ）, 77" },
        { "logon_types", "\"\"", "—", "—" },
        { "logon_types", "null", "—", "—" },
        { "record_state", "\"a\\u202eb\"", "a\\u{202e}b", "a\\u{202e}b" },
        { "logon_types", "\"\\u202e\"", "\\u{202e}", "\\u{202e}" },
        { "successes", "\"a-b -> pc-1 2026-11-22T10:15:30Z, c -> d 2026-11-22T10:16:30Z\"",
          "a-b -> pc-1 2026-11-22 10:15, c -> d 2026-11-22 10:16",
          "a-b -> pc-1 2026-11-22 10:15, c -> d 2026-11-22 10:16" },
        { "successes", "\"-2026-11-22T10:15:30\"", "-2026-11-22T10:15:30", "-2026-11-22T10:15:30" },
    };

    for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
        json_t *j = json_loads(cases[i].json, JSON_DECODE_ANY, NULL);
        T_EQ_S(value_text(a, &s, "v", cases[i].column, j, TEXT_EN), cases[i].en);
        T_EQ_S(value_text(a, &s, "v", cases[i].column, j, TEXT_JA), cases[i].ja);
        json_decref(j);
    }
    assets_done(&s);
    arena_free(a);
}

static void times_are_those_of_the_machine(void)
{
    struct arena *a = arena_new(0);
    filetime t =
        FILETIME_UNIX_ZERO + INT64_C(1795305600) * FILETIME_SECOND; /* 2026-11-22T00:00:00Z */
    T_EQ_S(text_zone(a, t), "UTC");
    T_OK(setenv("TZ", "JST-9", 1) == 0);
    tzset();
    T_EQ_S(text_time(a, t, TEXT_JA), "2026-11-22 09:00");
    T_EQ_S(text_zone(a, t), "UTC+09:00");
    T_OK(setenv("TZ", "UTC", 1) == 0);
    tzset();
    arena_free(a);
}

#define TESTS(X)                        \
    X(foreign_text_is_made_visible)     \
    X(values_read_as_people_write_them) \
    X(codes_read_as_words)              \
    X(times_are_those_of_the_machine)
T_MAIN("report_text", TESTS)
