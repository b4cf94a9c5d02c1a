/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The key "hosts" of the site file. */
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "audit/config/site.h"
#include "tests/support/t.h"

#define GOOD                                               \
    "organisation: { en: A, ja: 病院 }\n"                \
    "directory:\n  servers: [ { host: dc1.b.example } ]\n" \
    "  bind: { method: simple, user: a@b.example, password_file: pw }\n"

static struct arena *arena;
static struct site site;
static struct err err;

static const char *load(const char *text)
{
    char path[] = "/tmp/kagimori-site-XXXXXX";
    const char *mistakes = NULL;
    int fd = mkstemp(path);
    T_OK(fd >= 0 && write(fd, text, strlen(text)) == (ssize_t)strlen(text));
    (void)close(fd);
    arena_free(arena);
    arena = arena_new(0);
    memset(&err, 0, sizeof(err));
    enum rc rc = site_load(path, arena, &site, &mistakes, &err);
    T_EQ_I(rc, mistakes ? RC_USAGE : RC_OK);
    (void)unlink(path);
    return mistakes ? mistakes : "";
}

static void without_hosts_none_are_asked(void)
{
    T_EQ_S(load(GOOD), "");
    T_OK(!site.hosts.is_wanted);
    struct secret *secret = NULL;
    T_EQ_I(site_host_secret(&site, &secret, &err), RC_OK);
    T_OK(secret == NULL);
}

static void takes_a_whole_section(void)
{
    T_EQ_S(
        load(
            GOOD
            "hosts:\n  scope: { directory: true, include: [ 192.0.2.0/24, nas.b.example ], exclude: [ 192.0.2.77 ] }\n"
            "  credential: { method: ntlm, user: '.\\audit', password_file: /x }\n"
            "  password_reuse: { candidates_file: c, blank: true, trials: 3 }\n  rdp_ports: [ 3390 ]\n"
            "limits: { hosts_parallel: 8, host_deadline_s: 60, connect_timeout_ms: 500, connects_per_second: 10 }\n"),
        "");
    T_OK(site.hosts.from_directory);
    T_EQ_I(site.hosts.include_count, 2);
    T_EQ_I(site.hosts.include[0].kind, HOST_SPEC_RANGE);
    T_EQ_S(site.hosts.include[1].text, "nas.b.example");
    T_EQ_I(site.hosts.exclude_count, 1);
    T_EQ_S(site.hosts.login.user, ".\\audit");
    T_EQ_S(site.hosts.candidates_file, "/tmp/c");
    T_EQ_I(site.hosts.trials, 3);
    T_EQ_I(site.hosts.rdp_ports[0], 3390);
    T_EQ_I(site.hosts.parallel, 8);
    T_EQ_I(site.hosts.connect_timeout_ms, 500);
}

static void reads_the_hosts_of_a_file(void)
{
    char path[] = "/tmp/kagimori-hosts-XXXXXX", text[400];
    static const char lines[] =
        "# servers\n\n  192.0.2.5  # PACS\r\nsrv1.b.example\n192.0.2.8-12\nnot a host/\n";
    int fd = mkstemp(path);
    T_OK(fd >= 0 && write(fd, lines, sizeof(lines) - 1) == (ssize_t)sizeof(lines) - 1);
    (void)close(fd);
    (void)snprintf(text, sizeof(text), GOOD "hosts: { scope: { file: %s } }\n", path);
    const char *m = load(text);
    T_HAS(m, ":6: \"not a host/\" is");
    T_EQ_I(site.hosts.listed_count, 3);
    T_EQ_S(site.hosts.listed[0].text, "192.0.2.5");
    T_EQ_S(site.hosts.listed[1].text, "srv1.b.example");
    (void)unlink(path);
    T_HAS(load(text), "cannot read the hosts file");
}

static void refuses_what_is_wrong(void)
{
    T_HAS(load(GOOD "hosts: { scope: { } }\n"), "names no host");
    T_HAS(load(GOOD "hosts: { scope: { directory: true }, credentail: 1 }\n"),
          "did you mean \"credential\"?");
    T_HAS(load(GOOD "hosts: { scope: { include: [ 10.0.0.0/8 ] } }\n"), "more than 65536");
    T_HAS(load(GOOD "hosts: { scope: { include: x } }\n"), "must be a list");
    T_HAS(
        load(
            GOOD
            "hosts:\n  scope: { directory: true }\n  credential: { method: ntlm, user: audit, password_file: x }\n"),
        "whose account it is");
    T_HAS(
        load(
            GOOD
            "hosts:\n  scope: { directory: true }\n  credential: { method: ntlm, user: 'A\\b', password: x }\n"),
        "does not belong into the site file");
    T_HAS(
        load(
            GOOD
            "hosts:\n  scope: { directory: true }\n  credential: { method: ntlm, user: 'A\\b' }\n"),
        "exactly one of");
    T_HAS(
        load(
            GOOD
            "hosts:\n  scope: { directory: true }\n  credential: { method: kerberos, keytab: x }\n"),
        "principal");
    T_HAS(load(GOOD
               "hosts:\n  scope: { directory: true }\n  password_reuse: { candidates: [ x ] }\n"),
          "does not belong into the site file");
    T_HAS(load(GOOD "hosts:\n  scope: { directory: true }\n  password_reuse: { trials: 2 }\n"),
          "needs one of candidates_file");
    T_HAS(load(GOOD "hosts:\n  scope: { directory: true }\n  rdp_ports: [ 0, 70000, x ]\n"),
          "1 to 65535");
    arena_free(arena);
    arena = NULL;
}

#define TESTS(X)                    \
    X(without_hosts_none_are_asked) \
    X(takes_a_whole_section)        \
    X(reads_the_hosts_of_a_file)    \
    X(refuses_what_is_wrong)
T_MAIN("site hosts", TESTS)
