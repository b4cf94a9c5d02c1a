/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What a failed bind, search or connection means, and that the message says what to do. */
#include "tests/support/t.h"

#include <krb5.h>
#include <ldap.h>

#include "audit/collect/ldap/coverage.h"
#include "audit/collect/ldap/fault.h"
#include "plain.h"

#define AD(data) \
    "80090308: LdapErr: DSID-0C090446, comment: AcceptSecurityContext error, data " data ", v4563"

static void data_codes_are_read(void)
{
    T_EQ_I(fault_data(AD("52e")), 0x52e);
    T_EQ_I(fault_data(AD("775")), 0x775);
    T_EQ_I(fault_data(AD("80090346")), INT64_C(0x80090346));
    T_EQ_I(fault_data(AD("52E")), 0x52e);
    T_EQ_I(fault_data("data "), 0);
    T_EQ_I(fault_data("no number"), 0);
    T_EQ_I(fault_data(NULL), 0);
}

static void each_refusal_of_a_bind_says_what_to_do(void)
{
    static const struct {
        const char *diagnostic;
        const char *says[2];
    } cases[] = {
        { AD("525"), { "does not exist", "bind_dn" } },
        { AD("52e"), { "password or the name", "not locked" } },
        { AD("530"), { "logon hours", "administrator" } },
        { AD("531"), { "list of machines", "log on to" } },
        { AD("532"), { "has expired", "set a new one" } },
        { AD("533"), { "is disabled", "enable" } },
        { AD("701"), { "has expired", "expiry date" } },
        { AD("773"), { "must change its password", "set a new one" } },
        { AD("775"), { "locked out", "unlock" } },
        { AD("80090346"), { "channel binding", "gssapi" } },
        { "49: anything", { "not accepted", "49: anything" } },
        { NULL, { "not accepted", "nothing is tried again" } },
    };
    struct ldap_options o = plain_options();
    for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
        struct err err = { 0 };
        T_EQ_I(fault_bind(&o, "audit@example", LDAP_INVALID_CREDENTIALS, cases[i].diagnostic, &err),
               RC_DENIED);
        T_HAS(err.msg, "audit@example");
        T_HAS(err.msg, cases[i].says[0]);
        T_HAS(err.msg, cases[i].says[1]);
        T_EQ_S(err.where, "dc1.example");
    }
}

/* What counts against a lockout policy, or may, is a refusal for the gate; a lockout ends all. */
static void refusals_are_told_to_the_gate(void)
{
    static const struct {
        int result;
        const char *diagnostic;
        enum worker_gate_result gate;
    } cases[] = {
        { LDAP_SUCCESS, NULL, WORKER_GATE_OK },
        { LDAP_INVALID_CREDENTIALS, AD("52e"), WORKER_GATE_REFUSED },
        { LDAP_INVALID_CREDENTIALS, AD("525"), WORKER_GATE_REFUSED },
        { LDAP_INVALID_CREDENTIALS, AD("1234"), WORKER_GATE_REFUSED },
        { LDAP_INVALID_CREDENTIALS, NULL, WORKER_GATE_REFUSED },
        { LDAP_INVALID_CREDENTIALS, "Simple Bind Failed: NT_STATUS_LOGON_FAILURE",
          WORKER_GATE_REFUSED },
        { LDAP_UNWILLING_TO_PERFORM, NULL, WORKER_GATE_REFUSED },
        { LDAP_INVALID_CREDENTIALS, AD("775"), WORKER_GATE_LOCKED },
        { LDAP_INVALID_CREDENTIALS, AD("532"), WORKER_GATE_OTHER },
        { LDAP_INVALID_CREDENTIALS, AD("533"), WORKER_GATE_OTHER },
        { LDAP_INVALID_CREDENTIALS, AD("80090346"), WORKER_GATE_OTHER },
        { LDAP_STRONG_AUTH_REQUIRED, AD("52e"), WORKER_GATE_OTHER },
        { LDAP_SERVER_DOWN, NULL, WORKER_GATE_OTHER },
        { LDAP_TIMEOUT, NULL, WORKER_GATE_OTHER },
    };

    for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
        T_EQ_I(fault_gate(cases[i].result, cases[i].diagnostic), cases[i].gate);
    }
}

static void results_map_to_what_the_caller_does(void)
{
    static const struct {
        int result;
        enum rc rc;
    } cases[] = { { LDAP_SUCCESS, RC_OK },
                  { LDAP_NO_SUCH_OBJECT, RC_ABSENT },
                  { LDAP_INSUFFICIENT_ACCESS, RC_DENIED },
                  { LDAP_OPERATIONS_ERROR, RC_DENIED },
                  { LDAP_SIZELIMIT_EXCEEDED, RC_LIMIT },
                  { LDAP_ADMINLIMIT_EXCEEDED, RC_LIMIT },
                  { LDAP_TIMELIMIT_EXCEEDED, RC_TIMEOUT },
                  { LDAP_UNAVAILABLE_CRITICAL_EXTENSION, RC_UNSUPPORTED },
                  { LDAP_SERVER_DOWN, RC_UNREACHABLE },
                  { LDAP_BUSY, RC_UNREACHABLE },
                  { LDAP_TIMEOUT, RC_TIMEOUT },
                  { LDAP_DECODING_ERROR, RC_MALFORMED },
                  { LDAP_STRONG_AUTH_REQUIRED, RC_DENIED },
                  { 123, RC_UNREACHABLE } };
    struct ldap_options o = plain_options();
    for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
        struct err err = { 0 };
        T_EQ_I(fault_search(&o, "ldap.user", cases[i].result, "text", &err), cases[i].rc);
    }
}

static void stronger_auth_names_the_way_out(void)
{
    struct ldap_options o = plain_options();
    struct err err = { 0 };
    T_EQ_I(fault_bind(&o, "a", LDAP_STRONG_AUTH_REQUIRED,
                      "BindSimple: Transport encryption required.", &err),
           RC_DENIED);
    T_HAS(err.msg, "transport gssapi");
    o.bind = BIND_GSSAPI;
    T_EQ_I(fault_bind(&o, "a", LDAP_STRONG_AUTH_REQUIRED, "not allowed if TLS is used", &err),
           RC_DENIED);
    T_HAS(err.msg, "inside TLS");
}

static void hostile_diagnostics_stay_text(void)
{
    struct ldap_options o = plain_options();
    struct err err = { 0 };
    T_EQ_I(fault_bind(&o, "a", LDAP_INVALID_CREDENTIALS, "\x1b[31mred\xff %s%n <script>", &err),
           RC_DENIED);
    T_OK(!strchr(err.msg, 0x1b));
    T_HAS(err.msg, "%s%n <script>");
}

static void kerberos_codes_say_what_to_do(void)
{
    static const struct {
        int32_t code;
        enum rc rc;
        const char *says;
    } cases[] = { { (int32_t)KRB5KRB_AP_ERR_SKEW, RC_DENIED, "clock" },
                  { (int32_t)KRB5KDC_ERR_PREAUTH_FAILED, RC_DENIED, "new keytab" },
                  { (int32_t)KRB5KDC_ERR_CLIENT_REVOKED, RC_DENIED, "locked out" },
                  { (int32_t)KRB5KDC_ERR_KEY_EXP, RC_DENIED, "password has expired" },
                  { (int32_t)KRB5KRB_AP_ERR_TKT_EXPIRED, RC_DENIED, "kinit" },
                  { (int32_t)KRB5_KDC_UNREACH, RC_UNREACHABLE, "port 88" },
                  { (int32_t)KRB5KDC_ERR_S_PRINCIPAL_UNKNOWN, RC_UNTRUSTED, "full name" },
                  { (int32_t)KRB5_KT_NOTFOUND, RC_USAGE, "keytab" },
                  { 12345, RC_DENIED, "strange" } };
    struct ldap_options o = plain_options();
    for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
        struct err err = { 0 };
        T_EQ_I(fault_kerberos(&o, "logging on", cases[i].code, "strange", &err), cases[i].rc);
        T_HAS(err.msg, cases[i].says);
    }
}

static void certificate_faults_name_the_fault(void)
{
    struct ldap_options o = plain_options();
    struct err err = { 0 };
    struct fault_certificate c = { 0 };
    T_EQ_I(fault_tls(&o, LDAP_TIMEOUT, NULL, &c, &err), RC_TIMEOUT);
    T_EQ_I(fault_tls(&o, LDAP_CONNECT_ERROR, "x", &c, &err), RC_UNREACHABLE);
    c = (struct fault_certificate){ .seen = true, .issuer = "CN=Somebody" };
    T_EQ_I(fault_tls(&o, LDAP_CONNECT_ERROR, "x", &c, &err), RC_UNTRUSTED);
    T_HAS(err.msg, "unknown authority");
    T_HAS(err.msg, "CN=Somebody");
    c.self_signed = true;
    T_EQ_I(fault_tls(&o, LDAP_CONNECT_ERROR, "x", &c, &err), RC_UNTRUSTED);
    T_HAS(err.msg, "self-signed");
    c.expired = true;
    memcpy(c.not_after, "2020-01-01T00:00:00Z", 21);
    T_EQ_I(fault_tls(&o, LDAP_CONNECT_ERROR, "x", &c, &err), RC_UNTRUSTED);
    T_HAS(err.msg, "expired on 2020-01-01");
    c.other_name = true;
    memcpy(c.names, "dc9.example", 12);
    T_EQ_I(fault_tls(&o, LDAP_CONNECT_ERROR, "x", &c, &err), RC_UNTRUSTED);
    T_HAS(err.msg, "for dc9.example, not for dc1.example");
}

static void states_keep_what_was_not_seen_apart(void)
{
    T_EQ_S(coverage_state(RC_OK, 0), "complete");
    T_EQ_S(coverage_state(RC_DENIED, 0), "denied");
    T_EQ_S(coverage_state(RC_DENIED, 5), "partial");
    T_EQ_S(coverage_state(RC_ABSENT, 0), "absent");
    T_EQ_S(coverage_state(RC_UNREACHABLE, 0), "unreachable");
    T_EQ_S(coverage_state(RC_UNREACHABLE, 9), "partial");
    T_EQ_S(coverage_state(RC_TIMEOUT, 0), "unreachable");
    T_EQ_S(coverage_state(RC_UNTRUSTED, 0), "failed");
    T_EQ_S(coverage_state(RC_LIMIT, 3), "partial");
    T_EQ_S(coverage_state(RC_UNSUPPORTED, 0), "unsupported");
}

#define TESTS(X)                              \
    X(data_codes_are_read)                    \
    X(refusals_are_told_to_the_gate)          \
    X(each_refusal_of_a_bind_says_what_to_do) \
    X(results_map_to_what_the_caller_does)    \
    X(stronger_auth_names_the_way_out)        \
    X(hostile_diagnostics_stay_text)          \
    X(kerberos_codes_say_what_to_do)          \
    X(certificate_faults_name_the_fault)      \
    X(states_keep_what_was_not_seen_apart)
T_MAIN("ldap_fault", TESTS)
