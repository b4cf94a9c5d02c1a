/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Group files: each site has the pseudonyms of its own report. What a name is depends on the names that the evidence knows, which a group file does not hold: it keeps
 * those that occur in it (table word). */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "report/query.h"
#include "report/redact/parts.h"
#include "report/redact/redact.h"

const struct column_rule *parts_rule(bool is_group, const char *table, const char *column)
{
    if (!is_group) {
        return column_rule_of(table, column);
    }
    if (strncmp(table, "site_", 5) == 0) {
        return column_rule_of(table + 5, column);
    }
    return column_rule_of(strcmp(table, "site") == 0 ? "group_site" : "group_other", column);
}

enum rc parts_learn_site(sqlite3 *group, int64_t site, struct redactor *r, struct err *err)
{
    AUTO(query_done) sqlite3_stmt *q = NULL;
    TRY(query_open(group, "SELECT kind, word FROM word WHERE site = ?1", &q, err));
    (void)sqlite3_bind_int64(q, 1, site);
    for (bool row = true;;) {
        TRY(query_next(q, &row, err));
        if (!row) {
            break;
        }
        const char *word = query_text(q, 1);
        redactor_learn_word(r, pseudonym_kind_of(query_text(q, 0)), word, strlen(word));
    }
    return r->names.bad ? err_setf(err, RC_NOMEM, "no memory for pseudonyms") : RC_OK;
}

char *parts_site_name(struct redactor *r, const char *name, const char *file)
{
    static const struct column_rule rule = { .rule = REDACT_NAME, .kind = REDACT_TEXT };
    size_t n = strlen(name), m = strlen(file);
    bool has_file = m > 0 && n > m + 3 && name[n - 1] == ')' &&
                    memcmp(name + n - m - 1, file, m) == 0 &&
                    memcmp(name + n - m - 3, " (", 2) == 0;
    if (!has_file) {
        return parts_cell(r, &rule, name, n);
    }
    char *first = parts_cell(r, &rule, name, n - m - 3), *second = parts_cell(r, &rule, file, m);
    size_t size = first && second ? strlen(first) + strlen(second) + 4 : 0;
    char *both = size ? malloc(size) : NULL;
    if (both) {
        (void)snprintf(both, size, "%s (%s)", first, second);
    }
    free(first);
    free(second);
    return both;
}

/* Has all texts of a site made safe, so that the names that occur in them are marked. */
static enum rc look_through(sqlite3 *group, const char *table, int64_t site, struct redactor *r,
                            struct err *err)
{
    AUTO(query_done) sqlite3_stmt *q = NULL;
    char sql[160];
    (void)snprintf(sql, sizeof(sql), "SELECT * FROM \"%s\" WHERE site = ?1", table);
    TRY(query_open(group, sql, &q, err));
    (void)sqlite3_bind_int64(q, 1, site);
    bool is_info = strcmp(table, "site_audit_info") == 0;
    for (bool row = true;;) {
        TRY(query_next(q, &row, err));
        if (!row) {
            return RC_OK;
        }
        for (int i = 1; i < sqlite3_column_count(q); i++) {
            if (sqlite3_column_type(q, i) != SQLITE_TEXT) {
                continue;
            }
            const char *s = query_text(q, i);
            struct column_rule rule = *parts_rule(true, table, sqlite3_column_name(q, i));
            rule.rule = is_info && i == 2 ? parts_info_rule(query_text(q, 1)) : rule.rule;
            char *shown = parts_cell(r, &rule, s, strlen(s));
            if (!shown) {
                return err_setf(err, RC_NOMEM, "no memory for pseudonyms");
            }
            free(shown);
        }
    }
}

static enum rc keep_words(sqlite3 *group, int64_t site, const struct redactor *r, struct err *err)
{
    AUTO(query_done) sqlite3_stmt *put = NULL;
    TRY(query_open(group, "INSERT OR IGNORE INTO word VALUES(?1, ?2, ?3)", &put, err));
    for (size_t i = 0; i < r->dictionary.room; i++) {
        const struct table_entry *e = &r->dictionary.entries[i];
        if (!e->key || !e->is_used) {
            continue;
        }
        (void)sqlite3_bind_int64(put, 1, site);
        (void)sqlite3_bind_text(put, 2, pseudonym_kind_word((enum redact_kind)(e->value - 1)), -1,
                                SQLITE_STATIC);
        (void)sqlite3_bind_text(put, 3, e->key, (int)e->size, SQLITE_STATIC);
        if (sqlite3_step(put) != SQLITE_DONE) {
            return err_setf(err, RC_IO, "cannot write the group file: %s", sqlite3_errmsg(group));
        }
        (void)sqlite3_reset(put);
    }
    return RC_OK;
}

static enum rc look_everywhere(sqlite3 *group, int64_t site, struct redactor *r, struct err *err)
{
    AUTO(query_done) sqlite3_stmt *q = NULL;
    TRY(query_open(
        group,
        "SELECT name FROM sqlite_schema WHERE type = 'table' AND (name = 'site' OR name GLOB 'site_*') ORDER BY rowid",
        &q, err));
    for (bool row = true;;) {
        TRY(query_next(q, &row, err));
        if (!row) {
            return RC_OK;
        }
        TRY(look_through(group, query_text(q, 0), site, r, err));
    }
}

enum rc redact_keep_words(sqlite3 *evidence, sqlite3 *group, int64_t site, struct err *err)
{
    static const unsigned char any[PSEUDONYM_KEY_SIZE];
    AUTO(redactor_done) struct redactor r = { 0 };
    TRY(redactor_open(&r, any, err)); /* what is made with it is thrown away */
    TRY(parts_learn(evidence, &r, err));
    TRY(look_everywhere(group, site, &r, err));
    return r.names.bad ? err_setf(err, RC_NOMEM, "no memory for pseudonyms")
                       : keep_words(group, site, &r, err);
}
