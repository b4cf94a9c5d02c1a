/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The key of the pseudonyms. Whoever has it can try names, so it is made for its owner alone and never near what is given away. */
#include <sys/stat.h>

#include <errno.h>
#include <fcntl.h>
#include <openssl/crypto.h>
#include <openssl/rand.h>
#include <stdbool.h>
#include <string.h>
#include <unistd.h>

#include "report/redact/redact.h"

enum {
    TEXT_SIZE = 2 * REDACT_KEY_SIZE + 1 /* hex digits, line feed */
};

static enum rc fail(const char *path, const char *what, struct err *err)
{
    bool is_usage = errno == EACCES || errno == EPERM || errno == EROFS;
    (void)err_setf(err, is_usage ? RC_USAGE : RC_IO, "cannot %s the key of the pseudonyms: %s%s",
                   what, strerror(errno),
                   is_usage ? ": name a file in a folder of your own with --redact-key FILE" : "");
    return err_at(err, "%s", path);
}

/* Somebody who can choose the key can undo the pseudonyms. */
static enum rc fail_kind(const char *path, struct err *err)
{
    (void)err_setf(
        err, RC_USAGE,
        "the key of the pseudonyms must be a file of your own, no link and no pipe: name it itself, or a file that is not there yet");
    return err_at(err, "%s", path);
}

static enum rc make(const char *path, struct err *err)
{
    unsigned char key[REDACT_KEY_SIZE];
    char text[TEXT_SIZE];
    if (RAND_bytes(key, sizeof(key)) != 1) {
        return err_setf(err, RC_BUG, "libcrypto gives no random bytes");
    }
    for (size_t i = 0; i < sizeof(key); i++) {
        text[2 * i] = "0123456789abcdef"[key[i] >> 4];
        text[2 * i + 1] = "0123456789abcdef"[key[i] & 15];
    }
    text[TEXT_SIZE - 1] = '\n';
    errno = 0;
    int fd = open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC | O_NOFOLLOW, 0600);
    bool good = fd >= 0 && write(fd, text, sizeof(text)) == (ssize_t)sizeof(text) && fsync(fd) == 0;
    int code = errno;
    if (fd >= 0) {
        (void)close(fd);
    }
    OPENSSL_cleanse(key, sizeof(key));
    OPENSSL_cleanse(text, sizeof(text));
    if (!good && fd >= 0) {
        (void)unlink(path);
    }
    errno = code;
    return good                              ? RC_OK
           : code == EEXIST || code == ELOOP ? fail_kind(path, err) /* a link to nothing */
                                             : fail(path, "write", err);
}

static int digit(char c)
{
    return c >= '0' && c <= '9'   ? c - '0'
           : c >= 'a' && c <= 'f' ? c - 'a' + 10
           : c >= 'A' && c <= 'F' ? c - 'A' + 10
                                  : -1;
}

static bool decode(const char *text, size_t n, unsigned char ret[REDACT_KEY_SIZE])
{
    while (n > 0 && (text[n - 1] == '\n' || text[n - 1] == '\r')) {
        n--;
    }
    if (n != 2 * REDACT_KEY_SIZE) {
        return false;
    }
    for (size_t i = 0; i < REDACT_KEY_SIZE; i++) {
        int high = digit(text[2 * i]), low = digit(text[2 * i + 1]);
        if (high < 0 || low < 0) {
            return false;
        }
        ret[i] = (unsigned char)(high << 4 | low);
    }
    return true;
}

enum rc redact_key(const char *path, unsigned char ret[REDACT_KEY_SIZE], struct err *err)
{
    char text[TEXT_SIZE + 8];
    struct stat st;
    if (access(path, F_OK) != 0 && errno == ENOENT) {
        TRY(make(path, err));
    }
    /* Not blocking, since the name may be that of a pipe. */
    int fd = open(path, O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC);
    if (fd < 0 && errno == ELOOP) {
        return fail_kind(path, err);
    }
    if (fd < 0) {
        return fail(path, "read", err);
    }
    bool is_seen = fstat(fd, &st) == 0,
         is_ours = is_seen && S_ISREG(st.st_mode) && st.st_uid == geteuid();
    ssize_t n = is_ours ? read(fd, text, sizeof(text)) : -1;
    (void)close(fd);
    if (is_seen && !is_ours) {
        return fail_kind(path, err);
    }
    if (n < 0) {
        return fail(path, "read", err);
    }
    bool good = decode(text, (size_t)n, ret);
    OPENSSL_cleanse(text, sizeof(text));
    if (st.st_mode & 077) {
        (void)err_setf(
            err, RC_USAGE,
            "others may read the key of the pseudonyms, and with it find the names: chmod 600, or name a new file");
        return err_at(err, "%s", path);
    }
    if (!good) {
        (void)err_setf(
            err, RC_USAGE,
            "not a key of pseudonyms (64 hex digits): name the file that an earlier --redact made, or one that is not there yet");
        return err_at(err, "%s", path);
    }
    return RC_OK;
}
