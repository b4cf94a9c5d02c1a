/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The state of one subject of an action, and the sentence that says why. Nothing that was not seen is ever done. */
#include <string.h>

#include "audit/base/utf.h"
#include "rules/reset/plan.h"

static void stmt_reset(sqlite3_stmt **s)
{
    (void)sqlite3_reset(*s);
}

static bool is_true(sqlite3_stmt *row, int column)
{
    return sqlite3_column_type(row, column) != SQLITE_NULL &&
           sqlite3_column_double(row, column) != 0.0;
}

/* "en one, two" by the text of both languages; a sentence that has none is empty. */
static struct text2 filled(struct plan *p, const struct action *a, enum explain which,
                           sqlite3_stmt *row)
{
    const struct text2 *t = &a->explain[which];
    if (!t->en || !row) {
        return (struct text2){ "", "" };
    }
    struct text2 text = { sentence_fill(p->scratch, &p->e.json, a, t->en, row),
                          sentence_fill(p->scratch, &p->e.json, a, t->ja, row) };
    return text.en && text.ja ? text : (struct text2){ "", "" };
}

static const char *join(struct plan *p, const char *before, const char *after)
{
    if (!before || !after) {
        return NULL; /* out of memory */
    }
    after += strspn(after, " "); /* what is left when a part of a sentence was left out */
    if (before[0] == '\0' || after[0] == '\0') {
        return before[0] == '\0' ? after : before;
    }
    /* Japanese runs on; what ends in its full stop needs no space. */
    size_t n = strlen(before);
    bool is_ja = n >= 3 && memcmp(before + n - 3, "。", 3) == 0;
    return sentence_join(p->scratch, before, is_ja ? "" : " ", after);
}

static void add(struct plan *p, struct item *i, const char *en, const char *ja)
{
    i->reason.en = join(p, i->reason.en, en);
    i->reason.ja = join(p, i->reason.ja, ja);
}

static void add_filled(struct plan *p, const struct action *a, struct item *i, enum explain which)
{
    struct text2 t = filled(p, a, which, i->row);
    add(p, i, t.en, t.ja);
}

/* The sentence of the playbook, or one that says as much as can be said without it. */
static void say_or(struct plan *p, const struct action *a, struct item *i, enum explain which,
                   const char *en, const char *ja)
{
    struct text2 t = filled(p, a, which, i->row);
    add(p, i, t.en[0] ? t.en : en, t.ja[0] ? t.ja : ja);
}

/* What a person wrote, as it may stand in a sentence. */
static const char *shown(struct plan *p, const char *text)
{
    struct wr w AUTO(wr_done);
    wr_init(&w, 1U << 16);
    utf8_display(&w, text ? text : "", 300);
    return put_take(p->scratch, &w);
}

/* The newest word of a person on this subject: attested, not_needed. */
static const char *decided(struct plan *p, const struct action *a, const struct item *i,
                           struct text2 *ret)
{
    char buf[64];
    if (!p->has_decisions) {
        return NULL;
    }
    AUTO(stmt_reset) sqlite3_stmt *s = p->decision;
    (void)sqlite3_bind_text(s, 1, a->check.id, -1, SQLITE_STATIC);
    (void)sqlite3_bind_text(s, 2, i->subject, -1, SQLITE_STATIC);
    if (sqlite3_step(s) != SQLITE_ROW) {
        return NULL;
    }
    const char *who = shown(p, (const char *)sqlite3_column_text(s, 1));
    const char *note = shown(p, (const char *)sqlite3_column_text(s, 3));
    const char *when = sentence_time(sqlite3_column_int64(s, 2), buf, sizeof(buf));
    bool has_note = note && note[0];
    ret->en = arena_printf(p->scratch, "%s, %s%s%s", who, when, has_note ? ": " : "",
                           has_note ? note : "");
    ret->ja = arena_printf(p->scratch, "%s、%s%s%s", who, when, has_note ? "：" : "",
                           has_note ? note : "");
    return arena_strdup(p->scratch, (const char *)sqlite3_column_text(s, 0));
}

/* What an action waits for: all of it is counted before the action begins, so that it is said once. A cell of a table has little room: the first
 * by its title, the others by their number; en NULL = nothing. */
static struct text2 find_blockers(struct plan *p, const struct work *own)
{
    const struct action *first = NULL;
    size_t count = 0;
    for (size_t k = 0; k < own->need_count; k++) {
        const struct action *n = own->needs[k];
        const struct work *w = &p->work[n->number - 1];
        if (w->items > w->finished) {
            first = first && first->number < n->number ? first : n;
            count++;
        }
    }
    if (!first) {
        return (struct text2){ NULL, NULL };
    }
    const struct text2 *title = &first->check.title;
    if (count == 1) {
        return (
            struct text2){ arena_printf(p->arena, "First: \"%s\".", title->en),
                           arena_printf(p->arena, "先に「%s」を完了してください。", title->ja) };
    }
    return (
        struct text2){ arena_printf(p->arena, "First: \"%s\" and %zu more.", title->en, count - 1),
                       arena_printf(p->arena, "先に「%s」、ほか %zu 件の作業を完了してください。",
                                    title->ja, count - 1) };
}

static const struct text2 *blockers(struct plan *p, const struct action *a)
{
    struct work *own = &p->work[a->number - 1];
    if (!own->is_first_found) {
        own->first = find_blockers(p, own);
        own->is_first_found = true;
    }
    return &own->first;
}

static uint64_t null_mask(const struct action *a, sqlite3_stmt *row)
{
    uint64_t mask = 0;
    for (size_t k = 0; k < a->done_read && k < 63; k++) {
        int column = ACTION_SHOWN + (int)(a->check.shown_count + k);
        mask |= sqlite3_column_int(row, column) ? UINT64_C(1) << k : 0;
    }
    return mask;
}

/* Why it could not be seen, for what can be seen at all. */
static void say_unseen(struct plan *p, const struct action *a, struct item *i)
{
    if (a->is_attested) {
        add(p, i, "Only a person can tell: attest it when it is done.",
            "自動では確認できません。完了したら担当者が申告してください。");
        return;
    }
    uint64_t mask = null_mask(a, i->row);
    if (mask ==
        0) { /* all that it reads is there, and does not decide it: its author leaves the rest to a person */
        add(p, i, "The evidence alone does not tell: attest it when it is done.",
            "証拠だけでは完了を判断できません。完了したら担当者が申告してください。");
        return;
    }
    struct text2 why = reason_find(&p->e, &a->check, false, mask, i->target);
    add(p, i, sentence_join(p->scratch, "Whether it was done could not be seen: ", why.en, ""),
        sentence_join(p->scratch, "実施済みかどうかを確認できません：", why.ja, ""));
}

/* Whether it can begin. */
static void say_begin(struct plan *p, const struct action *a, struct item *i)
{
    char buf[64];
    const struct text2 *first = blockers(p, a);
    if (first->en) {
        i->state = RESET_BLOCKED;
        add(p, i, first->en, first->ja);
    } else if (i->until > p->now) {
        const char *when = sentence_time(i->until, buf, sizeof(buf));
        i->state = RESET_WAITING;
        add(p, i, sentence_join(p->scratch, "Not before ", when, "."),
            sentence_join(p->scratch, when, " まで待ってください。", ""));
    } else {
        i->state = RESET_READY;
        if (i->row) {
            add(p, i, "Can begin now.", "着手できます。");
        }
    }
}

static void say_open(struct plan *p, const struct action *a, struct item *i)
{
    say_begin(p, a, i);
    add_filled(p, a, i, EXPLAIN_OPEN);
    if (p->incident == 0) {
        add(p, i, "No time of the incident was given, so that nothing counts as done.",
            "インシデントの日時が指定されていないため、完了の判定はできません。");
    } else if (!i->is_seen) {
        say_unseen(p, a, i);
    }
}

static void say_decided(struct plan *p, struct item *i, const struct text2 *said)
{
    i->state = RESET_NOT_NEEDED;
    add(p, i, sentence_join(p->scratch, "Decided that it is not needed: ", said->en, "."),
        sentence_join(p->scratch, "不要と判断：", said->ja, "。"));
}

static bool say_not_needed(struct plan *p, const struct action *a, struct item *i,
                           const char *decision, const struct text2 *said)
{
    i->state = RESET_NOT_NEEDED;
    if (decision && strcmp(decision, "not_needed") == 0) {
        say_decided(p, i, said);
        return true;
    }
    if (is_true(i->row, ACTION_NOT_NEEDED)) {
        say_or(p, a, i, EXPLAIN_NOT_NEEDED, "Nothing to do for this one.",
               "この対象では実施不要です。");
        return true;
    }
    if (!plan_is_in_scope(p, a, i->subject) && !i->is_called) {
        add(p, i,
            sentence_join(p->scratch, "Outside of the scope of the incident (", p->scope_text.en,
                          "), and no finding calls for it."),
            sentence_join(p->scratch, "インシデントの対象範囲（", p->scope_text.ja,
                          "）に含まれず、該当する指摘事項もありません。"));
        return true;
    }
    return false;
}

static void say_attested(struct plan *p, const struct action *a, struct item *i,
                         const struct text2 *said)
{
    if (!i->row || i->done < 0) {
        i->state = RESET_ATTESTED;
        add(p, i, sentence_join(p->scratch, "Attested: ", said->en, "."),
            sentence_join(p->scratch, "担当者の申告：", said->ja, "。"));
        return;
    }
    i->state = RESET_SUSPECT;
    add(p, i,
        arena_printf(p->scratch, "Attested (%s), but the evidence shows otherwise.", said->en),
        arena_printf(p->scratch, "完了の申告（%s）がありますが、確認した内容と一致しません。",
                     said->ja));
    add_filled(p, a, i, EXPLAIN_OPEN);
}

static void say_state(struct plan *p, const struct action *a, struct item *i)
{
    struct text2 said = { NULL, NULL };
    const char *decision = decided(p, a, i, &said);
    if (say_not_needed(p, a, i, decision, &said)) {
        return;
    }
    bool is_told = p->incident != 0;
    if (is_told && i->done == 1) {
        i->state = RESET_DONE;
        say_or(p, a, i, EXPLAIN_DONE, "Proven.", "完了を確認しました。");
    } else if (is_told && decision && strcmp(decision, "attested") == 0) {
        say_attested(p, a, i, &said);
    } else if (is_told && is_true(i->row, ACTION_SUSPECT)) {
        i->state = RESET_SUSPECT;
        say_or(p, a, i, EXPLAIN_SUSPECT, "What the evidence shows does not agree with a reset.",
               "確認した内容が、リセットの実施と矛盾しています。");
    } else if (is_told && is_true(i->row, ACTION_PARTLY)) {
        i->state = RESET_PARTLY;
        say_or(p, a, i, EXPLAIN_PARTLY, "Proven in part only.", "一部のみ確認できました。");
        if (!i->is_seen) {
            add(p, i, "This evidence does not tell the rest: if it was done, attest it.",
                "残りはこの証拠では確認できません。実施済みの場合は申告してください。");
        }
    } else {
        say_open(p, a, i);
    }
}

static void look_back(struct plan *p, const struct action *a, struct item *i)
{
    char buf[64];
    if (!p->has_before) {
        return;
    }
    AUTO(stmt_reset) sqlite3_stmt *s = p->before;
    (void)sqlite3_bind_text(s, 1, a->check.id, -1, SQLITE_STATIC);
    (void)sqlite3_bind_text(s, 2, i->subject, -1, SQLITE_STATIC);
    if (sqlite3_step(s) != SQLITE_ROW) {
        return;
    }
    i->was = arena_strdup(p->scratch, (const char *)sqlite3_column_text(s, 0));
    bool was = i->was && (strcmp(i->was, "done") == 0 || strcmp(i->was, "attested") == 0);
    bool is = i->state == RESET_DONE || i->state == RESET_ATTESTED || i->state == RESET_NOT_NEEDED;
    if (was && !is) {
        const char *when = sentence_time(sqlite3_column_int64(s, 1), buf, sizeof(buf));
        i->is_regression = true;
        add(p, i, arena_printf(p->scratch, "It was %s on %s.", i->was, when),
            arena_printf(p->scratch, "%s の時点では%sでした。", when,
                         strcmp(i->was, "done") == 0 ? "完了" : "申告済み"));
    }
}

/* A verification judges no checks: what a finding called for in the plan before stays called for. */
static bool was_called(struct plan *p, const struct action *a, const struct item *i)
{
    if (p->has_results || !p->has_before || a->finding_count == 0) {
        return false;
    }
    AUTO(stmt_reset) sqlite3_stmt *s = p->before;
    (void)sqlite3_bind_text(s, 1, a->check.id, -1, SQLITE_STATIC);
    (void)sqlite3_bind_text(s, 2, i->subject, -1, SQLITE_STATIC);
    return sqlite3_step(s) == SQLITE_ROW &&
           strcmp((const char *)sqlite3_column_text(s, 0), "not_needed") != 0;
}

static void find_findings(struct plan *p, const struct action *a, struct item *i)
{
    i->is_called = was_called(p, a, i);
    AUTO(stmt_reset) sqlite3_stmt *s = p->finding;
    (void)sqlite3_bind_text(s, 1, i->subject, -1, SQLITE_STATIC);
    if (!s || sqlite3_step(s) != SQLITE_ROW) {
        return;
    }
    i->findings = arena_strdup(p->scratch, (const char *)sqlite3_column_text(s, 0));
    char id[160];
    for (const char *q = i->findings; q && *q; q += strspn(q, " ")) {
        size_t n = strcspn(q, " ");
        (void)snprintf(id, sizeof(id), "%.*s", (int)n, q);
        for (size_t k = 0; k < a->finding_count; k++) {
            i->is_called = i->is_called || glob_matches(a->findings[k], id);
        }
        q += n;
    }
}

static enum rc finish(struct plan *p, const struct action *a, struct item *i, struct err *err)
{
    look_back(p, a, i);
    return i->reason.en && i->reason.ja
               ? RC_OK
               : err_setf(err, RC_NOMEM, "out of memory while making the plan");
}

enum rc item_judge(struct plan *p, const struct action *a, struct item *i, struct err *err)
{
    i->reason = (struct text2){ "", "" };
    i->done = sqlite3_column_type(i->row, ACTION_DONE) == SQLITE_NULL
                  ? -1
                  : sqlite3_column_double(i->row, ACTION_DONE) != 0.0;
    i->is_seen = i->done >= 0;
    int64_t until = sqlite3_column_int64(i->row, ACTION_UNTIL);
    i->until = until < 0 ? 0 : until > PLAN_LATEST ? PLAN_LATEST : until;
    find_findings(p, a, i);
    say_state(p, a, i);
    return finish(p, a, i, err);
}

enum rc item_judge_other(struct plan *p, const struct action *a, struct item *i, struct err *err)
{
    struct text2 said = { NULL, NULL };
    if (i->state != RESET_NOT_NEEDED) {
        const char *decision = decided(p, a, i, &said);
        if (decision && strcmp(decision, "not_needed") == 0) {
            say_decided(p, i, &said);
        } else if (decision && p->incident != 0) {
            say_attested(p, a, i, &said);
        } else {
            say_begin(p, a, i);
        }
    }
    return finish(p, a, i, err);
}
