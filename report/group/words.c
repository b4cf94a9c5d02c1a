/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "report/group/words.h"

#include <stdio.h>
#include <string.h>

#include "report/group/group.h"
#include "report/group/progress.h"
#include "report/query.h"
#include "report/report.h"
#include "report/text.h"

/* clang-format off */
#define TEXT(NAME) "CASE WHEN ?1 THEN " NAME "_ja ELSE " NAME "_en END"
#define COUNTED(NUMBER, CONDITION) \
    "(SELECT " NUMBER " FROM site_check_info c JOIN site_check_count n ON n.site = c.site AND n.check_no = c.check_no" \
    " WHERE c.site = s.site AND n.subjects > 0 AND " CONDITION ")"
#define FINDINGS(SEVERITY) COUNTED("coalesce(sum(n.subjects), 0)", "n.verdict = 'fail' AND c.severity = '" SEVERITY "'")
#define UNKNOWN COUNTED("count(DISTINCT c.check_no)", "n.verdict IN ('unknown', 'error') AND c.question_en IS NULL")

const char group_site_rows[] =
    "SELECT " GROUP_NAME("?1") ", g.grade, g.score, " FINDINGS("critical") ", " FINDINGS("high") ","
    " " UNKNOWN ", (SELECT count(*) FROM site_check_info c WHERE c.site = s.site AND c.question_en IS NULL),"
    " " TEXT("g.sentence") ", (SELECT " TEXT("m.title") " FROM site_measure m WHERE m.site = s.site ORDER BY m.position LIMIT 1)"
    " FROM site s LEFT JOIN site_grade g ON g.site = s.site AND g.theme = '' ORDER BY " GROUP_ORDER;

static const char inside_rows[] =
    "SELECT " GROUP_NAME("?1") " FROM site s LEFT JOIN site_grade g ON g.site = s.site AND g.theme = ''"
    " WHERE " GROUP_INSIDE " ORDER BY " GROUP_ORDER;

static const char profile_rows[] =
    "SELECT name, profile FROM (SELECT " GROUP_NAME("?1") " AS name, " GROUP_PROFILE " AS profile, row_number() OVER (ORDER BY " GROUP_ORDER ") AS n"
    " FROM site s LEFT JOIN site_grade g ON g.site = s.site AND g.theme = '') WHERE (SELECT count(DISTINCT " GROUP_PROFILE ") FROM site s) > 1 ORDER BY n";

const char group_measure_rows[] =
    "SELECT max(" TEXT("m.title") "), m.effort, CAST(round(sum(m.effect_percent) * 1.0 / (SELECT count(*) FROM site)) AS INTEGER), count(*)"
    " FROM site_measure m GROUP BY m.measure ORDER BY sum(m.effect_percent) DESC, count(*) DESC, m.measure";

const char group_progress_rows[] =
    "SELECT " GROUP_NAME("?1") ", b.site IS NOT NULL, b.grade, g.grade, " PROGRESS_COUNT("'new', 'unwaived'") ", " PROGRESS_COUNT("'fixed'") ","
    " " PROGRESS_COUNT("'hidden'") ", " PROGRESS_COUNT("'same'") " FROM site s LEFT JOIN site_grade g ON g.site = s.site AND g.theme = ''"
    " LEFT JOIN group_before b ON b.site = s.site ORDER BY " GROUP_ORDER;

const char group_moved_rows[] =
    "SELECT site, place, kind, severity, finding, title, name FROM (SELECT t.site, " GROUP_NAME("?1") " AS place, t.kind, t.severity, t.finding, " TEXT("t.title") " AS title, t.name,"
    " t.rank, t.check_id, row_number() OVER (PARTITION BY t.site, t.kind ORDER BY t.rank, t.check_id, t.name) AS n,"
    " instr('new      unwaived judged   hidden   fixed    rejudged waived   ', t.kind) AS k"
    " FROM group_told t JOIN site s ON s.site = t.site) WHERE n <= ?2 ORDER BY site, k, n";

/* clang-format on */

enum rc group_words_open(struct group_words *w, const struct report_options *options,
                         struct err *err)
{
    *w = (struct group_words){ .a = arena_new((size_t)64 << 20) };
    (void)text_lang_from(options->lang, &w->lang);
    return w->a ? assets_open(&w->assets, options->assets, err)
                : err_setf(err, RC_NOMEM, "no memory for the summary");
}

void group_words_done(struct group_words *w)
{
    assets_done(&w->assets);
    arena_free(w->a);
}

const char *group_word(struct group_words *w, const char *id)
{
    const char *text = assets_message(&w->assets, id, w->lang);
    return text ? text : "";
}

const char *group_word2(struct group_words *w, const char *prefix, const char *name)
{
    const char *text = assets_message2(&w->assets, prefix, name, w->lang);
    const char *own = text ? text : arena_strdup(w->a, name);
    w->bad = w->bad || !own;
    return own ? own : "";
}

static const char *fill(struct group_words *w, const char *text, const char *a, const char *b)
{
    const char *all = "";
    while (*text && all) {
        size_t n = strcspn(text, "{");
        const char *put = text[n] && text[n + 1] == '1'   ? a
                          : text[n] && text[n + 1] == '2' ? b
                                                          : "";
        all = arena_printf(w->a, "%s%.*s%s", all, (int)n, text, put ? put : "");
        text += n;
        text += *text ? strcspn(text, "}") : 0;
        text += *text != '\0';
    }
    w->bad = w->bad || !all;
    return all ? all : "";
}

const char *group_say(struct group_words *w, const char *id, const char *a, const char *b)
{
    char one[96];
    (void)snprintf(one, sizeof(one), "%s.one", id);
    const char *text = a && strcmp(a, "1") == 0 ? assets_message(&w->assets, one, w->lang) : NULL;
    return fill(w, text ? text : group_word(w, id), a, b);
}

const char *group_title(struct group_words *w, sqlite3 *db)
{
    int64_t sites = 0;
    char number[32];
    struct err ignored;
    if (query_number(db, "SELECT count(*) FROM site", &sites, &ignored) != RC_OK) {
        sites = 0; /* whoever asks for a row next is told why */
    }
    (void)snprintf(number, sizeof(number), "%lld", (long long)sites);
    return group_say(w, "group.title", number, NULL);
}

/* How many sites have the letter of the first one. */
static enum rc count_like(sqlite3 *db, const char *grade, bool *ret_all, struct err *err)
{
    AUTO(query_done) sqlite3_stmt *q = NULL;
    bool row = false;
    TRY(query_open(
        db,
        "SELECT count(*) = (SELECT count(*) FROM site) FROM site_grade WHERE theme = '' AND grade = ?1",
        &q, err));
    (void)sqlite3_bind_text(q, 1, grade, -1, SQLITE_STATIC);
    TRY(query_next(q, &row, err));
    *ret_all = row && sqlite3_column_int(q, 0) == 1;
    return RC_OK;
}

static enum rc first_measure(struct group_words *w, sqlite3 *db, const char **ret, struct err *err)
{
    AUTO(query_done) sqlite3_stmt *q = NULL;
    bool row = false;
    TRY(query_open(db, group_measure_rows, &q, err));
    (void)sqlite3_bind_int(q, 1, w->lang == TEXT_JA);
    TRY(query_next(q, &row, err));
    *ret = row ? arena_strdup(w->a, query_text(q, MEASURE_TITLE)) : "";
    return *ret ? RC_OK : err_setf(err, RC_NOMEM, "no memory for the summary");
}

/* What is shown of a row; the arena's. */
typedef const char *(*told)(struct group_words *w, sqlite3_stmt *q);

/* The rows of sql as one text, between each two of them the word id; "" without one. */
static enum rc join(struct group_words *w, sqlite3 *db, const char *sql, told tell, const char *id,
                    const char **ret, struct err *err)
{
    AUTO(query_done) sqlite3_stmt *q = NULL;
    const char *all = "";
    TRY(query_open(db, sql, &q, err));
    (void)sqlite3_bind_int(q, 1, w->lang == TEXT_JA);
    for (bool row = true; all;) {
        TRY(query_next(q, &row, err));
        if (!row) {
            break;
        }
        all = arena_printf(w->a, "%s%s%s", all, all[0] ? group_word(w, id) : "", tell(w, q));
    }
    *ret = all;
    return all ? RC_OK : err_setf(err, RC_NOMEM, "no memory for the summary");
}

static const char *name_of(struct group_words *w, sqlite3_stmt *q)
{
    (void)w;
    return query_text(q, 0);
}

static const char *profile_of(struct group_words *w, sqlite3_stmt *q)
{
    const char *profile = query_text(q, 1);
    return group_say(w, "group.profiles.of", query_text(q, 0),
                     profile[0] ? profile : group_word(w, "group.profiles.all"));
}

enum rc group_profiles(struct group_words *w, sqlite3 *db, const char **ret, struct err *err)
{
    const char *all = "";
    TRY(join(w, db, profile_rows, profile_of, "group.profiles.next", &all, err));
    *ret = all[0] ? group_say(w, "group.profiles", all, NULL) : "";
    return RC_OK;
}

/* Who may be attacked at this moment is not told of letters first (report/html/cover.xsl). */
static enum rc put_inside(struct group_words *w, sqlite3 *db, const char **ret, size_t *n,
                          struct err *err)
{
    const char *all = "";
    TRY(join(w, db, inside_rows, name_of, "group.inside.next", &all, err));
    if (all[0]) {
        ret[(*n)++] = group_say(w, "group.inside", all, NULL);
    }
    return RC_OK;
}

enum rc group_verdict(struct group_words *w, sqlite3 *db, const char *ret[GROUP_LINES],
                      size_t *ret_n, struct err *err)
{
    AUTO(query_done) sqlite3_stmt *q = NULL;
    int64_t sites = 0;
    bool row = false, is_all = false;
    const char *most = "";
    size_t n = 0;
    TRY(put_inside(w, db, ret, &n, err));
    *ret_n = n;
    TRY(query_number(db, "SELECT count(*) FROM site", &sites, err));
    TRY(query_open(db, group_site_rows, &q, err));
    (void)sqlite3_bind_int(q, 1, w->lang == TEXT_JA);
    TRY(query_next(q, &row, err));
    const char *grade = row ? query_text(q, SITE_GRADE) : "";
    if (sites < 2 || !grade[0] || strcmp(grade, "-") == 0) {
        return RC_OK;
    }
    TRY(count_like(db, grade, &is_all, err));
    TRY(first_measure(w, db, &most, err));
    const char *name = query_text(q, SITE_NAME), *sentence = query_text(q, SITE_SENTENCE),
               *first = query_text(q, SITE_FIRST);
    ret[n++] = is_all ? group_say(w, "group.verdict.all", grade, name)
                      : group_say(w, "group.verdict.one", name, grade);
    if (sentence[0]) {
        ret[n] = arena_strdup(w->a, sentence);
        w->bad = w->bad || !ret[n];
        n += ret[n] != NULL;
    }
    if (first[0]) {
        ret[n++] = group_say(w, "group.verdict.first", first, NULL);
    }
    if (most[0] && strcmp(most, first) != 0) {
        ret[n++] = group_say(w, "group.verdict.most", most, NULL);
    }
    *ret_n = n;
    return RC_OK;
}
