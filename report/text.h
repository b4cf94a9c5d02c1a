/* SPDX-License-Identifier: GPL-3.0-or-later */
/* How values of the evidence read: foreign text made safe, times, yes and no, columns with their labels. */
#ifndef REPORT_TEXT_H
#define REPORT_TEXT_H

#include <jansson.h>
#include <sqlite3.h>

#include "audit/base/arena.h"
#include "audit/base/err.h"
#include "audit/base/filetime.h"

enum text_lang {
    TEXT_EN,
    TEXT_JA
};

/* False for anything but "en" and "ja". */
bool text_lang_from(const char *word, enum text_lang *ret);

/* Code points of one foreign value that a document shows; the rest is in results.json. */
#define TEXT_SHOWN 300

/* A copy that any document may hold: valid UTF-8 without control characters, bidirectional overrides, invisible
 * characters (they become visible, see utf8_display) and noncharacters, which XML cannot carry. Cut after max_chars code
 * points (0: no cut). Owned by the arena; NULL past its ceiling. */
MUST_USE const char *text_safe(struct arena *a, const char *s, size_t n, size_t max_chars);

/* A time for a person, in the time zone of the report: "2026-11-22 19:15". never and not set in words. */
MUST_USE const char *text_time(struct arena *a, filetime t, enum text_lang lang);

/* The organisation's time zone (audit_info time_zone) for text_time, text_time_exact and text_zone until text_zone_end: it is the process's (TZ). Without one, or one
 * that is not well-formed, the machine's stays. */
struct zone_before {
    char value[256];
    bool is_changed, had_value;
};

void text_zone_begin(struct zone_before *before, sqlite3 *db);
void text_zone_end(struct zone_before *before); /* for AUTO() */

/* "2026-11-22 19:15:30 +09:00", to the second and with its offset; the number itself beyond what a calendar knows. */
MUST_USE const char *text_time_exact(struct arena *a, filetime t);

/* The time zone of text_time at that moment, such as "UTC+09:00". */
MUST_USE const char *text_zone(struct arena *a, filetime t);

/* A value of result.evidence for a person. column names what it is (times and truth values are told by name and range). */
MUST_USE const char *text_value(struct arena *a, const char *column, const json_t *value,
                                enum text_lang lang);

/* True when a number of this column is a filetime. */
bool text_is_time(const char *column, int64_t number);

/* Labels of view columns (table column_label). */
struct labels {
    sqlite3_stmt *query;
    enum text_lang lang;
};

MUST_USE enum rc labels_open(struct labels *l, sqlite3 *db, enum text_lang lang, struct err *err);
void labels_done(struct labels *l); /* for AUTO() */

/* The label of a view's column; the column's name with spaces when it has none. Owned by the arena, NULL past its
 * ceiling. */
MUST_USE const char *labels_get(struct labels *l, struct arena *a, const char *view,
                                const char *column);

#endif
