/* SPDX-License-Identifier: GPL-3.0-or-later */
/* kagimori import: files become artifacts (sealed, read-only) and go through the decoder into the evidence file. */
#include "audit/command/import.h"

#include <sys/random.h>

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "audit/base/log.h"
#include "audit/base/num.h"
#include "audit/command/command.h"
#include "audit/command/host_collect.h"
#include "audit/decode/format/fingerprint.h"

#define DAYS_MOST 36500U /* of --since */

struct import_options {
    const char *evidence, *keep, *checks, *profile, *since, *log_host, *mfa_columns;
    const char *const *paths;
    size_t count;
};

static enum rc import_item(struct importer *im, struct import_item *item, struct err *err)
{
    struct arena *a AUTO(arena_freep) = arena_new(0);
    struct import_outcome outcome = { 0 };
    enum rc rc = RC_OK;
    if (!a) {
        return err_setf(err, RC_NOMEM, "out of memory");
    }
    switch (item->kind) {
    case IMPORT_KIT:
    case IMPORT_IMAGE:
    case IMPORT_HIVES:
        rc = import_host(im, item, &outcome, a, err);
        break;
    case IMPORT_BACKUPS:
    case IMPORT_SYSVOL:
        rc = import_policies(im, item, &outcome, a, err);
        break;
    case IMPORT_LDIF:
    case IMPORT_EVTX:
    case IMPORT_SAMBA:
    case IMPORT_MFA:
    case IMPORT_FILE:
    case IMPORT_GUESS:
    default:
        rc = import_single(im, item, &outcome, a, err);
        break;
    }
    if (rc != RC_OK) {
        return err->where[0] ? rc : err_at(err, "%s", item->name);
    }
    if (!outcome.is_waiting && !outcome.is_told) {
        import_tell(item, &outcome, a);
    }
    im->failed += outcome.is_failed;
    return RC_OK;
}

/* What a person can mend: it costs this path only. */
static bool is_of_path(enum rc rc)
{
    return rc == RC_USAGE || rc == RC_DENIED || rc == RC_ABSENT || rc == RC_UNSUPPORTED;
}

static enum rc import_paths(struct importer *im, const struct import_list *list, struct err *err)
{
    for (size_t i = 0; i < list->count; i++) {
        enum rc rc = import_item(im, &list->items[i], err);
        if (is_of_path(rc)) {
            log_err(err);
            im->failed++;
        } else if (rc != RC_OK) {
            return rc;
        }
    }
    return RC_OK;
}

static enum rc open_evidence(const char *path, struct store **ret, struct importer *im,
                             struct err *err)
{
    static char text[32];
    int64_t kept = 0;
    bool is_new = access(path, F_OK) != 0;
    TRY(store_open(path, is_new ? STORE_CREATE : STORE_WRITE, ret, err));
    im->store = *ret;
    im->now = filetime_now();
    store_info_get(store_handle(*ret), "now", text, sizeof(text));
    if (text[0] && num_i64(text, strlen(text), &kept)) {
        im->now = kept;
    }
    (void)snprintf(text, sizeof(text), "%" PRId64, im->now);
    im->now_text = text;
    if (is_new) {
        TRY(store_info_set(*ret, "now", text, err));
        TRY(store_info_set(*ret, "started_at", text, err));
        TRY(store_info_set(*ret, "tool_version", KAGIMORI_VERSION, err));
        TRY(store_info_set(*ret, "supervisor_sandbox", supervise_describe_sandbox(), err));
    }
    return RC_OK;
}

/* "2026-11-01", "2026-11-01T09:00:00+09:00", "90d" before now. 0 without one. */
static enum rc find_since(const char *text, filetime now, filetime *ret, struct err *err)
{
    uint32_t days = 0;
    size_t n = text ? strlen(text) : 0;
    *ret = 0;
    if (!text) {
        return RC_OK;
    }
    if (text[n - 1] == 'd' && num_u32(text, n - 1, &days) && days > 0 && days <= DAYS_MOST) {
        *ret = now - days * FILETIME_DAY;
        return RC_OK;
    }
    return filetime_from_iso(text, ret) && *ret > 0
               ? RC_OK
               : err_setf(err, RC_USAGE,
                          "--since %s: not a time; write 2026-11-01, 2026-11-01T09:00:00Z or 90d",
                          text);
}

static enum rc make_key(struct secret **ret, struct err *err)
{
    unsigned char bytes[FINGERPRINT_KEY_SIZE];
    if (getrandom(bytes, sizeof(bytes), 0) != (ssize_t)sizeof(bytes)) {
        return err_setf(err, RC_IO, "this machine has no random numbers");
    }
    *ret = secret_new(bytes, sizeof(bytes));
    explicit_bzero(bytes, sizeof(bytes));
    return *ret ? RC_OK : err_setf(err, RC_NOMEM, "out of memory");
}

static enum rc run_all(const struct import_options *o, struct rules *rules,
                       const struct import_list *list, struct importer *im, struct arena *a,
                       struct err *err)
{
    struct store *store AUTO(store_closep) = NULL;
    struct supervisor *supervisor AUTO(supervisor_freep) = NULL;
    struct secret *key AUTO(secret_freep) = NULL;
    struct artifact_keep *keep AUTO(artifact_keep_freep) = NULL;
    struct import_logs *logs AUTO(import_logs_freep) = import_logs_new();
    const struct supervise_options how = { .parallel = 1, .progress = isatty(STDERR_FILENO) };
    if (!logs) {
        return err_setf(err, RC_NOMEM, "out of memory");
    }
    TRY(supervise_role_installed("kagimori-decode", err));
    if (o->keep) {
        TRY(artifact_keep_open(o->keep, &keep, err));
    }
    TRY(make_key(&key, err));
    TRY(open_evidence(o->evidence, &store, im, err));
    TRY(supervisor_new(store, &how, &supervisor, err));
    im->supervisor = supervisor;
    im->key = key;
    im->keep = keep;
    im->logs = logs;
    im->log_host = o->log_host;
    TRY(find_since(o->since, im->now, &im->since, err));
    im->registry = rules_registry(rules, &im->registry_count);
    im->services = rules_services(rules, &im->service_count);
    TRY(host_sources(rules, a, &im->sources, &im->source_count, err));
    TRY(import_paths(im, list, err));
    TRY(import_close_hosts(im, err));
    TRY(import_logs_read(im, err));
    return store_derive(store, err);
}

/* The directory comes first, so that hosts find their accounts in it; SYSVOL before the backups of what is in it; hosts last. */
static int by_use(const void *a, const void *b)
{
    static const int order[] = {
        [IMPORT_LDIF] = 0,  [IMPORT_FILE] = 1,  [IMPORT_SYSVOL] = 2, [IMPORT_BACKUPS] = 3,
        [IMPORT_KIT] = 4,   [IMPORT_IMAGE] = 4, [IMPORT_HIVES] = 4,  [IMPORT_EVTX] = 5,
        [IMPORT_SAMBA] = 5, [IMPORT_GUESS] = 5, [IMPORT_MFA] = 1
    };
    const struct import_item *x = a, *y = b;
    int uses = order[x->kind] - order[y->kind];
    return uses != 0 ? uses : (x->number > y->number) - (x->number < y->number);
}

/* Everything that can be refused is refused before the evidence file is touched. */
static enum rc find_all(const struct import_options *o, struct arena *a, struct import_list *list,
                        size_t *ret_failed, struct err *err)
{
    for (size_t i = 0; i < o->count; i++) {
        enum rc rc = import_find(o->paths[i], a, list, err);
        if (rc == RC_NOMEM || rc == RC_BUG) {
            return rc;
        }
        if (rc != RC_OK) {
            log_err(err);
            ++*ret_failed;
        }
    }
    for (size_t i = 0; i < list->count; i++) {
        list->items[i].number = i;
    }
    if (list->count > 1) {
        qsort(list->items, list->count, sizeof(*list->items), by_use);
    }
    if (list->is_cut) {
        log_line(LOG_WARN, "there are more folders than are looked into: name fewer at a time");
    }
    return RC_OK;
}

static int import_run(const struct import_options *o)
{
    struct err err = { .rc = RC_OK };
    struct arena *a AUTO(arena_freep) = arena_new(0);
    struct rules *rules AUTO(rules_freep) = NULL;
    struct import_list list = { 0 };
    struct importer im = { 0 };
    size_t refused = 0;
    const struct rules_options which = { .directory = o->checks, .profile = o->profile };
    filetime since = 0;
    if (a && o->mfa_columns &&
        import_mfa_columns(o->mfa_columns, a, &im.mfa_columns, &im.mfa_column_count, &err) !=
            RC_OK) {
        return command_fail(&err);
    }
    if (find_since(o->since, filetime_now(), &since, &err) != RC_OK) {
        return command_fail(&err); /* before anything is read */
    }
    if (!a || command_load_rules(&which, &rules, &err) != RC_OK ||
        find_all(o, a, &list, &refused, &err) != RC_OK) {
        return command_fail(&err);
    }
    if (refused > 0 && list.count == 0) {
        return EXIT_USAGE;
    }
    if (run_all(o, rules, &list, &im, a, &err) != RC_OK) {
        return command_fail(&err);
    }
    return im.failed + refused > 0 || list.is_cut ? EXIT_INCOMPLETE : EXIT_CLEAN;
}

int command_import(int argc, char **argv)
{
    const char *operands[256];
    size_t count = 0;
    struct import_options o = { 0 };
    const struct option_row rows[] = {
        { "keep-artifacts", "DIR", "keep copies of all files that were read, with SHA256SUMS",
          &o.keep, NULL, false },
        { "checks", "DIR",
          "checks that decide what is looked for (default: those that came with Kagimori)",
          &o.checks, NULL, false },
        { "since", "TIME",
          "leave out events of logs before TIME: 2026-11-01, 2026-11-01T09:00:00Z, or 90d (days)",
          &o.since, NULL, false },
        { "log-host", "HOST",
          "whose Samba's logs are, which do not tell it: name one host's at a time", &o.log_host,
          NULL, false },
        { "mfa-columns", "NAMES",
          "what the columns of a table of second factors are: account=HEADER,method=HEADER (also enrolled, source, enforced, bypassed)",
          &o.mfa_columns, NULL, false },
        { "profile", "NAME", "look only for what this profile's checks need", &o.profile, NULL,
          false },
    };
    const struct option_table table = {
        "kagimori import DIR/evidence.db PATH…",
        "Adds files to an evidence file, which is made when missing. A PATH may be: a collection kit (the folder that\n"
        "audit/kit/collect.cmd made); the root of a mounted Windows volume, or its Windows folder; a folder with registry\n"
        "hives (SYSTEM, SOFTWARE, SAM, SECURITY, with their LOG1 and LOG2); backups of Group Policy objects; a copy of\n"
        "SYSVOL, or its Policies folder; an export of the directory by ldapsearch or ldifde (.ldif, .ldf); event logs\n"
        "(.evtx under any name, Samba's JSON audit logs); exports of second factors of Entra ID, Duo or Okta (.json, .csv), or a\n"
        "table with the columns account and method; or a folder with any of these. Mount disk images read-only. Import\n"
        "all hosts whose local passwords are to be compared in one go. Event logs are read last, several at a time; whose\n"
        "they are is told by the kit or volume that they lie in, else by the newest computer name in them. What files do not\n"
        "hold stays unknown.",
        rows,
        ARRAY_LEN(rows),
        2,
        ARRAY_LEN(operands)
    };
    int code = options_parse(argc, argv, &table, operands, &count);
    if (code >= 0) {
        return code;
    }
    o.evidence = operands[0];
    o.paths = operands + 1;
    o.count = count - 1;
    return import_run(&o);
}
