/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "audit/command/artifact_keep.h"

#include <sys/mman.h>
#include <sys/stat.h>

#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <openssl/evp.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "audit/base/arena.h"
#include "audit/base/bundle.h"

#define SUMS      "SHA256SUMS"
#define SUMS_MOST (64U << 20)
#define SAME_MOST 100U /* different files under one name */
#define PATH_ROOM 16384U

struct artifact_keep {
    int dir, sums;
    struct arena *a;
    const char **lines; /* of SHA256SUMS as it was, sorted */
    size_t count;
};

static void digest_done(EVP_MD_CTX **c)
{
    EVP_MD_CTX_free(*c);
}

static bool digest_begin(EVP_MD_CTX *c)
{
    return c && EVP_DigestInit_ex(c, EVP_sha256(), NULL) == 1;
}

static bool digest_end(EVP_MD_CTX *c, char ret[65])
{
    unsigned char sum[32];
    unsigned size = 0;
    if (EVP_DigestFinal_ex(c, sum, &size) != 1 || size != sizeof(sum)) {
        return false;
    }
    for (size_t i = 0; i < sizeof(sum); i++) {
        (void)snprintf(ret + 2 * i, 3, "%02x", sum[i]);
    }
    return true;
}

static int by_line(const void *a, const void *b)
{
    const char *const *x = a, *const *y = b;
    return strcmp(*x, *y);
}

/* Lines that are there already are not written again. */
static enum rc read_sums(struct artifact_keep *k, struct err *err)
{
    struct stat st;
    size_t lines = 1;
    if (fstat(k->sums, &st) != 0 || !S_ISREG(st.st_mode) || st.st_size > (off_t)SUMS_MOST) {
        return err_setf(err, RC_USAGE,
                        SUMS " there is no list of copies: name an empty folder for them");
    }
    size_t size = (size_t)st.st_size;
    char *text = arena_alloc(k->a, size + 1);
    if (!text || pread(k->sums, text, size, 0) != (ssize_t)size) {
        return err_setf(err, text ? RC_IO : RC_NOMEM, "cannot read " SUMS);
    }
    for (size_t i = 0; i < size; i++) {
        lines += text[i] == '\n';
    }
    k->lines = arena_array(k->a, lines, sizeof(*k->lines));
    if (!k->lines) {
        return err_setf(err, RC_NOMEM, "out of memory for " SUMS);
    }
    for (char *p = text, *end = NULL; (end = strchr(p, '\n')) != NULL; p = end + 1) {
        *end = '\0';
        k->lines[k->count++] = p;
    }
    if (k->count > 1) {
        qsort(k->lines, k->count, sizeof(*k->lines), by_line);
    }
    return RC_OK;
}

enum rc artifact_keep_open(const char *dir, struct artifact_keep **ret, struct err *err)
{
    struct artifact_keep *k = calloc(1, sizeof(*k));
    if (!k) {
        return err_setf(err, RC_NOMEM, "out of memory");
    }
    *k = (struct artifact_keep){ .dir = -1, .sums = -1, .a = arena_new(SUMS_MOST * 2) };
    enum rc rc = RC_OK;
    if (!k->a) {
        rc = err_setf(err, RC_NOMEM, "out of memory");
    } else if (mkdir(dir, 0700) != 0 && errno != EEXIST) {
        rc = err_setf(err, RC_IO, "cannot make the folder for copies: %s", strerror(errno));
    } else {
        k->dir = open(dir, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
        k->sums = k->dir < 0 ? -1
                             : openat(k->dir, SUMS,
                                      O_RDWR | O_CREAT | O_APPEND | O_CLOEXEC | O_NOFOLLOW, 0600);
        rc = k->sums >= 0 ? read_sums(k, err)
                          : err_setf(err, RC_IO, "cannot write into the folder for copies: %s",
                                     strerror(errno));
    }
    if (rc != RC_OK) {
        artifact_keep_free(k);
        return err_at(err, "%s", dir);
    }
    *ret = k;
    return RC_OK;
}

void artifact_keep_free(struct artifact_keep *k)
{
    if (k) {
        auto_fd_close(&k->sums);
        auto_fd_close(&k->dir);
        arena_free(k->a);
        free(k);
    }
}

void artifact_keep_freep(struct artifact_keep **k)
{
    artifact_keep_free(*k);
}

/* Opens the folder of the path, made where it is missing; *ret_name = what is left of it. The caller closes *ret_fd. */
static enum rc open_parent(const struct artifact_keep *k, char *path, int *ret_fd,
                           const char **ret_name, struct err *err)
{
    AUTO_FD int at = fcntl(k->dir, F_DUPFD_CLOEXEC, 3);
    char *slash = NULL;
    while (at >= 0 && (slash = strchr(path, '/')) != NULL) {
        *slash = '\0';
        if (mkdirat(at, path, 0700) != 0 && errno != EEXIST) {
            break;
        }
        int next = openat(at, path, O_RDONLY | O_DIRECTORY | O_CLOEXEC | O_NOFOLLOW);
        if (next < 0) {
            break;
        }
        (void)close(at);
        at = next;
        path = slash + 1;
    }
    if (at < 0 || slash) {
        return err_setf(err, RC_IO, "cannot make a folder for copies: %s", strerror(errno));
    }
    *ret_fd = at;
    *ret_name = path;
    at = -1;
    return RC_OK;
}

/* Where the bytes come from: memory or a descriptor. */
struct source {
    const uint8_t *data; /* NULL = fd */
    int fd;
    uint64_t size;
    const atomic_bool *stop; /* NULL = nobody stops it */
};

static ssize_t read_some(const struct source *s, uint64_t at, uint8_t *buf, size_t n)
{
    if (at >= s->size) {
        return 0;
    }
    n = s->size - at < n ? (size_t)(s->size - at) : n;
    if (s->data) {
        memcpy(buf, s->data + at, n);
        return (ssize_t)n;
    }
    ssize_t got;
    do {
        got = pread(s->fd, buf, n, (off_t)at);
    } while (got < 0 && errno == EINTR);
    return got;
}

static bool write_all(int fd, const uint8_t *p, size_t n)
{
    while (n > 0) {
        ssize_t done = write(fd, p, n);
        if (done < 0 && errno == EINTR) {
            continue;
        }
        if (done <= 0) {
            return false;
        }
        p += done;
        n -= (size_t)done;
    }
    return true;
}

/* Runs the bytes through the digest, and to a file where to >= 0. */
static enum rc digest(const struct source *s, int to, char ret[65], struct err *err)
{
    EVP_MD_CTX *c AUTO(digest_done) = EVP_MD_CTX_new();
    uint8_t buf[65536];
    if (!digest_begin(c)) {
        return err_setf(err, RC_BUG, "OpenSSL has no SHA-256");
    }
    for (uint64_t at = 0; at < s->size;) {
        if (s->stop && atomic_load_explicit(s->stop, memory_order_relaxed)) {
            return err_setf(err, RC_LIMIT, "stopped before a file was read to its end");
        }
        ssize_t n = read_some(s, at, buf, sizeof(buf));
        if (n <= 0) {
            return err_setf(err, RC_IO, "a file could not be read to its end");
        }
        if (to >= 0 && !write_all(to, buf, (size_t)n)) {
            return err_setf(err, RC_IO, "cannot write a copy: %s", strerror(errno));
        }
        if (EVP_DigestUpdate(c, buf, (size_t)n) != 1) {
            return err_setf(err, RC_BUG, "OpenSSL has no SHA-256");
        }
        at += (uint64_t)n;
    }
    return digest_end(c, ret) ? RC_OK : err_setf(err, RC_BUG, "OpenSSL has no SHA-256");
}

/* Whether the file of that name has these bytes. */
static bool is_same(int dir, const char *name, uint64_t size, const char *sum)
{
    struct stat st;
    struct err ignored;
    char other[65];
    AUTO_FD int fd = openat(dir, name, O_RDONLY | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK);
    if (fd < 0 || fstat(fd, &st) != 0 || !S_ISREG(st.st_mode) || (uint64_t)st.st_size != size) {
        return false;
    }
    const struct source s = { .fd = fd, .size = size };
    return digest(&s, -1, other, &ignored) == RC_OK && strcmp(sum, other) == 0;
}

static enum rc add_line(const struct artifact_keep *k, const char *sum, const char *path,
                        struct err *err)
{
    char line[PATH_ROOM + 128];
    const char *key = line;
    int n = snprintf(line, sizeof(line), "%s  %s", sum, path);
    if (k->count > 0 && bsearch(&key, k->lines, k->count, sizeof(*k->lines), by_line)) {
        return RC_OK;
    }
    line[n] = '\n';
    return write_all(k->sums, (const uint8_t *)line, (size_t)n + 1)
               ? RC_OK
               : err_setf(err, RC_IO, "cannot write " SUMS ": %s", strerror(errno));
}

/* Makes the copy under the first free name, or finds it there. suffix gets what was put behind the name. */
static enum rc place(int dir, const char *name, const struct source *s, filetime changed_at,
                     const char *sum, char suffix[16], struct err *err)
{
    char full[512];
    for (unsigned i = 1; i <= SAME_MOST; i++) {
        suffix[0] = '\0';
        if (i > 1) {
            (void)snprintf(suffix, 16, "~%u", i);
        }
        (void)snprintf(full, sizeof(full), "%s%s", name, suffix);
        AUTO_FD int fd =
            openat(dir, full, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC | O_NOFOLLOW, 0600);
        if (fd < 0 && errno != EEXIST) {
            return err_setf(err, RC_IO, "cannot write a copy: %s", strerror(errno));
        }
        if (fd < 0 && is_same(dir, full, s->size, sum)) {
            return RC_OK;
        }
        if (fd < 0) {
            continue;
        }
        char written[65];
        enum rc rc = digest(s, fd, written, err);
        if (rc == RC_OK && strcmp(written, sum) != 0) {
            rc = err_setf(err, RC_IO, "a file changed while it was copied");
        }
        if (rc != RC_OK) {
            (void)unlinkat(dir, full, 0);
            return rc;
        }
        const struct timespec times[2] = { { .tv_nsec = UTIME_NOW },
                                           { .tv_sec = filetime_to_unix(changed_at) } };
        if (changed_at > 0) {
            (void)futimens(fd, times);
        }
        return RC_OK;
    }
    return err_setf(err, RC_LIMIT, "too many different files of one name are kept already");
}

static enum rc keep_one(struct artifact_keep *k, const char *origin, const char *path,
                        filetime changed_at, const struct source *s, char sum[65], struct err *err)
{
    char safe[PATH_ROOM], cut[PATH_ROOM], suffix[16] = "";
    const char *name = NULL;
    AUTO_FD int dir = -1;
    char *whole = arena_printf(k->a, "%s/%s", origin, path);
    if (!whole || !artifact_safe_path(whole, safe, sizeof(safe) - sizeof(suffix)) || !safe[0]) {
        return err_setf(err, RC_LIMIT, "the name of a file is too long to be kept");
    }
    TRY(digest(s, -1, sum, err));
    memcpy(cut, safe, sizeof(cut));
    TRY(open_parent(k, cut, &dir, &name, err));
    TRY(place(dir, name, s, changed_at, sum, suffix, err));
    (void)snprintf(safe + strlen(safe), sizeof(suffix), "%s", suffix);
    return add_line(k, sum, safe, err);
}

enum rc artifact_keep_file(struct artifact_keep *k, const char *origin, const char *path,
                           filetime changed_at, int fd, uint64_t size, char *ret_sha256,
                           struct err *err)
{
    char sum[65];
    const struct source s = { .fd = fd, .size = size };
    TRY(keep_one(k, origin, path, changed_at, &s, sum, err));
    if (ret_sha256) {
        memcpy(ret_sha256, sum, sizeof(sum));
    }
    return RC_OK;
}

enum rc artifact_sha256(int fd, uint64_t size, const atomic_bool *stop, char ret[65],
                        struct err *err)
{
    const struct source s = { .fd = fd, .size = size, .stop = stop };
    return digest(&s, -1, ret, err);
}

static enum rc keep_members(struct artifact_keep *k, const char *origin, const uint8_t *data,
                            size_t size, struct err *err)
{
    struct bundle_reader b;
    struct bundle_member m;
    enum rc rc;
    TRY(bundle_open(&b, data, size, err));
    while ((rc = bundle_next(&b, &m, err)) == RC_OK) {
        char sum[65];
        const char *path = m.state == BUNDLE_READ ? arena_strndup(k->a, m.path, m.path_size) : NULL;
        if (m.state != BUNDLE_READ) {
            continue;
        }
        /* An empty file has no bytes that could be borrowed. */
        const struct source s = { .data = m.data ? m.data : data, .fd = -1, .size = m.size };
        TRY(path ? keep_one(k, origin, path, m.changed_at, &s, sum, err)
                 : err_setf(err, RC_NOMEM, "out of memory"));
    }
    return rc == RC_ABSENT ? RC_OK : rc;
}

enum rc artifact_keep_bundle(struct artifact_keep *k, const char *origin, int bundle_fd,
                             struct err *err)
{
    struct stat st;
    if (fstat(bundle_fd, &st) != 0 || st.st_size <= 0) {
        return err_setf(err, RC_IO, "there is no bundle to keep");
    }
    size_t size = (size_t)st.st_size;
    void *data = mmap(NULL, size, PROT_READ, MAP_SHARED, bundle_fd, 0);
    if (data == MAP_FAILED) { /* NOLINT: the way POSIX says so */
        return err_setf(err, RC_IO, "cannot read the bundle: %s", strerror(errno));
    }
    enum rc rc = keep_members(k, origin, data, size, err);
    (void)munmap(data, size);
    return rc;
}

enum rc artifact_keep(const char *dir, const char *origin, int bundle_fd, struct err *err)
{
    struct artifact_keep *k AUTO(artifact_keep_freep) = NULL;
    TRY(artifact_keep_open(dir, &k, err));
    return artifact_keep_bundle(k, origin, bundle_fd, err);
}
