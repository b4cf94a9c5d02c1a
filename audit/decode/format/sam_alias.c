/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Groups of the SAM: value C of an alias, 13 numbers (RID, …, name, comment, members as offset and length from behind them, count),
 * then what they point to. */
#include <stdio.h>

#include "audit/decode/format/sam.h"

#define HEAD 52U

/* Members of one group with their texts. */
#define SCRATCH     (16U * 1024 * 1024)
#define MEMBERS_MAX 65536U

struct reading {
    struct regf *sam;
    const char *domain;
    sam_alias_fn fn;
    void *context;
    struct arena *scratch;
    uint64_t damaged;
};

/* An area behind the head that a pair of numbers points to. */
static struct rd area(const struct rd *c, size_t at)
{
    struct rd head = rd_at(c, at, 8);
    size_t offset = rd_u32le(&head), n = rd_u32le(&head);
    return rd_at(c, head.bad ? SIZE_MAX : HEAD + offset, n);
}

static bool read_members(struct arena *a, const struct rd *c, struct sam_alias *ret)
{
    struct rd count_at = rd_at(c, 48, 4);
    size_t count = rd_u32le(&count_at);
    struct rd sids = area(c, 40);
    if (count_at.bad || count > MEMBERS_MAX || (count > 0 && sids.bad)) {
        return false;
    }
    const char **list = arena_array(a, count + 1, sizeof(*list));
    for (size_t i = 0; list && i < count; i++) {
        char text[SID_TEXT_MAX];
        if (!rd_sid(&sids, text)) {
            return false;
        }
        list[i] = arena_strdup(a, text);
        if (!list[i]) {
            return false;
        }
        ret->count = i + 1;
        ret->members = list;
    }
    return list != NULL;
}

static enum rc read_alias(void *context, const struct regf_key *key, struct err *err)
{
    struct reading *r = context;
    struct sam_alias alias = { .count = 0 };
    struct err ignored;
    struct rd c;
    uint32_t rid = 0;
    if (!sam_rid(&key->name, &rid)) {
        return RC_OK;
    }
    arena_reset(r->scratch);
    (void)snprintf(alias.sid, sizeof(alias.sid), "%s-%u", r->domain, rid);
    if (sam_bytes(r->sam, key, "C", r->scratch, &c, &ignored) == RC_OK) {
        struct rd text = area(&c, 16);
        size_t n = rd_left(&text);
        const struct regf_name name = { text.bad ? NULL : rd_bytes(&text, n), n, false };
        alias.name = name.p && n > 1 && n <= 2048 ? regf_name_text(r->scratch, &name) : NULL;
        alias.is_read = read_members(r->scratch, &c, &alias);
    }
    r->damaged += !alias.is_read;
    return r->fn(r->context, &alias, err);
}

static enum rc read_domain(struct reading *r, const char *path, struct err *err)
{
    struct regf_key aliases;
    uint64_t damaged = 0;
    TRY(regf_find(r->sam, NULL, path, &aliases, err));
    enum rc rc = regf_subkeys(r->sam, &aliases, read_alias, r, &damaged, err);
    r->damaged += damaged;
    return rc;
}

enum rc sam_aliases(struct regf *sam, const char *account_sid, sam_alias_fn fn, void *context,
                    uint64_t *ret_damaged, struct err *err)
{
    struct arena *a AUTO(arena_freep) = arena_new(SCRATCH);
    if (!a) {
        return err_setf(err, RC_NOMEM, "out of memory");
    }
    struct reading r = {
        .sam = sam, .domain = "S-1-5-32", .fn = fn, .context = context, .scratch = a
    };
    TRY(read_domain(&r, "SAM\\Domains\\Builtin\\Aliases", err));
    enum rc rc = RC_OK;
    if (*account_sid) {
        r.domain = account_sid;
        rc = read_domain(&r, "SAM\\Domains\\Account\\Aliases", err);
    }
    *ret_damaged = r.damaged;
    return rc == RC_ABSENT ? RC_OK : rc;
}
