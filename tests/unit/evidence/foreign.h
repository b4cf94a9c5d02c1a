/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A small evidence file that tests spoil, as somebody with SQLite's own tools does. */
#ifndef TESTS_EVIDENCE_FOREIGN_H
#define TESTS_EVIDENCE_FOREIGN_H

#include "audit/evidence/store_internal.h"

/* A query without an end; more may follow it. */
#define ENDLESS "WITH RECURSIVE r(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM r) SELECT n"

extern char folder[], path[64];
extern uint8_t *good; /* the file as this build made it */
extern size_t good_size;
extern struct err err;

void put_file(const uint8_t *data, size_t size);

/* Puts the good file at path; made at the first call. */
void begin(void);

/* Runs statements on it. */
void change(const char *sql);

/* The same into a log, which stays beside the file until the caller closes what this returns. */
sqlite3 *change_in_log(const char *sql);

/* -1: there is none */
int64_t number(sqlite3 *db, const char *sql);

/* Takes file and folder away. */
void end(void);

#endif
