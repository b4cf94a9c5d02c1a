/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Attestations: what people say was done, or need not be, where no protocol tells. A file of them is taken as a whole or not at all. */
#include "rules/reset/attest.h"

#include <string.h>

#include "audit/base/num.h"
#include "audit/base/utf.h"

enum {
    TEXT_MAX_BYTES = 1024,
    MOST_ATTESTATIONS = 20000
};

static const char *const state_words[] = { "done", "not_needed", NULL };

static const char *text_of(struct attest *t, const struct yaml_node *n, const char *key)
{
    const char *s = field_text(&t->mistakes, &t->file, n, key, NULL);
    if (s && strlen(s) > TEXT_MAX_BYTES) {
        mistake_node(&t->mistakes, &t->file, yaml_get(n, key), NULL, "'%s' is longer than %d bytes",
                     key, TEXT_MAX_BYTES);
        return NULL;
    }
    return s;
}

bool attest_means(const struct attestation *a, const struct action *x)
{
    return glob_matches(a->action, x->check.id);
}

static void check_action(struct attest *t, const struct attestation *a)
{
    size_t count = 0;
    for (const struct action *x = t->rules->playbook->actions; x; x = x->next) {
        if (attest_means(a, x)) {
            return;
        }
        count++;
    }
    const char **ids = arena_array(t->arena, count + 1, sizeof(*ids));
    count = 0;
    for (const struct action *x = t->rules->playbook->actions; ids && x; x = x->next) {
        ids[count++] = x->check.id;
    }
    mistake_node(&t->mistakes, &t->file, yaml_get(a->node, "action"), NULL,
                 strchr(a->action, '*') ? "no action of the playbook is called like '%s'%s"
                                        : "there is no action '%s'%s",
                 a->action, ids ? did_you_mean(a->action, ids) : "");
}

static void check_state(struct attest *t, const struct attestation *a)
{
    for (size_t i = 0; state_words[i]; i++) {
        if (strcmp(state_words[i], a->state) == 0) {
            return;
        }
    }
    mistake_node(&t->mistakes, &t->file, yaml_get(a->node, "state"), NULL,
                 "'state' is done or not_needed, not '%s'%s", a->state,
                 did_you_mean(a->state, state_words));
}

/* A day alone, or a time without an offset, could be meant in two ways. */
static void read_when(struct attest *t, struct attestation *a, const char *when)
{
    char iso[32];
    const struct yaml_node *n = yaml_get(a->node, "when");
    size_t size = strlen(when);
    bool has_zone = size > 16 && (when[size - 1] == 'Z' || strpbrk(when + 16, "+-"));
    if (!has_zone || !filetime_from_iso(when, &a->at)) {
        mistake_node(
            &t->mistakes, &t->file, n, NULL,
            "'when' is a time with its offset, such as 2026-11-24T09:30:00+09:00, not '%s'", when);
    } else if (a->at > t->now) {
        mistake_node(&t->mistakes, &t->file, n, NULL, "'when' is in the future (it is %s now)",
                     filetime_iso(t->now, iso, sizeof(iso)));
    } else if (t->incident && a->at < t->incident) {
        mistake_node(&t->mistakes, &t->file, n, NULL,
                     "'when' is before the incident (%s): what was done then counts for nothing",
                     filetime_iso(t->incident, iso, sizeof(iso)));
    }
}

static void check_twice(struct attest *t, const struct attestation *a)
{
    for (const struct attestation *o = t->first; o; o = o->next) {
        if (strcmp(o->action, a->action) == 0 && strcmp(o->subject, a->subject) == 0) {
            mistake_node(&t->mistakes, &t->file, a->node, NULL,
                         "action and subject are those of line %u: keep one of them",
                         o->node->line);
            return;
        }
    }
}

static void read_one(struct attest *t, const struct yaml_node *n)
{
    static const struct key_spec keys[] = {
        { "action", true, NULL, NULL }, { "subject", false, NULL, NULL },
        { "state", true, NULL, NULL },  { "who", true, NULL, NULL },
        { "when", true, NULL, NULL },   { "evidence", false, NULL, NULL }
    };
    struct attestation *a = arena_alloc(t->arena, sizeof(*a));
    if (!a || n->kind != YAML_MAP) {
        mistake_node(&t->mistakes, &t->file, n, NULL,
                     "an attestation is a map: { action: …, state: done, who: …, when: … }");
        return;
    }
    fields_check_keys(&t->mistakes, &t->file, n, NULL, keys, ARRAY_LEN(keys));
    *a = (struct attestation){ .node = n,
                               .action = text_of(t, n, "action"),
                               .subject = text_of(t, n, "subject"),
                               .state = text_of(t, n, "state"),
                               .who = text_of(t, n, "who"),
                               .evidence = text_of(t, n, "evidence") };
    const char *when = text_of(t, n, "when");
    a->subject = a->subject ? a->subject : "*";
    if (when) {
        read_when(t, a, when);
    }
    if (a->state) {
        check_state(t, a);
    }
    if (a->action) {
        check_action(t, a);
        check_twice(t, a);
        *t->tail = a;
        t->tail = &a->next;
    }
    t->count++;
}

static void read_all(struct attest *t)
{
    struct err err;
    struct yaml_node *root = NULL;
    if (yaml_tree_parse(t->file.path, t->file.bytes, t->file.size, t->arena, &root, &err) !=
        RC_OK) {
        mistake_err(&t->mistakes, &err);
        return;
    }
    if (!root || root->kind != YAML_LIST || root->next) {
        mistake_at(
            &t->mistakes, &t->file, 1, 1, NULL,
            "a file of attestations is a list: - { action: …, state: done, who: …, when: … }");
        return;
    }
    for (const struct yaml_node *n = root->first; n; n = n->next) {
        if (t->count == MOST_ATTESTATIONS) {
            mistake_node(&t->mistakes, &t->file, n, NULL, "more than %d attestations",
                         MOST_ATTESTATIONS);
            return;
        }
        read_one(t, n);
    }
}

static enum rc put(struct store *store, const struct attestation *a, const char *id,
                   const char *key, struct err *err)
{
    /* One word of a person on a subject: a later file may take back what an earlier one said. */
    static const char *const kinds[] = { "attested", "not_needed" };
    bool is_done = strcmp(a->state, "done") == 0;
    sqlite3_stmt *q AUTO(store_statement_done) = NULL;
    TRY(store_prepare(store, "take an attestation",
                      "DELETE FROM reset_decision WHERE kind = ?1 AND action = ?2 AND subject = ?3",
                      &q, err));
    (void)sqlite3_bind_text(q, 1, kinds[is_done], -1, SQLITE_STATIC);
    (void)sqlite3_bind_text(q, 2, id, -1, SQLITE_STATIC);
    (void)sqlite3_bind_text(q, 3, key, -1, SQLITE_STATIC);
    if (sqlite3_step(q) != SQLITE_DONE) {
        return err_setf(err, RC_IO, "cannot take the attestations: %s",
                        sqlite3_errmsg(store_handle(store)));
    }
    struct row row;
    row_begin(&row, ROW_TABLE_RESETDECISION);
    row_text(&row, RESETDECISION_KIND, kinds[!is_done]);
    row_text(&row, RESETDECISION_ACTION, id);
    row_text(&row, RESETDECISION_SUBJECT, key);
    row_text(&row, RESETDECISION_WHO, a->who);
    row_int(&row, RESETDECISION_AT, a->at);
    row_text(&row, RESETDECISION_NOTE, a->evidence);
    TRY(row_check(&row, err));
    return store_put(store, &row, err);
}

/* What is said of one action by its id goes before what a glob says. */
static enum rc put_all(struct attest *t, struct store *store, struct err *err)
{
    for (int is_exact = 0; is_exact < 2; is_exact++) {
        for (const struct attestation *a = t->first; a; a = a->next) {
            if ((strchr(a->action, '*') == NULL) != (is_exact == 1)) {
                continue;
            }
            for (const struct action *x = t->rules->playbook->actions; x; x = x->next) {
                const char *key = NULL;
                int count = 0;
                if (attest_means(a, x)) {
                    TRY(attest_key(t, a, x, &key, &count, err));
                }
                if (key) { /* of the actions that a glob means it may be no subject of some */
                    TRY(put(store, a, x->check.id, key, err));
                }
            }
        }
    }
    return RC_OK;
}

static enum rc read_clock(struct attest *t, struct store *store, struct err *err)
{
    sqlite3_stmt *q AUTO(store_statement_done) = NULL;
    TRY(store_prepare(store, "read the clock", "SELECT now, incident_at FROM clock", &q, err));
    if (sqlite3_step(q) != SQLITE_ROW || sqlite3_column_type(q, 0) == SQLITE_NULL) {
        return err_setf(err, RC_MALFORMED,
                        "the evidence file does not say when it was made (audit_info now)");
    }
    filetime evidence = sqlite3_column_int64(q, 0);
    t->now = evidence > t->now ? evidence : t->now;
    t->incident = sqlite3_column_int64(q, 1);
    return RC_OK;
}

static enum rc list_mistakes(struct attest *t, FILE *out, struct err *err)
{
    for (const struct rules_mistake *m = mistakes_list(&t->mistakes); m; m = m->next) {
        (void)fprintf(out, "%s\n", m->text);
    }
    return t->mistakes.count == 0
               ? RC_OK
               : err_setf(err, RC_USAGE,
                          "the attestations have %zu mistake%s; none of them was taken",
                          t->mistakes.count, t->mistakes.count == 1 ? "" : "s");
}

/* Without a store only what the file alone tells: not whom its names mean. */
static enum rc load(struct attest *t, struct store *store, FILE *out, struct err *err)
{
    if (store) {
        TRY(read_clock(t, store, err));
    }
    read_all(t);
    if (!store) {
        return list_mistakes(t, out, err);
    }
    TRY(attest_names_begin(t, store, err));
    TRY(attest_check_names(t, err));
    TRY(list_mistakes(t, out, err));
    return put_all(t, store, err);
}

enum rc attest_take(struct rules *r, const struct rules_file *file, struct store *store,
                    filetime now, FILE *out, struct err *err)
{
    struct arena *a AUTO(arena_freep) = arena_new(256U << 20);
    if (!a) {
        return err_setf(err, RC_NOMEM, "out of memory");
    }
    struct attest t = {
        .rules = r, .arena = a, .mistakes = { .arena = a }, .file = *file, .now = now
    };
    t.tail = &t.first;
    enum rc rc = load(&t, store, out, err);
    if (store) {
        attest_names_done(&t, store);
    }
    return rc;
}

enum rc reset_attest_load(struct rules *r, const char *path, struct store *store, filetime now,
                          FILE *out, struct err *err)
{
    struct arena *a AUTO(arena_freep) = arena_new(64U << 20);
    struct rules_file file = { 0 };
    if (!a) {
        return err_setf(err, RC_NOMEM, "out of memory");
    }
    if (!r->playbook || !r->playbook->actions) {
        return err_setf(err, RC_ABSENT,
                        "there is no playbook (reset/playbook.yaml) beside the checks");
    }
    if (rules_read_file(a, path, &file, err) != RC_OK) {
        return err_setf(err, RC_USAGE, "the attestations cannot be read: %s: %s", err->where,
                        err->msg);
    }
    return attest_take(r, &file, store, now, out, err);
}
