/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "audit/decode/policy/policy_settings.h"

#include <string.h>
#include <strings.h>

#include "audit/decode/format/audit_csv.h"
#include "audit/decode/format/inf.h"
#include "audit/decode/format/ini.h"
#include "audit/decode/format/registry_pol.h"
#include "audit/decode/format/script.h"
#include "audit/decode/hint.h"

enum rc policy_file_put(const struct policy_file *f, struct row *row, struct err *err)
{
    _Static_assert(POLICYREGISTRY_GPO == 0 && POLICYFILERIGHT_GPO == 0 && POLICYPASSWORD_GPO == 0 &&
                       POLICYITEM_GPO == 0 && POLICYSCRIPT_GPO == 0 && POLICYMEMBER_GPO == 0 &&
                       POLICYSERVICE_GPO == 0 && POLICYAUDIT_GPO == 0 && POLICYRIGHT_GPO == 0 &&
                       POLICYTEMPLATE_GPO == 0,
                   "the policy is the first column of every table that a file fills");
    row_text(row, 0, f->gpo_id);
    /* What the file says may be longer than evidence keeps: then the file is at fault, not the row. */
    TRY(row_check(row, err));
    ++*f->rows;
    return row_put(f->import->sink, row, err);
}

static const char *action_word(enum registry_action action)
{
    static const char *const words[] = { "set", "create", "delete_value", "delete_values",
                                         "delete_key" };
    return words[action];
}

/* Run keys and the like hold command lines: one with a password in it is not kept, as in a script. */
static bool has_password(const char *text)
{
    return hint_is_password(text, strlen(text)) || script_command(text, NULL);
}

enum rc policy_file_registry(const struct policy_file *f, const struct registry_value *v,
                             const char *source, bool is_conditional, struct err *err)
{
    const char *key = v->key, *value = v->value;
    struct registry_data data = { 0 };
    bool has_data = v->action == REG_SET || v->action == REG_CREATE;
    struct row row;
    if (strncmp(key, "HKLM\\", 5) != 0 && strncmp(key, "HKCU\\", 5) != 0) {
        return RC_OK; /* the hives of other users */
    }
    if (has_data && !registry_data(f->arena, v, &data)) {
        return err_setf(err, RC_NOMEM, "out of memory");
    }
    if (f->import->plan) {
        plan_spell(f->import->plan, f->arena, &key, &value);
    }
    row_begin(&row, ROW_TABLE_POLICYREGISTRY);
    row_text(&row, POLICYREGISTRY_HALF, f->half ? f->half : "machine");
    row_text(&row, POLICYREGISTRY_KEY, key);
    row_text(&row, POLICYREGISTRY_VALUE, value);
    row_text(&row, POLICYREGISTRY_SOURCE, source);
    row_text(&row, POLICYREGISTRY_ACTION, action_word(v->action));
    row_bool(&row, POLICYREGISTRY_CONDITIONAL, is_conditional);
    if (has_data) {
        row_int(&row, POLICYREGISTRY_TYPE, v->type);
        row_int(&row, POLICYREGISTRY_SIZE, (int64_t)v->size);
        row_text(&row, POLICYREGISTRY_TEXT,
                 data.text && has_password(data.text) ? NULL : data.text);
    }
    if (data.has_number) {
        row_int(&row, POLICYREGISTRY_NUMBER, data.number);
    }
    return policy_file_put(f, &row, err);
}

/* What is found in one file is not kept longer than its row. */
static enum rc on_registry_pol(void *context, const struct registry_value *v, struct err *err)
{
    const struct policy_file *f = context;
    enum rc rc = policy_file_registry(f, v, "registry_pol", false, err);
    arena_reset(f->arena);
    return rc;
}

enum rc policy_settings_registry(const struct policy_file *f, struct err *err)
{
    struct policy_file own = *f;
    bool is_user = f->half && strcmp(f->half, "user") == 0;
    struct arena *a AUTO(arena_freep) = arena_new(0);
    if (!a) {
        return err_setf(err, RC_NOMEM, "out of memory");
    }
    own.arena = a;
    return registry_pol_read(f->data, f->size, is_user ? "HKCU" : "HKLM", on_registry_pol, &own,
                             err);
}

static enum rc on_template_registry(void *context, const struct registry_value *v, struct err *err)
{
    const struct policy_file *f = context;
    enum rc rc = policy_file_registry(f, v, "template", false, err);
    arena_reset(f->arena);
    return rc;
}

static enum rc on_setting(void *context, const struct inf_setting *s, struct err *err)
{
    struct row row;
    row_begin(&row, ROW_TABLE_POLICYTEMPLATE);
    row_text(&row, POLICYTEMPLATE_SECTION, s->section);
    row_text(&row, POLICYTEMPLATE_NAME, s->name);
    row_text(&row, POLICYTEMPLATE_TEXT, s->text);
    if (s->has_number) {
        row_int(&row, POLICYTEMPLATE_NUMBER, s->number);
    }
    return policy_file_put(context, &row, err);
}

static enum rc on_right(void *context, const char *right, const char *holder, struct err *err)
{
    struct row row;
    row_begin(&row, ROW_TABLE_POLICYRIGHT);
    row_text(&row, POLICYRIGHT_RIGHT, right);
    row_text(&row, POLICYRIGHT_HOLDER, holder);
    return policy_file_put(context, &row, err);
}

static enum rc on_member(void *context, const struct inf_member *m, struct err *err)
{
    struct row row;
    row_begin(&row, ROW_TABLE_POLICYMEMBER);
    row_text(&row, POLICYMEMBER_GROUP, m->group);
    row_text(&row, POLICYMEMBER_MEMBER, m->member);
    row_text(&row, POLICYMEMBER_RELATION, m->is_member_of ? "member_of" : "members");
    row_text(&row, POLICYMEMBER_SOURCE, "template");
    row_bool(&row, POLICYMEMBER_CONDITIONAL, false);
    return policy_file_put(context, &row, err);
}

static enum rc on_service(void *context, const struct inf_service *s, struct err *err)
{
    const struct policy_file *f = context;
    const char *name = f->import->plan ? plan_spell_service(f->import->plan, s->name) : NULL;
    struct row row;
    row_begin(&row, ROW_TABLE_POLICYSERVICE);
    row_text(&row, POLICYSERVICE_NAME, name ? name : s->name);
    row_text(&row, POLICYSERVICE_SOURCE, "template");
    row_bool(&row, POLICYSERVICE_CONDITIONAL, false);
    if (s->has_start) {
        row_int(&row, POLICYSERVICE_START, s->start);
    }
    return policy_file_put(f, &row, err);
}

enum rc policy_settings_template(const struct policy_file *f, struct err *err)
{
    struct policy_file own = *f;
    struct arena *a AUTO(arena_freep) = arena_new(0);
    const struct inf_sink sink = { .context = &own,
                                   .setting = on_setting,
                                   .registry = on_template_registry,
                                   .right = on_right,
                                   .member = on_member,
                                   .service = on_service };
    if (!a) {
        return err_setf(err, RC_NOMEM, "out of memory");
    }
    own.arena = a;
    return inf_read(f->data, f->size, 0, &sink, err);
}

static enum rc on_audit(void *context, const struct audit_csv_entry *e, struct err *err)
{
    struct row row;
    row_begin(&row, ROW_TABLE_POLICYAUDIT);
    row_text(&row, POLICYAUDIT_SUBCATEGORY, e->subcategory);
    row_int(&row, POLICYAUDIT_SETTING, e->setting);
    return policy_file_put(context, &row, err);
}

enum rc policy_settings_audit(const struct policy_file *f, struct err *err)
{
    struct policy_file own = *f;
    return audit_csv_read(f->data, f->size, 0, on_audit, &own, err);
}

static enum rc put_script(const struct policy_file *f, const struct script_entry *e,
                          const char *engine, struct err *err)
{
    static const char *const kinds[] = { "script_startup", "script_shutdown", "script_logon",
                                         "script_logoff" };
    bool is_in_command = has_password(e->command),
         is_in_both = script_command(e->command, e->parameters);
    bool is_in_parameters = is_in_both || has_password(e->parameters);
    const char *command = is_in_command ? NULL : e->command;
    const char *key = arena_printf(f->arena, "%s/%u", engine, e->position);
    struct row row;
    if (!key) {
        return err_setf(err, RC_NOMEM, "out of memory");
    }
    row_begin(&row, ROW_TABLE_POLICYITEM);
    row_text(&row, POLICYITEM_HALF, f->half ? f->half : "machine");
    row_text(&row, POLICYITEM_KIND, kinds[e->event]);
    row_text(&row, POLICYITEM_KEY, key);
    row_text(&row, POLICYITEM_NAME, command);
    row_text(&row, POLICYITEM_COMMAND, command);
    row_text(&row, POLICYITEM_ARGUMENTS, is_in_parameters ? NULL : e->parameters);
    row_bool(&row, POLICYITEM_HINT, is_in_command || is_in_parameters);
    row_bool(&row, POLICYITEM_CONDITIONAL, false);
    return policy_file_put(f, &row, err);
}

enum rc policy_settings_scripts(const struct policy_file *f, struct err *err)
{
    struct script_entry *list = NULL;
    size_t count = 0;
    const char *slash = strrchr(f->path, '/'), *name = slash ? slash + 1 : f->path;
    const char *engine = strncasecmp(name, "ps", 2) == 0 ? "ps" : "cmd";
    struct err bad = { .rc = RC_OK };
    enum rc rc = scripts_ini_read(f->data, f->size, f->arena, &list, &count, &bad);
    if (rc != RC_OK && rc != RC_MALFORMED) {
        *err = bad;
        return rc;
    }
    for (size_t i = 0; i < count; i++) {
        TRY(put_script(f, &list[i], engine, err));
    }
    if (rc != RC_OK) {
        *err = bad;
    }
    return rc;
}
