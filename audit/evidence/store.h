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

/* A read-only connection for evaluate and report, with REGEXP (PCRE2, match limits set). The file may be anybody's: its pages and its schema are looked at
 * first, so that no view or other definition is run that this build did not make (ours stand over views of another build; RC_USAGE for anything else), and what is run on it ends after a
 * minute of processor time and a second more a MiB (RC_MALFORMED). Caller closes it. */
MUST_USE enum rc store_open_reader(const char *path, sqlite3 **ret, struct err *err);

/* The same of a file that a store of this process has open for writing, which looked at it. */
MUST_USE enum rc store_open_beside(const char *path, sqlite3 **ret, struct err *err);

/* Gives what is run on a connection its time anew: for those who set a progress handler of their own for a while. Nothing for one in memory. */
void store_limit_time(sqlite3 *db);

/* Every page of the file belongs to one place of one table or index only; RC_MALFORMED when two places share one, so that a small file could be read
 * without end. Reads a few bytes of each page; to be called before anything asks for a table, since that reads the schema. *ret_is_part: the file has a
 * log, and only the pages of the schema were looked at. */
MUST_USE enum rc store_check_pages(sqlite3 *db, const char *schema, bool *ret_is_part,
                                   struct err *err);

/* The other pages, where store_check_pages left them out or a log has come since. Works out what is defined in the file: to be called once its
 * structure was accepted, and before its rows are read. */
MUST_USE enum rc store_check_rest(sqlite3 *db, const char *schema, bool is_part, struct err *err);

/* A file of ours that is no evidence (group, history) holds tables that compute nothing and have no default values, and indexes of all rows over
 * columns. RC_USAGE: something else too. */
MUST_USE enum rc store_check_plain(sqlite3 *db, struct err *err);

/* The oldest schema whose tables of results and coverage read as those of this one: what earlier audits are compared by. */
#define KAGIMORI_SCHEMA_COMPARED 6

/* As store_open_reader, for comparing results: also files of an older schema from KAGIMORI_SCHEMA_COMPARED on, and with the earlier file
 * `before` attached read-only under that name (NULL: none). TEMP tables may be made, so that the connection is no query_only one: both files
 * are opened read-only. Both are looked at as by store_open_reader, but their views may be another build's and must not be asked. RC_UNSUPPORTED says
 * what to do. Caller closes it. */
MUST_USE enum rc store_open_pair(const char *path, const char *before, sqlite3 **ret,
                                 struct err *err);

/* One of the two for its views: they are those of this build, temporary ones, so that they are asked as temp."name"; on a file of an older schema some of
 * them fail. TEMP tables may be made. Caller closes it. */
MUST_USE enum rc store_open_views(const char *path, sqlite3 **ret, struct err *err);

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
