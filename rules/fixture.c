/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Two passes: labels first, so that a row may name one that stands below it; then the rows, checked as those of a collector. */
#include "rules/fixture.h"

#include <inttypes.h>
#include <string.h>

#include "audit/base/num.h"
#include "audit/base/sid.h"
#include "rules/coverage.h"
#include "rules/fixture_event.h"
#include "rules/fixture_host.h"
#include "rules/fixture_mfa.h"
#include "rules/fixture_value.h"

#define DOMAIN_SID "S-1-5-21-1-2-3"

const struct label *fixture_label(const struct fixture *f, const char *name)
{
    for (const struct label *l = f->labels; l; l = l->next) {
        if (strcmp(l->name, name) == 0) {
            return l;
        }
    }
    return NULL;
}

static bool is_table(const char *a, const char *b)
{
    return strcmp(a, b) == 0;
}

static const struct row_catalogue *find_table(const char *name, enum row_table *ret)
{
    for (int t = 0; t < ROW_TABLE_COUNT; t++) {
        const struct row_catalogue *c = row_catalogue((enum row_table)t);
        if (strcmp(c->table, name) == 0) {
            *ret = (enum row_table)t;
            return c;
        }
    }
    return NULL;
}

static const char *const *table_names(struct fixture *f)
{
    static const char *const none[] = { NULL };
    const char **names = arena_array(f->arena, ROW_TABLE_COUNT + 1, sizeof(char *));
    for (int t = 0; names && t < ROW_TABLE_COUNT; t++) {
        names[t] = row_catalogue((enum row_table)t)->table;
    }
    return names ? names : none;
}

/* The same label always gets the same GUID: FNV-1a twice. */
static const char *label_guid(struct fixture *f, const char *label)
{
    uint64_t a = UINT64_C(14695981039346656037), b = UINT64_C(1099511628211);
    for (const char *p = label; *p; p++) {
        a = (a ^ (unsigned char)*p) * UINT64_C(1099511628211);
        b = (b ^ (unsigned char)*p) * UINT64_C(6364136223846793005) + 1;
    }
    return arena_printf(f->arena,
                        "%08" PRIx32 "-%04" PRIx32 "-%04" PRIx32 "-%04" PRIx32 "-%012" PRIx64,
                        (uint32_t)(a >> 32), (uint32_t)(a >> 16) & 0xffff, (uint32_t)a & 0xffff,
                        (uint32_t)(b >> 48), b & UINT64_C(0xffffffffffff));
}

static const char *scalar(const struct yaml_node *row, const char *key)
{
    const struct yaml_node *n = yaml_get(row, key);
    return n && n->kind == YAML_SCALAR && !yaml_is_null(n) ? n->text : NULL;
}

static void label_sid(struct fixture *f, const char *table, const struct yaml_node *row,
                      struct label *l)
{
    const char *sid = scalar(row, "sid");
    int64_t rid = 0;
    uint32_t last = 0;
    if (sid && sid_text_valid(sid)) {
        l->sid = sid;
        l->rid = sid_rid(sid, &last) ? last : 0;
    } else if (is_table(table, "domain_head")) {
        l->sid = DOMAIN_SID;
    } else if ((is_table(table, "account") || is_table(table, "directory_group")) &&
               !yaml_get(row, "sid")) {
        const struct yaml_node *n = yaml_get(row, "rid");
        l->rid = n && yaml_integer(n, &rid) ? rid : f->next_rid++;
        l->sid = arena_printf(f->arena, DOMAIN_SID "-%" PRId64, l->rid);
    }
}

/* A row has a label when it is given one, or when its GUID is all that makes it. */
static void add_label(struct fixture *f, const struct row_catalogue *t, const struct yaml_node *row,
                      size_t number)
{
    const char *name = scalar(row, "as"), *guid = scalar(row, t->columns[0].name),
               *dn = scalar(row, "dn");
    if (!name && strcmp(t->key, "guid") != 0) {
        return;
    }
    bool is_domain = is_table(t->table, "domain_head");
    name = name ? name : is_domain ? "domain" : arena_printf(f->arena, "%s-%zu", t->table, number);
    struct label *l = arena_alloc(f->arena, sizeof(*l));
    if (!l || !name) {
        return;
    }
    const struct label *other = fixture_label(f, name);
    if (other && row) {
        mistake_node(f->problems, f->check->file, row, f->check->id, "the label '%s' is taken",
                     name);
    }
    l->name = name;
    l->row = row;
    l->guid = guid && guid_text_valid(guid) ? guid : label_guid(f, name);
    l->dn = dn && strchr(dn, '=') ? dn
            : is_domain           ? "DC=example"
                                  : arena_printf(f->arena, "CN=%s,DC=example", name);
    label_sid(f, t->table, row, l);
    l->next = f->labels;
    f->labels = l;
}

static const struct label *label_of(const struct fixture *f, const struct yaml_node *row)
{
    for (const struct label *l = f->labels; l; l = l->next) {
        if (l->row == row) {
            return l;
        }
    }
    return NULL;
}

/* The text that a column gets from the label of its row, or NULL. */
static const char *from_label(struct fixture *f, const char *table, size_t i,
                              const struct row_column *column, const struct label *l)
{
    const char *name = column->name;
    if (i == 0 && column->type == ROW_TYPE_GUID) {
        return l->guid;
    }
    if (is_table(table, "host_target") && i == 0) {
        return l->name;
    }
    if (strcmp(name, "sid") == 0) {
        return l->sid;
    }
    if (strcmp(name, "rid") == 0) {
        return l->rid ? arena_printf(f->arena, "%" PRId64, l->rid) : NULL;
    }
    if (strcmp(name, "dn") == 0) {
        return l->dn;
    }
    if ((is_table(table, "policy_object") && strcmp(name, "gpo_id") == 0) ||
        (is_table(table, "kds_root_key") && strcmp(name, "key_id") == 0)) {
        return l->guid;
    }
    bool is_name = strcmp(name, "name") == 0 || strcmp(name, "sam_name") == 0 ||
                   strcmp(name, "partner") == 0 || strcmp(name, "flat_name") == 0 ||
                   (strcmp(name, "display_name") == 0 && !is_table(table, "account"));
    return is_name ? l->name : NULL;
}

static bool set_from_text(struct row_value *v, const struct row_column *column, const char *text)
{
    int64_t number = 0;
    bool is_number = column->type == ROW_TYPE_INT || column->type == ROW_TYPE_BOOL ||
                     column->type == ROW_TYPE_TIME;
    if (!text) {
        return false;
    }
    if (!is_number) {
        *v = (struct row_value){ .kind = ROW_STRING, .text = text, .size = strlen(text) };
    } else if (num_i64(text, strlen(text), &number)) {
        *v = (struct row_value){ .kind = ROW_NUMBER, .number = number };
    }
    return true;
}

static void fill_column(struct fixture *f, const struct row_catalogue *t, size_t i,
                        const struct yaml_node *row, size_t number, struct row *ret)
{
    const struct row_column *column = &t->columns[i];
    const struct label *l = row ? label_of(f, row) : fixture_label(f, "domain");
    bool own = row || is_table(t->table, "domain_head");
    const char *state = scalar(row, "state");
    if (own && l && set_from_text(&ret->v[i], column, from_label(f, t->table, i, column, l))) {
        return;
    }
    if (set_from_text(&ret->v[i], column,
                      fixture_default(t->table, column->name, scalar(row, "kind")))) {
        return;
    }
    if (set_from_text(&ret->v[i], column, fixture_host_default(f, t->table, column->name, row))) {
        return;
    }
    if (set_from_text(&ret->v[i], column,
                      fixture_event_default(f, t->table, column->name, row, number))) {
        return;
    }
    if (set_from_text(&ret->v[i], column, fixture_mfa_default(f, t->table, column->name, number))) {
        return;
    }
    if (strcmp(column->name, "position") == 0) {
        ret->v[i] = (struct row_value){ .kind = ROW_NUMBER, .number = (int64_t)number - 1 };
    } else if (is_table(t->table, "coverage") && strcmp(column->name, "reason") == 0 && state &&
               rc_from_word(state) != RC_BUG) {
        (void)set_from_text(&ret->v[i], column, state);
    } else if (is_table(t->table, "key_credential") && strcmp(column->name, "key_id") == 0) {
        (void)set_from_text(&ret->v[i], column, arena_printf(f->arena, "%032zx", number));
    }
}

static void check_columns(struct fixture *f, const struct row_catalogue *t,
                          const struct yaml_node *row)
{
    const char *names[ROW_MAX_COLUMNS + 2] = { NULL };
    for (size_t i = 0; i < t->count; i++) {
        names[i] = t->columns[i].name;
    }
    for (const struct yaml_node *n = row->first; n; n = n->next) {
        bool known = strcmp(n->key, "as") == 0;
        for (size_t i = 0; i < t->count; i++) {
            known = known || strcmp(n->key, names[i]) == 0;
        }
        if (!known) {
            mistake_key(f->problems, f->check->file, n, f->check->id,
                        "the table %s has no column '%s'%s", t->table, n->key,
                        did_you_mean(n->key, names));
        }
    }
}

/* row NULL: the row that is there by itself. */
static enum rc put_row(struct fixture *f, enum row_table table, const struct yaml_node *row,
                       size_t number, struct err *err)
{
    const struct row_catalogue *t = row_catalogue(table);
    struct row r;
    row_begin(&r, table);
    if (row) {
        check_columns(f, t, row);
    }
    for (size_t i = 0; i < t->count; i++) {
        const struct yaml_node *n = yaml_get(row, t->columns[i].name);
        if (!n) {
            fill_column(f, t, i, row, number, &r);
        } else if (!fixture_value(f, n, &t->columns[i], &r.v[i])) {
            return RC_OK;
        }
    }
    if (row_check(&r, err) != RC_OK) {
        if (!row) {
            return err->rc;
        }
        mistake_node(f->problems, f->check->file, row, f->check->id, "%s", err->msg);
        return RC_OK;
    }
    return store_put(f->store, &r, err);
}

static enum rc put_coverage(struct fixture *f, const struct yaml_node *given, struct err *err)
{
    const struct vocabulary *words = &f->rules->words;
    for (size_t i = 0; i < words->source_count; i++) {
        bool is_given = false;
        for (const struct yaml_node *n = given ? given->first : NULL; n; n = n->next) {
            const char *source = scalar(n, "source");
            is_given = is_given || (source && strcmp(source, words->sources[i].name) == 0);
        }
        if (!is_given && !coverage_is_by_host(words->sources[i].name)) {
            struct row r;
            row_begin(&r, ROW_TABLE_COVERAGE);
            row_text(&r, COVERAGE_SOURCE, words->sources[i].name);
            row_text(&r, COVERAGE_TARGET, "dc1.example");
            row_text(&r, COVERAGE_STATE, "complete");
            row_int(&r, COVERAGE_STARTED, f->now);
            row_int(&r, COVERAGE_FINISHED, f->now);
            TRY(store_put(f->store, &r, err));
        }
    }
    return RC_OK;
}

static void check_sources(struct fixture *f, const struct yaml_node *coverage)
{
    for (const struct yaml_node *n = coverage && coverage->kind == YAML_LIST ? coverage->first
                                                                             : NULL;
         n; n = n->next) {
        const struct yaml_node *source = yaml_get(n, "source");
        if (source && source->kind == YAML_SCALAR &&
            !vocabulary_source(&f->rules->words, source->text)) {
            mistake_node(
                f->problems, f->check->file, source, f->check->id, "unknown source '%s'%s",
                source->text,
                did_you_mean(source->text, vocabulary_names(f->arena, f->rules->words.sources,
                                                            f->rules->words.source_count)));
        }
    }
}

static void label_tables(struct fixture *f, const struct yaml_node *given)
{
    enum row_table table = ROW_TABLE_COUNT;
    for (const struct yaml_node *n = given ? given->first : NULL; n; n = n->next) {
        const struct row_catalogue *t = find_table(n->key, &table);
        if (strcmp(n->key, FIXTURE_INCIDENT) == 0) {
            continue;
        }
        if (!t) {
            mistake_key(f->problems, f->check->file, n, f->check->id,
                        "there is no table of evidence '%s'%s", n->key,
                        did_you_mean(n->key, table_names(f)));
        } else if (n->kind != YAML_LIST) {
            mistake_node(f->problems, f->check->file, n, f->check->id,
                         "'%s' must be a list of rows", n->key);
        }
        size_t number = 0;
        for (const struct yaml_node *row = t && n->kind == YAML_LIST ? n->first : NULL; row;
             row = row->next) {
            number++;
            if (row->kind == YAML_MAP) {
                add_label(f, t, row, number);
            } else {
                mistake_node(f->problems, f->check->file, row, f->check->id,
                             "a row is a map: { column: value }");
            }
        }
    }
    if (!yaml_get(given, "domain_head")) {
        add_label(f, row_catalogue(ROW_TABLE_DOMAIN), NULL, 1);
    }
}

static enum rc put_given(struct fixture *f, const struct yaml_node *given, struct err *err)
{
    enum row_table table = ROW_TABLE_COUNT;
    for (const struct yaml_node *n = given ? given->first : NULL; n; n = n->next) {
        const struct row_catalogue *t = find_table(n->key, &table);
        size_t number = 0;
        for (const struct yaml_node *row = t && n->kind == YAML_LIST ? n->first : NULL; row;
             row = row->next) {
            if (row->kind == YAML_MAP) {
                TRY(put_row(f, table, row, ++number, err));
            }
        }
    }
    return RC_OK;
}

static enum rc put_tables(struct fixture *f, const struct yaml_node *given, struct err *err)
{
    static const enum row_table always[] = { ROW_TABLE_DOMAIN, ROW_TABLE_FOREST, ROW_TABLE_SERVER };

    TRY(put_given(f, given, err));
    for (size_t i = 0; i < ARRAY_LEN(always); i++) {
        if (!yaml_get(given, row_catalogue(always[i])->table)) {
            TRY(put_row(f, always[i], NULL, 1, err));
        }
    }
    return RC_OK;
}

static enum rc start(struct fixture *f, struct err *err)
{
    f->next_rid = 1101;
    return filetime_from_iso(FIXTURE_NOW, &f->now)
               ? RC_OK
               : err_setf(err, RC_BUG, "the clock of the tests does not parse");
}

bool fixture_is_answers(const struct yaml_node *given)
{
    const struct yaml_node *n = given && given->kind == YAML_MAP ? given->first : NULL;
    return !given || (n && !n->next && n->kind == YAML_LIST &&
                      is_table(n->key, row_catalogue(ROW_TABLE_ATTESTATION)->table));
}

enum rc fixture_answers(struct fixture *f, const struct yaml_node *given, struct err *err)
{
    TRY(start(f, err));
    store_rollback(f->store);
    TRY(store_exec(store_handle(f->store), "DELETE FROM attestation", err));
    label_tables(f, given);
    TRY(put_given(f, given, err));
    return store_commit(f->store, err);
}

enum rc fixture_fill(struct fixture *f, const struct yaml_node *given, struct err *err)
{
    TRY(start(f, err));
    if (given && given->kind != YAML_MAP) {
        mistake_node(f->problems, f->check->file, given, f->check->id,
                     "'given' must map tables of evidence to lists of rows");
        given = NULL;
    }
    label_tables(f, given);
    check_sources(f, yaml_get(given, "coverage"));
    const char *now = arena_printf(f->arena, "%" PRId64, f->now);
    TRY(store_info_set(f->store, "now", now ? now : "0", err));
    TRY(fixture_incident(f, yaml_get(given, FIXTURE_INCIDENT), err));
    TRY(put_tables(f, given, err));
    TRY(put_coverage(f, yaml_get(given, "coverage"), err));
    TRY(store_commit(f->store, err));
    TRY(fixture_event_complete(f, err));
    TRY(fixture_mfa_complete(f, err));
    TRY(fixture_host_complete(f, yaml_get(given, "coverage"), err));
    TRY(store_commit(f->store, err));
    return store_derive(f->store, err);
}

bool fixture_names(const struct fixture *f, const char *key, const char *text)
{
    const struct label *l = fixture_label(f, key);
    if (!text) {
        return false;
    }
    return strcmp(key, text) == 0 ||
           (l && (strcmp(l->guid, text) == 0 || strcmp(l->dn, text) == 0 ||
                  (l->sid && strcmp(l->sid, text) == 0)));
}

static void stmt_done(sqlite3_stmt **s)
{
    (void)sqlite3_finalize(*s);
}

enum rc fixture_empty(struct arena *a, struct store *store, struct err *err)
{
    AUTO(stmt_done) sqlite3_stmt *s = NULL;
    sqlite3 *db = store_handle(store);
    store_rollback(store);
    if (sqlite3_prepare_v2(
            db,
            "SELECT group_concat('DELETE FROM \"' || name || '\"', ';') FROM sqlite_schema "
            "WHERE type = 'table' AND name NOT IN ('audit_info', 'column_label', 'view_source') "
            "AND name NOT LIKE 'sqlite_%'",
            -1, &s, NULL) != SQLITE_OK ||
        sqlite3_step(s) != SQLITE_ROW) {
        return err_setf(err, RC_BUG, "emptying the store of the tests: %s", sqlite3_errmsg(db));
    }
    const char *sql = arena_strdup(a, (const char *)sqlite3_column_text(s, 0));
    (void)sqlite3_reset(s);
    return sql ? store_exec(db, sql, err) : err_setf(err, RC_NOMEM, "out of memory");
}
