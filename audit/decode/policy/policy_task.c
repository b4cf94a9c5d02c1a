/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "audit/decode/policy/policy_task.h"

#include <string.h>

#include "audit/decode/format/fingerprint.h"
#include "audit/decode/format/map.h"
#include "audit/decode/policy/policy_rows.h"

static void tell(void *context, uint64_t files)
{
    if (files % 16 == 0) {
        worker_progress(context, "files", files);
    }
}

/* All values of a parameter, as a list in the arena. */
static enum rc values(const struct task *task, const char *key, struct arena *a,
                      const char *const **ret, size_t *ret_count, struct err *err)
{
    const char **list = arena_array(a, task->count + 1, sizeof(*list));
    *ret_count = 0;
    for (size_t i = 0; list && i < task->count; i++) {
        if (strcmp(task->parameters[i].key, key) == 0) {
            list[(*ret_count)++] = task->parameters[i].value;
        }
    }
    *ret = list;
    return list ? RC_OK : err_setf(err, RC_NOMEM, "out of memory");
}

enum rc policy_task(struct worker *w, const struct task *task, struct err *err)
{
    struct arena *a AUTO(arena_freep) = arena_new(0);
    struct map map AUTO(map_close) = { .data = NULL };
    const char *origin = task_get(task, "origin");
    const struct secret *key = worker_secret(w);
    struct policy_import import = { .sink = worker_sink(w),
                                    .target = task->target,
                                    .origin = origin ? origin : task->target,
                                    .key = fingerprint_has_key(key) ? key : NULL,
                                    .progress = tell,
                                    .context = w };
    if (!a) {
        return err_setf(err, RC_NOMEM, "out of memory");
    }
    TRY(values(task, "skip", a, &import.skip, &import.skip_count, err));
    TRY(values(task, "only", a, &import.only, &import.only_count, err));
    TRY(plan_new(a, task, &import.plan, err));
    TRY(map_open(worker_artifact(w), &map, err));
    import.bundle = map.data;
    import.bundle_size = map.size;
    return policy_rows(&import, err);
}
