/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "audit/collect/smb/samr.h"

#include "audit/collect/smb/fault.h"
#include "audit/collect/smb/value.h"

#define SERVER_ACCESS \
    (SAMR_ACCESS_CONNECT_TO_SERVER | SAMR_ACCESS_ENUM_DOMAINS | SAMR_ACCESS_LOOKUP_DOMAIN)
#define DOMAIN_ACCESS                                                      \
    (SAMR_DOMAIN_ACCESS_LOOKUP_INFO_1 | SAMR_DOMAIN_ACCESS_LOOKUP_INFO_2 | \
     SAMR_DOMAIN_ACCESS_LOOKUP_ALIAS | SAMR_DOMAIN_ACCESS_ENUM_ACCOUNTS |  \
     SAMR_DOMAIN_ACCESS_OPEN_ACCOUNT)
#define USER_ACCESS                                                \
    (SAMR_USER_ACCESS_GET_NAME_ETC | SAMR_USER_ACCESS_GET_LOCALE | \
     SAMR_USER_ACCESS_GET_LOGONINFO | SAMR_USER_ACCESS_GET_ATTRIBUTES)

static enum rc open_server(struct collect *c, TALLOC_CTX *mem, struct err *err)
{
    static const char what[] = "opening the account database";
    if (c->has_sam) {
        return RC_OK;
    }
    const char *name = talloc_asprintf(mem, "\\\\%s", c->o->host);
    struct samr_Connect2 r = { .in = { .system_name = name,
                                       .access_mask =
                                           c->is_nobody ? MAXIMUM_ALLOWED : SERVER_ACCESS },
                               .out = { .connect_handle = &c->sam } };
    TRY(session_call(&c->s, PIPE_SAMR, NDR_SAMR_CONNECT2, mem, &r, what, err));
    if (status_of(r.out.result) != NTS_OK) {
        return fault_call(c->o, what, status_of(r.out.result), err);
    }
    c->has_sam = true;
    return RC_OK;
}

static enum rc open_domain(struct collect *c, struct dom_sid *sid, const char *what,
                           struct policy_handle *handle, struct err *err)
{
    TALLOC_CTX *mem = talloc_new(c->s.mem);
    enum rc rc = open_server(c, mem, err);
    if (rc == RC_OK) {
        struct samr_OpenDomain r = { .in = { .connect_handle = &c->sam,
                                             .access_mask =
                                                 c->is_nobody ? MAXIMUM_ALLOWED : DOMAIN_ACCESS,
                                             .sid = sid },
                                     .out = { .domain_handle = handle } };
        rc = session_call(&c->s, PIPE_SAMR, NDR_SAMR_OPENDOMAIN, mem, &r, what, err);
        if (rc == RC_OK && status_of(r.out.result) != NTS_OK) {
            rc = fault_call(c->o, what, status_of(r.out.result), err);
        }
    }
    talloc_free(mem);
    return rc;
}

enum rc samr_account_domain(struct collect *c, struct err *err)
{
    if (c->has_account_domain) {
        return RC_OK;
    }
    if (machine_need(c, err) != RC_OK && !*c->machine.sid) {
        return err->rc;
    }
    TRY(open_domain(c, &c->machine.account, "opening the host's accounts", &c->account_domain,
                    err));
    c->has_account_domain = true;
    return RC_OK;
}

enum rc samr_builtin(struct collect *c, struct err *err)
{
    struct dom_sid builtin = {
        .sid_rev_num = 1, .num_auths = 1, .id_auth = { 0, 0, 0, 0, 0, 5 }, .sub_auths = { 32 }
    };
    if (c->has_builtin) {
        return RC_OK;
    }
    TRY(open_domain(c, &builtin, "opening the host's built-in groups", &c->builtin, err));
    c->has_builtin = true;
    return RC_OK;
}

enum rc samr_domain_info(struct collect *c, TALLOC_CTX *mem, enum samr_DomainInfoClass level,
                         union samr_DomainInfo **ret, struct err *err)
{
    static const char what[] = "reading the password and lockout policy";
    union samr_DomainInfo *info = NULL;
    struct samr_QueryDomainInfo r = { .in = { .domain_handle = &c->account_domain, .level = level },
                                      .out = { .info = &info } };
    TRY(samr_account_domain(c, err));
    TRY(session_call(&c->s, PIPE_SAMR, NDR_SAMR_QUERYDOMAININFO, mem, &r, what, err));
    if (status_of(r.out.result) != NTS_OK || !info) {
        return fault_call(c->o, what, status_of(r.out.result), err);
    }
    *ret = info;
    return RC_OK;
}

static enum rc query_user(struct collect *c, TALLOC_CTX *mem, struct policy_handle *user,
                          unsigned level, union samr_UserInfo **ret, struct err *err)
{
    static const char what[] = "reading an account";
    union samr_UserInfo *info = NULL;
    struct samr_QueryUserInfo r = { .in = { .user_handle = user,
                                            .level = (enum samr_UserInfoLevel)level },
                                    .out = { .info = &info } };
    TRY(session_call(&c->s, PIPE_SAMR, NDR_SAMR_QUERYUSERINFO, mem, &r, what, err));
    if (status_of(r.out.result) != NTS_OK || !info) {
        return fault_call(c->o, what, status_of(r.out.result), err);
    }
    *ret = info;
    return RC_OK;
}

/* What level 5 tells, as level 21 would: it lacks the comment, the private data and the parameters. */
static struct samr_UserInfo21 *from_short(TALLOC_CTX *mem, const struct samr_UserInfo5 *u)
{
    struct samr_UserInfo21 *all = talloc_zero(mem, struct samr_UserInfo21);
    if (all) {
        all->account_name = u->account_name;
        all->full_name = u->full_name;
        all->description = u->description;
        all->last_logon = u->last_logon;
        all->last_password_change = u->last_password_change;
        all->acct_expiry = u->acct_expiry;
        all->acct_flags = u->acct_flags;
        all->bad_password_count = u->bad_password_count;
        all->logon_count = u->logon_count;
    }
    return all;
}

/* Level 21; an account with a text that breaks that answer is asked for a shorter one. */
static enum rc read_user(struct collect *c, TALLOC_CTX *mem, struct policy_handle *user,
                         struct samr_UserInfo21 **ret, struct err *err)
{
    union samr_UserInfo *info = NULL;
    struct samr_UserInfo21 *all = NULL;
    enum rc rc = query_user(c, mem, user, 21, &info, err);
    if (rc == RC_OK) {
        all = &info->info21;
    } else if ((rc == RC_MALFORMED || rc == RC_UNSUPPORTED) && !session_is_lost(&c->s)) {
        struct err second = { 0 };
        if (query_user(c, mem, user, 5, &info, &second) == RC_OK) {
            all = from_short(mem, &info->info5);
        }
    }
    if (!all) {
        return rc != RC_OK ? rc : err_setf(err, RC_NOMEM, "out of memory");
    }
    *ret = all;
    return RC_OK;
}

enum rc samr_user(struct collect *c, TALLOC_CTX *mem, uint32_t rid, struct samr_UserInfo21 **ret,
                  struct err *err)
{
    static const char what[] = "opening an account";
    struct policy_handle user, closed;
    struct samr_OpenUser r = {
        .in = { .domain_handle = &c->account_domain, .access_mask = USER_ACCESS, .rid = rid },
        .out = { .user_handle = &user }
    };
    TRY(samr_account_domain(c, err));
    TRY(session_call(&c->s, PIPE_SAMR, NDR_SAMR_OPENUSER, mem, &r, what, err));
    uint32_t status = status_of(r.out.result);
    if (status == NTS_NO_SUCH_USER) {
        return err_setf(err, RC_ABSENT, "there is no account with RID %u", rid);
    }
    if (status != NTS_OK) {
        return fault_call(c->o, what, status, err);
    }
    enum rc rc = read_user(c, mem, &user, ret, err);
    struct samr_Close close = { .in = { .handle = &user }, .out = { .handle = &closed } };
    session_release(&c->s, PIPE_SAMR, NDR_SAMR_CLOSE, mem, &close);
    return rc;
}
