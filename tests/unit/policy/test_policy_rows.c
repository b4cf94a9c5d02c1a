/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The driver of policies over bundles that are made here. */
#include <stdio.h>
#include <stdlib.h>

#include "audit/decode/format/crypt.h"
#include "audit/decode/policy/policy_path.h"
#include "audit/decode/sddl.h"
#include "import.h"
#include "tests/support/t.h"

#define ID      "31b2f340-016d-11d2-945f-00c04fb984f9"
#define FOLDER  "Policies/{31B2F340-016D-11D2-945F-00C04FB984F9}"
#define OTHER   "Policies/{6AC1786C-016F-11D2-945F-00C04FB984F9}"
#define OTHERID "6ac1786c-016f-11d2-945f-00c04fb984f9"
#define SECEDIT "/Machine/Microsoft/Windows NT/SecEdit"

static const char pol[] = "PReg\1\0\0\0"
                          "[\0S\0\\\0A\0\0\0;\0V\0\0\0;\0\4\0\0\0;\0\4\0\0\0;\0\7\0\0\0]\0";
#define POL_SIZE (sizeof(pol) - 1)

static const char template[] =
    "[Unicode]\r\nUnicode=yes\r\n[System Access]\r\nLockoutBadCount = 5\r\n"
    "[Registry Values]\r\nMACHINE\\Software\\A\\B=4,1\r\nUSERS\\x\\B=4,1\r\n"
    "[Privilege Rights]\r\nSeDebugPrivilege = *S-1-5-32-544\r\nSeTcbPrivilege =\r\n"
    "[Group Membership]\r\n*S-1-5-32-544__Members = *S-1-5-21-1-2-3-512\r\n"
    "[Service General Setting]\r\n\"spooler\",4,\"\"\r\n";

static void put_folders(struct built *b, const char *policy)
{
    static const char *const below[] = { "",
                                         "/Machine",
                                         "/Machine/Microsoft",
                                         "/Machine/Microsoft/Windows NT",
                                         "/Machine/Microsoft/Windows NT/SecEdit",
                                         "/Machine/Microsoft/Windows NT/Audit",
                                         "/Machine/Scripts",
                                         "/Machine/Scripts/Startup",
                                         "/Machine/Preferences",
                                         "/Machine/Preferences/Groups",
                                         "/User",
                                         "/User/Scripts" };
    char path[256];
    for (size_t i = 0; i < ARRAY_LEN(below); i++) {
        (void)snprintf(path, sizeof(path), "%s%s", policy, below[i]);
        built_folder(b, path);
    }
}

/* A SYSVOL with one policy that has everything. */
static void put_policy(struct built *b)
{
    built_folder(b, "Policies");
    put_folders(b, FOLDER);
    built_text(b, FOLDER "/gpt.ini", "[General]\r\nVersion=131075\r\ndisplayName=既定\r\n");
    built_file(b, FOLDER "/Machine/Registry.pol", pol, POL_SIZE);
    built_file(b, FOLDER "/User/registry.POL", pol, POL_SIZE);
    built_text(b, FOLDER SECEDIT "/GptTmpl.inf", template);
    built_text(b, FOLDER "/Machine/Microsoft/Windows NT/Audit/audit.csv",
               ",System,x,{0CCE923F-69AE-11D9-BED3-505054503030},y,,3\r\n");
    built_text(b, FOLDER "/Machine/Scripts/scripts.ini",
               "[Startup]\r\n0CmdLine=a.bat\r\n0Parameters=/q\r\n1CmdLine=net\r\n"
               "1Parameters=use x: \\\\s\\x /user:dom\\u Sommer2024\r\n");
    built_text(b, FOLDER "/User/Scripts/psscripts.ini",
               "[Logon]\r\n0CmdLine=b.ps1\r\n0Parameters=-password anything\r\n");
    built_text(b, FOLDER "/Machine/Preferences/Groups/Groups.xml", "<Groups/>");
    built_text(b, FOLDER "/Machine/Scripts/Startup/a.bat", "echo");
    built_text(b, FOLDER "/Machine/comment.cmtx", "<x/>");
}

static void reads_a_policy(void)
{
    static const char *const wishes[] = { "registry", "HKLM\\SOFTWARE\\a|b", "service", "Spooler" };
    const struct how how = { .wishes = wishes, .wish_count = ARRAY_LEN(wishes) };
    struct built b;
    struct rows r;
    struct err err = { .rc = RC_OK };
    T_EQ_I(crypt_prepare(&err), RC_OK);
    built_begin(&b);
    put_policy(&b);
    T_EQ_I(import(&b, &how, &r, &err), RC_OK);
    const struct row *f = rows_find(&r, ROW_TABLE_POLICYFOLDER, POLICYFOLDER_GPO, ID);
    T_EQ_S(cell(f, POLICYFOLDER_STATE), "read");
    T_EQ_S(cell(f, POLICYFOLDER_KIND), "sysvol");
    T_EQ_S(cell(f, POLICYFOLDER_ORIGIN), "dc1");
    T_EQ_S(cell(f, POLICYFOLDER_VERSION), "131075");
    T_EQ_S(cell(f, POLICYFOLDER_NAME), "既定");
    T_EQ_S(cell(f, POLICYFOLDER_FILES), "10");
    T_OK(f && f->v[POLICYFOLDER_CHANGED].number > FILETIME_UNIX_ZERO);
    T_EQ_I(rows_count(&r, ROW_TABLE_POLICYREGISTRY), 3);
    const struct row *v = rows_find2(&r, ROW_TABLE_POLICYREGISTRY, POLICYREGISTRY_HALF, "user",
                                     POLICYREGISTRY_SOURCE, "registry_pol");
    T_EQ_S(cell(v, POLICYREGISTRY_KEY), "HKCU\\S\\A");
    T_EQ_S(cell(v, POLICYREGISTRY_NUMBER), "7");
    T_EQ_S(cell(v, POLICYREGISTRY_ACTION), "set");
    v = rows_find(&r, ROW_TABLE_POLICYREGISTRY, POLICYREGISTRY_SOURCE, "template");
    T_EQ_S(cell(v, POLICYREGISTRY_KEY), "HKLM\\SOFTWARE\\a"); /* as the plan spells it */
    T_EQ_S(cell(v, POLICYREGISTRY_VALUE), "b");
    T_EQ_S(cell(rows_find(&r, ROW_TABLE_POLICYTEMPLATE, POLICYTEMPLATE_NAME, "LockoutBadCount"),
                POLICYTEMPLATE_NUMBER),
           "5");
    T_EQ_I(rows_count(&r, ROW_TABLE_POLICYRIGHT), 2);
    T_EQ_S(cell(rows_find(&r, ROW_TABLE_POLICYRIGHT, POLICYRIGHT_RIGHT, "SeTcbPrivilege"),
                POLICYRIGHT_HOLDER),
           "");
    const struct row *m = rows_find(&r, ROW_TABLE_POLICYMEMBER, POLICYMEMBER_GROUP, "S-1-5-32-544");
    T_EQ_S(cell(m, POLICYMEMBER_MEMBER), "S-1-5-21-1-2-3-512");
    T_EQ_S(cell(m, POLICYMEMBER_RELATION), "members");
    T_EQ_S(cell(rows_find(&r, ROW_TABLE_POLICYSERVICE, POLICYSERVICE_NAME, "Spooler"),
                POLICYSERVICE_START),
           "4");
    T_EQ_S(cell(rows_find(&r, ROW_TABLE_POLICYAUDIT, -1, NULL), POLICYAUDIT_SETTING), "3");
    T_EQ_I(rows_count(&r, ROW_TABLE_MALFORMED), 0);
    T_EQ_I(doubles.preferences, 1);
    T_EQ_S(doubles.last_path, "machine Machine/Preferences/Groups/Groups.xml");
    T_EQ_I(doubles.scripts, 1);
    const struct row *c = rows_find(&r, ROW_TABLE_COVERAGE, COVERAGE_SOURCE, "policy.file");
    T_EQ_S(cell(c, COVERAGE_STATE), "complete");
    T_EQ_S(cell(c, COVERAGE_OBJECTS), "1");
    T_EQ_S(cell(rows_find(&r, ROW_TABLE_COVERAGE, COVERAGE_SOURCE, "policy.file_right"),
                COVERAGE_STATE),
           "not_collected");
    rows_done(&r);
}

static void keeps_no_password_of_a_script(void)
{
    struct built b;
    struct rows r;
    struct err err;
    built_begin(&b);
    put_policy(&b);
    T_EQ_I(import(&b, NULL, &r, &err), RC_OK);
    const struct row *s = rows_find2(&r, ROW_TABLE_POLICYITEM, POLICYITEM_KIND, "script_startup",
                                     POLICYITEM_KEY, "cmd/0");
    T_EQ_S(cell(s, POLICYITEM_NAME), "a.bat");
    T_EQ_S(cell(s, POLICYITEM_COMMAND), "a.bat");
    T_EQ_S(cell(s, POLICYITEM_ARGUMENTS), "/q");
    T_EQ_S(cell(s, POLICYITEM_HINT), "0");
    T_EQ_S(cell(s, POLICYITEM_HALF), "machine");
    s = rows_find2(&r, ROW_TABLE_POLICYITEM, POLICYITEM_KIND, "script_startup", POLICYITEM_KEY,
                   "cmd/1");
    T_EQ_S(cell(s, POLICYITEM_COMMAND), "net");
    T_EQ_S(cell(s, POLICYITEM_ARGUMENTS), "NULL");
    T_EQ_S(cell(s, POLICYITEM_HINT), "1");
    s = rows_find2(&r, ROW_TABLE_POLICYITEM, POLICYITEM_KIND, "script_logon", POLICYITEM_KEY,
                   "ps/0");
    T_EQ_S(cell(s, POLICYITEM_HALF), "user");
    T_EQ_S(cell(s, POLICYITEM_ARGUMENTS), "NULL");
    T_EQ_S(cell(s, POLICYITEM_HINT), "1");
    for (size_t i = 0; i < r.count; i++) {
        for (size_t k = 0; k < ROW_MAX_COLUMNS; k++) {
            bool is_text = r.rows[i].v[k].kind == ROW_STRING;
            T_OK(!is_text || !strstr(r.rows[i].v[k].text, "Sommer2024"));
        }
    }
    rows_done(&r);
}

static void keeps_what_every_file_was(void)
{
    struct built b;
    struct rows r;
    struct err err;
    T_EQ_I(crypt_prepare(&err), RC_OK);
    built_begin(&b);
    put_policy(&b);
    T_EQ_I(import(&b, NULL, &r, &err), RC_OK);
    T_EQ_I(rows_count(&r, ROW_TABLE_ARTIFACT), 10);
    const struct row *a = rows_find(&r, ROW_TABLE_ARTIFACT, ARTIFACT_PATH, FOLDER "/gpt.ini");
    T_EQ_S(cell(a, ARTIFACT_KIND), "gpt_ini");
    T_EQ_S(cell(a, ARTIFACT_STATE), "decoded");
    a = rows_find(&r, ROW_TABLE_ARTIFACT, ARTIFACT_KIND, "script");
    /* SHA-256 of "echo" by sha256sum */
    T_EQ_S(cell(a, ARTIFACT_SHA256),
           "092c79e8f80e559e404bcf660c48f3522b67aba9ff1484b0367e1a4ddef7431d");
    T_EQ_S(cell(a, ARTIFACT_SIZE), "4");
    T_EQ_S(cell(a, ARTIFACT_ROWS), "1");
    a = rows_find(&r, ROW_TABLE_ARTIFACT, ARTIFACT_PATH, FOLDER "/Machine/comment.cmtx");
    T_EQ_S(cell(a, ARTIFACT_STATE), "ignored");
    T_EQ_S(cell(a, ARTIFACT_KIND), "NULL");
    a = rows_find(&r, ROW_TABLE_ARTIFACT, ARTIFACT_KIND, "security_template");
    T_EQ_S(cell(a, ARTIFACT_ROWS), "6");
    rows_done(&r);
}

/* Builds the policy, one member of it replaced or added, and tells the state of the policy. */
static const char *state_with(const struct bundle_member *m, struct rows *r, enum rc expected)
{
    struct built b;
    struct err err;
    built_begin(&b);
    built_folder(&b, "Policies");
    put_folders(&b, FOLDER);
    built_text(&b, FOLDER "/GPT.INI", "[General]\r\nVersion=1\r\n");
    built_member(&b, m);
    T_EQ_I(import(&b, NULL, r, &err), expected);
    return cell(rows_find(r, ROW_TABLE_POLICYFOLDER, POLICYFOLDER_GPO, ID), POLICYFOLDER_STATE);
}

static void says_what_was_not_read(void)
{
    static const struct {
        struct bundle_member m;
        const char *state, *artifact, *coverage;
    } cases[] = {
        { { .path = FOLDER "/Machine/Registry.pol", .state = BUNDLE_DENIED },
          "partial",
          "denied",
          "partial" },
        { { .path = FOLDER "/Machine/Registry.pol", .state = BUNDLE_FAILED },
          "partial",
          "partial",
          "partial" },
        { { .path = FOLDER "/Machine/Registry.pol", .state = BUNDLE_TOO_LARGE, .size = 1U << 31 },
          "partial",
          "too_large",
          "partial" },
        { { .path = FOLDER "/Machine/Registry.pol", .data = (const uint8_t *)"PReg", .size = 4 },
          "partial",
          "malformed",
          "partial" },
        { { .path = FOLDER "/Machine/Registry.pol", .state = BUNDLE_READ },
          "partial",
          "malformed",
          "partial" }, /* empty */
        { { .path = FOLDER "/Machine/Scripts/Startup/x.ps1", .state = BUNDLE_TOO_LARGE },
          "read",
          "too_large",
          "complete" },
        { { .path = FOLDER "/Machine/Scripts/Startup/x.ps1", .state = BUNDLE_DENIED },
          "read",
          "denied",
          "complete" },
        { { .path = FOLDER "/Machine/big.msi", .state = BUNDLE_TOO_LARGE },
          "read",
          "too_large",
          "complete" },
        { { .path = FOLDER "/Machine/Applications", .state = BUNDLE_DENIED },
          "partial",
          "denied",
          "partial" },
        { { .path = FOLDER "/Machine/link", .state = BUNDLE_FAILED },
          "partial",
          "partial",
          "partial" },
        { { .path = FOLDER "/Adm", .state = BUNDLE_FOLDER_CUT }, "partial", NULL, "partial" },
        { { .path = FOLDER "/unlisted/x.txt", .data = (const uint8_t *)"x", .size = 1 },
          "partial",
          "ignored",
          "partial" },
        { { .path = "scripts", .state = BUNDLE_FOLDER_CUT }, "read", NULL, "partial" },
        { { .path = "scripts", .state = BUNDLE_DENIED }, "read", "denied", "partial" },
        { { .path = "Policies/PolicyDefinitions", .state = BUNDLE_FOLDER },
          "read",
          NULL,
          "complete" },
    };

    for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
        struct rows r;
        T_EQ_S(state_with(&cases[i].m, &r, RC_OK), cases[i].state);
        T_EQ_S(
            cell(rows_find(&r, ROW_TABLE_COVERAGE, COVERAGE_SOURCE, "policy.file"), COVERAGE_STATE),
            cases[i].coverage);
        if (cases[i].artifact) {
            T_EQ_S(cell(rows_find(&r, ROW_TABLE_ARTIFACT, ARTIFACT_PATH, cases[i].m.path),
                        ARTIFACT_STATE),
                   cases[i].artifact);
        }
        rows_done(&r);
    }
}

static void tells_an_unread_script(void)
{
    const struct bundle_member m = { .path = FOLDER "/Machine/Scripts/Startup/x.ps1",
                                     .state = BUNDLE_TOO_LARGE };
    struct rows r;
    (void)state_with(&m, &r, RC_OK);
    const struct row *s = rows_find(&r, ROW_TABLE_POLICYSCRIPT, POLICYSCRIPT_STATE, "too_large");
    T_EQ_S(cell(s, POLICYSCRIPT_PATH), FOLDER "/Machine/Scripts/Startup/x.ps1");
    rows_done(&r);
}

static void tells_a_refused_policy(void)
{
    struct built b;
    struct rows r;
    struct err err;
    const struct bundle_member denied = { .path = OTHER, .state = BUNDLE_DENIED };
    const struct bundle_member cut = { .path = "Policies/{11111111-1111-1111-1111-111111111111}",
                                       .state = BUNDLE_FOLDER_CUT };
    built_begin(&b);
    put_policy(&b);
    built_member(&b, &denied);
    built_member(&b, &cut);
    T_EQ_I(import(&b, NULL, &r, &err), RC_OK);
    T_EQ_S(
        cell(rows_find(&r, ROW_TABLE_POLICYFOLDER, POLICYFOLDER_GPO, OTHERID), POLICYFOLDER_STATE),
        "denied");
    T_EQ_S(cell(rows_find(&r, ROW_TABLE_POLICYFOLDER, POLICYFOLDER_GPO,
                          "11111111-1111-1111-1111-111111111111"),
                POLICYFOLDER_STATE),
           "partial");
    T_EQ_S(cell(rows_find(&r, ROW_TABLE_POLICYFOLDER, POLICYFOLDER_GPO, ID), POLICYFOLDER_STATE),
           "read");
    T_EQ_S(cell(rows_find(&r, ROW_TABLE_COVERAGE, COVERAGE_SOURCE, "policy.file"), COVERAGE_STATE),
           "partial");
    rows_done(&r);
}

static void refuses_names_that_differ_in_case(void)
{
    struct built b;
    struct rows r;
    struct err err;
    built_begin(&b);
    put_policy(&b);
    built_file(&b, FOLDER "/MACHINE/REGISTRY.POL", pol, POL_SIZE);
    T_EQ_I(import(&b, NULL, &r, &err), RC_OK);
    T_EQ_S(cell(rows_find(&r, ROW_TABLE_POLICYFOLDER, POLICYFOLDER_GPO, ID), POLICYFOLDER_STATE),
           "malformed");
    T_OK(rows_find2(&r, ROW_TABLE_POLICYREGISTRY, POLICYREGISTRY_HALF, "machine",
                    POLICYREGISTRY_SOURCE, "registry_pol") == NULL);
    T_EQ_S(cell(rows_find(&r, ROW_TABLE_ARTIFACT, ARTIFACT_PATH, FOLDER "/Machine/Registry.pol"),
                ARTIFACT_STATE),
           "malformed");
    T_EQ_S(cell(rows_find(&r, ROW_TABLE_ARTIFACT, ARTIFACT_PATH, FOLDER "/MACHINE/REGISTRY.POL"),
                ARTIFACT_STATE),
           "malformed");
    rows_done(&r);
}

static void ignores_what_is_no_policy(void)
{
    static const char *const paths[] = {
        "Policies/PolicyDefinitions/x/Machine/Registry.pol",
        "Policies/{31B2F340-016D-11D2-945F-00C04FB984F9}_NTFRS_00a1/Machine/Registry.pol",
        "Policies/{31B2F340-016D-11D2-945F}/Machine/Registry.pol",
        "elsewhere/{22222222-2222-2222-2222-222222222222}/Machine/Registry.pol",
        "Machine/Registry.pol",
    };
    struct built b;
    struct rows r;
    struct err err;
    built_begin(&b);
    put_policy(&b);
    for (size_t i = 0; i < ARRAY_LEN(paths); i++) {
        built_file(&b, paths[i], pol, POL_SIZE);
    }
    T_EQ_I(import(&b, NULL, &r, &err), RC_OK);
    T_EQ_I(rows_count(&r, ROW_TABLE_POLICYFOLDER), 1);
    T_EQ_I(rows_count(&r, ROW_TABLE_POLICYREGISTRY), 3);
    for (size_t i = 0; i < ARRAY_LEN(paths); i++) {
        T_EQ_S(cell(rows_find(&r, ROW_TABLE_ARTIFACT, ARTIFACT_PATH, paths[i]), ARTIFACT_STATE),
               "ignored");
    }
    rows_done(&r);
}

static void reads_scripts_of_the_domain(void)
{
    struct built b;
    struct rows r;
    struct err err;
    built_begin(&b);
    put_policy(&b);
    built_folder(&b, "scripts");
    built_text(&b, "scripts/Logon.BAT", "echo");
    built_text(&b, "scripts/sub/settings.ini", "x");
    built_text(&b, "scripts/picture.jpg", "x");
    built_text(&b, "other/logon.bat", "echo");
    T_EQ_I(import(&b, NULL, &r, &err), RC_OK);
    T_EQ_I(doubles.scripts, 3);
    const struct row *s =
        rows_find(&r, ROW_TABLE_POLICYSCRIPT, POLICYSCRIPT_PATH, "scripts/Logon.BAT");
    T_EQ_S(cell(s, POLICYSCRIPT_GPO), "00000000-0000-0000-0000-000000000000");
    T_OK(rows_find(&r, ROW_TABLE_POLICYSCRIPT, POLICYSCRIPT_PATH, "scripts/sub/settings.ini") !=
         NULL);
    T_EQ_S(
        cell(rows_find(&r, ROW_TABLE_ARTIFACT, ARTIFACT_PATH, "other/logon.bat"), ARTIFACT_STATE),
        "ignored");
    rows_done(&r);
}

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
    built_file(b, path, pol, POL_SIZE);
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
    put_policy(&b);
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
    put_policy(&b);
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
    put_policy(&b);
    put_backup(&b, BACKUP_A, '3');
    put_folders(&b, OTHER);
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

static void put_note(struct built *b, const char *path, const char *sddl, enum bundle_state state)
{
    struct wr note;
    struct err err;
    wr_init(&note, BUNDLE_NOTE_MAX);
    T_EQ_I(sddl_read(sddl, strlen(sddl), "S-1-5-21-1-2-3", &note, &err), RC_OK);
    const struct bundle_member m = { .path = path,
                                     .state = state,
                                     .note = note.data,
                                     .note_size = note.size,
                                     .data = (const uint8_t *)"",
                                     .size = 0 };
    built_member(b, &m);
    wr_done(&note);
}

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
        put_policy(&b);
        put_note(&b, FOLDER "/Machine/x", cases[i].sddl, BUNDLE_FOLDER);
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
    put_note(&b, "Policies", "O:SYD:(A;;FA;;;AU)", BUNDLE_FOLDER);
    put_note(&b, FOLDER, "O:SYD:(A;;FA;;;AU)", BUNDLE_FOLDER);
    put_note(&b, "sub/" OTHER "/gpt.ini", "O:SYD:(A;;0x2;;;AU)", BUNDLE_READ);
    put_note(&b, "scripts", "O:SYD:(A;;0x2;;;AU)", BUNDLE_FOLDER);
    put_note(&b, "elsewhere/x.bat", "O:SYD:(A;;0x2;;;AU)", BUNDLE_READ);
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
    put_note(&b, "Policies", "O:SYD:(A;;FA;;;AU)", BUNDLE_FOLDER);
    put_note(&b, FOLDER, "O:SYD:(A;;FA;;;AU)", BUNDLE_FOLDER);
    T_EQ_I(import(&b, NULL, &r, &err), RC_OK);
    T_EQ_S(cell(rows_find(&r, ROW_TABLE_COVERAGE, COVERAGE_SOURCE, "policy.file_right"),
                COVERAGE_STATE),
           "complete");
    rows_done(&r);
    built_begin(&b);
    put_note(&b, "Policies", "O:SYD:(A;;FA;;;AU)", BUNDLE_FOLDER);
    put_note(&b, FOLDER, "O:SYD:(A;;FA;;;AU)", BUNDLE_FOLDER);
    built_member(&b, &broken);
    T_EQ_I(import(&b, NULL, &r, &err), RC_OK);
    T_EQ_S(cell(rows_find(&r, ROW_TABLE_COVERAGE, COVERAGE_SOURCE, "policy.file_right"),
                COVERAGE_STATE),
           "partial");
    T_EQ_S(cell(rows_find(&r, ROW_TABLE_MALFORMED, -1, NULL), MALFORMED_OBJECT),
           "scripts/broken.bat");
    rows_done(&r);
    built_begin(&b);
    put_note(&b, "Policies", "O:SYD:(A;;FA;;;AU)", BUNDLE_FOLDER);
    put_note(&b, FOLDER, "O:SYD:(A;;FA;;;AU)", BUNDLE_FOLDER);
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

static void says_that_a_bundle_is_damaged(void)
{
    struct built b;
    struct rows r;
    struct err err;
    built_begin(&b);
    put_policy(&b);
    built_end(&b, false);
    T_EQ_I(import_bytes(b.data, b.size, NULL, &r, &err),
           RC_OK); /* no end: cut off between two members */
    T_EQ_S(cell(rows_find(&r, ROW_TABLE_COVERAGE, COVERAGE_SOURCE, "policy.file"), COVERAGE_STATE),
           "partial");
    rows_done(&r);
    T_EQ_I(import_bytes(b.data, b.size - 9, NULL, &r, &err), RC_MALFORMED);
    T_EQ_S(cell(rows_find(&r, ROW_TABLE_COVERAGE, COVERAGE_SOURCE, "policy.file"), COVERAGE_STATE),
           "partial");
    T_OK(rows_count(&r, ROW_TABLE_POLICYREGISTRY) > 0);
    rows_done(&r);
    T_EQ_I(import_bytes(b.data, 20, NULL, &r, &err), RC_MALFORMED);
    T_EQ_I(r.count, 0);
    rows_done(&r);
    T_EQ_I(import_bytes("", 0, NULL, &r, &err), RC_MALFORMED);
    rows_done(&r);
    built_done(&b);
}

static void stops_when_the_sink_fails(void)
{
    struct built b;
    struct rows r;
    struct err err;
    built_begin(&b);
    put_policy(&b);
    built_end(&b, true);
    T_EQ_I(import_bytes(b.data, b.size, NULL, &r, &err), RC_OK);
    size_t total = r.count;
    rows_done(&r);
    T_OK(total > 20);
    for (size_t n = 1; n <= total; n++) {
        const struct how how = { .fail_after = n };
        enum rc rc = import_bytes(b.data, b.size, &how, &r, &err);
        T_EQ_I(rc, n == total ? RC_OK : RC_IO);
        T_EQ_I(r.count, n);
        rows_done(&r);
    }
    built_done(&b);
}

static void goes_on_after_a_bad_file(void)
{
    static const enum rc answers[] = { RC_MALFORMED, RC_NOMEM, RC_LIMIT, RC_UNSUPPORTED };

    for (size_t i = 0; i < ARRAY_LEN(answers); i++) {
        struct built b;
        struct rows r;
        struct err err;
        doubles.answer = answers[i];
        built_begin(&b);
        put_policy(&b);
        T_EQ_I(import(&b, NULL, &r, &err), RC_OK);
        T_EQ_S(
            cell(rows_find(&r, ROW_TABLE_POLICYFOLDER, POLICYFOLDER_GPO, ID), POLICYFOLDER_STATE),
            "partial");
        const struct row *a = rows_find(&r, ROW_TABLE_ARTIFACT, ARTIFACT_KIND, "preferences");
        T_EQ_S(cell(a, ARTIFACT_STATE), answers[i] == RC_UNSUPPORTED ? "unsupported" : "malformed");
        T_EQ_S(cell(a, ARTIFACT_DETAIL), "as the test wants it");
        T_EQ_I(rows_count(&r, ROW_TABLE_POLICYITEM), 3);
        rows_done(&r);
    }
    doubles.answer = RC_OK;
}

/* A value whose name is too long for a row costs its file, not the audit. */
static void refuses_rows_that_do_not_fit(void)
{
    static char text[20000];
    struct built b;
    struct rows r;
    struct err err;
    size_t n = (size_t)snprintf(text, sizeof(text), "[Privilege Rights]\r\nSeDebugPrivilege = ");
    memset(text + n, 'x', 5000);
    (void)snprintf(text + n + 5000, sizeof(text) - n - 5000, "\r\nSeTcbPrivilege = *S-1-1-0\r\n");
    built_begin(&b);
    built_folder(&b, "Policies");
    put_folders(&b, FOLDER);
    built_text(&b, FOLDER SECEDIT "/GptTmpl.inf", text);
    T_EQ_I(import(&b, NULL, &r, &err), RC_OK);
    T_EQ_I(rows_count(&r, ROW_TABLE_POLICYRIGHT), 1);
    T_EQ_S(
        cell(rows_find(&r, ROW_TABLE_ARTIFACT, ARTIFACT_KIND, "security_template"), ARTIFACT_STATE),
        "malformed");
    rows_done(&r);
}

static bool accepts(const uint8_t *p, size_t n, void *context)
{
    struct rows r;
    struct err err;
    (void)context;
    enum rc rc = import_bytes(p, n, NULL, &r, &err);
    T_OK(rc == RC_OK || rc == RC_MALFORMED);
    T_EQ_S(r.refusal, "");
    bool is_complete =
        strcmp(
            cell(rows_find(&r, ROW_TABLE_COVERAGE, COVERAGE_SOURCE, "policy.file"), COVERAGE_STATE),
            "complete") == 0;
    rows_done(&r);
    return rc == RC_OK && is_complete;
}

/* Whatever the mutation, rows are such as the supervisor takes; a bundle that was cut is never complete. */
static void survives_every_mutation(void)
{
    struct built b;
    size_t accepted = 0, refused = 0;
    built_begin(&b);
    put_note(&b, "Policies", "O:SYD:(A;;FA;;;AU)(D;;FA;;;BA)", BUNDLE_FOLDER);
    put_folders(&b, FOLDER);
    built_text(&b, FOLDER "/GPT.INI", "[General]\r\nVersion=131075\r\n");
    built_file(&b, FOLDER "/Machine/Registry.pol", pol, POL_SIZE);
    built_text(&b, FOLDER SECEDIT "/GptTmpl.inf", template);
    built_end(&b, true);
    T_OK(accepts(b.data, b.size, NULL));
    t_mutate(b.data, b.size, 4000, accepts, NULL, &accepted, &refused);
    T_OK(accepted > 0 && refused > 0);
    for (size_t n = 0; n < b.size; n++) {
        struct rows r;
        struct err err;
        enum rc rc = import_bytes(b.data, n, NULL, &r, &err);
        const struct row *c = rows_find(&r, ROW_TABLE_COVERAGE, COVERAGE_SOURCE, "policy.file");
        T_OK(rc == RC_MALFORMED || strcmp(cell(c, COVERAGE_STATE), "partial") == 0);
        rows_done(&r);
    }
    built_done(&b);
}

static void tells_files_by_their_path(void)
{
    static const struct {
        const char *path;
        enum policy_role role;
        const char *half;
    } files[] = {
        { "GPT.INI", POLICY_GPT_INI, NULL },
        { "gpt.ini.SAMBABACKUP", POLICY_GPT_INI, NULL },
        { "GPT.INI.xml", POLICY_OTHER, NULL },
        { "Machine/Registry.pol", POLICY_REGISTRY_POL, "machine" },
        { "USER/registry.pol", POLICY_REGISTRY_POL, "user" },
        { "Registry.pol", POLICY_OTHER, NULL },
        { "Machine/x/Registry.pol", POLICY_OTHER, "machine" },
        { "Machine/Microsoft/Windows NT/SecEdit/GptTmpl.inf", POLICY_TEMPLATE, "machine" },
        { "User/Microsoft/Windows NT/SecEdit/GptTmpl.inf", POLICY_OTHER, "user" },
        { "MACHINE/microsoft/windows nt/audit/AUDIT.CSV", POLICY_AUDIT_CSV, "machine" },
        { "User/Scripts/psscripts.ini", POLICY_SCRIPTS_INI, "user" },
        { "Machine/Scripts/Startup/x.txt", POLICY_SCRIPT, "machine" },
        { "Machine/Scripts/Startup/x.exe", POLICY_OTHER, "machine" },
        { "User/x.vbs", POLICY_SCRIPT, "user" },
        { "User/x.txt", POLICY_OTHER, "user" },
        { "Machine/Preferences/ScheduledTasks/ScheduledTasks.xml", POLICY_PREFERENCES, "machine" },
        { "User/preferences/Drives/DRIVES.XML", POLICY_PREFERENCES, "user" },
        { "Machine", POLICY_OTHER, "machine" },
        { "", POLICY_OTHER, NULL },
    };

    for (size_t i = 0; i < ARRAY_LEN(files); i++) {
        const char *half = NULL;
        T_EQ_I(policy_path_role(files[i].path, strlen(files[i].path), &half), files[i].role);
        T_EQ_S(half ? half : "-", files[i].half ? files[i].half : "-");
    }
}

#define TESTS(X)                             \
    X(tells_files_by_their_path)             \
    X(reads_a_policy)                        \
    X(keeps_no_password_of_a_script)         \
    X(keeps_what_every_file_was)             \
    X(says_what_was_not_read)                \
    X(tells_an_unread_script)                \
    X(tells_a_refused_policy)                \
    X(refuses_names_that_differ_in_case)     \
    X(ignores_what_is_no_policy)             \
    X(reads_scripts_of_the_domain)           \
    X(reads_the_newest_backup)               \
    X(prefers_sysvol_to_a_backup)            \
    X(refuses_a_backup_of_nobody_knows_what) \
    X(reads_only_what_it_is_told_to)         \
    X(tells_who_may_write)                   \
    X(tells_rights_where_they_matter)        \
    X(says_that_a_bundle_is_damaged)         \
    X(stops_when_the_sink_fails)             \
    X(goes_on_after_a_bad_file)              \
    X(refuses_rows_that_do_not_fit)          \
    X(survives_every_mutation)
T_MAIN("policies", TESTS)
