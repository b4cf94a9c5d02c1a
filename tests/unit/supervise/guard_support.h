/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A logon guard in a folder of its own, for tests. */
#ifndef TESTS_SUPERVISE_GUARD_SUPPORT_H
#define TESTS_SUPERVISE_GUARD_SUPPORT_H

#include "audit/supervise/guard.h"
#include "tests/support/t.h"

extern char guard_directory[64], guard_path[96];

void guard_place(void);           /* makes the folder */
void guard_displace(void);        /* removes it; nothing but the guard may be there */
struct guard *guard_opened(void); /* never NULL */

/* guard_enter without its reason. */
enum guard_answer guard_try(struct guard *g, const char *target, unsigned *slot);

#endif
