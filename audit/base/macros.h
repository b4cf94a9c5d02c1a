/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The house macros; this is the whole list. Only TRY has control flow. */
#ifndef BASE_MACROS_H
#define BASE_MACROS_H

#include <stddef.h>
#include <unistd.h>

#define MUST_USE          __attribute__((warn_unused_result))
#define PRINTF_LIKE(f, a) __attribute__((format(printf, f, a)))
#define NORETURN          __attribute__((noreturn))
#define UNUSED            __attribute__((unused))
#define ARRAY_LEN(x)      (sizeof(x) / sizeof((x)[0]))

/* Runs fn(&variable) when the variable leaves its scope; only for local variables. */
#define AUTO(fn) __attribute__((cleanup(fn)))

static inline void auto_fd_close(int *fd)
{
    if (*fd >= 0) {
        (void)close(*fd);
    }
}

#define AUTO_FD AUTO(auto_fd_close)

/* Returns from the calling function with the code when expr is not RC_OK. */
#define TRY(expr)                 \
    do {                          \
        enum rc try_rc_ = (expr); \
        if (try_rc_ != RC_OK) {   \
            return try_rc_;       \
        }                         \
    } while (0)

#endif
