/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "audit/base/sid.h"
#include "audit/base/utf.h"
#include "audit/decode/policy/preference.h"

#define TREE_MAX (128U * 1024 * 1024) /* bytes of a file's tree */

void preference_text(struct row *row, int column, const char *s)
{
    size_t n = s ? utf8_fit(s, strlen(s), ROW_TEXT_MAX) : 0;
    if (n > 0) {
        row_textn(row, column, s, n);
    }
}

const char *preference_account(const struct gpp_item *item)
{
    static const char *const names[] = { "userName", "username", "accountName", "runAs" };
    const char *account = NULL;
    for (size_t i = 0; i < ARRAY_LEN(names) && !account; i++) {
        account = gpp_property(item, names[i]);
    }
    return account;
}

static enum rc registry(const struct preference *p, struct err *err)
{
    struct registry_value v;
    switch (gpp_registry(p->item, p->file->arena, &v)) {
    case GPP_REGISTRY_VALUE: {
        /* With a bit field the value depends on what the computer has. */
        const char *bits = gpp_property(p->item, "bitfield");
        bool is_conditional = p->is_conditional || (bits && strcmp(bits, "1") == 0);
        return p->item->is_disabled
                   ? RC_OK
                   : policy_file_registry(p->file, &v, "preference", is_conditional, err);
    }
    case GPP_REGISTRY_ELSEWHERE:
        return preference_item(p, err);
    case GPP_REGISTRY_NOMEM:
        return err_setf(err, RC_MALFORMED,
                        "a registry preference that is larger than there is room for");
    case GPP_REGISTRY_NOTHING:
    default:
        return RC_OK;
    }
}

static int start_of(const char *type)
{
    static const struct {
        const char *word;
        int start;
    } words[] = { { "BOOT", 0 },    { "SYSTEM", 1 }, { "AUTOMATIC", 2 }, { "AUTOMATIC_DELAYED", 2 },
                  { "DELAYED", 2 }, { "MANUAL", 3 }, { "DISABLED", 4 } };

    for (size_t i = 0; type && i < ARRAY_LEN(words); i++) {
        if (strcasecmp(type, words[i].word) == 0) {
            return words[i].start;
        }
    }
    return -1;
}

static const char *service_action(const char *action)
{
    static const char *const words[] = { "start", "stop", "restart" };
    for (size_t i = 0; action && i < ARRAY_LEN(words); i++) {
        if (strcasecmp(action, words[i]) == 0) {
            return words[i];
        }
    }
    return NULL;
}

/* A service's failure command is a program that the computer starts: it is listed like one. */
static enum rc service(const struct preference *p, struct err *err)
{
    const char *name = gpp_property(p->item, "serviceName");
    int start = start_of(gpp_property(p->item, "startupType"));
    struct row row;
    if (gpp_property(p->item, "program") || gpp_property(p->item, "args")) {
        TRY(preference_item(p, err));
    }
    if (!name || p->item->is_disabled) {
        return RC_OK;
    }
    const char *spelt =
        p->file->import->plan ? plan_spell_service(p->file->import->plan, name) : NULL;
    row_begin(&row, ROW_TABLE_POLICYSERVICE);
    preference_text(&row, POLICYSERVICE_NAME, spelt ? spelt : name);
    row_text(&row, POLICYSERVICE_SOURCE, "preference");
    if (start >= 0) {
        row_int(&row, POLICYSERVICE_START, start);
    }
    row_text(&row, POLICYSERVICE_ACTION, service_action(gpp_property(p->item, "serviceAction")));
    preference_text(&row, POLICYSERVICE_ACCOUNT, gpp_property(p->item, "accountName"));
    row_bool(&row, POLICYSERVICE_CONDITIONAL, p->is_conditional);
    return policy_file_put(p->file, &row, err);
}

/* A SID where there is one: names are in the language of whoever wrote the file. */
static const char *sid_or_name(const char *sid, const char *name)
{
    return sid && sid_text_valid(sid) ? sid : name && *name != '\0' ? name : NULL;
}

static enum rc member(const struct preference *p, const char *group, const char *who,
                      const char *relation, struct err *err)
{
    struct row row;
    row_begin(&row, ROW_TABLE_POLICYMEMBER);
    preference_text(&row, POLICYMEMBER_GROUP, group);
    row_text(&row, POLICYMEMBER_MEMBER, "");
    preference_text(&row, POLICYMEMBER_MEMBER, who);
    row_text(&row, POLICYMEMBER_RELATION, relation);
    row_text(&row, POLICYMEMBER_SOURCE, "preference");
    row_bool(&row, POLICYMEMBER_CONDITIONAL, p->is_conditional);
    return policy_file_put(p->file, &row, err);
}

static bool is_set(const struct gpp_item *item, const char *name)
{
    const char *s = gpp_property(item, name);
    return s && strcmp(s, "1") == 0;
}

static const char *relation_of(const char *action)
{
    return action && strcasecmp(action, "ADD") == 0 ? "add"
           : action && (strcasecmp(action, "REMOVE") == 0 || strcasecmp(action, "DELETE") == 0)
               ? "remove"
               : NULL;
}

static enum rc group(const struct preference *p, struct err *err)
{
    const struct gpp_item *item = p->item;
    const char *key = sid_or_name(gpp_property(item, "groupSid"), gpp_property(item, "groupName"));
    TRY(preference_item(p, err));
    if (!key || item->is_disabled || item->action == GPP_DELETE) {
        return RC_OK;
    }
    if (is_set(item, "deleteAllUsers")) {
        TRY(member(p, key, NULL, "remove_users", err));
    }
    if (is_set(item, "deleteAllGroups")) {
        TRY(member(p, key, NULL, "remove_groups", err));
    }
    /* Of a user's half: whoever logs on. */
    const char *relation = relation_of(gpp_property(item, "userAction"));
    if (relation) {
        TRY(member(p, key, "%LogonUser%", relation, err));
    }
    const struct xml_node *list = xml_child(item->properties, "Members");
    for (const struct xml_node *m = xml_child(list, "Member"); m; m = xml_next(m)) {
        const char *who = sid_or_name(xml_attribute(m, "sid"), xml_attribute(m, "name"));
        relation = relation_of(xml_attribute(m, "action"));
        if (who && relation) {
            TRY(member(p, key, who, relation, err));
        }
    }
    return RC_OK;
}

static enum rc rows_of(const struct preference *p, struct err *err)
{
    TRY(preference_passwords(p, err));
    switch (p->item->kind) {
    case GPP_REGISTRY:
        return registry(p, err);
    case GPP_SERVICE:
        return service(p, err);
    case GPP_GROUP:
        return group(p, err);
    default:
        return preference_item(p, err);
    }
}

/* What an item sets, where a row has room for one item only. */
struct target {
    const char *name;
    size_t item;
};

static const char *target_of(const struct gpp_item *item, struct arena *a)
{
    if (item->is_disabled || (item->kind != GPP_REGISTRY && item->kind != GPP_SERVICE)) {
        return NULL;
    }
    const char *hive = gpp_property(item, "hive"), *key = gpp_property(item, "key");
    const char *name = gpp_property(item, "name");
    return item->kind == GPP_SERVICE
               ? gpp_property(item, "serviceName")
               : arena_printf(a, "%s\\%s|%s", hive ? hive : "", key ? key : "", name ? name : "");
}

static int by_name(const void *x, const void *y)
{
    const struct target *a = x, *b = y;
    return strcasecmp(a->name, b->name);
}

/* Marks items that set what another item of the file sets too: which of them wins depends on their order, and on their conditions. */
static bool mark_rivals(const struct gpp_item *items, size_t count, struct arena *a, bool *is_rival)
{
    struct target *targets = arena_array(a, count + 1, sizeof(*targets));
    size_t n = 0;
    for (size_t i = 0; targets && i < count; i++) {
        targets[n] = (struct target){ target_of(&items[i], a), i };
        n += targets[n].name != NULL;
    }
    if (!targets) {
        return false;
    }
    qsort(targets, n, sizeof(*targets), by_name);
    for (size_t i = 0; i + 1 < n; i++) {
        if (strcasecmp(targets[i].name, targets[i + 1].name) == 0) {
            is_rival[targets[i].item] = true;
            is_rival[targets[i + 1].item] = true;
        }
    }
    return true;
}

static enum rc all_rows(const struct policy_file *f, const struct gpp_item *items, size_t count,
                        const bool *is_rival, struct err *err)
{
    AUTO(arena_freep) struct arena *scratch = arena_new(0);
    struct policy_file own = *f;
    enum rc first = RC_OK;
    if (!scratch) {
        return err_setf(err, RC_NOMEM, "no memory for a preference file");
    }
    own.arena = scratch;
    for (size_t i = 0; i < count; i++) {
        const struct preference p = { .file = &own,
                                      .item = &items[i],
                                      .half = f->half ? f->half : "machine",
                                      .is_conditional = items[i].is_conditional || is_rival[i] };
        struct err why = { .rc = RC_OK };
        enum rc rc = rows_of(&p, &why);
        if (rc != RC_OK && rc != RC_MALFORMED) {
            *err = why;
            return rc;
        }
        /* An item that cannot be told must not hide those behind it. */
        if (rc != RC_OK && first == RC_OK) {
            *err = why;
            first = rc;
        }
        arena_reset(scratch);
    }
    return first;
}

enum rc policy_file_preferences(const struct policy_file *f, struct err *err)
{
    AUTO(arena_freep) struct arena *tree = arena_new(TREE_MAX);
    const struct gpp_item *items = NULL;
    size_t count = 0;
    if (!tree) {
        return err_setf(err, RC_NOMEM, "no memory for a preference file");
    }
    TRY(gpp_read(f->data, f->size, tree, &items, &count, err));
    bool *is_rival = arena_array(tree, count + 1, sizeof(bool));
    if (!is_rival || !mark_rivals(items, count, tree, is_rival)) {
        return err_setf(err, RC_MALFORMED,
                        "a preference file of more items than there is room for");
    }
    return all_rows(f, items, count, is_rival, err);
}
