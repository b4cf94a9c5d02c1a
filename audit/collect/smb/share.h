/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Files of one share through libsmbclient: one connection, one logon, reading only. One share a process. */
#ifndef COLLECT_SMB_SHARE_H
#define COLLECT_SMB_SHARE_H

#include "audit/base/secret.h"
#include "audit/collect/smb/options.h"
#include "audit/collect/smb/walk.h"

/* Before the sandbox closes: loads the library with a configuration of ours (nothing of this machine's smb.conf is read, nothing
 * is written anywhere), and closes the fence to all but the host. */
MUST_USE enum rc share_prepare(const struct smb_options *o, struct err *err);

/* Connects to address, logs on once and opens the share. *ret_status is the NTSTATUS of the logon, also where the share itself is
 * refused afterwards. Nothing is tried again. password: NULL with Kerberos. */
MUST_USE enum rc share_open(const char *address, const char *share, const struct secret *password,
                            uint32_t *ret_status, struct err *err);

/* What is at base of the share ("hospital.example", "" = its root) as a tree for a walk. */
struct walk_tree *share_tree(const char *base);

/* True when the folder or file is there. RC_ABSENT, RC_DENIED, RC_UNREACHABLE … when not. */
MUST_USE enum rc share_stat(const char *path, struct err *err);

#endif
