/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Fuzzes inf_read: whatever the template is, what is handed on is text. */
#include <stdlib.h>
#include <string.h>

#include "audit/base/utf.h"
#include "audit/decode/format/inf.h"
#include "audit/decode/format/text.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void valid(const char *s)
{
    if (!s || !utf8_valid(s, strlen(s))) {
        abort();
    }
}

static enum rc on_section(void *context, const char *name, struct err *err)
{
    (void)context;
    (void)err;
    valid(name);
    return RC_OK;
}

static enum rc on_setting(void *context, const struct inf_setting *v, struct err *err)
{
    (void)context;
    (void)err;
    valid(v->name);
    valid(v->has_number ? v->name : v->text);
    return RC_OK;
}

static enum rc on_registry(void *context, const struct registry_value *v, struct err *err)
{
    struct registry_data d;
    (void)err;
    valid(v->key);
    valid(v->value);
    if (!registry_data(context, v, &d)) {
        abort();
    }
    arena_reset(context);
    return RC_OK;
}

static enum rc on_right(void *context, const char *right, const char *holder, struct err *err)
{
    (void)context;
    (void)err;
    valid(right);
    valid(holder);
    return RC_OK;
}

static enum rc on_member(void *context, const struct inf_member *m, struct err *err)
{
    return on_right(context, m->group, m->member, err);
}

static enum rc on_service(void *context, const struct inf_service *v, struct err *err)
{
    return on_right(context, v->name, v->sddl, err);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct arena *a AUTO(arena_freep) = arena_new(0);
    const struct inf_sink sink = { a,        on_section, on_setting, on_registry,
                                   on_right, on_member,  on_service };
    struct err err;
    if (!a || text_prepare(&err) != RC_OK) {
        return 0;
    }
    enum rc rc = inf_read(data, size, 0, &sink, &err);
    if (rc != RC_OK && rc != RC_MALFORMED) {
        abort();
    }
    return 0;
}
