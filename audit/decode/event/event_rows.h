/* SPDX-License-Identifier: GPL-3.0-or-later */
/* One event log as rows of rows_event.def: the log itself, its computers, its runs, how many of what, and the events that speak of
 * credentials. */
#ifndef DECODE_EVENT_ROWS_H
#define DECODE_EVENT_ROWS_H

#include "audit/base/secret.h"
#include "audit/decode/format/evtx.h"
#include "audit/evidence/row.h"

struct event_import {
    struct row_sink *sink;
    int64_t log;        /* number of the log */
    const char *origin; /* of event_log and artifact */
    const char *path;
    filetime since;     /* older events become no rows and no runs; 0 = all */
    uint64_t most_rows; /* rows of events; then the log is not whole; 0 = 20 million */
    const struct secret *
        key; /* of the run, for what was typed as a name (event_typed.h); NULL = nothing of it is kept */
    /* Tells how many records were read; may be NULL. */
    void (*progress)(void *context, uint64_t records);
    void *context;
};

/* evtx_log.c: a Windows log. RC_MALFORMED when it is none (no rows then); everything else that is wrong stands in event_log. */
MUST_USE enum rc event_rows_evtx(const struct event_import *import,
                                 const struct evtx_source *source, struct err *err);

/* samba_log.c: the JSON audit logs of Samba (one object a line, whatever stands before its first brace): passwordChange, dsdbChange, groupChange,
 * dsdbTransaction, Authentication, Authorization. The same source, read from its start. */
MUST_USE enum rc event_rows_samba(const struct event_import *import,
                                  const struct evtx_source *source, struct err *err);

/* event_book.c: what every form counts while it reads. */

struct event_book;

/* Freed by event_book_done; NULL = no memory. Everything is borrowed. */
struct event_book *event_book_new(const struct event_import *import, const char *form);
void event_book_done(struct event_book *book);
void event_book_donep(struct event_book **book);

/* Notes a record, wanted or not: run, count, computer, times. Carved ones only count as carved. *ret_computer: number for the row's
 * column; -1 = no row of it (older than `since`, or past the limit of computers). *ret_part: 0, or a number that no other record of this
 * log with that number gets: of carved ones, and after numbers started again. Numbers of text logs are lines: they may skip some. */
MUST_USE enum rc event_book_record(struct event_book *book, const struct evtx_event *e,
                                   int64_t *ret_computer, int64_t *ret_part, struct err *err);
/* What follows does not continue what was: a chunk or a line could not be read. */
void event_book_damage(struct event_book *book);
/* Puts a row of an event, and counts it. RC_LIMIT when there are too many: the log is noted as not whole, go on without putting. */
MUST_USE enum rc event_book_put(struct event_book *book, const struct row *row, struct err *err);
/* Puts event_log, event_computer, event_run (of at most 65,536 runs), event_count (4,096). */
MUST_USE enum rc event_book_close(struct event_book *book, const struct evtx_totals *totals,
                                  struct err *err);

#endif
