/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "audit/command/documents.h"

#include <string.h>

#include "audit/base/log.h"

/* The document of the word before the next comma at *p, behind which *p is then. */
static enum rc next_document(const struct document_set *set, const char **p,
                             const struct document **ret, struct err *err)
{
    size_t n = strcspn(*p, ",");
    for (size_t i = 0; i < set->count; i++) {
        const struct document *d = &set->documents[i];
        if (strlen(d->word) == n && strncmp(d->word, *p, n) == 0) {
            *p += n + ((*p)[n] == ',');
            *ret = d;
            return RC_OK;
        }
    }
    return set->unknown(*p, n, err);
}

static enum rc write_one(const struct document *d, sqlite3 *db,
                         const struct report_options *options, const char *path, struct err *err)
{
    return d->writer ? report_file(db, d->writer, options, path, err)
                     : report_write(db, d->format, options, path, err);
}

enum rc documents_write(const struct document_set *set, sqlite3 *db, const char *formats,
                        const struct report_options *options, const struct report_inputs *in,
                        FILE *messages, struct err *err)
{
    struct arena *a AUTO(arena_freep) = arena_new(0);
    const struct document *d = NULL;
    const char *words = strcmp(formats, "all") == 0 ? set->all : formats;
    for (const char *p = words; *p;) {
        TRY(next_document(set, &p, &d, err)); /* before anything is written */
    }
    for (const char *p = words; *p;) {
        TRY(next_document(set, &p, &d, err));
        const char *path = a ? report_path(a, in, d->file) : NULL;
        if (!path) {
            return err_setf(err, RC_NOMEM, "out of memory");
        }
        TRY(write_one(d, db, options, path, err));
        if (messages) {
            (void)fprintf(messages, "wrote %s\n", path);
        }
    }
    return RC_OK;
}

enum rc documents_stream(const struct document_set *set, sqlite3 *db, const char *formats,
                         const struct report_options *options, struct err *err)
{
    const struct document *d = NULL;
    const char *p = formats ? formats : "";
    if (*p) {
        TRY(next_document(set, &p, &d, err));
    }
    if (!d || *p) {
        return err_setf(err, RC_USAGE, "--out - takes one document: name it with --format (%s)",
                        set->all);
    }
    return d->writer ? report_to(db, d->writer, options, stdout, err)
                     : report_stream(db, d->format, options, stdout, err);
}
