/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "tests/unit/supervise/guard_support.h"

#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

char guard_directory[64], guard_path[96];

void guard_place(void)
{
    (void)snprintf(guard_directory, sizeof(guard_directory), "/tmp/kagimori-guard-XXXXXX");
    T_OK(mkdtemp(guard_directory) != NULL);
    (void)snprintf(guard_path, sizeof(guard_path), "%s/%s", guard_directory, GUARD_NAME);
}

void guard_displace(void)
{
    (void)unlink(guard_path);
    T_EQ_I(rmdir(guard_directory), 0); /* nothing else was left there */
}

struct guard *guard_opened(void)
{
    struct guard *g = NULL;
    struct err err = { .rc = RC_OK };
    T_EQ_I(guard_open(guard_path, &g, &err), RC_OK);
    if (!g) {
        abort(); /* nothing below has a meaning */
    }
    return g;
}

enum guard_answer guard_try(struct guard *g, const char *target, unsigned *slot)
{
    const char *why = NULL;
    return guard_enter(g, target, slot, &why);
}
