/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Which theme and which measure each check belongs to: the first whose pattern takes it. */
#include <string.h>

#include "rules/grade/management.h"

static const char *tag_of(const struct yaml_node *pattern)
{
    return strncmp(pattern->text, "tag:", 4) == 0 ? pattern->text + 4 : NULL;
}

bool pattern_takes(const struct yaml_node *pattern, const struct check *c)
{
    const char *tag = tag_of(pattern);
    for (size_t i = 0; tag && i < c->tag_count; i++) {
        if (strcmp(c->tags[i], tag) == 0) {
            return true;
        }
    }
    return !tag && glob_matches(pattern->text, c->id);
}

/* The owner's place in the list of patterns, so that a pattern that took nothing can be told. */
static const struct yaml_node *taking(const struct pattern_list *list, const struct check *c)
{
    for (size_t i = 0; i < list->count; i++) {
        if (pattern_takes(list->nodes[i], c)) {
            return list->nodes[i];
        }
    }
    return NULL;
}

/* Reports what a pattern comes to when no check needs it. */
static void check_pattern(struct rules *r, const struct rules_file *file,
                          const struct yaml_node *pattern, const char *about)
{
    const char *tag = tag_of(pattern);
    bool is_word = !tag;
    for (size_t i = 0; tag && i < r->words.tag_count; i++) {
        is_word = is_word || strcmp(r->words.tags[i].name, tag) == 0;
    }
    if (!is_word) {
        const char *const *names = vocabulary_names(r->arena, r->words.tags, r->words.tag_count);
        mistake_node(&r->mistakes, file, pattern, about, "unknown tag '%s'%s", tag,
                     did_you_mean(tag, names));
        return;
    }
    for (const struct check *c = r->checks; c; c = c->next) {
        if (pattern_takes(pattern, c)) {
            mistake_node(&r->mistakes, file, pattern, about,
                         "every check that '%s' means is taken by an earlier pattern",
                         pattern->text);
            return;
        }
    }
    mistake_node(&r->mistakes, file, pattern, about, "no check fits '%s'%s", pattern->text,
                 tag ? "" : rules_nearest(r, pattern->text));
}

static void check_patterns(struct rules *r, const struct rules_file *file,
                           const struct pattern_list *list, const char *about, bool is_theme)
{
    for (size_t i = 0; i < list->count; i++) {
        bool is_needed = false;
        for (const struct check *c = r->checks; c && !is_needed; c = c->next) {
            is_needed = (is_theme ? c->theme_pattern : c->measure_pattern) == list->nodes[i];
        }
        if (!is_needed) {
            check_pattern(r, file, list->nodes[i], about);
        }
    }
}

static void check_fact(struct rules *r, const struct fact *f)
{
    for (size_t i = 0; i < f->checks.count; i++) {
        bool is_found = false;
        for (const struct check *c = r->checks; c && !is_found; c = c->next) {
            is_found = pattern_takes(f->checks.nodes[i], c);
        }
        if (!is_found) {
            check_pattern(r, r->management->facts_file, f->checks.nodes[i], f->names[0]);
        }
    }
}

static void assign(struct rules *r, struct check *c)
{
    const struct management *m = r->management;
    for (const struct theme *t = m->themes; t && !c->theme; t = t->next) {
        c->theme_pattern = taking(&t->checks, c);
        c->theme = c->theme_pattern ? t : NULL;
    }
    for (const struct measure *p = m->measures; p && !c->measure; p = p->next) {
        c->measure_pattern = taking(&p->checks, c);
        c->measure = c->measure_pattern ? p : NULL;
    }
    bool counts = c->own_severity != GRADE_SEVERITY_INFO;
    if (!c->theme) {
        mistake_node(&r->mistakes, c->file, c->node, c->id,
                     "no theme of management/themes.yaml takes this check");
    }
    if (counts && !c->measure) {
        mistake_node(&r->mistakes, c->file, c->node, c->id,
                     "no measure of management/measures.yaml takes this check");
    }
}

void management_assign(struct rules *r)
{
    const struct management *m = r->management;
    if (!m) {
        return;
    }
    for (struct check *c = r->checks; c; c = c->next) {
        assign(r, c);
    }
    for (const struct theme *t = m->themes; t; t = t->next) {
        check_patterns(r, m->themes_file, &t->checks, t->id, true);
    }
    for (const struct measure *p = m->measures; p; p = p->next) {
        check_patterns(r, m->measures_file, &p->checks, p->id, false);
    }
    for (const struct fact *f = m->facts; f; f = f->next) {
        check_fact(r, f);
    }
}
