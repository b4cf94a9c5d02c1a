/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "report/output/about.h"

#include <string.h>

#include "audit/base/utf.h"
#include "report/json_writer.h"
#include "report/query.h"

/* From 1601 to 1970. */
static const int64_t epoch_ms = 11644473600 * INT64_C(1000);

enum rc about_read(struct about *ret, sqlite3 *db, struct arena *a, struct err *err)
{
    AUTO(query_done) sqlite3_stmt *q = NULL;
    const char **const texts[] = { &ret->organisation_en, &ret->organisation_ja, &ret->profile,
                                   &ret->version, &ret->at };
    bool row = false;
    TRY(query_open(
        db,
        "WITH i AS (SELECT max(value) FILTER (WHERE name = 'organisation_en') AS en, max(value) FILTER (WHERE name = 'organisation_ja') AS ja,"
        " max(value) FILTER (WHERE name = 'profile') AS profile, max(value) FILTER (WHERE name = 'tool_version') AS version,"
        " CAST(max(value) FILTER (WHERE name = 'now' AND value NOT GLOB '*[^0-9]*') AS INTEGER) AS now FROM audit_info)"
        " SELECT en, ja, profile, version, " ISO("now") ", now FROM i",
        &q, err));
    TRY(query_next(q, &row, err));
    for (size_t i = 0; i < ARRAY_LEN(texts); i++) {
        *texts[i] = arena_strdup(a, row ? query_text(q, (int)i) : "");
        if (!*texts[i]) {
            return err_setf(err, RC_NOMEM, "no memory for the document");
        }
    }
    int64_t now = row ? sqlite3_column_int64(q, (int)ARRAY_LEN(texts)) : 0;
    ret->at_ms = ret->at[0] ? now / 10000 - epoch_ms : 0;
    return RC_OK;
}

json_t *about_text(const char *text)
{
    if (!text[0]) {
        return json_null();
    }
    json_t *value = json_string(text);
    if (value) {
        return value;
    }
    AUTO(arena_freep) struct arena *a = arena_new(4 * strlen(text) + 4096);
    bool changed = false;
    const char *valid = a ? utf8_repair(a, text, strlen(text), &changed) : NULL;
    return valid ? json_string(valid) : NULL;
}
