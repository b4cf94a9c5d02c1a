/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A comparison as documents, in the words of the catalogue. */
#ifndef REPORT_DIFF_DIFF_DOC_H
#define REPORT_DIFF_DIFF_DOC_H

#include "report/assets.h"
#include "report/diff/diff.h"
#include "report/out.h"
#include "report/text.h"

enum diff_format {
    DIFF_CSV,
    DIFF_JSON,
    DIFF_MARKDOWN,
    DIFF_HTML
};

/* What documents are made with. Open with diff_doc_open, close with diff_doc_close. */
struct diff_doc {
    const struct diff *d;
    struct assets assets;
    struct labels labels;
    struct arena *a; /* scratch, reset after each row */
    enum text_lang lang;
    const char *before, *now; /* names of the two files, as the operator gave them */
    bool bom;
    size_t most; /* findings shown a kind; 0 = all */
};

/* One finding of diff_list; texts are made safe and live until the next row. */
struct diff_item {
    const char *kind, *why, *severity, *check, *title, *name, *name_before, *subject, *item,
        *finding;
    const char *
        reason; /* why, in words: with the reason of an unknown, the source that was not read, what changed */
    const char *evidence, *source;
    int64_t check_no; /* of the new file; 0 = none */
};

/* d is borrowed. lang: "ja" or "en". RC_ABSENT without the files of the report. */
MUST_USE enum rc diff_doc_open(struct diff_doc *o, const struct diff *d, const char *lang,
                               const char *assets, struct err *err);
void diff_doc_close(struct diff_doc *o); /* for AUTO() */

/* Calls each finding of a kind, the worst first; at most most (0: all). *ret_rest counts the others. */
typedef enum rc (*diff_item_fn)(const struct diff_item *item, void *context, struct err *err);
MUST_USE enum rc diff_each(struct diff_doc *o, enum diff_kind kind, size_t most, diff_item_fn fn,
                           void *context, int64_t *ret_rest, struct err *err);

/* A message "progress.<id>" with {1} and {2} filled in; its id where the catalogue lacks it or the arena is full. Never NULL. */
const char *diff_say(struct diff_doc *o, const char *id, const char *one, const char *two);
const char *diff_number(struct diff_doc *o, int64_t number);

/* Sentences that hold for the comparison as a whole (order of the files, profiles, builds), at most 4; returns how many. */
size_t diff_remarks(struct diff_doc *o, const char *ret[4]);

/* The comparison for a terminal, made safe. */
MUST_USE enum rc diff_text(struct diff_doc *o, FILE *out, struct err *err);

/* One document to path (temporary file, fsync, rename; mode 0600). Formats: README.md. */
MUST_USE enum rc diff_write(struct diff_doc *o, enum diff_format format, const char *path,
                            struct err *err);

/* Private to report/diff: the documents, without opening or committing out. */
MUST_USE enum rc diff_csv(struct diff_doc *o, struct out *out, struct err *err);
MUST_USE enum rc diff_json(struct diff_doc *o, struct out *out, struct err *err);
MUST_USE enum rc diff_markdown(struct diff_doc *o, struct out *out, struct err *err);
MUST_USE enum rc diff_html(struct diff_doc *o, struct out *out, struct err *err);

#endif
