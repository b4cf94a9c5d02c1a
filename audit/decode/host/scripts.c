/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Scripts of the local policy, which no domain gave: scripts.ini and psscripts.ini ([MS-GPSCR] 2.2) of System32\GroupPolicy, and of
 * GroupPolicyUsers for single users. */
#include <string.h>

#include "audit/decode/format/ini.h"
#include "audit/decode/host/registry_rows.h"

#define SCRIPT_MEMORY (8U << 20)
#define TOP           "C:\\Windows\\System32\\"

static const char *const events[] = { "Startup", "Shutdown", "Logon", "Logoff" };

struct script_file {
    struct host_file *file;
    const char *name;     /* scripts.ini, psscripts.ini */
    const char *location; /* folder Scripts, as Windows calls it */
};

static enum rc put_script(struct host_reading *r, const struct script_file *s, struct arena *a,
                          const struct script_entry *e, struct err *err)
{
    bool is_of_machine = e->event == SCRIPT_STARTUP || e->event == SCRIPT_SHUTDOWN;
    const struct autostart_item item = {
        .kind = "script",
        .location = arena_printf(a, "%s\\%s", s->location, events[e->event]),
        .name = arena_printf(a, "%s/%u", s->name, e->position),
        .command = *e->command ? e->command : NULL,
        .arguments = *e->parameters ? e->parameters : NULL,
        .account = is_of_machine ? "S-1-5-18" : NULL,
        .start = -1,
        .is_enabled = -1,
        .changed_at = s->file->changed_at,
    };
    return item.location && item.name ? host_put_autostart(r, s->file, a, &item, err)
                                      : err_setf(err, RC_NOMEM, "out of memory");
}

static enum rc put_scripts(struct host_reading *r, const struct script_file *s, struct err *err)
{
    struct arena *a AUTO(arena_freep) = arena_new(SCRIPT_MEMORY);
    struct script_entry *list = NULL;
    size_t count = 0;
    struct err why;
    if (!a) {
        return err_setf(err, RC_NOMEM, "out of memory");
    }
    enum rc rc = scripts_ini_read(s->file->data, s->file->size, a, &list, &count, &why);
    if (rc != RC_OK && rc != RC_MALFORMED && rc != RC_LIMIT) {
        *err = why;
        return rc;
    }
    for (size_t i = 0; i < count; i++) {
        TRY(put_script(r, s, a, &list[i], err));
    }
    return rc == RC_OK ? RC_OK : err_setf(err, RC_MALFORMED, "%s", why.msg);
}

/* The name in "machine/scripts/scripts.ini" or "user/scripts/psscripts.ini", or NULL. Copies of the domain's policies below DataStore
 * are not the host's own. */
static const char *name_of(const char *lower)
{
    const char *rest = strncmp(lower, "machine/scripts/", 16) == 0 ? lower + 16
                       : strncmp(lower, "user/scripts/", 13) == 0  ? lower + 13
                                                                   : "";
    return strcmp(rest, "scripts.ini") == 0 || strcmp(rest, "psscripts.ini") == 0 ? rest : NULL;
}

/* The folder of the local policy, or with is_users those of single users, each named by its SID. */
static enum rc read_folder(struct host_reading *r, const char *base, const char *below,
                           bool is_users, bool *ret_whole, struct err *err)
{
    size_t count, top = strlen(base) + strlen(below);
    struct host_file *files = host_files_below(r, base, below, &count);
    for (size_t i = 0; i < count; i++) {
        struct host_file *f = &files[i];
        const char *own = f->lower + top, *slash = is_users ? strchr(own, '/') : NULL;
        const char *name = name_of(slash ? slash + 1 : own);
        *ret_whole = *ret_whole && f->bundle != BUNDLE_FOLDER_CUT;
        if (!name || f->bundle == BUNDLE_FOLDER) {
            continue;
        }
        if (!host_file_usable(f)) {
            *ret_whole = false;
            continue;
        }
        /* Up to the slash before the name. */
        char *location = arena_printf(r->a, TOP "GroupPolicy%s\\%.*s", is_users ? "Users" : "",
                                      (int)(name - own - 1), f->path + top);
        if (!location) {
            return err_setf(err, RC_NOMEM, "out of memory");
        }
        for (char *p = location; *p; p++) {
            *p = *p == '/' ? '\\' : *p;
        }
        const struct script_file s = { f, name, location };
        TRY(host_file_end(r, f, "scripts_ini", put_scripts(r, &s, err), err));
        *ret_whole = *ret_whole && strcmp(f->state, "decoded") == 0;
    }
    return RC_OK;
}

enum rc host_scripts(struct host_reading *r, struct err *err)
{
    bool is_whole = true;
    if (r->import->kind == HOST_KIT) {
        TRY(read_folder(r, r->base, "policy/grouppolicy/", false, &is_whole, err));
        /* 2: there is no such folder. */
        int64_t step = host_kit_step(r, "policy/GroupPolicy");
        is_whole = is_whole && (step == 0 || step == 2);
    } else if (r->import->kind == HOST_IMAGE) {
        TRY(read_folder(r, r->windows, "system32/grouppolicy/", false, &is_whole, err));
        TRY(read_folder(r, r->windows, "system32/grouppolicyusers/", true, &is_whole, err));
    } else {
        is_whole = false;
    }
    host_raise(&r->autostart_scripts, is_whole ? TOLD_ALL : TOLD_NOTHING,
               "the scripts of the local policy are not there, or not all of them");
    return RC_OK;
}
