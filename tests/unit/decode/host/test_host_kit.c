/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "tests/support/t.h"

#include <stdio.h>
#include <stdlib.h>

#include "audit/decode/format/crypt.h"
#include "audit/decode/format/text.h"
#include "audit/decode/format/xml.h"
#include "tests/unit/decode/host/kit.h"

#define LSA "HKLM\\SYSTEM\\CurrentControlSet\\Control\\Lsa"
#define RUN "HKLM\\SOFTWARE\\Microsoft\\Windows\\CurrentVersion\\Run"

static const struct row *registry(const struct kit *k, const char *key, const char *value)
{
    return rows_find2(&k->rows, ROW_TABLE_REGISTRY, REGISTRY_KEY, key, REGISTRY_VALUE, value);
}

static const struct row *start(const struct kit *k, const char *kind, const char *name)
{
    return rows_find2(&k->rows, ROW_TABLE_AUTOSTART, AUTOSTART_KIND, kind, AUTOSTART_NAME, name);
}

static const struct row *artifact(const struct kit *k, const char *path)
{
    return rows_find(&k->rows, ROW_TABLE_ARTIFACT, ARTIFACT_PATH, path);
}

static const char *state_of(const struct kit *k, const char *path)
{
    return cell(artifact(k, path), ARTIFACT_STATE);
}

static void usual(struct kit *k)
{
    kit_init(k, HOST_KIT);
    kit_usual(k);
    k->has_manifest = true;
}

static void tells_whose_it_is(void)
{
    struct kit k;
    usual(&k);
    kit_run(&k, NULL);
    T_EQ_I(k.rc, RC_OK);
    T_EQ_I(k.rows.refused, 0);
    const struct row *m = rows_find(&k.rows, ROW_TABLE_MACHINEFILE, MACHINEFILE_KIND, "kit");
    T_EQ_S(cell(m, MACHINEFILE_COMPUTER), "PC1");
    /* The export is believed before kit.txt. */
    T_EQ_S(cell(m, MACHINEFILE_DOMAIN), "hospital.example");
    T_EQ_S(cell(m, MACHINEFILE_COLLECTED), "134400423000000000");
    T_EQ_S(cell(m, MACHINEFILE_HOST), "NULL");
    T_EQ_I(k.rows.count,
           rows_count(&k.rows, ROW_TABLE_ARTIFACT) + rows_count(&k.rows, ROW_TABLE_MACHINEFILE));
    T_EQ_I(rows_count(&k.rows, ROW_TABLE_ARTIFACT), k.count + 1);
    kit_done(&k);
}

static void reads_policy_and_rights(void)
{
    struct kit k;
    usual(&k);
    kit_run(&k, "pc1");
    T_EQ_I(k.rc, RC_OK);
    T_EQ_I(k.rows.refused, 0);
    const struct row *p = rows_find(&k.rows, ROW_TABLE_LOCALPOLICY, LOCALPOLICY_HOST, "pc1");
    T_EQ_S(cell(p, LOCALPOLICY_MIN_LENGTH), "7");
    T_EQ_S(cell(p, LOCALPOLICY_HISTORY), "24");
    T_EQ_S(cell(p, LOCALPOLICY_PROPERTIES), "17");
    T_EQ_S(cell(p, LOCALPOLICY_MAX_AGE), "-36288000000000");
    T_EQ_S(cell(p, LOCALPOLICY_MIN_AGE), "-864000000000");
    T_EQ_S(cell(p, LOCALPOLICY_THRESHOLD), "5");
    T_EQ_S(cell(p, LOCALPOLICY_DURATION), "-9223372036854775808");
    T_EQ_S(cell(p, LOCALPOLICY_WINDOW), "-6000000000");
    T_EQ_S(kit_told(&k, "kit.policy"), "complete");
    T_EQ_I(rows_count(&k.rows, ROW_TABLE_LOCALRIGHT), 3);
    T_OK(rows_find2(&k.rows, ROW_TABLE_LOCALRIGHT, LOCALRIGHT_RIGHT,
                    "SeRemoteInteractiveLogonRight", LOCALRIGHT_SID, "S-1-5-32-555"));
    /* The guest of a host whose SID is not known is denied something: nothing is lost by leaving that out. */
    T_EQ_S(kit_told(&k, "kit.right"), "complete");
    T_EQ_S(cell(rows_find(&k.rows, ROW_TABLE_HOSTAUDIT, HOSTAUDIT_SUBCATEGORY,
                          "0cce9215-69ae-11d9-bed3-505054503030"),
                HOSTAUDIT_SETTING),
           "1");
    T_EQ_I(rows_count(&k.rows, ROW_TABLE_HOSTAUDIT), 2);
    T_EQ_S(kit_told(&k, "kit.audit"), "complete");
    kit_done(&k);
}

static void reads_the_registry(void)
{
    struct kit k;
    usual(&k);
    kit_run(&k, "pc1");
    T_EQ_S(cell(registry(&k, LSA, "LmCompatibilityLevel"), REGISTRY_NUMBER), "5");
    /* What the registry says is believed before what secedit says of it. */
    T_EQ_S(cell(registry(&k, LSA, "LimitBlankPasswordUse"), REGISTRY_NUMBER), "0");
    T_EQ_S(cell(registry(&k, LSA "\\MSV1_0", "NTLMMinClientSec"), REGISTRY_MISSING), "1");
    T_EQ_S(cell(registry(&k, RUN, "Tool"), REGISTRY_TEXT), "C:\\tool.exe -s");
    T_EQ_S(cell(registry(&k, RUN, "音"), REGISTRY_TEXT), "%windir%\\音.exe");
    const struct row *password = registry(&k, "HKLM\\SOFTWARE\\Winlogon", "DefaultPassword");
    T_EQ_S(cell(password, REGISTRY_MISSING), "0");
    T_EQ_S(cell(password, REGISTRY_SIZE), "NULL");
    T_EQ_S(cell(registry(&k, "HKLM\\SOFTWARE\\Winlogon", "AutoAdminLogon"), REGISTRY_MISSING), "1");
    T_EQ_S(cell(registry(&k, "HKLM\\SOFTWARE\\Winlogon", "Shell"), REGISTRY_TEXT), "explorer.exe");
    T_EQ_S(cell(registry(&k, "HKLM\\SOFTWARE\\Policies\\None\\Deep", "Value"), REGISTRY_MISSING),
           "1");
    T_EQ_S(cell(registry(&k, LSA, "LmCompatibilityLevel"), REGISTRY_ORIGIN), "kit");
    T_EQ_S(kit_told(&k, "kit.registry"), "complete");
    kit_done(&k);
}

static void reads_services_and_starts(void)
{
    struct kit k;
    usual(&k);
    kit_run(&k, "pc1");
    const struct row *s = rows_find(&k.rows, ROW_TABLE_SERVICE, SERVICE_NAME, "Spooler");
    T_EQ_S(cell(s, SERVICE_START), "2");
    T_EQ_S(cell(s, SERVICE_ACCOUNT), "LocalSystem");
    T_EQ_S(cell(s, SERVICE_STATE), "NULL");
    s = rows_find(&k.rows, ROW_TABLE_SERVICE, SERVICE_NAME, "TlntSvr");
    T_EQ_S(cell(s, SERVICE_MISSING), "1");
    T_EQ_S(kit_told(&k, "kit.service"), "complete");
    T_EQ_S(cell(start(&k, "service", "Spooler"), AUTOSTART_COMMAND), "C:\\spool.exe");
    T_EQ_S(cell(start(&k, "service", "ServiceDll"), AUTOSTART_COMMAND), "C:\\spool.dll");
    T_EQ_S(cell(start(&k, "run", "Tool"), AUTOSTART_LOCATION), RUN);
    T_EQ_S(cell(start(&k, "lsa_package", "Security Packages"), AUTOSTART_COMMAND), "a\nb");
    const struct row *t = start(&k, "task", "Job");
    T_EQ_S(cell(t, AUTOSTART_LOCATION), "\\Microsoft\\Windows");
    T_EQ_S(cell(t, AUTOSTART_COMMAND), "C:\\x.exe /q");
    T_EQ_S(cell(t, AUTOSTART_ACCOUNT), "S-1-5-18");
    T_EQ_S(cell(t, AUTOSTART_ENABLED), "1");
    T_OK(start(&k, "startup_folder", "検.lnk") != NULL);
    T_OK(start(&k, "startup_folder", "b.lnk") != NULL);
    T_OK(start(&k, "startup_folder", "desktop.ini") == NULL);
    /* Users' own Run keys are in no file of this kit. */
    T_EQ_S(kit_told(&k, "kit.autostart"), "partial");
    T_EQ_S(kit_told(&k, "kit.account"), "not_collected");
    T_EQ_S(kit_told(&k, "kit.password"), "not_collected");
    T_EQ_S(kit_told(&k, "kit.machine"), "partial");
    kit_done(&k);
}

static void a_missing_template_leaves_its_parts_open(void)
{
    struct kit k;
    usual(&k);
    kit_drop(&k, "secedit.inf");
    kit_run(&k, "pc1");
    T_EQ_I(k.rc, RC_OK);
    T_EQ_S(kit_told(&k, "kit.policy"), "not_collected");
    T_EQ_S(kit_told(&k, "kit.right"), "not_collected");
    T_HAS(
        cell(rows_find(&k.rows, ROW_TABLE_COVERAGE, COVERAGE_SOURCE, "kit.right"), COVERAGE_DETAIL),
        "no secedit.inf");
    T_EQ_S(kit_told(&k, "kit.registry"), "complete");
    kit_done(&k);
}

static void a_file_that_was_changed_is_not_used(void)
{
    struct kit k;
    size_t n;
    usual(&k);
    uint8_t *bundle = kit_bundle(&k, &n);
    /* "LmCompatibilityLevel"=dword:00000005 in UTF-16: one digit. */
    static const char digits[] = "0\0"
                                 "0\0"
                                 "5\0"
                                 "\r";
    uint8_t *at = memmem(bundle, n, digits, sizeof(digits) - 1);
    T_OK(at != NULL);
    if (at) {
        at[4] = '3';
    }
    kit_run_bundle(&k, bundle, n, "pc1");
    free(bundle);
    T_EQ_I(k.rc, RC_OK);
    T_EQ_S(state_of(&k, "registry/lsa.reg"), "malformed");
    T_HAS(cell(artifact(&k, "registry/lsa.reg"), ARTIFACT_DETAIL),
          "differs from the kit's manifest");
    T_OK(registry(&k, LSA, "LmCompatibilityLevel") == NULL);
    T_EQ_S(kit_told(&k, "kit.registry"), "partial");
    kit_done(&k);
}

static void a_file_that_the_manifest_does_not_name_is_not_used(void)
{
    struct kit k;
    usual(&k);
    k.in_manifest = k.count;
    kit_text(&k, "registry/added.txt",
             "HKEY_LOCAL_MACHINE\\SOFTWARE\\Winlogon\r\n    Shell    REG_SZ    evil.exe\r\n");
    kit_run(&k, "pc1");
    T_EQ_S(state_of(&k, "registry/added.txt"), "malformed");
    T_OK(!kit_leaks(&k, "evil.exe"));
    kit_done(&k);
}

static void a_file_that_was_taken_away_is_noted(void)
{
    struct kit k;
    struct wr w;
    usual(&k);
    wr_init(&w, 65536);
    wr_text(&w, "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855 *gone.txt\r\n"
                "E3 B0 C4 42 98 fc 1c 14 9a fb f4 c8 99 6f b9 24 27 ae 41 e4 64 9b 93 4c a4 95 99 "
                "1b 78 52 b8 55 *empty.txt\r\n");
    k.has_manifest = false;
    kit_text(&k, "empty.txt", "");
    kit_bytes(&k, "manifest.txt", w.data, w.size);
    wr_done(&w);
    kit_run(&k, NULL);
    T_EQ_S(state_of(&k, "manifest.txt"), "partial");
    T_HAS(cell(artifact(&k, "manifest.txt"), ARTIFACT_DETAIL), "1 of the files");
    T_EQ_S(state_of(&k, "empty.txt"), "ignored");
    T_EQ_S(state_of(&k, "secedit.inf"), "malformed");
    kit_done(&k);
}

static void names_that_differ_in_case_are_not_used(void)
{
    struct kit k;
    usual(&k);
    kit_text(&k, "SECEDIT.INF", "[System Access]\r\nMinimumPasswordLength = 99\r\n");
    kit_run(&k, "pc1");
    T_EQ_S(state_of(&k, "SECEDIT.INF"), "malformed");
    T_EQ_S(state_of(&k, "secedit.inf"), "malformed");
    T_EQ_I(rows_count(&k.rows, ROW_TABLE_LOCALPOLICY), 0);
    kit_done(&k);
}

/* The whole layout is found in any case, and below folders. */
static void a_kit_below_folders_is_read(void)
{
    struct kit k;
    kit_init(&k, HOST_KIT);
    kit_text(&k, "a/B/Kit.TXT", "computer=PC9\r\nadministrator=yes\r\n");
    kit_text(&k, "a/B/Secedit.INF", "[System Access]\r\nMinimumPasswordLength = 8\r\n");
    kit_run(&k, "pc9");
    T_EQ_S(cell(rows_find(&k.rows, ROW_TABLE_MACHINEFILE, MACHINEFILE_KIND, "kit"),
                MACHINEFILE_COMPUTER),
           "PC9");
    T_EQ_I(rows_count(&k.rows, ROW_TABLE_LOCALPOLICY), 1);
    T_EQ_S(kit_told(&k, "kit.policy"), "partial");
    kit_done(&k);
}

static void an_export_that_broke_off_covers_nothing(void)
{
    struct kit k;
    usual(&k);
    kit_utf16(&k, "registry/lsa.reg",
              "Windows Registry Editor Version 5.00\r\n\r\n"
              "[HKEY_LOCAL_MACHINE\\SYSTEM\\CurrentControlSet\\Control\\Lsa]\r\n"
              "\"LmCompatibilityLevel\"=dword:00000005\r\n\"Limit");
    kit_run(&k, "pc1");
    T_EQ_S(state_of(&k, "registry/lsa.reg"), "partial");
    T_EQ_S(cell(registry(&k, LSA, "LmCompatibilityLevel"), REGISTRY_NUMBER), "5");
    T_OK(registry(&k, LSA "\\MSV1_0", "NTLMMinClientSec") == NULL);
    T_EQ_S(kit_told(&k, "kit.registry"), "partial");
    kit_done(&k);
}

static void an_export_of_no_administrator_covers_nothing(void)
{
    struct kit k;
    usual(&k);
    kit_text(&k, "kit.txt", "computer=PC1\r\ncodepage=932\r\nadministrator=no\r\n");
    kit_run(&k, "pc1");
    T_EQ_S(cell(registry(&k, LSA, "LmCompatibilityLevel"), REGISTRY_NUMBER), "5");
    T_OK(registry(&k, LSA "\\MSV1_0", "NTLMMinClientSec") == NULL);
    T_OK(rows_find(&k.rows, ROW_TABLE_SERVICE, SERVICE_NAME, "TlntSvr") == NULL);
    T_EQ_S(kit_told(&k, "kit.registry"), "partial");
    T_EQ_S(kit_told(&k, "kit.service"), "partial");
    kit_done(&k);
}

static void an_answer_covers_what_was_asked(void)
{
    struct kit k;
    usual(&k);
    kit_wish(&k, RUN "|Other");
    kit_wish(&k, RUN "\\Below|Value");
    kit_wish(&k, RUN "\\Beside|Value");
    kit_wish(&k, "HKLM\\SOFTWARE\\Winlogon|Userinit");
    kit_run(&k, "pc1");
    T_EQ_S(cell(registry(&k, RUN, "Other"), REGISTRY_MISSING), "1");
    T_OK(registry(&k, RUN "\\Below", "Value") == NULL); /* the key is there, and was not asked */
    T_EQ_S(cell(registry(&k, RUN "\\Beside", "Value"), REGISTRY_MISSING), "1");
    T_OK(registry(&k, "HKLM\\SOFTWARE\\Winlogon", "Userinit") == NULL);
    kit_drop(&k, "asked.txt");
    kit_run(&k, "pc1");
    T_OK(registry(&k, RUN, "Other") == NULL);
    T_EQ_S(cell(registry(&k, RUN, "Tool"), REGISTRY_TEXT), "C:\\tool.exe -s");
    kit_done(&k);
}

static void kit_txt_may_be_utf16(void)
{
    struct kit k;
    usual(&k);
    kit_utf16(&k, "kit.txt", "computer=検査\r\ncodepage=932\r\nadministrator=yes\r\n");
    kit_drop(&k, "registry/name.txt");
    kit_run(&k, NULL);
    T_EQ_S(cell(rows_find(&k.rows, ROW_TABLE_MACHINEFILE, MACHINEFILE_KIND, "kit"),
                MACHINEFILE_COMPUTER),
           "検査");
    kit_done(&k);
}

static void a_kit_txt_that_was_edited_is_noted(void)
{
    struct kit k;
    usual(&k);
    kit_text(&k, "kit.txt", "computer=OTHER\r\ncodepage=932\r\nadministrator=yes\r\n");
    kit_run(&k, NULL);
    T_EQ_S(cell(rows_find(&k.rows, ROW_TABLE_MACHINEFILE, MACHINEFILE_KIND, "kit"),
                MACHINEFILE_COMPUTER),
           "PC1");
    T_EQ_S(state_of(&k, "kit.txt"), "partial");
    kit_done(&k);
}

static void absurd_numbers_do_no_harm(void)
{
    struct kit k;
    usual(&k);
    kit_text(&k, "secedit.inf",
             "[System Access]\r\nMaximumPasswordAge = 9223372036854775807\r\n"
             "LockoutDuration = 999999999999\r\nResetLockoutCount = 0\r\n"
             "MinimumPasswordLength = 99999999999999999999999\r\nPasswordHistorySize = x\r\n"
             "LockoutBadCount = 5\r\n");
    kit_run(&k, "pc1");
    T_EQ_I(k.rc, RC_OK);
    T_EQ_I(k.rows.refused, 0);
    const struct row *p = rows_find(&k.rows, ROW_TABLE_LOCALPOLICY, LOCALPOLICY_HOST, "pc1");
    T_EQ_S(cell(p, LOCALPOLICY_MAX_AGE), "-9223372036854775808");
    T_EQ_S(cell(p, LOCALPOLICY_WINDOW), "0");
    T_EQ_S(cell(p, LOCALPOLICY_MIN_LENGTH), "NULL");
    T_EQ_S(kit_told(&k, "kit.policy"), "partial");
    kit_done(&k);
}

static void a_holder_without_a_sid_makes_rights_partial(void)
{
    struct kit k;
    usual(&k);
    kit_text(&k, "secedit.inf",
             "[Privilege Rights]\r\nSeDebugPrivilege = *S-1-5-32-544,vendor\r\n"
             "SeTcbPrivilege = \r\n");
    kit_run(&k, "pc1");
    T_EQ_I(rows_count(&k.rows, ROW_TABLE_LOCALRIGHT), 1);
    T_EQ_S(kit_told(&k, "kit.right"), "partial");
    T_EQ_S(kit_told(&k, "kit.policy"), "not_collected");
    kit_done(&k);
}

static void no_password_comes_out(void)
{
    struct kit k;
    usual(&k);
    kit_utf16(&k, "registry/lsa.reg",
              "Windows Registry Editor Version 5.00\r\n\r\n"
              "[HKEY_LOCAL_MACHINE\\SYSTEM\\CurrentControlSet\\Control\\Lsa]\r\n"
              "\"DefaultPassword\"=\"Marker-One7\"\r\n\"LmCompatibilityLevel\"=\"x\r\n\r\n");
    kit_text(&k, "registry/run.txt",
             "\r\nHKEY_LOCAL_MACHINE\\SOFTWARE\\Microsoft\\Windows\\CurrentVersion\\Run\r\n"
             "    Drive    REG_SZ    net use Z: \\\\srv\\s Marker-Two8 /user:H\\x\r\n"
             "    Tool    REG_DWORD    Marker-Six2\r\n\r\n");
    kit_utf16(&k, "tasks/Secret",
              "<Task xmlns=\"http://schemas.microsoft.com/windows/2004/02/mit/task\">"
              "<Triggers><BootTrigger/></Triggers><Actions><Exec><Command>x.exe</Command>"
              "<Arguments>/password:Marker-Three9</Arguments></Exec></Actions></Task>");
    kit_utf16(&k, "tasks/Broken",
              "<Task xmlns=\"http://schemas.microsoft.com/windows/2004/02/mit/task\">"
              "<Actions><Exec><Arguments>/password:Marker-Four1</Arguments></Oops></Task>");
    kit_text(&k, "present.txt", "HKLM\\X|DefaultPassword=Marker-Five5\r\n");
    kit_utf16(
        &k, "registry/once.reg",
        "Windows Registry Editor Version 5.00\r\n\r\n[HKEY_LOCAL_MACHINE\\SOFTWARE\\Microsoft\\"
        "Windows\\CurrentVersion\\RunOnceEx\\0001]\r\n"
        "\"1\"=\"psexec \\\\\\\\pc -u a -p Marker-Seven3 x.exe\"\r\n\"2\"=\"setup.exe\"\r\n\r\n");
    kit_utf16(&k, "registry/services.reg",
              "Windows Registry Editor Version 5.00\r\n\r\n"
              "[HKEY_LOCAL_MACHINE\\SYSTEM\\CurrentControlSet\\Services\\Spooler]\r\n"
              "\"Start\"=dword:00000002\r\n\"Type\"=dword:00000110\r\n"
              "\"ImagePath\"=\"C:\\\\spool.exe --password Marker-Eight4\"\r\n\r\n");
    kit_wish(&k, "HKLM\\SOFTWARE\\Microsoft\\Windows\\CurrentVersion\\RunOnceEx\\*|*");
    kit_wish(&k, "HKLM\\SYSTEM\\CurrentControlSet\\Services\\*|ImagePath");
    kit_wish(&k, LSA "|DefaultPassword");
    kit_run(&k, "pc1");
    T_EQ_I(k.rc, RC_OK);
    T_EQ_S(cell(start(&k, "run", "Drive"), AUTOSTART_HINT), "1");
    T_EQ_S(cell(start(&k, "task", "Secret"), AUTOSTART_HINT), "1");
    T_EQ_S(cell(registry(&k, LSA, "DefaultPassword"), REGISTRY_SIZE), "24");
    T_EQ_S(cell(registry(&k, LSA, "DefaultPassword"), REGISTRY_TEXT), "NULL");
    static const char *const markers[] = { "Marker-One",   "Marker-Two",  "Marker-Three",
                                           "Marker-Four",  "Marker-Five", "Marker-Six",
                                           "Marker-Seven", "Marker-Eight" };
    for (size_t i = 0; i < sizeof(markers) / sizeof(markers[0]); i++) {
        if (kit_leaks(&k, markers[i])) {
            t_fail(__FILE__, __LINE__, "%s came out", markers[i]);
        }
    }
    T_EQ_S(cell(registry(&k, RUN, "Drive"), REGISTRY_MISSING), "0");
    T_EQ_S(cell(registry(&k, RUN, "Drive"), REGISTRY_TEXT), "NULL");
    T_EQ_S(cell(registry(&k, RUN, "Drive"), REGISTRY_TYPE), "1");
    T_EQ_S(cell(start(&k, "run", "Drive"), AUTOSTART_COMMAND), "NULL");
    T_EQ_S(cell(registry(&k, RUN "OnceEx\\0001", "1"), REGISTRY_TEXT), "NULL");
    T_EQ_S(cell(registry(&k, RUN "OnceEx\\0001", "2"), REGISTRY_TEXT), "setup.exe");
    T_EQ_S(cell(start(&k, "run_once", "1"), AUTOSTART_HINT), "1");
    const struct row *path =
        registry(&k, "HKLM\\SYSTEM\\CurrentControlSet\\Services\\Spooler", "ImagePath");
    T_OK(path && path->v[REGISTRY_SIZE].number > 40);
    T_EQ_S(cell(path, REGISTRY_TEXT), "NULL");
    T_EQ_S(cell(rows_find(&k.rows, ROW_TABLE_SERVICE, SERVICE_NAME, "Spooler"), SERVICE_PATH),
           "NULL");
    T_EQ_S(cell(start(&k, "service", "Spooler"), AUTOSTART_HINT), "1");
    kit_done(&k);
}

static void a_bundle_that_was_cut_off_is_refused(void)
{
    struct kit k;
    size_t n;
    usual(&k);
    uint8_t *bundle = kit_bundle(&k, &n);
    for (size_t cut = 0; cut < n; cut += 97) {
        uint8_t *copy = malloc(cut + 1);
        if (copy) {
            memcpy(copy, bundle, cut);
            kit_run_bundle(&k, copy, cut, "pc1");
            if (k.rc != RC_MALFORMED || k.rows.count > 0) {
                t_fail(__FILE__, __LINE__, "cut at %zu: %d, %zu rows", cut, (int)k.rc,
                       k.rows.count);
            }
        }
        free(copy);
    }
    T_EQ_I(k.rc, RC_MALFORMED);
    free(bundle);
    kit_done(&k);
}

static bool decodes(const uint8_t *p, size_t n, void *context)
{
    struct kit *k = context;
    uint8_t *copy = malloc(n + 1);
    if (!copy) {
        abort();
    }
    memcpy(copy, p, n);
    kit_run_bundle(k, copy, n, "pc1");
    free(copy);
    if (k->rows.refused > 0) {
        t_fail(__FILE__, __LINE__, "a row was refused: %s", k->rows.refusal);
    }
    T_OK(k->rc == RC_OK || k->rc == RC_MALFORMED);
    return k->rc == RC_OK;
}

static void survives_mutations(void)
{
    struct kit k;
    size_t n, accepted, refused;
    kit_init(&k, HOST_KIT);
    kit_usual(&k);
    uint8_t *bundle = kit_bundle(&k, &n);
    T_OK(decodes(bundle, n, &k));
    /* Truncations are refused at once; every 97th of the bits is flipped. */
    for (size_t i = 0; i < n * 8; i += 97) {
        bundle[i / 8] ^= (uint8_t)(1U << i % 8);
        (void)decodes(bundle, n, &k);
        bundle[i / 8] ^= (uint8_t)(1U << i % 8);
    }
    t_mutate(bundle, n < 600 ? n : 600, 200, decodes, &k, &accepted, &refused);
    T_OK(refused > 0);
    free(bundle);
    kit_done(&k);
}

#define TESTS(X)                                          \
    X(tells_whose_it_is)                                  \
    X(reads_policy_and_rights)                            \
    X(reads_the_registry)                                 \
    X(reads_services_and_starts)                          \
    X(a_missing_template_leaves_its_parts_open)           \
    X(a_file_that_was_changed_is_not_used)                \
    X(a_file_that_the_manifest_does_not_name_is_not_used) \
    X(a_file_that_was_taken_away_is_noted)                \
    X(names_that_differ_in_case_are_not_used)             \
    X(a_kit_below_folders_is_read)                        \
    X(an_export_that_broke_off_covers_nothing)            \
    X(an_export_of_no_administrator_covers_nothing)       \
    X(an_answer_covers_what_was_asked)                    \
    X(kit_txt_may_be_utf16)                               \
    X(a_kit_txt_that_was_edited_is_noted)                 \
    X(absurd_numbers_do_no_harm)                          \
    X(a_holder_without_a_sid_makes_rights_partial)        \
    X(no_password_comes_out)                              \
    X(a_bundle_that_was_cut_off_is_refused)               \
    X(survives_mutations)

int main(int argc, char **argv)
{
    static const struct t_case cases[] = { TESTS(T_CASE) };
    struct err err;
    if (crypt_prepare(&err) != RC_OK || text_prepare(&err) != RC_OK || xml_prepare(&err) != RC_OK) {
        (void)fprintf(stderr, "%s\n", err.msg);
        return 1;
    }
    return t_main(argc, argv, "host kit", cases, sizeof(cases) / sizeof(cases[0]));
}
