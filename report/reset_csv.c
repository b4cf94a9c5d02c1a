/* SPDX-License-Identifier: GPL-3.0-or-later */
/* reset-plan.csv: the reset plan of the evidence file, one record a subject, in the order of the plan. */
#include "report/csv.h"
#include "report/query.h"
#include "report/report.h"
#include "report/text.h"

static const char *const header[] = { "action", "phase",    "order",  "wave",     "subject",
                                      "name",   "state",    "proven", "needed",   "not_before",
                                      "due",    "evidence", "proof",  "findings", "title" };

enum rc csv_reset_plan(sqlite3 *db, const struct report_options *options, struct out *o,
                       struct err *err)
{
    enum text_lang lang = TEXT_EN;
    (void)text_lang_from(options->lang, &lang);
    AUTO(arena_freep) struct arena *a = arena_new(0);
    AUTO(query_done) sqlite3_stmt *q = NULL;
    if (!a) {
        return err_setf(err, RC_NOMEM, "no memory for the reset plan");
    }
    TRY(query_open(
        db,
        "SELECT action, phase, row_number() OVER (ORDER BY action_no, position), wave, subject, name, state, proven, needed,"
        " strftime('%Y-%m-%dT%H:%M:%SZ', (until_at - 116444736000000000) / 10000000, 'unixepoch'),"
        " strftime('%Y-%m-%dT%H:%M:%SZ', (due_at - 116444736000000000) / 10000000, 'unixepoch'),"
        " CASE WHEN ?1 THEN reason_ja ELSE reason_en END, proof, findings, CASE WHEN ?1 THEN title_ja ELSE title_en END"
        " FROM reset_line ORDER BY action_no, position",
        &q, err));
    (void)sqlite3_bind_int(q, 1, lang == TEXT_JA);
    out_text(o, options->bom ? "\xef\xbb\xbf" : "");
    TRY(csv_record(o, a, header, ARRAY_LEN(header), err));
    for (bool row = true;;) {
        TRY(query_next(q, &row, err));
        if (!row) {
            return RC_OK;
        }
        arena_reset(a);
        const char *cells[ARRAY_LEN(header)];
        for (size_t i = 0; i < ARRAY_LEN(cells); i++) {
            const char *cell = arena_strdup(a, query_text(q, (int)i));
            cells[i] = cell ? cell : "";
        }
        TRY(csv_record(o, a, cells, ARRAY_LEN(cells), err));
    }
}
