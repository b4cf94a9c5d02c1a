/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "audit/collect/net/http.h"

#include <stdio.h>
#include <string.h>
#include <strings.h>

#include "audit/base/num.h"
#include "audit/collect/net/text.h"

#define SCHEME_MAX  32
#define SCHEMES_MAX 16

static bool is_token(char c)
{
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
           (c != '\0' && strchr("!#$%&'*+-.^_`|~", c) != NULL);
}

static bool is_space(char c)
{
    return c == ' ' || c == '\t';
}

/* Puts a word into the sorted list unless it is there. */
static void add_scheme(char *out, size_t size, const char *word)
{
    char list[SCHEMES_MAX][SCHEME_MAX];
    size_t count = 0, used = 0;
    const char *p = out;
    while (*p && count < SCHEMES_MAX) {
        size_t n = strcspn(p, ",");
        (void)snprintf(list[count++], SCHEME_MAX, "%.*s", (int)n, p);
        p += n + (p[n] == ',');
    }
    size_t at = 0;
    while (at < count && strcmp(list[at], word) < 0) {
        at++;
    }
    if (count == SCHEMES_MAX || strlen(out) + strlen(word) + 2 > size ||
        (at < count && strcmp(list[at], word) == 0)) {
        return;
    }
    for (size_t i = 0; i <= count; i++) {
        const char *next = i < at ? list[i] : i == at ? word : list[i - 1];
        used += (size_t)snprintf(out + used, size - used, "%s%s", i ? "," : "", next);
    }
}

/* Skips to the comma that ends a challenge or parameter; commas inside quotes do not count. */
static size_t skip_to_comma(const char *s, size_t n, size_t i)
{
    bool is_quoted = false;
    for (; i < n && (is_quoted || s[i] != ','); i++) {
        if (is_quoted && s[i] == '\\' && i + 1 < n) {
            i++;
        } else if (s[i] == '"') {
            is_quoted = !is_quoted;
        }
    }
    return i;
}

void http_add_schemes(char *out, size_t size, const char *value, size_t n)
{
    for (size_t i = 0; i < n; i++) {
        while (i < n && (is_space(value[i]) || value[i] == ',')) {
            i++;
        }
        size_t start = i;
        while (i < n && is_token(value[i])) {
            i++;
        }
        size_t length = i - start, next = i;
        while (next < n && is_space(value[next])) {
            next++;
        }
        /* "name=" begins a parameter of the challenge before it; a word alone or before a space is a scheme. */
        bool is_parameter = next < n && value[next] == '=';
        if (length > 0 && length < SCHEME_MAX && !is_parameter &&
            (i == n || is_space(value[i]) || value[i] == ',')) {
            char word[SCHEME_MAX];
            for (size_t k = 0; k < length; k++) {
                char c = value[start + k];
                word[k] = c >= 'A' && c <= 'Z' ? (char)(c + ('a' - 'A')) : c;
            }
            word[length] = '\0';
            add_scheme(out, size, word);
        }
        i = skip_to_comma(value, n, i);
    }
}

bool http_has_scheme(const char *list, const char *word)
{
    size_t length = strlen(word);
    for (const char *p = list; *p;) {
        size_t n = strcspn(p, ",");
        if (n == length && memcmp(p, word, n) == 0) {
            return true;
        }
        p += n + (p[n] == ',');
    }
    return false;
}

/* The next line without its end; false when there is none. Bare line feeds end lines too (RFC 9112 2.2). */
static bool next_line(const char *s, size_t n, size_t *at, const char **ret, size_t *ret_size)
{
    const char *end = memchr(s + *at, '\n', n - *at);
    if (!end) {
        return false;
    }
    size_t size = (size_t)(end - (s + *at));
    *ret = s + *at;
    *at += size + 1;
    *ret_size = size > 0 && (*ret)[size - 1] == '\r' ? size - 1 : size;
    return true;
}

/* "HTTP/1.1 401 Unauthorized" */
static bool read_status(const char *line, size_t n, unsigned *ret)
{
    uint32_t status = 0;
    if (n < 12 || memcmp(line, "HTTP/1.", 7) != 0 || line[8] != ' ' ||
        !num_u32(line + 9, 3, &status) || status < 100 || status > 599 ||
        (n > 12 && line[12] != ' ')) {
        return false;
    }
    *ret = status;
    return true;
}

static bool is_named(const char *line, size_t name, const char *wanted)
{
    return name == strlen(wanted) && strncasecmp(line, wanted, name) == 0;
}

/* True when word is among the comma separated ones of a value, in any case. */
static bool has_word(const char *value, size_t n, const char *word)
{
    size_t length = strlen(word);
    for (size_t i = 0; i + length <= n; i++) {
        if (strncasecmp(value + i, word, length) == 0) {
            return true;
        }
    }
    return false;
}

static bool read_field(const char *line, size_t n, struct http_response *r)
{
    const char *colon = memchr(line, ':', n);
    if (!colon || colon == line) {
        return false;
    }
    size_t name = (size_t)(colon - line), at = name + 1;
    while (at < n && is_space(line[at])) {
        at++;
    }
    while (n > at && is_space(line[n - 1])) {
        n--;
    }
    const char *value = line + at;
    size_t size = n - at;
    if (is_named(line, name, "www-authenticate")) {
        http_add_schemes(r->schemes, sizeof(r->schemes), value, size);
    } else if (is_named(line, name, "server")) {
        (void)text_clean(r->server, sizeof(r->server), value, size);
    } else if (is_named(line, name, "content-type")) {
        r->is_soap = has_word(value, size, "application/soap+xml");
    } else if (is_named(line, name, "transfer-encoding")) {
        r->is_chunked = has_word(value, size, "chunked");
    } else if (is_named(line, name, "content-length")) {
        uint64_t length = 0;
        if (!num_u64(value, size, &length)) {
            return false;
        }
        r->has_length = true;
        r->length = length > HTTP_BODY_MAX ? HTTP_BODY_MAX + 1 : (size_t)length;
    }
    return true;
}

enum rc http_head_parse(const uint8_t *p, size_t n, struct http_response *ret, bool *ret_is_whole,
                        struct err *err)
{
    const char *s = (const char *)p, *line = NULL;
    struct http_response r = { 0 };
    size_t at = 0, size = 0, whole = n < HTTP_HEAD_MAX ? n : HTTP_HEAD_MAX;
    size_t compare = n < 7 ? n : 7;
    if (compare > 0 && memcmp(s, "HTTP/1.", compare) != 0) {
        return err_setf(err, RC_MALFORMED, "the answer is not HTTP");
    }
    bool is_first = true;
    while (whole > 0 && next_line(s, whole, &at, &line, &size)) {
        if (is_first && !read_status(line, size, &r.status)) {
            return err_setf(err, RC_MALFORMED, "the answer is not HTTP");
        }
        if (!is_first && size == 0) {
            r.head = at;
            *ret = r;
            *ret_is_whole = true;
            return RC_OK;
        }
        if (!is_first && !read_field(line, size, &r)) {
            return err_setf(err, RC_MALFORMED, "the answer has a malformed HTTP field");
        }
        is_first = false;
    }
    if (n >= HTTP_HEAD_MAX) {
        return err_setf(err, RC_MALFORMED, "the head of the HTTP answer is longer than %u KiB",
                        HTTP_HEAD_MAX / 1024);
    }
    *ret_is_whole = false;
    return RC_OK;
}

/* "1a;extension" */
static bool read_chunk_size(const char *line, size_t n, size_t *ret)
{
    size_t value = 0, digits = 0;
    for (; digits < n; digits++) {
        char c = line[digits];
        int v = c >= '0' && c <= '9'   ? c - '0'
                : c >= 'a' && c <= 'f' ? c - 'a' + 10
                : c >= 'A' && c <= 'F' ? c - 'A' + 10
                                       : -1;
        if (v < 0) {
            break;
        }
        value = value > HTTP_BODY_MAX ? value : value * 16 + (size_t)v;
    }
    *ret = value;
    return digits > 0 && (digits == n || line[digits] == ';' || is_space(line[digits]));
}

static enum rc read_chunks(const char *s, size_t n, bool is_closed, struct wr *body,
                           enum http_state *ret, struct err *err)
{
    size_t at = 0, size = 0, line_size = 0;
    const char *line = NULL;
    while (next_line(s, n, &at, &line, &line_size)) {
        if (!read_chunk_size(line, line_size, &size)) {
            return err_setf(err, RC_MALFORMED, "the answer has a malformed HTTP chunk");
        }
        if (size == 0) {
            *ret = HTTP_WHOLE; /* trailers are of no interest */
            return RC_OK;
        }
        if (body->size + size > HTTP_BODY_MAX) {
            *ret = HTTP_LONG;
            return RC_OK;
        }
        if (n - at < size + 1) {
            break;
        }
        wr_bytes(body, s + at, size);
        at += size;
        at += s[at] == '\r' && at + 1 < n;
        if (at < n && s[at] != '\n' && s[at] != '\r') {
            return err_setf(err, RC_MALFORMED, "the answer has a malformed HTTP chunk");
        }
        at += s[at] == '\n';
    }
    if (is_closed) {
        return err_setf(err, RC_MALFORMED, "the HTTP answer is cut off");
    }
    *ret = n > HTTP_BODY_MAX ? HTTP_LONG : HTTP_MORE;
    return RC_OK;
}

enum rc http_body_parse(const struct http_response *r, const uint8_t *p, size_t n, bool is_closed,
                        struct wr *body, enum http_state *ret, struct err *err)
{
    const char *s = (const char *)p + r->head;
    size_t left = n - r->head;
    if (r->is_chunked) {
        return read_chunks(s, left, is_closed, body, ret, err);
    }
    bool is_endless = !r->has_length;
    size_t size = is_endless ? left : r->length;
    if (size > HTTP_BODY_MAX) {
        *ret = HTTP_LONG;
    } else if ((!is_endless && left >= size) || (is_endless && is_closed)) {
        wr_bytes(body, s, size);
        *ret = HTTP_WHOLE;
    } else if (is_closed) {
        return err_setf(err, RC_MALFORMED, "the HTTP answer is cut off");
    } else {
        *ret = HTTP_MORE;
    }
    return RC_OK;
}
