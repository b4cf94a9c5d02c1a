/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "audit/collect/smb/collect.h"

#include <stdio.h>

#include "audit/collect/smb/coverage.h"
#include "audit/collect/smb/fault.h"

static void beat(struct pulse *p)
{
    struct collect *c = (struct collect *)p;
    if (c->worker) {
        worker_progress(c->worker, source_name(c->doing), c->outcome[c->doing].objects);
    }
}

void collect_progress(struct collect *c, uint64_t done)
{
    c->outcome[c->doing].objects = done;
    beat(&c->pulse);
}

/* The one attempt to log on with the audit credential, between the supervisor's gates. */
static enum rc log_on(struct collect *c, struct err *err)
{
    struct secret *password AUTO(secret_freep) = NULL;
    struct identity who = { .kind = IDENTITY_AUDIT };
    uint32_t status = 0;
    if (c->o->auth == AUTH_NTLM) {
        TRY(secret_unpack(c->pack, 0, &password, err));
        if (secret_size(password) == 0) {
            return err_setf(err, RC_USAGE,
                            "the audit password is empty: an empty password is never sent");
        }
        who.password = password;
    }
    TRY(worker_gate_enter(c->worker, WORKER_GATE_LOGON, err));
    enum rc rc = session_open(&c->s, c->o, c->address, &who, &c->pulse, &status, err);
    struct err gate = { 0 };
    if (worker_gate_leave(c->worker, WORKER_GATE_LOGON, fault_gate(c->o, status), &gate) != RC_OK) {
        *err = gate;
        return gate.rc;
    }
    return rc;
}

/* Makes sure that there is a session, or says why there is none: there is one attempt in a process. */
static enum rc need_session(struct collect *c, struct err *err)
{
    if (!c->is_open && c->gone.rc == RC_OK && log_on(c, &c->gone) == RC_OK) {
        c->is_open = true;
    }
    if (c->gone.rc != RC_OK) {
        *err = c->gone;
        return err->rc;
    }
    if (c->s.gone.rc != RC_OK) {
        *err = c->s.gone;
        return err_prefix(err, "not asked, the connection was lost before");
    }
    return RC_OK;
}

static enum rc read_source(struct collect *c, enum smb_source source, struct outcome *out,
                           struct err *err)
{
    switch (source) {
    case SOURCE_MACHINE:
        return collect_machine(c, &out->objects, err);
    case SOURCE_POLICY:
        return collect_policy(c, &out->objects, err);
    case SOURCE_ACCOUNT:
        return collect_accounts(c, &out->objects, err);
    case SOURCE_GROUP:
        return collect_groups(c, &out->objects, err);
    case SOURCE_RIGHT:
        return collect_rights(c, &out->objects, err);
    case SOURCE_SERVICE:
        return collect_services(c, &out->objects, err);
    case SOURCE_SHARE:
        return collect_shares(c, &out->objects, err);
    case SOURCE_REGISTRY:
        return collect_registry(c, &out->objects, &out->is_not_asked, err);
    case SOURCE_ANONYMOUS:
        return collect_anonymous(c, &out->objects, err);
    case SOURCE_REUSE:
        return collect_trials(c, &out->objects, err);
    case SOURCE_SYSVOL: /* fetch.c */
    case SOURCE_CACHE:
    case SOURCE_EVENTLOG: /* eventlog.c */
    case SOURCE_COUNT:
        break;
    }
    return err_setf(err, RC_BUG, "no such source");
}

static enum rc run_source(struct collect *c, enum smb_source source, struct err *err)
{
    struct outcome *out = &c->outcome[source];
    struct err e = { 0 };
    c->doing = source;
    out->started = filetime_now();
    enum rc rc = RC_OK;
    /* Trials need to say why there was none; a null session needs no credential. */
    if (source == SOURCE_REUSE || source == SOURCE_ANONYMOUS) {
        if (source == SOURCE_REUSE && *c->address) {
            (void)need_session(c, &e);
            e = (struct err){ 0 };
        }
    } else {
        rc = *c->address ? need_session(c, &e) : (e = c->gone).rc;
    }
    if (rc == RC_OK) {
        rc = read_source(c, source, out, &e);
    }
    /* The supervisor's gate let nobody in: nothing was tried, and nothing is known about the host. */
    out->is_not_asked = out->is_not_asked || (rc == RC_LIMIT && rc == c->gone.rc && !c->is_open);
    out->done = true;
    out->rc = rc;
    out->finished = filetime_now();
    out->why = e.rc;
    if (rc != RC_OK || out->is_not_asked) {
        (void)snprintf(out->detail, sizeof(out->detail), "%s", e.msg);
    }
    TRY(coverage_put(c->sink, source_name(source), c->target, out, err));
    return c->worker ? worker_flush(c->worker, err) : RC_OK;
}

enum rc collect_run(struct collect *c, struct err *err)
{
    c->pulse.beat = beat;
    if (reach_find(c->o, c->address, &c->gone) != RC_OK) {
        c->address[0] = '\0';
    }
    enum rc rc = RC_OK;
    for (int i = 0; i < SOURCE_COUNT && rc == RC_OK; i++) {
        if (c->o->wants[i]) {
            rc = run_source(c, (enum smb_source)i, err);
        }
    }
    session_close(&c->s);
    if (rc == RC_OK && c->gone.rc != RC_OK) {
        *err = c->gone;
        rc = err->rc;
    }
    return rc;
}
