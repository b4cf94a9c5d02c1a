/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Network data representation, little endian, 32-bit transfer syntax ([C706] 14): the little of it that the calls need for which
 * Samba has no public header. Reading is on the bounded reader: a fault is sticky, asked for once at the end; alignment counts
 * from r->beg, which is the start of the stub data. */
#ifndef COLLECT_SMB_NDR_H
#define COLLECT_SMB_NDR_H

#include "audit/base/rd.h"
#include "audit/base/wr.h"

void ndr_put_u16(struct wr *w, uint16_t v);
void ndr_put_u32(struct wr *w, uint32_t v);
void ndr_put_pointer(struct wr *w); /* to something: a number of its own that is not 0 */

/* A [string] of UTF-16 with its NUL: largest, offset, actual count, units. text: valid UTF-8. */
void ndr_put_string(struct wr *w, const char *text);

/* Units of UTF-16 that text takes, without a NUL. */
size_t ndr_units(const char *text);

uint16_t ndr_u16(struct rd *r);
uint32_t ndr_u32(struct rd *r);
bool ndr_pointer(struct rd *r); /* true when it points to something */

/* A conformant varying array of elements with so many bytes each; *ret_size in bytes. An offset other than 0, or more actual
 * elements than the largest, is a fault. Borrowed; NULL and 0 when empty or faulty. */
const uint8_t *ndr_array(struct rd *r, size_t element, size_t *ret_size);

/* The same for UTF-16 text: without the NUL at its end, and what follows a NUL in it. */
const uint8_t *ndr_string(struct rd *r, size_t *ret_size);

#endif
