/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Fuzzes the three SMB answers and their frame: one input is one stream. */
#include "audit/collect/net/smb.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void tried(enum rc rc)
{
    (void)rc;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct smb_negotiated negotiated;
    struct smb_session session;
    struct smb_old old;
    struct err err = { 0 };
    size_t frame = smb_frame(data, size);
    if (frame != 0 && frame != SMB_FRAME_BAD && frame > size) {
        __builtin_trap();
    }
    if (size >= 4) {
        struct rd message = rd_from(data + 4, size - 4);
        tried(smb_negotiate_parse(message, &negotiated, &err));
        tried(smb_old_parse(message, &old, &err));
        if (smb_session_parse(message, &session, &err) == RC_OK) {
            size_t n = rd_left(&session.token);
            (void)rd_bytes(&session.token, n);
        }
    }
    return 0;
}
