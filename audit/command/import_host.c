/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A kit, a volume or a set of hives: first whose they are, then what they tell of it. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "audit/base/log.h"
#include "audit/command/import.h"
#include "audit/command/import_places.h"

struct host_task {
    struct importer *im;
    const char *origin, *kind;
    const char *host; /* NULL = only whose the files are */
    bool wants[PART_COUNT];
    size_t first_log; /* its logs wait from this number on */
    struct arena *a;
};

static const char *kind_word(enum import_kind kind)
{
    return kind == IMPORT_KIT ? "kit" : kind == IMPORT_IMAGE ? "image" : "hives";
}

static enum rc make_task(void *context, struct task *t, struct err *err)
{
    struct host_task *h = context;
    t->target = h->host ? h->host : h->origin;
    t->secret = h->im->key;
    TRY(task_add(t, "format", "host", err));
    TRY(task_add(t, "kind", h->kind, err));
    TRY(task_add(t, "origin", h->origin, err));
    TRY(task_add(t, "now", h->im->now_text, err));
    if (!h->host) {
        return RC_OK;
    }
    TRY(task_add(t, "host", h->host, err));
    for (int i = 0; i < PART_COUNT; i++) {
        const char *word = import_part_word((enum host_part)i);
        const char *source = arena_printf(h->a, "kit.%s", word);
        if (!source) {
            return err_setf(err, RC_NOMEM, "out of memory");
        }
        if (h->wants[i]) {
            TRY(task_add(t, "part", word, err));
            TRY(task_add(t, "source", source, err));
        }
    }
    return import_add_plan(h->im, t, err);
}

struct log_context {
    struct importer *im;
    const struct import_item *item;
    const char *origin;
};

static enum rc take_log(void *context, int fd, const struct walk_entry *e, struct err *err)
{
    const struct log_context *c = context;
    const struct event_log_item log = { .origin = c->origin,
                                        .path = e->path,
                                        .form = "evtx",
                                        .fd = fd,
                                        .refusal = e->artifact_state,
                                        .detail = e->detail,
                                        .size = e->size,
                                        .changed_at = e->changed_at };
    return import_logs_take(c->im, c->item, &log, err);
}

static enum rc gather(struct importer *im, const struct import_item *item, const char *origin,
                      struct walk *w, struct arena *a, struct err *err)
{
    struct log_context logs = { im, item, origin };
    AUTO_FD int dir = -1;
    TRY(import_open(item, &dir, err));
    TRY(walk_begin(w, a, &walk_limits_default, err));
    w->log = take_log;
    w->context = &logs;
    TRY(import_gather(item, dir, w, err));
    w->log = NULL;
    w->context = NULL;
    TRY(walk_seal(w, err));
    if (im->keep) {
        TRY(artifact_keep_bundle(im->keep, origin, w->fd, err));
    }
    return RC_OK;
}

/* The parts that the files do not tell in full, and why: "account (no SAM hive), right". */
static enum rc list_missing(struct store *store, const char *host, struct arena *a,
                            const char **ret, struct err *err)
{
    static const char sql[] =
        "SELECT group_concat(substr(source, 5) || coalesce(' (' || detail || ')', ''), '; ') FROM"
        " (SELECT source, detail FROM coverage WHERE target = ?1 AND source GLOB 'kit.*' AND state NOT IN ('complete', 'absent') ORDER BY source)";
    sqlite3_stmt *q AUTO(store_statement_done) = NULL;
    if (sqlite3_prepare_v2(store_handle(store), sql, -1, &q, NULL) != SQLITE_OK) {
        return err_setf(err, RC_BUG, "cannot list what is missing: %s",
                        sqlite3_errmsg(store_handle(store)));
    }
    (void)sqlite3_bind_text(q, 1, host, -1, SQLITE_STATIC);
    if (sqlite3_step(q) == SQLITE_ROW && sqlite3_column_type(q, 0) != SQLITE_NULL) {
        *ret = arena_strdup(a, (const char *)sqlite3_column_text(q, 0));
    }
    return RC_OK;
}

/* Reads what the files tell of the host that they were taken for. */
static enum rc read_host(struct import_run *run, struct host_task *h,
                         const struct import_decision *d, struct import_outcome *ret,
                         struct err *err)
{
    struct importer *im = h->im;
    struct task_end end = { .rc = RC_OK };
    TRY(import_wants(im->store, d->host, h->wants, err));
    TRY(import_forget(im->store, d->host, h->wants, err));
    h->host = d->host;
    TRY(import_decode(run, &end, err));
    /* The decoder says again what it knows of the identity, and not what was decided. */
    TRY(import_settle(im->store, h->origin, h->kind, d, err));
    ret->host = d->host;
    ret->rows = end.rows;
    TRY(list_missing(im->store, d->host, h->a, &ret->detail, err));
    if (end.rc != RC_OK) {
        ret->is_failed = true;
        ret->detail = arena_strdup(h->a, end.detail);
    }
    return RC_OK;
}

static enum rc run_host(struct import_run *run, struct host_task *h, struct import_outcome *ret,
                        struct err *err)
{
    struct importer *im = h->im;
    struct import_decision d;
    struct task_end end = { .rc = RC_OK };
    TRY(import_decode(run, &end, err));
    if (end.rc == RC_OK) {
        TRY(import_decide(im->store, h->origin, h->a, &d, err));
    } else {
        d = (struct import_decision){ .reason = "not_identified",
                                      .why = arena_strdup(h->a, end.detail),
                                      .is_controller = -1 };
    }
    TRY(import_settle(im->store, h->origin, h->kind, &d, err));
    TRY(import_logs_place(im, h->first_log, d.place, d.reason && strcmp(d.reason, "conflict") == 0,
                          err));
    if (!d.host) {
        ret->detail = d.why;
        /* That newer files are there already leaves nothing open. */
        ret->is_failed = strcmp(d.reason, "older") != 0;
        return import_put_artifacts(run, err);
    }
    TRY(read_host(run, h, &d, ret, err));
    return import_put_artifacts(run, err);
}

static void run_done(struct import_run *run)
{
    auto_fd_close(&run->fd);
    free(run->left_out);
}

enum rc import_host(struct importer *im, const struct import_item *item, struct import_outcome *ret,
                    struct arena *a, struct err *err)
{
    struct walk w AUTO(walk_done) = { .fd = -1 };
    AUTO(run_done) struct import_run run = { .importer = im, .walk = &w, .fd = -1 };
    struct host_task h = {
        .im = im, .kind = kind_word(item->kind), .first_log = import_logs_count(im->logs), .a = a
    };
    TRY(import_origin(im, item, false, a, &h.origin, err));
    TRY(gather(im, item, h.origin, &w, a, err));
    run.origin = h.origin;
    run.make = make_task;
    run.context = &h;
    run.left_out = calloc(w.count + 1, sizeof(*run.left_out));
    if (!run.left_out) {
        return err_setf(err, RC_NOMEM, "out of memory");
    }
    ret->files = w.files;
    if (w.files == 0) {
        ret->is_failed = true;
        ret->detail = "none of its files could be read";
        const struct import_decision none = { .reason = "not_identified", .is_controller = -1 };
        TRY(import_settle(im->store, h.origin, h.kind, &none, err));
        return import_put_artifacts(&run, err);
    }
    if (w.is_cut) {
        log_line(LOG_WARN, "%s: there are more files than are read", h.origin);
    }
    return run_host(&run, &h, ret, err);
}
