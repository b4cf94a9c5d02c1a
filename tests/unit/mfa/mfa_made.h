/* SPDX-License-Identifier: GPL-3.0-or-later */
/* An export in memory through mfa_import, and its rows as text. */
#ifndef TESTS_UNIT_MFA_MADE_H
#define TESTS_UNIT_MFA_MADE_H

#include "audit/base/err.h"
#include "audit/base/wr.h"
#include "audit/decode/mfa/mfa_import.h"

struct made {
    struct row_sink sink;
    struct wr text; /* a line a row: table, then column=value of what is not NULL */
    size_t accounts, methods, exports, refused;
    bool is_whole, is_silent; /* silent: rows are counted, and no text is made */
    int64_t unreadable;
    char state[16]; /* of the coverage */
    struct err err;
};

/* Reads the bytes; named is NULL or one "account=HEADER". End with made_done. */
enum rc made_read(struct made *m, const void *data, size_t size, const char *named);
enum rc made_source(struct made *m, const struct evtx_source *source, const char *named,
                    bool is_silent);
void made_done(struct made *m);
const char *made_text(struct made *m); /* NUL-terminated */

#endif
