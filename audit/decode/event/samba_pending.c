/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Samba logs a change when it is made, and afterwards, in dsdbTransaction, whether its transaction was rolled back. The end of one that was
 * committed is logged at level 10 only, so that a log without it is the ordinary case: what was not undone counts as done. Transactions
 * of one database come one after the other (its lock), so that the end of one is never far from its changes: few are kept. */
#include <stdlib.h>
#include <string.h>

#include "audit/base/sid.h"
#include "audit/decode/event/samba_log.h"

#define TRANSACTIONS 64U
#define BYTES_MAX    (8U * 1024 * 1024) /* of all rows that wait */

struct transaction {
    char id[GUID_TEXT_MAX]; /* "" = free */
    struct wr rows;
};

struct samba_pending {
    struct event_book *book;
    struct transaction list[TRANSACTIONS]; /* a ring */
    size_t next;                           /* the oldest, which gives way */
    size_t bytes;
};

struct samba_pending *samba_pending_new(struct event_book *book)
{
    struct samba_pending *p = calloc(1, sizeof(*p));
    if (p) {
        p->book = book;
        for (size_t i = 0; i < TRANSACTIONS; i++) {
            wr_init(&p->list[i].rows, BYTES_MAX);
        }
    }
    return p;
}

void samba_pending_done(struct samba_pending *p)
{
    for (size_t i = 0; p && i < TRANSACTIONS; i++) {
        wr_done(&p->list[i].rows);
    }
    free(p);
}

/* A log with too many events is read on, for its reach. */
static enum rc put(struct event_book *book, const struct row *row, struct err *err)
{
    enum rc rc = event_book_put(book, row, err);
    return rc == RC_LIMIT ? RC_OK : rc;
}

static enum rc release(struct samba_pending *p, struct transaction *t, bool is_committed,
                       struct err *err)
{
    struct rd r = rd_from(t->rows.data, is_committed ? t->rows.size : 0);
    while (rd_left(&r) > 0) {
        struct row row;
        TRY(row_read(&r, &row, err));
        TRY(put(p->book, &row, err));
    }
    p->bytes -= t->rows.size;
    wr_done(&t->rows);
    wr_init(&t->rows, BYTES_MAX);
    t->id[0] = '\0';
    return RC_OK;
}

static struct transaction *find(struct samba_pending *p, const char *id)
{
    for (size_t i = 1; i <= TRANSACTIONS; i++) { /* the newest first */
        struct transaction *t = &p->list[(p->next + TRANSACTIONS - i) % TRANSACTIONS];
        if (strcmp(t->id, id) == 0) {
            return t;
        }
    }
    return NULL;
}

/* What is changed outside of a transaction has the null GUID. */
static bool is_transaction(const char *id)
{
    return id && guid_text_valid(id) && strspn(id, "0-") < GUID_TEXT_MAX - 1;
}

enum rc samba_pending_put(struct samba_pending *p, const struct row *row, const char *transaction,
                          struct err *err)
{
    if (!is_transaction(transaction)) {
        return put(p->book, row, err);
    }
    struct transaction *t = find(p, transaction);
    if (!t) {
        t = &p->list[p->next];
        p->next = (p->next + 1) % TRANSACTIONS;
        TRY(release(p, t, true, err));
        memcpy(t->id, transaction, sizeof(t->id));
    }
    size_t before = t->rows.size;
    row_write(&t->rows, row);
    p->bytes += t->rows.size - before;
    if (t->rows.bad) {
        return err_setf(err, RC_NOMEM, "out of memory");
    }
    /* A transaction that changes a whole directory does not wait either. */
    for (size_t i = 0; i < TRANSACTIONS && p->bytes > BYTES_MAX / 2; i++) {
        TRY(release(p, &p->list[(p->next + i) % TRANSACTIONS], true, err));
    }
    return RC_OK;
}

enum rc samba_pending_end(struct samba_pending *p, const char *transaction, bool is_committed,
                          struct err *err)
{
    struct transaction *t = is_transaction(transaction) ? find(p, transaction) : NULL;
    return t ? release(p, t, is_committed, err) : RC_OK;
}

enum rc samba_pending_close(struct samba_pending *p, struct err *err)
{
    for (size_t i = 0; i < TRANSACTIONS; i++) {
        TRY(release(p, &p->list[(p->next + i) % TRANSACTIONS], true, err));
    }
    return RC_OK;
}
