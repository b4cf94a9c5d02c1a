/* SPDX-License-Identifier: GPL-3.0-or-later */
/* kagimori import: files become artifacts (sealed, read-only) and go through the decoder into the evidence file. */
#include <sys/mman.h>
#include <sys/sendfile.h>
#include <sys/stat.h>

#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <string.h>
#include <strings.h>

#include "audit/base/log.h"
#include "audit/command/command.h"
#include "audit/supervise/supervise.h"

/* A copy of the file in memory that nobody can change any more, so that what is decoded is what was read. */
static enum rc seal_file(const char *path, int *ret_fd, struct err *err)
{
    int fd AUTO_FD = open(path, O_RDONLY | O_CLOEXEC | O_NOCTTY | O_NONBLOCK);
    struct stat st;
    if (fd < 0 || fstat(fd, &st) != 0) {
        (void)err_setf(err, errno == ENOENT ? RC_USAGE : RC_IO, "cannot open the file: %s",
                       strerror(errno));
        return err_at(err, "%s", path);
    }
    if (!S_ISREG(st.st_mode)) {
        (void)err_setf(err, RC_USAGE, "not a regular file");
        return err_at(err, "%s", path);
    }
    int copy = memfd_create("kagimori-artifact", MFD_CLOEXEC | MFD_ALLOW_SEALING);
    for (off_t left = st.st_size; copy >= 0 && left > 0;) {
        ssize_t n = sendfile(copy, fd, NULL, (size_t)left);
        if (n <= 0) {
            (void)close(copy);
            (void)err_setf(err, RC_IO, "cannot read the file: %s",
                           n < 0 ? strerror(errno) : "it became shorter");
            return err_at(err, "%s", path);
        }
        left -= n;
    }
    if (copy < 0 || lseek(copy, 0, SEEK_SET) != 0 ||
        fcntl(copy, F_ADD_SEALS, F_SEAL_WRITE | F_SEAL_GROW | F_SEAL_SHRINK | F_SEAL_SEAL) != 0) {
        if (copy >= 0) {
            (void)close(copy);
        }
        return err_setf(err, RC_IO, "cannot seal a copy of the file: %s", strerror(errno));
    }
    *ret_fd = copy;
    return RC_OK;
}

static bool has_suffix(const char *path, const char *suffix)
{
    size_t n = strlen(path), m = strlen(suffix);
    return n >= m && strcasecmp(path + n - m, suffix) == 0;
}

static enum rc import_file(struct supervisor *supervisor, const char *path, filetime now,
                           struct task_end *ret, struct err *err)
{
    const char *slash = strrchr(path, '/');
    char now_text[32];
    int fd AUTO_FD = -1;
    if (!has_suffix(path, ".ldif") && !has_suffix(path, ".ldf")) {
        (void)err_setf(err, RC_USAGE, "only LDIF files (.ldif, .ldf) can be imported so far");
        return err_at(err, "%s", path);
    }
    TRY(seal_file(path, &fd, err));
    struct task task = { .role = "kagimori-decode",
                         .target = slash ? slash + 1 : path,
                         .artifact = fd };
    (void)snprintf(now_text, sizeof(now_text), "%" PRId64, now);
    TRY(task_add(&task, "format", "ldif", err));
    TRY(task_add(&task, "now", now_text, err));
    return supervisor_run(supervisor, &task, 1, ret, err);
}

static enum rc import_all(const char *evidence, const char *const *paths, size_t count,
                          size_t *ret_failed, struct err *err)
{
    struct store *store AUTO(store_closep) = NULL;
    struct supervisor *supervisor AUTO(supervisor_freep) = NULL;
    const struct supervise_options how = { .progress = isatty(STDERR_FILENO) };
    char text[32];
    filetime now = filetime_now();
    bool is_new = access(evidence, F_OK) != 0;
    TRY(store_open(evidence, is_new ? STORE_CREATE : STORE_WRITE, &store, err));
    if (is_new) {
        (void)snprintf(text, sizeof(text), "%" PRId64, now);
        TRY(store_info_set(store, "now", text, err));
        TRY(store_info_set(store, "started_at", text, err));
        TRY(store_info_set(store, "tool_version", KAGIMORI_VERSION, err));
    }
    TRY(supervisor_new(store, &how, &supervisor, err));
    for (size_t i = 0; i < count; i++) {
        struct task_end end = { .rc = RC_OK };
        TRY(import_file(supervisor, paths[i], now, &end, err));
        if (end.rc == RC_OK) {
            (void)printf("%s: %" PRIu64 " rows\n", paths[i], end.rows);
        } else {
            log_line(LOG_ERROR, "%s: %s", paths[i], end.detail);
            ++*ret_failed;
        }
    }
    TRY(store_commit(store, err));
    return store_derive(store, err);
}

int command_import(int argc, char **argv)
{
    const char *operands[256];
    size_t count = 0, failed = 0;
    const struct option_table table = {
        "kagimori import DIR/evidence.db FILE.ldif…",
        "Adds directory exports (ldapsearch or ldifde) to an evidence file, which is made when missing. "
        "What an export does not hold stays unknown.",
        NULL,
        0,
        2,
        ARRAY_LEN(operands)
    };
    int code = options_parse(argc, argv, &table, operands, &count);
    if (code >= 0) {
        return code;
    }
    struct err err = { .rc = RC_OK };
    if (import_all(operands[0], operands + 1, count - 1, &failed, &err) != RC_OK) {
        return command_fail(&err);
    }
    return failed > 0 ? EXIT_INCOMPLETE : EXIT_CLEAN;
}
