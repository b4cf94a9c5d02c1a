/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Evidence files that somebody else made, or spoiled: each ends at once, with an error that says what to do or with what our own views say. */
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/wait.h>

#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>
#include <unistd.h>

#include "tests/support/t.h"
#include "tests/unit/evidence/foreign.h"

#define NOW  INT64_C(134397846000000000)
#define PAGE 8192U

/* What a reader says of a file that was changed so. */
static enum rc opened(const char *sql)
{
    sqlite3 *db = NULL;
    begin();
    change(sql);
    enum rc rc = store_open_reader(path, &db, &err);
    if (rc == RC_OK) {
        T_EQ_I(number(db, "SELECT now FROM clock"), NOW);
        T_EQ_I(number(db, "SELECT count(*) FROM coverage"), 1);
    }
    (void)sqlite3_close(db);
    return rc;
}

static void what_this_build_makes_is_read(void)
{
    T_EQ_I(opened("SELECT 1"), RC_OK);
    T_EQ_I(opened("ANALYZE"), RC_OK);
    T_EQ_I(opened("PRAGMA page_size = 1024; VACUUM"), RC_OK);
    T_EQ_I(
        opened(
            "PRAGMA writable_schema = 1; UPDATE sqlite_schema SET sql = replace(sql, ' -- ', ' --  another remark: ') WHERE name = 'account'"),
        RC_OK);
    T_EQ_I(opened("CREATE INDEX more ON account(sam_name); DROP INDEX account_dn"), RC_OK);
}

static void foreign_views_are_not_run(void)
{
    T_EQ_I(opened("DROP VIEW clock; CREATE VIEW clock AS " ENDLESS " AS now FROM r"), RC_OK);
    T_EQ_I(opened("DROP VIEW clock; CREATE VIEW clock AS SELECT 1 AS now"), RC_OK);
    T_EQ_I(opened("DROP VIEW clock; CREATE VIEW clock AS SELECT length(zeroblob(60000000)) AS now"),
           RC_OK);
    T_EQ_I(opened("DROP VIEW clock"), RC_OK);
    T_EQ_I(opened("CREATE VIEW more AS " ENDLESS " FROM r"), RC_OK);
    /* A file that was opened for writing has ours afterwards. */
    struct store *s = NULL;
    begin();
    change(
        "DROP VIEW clock; CREATE VIEW clock AS " ENDLESS
        " AS now FROM r; DROP VIEW finding; CREATE VIEW finding AS SELECT 1; CREATE VIEW more AS SELECT 1;"
        "DROP INDEX account_sid; CREATE INDEX account_sid ON account(dn); CREATE INDEX more_i ON account(dn)");
    T_EQ_I(store_open(path, STORE_WRITE, &s, &err), RC_OK);
    T_EQ_I(number(store_handle(s), "SELECT now FROM clock"), NOW);
    T_EQ_I(number(store_handle(s), "SELECT count(*) FROM finding"), 0);
    T_EQ_I(number(store_handle(s), "SELECT count(*) FROM sqlite_schema WHERE name GLOB 'more*'"),
           0);
    T_EQ_I(
        number(
            store_handle(s),
            "SELECT count(*) FROM sqlite_schema WHERE name = 'account_sid' AND sql LIKE '%(sid)'"),
        1);
    store_close(s);
    sqlite3 *db = NULL;
    bool is_other = true;
    T_EQ_I(store_open_reader(path, &db, &err), RC_OK);
    T_EQ_I(store_survey(db, "main", &is_other, &err), RC_OK);
    T_OK(!is_other);
    (void)sqlite3_close(db);
}

/* Statement, and what the message names. */
static const struct {
    const char *sql, *named;
} refused[] = {
    { "CREATE TRIGGER act AFTER INSERT ON account BEGIN DELETE FROM coverage; END",
      "trigger \"act\"" },
    { "ALTER TABLE account ADD COLUMN more TEXT", "table \"account\"" },
    { "ALTER TABLE account ADD COLUMN more TEXT AS (replace(zeroblob(99999), '0', 'x'))",
      "table \"account\"" },
    { "PRAGMA writable_schema = 1; UPDATE sqlite_schema SET sql = replace(sql, '\"state\" TEXT', '\"state\" TEXT AS (''complete'')') WHERE name = 'coverage'",
      "table \"coverage\"" },
    { "PRAGMA writable_schema = 1; UPDATE sqlite_schema SET sql = replace(sql, 'STRICT', '') WHERE name = 'coverage'",
      "table \"coverage\"" },
    { "DROP TABLE coverage; CREATE VIEW coverage AS " ENDLESS " AS source FROM r",
      "view \"coverage\"" },
    { "DROP TABLE coverage", "table \"coverage\"" },
    { "CREATE TABLE more(a)", "table \"more\"" },
    { "CREATE VIRTUAL TABLE v USING fts5(a)", "table \"v\"" },
    { "CREATE INDEX i ON account(abs(length(sam_name)))", "index \"i\"" },
    { "CREATE VIEW \"\x1b[2J\" AS SELECT 1; CREATE TABLE \"\x1b[2J2\"(a)", "table" },
};

static void anything_else_is_refused(void)
{
    for (size_t i = 0; i < ARRAY_LEN(refused); i++) {
        struct store *s = NULL;
        sqlite3 *db = NULL;
        T_EQ_I(opened(refused[i].sql), RC_USAGE);
        T_HAS(err.msg, "its structure is not the one of this Kagimori");
        T_HAS(err.msg, refused[i].named);
        T_HAS(err.where, "evidence.db");
        T_OK(strchr(err.msg, '\x1b') == NULL);
        /* Neither is it written to. */
        size_t size = 0;
        uint8_t *before = t_read_file(path, &size);
        T_EQ_I(store_open(path, STORE_WRITE, &s, &err), RC_USAGE);
        if (i == 0) {
            T_EQ_I(store_open_pair(path, NULL, &db, &err), RC_USAGE);
            T_EQ_I(store_open_views(path, &db, &err), RC_USAGE);
            T_EQ_I(store_open_tables(path, &db, &err), RC_USAGE);
        }
        size_t after_size = 0;
        uint8_t *after = t_read_file(path, &after_size);
        T_OK(before && after && size == after_size && memcmp(before, after, size) == 0);
        free(before);
        free(after);
    }
    T_EQ_I(opened("PRAGMA user_version = 9999"), RC_UNSUPPORTED);
    T_EQ_I(opened("PRAGMA application_id = 1"), RC_USAGE);
}

/* Of an older schema only results are compared, and our views are asked. */
static void older_files_hold_plain_tables(void)
{
    static const struct {
        const char *sql;
        enum rc rc;
    } cases[] = {
        { "DROP TABLE grade", RC_OK },
        { "CREATE TABLE since_left_out(a TEXT -- as told (once)\n, b)", RC_OK },
        { "DROP VIEW clock; CREATE VIEW clock AS " ENDLESS " AS now FROM r", RC_OK },
        { "CREATE TABLE more(a TEXT, b TEXT GENERATED ALWAYS AS (a || a) VIRTUAL)", RC_USAGE },
        { "ALTER TABLE result ADD COLUMN b TEXT\nAs\n -- x\n(replace(verdict, 'a', 'b'))",
          RC_USAGE },
        { "DROP TABLE result; CREATE VIEW result AS " ENDLESS " FROM r", RC_USAGE },
        { "CREATE TRIGGER act AFTER INSERT ON account BEGIN SELECT 1; END", RC_USAGE },
        { "CREATE VIRTUAL TABLE v USING fts5(a)", RC_USAGE },
    };

    for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
        sqlite3 *db = NULL;
        begin();
        change(cases[i].sql);
        change("PRAGMA user_version = 6");
        T_EQ_I(store_open_pair(path, path, &db, &err), cases[i].rc);
        (void)sqlite3_close(db);
        db = NULL;
        T_EQ_I(store_open_views(path, &db, &err), cases[i].rc);
        if (cases[i].rc == RC_OK) {
            T_EQ_I(number(db, "SELECT now FROM temp.clock"), NOW);
        }
        (void)sqlite3_close(db);
    }
}

static uint32_t root_of(const char *name)
{
    sqlite3 *db = NULL;
    char sql[128];
    (void)snprintf(sql, sizeof(sql), "SELECT rootpage FROM sqlite_schema WHERE name = '%s'", name);
    T_EQ_I(sqlite3_open(path, &db), SQLITE_OK);
    int64_t root = number(db, sql);
    (void)sqlite3_close(db);
    T_OK(root > 1);
    return (uint32_t)root;
}

static void put_u32(uint8_t *b, uint32_t n)
{
    for (int i = 0; i < 4; i++) {
        b[i] = (uint8_t)(n >> (24 - 8 * i));
    }
}

/* An inner page of a table whose 1,000 children are one page. */
static void bomb(uint8_t *b, uint32_t child)
{
    enum {
        CELLS = 1000,
        CELL = 5,
        CONTENT = PAGE - CELL
    };

    memset(b, 0, PAGE);
    b[0] = 5;
    b[3] = CELLS >> 8;
    b[4] = CELLS & 0xff;
    b[5] = CONTENT >> 8;
    b[6] = CONTENT & 0xff;
    put_u32(b + 8, child);
    for (size_t i = 0; i < CELLS; i++) {
        b[12 + 2 * i] = CONTENT >> 8;
        b[13 + 2 * i] = CONTENT & 0xff;
    }
    put_u32(b + CONTENT, child);
    b[CONTENT + 4] = 1;
}

/* 10 levels of pages with 1,000 children each are 10^30 rows; counting them looks at no clock. */
static void a_page_in_two_places_is_refused(void)
{
    enum {
        LEVELS = 10
    };

    sqlite3 *db = NULL;
    struct store *s = NULL;
    begin();
    uint32_t root = root_of("audit_info"), last = (uint32_t)(good_size / PAGE);
    uint8_t *made = calloc(1, good_size + LEVELS * (size_t)PAGE);
    T_OK(made != NULL);
    if (!made) {
        return;
    }
    memcpy(made, good, good_size);
    for (uint32_t i = 0; i < LEVELS; i++) {
        bomb(made + good_size + i * (size_t)PAGE, i + 1 < LEVELS ? last + i + 2 : 3);
    }
    bomb(made + (root - 1) * (size_t)PAGE, last + 1);
    put_u32(made + 28, last + LEVELS);
    put_file(made, good_size + LEVELS * (size_t)PAGE);
    free(made);
    T_EQ_I(store_open_reader(path, &db, &err), RC_MALFORMED);
    T_HAS(err.msg, "is in two places");
    T_EQ_I(store_open_pair(path, NULL, &db, &err), RC_MALFORMED);
    T_EQ_I(store_open(path, STORE_WRITE, &s, &err), RC_MALFORMED);
    /* Two tables, one tree. */
    T_EQ_I(
        opened(
            "PRAGMA writable_schema = 1; UPDATE sqlite_schema SET rootpage = (SELECT s.rootpage FROM sqlite_schema s WHERE s.name = 'account')"
            " WHERE name = 'sid_history'"),
        RC_MALFORMED);
    /* The tree of the schema itself: its first child twice. */
    begin();
    T_OK(good[100] == 5);
    size_t first = (size_t)good[112] << 8 | good[113], second = (size_t)good[114] << 8 | good[115];
    uint8_t *copy = t_read_file(path, &good_size);
    T_OK(copy != NULL);
    if (copy) {
        memcpy(copy + second, copy + first, 4);
        put_file(copy, good_size);
        free(copy);
        T_EQ_I(store_open_reader(path, &db, &err), RC_MALFORMED);
    }
}

/* What a file that may be anything gives: rows or an error. */
static bool reads(const uint8_t *data, size_t size, void *context)
{
    static const char *const asked[] = {
        "SELECT count(*) FROM audit_info",    "SELECT * FROM coverage",
        "SELECT * FROM sid_history",          "SELECT now FROM clock",
        "SELECT count(*) FROM account_state", "SELECT * FROM result LIMIT 1"
    };
    sqlite3 *db = NULL;
    struct err said;
    (void)context;
    put_file(data, size);
    if (store_open_reader(path, &db, &said) != RC_OK) {
        T_OK(said.msg[0] != '\0');
        return false;
    }
    for (size_t i = 0; i < ARRAY_LEN(asked); i++) {
        sqlite3_stmt *q = NULL;
        if (sqlite3_prepare_v2(db, asked[i], -1, &q, NULL) == SQLITE_OK) {
            for (int rows = 0; rows < 100 && sqlite3_step(q) == SQLITE_ROW; rows++) {
            }
        }
        (void)sqlite3_finalize(q);
    }
    (void)sqlite3_close(db);
    return true;
}

static void damaged_files_end_at_once(void)
{
    uint64_t random = 88172645463325252U;
    size_t accepted = 0, said_no = 0;
    begin();
    uint8_t *data = malloc(good_size);
    T_OK(data != NULL);
    for (int i = 0; data && i < 40; i++) {
        size_t size = good_size;
        memcpy(data, good, good_size);
        for (int bits = i % 4 == 0 ? 1 : 16; bits > 0; bits--) {
            random ^= random << 13;
            random ^= random >> 7;
            random ^= random << 17;
            /* Mostly where trees are: the heads of pages, and the first pages, which hold the schema. */
            size_t page = (size_t)(random >> 20) % (i % 2 ? 8 : good_size / PAGE);
            data[page * PAGE + (size_t)(random >> 40) % (i % 3 ? 128 : PAGE)] ^=
                (uint8_t)(1U << (random & 7));
        }
        if (i % 8 == 7) {
            size = (size_t)(random >> 16) % good_size;
        }
        bool is_read = reads(data, size, NULL);
        accepted += is_read;
        said_no += !is_read;
    }
    free(data);
    T_OK(accepted > 0 && said_no > 8);
    T_OK(reads(good, good_size, NULL));
}

static void only_files_are_read(void)
{
    sqlite3 *db = NULL;
    struct store *s = NULL;
    char other[96];
    begin();
    (void)snprintf(other, sizeof(other), "%s/other", folder);
    T_EQ_I(mkfifo(other, 0600), 0);
    (void)alarm(30); /* opening one waits for the other end */
    T_EQ_I(store_open_reader(other, &db, &err), RC_USAGE);
    T_EQ_I(store_open_pair(other, path, &db, &err), RC_USAGE);
    T_EQ_I(store_open_pair(path, other, &db, &err), RC_USAGE);
    T_EQ_I(store_open(other, STORE_WRITE, &s, &err), RC_USAGE);
    (void)alarm(0);
    (void)unlink(other);
    /* A link may be read, and is not written through. */
    T_EQ_I(symlink(path, other), 0);
    T_EQ_I(store_open_reader(other, &db, &err), RC_OK);
    (void)sqlite3_close(db);
    T_EQ_I(store_open(other, STORE_WRITE, &s, &err), RC_USAGE);
    (void)unlink(other);
    T_EQ_I(store_open_reader("/dev/zero", &db, &err), RC_USAGE);
}

/* A process that writes without a log: the file grows by a table at each commit. */
static void keep_writing(const char *file)
{
    sqlite3 *db = NULL;
    bool ok = sqlite3_open(file, &db) == SQLITE_OK &&
              sqlite3_exec(db, "PRAGMA synchronous = OFF", NULL, NULL, NULL) == SQLITE_OK &&
              sqlite3_busy_timeout(db, 60000) == SQLITE_OK;
    for (int i = 0; i < 400 && ok; i++) {
        char sql[128];
        (void)snprintf(sql, sizeof(sql), "CREATE TABLE t%d(x)", i);
        ok = sqlite3_exec(db, sql, NULL, NULL, NULL) == SQLITE_OK;
    }
    (void)sqlite3_close(db);
    _exit(ok ? 0 : 1);
}

/* The look at the pages takes no lock: what another process writes meanwhile is no damage. */
static void what_is_being_written_is_not_damaged(void)
{
    char file[96];
    int status = -1;
    unsigned seen = 0, bad = 0;
    begin();
    (void)snprintf(file, sizeof(file), "%s/written.db", folder);
    pid_t child = fork();
    if (child == 0) {
        keep_writing(file);
    }
    T_OK(child > 0);
    while (waitpid(child, &status, WNOHANG) == 0) {
        sqlite3 *db = NULL;
        bool is_part = false;
        if (access(file, F_OK) == 0 && sqlite3_open(file, &db) == SQLITE_OK &&
            sqlite3_busy_timeout(db, 60000) == SQLITE_OK) {
            seen++;
            bad += store_check_pages(db, "main", &is_part, &err) != RC_OK;
        }
        (void)sqlite3_close(db);
    }
    T_EQ_I(status, 0);
    T_OK(seen > 0);
    T_EQ_I(bad, 0);
    T_EQ_S(bad ? err.msg : "", "");
    T_EQ_I(unlink(file), 0);
}

static unsigned looks; /* at the processor's time */
static time_t ahead;   /* seconds by which each look at the processor's time moves it on */

/* In place of libc's: a minute of processor need not be spent to see that it is the end. */
int clock_gettime(clockid_t clock, struct timespec *ret)
{
    static time_t more;
    long rc = syscall(SYS_clock_gettime, clock, ret);
    if (clock == CLOCK_PROCESS_CPUTIME_ID && rc == 0) {
        looks++;
        more += ahead;
        ret->tv_sec += more;
    }
    return (int)rc;
}

/* What this build asks may be made endless by what stands in the tables: it ends all the same, and says why. */
static void what_takes_too_long_is_ended(void)
{
    sqlite3 *db = NULL;
    sqlite3_stmt *q = NULL;
    bool is_row = false;
    begin();
    T_EQ_I(store_open_reader(path, &db, &err), RC_OK);
    ahead = 7;
    T_EQ_I(sqlite3_prepare_v2(db, ENDLESS " FROM r WHERE n < 0", -1, &q, NULL), SQLITE_OK);
    T_EQ_I(store_next(db, q, "evaluating", &is_row, &err), RC_MALFORMED);
    T_HAS(err.msg, "it took too long and was ended");
    T_HAS(err.msg, "ask for another copy");
    /* The connection is still good, once it has its time anew. */
    ahead = 0;
    (void)sqlite3_finalize(q);
    store_limit_time(db);
    T_EQ_I(number(db, "SELECT now FROM clock"), NOW);
    (void)sqlite3_close(db);
}

/* A hole in a file is no data: it buys no time. */
static void holes_buy_no_time(void)
{
    sqlite3 *db = NULL;
    sqlite3_stmt *q = NULL;
    bool is_row = false;
    begin();
    T_EQ_I(truncate(path, INT64_C(64) << 30), 0);
    T_EQ_I(store_open_reader(path, &db, &err), RC_OK);
    ahead = 1000;
    looks = 0;
    T_EQ_I(sqlite3_prepare_v2(db, ENDLESS " FROM r WHERE n < 0", -1, &q, NULL), SQLITE_OK);
    T_EQ_I(store_next(db, q, "evaluating", &is_row, &err), RC_MALFORMED);
    T_OK(looks < 4);
    ahead = 0;
    (void)sqlite3_finalize(q);
    (void)sqlite3_close(db);
}

/* Who writes looks at the file in limited time, and then takes as long as it takes. */
static void looking_ends_and_writing_goes_on(void)
{
    struct store *s = NULL;
    begin();
    ahead = 100;
    T_EQ_I(store_open(path, STORE_WRITE, &s, &err), RC_MALFORMED);
    T_HAS(err.msg, "it took too long and was ended");
    ahead = 0;
    T_EQ_I(store_open(path, STORE_WRITE, &s, &err), RC_OK);
    ahead = 100;
    T_EQ_I(number(store_handle(s), "SELECT count(*) FROM (" ENDLESS " FROM r LIMIT 100000)"),
           100000);
    ahead = 0;
    store_close(s);
}

#define TESTS(X)                            \
    X(what_this_build_makes_is_read)        \
    X(foreign_views_are_not_run)            \
    X(anything_else_is_refused)             \
    X(older_files_hold_plain_tables)        \
    X(a_page_in_two_places_is_refused)      \
    X(damaged_files_end_at_once)            \
    X(only_files_are_read)                  \
    X(what_is_being_written_is_not_damaged) \
    X(what_takes_too_long_is_ended)         \
    X(holes_buy_no_time)                    \
    X(looking_ends_and_writing_goes_on)     \
    X(end)
T_MAIN("foreign", TESTS)
