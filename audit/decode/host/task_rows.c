/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Scheduled tasks: the files of System32\Tasks. A task's folder and name are those of its file; what it says of itself is not
 * believed. */
#include <string.h>

#include "audit/decode/format/task_xml.h"
#include "audit/decode/host/registry_rows.h"

#define TASK_MEMORY (24U << 20)

/* "Microsoft/Windows/X" to "\Microsoft\Windows" and "X". */
static const char *folder_of(struct arena *a, const char *path)
{
    const char *slash = strrchr(path, '/');
    char *folder =
        slash ? arena_printf(a, "\\%.*s", (int)(slash - path), path) : arena_strdup(a, "\\");
    for (char *p = folder; p && *p; p++) {
        *p = *p == '/' ? '\\' : *p;
    }
    return folder;
}

/* What it starts, one action a line; *ret_hint when one of them looks as if it held a password. */
static const char *command_of(struct arena *a, const struct task_xml *t, bool *ret_hint)
{
    const char *text = NULL;
    *ret_hint = false;
    for (size_t i = 0; i < t->action_count && i < 32; i++) {
        const struct task_xml_action *x = &t->actions[i];
        *ret_hint = *ret_hint || x->has_password_hint;
        const char *what = x->command ? x->command : x->class_id;
        if (!what) {
            continue;
        }
        text = arena_printf(a, "%s%s%s%s%s", text ? text : "", text ? "\n" : "", what,
                            x->command && x->arguments ? " " : "",
                            x->command && x->arguments ? x->arguments : "");
        if (!text) {
            return NULL;
        }
    }
    return text;
}

static enum rc put_task(struct host_reading *r, struct host_file *f, struct arena *a,
                        const char *path, struct err *err)
{
    struct task_xml t;
    bool has_hint;
    TRY(task_xml_read(f->data, f->size, a, &t, err));
    const char *command = command_of(a, &t, &has_hint);
    const struct autostart_item item = {
        .kind = "task",
        .location = folder_of(a, path),
        .name = host_name_of(path),
        .command = has_hint ? NULL : command,
        .has_hint = has_hint,
        .account = t.user_id ? t.user_id : t.group_id,
        .start = -1,
        .is_enabled = t.is_enabled && t.triggers != 0,
        .changed_at = f->changed_at,
    };
    return host_put_autostart(r, f, a, &item, err);
}

static enum rc read_task(struct host_reading *r, struct host_file *f, const char *path,
                         struct err *err)
{
    struct arena *a AUTO(arena_freep) = arena_new(TASK_MEMORY);
    if (!a) {
        return err_setf(err, RC_NOMEM, "out of memory");
    }
    return host_file_end(r, f, "task", put_task(r, f, a, path, err), err);
}

enum rc host_tasks(struct host_reading *r, struct err *err)
{
    bool is_kit = r->import->kind == HOST_KIT;
    const char *base = is_kit ? r->base : r->windows;
    const char *below = is_kit ? "tasks/" : "system32/tasks/";
    size_t count, top = strlen(base) + strlen(below);
    uint64_t read = 0, lost = 0, folders = 0;
    struct host_file *files = host_files_below(r, base, below, &count);
    for (size_t i = 0; i < count; i++) {
        struct host_file *f = &files[i];
        if (f->bundle == BUNDLE_FOLDER || f->bundle == BUNDLE_FOLDER_CUT) {
            lost += f->bundle == BUNDLE_FOLDER_CUT;
            continue;
        }
        if (host_file_usable(f)) {
            TRY(read_task(r, f, f->path + top, err));
        }
        bool is_read = f->state && strcmp(f->state, "decoded") == 0;
        read += is_read;
        lost += !is_read;
    }
    folders = host_folder_is_whole(r, base, is_kit ? "tasks" : "system32/tasks");
    bool is_whole = lost == 0 && (is_kit ? host_kit_step(r, "tasks") == 0 : folders > 0);
    host_raise(&r->autostart_tasks,
               is_whole   ? TOLD_ALL
               : read > 0 ? TOLD_SOME
                          : TOLD_NOTHING,
               lost > 0 ? "some scheduled tasks could not be read"
                        : "the scheduled tasks are not there, or not all of them");
    return RC_OK;
}
