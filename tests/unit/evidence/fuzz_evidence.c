/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Fuzzes an evidence file of somebody else: what report, diff and merge read of it first. An input is a whole SQLite file, or edits of a small file that the
 * library makes: page, offset (two bytes each, taken modulo), length (one byte), as many bytes; length 0 cuts the file there. */
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "audit/evidence/merge.h"
#include "report/diff/diff.h"
#include "report/report.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

enum {
    PAGE = 1024,
    MOST_ROWS = 200
};

static char folder[] = "/tmp/kagimori-fuzz-XXXXXX";
static char path[64];
static uint8_t *base, *work;
static size_t base_size;

static const char rows[] =
    "INSERT INTO audit_info VALUES('now', '134397846000000000'), ('started_at', '134397846000000000'), ('shard', '1/2'), ('shard_set', 'set');"
    "INSERT INTO coverage(source, target, state) VALUES('ldap.user', 'dc1', 'complete'), ('ldap.group', 'dc1', 'partial');"
    "INSERT INTO domain_head(guid, sid, dn) VALUES('g', 'S-1-5-21-1-2-3', 'DC=a');"
    "INSERT INTO enrollment_service(guid, dn) VALUES('S-1', 'CN=a');"
    "INSERT INTO check_info(check_no, id, view, severity, theme, title_en, title_ja, why_en, why_ja, fix_en, fix_ja, tags, refs, shown, statement, parameters)"
    " VALUES(1, 't.fix', 'reset_authority', 'high', 'password', 'T', 'T', '', '', '', '', '[]', '{}', '[]', 'SELECT dns_name FROM reset_authority', '{}');"
    "INSERT INTO result(check_no, verdict, subject, name, evidence, finding) VALUES(1, 'fail', 'S-1', 'a', '{\"dns_name\":null}', 'F-000000000001'), (1, 'pass', 'S-2', '', '', 'F-000000000002');"
    "INSERT INTO check_count(check_no, verdict, subjects) VALUES(1, 'fail', 1), (1, 'pass', 1)";

static void done(void)
{
    char log[80];
    static const char *const tails[] = { "-wal", "-shm", "-journal", "" };
    for (size_t i = 0; i < sizeof(tails) / sizeof(tails[0]); i++) {
        (void)snprintf(log, sizeof(log), "%s%s", path, tails[i]);
        (void)unlink(log);
    }
    (void)rmdir(folder);
    free(base);
    free(work);
}

static void must(bool is_so)
{
    if (!is_so) {
        abort();
    }
}

/* The file, with small pages, so that there are many of them in little. */
static void make(void)
{
    struct store *s = NULL;
    struct err err = { .rc = RC_OK };
    sqlite3 *db = NULL;
    must(mkdtemp(folder) != NULL);
    (void)snprintf(path, sizeof(path), "%s/evidence.db", folder);
    (void)atexit(done);
    must(store_open(path, STORE_CREATE, &s, &err) == RC_OK);
    must(store_exec(store_handle(s), rows, &err) == RC_OK);
    must(store_derive(s, &err) == RC_OK);
    store_close(s);
    must(sqlite3_open(path, &db) == SQLITE_OK);
    must(sqlite3_exec(db, "PRAGMA page_size = 1024; VACUUM", NULL, NULL, NULL) == SQLITE_OK);
    (void)sqlite3_close(db);
    FILE *f = fopen(path, "rb");
    must(f && fseek(f, 0, SEEK_END) == 0 && ftell(f) > 0);
    base_size = (size_t)ftell(f);
    base = malloc(base_size);
    work = malloc(base_size);
    must(base && work && fseek(f, 0, SEEK_SET) == 0 && fread(base, 1, base_size, f) == base_size);
    (void)fclose(f);
}

static size_t edit(const uint8_t *p, size_t n)
{
    size_t size = base_size;
    memcpy(work, base, base_size);
    while (n >= 5) {
        size_t page = ((size_t)p[0] << 8 | p[1]) % (base_size / PAGE);
        size_t at = page * PAGE + ((size_t)p[2] << 8 | p[3]) % PAGE, length = p[4];
        p += 5;
        n -= 5;
        length = length < n ? length : n;
        length = length < base_size - at ? length : base_size - at;
        if (length == 0) {
            size = at;
        }
        memcpy(work + at, p, length);
        p += length;
        n -= length;
    }
    return size;
}

static void read_rows(sqlite3 *db)
{
    for (int table = 0; table < ROW_TABLE_COUNT; table++) {
        char sql[128];
        struct row row;
        struct err err;
        sqlite3_stmt *q = NULL;
        (void)snprintf(sql, sizeof(sql), "SELECT * FROM \"%s\"",
                       row_catalogue((enum row_table)table)->table);
        if (sqlite3_prepare_v2(db, sql, -1, &q, NULL) == SQLITE_OK) {
            for (int i = 0; i < MOST_ROWS && sqlite3_step(q) == SQLITE_ROW; i++) {
                if (merge_row(q, (enum row_table)table, &row, &err) != RC_OK) {
                    break;
                }
            }
        }
        (void)sqlite3_finalize(q);
    }
}

static void read_all(void)
{
    struct err err;
    sqlite3 *db = NULL;
    struct merge_input in;
    struct diff d;
    const struct report_options options = { .lang = "ja" };
    FILE *null = fopen("/dev/null", "w");
    must(null != NULL);
    if (store_open_reader(path, &db, &err) == RC_OK) {
        (void)!report_summary(db, &options, false, null, &err);
        (void)!report_stream(db, REPORT_CSV, &options, null, &err);
        (void)sqlite3_close(db);
    }
    if (merge_input_open(path, &in, &err) == RC_OK) {
        read_rows(in.db);
        merge_input_done(&in);
    }
    if (diff_open(path, path, false, &d, &err) == RC_OK) {
        diff_close(&d);
    }
    (void)fclose(null);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    if (!base) {
        make();
    }
    bool is_whole = size >= 16 && memcmp(data, "SQLite format 3", 16) == 0;
    size_t n = is_whole ? size : edit(data, size);
    FILE *f = fopen(path, "wb");
    must(f && fwrite(is_whole ? data : work, 1, n, f) == n && fclose(f) == 0);
    read_all();
    return 0;
}
