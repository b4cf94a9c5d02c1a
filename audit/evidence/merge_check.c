/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What a foreign evidence file must be before one row of it is read. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "audit/base/num.h"
#include "audit/evidence/merge.h"
#include "audit/evidence/store_internal.h"

static enum rc is_whole(sqlite3 *db, struct err *err)
{
    sqlite3_stmt *q AUTO(store_statement_done) = NULL;
    if (sqlite3_prepare_v2(db, "PRAGMA quick_check(1)", -1, &q, NULL) != SQLITE_OK ||
        sqlite3_step(q) != SQLITE_ROW) {
        return store_fail(db, "checking the file", err);
    }
    const char *said = (const char *)sqlite3_column_text(q, 0);
    return said && strcmp(said, "ok") == 0
               ? RC_OK
               : err_setf(err, RC_MALFORMED, "the file is damaged (%.100s): copy it anew",
                          said ? said : "");
}

static enum rc read_shard(struct merge_input *in, struct err *err)
{
    char text[64];
    store_info_get(in->db, "now", text, sizeof(text));
    if (!num_i64(text, strlen(text), &in->now) || in->now <= 0) {
        return err_setf(err, RC_MALFORMED, "it does not say when it was made (audit_info now)");
    }
    store_info_get(in->db, "shard_set", in->set, sizeof(in->set));
    store_info_get(in->db, "shard", text, sizeof(text));
    if (!text[0]) {
        in->set[0] = '\0'; /* of a merged file it only tells where it comes from */
        return RC_OK;
    }
    const char *slash = strchr(text, '/');
    int64_t number = 0, count = 0;
    bool ok = slash && num_i64(text, (size_t)(slash - text), &number) &&
              num_i64(slash + 1, strlen(slash + 1), &count) && in->set[0] && number >= 1 &&
              number <= count && count <= MERGE_INPUTS_MOST;
    if (!ok) {
        return err_setf(err, RC_MALFORMED, "which shard it is cannot be read (audit_info shard)");
    }
    in->number = (uint32_t)number;
    in->count = (uint32_t)count;
    return RC_OK;
}

enum rc merge_input_open(const char *path, struct merge_input *ret, struct err *err)
{
    *ret = (struct merge_input){ .path = path };
    TRY(store_open_tables(path, &ret->db, err));
    enum rc rc = store_exec(ret->db, "PRAGMA cache_size=-4096", err); /* many may be open */
    if (rc == RC_OK) {
        rc = is_whole(ret->db, err);
    }
    /* A whole file of our structure has an end; the time of one would run while the others are read. */
    sqlite3_progress_handler(ret->db, 0, NULL, NULL);
    if (rc == RC_OK) {
        rc = read_shard(ret, err);
    }
    if (rc != RC_OK) {
        merge_input_done(ret);
        return err_at(err, "%s", path);
    }
    return RC_OK;
}

void merge_input_done(struct merge_input *in)
{
    (void)sqlite3_close(in->db);
    in->db = NULL;
}
