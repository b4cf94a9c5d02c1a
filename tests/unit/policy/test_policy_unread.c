/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What the driver of policies says of that which was not read: files, folders, bundles, and rows that do not fit. */
#include <stdio.h>
#include <stdlib.h>

#include "import.h"
#include "sysvol.h"
#include "tests/support/t.h"

/* Builds the policy, one member of it replaced or added, and tells the state of the policy. */
static const char *state_with(const struct bundle_member *m, struct rows *r, enum rc expected)
{
    struct built b;
    struct err err;
    built_begin(&b);
    built_folder(&b, "Policies");
    sysvol_folders(&b, FOLDER);
    built_text(&b, FOLDER "/GPT.INI", "[General]\r\nVersion=1\r\n");
    built_member(&b, m);
    T_EQ_I(import(&b, NULL, r, &err), expected);
    return cell(rows_find(r, ROW_TABLE_POLICYFOLDER, POLICYFOLDER_GPO, ID), POLICYFOLDER_STATE);
}

static void says_what_was_not_read(void)
{
    static const struct {
        struct bundle_member m;
        const char *state, *artifact, *coverage;
    } cases[] = {
        { { .path = FOLDER "/Machine/Registry.pol", .state = BUNDLE_DENIED },
          "partial",
          "denied",
          "partial" },
        { { .path = FOLDER "/Machine/Registry.pol", .state = BUNDLE_FAILED },
          "partial",
          "partial",
          "partial" },
        { { .path = FOLDER "/Machine/Registry.pol", .state = BUNDLE_TOO_LARGE, .size = 1U << 31 },
          "partial",
          "too_large",
          "partial" },
        { { .path = FOLDER "/Machine/Registry.pol", .data = (const uint8_t *)"PReg", .size = 4 },
          "partial",
          "malformed",
          "partial" },
        { { .path = FOLDER "/Machine/Registry.pol", .state = BUNDLE_READ },
          "partial",
          "malformed",
          "partial" }, /* empty */
        { { .path = FOLDER "/Machine/Scripts/Startup/x.ps1", .state = BUNDLE_TOO_LARGE },
          "read",
          "too_large",
          "complete" },
        { { .path = FOLDER "/Machine/Scripts/Startup/x.ps1", .state = BUNDLE_DENIED },
          "read",
          "denied",
          "complete" },
        { { .path = FOLDER "/Machine/big.msi", .state = BUNDLE_TOO_LARGE },
          "read",
          "too_large",
          "complete" },
        { { .path = FOLDER "/Machine/Applications", .state = BUNDLE_DENIED },
          "partial",
          "denied",
          "partial" },
        { { .path = FOLDER "/Machine/link", .state = BUNDLE_FAILED },
          "partial",
          "partial",
          "partial" },
        { { .path = FOLDER "/Adm", .state = BUNDLE_FOLDER_CUT }, "partial", NULL, "partial" },
        { { .path = FOLDER "/unlisted/x.txt", .data = (const uint8_t *)"x", .size = 1 },
          "partial",
          "ignored",
          "partial" },
        { { .path = "scripts", .state = BUNDLE_FOLDER_CUT }, "read", NULL, "partial" },
        { { .path = "scripts", .state = BUNDLE_DENIED }, "read", "denied", "partial" },
        { { .path = "Policies/PolicyDefinitions", .state = BUNDLE_FOLDER },
          "read",
          NULL,
          "complete" },
    };

    for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
        struct rows r;
        T_EQ_S(state_with(&cases[i].m, &r, RC_OK), cases[i].state);
        T_EQ_S(
            cell(rows_find(&r, ROW_TABLE_COVERAGE, COVERAGE_SOURCE, "policy.file"), COVERAGE_STATE),
            cases[i].coverage);
        if (cases[i].artifact) {
            T_EQ_S(cell(rows_find(&r, ROW_TABLE_ARTIFACT, ARTIFACT_PATH, cases[i].m.path),
                        ARTIFACT_STATE),
                   cases[i].artifact);
        }
        rows_done(&r);
    }
}

static void tells_an_unread_script(void)
{
    const struct bundle_member m = { .path = FOLDER "/Machine/Scripts/Startup/x.ps1",
                                     .state = BUNDLE_TOO_LARGE };
    struct rows r;
    (void)state_with(&m, &r, RC_OK);
    const struct row *s = rows_find(&r, ROW_TABLE_POLICYSCRIPT, POLICYSCRIPT_STATE, "too_large");
    T_EQ_S(cell(s, POLICYSCRIPT_PATH), FOLDER "/Machine/Scripts/Startup/x.ps1");
    rows_done(&r);
}

static void tells_a_refused_policy(void)
{
    struct built b;
    struct rows r;
    struct err err;
    const struct bundle_member denied = { .path = OTHER, .state = BUNDLE_DENIED };
    const struct bundle_member cut = { .path = "Policies/{11111111-1111-1111-1111-111111111111}",
                                       .state = BUNDLE_FOLDER_CUT };
    built_begin(&b);
    sysvol_policy(&b);
    built_member(&b, &denied);
    built_member(&b, &cut);
    T_EQ_I(import(&b, NULL, &r, &err), RC_OK);
    T_EQ_S(
        cell(rows_find(&r, ROW_TABLE_POLICYFOLDER, POLICYFOLDER_GPO, OTHERID), POLICYFOLDER_STATE),
        "denied");
    T_EQ_S(cell(rows_find(&r, ROW_TABLE_POLICYFOLDER, POLICYFOLDER_GPO,
                          "11111111-1111-1111-1111-111111111111"),
                POLICYFOLDER_STATE),
           "partial");
    T_EQ_S(cell(rows_find(&r, ROW_TABLE_POLICYFOLDER, POLICYFOLDER_GPO, ID), POLICYFOLDER_STATE),
           "read");
    T_EQ_S(cell(rows_find(&r, ROW_TABLE_COVERAGE, COVERAGE_SOURCE, "policy.file"), COVERAGE_STATE),
           "partial");
    rows_done(&r);
}

static void refuses_names_that_differ_in_case(void)
{
    struct built b;
    struct rows r;
    struct err err;
    built_begin(&b);
    sysvol_policy(&b);
    built_file(&b, FOLDER "/MACHINE/REGISTRY.POL", sysvol_pol, SYSVOL_POL_SIZE);
    T_EQ_I(import(&b, NULL, &r, &err), RC_OK);
    T_EQ_S(cell(rows_find(&r, ROW_TABLE_POLICYFOLDER, POLICYFOLDER_GPO, ID), POLICYFOLDER_STATE),
           "malformed");
    T_OK(rows_find2(&r, ROW_TABLE_POLICYREGISTRY, POLICYREGISTRY_HALF, "machine",
                    POLICYREGISTRY_SOURCE, "registry_pol") == NULL);
    T_EQ_S(cell(rows_find(&r, ROW_TABLE_ARTIFACT, ARTIFACT_PATH, FOLDER "/Machine/Registry.pol"),
                ARTIFACT_STATE),
           "malformed");
    T_EQ_S(cell(rows_find(&r, ROW_TABLE_ARTIFACT, ARTIFACT_PATH, FOLDER "/MACHINE/REGISTRY.POL"),
                ARTIFACT_STATE),
           "malformed");
    rows_done(&r);
}

static void says_that_a_bundle_is_damaged(void)
{
    struct built b;
    struct rows r;
    struct err err;
    built_begin(&b);
    sysvol_policy(&b);
    built_end(&b, false);
    T_EQ_I(import_bytes(b.data, b.size, NULL, &r, &err),
           RC_OK); /* no end: cut off between two members */
    T_EQ_S(cell(rows_find(&r, ROW_TABLE_COVERAGE, COVERAGE_SOURCE, "policy.file"), COVERAGE_STATE),
           "partial");
    rows_done(&r);
    T_EQ_I(import_bytes(b.data, b.size - 9, NULL, &r, &err), RC_MALFORMED);
    T_EQ_S(cell(rows_find(&r, ROW_TABLE_COVERAGE, COVERAGE_SOURCE, "policy.file"), COVERAGE_STATE),
           "partial");
    T_OK(rows_count(&r, ROW_TABLE_POLICYREGISTRY) > 0);
    rows_done(&r);
    T_EQ_I(import_bytes(b.data, 20, NULL, &r, &err), RC_MALFORMED);
    T_EQ_I(r.count, 0);
    rows_done(&r);
    T_EQ_I(import_bytes("", 0, NULL, &r, &err), RC_MALFORMED);
    rows_done(&r);
    built_done(&b);
}

static void stops_when_the_sink_fails(void)
{
    struct built b;
    struct rows r;
    struct err err;
    built_begin(&b);
    sysvol_policy(&b);
    built_end(&b, true);
    T_EQ_I(import_bytes(b.data, b.size, NULL, &r, &err), RC_OK);
    size_t total = r.count;
    rows_done(&r);
    T_OK(total > 20);
    for (size_t n = 1; n <= total; n++) {
        const struct how how = { .fail_after = n };
        enum rc rc = import_bytes(b.data, b.size, &how, &r, &err);
        T_EQ_I(rc, n == total ? RC_OK : RC_IO);
        T_EQ_I(r.count, n);
        rows_done(&r);
    }
    built_done(&b);
}

static void goes_on_after_a_bad_file(void)
{
    static const enum rc answers[] = { RC_MALFORMED, RC_NOMEM, RC_LIMIT, RC_UNSUPPORTED };

    for (size_t i = 0; i < ARRAY_LEN(answers); i++) {
        struct built b;
        struct rows r;
        struct err err;
        doubles.answer = answers[i];
        built_begin(&b);
        sysvol_policy(&b);
        T_EQ_I(import(&b, NULL, &r, &err), RC_OK);
        T_EQ_S(
            cell(rows_find(&r, ROW_TABLE_POLICYFOLDER, POLICYFOLDER_GPO, ID), POLICYFOLDER_STATE),
            "partial");
        const struct row *a = rows_find(&r, ROW_TABLE_ARTIFACT, ARTIFACT_KIND, "preferences");
        T_EQ_S(cell(a, ARTIFACT_STATE), answers[i] == RC_UNSUPPORTED ? "unsupported" : "malformed");
        T_EQ_S(cell(a, ARTIFACT_DETAIL), "as the test wants it");
        T_EQ_I(rows_count(&r, ROW_TABLE_POLICYITEM), 3);
        rows_done(&r);
    }
    doubles.answer = RC_OK;
}

/* A value whose name is too long for a row costs its file, not the audit. */
static void refuses_rows_that_do_not_fit(void)
{
    static char text[20000];
    struct built b;
    struct rows r;
    struct err err;
    size_t n = (size_t)snprintf(text, sizeof(text), "[Privilege Rights]\r\nSeDebugPrivilege = ");
    memset(text + n, 'x', 5000);
    (void)snprintf(text + n + 5000, sizeof(text) - n - 5000, "\r\nSeTcbPrivilege = *S-1-1-0\r\n");
    built_begin(&b);
    built_folder(&b, "Policies");
    sysvol_folders(&b, FOLDER);
    built_text(&b, FOLDER SECEDIT "/GptTmpl.inf", text);
    T_EQ_I(import(&b, NULL, &r, &err), RC_OK);
    T_EQ_I(rows_count(&r, ROW_TABLE_POLICYRIGHT), 1);
    T_EQ_S(
        cell(rows_find(&r, ROW_TABLE_ARTIFACT, ARTIFACT_KIND, "security_template"), ARTIFACT_STATE),
        "malformed");
    rows_done(&r);
}

static bool accepts(const uint8_t *p, size_t n, void *context)
{
    struct rows r;
    struct err err;
    (void)context;
    enum rc rc = import_bytes(p, n, NULL, &r, &err);
    T_OK(rc == RC_OK || rc == RC_MALFORMED);
    T_EQ_S(r.refusal, "");
    bool is_complete =
        strcmp(
            cell(rows_find(&r, ROW_TABLE_COVERAGE, COVERAGE_SOURCE, "policy.file"), COVERAGE_STATE),
            "complete") == 0;
    rows_done(&r);
    return rc == RC_OK && is_complete;
}

/* Whatever the mutation, rows are such as the supervisor takes; a bundle that was cut is never complete. */
static void survives_every_mutation(void)
{
    struct built b;
    size_t accepted = 0, refused = 0;
    built_begin(&b);
    sysvol_note(&b, "Policies", "O:SYD:(A;;FA;;;AU)(D;;FA;;;BA)", BUNDLE_FOLDER);
    sysvol_folders(&b, FOLDER);
    built_text(&b, FOLDER "/GPT.INI", "[General]\r\nVersion=131075\r\n");
    built_file(&b, FOLDER "/Machine/Registry.pol", sysvol_pol, SYSVOL_POL_SIZE);
    built_text(&b, FOLDER SECEDIT "/GptTmpl.inf", sysvol_template);
    built_end(&b, true);
    T_OK(accepts(b.data, b.size, NULL));
    t_mutate(b.data, b.size, 4000, accepts, NULL, &accepted, &refused);
    T_OK(accepted > 0 && refused > 0);
    for (size_t n = 0; n < b.size; n++) {
        struct rows r;
        struct err err;
        enum rc rc = import_bytes(b.data, n, NULL, &r, &err);
        const struct row *c = rows_find(&r, ROW_TABLE_COVERAGE, COVERAGE_SOURCE, "policy.file");
        T_OK(rc == RC_MALFORMED || strcmp(cell(c, COVERAGE_STATE), "partial") == 0);
        rows_done(&r);
    }
    built_done(&b);
}

#define TESTS(X)                         \
    X(says_what_was_not_read)            \
    X(tells_an_unread_script)            \
    X(tells_a_refused_policy)            \
    X(refuses_names_that_differ_in_case) \
    X(says_that_a_bundle_is_damaged)     \
    X(stops_when_the_sink_fails)         \
    X(goes_on_after_a_bad_file)          \
    X(refuses_rows_that_do_not_fit)      \
    X(survives_every_mutation)
T_MAIN("policies_unread", TESTS)
