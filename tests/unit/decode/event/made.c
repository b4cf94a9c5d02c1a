/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "tests/unit/decode/event/made.h"

#include <stdlib.h>

#include "audit/decode/format/crypt.h"
#include "tests/support/t.h"

static int known(const char *name)
{
    for (int i = 0; i < EVENT_FIELD_COUNT; i++) {
        if (strcmp(event_field_names[i], name) == 0) {
            return i;
        }
    }
    return -1;
}

static void add(struct made *m, const char *name, size_t name_size, const char *value,
                size_t value_size)
{
    struct evtx_field *f = &m->fields[m->count];
    if (m->count == MADE_FIELDS || name_size >= sizeof(m->names[0]) ||
        value_size * 2 > sizeof(m->bytes) - m->size) {
        abort();
    }
    memcpy(m->names[m->count], name, name_size);
    *f = (struct evtx_field){ .name = m->names[m->count],
                              .known = known(m->names[m->count]),
                              .type = EVTX_STRING,
                              .data = m->bytes + m->size,
                              .size = (uint32_t)(value_size * 2) };
    for (size_t i = 0; i < value_size; i++) {
        m->bytes[m->size++] = (uint8_t)value[i];
        m->bytes[m->size++] = 0;
    }
    m->count++;
}

static void make(struct made *m, const char *provider, uint32_t id, uint64_t keywords,
                 const char *fields)
{
    struct err err = { .rc = RC_OK };
    const struct event_kind *kind = event_kind_find(provider, id);
    memset(m, 0, sizeof(*m));
    m->event = (struct evtx_event){ .record = 7,
                                    .at = INT64_C(134000000000000000),
                                    .event_id = id,
                                    .keywords = keywords,
                                    .provider = provider,
                                    .channel = "Security",
                                    .computer = "DC1",
                                    .user_sid = "S-1-5-21-1-2-3-1105",
                                    .user_data_root = "" };
    for (const char *p = fields; *p;) {
        const char *equals = strchr(p, '='), *end = strchr(p, '\n');
        if (!equals || !end || equals > end) {
            abort();
        }
        add(m, p, (size_t)(equals - p), equals + 1, (size_t)(end - equals - 1));
        p = end + 1;
    }
    m->reading = (struct event_reading){
        .log = 1, .computer = 2, .part = 3, .event = &m->event, .arena = arena_new(1U << 20)
    };
    T_OK(crypt_prepare(&err) == RC_OK);
    m->key = secret_new("0123456789abcdef0123456789abcdef", 32);
    m->reading.key = m->key;
    event_fields_set(&m->reading, m->fields, m->count);
    if (kind) {
        m->reading.kind = kind->kind;
        m->is_row = kind->fill(&m->reading, &m->row);
    }
    if (m->is_row && row_check(&m->row, &err) != RC_OK) {
        t_fail(__FILE__, __LINE__, "event %u: %s", id, err.msg);
    }
    T_OK(!m->reading.is_short);
}

void made(struct made *m, const char *provider, uint32_t id, const char *fields)
{
    make(m, provider, id, UINT64_C(0x8020000000000000), fields);
}

void made_failure(struct made *m, const char *provider, uint32_t id, const char *fields)
{
    make(m, provider, id, UINT64_C(0x8010000000000000), fields);
}

void made_done(struct made *m)
{
    arena_freep(&m->reading.arena);
    secret_free(m->key);
}
