/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "rules/fixture_mfa.h"

#include <inttypes.h>
#include <string.h>

/* Days from the tests' now, as a filetime in decimal. */
static const char *days_from_now(struct fixture *f, int64_t days)
{
    return arena_printf(f->arena, "%" PRId64, f->now + days * FILETIME_DAY);
}

const char *fixture_mfa_default(struct fixture *f, const char *table, const char *column,
                                size_t number)
{
    static const struct {
        const char *table, *column, *text;
    } defaults[] = {
        { "mfa_export", "origin", "exports" },
        { "mfa_export", "path", "mfa.csv" },
        { "mfa_export", "service", "plain" },
        { "mfa_export", "form", "csv" },
        { "mfa_export", "accounts", "1" },
        { "mfa_export", "methods", "0" },
        { "mfa_export", "unreadable", "0" },
        { "mfa_export", "is_whole", "1" },
        { "mfa_account", "origin", "exports" },
        { "mfa_account", "path", "mfa.csv" },
        { "mfa_method", "origin", "exports" },
        { "mfa_method", "path", "mfa.csv" },
        { "mfa_method", "row", "1" },
        { "mfa_method", "state", "active" },
        { "named_account", "kind", "account" },
        { "attestation", "answer", "yes" },
        { "attestation", "who", "a tester" },
        { "otp_token", "kind", "totp" },
        { "otp_token", "form", "ipa" },
        { "otp_token", "is_disabled", "0" },
        { "ldap_account", "is_enabled", "1" },
        { "ldap_group", "is_whole", "1" },
        { "ldap_password_policy", "form", "ppolicy" },
        { "ipa_settings", "dn", "cn=ipaConfig,cn=etc,DC=example" },
    };

    for (size_t i = 0; i < ARRAY_LEN(defaults); i++) {
        if (strcmp(defaults[i].table, table) == 0 && strcmp(defaults[i].column, column) == 0) {
            return defaults[i].text;
        }
    }
    if (strcmp(table, "mfa_account") == 0 && strcmp(column, "row") == 0) {
        return arena_printf(f->arena, "%zu", number);
    }
    if (strcmp(table, "mfa_export") == 0 && strcmp(column, "exported_at") == 0) {
        return days_from_now(f, -1);
    }
    if (strcmp(table, "attestation") == 0) {
        return strcmp(column, "at") == 0      ? days_from_now(f, -10)
               : strcmp(column, "until") == 0 ? days_from_now(f, 355)
                                              : NULL;
    }
    return NULL;
}

enum rc fixture_mfa_complete(struct fixture *f, struct err *err)
{
    const char *sql = arena_printf(
        f->arena,
        "INSERT INTO mfa_export(origin, path, service, form, accounts, methods, unreadable, is_whole, exported_at)"
        " SELECT a.origin, a.path, 'plain', 'csv', count(*), 0, 0, 1, %" PRId64
        " FROM mfa_account a"
        " WHERE NOT EXISTS (SELECT 1 FROM mfa_export e WHERE e.origin = a.origin AND e.path = a.path)"
        " GROUP BY a.origin, a.path",
        f->now - FILETIME_DAY);
    return sql ? store_exec(store_handle(f->store), sql, err)
               : err_setf(err, RC_NOMEM, "out of memory");
}
