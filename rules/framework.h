/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Frameworks as data (checks/frameworks/NAME.yaml): the items that `references` of checks and actions name. Private to rules/. */
#ifndef RULES_FRAMEWORK_H
#define RULES_FRAMEWORK_H

#include "rules/check.h"

struct framework_item {
    const char *id;
    struct text2 group, title; /* group may be NULL */
    struct text2 scope;        /* why nothing answers it; NULL = something should */
    bool is_seen;              /* number and wording were seen in the source */
    const struct yaml_node *node;
    size_t checks, questions, actions; /* that name it */
    size_t selected;                   /* checks and questions among them that the profile takes */
    struct framework_item *next;
};

struct framework {
    const char *name; /* as the key of references: the name of the file */
    const struct rules_file *file;
    struct text2 title, note;
    const char *edition;
    int64_t position; /* where it stands among the others */
    bool is_open;     /* holds only what checks name, so that no item of it can be left out */
    struct framework_item *items;
    size_t count;
    struct framework *next;
};

/* Reads DIRECTORY/frameworks; every mistake is reported. Without that folder (own checks) references are not looked at. */
void frameworks_load(struct rules *r, const char *directory);

/* Once checks and playbook are there: counts what answers each item, and reports references to what no table holds, and items that
 * nothing answers. */
void frameworks_check(struct rules *r);

const struct framework *framework_find(const struct rules *r, const char *name);
struct framework_item *framework_item_find(const struct framework *f, const char *id);

/* The items that a check names of one framework, one after the other: start with NULL. */
const struct yaml_node *framework_next(const struct check *c, const char *framework,
                                       const struct yaml_node *after);
bool framework_is_named(const struct check *c, const char *framework, const char *item);
bool check_is_question(const struct check *c);

/* command_show.c: the references of a check or action with the titles of their items, one a line. */
void rules_print_references(const struct rules *r, const struct check *c, const char *lang,
                            FILE *out);

/* result_framework.c: the tables framework, framework_item, framework_check, replaced as a whole, inside the transaction of the results. */
MUST_USE enum rc framework_write(const struct rules *r, sqlite3 *db, struct err *err);

#endif
