/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Runs one task of kagimori-smb under the real supervisor, for tests: smb_task EVIDENCE.db key=value…
 * Besides the task's own parameters: secret_file (the audit password), candidate_file (several; candidates 1, 2, …), target,
 * deadline_s, silence_s, outbox (the file that gets what the task fetched, a bundle), spool (several; files that are outboxes themselves,
 * and keep what they held). Prints the rows as JSON lines, then how the task ended. No secret is ever printed. */
#include <fcntl.h>
#include <inttypes.h>
#include <sqlite3.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "audit/base/log.h"
#include "audit/base/num.h"
#include "audit/supervise/outbox.h"
#include "audit/supervise/supervise.h"

#define MOST_CANDIDATES 32

struct run {
    struct task task;
    struct secret *part[1 + MOST_CANDIDATES]; /* 0: the audit password */
    size_t candidates;
    struct secret *pack;
    const char *outbox;
    int outbox_fd;
    struct supervisor *supervisor;
    struct store *store;
    char number[MOST_CANDIDATES][8];
};

static enum rc take_candidate(struct run *r, const char *path, struct err *err)
{
    if (r->candidates == MOST_CANDIDATES) {
        return err_setf(err, RC_USAGE, "too many candidates");
    }
    size_t n = ++r->candidates;
    (void)snprintf(r->number[n - 1], sizeof(r->number[0]), "%zu", n);
    TRY(task_add(&r->task, "candidate", r->number[n - 1], err));
    return secret_from_file(path, &r->part[n], err);
}

static enum rc read_argument(struct run *r, char *argument, struct err *err)
{
    char *value = strchr(argument, '=');
    uint32_t number = 0;
    if (!value) {
        return err_setf(err, RC_USAGE, "%s: not key=value", argument);
    }
    *value++ = '\0';
    if (strcmp(argument, "secret_file") == 0) {
        return secret_from_file(value, &r->part[0], err);
    }
    if (strcmp(argument, "candidate_file") == 0) {
        return take_candidate(r, value, err);
    }
    if (strcmp(argument, "target") == 0) {
        r->task.target = value;
        return RC_OK;
    }
    if (strcmp(argument, "outbox") == 0) {
        r->outbox = value;
        return RC_OK;
    }
    if (strcmp(argument, "spool") == 0) {
        int fd = open(value, O_RDWR | O_CREAT | O_CLOEXEC, 0600);
        if (r->task.has_outbox) {
            return outbox_attach_more(&r->task, fd, err);
        }
        outbox_attach(&r->task, fd);
        return fd >= 0 ? RC_OK : err_setf(err, RC_IO, "cannot open %s", value);
    }
    if (strcmp(argument, "deadline_s") == 0 && num_u32(value, strlen(value), &number)) {
        r->task.deadline_s = number;
        return RC_OK;
    }
    if (strcmp(argument, "silence_s") == 0 && num_u32(value, strlen(value), &number)) {
        r->task.silence_s = number;
        return RC_OK;
    }
    return task_add(&r->task, argument, value, err);
}

/* What was fetched, sealed as an audit would. */
static enum rc keep_outbox(const struct run *r, struct err *err)
{
    uint64_t size = 0;
    char buf[65536];
    ssize_t n = 0;
    TRY(outbox_seal(r->outbox_fd, &size, err));
    FILE *f = fopen(r->outbox, "w");
    while (f && (n = read(r->outbox_fd, buf, sizeof(buf))) > 0) {
        (void)fwrite(buf, 1, (size_t)n, f);
    }
    (void)printf("outbox: %" PRIu64 " bytes\n", size);
    return f && fclose(f) == 0 ? RC_OK : err_setf(err, RC_IO, "cannot write %s", r->outbox);
}

static enum rc run(struct run *r, int argc, char **argv, struct err *err)
{
    struct supervise_options options = { .role_directory = BUILD_DIR };
    struct task_end end = { 0 };
    for (int i = 2; i < argc; i++) {
        TRY(read_argument(r, argv[i], err));
    }
    if (!r->part[0]) {
        r->part[0] = secret_new("", 0);
    }
    TRY(secret_pack((const struct secret *const *)r->part, 1 + r->candidates, &r->pack, err));
    r->task.secret = r->pack;
    if (!r->task.target) {
        r->task.target = task_get(&r->task, "host");
    }
    TRY(store_open(argv[1], STORE_CREATE, &r->store, err));
    TRY(supervisor_new(r->store, &options, &r->supervisor, err));
    if (r->outbox) {
        TRY(outbox_new(&r->outbox_fd, err));
        outbox_attach(&r->task, r->outbox_fd);
    }
    TRY(supervisor_run(r->supervisor, &r->task, 1, &end, err));
    TRY(r->outbox ? keep_outbox(r, err) : RC_OK);
    TRY(store_commit(r->store, err));
    (void)printf("end: %s rows %" PRIu64 " %s\n", rc_word(end.rc), end.rows, end.detail);
    return RC_OK;
}

static void print_text(const char *s)
{
    (void)putchar('"');
    for (; *s; s++) {
        unsigned char byte = (unsigned char)*s;
        if (byte == '"' || byte == '\\') {
            (void)printf("\\%c", byte);
        } else if (byte < 0x20) {
            (void)printf("\\u%04x", byte);
        } else {
            (void)putchar(byte);
        }
    }
    (void)putchar('"');
}

static void print_row(const char *table, sqlite3_stmt *q)
{
    (void)printf("{\"table\":\"%s\"", table);
    for (int i = 0; i < sqlite3_column_count(q); i++) {
        if (sqlite3_column_type(q, i) == SQLITE_NULL) {
            continue;
        }
        (void)printf(",\"%s\":", sqlite3_column_name(q, i));
        if (sqlite3_column_type(q, i) == SQLITE_INTEGER) {
            (void)printf("%" PRId64, (int64_t)sqlite3_column_int64(q, i));
        } else {
            print_text((const char *)sqlite3_column_text(q, i));
        }
    }
    (void)printf("}\n");
}

static void print_rows(const char *path)
{
    static const char *const tables[] = { "host_machine",   "local_policy",       "local_account",
                                          "local_group",    "local_group_member", "local_right",
                                          "host_service",   "host_registry",      "host_share",
                                          "host_anonymous", "password_trial",     "coverage",
                                          "artifact" };
    sqlite3 *db = NULL;
    if (sqlite3_open_v2(path, &db, SQLITE_OPEN_READONLY, NULL) == SQLITE_OK) {
        for (size_t i = 0; i < ARRAY_LEN(tables); i++) {
            char sql[80];
            sqlite3_stmt *q = NULL;
            (void)snprintf(sql, sizeof(sql), "SELECT * FROM %s", tables[i]);
            if (sqlite3_prepare_v2(db, sql, -1, &q, NULL) != SQLITE_OK) {
                (void)printf("no table %s\n", tables[i]);
            }
            while (q && sqlite3_step(q) == SQLITE_ROW) {
                print_row(tables[i], q);
            }
            (void)sqlite3_finalize(q);
        }
    }
    (void)sqlite3_close(db);
}

int main(int argc, char **argv)
{
    struct err err = { 0 };
    static struct run r = { .task = { .role = "kagimori-smb", .artifact = -1 } };
    if (argc < 3) {
        (void)fprintf(stderr, "usage: smb_task EVIDENCE.db key=value…\n");
        return 2;
    }
    log_set_level(LOG_INFO);
    enum rc rc = run(&r, argc, argv, &err);
    supervisor_free(r.supervisor);
    store_closep(&r.store);
    secret_free(r.pack);
    for (size_t i = 0; i < ARRAY_LEN(r.part); i++) {
        secret_free(r.part[i]);
    }
    if (rc != RC_OK) {
        log_err(&err);
        return 4;
    }
    print_rows(argv[1]);
    return 0;
}
