/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The real logs of ../shared/data against the counts that evtxexport, python-evtx and evtx-rs gave (MANIFEST.tsv): how many events, how many of each
 * number. evtx_export.py compares them field by field. Then the same logs cut and flipped. */
#include <stdio.h>
#include <stdlib.h>

#include "audit/base/num.h"
#include "tests/support/t.h"
#include "tests/unit/evtx/file_source.h"
#include "tests/unit/evtx/log_build.h"
#include "tests/unit/evtx/seen.h"

#define SAMPLES "evtx/omerbenamram__evtx/samples/"

/* Where our counts are others than evtxexport's, and why. */
static const struct {
    const char *file;
    unsigned more;       /* events than evtxexport has */
    unsigned unreadable; /* records that the chunks' heads count and that are not there, or torn */
    unsigned bad_chunks;
} differences[] = {
    /* evtxexport passes over the last chunk, of which 704 bytes are missing; 89 of its 90 records are whole. The head counts 96 chunks. */
    { "evtx/log2timeline__plaso/test_data/evtx/System2.evtx", 89, 1, 94 },
    /* All checksums are zero. */
    { SAMPLES "Application_no_crc32.evtx", 0, 0, 1 },
    /* A forwarded event is an element by itself, without dependency identifiers: evtxexport cannot read it. */
    { SAMPLES "MSExchange_Management_wec.evtx", 1, 0, 0 },
    { SAMPLES "issue_201.evtx", 1, 0, 0 },
    /* Record 6 is torn (zeros behind its template's offset; python-evtx counts it), 7 to 20 are gone. */
    { SAMPLES "Microsoft-Windows-HelloForBusiness%4Operational.evtx", 0, 15, 1 },
    /* From the third record on the first chunk holds a record of size 0; the rest of it is only carved. */
    { SAMPLES "sample-with-zero-data-size-event.evtx", 0, 115, 1 },
    /* Three chunks end in a torn record each (python-evtx counts these), of 16 chunks 12 are gone. */
    { SAMPLES "sample_with_a_bad_chunk_magic.evtx", 0, 200, 15 },
    /* The table of strings in a chunk's head is overwritten; the records do not need it. */
    { SAMPLES "security_bad_string_cache.evtx", 0, 0, 1 },
};

struct counts {
    uint64_t of[65536];
    uint64_t events, fields, whole;
};

static enum rc count_head(void *context, const struct evtx_event *e, bool *ret_wants,
                          struct err *err)
{
    struct counts *c = context;
    (void)err;
    c->of[e->event_id & 0xffff]++;
    c->events++;
    *ret_wants = true;
    return *e->provider && *e->computer && e->at > 0 ? RC_OK : err_setf(err, RC_BUG, "no System");
}

static enum rc count_fields(void *context, const struct evtx_event *e,
                            const struct evtx_field *fields, size_t count, struct err *err)
{
    struct counts *c = context;
    (void)fields;
    (void)err;
    c->fields += count;
    c->whole += !e->is_unsound;
    return RC_OK;
}

/* "4624:72 4672:61 …" against what was counted. */
static void compare_ids(const char *file, const char *list, const struct counts *c)
{
    while (*list >= '0' && *list <= '9') {
        size_t digits = strcspn(list, ":"), more = strcspn(list + digits, " ;\t");
        uint64_t id = 0, want = 0;
        if (!num_u64(list, digits, &id) || id > 65535 ||
            !num_u64(list + digits + 1, more - 1, &want)) {
            t_fail(__FILE__, __LINE__, "%s: \"%s\" is no count", file, list);
            return;
        }
        if (c->of[id] != want) {
            t_fail(__FILE__, __LINE__, "%s: %llu events %llu, not %llu", file,
                   (unsigned long long)c->of[id], (unsigned long long)id, (unsigned long long)want);
        }
        list += digits + more;
        list += *list == ' ';
    }
}

static bool read_counts(const char *file, struct counts *c, struct evtx_totals *t)
{
    const char *path = t_shared(file);
    size_t size = 0;
    uint8_t *data = path ? t_read_file(path, &size) : NULL;
    struct memory m = { .data = data, .size = size };
    struct evtx_options o = {
        .source = memory_source(&m), .head = count_head, .each = count_fields, .context = c
    };
    struct err err = { .msg = "" };
    memset(c, 0, sizeof(*c));
    if (!data) {
        return false;
    }
    enum rc rc = evtx_read(&o, t, &err);
    free(data);
    T_EQ_I(rc, RC_OK);
    return rc == RC_OK;
}

static void compare_file(const char *file, const char *line)
{
    static struct counts c;
    struct evtx_totals t;
    size_t which = 0;
    while (which < ARRAY_LEN(differences) && strcmp(differences[which].file, file) != 0) {
        which++;
    }
    bool differs = which < ARRAY_LEN(differences);
    const char *events = strstr(line, "evtxexport events="), *ids = strstr(line, "top ids: ");
    uint64_t want = 0;
    if (!events || !ids || !num_u64(events + 18, strcspn(events + 18, ";"), &want) ||
        !read_counts(file, &c, &t)) {
        t_fail(__FILE__, __LINE__, "%s: not told or not there", file);
        return;
    }
    uint64_t more = differs ? differences[which].more : 0;
    T_EQ_I(c.events, want + more);
    T_EQ_I(t.records, want + more);
    T_EQ_I(t.unreadable, differs ? differences[which].unreadable : 0);
    T_EQ_I(t.bad_chunks, differs ? differences[which].bad_chunks : 0);
    T_OK(c.fields > 0);
    T_OK(t.bad_chunks > 0 || c.whole == c.events);
    if (more == 0) {
        const char *credentials = strstr(line, "credential ids (evtxexport): ");
        compare_ids(file, ids + 9, &c);
        compare_ids(file, credentials ? credentials + 29 : "", &c);
    }
}

static void agree_with_other_readers(void)
{
    const char *path = t_shared("MANIFEST.tsv");
    size_t size = 0, files = 0;
    char *text = path ? (char *)t_read_file(path, &size) : NULL;
    for (char *line = text; line && *line;) {
        char *end = strchr(line, '\n'), *tab = strchr(line, '\t');
        if (end) {
            *end = '\0';
        }
        if (tab && strncmp(line, "evtx/", 5) == 0) {
            *tab = '\0';
            compare_file(line, tab + 1);
            files++;
        }
        line = end ? end + 1 : NULL;
    }
    T_OK(!text || files >= 15);
    free(text);
}

static void carves_what_evtxinfo_recovers(void)
{
    static const struct {
        const char *file;
        unsigned carved; /* evtxinfo counts marks of records, also such whose template is gone */
    } files[] = { { SAMPLES "security.evtx", 28 },                          /* of 30 */
                  { SAMPLES "sample-with-zero-data-size-event.evtx", 114 }, /* of 147 */
                  { SAMPLES "sample_with_a_bad_chunk_magic.evtx", 81 } };   /* of 163 */
    struct seen s = { .is_quiet = true };
    for (size_t i = 0; i < ARRAY_LEN(files); i++) {
        const char *path = t_shared(files[i].file);
        size_t size = 0;
        uint8_t *data = path ? t_read_file(path, &size) : NULL;
        if (data) {
            T_EQ_I(seen_read(&s, data, size, true), RC_OK);
            T_EQ_I(s.totals.carved, files[i].carved);
        }
        free(data);
    }
    seen_done(&s);
}

/* Flips one bit after the other. What is handed out as sound must be what the log held. */
struct flips {
    uint8_t *data;
    size_t size;
    char *whole; /* text of the log as it was */
    struct seen s;
    uint64_t tries, same, told;
};

static bool flips_open(struct flips *f, const char *file)
{
    const char *path = t_shared(file);
    memset(f, 0, sizeof(*f));
    f->data = path ? t_read_file(path, &f->size) : NULL;
    if (!f->data) {
        return false;
    }
    T_EQ_I(seen_read(&f->s, f->data, f->size, false), RC_OK);
    f->whole = strdup(seen_text(&f->s));
    return f->whole != NULL;
}

static void flips_done(struct flips *f)
{
    free(f->data);
    free(f->whole);
    seen_done(&f->s);
}

static void flip(struct flips *f, size_t bit, bool is_covered)
{
    f->data[bit / 8] ^= (uint8_t)(1U << (bit % 8));
    enum rc rc = seen_read(&f->s, f->data, f->size, true);
    f->data[bit / 8] ^= (uint8_t)(1U << (bit % 8));
    f->tries++;
    bool is_same = rc == RC_OK && strcmp(seen_text(&f->s), f->whole) == 0;
    bool is_told = rc != RC_OK || f->s.totals.bad_chunks > 0;
    f->same += is_same;
    f->told += is_told;
    if (rc != RC_OK && rc != RC_MALFORMED) {
        t_fail(__FILE__, __LINE__, "bit %zu: %s", bit, f->s.err.msg);
    }
    if (is_covered && !is_told) {
        t_fail(__FILE__, __LINE__, "bit %zu: the checksum is wrong and nobody says so", bit);
    }
    if (!is_told && !is_same && strstr(seen_text(&f->s), " unsound") == NULL &&
        f->s.totals.carved == 0) {
        t_fail(__FILE__, __LINE__, "bit %zu: other events, and nobody says so", bit);
    }
}

static uint32_t u32(const uint8_t *p)
{
    struct rd r = rd_from(p, 4);
    return rd_u32le(&r);
}

static void heads_flipped(void)
{
    static const char *const files[] = { SAMPLES "new-user-security.evtx",
                                         SAMPLES "issue_201.evtx" };
    for (size_t i = 0; i < ARRAY_LEN(files); i++) {
        struct flips f;
        if (!flips_open(&f, files[i])) {
            continue;
        }
        for (size_t bit = 0; i == 0 && bit < (size_t)128 * 8; bit++) {
            flip(&f, bit, false);
        }
        for (size_t byte = 4096; i == 0 && byte < 4096 + 512; byte++) {
            bool is_covered = byte < 4096 + 120 || byte >= 4096 + 124;
            for (size_t bit = 0; bit < 8; bit++) {
                flip(&f, byte * 8 + bit, is_covered);
            }
        }
        for (size_t at = 4096 + 512; u32(f.data + at) == 0x2a2a; at += u32(f.data + at + 4)) {
            for (size_t bit = 0; bit < (size_t)24 * 8; bit++) {
                flip(&f, at * 8 + bit, true);
            }
            for (size_t bit = 0; bit < 32; bit++) {
                flip(&f, (at + u32(f.data + at + 4) - 4) * 8 + bit, true);
            }
        }
        T_OK(f.tries > (i == 0 ? 5000 : 200));
        T_OK(f.same < f.tries / 2 && f.told > f.tries / 2);
        flips_done(&f);
    }
}

static void rest_flipped(void)
{
    struct flips f;
    uint32_t seed = 5;
    if (flips_open(&f, SAMPLES "new-user-security.evtx")) {
        size_t end = 4096 + u32(f.data + 4096 + 48);
        for (unsigned i = 0; i < 2000; i++) {
            seed = seed * 1664525U + 1013904223U;
            size_t bit = (4096 + 512) * 8 + seed % ((end - 4096 - 512) * 8);
            flip(&f, bit, true);
        }
        T_EQ_I(f.told, f.tries);
    }
    flips_done(&f);
}

static bool is_read(const uint8_t *p, size_t n, void *context)
{
    return seen_read(context, p, n, true) == RC_OK && ((struct seen *)context)->wanted > 0;
}

static void cut_and_flipped(void)
{
    static const char *const files[] = { SAMPLES "Security_short_selected.evtx",
                                         SAMPLES "Application_no_crc32.evtx" };
    struct seen s = { .is_quiet = true };
    for (size_t i = 0; i < ARRAY_LEN(files); i++) {
        const char *path = t_shared(files[i]);
        size_t size = 0, accepted = 0, refused = 0;
        uint8_t *data = path ? t_read_file(path, &size) : NULL;
        if (data) {
            T_OK(is_read(data, size, &s));
            t_mutate(data, size, 1500, is_read, &s, &accepted, &refused);
            T_OK(accepted > 1000 && refused > 100);
        }
        free(data);
    }
    seen_done(&s);
}

#define TESTS(X)                     \
    X(agree_with_other_readers)      \
    X(carves_what_evtxinfo_recovers) \
    X(heads_flipped)                 \
    X(rest_flipped)                  \
    X(cut_and_flipped)

T_MAIN("evtx_golden", TESTS)
