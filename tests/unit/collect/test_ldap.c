/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <krb5.h>
#include <ldap.h>
#include <stdio.h>

#include "audit/collect/ldap/coverage.h"
#include "audit/collect/ldap/fault.h"
#include "audit/collect/ldap/plan.h"
#include "audit/collect/ldap/range.h"
#include "audit/collect/ldap/reader.h"
#include "audit/collect/ldap/rootdse.h"
#include "audit/collect/ldap/search.h"
#include "audit/collect/ldap/sight.h"
#include "audit/decode/sddl.h"
#include "tests/support/t.h"

static struct ldap_options plain_options(void)
{
    return (struct ldap_options){ .host = "dc1.example",
                                  .port = 636,
                                  .transport = TRANSPORT_LDAPS,
                                  .network_timeout_s = 7,
                                  .operation_timeout_s = 9 };
}

static enum rc read_options(const char *const *pairs, struct ldap_options *ret, struct err *err)
{
    struct task t = { .role = "kagimori-ldap" };
    for (; pairs[0]; pairs += 2) {
        T_EQ_I(task_add(&t, pairs[0], pairs[1], err), RC_OK);
    }
    return options_from_task(&t, ret, err);
}

/* ---- options ---- */

#define BASIC "host", "dc1.example", "bind_dn", "audit@example", "source", "ldap.user"

static void options_have_safe_defaults(void)
{
    const char *const pairs[] = { BASIC, NULL };
    struct ldap_options o;
    struct err err = { 0 };
    T_EQ_I(read_options(pairs, &o, &err), RC_OK);
    T_EQ_I(o.transport, TRANSPORT_LDAPS);
    T_EQ_I(o.port, 636);
    T_EQ_I(o.tls_min, LDAP_OPT_X_TLS_PROTOCOL_TLS1_2);
    T_EQ_I(o.page_size, 1000);
    T_OK(o.wants[SOURCE_USER] && !o.wants[SOURCE_GROUP]);
    T_OK(o.now > 0);
}

static void options_refuse_what_is_unsafe_or_wrong(void)
{
    static const struct {
        const char *pairs[12];
        const char *message;
    } cases[] = {
        { { BASIC, "transport", "gssapi", NULL }, "clear text" },
        { { BASIC, "transport", "ldap", NULL }, "unknown word" },
        { { BASIC, "port", "0", NULL }, "from 1 to 65535" },
        { { BASIC, "port", "65536", NULL }, "from 1 to 65535" },
        { { BASIC, "page_size", "1x", NULL }, "page_size" },
        { { BASIC, "source", "ldap.everything", NULL }, "ldap.everything" },
        { { "host", "dc1.example", "bind_dn", "a", NULL }, "no source" },
        { { "host", "dc1.example", "source", "ldap.user", NULL }, "bind_dn" },
        { { "host", "dc1/evil", "source", "ldap.user", NULL }, "host" },
        { { "host", "dc1", "source", "ldap.user", "bind", "gssapi", NULL }, "ccache or a keytab" },
        { { "host", "dc1", "source", "ldap.user", "bind", "gssapi", "keytab", "k", NULL },
          "principal" },
        { { BASIC, "now", "yesterday", NULL }, "filetime" },
        { { BASIC, "address", "10.0.0.1 10.0.0.2", NULL }, "address" },
        { { "host", "LocalHost", "source", "ldap.user", NULL }, "own name" },
    };

    for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
        struct ldap_options o;
        struct err err = { 0 };
        T_EQ_I(read_options(cases[i].pairs, &o, &err), RC_USAGE);
        T_HAS(err.msg, cases[i].message);
    }
}

static void hosts_are_checked_before_they_reach_a_uri(void)
{
    static const char *const good[] = { "dc1", "dc1.hospital.example", "10.1.2.3", "fe80::1%eth0",
                                        "x-y_z.example" };
    static const char *const bad[] = { "",          "-dc1",     ".dc1",    "dc1/",
                                       "dc1:389@x", "dc 1",     "dc1\n",   "dc1?base",
                                       "d\xc3\xa9", "user@dc1", "dc1,dc2", "dc1%0a!" };
    for (size_t i = 0; i < ARRAY_LEN(good); i++) {
        T_OK(options_host_valid(good[i]));
    }
    for (size_t i = 0; i < ARRAY_LEN(bad); i++) {
        T_OK(!options_host_valid(bad[i]));
    }
    char big[300];
    memset(big, 'a', sizeof(big));
    big[254] = '\0';
    T_OK(!options_host_valid(big));
    big[253] = '\0';
    T_OK(options_host_valid(big));
}

static void uris_name_the_host_to_verify(void)
{
    char uri[320];
    struct ldap_options o = plain_options();
    o.address = "10.0.0.1";
    T_OK(options_uri(&o, uri, sizeof(uri)));
    T_EQ_S(uri, "ldaps://dc1.example:636");
    o.host = "fe80::1";
    o.port = 389;
    o.transport = TRANSPORT_STARTTLS;
    T_OK(options_uri(&o, uri, sizeof(uri)));
    T_EQ_S(uri, "ldap://[fe80::1]:389");
    T_OK(!options_uri(&o, uri, 10));
}

/* ---- ranges ---- */

static struct range range_of(const char *text)
{
    return range_parse(text, strlen(text));
}

static void ranges_are_read(void)
{
    struct range r = range_of("member;range=0-1499");
    T_EQ_I(r.kind, RANGE_PART);
    T_EQ_I(r.name_size, 6);
    T_EQ_I(r.low, 0);
    T_EQ_I(r.high, 1499);
    r = range_of("member;Range=1500-*");
    T_EQ_I(r.kind, RANGE_LAST);
    T_EQ_I(r.low, 1500);
    r = range_of("userCertificate;binary;range=3-4");
    T_EQ_I(r.kind, RANGE_PART);
    T_EQ_I(r.name_size, 15);
    T_EQ_I(range_of("member").kind, RANGE_NONE);
    r = range_of("userCertificate;binary");
    T_EQ_I(r.kind, RANGE_NONE);
    T_EQ_I(r.name_size, 15);
}

static void nonsense_ranges_are_refused(void)
{
    static const char *const bad[] = { "member;range=",     "member;range=-",
                                       "member;range=0-",   "member;range=-5",
                                       "member;range=5-4",  "member;range=0-4294967295",
                                       "member;range=a-b",  "member;range=0 -1",
                                       "member;range=0-**", "member;range=99999999999-*" };
    for (size_t i = 0; i < ARRAY_LEN(bad); i++) {
        T_EQ_I(range_of(bad[i]).kind, RANGE_BAD);
    }
    T_EQ_I(range_of("member;").kind, RANGE_NONE);
    T_EQ_I(range_of(";").kind, RANGE_NONE);
    T_EQ_I(range_of("").kind, RANGE_NONE);
}

static void ranges_must_go_on_where_they_stopped(void)
{
    struct range done = range_of("member;range=0-1499");
    struct range good = range_of("member;range=1500-2999"), last = range_of("member;range=1500-*");
    struct range again = range_of("member;range=0-1499"), gap = range_of("member;range=1501-*");
    struct range none = range_of("member");
    T_OK(range_follows(&done, &good));
    T_OK(range_follows(&done, &last));
    T_OK(!range_follows(&done, &again));
    T_OK(!range_follows(&done, &gap));
    T_OK(!range_follows(&done, &none));
    T_OK(!range_follows(&last, &good));
}

/* ---- faults ---- */

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

/* ---- what is asked for ---- */

static void no_secret_or_wildcard_is_ever_requested(void)
{
    for (int class = 0; class < ENTRY_CLASS_COUNT; class ++) {
        T_OK(search_attributes_allowed(entry_attributes((enum entry_class) class)));
    }
    static const char *const bad[] = {
        "unicodePwd", "UNICODEPWD", "ms-Mcs-AdmPwd",    "msLAPS-Password",     "*", "+",
        "@person",    "",           "member;range=0-1", "msDS-ManagedPassword"
    };
    for (size_t i = 0; i < ARRAY_LEN(bad); i++) {
        const char *const list[] = { "cn", bad[i], NULL };
        T_OK(!search_attributes_allowed(list));
    }
    const char *const none[] = { NULL };
    T_OK(!search_attributes_allowed(none));
    T_OK(!search_attributes_allowed(NULL));
}

/* Filters may say how a value begins; a list of attributes may not hold one. */
static void openldap_is_asked_for_no_value(void)
{
    static const char *const bad[] = { "userPassword", "pwdHistory", "reqMod", "reqOld", "reqmod" };
    for (size_t i = 0; i < ARRAY_LEN(bad); i++) {
        const char *const list[] = { "reqStart", bad[i], NULL };
        T_OK(!search_attributes_allowed(list));
    }
    for (int class = ENTRY_PPOLICY; class <= ENTRY_ACCESS_TIME; class ++) {
        const char *const *list = entry_attributes((enum entry_class) class);
        T_OK(list[0] != NULL);
        for (size_t i = 0; list[i]; i++) {
            T_OK(strncasecmp(list[i], "pwd", 3) == 0 || strncasecmp(list[i], "req", 3) == 0 ||
                 strcmp(list[i], "uid") == 0 || strcmp(list[i], "cn") == 0 ||
                 strcmp(list[i], "entryUUID") == 0 || strstr(list[i], "Timestamp"));
        }
    }
}

/* Keys of tokens, Kerberos keys and hashes, in any case; and no class asks for one. */
static void keys_are_never_asked_for(void)
{
    static const char *const bad[] = {
        "oathSecret",      "OATHSECRET",         "oathEncKey",      "oathTokenPIN",
        "ipatokenOTPkey",  "IpaTokenOtpKey;x",   "krbPrincipalKey", "ipatokenRadiusSecret",
        "krbMKey",         "krbPwdHistory",      "ipaNTHash",       "sambaNTPassword",
        "passwordHistory", "ipaIdpClientSecret", "nsSymmetricKey"
    };
    for (size_t i = 0; i < ARRAY_LEN(bad); i++) {
        const char *const list[] = { "cn", bad[i], NULL };
        T_OK(!search_attributes_allowed(list));
        T_OK(entry_attribute_is_secret(bad[i]));
    }
    for (int class = ENTRY_LDAP_POLICY; class < ENTRY_CLASS_COUNT; class ++) {
        const char *const *list = entry_attributes((enum entry_class) class);
        T_OK(list[0] != NULL);
        T_OK(search_attributes_allowed(list));
    }
}

static void options_of_an_access_log(void)
{
    static const char *const none[] = { "host",   "ldap1.example",  "bind_dn", "uid=a,dc=b",
                                        "source", "ldap.accesslog", NULL };
    static const char *const good[] = { "host",   "ldap1.example",  "bind_dn", "uid=a,dc=b",
                                        "source", "ldap.accesslog", "log",     "3",
                                        "origin", "ldap1.example",  "base",    "dc=b",
                                        NULL };
    static const char *const bad[] = { "host",   "ldap1.example",  "bind_dn", "uid=a,dc=b",
                                       "source", "ldap.accesslog", "log",     "0",
                                       "origin", "ldap1.example",  NULL };
    static const char *const probe[] = {
        "host", "dc1.example", "bind_dn", "a@b", "probe", "1", NULL
    };
    struct ldap_options o;
    struct err err = { 0 };
    T_EQ_I(read_options(none, &o, &err), RC_USAGE);
    T_HAS(err.msg, "log and origin");
    T_EQ_I(read_options(bad, &o, &err), RC_USAGE);
    T_EQ_I(read_options(good, &o, &err), RC_OK);
    T_EQ_I(o.log, 3);
    T_EQ_S(o.base, "dc=b");
    T_OK(o.accesslog == NULL);
    /* A probe of a domain controller does not ask for what only OpenLDAP has. */
    T_EQ_I(read_options(probe, &o, &err), RC_OK);
    T_OK(o.wants[SOURCE_USER] && !o.wants[SOURCE_PPOLICY] && !o.wants[SOURCE_ACCESSLOG]);
    T_OK(!o.wants[SOURCE_PASSWORD_POLICY] && !o.wants[SOURCE_OTP] && !o.wants[SOURCE_IPA] &&
         !o.wants[SOURCE_DIRECTORY_GROUP]);
}

static void every_source_of_the_plan_is_known(void)
{
    size_t steps = 0;
    for (const struct plan_step *s = plan_steps(); s->source != SOURCE_COUNT; s++, steps++) {
        T_OK(s->source < SOURCE_COUNT);
        T_HAS(source_name(s->source), "ldap.");
        T_OK(s->scope == LDAP_SCOPE_BASE || s->filter);
    }
    T_OK(steps > 10);
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

static void names_lose_their_extended_part(void)
{
    T_EQ_S(dn_plain("CN=a,DC=b"), "CN=a,DC=b");
    T_EQ_S(dn_plain("<GUID=1>;<SID=S-1-5>;CN=a,DC=b"), "CN=a,DC=b");
    T_EQ_S(dn_plain("<GUID=1>;CN=<x>;y"), "CN=<x>;y");
    T_EQ_S(dn_plain("<GUID=1"), "<GUID=1");
    T_EQ_S(dn_plain(""), "");
}

/* ---- seeing nothing ---- */

#define CLASS "3bcd9db8-f84b-451c-952f-6c52b81f9ec6"
#define OTHER "bf967aba-0de6-11d0-a285-00aa003049e2"
#define AUDIT "S-1-5-21-1-2-3-1103"

static bool is_audit(const void *context, const char *sid)
{
    (void)context;
    return strcmp(sid, AUDIT) == 0 || strcmp(sid, "S-1-5-11") == 0;
}

static bool certain(const char *sddl)
{
    struct wr w AUTO(wr_done);
    struct err err = { 0 };
    wr_init(&w, 65536);
    enum rc rc = sddl_read(sddl, strlen(sddl), "S-1-5-21-1-2-3", &w, &err);
    T_EQ_I(rc, RC_OK);
    return rc == RC_OK && sight_is_certain(w.data, w.size, CLASS, is_audit, NULL);
}

static void an_inherited_right_to_read_proves_that_nothing_is_there(void)
{
    T_OK(certain("O:DAG:DAD:(A;CI;RPLC;;;" AUDIT ")"));
    T_OK(certain("O:DAG:DAD:(A;CI;GA;;;" AUDIT ")"));
    T_OK(certain("O:DAG:DAD:(A;;LC;;;AU)(OA;CIIO;RP;;" CLASS ";" AUDIT ")"));
    T_OK(certain("O:DAG:DAD:(D;CI;RPLC;;;BA)(D;;WP;;;AU)(A;CI;RPLC;;;" AUDIT ")"));
}

static void anything_less_proves_nothing(void)
{
    static const char *const less[] = {
        "O:DAG:DAD:",
        "O:DAG:DA",
        "O:DAG:DAD:(A;;RPLC;;;" AUDIT ")",                       /* not handed on */
        "O:DAG:DAD:(A;CIIO;RPLC;;;" AUDIT ")",                   /* not on the container */
        "O:DAG:DAD:(A;CI;RP;;;" AUDIT ")",                       /* may not list */
        "O:DAG:DAD:(A;CI;LC;;;" AUDIT ")",                       /* may not read */
        "O:DAG:DAD:(A;CI;RPLC;;;DA)",                            /* somebody else */
        "O:DAG:DAD:(OA;CI;RPLC;;" OTHER ";" AUDIT ")",           /* for another class */
        "O:DAG:DAD:(A;;LC;;;AU)(OA;CI;RP;" OTHER ";;" AUDIT ")", /* one property only */
        "O:DAG:DAD:(D;CIIO;RP;;;AU)(A;CI;RPLC;;;" AUDIT ")",     /* denied below */
        "O:DAG:DAD:(A;CI;RPLC;;;" AUDIT ")(D;;LC;;;" AUDIT ")",  /* denied here */
    };
    for (size_t i = 0; i < ARRAY_LEN(less); i++) {
        T_OK(!certain(less[i]));
    }
    static const uint8_t broken[] = { 1, 0, 4, 0x80, 0xff };
    T_OK(!sight_is_certain(broken, sizeof(broken), CLASS, is_audit, NULL));
    T_OK(!sight_is_certain(NULL, 0, CLASS, is_audit, NULL));
}

/* ---- entries of the wire ---- */

/* The attribute list of a SearchResultEntry (RFC 4511 4.5.2) with two attributes. */
static const uint8_t wire[] = { 0x30, 0x1d, 0x04, 0x13, 'm',  'e',  'm',  'b',  'e', 'r',  ';',
                                'r',  'a',  'n',  'g',  'e',  '=',  '0',  '-',  '1', ' ',  ' ',
                                ' ',  0x31, 0x06, 0x04, 0x01, 'a',  0x04, 0x01, 'b', 0x30, 0x0b,
                                0x04, 0x02, 'c',  'n',  0x31, 0x05, 0x04, 0x03, 'x', 'y',  'z' };

static bool read_wire(const uint8_t *p, size_t n, void *context)
{
    struct arena *a = arena_new(0);
    uint8_t copy[256];
    struct reader r;
    struct err err = { 0 };
    struct berval dn = { 4, (char[]){ "CN=a" } };
    if (n > sizeof(copy)) {
        arena_free(a);
        return false;
    }
    memcpy(copy, p, n);
    struct berval bytes = { n, (char *)copy };
    BerElement *ber = ber_init(&bytes);
    reader_init(&r, a);
    enum rc rc = ber ? reader_read(&r, ber, &dn, &err) : RC_NOMEM;
    T_OK(rc == RC_OK || rc == RC_MALFORMED || rc == RC_NOMEM);
    size_t *ret_values = context;
    if (rc == RC_OK && ret_values) {
        *ret_values = r.value_count;
        const struct entry_attribute *cn = entry_find(&r.entry, "CN");
        T_OK(cn && cn->count == 1 && memcmp(cn->values[0].p, "xyz", 3) == 0);
    }
    ber_free(ber, 1);
    arena_free(a);
    return rc == RC_OK;
}

static void entries_are_read_and_broken_ones_refused(void)
{
    size_t values = 0, accepted = 0, refused = 0;
    T_OK(read_wire(wire, sizeof(wire), &values));
    T_EQ_I(values, 3);
    t_mutate(wire, sizeof(wire), 500, read_wire, NULL, &accepted, &refused);
    T_OK(accepted > 0);
    T_OK(refused > 0);
}

/* A server sends as many entries as it likes; the contexts are counted anew with each. */
static void many_entries_as_rootdse(void)
{
    static struct entry_value values[CONTEXTS_MAX];
    const struct entry_attribute names = { .name = "namingContexts",
                                           .values = values,
                                           .count = ARRAY_LEN(values) };
    const struct entry e = { .dn = "", .attributes = &names, .count = 1 };
    struct session s = { .arena = arena_new(0) };
    struct err err = { 0 };
    for (size_t i = 0; i < ARRAY_LEN(values); i++) {
        values[i] = (struct entry_value){ (const uint8_t *)"dc=hosp", 7 };
    }
    for (int i = 0; i < 3; i++) {
        T_EQ_I(rootdse_take(&s, &e, &err), RC_OK);
        T_EQ_I(s.dir.context_count, CONTEXTS_MAX);
        T_EQ_S(s.dir.contexts[CONTEXTS_MAX - 1], "dc=hosp");
    }
    arena_free(s.arena);
}

#define TESTS(X)                                                                               \
    X(options_have_safe_defaults)                                                              \
    X(options_refuse_what_is_unsafe_or_wrong)                                                  \
    X(hosts_are_checked_before_they_reach_a_uri)                                               \
    X(uris_name_the_host_to_verify)                                                            \
    X(ranges_are_read)                                                                         \
    X(nonsense_ranges_are_refused)                                                             \
    X(ranges_must_go_on_where_they_stopped)                                                    \
    X(data_codes_are_read)                                                                     \
    X(refusals_are_told_to_the_gate)                                                           \
    X(each_refusal_of_a_bind_says_what_to_do) X(results_map_to_what_the_caller_does)           \
        X(stronger_auth_names_the_way_out) X(hostile_diagnostics_stay_text)                    \
            X(kerberos_codes_say_what_to_do) X(certificate_faults_name_the_fault)              \
                X(openldap_is_asked_for_no_value) X(keys_are_never_asked_for)                  \
                    X(options_of_an_access_log) X(no_secret_or_wildcard_is_ever_requested)     \
                        X(every_source_of_the_plan_is_known)                                   \
                            X(states_keep_what_was_not_seen_apart)                             \
                                X(an_inherited_right_to_read_proves_that_nothing_is_there)     \
                                    X(anything_less_proves_nothing) X(many_entries_as_rootdse) \
                                        X(names_lose_their_extended_part)                      \
                                            X(entries_are_read_and_broken_ones_refused)

T_MAIN("collect_ldap", TESTS)
