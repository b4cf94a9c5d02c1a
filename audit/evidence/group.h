/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A group file: what the evaluated audits of several sites (hospitals of one group, say) came to, side by side. Results only; the evidence stays in
 * the files of the sites. Sites are kept apart: the same names, addresses and numbers occur in each, and nothing of one is joined with another's.
 * SQLite, application_id "KGMG", user_version = schema version. Table `site`, and for each table T that documents read `site_T`: its columns behind
 * the number of the site. Of what passed only the ids that its findings would have (`passed`), so that a later comparison can tell fixed from gone; of names only
 * those that occur in the rows, with what they are (`word`), so that they have the same pseudonyms as in the report of the site. */
#ifndef EVIDENCE_GROUP_H
#define EVIDENCE_GROUP_H

#include "audit/evidence/merge.h"

#define GROUP_APPLICATION_ID 0x4B474D47 /* "KGMG" */
#define GROUP_SITES_MOST     256U

struct group_site {
    struct merge_input *in;
    char file[256]; /* for a person: name of the file, or of its folder where that is evidence.db */
    char name_en[512], name_ja[512], domain_sid[256];
    bool is_older; /* the same site is there with a newer file: left out */
};

/* Reads of each opened input who it is, and marks those that a newer file of the same site replaces (same domain SID and same names of the
 * organisation), unless is_all. Sites that share their names get that of their file. RC_USAGE for a shard and for a file without results. */
MUST_USE enum rc group_sites(struct merge_input *in, size_t count, bool is_all,
                             struct group_site *ret, struct err *err);

/* What the caller adds of each site behind its rows, in the same transaction: ids of the findings that passed (table passed), names that occur in the
 * rows (table word). */
struct group_more {
    enum rc (*add)(sqlite3 *group, int64_t site, sqlite3 *evidence, struct err *err);
};

/* Writes the group file at path, without the sites that are older; more: NULL = nothing. Nothing is there when it fails. */
MUST_USE enum rc group_make(const struct group_site *sites, size_t count,
                            const struct group_more *more, const char *path, struct err *err);

/* True when there is a group file at path. */
bool group_is(const char *path);

/* A connection to a group file that may be read only, hardened as store_open_reader's. The caller closes it. */
MUST_USE enum rc group_open_reader(const char *path, sqlite3 **ret, struct err *err);

/* Attaches another group file to such a connection, read-only, under a name of ours; it is checked first. */
MUST_USE enum rc group_attach(sqlite3 *db, const char *path, const char *as, struct err *err);

/* Shows one site under the names of an evidence file (temporary views: check_info, result, grade, …), in place of the one before. */
MUST_USE enum rc group_select(sqlite3 *db, int64_t site, struct err *err);

#endif
