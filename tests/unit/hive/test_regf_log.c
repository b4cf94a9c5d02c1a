/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "audit/decode/format/regf_log.h"
#include "oracle.h"
#include "tests/support/t.h"

#define YARP "hives/msuhanov__yarp/hives_for_tests/"
#define DUMP (64U * 1024 * 1024)

/* A dirty hive, its logs and what Windows made of them. */
struct set {
    uint8_t *hive, *log[2], *reference;
    size_t size, log_size[2], reference_size;
    struct arena *a;
};

static uint8_t *shared(const char *folder, const char *name, size_t *n)
{
    char path[256];
    (void)snprintf(path, sizeof(path), YARP "%s/%s", folder, name);
    const char *full = t_shared(path);
    *n = 0;
    return full ? t_read_file(full, n) : NULL;
}

static bool set_open(struct set *s, const char *folder, const char *name, const char *reference)
{
    char log[64];
    memset(s, 0, sizeof(*s));
    s->a = arena_new(0);
    s->hive = shared(folder, name, &s->size);
    s->reference = shared(folder, reference, &s->reference_size);
    for (size_t i = 0; i < 2; i++) {
        (void)snprintf(log, sizeof(log), "%s.LOG%zu", name, i + 1);
        s->log[i] = shared(folder, log, &s->log_size[i]);
    }
    return s->hive && s->reference;
}

static void set_done(struct set *s)
{
    free(s->hive);
    free(s->reference);
    free(s->log[0]);
    free(s->log[1]);
    arena_free(s->a);
}

static struct regf_recovery recover(struct set *s, bool swap)
{
    const uint8_t *const log[2] = { s->log[swap], s->log[!swap] };
    const size_t n[2] = { s->log_size[swap], s->log_size[!swap] };
    struct regf_recovery r = { .why = NULL };
    struct err err = { .msg = "" };
    uint8_t *data = s->hive;
    T_EQ_I(regf_recover(&data, &s->size, log, n, s->a, &r, &err), RC_OK);
    if (data != s->hive) { /* a longer copy in the arena */
        free(s->hive);
        s->hive = malloc(s->size);
        if (!s->hive) {
            abort();
        }
        memcpy(s->hive, data, s->size);
    }
    return r;
}

static bool dump(const uint8_t *data, size_t n, struct wr *out, struct regf *h)
{
    struct err err = { .msg = "" };
    wr_init(out, DUMP);
    return regf_open(h, data, n, &err) == RC_OK && dump_regf(h, out).damaged == 0;
}

/* True when hive and reference have the same keys and values. */
static bool is_as_reference(const struct set *s)
{
    struct wr ours, theirs;
    struct regf h, r;
    bool good = dump(s->hive, s->size, &ours, &h);
    good = dump(s->reference, s->reference_size, &theirs, &r) && good;
    good = good && ours.size == theirs.size && memcmp(ours.data, theirs.data, ours.size) == 0;
    wr_done(&ours);
    wr_done(&theirs);
    return good;
}

static const struct {
    const char *folder, *name, *reference;
} sets[] = {
    { "NewDirtyHive1", "NewDirtyHive", "RecoveredHive_Windows10" },
    { "NewDirtyHive2", "NewDirtyHive", "../NewDirtyHive1/RecoveredHive_Windows10" },
    { "OldDirtyHive", "OldDirtyHive", "RecoveredHive_Windows7" },
};

/* In whatever order the logs are handed in; and what is recovered is clean, so that a second time changes nothing. */
static void recovers_as_windows_does(void)
{
    static const unsigned applied[] = { 4, 3, 1 };
    for (size_t i = 0; i < ARRAY_LEN(sets) * 2; i++) {
        struct set s;
        struct regf h;
        struct err err = { .msg = "" };
        if (set_open(&s, sets[i / 2].folder, sets[i / 2].name, sets[i / 2].reference)) {
            T_EQ_I(regf_open(&h, s.hive, s.size, &err), RC_OK);
            T_OK(h.is_dirty);
            T_OK(!is_as_reference(&s));
            struct regf_recovery r = recover(&s, i % 2);
            T_EQ_I(r.state, REGF_RECOVERED);
            T_EQ_I(r.applied, applied[i / 2]);
            T_OK(!r.why);
            T_EQ_I(regf_open(&h, s.hive, s.size, &err), RC_OK);
            T_OK(regf_is_sound(&h));
            T_OK(is_as_reference(&s));
            T_EQ_I(recover(&s, false).state, REGF_CLEAN);
        }
        set_done(&s);
    }
}

/* The base block is damaged too, as when the machine went down while it was written. The old log of the third set is of another time
 * than the first hive bin, the only other witness, so it is not replayed. */
static void recovers_without_a_base_block(void)
{
    for (size_t i = 0; i < ARRAY_LEN(sets); i++) {
        struct set s;
        if (set_open(&s, sets[i].folder, sets[i].name, sets[i].reference)) {
            memset(s.hive + 4, 0xee, 400);
            T_EQ_I(recover(&s, false).state, i == 2 ? REGF_UNRECOVERED : REGF_RECOVERED);
            T_EQ_I(is_as_reference(&s), i != 2);
        }
        set_done(&s);
    }
}

/* A log of an older state, none, a broken one: the hive stays as it is, dirty, and can be read. */
static void unfit_logs_are_not_replayed(void)
{
    for (size_t i = 0; i < ARRAY_LEN(sets); i++) {
        for (size_t how = 0; how < 4; how++) {
            struct set s;
            struct regf h;
            struct err err = { .msg = "" };
            if (!set_open(&s, sets[i].folder, sets[i].name, sets[i].reference)) {
                set_done(&s);
                continue;
            }
            uint8_t *before = malloc(s.size);
            for (size_t k = 0; k < 2; k++) {
                uint8_t *log = s.log_size[k] > 0 ? s.log[k] : NULL;
                if (log && how == 0) {
                    free(s.log[k]); /* no log at all */
                    s.log[k] = NULL;
                } else if (log && how == 1) {
                    log[100] ^= 1; /* its base block does not fit its checksum */
                } else if (log && how == 2) {
                    s.log_size[k] = 600; /* cut off in its first entry */
                }
            }
            if (how == 3) {
                /* The hive went on: its numbers and its time are later than those of the logs. */
                s.hive[4] = 200;
                s.hive[8] = 199;
                s.hive[12] ^= 1;
                uint32_t sum = regf_checksum(s.hive);
                for (size_t k = 0; k < 4; k++) {
                    s.hive[508 + k] = (uint8_t)(sum >> (8 * k));
                }
            }
            if (before) {
                memcpy(before, s.hive, s.size);
                struct regf_recovery r = recover(&s, false);
                T_EQ_I(r.state, REGF_UNRECOVERED);
                T_OK(r.why != NULL);
                T_OK(memcmp(before, s.hive, s.size) == 0);
                T_EQ_I(regf_open(&h, s.hive, s.size, &err), RC_OK);
                T_OK(!regf_is_sound(&h));
            }
            free(before);
            set_done(&s);
        }
    }
}

/* A clean hive is left alone, whatever the logs say. */
static void clean_hives_are_left_alone(void)
{
    struct set s;
    if (set_open(&s, "NewDirtyHive1", "NewDirtyHive", "RecoveredHive_Windows10")) {
        uint8_t *hive = s.hive;
        size_t n = s.size;
        s.hive = s.reference;
        s.size = s.reference_size;
        T_EQ_I(recover(&s, false).state, REGF_CLEAN);
        s.hive = hive;
        s.size = n;
    }
    set_done(&s);
}

struct mutation {
    const struct set *s;
    size_t log;
};

/* One log is mutated: accepted is what recovers all. Never may it end anywhere but in a hive that can be read or refused. */
static bool recovers(const uint8_t *p, size_t n, void *context)
{
    const struct mutation *m = context;
    struct regf_recovery r;
    struct regf h;
    struct err err;
    struct wr out = { .data = NULL };
    size_t size = m->s->size;
    const uint8_t *log[2] = { m->s->log[0], m->s->log[1] };
    size_t log_size[2] = { m->s->log_size[0], m->s->log_size[1] };
    uint8_t *copy = malloc(size), *data = copy;
    struct arena *a = arena_new(0);
    log[m->log] = p;
    log_size[m->log] = n;
    bool good = false;
    if (copy && a) {
        memcpy(copy, m->s->hive, size);
        good = regf_recover(&data, &size, log, log_size, a, &r, &err) == RC_OK &&
               r.state == REGF_RECOVERED && regf_open(&h, data, size, &err) == RC_OK &&
               dump(data, size, &out, &h);
        wr_done(&out);
    }
    free(copy);
    arena_free(a);
    return good;
}

static void mutated_logs(void)
{
    for (size_t i = 0; i < ARRAY_LEN(sets); i++) {
        struct set s;
        if (set_open(&s, sets[i].folder, sets[i].name, sets[i].reference)) {
            struct mutation m = { &s, s.log_size[1] > 0 ? 1 : 0 };
            const uint8_t *log = s.log[m.log];
            size_t n = s.log_size[m.log], accepted = 0;
            uint8_t *copy = malloc(n);
            for (size_t cut = 0; copy && cut < n; cut += 512) {
                memcpy(copy, log, cut);
                accepted += recovers(copy, cut, &m);
            }
            for (size_t bit = 0; copy && bit < 600 * 8; bit += 13) {
                memcpy(copy, log, n);
                copy[bit / 8] ^= (uint8_t)(1U << bit % 8);
                accepted += recovers(copy, n, &m);
            }
            T_OK(recovers(log, n, &m));
            T_OK(i == 0 ||
                 accepted < 600 * 8 / 13); /* of the first set the other log goes on alone */
            free(copy);
        }
        set_done(&s);
    }
}

#define TESTS(X)                     \
    X(recovers_as_windows_does)      \
    X(recovers_without_a_base_block) \
    X(unfit_logs_are_not_replayed) X(clean_hives_are_left_alone) X(mutated_logs)
T_MAIN("regf_log", TESTS)
