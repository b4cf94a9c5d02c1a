/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Frames on the pipe between the supervisor and a role executable, and which of them is legal when. A frame is a header of
 * 16 bytes, big endian (u32 length of the payload | u16 type | u16 version | u32 task | u32 sequence), and its payload.
 * Even types go to the worker, odd ones come from it. Each direction counts its frames from 0 without a gap. */
#ifndef SUPERVISE_FRAME_H
#define SUPERVISE_FRAME_H

#include "audit/base/err.h"
#include "audit/base/rd.h"
#include "audit/base/wr.h"

#define FRAME_HEADER    16U
#define FRAME_VERSION   1U
#define FRAME_MAX       (1U << 20) /* payload */
#define FRAME_ROWS_FULL 65536U     /* a worker sends its rows when it has gathered so many bytes */
#define FRAME_TEXT_MAX  2048U      /* of a text inside a payload */

/* Where a conversation is; both sides keep the same count. */
enum frame_state {
    FRAME_START = 1,   /* the worker has yet to say hello */
    FRAME_GREETED = 2, /* it waits for its task */
    FRAME_TASKED = 4,  /* it prepares; its secret may follow */
    FRAME_RUNNING = 8, /* it is in its sandbox */
    FRAME_ENDED = 16   /* nothing may follow */
};

/* X(name, number, states in which it is legal, once only, largest payload, what it carries) */
/* clang-format off */
#define FRAME_MESSAGES(X) \
    X(HELLO,    1,  FRAME_START,                  true,  4096,       "u64 mark of the catalogues, text role, text version") \
    X(TASK,     2,  FRAME_GREETED,                true,  131072,     "u8 flags (1 a secret follows, 2 an artifact's descriptor comes with it, 4 it is an outbox, from 16 on how many more outboxes come behind it), the task in its second form") \
    X(READY,    3,  FRAME_TASKED,                 true,  4096,       "text sandbox") \
    X(SECRET,   4,  FRAME_TASKED,                 true,  4096,       "the secret's bytes") \
    X(ROWS,     5,  FRAME_RUNNING,                false, FRAME_MAX,  "rows, one after the other") \
    X(GO,       6,  FRAME_RUNNING,                false, 4096,       "u8 1 go on or 0 leave it, text why not") \
    X(LOG,      7,  FRAME_TASKED | FRAME_RUNNING, false, 8192,       "u8 level, text") \
    X(PROGRESS, 9,  FRAME_TASKED | FRAME_RUNNING, false, 512,        "u64 done, text what") \
    X(DONE,     11, FRAME_RUNNING,                true,  8,          "u64 rows sent") \
    X(FAILED,   13, FRAME_TASKED | FRAME_RUNNING, true,  4096,       "u64 rows sent, text word of enum rc, text where, text message") \
    X(ASK,      15, FRAME_RUNNING,                false, 1,          "u8 gate") \
    X(TOLD,     17, FRAME_RUNNING,                false, 2,          "u8 gate, u8 result")

/* clang-format on */

enum frame_type {
#define FRAME_ENUM(name, number, states, once, max, doc) FRAME_##name = (number),
    FRAME_MESSAGES(FRAME_ENUM)
#undef FRAME_ENUM
};

#define FRAME_TASK_SECRET   1U
#define FRAME_TASK_ARTIFACT 2U
#define FRAME_TASK_OUTBOX   4U
#define FRAME_TASK_MORE     16U /* times the number of further outboxes */

struct frame {
    uint16_t type;
    uint32_t task;
    uint32_t sequence;
    uint32_t size;
    const uint8_t *payload; /* borrowed from what was read */
};

/* Where a worker stands at a gate (gate.h). */
enum frame_gate {
    FRAME_GATE_NONE,
    FRAME_GATE_ASKED, /* it waits for GO */
    FRAME_GATE_HELD   /* TOLD must follow before anything ends */
};

/* One conversation, seen from either end. Zero it and set state to FRAME_START. */
struct frame_link {
    enum frame_state state;
    uint32_t task;      /* 0 until TASK */
    uint32_t to_worker; /* next sequence number of each direction */
    uint32_t from_worker;
    uint32_t seen; /* types seen, a bit each */
    enum frame_gate
        gate; /* GO moves it to HELD; whoever writes or reads that it says no moves it back */
};

/* Name of a type for messages; "unknown" for a number without one. */
const char *frame_name(unsigned type);

/* Reads the header at p (FRAME_HEADER bytes). RC_MALFORMED for an unknown type, version or length, so that a lie about a
 * length is refused before the payload has come. payload stays NULL. */
MUST_USE enum rc frame_header(const uint8_t *p, struct frame *ret, struct err *err);

/* Takes the next whole frame from r. *ret_whole is false, and r unmoved, when more bytes are needed. */
MUST_USE enum rc frame_next(struct rd *r, struct frame *ret, bool *ret_whole, struct err *err);

/* Checks that the frame is legal here and now, and moves the state. RC_MALFORMED says what is wrong with it. */
MUST_USE enum rc frame_permit(struct frame_link *link, const struct frame *frame, struct err *err);

/* Writes a header with the link's task and next sequence number and moves the state as frame_permit does on the other side;
 * returns where it starts, for frame_end, which fills in the length. */
size_t frame_begin(struct wr *w, struct frame_link *link, enum frame_type type);
void frame_end(struct wr *w, size_t start);

/* A text inside a payload: u16 length and UTF-8. Longer ones are cut at FRAME_TEXT_MAX at a character's end. Reading faults r
 * when it is not UTF-8, holds a NUL or does not fit into buf. */
void frame_put_text(struct wr *w, const char *text);
void frame_get_text(struct rd *r, char *buf, size_t size);

/* Mark of the row catalogue (tables, columns, types, needs) and of the messages: both sides must have been built from the same. */
uint64_t frame_catalogue_mark(void);

#endif
