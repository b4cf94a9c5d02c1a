/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "report/redact/columns.h"

#include <string.h>

#define NAME(table, column, kind)                                     \
    {                                                                 \
        table, column, REDACT_NAME, REDACT_##kind, false, true, false \
    }
#define SHOWN(table, column, kind)                                          \
    {                                                                       \
        table, column, REDACT_LOOKED_UP, REDACT_##kind, false, false, false \
    }
#define DN(table, column, kind)                                            \
    {                                                                      \
        table, column, REDACT_LOOKED_UP, REDACT_##kind, false, false, true \
    }
#define FREE(table, column, kind)                                      \
    {                                                                  \
        table, column, REDACT_FREE, REDACT_##kind, false, false, false \
    }
#define WHO(table, column)                                          \
    {                                                               \
        table, column, REDACT_FREE, REDACT_TEXT, false, true, false \
    }
#define OURS(table, column)                                              \
    {                                                                    \
        table, column, REDACT_SENTENCE, REDACT_TEXT, false, false, false \
    }
#define JSON(table, column, rule)                            \
    {                                                        \
        table, column, rule, REDACT_TEXT, true, false, false \
    }
#define CODE(table, column)                                          \
    {                                                                \
        table, column, REDACT_CODE, REDACT_TEXT, false, false, false \
    }

/* clang-format off */
static const struct column_rule rules[] = {
    /* Of a group file: its sites, by whatever name. */
    NAME("group_site", "file", TEXT), NAME("group_site", "name_en", TEXT), NAME("group_site", "name_ja", TEXT), NAME("group_site", "domain", DOMAIN),
    SHOWN("group_site", "domain_sid", TEXT), CODE("group_site", "*"), CODE("group_other", "*"),
    /* Made by Kagimori from its own sources when the file is made. */
    OURS("column_label", "*"), OURS("view_source", "*"), OURS("check_count", "*"),
    /* Checks and playbook: an operator's own ones may name anything. */
    JSON("check_info", "answers", REDACT_SENTENCE), JSON("check_info", "parameters", REDACT_SENTENCE), JSON("check_info", "refs", REDACT_SENTENCE),
    JSON("check_info", "tags", REDACT_SENTENCE), JSON("check_info", "shown", REDACT_SENTENCE), OURS("check_info", "*"),
    JSON("reset_action", "steps", REDACT_SENTENCE), JSON("reset_action", "refs", REDACT_SENTENCE), JSON("reset_action", "after", REDACT_SENTENCE),
    JSON("reset_action", "blocked_by", REDACT_SENTENCE), OURS("reset_action", "*"), OURS("reset_phase", "*"),
    OURS("framework*", "*"), OURS("grade*", "*"), OURS("measure", "*"), OURS("risk", "*"),
    /* What people wrote. */
    WHO("attestation", "who"), FREE("attestation", "evidence", TEXT), FREE("attestation", "note", TEXT), OURS("attestation", "*"),
    FREE("waiver", "reason", TEXT), WHO("waiver", "approver"), OURS("waiver", "check_id"), OURS("waiver", "expires"), OURS("waiver", "state"),
    WHO("reset_decision", "who"), FREE("*", "note", TEXT), FREE("*", "operator_note", TEXT), SHOWN("reset_decision", "*", TEXT),
    FREE("evidence", "who", TEXT), FREE("evidence", "evidence", TEXT), FREE("*", "description", TEXT), FREE("*", "comment", TEXT), FREE("*", "remark", TEXT),
    /* Results. */
    JSON("result", "evidence", REDACT_CODE), JSON("reset_item", "evidence", REDACT_CODE), SHOWN("result", "name", TEXT), SHOWN("result", "subject", HOST),
    SHOWN("result", "item", TEXT), SHOWN("result", "source", TEXT), OURS("reset_item", "findings"), SHOWN("reset_item", "name", TEXT), SHOWN("reset_before", "name", TEXT),
    OURS("*", "reason_en"), OURS("*", "reason_ja"), OURS("*", "title_en"), OURS("*", "title_ja"),
    /* What the collectors and decoders say. */
    OURS("coverage", "detail"), OURS("worker_run", "*"), OURS("artifact", "detail"), OURS("host_port", "detail"), OURS("malformed_value", "reason"),
    OURS("malformed_value", "attribute"), OURS("evidence", "example"), OURS("evidence", "success_event"), OURS("evidence", "diagnostic"), OURS("host_ldap", "diagnostic"),
    OURS("account", "os*"), OURS("evidence", "os*"), OURS("evidence", "edition*"), OURS("artifact", "kind"), OURS("evidence", "answer"), OURS("evidence", "subcategory"), OURS("host_audit", "subcategory"),
    /* Programs, files, and what services say of themselves. */
    FREE("*", "command", PATH), FREE("*", "arguments", PATH), FREE("*banner", "*", TEXT), FREE("*", "*banner", TEXT), FREE("*", "certificate_subject", TEXT),
    FREE("host_tls", "subject", TEXT), FREE("host_tls", "issuer", TEXT), FREE("host_tls", "names", TEXT), FREE("*", "issuer", TEXT), FREE("host_winrm", "server", TEXT),
    FREE("host_winrm", "vendor", TEXT), FREE("*", "process", PATH), FREE("host_service", "path", PATH), FREE("service_event", "path", PATH), FREE("account", "script_path", PATH),
    FREE("policy_object", "path", PATH), FREE("evidence", "path", PATH), FREE("*", "wmi_filter", TEXT), FREE("*", "shared_folders", TEXT), FREE("host_share", "name", TEXT),
    FREE("*", "data", TEXT), FREE("*", "winner_data", TEXT), FREE("policy_result", "text", TEXT), FREE("*", "setting_data", TEXT),
    /* Code words, with columns of that name elsewhere that are names. */
    CODE("coverage", "source"), CODE("malformed_value", "source"), CODE("*", "kind"), CODE("*", "state"), CODE("*", "origin"), CODE("*", "code"), CODE("*", "form"),
    CODE("host_registry", "*value"), CODE("policy_folder", "origin"), CODE("mfa_export", "service"), CODE("*", "basis"), CODE("*", "strength"), CODE("*", "method*"),
    CODE("*", "source_kind"), CODE("*", "member_kind"), CODE("*", "policy_kind"), CODE("*", "hint_attribute"), CODE("*", "password_hint*"),
    /* Names. */
    NAME("account", "sam_name", USER), NAME("account", "upn", USER), NAME("account", "display_name", USER), NAME("account", "dns_name", HOST),
    NAME("directory_group", "sam_name", GROUP), NAME("local_group", "name", GROUP), NAME("ldap_group", "name", GROUP), NAME("local_account", "name", USER),
    NAME("local_account", "full_name", USER), NAME("account_state", "name", USER), NAME("organizational_unit", "name", OU), NAME("policy_object", "display_name", POLICY),
    NAME("policy_folder", "display_name", POLICY), NAME("password_settings", "name", POLICY), NAME("ldap_password_policy", "name", POLICY), NAME("authentication_policy", "name", POLICY),
    NAME("site", "name", TEXT), NAME("directory_agent", "site", TEXT), NAME("certificate_template", "name", TEXT), NAME("certificate_template", "display_name", TEXT),
    NAME("enrollment_service", "name", TEXT), NAME("enrollment_offer", "template_name", TEXT), NAME("issuance_policy", "name", POLICY), NAME("trusted_domain", "partner", DOMAIN),
    NAME("trusted_domain", "flat_name", DOMAIN), NAME("domain_head", "dns_name", DOMAIN), NAME("domain_head", "netbios_name", DOMAIN), NAME("ldap_account", "name", USER),
    NAME("ldap_account", "principal", USER), NAME("ppolicy_account", "name", USER), NAME("mfa_account", "name", USER), NAME("mfa_account", "upn", USER), NAME("mfa_account", "domain", DOMAIN),
    NAME("mfa_state", "name", USER), NAME("named_account", "entry", USER), NAME("named_principal", "entry", USER), NAME("event_host", "name", HOST), NAME("event_computer", "name", HOST),
    NAME("controller_state", "name", HOST), NAME("logon_guess", "name", USER), NAME("logon_guessed", "name", USER), NAME("logon_pick", "name", USER),
    NAME("logon_topic", "name", USER), NAME("logon_roast", "account", USER), NAME("*", "policy_name", POLICY), NAME("*", "setting_policy", POLICY),
    NAME("*", "subject_name", USER), NAME("*", "target_name", USER), NAME("*", "member_name", USER), NAME("*", "account_name", USER), NAME("*", "by_name", USER),
    NAME("*", "cleared_by", USER), NAME("*", "stepped_by", USER), NAME("*", "switched_by", USER), NAME("*", "*_domain", DOMAIN), NAME("*", "dns_domain", DOMAIN),
    NAME("*", "domain_name", DOMAIN), NAME("*", "domain", DOMAIN), NAME("*", "netbios_domain", DOMAIN), NAME("*", "netbios_name", HOST), NAME("*", "dns_name", HOST), NAME("*", "machine_name", HOST),
    NAME("*", "computer_name", HOST), NAME("*", "workstation", HOST), NAME("*", "host", HOST), NAME("*", "server", HOST), NAME("*", "display_name", USER),
    NAME("*", "full_name", USER), NAME("*", "via", GROUP), SHOWN("*", "target", HOST), SHOWN("*", "account", USER), SHOWN("*", "address", IP), SHOWN("*", "holder*", USER), SHOWN("*", "member*", USER),
    NAME("watched_target", "name", TEXT), NAME("security_descriptor", "name", TEXT), NAME("audit_organisation", "*", TEXT),
    DN("account", "dn", USER), DN("directory_group", "dn", GROUP), DN("organizational_unit", "dn", OU), DN("*", "dn", TEXT), DN("*", "*_dn", TEXT),
    SHOWN("*", "subject", TEXT), SHOWN("*", "name", TEXT), SHOWN("*", "item", TEXT), SHOWN("*", "item_name", TEXT), SHOWN("*", "source", HOST), SHOWN("*", "owner", USER),
    SHOWN("*", "privileges", GROUP), SHOWN("*", "location", OU), SHOWN("*", "site", TEXT), SHOWN("*", "accounts", USER), SHOWN("*", "hosts", HOST), SHOWN("*", "sources", HOST),
    SHOWN("*", "used_account", USER), SHOWN("*", "successes", USER), SHOWN("*", "because", GROUP), SHOWN("*", "used_on", HOST), SHOWN("*", "behind", HOST), SHOWN("*", "silent", HOST),
    SHOWN("*", "administrators", USER), SHOWN("*", "shared_with", HOST), SHOWN("*", "linked_groups", GROUP), SHOWN("*", "readers", USER), SHOWN("*", "*_by", USER), SHOWN("*", "unclear_names", USER),
};
/* clang-format on */

static const struct column_rule unlisted = CODE("*", "*");

static bool fits(const char *glob, const char *s)
{
    size_t n = strlen(glob), m = strlen(s);
    bool head = n > 0 && glob[0] == '*', tail = n > 1 && glob[n - 1] == '*';
    if (n == 1 && head) {
        return true;
    }
    if (head && tail) {
        return false; /* nobody needs it */
    }
    if (head) {
        return m >= n - 1 && strcmp(s + m - (n - 1), glob + 1) == 0;
    }
    return tail ? strncmp(s, glob, n - 1) == 0 : strcmp(s, glob) == 0;
}

const struct column_rule *column_rule_of(const char *table, const char *column)
{
    for (size_t i = 0; i < ARRAY_LEN(rules); i++) {
        if (fits(rules[i].table, table) && fits(rules[i].column, column)) {
            return &rules[i];
        }
    }
    return &unlisted;
}

bool column_is_rid(const char *column)
{
    size_t n = strlen(column);
    return strcmp(column, "rid") == 0 || (n > 4 && strcmp(column + n - 4, "_rid") == 0);
}
