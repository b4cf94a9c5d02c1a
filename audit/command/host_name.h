/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Names of hosts as the evidence keeps them. */
#ifndef COMMAND_HOST_NAME_H
#define COMMAND_HOST_NAME_H

#include "audit/base/arena.h"

/* The name in lower case (names compare without case). NULL for what cannot be the name of a host, such as a text with blanks, and when
 * memory is short. */
const char *command_host_name(struct arena *a, const char *text);

#endif
