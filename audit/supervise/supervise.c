/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "audit/supervise/supervise.h"

#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "audit/supervise/sandbox.h"
#include "audit/supervise/supervise_internal.h"

/* So that no pipe of ours ever gets the number of a standard stream. */
static void open_standard_streams(void)
{
    int fd = open("/dev/null", O_RDWR);
    while (fd >= 0 && fd <= STDERR_FILENO) {
        fd = open("/dev/null", O_RDWR);
    }
    if (fd >= 0) {
        (void)close(fd);
    }
}

enum rc supervisor_new(struct store *store, const struct supervise_options *options,
                       struct supervisor **ret, struct err *err)
{
    struct supervisor *s = calloc(1, sizeof(*s));
    if (!s) {
        return err_setf(err, RC_NOMEM, "no memory for the supervisor");
    }
    sandbox_harden_process();
    open_standard_streams();
    s->store = store;
    s->parallel = options->parallel ? options->parallel : 4;
    if (s->parallel > SUPERVISE_PARALLEL_MAX) {
        s->parallel = SUPERVISE_PARALLEL_MAX;
    }
    s->is_progress_wanted = options->progress;
    s->ask_operator = options->ask_operator;
    s->ask_context = options->ask_context;
    s->gates.guard = options->guard;
    (void)snprintf(s->directory, sizeof(s->directory), "%s",
                   options->role_directory ? options->role_directory : "");
    sqlite3_stmt *q = NULL;
    if (sqlite3_prepare_v2(store_handle(store), "SELECT max(task) FROM worker_run", -1, &q, NULL) ==
            SQLITE_OK &&
        sqlite3_step(q) == SQLITE_ROW) {
        s->number = sqlite3_column_int64(q, 0);
    }
    (void)sqlite3_finalize(q);
    *ret = s;
    return RC_OK;
}

void supervisor_free(struct supervisor *s)
{
    free(s);
}

const char *supervisor_gate_message(const struct supervisor *s, enum worker_gate gate)
{
    return gate_message(&s->gates, gate);
}

void supervisor_freep(struct supervisor **s)
{
    supervisor_free(*s);
}

const char *supervise_describe_sandbox(void)
{
    static char text[300];
    char collector[128], decoder[128];
    (void)snprintf(text, sizeof(text), "collectors: %s; decoder: %s",
                   sandbox_describe(WORKER_SANDBOX_COLLECTOR, collector, sizeof(collector)),
                   sandbox_describe(WORKER_SANDBOX_DECODER, decoder, sizeof(decoder)));
    return text;
}

void supervisor_role_directory(const struct supervisor *s, const char *role, char *buf, size_t size)
{
    char self[2048], path[4096];
    (void)snprintf(buf, size, "%s", s->directory);
    ssize_t n = s->directory[0] ? -1 : readlink("/proc/self/exe", self, sizeof(self) - 1);
    if (n <= 0) {
        return;
    }
    self[n] = 0;
    char *slash = strrchr(self, '/');
    if (slash) {
        *slash = 0;
    }
    (void)snprintf(buf, size, "%s", self);
    (void)snprintf(path, sizeof(path), "%s/%s", self, role);
    if (access(path, X_OK) != 0) {
        (void)snprintf(buf, size, "%s/../libexec/kagimori", self);
    }
}

enum rc supervise_role_installed(const char *role, struct err *err)
{
    static const struct supervisor none;
    char directory[4096], path[8192];
    supervisor_role_directory(&none, role, directory, sizeof(directory));
    (void)snprintf(path, sizeof(path), "%s/%s", directory, role);
    return access(path, X_OK) == 0
               ? RC_OK
               : err_setf(
                     err, RC_IO,
                     "%s is missing: it belongs beside kagimori or in libexec/kagimori; install again",
                     role);
}

/* Tasks that are there already. */
struct list_feed {
    struct task_feed feed; /* first, so that the feed is the list */
    const struct task *tasks;
    struct task_end *ends;
    size_t next;
};

static bool next_of_list(struct task_feed *f, struct task *ret)
{
    struct list_feed *l = (struct list_feed *)f;
    if (l->next == f->total) {
        return false;
    }
    *ret = l->tasks[l->next];
    ret->tag = &l->ends[l->next]; /* the feed's own; a caller of supervisor_run has its index */
    l->next++;
    return true;
}

static void list_ended(struct task_feed *f, const struct task *task, const struct task_end *end)
{
    (void)f;
    struct task_end *ret = task->tag;
    *ret = *end;
}

enum rc supervisor_run(struct supervisor *s, const struct task *tasks, size_t count,
                       struct task_end *ends, struct err *err)
{
    struct list_feed l = { .feed = { .next = next_of_list, .ended = list_ended, .total = count },
                           .tasks = tasks,
                           .ends = ends };
    for (size_t i = 0; i < count; i++) {
        ends[i] = (struct task_end){ .rc = RC_LIMIT, .detail = "not started" };
    }
    return supervisor_run_feed(s, &l.feed, err);
}
