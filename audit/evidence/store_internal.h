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

/* One object of a schema as SQLite keeps it. Of a file borrowed until the next step; sql NULL: an index that SQLite makes for a key. */
struct store_object {
    const char *type, *name, *table, *sql;
};

/* What a file of this build holds, indexes of derive.sql included, without those of keys; in the order of the names. */
struct store_structure {
    const struct store_object *objects;
    size_t count;
};

/* Made at the first call, for as long as the process lives. */
MUST_USE enum rc store_structure_get(const struct store_structure **ret, struct err *err);

/* The schema that a file carries (main or an attached one) against the one that this build makes: every table is there and the same but for comments
 * and spaces, and nothing else is there that SQLite could run; statistics of ANALYZE may be. RC_USAGE says what differs. *ret_is_other when views or
 * indexes are not ours: such views must not be asked. */
MUST_USE enum rc store_survey(sqlite3 *db, const char *schema, bool *ret_is_other, struct err *err);

/* Makes all views of this build as temporary ones, which stand before those of the file wherever a name has no schema before it. */
MUST_USE enum rc store_shadow_views(sqlite3 *db, struct err *err);

/* Drops indexes that are not ours and makes those of ours that the file had otherwise. */
MUST_USE enum rc store_renew_indexes(sqlite3 *db, struct err *err);

/* Of a file of an older schema: what is a table here is one there, and there are no triggers, no virtual tables, no generated columns, and no indexes
 * that compute, but ours. */
MUST_USE enum rc store_check_older(sqlite3 *db, const char *schema, struct err *err);

/* Makes a view of our schema files, by its name. */
MUST_USE enum rc store_make_own_view(sqlite3 *db, const char *name, struct err *err);

/* Everything about a foreign file but its version: pages, structure as above, the other pages; with another schema version as an older one. *ret_is_other: its
 * views must not be asked. Gives the connection its time. */
MUST_USE enum rc store_check_foreign(sqlite3 *db, bool *ret_is_other, struct err *err);

/* As store_open_reader; the views of the file may be anybody's and must not be asked. */
MUST_USE enum rc store_open_tables(const char *path, sqlite3 **ret, struct err *err);

/* True when the file has a write-ahead log beside it, or nobody can tell. Follows links, as SQLite does. */
bool store_has_log(const char *path);

/* "file:<path>?<query>", percent-encoded; free() it. NULL when memory is short. */
char *store_uri(const char *path, const char *query);

/* The statements that make the tables of rows.def, ended by a zero byte, into w. */
struct wr;
MUST_USE enum rc store_tables_sql(struct wr *w, struct err *err);

/* Tables, views, labels, application_id and user_version in one transaction. */
MUST_USE enum rc store_schema_create(sqlite3 *db, struct err *err);

/* The same in a database in memory that holds nothing yet: from the second one of a process on, a copy of the first as it was made. */
MUST_USE enum rc store_schema_memory(sqlite3 *db, struct err *err);

/* Replaces views and indexes of a file that a build with other ones made, or somebody else; is_other: of store_survey. Does nothing when they are the same. */
MUST_USE enum rc store_schema_refresh(sqlite3 *db, bool is_other, struct err *err);

/* Fills column_label from the comments "-- English / 日本語" at the ends of the views' lines. */
MUST_USE enum rc store_label_views(sqlite3 *db, struct err *err);

/* Adds the function regexp(pattern, text), the operator REGEXP ([pcre2pattern]; match limits set). */
MUST_USE enum rc store_add_regexp(sqlite3 *db, struct err *err);

/* A mark of a text (views, derive.sql), kept in audit_info: tells whether a file was made with another one. Returns buf. */
const char *store_mark(const unsigned char *text, char buf[32]);

/* First column of the first row as a number; false when there is none. */
bool store_number(sqlite3 *db, const char *sql, int64_t *ret);

#endif
