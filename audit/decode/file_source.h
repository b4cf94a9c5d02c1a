/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A regular file of any size as the source of a decoder that reads it where it lies. It may be in use: it grows, or it is cut while it
 * is read. So nothing of it is mapped, and what is behind its end is an end. */
#ifndef DECODE_FILE_SOURCE_H
#define DECODE_FILE_SOURCE_H

#include "audit/decode/format/evtx.h"

/* fd is borrowed, and must stay where it is in memory while the source is used. RC_IO when its size cannot be told. */
MUST_USE enum rc file_source_open(const int *fd, struct evtx_source *ret, struct err *err);

#endif
