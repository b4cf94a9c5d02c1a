/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "audit/command/import_places.h"

#include <string.h>
#include <strings.h>

#include "audit/command/event_logs.h"

#define SMALL_FILE (UINT64_C(1) << 20) /* of a policy's folder: read whatever it is */
#define LINK_FILE \
    (UINT64_C(1) << 20) /* of a startup folder: a link or a script, seldom a program */
#define USERS_MOST 256U /* as HOST_USERS_MAX of the decoder */

static enum walk_wish all(const char *path, bool is_folder, uint64_t size)
{
    (void)size;
    return !is_folder && import_has_suffix(path, ".evtx") ? WALK_LOG : WALK_TAKE;
}

/* Of the hundreds of logs of a host those that tell of accounts, services and Remote Desktop. */
static enum walk_wish logs_only(const char *path, bool is_folder, uint64_t size)
{
    (void)size;
    if (is_folder || !import_has_suffix(path, ".evtx")) {
        return WALK_PASS;
    }
    return event_logs_channel(path) ? WALK_LOG : WALK_NOTE;
}

static const char *last_part(const char *path)
{
    const char *slash = strrchr(path, '/');
    return slash ? slash + 1 : path;
}

static enum walk_wish hives_only(const char *path, bool is_folder, uint64_t size)
{
    (void)size;
    return !is_folder && import_is_hive(last_part(path)) ? WALK_TAKE : WALK_PASS;
}

static enum walk_wish small_only(const char *path, bool is_folder, uint64_t size)
{
    (void)path;
    (void)is_folder;
    return size <= LINK_FILE ? WALK_TAKE : WALK_NOTE;
}

/* Templates of settings are Microsoft's, the same everywhere, and large; programs and pictures tell nothing. */
static enum walk_wish of_policies(const char *path, bool is_folder, uint64_t size)
{
    static const char *const wanted[] = { ".pol", ".inf",  ".csv", ".ini", ".xml", ".bat", ".cmd",
                                          ".ps1", ".psm1", ".vbs", ".vbe", ".js",  ".jse", ".wsf",
                                          ".kix", ".py",   ".pl",  ".sh",  ".reg", ".txt" };
    static const char *const templates[] = { ".adm", ".admx", ".adml" };
    if (is_folder) {
        return strcasecmp(last_part(path), "PolicyDefinitions") == 0 ? WALK_PASS : WALK_TAKE;
    }
    for (size_t i = 0; i < ARRAY_LEN(templates); i++) {
        if (import_has_suffix(path, templates[i])) {
            return WALK_NOTE;
        }
    }
    for (size_t i = 0; i < ARRAY_LEN(wanted); i++) {
        if (import_has_suffix(path, wanted[i])) {
            return WALK_TAKE;
        }
    }
    return size <= SMALL_FILE ? WALK_TAKE : WALK_NOTE;
}

/* Reports for people are made from the same policy, and larger than it. */
static enum walk_wish of_backups(const char *path, bool is_folder, uint64_t size)
{
    if (!is_folder && (strcasecmp(last_part(path), "gpreport.xml") == 0 ||
                       import_has_suffix(path, ".htm") || import_has_suffix(path, ".html"))) {
        return WALK_NOTE;
    }
    return of_policies(path, is_folder, size);
}

struct gather {
    struct walk *w;
    int dir;            /* the root of the volume, or its Windows folder */
    const char *prefix; /* "Windows/" when it is that folder */
};

/* A folder of the volume and all in it; one that is not there is passed over. */
static enum rc take_place(const struct gather *g, const char *place, walk_filter filter,
                          struct err *err)
{
    size_t skip = strlen(g->prefix);
    const char *spelled = NULL;
    struct err why;
    AUTO_FD int fd = -1;
    if (skip > 0 && strncasecmp(place, g->prefix, skip) != 0) {
        return RC_OK; /* beside the Windows folder, which alone was named */
    }
    enum rc rc = walk_open_path(g->dir, place + skip, g->w->a, &fd, &spelled, &why);
    if (rc == RC_DENIED || rc == RC_IO) {
        return walk_folder(g->w, place, false, err);
    }
    if (rc == RC_ABSENT) {
        return RC_OK;
    }
    if (rc != RC_OK) {
        *err = why;
        return rc;
    }
    const char *at = arena_printf(g->w->a, "%s%s", g->prefix, spelled);
    return at ? walk_tree(g->w, fd, at, filter, err) : err_setf(err, RC_NOMEM, "out of memory");
}

static enum rc take_profile(const struct gather *g, int fd, const char *at, struct err *err)
{
    static const char *const hives[] = { "NTUSER.DAT", "NTUSER.DAT.LOG1", "NTUSER.DAT.LOG2" };
    struct walk_names names;
    struct err why;
    if (walk_list(fd, WALK_ENTRIES_MOST, g->w->a, &names, &why) != RC_OK) {
        return walk_folder(g->w, at, false, err);
    }
    for (size_t i = 0; i < ARRAY_LEN(hives); i++) {
        const struct walk_name *n = walk_find(&names, hives[i]);
        const char *path = n ? arena_printf(g->w->a, "%s/%s", at, n->text) : NULL;
        if (path) {
            TRY(walk_file(g->w, fd, n->raw, path, WALK_TAKE, err));
        }
    }
    return RC_OK;
}

/* A folder of a profile, where it is there. */
static enum rc take_in_profile(const struct gather *g, int fd, const char *at, const char *place,
                               walk_filter filter, struct err *err)
{
    const char *spelled = NULL;
    struct err ignored;
    AUTO_FD int found = -1;
    if (walk_open_path(fd, place, g->w->a, &found, &spelled, &ignored) != RC_OK) {
        return RC_OK;
    }
    const char *path = arena_printf(g->w->a, "%s/%s", at, spelled);
    return path ? walk_tree(g->w, found, path, filter, err)
                : err_setf(err, RC_NOMEM, "out of memory");
}

/* What starts with a user, and the preferences that are kept of policies for him. */
static enum rc take_kept(const struct gather *g, int fd, const char *at, struct err *err)
{
    TRY(take_in_profile(g, fd, at, "AppData/Roaming/Microsoft/Windows/Start Menu/Programs/Startup",
                        small_only, err));
    return take_in_profile(g, fd, at, "AppData/Local/Microsoft/Group Policy/History", all, err);
}

typedef enum rc (*take_fn)(const struct gather *g, int fd, const char *at, struct err *err);

/* Every folder of Users; the links among them lead to others. */
static enum rc take_users(const struct gather *g, take_fn take, bool is_told, struct err *err)
{
    struct walk_names names;
    const char *spelled = NULL;
    struct err ignored;
    size_t taken = 0;
    AUTO_FD int users = -1;
    if (g->prefix[0] ||
        walk_open_path(g->dir, "Users", g->w->a, &users, &spelled, &ignored) != RC_OK) {
        return RC_OK;
    }
    enum rc rc = walk_list(users, WALK_ENTRIES_MOST, g->w->a, &names, &ignored);
    bool is_whole = rc == RC_OK && names.is_whole;
    for (size_t i = 0; i < names.count; i++) {
        const struct walk_name *n = &names.list[i];
        AUTO_FD int fd = n->is_folder && taken < USERS_MOST ? walk_open_folder(users, n->raw) : -1;
        const char *at = arena_printf(g->w->a, "%s/%s", spelled, n->text);
        is_whole = is_whole && (!n->is_folder || fd >= 0);
        if (fd >= 0 && at) {
            taken++;
            TRY(take(g, fd, at, err));
        }
    }
    return is_told ? walk_folder(g->w, spelled, is_whole, err) : RC_OK;
}

static enum rc gather_image(const struct gather *g, struct err *err)
{
    TRY(take_place(g, "Windows/System32/config", hives_only, err));
    TRY(take_place(g, "Windows/System32/GroupPolicy", all, err));
    TRY(take_place(g, "Windows/System32/GroupPolicyUsers", all, err));
    TRY(take_place(g, "Windows/security/templates/policies", all, err));
    TRY(take_place(g, "ProgramData/Microsoft/Group Policy/History", all, err));
    TRY(take_place(g, "Windows/System32/Tasks", all, err));
    TRY(take_place(g, "ProgramData/Microsoft/Windows/Start Menu/Programs/Startup", small_only,
                   err));
    TRY(take_users(g, take_kept, false, err));
    TRY(take_users(g, take_profile, true, err));
    return take_place(g, "Windows/System32/winevt/Logs", logs_only, err);
}

/* ntuser.pol lies in a folder of which nothing else is wanted. */
static enum rc gather_user_policy(const struct gather *g, struct err *err)
{
    const char *spelled = NULL;
    struct err ignored;
    struct walk_names names;
    AUTO_FD int fd = -1;
    if (g->prefix[0] ||
        walk_open_path(g->dir, "ProgramData", g->w->a, &fd, &spelled, &ignored) != RC_OK ||
        walk_list(fd, WALK_ENTRIES_MOST, g->w->a, &names, &ignored) != RC_OK) {
        return RC_OK;
    }
    const struct walk_name *n = walk_find(&names, "ntuser.pol");
    const char *path = n ? arena_printf(g->w->a, "%s/%s", spelled, n->text) : NULL;
    return path ? walk_file(g->w, fd, n->raw, path, WALK_TAKE, err) : RC_OK;
}

/* Hives and their logs, of users as well; folders in it are somebody else's. */
static enum walk_wish of_hives(const char *path, bool is_folder, uint64_t size)
{
    const char *name = last_part(path);
    if (!is_folder && strncasecmp(name, "NTUSER.DAT", 10) == 0 && !strstr(name, "{")) {
        return WALK_TAKE;
    }
    if (!is_folder && import_has_suffix(path, ".evtx")) {
        return WALK_LOG;
    }
    return hives_only(path, is_folder, size);
}

enum rc import_gather(const struct import_item *item, int dir, struct walk *w, struct err *err)
{
    const struct gather g = { .w = w, .dir = dir, .prefix = item->prefix };
    size_t n = strlen(item->prefix);
    const char *at = arena_strndup(w->a, item->prefix, n > 0 ? n - 1 : 0);
    if (!at) {
        return err_setf(err, RC_NOMEM, "out of memory");
    }
    switch (item->kind) {
    case IMPORT_KIT:
        return walk_tree(w, dir, "", all, err);
    case IMPORT_IMAGE:
        TRY(gather_user_policy(&g, err));
        return gather_image(&g, err);
    case IMPORT_HIVES:
        return walk_tree(w, dir, "", of_hives, err);
    case IMPORT_BACKUPS:
        return walk_tree(w, dir, at, of_backups, err);
    case IMPORT_SYSVOL:
        return walk_tree(w, dir, at, of_policies, err);
    case IMPORT_LDIF:
    case IMPORT_EVTX:
    case IMPORT_SAMBA:
    case IMPORT_FILE:
    case IMPORT_GUESS:
    default:
        return err_setf(err, RC_BUG, "a file has no folder to be walked");
    }
}
