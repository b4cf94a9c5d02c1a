/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "rules/fixture_value.h"

#include <string.h>

#include "audit/base/sid.h"

static bool wrong(struct fixture *f, const struct yaml_node *n, const char *what)
{
    mistake_node(f->problems, f->check->file, n, f->check->id, "'%s' %s", n->key ? n->key : "value",
                 what);
    return false;
}

static void set_text(struct row_value *v, const char *text)
{
    *v = (struct row_value){ .kind = ROW_STRING, .text = text, .size = strlen(text) };
}

static void set_number(struct row_value *v, int64_t number)
{
    *v = (struct row_value){ .kind = ROW_NUMBER, .number = number };
}

/* { days_ago: 3 } is a time, { days: 42 } a duration as the directory keeps it: negative, in 100 ns. */
static bool helper_value(struct fixture *f, const struct yaml_node *n, struct row_value *ret)
{
    static const struct {
        const char *word;
        filetime unit;
        bool is_time;
    } helpers[] = {
        { "days_ago", -FILETIME_DAY, true },
        { "days_ahead", FILETIME_DAY, true },
        { "hours_ago", -3600 * FILETIME_SECOND, true },
        { "hours_ahead", 3600 * FILETIME_SECOND, true },
        { "minutes_ago", -60 * FILETIME_SECOND, true },
        { "minutes_ahead", 60 * FILETIME_SECOND, true },
        { "seconds_ago", -FILETIME_SECOND, true },
        { "days", -FILETIME_DAY, false },
        { "hours", -3600 * FILETIME_SECOND, false },
        { "minutes", -60 * FILETIME_SECOND, false },
    };
    const struct yaml_node *only = n->first && !n->first->next ? n->first : NULL;
    int64_t count = 0;
    for (size_t i = 0; only && i < ARRAY_LEN(helpers); i++) {
        if (strcmp(helpers[i].word, only->key) == 0 && yaml_integer(only, &count) && count >= 0 &&
            count < 1000000) {
            set_number(ret, (helpers[i].is_time ? f->now : 0) + count * helpers[i].unit);
            return true;
        }
    }
    return wrong(
        f, n,
        "must be { days_ago: 3 }, days_ahead, hours_ago, hours_ahead, minutes_ago, minutes_ahead, seconds_ago, "
        "or a duration { days: 42 }, hours, minutes");
}

static bool flags_value(struct fixture *f, const struct yaml_node *n, struct row_value *ret)
{
    static const char *const kinds[] = { "normal", "workstation", "domain_controller",
                                         "interdomain_trust" };
    int64_t all = 0, bit = 0;
    bool has_kind = false;
    for (const struct yaml_node *item = n->first; item; item = item->next) {
        if (item->kind != YAML_SCALAR || !uac_flag_value(item->text, &bit)) {
            mistake_node(f->problems, f->check->file, item, f->check->id, "unknown flag '%s'%s",
                         item->text ? item->text : "",
                         item->text ? did_you_mean(item->text, uac_flag_names) : "");
            return false;
        }
        for (size_t i = 0; i < ARRAY_LEN(kinds); i++) {
            has_kind = has_kind || strcmp(kinds[i], item->text) == 0;
        }
        all |= bit;
    }
    set_number(ret, has_kind ? all : all | 0x200);
    return true;
}

static bool number_value(struct fixture *f, const struct yaml_node *n,
                         const struct row_column *column, struct row_value *ret)
{
    int64_t number = 0;
    bool flag = false;
    if (yaml_integer(n, &number) && (column->type != ROW_TYPE_BOOL || number == 0 || number == 1)) {
        set_number(ret, number);
    } else if (column->type == ROW_TYPE_BOOL && yaml_bool(n, &flag)) {
        set_number(ret, flag);
    } else if (column->type == ROW_TYPE_TIME && strcmp(n->text, "not_set") == 0) {
        set_number(ret, 0);
    } else if (column->type != ROW_TYPE_BOOL && strcmp(n->text, "never") == 0) {
        set_number(ret, column->type == ROW_TYPE_TIME ? FILETIME_NEVER : INT64_MIN);
    } else if (column->type == ROW_TYPE_TIME && filetime_from_iso(n->text, &number)) {
        set_number(ret, number);
    } else {
        return wrong(f, n,
                     column->type == ROW_TYPE_BOOL ? "must be true or false"
                     : column->type == ROW_TYPE_TIME
                         ? "must be a time: { days_ago: 3 }, 2026-01-31, never, not_set"
                         : "must be a whole number");
    }
    return true;
}

static bool is_name_column(const char *name)
{
    size_t n = strlen(name);
    return n >= 2 && strcmp(name + n - 2, "dn") == 0 && (n == 2 || name[n - 3] == '_');
}

static bool text_value(struct fixture *f, const struct yaml_node *n,
                       const struct row_column *column, struct row_value *ret)
{
    bool is_guid = column->type == ROW_TYPE_GUID, is_sid = column->type == ROW_TYPE_SID;
    bool is_dn = !is_guid && !is_sid && is_name_column(column->name);
    if ((is_guid && guid_text_valid(n->text)) || (is_sid && sid_text_valid(n->text)) ||
        (is_dn && strchr(n->text, '=')) || (!is_guid && !is_sid && !is_dn)) {
        set_text(ret, n->text);
        return true;
    }
    const struct label *label = fixture_label(f, n->text);
    const char *text = !label ? NULL : is_guid ? label->guid : is_sid ? label->sid : label->dn;
    if (!text) {
        return wrong(f, n,
                     is_guid  ? "must be a GUID or the label of a row (as: …)"
                     : is_sid ? "must be a SID or the label of a row (as: …) that has one"
                              : "must be a distinguished name or the label of a row (as: …)");
    }
    set_text(ret, text);
    return true;
}

bool fixture_value(struct fixture *f, const struct yaml_node *n, const struct row_column *column,
                   struct row_value *ret)
{
    bool is_text = column->type == ROW_TYPE_TEXT || column->type == ROW_TYPE_LONG ||
                   column->type == ROW_TYPE_GUID || column->type == ROW_TYPE_SID;
    *ret = (struct row_value){ .kind = ROW_NULL };
    if (yaml_is_null(n)) {
        return true;
    }
    if (n->kind == YAML_MAP && (column->type == ROW_TYPE_TIME || column->type == ROW_TYPE_INT)) {
        return helper_value(f, n, ret);
    }
    if (n->kind == YAML_LIST && strcmp(column->name, "uac") == 0) {
        return flags_value(f, n, ret);
    }
    if (n->kind != YAML_SCALAR) {
        return wrong(f, n, "must be a single value");
    }
    return is_text ? text_value(f, n, column, ret) : number_value(f, n, column, ret);
}

const char *fixture_default(const char *table, const char *column, const char *kind)
{
    static const struct {
        const char *table, *column, *text; /* table NULL: any */
    } defaults[] = {
        { NULL, "server", "dc1.example" },
        { NULL, "host", "dc1.example" },
        { NULL, "target", "dc1.example" },
        { "coverage", "state", "complete" },
        { "account", "kind", "user" },
        { "account", "spn_count", "0" },
        { "account", "has_resource_delegation", "0" },
        { "directory_group", "members_complete", "1" },
        { "organizational_unit", "kind", "ou" },
        { "authentication_policy", "kind", "policy" },
        { "security_descriptor", "dacl", "present" },
        { "access_right", "scope_guid", "00000000-0000-0000-0000-000000000000" },
        { "access_right", "inherited", "0" },
        { "access_right", "inherit_only", "0" },
        { "secret_change", "form", "binary" },
        { "host_target", "origin", "directory" },
        { "host_target", "address", "192.0.2.1" },
        { "host_target", "is_controller", "0" },
        { "host_port", "state", "open" },
        { "host_registry", "origin", "rpc" },
        { "host_registry", "is_missing", "0" },
        { "host_service", "origin", "rpc" },
        { "host_service", "is_missing", "0" },
        { "autostart", "origin", "kit" },
        { "autostart", "has_password_hint", "0" },
        { "local_account", "flags", "16" },
        { "policy_folder", "origin", "dc1.example" },
        { "policy_folder", "kind", "sysvol" },
        { "policy_folder", "state", "read" },
        { "policy_file_right", "inherited", "0" },
        { "policy_registry", "half", "machine" },
        { "policy_registry", "source", "registry_pol" },
        { "policy_registry", "action", "set" },
        { "policy_registry", "type", "4" },
        { "policy_template", "section", "system_access" },
        { "policy_member", "relation", "members" },
        { "policy_member", "source", "template" },
        { "policy_service", "source", "template" },
        { "policy_item", "half", "machine" },
        { "policy_item", "has_password_hint", "0" },
        { "policy_password", "half", "machine" },
        { "policy_password", "file", "Machine/Preferences/Groups/Groups.xml" },
        { "policy_password", "kind", "local_user" },
        { "policy_password", "state", "set" },
        { "policy_script", "state", "read" },
        { "host_policy_password", "half", "machine" },
        { "host_policy_password", "file", "Machine/Preferences/Groups/Groups.xml" },
        { "host_policy_password", "origin", "kit" },
        { "host_policy_password", "kind", "local_user" },
        { "host_policy_password", "state", "set" },
        { NULL, "is_conditional", "0" },
        { "domain_head", "dns_name", "example" },
        { "domain_head", "netbios_name", "EXAMPLE" },
        { "forest", "configuration_dn", "CN=Configuration,DC=example" },
        { "directory_server", "dns_name", "dc1.example" },
        { "directory_server", "domain_dn", "DC=example" },
        { "directory_server", "root_domain_dn", "DC=example" },
        { "directory_server", "configuration_dn", "CN=Configuration,DC=example" },
        { "directory_server", "schema_dn", "CN=Schema,CN=Configuration,DC=example" },
    };

    for (size_t i = 0; i < ARRAY_LEN(defaults); i++) {
        if (strcmp(defaults[i].column, column) == 0 &&
            (!defaults[i].table || strcmp(defaults[i].table, table) == 0)) {
            return defaults[i].text;
        }
    }
    if (strcmp(table, "account") == 0 && strcmp(column, "uac") == 0) {
        bool machine = kind && strcmp(kind, "user") != 0;
        return machine ? (strcmp(kind, "trust") == 0 ? "2048" : "4096") : "512";
    }
    if (strcmp(table, "account") == 0 && strcmp(column, "primary_group_rid") == 0) {
        return kind && strcmp(kind, "user") != 0 ? "515" : "513";
    }
    return NULL;
}
