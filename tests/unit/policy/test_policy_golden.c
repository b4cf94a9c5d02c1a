/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Real SYSVOL trees and backups of ../shared/data through the driver; gpreport.xml, which Windows wrote beside a backup, is the
 * truth. Nothing of what the files hold is printed but names of settings. */
#include <stdio.h>
#include <stdlib.h>

#include "audit/decode/format/text.h"
#include "import.h"
#include "tests/support/t.h"
#include "tests/unit/format/shared_files.h"

static bool import_tree(const char *path, struct rows *r)
{
    struct built b;
    struct err err;
    const char *real = t_shared(path);
    built_begin(&b);
    if (!real || !built_tree(&b, real, "copy")) {
        (void)printf("not there: %s\n", path);
        return false;
    }
    T_EQ_I(import(&b, NULL, r, &err), RC_OK);
    return true;
}

/* The content of the element on a line of the report, without its prefix: "<q1:Name>x</q1:Name>". */
static bool element(const char *line, const char *name, char *buf, size_t size)
{
    char open[64];
    (void)snprintf(open, sizeof(open), ":%s>", name);
    const char *at = strstr(line, open);
    const char *end = at ? strstr(at, "</") : NULL;
    if (!at || !end) {
        return false;
    }
    at += strlen(open);
    (void)snprintf(buf, size, "%.*s", (int)(end - at), at);
    return true;
}

struct report {
    const struct rows *r;
    char name[512], key[512], guid[64];
    size_t accounts, options, rights, empty_rights, audits, holders;
    bool in_right, has_member;
};

static void on_number(struct report *x, const char *number)
{
    char expected[32];
    const char *slash = strrchr(x->key, '\\');
    if (slash && strncmp(x->key, "MACHINE\\", 8) == 0) {
        char key[600];
        (void)snprintf(key, sizeof(key), "HKLM\\%.*s", (int)(slash - x->key - 8), x->key + 8);
        const struct row *v = rows_find2(x->r, ROW_TABLE_POLICYREGISTRY, POLICYREGISTRY_KEY, key,
                                         POLICYREGISTRY_VALUE, slash + 1);
        T_EQ_S(cell(v, POLICYREGISTRY_NUMBER), number);
        T_EQ_S(cell(v, POLICYREGISTRY_SOURCE), "template");
        x->options++;
        return;
    }
    /* The report has -1, for ever, as a number without a sign. */
    (void)snprintf(expected, sizeof(expected), "%s",
                   strcmp(number, "4294967295") == 0 ? "-1" : number);
    T_EQ_S(cell(rows_find(x->r, ROW_TABLE_POLICYTEMPLATE, POLICYTEMPLATE_NAME, x->name),
                POLICYTEMPLATE_NUMBER),
           expected);
    x->accounts++;
}

static void on_report_line(struct report *x, const char *line)
{
    char text[512];
    const char *sid = strstr(line, "<SID ");
    if (strstr(line, ":UserRightsAssignment>")) {
        x->in_right = strstr(line, "</") == NULL;
        x->empty_rights += !x->in_right && !x->has_member;
        x->has_member = false;
    } else if (x->in_right && sid && (sid = strchr(sid, '>')) != NULL) {
        (void)snprintf(text, sizeof(text), "%.*s", (int)strcspn(sid + 1, "<"), sid + 1);
        T_OK(rows_find2(x->r, ROW_TABLE_POLICYRIGHT, POLICYRIGHT_RIGHT, x->name, POLICYRIGHT_HOLDER,
                        text) != NULL);
        x->has_member = true;
        x->holders++;
    } else if (element(line, "KeyName", x->key, sizeof(x->key)) ||
               element(line, "Name", x->name, sizeof(x->name))) {
        x->rights += x->in_right;
    } else if (element(line, "SystemAccessPolicyName", x->name, sizeof(x->name))) {
        x->key[0] = '\0';
    } else if (element(line, "SettingNumber", text, sizeof(text))) {
        on_number(x, text);
        x->key[0] = '\0';
    } else if (element(line, "SettingBoolean", text, sizeof(text))) {
        on_number(x, strcmp(text, "true") == 0 ? "1" : "0");
    } else if (element(line, "SubcategoryGuid", x->guid, sizeof(x->guid))) {
        x->guid[strcspn(x->guid, "}")] = '\0';
    } else if (element(line, "SettingValue", text, sizeof(text))) {
        T_EQ_S(cell(rows_find(x->r, ROW_TABLE_POLICYAUDIT, POLICYAUDIT_SUBCATEGORY, x->guid + 1),
                    POLICYAUDIT_SETTING),
               text);
        x->audits++;
    }
}

static void read_report(const char *path, void (*fn)(struct report *x, const char *line),
                        struct report *x)
{
    size_t n = 0;
    const char *real = t_shared(path);
    uint8_t *data = real ? t_read_file(real, &n) : NULL;
    struct text t;
    struct err err;
    const char *line = NULL;
    T_OK(data != NULL);
    text_open(&t, data, n, 0);
    while (data && text_next(&t, &line, &n, &err) == RC_OK) {
        fn(x, line);
    }
    text_close(&t);
    free(data);
}

static void agrees_with_the_report_of_windows(void)
{
    struct rows r;
    struct report x = { .r = &r };
    if (!import_tree(NSA_WINDOWS, &r)) {
        return;
    }
    const struct row *f = rows_find(&r, ROW_TABLE_POLICYFOLDER, -1, NULL);
    T_EQ_S(cell(f, POLICYFOLDER_GPO), "356fb116-26cd-4fbf-830b-6d736b802fd7");
    T_EQ_S(cell(f, POLICYFOLDER_KIND), "backup");
    T_EQ_S(cell(f, POLICYFOLDER_STATE), "read");
    T_EQ_S(cell(f, POLICYFOLDER_DOMAIN), "idl.local");
    T_HAS(cell(f, POLICYFOLDER_NAME), "STIG - Computer");
    read_report(NSA_WINDOWS "gpreport.xml", on_report_line, &x);
    T_EQ_I(x.accounts,
           9 + 3); /* accounts, and three security options that are settings of the template */
    T_EQ_I(x.options, 39); /* and two that are text */
    T_EQ_I(x.rights, 27);
    T_EQ_I(x.holders, 28);
    T_EQ_I(x.audits, 21);
    T_EQ_I(rows_count(&r, ROW_TABLE_POLICYRIGHT), x.holders + x.empty_rights);
    T_EQ_I(rows_count(&r, ROW_TABLE_POLICYAUDIT), x.audits);
    T_EQ_I(rows_count(&r, ROW_TABLE_POLICYTEMPLATE), 13);
    T_EQ_I(rows_count(&r, ROW_TABLE_POLICYREGISTRY), 87 + 41);
    T_EQ_S(cell(rows_find(&r, ROW_TABLE_POLICYTEMPLATE, POLICYTEMPLATE_NAME, "NewGuestName"),
                POLICYTEMPLATE_TEXT),
           "Visitor");
    rows_done(&r);
}

static void on_firewall_line(struct report *x, const char *line)
{
    static const char *const profiles[] = { "DomainProfile", "PublicProfile", "PrivateProfile" };
    char tag[128], key[700];
    for (size_t i = 0; i < ARRAY_LEN(profiles); i++) {
        (void)snprintf(tag, sizeof(tag), "<q1:%s>", profiles[i]);
        if (strstr(line, tag)) {
            (void)snprintf(x->key, sizeof(x->key), "%s", profiles[i]);
            return;
        }
    }
    if (element(line, "Value", tag, sizeof(tag)) && x->key[0] && strstr(line, "<q1:")) {
        const char *value = strcmp(tag, "true") == 0 ? "1" : strcmp(tag, "false") == 0 ? "0" : tag;
        (void)snprintf(key, sizeof(key),
                       "HKLM\\SOFTWARE\\Policies\\Microsoft\\WindowsFirewall\\%s%s", x->key,
                       strncmp(x->name, "Log", 3) == 0 ? "\\Logging" : "");
        T_EQ_S(cell(rows_find2(x->r, ROW_TABLE_POLICYREGISTRY, POLICYREGISTRY_KEY, key,
                               POLICYREGISTRY_VALUE, x->name),
                    POLICYREGISTRY_NUMBER),
               value);
        x->options++;
        return;
    }
    const char *open = strstr(line, "<q1:");
    if (open && open[strlen(open) - 1] == '>' && !strstr(open, "</")) {
        (void)snprintf(x->name, sizeof(x->name), "%.*s", (int)strcspn(open + 4, ">"), open + 4);
    }
}

static void agrees_with_the_report_of_the_firewall(void)
{
    struct rows r;
    struct report x = { .r = &r };
    if (!import_tree(NSA_FIREWALL, &r)) {
        return;
    }
    T_EQ_S(cell(rows_find(&r, ROW_TABLE_POLICYFOLDER, -1, NULL), POLICYFOLDER_STATE), "read");
    T_EQ_I(rows_count(&r, ROW_TABLE_POLICYREGISTRY), 24);
    read_report(NSA_FIREWALL "gpreport.xml", on_firewall_line, &x);
    T_EQ_I(x.options, 7 + 9 + 7);
    rows_done(&r);
}

/* Whole trees: how many policies, in what state, with what. */
static void imports_real_trees(void)
{
    static const struct {
        const char *path;
        size_t policies, read, values, templates, rights, members, services, audits, items;
        size_t malformed; /* files */
        const char *coverage;
    } trees[] = {
        { "gpo/Group3r__Group3r/TestSysvol", 8, 8, 77 - 25 + 6 + 2 + 6 + 2 * 78 + 1 + 4,
          15 + 2 * 29, 56 + 2 * 42, 5 + 2 * 3, 2, 0, 3 + 2 * 5 + 1, 0, "complete" },
        { "gpo/l0ss__Grouper2/2b92508/Grouper2/TestPolicies", 5, 5, 2 + 6 + 78 + 1 + 4, 15 + 29,
          56 + 42, 3, 1, 0, 5 + 1, 0, "complete" },
        { "gpo/nsacyber__Windows-Secure-Host-Baseline", 6, 6, 45 + 134 + 5 + 24 + 87 + 3 + 41, 13,
          35, 0, 0, 21, 0, 0, "complete" },
        { "gpo/samba-team__samba/source4/selftest/provisions/generalized-gpo-backup", 1, 1,
          76 - 35 + 36 - 11 + 4, 5, 5, 2, 1, 2, 3, 0, "complete" },
        { "gpo", 15, 15, 0, 0, 0, 0, 0, 0, 0, 0, "complete" },
    };

    for (size_t i = 0; i < ARRAY_LEN(trees); i++) {
        struct rows r;
        size_t read = 0, malformed = 0;
        if (!import_tree(trees[i].path, &r)) {
            continue;
        }
        for (size_t k = 0; k < r.count; k++) {
            read += r.rows[k].table == ROW_TABLE_POLICYFOLDER &&
                    strcmp(cell(&r.rows[k], POLICYFOLDER_STATE), "read") == 0;
            malformed += r.rows[k].table == ROW_TABLE_ARTIFACT &&
                         strcmp(cell(&r.rows[k], ARTIFACT_STATE), "malformed") == 0;
        }
        T_EQ_I(rows_count(&r, ROW_TABLE_POLICYFOLDER), trees[i].policies);
        T_EQ_I(read, trees[i].read);
        T_EQ_I(malformed, trees[i].malformed);
        T_EQ_S(
            cell(rows_find(&r, ROW_TABLE_COVERAGE, COVERAGE_SOURCE, "policy.file"), COVERAGE_STATE),
            trees[i].coverage);
        if (trees[i].values > 0) {
            T_EQ_I(rows_count(&r, ROW_TABLE_POLICYREGISTRY), trees[i].values);
            T_EQ_I(rows_count(&r, ROW_TABLE_POLICYTEMPLATE), trees[i].templates);
            T_EQ_I(rows_count(&r, ROW_TABLE_POLICYRIGHT), trees[i].rights);
            T_EQ_I(rows_count(&r, ROW_TABLE_POLICYMEMBER), trees[i].members);
            T_EQ_I(rows_count(&r, ROW_TABLE_POLICYSERVICE), trees[i].services);
            T_EQ_I(rows_count(&r, ROW_TABLE_POLICYAUDIT), trees[i].audits);
            T_EQ_I(rows_count(&r, ROW_TABLE_POLICYITEM), trees[i].items);
        }
        rows_done(&r);
    }
}

/* Scripts of the real trees have passwords in their arguments: none is kept, each is told. */
static void keeps_no_password_of_real_scripts(void)
{
    struct rows r;
    size_t hints = 0;
    if (!import_tree("gpo/Group3r__Group3r/TestSysvol", &r)) {
        return;
    }
    for (size_t i = 0; i < r.count; i++) {
        const struct row *row = &r.rows[i];
        if (row->table != ROW_TABLE_POLICYITEM) {
            continue;
        }
        bool has_hint = row->v[POLICYITEM_HINT].number != 0;
        hints += has_hint;
        T_OK(!has_hint || row->v[POLICYITEM_ARGUMENTS].kind == ROW_NULL);
        T_OK(row->v[POLICYITEM_ARGUMENTS].kind == ROW_NULL ||
             !strcasestr(cell(row, POLICYITEM_ARGUMENTS), "pass"));
    }
    T_EQ_I(hints, 7);
    rows_done(&r);
}

#define TESTS(X)                              \
    X(agrees_with_the_report_of_windows)      \
    X(agrees_with_the_report_of_the_firewall) \
    X(imports_real_trees)                     \
    X(keeps_no_password_of_real_scripts)
T_MAIN("real policies", TESTS)
