/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A row sink that keeps every row and refuses one that the supervisor would refuse; entries built from literals. */
#ifndef TESTS_UNIT_DECODE_ROWS_H
#define TESTS_UNIT_DECODE_ROWS_H

#include "audit/decode/entry.h"

struct rows {
    struct row_sink sink;
    struct row *rows; /* deep copies */
    size_t count;
    size_t room;
    size_t refused;    /* rows that row_check did not accept */
    size_t fail_after; /* the sink fails from this row on; 0 = never */
    char refusal[480];
};

void rows_init(struct rows *r);
void rows_done(struct rows *r);
void rows_clear(struct rows *r);

/* How many rows of a table there are, and the last one whose column is the text (column -1: any). NULL when there is none. */
size_t rows_count(const struct rows *r, enum row_table table);
const struct row *rows_find(const struct rows *r, enum row_table table, int column,
                            const char *text);

/* The row that stands after replacement: the last with the same keys wins; same as rows_find with two columns. */
const struct row *rows_find2(const struct rows *r, enum row_table table, int column,
                             const char *text, int column2, const char *text2);

/* Cell of a row as text, "NULL" for NULL; buffers rotate. */
const char *cell(const struct row *row, int column);

/* Builds an entry: attributes from the text "name: value\n…"; "name:: 0123ab" is hexadecimal; a name may repeat. */
struct built_entry {
    struct entry entry;
    struct entry_attribute attributes[64];
    struct entry_value values[256];
    uint8_t bytes[65536];
};

const struct entry *build_entry(struct built_entry *b, const char *dn, const char *text);

#endif
