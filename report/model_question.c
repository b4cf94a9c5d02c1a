/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The questionnaire: <questions> with counts by state, groups/group/question (what was answered), expired/question, open/theme and open/first/question. A question is a check with a wording
 * (check_info.question_en); what people answered is in attestation. Left out when no question was evaluated. */
#include <string.h>

#include "report/model.h"
#include "report/query.h"
#include "report/question.h"

#define ANSWERED_SHOWN 200
#define EXPIRED_SHOWN  60
#define OPEN_SHOWN     24
#define THEMES_SHOWN   20

/* clang-format off */
static const char totals[] =
    QUESTION_STATES
    "SELECT count(*) AS total, " QUESTION_COUNT("well") ", " QUESTION_COUNT("no") ", " QUESTION_COUNT("expired") ", " QUESTION_COUNT("open") ", " QUESTION_COUNT("unproven") ","
    " " QUESTION_COUNT("waived") ", " QUESTION_COUNT("not_applicable") ", " QUESTION_COUNT("failed") " FROM q";

#define TEXTS \
    "SELECT theme, check_no AS no, id, severity, state, CASE WHEN ?1 THEN question_ja ELSE question_en END AS question, CASE WHEN ?1 THEN answer_ja ELSE answer_en END AS words, answer," \
    " who, answered_on, valid_until, evidence, note, CASE WHEN ?1 THEN reason_ja ELSE reason_en END AS reason FROM q "

/* Of a theme what is answered no comes first. */
static const char answered[] =
    QUESTION_STATES TEXTS
    "WHERE state IN ('well', 'no', 'unproven', 'waived', 'not_applicable') ORDER BY theme_rank, theme,"
    " CASE state WHEN 'no' THEN 0 WHEN 'unproven' THEN 1 WHEN 'waived' THEN 2 WHEN 'well' THEN 3 ELSE 4 END, id";

static const char expired[] = QUESTION_STATES TEXTS "WHERE state = 'expired' ORDER BY severity_rank, valid_until, id";
static const char unanswered[] = QUESTION_STATES TEXTS "WHERE state IN ('open', 'failed') ORDER BY severity_rank, theme_rank, theme, id";

/* How many are open of each theme; beside it the worst of them are listed. */
static const char open_themes[] = QUESTION_STATES "SELECT theme AS name, count(*) AS number FROM q WHERE state IN ('open', 'failed') GROUP BY theme ORDER BY min(theme_rank), theme";

/* clang-format on */

/* Rows of TEXTS, of each theme in a <group> of its own when they are grouped. */
static enum rc add_questions(struct model *m, xmlNode *list, const char *sql, bool is_grouped,
                             size_t most, struct err *err)
{
    AUTO(query_done) sqlite3_stmt *q = NULL;
    struct model_limit l = { .most = most };
    xmlNode *group = NULL;
    char theme[64] = "";
    TRY(query_open(m->db, sql, &q, err));
    (void)sqlite3_bind_int(q, 1, m->lang == TEXT_JA);
    while (model_next(q, &l, err)) {
        const char *of = query_text(q, 0);
        if (is_grouped && (!group || strncmp(theme, of, sizeof(theme) - 1) != 0)) {
            (void)snprintf(theme, sizeof(theme), "%s", of);
            arena_reset(m->a);
            group = model_node(m, list, "group");
            model_attr(m, group, "name", theme);
        }
        (void)model_row(m, is_grouped ? group : list, "question", q);
    }
    return model_rest(m, list, &l);
}

enum rc model_questions(struct model *m, xmlNode *root, struct err *err)
{
    AUTO(query_done) sqlite3_stmt *q = NULL;
    bool row = false;
    TRY(query_open(m->db, totals, &q, err));
    TRY(query_next(q, &row, err));
    if (!row || sqlite3_column_int64(q, 0) == 0) {
        return RC_OK;
    }
    xmlNode *questions = model_row(m, root, "questions", q);
    TRY(add_questions(m, model_node(m, questions, "groups"), answered, true, ANSWERED_SHOWN, err));
    TRY(add_questions(m, model_node(m, questions, "expired"), expired, false, EXPIRED_SHOWN, err));
    xmlNode *list = model_node(m, questions, "open");
    TRY(model_rows(m, list, "theme", open_themes, THEMES_SHOWN, err));
    return add_questions(m, model_node(m, list, "first"), unanswered, false, OPEN_SHOWN, err);
}
