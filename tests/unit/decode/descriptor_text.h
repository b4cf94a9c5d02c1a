/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A descriptor as Samba writes it as text, made from what secdesc.h read: the counterpart of the golden texts. */
#ifndef TESTS_UNIT_DECODE_DESCRIPTOR_TEXT_H
#define TESTS_UNIT_DECODE_DESCRIPTOR_TEXT_H

#include "audit/base/wr.h"
#include "audit/decode/secdesc.h"

/* Writes the text with NUL; false when a list breaks its form. raw: all bytes of the descriptor, from which the fields of
 * entries that secdesc skips are taken. */
bool descriptor_text(struct wr *out, const struct descriptor *d, const char *domain_sid);

#endif
