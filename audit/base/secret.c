/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "audit/base/secret.h"

#include <sys/mman.h>
#include <sys/stat.h>

#include <errno.h>
#include <fcntl.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <termios.h>

#include "audit/base/rd.h"
#include "audit/base/utf.h"

#define LINES_BYTES_MAX ((size_t)16 * 1024) /* of a list of candidates */

struct secret {
    size_t size;
    char bytes[SECRET_MAX + 1];
};

/* Pages of its own: locked and left out of core dumps without touching neighbours. NULL when memory is short. */
static void *locked_new(size_t size)
{
    void *p = mmap(NULL, size, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    if (p == MAP_FAILED) {
        return NULL;
    }
    (void)mlock(p, size); /* a low limit on locked memory must not stop an audit */
    (void)madvise(p, size, MADV_DONTDUMP);
    return p;
}

static void locked_free(void *p, size_t size)
{
    if (p) {
        explicit_bzero(p, size);
        (void)munmap(p, size);
    }
}

struct secret *secret_new(const void *bytes, size_t n)
{
    struct secret *s = n <= SECRET_MAX ? locked_new(sizeof(*s)) : NULL;
    if (s) {
        s->size = n;
        if (n > 0) {
            memcpy(s->bytes, bytes, n);
        }
    }
    return s;
}

void secret_free(struct secret *s)
{
    locked_free(s, sizeof(*s));
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

enum rc secret_pack(const struct secret *const *parts, size_t count, struct secret **ret,
                    struct err *err)
{
    struct secret *pack = secret_new(NULL, 0);
    if (!pack) {
        return err_setf(err, RC_NOMEM, "out of memory");
    }
    for (size_t i = 0; i < count; i++) {
        size_t n = parts[i]->size;
        if (n + 2 > SECRET_MAX - pack->size) {
            secret_free(pack);
            return err_setf(err, RC_LIMIT,
                            "%zu passwords together are longer than %d bytes: name fewer", count,
                            SECRET_MAX);
        }
        char *at = pack->bytes + pack->size;
        at[0] = (char)(n >> 8);
        at[1] = (char)(n & 0xff);
        memcpy(at + 2, parts[i]->bytes, n);
        pack->size += n + 2;
    }
    *ret = pack;
    return RC_OK;
}

/* Walks to the end, whatever part is wanted, so that a broken pack never counts as a shorter one. */
static bool walk(const struct secret *pack, size_t wanted, struct rd *ret_part, size_t *ret_count)
{
    struct rd r = pack ? rd_from(pack->bytes, pack->size) : rd_from("", 0);
    size_t count = 0;
    while (rd_left(&r) > 0) {
        struct rd part = rd_sub(&r, rd_u16be(&r));
        if (count++ == wanted) {
            *ret_part = part;
        }
    }
    *ret_count = count;
    return rd_done(&r);
}

enum rc secret_unpack(const struct secret *pack, size_t index, struct secret **ret, struct err *err)
{
    struct rd part = rd_from("", 0);
    size_t count = 0;
    if (!walk(pack, index, &part, &count)) {
        return err_setf(err, RC_MALFORMED, "the pack of passwords is cut off");
    }
    if (index >= count) {
        return err_setf(err, RC_ABSENT, "there are %zu passwords, not %zu", count, index + 1);
    }
    *ret = secret_new(part.p, rd_left(&part));
    return *ret ? RC_OK : err_setf(err, RC_NOMEM, "out of memory");
}

size_t secret_pack_count(const struct secret *pack)
{
    struct rd part;
    size_t count = 0;
    return walk(pack, SIZE_MAX, &part, &count) ? count : 0;
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

/* *ret_fd is the caller's to close. */
static enum rc open_private(const char *path, int *ret_fd, struct err *err)
{
    int fd = open(path, O_RDONLY | O_CLOEXEC | O_NOCTTY | O_NONBLOCK);
    struct stat st;
    if (fd < 0 || fstat(fd, &st) != 0) {
        (void)err_setf(err, RC_IO, "cannot open the password file: %s", strerror(errno));
        auto_fd_close(&fd);
        return err_at(err, "%s", path);
    }
    if (!S_ISREG(st.st_mode) || (st.st_mode & 077) != 0 ||
        (st.st_uid != geteuid() && st.st_uid != 0)) {
        (void)err_setf(
            err, RC_USAGE,
            "a password file must be a regular file of yours that only you can read: chown it and run chmod 600");
        auto_fd_close(&fd);
        return err_at(err, "%s", path);
    }
    *ret_fd = fd;
    return RC_OK;
}

enum rc secret_from_file(const char *path, struct secret **ret, struct err *err)
{
    AUTO_FD int fd = -1;
    TRY(open_private(path, &fd, err));
    enum rc rc = secret_from_fd(fd, ret, err);
    return rc == RC_OK ? rc : err_at(err, "%s", path);
}

/* The terminal with its echo off, and how it was before. */
static enum rc terminal_open(int *ret_tty, struct termios *ret_before, struct err *err)
{
    int tty = open("/dev/tty", O_RDWR | O_CLOEXEC | O_NOCTTY);
    if (tty < 0 || tcgetattr(tty, ret_before) != 0) {
        auto_fd_close(&tty);
        return err_setf(
            err, RC_USAGE,
            "there is no terminal to ask for the password on: name a password file instead");
    }
    struct termios quiet = *ret_before;
    quiet.c_lflag &= (tcflag_t)~ECHO;
    (void)tcsetattr(tty, TCSAFLUSH, &quiet);
    *ret_tty = tty;
    return RC_OK;
}

static enum rc ask(int tty, const char *question, struct err *err)
{
    return write(tty, question, strlen(question)) < 0
               ? err_setf(err, RC_IO, "cannot write to the terminal: %s", strerror(errno))
               : RC_OK;
}

static void terminal_restore(int tty, const struct termios *before)
{
    (void)tcsetattr(tty, TCSAFLUSH, before);
    (void)!write(tty, "\n", 1);
}

enum rc secret_from_prompt(const char *question, struct secret **ret, struct err *err)
{
    AUTO_FD int tty = -1;
    struct termios before;
    TRY(terminal_open(&tty, &before, err));
    enum rc rc = ask(tty, question, err);
    if (rc == RC_OK) {
        rc = secret_from_fd(tty, ret, err);
    }
    terminal_restore(tty, &before);
    return rc;
}

/* Candidates that are being gathered. */
struct lines {
    struct secret **list;
    size_t most, count, dropped, number; /* number: of the last line seen, for messages */
};

void secret_lines_free(struct secret **list, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        secret_freep(&list[i]);
    }
}

static enum rc take_line(struct lines *l, const char *line, size_t n, struct err *err)
{
    l->number++;
    n -= n > 0 && line[n - 1] == '\r';
    if (n == 0) {
        return RC_OK;
    }
    if (n > SECRET_MAX || !utf8_valid(line, n)) {
        return err_setf(err, RC_USAGE,
                        "password %zu is longer than %d bytes or not UTF-8 text: save it as UTF-8",
                        l->number, SECRET_MAX);
    }
    for (size_t i = 0; i < l->count; i++) {
        if (l->list[i]->size == n && memcmp(l->list[i]->bytes, line, n) == 0) {
            l->dropped++;
            return RC_OK;
        }
    }
    if (l->count == l->most) {
        return err_setf(err, RC_USAGE, "there are more than %zu passwords: name fewer", l->most);
    }
    struct secret *s = secret_new(line, n);
    if (!s) {
        return err_setf(err, RC_NOMEM, "out of memory");
    }
    l->list[l->count++] = s;
    return RC_OK;
}

static enum rc take_lines(struct lines *l, const char *text, size_t n, struct err *err)
{
    static const char mark[] = { '\xef', '\xbb', '\xbf' }; /* which Notepad puts in front */
    size_t at = n >= sizeof(mark) && memcmp(text, mark, sizeof(mark)) == 0 ? sizeof(mark) : 0;
    while (at < n) {
        const char *end = memchr(text + at, '\n', n - at);
        size_t size = end ? (size_t)(end - text) - at : n - at;
        TRY(take_line(l, text + at, size, err));
        at += size + 1;
    }
    return RC_OK;
}

static struct lines lines_into(struct secret **list, size_t most)
{
    return (struct lines){ .list = list,
                           .most = most < SECRET_LINES_MAX ? most : SECRET_LINES_MAX };
}

/* Hands over what was gathered, or frees it. */
static enum rc lines_end(struct lines *l, enum rc rc, size_t *ret_count, size_t *ret_dropped,
                         struct err *err)
{
    if (rc == RC_OK && l->count == 0) {
        rc = err_setf(err, RC_USAGE, "there is no password in the list");
    }
    if (rc != RC_OK) {
        secret_lines_free(l->list, l->count);
        return rc;
    }
    *ret_count = l->count;
    if (ret_dropped) {
        *ret_dropped = l->dropped;
    }
    return RC_OK;
}

enum rc secret_lines_from_fd(int fd, struct secret **list, size_t most, size_t *ret_count,
                             size_t *ret_dropped, struct err *err)
{
    struct lines l = lines_into(list, most);
    char *text = locked_new(LINES_BYTES_MAX + 1);
    size_t n = 0;
    ssize_t got = 1;
    if (!text) {
        return err_setf(err, RC_NOMEM, "out of memory");
    }
    while (got != 0 && n <= LINES_BYTES_MAX) {
        got = read(fd, text + n, LINES_BYTES_MAX + 1 - n);
        if (got < 0 && errno != EINTR) {
            break;
        }
        n += got > 0 ? (size_t)got : 0;
    }
    enum rc rc = RC_OK;
    if (got < 0) {
        rc = err_setf(err, RC_IO, "cannot read the passwords: %s", strerror(errno));
    } else if (n > LINES_BYTES_MAX) {
        rc = err_setf(err, RC_USAGE, "a list of passwords may have %zu KiB: name fewer",
                      LINES_BYTES_MAX / 1024);
    } else {
        rc = take_lines(&l, text, n, err);
    }
    locked_free(text, LINES_BYTES_MAX + 1);
    return lines_end(&l, rc, ret_count, ret_dropped, err);
}

enum rc secret_lines_from_file(const char *path, struct secret **list, size_t most,
                               size_t *ret_count, size_t *ret_dropped, struct err *err)
{
    AUTO_FD int fd = -1;
    TRY(open_private(path, &fd, err));
    enum rc rc = secret_lines_from_fd(fd, list, most, ret_count, ret_dropped, err);
    return rc == RC_OK ? rc : err_at(err, "%s", path);
}

/* One line of the terminal, which hands out no more than that at a time; *ret_ended at an empty one and at the end of input. */
static enum rc ask_line(struct lines *l, int tty, char *buf, size_t room, bool *ret_ended,
                        struct err *err)
{
    ssize_t n = read(tty, buf, room);
    if (n < 0) {
        return err_setf(err, RC_IO, "cannot read the password: %s", strerror(errno));
    }
    size_t size = (size_t)n;
    size -= size > 0 && buf[size - 1] == '\n';
    *ret_ended = size == 0;
    (void)!write(tty, "\n", 1);
    return take_line(l, buf, size, err);
}

enum rc secret_lines_from_prompt(const char *question, struct secret **list, size_t most,
                                 size_t *ret_count, size_t *ret_dropped, struct err *err)
{
    AUTO_FD int tty = -1;
    struct termios before;
    struct lines l = lines_into(list, most);
    char *buf = locked_new(SECRET_MAX + 2);
    if (!buf) {
        return err_setf(err, RC_NOMEM, "out of memory");
    }
    enum rc rc = terminal_open(&tty, &before, err);
    if (rc == RC_OK) {
        bool has_ended = false;
        while (rc == RC_OK && !has_ended) {
            rc = ask(tty, question, err);
            if (rc == RC_OK) {
                rc = ask_line(&l, tty, buf, SECRET_MAX + 2, &has_ended, err);
            }
        }
        terminal_restore(tty, &before);
    }
    locked_free(buf, SECRET_MAX + 2);
    return lines_end(&l, rc, ret_count, ret_dropped, err);
}
