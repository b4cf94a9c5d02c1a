/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The first page: who, when, what was looked at, how it stands, by verdict, severity and theme. */
#include <string.h>

#include "audit/base/num.h"
#include "report/model.h"
#include "report/query.h"

/* Names in audit_info whose value is a filetime in decimal. */
static bool is_time_name(const char *name)
{
    return strcmp(name, "now") == 0 || strcmp(name, "started_at") == 0 ||
           strcmp(name, "finished_at") == 0;
}

/* audit_info as elements <info name="…">; times are local; "now" is also the report's @now and @zone. */
static enum rc add_info(struct model *m, xmlNode *root, struct err *err)
{
    AUTO(query_done) sqlite3_stmt *q = NULL;
    TRY(query_open(m->db, "SELECT name, value FROM audit_info WHERE value <> '' ORDER BY name", &q,
                   err));
    for (bool row = true;;) {
        TRY(query_next(q, &row, err));
        if (!row) {
            return RC_OK;
        }
        arena_reset(m->a);
        const char *name = query_text(q, 0), *value = query_text(q, 1);
        int64_t t = 0;
        bool is_time = is_time_name(name) && num_i64(value, strlen(value), &t);
        const char *local = is_time ? text_time(m->a, t, m->lang) : NULL;
        model_attr(m, model_text(m, root, "info", local ? local : value), "name", name);
        if (local && strcmp(name, "now") == 0) {
            model_attr(m, root, "now", local);
            model_attr(m, root, "zone", text_zone(m->a, t));
        }
    }
}

static enum rc add_totals(struct model *m, xmlNode *root, struct err *err)
{
    xmlNode *verdicts = model_node(m, root, "verdicts");
    xmlNode *severities = model_node(m, root, "severities");
    xmlNode *themes = model_node(m, root, "themes");
    TRY(model_rows(
        m, verdicts, "verdict",
        "SELECT verdict AS name, sum(subjects) AS subjects, count(*) AS checks FROM check_count"
        " WHERE subjects > 0 GROUP BY verdict",
        SIZE_MAX, err));
    TRY(model_rows(m, severities, "severity",
                   MODEL_COUNTED
                   "SELECT severity AS name, count(*) AS checks, sum(fail) AS subjects FROM counted"
                   " WHERE fail > 0 GROUP BY severity ORDER BY rank",
                   SIZE_MAX, err));
    return model_rows(
        m, themes, "theme",
        MODEL_COUNTED
        "SELECT theme AS name, count(*) AS checks, sum(fail > 0) AS failed, sum(fail) AS subjects,"
        " sum(unknown > 0 OR error > 0) AS unknown, sum(pass > 0 AND fail = 0 AND unknown = 0 AND error = 0 AND waived = 0) AS clear,"
        " CASE min(CASE WHEN fail > 0 THEN rank END) WHEN 0 THEN 'critical' WHEN 1 THEN 'high'"
        " WHEN 2 THEN 'medium' WHEN 3 THEN 'low' WHEN 4 THEN 'info' END AS worst"
        " FROM counted GROUP BY theme"
        " ORDER BY coalesce(min(CASE WHEN fail > 0 THEN rank END), 9), failed DESC, theme",
        SIZE_MAX, err);
}

/* What was looked at, in numbers. */
static enum rc add_objects(struct model *m, xmlNode *root, struct err *err)
{
    xmlNode *objects = model_node(m, root, "objects");
    return model_rows(
        m, objects, "object",
        "SELECT * FROM (SELECT 'user' AS name, count(*) AS number, NULL AS answered FROM account WHERE kind = 'user'"
        " UNION ALL SELECT 'service', count(*), NULL FROM account WHERE kind IN ('gmsa', 'smsa', 'dmsa')"
        " UNION ALL SELECT 'computer', count(*), NULL FROM account WHERE kind = 'computer'"
        " UNION ALL SELECT 'group', count(*), NULL FROM directory_group"
        " UNION ALL SELECT 'dc', count(*), NULL FROM directory_agent"
        " UNION ALL SELECT 'gpo', count(*), NULL FROM policy_object"
        " UNION ALL SELECT 'trust', count(*), NULL FROM trusted_domain"
        " UNION ALL SELECT 'host', count(*), " QUERY_HOSTS_ANSWERED
        " FROM host_target) WHERE number > 0",
        SIZE_MAX, err);
}

enum rc model_summary(struct model *m, xmlNode *root, struct err *err)
{
    int64_t checks = 0;
    TRY(query_number(m->db, "SELECT count(*) FROM check_info", &checks, err));
    model_count(m, root, "checks", checks);
    TRY(add_info(m, root, err));
    TRY(add_totals(m, root, err));
    return add_objects(m, root, err);
}
