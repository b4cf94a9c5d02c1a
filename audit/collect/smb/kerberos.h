/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Kerberos by way of Samba's credentials: a ticket cache or a key table becomes the audit credential. */
#ifndef COLLECT_SMB_KERBEROS_H
#define COLLECT_SMB_KERBEROS_H

#include "audit/collect/smb/options.h"
#include "audit/collect/smb/samba.h"

/* Fills c from the task's ccache, or from a ticket that is asked for with the keytab: an authentication, inside the gate. Kerberos
 * is then required: NTLM is not fallen back to. *ret_status is set when the KDC refused. */
MUST_USE enum rc kerberos_credentials(const struct smb_options *o, struct loadparm_context *lp,
                                      struct cli_credentials *c, uint32_t *ret_status,
                                      struct err *err);

/* Whose ticket or key it is, for messages; static storage. */
const char *kerberos_client(void);

#endif
