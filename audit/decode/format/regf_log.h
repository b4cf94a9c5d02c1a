/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Transaction logs of registry hives, old form (DIRT, up to Windows 8) and new (HvLE), as Suhanov's specification describes them:
 * what Windows had already written to a log when the machine went down, and not yet to the hive. */
#ifndef DECODE_FORMAT_REGF_LOG_H
#define DECODE_FORMAT_REGF_LOG_H

#include "audit/base/arena.h"
#include "audit/base/err.h"

struct regf_recovery {
    enum {
        REGF_CLEAN,      /* nothing was to be done */
        REGF_RECOVERED,  /* the logs completed the hive */
        REGF_UNRECOVERED /* it stays dirty, and may be read as it is */
    } state;

    const char *why;  /* of REGF_UNRECOVERED, for a person; static */
    unsigned applied; /* log entries */
};

/* Completes a dirty hive in place. *data must be writable (a private mapping); when the logs make it longer, *data and *size become a
 * copy in the arena. A log that is older than the hive, of another hive or broken is not replayed; of one that breaks off, what
 * comes before counts. A log may be NULL. RC_OK also when nothing could be done; RC_MALFORMED when data is no hive. */
MUST_USE enum rc regf_recover(uint8_t **data, size_t *size, const uint8_t *const log[2],
                              const size_t log_size[2], struct arena *a, struct regf_recovery *ret,
                              struct err *err);

/* Marvin32 with the seed of the registry. */
uint64_t regf_marvin(const uint8_t *p, size_t n);

#endif
