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

/* First line of a file that must be a regular file of the caller with no rights for group and others. */
MUST_USE enum rc secret_from_file(const char *path, struct secret **ret, struct err *err);

/* First line of an open descriptor (a pipe, or fd 3 of the shell). */
MUST_USE enum rc secret_from_fd(int fd, struct secret **ret, struct err *err);

/* Asks on the terminal without echo; RC_USAGE when there is no terminal. */
MUST_USE enum rc secret_from_prompt(const char *question, struct secret **ret, struct err *err);

#endif
