/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "report/reset/plan_model.h"

#include <string.h>

#include "report/frameworks.h"

#define WAVES_SHOWN 500
#define SENTENCE    1000

struct build {
    struct model *m;
    sqlite3_stmt *after, *blocked, *subjects, *waves, *references;
    xmlNode *steps, *step, *ranges;
    struct err *err;
};

static void build_done(struct build *b)
{
    query_done(&b->after);
    query_done(&b->blocked);
    query_done(&b->subjects);
    query_done(&b->waves);
    query_done(&b->references);
}

static void put_text(struct model *m, xmlNode *node, const char *s, size_t n, size_t most)
{
    const char *safe = text_safe(m->a, s, n, most);
    xmlNode *content = safe ? xmlNewText(XML(safe)) : NULL;
    m->bad = m->bad || !node || !content || !xmlAddChild(node, content);
}

static void put_attr(struct model *m, xmlNode *node, const char *name, sqlite3_stmt *q, int column)
{
    model_column(m, node, name, q, column);
}

/* Text of the playbook in the language, where there is one. */
static void put_rich(struct model *m, xmlNode *node, const char *name, sqlite3_stmt *q, int column)
{
    const char *text = plandoc_text(q, column, m->lang);
    if (text[0]) {
        model_rich(m, node, name, text);
    }
}

/* A line of a command: words in <w>, so that it is only broken between them. */
static void put_line(struct model *m, xmlNode *command, const char *s, size_t n)
{
    enum {
        LONG_WORD = 40
    };

    xmlNode *line = model_node(m, command, "line");
    size_t i = 0;
    while (i < n) {
        size_t from = i;
        while (i < n && s[i] == ' ') {
            i++;
        }
        if (i > from) {
            put_text(m, line, s + from, i - from, 0);
        }
        from = i;
        while (i < n && s[i] != ' ') {
            i++;
        }
        if (i > from) {
            xmlNode *word = model_node(m, line, "w");
            model_attr(m, word, "long", i - from > LONG_WORD ? "1" : NULL);
            put_text(m, word, s + from, i - from, 0);
        }
    }
}

static void put_step(void *context, const char *text)
{
    struct build *b = context;
    b->step = model_node(b->m, b->steps, "step");
    model_rich(b->m, b->step, "text", text);
}

static void put_command(void *context, const char *kind, const char *text)
{
    struct build *b = context;
    xmlNode *command = model_node(b->m, b->step, "command");
    model_attr(b->m, command, "kind", kind);
    while (*text) {
        size_t n = strcspn(text, "\n");
        put_line(b->m, command, text, n);
        text += n + (text[n] == '\n');
    }
}

static void put_range(void *context, int64_t first, int64_t last)
{
    struct build *b = context;
    xmlNode *range = model_node(b->m, b->ranges, "range");
    model_count(b->m, range, "first", first);
    model_count(b->m, range, "last", last);
}

static enum rc put_ranges(struct build *b, xmlNode *action, const char *name, sqlite3_stmt *numbers,
                          int64_t no)
{
    b->ranges = model_node(b->m, action, name);
    return plandoc_ranges(numbers, no, put_range, b, b->err);
}

static enum rc put_subjects(struct build *b, xmlNode *action, int64_t no, int64_t items,
                            int64_t finished)
{
    struct model *m = b->m;
    int64_t shown = 0;
    xmlNode *all = model_node(m, action, "subjects");
    (void)sqlite3_reset(b->subjects);
    (void)sqlite3_bind_int64(b->subjects, 1, no);
    (void)sqlite3_bind_int64(b->subjects, 2,
                             plandoc_subject_limit((int64_t)m->limit, items, finished));
    for (bool row = true;; shown++) {
        TRY(query_next(b->subjects, &row, b->err));
        if (!row) {
            bool is_done = shown >= items - finished; /* what is open comes first */
            model_count(m, all, is_done ? "rest_done" : "rest", items > shown ? items - shown : 0);
            return RC_OK;
        }
        arena_reset(m->a);
        xmlNode *node = model_node(m, all, "subject");
        put_attr(m, node, "key", b->subjects, SUBJECT_KEY);
        put_attr(m, node, "name", b->subjects, SUBJECT_NAME);
        put_attr(m, node, "wave", b->subjects, SUBJECT_WAVE);
        put_attr(m, node, "state", b->subjects, SUBJECT_STATE);
        put_attr(m, node, "proven", b->subjects, SUBJECT_PROVEN);
        put_attr(m, node, "needed", b->subjects, SUBJECT_NEEDED);
        put_attr(m, node, "until", b->subjects, SUBJECT_UNTIL);
        put_attr(m, node, "due", b->subjects, SUBJECT_DUE);
        model_attr(m, node, "regression",
                   sqlite3_column_int(b->subjects, SUBJECT_IS_REGRESSION) ? "1" : NULL);
        const char *reason = plandoc_text(b->subjects, SUBJECT_REASON, m->lang);
        put_text(m, model_node(m, node, "reason"), reason, strlen(reason), SENTENCE);
    }
}

static enum rc put_waves(struct build *b, xmlNode *action, int64_t no)
{
    struct model *m = b->m;
    xmlNode *all = model_node(m, action, "waves");
    (void)sqlite3_reset(b->waves);
    (void)sqlite3_bind_int64(b->waves, 1, no);
    struct model_limit l = { .most = WAVES_SHOWN };
    while (model_next(b->waves, &l, b->err)) {
        arena_reset(m->a);
        xmlNode *wave = model_node(m, all, "wave");
        for (int i = 0; i < sqlite3_column_count(b->waves); i++) {
            put_attr(m, wave, sqlite3_column_name(b->waves, i), b->waves, i);
        }
    }
    return model_rest(m, all, &l);
}

static enum rc put_references(struct build *b, xmlNode *action, int64_t no)
{
    (void)sqlite3_reset(b->references);
    (void)sqlite3_bind_int64(b->references, 1, no);
    for (bool row = true;;) {
        TRY(query_next(b->references, &row, b->err));
        if (!row) {
            return RC_OK;
        }
        xmlNode *node = model_text(b->m, action, "ref", query_text(b->references, 1));
        model_attr(b->m, node, "name", query_text(b->references, 0));
    }
}

static void put_counts(struct model *m, xmlNode *node, sqlite3_stmt *q)
{
    static const struct {
        const char *name;
        int column;
    } numbers[] = {
        { "no", ACTION_NO },
        { "id", ACTION_ID },
        { "times", ACTION_TIMES },
        { "attested", ACTION_IS_ATTESTED },
        { "state", ACTION_STATE },
        { "items", ACTION_ITEMS },
        { "finished", ACTION_FINISHED },
        { "unseen", ACTION_UNSEEN },
        { "start", ACTION_START },
        { "finish", ACTION_FINISH },
        { "needless", ACTION_NEEDLESS },
        { "regressions", ACTION_REGRESSIONS },
        { "until", ACTION_UNTIL },
        { "now", ACTION_DO_NOW },
    };

    for (size_t i = 0; i < ARRAY_LEN(numbers); i++) {
        put_attr(m, node, numbers[i].name, q, numbers[i].column);
    }
    model_attr(m, node, "who", plandoc_text(q, ACTION_WHO, m->lang));
    model_attr(m, node, "place", plandoc_text(q, ACTION_PLACE, m->lang));
    (void)model_text(m, node, "title", plandoc_text(q, ACTION_TITLE, m->lang));
}

static enum rc put_action(struct build *b, xmlNode *phase, sqlite3_stmt *q)
{
    struct model *m = b->m;
    arena_reset(m->a);
    int64_t no = sqlite3_column_int64(q, ACTION_NO), items = sqlite3_column_int64(q, ACTION_ITEMS);
    xmlNode *action = model_node(m, phase, "action");
    put_counts(m, action, q);
    if (items == 0) {
        return RC_OK;
    }
    int64_t finished = sqlite3_column_int64(q, ACTION_FINISHED);
    if (finished == items) { /* what is done needs paper for its subjects only */
        return put_subjects(b, action, no, items, finished);
    }
    put_rich(m, action, "why", q, ACTION_WHY);
    put_rich(m, action, "wait", q, ACTION_WAIT);
    put_rich(m, action, "risk", q, ACTION_RISK);
    put_rich(m, action, "rollback", q, ACTION_ROLLBACK);
    b->steps = model_node(m, action, "steps");
    b->step = NULL;
    const struct plan_step_calls calls = { put_step, put_command, b };
    TRY(plandoc_steps(query_text(q, ACTION_STEPS), m->lang, &calls, b->err));
    TRY(put_ranges(b, action, "after", b->after, no));
    TRY(put_ranges(b, action, "blocked", b->blocked, no));
    TRY(put_references(b, action, no));
    if (sqlite3_column_int64(q, ACTION_WAVES) > 1) {
        TRY(put_waves(b, action, no));
    }
    return put_subjects(b, action, no, items, finished);
}

/* Phases with their counts. An action is put into its phase, whatever the order of their numbers. */
static enum rc put_phases(struct build *b, xmlNode *root, sqlite3_stmt *phases,
                          sqlite3_stmt *actions)
{
    struct model *m = b->m;
    bool phase = true, action = true;
    TRY(query_next(actions, &action, b->err));
    for (;;) {
        TRY(query_next(phases, &phase, b->err));
        if (!phase) {
            return RC_OK;
        }
        arena_reset(m->a);
        xmlNode *node = model_node(m, root, "phase");
        int64_t no = sqlite3_column_int64(phases, 0);
        (void)model_text(m, node, "title", plandoc_text(phases, 1, m->lang));
        (void)model_text(m, node, "about", plandoc_text(phases, 3, m->lang));
        for (int i = 5; i < sqlite3_column_count(phases); i++) {
            put_attr(m, node, sqlite3_column_name(phases, i), phases, i);
        }
        while (action && sqlite3_column_int64(actions, ACTION_PHASE) <= no) {
            if (sqlite3_column_int64(actions, ACTION_PHASE) == no) {
                TRY(put_action(b, node, actions));
            }
            TRY(query_next(actions, &action, b->err));
        }
    }
}

/* clang-format off */
static const char phases_sql[] =
    "SELECT p.phase_no, p.title_en, p.title_ja, p.about_en, p.about_ja, p.phase_no AS no, p.id,"
    " coalesce(sum(c.n) FILTER (WHERE c.state <> 'not_needed'), 0) AS items, coalesce(sum(c.n) FILTER (WHERE c.state = 'done'), 0) AS done,"
    " coalesce(sum(c.n) FILTER (WHERE c.state = 'attested'), 0) AS attested, coalesce(sum(c.n) FILTER (WHERE c.state = 'partly'), 0) AS partly,"
    " coalesce(sum(c.n) FILTER (WHERE c.state = 'suspect'), 0) AS suspect, coalesce(sum(c.n) FILTER (WHERE c.state = 'ready'), 0) AS ready,"
    " coalesce(sum(c.n) FILTER (WHERE c.state = 'waiting'), 0) AS waiting, coalesce(sum(c.n) FILTER (WHERE c.state = 'blocked'), 0) AS blocked,"
    " coalesce(sum(c.unseen), 0) AS unseen, (SELECT max(f.finish_at) FROM reset_action f WHERE f.phase_no = p.phase_no) AS finish"
    " FROM reset_phase p LEFT JOIN reset_action a ON a.phase_no = p.phase_no LEFT JOIN (SELECT action_no, state, count(*) AS n,"
    " sum(is_seen = 0 AND state NOT IN ('done', 'attested', 'not_needed')) AS unseen FROM reset_item GROUP BY action_no, state) c ON c.action_no = a.action_no"
    " GROUP BY p.phase_no ORDER BY p.phase_no";

#define ACTION_REFS "(SELECT a.refs FROM reset_action a WHERE a.action_no = ?1)"
static const char *const references_sql[] = { FRAMEWORK_REFERENCES(ACTION_REFS, "en"), FRAMEWORK_REFERENCES(ACTION_REFS, "ja") };

/* clang-format on */

enum rc plandoc_model_phases(struct model *m, xmlNode *root, struct err *err)
{
    AUTO(build_done) struct build b = { .m = m, .err = err };
    AUTO(query_done) sqlite3_stmt *phases = NULL, *actions = NULL;
    TRY(query_open(m->db, phases_sql, &phases, err));
    TRY(query_open(m->db, plandoc_actions, &actions, err));
    TRY(query_open(m->db, plandoc_after, &b.after, err));
    TRY(query_open(m->db, plandoc_blocked_by, &b.blocked, err));
    TRY(query_open(m->db, plandoc_subjects, &b.subjects, err));
    TRY(query_open(m->db, references_sql[m->lang == TEXT_JA], &b.references, err));
    TRY(query_open(
        m->db,
        "SELECT wave, items, finished, start_at AS start, finish_at AS due FROM reset_wave WHERE action_no = ?1 ORDER BY wave",
        &b.waves, err));
    return put_phases(&b, root, phases, actions);
}
