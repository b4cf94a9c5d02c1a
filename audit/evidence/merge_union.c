/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The shards of one audit as one evidence file. */
#include <fcntl.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "audit/base/num.h"
#include "audit/evidence/merge.h"
#include "audit/evidence/store_internal.h"

/* What counts where two shards asked the same source of the same target; the smaller one. Of a source that one could not read at all, what another
 * read in part is more. */
#define RANK(T)                                                                             \
    "CASE WHEN " T ".reason IN ('left', 'missing') THEN 9 ELSE CASE " T                     \
    ".state WHEN 'complete' THEN 0"                                                         \
    " WHEN 'partial' THEN 1 WHEN 'absent' THEN 2 WHEN 'denied' THEN 3 WHEN 'failed' THEN 4" \
    " WHEN 'unsupported' THEN 5 WHEN 'unreachable' THEN 6 ELSE 7 END END"

struct uniting {
    struct merge_input *in;
    size_t count;
    struct store *store;
    bool *is_there; /* by number, from 1 */
    uint32_t shards;
    struct merge_summary *sum;
    struct err *err;
};

enum rc merge_row(sqlite3_stmt *q, enum row_table table, struct row *ret, struct err *err)
{
    const struct row_catalogue *t = row_catalogue(table);
    row_begin(ret, table);
    for (size_t i = 0; i < t->count; i++) {
        int column = (int)i;
        switch (sqlite3_column_type(q, column)) {
        case SQLITE_NULL:
            break;
        case SQLITE_INTEGER:
            row_int(ret, column, sqlite3_column_int64(q, column));
            break;
        case SQLITE_TEXT: {
            const char *text = (const char *)sqlite3_column_text(q, column);
            row_textn(ret, column, text ? text : "", (size_t)sqlite3_column_bytes(q, column));
            break;
        }
        default:
            return err_setf(err, RC_MALFORMED, "%s.%s is neither a number nor a text", t->table,
                            t->columns[i].name);
        }
    }
    return row_check(ret, err);
}

/* Tables whose first column counts from 1 in each file; all that refer to a log do so by it. */
static bool is_numbered(enum row_table table)
{
    return table == ROW_TABLE_WORKER || strncmp(row_catalogue(table)->key, "log", 3) == 0;
}

static int64_t greatest(sqlite3 *db, const char *sql)
{
    int64_t n = 0;
    return store_number(db, sql, &n) ? n : 0;
}

/* "left to shard 3 of 4" -> 3; 0 = it does not say. */
static uint32_t owner_of(const struct row_value *detail)
{
    const size_t n = sizeof(MERGE_LEFT_FORM) - 1;
    int64_t number = 0;
    if (detail->kind != ROW_STRING || detail->size <= n ||
        memcmp(detail->text, MERGE_LEFT_FORM, n) != 0) {
        return 0;
    }
    size_t digits = 0;
    while (n + digits < detail->size && detail->text[n + digits] >= '0' &&
           detail->text[n + digits] <= '9') {
        digits++;
    }
    return num_i64(detail->text + n, digits, &number) && number >= 1 && number <= MERGE_INPUTS_MOST
               ? (uint32_t)number
               : 0;
}

static bool is_word(const struct row_value *v, const char *word)
{
    return v->kind == ROW_STRING && v->size == strlen(word) && memcmp(v->text, word, v->size) == 0;
}

/* False for coverage that says nothing any more: its owner is among the files. Of one that is missing it says that. */
static bool settle_coverage(const struct uniting *u, struct row *row, char detail[64])
{
    struct row_value *reason = &row->v[COVERAGE_REASON];
    if (!is_word(reason, MERGE_REASON_LEFT)) {
        return true;
    }
    uint32_t owner = owner_of(&row->v[COVERAGE_DETAIL]);
    if (is_word(&row->v[COVERAGE_SOURCE], "host.scope") ||
        (owner >= 1 && owner <= u->shards && u->is_there[owner])) {
        return false;
    }
    (void)snprintf(detail, 64, "shard %u of %u is missing", owner, u->shards);
    row_text(row, COVERAGE_REASON, MERGE_REASON_GONE);
    row_text(row, COVERAGE_DETAIL, detail);
    return true;
}

static enum rc prepare_put(struct uniting *u, enum row_table table, sqlite3_stmt **ret)
{
    const struct row_catalogue *t = row_catalogue(table);
    char sql[2048];
    int n = snprintf(sql, sizeof(sql), "INSERT %s INTO \"%s\" VALUES(",
                     table == ROW_TABLE_COVERAGE ? "" : "OR IGNORE", t->table);
    for (size_t i = 0; i < t->count; i++) {
        n += snprintf(sql + n, sizeof(sql) - (size_t)n, i ? ",?" : "?");
    }
    (void)snprintf(
        sql + n, sizeof(sql) - (size_t)n, ")%s",
        table == ROW_TABLE_COVERAGE
            ? " ON CONFLICT(source, target) DO UPDATE SET state = excluded.state, reason = excluded.reason,"
              " detail = excluded.detail, started_at = excluded.started_at, finished_at = excluded.finished_at,"
              " objects = excluded.objects WHERE " RANK("excluded") " < " RANK("coverage")
            : "");
    return store_prepare(u->store, "unite the rows", sql, ret, u->err);
}

/* One table of one shard, WHERE condition. */
static enum rc copy_table(struct uniting *u, sqlite3 *from, enum row_table table,
                          const char *condition, int64_t offset)
{
    const struct row_catalogue *t = row_catalogue(table);
    sqlite3_stmt *q AUTO(store_statement_done) = NULL, *put AUTO(store_statement_done) = NULL;
    char sql[512], detail[64];
    (void)snprintf(sql, sizeof(sql), "SELECT * FROM \"%s\" AS t%s", t->table, condition);
    if (sqlite3_prepare_v2(from, sql, -1, &q, NULL) != SQLITE_OK) {
        return store_fail(from, "reading a shard", u->err);
    }
    TRY(prepare_put(u, table, &put));
    int sq = sqlite3_step(q);
    for (; sq == SQLITE_ROW; sq = sqlite3_step(q)) {
        struct row row;
        TRY(merge_row(q, table, &row, u->err));
        if (table == ROW_TABLE_COVERAGE && !settle_coverage(u, &row, detail)) {
            continue;
        }
        if (is_numbered(table) &&
            __builtin_add_overflow(row.v[0].number, offset, &row.v[0].number)) {
            return err_setf(u->err, RC_MALFORMED, "%s.%s is too large", t->table,
                            t->columns[0].name);
        }
        int done = store_bind_row(put, &row) ? SQLITE_ERROR : sqlite3_step(put);
        (void)sqlite3_reset(put);
        if (done != SQLITE_DONE) {
            return store_fail(store_handle(u->store), "writing a row", u->err);
        }
        u->sum->rows++;
    }
    return sq == SQLITE_DONE ? RC_OK : store_fail(from, "reading a shard", u->err);
}

static enum rc copy_shard(struct uniting *u, const struct merge_input *in)
{
    sqlite3 *db = store_handle(u->store);
    int64_t logs = greatest(db, "SELECT coalesce(max(log), 0) FROM event_log");
    int64_t tasks = greatest(db, "SELECT coalesce(max(task), 0) FROM worker_run");
    for (int table = 0; table < ROW_TABLE_COUNT; table++) {
        /* Only its own shard knows at which address a host was found. */
        const char *condition =
            table == ROW_TABLE_HOST
                ? " WHERE NOT EXISTS (SELECT 1 FROM coverage c WHERE c.source = 'net.port'"
                  " AND c.target = t.host AND c.reason = '" MERGE_REASON_LEFT "')"
                : "";
        TRY(copy_table(u, in->db, (enum row_table)table, condition,
                       table == ROW_TABLE_WORKER ? tasks : logs));
    }
    return RC_OK;
}

/* Of audit_info all but what one file says of itself alone. */
static enum rc copy_info(struct uniting *u, const struct merge_input *in)
{
    sqlite3_stmt *q AUTO(store_statement_done) = NULL, *put AUTO(store_statement_done) = NULL;
    if (sqlite3_prepare_v2(
            in->db,
            "SELECT name, value FROM audit_info WHERE name NOT IN ('schema_version', 'views', 'derived', 'shard',"
            " 'shard_scope', 'now', 'started_at', 'finished_at', 'profile') AND length(name) < 4096"
            " AND length(value) < 4096",
            -1, &q, NULL) != SQLITE_OK) {
        return store_fail(in->db, "reading a shard", u->err);
    }
    TRY(store_prepare(u->store, "unite the rows", "INSERT OR IGNORE INTO audit_info VALUES(?, ?)",
                      &put, u->err));
    for (bool is_row = true;;) {
        TRY(store_next(in->db, q, "reading a shard", &is_row, u->err));
        if (!is_row) {
            return RC_OK;
        }
        const char *name = (const char *)sqlite3_column_text(q, 0);
        (void)sqlite3_bind_text(put, 1, name, -1, SQLITE_STATIC);
        (void)sqlite3_bind_text(put, 2, (const char *)sqlite3_column_text(q, 1), -1, SQLITE_STATIC);
        bool is_put = sqlite3_step(put) == SQLITE_DONE;
        (void)sqlite3_reset(put);
        if (!is_put) {
            return store_fail(store_handle(u->store), "uniting the shards", u->err);
        }
        if (name && strncmp(name, "import:", 7) == 0 &&
            sqlite3_changes(store_handle(u->store)) == 0) {
            (void)err_setf(
                u->err, RC_USAGE,
                "\"%.80s\" was imported into two shards: import into the merged file instead",
                name + 7);
            return err_at(u->err, "%s", in->path);
        }
    }
}

/* The smallest or greatest of a time over the shards. */
static enum rc put_time(struct uniting *u, const char *name, bool is_greatest)
{
    char text[32];
    int64_t best = 0, value = 0;
    for (size_t i = 0; i < u->count; i++) {
        store_info_get(u->in[i].db, name, text, sizeof(text));
        bool is_time = num_i64(text, strlen(text), &value) && value > 0;
        best = is_time && (best == 0 || (is_greatest ? value > best : value < best)) ? value : best;
    }
    if (best == 0) {
        return RC_OK;
    }
    (void)snprintf(text, sizeof(text), "%" PRId64, best);
    return store_info_set(u->store, name, text, u->err);
}

/* Whether all hosts are known: when every shard knew its list whole, and none is missing. */
static enum rc put_scope(struct uniting *u)
{
    char said[512], problem[600] = "";
    struct row row;
    for (size_t i = 0; i < u->count && !problem[0]; i++) {
        store_info_get(u->in[i].db, "shard_scope", said, sizeof(said));
        if (strcmp(said, "complete") != 0) {
            (void)snprintf(problem, sizeof(problem), "shard %u: %s", u->in[i].number,
                           said[0] ? said : "it has not come to the end");
        }
    }
    const char *reason = problem[0] ? "partial" : NULL;
    if (u->sum->missing_count > 0) {
        reason = MERGE_REASON_GONE;
        (void)snprintf(problem, sizeof(problem), "missing shards of %u: %s", u->shards,
                       u->sum->missing);
    }
    row_begin(&row, ROW_TABLE_COVERAGE);
    row_text(&row, COVERAGE_SOURCE, "host.scope");
    row_text(&row, COVERAGE_TARGET, "site file");
    row_text(&row, COVERAGE_STATE, reason ? "partial" : "complete");
    row_text(&row, COVERAGE_REASON, reason);
    row_text(&row, COVERAGE_DETAIL, problem[0] ? problem : NULL);
    row_int(&row, COVERAGE_FINISHED, u->sum->newest);
    return row_check(&row, u->err) == RC_OK ? store_put(u->store, &row, u->err) : u->err->rc;
}

/* An address that one shard looked at, of a range or by itself, and at which another found a host that has a name: one audit would not have
 * looked at it again. */
static enum rc drop_doubles(struct uniting *u)
{
    sqlite3 *db = store_handle(u->store);
    char sql[256];
    TRY(store_exec(
        db,
        "CREATE TEMP TABLE merge_double AS SELECT DISTINCT p.address AS host FROM host_port p WHERE p.address <> p.host"
        " AND EXISTS (SELECT 1 FROM host_target t WHERE t.host = p.address)"
        " AND EXISTS (SELECT 1 FROM host_target t WHERE t.host = p.host);"
        "CREATE TEMP TABLE merge_log AS SELECT log FROM event_log WHERE host IN (SELECT host FROM merge_double)",
        u->err));
    u->sum->doubles = (uint64_t)greatest(db, "SELECT count(*) FROM merge_double");
    for (int table = 0; u->sum->doubles > 0 && table < ROW_TABLE_COUNT; table++) {
        const struct row_catalogue *t = row_catalogue((enum row_table)table);
        bool is_of_host = strncmp(t->key, "host", 4) == 0 && table != ROW_TABLE_SERVER;
        if (is_of_host) {
            (void)snprintf(sql, sizeof(sql),
                           "DELETE FROM \"%s\" WHERE host IN (SELECT host FROM merge_double)",
                           t->table);
            TRY(store_exec(db, sql, u->err));
        } else if (is_numbered((enum row_table)table) && table != ROW_TABLE_WORKER) {
            (void)snprintf(sql, sizeof(sql),
                           "DELETE FROM \"%s\" WHERE log IN (SELECT log FROM merge_log)", t->table);
            TRY(store_exec(db, sql, u->err));
        }
    }
    TRY(store_exec(
        db,
        "DELETE FROM coverage WHERE target IN (SELECT host FROM merge_double) AND source NOT GLOB 'ldap.*';"
        "DROP TABLE merge_log; DROP TABLE merge_double",
        u->err));
    return RC_OK;
}

static enum rc put_all(struct uniting *u)
{
    char there[2048] = "";
    size_t n = 0;
    sqlite3 *db = store_handle(u->store);
    TRY(store_exec(db, "BEGIN IMMEDIATE", u->err));
    for (size_t i = 0; i < u->count; i++) {
        enum rc rc = copy_shard(u, &u->in[i]);
        if (rc != RC_OK) {
            return u->err->where[0] ? rc : err_at(u->err, "%s", u->in[i].path);
        }
        TRY(copy_info(u, &u->in[i]));
        int added = snprintf(there + n, sizeof(there) - n, n ? " %u" : "%u", u->in[i].number);
        n = added > 0 && n + (size_t)added < sizeof(there) ? n + (size_t)added : n;
    }
    /* Hosts whose shard is missing. */
    for (size_t i = 0; i < u->count; i++) {
        TRY(copy_table(u, u->in[i].db, ROW_TABLE_HOST, "", 0));
    }
    TRY(put_time(u, "now", true));
    TRY(put_time(u, "started_at", false));
    TRY(put_time(u, "finished_at", true));
    TRY(store_info_set(u->store, "shards", there, u->err));
    if (u->sum->missing_count > 0) {
        TRY(store_info_set(u->store, "shards_missing", u->sum->missing, u->err));
    }
    TRY(put_scope(u));
    TRY(drop_doubles(u));
    return store_commit(u->store, u->err);
}

static int by_number(const void *a, const void *b)
{
    const struct merge_input *x = a, *y = b;
    return (x->number > y->number) - (x->number < y->number);
}

static bool is_same_file(const char *a, const char *b)
{
    static unsigned char one[65536], two[65536];
    AUTO_FD int x = open(a, O_RDONLY | O_CLOEXEC);
    AUTO_FD int y = open(b, O_RDONLY | O_CLOEXEC);
    ssize_t n = 1;
    while (x >= 0 && y >= 0 && n > 0) {
        n = read(x, one, sizeof(one));
        if (n != read(y, two, sizeof(two)) || (n > 0 && memcmp(one, two, (size_t)n) != 0)) {
            return false;
        }
    }
    return n == 0;
}

/* Sorts; of the same file twice one stays. */
static enum rc check_set(struct merge_input *in, size_t *count, struct err *err)
{
    size_t kept = 0;
    qsort(in, *count, sizeof(*in), by_number);
    for (size_t i = 0; i < *count; i++) {
        if (strcmp(in[i].set, in[0].set) != 0 || in[i].count != in[0].count || !in[i].set[0]) {
            (void)err_setf(
                err, RC_USAGE,
                "not a shard of the same audit as %s: site file, options or number of shards differ",
                in[0].path);
            return err_at(err, "%s", in[i].path);
        }
        if (kept > 0 && in[kept - 1].number == in[i].number) {
            if (!is_same_file(in[kept - 1].path, in[i].path)) {
                (void)err_setf(
                    err, RC_USAGE,
                    "shard %u is there twice, and not the same: %s is another one; name one of them",
                    in[i].number, in[kept - 1].path);
                return err_at(err, "%s", in[i].path);
            }
            merge_input_done(&in[i]);
            continue;
        }
        struct merge_input moved = in[i];
        in[i] = in[kept];
        in[kept++] = moved;
    }
    *count = kept;
    return RC_OK;
}

static void find_missing(struct uniting *u)
{
    size_t n = 0;
    for (uint32_t i = 1; i <= u->shards; i++) {
        if (u->is_there[i]) {
            continue;
        }
        u->sum->missing_count++;
        if (n + 16 < sizeof(u->sum->missing)) {
            n += (size_t)snprintf(u->sum->missing + n, sizeof(u->sum->missing) - n,
                                  n ? ", %u" : "%u", i);
        } else if (n < sizeof(u->sum->missing) - 4 && u->sum->missing[n - 1] != '.') {
            n += (size_t)snprintf(u->sum->missing + n, sizeof(u->sum->missing) - n, "...");
        }
    }
}

enum rc merge_shards(struct merge_input *in, size_t count, const char *path,
                     struct merge_summary *ret, struct err *err)
{
    bool is_there[MERGE_INPUTS_MOST + 1] = { false };
    struct store *store AUTO(store_closep) = NULL;
    TRY(check_set(in, &count, err));
    struct uniting u = { .in = in,
                         .count = count,
                         .is_there = is_there,
                         .shards = in[0].count,
                         .sum = ret,
                         .err = err };
    *ret = (struct merge_summary){ .count = in[0].count, .oldest = in[0].now, .newest = in[0].now };
    for (size_t i = 0; i < count; i++) {
        is_there[in[i].number] = true;
        ret->oldest = in[i].now < ret->oldest ? in[i].now : ret->oldest;
        ret->newest = in[i].now > ret->newest ? in[i].now : ret->newest;
    }
    find_missing(&u);
    TRY(store_open(path, STORE_CREATE, &store, err));
    u.store = store;
    enum rc rc = put_all(&u);
    if (rc != RC_OK) {
        store_close(store);
        store = NULL;
        (void)unlink(path);
    }
    return rc;
}
