/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "tests/unit/decode/host/kit.h"

#include <sys/mman.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "audit/base/bundle.h"
#include "audit/decode/format/crypt.h"
#include "audit/decode/format/text.h"

void kit_init(struct kit *k, enum host_kind kind)
{
    memset(k, 0, sizeof(*k));
    k->kind = kind;
    rows_init(&k->rows);
}

void kit_done(struct kit *k)
{
    for (size_t i = 0; i < k->count; i++) {
        free(k->files[i].data);
    }
    rows_done(&k->rows);
}

static struct kit_file *place(struct kit *k, const char *path)
{
    for (size_t i = 0; i < k->count; i++) {
        if (strcmp(k->files[i].path, path) == 0) {
            free(k->files[i].data);
            return &k->files[i];
        }
    }
    if (k->count == KIT_FILES_MAX) {
        abort();
    }
    return &k->files[k->count++];
}

void kit_bytes(struct kit *k, const char *path, const void *data, size_t n)
{
    struct kit_file *f = place(k, path);
    *f = (struct kit_file){ path, malloc(n + 1), n, BUNDLE_READ };
    if (!f->data) {
        abort();
    }
    if (n > 0) {
        memcpy(f->data, data, n);
    }
}

void kit_text(struct kit *k, const char *path, const char *text)
{
    kit_bytes(k, path, text, strlen(text));
}

void kit_utf16(struct kit *k, const char *path, const char *text)
{
    struct wr w;
    wr_init(&w, 1U << 20);
    wr_bytes(&w, "\xff\xfe", 2);
    text_to_utf16(text, strlen(text), &w);
    kit_bytes(k, path, w.data, w.size);
    wr_done(&w);
}

void kit_folder(struct kit *k, const char *path)
{
    *place(k, path) = (struct kit_file){ path, NULL, 0, BUNDLE_FOLDER };
}

void kit_wish(struct kit *k, const char *wish)
{
    k->wishes[k->wish_count++] = wish;
}

void kit_drop(struct kit *k, const char *path)
{
    for (size_t i = 0; i < k->count; i++) {
        if (strcmp(k->files[i].path, path) == 0) {
            free(k->files[i].data);
            k->files[i] = k->files[--k->count];
            return;
        }
    }
    abort();
}

static const char secedit[] =
    "[Unicode]\r\nUnicode=yes\r\n[System Access]\r\nMinimumPasswordAge = 1\r\n"
    "MaximumPasswordAge = 42\r\nMinimumPasswordLength = 7\r\nPasswordComplexity = 1\r\n"
    "PasswordHistorySize = 24\r\nLockoutBadCount = 5\r\nResetLockoutCount = 10\r\n"
    "LockoutDuration = -1\r\nNewAdministratorName = \"kanri\"\r\nNewGuestName = \"Guest\"\r\n"
    "ClearTextPassword = 1\r\n"
    "[Registry Values]\r\n"
    "MACHINE\\System\\CurrentControlSet\\Control\\Lsa\\LimitBlankPasswordUse=4,1\r\n"
    "MACHINE\\Software\\Other\\Elsewhere=4,3\r\n"
    "[Privilege Rights]\r\nSeDebugPrivilege = *S-1-5-32-544\r\n"
    "SeDenyNetworkLogonRight = Guest\r\n"
    "SeRemoteInteractiveLogonRight = *S-1-5-32-544,*S-1-5-32-555\r\n"
    "[Service General Setting]\r\n\"Spooler\",4,\"\"\r\n\"Alone\",3,\"\"\r\n"
    "[Version]\r\nsignature=\"$CHICAGO$\"\r\nRevision=1\r\n";

/* In code page 932, as auditpol of a Japanese system writes it. */
static const char auditpol[] =
    "\x83\x52\x83\x93\x83\x73\x83\x85\x81\x5b\x83\x5e\x81\x5b\x96\xbc,"
    "\x83\x7c\x83\x8a\x83\x56\x81\x5b,\x83\x54\x83\x75,GUID,\x95\xef\x8a\xdc,\x8f\x9c,"
    "\x92\x6c\r\n"
    "PC1,System,\x83\x8d\x83\x4f\x83\x49\x83\x93,{0CCE9215-69AE-11D9-BED3-505054503030},"
    "\x90\xac\x8c\xf7,,1\r\n"
    "PC1,System,\x83\x8d\x83\x4f,{0CCE9217-69AE-11D9-BED3-505054503030},x,,0\r\n";

static const char task[] =
    "<?xml version=\"1.0\" encoding=\"UTF-16\"?>\r\n"
    "<Task version=\"1.2\" xmlns=\"http://schemas.microsoft.com/windows/2004/02/mit/task\">"
    "<Triggers><BootTrigger><Enabled>true</Enabled></BootTrigger></Triggers>"
    "<Principals><Principal id=\"A\"><UserId>S-1-5-18</UserId></Principal></Principals>"
    "<Settings><Enabled>true</Enabled></Settings>"
    "<Actions Context=\"A\"><Exec><Command>C:\\x.exe</Command><Arguments>/q</Arguments></Exec>"
    "</Actions></Task>";

static const char lsa[] =
    "Windows Registry Editor Version 5.00\r\n\r\n"
    "[HKEY_LOCAL_MACHINE\\SYSTEM\\CurrentControlSet\\Control\\Lsa]\r\n"
    "\"LmCompatibilityLevel\"=dword:00000005\r\n\"LimitBlankPasswordUse\"=dword:00000000\r\n"
    "\"Security Packages\"=hex(7):61,00,00,00,62,00,00,00,00,00\r\n\r\n"
    "[HKEY_LOCAL_MACHINE\\SYSTEM\\CurrentControlSet\\Control\\Lsa\\MSV1_0]\r\n\r\n";

static const char services[] =
    "Windows Registry Editor Version 5.00\r\n\r\n"
    "[HKEY_LOCAL_MACHINE\\SYSTEM\\CurrentControlSet\\Services]\r\n\r\n"
    "[HKEY_LOCAL_MACHINE\\SYSTEM\\CurrentControlSet\\Services\\Spooler]\r\n"
    "\"Start\"=dword:00000002\r\n\"Type\"=dword:00000110\r\n"
    "\"ImagePath\"=\"C:\\\\spool.exe\"\r\n\"ObjectName\"=\"LocalSystem\"\r\n\r\n"
    "[HKEY_LOCAL_MACHINE\\SYSTEM\\CurrentControlSet\\Services\\Spooler\\Parameters]\r\n"
    "\"ServiceDll\"=\"C:\\\\spool.dll\"\r\n\r\n"
    "[HKEY_LOCAL_MACHINE\\SYSTEM\\CurrentControlSet\\Services\\Tcpip\\Parameters]\r\n"
    "\"Domain\"=\"hospital.example\"\r\n\r\n";

void kit_usual(struct kit *k)
{
    kit_text(k, "kit.txt",
             "kagimori-kit=1\r\ncomputer=PC1\r\ndomain=other.example\r\ncodepage=932\r\n"
             "started=2026-11-25T01:02:03Z\r\nsam=no\r\nadministrator=yes\r\n"
             "finished=2026-11-25T01:05:00Z\r\n");
    kit_text(k, "steps.txt",
             "folder|0\r\nsecedit|0\r\nauditpol|0\r\ntasks|0\r\nstartup/all-users|0\r\n"
             "startup/users|0\r\npolicy/GroupPolicy|2\r\nlogs/Security|5\r\n");
    kit_text(k, "asked.txt",
             "registry\\lsa.reg|HKLM\\SYSTEM\\CurrentControlSet\\Control\\Lsa\r\n"
             "registry\\run.txt|HKLM\\SOFTWARE\\Microsoft\\Windows\\CurrentVersion\\Run|*\r\n"
             "registry\\name.txt|HKLM\\SYSTEM\\CurrentControlSet\\Control\\ComputerName\\"
             "ComputerName|*\r\n"
             "registry\\winlogon.txt|HKLM\\SOFTWARE\\Winlogon|Shell\r\n");
    kit_text(k, "present.txt",
             "HKLM\\SOFTWARE\\Winlogon|DefaultPassword=present\r\n"
             "HKLM\\SOFTWARE\\Winlogon|AutoAdminLogon=absent\r\n"
             "HKLM\\SOFTWARE\\Policies\\None|*=absent\r\n");
    kit_utf16(k, "secedit.inf", secedit);
    kit_text(k, "auditpol.csv", auditpol);
    kit_utf16(k, "registry/lsa.reg", lsa);
    kit_utf16(k, "registry/services.reg", services);
    kit_text(k, "registry/run.txt",
             "\r\nHKEY_LOCAL_MACHINE\\SOFTWARE\\Microsoft\\Windows\\CurrentVersion\\Run\r\n"
             "    Tool    REG_SZ    C:\\tool.exe -s\r\n"
             "    \x89\xb9    REG_EXPAND_SZ    %windir%\\\x89\xb9.exe\r\n\r\n"
             "HKEY_LOCAL_MACHINE\\SOFTWARE\\Microsoft\\Windows\\CurrentVersion\\Run\\Below\r\n");
    kit_text(k, "registry/name.txt",
             "\r\nHKEY_LOCAL_MACHINE\\SYSTEM\\CurrentControlSet\\Control\\ComputerName\\"
             "ComputerName\r\n    ComputerName    REG_SZ    PC1\r\n\r\n");
    kit_text(k, "registry/winlogon.txt",
             "\r\nHKEY_LOCAL_MACHINE\\SOFTWARE\\Winlogon\r\n    Shell    REG_SZ    "
             "explorer.exe\r\n\r\n");
    kit_utf16(k, "tasks/Microsoft/Windows/Job", task);
    kit_text(k, "startup/all-users.txt",
             "C:\\ProgramData\\Start|desktop.ini\r\nC:\\ProgramData\\Start|\x8c\x9f.lnk\r\n");
    kit_text(k, "startup/users.txt", "C:\\Users\\a\\Start|b.lnk\r\n");
    kit_wish(k, "HKLM\\SYSTEM\\CurrentControlSet\\Control\\Lsa|LmCompatibilityLevel");
    kit_wish(k, "HKLM\\SYSTEM\\CurrentControlSet\\Control\\Lsa|LimitBlankPasswordUse");
    kit_wish(k, "HKLM\\SYSTEM\\CurrentControlSet\\Control\\Lsa\\MSV1_0|NTLMMinClientSec");
    kit_wish(k, "HKLM\\SOFTWARE\\Microsoft\\Windows\\CurrentVersion\\Run|*");
    kit_wish(k, "HKLM\\SOFTWARE\\Winlogon|DefaultPassword");
    kit_wish(k, "HKLM\\SOFTWARE\\Winlogon|AutoAdminLogon");
    kit_wish(k, "HKLM\\SOFTWARE\\Winlogon|Shell");
    kit_wish(k, "HKLM\\SOFTWARE\\Policies\\None\\Deep|Value");
    kit_wish(k, "service=Spooler");
    kit_wish(k, "service=TlntSvr");
}

static void write_manifest(struct kit *k, struct wr *w)
{
    size_t most = k->in_manifest > 0 ? k->in_manifest : k->count;
    for (size_t i = 0; i < most && i < k->count; i++) {
        uint8_t sum[32];
        char hex[65];
        if (k->files[i].state != BUNDLE_READ ||
            !crypt_sha256(k->files[i].data, k->files[i].size, sum)) {
            continue;
        }
        crypt_hex(sum, 32, hex);
        wr_printf(w, "%s *", hex);
        for (const char *p = k->files[i].path; *p; p++) {
            wr_u8(w, (uint8_t)(*p == '/' ? '\\' : *p));
        }
        wr_text(w, "\r\n");
    }
}

static void put(struct bundle_writer *w, const char *path, enum bundle_state state,
                const uint8_t *data, size_t n)
{
    struct err err;
    const struct bundle_member m = { .path = path,
                                     .path_size = strlen(path),
                                     .state = state,
                                     .size = n,
                                     .data = data,
                                     .changed_at = FILETIME_UNIX_ZERO };
    if (bundle_put(w, &m, &err) != RC_OK) {
        (void)fprintf(stderr, "%s: %s\n", path, err.msg);
        abort();
    }
}

uint8_t *kit_bundle(struct kit *k, size_t *ret_size)
{
    struct bundle_writer w;
    struct err err;
    struct wr manifest;
    int fd = memfd_create("kit", MFD_CLOEXEC);
    wr_init(&manifest, 1U << 20);
    if (fd < 0 || bundle_begin(&w, fd, 0, &err) != RC_OK) {
        abort();
    }
    for (size_t i = 0; i < k->count; i++) {
        put(&w, k->files[i].path, k->files[i].state, k->files[i].data, k->files[i].size);
    }
    if (k->has_manifest) {
        write_manifest(k, &manifest);
        put(&w, "manifest.txt", BUNDLE_READ, manifest.data, manifest.size);
    }
    wr_done(&manifest);
    if (bundle_end(&w, &err) != RC_OK) {
        abort();
    }
    *ret_size = (size_t)w.written;
    uint8_t *data = malloc(*ret_size + 1);
    if (!data || pread(fd, data, *ret_size, 0) != (ssize_t)*ret_size) {
        abort();
    }
    (void)close(fd);
    return data;
}

void kit_run_bundle(struct kit *k, uint8_t *bundle, size_t n, const char *host)
{
    struct arena *a = arena_new(0);
    struct task t = { .artifact = -1 };
    struct host_import import = {
        .bundle = bundle,
        .bundle_size = n,
        .sink = &k->rows.sink,
        .kind = k->kind,
        .origin = "test",
        .host = host,
        .key = k->key,
    };
    rows_clear(&k->rows);
    for (size_t i = 0; i < k->wish_count; i++) {
        bool is_service = strncmp(k->wishes[i], "service=", 8) == 0;
        t.parameters[t.count++] = (struct task_parameter){ is_service ? "service" : "registry",
                                                           k->wishes[i] + (is_service ? 8 : 0) };
    }
    for (int i = 0; i < PART_COUNT; i++) {
        import.wants[i] = true;
    }
    if (!a || plan_new(a, &t, &import.plan, &k->err) != RC_OK) {
        abort();
    }
    k->rc = host_rows(&import, &k->err);
    arena_free(a);
}

void kit_run(struct kit *k, const char *host)
{
    size_t n;
    uint8_t *bundle = kit_bundle(k, &n);
    kit_run_bundle(k, bundle, n, host);
    free(bundle);
}

const char *kit_told(const struct kit *k, const char *source)
{
    return cell(rows_find(&k->rows, ROW_TABLE_COVERAGE, COVERAGE_SOURCE, source), COVERAGE_STATE);
}

bool kit_leaks(const struct kit *k, const char *text)
{
    bool is_seen = k->rc != RC_OK && strstr(k->err.msg, text);
    for (size_t i = 0; i < k->rows.count; i++) {
        for (size_t c = 0; c < row_catalogue(k->rows.rows[i].table)->count; c++) {
            const struct row_value *v = &k->rows.rows[i].v[c];
            is_seen = is_seen || (v->kind == ROW_STRING && strstr(v->text, text));
        }
    }
    return is_seen;
}
