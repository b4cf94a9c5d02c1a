/* SPDX-License-Identifier: GPL-3.0-or-later */
/* One YAML document to one check. What its SQL means is looked at later (statement.c), when all checks are known. */
#include <string.h>

#include "rules/ask.h"
#include "rules/sql_text.h"

const char *const severity_words[6] = { "critical", "high", "medium", "low", "info", NULL };

#define SCHEMA_TEXT2 "{\"$ref\": \"#/$defs/text2\"}"
#define SCHEMA_SQL   "{\"type\": [\"string\", \"integer\"]}"

const struct key_spec check_keys[] = {
    { "id", true, "{\"type\": \"string\", \"pattern\": \"^[a-z0-9]+([.-][a-z0-9]+)*$\"}",
      "stable name, never reused" },
    { "for", false, "{\"type\": \"string\"}", "the view whose rows are the subjects" },
    { "severity", true, "{\"$ref\": \"#/$defs/severity\"}", "how bad a finding is" },
    { "tags", true,
      "{\"type\": \"array\", \"minItems\": 1, \"items\": {\"$ref\": \"#/$defs/tag\"}}",
      "words of tags.yaml; the first is the theme" },
    { "title", true, SCHEMA_TEXT2, "the good state, in one line" },
    { "why", true, SCHEMA_TEXT2, "why it matters" },
    { "fix", true, SCHEMA_TEXT2, "what to do" },
    { "references", true,
      "{\"type\": \"object\", \"minProperties\": 1, \"additionalProperties\": {\"type\": [\"string\", \"number\", \"array\"]}}",
      "framework to item or items" },
    { "parameters", false, "{\"type\": \"object\"}",
      "name to default, or { default, type, min, max, en, ja }" },
    { "applies", false, SCHEMA_SQL, "SQL: other subjects are not applicable" },
    { "needs", false, "{\"type\": \"array\", \"items\": {\"$ref\": \"#/$defs/source\"}}",
      "further sources without which every subject is unknown" },
    { "pass", false, SCHEMA_SQL, "SQL: 1 pass, 0 fail, NULL unknown" },
    { "show", false, "{\"type\": \"array\", \"items\": {\"type\": \"string\"}}",
      "columns shown as evidence" },
    { "item", false, SCHEMA_SQL, "SQL: key where a subject has several rows" },
    { "name", false, SCHEMA_SQL, "SQL: the subject for a person" },
    { "account_flag", false, "{\"type\": \"object\", \"required\": [\"flag\", \"expect\"]}",
      "short form: a flag of userAccountControl is on or off" },
    { "registry", false, "{\"type\": \"object\", \"required\": [\"key\", \"value\", \"expect\"]}",
      "short form: a registry value" },
    { "service", false, "{\"type\": \"object\", \"required\": [\"name\"]}",
      "short form: start type or state of a service" },
    { "policy", false, "{\"type\": \"object\", \"required\": [\"name\", \"expect\"]}",
      "short form: a policy setting" },
    { "reads", false,
      "{\"type\": \"object\", \"additionalProperties\": false, \"properties\": {\"registry\": {\"type\": \"array\"}, "
      "\"service\": {\"type\": \"array\"}}}",
      "what a condition of one's own wants to be read from hosts" },
    { "ask", false, "{\"$ref\": \"#/$defs/ask\"}",
      "a question that a person answers, instead of for and pass" },
    { "tests", false,
      "{\"type\": \"array\", \"minItems\": 1, \"items\": {\"$ref\": \"#/$defs/test\"}}",
      "at least one expected fail and one expected pass; a question needs none" },
};
const size_t check_key_count = ARRAY_LEN(check_keys);

bool check_is_id(const char *s)
{
    bool boundary = true;
    for (; *s; s++) {
        bool word = (*s >= 'a' && *s <= 'z') || (*s >= '0' && *s <= '9');
        if (!word && (boundary || (*s != '.' && *s != '-'))) {
            return false;
        }
        boundary = !word;
    }
    return !boundary;
}

static void parse_id(struct rules *r, struct check *c)
{
    const struct yaml_node *n = yaml_get(c->node, "id");
    if (!c->id) {
        return;
    }
    if (!check_is_id(c->id)) {
        mistake_node(&r->mistakes, c->file, n, c->id,
                     "an id is lower-case words with dots and hyphens, such as ad.krbtgt.age");
    }
    for (const struct check *other = r->checks; other; other = other->next) {
        if (other->id && strcmp(other->id, c->id) == 0) {
            bool here = other->file == c->file;
            mistake_node(&r->mistakes, c->file, n, c->id, "this id is taken by the check at %s%s%u",
                         here ? "" : other->file->path, here ? "line " : ":", other->node->line);
        }
    }
}

static void parse_severity(struct rules *r, struct check *c)
{
    const char *word = field_text(&r->mistakes, c->file, c->node, "severity", c->id);
    c->severity = -1;
    for (int i = 0; word && severity_words[i]; i++) {
        if (strcmp(severity_words[i], word) == 0) {
            c->severity = i;
        }
    }
    c->own_severity = c->severity;
    if (word && c->severity < 0) {
        mistake_node(&r->mistakes, c->file, yaml_get(c->node, "severity"), c->id,
                     "unknown severity '%s'%s; there are critical, high, medium, low, info", word,
                     did_you_mean(word, severity_words));
    }
}

void check_parse_references(struct rules *r, struct check *c)
{
    const struct yaml_node *map = yaml_get(c->node, "references");
    if (!map) {
        return;
    }
    if (map->kind != YAML_MAP || !map->first) {
        mistake_node(&r->mistakes, c->file, map, c->id,
                     "'references' must name at least one framework: { cis: \"1.1\" }");
        return;
    }
    for (const struct yaml_node *n = map->first; n; n = n->next) {
        bool good = n->kind == YAML_SCALAR ? n->text[0] != '\0' : n->kind == YAML_LIST && n->first;
        for (const struct yaml_node *item = n->kind == YAML_LIST ? n->first : NULL; item;
             item = item->next) {
            good = good && item->kind == YAML_SCALAR && item->text[0] != '\0';
        }
        if (!good) {
            mistake_node(&r->mistakes, c->file, n, c->id,
                         "reference '%s' must be a text or a list of texts", n->key);
        }
    }
    c->references = map;
}

void check_parse_expression(struct rules *r, struct check *c, const char *key, struct expr *ret)
{
    const char *text = field_text(&r->mistakes, c->file, c->node, key, c->id);
    if (!text) {
        return;
    }
    const struct yaml_node *n = yaml_get(c->node, key);
    size_t offset = 0;
    const char *wrong = sql_refuse(text, &offset);
    if (wrong) {
        unsigned line = 0, column = 0;
        sql_position(c->file, n, offset, &line, &column);
        mistake_at(&r->mistakes, c->file, line, column, c->id, "in '%s': %s", key, wrong);
    }
    *ret = (struct expr){ .text = wrong ? NULL : text, .node = n, .is_written = true };
}

static void check_parameters_known(struct rules *r, struct check *c, const char *key,
                                   const struct expr *e)
{
    const char *names[CHECK_MAX_PARAMETERS + 1] = { NULL };
    for (size_t i = 0; i < c->parameter_count; i++) {
        names[i] = c->parameters[i].name;
    }
    struct sql_token t;
    const char *p = e->text ? e->text : "";
    while (sql_next(&p, &t)) {
        if (t.kind == SQL_PARAMETER && !parameter_find(c, t.p, t.n)) {
            char name[64];
            unsigned line = e->node->line, column = e->node->column;
            (void)snprintf(name, sizeof(name), "%.*s", (int)t.n, t.p);
            if (e->is_written) {
                sql_position(c->file, e->node, (size_t)(t.begin - e->text), &line, &column);
            }
            mistake_at(&r->mistakes, c->file, line, column, c->id,
                       "in '%s': unknown parameter ':%s'%s", key, name, did_you_mean(name, names));
        }
    }
}

static void parse_conditions(struct rules *r, struct check *c)
{
    const struct {
        const char *key;
        struct expr *e;
    } all[] = {
        { "pass", &c->pass }, { "applies", &c->applies }, { "item", &c->item }, { "name", &c->name }
    };

    for (size_t i = 0; i < ARRAY_LEN(all); i++) {
        check_parse_expression(r, c, all[i].key, all[i].e);
    }
    bool pass_is_wrong = yaml_get(c->node, "pass") && !c->pass.text;
    if (!pass_is_wrong) {
        short_form_compile(r, c);
    }
    for (size_t i = 0; i < ARRAY_LEN(all); i++) {
        check_parameters_known(r, c, all[i].key, all[i].e);
    }
    if (!c->view && !pass_is_wrong) {
        mistake_node(&r->mistakes, c->file, c->node, c->id,
                     "the key 'for' is missing: it names the view whose rows are judged");
    }
}

static void parse_subject(struct rules *r, struct check *c)
{
    const struct yaml_node *ask = yaml_get(c->node, "ask");
    if (ask) {
        ask_parse(r, c, ask);
        return;
    }
    parse_conditions(r, c);
}

void check_parse(struct rules *r, const struct rules_file *file, const struct yaml_node *node)
{
    struct mistakes *m = &r->mistakes;
    struct check *c = arena_alloc(r->arena, sizeof(*c));
    if (!c) {
        mistake_node(m, file, node, NULL, "the checks need more memory than is allowed");
        return;
    }
    if (node->kind != YAML_MAP) {
        mistake_node(m, file, node, NULL, "a check is a map that begins with 'id:'");
        return;
    }
    c->file = file;
    c->node = node;
    c->id = field_text(m, file, node, "id", NULL);
    fields_check_keys(m, file, node, c->id, check_keys, check_key_count);
    if (!yaml_get(node, "tests") && !yaml_get(node, "ask")) {
        mistake_node(m, file, node, c->id, "the key 'tests' is missing");
    }
    parse_id(r, c);
    parse_severity(r, c);
    c->view = field_text(m, file, node, "for", c->id);
    c->tag_count = field_words(m, file, node, "tags", c->id,
                               vocabulary_names(r->arena, r->words.tags, r->words.tag_count), "tag",
                               c->tags, CHECK_MAX_TAGS);
    if (yaml_get(node, "tags") && yaml_get(node, "tags")->kind == YAML_LIST &&
        !yaml_get(node, "tags")->first) {
        mistake_node(m, file, yaml_get(node, "tags"), c->id,
                     "'tags' is empty; the first tag is the theme of the check");
    }
    c->title = field_text2(m, file, node, "title", c->id);
    c->why = field_text2(m, file, node, "why", c->id);
    c->fix = field_text2(m, file, node, "fix", c->id);
    check_parse_references(r, c);
    parameters_parse(r, c, yaml_get(node, "parameters"));
    c->need_count = field_words(m, file, node, "needs", c->id,
                                vocabulary_names(r->arena, r->words.sources, r->words.source_count),
                                "source", c->needs, CHECK_MAX_NEEDS);
    c->shown_count =
        field_words(m, file, node, "show", c->id, NULL, "column", c->shown, CHECK_MAX_SHOWN);
    probes_parse(r, c);
    parse_subject(r, c);
    c->tests = yaml_get(node, "tests");
    c->is_selected = true;
    *r->tail = c;
    r->tail = &c->next;
}
