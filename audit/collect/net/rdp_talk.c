/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The conversation with a Remote Desktop port: three connections, each offering more (standard security, TLS, TLS or CredSSP),
 * then TLS on the last one for the certificate. It ends before any name would be given. */
#include <stdio.h>

#include "audit/collect/net/rdp.h"
#include "audit/collect/net/tls_check.h"

enum {
    OFFER_STANDARD,
    OFFER_TLS,
    OFFER_ALL,
    OFFERS
};

static const uint32_t protocols[OFFERS] = { RDP_ASK_STANDARD, RDP_ASK_TLS,
                                            RDP_ASK_TLS | RDP_ASK_NLA };

struct rdp_state {
    size_t at; /* of protocols; stays at OFFER_ALL for the connections of the TLS check */
    bool has[OFFERS];
    struct rdp_answer answers[OFFERS];
    bool is_in_tls; /* from the answer that promises it */
    struct tls_check check;
    struct err fault; /* the first, if any */
};

static enum talk_step after_check(const struct rdp_state *s)
{
    return s->check.phase == TLS_PHASE_DONE ? TALK_END : TALK_AGAIN;
}

static bool is_tls(const struct rdp_answer *a)
{
    return a->has_negotiation && !a->is_failure && a->value != RDP_ASK_STANDARD;
}

static enum talk_step on_input(struct talk *t, struct rdp_state *s)
{
    struct err err = { 0 };
    struct rdp_answer answer;
    size_t n = 0;
    const uint8_t *p = talk_bytes(t, &n);
    size_t size = rdp_frame(p, n);
    if (size == 0) {
        return TALK_WAIT;
    }
    if (size == RDP_FRAME_BAD) {
        (void)err_setf(&err, RC_MALFORMED, "port %u answers with something that is not RDP",
                       t->port);
        talk_keep(&s->fault, &err);
        return TALK_END;
    }
    talk_take(t, size);
    if (rdp_answer_parse(rd_from(p, size), &answer, &err) != RC_OK) {
        talk_keep(&s->fault, &err);
        return TALK_END;
    }
    s->answers[s->at] = answer;
    s->has[s->at] = true;
    if (s->at < OFFER_ALL) {
        s->at++;
        return TALK_AGAIN;
    }
    if (!is_tls(&answer)) {
        return TALK_END;
    }
    s->is_in_tls = true;
    t->reach = tls_check_reach(&s->check);
    return TALK_TLS;
}

static enum talk_step on_lost(struct talk *t, struct rdp_state *s)
{
    struct err err = { 0 };
    if (s->is_in_tls) {
        tls_check_lost(&s->check, t);
        return after_check(s);
    }
    (void)talk_lost(t, &err);
    talk_keep(&s->fault, &err);
    /* A server that hangs up at an offer that it does not like may still take the next one. */
    if (t->loss == LOSS_CLOSED && s->at < OFFER_ALL) {
        s->at++;
        return TALK_AGAIN;
    }
    return TALK_END;
}

static enum talk_step on(struct talk *t, enum talk_event event)
{
    struct rdp_state *s = t->state;
    switch (event) {
    case TALK_OPEN:
        rdp_put_request(&t->out, protocols[s->at]);
        return TALK_WAIT;
    case TALK_INPUT:
        return s->is_in_tls && t->tls ? TALK_WAIT : on_input(t, s);
    case TALK_SECURE:
        tls_check_secure(&s->check, t);
        return after_check(s);
    case TALK_LOST:
        break;
    }
    return on_lost(t, s);
}

/* Whether the server chose one of the wanted protocols; a column stays NULL where the answer does not say. */
static void put_accepts(struct row *row, int column, const struct rdp_state *s, size_t offer,
                        uint32_t wanted)
{
    const struct rdp_answer *a = &s->answers[offer];
    if (!s->has[offer]) {
        return;
    }
    if (a->is_failure) {
        row_bool(row, column, false);
    } else {
        row_bool(row, column,
                 wanted == RDP_ASK_STANDARD ? a->value == 0 : (a->value & wanted) != 0);
    }
}

static bool accepts(const struct rdp_state *s, size_t offer, uint32_t value)
{
    return s->has[offer] && !s->answers[offer].is_failure && s->answers[offer].value == value;
}

static void put_nla(struct row *row, const struct rdp_state *s)
{
    bool is_required = false;
    for (size_t i = OFFER_STANDARD; i <= OFFER_TLS; i++) {
        is_required = is_required || (s->has[i] && s->answers[i].is_failure &&
                                      s->answers[i].value == RDP_NEG_NLA_REQUIRED);
    }
    if (accepts(s, OFFER_STANDARD, RDP_ASK_STANDARD) || accepts(s, OFFER_TLS, RDP_ASK_STANDARD) ||
        accepts(s, OFFER_TLS, RDP_ASK_TLS)) {
        row_bool(row, RDP_NLA_REQUIRED, false);
    } else if (is_required) {
        row_bool(row, RDP_NLA_REQUIRED, true);
    }
}

static enum rc put_row(struct talk *t, const struct rdp_state *s, struct row_sink *sink,
                       struct err *err)
{
    struct row row;
    row_begin(&row, ROW_TABLE_RDP);
    row_text(&row, RDP_HOST, t->host);
    row_int(&row, RDP_PORT, t->port);
    put_accepts(&row, RDP_STANDARD, s, OFFER_STANDARD, RDP_ASK_STANDARD);
    put_accepts(&row, RDP_TLS, s, OFFER_TLS, RDP_ASK_TLS);
    put_accepts(&row, RDP_NLA, s, OFFER_ALL, RDP_ASK_NLA);
    put_nla(&row, s);
    if (s->has[OFFER_STANDARD] && s->answers[OFFER_STANDARD].is_failure) {
        row_int(&row, RDP_FAILURE, s->answers[OFFER_STANDARD].value);
    }
    for (size_t i = OFFERS; i > 0; i--) {
        const struct rdp_answer *a = &s->answers[i - 1];
        if (s->has[i - 1] && a->has_negotiation && !a->is_failure) {
            row_int(&row, RDP_FLAGS, a->flags);
            break;
        }
    }
    return row_put(sink, &row, err);
}

static enum rc put(struct talk *t, struct row_sink *sink, struct err *err)
{
    struct rdp_state *s = t->state;
    bool is_rdp = s->has[OFFER_STANDARD] || s->has[OFFER_TLS] || s->has[OFFER_ALL];
    bool has_all = s->has[OFFER_STANDARD] && s->has[OFFER_TLS] && s->has[OFFER_ALL];
    t->end.word = is_rdp ? "rdp" : s->fault.rc == RC_TIMEOUT ? "silent" : "other";
    talk_detail(t, s->fault.msg[0] ? s->fault.msg : s->check.fault.msg);
    if (is_rdp && t->wants[NET_RDP]) {
        TRY(put_row(t, s, sink, err));
    }
    talk_result(t, NET_RDP, has_all ? RC_OK : s->fault.rc, is_rdp ? 1 : 0, "%s",
                has_all ? "" : s->fault.msg);
    if (!s->is_in_tls && !has_all) {
        if (t->wants[NET_TLS]) {
            talk_result(t, NET_TLS, s->fault.rc, 0, "%s", s->fault.msg);
        }
        return RC_OK;
    }
    return tls_check_put(&s->check, t, s->is_in_tls ? NULL : "its Remote Desktop does no TLS", sink,
                         err);
}

const struct protocol rdp_protocol = { sizeof(struct rdp_state), on, put };
