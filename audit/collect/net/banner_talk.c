/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Listens to a port whose service speaks first, for two seconds at most. Nothing is sent. */
#include <stdio.h>

#include "audit/collect/net/banner.h"
#include "audit/collect/net/talk.h"

#define PATIENCE_MS 2000

struct banner_state {
    struct banner banner;
};

static enum talk_step on(struct talk *t, enum talk_event event)
{
    struct banner_state *s = t->state;
    size_t n = 0;
    if (event == TALK_OPEN) {
        t->patience_ms = PATIENCE_MS;
        return TALK_WAIT;
    }
    const uint8_t *p = talk_bytes(t, &n);
    banner_parse(p, n, &s->banner);
    return event == TALK_INPUT && !s->banner.is_whole ? TALK_WAIT : TALK_END;
}

static enum rc put(struct talk *t, struct row_sink *sink, struct err *err)
{
    const struct banner *b = &((struct banner_state *)t->state)->banner;
    (void)sink;
    (void)err;
    t->end.word = b->is_ssh ? "ssh" : b->is_telnet ? "telnet" : b->line[0] ? "other" : "silent";
    (void)snprintf(t->end.banner, sizeof(t->end.banner), "%s", b->line);
    return RC_OK;
}

const struct protocol banner_protocol = { sizeof(struct banner_state), on, put };
