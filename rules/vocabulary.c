/* SPDX-License-Identifier: GPL-3.0-or-later */
/* tags.yaml and sources.yaml: the words that checks may use, in both languages. */
#include <string.h>

#include "rules/check.h"

static void read_word(struct rules *r, const struct rules_file *file, const struct yaml_node *n,
                      struct word2 *word)
{
    word->name = n->key;
    word->label = (struct text2){ n->key, n->key };
    if (n->kind != YAML_MAP || !yaml_get(n, "en") || !yaml_get(n, "ja")) {
        mistake_node(&r->mistakes, file, n, NULL, "'%s' must be { en: …, ja: … }", n->key);
        return;
    }
    const char *en = field_text(&r->mistakes, file, n, "en", NULL),
               *ja = field_text(&r->mistakes, file, n, "ja", NULL);
    if (en && ja) {
        word->label = (struct text2){ en, ja };
    }
}

static enum rc load_words(struct rules *r, const char *directory, const char *name,
                          struct word2 **ret, size_t *ret_count, struct err *err)
{
    struct rules_file *file = arena_alloc(r->arena, sizeof(*file));
    const char *path = arena_printf(r->arena, "%s/%s", directory, name);
    struct yaml_node *root = NULL;
    if (!file || !path) {
        return err_setf(err, RC_NOMEM, "out of memory");
    }
    TRY(rules_read_file(r->arena, path, file, err));
    TRY(yaml_tree_parse(path, file->bytes, file->size, r->arena, &root, err));
    if (!root || root->kind != YAML_MAP) {
        (void)err_setf(err, RC_USAGE, "must be a map of words to { en: …, ja: … }");
        return err_at(err, "%s", path);
    }
    size_t count = yaml_count(root), i = 0;
    struct word2 *words = arena_array(r->arena, count ? count : 1, sizeof(*words));
    if (!words) {
        return err_setf(err, RC_NOMEM, "out of memory");
    }
    for (const struct yaml_node *n = root->first; n; n = n->next) {
        read_word(r, file, n, &words[i++]);
    }
    *ret = words;
    *ret_count = count;
    return RC_OK;
}

enum rc vocabulary_load(struct rules *r, const char *directory, struct err *err)
{
    TRY(load_words(r, directory, "tags.yaml", &r->words.tags, &r->words.tag_count, err));
    return load_words(r, directory, "sources.yaml", &r->words.sources, &r->words.source_count, err);
}

const char *const *vocabulary_names(struct arena *a, const struct word2 *words, size_t count)
{
    static const char *const none[] = { NULL };
    const char **names = arena_array(a, count + 1, sizeof(char *));
    for (size_t i = 0; names && i < count; i++) {
        names[i] = words[i].name;
    }
    return names ? names : none;
}

const struct word2 *vocabulary_source(const struct vocabulary *v, const char *name)
{
    for (size_t i = 0; i < v->source_count; i++) {
        if (strcmp(v->sources[i].name, name) == 0) {
            return &v->sources[i];
        }
    }
    return NULL;
}
