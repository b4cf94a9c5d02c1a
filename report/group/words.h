/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What both summaries of a group say (text, Markdown): words of the catalogue, and the rows that they tell. */
#ifndef REPORT_GROUP_WORDS_H
#define REPORT_GROUP_WORDS_H

#include <sqlite3.h>
#include <stdbool.h>

#include "report/assets.h"

struct report_options;

struct group_words {
    struct assets assets;
    struct arena *a; /* of the document */
    enum text_lang lang;
    bool bad; /* memory was short */
};

MUST_USE enum rc group_words_open(struct group_words *w, const struct report_options *options,
                                  struct err *err);
void group_words_done(struct group_words *w);

/* A word of the catalogue; of prefix and name (the name itself where it is unknown); with {1} and {2} filled in (NULL = ""). Owned by w, never NULL. */
const char *group_word(struct group_words *w, const char *id);
const char *group_word2(struct group_words *w, const char *prefix, const char *name);
const char *group_say(struct group_words *w, const char *id, const char *a, const char *b);
const char *group_title(struct group_words *w, sqlite3 *db);

enum {
    GROUP_LINES = 5,   /* of the verdict */
    GROUP_SHOWN = 2000 /* characters of a line that names sites */
};

/* Sentences for who reads no table: where somebody may be inside, which site is worst, why, what comes first. Only the first where nothing can be compared. */
MUST_USE enum rc group_verdict(struct group_words *w, sqlite3 *db, const char *ret[GROUP_LINES],
                               size_t *ret_n, struct err *err);

/* That the sites were judged by different profiles, and by which; "" where all were judged by one. */
MUST_USE enum rc group_profiles(struct group_words *w, sqlite3 *db, const char **ret,
                                struct err *err);

/* Rows, ?1 is 1 for Japanese. group_moved_rows: ?2 = how many a kind and site: site, its name, kind, severity, finding, title, name. */
extern const char group_site_rows[], group_measure_rows[], group_progress_rows[],
    group_moved_rows[];

enum group_site_column {
    SITE_NAME,
    SITE_GRADE,
    SITE_SCORE, /* then critical and high, in findings */
    SITE_CRITICAL,
    SITE_HIGH,
    SITE_UNCLEAR,
    SITE_CHECKS,
    SITE_SENTENCE,
    SITE_FIRST
};

enum group_measure_column {
    MEASURE_TITLE,
    MEASURE_EFFORT,
    MEASURE_EFFECT,
    MEASURE_SITES
};

enum group_moved_column {
    MOVED_NAME,
    MOVED_KNOWN, /* 0 = not in the earlier file */
    MOVED_BEFORE,
    MOVED_GRADE,
    MOVED_NEW,
    MOVED_FIXED,
    MOVED_HIDDEN,
    MOVED_SAME
};

#endif
