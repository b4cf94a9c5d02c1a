/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "audit/decode/policy/policy_list.h"

#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "audit/decode/format/backup_xml.h"

/* Also the folders on the way to what is wanted: they tell that it was listed. */
static bool is_wanted(const struct policy_import *import, const struct bundle_member *m)
{
    for (size_t i = 0; i < import->only_count; i++) {
        const char *only = import->only[i];
        size_t n = strlen(only), most = m->path_size < n ? m->path_size : n;
        bool is_above = m->path_size < n && only[m->path_size] == '/';
        if ((m->path_size >= n || is_above) && strncasecmp(m->path, only, most) == 0) {
            return true;
        }
    }
    return import->only_count == 0;
}

static enum rc add(struct policy_list *l, size_t *room, const struct bundle_member *m,
                   struct err *err)
{
    if (l->count == *room) {
        size_t more = *room ? *room * 2 : 512;
        struct policy_member *list = arena_array(l->a, more, sizeof(*list));
        if (!list) {
            return err_setf(err, RC_NOMEM, "out of memory for the names of %zu files", l->count);
        }
        if (l->count > 0) {
            memcpy(list, l->members, l->count * sizeof(*list));
        }
        l->members = list;
        *room = more;
    }
    l->members[l->count++] = (struct policy_member){ .m = *m };
    return RC_OK;
}

static enum rc collect(struct policy_list *l, const struct policy_import *import, struct err *err)
{
    struct bundle_reader b;
    struct bundle_member m;
    size_t room = 0, looked_at = 0;
    TRY(bundle_open(&b, import->bundle, import->bundle_size, err));
    for (;;) {
        enum rc rc = bundle_next(&b, &m, err);
        if (rc == RC_ABSENT) {
            break;
        }
        if (rc != RC_OK && looked_at == 0) {
            return rc;
        }
        if (rc != RC_OK) {
            l->is_damaged = true;
            break;
        }
        if (looked_at++ == POLICY_MEMBERS_MAX) {
            l->is_cut = true;
            break;
        }
        if (is_wanted(import, &m)) {
            TRY(add(l, &room, &m, err));
        }
    }
    l->is_whole = b.is_whole;
    return RC_OK;
}

static int by_path(const void *a, const void *b)
{
    const struct policy_member *x = a, *y = b;
    return policy_path_compare(x->m.path, x->m.path_size, y->m.path, y->m.path_size);
}

const struct policy_member *policy_list_find(const struct policy_list *l, const char *path,
                                             size_t n)
{
    const struct policy_member key = { .m = { .path = path, .path_size = n } };
    return l->count > 0 ? bsearch(&key, l->members, l->count, sizeof(key), by_path) : NULL;
}

bool policy_list_is_listed(const struct policy_list *l, const char *path, size_t n)
{
    const char *slash = memrchr(path, '/', n);
    const struct policy_member *folder =
        slash ? policy_list_find(l, path, (size_t)(slash - path)) : NULL;
    return !slash || (folder && folder->m.state == BUNDLE_FOLDER);
}

const char *policy_list_rest(const struct policy *p, const struct bundle_member *m, size_t *ret_n)
{
    size_t skip = p->path_size + (p->path_size > 0 && m->path_size > p->path_size);
    *ret_n = m->path_size - skip;
    return m->path + skip;
}

static bool is_child(const struct policy *p, const struct bundle_member *m, const char *name)
{
    size_t n = 0;
    const char *rest = policy_list_rest(p, m, &n);
    return policy_path_is(rest, policy_path_plain(rest, n), name);
}

/* Looks for what a policy's folder and a backup's hold. */
static void look_inside(const struct policy_list *l, struct policy *p, bool *ret_is_policy)
{
    static const char content[] = "DomainSysvol";
    *ret_is_policy = p->is_below_policies;
    for (size_t i = p->first; i < p->first + p->count; i++) {
        const struct bundle_member *m = &l->members[i].m;
        size_t n = 0;
        const char *rest = policy_list_rest(p, m, &n);
        bool is_backup = is_child(p, m, "bkupInfo.xml") || is_child(p, m, "Backup.xml") ||
                         policy_path_is_below(rest, n, content, sizeof(content) - 1);
        p->is_backup = p->is_backup || is_backup;
        *ret_is_policy = *ret_is_policy || is_backup || is_child(p, m, "GPT.INI");
    }
}

/* A backup may also stand where its folder's name is lost (a copy of one, or the folder itself was named): the folder with a
 * bkupInfo.xml or Backup.xml that the path is in. Folders far down are not looked at. */
static bool backup_place(const struct policy_list *l, const char *path, size_t n,
                         struct policy_place *ret)
{
    static const char *const names[] = { "bkupInfo.xml", "Backup.xml" };
    char buf[BUNDLE_PATH_MAX + 16];
    size_t end = 0;
    for (unsigned depth = 0; depth < 16; depth++) {
        size_t prefix = end + (end > 0);
        memcpy(buf, path, prefix);
        for (size_t k = 0; k < ARRAY_LEN(names); k++) {
            size_t size = strlen(names[k]);
            memcpy(buf + prefix, names[k], size);
            if (policy_list_find(l, buf, prefix + size)) {
                *ret = (struct policy_place){ .end = end };
                return true;
            }
        }
        const char *slash = memchr(path + prefix, '/', n - prefix);
        if (!slash) {
            break;
        }
        end = (size_t)(slash - path);
    }
    return false;
}

static enum rc make_room(struct policy_list *l, size_t *room, struct err *err)
{
    if (l->policy_count < *room) {
        return RC_OK;
    }
    size_t more = *room ? *room * 2 : 64;
    struct policy *list = arena_array(l->a, more, sizeof(*list));
    if (!list) {
        return err_setf(err, RC_NOMEM, "out of memory for %zu policies", l->policy_count);
    }
    if (l->policy_count > 0) {
        memcpy(list, l->policies, l->policy_count * sizeof(*list));
    }
    l->policies = list;
    *room = more;
    return RC_OK;
}

/* Policies are runs of members whose path begins with the same folder, because the list is in the order of paths. */
static enum rc find_policies(struct policy_list *l, struct err *err)
{
    struct policy_place place;
    size_t end = 0, room = 0;
    for (size_t i = 0; i < l->count; i = end) {
        const struct bundle_member *m = &l->members[i].m;
        bool is_policy = false;
        end = i + 1;
        if (!policy_path_place(m->path, m->path_size, &place) &&
            !backup_place(l, m->path, m->path_size, &place)) {
            continue;
        }
        TRY(make_room(l, &room, err));
        struct policy *p = &l->policies[l->policy_count];
        *p = (struct policy){ .path = m->path,
                              .path_size = place.end,
                              .first = i,
                              .is_below_policies = place.is_below_policies };
        while (end < l->count &&
               policy_path_is_below(l->members[end].m.path, l->members[end].m.path_size, m->path,
                                    place.end)) {
            end++;
        }
        p->count = end - i;
        look_inside(l, p, &is_policy);
        if (!is_policy) {
            continue;
        }
        memcpy(p->gpo_id, place.guid, sizeof(p->gpo_id));
        p->is_named = !p->is_backup;
        l->policy_count++;
    }
    /* Their place in memory is final only now. */
    for (size_t i = 0; i < l->policy_count; i++) {
        for (size_t k = 0; k < l->policies[i].count; k++) {
            l->members[l->policies[i].first + k].policy = &l->policies[i];
        }
    }
    return RC_OK;
}

/* Whose backup it is, by bkupInfo.xml, else by Backup.xml. */
static void name_backup(struct policy_list *l, struct policy *p)
{
    static const char *const names[] = { "bkupInfo.xml", "Backup.xml" };
    for (size_t k = 0; k < ARRAY_LEN(names) && !p->is_named; k++) {
        for (size_t i = p->first; i < p->first + p->count && !p->is_named; i++) {
            const struct policy_member *m = &l->members[i];
            struct backup_info info = { 0 };
            struct err ignored;
            if (m->m.state != BUNDLE_READ || m->is_double || !is_child(p, &m->m, names[k]) ||
                backup_xml_read(m->m.data, (size_t)m->m.size, l->a, &info, &ignored) != RC_OK ||
                !info.gpo_id || !guid_text_valid(info.gpo_id)) {
                continue;
            }
            memcpy(p->gpo_id, info.gpo_id, sizeof(p->gpo_id));
            p->display_name = info.display_name;
            p->domain = info.domain;
            p->backup_time = info.time;
            p->is_named = true;
        }
    }
    if (!p->is_named) {
        p->passed_over = "its backup does not tell which policy it is of";
        p->is_malformed = true;
    }
}

static void count_files(struct policy_list *l)
{
    for (size_t i = 0; i < l->count; i++) {
        const struct bundle_member *m = &l->members[i].m;
        struct policy *p = l->members[i].policy;
        bool is_file = m->state != BUNDLE_FOLDER && m->state != BUNDLE_FOLDER_CUT;
        if (p && is_file && m->path_size > p->path_size) {
            p->files++;
            p->changed_at = m->changed_at > p->changed_at ? m->changed_at : p->changed_at;
        }
        bool is_double = i > 0 && by_path(&l->members[i - 1], &l->members[i]) == 0;
        l->members[i].is_double = l->members[i].is_double || is_double;
        l->members[i - is_double].is_double = l->members[i - is_double].is_double || is_double;
    }
}

/* The better of two with the same policy comes first: SYSVOL before a backup, the newer before the older. */
static int by_worth(const void *a, const void *b)
{
    const struct policy *x = *(struct policy *const *)a, *y = *(struct policy *const *)b;
    int order = strcmp(x->gpo_id, y->gpo_id);
    if (order != 0 || x->is_backup != y->is_backup) {
        return order != 0 ? order : x->is_backup ? 1 : -1;
    }
    filetime x_time = x->is_backup ? x->backup_time : x->changed_at;
    filetime y_time = y->is_backup ? y->backup_time : y->changed_at;
    if (x_time != y_time) {
        return x_time > y_time ? -1 : 1;
    }
    return x->first < y->first ? -1 : 1;
}

static bool is_skipped(const struct policy_import *import, const char *gpo_id)
{
    for (size_t i = 0; i < import->skip_count; i++) {
        const char *s = import->skip[i];
        s += s[0] == '{';
        if (strncasecmp(s, gpo_id, GUID_TEXT_MAX - 1) == 0) {
            return true;
        }
    }
    return false;
}

/* One folder for each policy: the settings of two would be taken for those of one. */
static enum rc choose(struct policy_list *l, const struct policy_import *import, struct err *err)
{
    struct policy **order = arena_array(l->a, l->policy_count + 1, sizeof(struct policy *));
    if (!order) {
        return err_setf(err, RC_NOMEM, "out of memory for %zu policies", l->policy_count);
    }
    for (size_t i = 0; i < l->policy_count; i++) {
        order[i] = &l->policies[i];
    }
    qsort(order, l->policy_count, sizeof(struct policy *), by_worth);
    const struct policy *taken = NULL;
    for (size_t i = 0; i < l->policy_count; i++) {
        struct policy *p = order[i];
        if (p->passed_over) {
            continue;
        }
        if (p->is_backup && is_skipped(import, p->gpo_id)) {
            p->passed_over = "the policy is known from SYSVOL";
        } else if (taken && strcmp(taken->gpo_id, p->gpo_id) == 0) {
            p->passed_over = "another folder holds the same policy, and is newer or that of SYSVOL";
        } else {
            taken = p;
        }
    }
    return RC_OK;
}

enum rc policy_list_read(struct policy_list *l, const struct policy_import *import, struct err *err)
{
    TRY(collect(l, import, err));
    if (l->count > 0) {
        qsort(l->members, l->count, sizeof(*l->members), by_path);
    }
    TRY(find_policies(l, err));
    count_files(l);
    for (size_t i = 0; i < l->policy_count; i++) {
        if (l->policies[i].is_backup) {
            name_backup(l, &l->policies[i]);
        }
    }
    return choose(l, import, err);
}
