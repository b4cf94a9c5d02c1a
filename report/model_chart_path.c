/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Who is an administrator of what, and by which group: the most telling accounts, the groups between, the groups that rule, and what they rule. Unusual ones come first:
 * everybody, accounts of other domains or unread, service accounts and computers, who is in through several groups, who rules many hosts. Known by SID and GUID, never by name. */
#include <stdlib.h>
#include <string.h>

#include "report/chart_graph.h"
#include "report/query.h"

#define ACCOUNTS_SHOWN 12
#define GROUPS_MOST    4000 /* that lead anywhere */
#define SEEN_MOST      256  /* groups above one account */
#define CHAINS_MOST    4    /* of one account */
#define CHAIN_MOST     16
#define BETWEEN_MOST   2 /* groups drawn between */

/* clang-format off */
/* Who is in the Administrators of how many hosts. Those of a domain controller are the domain's. */
#define INSIDE                                                                                                             \
    "sids AS MATERIALIZED (SELECT f.member_sid AS sid, count(DISTINCT f.host) AS hosts FROM local_group_fact f JOIN host_state h ON h.host = f.host AND h.is_controller IS NOT 1 WHERE f.group_sid = 'S-1-5-32-544' GROUP BY f.member_sid)," \
    " local AS MATERIALIZED (SELECT g.guid, l.hosts FROM sids l CROSS JOIN directory_group g ON g.sid = l.sid)," \
    " edge AS MATERIALIZED (SELECT m.group_guid, m.member_guid FROM directory_group d CROSS JOIN membership m ON m.member_guid = d.guid WHERE coalesce(d.group_type, -1) < 0)," \
    " inside(guid) AS (SELECT guid FROM local UNION SELECT e.member_guid FROM inside i CROSS JOIN edge e ON e.group_guid = i.guid)"

/* Every group that leads to a group that rules the domain, or to the Administrators of a host. */
static const char groups[] =
    "WITH RECURSIVE " INSIDE ","
    " wanted(guid) AS (SELECT n.group_guid FROM watched_group w JOIN nested_group n ON n.root_guid = w.group_guid WHERE w.is_admin UNION SELECT guid FROM inside)"
    " SELECT d.guid, coalesce(d.sam_name, d.sid, d.guid), coalesce(w.is_admin, 0), coalesce(l.hosts, 0), coalesce(d.group_type, -1) < 0, d.member_count,"
    " d.rid IN (513, 514, 515) AND d.sid GLOB 'S-1-5-21-*'"
    " FROM wanted x JOIN directory_group d ON d.guid = x.guid LEFT JOIN watched_group w ON w.group_guid = d.guid LEFT JOIN local l ON l.guid = d.guid ORDER BY d.guid";

/* Members of a group of hosts' administrators count one by one while it is small; of a large one the number tells more. */
static const char accounts[] =
    "WITH RECURSIVE " INSIDE ","
    " found AS (SELECT n.member_guid AS guid, count(*) AS roots, min(n.depth) AS nearest, 0 AS hosts, 0 AS through FROM watched_group w CROSS JOIN nested_member n ON n.group_guid = w.group_guid"
    " WHERE w.is_admin GROUP BY n.member_guid"
    " UNION ALL SELECT a.guid, 0, 0, l.hosts, 0 FROM sids l CROSS JOIN account a ON a.sid = l.sid"
    " UNION ALL SELECT m.member_guid, 0, 0, 0, 1 FROM inside i CROSS JOIN directory_group d ON d.guid = i.guid AND d.member_count <= 100 CROSS JOIN membership m ON m.group_guid = i.guid"
    " WHERE m.member_guid IS NOT NULL),"
    " one AS MATERIALIZED (SELECT guid, max(roots) AS roots, max(nearest) AS nearest, max(hosts) AS hosts, max(through) AS through FROM found GROUP BY guid),"
    " known AS MATERIALIZED (SELECT o.guid, s.name, s.kind, s.uac, s.rid, s.spn_count, o.hosts, CASE WHEN s.guid IS NULL THEN coalesce((SELECT f.sid FROM foreign_principal f WHERE f.guid = o.guid), o.guid) END AS sid,"
    " 10 * min(max(o.nearest - 1, 0), 3) + min(o.hosts, 20) + 2 * min(o.roots, 5) + 5 * o.through AS far FROM one o LEFT JOIN account_state s ON s.guid = o.guid"
    " WHERE s.guid IS NOT NULL OR NOT EXISTS (SELECT 1 FROM directory_group g WHERE g.guid = o.guid)),"
    " told AS (SELECT guid, coalesce(name, (SELECT t.name FROM well_known_trustee t WHERE t.sid = known.sid), sid, guid) AS name, CASE WHEN sid IS NULL THEN kind WHEN sid IN ('S-1-1-0', 'S-1-5-11', 'S-1-5-7', 'S-1-5-4', 'S-1-5-2') THEN 'everybody'"
    " WHEN sid GLOB 'S-1-*' AND sid NOT GLOB 'S-1-5-21-*' THEN 'system' WHEN sid <> guid THEN 'foreign' ELSE 'unread' END AS kind, uac & 2 = 0 AS enabled, coalesce(spn_count, 0) > 0 AS serves,"
    " hosts, rid, far FROM known)"
    " SELECT guid, name, kind, enabled, serves, hosts, (SELECT count(*) FROM known) AS total FROM told"
    " ORDER BY (kind = 'everybody') * 40 + (kind IN ('foreign', 'unread')) * 25 + (kind IN ('computer', 'gmsa', 'smsa', 'dmsa') OR serves) * 20 + far + (enabled IS 0) * 4"
    " - 30 * (rid IS 500) - 30 * (kind = 'system') DESC, hosts DESC, name COLLATE NOCASE, guid LIMIT ?1";

static const char parents[] =
    "SELECT m.group_guid FROM membership m WHERE m.member_guid = ?1"
    " UNION SELECT g.guid FROM account a JOIN directory_group g ON g.sid = substr(a.sid, 1, length(rtrim(a.sid, '0123456789'))) || a.primary_group_rid WHERE a.guid = ?1";

/* Nobody read who that is: only its SID stands in the group. */
static const char parents_of_sid[] = "SELECT m.group_guid FROM membership m WHERE m.member_sid = ?1";

static const char inside_of[] =
    "SELECT count(*) FROM nested_member n LEFT JOIN directory_group g ON g.guid = n.member_guid WHERE n.group_guid = ?1 AND g.guid IS NULL";

static const char unread_groups[] = "SELECT count(*) FROM watched_group w JOIN membership_known k ON k.group_guid = w.group_guid WHERE w.is_admin AND NOT k.complete";
static const char ruled_hosts[] = "SELECT count(*) FROM host_state WHERE is_controller IS NOT 1";
static const char told_hosts[] =
    "SELECT count(DISTINCT g.host) FROM local_group g JOIN host_state h ON h.host = g.host WHERE g.sid = 'S-1-5-32-544' AND g.member_count IS NOT NULL AND h.is_controller IS NOT 1";

/* clang-format on */

struct group {
    const char *guid, *name;
    bool is_everybody;      /* all users, guests or computers of a domain */
    bool is_admin, passes;  /* a distribution group passes nothing on */
    int64_t hosts, members; /* members: direct ones; -1 = not told */
};

struct chain {
    size_t group[CHAIN_MOST]; /* from the account on; the last one rules */
    size_t n;
};

struct who {
    const char *guid, *name, *kind;
    int enabled; /* -1 = not known */
    bool serves;
    int64_t hosts;
    struct chain chain[CHAINS_MOST];
    size_t chains, more;
};

struct paths {
    struct group *group;
    struct who *who;
    struct graph *graph;
    size_t groups, shown;
    int64_t total, unread, hosts, told;
    int rulers; /* column of the groups that rule */
    bool is_cut;
};

static const char *copied(struct chart *c, sqlite3_stmt *q, int column)
{
    const char *copy = arena_strdup(c->a, query_text(q, column));
    c->m->bad = c->m->bad || !copy;
    return copy ? copy : "";
}

static enum rc read_groups(struct chart *c, struct paths *p, struct err *err)
{
    AUTO(query_done) sqlite3_stmt *q = NULL;
    struct model_limit l = { .most = GROUPS_MOST };
    TRY(query_open(c->m->db, groups, &q, err));
    while (model_next(q, &l, err)) {
        bool told = sqlite3_column_type(q, 5) != SQLITE_NULL;
        p->group[p->groups++] = (struct group){ .guid = copied(c, q, 0),
                                                .name = copied(c, q, 1),
                                                .is_admin = sqlite3_column_int(q, 2) != 0,
                                                .hosts = sqlite3_column_int64(q, 3),
                                                .passes = sqlite3_column_int(q, 4) != 0,
                                                .is_everybody = sqlite3_column_int(q, 6) != 0,
                                                .members = told ? sqlite3_column_int64(q, 5) : -1 };
    }
    return l.rc;
}

static enum rc read_accounts(struct chart *c, struct paths *p, struct err *err)
{
    AUTO(query_done) sqlite3_stmt *q = NULL;
    struct model_limit l = { .most = ACCOUNTS_SHOWN };
    TRY(query_open(c->m->db, accounts, &q, err));
    (void)sqlite3_bind_int(q, 1, ACCOUNTS_SHOWN);
    while (model_next(q, &l, err)) {
        bool told = sqlite3_column_type(q, 3) != SQLITE_NULL;
        p->who[p->shown++] = (struct who){ .guid = copied(c, q, 0),
                                           .name = copied(c, q, 1),
                                           .kind = copied(c, q, 2),
                                           .enabled = told ? sqlite3_column_int(q, 3) : -1,
                                           .serves = sqlite3_column_int(q, 4) != 0,
                                           .hosts = sqlite3_column_int64(q, 5) };
        p->total = sqlite3_column_int64(q, 6);
    }
    return l.rc;
}

static int by_guid(const void *key, const void *group)
{
    return strcmp(key, ((const struct group *)group)->guid);
}

struct search {
    size_t seen[SEEN_MOST],
        from[SEEN_MOST]; /* group, and the place in seen that it was found from */
    size_t n;
};

/* Groups above one member that are not seen yet. */
static enum rc climb(sqlite3_stmt *q, const struct paths *p, const char *guid, size_t from,
                     struct search *s, struct err *err)
{
    struct model_limit l = { .most = SIZE_MAX };
    (void)sqlite3_reset(q);
    (void)sqlite3_bind_text(q, 1, guid, -1, SQLITE_STATIC);
    while (model_next(q, &l, err)) {
        const struct group *g =
            bsearch(query_text(q, 0), p->group, p->groups, sizeof(*p->group), by_guid);
        bool is_new = g && s->n < SEEN_MOST;
        for (size_t i = 0; is_new && i < s->n; i++) {
            is_new = s->seen[i] != (size_t)(g - p->group);
        }
        if (is_new) {
            s->seen[s->n] = (size_t)(g - p->group);
            s->from[s->n++] = from;
        }
    }
    return l.rc;
}

static void keep_chain(struct who *who, const struct search *s, size_t at)
{
    struct chain back = { .n = 0 };
    for (size_t i = at; i != SIZE_MAX && back.n < CHAIN_MOST; i = s->from[i]) {
        back.group[back.n++] = s->seen[i];
    }
    if (who->chains == CHAINS_MOST) {
        who->more++;
        return;
    }
    struct chain *chain = &who->chain[who->chains++];
    for (size_t i = 0; i < back.n; i++) {
        chain->group[chain->n++] = back.group[back.n - 1 - i];
    }
}

/* The shortest ways up, nearest first; a group that rules the domain ends one. */
static enum rc read_chains(struct chart *c, const struct paths *p, struct who *who, struct err *err)
{
    AUTO(query_done) sqlite3_stmt *q = NULL, *of_sid = NULL;
    struct search s = { .n = 0 };
    TRY(query_open(c->m->db, parents, &q, err));
    TRY(query_open(c->m->db, parents_of_sid, &of_sid, err));
    bool is_sid = strncmp(who->guid, "S-1-", 4) == 0;
    TRY(climb(is_sid ? of_sid : q, p, who->guid, SIZE_MAX, &s, err));
    for (size_t i = 0; i < s.n; i++) {
        const struct group *g = &p->group[s.seen[i]];
        /* A group of everybody would tie each account to the hosts: it is drawn by itself. */
        if (g->is_admin || (g->hosts > 0 && !g->is_everybody)) {
            keep_chain(who, &s, i);
        }
        if (!g->is_admin && g->passes) {
            TRY(climb(q, p, g->guid, i, &s, err));
        }
    }
    return RC_OK;
}

static const char *tags_of(struct chart *c, const struct who *who)
{
    const char *kind = assets_message2(c->m->assets, "chart.paths.kind.", who->kind, c->m->lang);
    const char *text = kind ? kind : "";
    const char *const more[] = {
        who->serves && strcmp(who->kind, "user") == 0 ? chart_word(c, "chart.paths.serves") : "",
        who->enabled == 0 ? chart_word(c, "chart.paths.disabled") : "",
        who->hosts > 0 ? chart_say(c, "chart.paths.hosts", chart_number(c, who->hosts), NULL, NULL)
                       : "",
    };
    for (size_t i = 0; i < ARRAY_LEN(more); i++) {
        const char *comma = *text && *more[i] ? chart_word(c, "chart.comma") : "";
        text = chart_join(c, chart_join(c, text, comma), more[i]);
    }
    return text;
}

static enum rc group_words(struct chart *c, const struct group *g, const char **ret,
                           struct err *err)
{
    if (!g->is_admin) {
        *ret = g->hosts > 0
                   ? chart_say(c, "chart.paths.hosts", chart_number(c, g->hosts), NULL, NULL)
               : g->members >= 0
                   ? chart_say(c, "chart.paths.members", chart_number(c, g->members), NULL, NULL)
                   : chart_word(c, "chart.paths.members.unknown");
        return RC_OK;
    }
    AUTO(query_done) sqlite3_stmt *q = NULL;
    bool row = false;
    TRY(query_open(c->m->db, inside_of, &q, err));
    (void)sqlite3_bind_text(q, 1, g->guid, -1, SQLITE_STATIC);
    TRY(query_next(q, &row, err));
    *ret =
        chart_say(c, "chart.paths.inside", chart_number(c, sqlite3_column_int64(q, 0)), NULL, NULL);
    return RC_OK;
}

/* A group with its words and what it rules. */
static enum rc add_group(struct chart *c, struct paths *p, size_t group, int column, int *ret,
                         struct err *err)
{
    const struct group *g = &p->group[group];
    struct graph *to = p->graph;
    *ret = graph_node(to, g->guid, g->name, column, g->is_admin ? "node ruler" : "node");
    if (*ret < 0 || to->node[*ret].sub) {
        return RC_OK;
    }
    TRY(group_words(c, g, &to->node[*ret].sub, err));
    if (g->is_admin) {
        graph_edge(to, *ret,
                   graph_node(to, "domain", chart_word(c, "chart.paths.domain"), p->rulers + 1,
                              "node reach"),
                   "edge");
    }
    if (g->hosts > 0) {
        graph_edge(to, *ret,
                   graph_node(to, "hosts", chart_word(c, "chart.paths.all.hosts"), p->rulers + 1,
                              "node reach"),
                   "edge local");
    }
    return RC_OK;
}

/* Of a long way the first and the last group between are drawn; the table tells all of it. */
static enum rc add_chain(struct chart *c, struct paths *p, int account, const struct chain *chain,
                         struct err *err)
{
    size_t between = chain->n - 1, kept = between > BETWEEN_MOST ? BETWEEN_MOST : between;
    int before = account;
    for (size_t i = 0; i <= kept; i++) {
        bool skips = between > BETWEEN_MOST && i == 1;
        size_t at = i == kept ? chain->n - 1 : skips ? between - 1 : i;
        int node = -1;
        TRY(add_group(c, p, chain->group[at], p->rulers - (int)(kept - i), &node, err));
        graph_edge(p->graph, before, node, skips ? "edge cut" : "edge");
        p->is_cut = p->is_cut || skips;
        before = node;
    }
    return RC_OK;
}

static enum rc add_account(struct chart *c, struct paths *p, const struct who *who, struct err *err)
{
    bool odd = strcmp(who->kind, "foreign") == 0 || strcmp(who->kind, "unread") == 0 ||
               strcmp(who->kind, "everybody") == 0;
    int node = graph_node(p->graph, who->guid, who->name, 0, odd ? "node odd" : "node account");
    if (node < 0) {
        return RC_OK;
    }
    p->graph->node[node].sub = tags_of(c, who);
    for (size_t i = 0; i < who->chains; i++) {
        TRY(add_chain(c, p, node, &who->chain[i], err));
    }
    if (who->chains == 0 && who->hosts == 0) {
        graph_edge(p->graph, node,
                   graph_node(p->graph, "domain", chart_word(c, "chart.paths.domain"),
                              p->rulers + 1, "node reach"),
                   "edge cut");
        p->is_cut = true;
    }
    if (who->hosts > 0) {
        graph_edge(p->graph, node,
                   graph_node(p->graph, "hosts", chart_word(c, "chart.paths.all.hosts"),
                              p->rulers + 1, "node reach"),
                   "edge local");
    }
    return RC_OK;
}

static void tell(struct chart *c, const struct who *who, const char *path, size_t deep,
                 const char *reach)
{
    xmlNode *row = chart_row(c);
    chart_cell(c, row, who->name);
    chart_cell(c, row, tags_of(c, who));
    chart_cell(c, row, path);
    chart_cell_number(c, row, (int64_t)deep);
    chart_cell(c, row, reach);
    chart_desc(c, chart_say(c, "chart.paths.sentence", path, reach, NULL));
}

/* "A → group B → Domain Admins", and what it leads to. */
static void tell_all(struct chart *c, const struct paths *p, const struct who *who)
{
    for (size_t i = 0; i < who->chains; i++) {
        const struct chain *chain = &who->chain[i];
        const struct group *last = &p->group[chain->group[chain->n - 1]];
        const char *path = who->name;
        const char *local = last->hosts > 0 ? chart_say(c, "chart.paths.hosts",
                                                        chart_number(c, last->hosts), NULL, NULL)
                                            : "";
        const char *reach = last->is_admin ? chart_word(c, "chart.paths.domain") : "";
        for (size_t k = 0; k < chain->n; k++) {
            path = chart_join(c, chart_join(c, path, " → "), p->group[chain->group[k]].name);
        }
        reach = chart_join(
            c, chart_join(c, reach, *reach && *local ? chart_word(c, "chart.comma") : ""), local);
        tell(c, who, path, chain->n, reach);
    }
    if (who->hosts > 0) {
        tell(c, who, chart_join(c, who->name, chart_word(c, "chart.paths.direct")), 0,
             chart_say(c, "chart.paths.hosts", chart_number(c, who->hosts), NULL, NULL));
    }
    if (who->chains == 0 && who->hosts == 0) {
        tell(c, who, chart_join(c, who->name, chart_word(c, "chart.paths.way.unknown")), 0,
             chart_word(c, "chart.paths.domain"));
    }
}

static void head(struct chart *c)
{
    static const char *const ids[] = { "chart.paths.account", "chart.paths.what", "chart.paths.way",
                                       "chart.paths.deep", "chart.paths.reach" };
    xmlNode *row = chart_row(c);
    for (size_t i = 0; i < ARRAY_LEN(ids); i++) {
        xmlNode *cell = model_text(c->m, row, "cell", chart_word(c, ids[i]));
        if (i == 3) {
            model_count(c->m, cell, "n", 1);
        }
    }
}

static enum rc read_all(struct chart *c, struct paths *p, struct err *err)
{
    p->group = arena_array(c->a, GROUPS_MOST, sizeof(*p->group));
    p->who = arena_array(c->a, ACCOUNTS_SHOWN, sizeof(*p->who));
    p->graph = arena_alloc(c->a, sizeof(*p->graph));
    if (!p->group || !p->who || !p->graph) {
        return err_setf(err, RC_NOMEM, "no memory for the report");
    }
    memset(p->graph, 0, sizeof(*p->graph));
    TRY(read_groups(c, p, err));
    TRY(read_accounts(c, p, err));
    TRY(query_number(c->m->db, unread_groups, &p->unread, err));
    TRY(query_number(c->m->db, ruled_hosts, &p->hosts, err));
    TRY(query_number(c->m->db, told_hosts, &p->told, err));
    p->rulers = 1;
    for (size_t i = 0; i < p->shown; i++) {
        struct who *who = &p->who[i];
        TRY(read_chains(c, p, who, err));
        for (size_t k = 0; k < who->chains; k++) {
            size_t between = who->chain[k].n - 1;
            int least = 1 + (int)(between > BETWEEN_MOST ? BETWEEN_MOST : between);
            p->rulers = least > p->rulers ? least : p->rulers;
        }
    }
    return RC_OK;
}

static void notes(struct chart *c, const struct paths *p)
{
    if (p->total > (int64_t)p->shown) {
        chart_note(c, chart_say(c, "chart.paths.rest",
                                chart_number(c, p->total - (int64_t)p->shown), NULL, NULL));
    }
    if (p->unread > 0) {
        chart_note(c, chart_say(c, "chart.paths.partial", chart_number(c, p->unread), NULL, NULL));
    }
    if (p->hosts > p->told) {
        chart_note(c, chart_say(c, "chart.paths.hosts.partial", chart_number(c, p->hosts - p->told),
                                chart_number(c, p->hosts), NULL));
    }
}

/* Everybody of the domain in the Administrators of hosts: no account needs to be named. */
static enum rc add_everybody(struct chart *c, struct paths *p, struct err *err)
{
    for (size_t i = 0; i < p->groups; i++) {
        const struct group *g = &p->group[i];
        if (!g->is_everybody || g->hosts == 0) {
            continue;
        }
        int node = -1;
        const char *rules =
            chart_say(c, "chart.paths.hosts", chart_number(c, g->hosts), NULL, NULL);
        struct who who = { .name = g->name, .kind = "everybody", .enabled = 1 };
        TRY(add_group(c, p, i, p->rulers, &node, err));
        if (node >= 0) {
            p->graph->node[node].class = "node odd";
            p->graph->node[node].sub =
                chart_say(c, "chart.paths.everybody", chart_number(c, g->hosts), NULL, NULL);
        }
        tell(c, &who, chart_join(c, g->name, chart_word(c, "chart.paths.direct")), 0, rules);
    }
    return RC_OK;
}

static void keys(struct chart *c, const struct paths *p)
{
    chart_key_path(c, "edge", "M0 6H24", chart_word(c, "chart.paths.key.member"));
    chart_key_path(c, "edge local", "M0 6H24", chart_word(c, "chart.paths.key.local"));
    if (p->is_cut) {
        chart_key_path(c, "edge cut", "M0 6H24", chart_word(c, "chart.paths.key.cut"));
    }
}

enum rc chart_paths(struct model *m, xmlNode *charts, struct err *err)
{
    AUTO(chart_done) struct chart c;
    struct paths p = { 0 };
    TRY(chart_open(&c, m, charts, "paths", err));
    TRY(read_all(&c, &p, err));
    if (p.shown == 0) {
        xmlUnlinkNode(c.node);
        xmlFreeNode(c.node);
        return RC_OK;
    }
    head(&c);
    for (size_t i = 0; i < p.shown; i++) {
        TRY(add_account(&c, &p, &p.who[i], err));
        tell_all(&c, &p, &p.who[i]);
    }
    TRY(add_everybody(&c, &p, err));
    p.graph->columns = p.rulers + 2;
    keys(&c, &p);
    notes(&c, &p);
    chart_close(&c, graph_draw(&c, p.graph, 0));
    return RC_OK;
}
