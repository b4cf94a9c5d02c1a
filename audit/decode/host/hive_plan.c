/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The registry values that the checks name, looked up one by one: a hive is never walked through. */
#include <string.h>
#include <strings.h>

#include "audit/decode/host/hive_internal.h"

#define ROOT_SYSTEM   "HKLM\\SYSTEM"
#define ROOT_SOFTWARE "HKLM\\SOFTWARE"
#define CURRENT       "CurrentControlSet"

/* Of one key; what has more is not told whole. */
#define MOST 4096U

struct lookup {
    struct hive_output *o;
    struct hive *hive;
    const struct plan_wish *wish;
    const char *key; /* as the checks call it */
    struct arena *keep;
    filetime changed_at;
    uint64_t count, damaged;
};

static enum rc offer(void *context, const struct regf_value *value, struct err *err)
{
    struct lookup *l = context;
    struct registry_value v = { .key = l->key,
                                .action = REG_SET,
                                .type = value->type,
                                .size = value->size,
                                .changed_at = l->changed_at };
    struct err ignored;
    arena_reset(l->o->scratch);
    v.value = regf_name_text(l->o->scratch, &value->name);
    if (!v.value || ++l->count > MOST || strlen(v.value) > ROW_TEXT_MAX ||
        regf_data(&l->hive->h, value, l->o->scratch, &v.data, &ignored) != RC_OK) {
        l->damaged++;
        return RC_OK;
    }
    /* More than the plan can hold is not told; everything else that fails is ours. */
    enum rc rc = plan_offer(l->o->import->plan, &v, err);
    l->damaged += rc == RC_LIMIT;
    return rc == RC_LIMIT ? RC_OK : rc;
}

static enum rc offer_values(struct lookup *l, const struct regf_key *key, struct err *err)
{
    struct regf_value value;
    struct err why;
    uint64_t damaged = 0;
    enum rc rc = RC_OK;
    l->changed_at = key->written_at;
    l->count = 0;
    l->damaged += (key->flags & REGF_LINK) != 0;
    if (l->wish->is_each_value) {
        rc = regf_values(&l->hive->h, key, offer, l, &damaged, err);
    } else {
        enum rc found = regf_value(&l->hive->h, key, l->wish->value, &value, &why);
        rc = found == RC_OK ? offer(l, &value, err) : RC_OK;
        damaged = found == RC_MALFORMED;
    }
    l->damaged += damaged;
    return rc;
}

static enum rc uncover(struct hive_output *o, const char *key, struct err *err)
{
    return plan_uncover(o->import->plan, key, err);
}

static enum rc offer_subkey(void *context, const struct regf_key *key, struct err *err)
{
    struct lookup *l = context;
    arena_reset(l->keep);
    const char *name = regf_name_text(l->keep, &key->name);
    struct lookup below = *l;
    below.key = name ? arena_printf(l->keep, "%s\\%s", l->wish->key, name) : NULL;
    below.damaged = 0;
    if (!below.key) {
        return err_setf(err, RC_NOMEM, "out of memory");
    }
    if (++l->count > MOST || strlen(below.key) > ROW_TEXT_MAX) {
        l->damaged++;
        return RC_OK;
    }
    enum rc rc = plan_offer_key(l->o->import->plan, below.key, err);
    if (rc == RC_LIMIT) {
        l->damaged++;
        return RC_OK;
    }
    TRY(rc);
    TRY(offer_values(&below, key, err));
    return below.damaged > 0 ? uncover(l->o, below.key, err) : RC_OK;
}

/* Where the wish lies: the hive, the key to start at and the path from there. False for a hive that is not on disk or not here. */
static bool locate(struct hive_output *o, const char *key, struct hive **ret_hive,
                   const struct regf_key **ret_from, const char **ret_path)
{
    struct hives *hs = o->hives;
    size_t system = sizeof(ROOT_SYSTEM) - 1, software = sizeof(ROOT_SOFTWARE) - 1;
    *ret_from = NULL;
    if (strncasecmp(key, ROOT_SOFTWARE "\\", software + 1) == 0) {
        *ret_hive = &hs->software;
        *ret_path = key + software + 1;
        return hs->software.is_open;
    }
    if (strncasecmp(key, ROOT_SYSTEM "\\", system + 1) != 0) {
        return false;
    }
    const char *path = key + system + 1;
    size_t first = strcspn(path, "\\");
    *ret_hive = &hs->system;
    *ret_path = path;
    if (first == sizeof(CURRENT) - 1 && strncasecmp(path, CURRENT, first) == 0) {
        *ret_from = &hs->control_set;
        *ret_path = path + first + (path[first] == '\\');
        return hs->has_control_set;
    }
    return hs->system.is_open;
}

static enum rc look_up(struct hive_output *o, const struct plan_wish *wish, struct arena *keep,
                       uint64_t *damaged, struct err *err)
{
    struct lookup l = { .o = o, .wish = wish, .key = wish->key, .keep = keep };
    const struct regf_key *from = NULL;
    const char *path = NULL;
    struct regf_key key;
    struct err why;
    if (!locate(o, wish->key, &l.hive, &from, &path)) {
        return RC_OK;
    }
    enum rc rc = regf_find(&l.hive->h, from, path, &key, &why);
    if (rc == RC_OK && wish->is_each_subkey) {
        uint64_t unread = 0;
        TRY(regf_subkeys(&l.hive->h, &key, offer_subkey, &l, &unread, err));
        l.damaged += unread;
    } else if (rc == RC_OK) {
        TRY(offer_values(&l, &key, err));
    } else {
        l.damaged += rc != RC_ABSENT;
    }
    *damaged += l.damaged;
    return l.damaged > 0 ? uncover(o, wish->key, err) : RC_OK;
}

enum rc hive_plan(struct hive_output *o, struct err *err)
{
    struct hives *hs = o->hives;
    struct plan *plan = o->import->plan;
    struct arena *keep AUTO(arena_freep) = arena_new(1024U * 1024);
    if (!plan || !keep) {
        return plan ? err_setf(err, RC_NOMEM, "out of memory") : RC_OK;
    }
    /* Coverings first: what the look-ups find damaged takes its part back. */
    bool system = hs->system.is_open && !hs->system.why;
    bool software = hs->software.is_open && !hs->software.why;
    if (system) {
        TRY(plan_cover(plan, ROOT_SYSTEM, err));
    }
    if (system && !hs->has_control_set) {
        TRY(uncover(o, ROOT_SYSTEM "\\" CURRENT, err));
    }
    if (software) {
        TRY(plan_cover(plan, ROOT_SOFTWARE, err));
    }
    uint64_t damaged = 0;
    for (size_t i = 0; i < plan_count(plan); i++) {
        TRY(look_up(o, plan_wish(plan, i), keep, &damaged, err));
    }
    const char *why = hs->system.why         ? hs->system.why
                      : hs->software.why     ? hs->software.why
                      : !hs->has_control_set ? "the SYSTEM hive names no control set"
                      : damaged > 0          ? "a part of the hives is damaged"
                                             : NULL;
    hive_told(o, PART_REGISTRY,
              !why                                         ? TOLD_ALL
              : hs->system.is_open || hs->software.is_open ? TOLD_SOME
                                                           : TOLD_NOTHING,
              why);
    return RC_OK;
}
