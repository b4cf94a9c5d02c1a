/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "audit/collect/ldap/collect.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "audit/base/log.h"
#include "audit/collect/ldap/coverage.h"
#include "audit/collect/ldap/plan.h"
#include "audit/collect/ldap/probe.h"
#include "audit/collect/ldap/rootdse.h"
#include "audit/collect/ldap/search.h"

/* After so many entries a word about progress. */
#define PROGRESS_EVERY 500

static void beat(struct pulse *p)
{
    struct collect *c = (struct collect *)p;
    if (c->worker) {
        worker_progress(c->worker, source_name(c->doing), c->outcome[c->doing].objects);
    }
}

const char *collect_below(struct collect *c, const char *relative, const char *base)
{
    return base ? arena_printf(c->s.arena, "%s%s", relative, base) : NULL;
}

enum rc collect_hidden(const struct collect *c, struct err *err, const char *fmt, ...)
{
    char text[sizeof(err->msg)];
    va_list ap;
    va_start(ap, fmt);
    (void)vsnprintf(text, sizeof(text), fmt, ap);
    va_end(ap);
    (void)err_setf(err, RC_DENIED, "%s", text);
    return err_at(err, "%s", c->o->host);
}

struct taking {
    struct collect *c;
    const struct fetch *f;
    uint64_t count;
};

static enum rc take(void *context, const struct entry *entry, struct err *err)
{
    struct taking *t = context;
    if (t->f->look) {
        t->f->look(t->c, entry);
    }
    if (++t->count % PROGRESS_EVERY == 0 && t->c->worker) {
        worker_progress(t->c->worker, source_name(t->c->doing), t->count);
    }
    return entry_to_rows(t->c->entries, t->f->class, entry, err);
}

enum rc collect_fetch(struct collect *c, const struct fetch *f, uint64_t *ret_objects,
                      struct err *err)
{
    struct taking t = { c, f, 0 };
    if (!f->base) {
        return err_setf(err, RC_UNSUPPORTED,
                        "%s: the server names no such partition: it is not Active Directory",
                        source_name(c->doing));
    }
    struct search q = { .what = source_name(c->doing),
                        .base = f->base,
                        .scope = f->scope,
                        .filter = f->filter,
                        .attributes = f->attributes ? f->attributes : entry_attributes(f->class),
                        .descriptors = f->descriptors,
                        .take = take,
                        .context = &t };
    uint64_t lost = entry_context_lost(c->entries);
    enum rc rc = search_run(&c->s, &q, err);
    lost = entry_context_lost(c->entries) - lost;
    *ret_objects += q.entries;
    if (rc == RC_OK && q.incomplete > 0) {
        (void)err_setf(err, RC_LIMIT,
                       "%s: of %llu attributes with very many values the server did not give all",
                       source_name(c->doing), (unsigned long long)q.incomplete);
        return err_at(err, "%s", c->o->host);
    }
    if (rc == RC_OK && lost > 0) {
        (void)err_setf(
            err, RC_MALFORMED,
            "%s: %llu objects came without what identifies them (objectGUID, objectSid): "
            "grant the audit account Read All Properties on them",
            source_name(c->doing), (unsigned long long)lost);
        return err_at(err, "%s", c->o->host);
    }
    return rc;
}

enum rc collect_rootdse(struct collect *c, uint64_t *ret_objects, struct err *err)
{
    *ret_objects = 1;
    if (c->o->probe) {
        probe_greet(c);
    }
    return rootdse_put(&c->s, c->target, c->sink, err);
}

/* Makes sure that there is a connection: the first, or after a loss the one and only other. */
static enum rc connection(struct collect *c, struct err *err)
{
    if (c->connected && !c->s.lost) {
        return RC_OK;
    }
    if (c->gone.rc != RC_OK) {
        *err = c->gone;
        return err->rc;
    }
    bool again = c->connected;
    if (again && c->reconnected) {
        (void)err_setf(&c->gone, RC_UNREACHABLE,
                       "the connection was lost twice; the rest was not asked: look at the "
                       "server's event log, then run again with --resume");
        (void)err_at(&c->gone, "%s", c->o->host);
    } else {
        session_close(&c->s);
        c->reconnected = again;
        if (session_open(&c->s, c->o, c->secret, c->worker, &c->pulse, &c->gone) == RC_OK) {
            c->connected = true;
            return RC_OK;
        }
        if (again) {
            (void)err_prefix(&c->gone, "connecting again");
        }
    }
    *err = c->gone;
    return err->rc;
}

static enum rc read_source(struct collect *c, enum ldap_source source, uint64_t *ret_objects,
                           struct err *err)
{
    switch (source) {
    case SOURCE_ROOTDSE:
        return collect_rootdse(c, ret_objects, err);
    case SOURCE_PSO:
        return collect_psos(c, ret_objects, err);
    case SOURCE_KDS:
        return collect_kds(c, ret_objects, err);
    case SOURCE_SECURITY:
        return collect_security(c, ret_objects, err);
    case SOURCE_PPOLICY:
        return collect_ppolicy(c, ret_objects, err);
    case SOURCE_ACCESSLOG:
        return collect_accesslog(c, ret_objects, err);
    case SOURCE_PASSWORD_POLICY:
        return collect_password_policies(c, ret_objects, err);
    case SOURCE_OTP:
        return collect_otp(c, ret_objects, err);
    case SOURCE_DIRECTORY_GROUP:
        return collect_ldap_groups(c, ret_objects, err);
    case SOURCE_IPA:
        return collect_ipa(c, ret_objects, err);
    default:
        return plan_read(c, source, ret_objects, err);
    }
}

static void finish(struct outcome *out, enum rc rc, const struct err *err)
{
    out->done = true;
    out->rc = rc;
    out->finished = filetime_now();
    if (rc != RC_OK) {
        (void)snprintf(out->detail, sizeof(out->detail), "%s", err->msg);
    }
}

static enum rc run_source(struct collect *c, enum ldap_source source, struct err *err)
{
    struct outcome *out = &c->outcome[source];
    struct err e = { 0 };
    if (out->done) {
        return RC_OK;
    }
    c->doing = source;
    out->started = filetime_now();
    entry_context_source(c->entries, source_name(source));
    enum rc rc = connection(c, &e);
    out->is_not_asked = rc != RC_OK && c->s.is_turned_away;
    if (rc == RC_OK && collect_is_account_source(source)) {
        return collect_accounts(c, err); /* fills the outcomes of all account sources */
    }
    if (rc == RC_OK) {
        rc = read_source(c, source, &out->objects, &e);
    }
    finish(out, rc, &e);
    return RC_OK;
}

static enum rc put_outcomes(struct collect *c, struct err *err)
{
    for (int i = 0; i < SOURCE_COUNT; i++) {
        struct outcome *out = &c->outcome[i];
        if (out->done && c->o->wants[i] && out->finished != 0) {
            TRY(coverage_put(c->sink, source_name((enum ldap_source)i), c->target, out, err));
            out->finished = 0; /* said once */
        }
    }
    return c->worker ? worker_flush(c->worker, err) : RC_OK;
}

enum rc collect_run(struct collect *c, struct err *err)
{
    c->pulse.beat = beat;
    bool needs_schema = c->o->wants[SOURCE_USER] || c->o->wants[SOURCE_COMPUTER] ||
                        c->o->wants[SOURCE_SERVICE] || c->o->wants[SOURCE_METADATA] ||
                        c->o->wants[SOURCE_SECURITY];
    bool needs_domain =
        c->o->wants[SOURCE_PSO] || c->o->wants[SOURCE_KDS] || c->o->wants[SOURCE_SECURITY];
    for (int i = 0; i < SOURCE_COUNT; i++) {
        if (c->o->wants[i] || (i == SOURCE_SCHEMA && needs_schema) ||
            (i == SOURCE_DOMAIN && needs_domain)) {
            TRY(run_source(c, (enum ldap_source)i, err));
            TRY(put_outcomes(c, err));
        }
    }
    session_close(&c->s);
    if (!c->connected) {
        *err = c->gone;
        return err->rc;
    }
    return RC_OK;
}
