/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The options of a task of kagimori-ldap, and the address that comes of them. */
#include <ldap.h>

#include "audit/collect/ldap/options.h"
#include "plain.h"
#include "tests/support/t.h"

static enum rc read_options(const char *const *pairs, struct ldap_options *ret, struct err *err)
{
    struct task t = { .role = "kagimori-ldap" };
    for (; pairs[0]; pairs += 2) {
        T_EQ_I(task_add(&t, pairs[0], pairs[1], err), RC_OK);
    }
    return options_from_task(&t, ret, err);
}

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

#define TESTS(X)                                 \
    X(options_have_safe_defaults)                \
    X(options_refuse_what_is_unsafe_or_wrong)    \
    X(hosts_are_checked_before_they_reach_a_uri) \
    X(uris_name_the_host_to_verify)              \
    X(options_of_an_access_log)
T_MAIN("ldap_options", TESTS)
