/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What a plan says at a terminal: how far each phase is, what can begin, what looks done and is not. Names and sentences hold foreign text. */
#include <inttypes.h>
#include <string.h>

#include "audit/base/utf.h"
#include "audit/base/wr.h"
#include "audit/command/plan_run.h"
#include "report/text.h"

enum {
    MOST_LINES = 12,
    SENTENCE_CHARS = 400,
    NAME_CHARS = 80
};

struct teller {
    sqlite3 *db;
    FILE *out;
    bool is_ja;
};

/* Both are literals, so that the compiler checks them as formats. */
#define SAY(t, en, ja) ((t)->is_ja ? (ja) : (en))

static void close_reader(sqlite3 **db)
{
    (void)sqlite3_close(*db);
}

/* A column as it may be shown, on one line. */
static const char *safe(struct arena *a, sqlite3_stmt *q, int column, size_t chars)
{
    const char *s = (const char *)sqlite3_column_text(q, column);
    const char *ret = s ? text_safe(a, s, (size_t)sqlite3_column_bytes(q, column), chars) : "-";
    return ret ? ret : "?";
}

static void pad(FILE *out, const char *s, size_t width)
{
    size_t n = utf8_columns(s);
    (void)fprintf(out, "  %s%*s", s, (int)(n < width ? width - n : 0), "");
}

static enum rc prepare(const struct teller *t, const char *sql, sqlite3_stmt **ret, struct err *err)
{
    return sqlite3_prepare_v2(t->db, sql, -1, ret, NULL) == SQLITE_OK
               ? RC_OK
               : err_setf(err, RC_BUG, "reading the plan: %s", sqlite3_errmsg(t->db));
}

static enum rc tell_phases(const struct teller *t, struct err *err)
{
    struct arena *a AUTO(arena_freep) = arena_new(0);
    sqlite3_stmt *q AUTO(store_statement_done) = NULL;
    TRY(prepare(
        t,
        "SELECT p.title_en, p.title_ja, sum(a.items), sum(a.finished), sum(a.unseen) FROM reset_phase p JOIN reset_action a USING (phase_no)"
        " GROUP BY p.phase_no HAVING sum(a.items) > 0 ORDER BY p.phase_no",
        &q, err));
    while (a && sqlite3_step(q) == SQLITE_ROW) {
        int64_t items = sqlite3_column_int64(q, 2), finished = sqlite3_column_int64(q, 3);
        int64_t unseen = sqlite3_column_int64(q, 4);
        pad(t->out, safe(a, q, t->is_ja ? 1 : 0, NAME_CHARS), 50);
        (void)fprintf(t->out,
                      SAY(t, "%6" PRId64 " open, %6" PRId64 " finished",
                          "未完了 %6" PRId64 "、完了 %6" PRId64),
                      items - finished, finished);
        if (unseen > 0) {
            (void)fprintf(t->out,
                          SAY(t, " (%" PRId64 " of the open ones could not be seen)",
                              "（確認できない %" PRId64 "）"),
                          unseen);
        }
        (void)fprintf(t->out, "\n");
    }
    return RC_OK;
}

static enum rc tell_next(const struct teller *t, struct err *err)
{
    struct arena *a AUTO(arena_freep) = arena_new(0);
    sqlite3_stmt *q AUTO(store_statement_done) = NULL;
    int lines = 0;
    TRY(prepare(
        t,
        "SELECT a.title_en, a.title_ja, a.who_en, a.who_ja, count(*) FROM reset_action a JOIN reset_item i USING (action_no)"
        " WHERE i.state = 'ready' GROUP BY a.action_no ORDER BY a.action_no",
        &q, err));
    while (a && sqlite3_step(q) == SQLITE_ROW && lines <= MOST_LINES) {
        if (lines == 0) {
            (void)fprintf(t->out, "%s\n", SAY(t, "what can begin now:", "今すぐ着手できる作業："));
        }
        if (++lines > MOST_LINES) {
            (void)fprintf(t->out, "  %s\n",
                          SAY(t, "… and more: see the checklist",
                              "…ほかにもあります。チェックリストをご覧ください。"));
            break;
        }
        (void)fprintf(t->out, SAY(t, "  %s (%s): %d\n", "  %s（%s）：%d 件\n"),
                      safe(a, q, t->is_ja ? 1 : 0, SENTENCE_CHARS),
                      safe(a, q, t->is_ja ? 3 : 2, NAME_CHARS), sqlite3_column_int(q, 4));
    }
    return RC_OK;
}

/* Lines of subjects with the sentence of their state; says nothing when there is none. */
static enum rc tell_subjects(const struct teller *t, const char *head, const char *where,
                             struct err *err)
{
    struct arena *a AUTO(arena_freep) = arena_new(0);
    struct wr sql AUTO(wr_done);
    sqlite3_stmt *q AUTO(store_statement_done) = NULL;
    int64_t lines = 0;
    wr_init(&sql, 4096);
    wr_printf(
        &sql,
        "SELECT name, title_en, title_ja, reason_en, reason_ja, count(*) OVER () FROM reset_line WHERE %s"
        " ORDER BY action_no, position LIMIT %d%c",
        where, MOST_LINES, 0);
    if (sql.bad || !a) {
        return err_setf(err, RC_NOMEM, "out of memory");
    }
    TRY(prepare(t, (const char *)sql.data, &q, err));
    while (sqlite3_step(q) == SQLITE_ROW) {
        int64_t all = sqlite3_column_int64(q, 5);
        if (lines++ == 0) {
            (void)fprintf(t->out, SAY(t, "%s (%" PRId64 "):\n", "%s（%" PRId64 " 件）：\n"), head,
                          all);
        }
        (void)fprintf(t->out, SAY(t, "  %s: %s: %s\n", "  %s：%s：%s\n"), safe(a, q, 0, NAME_CHARS),
                      safe(a, q, t->is_ja ? 2 : 1, NAME_CHARS),
                      safe(a, q, t->is_ja ? 4 : 3, SENTENCE_CHARS));
        if (lines == MOST_LINES && all > lines) {
            (void)fprintf(t->out, SAY(t, "  … and %" PRId64 " more\n", "  …ほか %" PRId64 " 件\n"),
                          all - lines);
        }
    }
    return RC_OK;
}

static enum rc tell_moved(const struct teller *t, struct err *err)
{
    TRY(tell_subjects(t, SAY(t, "went back since the last time", "前回から後戻りしたもの"),
                      "is_regression = 1", err));
    TRY(tell_subjects(t,
                      SAY(t, "looks done and is not", "完了したように見えるが、完了していないもの"),
                      "state = 'suspect' AND is_regression = 0", err));
    return tell_subjects(
        t, SAY(t, "newly finished", "新たに完了したもの"),
        "state IN ('done', 'attested') AND was IS NOT NULL AND was NOT IN ('done', 'attested')",
        err);
}

enum rc plan_tell(const char *evidence, const char *lang, const struct reset_totals *totals,
                  FILE *out, struct err *err)
{
    sqlite3 *db AUTO(close_reader) = NULL;
    struct arena *a AUTO(arena_freep) = arena_new(0);
    struct teller t = { .out = out, .is_ja = strcmp(lang, "ja") == 0 };
    TRY(store_open_reader(evidence, &db, err));
    AUTO(text_zone_end) struct zone_before zone;
    text_zone_begin(&zone, db);
    t.db = db;
    (void)fprintf(
        out,
        SAY(&t,
            "reset plan: of %" PRIu64 ": finished %" PRIu64 ", open %" PRIu64 " (suspect %" PRIu64
            ", could not be seen %" PRIu64 ", gone back %" PRIu64 ")\n",
            "リセット計画：対象 %" PRIu64 " 件、完了 %" PRIu64 " 件、未完了 %" PRIu64
            " 件（要調査 %" PRIu64 " 件、確認できない %" PRIu64 " 件、後戻り %" PRIu64 " 件）\n"),
        totals->items, totals->finished, totals->items - totals->finished, totals->suspect,
        totals->unseen, totals->regressions);
    TRY(tell_phases(&t, err));
    TRY(tell_moved(&t, err));
    TRY(tell_next(&t, err));
    if (totals->finish_at && a) {
        (void)fprintf(out,
                      SAY(&t, "earliest end by the schedule: %s\n", "日程上の最短の完了予定：%s\n"),
                      text_time_exact(a, totals->finish_at));
    }
    return RC_OK;
}
