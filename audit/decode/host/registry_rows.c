/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "audit/decode/host/registry_rows.h"

#include <string.h>
#include <strings.h>

#include "audit/decode/format/script.h"

#define SERVICES     "HKLM\\SYSTEM\\CurrentControlSet\\Services"
#define SOFTWARE     "HKLM\\SOFTWARE\\"
#define SOFTWARE32   "HKLM\\SOFTWARE\\Wow6432Node\\"
#define VERSION      "Microsoft\\Windows\\CurrentVersion\\"
#define NT_VERSION   "Microsoft\\Windows NT\\CurrentVersion\\"
#define CONTROL      "HKLM\\SYSTEM\\CurrentControlSet\\Control\\"
#define SCRATCH      (4U << 20)
#define COMMAND_SIZE 65536U

/* Type of a service ([MS-SCMR] 2.2.15); one that starts by itself has start 0, 1 or 2. */
#define TYPE_DRIVER     0x0fU
#define TYPE_SERVICE    0xf0U
#define START_AUTOMATIC 2U

/* A key whose values start something; value NULL = each value. */
static const struct {
    const char *kind, *key, *value;
    bool is_below; /* the keys directly below */
} places[] = {
    { "run", SOFTWARE VERSION "Run", NULL, false },
    { "run", SOFTWARE32 VERSION "Run", NULL, false },
    { "run_once", SOFTWARE VERSION "RunOnce", NULL, false },
    { "run_once", SOFTWARE32 VERSION "RunOnce", NULL, false },
    { "run_once", SOFTWARE VERSION "RunOnceEx", NULL, true },
    { "policy_run", SOFTWARE VERSION "Policies\\Explorer\\Run", NULL, false },
    { "policy_run", SOFTWARE32 VERSION "Policies\\Explorer\\Run", NULL, false },
    { "winlogon", SOFTWARE NT_VERSION "Winlogon", "Shell", false },
    { "winlogon", SOFTWARE NT_VERSION "Winlogon", "Userinit", false },
    { "appinit", SOFTWARE NT_VERSION "Windows", "AppInit_DLLs", false },
    { "appinit", SOFTWARE32 NT_VERSION "Windows", "AppInit_DLLs", false },
    { "debugger", SOFTWARE NT_VERSION "Image File Execution Options", "Debugger", true },
    { "silent_exit", SOFTWARE NT_VERSION "SilentProcessExit", "MonitorProcess", true },
    { "boot_execute", CONTROL "Session Manager", "BootExecute", false },
    { "lsa_package", CONTROL "Lsa", "Authentication Packages", false },
    { "lsa_package", CONTROL "Lsa", "Notification Packages", false },
    { "lsa_package", CONTROL "Lsa", "Security Packages", false },
    { "lsa_package", CONTROL "Lsa\\OSConfig", "Security Packages", false },
};

_Static_assert(ARRAY_LEN(places) <= TASK_MAX_PARAMETERS, "each is a wish");

enum rc registry_rows_plan(struct arena *a, struct plan **ret, struct err *err)
{
    struct task task = { .artifact = -1 };
    for (size_t i = 0; i < ARRAY_LEN(places); i++) {
        const char *wish =
            arena_printf(a, "%s%s|%s", places[i].key, places[i].is_below ? "\\*" : "",
                         places[i].value ? places[i].value : "*");
        if (!wish) {
            return err_setf(err, RC_NOMEM, "out of memory");
        }
        task.parameters[task.count++] = (struct task_parameter){ "registry", wish };
    }
    return plan_new(a, &task, ret, err);
}

enum rc registry_rows_begin(struct registry_rows *x, struct host_reading *r, struct host_file *file,
                            bool *seen, struct err *err)
{
    *x = (struct registry_rows){ .r = r,
                                 .file = file,
                                 .seen = seen,
                                 .wants_services = host_wants(r, PART_SERVICE),
                                 .wants_autostart = host_wants(r, PART_AUTOSTART) };
    x->a = arena_new(SCRATCH);
    return x->a ? RC_OK : err_setf(err, RC_NOMEM, "out of memory");
}

void registry_rows_done(struct registry_rows *x)
{
    arena_free(x->a);
    x->a = NULL;
}

const char *registry_rows_service(const char *key)
{
    size_t n = sizeof(SERVICES) - 1;
    return strncasecmp(key, SERVICES, n) == 0 && key[n] == '\\' && key[n + 1] ? key + n + 1 : NULL;
}

enum rc host_put_autostart(struct host_reading *r, struct host_file *f, struct arena *a,
                           const struct autostart_item *item, struct err *err)
{
    struct row row;
    bool is_hint = item->has_hint || script_command(item->command, item->arguments);
    const char *command = item->command;
    if (!is_hint && item->arguments && *item->arguments) {
        command =
            arena_printf(a, "%s%s%s", command ? command : "", command ? " " : "", item->arguments);
    }
    if (!item->name || !*item->name || !item->location) {
        return RC_OK;
    }
    row_begin(&row, ROW_TABLE_AUTOSTART);
    row_text(&row, AUTOSTART_HOST, r->import->host);
    row_text(&row, AUTOSTART_KIND, item->kind);
    host_text(&row, AUTOSTART_LOCATION, item->location);
    host_text(&row, AUTOSTART_NAME, item->name);
    row_text(&row, AUTOSTART_ORIGIN, r->word);
    host_text(&row, AUTOSTART_COMMAND, is_hint ? NULL : command);
    row_bool(&row, AUTOSTART_HINT, is_hint);
    host_text(&row, AUTOSTART_ACCOUNT, item->account);
    if (item->start >= 0) {
        row_int(&row, AUTOSTART_START, item->start);
    }
    if (item->is_enabled >= 0) {
        row_bool(&row, AUTOSTART_ENABLED, item->is_enabled);
    }
    if (item->changed_at > 0) {
        row_int(&row, AUTOSTART_CHANGED, item->changed_at);
    }
    return host_put(r, f, &row, err);
}

enum rc host_offer(struct plan *plan, const struct registry_value *v, struct err *err)
{
    enum rc rc = plan_offer(plan, v, err);
    return rc == RC_LIMIT ? err_setf(err, RC_MALFORMED, "more values than are taken of one host")
                          : rc;
}

static enum rc put_service_row(struct registry_rows *x, const char *spelled, struct err *err)
{
    struct row row;
    row_begin(&row, ROW_TABLE_SERVICE);
    row_text(&row, SERVICE_HOST, x->r->import->host);
    row_text(&row, SERVICE_NAME, spelled);
    row_text(&row, SERVICE_ORIGIN, x->r->word);
    row_bool(&row, SERVICE_MISSING, false);
    if (x->has_start) {
        row_int(&row, SERVICE_START, x->start);
    }
    host_text(&row, SERVICE_ACCOUNT, x->account);
    host_text(&row, SERVICE_PATH, script_command(x->path, NULL) ? NULL : x->path);
    return host_put(x->r, x->file, &row, err);
}

static enum rc put_service_start(struct registry_rows *x, struct err *err)
{
    bool is_service = (x->type & TYPE_SERVICE) != 0;
    if (!x->has_start || x->start > START_AUTOMATIC || !x->has_type ||
        !(x->type & (TYPE_DRIVER | TYPE_SERVICE))) {
        return RC_OK;
    }
    struct autostart_item item = { .kind = is_service ? "service" : "driver",
                                   .location = SERVICES,
                                   .name = x->name,
                                   .command = x->path,
                                   .account = is_service ? x->account : NULL,
                                   .start = x->start,
                                   .is_enabled = -1 };
    TRY(host_put_autostart(x->r, x->file, x->a, &item, err));
    if (!is_service || !x->library) {
        return RC_OK;
    }
    item = (struct autostart_item){ .kind = "service",
                                    .location =
                                        arena_printf(x->a, "%s\\%s\\Parameters", SERVICES, x->name),
                                    .name = "ServiceDll",
                                    .command = x->library,
                                    .start = -1,
                                    .is_enabled = -1 };
    return host_put_autostart(x->r, x->file, x->a, &item, err);
}

static enum rc end_service(struct registry_rows *x, struct err *err)
{
    if (!x->name) {
        return RC_OK;
    }
    struct plan *plan = x->r->import->plan;
    for (size_t i = 0; plan && x->wants_services && i < plan_service_count(plan); i++) {
        if (strcasecmp(plan_service(plan, i), x->name) == 0) {
            x->seen[i] = true;
            TRY(put_service_row(x, plan_service(plan, i), err));
        }
    }
    if (x->wants_autostart) {
        TRY(put_service_start(x, err));
    }
    x->name = NULL;
    return RC_OK;
}

/* True while the key is that of the current service, or below it. */
static bool is_of_current(const struct registry_rows *x, const char *service)
{
    size_t n = x->name && service ? strlen(x->name) : 0;
    return n > 0 && strncasecmp(service, x->name, n) == 0 &&
           (service[n] == '\0' || service[n] == '\\');
}

enum rc registry_rows_key(struct registry_rows *x, const char *key, struct err *err)
{
    const char *service = registry_rows_service(key);
    if (is_of_current(x, service)) {
        return RC_OK;
    }
    TRY(end_service(x, err));
    if (service && !strchr(service, '\\')) {
        arena_reset(x->a);
        x->name = arena_strdup(x->a, service);
        x->path = x->account = x->library = NULL;
        x->has_start = x->has_type = false;
        if (!x->name) {
            return err_setf(err, RC_NOMEM, "out of memory");
        }
    }
    return RC_OK;
}

static enum rc service_value(struct registry_rows *x, const struct registry_value *v,
                             const char *service, struct err *err)
{
    struct registry_data d;
    const char *below = strchr(service, '\\');
    bool is_library =
        below && strcasecmp(below, "\\Parameters") == 0 && strcasecmp(v->value, "ServiceDll") == 0;
    const char **text = is_library                                ? &x->library
                        : below                                   ? NULL
                        : strcasecmp(v->value, "ImagePath") == 0  ? &x->path
                        : strcasecmp(v->value, "ObjectName") == 0 ? &x->account
                                                                  : NULL;
    bool is_start = !below && strcasecmp(v->value, "Start") == 0;
    bool is_type = !below && strcasecmp(v->value, "Type") == 0;
    if (!is_of_current(x, service) || (!text && !is_start && !is_type) || v->size > COMMAND_SIZE ||
        (text && *text)) {
        return RC_OK; /* of a value that comes twice the first, so that no file fills the arena */
    }
    if (!registry_content(x->a, v, &d)) {
        return err_setf(err, RC_NOMEM, "out of memory");
    }
    if (text) {
        *text = d.text && *d.text ? d.text : NULL;
    } else if (is_start && d.has_number) {
        x->has_start = true;
        x->start = (uint32_t)d.number;
    } else if (is_type && d.has_number) {
        x->has_type = true;
        x->type = (uint32_t)d.number;
    }
    return RC_OK;
}

/* The place that this value belongs to: its position, or -1; *ret_location is how the key is called. */
static int place_of(const struct registry_value *v, const char **ret_rest)
{
    for (size_t i = 0; i < ARRAY_LEN(places); i++) {
        size_t n = strlen(places[i].key);
        if (strncasecmp(v->key, places[i].key, n) != 0 ||
            (places[i].value && strcasecmp(v->value, places[i].value) != 0)) {
            continue;
        }
        const char *rest = v->key + n;
        bool is_here = places[i].is_below ? rest[0] == '\\' && rest[1] && !strchr(rest + 1, '\\')
                                          : rest[0] == '\0';
        if (is_here) {
            *ret_rest = rest;
            return (int)i;
        }
    }
    return -1;
}

static enum rc place_value(struct registry_rows *x, const struct registry_value *v, struct err *err)
{
    const char *rest;
    int i = place_of(v, &rest);
    if (i < 0 || v->size > COMMAND_SIZE) {
        return RC_OK;
    }
    struct arena *a AUTO(arena_freep) = arena_new(SCRATCH);
    struct registry_data d;
    if (!a || !registry_content(a, v, &d)) {
        return err_setf(err, RC_NOMEM, "out of memory");
    }
    const struct autostart_item item = {
        .kind = places[i].kind,
        .location = arena_printf(a, "%s%s", places[i].key, rest),
        .name = places[i].value ? places[i].value : v->value,
        .command = d.text,
        .has_hint = registry_is_password(v->value),
        .start = -1,
        .is_enabled = -1,
    };
    /* "" in quotes is how Windows writes an empty list. */
    bool is_empty = places[i].value && (!d.text || !*d.text || strcmp(d.text, "\"\"") == 0);
    return is_empty ? RC_OK : host_put_autostart(x->r, x->file, a, &item, err);
}

enum rc registry_rows_value(struct registry_rows *x, const struct registry_value *v,
                            struct err *err)
{
    const char *service = registry_rows_service(v->key);
    bool is_system = strncasecmp(v->key, "HKLM\\SYSTEM\\", 12) == 0;
    if (v->action != REG_SET || (!x->wants_services && !x->wants_autostart) ||
        (is_system ? x->r->has_system : x->r->has_software)) {
        return RC_OK;
    }
    if (service) {
        TRY(registry_rows_key(x, v->key, err));
        return service_value(x, v, service, err);
    }
    return x->wants_autostart ? place_value(x, v, err) : RC_OK;
}

enum rc registry_rows_end(struct registry_rows *x, struct err *err)
{
    return end_service(x, err);
}
