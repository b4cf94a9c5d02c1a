/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Security identifiers ([MS-DTYP] 2.4.2) and GUIDs ([MS-DTYP] 2.3.4): binary to the one text form used
 * everywhere ("S-1-5-21-…", "31b2f340-016d-11d2-945f-00c04fb984f9", lower case without braces). */
#ifndef BASE_SID_H
#define BASE_SID_H

#include "audit/base/rd.h"

#define SID_TEXT_MAX  192 /* 15 sub-authorities, with NUL */
#define GUID_TEXT_MAX 37  /* with NUL */

/* Reads one SID from r as text; faults r and empties buf on a malformed one. buf: SID_TEXT_MAX bytes. */
bool rd_sid(struct rd *r, char *buf);

/* Reads 16 bytes as a GUID in text. buf: GUID_TEXT_MAX bytes. */
bool rd_guid(struct rd *r, char *buf);

bool sid_text_valid(const char *s);
bool guid_text_valid(const char *s);

/* Last sub-authority; false when there is none. */
bool sid_rid(const char *sid, uint32_t *ret_rid);

/* Copies all but the last sub-authority to buf (SID_TEXT_MAX). False when there is none. */
bool sid_domain(const char *sid, char *buf);

#endif
