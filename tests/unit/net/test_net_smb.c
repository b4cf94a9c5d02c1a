/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <stdio.h>

#include "audit/collect/net/der.h"
#include "audit/collect/net/le.h"
#include "audit/collect/net/ntlm.h"
#include "audit/collect/net/smb.h"
#include "audit/collect/net/spnego.h"
#include "tests/unit/net/net_support.h"

/* ---- answers of real servers ---- */

static void a_samba_negotiate_is_read(void)
{
    size_t n = 0;
    uint8_t *p = golden("smb_negotiate.bin", &n);
    struct smb_negotiated s;
    struct err err = { 0 };
    T_EQ_I(smb_frame(p, n), n);
    T_EQ_I(smb_negotiate_parse(rd_from(p + 4, n - 4), &s, &err), RC_OK);
    T_EQ_I(s.status, 0);
    T_EQ_I(s.dialect, 0x0311);
    T_EQ_I(s.security_mode, 3);
    T_EQ_I(s.capabilities, 15);
    T_EQ_I(s.cipher, 2);
    T_EQ_S(s.guid, "69646172-316f-0000-0000-000000000000");
    T_EQ_S(s.mechanisms, "ntlm");
    T_EQ_I(filetime_to_unix(s.clock) / 86400, 20782); /* 2026-11-25 */
    T_EQ_I(s.started, 0);
    free(p);
}

static void a_samba_challenge_is_read(void)
{
    size_t n = 0;
    uint8_t *p = golden("smb_session.bin", &n);
    struct smb_session s;
    struct ntlm_challenge c;
    struct rd token;
    struct err err = { 0 };
    T_EQ_I(smb_session_parse(rd_from(p + 4, n - 4), &s, &err), RC_OK);
    T_EQ_I(s.status, SMB_MORE_PROCESSING);
    T_EQ_I(spnego_token(s.token, &token, &err), RC_OK);
    T_EQ_I(ntlm_challenge_parse(token, &c, &err), RC_OK);
    T_EQ_S(c.netbios_name, "RADIO1");
    T_EQ_S(c.netbios_domain, "RADIO1");
    T_EQ_S(c.dns_name, "vm");
    T_EQ_S(c.dns_domain, "");
    T_OK(c.has_version);
    T_EQ_I(c.os_major, 6);
    T_EQ_I(c.os_minor, 1);
    T_EQ_I(c.os_build, 0);
    free(p);
}

static void smb1_answers_are_read(void)
{
    size_t n = 0;
    struct smb_old o;
    struct err err = { 0 };
    uint8_t *p = golden("smb_old_offered.bin", &n);
    T_EQ_I(smb_frame(p, n), n);
    T_EQ_I(smb_old_parse(rd_from(p + 4, n - 4), &o, &err), RC_OK);
    T_OK(o.is_offered);
    T_EQ_I(o.security_mode, 7);
    T_EQ_I(filetime_to_unix(o.clock) / 86400, 20782);
    free(p);
    p = golden("smb_old_refused.bin", &n);
    T_EQ_I(smb_old_parse(rd_from(p + 4, n - 4), &o, &err), RC_OK);
    T_OK(!o.is_offered);
    free(p);
}

static void a_lowest_dialect_is_read(void)
{
    size_t n = 0;
    struct smb_negotiated s;
    struct err err = { 0 };
    uint8_t *p = golden("smb_lowest.bin", &n);
    T_EQ_I(smb_negotiate_parse(rd_from(p + 4, n - 4), &s, &err), RC_OK);
    T_EQ_I(s.dialect, 0x0202);
    T_EQ_I(s.cipher, 0);
    free(p);
}

/* ---- hand-made ones ---- */

static void put_utf16(struct wr *w, const char *s)
{
    for (; *s; s++) {
        le_u16(w, (uint8_t)*s);
    }
}

static void put_pair(struct wr *w, uint16_t id, const char *s)
{
    le_u16(w, id);
    le_u16(w, (uint16_t)(2 * strlen(s)));
    put_utf16(w, s);
}

/* As [MS-NLMP] 2.2.1.2 lays it out, with the version of Windows Server 2019. */
static void put_windows_challenge(struct wr *w)
{
    struct wr info AUTO(wr_done);
    wr_init(&info, 1024);
    put_pair(&info, 2, "KLINIK");
    put_pair(&info, 1, "DC1");
    put_pair(&info, 4, "klinik.example");
    put_pair(&info, 3, "dc1.klinik.example");
    put_pair(&info, 5, "klinik.example");
    le_u32(&info, 0);
    wr_bytes(w, "NTLMSSP", 8);
    le_u32(w, 2);
    le_u16(w, 12);
    le_u16(w, 12);
    le_u32(w, 56);
    le_u32(w, 0xe2898215);
    wr_bytes(w, "CHALLENG\0\0\0\0\0\0\0", 16);
    le_u16(w, (uint16_t)info.size);
    le_u16(w, (uint16_t)info.size);
    le_u32(w, 68);
    wr_u8(w, 10);
    wr_u8(w, 0);
    le_u16(w, 17763);
    le_u32(w, 15U << 24);
    put_utf16(w, "KLINIK");
    wr_bytes(w, info.data, info.size);
}

static void a_windows_challenge_is_read(void)
{
    struct wr w AUTO(wr_done);
    struct ntlm_challenge c;
    struct err err = { 0 };
    wr_init(&w, 4096);
    put_windows_challenge(&w);
    T_EQ_I(ntlm_challenge_parse(rd_from(w.data, w.size), &c, &err), RC_OK);
    T_EQ_S(c.netbios_name, "DC1");
    T_EQ_S(c.netbios_domain, "KLINIK");
    T_EQ_S(c.dns_name, "dc1.klinik.example");
    T_EQ_S(c.dns_domain, "klinik.example");
    T_EQ_I(c.os_build, 17763);
}

static bool parse_challenge(const uint8_t *p, size_t n, void *context)
{
    struct ntlm_challenge c;
    struct err err = { 0 };
    (void)context;
    return ntlm_challenge_parse(rd_from(p, n), &c, &err) == RC_OK;
}

static void broken_challenges_are_refused(void)
{
    struct wr w AUTO(wr_done);
    wr_init(&w, 4096);
    put_windows_challenge(&w);
    mutate(w.data, w.size, parse_challenge);
    T_OK(!parse_challenge((const uint8_t *)"NTLMSSP", 8, NULL));
    w.data[8] = 3; /* an AUTHENTICATE */
    T_OK(!parse_challenge(w.data, w.size, NULL));
}

static void hostile_names_are_made_harmless(void)
{
    static const uint8_t head[] =
        "NTLMSSP\0\2\0\0\0\0\0\0\0\0\0\0\0\1\0\x80\0CHALLENG\0\0\0\0\0\0\0";
    struct wr w AUTO(wr_done);
    struct ntlm_challenge c;
    struct err err = { 0 };
    wr_init(&w, 4096);
    wr_bytes(&w, head, 40);
    le_u16(&w, 18);
    le_u16(&w, 18);
    le_u32(&w, 48);
    le_u16(&w, 1);
    le_u16(&w, 10);
    le_u16(&w, 0x1b); /* escape */
    le_u16(&w, '[');
    le_u16(&w, 0xd800); /* half a pair */
    le_u16(&w, '\n');
    le_u16(&w, 'x');
    le_u32(&w, 0);
    T_EQ_I(ntlm_challenge_parse(rd_from(w.data, w.size), &c, &err), RC_OK);
    T_EQ_S(c.netbios_name, "[\xef\xbf\xbdx");
    T_OK(!c.has_version);
}

static bool parse_negotiate(const uint8_t *p, size_t n, void *context)
{
    struct smb_negotiated s;
    struct err err = { 0 };
    (void)context;
    return n > 0 && smb_frame(p, n) == n &&
           smb_negotiate_parse(rd_from(p + 4, n - 4), &s, &err) == RC_OK;
}

static bool parse_session(const uint8_t *p, size_t n, void *context)
{
    struct smb_session s;
    struct ntlm_challenge c;
    struct rd token;
    struct err err = { 0 };
    (void)context;
    return n > 0 && smb_frame(p, n) == n &&
           smb_session_parse(rd_from(p + 4, n - 4), &s, &err) == RC_OK &&
           spnego_token(s.token, &token, &err) == RC_OK &&
           ntlm_challenge_parse(token, &c, &err) == RC_OK;
}

static bool parse_old(const uint8_t *p, size_t n, void *context)
{
    struct smb_old o;
    struct err err = { 0 };
    (void)context;
    return n > 0 && smb_frame(p, n) == n && smb_old_parse(rd_from(p + 4, n - 4), &o, &err) == RC_OK;
}

static void broken_answers_are_refused(void)
{
    static const struct {
        const char *name;
        bool (*parse)(const uint8_t *, size_t, void *);
    } cases[] = { { "smb_negotiate.bin", parse_negotiate },
                  { "smb_lowest.bin", parse_negotiate },
                  { "smb_session.bin", parse_session },
                  { "smb_old_offered.bin", parse_old },
                  { "smb_old_refused.bin", parse_old } };

    for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
        size_t n = 0;
        uint8_t *p = golden(cases[i].name, &n);
        mutate(p, n, cases[i].parse);
        free(p);
    }
}

static void what_is_not_smb_is_told_from_what_is_not_complete(void)
{
    T_EQ_I(smb_frame((const uint8_t *)"", 0), 0);
    T_EQ_I(smb_frame((const uint8_t *)"\0\0\0", 3), 0);
    T_EQ_I(smb_frame((const uint8_t *)"\0\0\0\x08xxx", 7), 0);
    T_OK(smb_frame((const uint8_t *)"SSH-2.0", 7) == SMB_FRAME_BAD);
    T_OK(smb_frame((const uint8_t *)"\0\xff\xff\xff", 4) == SMB_FRAME_BAD);
    T_OK(smb_frame((const uint8_t *)"\0\0\0\0", 4) == SMB_FRAME_BAD);
}

static void an_smb1_answer_to_smb2_is_known(void)
{
    size_t n = 0;
    struct smb_negotiated s;
    struct err err = { 0 };
    uint8_t *p = golden("smb_old_refused.bin", &n);
    T_EQ_I(smb_negotiate_parse(rd_from(p + 4, n - 4), &s, &err), RC_UNSUPPORTED);
    free(p);
}

/* ---- requests ---- */

static void requests_are_framed_and_aligned(void)
{
    static const uint16_t dialects[] = { 0x0202, 0x0210, 0x0300, 0x0302, 0x0311 };
    uint8_t random[48] = { 7 };
    struct wr w AUTO(wr_done);
    wr_init(&w, 4096);
    smb_put_negotiate(&w, dialects, 5, random);
    T_EQ_I(smb_frame(w.data, w.size), w.size);
    struct rd r = rd_from(w.data + 4, w.size - 4);
    struct rd at = rd_at(&r, 64 + 28, 8);
    uint32_t contexts = rd_u32le(&at);
    T_EQ_I(contexts % 8, 0);
    T_EQ_I(rd_u16le(&at), 2);
    at = rd_at(&r, contexts, 8);
    T_EQ_I(rd_u16le(&at), 1);
    T_EQ_I(rd_u16le(&at), 38);
    wr_clear(&w);
    smb_put_negotiate(&w, dialects, 1, random);
    T_EQ_I(w.size, 4 + 64 + 36 + 2);
    wr_clear(&w);
    smb_put_negotiate_old(&w);
    T_EQ_I(w.size, 4 + 32 + 1 + 2 + 12);
    T_OK(memcmp(w.data + 4 + 35, "\x02NT LM 0.12", 12) == 0);
    T_OK(!w.bad);
}

static void tokens_are_what_servers_read(void)
{
    struct wr ntlm AUTO(wr_done), token AUTO(wr_done);
    char mechanisms[96];
    struct rd inner;
    struct err err = { 0 };
    wr_init(&ntlm, 256);
    wr_init(&token, 512);
    ntlm_put_negotiate(&ntlm);
    T_EQ_I(ntlm.size, 40);
    spnego_put_init(&token, ntlm.data, ntlm.size);
    T_EQ_I(spnego_mechanisms(rd_from(token.data, token.size), mechanisms, sizeof(mechanisms), &err),
           RC_OK);
    T_EQ_S(mechanisms, "ntlm");
    wr_clear(&token);
    spnego_put_response(&token, ntlm.data, ntlm.size);
    T_EQ_I(spnego_token(rd_from(token.data, token.size), &inner, &err), RC_OK);
    T_EQ_I(rd_left(&inner), ntlm.size);
}

static void an_authenticate_names_nobody_and_binds_nothing(void)
{
    struct wr w AUTO(wr_done), a AUTO(wr_done);
    struct ntlm_challenge c;
    struct err err = { 0 };
    uint8_t random[NTLM_RANDOM] = { 1, 2, 3 };
    wr_init(&w, 4096);
    wr_init(&a, 4096);
    put_windows_challenge(&w);
    T_EQ_I(ntlm_challenge_parse(rd_from(w.data, w.size), &c, &err), RC_OK);
    ntlm_put_authenticate(&a, &c, "nobody", random);
    struct rd r = rd_from(a.data, a.size);
    rd_skip(&r, 8);
    T_EQ_I(rd_u32le(&r), 3);
    size_t end = 0;
    for (int i = 0; i < 6; i++) { /* six fields that lie one after the other and fill the message */
        size_t size = rd_u16le(&r);
        T_EQ_I(rd_u16le(&r), size);
        size_t at = rd_u32le(&r);
        T_OK(end == 0 || at == end);
        end = at + size;
    }
    T_EQ_I(end, a.size);
    T_OK(memmem(a.data, a.size, "n\0o\0b\0o\0d\0y", 11) != NULL);
    T_OK(memmem(a.data, a.size, "\x0a\0\x10\0", 4) == NULL); /* MsvAvChannelBindings */
}

static void mechanisms_have_names(void)
{
    /* NegTokenInit of a Windows server: negoex, both Kerberos, ntlm, and one that we do not know. */
    static const uint8_t windows[] = {
        0x60, 0x4a, 0x06, 0x06, 0x2b, 6,    1,    5,    5,    2,    0xa0, 0x40, 0x30,
        0x3e, 0xa0, 0x3c, 0x30, 0x3a, 0x06, 0x0a, 0x2b, 6,    1,    4,    1,    0x82,
        0x37, 2,    2,    30,   0x06, 0x09, 0x2a, 0x86, 0x48, 0x82, 0xf7, 0x12, 1,
        2,    2,    0x06, 0x09, 0x2a, 0x86, 0x48, 0x86, 0xf7, 0x12, 1,    2,    2,
        0x06, 0x0a, 0x2b, 6,    1,    4,    1,    0x82, 0x37, 2,    2,    10,   0x06,
        0x0a, 0x2b, 6,    1,    4,    1,    0x82, 0x37, 9,    9,    9,
    };
    char out[96];
    struct err err = { 0 };
    T_EQ_I(spnego_mechanisms(rd_from(windows, sizeof(windows)), out, sizeof(out), &err), RC_OK);
    T_EQ_S(out, "negoex,kerberos,ntlm,other");
    T_EQ_I(spnego_mechanisms(rd_from("NTLMSSP", 8), out, sizeof(out), &err), RC_MALFORMED);
    T_EQ_S(out, "");
}

static void der_keeps_its_bounds(void)
{
    static const uint8_t indefinite[] = { 0x30, 0x80, 0, 0 };
    static const uint8_t long_length[] = { 0x30, 0x85, 0, 0, 0, 0, 1 };
    static const uint8_t huge[] = { 0x30, 0x84, 0xff, 0xff, 0xff, 0xff };
    static const uint8_t partial[] = { 0x30, 0x82, 0x01 };
    T_OK(der_frame(indefinite, sizeof(indefinite), DER_SEQUENCE, 100) == DER_FRAME_BAD);
    T_OK(der_frame(long_length, sizeof(long_length), DER_SEQUENCE, 100) == DER_FRAME_BAD);
    T_OK(der_frame(huge, sizeof(huge), DER_SEQUENCE, 100) == DER_FRAME_BAD);
    T_EQ_I(der_frame(partial, sizeof(partial), DER_SEQUENCE, 1000), 0);
    struct rd r = rd_from(huge, sizeof(huge));
    struct rd in = der_enter(&r, DER_SEQUENCE);
    T_OK(r.bad && in.bad);
    for (uint32_t v = 0; v < INT32_MAX; v = v * 3 + 1) {
        struct wr w AUTO(wr_done);
        wr_init(&w, 16);
        der_put_number(&w, DER_INTEGER, v);
        struct rd back = rd_from(w.data, w.size);
        T_EQ_I(der_number(&back, DER_INTEGER), v);
        T_OK(rd_done(&back));
        if (v > INT32_MAX / 4) {
            break;
        }
    }
}

#define TESTS(X)                                         \
    X(a_samba_negotiate_is_read)                         \
    X(a_samba_challenge_is_read)                         \
    X(smb1_answers_are_read)                             \
    X(a_lowest_dialect_is_read)                          \
    X(a_windows_challenge_is_read)                       \
    X(broken_challenges_are_refused)                     \
    X(hostile_names_are_made_harmless)                   \
    X(broken_answers_are_refused)                        \
    X(what_is_not_smb_is_told_from_what_is_not_complete) \
    X(an_smb1_answer_to_smb2_is_known)                   \
    X(requests_are_framed_and_aligned)                   \
    X(tokens_are_what_servers_read)                      \
    X(an_authenticate_names_nobody_and_binds_nothing)    \
    X(mechanisms_have_names)                             \
    X(der_keeps_its_bounds)
T_MAIN("net smb", TESTS)
