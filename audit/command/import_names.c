/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Names of a file system that somebody else filled. A kit that was unpacked under Linux keeps the bytes that Windows wrote, which in
 * Japan are code page 932; any other bytes may come as well, and none of them may break the run. */
#include <sys/stat.h>

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <iconv.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "audit/base/utf.h"
#include "audit/command/import_walk.h"

#define REPLACEMENT "\xef\xbf\xbd"

/* Code page 932 to UTF-8 when all of it is that; NULL otherwise. */
static char *from_cp932(struct arena *a, const char *raw, size_t n)
{
    char in[256], out[1024];
    char *from = in, *to = out;
    size_t left = n, room = sizeof(out) - 1;
    if (n > sizeof(in)) {
        return NULL;
    }
    memcpy(in, raw, n);
    iconv_t cd = iconv_open("UTF-8", "CP932");
    if (cd == (iconv_t)-1) { /* NOLINT: the way POSIX says that there is none */
        return NULL;
    }
    size_t rc = iconv(cd, &from, &left, &to, &room);
    (void)iconv_close(cd);
    size_t size = (size_t)(to - out);
    return rc == 0 && left == 0 && utf8_valid(out, size) ? arena_strndup(a, out, size) : NULL;
}

/* Without what a path in a bundle cannot have in a name. */
static char *without_marks(struct arena *a, const char *s)
{
    size_t n = 0;
    char *copy = arena_array(a, strlen(s) * 3 + 1, 1);
    for (; copy && *s; s++) {
        if (*s == '\\' || *s == ':' || *s == '/') {
            memcpy(copy + n, REPLACEMENT, 3);
            n += 3;
        } else {
            copy[n++] = *s;
        }
    }
    return copy;
}

const char *walk_text(struct arena *a, const char *raw)
{
    size_t n = strlen(raw);
    bool changed = false;
    const char *text = raw;
    if (!utf8_valid(raw, n)) {
        text = from_cp932(a, raw, n);
        text = text ? text : utf8_repair(a, raw, n, &changed);
    }
    if (!text) {
        return NULL;
    }
    return strpbrk(text, "\\:/") ? without_marks(a, text) : arena_strdup(a, text);
}

static int by_raw(const void *a, const void *b)
{
    const struct walk_name *x = a, *y = b;
    return strcmp(x->raw, y->raw);
}

static int by_text(const void *a, const void *b)
{
    const struct walk_name *const *x = a, *const *y = b;
    int order = strcmp((*x)->text, (*y)->text);
    return order != 0 ? order : strcmp((*x)->raw, (*y)->raw);
}

/* Two names that read the same after repair stay two. */
static enum rc tell_apart(struct walk_names *names, struct arena *a, struct err *err)
{
    struct walk_name **sorted = arena_array(a, names->count + 1, sizeof(struct walk_name *));
    if (!sorted) {
        return err_setf(err, RC_NOMEM, "out of memory for the names of a folder");
    }
    for (size_t i = 0; i < names->count; i++) {
        sorted[i] = &names->list[i];
    }
    if (names->count > 1) {
        qsort(sorted, names->count, sizeof(struct walk_name *), by_text);
    }
    const char *text = NULL;
    for (size_t i = 0, same = 0; i < names->count; i++) {
        same = text && strcmp(text, sorted[i]->text) == 0 ? same + 1 : 0;
        text = sorted[i]->text;
        if (same > 0) {
            sorted[i]->text = arena_printf(a, "%s~%zu", text, same + 1);
            if (!sorted[i]->text) {
                return err_setf(err, RC_NOMEM, "out of memory for the names of a folder");
            }
        }
    }
    return RC_OK;
}

static enum rc look(int dir, const char *raw, struct arena *a, struct walk_name *ret,
                    struct err *err)
{
    struct stat st;
    *ret = (struct walk_name){ .raw = arena_strdup(a, raw), .text = walk_text(a, raw) };
    if (!ret->raw || !ret->text) {
        return err_setf(err, RC_NOMEM, "out of memory for the names of a folder");
    }
    if (fstatat(dir, raw, &st, AT_SYMLINK_NOFOLLOW) != 0) {
        ret->is_denied = true;
        return RC_OK;
    }
    ret->is_folder = S_ISDIR(st.st_mode);
    ret->is_file = S_ISREG(st.st_mode);
    ret->is_link = S_ISLNK(st.st_mode);
    ret->size = ret->is_file && st.st_size > 0 ? (uint64_t)st.st_size : 0;
    ret->changed_at = filetime_from_unix(st.st_mtim.tv_sec);
    return RC_OK;
}

static void close_dir(DIR **d)
{
    if (*d) {
        (void)closedir(*d);
    }
}

static enum rc fill(DIR *d, size_t most, struct arena *a, struct walk_names *ret, size_t *room,
                    struct err *err)
{
    const struct dirent *e = NULL;
    while (errno = 0, (e = readdir(d)) != NULL) { /* NOLINT(concurrency-mt-unsafe) */
        if (strcmp(e->d_name, ".") == 0 || strcmp(e->d_name, "..") == 0) {
            continue;
        }
        if (ret->count == most) {
            return RC_OK;
        }
        if (ret->count == *room) {
            size_t grown = *room ? *room * 2 : 64;
            struct walk_name *list = arena_array(a, grown, sizeof(*list));
            if (!list) {
                return err_setf(err, RC_NOMEM, "out of memory for the names of a folder");
            }
            if (ret->count > 0) {
                memcpy(list, ret->list, ret->count * sizeof(*list));
            }
            ret->list = list;
            *room = grown;
        }
        TRY(look(dirfd(d), e->d_name, a, &ret->list[ret->count++], err));
    }
    ret->is_whole = errno == 0;
    return RC_OK;
}

enum rc walk_list(int dir, size_t most, struct arena *a, struct walk_names *ret, struct err *err)
{
    size_t room = 0;
    *ret = (struct walk_names){ 0 };
    /* A descriptor of its own: readdir moves, and closedir closes. */
    int fd = openat(dir, ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    DIR *d AUTO(close_dir) = fd >= 0 ? fdopendir(fd) : NULL;
    if (!d) {
        enum rc rc = errno == EACCES || errno == EPERM ? RC_DENIED : RC_IO;
        (void)err_setf(err, rc, "the folder cannot be listed: %s", strerror(errno));
        auto_fd_close(&fd);
        return rc;
    }
    TRY(fill(d, most, a, ret, &room, err));
    if (ret->count > 1) {
        qsort(ret->list, ret->count, sizeof(*ret->list), by_raw);
    }
    return tell_apart(ret, a, err);
}

const struct walk_name *walk_find(const struct walk_names *names, const char *name)
{
    const struct walk_name *found = NULL;
    for (size_t i = 0; i < names->count; i++) {
        if (strcmp(names->list[i].raw, name) == 0) {
            return &names->list[i];
        }
        if (!found && strcasecmp(names->list[i].raw, name) == 0) {
            found = &names->list[i];
        }
    }
    return found;
}

int walk_open_folder(int dir, const char *raw)
{
    return openat(dir, raw, O_RDONLY | O_DIRECTORY | O_CLOEXEC | O_NOFOLLOW);
}

/* One part of a path; the caller closes *ret_fd. */
static enum rc open_part(int dir, const char *part, struct arena *a, int *ret_fd,
                         const char **ret_text, struct err *err)
{
    struct walk_names names;
    TRY(walk_list(dir, WALK_ENTRIES_MOST, a, &names, err));
    const struct walk_name *n = walk_find(&names, part);
    if (!n || !n->is_folder) {
        return err_setf(err, RC_ABSENT, "there is no folder %s", part);
    }
    *ret_fd = walk_open_folder(dir, n->raw);
    *ret_text = n->text;
    if (*ret_fd >= 0) {
        return RC_OK;
    }
    return err_setf(err, errno == EACCES || errno == EPERM ? RC_DENIED : RC_IO,
                    "the folder %s cannot be opened: %s", part, strerror(errno));
}

enum rc walk_open_path(int dir, const char *path, struct arena *a, int *ret_fd,
                       const char **ret_path, struct err *err)
{
    AUTO_FD int at = fcntl(dir, F_DUPFD_CLOEXEC, 3);
    const char *spelled = "";
    if (at < 0) {
        return err_setf(err, RC_IO, "too many files are open: %s", strerror(errno));
    }
    while (*path) {
        size_t n = strcspn(path, "/");
        const char *part = arena_strndup(a, path, n), *text = NULL;
        int next = -1;
        if (!part) {
            return err_setf(err, RC_NOMEM, "out of memory for a path");
        }
        TRY(open_part(at, part, a, &next, &text, err));
        (void)close(at);
        at = next;
        spelled = spelled[0] ? arena_printf(a, "%s/%s", spelled, text) : text;
        if (!spelled) {
            return err_setf(err, RC_NOMEM, "out of memory for a path");
        }
        path += n + (path[n] == '/');
    }
    *ret_fd = at;
    *ret_path = spelled;
    at = -1;
    return RC_OK;
}
