/* SPDX-License-Identifier: GPL-3.0-or-later */
/* SYSTEM: the services that the checks name, and what of services, drivers and packages starts by itself. */
#include <string.h>

#include "audit/decode/format/script.h"
#include "audit/decode/host/hive_internal.h"

#define SERVICES "HKLM\\SYSTEM\\CurrentControlSet\\Services"

/* Type of a service ([MS-SCMR] 2.2.15). */
#define TYPE_DRIVER  0x0fU
#define TYPE_SERVICE 0xf0U

#define START_AUTOMATIC 2U

static const char *harmless(const char *text)
{
    return text && !script_command(text, NULL) ? text : NULL;
}

static enum rc put_service(struct hive_output *o, const char *name, const struct regf_key *key,
                           struct err *err)
{
    struct hive *system = &o->hives->system;
    struct row row;
    uint32_t start = 0;
    row_begin(&row, ROW_TABLE_SERVICE);
    row_text(&row, SERVICE_HOST, o->import->host);
    row_text(&row, SERVICE_NAME, name);
    row_text(&row, SERVICE_ORIGIN, o->origin_word);
    row_bool(&row, SERVICE_MISSING, !key);
    if (key) {
        if (hive_number(system, key, "Start", &start)) {
            row_int(&row, SERVICE_START, start);
        }
        row_text(&row, SERVICE_ACCOUNT, hive_text(system, key, "ObjectName", o->scratch));
        row_text(&row, SERVICE_PATH, harmless(hive_text(system, key, "ImagePath", o->scratch)));
    }
    return hive_put(o, &row, err);
}

enum rc hive_services(struct hive_output *o, struct err *err)
{
    struct hive *system = &o->hives->system;
    struct plan *plan = o->import->plan;
    struct regf_key services, key;
    struct err why = { .msg = "" };
    uint64_t unknown = 0;
    if (!o->hives->has_control_set) {
        hive_told(o, PART_SERVICE, TOLD_NOTHING,
                  system->why ? system->why : "the SYSTEM hive names no control set");
        return RC_OK;
    }
    enum rc rc = regf_find(&system->h, &o->hives->control_set, "Services", &services, &why);
    for (size_t i = 0; rc == RC_OK && plan && i < plan_service_count(plan); i++) {
        const char *name = plan_service(plan, i);
        arena_reset(o->scratch);
        enum rc found =
            strchr(name, '\\') ? RC_MALFORMED : regf_find(&system->h, &services, name, &key, &why);
        if (found == RC_OK || (found == RC_ABSENT && !system->why)) {
            TRY(put_service(o, name, found == RC_OK ? &key : NULL, err));
        } else {
            unknown++;
        }
    }
    hive_told_of(o, PART_SERVICE, system, rc, unknown, "services", &why);
    return RC_OK;
}

struct inventory {
    struct hive_output *o;
    uint64_t damaged;
};

static enum rc take_service(void *context, const struct regf_key *key, struct err *err)
{
    struct inventory *x = context;
    struct hive_output *o = x->o;
    struct hive *system = &o->hives->system;
    struct autostart item = { .location = SERVICES,
                              .is_enabled = -1,
                              .changed_at = key->written_at };
    struct regf_key parameters;
    struct err ignored;
    uint32_t start = 0, type = 0;
    if (!hive_number(system, key, "Start", &start) || start > START_AUTOMATIC ||
        !hive_number(system, key, "Type", &type) || !(type & (TYPE_DRIVER | TYPE_SERVICE))) {
        return RC_OK;
    }
    arena_reset(o->scratch);
    item.kind = type & TYPE_SERVICE ? "service" : "driver";
    item.name = hive_name(o->scratch, &key->name);
    item.command = hive_text(system, key, "ImagePath", o->scratch);
    item.account = type & TYPE_SERVICE ? hive_text(system, key, "ObjectName", o->scratch) : NULL;
    item.start = start;
    TRY(hive_put_autostart(o, &item, err));
    /* svchost.exe runs what this value names, so it is a start of its own. */
    if (!(type & TYPE_SERVICE) || !item.name ||
        regf_find(&system->h, key, "Parameters", &parameters, &ignored) != RC_OK) {
        return RC_OK;
    }
    item.command = hive_text(system, &parameters, "ServiceDll", o->scratch);
    item.location = arena_printf(o->scratch, "%s\\%s\\Parameters", SERVICES, item.name);
    item.name = "ServiceDll";
    item.changed_at = parameters.written_at;
    return item.command ? hive_put_autostart(o, &item, err) : RC_OK;
}

/* One row a value that holds a list. */
static enum rc put_packages(struct hive_output *o, struct err *err)
{
    static const struct {
        const char *kind, *path, *value;
    } places[] = {
        { "boot_execute", "Control\\Session Manager", "BootExecute" },
        { "lsa_package", "Control\\Lsa", "Authentication Packages" },
        { "lsa_package", "Control\\Lsa", "Notification Packages" },
        { "lsa_package", "Control\\Lsa", "Security Packages" },
        { "lsa_package", "Control\\Lsa\\OSConfig", "Security Packages" },
    };
    struct hive *system = &o->hives->system;
    for (size_t i = 0; i < ARRAY_LEN(places); i++) {
        struct regf_key key;
        struct err ignored;
        arena_reset(o->scratch);
        if (regf_find(&system->h, &o->hives->control_set, places[i].path, &key, &ignored) !=
            RC_OK) {
            continue;
        }
        const struct autostart item = {
            .kind = places[i].kind,
            .location =
                arena_printf(o->scratch, "HKLM\\SYSTEM\\CurrentControlSet\\%s", places[i].path),
            .name = places[i].value,
            .command = hive_text(system, &key, places[i].value, o->scratch),
            .start = -1,
            .is_enabled = -1,
            .changed_at = key.written_at
        };
        /* "" in quotes is how Windows writes an empty list. */
        if (item.command && strcmp(item.command, "\"\"") != 0) {
            TRY(hive_put_autostart(o, &item, err));
        }
    }
    return RC_OK;
}

enum rc hive_system_autostart(struct hive_output *o, uint64_t *damaged, struct err *err)
{
    struct inventory x = { .o = o };
    struct regf_key services;
    struct err why;
    struct regf *h = &o->hives->system.h;
    if (!o->hives->has_control_set) {
        ++*damaged;
        return RC_OK;
    }
    uint64_t before = h->damaged, ignored = 0;
    enum rc rc = regf_find(h, &o->hives->control_set, "Services", &services, &why);
    if (rc == RC_OK) {
        TRY(regf_subkeys(h, &services, take_service, &x, &ignored, err));
    }
    TRY(put_packages(o, err));
    *damaged += (h->damaged - before) + (rc != RC_OK);
    return RC_OK;
}
