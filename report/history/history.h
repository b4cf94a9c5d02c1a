/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A file with the numbers of every audit of an estate, and trends from it. */
#ifndef REPORT_HISTORY_HISTORY_H
#define REPORT_HISTORY_HISTORY_H

#include <sqlite3.h>
#include <stdbool.h>
#include <stdio.h>

#include "audit/base/err.h"

struct history {
    sqlite3 *db;
};

/* By how many profiles the newest audits were judged: a statement for query_number. */
#define HISTORY_PROFILES                           \
    "SELECT count(DISTINCT coalesce(profile, ''))" \
    " FROM (SELECT profile FROM run ORDER BY at DESC, run DESC LIMIT 24)"

/* Opens a history for reading. RC_ABSENT when there is none, RC_USAGE for another file, RC_UNSUPPORTED for one of a newer build. */
MUST_USE enum rc history_open(struct history *h, const char *path, struct err *err);
void history_close(struct history *h); /* for AUTO() */

/* Adds the evaluated evidence to the history at path, which is made when missing (mode 0600, never through a link). Two at once wait for each other.
 * *ret_known: the same audit was there already, and its row was replaced. RC_USAGE for evidence without results or of another estate (other
 * domain SIDs) unless is_forced. */
MUST_USE enum rc history_add(const char *path, const char *evidence, bool is_forced,
                             bool *ret_known, struct err *err);

/* *ret: a domain of the evidence is in the history, or one of them knows no domain. Both borrowed. */
MUST_USE enum rc history_is_same(sqlite3 *history, sqlite3 *evidence, bool *ret, struct err *err);

enum history_format {
    HISTORY_TEXT,
    HISTORY_CSV,
    HISTORY_JSON
};

struct history_view {
    const char *lang;  /* "ja" or "en" */
    const char *check; /* id: only this check; NULL = all */
    const char *theme; /* id: only this theme; NULL = all */
    enum history_format format;
    bool is_unicode; /* blocks of Unicode in trends; false: ASCII */
};

/* Prints runs and trends, oldest first. RC_USAGE when no run knows the check or theme. */
MUST_USE enum rc history_print(struct history *h, const struct history_view *view, FILE *out,
                               struct err *err);

#endif
