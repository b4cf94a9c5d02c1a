/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What the files of the evidence store share. Nobody else includes this. */
#ifndef EVIDENCE_STORE_INTERNAL_H
#define EVIDENCE_STORE_INTERNAL_H

#include "audit/evidence/store.h"

#define STORE_APPLICATION_ID 0x4B474D52 /* "KGMR" */

/* Makes the file (mode 0600, never over an existing one or through a link) and locks it; the caller closes *ret. */
MUST_USE enum rc store_file_make(const char *path, int *ret, struct err *err);

/* Opens and locks an existing file for writing: no link, no other user's. Waits up to 5 s for another writer. */
MUST_USE enum rc store_file_take(const char *path, int *ret, struct err *err);

/* Sets err from the last error of db: what happened (doing), to which file, what to do. Returns its code. */
enum rc store_fail(sqlite3 *db, const char *doing, struct err *err);

/* The next row of a statement that reads: *ret false at the end; store_fail when it broke off, so that a part is never taken for the whole. */
MUST_USE enum rc store_next(sqlite3 *db, sqlite3_stmt *q, const char *doing, bool *ret,
                            struct err *err);

/* Limits and switches of every connection: defensive, no trust in the file's schema, REGEXP. */
MUST_USE enum rc store_harden(sqlite3 *db, struct err *err);

/* RC_OK when db is an evidence file of this schema version; RC_USAGE for a file of something else, RC_UNSUPPORTED for
 * another version. */
MUST_USE enum rc store_check_version(sqlite3 *db, struct err *err);

/* Binds the values of a row to the parameters 1, 2, … of an insertion, borrowed until it is run. Not 0: memory was short. */
int store_bind_row(sqlite3_stmt *put, const struct row *row);

/* Marks that every evidence file has, of main or of an attached one. RC_USAGE: not an evidence file. */
MUST_USE enum rc store_read_version(sqlite3 *db, const char *schema, int64_t *ret, struct err *err);

/* RC_USAGE when what is read first are not tables: a view of a foreign file may never end. */
MUST_USE enum rc store_check_tables(sqlite3 *db, const char *schema, struct err *err);

/* True when the file has a write-ahead log beside it, or nobody can tell. */
bool store_has_log(const char *path);

/* "file:<path>?<query>", percent-encoded; free() it. NULL when memory is short. */
char *store_uri(const char *path, const char *query);

/* Tables, views, labels, application_id and user_version in one transaction. */
MUST_USE enum rc store_schema_create(sqlite3 *db, struct err *err);

/* The same in a database in memory that holds nothing yet: from the second one of a process on, a copy of the first as it was made. */
MUST_USE enum rc store_schema_memory(sqlite3 *db, struct err *err);

/* Replaces the views of a file that a build with other views made; does nothing when they are the same. */
MUST_USE enum rc store_schema_refresh(sqlite3 *db, struct err *err);

/* Fills column_label from the comments "-- English / 日本語" at the ends of the views' lines. */
MUST_USE enum rc store_label_views(sqlite3 *db, struct err *err);

/* Adds the function regexp(pattern, text), the operator REGEXP ([pcre2pattern]; match limits set). */
MUST_USE enum rc store_add_regexp(sqlite3 *db, struct err *err);

/* A mark of a text (views, derive.sql), kept in audit_info: tells whether a file was made with another one. Returns buf. */
const char *store_mark(const unsigned char *text, char buf[32]);

/* First column of the first row as a number; false when there is none. */
bool store_number(sqlite3 *db, const char *sql, int64_t *ret);

#endif
