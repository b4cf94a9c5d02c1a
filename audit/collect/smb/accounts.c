/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The host's own accounts ([MS-SAMR] 3.1.5.2.5, 3.1.5.5.5): a page of names and RIDs, then one account after the other, so that
 * ten thousand of them need no more memory than ten. */
#include "audit/base/arena.h"
#include "audit/collect/smb/fault.h"
#include "audit/collect/smb/samr.h"
#include "audit/collect/smb/value.h"
#include "audit/decode/hint.h"

/* User accounts, not those of machines (ACB_NORMAL). */
#define ACCOUNT_NORMAL 0x10U

/* Bytes of a page that the server may fill. */
#define PAGE_BYTES 0xffffU

/* Texts of one account, and its page's share of them. */
#define SCRATCH_MAX (256U * 1024)

struct reading {
    struct collect *c;
    struct arena *scratch;
    uint64_t count;
    uint64_t unread; /* accounts of which only name and RID are known */
    struct err why;  /* the first of them */
};

static bool is_hint(const char *text)
{
    return text && hint_is_password(text, strlen(text));
}

static void put_user(struct row *row, const struct samr_UserInfo21 *u, struct arena *a)
{
    bool in_name = is_hint(u->full_name.string);
    const char *hint = is_hint(u->description.string) ? "description"
                       : in_name                      ? "full_name"
                                                      : NULL;
    row_text(row, LOCALACCOUNT_FULL_NAME,
             in_name ? NULL : value_text(a, u->full_name.string, true));
    row_int(row, LOCALACCOUNT_FLAGS, u->acct_flags);
    row_int(row, LOCALACCOUNT_PWD_LAST_SET, value_time(u->last_password_change));
    row_int(row, LOCALACCOUNT_LOGON, value_time(u->last_logon));
    row_int(row, LOCALACCOUNT_BAD_COUNT, u->bad_password_count);
    row_int(row, LOCALACCOUNT_LOGONS, u->logon_count);
    row_int(row, LOCALACCOUNT_EXPIRES, value_time(u->acct_expiry));
    row_text(row, LOCALACCOUNT_HINT, hint);
}

/* One account; RC_OK also when it could not be read, which is counted. Not RC_OK: the session or the sink is gone. */
static enum rc read_one(struct reading *r, uint32_t rid, const char *name, struct err *err)
{
    struct collect *c = r->c;
    struct samr_UserInfo21 *user = NULL;
    struct dom_sid sid;
    char text[SID_TEXT_MAX] = "";
    struct err e = { 0 };
    struct row row;
    TALLOC_CTX *mem = talloc_new(c->s.mem);
    arena_reset(r->scratch);
    enum rc rc = samr_user(c, mem, rid, &user, &e);
    if (rc != RC_OK && session_is_lost(&c->s)) {
        talloc_free(mem);
        *err = e;
        return rc;
    }
    if (rc != RC_OK && rc != RC_ABSENT && r->unread++ == 0) {
        r->why = e;
    }
    row_begin(&row, ROW_TABLE_LOCALACCOUNT);
    row_text(&row, LOCALACCOUNT_HOST, c->target);
    row_int(&row, LOCALACCOUNT_RID, rid);
    if (value_sid_below(&c->machine.account, rid, &sid)) {
        value_sid(&sid, text);
    }
    row_text(&row, LOCALACCOUNT_SID, *text ? text : NULL);
    row_text(&row, LOCALACCOUNT_NAME, value_text(r->scratch, name, true));
    if (rc == RC_OK) {
        put_user(&row, user, r->scratch);
    }
    /* An account that went away between the page and now is no evidence. */
    rc = rc == RC_ABSENT ? RC_OK : row_put(c->sink, &row, err);
    r->count++;
    talloc_free(mem);
    collect_progress(c, r->count);
    return rc;
}

/* One page; *ret_more when there are others. */
static enum rc read_page(struct reading *r, uint32_t *resume, bool *ret_more, struct err *err)
{
    static const char what[] = "listing the host's accounts";
    struct collect *c = r->c;
    struct samr_SamArray *sam = NULL;
    uint32_t entries = 0;
    TALLOC_CTX *page = talloc_new(c->s.mem);
    struct samr_EnumDomainUsers q = {
        .in = { .domain_handle = &c->account_domain,
                .acct_flags = ACCOUNT_NORMAL,
                .max_size = PAGE_BYTES,
                .resume_handle = resume },
        .out = { .sam = &sam, .num_entries = &entries, .resume_handle = resume }
    };
    enum rc rc = session_call(&c->s, PIPE_SAMR, NDR_SAMR_ENUMDOMAINUSERS, page, &q, what, err);
    uint32_t status = status_of(q.out.result);
    if (rc == RC_OK && status != NTS_OK && status != NTS_MORE_ENTRIES) {
        rc = fault_call(c->o, what, status, err);
    }
    uint32_t count = rc == RC_OK && sam && sam->entries ? sam->count : 0;
    *ret_more = rc == RC_OK && status == NTS_MORE_ENTRIES && count > 0;
    for (uint32_t i = 0; i < count && rc == RC_OK; i++) {
        if (r->count >= c->o->max_accounts) {
            rc = err_setf(err, RC_LIMIT, "the host has more than %u accounts: raise max_accounts",
                          c->o->max_accounts);
            break;
        }
        rc = read_one(r, sam->entries[i].idx, sam->entries[i].name.string, err);
    }
    talloc_free(page);
    return rc;
}

enum rc collect_accounts(struct collect *c, uint64_t *ret_objects, struct err *err)
{
    struct reading r = { .c = c };
    uint32_t resume = 0;
    bool has_more = true;
    TRY(samr_account_domain(c, err));
    r.scratch = arena_new(SCRATCH_MAX);
    if (!r.scratch) {
        return err_setf(err, RC_NOMEM, "out of memory");
    }
    enum rc rc = RC_OK;
    while (has_more && rc == RC_OK) {
        rc = read_page(&r, &resume, &has_more, err);
    }
    arena_free(r.scratch);
    *ret_objects = r.count; /* the progress line counts there too */
    if (rc == RC_OK && r.unread > 0) {
        *err = r.why;
        rc = err_prefix(err, "%llu of %llu accounts", (unsigned long long)r.unread,
                        (unsigned long long)r.count);
    }
    return rc;
}
