/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What the files of rules/ share: a check as loaded, the words it may use, and the list of mistakes. Private to rules/. */
#ifndef RULES_CHECK_H
#define RULES_CHECK_H

#include <stdio.h>

#include "audit/base/filetime.h"
#include "audit/yaml/yaml_tree.h"
#include "rules/rules.h"

/* A file as read: positions inside a condition are found again in its bytes. */
struct rules_file {
    const char *path;
    const char *bytes;
    size_t size;
};

/* An SQL expression of a check. */
struct expr {
    const char *text;             /* NULL when the check has none */
    const struct yaml_node *node; /* where it stands; of a short form the node of that */
    bool is_written; /* false when a short form made it, so that there is no position inside */
    const char *sql; /* parameters written out as literals */
};

enum parameter_type {
    PARAMETER_INTEGER,
    PARAMETER_BOOLEAN,
    PARAMETER_TEXT
};

struct parameter {
    const char *name;
    enum parameter_type type;
    int64_t number;     /* integer or boolean */
    const char *text;   /* text */
    int64_t own_number; /* the check's own value, before a profile set another one */
    const char *own_text;
    bool has_min, has_max;
    int64_t min, max;
    struct text2 label; /* may be NULL */
};

enum {
    CHECK_MAX_TAGS = 16,
    CHECK_MAX_PARAMETERS = 16,
    CHECK_MAX_SHOWN = 24,
    CHECK_MAX_NEEDS = 16,
    CHECK_MAX_READ = 63,
    CHECK_MAX_PROBES = 48
};

/* A column that a short form adds to the evidence of a verdict: its name in the view, and what stands for it. */
struct extra {
    const char *name;
    const char *sql;
};

/* What a check wants to be read from hosts. */
struct probes {
    const char *registry[CHECK_MAX_PROBES]; /* "HKLM\…\Key|Value" */
    size_t registry_count;
    const char *services[CHECK_MAX_PROBES];
    size_t service_count;
};

struct check {
    const struct rules_file *file;
    const struct yaml_node *node;
    const char *id;
    const char *view;
    int severity;     /* index of severity_words, -1 when wrong */
    int own_severity; /* the check's own, before a profile set another one */
    const char *tags[CHECK_MAX_TAGS];
    size_t tag_count;
    struct text2 title, why, fix;
    const struct yaml_node *references;
    struct parameter parameters[CHECK_MAX_PARAMETERS];
    size_t parameter_count;
    struct expr pass, applies, item, name;
    const char *pass_word; /* how the author calls `pass`; NULL = pass */
    const char *shown[CHECK_MAX_SHOWN];
    size_t shown_count;
    const char
        *needs[CHECK_MAX_NEEDS]; /* as written and as implied by views that the condition reads */
    size_t need_count;
    const char *read[CHECK_MAX_READ]; /* columns of the view that pass and applies name */
    size_t read_count;
    struct probes probes;
    struct extra extras[6]; /* shown before the others */
    size_t extra_count;
    const char *setting;           /* of a short form: the setting's name for a reason; else NULL */
    struct question *question;     /* of the key `ask`; NULL for other checks */
    const struct yaml_node *tests; /* list; may be NULL */
    const char *written;           /* all that the author wrote of the statement, for the guard */
    const char *statement;         /* the SELECT that is run; NULL when the check has a mistake */
    bool is_selected;              /* by the profile */
    bool can_be_unknown; /* its condition is NULL when all it reads is NULL, or it needs a source */
    const struct theme *theme; /* grade/management.h; NULL = none, also the next three */
    const struct measure *measure;
    const struct yaml_node *theme_pattern, *measure_pattern; /* what took it */
    struct check *next;
};

struct word2 { /* a tag or a source */
    const char *name;
    struct text2 label;
};

struct vocabulary {
    struct word2 *tags, *sources;
    size_t tag_count, source_count;
};

struct waiver {
    const char *check; /* id or glob; NULL when it names one finding */
    const char
        *subject;     /* key, name, glob, @break-glass or @honey; NULL when it names one finding */
    const char *item; /* key or glob; NULL: any */
    const char *finding; /* "F-" and 12 hex digits in lower case; else NULL */
    const char *reason, *approver, *expires;
    filetime ends; /* first moment at which it no longer applies */
    int number;    /* from 1, as in the table waiver */
    unsigned line; /* of the file */
    bool is_known; /* there is a check that it could mean, or it names a finding */
    uint64_t used; /* findings that it waives */
    uint64_t
        fits; /* findings that it means: those that it waives, those of a closer waiver, and since its end those that came back */
    struct waiver *next;
};

struct mistakes {
    struct arena *arena;
    struct mistake *first;
    size_t count;
    bool is_cut; /* there were more than are kept */
};

struct column {
    const char *name;
    struct text2 label;         /* NULL when the view does not label it */
    const char *const *sources; /* beyond those of the view, NULL-terminated */
};

struct view {
    const char *name;
    struct column *columns;
    size_t count;
    const char *const *sources; /* own sources, NULL-terminated */
};

/* What a check may read: the views of an evidence file of this version. */
struct catalogue {
    struct view *views;
    size_t count;
    const char *const *view_names;  /* NULL-terminated, for suggestions */
    const char *const *table_names; /* NULL-terminated */
};

struct rules {
    struct arena *arena;
    struct vocabulary words;
    struct catalogue catalogue;
    struct check *checks;
    struct check **tail;
    size_t selected;
    struct text2 profile_title;
    struct profile_info *profiles; /* by name, when they were asked for */
    struct waiver *waivers;
    size_t waiver_count;
    bool is_lenient; /* see rules_options.orphans */
    struct mistakes mistakes;
    sqlite3 *outline;        /* outline.c, while checks are compiled; else NULL */
    bool is_quick;           /* see rules_options */
    const char *extra_views; /* of tests: SQL that adds views to every store made here */
    uint64_t step_limit;     /* virtual machine steps of one statement; 0 = the default */
    const char *const *sources;
    size_t source_count;
    const char *const *registry; /* of all selected checks, sorted, without repeats */
    size_t registry_count;
    const char *const *services;
    size_t service_count;
    const struct question *questions; /* of the checks, in their order */
    struct playbook *playbook;        /* reset/playbook.h; NULL when there is none */
    struct framework *frameworks;     /* framework.h; NULL when there are none */
    struct management *management;    /* grade/management.h; NULL when there is none */
    bool
        is_reset_only; /* nothing of the checks is collected; since loading: their SQL was not tried */
};

extern const char *const severity_words[6]; /* critical … info, NULL */

/* mistakes.c */
void mistake_at(struct mistakes *m, const struct rules_file *file, unsigned line, unsigned column,
                const char *check, const char *fmt, ...) PRINTF_LIKE(6, 7);
void mistake_node(struct mistakes *m, const struct rules_file *file, const struct yaml_node *node,
                  const char *check, const char *fmt, ...) PRINTF_LIKE(5, 6); /* at the value */
void mistake_key(struct mistakes *m, const struct rules_file *file, const struct yaml_node *node,
                 const char *check, const char *fmt, ...)
    PRINTF_LIKE(5, 6); /* at the key of the value */
void mistake_err(struct mistakes *m, const struct err *err);
/* Sorted by file, line and column. */
const struct rules_mistake *mistakes_list(struct mistakes *m);
/* " (did you mean 'x'?)" in a static buffer, or "". */
const char *did_you_mean(const char *word, const char *const *candidates);

/* fields.c: the small pieces that checks, profiles and waivers are made of; every mistake is reported */
struct key_spec {
    const char *name;
    bool is_required;
    const char *schema; /* JSON Schema of the value, for checks schema; NULL in other files */
    const char *doc;
};

void fields_check_keys(struct mistakes *m, const struct rules_file *file,
                       const struct yaml_node *map, const char *check, const struct key_spec *specs,
                       size_t count);
const char *field_text(struct mistakes *m, const struct rules_file *file,
                       const struct yaml_node *map, const char *key,
                       const char *check); /* NULL when absent or wrong */
struct text2 field_text2(struct mistakes *m, const struct rules_file *file,
                         const struct yaml_node *map, const char *key, const char *check);
/* A word or a list of words; at most room of them, which must be among candidates (NULL: any). */
size_t field_words(struct mistakes *m, const struct rules_file *file, const struct yaml_node *map,
                   const char *key, const char *check, const char *const *candidates,
                   const char *what, const char **ret, size_t room);
bool yaml_is_null(const struct yaml_node *node);
bool yaml_bool(const struct yaml_node *node, bool *ret);
bool yaml_integer(const struct yaml_node *node, int64_t *ret);  /* decimal or 0x… */
bool glob_matches(const char *glob, const char *word);          /* only '*' */
bool glob_matches_any_case(const char *glob, const char *word); /* A-Z as a-z */

/* vocabulary.c */
MUST_USE enum rc vocabulary_load(struct rules *r, const char *directory, struct err *err);
const char *const *vocabulary_names(struct arena *a, const struct word2 *words, size_t count);
const struct word2 *vocabulary_source(const struct vocabulary *v, const char *name);

/* files.c */
MUST_USE enum rc rules_default_directory(struct arena *a, const char **ret, struct err *err);
MUST_USE enum rc rules_read_file(struct arena *a, const char *path, struct rules_file *ret,
                                 struct err *err);
/* The documents of a file and, in *ret, the file for places of mistakes; NULL for an empty one and after reporting what is wrong with it. */
const struct yaml_node *rules_read_yaml(struct rules *r, const char *path, struct rules_file **ret);
/* Paths of the check files below a directory (or the file itself), sorted. */
MUST_USE enum rc rules_find_files(struct arena *a, const char *path, const char ***ret,
                                  size_t *ret_count, struct err *err);

/* parse_check.c: one document to a check that is appended to r; the SQL is looked at later */
void check_parse(struct rules *r, const struct rules_file *file, const struct yaml_node *node);
extern const struct key_spec check_keys[];
/* Pieces of it that actions of the reset playbook have in common with checks. */
bool check_is_id(const char *s);
void check_parse_references(struct rules *r, struct check *c);
void check_parse_expression(struct rules *r, struct check *c, const char *key, struct expr *ret);
extern const size_t check_key_count;

/* parameter.c */
void parameters_parse(struct rules *r, struct check *c, const struct yaml_node *map);
struct parameter *parameter_find(struct check *c, const char *name, size_t n);
/* Sets values from a map name -> value (a profile or a test), within type and bounds. */
void parameters_override(struct mistakes *m, const struct rules_file *file,
                         const struct yaml_node *map, struct check *c);

/* probes.c: what checks want to be read from hosts */
void probes_parse(struct rules *r, struct check *c); /* the key 'reads' */
void probes_add_registry(struct rules *r, struct check *c, const struct yaml_node *node,
                         const char *key, const char *value);
void probes_add_service(struct rules *r, struct check *c, const struct yaml_node *node,
                        const char *name);
MUST_USE enum rc probes_list(struct rules *r,
                             struct err *err); /* fills r->registry and r->services */

/* short_form.c: pass (and for) of a check from registry, service, policy or account_flag */
void short_form_compile(struct rules *r, struct check *c);
bool uac_flag_value(const char *name, int64_t *ret);
extern const char *const uac_flag_names[];

/* statement.c: SQL of a check */
void check_compile(struct rules *r, struct check *c,
                   sqlite3 *db); /* reports mistakes, fills read, needs, statement */
/* Tries a further expression over the rows of the check's view, which was compiled; false after reporting what is wrong. What it reads
 * counts as read by the check. One that finishes a subject (is_finishing) may not be true where nothing was seen. */
bool check_try(struct rules *r, struct check *c, sqlite3 *db, const char *key, struct expr *e,
               bool is_finishing);

/* catalogue.c */
MUST_USE enum rc catalogue_load(struct arena *a, sqlite3 *db, struct catalogue *ret,
                                struct err *err);
const struct view *catalogue_view(const struct catalogue *c, const char *name);
const char *const *view_column_names(struct arena *a, const struct view *v);
const struct column *view_column(const struct view *v, const char *name);

/* outline.c: a connection with the views of the catalogue as outlines, in memory; the caller closes it */
MUST_USE enum rc outline_open(const struct catalogue *c, sqlite3 **ret, struct err *err);
void outline_closep(sqlite3 **db);

/* profile.c: selects checks, sets their severity and parameters. home: the checks that came with the program, whose profiles are known as well. */
void profile_apply(struct rules *r, const char *directory, const char *home, const char *name);
/* profile_all.c: reads every profile of the folder, so that its mistakes are told and r->profiles is filled; the checks stay as they were. */
void profiles_load(struct rules *r, const char *directory);

/* What a profile says of itself, as far as that could be read. */
struct profile_info {
    const char *name;
    const char *extends; /* NULL = nothing */
    struct text2 title, why;
    size_t selected;
    struct profile_info *next;
};

/* Applies one profile and fills *ret; its mistakes are reported. */
void profile_apply_path(struct rules *r, const char *directory, const char *home, const char *name,
                        struct profile_info *ret);
/* profile_value.c: the keys `severities` and `parameters` of a profile. */
void profile_set_severities(struct rules *r, const struct rules_file *file,
                            const struct yaml_node *map);
void profile_set_parameters(struct rules *r, const struct rules_file *file,
                            const struct yaml_node *map);
int severity_index(const char *word); /* -1 when there is no such word */
/* Names of the profiles in both folders, sorted, NULL-terminated. */
const char *const *profile_names(struct arena *a, const char *directory, const char *home);

/* waiver.c */
void waivers_load(struct rules *r, const char *path);
struct check *rules_find(struct rules *r, const char *id);
/* The id that is nearest to a word or glob, as did_you_mean. */
const char *rules_nearest(struct rules *r, const char *id);

/* load.c: as rules_load, with SQL that adds views to the store that checks are compiled against (tests of rules/) */
MUST_USE enum rc rules_load_with(const struct rules_options *options, const char *extra_views,
                                 struct rules **ret, const struct rules_mistake **ret_mistakes,
                                 struct err *err);
bool check_uses_source(const struct rules *r, const struct check *c, const char *source);
MUST_USE enum rc rules_memory_store(const struct rules *r, struct store **ret, struct err *err);

/* inline_test.c: which verdicts the tests of a check expect somewhere */
void rules_expected_verdicts(const struct yaml_node *tests, bool *ret_pass, bool *ret_fail,
                             bool *ret_unknown);

/* put.c: text and JSON into a writer, columns of a table for a terminal */
const char *text2_in(const struct text2 *t, const char *lang); /* "" when there is none */
/* Text and spaces up to width, counted as a terminal shows it; at least `gap` of them. */
void put_padded(FILE *out, const char *text, size_t width, size_t gap);
void put_json_text(struct wr *w, const char *s, size_t n);
/* , "key": "text", or null */
void put_json_field(struct wr *w, const char *key, const char *text);
void put_json_words(struct wr *w, const char *const *words, size_t count);
void put_sql_text(struct wr *w, const char *s); /* 'quoted' */
char *put_take(struct arena *a,
               struct wr *w); /* copy in the arena and clears w; NULL after a fault */

#endif
