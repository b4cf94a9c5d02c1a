/* SPDX-License-Identifier: GPL-3.0-or-later */
/* reset-plan.md: the plan as a checklist for a wiki or a ticket. One section a phase; form: report/reset/README.md. */
#include <string.h>

#include "report/report.h"
#include "report/reset/md_text.h"
#include "report/reset/plan.h"

#define SUBJECTS_SHOWN 200
#define WAVES_SHOWN    500
#define SENTENCE       1000

struct page {
    sqlite3 *db;
    struct out *o;
    struct arena *a;
    struct assets assets;
    enum text_lang lang;
    size_t limit;
    sqlite3_stmt *actions, *after, *blocked, *subjects, *waves;
    struct err *err;
    enum rc rc; /* of what was called back */
    int step;
};

static void page_done(struct page *p)
{
    query_done(&p->actions);
    query_done(&p->after);
    query_done(&p->blocked);
    query_done(&p->subjects);
    query_done(&p->waves);
    assets_done(&p->assets);
    arena_free(p->a);
}

static const char *word(const struct page *p, const char *id)
{
    return plandoc_word(&p->assets, "plan.", id, p->lang);
}

static enum rc put(struct page *p, const char *text)
{
    return md_text(p->o, p->a, text, SENTENCE, p->err);
}

/* "- label: text" where there is a text. */
static enum rc put_fact(struct page *p, const char *label, const char *text)
{
    if (text[0]) {
        out_text(p->o, "- ");
        TRY(put(p, word(p, label)));
        out_text(p->o, p->lang == TEXT_JA ? "：" : ": ");
        TRY(put(p, text));
        out_text(p->o, "\n");
    }
    return RC_OK;
}

static const char *number(struct page *p, int64_t n)
{
    const char *text = arena_printf(p->a, "%lld", (long long)n);
    return text ? text : "";
}

static enum rc put_head(struct page *p)
{
    const char *organisation = "", *scope = "", *people = "", *batches = "";
    filetime now = 0, incident = 0;
    int64_t finish = 0;
    TRY(plandoc_organisation(p->db, p->lang, p->a, &organisation, p->err));
    TRY(plandoc_info(p->db, "reset_scope", p->a, &scope, p->err));
    TRY(plandoc_info(p->db, "reset_people", p->a, &people, p->err));
    TRY(plandoc_info(p->db, "reset_batches", p->a, &batches, p->err));
    TRY(plandoc_info_time(p->db, "now", &now, p->err));
    TRY(plandoc_info_time(p->db, "incident_at", &incident, p->err));
    TRY(query_number(p->db, "SELECT max(finish_at) FROM reset_action", &finish, p->err));
    out_text(p->o, "# ");
    TRY(put(p, word(p, "title")));
    out_text(p->o, "\n\n");
    TRY(put_fact(p, "organisation", organisation));
    TRY(put_fact(p, "incident",
                 incident > 0 ? text_time_exact(p->a, incident) : word(p, "incident.none")));
    const char *known =
        scope[0] ? assets_message2(&p->assets, "reset.scope.", scope, p->lang) : NULL;
    TRY(put_fact(p, "scope", known ? known : scope));
    TRY(put_fact(p, "people", people));
    TRY(put_fact(p, "batches", batches));
    TRY(put_fact(p, "asof", now > 0 ? text_time_exact(p->a, now) : ""));
    TRY(put_fact(p, "evidence", plandoc_evidence_name(p->db)));
    TRY(put_fact(p, "finish", finish > 0 ? text_time_exact(p->a, finish) : ""));
    out_text(p->o, "\n");
    TRY(put(p, word(p, "md.marks")));
    out_text(p->o, "\n");
    return RC_OK;
}

struct joined {
    struct arena *a;
    const char *text;
};

static void join_range(void *context, int64_t first, int64_t last)
{
    struct joined *j = context;
    const char *comma = j->text && j->text[0] ? ", " : "";
    j->text = first == last ? arena_printf(j->a, "%s%s%lld", j->text, comma, (long long)first)
                            : arena_printf(j->a, "%s%s%lld–%lld", j->text, comma, (long long)first,
                                           (long long)last);
    j->text = j->text ? j->text : "";
}

static enum rc put_numbers(struct page *p, sqlite3_stmt *numbers, int64_t no, const char *label)
{
    struct joined j = { p->a, "" };
    TRY(plandoc_ranges(numbers, no, join_range, &j, p->err));
    return put_fact(p, label, j.text);
}

static void put_step(void *context, const char *text)
{
    struct page *p = context;
    if (p->rc == RC_OK) {
        out_text(p->o, p->step == 0 ? "\n" : "");
        out_text(p->o, number(p, ++p->step));
        out_text(p->o, ". ");
        p->rc = md_text(p->o, p->a, text, SENTENCE, p->err);
        out_text(p->o, "\n");
    }
}

static void put_command(void *context, const char *kind, const char *text)
{
    struct page *p = context;
    if (p->rc == RC_OK) {
        const char *language = strcmp(kind, "powershell") == 0 ? "powershell"
                               : strcmp(kind, "cmd") == 0      ? "bat"
                                                               : "sh";
        out_text(p->o, "\n");
        p->rc = md_fence(p->o, p->a, "    ", language, text, p->err);
        out_text(p->o, "\n");
    }
}

static bool is_finished(const char *state)
{
    return strcmp(state, "done") == 0 || strcmp(state, "attested") == 0;
}

static enum rc put_due(struct page *p, sqlite3_stmt *q, int column)
{
    out_text(p->o, p->lang == TEXT_JA ? "" : " ");
    return put(p, plandoc_fill(p->a, word(p, "md.due"), plandoc_time(p->a, q, column), NULL));
}

static enum rc put_subject(struct page *p, sqlite3_stmt *q)
{
    const char *state = query_text(q, SUBJECT_STATE), *name = query_text(q, SUBJECT_NAME);
    out_text(p->o, is_finished(state) ? "  - [x] " : "  - [ ] ");
    if (name[0]) {
        out_text(p->o, "**");
        TRY(md_text(p->o, p->a, name, TEXT_SHOWN, p->err));
        out_text(p->o, "** ");
    }
    TRY(md_code(p->o, p->a, query_text(q, SUBJECT_KEY), p->err));
    out_text(p->o, " — ");
    if (sqlite3_column_int(q, SUBJECT_IS_REGRESSION)) {
        TRY(put(p, word(p, "regression")));
        out_text(p->o, " · ");
    }
    TRY(put(p, plandoc_word(&p->assets, "reset.state.", state, p->lang)));
    /* All of m beside a state that is not done would be read as done. */
    int64_t needed = sqlite3_column_int64(q, SUBJECT_NEEDED);
    if (needed > 1 && sqlite3_column_int64(q, SUBJECT_PROVEN) < needed) {
        out_text(p->o, " ");
        TRY(put(p, plandoc_fill(p->a, word(p, "of"), query_text(q, SUBJECT_PROVEN),
                                query_text(q, SUBJECT_NEEDED))));
    }
    out_text(p->o, p->lang == TEXT_JA ? "：" : ": ");
    TRY(put(p, plandoc_text(q, SUBJECT_REASON, p->lang)));
    if (sqlite3_column_int64(q, SUBJECT_DUE) > 0) {
        TRY(put_due(p, q, SUBJECT_DUE));
    }
    out_text(p->o, "\n");
    return RC_OK;
}

static enum rc put_subjects(struct page *p, int64_t no, int64_t items, int64_t finished)
{
    int64_t shown = 0;
    (void)sqlite3_reset(p->subjects);
    (void)sqlite3_bind_int64(p->subjects, 1, no);
    (void)sqlite3_bind_int64(p->subjects, 2,
                             plandoc_subject_limit((int64_t)p->limit, items, finished));
    for (bool row = true;; shown++) {
        TRY(query_next(p->subjects, &row, p->err));
        if (!row) {
            break;
        }
        TRY(put_subject(p, p->subjects));
    }
    if (items > shown) {
        out_text(p->o, "  - ");
        TRY(put(p, plandoc_fill(p->a, word(p, shown >= items - finished ? "more.done" : "more"),
                                number(p, items - shown), NULL)));
        out_text(p->o, "\n");
    }
    return RC_OK;
}

/* One line a wave where the subjects are not all listed. */
static enum rc put_waves(struct page *p, int64_t no)
{
    size_t shown = 0;
    (void)sqlite3_reset(p->waves);
    (void)sqlite3_bind_int64(p->waves, 1, no);
    for (bool row = true;; shown++) {
        TRY(query_next(p->waves, &row, p->err));
        if (!row || shown == WAVES_SHOWN) {
            return RC_OK;
        }
        bool is_over = sqlite3_column_int64(p->waves, 2) == sqlite3_column_int64(p->waves, 1);
        out_text(p->o, is_over ? "  - [x] " : "  - [ ] ");
        TRY(put(p, plandoc_fill(p->a, word(p, "wave"), query_text(p->waves, 0), NULL)));
        out_text(p->o, p->lang == TEXT_JA ? "：" : ": ");
        TRY(put(p, plandoc_fill(p->a, word(p, "of"), query_text(p->waves, 2),
                                query_text(p->waves, 1))));
        if (!is_over && sqlite3_column_int64(p->waves, 3) > 0) {
            TRY(put_due(p, p->waves, 3));
        }
        out_text(p->o, "\n");
    }
}

static enum rc put_facts(struct page *p, sqlite3_stmt *q, int64_t no)
{
    TRY(put_fact(p, "who", plandoc_text(q, ACTION_WHO, p->lang)));
    TRY(put_fact(p, "from", plandoc_text(q, ACTION_PLACE, p->lang)));
    if (sqlite3_column_int64(q, ACTION_TIMES) > 1) {
        TRY(put_fact(p, "times", query_text(q, ACTION_TIMES)));
    }
    TRY(put_numbers(p, p->after, no, "after"));
    TRY(put_numbers(p, p->blocked, no, "blocked"));
    TRY(put_fact(p, "wait", plandoc_text(q, ACTION_WAIT, p->lang)));
    TRY(put_fact(p, "until", plandoc_time(p->a, q, ACTION_UNTIL)));
    TRY(put_fact(p, "due", plandoc_time(p->a, q, ACTION_FINISH)));
    TRY(put_fact(p, "risk", plandoc_text(q, ACTION_RISK, p->lang)));
    return put_fact(p, "rollback", plandoc_text(q, ACTION_ROLLBACK, p->lang));
}

static enum rc put_note(struct page *p, const char *text)
{
    p->step = 0;
    TRY(put(p, text));
    out_text(p->o, "\n");
    return RC_OK;
}

/* How it is done: only of what is not. */
static enum rc put_work(struct page *p, sqlite3_stmt *q, int64_t no)
{
    const struct plan_step_calls calls = { put_step, put_command, p };
    TRY(put_fact(p, "why", plandoc_text(q, ACTION_WHY, p->lang)));
    TRY(put_facts(p, q, no));
    p->step = 0;
    TRY(plandoc_steps(query_text(q, ACTION_STEPS), p->lang, &calls, p->err));
    return p->rc;
}

static enum rc put_action(struct page *p, sqlite3_stmt *q)
{
    int64_t no = sqlite3_column_int64(q, ACTION_NO);
    int64_t items = sqlite3_column_int64(q, ACTION_ITEMS);
    arena_reset(p->a);
    out_text(p->o, "\n### ");
    TRY(put(p, plandoc_fill(p->a, word(p, "no"), number(p, no), NULL)));
    out_text(p->o, " ");
    TRY(put(p, plandoc_text(q, ACTION_TITLE, p->lang)));
    out_text(p->o, "\n\n");
    if (items == 0) {
        TRY(put_fact(p, "state", plandoc_word(&p->assets, "reset.state.", "not_needed", p->lang)));
        return RC_OK;
    }
    int64_t finished = sqlite3_column_int64(q, ACTION_FINISHED);
    TRY(finished == items ? put_note(p, word(p, "stepless")) : put_work(p, q, no));
    /* A comment of HTML ends the list of steps: without it the boxes would be its next item. */
    out_text(p->o, p->step > 0 ? "\n<!-- -->\n\n" : "\n");
    out_text(p->o, finished == items ? "- [x] **" : "- [ ] **");
    TRY(put(p, plandoc_fill(p->a, word(p, "no"), number(p, no), NULL)));
    out_text(p->o, "** ");
    TRY(put(p, plandoc_word(&p->assets, "reset.state.", query_text(q, ACTION_STATE), p->lang)));
    out_text(p->o, p->lang == TEXT_JA ? "、" : ", ");
    TRY(put(p, plandoc_fill(p->a, word(p, "of"), number(p, finished), number(p, items))));
    out_text(p->o, "\n");
    if (sqlite3_column_int64(q, ACTION_WAVES) > 1 && items - finished > (int64_t)p->limit) {
        TRY(put_waves(p, no));
    }
    return put_subjects(p, no, items, finished);
}

static enum rc put_actions(struct page *p)
{
    AUTO(query_done) sqlite3_stmt *phases = NULL;
    TRY(query_open(
        p->db,
        "SELECT phase_no, title_en, title_ja, about_en, about_ja FROM reset_phase ORDER BY phase_no",
        &phases, p->err));
    bool action = true, phase = true;
    TRY(query_next(p->actions, &action, p->err));
    for (;;) {
        TRY(query_next(phases, &phase, p->err));
        if (!phase) {
            return RC_OK;
        }
        arena_reset(p->a);
        int64_t no = sqlite3_column_int64(phases, 0);
        bool is_in = action && sqlite3_column_int64(p->actions, ACTION_PHASE) == no;
        if (is_in) {
            out_text(p->o, "\n## ");
            TRY(put(p, number(p, no)));
            out_text(p->o, " ");
            TRY(put(p, plandoc_text(phases, 1, p->lang)));
            out_text(p->o, plandoc_text(phases, 3, p->lang)[0] ? "\n\n> " : "");
            TRY(put(p, plandoc_text(phases, 3, p->lang)));
            out_text(p->o, "\n");
        }
        while (action && sqlite3_column_int64(p->actions, ACTION_PHASE) <= no) {
            if (sqlite3_column_int64(p->actions, ACTION_PHASE) == no) {
                TRY(put_action(p, p->actions));
            }
            TRY(query_next(p->actions, &action, p->err));
        }
    }
}

enum rc plandoc_markdown(sqlite3 *db, const struct report_options *options, struct out *o,
                         struct err *err)
{
    AUTO(page_done) struct page p = { .db = db, .o = o, .err = err, .rc = RC_OK };
    (void)text_lang_from(options->lang, &p.lang);
    p.limit = options->subjects ? options->subjects : SUBJECTS_SHOWN;
    p.a = arena_new(0);
    if (!p.a) {
        return err_setf(err, RC_NOMEM, "no memory for the plan");
    }
    TRY(assets_open(&p.assets, options->assets, err));
    TRY(query_open(db, plandoc_actions, &p.actions, err));
    TRY(query_open(db, plandoc_after, &p.after, err));
    TRY(query_open(db, plandoc_blocked_by, &p.blocked, err));
    TRY(query_open(db, plandoc_subjects, &p.subjects, err));
    TRY(query_open(
        db,
        "SELECT wave, items, finished, finish_at FROM reset_wave WHERE action_no = ?1 ORDER BY wave",
        &p.waves, err));
    TRY(put_head(&p));
    return put_actions(&p);
}
