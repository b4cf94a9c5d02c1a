/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The names of an evidence file, out of the columns that hold some. */
#include <stdio.h>
#include <string.h>

#include "report/query.h"
#include "report/redact/columns.h"
#include "report/redact/parts.h"

bool parts_is_name(const char *s)
{
    return s[0] && strspn(s, "abcdefghijklmnopqrstuvwxyz0123456789_ABCDEFGHIJKLMNOPQRSTUVWXYZ") ==
                       strlen(s);
}

/* Which columns the dictionary learns from, in three rounds: hosts, other names, and what distinguished names hold. */
static bool is_for_round(const struct column_rule *rule, int round)
{
    return round == 2 ? rule->is_dn
                      : rule->is_learned && (rule->kind == REDACT_HOST) == (round == 0);
}

static enum rc learn_column(sqlite3 *from, struct redactor *r, const char *table,
                            const char *column, const struct column_rule *rule, struct err *err)
{
    AUTO(query_done) sqlite3_stmt *q = NULL;
    char sql[512];
    bool row = false;
    (void)snprintf(sql, sizeof(sql),
                   "SELECT DISTINCT \"%s\" FROM \"%s\" WHERE typeof(\"%s\") = 'text'", column,
                   table, column);
    TRY(query_open(from, sql, &q, err));
    for (;;) {
        TRY(query_next(q, &row, err));
        if (!row) {
            break;
        }
        const char *s = query_text(q, 0);
        if (rule->is_dn) {
            redactor_learn_dn(r, rule->kind, s, strlen(s));
        } else {
            redactor_learn(r, rule->kind, s, strlen(s));
        }
    }
    return RC_OK;
}

enum rc parts_learn(sqlite3 *from, struct redactor *r, struct err *err)
{
    for (int round = 0; round < 3; round++) {
        AUTO(query_done) sqlite3_stmt *q = NULL;
        bool row = false;
        TRY(query_open(
            from,
            "SELECT m.name, p.name FROM sqlite_schema m, pragma_table_info(m.name) p WHERE m.type = 'table' AND p.type IN ('TEXT', 'ANY') ORDER BY m.rowid, p.cid",
            &q, err));
        for (;;) {
            TRY(query_next(q, &row, err));
            if (!row) {
                break;
            }
            const char *table = query_text(q, 0), *column = query_text(q, 1);
            const struct column_rule *rule = column_rule_of(table, column);
            if (parts_is_name(table) && parts_is_name(column) && is_for_round(rule, round)) {
                TRY(learn_column(from, r, table, column, rule, err));
            }
        }
    }
    AUTO(query_done) sqlite3_stmt *q = NULL;
    bool row = false;
    TRY(query_open(
        from, "SELECT value FROM audit_info WHERE name GLOB 'organisation*' AND value IS NOT NULL",
        &q, err));
    for (;;) {
        TRY(query_next(q, &row, err));
        if (!row) {
            break;
        }
        redactor_learn(r, REDACT_TEXT, query_text(q, 0), strlen(query_text(q, 0)));
    }
    return RC_OK;
}
