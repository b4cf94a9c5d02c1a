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

/* One file that is read in pieces, in any order: opened for reading and shared with everybody. Closed with share_file_close. *ret_size as
 * the server says it; *ret_changed_at may be 0. One at a time. */
MUST_USE enum rc share_file_open(const char *path, uint64_t *ret_size, filetime *ret_changed_at,
                                 struct err *err);
/* Up to size bytes from offset; *ret_got is less only at the end of the file. */
MUST_USE enum rc share_file_read(uint64_t offset, void *buf, size_t size, size_t *ret_got,
                                 struct err *err);
void share_file_close(void);

#endif
