/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Inside of the reader of Samba's audit logs (samba_*.c): one message as its fields, and where its rows go. */
#ifndef DECODE_EVENT_SAMBA_LOG_H
#define DECODE_EVENT_SAMBA_LOG_H

#include <jansson.h>

#include "audit/decode/event/event_rows.h"

/* The objects that Samba writes; OTHER are those of which nothing is wanted. */
enum samba_type {
    SAMBA_PASSWORD,       /* passwordChange */
    SAMBA_CHANGE,         /* dsdbChange */
    SAMBA_GROUP,          /* groupChange */
    SAMBA_TRANSACTION,    /* dsdbTransaction */
    SAMBA_REPLICATED,     /* replicatedUpdate */
    SAMBA_AUTHENTICATION, /* Authentication */
    SAMBA_AUTHORIZATION,  /* Authorization, KDC Authorization */
    SAMBA_OTHER
};

struct samba_message {
    enum samba_type type;
    const char *name; /* of the type, as it stands there */
    json_t *body;     /* borrowed from the message */
    filetime at;
    uint64_t line;
    int64_t computer, part; /* of the book */
    uint32_t event_id;      /* Windows' number of its rows, 0 = none */
    uint32_t counted_id;    /* the number that Samba gives it, else the same: for event_count */
    const char *kind;       /* of the rows, NULL = there are none */
};

/* Rows that may still be undone: of each transaction that has not ended yet. */
struct samba_pending;

struct samba_pending *
samba_pending_new(struct event_book *book); /* NULL = no memory; book is borrowed */
void samba_pending_done(struct samba_pending *p);
/* Puts the row, now or when its transaction ends. transaction NULL or no GUID: now. */
MUST_USE enum rc samba_pending_put(struct samba_pending *p, const struct row *row,
                                   const char *transaction, struct err *err);
/* The transaction ended: its rows are put, or forgotten. */
MUST_USE enum rc samba_pending_end(struct samba_pending *p, const char *transaction,
                                   bool is_committed, struct err *err);
/* The log ended: what is left is put. */
MUST_USE enum rc samba_pending_close(struct samba_pending *p, struct err *err);

/* samba_change.c and samba_logon.c: number and kind of a message, then its rows. */
void samba_change_name(struct samba_message *m);
MUST_USE enum rc samba_change_rows(const struct samba_message *m, const struct event_import *import,
                                   struct samba_pending *pending, struct err *err);
void samba_logon_name(struct samba_message *m);
MUST_USE enum rc samba_logon_rows(const struct samba_message *m, const struct event_import *import,
                                  struct samba_pending *pending, struct err *err);

/* Values of the message's body. Texts are NULL where there is none, or it is null, empty or no text. */
const char *samba_text(const struct samba_message *m, const char *key);
bool samba_number(const struct samba_message *m, const char *key, int64_t *ret);
/* The SID, but not the null SID. */
const char *samba_sid(const struct samba_message *m, const char *key);

/* Cells: a text is cut to what a cell holds. */
void samba_cell(struct row *row, int column, const char *text);
/* "ipv4:10.0.0.1:51234", "ipv6:fe80::1:389" as address and port (column -1: not wanted). */
void samba_address(struct row *row, int address_column, int port_column, const char *text);

#endif
