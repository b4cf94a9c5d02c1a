/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The member "questionnaire" of results.json: how many questions stand in which state, and each with its answer. */
#include "report/json.h"
#include "report/query.h"
#include "report/question.h"

/* clang-format off */
static const char counts[] = QUESTION_STATES "SELECT state, count(*) FROM q GROUP BY state ORDER BY state";

static const char questions[] =
    QUESTION_STATES
    "SELECT id, theme, severity, question_en, question_ja, state, answer, answer_en, answer_ja, who, answered_on, valid_until, evidence, note FROM q ORDER BY id";

/* clang-format on */

static json_t *question_object(sqlite3_stmt *q)
{
    enum {
        ID,
        THEME,
        SEVERITY,
        QUESTION,
        STATE = 5,
        ANSWER,
        WORDS,
        WHO = 9,
        AT,
        UNTIL,
        EVIDENCE,
        NOTE
    };

    return json_pack("{s:o, s:o, s:o, s:o, s:o, s:o, s:o, s:o, s:o, s:o, s:o, s:o}", "check",
                     writer_text(q, ID), "theme", writer_text(q, THEME), "severity",
                     writer_text(q, SEVERITY), "question", writer_both(q, QUESTION), "state",
                     writer_text(q, STATE), "answer", writer_text(q, ANSWER), "words",
                     writer_both(q, WORDS), "who", writer_text(q, WHO), "answered_on",
                     writer_text(q, AT), "valid_until", writer_text(q, UNTIL), "evidence",
                     writer_text(q, EVIDENCE), "note", writer_text(q, NOTE));
}

enum rc json_questionnaire(struct writer *w, sqlite3 *db)
{
    int64_t any = 0;
    TRY(query_number(db, "SELECT EXISTS (SELECT 1 FROM check_info WHERE question_en IS NOT NULL)",
                     &any, w->err));
    if (!any) {
        return writer_member(w, "questionnaire", json_null());
    }
    writer_key(w, "questionnaire");
    out_text(w->o, "{");
    w->first = true;
    TRY(writer_pairs(w, db, "states", counts, -1));
    TRY(writer_rows(w, db, "questions", questions, -1, question_object));
    out_text(w->o, "}");
    w->first = false;
    return RC_OK;
}
