/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "audit/decode/format/task_xml.h"

#include <string.h>

#include "audit/decode/format/script.h"
#include "audit/decode/format/xml_value.h"
#include "audit/decode/hint.h"

static const struct {
    const char *name;
    uint32_t bit;
} kinds[] = {
    { "BootTrigger", TASK_BOOT },
    { "LogonTrigger", TASK_LOGON },
    { "TimeTrigger", TASK_TIME },
    { "CalendarTrigger", TASK_TIME },
    { "IdleTrigger", TASK_IDLE },
    { "EventTrigger", TASK_EVENT },
    { "RegistrationTrigger", TASK_REGISTRATION },
    { "SessionStateChangeTrigger", TASK_SESSION },
};

static const char *told(const struct xml_node *node, const char *name)
{
    const char *text = xml_child_text(node, name);
    return text && *text != '\0' ? text : NULL;
}

/* A switch that is on unless the file says otherwise. */
static bool is_on(const struct xml_node *node, const char *name)
{
    const char *text = told(node, name);
    return !text || xml_value_true(text);
}

static uint32_t triggers_of(const struct xml_node *list)
{
    uint32_t bits = 0;
    for (const struct xml_node *t = xml_child(list, NULL); t; t = t->next) {
        uint32_t bit = TASK_OTHER;
        for (size_t i = 0; i < ARRAY_LEN(kinds); i++) {
            bit = strcmp(kinds[i].name, t->name) == 0 ? kinds[i].bit : bit;
        }
        bits |= is_on(t, "Enabled") ? bit : 0;
    }
    return bits;
}

/* The principal that the actions name, else the first one. */
static const struct xml_node *principal_of(const struct xml_node *task)
{
    const struct xml_node *first = xml_child(xml_child(task, "Principals"), "Principal");
    const char *context = xml_attribute(xml_child(task, "Actions"), "Context");
    for (const struct xml_node *p = first; p && context; p = xml_next(p)) {
        const char *id = xml_attribute(p, "id");
        if (id && strcmp(id, context) == 0) {
            return p;
        }
    }
    return first;
}

static void take_exec(const struct xml_node *node, struct task_xml_action *ret)
{
    *ret = (struct task_xml_action){ .command = told(node, "Command"),
                                     .arguments = told(node, "Arguments") };
    if (script_command(ret->command, ret->arguments)) {
        *ret = (struct task_xml_action){ .has_password_hint = true };
    }
}

static bool take_actions(const struct xml_node *list, struct arena *a, struct task_xml *ret)
{
    size_t room = 1;
    for (const struct xml_node *n = xml_child(list, NULL); n; n = n->next) {
        room++;
    }
    struct task_xml_action *actions = arena_array(a, room, sizeof(*actions));
    for (const struct xml_node *n = xml_child(list, NULL); n && actions; n = n->next) {
        struct task_xml_action *action = &actions[ret->action_count];
        if (strcmp(n->name, "Exec") == 0) {
            take_exec(n, action);
            ret->action_count++;
            ret->has_password_hint = ret->has_password_hint || action->has_password_hint;
        } else if (strcmp(n->name, "ComHandler") == 0) {
            *action = (struct task_xml_action){ .class_id = xml_value_guid(a, told(n, "ClassId")) };
            ret->action_count++;
        }
    }
    ret->actions = actions;
    return actions != NULL;
}

static bool is_hint(const char *text)
{
    return text && hint_is_password(text, strlen(text));
}

enum rc task_xml_take(const struct xml_node *task, struct arena *a, struct task_xml *ret,
                      struct err *err)
{
    if (strcmp(task->name, "Task") != 0) {
        return err_setf(err, RC_MALFORMED, "XML that does not describe a scheduled task");
    }
    const struct xml_node *info = xml_child(task, "RegistrationInfo");
    const struct xml_node *settings = xml_child(task, "Settings");
    const struct xml_node *principal = principal_of(task);
    const char *level = told(principal, "RunLevel");
    struct task_xml t = {
        .uri = told(info, "URI"),
        .author = told(info, "Author"),
        .date = xml_value_time(told(info, "Date")),
        .user_id = told(principal, "UserId"),
        .group_id = told(principal, "GroupId"),
        .logon_type = told(principal, "LogonType"),
        .is_highest = level && strcmp(level, "HighestAvailable") == 0,
        .is_enabled = is_on(settings, "Enabled"),
        .is_hidden = xml_value_true(told(settings, "Hidden")),
        .triggers = triggers_of(xml_child(task, "Triggers")),
    };
    if (is_hint(t.author)) {
        t.author = NULL;
        t.has_password_hint = true;
    }
    t.has_password_hint = t.has_password_hint || is_hint(told(info, "Description"));
    if (!take_actions(xml_child(task, "Actions"), a, &t)) {
        return err_setf(err, RC_MALFORMED, "a task of more actions than there is room for");
    }
    *ret = t;
    return RC_OK;
}

enum rc task_xml_read(const uint8_t *data, size_t n, struct arena *a, struct task_xml *ret,
                      struct err *err)
{
    const struct xml_node *root = NULL;
    TRY(xml_parse(data, n, a, &root, err));
    return task_xml_take(root, a, ret, err);
}
