/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The state of the estate in terms of its managers: themes, facts, measures and risks of checks/management, and the tables grade, grade_check,
 * measure and risk of the evidence file. Private to rules/. */
#ifndef RULES_GRADE_MANAGEMENT_H
#define RULES_GRADE_MANAGEMENT_H

#include "rules/grade/formula.h"
#include "rules/outcome.h"

enum {
    MANAGEMENT_MAX_PATTERNS = 160,
    MANAGEMENT_MAX_NAMES = 6, /* facts of one statement */
    MANAGEMENT_MAX_FACTS = 200,
    MANAGEMENT_MAX_THEMES = 32
};

/* What a check is taken by: globs of ids, or "tag:NAME". */
struct pattern_list {
    const struct yaml_node *nodes[MANAGEMENT_MAX_PATTERNS];
    size_t count;
};

enum fact_kind {
    FACT_FINDINGS, /* failed results */
    FACT_SUBJECTS, /* what failed, each once */
    FACT_JUDGED,   /* results, whatever they are */
    FACT_UNKNOWN,  /* those that are not known */
    FACT_SQL
};

extern const char *const fact_keys[]; /* by kind, then NULL */

/* Named numbers about the estate: of one SELECT, or of the results of some checks. */
struct fact {
    const struct yaml_node *node;
    const char *names[MANAGEMENT_MAX_NAMES];
    size_t count;
    struct expr sql;               /* text NULL = of results */
    struct pattern_list checks;    /* globs of ids */
    enum fact_kind kind;           /* of results */
    const struct yaml_node *tests; /* list; NULL = none */
    struct fact *next;
};

/* A sentence with a condition over facts; the first that holds is said. */
struct sentence {
    const struct yaml_node *node;
    const char *id;
    struct expr when; /* text NULL = always */
    struct text2 text;
    struct sentence *next;
};

struct theme {
    const struct yaml_node *node;
    const char *id; /* "" = the whole estate */
    struct text2 title;
    const char *link; /* NULL = findings */
    struct pattern_list checks;
    struct sentence *sentences;
    const struct yaml_node *tests;
    struct theme *next;
};

struct measure {
    const struct yaml_node *node;
    const char *id;
    struct text2 title, how;
    int effort; /* index of effort_words */
    struct pattern_list checks;
    struct measure *next;
};

struct risk {
    const struct yaml_node *node;
    const char *id;
    int level; /* index of severity_words, critical to medium */
    const struct theme *theme;
    struct expr when;
    struct text2 title, text;
    const struct yaml_node *tests;
    struct risk *next;
};

struct management {
    const struct rules_file *themes_file, *facts_file, *measures_file, *risks_file;
    struct theme *all;    /* title and sentences of the whole estate; NULL = a mistake */
    struct theme *themes; /* in their order */
    size_t theme_count;
    struct fact *facts;
    struct measure *measures;
    struct risk *risks;
};

extern const char *const effort_words[5]; /* hours days weeks project, NULL */

/* load.c: reads DIRECTORY/management; every mistake is reported. Without that folder (own checks) r->management stays NULL. */
void management_load(struct rules *r, const char *directory);

/* assign.c: once checks are there: each check gets its theme and its measure, and what fits nowhere, or for nothing, is reported. */
void management_assign(struct rules *r);
bool pattern_takes(const struct yaml_node *pattern, const struct check *c);

/* compile.c: tries the SQL of facts and conditions, and the words in braces of sentences. */
void management_compile(struct rules *r, sqlite3 *db);

/* A value by its name. */
struct named_value {
    const char *name;
    bool is_known;
    int64_t number;
};

struct values {
    struct named_value *items;
    size_t count, room;
};

/* text.c */
const struct named_value *values_find(const struct values *v, const char *name, size_t n);
void values_set(struct values *v, const char *name, bool is_known, int64_t number);

/* The next "{name}" or "{name:one|many}" of a text from *at on; false when there is none. A brace without its other half is a piece with no
 * name. */
struct brace {
    const char *from, *end; /* of the text */
    const char *name;
    size_t name_size;
    const char *one, *many; /* NULL = the number itself */
    size_t one_size, many_size;
};

bool brace_next(const char *text, const char **at, struct brace *ret);
/* The text with its braces filled; NULL when a value is not known, or memory is short. */
const char *text_fill(struct arena *a, const char *text, const struct values *v);
/* SELECT of a condition over values, and what a guard needs; NULL when memory is short. */
const char *when_statement(struct arena *a, const struct expr *when, const struct values *v);

/* The values that a sentence of a theme may use besides the facts. */
extern const char *const theme_value_names[];

/* facts.c: every fact over the connection of an evaluation, and over the results in `results` (the same transaction). A fact that fails is
 * not known. *ret has room for the values of a theme, too; owned by e->arena. */
struct tallies;
MUST_USE enum rc facts_evaluate(struct evaluation *e, sqlite3 *results, const struct tallies *t,
                                struct values *ret, struct err *err);
/* The same of one fact of SQL only, with its own names. */
MUST_USE enum rc fact_evaluate_alone(struct evaluation *e, const struct fact *f, struct values *ret,
                                     struct err *err);
/* Every fact, not known, and the values of a theme, 0. */
MUST_USE enum rc values_begin(struct arena *a, const struct management *m, struct values *ret,
                              struct err *err);
/* False when a value is not known, or memory is short. */
bool text2_fill(struct arena *a, const struct text2 *text, const struct values *v,
                struct text2 *ret);
/* False also when it is not known. */
bool when_holds(struct evaluation *e, const struct expr *when, const struct values *v);
/* The first sentence that holds and whose values are known, with its texts filled; NULL when there is none. */
const struct sentence *sentence_choose(struct evaluation *e, const struct theme *t,
                                       const struct values *v, struct text2 *ret);

/* write.c: the tables, replaced as a whole, inside the transaction of the results. */
MUST_USE enum rc grade_write(struct evaluation *e, sqlite3 *db, struct err *err);

/* inline_test.c: the tests of facts, themes and risks whose names ("fact.NAME", "theme.ID", "risk.ID") match id. */
MUST_USE enum rc management_test(struct rules *r, const char *id, struct mistakes *problems,
                                 struct store *store, size_t *passed, size_t *failed,
                                 struct err *err);

#endif
