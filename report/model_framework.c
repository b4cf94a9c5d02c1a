/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Frameworks: <frameworks><framework …><count verdict items/><item … verdict><scope/><check …/><said …/></item></framework></frameworks>, in
 * the order of the framework. Left out when the evidence names none (own checks, or it was evaluated by an older version). */
#include "report/frameworks.h"
#include "report/model.h"
#include "report/query.h"

#define ITEMS_SHOWN   1000
#define CHECKS_SHOWN  4
#define ANSWERS_SHOWN 12

/* clang-format off */
#define FRAMEWORKS(LANGUAGE) \
    "SELECT framework AS name, title_" LANGUAGE " AS title, edition, note_" LANGUAGE " AS note," \
    " (SELECT count(*) FROM framework_item i WHERE i.framework = f.framework) AS items," \
    " (SELECT count(*) FROM framework_item i WHERE i.framework = f.framework AND i.is_seen = 0) AS unseen FROM framework f ORDER BY position"

#define ITEMS(LANGUAGE) \
    FRAMEWORK_STATES "SELECT s.item AS id, s.title_" LANGUAGE " AS title, s.group_" LANGUAGE " AS grouped, s.is_seen AS seen, s.verdict, s.checks, s.evaluated," \
    " s.fail, s.unknown, s.actions, s.scope_" LANGUAGE " AS scope FROM item_state s WHERE s.framework = ?1 ORDER BY s.position"

static const char totals[] =
    FRAMEWORK_STATES "SELECT verdict, count(*) AS items FROM item_state WHERE framework = ?1 GROUP BY verdict";

/* Of one check (c), without counting those of all. */
#define HAS(VERDICTS) "EXISTS (SELECT 1 FROM check_count n WHERE n.check_no = c.check_no AND n.subjects > 0 AND n.verdict IN (" VERDICTS "))"
#define STATE \
    "CASE WHEN " HAS("'fail'") " THEN 'fail' WHEN " HAS("'unknown', 'error'") " THEN 'unknown' WHEN " HAS("'waived'") " THEN 'waived'" \
    " WHEN " HAS("'pass'") " THEN 'pass' ELSE 'not_applicable' END AS state"
#define WORST_FIRST "state = 'fail' DESC, state = 'unknown' DESC"

/* What speaks against the item. */
#define CHECKS(LANGUAGE) \
    "SELECT no, title, state FROM (SELECT c.check_no AS no, c.id, c.title_" LANGUAGE " AS title, " STATE "," \
    " CASE c.severity WHEN 'critical' THEN 0 WHEN 'high' THEN 1 WHEN 'medium' THEN 2 WHEN 'low' THEN 3 ELSE 4 END AS rank" \
    " FROM framework_check f JOIN check_info c ON c.id = f.check_id WHERE f.framework = ?1 AND f.item = ?2 AND f.is_action = 0 AND c.answers IS NULL)" \
    " WHERE state IN ('fail', 'unknown', 'waived') ORDER BY " WORST_FIRST ", rank, id"

/* What people said, and what nobody has answered. */
#define ANSWERS(LANGUAGE) \
    "SELECT c.check_no AS no, c.title_" LANGUAGE " AS title, " STATE ", a.answer, (SELECT w.value ->> '" LANGUAGE "' FROM json_each(c.answers) w" \
    " WHERE w.value ->> 'id' = a.answer) AS said, a.who, a.answered_on AS day, a.valid_until AS until, a.evidence, a.note, a.is_valid AS valid" \
    " FROM framework_check f JOIN check_info c ON c.id = f.check_id LEFT JOIN answer a ON a.subject = c.id" \
    " WHERE f.framework = ?1 AND f.item = ?2 AND f.is_action = 0 AND c.answers IS NOT NULL ORDER BY " WORST_FIRST ", c.id"

static const char *const frameworks_sql[] = { FRAMEWORKS("en"), FRAMEWORKS("ja") };
static const char *const items_sql[] = { ITEMS("en"), ITEMS("ja") };
static const char *const checks_sql[] = { CHECKS("en"), CHECKS("ja") };
static const char *const answers_sql[] = { ANSWERS("en"), ANSWERS("ja") };

/* clang-format on */

struct build {
    struct model *m;
    sqlite3_stmt *totals, *items, *checks, *answers;
    struct err *err;
};

static void build_done(struct build *b)
{
    query_done(&b->totals);
    query_done(&b->items);
    query_done(&b->checks);
    query_done(&b->answers);
}

static void put_columns(struct model *m, xmlNode *node, sqlite3_stmt *q)
{
    for (int i = 0; i < sqlite3_column_count(q); i++) {
        model_column(m, node, sqlite3_column_name(q, i), q, i);
    }
}

/* Elements of one item (NULL: of the framework), as attributes; the attribute rest_NAME counts those that are not shown. */
static enum rc put_list(struct build *b, xmlNode *parent, const char *name, sqlite3_stmt *q,
                        const char *framework, const char *item, size_t most)
{
    (void)sqlite3_reset(q);
    (void)sqlite3_bind_text(q, 1, framework, -1, SQLITE_TRANSIENT);
    if (item) {
        (void)sqlite3_bind_text(q, 2, item, -1, SQLITE_TRANSIENT);
    }
    struct model_limit l = { .most = most };
    while (model_next(q, &l, b->err)) {
        put_columns(b->m, model_node(b->m, parent, name), q);
    }
    TRY(l.rc);
    if (l.rest > 0) {
        char attribute[32];
        (void)snprintf(attribute, sizeof(attribute), "rest_%s", name);
        model_count(b->m, parent, attribute, l.rest);
    }
    return RC_OK;
}

static enum rc put_item(struct build *b, xmlNode *framework, const char *name)
{
    xmlNode *item = model_node(b->m, framework, "item");
    put_columns(b->m, item, b->items);
    const char *id = query_text(b->items, 0);
    TRY(put_list(b, item, "check", b->checks, name, id, CHECKS_SHOWN));
    return put_list(b, item, "said", b->answers, name, id, ANSWERS_SHOWN);
}

static enum rc put_items(struct build *b, xmlNode *framework, const char *name)
{
    (void)sqlite3_reset(b->items);
    (void)sqlite3_bind_text(b->items, 1, name, -1, SQLITE_TRANSIENT);
    struct model_limit l = { .most = ITEMS_SHOWN };
    while (model_next(b->items, &l, b->err)) {
        arena_reset(b->m->a);
        TRY(put_item(b, framework, name));
    }
    return model_rest(b->m, framework, &l);
}

enum rc model_framework(struct model *m, xmlNode *root, struct err *err)
{
    AUTO(build_done) struct build b = { .m = m, .err = err };
    AUTO(query_done) sqlite3_stmt *q = NULL;
    int language = m->lang == TEXT_JA;
    xmlNode *all = NULL;
    TRY(query_open(m->db, frameworks_sql[language], &q, err));
    TRY(query_open(m->db, totals, &b.totals, err));
    TRY(query_open(m->db, items_sql[language], &b.items, err));
    TRY(query_open(m->db, checks_sql[language], &b.checks, err));
    TRY(query_open(m->db, answers_sql[language], &b.answers, err));
    for (bool row = true;;) {
        TRY(query_next(q, &row, err));
        if (!row) {
            return RC_OK;
        }
        all = all ? all : model_node(m, root, "frameworks");
        xmlNode *framework = model_node(m, all, "framework");
        put_columns(m, framework, q);
        const char *name = query_text(q, 0);
        TRY(put_list(&b, framework, "count", b.totals, name, NULL, 12));
        TRY(put_items(&b, framework, name));
    }
}
