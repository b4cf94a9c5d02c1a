/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What a single file is, by its first bytes: for a file on the command line whose name does not tell. */
#ifndef DECODE_LOOK_H
#define DECODE_LOOK_H

#include <stddef.h>

#define LOOK_SIZE 65536U /* bytes that are enough */

/* A word of artifact.kind: ldif, evtx, hive, registry_pol, registry_file, preferences (some XML), samba_log (a line of one of Samba's JSON
 * audit logs, whatever stands before its brace and around it), NULL = nothing that is known. */
const char *look_kind(const void *data, size_t size);

#endif
