/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "tests/support/t.h"

#include "rules/sql_text.h"

static void refused(const char *text, const char *why, size_t offset)
{
    size_t at = 0;
    const char *got = sql_refuse(text, &at);
    T_HAS(got ? got : "", why);
    T_EQ_I(at, offset);
}

static void accepts_single_expressions(void)
{
    static const char *const good[] = { "a = 1",
                                        "(a + 1) * 2 >= :max",
                                        "name || ' -- ; )' <> 'x''y'",
                                        "\"od d\" IS NOT NULL",
                                        "EXISTS (SELECT 1 FROM thing t WHERE t.a = b)",
                                        "a BETWEEN -1 AND 1e+5",
                                        "x'00ff' = y" };
    for (size_t i = 0; i < ARRAY_LEN(good); i++) {
        size_t at = 0;
        const char *why = sql_refuse(good[i], &at);
        T_EQ_S(why ? why : "fine", "fine");
    }
}

static void refuses_what_is_not_one_expression(void)
{
    refused("a = 1; DROP TABLE x", "';'", 5);
    refused("a = 1 -- )", "comments", 6);
    refused("a /* x */ = 1", "comments", 2);
    refused("a = 1)", "closes nothing", 5);
    refused("(a = 1", "not closed", 3 + 2);
    refused("a, b", "','", 1);
    refused("a = 'x", "not closed", 4);
    refused("\"a = 1", "not closed", 0);
    refused("a = ?1", "no place", 4);
    refused("a = @x", "no place", 4);
    refused("[a] = 1", "no place", 0);
    refused("  ", "empty", 0);
}

static void writes_parameters_as_literals(void)
{
    struct arena *a = arena_new(0);
    struct check c = { .parameter_count = 3 };
    c.parameters[0] = (struct parameter){ .name = "max", .type = PARAMETER_INTEGER, .number = 180 };
    c.parameters[1] = (struct parameter){ .name = "low", .type = PARAMETER_INTEGER, .number = -5 };
    c.parameters[2] =
        (struct parameter){ .name = "who", .type = PARAMETER_TEXT, .text = "o'brien" };
    T_EQ_S(sql_with_parameters(a, "x <= :max AND x > :low AND n = :who AND t <> ':max'", &c),
           "x <= 180 AND x > (-5) AND n = 'o''brien' AND t <> ':max'");
    arena_free(a);
}

static void position(const char *yaml, const char *part, unsigned line, unsigned column)
{
    struct arena *a = arena_new(0);
    struct yaml_node *root = NULL;
    struct err err;
    T_EQ_I(yaml_tree_parse("x", yaml, strlen(yaml), a, &root, &err), RC_OK);
    struct rules_file file = { "x", yaml, strlen(yaml) };
    const struct yaml_node *n = yaml_get(root, "pass");
    unsigned got_line = 0, got_column = 0;
    sql_position(&file, n, (size_t)(strstr(n->text, part) - n->text), &got_line, &got_column);
    T_EQ_I(got_line, line);
    T_EQ_I(got_column, column);
    arena_free(a);
}

static void finds_places_in_every_style(void)
{
    position("id: a\npass: aa = 1 AND bb = 2\n", "bb", 2, 18);
    position("pass: 'aa = ''x'' AND bb'\n", "bb", 1, 23);
    position("pass: \"aa AND bb\"\n", "bb", 1, 15);
    position("pass: |\n  aa = 1\n  AND bb = 2\n", "bb", 3, 7);
    position("pass: >-\n  aa = 1\n  AND\n  bb = 2\n", "bb", 4, 3);
    position("pass: aa\n  AND bb\n", "bb", 2, 7);
    position("pass: 鍵 = 1 AND bb\n", "bb", 1, 17);
}

#define TESTS(X)                          \
    X(accepts_single_expressions)         \
    X(refuses_what_is_not_one_expression) \
    X(writes_parameters_as_literals)      \
    X(finds_places_in_every_style)
T_MAIN("sql_text", TESTS)
