/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What the checks wish to know, held against what a file gives. */
#include <stdio.h>

#include "audit/decode/format/plan.h"
#include "audit/decode/format/text.h"
#include "tests/support/t.h"
#include "tests/unit/decode/rows.h"

struct fixture {
    struct arena *a;
    struct task task;
    struct plan *plan;
    struct rows rows;
    uint64_t emitted, open;
    char text[4096];
};

static struct fixture f;

/* The wishes end with NULL; "service:NAME" is a service. */
static enum rc begin(const char *const *wishes)
{
    struct err err;
    f = (struct fixture){ .a = arena_new(0), .task = { .artifact = -1 } };
    for (; *wishes; wishes++) {
        bool is_service = strncmp(*wishes, "service:", 8) == 0;
        T_EQ_I(task_add(&f.task, is_service ? "service" : "registry",
                        *wishes + (is_service ? 8 : 0), &err),
               RC_OK);
    }
    T_EQ_I(task_add(&f.task, "host", "x", &err), RC_OK); /* what is no wish is passed over */
    rows_init(&f.rows);
    return plan_new(f.a, &f.task, &f.plan, &err);
}

static void end(void)
{
    rows_done(&f.rows);
    arena_free(f.a);
}

static void offer(const char *key, const char *value, uint32_t number)
{
    const uint8_t data[4] = { (uint8_t)number, (uint8_t)(number >> 8), 0, 0 };
    const struct registry_value v = {
        .key = key, .value = value, .action = REG_SET, .type = REG_DWORD, .data = data, .size = 4
    };
    struct err err;
    T_EQ_I(plan_offer(f.plan, &v, &err), RC_OK);
}

static void cover(const char *root, bool is_covered)
{
    struct err err;
    T_EQ_I(is_covered ? plan_cover(f.plan, root, &err) : plan_uncover(f.plan, root, &err), RC_OK);
}

/* Rows as text: "KEY|VALUE=number" or "KEY|VALUE missing", in the order of their coming. */
static const char *emit(void)
{
    struct err err;
    size_t n = 0;
    T_EQ_I(plan_emit(f.plan, "pc1", "kit", &f.rows.sink, &f.emitted, &f.open, &err), RC_OK);
    T_EQ_I(f.rows.refused, 0);
    T_EQ_I(f.emitted, f.rows.count);
    f.text[0] = '\0';
    for (size_t i = 0; i < f.rows.count; i++) {
        const struct row *r = &f.rows.rows[i];
        bool is_missing = r->v[REGISTRY_MISSING].number != 0;
        T_EQ_S(cell(r, REGISTRY_HOST), "pc1");
        T_EQ_S(cell(r, REGISTRY_ORIGIN), "kit");
        n += (size_t)snprintf(f.text + n, sizeof(f.text) - n, "%s|%s%s%s\n", cell(r, REGISTRY_KEY),
                              cell(r, REGISTRY_VALUE), is_missing ? " missing" : "=",
                              is_missing ? "" : cell(r, REGISTRY_NUMBER));
    }
    return f.text;
}

static void takes_and_refuses_wishes(void)
{
    static const char *const bad[] = { "HKLM\\A",     "HKCU\\A|V", "A|V", "HKLM\\|V",
                                       "HKLM\\A\\|V", "|V",        "" };
    for (size_t i = 0; i < ARRAY_LEN(bad); i++) {
        const char *const wishes[] = { bad[i], NULL };
        T_EQ_I(begin(wishes), RC_USAGE);
        end();
    }
    static const char *const good[] = { "HKLM\\A|V", "HKLM\\A|*",       "HKLM\\A\\*|V",
                                        "HKLM\\A|",  "service:Spooler", NULL };
    T_EQ_I(begin(good), RC_OK);
    T_EQ_I(plan_count(f.plan), 4);
    T_OK(!plan_wish(f.plan, 0)->is_each_subkey && !plan_wish(f.plan, 0)->is_each_value);
    T_OK(!plan_wish(f.plan, 1)->is_each_subkey && plan_wish(f.plan, 1)->is_each_value);
    T_OK(plan_wish(f.plan, 2)->is_each_subkey && !plan_wish(f.plan, 2)->is_each_value);
    T_EQ_S(plan_wish(f.plan, 2)->key, "HKLM\\A");
    T_EQ_S(plan_wish(f.plan, 3)->value, "");
    T_EQ_I(plan_service_count(f.plan), 1);
    T_EQ_S(plan_service(f.plan, 0), "Spooler");
    T_EQ_S(plan_spell_service(f.plan, "SPOOLER"), "Spooler");
    T_OK(plan_spell_service(f.plan, "Spool") == NULL);
    end();
}

static void spells_as_the_checks_do(void)
{
    static const char *const wishes[] = { "HKLM\\SOFTWARE\\A|Value", "HKLM\\SOFTWARE\\Each|*",
                                          "HKLM\\SOFTWARE\\Sub\\*|V", NULL };

    static const struct {
        const char *key, *value, *spelled_key, *spelled_value;
    } cases[] = {
        { "HKLM\\software\\a", "VALUE", "HKLM\\SOFTWARE\\A", "Value" },
        { "hklm\\Software\\A", "other", "HKLM\\SOFTWARE\\A", "other" },
        { "HKLM\\Software\\EACH", "Any", "HKLM\\SOFTWARE\\Each", "Any" },
        { "HKLM\\Software\\sub\\{Guid}", "v", "HKLM\\SOFTWARE\\Sub\\{Guid}", "V" },
        { "HKLM\\Software\\sub\\a\\b", "v", "HKLM\\Software\\sub\\a\\b", "v" },
        { "HKLM\\Software\\sub", "v", "HKLM\\Software\\sub", "v" },
        { "HKLM\\Software\\ax", "value", "HKLM\\Software\\ax", "value" },
        { "x", "y", "x", "y" },
    };

    T_EQ_I(begin(wishes), RC_OK);
    for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
        const char *key = cases[i].key, *value = cases[i].value;
        plan_spell(f.plan, f.a, &key, &value);
        T_EQ_S(key, cases[i].spelled_key);
        T_EQ_S(value, cases[i].spelled_value);
    }
    end();
}

static void settles_single_values(void)
{
    static const char *const wishes[] = { "HKLM\\A|X", "HKLM\\A|Y", "HKLM\\B|Z", NULL };
    T_EQ_I(begin(wishes), RC_OK);
    offer("HKLM\\a", "x", 1);
    offer("HKLM\\A", "X", 2); /* the first one stays */
    offer("HKLM\\A", "other", 3);
    offer("HKLM\\A\\B", "X", 4);
    cover("HKLM\\A", true);
    T_EQ_S(emit(), "HKLM\\A|X=1\nHKLM\\A|Y missing\n");
    T_EQ_I(f.open, 1); /* of HKLM\B nobody knows */
    end();
}

static void settles_every_value_of_a_key(void)
{
    static const char *const wishes[] = { "HKLM\\A|*", "HKLM\\None|*", "HKLM\\Unknown|*",
                                          "HKLM\\Part|*", NULL };
    T_EQ_I(begin(wishes), RC_OK);
    offer("HKLM\\a", "Two", 2);
    offer("HKLM\\A", "one", 1);
    offer("HKLM\\A", "ONE", 9);
    offer("HKLM\\A", "", 3);
    offer("HKLM\\A\\below", "x", 4);
    offer("HKLM\\Part", "p", 5);
    cover("HKLM\\A", true);
    cover("HKLM\\None", true);
    T_EQ_S(emit(),
           "HKLM\\A|=3\nHKLM\\A|one=1\nHKLM\\A|Two=2\nHKLM\\None|* missing\nHKLM\\Part|p=5\n");
    T_EQ_I(f.open, 2); /* Unknown, and Part, which may have more */
    end();
}

static void settles_a_value_below_every_key(void)
{
    static const char *const wishes[] = { "HKLM\\A\\*|X", "HKLM\\None\\*|X", "HKLM\\Open\\*|X",
                                          NULL };
    struct err err;
    T_EQ_I(begin(wishes), RC_OK);
    offer("HKLM\\a\\one", "x", 1);
    offer("HKLM\\A\\Two", "y", 2);
    T_EQ_I(plan_offer_key(f.plan, "HKLM\\A\\three", &err), RC_OK);
    T_EQ_I(plan_offer_key(f.plan, "HKLM\\A\\three", &err), RC_OK);
    T_EQ_I(plan_offer_key(f.plan, "HKLM\\A\\three\\deeper", &err), RC_OK);
    T_EQ_I(plan_offer_key(f.plan, "HKLM\\A", &err), RC_OK);
    offer("HKLM\\Open\\k", "x", 7);
    T_EQ_I(plan_offer_key(f.plan, "HKLM\\Open\\unread", &err), RC_OK);
    cover("HKLM\\A", true);
    cover("HKLM\\None", true);
    T_EQ_S(
        emit(),
        "HKLM\\A\\Two|X missing\nHKLM\\A\\one|X=1\nHKLM\\A\\three|X missing\nHKLM\\None\\*|X missing\n"
        "HKLM\\Open\\k|X=7\n");
    T_EQ_I(f.open, 1);
    end();
}

static void settles_every_value_below_every_key(void)
{
    static const char *const wishes[] = { "HKLM\\A\\*|*", "HKLM\\None\\*|*", NULL };
    struct err err;
    T_EQ_I(begin(wishes), RC_OK);
    offer("HKLM\\A\\one", "x", 1);
    offer("HKLM\\A\\one", "y", 2);
    T_EQ_I(plan_offer_key(f.plan, "HKLM\\A\\empty", &err), RC_OK);
    cover("HKLM", true);
    T_EQ_S(emit(), "HKLM\\A\\one|x=1\nHKLM\\A\\one|y=2\nHKLM\\None\\*|* missing\n");
    T_EQ_I(f.open, 0);
    end();
}

/* Two checks that spell one key in two ways both get their answer. */
static void answers_each_spelling(void)
{
    static const char *const wishes[] = { "HKLM\\Soft\\*|X", "HKLM\\SOFT\\*|X", "HKLM\\k|V",
                                          "HKLM\\K|v",       "HKLM\\K|*",       NULL };
    T_EQ_I(begin(wishes), RC_OK);
    offer("HKLM\\soft\\sub", "x", 1);
    offer("HKLM\\K", "V", 2);
    cover("HKLM", true);
    T_EQ_S(emit(),
           "HKLM\\Soft\\sub|X=1\nHKLM\\SOFT\\sub|X=1\nHKLM\\k|V=2\nHKLM\\K|v=2\nHKLM\\K|v=2\n");
    end();
}

static void knows_what_was_covered(void)
{
    static const struct {
        const char *roots[4]; /* "-" before one: uncovered */
        bool is_covered;      /* HKLM\A\B|V */
        bool is_sub_covered;  /* HKLM\A\*|V */
    } cases[] = {
        { { NULL }, false, false },
        { { "HKLM" }, true, true },
        { { "HKLM\\A" }, true, true },
        { { "hklm\\a" }, true, true },
        { { "HKLM\\A\\B" }, true, false },
        { { "HKLM\\A\\B\\C" }, false, false },
        { { "HKLM\\A\\BB" }, false, false },
        { { "HKLM\\A\\" }, false, false },
        { { "HKLM\\A", "-HKLM\\A\\B" }, false, false },
        { { "HKLM\\A", "-HKLM\\A\\X" }, true, false },
        { { "HKLM\\A", "-HKLM\\A\\X\\Y" }, true, false },
        { { "HKLM", "-HKLM\\A" }, false, false },
        { { "-HKLM\\A", "HKLM" }, true, true },
        { { "HKLM", "-HKLM\\A", "HKLM\\A\\B" }, true, false },
        { { "HKLM", "-HKLM\\AA" }, true, true },
    };

    static const char *const wishes[] = { "HKLM\\A\\B|V", "HKLM\\A\\*|V", NULL };
    for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
        char expected[128];
        T_EQ_I(begin(wishes), RC_OK);
        for (size_t k = 0; k < 4 && cases[i].roots[k]; k++) {
            bool is_off = cases[i].roots[k][0] == '-';
            cover(cases[i].roots[k] + is_off, !is_off);
        }
        (void)snprintf(expected, sizeof(expected), "%s%s",
                       cases[i].is_covered ? "HKLM\\A\\B|V missing\n" : "",
                       cases[i].is_sub_covered ? "HKLM\\A\\*|V missing\n" : "");
        T_EQ_S(emit(), expected);
        T_EQ_I(f.open, 2 - cases[i].is_covered - cases[i].is_sub_covered);
        end();
    }
}

static void keeps_types_and_texts(void)
{
    static const char *const wishes[] = { "HKLM\\A|S", "HKLM\\A|DefaultPassword", "HKLM\\A|B",
                                          NULL };
    struct err err;
    T_EQ_I(begin(wishes), RC_OK);
    struct registry_value v = { .key = "HKLM\\A",
                                .value = "s",
                                .type = REG_SZ,
                                .data = (const uint8_t *)"h\0i\0\0",
                                .size = 6 };
    T_EQ_I(plan_offer(f.plan, &v, &err), RC_OK);
    v.value = "DefaultPassword";
    T_EQ_I(plan_offer(f.plan, &v, &err), RC_OK);
    v.value = "B";
    v.type = REG_BINARY;
    T_EQ_I(plan_offer(f.plan, &v, &err), RC_OK);
    (void)emit();
    const struct row *r = rows_find(&f.rows, ROW_TABLE_REGISTRY, REGISTRY_VALUE, "S");
    T_EQ_S(cell(r, REGISTRY_TEXT), "hi");
    T_EQ_S(cell(r, REGISTRY_TYPE), "1");
    T_EQ_S(cell(r, REGISTRY_SIZE), "6");
    r = rows_find(&f.rows, ROW_TABLE_REGISTRY, REGISTRY_VALUE, "DefaultPassword");
    T_EQ_S(cell(r, REGISTRY_TEXT), "NULL");
    T_EQ_S(cell(r, REGISTRY_MISSING), "0");
    r = rows_find(&f.rows, ROW_TABLE_REGISTRY, REGISTRY_VALUE, "B");
    T_EQ_S(cell(r, REGISTRY_TYPE), "3");
    end();
}

/* Of a value whose content is never taken only whether it is there. */
static void tells_only_that_it_is_there(void)
{
    static const char *const wishes[] = { "HKLM\\W|DefaultPassword", "HKLM\\W|Gone", "HKLM\\W|Both",
                                          "HKLM\\W|*", NULL };
    struct err err;
    T_EQ_I(begin(wishes), RC_OK);
    T_EQ_I(plan_tell(f.plan, "HKLM\\w", "defaultpassword", true, &err), RC_OK);
    T_EQ_I(plan_tell(f.plan, "HKLM\\W", "Gone", false, &err), RC_OK);
    T_EQ_I(plan_tell(f.plan, "HKLM\\W", "Gone", true, &err), RC_OK); /* too late */
    T_EQ_I(plan_tell(f.plan, "HKLM\\W", "unwished", true, &err), RC_OK);
    offer("HKLM\\W", "Both", 4);
    T_EQ_I(plan_tell(f.plan, "HKLM\\W", "Both", false, &err), RC_OK);
    T_EQ_S(emit(), "HKLM\\W|DefaultPassword=NULL\nHKLM\\W|Gone missing\nHKLM\\W|Both=4\n"
                   "HKLM\\W|Both=4\nHKLM\\W|DefaultPassword=NULL\n");
    T_EQ_I(f.open, 1);
    end();
}

/* As many values as a hostile hive likes: bounded, and not by the square of their number; the same ones again are no more. */
static void is_bounded(void)
{
    static const char *const wishes[] = { "HKLM\\A|*", "HKLM\\B\\*|*", NULL };
    struct err err;
    char name[32];
    enum rc rc = RC_OK;
    size_t taken = 0;
    T_EQ_I(begin(wishes), RC_OK);
    for (size_t i = 0; i < 300000; i++) {
        (void)snprintf(name, sizeof(name), "v%zu", i % 30000);
        offer("HKLM\\A", name, (uint32_t)(i / 30000));
    }
    T_EQ_I(plan_emit(f.plan, "pc1", "kit", &f.rows.sink, &f.emitted, &f.open, &err), RC_OK);
    T_EQ_I(f.emitted, 30000);
    T_EQ_S(cell(rows_find(&f.rows, ROW_TABLE_REGISTRY, REGISTRY_VALUE, "v29999"), REGISTRY_NUMBER),
           "0");
    for (size_t i = 0; i < 400000 && rc == RC_OK; i++, taken++) {
        (void)snprintf(name, sizeof(name), "HKLM\\B\\k%zu", i);
        rc = plan_offer_key(f.plan, name, &err);
    }
    T_OK(rc == RC_LIMIT || rc == RC_NOMEM);
    T_OK(taken < 250000);
    end();
}

#define TESTS(X)                           \
    X(takes_and_refuses_wishes)            \
    X(spells_as_the_checks_do)             \
    X(settles_single_values)               \
    X(settles_every_value_of_a_key)        \
    X(settles_a_value_below_every_key)     \
    X(settles_every_value_below_every_key) \
    X(answers_each_spelling)               \
    X(knows_what_was_covered)              \
    X(keeps_types_and_texts)               \
    X(tells_only_that_it_is_there)         \
    X(is_bounded)
T_MAIN("plan", TESTS)
