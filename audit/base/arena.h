/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Arena: things that are born together die together. Every arena has a byte ceiling, so that a hostile
 * host cannot take the machine's memory. Not for secrets (see secret.h). */
#ifndef BASE_ARENA_H
#define BASE_ARENA_H

#include <stdarg.h>
#include <stdbool.h>

#include "audit/base/macros.h"

struct arena;

/* NULL when memory is short. ceiling in bytes; 0 means 64 MiB. Free with arena_free. */
MUST_USE struct arena *arena_new(size_t ceiling);
void arena_free(struct arena *a);
void arena_freep(struct arena **a); /* for AUTO() */

/* Forgets all allocations, keeps one block for reuse. */
void arena_reset(struct arena *a);

/* Zeroed memory aligned for any type, owned by the arena; NULL past the ceiling. */
MUST_USE void *arena_alloc(struct arena *a, size_t size);
MUST_USE void *arena_array(struct arena *a, size_t count, size_t size); /* checks the product */

/* NUL-terminated copies owned by the arena; NULL past the ceiling. */
MUST_USE char *arena_strndup(struct arena *a, const char *s, size_t n);
MUST_USE char *arena_strdup(struct arena *a, const char *s);
MUST_USE char *arena_printf(struct arena *a, const char *fmt, ...) PRINTF_LIKE(2, 3);

size_t arena_used(const struct arena *a);

#endif
