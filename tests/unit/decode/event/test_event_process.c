/* SPDX-License-Identifier: GPL-3.0-or-later */
/* kagimori-decode over a log, in its sandbox: a descriptor of a plain file goes in, rows arrive in an evidence file. */
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "audit/supervise/supervise.h"
#include "tests/support/t.h"

#define LOG "evtx/omerbenamram__evtx/samples/security.evtx"

static char directory[64];
static struct store *store;
static struct supervisor *supervisor;

static void path_of(char *buf, size_t size, const char *name)
{
    (void)snprintf(buf, size, "%s/%s", directory, name);
}

static void open_all(void)
{
    char path[96];
    struct err err = { .rc = RC_OK };
    const struct supervise_options how = { .parallel = 1, .role_directory = BUILD_DIR };
    (void)snprintf(directory, sizeof(directory), "/tmp/kagimori-events-XXXXXX");
    T_OK(mkdtemp(directory) != NULL);
    path_of(path, sizeof(path), "evidence.db");
    T_EQ_I(store_open(path, STORE_CREATE, &store, &err), RC_OK);
    T_EQ_I(supervisor_new(store, &how, &supervisor, &err), RC_OK);
}

static void close_all(void)
{
    static const char *const names[] = { "evidence.db", "evidence.db-wal", "evidence.db-shm",
                                         "copy.evtx" };
    char path[128];
    supervisor_free(supervisor);
    store_close(store);
    for (size_t i = 0; i < ARRAY_LEN(names); i++) {
        path_of(path, sizeof(path), names[i]);
        (void)unlink(path);
    }
    (void)rmdir(directory);
}

static enum rc decode(int fd, const char *form, const char *log, const char *since,
                      struct task_end *end)
{
    static struct task task;
    struct err err = { .rc = RC_OK };
    task =
        (struct task){ .role = "kagimori-decode", .target = "logs/Security.evtx", .artifact = fd };
    T_EQ_I(task_add(&task, "format", "events", &err), RC_OK);
    T_EQ_I(task_add(&task, "form", form, &err), RC_OK);
    T_EQ_I(task_add(&task, "log", log, &err), RC_OK);
    T_EQ_I(task_add(&task, "origin", "lab", &err), RC_OK);
    if (since) {
        T_EQ_I(task_add(&task, "since", since, &err), RC_OK);
    }
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

static int open_log(void)
{
    const char *path = t_shared(LOG);
    int fd = path ? open(path, O_RDONLY | O_CLOEXEC) : -1;
    T_OK(fd >= 0);
    return fd;
}

static void decodes_a_log(void)
{
    struct task_end end = { .rc = RC_BUG };
    int fd = open_log();
    open_all();
    T_EQ_I(decode(fd, "evtx", "4", NULL, &end), RC_OK);
    T_EQ_S(end.detail, "");
    T_EQ_I(
        number("SELECT count(*) FROM event_log WHERE log = 4 AND origin = 'lab' AND form = 'evtx' "
               "AND path = 'logs/Security.evtx' AND records = 2289 AND kept = 407 AND is_whole"),
        1);
    T_EQ_I(number("SELECT count(*) FROM event_run WHERE log = 4"), 1);
    T_EQ_I(number("SELECT sum(events) FROM event_count WHERE log = 4"), 2261);
    T_EQ_I(number("SELECT count(*) FROM logon_event WHERE kind = 'logon'"), 127);
    T_EQ_I(number("SELECT count(*) FROM change_event WHERE kind = 'changed'"), 10);
    T_EQ_I(number("SELECT count(*) FROM log_event WHERE kind = 'stopped'"), 36);
    T_EQ_I(number("SELECT count(*) FROM malformed_value"), 0);

    /* the same, but only the end of it */
    T_EQ_I(decode(fd, "evtx", "5", "131366061000000000", &end), RC_OK);
    T_EQ_I(number("SELECT since FROM event_log WHERE log = 5"), INT64_C(131366061000000000));
    T_EQ_I(number("SELECT count(*) FROM logon_event WHERE log = 5 AND at < 131366061000000000"), 0);
    T_OK(number("SELECT count(*) FROM logon_event WHERE log = 5") > 0);
    close_all();
    (void)close(fd);
}

static void says_what_is_wrong(void)
{
    struct task_end end = { .rc = RC_OK };
    int fd = open_log();
    open_all();
    T_EQ_I(decode(fd, "tea", "1", NULL, &end), RC_USAGE);
    T_HAS(end.detail, "form is \"tea\"");
    T_EQ_I(decode(fd, "evtx", "0", NULL, &end), RC_USAGE);
    T_EQ_I(decode(fd, "evtx", "1", "yesterday", &end), RC_USAGE);
    T_HAS(end.detail, "since");
    int null = open("/dev/null", O_RDONLY | O_CLOEXEC);
    T_EQ_I(decode(null, "evtx", "1", NULL, &end), RC_MALFORMED);
    T_EQ_I(number("SELECT count(*) FROM event_log"), 0);
    close_all();
    (void)close(null);
    (void)close(fd);
}

/* A log with a hole of 20 GiB behind its chunks: nobody reads the hole. */
static void a_sparse_log(void)
{
    char path[96];
    struct task_end end = { .rc = RC_BUG };
    size_t size = 0;
    const char *where = t_shared(LOG);
    uint8_t *data = where ? t_read_file(where, &size) : NULL;
    open_all();
    path_of(path, sizeof(path), "copy.evtx");
    int fd = open(path, O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
    T_EQ_I(write(fd, data, size), size);
    T_EQ_I(ftruncate(fd, (off_t)20 << 30), 0);
    T_EQ_I(decode(fd, "evtx", "1", NULL, &end), RC_OK);
    T_EQ_I(number("SELECT sum(events) FROM event_count"), 2261);
    close_all();
    free(data);
    (void)close(fd);
}

/* The copy of a log that is still written: what is behind its end is an end. */
static void a_log_that_is_cut(void)
{
    char path[96];
    struct task_end end = { .rc = RC_BUG };
    size_t size = 0;
    const char *where = t_shared(LOG);
    uint8_t *data = where ? t_read_file(where, &size) : NULL;
    open_all();
    path_of(path, sizeof(path), "copy.evtx");
    int fd = open(path, O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
    T_EQ_I(write(fd, data, 4096 + 65536 * 3 + 700), 4096 + 65536 * 3 + 700);
    T_EQ_I(decode(fd, "evtx", "1", NULL, &end), RC_OK);
    T_EQ_I(number("SELECT count(*) FROM event_log WHERE is_whole = 0 AND records > 100"), 1);
    T_EQ_I(number("SELECT count(*) FROM event_run WHERE first_record = 1 AND \"start\" = 'begin'"),
           1);
    close_all();
    free(data);
    (void)close(fd);
}

static void decodes_a_log_of_samba(void)
{
    static const char line[] =
        "{\"timestamp\": \"2026-11-26T04:46:05.556630+0000\", \"type\": \"passwordChange\", "
        "\"passwordChange\": {\"version\": {\"major\": 1, \"minor\": 1}, \"eventId\": 4724, "
        "\"statusCode\": 0, \"status\": \"Success\", \"remoteAddress\": \"ipv4:10.99.0.1:59030\", "
        "\"userSid\": \"S-1-5-21-1-2-3-500\", \"dn\": \"CN=ward3,CN=Users,DC=h,DC=example\", "
        "\"action\": \"Reset\", \"transactionId\": \"d1de454c-7f6c-48d0-805f-b0a4f2513bce\", "
        "\"sessionId\": \"614f46ac-5117-4dc0-8244-68ed0a3da679\"}}\n";
    char path[96];
    struct task_end end = { .rc = RC_BUG };
    open_all();
    path_of(path, sizeof(path), "copy.evtx");
    int fd = open(path, O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
    T_EQ_I(write(fd, line, sizeof(line) - 1), sizeof(line) - 1);
    T_EQ_I(decode(fd, "samba_json", "2", NULL, &end), RC_OK);
    T_EQ_S(end.detail, "");
    T_EQ_I(number("SELECT count(*) FROM change_event WHERE log = 2 AND kind = 'password_reset' "
                  "AND subject_sid = 'S-1-5-21-1-2-3-500'"),
           1);
    T_EQ_I(number("SELECT count(*) FROM event_log WHERE form = 'samba_json' AND is_whole"), 1);
    close_all();
    (void)close(fd);
}

#define TESTS(X)          \
    X(decodes_a_log)      \
    X(says_what_is_wrong) \
    X(a_sparse_log)       \
    X(a_log_that_is_cut)  \
    X(decodes_a_log_of_samba)
T_MAIN("event_process", TESTS)
