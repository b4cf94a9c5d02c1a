/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Directories that are not Active Directory: where their entries are, what their schema knows, what they hide. */
#ifndef COLLECT_LDAP_TREE_H
#define COLLECT_LDAP_TREE_H

#include "audit/collect/ldap/collect.h"

/* Holds for the entries whose attribute the account may search for, there or not: of another one the item is Undefined (RFC 4511
 * 4.5.1.7), and so is its negation. So it is where the schema does not know the attribute. */
#define EITHER(name) "(|(" name "=*)(!(" name "=*)))"

/* A slapd's databases: which hold accounts, and which one holds the log. */
struct tree {
    const char *bases[CONTEXTS_MAX];
    size_t base_count;
    const char *logs[CONTEXTS_MAX];
    size_t log_count;
    const char *ipa; /* suffix of FreeIPA; NULL = it is none, or its settings are not visible */
    size_t hidden;   /* databases whose head the account may not see */
};

/* The databases that the rootDSE names; the site file's words come first. */
MUST_USE enum rc tree_look(struct collect *c, struct tree *t, struct err *err);

/* A fetch below every base; RC_ABSENT when none of them is there. */
MUST_USE enum rc tree_fetch(struct collect *c, const struct tree *t, const struct fetch *f,
                            uint64_t *ret_objects, struct err *err);

/* An attribute, and a filter of entries that have it. */
struct hidden_question {
    const char *name, *filter;
};

/* Counts attributes that may be searched and not read: they are not there in results although they are, which is a reason not to
 * believe any. */
MUST_USE enum rc tree_hidden(struct collect *c, const struct tree *t,
                             const struct hidden_question *asked, size_t count, uint64_t *ret,
                             struct err *err);

/* Which of some attributes and classes the server's schema knows. */
struct schema {
    const char *const *names; /* at most 32 */
    size_t count;
    uint32_t has;
    bool is_known; /* the schema could be read */
};

MUST_USE enum rc tree_schema(struct collect *c, const char *const *names, size_t count,
                             struct schema *ret, struct err *err);

/* False when the schema was read and does not know it. */
bool schema_may_have(const struct schema *s, size_t name);

#endif
