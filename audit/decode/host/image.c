/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Where things lie in each layout: a kit, a system volume, a folder of hives, caches. */
#include <string.h>

#include "audit/decode/host/reading.h"

static bool ends_with(const char *s, const char *end)
{
    size_t n = strlen(s), m = strlen(end);
    return n >= m && memcmp(s + n - m, end, m) == 0 && (n == m || s[n - m - 1] == '/');
}

/* The folder, with its slash, of the file nearest to the top that lies at "end" below it; NULL when there is none. */
static const char *folder_above(struct host_reading *r, const char *end)
{
    const char *best = NULL;
    size_t best_size = 0;
    for (size_t i = 0; i < r->count; i++) {
        const char *name = r->files[i].lower;
        if (ends_with(name, end) && (!best || strlen(name) < best_size)) {
            best = name;
            best_size = strlen(name);
        }
    }
    return best ? arena_strndup(r->a, best, best_size - strlen(end)) : NULL;
}

/* A hive and its logs. The bundle is a private mapping, so that recovery may write into it. */
static void take_hive(struct host_reading *r, const char *folder, const char *name,
                      struct hive_bytes *ret)
{
    struct host_file *f = host_file_find(r, folder, name);
    *ret = (struct hive_bytes){ 0 };
    if (!f || f->size == 0) {
        return;
    }
    const uint8_t *start = r->import->bundle;
    ret->data = (uint8_t *)(uintptr_t)(start + (f->data - start));
    ret->size = f->size;
    f->kind = "hive";
    r->has_hives = true;
    if (r->hive_file_count < ARRAY_LEN(r->hive_files)) {
        r->hive_files[r->hive_file_count].file = f;
        r->hive_files[r->hive_file_count++].bytes = ret;
    }
    for (size_t i = 0; i < 2; i++) {
        const char *path = arena_printf(r->a, "%s.log%zu", name, i + 1);
        struct host_file *log = path ? host_file_find(r, folder, path) : NULL;
        if (log && log->size > 0) {
            ret->log[i] = log->data;
            ret->log_size[i] = log->size;
            log->kind = "hive_log";
        }
    }
}

static void take_hives(struct host_reading *r, const char *folder)
{
    take_hive(r, folder, "system", &r->hives.system);
    take_hive(r, folder, "software", &r->hives.software);
    take_hive(r, folder, "sam", &r->hives.sam);
    take_hive(r, folder, "security", &r->hives.security);
}

/* NTUSER.DAT of each profile: base + below + "NAME/ntuser.dat". */
static enum rc take_users(struct host_reading *r, const char *below, struct err *err)
{
    size_t count, n = strlen(r->base) + strlen(below);
    const struct host_file *files = host_files_below(r, r->base, below, &count);
    for (size_t i = 0; i < count && r->hives.user_count < HOST_USERS_MAX; i++) {
        const char *slash = strchr(files[i].lower + n, '/');
        if (!slash || strcmp(slash, "/ntuser.dat") != 0 || !host_file_usable(&files[i])) {
            continue;
        }
        size_t size = (size_t)(slash - files[i].lower);
        const char *name = arena_strndup(r->a, files[i].path + n, size - n);
        const char *folder = arena_strndup(r->a, files[i].lower, size + 1);
        if (!name || !folder) {
            return err_setf(err, RC_NOMEM, "out of memory");
        }
        r->hives.users[r->hives.user_count].name = name;
        take_hive(r, folder, "ntuser.dat", &r->hives.users[r->hives.user_count].hive);
        r->hives.user_count += r->hives.users[r->hives.user_count].hive.data != NULL;
    }
    return RC_OK;
}

/* NTUSER.DAT anywhere in a folder of hives: whose it is, is told by the folder it lies in. */
static enum rc take_loose_users(struct host_reading *r, struct err *err)
{
    for (size_t i = 0; i < r->count && r->hives.user_count < HOST_USERS_MAX; i++) {
        struct host_file *f = &r->files[i];
        size_t size = strlen(f->lower) - strlen(host_name_of(f->lower));
        if (strcmp(host_name_of(f->lower), "ntuser.dat") != 0 || !host_file_usable(f)) {
            continue;
        }
        const char *folder = arena_strndup(r->a, f->lower, size);
        const char *above = arena_strndup(r->a, f->path, size > 0 ? size - 1 : 0);
        if (!folder || !above) {
            return err_setf(err, RC_NOMEM, "out of memory");
        }
        r->hives.users[r->hives.user_count].name = *above ? host_name_of(above) : "?";
        take_hive(r, folder, "ntuser.dat", &r->hives.users[r->hives.user_count].hive);
        r->hives.user_count += r->hives.users[r->hives.user_count].hive.data != NULL;
    }
    return RC_OK;
}

static enum rc image_layout(struct host_reading *r, struct err *err)
{
    const char *base = folder_above(r, "windows/system32/config/system");
    r->base = base ? base : "";
    r->windows = arena_printf(r->a, "%swindows/", r->base);
    if (!base) {
        const char *windows = folder_above(r, "system32/config/system");
        r->windows = windows ? windows : r->windows;
    }
    const char *config = r->windows ? arena_printf(r->a, "%ssystem32/config/", r->windows) : NULL;
    if (!config) {
        return err_setf(err, RC_NOMEM, "out of memory");
    }
    take_hives(r, config);
    return take_users(r, "users/", err);
}

static enum rc kit_layout(struct host_reading *r, struct err *err)
{
    const char *base = folder_above(r, "kit.txt");
    r->base = base ? base : "";
    TRY(host_kit_open(r, err));
    const char *folder = arena_printf(r->a, "%shives/", r->base);
    if (!folder) {
        return err_setf(err, RC_NOMEM, "out of memory");
    }
    take_hives(r, folder);
    return take_users(r, "hives/users/", err);
}

enum rc host_layout(struct host_reading *r, struct err *err)
{
    r->base = "";
    r->windows = "windows/";
    switch (r->import->kind) {
    case HOST_KIT:
        return kit_layout(r, err);
    case HOST_IMAGE:
        return image_layout(r, err);
    case HOST_HIVES: {
        const char *base = folder_above(r, "system");
        base = base ? base : folder_above(r, "sam");
        r->base = base ? base : "";
        take_hives(r, r->base);
        return take_loose_users(r, err);
    }
    case HOST_CACHE:
    default:
        return RC_OK;
    }
}
