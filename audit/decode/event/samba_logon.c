/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Samba's Authentication messages as logon_event. Samba gives all of them the numbers 4624 and 4625; here they get the number that a
 * domain controller of Windows would have logged, by who asked and how, so that views need to know one world only. */
#include <string.h>

#include "audit/base/utf.h"
#include "audit/decode/event/event_fields.h"
#include "audit/decode/event/event_typed.h"
#include "audit/decode/event/samba_log.h"

/* [MS-ERREF] 2.3.1, the ones that an authentication ends with, and the error of RFC 4120 that the KDC answers (0 = none of its own). */
static const struct status {
    const char *name; /* without NT_STATUS_ */
    uint32_t number;
    uint8_t kerberos;
} statuses[] = {
    { "ACCESS_DENIED", 0xc0000022, 0 },
    { "ACCOUNT_DISABLED", 0xc0000072, 18 },
    { "ACCOUNT_EXPIRED", 0xc0000193, 18 },
    { "ACCOUNT_LOCKED_OUT", 0xc0000234, 18 },
    { "ACCOUNT_RESTRICTION", 0xc000006e, 12 },
    { "AUTHENTICATION_FIREWALL_FAILED", 0xc0000413, 12 },
    { "DOMAIN_CONTROLLER_NOT_FOUND", 0xc0000233, 0 },
    { "DOWNGRADE_DETECTED", 0xc0000388, 0 },
    { "INTERNAL_ERROR", 0xc00000e5, 60 },
    { "INVALID_ACCOUNT_NAME", 0xc0000062, 6 },
    { "INVALID_LOGON_HOURS", 0xc000006f, 12 },
    { "INVALID_PARAMETER", 0xc000000d, 0 },
    { "INVALID_WORKSTATION", 0xc0000070, 12 },
    { "IO_TIMEOUT", 0xc00000b5, 0 },
    { "LOGON_FAILURE", 0xc000006d, 24 },
    { "LOGON_TYPE_NOT_GRANTED", 0xc000015b, 12 },
    { "NOLOGON_INTERDOMAIN_TRUST_ACCOUNT", 0xc0000198, 12 },
    { "NOLOGON_SERVER_TRUST_ACCOUNT", 0xc000019a, 12 },
    { "NOLOGON_WORKSTATION_TRUST_ACCOUNT", 0xc0000199, 12 },
    { "NOT_FOUND", 0xc0000225, 6 },
    { "NOT_IMPLEMENTED", 0xc0000002, 0 },
    { "NOT_SUPPORTED", 0xc00000bb, 0 },
    { "NO_LOGON_SERVERS", 0xc000005e, 29 },
    { "NO_SUCH_DOMAIN", 0xc00000df, 68 },
    { "NO_SUCH_USER", 0xc0000064, 6 },
    { "NO_TRUST_LSA_SECRET", 0xc000018a, 0 },
    { "NO_TRUST_SAM_ACCOUNT", 0xc000018b, 0 },
    { "NTLM_BLOCKED", 0xc0000418, 0 },
    { "OK", 0, 0 },
    { "PASSWORD_EXPIRED", 0xc0000071, 23 },
    { "PASSWORD_MUST_CHANGE", 0xc0000224, 23 },
    { "PASSWORD_RESTRICTION", 0xc000006c, 12 },
    { "SMARTCARD_LOGON_REQUIRED", 0xc00002fa, 12 },
    { "TIME_DIFFERENCE_AT_DC", 0xc0000133, 37 },
    { "TRUSTED_DOMAIN_FAILURE", 0xc000018c, 0 },
    { "TRUSTED_RELATIONSHIP_FAILURE", 0xc000018d, 0 },
    { "UNSUCCESSFUL", 0xc0000001, 60 },
    { "WRONG_PASSWORD", 0xc000006a, 24 },
};

struct answer {
    bool is_known, is_failure;
    uint32_t number;
    uint8_t kerberos;
};

/* "NT_STATUS_…", or "NT code 0xc0000064" for a number without a name in Samba. */
static struct answer answer_of(const char *text)
{
    struct answer a = { .is_failure = true };
    if (!text) {
        return a;
    }
    if (strncmp(text, "NT code 0x", 10) == 0 && strlen(text) == 18) {
        a.is_known = true;
        for (const char *p = text + 10; *p; p++) {
            const char *digits = "0123456789abcdef", *d = strchr(digits, *p | 0x20);
            a.is_known = a.is_known && d && *d;
            a.number = a.number << 4 | (uint32_t)(d ? d - digits : 0);
        }
        return a;
    }
    for (size_t i = 0; strncmp(text, "NT_STATUS_", 10) == 0 && i < ARRAY_LEN(statuses); i++) {
        if (strcmp(text + 10, statuses[i].name) == 0) {
            const struct status *s = &statuses[i];
            return (struct answer){ true, s->number != 0, s->number, s->kerberos };
        }
    }
    return a;
}

static bool is_kdc(const struct samba_message *m)
{
    const char *service = samba_text(m, "serviceDescription");
    return service && strncmp(service, "Kerberos KDC", 12) == 0;
}

/* NTLM that another server passed on, or an old password that was proven in order to change it: 4776 on Windows. */
static bool is_validation(const struct samba_message *m)
{
    const char *service = samba_text(m, "serviceDescription");
    size_t n = service ? strlen(service) : 0;
    return service && (strcmp(service, "SamLogon") == 0 ||
                       (n > 16 && !strcmp(service + n - 16, " Password Change")));
}

/* A computer proving itself to the netlogon service: Windows has no event of a logon for it. */
static bool is_channel(const struct samba_message *m)
{
    const char *how = samba_text(m, "authDescription");
    return how && strncmp(how, "ServerAuthenticate", 18) == 0;
}

void samba_logon_name(struct samba_message *m)
{
    struct answer a = answer_of(samba_text(m, "status"));
    if (is_channel(m)) {
        return;
    }
    if (is_kdc(m)) {
        bool is_ticket = !a.is_failure || a.kerberos == 6;
        m->event_id = is_ticket ? 4768 : 4771;
        m->kind = is_ticket ? "ticket" : "preauth_failed";
    } else if (is_validation(m)) {
        m->event_id = 4776;
        m->kind = "validation";
    } else {
        m->event_id = a.is_failure ? 4625 : 4624;
        m->kind = a.is_failure ? "logon_failed" : "logon";
    }
}

/* Who it was, or what was given as a name: "user@REALM" and "DOMAIN\user" in their parts. */
static void account(struct row *row, const struct samba_message *m, const struct answer *a,
                    const struct secret *key, char typed[EVENT_TYPED_MAX])
{
    const char *sid = samba_sid(m, "becameSid"), *name = samba_text(m, "becameAccount");
    const char *domain = samba_text(m, "becameDomain");
    row_text(row, LOGONEVENT_ACCOUNT_SID, sid);
    if (!name) {
        const char *given = samba_text(m, "clientAccount"),
                   *mapped = samba_text(m, "mappedAccount");
        name = mapped ? mapped : given;
        domain = samba_text(m, mapped ? "mappedDomain" : "clientDomain");
    }
    if (!name) {
        return;
    }
    if (!sid && a->is_failure && !event_is_of_account(a->number)) {
        row_text(row, LOGONEVENT_ACCOUNT_NAME, event_typed(key, name, typed) ? typed : NULL);
        return;
    }
    const char *at = strrchr(name, '@');
    if (at && at > name && !domain && at[1]) {
        row_textn(row, LOGONEVENT_ACCOUNT_NAME, name,
                  utf8_fit(name, (size_t)(at - name), ROW_TEXT_MAX));
        domain = at + 1;
    } else {
        samba_cell(row, LOGONEVENT_ACCOUNT_NAME, name);
    }
    samba_cell(row, LOGONEVENT_ACCOUNT_DOMAIN, domain);
}

static void ntlm(struct row *row, const struct samba_message *m)
{
    static const char *const types[][2] = {
        { "LANMan", "LM" },
        { "MSCHAPv2",
          "NTLM V1" }, /* the response of version 1 with another challenge; Windows says the same */
        { "NTLMv1", "NTLM V1" },
        { "NTLMv2", "NTLM V2" },
    };
    const char *type = samba_text(m, "passwordType");
    for (size_t i = 0; type && i < ARRAY_LEN(types); i++) {
        if (strcmp(type, types[i][0]) == 0) {
            row_text(row, LOGONEVENT_NTLM, types[i][1]);
            row_text(row, LOGONEVENT_PACKAGE, "NTLM");
        }
    }
}

/* Ticket events carry the KDC's error, which Samba does not log: the one that belongs to the status, and the status as the reason. */
static void status(struct row *row, const struct samba_message *m, const struct answer *a)
{
    if (!a->is_known) {
        return;
    }
    if (!is_kdc(m)) {
        row_int(row, LOGONEVENT_STATUS, a->number);
        return;
    }
    if (!a->is_failure || a->kerberos > 0) {
        row_int(row, LOGONEVENT_STATUS, a->kerberos);
    }
    if (a->is_failure) {
        row_int(row, LOGONEVENT_SUB_STATUS, a->number);
    }
}

static void kerberos(struct row *row, const struct samba_message *m)
{
    static const struct {
        const char *begin;
        int type; /* PA-DATA type, RFC 4120, 4556, 6113 */
    } ways[] = { { "ENC-TS", 2 }, { "PK-INIT", 16 }, { "PKINIT", 16 }, { "ENC-CHAL", 138 } };

    const char *how = samba_text(m, "authDescription");
    row_text(row, LOGONEVENT_PACKAGE, "Kerberos");
    row_text(row, LOGONEVENT_SERVICE, "krbtgt");
    for (size_t i = 0; how && i < ARRAY_LEN(ways); i++) {
        if (strncmp(how, ways[i].begin, strlen(ways[i].begin)) == 0) {
            row_int(row, LOGONEVENT_PREAUTH, ways[i].type);
        }
    }
}

enum rc samba_logon_rows(const struct samba_message *m, const struct event_import *import,
                         struct samba_pending *pending, struct err *err)
{
    struct row row;
    int64_t type;
    char typed[EVENT_TYPED_MAX];
    struct answer a = answer_of(samba_text(m, "status"));
    const char *sid = samba_sid(m, "becameSid");
    if (sid && event_is_own(sid)) {
        return RC_OK;
    }
    row_begin(&row, ROW_TABLE_LOGONEVENT);
    row_int(&row, LOGONEVENT_LOG, import->log);
    row_int(&row, LOGONEVENT_RECORD, (int64_t)m->line);
    row_int(&row, LOGONEVENT_PART, m->part);
    row_int(&row, LOGONEVENT_COMPUTER, m->computer);
    row_int(&row, LOGONEVENT_AT, m->at);
    row_int(&row, LOGONEVENT_ID, m->event_id);
    row_text(&row, LOGONEVENT_KIND, m->kind);
    row_bool(&row, LOGONEVENT_FAILURE, a.is_failure);
    row_bool(&row, LOGONEVENT_CARVED, false);
    account(&row, m, &a, import->key, typed);
    if (is_kdc(m)) {
        kerberos(&row, m);
    } else {
        ntlm(&row, m);
        if (m->event_id != 4776 && samba_number(m, "logonType", &type) && type > 0) {
            row_int(&row, LOGONEVENT_TYPE, type);
        }
    }
    status(&row, m, &a);
    samba_cell(&row, LOGONEVENT_WORKSTATION, samba_text(m, "workstation"));
    samba_address(&row, LOGONEVENT_ADDRESS, LOGONEVENT_PORT, samba_text(m, "remoteAddress"));
    return samba_pending_put(pending, &row, NULL, err);
}
