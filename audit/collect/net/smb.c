/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "audit/collect/net/smb.h"

#include <string.h>

#include "audit/collect/net/le.h"
#include "audit/collect/net/spnego.h"

#define HEADER                64
#define COMMAND_NEGOTIATE     0
#define COMMAND_SESSION_SETUP 1
#define FLAG_RESPONSE         1U
#define SMB_3_1_1             0x0311
#define CONTEXTS_MAX          16

static const uint8_t magic2[4] = { 0xfe, 'S', 'M', 'B' };
static const uint8_t magic1[4] = { 0xff, 'S', 'M', 'B' };

size_t smb_frame(const uint8_t *p, size_t n)
{
    struct rd r = rd_from(p, n);
    if (n > 0 && p[0] != 0) {
        return SMB_FRAME_BAD;
    }
    uint32_t size = rd_u32be(&r);
    if (r.bad) {
        return 0;
    }
    if (size > SMB_MESSAGE_MAX || size < 4) {
        return SMB_FRAME_BAD;
    }
    return rd_left(&r) >= size ? (size_t)size + 4 : 0;
}

static void put_header(struct wr *w, uint16_t command, uint64_t message)
{
    wr_bytes(w, magic2, sizeof(magic2));
    le_u16(w, HEADER);
    le_u16(w, 0); /* credit charge */
    le_u32(w, 0);
    le_u16(w, command);
    le_u16(w, 31); /* credits asked for */
    le_u32(w, 0);
    le_u32(w, 0);
    le_u64(w, message);
    le_u32(w, 0xfeff); /* process */
    le_u32(w, 0);      /* tree */
    le_u64(w, 0);      /* session */
    le_zeros(w, 16);
}

static size_t begin(struct wr *w)
{
    size_t start = w->size;
    wr_u32be(w, 0);
    return start;
}

static void end(struct wr *w, size_t start)
{
    wr_poke_u32be(w, start, (uint32_t)(w->size - start - 4));
}

/* Pre-authentication integrity with SHA-512, and the four ciphers in the order of Windows ([MS-SMB2] 2.2.3.1). */
static void put_contexts(struct wr *w, const uint8_t salt[32])
{
    le_u16(w, 1);
    le_u16(w, 38);
    le_u32(w, 0);
    le_u16(w, 1);
    le_u16(w, 32);
    le_u16(w, 1);
    wr_bytes(w, salt, 32);
    le_zeros(w, 2); /* to a multiple of 8 */
    le_u16(w, 2);
    le_u16(w, 10);
    le_u32(w, 0);
    le_u16(w, 4);
    le_u16(w, 2);
    le_u16(w, 1);
    le_u16(w, 4);
    le_u16(w, 3);
}

void smb_put_negotiate(struct wr *w, const uint16_t *dialects, size_t count,
                       const uint8_t random[48])
{
    size_t start = begin(w);
    bool has_contexts = count > 0 && dialects[count - 1] == SMB_3_1_1;
    size_t offset = HEADER + 36 + 2 * count;
    size_t padding = has_contexts ? (8 - offset % 8) % 8 : 0;
    put_header(w, COMMAND_NEGOTIATE, 0);
    le_u16(w, 36);
    le_u16(w, (uint16_t)count);
    le_u16(w, 1); /* signing enabled */
    le_u16(w, 0);
    /* A client of 2.0.2 and 2.1 only must not claim what came with 3.0. */
    le_u32(w, count > 0 && dialects[count - 1] >= 0x0300 ? 0x7f : 0);
    wr_bytes(w, random, 16);
    le_u32(w, has_contexts ? (uint32_t)(offset + padding) : 0);
    le_u16(w, has_contexts ? 2 : 0);
    le_u16(w, 0);
    for (size_t i = 0; i < count; i++) {
        le_u16(w, dialects[i]);
    }
    le_zeros(w, padding);
    if (has_contexts) {
        put_contexts(w, random + 16);
    }
    end(w, start);
}

void smb_put_session_setup(struct wr *w, const void *token, size_t n)
{
    size_t start = begin(w);
    put_header(w, COMMAND_SESSION_SETUP, 1);
    le_u16(w, 25);
    wr_u8(w, 0);
    wr_u8(w, 1); /* signing enabled */
    le_u32(w, 1);
    le_u32(w, 0);
    le_u16(w, HEADER + 24);
    le_u16(w, (uint16_t)n);
    le_u64(w, 0);
    wr_bytes(w, token, n);
    w->bad = w->bad || n > UINT16_MAX;
    end(w, start);
}

void smb_put_negotiate_old(struct wr *w)
{
    static const char dialect[] = "\x02NT LM 0.12";
    size_t start = begin(w);
    wr_bytes(w, magic1, sizeof(magic1));
    wr_u8(w, 0x72);
    le_u32(w, 0);
    wr_u8(w, 0x18);    /* canonical paths, caseless */
    le_u16(w, 0xc803); /* Unicode, NT status, extended security, long names, EAs */
    le_zeros(w, 12);
    le_u16(w, 0xffff);
    le_u16(w, 0xfeff);
    le_u16(w, 0);
    le_u16(w, 0);
    wr_u8(w, 0);
    le_u16(w, sizeof(dialect));
    wr_bytes(w, dialect, sizeof(dialect));
    end(w, start);
}

/* Header of an SMB2 answer to a command; its status goes to *ret. */
static enum rc read_header(struct rd *r, uint16_t command, uint32_t *ret, struct err *err)
{
    const uint8_t *magic = rd_bytes(r, 4);
    if (magic && memcmp(magic, magic1, 4) == 0) {
        return err_setf(err, RC_UNSUPPORTED, "it answers SMB2 in SMB1");
    }
    bool is_smb2 = magic && memcmp(magic, magic2, 4) == 0;
    uint16_t size = rd_u16le(r);
    rd_skip(r, 2);
    uint32_t status = rd_u32le(r);
    uint16_t answered = rd_u16le(r);
    rd_skip(r, 2);
    uint32_t flags = rd_u32le(r);
    rd_skip(r, 44);
    if (!is_smb2 || r->bad || size != HEADER || answered != command ||
        (flags & FLAG_RESPONSE) == 0) {
        return err_setf(err, RC_MALFORMED, "the answer is not SMB2");
    }
    *ret = status;
    return RC_OK;
}

static filetime plausible_time(uint64_t v)
{
    return v < (uint64_t)INT64_MAX ? (filetime)v : 0;
}

/* Negotiate contexts (2.2.4.1): the cipher is the only one of interest. */
static bool read_contexts(const struct rd *message, uint32_t offset, uint16_t count,
                          struct smb_negotiated *n)
{
    size_t whole = (size_t)(message->end - message->beg);
    if (offset < HEADER || offset > whole || count > CONTEXTS_MAX) {
        return false;
    }
    struct rd r = rd_at(message, offset, whole - offset);
    for (uint16_t i = 0; i < count && !r.bad; i++) {
        size_t aligned = (8 - rd_offset(&r) % 8) % 8;
        if (i > 0) {
            rd_skip(&r, aligned);
        }
        uint16_t type = rd_u16le(&r);
        uint16_t size = rd_u16le(&r);
        rd_skip(&r, 4);
        struct rd data = rd_sub(&r, size);
        if (type == 2 && !data.bad) {
            uint16_t ciphers = rd_u16le(&data);
            n->cipher = ciphers == 1 ? rd_u16le(&data) : 0;
            if (data.bad) {
                return false;
            }
        }
    }
    return !r.bad;
}

enum rc smb_negotiate_parse(struct rd r, struct smb_negotiated *ret, struct err *err)
{
    struct smb_negotiated n = { 0 };
    TRY(read_header(&r, COMMAND_NEGOTIATE, &n.status, err));
    if (n.status != 0) {
        *ret = n;
        return RC_OK;
    }
    uint16_t size = rd_u16le(&r);
    n.security_mode = rd_u16le(&r);
    n.dialect = rd_u16le(&r);
    uint16_t context_count = rd_u16le(&r);
    (void)rd_guid(&r, n.guid);
    n.capabilities = rd_u32le(&r);
    rd_skip(&r, 12); /* sizes of transactions, reads and writes */
    n.clock = plausible_time(rd_u64le(&r));
    n.started = plausible_time(rd_u64le(&r));
    uint16_t token_offset = rd_u16le(&r);
    uint16_t token_size = rd_u16le(&r);
    uint32_t context_offset = rd_u32le(&r);
    if (r.bad || size != 65) {
        return err_setf(err, RC_MALFORMED, "the SMB2 NEGOTIATE answer is cut off");
    }
    struct rd token = rd_at(&r, token_offset, token_size);
    if (token_size > 0 && (token.bad || token_offset < HEADER)) {
        return err_setf(err, RC_MALFORMED, "the SMB2 NEGOTIATE answer points outside itself");
    }
    /* An old or odd list of mechanisms does not spoil what else was said. */
    struct err odd;
    if (token_size == 0 ||
        spnego_mechanisms(token, n.mechanisms, sizeof(n.mechanisms), &odd) != RC_OK) {
        n.mechanisms[0] = '\0';
    }
    if (n.dialect == SMB_3_1_1 && !read_contexts(&r, context_offset, context_count, &n)) {
        return err_setf(err, RC_MALFORMED, "the SMB2 negotiate contexts are cut off");
    }
    *ret = n;
    return RC_OK;
}

enum rc smb_session_parse(struct rd r, struct smb_session *ret, struct err *err)
{
    struct smb_session s = { 0 };
    TRY(read_header(&r, COMMAND_SESSION_SETUP, &s.status, err));
    s.token = rd_from(NULL, 0);
    if (s.status == 0 || s.status == SMB_MORE_PROCESSING) {
        uint16_t size = rd_u16le(&r);
        rd_skip(&r, 2);
        uint16_t offset = rd_u16le(&r);
        uint16_t length = rd_u16le(&r);
        s.token = rd_at(&r, offset, length);
        if (r.bad || size != 9 || s.token.bad || offset < HEADER) {
            return err_setf(err, RC_MALFORMED, "the SMB2 SESSION_SETUP answer is cut off");
        }
    }
    *ret = s;
    return RC_OK;
}

enum rc smb_old_parse(struct rd r, struct smb_old *ret, struct err *err)
{
    struct smb_old o = { 0 };
    const uint8_t *magic = rd_bytes(&r, 4);
    bool is_smb1 = magic && memcmp(magic, magic1, 4) == 0;
    uint8_t command = rd_u8(&r);
    uint32_t status = rd_u32le(&r);
    rd_skip(&r, 23);
    uint8_t words = rd_u8(&r);
    if (r.bad || !is_smb1 || command != 0x72) {
        return err_setf(err, RC_MALFORMED, "the answer is not an SMB1 NEGOTIATE");
    }
    if (status == 0 && words >= 1) {
        uint16_t index = rd_u16le(&r);
        if (index == 0) {
            /* 2.2.4.52.2: 17 words with the security mode and, behind sizes and keys, the clock. */
            o.is_offered = true;
            o.security_mode = rd_u8(&r);
            rd_skip(&r, 20);
            o.clock = plausible_time(rd_u64le(&r));
            if (words != 17 || r.bad) {
                return err_setf(err, RC_MALFORMED, "the SMB1 NEGOTIATE answer is cut off");
            }
        } else if (index != 0xffff) {
            return err_setf(err, RC_MALFORMED,
                            "the SMB1 NEGOTIATE answer chose what was not offered");
        }
    }
    *ret = o;
    return RC_OK;
}
