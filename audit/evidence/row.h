/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Rows of evidence as collectors and decoders send them, and as the supervisor checks them. No SQLite here: this is the
 * half of evidence/ that the role executables link (library kagimori_row). The catalogue is rows.def. */
#ifndef EVIDENCE_ROW_H
#define EVIDENCE_ROW_H

#include "audit/base/err.h"
#include "audit/base/filetime.h"
#include "audit/base/rd.h"
#include "audit/base/wr.h"
#include "audit/evidence/rows.def"

enum row_table {
#define ROW_ENUM(name, table, key, doc) ROW_TABLE_##name,
    ROW_TABLES(ROW_ENUM)
#undef ROW_ENUM
    ROW_TABLE_COUNT
};

/* Column numbers of each table: ACCOUNT_GUID = 0, ACCOUNT_SID = 1, … */
#define ROW_ENUM(name, column, type, need, doc) name,
#define ROW_TABLE_ENUM(name, table, key, doc)   \
    enum {                                      \
        ROW_##name(ROW_ENUM) ROW_COLUMNS_##name \
    };
ROW_TABLES(ROW_TABLE_ENUM)
#undef ROW_TABLE_ENUM
#undef ROW_ENUM

enum row_type {
    ROW_TYPE_GUID,
    ROW_TYPE_SID,
    ROW_TYPE_TEXT,
    ROW_TYPE_LONG,
    ROW_TYPE_INT,
    ROW_TYPE_BOOL,
    ROW_TYPE_TIME
};

#define ROW_MAX_COLUMNS 48
#define ROW_TEXT_MAX    4096
#define ROW_LONG_MAX    65536

struct row_column {
    const char *name;
    enum row_type type;
    bool must;
    const char *doc;
};

struct row_catalogue {
    const char *table;
    const char *key; /* comma separated key columns */
    const char *doc;
    const struct row_column *columns;
    size_t count;
};

/* The catalogue entry of a table; never NULL for table < ROW_TABLE_COUNT. */
const struct row_catalogue *row_catalogue(enum row_table table);

struct row_value {
    enum {
        ROW_NULL,
        ROW_NUMBER,
        ROW_STRING
    } kind;

    int64_t number;
    const char *text; /* borrowed; not NUL-terminated */
    size_t size;
};

/* One row being built. Values borrow their text until the row is put. */
struct row {
    enum row_table table;
    struct row_value v[ROW_MAX_COLUMNS];
};

void row_begin(struct row *row, enum row_table table); /* all columns NULL */
void row_int(struct row *row, int column, int64_t value);
void row_bool(struct row *row, int column, bool value);
void row_text(struct row *row, int column, const char *text); /* NULL leaves the column NULL */
void row_textn(struct row *row, int column, const char *text, size_t size);

/* Where finished rows go: a frame to the supervisor in a role executable, a list in a test. */
struct row_sink {
    enum rc (*put)(struct row_sink *sink, const struct row *row, struct err *err);
};

static inline enum rc row_put(struct row_sink *sink, const struct row *row, struct err *err)
{
    return sink->put(sink, row, err);
}

/* Checks a row against the catalogue: needs, types, lengths, UTF-8, forms of SID and GUID. RC_MALFORMED names table and column. */
MUST_USE enum rc row_check(const struct row *row, struct err *err);

/* Wire form: u16 table | u8 columns | per column u8 kind and u64 or u32 length + bytes; big endian. Reader and writer
 * are each other's mirror. row_read borrows text from r and does not check beyond the wire (call row_check). */
void row_write(struct wr *w, const struct row *row);
MUST_USE enum rc row_read(struct rd *r, struct row *ret_row, struct err *err);

/* CREATE TABLE statement of a table, with its documentation as comments, appended to w. */
void row_ddl(struct wr *w, enum row_table table);

#endif
