/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "audit/decode/format/crypt.h"
#include "audit/decode/format/fingerprint.h"
#include "audit/decode/host/hive_rows.h"
#include "hive_build.h"
#include "tests/support/t.h"
#include "tests/unit/decode/rows.h"

#define XP     "hives/BitCurator__bcc-dfa-sample-data/"
#define AES    "hives/derived__dissect-rev2-aes/"
#define REGIPY "hives/mkorman90__regipy/"
#define LSA    "HKLM\\SYSTEM\\CurrentControlSet\\Control\\Lsa"
#define RUN    "Microsoft\\Windows\\CurrentVersion\\Run"

/* One import: its hives, what came of it. */
struct run {
    struct host_hives hives;
    struct host_import import;
    struct host_identity who;
    struct host_told told[PART_COUNT];
    struct rows rows;
    struct arena *a;
    struct secret *key;
    uint64_t count, open;
};

static const struct task_parameter wishes[] = {
    { "registry", LSA "|LmCompatibilityLevel" },
    { "registry", LSA "|NoLMHash" },
    { "registry", LSA "|DefaultPassword" },
    { "registry", LSA "|RestrictRemoteSAM" },
    { "registry", "HKLM\\SYSTEM\\CurrentControlSet\\Services\\*|Start" },
    { "registry", "HKLM\\SOFTWARE\\" RUN "|*" },
    { "registry", "HKLM\\SOFTWARE\\Policies\\None|Value" },
    { "service", "RemoteRegistry" },
    { "service", "WinRM" },
};

static void run_new(struct run *r)
{
    struct err err = { .msg = "" };
    static struct task task;
    uint8_t bytes[FINGERPRINT_KEY_SIZE];
    memcpy(task.parameters, wishes, sizeof(wishes));
    task.count = ARRAY_LEN(wishes);
    memset(r, 0, sizeof(*r));
    memset(bytes, 0x33, sizeof(bytes));
    rows_init(&r->rows);
    r->a = arena_new(0);
    r->key = secret_new(bytes, sizeof(bytes));
    T_EQ_I(crypt_prepare(&err), RC_OK);
    r->import = (struct host_import){ .sink = &r->rows.sink,
                                      .kind = HOST_HIVES,
                                      .origin = "test",
                                      .host = "pc-7.corp.example",
                                      .key = r->key };
    T_EQ_I(plan_new(r->a, &task, &r->import.plan, &err), RC_OK);
    for (size_t i = 0; i < PART_COUNT; i++) {
        r->import.wants[i] = true;
    }
}

static void run_all(struct run *r)
{
    struct err err = { .msg = "" };
    uint64_t emitted = 0;
    T_EQ_I(hive_rows(&r->import, &r->hives, r->a, "kit", r->told, &r->count, &err), RC_OK);
    T_EQ_I(r->count, r->rows.count);
    T_EQ_I(
        plan_emit(r->import.plan, r->import.host, "kit", &r->rows.sink, &emitted, &r->open, &err),
        RC_OK);
    T_EQ_I(r->rows.refused, 0);
}

static void run_done(struct run *r)
{
    rows_done(&r->rows);
    arena_free(r->a);
    secret_free(r->key);
}

static bool load(struct hive_bytes *ret, const char *path)
{
    const char *full = t_shared(path);
    ret->data = full ? t_read_file(full, &ret->size) : NULL;
    return ret->data != NULL;
}

static void take(struct hive_bytes *ret, struct hive_builder *b)
{
    ret->data = b->data;
    ret->size = b->size;
}

static bool says(const struct rows *rows, const char *text)
{
    for (size_t i = 0; i < rows->count; i++) {
        for (size_t k = 0; k < row_catalogue(rows->rows[i].table)->count; k++) {
            const struct row_value *v = &rows->rows[i].v[k];
            if (v->kind == ROW_STRING && strstr(v->text, text)) {
                return true;
            }
        }
    }
    return false;
}

static struct hive_builder *build_software(void)
{
    struct hive_builder *b = hb_new();
    size_t nt = hb_path(b, 0, "Microsoft\\Windows NT\\CurrentVersion");
    hb_text(b, nt, "CurrentBuildNumber", 1, "20348");
    hb_text(b, hb_path(b, nt, "Winlogon"), "Userinit", 1, "C:\\Windows\\system32\\userinit.exe,");
    hb_text(b, hb_path(b, nt, "Winlogon"), "Shell", 1, "explorer.exe");
    hb_text(b, hb_path(b, nt, "Windows"), "AppInit_DLLs", 1, "evil.dll");
    hb_number(b, hb_path(b, nt, "Windows"), "LoadAppInit_DLLs", 0);
    hb_text(b, hb_path(b, nt, "Image File Execution Options\\sethc.exe"), "Debugger", 1, "cmd.exe");
    (void)hb_path(b, nt, "Image File Execution Options\\calm.exe");
    hb_text(b, hb_path(b, nt, "SilentProcessExit\\lsass.exe"), "MonitorProcess", 1, "dump.exe");
    size_t run = hb_path(b, 0, RUN);
    hb_text(b, run, "Agent", 1, "\"C:\\agent\\agent.exe\" -q");
    hb_text(b, run, "Map", 1, "net use z: \\\\nas\\share password: Hosp-1234!");
    hb_text(b, run, "Drive", 1, "net use z: \\\\nas\\share Fuyu-2025x /user:corp\\kiosk");
    hb_text(b, hb_path(b, 0, RUN "OnceEx\\0001"), "1", 1, "setup.exe");
    hb_text(b, hb_path(b, 0, "Wow6432Node\\" RUN), "Old", 1, "old.exe");
    hb_finish(b);
    return b;
}

static struct hive_builder *build_security(const uint8_t *domain, size_t n)
{
    static const uint8_t account[] = { 1, 4, 0, 0, 0, 0, 0, 5, 21, 0, 0, 0,
                                       1, 0, 0, 0, 2, 0, 0, 0, 3,  0, 0, 0 };
    static const uint8_t everyone[] = { 1, 1, 0, 0, 0, 0, 0, 1, 0, 0, 0, 0 };
    static const uint8_t rights[] = { 2, 0, 0, 0, 0, 0, 0, 0, 20, 0, 0, 0, 0, 0, 0, 0,
                                      0, 0, 0, 0, 7, 0, 0, 0, 0,  0, 0, 0, 0, 0, 0, 0 };
    struct hive_builder *b = hb_new();
    size_t policy = hb_path(b, 0, "Policy"), who = hb_path(b, policy, "Accounts\\S-1-1-0");
    hb_value(b, hb_path(b, policy, "PolAcDmS"), "", 0, account, sizeof(account));
    hb_value(b, hb_path(b, policy, "PolPrDmS"), "", 0, domain, n);
    hb_value(b, hb_path(b, who, "Sid"), "", 0, everyone, sizeof(everyone));
    hb_value(b, hb_path(b, who, "Privilgs"), "", 0, rights, sizeof(rights));
    hb_value(b, hb_path(b, who, "ActSysAc"), "", 0, "\x00\x04\x00\x00", 4);
    hb_text(b, hb_path(b, policy, "Secrets\\DefaultPassword\\CurrVal"), "", 1, "an LSA secret");
    hb_finish(b);
    return b;
}

static const struct row *registry(const struct run *r, const char *key, const char *value)
{
    return rows_find2(&r->rows, ROW_TABLE_REGISTRY, REGISTRY_KEY, key, REGISTRY_VALUE, value);
}

static const struct row *start_of(const struct run *r, const char *kind, const char *name)
{
    return rows_find2(&r->rows, ROW_TABLE_AUTOSTART, AUTOSTART_KIND, kind, AUTOSTART_NAME, name);
}

static void a_host_of_its_own(void)
{
    static const uint8_t domain[] = { 1, 4, 0, 0, 0, 0, 0, 5, 21, 0, 0, 0,
                                      7, 0, 0, 0, 8, 0, 0, 0, 9,  0, 0, 0 };
    struct hive_builder *system = hb_system(), *software = build_software(), *user = hb_new(),
                        *security = build_security(domain, sizeof(domain));
    struct run r;
    struct err err = { .msg = "" };
    run_new(&r);
    hb_text(user, hb_path(user, 0, "Software\\" RUN), "Chat", 1, "chat.exe");
    hb_finish(user);
    take(&r.hives.system, system);
    take(&r.hives.software, software);
    take(&r.hives.security, security);
    take(&r.hives.users[0].hive, user);
    r.hives.users[0].name = "田中";
    r.hives.user_count = 1;
    T_EQ_I(hive_identity(&r.hives, r.a, &r.who, &err), RC_OK);
    T_EQ_S(r.who.computer_name, "PC-7");
    T_EQ_S(r.who.dns_domain, "corp.example");
    T_EQ_S(r.who.role, "member");
    T_EQ_S(r.who.machine_sid, "S-1-5-21-1-2-3");
    T_EQ_S(r.who.domain_sid, "S-1-5-21-7-8-9");
    T_EQ_I(r.who.build, 20348);
    T_OK(r.who.collected_at > 0);
    run_all(&r);
    T_EQ_S(cell(registry(&r, LSA, "LmCompatibilityLevel"), REGISTRY_NUMBER), "5");
    T_EQ_S(cell(registry(&r, LSA, "NoLMHash"), REGISTRY_MISSING), "1");
    T_EQ_S(cell(registry(&r, LSA, "DefaultPassword"), REGISTRY_TEXT), "NULL");
    T_EQ_S(cell(registry(&r, LSA, "DefaultPassword"), REGISTRY_SIZE), "34");
    T_EQ_S(cell(registry(&r, "HKLM\\SYSTEM\\CurrentControlSet\\Services\\Backup", "Start"),
                REGISTRY_NUMBER),
           "2");
    T_EQ_S(cell(registry(&r, "HKLM\\SYSTEM\\CurrentControlSet\\Services\\Tcpip", "Start"),
                REGISTRY_MISSING),
           "1");
    T_EQ_S(cell(registry(&r, "HKLM\\SOFTWARE\\" RUN, "Agent"), REGISTRY_TEXT),
           "\"C:\\agent\\agent.exe\" -q");
    T_EQ_S(cell(registry(&r, "HKLM\\SOFTWARE\\" RUN, "Drive"), REGISTRY_TEXT), "NULL");
    T_EQ_S(cell(registry(&r, "HKLM\\SOFTWARE\\" RUN, "Drive"), REGISTRY_MISSING), "0");
    T_EQ_S(cell(registry(&r, "HKLM\\SOFTWARE\\Policies\\None", "Value"), REGISTRY_MISSING), "1");
    T_EQ_I(r.open, 0);
    const struct row *s = rows_find(&r.rows, ROW_TABLE_SERVICE, SERVICE_NAME, "RemoteRegistry");
    T_EQ_S(cell(s, SERVICE_START), "4");
    T_EQ_S(cell(s, SERVICE_ACCOUNT), "NT AUTHORITY\\LocalService");
    T_EQ_S(cell(s, SERVICE_STATE), "NULL");
    T_EQ_S(cell(s, SERVICE_ORIGIN), "kit");
    s = rows_find(&r.rows, ROW_TABLE_SERVICE, SERVICE_NAME, "WinRM");
    T_EQ_S(cell(s, SERVICE_MISSING), "1");
    s = start_of(&r, "service", "Backup");
    T_EQ_S(cell(s, AUTOSTART_COMMAND), "NULL");
    T_EQ_S(cell(s, AUTOSTART_HINT), "1");
    T_EQ_S(cell(s, AUTOSTART_START), "2");
    T_EQ_S(cell(start_of(&r, "service", "ServiceDll"), AUTOSTART_COMMAND), "C:\\backup\\agent.dll");
    T_OK(start_of(&r, "service", "RemoteRegistry") == NULL);
    T_EQ_S(cell(start_of(&r, "run", "Agent"), AUTOSTART_LOCATION), "HKLM\\SOFTWARE\\" RUN);
    T_EQ_S(cell(start_of(&r, "run", "Map"), AUTOSTART_HINT), "1");
    T_EQ_S(cell(start_of(&r, "run", "Drive"), AUTOSTART_HINT), "1");
    T_EQ_S(cell(start_of(&r, "run", "Old"), AUTOSTART_LOCATION),
           "HKLM\\SOFTWARE\\Wow6432Node\\" RUN);
    T_EQ_S(cell(start_of(&r, "run", "Chat"), AUTOSTART_LOCATION), "HKU\\田中\\Software\\" RUN);
    T_EQ_S(cell(start_of(&r, "run_once", "1"), AUTOSTART_COMMAND), "setup.exe");
    T_EQ_S(cell(start_of(&r, "winlogon", "Shell"), AUTOSTART_COMMAND), "explorer.exe");
    T_EQ_S(cell(start_of(&r, "appinit", "AppInit_DLLs"), AUTOSTART_ENABLED), "0");
    T_EQ_S(cell(start_of(&r, "debugger", "Debugger"), AUTOSTART_COMMAND), "cmd.exe");
    T_EQ_S(cell(start_of(&r, "silent_exit", "MonitorProcess"), AUTOSTART_COMMAND), "dump.exe");
    T_OK(rows_find2(&r.rows, ROW_TABLE_LOCALRIGHT, LOCALRIGHT_RIGHT, "SeDebugPrivilege",
                    LOCALRIGHT_SID, "S-1-1-0") != NULL);
    T_OK(rows_find(&r.rows, ROW_TABLE_LOCALRIGHT, LOCALRIGHT_RIGHT,
                   "SeRemoteInteractiveLogonRight") != NULL);
    T_EQ_I(rows_count(&r.rows, ROW_TABLE_LOCALRIGHT), 3);
    s = rows_find(&r.rows, ROW_TABLE_MACHINE, MACHINE_HOST, "pc-7.corp.example");
    T_EQ_S(cell(s, MACHINE_ROLE), "member");
    T_OK(!says(&r.rows, "Sommer2024") && !says(&r.rows, "Hosp-1234") &&
         !says(&r.rows, "Fuyu-2025x") && !says(&r.rows, "not for evidence") &&
         !says(&r.rows, "LSA secret"));
    T_EQ_I(r.told[PART_REGISTRY].state, TOLD_ALL);
    T_EQ_I(r.told[PART_SERVICE].state, TOLD_ALL);
    T_EQ_I(r.told[PART_MACHINE].state, TOLD_ALL);
    T_EQ_I(r.told[PART_RIGHT].state, TOLD_ALL);
    T_EQ_I(r.told[PART_AUDIT].state, TOLD_NOTHING);
    T_EQ_I(r.told[PART_AUTOSTART].state, TOLD_SOME);
    T_OK(r.told[PART_AUTOSTART].why == hive_rows_autostart_rest);
    T_EQ_I(r.told[PART_ACCOUNT].state, TOLD_NOTHING);
    T_HAS(r.told[PART_ACCOUNT].why, "no SAM hive");
    run_done(&r);
    free(system);
    free(software);
    free(security);
    free(user);
}

static void a_real_machine(void)
{
    struct run r;
    struct err err = { .msg = "" };
    run_new(&r);
    if (load(&r.hives.system, XP "SYSTEM") && load(&r.hives.sam, XP "SAM") &&
        load(&r.hives.security, XP "SECURITY")) {
        T_EQ_I(hive_identity(&r.hives, r.a, &r.who, &err), RC_OK);
        T_EQ_S(r.who.computer_name, "M57-PAT");
        T_EQ_S(r.who.role, "standalone");
        T_EQ_S(r.who.machine_sid, "S-1-5-21-1292428093-1645522239-1547161642");
        run_all(&r);
        T_EQ_S(cell(registry(&r, LSA, "LmCompatibilityLevel"), REGISTRY_NUMBER), "0");
        T_EQ_S(cell(registry(&r, LSA, "NoLMHash"), REGISTRY_NUMBER), "0");
        T_EQ_S(cell(registry(&r, LSA, "RestrictRemoteSAM"), REGISTRY_MISSING), "1");
        T_OK(registry(&r, "HKLM\\SOFTWARE\\Policies\\None", "Value") == NULL);
        T_EQ_I(rows_count(&r.rows, ROW_TABLE_LOCALACCOUNT), 5);
        T_EQ_I(rows_count(&r.rows, ROW_TABLE_FINGERPRINT), 5);
        T_EQ_S(cell(rows_find(&r.rows, ROW_TABLE_FINGERPRINT, FINGERPRINT_RID, "501"),
                    FINGERPRINT_STATE),
               "blank");
        T_EQ_S(cell(rows_find(&r.rows, ROW_TABLE_FINGERPRINT, FINGERPRINT_RID, "500"),
                    FINGERPRINT_STATE),
               "set");
        T_EQ_S(
            cell(rows_find(&r.rows, ROW_TABLE_FINGERPRINT, FINGERPRINT_RID, "500"), FINGERPRINT_LM),
            "1");
        T_EQ_S(cell(rows_find(&r.rows, ROW_TABLE_LOCALGROUP, LOCALGROUP_SID, "S-1-5-32-544"),
                    LOCALGROUP_MEMBERS),
               "2");
        T_OK(rows_count(&r.rows, ROW_TABLE_AUTOSTART) > 50);
        T_OK(rows_count(&r.rows, ROW_TABLE_LOCALRIGHT) > 30);
        T_EQ_I(r.told[PART_PASSWORD].state, TOLD_ALL);
        T_EQ_I(r.told[PART_ACCOUNT].state, TOLD_ALL);
        T_EQ_I(r.told[PART_GROUP].state, TOLD_ALL);
        T_EQ_I(r.told[PART_POLICY].state, TOLD_ALL);
        T_EQ_I(r.told[PART_REGISTRY].state, TOLD_SOME); /* no SOFTWARE */
        T_EQ_I(r.told[PART_AUDIT].state, TOLD_NOTHING); /* Windows XP */
    }
    free(r.hives.system.data);
    free(r.hives.sam.data);
    free(r.hives.security.data);
    run_done(&r);
}

/* Windows 10, dirty and without its logs: everything is read, and nothing is complete. */
static void rights_and_audit_policy(void)
{
    struct run r;
    run_new(&r);
    if (load(&r.hives.security, REGIPY "SECURITY")) {
        run_all(&r);
        const struct row *s = rows_find(&r.rows, ROW_TABLE_HOSTAUDIT, HOSTAUDIT_SUBCATEGORY,
                                        "0cce921b-69ae-11d9-bed3-505054503030");
        T_EQ_S(cell(s, HOSTAUDIT_SETTING), "1"); /* Special Logon */
        s = rows_find(&r.rows, ROW_TABLE_HOSTAUDIT, HOSTAUDIT_SUBCATEGORY,
                      "0cce9212-69ae-11d9-bed3-505054503030");
        T_EQ_S(cell(s, HOSTAUDIT_SETTING), "3"); /* System Integrity */
        T_EQ_I(rows_count(&r.rows, ROW_TABLE_HOSTAUDIT), 59);
        T_OK(rows_find2(&r.rows, ROW_TABLE_LOCALRIGHT, LOCALRIGHT_RIGHT, "SeDebugPrivilege",
                        LOCALRIGHT_SID, "S-1-5-32-544") != NULL);
        T_OK(rows_find2(&r.rows, ROW_TABLE_LOCALRIGHT, LOCALRIGHT_RIGHT,
                        "SeRemoteInteractiveLogonRight", LOCALRIGHT_SID, "S-1-5-32-555") != NULL);
        T_OK(rows_find2(&r.rows, ROW_TABLE_LOCALRIGHT, LOCALRIGHT_RIGHT, "SeTcbPrivilege",
                        LOCALRIGHT_SID, "S-1-5-32-544") == NULL);
        T_EQ_I(r.told[PART_AUDIT].state, TOLD_SOME);
        T_EQ_I(r.told[PART_RIGHT].state, TOLD_SOME);
        T_HAS(r.told[PART_RIGHT].why, "last changes");
        T_EQ_S(cell(rows_find(&r.rows, ROW_TABLE_MACHINE, MACHINE_ROLE, "standalone"), MACHINE_SID),
               "S-1-5-21-1786693902-1815088602-2777321892");
    }
    free(r.hives.security.data);
    run_done(&r);
}

static void a_foreign_system_hive(void)
{
    struct run r;
    run_new(&r);
    if (load(&r.hives.system, AES "SYSTEM") && load(&r.hives.sam, XP "SAM")) {
        run_all(&r);
        T_EQ_I(rows_count(&r.rows, ROW_TABLE_LOCALACCOUNT), 5);
        T_EQ_I(r.told[PART_ACCOUNT].state, TOLD_ALL);
        T_EQ_I(r.told[PART_PASSWORD].state, TOLD_SOME);
        T_HAS(r.told[PART_PASSWORD].why, "another machine");
        T_OK(rows_find(&r.rows, ROW_TABLE_FINGERPRINT, FINGERPRINT_STATE, "set") == NULL);
        T_OK(rows_find(&r.rows, ROW_TABLE_FINGERPRINT, FINGERPRINT_STATE, "unreadable") != NULL);
    }
    free(r.hives.system.data);
    free(r.hives.sam.data);
    run_done(&r);
}

/* SAM of one machine beside SECURITY of another: nobody's accounts. */
static void a_foreign_sam_hive(void)
{
    struct run r;
    run_new(&r);
    if (load(&r.hives.sam, XP "SAM") && load(&r.hives.security, REGIPY "SECURITY")) {
        run_all(&r);
        T_EQ_I(rows_count(&r.rows, ROW_TABLE_LOCALACCOUNT), 0);
        T_EQ_I(rows_count(&r.rows, ROW_TABLE_FINGERPRINT), 0);
        T_HAS(r.told[PART_ACCOUNT].why, "another machine");
        T_OK(rows_count(&r.rows, ROW_TABLE_LOCALRIGHT) > 0);
    }
    free(r.hives.sam.data);
    free(r.hives.security.data);
    run_done(&r);
}

/* Its SAM is that of the restore mode, so it is told as nobody's. */
static void a_domain_controller(void)
{
    struct run r;
    static const uint8_t domain[] = { 1, 4, 0, 0, 0, 0, 0, 5, 21, 0, 0, 0,
                                      1, 0, 0, 0, 2, 0, 0, 0, 3,  0, 0, 0 };
    struct hive_builder *security = build_security(domain, sizeof(domain));
    run_new(&r);
    take(&r.hives.security, security);
    if (load(&r.hives.sam, XP "SAM")) {
        run_all(&r);
        T_EQ_S(cell(rows_find(&r.rows, ROW_TABLE_MACHINE, MACHINE_ROLE, "controller"), MACHINE_SID),
               "S-1-5-21-1-2-3");
        T_EQ_I(rows_count(&r.rows, ROW_TABLE_LOCALACCOUNT), 0);
        T_EQ_I(rows_count(&r.rows, ROW_TABLE_FINGERPRINT), 0);
        T_HAS(r.told[PART_ACCOUNT].why, "domain controller");
    }
    free(r.hives.sam.data);
    run_done(&r);
    free(security);
}

/* Damaged and strange files cost their parts, with a reason. */
static void files_that_are_no_hives(void)
{
    static uint8_t text[8192] = "this is no hive";
    struct run r;
    struct err err = { .msg = "" };
    run_new(&r);
    r.hives.system = (struct hive_bytes){ .data = text, .size = sizeof(text) };
    T_EQ_I(hive_identity(&r.hives, r.a, &r.who, &err), RC_MALFORMED);
    T_HAS(err.msg, "SYSTEM");
    run_all(&r);
    T_EQ_I(r.rows.count, 0);
    for (size_t i = 0; i < PART_COUNT; i++) {
        T_EQ_I(r.told[i].state, TOLD_NOTHING);
        T_OK(r.told[i].why != NULL);
    }
    T_HAS(r.told[PART_REGISTRY].why, "not a registry hive");
    run_done(&r);
    run_new(&r);
    if (load(&r.hives.system, REGIPY "corrupted_system_hive")) {
        run_all(&r);
        T_OK(r.told[PART_REGISTRY].state != TOLD_ALL);
        T_OK(r.told[PART_SERVICE].state != TOLD_ALL);
        T_EQ_I(rows_find(&r.rows, ROW_TABLE_REGISTRY, REGISTRY_MISSING, "1") != NULL, 0);
        T_EQ_I(rows_find(&r.rows, ROW_TABLE_SERVICE, SERVICE_MISSING, "1") != NULL, 0);
    }
    free(r.hives.system.data);
    run_done(&r);
}

/* Every bit of a SYSTEM hive: a value that is there is told as it is or not at all. Only a name that is another one (43 letters on
 * the way), or is said to be of another kind, makes it absent. */
static void flips_hide_nothing(void)
{
    struct hive_builder *b = hb_system();
    size_t missing = 0, told = 0, tried = 0;
    static const size_t names = 43 * 8 + 16;
    const char *how = getenv("KAGIMORI_MUTATE");
    size_t step = how && strcmp(how, "full") == 0 ? 1 : 11;
    for (size_t bit = 0; bit < b->size * 8; bit += step) {
        struct run r;
        run_new(&r);
        b->data[bit / 8] ^= (uint8_t)(1U << bit % 8);
        take(&r.hives.system, b);
        uint8_t *copy = malloc(b->size);
        if (!copy) {
            abort();
        }
        memcpy(copy, b->data, b->size);
        r.hives.system.data = copy;
        struct err err = { .msg = "" };
        uint64_t emitted = 0;
        for (size_t i = 0; i < PART_COUNT; i++) {
            r.import.wants[i] = i == PART_REGISTRY || i == PART_SERVICE;
        }
        T_EQ_I(hive_rows(&r.import, &r.hives, r.a, "kit", r.told, &r.count, &err), RC_OK);
        T_EQ_I(
            plan_emit(r.import.plan, r.import.host, "kit", &r.rows.sink, &emitted, &r.open, &err),
            RC_OK);
        T_EQ_I(r.rows.refused, 0);
        const struct row *row = registry(&r, LSA, "LmCompatibilityLevel");
        missing += row && row->v[REGISTRY_MISSING].number == 1;
        told += row && row->v[REGISTRY_MISSING].number == 0;
        tried++;
        free(copy);
        run_done(&r);
        b->data[bit / 8] ^= (uint8_t)(1U << bit % 8);
    }
    if (missing * step > names + 8 * step) {
        (void)fprintf(stderr, "%zu of %zu flips hide the value\n", missing, tried);
    }
    T_OK(missing * step <= names + 8 * step);
    T_OK(told > tried / 2);
    free(b);
}

#define TESTS(X)               \
    X(a_host_of_its_own)       \
    X(a_real_machine)          \
    X(rights_and_audit_policy) \
    X(a_foreign_system_hive)   \
    X(a_foreign_sam_hive) X(a_domain_controller) X(files_that_are_no_hives) X(flips_hide_nothing)
T_MAIN("hive_rows", TESTS)
