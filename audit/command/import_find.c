/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "audit/command/import_find.h"

#include <sys/stat.h>

#include <ctype.h>
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <unistd.h>

#include "audit/base/utf.h"

const char import_understood[] =
    "a collection kit (folder with kit.txt), the root of a mounted Windows volume or its Windows folder, a folder with the "
    "hives SYSTEM and SAM, backups of policies (folders with bkupInfo.xml), a copy of SYSVOL (folder with Policies/{GUID}), "
    "LDIF (.ldif, .ldf), event logs (.evtx, and Samba's JSON audit logs), exports of second factors (Entra ID, Duo, Okta, or a table "
    "with the columns account and method: .json, .csv), or a folder with any of these";

struct finder {
    struct arena *a;       /* what is found */
    struct arena *scratch; /* names of the folder that is being looked at, and of those below it */
    const char *operand, *base;
    struct import_list *list;
    size_t folders;
};

bool import_has_suffix(const char *path, const char *suffix)
{
    size_t n = strlen(path), m = strlen(suffix);
    return n >= m && strcasecmp(path + n - m, suffix) == 0;
}

const char *import_kind_text(enum import_kind kind)
{
    switch (kind) {
    case IMPORT_KIT:
        return "collection kit";
    case IMPORT_IMAGE:
        return "Windows volume";
    case IMPORT_HIVES:
        return "registry hives";
    case IMPORT_BACKUPS:
        return "backups of policies";
    case IMPORT_SYSVOL:
        return "copy of SYSVOL";
    case IMPORT_LDIF:
        return "LDIF";
    case IMPORT_EVTX:
    case IMPORT_SAMBA:
        return "event log";
    case IMPORT_MFA:
        return "second factors";
    case IMPORT_FILE:
    case IMPORT_GUESS:
    default:
        return "file";
    }
}

bool import_is_hive(const char *name)
{
    static const char *const hives[] = { "SYSTEM", "SOFTWARE", "SAM", "SECURITY" };
    static const char *const ends[] = { "", ".LOG", ".LOG1", ".LOG2" };
    for (size_t i = 0; i < ARRAY_LEN(hives); i++) {
        size_t n = strlen(hives[i]);
        for (size_t k = 0; strncasecmp(name, hives[i], n) == 0 && k < ARRAY_LEN(ends); k++) {
            if (strcasecmp(name + n, ends[k]) == 0) {
                return true;
            }
        }
    }
    return false;
}

/* "{31B2F340-016D-11D2-945F-00C04FB984F9}" */
static bool is_guid_name(const char *s)
{
    static const char form[] = "{xxxxxxxx-xxxx-xxxx-xxxx-xxxxxxxxxxxx}";
    if (strlen(s) != sizeof(form) - 1) {
        return false;
    }
    for (size_t i = 0; form[i]; i++) {
        if (form[i] == 'x' ? !isxdigit((unsigned char)s[i]) : s[i] != form[i]) {
            return false;
        }
    }
    return true;
}

static bool has_file(const struct walk_names *names, const char *name)
{
    const struct walk_name *n = walk_find(names, name);
    return n && n->is_file;
}

/* Whether the folder `raw` of dir has an entry of that name. */
static bool child_has(struct finder *f, int dir, const char *raw, const char *name)
{
    struct walk_names names;
    struct err ignored;
    AUTO_FD int fd = walk_open_folder(dir, raw);
    return fd >= 0 && walk_list(fd, WALK_ENTRIES_MOST, f->scratch, &names, &ignored) == RC_OK &&
           walk_find(&names, name);
}

static bool has_path(struct finder *f, int dir, const char *path)
{
    struct err ignored;
    const char *spelled = NULL;
    AUTO_FD int fd = -1;
    return walk_open_path(dir, path, f->scratch, &fd, &spelled, &ignored) == RC_OK;
}

static bool any_guid(const struct walk_names *names)
{
    for (size_t i = 0; i < names->count; i++) {
        if (names->list[i].is_folder && is_guid_name(names->list[i].raw)) {
            return true;
        }
    }
    return false;
}

/* One of the folders that are named by a GUID has an entry of that name. */
static bool any_guid_has(struct finder *f, int dir, const struct walk_names *names,
                         const char *name)
{
    for (size_t i = 0; i < names->count; i++) {
        const struct walk_name *n = &names->list[i];
        if (n->is_folder && is_guid_name(n->raw) && child_has(f, dir, n->raw, name)) {
            return true;
        }
    }
    return false;
}

static bool has_hives(const struct walk_names *names)
{
    return has_file(names, "SYSTEM") || has_file(names, "SAM") || has_file(names, "SOFTWARE") ||
           has_file(names, "SECURITY");
}

static bool has_policies(struct finder *f, int dir, const struct walk_names *names)
{
    const struct walk_name *policies = walk_find(names, "Policies");
    struct walk_names below;
    struct err ignored;
    AUTO_FD int fd = policies && policies->is_folder ? walk_open_folder(dir, policies->raw) : -1;
    return fd >= 0 && walk_list(fd, WALK_ENTRIES_MOST, f->scratch, &below, &ignored) == RC_OK &&
           any_guid(&below);
}

/* Sets kind and prefix of a folder that is something; false when it is not. own is the folder's own name. */
static bool recognise(struct finder *f, int dir, const struct walk_names *names, const char *own,
                      struct import_item *ret)
{
    ret->prefix = "";
    if (has_file(names, "kit.txt")) {
        ret->kind = IMPORT_KIT;
        return true;
    }
    if (has_path(f, dir, "Windows/System32/config")) {
        ret->kind = IMPORT_IMAGE;
        return true;
    }
    if (has_path(f, dir, "System32/config")) {
        ret->kind = IMPORT_IMAGE;
        ret->prefix = "Windows/";
        return true;
    }
    if (has_hives(names)) {
        ret->kind = IMPORT_HIVES;
        return true;
    }
    if (has_file(names, "bkupInfo.xml")) {
        /* One backup: the decoder wants its folder in front. */
        ret->kind = IMPORT_BACKUPS;
        ret->prefix = arena_printf(f->a, "%s/", own);
        return ret->prefix != NULL;
    }
    if (any_guid_has(f, dir, names, "bkupInfo.xml") ||
        (has_file(names, "manifest.xml") && any_guid(names))) {
        ret->kind = IMPORT_BACKUPS;
        return true;
    }
    ret->kind = IMPORT_SYSVOL;
    if (has_policies(f, dir, names)) {
        return true;
    }
    ret->prefix = "Policies/";
    return any_guid_has(f, dir, names, "GPT.INI");
}

static enum rc add(struct finder *f, const struct import_item *item, struct err *err)
{
    struct import_list *list = f->list;
    if (list->count == list->room) {
        size_t room = list->room ? list->room * 2 : 16;
        struct import_item *items = arena_array(f->a, room, sizeof(*items));
        if (!items) {
            return err_setf(err, RC_NOMEM, "out of memory");
        }
        if (list->count > 0) {
            memcpy(items, list->items, list->count * sizeof(*items));
        }
        list->items = items;
        list->room = room;
    }
    list->items[list->count++] = *item;
    return RC_OK;
}

static enum rc add_files(struct finder *f, const struct walk_names *names, const char *below,
                         const char *name, struct err *err)
{
    const char *slash = below[0] ? "/" : "";
    for (size_t i = 0; i < names->count; i++) {
        const struct walk_name *n = &names->list[i];
        bool is_log = import_has_suffix(n->raw, ".evtx");
        bool is_ldif = import_has_suffix(n->raw, ".ldif") || import_has_suffix(n->raw, ".ldf");
        bool is_guess = import_has_suffix(n->raw, ".json") || import_has_suffix(n->raw, ".log") ||
                        import_has_suffix(n->raw, ".csv") || import_has_suffix(n->raw, ".tsv");
        if (!n->is_file || (!is_log && !is_ldif && !is_guess)) {
            continue;
        }
        if (f->list->count >= FIND_ITEMS_MOST) {
            f->list->is_cut = true;
            return RC_OK;
        }
        const struct import_item item = { .kind = is_log    ? IMPORT_EVTX
                                                  : is_ldif ? IMPORT_LDIF
                                                            : IMPORT_GUESS,
                                          .operand = f->operand,
                                          .below =
                                              arena_printf(f->a, "%s%s%s", below, slash, n->raw),
                                          .name = arena_printf(f->a, "%s/%s", name, n->text),
                                          .prefix = "" };
        TRY(item.below && item.name ? add(f, &item, err)
                                    : err_setf(err, RC_NOMEM, "out of memory"));
    }
    return RC_OK;
}

static enum rc find_in(struct finder *f, int dir, const char *below, const char *name,
                       unsigned depth, struct err *err);

static enum rc find_below(struct finder *f, int dir, const struct walk_names *names,
                          const char *below, const char *name, unsigned depth, struct err *err)
{
    for (size_t i = 0; i < names->count; i++) {
        const struct walk_name *n = &names->list[i];
        AUTO_FD int fd = n->is_folder ? walk_open_folder(dir, n->raw) : -1;
        if (fd < 0) {
            continue;
        }
        const char *path = arena_printf(f->a, "%s%s%s", below, below[0] ? "/" : "", n->raw);
        const char *text = arena_printf(f->a, "%s/%s", name, n->text);
        TRY(path && text ? find_in(f, fd, path, text, depth + 1, err)
                         : err_setf(err, RC_NOMEM, "out of memory"));
    }
    return RC_OK;
}

/* The folder as a whole, else what is in it. */
static enum rc find_in(struct finder *f, int dir, const char *below, const char *name,
                       unsigned depth, struct err *err)
{
    struct arena *scratch AUTO(arena_freep) = arena_new(0);
    struct walk_names names;
    const char *slash = strrchr(name, '/');
    struct import_item item = { .operand = f->operand, .below = below, .name = name };
    if (!scratch) {
        return err_setf(err, RC_NOMEM, "out of memory");
    }
    f->scratch = scratch;
    if (f->folders++ >= FIND_FOLDERS_MOST || f->list->count >= FIND_ITEMS_MOST) {
        f->list->is_cut = true;
        return RC_OK;
    }
    enum rc rc = walk_list(dir, WALK_ENTRIES_MOST, scratch, &names, err);
    if (rc == RC_NOMEM || (rc != RC_OK && depth == 0)) {
        return rc;
    }
    if (rc != RC_OK) {
        return RC_OK; /* a folder among others that may not be listed */
    }
    if (recognise(f, dir, &names, slash ? slash + 1 : name, &item)) {
        return add(f, &item, err);
    }
    TRY(add_files(f, &names, below, name, err));
    return depth < FIND_DEPTH_MOST ? find_below(f, dir, &names, below, name, depth, err) : RC_OK;
}

/* What a file is, by its name; for one that must be unpacked first the advice. */
static enum rc find_file(struct finder *f, struct err *err)
{
    static const char *const packed[] = { ".zip", ".7z",  ".tar", ".gz",
                                          ".rar", ".cab", ".wim", ".iso" };
    static const char *const disks[] = {
        ".vhd", ".vhdx", ".vmdk", ".e01", ".dd", ".img", ".qcow2"
    };
    struct import_item item = {
        .kind = IMPORT_FILE, .operand = f->operand, .below = "", .name = f->base, .prefix = ""
    };
    for (size_t i = 0; i < ARRAY_LEN(packed); i++) {
        if (import_has_suffix(f->operand, packed[i])) {
            return err_setf(err, RC_USAGE, "an archive: unpack it, and name the folder");
        }
    }
    for (size_t i = 0; i < ARRAY_LEN(disks); i++) {
        if (import_has_suffix(f->operand, disks[i])) {
            return err_setf(err, RC_USAGE,
                            "a disk image: mount its volume read-only, and name the mount point");
        }
    }
    if (import_has_suffix(f->operand, ".ldif") || import_has_suffix(f->operand, ".ldf")) {
        item.kind = IMPORT_LDIF;
    } else if (import_has_suffix(f->operand, ".evtx")) {
        item.kind = IMPORT_EVTX;
    } else if (strcasecmp(f->base, "kit.txt") == 0 || strcasecmp(f->base, "bkupInfo.xml") == 0 ||
               import_is_hive(f->base)) {
        return err_setf(err, RC_USAGE, "one file of several: name the folder that it is in");
    }
    return add(f, &item, err);
}

/* Last part of the path that the operand leads to, as UTF-8. */
static const char *base_name(const char *operand, struct arena *a)
{
    char *real = realpath(operand, NULL);
    const char *path = real ? real : operand;
    const char *slash = strrchr(path, '/');
    const char *base = slash && slash[1] ? slash + 1 : path;
    const char *text = strcmp(base, "/") == 0 ? arena_strdup(a, "root") : walk_text(a, base);
    free(real);
    return text;
}

static enum rc open_operand(const char *operand, int *ret_fd, struct stat *st, struct err *err)
{
    /* What it is comes first: a device must not even be opened. */
    if (stat(operand, st) != 0) {
        return err_setf(err, errno == EACCES ? RC_DENIED : RC_USAGE, "cannot open it: %s",
                        strerror(errno));
    }
    if (!S_ISREG(st->st_mode) && !S_ISDIR(st->st_mode)) {
        return err_setf(err, RC_USAGE,
                        "neither a file nor a folder; mount a disk read-only and name the folder");
    }
    *ret_fd = open(operand, O_RDONLY | O_CLOEXEC | O_NOCTTY | O_NONBLOCK);
    if (*ret_fd < 0 || fstat(*ret_fd, st) != 0) {
        return err_setf(err, errno == EACCES ? RC_DENIED : RC_USAGE, "cannot open it: %s",
                        strerror(errno));
    }
    return RC_OK;
}

static enum rc find_operand(struct finder *f, struct err *err)
{
    struct stat st;
    AUTO_FD int fd = -1;
    size_t before = f->list->count;
    TRY(open_operand(f->operand, &fd, &st, err));
    if (!S_ISDIR(st.st_mode)) {
        return find_file(f, err);
    }
    TRY(find_in(f, fd, "", f->base, 0, err));
    return f->list->count > before
               ? RC_OK
               : err_setf(err, RC_USAGE, "nothing here is understood: name %s", import_understood);
}

enum rc import_find(const char *operand, struct arena *a, struct import_list *list, struct err *err)
{
    struct finder f = { .a = a, .operand = operand, .base = base_name(operand, a), .list = list };
    if (!f.base) {
        return err_setf(err, RC_NOMEM, "out of memory");
    }
    enum rc rc = find_operand(&f, err);
    if (rc != RC_OK) {
        (void)err_at(err, "%s", operand);
    }
    return rc;
}

enum rc import_open(const struct import_item *item, int *ret_fd, struct err *err)
{
    struct stat st;
    int at = -1;
    const char *p = item->below;
    TRY(open_operand(item->operand, &at, &st, err));
    while (*p) {
        char part[256];
        size_t n = strcspn(p, "/");
        bool is_last = p[n] == '\0';
        int next = -1;
        if (n < sizeof(part)) {
            memcpy(part, p, n);
            part[n] = '\0';
            next = openat(at, part,
                          O_RDONLY | O_CLOEXEC | O_NOFOLLOW | O_NOCTTY | O_NONBLOCK |
                              (is_last ? 0 : O_DIRECTORY));
        }
        (void)close(at);
        at = next;
        if (at < 0) {
            return err_setf(err, errno == EACCES ? RC_DENIED : RC_USAGE, "cannot open it: %s",
                            strerror(errno));
        }
        p += n + !is_last;
    }
    if (fstat(at, &st) != 0 || (!S_ISREG(st.st_mode) && !S_ISDIR(st.st_mode))) {
        (void)close(at);
        return err_setf(err, RC_USAGE, "neither a file nor a folder");
    }
    *ret_fd = at;
    return RC_OK;
}
