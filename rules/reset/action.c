/* SPDX-License-Identifier: GPL-3.0-or-later */
/* One YAML document to one action. What its SQL means is looked at later (action_sql.c), when the views are known. */
#include <string.h>

#include "rules/reset/playbook.h"

static const struct key_spec action_keys[] = {
    { "id", true, NULL, NULL },          { "phase", true, NULL, NULL },
    { "for", true, NULL, NULL },         { "applies", false, NULL, NULL },
    { "scope", true, NULL, NULL },       { "findings", false, NULL, NULL },
    { "title", true, NULL, NULL },       { "why", true, NULL, NULL },
    { "who", true, NULL, NULL },         { "from", true, NULL, NULL },
    { "times", false, NULL, NULL },      { "after", false, NULL, NULL },
    { "steps", true, NULL, NULL },       { "wait", false, NULL, NULL },
    { "risk", false, NULL, NULL },       { "rollback", false, NULL, NULL },
    { "minutes", true, NULL, NULL },     { "batch", false, NULL, NULL },
    { "wave", false, NULL, NULL },       { "order", false, NULL, NULL },
    { "not_needed", false, NULL, NULL }, { "done", true, NULL, NULL },
    { "partly", false, NULL, NULL },     { "suspect", false, NULL, NULL },
    { "until", false, NULL, NULL },      { "delay", false, NULL, NULL },
    { "proven", false, NULL, NULL },     { "needed", false, NULL, NULL },
    { "proof", false, NULL, NULL },      { "explain", false, NULL, NULL },
    { "references", true, NULL, NULL },  { "reads", false, NULL, NULL },
    { "tests", true, NULL, NULL },
};

static void parse_id(struct rules *r, struct action *a)
{
    struct check *c = &a->check;
    const struct yaml_node *n = yaml_get(c->node, "id");
    if (!c->id) {
        return;
    }
    if (!check_is_id(c->id) || strncmp(c->id, "reset.", 6) != 0) {
        mistake_node(&r->mistakes, c->file, n, c->id,
                     "the id of an action begins with 'reset.', such as reset.krbtgt.first");
    }
    for (const struct action *o = r->playbook->actions; o; o = o->next) {
        if (o->check.id && strcmp(o->check.id, c->id) == 0) {
            mistake_node(&r->mistakes, c->file, n, c->id, "this id is taken by the action at %s:%u",
                         o->check.file->path, o->check.node->line);
        }
    }
}

static void parse_scope(struct rules *r, struct action *a)
{
    static const char *const words[] = { "forest", "host", "account", NULL };
    const char *given[3] = { NULL };
    size_t n = field_words(&r->mistakes, a->check.file, a->check.node, "scope", a->check.id, words,
                           "scope", given, ARRAY_LEN(given));
    for (size_t i = 0; i < n; i++) {
        for (unsigned k = 0; words[k]; k++) {
            a->scope |= strcmp(words[k], given[i]) == 0 ? 1U << k : 0;
        }
    }
    const struct yaml_node *list = yaml_get(a->check.node, "scope");
    if (list && list->kind == YAML_LIST && !list->first) {
        mistake_node(&r->mistakes, a->check.file, list, a->check.id,
                     "'scope' names no incident that calls for the action");
    }
}

/* A whole number of a map within bounds, or what holds without it. */
static int64_t number(struct rules *r, const struct action *a, const struct yaml_node *map,
                      const char *key, int64_t missing, int64_t min, int64_t max)
{
    int64_t v = missing;
    const struct yaml_node *n = yaml_get(map, key);
    if (n && (!yaml_integer(n, &v) || v < min || v > max)) {
        mistake_node(&r->mistakes, a->check.file, n, a->check.id,
                     "'%s' must be a whole number from %lld to %lld", key, (long long)min,
                     (long long)max);
        return missing;
    }
    return v;
}

static void parse_minutes(struct rules *r, struct action *a)
{
    static const struct key_spec keys[] = { { "once", false, NULL, NULL },
                                            { "each", false, NULL, NULL } };
    const struct yaml_node *map = yaml_get(a->check.node, "minutes");
    if (!map || map->kind != YAML_MAP) {
        if (map) {
            mistake_node(&r->mistakes, a->check.file, map, a->check.id,
                         "'minutes' is a map: { once: 10, each: 5 }");
        }
        return;
    }
    fields_check_keys(&r->mistakes, a->check.file, map, a->check.id, keys, ARRAY_LEN(keys));
    a->minutes_once = number(r, a, map, "once", 0, 0, 100000);
    a->minutes_each = number(r, a, map, "each", 0, 0, 100000);
}

static void parse_steps(struct rules *r, struct action *a)
{
    static const struct key_spec keys[] = { { "en", true, NULL, NULL },
                                            { "ja", true, NULL, NULL },
                                            { "powershell", false, NULL, NULL },
                                            { "cmd", false, NULL, NULL },
                                            { "samba", false, NULL, NULL } };
    const struct rules_file *file = a->check.file;
    const struct yaml_node *list = yaml_get(a->check.node, "steps");
    if (list && (list->kind != YAML_LIST || !list->first)) {
        mistake_node(&r->mistakes, file, list, a->check.id,
                     "'steps' is a list: - { en: …, ja: …, powershell: … }");
        return;
    }
    for (const struct yaml_node *n = list ? list->first : NULL; n; n = n->next) {
        if (n->kind != YAML_MAP) {
            mistake_node(&r->mistakes, file, n, a->check.id, "a step is a map with en and ja");
            continue;
        }
        fields_check_keys(&r->mistakes, file, n, a->check.id, keys, ARRAY_LEN(keys));
        for (size_t i = 0; i < ARRAY_LEN(keys); i++) {
            (void)field_text(&r->mistakes, file, n, keys[i].name, a->check.id);
        }
    }
    a->steps = list;
}

static void parse_conditions(struct rules *r, struct action *a)
{
    struct check *c = &a->check;

    const struct {
        const char *key;
        struct expr *e;
    } all[] = { { "applies", &c->applies }, { "wave", &a->wave },
                { "order", &a->order },     { "not_needed", &a->not_needed },
                { "partly", &a->partly },   { "suspect", &a->suspect },
                { "until", &a->until },     { "delay", &a->delay },
                { "proven", &a->proven },   { "needed", &a->needed },
                { "proof", &a->proof } };
    const struct yaml_node *done = yaml_get(c->node, "done");
    for (size_t i = 0; i < ARRAY_LEN(all); i++) {
        check_parse_expression(r, c, all[i].key, all[i].e);
    }
    a->is_attested = done && done->kind == YAML_SCALAR && strcmp(done->text, "attest") == 0;
    if (a->is_attested) {
        c->pass = (struct expr){ .text = "NULL", .node = done };
    } else {
        check_parse_expression(r, c, "done", &c->pass);
    }
}

static void parse_words(struct rules *r, struct action *a)
{
    struct check *c = &a->check;
    struct mistakes *m = &r->mistakes;
    struct playbook *p = r->playbook;
    a->phase = playbook_word(r, c->file, c->node, "phase", c->id, p->phases);
    a->who = playbook_word(r, c->file, c->node, "who", c->id, p->people);
    a->place = playbook_word(r, c->file, c->node, "from", c->id, p->places);
    c->title = field_text2(m, c->file, c->node, "title", c->id);
    c->why = field_text2(m, c->file, c->node, "why", c->id);
    a->wait = field_text2(m, c->file, c->node, "wait", c->id);
    a->risk = field_text2(m, c->file, c->node, "risk", c->id);
    a->rollback = field_text2(m, c->file, c->node, "rollback", c->id);
    a->batch = field_text(m, c->file, c->node, "batch", c->id);
    a->times = number(r, a, c->node, "times", 1, 1, 9);
    a->finding_count = field_words(m, c->file, c->node, "findings", c->id, NULL, "check",
                                   a->findings, ACTION_MAX_FINDINGS);
    a->after_count = field_words(m, c->file, c->node, "after", c->id, NULL, "action", a->after,
                                 ACTION_MAX_AFTER);
    if (yaml_get(c->node, "explain")) {
        playbook_sentences(r, c->file, yaml_get(c->node, "explain"), c->id, a->explain);
    }
}

void action_parse(struct rules *r, const struct rules_file *file, const struct yaml_node *node)
{
    struct action *a = arena_alloc(r->arena, sizeof(*a)), **end = &r->playbook->actions;
    if (!a || node->kind != YAML_MAP) {
        mistake_node(&r->mistakes, file, node, NULL, "an action is a map that begins with 'id:'");
        return;
    }
    struct check *c = &a->check;
    *c = (struct check){ .file = file, .node = node, .pass_word = "done", .is_selected = true };
    c->id = field_text(&r->mistakes, file, node, "id", NULL);
    fields_check_keys(&r->mistakes, file, node, c->id, action_keys, ARRAY_LEN(action_keys));
    parse_id(r, a);
    c->view = field_text(&r->mistakes, file, node, "for", c->id);
    c->id = c->id ? c->id : "reset.?";
    parse_scope(r, a);
    parse_words(r, a);
    parse_minutes(r, a);
    parse_steps(r, a);
    check_parse_references(r, c);
    probes_parse(r, c);
    parse_conditions(r, a);
    c->tests = yaml_get(node, "tests");
    while (*end) {
        end = &(*end)->next;
    }
    *end = a;
    r->playbook->count++;
}
