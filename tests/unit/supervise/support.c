/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "tests/unit/supervise/support.h"

#include <dirent.h>
#include <stdio.h>
#include <stdlib.h>

static const char *const roles[] = {
    "good-collector", "good-decoder",   "good-recluse",    "bad-hang",      "bad-stubborn",
    "bad-rows",       "bad-bytes",      "bad-log",         "bad-errors",    "bad-length",
    "bad-row-length", "bad-table",      "bad-type",        "bad-sid",       "bad-long",
    "bad-utf8",       "bad-worker-row", "bad-target",      "bad-source",    "bad-server",
    "bad-late-lie",   "bad-crash",      "bad-exit",        "bad-code",      "bad-after",
    "bad-linger",     "bad-count",      "bad-direction",   "bad-sequence",  "bad-twice",
    "bad-garbage",    "bad-half",       "bad-ansi",        "bad-early",     "bad-no-hello",
    "bad-mute",       "bad-version",    "bad-target-name", "bad-told",      "bad-ask-twice",
    "bad-gate",       "bad-gate-other", "bad-gate-done",   "bad-late-told",
};

void fixture_make(struct fixture *f)
{
    *f = (struct fixture){ .directory = "/tmp/kagimori-supervise-XXXXXX" };
    if (!mkdtemp(f->directory)) {
        abort();
    }
    (void)snprintf(f->path, sizeof(f->path), "%s/evidence.db", f->directory);
    for (size_t i = 0; i < ARRAY_LEN(roles); i++) {
        char link[128];
        (void)snprintf(link, sizeof(link), "%s/%s", f->directory, roles[i]);
        T_EQ_I(symlink(BUILD_DIR "/fake_worker", link), 0);
    }
}

void fixture_start(struct fixture *f, enum store_mode mode, uint32_t parallel)
{
    struct err err = { .rc = RC_OK };
    struct supervise_options how = f->options;
    how.parallel = parallel;
    how.role_directory = f->directory;
    enum rc rc = store_open(f->path, mode, &f->store, &err);
    if (rc == RC_OK) {
        rc = supervisor_new(f->store, &how, &f->supervisor, &err);
    }
    if (rc != RC_OK) {
        t_fail(__FILE__, __LINE__, "%s", err.msg);
        abort();
    }
}

void fixture_open(struct fixture *f, uint32_t parallel)
{
    fixture_make(f);
    fixture_start(f, STORE_CREATE, parallel);
}

void fixture_stop(struct fixture *f)
{
    supervisor_free(f->supervisor);
    store_close(f->store);
    f->supervisor = NULL;
    f->store = NULL;
}

void fixture_close(struct fixture *f)
{
    fixture_stop(f);
    DIR *d = opendir(f->directory);
    for (struct dirent *e = d ? readdir(d) : NULL; e; e = readdir(d)) {
        if (e->d_name[0] != '.') {
            T_EQ_I(unlinkat(dirfd(d), e->d_name, 0), 0);
        }
    }
    if (d) {
        (void)closedir(d);
    }
    T_EQ_I(rmdir(f->directory), 0);
}

void fixture_add(struct task *t, const char *key, const char *value)
{
    struct err err;
    T_EQ_I(task_add(t, key, value, &err), RC_OK);
}

void fixture_task(struct task *t, const char *role, const char *target)
{
    *t = (struct task){ .role = role, .target = target, .artifact = -1, .deadline_s = 120 };
    fixture_add(t, "source", "ldap.user");
}

static sqlite3_stmt *query(struct fixture *f, const char *sql, const char *argument)
{
    sqlite3_stmt *q = NULL;
    T_EQ_I(sqlite3_prepare_v2(store_handle(f->store), sql, -1, &q, NULL), SQLITE_OK);
    if (argument) {
        (void)sqlite3_bind_text(q, 1, argument, -1, SQLITE_STATIC);
    }
    return q;
}

int64_t fixture_number(struct fixture *f, const char *sql, const char *argument)
{
    sqlite3_stmt *q = query(f, sql, argument);
    int64_t n = q && sqlite3_step(q) == SQLITE_ROW ? sqlite3_column_int64(q, 0) : -1;
    (void)sqlite3_finalize(q);
    return n;
}

const char *fixture_text(struct fixture *f, const char *sql, const char *argument)
{
    static char text[1024];
    sqlite3_stmt *q = query(f, sql, argument);
    text[0] = 0;
    if (q && sqlite3_step(q) == SQLITE_ROW && sqlite3_column_text(q, 0)) {
        (void)snprintf(text, sizeof(text), "%s", (const char *)sqlite3_column_text(q, 0));
    }
    (void)sqlite3_finalize(q);
    return text;
}
