/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "audit/decode/mfa/json_stream.h"

#include <string.h>

enum level {
    LEVEL_ARRAY,  /* its objects are records */
    LEVEL_WRAPPER /* an object around such an array */
};

static bool is_wrapper_key(const struct json_stream *j)
{
    static const char *const keys[] = { "value", "response", "users", "data" };
    for (size_t i = 0; i < ARRAY_LEN(keys); i++) {
        if (strlen(keys[i]) == j->key_size && memcmp(keys[i], j->key, j->key_size) == 0) {
            return true;
        }
    }
    return false;
}

enum rc json_stream_init(struct json_stream *j, struct text_stream *text, struct err *err)
{
    (void)err;
    *j = (struct json_stream){ .text = text };
    wr_init(&j->buf, JSON_RECORD_MOST + 1);
    return RC_OK;
}

void json_stream_done(struct json_stream *j)
{
    wr_done(&j->buf);
}

static bool is_in_wrapper(const struct json_stream *j)
{
    return j->level > 0 && j->levels[j->level - 1] == LEVEL_WRAPPER;
}

/* Whether keys are looked at: of a record, or of a wrapper outside of what it holds besides. */
static bool is_outermost(const struct json_stream *j)
{
    return j->in_record ? j->depth == 1 : is_in_wrapper(j) && j->depth == 0;
}

static void open_level(struct json_stream *j, enum level level)
{
    if (j->level == JSON_LEVELS_MOST) {
        j->is_broken = true;
        return;
    }
    j->levels[j->level++] = (uint8_t)level;
    j->has_key = j->has_colon = false;
}

/* A bracket inside a record, or inside of what a wrapper holds besides. True when the record ends with it. */
static bool inner_bracket(struct json_stream *j, char c)
{
    if (c == '[' && is_outermost(j) && j->has_key && j->has_colon && is_wrapper_key(j)) {
        if (j->in_record) {
            j->in_record = j->is_long = false;
            j->depth = 0;
            wr_clear(&j->buf);
            open_level(j, LEVEL_WRAPPER);
        }
        open_level(j, LEVEL_ARRAY);
        return false;
    }
    if (c == '{' || c == '[') {
        j->depth++;
        return false;
    }
    if (j->depth == 0) {
        j->is_broken = true; /* a wrapper that ends as an array does */
        return false;
    }
    j->depth--;
    j->has_key = j->has_colon = false;
    return j->in_record && j->depth == 0;
}

/* A bracket around records. */
static void outer_bracket(struct json_stream *j, char c)
{
    bool is_open = j->level > 0;
    j->in_stray = false;
    switch (c) {
    case '{':
        j->in_record = true;
        j->depth = 1;
        j->has_key = j->has_colon = false;
        wr_clear(&j->buf);
        break;
    case '[':
        open_level(j, LEVEL_ARRAY);
        break;
    default:
        j->is_broken = j->is_broken || !is_open || (c == '}') != is_in_wrapper(j);
        j->level -= is_open;
        break;
    }
}

/* What stands outside of strings; true when a record ends with it. */
static bool plain_char(struct json_stream *j, char c)
{
    bool is_inner = j->in_record || (is_in_wrapper(j) && (j->depth > 0 || c != '}'));
    switch (c) {
    case '"':
        j->in_string = true;
        j->is_key = is_outermost(j) && !j->has_colon;
        j->key_size = j->is_key ? 0 : j->key_size;
        break;
    case ':':
        j->has_colon = true;
        return false;
    case ',':
        j->has_key = j->has_colon = j->in_stray = false;
        return false;
    case ' ':
    case '\t':
    case '\r':
    case '\n':
        return false;
    case '{':
    case '}':
    case '[':
    case ']':
        if (is_inner) {
            return inner_bracket(j, c);
        }
        outer_bracket(j, c);
        return false;
    case '\xef':
    case '\xbb':
    case '\xbf':
        if (j->level == 0 && !is_inner) {
            return false; /* the mark of a file that was put behind another one */
        }
        break;
    default:
        break;
    }
    if (!is_inner && !j->in_stray) {
        j->in_stray = true;
        j->strays++;
        j->is_broken = j->is_broken || j->level == 0;
    }
    return false;
}

static void string_char(struct json_stream *j, char c)
{
    if (j->is_escaped) {
        j->is_escaped = false;
    } else if (c == '\\') {
        j->is_escaped = true;
    } else if (c == '"') {
        j->in_string = false;
        j->has_key = j->has_key || j->is_key;
        return;
    }
    if (j->is_key) {
        if (j->key_size < sizeof(j->key)) {
            j->key[j->key_size] = (uint8_t)c;
        }
        j->key_size++;
    }
}

/* Bytes that need no look: of a string that is no key. */
static size_t dull_run(const struct json_stream *j)
{
    size_t n = 0, have = (size_t)(j->end - j->p);
    if (!j->in_string || j->is_key || j->is_escaped) {
        return 0;
    }
    while (n < have && j->p[n] != '"' && j->p[n] != '\\') {
        n++;
    }
    return n;
}

static void keep(struct json_stream *j, const char *p, size_t n)
{
    if (!j->in_record || j->is_long) {
        return;
    }
    j->is_long = n > JSON_RECORD_MOST - j->buf.size;
    if (!j->is_long) {
        wr_bytes(&j->buf, p, n);
    }
}

/* Reads the piece until a record ends; true then. */
static bool scan(struct json_stream *j)
{
    while (j->p < j->end) {
        size_t n = dull_run(j);
        if (n > 0) {
            keep(j, j->p, n);
            j->p += n;
            continue;
        }
        char c = *j->p++;
        bool is_end = false;
        bool was_in = j->in_record;
        if (j->in_string) {
            string_char(j, c);
        } else {
            is_end = plain_char(j, c);
        }
        if (was_in || j->in_record) {
            keep(j, &c, 1);
        }
        if (is_end) {
            j->in_record = false;
            return true;
        }
    }
    return false;
}

enum rc json_stream_next(struct json_stream *j, const char **ret, size_t *ret_size, bool *ret_has,
                         struct err *err)
{
    size_t n = 0;
    *ret_has = false;
    for (;;) {
        if (scan(j)) {
            break;
        }
        TRY(text_stream_next(j->text, &j->p, &n, err));
        j->end = j->p + n;
        if (n == 0) {
            j->is_cut = j->in_record || j->level > 0 || j->in_string;
            return RC_OK;
        }
        if (j->buf.bad) {
            return err_setf(err, RC_NOMEM, "out of memory");
        }
    }
    *ret_has = true;
    *ret = j->is_long ? NULL : (const char *)j->buf.data;
    *ret_size = j->buf.size;
    j->is_long = false;
    return RC_OK;
}
