/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <stdio.h>

#include "audit/collect/net/banner.h"
#include "audit/collect/net/certificate.h"
#include "audit/collect/net/http.h"
#include "audit/collect/net/ldap.h"
#include "audit/collect/net/ntlm.h"
#include "audit/collect/net/rdp.h"
#include "audit/collect/net/spnego.h"
#include "audit/collect/net/winrm.h"
#include "tests/unit/net/net_support.h"

/* ---- Remote Desktop ---- */

static bool parse_rdp(const uint8_t *p, size_t n, void *context)
{
    struct rdp_answer a;
    struct err err = { 0 };
    (void)context;
    return n > 0 && rdp_frame(p, n) == n && rdp_answer_parse(rd_from(p, n), &a, &err) == RC_OK;
}

static void rdp_answers_of_real_servers_are_read(void)
{
    static const struct {
        const char *name;
        bool is_failure;
        uint32_t value;
        uint8_t flags;
    } cases[] = { { "rdp_xrdp_standard.bin", false, 0, 1 },
                  { "rdp_xrdp_tls.bin", false, 1, 1 },
                  { "rdp_shadow_nla_required.bin", true, 5, 0 },
                  { "rdp_shadow_nla.bin", false, 2, 3 },
                  { "rdp_shadow_tls_required.bin", true, 1, 0 } };

    for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
        size_t n = 0;
        uint8_t *p = golden(cases[i].name, &n);
        struct rdp_answer a;
        struct err err = { 0 };
        T_EQ_I(rdp_frame(p, n), n);
        T_EQ_I(rdp_answer_parse(rd_from(p, n), &a, &err), RC_OK);
        T_OK(a.has_negotiation);
        T_EQ_I(a.is_failure, cases[i].is_failure);
        T_EQ_I(a.value, cases[i].value);
        T_EQ_I(a.flags, cases[i].flags);
        mutate(p, n, parse_rdp);
        free(p);
    }
}

static void an_rdp_server_from_before_the_negotiation_is_known(void)
{
    static const uint8_t old[] = { 3, 0, 0, 11, 6, 0xd0, 0, 0, 0x12, 0x34, 0 };
    struct rdp_answer a;
    struct err err = { 0 };
    T_EQ_I(rdp_answer_parse(rd_from(old, sizeof(old)), &a, &err), RC_OK);
    T_OK(!a.has_negotiation && !a.is_failure);
    T_EQ_I(a.value, RDP_ASK_STANDARD);
}

static void what_is_not_rdp_is_refused(void)
{
    static const uint8_t request[] = { 3, 0, 0, 11, 6, 0xe0, 0, 0, 0, 0, 0 };
    T_OK(rdp_frame((const uint8_t *)"SSH-2.0", 7) == RDP_FRAME_BAD);
    T_OK(rdp_frame((const uint8_t *)"\3\0\xff\xff", 4) == RDP_FRAME_BAD);
    T_EQ_I(rdp_frame((const uint8_t *)"\3\0\0", 3), 0);
    T_OK(!parse_rdp(request, sizeof(request), NULL));
}

/* ---- HTTP and WS-Management ---- */

static const char refusal[] =
    "HTTP/1.1 401 \r\nServer: Microsoft-HTTPAPI/2.0\r\nWWW-Authenticate: Negotiate\r\n"
    "WWW-Authenticate: Kerberos\r\nwww-authenticate: Basic realm=\"WSMAN, \\\"Digest\"\r\n"
    "Connection: close\r\nContent-Length: 0\r\n\r\n";

static const char identity[] =
    "HTTP/1.1 200 OK\r\nContent-Type: application/soap+xml;charset=UTF-8\r\n"
    "Transfer-Encoding: chunked\r\n\r\n";

static const char identity_body[] =
    "<s:Envelope xmlns:s=\"http://www.w3.org/2003/05/soap-envelope\"><s:Header/><s:Body>"
    "<wsmid:IdentifyResponse xmlns:wsmid=\"x\"><wsmid:ProtocolVersion>1</wsmid:ProtocolVersion>"
    "<wsmid:ProductVendor>Microsoft &amp; \x1b[1mCo</wsmid:ProductVendor>"
    "<wsmid:ProductVersion>OS: 10.0.17763 SP: 0.0 Stack: 3.0</wsmid:ProductVersion>"
    "</wsmid:IdentifyResponse></s:Body></s:Envelope>";

static bool parse_http(const uint8_t *p, size_t n, void *context)
{
    struct http_response r;
    struct wr body AUTO(wr_done);
    struct err err = { 0 };
    enum http_state state = HTTP_MORE;
    bool is_whole = false;
    (void)context;
    wr_init(&body, HTTP_BODY_MAX);
    return http_head_parse(p, n, &r, &is_whole, &err) == RC_OK && is_whole &&
           http_body_parse(&r, p, n, false, &body, &state, &err) == RC_OK && state == HTTP_WHOLE;
}

static void a_refusal_names_its_schemes(void)
{
    struct http_response r;
    struct err err = { 0 };
    bool is_whole = false;
    const uint8_t *p = (const uint8_t *)refusal;
    T_EQ_I(http_head_parse(p, strlen(refusal), &r, &is_whole, &err), RC_OK);
    T_OK(is_whole);
    T_EQ_I(r.status, 401);
    T_EQ_S(r.schemes, "basic,kerberos,negotiate");
    T_EQ_S(r.server, "Microsoft-HTTPAPI/2.0");
    T_OK(http_has_scheme(r.schemes, "basic") && http_has_scheme(r.schemes, "negotiate"));
    T_OK(!http_has_scheme(r.schemes, "digest") && !http_has_scheme(r.schemes, "bas"));
    T_EQ_I(r.head, strlen(refusal));
    mutate(p, strlen(refusal), parse_http);
}

static void schemes_are_told_from_parameters(void)
{
    static const char *const cases[][2] = {
        { "Negotiate, Basic realm=\"x\"", "basic,negotiate" },
        { "Digest realm=\"Basic, yes\", nonce=\"a\\\"b, NTLM\", qop=auth", "digest" },
        { "NEGOTIATE oYG2MIGz==", "negotiate" },
        { "  , ,CredSSP,,", "credssp" },
        { "Basic, Basic, basic", "basic" },
        { "realm=\"x\"", "" },
        { "\"Basic\"", "" },
        { "Ba\x01sic", "" },
        { "", "" },
    };

    for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
        char out[256] = "";
        http_add_schemes(out, sizeof(out), cases[i][0], strlen(cases[i][0]));
        T_EQ_S(out, cases[i][1]);
    }
    char small[12] = "";
    http_add_schemes(small, sizeof(small), "Negotiate, Basic, Kerberos", 26);
    T_EQ_S(small, "negotiate"); /* what does not fit is left out whole */
}

static void an_identity_in_chunks_is_read(void)
{
    struct wr w AUTO(wr_done), body AUTO(wr_done);
    struct http_response r;
    struct winrm_identity who;
    struct err err = { 0 };
    bool is_whole = false;
    enum http_state state = HTTP_MORE;
    size_t half = 100, n = strlen(identity_body);
    wr_init(&w, 4096);
    wr_init(&body, HTTP_BODY_MAX);
    wr_printf(&w, "%s%zx;a=b\r\n%.*s\r\n%zX\r\n%s\r\n0\r\n\r\n", identity, half, (int)half,
              identity_body, n - half, identity_body + half);
    T_EQ_I(http_head_parse(w.data, w.size, &r, &is_whole, &err), RC_OK);
    T_OK(is_whole && r.is_chunked && r.is_soap);
    T_EQ_I(http_body_parse(&r, w.data, w.size, false, &body, &state, &err), RC_OK);
    T_EQ_I(state, HTTP_WHOLE);
    T_EQ_I(body.size, n);
    T_EQ_I(winrm_identity_parse(body.data, body.size, &who, &err), RC_OK);
    T_EQ_S(who.vendor, "Microsoft & [1mCo");
    T_EQ_S(who.version, "OS: 10.0.17763 SP: 0.0 Stack: 3.0");
    T_OK(winrm_is_envelope(body.data, body.size));
    mutate(w.data, w.size, parse_http);
}

static bool parse_identity(const uint8_t *p, size_t n, void *context)
{
    struct winrm_identity who;
    struct err err = { 0 };
    (void)context;
    return winrm_identity_parse(p, n, &who, &err) == RC_OK;
}

static void broken_identities_are_refused(void)
{
    mutate((const uint8_t *)identity_body, strlen(identity_body), parse_identity);
    T_OK(!parse_identity((const uint8_t *)"", 0, NULL));
    T_OK(!winrm_is_envelope((const uint8_t *)"<html>Envelope</html>", 21));
}

static enum http_state body_of(const char *response, bool is_closed, enum rc *ret_rc)
{
    struct http_response r;
    struct wr body AUTO(wr_done);
    struct err err = { 0 };
    bool is_whole = false;
    enum http_state state = HTTP_MORE;
    wr_init(&body, HTTP_BODY_MAX);
    const uint8_t *p = (const uint8_t *)response;
    *ret_rc = http_head_parse(p, strlen(response), &r, &is_whole, &err);
    if (*ret_rc == RC_OK && is_whole) {
        *ret_rc = http_body_parse(&r, p, strlen(response), is_closed, &body, &state, &err);
    }
    return state;
}

static void bodies_end_where_http_says(void)
{
    enum rc rc = RC_OK;
    T_EQ_I(body_of("HTTP/1.1 200 OK\n\nabc", true, &rc), HTTP_WHOLE);
    T_EQ_I(body_of("HTTP/1.1 200 OK\n\nabc", false, &rc), HTTP_MORE);
    T_EQ_I(body_of("HTTP/1.1 200 OK\r\nContent-Length: 3\r\n\r\nabc", false, &rc), HTTP_WHOLE);
    T_EQ_I(body_of("HTTP/1.1 200 OK\r\nContent-Length: 4\r\n\r\nabc", false, &rc), HTTP_MORE);
    T_EQ_I(body_of("HTTP/1.1 200 OK\r\nContent-Length: 70000\r\n\r\nabc", false, &rc), HTTP_LONG);
    T_EQ_I(rc, RC_OK);
    (void)body_of("HTTP/1.1 200 OK\r\nContent-Length: 4\r\n\r\nabc", true, &rc);
    T_EQ_I(rc, RC_MALFORMED);
    (void)body_of("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabcX", false, &rc);
    T_EQ_I(rc, RC_MALFORMED);
    T_EQ_I(body_of("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nffffffffffffffffff\r\n",
                   false, &rc),
           HTTP_LONG);
    static const char *const bad[] = { "HTTP/1.1 99 x\r\n\r\n",
                                       "HTTP/1.1 2000 x\r\n\r\n",
                                       "SSH-2.0-x\r\n",
                                       "HTTP/2 200\r\n\r\n",
                                       "HTTP/1.1 200\r\nx\r\n\r\n",
                                       "HTTP/1.1 200\r\nContent-Length: -1\r\n\r\n" };
    for (size_t i = 0; i < ARRAY_LEN(bad); i++) {
        (void)body_of(bad[i], false, &rc);
        T_EQ_I(rc, RC_MALFORMED);
    }
}

static void endless_heads_are_cut_off(void)
{
    struct wr w AUTO(wr_done);
    struct http_response r;
    struct err err = { 0 };
    bool is_whole = true;
    wr_init(&w, HTTP_HEAD_MAX * 2);
    wr_text(&w, "HTTP/1.1 200 OK\r\n");
    while (w.size < HTTP_HEAD_MAX - 8) {
        wr_text(&w, "x: y\r\n");
    }
    T_EQ_I(http_head_parse(w.data, w.size, &r, &is_whole, &err), RC_OK);
    T_OK(!is_whole);
    wr_text(&w, "x: y\r\nx: y\r\n\r\n");
    T_EQ_I(http_head_parse(w.data, w.size, &r, &is_whole, &err), RC_MALFORMED);
    T_HAS(err.msg, "16 KiB");
}

static void requests_carry_no_credentials(void)
{
    struct wr w AUTO(wr_done);
    wr_init(&w, 4096);
    winrm_put_identify(&w, "10.0.0.1", 5985);
    winrm_put_post(&w, "fe80::1", 5986);
    wr_u8(&w, 0);
    const char *text = (const char *)w.data;
    T_HAS(text, "WSMANIDENTIFY: unauthenticated\r\n");
    T_HAS(text, "Host: [fe80::1]:5986\r\n");
    T_OK(strstr(text, "Authorization") == NULL);
}

/* ---- LDAP ---- */

static bool parse_ldap(const uint8_t *p, size_t n, void *context)
{
    struct ldapmsg_bind b;
    struct err err = { 0 };
    (void)context;
    return n > 0 && ldapmsg_frame(p, n) == n &&
           ldapmsg_bind_parse(rd_from(p, n), &b, &err) == RC_OK;
}

static void ldap_answers_of_a_samba_controller_are_read(void)
{
    size_t n = 0;
    struct ldapmsg_bind b;
    struct ntlm_challenge c;
    struct rd token;
    struct err err = { 0 };
    uint8_t *p = golden("ldap_simple.bin", &n);
    T_EQ_I(ldapmsg_bind_parse(rd_from(p, n), &b, &err), RC_OK);
    T_EQ_I(b.result, LDAPMSG_STRONGER);
    T_EQ_S(b.diagnostic, "BindSimple: Transport encryption required.");
    T_EQ_I(ldapmsg_requires_signing(&b), LDAPMSG_YES);
    mutate(p, n, parse_ldap);
    free(p);
    p = golden("ldap_sasl_challenge.bin", &n);
    T_EQ_I(ldapmsg_bind_parse(rd_from(p, n), &b, &err), RC_OK);
    T_EQ_I(b.result, LDAPMSG_SASL_PROGRESS);
    T_EQ_I(spnego_token(b.credentials, &token, &err), RC_OK);
    T_EQ_I(ntlm_challenge_parse(token, &c, &err), RC_OK);
    T_EQ_S(c.dns_name, "dc9.klinik.example");
    mutate(p, n, parse_ldap);
    free(p);
    p = golden("ldap_sasl_end.bin", &n);
    T_EQ_I(ldapmsg_bind_parse(rd_from(p, n), &b, &err), RC_OK);
    T_EQ_I(b.result, LDAPMSG_BAD_CREDENTIALS);
    T_EQ_I(ldapmsg_requires_binding(&b), LDAPMSG_NO);
    mutate(p, n, parse_ldap);
    free(p);
}

static void only_proofs_count(void)
{
    static const struct {
        uint32_t result;
        const char *text;
        enum ldapmsg_answer signing, binding;
    } cases[] = {
        { 8,
          "00002028: LdapErr: DSID-0C090202, comment: The server requires binds to turn on integrity",
          LDAPMSG_YES, LDAPMSG_UNTOLD },
        { 49,
          "80090346: LdapErr: DSID-0C09059D, comment: AcceptSecurityContext error, data 80090346, v4563",
          LDAPMSG_NO, LDAPMSG_YES },
        { 49,
          "8009030C: LdapErr: DSID-0C0904DC, comment: AcceptSecurityContext error, data 52e, v3839",
          LDAPMSG_NO, LDAPMSG_NO },
        { 49,
          "8009030C: LdapErr: DSID-0C0904DC, comment: AcceptSecurityContext error, data 525, v3839",
          LDAPMSG_NO, LDAPMSG_NO },
        { 49, "8009030C: AcceptSecurityContext error, data 52ef, v3839", LDAPMSG_NO,
          LDAPMSG_UNTOLD },
        { 49, "80090308: AcceptSecurityContext error, data 57, v3839", LDAPMSG_NO, LDAPMSG_UNTOLD },
        { 49, "", LDAPMSG_NO, LDAPMSG_UNTOLD },
        { 34, "invalid DN", LDAPMSG_NO, LDAPMSG_UNTOLD },
        { 13, "confidentiality required", LDAPMSG_UNTOLD, LDAPMSG_UNTOLD },
        { 51, "busy", LDAPMSG_UNTOLD, LDAPMSG_UNTOLD },
        { 0, "", LDAPMSG_UNTOLD, LDAPMSG_UNTOLD },
    };

    for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
        struct ldapmsg_bind b = { .result = cases[i].result };
        (void)snprintf(b.diagnostic, sizeof(b.diagnostic), "%s", cases[i].text);
        T_EQ_I(ldapmsg_requires_signing(&b), cases[i].signing);
        T_EQ_I(ldapmsg_requires_binding(&b), cases[i].binding);
    }
}

static void a_notice_of_disconnection_is_known(void)
{
    static const uint8_t notice[] = { 0x30, 12, 2, 1, 0, 0x78, 7, 10, 1, 52, 4, 0, 4, 0 };
    struct ldapmsg_bind b;
    struct err err = { 0 };
    T_EQ_I(ldapmsg_bind_parse(rd_from(notice, sizeof(notice)), &b, &err), RC_UNREACHABLE);
    T_OK(ldapmsg_frame((const uint8_t *)"HTTP", 4) == LDAPMSG_FRAME_BAD);
}

/* ---- banners ---- */

static void banners_are_the_first_line_that_says_something(void)
{
    static const struct {
        const char *bytes;
        size_t size;
        const char *line;
        bool is_whole, is_ssh, is_telnet;
    } cases[] = {
        { "SSH-2.0-OpenSSH_9.2p1 Debian-2\r\n", 32, "SSH-2.0-OpenSSH_9.2p1 Debian-2", true, true,
          false },
        { "hello\r\nSSH-2.0-x\r\n", 18, "SSH-2.0-x", true, true, false },
        { "\xff\xfd\x18\xff\xfd\x20\xff\xfb\x01\r\nlogin: ", 18, "login:", false, false, true },
        { "\xff\xfa\x18\x01\xff\xf0"
          "Router\r\n",
          14, "Router", true, false, true },
        { "a\xff\xff"
          "b\n",
          5,
          "a\xef\xbf\xbd"
          "b",
          true, false, false },
        { "\xff", 1, "", false, false, false },
        { "\xff\xfa\x18", 3, "", false, false, true },
        { "\x1b[31mred\x07\n", 10, "[31mred", true, false, false },
        { "", 0, "", false, false, false },
    };

    for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
        struct banner b;
        banner_parse((const uint8_t *)cases[i].bytes, cases[i].size, &b);
        T_EQ_S(b.line, cases[i].line);
        T_EQ_I(b.is_whole, cases[i].is_whole);
        T_EQ_I(b.is_ssh, cases[i].is_ssh);
        T_EQ_I(b.is_telnet, cases[i].is_telnet);
    }
}

static void endless_banners_are_cut_on_a_character(void)
{
    uint8_t bytes[3000];
    struct banner b;
    for (size_t i = 0; i < sizeof(bytes); i++) {
        bytes[i] = (uint8_t) "\xe3\x81\x82"[i % 3]; /* あ */
    }
    banner_parse(bytes, sizeof(bytes), &b);
    T_OK(b.is_whole);
    T_EQ_I(strlen(b.line), BANNER_MAX * 3);
}

/* ---- certificates ---- */

static bool parse_certificate(const uint8_t *p, size_t n, void *context)
{
    struct certificate c;
    struct err err = { 0 };
    (void)context;
    return certificate_parse(p, n, &c, &err) == RC_OK;
}

static void a_certificate_is_read(void)
{
    size_t n = 0;
    struct certificate c;
    struct err err = { 0 };
    uint8_t *p = golden("certificate.der", &n);
    T_EQ_I(certificate_parse(p, n, &c, &err), RC_OK);
    T_EQ_S(c.subject, "CN=old.example");
    T_EQ_S(c.issuer, "CN=old.example");
    T_OK(c.is_self_signed);
    T_EQ_S(c.names, "DNS:old.example, IP:10.0.0.9");
    T_EQ_S(c.key_type, "RSA");
    T_EQ_I(c.key_bits, 2048);
    T_EQ_S(c.signature, "RSA-SHA256");
    T_EQ_I((c.until - c.from) / FILETIME_DAY, 30);
    T_EQ_I(strlen(c.sha256), 64);
    T_EQ_I(strlen(c.key_sha256), 64);
    T_OK(strcmp(c.sha256, c.key_sha256) != 0);
    mutate(p, n, parse_certificate);
    p[n - 1] ^= 1; /* a signature that is not its own */
    T_EQ_I(certificate_parse(p, n, &c, &err), RC_OK);
    T_OK(!c.is_self_signed);
    free(p);
}

#define TESTS(X)                                          \
    X(rdp_answers_of_real_servers_are_read)               \
    X(an_rdp_server_from_before_the_negotiation_is_known) \
    X(what_is_not_rdp_is_refused)                         \
    X(a_refusal_names_its_schemes)                        \
    X(schemes_are_told_from_parameters)                   \
    X(an_identity_in_chunks_is_read)                      \
    X(broken_identities_are_refused)                      \
    X(bodies_end_where_http_says)                         \
    X(endless_heads_are_cut_off)                          \
    X(requests_carry_no_credentials)                      \
    X(ldap_answers_of_a_samba_controller_are_read)        \
    X(only_proofs_count)                                  \
    X(a_notice_of_disconnection_is_known)                 \
    X(banners_are_the_first_line_that_says_something)     \
    X(endless_banners_are_cut_on_a_character)             \
    X(a_certificate_is_read)
T_MAIN("net services", TESTS)
