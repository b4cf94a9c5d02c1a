/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The decoder over a bundle. It must survive every file; where it does not, the shortest beginning of the bundle that kills it names
 * the file, which is then left out. A sequence is searched and not single files, because a hive may be deadly with its log only. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "audit/base/log.h"
#include "audit/command/import.h"

#define CULPRITS_MOST 8U
#define DEATHS_MOST   64U

#define DECODE_SILENCE_S  60U
#define DECODE_DEADLINE_S 1800U
#define DECODE_ROWS_MOST  4000000U

/* How the last worker ended: "crashed", "hung", "flooded", "lied", "failed", "done". */
static void last_outcome(const struct importer *im, char *buf, size_t size)
{
    sqlite3_stmt *q AUTO(store_statement_done) = NULL;
    buf[0] = '\0';
    if (sqlite3_prepare_v2(store_handle(im->store),
                           "SELECT outcome FROM worker_run ORDER BY task DESC LIMIT 1", -1, &q,
                           NULL) == SQLITE_OK &&
        sqlite3_step(q) == SQLITE_ROW) {
        (void)snprintf(buf, size, "%s", (const char *)sqlite3_column_text(q, 0));
    }
}

enum rc import_add_plan(const struct importer *im, struct task *t, struct err *err)
{
    for (size_t i = 0; i < im->registry_count; i++) {
        TRY(task_add(t, "registry", im->registry[i], err));
    }
    for (size_t i = 0; i < im->service_count; i++) {
        TRY(task_add(t, "service", im->services[i], err));
    }
    return RC_OK;
}

/* One run over the descriptor. *ret_died: it did not end as a worker should, and a file may be why. */
static enum rc run_once(struct import_run *run, int fd, struct task_end *end, bool *ret_died,
                        struct err *err)
{
    struct importer *im = run->importer;
    char outcome[32];
    struct task *task = calloc(1, sizeof(*task));
    if (!task) {
        return err_setf(err, RC_NOMEM, "out of memory");
    }
    *task = (struct task){ .role = "kagimori-decode",
                           .artifact = fd,
                           .silence_s = DECODE_SILENCE_S,
                           .deadline_s = DECODE_DEADLINE_S,
                           .max_rows = DECODE_ROWS_MOST };
    enum rc rc = run->make(run->context, task, err);
    task->artifact = fd;
    rc = rc == RC_OK ? supervisor_run(im->supervisor, task, 1, end, err) : rc;
    free(task);
    TRY(rc);
    TRY(store_commit(im->store, err));
    last_outcome(im, outcome, sizeof(outcome));
    /* What it says itself is no death, but for memory and limits, which a file may have eaten. */
    bool is_said = strcmp(outcome, "failed") == 0 && end->rc != RC_NOMEM && end->rc != RC_LIMIT &&
                   end->rc != RC_MALFORMED;
    *ret_died = end->rc != RC_OK && !is_said;
    return RC_OK;
}

/* Runs over the entries below `upto` that are not left out already. */
static enum rc try_beginning(struct import_run *run, size_t upto, bool *scratch, bool *ret_died,
                             struct err *err)
{
    const struct walk *w = run->walk;
    struct task_end end = { .rc = RC_OK };
    AUTO_FD int fd = -1;
    for (size_t i = 0; i < w->count; i++) {
        scratch[i] = run->left_out[i] || i >= upto;
    }
    TRY(walk_without(w, scratch, &fd, err));
    return run_once(run, fd, &end, ret_died, err);
}

/* The entry that ends the shortest deadly beginning; the whole is known to be deadly. w->count when even nothing is. */
static enum rc find_culprit(struct import_run *run, bool *scratch, uint32_t *deaths, size_t *ret,
                            struct err *err)
{
    size_t alive = 0, dead = run->walk->count;
    bool died = false;
    *ret = run->walk->count;
    TRY(try_beginning(run, 0, scratch, &died, err));
    if (died) {
        ++*deaths;
        return RC_OK;
    }
    while (dead - alive > 1 && *deaths < DEATHS_MOST) {
        size_t middle = alive + (dead - alive) / 2;
        TRY(try_beginning(run, middle, scratch, &died, err));
        if (died) {
            dead = middle;
            ++*deaths;
        } else {
            alive = middle;
        }
    }
    *ret = dead - 1;
    return RC_OK;
}

static enum rc blame(struct import_run *run, size_t culprit, const char *outcome, struct err *err)
{
    struct walk_entry *e = &run->walk->entries[culprit];
    run->left_out[culprit] = true;
    e->artifact_state = "malformed";
    e->detail = strcmp(outcome, "hung") == 0 ? "the decoder hung on it"
                : strcmp(outcome, "flooded") == 0
                    ? "the decoder was stopped: it sent too much of it"
                : strcmp(outcome, "crashed") == 0 ? "the decoder crashed on it"
                                                  : "the decoder did not get through it";
    log_line(LOG_WARN, "%s: %s: %s; it is left out", run->origin, e->path, e->detail);
    auto_fd_close(&run->fd);
    run->fd = -1;
    return walk_without(run->walk, run->left_out, &run->fd, err);
}

/* Leaves out one deadly file after the other, until the rest can be read. */
static enum rc search(struct import_run *run, bool *scratch, struct task_end *end, struct err *err)
{
    uint32_t deaths = 1;
    bool died = true;
    for (size_t i = 0; i < CULPRITS_MOST && died && deaths < DEATHS_MOST; i++) {
        char outcome[32];
        size_t culprit = 0;
        last_outcome(run->importer, outcome, sizeof(outcome));
        TRY(find_culprit(run, scratch, &deaths, &culprit, err));
        if (culprit == run->walk->count) {
            break; /* it is not a file that does it */
        }
        TRY(blame(run, culprit, outcome, err));
        TRY(run_once(run, run->fd, end, &died, err));
        deaths += died;
    }
    if (died) {
        log_line(LOG_WARN, "%s: the decoder cannot read these files: please report it",
                 run->origin);
    }
    return RC_OK;
}

enum rc import_decode(struct import_run *run, struct task_end *end, struct err *err)
{
    bool died = false;
    TRY(run_once(run, run->fd >= 0 ? run->fd : run->walk->fd, end, &died, err));
    if (!died) {
        return RC_OK;
    }
    bool *scratch = calloc(run->walk->count + 1, sizeof(*scratch));
    if (!scratch) {
        return err_setf(err, RC_NOMEM, "out of memory");
    }
    enum rc rc = search(run, scratch, end, err);
    free(scratch);
    return rc;
}

static enum rc has_artifact(sqlite3_stmt *q, const char *origin, const char *path, bool *ret)
{
    (void)sqlite3_reset(q);
    (void)sqlite3_bind_text(q, 1, origin, -1, SQLITE_STATIC);
    (void)sqlite3_bind_text(q, 2, path, -1, SQLITE_STATIC);
    *ret = sqlite3_step(q) == SQLITE_ROW;
    (void)sqlite3_reset(q);
    return RC_OK;
}

/* What the bundle's state alone says of a file that nobody spoke of. */
static const char *plain_state(const struct walk_entry *e)
{
    switch (e->state) {
    case BUNDLE_DENIED:
        return "denied";
    case BUNDLE_TOO_LARGE:
        return "too_large";
    case BUNDLE_READ:
    case BUNDLE_FAILED:
    case BUNDLE_FOLDER:
    case BUNDLE_FOLDER_CUT:
    default:
        return "malformed";
    }
}

static enum rc put_artifact(struct import_run *run, const struct walk_entry *e, struct err *err)
{
    struct row row;
    row_begin(&row, ROW_TABLE_ARTIFACT);
    row_text(&row, ARTIFACT_ORIGIN, run->origin);
    row_text(&row, ARTIFACT_PATH, e->path);
    row_text(&row, ARTIFACT_KIND, import_has_suffix(e->path, ".evtx") ? "evtx" : NULL);
    row_text(&row, ARTIFACT_STATE, e->artifact_state ? e->artifact_state : plain_state(e));
    row_text(&row, ARTIFACT_DETAIL,
             e->detail                 ? e->detail
             : e->artifact_state       ? NULL
             : e->state == BUNDLE_READ ? "the decoder did not come to it"
                                       : "it could not be read");
    row_int(&row, ARTIFACT_SIZE, (int64_t)e->size);
    row_int(&row, ARTIFACT_CHANGED, e->changed_at);
    TRY(row_check(&row, err));
    return store_put(run->importer->store, &row, err);
}

enum rc import_put_artifacts(struct import_run *run, struct err *err)
{
    struct store *store = run->importer->store;
    sqlite3_stmt *q AUTO(store_statement_done) = NULL;
    TRY(store_commit(store, err));
    if (sqlite3_prepare_v2(store_handle(store),
                           "SELECT 1 FROM artifact WHERE origin = ?1 AND path = ?2", -1, &q,
                           NULL) != SQLITE_OK) {
        return err_setf(err, RC_BUG, "cannot list the files: %s",
                        sqlite3_errmsg(store_handle(store)));
    }
    for (size_t i = 0; i < run->walk->count; i++) {
        const struct walk_entry *e = &run->walk->entries[i];
        bool is_told = false;
        if (e->state == BUNDLE_FOLDER || e->state == BUNDLE_FOLDER_CUT || e->is_log) {
            continue;
        }
        TRY(has_artifact(q, run->origin, e->path, &is_told));
        if (!is_told || e->artifact_state) {
            TRY(put_artifact(run, e, err));
        }
    }
    return store_commit(store, err);
}
