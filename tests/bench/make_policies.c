/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What the files of the policies set, and who applies them: a third of them by a group, the rest by everybody. */
#include <stdio.h>

#include "tests/bench/maker.h"

#define VALUE_COUNT 240 /* values that policies set, of which each sets a sixth */

static void put_value(struct maker *m, const char *policy, uint32_t n)
{
    struct row r;
    char name[32];
    row_begin(&r, ROW_TABLE_POLICYREGISTRY);
    row_text(&r, POLICYREGISTRY_GPO, policy);
    row_text(&r, POLICYREGISTRY_HALF, "machine");
    row_text(&r, POLICYREGISTRY_KEY, "HKLM\\SOFTWARE\\Policies\\Bench");
    (void)snprintf(name, sizeof(name), "Value%u", n);
    row_text(&r, POLICYREGISTRY_VALUE, name);
    row_text(&r, POLICYREGISTRY_SOURCE, n % 10 ? "registry_pol" : "template");
    row_text(&r, POLICYREGISTRY_ACTION, "set");
    row_bool(&r, POLICYREGISTRY_CONDITIONAL, false);
    row_int(&r, POLICYREGISTRY_TYPE, 4);
    row_int(&r, POLICYREGISTRY_NUMBER, (int64_t)(next_random(m) % 3));
    row_int(&r, POLICYREGISTRY_SIZE, 4);
    put(m, &r);
}

static void put_template(struct maker *m, const char *policy, const char *name, int64_t number)
{
    struct row r;
    row_begin(&r, ROW_TABLE_POLICYTEMPLATE);
    row_text(&r, POLICYTEMPLATE_GPO, policy);
    row_text(&r, POLICYTEMPLATE_SECTION, "system_access");
    row_text(&r, POLICYTEMPLATE_NAME, name);
    row_int(&r, POLICYTEMPLATE_NUMBER, number);
    put(m, &r);
}

static void put_holder(struct maker *m, const char *policy, const char *right, const char *holder)
{
    struct row r;
    row_begin(&r, ROW_TABLE_POLICYRIGHT);
    row_text(&r, POLICYRIGHT_GPO, policy);
    row_text(&r, POLICYRIGHT_RIGHT, right);
    row_text(&r, POLICYRIGHT_HOLDER, holder);
    put(m, &r);
}

void put_policy_files(struct maker *m, const char *policy, uint32_t n)
{
    char sid[SID_TEXT_MAX];
    struct row r;
    (void)snprintf(sid, sizeof(sid), "%s-%u", SID_PREFIX, 1200 + n);
    put_right(m, policy, "S-1-5-11", "read_policy", false);
    put_right(m, policy, n % 3 ? "S-1-5-11" : sid, "apply_policy", false);
    row_begin(&r, ROW_TABLE_POLICYFOLDER);
    row_text(&r, POLICYFOLDER_GPO, policy);
    row_text(&r, POLICYFOLDER_ORIGIN, SERVER);
    row_text(&r, POLICYFOLDER_KIND, "sysvol");
    row_text(&r, POLICYFOLDER_STATE, "read");
    row_int(&r, POLICYFOLDER_VERSION, 65537);
    row_int(&r, POLICYFOLDER_FILES, 4);
    put(m, &r);
    for (uint32_t i = 0; i < VALUE_COUNT; i++) {
        if ((i * 7 + n) % 6 == 0) {
            put_value(m, policy, i);
        }
    }
    if (n % 4 == 0) {
        put_template(m, policy, "LockoutBadCount", 5 + n % 3);
        put_template(m, policy, "MinimumPasswordLength", 8 + n % 8);
        put_holder(m, policy, "SeDebugPrivilege", "S-1-5-32-544");
        put_holder(m, policy, "SeRemoteInteractiveLogonRight", n % 8 ? "S-1-5-32-544" : "S-1-1-0");
    }
}
