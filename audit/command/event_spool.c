/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "audit/command/event_spool.h"

#include <sys/stat.h>
#include <sys/statvfs.h>

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "audit/command/artifact_keep.h"

#define FOLDER "spool"
#define ASKED  "asked" /* what the files of a host were fetched for */

/* Left for the evidence file, which must not meet a full disk because of logs. */
#define RESERVE (UINT64_C(256) << 20)

#define ASKED_MOST 1024

static enum rc fault(const char *what, const char *name, struct err *err)
{
    return err_setf(err, RC_IO, "%s %.300s: %s", what, name, strerror(errno));
}

/* A folder of ours that nobody else can look into. */
static enum rc open_folder(int at, const char *name, int *ret_fd, struct err *err)
{
    struct stat st;
    if (mkdirat(at, name, 0700) != 0 && errno != EEXIST) {
        return fault("cannot make the folder", name, err);
    }
    int fd = openat(at, name, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
    if (fd < 0 || fstat(fd, &st) != 0) {
        enum rc rc = fault("cannot open the folder", name, err);
        auto_fd_close(&fd);
        return rc;
    }
    if (st.st_uid != geteuid() || (st.st_mode & 077) != 0) {
        (void)close(fd);
        return err_setf(err, RC_IO,
                        "the folder %.300s is not yours alone: event logs are not put there", name);
    }
    *ret_fd = fd;
    return RC_OK;
}

enum rc event_spool_open(const char *out, struct event_spool *ret, struct err *err)
{
    int at AUTO_FD = open(out, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    *ret = (struct event_spool){ .fd = -1, .out = out };
    return at >= 0 ? open_folder(at, FOLDER, &ret->fd, err)
                   : fault("cannot open the folder", out, err);
}

void event_spool_close(struct event_spool *s)
{
    if (s->fd >= 0) {
        char path[4096];
        int n = snprintf(path, sizeof(path), "%s/" FOLDER, s->out);
        auto_fd_close(&s->fd);
        if (n > 0 && (size_t)n < sizeof(path)) {
            (void)rmdir(path);
        }
    }
}

uint64_t event_spool_room(const struct event_spool *s)
{
    struct statvfs st;
    if (fstatvfs(s->fd, &st) != 0) {
        return 0;
    }
    uint64_t room = (uint64_t)st.f_bavail * st.f_frsize;
    return room > RESERVE ? room - RESERVE : 0;
}

/* ---- a host ---- */

/* Calls fn with every name in the folder. */
static void each_file(int folder, void (*fn)(int folder, const char *name, void *context),
                      void *context)
{
    int copy = fcntl(folder, F_DUPFD_CLOEXEC, 0);
    DIR *d = copy >= 0 ? fdopendir(copy) : NULL;
    const struct dirent *e = NULL;
    if (!d) {
        auto_fd_close(&copy);
        return;
    }
    rewinddir(d);
    while ((e = readdir(d)) != NULL) {
        if (strcmp(e->d_name, ".") != 0 && strcmp(e->d_name, "..") != 0) {
            fn(folder, e->d_name, context);
        }
    }
    (void)closedir(d);
}

static void remove_file(int folder, const char *name, void *context)
{
    (void)context;
    (void)unlinkat(folder, name, 0);
}

static void remove_files(int folder)
{
    each_file(folder, remove_file, NULL);
}

static void add_size(int folder, const char *name, void *context)
{
    struct stat st;
    uint64_t *sum = context;
    if (strcmp(name, ASKED) != 0 && fstatat(folder, name, &st, AT_SYMLINK_NOFOLLOW) == 0) {
        *sum += (uint64_t)st.st_size;
    }
}

bool spool_host_is_empty(const struct spool_host *h)
{
    uint64_t sum = 0;
    if (h->fd >= 0) {
        each_file(h->fd, add_size, &sum);
    }
    return sum == 0;
}

static bool was_asked(int folder, const char *asked)
{
    char text[ASKED_MOST];
    int fd AUTO_FD = openat(folder, ASKED, O_RDONLY | O_NOFOLLOW | O_CLOEXEC);
    ssize_t n = fd >= 0 ? read(fd, text, sizeof(text)) : -1;
    return n >= 0 && (size_t)n == strlen(asked) && memcmp(text, asked, (size_t)n) == 0;
}

enum rc spool_host_file(const struct spool_host *h, const char *log, int *ret_fd, struct err *err)
{
    struct stat st;
    int fd = openat(h->fd, log, O_RDWR | O_CREAT | O_NOFOLLOW | O_CLOEXEC, 0600);
    if (fd < 0 || fstat(fd, &st) != 0) {
        enum rc rc = fault("cannot make the file", log, err);
        auto_fd_close(&fd);
        return rc;
    }
    if (!S_ISREG(st.st_mode)) {
        (void)close(fd);
        return err_setf(err, RC_IO, "%.300s in the spool is no file", log);
    }
    *ret_fd = fd;
    return RC_OK;
}

/* Noted when nothing is there yet, so that no file is ever taken for an answer to another question. */
static enum rc note_asked(const struct spool_host *h, const char *asked, struct err *err)
{
    int fd AUTO_FD = -1;
    size_t n = strlen(asked);
    remove_files(h->fd);
    TRY(spool_host_file(h, ASKED, &fd, err));
    return n <= ASKED_MOST && write(fd, asked, n) == (ssize_t)n ? RC_OK
                                                                : fault("cannot write", ASKED, err);
}

enum rc spool_host_open(const struct event_spool *s, const char *host, const char *asked,
                        struct spool_host *ret, struct err *err)
{
    *ret = (struct spool_host){ .fd = -1 };
    if (!artifact_safe_path(host, ret->name, sizeof(ret->name)) || ret->name[0] == '\0' ||
        strchr(ret->name, '/')) {
        return err_setf(err, RC_IO, "%.300s is no name for a folder", host);
    }
    TRY(open_folder(s->fd, ret->name, &ret->fd, err));
    return was_asked(ret->fd, asked) ? RC_OK : note_asked(ret, asked, err);
}

void spool_host_close(struct spool_host *h)
{
    auto_fd_close(&h->fd);
}

enum rc spool_host_read(const struct spool_host *h, const char *log, uint64_t size, int *ret_fd,
                        struct err *err)
{
    struct stat st;
    int fd AUTO_FD = openat(h->fd, log, O_RDWR | O_NOFOLLOW | O_CLOEXEC);
    if (fd < 0 || fstat(fd, &st) != 0) {
        return fault("cannot read", log, err);
    }
    if (size > INT64_MAX || (uint64_t)st.st_size < size) {
        return err_setf(err, RC_MALFORMED, "%.300s is shorter than its collector says", log);
    }
    if (ftruncate(fd, (off_t)size) != 0) {
        return fault("cannot cut", log, err);
    }
    *ret_fd = openat(h->fd, log, O_RDONLY | O_NOFOLLOW | O_CLOEXEC);
    return *ret_fd >= 0 ? RC_OK : fault("cannot read", log, err);
}

void spool_host_remove(const struct spool_host *h, const char *log)
{
    (void)unlinkat(h->fd, log, 0);
}

void spool_host_drop(const struct event_spool *s, struct spool_host *h)
{
    if (h->fd >= 0) {
        remove_files(h->fd);
        auto_fd_close(&h->fd);
        (void)unlinkat(s->fd, h->name, AT_REMOVEDIR);
    }
}
