/* SPDX-License-Identifier: GPL-3.0-or-later */
/* One policy in several places: SYSVOL, backups of it, and what the caller knows already or wants alone. */
#include <stdio.h>

#include "import.h"
#include "sysvol.h"
#include "tests/support/t.h"

static const char backup_info[] =
    "<BackupInst xmlns=\"http://www.microsoft.com/GroupPolicy/GPOOperations/Manifest\"><GPOGuid><![CDATA["
    "{31B2F340-016D-11D2-945F-00C04FB984F9}]]></GPOGuid><GPODomain><![CDATA[hosp.example]]></GPODomain>"
    "<BackupTime><![CDATA[2026-0%c-01T00:00:00]]></BackupTime><ID><![CDATA[{%s}]]></ID>"
    "<GPODisplayName><![CDATA[既定 %c]]></GPODisplayName></BackupInst>";

static void put_backup(struct built *b, const char *id, char month)
{
    char path[256], xml[1024];
    static const char *const folders[] = { "", "/DomainSysvol", "/DomainSysvol/GPO",
                                           "/DomainSysvol/GPO/Machine" };
    for (size_t i = 0; i < ARRAY_LEN(folders); i++) {
        (void)snprintf(path, sizeof(path), "old/{%s}%s", id, folders[i]);
        built_folder(b, path);
    }
    (void)snprintf(path, sizeof(path), "old/{%s}/DomainSysvol/GPO/Machine/registry.pol", id);
    built_file(b, path, sysvol_pol, SYSVOL_POL_SIZE);
    (void)snprintf(path, sizeof(path), "old/{%s}/gpreport.xml", id);
    built_text(b, path, "<GPO/>");
    if (month) {
        (void)snprintf(xml, sizeof(xml), backup_info, month, id, month);
        (void)snprintf(path, sizeof(path), "old/{%s}/bkupInfo.xml", id);
        built_text(b, path, xml);
    }
}

#define BACKUP_A "AAAAAAAA-0000-0000-0000-000000000001"
#define BACKUP_B "AAAAAAAA-0000-0000-0000-000000000002"
#define BACKUP_C "AAAAAAAA-0000-0000-0000-000000000003"

static void reads_the_newest_backup(void)
{
    struct built b;
    struct rows r;
    struct err err;
    built_begin(&b);
    put_backup(&b, BACKUP_A, '3');
    put_backup(&b, BACKUP_B, '5');
    put_backup(&b, BACKUP_C, '4');
    T_EQ_I(import(&b, NULL, &r, &err), RC_OK);
    T_EQ_I(rows_count(&r, ROW_TABLE_POLICYFOLDER), 1);
    const struct row *f = rows_find(&r, ROW_TABLE_POLICYFOLDER, POLICYFOLDER_GPO, ID);
    T_EQ_S(cell(f, POLICYFOLDER_KIND), "backup");
    T_EQ_S(cell(f, POLICYFOLDER_STATE), "read");
    T_EQ_S(cell(f, POLICYFOLDER_NAME), "既定 5");
    T_EQ_S(cell(f, POLICYFOLDER_DOMAIN), "hosp.example");
    T_EQ_S(cell(f, POLICYFOLDER_VERSION), "NULL");
    T_EQ_I(rows_count(&r, ROW_TABLE_POLICYREGISTRY), 1);
    T_EQ_S(cell(rows_find(&r, ROW_TABLE_ARTIFACT, ARTIFACT_PATH,
                          "old/{" BACKUP_B "}/DomainSysvol/GPO/Machine/registry.pol"),
                ARTIFACT_STATE),
           "decoded");
    T_EQ_S(cell(rows_find(&r, ROW_TABLE_ARTIFACT, ARTIFACT_PATH,
                          "old/{" BACKUP_C "}/DomainSysvol/GPO/Machine/registry.pol"),
                ARTIFACT_STATE),
           "ignored");
    T_EQ_S(cell(rows_find(&r, ROW_TABLE_COVERAGE, COVERAGE_SOURCE, "policy.file"), COVERAGE_STATE),
           "complete");
    rows_done(&r);
}

static void prefers_sysvol_to_a_backup(void)
{
    static const char *const skip[] = { "{31B2F340-016D-11D2-945F-00C04FB984F9}" };
    const struct how how = { .skip = skip, .skip_count = 1 };
    struct built b;
    struct rows r;
    struct err err;
    built_begin(&b);
    sysvol_policy(&b);
    put_backup(&b, BACKUP_A, '3');
    T_EQ_I(import(&b, NULL, &r, &err), RC_OK);
    T_EQ_S(cell(rows_find(&r, ROW_TABLE_POLICYFOLDER, POLICYFOLDER_GPO, ID), POLICYFOLDER_KIND),
           "sysvol");
    T_EQ_I(rows_count(&r, ROW_TABLE_POLICYFOLDER), 1);
    rows_done(&r);
    /* Known from elsewhere: nothing of the backup is read; that of SYSVOL always is. */
    built_begin(&b);
    put_backup(&b, BACKUP_A, '3');
    T_EQ_I(import(&b, &how, &r, &err), RC_OK);
    T_EQ_I(rows_count(&r, ROW_TABLE_POLICYFOLDER) + rows_count(&r, ROW_TABLE_POLICYREGISTRY), 0);
    T_EQ_I(rows_count(&r, ROW_TABLE_ARTIFACT), 3);
    rows_done(&r);
    built_begin(&b);
    sysvol_policy(&b);
    T_EQ_I(import(&b, &how, &r, &err), RC_OK);
    T_EQ_I(rows_count(&r, ROW_TABLE_POLICYREGISTRY), 3);
    rows_done(&r);
}

static void refuses_a_backup_of_nobody_knows_what(void)
{
    struct built b;
    struct rows r;
    struct err err;
    built_begin(&b);
    put_backup(&b, BACKUP_A, '\0');
    T_EQ_I(import(&b, NULL, &r, &err), RC_OK);
    T_EQ_I(rows_count(&r, ROW_TABLE_POLICYFOLDER) + rows_count(&r, ROW_TABLE_POLICYREGISTRY), 0);
    const struct row *c = rows_find(&r, ROW_TABLE_COVERAGE, COVERAGE_SOURCE, "policy.file");
    T_EQ_S(cell(c, COVERAGE_STATE), "partial");
    T_HAS(cell(c, COVERAGE_DETAIL), "does not tell which policy");
    rows_done(&r);
}

static void reads_only_what_it_is_told_to(void)
{
    static const char *const only[] = { "policies/{31b2f340-016d-11d2-945f-00c04fb984f9}/" };
    const struct how how = { .only = only, .only_count = 1 };
    struct built b;
    struct rows r;
    struct err err;
    built_begin(&b);
    sysvol_policy(&b);
    put_backup(&b, BACKUP_A, '3');
    sysvol_folders(&b, OTHER);
    built_text(&b, OTHER "/GPT.INI", "[General]\r\nVersion=1\r\n");
    built_text(&b, "scripts/a.bat", "echo");
    T_EQ_I(import(&b, &how, &r, &err), RC_OK);
    T_EQ_I(rows_count(&r, ROW_TABLE_ARTIFACT), 10);
    T_EQ_I(rows_count(&r, ROW_TABLE_POLICYFOLDER), 1);
    /* The folders above are looked at too, or nothing would be known to be listed. */
    T_EQ_S(cell(rows_find(&r, ROW_TABLE_POLICYFOLDER, POLICYFOLDER_GPO, ID), POLICYFOLDER_STATE),
           "read");
    T_EQ_S(cell(rows_find(&r, ROW_TABLE_COVERAGE, COVERAGE_SOURCE, "policy.file"), COVERAGE_STATE),
           "complete");
    rows_done(&r);
}

#define TESTS(X)                             \
    X(reads_the_newest_backup)               \
    X(prefers_sysvol_to_a_backup)            \
    X(refuses_a_backup_of_nobody_knows_what) \
    X(reads_only_what_it_is_told_to)
T_MAIN("policy_backups", TESTS)
