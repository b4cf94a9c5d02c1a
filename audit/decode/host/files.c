/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <stdlib.h>
#include <string.h>

#include "audit/base/utf.h"
#include "audit/decode/format/crypt.h"
#include "audit/decode/host/reading.h"

#define PROGRESS_BYTES (64ULL << 20) /* hashed between two signs of life */

static const char *lower_copy(struct arena *a, const char *s, size_t n)
{
    char *copy = arena_strndup(a, s, n);
    for (size_t i = 0; copy && i < n; i++) {
        if (copy[i] >= 'A' && copy[i] <= 'Z') {
            copy[i] = (char)(copy[i] + 32);
        }
    }
    return copy;
}

static int by_name(const void *a, const void *b)
{
    return strcmp(((const struct host_file *)a)->lower, ((const struct host_file *)b)->lower);
}

static enum rc count_members(const struct host_import *import, size_t *ret, struct err *err)
{
    struct bundle_reader b;
    struct bundle_member m;
    *ret = 0;
    TRY(bundle_open(&b, import->bundle, import->bundle_size, err));
    enum rc rc;
    while ((rc = bundle_next(&b, &m, err)) == RC_OK) {
        if (++*ret > HOST_FILES_MAX) {
            return err_setf(err, RC_LIMIT, "more than %u files of one host", HOST_FILES_MAX);
        }
    }
    if (rc == RC_ABSENT && !b.is_whole) {
        return err_setf(err, RC_MALFORMED, "the bundle of files is cut off");
    }
    return rc == RC_ABSENT ? RC_OK : rc;
}

static enum rc take(struct host_reading *r, const struct bundle_member *m, struct host_file *f,
                    struct err *err)
{
    f->path = arena_strndup(r->a, m->path, m->path_size);
    f->lower = lower_copy(r->a, m->path, m->path_size);
    if (!f->path || !f->lower) {
        return err_setf(err, RC_NOMEM, "out of memory");
    }
    f->data = m->data ? m->data : (const uint8_t *)"";
    f->size = m->state == BUNDLE_READ ? (size_t)m->size : 0;
    f->told_size = m->size;
    f->changed_at = m->changed_at;
    f->bundle = m->state;
    uint8_t sum[32];
    if (m->state == BUNDLE_READ && crypt_sha256(f->data, f->size, sum)) {
        crypt_hex(sum, sizeof(sum), f->sha256);
    }
    return RC_OK;
}

static bool is_folder(const struct host_file *f)
{
    return f->bundle == BUNDLE_FOLDER || f->bundle == BUNDLE_FOLDER_CUT;
}

/* On Windows both cannot be in one folder: somebody put one there, and nobody knows which. */
static void bar_doubles(struct host_reading *r)
{
    for (size_t i = 0; i + 1 < r->count; i++) {
        struct host_file *f = &r->files[i], *g = &r->files[i + 1];
        if (strcmp(f->lower, g->lower) == 0 && !is_folder(f) && !is_folder(g)) {
            f->is_barred = g->is_barred = true;
            f->state = g->state = "malformed";
            f->detail = g->detail = "there are two files of this name, which differ in case only";
        }
    }
}

enum rc host_files_open(struct host_reading *r, struct err *err)
{
    struct bundle_reader b;
    struct bundle_member m;
    size_t count;
    uint64_t hashed = 0;
    TRY(count_members(r->import, &count, err));
    r->files = arena_array(r->a, count + 1, sizeof(*r->files));
    if (!r->files) {
        return err_setf(err, RC_NOMEM, "out of memory");
    }
    TRY(bundle_open(&b, r->import->bundle, r->import->bundle_size, err));
    while (r->count < count && bundle_next(&b, &m, err) == RC_OK) {
        TRY(take(r, &m, &r->files[r->count++], err));
        hashed += r->files[r->count - 1].size;
        if (r->import->progress && (hashed > PROGRESS_BYTES || r->count % 1024 == 0)) {
            r->import->progress(r->import->context, r->count);
            hashed = 0;
        }
    }
    qsort(r->files, r->count, sizeof(*r->files), by_name);
    bar_doubles(r);
    return RC_OK;
}

bool host_file_usable(const struct host_file *f)
{
    return f->bundle == BUNDLE_READ && !f->is_barred;
}

/* Position of the first file whose name is not below base + path. */
static size_t position(const struct host_reading *r, const char *base, const char *path)
{
    size_t low = 0, high = r->count, n = strlen(base);
    while (low < high) {
        size_t middle = low + (high - low) / 2;
        const char *name = r->files[middle].lower;
        int order = strncmp(name, base, n);
        if (order == 0) {
            order = strcmp(name + n, path);
        }
        if (order < 0) {
            low = middle + 1;
        } else {
            high = middle;
        }
    }
    return low;
}

static bool is_at(const struct host_file *f, const char *base, const char *path)
{
    size_t n = strlen(base);
    return strncmp(f->lower, base, n) == 0 && strcmp(f->lower + n, path) == 0;
}

struct host_file *host_file_find(const struct host_reading *r, const char *base, const char *path)
{
    for (size_t i = position(r, base, path); i < r->count && is_at(&r->files[i], base, path); i++) {
        if (host_file_usable(&r->files[i])) {
            return &r->files[i];
        }
    }
    return NULL;
}

struct host_file *host_files_below(const struct host_reading *r, const char *base, const char *path,
                                   size_t *ret_count)
{
    size_t first = position(r, base, path), end = first, n = strlen(base), m = strlen(path);
    while (end < r->count && strncmp(r->files[end].lower, base, n) == 0 &&
           strncmp(r->files[end].lower + n, path, m) == 0) {
        end++;
    }
    *ret_count = end - first;
    return &r->files[first];
}

bool host_folder_is_whole(const struct host_reading *r, const char *base, const char *path)
{
    size_t count, n = strlen(base) + strlen(path);
    bool is_whole = false, is_cut = false;
    const struct host_file *files = host_files_below(r, base, path, &count);
    for (size_t i = 0; i < count; i++) {
        bool is_here = files[i].lower[n] == '\0';
        if (is_here || files[i].lower[n] == '/') {
            is_whole = is_whole || (is_here && files[i].bundle == BUNDLE_FOLDER);
            is_cut = is_cut || files[i].bundle == BUNDLE_FOLDER_CUT;
        }
    }
    return is_whole && !is_cut;
}

const char *host_name_of(const char *path)
{
    const char *slash = strrchr(path, '/');
    return slash ? slash + 1 : path;
}

enum rc host_file_end(struct host_reading *r, struct host_file *f, const char *kind, enum rc rc,
                      struct err *err)
{
    f->kind = kind;
    if (rc != RC_OK && rc != RC_MALFORMED) {
        return rc;
    }
    if (rc == RC_OK) {
        f->state = f->state && strcmp(f->state, "decoded") != 0 ? f->state : "decoded";
    } else if (!f->detail) {
        f->state = f->rows > 0 ? "partial" : "malformed";
        f->detail = arena_strdup(r->a, err->msg);
    }
    r->files_done++;
    if (r->import->progress && r->files_done % 256 == 0) {
        r->import->progress(r->import->context, r->files_done);
    }
    return RC_OK;
}

/* State of a file that no decoder took. */
static const char *left_state(const struct host_file *f)
{
    switch (f->bundle) {
    case BUNDLE_DENIED:
        return "denied";
    case BUNDLE_TOO_LARGE:
        return "too_large";
    case BUNDLE_FAILED:
        return "partial";
    case BUNDLE_READ:
    case BUNDLE_FOLDER:
    case BUNDLE_FOLDER_CUT:
    default:
        return "ignored";
    }
}

static enum rc put_artifact(struct host_reading *r, const struct host_file *f, struct err *err)
{
    struct row row;
    row_begin(&row, ROW_TABLE_ARTIFACT);
    row_text(&row, ARTIFACT_ORIGIN, r->import->origin);
    host_text(&row, ARTIFACT_PATH, f->path);
    row_text(&row, ARTIFACT_KIND, f->kind);
    row_text(&row, ARTIFACT_STATE, f->state ? f->state : left_state(f));
    host_text(&row, ARTIFACT_DETAIL, f->detail);
    row_int(&row, ARTIFACT_SIZE, (int64_t)(f->told_size <= INT64_MAX ? f->told_size : INT64_MAX));
    if (f->changed_at > 0) {
        row_int(&row, ARTIFACT_CHANGED, f->changed_at);
    }
    host_text(&row, ARTIFACT_SHA256, f->sha256);
    if (f->kind && r->import->host) {
        row_int(&row, ARTIFACT_ROWS, (int64_t)f->rows);
    }
    return row_put(r->import->sink, &row, err);
}

enum rc host_files_put(struct host_reading *r, struct err *err)
{
    for (size_t i = 0; i < r->count; i++) {
        if (!is_folder(&r->files[i])) {
            TRY(put_artifact(r, &r->files[i], err));
        }
    }
    return RC_OK;
}

enum rc host_put(struct host_reading *r, struct host_file *f, const struct row *row,
                 struct err *err)
{
    TRY(row_put(r->import->sink, row, err));
    if (f) {
        f->rows++;
    }
    return RC_OK;
}

void host_text(struct row *row, int column, const char *text)
{
    size_t n = text ? utf8_fit(text, strlen(text), ROW_TEXT_MAX) : 0;
    if (n > 0) {
        row_textn(row, column, text, n);
    }
}

void host_raise(struct host_told *told, int state, const char *why)
{
    if (state == TOLD_ALL) {
        told->state = TOLD_ALL;
        told->why = NULL;
    } else if (told->state != TOLD_ALL) {
        told->state = state == TOLD_SOME ? TOLD_SOME : told->state;
        told->why = told->why ? told->why : why;
    }
}

void host_lower(struct host_told *told, const char *why)
{
    if (told->state == TOLD_ALL) {
        told->state = TOLD_SOME;
    }
    told->why = told->why ? told->why : why;
}

bool host_wants(const struct host_reading *r, enum host_part part)
{
    return r->import->wants[part] && r->told[part].state != TOLD_ALL;
}
