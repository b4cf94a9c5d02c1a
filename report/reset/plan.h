/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What the documents of the plan share. Private to report/reset/. */
#ifndef REPORT_RESET_PLAN_H
#define REPORT_RESET_PLAN_H

#include "report/assets.h"
#include "report/out.h"
#include "report/query.h"
#include "report/text.h"

struct report_options;

/* The documents, without opening or committing o. */
MUST_USE enum rc plandoc_csv(sqlite3 *db, const struct report_options *options, struct out *o,
                             struct err *err);
MUST_USE enum rc plandoc_json(sqlite3 *db, const struct report_options *options, struct out *o,
                              struct err *err);
MUST_USE enum rc plandoc_markdown(sqlite3 *db, const struct report_options *options, struct out *o,
                                  struct err *err);
MUST_USE enum rc plandoc_html(sqlite3 *db, const struct report_options *options, struct out *o,
                              struct err *err);

/* Columns of an item, of its action, and of its wave; where there are two languages, the Japanese one is the next column. */
enum plan_line_column {
    LINE_POSITION,
    LINE_WAVE,
    LINE_SUBJECT,
    LINE_NAME,
    LINE_STATE,
    LINE_IS_SEEN,
    LINE_PROVEN,
    LINE_NEEDED,
    LINE_UNTIL,
    LINE_REASON,
    LINE_EVIDENCE = LINE_REASON + 2,
    LINE_HAS_JSON, /* 1 = evidence is JSON */
    LINE_PROOF,
    LINE_WAS,
    LINE_IS_REGRESSION,
    LINE_FINDINGS
};

enum plan_head_column {
    HEAD_ACTION,
    HEAD_PHASE,
    HEAD_PHASE_TITLE,
    HEAD_TITLE = HEAD_PHASE_TITLE + 2,
    HEAD_WHO = HEAD_TITLE + 2,
    HEAD_PLACE = HEAD_WHO + 2,
    HEAD_TIMES = HEAD_PLACE + 2
};

enum plan_wave_column {
    WAVE_START,
    WAVE_DUE
};

/* Every item of the plan in the order of the plan. Only keys are sorted; each item is looked up by its key, so that memory stays what it is
 * for any number of items. Action and wave are read when they change. */
struct plan_lines {
    sqlite3_stmt *keys, *line, *head,
        *wave; /* line, head and wave stand on a row after each plandoc_lines_next; columns of a wave that is not there are NULL */
    int64_t action_no, wave_no;
};

MUST_USE enum rc plandoc_lines_open(struct plan_lines *l, sqlite3 *db, struct err *err);
void plandoc_lines_done(struct plan_lines *l); /* for AUTO() */
/* False in *ret_row at the end. */
MUST_USE enum rc plandoc_lines_next(struct plan_lines *l, bool *ret_row, struct err *err);

/* How many subjects of an action a page lists: of those that are finished a few only, since what is done needs no paper. */
int64_t plandoc_subject_limit(int64_t limit, int64_t items, int64_t finished);

/* The subjects of one action that a page lists (parameters: ?1 action_no, ?2 how many at most): what was lost and what is suspect first,
 * then what is open, then what is finished; in the order of the plan. Those that need nothing are left out. */
extern const char plandoc_subjects[];

enum plan_subject_column {
    SUBJECT_KEY,
    SUBJECT_NAME,
    SUBJECT_WAVE,
    SUBJECT_STATE,
    SUBJECT_IS_SEEN,
    SUBJECT_PROVEN,
    SUBJECT_NEEDED,
    SUBJECT_UNTIL,
    SUBJECT_DUE,
    SUBJECT_REASON,
    SUBJECT_IS_REGRESSION = SUBJECT_REASON + 2
};

/* One row an action: what it is, and how many of its items are in which state. Two languages as above. */
extern const char plandoc_actions[];

enum plan_action_column {
    ACTION_NO,
    ACTION_PHASE,
    ACTION_ID,
    ACTION_TITLE,
    ACTION_WHY = ACTION_TITLE + 2,
    ACTION_STEPS = ACTION_WHY + 2,
    ACTION_RISK,
    ACTION_ROLLBACK = ACTION_RISK + 2,
    ACTION_WAIT = ACTION_ROLLBACK + 2,
    ACTION_WHO = ACTION_WAIT + 2,
    ACTION_PLACE = ACTION_WHO + 2,
    ACTION_TIMES = ACTION_PLACE + 2,
    ACTION_IS_ATTESTED,
    ACTION_REFS,
    ACTION_STATE,
    ACTION_ITEMS,
    ACTION_FINISHED,
    ACTION_UNSEEN,
    ACTION_START,
    ACTION_FINISH,
    ACTION_WAVES,
    ACTION_NEEDLESS,
    ACTION_REGRESSIONS,
    ACTION_UNTIL,
    ACTION_DO_NOW
};

/* Ranges of the numbers of the actions in a list of ids: the rows of a statement with one parameter (the action's number) that gives numbers
 * in rising order. Calls each(first, last) for each run. */
extern const char plandoc_after[], plandoc_blocked_by[];
MUST_USE enum rc plandoc_ranges(sqlite3_stmt *numbers, int64_t action_no,
                                void (*each)(void *context, int64_t first, int64_t last),
                                void *context, struct err *err);

/* The text of a pair of columns in that language; "" for NULL. */
const char *plandoc_text(sqlite3_stmt *q, int column, enum text_lang lang);
/* A time of a column to the second with its offset; "" for NULL and 0. */
const char *plandoc_time(struct arena *a, sqlite3_stmt *q, int column);
/* A word of the catalogue; the id where it has none. */
const char *plandoc_word(const struct assets *s, const char *prefix, const char *id,
                         enum text_lang lang);
/* A message with {1} and {2} filled; NULL when memory is short. */
const char *plandoc_fill(struct arena *a, const char *message, const char *first,
                         const char *second);

/* A decimal filetime of audit_info; 0 when it is not there. */
MUST_USE enum rc plandoc_info_time(sqlite3 *db, const char *name, filetime *ret, struct err *err);
/* A text of audit_info in the arena; "" when it is not there. */
MUST_USE enum rc plandoc_info(sqlite3 *db, const char *name, struct arena *a, const char **ret,
                              struct err *err);
/* The organisation in that language, else in the other. */
MUST_USE enum rc plandoc_organisation(sqlite3 *db, enum text_lang lang, struct arena *a,
                                      const char **ret, struct err *err);
/* Folder and name of the evidence file; "" of one in memory. */
const char *plandoc_evidence_name(sqlite3 *db);

/* Calls each for each step of reset_action.steps: its sentence, and each command of it with its kind (powershell cmd samba, others). */
struct plan_step_calls {
    void (*step)(void *context, const char *text);
    void (*command)(void *context, const char *kind, const char *text);
    void *context;
};

MUST_USE enum rc plandoc_steps(const char *json, enum text_lang lang,
                               const struct plan_step_calls *calls, struct err *err);

#endif
