/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The evidence file as a file: made with narrow rights, never through a link, never somebody else's, and locked while one
 * process writes, so that two audits cannot mix in it. */
#include <sys/file.h>
#include <sys/stat.h>

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "audit/evidence/store_internal.h"

enum {
    LOCK_TRIES = 50,
    LOCK_PAUSE_MS = 100
};

static enum rc fail_busy(struct err *err)
{
    return err_setf(
        err, RC_USAGE,
        "another Kagimori is writing to this file: wait until it has ended, or name another output "
        "directory");
}

/* flock(2), which SQLite does not use itself; it ends with the process. */
static enum rc lock(int fd, int tries, struct err *err)
{
    const struct timespec pause = { 0, LOCK_PAUSE_MS * 1000000L };
    for (int i = 0; i < tries; i++) {
        if (flock(fd, LOCK_EX | LOCK_NB) == 0) {
            return RC_OK;
        }
        if (errno != EWOULDBLOCK && errno != EINTR) {
            return RC_OK; /* a file system without locks: SQLite's own still hold */
        }
        if (i + 1 < tries) {
            (void)nanosleep(&pause, NULL);
        }
    }
    return fail_busy(err);
}

/* Somebody else's file is at this place: is it being written right now? */
static enum rc fail_exists(const char *path, struct err *err)
{
    int fd = open(path, O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC);
    bool is_busy = fd >= 0 && flock(fd, LOCK_SH | LOCK_NB) != 0 && errno == EWOULDBLOCK;
    if (fd >= 0) {
        (void)close(fd);
    }
    return is_busy
               ? fail_busy(err)
               : err_setf(err, RC_USAGE,
                          "the evidence file is there already: name another output directory, or "
                          "go on from it with --resume");
}

enum rc store_file_make(const char *path, int *ret, struct err *err)
{
    int fd = open(path, O_RDWR | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0600);
    if (fd >= 0) {
        *ret = fd;
        return lock(fd, 1, err);
    }
    int e = errno;
    (void)err_setf(err, RC_IO, "cannot make the evidence file: %s", strerror(e));
    if (e == EEXIST) {
        (void)fail_exists(path, err);
    } else if (e == ENOENT || e == ENOTDIR) {
        (void)err_setf(err, RC_USAGE,
                       "the directory of the evidence file does not exist: make it first");
    } else if (e == EACCES || e == EPERM || e == EROFS) {
        (void)err_setf(err, RC_DENIED,
                       "no right to write the evidence file here (%s): choose another directory",
                       strerror(e));
    } else if (e == ENOSPC || e == EDQUOT) {
        (void)err_setf(err, RC_IO, "the disk is full: free space, then start again");
    }
    return err_at(err, "%s", path);
}

static enum rc fail_open(int e, struct err *err)
{
    switch (e) {
    case ENOENT:
    case ENOTDIR:
        return err_setf(
            err, RC_ABSENT,
            "there is no evidence file: name the file evidence.db in an output directory");
    case ELOOP:
        return err_setf(err, RC_USAGE,
                        "the evidence file is a link: name the file itself, so that nothing is "
                        "written elsewhere");
    case EISDIR:
        return err_setf(err, RC_USAGE,
                        "not an evidence file: name the file evidence.db in an output directory");
    default:
        return err_setf(err, RC_DENIED,
                        "cannot open the evidence file: %s: check the rights of the file and of "
                        "its directory",
                        strerror(e));
    }
}

enum rc store_is_file(const char *path, struct err *err)
{
    struct stat st;
    int e = stat(path, &st) != 0 ? errno : S_ISREG(st.st_mode) ? 0 : EISDIR;
    if (e != ENOENT && e != ENOTDIR && e != EISDIR) {
        return RC_OK;
    }
    (void)fail_open(e, err);
    return err_at(err, "%s", path);
}

static enum rc look_at(int fd, struct err *err)
{
    struct stat st;
    if (fstat(fd, &st) != 0) {
        return fail_open(errno, err);
    }
    if (!S_ISREG(st.st_mode)) {
        return fail_open(EISDIR, err);
    }
    if (st.st_uid != geteuid()) {
        return err_setf(err, RC_USAGE,
                        "the evidence file belongs to another user (uid %u): work as that user, or "
                        "on a copy of your own",
                        (unsigned)st.st_uid);
    }
    return lock(fd, LOCK_TRIES, err);
}

enum rc store_file_take(const char *path, int *ret, struct err *err)
{
    /* Not blocking, since the name may be that of a pipe. */
    int fd = open(path, O_RDWR | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC);
    enum rc rc = fd >= 0 ? look_at(fd, err) : fail_open(errno, err);
    if (rc != RC_OK) {
        if (fd >= 0) {
            (void)close(fd);
        }
        return err_at(err, "%s", path);
    }
    *ret = fd;
    return RC_OK;
}
