/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Built-in groups that give power over the host or a way into it, and their members by SID ([MS-SAMR] 3.1.5.5, aliases). */
#include "audit/base/arena.h"
#include "audit/collect/smb/fault.h"
#include "audit/collect/smb/lsa.h"
#include "audit/collect/smb/samr.h"
#include "audit/collect/smb/value.h"

/* S-1-5-32-…: Administrators, Users, Backup Operators, Remote Desktop Users, Remote Management Users. */
static const uint32_t aliases[] = { 544, 545, 551, 555, 580 };

#define SCRATCH_MAX (1024U * 1024)

static enum rc open_alias(struct collect *c, TALLOC_CTX *mem, uint32_t rid,
                          struct policy_handle *handle, struct err *err)
{
    static const char what[] = "opening a built-in group";
    struct samr_OpenAlias r = { .in = { .domain_handle = &c->builtin,
                                        .access_mask = SAMR_ALIAS_ACCESS_GET_MEMBERS |
                                                       SAMR_ALIAS_ACCESS_LOOKUP_INFO,
                                        .rid = rid },
                                .out = { .alias_handle = handle } };
    TRY(session_call(&c->s, PIPE_SAMR, NDR_SAMR_OPENALIAS, mem, &r, what, err));
    uint32_t status = status_of(r.out.result);
    if (status == NTS_NO_SUCH_ALIAS || status == NTS_OBJECT_NAME_NOT_FOUND) {
        return err_setf(err, RC_ABSENT, "there is no such group");
    }
    return status == NTS_OK ? RC_OK : fault_call(c->o, what, status, err);
}

/* Its name there, which is translated; NULL when it is not told. */
static const char *alias_name(struct collect *c, TALLOC_CTX *mem, struct policy_handle *handle,
                              struct arena *a)
{
    struct err ignored = { 0 };
    union samr_AliasInfo *info = NULL;
    struct samr_QueryAliasInfo r = { .in = { .alias_handle = handle, .level = ALIASINFONAME },
                                     .out = { .info = &info } };
    if (session_call(&c->s, PIPE_SAMR, NDR_SAMR_QUERYALIASINFO, mem, &r, "reading a group's name",
                     &ignored) != RC_OK ||
        status_of(r.out.result) != NTS_OK || !info) {
        return NULL;
    }
    return value_text(a, info->name.string, true);
}

static enum rc put_members(struct collect *c, const char *group, const struct lsa_SidArray *sids,
                           struct arena *a, struct err *err)
{
    const char *names[LSA_NAMES_MAX];
    char text[SID_TEXT_MAX];
    struct row row;
    for (uint32_t from = 0; from < sids->num_sids; from += LSA_NAMES_MAX) {
        uint32_t left = sids->num_sids - from;
        uint32_t count = left < LSA_NAMES_MAX ? left : LSA_NAMES_MAX;
        arena_reset(a);
        lsa_names(c, sids->sids + from, count, a, names);
        for (uint32_t i = 0; i < count; i++) {
            value_sid(sids->sids[from + i].sid, text);
            if (!*text) {
                continue;
            }
            row_begin(&row, ROW_TABLE_LOCALMEMBER);
            row_text(&row, LOCALMEMBER_HOST, c->target);
            row_text(&row, LOCALMEMBER_GROUP, group);
            row_text(&row, LOCALMEMBER_SID, text);
            row_text(&row, LOCALMEMBER_NAME, names[i]);
            TRY(row_put(c->sink, &row, err));
        }
    }
    return RC_OK;
}

static enum rc read_alias(struct collect *c, TALLOC_CTX *mem, uint32_t rid, struct arena *a,
                          struct err *err)
{
    static const char what[] = "reading the members of a built-in group";
    struct policy_handle handle, closed;
    struct dom_sid builtin = {
        .sid_rev_num = 1, .num_auths = 2, .id_auth = { 0, 0, 0, 0, 0, 5 }, .sub_auths = { 32, rid }
    };
    char group[SID_TEXT_MAX];
    struct lsa_SidArray sids = { 0 };
    struct row row;
    struct err ignored = { 0 };
    TRY(open_alias(c, mem, rid, &handle, err));
    struct samr_GetMembersInAlias r = { .in = { .alias_handle = &handle },
                                        .out = { .sids = &sids } };
    enum rc rc = session_call(&c->s, PIPE_SAMR, NDR_SAMR_GETMEMBERSINALIAS, mem, &r, what, err);
    if (rc == RC_OK && status_of(r.out.result) != NTS_OK) {
        rc = fault_call(c->o, what, status_of(r.out.result), err);
    }
    if (session_is_lost(&c->s)) {
        return rc;
    }
    arena_reset(a);
    value_sid(&builtin, group);
    row_begin(&row, ROW_TABLE_LOCALGROUP);
    row_text(&row, LOCALGROUP_HOST, c->target);
    row_text(&row, LOCALGROUP_SID, group);
    row_text(&row, LOCALGROUP_NAME, alias_name(c, mem, &handle, a));
    if (rc == RC_OK) {
        row_int(&row, LOCALGROUP_MEMBERS, sids.sids ? sids.num_sids : 0);
    }
    struct samr_Close close = { .in = { .handle = &handle }, .out = { .handle = &closed } };
    session_release(&c->s, PIPE_SAMR, NDR_SAMR_CLOSE, mem, &close);
    enum rc put = row_put(c->sink, &row, rc == RC_OK ? err : &ignored);
    if (rc == RC_OK && put == RC_OK && sids.sids) {
        put = put_members(c, group, &sids, a, err);
    }
    return rc != RC_OK ? rc : put;
}

enum rc collect_groups(struct collect *c, uint64_t *ret_objects, struct err *err)
{
    enum rc first = RC_OK;
    struct err e = { 0 };
    TRY(samr_builtin(c, err));
    struct arena *a AUTO(arena_freep) = arena_new(SCRATCH_MAX);
    if (!a) {
        return err_setf(err, RC_NOMEM, "out of memory");
    }
    for (size_t i = 0; i < ARRAY_LEN(aliases) && !session_is_lost(&c->s); i++) {
        TALLOC_CTX *mem = talloc_new(c->s.mem);
        enum rc rc = read_alias(c, mem, aliases[i], a, &e);
        talloc_free(mem);
        *ret_objects += rc == RC_OK ? 1 : 0;
        if (rc != RC_OK && rc != RC_ABSENT && first == RC_OK) {
            first = rc;
            *err = e;
        }
    }
    return first;
}
