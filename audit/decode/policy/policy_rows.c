/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "audit/decode/policy/policy_rows.h"

#include <stdio.h>
#include <string.h>

#include "audit/base/utf.h"
#include "audit/decode/format/crypt.h"
#include "audit/decode/format/ini.h"
#include "audit/decode/policy/policy_file.h"
#include "audit/decode/policy/policy_list.h"
#include "audit/decode/policy/policy_right.h"
#include "audit/decode/policy/policy_settings.h"

#define LIST_MEMORY \
    (160U * 1024 * 1024) /* names of the members, each doubling of the list included */
#define OBJECT_MAX 1024U /* bytes of malformed_value.object */

/* Stands before the sink of the import, so that a sink that fails is told from a file that cannot be read. */
struct watched {
    struct row_sink sink;
    struct row_sink *to;
    bool has_failed;
};

struct run {
    struct policy_import import; /* with the watched sink */
    struct watched watched;
    struct policy_list list;
    struct arena *a; /* of the file at hand */
    uint64_t done;
    /* Why the whole is not complete; the first that was found. */
    const char *reason;
    char detail[320];
    bool has_rights, lacks_rights; /* members with and without a descriptor */
};

/* How a member ended. */
struct outcome {
    const char *kind, *state, *detail;
    uint64_t rows;
};

static enum rc watch(struct row_sink *sink, const struct row *row, struct err *err)
{
    struct watched *w = (struct watched *)(void *)sink;
    enum rc rc = row_put(w->to, row, err);
    w->has_failed = w->has_failed || rc != RC_OK;
    return rc;
}

static void not_complete(struct run *x, enum rc rc, const char *what, const char *path, size_t n)
{
    if (!x->reason) {
        x->reason = rc_word(rc);
        (void)snprintf(x->detail, sizeof(x->detail), "%s%s%.*s", what, n > 0 ? ": " : "",
                       (int)(n > 200 ? 200 : n), n > 0 ? path : "");
        /* A path may have been cut inside a character. */
        size_t size = strlen(x->detail);
        while (size > 0 && !utf8_valid(x->detail, size)) {
            x->detail[--size] = '\0';
        }
    }
}

static enum rc put_artifact(struct run *x, const struct bundle_member *m, const struct outcome *o,
                            struct err *err)
{
    uint8_t digest[32];
    char hex[65];
    struct row row;
    row_begin(&row, ROW_TABLE_ARTIFACT);
    row_text(&row, ARTIFACT_ORIGIN, x->import.origin);
    row_textn(&row, ARTIFACT_PATH, m->path, m->path_size);
    row_text(&row, ARTIFACT_KIND, o->kind);
    row_text(&row, ARTIFACT_STATE, o->state);
    row_text(&row, ARTIFACT_DETAIL, o->detail && o->detail[0] ? o->detail : NULL);
    if (m->size <= INT64_MAX) {
        row_int(&row, ARTIFACT_SIZE, (int64_t)m->size);
    }
    if (m->changed_at > 0) {
        row_int(&row, ARTIFACT_CHANGED, m->changed_at);
    }
    row_int(&row, ARTIFACT_ROWS, (int64_t)o->rows);
    if (m->state == BUNDLE_READ && crypt_sha256(m->data, (size_t)m->size, digest)) {
        crypt_hex(digest, sizeof(digest), hex);
        row_text(&row, ARTIFACT_SHA256, hex);
    }
    return row_put(x->import.sink, &row, err);
}

static enum rc read_gpt_ini(struct run *x, struct policy *p, const struct policy_file *f,
                            struct err *err)
{
    struct gpt_ini gpt;
    enum rc rc = gpt_ini_read(f->data, f->size, f->arena, &gpt, err);
    p->has_version = gpt.has_version;
    p->version = gpt.version;
    if (gpt.display_name && !p->display_name) {
        p->display_name = arena_strdup(x->list.a, gpt.display_name);
    }
    return rc;
}

static enum rc read_role(struct run *x, struct policy *p, enum policy_role role,
                         const struct policy_file *f, struct err *err)
{
    switch (role) {
    case POLICY_GPT_INI:
        return read_gpt_ini(x, p, f, err);
    case POLICY_REGISTRY_POL:
        return policy_settings_registry(f, err);
    case POLICY_TEMPLATE:
        return policy_settings_template(f, err);
    case POLICY_AUDIT_CSV:
        return policy_settings_audit(f, err);
    case POLICY_SCRIPTS_INI:
        return policy_settings_scripts(f, err);
    case POLICY_PREFERENCES:
        return policy_file_preferences(f, err);
    case POLICY_SCRIPT:
        return policy_file_script(f, err);
    case POLICY_BACKUP_XML:
    case POLICY_OTHER:
        break;
    }
    return RC_OK;
}

static const char *kind_word(enum policy_role role)
{
    static const char *const words[] = {
        [POLICY_OTHER] = NULL,
        [POLICY_GPT_INI] = "gpt_ini",
        [POLICY_REGISTRY_POL] = "registry_pol",
        [POLICY_TEMPLATE] = "security_template",
        [POLICY_AUDIT_CSV] = "audit_policy",
        [POLICY_SCRIPTS_INI] = "scripts_ini",
        [POLICY_PREFERENCES] = "preferences",
        [POLICY_BACKUP_XML] = "gpo_backup",
        [POLICY_SCRIPT] = "script",
    };
    return words[role];
}

/* Only files with settings: a script that could not be read says so in its own row. */
static bool is_needed(enum policy_role role)
{
    return role != POLICY_OTHER && role != POLICY_SCRIPT && role != POLICY_BACKUP_XML;
}

static enum rc put_unread_script(const struct policy_file *f, const struct bundle_member *m,
                                 struct err *err)
{
    struct row row;
    row_begin(&row, ROW_TABLE_POLICYSCRIPT);
    row_text(&row, POLICYSCRIPT_PATH, f->sysvol_path);
    row_text(&row, POLICYSCRIPT_STATE, m->state == BUNDLE_TOO_LARGE ? "too_large" : "unreadable");
    if (m->changed_at > 0) {
        row_int(&row, POLICYSCRIPT_CHANGED, m->changed_at);
    }
    return policy_file_put(f, &row, err);
}

/* A member without bytes: what it would have told stays unknown. */
static enum rc on_unread(struct run *x, struct policy *p, enum policy_role role,
                         const struct policy_file *f, const struct bundle_member *m,
                         struct outcome *o, struct err *err)
{
    o->state = m->state == BUNDLE_DENIED      ? "denied"
               : m->state == BUNDLE_TOO_LARGE ? "too_large"
                                              : "partial";
    o->detail = m->state == BUNDLE_FAILED ? "it could not be read to its end" : NULL;
    if (p && m->path_size == p->path_size) {
        p->is_denied = m->state == BUNDLE_DENIED;
        p->is_partial = true;
    } else if (p && role != POLICY_SCRIPT && (is_needed(role) || m->state != BUNDLE_TOO_LARGE)) {
        /* What was refused, or is a link, may have been a folder. */
        p->is_partial = true;
    } else if (!p && m->state == BUNDLE_DENIED) {
        not_complete(x, RC_DENIED, "access was refused", m->path, m->path_size);
    }
    return role == POLICY_SCRIPT ? put_unread_script(f, m, err) : RC_OK;
}

static enum rc on_bytes(struct run *x, struct policy *p, enum policy_role role,
                        const struct policy_file *f, struct outcome *o, struct err *why,
                        struct err *err)
{
    enum rc rc = read_role(x, p, role, f, why);
    o->state = "decoded";
    if (x->watched.has_failed) {
        *err = *why;
        return rc;
    }
    if (rc != RC_OK) {
        o->state = rc == RC_UNSUPPORTED ? "unsupported" : "malformed";
        o->detail = why->msg;
        if (p && role != POLICY_SCRIPT) {
            p->is_partial = true;
        }
    }
    return RC_OK;
}

/* Path as it is below the domain's folder of SYSVOL; of a backup, or of what is not in one, the whole path. */
static const char *sysvol_path(struct run *x, const struct policy *p, const struct bundle_member *m)
{
    size_t begin = 0;
    if (p && !p->is_backup) {
        const char *slash = memrchr(p->path, '/', p->path_size);
        begin = slash ? (size_t)(slash + 1 - p->path) : 0;
        return arena_printf(x->a, "Policies/%.*s", (int)(m->path_size - begin), m->path + begin);
    }
    if (!p && !policy_path_in_scripts(m->path, m->path_size, &begin)) {
        begin = 0;
    }
    return arena_strndup(x->a, m->path + begin, m->path_size - begin);
}

/* What kind of file it is; *ret_rest is its path in the policy's folder. */
static enum policy_role role_of(const struct policy *p, const struct bundle_member *m,
                                const char **ret_rest, size_t *ret_n, const char **ret_half)
{
    static const char content[] = "DomainSysvol/GPO";
    size_t begin = 0;
    *ret_n = m->path_size;
    *ret_rest = p ? policy_list_rest(p, m, ret_n) : m->path;
    *ret_half = NULL;
    if (!p) {
        return policy_path_is_logon_file(m->path, m->path_size, &begin) ? POLICY_SCRIPT
                                                                        : POLICY_OTHER;
    }
    if (!p->is_backup) {
        return policy_path_role(*ret_rest, *ret_n, ret_half);
    }
    size_t n = sizeof(content) - 1;
    if (policy_path_is_below(*ret_rest, *ret_n, content, n) && *ret_n > n + 1) {
        *ret_rest += n + 1;
        *ret_n -= n + 1;
        return policy_path_role(*ret_rest, *ret_n, ret_half);
    }
    bool is_info = policy_path_is(*ret_rest, *ret_n, "bkupInfo.xml") ||
                   policy_path_is(*ret_rest, *ret_n, "Backup.xml");
    return is_info ? POLICY_BACKUP_XML : POLICY_OTHER;
}

static enum rc note_malformed(struct run *x, const struct bundle_member *m, const char *why,
                              struct err *err)
{
    struct row row;
    size_t n = m->path_size > OBJECT_MAX ? OBJECT_MAX : m->path_size;
    while (n > 0 && !utf8_valid(m->path, n)) {
        n--;
    }
    row_begin(&row, ROW_TABLE_MALFORMED);
    row_text(&row, MALFORMED_SOURCE, "policy.file_right");
    row_text(&row, MALFORMED_TARGET, x->import.target);
    row_textn(&row, MALFORMED_OBJECT, m->path, n);
    row_text(&row, MALFORMED_ATTRIBUTE, "security descriptor");
    row_text(&row, MALFORMED_REASON, why);
    return row_put(x->import.sink, &row, err);
}

/* Rights of files and folders that matter: those of policies and of the scripts folder. */
static enum rc on_note(struct run *x, const struct policy_file *f, const struct policy *p,
                       const struct bundle_member *m, struct err *err)
{
    size_t begin = 0;
    struct err why = { .rc = RC_OK };
    if (!p && !policy_path_in_scripts(m->path, m->path_size, &begin)) {
        return RC_OK;
    }
    if (m->note_size == 0) {
        x->lacks_rights = true;
        return RC_OK;
    }
    x->has_rights = true;
    enum rc rc = policy_right_rows(f, m->note, m->note_size, &why);
    if (x->watched.has_failed) {
        *err = why;
        return rc;
    }
    if (rc != RC_OK) {
        x->lacks_rights = true;
        return note_malformed(x, m, why.msg, err);
    }
    return RC_OK;
}

/* A folder below a policy that was listed in part, or a member whose folder was not proven to be listed. */
static void look_at_listing(struct run *x, struct policy *p, const struct bundle_member *m)
{
    bool is_listed =
        m->state != BUNDLE_FOLDER_CUT && policy_list_is_listed(&x->list, m->path, m->path_size);
    if (p && m->path_size > p->path_size) {
        p->is_partial = p->is_partial || !is_listed;
    } else if (p) {
        p->is_partial = p->is_partial || m->state == BUNDLE_FOLDER_CUT;
    } else if (m->state == BUNDLE_FOLDER_CUT) {
        not_complete(x, RC_LIMIT, "a folder was not listed to its end", m->path, m->path_size);
    }
}

static enum rc on_file(struct run *x, struct policy *p, enum policy_role role,
                       const struct policy_file *f, const struct policy_member *member,
                       struct err *err)
{
    const struct bundle_member *m = &member->m;
    struct err why = { .rc = RC_OK };
    struct outcome o = { .kind = kind_word(role), .state = "ignored" };
    bool is_passed_over = p && p->passed_over;
    if (member->is_double) {
        o.state = "malformed";
        o.detail = "another file's name differs in case only";
        if (p) {
            p->is_malformed = true;
        } else {
            not_complete(x, RC_MALFORMED, "names differ in case only", m->path, m->path_size);
        }
    } else if (is_passed_over) {
        o.detail = p->passed_over;
    } else if (m->state != BUNDLE_READ) {
        TRY(on_unread(x, p, role, f, m, &o, err));
    } else if (role == POLICY_BACKUP_XML) {
        o.state = "decoded";
    } else if (role != POLICY_OTHER) {
        TRY(on_bytes(x, p, role, f, &o, &why, err));
    }
    o.rows = *f->rows;
    return put_artifact(x, m, &o, err);
}

static enum rc on_member(struct run *x, const struct policy_member *member, struct err *err)
{
    const struct bundle_member *m = &member->m;
    struct policy *p = member->policy;
    const char *rest = NULL, *half = NULL;
    size_t rest_size = 0;
    uint64_t rows = 0;
    bool is_folder = m->state == BUNDLE_FOLDER || m->state == BUNDLE_FOLDER_CUT;
    enum policy_role role = role_of(p, m, &rest, &rest_size, &half);
    arena_reset(x->a);
    struct policy_file f = { .import = &x->import,
                             .arena = x->a,
                             .gpo_id = p ? p->gpo_id : POLICY_NOWHERE,
                             .half = half,
                             .path = arena_strndup(x->a, rest, rest_size),
                             .sysvol_path = sysvol_path(x, p, m),
                             .data = m->data,
                             .size = m->data ? (size_t)m->size : 0,
                             .changed_at = m->changed_at > 0 ? m->changed_at : 0,
                             .rows = &rows };
    if (!f.path || !f.sysvol_path) {
        return err_setf(err, RC_NOMEM, "out of memory");
    }
    look_at_listing(x, p, m);
    if (!p || !p->passed_over) {
        TRY(on_note(x, &f, p, m, err));
    }
    rows = 0;
    if (!is_folder) {
        TRY(on_file(x, p, role, &f, member, err));
    } else if (member->is_double && p) {
        p->is_malformed = true;
    }
    x->done++;
    if (x->import.progress) {
        x->import.progress(x->import.context, x->done);
    }
    return RC_OK;
}

static void judge(struct run *x, struct policy *p)
{
    const struct policy_member *folder = policy_list_find(&x->list, p->path, p->path_size);
    bool is_listed = p->path_size == 0 || (folder && folder->m.state == BUNDLE_FOLDER);
    p->is_partial = p->is_partial || !is_listed;
    if (!p->is_backup && !policy_list_is_listed(&x->list, p->path, p->path_size)) {
        not_complete(x, RC_LIMIT, "the folder of policies was not listed to its end", p->path,
                     p->path_size);
    }
    if (p->is_malformed || p->is_denied || p->is_partial) {
        enum rc rc = p->is_denied ? RC_DENIED : p->is_malformed ? RC_MALFORMED : RC_IO;
        not_complete(x, rc, "a policy could not be read in whole", p->path, p->path_size);
    }
}

static enum rc put_folder(struct run *x, const struct policy *p, struct err *err)
{
    struct row row;
    const char *state = p->is_malformed ? "malformed"
                        : p->is_denied  ? "denied"
                        : p->is_partial ? "partial"
                                        : "read";
    row_begin(&row, ROW_TABLE_POLICYFOLDER);
    row_text(&row, POLICYFOLDER_GPO, p->gpo_id);
    row_text(&row, POLICYFOLDER_ORIGIN, x->import.origin);
    row_text(&row, POLICYFOLDER_KIND, p->is_backup ? "backup" : "sysvol");
    row_text(&row, POLICYFOLDER_STATE, state);
    row_text(&row, POLICYFOLDER_NAME, p->display_name);
    row_text(&row, POLICYFOLDER_DOMAIN, p->domain);
    row_int(&row, POLICYFOLDER_FILES, p->files);
    if (p->has_version) {
        row_int(&row, POLICYFOLDER_VERSION, p->version);
    }
    if (p->changed_at > 0) {
        row_int(&row, POLICYFOLDER_CHANGED, p->changed_at);
    }
    struct err why;
    if (row_check(&row, &why) != RC_OK) {
        /* A name that is longer than evidence keeps. */
        row.v[POLICYFOLDER_NAME].kind = ROW_NULL;
        row.v[POLICYFOLDER_DOMAIN].kind = ROW_NULL;
    }
    return row_put(x->import.sink, &row, err);
}

static enum rc put_coverage(struct run *x, const char *source, const char *state,
                            const char *reason, const char *detail, uint64_t objects,
                            struct err *err)
{
    struct row row;
    row_begin(&row, ROW_TABLE_COVERAGE);
    row_text(&row, COVERAGE_SOURCE, source);
    row_text(&row, COVERAGE_TARGET, x->import.target);
    row_text(&row, COVERAGE_STATE, state);
    row_text(&row, COVERAGE_REASON, reason);
    row_text(&row, COVERAGE_DETAIL, detail);
    row_int(&row, COVERAGE_OBJECTS, (int64_t)objects);
    return row_put(x->import.sink, &row, err);
}

static enum rc finish(struct run *x, struct err *err)
{
    uint64_t read = 0;
    for (size_t i = 0; i < x->list.policy_count; i++) {
        read += x->list.policies[i].passed_over == NULL;
    }
    if (x->list.is_damaged || !x->list.is_whole) {
        not_complete(x, RC_MALFORMED, "the bundle of files is cut off or damaged", "", 0);
    }
    if (x->list.is_cut) {
        not_complete(x, RC_LIMIT, "there are more files than are looked at", "", 0);
    }
    if (x->list.policy_count == 0) {
        not_complete(x, RC_ABSENT, "no policy is among the files", "", 0);
    }
    TRY(put_coverage(x, "policy.file", x->reason ? "partial" : "complete", x->reason,
                     x->reason ? x->detail : NULL, read, err));
    if (!x->has_rights) {
        return put_coverage(x, "policy.file_right", "not_collected", rc_word(RC_ABSENT),
                            "no file came with its security descriptor", 0, err);
    }
    /* One that is missing or broken may be the one that grants. */
    bool has_all = !x->reason && !x->lacks_rights;
    return put_coverage(
        x, "policy.file_right", has_all ? "complete" : "partial",
        has_all     ? NULL
        : x->reason ? x->reason
                    : rc_word(RC_MALFORMED),
        has_all ? NULL : "some files came without a readable security descriptor, or not at all",
        read, err);
}

static enum rc read_all(struct run *x, struct err *err)
{
    struct policy_list *l = &x->list;
    TRY(policy_list_read(l, &x->import, err));
    for (size_t i = 0; i < l->count; i++) {
        TRY(on_member(x, &l->members[i], err));
    }
    for (size_t i = 0; i < l->policy_count; i++) {
        struct policy *p = &l->policies[i];
        if (!p->passed_over) {
            judge(x, p);
            TRY(put_folder(x, p, err));
        } else if (p->is_malformed) {
            not_complete(x, RC_MALFORMED, p->passed_over, p->path, p->path_size);
        }
    }
    TRY(finish(x, err));
    return l->is_damaged ? err_setf(err, RC_MALFORMED, "the bundle of files is damaged") : RC_OK;
}

enum rc policy_rows(const struct policy_import *import, struct err *err)
{
    struct run x = { .import = *import,
                     .watched = { .sink = { watch }, .to = import->sink },
                     .list = { .a = arena_new(LIST_MEMORY) },
                     .a = arena_new(0) };
    x.import.sink = &x.watched.sink;
    enum rc rc = x.list.a && x.a ? read_all(&x, err) : err_setf(err, RC_NOMEM, "out of memory");
    arena_free(x.list.a);
    arena_free(x.a);
    return rc;
}
