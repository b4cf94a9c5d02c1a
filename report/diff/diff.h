/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What moved between two audits. Reads two evaluated evidence files, writes TEMP tables only. Kinds: README.md. */
#ifndef REPORT_DIFF_DIFF_H
#define REPORT_DIFF_DIFF_H

#include <sqlite3.h>
#include <stdbool.h>
#include <stdint.h>

#include "audit/base/err.h"

/* Kinds of findings, in the order in which they are told. */
enum diff_kind {
    DIFF_NEW,      /* fails now, did not before */
    DIFF_UNWAIVED, /* fails now, was waived */
    DIFF_CHANGED,  /* fails in both, with another severity or other evidence */
    DIFF_FIXED,    /* failed before, passes now, by the same rule */
    DIFF_HIDDEN,   /* failed before; nobody can tell now */
    DIFF_GONE, /* failed before; what it was about is no more, or the check does not apply to it any more */
    DIFF_REJUDGED, /* failed before; passes now, or does not apply, by another rule */
    DIFF_JUDGED,   /* fails now, by a check that was not evaluated before, or by another rule */
    DIFF_WAIVED,   /* failed before or is new, and is waived now */
    DIFF_KINDS
};

/* One of the two files. */
struct diff_side {
    int64_t now; /* clock of the audit, filetime; 0 = not told */
    char profile[128], tool[64], views[32];
};

struct diff {
    sqlite3 *db; /* main = new, before = old; the tables of diff.sql */
    struct diff_side before, now;
    bool is_swapped; /* the new one is the older one */
    bool other_profile;
    bool other_build; /* the views differ: what changed may come from Kagimori */
    bool is_foreign;  /* not the same estate; only with is_forced */
    int64_t count[DIFF_KINDS];
    int64_t renamed;     /* subjects */
    int64_t same;        /* still open, unchanged */
    int64_t same_waived; /* waived in both */
    int64_t lost;        /* passed before, unknown now */
    int64_t seen;        /* unknown before, pass now */
    int64_t
        worst_new; /* of what is new, no longer waived or counts for more now: 0 critical … 4 info; 5 = none */
};

/* Compares the results of two files. RC_USAGE when one holds no results, or when they share neither a domain nor a host (unless is_forced);
 * RC_UNSUPPORTED for a schema that cannot be compared. Free with diff_close. */
MUST_USE enum rc diff_open(const char *before, const char *now, bool is_forced, struct diff *ret,
                           struct err *err);
void diff_close(struct diff *d); /* for AUTO() */

/* The word of a kind in diff_list.kind, in documents and in ids of messages. */
const char *diff_kind_word(enum diff_kind kind);

/* True when a column of evidence moves with the clock or with ordinary use, so that another value is no change (README.md). */
bool diff_is_moving(const char *column);

/* For report/diff and report/group. Adds diff_change(evidence, evidence, name, name): the JSON list [[column, before, now], …] of what differs, else
 * NULL; and diff_names(sql, word). */
MUST_USE enum rc diff_add_functions(sqlite3 *db, struct err *err);
/* Private to report/diff. Asks each view that a waiting row names for its subjects, once, and fills diff_seen. */
MUST_USE enum rc diff_lookup(sqlite3 *db, const char *before, const char *now, struct err *err);

#endif
