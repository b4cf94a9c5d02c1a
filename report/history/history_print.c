/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Runs and trends on a terminal, as CSV and as JSON. */
#include <stdlib.h>
#include <string.h>

#include "audit/base/utf.h"
#include "report/csv.h"
#include "report/history/history.h"
#include "report/json_writer.h"
#include "report/query.h"
#include "report/text.h"

enum {
    RUNS_MOST = 60 /* of a trend line: the newest ones */
};

#define VALUE_MOST INT64_C(1000000000000) /* more is no count, and would overflow what is drawn */

struct words2 {
    const char *en, *ja;
};

static const char *say(const struct history_view *v, struct words2 w)
{
    return strcmp(v->lang, "ja") == 0 ? w.ja : w.en;
}

struct line {
    int64_t value[RUNS_MOST];
    bool is_known[RUNS_MOST];
    size_t count;
};

/* A value is one step between the least and the most of its line; one that is not known is a gap. */
static void draw(const struct line *l, bool is_unicode, FILE *out)
{
    static const char *const blocks[] = { "▁", "▂", "▃", "▄", "▅", "▆", "▇", "█" };
    static const char *const ascii[] = { "_", ".", "-", "~", "=", "+", "*", "#" };
    int64_t least = INT64_MAX, most = INT64_MIN;
    for (size_t i = 0; i < l->count; i++) {
        if (l->is_known[i]) {
            least = l->value[i] < least ? l->value[i] : least;
            most = l->value[i] > most ? l->value[i] : most;
        }
    }
    for (size_t i = 0; i < l->count; i++) {
        int64_t step =
            l->is_known[i] && most > least ? (l->value[i] - least) * 7 / (most - least) : 0;
        (void)fputs(l->is_known[i] ? (is_unicode ? blocks : ascii)[step] : " ", out);
    }
}

static void pad(const char *text, size_t width, FILE *out)
{
    size_t n = utf8_columns(text);
    (void)fprintf(out, "%s%*s", text, n < width ? (int)(width - n) : 1, "");
}

/* is_brief leaves out a line that never moved. */
static bool print_line(const char *label, const struct line *l, const struct history_view *v,
                       bool is_brief, FILE *out)
{
    size_t first = 0, last = l->count;
    while (first < l->count && !l->is_known[first]) {
        first++;
    }
    if (first == l->count) {
        return false;
    }
    while (!l->is_known[last - 1]) {
        last--;
    }
    bool moves = false;
    for (size_t i = first; i < last; i++) {
        moves = moves || !l->is_known[i] || l->value[i] != l->value[first];
    }
    if (is_brief && !moves) {
        return false;
    }
    pad(label, 34, out);
    draw(l, v->is_unicode, out);
    (void)fprintf(out, "  %lld %s %lld\n", (long long)l->value[first], v->is_unicode ? "→" : "->",
                  (long long)l->value[last - 1]);
    return true;
}

/* clang-format off */
#define NEWEST "(SELECT run, at FROM run ORDER BY at DESC, run DESC LIMIT ?3)"
static const char totals_sql[] =
    "SELECT label, value FROM (SELECT 1 AS no, CASE WHEN ?1 THEN '指摘事項' ELSE 'Findings' END AS label, at, run, critical + high + medium + low AS value FROM run"
    " UNION ALL SELECT 2, CASE WHEN ?1 THEN '緊急・高' ELSE 'Critical and high' END, at, run, critical + high FROM run"
    " UNION ALL SELECT 3, CASE WHEN ?1 THEN '未確認' ELSE 'Not known' END, at, run, unknown + error FROM run"
    " UNION ALL SELECT 4, CASE WHEN ?1 THEN '点数' ELSE 'Points' END, at, run, score FROM run) WHERE run IN (SELECT run FROM " NEWEST ") AND ?2 IS NULL ORDER BY no, at, run";
static const char themes_sql[] =
    "SELECT CASE WHEN ?1 THEN t.title_ja ELSE t.title_en END, t.findings FROM " NEWEST " r JOIN run_theme t USING (run)"
    " WHERE t.theme <> '' AND (?2 IS NULL OR t.theme = ?2) ORDER BY t.position, t.theme, r.at, r.run";
static const char points_sql[] =
    "SELECT (CASE WHEN ?1 THEN t.title_ja ELSE t.title_en END) || (CASE WHEN ?1 THEN '（点数）' ELSE ' (points)' END), t.score FROM " NEWEST " r JOIN run_theme t USING (run)"
    " WHERE t.theme = ?2 ORDER BY r.at, r.run";
static const char checks_sql[] =
    "SELECT i.check_id, c.fail FROM (SELECT DISTINCT check_id FROM run_check WHERE fail > 0 OR check_id = ?2) i CROSS JOIN " NEWEST " r"
    " LEFT JOIN run_check c ON c.run = r.run AND c.check_id = i.check_id WHERE ?1 IS NOT NULL AND (?2 IS NULL OR i.check_id = ?2) ORDER BY i.check_id, r.at, r.run";
static const char unknown_sql[] =
    "SELECT i.check_id || (CASE WHEN ?1 THEN '（未確認）' ELSE ' (not known)' END), c.unknown + c.error FROM (SELECT DISTINCT check_id FROM run_check WHERE check_id = ?2) i"
    " CROSS JOIN " NEWEST " r LEFT JOIN run_check c ON c.run = r.run AND c.check_id = i.check_id ORDER BY r.at, r.run";

/* clang-format on */

/* The values of a statement in the order of its rows: label, value; a new label begins another line. */
static enum rc print_lines(struct history *h, const char *sql, const char *filter,
                           const struct history_view *v, FILE *out, size_t *ret_lines,
                           struct err *err)
{
    AUTO(query_done) sqlite3_stmt *q = NULL;
    AUTO(arena_freep) struct arena *a = arena_new(0);
    struct line l = { .count = 0 };
    char label[256] = "";
    *ret_lines = 0;
    TRY(query_open(h->db, sql, &q, err));
    (void)sqlite3_bind_int(q, 1, strcmp(v->lang, "ja") == 0);
    (void)sqlite3_bind_text(q, 2, filter, -1, SQLITE_STATIC);
    (void)sqlite3_bind_int(q, 3, RUNS_MOST);
    for (bool row = true; row;) {
        TRY(query_next(q, &row, err));
        const char *text = row ? query_text(q, 0) : "";
        const char *safe = a ? text_safe(a, text, strlen(text), 60) : NULL;
        if (!safe) {
            return err_setf(err, RC_NOMEM, "out of memory");
        }
        if ((!row || strcmp(safe, label) != 0) && l.count > 0) {
            *ret_lines += print_line(label, &l, v, sql == checks_sql && !filter, out);
            l.count = 0;
        }
        if (row && l.count < RUNS_MOST) {
            (void)snprintf(label, sizeof(label), "%s", safe);
            l.is_known[l.count] = sqlite3_column_type(q, 1) != SQLITE_NULL;
            int64_t value = sqlite3_column_int64(q, 1);
            l.value[l.count++] = value > VALUE_MOST    ? VALUE_MOST
                                 : value < -VALUE_MOST ? -VALUE_MOST
                                                       : value;
        }
        arena_reset(a);
    }
    return RC_OK;
}

/* The file knows no time zone: times are those of this machine, and say so. */
static enum rc print_zone(struct history *h, const struct history_view *v, struct arena *a,
                          FILE *out, struct err *err)
{
    static const struct words2 words = { "Times", "時刻" };
    int64_t newest = 0;
    TRY(query_number(h->db, "SELECT coalesce(max(at), 0) FROM run", &newest, err));
    const char *zone = a && newest > 0 ? text_zone(a, newest) : NULL;
    if (zone) {
        (void)fprintf(out, "%s: %s\n", say(v, words), zone);
    }
    return RC_OK;
}

static enum rc print_runs(struct history *h, const struct history_view *v, FILE *out,
                          struct err *err)
{
    static const char sql[] =
        "SELECT at, coalesce(grade, '-'), score, critical, high, medium, low, unknown, seen_percent, profile, tool_version FROM"
        " (SELECT * FROM run ORDER BY at DESC, run DESC LIMIT 60) ORDER BY at, run";
    static const struct words2 heads[] = {
        { "Audit", "監査日" },   { "Grade", "評価" },
        { "Points", "点数" },    { "Critical", "緊急" },
        { "High", "高" },        { "Medium", "中" },
        { "Low", "低" },         { "Not known", "未確認" },
        { "Seen %", "確認率%" }, { "Profile", "プロファイル" },
    };
    static const size_t widths[] = { 18, 7, 8, 10, 8, 8, 8, 11, 9, 14 };
    AUTO(query_done) sqlite3_stmt *q = NULL;
    AUTO(arena_freep) struct arena *a = arena_new(0);
    enum text_lang lang = strcmp(v->lang, "ja") == 0 ? TEXT_JA : TEXT_EN;
    TRY(print_zone(h, v, a, out, err));
    for (size_t i = 0; i < ARRAY_LEN(heads); i++) {
        pad(say(v, heads[i]), widths[i], out);
    }
    (void)fputc('\n', out);
    TRY(query_open(h->db, sql, &q, err));
    for (bool row = true;;) {
        TRY(query_next(q, &row, err));
        if (!row) {
            return RC_OK;
        }
        for (int i = 0; i < (int)ARRAY_LEN(widths); i++) {
            const char *text = query_text(q, i);
            const char *cell =
                !a       ? NULL
                : i == 0 ? text_time(a, sqlite3_column_int64(q, 0), lang)
                         : text_safe(a, text[0] ? text : "-", text[0] ? strlen(text) : 1, 40);
            pad(cell ? cell : "", widths[i], out);
        }
        (void)fputc('\n', out);
        arena_reset(a);
    }
}

/* A profile chooses the checks: its counts beside another one's look like progress, or like its opposite. */
static enum rc print_profiles(struct history *h, const struct history_view *v, FILE *out,
                              struct err *err)
{
    static const struct words2 words = {
        "These audits were judged by different profiles (see the table): their numbers do not compare.",
        "監査ごとに異なるプロファイルで評価しています（上の表）。件数や点数を互いに比較できません。"
    };
    int64_t profiles = 0;
    TRY(query_number(h->db, HISTORY_PROFILES, &profiles, err));
    if (profiles > 1) {
        (void)fprintf(out, "%s\n", say(v, words));
    }
    return RC_OK;
}

static enum rc print_text(struct history *h, const struct history_view *v, FILE *out,
                          struct err *err)
{
    size_t lines = 0;
    if (v->check) {
        TRY(print_lines(h, checks_sql, v->check, v, out, &lines, err));
        return print_lines(h, unknown_sql, v->check, v, out, &lines, err);
    }
    if (v->theme) {
        TRY(print_lines(h, themes_sql, v->theme, v, out, &lines, err));
        return print_lines(h, points_sql, v->theme, v, out, &lines, err);
    }
    TRY(print_runs(h, v, out, err));
    (void)fprintf(out, "\n%s\n", say(v, (struct words2){ "Trend", "推移" }));
    TRY(print_profiles(h, v, out, err));
    TRY(print_lines(h, totals_sql, NULL, v, out, &lines, err));
    (void)fprintf(
        out, "%s\n",
        say(v,
            (struct words2){
                "What is not known is in no count of findings: fewer of them with more of it is no progress.",
                "未確認の項目は指摘事項に数えません。未確認が増えて指摘事項が減っても、改善とは限りません。" }));
    (void)fprintf(out, "\n%s\n",
                  say(v, (struct words2){ "Findings by theme", "分野別の指摘事項" }));
    TRY(print_lines(h, themes_sql, NULL, v, out, &lines, err));
    (void)fprintf(out, "\n%s\n",
                  say(v, (struct words2){ "Checks whose findings moved",
                                          "指摘事項の件数が変わったチェック" }));
    TRY(print_lines(h, checks_sql, NULL, v, out, &lines, err));
    if (lines == 0) {
        (void)fprintf(out, "%s\n", say(v, (struct words2){ "none", "なし" }));
    }
    return RC_OK;
}

/* clang-format off */
static const char csv_sql[] =
    "SELECT " ISO_VALUE("r.at") ", r.profile, r.tool_version, 'all', '', r.grade, r.score, r.seen_percent, r.pass, r.fail, r.unknown, r.waived, r.not_applicable, r.error, r.at AS t, r.run AS n, 0 AS k"
    " FROM run r WHERE ?1 IS NULL AND ?2 IS NULL"
    " UNION ALL SELECT " ISO_VALUE("r.at") ", r.profile, r.tool_version, 'theme', t.theme, t.grade, t.score, t.seen_percent, NULL, t.findings, NULL, NULL, NULL, NULL, r.at, r.run, 1"
    " FROM run r JOIN run_theme t USING (run) WHERE t.theme <> '' AND ?1 IS NULL AND (?2 IS NULL OR t.theme = ?2)"
    " UNION ALL SELECT " ISO_VALUE("r.at") ", r.profile, r.tool_version, 'check', c.check_id, NULL, NULL, NULL, c.pass, c.fail, c.unknown, c.waived, c.not_applicable, c.error, r.at, r.run, 2"
    " FROM run r JOIN run_check c USING (run) WHERE ?2 IS NULL AND (?1 IS NULL OR c.check_id = ?1) ORDER BY t, n, k, 5";
/* clang-format on */

static const char *const csv_header[] = { "at",      "profile", "tool_version",   "of",   "id",
                                          "grade",   "score",   "seen_percent",   "pass", "fail",
                                          "unknown", "waived",  "not_applicable", "error" };

static enum rc print_csv(struct history *h, const struct history_view *v, struct out *o,
                         struct err *err)
{
    AUTO(query_done) sqlite3_stmt *q = NULL;
    AUTO(arena_freep) struct arena *a = arena_new(0);
    if (!a) {
        return err_setf(err, RC_NOMEM, "out of memory");
    }
    TRY(query_open(h->db, csv_sql, &q, err));
    (void)sqlite3_bind_text(q, 1, v->check, -1, SQLITE_STATIC);
    (void)sqlite3_bind_text(q, 2, v->theme, -1, SQLITE_STATIC);
    TRY(csv_record(o, a, csv_header, ARRAY_LEN(csv_header), err));
    for (bool row = true;;) {
        const char *cells[ARRAY_LEN(csv_header)];
        TRY(query_next(q, &row, err));
        if (!row) {
            return RC_OK;
        }
        for (int i = 0; i < (int)ARRAY_LEN(cells); i++) {
            cells[i] = query_text(q, i);
        }
        arena_reset(a);
        TRY(csv_record(o, a, cells, ARRAY_LEN(cells), err));
    }
}

static enum rc print_json(struct history *h, struct out *o, struct err *err)
{
    AUTO(writer_done) struct writer w;
    writer_init(&w, o, err);
    out_text(o, "{");
    TRY(writer_member(&w, "schema", json_string("kagimori.history/1")));
    TRY(writer_rows(
        &w, h->db, "runs",
        "SELECT run, " ISO(
            "at") ", profile, organisation_en, organisation_ja, tool_version, schema, checks, grade, score, seen_percent, critical, high, medium, low, info,"
                  " pass, fail, unknown, waived, not_applicable, error FROM run ORDER BY run.at, run",
        -1, writer_row));
    TRY(writer_rows(
        &w, h->db, "themes",
        "SELECT run, theme, title_en, title_ja, grade, score, seen_percent, checks, failed, findings FROM run_theme ORDER BY run, position",
        -1, writer_row));
    TRY(writer_rows(
        &w, h->db, "checks",
        "SELECT run, check_id, severity, pass, fail, unknown, waived, not_applicable, error FROM run_check ORDER BY run, check_id",
        -1, writer_row));
    out_text(o, "\n}\n");
    return RC_OK;
}

static enum rc check_filter(struct history *h, const struct history_view *v, struct err *err)
{
    AUTO(query_done) sqlite3_stmt *q = NULL;
    bool row = false;
    if (!v->check && !v->theme) {
        return RC_OK;
    }
    TRY(query_open(h->db,
                   v->check ? "SELECT 1 FROM run_check WHERE check_id = ?1"
                            : "SELECT 1 FROM run_theme WHERE theme = ?1",
                   &q, err));
    (void)sqlite3_bind_text(q, 1, v->check ? v->check : v->theme, -1, SQLITE_STATIC);
    TRY(query_next(q, &row, err));
    return row ? RC_OK
               : err_setf(err, RC_USAGE, "no audit of this history knows the %s \"%s\"",
                          v->check ? "check" : "theme", v->check ? v->check : v->theme);
}

enum rc history_print(struct history *h, const struct history_view *v, FILE *out, struct err *err)
{
    TRY(check_filter(h, v, err));
    if (v->format == HISTORY_TEXT) {
        return print_text(h, v, out, err);
    }
    struct out o = { .file = out }; /* borrowed: nothing is renamed */
    return v->format == HISTORY_CSV ? print_csv(h, v, &o, err) : print_json(h, &o, err);
}
