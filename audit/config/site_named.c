/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The keys "groups" and "accounts": whom the organisation names for a purpose. Who that is in the directory is not known here. */
#include <string.h>
#include <strings.h>

#include "audit/config/site_take.h"

#define ENTRY_MOST 1024 /* bytes */

struct named_list {
    const char *purpose;
    bool is_group;
};

static bool is_printable(const char *s)
{
    for (const unsigned char *p = (const unsigned char *)s; *p; p++) {
        if (*p < 0x20 || *p == 0x7f) {
            return false;
        }
    }
    return true;
}

/* NULL after a mistake. Items of a list have no key to name them by. */
static const char *take_line(struct site_loader *l, const struct yaml_node *value, const char *what)
{
    if (value->kind != YAML_SCALAR || value->text[0] == '\0') {
        site_mistake(l, value->line, value->column, "%s must be a text that is not empty", what);
        return NULL;
    }
    if (strlen(value->text) > ENTRY_MOST || !is_printable(value->text)) {
        site_mistake(l, value->line, value->column,
                     "%s must be one line of at most %d bytes, without control characters", what,
                     ENTRY_MOST);
        return NULL;
    }
    return value->text;
}

/* A bait that is also meant to be used would raise alarms all day. */
static bool is_twice(const struct site_named *a, const struct named_list *list, const char *entry)
{
    if (strcasecmp(a->entry, entry) != 0 || a->is_group != list->is_group) {
        return false;
    }
    return strcmp(a->purpose, list->purpose) == 0 || strcmp(a->purpose, "honey") == 0 ||
           strcmp(list->purpose, "honey") == 0;
}

static void add(struct site_loader *l, const struct yaml_node *value, const struct named_list *list,
                const char *entry, const char *note)
{
    struct site *s = l->site;
    for (size_t i = 0; i < s->named_count; i++) {
        if (is_twice(&s->named[i], list, entry)) {
            site_mistake(l, value->line, value->column, "\"%s\" is named already, as %s", entry,
                         s->named[i].purpose);
            return;
        }
    }
    if (!s->named) {
        s->named = arena_array(l->arena, SITE_MAX_NAMED, sizeof(*s->named));
    }
    if (!s->named || s->named_count == SITE_MAX_NAMED) {
        site_mistake(
            l, value->line, value->column,
            "more than %d groups and accounts: name a group instead of each of its members",
            SITE_MAX_NAMED);
        return;
    }
    s->named[s->named_count++] = (struct site_named){
        .purpose = list->purpose, .entry = entry, .note = note, .is_group = list->is_group
    };
}

static const struct yaml_node *take_entries(struct site_loader *l, const struct yaml_node *value)
{
    if (value->kind != YAML_LIST || !value->first) {
        site_mistake(
            l, value->line, value->column,
            "\"%s\" must be a list with at least one entry; leave it out when there is none",
            value->key);
        return NULL;
    }
    return value->first;
}

static void take_list(struct site_loader *l, const struct yaml_node *value, const char *purpose,
                      bool is_group)
{
    const struct named_list list = { purpose, is_group };
    for (const struct yaml_node *n = take_entries(l, value); n; n = n->next) {
        const char *entry = take_line(l, n, is_group ? "a group" : "an account");
        if (entry) {
            add(l, n, &list, entry, NULL);
        }
    }
}

static void take_remote(struct site_loader *l, const struct yaml_node *value)
{
    take_list(l, value, "remote_access", true);
}

static void take_vendor_groups(struct site_loader *l, const struct yaml_node *value)
{
    take_list(l, value, "vendor", true);
}

static void take_privileged(struct site_loader *l, const struct yaml_node *value)
{
    take_list(l, value, "privileged", true);
}

static void take_vendors(struct site_loader *l, const struct yaml_node *value)
{
    take_list(l, value, "vendor", false);
}

static void take_honey(struct site_loader *l, const struct yaml_node *value)
{
    take_list(l, value, "honey", false);
}

/* What site_take_map finds in a map is read again, with its place, by take_break_glass. */
static void take_nothing(struct site_loader *l, const struct yaml_node *value)
{
    (void)l;
    (void)value;
}

/* "- name", or "- { account: name, alarm: … }". */
static void take_break_glass(struct site_loader *l, const struct yaml_node *value)
{
    static const struct site_key keys[] = { { "account", true, take_nothing },
                                            { "alarm", false, take_nothing } };
    const struct named_list list = { "break_glass", false };
    for (const struct yaml_node *n = take_entries(l, value); n; n = n->next) {
        if (n->kind == YAML_MAP) {
            site_take_map(l, n, "a break-glass account", keys, ARRAY_LEN(keys));
        }
        const struct yaml_node *account = n->kind == YAML_MAP ? yaml_get(n, "account") : n;
        const struct yaml_node *alarm = yaml_get(n, "alarm");
        const char *entry = account ? take_line(l, account, "an account") : NULL;
        const char *note = alarm ? take_line(l, alarm, "an alarm") : NULL;
        if (entry && (note || !alarm)) {
            add(l, n, &list, entry, note);
        }
    }
}

void site_take_groups(struct site_loader *l, const struct yaml_node *value)
{
    static const struct site_key keys[] = { { "remote_access", false, take_remote },
                                            { "vendors", false, take_vendor_groups },
                                            { "privileged", false, take_privileged } };
    site_take_map(l, value, "groups", keys, ARRAY_LEN(keys));
}

void site_take_accounts(struct site_loader *l, const struct yaml_node *value)
{
    static const struct site_key keys[] = { { "vendors", false, take_vendors },
                                            { "break_glass", false, take_break_glass },
                                            { "honey", false, take_honey } };
    site_take_map(l, value, "accounts", keys, ARRAY_LEN(keys));
}
