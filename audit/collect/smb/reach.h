/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Is there a host? Names become addresses before the sandbox closes; a bare TCP connection, closed at once, then finds the
 * address that answers. It costs one round trip and saves much: a dead host costs its connect deadline to the millisecond, its
 * errno is known exactly, and no credential (and no gate) waits for it. */
#ifndef COLLECT_SMB_REACH_H
#define COLLECT_SMB_REACH_H

#include "audit/collect/smb/options.h"

#define REACH_TEXT_MAX 64

/* Resolves address, or host when there is none. Keeps what went wrong for reach_find. One call a process. */
void reach_prepare(const struct smb_options *o);

/* The first address that takes a TCP connection, as text, in buf (REACH_TEXT_MAX). */
MUST_USE enum rc reach_find(const struct smb_options *o, char *buf, struct err *err);

/* After a server closed the connection instead of negotiating SMB2: whether it answers an SMB1 negotiation. One packet without
 * any name; at most two seconds. */
bool reach_speaks_smb1(const struct smb_options *o, const char *address);

#endif
