/* SPDX-License-Identifier: GPL-3.0-or-later */
/* One text made safe to share: every kind, names inside of names, names that are words of ours, Japanese. */
#include "tests/support/t.h"

#include <sys/stat.h>

#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "report/redact/columns.h"
#include "report/redact/parts.h"
#include "report/redact/redact.h"
#include "report/redact/value.h"

static const unsigned char key[PSEUDONYM_KEY_SIZE] = { 1, 2, 3 };

static void begin(struct redactor *r)
{
    struct err err = { .rc = RC_OK };
    T_EQ_I(redactor_open(r, key, &err), RC_OK);
}

static const char *told(struct redactor *r, enum redact_rule rule, enum redact_kind kind,
                        const char *s)
{
    const char *text = redactor_text(r, rule, kind, s, strlen(s));
    return text ? text : "(none)";
}

static void learn(struct redactor *r, enum redact_kind kind, const char *s)
{
    redactor_learn(r, kind, s, strlen(s));
}

/* The same pattern with each pseudonym's letters as "~": user-~. */
static const char *shape(const char *s)
{
    static char text[4096];
    size_t n = 0;
    for (size_t i = 0; s[i] && n + 2 < sizeof(text);) {
        size_t letters =
            i > 0 && s[i - 1] == '-' ? strspn(s + i, "abcdefghijklmnopqrstuvwxyz234567") : 0;
        if (letters == PSEUDONYM_SHORT || letters == PSEUDONYM_LONG) {
            text[n++] = '~';
            i += letters;
        } else {
            text[n++] = s[i++];
        }
    }
    text[n] = '\0';
    return text;
}

static void names_by_kind(void)
{
    AUTO(redactor_done) struct redactor r;
    begin(&r);
    T_EQ_S(shape(told(&r, REDACT_NAME, REDACT_USER, "sato.hanako")), "user-~");
    T_EQ_S(shape(told(&r, REDACT_NAME, REDACT_USER, "WS-01$")), "host-~$");
    T_EQ_S(shape(told(&r, REDACT_NAME, REDACT_HOST, "ws-01.hospital.example")), "host-~.domain-~");
    T_EQ_S(shape(told(&r, REDACT_NAME, REDACT_USER, "HOSP\\sato")), "domain-~\\user-~");
    T_EQ_S(shape(told(&r, REDACT_NAME, REDACT_USER, "sato@hospital.example")), "user-~@domain-~");
    T_EQ_S(shape(told(&r, REDACT_NAME, REDACT_HOST, "10.1.2.3")), "ip-~");
    T_EQ_S(shape(told(&r, REDACT_NAME, REDACT_OU, "手術部")), "ou-~");
    T_EQ_S(shape(told(&r, REDACT_FREE, REDACT_TEXT, "鍵は机の中")), "text-~/5");
    T_EQ_S(told(&r, REDACT_NAME, REDACT_USER, "Administrator"), "Administrator");
    T_EQ_S(told(&r, REDACT_NAME, REDACT_GROUP, "Domain Admins"), "Domain Admins");
    T_EQ_S(told(&r, REDACT_NAME, REDACT_USER, ""), "");
    /* The letters are of the name, whatever its kind and case. */
    char first[64];
    (void)snprintf(first, sizeof(first), "%s", told(&r, REDACT_NAME, REDACT_USER, "Sato") + 5);
    T_EQ_S(told(&r, REDACT_NAME, REDACT_GROUP, "sATO") + 6, first);
}

static void shapes(void)
{
    AUTO(redactor_done) struct redactor r;
    begin(&r);
    T_EQ_S(told(&r, REDACT_CODE, REDACT_TEXT, "S-1-5-32-544"), "S-1-5-32-544");
    T_EQ_S(told(&r, REDACT_CODE, REDACT_TEXT, "2026-11-26T15:40:19Z"), "2026-11-26T15:40:19Z");
    T_EQ_S(told(&r, REDACT_CODE, REDACT_TEXT, "0cce9235-69ae-11d9-bed3-505054503030"),
           "0cce9235-69ae-11d9-bed3-505054503030");
    T_EQ_S(told(&r, REDACT_CODE, REDACT_TEXT, "10.0 (19045)"), "10.0 (19045)");
    T_EQ_S(told(&r, REDACT_CODE, REDACT_TEXT, "windows_hello"), "windows_hello");
    T_EQ_S(shape(told(&r, REDACT_CODE, REDACT_TEXT, "C:\\Users\\sato\\x y.exe -k")), "path-~");
    T_EQ_S(shape(told(&r, REDACT_CODE, REDACT_TEXT, "\\\\srv\\share$\\a")), "path-~");
    T_EQ_S(shape(told(&r, REDACT_SENTENCE, REDACT_TEXT, "not read from 10.1.2.3: denied")),
           "not read from ip-~: denied");
    T_EQ_S(shape(told(&r, REDACT_CODE, REDACT_TEXT, "fe80::1c2:3")), "ip-~");
    T_EQ_S(shape(told(&r, REDACT_CODE, REDACT_TEXT,
                      "CN=Sato\\, H,OU=Ward 3,CN=Users,DC=hospital,DC=example")),
           "CN=text-~,OU=ou-~,CN=Users,DC=domain-~");
    const char *sid = told(&r, REDACT_CODE, REDACT_TEXT, "S-1-5-21-111-222-333-512");
    T_OK(strncmp(sid, "S-1-5-21-", 9) == 0 && strstr(sid, "-512") && !strstr(sid, "111-222-333"));
    T_OK(!strstr(told(&r, REDACT_CODE, REDACT_TEXT, "S-1-5-21-111-222-333-1105"), "1105"));
    T_OK(
        !strstr(told(&r, REDACT_CODE, REDACT_TEXT, "S-1-12-1-123456-7890123-4567-9999"), "123456"));
    T_OK(!strstr(told(&r, REDACT_CODE, REDACT_TEXT, "{11111111-2222-4333-8444-555555555556}"),
                 "11111111"));
    T_OK(strncmp(told(&r, REDACT_CODE, REDACT_TEXT, "F-0123456789ab"), "F-", 2) == 0);
    T_OK(strcmp(told(&r, REDACT_CODE, REDACT_TEXT, "F-0123456789ab"), "F-0123456789ab") != 0);
}

static void rids_stay_apart(void)
{
    AUTO(redactor_done) struct redactor r;
    begin(&r);
    static int64_t seen[3000];
    for (int i = 0; i < 3000; i++) {
        seen[i] = pseudonym_rid(&r.names, 1000 + i);
        T_OK(seen[i] >= 1000 && seen[i] <= UINT32_MAX);
        for (int k = 0; k < i; k += 97) {
            T_OK(seen[k] != seen[i]);
        }
    }
    T_EQ_I(pseudonym_rid(&r.names, 500), 500);
    T_OK(column_is_rid("rid") && column_is_rid("primary_group_rid") && !column_is_rid("grid"));
}

static void names_inside_of_names(void)
{
    AUTO(redactor_done) struct redactor r;
    begin(&r);
    learn(&r, REDACT_HOST, "srv-ehr.hospital.example");
    learn(&r, REDACT_HOST, "srv-ehr12.hospital.example");
    learn(&r, REDACT_USER, "sato");
    learn(&r, REDACT_USER, "sato000");
    learn(&r, REDACT_USER, "綾小路 麗華");
    learn(&r, REDACT_USER, "綾小路");
    learn(&r, REDACT_GROUP, "Helpdesk of Ward 3");
    char longer[80], shorter[80];
    (void)snprintf(longer, sizeof(longer), "%s",
                   told(&r, REDACT_LOOKED_UP, REDACT_TEXT, "sato000"));
    (void)snprintf(shorter, sizeof(shorter), "%s", told(&r, REDACT_LOOKED_UP, REDACT_TEXT, "sato"));
    T_OK(strcmp(longer, shorter) != 0 && strncmp(longer, "user-", 5) == 0);
    T_EQ_S(shape(told(&r, REDACT_LOOKED_UP, REDACT_TEXT,
                      "sato000, sato (write_dacl); Helpdesk of Ward 3 (write_owner)")),
           "user-~, user-~ (write_dacl); group-~ (write_owner)");
    T_EQ_S(shape(told(&r, REDACT_SENTENCE, REDACT_TEXT,
                      "Not read from srv-ehr12.hospital.example: the registry (access denied).")),
           "Not read from host-~.domain-~: the registry (access denied).");
    T_EQ_S(
        shape(told(
            &r, REDACT_SENTENCE, REDACT_TEXT,
            "srv-ehr.hospital.example からレジストリを読み取れませんでした（制限時間を超えました）。")),
        "host-~.domain-~ からレジストリを読み取れませんでした（制限時間を超えました）。");
    T_EQ_S(shape(told(&r, REDACT_SENTENCE, REDACT_TEXT, "綾小路 麗華の回答")), "user-~の回答");
    /* One that nobody learned is masked all the same, neighbours together. */
    T_EQ_S(
        shape(told(&r, REDACT_SENTENCE, REDACT_TEXT, "Not read from xqzw-77 zzyzx: access denied")),
        "Not read from text-~: access denied");
}

static void names_that_are_our_words(void)
{
    AUTO(redactor_done) struct redactor r;
    begin(&r);
    learn(&r, REDACT_USER, "candidate");
    learn(&r, REDACT_USER, "registry");
    learn(&r, REDACT_HOST, "dc1");
    T_EQ_S(shape(told(&r, REDACT_NAME, REDACT_USER, "candidate")), "user-~");
    T_EQ_S(shape(told(&r, REDACT_LOOKED_UP, REDACT_TEXT, "candidate")), "user-~");
    T_EQ_S(told(&r, REDACT_CODE, REDACT_TEXT, "candidate"), "candidate");
    /* In a sentence an ordinary word cannot be told from the name; one with a digit can. */
    T_EQ_S(shape(told(&r, REDACT_SENTENCE, REDACT_TEXT, "the registry of dc1")),
           "the registry of host-~");
}

static void what_nobody_described_is_hidden(void)
{
    T_EQ_I(column_rule_of("a_new_table", "a_new_column")->rule, REDACT_CODE);
    T_EQ_I(column_rule_of("account", "sam_name")->rule, REDACT_NAME);
    T_EQ_I(column_rule_of("attestation", "note")->rule, REDACT_FREE);
    AUTO(redactor_done) struct redactor r;
    begin(&r);
    const char *room = told(&r, REDACT_CODE, REDACT_TEXT, "Room of Professor Xyzzy, 3rd floor");
    T_OK(!strstr(room, "Room") && !strstr(room, "Professor") && !strstr(room, "Xyzzy") &&
         !strstr(room, "floor"));
    T_EQ_S(shape(told(&r, REDACT_CODE, REDACT_TEXT, "医療情報室")), "text-~");
}

/* merge tells sites of one name apart by their files: neither part is lost in the other. */
static void sites_have_the_names_of_their_parts(void)
{
    AUTO(redactor_done) struct redactor r;
    begin(&r);
    char *both = parts_site_name(&r, "北病院 (north)", "north");
    char *name = parts_site_name(&r, "北病院", "north");
    char *file = parts_site_name(&r, "north", "north");
    char *other = parts_site_name(&r, "北病院 (north)", "south");
    char want[128];
    (void)snprintf(want, sizeof(want), "%s (%s)", name, file);
    T_EQ_S(both, want);
    T_EQ_S(shape(both), "text-~ (text-~)");
    T_EQ_S(shape(other), "text-~");
    free(both);
    free(name);
    free(file);
    free(other);
    /* What a group file holds is hidden like anything else, unless somebody says otherwise. */
    T_EQ_I(parts_rule(true, "site", "name_en")->rule, REDACT_NAME);
    T_EQ_I(parts_rule(true, "site", "something_new")->rule, REDACT_CODE);
    T_EQ_I(parts_rule(true, "new_table", "name")->rule, REDACT_CODE);
    T_OK(parts_rule(true, "site_result", "name") == column_rule_of("result", "name"));
}

static void another_key_gives_others(void)
{
    static const unsigned char other[PSEUDONYM_KEY_SIZE] = { 9 };
    AUTO(redactor_done) struct redactor a;
    AUTO(redactor_done) struct redactor b;
    AUTO(redactor_done) struct redactor c;
    struct err err = { .rc = RC_OK };
    begin(&a);
    begin(&b);
    T_EQ_I(redactor_open(&c, other, &err), RC_OK);
    T_EQ_S(told(&a, REDACT_NAME, REDACT_USER, "sato"), told(&b, REDACT_NAME, REDACT_USER, "sato"));
    T_OK(strcmp(told(&a, REDACT_NAME, REDACT_USER, "sato"),
                told(&c, REDACT_NAME, REDACT_USER, "sato")) != 0);
    T_OK(pseudonym_rid(&a.names, 1105) != pseudonym_rid(&c.names, 1105));
}

static void the_key_is_for_its_owner(void)
{
    char path[64];
    unsigned char one[REDACT_KEY_SIZE], two[REDACT_KEY_SIZE];
    struct stat st;
    struct err err = { .rc = RC_OK };
    (void)snprintf(path, sizeof(path), "/tmp/kagimori-redact-%ld.key", (long)getpid());
    T_EQ_I(redact_key(path, one, &err), RC_OK);
    T_EQ_I(redact_key(path, two, &err), RC_OK);
    T_OK(memcmp(one, two, sizeof(one)) == 0);
    T_OK(stat(path, &st) == 0 && (st.st_mode & 0777) == 0600);
    T_OK(chmod(path, 0640) == 0);
    T_EQ_I(redact_key(path, two, &err), RC_USAGE);
    T_OK(chmod(path, 0600) == 0);
    FILE *f = fopen(path, "w");
    T_OK(f && fputs("0123\n", f) >= 0 && fclose(f) == 0);
    T_EQ_I(redact_key(path, two, &err), RC_USAGE);
    (void)unlink(path);
}

static void the_key_is_a_file(void)
{
    char path[64], link[80];
    unsigned char one[REDACT_KEY_SIZE];
    struct err err = { .rc = RC_OK };
    (void)snprintf(path, sizeof(path), "/tmp/kagimori-redact-%ld.key", (long)getpid());
    (void)snprintf(link, sizeof(link), "%s.link", path);
    T_OK(symlink(path, link) == 0); /* to nothing: it is not made elsewhere */
    T_OK(redact_key(link, one, &err) != RC_OK && access(path, F_OK) != 0);
    T_EQ_I(redact_key(path, one, &err), RC_OK);
    T_EQ_I(redact_key(link, one, &err), RC_USAGE);
    T_HAS(err.msg, "no link");
    (void)unlink(path);
    (void)unlink(link);
    T_OK(mkfifo(path, 0600) == 0);
    T_EQ_I(redact_key(path, one, &err), RC_USAGE); /* and does not wait */
    (void)unlink(path);
    T_EQ_I(redact_key("/dev/null", one, &err), RC_USAGE);
}

#define TESTS(X)                                                                               \
    X(sites_have_the_names_of_their_parts)                                                     \
    X(names_by_kind)                                                                           \
    X(shapes)                                                                                  \
    X(rids_stay_apart)                                                                         \
    X(names_inside_of_names)                                                                   \
    X(names_that_are_our_words) X(what_nobody_described_is_hidden) X(another_key_gives_others) \
        X(the_key_is_for_its_owner) X(the_key_is_a_file)
T_MAIN("redact", TESTS)
