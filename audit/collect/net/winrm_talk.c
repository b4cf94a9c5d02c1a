/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The conversation with a WS-Management port: an empty POST, which the server refuses with its schemes, then an Identify that needs
 * no login, each on a connection of its own; inside TLS on 5986, with the TLS check. No credentials are sent. */
#include <stdio.h>

#include "audit/collect/net/http.h"
#include "audit/collect/net/tls_check.h"
#include "audit/collect/net/winrm.h"

enum phase {
    PHASE_POST,
    PHASE_IDENTIFY,
    PHASE_TLS /* connections of the TLS check only */
};

enum told {
    TOLD_NO,
    TOLD_YES,
    TOLD_NOTHING
};

struct winrm_state {
    enum phase phase;
    bool has_post, is_identify_told;
    struct http_response post;
    enum told is_wsman, identifies;
    struct winrm_identity identity;
    struct tls_check check;
    struct err fault; /* the first, if any */
};

static enum talk_step go_on(struct talk *t, struct winrm_state *s)
{
    if (s->phase == PHASE_POST && s->has_post && t->wants[NET_WINRM]) {
        s->phase = PHASE_IDENTIFY;
        return TALK_AGAIN;
    }
    s->phase = PHASE_TLS;
    return t->is_encrypted && s->check.has_facts && s->check.phase != TLS_PHASE_DONE ? TALK_AGAIN
                                                                                     : TALK_END;
}

/* 401 and SOAP come from the resource itself; 404 says that it is not there; anything else may be any web server. */
static enum told judge_resource(const struct http_response *r, const struct wr *body)
{
    if (r->status == 401) {
        return TOLD_YES;
    }
    if (r->status == 404) {
        return TOLD_NO;
    }
    return winrm_is_envelope(body->data, body->size) ? TOLD_YES : TOLD_NOTHING;
}

static void on_response(struct winrm_state *s, const struct http_response *r, const struct wr *body)
{
    struct err err = { 0 };
    if (s->phase == PHASE_POST) {
        s->has_post = true;
        s->post = *r;
        s->is_wsman = judge_resource(r, body);
        s->identifies = TOLD_NOTHING;
        return;
    }
    s->is_identify_told = true;
    if (r->status == 200 &&
        winrm_identity_parse(body->data, body->size, &s->identity, &err) == RC_OK) {
        s->identifies = TOLD_YES;
    } else if (r->status >= 400) {
        s->identifies = TOLD_NO;
    }
}

/* Reads what has come; TALK_WAIT when the answer is not complete. */
static enum talk_step on_input(struct talk *t, struct winrm_state *s, bool is_closed)
{
    struct err err = { 0 };
    struct http_response response;
    struct wr body AUTO(wr_done);
    enum http_state state = HTTP_MORE;
    bool has_head = false;
    size_t n = 0;
    const uint8_t *p = talk_bytes(t, &n);
    wr_init(&body, HTTP_BODY_MAX);
    enum rc rc = http_head_parse(p, n, &response, &has_head, &err);
    if (rc == RC_OK && has_head) {
        rc = http_body_parse(&response, p, n, is_closed, &body, &state, &err);
        /* The head is what counts for the first question; a body that breaks off takes nothing from it. */
        if (rc != RC_OK && s->phase == PHASE_POST) {
            rc = RC_OK;
            state = HTTP_LONG;
        }
    }
    if (rc != RC_OK) {
        talk_keep(&s->fault, &err);
        return go_on(t, s);
    }
    if (state == HTTP_MORE) {
        return TALK_WAIT;
    }
    if (state == HTTP_LONG) {
        wr_clear(&body);
    }
    on_response(s, &response, &body);
    return go_on(t, s);
}

static enum talk_step on_lost(struct talk *t, struct winrm_state *s)
{
    struct err err = { 0 };
    bool is_before_tls = t->is_encrypted && (s->phase == PHASE_TLS || !s->check.has_facts);
    if (is_before_tls) {
        tls_check_lost(&s->check, t);
        if (!s->check.has_facts) {
            (void)talk_lost(t, &err);
            talk_keep(&s->fault, &err);
            return TALK_END;
        }
        return s->check.phase == TLS_PHASE_DONE ? TALK_END : TALK_AGAIN;
    }
    /* An answer without a length ends with the connection; one that never ends is taken as far as it came. */
    size_t n = 0;
    (void)talk_bytes(t, &n);
    if (n > 0 && (t->loss == LOSS_CLOSED || (t->loss == LOSS_SILENT && s->phase == PHASE_POST))) {
        enum talk_step step = on_input(t, s, true);
        if (step != TALK_WAIT) {
            return step;
        }
    }
    (void)talk_lost(t, &err);
    talk_keep(&s->fault, &err);
    return go_on(t, s);
}

static enum talk_step ask(struct talk *t, const struct winrm_state *s)
{
    if (s->phase == PHASE_IDENTIFY) {
        winrm_put_identify(&t->out, t->host, t->port);
    } else {
        winrm_put_post(&t->out, t->host, t->port);
    }
    return TALK_WAIT;
}

static enum talk_step on(struct talk *t, enum talk_event event)
{
    struct winrm_state *s = t->state;
    switch (event) {
    case TALK_OPEN:
        t->reach = s->phase == PHASE_TLS ? tls_check_reach(&s->check) : TLS_REACH_ANY;
        return t->is_encrypted ? TALK_TLS : ask(t, s);
    case TALK_SECURE:
        if (s->phase == PHASE_TLS || !s->check.has_facts) {
            tls_check_secure(&s->check, t);
        }
        if (s->phase == PHASE_TLS) {
            return s->check.phase == TLS_PHASE_DONE ? TALK_END : TALK_AGAIN;
        }
        return ask(t, s);
    case TALK_INPUT:
        return on_input(t, s, false);
    case TALK_LOST:
        break;
    }
    return on_lost(t, s);
}

static void put_told(struct row *row, int column, enum told told)
{
    if (told != TOLD_NOTHING) {
        row_bool(row, column, told == TOLD_YES);
    }
}

static enum rc put_row(struct talk *t, const struct winrm_state *s, struct row_sink *sink,
                       struct err *err)
{
    struct row row;
    row_begin(&row, ROW_TABLE_WINRM);
    row_text(&row, WINRM_HOST, t->host);
    row_int(&row, WINRM_PORT, t->port);
    row_bool(&row, WINRM_HTTPS, t->is_encrypted);
    put_told(&row, WINRM_WSMAN, s->is_wsman);
    row_int(&row, WINRM_STATUS, s->post.status);
    /* Only a refusal lists the schemes; without one nothing is known of them. */
    if (s->post.status == 401) {
        row_text(&row, WINRM_SCHEMES, s->post.schemes);
        row_bool(&row, WINRM_BASIC, http_has_scheme(s->post.schemes, "basic"));
    }
    put_told(&row, WINRM_IDENTIFY, s->is_identify_told ? s->identifies : TOLD_NOTHING);
    row_text(&row, WINRM_VENDOR, text_or_null(s->identity.vendor));
    row_text(&row, WINRM_VERSION, text_or_null(s->identity.version));
    row_text(&row, WINRM_SERVER, text_or_null(s->post.server));
    return row_put(sink, &row, err);
}

static enum rc put(struct talk *t, struct row_sink *sink, struct err *err)
{
    struct winrm_state *s = t->state;
    t->end.word = s->has_post                 ? (s->is_wsman == TOLD_YES ? "winrm" : "http")
                  : s->check.has_facts        ? "tls"
                  : s->fault.rc == RC_TIMEOUT ? "silent"
                                              : "other";
    talk_detail(t, s->fault.msg);
    if (s->has_post && t->wants[NET_WINRM]) {
        TRY(put_row(t, s, sink, err));
    }
    talk_result(t, NET_WINRM, s->fault.rc, s->has_post ? 1 : 0, "%s", s->fault.msg);
    return t->is_encrypted ? tls_check_put(&s->check, t, NULL, sink, err) : RC_OK;
}

const struct protocol winrm_protocol = { sizeof(struct winrm_state), on, put };
