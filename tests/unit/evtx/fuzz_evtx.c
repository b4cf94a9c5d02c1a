/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Fuzzes evtx_read, evtx_text, evtx_number, evtx_time, evtx_sid, evtx_array_next. A file that begins with ElfFile is read as it is; anything else
 * is what stands behind the head of a chunk, whose head and checksums are made right first. */
#include <stdlib.h>
#include <string.h>
#include <zlib.h>

#include "audit/base/sid.h"
#include "audit/base/utf.h"
#include "tests/unit/evtx/file_source.h"

#define CHUNK 65536U
#define FRONT (4096U + 512U)

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

struct look {
    struct arena *a;
    const uint8_t *chunk; /* where data of fields may lie, or in memory of the reader */
    uint64_t heads, eaches;
};

static void set(uint8_t *p, uint64_t v, size_t n)
{
    for (size_t i = 0; i < n; i++) {
        p[i] = (uint8_t)(v >> (8 * i));
    }
}

static void check_text(const char *s)
{
    if (!s || !utf8_valid(s, strlen(s))) {
        abort();
    }
}

static void check_field(const struct evtx_field *f, struct arena *a)
{
    char sid[SID_TEXT_MAX];
    struct evtx_field one;
    uint64_t number = 0, count = 0;
    filetime t = 0;
    check_text(f->name);
    check_text(evtx_text(f, a));
    (void)evtx_number(f, &number);
    if ((evtx_sid(f, sid, sizeof(sid)) && !sid_text_valid(sid)) || (evtx_time(f, &t) && t < 0)) {
        abort();
    }
    for (uint32_t at = 0; evtx_array_next(f, &at, &one); count++) {
        if (count > f->size || one.data < f->data || one.data + one.size > f->data + f->size) {
            abort();
        }
    }
}

static enum rc head(void *context, const struct evtx_event *e, bool *ret_wants, struct err *err)
{
    struct look *l = context;
    (void)err;
    check_text(e->provider);
    check_text(e->channel);
    check_text(e->computer);
    check_text(e->user_sid);
    l->heads++;
    *ret_wants = true;
    return RC_OK;
}

static enum rc each(void *context, const struct evtx_event *e, const struct evtx_field *fields,
                    size_t count, struct err *err)
{
    struct look *l = context;
    (void)err;
    check_text(e->user_data_root);
    l->eaches++;
    for (size_t i = 0; i < count; i++) {
        check_field(&fields[i], l->a);
        arena_reset(l->a);
    }
    return RC_OK;
}

static uint8_t *chunk_of(const uint8_t *data, size_t size, size_t *ret_size)
{
    size_t n = size < CHUNK - 512 ? size : CHUNK - 512;
    uint8_t *file = calloc(1, 4096 + CHUNK), *p = file + 4096;
    if (!file) {
        abort();
    }
    memcpy(file + FRONT, data, n);
    memcpy(p, "ElfChnk", 8);
    set(p + 8, 1, 8);
    set(p + 16, 3, 8);
    set(p + 24, 1, 8);
    set(p + 32, 3, 8);
    set(p + 40, 128, 4);
    set(p + 44, 512, 4);
    set(p + 48, 512 + n, 4);
    set(p + 52, crc32(0, p + 512, (unsigned)n), 4);
    set(p + 124, crc32(crc32(0, p, 120), p + 128, 384), 4);
    *ret_size = 4096 + CHUNK;
    return file;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static const char *const names[] = { "LogonType", "SubjectUserSid", "TargetUserName" };
    struct memory m = { .data = data, .size = size };
    uint8_t *made = NULL;
    if (size < 8 || memcmp(data, "ElfFile", 8) != 0) {
        m.data = made = chunk_of(data, size, &m.size);
    }
    struct look l = { .a = arena_new(0) };
    struct evtx_options o = { .source = memory_source(&m),
                              .names = names,
                              .name_count = 3,
                              .carves = true,
                              .head = head,
                              .each = each,
                              .context = &l };
    struct evtx_totals t;
    struct err err;
    if (l.a) {
        enum rc rc = evtx_read(&o, &t, &err);
        if ((rc != RC_OK && rc != RC_MALFORMED) || t.records != l.heads || l.eaches != l.heads) {
            abort();
        }
    }
    free(made);
    arena_free(l.a);
    return 0;
}
