/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The driver of policies over bundles that are made here: what it reads. */
#include <stdio.h>
#include <stdlib.h>

#include "audit/decode/format/crypt.h"
#include "audit/decode/policy/policy_path.h"
#include "import.h"
#include "sysvol.h"
#include "tests/support/t.h"

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

static void reads_a_policy(void)
{
    static const char *const wishes[] = { "registry", "HKLM\\SOFTWARE\\a|b", "service", "Spooler" };
    const struct how how = { .wishes = wishes, .wish_count = ARRAY_LEN(wishes) };
    struct built b;
    struct rows r;
    struct err err = { .rc = RC_OK };
    T_EQ_I(crypt_prepare(&err), RC_OK);
    built_begin(&b);
    sysvol_policy(&b);
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
    sysvol_policy(&b);
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
    sysvol_policy(&b);
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
    sysvol_policy(&b);
    for (size_t i = 0; i < ARRAY_LEN(paths); i++) {
        built_file(&b, paths[i], sysvol_pol, SYSVOL_POL_SIZE);
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
    sysvol_policy(&b);
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

#define TESTS(X)                     \
    X(tells_files_by_their_path)     \
    X(reads_a_policy)                \
    X(keeps_no_password_of_a_script) \
    X(keeps_what_every_file_was)     \
    X(ignores_what_is_no_policy)     \
    X(reads_scripts_of_the_domain)
T_MAIN("policies", TESTS)
