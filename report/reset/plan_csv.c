/* SPDX-License-Identifier: GPL-3.0-or-later */
/* reset-plan.csv: one record a subject of an action, in the order of the plan. Columns: report/reset/README.md. */
#include "report/csv.h"
#include "report/report.h"
#include "report/reset/plan.h"

static const char *const header[] = { "order",         "phase",  "action", "title",  "wave",
                                      "subject",       "name",   "state",  "proven", "needed",
                                      "waiting_until", "start",  "due",    "who",    "from",
                                      "times",         "reason", "proof",  "was",    "regression",
                                      "findings" };

/* The times of a wave, written once for its many subjects. */
struct times {
    int64_t start, due;
    char start_text[48], due_text[48];
};

static const char *kept_time(struct arena *a, sqlite3_stmt *wave, int column, int64_t *last,
                             char *buf, size_t size)
{
    int64_t t = sqlite3_column_int64(wave, column);
    if (t != *last) {
        const char *text = plandoc_time(a, wave, column);
        (void)snprintf(buf, size, "%s", text ? text : "");
        *last = t;
    }
    return buf;
}

static enum rc record(const struct plan_lines *l, int64_t order, struct times *t, struct arena *a,
                      enum text_lang lang, struct out *o, struct err *err)
{
    char number[24];
    (void)snprintf(number, sizeof(number), "%lld", (long long)order);
    const char *cells[] = {
        number,
        plandoc_text(l->head, HEAD_PHASE_TITLE, lang),
        query_text(l->head, HEAD_ACTION),
        plandoc_text(l->head, HEAD_TITLE, lang),
        query_text(l->line, LINE_WAVE),
        query_text(l->line, LINE_SUBJECT),
        query_text(l->line, LINE_NAME),
        query_text(l->line, LINE_STATE),
        query_text(l->line, LINE_PROVEN),
        query_text(l->line, LINE_NEEDED),
        plandoc_time(a, l->line, LINE_UNTIL),
        kept_time(a, l->wave, WAVE_START, &t->start, t->start_text, sizeof(t->start_text)),
        kept_time(a, l->wave, WAVE_DUE, &t->due, t->due_text, sizeof(t->due_text)),
        plandoc_text(l->head, HEAD_WHO, lang),
        plandoc_text(l->head, HEAD_PLACE, lang),
        query_text(l->head, HEAD_TIMES),
        plandoc_text(l->line, LINE_REASON, lang),
        query_text(l->line, LINE_PROOF),
        query_text(l->line, LINE_WAS),
        sqlite3_column_int(l->line, LINE_IS_REGRESSION) ? "yes" : "",
        query_text(l->line, LINE_FINDINGS),
    };
    _Static_assert(ARRAY_LEN(cells) == ARRAY_LEN(header), "one cell a column");
    return csv_record(o, a, cells, ARRAY_LEN(cells), err);
}

enum rc plandoc_csv(sqlite3 *db, const struct report_options *options, struct out *o,
                    struct err *err)
{
    enum text_lang lang = TEXT_EN;
    (void)text_lang_from(options->lang, &lang);
    AUTO(arena_freep) struct arena *a = arena_new(0);
    AUTO(plandoc_lines_done) struct plan_lines lines = { 0 };
    struct times times = { 0 };
    if (!a) {
        return err_setf(err, RC_NOMEM, "no memory for the plan");
    }
    TRY(plandoc_lines_open(&lines, db, err));
    out_text(o, options->bom ? "\xef\xbb\xbf" : "");
    TRY(csv_record(o, a, header, ARRAY_LEN(header), err));
    for (int64_t order = 1;; order++) {
        bool row = false;
        TRY(plandoc_lines_next(&lines, &row, err));
        if (!row) {
            return RC_OK;
        }
        arena_reset(a);
        TRY(record(&lines, order, &times, a, lang, o, err));
    }
}
