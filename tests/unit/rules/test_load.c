/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The loader over tests/golden/checks/bad: each file NAME.yaml has its mistakes in NAME.expect, one a line, as
 * "line:column: check-id: message"; every mistake of the file must be there and no other. */
#include <dirent.h>
#include <stdlib.h>

#include "rules/commands.h"
#include "support.h"

#define BAD SOURCE_DIR "/tests/golden/checks/bad"

static char *read_text(const char *path)
{
    size_t size = 0;
    return (char *)t_read_file(path, &size);
}

/* Compares the mistakes of one file with its list; prints what a new list would be when they differ. */
static void compare(const char *path, const struct rules_mistake *mistakes, char *expected)
{
    char *save = NULL, *line = strtok_r(expected, "\n", &save);
    size_t skip = strlen(path) + 1;
    for (const struct rules_mistake *m = mistakes; m; m = m->next) {
        const char *text = strncmp(m->text, path, skip - 1) == 0 ? m->text + skip : m->text;
        if (!line || strcmp(line, text) != 0) {
            (void)fprintf(stderr, "%s: %s\n", path, text);
        }
        T_EQ_S(text, line ? line : "(no more mistakes expected)");
        line = strtok_r(NULL, "\n", &save);
    }
    T_EQ_S(line ? line : "none", "none");
}

static void try_bad(const char *name, bool is_quick)
{
    char path[512], expect[512];
    (void)snprintf(path, sizeof(path), BAD "/%s", name);
    (void)snprintf(expect, sizeof(expect), BAD "/%.*s.expect", (int)(strlen(name) - 5), name);
    struct rules_options options = { .directory = path, .is_quick = is_quick };
    struct rules *r = NULL;
    const struct rules_mistake *mistakes = NULL;
    struct err err = { 0 };
    T_EQ_I(rules_load_with(&options, test_views, &r, &mistakes, &err), RC_USAGE);
    T_HAS(err.msg, "mistake");
    char *expected = read_text(expect);
    T_OK(expected != NULL);
    compare(path, mistakes, expected ? expected : (char[]){ "" });
    free(expected);
    rules_free(r);
}

static void tells_every_mistake_at_its_place(void)
{
    size_t files = 0;
    DIR *d = opendir(BAD);
    for (struct dirent *e = d ? readdir(d) : NULL; e; e = readdir(d)) {
        size_t n = strlen(e->d_name);
        if (n > 5 && strcmp(e->d_name + n - 5, ".yaml") == 0) {
            try_bad(e->d_name, false);
            try_bad(e->d_name, true);
            files++;
        }
    }
    if (d) {
        (void)closedir(d);
    }
    T_OK(files >= 10);
}

#define GOOD                                                                                   \
    "for: thing\npass: uac = 1\ntests:\n"                                                      \
    "  - given: { account: [ { as: A, uac: 1 }, { as: B, uac: 2 }, { as: C, uac: null } ] }\n" \
    "    expect: { A: pass, B: fail, C: unknown }\n"

static void loads_several_checks_of_a_file(void)
{
    char text[20000];
    (void)snprintf(text, sizeof(text), "%s%s", a_check("a.one", GOOD),
                   a_check("a.two", GOOD "show: [uac, level]\n"));
    struct loaded l = load_text(text);
    print_mistakes(&l);
    T_EQ_I(l.rc, RC_OK);
    T_EQ_I(rules_count(l.rules), 2);
    size_t sources = 0;
    const char *const *names = rules_sources(l.rules, &sources);
    T_EQ_I(sources, 1);
    T_EQ_S(names[0], "ldap.user");
    T_EQ_S(
        l.rules->checks->next->statement,
        "SELECT subject, (name), (''), 0, (uac = 1), \"uac\", \"level\", \"uac\" IS NULL FROM \"thing\"");
    load_done(&l);
}

static void writes_short_forms_as_sql(void)
{
    struct loaded l = load_text(a_check(
        "a.flag", "for: thing\naccount_flag: { flag: dont_require_preauth, expect: off }\n"
                  "tests:\n  - given: { account: [ { as: A }, { as: B, uac: 0x400200 }, "
                  "{ as: C, uac: null } ] }\n    expect: { A: pass, B: fail, C: unknown }\n"));
    print_mistakes(&l);
    T_EQ_I(l.rc, RC_OK);
    T_EQ_S(l.rules->checks->pass.text, "(uac & 4194304) = 0");
    load_done(&l);

    l = load_text(a_check(
        "a.registry",
        "registry: { key: 'HKLM\\S', value: \"it's\", when_missing: 1, expect: \"in (1, 2)\" }\n"
        "tests:\n  - given: { host_registry: [ { host: A, number: 2 }, { host: B, number: 3 }, { host: C, is_missing: 1 } ], "
        "host_target: [ { as: D } ] }\n    expect: { A: pass, B: fail, C: pass, D: unknown }\n"));
    print_mistakes(&l);
    T_EQ_I(l.rc, RC_OK);
    T_EQ_S(l.rules->checks->pass.text,
           "(SELECT CASE WHEN v.is_missing THEN 1 ELSE v.data END FROM registry_value v "
           "WHERE v.host = \"host\".subject AND v.key = 'HKLM\\S' AND v.value = 'it''s') IN (1,2)");
    T_EQ_S(l.rules->checks->view, "host");
    T_EQ_S(l.rules->checks->shown[0], "setting");
    size_t count = 0;
    const char *const *registry = rules_registry(l.rules, &count);
    T_EQ_I(count, 1);
    T_EQ_S(registry[0], "HKLM\\S|it's");
    load_done(&l);
    l = load_text(a_check(
        "a.service",
        "service: { name: Spooler, start: \"= 4\", state: \"= 1\", when_missing: 4 }\n"
        "tests:\n  - given: { host_service: [ { host: A, start: 4, state: 1 }, { host: B, start: 4, state: 4 }, "
        "{ host: C, is_missing: 1 }, { host: E, start: 2, state: 1 } ], host_target: [ { as: D } ] }\n"
        "    expect: { A: pass, B: fail, C: pass, D: unknown, E: fail }\n"));
    print_mistakes(&l);
    T_EQ_I(l.rc, RC_OK);
    const char *const *services = rules_services(l.rules, &count);
    T_EQ_I(count, 1);
    T_EQ_S(services[0], "Spooler");
    load_done(&l);
    l = load_text(a_check(
        "a.policy",
        "for: thing\npolicy: { name: L, expect: \"between 1 and 10\" }\ntests:\n  - { expect: { A: pass, B: fail } }\n"));
    T_EQ_S(
        l.rules->checks->pass.text,
        "(SELECT CASE WHEN v.is_missing THEN NULL ELSE v.data END FROM policy_value v WHERE v.host = \"thing\".subject AND v.item = 'L') "
        "BETWEEN 1 AND 10");
    T_EQ_I(mistakes_with(&l, "policy_value"), 0);
    load_done(&l);
    l = load_text(a_check(
        "a.policy",
        "policy: { name: system_access.LockoutBadCount, expect: \"between 1 and 10\" }\ntests:\n  - given:\n"
        "      organizational_unit: [ { as: D, kind: domain, dn: 'DC=example' }, { as: OU, dn: 'OU=OU,DC=example' } ]\n"
        "      account: [ { as: PC, kind: computer, dn: 'CN=PC,OU=OU,DC=example' }, { as: PC2, kind: computer, dn: 'CN=PC2,DC=example' }, { as: PC3, kind: computer, dn: 'CN=PC3,CN=Computers,DC=example' } ]\n"
        "      host_target: [ { as: A, account_guid: PC }, { as: B, account_guid: PC2 }, { as: C, account_guid: PC3 } ]\n"
        "      policy_object: [ { as: P, flags: 0 }, { as: Q, flags: 0 } ]\n"
        "      policy_folder: [ { gpo_id: P }, { gpo_id: Q } ]\n"
        "      policy_link: [ { container_guid: D, position: 0, gpo_dn: P, gpo_id: P }, { container_guid: OU, position: 0, gpo_dn: Q, gpo_id: Q } ]\n"
        "      policy_template: [ { gpo_id: P, name: LockoutBadCount, number: 0 }, { gpo_id: Q, name: LockoutBadCount, number: 5 } ]\n"
        "      security_descriptor: [ { object_guid: P, dn: P, object_class: gpo }, { object_guid: Q, dn: Q, object_class: gpo } ]\n"
        "      access_right: [ { object_guid: P, trustee_sid: PC2, right: apply_policy }, { object_guid: P, trustee_sid: S-1-5-11, right: read_policy }, { object_guid: Q, trustee_sid: S-1-1-0, right: generic_all } ]\n"
        "    expect: { A: pass, B: fail, C: unknown }\n"));
    print_mistakes(&l);
    T_EQ_I(l.rc, RC_OK);
    size_t failed = 1;
    T_EQ_I(rules_test(l.rules, NULL, stderr, &failed, &l.err), RC_OK);
    T_EQ_I(failed, 0);
    load_done(&l);
}

static void says_what_cannot_be_loaded(void)
{
    struct rules_options options = { .directory = "/nowhere/checks" };
    struct rules *r = NULL;
    const struct rules_mistake *mistakes = NULL;
    struct err err = { 0 };
    T_EQ_I(rules_load(&options, &r, &mistakes, &err), RC_USAGE);
    T_EQ_S(err.where, "/nowhere/checks");
    rules_free(r);
    struct loaded l = load_text("# no check at all\n");
    T_EQ_I(l.rc, RC_USAGE);
    T_HAS(l.err.msg, "there is no check");
    load_done(&l);
}

/* A check of the tool is compiled against outlines of views; a view itself must tell the same of it. */
static void outlines_tell_what_views_tell(void)
{
    struct rules_options options = { .directory = SOURCE_DIR "/checks", .is_quick = true };
    struct rules *r = NULL;
    const struct rules_mistake *mistakes = NULL;
    struct err err = { 0 };
    struct store *store = NULL;
    T_EQ_I(rules_load(&options, &r, &mistakes, &err), RC_OK);
    T_EQ_I(rules_memory_store(r, &store, &err), RC_OK);
    T_OK(r->selected > 400);
    for (struct check *c = r->checks; c; c = c->next) {
        struct check whole = *c;
        whole.extra_count = whole.read_count = 0; /* needs stay: nothing may be added to them */
        whole.can_be_unknown = false;
        whole.statement = NULL;
        check_compile(r, &whole, store_handle(store));
        T_OK(whole.statement != NULL);
        T_EQ_I(whole.can_be_unknown, c->can_be_unknown);
        T_EQ_I(whole.read_count, c->read_count);
        for (size_t i = 0; i < whole.read_count; i++) {
            T_EQ_S(whole.read[i], c->read[i]);
        }
        T_EQ_I(whole.need_count, c->need_count);
    }
    store_close(store);
    rules_free(r);
}

/* Parsing and compiling without the folder around it: the views are read once for all mutants. */
struct bench {
    struct store *store;
    struct catalogue catalogue;
    const struct rules *words;
};

static bool accepts(const uint8_t *data, size_t size, void *context)
{
    struct bench *b = context;
    struct err err = { 0 };
    struct rules r = { .arena = arena_new(0), .catalogue = b->catalogue, .words = b->words->words };
    struct rules_file file = { "mutant.yaml", (const char *)data, size };
    struct yaml_node *root = NULL;
    r.tail = &r.checks;
    r.mistakes.arena = r.arena;
    bool parsed = yaml_tree_parse(file.path, file.bytes, size, r.arena, &root, &err) == RC_OK;
    for (const struct yaml_node *n = parsed ? root : NULL; n; n = n->next) {
        check_parse(&r, &file, n);
    }
    for (struct check *c = r.checks; c; c = c->next) {
        check_compile(&r, c, store_handle(b->store));
    }
    bool accepted = parsed && r.checks && r.mistakes.count == 0;
    T_OK(!accepted || r.checks->statement != NULL);
    T_OK(accepted || !parsed || !r.checks || r.mistakes.count > 0);
    arena_free(r.arena);
    return accepted;
}

static void survives_mutation(void)
{
    const char *text = a_check("a.one", GOOD);
    struct loaded l = load_text(text);
    struct bench b = { .words = l.rules };
    size_t accepted = 0, refused = 0;
    T_EQ_I(rules_memory_store(l.rules, &b.store, &l.err), RC_OK);
    T_EQ_I(catalogue_load(l.rules->arena, store_handle(b.store), &b.catalogue, &l.err), RC_OK);
    T_OK(accepts((const uint8_t *)text, strlen(text), &b));
    t_mutate((const uint8_t *)text, strlen(text), 2000, accepts, &b, &accepted, &refused);
    T_OK(accepted > 50);
    T_OK(refused > 300);
    store_close(b.store);
    load_done(&l);
}

#define TESTS(X)                        \
    X(tells_every_mistake_at_its_place) \
    X(loads_several_checks_of_a_file)   \
    X(writes_short_forms_as_sql)        \
    X(says_what_cannot_be_loaded)       \
    X(outlines_tell_what_views_tell)    \
    X(survives_mutation)
T_MAIN("rules_load", TESTS)
