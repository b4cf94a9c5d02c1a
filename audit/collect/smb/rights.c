/* SPDX-License-Identifier: GPL-3.0-or-later */
/* User rights and who holds them ([MS-LSAD] 3.1.4.5). The direct question is one call a right; servers that do not know it
 * (Samba) are asked for the rights of every account instead. */
#include "audit/collect/smb/fault.h"
#include "audit/collect/smb/lsa.h"
#include "audit/collect/smb/value.h"

static const char what[] = "reading user rights";

/* Accounts that a policy names; there are a few dozen. */
#define ACCOUNTS_PAGE 1024U
#define MOST_ACCOUNTS 4096U

static enum rc put(struct collect *c, const char *right, const struct dom_sid *sid, struct err *err)
{
    char text[SID_TEXT_MAX];
    struct row row;
    value_sid(sid, text);
    if (!*text) {
        return RC_OK;
    }
    row_begin(&row, ROW_TABLE_LOCALRIGHT);
    row_text(&row, LOCALRIGHT_HOST, c->target);
    row_text(&row, LOCALRIGHT_RIGHT, right);
    row_text(&row, LOCALRIGHT_SID, text);
    return row_put(c->sink, &row, err);
}

/* Holders of one right. *ret_unknown: the server does not know the call. */
static enum rc ask_right(struct collect *c, TALLOC_CTX *mem, const char *right, bool *ret_unknown,
                         struct err *err)
{
    struct lsa_SidArray sids = { 0 };
    struct lsa_String name = { .string = right };
    struct lsa_EnumAccountsWithUserRight r = { .in = { .handle = &c->lsa, .name = &name },
                                               .out = { .sids = &sids } };
    enum rc rc = session_call(&c->s, PIPE_LSARPC, LSA_ENUM_ACCOUNTS_WITH_RIGHT, mem, &r, what, err);
    if (rc != RC_OK) {
        *ret_unknown = rc == RC_UNSUPPORTED;
        return rc;
    }
    uint32_t status = status_of(r.out.result);
    if (status == NTS_NO_MORE_ENTRIES || status == NTS_NO_SUCH_PRIVILEGE ||
        status == NTS_OBJECT_NAME_NOT_FOUND) {
        return RC_OK; /* nobody holds it, or the host has no such right */
    }
    if (status != NTS_OK) {
        return fault_call(c->o, what, status, err);
    }
    for (uint32_t i = 0; i < sids.num_sids && sids.sids; i++) {
        TRY(put(c, right, sids.sids[i].sid, err));
    }
    return RC_OK;
}

/* Of the rights of one account those that are asked for. */
static enum rc ask_account(struct collect *c, TALLOC_CTX *mem, struct dom_sid *sid, struct err *err)
{
    struct lsa_RightSet rights = { 0 };
    struct lsa_EnumAccountRights r = { .in = { .handle = &c->lsa, .sid = sid },
                                       .out = { .rights = &rights } };
    TRY(session_call(&c->s, PIPE_LSARPC, LSA_ENUM_ACCOUNT_RIGHTS, mem, &r, what, err));
    uint32_t status = status_of(r.out.result);
    if (status == NTS_OBJECT_NAME_NOT_FOUND) {
        return RC_OK;
    }
    if (status != NTS_OK) {
        return fault_call(c->o, what, status, err);
    }
    for (uint32_t i = 0; i < rights.count && rights.names; i++) {
        const char *wanted = NULL;
        for (size_t n = 0; rights.names[i].string && (wanted = options_right(c->o, n)); n++) {
            if (strcmp(wanted, rights.names[i].string) == 0) {
                TRY(put(c, wanted, sid, err));
            }
        }
    }
    return RC_OK;
}

static enum rc ask_all_accounts(struct collect *c, TALLOC_CTX *mem, struct err *err)
{
    uint32_t resume = 0, seen = 0, status = NTS_MORE_ENTRIES;
    while (status == NTS_MORE_ENTRIES) {
        struct lsa_SidArray sids = { 0 };
        struct lsa_EnumAccounts r = {
            .in = { .handle = &c->lsa, .num_entries = ACCOUNTS_PAGE, .resume_handle = &resume },
            .out = { .sids = &sids, .resume_handle = &resume }
        };
        TRY(session_call(&c->s, PIPE_LSARPC, LSA_ENUM_ACCOUNTS, mem, &r, what, err));
        status = status_of(r.out.result);
        if (status == NTS_NO_MORE_ENTRIES) {
            return RC_OK;
        }
        if (status != NTS_OK && status != NTS_MORE_ENTRIES) {
            return fault_call(c->o, what, status, err);
        }
        uint32_t count = sids.sids ? sids.num_sids : 0;
        seen += count;
        if (seen > MOST_ACCOUNTS) {
            return err_setf(err, RC_LIMIT, "%s: the policy names more than %u accounts", what,
                            MOST_ACCOUNTS);
        }
        for (uint32_t i = 0; i < count; i++) {
            TRY(sids.sids[i].sid ? ask_account(c, mem, sids.sids[i].sid, err) : RC_OK);
        }
        status = count == 0 ? NTS_OK : status; /* a page of nothing would come for ever */
    }
    return RC_OK;
}

enum rc collect_rights(struct collect *c, uint64_t *ret_objects, struct err *err)
{
    const char *right = NULL;
    bool is_unknown = false;
    TRY(lsa_open(c, err));
    enum rc rc = RC_OK;
    for (size_t i = 0; rc == RC_OK && (right = options_right(c->o, i)) != NULL; i++) {
        TALLOC_CTX *mem = talloc_new(c->s.mem);
        rc = ask_right(c, mem, right, &is_unknown, err);
        talloc_free(mem);
        *ret_objects += rc == RC_OK ? 1 : 0;
    }
    if (is_unknown && *ret_objects == 0) {
        TALLOC_CTX *mem = talloc_new(c->s.mem);
        rc = ask_all_accounts(c, mem, err);
        talloc_free(mem);
        for (size_t i = 0; rc == RC_OK && options_right(c->o, i); i++) {
            *ret_objects += 1;
        }
    }
    return rc;
}
