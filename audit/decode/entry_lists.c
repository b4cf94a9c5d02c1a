/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Which attributes are requested for a class, and which never are for any. */
#include <string.h>
#include <strings.h>

#include "audit/base/macros.h"
#include "audit/decode/entry.h"

/* One search of the primary server gives account, secret_change and account_logon rows. */
static const char *const account[] = { "objectClass",
                                       "objectGUID",
                                       "objectSid",
                                       "sAMAccountName",
                                       "userPrincipalName",
                                       "displayName",
                                       "userAccountControl",
                                       "msDS-User-Account-Control-Computed",
                                       "pwdLastSet",
                                       "accountExpires",
                                       "lastLogonTimestamp",
                                       "lockoutTime",
                                       "whenCreated",
                                       "whenChanged",
                                       "adminCount",
                                       "primaryGroupID",
                                       "msDS-SupportedEncryptionTypes",
                                       "operatingSystem",
                                       "operatingSystemVersion",
                                       "dNSHostName",
                                       "ms-Mcs-AdmPwdExpirationTime",
                                       "msLAPS-PasswordExpirationTime",
                                       "msDS-ResultantPSO",
                                       "servicePrincipalName",
                                       "msDS-AllowedToDelegateTo",
                                       "msDS-AllowedToActOnBehalfOfOtherIdentity",
                                       "msDS-GroupMSAMembership",
                                       "msDS-KeyCredentialLink",
                                       "altSecurityIdentities",
                                       "sIDHistory",
                                       "msDS-AssignedAuthNPolicy",
                                       "msDS-AssignedAuthNPolicySilo",
                                       "description",
                                       "info",
                                       "comment",
                                       "adminDescription",
                                       "msDS-ManagedPasswordId",
                                       "msDS-ManagedPasswordInterval",
                                       "msDS-SecondaryKrbTgtNumber",
                                       "userWorkstations",
                                       "scriptPath",
                                       "replPropertyMetaData",
                                       "lastLogon",
                                       "badPwdCount",
                                       "badPasswordTime",
                                       "logonCount",
                                       NULL };

static const char *const logon[] = { "objectGUID",  "replPropertyMetaData", "lastLogon",
                                     "badPwdCount", "badPasswordTime",      "logonCount",
                                     NULL };

static const char *const domain[] = { "objectClass",
                                      "objectGUID",
                                      "objectSid",
                                      "name",
                                      "whenCreated",
                                      "msDS-Behavior-Version",
                                      "minPwdLength",
                                      "pwdHistoryLength",
                                      "maxPwdAge",
                                      "minPwdAge",
                                      "pwdProperties",
                                      "lockoutThreshold",
                                      "lockoutDuration",
                                      "lockOutObservationWindow",
                                      "ms-DS-MachineAccountQuota",
                                      "msDS-ExpirePasswordsOnSmartCardOnlyAccounts",
                                      "replPropertyMetaData",
                                      "gPLink",
                                      "gPOptions",
                                      "nETBIOSName",
                                      "nCName",
                                      NULL };

static const char *const group[] = { "objectGUID", "objectSid",   "sAMAccountName", "groupType",
                                     "adminCount", "whenCreated", "whenChanged",    "sIDHistory",
                                     "member",     NULL };

static const char *const foreign[] = { "objectGUID", "objectSid", NULL };

static const char *const pso[] = { "objectGUID",
                                   "cn",
                                   "msDS-PasswordSettingsPrecedence",
                                   "msDS-MinimumPasswordLength",
                                   "msDS-PasswordHistoryLength",
                                   "msDS-MaximumPasswordAge",
                                   "msDS-MinimumPasswordAge",
                                   "msDS-PasswordComplexityEnabled",
                                   "msDS-PasswordReversibleEncryptionEnabled",
                                   "msDS-LockoutThreshold",
                                   "msDS-LockoutDuration",
                                   "msDS-LockoutObservationWindow",
                                   "msDS-PSOAppliesTo",
                                   NULL };

static const char *const trust[] = { "objectGUID",
                                     "trustPartner",
                                     "flatName",
                                     "securityIdentifier",
                                     "trustDirection",
                                     "trustType",
                                     "trustAttributes",
                                     "msDS-SupportedEncryptionTypes",
                                     "whenCreated",
                                     "whenChanged",
                                     "replPropertyMetaData",
                                     NULL };

static const char *const dsa[] = { "objectClass",           "objectGUID", "invocationId", "options",
                                   "msDS-Behavior-Version", NULL };

static const char *const server[] = { "objectGUID", "dNSHostName", "serverReference", NULL };

static const char *const site[] = { "objectGUID", "cn", "gPLink", "gPOptions", NULL };

static const char *const ou[] = { "objectGUID", "ou", "name", "gPLink", "gPOptions", NULL };

static const char *const gpo[] = { "objectGUID",
                                   "cn",
                                   "displayName",
                                   "gPCFileSysPath",
                                   "versionNumber",
                                   "flags",
                                   "gPCMachineExtensionNames",
                                   "gPCUserExtensionNames",
                                   "gPCWQLFilter",
                                   "whenCreated",
                                   "whenChanged",
                                   NULL };

static const char *const silo[] = { "objectClass",
                                    "objectGUID",
                                    "cn",
                                    "msDS-AuthNPolicyEnforced",
                                    "msDS-AuthNPolicySiloEnforced",
                                    "msDS-UserTGTLifetime",
                                    "msDS-UserAllowedToAuthenticateFrom",
                                    NULL };

static const char *const template[] = { "objectGUID",
                                        "cn",
                                        "displayName",
                                        "msPKI-Template-Schema-Version",
                                        "msPKI-Certificate-Name-Flag",
                                        "msPKI-Enrollment-Flag",
                                        "msPKI-Private-Key-Flag",
                                        "msPKI-RA-Signature",
                                        "pKIExtendedKeyUsage",
                                        "msPKI-Certificate-Application-Policy",
                                        "msPKI-Certificate-Policy",
                                        NULL };

static const char *const enrollment[] = { "objectGUID", "cn", "dNSHostName", "certificateTemplates",
                                          NULL };

static const char *const issuance[] = {
    "objectGUID", "displayName", "msPKI-Cert-Template-OID", "flags", "msDS-OIDToGroupLink", NULL
};

static const char *const kds[] = { "objectGUID",         "cn", "whenCreated", "msKds-CreateTime",
                                   "msKds-UseStartTime", NULL };

static const char *const forest[] = { "objectClass",           "dSHeuristics",
                                      "msDS-Other-Settings",   "tombstoneLifetime",
                                      "objectVersion",         "msDS-OptionalFeatureGUID",
                                      "msDS-EnabledFeatureBL", NULL };

static const char *const attribute[] = { "lDAPDisplayName", "attributeID",  "msDS-IntId",
                                         "searchFlags",     "schemaIDGUID", NULL };

static const char *const security[] = { "objectClass", "objectGUID",         "name",
                                        "displayName", "userAccountControl", "nTSecurityDescriptor",
                                        NULL };

const char *const *entry_attributes(enum entry_class class)
{
    static const char *const ppolicy[] = { "uid",
                                           "cn",
                                           "entryUUID",
                                           "createTimestamp",
                                           "modifyTimestamp",
                                           "pwdChangedTime",
                                           "pwdReset",
                                           "pwdAccountLockedTime",
                                           "pwdFailureTime",
                                           "pwdGraceUseTime",
                                           "pwdPolicySubentry",
                                           NULL };
    static const char *const access[] = { "reqStart",   "reqEnd",     "reqType",
                                          "reqAuthzID", "reqDN",      "reqEntryUUID",
                                          "reqResult",  "reqSession", NULL };
    static const char *const access_bind[] = { "reqStart", "reqDN", "reqResult", "reqSession",
                                               NULL };
    static const char *const access_time[] = { "reqStart", NULL };
    static const char *const policy[] = { "cn",
                                          "pwdMinLength",
                                          "pwdCheckQuality",
                                          "pwdInHistory",
                                          "pwdMaxAge",
                                          "pwdMinAge",
                                          "pwdLockout",
                                          "pwdMaxFailure",
                                          "pwdFailureCountInterval",
                                          "pwdLockoutDuration",
                                          "pwdGraceAuthNLimit",
                                          "pwdMustChange",
                                          "pwdSafeModify",
                                          NULL };
    static const char *const otp_owner[] = { "objectClass", "oathTOTPToken", "oathHOTPToken",
                                             NULL };
    static const char *const otp_token[] = { "objectClass", "oathTOTPLastTimeStep",
                                             "oathHOTPCounter", NULL };
    static const char *const ldap_group[] = {
        "cn", "member", "uniqueMember", "memberUid", "ipaNTSecurityIdentifier", NULL
    };
    static const char *const ipa_settings[] = { "ipaUserAuthType", "ipaConfigString", NULL };
    static const char *const ipa_user[] = { "ipaUniqueID",
                                            "entryUUID",
                                            "nsUniqueId",
                                            "uid",
                                            "cn",
                                            "krbCanonicalName",
                                            "krbPrincipalName",
                                            "ipaNTSecurityIdentifier",
                                            "nsAccountLock",
                                            "ipaUserAuthType",
                                            "createTimestamp",
                                            "krbLastPwdChange",
                                            "krbPasswordExpiration",
                                            "krbPrincipalExpiration",
                                            "krbLastSuccessfulAuth",
                                            "krbLoginFailedCount",
                                            "krbLastFailedAuth",
                                            "krbPwdPolicyReference",
                                            "ipatokenRadiusConfigLink",
                                            "ipapasskey",
                                            "ipaCertMapData",
                                            "userCertificate",
                                            NULL };
    static const char *const ipa_order[] = { "krbPwdPolicyReference", "cosPriority", NULL };
    static const char *const ipa_policy[] = { "cn",
                                              "krbPwdMinLength",
                                              "krbPwdMinDiffChars",
                                              "krbPwdHistoryLength",
                                              "krbMaxPwdLife",
                                              "krbMinPwdLife",
                                              "krbPwdMaxFailure",
                                              "krbPwdFailureCountInterval",
                                              "krbPwdLockoutDuration",
                                              "passwordGraceLimit",
                                              "ipaPwdDictCheck",
                                              "ipaPwdUserCheck",
                                              NULL };
    static const char *const ipa_token[] = { "objectClass",         "ipatokenOwner",
                                             "ipatokenDisabled",    "ipatokenNotBefore",
                                             "ipatokenNotAfter",    "ipatokenTOTPwatermark",
                                             "ipatokenHOTPcounter", NULL };
    static const char *const *const lists[ENTRY_CLASS_COUNT] = {
        [ENTRY_DOMAIN] = domain,
        [ENTRY_ACCOUNT] = account,
        [ENTRY_GROUP] = group,
        [ENTRY_FOREIGN] = foreign,
        [ENTRY_PSO] = pso,
        [ENTRY_TRUST] = trust,
        [ENTRY_DSA] = dsa,
        [ENTRY_SERVER] = server,
        [ENTRY_SITE] = site,
        [ENTRY_OU] = ou,
        [ENTRY_GPO] = gpo,
        [ENTRY_SILO] = silo,
        [ENTRY_TEMPLATE] = template,
        [ENTRY_ENROLLMENT] = enrollment,
        [ENTRY_ISSUANCE] = issuance,
        [ENTRY_KDS] = kds,
        [ENTRY_FOREST] = forest,
        [ENTRY_ATTRIBUTE] = attribute,
        [ENTRY_SECURITY] = security,
        [ENTRY_LOGON] = logon,
        [ENTRY_PPOLICY] = ppolicy,
        [ENTRY_PPOLICY_READABLE] = ppolicy,
        [ENTRY_PPOLICY_WITH] = ppolicy,
        [ENTRY_PPOLICY_WITHOUT] = ppolicy,
        [ENTRY_ACCESS_WRITE] = access,
        [ENTRY_ACCESS_BIND] = access_bind,
        [ENTRY_ACCESS_TIME] = access_time,
        [ENTRY_LDAP_POLICY] = policy,
        [ENTRY_LDAP_POLICY_READABLE] = policy,
        [ENTRY_OTP_OWNER] = otp_owner,
        [ENTRY_OTP_TOKEN] = otp_token,
        [ENTRY_OTP_TOKEN_READABLE] = otp_token,
        [ENTRY_LDAP_GROUP] = ldap_group,
        [ENTRY_LDAP_GROUP_READABLE] = ldap_group,
        [ENTRY_IPA_SETTINGS] = ipa_settings,
        [ENTRY_IPA_SETTINGS_READABLE] = ipa_settings,
        [ENTRY_IPA_USER] = ipa_user,
        [ENTRY_IPA_USER_READABLE] = ipa_user,
        [ENTRY_IPA_USER_LOGIN] = ipa_user,
        [ENTRY_IPA_USER_FACTORS] = ipa_user,
        [ENTRY_IPA_ORDER] = ipa_order,
        [ENTRY_IPA_POLICY] = ipa_policy,
        [ENTRY_IPA_POLICY_READABLE] = ipa_policy,
        [ENTRY_IPA_TOKEN] = ipa_token,
        [ENTRY_IPA_TOKEN_READABLE] = ipa_token,
    };
    static const char *const none[] = { NULL };
    return class < ENTRY_CLASS_COUNT && lists[class] ? lists[class] : none;
}

/* Values that are passwords, keys or hashes, in Active Directory, Samba, OpenLDAP and FreeIPA; the main ones also by OID. */
static const char *const secrets[] = { "unicodePwd",
                                       "dBCSPwd",
                                       "ntPwdHistory",
                                       "lmPwdHistory",
                                       "supplementalCredentials",
                                       "userPassword",
                                       "unixUserPassword",
                                       "msSFU30Password",
                                       "clearTextPassword",
                                       "trustAuthIncoming",
                                       "trustAuthOutgoing",
                                       "initialAuthIncoming",
                                       "initialAuthOutgoing",
                                       "currentValue",
                                       "priorValue",
                                       "pekList",
                                       "pekKeyChangeInterval",
                                       "msDS-ManagedPassword",
                                       "msDS-ExecuteScriptPassword",
                                       "msKds-RootKeyData",
                                       "msFVE-RecoveryPassword",
                                       "msFVE-KeyPackage",
                                       "msTPM-OwnerInformation",
                                       "msTPM-OwnerInformationTemp",
                                       "msTPM-SrkPubThumbprint",
                                       "msPKIAccountCredentials",
                                       "msPKIDPAPIMasterKeys",
                                       "msPKIRoamingTimeStamp",
                                       "sambaNTPassword",
                                       "sambaLMPassword",
                                       "sambaPasswordHistory",
                                       "sambaClearTextPassword",
                                       "sambaPreviousClearTextPassword",
                                       "pwdHistory",
                                       "oathSecret",
                                       "oathEncKey",
                                       "reqMod",
                                       "reqOld",
                                       "olcRootPW",
                                       "olcSyncrepl",
                                       "olcDbACLBind",
                                       "olcDbACLPasswd",
                                       "olcDbIDAssertBind",
                                       "olcDbIDAssertPasswd",
                                       "olcDbPass",
                                       "olcTLSCertificateKey",
                                       "krb5Key",
                                       "userPKCS12",
                                       "authPassword",
                                       "ipaNTHash",
                                       "ipatokenOTPkey",
                                       "ipatokenRadiusSecret",
                                       "krbPrincipalKey",
                                       "krbMKey",
                                       "krbPwdHistory",
                                       "KrbExtraData",
                                       "ipaKrbPrincipalKey",
                                       "ipaProtectedKey",
                                       "ipaPrivateKey",
                                       "ipaSecretKey",
                                       "ipaVaultPublicKey",
                                       "nsslapd-rootpw",
                                       "oathTokenPIN",
                                       "ipaNTTrustAuthIncoming",
                                       "ipaNTTrustAuthOutgoing",
                                       "ipaIdpClientSecret",
                                       "nsSymmetricKey",
                                       "passwordHistory",
                                       "nsDS5ReplicaCredentials",
                                       "nsds5ReplicaBootstrapCredentials",
                                       "nsmultiplexorcredentials",
                                       "ipaWrappingKey",
                                       "ipaVaultSalt",
                                       "1.2.840.113556.1.4.90",
                                       "1.2.840.113556.1.4.55",
                                       "1.2.840.113556.1.4.94",
                                       "1.2.840.113556.1.4.160",
                                       "1.2.840.113556.1.4.125",
                                       "2.5.4.35",
                                       "1.2.840.113556.1.4.2196",
                                       "1.2.840.113556.1.4.129",
                                       "1.2.840.113556.1.4.135",
                                       "1.2.840.113556.1.4.2175",
                                       "1.2.840.113556.1.4.27",
                                       "1.2.840.113556.1.4.100" };

/* ms-Mcs-AdmPwd, its history, and what organisations renamed it to; not its expiry. */
static bool is_legacy_laps(const char *name, size_t n)
{
    static const char part[] = "-AdmPwd", expiry[] = "ExpirationTime";
    const size_t p = sizeof(part) - 1, e = sizeof(expiry) - 1;
    if (n < 3 + p || strncasecmp(name, "ms-", 3) != 0 ||
        (n > e && strncasecmp(name + n - e, expiry, e) == 0)) {
        return false;
    }
    for (size_t i = 2; i + p <= n; i++) {
        if (strncasecmp(name + i, part, p) == 0) {
            return true;
        }
    }
    return false;
}

bool entry_attribute_is_secret(const char *name)
{
    static const char laps[] = "msLAPS-", expiry[] = "msLAPS-PasswordExpirationTime";
    size_t n = strcspn(name, ";");
    if (n >= sizeof(laps) - 1 && strncasecmp(name, laps, sizeof(laps) - 1) == 0) {
        return n != sizeof(expiry) - 1 || strncasecmp(name, expiry, n) != 0;
    }
    for (size_t i = 0; i < ARRAY_LEN(secrets); i++) {
        if (strlen(secrets[i]) == n && strncasecmp(secrets[i], name, n) == 0) {
            return true;
        }
    }
    return is_legacy_laps(name, n);
}
