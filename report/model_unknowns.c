/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What could not be told: of hosts that kept it back, <hosts why hosts total><host …/></hosts>; else grouped by the reason,
 * <reason text total><check …><example …/></check></reason>. Questions that people
 * have not answered are a chapter of their own (model_question.c): here they are only counted (@questions). */
#include <string.h>

#include "report/model.h"
#include "report/query.h"

#define REASONS_SHOWN  40
#define EXAMPLES_SHOWN 5

/* The reason names the host of its subject: model_host_unknowns tells it, host by host. */
#define IS_HOSTS_OWN \
    "EXISTS (SELECT 1 FROM host_state h WHERE h.subject = r.subject AND instr(r.reason_en, h.host) > 0)"

static enum rc add_examples(struct model *m, xmlNode *check, const char *verdict, int64_t no,
                            const char *reason, bool ja, struct err *err)
{
    AUTO(query_done) sqlite3_stmt *q = NULL;
    TRY(query_open(
        m->db,
        "SELECT name, subject FROM result WHERE check_no = ?1 AND verdict = ?2 AND verdict <> 'pass'"
        " AND CASE WHEN ?5 THEN coalesce(nullif(reason_ja, ''), reason_en, '') ELSE coalesce(reason_en, '') END"
        " = ?3 ORDER BY name COLLATE NOCASE, subject LIMIT ?4",
        &q, err));
    (void)sqlite3_bind_int64(q, 1, no);
    (void)sqlite3_bind_text(q, 2, verdict, -1, SQLITE_STATIC);
    (void)sqlite3_bind_text(q, 3, reason, -1, SQLITE_STATIC);
    (void)sqlite3_bind_int64(q, 4, EXAMPLES_SHOWN);
    (void)sqlite3_bind_int(q, 5, ja);
    for (bool row = true;;) {
        TRY(query_next(q, &row, err));
        if (!row) {
            return RC_OK;
        }
        (void)model_text(m, check, "example",
                         query_text(q, 0)[0] ? query_text(q, 0) : query_text(q, 1));
    }
}

/* Rows: reason, total of the reason, check_no, subjects of the check; ordered so that equal reasons follow each other. */
static enum rc add_reasons(struct model *m, xmlNode *all, const char *verdict, struct err *err)
{
    bool ja = m->lang == TEXT_JA;
    AUTO(query_done) sqlite3_stmt *q = NULL;
    TRY(query_open(
        m->db,
        "WITH g AS (SELECT CASE WHEN ?2 THEN coalesce(nullif(reason_ja, ''), reason_en, '')"
        "                       ELSE coalesce(reason_en, '') END AS reason, check_no, count(*) AS n"
        "           FROM result r JOIN check_info c USING (check_no) WHERE verdict = ?1 AND verdict <> 'pass'"
        "           AND NOT (?1 = 'unknown' AND " MODEL_IS_OF_HOSTS " AND " IS_HOSTS_OWN
        ") AND NOT (?1 = 'unknown' AND c.question_en IS NOT NULL) GROUP BY 1, 2)"
        " SELECT g.reason, sum(g.n) OVER (PARTITION BY g.reason) AS total, g.check_no, g.n, c.id,"
        "        CASE WHEN ?2 THEN c.title_ja ELSE c.title_en END, c.severity, c.theme"
        " FROM g JOIN check_info c USING (check_no) ORDER BY total DESC, g.reason, g.n DESC, c.id",
        &q, err));
    (void)sqlite3_bind_text(q, 1, verdict, -1, SQLITE_STATIC);
    (void)sqlite3_bind_int(q, 2, ja);
    char *last = NULL;
    xmlNode *reason = NULL;
    AUTO(arena_freep) struct arena *kept = arena_new(0);
    size_t reasons = 0;
    int64_t rest = 0;
    for (bool row = true; kept;) {
        TRY(query_next(q, &row, err));
        if (!row) {
            break;
        }
        arena_reset(m->a);
        const char *text = query_text(q, 0);
        if (!last || strcmp(last, text) != 0) {
            arena_reset(kept);
            last = arena_strdup(kept, text);
            reason = ++reasons <= REASONS_SHOWN ? model_node(m, all, "reason") : NULL;
            model_attr(m, reason, "text", text);
            model_column(m, reason, "total", q, 1);
        }
        if (!reason) {
            rest += sqlite3_column_int64(q, 3);
            continue;
        }
        xmlNode *check = model_text(m, reason, "check", NULL);
        model_column(m, check, "id", q, 4);
        model_column(m, check, "no", q, 2);
        model_column(m, check, "title", q, 5);
        model_column(m, check, "subjects", q, 3);
        model_column(m, check, "severity", q, 6);
        model_column(m, check, "theme", q, 7);
        TRY(add_examples(m, check, verdict, sqlite3_column_int64(q, 2), text, ja, err));
    }
    model_count(m, all, "rest", rest);
    return kept && (last || reasons == 0) ? RC_OK
                                          : err_setf(err, RC_NOMEM, "no memory for the report");
}

enum rc model_unknowns(struct model *m, xmlNode *root, struct err *err)
{
    xmlNode *unknowns = model_node(m, root, "unknowns");
    int64_t questions = 0;
    TRY(query_number(
        m->db,
        "SELECT count(*) FROM check_info c JOIN check_count n USING (check_no)"
        " WHERE c.question_en IS NOT NULL AND n.verdict = 'unknown' AND n.subjects > 0",
        &questions, err));
    model_count(m, unknowns, "questions", questions);
    TRY(model_host_unknowns(m, unknowns, err));
    TRY(add_reasons(m, unknowns, "unknown", err));
    return add_reasons(m, model_node(m, root, "errors"), "error", err);
}
