/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "audit/command/import_walk.h"

#include <sys/mman.h>
#include <sys/sendfile.h>
#include <sys/stat.h>

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

const struct walk_limits walk_limits_default = { WALK_FILE_MOST, WALK_BUNDLE_MOST,
                                                 WALK_ENTRIES_MOST, WALK_DEPTH_MOST };

enum rc walk_begin(struct walk *w, struct arena *a, const struct walk_limits *limits,
                   struct err *err)
{
    *w = (struct walk){ .a = a, .limits = *limits, .fd = -1 };
    w->fd = memfd_create("kagimori-bundle", MFD_CLOEXEC | MFD_ALLOW_SEALING);
    if (w->fd < 0) {
        return err_setf(err, RC_IO, "cannot keep a copy of the files: %s", strerror(errno));
    }
    return bundle_begin(&w->writer, w->fd, limits->bundle_most, err);
}

void walk_done(struct walk *w)
{
    auto_fd_close(&w->fd);
    w->fd = -1;
}

static enum rc seal(int fd, struct err *err)
{
    if (lseek(fd, 0, SEEK_SET) != 0 ||
        fcntl(fd, F_ADD_SEALS, F_SEAL_WRITE | F_SEAL_GROW | F_SEAL_SHRINK | F_SEAL_SEAL) != 0) {
        return err_setf(err, RC_IO, "cannot seal a copy of the files: %s", strerror(errno));
    }
    return RC_OK;
}

enum rc walk_seal(struct walk *w, struct err *err)
{
    TRY(bundle_end(&w->writer, err));
    return seal(w->fd, err);
}

static enum rc new_entry(struct walk *w, const struct walk_entry *e, struct walk_entry **ret,
                         struct err *err)
{
    if (w->count == w->room) {
        size_t room = w->room ? w->room * 2 : 256;
        struct walk_entry *list = arena_array(w->a, room, sizeof(*list));
        if (!list) {
            return err_setf(err, RC_NOMEM, "out of memory for the names of %zu files", w->count);
        }
        if (w->count > 0) {
            memcpy(list, w->entries, w->count * sizeof(*list));
        }
        w->entries = list;
        w->room = room;
    }
    w->entries[w->count] = *e;
    *ret = &w->entries[w->count++];
    return RC_OK;
}

/* Takes back what was written of a member. */
static enum rc rewind_to(struct walk *w, uint64_t at, struct err *err)
{
    if (ftruncate(w->fd, (off_t)at) != 0 || lseek(w->fd, (off_t)at, SEEK_SET) < 0) {
        return err_setf(err, RC_IO, "cannot take back a part of the bundle: %s", strerror(errno));
    }
    w->writer.written = at;
    return RC_OK;
}

/* Puts a member without bytes. */
static enum rc put_bare(struct walk *w, struct walk_entry *e, struct err *err)
{
    const struct bundle_member m = { .path = e->path,
                                     .path_size = strlen(e->path),
                                     .state = e->state,
                                     .size = e->size,
                                     .changed_at = e->changed_at };
    struct bundle_writer bare = w->writer;
    e->begin = bare.written;
    bare.most = 0; /* that a file is there is told even when its bytes have no room */
    TRY(bundle_put(&bare, &m, err));
    w->writer.written = bare.written;
    e->end = bare.written;
    return RC_OK;
}

static enum rc put_bytes(struct walk *w, struct walk_entry *e, int fd, struct err *err)
{
    const struct bundle_member m = { .path = e->path,
                                     .path_size = strlen(e->path),
                                     .state = BUNDLE_READ,
                                     .size = e->size,
                                     .changed_at = e->changed_at };
    bool is_short = false;
    e->begin = w->writer.written;
    enum rc rc = bundle_put_file(&w->writer, &m, fd, &is_short, err);
    if (rc == RC_LIMIT) {
        e->state = BUNDLE_TOO_LARGE;
        e->detail = "the files are too large to be read together";
        w->is_too_large = true;
        return put_bare(w, e, err);
    }
    TRY(rc);
    if (is_short) {
        TRY(rewind_to(w, e->begin, err));
        e->state = BUNDLE_FAILED;
        e->detail = "it became shorter while it was read, or its disk failed";
        return put_bare(w, e, err);
    }
    e->end = w->writer.written;
    w->files++;
    return RC_OK;
}

/* The same file that was looked at, and nothing but a file; -1 and errno otherwise. */
static int open_file(int dir, const char *name, const struct stat *seen)
{
    struct stat st;
    int fd = openat(dir, name, O_RDONLY | O_CLOEXEC | O_NOFOLLOW | O_NOCTTY | O_NONBLOCK);
    if (fd >= 0 && (fstat(fd, &st) != 0 || !S_ISREG(st.st_mode) || st.st_dev != seen->st_dev ||
                    st.st_ino != seen->st_ino)) {
        (void)close(fd);
        errno = ELOOP;
        return -1;
    }
    return fd;
}

static bool is_refusal(int number)
{
    return number == EACCES || number == EPERM;
}

static const char *odd_kind(mode_t mode)
{
    switch (mode & S_IFMT) {
    case S_IFLNK:
        return "a symbolic link: links are not followed";
    case S_IFDIR:
        return "a folder where a file was expected";
    default:
        return "a device, a pipe or a socket: only files are read";
    }
}

static enum rc hand_over(struct walk *w, int dir, const char *name, const struct stat *st,
                         struct walk_entry *e, struct err *err)
{
    e->state = BUNDLE_TOO_LARGE; /* the decoder of the other files gets no bytes of it */
    if (!w->log) {
        e->artifact_state = "ignored";
        return RC_OK;
    }
    AUTO_FD int fd = open_file(dir, name, st);
    if (fd < 0) {
        e->state = is_refusal(errno) ? BUNDLE_DENIED : BUNDLE_FAILED;
        e->artifact_state = is_refusal(errno) ? "denied" : "malformed";
        e->detail = is_refusal(errno) ? "access was refused" : "it could not be opened";
    }
    e->is_log = true;
    return w->log(w->context, fd, e, err);
}

static enum rc take_file(struct walk *w, int dir, const char *name, const struct stat *st,
                         struct walk_entry *e, struct err *err)
{
    if (e->size > w->limits.file_most) {
        e->state = BUNDLE_TOO_LARGE;
        e->detail = "it is too large to be read";
        w->is_too_large = true;
        return put_bare(w, e, err);
    }
    AUTO_FD int fd = open_file(dir, name, st);
    if (fd < 0) {
        e->state = is_refusal(errno) ? BUNDLE_DENIED : BUNDLE_FAILED;
        e->detail = is_refusal(errno) ? "access was refused" : "it could not be opened";
        return put_bare(w, e, err);
    }
    return put_bytes(w, e, fd, err);
}

enum rc walk_file(struct walk *w, int dir, const char *name, const char *path, enum walk_wish wish,
                  struct err *err)
{
    struct stat st = { 0 };
    struct walk_entry *e = NULL;
    const struct walk_entry blank = { .path = path, .state = BUNDLE_READ };
    if (wish == WALK_PASS || !bundle_path_valid(path, strlen(path))) {
        return RC_OK;
    }
    if (w->count >= w->limits.entries_most) {
        w->is_cut = true;
        return RC_OK;
    }
    TRY(new_entry(w, &blank, &e, err));
    if (fstatat(dir, name, &st, AT_SYMLINK_NOFOLLOW) != 0) {
        e->state = is_refusal(errno) ? BUNDLE_DENIED : BUNDLE_FAILED;
        e->detail = "it could not be looked at";
        return put_bare(w, e, err);
    }
    e->changed_at = filetime_from_unix(st.st_mtim.tv_sec) + st.st_mtim.tv_nsec / 100;
    e->changed_at = e->changed_at < 0 ? 0 : e->changed_at;
    e->size = S_ISREG(st.st_mode) && st.st_size > 0 ? (uint64_t)st.st_size : 0;
    if (!S_ISREG(st.st_mode)) {
        e->state = BUNDLE_FAILED;
        e->artifact_state = "refused";
        e->detail = odd_kind(st.st_mode);
        return put_bare(w, e, err);
    }
    if (wish == WALK_NOTE) {
        e->artifact_state = "ignored";
        return RC_OK;
    }
    if (wish == WALK_LOG) {
        TRY(hand_over(w, dir, name, &st, e, err));
        return put_bare(w, e, err);
    }
    return take_file(w, dir, name, &st, e, err);
}

enum rc walk_folder(struct walk *w, const char *path, bool is_whole, struct err *err)
{
    struct walk_entry *e = NULL;
    const struct walk_entry folder = { .path = path,
                                       .state = is_whole ? BUNDLE_FOLDER : BUNDLE_FOLDER_CUT };
    if (!bundle_path_valid(path, strlen(path))) {
        return RC_OK;
    }
    TRY(new_entry(w, &folder, &e, err));
    return put_bare(w, e, err);
}

static enum rc walk_deep(struct walk *w, int dir, const char *at, walk_filter filter,
                         unsigned depth, struct err *err);

static enum rc enter(struct walk *w, int dir, const struct walk_name *name, const char *path,
                     walk_filter filter, unsigned depth, struct err *err)
{
    AUTO_FD int fd = depth < w->limits.depth_most ? walk_open_folder(dir, name->raw) : -1;
    if (fd >= 0) {
        return walk_deep(w, fd, path, filter, depth + 1, err);
    }
    w->is_cut = w->is_cut || depth >= w->limits.depth_most;
    return walk_folder(w, path, false, err);
}

static enum rc walk_deep(struct walk *w, int dir, const char *at, walk_filter filter,
                         unsigned depth, struct err *err)
{
    struct walk_names names = { 0 };
    struct err why = { .rc = RC_OK };
    size_t left = w->limits.entries_most > w->count ? w->limits.entries_most - w->count : 0;
    enum rc rc = walk_list(dir, left, w->a, &names, &why);
    if (rc == RC_NOMEM) {
        *err = why;
        return rc;
    }
    w->is_cut = w->is_cut || (rc == RC_OK && !names.is_whole);
    TRY(walk_folder(w, at, rc == RC_OK && names.is_whole, err));
    for (size_t i = 0; i < names.count; i++) {
        const struct walk_name *n = &names.list[i];
        const char *path =
            at[0] ? arena_printf(w->a, "%s/%s", at, n->text) : arena_strdup(w->a, n->text);
        if (!path) {
            return err_setf(err, RC_NOMEM, "out of memory for the names of the files");
        }
        enum walk_wish wish = filter(path, n->is_folder, n->size);
        if (!n->is_folder) {
            TRY(walk_file(w, dir, n->raw, path, wish, err));
        } else if (wish == WALK_TAKE) {
            TRY(enter(w, dir, n, path, filter, depth, err));
        }
    }
    return RC_OK;
}

enum rc walk_tree(struct walk *w, int dir, const char *at, walk_filter filter, struct err *err)
{
    return walk_deep(w, dir, at, filter, 0, err);
}

static enum rc copy_range(struct bundle_writer *to, int from, uint64_t begin, uint64_t end,
                          struct err *err)
{
    off_t at = (off_t)begin;
    while (at < (off_t)end) {
        ssize_t n = sendfile(to->fd, from, &at, (size_t)(end - (uint64_t)at));
        if (n < 0 && errno == EINTR) {
            continue;
        }
        if (n <= 0) {
            return err_setf(err, RC_IO, "cannot copy the bundle: %s", strerror(errno));
        }
    }
    to->written += end - begin;
    return RC_OK;
}

static enum rc copy_without(const struct walk *w, const bool *left_out, int fd, struct err *err)
{
    struct bundle_writer to;
    TRY(bundle_begin(&to, fd, 0, err));
    for (size_t i = 0; i < w->count; i++) {
        const struct walk_entry *e = &w->entries[i];
        const struct bundle_member m = { .path = e->path,
                                         .path_size = strlen(e->path),
                                         .state = BUNDLE_FAILED,
                                         .size = e->size,
                                         .changed_at = e->changed_at };
        if (e->end == 0) {
            continue;
        }
        TRY(left_out[i] && e->state == BUNDLE_READ ? bundle_put(&to, &m, err)
                                                   : copy_range(&to, w->fd, e->begin, e->end, err));
    }
    TRY(bundle_end(&to, err));
    return seal(fd, err);
}

enum rc walk_without(const struct walk *w, const bool *left_out, int *ret_fd, struct err *err)
{
    AUTO_FD int fd = memfd_create("kagimori-bundle", MFD_CLOEXEC | MFD_ALLOW_SEALING);
    if (fd < 0) {
        return err_setf(err, RC_IO, "cannot copy the bundle: %s", strerror(errno));
    }
    TRY(copy_without(w, left_out, fd, err));
    *ret_fd = fd;
    fd = -1;
    return RC_OK;
}
