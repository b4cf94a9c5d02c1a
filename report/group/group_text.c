/* SPDX-License-Identifier: GPL-3.0-or-later */
/* summary.txt of a group, and the same lines on a terminal: which site is worst, why, what comes first, then a line a site. */
#include <string.h>

#include "audit/base/utf.h"
#include "report/group/group.h"
#include "report/group/progress.h"
#include "report/group/words.h"
#include "report/output/columns.h"
#include "report/query.h"
#include "report/report.h"

enum {
    WIDTH = 80,
    SITE_WIDTH = 29,
    MOVED_WIDTH = 25, /* of a site where numbers of findings that moved stand beside it */
    TITLE_WIDTH = 52,
    MEASURES_SHOWN = 5,
    FINDINGS_SHOWN = 20
};

struct page {
    struct group_words w;
    struct out *o;
    size_t most; /* findings listed a kind and site; 0 = all */
};

static void page_done(struct page *p)
{
    group_words_done(&p->w);
}

/* A cell of a line: cut to width and filled up, to the right where it is a number. */
static void put_cell(struct page *p, const char *text, size_t width, bool is_number)
{
    const char *safe = text_safe(p->w.a, text, strlen(text), 2000);
    const char *cut = safe ? columns_cut(p->w.a, safe, width) : NULL;
    p->w.bad = p->w.bad || !cut;
    size_t n = cut ? utf8_columns(cut) : width;
    for (size_t i = n; is_number && i < width; i++) {
        out_text(p->o, " ");
    }
    out_text(p->o, cut ? cut : "");
    for (size_t i = n; !is_number && i < width; i++) {
        out_text(p->o, " ");
    }
}

static void put_line(struct page *p, const char *text)
{
    const char *s = text_safe(p->w.a, text, strlen(text), GROUP_SHOWN);
    p->w.bad = p->w.bad || !s;
    while (s && *s) {
        size_t n = columns_line(s, WIDTH), shown = n;
        while (shown > 0 && s[shown - 1] == ' ') {
            shown--;
        }
        out_bytes(p->o, s, shown);
        out_text(p->o, "\n");
        s += n;
        s += strspn(s, " ");
    }
}

static void put_heading(struct page *p, const char *id)
{
    out_text(p->o, "\n");
    put_line(p, group_word(&p->w, id));
}

static void put_number(struct page *p, sqlite3_stmt *q, int column, size_t width)
{
    put_cell(p, query_text(q, column), width, true);
}

static const char *letter(sqlite3_stmt *q, int column)
{
    const char *text = query_text(q, column);
    return text[0] ? text : "-";
}

static enum rc put_verdict(struct page *p, sqlite3 *db, struct err *err)
{
    const char *lines[GROUP_LINES];
    size_t n = 0;
    TRY(group_verdict(&p->w, db, lines, &n, err));
    for (size_t i = 0; i < n; i++) {
        put_line(p, lines[i]);
    }
    return RC_OK;
}

static void put_head(struct page *p, size_t site, const char *const *ids, const size_t *widths,
                     size_t count)
{
    out_text(p->o, "  ");
    put_cell(p, group_word(&p->w, "group.site"), site, false);
    for (size_t i = 0; i < count; i++) {
        out_text(p->o, " ");
        put_cell(p, group_word(&p->w, ids[i]), widths[i], true);
    }
    out_text(p->o, "\n");
}

static enum rc put_sites(struct page *p, sqlite3 *db, struct err *err)
{
    static const char *const ids[] = { "group.all", "group.score", "group.critical", "group.high",
                                       "group.unclear" };
    static const size_t widths[] = { 7, 7, 9, 6, 14 };
    AUTO(query_done) sqlite3_stmt *q = NULL;
    const char *profiles = "";
    put_heading(p, "group.compare");
    put_head(p, SITE_WIDTH, ids, widths, ARRAY_LEN(ids));
    TRY(query_open(db, group_site_rows, &q, err));
    (void)sqlite3_bind_int(q, 1, p->w.lang == TEXT_JA);
    for (bool row = true;;) {
        TRY(query_next(q, &row, err));
        if (!row) {
            TRY(group_profiles(&p->w, db, &profiles, err));
            put_line(p, profiles);
            return RC_OK;
        }
        out_text(p->o, "  ");
        put_cell(p, query_text(q, SITE_NAME), SITE_WIDTH, false);
        out_text(p->o, " ");
        put_cell(p, letter(q, SITE_GRADE), widths[0], true);
        for (int i = 0; i < 3; i++) {
            out_text(p->o, " ");
            put_number(p, q, SITE_SCORE + i, widths[1 + i]);
        }
        out_text(p->o, " ");
        const char *unclear = group_say(&p->w, "group.fraction", query_text(q, SITE_UNCLEAR),
                                        query_text(q, SITE_CHECKS));
        put_cell(p, unclear, widths[4], true);
        out_text(p->o, "\n");
    }
}

static enum rc put_measures(struct page *p, sqlite3 *db, struct err *err)
{
    AUTO(query_done) sqlite3_stmt *q = NULL;
    TRY(query_open(db, group_measure_rows, &q, err));
    (void)sqlite3_bind_int(q, 1, p->w.lang == TEXT_JA);
    for (int i = 0; i < MEASURES_SHOWN; i++) {
        bool row = false;
        TRY(query_next(q, &row, err));
        if (!row) {
            return RC_OK;
        }
        if (i == 0) {
            put_heading(p, "group.help");
        }
        const char *effect =
            group_say(&p->w, "group.effect.of", query_text(q, MEASURE_EFFECT), NULL);
        out_text(p->o, "  ");
        put_cell(p, query_text(q, MEASURE_TITLE), TITLE_WIDTH, false);
        out_text(p->o, " ");
        put_cell(p, group_word2(&p->w, "group.effort.", query_text(q, MEASURE_EFFORT)), 14, false);
        out_text(p->o, " ");
        put_cell(p, effect, 9, true);
        out_text(p->o, "\n");
    }
    return RC_OK;
}

static enum rc put_progress(struct page *p, sqlite3 *db, struct err *err)
{
    static const char *const ids[] = { "group.progress.grade", "group.progress.new.short",
                                       "group.progress.fixed", "group.progress.hidden.short",
                                       "group.progress.same" };
    static const size_t widths[] = { 5, 14, 8, 11, 10 };
    AUTO(query_done) sqlite3_stmt *q = NULL;
    put_heading(p, "group.progress");
    put_head(p, MOVED_WIDTH, ids, widths, ARRAY_LEN(ids));
    TRY(query_open(db, group_progress_rows, &q, err));
    (void)sqlite3_bind_int(q, 1, p->w.lang == TEXT_JA);
    for (bool row = true;;) {
        TRY(query_next(q, &row, err));
        if (!row) {
            put_line(p, group_word(&p->w, "group.progress.never"));
            return RC_OK;
        }
        out_text(p->o, "  ");
        put_cell(p, query_text(q, MOVED_NAME), MOVED_WIDTH, false);
        out_text(p->o, " ");
        if (sqlite3_column_int(q, MOVED_KNOWN) == 0) {
            put_cell(p, group_word(&p->w, "group.progress.unknown"), WIDTH - MOVED_WIDTH - 3,
                     false);
            out_text(p->o, "\n");
            continue;
        }
        const char *then = letter(q, MOVED_BEFORE), *now = letter(q, MOVED_GRADE);
        put_cell(p, group_say(&p->w, "progress.grade.then", then, now), widths[0], true);
        for (int i = 0; i < 4; i++) {
            out_text(p->o, " ");
            put_number(p, q, MOVED_NEW + i, widths[1 + i]);
        }
        out_text(p->o, "\n");
    }
}

/* What moved, site by site: for kagimori diff. */
static enum rc put_moved(struct page *p, sqlite3 *db, struct err *err)
{
    AUTO(query_done) sqlite3_stmt *q = NULL;
    char last[64] = "";
    size_t shown = 0;
    TRY(query_open(db, group_moved_rows, &q, err));
    (void)sqlite3_bind_int(q, 1, p->w.lang == TEXT_JA);
    (void)sqlite3_bind_int64(q, 2, p->most ? (int64_t)p->most : INT64_MAX);
    for (bool row = true;;) {
        char now[64];
        TRY(query_next(q, &row, err));
        if (!row) {
            break;
        }
        (void)snprintf(now, sizeof(now), "%lld %s", (long long)sqlite3_column_int64(q, 0),
                       query_text(q, 2));
        if (strcmp(now, last) != 0) {
            const char *kind = group_word2(&p->w, "progress.kind.", query_text(q, 2));
            out_text(p->o, "\n");
            put_line(p, group_say(&p->w, "group.moved.head", query_text(q, 1), kind));
            (void)snprintf(last, sizeof(last), "%s", now);
        }
        out_text(p->o, "  ");
        put_cell(p, group_word2(&p->w, "severity.", query_text(q, 3)), 9, false);
        out_text(p->o, query_text(q, 4)[0] ? query_text(q, 4) : "-");
        out_text(p->o, "  ");
        put_cell(p, query_text(q, 5), 40, false);
        out_text(p->o, " ");
        put_line(p, query_text(q, 6));
        shown++;
    }
    int64_t all = 0;
    TRY(query_number(db, "SELECT count(*) FROM group_told", &all, err));
    if ((int64_t)shown < all) {
        char rest[32];
        (void)snprintf(rest, sizeof(rest), "%lld", (long long)(all - (int64_t)shown));
        out_text(p->o, "\n");
        put_line(p, group_say(&p->w, "group.moved.rest", rest, NULL));
    }
    return RC_OK;
}

static enum rc end(const struct page *p, struct err *err)
{
    return p->w.bad ? err_setf(err, RC_NOMEM, "no memory for the summary") : RC_OK;
}

enum rc group_summary(sqlite3 *db, const struct report_options *options, struct out *o,
                      struct err *err)
{
    AUTO(page_done) struct page p = { .o = o };
    int64_t compared = 0;
    TRY(group_words_open(&p.w, options, err));
    TRY(query_number(db, PROGRESS_COMPARED, &compared, err));
    put_line(&p, group_title(&p.w, db));
    TRY(put_verdict(&p, db, err));
    TRY(put_sites(&p, db, err));
    TRY(compared > 0 ? put_progress(&p, db, err) : RC_OK);
    TRY(put_measures(&p, db, err));
    put_heading(&p, "group.blind.text");
    return end(&p, err);
}

enum rc group_moved(sqlite3 *db, const struct report_options *options, bool is_all, struct out *o,
                    struct err *err)
{
    AUTO(page_done) struct page p = { .o = o, .most = is_all ? 0 : FINDINGS_SHOWN };
    TRY(group_words_open(&p.w, options, err));
    put_line(&p, group_title(&p.w, db));
    TRY(put_progress(&p, db, err));
    TRY(put_moved(&p, db, err));
    return end(&p, err);
}
