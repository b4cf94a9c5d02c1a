/* SPDX-License-Identifier: GPL-3.0-or-later */
/* JSON written value by value: memory does not grow with the number of rows. Characters that a terminal obeys are escaped, else text is as the
 * target sent it. */
#ifndef REPORT_JSON_WRITER_H
#define REPORT_JSON_WRITER_H

#include <jansson.h>
#include <sqlite3.h>
#include <stdbool.h>

#include "audit/base/wr.h"
#include "report/out.h"

/* A filetime as ISO text, NULL where it is not set or never; ISO keeps the column's name. */
#define ISO_VALUE(value)                                                 \
    "CASE WHEN " value " > 0 AND " value                                 \
    " < 2650467743999999999 THEN strftime('%Y-%m-%dT%H:%M:%SZ', (" value \
    " - 116444736000000000) / 10000000, 'unixepoch') END"
#define ISO(column) ISO_VALUE(column) " AS " column

struct writer {
    struct out *o;
    struct wr item; /* one dumped value, before it is written */
    bool first;     /* of the object or array that is being written */
    struct err *err;
};

/* o and err are borrowed. Free with writer_done. */
void writer_init(struct writer *w, struct out *o, struct err *err);
void writer_done(struct writer *w); /* for AUTO() */

/* Comma and new line before the next value; the key of a member; a value, which is given up. A NULL value is RC_NOMEM. */
void writer_separate(struct writer *w);
void writer_key(struct writer *w, const char *key);
MUST_USE enum rc writer_put(struct writer *w, json_t *taken);
MUST_USE enum rc writer_member(struct writer *w, const char *key, json_t *taken);

/* Without building a value: text as a string (an invalid byte is U+FFFD); JSON that is known to be valid. */
void writer_string(struct out *o, const char *s, size_t n);
void writer_raw(struct out *o, const char *json, size_t n);

/* Columns of the current row as values, NULL where memory is short: text (invalid UTF-8 repaired), any type, JSON in the column (as text
 * when it is none), {"en": column, "ja": column + 1} (null when both are), the row as an object of its column names. */
json_t *writer_text(sqlite3_stmt *q, int column);
json_t *writer_cell(sqlite3_stmt *q, int column);
json_t *writer_embedded(sqlite3_stmt *q, int column);
json_t *writer_both(sqlite3_stmt *q, int column);
json_t *writer_row(sqlite3_stmt *q);

/* "key": [ one object a row ]. make is writer_row or what builds a row's object. check_no < 0: no parameter. */
MUST_USE enum rc writer_rows(struct writer *w, sqlite3 *db, const char *key, const char *sql,
                             int64_t check_no, json_t *(*make)(sqlite3_stmt *q));

/* "key": { first column: second column }. */
MUST_USE enum rc writer_pairs(struct writer *w, sqlite3 *db, const char *key, const char *sql,
                              int64_t check_no);

#endif
