/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "audit/decode/mfa/text_stream.h"

#include <stdlib.h>
#include <string.h>

#include "audit/base/utf.h"

#define PIECE  (256U * 1024)
#define LOOK   8192U /* bytes that tell UTF-16 without a mark */
#define DAMAGE 8U    /* so many characters of UTF-8 stand for one byte that is none */

static bool is_zero(const uint8_t *p, size_t n)
{
    return n > 0 && p[0] == 0 && memcmp(p, p + 1, n - 1) == 0;
}

/* Fills room from the offset on. Holes are passed over, so that a disk's worth of them costs nothing. */
static enum rc read_piece(struct text_stream *s, uint8_t *to, size_t room, size_t *ret_got,
                          struct err *err)
{
    const struct evtx_source *source = s->source;
    for (;;) {
        size_t got = 0;
        TRY(source->read(source->context, s->offset, to, room, &got, err));
        s->offset += got;
        *ret_got = got;
        if (got < LOOK || !is_zero(to, got)) {
            return RC_OK;
        }
        s->has_holes = true;
        uint64_t next =
            source->next_data ? source->next_data(source->context, s->offset) : s->offset;
        s->offset = next > source->size ? source->size : next > s->offset ? next : s->offset;
    }
}

/* From the first byte beyond ASCII on; *ret_n is 0 when there is none. */
static enum rc find_sample(struct text_stream *s, size_t *ret_n, struct err *err)
{
    size_t got = 0;
    do {
        TRY(read_piece(s, s->buf, PIECE, &got, err));
        for (size_t i = 0; i < got; i++) {
            if (s->buf[i] >= 0x80) {
                s->offset -= got - i;
                return read_piece(s, s->buf, PIECE, ret_n, err);
            }
        }
    } while (got > 0);
    *ret_n = 0;
    return RC_OK;
}

/* One flipped bit must not turn a whole file into another code page. */
static bool is_mostly_utf8(const uint8_t *p, size_t n)
{
    size_t good = 0, bad = 0;
    for (size_t i = 0; i < n;) {
        uint32_t cp = 0;
        size_t len = p[i] < 0x80 ? 1 : utf8_next((const char *)p + i, n - i, &cp);
        good += len > 1;
        bad += len == 0 && n - i >= 4;
        i += len > 0 ? len : 1;
    }
    return good >= DAMAGE * bad;
}

static enum rc find_encoding(struct text_stream *s, size_t *ret_mark, struct err *err)
{
    struct text t AUTO(text_close);
    size_t got = 0, n = 0;
    *ret_mark = 0;
    TRY(s->source->read(s->source->context, 0, s->buf, LOOK, &got, err));
    text_open(&t, s->buf, got, 0);
    s->encoding = t.encoding;
    if (t.encoding == TEXT_UTF16LE || t.encoding == TEXT_UTF16BE) {
        *ret_mark = got >= 2 && (s->buf[0] == 0xff || s->buf[0] == 0xfe) ? 2 : 0;
        return RC_OK;
    }
    s->encoding = TEXT_UTF8;
    if (got >= 3 && memcmp(s->buf, "\xef\xbb\xbf", 3) == 0) {
        *ret_mark = 3;
        return RC_OK;
    }
    TRY(find_sample(s, &n, err));
    if (!is_mostly_utf8(s->buf, n)) {
        text_close(&t);
        text_open(&t, s->buf, n, 0);
        s->encoding = t.encoding == TEXT_ANSI ? TEXT_ANSI : TEXT_UTF8;
        s->code_page = t.code_page;
    }
    return RC_OK;
}

static enum rc begin(struct text_stream *s, const struct evtx_source *source, struct err *err)
{
    *s = (struct text_stream){ .source = source };
    wr_init(&s->out, 4U * PIECE);
    s->buf = malloc(PIECE);
    return s->buf ? RC_OK : err_setf(err, RC_NOMEM, "out of memory");
}

enum rc text_stream_init(struct text_stream *s, const struct evtx_source *source, struct err *err)
{
    TRY(begin(s, source, err));
    TRY(find_encoding(s, &s->mark, err));
    s->offset = s->mark;
    s->has_holes = false;
    return RC_OK;
}

enum rc text_stream_again(struct text_stream *s, const struct text_stream *like, struct err *err)
{
    TRY(begin(s, like->source, err));
    s->encoding = like->encoding;
    s->code_page = like->code_page;
    s->offset = s->mark = like->mark;
    return RC_OK;
}

void text_stream_done(struct text_stream *s)
{
    free(s->buf);
    wr_done(&s->out);
    *s = (struct text_stream){ 0 };
}

/* How many of n bytes are whole characters. */
static size_t whole_part(const struct text_stream *s, size_t n)
{
    if (s->encoding == TEXT_ANSI) {
        /* What is below 40h never is the second byte of a character. */
        size_t i = n;
        while (i > 0 && s->buf[i - 1] >= 0x40) {
            i--;
        }
        return i > 0 ? i : n;
    }
    size_t even = n - n % 2;
    uint8_t high = even >= 2 ? s->buf[s->encoding == TEXT_UTF16LE ? even - 1 : even - 2] : 0;
    return high >= 0xd8 && high < 0xdc && even > 2 ? even - 2 : even;
}

enum rc text_stream_next(struct text_stream *s, const char **ret, size_t *ret_size, struct err *err)
{
    size_t got = 0;
    *ret = (const char *)s->buf;
    *ret_size = 0;
    if (s->is_end) {
        return RC_OK;
    }
    TRY(read_piece(s, s->buf + s->kept, PIECE - s->kept, &got, err));
    s->is_end = got == 0;
    size_t have = s->kept + got;
    if (s->encoding == TEXT_UTF8) {
        *ret_size = have;
        return RC_OK;
    }
    size_t part = s->is_end ? have : whole_part(s, have);
    wr_clear(&s->out);
    (void)text_convert(s->encoding, s->code_page, s->buf, part, &s->out);
    if (s->out.bad) {
        return err_setf(err, RC_NOMEM, "out of memory");
    }
    s->kept = have - part;
    memmove(s->buf, s->buf + part, s->kept);
    *ret = (const char *)s->out.data;
    *ret_size = s->out.size;
    /* A lone first half of a character gives nothing yet, which is no end. */
    return s->out.size == 0 && !s->is_end ? text_stream_next(s, ret, ret_size, err) : RC_OK;
}

const char *text_stream_charset(const struct text_stream *s)
{
    switch (s->encoding) {
    case TEXT_UTF16LE:
        return "utf-16le";
    case TEXT_UTF16BE:
        return "utf-16be";
    case TEXT_ANSI:
        return s->code_page == 932 ? "cp932" : "cp1252";
    case TEXT_UTF8:
    default:
        return "utf-8";
    }
}
