/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Loads checks, a profile and waivers. Every mistake is collected, so that nothing is sent to a network before all is right. */
#include <sys/stat.h>

#include <stdlib.h>
#include <string.h>

#include "rules/ask.h"
#include "rules/framework.h"
#include "rules/grade/management.h"
#include "rules/reset/playbook.h"

enum {
    ARENA_CEILING = 256 << 20
};

static void load_file(struct rules *r, const char *path)
{
    struct rules_file *file = NULL;
    for (const struct yaml_node *n = rules_read_yaml(r, path, &file); n; n = n->next) {
        if (!yaml_is_null(n)) {
            check_parse(r, file, n);
        }
    }
}

enum rc rules_memory_store(const struct rules *r, struct store **ret, struct err *err)
{
    struct store *s AUTO(store_closep) = NULL;
    TRY(store_open_memory(&s, err));
    if (r->extra_views) {
        TRY(store_exec(store_handle(s), r->extra_views, err));
    }
    *ret = s;
    s = NULL;
    return RC_OK;
}

/* What tests a check must have can be told from its verdicts: see expectations in inline_test.c. */
static void check_expectations(struct rules *r, const struct check *c)
{
    bool fail = false, pass = false, unknown = false;
    if (!c->tests) {
        return;
    }
    if (c->tests->kind != YAML_LIST || !c->tests->first) {
        mistake_node(&r->mistakes, c->file, c->tests, c->id,
                     "'tests' must be a list: - { given: …, expect: … }");
        return;
    }
    if (c->question) { /* its own tests come on top of those that are made of its answers */
        return;
    }
    rules_expected_verdicts(c->tests, &pass, &fail, &unknown);
    if (!fail || !pass) {
        mistake_node(&r->mistakes, c->file, c->tests, c->id, "no test expects %s",
                     !fail && !pass ? "fail or pass"
                     : fail         ? "pass"
                                    : "fail");
    }
    if (!unknown && c->can_be_unknown) {
        mistake_node(
            &r->mistakes, c->file, c->tests, c->id,
            "no test expects unknown, though the condition is NULL when what it reads was not seen");
    }
}

static enum rc compile_all(struct rules *r, struct err *err)
{
    struct store *s AUTO(store_closep) = NULL;
    sqlite3 *outline AUTO(outline_closep) = NULL;
    TRY(rules_memory_store(r, &s, err));
    TRY(catalogue_load(r->arena, store_handle(s), &r->catalogue, err));
    TRY(outline_open(&r->catalogue, &outline, err));
    r->outline = outline;
    for (struct check *c = r->is_reset_only ? NULL : r->checks; c; c = c->next) {
        check_compile(r, c, store_handle(s));
        check_expectations(r, c);
    }
    playbook_compile(r, store_handle(s));
    management_compile(r, store_handle(s));
    r->outline = NULL;
    return RC_OK;
}

static bool has_file(struct arena *a, const char *directory, const char *name)
{
    const char *path = arena_printf(a, "%s/%s", directory, name);
    return path && access(path, R_OK) == 0;
}

static enum rc load_all(struct rules *r, const struct rules_options *options, struct err *err)
{
    const char **paths = NULL, *home = options->directory, *directory = options->directory;
    size_t count = 0;
    /* A folder of own checks may go without own words: those that come with the program hold. */
    if (!directory || !has_file(r->arena, directory, "tags.yaml") ||
        !has_file(r->arena, directory, "sources.yaml")) {
        TRY(rules_default_directory(r->arena, &home, err));
        directory = directory ? directory : home;
    }
    TRY(vocabulary_load(r, home, err));
    TRY(rules_find_files(r->arena, directory, &paths, &count, err));
    for (size_t i = 0; i < count; i++) {
        load_file(r, paths[i]);
    }
    playbook_load(r, directory);
    frameworks_load(r, directory);
    management_load(r, directory);
    if (!r->checks && r->mistakes.count == 0) {
        (void)err_setf(err, RC_USAGE, "there is no check in it (checks are files named *.yaml)");
        return err_at(err, "%s", directory);
    }
    if (options->all_profiles) {
        profiles_load(r, directory);
    }
    if (options->profile) {
        profile_apply(r, directory, home, options->profile);
    }
    frameworks_check(r);
    management_assign(r);
    ask_list(r);
    if (options->waivers) {
        waivers_load(r, options->waivers);
    }
    return compile_all(r, err);
}

static int by_text(const void *a, const void *b)
{
    return strcmp(*(const char *const *)a, *(const char *const *)b);
}

static bool is_listed(const char *const *words, const char *word)
{
    for (; words && *words; words++) {
        if (strcmp(*words, word) == 0) {
            return true;
        }
    }
    return false;
}

bool check_uses_source(const struct rules *r, const struct check *c, const char *source)
{
    const struct view *v = catalogue_view(&r->catalogue, c->view);
    bool used = v && is_listed(v->sources, source);
    used = used || (c->probes.registry_count > 0 && strcmp(source, "smb.registry") == 0) ||
           (c->probes.service_count > 0 && strcmp(source, "smb.service") == 0);
    for (size_t i = 0; i < c->need_count; i++) {
        used = used || strcmp(c->needs[i], source) == 0;
    }
    for (size_t i = 0; v && i < c->read_count + c->shown_count; i++) {
        const struct column *column =
            view_column(v, i < c->read_count ? c->read[i] : c->shown[i - c->read_count]);
        used = used || (column && is_listed(column->sources, source));
    }
    return used;
}

/* The sources of views that the words do not know are a mistake of this program; a unit test looks for them. */
static enum rc list_sources(struct rules *r, struct err *err)
{
    const char **all = arena_array(r->arena, r->words.source_count + 1, sizeof(char *));
    if (!all) {
        return err_setf(err, RC_NOMEM, "out of memory");
    }
    for (size_t i = 0; i < r->words.source_count; i++) {
        const char *source = r->words.sources[i].name;
        bool used = false;
        for (const struct check *c = r->checks; c && !used && !r->is_reset_only; c = c->next) {
            used = c->is_selected && check_uses_source(r, c, source);
        }
        for (const struct action *p = r->playbook ? r->playbook->actions : NULL; p && !used;
             p = p->next) {
            used = check_uses_source(r, &p->check, source);
        }
        if (used) {
            all[r->source_count++] = source;
        }
    }
    qsort(all, r->source_count, sizeof(char *), by_text);
    r->sources = all;
    return RC_OK;
}

enum rc rules_select_reset_only(struct rules *r, struct err *err)
{
    r->is_reset_only = true;
    r->source_count = r->registry_count = r->service_count = 0;
    TRY(probes_list(r, err));
    return list_sources(r, err);
}

static enum rc new_rules(const struct rules_options *options, const char *extra_views,
                         struct rules **ret, struct err *err)
{
    struct arena *a = arena_new(ARENA_CEILING);
    struct rules *r = a ? arena_alloc(a, sizeof(*r)) : NULL;
    if (!r) {
        arena_free(a);
        return err_setf(err, RC_NOMEM, "out of memory while loading the checks");
    }
    r->arena = a;
    r->mistakes.arena = a;
    r->tail = &r->checks;
    r->extra_views = extra_views;
    r->is_reset_only = options->reset_only;
    r->is_quick = options->is_quick;
    r->is_lenient = options->orphans;
    *ret = r;
    return RC_OK;
}

enum rc rules_load_with(const struct rules_options *options, const char *extra_views,
                        struct rules **ret, const struct rules_mistake **ret_mistakes,
                        struct err *err)
{
    struct rules *r = NULL;
    *ret = NULL;
    *ret_mistakes = NULL;
    TRY(new_rules(options, extra_views, &r, err));
    *ret = r;
    TRY(load_all(r, options, err));
    for (const struct check *c = r->checks; c; c = c->next) {
        r->selected += c->is_selected;
    }
    *ret_mistakes = mistakes_list(&r->mistakes);
    if (*ret_mistakes) {
        return err_setf(
            err, RC_USAGE,
            "%zu mistake%s in the checks, the profile or the waivers; mend what is named above and start again",
            r->mistakes.count, r->mistakes.count == 1 ? "" : "s");
    }
    TRY(probes_list(r, err));
    return list_sources(r, err);
}

enum rc rules_load(const struct rules_options *options, struct rules **ret,
                   const struct rules_mistake **ret_mistakes, struct err *err)
{
    return rules_load_with(options, NULL, ret, ret_mistakes, err);
}

void rules_free(struct rules *r)
{
    if (r) {
        arena_free(r->arena);
    }
}

void rules_freep(struct rules **r)
{
    rules_free(*r);
}

bool rules_glob(const char *glob, const char *word)
{
    return glob_matches(glob, word);
}

size_t rules_count(const struct rules *r)
{
    return r->selected;
}

const char *const *rules_sources(struct rules *r, size_t *ret_count)
{
    *ret_count = r->source_count;
    return r->sources;
}
