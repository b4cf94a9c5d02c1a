/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "report/output/overview.h"

#include <string.h>

#include "report/query.h"
#include "report/question.h"
#include "report/reset/plan.h"

const char *const overview_severities[OVERVIEW_SEVERITIES] = { "critical", "high", "medium", "low",
                                                               "info" };

#define RANK \
    "CASE severity WHEN 'critical' THEN 0 WHEN 'high' THEN 1 WHEN 'medium' THEN 2 WHEN 'low' THEN 3 ELSE 4 END"

/* One row of a list into its place i; false when memory is short. */
typedef bool (*take_row)(struct overview *v, size_t i, sqlite3_stmt *q, struct arena *a);

static bool keep(const char **place, sqlite3_stmt *q, int column, struct arena *a)
{
    *place = arena_strdup(a, query_text(q, column));
    return *place != NULL;
}

/* At most most rows of sql (?1 is 1 for Japanese); the others are counted into rest, which may be NULL. */
static enum rc take(struct overview *v, sqlite3 *db, const char *sql, enum text_lang lang,
                    take_row row_of, size_t most, size_t *ret_count, int64_t *rest, struct arena *a,
                    struct err *err)
{
    AUTO(query_done) sqlite3_stmt *q = NULL;
    TRY(query_open(db, sql, &q, err));
    if (sqlite3_bind_parameter_count(q) > 0) {
        (void)sqlite3_bind_int(q, 1, lang == TEXT_JA ? 1 : 0);
    }
    for (bool row = true;;) {
        TRY(query_next(q, &row, err));
        if (!row) {
            return RC_OK;
        }
        if (*ret_count == most) {
            if (!rest) {
                return RC_OK;
            }
            (*rest)++;
        } else if (!row_of(v, (*ret_count)++, q, a)) {
            return err_setf(err, RC_NOMEM, "no memory for the summary");
        }
    }
}

static bool take_grade(struct overview *v, size_t i, sqlite3_stmt *q, struct arena *a)
{
    struct overview_grade *g = &v->grades[i];
    g->score = sqlite3_column_type(q, 5) == SQLITE_NULL ? -1 : sqlite3_column_int64(q, 5);
    g->seen = sqlite3_column_int64(q, 6);
    g->checks = sqlite3_column_int64(q, 7);
    g->failed = sqlite3_column_int64(q, 8);
    g->unclear = sqlite3_column_int64(q, 9);
    g->findings = sqlite3_column_int64(q, 10);
    return keep(&g->theme, q, 0, a) && keep(&g->title, q, 1, a) && keep(&g->grade, q, 2, a) &&
           keep(&g->sentence, q, 3, a) && keep(&g->worst, q, 4, a);
}

static bool take_measure(struct overview *v, size_t i, sqlite3_stmt *q, struct arena *a)
{
    struct overview_measure *m = &v->measures[i];
    m->effect = sqlite3_column_int64(q, 4);
    m->findings = sqlite3_column_int64(q, 5);
    return keep(&m->title, q, 0, a) && keep(&m->how, q, 1, a) && keep(&m->effort, q, 2, a) &&
           keep(&m->worst, q, 3, a);
}

static bool take_risk(struct overview *v, size_t i, sqlite3_stmt *q, struct arena *a)
{
    struct overview_risk *r = &v->risks[i];
    return keep(&r->level, q, 0, a) && keep(&r->title, q, 1, a) && keep(&r->text, q, 2, a);
}

static bool take_check(struct overview *v, size_t i, sqlite3_stmt *q, struct arena *a)
{
    struct overview_check *c = &v->worst[i];
    c->findings = sqlite3_column_int64(q, 3);
    return keep(&c->severity, q, 0, a) && keep(&c->title, q, 1, a) && keep(&c->id, q, 2, a);
}

static bool take_reason(struct overview *v, size_t i, sqlite3_stmt *q, struct arena *a)
{
    v->reasons[i].verdicts = sqlite3_column_int64(q, 1);
    return keep(&v->reasons[i].text, q, 0, a);
}

static enum rc read_lists(struct overview *v, sqlite3 *db, enum text_lang lang, struct arena *a,
                          struct err *err)
{
    TRY(take(
        v, db,
        "SELECT theme, CASE WHEN ?1 THEN title_ja ELSE title_en END, grade, CASE WHEN ?1 THEN sentence_ja ELSE sentence_en END, coalesce(worst, ''),"
        " score, seen_percent, checks, failed, unclear, findings FROM grade ORDER BY theme <> '', position",
        lang, take_grade, OVERVIEW_GRADES, &v->grade_count, NULL, a, err));
    TRY(take(
        v, db,
        "SELECT CASE WHEN ?1 THEN title_ja ELSE title_en END, CASE WHEN ?1 THEN how_ja ELSE how_en END, effort, worst, effect_percent, findings"
        " FROM measure ORDER BY position",
        lang, take_measure, OVERVIEW_MEASURES, &v->measure_count, &v->measures_rest, a, err));
    TRY(take(
        v, db,
        "SELECT level, CASE WHEN ?1 THEN title_ja ELSE title_en END, CASE WHEN ?1 THEN text_ja ELSE text_en END FROM risk ORDER BY position",
        lang, take_risk, OVERVIEW_RISKS, &v->risk_count, NULL, a, err));
    TRY(take(
        v, db,
        "SELECT severity, CASE WHEN ?1 THEN title_ja ELSE title_en END, id, subjects FROM check_info JOIN check_count USING (check_no)"
        " WHERE verdict = 'fail' AND subjects > 0 ORDER BY " RANK ", subjects DESC, id",
        lang, take_check, OVERVIEW_WORST, &v->worst_count, &v->worst_rest, a, err));
    return take(
        v, db,
        "SELECT coalesce(CASE WHEN ?1 THEN reason_ja ELSE reason_en END, ''), count(*) FROM result WHERE verdict <> 'pass' AND verdict = 'unknown'"
        " GROUP BY 1 ORDER BY 2 DESC, 1",
        lang, take_reason, OVERVIEW_REASONS, &v->reason_count, NULL, a, err);
}

static enum rc read_totals(struct overview *v, sqlite3 *db, struct err *err)
{
    static const char *const verdicts[] = { "pass",   "fail",           "unknown",
                                            "waived", "not_applicable", "error" };
    int64_t *const places[] = { &v->pass,   &v->fail,           &v->unknown,
                                &v->waived, &v->not_applicable, &v->error };
    AUTO(query_done) sqlite3_stmt *q = NULL;
    TRY(query_open(
        db,
        "SELECT verdict, severity, sum(subjects) FROM check_count JOIN check_info USING (check_no) GROUP BY 1, 2",
        &q, err));
    for (bool row = true;;) {
        TRY(query_next(q, &row, err));
        if (!row) {
            return RC_OK;
        }
        int64_t n = sqlite3_column_int64(q, 2);
        for (size_t i = 0; i < ARRAY_LEN(verdicts); i++) {
            *places[i] += strcmp(query_text(q, 0), verdicts[i]) == 0 ? n : 0;
        }
        for (size_t i = 0; i < OVERVIEW_SEVERITIES && strcmp(query_text(q, 0), "fail") == 0; i++) {
            v->findings[i] += strcmp(query_text(q, 1), overview_severities[i]) == 0 ? n : 0;
        }
    }
}

static enum rc read_numbers(struct overview *v, sqlite3 *db, struct err *err)
{
    const struct {
        const char *sql;
        int64_t *place;
    } numbers[] = {
        { "SELECT count(*) FROM check_info WHERE question_en IS NULL", &v->checks },
        { "SELECT count(DISTINCT check_no) FROM check_count JOIN check_info USING (check_no)"
          " WHERE subjects > 0 AND verdict IN ('unknown', 'error') AND question_en IS NULL",
          &v->unclear },
        { "SELECT EXISTS (SELECT 1 FROM risk WHERE " QUERY_IS_INSIDE ")", &v->is_inside },
        { "SELECT count(*) FROM host_target", &v->hosts },
        { "SELECT " QUERY_HOSTS_ANSWERED, &v->answered },
        { "SELECT count(*) FROM coverage WHERE state NOT IN ('complete', 'absent', 'unsupported', 'not_collected')",
          &v->sources },
        { QUESTION_STATES
          "SELECT count(*) FROM q WHERE state IN ('open', 'expired', 'unproven', 'failed')",
          &v->open_questions },
        { "SELECT count(*) FROM waiver WHERE state = 'expired'", &v->expired_waivers },
    };

    for (size_t i = 0; i < ARRAY_LEN(numbers); i++) {
        TRY(query_number(db, numbers[i].sql, numbers[i].place, err));
    }
    return RC_OK;
}

enum rc overview_read(struct overview *ret, sqlite3 *db, enum text_lang lang, struct arena *a,
                      struct err *err)
{
    filetime now = 0;
    *ret = (struct overview){ .at = "", .zone = "" };
    TRY(plandoc_organisation(db, lang, a, &ret->organisation, err));
    TRY(plandoc_info(db, "profile", a, &ret->profile, err));
    TRY(plandoc_info(db, "tool_version", a, &ret->version, err));
    TRY(plandoc_info_time(db, "now", &now, err));
    if (now > 0) {
        ret->at = text_time(a, now, lang);
        ret->zone = text_zone(a, now);
        if (!ret->at || !ret->zone) {
            return err_setf(err, RC_NOMEM, "no memory for the summary");
        }
    }
    TRY(read_totals(ret, db, err));
    TRY(read_numbers(ret, db, err));
    return read_lists(ret, db, lang, a, err);
}

const char *overview_word(const struct assets *s, const char *id, enum text_lang lang)
{
    const char *word = assets_message(s, id, lang);
    return word ? word : "";
}

const char *overview_fill(struct arena *a, const char *words, int64_t n1, int64_t n2, int64_t n3)
{
    const int64_t numbers[] = { n1, n2, n3 };
    const char *all = "";
    for (const char *p = words; *p && all;) {
        size_t n = strcspn(p, "{");
        all = arena_printf(a, "%s%.*s", all, (int)n, p);
        p += n;
        if (all && p[0] == '{' && p[1] >= '1' && p[1] <= '3' && p[2] == '}') {
            all = arena_printf(a, "%s%lld", all, (long long)numbers[p[1] - '1']);
            p += 3;
        } else if (all && p[0]) {
            all = arena_printf(a, "%s{", all);
            p++;
        }
    }
    return all;
}
