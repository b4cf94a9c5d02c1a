/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The reset playbook as loaded: phases, and actions in an order in which each comes after all that it depends on. Private to rules/. */
#ifndef RULES_RESET_PLAYBOOK_H
#define RULES_RESET_PLAYBOOK_H

#include "rules/check.h"
#include "rules/reset/reset.h"

enum reset_state {
    RESET_BLOCKED,
    RESET_READY,
    RESET_WAITING,
    RESET_DONE,
    RESET_PARTLY,
    RESET_SUSPECT,
    RESET_ATTESTED,
    RESET_NOT_NEEDED,
    RESET_STATE_COUNT
};

extern const char *const reset_state_words[RESET_STATE_COUNT + 1]; /* NULL at the end */

enum explain { /* sentences that the playbook may have for a state */
    EXPLAIN_OPEN,
    EXPLAIN_PARTLY,
    EXPLAIN_SUSPECT,
    EXPLAIN_DONE,
    EXPLAIN_NOT_NEEDED,
    EXPLAIN_COUNT
};

extern const char *const explain_words[EXPLAIN_COUNT + 1];

enum reset_scope { /* kinds of incident, as bits */
    RESET_FOREST = 1,
    RESET_HOST = 2,
    RESET_ACCOUNT = 4
};

struct reset_word { /* a phase, a person, a place; or the sentences of a view */
    const char *id;
    struct text2 title, about;
    struct text2 explain[EXPLAIN_COUNT];
    const struct yaml_node *node;
    int number; /* from 1 */
    struct reset_word *next;
};

enum {
    ACTION_MAX_AFTER = 24,
    ACTION_MAX_FINDINGS = 16
};

struct action {
    struct check
        check; /* id, view, applies, done as pass, shown: the columns that its sentences name, tests */
    const struct reset_word *phase, *who, *place;
    unsigned scope;
    const char *findings[ACTION_MAX_FINDINGS];
    size_t finding_count;
    const char *after[ACTION_MAX_AFTER]; /* globs as written */
    size_t after_count;
    struct action **needs; /* actions that these mean */
    size_t need_count;
    const struct yaml_node *steps;
    struct text2 wait, risk, rollback;
    int64_t times, minutes_once, minutes_each;
    const char *batch;
    bool is_attested; /* done: attest */
    struct expr wave, order, not_needed, partly, suspect, until, delay, proven, needed, proof;
    struct text2 explain[EXPLAIN_COUNT];
    const char *statement, *written;
    size_t done_read; /* how many of check.read the conditions applies and done name */
    int number;       /* from 1, the order of the plan; 0 while it is not placed */
    struct action *next;
};

struct playbook {
    const struct rules_file *file; /* playbook.yaml */
    struct reset_word *phases, *people, *places, *explains;
    struct action *actions;  /* as read */
    struct action **ordered; /* count of them */
    size_t count;
};

/* Columns of an action's statement; the shown ones, then one "IS NULL" each of check.read, then the target, follow. */
enum action_column {
    ACTION_SUBJECT,
    ACTION_NAME,
    ACTION_DONE,
    ACTION_SUSPECT,
    ACTION_PARTLY,
    ACTION_NOT_NEEDED,
    ACTION_UNTIL,
    ACTION_DELAY,
    ACTION_PROVEN,
    ACTION_NEEDED,
    ACTION_PROOF,
    ACTION_WAVE,
    ACTION_SHOWN
};

/* playbook.c: reads DIRECTORY/reset; every mistake is reported. Nothing happens when there is no such folder. */
void playbook_load(struct rules *r, const char *directory);
/* The same from documents in memory: the one of playbook.yaml, and actions. */
void playbook_parse(struct rules *r, const struct rules_file *file, const struct yaml_node *head,
                    const struct yaml_node *actions);
/* The sentences of a map `explain`; a word of a list by its key (NULL after reporting what is wrong). */
void playbook_sentences(struct rules *r, const struct rules_file *file, const struct yaml_node *map,
                        const char *id, struct text2 ret[EXPLAIN_COUNT]);
const struct reset_word *playbook_word(struct rules *r, const struct rules_file *file,
                                       const struct yaml_node *map, const char *key, const char *id,
                                       const struct reset_word *list);
/* action.c: one document to an action that is appended to the playbook. */
void action_parse(struct rules *r, const struct rules_file *file, const struct yaml_node *node);
/* action_sql.c: tries its SQL and builds the statement; order.c: what comes after what, cycles are mistakes. */
void action_compile(struct rules *r, struct action *a, sqlite3 *db);
void playbook_order(struct rules *r);
void playbook_compile(struct rules *r,
                      sqlite3 *db); /* all of the above, once the views are known */

/* sentence.c: the placeholders of a text in braces are columns of the view. Reports those that it lacks, and brackets that do not match, in a
 * map `explain`. */
void sentence_check(struct rules *r, const struct rules_file *file, const struct yaml_node *map,
                    const char *id, const struct view *v, const struct text2 texts[EXPLAIN_COUNT]);
/* Adds the columns that the action's sentences name to the shown ones. */
void sentence_columns(struct rules *r, struct action *a, const struct view *v);
/* Fills a text from a row of an action's statement: NULL stays "?", an optional part with a NULL in it is left out. Times are written in the
 * time zone of this process; of other values at most 300 characters, none of them invisible. In the arena, made in w, which is cleared; NULL when
 * memory is short. */
const char *sentence_fill(struct arena *arena, struct wr *w, const struct action *a,
                          const char *text, sqlite3_stmt *row);
/* Three texts in a row, in the arena; NULL when one of them is, or memory is short. */
const char *sentence_join(struct arena *arena, const char *a, const char *b, const char *c);
/* "2026-11-23 10:02 (+09:00)" in the time zone of this process. */
const char *sentence_time(filetime t, char *buf, size_t size);

/* action_show.c: an action for its author, as checks show does; false when there is none. lang: en, ja. */
bool action_show(const struct rules *r, const char *id, const char *lang, FILE *out);

/* plan_test.c: the inline tests of actions, as rules_test does those of checks. */
MUST_USE enum rc playbook_test(struct rules *r, const char *id, struct mistakes *problems,
                               struct store *store, size_t *ret_passed, size_t *ret_failed,
                               struct err *err);

#endif
