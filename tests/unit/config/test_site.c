/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "audit/config/site.h"
#include "tests/support/t.h"

#define GOOD_HEAD "organisation: { en: A, ja: 病院 }\n"
#define GOOD_BIND "  bind: { method: simple, user: a@b.example, password_file: pw }\n"
#define GOOD      GOOD_HEAD "directory:\n  servers: [ { host: dc1.b.example } ]\n" GOOD_BIND

static struct arena *arena;
static struct site site;
static struct err err;

/* Loads a site file with this text; returns the mistakes or NULL. */
static const char *load(const char *text, enum rc *ret_rc)
{
    char path[] = "/tmp/kagimori-site-XXXXXX";
    const char *mistakes = NULL;
    int fd = mkstemp(path);
    T_OK(fd >= 0 && write(fd, text, strlen(text)) == (ssize_t)strlen(text));
    (void)close(fd);
    arena_free(arena);
    arena = arena_new(0);
    memset(&err, 0, sizeof(err));
    *ret_rc = site_load(path, arena, &site, &mistakes, &err);
    (void)unlink(path);
    return mistakes;
}

static void loads_the_example(void)
{
    const char *mistakes = NULL;
    struct arena *a AUTO(arena_freep) = arena_new(0);
    T_EQ_I(site_load(SOURCE_DIR "/audit/config/site.example.yaml", a, &site, &mistakes, &err),
           RC_OK);
    T_OK(mistakes == NULL);
    T_EQ_S(site.organisation_ja, "鍵守病院");
    T_EQ_I(site.server_count, 1);
    T_EQ_I(site_port(&site, &site.servers[0]), 636);
    T_EQ_S(site.ca_file, SOURCE_DIR "/audit/config/hospital-ca.pem");
    T_EQ_S(site_transport_word(site.transport), "ldaps");
    T_OK(site.openldap != NULL);
    T_EQ_S(site.openldap->accesslog, "cn=accesslog");
}

static void fills_in_defaults(void)
{
    enum rc rc = RC_BUG;
    T_OK(load(GOOD, &rc) == NULL);
    T_EQ_I(rc, RC_OK);
    T_OK(site.discover);
    T_EQ_I(site.parallel, 4);
    T_EQ_S(site.password_file, "/tmp/pw");
}

static void names_every_mistake_with_its_place(void)
{
    enum rc rc = RC_OK;
    const char *m = load(
        GOOD_HEAD
        "directory:\n  servers: [ { hots: dc1 } ]\n  transport: ldap\n  bind: { method: simpel }\nlimit: 1\n",
        &rc);
    T_EQ_I(rc, RC_USAGE);
    T_HAS(m, ":3:16: unknown key \"hots\" (did you mean \"host\"?)");
    T_HAS(m, "a server lacks \"host\"");
    T_HAS(m, ":4:14: \"ldap\" is none of ldaps, starttls, gssapi (did you mean ldaps?)");
    T_HAS(m, "did you mean simple?");
    T_HAS(m, ":6:1: unknown key \"limit\" (did you mean \"limits\"?)");
}

static void refuses_what_would_be_unsafe(void)
{
    enum rc rc = RC_OK;
    T_HAS(load(GOOD_HEAD "directory:\n  servers: [ { host: d } ]\n  transport: gssapi\n" GOOD_BIND,
               &rc),
          "clear text");
    T_HAS(
        load(
            GOOD_HEAD
            "directory:\n  servers: [ { host: d } ]\n  bind: { method: simple, user: a, password: x }\n",
            &rc),
        "does not belong into the site file");
    T_HAS(load(GOOD_HEAD "directory:\n  servers: [ { host: \"ldap://d\" } ]\n" GOOD_BIND, &rc),
          "without ldap://");
    T_HAS(load(GOOD_HEAD
               "directory:\n  servers: [ { host: d } ]\n  bind: { method: kerberos, keytab: k }\n",
               &rc),
          "principal");
    T_HAS(load(GOOD "limits: { parallel: 0 }\n", &rc), "from 1 to 64");
    T_HAS(load(GOOD "---\na: 1\n", &rc), "one document");
}

static void refuses_what_is_no_site_file(void)
{
    enum rc rc = RC_OK;
    T_OK(load("", &rc) == NULL);
    T_EQ_I(rc, RC_USAGE);
    T_HAS(err.msg, "site.example.yaml");
    T_OK(load("- a\n", &rc) != NULL);
    (void)load("a: [", &rc);
    T_OK(rc != RC_OK);
    (void)load("organisation: &a { en: x, ja: y }\ndirectory: *a\n", &rc);
    T_OK(rc != RC_OK);
    const char *mistakes = NULL;
    T_OK(site_load("/nonexistent/site.yaml", arena, &site, &mistakes, &err) != RC_OK);
    T_HAS(err.where, "/nonexistent/site.yaml");
    arena_free(arena);
    arena = NULL;
}

static void takes_a_time_zone(void)
{
    enum rc rc = RC_BUG;
    T_OK(load(GOOD, &rc) == NULL);
    T_OK(site.time_zone == NULL);
    T_OK(load(GOOD "time_zone: UTC+09:00\n", &rc) == NULL);
    T_EQ_S(site.time_zone, "UTC+09:00");
    T_HAS(load(GOOD "time_zone: Asia/Nowhere\n", &rc),
          ":5:12: \"Asia/Nowhere\" is no time zone of this machine");
    T_HAS(load(GOOD "time_zone: ../../etc/passwd\n", &rc), "is no time zone");
    if (access("/usr/share/zoneinfo/Asia/Tokyo", R_OK) == 0) {
        T_OK(load(GOOD "time_zone: Asia/Tokyo\n", &rc) == NULL);
        T_EQ_S(site.time_zone, "Asia/Tokyo");
    }
}

/* One rule for all who log on with the directory's login: policy files, hosts, event logs. */
static void knows_a_login_that_logs_on(void)
{
    static const struct {
        enum site_bind bind;
        const char *user;
        bool want;
    } cases[] = { { SITE_SIMPLE, "audit@hospital.example", true },
                  { SITE_SIMPLE, "HOSPITAL\\audit", true },
                  { SITE_SIMPLE, "CN=audit,OU=a,DC=hospital,DC=example", false },
                  { SITE_SIMPLE, "CN=a@b,DC=hospital,DC=example", false },
                  { SITE_SIMPLE, "cn=a\\, b,dc=hospital,dc=example", false },
                  { SITE_SIMPLE, "uid=a@b,ou=people,o=hospital", false },
                  { SITE_SIMPLE, "audit", false },
                  { SITE_SIMPLE, NULL, false },
                  { SITE_KERBEROS, NULL, true } };

    for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
        const struct site s = { .bind = cases[i].bind, .user = cases[i].user };
        T_EQ_I(site_can_log_on(&s), cases[i].want);
    }
}

static void takes_limits_of_event_logs(void)
{
    enum rc rc = RC_BUG;
    T_OK(load(GOOD, &rc) == NULL);
    T_EQ_I(site.log_mib, 512);
    T_EQ_I(site.log_days, 90);
    T_OK(load(GOOD "event_logs: { max_mib: 64, days: 30 }\n", &rc) == NULL);
    T_EQ_I(site.log_mib, 64);
    T_EQ_I(site.log_days, 30);
    T_HAS(load(GOOD "event_logs: { max_mb: 64 }\n", &rc), "did you mean \"max_mib\"?");
    T_HAS(load(GOOD "event_logs: { days: 0 }\n", &rc), "days");
    T_HAS(load(GOOD "event_logs: { max_mib: 99999 }\n", &rc), "max_mib");
    T_HAS(load(GOOD "event_logs: all\n", &rc), "event_logs");
    T_EQ_I(rc, RC_USAGE);
}

#define OPENLDAP                                                                      \
    "openldap:\n  servers: [ { host: ldap1.b.example, port: 1636 } ]\n  base: dc=b\n" \
    "  bind: { method: simple, user: \"uid=a,dc=b\", password_file: other }\n"

static void takes_openldap_beside_or_instead_of_a_directory(void)
{
    enum rc rc = RC_BUG;
    T_OK(load(GOOD OPENLDAP "limits: { page_size: 77 }\n", &rc) == NULL);
    T_EQ_I(rc, RC_OK);
    T_OK(site.is_directory && site.openldap);
    T_EQ_S(site.servers[0].host, "dc1.b.example");
    T_EQ_S(site.password_file, "/tmp/pw");
    T_EQ_I(site.openldap->server_count, 1);
    T_EQ_S(site.openldap->servers[0].host, "ldap1.b.example");
    T_EQ_I(site_port(site.openldap, &site.openldap->servers[0]), 1636);
    T_EQ_S(site.openldap->password_file, "/tmp/other");
    T_EQ_S(site.openldap->base, "dc=b");
    T_OK(site.openldap->accesslog == NULL);
    T_EQ_I(site.openldap->page_size, 77); /* limits are for all */

    T_OK(load(GOOD_HEAD OPENLDAP, &rc) == NULL);
    T_EQ_I(rc, RC_OK);
    T_OK(!site.is_directory && site.server_count == 0 && site.openldap);
    T_OK(load(GOOD, &rc) == NULL);
    T_OK(site.is_directory && !site.openldap);

    struct secret *secret = NULL;
    T_OK(load(GOOD_HEAD OPENLDAP, &rc) == NULL);
    T_EQ_I(site_secret(&site, &secret, &err), RC_OK); /* no directory, no password to ask for */
    T_OK(secret == NULL);
}

static void takes_freeipa_alone_or_beside_the_others(void)
{
    static const char ipa[] =
        "freeipa:\n  servers: [ { host: ipa1.b.example } ]\n"
        "  bind: { method: simple, user: \"uid=a,dc=b\", password_file: third }\n";
    enum rc rc = RC_BUG;
    char text[2048];
    (void)snprintf(text, sizeof(text), "%s%s%s", GOOD, OPENLDAP, ipa);
    T_OK(load(text, &rc) == NULL);
    T_EQ_I(rc, RC_OK);
    T_OK(site.is_directory && site.openldap && site.freeipa);
    T_EQ_S(site.freeipa->servers[0].host, "ipa1.b.example");
    T_EQ_S(site.freeipa->password_file, "/tmp/third");
    T_EQ_S(site.openldap->password_file, "/tmp/other");
    (void)snprintf(text, sizeof(text), "%s%s", GOOD_HEAD, ipa);
    T_OK(load(text, &rc) == NULL);
    T_EQ_I(rc, RC_OK);
    T_OK(!site.is_directory && !site.openldap && site.freeipa);
    /* A FreeIPA has no access log of this kind. */
    (void)snprintf(text, sizeof(text), "%s%s  accesslog: cn=log\n", GOOD_HEAD, ipa);
    T_HAS(load(text, &rc), "unknown key \"accesslog\"");
}

static void refuses_mistakes_about_openldap(void)
{
    enum rc rc = RC_OK;
    T_HAS(load(GOOD_HEAD, &rc), "names no server");
    T_HAS(load(GOOD OPENLDAP "  acceslog: cn=log\n", &rc), "did you mean \"accesslog\"?");
    T_HAS(load(GOOD OPENLDAP "  discover: true\n", &rc), "unknown key \"discover\"");
    T_HAS(load(GOOD OPENLDAP "  transport: gssapi\n", &rc), "clear text");
    T_HAS(load(GOOD
               "openldap: { servers: [ { host: a.b } ], bind: { method: simple, password: x } }\n",
               &rc),
          "does not belong into the site file");
    T_HAS(load(GOOD "openldap: yes\n", &rc), "openldap");
    T_EQ_I(rc, RC_USAGE);
}

#define TESTS(X)                                                                                \
    X(loads_the_example)                                                                        \
    X(fills_in_defaults)                                                                        \
    X(names_every_mistake_with_its_place)                                                       \
    X(refuses_what_would_be_unsafe)                                                             \
    X(takes_a_time_zone)                                                                        \
    X(refuses_what_is_no_site_file) X(knows_a_login_that_logs_on) X(takes_limits_of_event_logs) \
        X(takes_openldap_beside_or_instead_of_a_directory)                                      \
            X(takes_freeipa_alone_or_beside_the_others) X(refuses_mistakes_about_openldap)
T_MAIN("site file", TESTS)
