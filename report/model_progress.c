/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Progress since the audit before (options->previous) and trends over many (options->history). */
#include "report/model_progress.h"

#include <string.h>

#include "audit/base/log.h"
#include "audit/evidence/store.h"
#include "report/history/history.h"
#include "report/query.h"
#include "report/report.h"

enum {
    FINDINGS_SHOWN = 50,
    LOST_SHOWN = 30,
    RENAMED_SHOWN = 30,
    RUNS_SHOWN = 24
};

struct list {
    struct model *m;
    xmlNode *node;
};

static enum rc add_finding(const struct diff_item *i, void *context, struct err *err)
{
    struct list *l = context;
    xmlNode *node = model_node(l->m, l->node, "finding");
    (void)err;
    arena_reset(l->m->a);
    model_attr(l->m, node, "severity", i->severity);
    model_attr(l->m, node, "check", i->check);
    if (i->check_no > 0) {
        model_count(l->m, node, "no", i->check_no);
    }
    model_attr(l->m, node, "finding", i->finding);
    model_attr(l->m, node, "subject", i->subject);
    model_attr(l->m, node, "name", i->name);
    if (i->name_before[0]) {
        model_attr(l->m, node, "was", i->name_before);
    }
    model_attr(l->m, node, "why", i->why);
    (void)model_text(l->m, node, "title", i->title);
    (void)model_text(l->m, node, "reason", i->reason);
    return RC_OK;
}

static enum rc add_lists(struct model *m, xmlNode *all, struct diff_doc *o, struct err *err)
{
    for (int kind = 0; kind < DIFF_KINDS; kind++) {
        const char *word = diff_kind_word((enum diff_kind)kind);
        int64_t rest = 0;
        model_count(m, all, word, o->d->count[kind]);
        if (o->d->count[kind] == 0) {
            continue;
        }
        struct list l = { m, model_node(m, all, "list") };
        model_attr(m, l.node, "kind", word);
        model_count(m, l.node, "count", o->d->count[kind]);
        TRY(diff_each(o, (enum diff_kind)kind, o->most ? o->most : FINDINGS_SHOWN, add_finding, &l,
                      &rest, err));
        model_count(m, l.node, "rest", rest);
    }
    return RC_OK;
}

/* Grades of both files, where both hold them. */
static enum rc add_grades(struct model *m, xmlNode *all, sqlite3 *db, struct err *err)
{
    int64_t tables = 0;
    TRY(query_number(db,
                     "SELECT (SELECT count(*) FROM main.sqlite_schema WHERE name = 'grade')"
                     " + (SELECT count(*) FROM before.sqlite_schema WHERE name = 'grade')",
                     &tables, err));
    if (tables < 2) {
        return RC_OK;
    }
    sqlite3 *mine = m->db;
    m->db = db;
    enum rc rc = model_texts(
        m, all, "grade",
        "SELECT n.theme, CASE WHEN ?1 THEN n.title_ja ELSE n.title_en END AS title, o.grade AS before, n.grade AS now, o.score AS score_before, n.score AS score_now"
        " FROM main.grade n JOIN before.grade o ON o.theme = n.theme ORDER BY n.position",
        0, 20, err);
    m->db = mine;
    xmlUnsetProp(all, XML("rest"));
    return rc;
}

static enum rc add_rest(struct model *m, xmlNode *all, sqlite3 *db, struct err *err)
{
    xmlNode *lost = model_node(m, all, "losts"), *renamed = model_node(m, all, "renames");
    sqlite3 *mine = m->db;
    m->db = db;
    enum rc rc = model_texts(
        m, lost, "loss",
        "SELECT k.id AS \"check\", k.now AS no, CASE WHEN ?1 THEN k.title_ja ELSE k.title_en END AS title, CASE WHEN ?1 THEN l.reason_ja ELSE l.reason_en END AS reason, l.subjects"
        " FROM diff_lost l JOIN diff_check k USING (c) ORDER BY k.rank, l.subjects DESC, k.id",
        0, LOST_SHOWN, err);
    if (rc == RC_OK) {
        rc = model_texts(m, renamed, "rename", "SELECT before, now FROM diff_renamed ORDER BY now",
                         0, RENAMED_SHOWN, err);
    }
    m->db = mine;
    return rc;
}

enum rc model_progress_of(struct model *m, xmlNode *root, struct diff_doc *o, struct err *err)
{
    const struct diff *d = o->d;
    const char *remarks[4];
    xmlNode *all = model_node(m, root, "progress");
    arena_reset(m->a);
    if (d->before.now > 0) {
        model_attr(m, all, "before", text_time(m->a, d->before.now, m->lang));
    }
    if (d->now.now > 0) {
        model_attr(m, all, "now", text_time(m->a, d->now.now, m->lang));
    }
    model_count(m, all, "comparable", 1);
    model_count(m, all, "same", d->same);
    model_count(m, all, "same_waived", d->same_waived);
    model_count(m, all, "lost", d->lost);
    model_count(m, all, "seen", d->seen);
    model_count(m, all, "renamed", d->renamed);
    arena_reset(o->a);
    size_t n = diff_remarks(o, remarks);
    for (size_t i = 0; i < n; i++) {
        (void)model_text(m, all, "remark", remarks[i]);
    }
    TRY(add_grades(m, all, d->db, err));
    TRY(add_lists(m, all, o, err));
    return add_rest(m, all, d->db, err);
}

/* A file that cannot be compared with leaves the report as it is, and says why. */
static void add_incomparable(struct model *m, xmlNode *root, const struct err *why)
{
    xmlNode *all = model_node(m, root, "progress");
    model_count(m, all, "comparable", 0);
    (void)model_text(m, all, "remark", why->msg);
}

static enum rc add_previous(struct model *m, xmlNode *root, const struct report_options *options,
                            struct err *err)
{
    AUTO(diff_close) struct diff d = { 0 };
    AUTO(diff_doc_close) struct diff_doc o = { 0 };
    const char *path = sqlite3_db_filename(m->db, "main");
    struct err why = { .rc = RC_OK };
    if (!path || !path[0]) {
        return RC_OK; /* in memory: nothing to attach to */
    }
    if (diff_open(options->previous, path, false, &d, &why) != RC_OK) {
        if (why.rc == RC_USAGE || why.rc == RC_UNSUPPORTED) {
            log_line(LOG_WARN, "%s: nothing to compare with, the page says so: %s",
                     options->previous, why.msg);
            add_incomparable(m, root, &why);
            return RC_OK;
        }
        *err = why;
        return why.rc;
    }
    TRY(diff_doc_open(&o, &d, m->lang == TEXT_JA ? "ja" : "en", m->assets->folder, err));
    return model_progress_of(m, root, &o, err);
}

/* Title of a theme in the evidence of this report; false when it has no such theme. */
static bool find_title(struct model *m, sqlite3_stmt *q, xmlNode *theme)
{
    bool row = false;
    struct err ignored;
    xmlChar *id = xmlGetProp(theme, XML("theme"));
    (void)sqlite3_reset(q);
    (void)sqlite3_bind_text(q, 1, (const char *)id, -1, SQLITE_TRANSIENT);
    xmlFree(id);
    if (query_next(q, &row, &ignored) != RC_OK || !row) {
        return false;
    }
    (void)xmlUnsetProp(theme, XML("title"));
    arena_reset(m->a);
    model_attr(m, theme, "title", query_text(q, 0));
    return true;
}

/* The history is not part of the redacted copy, and words in it may name the place: titles are those of the copy, profiles stay out. */
static enum rc redact_trend(struct model *m, xmlNode *trend, struct err *err)
{
    AUTO(query_done) sqlite3_stmt *q = NULL;
    TRY(query_open(m->db,
                   m->lang == TEXT_JA ? "SELECT title_ja FROM grade WHERE theme = ?1"
                                      : "SELECT title_en FROM grade WHERE theme = ?1",
                   &q, err));
    for (xmlNode *n = trend->children, *next = NULL; n; n = next) {
        next = n->next;
        if (xmlStrcmp(n->name, XML("run")) == 0) {
            (void)xmlUnsetProp(n, XML("profile"));
        } else if (!find_title(m, q, n)) {
            xmlUnlinkNode(n);
            xmlFreeNode(n);
        }
    }
    return RC_OK;
}

static enum rc add_history(struct model *m, xmlNode *root, const char *path, struct err *err)
{
    AUTO(history_close) struct history h = { 0 };
    TRY(history_open(&h, path, err));
    char redacted[8];
    bool is_same = true;
    store_info_get(m->db, "redacted", redacted, sizeof(redacted)); /* then SIDs are made up */
    if (!redacted[0]) {
        TRY(history_is_same(h.db, m->db, &is_same, err));
    }
    if (!is_same) {
        (void)err_setf(
            err, RC_USAGE,
            "the history is of another estate than the evidence (no domain in common): name the history of this estate");
        return err_at(err, "%s", path);
    }
    sqlite3 *mine = m->db;
    xmlNode *trend = model_node(m, root, "trend");
    int64_t profiles = 0;
    TRY(query_number(h.db, HISTORY_PROFILES, &profiles, err));
    if (profiles > 1) {
        model_count(m, trend, "profiles", profiles);
    }
    m->db = h.db;
    enum rc rc = model_texts(
        m, trend, "run",
        "SELECT * FROM (SELECT run AS id, at AS ran_at, profile, grade, score, critical, high, medium, low, unknown, fail, pass, seen_percent AS seen FROM run ORDER BY at DESC, run DESC LIMIT 24) ORDER BY ran_at, id",
        0, RUNS_SHOWN, err);
    if (rc == RC_OK) {
        rc = model_texts(
            m, trend, "theme-trend",
            "SELECT t.run AS id, r.at AS ran_at, t.theme, CASE WHEN ?1 THEN t.title_ja ELSE t.title_en END AS title, t.grade, t.score, t.findings, t.seen_percent AS seen"
            " FROM run_theme t JOIN run r USING (run) WHERE t.run IN (SELECT run FROM run ORDER BY at DESC, run DESC LIMIT 24) AND t.theme <> '' ORDER BY t.position, r.at, t.run",
            0, 24 * RUNS_SHOWN, err);
    }
    m->db = mine;
    return rc == RC_OK && redacted[0] ? redact_trend(m, trend, err) : rc;
}

enum rc model_progress(struct model *m, xmlNode *root, const struct report_options *options,
                       struct err *err)
{
    if (options->previous) {
        TRY(add_previous(m, root, options, err));
    }
    return options->history ? add_history(m, root, options->history, err) : RC_OK;
}
