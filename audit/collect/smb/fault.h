/* SPDX-License-Identifier: GPL-3.0-or-later */
/* NTSTATUS and Win32 codes to an enum rc and a message that says what happened, where, and what to do next. Pure: no
 * connection is touched. Codes: [MS-ERREF] 2.2 and 2.3. */
#ifndef COLLECT_SMB_FAULT_H
#define COLLECT_SMB_FAULT_H

#include "audit/collect/smb/options.h"
#include "audit/supervise/worker.h"

/* "NT_STATUS_LOGON_FAILURE"; static storage, until the next call. */
const char *fault_name(uint32_t status);

/* What a logon with this status tells the supervisor's gate. An account of the hosts themselves (.\user) that is locked out on
 * one host is another account on the next: that counts as one refusal, and does not end the audit's logons. */
enum worker_gate_result fault_gate(const struct smb_options *o, uint32_t status);

/* The status says that the connection is gone or out of step, not that the server answered. */
bool fault_is_loss(uint32_t status);

/* Sets err for a logon that did not succeed. who is the account as the operator named it. */
enum rc fault_logon(const struct smb_options *o, const char *who, uint32_t status, struct err *err);

/* Sets err for a pipe or a call after the logon; what is the call in words ("reading the lockout policy"). */
enum rc fault_call(const struct smb_options *o, const char *what, uint32_t status, struct err *err);

/* The same for a Win32 code, which service control, shares and the registry answer with. */
enum rc fault_win32(const struct smb_options *o, const char *what, uint32_t code, struct err *err);

/* Sets err for a TCP connection that was not made: errno. */
enum rc fault_connect(const struct smb_options *o, int error, struct err *err);

/* The status whose name, or whose words of Samba's, are in a text; NTS_OK when it is none that this file knows. */
uint32_t fault_from_text(const char *text);

#endif
