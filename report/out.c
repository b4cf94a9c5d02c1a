/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "report/out.h"

#include <sys/stat.h>

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static const char *advice(int code)
{
    switch (code) {
    case ENOSPC:
    case EDQUOT:
        return ": free space there or write the report elsewhere";
    case EACCES:
    case EPERM:
    case EROFS:
        return ": choose a folder that you may write to";
    case ENOENT:
        return ": make the folder first";
    default:
        return "";
    }
}

static enum rc fail(const struct out *o, const char *what, int code, struct err *err)
{
    bool is_usage = code == EACCES || code == EPERM || code == EROFS || code == ENOENT;
    (void)err_setf(err, is_usage ? RC_USAGE : RC_IO, "cannot %s the report: %s%s", what,
                   strerror(code), advice(code));
    return err_at(err, "%s", o->path);
}

enum rc out_open(struct out *o, const char *path, struct err *err)
{
    memset(o, 0, sizeof(*o));
    size_t n = strlen(path);
    if (n == 0 || n >= sizeof(o->path)) {
        return err_setf(err, RC_USAGE, "the path of a report has between 1 and %zu bytes, not %zu",
                        sizeof(o->path) - 1, n);
    }
    (void)snprintf(o->path, sizeof(o->path), "%s", path);
    (void)snprintf(o->temporary, sizeof(o->temporary), "%s.XXXXXX", path);
    /* mkostemp makes the file with O_EXCL: a link that waits there under that name is never followed. */
    int fd = mkostemp(o->temporary, O_CLOEXEC);
    if (fd < 0) {
        o->temporary[0] = '\0';
        return fail(o, "create", errno, err);
    }
    if (fchmod(fd, S_IRUSR | S_IWUSR) < 0 || !(o->file = fdopen(fd, "w"))) {
        int code = errno;
        (void)close(fd);
        out_done(o);
        return fail(o, "create", code, err);
    }
    return RC_OK;
}

void out_stream(struct out *o, FILE *to)
{
    memset(o, 0, sizeof(*o));
    (void)snprintf(o->path, sizeof(o->path), "-");
    o->file = to;
    o->is_stream = true;
}

/* The rename itself is on the disk only when its folder is. A file system that cannot sync a folder is not a failure. */
static void sync_folder(const char *path)
{
    char folder[4096];
    (void)snprintf(folder, sizeof(folder), "%s", path);
    char *slash = strrchr(folder, '/');
    if (slash) {
        slash[slash == folder ? 1 : 0] = '\0';
    } else {
        (void)snprintf(folder, sizeof(folder), ".");
    }
    AUTO_FD int fd = open(folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    if (fd >= 0) {
        (void)fsync(fd);
    }
}

static enum rc commit_stream(struct out *o, struct err *err)
{
    errno = 0;
    bool bad = fflush(o->file) != 0 || ferror(o->file) != 0;
    int code = errno ? errno : EIO;
    o->file = NULL;
    return bad ? fail(o, "write", code, err) : RC_OK;
}

/* Why an earlier write failed, which nobody kept: a full disk refuses the next one, too. The file is thrown away afterwards. */
static int ask_disk(int fd)
{
    static const char zeros[65536];
    errno = 0;
    ssize_t n = write(fd, zeros, sizeof(zeros));
    return n < 0 ? errno : n < (ssize_t)sizeof(zeros) ? ENOSPC : EIO;
}

enum rc out_commit(struct out *o, struct err *err)
{
    if (o->is_stream) {
        return commit_stream(o, err);
    }
    errno = 0;
    bool bad = fflush(o->file) != 0 || ferror(o->file) != 0 || fsync(fileno(o->file)) != 0;
    int code = errno || !bad ? errno : ask_disk(fileno(o->file));
    if (fclose(o->file) != 0 && !bad) {
        bad = true;
        code = errno;
    }
    o->file = NULL;
    if (!bad && rename(o->temporary, o->path) != 0) {
        bad = true;
        code = errno;
    }
    if (bad) {
        out_done(o);
        return fail(o, "write", code, err);
    }
    o->temporary[0] = '\0';
    sync_folder(o->path);
    return RC_OK;
}

void out_done(struct out *o)
{
    if (o->file && !o->is_stream) {
        (void)fclose(o->file);
    }
    o->file = NULL;
    if (o->temporary[0]) {
        (void)unlink(o->temporary);
        o->temporary[0] = '\0';
    }
}

void out_bytes(struct out *o, const void *p, size_t n)
{
    (void)fwrite(p, 1, n, o->file);
}

void out_text(struct out *o, const char *s)
{
    out_bytes(o, s, strlen(s));
}
