/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A document on its way to the disk: written beside its place, synced, then renamed into it, so that a reader sees
 * the old document or the whole new one. */
#ifndef REPORT_OUT_H
#define REPORT_OUT_H

#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>

#include "audit/base/err.h"

struct out {
    FILE *file;      /* NULL when closed */
    bool is_stream;  /* file is the caller's: it stays open */
    char path[4096]; /* where it shall be */
    char temporary[4104];
};

/* Creates the temporary file, mode 0600, in the folder of path; path is borrowed for the call only. */
MUST_USE enum rc out_open(struct out *o, const char *path, struct err *err);

/* Writes to an open stream, which stays the caller's, such as standard output. out_commit flushes it only. */
void out_stream(struct out *o, FILE *to);

/* Syncs, renames and closes. RC_IO with the reason (such as a full disk) when any write failed since out_open. */
MUST_USE enum rc out_commit(struct out *o, struct err *err);

/* Drops what was not committed; for AUTO(). */
void out_done(struct out *o);

void out_text(struct out *o, const char *s); /* failures surface in out_commit */
void out_bytes(struct out *o, const void *p, size_t n);

#endif
