/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Content of the logon guard (guard.h): text of a fixed size, a line a slot, so that one write changes it and a person can
 * read it. Other processes and machines write it: whatever is not exactly what guard_file_write makes is refused. */
#ifndef SUPERVISE_GUARD_FILE_H
#define SUPERVISE_GUARD_FILE_H

#include <stddef.h>
#include <stdint.h>

#include "audit/base/err.h"
#include "audit/supervise/gate.h"

#define GUARD_SLOTS   GATE_REFUSALS_MAX
#define GUARD_LINE    384U
#define GUARD_SIZE    ((1U + GUARD_SLOTS) * GUARD_LINE)
#define GUARD_MACHINE 64U
#define GUARD_TARGET  240U

enum guard_kind {
    GUARD_FREE,
    GUARD_UNDER_WAY,
    GUARD_REFUSED,
    GUARD_INTERRUPTED, /* its process died, or cut it off, before it told: perhaps refused */
    GUARD_LOCKED
};

/* Texts are printable ASCII without spaces. */
struct guard_slot {
    enum guard_kind kind;
    char at[24];                 /* "2026-11-26T10:15:30Z", by the clock of the machine */
    char machine[GUARD_MACHINE]; /* that wrote it */
    uint32_t process;
    char target[GUARD_TARGET]; /* the host that was asked */
};

struct guard_content {
    struct guard_slot slots[GUARD_SLOTS];
};

void guard_file_write(const struct guard_content *c, char ret[GUARD_SIZE]);

/* RC_MALFORMED, and nothing in *ret, for everything else. */
MUST_USE enum rc guard_file_read(const char *p, size_t n, struct guard_content *ret,
                                 struct err *err);

/* Copies a text that anybody may have made: what is no printable ASCII becomes '?', what does not fit is cut, nothing becomes
 * "-". */
void guard_file_word(char *ret, size_t size, const char *text);

#endif
