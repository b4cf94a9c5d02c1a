/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "audit/supervise/task.h"

#include <string.h>

#include "audit/base/num.h"
#include "audit/base/utf.h"

#define TASK_TEXT_MAX 65535U

enum rc task_add(struct task *t, const char *key, const char *value, struct err *err)
{
    if (t->count >= TASK_MAX_PARAMETERS) {
        return err_setf(err, RC_LIMIT, "a task takes at most %d parameters", TASK_MAX_PARAMETERS);
    }
    if (!key || !value || strlen(value) > TASK_TEXT_MAX || strlen(key) > TASK_TEXT_MAX) {
        return err_setf(err, RC_USAGE, "parameter %s of a task is missing or too long",
                        key ? key : "(without a name)");
    }
    t->parameters[t->count++] = (struct task_parameter){ .key = key, .value = value };
    return RC_OK;
}

const char *task_get_nth(const struct task *t, const char *key, size_t n)
{
    for (size_t i = 0; i < t->count; i++) {
        if (strcmp(t->parameters[i].key, key) == 0 && n-- == 0) {
            return t->parameters[i].value;
        }
    }
    return NULL;
}

const char *task_get(const struct task *t, const char *key)
{
    return task_get_nth(t, key, 0);
}

uint32_t task_get_u32(const struct task *t, const char *key, uint32_t when_missing)
{
    const char *value = task_get(t, key);
    uint32_t number = 0;
    return value && num_u32(value, strlen(value), &number) ? number : when_missing;
}

static void put_text(struct wr *w, const char *text)
{
    size_t n = text ? strlen(text) : 0;
    if (n > TASK_TEXT_MAX) {
        w->bad = true;
        return;
    }
    wr_u16be(w, (uint16_t)n);
    wr_bytes(w, text, n);
}

enum rc task_get_number(const struct task *t, const char *key, uint32_t missing, uint32_t low,
                        uint32_t high, uint32_t *ret, struct err *err)
{
    const char *text = task_get(t, key);
    uint32_t value = missing;
    if (text && (!num_u32(text, strlen(text), &value) || value < low || value > high)) {
        return err_setf(err, RC_USAGE, "%s is \"%s\": give a whole number from %u to %u", key, text,
                        low, high);
    }
    *ret = value;
    return RC_OK;
}

enum rc task_get_words(const struct task *t, const char *key, const char *const *words,
                       size_t count, bool *ret, size_t *ret_given, struct err *err)
{
    const char *text = NULL;
    size_t given = 0;
    for (; (text = task_get_nth(t, key, given)) != NULL; given++) {
        size_t i = 0;
        while (i < count && strcmp(words[i], text) != 0) {
            i++;
        }
        if (i == count) {
            return err_setf(err, RC_USAGE, "%s \"%s\" is unknown to this collector", key, text);
        }
        ret[i] = true;
    }
    *ret_given = given;
    return RC_OK;
}

void task_write(struct wr *w, const struct task *t)
{
    put_text(w, t->role);
    put_text(w, t->target);
    wr_u32be(w, t->deadline_s);
    wr_u32be(w, t->silence_s);
    wr_u32be(w, t->gate_deadline_s);
    wr_u64be(w, t->max_rows);
    wr_u64be(w, t->max_bytes);
    wr_u16be(w, (uint16_t)t->count);
    for (size_t i = 0; i < t->count; i++) {
        put_text(w, t->parameters[i].key);
        put_text(w, t->parameters[i].value);
    }
}

static const char *get_text(struct rd *r, struct arena *a)
{
    uint16_t n = rd_u16be(r);
    const char *text = (const char *)rd_bytes(r, n);
    if (r->bad || !utf8_valid(text, n)) {
        rd_fail(r);
        return NULL;
    }
    return arena_strndup(a, text, n);
}

enum rc task_read(struct rd *r, struct arena *a, struct task *ret, struct err *err)
{
    struct task t = { .artifact = -1 };
    t.role = get_text(r, a);
    t.target = get_text(r, a);
    t.deadline_s = rd_u32be(r);
    t.silence_s = rd_u32be(r);
    t.gate_deadline_s = rd_u32be(r);
    t.max_rows = rd_u64be(r);
    t.max_bytes = rd_u64be(r);
    t.count = rd_u16be(r);
    if (r->bad || t.count > TASK_MAX_PARAMETERS) {
        return err_setf(err, RC_MALFORMED, "the task is cut off or has too many parameters");
    }
    bool is_whole = t.role && t.target;
    for (size_t i = 0; i < t.count && !r->bad; i++) {
        t.parameters[i].key = get_text(r, a);
        t.parameters[i].value = get_text(r, a);
        is_whole = is_whole && t.parameters[i].key && t.parameters[i].value;
    }
    if (!rd_done(r)) {
        return err_setf(err, RC_MALFORMED, "the task is cut off or not UTF-8");
    }
    if (!is_whole) {
        return err_setf(err, RC_NOMEM, "no memory for the task");
    }
    *ret = t;
    return RC_OK;
}
