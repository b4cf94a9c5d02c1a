/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Fuzzes the X.224 Connection Confirm and its frame. */
#include "audit/collect/net/rdp.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void tried(enum rc rc)
{
    (void)rc;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct rdp_answer answer;
    struct err err = { 0 };
    size_t frame = rdp_frame(data, size);
    if (frame != 0 && frame != RDP_FRAME_BAD) {
        if (frame > size) {
            __builtin_trap();
        }
        tried(rdp_answer_parse(rd_from(data, frame), &answer, &err));
    }
    tried(rdp_answer_parse(rd_from(data, size), &answer, &err));
    return 0;
}
