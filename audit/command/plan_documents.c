/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The documents of a plan: which ones, where. */
#include <string.h>

#include "audit/command/plan_run.h"
#include "audit/yaml/yaml_tree.h"
#include "report/reset/plan_report.h"

static const char *const words[] = { "csv", "json", "md", "html", NULL };

enum {
    WORDS = ARRAY_LEN(words) - 1
};

static void close_reader(sqlite3 **db)
{
    (void)sqlite3_close(*db);
}

static size_t word_index(const char *p, size_t n)
{
    size_t i = 0;
    while (i < WORDS && (strlen(words[i]) != n || strncmp(words[i], p, n) != 0)) {
        i++;
    }
    return i;
}

enum rc plan_formats(const char *list, struct err *err)
{
    char word[32];
    for (const char *p = list; p && *p;) {
        size_t n = strcspn(p, ",");
        if (word_index(p, n) == WORDS) {
            (void)snprintf(word, sizeof(word), "%.*s",
                           (int)(n < sizeof(word) ? n : sizeof(word) - 1), p);
            const char *near = yaml_suggest(word, words);
            return err_setf(
                err, RC_USAGE,
                "unknown format \"%s\"; of the plan there are csv, json, md and html%s%s%s", word,
                near ? " (did you mean " : "", near ? near : "", near ? "?)" : "");
        }
        p += n + (p[n] == ',');
    }
    return RC_OK;
}

static bool is_wanted(const char *list, size_t word)
{
    bool found = !list || !list[0];
    for (const char *p = list; p && *p && !found;) {
        size_t n = strcspn(p, ",");
        found = word_index(p, n) == word;
        p += n + (p[n] == ',');
    }
    return found;
}

static enum rc write_one(sqlite3 *db, size_t word, const struct plan_inputs *in, const char *path,
                         struct err *err)
{
    static const enum plan_format formats[WORDS] = { PLAN_CSV, PLAN_JSON, PLAN_MARKDOWN,
                                                     PLAN_HTML };
    const struct report_options options = { .lang = in->lang, .bom = in->bom };
    return plan_report_write(db, formats[word], &options, path, err);
}

/* The folder of a path, in the arena. */
static const char *folder_of(struct arena *a, const char *path)
{
    const char *slash = strrchr(path, '/');
    return !slash ? "." : slash == path ? "/" : arena_strndup(a, path, (size_t)(slash - path));
}

enum rc plan_documents(const char *evidence, const struct plan_inputs *in, FILE *out,
                       struct err *err)
{
    sqlite3 *db AUTO(close_reader) = NULL;
    struct arena *a AUTO(arena_freep) = arena_new(0);
    const char *dir = in->out ? in->out : a ? folder_of(a, evidence) : NULL;
    if (!a || !dir) {
        return err_setf(err, RC_NOMEM, "out of memory");
    }
    if (in->out) {
        TRY(command_make_folder(in->out, err));
    }
    TRY(store_open_reader(evidence, &db, err));
    for (size_t i = 0; i < WORDS; i++) {
        if (!is_wanted(in->formats, i)) {
            continue;
        }
        const char *path = arena_printf(a, "%s/reset-plan.%s", dir, words[i]);
        if (!path) {
            return err_setf(err, RC_NOMEM, "out of memory");
        }
        TRY(write_one(db, i, in, path, err));
        if (out) {
            (void)fprintf(out, "wrote %s\n", path);
        }
    }
    return RC_OK;
}
