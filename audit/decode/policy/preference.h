/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The parts of preference_rows.c: one preference on its way to rows. Nobody else includes this. */
#ifndef DECODE_POLICY_PREFERENCE_H
#define DECODE_POLICY_PREFERENCE_H

#include "audit/decode/format/gpp.h"
#include "audit/decode/policy/policy_file.h"

struct preference {
    const struct policy_file *file; /* its arena lives as long as the item */
    const struct gpp_item *item;
    const char *half;    /* never NULL */
    bool is_conditional; /* the item is, or another one sets the same */
};

/* A text column: cut at ROW_TEXT_MAX at a character's end; NULL and "" leave it NULL. */
void preference_text(struct row *row, int column, const char *s);

/* The account that a preference names, whatever its kind calls it; NULL = none. */
const char *preference_account(const struct gpp_item *item);

/* policy_item rows: one, or one for each action of a task. */
MUST_USE enum rc preference_item(const struct preference *p, struct err *err);

/* policy_password rows of every cpassword in the item. */
MUST_USE enum rc preference_passwords(const struct preference *p, struct err *err);

#endif
