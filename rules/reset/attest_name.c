/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Who an attestation means: names become keys once, when the file is taken. A name that is another's tomorrow takes nothing along. */
#include <string.h>

#include "rules/reset/attest.h"

enum {
    MOST_SUGGESTIONS = 20 /* each looks through many names */
};

/* Place: an action, or what a view is about. A key (rank 0) goes before a name, a whole name before the first label of one. What an earlier plan called a
 * subject counts as well: it may have another name by now. */
static const char gather[] =
    "DROP TABLE IF EXISTS temp.attest_name;"
    "CREATE TEMP TABLE attest_name(place TEXT, name TEXT COLLATE NOCASE, subject TEXT, rank INTEGER);"
    "INSERT INTO temp.attest_name"
    "    SELECT a.id, i.subject, i.subject, 0 FROM reset_item i JOIN reset_action a USING (action_no)"
    "    UNION ALL SELECT a.id, i.name, i.subject, 1 FROM reset_item i JOIN reset_action a USING (action_no)"
    "    UNION ALL SELECT action, subject, subject, 0 FROM reset_before UNION ALL SELECT action, name, subject, 1 FROM reset_before"
    "    UNION ALL SELECT 'account', subject, subject, 0 FROM account_state UNION ALL SELECT 'account', name, subject, 1 FROM account_state"
    "    UNION ALL SELECT 'account', a.upn, s.subject, 1 FROM account a JOIN account_state s ON s.guid = a.guid"
    "    UNION ALL SELECT 'account', rtrim(name, '$'), subject, 2 FROM account_state WHERE kind <> 'user'"
    "    UNION ALL SELECT 'host', subject, subject, 0 FROM host_state UNION ALL SELECT 'host', host, subject, 1 FROM host_state"
    "    UNION ALL SELECT 'host', substr(host, 1, instr(host, '.') - 1), subject, 2 FROM host_state WHERE instr(host, '.') > 1"
    "    UNION ALL SELECT 'host', subject, subject, 0 FROM account_state WHERE kind = 'computer'"
    "    UNION ALL SELECT 'host', name, subject, 1 FROM account_state WHERE kind = 'computer'"
    "    UNION ALL SELECT 'host', rtrim(name, '$'), subject, 2 FROM account_state WHERE kind = 'computer'"
    "    UNION ALL SELECT 'controller', subject, subject, 0 FROM controller_state UNION ALL SELECT 'controller', name, subject, 1 FROM controller_state"
    "    UNION ALL SELECT 'controller', host, subject, 1 FROM controller_state"
    "    UNION ALL SELECT 'controller', substr(name, 1, instr(name, '.') - 1), subject, 2 FROM controller_state WHERE instr(name, '.') > 1"
    "    UNION ALL SELECT 'trust', guid, guid, 0 FROM trusted_domain UNION ALL SELECT 'trust', partner, guid, 1 FROM trusted_domain"
    "    UNION ALL SELECT 'trust', flat_name, guid, 1 FROM trusted_domain"
    "    UNION ALL SELECT 'authority', guid, guid, 0 FROM enrollment_service UNION ALL SELECT 'authority', name, guid, 1 FROM enrollment_service"
    "    UNION ALL SELECT 'authority', dns_name, guid, 2 FROM enrollment_service"
    "    UNION ALL SELECT 'estate', sid, sid, 0 FROM domain_head WHERE sid = (SELECT min(sid) FROM domain_head)"
    "    UNION ALL SELECT 'estate', dns_name, (SELECT min(sid) FROM domain_head), 1 FROM domain_head"
    "    UNION ALL SELECT 'estate', 'estate', 'estate', 0 WHERE NOT EXISTS (SELECT 1 FROM domain_head WHERE sid IS NOT NULL)"
    "    UNION ALL SELECT DISTINCT '', 'source:' || source, 'source:' || source, 0 FROM view_source"
    "    UNION ALL SELECT '', 'source:statement', 'source:statement', 0;"
    "DELETE FROM temp.attest_name WHERE name IS NULL OR name = '' OR subject IS NULL;"
    "CREATE INDEX temp.attest_name_by ON attest_name(name, place);";

static const char find[] =
    "SELECT min(subject), count(DISTINCT subject) FROM temp.attest_name WHERE name = ?1 AND place IN (?2, ?3, '')"
    " GROUP BY rank ORDER BY rank LIMIT 1";

static const char find_near[] =
    "SELECT DISTINCT name FROM temp.attest_name WHERE place IN (?2, ?3) AND rank > 0 AND length(name) <= 80"
    " ORDER BY substr(name, 1, 1) <> substr(?1, 1, 1) COLLATE NOCASE, name LIMIT 2000";

static const char *place_of(const struct action *x)
{
    static const struct {
        const char *view, *place;
    } places[] = {
        { "reset_administrator", "host" }, { "reset_controller", "controller" },
        { "reset_trust", "trust" },        { "reset_authority", "authority" },
        { "reset_estate", "estate" },
    };

    for (size_t i = 0; i < ARRAY_LEN(places); i++) {
        if (strcmp(x->check.view, places[i].view) == 0) {
            return places[i].place;
        }
    }
    return "account";
}

static bool is_all(const struct attestation *a)
{
    return strcmp(a->subject, "*") == 0;
}

enum rc attest_names_begin(struct attest *t, struct store *store, struct err *err)
{
    const struct attestation *a = t->first;
    while (a && is_all(a)) {
        a = a->next;
    }
    if (!a) {
        return RC_OK;
    }
    TRY(store_exec(store_handle(store), gather, err));
    TRY(store_prepare(store, "look for a subject", find, &t->name, err));
    return store_prepare(store, "look for a subject", find_near, &t->near, err);
}

void attest_names_done(struct attest *t, struct store *store)
{
    bool is_there = t->name != NULL;
    store_statement_done(&t->name);
    store_statement_done(&t->near);
    t->name = t->near = NULL;
    if (is_there) {
        (void)sqlite3_exec(store_handle(store), "DROP TABLE IF EXISTS temp.attest_name", NULL, NULL,
                           NULL);
    }
}

static void bind(sqlite3_stmt *s, const struct attestation *a, const struct action *x)
{
    (void)sqlite3_reset(s);
    (void)sqlite3_bind_text(s, 1, a->subject, -1, SQLITE_STATIC);
    (void)sqlite3_bind_text(s, 2, x->check.id, -1, SQLITE_STATIC);
    (void)sqlite3_bind_text(s, 3, place_of(x), -1, SQLITE_STATIC);
}

enum rc attest_key(struct attest *t, const struct attestation *a, const struct action *x,
                   const char **ret_key, int *ret_count, struct err *err)
{
    *ret_key = is_all(a) ? "*" : NULL;
    *ret_count = is_all(a);
    if (is_all(a)) {
        return RC_OK;
    }
    bind(t->name, a, x);
    int sq = sqlite3_step(t->name);
    if (sq == SQLITE_ROW) {
        *ret_key = arena_strdup(t->arena, (const char *)sqlite3_column_text(t->name, 0));
        *ret_count = sqlite3_column_int(t->name, 1);
    }
    (void)sqlite3_reset(t->name);
    if (sq != SQLITE_ROW && sq != SQLITE_DONE) {
        return err_setf(err, RC_IO, "cannot look for the subjects of the attestations");
    }
    return sq == SQLITE_DONE || *ret_key ? RC_OK : err_setf(err, RC_NOMEM, "out of memory");
}

/* A list for yaml_suggest; NULL when there is no memory or enough was suggested. */
static const char *const *near_names(struct attest *t, const struct attestation *a,
                                     const struct action *x)
{
    enum {
        MOST = 2000
    };

    const char **names =
        t->suggested++ < MOST_SUGGESTIONS ? arena_array(t->arena, MOST + 1, sizeof(*names)) : NULL;
    size_t n = 0;
    if (!names) {
        return NULL;
    }
    bind(t->near, a, x);
    while (n < MOST && sqlite3_step(t->near) == SQLITE_ROW) {
        const char *name = arena_strdup(t->arena, (const char *)sqlite3_column_text(t->near, 0));
        if (!name) {
            break;
        }
        names[n++] = name;
    }
    (void)sqlite3_reset(t->near);
    names[n] = NULL;
    return names;
}

static enum rc check_name(struct attest *t, const struct attestation *a, struct err *err)
{
    const struct action *about = NULL;
    bool is_known = false;
    for (const struct action *x = t->rules->playbook->actions; x; x = x->next) {
        const char *key = NULL;
        int count = 0;
        if (!attest_means(a, x)) {
            continue;
        }
        TRY(attest_key(t, a, x, &key, &count, err));
        if (count > 1) {
            mistake_node(&t->mistakes, &t->file, yaml_get(a->node, "subject"), NULL,
                         "'%s' means %d subjects of %s: give the key of the one that is meant "
                         "(column subject of reset-plan.csv)",
                         a->subject, count, x->check.id);
            return RC_OK;
        }
        is_known = is_known || key;
        about = about ? about : x;
    }
    if (about && !is_known) {
        mistake_node(&t->mistakes, &t->file, yaml_get(a->node, "subject"), NULL,
                     "this evidence knows no '%s' that %s could be about%s", a->subject, a->action,
                     did_you_mean(a->subject, near_names(t, a, about)));
    }
    return RC_OK;
}

enum rc attest_check_names(struct attest *t, struct err *err)
{
    for (const struct attestation *a = t->first; a; a = a->next) {
        if (!is_all(a)) {
            TRY(check_name(t, a, err));
        }
    }
    return RC_OK;
}
