/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The conversation with an SMB server: one connection with all dialects and the first half of a logon, one with SMB1 alone, and
 * as many as it takes to find the lowest SMB2 dialect (one, with most servers). */
#include <stdio.h>
#include <string.h>

#include "audit/collect/net/ntlm.h"
#include "audit/collect/net/smb.h"
#include "audit/collect/net/spnego.h"
#include "audit/collect/net/talk.h"

static const uint16_t dialects[] = { 0x0202, 0x0210, 0x0300, 0x0302, 0x0311 };

enum phase {
    PHASE_NEGOTIATE, /* all dialects */
    PHASE_SESSION,   /* on the same connection: who are you? */
    PHASE_OLD,       /* SMB1 alone */
    PHASE_LOWEST     /* one SMB2 dialect a connection, upwards */
};

enum old { /* what is known of SMB1 */
    OLD_UNKNOWN,
    OLD_OFFERED,
    OLD_REFUSED, /* it said so */
    OLD_CUT      /* it closed the connection: a refusal if it still answers SMB2 afterwards */
};

struct smb_state {
    enum phase phase;
    size_t at; /* of dialects, in PHASE_LOWEST */
    bool has_negotiated, has_challenge;
    struct smb_negotiated negotiated;
    struct ntlm_challenge challenge; /* its view of target_info is not used after the event */
    filetime heard;                  /* when the clock was told */
    enum old old;
    struct smb_old offered;
    uint16_t lowest;
    struct err fault; /* the first, if any */
};

static void send_question(struct talk *t, const struct smb_state *s)
{
    uint8_t random[48];
    talk_random(random, sizeof(random));
    if (s->phase == PHASE_OLD) {
        smb_put_negotiate_old(&t->out);
    } else if (s->phase == PHASE_LOWEST) {
        smb_put_negotiate(&t->out, &dialects[s->at], 1, random);
    } else {
        smb_put_negotiate(&t->out, dialects, ARRAY_LEN(dialects), random);
    }
}

/* Only the first message of NTLM is ever sent. The server's challenge names it and its domain; no AUTHENTICATE follows, so that no
 * logon is attempted, nothing is counted against any account and no event is written. */
static void send_session(struct talk *t)
{
    struct wr ntlm AUTO(wr_done), token AUTO(wr_done);
    wr_init(&ntlm, 256);
    wr_init(&token, 512);
    ntlm_put_negotiate(&ntlm);
    spnego_put_init(&token, ntlm.data, ntlm.size);
    smb_put_session_setup(&t->out, token.data, token.size);
}

/* After SMB1, or when it was not worth asking: the lowest dialect, when there is a highest. */
static enum talk_step go_on(struct smb_state *s)
{
    if (s->phase < PHASE_OLD) {
        s->phase = PHASE_OLD;
        return TALK_AGAIN;
    }
    if (s->phase == PHASE_OLD && s->has_negotiated) {
        s->phase = PHASE_LOWEST;
        s->at = 0;
        return TALK_AGAIN;
    }
    return TALK_END;
}

static enum talk_step on_negotiated(struct talk *t, struct smb_state *s, struct rd message)
{
    struct err err = { 0 };
    enum rc rc = smb_negotiate_parse(message, &s->negotiated, &err);
    s->heard = t->now;
    if (rc == RC_OK && s->negotiated.status == 0) {
        s->has_negotiated = true;
        s->phase = PHASE_SESSION;
        send_session(t);
        return TALK_WAIT;
    }
    if (rc == RC_OK) {
        (void)err_setf(&err, RC_UNSUPPORTED, "it refuses all SMB2 dialects (status %08x)",
                       s->negotiated.status);
    }
    /* A server without SMB2 may answer in SMB1; the next connection asks for it alone. */
    if (rc != RC_OK && rc != RC_UNSUPPORTED) {
        talk_keep(&s->fault, &err);
        return TALK_END;
    }
    return go_on(s);
}

static enum talk_step on_session(struct smb_state *s, struct rd message)
{
    struct err err = { 0 };
    struct smb_session session;
    struct rd token;
    enum rc rc = smb_session_parse(message, &session, &err);
    /* A server that does not do NTLM says so, and that is an answer. */
    if (rc == RC_OK && session.status == SMB_MORE_PROCESSING) {
        rc = spnego_token(session.token, &token, &err);
        if (rc == RC_OK) {
            rc = ntlm_challenge_parse(token, &s->challenge, &err);
        }
        s->has_challenge = rc == RC_OK;
    }
    if (rc != RC_OK) {
        talk_keep(&s->fault, &err);
    }
    return go_on(s);
}

static enum talk_step on_old(const struct talk *t, struct smb_state *s, struct rd message)
{
    struct err err = { 0 };
    s->heard = s->has_negotiated ? s->heard : t->now;
    if (smb_old_parse(message, &s->offered, &err) == RC_OK) {
        s->old = s->offered.is_offered ? OLD_OFFERED : OLD_REFUSED;
    } else {
        talk_keep(&s->fault, &err);
    }
    return go_on(s);
}

static enum talk_step on_lowest(struct smb_state *s, struct rd message)
{
    struct err err = { 0 };
    struct smb_negotiated n;
    if (smb_negotiate_parse(message, &n, &err) != RC_OK) {
        talk_keep(&s->fault, &err);
        return TALK_END;
    }
    if (s->old == OLD_CUT) { /* it is alive and answers: SMB1 alone made it hang up */
        s->old = OLD_REFUSED;
    }
    if (n.status == 0 && n.dialect == dialects[s->at]) {
        s->lowest = n.dialect;
        return TALK_END;
    }
    if (n.status != SMB_NOT_SUPPORTED) {
        (void)err_setf(&err, RC_UNSUPPORTED, "it answers an offer of one dialect with status %08x",
                       n.status);
        talk_keep(&s->fault, &err);
        return TALK_END;
    }
    s->at++;
    if (s->at >= ARRAY_LEN(dialects) || dialects[s->at] >= s->negotiated.dialect) {
        s->lowest = s->negotiated.dialect; /* it refused all that are lower */
        return TALK_END;
    }
    return TALK_AGAIN;
}

static enum talk_step on_lost(struct talk *t, struct smb_state *s)
{
    struct err err = { 0 };
    bool is_closed = t->loss == LOSS_CLOSED;
    (void)talk_lost(t, &err);
    switch (s->phase) {
    case PHASE_NEGOTIATE: /* what speaks SMB1 only hangs up at an SMB2 header */
        if (is_closed) {
            return go_on(s);
        }
        talk_keep(&s->fault, &err);
        return TALK_END;
    case PHASE_OLD:
        if (is_closed && s->has_negotiated) {
            s->old = OLD_CUT;
        } else {
            talk_keep(&s->fault, &err);
        }
        return go_on(s);
    default:
        talk_keep(&s->fault, &err);
        return t->loss == LOSS_REFUSED ? TALK_END : go_on(s);
    }
}

static enum talk_step on_input(struct talk *t, struct smb_state *s)
{
    size_t n = 0;
    const uint8_t *p = talk_bytes(t, &n);
    size_t size = smb_frame(p, n);
    if (size == 0) {
        return TALK_WAIT;
    }
    if (size == SMB_FRAME_BAD) {
        struct err err = { 0 };
        (void)err_setf(&err, RC_MALFORMED, "port %u answers with something that is not SMB",
                       t->port);
        talk_keep(&s->fault, &err);
        return TALK_END;
    }
    struct rd message = rd_from(p + 4, size - 4);
    talk_take(t, size);
    switch (s->phase) {
    case PHASE_NEGOTIATE:
        return on_negotiated(t, s, message);
    case PHASE_SESSION:
        return on_session(s, message);
    case PHASE_OLD:
        return on_old(t, s, message);
    case PHASE_LOWEST:
        break;
    }
    return on_lowest(s, message);
}

static enum talk_step on(struct talk *t, enum talk_event event)
{
    struct smb_state *s = t->state;
    switch (event) {
    case TALK_OPEN:
        send_question(t, s);
        return TALK_WAIT;
    case TALK_INPUT:
        return on_input(t, s);
    case TALK_LOST:
        return on_lost(t, s);
    case TALK_SECURE:
        break;
    }
    return TALK_END;
}

static void put_negotiated(struct row *row, const struct smb_state *s)
{
    const struct smb_negotiated *n = &s->negotiated;
    row_int(row, SMB_DIALECT, n->dialect);
    row_bool(row, SMB_SIGNING_ENABLED, (n->security_mode & 1) != 0);
    row_bool(row, SMB_SIGNING_REQUIRED, (n->security_mode & 2) != 0);
    row_int(row, SMB_CAPABILITIES, n->capabilities);
    row_text(row, SMB_GUID, n->guid);
    row_text(row, SMB_MECHANISMS, text_or_null(n->mechanisms));
    if (n->cipher != 0) {
        row_int(row, SMB_CIPHER, n->cipher);
    }
    if (n->started > 0) {
        row_int(row, SMB_STARTED, n->started);
    }
    if (s->lowest != 0) {
        row_int(row, SMB_LOWEST, s->lowest);
    }
}

static void put_challenge(struct row *row, const struct ntlm_challenge *c)
{
    row_text(row, SMB_COMPUTER, text_or_null(c->netbios_name));
    row_text(row, SMB_DOMAIN, text_or_null(c->netbios_domain));
    row_text(row, SMB_DNS, text_or_null(c->dns_name));
    row_text(row, SMB_DNS_DOMAIN, text_or_null(c->dns_domain));
    if (c->has_version) {
        row_int(row, SMB_OS_MAJOR, c->os_major);
        row_int(row, SMB_OS_MINOR, c->os_minor);
        row_int(row, SMB_OS_BUILD, c->os_build);
    }
}

static enum rc put_row(struct talk *t, const struct smb_state *s, struct row_sink *sink,
                       struct err *err)
{
    struct row row;
    row_begin(&row, ROW_TABLE_SMB);
    row_text(&row, SMB_HOST, t->host);
    if (s->old == OLD_OFFERED || s->old == OLD_REFUSED) {
        row_bool(&row, SMB_SMB1, s->old == OLD_OFFERED);
    }
    filetime clock = s->has_negotiated ? s->negotiated.clock : s->offered.clock;
    if (s->has_negotiated) {
        put_negotiated(&row, s);
    } else {
        row_bool(&row, SMB_SIGNING_ENABLED, (s->offered.security_mode & 4) != 0);
        row_bool(&row, SMB_SIGNING_REQUIRED, (s->offered.security_mode & 8) != 0);
    }
    if (clock > 0) {
        row_int(&row, SMB_CLOCK, clock);
        row_int(&row, SMB_CLOCK_SKEW, (clock - s->heard) / FILETIME_SECOND);
    }
    if (s->has_challenge) {
        put_challenge(&row, &s->challenge);
    }
    return row_put(sink, &row, err);
}

static enum rc put(struct talk *t, struct row_sink *sink, struct err *err)
{
    struct smb_state *s = t->state;
    bool is_smb = s->has_negotiated || s->old == OLD_OFFERED;
    t->end.word = is_smb ? "smb" : s->fault.rc == RC_TIMEOUT ? "silent" : "other";
    talk_detail(t, s->fault.msg);
    if (s->old == OLD_CUT && s->fault.rc == RC_OK) {
        (void)err_setf(&s->fault, RC_UNREACHABLE,
                       "port %u closed the connection at SMB1 and did not answer afterwards",
                       t->port);
    }
    if (!is_smb && s->fault.rc == RC_OK) { /* it hung up at SMB2 and does not have SMB1 either */
        (void)err_setf(&s->fault, RC_MALFORMED, "port %u speaks neither SMB2 nor SMB1", t->port);
    }
    if (is_smb && t->wants[NET_SMB]) {
        TRY(put_row(t, s, sink, err));
    }
    talk_result(t, NET_SMB, s->fault.rc, is_smb ? 1 : 0, "%s", s->fault.msg);
    return RC_OK;
}

const struct protocol smb_protocol = { sizeof(struct smb_state), on, put };
