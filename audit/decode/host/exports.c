/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The registry of a kit: reg export, reg query, and what was only asked whether it is there. asked.txt tells what each file is the
 * answer to; without its line a file of reg query says nothing of what it does not hold. */
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "audit/base/num.h"
#include "audit/decode/format/reg_file.h"
#include "audit/decode/format/reg_query.h"
#include "audit/decode/format/text.h"
#include "audit/decode/host/registry_rows.h"

#define ASKED_MAX 4096U
#define NAME_MAX_ 255U
#define SCRATCH   65536U

/* One question of a kit: all values of a key, or one. */
struct asked {
    struct host_file *file;
    const char *key;
    bool is_all;
};

struct export
{
    struct host_reading *r;
    struct host_file *file;
    struct registry_rows rows;
    const char *root; /* the first key of the file */
    const struct asked *asked;
    struct arena *scratch; /* of whose the kit is; NULL = that is not asked */
    uint64_t values;
    bool is_offering;
};

static bool is_like(const char *name, const char *end)
{
    size_t n = strlen(name), m = strlen(end);
    return n > m && strcmp(name + n - m, end) == 0;
}

static bool wants_registry(const struct host_reading *r)
{
    return r->import->host && r->import->wants[PART_REGISTRY] && r->import->plan;
}

/* What is told goes to the plan of the checks and to that of the keys that start something. What a plan cannot hold is not told,
 * and costs no more than that. */
static enum rc tolerate(enum rc rc, struct err *err)
{
    return rc == RC_LIMIT ? err_setf(err, RC_MALFORMED, "more values than are taken of one host")
                          : rc;
}

static enum rc cover(struct host_reading *r, const char *key, struct err *err)
{
    if (wants_registry(r)) {
        TRY(plan_cover(r->import->plan, key, err));
    }
    return r->places ? plan_cover(r->places, key, err) : RC_OK;
}

static enum rc uncover(struct host_reading *r, const char *key, struct err *err)
{
    if (wants_registry(r)) {
        TRY(plan_uncover(r->import->plan, key, err));
    }
    return r->places ? plan_uncover(r->places, key, err) : RC_OK;
}

static enum rc offer_key(struct host_reading *r, const char *key, struct err *err)
{
    if (wants_registry(r)) {
        TRY(tolerate(plan_offer_key(r->import->plan, key, err), err));
    }
    return r->places ? tolerate(plan_offer_key(r->places, key, err), err) : RC_OK;
}

static enum rc offer_value(struct host_reading *r, const struct registry_value *v, struct err *err)
{
    if (wants_registry(r)) {
        TRY(host_offer(r->import->plan, v, err));
    }
    return r->places ? tolerate(plan_offer(r->places, v, err), err) : RC_OK;
}

static enum rc tell(struct host_reading *r, const char *key, const char *value, bool is_there,
                    struct err *err)
{
    if (wants_registry(r)) {
        TRY(tolerate(plan_tell(r->import->plan, key, value, is_there, err), err));
    }
    return r->places ? tolerate(plan_tell(r->places, key, value, is_there, err), err) : RC_OK;
}

static bool is_asking(const struct host_reading *r)
{
    return wants_registry(r) || r->places;
}

/* Values that say whose the kit is. */
static void identify(struct host_reading *r, struct arena *scratch, const struct registry_value *v)
{
    static const struct {
        const char *key, *value;
        size_t field; /* of host_identity, a text */
    } facts[] = {
        { "HKLM\\SYSTEM\\CurrentControlSet\\Control\\ComputerName\\ComputerName", "ComputerName",
          offsetof(struct host_identity, computer_name) },
        { "HKLM\\SYSTEM\\CurrentControlSet\\Services\\Tcpip\\Parameters", "Domain",
          offsetof(struct host_identity, dns_domain) },
        { "HKLM\\SYSTEM\\CurrentControlSet\\Control\\ProductOptions", "ProductType",
          offsetof(struct host_identity, role) },
        { "HKLM\\SOFTWARE\\Microsoft\\Windows NT\\CurrentVersion", "CurrentBuildNumber", SIZE_MAX },
    };

    for (size_t i = 0; i < ARRAY_LEN(facts); i++) {
        struct registry_data d;
        const char **field = facts[i].field == SIZE_MAX
                                 ? NULL
                                 : (const char **)(void *)((char *)&r->who + facts[i].field);
        if (strcasecmp(v->value, facts[i].value) != 0 || strcasecmp(v->key, facts[i].key) != 0 ||
            v->size > 2 * NAME_MAX_ + 2 || (field && *field)) {
            continue;
        }
        arena_reset(scratch);
        if (!registry_data(scratch, v, &d) || !d.text || !*d.text) {
            continue;
        }
        if (!field) {
            int64_t build;
            bool is_build = num_i64(d.text, strlen(d.text), &build) && build > 0 && build < 1000000;
            r->who.build = r->who.build == 0 && is_build ? build : r->who.build;
        } else if (facts[i].field == offsetof(struct host_identity, role)) {
            /* WinNT and ServerNT tell nothing of a domain. */
            *field = strcasecmp(d.text, "LanmanNT") == 0 ? "controller" : NULL;
        } else {
            *field = arena_strdup(r->a, d.text);
        }
    }
}

static enum rc on_key(void *context, const char *key, struct err *err)
{
    struct export *x = context;
    if (!x->root) {
        x->root = arena_strdup(x->r->a, key);
        if (!x->root) {
            return err_setf(err, RC_NOMEM, "out of memory");
        }
    }
    if (x->is_offering) {
        TRY(registry_rows_key(&x->rows, key, err));
        return offer_key(x->r, key, err);
    }
    /* Of a question about one key the answer lists the keys below: they are there, and what they hold was not asked. */
    if (x->asked && x->asked->is_all && strcasecmp(key, x->asked->key) != 0) {
        return uncover(x->r, key, err);
    }
    return RC_OK;
}

static enum rc on_value(void *context, const struct registry_value *v, struct err *err)
{
    struct export *x = context;
    x->values++;
    if (!x->is_offering) {
        if (x->scratch) {
            identify(x->r, x->scratch, v);
        }
        return RC_OK;
    }
    TRY(registry_rows_value(&x->rows, v, err));
    return v->action == REG_SET ? offer_value(x->r, v, err) : RC_OK;
}

static enum rc read_export(struct export *x, bool *ret_whole, struct err *err)
{
    const struct reg_file_sink exported = { x, on_value, on_key };
    const struct reg_query_sink answered = { x, on_value, on_key };
    struct host_file *f = x->file;
    if (is_like(f->lower, ".reg")) {
        return reg_file_read(f->data, f->size, x->r->code_page, &exported, ret_whole, err);
    }
    enum rc rc = reg_query_read(f->data, f->size, x->r->code_page, &answered, err);
    *ret_whole = rc == RC_OK;
    return rc;
}

static const char *kind_of(const struct host_file *f)
{
    return is_like(f->lower, ".reg") ? "registry_file" : "registry_query";
}

/* "registry\run.txt|HKLM\…\Run|*" */
static bool parse_asked(const struct host_reading *r, char *line, struct asked *ret)
{
    char *bar = strchr(line, '|'), *end = bar ? strchr(bar + 1, '|') : NULL;
    if (!bar || !end) {
        return false;
    }
    *bar = *end = '\0';
    for (char *p = line; *p; p++) {
        *p = *p == '\\' ? '/' : (char)(*p >= 'A' && *p <= 'Z' ? *p + 32 : *p);
    }
    ret->file = host_file_find(r, r->base, line);
    ret->key = reg_file_key(r->a, bar + 1, strlen(bar + 1));
    ret->is_all = strcmp(end + 1, "*") == 0;
    return ret->file && ret->key && is_like(line, ".txt");
}

static int by_length(const void *a, const void *b)
{
    size_t n = strlen(((const struct asked *)a)->key), m = strlen(((const struct asked *)b)->key);
    return n < m ? -1 : n > m;
}

static enum rc read_asked(struct host_reading *r, struct asked *list, size_t *ret_count,
                          struct err *err)
{
    struct host_file *f = host_file_find(r, r->base, "asked.txt");
    AUTO(text_close) struct text t;
    const char *line;
    size_t n;
    enum rc rc = RC_ABSENT;
    *ret_count = 0;
    text_open(&t, f ? f->data : (const uint8_t *)"", f ? f->size : 0, r->code_page);
    while (f && *ret_count < ASKED_MAX && (rc = text_next(&t, &line, &n, err)) != RC_ABSENT) {
        if (rc == RC_LIMIT) {
            continue;
        }
        TRY(rc);
        char *copy = n < 2048 ? arena_strndup(r->a, line, n) : NULL;
        *ret_count += copy && parse_asked(r, copy, &list[*ret_count]);
    }
    /* Keys nearer to the root first: what was said of one further down is the last word. */
    qsort(list, *ret_count, sizeof(*list), by_length);
    return RC_OK;
}

static enum rc cover_answer(struct host_reading *r, const struct asked *q, struct err *err)
{
    struct export x = { .r = r, .file = q->file, .asked = q };
    struct err why;
    bool is_whole;
    if (!q->is_all || strncasecmp(q->key, "HKLM\\", 5) != 0) {
        return RC_OK;
    }
    TRY(cover(r, q->key, err));
    enum rc rc = read_export(&x, &is_whole, &why);
    if (rc != RC_OK && rc != RC_MALFORMED) {
        *err = why;
        return rc;
    }
    return is_whole ? RC_OK : uncover(r, q->key, err);
}

static enum rc cover_answers(struct host_reading *r, struct err *err)
{
    size_t count;
    struct asked *list = arena_array(r->a, ASKED_MAX, sizeof(*list));
    if (!list) {
        return err_setf(err, RC_NOMEM, "out of memory");
    }
    TRY(read_asked(r, list, &count, err));
    for (size_t i = 0; i < count; i++) {
        TRY(cover_answer(r, &list[i], err));
    }
    return RC_OK;
}

/* Calls fn with each usable file of the folder that is an export or an answer. */
static enum rc each_export(struct host_reading *r,
                           enum rc (*fn)(struct host_reading *r, struct host_file *f,
                                         struct err *err),
                           struct err *err)
{
    size_t count;
    struct host_file *files = host_files_below(r, r->base, "registry/", &count);
    for (size_t i = 0; i < count; i++) {
        bool is_one = is_like(files[i].lower, ".reg") || is_like(files[i].lower, ".txt");
        if (is_one && host_file_usable(&files[i])) {
            TRY(fn(r, &files[i], err));
        }
    }
    return RC_OK;
}

/* Whose it is, and what an export covers. reg export passes over keys that it may not read, and says nothing: only an
 * administrator's export tells what is not there. */
static enum rc look_first(struct host_reading *r, struct host_file *f, struct err *err)
{
    struct arena *scratch AUTO(arena_freep) = arena_new(SCRATCH);
    struct export x = { .r = r, .file = f, .scratch = scratch };
    struct err why;
    bool is_whole = false;
    enum rc rc =
        scratch ? read_export(&x, &is_whole, &why) : err_setf(&why, RC_NOMEM, "out of memory");
    if (rc != RC_OK && rc != RC_MALFORMED) {
        *err = why;
        return rc;
    }
    if (!r->import->host) {
        return host_file_end(r, f, kind_of(f), rc, &why);
    }
    bool is_covering = is_like(f->lower, ".reg") && is_whole && rc == RC_OK && x.root &&
                       r->kit.is_administrator && strncasecmp(x.root, "HKLM\\", 5) == 0;
    if (is_covering) {
        TRY(cover(r, x.root, err));
    }
    const char services[] = "HKLM\\SYSTEM\\CurrentControlSet\\Services";
    size_t n = x.root ? strlen(x.root) : 0;
    if (is_covering && n < sizeof(services) && strncasecmp(services, x.root, n) == 0 &&
        (services[n] == '\0' || services[n] == '\\')) {
        r->has_all_services = true;
    }
    return RC_OK;
}

/* "HKLM\KEY|VALUE=present", "=absent"; VALUE "*" with absent: neither the key nor anything below. */
static enum rc present_line(struct host_reading *r, char *line, bool is_cover, uint64_t *lines,
                            struct err *err)
{
    char *bar = strchr(line, '|'), *end = strrchr(line, '=');
    if (!bar || !end || end < bar) {
        ++*lines;
        return err_setf(err, RC_MALFORMED, "a line of present.txt has no form");
    }
    *bar = *end = '\0';
    bool is_there = strcmp(end + 1, "present") == 0;
    ++*lines;
    if ((!is_there && strcmp(end + 1, "absent") != 0) || strncasecmp(line, "HKLM\\", 5) != 0) {
        return err_setf(err, RC_MALFORMED, "a line of present.txt has no form");
    }
    if (strcmp(bar + 1, "*") == 0) {
        return is_cover && !is_there ? cover(r, line, err) : RC_OK;
    }
    return is_cover ? RC_OK : tell(r, line, bar + 1, is_there, err);
}

static enum rc present(struct host_reading *r, bool is_cover, struct err *err)
{
    struct host_file *f = host_file_find(r, r->base, "present.txt");
    AUTO(text_close) struct text t;
    const char *line;
    size_t n;
    uint64_t lines = 0;
    enum rc rc = RC_ABSENT, worst = RC_OK;
    text_open(&t, f ? f->data : (const uint8_t *)"", f ? f->size : 0, r->code_page);
    while (f && lines < ASKED_MAX && (rc = text_next(&t, &line, &n, err)) != RC_ABSENT) {
        char *copy = rc == RC_OK && n > 0 && n < 2048 ? arena_strndup(r->a, line, n) : NULL;
        if (rc != RC_OK && rc != RC_LIMIT) {
            return rc;
        }
        rc = copy ? present_line(r, copy, is_cover, &lines, err) : RC_OK;
        worst = rc == RC_MALFORMED ? rc : worst;
        if (rc != RC_OK && rc != RC_MALFORMED) {
            return rc;
        }
    }
    if (!f || is_cover) {
        return RC_OK;
    }
    if (worst != RC_OK) {
        (void)err_setf(err, RC_MALFORMED, "some lines have no form");
    }
    return host_file_end(r, f, "kit", worst, err);
}

enum rc host_exports_cover(struct host_reading *r, struct err *err)
{
    if (r->import->host && host_wants(r, PART_AUTOSTART)) {
        TRY(registry_rows_plan(r->a, &r->places, err));
    }
    if (is_asking(r)) {
        TRY(cover_answers(r, err));
    }
    TRY(each_export(r, look_first, err));
    return is_asking(r) ? present(r, true, err) : RC_OK;
}

static enum rc read_rows(struct host_reading *r, struct host_file *f, struct err *err)
{
    struct export x = { .r = r, .file = f, .is_offering = true };
    struct err why;
    bool is_whole;
    TRY(registry_rows_begin(&x.rows, r, f, r->services_seen, err));
    enum rc rc = read_export(&x, &is_whole, &why);
    enum rc end = rc == RC_OK || rc == RC_MALFORMED ? registry_rows_end(&x.rows, err) : RC_OK;
    registry_rows_done(&x.rows);
    TRY(end);
    if (rc == RC_OK && !is_whole) {
        rc = err_setf(&why, RC_MALFORMED, "the export ends too early");
    }
    if (rc == RC_MALFORMED && x.values > 0) {
        f->state = "partial"; /* what came before the break is of use */
        f->detail = arena_strdup(r->a, why.msg);
    }
    if (rc != RC_OK) {
        *err = why;
    }
    return host_file_end(r, f, kind_of(f), rc, err);
}

/* Services that the checks name and the export has not. */
static enum rc end_services(struct host_reading *r, struct err *err)
{
    struct plan *plan = r->import->plan;
    size_t count = plan ? plan_service_count(plan) : 0, seen = 0;
    for (size_t i = 0; i < count; i++) {
        seen += r->services_seen[i];
        if (r->services_seen[i] || !r->has_all_services) {
            continue;
        }
        struct row row;
        row_begin(&row, ROW_TABLE_SERVICE);
        row_text(&row, SERVICE_HOST, r->import->host);
        row_text(&row, SERVICE_NAME, plan_service(plan, i));
        row_text(&row, SERVICE_ORIGIN, r->word);
        row_bool(&row, SERVICE_MISSING, true);
        TRY(host_put(r, NULL, &row, err));
    }
    if (r->has_all_services) {
        host_raise(&r->told[PART_SERVICE], TOLD_ALL, NULL);
    } else if (seen > 0) {
        host_raise(&r->told[PART_SERVICE], TOLD_SOME,
                   "no whole export of the services that an administrator made");
    }
    return RC_OK;
}

enum rc host_exports_offer(struct host_reading *r, struct err *err)
{
    size_t count = r->import->plan ? plan_service_count(r->import->plan) : 0;
    r->services_seen = arena_array(r->a, count + 1, sizeof(*r->services_seen));
    if (!r->services_seen) {
        return err_setf(err, RC_NOMEM, "out of memory");
    }
    bool wants_services = host_wants(r, PART_SERVICE);
    TRY(each_export(r, read_rows, err));
    if (is_asking(r)) {
        TRY(present(r, false, err));
    }
    return wants_services ? end_services(r, err) : RC_OK;
}

static enum rc drop(struct row_sink *sink, const struct row *row, struct err *err)
{
    (void)sink, (void)row, (void)err;
    return RC_OK;
}

enum rc host_exports_told(struct host_reading *r, bool *ret, struct err *err)
{
    struct row_sink nobody = { drop };
    uint64_t rows, open = 1;
    if (r->places) {
        TRY(plan_emit(r->places, r->import->host, r->word, &nobody, &rows, &open, err));
    }
    *ret = open == 0 && r->has_all_services;
    return RC_OK;
}
