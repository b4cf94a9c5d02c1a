/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Exports of products for second factors: one file, one task of the decoder, which reads it where it lies: it may be larger than memory. */
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "audit/command/import.h"

#define WHAT "import second factors" /* in messages */

#define NAMED_MOST    16U
#define SILENCE_S     120U
#define DEADLINE_S    3600U
#define DEADLINE_MOST 86400U
#define SLOWEST       (UINT64_C(4) << 20) /* bytes a second that a decoder takes at least */

enum rc import_mfa_columns(const char *text, struct arena *a, const char *const **ret,
                           size_t *ret_count, struct err *err)
{
    static const char *const words[] = { "account", "method",   "enrolled",
                                         "source",  "enforced", "bypassed" };
    const char **list = arena_array(a, NAMED_MOST, sizeof(*list));
    *ret_count = 0;
    while (list && *text && *ret_count < NAMED_MOST) {
        size_t n = strcspn(text, ","), k = strcspn(text, "=,");
        bool is_known = false;
        for (size_t i = 0; k < n && i < ARRAY_LEN(words); i++) {
            is_known = is_known || (strlen(words[i]) == k && memcmp(words[i], text, k) == 0);
        }
        if (!is_known || k + 1 >= n) {
            return err_setf(
                err, RC_USAGE,
                "--mfa-columns: \"%.*s\" is not understood; write account=HEADER,method=HEADER "
                "(also enrolled, source, enforced, bypassed)",
                (int)(n < 80 ? n : 80), text);
        }
        list[*ret_count] = arena_strndup(a, text, n);
        if (!list[(*ret_count)++]) {
            return err_setf(err, RC_NOMEM, "out of memory");
        }
        text += n + (text[n] == ',');
    }
    *ret = list;
    return list ? RC_OK : err_setf(err, RC_NOMEM, "out of memory");
}

static enum rc run_with(struct store *store, const char *sql, const char *origin, struct err *err)
{
    sqlite3_stmt *q AUTO(store_statement_done) = NULL;
    TRY(store_prepare(store, WHAT, sql, &q, err));
    (void)sqlite3_bind_text(q, 1, origin, -1, SQLITE_STATIC);
    return sqlite3_step(q) == SQLITE_DONE
               ? RC_OK
               : err_setf(err, RC_IO, "cannot " WHAT ": %s", sqlite3_errmsg(store_handle(store)));
}

/* Nothing of a file whose decoder did not come to its end stays. */
static enum rc drop(struct store *store, const char *origin, struct err *err)
{
    TRY(run_with(store, "DELETE FROM mfa_export WHERE origin = ?1", origin, err));
    TRY(run_with(store, "DELETE FROM mfa_account WHERE origin = ?1", origin, err));
    return run_with(store, "DELETE FROM mfa_method WHERE origin = ?1", origin, err);
}

static enum rc fill_task(struct importer *im, const struct import_export *x, struct task *t,
                         const char *changed, struct err *err)
{
    uint64_t seconds = DEADLINE_S + x->size / SLOWEST;
    *t = (struct task){ .role = "kagimori-decode",
                        .target = x->origin,
                        .artifact = x->fd,
                        .silence_s = SILENCE_S,
                        .deadline_s = seconds < DEADLINE_MOST ? (uint32_t)seconds : DEADLINE_MOST };
    TRY(task_add(t, "format", "mfa", err));
    TRY(task_add(t, "origin", x->origin, err));
    TRY(task_add(t, "source", "mfa.export", err));
    for (size_t i = 0; i < im->mfa_column_count; i++) {
        TRY(task_add(t, "column", im->mfa_columns[i], err));
    }
    return x->changed_at > 0 ? task_add(t, "changed_at", changed, err) : RC_OK;
}

static enum rc decode(struct importer *im, const struct import_export *x, struct task_end *end,
                      struct err *err)
{
    char changed[32];
    struct task *t = calloc(1, sizeof(*t));
    if (!t) {
        return err_setf(err, RC_NOMEM, "out of memory");
    }
    (void)snprintf(changed, sizeof(changed), "%" PRId64, x->changed_at);
    enum rc rc = fill_task(im, x, t, changed, err);
    rc = rc == RC_OK ? supervisor_run(im->supervisor, t, 1, end, err) : rc;
    free(t);
    TRY(rc);
    TRY(store_commit(im->store, err));
    return end->rc == RC_OK ? RC_OK : drop(im->store, x->origin, err);
}

static enum rc read_told(struct importer *im, const char *origin, struct import_mfa_told *ret,
                         struct arena *a, struct err *err)
{
    static const char sql[] =
        "SELECT service, form, charset, accounts, methods, unreadable, is_whole,"
        " (SELECT group_concat(told, ', ') FROM (SELECT DISTINCT told FROM mfa_method WHERE origin = ?1 AND told IS NOT NULL"
        "  ORDER BY told LIMIT 5)) FROM mfa_export WHERE origin = ?1";
    sqlite3_stmt *q AUTO(store_statement_done) = NULL;
    TRY(store_prepare(im->store, WHAT, sql, &q, err));
    (void)sqlite3_bind_text(q, 1, origin, -1, SQLITE_STATIC);
    if (sqlite3_step(q) != SQLITE_ROW) {
        return RC_OK;
    }
    const char *charset = (const char *)sqlite3_column_text(q, 2);
    const char *words = (const char *)sqlite3_column_text(q, 7);
    ret->service = arena_strdup(a, (const char *)sqlite3_column_text(q, 0));
    ret->form = arena_strdup(a, (const char *)sqlite3_column_text(q, 1));
    ret->charset = charset ? arena_strdup(a, charset) : NULL;
    ret->accounts = sqlite3_column_int64(q, 3);
    ret->methods = sqlite3_column_int64(q, 4);
    ret->unreadable = sqlite3_column_int64(q, 5);
    ret->is_whole = sqlite3_column_int(q, 6) == 1;
    ret->words = words ? arena_strdup(a, words) : NULL;
    return ret->service && ret->form ? RC_OK : err_setf(err, RC_NOMEM, "out of memory");
}

static enum rc put_artifact(struct importer *im, const struct import_export *x,
                            const struct import_mfa_told *t, const char *sha256, uint64_t rows,
                            struct err *err)
{
    struct row row;
    bool is_clean = t->service && t->is_whole && t->unreadable == 0;
    /* What the look at its beginning said goes under another path. */
    TRY(run_with(im->store, "DELETE FROM artifact WHERE origin = ?1", x->origin, err));
    row_begin(&row, ROW_TABLE_ARTIFACT);
    row_text(&row, ARTIFACT_ORIGIN, x->origin);
    row_text(&row, ARTIFACT_PATH, x->origin);
    row_text(&row, ARTIFACT_KIND, "mfa_export");
    row_text(&row, ARTIFACT_STATE, !t->service ? "malformed" : is_clean ? "decoded" : "partial");
    row_text(&row, ARTIFACT_DETAIL,
             t->service && !is_clean ? "not all of it could be understood" : t->detail);
    row_int(&row, ARTIFACT_SIZE, (int64_t)x->size);
    row_int(&row, ARTIFACT_CHANGED, x->changed_at);
    row_text(&row, ARTIFACT_SHA256, sha256[0] ? sha256 : NULL);
    row_int(&row, ARTIFACT_ROWS, (int64_t)rows);
    TRY(row_check(&row, err));
    TRY(store_put(im->store, &row, err));
    return store_commit(im->store, err);
}

static enum rc digest(struct importer *im, const struct import_export *x, char sha256[65],
                      struct err *err)
{
    const char *slash = strrchr(x->origin, '/');
    struct err why;
    if (import_holes(x->fd, x->size) > IMPORT_HOLES_MOST) {
        return RC_OK; /* nobody has written that many bytes */
    }
    if (im->keep) {
        return artifact_keep_file(im->keep, x->origin, slash ? slash + 1 : x->origin, x->changed_at,
                                  x->fd, x->size, sha256, err);
    }
    if (artifact_sha256(x->fd, x->size, NULL, sha256, &why) != RC_OK) {
        sha256[0] = '\0'; /* it became shorter meanwhile: the decoder says what it found */
    }
    return RC_OK;
}

enum rc import_mfa(struct importer *im, const struct import_item *item,
                   const struct import_export *x, struct import_outcome *ret, struct arena *a,
                   struct err *err)
{
    struct task_end end = { .rc = RC_OK };
    struct import_mfa_told told = { 0 };
    char sha256[65] = "";
    TRY(digest(im, x, sha256, err));
    TRY(decode(im, x, &end, err));
    ret->rows = end.rows;
    ret->is_told = true;
    ret->is_failed = end.rc != RC_OK;
    if (ret->is_failed) {
        told.detail = arena_strdup(a, end.detail);
    }
    TRY(read_told(im, x->origin, &told, a, err));
    TRY(put_artifact(im, x, &told, sha256, end.rows, err));
    import_tell_mfa(item, &told, a);
    return RC_OK;
}
