/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Startup folders: lists of names in a kit, the folders themselves in an image. */
#include <string.h>
#include <strings.h>

#include "audit/decode/format/text.h"
#include "audit/decode/host/registry_rows.h"

#define MENU      "microsoft/windows/start menu/programs/startup"
#define MENU_PATH "Microsoft\\Windows\\Start Menu\\Programs\\Startup"
#define LINES_MAX 16384U

static enum rc put(struct host_reading *r, struct host_file *f, const char *location,
                   const char *name, filetime changed_at, struct err *err)
{
    static const char settings[] = "desktop.ini"; /* of the folder's looks, in every one of them */
    const struct autostart_item item = { .kind = "startup_folder",
                                         .location = location,
                                         .name = name,
                                         .start = -1,
                                         .is_enabled = -1,
                                         .changed_at = changed_at };
    return strcasecmp(name, settings) == 0 ? RC_OK : host_put_autostart(r, f, r->a, &item, err);
}

/* "C:\Users\NAME\…\Startup|file" */
static enum rc read_list(struct host_reading *r, struct host_file *f, struct err *err)
{
    AUTO(text_close) struct text t;
    const char *line;
    size_t n, lines = 0, bad = 0;
    enum rc rc;
    text_open(&t, f->data, f->size, r->code_page);
    while ((rc = text_next(&t, &line, &n, err)) != RC_ABSENT) {
        if (rc != RC_OK && rc != RC_LIMIT) {
            return rc;
        }
        const char *bar = rc == RC_OK ? strchr(line, '|') : NULL;
        if (n == 0 && rc == RC_OK) {
            continue;
        }
        if (++lines > LINES_MAX || !bar || bar == line || bar[1] == '\0' || n > 4096) {
            bad++;
            continue;
        }
        struct arena *a AUTO(arena_freep) = arena_new(65536);
        char *place = a ? arena_strndup(a, line, (size_t)(bar - line)) : NULL;
        if (!place) {
            return err_setf(err, RC_NOMEM, "out of memory");
        }
        TRY(put(r, f, place, bar + 1, 0, err));
    }
    return bad == 0 ? RC_OK : err_setf(err, RC_MALFORMED, "some lines are no folder and file");
}

static enum rc kit_list(struct host_reading *r, const char *path, const char *step,
                        unsigned *ret_told, struct err *err)
{
    struct host_file *f = host_file_find(r, r->base, path);
    if (!f) {
        return RC_OK;
    }
    TRY(host_file_end(r, f, "kit", read_list(r, f, err), err));
    bool is_whole = strcmp(f->state, "decoded") == 0 && host_kit_step(r, step) == 0;
    *ret_told += is_whole ? 2 : 1;
    return RC_OK;
}

static enum rc image_folder(struct host_reading *r, const char *folder, const char *location,
                            struct err *err)
{
    size_t count, n = strlen(r->base) + strlen(folder);
    struct host_file *files = host_files_below(r, r->base, folder, &count);
    for (size_t i = 0; i < count; i++) {
        struct host_file *f = &files[i];
        if (f->bundle != BUNDLE_FOLDER && f->bundle != BUNDLE_FOLDER_CUT &&
            !strchr(f->lower + n, '/')) {
            TRY(put(r, f, location, f->path + n, f->changed_at, err));
        }
    }
    return RC_OK;
}

/* The startup folder of each profile below "users/". */
static enum rc image_users(struct host_reading *r, struct err *err)
{
    const char middle[] = "/appdata/roaming/" MENU "/";
    size_t count, n = strlen(r->base) + strlen("users/");
    struct host_file *files = host_files_below(r, r->base, "users/", &count);
    for (size_t i = 0; i < count; i++) {
        struct host_file *f = &files[i];
        const char *slash = strchr(f->lower + n, '/');
        size_t size = slash ? (size_t)(slash - f->lower) : 0;
        bool is_file = f->bundle != BUNDLE_FOLDER && f->bundle != BUNDLE_FOLDER_CUT;
        if (!slash || strncmp(slash, middle, sizeof(middle) - 1) != 0 || !is_file ||
            strchr(slash + sizeof(middle) - 1, '/')) {
            continue;
        }
        const char *location = arena_printf(r->a, "C:\\Users\\%.*s\\AppData\\Roaming\\" MENU_PATH,
                                            (int)(size - n), f->path + n);
        if (!location) {
            return err_setf(err, RC_NOMEM, "out of memory");
        }
        TRY(put(r, f, location, host_name_of(f->path), f->changed_at, err));
    }
    return RC_OK;
}

enum rc host_startup(struct host_reading *r, struct err *err)
{
    unsigned told = 0;
    if (r->import->kind == HOST_KIT) {
        TRY(kit_list(r, "startup/all-users.txt", "startup/all-users", &told, err));
        TRY(kit_list(r, "startup/users.txt", "startup/users", &told, err));
    } else if (r->import->kind == HOST_IMAGE) {
        TRY(image_folder(r, "programdata/" MENU "/", "C:\\ProgramData\\" MENU_PATH, err));
        TRY(image_users(r, err));
        told = host_folder_is_whole(r, r->base, "programdata/" MENU) ? 1 : 0;
        told += host_folder_is_whole(r, r->base, "users") ? 3 : 0;
    }
    host_raise(&r->autostart_folders,
               told >= 4  ? TOLD_ALL
               : told > 0 ? TOLD_SOME
                          : TOLD_NOTHING,
               "the startup folders are not there, or not all of them");
    return RC_OK;
}
