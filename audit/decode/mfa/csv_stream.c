/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "audit/decode/mfa/csv_stream.h"

#include <string.h>
#include <strings.h>

#include "audit/base/utf.h"

enum state {
    CELL_START,
    EQUALS, /* an equals sign began the cell, which may be a spreadsheet's way to keep zeros */
    PLAIN,
    QUOTED,
    QUOTE /* a quote inside quotes: one of two, or the last */
};

#define END (-1)

static enum rc fill(struct csv_stream *c, struct err *err)
{
    size_t n = 0;
    if (c->p < c->end) {
        return RC_OK;
    }
    TRY(text_stream_next(c->text, &c->p, &n, err));
    c->end = c->p + n;
    return RC_OK;
}

/* The separator that the first line has most of. */
static void find_separator(struct csv_stream *c)
{
    static const char candidates[] = { ',', ';', '\t' };
    size_t counts[sizeof(candidates)] = { 0 }, best = 0;
    bool is_quoted = false, has_text = false;
    for (const char *p = c->p; p < c->end; p++) {
        is_quoted = is_quoted != (*p == '"');
        if (!is_quoted && (*p == '\n' || *p == '\r')) {
            if (has_text) {
                break;
            }
            continue;
        }
        has_text = true;
        for (size_t i = 0; !is_quoted && i < sizeof(candidates); i++) {
            counts[i] += *p == candidates[i];
        }
    }
    for (size_t i = 1; i < sizeof(candidates); i++) {
        best = counts[i] > counts[best] ? i : best;
    }
    c->separator = candidates[best];
}

enum rc csv_stream_init(struct csv_stream *c, struct text_stream *text, struct err *err)
{
    *c = (struct csv_stream){ .text = text };
    wr_init(&c->buf, 2U * CSV_RECORD_MOST);
    TRY(fill(c, err));
    if (c->end - c->p >= 5 && strncasecmp(c->p, "sep=", 4) == 0 &&
        (c->p[4] == ',' || c->p[4] == ';' || c->p[4] == '\t')) {
        c->separator = c->p[4];
        c->p += 5;
        return RC_OK;
    }
    find_separator(c);
    return RC_OK;
}

void csv_stream_done(struct csv_stream *c)
{
    wr_done(&c->buf);
}

static enum rc next_char(struct csv_stream *c, int *ret, struct err *err)
{
    if (c->p == c->end) {
        TRY(fill(c, err));
    }
    *ret = c->p < c->end ? (unsigned char)*c->p++ : END;
    return RC_OK;
}

static void put(struct csv_stream *c, int byte)
{
    if (c->buf.size >= CSV_RECORD_MOST) {
        c->is_long = true;
    } else if (byte == 0) {
        wr_text(&c->buf, "\xef\xbf\xbd");
    } else {
        wr_u8(&c->buf, (uint8_t)byte);
    }
}

static void end_cell(struct csv_stream *c)
{
    wr_u8(&c->buf, 0);
    if (c->count + 1 >= CSV_CELLS_MOST) {
        c->is_long = true;
        return;
    }
    c->starts[++c->count] = c->buf.size;
}

static enum state step(struct csv_stream *c, enum state state, int byte)
{
    switch (state) {
    case QUOTED:
        if (byte == '"') {
            return QUOTE;
        }
        put(c, byte);
        return QUOTED;
    case QUOTE:
        put(c, byte);
        return byte == '"' ? QUOTED : PLAIN;
    case CELL_START:
        if (byte == ' ' || byte == '"' || byte == '=') {
            return byte == ' ' ? CELL_START : byte == '"' ? QUOTED : EQUALS;
        }
        put(c, byte);
        return PLAIN;
    case EQUALS:
        if (byte == '"') {
            return QUOTED;
        }
        put(c, '=');
        put(c, byte);
        return PLAIN;
    case PLAIN:
    default:
        put(c, byte);
        return PLAIN;
    }
}

/* One record's bytes; *ret_any tells that there was at least a line end. */
static enum rc read_record(struct csv_stream *c, bool *ret_any, struct err *err)
{
    enum state state = CELL_START;
    int byte = 0;
    for (;;) {
        TRY(next_char(c, &byte, err));
        bool was_cr = c->was_cr;
        c->was_cr = byte == '\r' && state != QUOTED;
        if (was_cr && byte == '\n' && !*ret_any) {
            continue;
        }
        bool is_end = byte == END || (state != QUOTED && (byte == '\n' || byte == '\r'));
        if (state == EQUALS && (is_end || byte == c->separator)) {
            put(c, '=');
        }
        if (is_end) {
            *ret_any = *ret_any || byte != END;
            c->is_open = byte == END;
            c->in_quotes = byte == END && state == QUOTED;
            end_cell(c);
            return RC_OK;
        }
        *ret_any = true;
        if (state != QUOTED && byte == c->separator) {
            end_cell(c);
            state = CELL_START;
        } else {
            state = step(c, state, byte);
        }
        if (c->is_long && state == QUOTED) {
            state = PLAIN; /* a quote that nobody closed: it must not take the rest of the file */
        }
    }
}

/* Invalid bytes become question marks, blanks at both ends go, an ideographic one too. */
static const char *tidy(char *s)
{
    size_t n = strlen(s);
    if (!utf8_valid(s, n)) {
        for (size_t i = 0; i < n;) {
            uint32_t cp = 0;
            size_t len = utf8_next(s + i, n - i, &cp);
            s[i] = len > 0 ? s[i] : '?';
            i += len > 0 ? len : 1;
        }
    }
    for (;;) {
        if (n > 0 && strchr(" \t\r\n", s[n - 1])) {
            s[--n] = '\0';
        } else if (n >= 3 && memcmp(s + n - 3, "\xe3\x80\x80", 3) == 0) {
            s[n -= 3] = '\0';
        } else {
            break;
        }
    }
    while (*s && (strchr(" \t\r\n", *s) || strncmp(s, "\xe3\x80\x80", 3) == 0)) {
        size_t skip = *s == '\xe3' ? 3 : 1;
        s += skip;
        n -= skip;
    }
    if (n >= 3 && s[0] == '=' && s[1] == '"' && s[n - 1] == '"') {
        s[n - 1] = '\0';
        s += 2;
    }
    return s;
}

/* Spreadsheets leave rows of nothing but separators below a table. */
static bool is_empty(const struct csv_stream *c)
{
    for (size_t i = 0; i < c->count; i++) {
        if (c->cells[i][0] != '\0') {
            return false;
        }
    }
    return !c->is_long;
}

enum rc csv_stream_next(struct csv_stream *c, bool *ret_has, struct err *err)
{
    do {
        bool any = false;
        wr_clear(&c->buf);
        c->count = 0;
        c->starts[0] = 0;
        c->is_long = false;
        *ret_has = false;
        TRY(read_record(c, &any, err));
        if (c->buf.bad) {
            return err_setf(err, RC_NOMEM, "out of memory");
        }
        if (!any) {
            return RC_OK;
        }
        for (size_t i = 0; i < c->count; i++) {
            c->cells[i] = tidy((char *)c->buf.data + c->starts[i]);
        }
    } while (is_empty(c));
    *ret_has = true;
    return RC_OK;
}
