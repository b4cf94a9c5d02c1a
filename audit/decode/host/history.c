/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What a host keeps of the preferences that were applied to it: passwords stay there after they are gone from SYSVOL. They are rows of the
 * host and never of the policy, whose content SYSVOL alone tells. */
#include <string.h>

#include "audit/decode/format/fingerprint.h"
#include "audit/decode/host/reading.h"
#include "audit/decode/policy/policy_file.h"
#include "audit/decode/policy/policy_path.h"

#define FILES_MAX   4096U /* of all policies of a host */
#define FILE_MEMORY (4U << 20)

/* A policy of which the host keeps preferences: a policy_folder row. */
struct kept {
    char gpo_id[GUID_TEXT_MAX];
    int64_t files;
    bool is_partial;
    filetime changed_at; /* newest of the files */
};

/* Of all that a preference becomes, the passwords; the rest is the policy's. */
struct history {
    struct row_sink sink;
    struct host_reading *r;
    struct host_file *file;
    enum rc failed; /* of the sink behind */
    size_t files;
    struct kept *policies; /* room for FILES_MAX */
    size_t count;
};

/* Column of host_policy_password, and the one of policy_password that it is. */
static const struct {
    int to, from;
} columns[] = {
    { HOSTPASSWORD_GPO, POLICYPASSWORD_GPO },
    { HOSTPASSWORD_HALF, POLICYPASSWORD_HALF },
    { HOSTPASSWORD_FILE, POLICYPASSWORD_FILE },
    { HOSTPASSWORD_KEY, POLICYPASSWORD_KEY },
    { HOSTPASSWORD_KIND, POLICYPASSWORD_KIND },
    { HOSTPASSWORD_ACCOUNT, POLICYPASSWORD_ACCOUNT },
    { HOSTPASSWORD_RID, POLICYPASSWORD_RID },
    { HOSTPASSWORD_STATE, POLICYPASSWORD_STATE },
    { HOSTPASSWORD_LENGTH, POLICYPASSWORD_LENGTH },
    { HOSTPASSWORD_FINGERPRINT, POLICYPASSWORD_FINGERPRINT },
    { HOSTPASSWORD_CONDITIONAL, POLICYPASSWORD_CONDITIONAL },
    { HOSTPASSWORD_CHANGED, POLICYPASSWORD_CHANGED },
};

static enum rc take(struct row_sink *sink, const struct row *row, struct err *err)
{
    struct history *h = (struct history *)(void *)sink;
    struct row own;
    if (row->table != ROW_TABLE_POLICYPASSWORD) {
        return RC_OK;
    }
    row_begin(&own, ROW_TABLE_HOSTPASSWORD);
    row_text(&own, HOSTPASSWORD_HOST, h->r->import->host);
    row_text(&own, HOSTPASSWORD_ORIGIN, h->r->word);
    for (size_t i = 0; i < ARRAY_LEN(columns); i++) {
        own.v[columns[i].to] = row->v[columns[i].from];
    }
    h->failed = host_put(h->r, h->file, &own, err);
    return h->failed;
}

static enum rc put_folder(struct history *h, const struct kept *k, struct err *err)
{
    struct row row;
    row_begin(&row, ROW_TABLE_POLICYFOLDER);
    row_text(&row, POLICYFOLDER_GPO, k->gpo_id);
    row_text(&row, POLICYFOLDER_ORIGIN, h->r->import->origin);
    row_text(&row, POLICYFOLDER_KIND, "cache");
    row_text(&row, POLICYFOLDER_STATE, k->is_partial ? "partial" : "read");
    row_int(&row, POLICYFOLDER_FILES, k->files);
    if (k->changed_at > 0) {
        row_int(&row, POLICYFOLDER_CHANGED, k->changed_at);
    }
    return row_put(h->r->import->sink, &row, err);
}

/* A file of preferences, by its path behind "{GUID}/": "Machine/Preferences/Groups/Groups.xml", "User/S-1-5-…/Preferences/…". */
static bool is_preference(const char *lower)
{
    const char *folder =
        strncmp(lower, "preferences/", 12) == 0 ? lower : strstr(lower, "/preferences/");
    size_t n = strlen(lower);
    return folder && n > 4 && strcmp(lower + n - 4, ".xml") == 0;
}

static enum rc read_file(struct history *h, struct kept *k, struct host_file *f, size_t rest,
                         struct err *err)
{
    struct host_reading *r = h->r;
    struct arena *a AUTO(arena_freep) = arena_new(FILE_MEMORY);
    struct err why;
    uint64_t ignored = 0;
    const struct policy_import import = {
        .sink = &h->sink,
        .target = r->import->host,
        .origin = r->import->origin,
        .key = fingerprint_has_key(r->import->key) ? r->import->key : NULL,
    };
    const struct policy_file file = {
        .import = &import,
        .arena = a,
        .gpo_id = k->gpo_id,
        .half = strncmp(f->lower + rest, "machine/", 8) == 0 ? "machine" : "user",
        .path = f->path + rest,
        .sysvol_path = f->path + rest,
        .data = f->data,
        .size = f->size,
        .changed_at = f->changed_at,
        .rows = &ignored,
    };
    if (!a) {
        return err_setf(err, RC_NOMEM, "out of memory");
    }
    h->file = f;
    enum rc rc = policy_file_preferences(&file, &why);
    if (rc != RC_OK) {
        *err = why;
    }
    if (h->failed != RC_OK) {
        return h->failed;
    }
    TRY(host_file_end(r, f, "preferences", rc, err));
    k->is_partial = k->is_partial || rc != RC_OK;
    return RC_OK;
}

static struct kept *policy_of(struct history *h, const char *gpo_id)
{
    for (size_t i = h->count; i > 0; i--) {
        if (strcmp(h->policies[i - 1].gpo_id, gpo_id) == 0) {
            return &h->policies[i - 1];
        }
    }
    struct kept *k = &h->policies[h->count++];
    memcpy(k->gpo_id, gpo_id, sizeof(k->gpo_id));
    return k;
}

/* One of the files below a folder History; top: where its path begins there. */
static enum rc on_file(struct history *h, struct host_file *f, size_t top, struct err *err)
{
    struct policy_place at;
    const char *path = f->lower + top;
    if (f->bundle == BUNDLE_FOLDER || f->bundle == BUNDLE_FOLDER_CUT ||
        !policy_path_place(path, strlen(path), &at) || at.begin != 0 || path[at.end] != '/' ||
        !is_preference(path + at.end + 1)) {
        return RC_OK;
    }
    if (h->files == FILES_MAX) {
        f->kind = "preferences";
        f->detail = f->state ? f->detail : "the host keeps more preference files than are read";
        return RC_OK;
    }
    h->files++;
    struct kept *k = policy_of(h, at.guid);
    k->files++;
    k->changed_at = f->changed_at > k->changed_at ? f->changed_at : k->changed_at;
    k->is_partial = k->is_partial || !host_file_usable(f);
    return host_file_usable(f) ? read_file(h, k, f, top + at.end + 1, err) : RC_OK;
}

static enum rc read_place(struct history *h, const char *base, const char *below, struct err *err)
{
    size_t count, top = strlen(base) + strlen(below);
    struct host_file *files = host_files_below(h->r, base, below, &count);
    for (size_t i = 0; i < count; i++) {
        TRY(on_file(h, &files[i], top, err));
    }
    return RC_OK;
}

/* What users' own halves left in their profiles. */
static enum rc read_profiles(struct history *h, struct err *err)
{
    static const char middle[] = "/appdata/local/microsoft/group policy/history/";
    size_t count, top = strlen(h->r->base) + strlen("users/");
    struct host_file *files = host_files_below(h->r, h->r->base, "users/", &count);
    for (size_t i = 0; i < count; i++) {
        const char *slash = strchr(files[i].lower + top, '/');
        if (slash && strncmp(slash, middle, sizeof(middle) - 1) == 0) {
            size_t at = (size_t)(slash - files[i].lower) + sizeof(middle) - 1;
            TRY(on_file(h, &files[i], at, err));
        }
    }
    return RC_OK;
}

enum rc host_history(struct host_reading *r, struct err *err)
{
    struct history h = { .sink = { take }, .r = r };
    h.policies = arena_array(r->a, FILES_MAX, sizeof(*h.policies));
    if (!h.policies) {
        return err_setf(err, RC_NOMEM, "out of memory");
    }
    TRY(read_place(&h, r->base,
                   r->import->kind == HOST_KIT ? "policy/history/"
                                               : "programdata/microsoft/group policy/history/",
                   err));
    if (r->import->kind == HOST_IMAGE) {
        TRY(read_profiles(&h, err));
    }
    for (size_t i = 0; i < h.count; i++) {
        TRY(put_folder(&h, &h.policies[i], err));
    }
    return RC_OK;
}
