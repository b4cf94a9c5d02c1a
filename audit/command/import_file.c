/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What is of no single host: policies, an exported directory, event logs, a file whose beginning must tell. */
#include <sys/mman.h>
#include <sys/sendfile.h>
#include <sys/stat.h>

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "audit/base/log.h"
#include "audit/command/import.h"
#include "audit/command/import_places.h"

#define SINGLE_MOST \
    (INT64_C(4) << 30) /* bytes of an LDIF file: it is read as it comes, and kept in memory */

static void finalize(sqlite3_stmt **q)
{
    (void)sqlite3_finalize(*q);
}

struct policy_task {
    struct importer *im;
    const char *origin;
    bool is_backup;
    const char **skip; /* GUIDs of policies whose content is in the evidence already */
    size_t skip_count;
};

static enum rc make_policy_task(void *context, struct task *t, struct err *err)
{
    const struct policy_task *p = context;
    t->target = p->origin;
    t->secret = p->im->key;
    TRY(task_add(t, "format", "policy", err));
    TRY(task_add(t, "origin", p->origin, err));
    TRY(task_add(t, "now", p->im->now_text, err));
    TRY(task_add(t, "source", "policy.file", err));
    TRY(task_add(t, "source", "policy.file_right", err)); /* which copies do not tell */
    TRY(import_add_plan(p->im, t, err));
    for (size_t i = 0; i < p->skip_count; i++) {
        TRY(task_add(t, "skip", p->skip[i], err));
    }
    return RC_OK;
}

/* A backup is of some day; what SYSVOL has now counts. */
static enum rc list_known(struct importer *im, struct policy_task *p, struct arena *a,
                          struct err *err)
{
    static const char sql[] =
        "SELECT DISTINCT gpo_id FROM policy_folder WHERE kind = 'sysvol' AND state IN ('read', 'partial') ORDER BY 1";
    sqlite3_stmt *q AUTO(finalize) = NULL;
    p->skip = arena_array(a, TASK_MAX_PARAMETERS, sizeof(*p->skip));
    if (!p->skip || sqlite3_prepare_v2(store_handle(im->store), sql, -1, &q, NULL) != SQLITE_OK) {
        return err_setf(err, p->skip ? RC_BUG : RC_NOMEM, "cannot list the policies: %s",
                        sqlite3_errmsg(store_handle(im->store)));
    }
    while (sqlite3_step(q) == SQLITE_ROW) {
        if (p->skip_count + im->registry_count + im->service_count + 8 >= TASK_MAX_PARAMETERS) {
            return err_setf(
                err, RC_USAGE,
                "the evidence holds so many policies that backups of them cannot be told from them: import the backups "
                "into an evidence file of their own");
        }
        const char *id = arena_strdup(a, (const char *)sqlite3_column_text(q, 0));
        if (!id) {
            return err_setf(err, RC_NOMEM, "out of memory");
        }
        p->skip[p->skip_count++] = id;
    }
    return RC_OK;
}

static enum rc gather(struct importer *im, const struct import_item *item, const char *origin,
                      struct walk *w, struct arena *a, struct err *err)
{
    AUTO_FD int dir = -1;
    TRY(import_open(item, &dir, err));
    TRY(walk_begin(w, a, &walk_limits_default, err));
    TRY(import_gather(item, dir, w, err));
    TRY(walk_seal(w, err));
    return im->keep ? artifact_keep_bundle(im->keep, origin, w->fd, err) : RC_OK;
}

/* "3 policies, 1 of them read in part" */
static enum rc tell_policies(struct importer *im, const char *origin, struct arena *a,
                             const char **ret, struct err *err)
{
    static const char sql[] =
        "SELECT count(*), sum(state <> 'read') FROM policy_folder WHERE origin = ?1";
    sqlite3_stmt *q AUTO(finalize) = NULL;
    if (sqlite3_prepare_v2(store_handle(im->store), sql, -1, &q, NULL) != SQLITE_OK) {
        return err_setf(err, RC_BUG, "cannot count the policies: %s",
                        sqlite3_errmsg(store_handle(im->store)));
    }
    (void)sqlite3_bind_text(q, 1, origin, -1, SQLITE_STATIC);
    if (sqlite3_step(q) == SQLITE_ROW && sqlite3_column_int64(q, 1) > 0) {
        *ret = arena_printf(a, "%lld of %lld policies were not read in full",
                            (long long)sqlite3_column_int64(q, 1),
                            (long long)sqlite3_column_int64(q, 0));
    }
    return RC_OK;
}

static void run_done(struct import_run *run)
{
    auto_fd_close(&run->fd);
    free(run->left_out);
}

enum rc import_policies(struct importer *im, const struct import_item *item,
                        struct import_outcome *ret, struct arena *a, struct err *err)
{
    struct walk w AUTO(walk_done) = { .fd = -1 };
    AUTO(run_done) struct import_run run = { .importer = im, .walk = &w, .fd = -1 };
    struct policy_task p = { .im = im, .is_backup = item->kind == IMPORT_BACKUPS };
    struct task_end end = { .rc = RC_OK };
    TRY(import_origin(im, item, true, a, &p.origin, err));
    if (p.is_backup) {
        TRY(list_known(im, &p, a, err));
    }
    TRY(gather(im, item, p.origin, &w, a, err));
    run.origin = p.origin;
    run.make = make_policy_task;
    run.context = &p;
    run.left_out = calloc(w.count + 1, sizeof(*run.left_out));
    if (!run.left_out) {
        return err_setf(err, RC_NOMEM, "out of memory");
    }
    ret->files = w.files;
    if (w.is_cut) {
        log_line(LOG_WARN, "%s: there are more files than are read", p.origin);
    }
    TRY(import_decode(&run, &end, err));
    TRY(import_put_artifacts(&run, err));
    ret->rows = end.rows;
    ret->is_failed = end.rc != RC_OK;
    if (ret->is_failed) {
        ret->detail = arena_strdup(a, end.detail);
        return RC_OK;
    }
    return tell_policies(im, p.origin, a, &ret->detail, err);
}

/* A copy of the file in memory that nobody can change any more, so that what is decoded is what was read. */
static enum rc seal_file(const struct import_item *item, int *ret_fd, struct stat *st,
                         struct err *err)
{
    AUTO_FD int fd = -1;
    AUTO_FD int copy = -1;
    TRY(import_open(item, &fd, err));
    if (fstat(fd, st) != 0 || !S_ISREG(st->st_mode)) {
        return err_setf(err, RC_USAGE, "not a regular file");
    }
    if (st->st_size > SINGLE_MOST) {
        return err_setf(err, RC_USAGE, "the file is too large to be imported");
    }
    copy = memfd_create("kagimori-artifact", MFD_CLOEXEC | MFD_ALLOW_SEALING);
    for (off_t left = st->st_size; copy >= 0 && left > 0;) {
        ssize_t n = sendfile(copy, fd, NULL, (size_t)left);
        if (n <= 0) {
            return err_setf(err, RC_USAGE, "cannot read the file: %s",
                            n < 0 ? strerror(errno) : "it became shorter");
        }
        left -= n;
    }
    if (copy < 0 || lseek(copy, 0, SEEK_SET) != 0 ||
        fcntl(copy, F_ADD_SEALS, F_SEAL_WRITE | F_SEAL_GROW | F_SEAL_SHRINK | F_SEAL_SEAL) != 0) {
        return err_setf(err, RC_IO, "cannot seal a copy of the file: %s", strerror(errno));
    }
    *ret_fd = copy;
    copy = -1;
    return RC_OK;
}

static const char *last_part(const char *name)
{
    const char *slash = strrchr(name, '/');
    return slash ? slash + 1 : name;
}

struct single {
    struct importer *im;
    const struct import_item *item;
    const char *origin, *path; /* of its artifact row */
    int fd;
    struct stat st;
    char sha256[65];
};

static enum rc put_artifact(const struct single *s, const char *kind, const char *state,
                            const char *detail, uint64_t rows, struct err *err)
{
    struct row row;
    filetime changed = filetime_from_unix(s->st.st_mtim.tv_sec);
    row_begin(&row, ROW_TABLE_ARTIFACT);
    row_text(&row, ARTIFACT_ORIGIN, s->origin);
    row_text(&row, ARTIFACT_PATH, s->path);
    row_text(&row, ARTIFACT_KIND, kind);
    row_text(&row, ARTIFACT_STATE, state);
    row_text(&row, ARTIFACT_DETAIL, detail);
    row_int(&row, ARTIFACT_SIZE, s->st.st_size);
    row_int(&row, ARTIFACT_CHANGED, changed < 0 ? 0 : changed);
    row_text(&row, ARTIFACT_SHA256, s->sha256[0] ? s->sha256 : NULL);
    row_int(&row, ARTIFACT_ROWS, (int64_t)rows);
    TRY(row_check(&row, err));
    TRY(store_put(s->im->store, &row, err));
    return store_commit(s->im->store, err);
}

static enum rc run_single(const struct single *s, const char *format, const char *target,
                          struct task_end *end, struct err *err)
{
    struct task *task = calloc(1, sizeof(*task));
    if (!task) {
        return err_setf(err, RC_NOMEM, "out of memory");
    }
    *task = (struct task){ .role = "kagimori-decode", .target = target, .artifact = s->fd };
    enum rc rc = task_add(task, "format", format, err);
    rc = rc == RC_OK ? task_add(task, "now", s->im->now_text, err) : rc;
    rc = rc == RC_OK ? task_add(task, "origin", s->origin, err) : rc;
    rc = rc == RC_OK ? supervisor_run(s->im->supervisor, task, 1, end, err) : rc;
    free(task);
    return rc;
}

static enum rc import_ldif(struct single *s, struct import_outcome *ret, struct arena *a,
                           struct err *err)
{
    struct task_end end = { .rc = RC_OK };
    TRY(run_single(s, "ldif", s->origin, &end, err));
    ret->rows = end.rows;
    ret->is_failed = end.rc != RC_OK;
    if (ret->is_failed) {
        ret->detail = arena_strdup(a, end.detail);
    }
    return put_artifact(s, "ldif", ret->is_failed ? "malformed" : "decoded", ret->detail, end.rows,
                        err);
}

static enum rc look(struct single *s, const char **ret_kind, struct arena *a, struct err *err)
{
    sqlite3_stmt *q AUTO(finalize) = NULL;
    struct task_end end = { .rc = RC_OK };
    *ret_kind = NULL;
    TRY(run_single(s, "look", s->path, &end, err));
    TRY(store_commit(s->im->store, err));
    if (sqlite3_prepare_v2(store_handle(s->im->store),
                           "SELECT kind FROM artifact WHERE origin = ?1 AND path = ?2", -1, &q,
                           NULL) != SQLITE_OK) {
        return err_setf(err, RC_BUG, "cannot look at the file: %s",
                        sqlite3_errmsg(store_handle(s->im->store)));
    }
    (void)sqlite3_bind_text(q, 1, s->origin, -1, SQLITE_STATIC);
    (void)sqlite3_bind_text(q, 2, s->path, -1, SQLITE_STATIC);
    if (sqlite3_step(q) == SQLITE_ROW && sqlite3_column_type(q, 0) == SQLITE_TEXT) {
        *ret_kind = arena_strdup(a, (const char *)sqlite3_column_text(q, 0));
    }
    return RC_OK;
}

static const char *advice(const char *kind, struct arena *a)
{
    if (kind && strcmp(kind, "hive") == 0) {
        return "a registry hive: name the folder in which it lies as SYSTEM, SOFTWARE, SAM or SECURITY";
    }
    if (kind && (strncmp(kind, "registry", 8) == 0 || strcmp(kind, "preferences") == 0)) {
        return "one file of several: name the kit, the backup or the copy of SYSVOL that it is of";
    }
    return arena_printf(a, "not understood: name %s", import_understood);
}

static enum rc refuse(struct single *s, const char *kind, struct import_outcome *ret,
                      struct arena *a, struct err *err)
{
    ret->is_failed = true;
    ret->detail = advice(kind, a);
    return put_artifact(s, kind, "unsupported", "a single file of this kind is not imported", 0,
                        err);
}

static enum rc open_single(struct single *s, struct arena *a, struct err *err)
{
    struct importer *im = s->im;
    TRY(import_origin(im, s->item, true, a, &s->origin, err));
    s->path = last_part(s->item->name);
    TRY(seal_file(s->item, &s->fd, &s->st, err));
    uint64_t size = (uint64_t)s->st.st_size;
    if (im->keep) {
        return artifact_keep_file(im->keep, s->origin, s->path,
                                  filetime_from_unix(s->st.st_mtim.tv_sec), s->fd, size, s->sha256,
                                  err);
    }
    return artifact_sha256(s->fd, size, s->sha256, err);
}

static void single_done(struct single *s)
{
    auto_fd_close(&s->fd);
}

enum rc import_single(struct importer *im, struct import_item *item, struct import_outcome *ret,
                      struct arena *a, struct err *err)
{
    AUTO(single_done) struct single s = { .im = im, .item = item, .fd = -1 };
    const char *kind = NULL;
    ret->files = 1;
    TRY(open_single(&s, a, err));
    if (item->kind == IMPORT_FILE) {
        TRY(look(&s, &kind, a, err));
        item->kind = kind && strcmp(kind, "ldif") == 0   ? IMPORT_LDIF
                     : kind && strcmp(kind, "evtx") == 0 ? IMPORT_EVTX
                                                         : IMPORT_FILE;
    }
    if (item->kind == IMPORT_LDIF) {
        return import_ldif(&s, ret, a, err);
    }
    if (item->kind == IMPORT_EVTX) {
        ret->detail = "event logs are read by a later version";
        return put_artifact(&s, "evtx", "unsupported", ret->detail, 0, err);
    }
    return refuse(&s, kind, ret, a, err);
}
