/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Secrets: locked memory, wiped when freed, no printf conversion, so that one cannot be logged by accident. */
#ifndef BASE_SECRET_H
#define BASE_SECRET_H

#include "audit/base/err.h"

struct secret; /* opaque: bytes, NUL-terminated for libraries that want a string */

#define SECRET_MAX 4096

MUST_USE struct secret *
secret_new(const void *bytes, size_t n); /* copies; NULL when memory is short or n > SECRET_MAX */
void secret_free(struct secret *s);      /* wipes */
void secret_freep(struct secret **s);    /* for AUTO() */
const char *secret_bytes(const struct secret *s); /* borrowed; NUL-terminated */
size_t secret_size(const struct secret *s);

/* Several secrets in one, for the one SECRET frame of a task: per part u16 big endian length and bytes, SECRET_MAX in all.
 * A part may be empty. RC_LIMIT when they do not fit. */
MUST_USE enum rc secret_pack(const struct secret *const *parts, size_t count, struct secret **ret,
                             struct err *err);

/* A copy of the part with the index, owned by the caller. RC_ABSENT past the end (a NULL pack has no parts), RC_MALFORMED when
 * any part of the pack is cut off. */
MUST_USE enum rc secret_unpack(const struct secret *pack, size_t index, struct secret **ret,
                               struct err *err);
size_t secret_pack_count(const struct secret *pack); /* 0 also for NULL and a broken pack */

/* First line of a file that must be a regular file of the caller with no rights for group and others. */
MUST_USE enum rc secret_from_file(const char *path, struct secret **ret, struct err *err);

/* First line of an open descriptor (a pipe, or fd 3 of the shell). */
MUST_USE enum rc secret_from_fd(int fd, struct secret **ret, struct err *err);

/* Asks on the terminal without echo; RC_USAGE when there is no terminal. */
MUST_USE enum rc secret_from_prompt(const char *question, struct secret **ret, struct err *err);

#define SECRET_LINES_MAX 64

/* Candidates, one a line (LF or CR LF), in their order; list has room for most (never more than SECRET_LINES_MAX are taken).
 * Empty lines and a byte order mark are passed over; a line that was there before is dropped and counted in *ret_dropped
 * (may be NULL). The caller frees each. RC_USAGE when there is none, there are too many, or a line is not UTF-8: one that
 * was typed in another encoding would be a wrong password, and count against a lockout threshold. */
MUST_USE enum rc secret_lines_from_fd(int fd, struct secret **list, size_t most, size_t *ret_count,
                                      size_t *ret_dropped, struct err *err);
/* As above; the file must be as private as that of secret_from_file. */
MUST_USE enum rc secret_lines_from_file(const char *path, struct secret **list, size_t most,
                                        size_t *ret_count, size_t *ret_dropped, struct err *err);
/* Asks again and again on the terminal without echo, until an empty line or the end of input. */
MUST_USE enum rc secret_lines_from_prompt(const char *question, struct secret **list, size_t most,
                                          size_t *ret_count, size_t *ret_dropped, struct err *err);
void secret_lines_free(struct secret **list, size_t count); /* each, not the list */

#endif
