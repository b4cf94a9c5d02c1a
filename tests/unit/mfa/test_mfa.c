/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Exports of every form as rows, whole, cut short, and damaged. All names and numbers in data/ are made up. */
#include <stdio.h>
#include <stdlib.h>

#include "tests/support/t.h"
#include "tests/unit/evtx/file_source.h"
#include "tests/unit/mfa/mfa_made.h"

#define DATA SOURCE_DIR "/tests/unit/mfa/data/"

static const char *const files[] = {
    "entra_graph.json", "entra_portal_en.csv", "entra_portal_ja.csv",
    "duo_users.json",   "duo_panel.csv",       "okta_users.json",
    "okta_report.csv",  "plain_en.csv",        "plain_ja.csv",
};

static uint8_t *load(const char *name, size_t *ret_size)
{
    char path[512];
    (void)snprintf(path, sizeof(path), DATA "%s", name);
    uint8_t *data = t_read_file(path, ret_size);
    T_OK(data != NULL);
    return data;
}

/* UPDATE=1 in the environment writes what is expected, to be looked at. */
static void expect_rows(const char *name, const char *text)
{
    char path[512];
    size_t size = 0;
    (void)snprintf(path, sizeof(path), DATA "%s.rows", name);
    if (getenv("UPDATE")) {
        FILE *f = fopen(path, "wb");
        T_OK(f && fputs(text, f) >= 0 && fclose(f) == 0);
    }
    uint8_t *want = t_read_file(path, &size);
    T_EQ_S(text, (const char *)want);
    free(want);
}

static void reads_every_form(void)
{
    for (size_t i = 0; i < ARRAY_LEN(files); i++) {
        struct made m;
        size_t size = 0;
        uint8_t *data = load(files[i], &size);
        T_EQ_I(made_read(&m, data, size, NULL), RC_OK);
        T_EQ_I(m.refused, 0);
        T_EQ_I(m.unreadable, 0);
        T_EQ_S(m.state, "complete");
        expect_rows(files[i], made_text(&m));
        made_done(&m);
        free(data);
    }
}

static void reads_every_charset(void)
{
    static const char *const names[] = { "plain_ja_cp932.csv", "plain_ja_utf16le.csv",
                                         "plain_ja_utf16be.csv" };
    static const char *const charsets[] = { "charset=cp932 ", "charset=utf-16le ",
                                            "charset=utf-16be " };
    struct made utf8;
    size_t size = 0;
    uint8_t *data = load("plain_ja.csv", &size);
    T_EQ_I(made_read(&utf8, data, size, NULL), RC_OK);
    const char *want = made_text(&utf8);
    free(data);
    for (size_t i = 0; i < ARRAY_LEN(names); i++) {
        struct made m;
        data = load(names[i], &size);
        T_EQ_I(made_read(&m, data, size, NULL), RC_OK);
        const char *text = made_text(&m), *end = strstr(text, "mfa_export");
        T_OK(end && strncmp(text, want, (size_t)(end - text)) == 0);
        T_HAS(text, charsets[i]);
        T_EQ_I(m.accounts, 4);
        made_done(&m);
        free(data);
    }
    made_done(&utf8);
}

/* What came is kept, and a file that is cut never looks whole. */
static void keeps_what_came(void)
{
    for (size_t i = 0; i < ARRAY_LEN(files); i++) {
        size_t size = 0, before = 0;
        uint8_t *data = load(files[i], &size);
        bool is_json = strstr(files[i], ".json") != NULL;
        for (size_t n = 0; n + 1 < size; n++) {
            struct made m;
            uint8_t *part = malloc(n + 1); /* so that a sanitizer sees the end */
            memcpy(part, data, n);
            enum rc rc = made_read(&m, part, n, NULL);
            T_OK(rc == RC_OK || (rc == RC_MALFORMED && m.accounts == 0));
            T_EQ_I(m.refused, 0);
            /* Contradicting records of a table are known at its end only. */
            T_OK(m.accounts + 1 >= before);
            if (rc == RC_OK && is_json && data[n] != '\n' && data[n] != '[' && data[n] != '{') {
                T_OK(!m.is_whole);
                T_EQ_S(m.state, "partial");
            }
            before = m.accounts;
            made_done(&m);
            free(part);
        }
        free(data);
    }
}

static bool reads(const uint8_t *p, size_t n, void *context)
{
    struct made m;
    enum rc rc = made_read(&m, p, n, NULL);
    (void)context;
    T_OK(rc == RC_OK || rc == RC_MALFORMED);
    T_EQ_I(m.refused, 0);
    bool is_whole = rc == RC_OK && strcmp(m.state, "complete") == 0;
    made_done(&m);
    return is_whole;
}

static void survives_damage(void)
{
    static const char *const some[] = { "duo_users.json", "okta_users.json", "entra_portal_ja.csv",
                                        "plain_ja_cp932.csv" };
    for (size_t i = 0; i < ARRAY_LEN(some); i++) {
        size_t size = 0, accepted = 0, refused = 0;
        uint8_t *data = load(some[i], &size);
        t_mutate(data, size, 3000, reads, NULL, &accepted, &refused);
        T_OK(accepted > 0);
        T_OK(refused > 0);
        free(data);
    }
}

/* One flipped bit of a Japanese text in UTF-8 must not make another code page of it. */
static void stays_utf8(void)
{
    struct made m;
    size_t size = 0;
    uint8_t *data = load("plain_ja.csv", &size);
    uint8_t *at = memmem(data, size, "佐藤", 6);
    T_OK(at != NULL);
    *at = 0xff;
    T_EQ_I(made_read(&m, data, size, NULL), RC_OK);
    T_HAS(made_text(&m), "charset=utf-8 ");
    T_HAS((const char *)m.text.data, "name=田中");
    made_done(&m);
    free(data);
}

static void keeps_no_secrets(void)
{
    static const char *const secrets[] = { "9012345678",        "9087654321", "1234-5678",
                                           "SERIAL00998877",    "DH1",        "WA1SECRETKEYHANDLE",
                                           "private.tanaka",    "Hanako",     "田中 花子",
                                           "JBSWY3DPEHPK3PXPX", "http" };
    static const char more[] = "account,method\na,JBSWY3DPEHPK3PXPX\nb,+81-3-1234-5678\nc,x@y\n";
    for (size_t i = 0; i <= ARRAY_LEN(files); i++) {
        struct made m;
        size_t size = sizeof(more) - 1;
        uint8_t *data = i < ARRAY_LEN(files) ? load(files[i], &size) : NULL;
        T_EQ_I(made_read(&m, data ? (const void *)data : more, size, NULL), RC_OK);
        const char *text = made_text(&m);
        for (size_t k = 0; k < ARRAY_LEN(secrets); k++) {
            T_OK(strstr(text, secrets[k]) == NULL);
        }
        made_done(&m);
        free(data);
    }
}

static void takes_named_columns(void)
{
    struct made m;
    static const char table[] = "Who,How\nsato,SMS\n";
    T_EQ_I(made_read(&m, table, sizeof(table) - 1, NULL), RC_MALFORMED);
    T_EQ_I(m.accounts + m.exports, 0);
    T_HAS(m.err.msg, "\"Who\", \"How\"");
    made_done(&m);
    T_EQ_I(made_read(&m, table, sizeof(table) - 1, "account=WHO"), RC_MALFORMED); /* no factor */
    made_done(&m);
    static const char half[] = "Who,method\nsato,SMS\n";
    T_EQ_I(made_read(&m, half, sizeof(half) - 1, "account=who"), RC_OK);
    T_EQ_I(m.accounts, 1);
    made_done(&m);
    T_EQ_I(made_read(&m, half, sizeof(half) - 1, "account=nobody"), RC_MALFORMED);
    made_done(&m);
    T_EQ_I(made_read(&m, half, sizeof(half) - 1, "colour=Who"), RC_USAGE);
    made_done(&m);
    static const char hostile[] = "\x1b[2Jx,\xe2\x80\xaey\n1,2\n";
    T_EQ_I(made_read(&m, hostile, sizeof(hostile) - 1, NULL), RC_MALFORMED);
    T_OK(strchr(m.err.msg, '\x1b') == NULL && strstr(m.err.msg, "\xe2\x80\xae") == NULL);
    made_done(&m);
}

#define TESTS(X)           \
    X(reads_every_form)    \
    X(reads_every_charset) \
    X(keeps_what_came) X(survives_damage) X(stays_utf8) X(keeps_no_secrets) X(takes_named_columns)
T_MAIN("mfa", TESTS)
