/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Names of imports. Disks are mounted one after the other at the same place, and folders are called alike: what came first must not
 * be taken for what comes now. */
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "audit/command/import.h"

#define ORIGIN_MOST 200U /* bytes */

static enum rc is_taken(struct store *store, const char *origin, bool *ret, struct err *err)
{
    static const char sql[] =
        "SELECT 1 WHERE EXISTS (SELECT 1 FROM artifact WHERE origin = ?1)"
        " OR EXISTS (SELECT 1 FROM machine_file WHERE origin = ?1)"
        " OR EXISTS (SELECT 1 FROM policy_folder WHERE origin = ?1)"
        " OR EXISTS (SELECT 1 FROM coverage WHERE target = ?1 AND source GLOB '[fp]*')";
    sqlite3_stmt *q AUTO(store_statement_done) = NULL;
    if (sqlite3_prepare_v2(store_handle(store), sql, -1, &q, NULL) != SQLITE_OK) {
        return err_setf(err, RC_BUG, "cannot list the imports: %s",
                        sqlite3_errmsg(store_handle(store)));
    }
    (void)sqlite3_bind_text(q, 1, origin, -1, SQLITE_STATIC);
    *ret = sqlite3_step(q) == SQLITE_ROW;
    return RC_OK;
}

/* A mark of the place that the item was read from; the place itself is the operator's and stays out of the evidence. */
static uint64_t mark_of(const struct import_item *item)
{
    char *real = realpath(item->operand, NULL);
    uint64_t h = UINT64_C(14695981039346656037);
    const char *const parts[] = { real ? real : item->operand, "/", item->below };
    for (size_t i = 0; i < ARRAY_LEN(parts); i++) {
        for (const char *p = parts[i]; *p; p++) {
            h = (h ^ (unsigned char)*p) * UINT64_C(1099511628211);
        }
    }
    free(real);
    return h;
}

static enum rc forget_where(struct store *store, const char *sql, const char *origin,
                            struct err *err)
{
    sqlite3_stmt *q AUTO(store_statement_done) = NULL;
    TRY(store_prepare(store, "forget an import", sql, &q, err));
    (void)sqlite3_bind_text(q, 1, origin, -1, SQLITE_STATIC);
    return sqlite3_step(q) == SQLITE_DONE ? RC_OK
                                          : err_setf(err, RC_IO, "cannot forget an import: %s",
                                                     sqlite3_errmsg(store_handle(store)));
}

static enum rc forget(struct store *store, const char *origin, struct err *err)
{
    static const char *const tables[] = { "artifact", "policy_folder", "mfa_export", "mfa_account",
                                          "mfa_method" };
    TRY(event_logs_forget(store, origin, NULL, err));
    TRY(forget_where(store, "DELETE FROM coverage WHERE source = 'mfa.export' AND target = ?1",
                     origin, err));
    for (size_t i = 0; i < ARRAY_LEN(tables); i++) {
        char sql[96];
        (void)snprintf(sql, sizeof(sql), "DELETE FROM %s WHERE origin = ?1", tables[i]);
        TRY(forget_where(store, sql, origin, err));
    }
    return RC_OK;
}

/* The name cut to size at the end of a character. */
static const char *cut(struct arena *a, const char *name)
{
    size_t n = strlen(name);
    if (n > ORIGIN_MOST) {
        /* The end tells more than the beginning. */
        name += n - ORIGIN_MOST;
        while ((*name & 0xc0) == 0x80) {
            name++;
        }
    }
    return arena_strdup(a, name);
}

enum rc import_origin(struct importer *im, const struct import_item *item, bool may_replace,
                      struct arena *a, const char **ret, struct err *err)
{
    const char *name = cut(a, item->name), *origin = name;
    char mark[32], known[32];
    bool taken = false;
    TRY(store_commit(im->store, err));
    (void)snprintf(mark, sizeof(mark), "%016" PRIx64, mark_of(item));
    for (unsigned i = 2; origin; i++) {
        TRY(is_taken(im->store, origin, &taken, err));
        const char *key = arena_printf(a, "import:%s", origin);
        if (!key) {
            break;
        }
        store_info_get(store_handle(im->store), key, known, sizeof(known));
        if (!taken || (may_replace && strcmp(mark, known) == 0)) {
            TRY(taken ? forget(im->store, origin, err) : RC_OK);
            *ret = origin;
            return may_replace ? store_info_set(im->store, key, mark, err) : RC_OK;
        }
        origin = arena_printf(a, "%s (%u)", name, i);
    }
    return err_setf(err, RC_NOMEM, "out of memory");
}
