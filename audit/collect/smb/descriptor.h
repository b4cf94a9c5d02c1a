/* SPDX-License-Identifier: GPL-3.0-or-later */
/* libsmbclient tells a security descriptor as text, "REVISION:1,OWNER:S-1-…,GROUP:S-1-…,ACL:S-1-…:type/flags/0xmask,…"; evidence
 * wants the bytes that it has on the wire. */
#ifndef COLLECT_SMB_DESCRIPTOR_H
#define COLLECT_SMB_DESCRIPTOR_H

#include "audit/base/wr.h"

/* Writes a self-relative descriptor ([MS-DTYP] 2.4.6) with owner, group and DACL behind what w holds. The text has neither the SACL,
 * nor control flags, nor what object and callback entries hold beyond a plain entry; those are written without it. False, and
 * nothing to be used in w, when the text is not of this form, does not fit, or has no entry at all: an empty DACL (nobody may)
 * and none (everybody may) look alike in it. */
bool descriptor_from_text(const char *text, struct wr *w);

#endif
