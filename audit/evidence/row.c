/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "audit/evidence/row.h"

#include <string.h>

#include "audit/base/sid.h"
#include "audit/base/utf.h"

#define GUID      ROW_TYPE_GUID
#define SID       ROW_TYPE_SID
#define TEXT      ROW_TYPE_TEXT
#define LONG      ROW_TYPE_LONG
#define INT       ROW_TYPE_INT
#define BOOL      ROW_TYPE_BOOL
#define TIME      ROW_TYPE_TIME
#define NEED_MUST true
#define NEED_MAY  false

/* clang-format off */
#define ROW_COLUMN(name, column, type, need, doc) { column, type, NEED_##need, doc },
#define ROW_TABLE_COLUMNS(name, table, key, doc) \
    static const struct row_column columns_##name[] = { ROW_##name(ROW_COLUMN) }; \
    _Static_assert(ARRAY_LEN(columns_##name) <= ROW_MAX_COLUMNS, "raise ROW_MAX_COLUMNS for " table);
ROW_TABLES(ROW_TABLE_COLUMNS)

#define ROW_TABLE_ENTRY(name, table, key, doc) { table, key, doc, columns_##name, ARRAY_LEN(columns_##name) },
static const struct row_catalogue catalogue[ROW_TABLE_COUNT] = { ROW_TABLES(ROW_TABLE_ENTRY) };
/* clang-format on */

#undef GUID
#undef SID
#undef TEXT
#undef LONG
#undef INT
#undef BOOL
#undef TIME

const struct row_catalogue *row_catalogue(enum row_table table)
{
    return &catalogue[table < ROW_TABLE_COUNT ? table : 0];
}

void row_begin(struct row *row, enum row_table table)
{
    row->table = table;
    memset(row->v, 0, row_catalogue(table)->count * sizeof(row->v[0]));
}

/* The cell of a column; a column number that is not the table's spoils the row, so that row_check refuses it. */
static struct row_value *cell(struct row *row, int column)
{
    if (column < 0 || (size_t)column >= row_catalogue(row->table)->count) {
        row->table = ROW_TABLE_COUNT;
        return &row->v[0];
    }
    return &row->v[column];
}

void row_int(struct row *row, int column, int64_t value)
{
    *cell(row, column) = (struct row_value){ .kind = ROW_NUMBER, .number = value };
}

void row_bool(struct row *row, int column, bool value)
{
    row_int(row, column, value ? 1 : 0);
}

void row_text(struct row *row, int column, const char *text)
{
    row_textn(row, column, text, text ? strlen(text) : 0);
}

void row_textn(struct row *row, int column, const char *text, size_t size)
{
    struct row_value *v = cell(row, column);
    if (text) {
        *v = (struct row_value){ .kind = ROW_STRING, .text = text, .size = size };
    } else {
        *v = (struct row_value){ .kind = ROW_NULL };
    }
}

/* Valid UTF-8 without NUL; most text is ASCII, so eight bytes at a time are tried first. */
static bool text_valid(const char *s, size_t n)
{
    const uint64_t ones = UINT64_C(0x0101010101010101), high = UINT64_C(0x8080808080808080);
    size_t i = 0;
    while (n - i >= 8) {
        uint64_t x;
        memcpy(&x, s + i, 8);
        if (((x | (x - ones)) & high) != 0) {
            break;
        }
        i += 8;
    }
    while (i < n && s[i] > 0) {
        i++;
    }
    return i == n || utf8_valid(s + i, n - i);
}

static bool sid_valid(const struct row_value *v)
{
    char text[SID_TEXT_MAX];
    if (v->size >= sizeof(text) || memchr(v->text, 0, v->size)) {
        return false;
    }
    memcpy(text, v->text, v->size);
    text[v->size] = 0;
    return sid_text_valid(text);
}

static bool guid_valid(const struct row_value *v)
{
    char text[GUID_TEXT_MAX];
    if (v->size != sizeof(text) - 1) {
        return false;
    }
    memcpy(text, v->text, v->size);
    text[v->size] = 0;
    return guid_text_valid(text);
}

/* What is wrong with a value that is not NULL, or NULL. */
static const char *value_fault(enum row_type type, const struct row_value *v)
{
    bool is_string = v->kind == ROW_STRING;
    switch (type) {
    case ROW_TYPE_GUID:
        return is_string && guid_valid(v) ? NULL : "not a GUID";
    case ROW_TYPE_SID:
        return is_string && sid_valid(v) ? NULL : "not a SID";
    case ROW_TYPE_TEXT:
    case ROW_TYPE_LONG:
        if (!is_string) {
            return "not a text";
        }
        if (v->size > (type == ROW_TYPE_TEXT ? ROW_TEXT_MAX : ROW_LONG_MAX)) {
            return "too long";
        }
        return text_valid(v->text, v->size) ? NULL : "not UTF-8";
    case ROW_TYPE_INT:
        return !is_string ? NULL : "not a number";
    case ROW_TYPE_BOOL:
        return !is_string && (v->number == 0 || v->number == 1) ? NULL : "not 0 or 1";
    case ROW_TYPE_TIME:
        return !is_string && v->number >= 0 ? NULL : "not a time";
    default:
        return "of an unknown type";
    }
}

enum rc row_check(const struct row *row, struct err *err)
{
    if (row->table >= ROW_TABLE_COUNT) {
        return err_setf(err, RC_MALFORMED,
                        "row of an unknown table, or with a column that its table lacks");
    }
    const struct row_catalogue *t = &catalogue[row->table];
    for (size_t i = 0; i < t->count; i++) {
        const struct row_value *v = &row->v[i];
        const char *fault = NULL;
        if (v->kind == ROW_NULL) {
            fault = t->columns[i].must ? "missing" : NULL;
        } else {
            fault = value_fault(t->columns[i].type, v);
        }
        if (fault) {
            return err_setf(err, RC_MALFORMED, "%s.%s is %s", t->table, t->columns[i].name, fault);
        }
    }
    return RC_OK;
}

void row_write(struct wr *w, const struct row *row)
{
    const struct row_catalogue *t = row_catalogue(row->table);
    wr_u16be(w, (uint16_t)row->table);
    wr_u8(w, (uint8_t)t->count);
    for (size_t i = 0; i < t->count; i++) {
        const struct row_value *v = &row->v[i];
        wr_u8(w, (uint8_t)v->kind);
        if (v->kind == ROW_NUMBER) {
            wr_u64be(w, (uint64_t)v->number);
        } else if (v->kind == ROW_STRING) {
            wr_u32be(w, (uint32_t)v->size);
            wr_bytes(w, v->text, v->size);
        }
    }
}

/* Two's complement from the wire without an implementation-defined cast. */
static int64_t signed_from(uint64_t u)
{
    int64_t i;
    memcpy(&i, &u, sizeof(i));
    return i;
}

enum rc row_read(struct rd *r, struct row *ret_row, struct err *err)
{
    uint16_t table = rd_u16be(r);
    uint8_t count = rd_u8(r);
    if (r->bad) {
        return err_setf(err, RC_MALFORMED, "row ends early");
    }
    if (table >= ROW_TABLE_COUNT) {
        return err_setf(err, RC_MALFORMED, "row of unknown table %u", table);
    }
    const struct row_catalogue *t = &catalogue[table];
    if (count != t->count) {
        return err_setf(err, RC_MALFORMED, "row of %s has %u columns, not %zu", t->table, count,
                        t->count);
    }
    ret_row->table = (enum row_table)table;
    for (size_t i = 0; i < t->count && !r->bad; i++) {
        struct row_value v = { .kind = ROW_NULL };
        uint8_t kind = rd_u8(r);
        if (kind == ROW_NUMBER) {
            v.kind = ROW_NUMBER;
            v.number = signed_from(rd_u64be(r));
        } else if (kind == ROW_STRING) {
            v.kind = ROW_STRING;
            v.size = rd_u32be(r);
            v.text = (const char *)rd_bytes(r, v.size);
        } else if (kind != ROW_NULL) {
            rd_fail(r);
            return err_setf(err, RC_MALFORMED, "%s.%s is of unknown kind %u", t->table,
                            t->columns[i].name, kind);
        }
        ret_row->v[i] = v;
    }
    return r->bad ? err_setf(err, RC_MALFORMED, "row of %s ends early", t->table) : RC_OK;
}

static void write_key(struct wr *w, const char *key)
{
    wr_text(w, "    PRIMARY KEY(\"");
    for (const char *p = key; *p; p++) {
        if (*p == ',') {
            wr_text(w, "\", \"");
        } else if (*p != ' ') {
            wr_bytes(w, p, 1);
        }
    }
    wr_text(w, "\")\n");
}

void row_ddl(struct wr *w, enum row_table table)
{
    const struct row_catalogue *t = row_catalogue(table);
    wr_printf(w, "CREATE TABLE \"%s\"( -- %s\n", t->table, t->doc);
    for (size_t i = 0; i < t->count; i++) {
        const struct row_column *c = &t->columns[i];
        bool is_text = c->type <= ROW_TYPE_LONG;
        wr_printf(w, "    \"%s\" %s%s, -- %s\n", c->name, is_text ? "TEXT" : "INTEGER",
                  c->must ? " NOT NULL" : "", c->doc);
    }
    write_key(w, t->key);
    wr_text(w, ") STRICT;\n");
}
