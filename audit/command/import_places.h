/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What of a kit, a volume, a folder of hives or of policies is read: only what the decoder can use. */
#ifndef COMMAND_IMPORT_PLACES_H
#define COMMAND_IMPORT_PLACES_H

#include "audit/command/import_find.h"

/* Walks the item (dir is its folder, borrowed). What tells most comes first, so that a limit of size costs the rest. Not RC_OK only
 * when this machine fails. */
MUST_USE enum rc import_gather(const struct import_item *item, int dir, struct walk *w,
                               struct err *err);

#endif
