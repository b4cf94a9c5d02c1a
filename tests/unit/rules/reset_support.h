/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A reset playbook in a folder of its own, over a small view of its own, and an estate in memory to make plans of. */
#ifndef TESTS_UNIT_RULES_RESET_SUPPORT_H
#define TESTS_UNIT_RULES_RESET_SUPPORT_H

#include "rules/reset/plan.h"
#include "support.h"

#define RESET_NOW      INT64_C(134398161300000000) /* 2026-11-22T10:15:30Z */
#define RESET_INCIDENT (RESET_NOW - 3 * FILETIME_DAY)
#define RESET_HOUR     (INT64_C(3600) * FILETIME_SECOND)

/* phases first, second, third; people admin; places desk; sentences for the view. */
extern const char reset_playbook[];

/* The view: secret (accounts): d done, s suspect, p partly, g gone, until, hours, wave, note, made_at, many. */
extern const char reset_views[];

struct plan_lab {
    struct loaded l;
    struct store *store;
    sqlite3 *db;
    struct reset_totals totals;
    struct err err;
};

/* An action that is right: its id, and lines that replace the keys which they begin with. Static buffer, good for eight actions. */
const char *an_action(const char *id, const char *lines);

/* A folder with both files. */
struct loaded reset_folder(const char *playbook, const char *actions);
void reset_load_now(struct loaded *l);

/* Loads (no mistakes are expected) and makes an estate in which every source is complete and the incident was three days ago. */
struct plan_lab reset_lab(const char *actions);
void reset_lab_done(struct plan_lab *lab);
void reset_sql(struct plan_lab *lab, const char *sql);
/* An account of the view secret: values are SQL, such as "uac, display_name" and "1, 'x'". */
void reset_account(struct plan_lab *lab, int rid, const char *name, const char *columns,
                   const char *values);
enum rc reset_make(struct plan_lab *lab, const struct reset_options *options);
/* Makes the plan for the whole forest; it must succeed. */
void reset_plan(struct plan_lab *lab);
/* A column of the item of the first action, or of the one that is named "id/name". */
const char *reset_item(struct plan_lab *lab, const char *name, const char *column);
const char *reset_query(struct plan_lab *lab, const char *sql);

#endif
