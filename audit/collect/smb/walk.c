/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "audit/collect/smb/walk.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static bool is_loss(enum rc rc)
{
    return rc == RC_UNREACHABLE || rc == RC_TIMEOUT;
}

/* Remembers the first thing that is missing, for the message. */
static void missed(struct walk *w, enum rc rc, const char *path, const char *why)
{
    if (w->cut.rc == RC_OK) {
        (void)err_setf(&w->cut, rc, "%.300s: %.120s", path, why);
    }
}

static void note_loss(struct walk *w, const struct err *e)
{
    if (w->lost.rc == RC_OK && is_loss(e->rc)) {
        w->lost = *e;
    }
}

/* RC_LIMIT leaves this member out, and costs its folder the word that it is whole. */
static enum rc put(struct walk *w, const struct bundle_member *m, bool *is_whole, struct err *err)
{
    enum rc rc = bundle_put(w->out, m, err);
    if (rc != RC_LIMIT) {
        return rc;
    }
    missed(w, RC_LIMIT, m->path, err->msg);
    struct bundle_member name = *m;
    name.state = m->state == BUNDLE_READ ? BUNDLE_TOO_LARGE : m->state;
    name.data = NULL;
    name.note_size = 0;
    rc = bundle_put(w->out, &name, err);
    *is_whole = *is_whole && rc == RC_OK;
    return rc == RC_LIMIT ? RC_OK : rc;
}

static size_t describe(struct walk *w, const char *path)
{
    return w->tree->describe && w->lost.rc == RC_OK
               ? w->tree->describe(w->tree, path, w->note, sizeof(w->note))
               : 0;
}

static enum bundle_state read_bytes(struct walk *w, const char *path, uint64_t most, uint8_t **ret,
                                    size_t *ret_size)
{
    struct err e = { .rc = RC_OK };
    size_t room = (size_t)most + 1; /* one more tells that there is more */
    *ret_size = 0;
    if (w->lost.rc != RC_OK) {
        return BUNDLE_FAILED;
    }
    *ret = malloc(room);
    enum rc rc = *ret ? w->tree->read(w->tree, path, *ret, room, ret_size, &e)
                      : err_setf(&e, RC_NOMEM, "out of memory");
    if (rc == RC_OK) {
        return *ret_size < room ? BUNDLE_READ : BUNDLE_TOO_LARGE;
    }
    note_loss(w, &e);
    missed(w, rc, path, e.msg);
    return rc == RC_DENIED ? BUNDLE_DENIED : BUNDLE_FAILED;
}

static enum rc put_file(struct walk *w, const char *path, const struct walk_entry *e,
                        bool *is_whole, struct err *err)
{
    uint8_t *bytes = NULL;
    size_t size = 0;
    uint64_t most = w->wants(path, e);
    struct bundle_member m = { .path = path,
                               .path_size = strlen(path),
                               .state = BUNDLE_TOO_LARGE,
                               .size = e->size,
                               .changed_at = e->changed_at };
    if (most > 0 && e->size <= most) {
        /* A file may have grown since it was listed, and a server may lie about sizes: no more is asked for than it said,
         * and a little. */
        uint64_t room = e->size + 65536 < most ? e->size + 65536 : most;
        m.state = read_bytes(w, path, room, &bytes, &size);
        m.data = bytes;
        m.size = m.state == BUNDLE_READ ? size : e->size;
    } else if (most > 0) {
        missed(w, RC_LIMIT, path, "it is larger than what is read");
    }
    m.note = w->note;
    m.note_size = describe(w, path);
    w->read_files += m.state == BUNDLE_READ;
    enum rc rc = put(w, &m, is_whole, err);
    free(bytes);
    return rc;
}

static enum rc put_folder(struct walk *w, const char *path, filetime changed_at, bool is_whole,
                          struct err *err)
{
    const struct bundle_member m = { .path = path,
                                     .path_size = strlen(path),
                                     .note = w->note,
                                     .note_size = describe(w, path),
                                     .changed_at = changed_at,
                                     .state = is_whole ? BUNDLE_FOLDER : BUNDLE_FOLDER_CUT };
    bool ignored = true;
    return put(w, &m, &ignored, err);
}

static enum rc walk(struct walk *w, const char *path, filetime changed_at, unsigned depth,
                    bool *ret_whole, struct err *list_err, struct err *err);

/* One entry; *is_whole becomes false when something of it is missing that the reader of the bundle could take for not there. */
static enum rc put_entry(struct walk *w, const char *folder, const struct walk_entry *e,
                         unsigned depth, bool *is_whole, struct err *err)
{
    char path[BUNDLE_PATH_MAX + 1];
    int n = snprintf(path, sizeof(path), "%s/%s", folder, e->name);
    if (n < 0 || (size_t)n >= sizeof(path) || strchr(e->name, '/') ||
        !bundle_path_valid(path, (size_t)n)) {
        missed(w, RC_MALFORMED, folder, "a name in it cannot be a file's");
        *is_whole = false;
        return RC_OK;
    }
    if (w->entries >= w->most_entries) {
        missed(w, RC_LIMIT, folder, "there are too many files");
        *is_whole = false;
        return RC_OK;
    }
    w->entries++;
    if (w->progress) {
        w->progress(w->context, w->entries);
    }
    if (!e->is_folder) {
        return put_file(w, path, e, is_whole, err);
    }
    struct err listing = { .rc = RC_OK };
    bool ignored = false;
    if (e->is_link || depth + 1 >= WALK_DEPTH) {
        missed(w, RC_LIMIT, path,
               e->is_link ? "it leads elsewhere and is not followed" : "it lies too deep");
        return put_folder(w, path, e->changed_at, false, err);
    }
    return walk(w, path, e->changed_at, depth + 1, &ignored, &listing, err);
}

/* A folder comes after what is in it: only then it is known whether all of that is there. */
static enum rc walk(struct walk *w, const char *path, filetime changed_at, unsigned depth,
                    bool *ret_whole, struct err *list_err, struct err *err)
{
    struct arena *a AUTO(arena_freep) = arena_new(0);
    struct walk_entry *entries = NULL;
    size_t count = 0;
    if (!a) {
        return err_setf(err, RC_NOMEM, "out of memory");
    }
    *ret_whole = true;
    enum rc rc = w->lost.rc != RC_OK ? (*list_err = w->lost).rc
                                     : w->tree->list(w->tree, path, a, &entries, &count, list_err);
    if (rc != RC_OK) {
        note_loss(w, list_err);
        if (rc != RC_ABSENT || depth > 0) {
            missed(w, rc, path, list_err->msg);
        }
        *ret_whole = false;
        count = 0;
    }
    for (size_t i = 0; i < count; i++) {
        TRY(put_entry(w, path, &entries[i], depth, ret_whole, err));
        if (w->entries >= w->most_entries && i + 1 < count) {
            missed(w, RC_LIMIT, path, "there are too many files");
            *ret_whole = false;
            break;
        }
    }
    if (rc == RC_ABSENT && depth == 0) {
        return RC_OK;
    }
    return put_folder(w, path, changed_at, *ret_whole, err);
}

enum rc walk_folder(struct walk *w, const char *path, struct err *err)
{
    struct err listing = { .rc = RC_OK };
    bool is_whole = false;
    TRY(walk(w, path, 0, 0, &is_whole, &listing, err));
    if (listing.rc != RC_OK) {
        *err = listing;
    }
    return listing.rc;
}

enum rc walk_absent(struct walk *w, const char *path, struct err *err)
{
    return put_folder(w, path, 0, true, err);
}

enum rc walk_file(struct walk *w, const char *path, struct err *err)
{
    uint8_t *bytes = NULL;
    size_t size = 0;
    const struct walk_entry e = { .name = path };
    uint64_t most = w->wants(path, &e);
    struct err failure = { .rc = RC_OK };
    bool ignored = true;
    w->entries++;
    bytes = malloc((size_t)most + 1);
    if (!bytes) {
        return err_setf(err, RC_NOMEM, "out of memory");
    }
    enum rc rc = w->lost.rc != RC_OK
                     ? (failure = w->lost).rc
                     : w->tree->read(w->tree, path, bytes, (size_t)most + 1, &size, &failure);
    note_loss(w, &failure);
    struct bundle_member m = { .path = path,
                               .path_size = strlen(path),
                               .size = size,
                               .data = bytes,
                               .state = rc == RC_DENIED ? BUNDLE_DENIED
                                        : rc != RC_OK   ? BUNDLE_FAILED
                                        : size > most   ? BUNDLE_TOO_LARGE
                                                        : BUNDLE_READ };
    w->read_files += m.state == BUNDLE_READ;
    enum rc written = rc == RC_ABSENT ? RC_OK : put(w, &m, &ignored, err);
    free(bytes);
    if (written == RC_OK && rc != RC_OK) {
        *err = failure;
        return rc;
    }
    return written;
}
