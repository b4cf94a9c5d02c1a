/* SPDX-License-Identifier: GPL-3.0-or-later */
/* kagimori-decode: an artifact (a file as a descriptor) to rows, without network, files or other programs. */
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "audit/decode/event/event_task.h"
#include "audit/decode/format/crypt.h"
#include "audit/decode/format/text.h"
#include "audit/decode/format/xml.h"
#include "audit/decode/host/host_task.h"
#include "audit/decode/ldif_rows.h"
#include "audit/decode/look.h"
#include "audit/decode/mfa/mfa_import.h"
#include "audit/decode/mfa/mfa_task.h"
#include "audit/decode/policy/policy_task.h"
#include "audit/supervise/worker.h"

struct fd_source {
    struct ldif_source source;
    int fd;
};

static ssize_t fd_read(struct ldif_source *source, void *buf, size_t n)
{
    const struct fd_source *s = (const struct fd_source *)(const void *)source;
    ssize_t got;
    do {
        got = read(s->fd, buf, n);
    } while (got < 0 && errno == EINTR);
    return got;
}

static bool fd_rewind(struct ldif_source *source)
{
    const struct fd_source *s = (const struct fd_source *)(const void *)source;
    return lseek(s->fd, 0, SEEK_SET) == 0;
}

static void tell(void *context, uint64_t records)
{
    worker_progress(context, "records", records);
}

static enum rc run_ldif(struct worker *w, const struct task *task, struct err *err)
{
    struct fd_source s = { { fd_read, fd_rewind }, worker_artifact(w) };
    const char *whole = task_get(task, "whole");
    const struct ldif_import import = {
        .source = &s.source,
        .sink = worker_sink(w),
        .target = task->target,
        .is_whole = whole && strcmp(whole, "yes") == 0,
        .progress = tell,
        .context = w,
    };
    return ldif_rows(&import, err);
}

/* What the file is: one artifact row, which says no more than that. */
static enum rc run_look(struct worker *w, const struct task *task, struct err *err)
{
    char buf[LOOK_SIZE];
    size_t size = 0;
    ssize_t n = 0;
    struct row row;
    do {
        n = pread(worker_artifact(w), buf + size, sizeof(buf) - size, (off_t)size);
        size += n > 0 ? (size_t)n : 0;
    } while ((n > 0 && size < sizeof(buf)) || (n < 0 && errno == EINTR));
    const char *kind = look_kind(buf, size);
    kind = kind ? kind : mfa_look(buf, size);
    row_begin(&row, ROW_TABLE_ARTIFACT);
    row_text(&row, ARTIFACT_ORIGIN, task_get(task, "origin"));
    row_text(&row, ARTIFACT_PATH, task->target);
    row_text(&row, ARTIFACT_KIND, kind);
    row_text(&row, ARTIFACT_STATE, "ignored");
    return n < 0 ? err_setf(err, RC_IO, "cannot read the file: %s", strerror(errno))
                 : row_put(worker_sink(w), &row, err);
}

static const struct format {
    const char *name;
    enum rc (*run)(struct worker *w, const struct task *task, struct err *err);
    bool has_ciphers;   /* needs OpenSSL's, which are files */
    bool has_pages;     /* needs code pages */
    bool is_of_windows; /* needs XML as well */
} formats[] = {
    { "ldif", run_ldif, false, false, false },   { "look", run_look, false, true, false },
    { "mfa", mfa_task_run, false, true, false }, { "events", event_task_run, true, false, false },
    { "policy", policy_task, true, true, true }, { "host", host_task_run, true, true, true },
};

static const struct format *find_format(const struct task *task)
{
    const char *name = task_get(task, "format");
    for (size_t i = 0; name && i < ARRAY_LEN(formats); i++) {
        if (strcmp(formats[i].name, name) == 0) {
            return &formats[i];
        }
    }
    return NULL;
}

static int by_byte(const void *a, const void *b)
{
    const unsigned char *x = a, *y = b;
    return *x - *y;
}

/* The first time that glibc's qsort has more than a kilobyte to sort, it asks how much memory the machine has, which the sandbox
 * takes for an attack; the answer is kept. */
static void sort_once(void)
{
    unsigned char list[4096] = { 1 };
    qsort(list, sizeof(list), 1, by_byte);
}

static enum rc prepare(struct worker *w, const struct task *task, struct err *err)
{
    const struct format *format = find_format(task);
    (void)w;
    sort_once();
    if (format && format->has_ciphers) {
        TRY(crypt_prepare(err));
    }
    if (format && format->has_pages) {
        TRY(text_prepare(err));
    }
    return format && format->is_of_windows ? xml_prepare(err) : RC_OK;
}

static enum rc run(struct worker *w, const struct task *task, struct err *err)
{
    const struct format *format = find_format(task);
    const char *name = task_get(task, "format");
    if (worker_artifact(w) < 0) {
        return err_setf(err, RC_BUG, "the task has no file to decode");
    }
    return format ? format->run(w, task, err)
                  : err_setf(err, RC_UNSUPPORTED, "no decoder for files of format %s",
                             name ? name : "(none)");
}

int main(int argc, char **argv)
{
    static const struct worker_role role = {
        .name = "kagimori-decode",
        .version = KAGIMORI_VERSION,
        .sandbox = WORKER_SANDBOX_DECODER,
        .prepare = prepare,
        .run = run,
    };
    return worker_main(argc, argv, &role);
}
