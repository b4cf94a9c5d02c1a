/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What the operator says about a plan: which incident it answers, how many work, how subjects are divided. What was said before stays. */
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "audit/base/num.h"
#include "audit/base/utf.h"
#include "rules/reset/plan.h"

enum {
    SAID_SIZE = 8192,
    KEPT_SIZE = 512 << 10, /* a SID is longer than a name */
    NAMES_SHOWN = 4,
    NAME_MAX_SHOWN = 60
};

static void stmt_done(sqlite3_stmt **s)
{
    (void)sqlite3_finalize(*s);
}

/* What is said now, else what the file holds, else what holds by itself. In the arena. */
static enum rc settle(struct plan *p, const char *name, const char *said, const char *otherwise,
                      const char **ret, struct err *err)
{
    char *buf = arena_alloc(p->arena, KEPT_SIZE);
    if (!buf) {
        return err_setf(err, RC_NOMEM, "out of memory");
    }
    if (said && strlen(said) >= SAID_SIZE) {
        return err_setf(err, RC_USAGE, "the list is longer than %d characters", SAID_SIZE - 1);
    }
    store_info_get(p->db, name, buf, KEPT_SIZE);
    *ret = arena_strdup(p->arena, said ? said : buf[0] ? buf : otherwise);
    return *ret ? RC_OK : err_setf(err, RC_NOMEM, "out of memory");
}

/* The one subject that a name or SID means, and its name. What was said before stays what it was, also when it is there no more. */
static enum rc resolve(struct plan *p, unsigned kind, const char *word, bool is_said,
                       const char **ret, const char **ret_name, struct err *err)
{
    const char *sql =
        kind == RESET_HOST
            ? "SELECT subject, host FROM host_state WHERE ?1 IN (host, subject) COLLATE NOCASE"
              " OR substr(host, 1, length(?1) + 1) = ?1 || '.' COLLATE NOCASE"
              " UNION SELECT subject, name FROM account_state WHERE kind = 'computer'"
              " AND (subject = ?1 OR name = ?1 COLLATE NOCASE OR name = ?1 || '$' COLLATE NOCASE)"
            : "SELECT subject, name FROM account_state WHERE subject = ?1 OR name = ?1 COLLATE NOCASE"
              " UNION SELECT s.subject, s.name FROM account a JOIN account_state s ON s.guid = a.guid"
              " WHERE a.upn = ?1 COLLATE NOCASE";
    AUTO(stmt_done) sqlite3_stmt *s = NULL;
    *ret = *ret_name = NULL;
    TRY(plan_prepare(p, sql, &s, err));
    (void)sqlite3_bind_text(s, 1, word, -1, SQLITE_STATIC);
    while (sqlite3_step(s) == SQLITE_ROW) {
        const char *subject = (const char *)sqlite3_column_text(s, 0);
        if (!*ret) {
            *ret = arena_strdup(p->arena, subject ? subject : "");
            *ret_name = arena_strdup(p->arena, (const char *)sqlite3_column_text(s, 1));
        } else if (is_said && strcmp(*ret, subject) != 0) {
            return err_setf(err, RC_USAGE, "--scope: '%s' means more than one %s; give its SID",
                            word, kind == RESET_HOST ? "host" : "account");
        }
    }
    if (!*ret && is_said) {
        return err_setf(err, RC_USAGE,
                        "--scope: this evidence knows no %s '%s'; give its name or SID",
                        kind == RESET_HOST ? "host" : "account", word);
    }
    *ret = *ret ? *ret : word;
    *ret_name = *ret_name ? *ret_name : word;
    return RC_OK;
}

/* A scope on its way: subjects by key for the file, by name for sentences. */
struct scope_texts {
    struct wr keys, names;
    size_t count;
};

static void texts_done(struct scope_texts *t)
{
    wr_done(&t->keys);
    wr_done(&t->names);
}

static enum rc take_word(struct plan *p, const char *word, bool is_said, struct scope_texts *t,
                         struct err *err)
{
    static const char *const heads[] = { "host:", "account:" };
    static const unsigned kinds[] = { RESET_HOST, RESET_ACCOUNT };
    if (strcmp(word, "forest") == 0) {
        p->scope |= RESET_FOREST;
        wr_printf(&t->keys, "%sforest", t->count ? "," : "");
        wr_printf(&t->names, "%sforest", t->count ? ", " : "");
        t->count++;
        return RC_OK;
    }
    for (size_t i = 0; i < ARRAY_LEN(heads); i++) {
        size_t n = strlen(heads[i]);
        const char *subject = NULL, *name = NULL;
        if (strncmp(word, heads[i], n) != 0 || !word[n]) {
            continue;
        }
        TRY(resolve(p, kinds[i], word + n, is_said, &subject, &name, err));
        p->scope |= kinds[i];
        p->names[p->name_count++] = (struct scope_name){ subject, kinds[i] };
        wr_printf(&t->keys, "%s%s%s", t->count ? "," : "", heads[i], subject);
        wr_printf(&t->names, "%s%s", t->count ? ", " : "", heads[i]);
        utf8_display(&t->names, name, NAME_MAX_SHOWN);
        t->count++;
        return RC_OK;
    }
    return err_setf(err, RC_USAGE,
                    "--scope is forest, or a list such as host:PC01,account:m.tanaka, not '%.60s'",
                    word);
}

static int by_subject(const void *a, const void *b)
{
    return strcmp(((const struct scope_name *)a)->subject, ((const struct scope_name *)b)->subject);
}

/* Subjects are looked up once for each row of the plan. */
static void sort_names(struct plan *p)
{
    size_t kept = 0;
    qsort(p->names, p->name_count, sizeof(*p->names), by_subject);
    for (size_t i = 0; i < p->name_count; i++) {
        if (kept > 0 && strcmp(p->names[kept - 1].subject, p->names[i].subject) == 0) {
            p->names[kept - 1].kind |= p->names[i].kind;
        } else {
            p->names[kept++] = p->names[i];
        }
    }
    p->name_count = kept;
}

/* Subjects are kept by key: a name may be another's tomorrow. */
static enum rc take_scope(struct plan *p, struct store *store, const char *text, bool is_said,
                          struct err *err)
{
    AUTO(texts_done) struct scope_texts t = { 0 };
    wr_init(&t.keys, KEPT_SIZE - 1);
    wr_init(&t.names, KEPT_SIZE);
    p->names = arena_array(p->arena, strlen(text) / strlen("host:x") + 1, sizeof(*p->names));
    for (const char *q = text; p->names && *q;) {
        size_t n = strcspn(q, ",");
        const char *word = arena_strndup(p->arena, q, n);
        if (!word) {
            return err_setf(err, RC_NOMEM, "out of memory");
        }
        TRY(take_word(p, word, is_said, &t, err));
        q += n + (q[n] == ',');
    }
    const char *keys = put_take(p->arena, &t.keys);
    if (t.count > NAMES_SHOWN) {
        p->scope_text.en = arena_printf(p->arena, "%zu hosts and accounts%s", p->name_count,
                                        p->scope & RESET_FOREST ? ", forest" : "");
        p->scope_text.ja = arena_printf(p->arena, "ホストとアカウント %zu 件%s", p->name_count,
                                        p->scope & RESET_FOREST ? "、forest" : "");
    } else {
        p->scope_text.en = p->scope_text.ja = put_take(p->arena, &t.names);
    }
    if (!p->names || !keys || !p->scope_text.en || !p->scope_text.ja) {
        return err_setf(err, RC_NOMEM, "out of memory");
    }
    if (!p->scope) {
        return err_setf(err, RC_USAGE, "--scope is empty");
    }
    sort_names(p);
    return store_info_set(store, "reset_scope", keys, err);
}

static bool has_batch(struct plan *p, const char *word, const char **ret_near)
{
    const char *words[64] = { NULL };
    size_t n = 0;
    for (const struct action *a = p->playbook->actions; a; a = a->next) {
        if (a->batch && strcmp(a->batch, word) == 0) {
            return true;
        }
        if (a->batch && n < ARRAY_LEN(words) - 1) {
            words[n++] = a->batch;
        }
    }
    *ret_near = did_you_mean(word, words);
    return false;
}

static enum rc take_batches(struct plan *p, const char *text, bool is_said, struct err *err)
{
    for (const char *q = text; *q;) {
        size_t n = strcspn(q, ","), word = strcspn(q, ":");
        const char *near = "";
        struct batch *b = arena_alloc(p->arena, sizeof(*b));
        if (b) {
            b->word = arena_strndup(p->arena, q, word < n ? word : n);
        }
        if (!b || !b->word) {
            return err_setf(err, RC_NOMEM, "out of memory");
        }
        if (word >= n || !num_i64(q + word + 1, n - word - 1, &b->size) || b->size < 1 ||
            b->size > 1000000) {
            return err_setf(
                err, RC_USAGE,
                "--batch is a list such as user:200,computer:500 (1 to 1000000), not '%.*s'",
                (int)(n < 60 ? n : 60), q);
        }
        bool is_known = has_batch(p, b->word, &near);
        if (!is_known && is_said) {
            return err_setf(err, RC_USAGE,
                            "--batch: no action of the playbook is divided by '%.60s'%s", b->word,
                            near);
        }
        b->next = p->batches;
        p->batches = b;
        q += n + (q[n] == ',');
    }
    return RC_OK;
}

enum rc plan_options(struct plan *p, struct store *store, const struct reset_options *o,
                     struct err *err)
{
    char text[32];
    const char *kept = NULL;
    int64_t v = 0;
    TRY(settle(p, "reset_scope", o->scope, "forest", &kept, err));
    TRY(take_scope(p, store, kept, o->scope != NULL, err));
    TRY(settle(p, "reset_batches", o->batches, "", &kept, err));
    TRY(take_batches(p, kept, o->batches != NULL, err));
    TRY(store_info_set(store, "reset_batches", kept, err));
    if (o->people < 0 || o->people > PEOPLE_MAX) {
        return err_setf(err, RC_USAGE, "--people is a number from 1 to %d", PEOPLE_MAX);
    }
    (void)snprintf(text, sizeof(text), "%d", o->people);
    TRY(settle(p, "reset_people", o->people ? text : NULL, "1", &kept, err));
    p->people = num_i64(kept, strlen(kept), &v) && v >= 1 && v <= PEOPLE_MAX ? (int)v : 1;
    TRY(store_info_set(store, "reset_people", kept, err));
    (void)snprintf(text, sizeof(text), "%" PRId64, o->start);
    TRY(settle(p, "reset_start", o->start ? text : NULL, "0", &kept, err));
    p->start = num_i64(kept, strlen(kept), &v) && v > p->now ? v : p->now;
    p->start = p->start < PLAN_LATEST ? p->start : PLAN_LATEST;
    return store_info_set(store, "reset_start", kept, err);
}

bool plan_is_in_scope(const struct plan *p, const struct action *a, const char *subject)
{
    if (p->scope & a->scope & RESET_FOREST) {
        return true;
    }
    /* What is done once belongs to every incident that calls for it. */
    bool is_once = strcmp(a->check.view, "reset_estate") == 0;
    if (is_once && (p->scope & a->scope)) {
        return true;
    }
    const struct scope_name key = { subject, 0 };
    const struct scope_name *found =
        p->name_count ? bsearch(&key, p->names, p->name_count, sizeof(key), by_subject) : NULL;
    return found && (found->kind & a->scope);
}

int64_t plan_batch(const struct plan *p, const struct action *a)
{
    for (const struct batch *b = p->batches; a->batch && b; b = b->next) {
        if (strcmp(b->word, a->batch) == 0) {
            return b->size;
        }
    }
    return 0;
}
