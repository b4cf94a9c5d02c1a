/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The conversation with a directory port of a domain controller. In clear text: a simple bind, which a server that insists on
 * signing refuses before it looks at the name. Inside TLS: an NTLM bind without a channel binding, which a server that insists on
 * one refuses before it looks at the name. Name, password and NTLM response are random and never those of anybody: the name does
 * not exist, so that no account counts a bad password. */
#include <stdio.h>

#include "audit/collect/net/ldap.h"
#include "audit/collect/net/ntlm.h"
#include "audit/collect/net/spnego.h"
#include "audit/collect/net/tls_check.h"

enum phase {
    PHASE_BIND,
    PHASE_ANSWER, /* the second half of the NTLM bind */
    PHASE_TLS     /* connections of the TLS check only */
};

struct directory_state {
    enum phase phase;
    bool has_end; /* the bind came to an end */
    struct ldapmsg_bind end;
    struct tls_check check;
    struct err fault; /* the first, if any */
};

/* "kagimori-4f1c09be77aa1532": random, so that it is nobody, and telling who asked for whoever reads the log. */
static void make_up(char out[32])
{
    uint8_t random[8];
    talk_random(random, sizeof(random));
    (void)snprintf(out, 32, "kagimori-%02x%02x%02x%02x%02x%02x%02x%02x", random[0], random[1],
                   random[2], random[3], random[4], random[5], random[6], random[7]);
}

static void send_simple(struct talk *t)
{
    char name[32], password[32], dn[64];
    make_up(name);
    make_up(password);
    (void)snprintf(dn, sizeof(dn), "CN=%s,DC=invalid", name);
    ldapmsg_put_simple(&t->out, 1, dn, password);
}

static void send_negotiate(struct talk *t)
{
    struct wr ntlm AUTO(wr_done), token AUTO(wr_done);
    wr_init(&ntlm, 256);
    wr_init(&token, 512);
    ntlm_put_negotiate(&ntlm);
    spnego_put_init(&token, ntlm.data, ntlm.size);
    ldapmsg_put_sasl(&t->out, 1, token.data, token.size);
}

static enum rc send_authenticate(struct talk *t, struct rd credentials, struct err *err)
{
    struct wr ntlm AUTO(wr_done), token AUTO(wr_done);
    struct ntlm_challenge challenge;
    struct rd message;
    uint8_t random[NTLM_RANDOM];
    char name[32];
    TRY(spnego_token(credentials, &message, err));
    TRY(ntlm_challenge_parse(message, &challenge, err));
    wr_init(&ntlm, 32768);
    wr_init(&token, 32768);
    make_up(name);
    talk_random(random, sizeof(random));
    ntlm_put_authenticate(&ntlm, &challenge, name, random);
    spnego_put_response(&token, ntlm.data, ntlm.size);
    ldapmsg_put_sasl(&t->out, 2, token.data, token.size);
    return ntlm.bad || token.bad ? err_setf(err, RC_MALFORMED, "its NTLM challenge is too long")
                                 : RC_OK;
}

static enum talk_step go_on(const struct talk *t, struct directory_state *s)
{
    s->phase = PHASE_TLS;
    return t->is_encrypted && s->check.has_facts && s->check.phase != TLS_PHASE_DONE ? TALK_AGAIN
                                                                                     : TALK_END;
}

static enum talk_step on_input(struct talk *t, struct directory_state *s)
{
    struct err err = { 0 };
    struct ldapmsg_bind b;
    size_t n = 0;
    const uint8_t *p = talk_bytes(t, &n);
    size_t size = ldapmsg_frame(p, n);
    if (size == 0) {
        return TALK_WAIT;
    }
    if (size == LDAPMSG_FRAME_BAD) {
        (void)err_setf(&err, RC_MALFORMED, "port %u answers with something that is not LDAP",
                       t->port);
        talk_keep(&s->fault, &err);
        return go_on(t, s);
    }
    talk_take(t, size);
    enum rc rc = ldapmsg_bind_parse(rd_from(p, size), &b, &err);
    if (rc == RC_OK && t->is_encrypted && s->phase == PHASE_BIND &&
        b.result == LDAPMSG_SASL_PROGRESS) {
        rc = send_authenticate(t, b.credentials, &err);
        if (rc == RC_OK) {
            s->phase = PHASE_ANSWER;
            return TALK_WAIT;
        }
    } else if (rc == RC_OK) {
        b.credentials = rd_from(NULL, 0); /* its bytes do not outlive the event */
        s->end = b;
        s->has_end = true;
    }
    if (rc != RC_OK) {
        talk_keep(&s->fault, &err);
    }
    return go_on(t, s);
}

static enum talk_step on_lost(struct talk *t, struct directory_state *s)
{
    struct err err = { 0 };
    if (t->is_encrypted && (s->phase == PHASE_TLS || !s->check.has_facts)) {
        tls_check_lost(&s->check, t);
        if (s->check.has_facts) {
            return s->check.phase == TLS_PHASE_DONE ? TALK_END : TALK_AGAIN;
        }
    }
    (void)talk_lost(t, &err);
    talk_keep(&s->fault, &err);
    return go_on(t, s);
}

static enum talk_step on_secure(struct talk *t, struct directory_state *s)
{
    if (s->phase == PHASE_TLS || !s->check.has_facts) {
        tls_check_secure(&s->check, t);
    }
    if (s->phase == PHASE_TLS) {
        return s->check.phase == TLS_PHASE_DONE ? TALK_END : TALK_AGAIN;
    }
    if (!t->wants[NET_LDAP]) {
        return go_on(t, s);
    }
    send_negotiate(t);
    return TALK_WAIT;
}

static enum talk_step on(struct talk *t, enum talk_event event)
{
    struct directory_state *s = t->state;
    switch (event) {
    case TALK_OPEN:
        if (t->is_encrypted) {
            t->reach = s->phase == PHASE_TLS ? tls_check_reach(&s->check) : TLS_REACH_ANY;
            return TALK_TLS;
        }
        send_simple(t);
        return TALK_WAIT;
    case TALK_SECURE:
        return on_secure(t, s);
    case TALK_INPUT:
        return on_input(t, s);
    case TALK_LOST:
        break;
    }
    return on_lost(t, s);
}

static enum rc put_row(const struct talk *t, const struct directory_state *s, struct row_sink *sink,
                       struct err *err)
{
    struct row row;
    enum ldapmsg_answer answer =
        t->is_encrypted ? ldapmsg_requires_binding(&s->end) : ldapmsg_requires_signing(&s->end);
    row_begin(&row, ROW_TABLE_LDAPSERVICE);
    row_text(&row, LDAPSERVICE_HOST, t->host);
    row_int(&row, LDAPSERVICE_PORT, t->port);
    if (answer != LDAPMSG_UNTOLD) {
        row_bool(&row, t->is_encrypted ? LDAPSERVICE_BINDING : LDAPSERVICE_SIGNING,
                 answer == LDAPMSG_YES);
    }
    row_int(&row, LDAPSERVICE_RESULT, s->end.result);
    row_text(&row, LDAPSERVICE_DIAGNOSTIC, text_or_null(s->end.diagnostic));
    return row_put(sink, &row, err);
}

static enum rc put(struct talk *t, struct row_sink *sink, struct err *err)
{
    struct directory_state *s = t->state;
    t->end.word = s->has_end                  ? "ldap"
                  : s->check.has_facts        ? "tls"
                  : s->fault.rc == RC_TIMEOUT ? "silent"
                                              : "other";
    talk_detail(t, s->fault.msg);
    if (s->has_end && t->wants[NET_LDAP]) {
        TRY(put_row(t, s, sink, err));
    }
    talk_result(t, NET_LDAP, s->fault.rc, s->has_end ? 1 : 0, "%s", s->fault.msg);
    return t->is_encrypted ? tls_check_put(&s->check, t, NULL, sink, err) : RC_OK;
}

const struct protocol directory_protocol = { sizeof(struct directory_state), on, put };
