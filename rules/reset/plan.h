/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Making a plan: what its steps share. Private to rules/reset/. */
#ifndef RULES_RESET_PLAN_H
#define RULES_RESET_PLAN_H

#include "rules/outcome.h"
#include "rules/reset/playbook.h"

#define PLAN_LATEST \
    INT64_C(2650467743990000000) /* 9999-12-31T23:59:59Z: no time of a plan is later */

enum {
    PEOPLE_MAX = 100
};

struct work { /* what one action comes to */
    uint64_t items, finished, unseen, by_state[RESET_STATE_COUNT];
    const struct action **
        needs; /* what it waits for: an action without subjects passes on what it waits for itself */
    size_t need_count;
    int waves;
    filetime until, start, finish; /* 0 = none */
    int64_t delay_hours;
    bool is_scheduled;
    bool is_first_found;
    struct text2 first; /* the sentence that says what comes before it; en NULL = nothing */
};

struct scope_name { /* a subject that an incident's scope names */
    const char *subject;
    unsigned kind; /* RESET_HOST, RESET_ACCOUNT or both */
};

struct batch {
    const char *word;
    int64_t size;
    struct batch *next;
};

struct plan {
    struct rules *rules;
    struct playbook *playbook;
    struct evaluation e; /* sentences about what was not seen; its db is the reader */
    sqlite3 *db;         /* reads */
    sqlite3 *out;        /* writes; may be the same connection */
    struct arena *arena, *scratch;
    filetime now, incident, start;
    int people;
    unsigned scope;
    struct text2 scope_text;  /* for a sentence */
    struct scope_name *names; /* sorted by subject */
    size_t name_count;
    struct batch *batches;
    bool has_before, has_decisions, has_results;
    struct work *work; /* by action number - 1 */
    sqlite3_stmt *item, *wave, *before, *decision, *finding, *here, *drop;
    const char *kind;
    struct reset_totals totals;
};

/* One row of an action's statement, on its way to a state. */
struct item {
    const char *subject, *name, *target;
    enum reset_state state;
    bool is_seen, is_regression;
    int done; /* 1, 0, -1 = NULL */
    sqlite3_stmt *row;
    filetime until; /* 0 = none */
    const char *was;
    struct text2 reason;
    const char *findings; /* of the subject; NULL = none */
    bool is_called;       /* one of these calls for the action */
};

/* state.c: the state of one item, with its sentence. */
MUST_USE enum rc item_judge(struct plan *p, const struct action *a, struct item *i,
                            struct err *err);
/* The same for one that no row stands for: i->reason says why it is there; open, unless i->state says that it is not needed or a person
 * decided. */
MUST_USE enum rc item_judge_other(struct plan *p, const struct action *a, struct item *i,
                                  struct err *err);

/* scope.c: options into the plan; RC_USAGE with a sentence for the operator. */
MUST_USE enum rc plan_options(struct plan *p, struct store *store, const struct reset_options *o,
                              struct err *err);
bool plan_is_in_scope(const struct plan *p, const struct action *a, const char *subject);
int64_t plan_batch(const struct plan *p, const struct action *a); /* 0 = not divided */

/* schedule.c: t and so many minutes more, never past PLAN_LATEST. */
filetime plan_after(filetime t, int64_t minutes);
/* When each action that is open begins and ends, for so many people. */
MUST_USE enum rc plan_schedule(struct plan *p, struct err *err);

/* plan_write.c: phases, actions, waves, progress. */
/* *ret_is_new false: the action has the subject already, and nothing was written. */
MUST_USE enum rc plan_write_item(struct plan *p, const struct action *a, const struct item *i,
                                 int wave, int64_t position, bool *ret_is_new, struct err *err);
/* How much a state asks of a person: the lower the more. */
int plan_rank(enum reset_state state);
MUST_USE enum rc plan_write_heads(struct plan *p, struct err *err);
MUST_USE enum rc plan_prepare(struct plan *p, const char *sql, sqlite3_stmt **ret, struct err *err);
MUST_USE enum rc plan_prepare_out(struct plan *p, const char *sql, sqlite3_stmt **ret,
                                  struct err *err);
MUST_USE enum rc plan_step(struct plan *p, sqlite3_stmt *s, struct err *err);
bool plan_has_rows(struct plan *p, const char *sql);

/* plan.c: as reset_plan_make, on open connections (which may be one, in tests); no derived tables are made. */
MUST_USE enum rc plan_make_on(struct rules *r, sqlite3 *db, struct store *store,
                              const struct reset_options *options, struct reset_totals *ret,
                              struct err *err);

#endif
