/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Samba's audit logs: lines and messages, and what hostile or damaged files cost. */
#include <stdio.h>
#include <stdlib.h>

#include "audit/base/sid.h"
#include "tests/support/t.h"
#include "tests/unit/decode/event/samba_made.h"

static void passes_over_what_is_before(void)
{
    static const char *const before[] = {
        "",
        "JSON Password Change: ",
        "[2026/11/26 13:05:09.123456,  5] ../../lib/audit_logging/audit_logging.c:95(audit_log_json)\n  ",
        "Nov 26 13:05:09 dc1 samba[411]:   ",
        "\xef\xbb\xbf",
        "  Doing an LDAP { search\n{\nnot ours }x\n",
    };
    for (size_t i = 0; i < ARRAY_LEN(before); i++) {
        struct fixture f;
        char text[2048];
        (void)snprintf(text, sizeof(text), "%s%s\r\n", before[i],
                       CHANGE(AT, "4724", "Reset", "0", TX_A));
        read_text(&f, text);
        T_EQ_I(rows_count(&f.rows, ROW_TABLE_CHANGE), 1);
        T_EQ_S(log_cell(&f, EVENTLOG_BAD_CHUNKS), "0");
        rows_done(&f.rows);
    }
}

/* Samba breaks long lines; the second piece is indented as the first, and other messages may lie between. */
static void joins_broken_lines(void)
{
    static const char whole[] = CHANGE(AT, "4724", "Reset", "0", TX_A);
    static const char other[] = CHANGE(AT, "4723", "Change", "0", TX_B);
    struct fixture f;
    for (size_t cut = 40; cut < sizeof(whole) - 1; cut += 7) {
        char text[4096];
        size_t more = cut + 20 < sizeof(whole) - 1 ? 20 : 0;
        (void)snprintf(text, sizeof(text), "  %.*s +>\n  %s\n  %.*s%s%s\n", (int)cut, whole, other,
                       (int)more, whole + cut, more ? " +>\n  " : "", whole + cut + more);
        read_text(&f, text);
        T_EQ_I(rows_count(&f.rows, ROW_TABLE_CHANGE), 2);
        const struct row *r = rows_find(&f.rows, ROW_TABLE_CHANGE, CHANGE_KIND, "password_reset");
        T_EQ_S(r ? cell(r, CHANGE_TARGET_DN) : "", "CN=ward3,CN=Users,DC=h,DC=example");
        T_EQ_S(log_cell(&f, EVENTLOG_BAD_CHUNKS), "0");
        T_EQ_S(cell(only(&f, ROW_TABLE_EVENTRUN), EVENTRUN_START), "begin");
        rows_done(&f.rows);
    }
    char text[4096]; /* a piece that is nothing but its indent, and the mark */
    (void)snprintf(text, sizeof(text), "    %.50s +>\n    +>\n    %s\n", whole, whole + 50);
    read_text(&f, text);
    T_EQ_I(rows_count(&f.rows, ROW_TABLE_CHANGE), 1);
    T_EQ_S(log_cell(&f, EVENTLOG_BAD_CHUNKS), "0");
    rows_done(&f.rows);
    read_text(&f, "  " CHANGE(AT, "4723", "Change", "0", TX_B) "\n  {\"timestamp\": \"2026 +>\n");
    T_EQ_S(log_cell(&f, EVENTLOG_BAD_CHUNKS), "1");
    T_EQ_S(log_cell(&f, EVENTLOG_WHOLE), "0");
    rows_done(&f.rows);
}

static void breaks_the_run_at_bad_lines(void)
{
    static const char *const bad[] = {
        "{\"timestamp\": \"2026-11-26T04:4",                         /* cut behind */
        "e\", \"dn\": \"CN=w\", \"transactionId\": \"" TX_A "\"}}",  /* cut in front */
        MESSAGE("yesterday", "passwordChange", "\"eventId\": 4724"), /* no time */
        MESSAGE("2026-11-26T04:46:05.5+9900", "passwordChange", "\"eventId\": 4724"),
        "{\"timestamp\": \"" AT
        "\", \"type\": \"passwordChange\", \"passwordChange\": {\"version\": {\"major\": 2}}}",
        "{\"timestamp\": \"" AT "\", \"type\": \"passwordChange\"}",
        MESSAGE(AT, "passwordChange", "\"dn\": \"a\", \"dn\": \"b\""), /* which one? */
        MESSAGE(AT, "passwordChange", "\"dn\": \"\xff\xfe\""),         /* no UTF-8 */
        MESSAGE(AT, "passwordChange", "\"dn\": \"\\u0000\""),
        MESSAGE(AT, "passwordChange", "\"dn\": \"a\"") " " MESSAGE(AT, "passwordChange",
                                                                   "\"dn\": \"b\""),
    };
    for (size_t i = 0; i < ARRAY_LEN(bad); i++) {
        struct fixture f;
        char text[4096];
        (void)snprintf(text, sizeof(text), "%s\n%s\n%s\n", CHANGE(AT, "4724", "Reset", "0", TX_A),
                       bad[i], CHANGE(AT, "4723", "Change", "0", TX_B));
        read_text(&f, text);
        T_EQ_I(rows_count(&f.rows, ROW_TABLE_CHANGE), 2);
        T_EQ_S(log_cell(&f, EVENTLOG_BAD_CHUNKS), "1");
        T_EQ_S(log_cell(&f, EVENTLOG_CHUNKS), "3");
        T_EQ_S(log_cell(&f, EVENTLOG_WHOLE), "0");
        T_EQ_I(rows_count(&f.rows, ROW_TABLE_EVENTRUN), 2);
        T_OK(rows_find(&f.rows, ROW_TABLE_EVENTRUN, EVENTRUN_START, "damaged") != NULL);
        rows_done(&f.rows);
    }
}

/* A line of n bytes that begins with `head` and goes on with `unit` again and again, between two good ones. */
static void survive_line(const char *head, const char *unit, size_t n)
{
    struct fixture f;
    static const char good[] = CHANGE(AT, "4724", "Reset", "0", TX_A) "\n";
    char *text = malloc(n + 2 * sizeof(good) + 8);
    size_t at = sizeof(good) - 1, end = at + n;
    memcpy(text, good, at);
    memcpy(text + at, head, strlen(head));
    for (at += strlen(head); at < end; at++) {
        text[at] = unit[at % strlen(unit)];
    }
    text[at++] = '\n';
    memcpy(text + at, good, sizeof(good) - 1);
    memset(&f, 0, sizeof(f));
    read_bytes(&f, text, at + sizeof(good) - 1, 0);
    T_EQ_I(f.rc, RC_OK);
    T_EQ_I(rows_count(&f.rows, ROW_TABLE_CHANGE), 2);
    T_EQ_S(log_cell(&f, EVENTLOG_BAD_CHUNKS), "1");
    rows_done(&f.rows);
    free(text);
}

static void bounds_lines(void)
{
    survive_line("{\"timestamp\": \"", "x", 5U << 20);
    survive_line("{\"timestamp\": ", "[", 1U << 16);
    survive_line("{\"timestamp\": ", "{\"\":", 1000000);
    survive_line("{\"timestamp\": [", "{},", 1000000);
}

static void passes_over_holes(void)
{
    struct fixture f;
    static const char line[] = CHANGE(AT, "4724", "Reset", "0", TX_A) "\n";
    memset(&f, 0, sizeof(f));
    read_bytes(&f, line, sizeof(line) - 1, UINT64_C(20) << 30);
    T_EQ_I(f.rc, RC_OK);
    T_EQ_I(rows_count(&f.rows, ROW_TABLE_CHANGE), 1);
    T_EQ_S(cell(only(&f, ROW_TABLE_EVENTRUN), EVENTRUN_START), "damaged");
    T_OK(f.memory.reads < 10);
    rows_done(&f.rows);
}

static void refuses_other_files(void)
{
    static const char *const others[] = {
        "",
        "\n\n",
        "dn: DC=h\nobjectClass: domain\n",
        "{\"a\": 1}\n",
        "{",
        "\xff\xfe{\0\"",
        "{\"timestamp\": \"" AT
        "\", \"type\": \"other\", \"other\": {\"version\": {\"major\": 1}}}\n",
    };
    for (size_t i = 0; i < ARRAY_LEN(others); i++) {
        struct fixture f;
        memset(&f, 0, sizeof(f));
        read_bytes(&f, others[i], strlen(others[i]), 0);
        T_EQ_I(f.rc, RC_MALFORMED);
        T_EQ_I(f.rows.count, 0);
        rows_done(&f.rows);
    }
    struct fixture f;
    memset(&f, 0, sizeof(f));
    read_bytes(&f, "", 0, UINT64_C(20) << 30);
    T_EQ_I(f.rc, RC_MALFORMED);
    T_OK(f.memory.reads < 10);
    rows_done(&f.rows);
}

static void keeps_to_its_limits(void)
{
    struct fixture f;
    static const char text[] =
        CHANGE("2026-11-20T00:00:00.000000+0000", "4724", "Reset", "0", TX_A) "\n" CHANGE(
            AT, "4724", "Reset", "0", TX_B) "\n" CHANGE(AT, "4724", "Reset", "0", TX_B) "\n";
    memset(&f, 0, sizeof(f));
    T_OK(filetime_from_iso("2026-11-25", &f.import.since));
    f.import.most_rows = 1;
    read_bytes(&f, text, sizeof(text) - 1, 0);
    T_EQ_I(f.rc, RC_OK);
    T_EQ_S(cell(only(&f, ROW_TABLE_CHANGE), CHANGE_RECORD), "2");
    T_EQ_S(log_cell(&f, EVENTLOG_WHOLE), "0");
    T_EQ_S(log_cell(&f, EVENTLOG_RECORDS), "3");
    T_OK(strcmp(log_cell(&f, EVENTLOG_SINCE), "NULL") != 0);
    rows_done(&f.rows);
}

static bool reads(const uint8_t *p, size_t n, void *context)
{
    struct fixture f;
    (void)context;
    memset(&f, 0, sizeof(f));
    read_bytes(&f, p, n, 0);
    bool whole = f.rc == RC_OK && strcmp(log_cell(&f, EVENTLOG_BAD_CHUNKS), "0") == 0;
    T_OK(f.rc == RC_OK || f.rc == RC_MALFORMED);
    rows_done(&f.rows);
    return whole;
}

static void survives_damage(void)
{
    static const char text[] = "  " CHANGE(AT, "4724", "Reset", "0", TX_A) "\n  " TRANSACTION(
        "commit", TX_A, "") "\n"
                            "  " LOGON("4624", "NT_STATUS_OK", "SMB2", "NTLMSSP", "\"ward3\"",
                                       "\"ward3\"", SID_OF, "\"NTLMv2\"") "\n";
    size_t accepted = 0, refused = 0;
    T_OK(reads((const uint8_t *)text, sizeof(text) - 1, NULL));
    t_mutate((const uint8_t *)text, sizeof(text) - 1, 3000, reads, NULL, &accepted, &refused);
    T_OK(accepted > 0);
    T_OK(refused > 0);
}

#define TESTS(X)                   \
    X(passes_over_what_is_before)  \
    X(joins_broken_lines)          \
    X(breaks_the_run_at_bad_lines) \
    X(bounds_lines)                \
    X(passes_over_holes)           \
    X(refuses_other_files)         \
    X(keeps_to_its_limits)         \
    X(survives_damage)

T_MAIN("samba_log", TESTS)
