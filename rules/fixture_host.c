/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "rules/fixture_host.h"

#include <string.h>

#include "rules/coverage.h"

static const char *scalar(const struct yaml_node *row, const char *key)
{
    const struct yaml_node *n = yaml_get(row, key);
    return n && n->kind == YAML_SCALAR && !yaml_is_null(n) ? n->text : NULL;
}

/* The registry value that a row means: the first of the check, or the one of that name. */
static const char *find_registry(const struct check *c, const char *value)
{
    for (size_t i = 0; i < c->probes.registry_count; i++) {
        const char *bar = strchr(c->probes.registry[i], '|');
        if (bar && (!value || strcmp(bar + 1, value) == 0)) {
            return c->probes.registry[i];
        }
    }
    return NULL;
}

const char *fixture_host_default(struct fixture *f, const char *table, const char *column,
                                 const struct yaml_node *row)
{
    const struct check *c = f->check;
    if (strcmp(table, "host_service") == 0 && strcmp(column, "name") == 0) {
        return c->probes.service_count > 0 ? c->probes.services[0] : NULL;
    }
    const char *full =
        strcmp(table, "host_registry") == 0 ? find_registry(c, scalar(row, "value")) : NULL;
    if (!full) {
        return NULL;
    }
    const char *bar = strchr(full, '|');
    if (strcmp(column, "key") == 0) {
        return arena_strndup(f->arena, full, (size_t)(bar - full));
    }
    return strcmp(column, "value") == 0 ? bar + 1 : NULL;
}

static enum rc add_hosts(struct fixture *f, struct err *err)
{
    sqlite3 *db = store_handle(f->store);
    for (int t = 0; t < ROW_TABLE_COUNT; t++) {
        const struct row_catalogue *c = row_catalogue((enum row_table)t);
        if (strcmp(c->columns[0].name, "host") != 0 || t == ROW_TABLE_SERVER ||
            t == ROW_TABLE_HOST) {
            continue;
        }
        const char *sql =
            arena_printf(f->arena,
                         "INSERT OR IGNORE INTO host_target(host, origin, address, is_controller) "
                         "SELECT DISTINCT host, 'site', '192.0.2.1', 0 FROM %s",
                         c->table);
        TRY(sql ? store_exec(db, sql, err) : err_setf(err, RC_NOMEM, "out of memory"));
    }
    return store_exec(
        db,
        "INSERT INTO host_smb(host, dialect, os_major, os_minor, os_build) "
        "SELECT host, 785, 10, 0, 20348 FROM host_target t WHERE account_guid IS NULL "
        "AND NOT EXISTS (SELECT 1 FROM host_smb s WHERE s.host = t.host)",
        err);
}

/* What the test says of a source of a host, or of the source of every host. */
static const struct yaml_node *given_row(const struct yaml_node *given, const char *source,
                                         const char *host)
{
    for (const struct yaml_node *n = given && given->kind == YAML_LIST ? given->first : NULL; n;
         n = n->next) {
        const char *s = scalar(n, "source"), *target = scalar(n, "target");
        if (s && strcmp(s, source) == 0 && (!target || strcmp(target, host) == 0)) {
            return n;
        }
    }
    return NULL;
}

static enum rc cover(struct fixture *f, const struct yaml_node *given, const char *source,
                     const char *host, struct err *err)
{
    const struct yaml_node *said = given_row(given, source, host);
    if (said && scalar(said, "target")) {
        return RC_OK; /* its own row is there */
    }
    const char *state = said ? scalar(said, "state") : NULL;
    struct row r;
    row_begin(&r, ROW_TABLE_COVERAGE);
    row_text(&r, COVERAGE_SOURCE, source);
    row_text(&r, COVERAGE_TARGET, host);
    row_text(&r, COVERAGE_STATE, state ? state : "complete");
    row_text(&r, COVERAGE_REASON, state && rc_from_word(state) != RC_BUG ? state : NULL);
    row_int(&r, COVERAGE_STARTED, f->now);
    row_int(&r, COVERAGE_FINISHED, f->now);
    return store_put(f->store, &r, err);
}

static enum rc cover_host(struct fixture *f, const struct yaml_node *given, const char *host,
                          struct err *err)
{
    const struct vocabulary *words = &f->rules->words;
    for (size_t i = 0; i < words->source_count; i++) {
        /* Files are there only where the test says so. */
        const char *name = words->sources[i].name;
        bool is_file = strncmp(name, "kit.", 4) == 0 || strncmp(name, "cache.", 6) == 0;
        if (coverage_is_by_host(name) && (!is_file || given_row(given, name, host))) {
            TRY(cover(f, given, words->sources[i].name, host, err));
        }
    }
    return RC_OK;
}

enum rc fixture_host_complete(struct fixture *f, const struct yaml_node *given, struct err *err)
{
    enum {
        MOST = 256
    };

    const char *hosts[MOST];
    size_t count = 0;
    sqlite3_stmt *q = NULL;
    TRY(store_commit(f->store, err));
    TRY(add_hosts(f, err));
    if (sqlite3_prepare_v2(store_handle(f->store), "SELECT host FROM host_target", -1, &q, NULL) !=
        SQLITE_OK) {
        return err_setf(err, RC_BUG, "cannot list the hosts of a test");
    }
    while (sqlite3_step(q) == SQLITE_ROW && count < MOST) {
        hosts[count] = arena_strdup(f->arena, (const char *)sqlite3_column_text(q, 0));
        count += hosts[count] != NULL;
    }
    (void)sqlite3_finalize(q);
    for (size_t i = 0; i < count; i++) {
        TRY(cover_host(f, given, hosts[i], err));
    }
    return RC_OK;
}
