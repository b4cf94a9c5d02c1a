/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "audit/decode/format/inf_names.h"

#include <strings.h>

#include "audit/base/macros.h"

/* At most 64: inf.c keeps a bit for each. */
static const char *const settings[] = {
    "MinimumPasswordAge",
    "MaximumPasswordAge",
    "MinimumPasswordLength",
    "MinimumPasswordLengthAudit",
    "RelaxMinimumPasswordLengthLimits",
    "PasswordComplexity",
    "PasswordHistorySize",
    "LockoutBadCount",
    "ResetLockoutCount",
    "LockoutDuration",
    "AllowAdministratorLockout",
    "RequireLogonToChangePassword",
    "ForceLogoffWhenHourExpire",
    "NewAdministratorName",
    "NewGuestName",
    "ClearTextPassword",
    "LSAAnonymousNameLookup",
    "EnableAdminAccount",
    "EnableGuestAccount",
    "MaxTicketAge",
    "MaxRenewAge",
    "MaxServiceAge",
    "MaxClockSkew",
    "TicketValidateClient",
    "AuditSystemEvents",
    "AuditLogonEvents",
    "AuditObjectAccess",
    "AuditPrivilegeUse",
    "AuditPolicyChange",
    "AuditAccountManage",
    "AuditProcessTracking",
    "AuditDSAccess",
    "AuditAccountLogon",
    "MaximumLogSize",
    "AuditLogRetentionPeriod",
    "RetentionDays",
    "RestrictGuestAccess",
};

_Static_assert(ARRAY_LEN(settings) <= 64, "inf.c keeps a bit for each");

static const char *const rights[] = {
    "SeAssignPrimaryTokenPrivilege",
    "SeAuditPrivilege",
    "SeBackupPrivilege",
    "SeBatchLogonRight",
    "SeChangeNotifyPrivilege",
    "SeCreateGlobalPrivilege",
    "SeCreatePagefilePrivilege",
    "SeCreatePermanentPrivilege",
    "SeCreateSymbolicLinkPrivilege",
    "SeCreateTokenPrivilege",
    "SeDebugPrivilege",
    "SeDelegateSessionUserImpersonatePrivilege",
    "SeDenyBatchLogonRight",
    "SeDenyInteractiveLogonRight",
    "SeDenyNetworkLogonRight",
    "SeDenyRemoteInteractiveLogonRight",
    "SeDenyServiceLogonRight",
    "SeEnableDelegationPrivilege",
    "SeImpersonatePrivilege",
    "SeIncreaseBasePriorityPrivilege",
    "SeIncreaseQuotaPrivilege",
    "SeIncreaseWorkingSetPrivilege",
    "SeInteractiveLogonRight",
    "SeLoadDriverPrivilege",
    "SeLockMemoryPrivilege",
    "SeMachineAccountPrivilege",
    "SeManageVolumePrivilege",
    "SeNetworkLogonRight",
    "SeProfileSingleProcessPrivilege",
    "SeRelabelPrivilege",
    "SeRemoteInteractiveLogonRight",
    "SeRemoteShutdownPrivilege",
    "SeRestorePrivilege",
    "SeSecurityPrivilege",
    "SeServiceLogonRight",
    "SeShutdownPrivilege",
    "SeSyncAgentPrivilege",
    "SeSystemEnvironmentPrivilege",
    "SeSystemProfilePrivilege",
    "SeSystemtimePrivilege",
    "SeTakeOwnershipPrivilege",
    "SeTcbPrivilege",
    "SeTimeZonePrivilege",
    "SeTrustedCredManAccessPrivilege",
    "SeUndockPrivilege",
    "SeUnsolicitedInputPrivilege",
};

int inf_setting_name(const char *name, const char **ret_spelled)
{
    for (size_t i = 0; i < ARRAY_LEN(settings); i++) {
        if (strcasecmp(settings[i], name) == 0) {
            *ret_spelled = settings[i];
            return (int)i;
        }
    }
    *ret_spelled = name;
    return -1;
}

const char *inf_right_name(const char *name)
{
    for (size_t i = 0; i < ARRAY_LEN(rights); i++) {
        if (strcasecmp(rights[i], name) == 0) {
            return rights[i];
        }
    }
    return name;
}
