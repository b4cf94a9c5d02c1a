/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <stdio.h>
#include <stdlib.h>

#include "audit/base/arena.h"
#include "audit/evidence/row.h"
#include "tests/support/t.h"

#define GUID_1 "31b2f340-016d-11d2-945f-00c04fb984f9"
#define SID_1  "S-1-5-21-1004336348-1177238915-682003330-512"

static void sample(struct row *row)
{
    row_begin(row, ROW_TABLE_ACCOUNT);
    row_text(row, ACCOUNT_GUID, GUID_1);
    row_text(row, ACCOUNT_SID, SID_1);
    row_int(row, ACCOUNT_RID, 512);
    row_text(row, ACCOUNT_KIND, "user");
    row_text(row, ACCOUNT_DN, "CN=病棟 一,OU=看護部,DC=example,DC=jp");
    row_int(row, ACCOUNT_PWD_LAST_SET, INT64_MAX);
    row_bool(row, ACCOUNT_RBCD, true);
    row_text(row, ACCOUNT_UPN, NULL);
}

static void reads_what_it_wrote(void)
{
    struct row row, back;
    struct err err;
    sample(&row);
    row_int(&row, ACCOUNT_UAC, INT64_MIN);
    struct wr w;
    wr_init(&w, 1U << 20);
    row_write(&w, &row);
    T_OK(!w.bad);
    struct rd r = rd_from(w.data, w.size);
    T_EQ_I(row_read(&r, &back, &err), RC_OK);
    T_OK(rd_done(&r));
    T_EQ_I(row_check(&back, &err), RC_OK);
    T_EQ_I(back.table, ROW_TABLE_ACCOUNT);
    for (size_t i = 0; i < row_catalogue(row.table)->count; i++) {
        T_EQ_I(back.v[i].kind, row.v[i].kind);
        T_EQ_I(back.v[i].number, row.v[i].number);
        T_EQ_I(back.v[i].size, row.v[i].size);
        T_OK(row.v[i].size == 0 || memcmp(back.v[i].text, row.v[i].text, row.v[i].size) == 0);
    }
    T_EQ_I(back.v[ACCOUNT_UPN].kind, ROW_NULL);
    wr_done(&w);
}

/* Checks that the sample with one column changed is refused with a message that contains part. */
static void refuse(int column, const struct row_value *value, const char *part)
{
    struct row row;
    struct err err = { .rc = RC_OK };
    sample(&row);
    row.v[column] = *value;
    T_EQ_I(row_check(&row, &err), RC_MALFORMED);
    T_HAS(err.msg, part);
}

static void refuse_text(int column, const char *text, size_t size, const char *part)
{
    refuse(column, &(struct row_value){ .kind = ROW_STRING, .text = text, .size = size }, part);
}

static void checks_types(void)
{
    struct row row;
    struct err err;
    sample(&row);
    T_EQ_I(row_check(&row, &err), RC_OK);
    refuse(ACCOUNT_GUID, &(struct row_value){ .kind = ROW_NULL }, "account.guid is missing");
    refuse(ACCOUNT_GUID, &(struct row_value){ .kind = ROW_NUMBER, .number = 1 },
           "account.guid is not a GUID");
    refuse_text(ACCOUNT_GUID, "31b2f340-016d-11d2-945f-00c04fb984f", 35, "not a GUID");
    refuse_text(ACCOUNT_GUID, "31b2f340-016d-11d2-945f-00c04fb984f\0", 36, "not a GUID");
    refuse_text(ACCOUNT_GUID, "31B2F340-016D-11D2-945F-00C04FB984F9", 36, "not a GUID");
    refuse_text(ACCOUNT_GUID, "", 0, "not a GUID");
    refuse_text(ACCOUNT_SID, "S-1-5-", 6, "account.sid is not a SID");
    refuse_text(ACCOUNT_SID, SID_1 "\0x", sizeof(SID_1) + 1, "not a SID");
    refuse(ACCOUNT_RBCD, &(struct row_value){ .kind = ROW_NUMBER, .number = 2 }, "not 0 or 1");
    refuse(ACCOUNT_PWD_LAST_SET, &(struct row_value){ .kind = ROW_NUMBER, .number = -1 },
           "not a time");
    refuse_text(ACCOUNT_UAC, "512", 3, "account.uac is not a number");
    refuse(ACCOUNT_DN, &(struct row_value){ .kind = ROW_NUMBER, .number = 1 },
           "account.dn is not a text");
}

static void checks_text(void)
{
    refuse_text(ACCOUNT_DN, "CN=a\xff", 5, "account.dn is not UTF-8");
    refuse_text(ACCOUNT_DN, "CN=abcdefgh\0ijk", 15, "account.dn is not UTF-8");
    refuse_text(ACCOUNT_DN, "CN=\xed\xa0\x80 surrogate", 16, "not UTF-8");
    refuse_text(ACCOUNT_DN, "eight ch\xe7\x97", 10, "not UTF-8");
    static char big[ROW_LONG_MAX + 1];
    memset(big, 'x', sizeof(big));
    refuse_text(ACCOUNT_DN, big, ROW_TEXT_MAX + 1, "account.dn is too long");
    struct row row;
    struct err err;
    sample(&row);
    row_textn(&row, ACCOUNT_DN, big, ROW_TEXT_MAX);
    T_EQ_I(row_check(&row, &err), RC_OK);
    row_begin(&row, ROW_TABLE_GPO);
    row_text(&row, GPO_GUID, GUID_1);
    row_text(&row, GPO_DN, "CN=x");
    row_textn(&row, GPO_MACHINE, big, ROW_LONG_MAX);
    T_EQ_I(row_check(&row, &err), RC_OK);
    row_textn(&row, GPO_MACHINE, big, ROW_LONG_MAX + 1);
    T_EQ_I(row_check(&row, &err), RC_MALFORMED);
    T_HAS(err.msg, "policy_object.machine_extensions is too long");
}

static void refuses_a_column_of_another_table(void)
{
    struct row row;
    struct err err;
    row_begin(&row, ROW_TABLE_HISTORY);
    row_text(&row, HISTORY_GUID, GUID_1);
    row_text(&row, HISTORY_SID, SID_1);
    T_EQ_I(row_check(&row, &err), RC_OK);
    row_int(&row, ACCOUNT_UAC, 1);
    T_EQ_I(row_check(&row, &err), RC_MALFORMED);
}

static bool accepts(const uint8_t *p, size_t n, void *context)
{
    (void)context;
    struct rd r = rd_from(p, n);
    struct row row;
    struct err err;
    return row_read(&r, &row, &err) == RC_OK && rd_done(&r) && row_check(&row, &err) == RC_OK;
}

static void survives_mutation(void)
{
    struct row row;
    sample(&row);
    struct wr w;
    wr_init(&w, 1U << 20);
    row_write(&w, &row);
    T_OK(accepts(w.data, w.size, NULL));
    size_t accepted = 0, refused = 0;
    t_mutate(w.data, w.size, 0, accepts, NULL, &accepted, &refused);
    T_OK(accepted > 100);
    T_OK(refused > w.size);
    wr_done(&w);
}

static void refuses_wire_mistakes(void)
{
    static const struct {
        const char *bytes;
        size_t size;
        const char *part;
    } cases[] = {
        { "\0", 1, "ends early" },
        { "\xff\xff\x08", 3, "unknown table 65535" },
        { "\0\0\x07", 3, "coverage has 7 columns, not 8" },
        { "\0\0\x08\x03", 4, "coverage.source is of unknown kind 3" },
        { "\0\0\x08\x02\xff\xff\xff\xff", 8, "row of coverage ends early" },
    };

    for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
        struct rd r = rd_from(cases[i].bytes, cases[i].size);
        struct row row;
        struct err err = { .rc = RC_OK };
        T_EQ_I(row_read(&r, &row, &err), RC_MALFORMED);
        T_HAS(err.msg, cases[i].part);
    }
}

static void catalogue_is_sound(void)
{
    for (int table = 0; table < ROW_TABLE_COUNT; table++) {
        const struct row_catalogue *t = row_catalogue((enum row_table)table);
        char key[256];
        (void)snprintf(key, sizeof(key), "%s", t->key);
        for (char *save = NULL, *word = strtok_r(key, ", ", &save); word;
             word = strtok_r(NULL, ", ", &save)) {
            bool is_must = false;
            for (size_t i = 0; i < t->count; i++) {
                is_must |= strcmp(t->columns[i].name, word) == 0 && t->columns[i].must;
            }
            if (!is_must) {
                t_fail(__FILE__, __LINE__, "key column %s.%s is not a MUST column", t->table, word);
            }
        }
        T_OK(t->count > 0);
    }
}

#define TESTS(X)                                                                             \
    X(reads_what_it_wrote)                                                                   \
    X(checks_types) X(checks_text) X(refuses_a_column_of_another_table) X(survives_mutation) \
        X(refuses_wire_mistakes) X(catalogue_is_sound)
T_MAIN("row", TESTS)
