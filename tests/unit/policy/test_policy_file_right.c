/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Who may write the files of policies, by their descriptors. */
#include "tests/support/t.h"

#include <stdio.h>

#include "import.h"
#include "sysvol.h"

static size_t rights_of(const struct rows *r, const char *path, const char *trustee, char *buf,
                        size_t size)
{
    size_t count = 0;
    buf[0] = '\0';
    for (size_t i = 0; i < r->count; i++) {
        const struct row *row = &r->rows[i];
        if (row->table == ROW_TABLE_POLICYFILERIGHT &&
            strcmp(cell(row, POLICYFILERIGHT_PATH), path) == 0 &&
            strcmp(cell(row, POLICYFILERIGHT_TRUSTEE), trustee) == 0) {
            size_t n = strlen(buf);
            (void)snprintf(buf + n, size - n, "%s%s ", cell(row, POLICYFILERIGHT_RIGHT),
                           row->v[POLICYFILERIGHT_INHERITED].number ? "(i)" : "");
            count++;
        }
    }
    return count;
}

static void tells_who_may_write(void)
{
    static const struct {
        const char *sddl, *trustee, *rights;
    } cases[] = {
        { "O:BAD:(A;;FA;;;BA)", "S-1-5-32-544", "owner write delete write_dacl write_owner " },
        { "O:SYD:(A;;0x1200a9;;;AU)", "S-1-5-11", "" }, /* read and execute */
        { "O:SYD:(A;;0x100116;;;AU)", "S-1-5-11", "write " },
        { "O:SYD:(A;;0x10;;;AU)", "S-1-5-11", "" }, /* extended attributes only */
        { "O:SYD:(A;;0x40;;;AU)", "S-1-5-11", "write " },
        { "O:SYD:(A;;0x40000000;;;AU)", "S-1-5-11", "write " },
        { "O:SYD:(A;;0x10000000;;;AU)", "S-1-5-11", "write delete write_dacl write_owner " },
        { "O:SYD:(A;;0x10000;;;AU)", "S-1-5-11", "delete " },
        { "O:SYD:(A;ID;FA;;;AU)", "S-1-5-11", "write(i) delete(i) write_dacl(i) write_owner(i) " },
        { "O:SYD:(A;;0x2;;;AU)(A;ID;0x10002;;;AU)", "S-1-5-11", "write delete(i) " },
        { "O:SYD:(A;OICIIO;FA;;;AU)", "S-1-5-11", "" }, /* for what is made below */
        { "O:SYD:(D;;0x10000;;;AU)(A;;0x10002;;;AU)", "S-1-5-11", "write " },
        { "O:SYD:(A;;0x10002;;;AU)(D;;0x10000;;;AU)", "S-1-5-11", "write delete " }, /* too late */
        { "O:SYD:(D;;0x2;;;WD)(A;;0x2;;;AU)", "S-1-5-11", "write " }, /* of somebody else */
        { "O:SYD:", "S-1-5-11", "" },
        { "O:SYG:SY", "S-1-1-0",
          "write delete write_dacl write_owner " }, /* no list grants everything */
    };

    for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
        struct built b;
        struct rows r;
        struct err err;
        char buf[256];
        built_begin(&b);
        sysvol_policy(&b);
        sysvol_note(&b, FOLDER "/Machine/x", cases[i].sddl, BUNDLE_FOLDER);
        T_EQ_I(import(&b, NULL, &r, &err), RC_OK);
        (void)rights_of(&r, FOLDER "/Machine/x", cases[i].trustee, buf, sizeof(buf));
        T_EQ_S(buf, cases[i].rights);
        rows_done(&r);
    }
}

static void tells_rights_where_they_matter(void)
{
    struct built b;
    struct rows r;
    struct err err;
    char buf[256];
    const struct bundle_member broken = { .path = "scripts/broken.bat",
                                          .note = (const uint8_t *)"\1\0\4\x80",
                                          .note_size = 4,
                                          .data = (const uint8_t *)"" };
    built_begin(&b);
    sysvol_note(&b, "Policies", "O:SYD:(A;;FA;;;AU)", BUNDLE_FOLDER);
    sysvol_note(&b, FOLDER, "O:SYD:(A;;FA;;;AU)", BUNDLE_FOLDER);
    sysvol_note(&b, "sub/" OTHER "/gpt.ini", "O:SYD:(A;;0x2;;;AU)", BUNDLE_READ);
    sysvol_note(&b, "scripts", "O:SYD:(A;;0x2;;;AU)", BUNDLE_FOLDER);
    sysvol_note(&b, "elsewhere/x.bat", "O:SYD:(A;;0x2;;;AU)", BUNDLE_READ);
    T_EQ_I(import(&b, NULL, &r, &err), RC_OK);
    T_EQ_I(rights_of(&r, FOLDER, "S-1-5-11", buf, sizeof(buf)), 4);
    T_EQ_I(rights_of(&r, OTHER "/gpt.ini", "S-1-5-11", buf, sizeof(buf)), 1);
    T_EQ_I(rights_of(&r, "scripts", "S-1-5-11", buf, sizeof(buf)), 1);
    T_EQ_S(cell(rows_find(&r, ROW_TABLE_POLICYFILERIGHT, POLICYFILERIGHT_PATH, "scripts"),
                POLICYFILERIGHT_GPO),
           "00000000-0000-0000-0000-000000000000");
    T_EQ_I(rights_of(&r, "elsewhere/x.bat", "S-1-5-11", buf, sizeof(buf)), 0);
    rows_done(&r);
    built_begin(&b);
    sysvol_note(&b, "Policies", "O:SYD:(A;;FA;;;AU)", BUNDLE_FOLDER);
    sysvol_note(&b, FOLDER, "O:SYD:(A;;FA;;;AU)", BUNDLE_FOLDER);
    T_EQ_I(import(&b, NULL, &r, &err), RC_OK);
    T_EQ_S(cell(rows_find(&r, ROW_TABLE_COVERAGE, COVERAGE_SOURCE, "policy.file_right"),
                COVERAGE_STATE),
           "complete");
    rows_done(&r);
    built_begin(&b);
    sysvol_note(&b, "Policies", "O:SYD:(A;;FA;;;AU)", BUNDLE_FOLDER);
    sysvol_note(&b, FOLDER, "O:SYD:(A;;FA;;;AU)", BUNDLE_FOLDER);
    built_member(&b, &broken);
    T_EQ_I(import(&b, NULL, &r, &err), RC_OK);
    T_EQ_S(cell(rows_find(&r, ROW_TABLE_COVERAGE, COVERAGE_SOURCE, "policy.file_right"),
                COVERAGE_STATE),
           "partial");
    T_EQ_S(cell(rows_find(&r, ROW_TABLE_MALFORMED, -1, NULL), MALFORMED_OBJECT),
           "scripts/broken.bat");
    rows_done(&r);
    built_begin(&b);
    sysvol_note(&b, "Policies", "O:SYD:(A;;FA;;;AU)", BUNDLE_FOLDER);
    sysvol_note(&b, FOLDER, "O:SYD:(A;;FA;;;AU)", BUNDLE_FOLDER);
    built_text(&b, FOLDER "/GPT.INI", "[General]\r\nVersion=1\r\n"); /* without one */
    T_EQ_I(import(&b, NULL, &r, &err), RC_OK);
    T_EQ_S(cell(rows_find(&r, ROW_TABLE_COVERAGE, COVERAGE_SOURCE, "policy.file_right"),
                COVERAGE_STATE),
           "partial");
    T_EQ_S(cell(rows_find(&r, ROW_TABLE_COVERAGE, COVERAGE_SOURCE, "policy.file"), COVERAGE_STATE),
           "complete");
    T_EQ_S(cell(rows_find(&r, ROW_TABLE_POLICYFOLDER, -1, NULL), POLICYFOLDER_STATE), "read");
    rows_done(&r);
}

#define TESTS(X)           \
    X(tells_who_may_write) \
    X(tells_rights_where_they_matter)
T_MAIN("policy_file_rights", TESTS)
