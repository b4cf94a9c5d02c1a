/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "audit/decode/event/event_task.h"

#include <errno.h>
#include <string.h>

#include "audit/base/num.h"
#include "audit/decode/event/event_rows.h"

static void tell(void *context, uint64_t records)
{
    worker_progress(context, "events", records);
}

/* The log may be in use: it grows, or it is cut while it is read. So nothing of it is mapped, and what is behind its end is an end. */
static enum rc read_at(void *context, uint64_t offset, void *buf, size_t size, size_t *ret_got,
                       struct err *err)
{
    int fd = *(const int *)context;
    char *p = buf;
    size_t got = 0;
    *ret_got = 0;
    while (got < size) {
        ssize_t n = pread(fd, p + got, size - got, (off_t)(offset + got));
        if (n < 0 && errno == EINTR) {
            continue;
        }
        if (n < 0) {
            return err_setf(err, RC_IO, "cannot read the log: %s", strerror(errno));
        }
        if (n == 0) {
            break;
        }
        got += (size_t)n;
    }
    *ret_got = got;
    return RC_OK;
}

/* File systems that know no holes say that all is data, or that they do not know. */
static uint64_t next_data(void *context, uint64_t offset)
{
    off_t at = lseek(*(const int *)context, (off_t)offset, SEEK_DATA);
    if (at >= 0) {
        return (uint64_t)at;
    }
    return errno == ENXIO ? UINT64_MAX : offset;
}

static enum rc read_i64(const struct task *task, const char *key, int64_t missing, int64_t low,
                        int64_t *ret, struct err *err)
{
    const char *text = task_get(task, key);
    *ret = missing;
    if ((text && !num_i64(text, strlen(text), ret)) || *ret < low) {
        return err_setf(err, RC_USAGE, "%s is \"%s\": give a whole number from %lld", key,
                        text ? text : "", (long long)low);
    }
    return RC_OK;
}

enum rc event_task_run(struct worker *w, const struct task *task, struct err *err)
{
    struct event_import import = { .sink = worker_sink(w),
                                   .key = worker_secret(w),
                                   .path = task->target,
                                   .progress = tell,
                                   .context = w };
    int fd = worker_artifact(w);
    const char *form = task_get(task, "form");
    import.origin = task_get(task, "origin");
    if (!import.origin) {
        return err_setf(err, RC_USAGE, "the task does not say where the log comes from");
    }
    TRY(read_i64(task, "log", 0, 1, &import.log, err));
    TRY(read_i64(task, "since", 0, 0, &import.since, err));
    off_t end = lseek(fd, 0, SEEK_END);
    if (end < 0) {
        return err_setf(err, RC_IO, "cannot tell the size of the log: %s", strerror(errno));
    }
    const struct evtx_source source = {
        .read = read_at, .next_data = next_data, .context = &fd, .size = (uint64_t)end
    };
    if (form && strcmp(form, "evtx") == 0) {
        return event_rows_evtx(&import, &source, err);
    }
    if (form && strcmp(form, "samba_json") == 0) {
        return event_rows_samba(&import, &source, err);
    }
    return err_setf(err, RC_USAGE, "form is \"%s\": give evtx or samba_json", form ? form : "");
}
