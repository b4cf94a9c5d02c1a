/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Fuzzes frame_header, frame_next, frame_permit, frame_get_text and task_read: a stream of frames of both directions, as it
 * would arrive, whatever its state machine says. */
#include <stdlib.h>

#include "audit/evidence/row.h"
#include "audit/supervise/frame.h"
#include "audit/supervise/task.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void take_payload(const struct frame *f)
{
    struct rd r = rd_from(f->payload, f->size);
    struct err err;
    char text[FRAME_TEXT_MAX + 1];
    if (f->type == FRAME_TASK) {
        struct arena *a = arena_new(1U << 20);
        struct task task;
        (void)rd_u8(&r);
        if (a && task_read(&r, a, &task, &err) == RC_OK && task.count > TASK_MAX_PARAMETERS) {
            abort();
        }
        arena_free(a);
    } else if (f->type == FRAME_ROWS) {
        struct row row;
        while (rd_left(&r) > 0 && row_read(&r, &row, &err) == RC_OK &&
               row_check(&row, &err) == RC_OK) {
        }
    } else {
        frame_get_text(&r, text, sizeof(text));
    }
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct rd r = rd_from(data, size);
    struct frame_link link = { .state = FRAME_START };
    struct frame f;
    struct err err;
    bool is_whole = true;
    while (is_whole && frame_next(&r, &f, &is_whole, &err) == RC_OK) {
        if (!is_whole) {
            break;
        }
        if (f.size > FRAME_MAX) {
            abort();
        }
        take_payload(&f);
        enum frame_state before = link.state;
        enum frame_gate gate = link.gate;
        if (frame_permit(&link, &f, &err) != RC_OK) {
            continue;
        }
        bool is_lie = before == FRAME_ENDED || (f.type == FRAME_ASK && gate != FRAME_GATE_NONE) ||
                      (f.type == FRAME_TOLD && gate != FRAME_GATE_HELD) ||
                      (f.type == FRAME_DONE && gate != FRAME_GATE_NONE);
        if (is_lie) {
            abort();
        }
        if (f.type == FRAME_GO && (f.size == 0 || f.payload[0] != 1)) {
            link.gate = FRAME_GATE_NONE;
        }
    }
    return 0;
}
