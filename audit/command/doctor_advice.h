/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What doctor says of a source: its name for people, and what would make it readable. Two languages. */
#ifndef COMMAND_DOCTOR_ADVICE_H
#define COMMAND_DOCTOR_ADVICE_H

#include <stddef.h>

struct source_advice {
    const char *source;
    const char *name_en, *name_ja;
    const char *advice_en, *advice_ja; /* what would change a refusal */
};

/* The entry of a source, or NULL for one without advice. */
const struct source_advice *source_advice(const char *source);

#endif
