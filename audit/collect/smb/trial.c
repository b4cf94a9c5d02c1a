/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Trials of the operator's candidate passwords with the built-in Administrator (RID 500, whatever its name). Each trial is
 * preceded by a fresh look at the lockout threshold and the bad-password count; budget.c decides. A candidate is never in a row,
 * a message or a log. */
#include <ctype.h>
#include <stdio.h>
#include <strings.h>

#include "audit/collect/smb/budget.h"
#include "audit/collect/smb/collect.h"
#include "audit/collect/smb/fault.h"
#include "audit/collect/smb/samr.h"
#include "audit/collect/smb/value.h"

#define ADMINISTRATOR 500U

struct trials {
    struct collect *c;
    struct budget budget;
    char account[256]; /* name of RID 500; empty: not known */
    enum rc unread;    /* why it is not known */
    struct err why;
    uint64_t made;
};

/* What came of one candidate. */
struct trial {
    uint32_t number;
    const char *outcome;
    const char *reason; /* when skipped */
    bool has_status;
    uint32_t status;
    filetime at; /* 0: not tried */
};

static enum rc put(const struct trials *t, const struct trial *trial, struct err *err)
{
    const struct budget *b = &t->budget;
    struct row row;
    row_begin(&row, ROW_TABLE_TRIAL);
    row_text(&row, TRIAL_HOST, t->c->target);
    row_int(&row, TRIAL_CANDIDATE, trial->number);
    row_text(&row, TRIAL_OUTCOME, trial->outcome);
    row_text(&row, TRIAL_REASON, trial->reason);
    row_text(&row, TRIAL_STATUS, trial->has_status ? fault_name(trial->status) : NULL);
    row_text(&row, TRIAL_ACCOUNT, *t->account ? t->account : NULL);
    if (b->has_threshold) {
        row_int(&row, TRIAL_THRESHOLD, b->threshold);
    }
    if (b->has_count) {
        row_int(&row, TRIAL_BAD_COUNT, b->count);
    }
    if (trial->at != 0) {
        row_int(&row, TRIAL_AT, trial->at);
    }
    return row_put(t->c->sink, &row, err);
}

/* The account as it is now. */
static void look(struct trials *t)
{
    struct budget *b = &t->budget;
    struct samr_UserInfo21 *user = NULL;
    union samr_DomainInfo *info = NULL;
    struct err e = { 0 };
    TALLOC_CTX *mem = talloc_new(t->c->s.mem);
    b->has_threshold =
        samr_domain_info(t->c, mem, (enum samr_DomainInfoClass)12, &info, &e) == RC_OK;
    b->threshold = b->has_threshold ? info->info12.lockout_threshold : 0;
    t->unread = samr_user(t->c, mem, ADMINISTRATOR, &user, &t->why);
    b->has_count = b->has_flags = t->unread == RC_OK;
    if (t->unread == RC_OK) {
        b->count = user->bad_password_count;
        b->flags = user->acct_flags;
        const char *name = user->account_name.string;
        if (name && *name && strlen(name) < sizeof(t->account)) {
            (void)snprintf(t->account, sizeof(t->account), "%s", name);
        }
    }
    /* Once found, it stays the one: a later look that fails leaves the count unreadable. */
    b->has_account = *t->account != '\0';
    b->is_unreachable = session_is_lost(&t->c->s);
    talloc_free(mem);
}

/* Samba tells the name with an underscore for every byte that is no plain ASCII. */
static bool is_same_name(const char *told, const char *account)
{
    if (strcasecmp(told, account) == 0) {
        return true;
    }
    for (; *told && *account; told++, account++) {
        bool is_plain = (unsigned char)*account < 0x80;
        if (is_plain ? tolower((unsigned char)*told) != tolower((unsigned char)*account)
                     : *told != '_') {
            return false;
        }
    }
    return *told == *account;
}

/* A guest session accepts every password. True when the session is the account's. */
static bool is_really(struct session *s, const char *account)
{
    struct lsa_String *name = NULL, *authority = NULL;
    struct err e = { 0 };
    struct lsa_GetUserName r = {
        .in = { .system_name = NULL, .account_name = &name, .authority_name = &authority },
        .out = { .account_name = &name, .authority_name = &authority }
    };
    enum rc rc =
        session_call(s, PIPE_LSARPC, LSA_GET_USER_NAME, s->mem, &r, "asking who was logged on", &e);
    return rc == RC_OK && status_of(r.out.result) == NTS_OK && name && name->string &&
           is_same_name(name->string, account);
}

/* The one logon, inside the gate. */
static enum rc try(struct trials *t, const struct secret *password, struct trial *trial,
                   struct err *err)
{
    struct collect *c = t->c;
    struct session s;
    struct err refused = { 0 };
    const struct identity who = { .kind = IDENTITY_CANDIDATE,
                                  .domain = c->machine.name,
                                  .name = t->account,
                                  .password = password };
    if (worker_gate_enter(c->worker, WORKER_GATE_TRIAL, &refused) != RC_OK) {
        t->budget.is_stopped = true;
        trial->outcome = "skipped";
        trial->reason = "estate_stopped";
        return RC_OK;
    }
    trial->at = filetime_now();
    enum rc rc = session_open(&s, c->o, c->address, &who, &c->pulse, &trial->status, &refused);
    TRY(worker_gate_leave(c->worker, WORKER_GATE_TRIAL, budget_gate(trial->status), err));
    trial->has_status = true;
    trial->outcome = budget_outcome(trial->status);
    if (rc == RC_OK) {
        if (!is_really(&s, t->account)) {
            trial->outcome = "failed";
        }
        session_close(&s);
    }
    t->made++;
    t->budget.tried++;
    t->budget.is_answered = budget_is_answer(trial->outcome);
    t->budget.is_stopped = budget_gate(trial->status) == WORKER_GATE_LOCKED;
    return RC_OK;
}

/* part: of the pack; 0 for the blank password. */
static enum rc one(struct trials *t, uint32_t number, size_t part, struct err *err)
{
    struct secret *password AUTO(secret_freep) = NULL;
    struct trial trial = { .number = number, .outcome = "skipped" };
    trial.reason = budget_forbids_asking(&t->budget);
    if (!trial.reason) {
        look(t);
        trial.reason = budget_forbids(&t->budget);
    }
    if (!trial.reason) {
        if (part > 0) {
            TRY(secret_unpack(t->c->pack, part, &password, err));
        }
        TRY(try(t, password, &trial, err));
    }
    return put(t, &trial, err);
}

static void prepare(struct trials *t)
{
    struct collect *c = t->c;
    struct budget *b = &t->budget;
    b->allowed = c->o->trials;
    b->may_be_controller = c->o->is_controller;
    if (!c->is_open || session_is_lost(&c->s)) {
        t->why = c->gone.rc != RC_OK ? c->gone : c->s.gone;
        t->unread = t->why.rc;
        b->is_shut_out = t->unread == RC_DENIED || t->unread == RC_USAGE || t->unread == RC_LIMIT;
        b->is_unreachable = !b->is_shut_out;
        return;
    }
    t->unread = machine_need(c, &t->why);
    b->is_unreachable = session_is_lost(&c->s);
    b->is_shut_out = !*c->machine.sid;
    /* Who does not say that it is none may be one. */
    b->may_be_controller =
        b->may_be_controller ||
        (*c->machine.sid && (!c->machine.role || strcmp(c->machine.role, "controller") == 0));
}

enum rc collect_trials(struct collect *c, uint64_t *ret_objects, struct err *err)
{
    struct trials t = { .c = c };
    prepare(&t);
    if (c->o->blank) {
        TRY(one(&t, 0, 0, err));
    }
    for (size_t i = 0; i < c->o->candidate_count; i++) {
        TRY(one(&t, c->o->candidates[i], i + 1, err));
    }
    *ret_objects = t.made;
    if (t.unread != RC_OK) {
        *err = t.why;
    }
    return t.unread;
}
