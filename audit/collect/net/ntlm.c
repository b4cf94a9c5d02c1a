/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "audit/collect/net/ntlm.h"

#include <string.h>

#include "audit/collect/net/le.h"

static const char signature[8] = "NTLMSSP";

/* UNICODE, OEM, REQUEST_TARGET, NTLM, ALWAYS_SIGN, EXTENDED_SESSIONSECURITY, VERSION, 128, 56; neither sign nor seal, which a
 * directory refuses inside TLS. */
#define OUR_FLAGS        0xa2088207U
#define FLAG_UNICODE     0x00000001U
#define FLAG_TARGET_INFO 0x00800000U
#define FLAG_VERSION     0x02000000U

enum {
    AV_END = 0,
    AV_COMPUTER = 1,
    AV_DOMAIN = 2,
    AV_DNS_COMPUTER = 3,
    AV_DNS_DOMAIN = 4
};

/* Length, room (which says nothing) and offset of a field in the payload. */
static struct rd field(struct rd *r)
{
    uint16_t size = rd_u16le(r);
    (void)rd_u16le(r);
    uint32_t offset = rd_u32le(r);
    struct rd view = size ? rd_at(r, offset, size) : rd_from(NULL, 0);
    if (view.bad) {
        rd_fail(r);
    }
    return view;
}

/* AV_PAIR list (2.2.2.1). It ends with MsvAvEOL; a list that just stops breaks the format. */
static bool read_pairs(struct rd r, struct ntlm_challenge *c)
{
    while (!r.bad) {
        uint16_t id = rd_u16le(&r);
        uint16_t size = rd_u16le(&r);
        const uint8_t *value = rd_bytes(&r, size);
        char *names[] = { NULL, c->netbios_name, c->netbios_domain, c->dns_name, c->dns_domain };
        if (r.bad) {
            return false;
        }
        if (id == AV_END) {
            return true;
        }
        if (id <= AV_DNS_DOMAIN) {
            (void)text_clean_utf16(names[id], TEXT_MAX, value, size);
        }
    }
    return false;
}

enum rc ntlm_challenge_parse(struct rd r, struct ntlm_challenge *ret, struct err *err)
{
    struct ntlm_challenge c = { 0 };
    const uint8_t *head = rd_bytes(&r, sizeof(signature));
    if (!head || memcmp(head, signature, sizeof(signature)) != 0 || rd_u32le(&r) != 2) {
        return err_setf(err, RC_MALFORMED, "the answer holds no NTLM challenge");
    }
    struct rd target = field(&r);
    c.flags = rd_u32le(&r);
    rd_skip(&r, 16); /* the challenge itself, and a reserved field */
    if ((c.flags & FLAG_TARGET_INFO) != 0) {
        c.target_info = field(&r);
    } else {
        rd_skip(&r, 8);
        c.target_info = rd_from(NULL, 0);
    }
    if ((c.flags & FLAG_VERSION) != 0) {
        c.has_version = true;
        c.os_major = rd_u8(&r);
        c.os_minor = rd_u8(&r);
        c.os_build = rd_u16le(&r);
        rd_skip(&r, 4);
    }
    if (r.bad || (rd_left(&c.target_info) > 0 && !read_pairs(c.target_info, &c))) {
        return err_setf(err, RC_MALFORMED, "the NTLM challenge is cut off");
    }
    /* Servers without target information still name their domain or themselves. */
    size_t n = rd_left(&target);
    if (!c.netbios_domain[0] && n > 0 && (c.flags & FLAG_UNICODE) != 0) {
        (void)text_clean_utf16(c.netbios_domain, TEXT_MAX, rd_bytes(&target, n), n);
    }
    *ret = c;
    return RC_OK;
}

static void put_version(struct wr *w)
{
    wr_u8(w, 10);
    wr_u8(w, 0);
    le_u16(w, 0);
    le_zeros(w, 3);
    wr_u8(w, 15); /* NTLMSSP_REVISION_W2K3 */
}

void ntlm_put_negotiate(struct wr *w)
{
    wr_bytes(w, signature, sizeof(signature));
    le_u32(w, 1);
    le_u32(w, OUR_FLAGS);
    le_zeros(w, 16); /* domain and workstation: not supplied */
    put_version(w);
}

static void put_field(struct wr *w, size_t size, size_t *at)
{
    le_u16(w, (uint16_t)size);
    le_u16(w, (uint16_t)size);
    le_u32(w, (uint32_t)*at);
    *at += size;
}

void ntlm_put_authenticate(struct wr *w, const struct ntlm_challenge *challenge, const char *user,
                           const uint8_t random[NTLM_RANDOM])
{
    struct rd info = challenge->target_info;
    size_t info_size = rd_left(&info), user_size = strlen(user) * 2, at = 72;
    size_t nt_size = 16 + 28 + info_size + 4;
    wr_bytes(w, signature, sizeof(signature));
    le_u32(w, 3);
    put_field(w, 24, &at); /* LMv2 */
    put_field(w, nt_size, &at);
    put_field(w, 0, &at); /* domain: the server's own */
    put_field(w, user_size, &at);
    put_field(w, 0, &at); /* workstation */
    put_field(w, 0, &at); /* session key */
    le_u32(w, OUR_FLAGS & challenge->flags);
    put_version(w);
    le_zeros(w, 24);
    wr_bytes(w, random, 16); /* where NTProofStr would be */
    le_u16(w, 0x0101);
    le_zeros(w, 6);
    wr_bytes(w, random + 16, 8); /* time */
    wr_bytes(w, random + 24, 8); /* client challenge */
    le_zeros(w, 4);
    wr_bytes(w, rd_bytes(&info, info_size), info_size);
    le_zeros(w, 4);
    for (const char *p = user; *p; p++) {
        le_u16(w, (uint8_t)*p);
    }
    w->bad = w->bad || nt_size > UINT16_MAX;
}
