/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Several evidence files in one: the shards of one audit as one evidence file, or evaluated audits of several sites as a group file. A file that
 * comes in is data from another machine: opened read-only, its structure must be ours to the letter, every row is checked as if a collector
 * had sent it, and neither its views nor triggers are ever run. */
#ifndef EVIDENCE_MERGE_H
#define EVIDENCE_MERGE_H

#include "audit/evidence/store.h"

#define MERGE_INPUTS_MOST 1024U
#define MERGE_REASON_LEFT "left"           /* coverage.reason: another shard reads it */
#define MERGE_REASON_GONE "missing"        /* it did, and its file is not there */
#define MERGE_LEFT_FORM   "left to shard " /* coverage.detail: then "2 of 4" */

struct merge_input {
    const char *path;       /* borrowed */
    sqlite3 *db;            /* read-only; NULL = not opened, or given up as a double */
    char set[64];           /* audit_info shard_set; empty = a whole audit */
    uint32_t number, count; /* of the shard */
    int64_t now;
};

/* Opens and checks one file, quick_check included. RC_USAGE for a file of something else or with another structure, RC_MALFORMED for a damaged
 * one. Close with merge_input_done. */
MUST_USE enum rc merge_input_open(const char *path, struct merge_input *ret, struct err *err);
void merge_input_done(struct merge_input *in);

struct merge_summary {
    uint32_t count;    /* shards of the set */
    char missing[512]; /* numbers, "3, 5"; empty = none; ends in … where they are too many */
    uint32_t missing_count;
    int64_t oldest, newest; /* clocks of the shards */
    uint64_t rows;
    uint64_t doubles; /* addresses that turned out to be hosts of another shard */
};

/* Unites shards into the new evidence file at path, sorted by their number in place. All must be of one set; RC_USAGE when they are not, or when
 * one shard is there twice with other content. Where two tell the same thing what was read counts, then the lower shard. Results are left out:
 * evaluate makes them. Nothing is at path when it fails. */
MUST_USE enum rc merge_shards(struct merge_input *in, size_t count, const char *path,
                              struct merge_summary *ret, struct err *err);

/* A row of the catalogue from the columns of a statement, checked; text is borrowed until the next step. */
MUST_USE enum rc merge_row(sqlite3_stmt *q, enum row_table table, struct row *ret, struct err *err);

#endif
