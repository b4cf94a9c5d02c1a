/* SPDX-License-Identifier: GPL-3.0-or-later */
/* An artifact in memory. */
#ifndef DECODE_FORMAT_MAP_H
#define DECODE_FORMAT_MAP_H

#include <stddef.h>

#include "audit/base/err.h"

struct map {
    uint8_t *
        data; /* a private mapping: it may be written, and the artifact stays as it is; NULL when empty */
    size_t size;
};

MUST_USE enum rc map_open(int fd, struct map *ret, struct err *err);
void map_close(struct map *m); /* also for AUTO() */

#endif
