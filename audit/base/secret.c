/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "audit/base/secret.h"

#include <sys/mman.h>
#include <sys/stat.h>

#include <errno.h>
#include <fcntl.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <termios.h>

struct secret {
    size_t size;
    char bytes[SECRET_MAX + 1];
};

struct secret *secret_new(const void *bytes, size_t n)
{
    if (n > SECRET_MAX) {
        return NULL;
    }
    /* Pages of its own: locked and left out of core dumps without touching neighbours. */
    struct secret *s =
        mmap(NULL, sizeof(*s), PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    if (s == MAP_FAILED) {
        return NULL;
    }
    (void)mlock(s, sizeof(*s)); /* a low limit on locked memory must not stop an audit */
    (void)madvise(s, sizeof(*s), MADV_DONTDUMP);
    s->size = n;
    if (n > 0) {
        memcpy(s->bytes, bytes, n);
    }
    return s;
}

void secret_free(struct secret *s)
{
    if (s) {
        explicit_bzero(s, sizeof(*s));
        (void)munmap(s, sizeof(*s));
    }
}

void secret_freep(struct secret **s)
{
    secret_free(*s);
    *s = NULL;
}

const char *secret_bytes(const struct secret *s)
{
    return s->bytes;
}

size_t secret_size(const struct secret *s)
{
    return s->size;
}

enum rc secret_from_fd(int fd, struct secret **ret, struct err *err)
{
    char buf[SECRET_MAX + 2];
    size_t n = 0;
    while (n < sizeof(buf)) {
        ssize_t got = read(fd, buf + n, sizeof(buf) - n);
        if (got < 0 && errno == EINTR) {
            continue;
        }
        if (got < 0) {
            explicit_bzero(buf, sizeof(buf));
            return err_setf(err, RC_IO, "cannot read the password: %s", strerror(errno));
        }
        if (got == 0 || memchr(buf + n, '\n', (size_t)got)) {
            n += (size_t)got;
            break;
        }
        n += (size_t)got;
    }
    const char *newline = memchr(buf, '\n', n);
    size_t len = newline ? (size_t)(newline - buf) : n;
    if (len > 0 && buf[len - 1] == '\r') {
        len--;
    }
    enum rc rc = RC_OK;
    if (len == 0 || len > SECRET_MAX || memchr(buf, '\0', len)) {
        rc = err_setf(err, RC_USAGE, "the password is empty, longer than %d bytes or not text",
                      SECRET_MAX);
    } else {
        *ret = secret_new(buf, len);
        rc = *ret ? RC_OK : err_setf(err, RC_NOMEM, "out of memory");
    }
    explicit_bzero(buf, sizeof(buf));
    return rc;
}

enum rc secret_from_file(const char *path, struct secret **ret, struct err *err)
{
    int fd AUTO_FD = open(path, O_RDONLY | O_CLOEXEC | O_NOCTTY | O_NONBLOCK);
    struct stat st;
    if (fd < 0 || fstat(fd, &st) != 0) {
        (void)err_setf(err, RC_IO, "cannot open the password file: %s", strerror(errno));
        return err_at(err, "%s", path);
    }
    if (!S_ISREG(st.st_mode) || (st.st_mode & 077) != 0 ||
        (st.st_uid != geteuid() && st.st_uid != 0)) {
        (void)err_setf(
            err, RC_USAGE,
            "a password file must be a regular file of yours that only you can read: chown it and run chmod 600");
        return err_at(err, "%s", path);
    }
    enum rc rc = secret_from_fd(fd, ret, err);
    return rc == RC_OK ? rc : err_at(err, "%s", path);
}

enum rc secret_from_prompt(const char *question, struct secret **ret, struct err *err)
{
    int tty AUTO_FD = open("/dev/tty", O_RDWR | O_CLOEXEC | O_NOCTTY);
    struct termios before;
    if (tty < 0 || tcgetattr(tty, &before) != 0) {
        return err_setf(
            err, RC_USAGE,
            "there is no terminal to ask for the password on: name a password file instead");
    }
    struct termios quiet = before;
    quiet.c_lflag &= (tcflag_t)~ECHO;
    (void)tcsetattr(tty, TCSAFLUSH, &quiet);
    enum rc rc = RC_OK;
    if (write(tty, question, strlen(question)) < 0) {
        rc = err_setf(err, RC_IO, "cannot write to the terminal: %s", strerror(errno));
    } else {
        rc = secret_from_fd(tty, ret, err);
    }
    (void)tcsetattr(tty, TCSAFLUSH, &before);
    (void)!write(tty, "\n", 1);
    return rc;
}
