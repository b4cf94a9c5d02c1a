# SPDX-License-Identifier: GPL-3.0-or-later
"""What Windows' events say: provider, version, task, and fields with their types, in Windows' order, as OSSEM-DD lists them and real logs have
them. Texts that Windows writes in the host's language are given in Japanese, German and English."""
import time

import evtx

AUDITING = ("Microsoft-Windows-Security-Auditing", "{54849625-5478-4994-a5ba-3e3b0328c30d}", "Security")
EVENTLOG = ("Microsoft-Windows-Eventlog", "{fc65ddd8-d6ef-4962-83d5-6e5cfe9ce148}", "Security")
EVENTLOG_SYSTEM = (EVENTLOG[0], EVENTLOG[1], "System")
SCM = ("Service Control Manager", "{555908d1-a6d7-4695-8e1e-26931d2012f4}", "System")
RDP_LOGIN = ("Microsoft-Windows-TerminalServices-RemoteConnectionManager", "{c76baa63-ae81-421c-b425-340b4b24157f}",
             "Microsoft-Windows-TerminalServices-RemoteConnectionManager/Operational")
RDP_SESSION = ("Microsoft-Windows-TerminalServices-LocalSessionManager", "{5d896912-022d-40aa-a3a8-4fa5515c76d7}",
               "Microsoft-Windows-TerminalServices-LocalSessionManager/Operational")
LOG_NS = "http://manifests.microsoft.com/win/2004/08/windows/eventlog"


class Event:
    def __init__(self, provider, number, task, fields, version=0, keywords=0x8020000000000000, level=0, opcode=0, qualifiers=0, root=None, namespace=None):
        self.provider, self.guid, self.channel = provider
        self.id, self.task, self.version, self.keywords, self.level, self.opcode = number, task, version, keywords, level, opcode
        self.qualifiers, self.root, self.namespace = qualifiers, root, namespace
        self.fields = [tuple(f.split(":")) if ":" in f else (f, "str") for f in fields.split()]
        self.names = [n for n, _ in self.fields]
        self.inners, self.outers = None, {}

    def outer(self, computer):
        if computer not in self.outers:
            last, make = evtx.system(self.provider, self.guid, self.channel, computer, self.provider if self.qualifiers else None)
            self.outers[computer] = last, make(bool(self.root))
        return self.outers[computer]

    def inner(self):
        if self.inners is None:
            self.inners = evtx.user_data(self.root, self.namespace, self.fields) if self.root else evtx.event_data(self.fields)
        return self.inners

    def values(self, given):
        """In the order of the fields; "-" for texts that are not given, as Windows writes it."""
        unknown = set(given) - set(self.names)
        if unknown:
            raise KeyError("%d has no %s" % (self.id, ", ".join(sorted(unknown))))
        return [given[n] if n in given else EMPTY.get(k) for n, k in self.fields]


EMPTY = {"str": "-", "sid": "S-1-0-0", "hex64": 0, "hex32": 0, "u32": 0, "u64": 0, "u16": 0, "u8": 0, "i32": 0, "size": 0, "bool": 0, "bin": b"",
         "guid": "{00000000-0000-0000-0000-000000000000}", "ft": 0}
SUBJECT = "SubjectUserSid:sid SubjectUserName SubjectDomainName SubjectLogonId:hex64"
TARGET = "TargetUserName TargetDomainName TargetSid:sid"
OF_ACCOUNT = ("SamAccountName DisplayName UserPrincipalName HomeDirectory HomePath ScriptPath ProfilePath UserWorkstations PasswordLastSet AccountExpires "
              "PrimaryGroupId AllowedToDelegateTo OldUacValue NewUacValue UserAccountControl UserParameters SidHistory LogonHours")
LOGON = ("TargetUserSid:sid TargetUserName TargetDomainName TargetLogonId:hex64 LogonType:u32 LogonProcessName AuthenticationPackageName WorkstationName LogonGuid:guid "
         "TransmittedServices LmPackageName KeyLength:u32 ProcessId:size ProcessName IpAddress IpPort ImpersonationLevel RestrictedAdminMode TargetOutboundUserName "
         "TargetOutboundDomainName VirtualAccount TargetLinkedLogonId:hex64 ElevatedToken")
FAILED = ("TargetUserSid:sid TargetUserName TargetDomainName Status:hex32 FailureReason SubStatus:hex32 LogonType:u32 LogonProcessName AuthenticationPackageName "
          "WorkstationName TransmittedServices LmPackageName KeyLength:u32 ProcessId:size ProcessName IpAddress IpPort")
CERTIFICATE = "CertIssuerName CertSerialNumber CertThumbprint"
MEMBER = "MemberName MemberSid:sid %s %s PrivilegeList" % (TARGET, SUBJECT)
TRUST = "DomainName DomainSid:sid %s TdoType:u32 TdoDirection:u32 TdoAttributes:u32 SidFilteringEnabled" % SUBJECT
CATALOGUE = [(AUDITING, n, t, f) for n, t, f in (
    (4608, 12288, ""), (4624, 12544, SUBJECT + " " + LOGON), (4625, 12544, SUBJECT + " " + FAILED),
    (4634, 12545, "TargetUserSid:sid TargetUserName TargetDomainName TargetLogonId:hex64 LogonType:u32"),
    (4648, 12544, SUBJECT + " LogonGuid:guid TargetUserName TargetDomainName TargetLogonGuid:guid TargetServerName TargetInfo ProcessId:size ProcessName IpAddress IpPort"),
    (4672, 12548, SUBJECT + " PrivilegeList"), (4697, 12289, SUBJECT + " ServiceName ServiceFileName ServiceType:hex32 ServiceStartType:u32 ServiceAccount"),
    (4706, 13569, TRUST), (4707, 13569, "DomainName DomainSid:sid " + SUBJECT), (4713, 13569, SUBJECT + " KerberosPolicyChange"), (4716, 13569, TRUST),
    (4719, 13568, SUBJECT + " CategoryId SubcategoryId SubcategoryGuid:guid AuditPolicyChanges"),
    (4720, 13824, "%s %s PrivilegeList %s" % (TARGET, SUBJECT, OF_ACCOUNT)), (4722, 13824, TARGET + " " + SUBJECT), (4723, 13824, "%s %s PrivilegeList" % (TARGET, SUBJECT)),
    (4724, 13824, TARGET + " " + SUBJECT), (4725, 13824, TARGET + " " + SUBJECT), (4726, 13824, "%s %s PrivilegeList" % (TARGET, SUBJECT)),
    (4728, 13826, MEMBER), (4729, 13826, MEMBER), (4732, 13826, MEMBER), (4733, 13826, MEMBER), (4756, 13826, MEMBER), (4757, 13826, MEMBER),
    (4738, 13824, "Dummy %s %s PrivilegeList %s" % (TARGET, SUBJECT, OF_ACCOUNT)),
    (4739, 13569, "DomainPolicyChanged DomainName DomainSid:sid %s PrivilegeList MinPasswordAge MaxPasswordAge ForceLogoff LockoutThreshold LockoutObservationWindow "
                  "LockoutDuration PasswordProperties MinPasswordLength PasswordHistoryLength MachineAccountQuota MixedDomainMode DomainBehaviorVersion OemInformation" % SUBJECT),
    (4740, 13824, TARGET + " " + SUBJECT), (4741, 13825, "%s %s PrivilegeList %s DnsHostName ServicePrincipalNames" % (TARGET, SUBJECT, OF_ACCOUNT)),
    (4742, 13825, "ComputerAccountChange %s %s PrivilegeList %s DnsHostName ServicePrincipalNames" % (TARGET, SUBJECT, OF_ACCOUNT)),
    (4743, 13825, "%s %s PrivilegeList" % (TARGET, SUBJECT)), (4764, 13826, "GroupTypeChange %s %s PrivilegeList" % (TARGET, SUBJECT)),
    (4765, 13824, "SourceUserName SourceSid:sid %s %s PrivilegeList SidList" % (TARGET, SUBJECT)),
    (4766, 13824, "SourceUserName %s %s PrivilegeList" % (TARGET, SUBJECT)), (4767, 13824, TARGET + " " + SUBJECT),
    (4768, 14339, "TargetUserName TargetDomainName TargetSid:sid ServiceName ServiceSid:sid TicketOptions:hex32 Status:hex32 TicketEncryptionType:hex32 PreAuthType IpAddress "
                  "IpPort " + CERTIFICATE),
    (4769, 14337, "TargetUserName TargetDomainName ServiceName ServiceSid:sid TicketOptions:hex32 TicketEncryptionType:hex32 IpAddress IpPort Status:hex32 LogonGuid:guid "
                  "TransmittedServices"),
    (4771, 14339, "TargetUserName TargetSid:sid ServiceName TicketOptions:hex32 Status:hex32 PreAuthType IpAddress IpPort " + CERTIFICATE),
    (4776, 14336, "PackageName TargetUserName Workstation Status:hex32"), (4780, 13824, "%s %s PrivilegeList" % (TARGET, SUBJECT)),
    (4781, 13824, "OldTargetUserName NewTargetUserName TargetDomainName TargetSid:sid %s PrivilegeList" % SUBJECT),
    (4782, 13829, "TargetUserName TargetDomainName " + SUBJECT), (4793, 13829, SUBJECT + " Workstation TargetUserName Status:hex32"),
    (4794, 13824, SUBJECT + " Workstation Status:hex32"),
    (5136, 14081, "OpCorrelationID:guid AppCorrelationID %s DSName DSType ObjectDN ObjectGUID:guid ObjectClass AttributeLDAPDisplayName AttributeSyntaxOID AttributeValue "
                  "OperationType" % SUBJECT))]
EVENTS = {n: Event(p, n, t, f, version={4624: 2}.get(n, 0)) for p, n, t, f in CATALOGUE}
EVENTS[4616] = Event(AUDITING, 4616, 12288, SUBJECT + " PreviousTime:ft NewTime:ft ProcessId:size ProcessName", version=1)
EVENTS[1102] = Event(EVENTLOG, 1102, 104, SUBJECT, keywords=0x4020000000000000, level=4, root="LogFileCleared", namespace=LOG_NS)
EVENTS[1100] = Event(EVENTLOG, 1100, 103, "", keywords=0x4020000000000000, level=4, root="ServiceShutdown", namespace=LOG_NS)
EVENTS[104] = Event(EVENTLOG_SYSTEM, 104, 104, "SubjectUserName SubjectDomainName Channel BackupPath", keywords=0x8000000000000000, level=4, root="LogFileCleared", namespace=LOG_NS)
EVENTS[7045] = Event(SCM, 7045, 0, "ServiceName ImagePath ServiceType StartType AccountName", keywords=0x8080000000000000, level=4, qualifiers=16384)
EVENTS[7036] = Event(SCM, 7036, 0, "param1 param2", keywords=0x8080000000000000, level=4, qualifiers=16384)
EVENTS[1149] = Event(RDP_LOGIN, 1149, 0, "Param1 Param2 Param3", keywords=0x1000000000000000, level=4, root="EventXML", namespace="Event_NS")
EVENTS[258] = Event(RDP_LOGIN, 258, 0, "listenerName", keywords=0x1000000000000000, level=4, root="EventXML", namespace="Event_NS")
for _n in (21, 22, 24, 25):
    EVENTS[_n] = Event(RDP_SESSION, _n, 0, "User SessionID:u32 Address", keywords=0x1000000000000000, level=4, root="EventXML", namespace="Event_NS")

# ---- texts in the host's language ----

ACCOUNT_MANAGEMENT, USER_MANAGEMENT, USER_MANAGEMENT_GUID = "%%8278", "%%13824", "{0cce9235-69ae-11d9-bed3-505054503030}"
SUCCESS_REMOVED, SUCCESS_ADDED = "%%8448", "%%8449"
SENSITIVE = "\r\n\t\t\t".join("SeSecurityPrivilege SeBackupPrivilege SeRestorePrivilege SeTakeOwnershipPrivilege SeDebugPrivilege SeSystemEnvironmentPrivilege "
                              "SeLoadDriverPrivilege SeImpersonatePrivilege SeDelegateSessionUserImpersonatePrivilege".split())
SERVICE_WORDS = {"ja": ("ユーザー モード サービス", "自動で開始", "手動で開始"), "de": ("Benutzermodusdienst", "Automatisch starten", "Manuell starten"),
                 "en": ("user mode service", "auto start", "demand start")}


def local_date(seconds, language):
    """PasswordLastSet, as a host of that language writes it (Japanese time, German time, UTC)."""
    t = time.gmtime(seconds + {"ja": 9, "de": 1, "en": 0}[language] * 3600)
    if language == "ja":
        return time.strftime("%Y/%m/%d ", t) + "%d:%02d:%02d" % (t.tm_hour, t.tm_min, t.tm_sec)
    if language == "de":
        return time.strftime("%d.%m.%Y %H:%M:%S", t)
    return "%d/%d/%d %d:%02d:%02d %s" % (t.tm_mon, t.tm_mday, t.tm_year, t.tm_hour % 12 or 12, t.tm_min, t.tm_sec, "AM" if t.tm_hour < 12 else "PM")


def never(language):
    """AccountExpires of an account that does not expire."""
    return {"ja": "<期限なし>", "de": "<Nie>", "en": "%%1794"}[language]
