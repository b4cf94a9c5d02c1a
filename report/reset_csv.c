/* SPDX-License-Identifier: GPL-3.0-or-later */
/* reset-list.csv: what must be reset after an incident, in order. What and in which order is the view reset_item, the
 * words are in messages.xml; a plan that knows states can take the view's place. Columns: report/README.md. */
#include <string.h>

#include "report/assets.h"
#include "report/csv.h"
#include "report/query.h"
#include "report/report.h"
#include "report/text.h"

static const char *const header[] = { "order",
                                      "phase",
                                      "subject",
                                      "name",
                                      "class",
                                      "times",
                                      "wait",
                                      "reason_en",
                                      "reason_ja",
                                      "secret_version",
                                      "secret_changed_at",
                                      "secret_servers",
                                      "date_set_at",
                                      "findings",
                                      "state" };

enum column {
    POSITION,
    PHASE,
    SUBJECT,
    NAME,
    CLASS,
    TIMES,
    BECAUSE,
    VERSION,
    CHANGED,
    SERVERS,
    DATE,
    FINDINGS,
    STATE
};

/* The class's reason, and the groups that give the rights. */
static const char *reason(struct arena *a, const struct assets *s, sqlite3_stmt *q,
                          enum text_lang lang)
{
    const char *text = assets_message2(s, "reset.reason.", query_text(q, CLASS), lang);
    const char *groups = query_text(q, BECAUSE);
    text = text ? text : query_text(q, CLASS);
    if (!groups[0]) {
        return arena_strdup(a, text);
    }
    return arena_printf(a, lang == TEXT_JA ? "%s（%s）" : "%s (%s)", text, groups);
}

static const char *word(const struct assets *s, const char *prefix, const char *id,
                        enum text_lang lang)
{
    const char *text = assets_message2(s, prefix, id, lang);
    return text ? text : id;
}

static enum rc record(sqlite3_stmt *q, struct arena *a, const struct assets *s, enum text_lang lang,
                      struct out *o, struct err *err)
{
    const char *wait = assets_message2(s, "reset.wait.", query_text(q, CLASS), lang);
    const char *cells[] = {
        query_text(q, POSITION),
        word(s, "reset.phase.", query_text(q, PHASE), lang),
        query_text(q, SUBJECT),
        query_text(q, NAME),
        word(s, "reset.class.", query_text(q, CLASS), lang),
        query_text(q, TIMES),
        wait,
        reason(a, s, q, TEXT_EN),
        reason(a, s, q, TEXT_JA),
        query_text(q, VERSION),
        query_text(q, CHANGED),
        query_text(q, SERVERS),
        query_text(q, DATE),
        query_text(q, FINDINGS),
        query_text(q, STATE),
    };
    _Static_assert(ARRAY_LEN(cells) == ARRAY_LEN(header), "one cell a column");
    return csv_record(o, a, cells, ARRAY_LEN(cells), err);
}

enum rc csv_reset_list(sqlite3 *db, const struct report_options *options, struct out *o,
                       struct err *err)
{
    enum text_lang lang = TEXT_EN;
    (void)text_lang_from(options->lang, &lang);
    AUTO(assets_done) struct assets assets = { 0 };
    AUTO(arena_freep) struct arena *a = arena_new(0);
    AUTO(query_done) sqlite3_stmt *q = NULL;
    if (!a) {
        return err_setf(err, RC_NOMEM, "no memory for the reset list");
    }
    TRY(assets_open(&assets, options->assets, err));
    TRY(query_open(
        db,
        "SELECT position, phase, subject, name, class, times, because, secret_version, secret_changed_at,"
        " servers, date_set_at, findings, state FROM reset_item ORDER BY position",
        &q, err));
    out_text(o, options->bom ? "\xef\xbb\xbf" : "");
    TRY(csv_record(o, a, header, ARRAY_LEN(header), err));
    for (bool row = true;;) {
        TRY(query_next(q, &row, err));
        if (!row) {
            return RC_OK;
        }
        arena_reset(a);
        TRY(record(q, a, &assets, lang, o, err));
    }
}
