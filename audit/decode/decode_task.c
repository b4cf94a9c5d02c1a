/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "audit/decode/decode_task.h"

#include <stdlib.h>
#include <string.h>

#include "audit/decode/format/crypt.h"
#include "audit/decode/format/map.h"
#include "audit/decode/format/xml.h"
#include "audit/decode/policy/policy_rows.h"

#define ARENA_MOST (64U << 20)

static int by_byte(const void *a, const void *b)
{
    const unsigned char *x = a, *y = b;
    return *x - *y;
}

/* The first time that glibc's qsort sorts more than a kilobyte it asks how much memory there is, which the sandbox forbids. */
static void warm_up(void)
{
    unsigned char list[4096] = { 1 };
    qsort(list, sizeof(list), 1, by_byte);
}

enum rc decode_prepare(struct worker *w, const struct task *task, struct err *err)
{
    const char *format = task_get(task, "format");
    (void)w;
    warm_up();
    if (!format || strcmp(format, "ldif") == 0 || strcmp(format, "look") == 0) {
        return RC_OK;
    }
    TRY(xml_prepare(err));
    return crypt_prepare(err);
}

static void tell(void *context, uint64_t files)
{
    worker_progress(context, "files", files);
}

/* All values of a key, in the arena. */
static enum rc values(struct arena *a, const struct task *task, const char *key,
                      const char *const **ret, size_t *ret_count, struct err *err)
{
    const char **list = arena_array(a, task->count + 1, sizeof(*list));
    size_t n = 0;
    if (!list) {
        return err_setf(err, RC_NOMEM, "out of memory");
    }
    while ((list[n] = task_get_nth(task, key, n)) != NULL) {
        n++;
    }
    *ret = list;
    *ret_count = n;
    return RC_OK;
}

enum rc decode_policy(struct worker *w, const struct task *task, struct err *err)
{
    struct arena *a AUTO(arena_freep) = arena_new(ARENA_MOST);
    struct map map AUTO(map_close) = { NULL, 0 };
    struct policy_import import = { .sink = worker_sink(w),
                                    .target = task->target,
                                    .origin = task_get(task, "origin"),
                                    .key = worker_secret(w),
                                    .progress = tell,
                                    .context = w };
    if (!a) {
        return err_setf(err, RC_NOMEM, "out of memory");
    }
    if (!import.origin) {
        return err_setf(err, RC_USAGE, "the task does not say where the files come from (origin)");
    }
    TRY(values(a, task, "skip", &import.skip, &import.skip_count, err));
    TRY(values(a, task, "only", &import.only, &import.only_count, err));
    TRY(plan_new(a, task, &import.plan, err));
    TRY(map_open(worker_artifact(w), &map, err));
    import.bundle = map.data;
    import.bundle_size = map.size;
    return policy_rows(&import, err);
}
