/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "audit/collect/ldap/tree.h"

#include <string.h>
#include <strings.h>

#include "audit/collect/ldap/reader.h"
#include "audit/collect/ldap/search.h"

struct head {
    struct collect *c;
    bool is_log;
    const char *log; /* of this database; NULL = none is told */
};

static enum rc take_head(void *context, const struct entry *e, struct err *err)
{
    struct head *h = context;
    const struct entry_attribute *a = entry_find(e, "objectClass");
    (void)err;
    for (size_t i = 0; a && i < a->count; i++) {
        static const char container[] = "auditContainer";
        h->is_log = h->is_log || (a->values[i].n == sizeof(container) - 1 &&
                                  strncasecmp((const char *)a->values[i].p, container,
                                              sizeof(container) - 1) == 0);
    }
    h->log = entry_text(e, "auditContext", h->c->s.arena);
    return RC_OK;
}

static void add_name(const char **list, size_t *count, const char *name)
{
    for (size_t i = 0; i < *count; i++) {
        if (strcasecmp(list[i], name) == 0) {
            return;
        }
    }
    if (*count < CONTEXTS_MAX) {
        list[(*count)++] = name;
    }
}

static enum rc take_nothing(void *context, const struct entry *e, struct err *err)
{
    (void)context;
    (void)e;
    (void)err;
    return RC_OK;
}

static enum rc look_at(struct collect *c, const char *context, struct tree *t, struct err *err)
{
    static const char *const attributes[] = { "objectClass", "auditContext", NULL };
    struct head h = { .c = c };
    struct search q = { .what = source_name(c->doing),
                        .base = context,
                        .scope = LDAP_SCOPE_BASE,
                        .attributes = attributes,
                        .take = take_head,
                        .context = &h };
    enum rc rc = search_run(&c->s, &q, err);
    if (rc != RC_OK && rc != RC_ABSENT && rc != RC_DENIED) {
        return rc;
    }
    if (q.entries == 0) {
        t->hidden++;
    }
    if (h.is_log) {
        add_name(t->logs, &t->log_count, context);
    } else {
        add_name(t->bases, &t->base_count, context);
    }
    if (h.log) {
        add_name(t->logs, &t->log_count, h.log);
    }
    return RC_OK;
}

/* FreeIPA is known by its settings, whatever the server calls itself. Accounts, groups and templates stand below cn=accounts; the
 * compatibility tree beside it shows them twice. */
static enum rc look_for_ipa(struct collect *c, struct tree *t, struct err *err)
{
    static const char *const attributes[] = { "cn", NULL };
    for (size_t i = 0; i < t->base_count && !t->ipa; i++) {
        struct search q = { .what = source_name(c->doing),
                            .base = collect_below(c, "cn=ipaConfig,cn=etc,", t->bases[i]),
                            .scope = LDAP_SCOPE_BASE,
                            .attributes = attributes,
                            .take = take_nothing };
        if (!q.base) {
            return err_setf(err, RC_NOMEM, "out of memory");
        }
        enum rc rc = search_run(&c->s, &q, err);
        if (rc != RC_OK && rc != RC_ABSENT && rc != RC_DENIED) {
            return rc;
        }
        t->ipa = q.entries > 0 ? t->bases[i] : NULL;
    }
    return RC_OK;
}

enum rc tree_look(struct collect *c, struct tree *t, struct err *err)
{
    *t = (struct tree){ .base_count = 0 };
    if (!c->s.dir.can_page) {
        return err_setf(err, RC_UNSUPPORTED, "the server does not give results in pages");
    }
    for (size_t i = 0; i < c->s.dir.context_count; i++) {
        TRY(look_at(c, c->s.dir.contexts[i], t, err));
    }
    if (c->o->base) {
        t->bases[0] = c->o->base;
        t->base_count = 1;
    }
    if (c->o->accesslog) {
        t->logs[0] = c->o->accesslog;
        t->log_count = 1;
    }
    return look_for_ipa(c, t, err);
}

enum rc tree_fetch(struct collect *c, const struct tree *t, const struct fetch *f,
                   uint64_t *ret_objects, struct err *err)
{
    struct err absent = { .rc = RC_OK };
    bool any = false;
    for (size_t i = 0; i < t->base_count; i++) {
        struct fetch here = *f;
        here.base = t->bases[i];
        here.scope = LDAP_SCOPE_SUBTREE;
        enum rc rc = collect_fetch(c, &here, ret_objects, err);
        any = any || rc == RC_OK;
        if (rc == RC_ABSENT) {
            absent = *err;
        } else if (rc != RC_OK) {
            return rc;
        }
    }
    if (!any && absent.rc != RC_OK) {
        *err = absent;
        return err->rc;
    }
    return RC_OK;
}

struct hiding {
    const char *attribute;
    uint64_t count;
};

static enum rc take_hidden(void *context, const struct entry *e, struct err *err)
{
    struct hiding *h = context;
    (void)err;
    h->count += entry_find(e, h->attribute) ? 0 : 1;
    return RC_OK;
}

enum rc tree_hidden(struct collect *c, const struct tree *t, const struct hidden_question *asked,
                    size_t count, uint64_t *ret, struct err *err)
{
    *ret = 0;
    for (size_t i = 0; i < count * t->base_count; i++) {
        const char *const attributes[] = { asked[i % count].name, NULL };
        struct hiding h = { .attribute = attributes[0] };
        struct search q = { .what = source_name(c->doing),
                            .base = t->bases[i / count],
                            .scope = LDAP_SCOPE_SUBTREE,
                            .filter = asked[i % count].filter,
                            .attributes = attributes,
                            .take = take_hidden,
                            .context = &h };
        enum rc rc = search_run(&c->s, &q, err);
        if (rc != RC_OK && rc != RC_ABSENT) {
            return rc;
        }
        *ret += h.count;
    }
    return RC_OK;
}

/* ---- the schema ---- */

struct subschema {
    struct collect *c;
    struct schema *ret;
    const char *dn;
};

static enum rc take_subschema_name(void *context, const struct entry *e, struct err *err)
{
    struct subschema *s = context;
    (void)err;
    s->dn = entry_text(e, "subschemaSubentry", s->c->s.arena);
    return RC_OK;
}

/* A definition names its type in quotes (RFC 4512 4.1). */
static void look_for_names(const struct entry_attribute *a, struct schema *s)
{
    for (size_t i = 0; a && i < a->count; i++) {
        for (size_t k = 0; k < s->count; k++) {
            size_t n = strlen(s->names[k]);
            const char *p = (const char *)a->values[i].p, *end = p + a->values[i].n;
            for (; p + n + 2 <= end; p++) {
                if (*p == '\'' && p[n + 1] == '\'' && strncasecmp(p + 1, s->names[k], n) == 0) {
                    s->has |= 1U << k;
                    break;
                }
            }
        }
    }
}

static enum rc take_subschema(void *context, const struct entry *e, struct err *err)
{
    struct subschema *s = context;
    const struct entry_attribute *types = entry_find(e, "attributeTypes"),
                                 *classes = entry_find(e, "objectClasses");
    (void)err;
    if (types && classes) {
        s->ret->is_known = true;
        look_for_names(types, s->ret);
        look_for_names(classes, s->ret);
    }
    return RC_OK;
}

enum rc tree_schema(struct collect *c, const char *const *names, size_t count, struct schema *ret,
                    struct err *err)
{
    static const char *const where[] = { "subschemaSubentry", NULL };
    static const char *const what[] = { "attributeTypes", "objectClasses", NULL };
    struct subschema s = { .c = c, .ret = ret };
    struct search q = { .what = source_name(c->doing),
                        .base = "",
                        .scope = LDAP_SCOPE_BASE,
                        .attributes = where,
                        .take = take_subschema_name,
                        .context = &s };
    *ret = (struct schema){ .names = names, .count = count };
    TRY(search_run(&c->s, &q, err));
    if (!s.dn) {
        return RC_OK;
    }
    q = (struct search){ .what = source_name(c->doing),
                         .base = s.dn,
                         .scope = LDAP_SCOPE_BASE,
                         .filter = "(objectClass=subschema)",
                         .attributes = what,
                         .take = take_subschema,
                         .context = &s };
    enum rc rc = search_run(&c->s, &q, err);
    return rc == RC_ABSENT || rc == RC_DENIED ? RC_OK : rc;
}

bool schema_may_have(const struct schema *s, size_t name)
{
    return !s->is_known || (s->has >> name & 1U) != 0;
}
