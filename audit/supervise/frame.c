/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "audit/supervise/frame.h"

#include <string.h>

#include "audit/base/utf.h"
#include "audit/evidence/row.h"

struct message {
    const char *name;
    uint16_t type;
    unsigned states;
    bool once;
    uint32_t max;
    const char *doc;
};

static const struct message messages[] = {
#define FRAME_ENTRY(name, number, states, once, max, doc) \
    { #name, (number), (states), (once), (max), (doc) },
    FRAME_MESSAGES(FRAME_ENTRY)
#undef FRAME_ENTRY
};

static const struct message *message_of(unsigned type)
{
    for (size_t i = 0; i < ARRAY_LEN(messages); i++) {
        if (messages[i].type == type) {
            return &messages[i];
        }
    }
    return NULL;
}

const char *frame_name(unsigned type)
{
    const struct message *m = message_of(type);
    return m ? m->name : "unknown";
}

enum rc frame_header(const uint8_t *p, struct frame *ret, struct err *err)
{
    struct rd r = rd_from(p, FRAME_HEADER);
    struct frame f = { .payload = NULL };
    f.size = rd_u32be(&r);
    f.type = rd_u16be(&r);
    uint16_t version = rd_u16be(&r);
    f.task = rd_u32be(&r);
    f.sequence = rd_u32be(&r);
    const struct message *m = message_of(f.type);
    if (version != FRAME_VERSION) {
        return err_setf(err, RC_MALFORMED, "frame of version %u, not %u", version, FRAME_VERSION);
    }
    if (!m) {
        return err_setf(err, RC_MALFORMED, "frame of unknown type %u", f.type);
    }
    if (f.size > m->max) {
        return err_setf(err, RC_MALFORMED, "%s frame says it has %u bytes, at most %u are allowed",
                        m->name, f.size, m->max);
    }
    *ret = f;
    return RC_OK;
}

enum rc frame_next(struct rd *r, struct frame *ret, bool *ret_whole, struct err *err)
{
    struct frame f;
    *ret_whole = false;
    if (rd_left(r) < FRAME_HEADER) {
        return RC_OK;
    }
    TRY(frame_header(r->p, &f, err));
    if (rd_left(r) - FRAME_HEADER < f.size) {
        return RC_OK;
    }
    rd_skip(r, FRAME_HEADER);
    f.payload = rd_bytes(r, f.size);
    *ret = f;
    *ret_whole = true;
    return RC_OK;
}

/* What a frame does to the state, whoever looks at it. */
static void advance(struct frame_link *link, enum frame_type type)
{
    link->seen |= 1U << type;
    if (type == FRAME_HELLO) {
        link->state = FRAME_GREETED;
    } else if (type == FRAME_TASK) {
        link->state = FRAME_TASKED;
    } else if (type == FRAME_READY) {
        link->state = FRAME_RUNNING;
    } else if (type == FRAME_DONE || type == FRAME_FAILED) {
        link->state = FRAME_ENDED;
    } else if (type == FRAME_ASK) {
        link->gate = FRAME_GATE_ASKED;
    } else if (type == FRAME_GO) {
        link->gate = FRAME_GATE_HELD;
    } else if (type == FRAME_TOLD) {
        link->gate = FRAME_GATE_NONE;
    }
}

/* One gate at a time, answered before it is entered, left before the end. NULL when the frame keeps to that. */
static const char *gate_fault(const struct frame_link *link, unsigned type)
{
    switch (type) {
    case FRAME_ASK:
        return link->gate != FRAME_GATE_NONE ? "asks for a gate while it is at one" : NULL;
    case FRAME_GO:
        return link->gate != FRAME_GATE_ASKED ? "answers for a gate that was not asked for" : NULL;
    case FRAME_TOLD:
        return link->gate != FRAME_GATE_HELD ? "tells of a gate that was not granted" : NULL;
    case FRAME_DONE:
    case FRAME_FAILED:
        return link->gate != FRAME_GATE_NONE ? "comes while it is at a gate" : NULL;
    default:
        return NULL;
    }
}

static const char *state_word(enum frame_state state)
{
    switch (state) {
    case FRAME_START:
        return "before its hello";
    case FRAME_GREETED:
        return "before its task";
    case FRAME_TASKED:
        return "before it was ready";
    case FRAME_RUNNING:
        return "while running";
    case FRAME_ENDED:
        return "after its end";
    default:
        return "at no time";
    }
}

enum rc frame_permit(struct frame_link *link, const struct frame *frame, struct err *err)
{
    const struct message *m = message_of(frame->type);
    if (!m || (m->states & link->state) == 0) {
        return err_setf(err, RC_MALFORMED, "%s frame %s", frame_name(frame->type),
                        state_word(link->state));
    }
    if (m->once && (link->seen & (1U << m->type)) != 0) {
        return err_setf(err, RC_MALFORMED, "second %s frame", m->name);
    }
    const char *fault = gate_fault(link, frame->type);
    if (fault) {
        return err_setf(err, RC_MALFORMED, "%s frame %s", m->name, fault);
    }
    uint32_t *next = frame->type % 2 == 0 ? &link->to_worker : &link->from_worker;
    if (frame->sequence != *next) {
        return err_setf(err, RC_MALFORMED, "%s frame has number %u, not %u", m->name,
                        frame->sequence, *next);
    }
    if (frame->type == FRAME_TASK && frame->task != 0) {
        link->task = frame->task;
    }
    if (frame->task != link->task) {
        return err_setf(err, RC_MALFORMED, "%s frame is of task %u, not %u", m->name, frame->task,
                        link->task);
    }
    ++*next;
    advance(link, (enum frame_type)frame->type);
    return RC_OK;
}

size_t frame_begin(struct wr *w, struct frame_link *link, enum frame_type type)
{
    size_t start = w->size;
    uint32_t *next = type % 2 == 0 ? &link->to_worker : &link->from_worker;
    wr_u32be(w, 0);
    wr_u16be(w, (uint16_t)type);
    wr_u16be(w, FRAME_VERSION);
    wr_u32be(w, link->task);
    wr_u32be(w, *next);
    ++*next;
    advance(link, type);
    return start;
}

void frame_end(struct wr *w, size_t start)
{
    if (!w->bad) {
        wr_poke_u32be(w, start, (uint32_t)(w->size - start - FRAME_HEADER));
    }
}

void frame_put_text(struct wr *w, const char *text)
{
    size_t n = text ? strlen(text) : 0;
    if (n > FRAME_TEXT_MAX) {
        n = FRAME_TEXT_MAX;
        while (n > 0 && ((unsigned char)text[n] & 0xC0U) == 0x80U) {
            n--;
        }
    }
    wr_u16be(w, (uint16_t)n);
    wr_bytes(w, text, n);
}

void frame_get_text(struct rd *r, char *buf, size_t size)
{
    uint16_t n = rd_u16be(r);
    const char *text = (const char *)rd_bytes(r, n);
    buf[0] = 0;
    if (r->bad || n >= size || !utf8_valid(text, n)) {
        rd_fail(r);
        return;
    }
    memcpy(buf, text, n);
    buf[n] = 0;
}

static uint64_t mix(uint64_t h, const char *text)
{
    do {
        h = (h ^ (unsigned char)*text) * UINT64_C(1099511628211);
    } while (*text++);
    return h;
}

uint64_t frame_catalogue_mark(void)
{
    uint64_t h = UINT64_C(14695981039346656037);
    for (size_t i = 0; i < ARRAY_LEN(messages); i++) {
        h = mix(mix(h, messages[i].name), messages[i].doc);
    }
    for (int table = 0; table < ROW_TABLE_COUNT; table++) {
        const struct row_catalogue *t = row_catalogue((enum row_table)table);
        h = mix(h, t->table);
        for (size_t i = 0; i < t->count; i++) {
            char type[3] = { (char)('a' + t->columns[i].type), t->columns[i].must ? '!' : '?', 0 };
            h = mix(mix(h, t->columns[i].name), type);
        }
    }
    return h;
}
