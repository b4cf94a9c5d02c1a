/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Programs that take a password as an argument. Nobody but script*.c includes this. */
#ifndef DECODE_FORMAT_SCRIPT_COMMANDS_H
#define DECODE_FORMAT_SCRIPT_COMMANDS_H

#include "audit/decode/format/script_line.h"

/* The word of the program that gets a password in this line; NULL = none. */
const char *script_in_command(const struct script_words *l);

#endif
