/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Asserts over CUnit that print both values, and the main of a test executable. A test file lists its tests once:
 *
 *   #define TESTS(X) X(reads_a_record) X(refuses_a_short_one)
 *   T_MAIN("regpol", TESTS)
 *
 * Every test is a static function, so that one that is missing from the list does not compile under -Werror. */
#ifndef TESTS_SUPPORT_T_H
#define TESTS_SUPPORT_T_H

#include <CUnit/CUnit.h>
#include <inttypes.h>
#include <stdbool.h>
#include <stdint.h>
#include <string.h>

void t_fail(const char *file, unsigned line, const char *fmt, ...)
    __attribute__((format(printf, 3, 4)));
void t_pass(unsigned line);

#define T_OK(cond) ((cond) ? t_pass(__LINE__) : t_fail(__FILE__, __LINE__, "not true: %s", #cond))
#define T_EQ_I(got, want)                                                                \
    do {                                                                                 \
        int64_t g_ = (int64_t)(got), w_ = (int64_t)(want);                               \
        if (g_ == w_) {                                                                  \
            t_pass(__LINE__);                                                            \
        } else {                                                                         \
            t_fail(__FILE__, __LINE__, "%s is %" PRId64 ", not %" PRId64, #got, g_, w_); \
        }                                                                                \
    } while (0)
#define T_EQ_S(got, want)                                                                    \
    do {                                                                                     \
        const char *g_ = (got), *w_ = (want);                                                \
        if (g_ && w_ && strcmp(g_, w_) == 0) {                                               \
            t_pass(__LINE__);                                                                \
        } else {                                                                             \
            t_fail(__FILE__, __LINE__, "%s is \"%s\", not \"%s\"", #got, g_ ? g_ : "(null)", \
                   w_ ? w_ : "(null)");                                                      \
        }                                                                                    \
    } while (0)
#define T_HAS(text, part)                                                                         \
    do {                                                                                          \
        const char *t_ = (text), *p_ = (part);                                                    \
        if (t_ && strstr(t_, p_)) {                                                               \
            t_pass(__LINE__);                                                                     \
        } else {                                                                                  \
            t_fail(__FILE__, __LINE__, "\"%s\" does not contain \"%s\"", t_ ? t_ : "(null)", p_); \
        }                                                                                         \
    } while (0)

struct t_case {
    const char *name;
    void (*run)(void);
};

/* Runs the cases as one CUnit suite; not 0 when one failed, the suite could not start or nothing ran. An argument runs only
 * the cases whose name contains it. */
int t_main(int argc, char **argv, const char *suite, const struct t_case *cases, size_t count);

#define T_CASE(name) { #name, name },
#define T_MAIN(suite, list)                                                        \
    int main(int argc, char **argv)                                                \
    {                                                                              \
        static const struct t_case cases[] = { list(T_CASE) };                     \
        return t_main(argc, argv, suite, cases, sizeof(cases) / sizeof(cases[0])); \
    }

/* Reads a whole file into malloc'd memory (NUL added); NULL when it is not there. free() it. */
uint8_t *t_read_file(const char *path, size_t *ret_size);

/* "../shared/data/<path>" from the source tree, or NULL when the file is not there; static buffer. */
const char *t_shared(const char *path);

/* Calls fn with every truncation of data and with bit flips (deterministic, at most max_flips); counts accepted and refused.
 * fn returns true when it accepted the bytes. The caller asserts that some were refused and, of the original, accepted. */
void t_mutate(const uint8_t *data, size_t size, size_t max_flips,
              bool (*fn)(const uint8_t *p, size_t n, void *context), void *context,
              size_t *ret_accepted, size_t *ret_refused);

#endif
