/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "audit/collect/net/rdp.h"

#include "audit/collect/net/le.h"

#define CONFIRM_MAX 64U /* a confirm is 11 or 19 bytes; some servers pad */

enum {
    TPDU_REQUEST = 0xe0,
    TPDU_CONFIRM = 0xd0,
    NEG_REQUEST = 1,
    NEG_RESPONSE = 2,
    NEG_FAILURE = 3
};

size_t rdp_frame(const uint8_t *p, size_t n)
{
    struct rd r = rd_from(p, n);
    uint8_t version = rd_u8(&r);
    if (n > 0 && version != 3) {
        return RDP_FRAME_BAD;
    }
    (void)rd_u8(&r);
    uint16_t size = rd_u16be(&r);
    if (r.bad) {
        return 0;
    }
    if (size < 11 || size > CONFIRM_MAX) {
        return RDP_FRAME_BAD;
    }
    return n >= size ? size : 0;
}

void rdp_put_request(struct wr *w, uint32_t protocols)
{
    wr_u8(w, 3);
    wr_u8(w, 0);
    wr_u16be(w, 19);
    wr_u8(w, 14);
    wr_u8(w, TPDU_REQUEST);
    le_zeros(w, 5); /* references and class */
    wr_u8(w, NEG_REQUEST);
    wr_u8(w, 0);
    le_u16(w, 8);
    le_u32(w, protocols);
}

enum rc rdp_answer_parse(struct rd r, struct rdp_answer *ret, struct err *err)
{
    struct rdp_answer a = { 0 };
    uint8_t version = rd_u8(&r);
    rd_skip(&r, 1);
    uint16_t size = rd_u16be(&r);
    uint8_t length = rd_u8(&r);
    uint8_t code = rd_u8(&r);
    rd_skip(&r, 5);
    /* The low four bits of the code carry credit, which RDP does not use. */
    if (r.bad || version != 3 || (code & 0xf0) != TPDU_CONFIRM || length < 6 ||
        (size_t)length + 5 > size) {
        return err_setf(err, RC_MALFORMED, "the answer is not an X.224 Connection Confirm");
    }
    if (length == 6) {
        *ret = a;
        return RC_OK;
    }
    uint8_t type = rd_u8(&r);
    uint8_t flags = rd_u8(&r);
    uint16_t inner = rd_u16le(&r);
    a.value = rd_u32le(&r);
    if (r.bad || inner != 8 || length < 14 || (type != NEG_RESPONSE && type != NEG_FAILURE)) {
        return err_setf(err, RC_MALFORMED, "the answer to the RDP negotiation is malformed");
    }
    a.has_negotiation = true;
    a.is_failure = type == NEG_FAILURE;
    a.flags = a.is_failure ? 0 : flags;
    *ret = a;
    return RC_OK;
}
