/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Rows into the tables of results, inside the transaction that is open. Private to rules/. */
#ifndef RULES_RESULT_TABLE_H
#define RULES_RESULT_TABLE_H

#include <sqlite3.h>

#include "rules/rules.h"

/* RC_IO, with what SQLite says. End the statement with result_row_done. */
MUST_USE enum rc result_row_prepare(sqlite3 *db, const char *sql, sqlite3_stmt **ret,
                                    struct err *err);
void result_row_done(sqlite3_stmt **s); /* for AUTO() */

/* Binds a text (copied; NULL is NULL) to the parameter n; both languages to n and n + 1. */
void result_row_text(sqlite3_stmt *s, int n, const char *value);
void result_row_both(sqlite3_stmt *s, int n, const struct text2 *value);

/* The next row of a statement that reads: *ret false at the end. RC_IO when it broke off: what was counted so far is not all then. */
MUST_USE enum rc result_row_next(sqlite3 *db, sqlite3_stmt *s, bool *ret, struct err *err);

/* One row; the statement can be bound anew. */
MUST_USE enum rc result_row_run(sqlite3 *db, sqlite3_stmt *s, struct err *err);

#endif
