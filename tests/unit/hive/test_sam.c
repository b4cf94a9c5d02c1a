/* SPDX-License-Identifier: GPL-3.0-or-later */
/* No hash and no password is in this file or in what it prints: signs are compared, and the only plaintexts are read from the vectors. */
#include <jansson.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "audit/decode/format/bootkey.h"
#include "audit/decode/format/crypt.h"
#include "audit/decode/format/sam.h"
#include "hive_build.h"
#include "tests/support/t.h"

#define XP      "hives/BitCurator__bcc-dfa-sample-data/"
#define AES     "hives/derived__dissect-rev2-aes/"
#define PLASO   "hives/log2timeline__plaso/SAM"
#define REGIPY  "hives/mkorman90__regipy/SAM"
#define VELOCI  "hives/Velocidex__velociraptor/SAM"
#define VECTORS "hives/fox-it__dissect.target/sam_vectors_extracted.json"

struct kept {
    struct sam_account account;
    char name[64];
};

struct machine {
    uint8_t *sam_bytes, *system_bytes;
    size_t sam_size, system_size;
    struct regf sam, system;
    struct secret *key, *run;
    enum rc unlocked;
    struct kept accounts[16];
    size_t count;
    uint64_t damaged;
};

static enum rc keep(void *context, const struct sam_account *account, struct err *err)
{
    struct machine *m = context;
    (void)err;
    if (m->count < ARRAY_LEN(m->accounts)) {
        struct kept *k = &m->accounts[m->count++];
        k->account = *account;
        memccpy(k->name, account->name ? account->name : "", 0, sizeof(k->name) - 1);
    }
    return RC_OK;
}

static struct secret *run_key(void)
{
    uint8_t bytes[FINGERPRINT_KEY_SIZE];
    memset(bytes, 0x5a, sizeof(bytes));
    return secret_new(bytes, sizeof(bytes));
}

static bool machine_read(struct machine *m)
{
    struct err err = { .msg = "" };
    struct regf_key set;
    uint8_t boot[BOOTKEY_SIZE];
    T_EQ_I(crypt_prepare(&err), RC_OK);
    T_EQ_I(regf_open(&m->sam, m->sam_bytes, m->sam_size, &err), RC_OK);
    m->run = run_key();
    m->unlocked = RC_ABSENT;
    if (m->system_bytes) {
        T_EQ_I(regf_open(&m->system, m->system_bytes, m->system_size, &err), RC_OK);
        T_EQ_I(bootkey_control_set(&m->system, &set, &err), RC_OK);
        T_EQ_I(bootkey_read(&m->system, &set, boot, &err), RC_OK);
        m->unlocked = sam_unlock(&m->sam, boot, &m->key, &err);
    }
    T_EQ_I(sam_accounts(&m->sam, m->key, m->run, keep, m, &m->damaged, &err), RC_OK);
    return true;
}

static bool machine_open(struct machine *m, const char *sam, const char *system)
{
    memset(m, 0, sizeof(*m));
    const char *path = t_shared(sam);
    m->sam_bytes = path ? t_read_file(path, &m->sam_size) : NULL;
    path = system ? t_shared(system) : NULL;
    m->system_bytes = path ? t_read_file(path, &m->system_size) : NULL;
    return m->sam_bytes && (!system || m->system_bytes) && machine_read(m);
}

static void machine_done(struct machine *m)
{
    free(m->sam_bytes);
    free(m->system_bytes);
    secret_free(m->key);
    secret_free(m->run);
}

static const struct sam_account *of(const struct machine *m, uint32_t rid)
{
    static const struct sam_account none = { .rid = 0, .history = -2 };
    for (size_t i = 0; i < m->count; i++) {
        if (m->accounts[i].account.rid == rid) {
            return &m->accounts[i].account;
        }
    }
    return &none;
}

static size_t count_state(const struct machine *m, int state)
{
    size_t n = 0;
    for (size_t i = 0; i < m->count; i++) {
        n += (int)m->accounts[i].account.state == state;
    }
    return n;
}

static void rc4_pair(void)
{
    struct machine m;
    struct sam_domain d;
    struct err err = { .msg = "" };
    if (machine_open(&m, XP "SAM", XP "SYSTEM")) {
        T_EQ_I(m.unlocked, RC_OK);
        T_EQ_I(m.count, 5);
        T_EQ_I(m.damaged, 0);
        T_EQ_I(of(&m, 501)->state, SAM_BLANK);
        T_EQ_I(of(&m, 1003)->state, SAM_BLANK);
        T_EQ_I(count_state(&m, SAM_BLANK), 2);
        T_EQ_I(count_state(&m, SAM_SET), 3);
        for (size_t i = 0; i < m.count; i++) {
            const struct sam_account *a = &m.accounts[i].account;
            T_OK(a->has_facts && a->is_lm_known);
            T_EQ_I(a->has_lm, a->rid == 500 || a->rid == 1000);
            T_EQ_I(strlen(a->fingerprint), a->state == SAM_SET ? FINGERPRINT_TEXT_MAX - 1 : 0);
            for (size_t k = 0; k < i; k++) {
                T_OK(a->state != SAM_SET ||
                     strcmp(a->fingerprint, m.accounts[k].account.fingerprint) != 0);
            }
        }
        T_EQ_I(sam_domain(&m.sam, &d, &err), RC_OK);
        T_EQ_S(d.sid, "S-1-5-21-1292428093-1645522239-1547161642");
        T_OK(d.has_policy);
    }
    machine_done(&m);
}

static void aes_pair(void)
{
    struct machine m;
    if (machine_open(&m, AES "SAM", AES "SYSTEM")) {
        T_EQ_I(m.unlocked, RC_OK);
        T_EQ_I(m.count, 5);
        T_EQ_I(of(&m, 500)->state, SAM_BLANK);
        T_EQ_I(of(&m, 501)->state, SAM_BLANK);
        T_EQ_I(of(&m, 503)->state, SAM_BLANK);
        T_EQ_I(of(&m, 504)->state, SAM_SET);
        T_EQ_I(of(&m, 1000)->state, SAM_SET);
        T_OK(strcmp(of(&m, 504)->fingerprint, of(&m, 1000)->fingerprint) != 0);
        T_OK(of(&m, 1000)->is_lm_known && !of(&m, 1000)->has_lm);
        T_EQ_I(of(&m, 1000)->history, 0);
    }
    machine_done(&m);
}

/* Without SYSTEM accounts are told, and only passwords that do not exist. */
static void sam_alone(void)
{
    struct machine m;
    if (machine_open(&m, VELOCI, NULL)) {
        T_EQ_I(m.count, 5);
        T_EQ_I(of(&m, 500)->state, SAM_BLANK);
        T_EQ_I(of(&m, 501)->state, SAM_BLANK);
        T_EQ_I(of(&m, 503)->state, SAM_BLANK);
        T_EQ_I(of(&m, 504)->state, SAM_UNREADABLE);
        T_EQ_I(of(&m, 1001)->state, SAM_UNREADABLE);
        T_EQ_S(of(&m, 1001)->fingerprint, "");
    }
    machine_done(&m);
}

/* 100 ns since 1601 of a second of 1970 and the rest. */
static filetime at(int64_t unix_seconds, int64_t rest)
{
    return filetime_from_unix(unix_seconds) + rest;
}

static void facts_of_accounts(void)
{
    struct machine m;
    if (machine_open(&m, PLASO, NULL)) {
        T_EQ_I(m.count, 3);
        T_EQ_I(of(&m, 500)->last_logon, at(1395138047, 3414256));
        T_EQ_I(of(&m, 500)->pwd_last_set, at(1395138051, 757954));
        T_EQ_I(of(&m, 500)->logon_count, 3);
    }
    machine_done(&m);
    if (machine_open(&m, REGIPY, NULL)) {
        T_EQ_I(m.count, 3);
        T_EQ_I(of(&m, 500)->pwd_last_set / 10, at(1290290194, 7436870) / 10);
        T_EQ_I(of(&m, 500)->flags, 529);
        T_EQ_I(of(&m, 500)->logon_count, 6);
        T_EQ_S(m.accounts[0].name, "Administrator");
    }
    machine_done(&m);
}

/* The SYSTEM of another machine is refused in both forms: no fingerprint comes out of it, and no false "blank". */
static void mismatched_pairs(void)
{
    static const struct {
        const char *sam, *system;
    } pairs[] = {
        { REGIPY, XP "SYSTEM" },    { REGIPY, AES "SYSTEM" }, { XP "SAM", AES "SYSTEM" },
        { AES "SAM", XP "SYSTEM" }, { VELOCI, AES "SYSTEM" },
    };

    for (size_t i = 0; i < ARRAY_LEN(pairs); i++) {
        struct machine m;
        if (machine_open(&m, pairs[i].sam, pairs[i].system)) {
            T_EQ_I(m.unlocked, RC_UNTRUSTED);
            T_OK(m.key == NULL && m.count >= 3);
            T_EQ_I(count_state(&m, SAM_SET), 0);
            T_OK(count_state(&m, SAM_UNREADABLE) > 0);
        }
        machine_done(&m);
    }
}

static size_t from_hex(const char *hex, uint8_t *ret, size_t room)
{
    size_t n = 0;
    for (; hex[0] && hex[1] && n < room; hex += 2) {
        unsigned v = 0;
        for (size_t i = 0; i < 2; i++) {
            char c = hex[i];
            v = v << 4 | (unsigned)(c <= '9' ? c - '0' : (c | 0x20) - 'a' + 10);
        }
        ret[n++] = (uint8_t)v;
    }
    return n;
}

static void put_hex(struct hive_builder *b, size_t key, const json_t *values, const char *name)
{
    uint8_t bytes[4096];
    const char *hex = json_string_value(json_object_get(values, name));
    if (hex) {
        hb_value(b, key, name, 3, bytes, from_hex(hex, bytes, sizeof(bytes)));
    }
}

/* The hives of an upstream test, made of its vectors. */
static struct hive_builder *vector_system(const json_t *test)
{
    static const char *const parts[] = { "JD", "Skew1", "GBG", "Data" };
    struct hive_builder *b = hb_new();
    hb_number(b, hb_path(b, 0, "Select"), "Current", 1);
    size_t lsa = hb_path(b, 0, "ControlSet001\\Control\\Lsa");
    for (size_t i = 0; i < ARRAY_LEN(parts); i++) {
        const char *name =
            json_string_value(json_object_get(json_object_get(test, "lsa_class"), parts[i]));
        (void)hb_key_named(b, lsa, parts[i], strlen(parts[i]), 1, name);
    }
    hb_finish(b);
    return b;
}

static struct hive_builder *vector_sam(json_t *test)
{
    struct hive_builder *b = hb_new();
    size_t account = hb_path(b, 0, "SAM\\Domains\\Account");
    const char *name = NULL;
    json_t *values = NULL;
    json_object_foreach (json_object_get(test, "keys"), name, values) {
        size_t key = *name == '$' ? account : hb_path(b, hb_path(b, account, "Users"), name);
        put_hex(b, key, values, "F");
        put_hex(b, key, values, "V");
    }
    hb_finish(b);
    return b;
}

/* The password that upstream states in its assertion: between quotes behind "MD4.new(". */
static size_t stated_password(const json_t *test, uint8_t *utf16, size_t room)
{
    size_t i = 0, n = 0;
    json_t *line = NULL;
    json_array_foreach (json_object_get(test, "asserts"), i, line) {
        const char *p = strstr(json_string_value(line), "MD4.new('");
        for (p = p ? p + 9 : ""; *p && *p != '\'' && n + 2 <= room; p++) {
            utf16[n++] = (uint8_t)*p;
            utf16[n++] = 0;
        }
    }
    return n;
}

static void check_vectors(json_t *test)
{
    struct machine m = { .unlocked = RC_ABSENT };
    struct hive_builder *sam = vector_sam(test), *system = vector_system(test);
    uint8_t password[256];
    char sign[FINGERPRINT_TEXT_MAX];
    size_t n = stated_password(test, password, sizeof(password));
    m.sam_bytes = sam->data;
    m.sam_size = sam->size;
    m.system_bytes = system->data;
    m.system_size = system->size;
    T_OK(machine_read(&m));
    T_EQ_I(m.unlocked, RC_OK);
    T_EQ_I(m.damaged, 0);
    T_EQ_I(m.count, json_object_size(json_object_get(test, "keys")) - 1);
    T_EQ_I(of(&m, 1000)->state, SAM_SET);
    T_OK(n > 0 && fingerprint_password(m.run, password, n, sign));
    T_OK(strcmp(sign, of(&m, 1000)->fingerprint) == 0);
    T_EQ_I(of(&m, 501)->state, SAM_BLANK);
    secret_free(m.key);
    secret_free(m.run);
    free(sam);
    free(system);
}

static void passwords_that_are_stated(void)
{
    const char *path = t_shared(VECTORS);
    json_error_t why;
    json_t *all = path ? json_load_file(path, 0, &why) : NULL;
    if (all) {
        json_t *rc4 = json_object_get(all, "test_sam_plugin_rev1");
        check_vectors(rc4);
        check_vectors(json_object_get(all, "test_sam_plugin_rev2"));
        json_decref(all);
    }
}

/* The derived pair of hives holds the same password as the vectors that it was made of. */
static void derived_pair_has_the_stated_password(void)
{
    struct machine m;
    const char *path = t_shared(VECTORS);
    json_error_t why;
    json_t *all = path ? json_load_file(path, 0, &why) : NULL;
    if (all && machine_open(&m, AES "SAM", AES "SYSTEM")) {
        uint8_t password[256];
        char sign[FINGERPRINT_TEXT_MAX];
        size_t n = stated_password(json_object_get(all, "test_sam_plugin_rev2"), password,
                                   sizeof(password));
        T_OK(n > 0 && fingerprint_password(m.run, password, n, sign));
        T_OK(strcmp(sign, of(&m, 1000)->fingerprint) == 0);
        machine_done(&m);
    }
    json_decref(all);
}

struct groups {
    size_t count, members, administrators;
    bool has_domain_admins;
};

static enum rc take_alias(void *context, const struct sam_alias *alias, struct err *err)
{
    struct groups *g = context;
    (void)err;
    g->count++;
    T_OK(alias->is_read && alias->name);
    for (size_t i = 0; i < alias->count; i++) {
        g->members++;
        if (strcmp(alias->sid, "S-1-5-32-544") == 0) {
            g->administrators++;
            uint32_t rid = 0;
            g->has_domain_admins |= sid_rid(alias->members[i], &rid) && rid == 512;
        }
    }
    return RC_OK;
}

static void groups_and_members(void)
{
    struct machine m;
    struct groups g = { .count = 0 };
    struct err err = { .msg = "" };
    struct sam_domain d;
    uint64_t damaged = 0;
    if (machine_open(&m, PLASO, NULL)) {
        T_EQ_I(sam_domain(&m.sam, &d, &err), RC_OK);
        T_EQ_I(sam_aliases(&m.sam, d.sid, take_alias, &g, &damaged, &err), RC_OK);
        T_EQ_I(damaged, 0);
        T_EQ_I(g.count, 18); /* 17 of Builtin, one of its own */
        T_EQ_I(g.administrators, 3);
        T_OK(g.has_domain_admins);
    }
    machine_done(&m);
    memset(&g, 0, sizeof(g));
    if (machine_open(&m, XP "SAM", NULL)) {
        T_EQ_I(sam_aliases(&m.sam, "", take_alias, &g, &damaged, &err), RC_OK);
        T_EQ_I(g.count, 8);
        T_EQ_I(g.administrators, 2);
        T_OK(!g.has_domain_admins);
    }
    machine_done(&m);
}

static void policy_of_passwords(void)
{
    struct machine m;
    struct sam_domain d;
    struct err err = { .msg = "" };
    if (machine_open(&m, VELOCI, NULL)) {
        T_EQ_I(sam_domain(&m.sam, &d, &err), RC_OK);
        T_OK(d.has_policy);
        T_EQ_I(d.max_age, -INT64_C(42) * FILETIME_DAY);
        T_EQ_I(d.min_age, 0);
        T_EQ_I(d.min_length, 0);
        T_EQ_I(d.lockout_threshold, 0);
        T_EQ_I(d.lockout_duration, -INT64_C(1800) * FILETIME_SECOND);
        T_EQ_I(d.lockout_window, -INT64_C(1800) * FILETIME_SECOND);
        T_OK(strncmp(d.sid, "S-1-5-21-", 9) == 0);
    }
    machine_done(&m);
}

/* Every bit of every V that says where a hash is and what form it has: an account with a password never becomes blank. */
static void flips_make_no_false_blank(void)
{
    struct machine whole;
    if (!machine_open(&whole, AES "SAM", AES "SYSTEM")) {
        machine_done(&whole);
        return;
    }
    size_t unreadable = 0, tried = 0;
    struct arena *a = arena_new(0);
    struct regf_key key;
    struct err err = { .msg = "" };
    struct rd v = rd_from(NULL, 0);
    T_EQ_I(regf_find(&whole.sam, NULL, "SAM\\Domains\\Account\\Users\\000003E8", &key, &err),
           RC_OK);
    T_EQ_I(sam_bytes(&whole.sam, &key, "V", a, &v, &err), RC_OK);
    size_t start = (size_t)(v.p - whole.sam_bytes), n = rd_left(&v);
    for (size_t bit = 0; n > 0 && bit < n * 8; bit++) {
        struct machine m = { .unlocked = RC_ABSENT, .run = NULL };
        whole.sam_bytes[start + bit / 8] ^= (uint8_t)(1U << bit % 8);
        T_EQ_I(sam_accounts(&whole.sam, whole.key, whole.run, keep, &m, &m.damaged, &err), RC_OK);
        const struct sam_account *x = of(&m, 1000);
        unreadable += x->state == SAM_UNREADABLE;
        tried++;
        if (x->state == SAM_BLANK) {
            (void)fprintf(stderr, "bit %zu of V\n", bit);
        }
        T_OK(x->state != SAM_BLANK);
        whole.sam_bytes[start + bit / 8] ^= (uint8_t)(1U << bit % 8);
    }
    T_OK(tried > 1000 && unreadable > 100 && unreadable < tried);
    arena_free(a);
    machine_done(&whole);
}

#define TESTS(X)                            \
    X(rc4_pair)                             \
    X(aes_pair)                             \
    X(sam_alone)                            \
    X(facts_of_accounts)                    \
    X(mismatched_pairs)                     \
    X(passwords_that_are_stated)            \
    X(derived_pair_has_the_stated_password) \
    X(groups_and_members) X(policy_of_passwords) X(flips_make_no_false_blank)
T_MAIN("sam", TESTS)
