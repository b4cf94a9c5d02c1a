/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Evaluation of loaded checks over one connection; where the verdicts go is somebody else's business (the result tables, or a
 * list in an inline test). Private to rules/. */
#ifndef RULES_OUTCOME_H
#define RULES_OUTCOME_H

#include "rules/check.h"
#include "rules/coverage.h"
#include "rules/finding.h"
#include "rules/guard.h"
#include "rules/waiver_match.h"

enum verdict {
    VERDICT_PASS,
    VERDICT_FAIL,
    VERDICT_UNKNOWN,
    VERDICT_NOT_APPLICABLE,
    VERDICT_WAIVED,
    VERDICT_ERROR,
    VERDICT_COUNT
};

extern const char *const verdict_words[VERDICT_COUNT + 1]; /* NULL at the end */

struct outcome { /* everything borrowed until the next row */
    enum verdict verdict;
    const char *subject;
    const char *item;
    const char *name;     /* may be NULL */
    struct text2 reason;  /* of unknown and error; else NULL */
    const char *evidence; /* JSON; NULL for pass */
    size_t evidence_size;
    const char *source;            /* NULL for pass */
    int waiver;                    /* 0 = none */
    char finding[FINDING_ID_SIZE]; /* id; "" of pass */
};

struct sink {
    enum rc (*put)(struct sink *sink, const struct check *c, const struct outcome *o,
                   struct err *err);
    enum rc (*not_applicable)(struct sink *sink, const struct check *c, uint64_t count,
                              struct err *err);
};

struct reason { /* why a verdict is unknown, by which columns were NULL */
    uint64_t mask;
    bool is_about_applies;
    struct text2 text;
    struct reason *next;
};

struct evaluation {
    struct rules *rules;
    sqlite3 *db;           /* where checks run */
    struct arena *arena;   /* lives as long as the evaluation */
    struct arena *scratch; /* of one check */
    struct guard guard;
    struct coverage coverage;
    filetime now; /* 0 when the file does not say */
    filetime
        answers_at; /* as of when answers of people are judged (view answer_clock); 0 as above */
    struct sink *sink;
    int64_t *view_rows; /* rows of each view of the catalogue, -1 = not counted */
    struct wr json;
    struct finding_hash hash;
    struct waiver_index waivers;
    /* of the check that runs */
    struct reason *reasons;
    struct text2 needs_problem; /* a needed source is incomplete: every subject is unknown */
    const char *seen;
};

MUST_USE enum rc evaluation_begin(struct evaluation *e, struct rules *r, sqlite3 *db,
                                  struct sink *sink, struct err *err);
void evaluation_done(struct evaluation *e); /* for AUTO() */

/* Runs one check. Only failures of the sink or of memory are returned; a failing statement is a verdict. */
MUST_USE enum rc evaluation_run(struct evaluation *e, const struct check *c, struct err *err);

/* What evaluation runs besides check->statement, once a view of which a check with `applies` judges a part. */
#define RULES_COUNT_STATEMENT "SELECT count(*) FROM \"%s\""

/* As rules_evaluate, on an open connection (which may be the store's own, in tests). */
MUST_USE enum rc rules_evaluate_on(struct rules *r, sqlite3 *db, struct store *store,
                                   struct rules_totals *ret, struct err *err);

/* reason.c: the reason of an unknown verdict; columns by bits of mask, in the order of c->read. target: the host that the row is
 * about, or NULL. */
struct text2 reason_find(struct evaluation *e, const struct check *c, bool is_about_applies,
                         uint64_t mask, const char *target);
/* Where a row about a host was seen, in the scratch arena. NULL when nothing was. */
const char *reason_seen(struct evaluation *e, const struct check *c, const char *target);

/* result.c: the sink of an evidence file; what was there is replaced when result_end succeeds. */
struct result_sink;
MUST_USE enum rc result_begin(struct arena *a, struct store *store, struct result_sink **ret,
                              struct err *err);
struct sink *result_sink(struct result_sink *s);
MUST_USE enum rc result_check(struct result_sink *s, const struct check *c, struct err *err);
MUST_USE enum rc result_check_end(struct result_sink *s, struct err *err);
MUST_USE enum rc result_waivers(struct result_sink *s, const struct rules *r, filetime now,
                                struct err *err);
MUST_USE enum rc result_end(struct result_sink *s, struct rules_totals *ret, struct err *err);
void result_abandon(struct result_sink **s); /* for AUTO(): rolls back what was not ended */

#endif
