/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "report/json_writer.h"

#include "audit/base/utf.h"
#include "report/query.h"

#define ITEM_MAX ((size_t)64 << 20)

static void auto_json(json_t **j)
{
    json_decref(*j);
    *j = NULL;
}

void writer_init(struct writer *w, struct out *o, struct err *err)
{
    *w = (struct writer){ .o = o, .first = true, .err = err };
    wr_init(&w->item, ITEM_MAX);
}

void writer_done(struct writer *w)
{
    wr_done(&w->item);
}

static int collect(const char *bytes, size_t n, void *context)
{
    struct wr *item = context;
    wr_bytes(item, bytes, n);
    return item->bad ? -1 : 0;
}

/* RFC 8259, section 7: beyond the basic plane as a surrogate pair. */
static void put_code(struct out *o, uint32_t cp)
{
    char escape[16];
    unsigned high = 0xd7c0U + (cp >> 10), low = 0xdc00U + (cp & 0x3ffU);
    (void)(cp > 0xffff ? snprintf(escape, sizeof(escape), "\\u%04x\\u%04x", high, low)
                       : snprintf(escape, sizeof(escape), "\\u%04x", (unsigned)cp));
    out_text(o, escape);
}

/* What JSON itself wants escaped in a string, where is_string says that s is the content of one. */
static bool must_escape(unsigned char c, bool is_string)
{
    return is_string && (c < 0x20 || c == '"' || c == '\\');
}

static void put_escaped(struct out *o, const char *s, size_t n, bool is_string)
{
    size_t from = 0;
    for (size_t i = 0; i < n;) {
        unsigned char c = (unsigned char)s[i];
        uint32_t cp = c;
        size_t len = c < 0x7f ? 1 : utf8_next(s + i, n - i, &cp);
        if (len == 0 || (c < 0x7f ? must_escape(c, is_string) : !utf8_is_visible(s + i, len))) {
            out_bytes(o, s + from, i - from);
            put_code(o, len == 0 ? 0xfffd : cp);
            from = i + (len ? len : 1);
        }
        i += len ? len : 1;
    }
    out_bytes(o, s + from, n - from);
}

void writer_raw(struct out *o, const char *json, size_t n)
{
    put_escaped(o, json, n, false);
}

void writer_string(struct out *o, const char *s, size_t n)
{
    out_text(o, "\"");
    put_escaped(o, s, n, true);
    out_text(o, "\"");
}

void writer_separate(struct writer *w)
{
    out_text(w->o, w->first ? "\n" : ",\n");
    w->first = false;
}

enum rc writer_put(struct writer *w, json_t *taken)
{
    AUTO(auto_json) json_t *value = taken;
    wr_clear(&w->item);
    if (!value ||
        json_dump_callback(value, collect, &w->item, JSON_ENCODE_ANY | JSON_COMPACT) != 0) {
        return err_setf(w->err, RC_NOMEM, "no memory for a value of the document");
    }
    writer_raw(w->o, (const char *)w->item.data, w->item.size);
    return RC_OK;
}

void writer_key(struct writer *w, const char *key)
{
    writer_separate(w);
    out_text(w->o, "\"");
    out_text(w->o, key);
    out_text(w->o, "\": ");
}

enum rc writer_member(struct writer *w, const char *key, json_t *taken)
{
    writer_key(w, key);
    return writer_put(w, taken);
}

json_t *writer_text(sqlite3_stmt *q, int column)
{
    const char *s = (const char *)sqlite3_column_text(q, column);
    if (!s) {
        return json_null();
    }
    size_t n = (size_t)sqlite3_column_bytes(q, column);
    json_t *value = json_stringn(s, n);
    if (value) {
        return value;
    }
    AUTO(arena_freep) struct arena *a = arena_new(4 * n + 4096);
    bool changed = false;
    const char *valid = a ? utf8_repair(a, s, n, &changed) : NULL;
    return valid ? json_string(valid) : NULL;
}

json_t *writer_embedded(sqlite3_stmt *q, int column)
{
    const char *s = (const char *)sqlite3_column_text(q, column);
    json_t *value = s ? json_loads(s, JSON_ALLOW_NUL | JSON_DECODE_ANY, NULL) : NULL;
    return value ? value : writer_text(q, column);
}

json_t *writer_both(sqlite3_stmt *q, int column)
{
    if (sqlite3_column_type(q, column) == SQLITE_NULL &&
        sqlite3_column_type(q, column + 1) == SQLITE_NULL) {
        return json_null();
    }
    return json_pack("{s:o, s:o}", "en", writer_text(q, column), "ja", writer_text(q, column + 1));
}

json_t *writer_cell(sqlite3_stmt *q, int column)
{
    switch (sqlite3_column_type(q, column)) {
    case SQLITE_INTEGER:
        return json_integer(sqlite3_column_int64(q, column));
    case SQLITE_FLOAT:
        return json_real(sqlite3_column_double(q, column));
    case SQLITE_NULL:
        return json_null();
    default:
        return writer_text(q, column);
    }
}

json_t *writer_row(sqlite3_stmt *q)
{
    json_t *object = json_object();
    for (int i = 0; object && i < sqlite3_column_count(q); i++) {
        if (json_object_set_new(object, sqlite3_column_name(q, i), writer_cell(q, i)) != 0) {
            json_decref(object);
            return NULL;
        }
    }
    return object;
}

enum rc writer_rows(struct writer *w, sqlite3 *db, const char *key, const char *sql,
                    int64_t check_no, json_t *(*make)(sqlite3_stmt *q))
{
    AUTO(query_done) sqlite3_stmt *q = NULL;
    TRY(query_open(db, sql, &q, w->err));
    if (check_no >= 0 && sqlite3_bind_int64(q, 1, check_no) != SQLITE_OK) {
        return err_setf(w->err, RC_BUG, "a query of the document takes no check");
    }
    writer_key(w, key);
    out_text(w->o, "[");
    w->first = true;
    for (bool row = true;;) {
        TRY(query_next(q, &row, w->err));
        if (!row) {
            break;
        }
        writer_separate(w);
        TRY(writer_put(w, make(q)));
    }
    out_text(w->o, "]");
    w->first = false;
    return RC_OK;
}

enum rc writer_pairs(struct writer *w, sqlite3 *db, const char *key, const char *sql,
                     int64_t check_no)
{
    AUTO(query_done) sqlite3_stmt *q = NULL;
    AUTO(auto_json) json_t *object = json_object();
    TRY(query_open(db, sql, &q, w->err));
    if (check_no >= 0 && sqlite3_bind_int64(q, 1, check_no) != SQLITE_OK) {
        return err_setf(w->err, RC_BUG, "a query of the document takes no check");
    }
    for (bool row = true;;) {
        TRY(query_next(q, &row, w->err));
        if (!row) {
            break;
        }
        if (json_object_set_new(object, query_text(q, 0), writer_cell(q, 1)) != 0) {
            return err_setf(w->err, RC_NOMEM, "no memory for the document");
        }
    }
    return writer_member(w, key, json_incref(object));
}
