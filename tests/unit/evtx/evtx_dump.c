/* SPDX-License-Identifier: GPL-3.0-or-later */
/* One JSON line an event of a log, for the comparison with evtxexport and for the benchmark; the last line has the totals.
 *   evtx_dump all|wanted|heads|carve FILE
 * wanted: the events about passwords and logons that the audit reads; carve: all, and what can be carved. */
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "tests/unit/evtx/file_source.h"

/* Numbers of guidance 3.1 and 7, sorted. */
static const uint32_t wanted[] = {
    21,   22,   24,   25,   104,  1100, 1102, 1149, 4616, 4624, 4625, 4634, 4647, 4648,
    4672, 4697, 4706, 4707, 4713, 4716, 4719, 4720, 4722, 4723, 4724, 4725, 4726, 4728,
    4729, 4732, 4733, 4738, 4739, 4740, 4741, 4742, 4743, 4756, 4757, 4764, 4765, 4766,
    4767, 4768, 4769, 4771, 4776, 4780, 4781, 4782, 4793, 4794, 5136, 7045,
};

struct dump {
    enum {
        ALL,
        WANTED,
        HEADS
    } what;
    struct arena *a;
};

static void put_string(const char *s)
{
    (void)putc_unlocked('"', stdout);
    for (; *s; s++) {
        unsigned char c = (unsigned char)*s;
        if (c == '"' || c == '\\') {
            (void)putc_unlocked('\\', stdout);
            (void)putc_unlocked(c, stdout);
        } else if (c < 0x20) {
            (void)printf("\\u%04x", c);
        } else {
            (void)putc_unlocked(c, stdout);
        }
    }
    (void)putc_unlocked('"', stdout);
}

static void put_member(const char *name, const char *value)
{
    (void)printf(",\"%s\":", name);
    put_string(value);
}

static int by_number(const void *a, const void *b)
{
    uint32_t x = *(const uint32_t *)a, y = *(const uint32_t *)b;
    return x < y ? -1 : x > y;
}

static void put_head(const struct evtx_event *e)
{
    (void)printf(
        "{\"record\":%llu,\"record_id\":%llu,\"id\":%u,\"version\":%u,\"level\":%u,\"task\":%u,"
        "\"opcode\":%u,\"keywords\":%llu,\"at\":%lld,\"written\":%lld,\"offset\":%llu,\"carved\":%d,"
        "\"unsound\":%d",
        (unsigned long long)e->record, (unsigned long long)e->event_record_id, e->event_id,
        e->version, e->level, e->task, e->opcode, (unsigned long long)e->keywords, (long long)e->at,
        (long long)e->written_at, (unsigned long long)e->offset, e->is_carved, e->is_unsound);
    put_member("provider", e->provider);
    put_member("channel", e->channel);
    put_member("computer", e->computer);
    put_member("user", e->user_sid);
    put_member("root", e->user_data_root);
}

static enum rc head(void *context, const struct evtx_event *e, bool *ret_wants, struct err *err)
{
    struct dump *d = context;
    (void)err;
    *ret_wants = d->what == ALL ||
                 (d->what == WANTED &&
                  bsearch(&e->event_id, wanted, ARRAY_LEN(wanted), sizeof(wanted[0]), by_number));
    if (d->what == HEADS) {
        put_head(e);
        (void)puts("}");
    }
    return RC_OK;
}

static void put_value(const struct evtx_field *f, struct arena *a)
{
    struct evtx_field one;
    const char *s = NULL;
    if (!(f->type & EVTX_ARRAY)) {
        s = evtx_text(f, a);
        put_string(s ? s : "(no memory)");
        return;
    }
    (void)putc_unlocked('[', stdout);
    for (uint32_t at = 0; evtx_array_next(f, &at, &one);) {
        s = evtx_text(&one, a);
        put_string(s ? s : "(no memory)");
        (void)putc_unlocked(',', stdout);
    }
    (void)fputs("null]", stdout);
}

static enum rc each(void *context, const struct evtx_event *e, const struct evtx_field *fields,
                    size_t count, struct err *err)
{
    struct dump *d = context;
    (void)err;
    put_head(e);
    (void)fputs(",\"fields\":[", stdout);
    for (size_t i = 0; i < count; i++) {
        (void)fputs(i ? ",[" : "[", stdout);
        put_string(fields[i].name);
        (void)printf(",%u,", (unsigned)fields[i].type);
        put_value(&fields[i], d->a);
        (void)putc_unlocked(']', stdout);
    }
    (void)puts("]}");
    arena_reset(d->a);
    return RC_OK;
}

int main(int argc, char **argv)
{
    struct dump d = { .a = arena_new((size_t)16 * 1024 * 1024) };
    struct evtx_totals t;
    struct err err = { .rc = RC_OK };
    if (argc != 3 || !d.a) {
        (void)fputs("usage: evtx_dump all|wanted|heads|carve FILE\n", stderr);
        return 2;
    }
    bool carves = strcmp(argv[1], "carve") == 0;
    d.what = strcmp(argv[1], "wanted") == 0 ? WANTED : strcmp(argv[1], "heads") == 0 ? HEADS : ALL;
    int fd = open(argv[2], O_RDONLY | O_CLOEXEC);
    struct evtx_options o = { .carves = carves, .head = head, .each = each, .context = &d };
    if (fd < 0 || !file_source(&fd, &o.source)) {
        perror(argv[2]);
        return 2;
    }
    enum rc rc = evtx_read(&o, &t, &err);
    (void)printf(
        "{\"rc\":\"%s\",\"chunks\":%llu,\"bad_chunks\":%llu,\"records\":%llu,\"carved\":%llu,"
        "\"unreadable\":%llu,\"size\":%llu,\"dirty\":%d,\"full\":%d,\"head\":%d,\"cut\":%d}\n",
        rc_word(rc), (unsigned long long)t.chunks, (unsigned long long)t.bad_chunks,
        (unsigned long long)t.records, (unsigned long long)t.carved,
        (unsigned long long)t.unreadable, (unsigned long long)t.size, t.is_dirty, t.is_full,
        t.has_head, t.is_cut);
    arena_free(d.a);
    (void)close(fd);
    return rc == RC_OK ? 0 : 1;
}
