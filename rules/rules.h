/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Checks: YAML in, verdicts out. Loading never touches the network; evaluation reads the evidence file on a read-only
 * connection and writes the result tables through the writer. */
#ifndef RULES_RULES_H
#define RULES_RULES_H

#include "audit/base/arena.h"
#include "audit/evidence/store.h"

/* Text in both languages of Kagimori. */
struct text2 {
    const char *en;
    const char *ja;
};

/* A mistake found while loading: "file:line:column: check-id: message (did you mean …)". */
struct rules_mistake {
    const char *text;
    struct rules_mistake *next;
};

struct rules; /* a loaded set of checks, profiles applied; owns an arena */

struct rules_options {
    const char *directory; /* checks/; NULL = beside the executable or under the prefix */
    const char *profile;   /* name of profiles/NAME.yaml, or NULL for all */
    const char *waivers;   /* file, or NULL */
    bool
        reset_only; /* for the reset plan: the SQL of checks is not tried, nothing is collected for them (rules_select_reset_only), and they cannot be evaluated */
    /* Statements are compiled against outlines of their views only, which takes a fraction of the time. What is found then too: every mistake
     * but a statement that passes a limit of SQLite together with its view; its evaluation fails, and the check is unknown. */
    bool is_quick;
    bool
        all_profiles; /* every profile of the folder is looked at as well, for its mistakes and for rules_profiles */
    bool orphans; /* waivers of checks that do not exist are no mistakes, for `waivers check` */
};

/* Loads everything; collects all mistakes (ret_mistakes, owned by *ret) and returns RC_USAGE when there is one. *ret is set even
 * then, so that mistakes can be listed. */
MUST_USE enum rc rules_load(const struct rules_options *options, struct rules **ret,
                            const struct rules_mistake **ret_mistakes, struct err *err);
void rules_free(struct rules *r);
void rules_freep(struct rules **r);

/* True when word matches the glob, in which only '*' means more than itself. */
bool rules_glob(const char *glob, const char *word);

size_t rules_count(const struct rules *r);

/* The sources that the loaded checks read, sorted, without repeats (borrowed until rules_free). */
const char *const *rules_sources(struct rules *r, size_t *ret_count);

/* What the loaded checks want to be read from hosts, sorted, without repeats (borrowed until rules_free): registry values as
 * "HKLM\\KEY|VALUE" (VALUE "*": every value of the key), and key names of services. */
const char *const *rules_registry(struct rules *r, size_t *ret_count);
const char *const *rules_services(struct rules *r, size_t *ret_count);

/* Evaluates all checks against the evidence file at path, writing into store (the same file). now is the audit's clock. */
struct rules_totals {
    uint64_t pass, fail, unknown, not_applicable, waived, error;
    uint64_t fail_by_severity[5]; /* critical high medium low info */
};
MUST_USE enum rc rules_evaluate(struct rules *r, const char *path, struct store *store,
                                struct rules_totals *ret, struct err *err);

#endif
