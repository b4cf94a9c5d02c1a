/* SPDX-License-Identifier: GPL-3.0-or-later */
/* kagimori-decode as a process in its sandbox: a file goes in as a descriptor, rows arrive in an evidence file. */
#include <sys/mman.h>

#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "audit/supervise/supervise.h"
#include "tests/support/t.h"

static char directory[64];
static struct store *store;
static struct supervisor *supervisor;

static void open_all(void)
{
    char path[96];
    struct err err = { .rc = RC_OK };
    const struct supervise_options how = { .parallel = 1, .role_directory = BUILD_DIR };
    (void)snprintf(directory, sizeof(directory), "/tmp/kagimori-decode-XXXXXX");
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

/* Runs the decoder over a descriptor. */
static enum rc decode(int fd, const char *format, struct task_end *end)
{
    static struct task task;
    struct err err = { .rc = RC_OK };
    task = (struct task){ .role = "kagimori-decode", .target = "export.ldif", .artifact = fd };
    T_EQ_I(task_add(&task, "format", format, &err), RC_OK);
    T_EQ_I(task_add(&task, "whole", "yes", &err), RC_OK);
    T_EQ_I(supervisor_run(supervisor, &task, 1, end, &err), RC_OK);
    return end->rc;
}

static int64_t number(const char *sql)
{
    sqlite3_stmt *s = NULL;
    int64_t n = -1;
    if (sqlite3_prepare_v2(store_handle(store), sql, -1, &s, NULL) == SQLITE_OK &&
        sqlite3_step(s) == SQLITE_ROW) {
        n = sqlite3_column_int64(s, 0);
    }
    (void)sqlite3_finalize(s);
    return n;
}

static void decodes_an_export(void)
{
    const char *path = t_shared("ldap/generated__samba-4-provision/domain.ldif");
    struct task_end end = { .rc = RC_BUG };
    int fd = path ? open(path, O_RDONLY | O_CLOEXEC) : -1;
    T_OK(fd >= 0);
    open_all();
    T_EQ_I(decode(fd, "ldif", &end), RC_OK);
    T_EQ_S(end.detail, "");
    T_EQ_I(number("SELECT count(*) FROM account"), 20);
    T_EQ_I(
        number("SELECT count(*) FROM coverage WHERE source = 'ldap.user' AND state = 'complete'"),
        1);
    T_EQ_I(number("SELECT count(*) FROM malformed_value"), 0);
    close_all();
    (void)close(fd);
}

static int memory_file(const void *p, size_t n)
{
    int fd = memfd_create("test", MFD_CLOEXEC);
    T_EQ_I(write(fd, p, n), n);
    T_EQ_I(lseek(fd, 0, SEEK_SET), 0);
    return fd;
}

static void says_why_it_cannot(void)
{
    static const char utf16[] = "\xff\xfe"
                                "d\0n\0";
    struct task_end end = { .rc = RC_OK };
    int fd = memory_file(utf16, sizeof(utf16));
    open_all();
    T_EQ_I(decode(fd, "ldif", &end), RC_UNSUPPORTED);
    T_HAS(end.detail, "UTF-16");
    T_EQ_I(decode(fd, "pictures", &end), RC_UNSUPPORTED);
    T_HAS(end.detail, "no decoder for files of format pictures");
    close_all();
    (void)close(fd);
}

#define TESTS(X)         \
    X(decodes_an_export) \
    X(says_why_it_cannot)
T_MAIN("decoder", TESTS)
