/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What the host tells a null session: a connection of its own without any credential ([MS-SMB2] 3.2.4.2.3.1, anonymous). */
#include <stdio.h>

#include "audit/collect/smb/collect.h"
#include "audit/collect/smb/fault.h"
#include "audit/collect/smb/lsa.h"
#include "audit/collect/smb/samr.h"
#include "audit/collect/smb/shares.h"

/* Yes, no, or NULL when the question itself broke. */
static void put_answer(struct row *row, int column, const struct session *s, enum rc rc)
{
    if (rc == RC_OK || (!session_is_lost(s) && rc != RC_TIMEOUT && rc != RC_MALFORMED)) {
        row_bool(row, column, rc == RC_OK);
    }
}

/* RC_OK when the accounts may be listed; one page is looked at. */
static enum rc list_accounts(struct collect *c, struct err *err)
{
    static const char what[] = "listing accounts without a login";
    uint32_t resume = 0, entries = 0;
    struct samr_SamArray *sam = NULL;
    TRY(samr_account_domain(c, err));
    TALLOC_CTX *mem = talloc_new(c->s.mem);
    struct samr_EnumDomainUsers q = {
        .in = { .domain_handle = &c->account_domain, .max_size = 1024, .resume_handle = &resume },
        .out = { .sam = &sam, .num_entries = &entries, .resume_handle = &resume }
    };
    enum rc rc = session_call(&c->s, PIPE_SAMR, NDR_SAMR_ENUMDOMAINUSERS, mem, &q, what, err);
    uint32_t status = status_of(q.out.result);
    if (rc == RC_OK && status != NTS_OK && status != NTS_MORE_ENTRIES) {
        rc = fault_call(c->o, what, status, err);
    } else if (rc == RC_OK && entries == 0) {
        rc = err_setf(err, RC_DENIED, "an empty list is no list");
    }
    talloc_free(mem);
    return rc;
}

/* The questions, asked with a collect of their own so that nothing of the audit session is used. */
static void ask(struct collect *nobody, struct row *row)
{
    struct err e = { 0 };
    enum rc lsa = machine_need(nobody, &e);
    if (*nobody->machine.sid) {
        lsa = RC_OK;
    }
    put_answer(row, ANONYMOUS_LSA, &nobody->s, lsa);
    /* Without its SID the accounts cannot be asked for; that the database itself is shut is an answer too. */
    enum rc accounts = lsa == RC_OK ? list_accounts(nobody, &e) : samr_builtin(nobody, &e);
    if (lsa == RC_OK || accounts != RC_OK) {
        put_answer(row, ANONYMOUS_ACCOUNTS, &nobody->s, accounts);
    }
    put_answer(row, ANONYMOUS_SHARES, &nobody->s, shares_ask(&nobody->s, &e));
}

/* A host may let nobody in and still open only some of the pipes: each is tried as the first one. */
static enum rc let_in(struct collect *nobody, struct pulse *pulse, uint32_t *ret_status,
                      struct err *err)
{
    static const enum session_pipe doors[] = { PIPE_LSARPC, PIPE_SAMR, PIPE_SRVSVC };
    enum rc rc = RC_DENIED;
    for (size_t i = 0; i < ARRAY_LEN(doors) && rc == RC_DENIED; i++) {
        const struct identity who = { .kind = IDENTITY_NOBODY, .first = doors[i] };
        rc = session_open(&nobody->s, nobody->o, nobody->address, &who, pulse, ret_status, err);
        if (*ret_status != NTS_ACCESS_DENIED) {
            break; /* refused as such, not at a pipe */
        }
    }
    return rc;
}

enum rc collect_anonymous(struct collect *c, uint64_t *ret_objects, struct err *err)
{
    struct collect nobody = {
        .o = c->o, .target = c->target, .sink = c->sink, .doing = c->doing, .is_nobody = true
    };
    uint32_t status = 0;
    struct row row;
    /* A host that did not even answer the audit credential is not waited for once more. */
    if (!*c->address || c->gone.rc == RC_TIMEOUT || c->gone.rc == RC_UNREACHABLE) {
        *err = c->gone;
        return err->rc;
    }
    (void)snprintf(nobody.address, sizeof(nobody.address), "%s", c->address);
    enum rc rc = let_in(&nobody, &c->pulse, &status, err);
    if (rc != RC_OK && rc != RC_DENIED) {
        return rc; /* nothing was answered */
    }
    row_begin(&row, ROW_TABLE_ANONYMOUS);
    row_text(&row, ANONYMOUS_HOST, c->target);
    row_text(&row, ANONYMOUS_STATUS, fault_name(status));
    if (rc == RC_OK) {
        row_bool(&row, ANONYMOUS_SESSION, true);
        ask(&nobody, &row);
        session_close(&nobody.s);
    } else {
        /* Access denied says that no pipe was opened; whether IPC$ was is not told. */
        if (status != NTS_ACCESS_DENIED) {
            row_bool(&row, ANONYMOUS_SESSION, false);
        }
        row_bool(&row, ANONYMOUS_LSA, false);
        row_bool(&row, ANONYMOUS_ACCOUNTS, false);
        row_bool(&row, ANONYMOUS_SHARES, false);
    }
    *ret_objects = 1;
    return row_put(c->sink, &row, err);
}
