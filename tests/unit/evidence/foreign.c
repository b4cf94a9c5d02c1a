/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "tests/unit/evidence/foreign.h"

#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "tests/support/t.h"

char folder[] = "/tmp/kagimori-foreign-XXXXXX";
char path[64];
struct err err;
uint8_t *good;
size_t good_size;

void put_file(const uint8_t *data, size_t size)
{
    FILE *f = fopen(path, "wb");
    T_OK(f && fwrite(data, 1, size, f) == size);
    T_OK(f && fclose(f) == 0);
}

void begin(void)
{
    struct store *s = NULL;
    memset(&err, 0, sizeof(err));
    if (good) {
        put_file(good, good_size);
        return;
    }
    T_OK(mkdtemp(folder) != NULL);
    (void)snprintf(path, sizeof(path), "%s/evidence.db", folder);
    T_EQ_I(store_open(path, STORE_CREATE, &s, &err), RC_OK);
    T_EQ_I(
        store_exec(
            store_handle(s),
            "INSERT INTO audit_info VALUES('now', '134397846000000000');"
            "INSERT INTO coverage(source, target, state) VALUES('ldap.user', 'dc1', 'complete');"
            "INSERT INTO sid_history VALUES('31b2f340-016d-11d2-945f-00c04fb984f9', 'S-1-5-32-544')",
            &err),
        RC_OK);
    T_EQ_I(store_derive(s, &err), RC_OK);
    store_close(s);
    good = t_read_file(path, &good_size);
    T_OK(good != NULL);
}

static void run(sqlite3 *db, const char *sql)
{
    char *said = NULL;
    (void)sqlite3_exec(db, "PRAGMA synchronous = OFF", NULL, NULL, NULL);
    (void)sqlite3_exec(db, sql, NULL, NULL, &said);
    T_EQ_S(said ? said : "", "");
    sqlite3_free(said);
}

void change(const char *sql)
{
    sqlite3 *db = NULL;
    T_EQ_I(sqlite3_open(path, &db), SQLITE_OK);
    run(db, sql);
    T_EQ_I(sqlite3_close(db), SQLITE_OK);
}

sqlite3 *change_in_log(const char *sql)
{
    sqlite3 *db = NULL;
    T_EQ_I(sqlite3_open(path, &db), SQLITE_OK);
    run(db, "PRAGMA journal_mode = WAL; PRAGMA wal_autocheckpoint = 0");
    run(db, sql);
    T_OK(store_has_log(path));
    return db;
}

int64_t number(sqlite3 *db, const char *sql)
{
    int64_t n = -1;
    (void)store_number(db, sql, &n);
    return n;
}

void end(void)
{
    (void)unlink(path);
    T_EQ_I(rmdir(folder), 0);
    free(good);
}
