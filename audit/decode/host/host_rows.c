/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The driver: what of a bundle is read, in which order, and what it told. Hives are believed before exports, exports before
 * templates, and all of them before what is kept of policies. */
#include "audit/decode/host/host_rows.h"

#include <string.h>
#include <strings.h>

#include "audit/decode/host/reading.h"

#define MEMORY  (192U << 20)
#define SCRATCH (1U << 20)

static const char *const words[] = {
#define WORD(name, word) word,
    HOST_PARTS(WORD)
#undef WORD
};

static const char *const kinds[] = {
    [HOST_KIT] = "kit", [HOST_IMAGE] = "image", [HOST_HIVES] = "hives", [HOST_CACHE] = "cache"
};

/* What is missing when a part was not told at all. */
static const char *missing(const struct host_reading *r, enum host_part part)
{
    bool is_kit = r->import->kind == HOST_KIT;
    switch (part) {
    case PART_MACHINE:
        return "neither hives nor a kit tell whose they are";
    case PART_REGISTRY:
        return is_kit ? "no registry exports and no hives" : "no hives";
    case PART_SERVICE:
        return is_kit ? "no export of the services and no SYSTEM hive" : "no SYSTEM hive";
    case PART_POLICY:
        return is_kit ? "no secedit.inf and no SAM hive" : "no SAM hive";
    case PART_ACCOUNT:
    case PART_GROUP:
        return is_kit ? "no SAM hive (collect.cmd takes it with /sam)" : "no SAM hive";
    case PART_RIGHT:
        return is_kit ? "no secedit.inf and no SECURITY hive" : "no SECURITY hive";
    case PART_AUDIT:
        return is_kit ? "no auditpol.csv and no SECURITY hive" : "no SECURITY hive";
    case PART_AUTOSTART:
        return "no hives, exports, tasks or startup folders";
    case PART_PASSWORD:
        return is_kit ? "no SAM and SYSTEM hives (collect.cmd takes them with /sam)"
                      : "no SAM and SYSTEM hives";
    case PART_COUNT:
    default:
        return "nothing of it is there";
    }
}

/* The caches of an admin share tell of these and of nothing else. */
static bool exists(const struct host_reading *r, enum host_part part)
{
    return r->import->kind != HOST_CACHE || part == PART_REGISTRY || part == PART_SERVICE ||
           part == PART_POLICY || part == PART_RIGHT || part == PART_AUDIT;
}

static enum rc put_coverage(struct host_reading *r, enum host_part part, struct err *err)
{
    const struct host_told *told = &r->told[part];
    bool is_cache = r->import->kind == HOST_CACHE;
    const char *source = arena_printf(r->a, "%s.%s", is_cache ? "cache" : "kit", words[part]);
    struct row row;
    if (!source) {
        return err_setf(err, RC_NOMEM, "out of memory");
    }
    row_begin(&row, ROW_TABLE_COVERAGE);
    row_text(&row, COVERAGE_SOURCE, source);
    row_text(&row, COVERAGE_TARGET, r->import->host);
    row_text(&row, COVERAGE_STATE,
             told->state == TOLD_ALL    ? "complete"
             : told->state == TOLD_SOME ? "partial"
                                        : "not_collected");
    if (told->state != TOLD_ALL) {
        host_text(&row, COVERAGE_DETAIL,
                  told->why  ? told->why
                  : is_cache ? "no caches of policies"
                             : missing(r, part));
    }
    row_int(&row, COVERAGE_OBJECTS, (int64_t)r->rows[part]);
    return row_put(r->import->sink, &row, err);
}

static enum rc put_machine_file(struct host_reading *r, struct err *err)
{
    const struct host_identity *who = &r->who;
    struct row row;
    row_begin(&row, ROW_TABLE_MACHINEFILE);
    row_text(&row, MACHINEFILE_ORIGIN, r->import->origin);
    row_text(&row, MACHINEFILE_KIND, kinds[r->import->kind]);
    host_text(&row, MACHINEFILE_COMPUTER, who->computer_name);
    host_text(&row, MACHINEFILE_DOMAIN, who->dns_domain);
    row_text(&row, MACHINEFILE_MACHINE_SID, who->machine_sid);
    row_text(&row, MACHINEFILE_DOMAIN_SID, who->domain_sid);
    row_text(&row, MACHINEFILE_ACCOUNT_SID, who->account_sid);
    if (who->build > 0) {
        row_int(&row, MACHINEFILE_BUILD, who->build);
    }
    row_text(&row, MACHINEFILE_ROLE, who->role);
    if (who->collected_at > 0) {
        row_int(&row, MACHINEFILE_COLLECTED, who->collected_at);
    }
    return row_put(r->import->sink, &row, err);
}

/* A hive that cannot be read by itself is noted as such: what the others tell does not say which one it was. */
static enum rc look_at_hives(struct host_reading *r, struct err *err)
{
    for (size_t i = 0; i < r->hive_file_count; i++) {
        const struct hive_bytes *bytes = r->hive_files[i].bytes;
        struct host_file *f = r->hive_files[i].file;
        struct host_identity ignored = { 0 };
        struct host_hives alone = { 0 };
        struct err why;
        struct hive_bytes *to = bytes == &r->hives.system     ? &alone.system
                                : bytes == &r->hives.software ? &alone.software
                                : bytes == &r->hives.sam      ? &alone.sam
                                                              : &alone.security;
        *to = *bytes;
        struct arena *a AUTO(arena_freep) = arena_new(0);
        enum rc rc = a ? hive_identity(&alone, a, &ignored, &why)
                       : err_setf(&why, RC_NOMEM, "out of memory");
        if (rc != RC_OK && rc != RC_MALFORMED) {
            *err = why;
            return rc;
        }
        r->has_system = r->has_system || (rc == RC_OK && bytes == &r->hives.system);
        r->has_software = r->has_software || (rc == RC_OK && bytes == &r->hives.software);
        f->state = rc == RC_OK ? "decoded" : "malformed";
        f->detail = rc == RC_OK ? NULL : arena_strdup(r->a, why.msg);
    }
    return RC_OK;
}

/* Hives, then exports, then kit.txt: what was said first stays. */
static enum rc identify(struct host_reading *r, struct err *err)
{
    struct err why;
    if (r->import->kind == HOST_KIT) {
        r->who.collected_at = r->kit.finished > 0 ? r->kit.finished : r->kit.started;
    }
    TRY(look_at_hives(r, err));
    if (r->has_hives) {
        enum rc rc = hive_identity(&r->hives, r->a, &r->who, &why);
        if (rc != RC_OK && rc != RC_MALFORMED) {
            *err = why;
            return rc;
        }
    }
    if (r->import->kind == HOST_KIT) {
        TRY(host_exports_cover(r, err));
        struct host_file *f = host_file_find(r, r->base, "kit.txt");
        if (f && r->kit.computer && r->who.computer_name &&
            strcasecmp(r->kit.computer, r->who.computer_name) != 0) {
            f->state = "partial";
            f->detail = "it names another computer than the registry of the kit does";
        }
        r->who.computer_name = r->who.computer_name ? r->who.computer_name : r->kit.computer;
        r->who.dns_domain = r->who.dns_domain ? r->who.dns_domain : r->kit.domain;
    }
    return RC_OK;
}

static enum rc put_machine(struct host_reading *r, struct err *err)
{
    struct row row;
    if (!host_wants(r, PART_MACHINE) || r->told[PART_MACHINE].state != TOLD_NOTHING ||
        !r->who.computer_name) {
        return RC_OK;
    }
    row_begin(&row, ROW_TABLE_MACHINE);
    row_text(&row, MACHINE_HOST, r->import->host);
    host_text(&row, MACHINE_NAME, r->who.computer_name);
    host_text(&row, MACHINE_DNS_DOMAIN, r->who.dns_domain);
    row_text(&row, MACHINE_SID, r->who.machine_sid);
    row_text(&row, MACHINE_DOMAIN_SID, r->who.domain_sid);
    row_text(&row, MACHINE_ROLE, r->who.role);
    host_raise(&r->told[PART_MACHINE], TOLD_SOME, "without hives the SIDs are not told");
    return host_put(r, NULL, &row, err);
}

static enum rc read_hives(struct host_reading *r, struct err *err)
{
    uint64_t rows = 0;
    if (!r->has_hives) {
        return RC_OK;
    }
    TRY(hive_rows(r->import, &r->hives, r->a, r->word, r->told, &rows, err));
    for (size_t i = 0; i < r->count; i++) {
        struct host_file *f = &r->files[i];
        if (f->kind && !f->state && strncmp(f->kind, "hive", 4) == 0) {
            f->state = "decoded";
        }
    }
    return RC_OK;
}

/* What the registry starts: the hives' word for it, or the exports' where users' hives came with them. */
static enum rc autostart_registry(struct host_reading *r, struct err *err)
{
    struct host_told *told = &r->told[PART_AUTOSTART];
    bool is_told = false, is_kit = r->import->kind == HOST_KIT;
    if (is_kit) {
        TRY(host_exports_told(r, &is_told, err));
    }
    bool has_users = !is_kit || host_kit_step(r, "users") == 0;
    if ((is_told && has_users) || (!is_kit && told->why == hive_rows_autostart_rest)) {
        host_raise(&r->autostart_registry, TOLD_ALL, NULL);
        return RC_OK;
    }
    bool is_any = told->state != TOLD_NOTHING || r->rows[PART_AUTOSTART] > 0;
    host_raise(&r->autostart_registry, is_any ? TOLD_SOME : TOLD_NOTHING,
               !is_kit   ? told->why
               : is_told ? "what users start by themselves is in their hives (collect.cmd takes "
                           "them with /sam)"
                         : "some of the registry's keys that start programs were not told");
    return RC_OK;
}

/* Autostart comes from four places; it is whole when each of them is. */
static enum rc read_autostart(struct host_reading *r, struct err *err)
{
    const struct host_told *parts[] = { &r->autostart_registry, &r->autostart_tasks,
                                        &r->autostart_folders };
    const struct host_told *scripts = &r->autostart_scripts; /* "there are none" alone is nothing */
    bool is_all = true, is_any = false;
    const char *why = NULL;
    if (!r->import->wants[PART_AUTOSTART] || r->import->kind == HOST_CACHE) {
        return RC_OK;
    }
    TRY(autostart_registry(r, err));
    TRY(host_tasks(r, err));
    TRY(host_startup(r, err));
    TRY(host_scripts(r, err));
    for (size_t i = 0; i < ARRAY_LEN(parts); i++) {
        is_all = is_all && parts[i]->state == TOLD_ALL;
        is_any = is_any || parts[i]->state != TOLD_NOTHING;
        why = why ? why : parts[i]->state != TOLD_ALL ? parts[i]->why : NULL;
    }
    is_all = is_all && scripts->state == TOLD_ALL;
    is_any = is_any || r->rows[PART_AUTOSTART] > 0;
    why = why || scripts->state == TOLD_ALL ? why : scripts->why;
    r->told[PART_AUTOSTART] = (struct host_told){ is_all   ? TOLD_ALL
                                                  : is_any ? TOLD_SOME
                                                           : TOLD_NOTHING,
                                                  why };
    return RC_OK;
}

static enum rc end_registry(struct host_reading *r, struct err *err)
{
    struct host_told *told = &r->told[PART_REGISTRY];
    uint64_t rows = 0, open = 0;
    if (!r->import->wants[PART_REGISTRY] || !r->import->plan) {
        return RC_OK;
    }
    TRY(plan_emit(r->import->plan, r->import->host, r->word, r->import->sink, &rows, &open, err));
    const char *hives_why = told->why;
    *told = (struct host_told){ .state = TOLD_NOTHING };
    size_t wishes = plan_count(r->import->plan);
    if (open == 0 && rows > 0 && r->import->kind != HOST_CACHE) {
        told->state = TOLD_ALL;
    } else if (rows > 0) {
        const char *count = arena_printf(r->a, "%llu of %zu questions have no answer in the files",
                                         (unsigned long long)open, wishes);
        host_raise(told, TOLD_SOME,
                   r->import->kind == HOST_CACHE
                       ? "the caches of policies hold only what policies set"
                   : hives_why && r->import->kind != HOST_KIT ? hives_why
                                                              : count);
    }
    return RC_OK;
}

static enum rc read_host(struct host_reading *r, struct err *err)
{
    TRY(read_hives(r, err));
    if (r->import->kind == HOST_KIT) {
        TRY(host_exports_offer(r, err));
        TRY(host_templates(r, err));
    }
    if (r->import->kind != HOST_HIVES) {
        TRY(host_caches(r, err));
        TRY(host_history(r, err));
    }
    TRY(read_autostart(r, err));
    TRY(put_machine(r, err));
    TRY(end_registry(r, err));
    for (int i = 0; i < PART_COUNT; i++) {
        enum host_part part = (enum host_part)i;
        if (r->import->wants[part] && exists(r, part)) {
            TRY(put_coverage(r, part, err));
        }
    }
    return RC_OK;
}

static enum rc read_bundle(struct host_reading *r, struct err *err)
{
    TRY(host_files_open(r, err));
    TRY(host_layout(r, err));
    TRY(identify(r, err));
    TRY(put_machine_file(r, err));
    if (r->import->host) {
        TRY(read_host(r, err));
    }
    return host_files_put(r, err);
}

/* Counts the rows of each part on their way. */
struct counter {
    struct row_sink sink;
    struct row_sink *to;
    uint64_t *rows;
};

static int part_of(enum row_table table)
{
    static const struct {
        enum row_table table;
        enum host_part part;
    } parts[] = {
        { ROW_TABLE_MACHINE, PART_MACHINE },      { ROW_TABLE_REGISTRY, PART_REGISTRY },
        { ROW_TABLE_SERVICE, PART_SERVICE },      { ROW_TABLE_LOCALPOLICY, PART_POLICY },
        { ROW_TABLE_LOCALACCOUNT, PART_ACCOUNT }, { ROW_TABLE_LOCALGROUP, PART_GROUP },
        { ROW_TABLE_LOCALMEMBER, PART_GROUP },    { ROW_TABLE_LOCALRIGHT, PART_RIGHT },
        { ROW_TABLE_HOSTAUDIT, PART_AUDIT },      { ROW_TABLE_AUTOSTART, PART_AUTOSTART },
        { ROW_TABLE_FINGERPRINT, PART_PASSWORD },
    };

    for (size_t i = 0; i < ARRAY_LEN(parts); i++) {
        if (parts[i].table == table) {
            return (int)parts[i].part;
        }
    }
    return -1;
}

static enum rc count_row(struct row_sink *sink, const struct row *row, struct err *err)
{
    struct counter *c = (struct counter *)(void *)sink;
    int part = part_of(row->table);
    if (part >= 0) {
        c->rows[part]++;
    }
    return row_put(c->to, row, err);
}

enum rc host_rows(const struct host_import *import, struct err *err)
{
    struct host_import own = *import;
    struct host_reading r = { .import = &own,
                              .a = arena_new(MEMORY),
                              .scratch = arena_new(SCRATCH),
                              .code_page = import->code_page,
                              .word = import->kind == HOST_CACHE ? "cache" : "kit" };
    struct counter counter = { { count_row }, import->sink, r.rows };
    own.sink = &counter.sink;
    enum rc rc = r.a && r.scratch ? read_bundle(&r, err) : err_setf(err, RC_NOMEM, "out of memory");
    arena_free(r.a);
    arena_free(r.scratch);
    return rc;
}
