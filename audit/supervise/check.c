/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What a worker may say of whom: every row is checked before it is written. */
#include <string.h>

#include "audit/base/num.h"
#include "audit/supervise/child.h"

/* Whether a word is among the key columns of a table ("dn, server"). */
static bool is_in_key(const char *key, const char *word)
{
    size_t n = strlen(word);
    for (const char *p = strstr(key, word); p; p = strstr(p + 1, word)) {
        if ((p == key || p[-1] == ' ') && (p[n] == '\0' || p[n] == ',')) {
            return true;
        }
    }
    return false;
}

static int column_of(const struct row_catalogue *t, const char *name)
{
    for (size_t i = 0; i < t->count; i++) {
        if (strcmp(t->columns[i].name, name) == 0) {
            return (int)i;
        }
    }
    return -1;
}

/* The column that says of whom, or by whom, a row is told; -1 where the catalogue has none. Tables about hosts name theirs "host" in
 * front, those of what a server tells have "server" in their key, which keeps new ones from being forgotten here. */
static int teller_column(enum row_table table)
{
    const struct row_catalogue *t = row_catalogue(table);
    if (table == ROW_TABLE_COVERAGE) {
        return COVERAGE_TARGET;
    }
    if (table == ROW_TABLE_MALFORMED) {
        return MALFORMED_TARGET;
    }
    if (strcmp(t->columns[0].name, "host") == 0) {
        return 0;
    }
    return is_in_key(t->key, "server") ? column_of(t, "server") : -1;
}

/* The column that names where files came from; -1 where the table is not about files. */
static int origin_column(enum row_table table)
{
    const struct row_catalogue *t = row_catalogue(table);
    switch (table) {
    case ROW_TABLE_EVENTLOG:
        return EVENTLOG_ORIGIN;
    case ROW_TABLE_POLICYFOLDER:
        return POLICYFOLDER_ORIGIN;
    default:
        return strcmp(t->columns[0].name, "origin") == 0 ? 0 : -1;
    }
}

/* Files speak of the import that they belong to; of which host they are is decided here and by nobody else. */
static enum rc check_origin(const struct child *c, const struct row *row, struct err *err)
{
    int column = origin_column(row->table);
    const char *table = row_catalogue(row->table)->table;
    const char *origin = task_get(c->task, "origin");
    if (column < 0) {
        return RC_OK;
    }
    const struct row_value *v = &row->v[column];
    if (!origin || strlen(origin) != v->size || memcmp(origin, v->text, v->size) != 0) {
        return err_setf(err, RC_MALFORMED, "%s row of an origin that is not its own", table);
    }
    if (row->table == ROW_TABLE_MACHINEFILE && (row->v[MACHINEFILE_HOST].kind != ROW_NULL ||
                                                row->v[MACHINEFILE_REASON].kind != ROW_NULL)) {
        return err_setf(err, RC_MALFORMED, "%s row with a host, which only the supervisor decides",
                        table);
    }
    return RC_OK;
}

/* Rows of events name the log that the task is about; of which host it is, is decided here. */
static enum rc check_log(const struct child *c, const struct row *row, struct err *err)
{
    const struct row_catalogue *t = row_catalogue(row->table);
    const char *log = task_get(c->task, "log");
    int64_t number = 0;
    if (strcmp(t->columns[0].name, "log") != 0) {
        return RC_OK;
    }
    if (!log || !num_i64(log, strlen(log), &number) || row->v[0].number != number) {
        return err_setf(err, RC_MALFORMED, "%s row of a log that is not its own", t->table);
    }
    if (row->table == ROW_TABLE_EVENTLOG &&
        (row->v[EVENTLOG_HOST].kind != ROW_NULL || row->v[EVENTLOG_REASON].kind != ROW_NULL)) {
        return err_setf(err, RC_MALFORMED, "%s row with a host, which only the supervisor decides",
                        t->table);
    }
    return RC_OK;
}

/* What the operator and earlier files say is never taken from a worker: it would be believed. */
static bool is_ours(enum row_table table)
{
    switch (table) {
    case ROW_TABLE_WORKER:
    case ROW_TABLE_HOST:
    case ROW_TABLE_BEFORE:
    case ROW_TABLE_SECRETBEFORE:
    case ROW_TABLE_SECRETSEEN:
    case ROW_TABLE_RESETBEFORE:
    case ROW_TABLE_RESETPOINT:
    case ROW_TABLE_RESETPROGRESS:
    case ROW_TABLE_RESETDECISION:
    case ROW_TABLE_NAMED:
    case ROW_TABLE_ATTESTATION:
        return true;
    default:
        return false;
    }
}

enum rc child_check_row(struct child *c, const struct row *row, struct err *err)
{
    TRY(row_check(row, err));
    const char *table = row_catalogue(row->table)->table;
    if (is_ours(row->table)) {
        return err_setf(err, RC_MALFORMED, "row of %s, which only the supervisor writes", table);
    }
    TRY(check_origin(c, row, err));
    TRY(check_log(c, row, err));
    int teller = teller_column(row->table);
    size_t target = 0;
    /* What one host says of itself must not come from another. */
    if (teller >= 0 && !asked_find(&c->asked, &row->v[teller], &target)) {
        return err_setf(err, RC_MALFORMED, "%s row for a target that is not its own", table);
    }
    if (row->table == ROW_TABLE_COVERAGE) {
        c->has_covered = true;
        return asked_cover(&c->asked, &row->v[COVERAGE_SOURCE], target)
                   ? RC_OK
                   : err_setf(err, RC_MALFORMED,
                              "coverage row for a source that it was not asked for");
    }
    /* Among many targets, a row that names none belongs to none. */
    if (teller >= 0 || !c->task->targets) {
        asked_note(&c->asked, target);
    }
    c->evidence_rows += row->table != ROW_TABLE_MALFORMED;
    return RC_OK;
}
