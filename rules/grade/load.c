/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Reads themes.yaml, facts.yaml, measures.yaml and risks.yaml. */
#include <string.h>

#include "rules/grade/management.h"

const char *const effort_words[5] = { "hours", "days", "weeks", "project", NULL };

struct reader {
    struct rules *r;
    struct management *m;
    const struct rules_file *file;
};

static const char *take_id(struct reader *k, const struct yaml_node *n)
{
    const char *id = field_text(&k->r->mistakes, k->file, n, "id", NULL);
    if (id && id[strspn(id, "abcdefghijklmnopqrstuvwxyz0123456789-")] != '\0') {
        mistake_node(&k->r->mistakes, k->file, yaml_get(n, "id"), id,
                     "an id is made of small letters, digits and '-'");
    }
    return id;
}

static struct expr take_sql(struct reader *k, const struct yaml_node *n, const char *key,
                            const char *about)
{
    const char *text = field_text(&k->r->mistakes, k->file, n, key, about);
    return (struct expr){ .text = text, .node = yaml_get(n, key), .is_written = true, .sql = text };
}

static void take_patterns(struct reader *k, const struct yaml_node *n, const char *key,
                          const char *about, struct pattern_list *ret)
{
    const struct yaml_node *list = yaml_get(n, key);
    if (!list) {
        return;
    }
    if (list->kind != YAML_LIST || !list->first) {
        mistake_node(&k->r->mistakes, k->file, list, about,
                     "'%s' must be a list of ids, globs and 'tag:NAME'", key);
        return;
    }
    for (const struct yaml_node *p = list->first; p; p = p->next) {
        if (p->kind != YAML_SCALAR || p->text[0] == '\0') {
            mistake_node(&k->r->mistakes, k->file, p, about, "'%s' must be a list of words", key);
        } else if (ret->count == MANAGEMENT_MAX_PATTERNS) {
            mistake_node(&k->r->mistakes, k->file, p, about, "'%s' takes at most %d", key,
                         (int)MANAGEMENT_MAX_PATTERNS);
            return;
        } else {
            ret->nodes[ret->count++] = p;
        }
    }
}

static const struct yaml_node *take_tests(struct reader *k, const struct yaml_node *n,
                                          const char *about)
{
    const struct yaml_node *tests = yaml_get(n, "tests");
    if (tests && (tests->kind != YAML_LIST || !tests->first)) {
        mistake_node(&k->r->mistakes, k->file, tests, about, "'tests' must be a list");
        return NULL;
    }
    return tests;
}

static struct sentence *take_sentence(struct reader *k, const struct yaml_node *n,
                                      const char *about)
{
    static const struct key_spec keys[] = { { "id", true, NULL, NULL },
                                            { "when", false, NULL, NULL },
                                            { "text", true, NULL, NULL } };
    if (n->kind != YAML_MAP) {
        mistake_node(&k->r->mistakes, k->file, n, about,
                     "a sentence is a map: { id: …, when: SQL, text: { en: …, ja: … } }");
        return NULL;
    }
    fields_check_keys(&k->r->mistakes, k->file, n, about, keys, ARRAY_LEN(keys));
    struct sentence *s = arena_alloc(k->r->arena, sizeof(*s));
    if (s) {
        *s = (struct sentence){ .node = n, .id = take_id(k, n) };
        s->when = take_sql(k, n, "when", about);
        s->text = field_text2(&k->r->mistakes, k->file, n, "text", about);
    }
    return s && s->id && s->text.en && s->text.ja ? s : NULL;
}

static void take_sentences(struct reader *k, struct theme *t, const char *about)
{
    const struct yaml_node *list = yaml_get(t->node, "sentences");
    struct sentence **tail = &t->sentences;
    if (list && (list->kind != YAML_LIST || !list->first)) {
        mistake_node(&k->r->mistakes, k->file, list, about, "'sentences' must be a list");
        list = NULL;
    }
    for (const struct yaml_node *n = list ? list->first : NULL; n; n = n->next) {
        struct sentence *s = take_sentence(k, n, about);
        if (!s) {
            continue;
        }
        for (const struct sentence *other = t->sentences; other; other = other->next) {
            if (strcmp(other->id, s->id) == 0) {
                mistake_node(&k->r->mistakes, k->file, n, about, "two sentences have the id '%s'",
                             s->id);
            }
        }
        if ((s->when.text != NULL) != (n->next != NULL)) {
            mistake_node(&k->r->mistakes, k->file, n, about,
                         n->next
                             ? "only the last sentence stands without 'when'"
                             : "the last sentence stands without 'when', so that one always holds");
        }
        *tail = s;
        tail = &s->next;
    }
}

static struct theme *take_theme(struct reader *k, const struct yaml_node *n, bool is_all)
{
    static const struct key_spec keys[] = {
        { "title", true, NULL, NULL }, { "sentences", true, NULL, NULL },
        { "link", false, NULL, NULL }, { "tests", false, NULL, NULL },
        { "id", true, NULL, NULL },    { "checks", true, NULL, NULL }
    };
    if (n->kind != YAML_MAP) {
        mistake_node(&k->r->mistakes, k->file, n, NULL,
                     "a theme is a map: { id, title, checks, sentences }");
        return NULL;
    }
    struct theme *t = arena_alloc(k->r->arena, sizeof(*t));
    if (!t) {
        return NULL;
    }
    *t = (struct theme){ .node = n, .id = is_all ? "" : take_id(k, n) };
    const char *about = is_all ? "all" : t->id;
    fields_check_keys(&k->r->mistakes, k->file, n, about, keys, is_all ? 4 : ARRAY_LEN(keys));
    t->title = field_text2(&k->r->mistakes, k->file, n, "title", about);
    t->link = field_text(&k->r->mistakes, k->file, n, "link", about);
    t->tests = take_tests(k, n, about);
    take_patterns(k, n, "checks", about, &t->checks);
    take_sentences(k, t, about);
    return t->id ? t : NULL;
}

static const struct theme *find_theme(const struct management *m, const char *id)
{
    const struct theme *t = m->themes;
    while (t && strcmp(t->id, id) != 0) {
        t = t->next;
    }
    return t;
}

static void read_themes(struct reader *k, const struct yaml_node *root)
{
    static const struct key_spec keys[] = { { "all", true, NULL, NULL },
                                            { "themes", true, NULL, NULL } };
    struct theme **tail = &k->m->themes;
    fields_check_keys(&k->r->mistakes, k->file, root, NULL, keys, ARRAY_LEN(keys));
    const struct yaml_node *all = yaml_get(root, "all"), *list = yaml_get(root, "themes");
    k->m->all = all ? take_theme(k, all, true) : NULL;
    for (const struct yaml_node *n = list ? list->first : NULL; n; n = n->next) {
        struct theme *t = take_theme(k, n, false);
        if (t && find_theme(k->m, t->id)) {
            mistake_node(&k->r->mistakes, k->file, n, t->id, "two themes have this id");
        } else if (t && k->m->theme_count < MANAGEMENT_MAX_THEMES) {
            *tail = t;
            tail = &t->next;
            k->m->theme_count++;
        } else if (t) {
            mistake_node(&k->r->mistakes, k->file, n, t->id, "more than %d themes",
                         (int)MANAGEMENT_MAX_THEMES);
        }
    }
}

static bool is_name(const char *s)
{
    return s[0] >= 'a' && s[0] <= 'z' &&
           s[strspn(s, "abcdefghijklmnopqrstuvwxyz0123456789_")] == '\0';
}

static bool is_fact(const struct management *m, const char *name)
{
    for (const struct fact *f = m->facts; f; f = f->next) {
        for (size_t i = 0; i < f->count; i++) {
            if (strcmp(f->names[i], name) == 0) {
                return true;
            }
        }
    }
    return false;
}

static void take_names(struct reader *k, struct fact *f)
{
    f->count = field_words(&k->r->mistakes, k->file, f->node, "names", NULL, NULL, "name", f->names,
                           MANAGEMENT_MAX_NAMES);
    for (size_t i = 0; i < f->count; i++) {
        bool is_taken = is_fact(k->m, f->names[i]);
        for (size_t n = 0; theme_value_names[n]; n++) {
            is_taken = is_taken || strcmp(theme_value_names[n], f->names[i]) == 0;
        }
        if (!is_name(f->names[i])) {
            mistake_node(&k->r->mistakes, k->file, yaml_get(f->node, "names"), f->names[i],
                         "the name of a fact is made of small letters, digits and '_'");
        } else if (is_taken) {
            mistake_node(&k->r->mistakes, k->file, yaml_get(f->node, "names"), f->names[i],
                         "this name is taken");
        }
    }
}

const char *const fact_keys[] = { "findings", "subjects", "judged", "unknown", "sql", NULL };

/* The one key that says where the number comes from. */
static void take_kind(struct reader *k, struct fact *f, const char *about)
{
    size_t found = 0;
    for (int i = 0; fact_keys[i]; i++) {
        if (yaml_get(f->node, fact_keys[i])) {
            f->kind = (enum fact_kind)i;
            found++;
        }
    }
    if (found != 1) {
        mistake_node(&k->r->mistakes, k->file, f->node, about,
                     "a fact has one of 'sql', 'findings', 'subjects', 'judged' and 'unknown'");
    }
}

static struct fact *take_fact(struct reader *k, const struct yaml_node *n)
{
    static const struct key_spec keys[] = {
        { "names", true, NULL, NULL },     { "sql", false, NULL, NULL },
        { "findings", false, NULL, NULL }, { "subjects", false, NULL, NULL },
        { "judged", false, NULL, NULL },   { "unknown", false, NULL, NULL },
        { "tests", false, NULL, NULL }
    };
    struct fact *f = n->kind == YAML_MAP ? arena_alloc(k->r->arena, sizeof(*f)) : NULL;
    if (!f) {
        mistake_node(&k->r->mistakes, k->file, n, NULL,
                     "a fact is a map: { names: […], sql: SELECT … }");
        return NULL;
    }
    *f = (struct fact){ .node = n };
    take_names(k, f);
    const char *about = f->count > 0 ? f->names[0] : NULL;
    fields_check_keys(&k->r->mistakes, k->file, n, about, keys, ARRAY_LEN(keys));
    take_kind(k, f, about);
    f->sql = take_sql(k, n, "sql", about);
    f->tests = take_tests(k, n, about);
    if (f->kind == FACT_SQL) {
        return f->count > 0 ? f : NULL;
    }
    take_patterns(k, n, fact_keys[f->kind], about, &f->checks);
    if (f->count > 1) {
        mistake_node(&k->r->mistakes, k->file, n, about, "results are counted under one name");
    } else if (f->tests) {
        mistake_node(&k->r->mistakes, k->file, f->tests, about,
                     "a fact of results has no tests: its checks have them");
    }
    return f->count > 0 ? f : NULL;
}

static void read_facts(struct reader *k, const struct yaml_node *root)
{
    struct fact **tail = &k->m->facts;
    size_t count = 0;
    for (const struct yaml_node *n = root->first; n; n = n->next) {
        struct fact *f = take_fact(k, n);
        count += f ? f->count : 0;
        if (count > MANAGEMENT_MAX_FACTS) {
            mistake_node(&k->r->mistakes, k->file, n, NULL, "more than %d facts",
                         (int)MANAGEMENT_MAX_FACTS);
            return;
        }
        if (f) {
            *tail = f;
            tail = &f->next;
        }
    }
}

static int word_index(struct reader *k, const struct yaml_node *n, const char *key,
                      const char *about, const char *const *words, int count)
{
    const char *text = field_text(&k->r->mistakes, k->file, n, key, about);
    for (int i = 0; text && i < count; i++) {
        if (strcmp(words[i], text) == 0) {
            return i;
        }
    }
    if (text) {
        mistake_node(&k->r->mistakes, k->file, yaml_get(n, key), about, "unknown %s '%s'", key,
                     text);
    }
    return 0;
}

static void read_measures(struct reader *k, const struct yaml_node *root)
{
    static const struct key_spec keys[] = { { "id", true, NULL, NULL },
                                            { "title", true, NULL, NULL },
                                            { "how", true, NULL, NULL },
                                            { "effort", true, NULL, NULL },
                                            { "checks", true, NULL, NULL } };
    struct measure **tail = &k->m->measures;
    for (const struct yaml_node *n = root->first; n; n = n->next) {
        const char *id = n->kind == YAML_MAP ? take_id(k, n) : NULL;
        struct measure *p = arena_alloc(k->r->arena, sizeof(*p));
        if (!id || !p) {
            mistake_node(&k->r->mistakes, k->file, n, NULL,
                         "a measure is a map: { id, title, how, effort, checks }");
            continue;
        }
        fields_check_keys(&k->r->mistakes, k->file, n, id, keys, ARRAY_LEN(keys));
        *p = (struct measure){ .node = n, .id = id };
        p->title = field_text2(&k->r->mistakes, k->file, n, "title", id);
        p->how = field_text2(&k->r->mistakes, k->file, n, "how", id);
        p->effort = word_index(k, n, "effort", id, effort_words, 4);
        take_patterns(k, n, "checks", id, &p->checks);
        for (const struct measure *other = k->m->measures; other; other = other->next) {
            if (strcmp(other->id, id) == 0) {
                mistake_node(&k->r->mistakes, k->file, n, id, "two measures have this id");
            }
        }
        *tail = p;
        tail = &p->next;
    }
}

static void take_risk_theme(struct reader *k, struct risk *p)
{
    const char *theme = field_text(&k->r->mistakes, k->file, p->node, "theme", p->id);
    p->theme = theme ? find_theme(k->m, theme) : NULL;
    if (theme && !p->theme) {
        mistake_node(&k->r->mistakes, k->file, yaml_get(p->node, "theme"), p->id,
                     "there is no theme '%s'", theme);
    }
}

static void read_risks(struct reader *k, const struct yaml_node *root)
{
    static const struct key_spec keys[] = {
        { "id", true, NULL, NULL },    { "when", true, NULL, NULL },  { "level", true, NULL, NULL },
        { "theme", true, NULL, NULL }, { "title", true, NULL, NULL }, { "text", true, NULL, NULL },
        { "tests", false, NULL, NULL }
    };
    struct risk **tail = &k->m->risks;
    for (const struct yaml_node *n = root->first; n; n = n->next) {
        const char *id = n->kind == YAML_MAP ? take_id(k, n) : NULL;
        struct risk *p = arena_alloc(k->r->arena, sizeof(*p));
        if (!id || !p) {
            mistake_node(&k->r->mistakes, k->file, n, NULL,
                         "a risk is a map: { id, when, level, theme, title, text }");
            continue;
        }
        fields_check_keys(&k->r->mistakes, k->file, n, id, keys, ARRAY_LEN(keys));
        *p = (struct risk){ .node = n, .id = id };
        p->level = word_index(k, n, "level", id, severity_words, 3);
        take_risk_theme(k, p);
        p->when = take_sql(k, n, "when", id);
        p->title = field_text2(&k->r->mistakes, k->file, n, "title", id);
        p->text = field_text2(&k->r->mistakes, k->file, n, "text", id);
        p->tests = take_tests(k, n, id);
        *tail = p;
        tail = &p->next;
    }
}

static void read_file(struct rules *r, const char *directory, const char *name, enum yaml_kind kind,
                      const struct rules_file **ret_file,
                      void (*read)(struct reader *k, const struct yaml_node *root))
{
    struct rules_file *file = NULL;
    const char *path = arena_printf(r->arena, "%s/management/%s", directory, name);
    const struct yaml_node *root = path ? rules_read_yaml(r, path, &file) : NULL;
    *ret_file = file;
    if (root && (root->kind != kind || !root->first || root->next)) {
        mistake_node(&r->mistakes, file, root, NULL, "this file is one %s",
                     kind == YAML_LIST ? "list" : "map");
    } else if (root) {
        read(&(struct reader){ r, r->management, file }, root);
    }
}

void management_load(struct rules *r, const char *directory)
{
    const char *folder = arena_printf(r->arena, "%s/management", directory);
    if (!folder || access(folder, R_OK) != 0) {
        return;
    }
    struct management *m = r->management = arena_alloc(r->arena, sizeof(*m));
    if (!m) {
        return;
    }
    read_file(r, directory, "facts.yaml", YAML_LIST, &m->facts_file, read_facts);
    read_file(r, directory, "themes.yaml", YAML_MAP, &m->themes_file, read_themes);
    read_file(r, directory, "measures.yaml", YAML_LIST, &m->measures_file, read_measures);
    read_file(r, directory, "risks.yaml", YAML_LIST, &m->risks_file, read_risks);
}
