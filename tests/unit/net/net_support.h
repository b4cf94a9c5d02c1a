/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Golden messages of the network probes: tests/golden/net, captured from real servers (README there). */
#ifndef TESTS_UNIT_NET_SUPPORT_H
#define TESTS_UNIT_NET_SUPPORT_H

#include <stdlib.h>

#include "audit/base/macros.h"
#include "audit/base/rd.h"
#include "tests/support/t.h"

/* A golden file; heap, or NULL with a failed assertion. */
static inline uint8_t *golden(const char *name, size_t *ret_size)
{
    char path[512];
    (void)snprintf(path, sizeof(path), "%s/tests/golden/net/%s", SOURCE_DIR, name);
    uint8_t *p = t_read_file(path, ret_size);
    T_OK(p != NULL);
    return p;
}

/* Feeds every truncation and a thousand bit flips to a parser; it must take some and refuse some. */
static inline void mutate(const uint8_t *p, size_t n,
                          bool (*parse)(const uint8_t *p, size_t n, void *context))
{
    size_t accepted = 0, refused = 0;
    T_OK(parse(p, n, NULL));
    t_mutate(p, n, 1000, parse, NULL, &accepted, &refused);
    T_OK(accepted > 0);
    T_OK(refused > 0);
}

#endif
