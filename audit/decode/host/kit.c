/* SPDX-License-Identifier: GPL-3.0-or-later */
/* kit.txt, steps.txt and manifest.txt of a kit (audit/kit/README.md). */
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "audit/base/num.h"
#include "audit/decode/format/text.h"
#include "audit/decode/host/reading.h"

#define STEPS_MAX     4096U
#define FACT_TEXT_MAX 255U /* longer than any name of a computer or a domain */

/* Calls fn with each line of a text; one that is too long is passed over. */
static enum rc each_line(struct host_reading *r, const struct host_file *f, unsigned code_page,
                         enum rc (*fn)(struct host_reading *r, const char *line, size_t n,
                                       struct err *err),
                         struct err *err)
{
    AUTO(text_close) struct text t;
    const char *line;
    size_t n;
    enum rc rc;
    text_open(&t, f->data, f->size, code_page);
    while ((rc = text_next(&t, &line, &n, err)) != RC_ABSENT) {
        if (rc == RC_LIMIT) {
            continue;
        }
        TRY(rc);
        TRY(fn(r, line, n, err));
    }
    return RC_OK;
}

/* The value of "key=value" when the line is about key. */
static const char *value_of(const char *line, const char *key)
{
    size_t n = strlen(key);
    return strncmp(line, key, n) == 0 && line[n] == '=' ? line + n + 1 : NULL;
}

static const char *kept(struct host_reading *r, const char *value)
{
    size_t n = strlen(value);
    const char *text = text_trim(value, &n);
    return n > 0 && n <= FACT_TEXT_MAX ? arena_strndup(r->a, text, n) : NULL;
}

static enum rc code_page_line(struct host_reading *r, const char *line, size_t n, struct err *err)
{
    uint32_t number;
    const char *value = value_of(line, "codepage");
    (void)n, (void)err;
    if (value && num_u32(value, strlen(value), &number) && number <= 65535) {
        r->code_page = number;
    }
    return RC_OK;
}

static enum rc fact_line(struct host_reading *r, const char *line, size_t n, struct err *err)
{
    const char *value;
    filetime at;
    (void)n, (void)err;
    if ((value = value_of(line, "computer")) && !r->kit.computer) {
        r->kit.computer = kept(r, value);
    } else if ((value = value_of(line, "domain")) && !r->kit.domain) {
        r->kit.domain = kept(r, value);
    } else if ((value = value_of(line, "started")) && filetime_from_iso(value, &at)) {
        r->kit.started = at;
    } else if ((value = value_of(line, "finished")) && filetime_from_iso(value, &at)) {
        r->kit.finished = at;
    } else if ((value = value_of(line, "administrator"))) {
        r->kit.is_administrator = strcmp(value, "yes") == 0;
    }
    return RC_OK;
}

static enum rc step_line(struct host_reading *r, const char *line, size_t n, struct err *err)
{
    const char *bar = memchr(line, '|', n);
    int64_t code;
    if (!bar || bar == line || r->step_count == STEPS_MAX ||
        !num_i64(bar + 1, n - (size_t)(bar + 1 - line), &code)) {
        return RC_OK;
    }
    char *name = arena_strndup(r->a, line, (size_t)(bar - line));
    if (!name) {
        return err_setf(err, RC_NOMEM, "out of memory");
    }
    r->steps[r->step_count++] = (struct host_step){ name, code };
    return RC_OK;
}

int64_t host_kit_step(const struct host_reading *r, const char *name)
{
    for (size_t i = 0; i < r->step_count; i++) {
        if (strcasecmp(r->steps[i].name, name) == 0) {
            return r->steps[i].code;
        }
    }
    return -1;
}

struct sum {
    const char *path; /* in lower case, with slashes */
    char sha256[65];
    bool is_there;
};

struct sums {
    struct host_reading *r;
    struct sum *list;
    size_t count, room;
};

static int by_path(const void *a, const void *b)
{
    return strcmp(((const struct sum *)a)->path, ((const struct sum *)b)->path);
}

/* "hex *path"; certutil of Windows 7 puts blanks between the bytes. */
static bool parse_sum(struct arena *a, const char *line, struct sum *ret)
{
    size_t n = 0;
    const char *s = line;
    for (; *s && *s != '*' && n < 64; s++) {
        if (*s == ' ') {
            continue;
        }
        char c = (char)(*s >= 'A' && *s <= 'F' ? *s + 32 : *s);
        if (!(c >= '0' && c <= '9') && !(c >= 'a' && c <= 'f')) {
            return false;
        }
        ret->sha256[n++] = c;
    }
    while (*s == ' ') {
        s++;
    }
    if (n != 64 || *s != '*' || s[1] == '\0') {
        return false;
    }
    char *path = arena_strdup(a, s + 1);
    for (char *p = path; p && *p; p++) {
        *p = *p == '\\' ? '/' : (char)(*p >= 'A' && *p <= 'Z' ? *p + 32 : *p);
    }
    ret->path = path;
    return path != NULL;
}

static enum rc read_sums(struct sums *s, const struct host_file *f, bool *ret_whole,
                         struct err *err)
{
    AUTO(text_close) struct text t;
    const char *line;
    size_t n;
    enum rc rc;
    *ret_whole = true;
    text_open(&t, f->data, f->size, s->r->code_page);
    while ((rc = text_next(&t, &line, &n, err)) != RC_ABSENT) {
        if (rc != RC_OK && rc != RC_LIMIT) {
            return rc;
        }
        if (rc == RC_OK && n == 0) {
            continue;
        }
        bool is_good =
            rc == RC_OK && s->count < s->room && parse_sum(s->r->a, line, &s->list[s->count]);
        s->count += is_good;
        *ret_whole = *ret_whole && is_good;
    }
    return RC_OK;
}

static void bar(struct host_file *f, const char *why)
{
    f->is_barred = true;
    f->state = "malformed";
    f->detail = why;
}

static void compare(struct host_reading *r, struct sums *s)
{
    size_t n = strlen(r->base);
    for (size_t i = 0; i < r->count; i++) {
        struct host_file *f = &r->files[i];
        if (f->bundle != BUNDLE_READ || f->is_barred || strncmp(f->lower, r->base, n) != 0 ||
            strcmp(f->lower + n, "manifest.txt") == 0) {
            continue;
        }
        const struct sum key = { .path = f->lower + n };
        struct sum *sum =
            s->count > 0 ? bsearch(&key, s->list, s->count, sizeof(*s->list), by_path) : NULL;
        if (!sum) {
            bar(f, "it is not in the kit's manifest");
        } else if (strcmp(sum->sha256, f->sha256) != 0) {
            bar(f, "it differs from the kit's manifest");
        }
    }
}

/* Files that the manifest has and the kit has not: whoever took one away left its line. */
static enum rc note_lost(struct host_reading *r, struct host_file *manifest, struct sums *s,
                         struct err *err)
{
    size_t lost = 0;
    for (size_t i = 0; i < s->count; i++) {
        size_t n;
        const struct host_file *f = host_files_below(r, r->base, s->list[i].path, &n);
        bool is_there = n > 0 && strcmp(f->lower + strlen(r->base), s->list[i].path) == 0;
        lost += !is_there;
    }
    if (lost > 0) {
        manifest->state = "partial";
        manifest->detail =
            arena_printf(r->a, "%zu of the files in the manifest are not in the kit", lost);
        if (!manifest->detail) {
            return err_setf(err, RC_NOMEM, "out of memory");
        }
    }
    return RC_OK;
}

static enum rc check_manifest(struct host_reading *r, struct err *err)
{
    struct host_file *f = host_file_find(r, r->base, "manifest.txt");
    if (!f) {
        return RC_OK;
    }
    struct sums s = { .r = r, .room = HOST_FILES_MAX };
    size_t lines = 1;
    for (size_t i = 0; i < f->size; i++) {
        lines += f->data[i] == '\n';
    }
    s.room = lines < s.room ? lines : s.room;
    s.list = arena_array(r->a, s.room, sizeof(*s.list));
    if (!s.list) {
        return err_setf(err, RC_NOMEM, "out of memory");
    }
    bool is_whole;
    TRY(read_sums(&s, f, &is_whole, err));
    qsort(s.list, s.count, sizeof(*s.list), by_path);
    r->kit.has_manifest = true;
    compare(r, &s);
    TRY(note_lost(r, f, &s, err));
    enum rc rc =
        is_whole ? RC_OK : err_setf(err, RC_MALFORMED, "some lines of the manifest have no form");
    return host_file_end(r, f, "kit", rc, err);
}

enum rc host_kit_open(struct host_reading *r, struct err *err)
{
    struct host_file *f = host_file_find(r, r->base, "kit.txt");
    if (f) {
        TRY(each_line(r, f, 0, code_page_line, err));
    }
    TRY(check_manifest(r, err));
    if (f && host_file_usable(f)) {
        TRY(each_line(r, f, r->code_page, fact_line, err));
        TRY(host_file_end(r, f, "kit", RC_OK, err));
    }
    r->steps = arena_array(r->a, STEPS_MAX, sizeof(*r->steps));
    if (!r->steps) {
        return err_setf(err, RC_NOMEM, "out of memory");
    }
    f = host_file_find(r, r->base, "steps.txt");
    if (f) {
        TRY(each_line(r, f, r->code_page, step_line, err));
        TRY(host_file_end(r, f, "kit", RC_OK, err));
    }
    f = host_file_find(r, r->base, "asked.txt");
    return f ? host_file_end(r, f, "kit", RC_OK, err) : RC_OK;
}
