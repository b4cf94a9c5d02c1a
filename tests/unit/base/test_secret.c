/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Several secrets in one, and lists of candidates. */
#include "tests/support/t.h"

#include <sys/ioctl.h>
#include <sys/stat.h>
#include <sys/wait.h>

#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>

#include "audit/base/secret.h"

static struct secret *part(const char *text)
{
    struct secret *s = secret_new(text, strlen(text));
    if (!s) {
        abort();
    }
    return s;
}

static void packs_and_unpacks(void)
{
    struct secret *parts[] = { part("audit"), part(""), part("p\xc3\xa4ss") };
    struct secret *pack AUTO(secret_freep) = NULL;
    struct err err = { .rc = RC_OK };
    T_EQ_I(secret_pack((const struct secret *const *)parts, ARRAY_LEN(parts), &pack, &err), RC_OK);
    T_EQ_I(secret_pack_count(pack), 3);
    T_EQ_I(pack ? secret_size(pack) : 0, 3 * 2 + 5 + 0 + 5);
    T_OK(pack && memcmp(secret_bytes(pack), "\0\5audit\0\0\0\5p", 12) == 0);
    for (size_t i = 0; i < ARRAY_LEN(parts); i++) {
        struct secret *back AUTO(secret_freep) = NULL;
        T_EQ_I(secret_unpack(pack, i, &back, &err), RC_OK);
        T_EQ_S(back ? secret_bytes(back) : NULL, secret_bytes(parts[i]));
        T_EQ_I(back ? secret_size(back) : 99, secret_size(parts[i]));
    }
    struct secret *none = NULL;
    T_EQ_I(secret_unpack(pack, 3, &none, &err), RC_ABSENT);
    T_EQ_I(secret_unpack(NULL, 0, &none, &err), RC_ABSENT);
    T_EQ_I(secret_pack_count(NULL), 0);
    T_OK(!none);
    secret_lines_free(parts, ARRAY_LEN(parts));
    T_OK(!parts[0]);
}

/* Every truncation that does not end between parts breaks the whole pack, whichever part is asked for. */
static void refuses_broken_packs(void)
{
    static const char whole[] = "\0\1a\0\2bc";
    for (size_t n = 0; n < sizeof(whole); n++) {
        struct secret *pack AUTO(secret_freep) = secret_new(whole, n);
        struct secret *back AUTO(secret_freep) = NULL;
        struct err err = { .rc = RC_OK };
        enum rc rc = secret_unpack(pack, 0, &back, &err);
        bool is_whole = n == 3 || n == 7;
        T_EQ_I(rc, is_whole ? RC_OK : n == 0 ? RC_ABSENT : RC_MALFORMED);
        T_EQ_I(secret_pack_count(pack), n == 7 ? 2 : n == 3 ? 1 : 0);
    }
}

static void packs_up_to_the_frame(void)
{
    static char text[SECRET_MAX];
    memset(text, 'x', sizeof(text));
    struct secret *parts[] = { secret_new(text, SECRET_MAX - 4), part("") };
    struct secret *pack AUTO(secret_freep) = NULL;
    struct secret *none = NULL;
    struct err err = { .rc = RC_OK };
    T_EQ_I(secret_pack((const struct secret *const *)parts, 2, &pack, &err), RC_OK);
    T_EQ_I(pack ? secret_size(pack) : 0, SECRET_MAX);
    T_EQ_I(secret_pack_count(pack), 2);
    secret_free(parts[0]);
    parts[0] = secret_new(text, SECRET_MAX - 3);
    T_EQ_I(secret_pack((const struct secret *const *)parts, 2, &none, &err), RC_LIMIT);
    T_OK(!none);
    secret_lines_free(parts, 2);
}

/* Reads the text as a list from a pipe. */
static enum rc read_lines(const char *text, size_t n, struct secret **list, size_t most,
                          size_t *ret_count, size_t *ret_dropped, struct err *err)
{
    int ends[2];
    T_OK(pipe2(ends, O_CLOEXEC) == 0 && write(ends[1], text, n) == (ssize_t)n);
    (void)close(ends[1]);
    enum rc rc = secret_lines_from_fd(ends[0], list, most, ret_count, ret_dropped, err);
    (void)close(ends[0]);
    return rc;
}

static void reads_candidates(void)
{
    static const char text[] =
        "\xef\xbb\xbfSpring2024!\r\n\r\n\n with spaces \nSpring2024!\n\xe6\x9c\xac\nlast";
    struct secret *list[SECRET_LINES_MAX] = { NULL };
    struct err err = { .rc = RC_OK };
    size_t count = 0, dropped = 0;
    T_EQ_I(read_lines(text, sizeof(text) - 1, list, 99, &count, &dropped, &err), RC_OK);
    T_EQ_I(count, 4);
    T_EQ_I(dropped, 1);
    static const char *const want[] = { "Spring2024!", " with spaces ", "\xe6\x9c\xac", "last" };
    for (size_t i = 0; i < ARRAY_LEN(want); i++) {
        T_EQ_S(list[i] ? secret_bytes(list[i]) : NULL, want[i]);
    }
    secret_lines_free(list, count);
}

static void refuse_lines(const char *text, size_t n, const char *part_of_message)
{
    struct secret *list[3] = { NULL };
    struct err err = { .rc = RC_OK };
    size_t count = 77;
    T_EQ_I(read_lines(text, n, list, ARRAY_LEN(list), &count, NULL, &err), RC_USAGE);
    T_HAS(err.msg, part_of_message);
    T_OK(!strstr(err.msg, "hunter"));
    T_EQ_I(count, 77);
    T_OK(!list[0] && !list[1] && !list[2]);
}

static void refuses_lists(void)
{
    static char text[40000];
    refuse_lines("", 0, "no password");
    refuse_lines("\n\r\n", 3, "no password");
    refuse_lines("hunter1\nhunter2\nhunter3\nhunter4\n", 32, "more than 3");
    refuse_lines("hunter1\nhunter\x83\x5c\n", 17,
                 "password 2 is longer than 4096 bytes or not UTF-8");
    refuse_lines("h\0u\0n\0t\0\n\0", 10, "not UTF-8");
    memset(text, 'x', sizeof(text));
    refuse_lines(text, 5000, "longer than 4096 bytes");
    refuse_lines(text, sizeof(text), "16 KiB");
}

static void list_files_must_be_private(void)
{
    char path[] = "/tmp/kagimori-list-XXXXXX";
    struct secret *list[SECRET_LINES_MAX] = { NULL };
    struct err err = { .rc = RC_OK };
    size_t count = 0;
    AUTO_FD int fd = mkstemp(path);
    T_OK(fd >= 0 && write(fd, "a\nb\n", 4) == 4);
    T_OK(fchmod(fd, 0640) == 0);
    T_EQ_I(secret_lines_from_file(path, list, SECRET_LINES_MAX, &count, NULL, &err), RC_USAGE);
    T_HAS(err.msg, "chmod 600");
    T_EQ_S(err.where, path);
    T_OK(fchmod(fd, 0600) == 0);
    T_EQ_I(secret_lines_from_file(path, list, SECRET_LINES_MAX, &count, NULL, &err), RC_OK);
    T_EQ_I(count, 2);
    secret_lines_free(list, count);
    (void)unlink(path);
    T_EQ_I(secret_lines_from_file(path, list, SECRET_LINES_MAX, &count, NULL, &err), RC_IO);
}

/* In a session of its own with the terminal as the controlling one; the exit code says what went wrong. */
static int asked_on(const char *terminal)
{
    struct secret *list[4] = { NULL };
    struct err err;
    size_t count = 0, dropped = 0;
    int fd = setsid() < 0 ? -1 : open(terminal, O_RDWR);
    if (fd < 0 || ioctl(fd, TIOCSCTTY, 0) != 0) {
        return 2;
    }
    if (secret_lines_from_prompt("candidate: ", list, 4, &count, &dropped, &err) != RC_OK) {
        return 3;
    }
    return count == 2 && dropped == 1 && strcmp(secret_bytes(list[0]), "one") == 0 &&
                   strcmp(secret_bytes(list[1]), "two") == 0
               ? 0
               : 4;
}

static void asks_until_an_empty_line(void)
{
    int status = -1;
    char shown[1024] = "";
    AUTO_FD int master = posix_openpt(O_RDWR | O_NOCTTY | O_CLOEXEC);
    T_OK(master >= 0 && grantpt(master) == 0 && unlockpt(master) == 0);
    pid_t pid = fork();
    if (pid == 0) {
        _exit(asked_on(ptsname(master)));
    }
    size_t n = 0;
    static const char *const answers[] = { "one\n", "two\n", "one\n", "\n" };
    for (size_t i = 0; i < ARRAY_LEN(answers); i++) {
        /* Typed only once the question stands there: before that, it would be flushed. */
        size_t asked = 0;
        while (asked <= i) {
            ssize_t got = read(master, shown + n, sizeof(shown) - 1 - n);
            if (got <= 0) {
                break;
            }
            n += (size_t)got;
            shown[n] = 0;
            asked = 0;
            for (const char *p = strstr(shown, "candidate: "); p;
                 p = strstr(p + 1, "candidate: ")) {
                asked++;
            }
        }
        T_EQ_I(write(master, answers[i], strlen(answers[i])), strlen(answers[i]));
    }
    T_EQ_I(waitpid(pid, &status, 0), pid);
    T_OK(WIFEXITED(status));
    T_EQ_I(WEXITSTATUS(status), 0);
    T_OK(!strstr(shown, "one") && !strstr(shown, "two"));
}

#define TESTS(X)             \
    X(packs_and_unpacks)     \
    X(refuses_broken_packs)  \
    X(packs_up_to_the_frame) \
    X(reads_candidates)      \
    X(refuses_lists) X(list_files_must_be_private) X(asks_until_an_empty_line)
T_MAIN("base secret", TESTS)
