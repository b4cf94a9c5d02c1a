/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "audit/decode/host/host_task.h"

#include <string.h>

#include "audit/decode/format/map.h"
#include "audit/decode/host/host_rows.h"

#define PLAN_MEMORY (64U << 20)

static void tell(void *context, uint64_t files)
{
    worker_progress(context, "files", files);
}

static enum rc read_kind(const struct task *task, enum host_kind *ret, struct err *err)
{
    static const char *const kinds[] = { "kit", "image", "hives", "cache" };
    const char *kind = task_get(task, "kind");
    for (size_t i = 0; kind && i < ARRAY_LEN(kinds); i++) {
        if (strcmp(kinds[i], kind) == 0) {
            *ret = (enum host_kind)i;
            return RC_OK;
        }
    }
    return err_setf(err, RC_USAGE, "kind is \"%s\": give kit, image, hives or cache",
                    kind ? kind : "");
}

static enum rc read_task(const struct task *task, struct arena *a, struct host_import *ret,
                         struct err *err)
{
    static const char *const parts[PART_COUNT] = {
#define WORD(name, word) word,
        HOST_PARTS(WORD)
#undef WORD
    };
    size_t given;
    uint32_t code_page;
    TRY(read_kind(task, &ret->kind, err));
    TRY(task_get_words(task, "part", parts, PART_COUNT, ret->wants, &given, err));
    TRY(task_get_number(task, "codepage", 0, 0, 65535, &code_page, err));
    ret->code_page = code_page;
    ret->origin = task_get(task, "origin");
    ret->host = task_get(task, "host");
    if (!ret->origin) {
        return err_setf(err, RC_USAGE, "the task does not say where the files come from");
    }
    return plan_new(a, task, &ret->plan, err);
}

enum rc host_task_run(struct worker *w, const struct task *task, struct err *err)
{
    struct arena *a AUTO(arena_freep) = arena_new(PLAN_MEMORY);
    AUTO(map_close) struct map m = { 0 };
    struct host_import import = {
        .sink = worker_sink(w), .key = worker_secret(w), .progress = tell, .context = w
    };
    if (!a) {
        return err_setf(err, RC_NOMEM, "out of memory");
    }
    TRY(read_task(task, a, &import, err));
    TRY(map_open(worker_artifact(w), &m, err));
    import.bundle = m.data;
    import.bundle_size = m.size;
    return host_rows(&import, err);
}
