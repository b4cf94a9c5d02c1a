/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "audit/decode/format/bootkey.h"
#include "audit/decode/format/regf.h"
#include "hive_build.h"
#include "oracle.h"
#include "tests/support/t.h"

#define YARP "hives/msuhanov__yarp/hives_for_tests/"
#define XP   "hives/BitCurator__bcc-dfa-sample-data/"
#define DUMP (256U * 1024 * 1024)

static uint8_t *shared(const char *path, size_t *n)
{
    const char *full = t_shared(path);
    return full ? t_read_file(full, n) : NULL;
}

/* Every key and value, its type, size, data and time, in the same order. */
static void compare_with_hivex(const char *path)
{
    struct regf h;
    struct err err = { .msg = "" };
    struct wr ours, theirs;
    size_t n = 0;
    uint8_t *data = shared(path, &n);
    if (!data) {
        return;
    }
    wr_init(&ours, DUMP);
    wr_init(&theirs, DUMP);
    T_EQ_I(regf_open(&h, data, n, &err), RC_OK);
    T_OK(regf_is_sound(&h));
    struct tally tally = dump_regf(&h, &ours);
    T_EQ_I(tally.damaged, 0);
    T_OK(dump_hivex(t_shared(path), &theirs));
    T_OK(!ours.bad && !theirs.bad && tally.keys > 0);
    bool same = ours.size == theirs.size && memcmp(ours.data, theirs.data, ours.size) == 0;
    if (!same) {
        (void)fprintf(stderr, "%s: %zu bytes of text, hivex has %zu\n", path, ours.size,
                      theirs.size);
    }
    T_OK(same);
    wr_done(&ours);
    wr_done(&theirs);
    free(data);
}

static void agrees_with_hivex(void)
{
    static const char *const intact[] = {
        XP "SAM",
        XP "SECURITY",
        XP "SYSTEM",
        "hives/Velocidex__velociraptor/SAM",
        "hives/derived__dissect-rev2-aes/SAM",
        "hives/derived__dissect-rev2-aes/SYSTEM",
        "hives/log2timeline__plaso/SAM",
        "hives/mkorman90__regipy/SAM",
        YARP "BigDataHive",
        YARP "DupNameHive",
        YARP "EmptyHive",
        YARP "ExtendedASCIIHive",
        YARP "MultiSzHive",
        YARP "StringValuesHive",
        YARP "UnicodeHive",
        YARP "NewDirtyHive1/RecoveredHive_Windows10",
        YARP "OldDirtyHive/RecoveredHive_Windows7",
    };
    for (size_t i = 0; i < ARRAY_LEN(intact); i++) {
        compare_with_hivex(intact[i]);
    }
}

static void finds_keys_and_values(void)
{
    struct hive_builder *b = hb_system();
    struct arena *a = arena_new(0);
    struct regf h;
    struct regf_key key, set;
    struct regf_value v;
    struct regf_name name = { 0 };
    struct err err = { .msg = "" };
    const uint8_t *data = NULL;
    T_EQ_I(regf_open(&h, b->data, b->size, &err), RC_OK);
    T_OK(regf_is_sound(&h));
    T_EQ_I(bootkey_control_set(&h, &set, &err), RC_OK);
    T_EQ_I(regf_find(&h, NULL, "controlset002\\CONTROL\\lsa", &key, &err), RC_OK);
    T_EQ_I(key.depth, 3);
    T_EQ_I(regf_value(&h, &key, "lmcompatibilitylevel", &v, &err), RC_OK);
    T_EQ_I(regf_data(&h, &v, a, &data, &err), RC_OK);
    T_EQ_I(data[0], 5);
    T_EQ_I(regf_find(&h, &key, "JD", &key, &err), RC_OK);
    T_EQ_I(regf_class(&h, &key, &name, &err), RC_OK);
    T_OK(regf_name_is(&name, "01234567", 8));
    T_EQ_I(regf_find(&h, &set, "Control\\LSA2", &key, &err), RC_ABSENT);
    T_EQ_I(regf_find(&h, NULL, "", &key, &err), RC_OK);
    T_EQ_I(regf_value(&h, &key, "", &v, &err), RC_ABSENT);
    T_EQ_I(regf_class(&h, &key, &name, &err), RC_ABSENT);
    T_EQ_I(h.damaged, 0);
    arena_free(a);
    free(b);
}

static void reads_names_of_every_kind(void)
{
    static const uint8_t wide[] = { 0x42, 0x30, 0x3d, 0xd8, 0x00, 0xde, 0x61, 0x00 }; /* あ😀a */
    static const uint8_t lone[] = { 0x3d, 0xd8, 0x00, 0x00 };
    static const uint8_t latin[] = { 'k', 0xeb, 'y' };
    struct hive_builder *b = hb_new();
    struct arena *a = arena_new(0);
    struct regf h;
    struct regf_key key;
    struct err err = { .msg = "" };
    (void)hb_key_named(b, 0, wide, sizeof(wide), 0, NULL);
    (void)hb_key_named(b, 0, lone, sizeof(lone), 0, NULL);
    (void)hb_key_named(b, 0, latin, sizeof(latin), 1, NULL);
    hb_finish(b);
    T_EQ_I(regf_open(&h, b->data, b->size, &err), RC_OK);
    T_EQ_I(regf_find(&h, NULL, "あ😀A", &key, &err), RC_OK);
    T_EQ_S(regf_name_text(a, &key.name), "あ😀a");
    T_EQ_I(regf_find(&h, NULL, "KëY", &key, &err), RC_OK);
    T_EQ_S(regf_name_text(a, &key.name), "këy");
    T_EQ_I(regf_find(&h, NULL, "あ😀", &key, &err), RC_ABSENT);
    const struct regf_name n = { lone, sizeof(lone), false };
    T_EQ_S(regf_name_text(a, &n), "\xef\xbf\xbd\xe2\x90\x80");
    arena_free(a);
    free(b);
}

/* A damaged list, node or value costs itself; what lies beside it is read, and nothing beside it is called absent. */
static void damage_costs_itself(void)
{
    struct hive_builder *b = hb_system();
    struct regf h;
    struct regf_key key;
    struct regf_value v;
    struct err err = { .msg = "" };
    size_t service = hb_path(b, hb_path(b, 0, "ControlSet002"), "Services\\RemoteRegistry");
    uint32_t cell = b->keys[service].cell;
    hb_poke(b, cell, 0, 0x00206b78); /* no longer "nk" */
    T_EQ_I(regf_open(&h, b->data, b->size, &err), RC_OK);
    T_EQ_I(regf_find(&h, NULL, "ControlSet002\\Services\\RemoteRegistry", &key, &err),
           RC_MALFORMED);
    T_EQ_I(regf_find(&h, NULL, "ControlSet002\\Services\\NoSuch", &key, &err), RC_MALFORMED);
    T_EQ_I(regf_find(&h, NULL, "ControlSet002\\Services\\Backup", &key, &err), RC_OK);
    T_EQ_I(regf_find(&h, NULL, "ControlSet002\\Control\\NoSuch", &key, &err), RC_ABSENT);
    T_OK(h.damaged > 0);
    hb_poke(b, cell, 0, 0x00206b6e);
    hb_poke(b, cell, 36, 1000); /* values that are not in the list */
    T_EQ_I(regf_find(&h, NULL, "ControlSet002\\Services\\RemoteRegistry", &key, &err), RC_OK);
    T_EQ_I(regf_value(&h, &key, "Start", &v, &err), RC_OK);
    T_EQ_I(regf_value(&h, &key, "NoSuch", &v, &err), RC_MALFORMED);
    hb_poke(b, cell, 20, 3); /* keys that are not there */
    T_EQ_I(regf_find(&h, NULL, "ControlSet002\\Services\\RemoteRegistry\\X", &key, &err),
           RC_MALFORMED);
    hb_poke(b, cell, 0, 0x00306b6e); /* a link */
    T_EQ_I(regf_find(&h, NULL, "ControlSet002\\Services\\RemoteRegistry", &key, &err),
           RC_MALFORMED);
    free(b);
}

/* Root and child name each other as parents; a child list leads back to the root; a list of lists contains itself. */
static void loops_end(void)
{
    struct hive_builder *b = hb_new();
    struct regf h;
    struct regf_key key;
    struct err err = { .msg = "" };
    struct wr out;
    size_t child = hb_key(b, 0, "CHILD"), grandchild = hb_key(b, child, "GRANDCHILD");
    hb_finish(b);
    uint8_t list[12] = "li\x02";
    uint32_t root = b->keys[0].cell;
    for (size_t i = 0; i < 4; i++) {
        list[4 + i] = (uint8_t)(root >> (8 * i));
        list[8 + i] = (uint8_t)(b->keys[child].cell >> (8 * i));
    }
    uint32_t at = hb_cell(b, list, sizeof(list));
    hb_poke(b, b->keys[grandchild].cell, 20, 2);
    hb_poke(b, b->keys[grandchild].cell, 28, at);
    hb_poke(b, root, 16, b->keys[grandchild].cell);
    wr_init(&out, DUMP);
    T_EQ_I(regf_open(&h, b->data, b->size, &err), RC_OK);
    struct tally tally = dump_regf(&h, &out);
    T_EQ_I(tally.keys, 3);
    T_OK(tally.damaged > 0);
    T_EQ_I(regf_find(&h, NULL, "CHILD\\GRANDCHILD\\ROOT", &key, &err), RC_MALFORMED);
    memcpy(list, "ri", 2);
    for (size_t i = 0; i < 4; i++) {
        list[4 + i] = list[8 + i] = (uint8_t)(at >> (8 * i));
    }
    memcpy(b->data + REGF_PAGE + at + 4, list, sizeof(list));
    wr_clear(&out);
    T_EQ_I(regf_open(&h, b->data, b->size, &err), RC_OK);
    tally = dump_regf(&h, &out);
    T_EQ_I(tally.keys, 3);
    T_OK(tally.damaged > 0);
    wr_done(&out);
    free(b);
}

/* A list of lists that names one list of one key 65535 times, and that 60 times over: it ends at as many keys as fit into the hive. */
static void counts_that_lie_end(void)
{
    static uint8_t list[4 + 4 * 20000];
    struct hive_builder *b = hb_new();
    struct regf h;
    struct err err = { .msg = "" };
    struct wr out;
    size_t child = hb_key(b, 0, "CHILD");
    memcpy(list, "li", 2);
    list[2] = 0x20;
    list[3] = 0x4e; /* 20000 */
    for (size_t i = 0; i < 20000; i++) {
        for (size_t k = 0; k < 4; k++) {
            list[4 + 4 * i + k] = (uint8_t)(b->keys[child].cell >> (8 * k));
        }
    }
    uint32_t keys = hb_cell(b, list, sizeof(list));
    memcpy(list, "ri", 2);
    for (size_t i = 0; i < 20000; i++) {
        for (size_t k = 0; k < 4; k++) {
            list[4 + 4 * i + k] = (uint8_t)(keys >> (8 * k));
        }
    }
    uint32_t lists = hb_cell(b, list, sizeof(list));
    hb_finish(b);
    hb_poke(b, b->keys[0].cell, 20, 0xffffffffU);
    hb_poke(b, b->keys[0].cell, 28, lists);
    wr_init(&out, DUMP);
    T_EQ_I(regf_open(&h, b->data, b->size, &err), RC_OK);
    struct tally tally = dump_regf(&h, &out);
    T_OK(tally.keys <= b->size / 80 + 3);
    T_OK(tally.damaged > 0);
    wr_done(&out);
    free(b);
}

static void depth_has_an_end(void)
{
    struct hive_builder *b = hb_new();
    struct regf h;
    struct err err = { .msg = "" };
    struct wr out;
    size_t at = 0;
    for (size_t i = 0; i < 600; i++) {
        at = hb_key(b, at, "k");
    }
    hb_finish(b);
    wr_init(&out, DUMP);
    T_EQ_I(regf_open(&h, b->data, b->size, &err), RC_OK);
    struct tally tally = dump_regf(&h, &out);
    T_EQ_I(tally.depth, REGF_DEPTH_MAX);
    T_EQ_I(tally.keys, REGF_DEPTH_MAX + 1);
    T_OK(tally.damaged > 0);
    wr_done(&out);
    free(b);
}

/* What the damaged hives of the test data come to: rc of opening, keys (with the root) and values that are read, whether the file is
 * sound as a whole, and whether a cell could not be read. */
static void damaged_hives(void)
{
    static const struct {
        const char *path;
        enum rc rc;
        uint64_t keys, values;
        bool is_sound, is_damaged;
    } files[] = {
        { YARP "BadListHive", RC_OK, 6, 0, true, true },
        { YARP "BadSubkeyHive", RC_OK, 6, 0, true, true },
        { YARP "TruncatedHive", RC_OK, 2, 0, false, true },
        { YARP "TruncatedHiveBin", RC_MALFORMED, 0, 0, false, false },
        { YARP "TruncatedNameHive", RC_OK, 1, 0, true, true },
        { YARP "GarbageHive", RC_OK, 1, 0, false, false },
        { "hives/mkorman90__regipy/corrupted_system_hive", RC_OK, 1687, 5625, false, true },
    };

    for (size_t i = 0; i < ARRAY_LEN(files); i++) {
        struct regf h;
        struct err err = { .msg = "" };
        struct wr out;
        size_t n = 0;
        uint8_t *data = shared(files[i].path, &n);
        if (!data) {
            continue;
        }
        enum rc rc = regf_open(&h, data, n, &err);
        T_EQ_I(rc, files[i].rc);
        if (rc == RC_OK) {
            wr_init(&out, DUMP);
            struct tally tally = dump_regf(&h, &out);
            T_EQ_I(tally.keys, files[i].keys);
            T_EQ_I(tally.values, files[i].values);
            T_EQ_I(regf_is_sound(&h), files[i].is_sound);
            T_EQ_I(tally.damaged > 0, files[i].is_damaged);
            wr_done(&out);
        }
        free(data);
    }
}

static bool reads_all(const uint8_t *p, size_t n, void *context)
{
    struct regf h;
    struct err err;
    struct wr out;
    uint64_t *most = context;
    if (regf_open(&h, p, n, &err) != RC_OK) {
        return false;
    }
    wr_init(&out, DUMP);
    struct tally tally = dump_regf(&h, &out);
    *most = tally.keys > *most ? tally.keys : *most;
    bool whole = tally.damaged == 0 && regf_is_sound(&h);
    wr_done(&out);
    return whole;
}

/* How much of the mutations: a part, or with KAGIMORI_MUTATE=full all of them. */
static bool is_full(void)
{
    const char *how = getenv("KAGIMORI_MUTATE");
    return how && strcmp(how, "full") == 0;
}

static void flips_of_a_small_hive(void)
{
    struct hive_builder *b = hb_system();
    size_t accepted = 0, refused = 0;
    uint64_t most = 0;
    t_mutate(b->data, b->size, is_full() ? b->size * 8 : 6000, reads_all, &most, &accepted,
             &refused);
    T_OK(accepted > 0);
    T_OK(refused > 1000);
    T_OK(most < 100);
    free(b);
}

static uint32_t next_random(uint32_t *seed)
{
    *seed = *seed * 1664525U + 1013904223U;
    return *seed >> 8;
}

/* Real hives: cut at every page and in the header, and flips of a seeded sample in base block, bin headers, cells. */
static void mutated_hives(void)
{
    static const char *const files[] = { YARP "UnicodeHive", "hives/Velocidex__velociraptor/SAM",
                                         "hives/mkorman90__regipy/SECURITY" };
    for (size_t i = 0; i < ARRAY_LEN(files); i++) {
        size_t n = 0, accepted = 0;
        uint64_t most = 0;
        uint32_t seed = 20261126;
        uint8_t *data = shared(files[i], &n), *copy = data ? malloc(n) : NULL;
        struct rd bins = rd_from(data, data ? n : 0);
        bins = rd_at(&bins, 40, 4);
        size_t end = REGF_PAGE + rd_u32le(&bins); /* zeros may follow */
        for (size_t cut = 0; copy && cut < end; cut += cut < REGF_PAGE ? 64 : REGF_PAGE) {
            memcpy(copy, data, cut);
            accepted += reads_all(copy, cut, &most);
        }
        T_EQ_I(accepted, 0);
        for (size_t k = 0; copy && k < (is_full() ? 20000U : 120U); k++) {
            memcpy(copy, data, n);
            size_t at = next_random(&seed) % (k % 4 == 0 ? 512 : n);
            copy[at] ^= (uint8_t)(1U << next_random(&seed) % 8);
            (void)reads_all(copy, n, &most);
        }
        T_OK(!copy || most < n / 80);
        free(copy);
        free(data);
    }
}

static void opens_a_large_hive_at_once(void)
{
    struct regf h;
    struct regf_key set, key;
    struct err err = { .msg = "" };
    struct timespec from, to;
    size_t n = 0;
    uint8_t *data = shared(XP "SYSTEM", &n);
    if (!data) {
        return;
    }
    (void)clock_gettime(CLOCK_MONOTONIC, &from);
    T_EQ_I(regf_open(&h, data, n, &err), RC_OK);
    T_EQ_I(bootkey_control_set(&h, &set, &err), RC_OK);
    (void)clock_gettime(CLOCK_MONOTONIC, &to);
    int64_t opened = (to.tv_sec - from.tv_sec) * 1000000 + (to.tv_nsec - from.tv_nsec) / 1000;
    for (size_t i = 0; i < 300; i++) {
        T_EQ_I(regf_find(&h, &set, "Services\\WZCSVC\\Parameters", &key, &err), RC_OK);
    }
    (void)clock_gettime(CLOCK_MONOTONIC, &from);
    int64_t found = (from.tv_sec - to.tv_sec) * 1000000 + (from.tv_nsec - to.tv_nsec) / 1000;
    printf("SYSTEM of %zu KiB: opened in %" PRId64 " us, 300 look-ups in %" PRId64 " us\n",
           n / 1024, opened, found);
    free(data);
}

#define TESTS(X)                 \
    X(agrees_with_hivex)         \
    X(finds_keys_and_values)     \
    X(reads_names_of_every_kind) \
    X(damage_costs_itself)       \
    X(loops_end)                 \
    X(counts_that_lie_end)       \
    X(depth_has_an_end)          \
    X(damaged_hives) X(flips_of_a_small_hive) X(mutated_hives) X(opens_a_large_hive_at_once)
T_MAIN("regf", TESTS)
