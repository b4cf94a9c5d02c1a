/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What the registry starts by itself: SOFTWARE in both views, the profiles of users, and SYSTEM (hive_system.c). */
#include <string.h>

#include "audit/decode/format/registry_value.h"
#include "audit/decode/format/script.h"
#include "audit/decode/host/hive_internal.h"

/* No host has so many; a hostile hive may. */
#define MOST 20000U

const char hive_rows_autostart_rest[] =
    "the registry's part only: tasks and startup folders are files of their own";

enum rc hive_put_autostart(struct hive_output *o, const struct autostart *item, struct err *err)
{
    struct row row;
    if (!item->name || !item->location || o->autostarts >= MOST) {
        o->autostarts = MOST;
        return RC_OK;
    }
    o->autostarts++;
    bool is_hint =
        item->command && (registry_is_password(item->name) || script_command(item->command, NULL));
    row_begin(&row, ROW_TABLE_AUTOSTART);
    row_text(&row, AUTOSTART_HOST, o->import->host);
    row_text(&row, AUTOSTART_KIND, item->kind);
    row_text(&row, AUTOSTART_LOCATION, item->location);
    row_text(&row, AUTOSTART_NAME, item->name);
    row_text(&row, AUTOSTART_ORIGIN, o->origin_word);
    row_text(&row, AUTOSTART_COMMAND, is_hint ? NULL : item->command);
    row_bool(&row, AUTOSTART_HINT, is_hint);
    row_text(&row, AUTOSTART_ACCOUNT, item->account);
    if (item->start >= 0) {
        row_int(&row, AUTOSTART_START, item->start);
    }
    if (item->is_enabled >= 0) {
        row_bool(&row, AUTOSTART_ENABLED, item->is_enabled);
    }
    if (item->changed_at > 0) {
        row_int(&row, AUTOSTART_CHANGED, item->changed_at);
    }
    return hive_put(o, &row, err);
}

/* A place below the root of a hive, and how it is looked at. */
struct place {
    const char *kind, *path;

    enum {
        ALL_VALUES,     /* each value is a start */
        ALL_BELOW,      /* each value of each key below is one */
        ONE_VALUE,      /* the named value, when it is not empty */
        ONE_VALUE_BELOW /* the named value of each key below */
    } how;

    const char *value;
    const char *switch_value; /* a number beside it: 0 = switched off */
};

#define VERSION    "Microsoft\\Windows\\CurrentVersion\\"
#define NT_VERSION "Microsoft\\Windows NT\\CurrentVersion\\"

static const struct place places[] = {
    { .kind = "run", .path = VERSION "Run", .how = ALL_VALUES },
    { .kind = "run_once", .path = VERSION "RunOnce", .how = ALL_VALUES },
    { .kind = "run_once", .path = VERSION "RunOnceEx", .how = ALL_BELOW },
    { .kind = "policy_run", .path = VERSION "Policies\\Explorer\\Run", .how = ALL_VALUES },
    { .kind = "winlogon", .path = NT_VERSION "Winlogon", .how = ONE_VALUE, .value = "Shell" },
    { .kind = "winlogon", .path = NT_VERSION "Winlogon", .how = ONE_VALUE, .value = "Userinit" },
    { .kind = "appinit",
      .path = NT_VERSION "Windows",
      .how = ONE_VALUE,
      .value = "AppInit_DLLs",
      .switch_value = "LoadAppInit_DLLs" },
    { .kind = "debugger",
      .path = NT_VERSION "Image File Execution Options",
      .how = ONE_VALUE_BELOW,
      .value = "Debugger" },
    { .kind = "silent_exit",
      .path = NT_VERSION "SilentProcessExit",
      .how = ONE_VALUE_BELOW,
      .value = "MonitorProcess" },
};

/* The first of these are looked for in a user's profile too. There may be hundreds of profiles, so that each gets its share of time. */
#define USER_PLACES 6
#define USER_STEPS  (256U * 1024)

struct visit {
    struct hive_output *o;
    struct hive *hive;
    const struct place *place;
    const char *location; /* of the key whose values are read; in keep */
    struct arena *keep;
    filetime changed_at;
};

static enum rc take_value(void *context, const struct regf_value *value, struct err *err)
{
    struct visit *x = context;
    struct registry_value v = { .value = "", .type = value->type, .size = value->size };
    struct registry_data data = { .text = NULL };
    struct err ignored;
    arena_reset(x->o->scratch);
    if (x->o->autostarts >= MOST || value->size > 65536 ||
        regf_data(&x->hive->h, value, x->o->scratch, &v.data, &ignored) != RC_OK ||
        !registry_content(x->o->scratch, &v, &data)) {
        x->hive->h.damaged++;
        return RC_OK;
    }
    const struct autostart item = { .kind = x->place->kind,
                                    .location = x->location,
                                    .name = hive_name(x->o->scratch, &value->name),
                                    .command = data.text,
                                    .start = -1,
                                    .is_enabled = -1,
                                    .changed_at = x->changed_at };
    return hive_put_autostart(x->o, &item, err);
}

static enum rc put_one(struct visit *x, const struct regf_key *key, const char *location,
                       struct err *err)
{
    struct hive_output *o = x->o;
    uint32_t is_on = 1;
    arena_reset(o->scratch);
    struct autostart item = { .kind = x->place->kind,
                              .location = location,
                              .name = x->place->value,
                              .command = hive_text(x->hive, key, x->place->value, o->scratch),
                              .start = -1,
                              .is_enabled = -1,
                              .changed_at = key->written_at };
    if (!item.command) {
        return RC_OK;
    }
    if (x->place->switch_value && hive_number(x->hive, key, x->place->switch_value, &is_on)) {
        item.is_enabled = is_on != 0;
    }
    return hive_put_autostart(o, &item, err);
}

static enum rc take_below(void *context, const struct regf_key *key, struct err *err)
{
    struct visit *x = context;
    uint64_t ignored = 0;
    arena_reset(x->keep);
    const char *name = hive_name(x->keep, &key->name);
    const char *location = name ? arena_printf(x->keep, "%s\\%s", x->location, name) : NULL;
    if (!location) {
        return err_setf(err, RC_NOMEM, "out of memory");
    }
    if (x->place->how == ONE_VALUE_BELOW) {
        return put_one(x, key, location, err);
    }
    struct visit below = *x;
    below.location = location;
    below.changed_at = key->written_at;
    return regf_values(&x->hive->h, key, take_value, &below, &ignored, err);
}

static enum rc look(struct visit *x, const char *path, struct err *err)
{
    struct regf_key key;
    struct err why;
    struct regf *h = &x->hive->h;
    uint64_t ignored = 0;
    enum rc rc = regf_find(h, NULL, path, &key, &why);
    if (rc != RC_OK) {
        return RC_OK; /* absent, or counted as damaged */
    }
    x->changed_at = key.written_at;
    switch (x->place->how) {
    case ALL_VALUES:
        return regf_values(h, &key, take_value, x, &ignored, err);
    case ONE_VALUE:
        return put_one(x, &key, x->location, err);
    case ALL_BELOW:
    case ONE_VALUE_BELOW:
    default:
        return regf_subkeys(h, &key, take_below, x, &ignored, err);
    }
}

/* prefix: what the places lie below in the hive; name: what the hive is called. */
static enum rc look_at_all(struct hive_output *o, struct hive *hive, const char *name,
                           const char *prefix, size_t count, struct err *err)
{
    struct arena *keep AUTO(arena_freep) = arena_new(1024U * 1024);
    struct arena *paths AUTO(arena_freep) = arena_new(1024U * 1024);
    for (size_t i = 0; keep && paths && i < count; i++) {
        arena_reset(paths);
        const char *path = arena_printf(paths, "%s%s", prefix, places[i].path);
        struct visit x = { .o = o, .hive = hive, .place = &places[i], .keep = keep };
        x.location = path ? arena_printf(paths, "%s\\%s", name, path) : NULL;
        if (!x.location) {
            return err_setf(err, RC_NOMEM, "out of memory");
        }
        TRY(look(&x, path, err));
    }
    return keep && paths ? RC_OK : err_setf(err, RC_NOMEM, "out of memory");
}

static enum rc look_at_users(struct hive_output *o, uint64_t *damaged, struct err *err)
{
    const struct host_hives *bytes = o->hives->bytes;
    for (size_t i = 0; i < bytes->user_count && i < HOST_USERS_MAX; i++) {
        struct arena *a AUTO(arena_freep) = arena_new(0);
        struct hive hive;
        const char *profile = bytes->users[i].name ? bytes->users[i].name : "?";
        if (!a) {
            return err_setf(err, RC_NOMEM, "out of memory");
        }
        TRY(hive_open(a, &bytes->users[i].hive, "NTUSER.DAT", &hive, err));
        *damaged += hive.why != NULL;
        hive.h.steps = USER_STEPS;
        const char *name = arena_printf(a, "HKU\\%s", profile);
        if (!hive.is_open || !name) {
            continue;
        }
        TRY(look_at_all(o, &hive, name, "Software\\", USER_PLACES, err));
        TRY(look_at_all(o, &hive, name, "Software\\Wow6432Node\\", USER_PLACES, err));
        *damaged += hive.h.damaged;
    }
    return RC_OK;
}

enum rc hive_autostart(struct hive_output *o, struct err *err)
{
    struct hives *hs = o->hives;
    struct hive *software = &hs->software;
    uint64_t damaged = 0;
    if (software->is_open) {
        uint64_t before = software->h.damaged;
        TRY(look_at_all(o, software, "HKLM\\SOFTWARE", "", ARRAY_LEN(places), err));
        TRY(look_at_all(o, software, "HKLM\\SOFTWARE", "Wow6432Node\\", ARRAY_LEN(places), err));
        damaged += software->h.damaged - before;
    }
    if (hs->system.is_open) {
        TRY(hive_system_autostart(o, &damaged, err));
    }
    TRY(look_at_users(o, &damaged, err));
    const char *why = hs->system.why          ? hs->system.why
                      : software->why         ? software->why
                      : o->autostarts >= MOST ? "more starts than any host has"
                      : damaged > 0           ? "a part of the hives is damaged"
                      : hs->bytes->user_count == 0
                          ? "no profile of a user (NTUSER.DAT) is among the files"
                          : hive_rows_autostart_rest;
    hive_told(o, PART_AUTOSTART,
              hs->system.is_open || software->is_open || hs->bytes->user_count > 0 ? TOLD_SOME
                                                                                   : TOLD_NOTHING,
              why);
    return RC_OK;
}
