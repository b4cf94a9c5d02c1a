/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Verdicts into the result tables of the evidence file: one transaction, replaced as a whole. A passed row keeps only its
 * identity, so that a hundred thousand of them a check cost little. */
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "rules/ask.h"

struct result_sink {
    struct sink sink; /* first */
    struct arena *arena;
    struct store *store;
    sqlite3 *db;
    sqlite3_stmt *pass, *other, *check, *count, *waiver;
    int number; /* of the check */
    int severity;
    uint64_t counts[VERDICT_COUNT];
    struct rules_totals totals;
    struct wr json;
    bool is_open;
};

static enum rc fail(struct result_sink *s, const char *doing, struct err *err)
{
    bool full = (sqlite3_errcode(s->db) & 0xff) == SQLITE_FULL;
    return err_setf(err, RC_IO, "%s: %s%s", doing, sqlite3_errmsg(s->db),
                    full ? "; free space and evaluate again, the evidence is untouched" : "");
}

static enum rc run(struct result_sink *s, sqlite3_stmt *statement, struct err *err)
{
    int sq = sqlite3_step(statement);
    (void)sqlite3_reset(statement);
    return sq == SQLITE_DONE ? RC_OK : fail(s, "writing results", err);
}

static void bind(sqlite3_stmt *s, int n, const char *text)
{
    if (text) {
        (void)sqlite3_bind_text(s, n, text, -1, SQLITE_STATIC);
    } else {
        (void)sqlite3_bind_null(s, n);
    }
}

static enum rc put(struct sink *sink, const struct check *c, const struct outcome *o,
                   struct err *err)
{
    struct result_sink *s = (struct result_sink *)sink;
    (void)c;
    s->counts[o->verdict]++;
    if (o->verdict == VERDICT_PASS) {
        bind(s->pass, 2, o->subject);
        bind(s->pass, 3, o->item);
        return run(s, s->pass, err);
    }
    bind(s->other, 2, verdict_words[o->verdict]);
    bind(s->other, 3, o->subject);
    bind(s->other, 4, o->item);
    bind(s->other, 5, o->name);
    bind(s->other, 6, o->reason.en);
    bind(s->other, 7, o->reason.ja);
    if (o->evidence) {
        (void)sqlite3_bind_text(s->other, 8, o->evidence, (int)o->evidence_size, SQLITE_STATIC);
    } else {
        (void)sqlite3_bind_null(s->other, 8);
    }
    bind(s->other, 9, o->source);
    if (o->waiver) {
        (void)sqlite3_bind_int(s->other, 10, o->waiver);
    } else {
        (void)sqlite3_bind_null(s->other, 10);
    }
    bind(s->other, 11, o->finding[0] ? o->finding : NULL);
    return run(s, s->other, err);
}

static enum rc not_applicable(struct sink *sink, const struct check *c, uint64_t count,
                              struct err *err)
{
    (void)c;
    (void)err;
    ((struct result_sink *)sink)->counts[VERDICT_NOT_APPLICABLE] += count;
    return RC_OK;
}

static enum rc prepare(struct result_sink *s, const char *sql, sqlite3_stmt **ret, struct err *err)
{
    return sqlite3_prepare_v3(s->db, sql, -1, SQLITE_PREPARE_PERSISTENT, ret, NULL) == SQLITE_OK
               ? RC_OK
               : fail(s, "preparing the result tables", err);
}

enum rc result_begin(struct arena *a, struct store *store, struct result_sink **ret,
                     struct err *err)
{
    struct result_sink *s = arena_alloc(a, sizeof(*s));
    if (!s) {
        return err_setf(err, RC_NOMEM, "out of memory");
    }
    *s = (struct result_sink){
        .sink = { put, not_applicable }, .arena = a, .store = store, .db = store_handle(store)
    };
    wr_init(&s->json, 1U << 20);
    *ret = s;
    TRY(store_commit(store, err));
    TRY(store_exec(s->db, "BEGIN IMMEDIATE", err));
    s->is_open = true;
    TRY(store_exec(
        s->db,
        "DELETE FROM result; DELETE FROM check_count; DELETE FROM check_info; DELETE FROM waiver",
        err));
    TRY(prepare(s,
                "INSERT INTO result(check_no, verdict, subject, item) VALUES(?1, 'pass', ?2, ?3)",
                &s->pass, err));
    TRY(prepare(s, "INSERT INTO result VALUES(?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11)",
                &s->other, err));
    TRY(prepare(
        s,
        "INSERT INTO check_info VALUES(?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?14, ?15, ?16, ?17, ?18, ?19, ?20)",
        &s->check, err));
    TRY(prepare(s, "INSERT INTO check_count VALUES(?1, ?2, ?3)", &s->count, err));
    return prepare(s,
                   "INSERT INTO waiver VALUES(?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12)",
                   &s->waiver, err);
}

struct sink *result_sink(struct result_sink *s)
{
    return &s->sink;
}

static void put_text_or_list(struct wr *w, const struct yaml_node *n)
{
    if (n->kind == YAML_SCALAR) {
        put_json_text(w, n->text, strlen(n->text));
        return;
    }
    wr_u8(w, '[');
    for (const struct yaml_node *item = n->first; item; item = item->next) {
        wr_text(w, item == n->first ? "" : ",");
        put_json_text(w, item->text, strlen(item->text));
    }
    wr_u8(w, ']');
}

static const char *references_json(struct result_sink *s, const struct check *c)
{
    wr_u8(&s->json, '{');
    for (const struct yaml_node *n = c->references->first; n; n = n->next) {
        wr_text(&s->json, n == c->references->first ? "" : ",");
        put_json_text(&s->json, n->key, strlen(n->key));
        wr_u8(&s->json, ':');
        put_text_or_list(&s->json, n);
    }
    wr_u8(&s->json, '}');
    return put_take(s->arena, &s->json);
}

static const char *parameters_json(struct result_sink *s, const struct check *c)
{
    wr_u8(&s->json, '{');
    for (size_t i = 0; i < c->parameter_count; i++) {
        const struct parameter *p = &c->parameters[i];
        wr_text(&s->json, i ? "," : "");
        put_json_text(&s->json, p->name, strlen(p->name));
        wr_u8(&s->json, ':');
        if (p->type == PARAMETER_TEXT) {
            put_json_text(&s->json, p->text, strlen(p->text));
        } else if (p->type == PARAMETER_BOOLEAN) {
            wr_text(&s->json, p->number ? "true" : "false");
        } else {
            wr_printf(&s->json, "%" PRId64, p->number);
        }
    }
    wr_u8(&s->json, '}');
    return put_take(s->arena, &s->json);
}

static const char *words_json(struct result_sink *s, const char *const *words, size_t count)
{
    put_json_words(&s->json, words, count);
    return put_take(s->arena, &s->json);
}

static const char *answers_json(struct result_sink *s, const struct check *c)
{
    if (!c->question) {
        return NULL;
    }
    ask_answers_json(&s->json, c->question);
    return put_take(s->arena, &s->json);
}

enum rc result_check(struct result_sink *s, const struct check *c, struct err *err)
{
    s->number++;
    s->severity = c->severity;
    memset(s->counts, 0, sizeof(s->counts));
    const char *const texts[] = { c->id,
                                  c->view,
                                  severity_words[c->severity],
                                  c->tags[0],
                                  c->title.en,
                                  c->title.ja,
                                  c->why.en,
                                  c->why.ja,
                                  c->fix.en,
                                  c->fix.ja,
                                  words_json(s, c->tags, c->tag_count),
                                  references_json(s, c),
                                  words_json(s, c->shown, c->shown_count),
                                  c->statement,
                                  parameters_json(s, c),
                                  c->question ? c->question->text.en : NULL,
                                  c->question ? c->question->text.ja : NULL,
                                  answers_json(s, c) };
    (void)sqlite3_bind_int(s->check, 1, s->number);
    for (size_t i = 0; i < ARRAY_LEN(texts); i++) {
        bind(s->check, (int)i + 2, texts[i]);
    }
    bind(s->check, ARRAY_LEN(texts) + 2, NULL);
    if (c->question) {
        (void)sqlite3_bind_int64(s->check, ARRAY_LEN(texts) + 2, c->question->valid_days);
    }
    (void)sqlite3_bind_int(s->pass, 1, s->number);
    (void)sqlite3_bind_int(s->other, 1, s->number);
    return run(s, s->check, err);
}

enum rc result_check_end(struct result_sink *s, struct err *err)
{
    for (int v = 0; v < VERDICT_COUNT; v++) {
        if (s->counts[v] > 0) {
            (void)sqlite3_bind_int(s->count, 1, s->number);
            bind(s->count, 2, verdict_words[v]);
            (void)sqlite3_bind_int64(s->count, 3, (sqlite3_int64)s->counts[v]);
            TRY(run(s, s->count, err));
        }
    }
    s->totals.pass += s->counts[VERDICT_PASS];
    s->totals.fail += s->counts[VERDICT_FAIL];
    s->totals.unknown += s->counts[VERDICT_UNKNOWN];
    s->totals.not_applicable += s->counts[VERDICT_NOT_APPLICABLE];
    s->totals.waived += s->counts[VERDICT_WAIVED];
    s->totals.error += s->counts[VERDICT_ERROR];
    s->totals.fail_by_severity[s->severity] += s->counts[VERDICT_FAIL];
    return RC_OK;
}

enum rc result_waivers(struct result_sink *s, const struct rules *r, filetime now, struct err *err)
{
    for (const struct waiver *w = r->waivers; w; w = w->next) {
        (void)sqlite3_bind_int(s->waiver, 1, w->number);
        bind(s->waiver, 2, w->check);
        bind(s->waiver, 3, w->subject);
        bind(s->waiver, 4, w->reason);
        bind(s->waiver, 5, w->approver);
        bind(s->waiver, 6, w->expires);
        bind(s->waiver, 7,
             now >= w->ends ? "expired"
             : w->used > 0  ? "active"
             : w->fits > 0  ? "covered"
                            : "unused");
        (void)sqlite3_bind_int64(s->waiver, 8, (sqlite3_int64)w->used);
        bind(s->waiver, 9, w->item);
        bind(s->waiver, 10, w->finding);
        (void)sqlite3_bind_int64(s->waiver, 11, w->line);
        (void)sqlite3_bind_int64(s->waiver, 12, (sqlite3_int64)w->fits);
        TRY(run(s, s->waiver, err));
    }
    return RC_OK;
}

static void finalize(struct result_sink *s)
{
    sqlite3_stmt **all[] = { &s->pass, &s->other, &s->check, &s->count, &s->waiver };
    for (size_t i = 0; i < ARRAY_LEN(all); i++) {
        (void)sqlite3_finalize(*all[i]);
        *all[i] = NULL;
    }
    wr_done(&s->json);
}

enum rc result_end(struct result_sink *s, struct rules_totals *ret, struct err *err)
{
    finalize(s);
    TRY(store_commit(s->store, err));
    s->is_open = false;
    *ret = s->totals;
    return RC_OK;
}

void result_abandon(struct result_sink **s)
{
    if (*s) {
        finalize(*s);
        if ((*s)->is_open) {
            store_rollback((*s)->store);
        }
    }
}
