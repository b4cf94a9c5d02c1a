/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Which waiver counts for a finding. Sorted once an evaluation and once a check, so that a finding costs a few comparisons however
 * many waivers there are. Private to rules/. */
#ifndef RULES_WAIVER_MATCH_H
#define RULES_WAIVER_MATCH_H

#include "rules/check.h"

#define WAIVER_BREAK_GLASS "@break-glass"
#define WAIVER_HONEY       "@honey"

/* Accounts of the site file that a waiver can mean together: keys (GUID, SID) as results have them. */
struct waiver_group {
    const char **keys; /* sorted */
    size_t count;
};

struct waiver_index {
    struct rules *rules;
    filetime now;
    struct waiver_group break_glass, honey;
    struct waiver **by_finding; /* sorted by id */
    size_t finding_count;
    /* of the check that runs: */
    struct waiver **exact; /* subject is a key or a name; sorted by it, A-Z as a-z */
    size_t exact_count;
    struct waiver **other; /* globs, "*" and groups */
    size_t other_count;
};

/* Reads the groups from the evidence (derived tables named_principal and named_member). Everything is owned by the arena. */
MUST_USE enum rc waiver_index_begin(struct waiver_index *x, struct rules *r, struct arena *a,
                                    sqlite3 *db, filetime now, struct err *err);

/* Before the findings of a check. */
void waiver_index_check(struct waiver_index *x, const char *check);

/* One finding; name may be NULL. */
struct waiver_subject {
    const char *key, *name, *item, *finding;
};

/* The waiver in force that counts (the closest, see waiver_closer), or NULL; counts `fits` of all that mean the finding, and `used` of
 * the one that is returned. Those whose end has passed only count in `fits`. */
struct waiver *waiver_find(struct waiver_index *x, const struct waiver_subject *s);

/* True when the waiver, whose check is known to fit, means this subject and item. */
bool waiver_means(const struct waiver_index *x, const struct waiver *w,
                  const struct waiver_subject *s);

/* True when a says more exactly what it means than b, both of which mean s: one finding before all others; then the subject's key, its
 * name, a group, a glob (with more letters first), all subjects; then one check before several; then one item before several before
 * any; then the one that ends last; then the first of the file. */
bool waiver_closer(const struct waiver *a, const struct waiver *b, const struct waiver_subject *s);

bool waiver_is_glob(const char *s); /* has a '*' */
bool waiver_is_all(const char *s);  /* nothing but '*' */

#endif
