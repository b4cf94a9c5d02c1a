/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Records of an export as rows. What an export says of one account in several records (a factor each) becomes one row of mfa_account,
 * where they do not contradict each other; records that do stay apart, so that whoever joins them to accounts sees it. */
#ifndef DECODE_MFA_ROWS_H
#define DECODE_MFA_ROWS_H

#include "audit/base/arena.h"
#include "audit/evidence/row.h"

#define MFA_FACTORS_MOST  64U      /* of one account */
#define MFA_ACCOUNTS_MOST 1000000U /* that are put together */

enum mfa_fact {
    MFA_ENABLED,
    MFA_ADMIN,
    MFA_REGISTERED,
    MFA_CAPABLE,
    MFA_ENFORCED,
    MFA_BYPASSED,
    MFA_FACT_COUNT
};

enum mfa_text {
    MFA_SID,
    MFA_UPN,
    MFA_NAME,
    MFA_DOMAIN,
    MFA_ID,
    MFA_KIND,
    MFA_TEXT_COUNT
};

enum mfa_state {
    MFA_INACTIVE,
    MFA_PENDING,
    MFA_ACTIVE
};

struct mfa_factor {
    const char *method; /* of mfa_method.method; a constant */
    const char
        *told; /* the export's word where it is not known; NULL = it is, or may not be shown */
    enum mfa_state state;
    filetime enrolled_at, used_at; /* 0 = not told */
};

struct mfa_record {
    uint64_t number;                   /* in the file, from 1 */
    const char *texts[MFA_TEXT_COUNT]; /* NULL = not told; borrowed */
    signed char facts[MFA_FACT_COUNT]; /* 1, 0, -1 = not told */
    bool denies;                       /* it says of a factor that it is not registered */
    filetime updated_at, used_at;      /* 0 = not told */
    const char *source;                /* of a table: which product says so; NULL = not told */
    struct mfa_factor factors[MFA_FACTORS_MOST];
    size_t count;
};

void mfa_record_init(struct mfa_record *r, uint64_t number);

/* Takes the text for what it looks like: a SID, DOMAIN\name, something with an @, else a name; one that is told already stays. Texts are
 * copied to the arena. False when memory is short. */
bool mfa_record_account(struct mfa_record *r, const char *text, struct arena *a);

/* Adds the factor that the word of the export means. *ret_none (may be NULL) is set for a word that says that there is none; nothing is added
 * then. Empty words are passed over. The word must live as long as the record. */
void mfa_record_word(struct mfa_record *r, const char *word, enum mfa_state state,
                     filetime enrolled_at, bool *ret_none);
void mfa_record_method(struct mfa_record *r, const char *method, enum mfa_state state);

struct mfa_rows; /* opaque */

/* joins = records of one account are put together, in memory, until mfa_rows_close; else each becomes rows at once. All is borrowed.
 * NULL when memory is short. */
MUST_USE struct mfa_rows *mfa_rows_new(struct row_sink *sink, const char *origin, const char *path,
                                       bool joins);
void mfa_rows_free(struct mfa_rows *m);
void mfa_rows_freep(struct mfa_rows **m); /* for AUTO() */

/* Takes a record. A record that names nobody, or with texts that no name is so long as, is counted as unreadable. */
MUST_USE enum rc mfa_rows_take(struct mfa_rows *m, const struct mfa_record *r, struct err *err);
MUST_USE enum rc mfa_rows_close(struct mfa_rows *m, struct err *err);

struct mfa_totals {
    uint64_t accounts, methods, unreadable;
    bool is_full; /* a limit was met: later accounts were left out */
};

void mfa_rows_totals(const struct mfa_rows *m, struct mfa_totals *ret);

#endif
