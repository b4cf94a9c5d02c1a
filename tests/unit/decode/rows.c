/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "rows.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static enum rc put(struct row_sink *sink, const struct row *row, struct err *err)
{
    struct rows *r = (struct rows *)(void *)sink;
    struct err why;
    if (r->fail_after > 0 && r->count >= r->fail_after) {
        return err_setf(err, RC_IO, "the sink is full");
    }
    if (row_check(row, &why) != RC_OK) {
        r->refused++;
        memcpy(r->refusal, why.msg, sizeof(r->refusal));
        return RC_OK;
    }
    if (r->count == r->room) {
        size_t room = r->room ? r->room * 2 : 64;
        struct row *more = realloc(r->rows, room * sizeof(*more));
        if (!more) {
            return err_setf(err, RC_NOMEM, "no memory for a test row");
        }
        r->rows = more;
        r->room = room;
    }
    struct row *copy = &r->rows[r->count++];
    memset(copy, 0, sizeof(*copy));
    copy->table = row->table;
    for (size_t i = 0; i < row_catalogue(row->table)->count; i++) {
        copy->v[i] = row->v[i];
        if (row->v[i].kind == ROW_STRING) {
            char *text = malloc(row->v[i].size + 1);
            if (!text) {
                abort();
            }
            memcpy(text, row->v[i].text, row->v[i].size);
            text[row->v[i].size] = '\0';
            copy->v[i].text = text;
        }
    }
    return RC_OK;
}

void rows_init(struct rows *r)
{
    memset(r, 0, sizeof(*r));
    r->sink.put = put;
}

void rows_clear(struct rows *r)
{
    for (size_t i = 0; i < r->count; i++) {
        for (size_t k = 0; k < ROW_MAX_COLUMNS; k++) {
            if (r->rows[i].v[k].kind == ROW_STRING) {
                free((void *)(uintptr_t)r->rows[i].v[k].text);
            }
        }
    }
    r->count = 0;
    r->refused = 0;
}

void rows_done(struct rows *r)
{
    rows_clear(r);
    free(r->rows);
    r->rows = NULL;
}

size_t rows_count(const struct rows *r, enum row_table table)
{
    size_t n = 0;
    for (size_t i = 0; i < r->count; i++) {
        n += r->rows[i].table == table;
    }
    return n;
}

const struct row *rows_find2(const struct rows *r, enum row_table table, int column,
                             const char *text, int column2, const char *text2)
{
    for (size_t i = r->count; i > 0; i--) {
        const struct row *row = &r->rows[i - 1];
        if (row->table == table && (column < 0 || strcmp(cell(row, column), text) == 0) &&
            (column2 < 0 || strcmp(cell(row, column2), text2) == 0)) {
            return row;
        }
    }
    return NULL;
}

const struct row *rows_find(const struct rows *r, enum row_table table, int column,
                            const char *text)
{
    return rows_find2(r, table, column, text, -1, NULL);
}

const char *cell(const struct row *row, int column)
{
    static char buffers[8][32];
    static size_t next;
    if (!row) {
        return "(no row)";
    }
    const struct row_value *v = &row->v[column];
    if (v->kind == ROW_STRING) {
        return v->text;
    }
    if (v->kind == ROW_NULL) {
        return "NULL";
    }
    char *buf = buffers[next++ % 8];
    (void)snprintf(buf, sizeof(buffers[0]), "%" PRId64, v->number);
    return buf;
}

static int nibble(char c)
{
    return c <= '9' ? c - '0' : (c | 0x20) - 'a' + 10;
}

const struct entry *build_entry(struct built_entry *b, const char *dn, const char *text)
{
    size_t used = 0, value = 0, count = 0;
    memset(b, 0, sizeof(*b));
    while (*text) {
        size_t line = strcspn(text, "\n");
        size_t name = strcspn(text, ":");
        bool is_hex = text[name + 1] == ':';
        const char *data = text + name + (is_hex ? 3 : 2);
        size_t n = (size_t)(text + line - data);
        char *name_copy = (char *)b->bytes + used;
        memcpy(name_copy, text, name);
        used += name + 1;
        uint8_t *p = b->bytes + used;
        if (is_hex) {
            n /= 2;
            for (size_t i = 0; i < n; i++) {
                p[i] = (uint8_t)(nibble(data[2 * i]) << 4 | nibble(data[2 * i + 1]));
            }
        } else {
            memcpy(p, data, n);
        }
        used += n + 1;
        b->values[value] = (struct entry_value){ p, n };
        if (count > 0 && strcmp(b->attributes[count - 1].name, name_copy) == 0) {
            b->attributes[count - 1].count++;
        } else {
            b->attributes[count++] = (struct entry_attribute){ .name = name_copy,
                                                               .values = &b->values[value],
                                                               .count = 1 };
        }
        value++;
        text += line + (text[line] == '\n');
    }
    b->entry = (struct entry){ .dn = dn, .attributes = b->attributes, .count = count };
    return &b->entry;
}
