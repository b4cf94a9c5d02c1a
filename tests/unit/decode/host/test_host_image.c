/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Volumes, folders of hives, and what a host keeps of its policies. */
#include <dirent.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "audit/decode/format/crypt.h"
#include "audit/decode/format/text.h"
#include "audit/decode/format/xml.h"
#include "tests/support/t.h"
#include "tests/unit/decode/host/kit.h"

#define TEMPLATES "Windows/security/templates/policies/"
#define POLICY    "Windows/System32/GroupPolicy/"
#define KEY       "HKLM\\Software\\Policies\\X"

static const struct row *registry(const struct kit *k, const char *key, const char *value)
{
    return rows_find2(&k->rows, ROW_TABLE_REGISTRY, REGISTRY_KEY, key, REGISTRY_VALUE, value);
}

static const char *detail_of(const struct kit *k, const char *source)
{
    return cell(rows_find(&k->rows, ROW_TABLE_COVERAGE, COVERAGE_SOURCE, source), COVERAGE_DETAIL);
}

/* A Registry.pol of DWORDs: name and number by turns. */
static void pol(struct kit *k, const char *path, const char *const *names, const uint32_t *numbers,
                size_t count)
{
    struct wr w;
    wr_init(&w, 65536);
    wr_bytes(&w, "PReg\1\0\0\0", 8);
    for (size_t i = 0; i < count; i++) {
        static const char key[] = "Software\\Policies\\X";
        uint8_t number[4];
        for (size_t b = 0; b < 4; b++) {
            number[b] = (uint8_t)(numbers[i] >> 8 * b);
        }
        text_to_utf16("[", 1, &w);
        text_to_utf16(key, sizeof(key) - 1, &w);
        wr_bytes(&w, "\0\0;\0", 4);
        text_to_utf16(names[i], strlen(names[i]), &w);
        wr_bytes(&w, "\0\0;\0\4\0\0\0;\0\4\0\0\0;\0", 16);
        wr_bytes(&w, number, 4);
        text_to_utf16("]", 1, &w);
    }
    kit_bytes(k, path, w.data, w.size);
    wr_done(&w);
}

static void a_later_template_wins(void)
{
    struct kit k;
    kit_init(&k, HOST_CACHE);
    kit_text(&k, TEMPLATES "gpt00000.dom",
             "[System Access]\r\nMinimumPasswordLength = 7\r\nLockoutBadCount = 5\r\n"
             "PasswordHistorySize = 3\r\n"
             "[Registry Values]\r\nMACHINE\\Software\\Policies\\X\\A=4,1\r\n"
             "[Privilege Rights]\r\nSeDebugPrivilege = *S-1-5-32-544\r\n"
             "SeBackupPrivilege = *S-1-5-32-551\r\n"
             "[Service General Setting]\r\n\"Spooler\",2,\"\"\r\n");
    kit_text(&k, TEMPLATES "GPT00002.INF",
             "[System Access]\r\nMinimumPasswordLength = 12\r\nPasswordHistorySize = 3\r\n"
             "[Registry Values]\r\nMACHINE\\Software\\Policies\\X\\A=4,2\r\n"
             "[Privilege Rights]\r\nSeDebugPrivilege = *S-1-1-0\r\n"
             "[Service General Setting]\r\n\"Spooler\",4,\"\"\r\n");
    kit_text(&k, TEMPLATES "gpt00010.inf",
             "[Registry Values]\r\nMACHINE\\Software\\Policies\\X\\A=4,3\r\n");
    kit_text(&k, TEMPLATES "tmpgptfl.inf",
             "[Registry Values]\r\nMACHINE\\Software\\Policies\\X\\A=4,9\r\n");
    kit_wish(&k, KEY "|A");
    kit_wish(&k, KEY "|B");
    kit_wish(&k, "service=Spooler");
    kit_run(&k, "pc1");
    T_EQ_I(k.rc, RC_OK);
    T_EQ_I(k.rows.refused, 0);
    T_EQ_S(cell(registry(&k, KEY, "A"), REGISTRY_NUMBER), "3");
    T_EQ_S(cell(registry(&k, KEY, "A"), REGISTRY_ORIGIN), "cache");
    T_OK(registry(&k, KEY, "B") == NULL); /* not set by policy: nothing is known of it */
    T_OK(rows_find2(&k.rows, ROW_TABLE_LOCALRIGHT, LOCALRIGHT_RIGHT, "SeDebugPrivilege",
                    LOCALRIGHT_SID, "S-1-1-0") != NULL);
    T_EQ_I(rows_count(&k.rows, ROW_TABLE_LOCALRIGHT), 2);
    T_EQ_S(cell(rows_find(&k.rows, ROW_TABLE_SERVICE, SERVICE_NAME, "Spooler"), SERVICE_START),
           "4");
    const struct row *p = rows_find(&k.rows, ROW_TABLE_LOCALPOLICY, LOCALPOLICY_HOST, "pc1");
    T_EQ_S(cell(p, LOCALPOLICY_THRESHOLD), "5");
    T_EQ_S(cell(p, LOCALPOLICY_HISTORY), "3");
    /* On a domain controller 7 is in force, elsewhere 12; which one this is, the files do not tell. */
    T_EQ_S(cell(p, LOCALPOLICY_MIN_LENGTH), "NULL");
    T_EQ_S(kit_told(&k, "cache.registry"), "partial");
    T_EQ_S(kit_told(&k, "cache.right"), "partial");
    T_EQ_S(kit_told(&k, "cache.audit"), "not_collected");
    T_EQ_S(kit_told(&k, "cache.machine"), "(no row)");
    T_EQ_S(kit_told(&k, "kit.registry"), "(no row)");
    kit_done(&k);
}

static void where_copies_disagree_neither_is_used(void)
{
    static const char *const names[] = { "A", "B", "B" };
    static const uint32_t first[] = { 1, 5, 2 }, second[] = { 3, 2, 2 };
    struct kit k;
    kit_init(&k, HOST_CACHE);
    pol(&k, POLICY "Machine/Registry.pol", names, first, 3);
    pol(&k, POLICY "DataStore/0/sysvol/x/Policies/{1}/Machine/Registry.pol", names, second, 2);
    kit_wish(&k, KEY "|A");
    kit_wish(&k, KEY "|B");
    kit_run(&k, "pc1");
    T_OK(registry(&k, KEY, "A") == NULL);
    T_EQ_S(cell(registry(&k, KEY, "B"), REGISTRY_NUMBER), "2"); /* 5, then 2: the later record */
    /* What was applied is in one file, in its order; then the copies are not needed. */
    pol(&k, "ProgramData/ntuser.pol", names, second, 1);
    kit_run(&k, "pc1");
    T_EQ_S(cell(registry(&k, KEY, "A"), REGISTRY_NUMBER), "3");
    T_OK(registry(&k, KEY, "B") == NULL);
    kit_done(&k);
}

static void a_deletion_takes_back_what_was_set(void)
{
    static const char *const names[] = { "A", "**del.A", "B" };
    static const uint32_t numbers[] = { 1, 0, 4 };
    struct kit k;
    kit_init(&k, HOST_CACHE);
    pol(&k, "ProgramData/ntuser.pol", names, numbers, 3);
    kit_wish(&k, KEY "|A");
    kit_wish(&k, KEY "|B");
    kit_run(&k, "pc1");
    T_OK(registry(&k, KEY, "A") == NULL);
    T_EQ_S(cell(registry(&k, KEY, "B"), REGISTRY_NUMBER), "4");
    kit_done(&k);
}

static void an_empty_cache_tells_nothing(void)
{
    struct kit k;
    kit_init(&k, HOST_CACHE);
    kit_text(&k, POLICY "gpt.ini", "[General]\r\nVersion=1\r\n");
    kit_wish(&k, KEY "|A");
    kit_run(&k, "pc1");
    T_EQ_I(k.rc, RC_OK);
    T_EQ_S(kit_told(&k, "cache.registry"), "not_collected");
    T_EQ_S(detail_of(&k, "cache.registry"), "no caches of policies");
    T_EQ_S(kit_told(&k, "cache.policy"), "not_collected");
    kit_done(&k);
}

/* A kit that has both: what the host says goes first, what is kept of policies is told as such. */
static void a_kit_keeps_caches_apart(void)
{
    static const char *const names[] = { "A" };
    static const uint32_t numbers[] = { 8 };
    struct kit k;
    kit_init(&k, HOST_KIT);
    kit_usual(&k);
    pol(&k, "policy/ntuser.pol", names, numbers, 1);
    kit_text(&k, "policy/templates/gpt00000.dom",
             "[System Access]\r\nMinimumPasswordLength = 99\r\n[Privilege Rights]\r\n"
             "SeDebugPrivilege = *S-1-1-0\r\n");
    kit_wish(&k, KEY "|A");
    kit_run(&k, "pc1");
    T_EQ_S(cell(registry(&k, KEY, "A"), REGISTRY_ORIGIN), "cache");
    T_EQ_S(cell(rows_find(&k.rows, ROW_TABLE_LOCALPOLICY, LOCALPOLICY_HOST, "pc1"),
                LOCALPOLICY_MIN_LENGTH),
           "7");
    T_EQ_I(rows_count(&k.rows, ROW_TABLE_LOCALRIGHT), 3);
    T_EQ_S(kit_told(&k, "kit.registry"), "partial");
    kit_drop(&k, "secedit.inf");
    kit_run(&k, "pc1");
    T_EQ_S(cell(rows_find(&k.rows, ROW_TABLE_LOCALPOLICY, LOCALPOLICY_HOST, "pc1"),
                LOCALPOLICY_MIN_LENGTH),
           "99");
    T_EQ_S(kit_told(&k, "kit.policy"), "partial");
    kit_done(&k);
}

static void an_image_tells_tasks_and_startup(void)
{
    struct kit k;
    kit_init(&k, HOST_IMAGE);
    kit_text(&k, "Windows/System32/config/SYSTEM", "no hive");
    kit_folder(&k, "Windows/System32/Tasks");
    kit_utf16(&k, "Windows/System32/Tasks/Job",
              "<Task xmlns=\"http://schemas.microsoft.com/windows/2004/02/mit/task\">"
              "<Triggers><LogonTrigger/></Triggers><Actions><Exec><Command>a.exe</Command></Exec>"
              "</Actions></Task>");
    kit_folder(&k, "ProgramData/Microsoft/Windows/Start Menu/Programs/StartUp");
    kit_text(&k, "ProgramData/Microsoft/Windows/Start Menu/Programs/StartUp/x.lnk", "");
    kit_folder(&k, "Users");
    kit_text(&k, "Users/宿直/AppData/Roaming/Microsoft/Windows/Start Menu/Programs/Startup/y.lnk",
             "");
    kit_run(&k, "pc1");
    T_EQ_I(k.rc, RC_OK);
    T_EQ_I(k.rows.refused, 0);
    T_EQ_S(cell(rows_find(&k.rows, ROW_TABLE_AUTOSTART, AUTOSTART_NAME, "Job"), AUTOSTART_COMMAND),
           "a.exe");
    T_EQ_S(
        cell(rows_find(&k.rows, ROW_TABLE_AUTOSTART, AUTOSTART_NAME, "y.lnk"), AUTOSTART_LOCATION),
        "C:\\Users\\宿直\\AppData\\Roaming\\Microsoft\\Windows\\Start Menu\\Programs\\Startup");
    T_OK(rows_find(&k.rows, ROW_TABLE_AUTOSTART, AUTOSTART_NAME, "x.lnk") != NULL);
    T_EQ_S(kit_told(&k, "kit.autostart"), "partial");
    T_EQ_S(cell(rows_find(&k.rows, ROW_TABLE_ARTIFACT, ARTIFACT_PATH,
                          "Windows/System32/config/SYSTEM"),
                ARTIFACT_STATE),
           "malformed");
    T_EQ_S(kit_told(&k, "kit.registry"), "not_collected");
    kit_done(&k);
}

static void add_shared(struct kit *k, const char *folder, const char *file, const char *as)
{
    char path[512];
    size_t n;
    (void)snprintf(path, sizeof(path), "hives/%s/%s", folder, file);
    const char *where = t_shared(path);
    uint8_t *data = where ? t_read_file(where, &n) : NULL;
    if (data) {
        kit_bytes(k, as, data, n);
    }
    free(data);
}

/* Every folder of real hives, as a folder of hives and as a volume: rows or a clear answer, and no row that is refused. */
static void reads_real_hives(void)
{
    const char *top = t_shared("hives");
    DIR *d = top ? opendir(top) : NULL;
    static const char *const names[] = { "SYSTEM", "SAM", "SECURITY", "SOFTWARE" };
    char folder[256];
    for (struct dirent *e; d && (e = readdir(d)) != NULL;) {
        if (e->d_name[0] == '.' || strlen(e->d_name) >= sizeof(folder)) {
            continue;
        }
        memcpy(folder, e->d_name, strlen(e->d_name) + 1);
        struct kit k;
        kit_init(&k, HOST_HIVES);
        for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
            add_shared(&k, folder, names[i], names[i]);
        }
        kit_wish(&k, "HKLM\\SYSTEM\\CurrentControlSet\\Control\\Lsa|LmCompatibilityLevel");
        kit_wish(&k, "service=Spooler");
        if (k.count > 0) {
            kit_run(&k, "pc1");
            T_EQ_I(k.rc, RC_OK);
            T_EQ_I(k.rows.refused, 0);
            T_EQ_I(rows_count(&k.rows, ROW_TABLE_MACHINEFILE), 1);
            T_EQ_I(rows_count(&k.rows, ROW_TABLE_COVERAGE), PART_COUNT);
        }
        kit_done(&k);
    }
    if (d) {
        (void)closedir(d);
    }
    T_OK(true);
}

#define TESTS(X)                             \
    X(a_later_template_wins)                 \
    X(where_copies_disagree_neither_is_used) \
    X(a_deletion_takes_back_what_was_set)    \
    X(an_empty_cache_tells_nothing)          \
    X(a_kit_keeps_caches_apart)              \
    X(an_image_tells_tasks_and_startup)      \
    X(reads_real_hives)

int main(int argc, char **argv)
{
    static const struct t_case cases[] = { TESTS(T_CASE) };
    struct err err;
    if (crypt_prepare(&err) != RC_OK || text_prepare(&err) != RC_OK || xml_prepare(&err) != RC_OK) {
        (void)fprintf(stderr, "%s\n", err.msg);
        return 1;
    }
    return t_main(argc, argv, "host image", cases, sizeof(cases) / sizeof(cases[0]));
}
