/* SPDX-License-Identifier: GPL-3.0-or-later */
/* format=policy in the decoder's process and sandbox: code pages, ciphers and XML work there, and a damaged bundle is told. */
#include <sys/mman.h>

#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "audit/supervise/supervise.h"
#include "built.h"
#include "tests/support/t.h"

#define FOLDER "Policies/{31B2F340-016D-11D2-945F-00C04FB984F9}"

static char directory[64];
static struct store *store;
static struct supervisor *supervisor;

static void open_all(void)
{
    char path[96];
    struct err err = { .rc = RC_OK };
    const struct supervise_options how = { .parallel = 1, .role_directory = BUILD_DIR };
    (void)snprintf(directory, sizeof(directory), "/tmp/kagimori-policy-XXXXXX");
    T_OK(mkdtemp(directory) != NULL);
    (void)snprintf(path, sizeof(path), "%s/evidence.db", directory);
    T_EQ_I(store_open(path, STORE_CREATE, &store, &err), RC_OK);
    T_EQ_I(supervisor_new(store, &how, &supervisor, &err), RC_OK);
}

static void close_all(void)
{
    static const char *const ends[] = { "", "-wal", "-shm" };
    char path[128];
    supervisor_free(supervisor);
    store_close(store);
    for (size_t i = 0; i < ARRAY_LEN(ends); i++) {
        (void)snprintf(path, sizeof(path), "%s/evidence.db%s", directory, ends[i]);
        (void)unlink(path);
    }
    (void)rmdir(directory);
}

static const char *value(const char *sql)
{
    static char buf[256];
    sqlite3_stmt *s = NULL;
    buf[0] = '\0';
    if (sqlite3_prepare_v2(store_handle(store), sql, -1, &s, NULL) == SQLITE_OK &&
        sqlite3_step(s) == SQLITE_ROW) {
        const unsigned char *text = sqlite3_column_text(s, 0);
        (void)snprintf(buf, sizeof(buf), "%s", text ? (const char *)text : "NULL");
    }
    (void)sqlite3_finalize(s);
    return buf;
}

static enum rc decode(const void *data, size_t n, struct task_end *end)
{
    static struct task task;
    static const uint8_t key_bytes[32] = { 7 };
    struct err err = { .rc = RC_OK };
    struct secret *key AUTO(secret_freep) = secret_new(key_bytes, sizeof(key_bytes));
    AUTO_FD int fd = memfd_create("test", MFD_CLOEXEC);
    T_EQ_I(write(fd, data, n), n);
    T_EQ_I(lseek(fd, 0, SEEK_SET), 0);
    task =
        (struct task){ .role = "kagimori-decode", .target = "dc1", .artifact = fd, .secret = key };
    T_EQ_I(task_add(&task, "format", "policy", &err), RC_OK);
    T_EQ_I(task_add(&task, "origin", "dc1.hosp.example", &err), RC_OK);
    T_EQ_I(task_add(&task, "registry", "HKLM\\SOFTWARE\\a|b", &err), RC_OK);
    T_EQ_I(supervisor_run(supervisor, &task, 1, end, &err), RC_OK);
    return end->rc;
}

static void put_policy(struct built *b)
{
    static const char *const folders[] = { "Policies",
                                           FOLDER,
                                           FOLDER "/Machine",
                                           FOLDER "/Machine/Microsoft",
                                           FOLDER "/Machine/Microsoft/Windows NT",
                                           FOLDER "/Machine/Microsoft/Windows NT/SecEdit",
                                           FOLDER "/Machine/Preferences",
                                           FOLDER "/Machine/Preferences/Groups" };
    for (size_t i = 0; i < ARRAY_LEN(folders); i++) {
        built_folder(b, folders[i]);
    }
    built_text(b, FOLDER "/GPT.INI", "[General]\r\nVersion=5\r\n");
    built_text(
        b, FOLDER "/Machine/Microsoft/Windows NT/SecEdit/GptTmpl.inf",
        "[Unicode]\r\nUnicode=no\r\n[Privilege Rights]\r\nSeDebugPrivilege = \x8a\xc5\x8c\xec\x95\x94\r\n"
        "[Registry Values]\r\nMACHINE\\Software\\A\\B=4,1\r\n");
    /* A cpassword of sixteen zero bytes is none that can be decrypted, and is told as such. */
    built_text(
        b, FOLDER "/Machine/Preferences/Groups/Groups.xml",
        "<?xml version=\"1.0\" encoding=\"utf-8\"?><Groups clsid=\"{3125E937-EB16-4b4c-9934-544FC6D24D26}\">"
        "<User clsid=\"{DF5F1855-51E5-4d24-8B1A-D9BDE98BA1D1}\" name=\"x\" uid=\"{11111111-2222-3333-4444-555555555555}\">"
        "<Properties action=\"U\" userName=\"x\" cpassword=\"\"/></User></Groups>");
}

static void decodes_in_the_sandbox(void)
{
    struct task_end end = { .rc = RC_BUG };
    struct built b;
    open_all();
    built_begin(&b);
    put_policy(&b);
    built_end(&b, true);
    T_EQ_I(decode(b.data, b.size, &end), RC_OK);
    T_EQ_S(end.detail, "");
    T_EQ_S(value("SELECT state || ' ' || version || ' ' || origin FROM policy_folder"),
           "read 5 dc1.hosp.example");
    T_EQ_S(value("SELECT holder FROM policy_right"), "看護部");
    T_EQ_S(value("SELECT \"key\" || '|' || value FROM policy_registry"), "HKLM\\SOFTWARE\\a|b");
    T_EQ_S(value("SELECT state FROM policy_password"), "empty");
    T_EQ_S(value("SELECT group_concat(DISTINCT state) FROM artifact"), "decoded");
    T_EQ_S(value("SELECT count(*) FROM artifact WHERE length(sha256) = 64"), "3");
    T_EQ_S(value("SELECT state FROM coverage WHERE source = 'policy.file' AND target = 'dc1'"),
           "complete");
    built_done(&b);
    close_all();
}

static void tells_a_damaged_bundle(void)
{
    struct task_end end = { .rc = RC_OK };
    struct built b;
    open_all();
    T_EQ_I(decode("no bundle at all", 16, &end), RC_MALFORMED);
    T_EQ_I(decode("", 0, &end), RC_MALFORMED);
    built_begin(&b);
    put_policy(&b);
    built_end(&b, true);
    T_EQ_I(decode(b.data, b.size - 60, &end), RC_MALFORMED);
    T_EQ_S(value("SELECT state FROM coverage WHERE source = 'policy.file'"), "partial");
    T_EQ_S(value("SELECT version FROM policy_folder"), "5");
    built_done(&b);
    close_all();
}

#define TESTS(X)              \
    X(decodes_in_the_sandbox) \
    X(tells_a_damaged_bundle)
T_MAIN("policies in the decoder", TESTS)
