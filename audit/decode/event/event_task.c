/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "audit/decode/event/event_task.h"

#include <string.h>

#include "audit/base/num.h"
#include "audit/decode/event/event_rows.h"
#include "audit/decode/file_source.h"

static void tell(void *context, uint64_t records)
{
    worker_progress(context, "events", records);
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
    struct evtx_source source;
    TRY(file_source_open(&fd, &source, err));
    if (form && strcmp(form, "evtx") == 0) {
        return event_rows_evtx(&import, &source, err);
    }
    if (form && strcmp(form, "samba_json") == 0) {
        return event_rows_samba(&import, &source, err);
    }
    return err_setf(err, RC_USAGE, "form is \"%s\": give evtx or samba_json", form ? form : "");
}
