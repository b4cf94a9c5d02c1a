/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "audit/collect/smb/lsa.h"

#include "audit/collect/smb/fault.h"
#include "audit/collect/smb/value.h"

/* POLICY_VIEW_LOCAL_INFORMATION and POLICY_LOOKUP_NAMES ([MS-LSAD] 2.2.1.1.2). */
#define ACCESS_LOOK 0x00000801U

/* lsa_SidType of SIDs without a name ([MS-LSAT] 2.2.13). */
#define TYPE_INVALID 7
#define TYPE_UNKNOWN 8

enum rc lsa_open(struct collect *c, struct err *err)
{
    static const char what[] = "opening the local security policy";
    if (c->has_lsa) {
        return RC_OK;
    }
    TALLOC_CTX *mem = talloc_new(c->s.mem);
    struct lsa_ObjectAttribute attributes = { .len = 24 };
    struct lsa_OpenPolicy2 r = { .in = { .system_name = "\\",
                                         .attr = &attributes,
                                         .access_mask =
                                             c->is_nobody ? MAXIMUM_ALLOWED : ACCESS_LOOK },
                                 .out = { .handle = &c->lsa } };
    enum rc rc = session_call(&c->s, PIPE_LSARPC, LSA_OPEN_POLICY2, mem, &r, what, err);
    if (rc == RC_OK && status_of(r.out.result) != NTS_OK) {
        rc = fault_call(c->o, what, status_of(r.out.result), err);
    }
    c->has_lsa = rc == RC_OK;
    talloc_free(mem);
    return rc;
}

static const char *full_name(const struct lsa_TranslatedName *name,
                             const struct lsa_RefDomainList *domains, struct arena *a)
{
    if (!name->name.string || !*name->name.string || (int)name->sid_type == TYPE_INVALID ||
        (int)name->sid_type == TYPE_UNKNOWN) {
        return NULL;
    }
    const char *domain = domains && domains->domains && name->sid_index < domains->count
                             ? domains->domains[name->sid_index].name.string
                             : NULL;
    const char *text = domain && *domain ? arena_printf(a, "%s\\%s", domain, name->name.string)
                                         : name->name.string;
    return value_text(a, text, true);
}

/* False when the host gave no answer to any of them. */
static bool look_up(struct collect *c, const struct lsa_SidPtr *sids, size_t count, struct arena *a,
                    const char **names)
{
    struct err ignored = { 0 };
    struct lsa_SidArray array = { .num_sids = (uint32_t)count };
    struct lsa_RefDomainList *domains = NULL;
    struct lsa_TransNameArray found = { 0 };
    uint32_t mapped = 0;
    TALLOC_CTX *mem = talloc_new(c->s.mem);
    array.sids = talloc_memdup(mem, sids, count * sizeof(*sids));
    struct lsa_LookupSids r = { .in = { .handle = &c->lsa,
                                        .sids = &array,
                                        .level = LSA_LOOKUP_NAMES_ALL,
                                        .names = &found,
                                        .count = &mapped },
                                .out = { .domains = &domains, .names = &found, .count = &mapped } };
    enum rc rc = array.sids ? session_call(&c->s, PIPE_LSARPC, LSA_LOOKUP_SIDS, mem, &r,
                                           "looking up names", &ignored)
                            : RC_NOMEM;
    uint32_t status = rc == RC_OK ? status_of(r.out.result) : NTS_NONE_MAPPED;
    bool is_answered = status == NTS_OK || status == NTS_SOME_NOT_MAPPED;
    for (size_t i = 0; is_answered && found.names && i < count && i < found.count; i++) {
        names[i] = full_name(&found.names[i], domains, a);
    }
    talloc_free(mem);
    return is_answered;
}

void lsa_names(struct collect *c, const struct lsa_SidPtr *sids, size_t count, struct arena *a,
               const char **names)
{
    struct err ignored = { 0 };
    for (size_t i = 0; i < count; i++) {
        names[i] = NULL;
    }
    if (lsa_open(c, &ignored) != RC_OK || look_up(c, sids, count, a, names)) {
        return;
    }
    /* One that cannot be resolved (of a domain that does not answer) makes some servers refuse all of them. */
    for (size_t i = 0; i < count && count > 1 && !session_is_lost(&c->s); i++) {
        (void)look_up(c, sids + i, 1, a, names + i);
    }
}
