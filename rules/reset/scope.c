/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What the operator says about a plan: which incident it answers, how many work, how subjects are divided. What was said before stays. */
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "audit/base/num.h"
#include "rules/reset/plan.h"

enum {
    OPTION_SIZE = 8192
};

static void stmt_done(sqlite3_stmt **s)
{
    (void)sqlite3_finalize(*s);
}

/* What is said now, else what the file holds, else what holds by itself; kept in the file. In the arena. */
static enum rc settle(struct plan *p, struct store *store, const char *name, const char *said,
                      const char *otherwise, const char **ret, struct err *err)
{
    char *buf = arena_alloc(p->arena, OPTION_SIZE);
    if (!buf) {
        return err_setf(err, RC_NOMEM, "out of memory");
    }
    if (said && strlen(said) >= OPTION_SIZE) {
        return err_setf(err, RC_USAGE, "the list is longer than %d characters", OPTION_SIZE - 1);
    }
    store_info_get(p->db, name, buf, OPTION_SIZE);
    const char *use = said ? said : buf[0] ? buf : otherwise;
    TRY(store_info_set(store, name, use, err));
    *ret = arena_strdup(p->arena, use);
    return *ret ? RC_OK : err_setf(err, RC_NOMEM, "out of memory");
}

/* The one subject that a name or SID means. */
static enum rc resolve(struct plan *p, unsigned kind, const char *word, struct err *err)
{
    const char *sql =
        kind == RESET_HOST
            ? "SELECT subject FROM host_state WHERE ?1 IN (host, subject) COLLATE NOCASE"
              " OR host LIKE replace(replace(?1, '%', ''), '_', '') || '.%'"
              " UNION SELECT subject FROM account_state WHERE kind = 'computer'"
              " AND (subject = ?1 OR name = ?1 COLLATE NOCASE OR name = ?1 || '$' COLLATE NOCASE)"
            : "SELECT subject FROM account_state WHERE subject = ?1 OR name = ?1 COLLATE NOCASE"
              " UNION SELECT s.subject FROM account a JOIN account_state s ON s.guid = a.guid"
              " WHERE a.upn = ?1 COLLATE NOCASE";
    AUTO(stmt_done) sqlite3_stmt *s = NULL;
    TRY(plan_prepare(p, sql, &s, err));
    (void)sqlite3_bind_text(s, 1, word, -1, SQLITE_STATIC);
    struct scope_name *n = arena_alloc(p->arena, sizeof(*n));
    if (!n) {
        return err_setf(err, RC_NOMEM, "out of memory");
    }
    if (sqlite3_step(s) != SQLITE_ROW) {
        return err_setf(err, RC_USAGE,
                        "--scope: this evidence knows no %s '%s'; give its name or SID",
                        kind == RESET_HOST ? "host" : "account", word);
    }
    *n = (struct scope_name){ arena_strdup(p->arena, (const char *)sqlite3_column_text(s, 0)), kind,
                              p->names };
    if (sqlite3_step(s) == SQLITE_ROW) {
        return err_setf(err, RC_USAGE, "--scope: '%s' means more than one %s; give its SID", word,
                        kind == RESET_HOST ? "host" : "account");
    }
    p->names = n;
    return n->subject ? RC_OK : err_setf(err, RC_NOMEM, "out of memory");
}

static enum rc take_scope(struct plan *p, const char *text, struct err *err)
{
    for (const char *q = text; *q;) {
        size_t n = strcspn(q, ",");
        const char *word = arena_strndup(p->arena, q, n);
        if (!word) {
            return err_setf(err, RC_NOMEM, "out of memory");
        }
        if (strcmp(word, "forest") == 0) {
            p->scope |= RESET_FOREST;
        } else if (strncmp(word, "host:", 5) == 0 && word[5]) {
            p->scope |= RESET_HOST;
            TRY(resolve(p, RESET_HOST, word + 5, err));
        } else if (strncmp(word, "account:", 8) == 0 && word[8]) {
            p->scope |= RESET_ACCOUNT;
            TRY(resolve(p, RESET_ACCOUNT, word + 8, err));
        } else {
            return err_setf(
                err, RC_USAGE,
                "--scope is forest, or a list such as host:PC01,account:m.tanaka, not '%.60s'",
                word);
        }
        q += n + (q[n] == ',');
    }
    return p->scope ? RC_OK : err_setf(err, RC_USAGE, "--scope is empty");
}

static bool has_batch(const struct playbook *b, const char *word)
{
    for (const struct action *a = b->actions; a; a = a->next) {
        if (a->batch && strcmp(a->batch, word) == 0) {
            return true;
        }
    }
    return false;
}

static enum rc take_batches(struct plan *p, const char *text, struct err *err)
{
    for (const char *q = text; *q;) {
        size_t n = strcspn(q, ","), word = strcspn(q, ":");
        struct batch *b = arena_alloc(p->arena, sizeof(*b));
        if (!b) {
            return err_setf(err, RC_NOMEM, "out of memory");
        }
        b->word = arena_strndup(p->arena, q, word < n ? word : n);
        if (word >= n || !num_i64(q + word + 1, n - word - 1, &b->size) || b->size < 1 ||
            b->size > 1000000 || !b->word || !has_batch(p->playbook, b->word)) {
            return err_setf(err, RC_USAGE,
                            "--batch is a list such as user:200,computer:500, not '%.60s'", q);
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
    TRY(settle(p, store, "reset_scope", o->scope, "forest", &p->scope_text, err));
    TRY(take_scope(p, p->scope_text, err));
    TRY(settle(p, store, "reset_batches", o->batches, "", &kept, err));
    TRY(take_batches(p, kept, err));
    (void)snprintf(text, sizeof(text), "%d", o->people);
    TRY(settle(p, store, "reset_people", o->people ? text : NULL, "1", &kept, err));
    p->people = num_i64(kept, strlen(kept), &v) && v >= 1 && v <= 100 ? (int)v : 1;
    (void)snprintf(text, sizeof(text), "%" PRId64, o->start);
    TRY(settle(p, store, "reset_start", o->start ? text : NULL, "0", &kept, err));
    p->start = num_i64(kept, strlen(kept), &v) && v > p->now ? v : p->now;
    return RC_OK;
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
    for (const struct scope_name *n = p->names; n; n = n->next) {
        if ((n->kind & a->scope) && strcmp(n->subject, subject) == 0) {
            return true;
        }
    }
    return false;
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
