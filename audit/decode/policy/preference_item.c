/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What a preference is, in one row: name, account, and the program that it starts or the file that it puts somewhere. */
#include <string.h>

#include "audit/decode/format/script.h"
#include "audit/decode/format/task_xml.h"
#include "audit/decode/hint.h"
#include "audit/decode/policy/preference.h"

/* Where each kind keeps what a row has a column for; NULL = nowhere. */
static const struct shape {
    const char *word;
    const char *name, *command, *arguments;
} shapes[] = {
    [GPP_USER] = { "local_user", "userName", NULL, NULL },
    [GPP_GROUP] = { "local_group", "groupName", NULL, NULL },
    [GPP_SERVICE] = { "other", "serviceName", "program", "args" },
    [GPP_TASK] = { "task", "name", "appName", "args" },
    [GPP_IMMEDIATE_TASK] = { "immediate_task", "name", "appName", "args" },
    [GPP_REGISTRY] = { "other", "key", NULL, NULL },
    [GPP_DRIVE] = { "drive", "path", NULL, NULL },
    [GPP_DATA_SOURCE] = { "data_source", "dsn", NULL, NULL },
    [GPP_PRINTER] = { "printer", "path", NULL, NULL },
    [GPP_FILE] = { "file", "targetPath", "fromPath", NULL },
    [GPP_FOLDER] = { "folder", "path", NULL, NULL },
    [GPP_SHORTCUT] = { "shortcut", "shortcutPath", "targetPath", "arguments" },
    [GPP_INI] = { "ini", "path", NULL, NULL },
    [GPP_ENVIRONMENT] = { "environment", "name", NULL, NULL },
    [GPP_OTHER] = { "other", NULL, NULL, NULL },
};

static bool is_hint(const char *s)
{
    return s && (hint_is_password(s, strlen(s)) || script_line(s, strlen(s)));
}

/* A setting whose name speaks of a password, and which has a value that is no variable. */
static bool is_named_password(const char *name, const char *value)
{
    return name && value && *value != '\0' && *value != '%' && registry_is_password(name);
}

/* A password in what the row does not keep: descriptions, values, attributes of a data source. */
static bool has_hint_elsewhere(const struct gpp_item *item)
{
    static const char *const texts[] = { "description", "comment", "value", "label" };
    bool is_found = is_hint(xml_attribute(item->node, "desc"));
    for (size_t i = 0; i < ARRAY_LEN(texts); i++) {
        is_found = is_found || is_hint(gpp_property(item, texts[i]));
    }
    const char *name = item->kind == GPP_INI ? "property" : "name";
    is_found =
        is_found ||
        ((item->kind == GPP_INI || item->kind == GPP_ENVIRONMENT || item->kind == GPP_REGISTRY) &&
         is_named_password(gpp_property(item, name), gpp_property(item, "value")));
    const struct xml_node *list = xml_child(item->properties, "Attributes");
    for (const struct xml_node *a = xml_child(list, "Attribute"); a; a = xml_next(a)) {
        is_found = is_found || is_hint(xml_attribute(a, "value")) ||
                   is_named_password(xml_attribute(a, "name"), xml_attribute(a, "value"));
    }
    return is_found;
}

struct content {
    const char *name, *account, *command, *arguments;
    bool has_hint;
    int enabled; /* -1 = not told */
};

/* A name or account in which somebody wrote a password. */
static void drop_hint(const char **s, bool *has_hint)
{
    if (*s && hint_is_password(*s, strlen(*s))) {
        *s = NULL;
        *has_hint = true;
    }
}

static enum rc put(const struct preference *p, const struct content *c, size_t number,
                   struct err *err)
{
    static const char *const actions[] = { NULL, "create", "replace", "update", "delete" };
    const struct gpp_item *item = p->item;
    const char *key =
        number == 1 ? item->key : arena_printf(p->file->arena, "%s/%zu", item->key, number);
    struct row row;
    row_begin(&row, ROW_TABLE_POLICYITEM);
    row_text(&row, POLICYITEM_HALF, p->half);
    row_text(&row, POLICYITEM_KIND, shapes[item->kind].word);
    preference_text(&row, POLICYITEM_KEY, key);
    preference_text(&row, POLICYITEM_NAME, c->name);
    row_text(&row, POLICYITEM_ACTION, actions[item->action]);
    preference_text(&row, POLICYITEM_COMMAND, c->command);
    preference_text(&row, POLICYITEM_ARGUMENTS, c->arguments);
    row_bool(&row, POLICYITEM_HINT, c->has_hint);
    preference_text(&row, POLICYITEM_ACCOUNT, c->account);
    if (c->enabled >= 0 || item->is_disabled) {
        row_bool(&row, POLICYITEM_ENABLED, c->enabled > 0 && !item->is_disabled);
    }
    row_bool(&row, POLICYITEM_CONDITIONAL, p->is_conditional);
    if (item->changed > 0) {
        row_int(&row, POLICYITEM_CHANGED, item->changed);
    }
    return policy_file_put(p->file, &row, err);
}

static int enabled_of(const struct gpp_item *item)
{
    bool is_user = item->kind == GPP_USER;
    const char *s = is_user                  ? gpp_property(item, "acctDisabled")
                    : item->kind == GPP_TASK ? gpp_property(item, "enabled")
                                             : NULL;
    return !s ? -1 : (strcmp(s, "1") == 0) != is_user;
}

/* Of a task in the newer form: the program is in a task of its own, and there may be several. */
static enum rc put_task(const struct preference *p, struct content *c, const struct xml_node *node,
                        struct err *err)
{
    struct task_xml t;
    TRY(task_xml_take(node, p->file->arena, &t, err));
    c->enabled = t.is_enabled;
    c->account = c->account ? c->account : t.user_id ? t.user_id : t.group_id;
    drop_hint(&c->account, &c->has_hint);
    bool is_in_action = false;
    for (size_t i = 0; i < t.action_count; i++) {
        is_in_action = is_in_action || t.actions[i].has_password_hint;
    }
    /* What is not in an action is in the description, which the first row speaks for. */
    bool has_hint = c->has_hint || (t.has_password_hint && !is_in_action);
    for (size_t i = 0; i < t.action_count; i++) {
        c->command = t.actions[i].class_id ? t.actions[i].class_id : t.actions[i].command;
        c->arguments = t.actions[i].arguments;
        c->has_hint = t.actions[i].has_password_hint || (i == 0 && has_hint);
        TRY(put(p, c, i + 1, err));
    }
    c->has_hint = has_hint;
    return t.action_count > 0 ? RC_OK : put(p, c, 1, err);
}

enum rc preference_item(const struct preference *p, struct err *err)
{
    const struct gpp_item *item = p->item;
    const struct shape *shape = &shapes[item->kind];
    struct content c = {
        .name = shape->name ? gpp_property(item, shape->name) : NULL,
        .account = preference_account(item),
        .command = shape->command ? gpp_property(item, shape->command) : NULL,
        .arguments = shape->arguments ? gpp_property(item, shape->arguments) : NULL,
        .has_hint = has_hint_elsewhere(item),
        .enabled = enabled_of(item),
    };
    c.name = c.name ? c.name : item->name;
    drop_hint(&c.name, &c.has_hint);
    drop_hint(&c.account, &c.has_hint);
    const struct xml_node *task = xml_child(item->properties, "Task");
    if (task && (item->kind == GPP_TASK || item->kind == GPP_IMMEDIATE_TASK)) {
        return put_task(p, &c, task, err);
    }
    if ((c.command || c.arguments) && script_command(c.command, c.arguments)) {
        c.command = NULL;
        c.arguments = NULL;
        c.has_hint = true;
    }
    return put(p, &c, 1, err);
}
