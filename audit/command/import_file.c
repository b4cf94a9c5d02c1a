/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What is of no single host: policies, an exported directory, a file whose beginning must tell; event logs are put to wait, and exports of
 * second factors handed on. */
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
    sqlite3_stmt *q AUTO(store_statement_done) = NULL;
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
    sqlite3_stmt *q AUTO(store_statement_done) = NULL;
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
static enum rc seal_file(int fd, const struct stat *st, int *ret_fd, struct err *err)
{
    AUTO_FD int copy = -1;
    off_t at = 0;
    if (st->st_size > SINGLE_MOST) {
        return err_setf(err, RC_USAGE, "the file is too large to be imported");
    }
    copy = memfd_create("kagimori-artifact", MFD_CLOEXEC | MFD_ALLOW_SEALING);
    for (off_t left = st->st_size; copy >= 0 && left > 0;) {
        ssize_t n = sendfile(copy, fd, &at, (size_t)left);
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
    int raw;                   /* the file itself */
    int fd;                    /* a sealed copy of it; -1 = none was made */
    struct stat st;
    char sha256[65];
};

static filetime changed_at(const struct single *s)
{
    filetime t = filetime_from_unix(s->st.st_mtim.tv_sec) + s->st.st_mtim.tv_nsec / 100;
    return t < 0 ? 0 : t;
}

static enum rc put_artifact(const struct single *s, const char *kind, const char *state,
                            const char *detail, uint64_t rows, struct err *err)
{
    struct row row;
    filetime changed = changed_at(s);
    row_begin(&row, ROW_TABLE_ARTIFACT);
    row_text(&row, ARTIFACT_ORIGIN, s->origin);
    row_text(&row, ARTIFACT_PATH, s->path);
    row_text(&row, ARTIFACT_KIND, kind);
    row_text(&row, ARTIFACT_STATE, state);
    row_text(&row, ARTIFACT_DETAIL, detail);
    row_int(&row, ARTIFACT_SIZE, s->st.st_size);
    row_int(&row, ARTIFACT_CHANGED, changed);
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
    *task = (struct task){ .role = "kagimori-decode",
                           .target = target,
                           .artifact = s->fd >= 0 ? s->fd : s->raw };
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
    sqlite3_stmt *q AUTO(store_statement_done) = NULL;
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
    TRY(import_origin(s->im, s->item, true, a, &s->origin, err));
    s->path = last_part(s->item->name);
    TRY(import_open(s->item, &s->raw, err));
    if (fstat(s->raw, &s->st) != 0 || !S_ISREG(s->st.st_mode)) {
        return err_setf(err, RC_USAGE, "not a regular file");
    }
    return RC_OK;
}

static enum rc seal_single(struct single *s, struct err *err)
{
    uint64_t size = (uint64_t)s->st.st_size;
    TRY(seal_file(s->raw, &s->st, &s->fd, err));
    if (s->im->keep) {
        return artifact_keep_file(s->im->keep, s->origin, s->path, changed_at(s), s->fd, size,
                                  s->sha256, err);
    }
    return artifact_sha256(s->fd, size, NULL, s->sha256, err);
}

static void single_done(struct single *s)
{
    auto_fd_close(&s->raw);
    auto_fd_close(&s->fd);
}

/* What the file is by its beginning. */
static enum rc tell_kind(struct single *s, struct import_item *item, const char **ret_kind,
                         struct arena *a, struct err *err)
{
    static const struct {
        const char *word;
        enum import_kind kind;
    } kinds[] = { { "ldif", IMPORT_LDIF },
                  { "evtx", IMPORT_EVTX },
                  { "samba_log", IMPORT_SAMBA },
                  { "mfa_json", IMPORT_MFA },
                  { "mfa_csv", IMPORT_MFA } };

    if (item->kind != IMPORT_FILE && item->kind != IMPORT_GUESS) {
        return RC_OK;
    }
    TRY(look(s, ret_kind, a, err));
    for (size_t i = 0; *ret_kind && i < ARRAY_LEN(kinds); i++) {
        if (strcmp(*ret_kind, kinds[i].word) == 0) {
            item->kind = kinds[i].kind;
        }
    }
    if (!*ret_kind && item->kind == IMPORT_FILE && s->im->mfa_column_count > 0) {
        item->kind = IMPORT_MFA; /* the operator says what it is */
    }
    return RC_OK;
}

/* A log waits: it is read when all hosts are known. */
static enum rc let_wait(struct single *s, const char *form, struct import_outcome *ret,
                        struct err *err)
{
    const struct event_log_item log = { .origin = s->origin,
                                        .path = s->path,
                                        .form = form,
                                        .fd = s->raw,
                                        .size = (uint64_t)s->st.st_size,
                                        .changed_at = changed_at(s) };
    ret->is_waiting = true;
    return import_logs_take(s->im, s->item, &log, err);
}

enum rc import_single(struct importer *im, struct import_item *item, struct import_outcome *ret,
                      struct arena *a, struct err *err)
{
    AUTO(single_done) struct single s = { .im = im, .item = item, .raw = -1, .fd = -1 };
    const char *kind = NULL;
    ret->files = 1;
    TRY(open_single(&s, a, err));
    TRY(tell_kind(&s, item, &kind, a, err));
    switch (item->kind) {
    case IMPORT_EVTX:
        return let_wait(&s, "evtx", ret, err);
    case IMPORT_SAMBA:
        return let_wait(&s, "samba_json", ret, err);
    case IMPORT_GUESS:
        ret->detail =
            "neither an event log nor an export of second factors by its content: left alone";
        return RC_OK;
    case IMPORT_MFA: {
        const struct import_export x = { s.origin, s.raw, (uint64_t)s.st.st_size, changed_at(&s) };
        return import_mfa(im, item, &x, ret, a, err);
    }
    case IMPORT_LDIF:
        TRY(seal_single(&s, err));
        return import_ldif(&s, ret, a, err);
    case IMPORT_KIT:
    case IMPORT_IMAGE:
    case IMPORT_HIVES:
    case IMPORT_BACKUPS:
    case IMPORT_SYSVOL:
    case IMPORT_FILE:
    default:
        TRY(seal_single(&s, err));
        return refuse(&s, kind, ret, a, err);
    }
}
