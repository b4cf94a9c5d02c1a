/* SPDX-License-Identifier: GPL-3.0-or-later */
/* summary.md of a group: CommonMark with GitHub's tables. Every text goes through md_text. */
#include "report/group/group.h"
#include "report/group/progress.h"
#include "report/group/words.h"
#include "report/query.h"
#include "report/report.h"
#include "report/reset/md_text.h"

enum {
    MEASURES_SHOWN = 5
};

struct page {
    struct group_words w;
    struct out *o;
    struct err *err;
};

static void page_done(struct page *p)
{
    group_words_done(&p->w);
}

static enum rc put(struct page *p, const char *text)
{
    return md_text(p->o, p->w.a, text, TEXT_SHOWN, p->err);
}

/* A paragraph, which may name many sites. */
static enum rc put_line(struct page *p, const char *text)
{
    return md_text(p->o, p->w.a, text, GROUP_SHOWN, p->err);
}

static enum rc put_cell(struct page *p, const char *text)
{
    out_text(p->o, " ");
    TRY(put(p, text[0] ? text : "-"));
    out_text(p->o, " |");
    return RC_OK;
}

/* A heading, then the head of a table whose first column is text and the others are numbers. */
static enum rc put_table(struct page *p, const char *heading, const char *const *ids, size_t count)
{
    out_text(p->o, "\n## ");
    TRY(put(p, group_word(&p->w, heading)));
    out_text(p->o, "\n\n|");
    for (size_t i = 0; i < count; i++) {
        TRY(put_cell(p, group_word(&p->w, ids[i])));
    }
    out_text(p->o, "\n|---");
    for (size_t i = 1; i < count; i++) {
        out_text(p->o, "|---:");
    }
    out_text(p->o, "|\n");
    return RC_OK;
}

static enum rc put_verdict(struct page *p, sqlite3 *db)
{
    const char *lines[GROUP_LINES];
    size_t n = 0;
    out_text(p->o, "# ");
    TRY(put(p, group_title(&p->w, db)));
    out_text(p->o, "\n");
    TRY(group_verdict(&p->w, db, lines, &n, p->err));
    for (size_t i = 0; i < n; i++) {
        out_text(p->o, i == 0 ? "\n**" : "\n");
        TRY(put_line(p, lines[i]));
        out_text(p->o, i == 0 ? "**\n" : "\n");
    }
    return RC_OK;
}

static enum rc put_sites(struct page *p, sqlite3 *db)
{
    static const char *const ids[] = { "group.site",     "group.all",  "group.score",
                                       "group.critical", "group.high", "group.unclear" };
    AUTO(query_done) sqlite3_stmt *q = NULL;
    const char *profiles = "";
    TRY(put_table(p, "group.compare", ids, ARRAY_LEN(ids)));
    TRY(query_open(db, group_site_rows, &q, p->err));
    (void)sqlite3_bind_int(q, 1, p->w.lang == TEXT_JA);
    for (bool row = true;;) {
        TRY(query_next(q, &row, p->err));
        if (!row) {
            break;
        }
        out_text(p->o, "|");
        for (int i = SITE_NAME; i <= SITE_HIGH; i++) {
            TRY(put_cell(p, query_text(q, i)));
        }
        TRY(put_cell(p, group_say(&p->w, "group.fraction", query_text(q, SITE_UNCLEAR),
                                  query_text(q, SITE_CHECKS))));
        out_text(p->o, "\n");
    }
    TRY(group_profiles(&p->w, db, &profiles, p->err));
    out_text(p->o, profiles[0] ? "\n" : "");
    TRY(put_line(p, profiles));
    out_text(p->o, profiles[0] ? "\n" : "");
    return RC_OK;
}

static enum rc put_moved(struct page *p, sqlite3_stmt *q)
{
    out_text(p->o, "|");
    TRY(put_cell(p, query_text(q, MOVED_NAME)));
    if (sqlite3_column_int(q, MOVED_KNOWN) == 0) {
        TRY(put_cell(p, group_word(&p->w, "group.progress.unknown")));
        out_text(p->o, " | | | |\n");
        return RC_OK;
    }
    const char *then = query_text(q, MOVED_BEFORE), *now = query_text(q, MOVED_GRADE);
    TRY(put_cell(
        p, group_say(&p->w, "progress.grade.then", then[0] ? then : "-", now[0] ? now : "-")));
    for (int i = MOVED_NEW; i <= MOVED_SAME; i++) {
        TRY(put_cell(p, query_text(q, i)));
    }
    out_text(p->o, "\n");
    return RC_OK;
}

static enum rc put_progress(struct page *p, sqlite3 *db)
{
    static const char *const ids[] = {
        "group.site",           "group.progress.grade",  "group.progress.new",
        "group.progress.fixed", "group.progress.hidden", "group.progress.same"
    };
    AUTO(query_done) sqlite3_stmt *q = NULL;
    TRY(put_table(p, "group.progress", ids, ARRAY_LEN(ids)));
    TRY(query_open(db, group_progress_rows, &q, p->err));
    (void)sqlite3_bind_int(q, 1, p->w.lang == TEXT_JA);
    for (bool row = true;;) {
        TRY(query_next(q, &row, p->err));
        if (!row) {
            break;
        }
        TRY(put_moved(p, q));
    }
    out_text(p->o, "\n");
    TRY(put(p, group_word(&p->w, "group.progress.never")));
    out_text(p->o, "\n");
    return RC_OK;
}

static enum rc put_measures(struct page *p, sqlite3 *db)
{
    static const char *const ids[] = { "group.measure", "group.effort", "group.effect",
                                       "group.sites" };
    AUTO(query_done) sqlite3_stmt *q = NULL;
    TRY(query_open(db, group_measure_rows, &q, p->err));
    (void)sqlite3_bind_int(q, 1, p->w.lang == TEXT_JA);
    for (int i = 0; i < MEASURES_SHOWN; i++) {
        bool row = false;
        TRY(query_next(q, &row, p->err));
        if (!row) {
            return RC_OK;
        }
        TRY(i == 0 ? put_table(p, "group.help", ids, ARRAY_LEN(ids)) : RC_OK);
        out_text(p->o, "|");
        TRY(put_cell(p, query_text(q, MEASURE_TITLE)));
        TRY(put_cell(p, group_word2(&p->w, "group.effort.", query_text(q, MEASURE_EFFORT))));
        TRY(put_cell(p, group_say(&p->w, "group.percent", query_text(q, MEASURE_EFFECT), NULL)));
        TRY(put_cell(p, query_text(q, MEASURE_SITES)));
        out_text(p->o, "\n");
    }
    return RC_OK;
}

enum rc group_markdown(sqlite3 *db, const struct report_options *options, struct out *o,
                       struct err *err)
{
    AUTO(page_done) struct page p = { .o = o, .err = err };
    int64_t compared = 0, redacted = 0;
    TRY(group_words_open(&p.w, options, err));
    TRY(query_number(db, PROGRESS_COMPARED, &compared, err));
    TRY(query_number(db, GROUP_REDACTED, &redacted, err));
    TRY(put_verdict(&p, db));
    if (redacted > 0) {
        out_text(o, "\n");
        TRY(put(&p, group_word(&p.w, "group.redacted")));
        out_text(o, "\n");
    }
    TRY(put_sites(&p, db));
    TRY(compared > 0 ? put_progress(&p, db) : RC_OK);
    TRY(put_measures(&p, db));
    out_text(o, "\n");
    TRY(put(&p, group_word(&p.w, "group.blind.text")));
    out_text(o, "\n");
    return p.w.bad ? err_setf(err, RC_NOMEM, "no memory for the summary") : RC_OK;
}
