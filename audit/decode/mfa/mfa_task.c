/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "audit/decode/mfa/mfa_task.h"

#include <string.h>

#include "audit/base/num.h"
#include "audit/decode/file_source.h"
#include "audit/decode/mfa/mfa_import.h"

#define NAMED_MOST 16U

static void tell(void *context, uint64_t records)
{
    worker_progress(context, "records", records);
}

enum rc mfa_task_run(struct worker *w, const struct task *task, struct err *err)
{
    const char *named[NAMED_MOST];
    const char *changed = task_get(task, "changed_at");
    int fd = worker_artifact(w);
    struct evtx_source source;
    struct mfa_import import = { .source = &source,
                                 .sink = worker_sink(w),
                                 .origin = task_get(task, "origin"),
                                 .path = task->target,
                                 .named = named,
                                 .progress = tell,
                                 .context = w };
    if (!import.origin) {
        return err_setf(err, RC_USAGE, "the task does not say where the file comes from");
    }
    if (changed && !num_i64(changed, strlen(changed), &import.changed_at)) {
        return err_setf(err, RC_USAGE, "changed_at is \"%s\": give a number", changed);
    }
    while (import.named_count < NAMED_MOST && task_get_nth(task, "column", import.named_count)) {
        named[import.named_count] = task_get_nth(task, "column", import.named_count);
        import.named_count++;
    }
    TRY(file_source_open(&fd, &source, err));
    return mfa_import(&import, err);
}
