/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Values of a host as columns: SIDs, text, times, registry values; and those that may hold a password. */
#include "audit/collect/smb/registry_value.h"
#include "audit/collect/smb/value.h"
#include "tests/support/t.h"

static void value_writes_sids(void)
{
    struct dom_sid sid = { .sid_rev_num = 1,
                           .num_auths = 4,
                           .id_auth = { 0, 0, 0, 0, 0, 5 },
                           .sub_auths = { 21, 1, 2, 3 } };
    struct dom_sid below;
    char text[SID_TEXT_MAX];
    value_sid(&sid, text);
    T_EQ_S(text, "S-1-5-21-1-2-3");
    T_OK(value_sid_below(&sid, 500, &below));
    value_sid(&below, text);
    T_EQ_S(text, "S-1-5-21-1-2-3-500");
    sid.num_auths = 15;
    T_OK(!value_sid_below(&sid, 500, &below));
    sid.num_auths = -1;
    value_sid(&sid, text);
    T_EQ_S(text, "");
    value_sid(NULL, text);
    T_EQ_S(text, "");
}

static void value_cuts_text_at_a_character(void)
{
    struct arena *a AUTO(arena_freep) = arena_new(0);
    char big[ROW_TEXT_MAX + 64];
    for (size_t i = 0; i < sizeof(big) - 1; i++) {
        big[i] = "\xe9\x8d\xb5"[i % 3]; /* a character of three bytes */
    }
    big[sizeof(big) - 1] = '\0';
    const char *text = value_text(a, big, true);
    T_OK(text && strlen(text) <= ROW_TEXT_MAX && strlen(text) % 3 == 0);
    T_EQ_S(value_text(a,
                      "a\xff"
                      "b",
                      true),
           "a\xef\xbf\xbd"
           "b");
    T_OK(value_text(a, "", true) == NULL);
    T_EQ_S(value_text(a, "", false), "");
    T_OK(value_text(a, NULL, false) == NULL);
    T_EQ_S(value_utf16(a, "A\0\x35\x93", 4), "A\xe9\x8c\xb5");
    T_EQ_I(value_time(UINT64_MAX), FILETIME_NEVER);
    T_EQ_I(value_time(5), 5);
}

static struct row row_of(struct arena *a, uint32_t type, const char *data, size_t n,
                         const char *name)
{
    const struct winreg_answer v = { .type = type,
                                     .data = n > 0 ? (const uint8_t *)data : NULL,
                                     .data_size = n,
                                     .size = (uint32_t)n };
    struct row row;
    row_begin(&row, ROW_TABLE_REGISTRY);
    registry_put(&row, name, &v, a);
    return row;
}

static void expect_text(const struct row *row, const char *want)
{
    const struct row_value *v = &row->v[REGISTRY_TEXT];
    if (!want) {
        T_EQ_I(v->kind, ROW_NULL);
        return;
    }
    T_EQ_I(v->kind, ROW_STRING);
    T_OK(v->kind == ROW_STRING && v->size == strlen(want) && memcmp(v->text, want, v->size) == 0);
}

static void registry_values_become_columns(void)
{
    struct arena *a AUTO(arena_freep) = arena_new(0);
    struct row row = row_of(a, REGISTRY_DWORD, "\xff\xff\xff\xff", 4, "Name");
    T_EQ_I(row.v[REGISTRY_NUMBER].number, 0xffffffffLL);
    row = row_of(a, REGISTRY_QWORD, "\1\0\0\0\0\0\0\x80", 8, "Name");
    T_EQ_I(row.v[REGISTRY_NUMBER].number, INT64_MIN + 1);
    row = row_of(a, REGISTRY_DWORD, "\1\0", 2, "Name"); /* malformed there */
    T_EQ_I(row.v[REGISTRY_NUMBER].kind, ROW_NULL);
    row = row_of(a, REGISTRY_SZ, "a\0b\0\0\0c\0", 8, "Name");
    expect_text(&row, "ab");
    row = row_of(a, REGISTRY_SZ, "a\0b\0", 4, "Name"); /* without a NUL */
    expect_text(&row, "ab");
    row = row_of(a, REGISTRY_SZ, "", 0, "Name");
    expect_text(&row, "");
    row = row_of(a, REGISTRY_MULTI_SZ, "a\0\0\0b\0\0\0\0\0", 10, "Name");
    expect_text(&row, "a\nb");
    row = row_of(a, REGISTRY_MULTI_SZ, "\0\0", 2, "Name");
    expect_text(&row, "");
    row = row_of(a, REGISTRY_BINARY, "abc", 3, "Name");
    expect_text(&row, NULL);
    T_EQ_I(row.v[REGISTRY_SIZE].number, 3);
    row = row_of(a, REGISTRY_SZ, "s\0e\0\0\0", 6, "DefaultPassword");
    expect_text(&row, NULL);
    T_EQ_I(row.v[REGISTRY_SIZE].number, 6);
    row = row_of(a, REGISTRY_DWORD, "\1\0\0\0", 4, "LimitBlankPasswordUse");
    T_EQ_I(row.v[REGISTRY_NUMBER].number, 1);
}

/* What is started with a password behind it: the value is there, and only that. */
static void a_command_with_a_password_is_not_kept(void)
{
    static const char *const with[] = {
        "net use \\\\srv\\x Marker-One7 /user:y",
        "C:\\Tools\\agent.exe --password Marker-Two8",
        "\"C:\\Program Files\\x.exe\" /pwd:Marker-Three9",
        "cmd /c set PASSWORD=Marker-Four1 && start.cmd",
    };
    struct arena *a AUTO(arena_freep) = arena_new(0);
    for (size_t i = 0; i < ARRAY_LEN(with); i++) {
        char wide[256] = { 0 };
        size_t n = strlen(with[i]);
        for (size_t k = 0; k < n; k++) {
            wide[2 * k] = with[i][k];
        }
        for (uint32_t type = REGISTRY_SZ; type <= REGISTRY_EXPAND_SZ; type++) {
            struct row row = row_of(a, type, wide, 2 * n + 2, "Start");
            expect_text(&row, NULL);
            T_EQ_I(row.v[REGISTRY_SIZE].number, 2 * (int64_t)n + 2);
            T_EQ_I(row.v[REGISTRY_TYPE].number, type);
        }
        struct row list = row_of(a, REGISTRY_MULTI_SZ, wide, 2 * n + 2, "Start");
        expect_text(&list, NULL);
    }
    struct row row = row_of(a, REGISTRY_SZ, "x\0.\0e\0x\0e\0 \0/\0q\0\0\0", 18, "Start");
    expect_text(&row, "x.exe /q");
    /* The program of a service and its arguments. */
    for (size_t i = 0; i < ARRAY_LEN(with); i++) {
        T_OK(value_command(a, with[i]) == NULL);
    }
    T_EQ_S(value_command(a, "C:\\Windows\\system32\\svchost.exe -k netsvcs -p"),
           "C:\\Windows\\system32\\svchost.exe -k netsvcs -p");
    T_OK(value_command(a, NULL) == NULL);
}

static void secrets_are_known_by_name(void)
{
    T_OK(registry_is_secret("DefaultPassword") && registry_is_secret("AltDefaultPASSWORD"));
    T_OK(registry_is_secret("svcPwd") && registry_is_secret("SecretKey"));
    T_OK(registry_is_secret("passwd") && registry_is_secret("LimitBlankPasswordUse"));
    T_OK(!registry_is_secret("RunAsPPL") && !registry_is_secret("*") && !registry_is_secret(""));
}

#define TESTS(X)                             \
    X(value_writes_sids)                     \
    X(value_cuts_text_at_a_character)        \
    X(registry_values_become_columns)        \
    X(a_command_with_a_password_is_not_kept) \
    X(secrets_are_known_by_name)
T_MAIN("smb_value", TESTS)
