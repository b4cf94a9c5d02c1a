/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "audit/supervise/asked.h"

#include <stdlib.h>
#include <string.h>

static bool bit(const uint8_t *bits, size_t i)
{
    return (bits[i / 8] >> (i % 8) & 1U) != 0;
}

static void set_bit(uint8_t *bits, size_t i, bool value)
{
    uint8_t mask = (uint8_t)(1U << (i % 8));
    bits[i / 8] = value ? bits[i / 8] | mask : bits[i / 8] & (uint8_t)~mask;
}

enum rc asked_init(struct asked *a, const struct task *task, struct err *err)
{
    *a = (struct asked){ .task = task, .target_count = task->targets ? task->target_count : 1 };
    size_t sources = 0;
    for (size_t i = 0; i < task->count; i++) {
        sources += strcmp(task->parameters[i].key, "source") == 0;
    }
    a->sources = calloc(sources + 1, sizeof(*a->sources));
    a->covered = calloc(sources * a->target_count / 8 + 1, 1);
    a->has_rows = calloc(a->target_count / 8 + 1, 1);
    if (!a->sources || !a->covered || !a->has_rows) {
        return err_setf(err, RC_NOMEM, "no memory for %zu targets", a->target_count);
    }
    for (size_t i = 0; i < task->count; i++) {
        if (strcmp(task->parameters[i].key, "source") == 0) {
            a->sources[a->source_count++] = task->parameters[i].value;
        }
    }
    return RC_OK;
}

void asked_done(struct asked *a)
{
    free(a->sources);
    free(a->covered);
    free(a->has_rows);
    *a = (struct asked){ .task = NULL };
}

/* As strcmp: the texts of rows have no NUL. */
static int compare(const struct row_value *value, const char *name)
{
    size_t n = strlen(name);
    int order = memcmp(value->text, name, value->size < n ? value->size : n);
    if (order != 0) {
        return order;
    }
    return (value->size > n) - (value->size < n);
}

static bool find_in_list(const struct task *task, const struct row_value *target,
                         size_t *ret_number)
{
    size_t low = 0, high = task->target_count;
    while (low < high) {
        size_t middle = low + (high - low) / 2;
        int order = compare(target, task->targets[middle]);
        if (order == 0) {
            *ret_number = middle;
            return true;
        }
        if (order < 0) {
            high = middle;
        } else {
            low = middle + 1;
        }
    }
    return false;
}

bool asked_find(const struct asked *a, const struct row_value *target, size_t *ret_number)
{
    if (target->kind != ROW_STRING) {
        return false;
    }
    if (a->task->targets) {
        return find_in_list(a->task, target, ret_number);
    }
    const char *name = a->task->target;
    for (size_t i = 0; name; i++) {
        if (compare(target, name) == 0) {
            *ret_number = 0;
            return true;
        }
        name = task_get_nth(a->task, "host", i);
    }
    return false;
}

bool asked_cover(struct asked *a, const struct row_value *source, size_t target)
{
    bool is_asked = a->source_count == 0;
    for (size_t i = 0; i < a->source_count; i++) {
        if (compare(source, a->sources[i]) == 0) {
            set_bit(a->covered, i * a->target_count + target, true);
            is_asked = true;
        }
    }
    set_bit(a->has_rows, target, false);
    return is_asked;
}

void asked_note(struct asked *a, size_t target)
{
    set_bit(a->has_rows, target, true);
}

bool asked_is_covered(const struct asked *a, size_t source, size_t target)
{
    return bit(a->covered, source * a->target_count + target);
}

bool asked_has_rows(const struct asked *a, size_t target)
{
    return bit(a->has_rows, target);
}

const char *asked_target(const struct asked *a, size_t target)
{
    return a->task->targets ? a->task->targets[target] : a->task->target;
}

bool asked_is_optional(const struct asked *a, size_t target)
{
    return a->task->targets && a->task->optional_targets && a->task->optional_targets[target];
}
