/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A file, or bytes in memory, as a source of an event log. */
#ifndef TESTS_UNIT_EVTX_FILE_SOURCE_H
#define TESTS_UNIT_EVTX_FILE_SOURCE_H

#include "audit/decode/format/evtx.h"

/* fd is borrowed and stays where it is in *ret. False when its size cannot be told. */
bool file_source(int *fd, struct evtx_source *ret);

struct memory {
    const uint8_t *data;
    size_t size;
};

struct evtx_source memory_source(struct memory *m);

#endif
