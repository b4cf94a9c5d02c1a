/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Samba's public headers in the order that they need, and the interface tables that libndr-standard exports without a header.
 * Only public symbols are used: the client stubs of samr and svcctl live in a private library, so every call goes through
 * dcerpc_binding_handle_call with an interface table and a number. */
#ifndef COLLECT_SMB_SAMBA_H
#define COLLECT_SMB_SAMBA_H

#include <sys/time.h>

#include <stdbool.h>
#include <stdint.h>
#include <string.h>
#include <time.h>

/* clang-format off */
#include <talloc.h>
#include <tevent.h>
#include <core/ntstatus.h>
#include <core/werror.h>
#include <util/debug.h>
#include <param.h>
#include <credentials.h>
#include <dcerpc.h>
#include <gen_ndr/lsa.h>
#include <gen_ndr/ndr_samr.h>
#include <gen_ndr/ndr_svcctl.h>
#include <gen_ndr/samr.h>
#include <gen_ndr/svcctl.h>
/* clang-format on */

extern const struct ndr_interface_table ndr_table_lsarpc;
extern const struct ndr_interface_table ndr_table_srvsvc;
extern const struct ndr_interface_table ndr_table_winreg;

/* Numbers of the calls whose header is not public ([MS-LSAD] 3.1.4, [MS-LSAT] 3.1.4). */
enum lsa_call {
    LSA_CLOSE = 0,
    LSA_QUERY_INFO_POLICY = 7,
    LSA_ENUM_ACCOUNTS = 11,
    LSA_LOOKUP_SIDS = 15,
    LSA_ENUM_ACCOUNTS_WITH_RIGHT = 35,
    LSA_ENUM_ACCOUNT_RIGHTS = 36,
    LSA_OPEN_POLICY2 = 44,
    LSA_GET_USER_NAME = 45,
    LSA_QUERY_INFO_POLICY2 = 46
};

#define MAXIMUM_ALLOWED 0x02000000U /* [MS-DTYP] 2.4.3 */

/* NTSTATUS values that code decides on ([MS-ERREF] 2.3.1). */
#define NTS_OK                     0x00000000U
#define NTS_MORE_ENTRIES           0x00000105U
#define NTS_SOME_NOT_MAPPED        0x00000107U
#define NTS_NO_MORE_ENTRIES        0x8000001aU
#define NTS_UNSUCCESSFUL           0xc0000001U
#define NTS_ACCESS_DENIED          0xc0000022U
#define NTS_OBJECT_NAME_NOT_FOUND  0xc0000034U
#define NTS_NO_SUCH_PRIVILEGE      0xc0000060U
#define NTS_NO_SUCH_USER           0xc0000064U
#define NTS_WRONG_PASSWORD         0xc000006aU
#define NTS_LOGON_FAILURE          0xc000006dU
#define NTS_ACCOUNT_RESTRICTION    0xc000006eU
#define NTS_INVALID_LOGON_HOURS    0xc000006fU
#define NTS_INVALID_WORKSTATION    0xc0000070U
#define NTS_PASSWORD_EXPIRED       0xc0000071U
#define NTS_ACCOUNT_DISABLED       0xc0000072U
#define NTS_NONE_MAPPED            0xc0000073U
#define NTS_IO_TIMEOUT             0xc00000b5U
#define NTS_NOT_SUPPORTED          0xc00000bbU
#define NTS_NO_SUCH_ALIAS          0xc0000151U
#define NTS_LOGON_TYPE_NOT_GRANTED 0xc000015bU
#define NTS_ACCOUNT_EXPIRED        0xc0000193U
#define NTS_PASSWORD_MUST_CHANGE   0xc0000224U
#define NTS_ACCOUNT_LOCKED_OUT     0xc0000234U
#define NTS_PROCNUM_OUT_OF_RANGE   0xc002002eU

/* Win32 codes of service control, shares and registry ([MS-ERREF] 2.2). */
#define WIN32_OK                     0U
#define WIN32_FILE_NOT_FOUND         2U
#define WIN32_ACCESS_DENIED          5U
#define WIN32_INSUFFICIENT_BUFFER    122U
#define WIN32_MORE_DATA              234U
#define WIN32_NO_MORE_ITEMS          259U
#define WIN32_SERVICE_DOES_NOT_EXIST 1060U

static inline uint32_t status_of(NTSTATUS status)
{
    return NT_STATUS_V(status);
}

#endif
