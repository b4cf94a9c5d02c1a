/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <stdlib.h>

#include "audit/yaml/yaml_tree.h"
#include "tests/support/t.h"

struct parsed {
    struct arena *arena;
    struct yaml_node *root;
    struct err err;
    enum rc rc;
};

static struct parsed parse_n(const char *text, size_t size)
{
    struct parsed p = { .arena = arena_new(0) };
    p.rc = yaml_tree_parse("a.yaml", text, size, p.arena, &p.root, &p.err);
    return p;
}

static struct parsed parse(const char *text)
{
    return parse_n(text, strlen(text));
}

static void refused(const char *text, const char *where, const char *message)
{
    struct parsed p = parse(text);
    T_OK(p.rc != RC_OK);
    T_EQ_S(p.err.where, where);
    T_HAS(p.err.msg, message);
    arena_free(p.arena);
}

static void keeps_positions_and_order(void)
{
    struct parsed p =
        parse("id: a.b\ntitle: { en: \"x: y\", ja: 鍵 }\nlist:\n  - 1\n  - 'two'\n---\nid: c\n");
    T_EQ_I(p.rc, RC_OK);
    const struct yaml_node *title = yaml_get(p.root, "title");
    T_EQ_I(title->line, 2);
    T_EQ_I(title->column, 8);
    T_EQ_I(title->key_line, 2);
    T_EQ_I(title->key_column, 1);
    const struct yaml_node *en = yaml_get(title, "en");
    T_EQ_S(en->text, "x: y");
    T_OK(!en->plain);
    const struct yaml_node *ja = yaml_get(title, "ja");
    T_EQ_S(ja->text, "鍵");
    T_OK(ja->plain);
    const struct yaml_node *list = yaml_get(p.root, "list");
    T_EQ_I(yaml_count(list), 2);
    T_EQ_S(list->first->text, "1");
    T_OK(list->first->plain);
    T_EQ_S(list->first->next->text, "two");
    T_OK(!list->first->next->plain);
    T_EQ_S(yaml_get(p.root->next, "id")->text, "c");
    T_OK(!p.root->next->next);
    T_OK(!yaml_get(list, "id"));
    arena_free(p.arena);
}

static void accepts_an_empty_file_and_a_byte_order_mark(void)
{
    struct parsed p = parse("# nothing\n");
    T_EQ_I(p.rc, RC_OK);
    T_OK(!p.root);
    arena_free(p.arena);
    p = parse("\xef\xbb\xbfid: a\n");
    T_EQ_I(p.rc, RC_OK);
    T_EQ_S(yaml_get(p.root, "id")->text, "a");
    arena_free(p.arena);
}

static void refuses_what_hides_meaning(void)
{
    refused("a: &x 1\n", "a.yaml:1:4", "anchors");
    refused("a: [&x {b: 1}]\n", "a.yaml:1:5", "anchors");
    refused("b: *x\n", "a.yaml:1:4", "aliases");
    refused("*x : 1\n", "a.yaml:1:1", "aliases");
    refused("a: !!int 1\n", "a.yaml:1:4", "tags");
    refused("a: 1\nb: 2\na: 3\n", "a.yaml:3:1", "twice, first in line 1");
    refused("[a]: 1\n", "a.yaml:1:1", "a key must be a word");
    refused("a: \"x\\0y\"\n", "a.yaml:1:4", "NUL");
    refused("a: \"\\e[31mred\"\n", "a.yaml:1:4", "control character");
    refused("a: b\n\"k\\u202ey\": c\n", "a.yaml:2:1", "control character");
    refused("a: \"\\r\"\n", "a.yaml:1:4", "control character");
    refused("a: [1, 2\n", "a.yaml:2:1", "not valid YAML");
    refused("a: \xff\n", "a.yaml:1:1", "not valid YAML");
}

static void limits_depth_keys_and_size(void)
{
    char deep[200] = "a: ";
    memset(deep + 3, '[', 40);
    struct parsed p = parse(deep);
    T_EQ_I(p.rc, RC_LIMIT);
    T_HAS(p.err.msg, "32 levels");
    arena_free(p.arena);

    char *keys = calloc(1, 20000);
    size_t n = 0;
    for (int i = 0; i < 1001; i++) {
        n += (size_t)snprintf(keys + n, 20000 - n, "k%d: 1\n", i);
    }
    p = parse(keys);
    T_EQ_I(p.rc, RC_LIMIT);
    T_EQ_S(p.err.where, "a.yaml:1001:1");
    arena_free(p.arena);
    free(keys);

    size_t size = (8U << 20) + 1;
    char *large = malloc(size);
    memset(large, '#', size);
    p = parse_n(large, size);
    T_EQ_I(p.rc, RC_LIMIT);
    T_HAS(p.err.msg, "8 MiB");
    arena_free(p.arena);
    free(large);
}

static void says_which_file_cannot_be_read(void)
{
    struct arena *a = arena_new(0);
    struct yaml_node *root = NULL;
    struct err err;
    T_EQ_I(yaml_tree_load("/nowhere/site.yaml", a, &root, &err), RC_IO);
    T_EQ_S(err.where, "/nowhere/site.yaml");
    T_HAS(err.msg, "No such file");
    T_EQ_I(yaml_tree_load("/", a, &root, &err), RC_IO);
    T_HAS(err.msg, "directory");
    arena_free(a);
}

static void suggests_the_nearest_word(void)
{
    static const char *const words[] = { "severity", "title", "tests", "tags", NULL };
    T_EQ_S(yaml_suggest("severty", words), "severity");
    T_EQ_S(yaml_suggest("tag", words), "tags");
    T_EQ_S(yaml_suggest("titel", words), "title");
    T_OK(!yaml_suggest("references", words));
    T_OK(!yaml_suggest("", words));
}

static bool accepts(const uint8_t *data, size_t size, void *context)
{
    (void)context;
    struct parsed p = parse_n((const char *)data, size);
    T_OK(p.rc == RC_OK || p.err.msg[0] != '\0');
    arena_free(p.arena);
    return p.rc == RC_OK;
}

static void survives_mutation(void)
{
    const char *text =
        "id: a.b\ntitle: { en: \"x: y\", ja: 鍵 }\nlist:\n  - 1\n  - 'two'\n---\nid: [c, {d: e}]\n";
    size_t accepted = 0, refused_count = 0;
    t_mutate((const uint8_t *)text, strlen(text), 0, accepts, NULL, &accepted, &refused_count);
    T_OK(accepted > 20);
    T_OK(refused_count > 20);
}

#define TESTS(X)                                   \
    X(keeps_positions_and_order)                   \
    X(accepts_an_empty_file_and_a_byte_order_mark) \
    X(refuses_what_hides_meaning)                  \
    X(limits_depth_keys_and_size)                  \
    X(says_which_file_cannot_be_read)              \
    X(suggests_the_nearest_word)                   \
    X(survives_mutation)
T_MAIN("yaml", TESTS)
