/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "import.h"

#include <stdio.h>
#include <string.h>

#include "tests/support/t.h"

enum rc import_bytes(const void *data, size_t n, const struct how *how, struct rows *rows,
                     struct err *err)
{
    static struct task task;
    static const struct how plain;
    struct arena *a AUTO(arena_freep) = arena_new(0);
    struct plan *plan = NULL;
    how = how ? how : &plain;
    task = (struct task){ .artifact = -1 };
    for (size_t i = 0; i + 1 < how->wish_count; i += 2) {
        T_EQ_I(task_add(&task, how->wishes[i], how->wishes[i + 1], err), RC_OK);
    }
    T_OK(a && plan_new(a, &task, &plan, err) == RC_OK);
    rows_init(rows);
    rows->fail_after = how->fail_after;
    const struct policy_import i = { .bundle = data,
                                     .bundle_size = n,
                                     .sink = &rows->sink,
                                     .target = "dc1",
                                     .origin = "dc1",
                                     .plan = plan,
                                     .skip = how->skip,
                                     .skip_count = how->skip_count,
                                     .only = how->only,
                                     .only_count = how->only_count };
    doubles.preferences = 0;
    doubles.scripts = 0;
    return policy_rows(&i, err);
}

enum rc import(struct built *b, const struct how *how, struct rows *rows, struct err *err)
{
    built_end(b, true);
    enum rc rc = import_bytes(b->data, b->size, how, rows, err);
    T_EQ_S(rows->refusal, "");
    built_done(b);
    return rc;
}
