/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "report/reset/plan.h"

#include <jansson.h>
#include <string.h>

#include "audit/base/num.h"

enum {
    DONE_SHOWN = 20
};

/* clang-format off */
static const char keys_sql[] = "SELECT action_no, rowid FROM reset_item ORDER BY action_no, wave, position, subject";

static const char line_sql[] =
    "SELECT position, wave, subject, name, state, is_seen, proven, needed, until_at, reason_en, reason_ja, evidence, json_valid(evidence), proof, was, is_regression, findings"
    " FROM reset_item WHERE rowid = ?1";

static const char head_sql[] =
    "SELECT a.id, p.id, p.title_en, p.title_ja, a.title_en, a.title_ja, a.who_en, a.who_ja, a.place_en, a.place_ja, a.times"
    " FROM reset_action a JOIN reset_phase p ON p.phase_no = a.phase_no WHERE a.action_no = ?1";

static const char wave_sql[] = "SELECT start_at, finish_at FROM reset_wave WHERE action_no = ?1 AND wave = ?2";

const char plandoc_subjects[] =
    "SELECT subject, name, wave, state, is_seen, proven, needed, until_at, due_at, reason_en, reason_ja, is_regression FROM ("
    "SELECT i.subject, i.name, i.wave, i.position, i.state, i.is_seen, i.proven, i.needed, i.until_at,"
    " CASE WHEN i.state NOT IN ('done', 'attested') THEN w.finish_at END AS due_at, i.reason_en, i.reason_ja, i.is_regression"
    " FROM reset_item i LEFT JOIN reset_wave w ON w.action_no = i.action_no AND w.wave = i.wave"
    " WHERE i.action_no = ?1 AND i.state <> 'not_needed'"
    " ORDER BY i.is_regression DESC, i.state <> 'suspect', i.state <> 'partly', i.state IN ('done', 'attested'), i.wave, i.position, i.subject LIMIT ?2)"
    " ORDER BY wave, position, subject";

const char plandoc_actions[] =
    "SELECT a.action_no, a.phase_no, a.id, a.title_en, a.title_ja, a.why_en, a.why_ja, a.steps, a.risk_en, a.risk_ja, a.rollback_en, a.rollback_ja,"
    " a.wait_en, a.wait_ja, a.who_en, a.who_ja, a.place_en, a.place_ja, a.times, a.is_attested, a.refs, a.state, a.items, a.finished, a.unseen,"
    " a.start_at, a.finish_at, coalesce(w.waves, 0), coalesce(n.needless, 0), coalesce(n.regressions, 0), n.until_at, coalesce(n.do_now, 0)"
    " FROM reset_action a LEFT JOIN (SELECT action_no, count(*) AS waves FROM reset_wave GROUP BY action_no) w ON w.action_no = a.action_no"
    " LEFT JOIN (SELECT action_no, sum(state = 'not_needed') AS needless, sum(is_regression) AS regressions,"
    " min(CASE WHEN state = 'waiting' THEN until_at END) AS until_at, sum(state IN ('ready', 'partly', 'suspect')) AS do_now"
    " FROM reset_item GROUP BY action_no) n ON n.action_no = a.action_no ORDER BY a.phase_no, a.action_no";

#define NUMBERS_OF(column) \
    "SELECT b.action_no FROM reset_action a, json_each(CASE WHEN json_valid(a." column ") THEN a." column " ELSE '[]' END) j" \
    " JOIN reset_action b ON b.id = j.value WHERE a.action_no = ?1 ORDER BY b.action_no"
const char plandoc_after[] = NUMBERS_OF("after");
const char plandoc_blocked_by[] = NUMBERS_OF("blocked_by");

/* clang-format on */

int64_t plandoc_subject_limit(int64_t limit, int64_t items, int64_t finished)
{
    int64_t most = items - finished + DONE_SHOWN;
    return most < limit ? most : limit;
}

enum rc plandoc_lines_open(struct plan_lines *l, sqlite3 *db, struct err *err)
{
    TRY(query_open(db, keys_sql, &l->keys, err));
    TRY(query_open(db, head_sql, &l->head, err));
    TRY(query_open(db, wave_sql, &l->wave, err));
    return query_open(db, line_sql, &l->line, err);
}

void plandoc_lines_done(struct plan_lines *l)
{
    query_done(&l->keys);
    query_done(&l->line);
    query_done(&l->head);
    query_done(&l->wave);
}

/* The row of a statement for these numbers; *ret_row says whether there is one. */
static enum rc look_up(sqlite3_stmt *q, int64_t action_no, int64_t wave, bool *ret_row,
                       struct err *err)
{
    (void)sqlite3_reset(q);
    (void)sqlite3_bind_int64(q, 1, action_no);
    if (sqlite3_bind_parameter_count(q) > 1) {
        (void)sqlite3_bind_int64(q, 2, wave);
    }
    return query_next(q, ret_row, err);
}

/* Action and wave of the item that line stands on; *ret_row is false for an item of no action. */
static enum rc look_around(struct plan_lines *l, int64_t action_no, bool *ret_row, struct err *err)
{
    int64_t wave = sqlite3_column_int64(l->line, LINE_WAVE);
    bool is_new = action_no != l->action_no, ignored = false;
    if (is_new) {
        TRY(look_up(l->head, action_no, 0, ret_row, err));
    }
    if (*ret_row && (is_new || wave != l->wave_no)) {
        TRY(look_up(l->wave, action_no, wave, &ignored, err));
    }
    l->action_no = *ret_row ? action_no : 0;
    l->wave_no = wave;
    return RC_OK;
}

enum rc plandoc_lines_next(struct plan_lines *l, bool *ret_row, struct err *err)
{
    for (bool row = true;;) {
        TRY(query_next(l->keys, &row, err));
        *ret_row = row;
        if (!row) {
            return RC_OK;
        }
        int64_t action_no = sqlite3_column_int64(l->keys, 0);
        (void)sqlite3_reset(l->line);
        (void)sqlite3_bind_int64(l->line, 1, sqlite3_column_int64(l->keys, 1));
        TRY(query_next(l->line, &row, err));
        if (row) {
            TRY(look_around(l, action_no, &row, err));
        }
        if (row) {
            return RC_OK;
        }
    }
}

enum rc plandoc_ranges(sqlite3_stmt *numbers, int64_t action_no,
                       void (*each)(void *context, int64_t first, int64_t last), void *context,
                       struct err *err)
{
    int64_t first = 0, last = 0;
    (void)sqlite3_reset(numbers);
    (void)sqlite3_bind_int64(numbers, 1, action_no);
    for (bool row = true;;) {
        TRY(query_next(numbers, &row, err));
        int64_t n = row ? sqlite3_column_int64(numbers, 0) : 0;
        if (row && last > 0 && n <= last + 1) {
            last = n;
            continue;
        }
        if (last > 0) {
            each(context, first, last);
        }
        if (!row) {
            return RC_OK;
        }
        first = last = n;
    }
}

const char *plandoc_text(sqlite3_stmt *q, int column, enum text_lang lang)
{
    return query_text(q, column + (lang == TEXT_JA ? 1 : 0));
}

const char *plandoc_time(struct arena *a, sqlite3_stmt *q, int column)
{
    filetime t = sqlite3_column_int64(q, column);
    return t > 0 ? text_time_exact(a, t) : "";
}

const char *plandoc_word(const struct assets *s, const char *prefix, const char *id,
                         enum text_lang lang)
{
    const char *text = assets_message2(s, prefix, id, lang);
    return text ? text : id;
}

const char *plandoc_fill(struct arena *a, const char *message, const char *first,
                         const char *second)
{
    const char *text = "";
    while (text && *message) {
        size_t n = strcspn(message, "{");
        const char *value = "";
        if (strncmp(message + n, "{1}", 3) == 0) {
            value = first;
        } else if (strncmp(message + n, "{2}", 3) == 0) {
            value = second ? second : "";
        }
        text = arena_printf(a, "%s%.*s%s", text, (int)n, message, value);
        message += n;
        message += *message ? strcspn(message, "}") : 0;
        message += *message == '}';
    }
    return text;
}

enum rc plandoc_info(sqlite3 *db, const char *name, struct arena *a, const char **ret,
                     struct err *err)
{
    AUTO(query_done) sqlite3_stmt *q = NULL;
    bool row = false;
    TRY(query_open(db, "SELECT value FROM audit_info WHERE name = ?1", &q, err));
    (void)sqlite3_bind_text(q, 1, name, -1, SQLITE_STATIC);
    TRY(query_next(q, &row, err));
    *ret = row ? arena_strdup(a, query_text(q, 0)) : "";
    return *ret ? RC_OK : err_setf(err, RC_NOMEM, "no memory for the plan");
}

enum rc plandoc_info_time(sqlite3 *db, const char *name, filetime *ret, struct err *err)
{
    AUTO(arena_freep) struct arena *a = arena_new(0);
    const char *text = "";
    if (!a) {
        return err_setf(err, RC_NOMEM, "no memory for the plan");
    }
    TRY(plandoc_info(db, name, a, &text, err));
    int64_t t = 0;
    *ret = num_i64(text, strlen(text), &t) ? t : 0;
    return RC_OK;
}

enum rc plandoc_organisation(sqlite3 *db, enum text_lang lang, struct arena *a, const char **ret,
                             struct err *err)
{
    TRY(plandoc_info(db, lang == TEXT_JA ? "organisation_ja" : "organisation_en", a, ret, err));
    if (!(*ret)[0]) {
        return plandoc_info(db, lang == TEXT_JA ? "organisation_en" : "organisation_ja", a, ret,
                            err);
    }
    return RC_OK;
}

const char *plandoc_evidence_name(sqlite3 *db)
{
    const char *path = sqlite3_db_filename(db, "main");
    const char *name = path ? strrchr(path, '/') : NULL;
    if (!name) {
        return path ? path : "";
    }
    const char *folder = name;
    while (folder > path && folder[-1] != '/') {
        folder--;
    }
    return folder;
}

static bool is_command(const char *key)
{
    return strcmp(key, "en") != 0 && strcmp(key, "ja") != 0;
}

static void each_command(const json_t *step, const struct plan_step_calls *calls)
{
    static const char *const first[] = { "powershell", "cmd", "samba" };
    for (size_t i = 0; i < ARRAY_LEN(first); i++) {
        const char *text = json_string_value(json_object_get(step, first[i]));
        if (text) {
            calls->command(calls->context, first[i], text);
        }
    }
    for (void *i = json_object_iter((json_t *)(uintptr_t)step); i;
         i = json_object_iter_next((json_t *)(uintptr_t)step, i)) {
        const char *key = json_object_iter_key(i),
                   *text = json_string_value(json_object_iter_value(i));
        bool is_first = false;
        for (size_t k = 0; k < ARRAY_LEN(first); k++) {
            is_first = is_first || strcmp(key, first[k]) == 0;
        }
        if (text && is_command(key) && !is_first) {
            calls->command(calls->context, key, text);
        }
    }
}

enum rc plandoc_steps(const char *json, enum text_lang lang, const struct plan_step_calls *calls,
                      struct err *err)
{
    json_t *steps = json_loads(json, 0, NULL);
    if (!json_is_array(steps)) {
        json_decref(steps);
        return err_setf(err, RC_MALFORMED, "the steps of an action of the plan are no list");
    }
    size_t i = 0;
    const json_t *step = NULL;
    json_array_foreach (steps, i, step) {
        const char *text = json_string_value(json_object_get(step, lang == TEXT_JA ? "ja" : "en"));
        calls->step(calls->context, text ? text : "");
        each_command(step, calls);
    }
    json_decref(steps);
    return RC_OK;
}
