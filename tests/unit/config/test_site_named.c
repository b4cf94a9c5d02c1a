/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The keys "groups" and "accounts" of the site file. */
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "audit/config/site.h"
#include "tests/support/t.h"

#define GOOD                                               \
    "organisation: { en: A, ja: 病院 }\n"                \
    "directory:\n  servers: [ { host: dc1.b.example } ]\n" \
    "  bind: { method: simple, user: a@b.example, password_file: pw }\n"
#define LINE 5 /* where a test's text begins */

static struct arena *arena;
static struct site site;
static struct err err;

/* The mistakes of a site file with this text behind what it needs; "" without any. */
static const char *load(const char *text)
{
    char path[] = "/tmp/kagimori-site-XXXXXX";
    const char *mistakes = NULL;
    FILE *f = NULL;
    int fd = mkstemp(path);
    T_OK(fd >= 0 && (f = fdopen(fd, "w")) && fputs(GOOD, f) >= 0 && fputs(text, f) >= 0);
    T_OK(f && fclose(f) == 0);
    arena_free(arena);
    arena = arena_new(0);
    memset(&err, 0, sizeof(err));
    enum rc rc = site_load(path, arena, &site, &mistakes, &err);
    T_EQ_I(rc, mistakes ? RC_USAGE : RC_OK);
    (void)unlink(path);
    return mistakes ? mistakes : "";
}

static void names_nobody_by_itself(void)
{
    T_EQ_S(load(""), "");
    T_EQ_I(site.named_count, 0);
}

static void takes_every_purpose_in_order(void)
{
    static const struct site_named want[] = {
        { "remote_access", "CN=VPN Users,DC=b,DC=example", NULL, true },
        { "remote_access", "S-1-5-21-1-2-3-1105", NULL, true },
        { "vendor", "保守業者", NULL, true },
        { "privileged", "ldap-admins", NULL, true },
        { "vendor", "B\\pacs", NULL, false },
        { "break_glass", "bg1@b.example", "SIEM rule 12, 当直の電話", false },
        { "break_glass", "bg2", NULL, false },
        { "honey", "svc-old", NULL, false },
    };
    T_EQ_S(
        load(
            "groups:\n  remote_access: [ 'CN=VPN Users,DC=b,DC=example', S-1-5-21-1-2-3-1105 ]\n"
            "  vendors: [ 保守業者 ]\n  privileged: [ ldap-admins ]\n"
            "accounts:\n  vendors: [ 'B\\pacs' ]\n"
            "  break_glass: [ { account: bg1@b.example, alarm: 'SIEM rule 12, 当直の電話' }, bg2 ]\n"
            "  honey: [ svc-old ]\n"),
        "");
    T_EQ_I(site.named_count, ARRAY_LEN(want));
    for (size_t i = 0; i < ARRAY_LEN(want) && i < site.named_count; i++) {
        T_EQ_S(site.named[i].purpose, want[i].purpose);
        T_EQ_S(site.named[i].entry, want[i].entry);
        T_OK((site.named[i].note == NULL) == (want[i].note == NULL));
        T_OK(!want[i].note || strcmp(site.named[i].note, want[i].note) == 0);
        T_EQ_I(site.named[i].is_group, want[i].is_group);
    }
}

/* A group and an account may be called alike, and one account may be for two purposes. */
static void lets_one_name_mean_two_things(void)
{
    T_EQ_S(
        load(
            "groups: { vendors: [ pacs ], remote_access: [ pacs ] }\naccounts: { vendors: [ pacs ], break_glass: [ pacs ] }\n"),
        "");
    T_EQ_I(site.named_count, 4);
}

static void refuses_what_is_wrong(void)
{
    T_HAS(load("groups: { remote_acces: [ a ] }\n"),
          ":5:11: unknown key \"remote_acces\" (did you mean \"remote_access\"?)");
    T_HAS(load("groups: { remote_access: [] }\n"),
          "\"remote_access\" must be a list with at least one entry");
    T_HAS(load("groups: { remote_access: vpn }\n"), "must be a list");
    T_HAS(load("groups: [ vpn ]\n"), "groups must be a map");
    T_HAS(load("groups: { vendors: [ a, A ] }\n"), ":5:25: \"A\" is named already, as vendor");
    T_HAS(load("groups: { vendors: [ '' ] }\n"), "a group must be a text that is not empty");
    T_HAS(load("accounts: { vendors: [ { account: a } ] }\n"), "an account must be a text");
    T_HAS(load("accounts: { vendors: [ \"a\\nb\" ] }\n"), "without control characters");
    T_HAS(load("accounts: { honey: [ a ], break_glass: [ a ] }\n"),
          "\"a\" is named already, as honey");
    T_HAS(load("accounts: { vendors: [ a ], honey: [ a ] }\n"),
          "\"a\" is named already, as vendor");
    T_HAS(load("accounts: { break_glass: [ { alarm: x } ] }\n"),
          "a break-glass account lacks \"account\"");
    T_HAS(load("accounts: { break_glass: [ { account: a, alarm: '' } ] }\n"),
          "an alarm must be a text that is not empty");
    T_HAS(load("accounts: { break_glass: [ { account: a, alarn: x } ] }\n"),
          "did you mean \"alarm\"?");
    T_HAS(load("accounts: { break_glass: [ [ a ] ] }\n"), "an account must be a text");
}

static void ends_at_its_limit(void)
{
    char text[SITE_MAX_NAMED * 16] = "accounts:\n  vendors:\n", line[16];
    for (int i = 0; i <= SITE_MAX_NAMED; i++) {
        (void)snprintf(line, sizeof(line), "  - a%d\n", i);
        (void)strncat(text, line, sizeof(text) - strlen(text) - 1);
    }
    T_HAS(load(text), ":263:5: more than 256 groups and accounts");
    T_EQ_I(LINE + 1 + SITE_MAX_NAMED + 1, 263);
    char longest[1100];
    memset(longest, 'a', sizeof(longest) - 1);
    longest[sizeof(longest) - 1] = '\0';
    char all[1200];
    (void)snprintf(all, sizeof(all), "accounts: { honey: [ %s ] }\n", longest);
    T_HAS(load(all), "at most 1024 bytes");
    arena_free(arena);
    arena = NULL;
}

#define TESTS(X)                     \
    X(names_nobody_by_itself)        \
    X(takes_every_purpose_in_order)  \
    X(lets_one_name_mean_two_things) \
    X(refuses_what_is_wrong)         \
    X(ends_at_its_limit)
T_MAIN("site named", TESTS)
