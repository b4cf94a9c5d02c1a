/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The folder of the reset playbook: playbook.yaml with the words, every other file with actions. */
#include "rules/reset/playbook.h"

#include <string.h>
#include <unistd.h>

const char *const reset_state_words[RESET_STATE_COUNT + 1] = { "blocked",  "ready",      "waiting",
                                                               "done",     "partly",     "suspect",
                                                               "attested", "not_needed", NULL };
const char *const explain_words[EXPLAIN_COUNT + 1] = { "open", "partly",     "suspect",
                                                       "done", "not_needed", NULL };

static const struct reset_word *find_word(const struct reset_word *list, const char *id)
{
    while (list && strcmp(list->id, id) != 0) {
        list = list->next;
    }
    return list;
}

static void append(struct reset_word **list, struct reset_word *w)
{
    w->number = 1;
    while (*list) {
        list = &(*list)->next;
        w->number++;
    }
    *list = w;
}

static void parse_phases(struct rules *r, const struct yaml_node *list)
{
    static const struct key_spec keys[] = { { "id", true, NULL, NULL },
                                            { "title", true, NULL, NULL },
                                            { "about", false, NULL, NULL } };
    struct playbook *p = r->playbook;
    struct mistakes *m = &r->mistakes;
    for (const struct yaml_node *n = list && list->kind == YAML_LIST ? list->first : NULL; n;
         n = n->next) {
        struct reset_word *w = arena_alloc(r->arena, sizeof(*w));
        if (!w || n->kind != YAML_MAP) {
            mistake_node(m, p->file, n, NULL, "a phase is a map with id, title and about");
            continue;
        }
        fields_check_keys(m, p->file, n, NULL, keys, ARRAY_LEN(keys));
        w->id = field_text(m, p->file, n, "id", NULL);
        w->title = field_text2(m, p->file, n, "title", w->id);
        w->about = field_text2(m, p->file, n, "about", w->id);
        w->node = n;
        if (!w->id || !check_is_id(w->id) || find_word(p->phases, w->id)) {
            mistake_node(m, p->file, n, w->id, "the id of a phase is a lower-case word of its own");
            continue;
        }
        append(&p->phases, w);
    }
}

/* A map of words to texts in both languages. */
static void parse_names(struct rules *r, const struct yaml_node *map, struct reset_word **list)
{
    for (const struct yaml_node *n = map && map->kind == YAML_MAP ? map->first : NULL; n;
         n = n->next) {
        struct reset_word *w = arena_alloc(r->arena, sizeof(*w));
        if (w) {
            w->id = n->key;
            w->title = field_text2(&r->mistakes, r->playbook->file, map, n->key, NULL);
            w->node = n;
            append(list, w);
        }
    }
}

static void parse_explain(struct rules *r, const struct yaml_node *map)
{
    struct playbook *p = r->playbook;
    for (const struct yaml_node *n = map && map->kind == YAML_MAP ? map->first : NULL; n;
         n = n->next) {
        struct reset_word *w = arena_alloc(r->arena, sizeof(*w));
        if (!w) {
            return;
        }
        w->id = n->key;
        w->node = n;
        playbook_sentences(r, p->file, n, n->key, w->explain);
        append(&p->explains, w);
    }
}

void playbook_sentences(struct rules *r, const struct rules_file *file, const struct yaml_node *map,
                        const char *id, struct text2 ret[EXPLAIN_COUNT])
{
    struct key_spec keys[EXPLAIN_COUNT];
    for (int i = 0; i < EXPLAIN_COUNT; i++) {
        keys[i] = (struct key_spec){ explain_words[i], false, NULL, NULL };
    }
    if (map->kind != YAML_MAP) {
        mistake_node(&r->mistakes, file, map, id,
                     "'explain' maps states to texts: { done: { en: …, ja: … } }");
        return;
    }
    fields_check_keys(&r->mistakes, file, map, id, keys, EXPLAIN_COUNT);
    for (int i = 0; i < EXPLAIN_COUNT; i++) {
        ret[i] = field_text2(&r->mistakes, file, map, explain_words[i], id);
    }
}

const struct reset_word *playbook_word(struct rules *r, const struct rules_file *file,
                                       const struct yaml_node *map, const char *key, const char *id,
                                       const struct reset_word *list)
{
    const char *names[64] = { NULL };
    size_t n = 0;
    const char *word = field_text(&r->mistakes, file, map, key, id);
    const struct reset_word *found = word ? find_word(list, word) : NULL;
    for (const struct reset_word *w = list; w && n < ARRAY_LEN(names) - 1; w = w->next) {
        names[n++] = w->id;
    }
    if (word && !found) {
        mistake_node(&r->mistakes, file, yaml_get(map, key), id, "unknown %s '%s'%s", key, word,
                     did_you_mean(word, names));
    }
    return found;
}

/* False after reporting that a part is of another kind than it has to be. */
static bool is_kind(struct rules *r, const struct yaml_node *root, const char *key, int kind,
                    const char *how)
{
    const struct yaml_node *n = yaml_get(root, key);
    if (n && ((int)n->kind != kind || !n->first)) {
        mistake_node(&r->mistakes, r->playbook->file, n, NULL, "'%s' is a %s", key, how);
        return false;
    }
    return n != NULL;
}

/* False when the words of the actions cannot be told: then each of them would only seem to be wrong. */
static bool parse_head(struct rules *r, const struct rules_file *file, const struct yaml_node *root)
{
    static const struct key_spec keys[] = { { "phases", true, NULL, NULL },
                                            { "people", true, NULL, NULL },
                                            { "places", true, NULL, NULL },
                                            { "explain", false, NULL, NULL } };
    r->playbook->file = file;
    if (root->kind != YAML_MAP || root->next) {
        mistake_node(&r->mistakes, file, root, NULL,
                     "the playbook is one map with phases, people, places and explain");
        return false;
    }
    fields_check_keys(&r->mistakes, file, root, NULL, keys, ARRAY_LEN(keys));
    parse_phases(r, yaml_get(root, "phases"));
    parse_names(r, yaml_get(root, "people"), &r->playbook->people);
    parse_names(r, yaml_get(root, "places"), &r->playbook->places);
    parse_explain(r, yaml_get(root, "explain"));
    bool good = is_kind(r, root, "phases", YAML_LIST, "list: - { id: …, title: … }");
    good = is_kind(r, root, "people", YAML_MAP, "map: { word: { en: …, ja: … } }") && good;
    good = is_kind(r, root, "places", YAML_MAP, "map: { word: { en: …, ja: … } }") && good;
    (void)is_kind(r, root, "explain", YAML_MAP, "map: { view: { done: { en: …, ja: … } } }");
    return good;
}

void playbook_parse(struct rules *r, const struct rules_file *file, const struct yaml_node *head,
                    const struct yaml_node *actions)
{
    r->playbook = arena_alloc(r->arena, sizeof(*r->playbook));
    if (r->playbook && parse_head(r, file, head)) {
        for (const struct yaml_node *n = actions; n; n = n->next) {
            action_parse(r, file, n);
        }
    }
}

/* playbook.yaml; false when no action can be read. */
static bool load_head(struct rules *r, const char *path)
{
    struct rules_file *file = NULL;
    const struct yaml_node *root = rules_read_yaml(r, path, &file);
    if (!root && file && r->mistakes.count == 0) {
        struct yaml_node nothing = { .line = 1, .column = 1 };
        mistake_node(&r->mistakes, file, &nothing, NULL, "the playbook is empty");
    }
    return root && parse_head(r, file, root);
}

void playbook_load(struct rules *r, const char *directory)
{
    const char *head = arena_printf(r->arena, "%s/reset/playbook.yaml", directory);
    const char *folder = arena_printf(r->arena, "%s/reset", directory);
    struct err err;
    if (!head || !folder || access(head, R_OK) != 0) {
        return;
    }
    r->playbook = arena_alloc(r->arena, sizeof(*r->playbook));
    const char **paths = NULL;
    size_t count = 0;
    if (!r->playbook) {
        return;
    }
    if (!load_head(r, head)) {
        return;
    }
    if (rules_find_files(r->arena, folder, &paths, &count, &err) != RC_OK) {
        mistake_err(&r->mistakes, &err);
        return;
    }
    for (size_t i = 0; i < count; i++) {
        struct rules_file *file = NULL;
        if (strcmp(paths[i], head) == 0) {
            continue;
        }
        for (const struct yaml_node *n = rules_read_yaml(r, paths[i], &file); n; n = n->next) {
            if (!yaml_is_null(n)) {
                action_parse(r, file, n);
            }
        }
    }
}

/* A glob that means no check would call for the action never, and nobody would see it. */
static void findings_check(struct rules *r, const struct action *a)
{
    const struct yaml_node *list = yaml_get(a->check.node, "findings");
    size_t count = 0;
    for (const struct check *c = r->checks; c; c = c->next) {
        count++;
    }
    const char **ids = arena_array(r->arena, count + 1, sizeof(*ids));
    for (const struct yaml_node *n = list && ids ? list->first : NULL; n; n = n->next) {
        bool found = n->kind != YAML_SCALAR; /* reported before */
        count = 0;
        for (const struct check *c = r->checks; c; c = c->next) {
            if (c->id) { /* else it was reported before */
                ids[count++] = c->id;
                found = found || glob_matches(n->text, c->id);
            }
        }
        if (!found) {
            mistake_node(&r->mistakes, a->check.file, n, a->check.id,
                         "in 'findings': there is no check '%s'%s", n->text,
                         did_you_mean(n->text, ids));
        }
    }
}

void playbook_compile(struct rules *r, sqlite3 *db)
{
    if (!r->playbook) {
        return;
    }
    for (struct reset_word *w = r->playbook->explains; w; w = w->next) {
        const struct view *v = catalogue_view(&r->catalogue, w->id);
        if (v) {
            sentence_check(r, r->playbook->file, w->node, NULL, v, w->explain);
        } else {
            mistake_key(&r->mistakes, r->playbook->file, w->node, NULL,
                        "no view %s in this version%s", w->id,
                        did_you_mean(w->id, r->catalogue.view_names));
        }
    }
    for (struct action *a = r->playbook->actions; a; a = a->next) {
        action_compile(r, a, db);
        if (r->checks) { /* none are there when a test compiles a playbook alone */
            findings_check(r, a);
        }
    }
    playbook_order(r);
}
