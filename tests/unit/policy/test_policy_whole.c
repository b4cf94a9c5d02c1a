/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Every real policy file with all decoders, preferences and scripts included: they import cleanly, and no password comes out. */
#include <stdio.h>
#include <stdlib.h>

#include "audit/decode/format/crypt.h"
#include "audit/decode/format/text.h"
#include "audit/decode/format/xml.h"
#include "import.h"
#include "tests/support/t.h"
#include "tests/unit/format/shared_files.h"

struct doubles doubles; /* nothing is doubled here */

static bool import_tree(const char *path, struct rows *r)
{
    struct built b;
    struct err err;
    const char *real = t_shared(path);
    T_EQ_I(crypt_prepare(&err), RC_OK);
    T_EQ_I(text_prepare(&err), RC_OK);
    T_EQ_I(xml_prepare(&err), RC_OK);
    built_begin(&b);
    if (!real || !built_tree(&b, real, "copy")) {
        (void)printf("not there: %s\n", path);
        return false;
    }
    T_EQ_I(import(&b, NULL, r, &err), RC_OK);
    return true;
}

static void imports_every_file(void)
{
    struct rows r;
    size_t decoded = 0;
    if (!import_tree("gpo", &r)) {
        return;
    }
    for (size_t i = 0; i < r.count; i++) {
        const struct row *row = &r.rows[i];
        if (row->table == ROW_TABLE_ARTIFACT) {
            const char *state = cell(row, ARTIFACT_STATE);
            bool is_good = strcmp(state, "decoded") == 0 || strcmp(state, "ignored") == 0;
            T_EQ_S(is_good ? "" : cell(row, ARTIFACT_PATH), "");
            decoded += strcmp(state, "decoded") == 0;
        } else if (row->table == ROW_TABLE_POLICYFOLDER) {
            T_EQ_S(cell(row, POLICYFOLDER_STATE), "read");
        }
    }
    T_EQ_I(rows_count(&r, ROW_TABLE_POLICYFOLDER), 15);
    T_EQ_I(rows_count(&r, ROW_TABLE_ARTIFACT), 152);
    T_OK(decoded > 50);
    T_OK(rows_count(&r, ROW_TABLE_POLICYPASSWORD) > 0);
    T_EQ_I(rows_count(&r, ROW_TABLE_MALFORMED), 0);
    rows_done(&r);
}

/* The encrypted form of every password in the real preferences, as the files have it, is in no row. */
static void keeps_no_password(void)
{
    static const char *const paths[] = { "gpo/Group3r__Group3r/TestSysvol",
                                         "gpo/l0ss__Grouper2/2b92508/Grouper2/TestPolicies" };
    for (size_t i = 0; i < ARRAY_LEN(paths); i++) {
        struct rows r;
        if (!import_tree(paths[i], &r)) {
            continue;
        }
        for (size_t k = 0; k < r.count; k++) {
            for (size_t c = 0; c < ROW_MAX_COLUMNS; c++) {
                const struct row_value *v = &r.rows[k].v[c];
                T_OK(v->kind != ROW_STRING || !strcasestr(v->text, "cpassword="));
                T_OK(v->kind != ROW_STRING || r.rows[k].table == ROW_TABLE_ARTIFACT ||
                     !strcasestr(v->text, "Password1"));
                T_OK(v->kind != ROW_STRING || !strcasestr(v->text, "StillBad"));
            }
        }
        rows_done(&r);
    }
}

#define TESTS(X)          \
    X(imports_every_file) \
    X(keeps_no_password)
T_MAIN("every policy file", TESTS)
