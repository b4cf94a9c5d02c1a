/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "audit/decode/rights.h"
#include "audit/decode/sddl.h"
#include "descriptor_text.h"
#include "tests/support/t.h"

#define DOMAIN "S-1-5-21-1-2-3"
#define RESET  "00299570-246d-11d0-a768-00aa006e0529"
#define USER   "bf967aba-0de6-11d0-a285-00aa003049e2"

/* Calls fn with every "name<TAB>text" line of the golden file. */
static size_t each_golden(void (*fn)(const char *name, const char *text))
{
    size_t size = 0, n = 0;
    uint8_t *data = t_read_file(SOURCE_DIR "/tests/golden/security_descriptors.tsv", &size);
    T_OK(data != NULL);
    for (char *line = (char *)data; line && *line; n++) {
        char *tab = strchr(line, '\t'), *end = strchr(line, '\n');
        if (!tab || !end) {
            break;
        }
        *tab = *end = '\0';
        fn(line, tab + 1);
        line = end + 1;
    }
    free(data);
    return n;
}

static uint8_t *golden_bytes(const char *name, size_t *ret_size)
{
    char path[512];
    (void)snprintf(path, sizeof(path), "%s/tests/fuzz/corpus/secdesc/%s.bin", SOURCE_DIR, name);
    return t_read_file(path, ret_size);
}

static void same_text(const char *name, const char *text)
{
    size_t size = 0;
    struct descriptor d;
    struct err err;
    uint8_t *data = golden_bytes(name, &size);
    T_OK(data != NULL);
    if (data && descriptor_read(data, size, &d, &err) == RC_OK) {
        struct wr w;
        wr_init(&w, 1 << 20);
        T_OK(descriptor_text(&w, &d, DOMAIN));
        T_EQ_S((const char *)w.data, text);
        wr_done(&w);
    } else {
        T_EQ_S(name, "readable");
    }
    free(data);
}

static void reads_what_samba_encoded(void)
{
    T_OK(each_golden(same_text) >= 12);
}

/* Rights as "right trustee[ ID][ IO][ scope];…", for comparison. */
static const char *rights_text(const char *name_or_sddl, const struct rights_attribute *learnt,
                               const char *own_class)
{
    static char out[8192];
    struct descriptor d;
    struct rights rights;
    struct err err;
    size_t size = 0;
    struct arena *a = arena_new(0);
    struct wr w;
    wr_init(&w, 1 << 20);
    uint8_t *data = NULL;
    if (sddl_looks_like(name_or_sddl, strlen(name_or_sddl))) {
        if (sddl_read(name_or_sddl, strlen(name_or_sddl), DOMAIN, &w, &err) != RC_OK) {
            T_EQ_S(err.msg, "");
        }
    } else {
        data = golden_bytes(name_or_sddl, &size);
        wr_bytes(&w, data, size);
    }
    size_t used = 0;
    out[0] = '\0';
    if (descriptor_read(w.data, w.size, &d, &err) != RC_OK ||
        rights_read(&d, learnt, own_class, a, &rights, &err) != RC_OK) {
        (void)snprintf(out, sizeof(out), "%s", err.msg);
        rights.count = 0;
    }
    for (size_t i = 0; i < rights.count; i++) {
        const struct right *r = &rights.rows[i];
        char sid[SID_TEXT_MAX];
        struct rd rd = rd_from(r->sid, r->sid_size);
        (void)rd_sid(&rd, sid);
        bool scoped = strcmp(r->scope, RIGHTS_NO_SCOPE) != 0;
        used +=
            (size_t)snprintf(out + used, sizeof(out) - used, "%s%s %s%s%s%s%s", i ? ";" : "",
                             r->right, sid, r->inherited ? " ID" : "", r->inherit_only ? " IO" : "",
                             scoped ? " " : "", scoped ? r->scope : "");
    }
    free(data);
    wr_done(&w);
    arena_free(a);
    return out;
}

static void maps_full_control_and_generic_bits(void)
{
    T_EQ_S(rights_text("full", NULL, NULL), "generic_all S-1-5-18;generic_all " DOMAIN "-1105");
    T_EQ_S(rights_text("generic", NULL, NULL),
           "generic_all " DOMAIN "-1105;generic_write S-1-5-32-548");
    T_EQ_S(rights_text("empty_dacl", NULL, NULL), "");
    T_EQ_S(rights_text("D:(A;;WPWDWOCRCC;;;AU)", NULL, NULL),
           "write_dacl S-1-5-11;write_owner S-1-5-11;write_all_properties S-1-5-11;"
           "all_extended_rights S-1-5-11;create_child S-1-5-11");
    T_EQ_S(rights_text("D:(A;;RPLCLORC;;;AU)", NULL, NULL), "");
    T_EQ_S(rights_text("D:(A;;SW;;;AU)", NULL, NULL),
           "add_member S-1-5-11;write_spn S-1-5-11;write_key_credential S-1-5-11");
}

static void maps_extended_rights_with_their_scope(void)
{
    T_EQ_S(rights_text("reset", NULL, NULL),
           "reset_password " DOMAIN "-1105;reset_password S-1-5-32-548 IO " USER
           ";reset_password " DOMAIN "-553 ID;reset_password " DOMAIN "-553 ID IO " USER);
    T_EQ_S(rights_text("replicate", NULL, NULL),
           "replicate_all " DOMAIN "-1105;replicate_changes S-1-5-9");
    T_EQ_S(rights_text("members", NULL, NULL),
           "add_member " DOMAIN "-1105;add_member S-1-5-11;write_delegation S-1-5-32-548;"
           "write_uac S-1-5-32-548");
    T_EQ_S(
        rights_text("D:(OA;;WP;5b47d60f-6090-40b2-9f37-2a4de88f3063;;AU)"
                    "(OA;;WP;f30e3bbe-9ff0-11d1-b603-0000f80367c1;;AU)"
                    "(OA;;CR;0e10c968-78fb-11d2-90d4-00c04f79dc55;;AU)"
                    "(OA;;CR;a05b8cc2-17bc-4802-a710-e7c15ab866a2;;AU)"
                    "(OA;;WP;e48d0154-bcf8-11d1-8702-00c04fb96050;;AU)"
                    "(OA;;CR;ab721a53-1e2f-11d0-9819-00aa0040529b;;AU)",
                    NULL, NULL),
        "write_key_credential S-1-5-11;write_gplink S-1-5-11;enroll S-1-5-11;"
        "autoenroll S-1-5-11;write_spn S-1-5-11;write_mapping S-1-5-11;write_delegation S-1-5-11");
    /* The wrong kind of access to a right's id grants nothing. */
    T_EQ_S(rights_text("D:(OA;;RP;" RESET ";;AU)", NULL, NULL), "");
}

static void takes_what_an_earlier_denial_took(void)
{
    T_EQ_S(rights_text("denied", NULL, NULL), "");
    T_EQ_S(rights_text("denied_late", NULL, NULL), "reset_password " DOMAIN "-1105");
    /* Denied on the object, still inherited by what is below. */
    T_EQ_S(rights_text("D:(D;;WP;;;AO)(A;CI;WP;;;AO)", NULL, NULL),
           "write_all_properties S-1-5-32-548 IO");
    /* A denial of one right does not take the others, nor somebody else's. */
    T_EQ_S(rights_text("D:(OD;;CR;" RESET ";;AO)(A;;CR;;;AO)", NULL, NULL),
           "all_extended_rights S-1-5-32-548");
    T_EQ_S(rights_text("D:(D;;WP;;;WD)(A;;WP;;;AO)", NULL, NULL),
           "write_all_properties S-1-5-32-548");
    T_EQ_S(rights_text("D:(D;;GA;;;AO)(A;;GA;;;AO)", NULL, NULL), "");
}

static void gives_one_row_a_right(void)
{
    T_EQ_S(rights_text("D:(A;CIIO;GA;;;AO)(A;;GA;;;AO)(A;;GA;;;AO)", NULL, NULL),
           "generic_all S-1-5-32-548");
    T_EQ_S(rights_text("D:(A;CIIO;GA;;;AO)", NULL, NULL), "generic_all S-1-5-32-548 IO");
    /* For leaf objects below only: nothing inherits it in a directory. */
    T_EQ_S(rights_text("D:(A;OIIO;GA;;;AO)", NULL, NULL), "");
}

static void knows_the_schema_of_the_forest(void)
{
    static const struct rights_attribute open = { .guid = "11111111-2222-3333-4444-555555555555",
                                                  .right = "read_laps",
                                                  .is_confidential = false };
    static const struct rights_attribute secret = { .next = &open,
                                                    .guid = "aaaaaaaa-2222-3333-4444-555555555555",
                                                    .right = "read_laps",
                                                    .is_confidential = true };
    static const char *const text = "D:(OA;;CR;aaaaaaaa-2222-3333-4444-555555555555;;AU)"
                                    "(OA;;RP;aaaaaaaa-2222-3333-4444-555555555555;;BA)"
                                    "(OA;;RP;11111111-2222-3333-4444-555555555555;;SY)";
    T_EQ_S(rights_text(text, &secret, NULL), "read_laps S-1-5-11;read_laps S-1-5-18");
    T_EQ_S(rights_text(text, NULL, NULL), "");
    /* An entry for the object's own class is for the object; for another class it is for children of that class. */
    static const char *const typed = "D:(OA;;GA;" USER ";;AU)";
    T_EQ_S(rights_text(typed, NULL, rights_class_guid("user", 4)), "generic_all S-1-5-11");
    T_EQ_S(rights_text(typed, NULL, rights_class_guid("organizationalUnit", 18)),
           "create_child S-1-5-11");
}

static void tells_who_applies_a_policy(void)
{
    const char *policy = rights_class_guid("groupPolicyContainer", 20);
    const char *usual =
        "D:P(A;CI;RPLCLORC;;;AU)(OA;CI;CR;edacfd8f-ffb3-11d1-b41d-00a0c968f939;;AU)";
    T_EQ_S(rights_text(usual, NULL, policy), "read_policy S-1-5-11;apply_policy S-1-5-11");
    T_EQ_S(rights_text(usual, NULL, NULL), "");
    T_EQ_S(rights_text(usual, NULL, rights_class_guid("organizationalUnit", 18)), "");
    T_EQ_S(rights_text("D:(OD;;CR;edacfd8f-ffb3-11d1-b41d-00a0c968f939;;DC)(A;;RPCR;;;WD)", NULL,
                       policy),
           "deny_apply_policy " DOMAIN
           "-515;all_extended_rights S-1-1-0;apply_policy S-1-1-0;read_policy S-1-1-0");
    T_EQ_S(rights_text("D:(D;;RPCR;;;AU)(A;;RPCR;;;AU)", NULL, policy),
           "deny_apply_policy S-1-5-11;deny_read_policy S-1-5-11");
    /* Only below, only one attribute, another extended right. */
    T_EQ_S(rights_text("D:(A;CIIO;RPCR;;;AU)(OA;;RP;f30e3bbf-9ff0-11d1-b603-0000f80367c1;;AU)"
                       "(OA;;CR;" RESET ";;AU)(D;CIIO;CR;;;DC)",
                       NULL, policy),
           "all_extended_rights S-1-5-11 IO;reset_password S-1-5-11");
    T_EQ_S(rights_text("D:(A;;GA;;;" DOMAIN "-1105)", NULL, policy),
           "generic_all " DOMAIN "-1105;apply_policy " DOMAIN "-1105;read_policy " DOMAIN "-1105");
}

static void counts_what_it_does_not_understand(void)
{
    static const char text[] = "D:(XA;;GA;;;AU;(@USER.Title == \"PM\"))(A;;RP;;;AU)";
    struct descriptor d;
    struct rights rights;
    struct err err;
    struct arena *a = arena_new(0);
    struct wr w;
    wr_init(&w, 4096);
    T_EQ_I(sddl_read(text, strlen(text), NULL, &w, &err), RC_OK);
    T_EQ_I(descriptor_read(w.data, w.size, &d, &err), RC_OK);
    T_EQ_I(rights_read(&d, NULL, NULL, a, &rights, &err), RC_OK);
    T_EQ_I(rights.count, 0);
    T_EQ_I(rights.entries, 2);
    T_EQ_I(rights.skipped, 1);
    wr_done(&w);
    arena_free(a);
}

static void refuses_text_that_it_does_not_understand(void)
{
    static const char *const bad[] = {
        "O:",
        "O:ZZ",
        "O:S-1-",
        "D:(A;;GA;;;AU",
        "D:(A;;QQ;;;AU)",
        "D:(A;;G;;;AU)",
        "D:(Q;;GA;;;AU)",
        "D:(A;;GA;;AU)",
        "D:(A;;GA;x;;AU)",
        "D:(A;;GA;" USER ";;AU)",
        "D:Q",
        "D:D:",
        "O:BAx",
        "D:(A;ZZ;GA;;;AU)",
        "D:(A;;0x;;;AU)",
        "O:DAO:DA",
        "D:(A;;GA;;;)",
    };
    for (size_t i = 0; i < ARRAY_LEN(bad); i++) {
        struct err err;
        struct wr w;
        wr_init(&w, 4096);
        enum rc rc = sddl_read(bad[i], strlen(bad[i]), DOMAIN, &w, &err);
        if (rc != RC_MALFORMED) {
            T_EQ_S(bad[i], "refused");
        }
        T_EQ_I(rc, RC_MALFORMED);
        wr_done(&w);
    }
    /* A name of the domain needs the domain. */
    struct err err;
    struct wr w;
    wr_init(&w, 4096);
    T_EQ_I(sddl_read("O:DA", 4, NULL, &w, &err), RC_MALFORMED);
    wr_done(&w);
}

static bool accepts(const uint8_t *p, size_t n, void *context)
{
    struct arena *a = context;
    struct descriptor d;
    struct rights rights;
    struct err err;
    arena_reset(a);
    return descriptor_read(p, n, &d, &err) == RC_OK && d.has_dacl &&
           rights_read(&d, NULL, NULL, a, &rights, &err) == RC_OK;
}

static void survives_damage(void)
{
    static const char *const names[] = { "full", "reset", "denied", "audited", "many" };
    struct arena *a = arena_new(0);
    for (size_t i = 0; i < ARRAY_LEN(names); i++) {
        size_t size = 0, accepted = 0, refused = 0;
        uint8_t *data = golden_bytes(names[i], &size);
        T_OK(data && accepts(data, size, a));
        t_mutate(data, size, 2000, accepts, a, &accepted, &refused);
        T_OK(accepted > 0);
        T_OK(refused > 0);
        free(data);
    }
    arena_free(a);
}

static void refuses_hostile_offsets(void)
{
    size_t size = 0;
    struct descriptor d;
    struct err err;
    uint8_t *data = golden_bytes("full", &size);
    static const uint32_t offsets[] = { 1, 19, 0x7fffffff, 0xffffffff };
    for (size_t field = 4; field < 20; field += 4) {
        for (size_t i = 0; data && i < ARRAY_LEN(offsets); i++) {
            uint8_t copy[512];
            memcpy(copy, data, size);
            copy[field] = (uint8_t)offsets[i];
            copy[field + 1] = (uint8_t)(offsets[i] >> 8);
            copy[field + 2] = (uint8_t)(offsets[i] >> 16);
            copy[field + 3] = (uint8_t)(offsets[i] >> 24);
            /* The SACL's offset is looked at only when its flag is set. */
            copy[2] |= 0x10;
            T_EQ_I(descriptor_read(copy, size, &d, &err), RC_MALFORMED);
        }
    }
    free(data);
}

#define TESTS(X)                                \
    X(reads_what_samba_encoded)                 \
    X(maps_full_control_and_generic_bits)       \
    X(maps_extended_rights_with_their_scope)    \
    X(takes_what_an_earlier_denial_took)        \
    X(gives_one_row_a_right)                    \
    X(knows_the_schema_of_the_forest)           \
    X(tells_who_applies_a_policy)               \
    X(counts_what_it_does_not_understand)       \
    X(refuses_text_that_it_does_not_understand) \
    X(survives_damage)                          \
    X(refuses_hostile_offsets)
T_MAIN("descriptor", TESTS)
