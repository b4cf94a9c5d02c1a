/* SPDX-License-Identifier: GPL-3.0-or-later */
/* An export of a product for second factors to rows: one mfa_export, mfa_account and mfa_method, and coverage mfa.export. */
#ifndef DECODE_MFA_IMPORT_H
#define DECODE_MFA_IMPORT_H

#include "audit/decode/format/evtx.h"
#include "audit/evidence/row.h"

struct mfa_import {
    const struct evtx_source *source;
    struct row_sink *sink;
    const char *origin, *path; /* path is the target of the coverage */
    filetime changed_at;       /* of the file; 0 = not known */
    const char *const *named;  /* "account=HEADER": columns that the operator named */
    size_t named_count;
    void (*progress)(void *context, uint64_t records); /* may be NULL */
    void *context;
};

/* Reads the whole file. RC_MALFORMED when it is none of these exports, or a table whose columns do not tell accounts and factors; then there
 * are no rows. RC_USAGE for a wrong word in named; RC_IO, RC_NOMEM. Damage inside is counted, and is no failure. text_prepare must have been
 * called. */
MUST_USE enum rc mfa_import(const struct mfa_import *import, struct err *err);

/* What a file is by its first bytes: "mfa_json", "mfa_csv"; NULL = none of these. Reads at most 64 KiB. */
const char *mfa_look(const void *data, size_t size);

#endif
