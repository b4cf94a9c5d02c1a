/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The evidence file: one SQLite database of mode 0600 with one writer (the supervisor). */
#ifndef EVIDENCE_STORE_H
#define EVIDENCE_STORE_H

#include <sqlite3.h>

#include "audit/evidence/row.h"

#define KAGIMORI_SCHEMA_VERSION 7

struct store;

enum store_mode {
    STORE_CREATE, /* refuses a file that is there already */
    STORE_RESUME, /* opens one for writing; RC_ABSENT when there is none, RC_UNSUPPORTED for another schema version */
    STORE_WRITE /* as RESUME, for evaluate and import */
};

/* Opens or makes the file: WAL, foreign text untouched, user_version, application_id, column_label filled. A full disk, a
 * foreign or a newer file each give a message that says what to do. Free with store_close. */
MUST_USE enum rc store_open(const char *path, enum store_mode mode, struct store **ret,
                            struct err *err);
void store_close(struct store *s);
void store_closep(struct store **s);

/* RC_OK when the name is that of a file, so that opening it neither waits for the other end of a pipe nor reads a device. RC_ABSENT when nothing
 * is there, RC_USAGE when it is something else; why it cannot be reached, opening it tells. */
MUST_USE enum rc store_is_file(const char *path, struct err *err);

/* A read-only connection for evaluate and report, with REGEXP (PCRE2, match limits set). Caller closes it. */
MUST_USE enum rc store_open_reader(const char *path, sqlite3 **ret, struct err *err);

/* The oldest schema whose tables of results and coverage read as those of this one: what earlier audits are compared by. */
#define KAGIMORI_SCHEMA_COMPARED 6

/* As store_open_reader, for comparing results: also files of an older schema from KAGIMORI_SCHEMA_COMPARED on, and with the earlier file
 * `before` attached read-only under that name (NULL: none). TEMP tables may be made, so that the connection is no query_only one: both files
 * are opened read-only. Views of the file are run as they are, and may be anybody's: after 20 minutes all is interrupted. RC_UNSUPPORTED says
 * what to do. Caller closes it. */
MUST_USE enum rc store_open_pair(const char *path, const char *before, sqlite3 **ret,
                                 struct err *err);

/* A database in memory with the same schema, for inline tests of checks. */
/* An empty database in memory with the functions and the hardening of an evidence file; the caller closes it. */
MUST_USE enum rc store_open_bare(sqlite3 **ret, struct err *err);
MUST_USE enum rc store_open_memory(struct store **ret, struct err *err);

sqlite3 *store_handle(struct store *s); /* the writing connection; borrowed */

/* Prepares one statement on it; RC_BUG "cannot <what>: …" when SQLite does not take it. Ended by store_statement_done (AUTO). */
MUST_USE enum rc store_prepare(struct store *s, const char *what, const char *sql,
                               sqlite3_stmt **ret, struct err *err);
void store_statement_done(sqlite3_stmt **statement);

/* Writes one checked row (INSERT OR REPLACE by the table's key). Rows gather in a transaction that store_commit ends. */
MUST_USE enum rc store_put(struct store *s, const struct row *row, struct err *err);
MUST_USE enum rc store_commit(struct store *s, struct err *err);
void store_rollback(struct store *s);

MUST_USE enum rc store_info_set(struct store *s, const char *name, const char *value,
                                struct err *err);
/* The value of audit_info, copied to buf; empty when absent. */
void store_info_get(sqlite3 *db, const char *name, char *buf, size_t size);

/* Runs derive.sql (resolves member names, nested membership, indexes), unless it ran since the last row was put. */
MUST_USE enum rc store_derive(struct store *s, struct err *err);

/* Runs derive_reset.sql, which fills what the reset plan stands on; derived tables are there already (store_derive). */
MUST_USE enum rc store_derive_reset(struct store *s, struct err *err);

/* True when coverage says that this source of this target was completely read (used by --resume). */
bool store_is_complete(struct store *s, const char *source, const char *target);

/* Runs a statement list without results. */
MUST_USE enum rc store_exec(sqlite3 *db, const char *sql, struct err *err);

#endif
