/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The lines of a Windows text file as UTF-8, whatever it was written in: UTF-16 or UTF-8 with or without a byte order mark, or
 * a code page of its system. One line is in memory at a time, so that a large file costs no more than a small one. */
#ifndef DECODE_FORMAT_TEXT_H
#define DECODE_FORMAT_TEXT_H

#include "audit/base/err.h"
#include "audit/base/rd.h"
#include "audit/base/wr.h"

#define TEXT_LINE_MAX 1048576U /* bytes of a line, as it is in the file */

enum text_encoding {
    TEXT_UTF8, /* ASCII too */
    TEXT_UTF16LE,
    TEXT_UTF16BE,
    TEXT_ANSI
};

struct text {
    struct rd r;
    enum text_encoding encoding;
    unsigned code_page; /* of TEXT_ANSI */
    struct wr line;     /* the current line */
    uint32_t number;    /* of the current line, from 1 */
    bool has_cr;        /* the current line ended in CR LF */
    bool is_changed;    /* somewhere a character could not be understood; it became U+FFFD */
};

/* Loads the converters of the code pages, which are files, once a process; call it in worker_role.prepare. Without it every
 * character beyond ASCII of a code page becomes U+FFFD. RC_UNSUPPORTED when this machine has none for 932 or 1252. */
MUST_USE enum rc text_prepare(struct err *err);

/* Finds out how the bytes are written; they are borrowed. code_page: of bytes that are neither UTF-16 nor UTF-8, such as 932;
 * 0 or one that is not known = 932 where they are Japanese in it, else 1252. Looks at each byte once. End with text_close. */
void text_open(struct text *t, const void *data, size_t n, unsigned code_page);
void text_close(struct text *t); /* also for AUTO() */

/* The next line without its end (LF or CR LF), NUL-terminated, borrowed until the next call. A NUL inside becomes U+2400.
 * RC_ABSENT after the last; RC_LIMIT for a line above TEXT_LINE_MAX, which is passed over: go on with the next; RC_NOMEM. */
MUST_USE enum rc text_next(struct text *t, const char **ret, size_t *ret_size, struct err *err);

/* Appends bytes of a code page to out as UTF-8, as text_next does. False when some could not be understood. */
bool text_from_code_page(unsigned code_page, const void *data, size_t n, struct wr *out);

/* Appends n bytes that are written so to out as UTF-8, as text_next does; code_page is of TEXT_ANSI. False when some could not be
 * understood. Who has a file in pieces must not cut inside a character. */
bool text_convert(enum text_encoding encoding, unsigned code_page, const void *data, size_t n,
                  struct wr *out);

/* Appends valid UTF-8 to out as UTF-16LE, without a NUL. */
void text_to_utf16(const char *s, size_t n, struct wr *out);

/* The part of s[0..*n) without blanks at both ends; *n becomes its length. */
const char *text_trim(const char *s, size_t *n);

#endif
