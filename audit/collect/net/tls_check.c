/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "audit/collect/net/tls_check.h"

#include <string.h>

#include "audit/collect/net/text.h"

enum tls_reach tls_check_reach(const struct tls_check *c)
{
    return c->phase == TLS_PHASE_OLD ? TLS_REACH_OLD : TLS_REACH_ANY;
}

void tls_check_secure(struct tls_check *c, const struct talk *t)
{
    bool is_old = false;
    switch (c->phase) {
    case TLS_PHASE_FIRST:
        tls_read_facts(t->tls, &c->facts);
        c->has_facts = true;
        is_old = strcmp(c->facts.version, "TLSv1") == 0 || strcmp(c->facts.version, "TLSv1.1") == 0;
        c->old = is_old ? TLS_OLD_TAKEN : TLS_OLD_UNKNOWN;
        c->phase =
            is_old || !tls_can_be_old() || !t->wants[NET_TLS] ? TLS_PHASE_DONE : TLS_PHASE_OLD;
        break;
    case TLS_PHASE_OLD:
        c->old = TLS_OLD_TAKEN;
        c->phase = TLS_PHASE_DONE;
        break;
    case TLS_PHASE_CONFIRM:
        c->old = TLS_OLD_REFUSED;
        c->phase = TLS_PHASE_DONE;
        break;
    case TLS_PHASE_DONE:
        break;
    }
}

void tls_check_lost(struct tls_check *c, const struct talk *t)
{
    struct err err = { 0 };
    bool is_alert = t->tls && tls_alert(t->tls) >= 0;
    if (c->phase == TLS_PHASE_OLD && is_alert) {
        /* Any fatal alert is the server's own no: to the version, or to every cipher that goes with it. */
        c->old = TLS_OLD_REFUSED;
        c->phase = TLS_PHASE_DONE;
    } else if (c->phase == TLS_PHASE_OLD && (t->loss == LOSS_CLOSED || t->loss == LOSS_TLS)) {
        c->phase = TLS_PHASE_CONFIRM;
    } else {
        (void)talk_lost(t, &err);
        talk_keep(&c->fault, &err);
        c->phase = TLS_PHASE_DONE;
    }
}

static void put_certificate(struct row *row, const struct certificate *c)
{
    row_text(row, TLS_SUBJECT, text_or_null(c->subject));
    row_text(row, TLS_ISSUER, text_or_null(c->issuer));
    if (c->from >= 0) {
        row_int(row, TLS_FROM, c->from);
    }
    if (c->until >= 0) {
        row_int(row, TLS_UNTIL, c->until);
    }
    if (c->key_bits > 0) { /* a key that we cannot read cannot be tried on the signature */
        row_bool(row, TLS_SELF_SIGNED, c->is_self_signed);
        row_int(row, TLS_KEY_BITS, c->key_bits);
    }
    row_text(row, TLS_NAMES, text_or_null(c->names));
    row_text(row, TLS_KEY_TYPE, text_or_null(c->key_type));
    row_text(row, TLS_SIGNATURE, text_or_null(c->signature));
    row_text(row, TLS_CERTIFICATE, text_or_null(c->sha256));
    row_text(row, TLS_KEY, text_or_null(c->key_sha256));
}

enum rc tls_check_put(const struct tls_check *c, struct talk *t, const char *why_absent,
                      struct row_sink *sink, struct err *err)
{
    if (!t->wants[NET_TLS]) {
        return RC_OK;
    }
    if (!c->has_facts) {
        talk_result(t, NET_TLS, why_absent ? RC_ABSENT : RC_MALFORMED, 0, "%s",
                    why_absent ? why_absent : c->fault.msg);
        return RC_OK;
    }
    struct row row;
    row_begin(&row, ROW_TABLE_TLS);
    row_text(&row, TLS_HOST, t->host);
    row_int(&row, TLS_PORT, t->port);
    row_text(&row, TLS_VERSION, text_or_null(c->facts.version));
    row_text(&row, TLS_CIPHER, text_or_null(c->facts.cipher));
    if (c->old != TLS_OLD_UNKNOWN) {
        row_bool(&row, TLS_OLD, c->old == TLS_OLD_TAKEN);
    }
    if (c->facts.has_certificate) {
        put_certificate(&row, &c->facts.certificate);
    }
    TRY(row_put(sink, &row, err));
    bool is_whole = c->old != TLS_OLD_UNKNOWN || !tls_can_be_old();
    talk_result(t, NET_TLS, is_whole ? RC_OK : RC_UNREACHABLE, 1, "%s",
                is_whole ? "" : "it could not be told whether TLS 1.0 or 1.1 is still taken");
    return RC_OK;
}
