"""The hosts of the hospital: one table that says everything about each, and what follows from it.

usage: hosts.py list [all]        name, IPv4, IPv6, what runs there (tab separated; `all`: with those that `up` leaves out)
       hosts.py names             lines for /etc/hosts
       hosts.py strange           the addresses that misbehave: name, address, kind, address:port…
       hosts.py secrets DIRECTORY the audit login's password, and the candidates, in files of mode 0600
       hosts.py facts FILE        writes HOSTS.md

Every host is a real smbd with this table's accounts, policy, registry, services and shares (host_build.py makes them).
A host is clean in everything that its entry does not name."""
import hashlib
import os
import sys

DOMAIN = os.environ.get("LAB_DOMAIN", "kagimori-hospital.example")
DOMAIN_SID = os.environ.get("LAB_DOMAIN_SID", "S-1-5-21-3141592653-589793238-462643383")
NET, NET6 = "10.99.1.", "fd99:1::"
DAY = 86400


def secret(name):
    """A password that exists only in the lab (as in lab.py)."""
    return "Lab-" + hashlib.sha256(("kagimori lab " + name).encode()).hexdigest()[:20]


def machine_sid(name):
    n = hashlib.sha256(("kagimori machine " + name).encode()).digest()
    return "S-1-5-21-" + "-".join(str(int.from_bytes(n[i:i + 4], "little") | 0x20000000) for i in (0, 4, 8))


AUDIT = "kagi-audit"                                  # the audit login of the hosts: same name and password on each
SHARED_A, SHARED_B = "shared administrator A", "shared administrator B"
CANDIDATES = ["candidate 1", SHARED_A, "candidate 3", "candidate 4", SHARED_B] + ["candidate %d" % i for i in range(6, 11)]

# ---- registry ----

SOFTWARE, SYSTEM = r"HKLM\SOFTWARE", r"HKLM\SYSTEM\CurrentControlSet"
POLICIES = SOFTWARE + r"\Policies\Microsoft"
UAC = SOFTWARE + r"\Microsoft\Windows\CurrentVersion\Policies\System"
EXPLORER = SOFTWARE + r"\Microsoft\Windows\CurrentVersion\Policies\Explorer"
IMAGE = SOFTWARE + r"\Microsoft\Windows NT\CurrentVersion\Image File Execution Options"
RUN = SOFTWARE + r"\Microsoft\Windows\CurrentVersion\Run"
CURRENT = SOFTWARE + r"\Microsoft\Windows NT\CurrentVersion"
WINDOWS = CURRENT + r"\Windows"
WINLOGON = CURRENT + r"\Winlogon"
WSH = SOFTWARE + r"\Microsoft\Windows Script Host\Settings"
WINRM = POLICIES + r"\Windows\WinRM\Service"
WINRM_CLIENT = POLICIES + r"\Windows\WinRM\Client"
POWERSHELL = POLICIES + r"\Windows\PowerShell"
EVENTLOG_POLICY = POLICIES + r"\Windows\EventLog\Security"
TS_POLICY = POLICIES + r"\Windows NT\Terminal Services"
GUARD = POLICIES + r"\Windows\DeviceGuard"
LSA = SYSTEM + r"\Control\Lsa"
MSV = LSA + r"\MSV1_0"
WDIGEST = SYSTEM + r"\Control\SecurityProviders\WDigest"
TS = SYSTEM + r"\Control\Terminal Server"
RDP = TS + r"\WinStations\RDP-Tcp"
SERVER = SYSTEM + r"\Services\LanmanServer\Parameters"
CLIENT = SYSTEM + r"\Services\LanmanWorkstation\Parameters"
EVENTLOG = SYSTEM + r"\Services\EventLog\Security"


class Raw:
    """A value of any type with exactly these bytes."""

    def __init__(self, kind, data):
        self.kind, self.data = kind, data


# The Windows versions: name, version, build, edition type
BUILDS = {
    "2012R2": ("Windows Server 2012 R2 Standard", "6.3", "9600", "ServerNT"), "2016": ("Windows Server 2016 Standard", "10.0", "14393", "ServerNT"),
    "2019": ("Windows Server 2019 Standard", "10.0", "17763", "ServerNT"), "2022": ("Windows Server 2022 Standard", "10.0", "20348", "ServerNT"),
    "2008R2": ("Windows Server 2008 R2 Standard", "6.1", "7601", "ServerNT"), "2003": ("Microsoft Windows Server 2003", "5.2", "3790", "ServerNT"),
    "10-ltsc": ("Windows 10 Enterprise LTSC 2019", "10.0", "17763", "WinNT"), "10": ("Windows 10 Pro", "10.0", "19045", "WinNT"),
    "11": ("Windows 10 Enterprise LTSC 2024", "10.0", "26100", "WinNT"),   # Windows 11 says "Windows 10" here: only the build tells
    "7": ("Windows 7 Professional", "6.1", "7601", "WinNT"), None: None}


def version(build):
    if not BUILDS[build]:
        return {}
    product, number, b, kind = BUILDS[build]
    values = {"ProductName": product, "CurrentVersion": "6.3" if number == "10.0" else number, "CurrentBuild": b, "CurrentBuildNumber": b,
              "InstallationType": "Server" if kind == "ServerNT" else "Client", "EditionID": product.split()[-1]}
    if number == "10.0":
        values.update(CurrentMajorVersionNumber=10, CurrentMinorVersionNumber=0, UBR=4645)
    return {CURRENT: values, SYSTEM + r"\Control\ProductOptions": {"ProductType": kind}}


def secure():
    """Every value that the guidance names, as it should be, on a host that needs neither RDP nor WinRM."""
    return {
        UAC: {"EnableLUA": 1, "ConsentPromptBehaviorAdmin": 2, "ConsentPromptBehaviorUser": 0, "FilterAdministratorToken": 1, "PromptOnSecureDesktop": 1,
              "EnableInstallerDetection": 1, "EnableSecureUIAPaths": 1, "EnableVirtualization": 1, "LocalAccountTokenFilterPolicy": 0},
        UAC + r"\Audit": {"ProcessCreationIncludeCmdLine_Enabled": 1},
        EXPLORER: {"NoDriveTypeAutoRun": 255, "NoAutorun": 1},
        POLICIES + r"\Windows\Explorer": {"NoAutoplayfornonVolume": 1},
        WSH: {"Enabled": 0},
        TS: {"fDenyTSConnections": 1},
        TS_POLICY: {"fDenyTSConnections": 1, "UserAuthentication": 1, "SecurityLayer": 2, "MinEncryptionLevel": 3, "fEncryptRPCTraffic": 1,
                    "fPromptForPassword": 1, "MaxIdleTime": 900000},
        RDP: {"UserAuthentication": 1, "SecurityLayer": 2, "MinEncryptionLevel": 3, "PortNumber": 3389},
        WINRM: {"AllowAutoConfig": 0, "AllowBasic": 0, "AllowUnencryptedTraffic": 0, "DisableRunAs": 1, "IPv4Filter": ""},
        WINRM + r"\WinRS": {"AllowRemoteShellAccess": 0},
        WINRM_CLIENT: {"AllowBasic": 0, "AllowUnencryptedTraffic": 0, "AllowDigest": 0},
        POWERSHELL + r"\ScriptBlockLogging": {"EnableScriptBlockLogging": 1},
        POWERSHELL + r"\Transcription": {"EnableTranscripting": 1, "EnableInvocationHeader": 1, "OutputDirectory": r"\\srv-file01\transcripts$"},
        POWERSHELL + r"\ModuleLogging": {"EnableModuleLogging": 1},
        POWERSHELL + r"\ModuleLogging\ModuleNames": {"*": "*"},
        RUN: {"SecurityHealth": r"%windir%\system32\SecurityHealthSystray.exe"},
        LSA: {"RunAsPPL": 1, "SCENoApplyLegacyAuditPolicy": 1, "LmCompatibilityLevel": 5, "NoLMHash": 1, "RestrictAnonymous": 1, "RestrictAnonymousSAM": 1, "EveryoneIncludesAnonymous": 0,
              "LimitBlankPasswordUse": 1, "DisableDomainCreds": 1, "RestrictRemoteSam": "O:BAG:BAD:(A;;RC;;;BA)", "LsaCfgFlags": 1,
              "Authentication Packages": ["msv1_0"], "Security Packages": [""], "Notification Packages": ["scecli"]},
        MSV: {"NTLMMinClientSec": 0x20080000, "NTLMMinServerSec": 0x20080000, "AllowNullSessionFallback": 0, "RestrictSendingNTLMTraffic": 1,
              "AuditReceivingNTLMTraffic": 2},
        WDIGEST: {"UseLogonCredential": 0},
        WINLOGON: {"CachedLogonsCount": "4", "AutoAdminLogon": "0", "Shell": "explorer.exe", "Userinit": r"C:\Windows\system32\userinit.exe,"},
        GUARD: {"EnableVirtualizationBasedSecurity": 1, "RequirePlatformSecurityFeatures": 1, "LsaCfgFlags": 1},
        SERVER: {"SMB1": 0, "RequireSecuritySignature": 1, "EnableSecuritySignature": 1, "RestrictNullSessAccess": 1, "NullSessionPipes": [],
                 "NullSessionShares": []},
        CLIENT: {"RequireSecuritySignature": 1, "EnablePlainTextPassword": 0},
        SYSTEM + r"\Services\LDAP": {"LDAPClientIntegrity": 2},
        SYSTEM + r"\Services\Netlogon\Parameters": {"RequireSignOrSeal": 1, "SealSecureChannel": 1, "SignSecureChannel": 1, "RequireStrongKey": 1,
                                                    "DisablePasswordChange": 0, "MaximumPasswordAge": 30},
        POLICIES + r"\Windows NT\DNSClient": {"EnableMulticast": 0},
        EVENTLOG_POLICY: {"MaxSize": 196608, "Retention": "0"},
        EVENTLOG: {"MaxSize": 201326592},
        SOFTWARE + r"\Microsoft\Windows\CurrentVersion\Policies\LAPS": {"BackupDirectory": 2, "PasswordAgeDays": 30, "PasswordLength": 15,
                                                                        "PasswordComplexity": 4, "PostAuthenticationActions": 3},
    }


# ---- services: name → (display name, image path); state and start type below ----

SERVICES = {
    "RemoteRegistry": ("Remote Registry", r"C:\Windows\system32\svchost.exe -k localService -p"),
    "WinRM": ("Windows Remote Management (WS-Management)", r"C:\Windows\System32\svchost.exe -k NetworkService -p"),
    "TermService": ("Remote Desktop Services", r"C:\Windows\System32\svchost.exe -k NetworkService"),
    "Spooler": ("Print Spooler", r"C:\Windows\System32\spoolsv.exe"),
    "W32Time": ("Windows Time", r"C:\Windows\system32\svchost.exe -k LocalService"),
    "EventLog": ("Windows Event Log", r"C:\Windows\System32\svchost.exe -k LocalServiceNetworkRestricted -p"),
    "mpssvc": ("Windows Defender Firewall", r"C:\Windows\system32\svchost.exe -k LocalServiceNoNetworkFirewall -p"),
    "WinDefend": ("Microsoft Defender Antivirus Service", r"C:\Program Files\Windows Defender\MsMpEng.exe"),
    "NETLOGON": ("Netlogon", r"C:\Windows\system32\lsass.exe"),
    "LanmanServer": ("Server", r"C:\Windows\system32\svchost.exe -k netsvcs -p"),
    "SNMP": ("SNMP Service", r"C:\Windows\System32\snmp.exe"),
    "SSDPSRV": ("SSDP Discovery", r"C:\Windows\system32\svchost.exe -k LocalServiceAndNoImpersonation -p"),
    "WebClient": ("WebClient", r"C:\Windows\system32\svchost.exe -k LocalService -p"),
    "TlntSvr": ("Telnet", r"C:\Windows\System32\tlntsvr.exe"),
    "FTPSVC": ("Microsoft FTP Service", r"C:\Windows\system32\svchost.exe -k ftpsvc"),
    "simptcp": ("Simple TCP/IP Services", r"C:\Windows\System32\tcpsvcs.exe"),
    "mrxsmb10": ("SMB 1.x MiniRedirector", r"system32\DRIVERS\mrxsmb10.sys"),
    "Schedule": ("Task Scheduler", r"C:\Windows\system32\svchost.exe -k netsvcs -p"),
}
RUNNING, STOPPED = 4, 1
AUTOMATIC, DEMAND, OFF = 2, 3, 4
CLEAN_SERVICES = {"RemoteRegistry": (RUNNING, AUTOMATIC), "WinRM": (STOPPED, OFF), "TermService": (STOPPED, DEMAND), "Spooler": (STOPPED, OFF),
                  "W32Time": (RUNNING, AUTOMATIC), "EventLog": (RUNNING, AUTOMATIC), "mpssvc": (RUNNING, AUTOMATIC), "WinDefend": (RUNNING, AUTOMATIC),
                  "NETLOGON": (RUNNING, AUTOMATIC), "LanmanServer": (RUNNING, AUTOMATIC), "SSDPSRV": (STOPPED, OFF), "Schedule": (RUNNING, AUTOMATIC)}
WITH_WINRM = {"WinRM": (RUNNING, AUTOMATIC)}
WITH_RDP = {"TermService": (RUNNING, DEMAND)}

# ---- accounts ----

DISABLED, NOT_REQUIRED, NEVER_EXPIRES = 0x1, 0x4, 0x200           # acct_flags of SAMR; ordinary is 0x10
ADMINISTRATORS, USERS, GUESTS, RDP_USERS, DCOM_USERS, WINRM_USERS, BACKUP = 544, 545, 546, 555, 562, 580, 551
DOMAIN_ADMINS, DOMAIN_USERS = DOMAIN_SID + "-512", DOMAIN_SID + "-513"
STAFF = DOMAIN_SID + "-1108"                          # sato000
VENDOR_EHR, VENDOR_XRAY, DELETED = DOMAIN_SID + "-1349", DOMAIN_SID + "-1351", DOMAIN_SID + "-99999"


class User:
    """A local account. AGE: days since its password was set (None: never set, must change). TEXT: its description."""

    def __init__(self, name, rid, age=40, flags=0, password=None, full="", groups=(USERS,), bad=0, logon=3, moment=None, text=""):
        self.name, self.rid, self.age, self.flags, self.full, self.text = name, rid, age, flags, full, text
        self.password, self.groups, self.bad, self.logon, self.moment = password, groups, bad, logon, moment

    def set_at(self, host, now):
        """When the password was set: in another second on every host, unless `moment` says that it is the same."""
        if self.age is None:
            return 0
        return now - self.age * DAY - int.from_bytes(hashlib.sha256((self.moment or host + self.name).encode()).digest()[:4], "big") % 40000


# threshold, lockout duration and window in minutes; length, history, maximum age in days (None: never), complexity
CLEAN_POLICY = dict(threshold=5, duration=15, window=15, length=14, history=24, max_age=365, complexity=True)


class Host:
    def __init__(self, name, last, build, what, **more):
        self.name, self.build, self.what = name, build, what
        self.last = last
        g = more.pop
        self.ipv4 = g("ipv4", NET + str(last))
        self.ipv6 = g("ipv6", None)
        self.in_directory = g("in_directory", True)
        self.names = g("names", True)                    # False: known by address only
        self.dead_first = g("dead_first", None)          # an address without an answer, listed before the real one
        self.sid = g("sid", None) or machine_sid(name)
        # 18 days: when LAPS, as the directory tells, last changed the password of the servers.
        self.administrator = g("administrator", administrator(age=18))
        self.guest = g("guest", User("Guest", 501, age=None, flags=DISABLED | NOT_REQUIRED | NEVER_EXPIRES, groups=(GUESTS,), logon=None))
        self.audit = g("audit", "administrator")         # what the audit login is there; see audit_user()
        self.users = g("users", [])
        self.members = g("members", {ADMINISTRATORS: [DOMAIN_ADMINS]})   # beside the local users' own groups
        self.rights = g("rights", {})                    # SID → names of privileges
        self.policy = dict(CLEAN_POLICY, **g("policy", {}))
        self.registry_base = g("registry_base", "secure")  # secure, version (nothing but the version), nothing
        self.values = g("registry", {})
        self.services = dict(CLEAN_SERVICES, **g("services", {}))
        self.smb = g("smb", {})
        self.shares = g("shares", {})
        self.peers = g("peers", [])
        self.faults = g("faults", [])
        self.with_up = g("with_up", True)                # False: started by a command of its own
        assert not more, more
        if self.administrator.password is None:
            self.administrator.password = secret("administrator " + name)

    def fqdn(self):
        return "%s.%s" % (self.name.lower(), DOMAIN)

    def audit_user(self):
        u = User(AUDIT, 1001, age=10, password=secret("host " + AUDIT), groups=(ADMINISTRATORS, USERS), full="Kagimori audit", logon=None)
        if self.audit == "user":
            u.groups = (USERS,)
        elif self.audit == "wrong":
            u.password = secret("another " + AUDIT)
        elif self.audit == "expired":
            u.age = self.policy["max_age"] + 200
        elif self.audit == "must-change":
            u.age = None
        return u

    def all_users(self):
        return [self.administrator, self.guest, self.audit_user()] + self.users

    def full_registry(self):
        keys = {}
        if self.registry_base != "nothing":
            parts = [version(self.build)] + ([secure()] if self.registry_base == "secure" else [])
            for part in parts:
                for k, v in part.items():
                    keys.setdefault(k, {}).update(v)
        # Samba's service control takes a service that has neither a key nor a script for a reason to crash.
        for name, (state, start) in self.services.items():
            display, path = SERVICES[name]
            keys.setdefault(SYSTEM + "\\Services\\" + name, {}).update(
                {"Start": start, "Type": 0x20, "ErrorControl": 1, "ObjectName": "LocalSystem", "DisplayName": display,
                 "ImagePath": Raw(2, (path + "\0").encode("utf-16-le"))})
        for k, values in self.values.items():
            if values is None:
                keys.pop(k, None)
                continue
            for n, v in values.items():
                keys.setdefault(k, {})
                if v is None:
                    keys[k].pop(n, None)
                else:
                    keys[k][n] = v
        return keys


def administrator(name="Administrator", **kw):
    """RID 500. Windows makes it so that its password never expires; here that is said only of the old ones. Not in daily use."""
    kw.setdefault("logon", 120)
    kw.setdefault("groups", (ADMINISTRATORS,))
    kw.setdefault("flags", NEVER_EXPIRES if kw.get("age", 0) > 300 else 0)
    return User(name, 500, **kw)


def rdp_on(**rdp):
    return {TS: {"fDenyTSConnections": 0}, TS_POLICY: {"fDenyTSConnections": 0}, RDP: rdp}


def both(*parts):
    out = {}
    for p in parts:
        for k, v in p.items():
            out[k] = None if v is None else dict(out.get(k) or {}, **v)
    return out


NO_SIGNING = {"server signing": "disabled"}
OFFERED_SIGNING = {"server signing": "auto"}
CLONE_SID = machine_sid("golden image")
TWIN_AGE = 333
MANY = ["riyousha%05d" % i for i in range(1, 10001)]

HOSTS = [
    # Clean: nothing may be found here.
    Host("SRV-FILE01", 11, "2019", "file server, the clean server; also IPv6", ipv6=NET6 + "11",
         shares={"shared": "staff files", "transcripts$": "PowerShell transcripts"}),
    Host("WS-W11-01", 12, "11", "clean client; RID 500 disabled; Remote Registry stopped and disabled",
         administrator=administrator(age=25, flags=DISABLED),
         registry={LSA: {"RunAsPPL": 2, "NoLMHash": None}}, services={"RemoteRegistry": (STOPPED, OFF)},
         users=[User("laps-admin", 1002, age=9, groups=(ADMINISTRATORS,))],
         faults=["clean: RID 500 is disabled; `laps-admin` (1002) is the managed administrator",
                 "RemoteRegistry stopped and disabled, and no winreg pipe: the registry cannot be read over the network",
                 "RunAsPPL 2 (without UEFI lock) is as good as 1; NoLMHash absent is right for this build"]),
    Host("WS-W10-01", 13, "10-ltsc", "clean client; Remote Registry stopped (on demand)", services={"RemoteRegistry": (STOPPED, DEMAND)},
         administrator=administrator(age=24), faults=["RemoteRegistry stopped, start type on demand, and no winreg pipe: it must not be started"]),
    Host("SRV-SQL01", 14, "2022", "clean server with RDP under NLA (freerdp-shadow)", registry=rdp_on(), services=WITH_RDP, peers=["shadow 3389"],
         members={ADMINISTRATORS: [DOMAIN_ADMINS], RDP_USERS: [DOMAIN_ADMINS]},
         faults=["clean: RDP is on, with NLA and TLS"]),
    # One password of the Administrator on four hosts, on one of them under another name.
    Host("SRV-APP01", 15, "2019", "application server; two addresses, the first is dead", dead_first=NET + "3",   # nearer to the client's 10.99.1.1: the resolver puts it first
         administrator=administrator(age=90, logon=3, password=secret(SHARED_A)), policy=dict(threshold=0),
         registry=both(rdp_on(UserAuthentication=0, SecurityLayer=1, MinEncryptionLevel=2),
                       {UAC: {"LocalAccountTokenFilterPolicy": 1}, TS_POLICY: {"UserAuthentication": 0, "SecurityLayer": None, "MinEncryptionLevel": None},
                        WINRM: {"AllowAutoConfig": 1, "IPv4Filter": "10.99.0.0-10.99.1.255"}}),
         services=dict(WITH_RDP, **WITH_WINRM), peers=["xrdp 3389 negotiate app", "winrm 5985 negotiate", "winrm-tls 5986 negotiate app"],
         users=[User("hoshu-vendor", 1002, age=1200, flags=NEVER_EXPIRES, groups=(ADMINISTRATORS,), full="保守業者")],
         members={ADMINISTRATORS: [DOMAIN_ADMINS, VENDOR_EHR, DELETED], RDP_USERS: [DOMAIN_USERS], WINRM_USERS: [VENDOR_EHR]},
         faults=["RID 500 shares password A (candidate 2)", "RID 500 was used 3 days ago", "lockout threshold 0: never locks", "LocalAccountTokenFilterPolicy 1",
                 "RDP on, TLS or standard security, no NLA (UserAuthentication 0, SecurityLayer 1, MinEncryptionLevel 2)",
                 "its RDP and its WinRM show the same TLS key as WS-LEG-01's RDP", "`hoshu-vendor` (1002): extra local administrator, password 1200 days old, never expires",
                 "Administrators: domain user vendor-ehr (…-1349) and a SID that no longer exists (…-99999)", "Remote Desktop Users: Domain Users (…-513)",
                 "Remote Management Users: vendor-ehr", "WinRM: HTTP and HTTPS, Negotiate and Kerberos, IPv4Filter set: as it should be where WinRM is needed"]),
    Host("SRV-EHR12", 16, "2012R2", "electronic health record, old", administrator=administrator(age=4015, password=secret(SHARED_A)),
         policy=dict(threshold=10, duration=10, window=10, length=7, history=0, max_age=None, complexity=False),
         smb=dict(NO_SIGNING, **{"server min protocol": "NT1", "ntlm auth": "ntlmv1-permitted"}),
         registry={UAC: {"EnableLUA": 0, "FilterAdministratorToken": 0, "ConsentPromptBehaviorAdmin": 0, "PromptOnSecureDesktop": 0, "EnableVirtualization": 0,
                         "EnableSecureUIAPaths": 0, "EnableUIADesktopToggle": 1, "EnableInstallerDetection": 0},
                   CLIENT: {"RequireSecuritySignature": 0, "EnablePlainTextPassword": 1}, SYSTEM + r"\Services\LDAP": {"LDAPClientIntegrity": 0},
                   SYSTEM + r"\Services\Netlogon\Parameters": {"RequireSignOrSeal": 0, "RequireStrongKey": 0},
                   WDIGEST: {"UseLogonCredential": 1}, LSA: {"LmCompatibilityLevel": 2, "NoLMHash": 0, "SCENoApplyLegacyAuditPolicy": 0, "DisableRestrictedAdmin": 0, "RunAsPPL": None, "LsaCfgFlags": None}, GUARD: None,
                   MSV: {"NTLMMinClientSec": 0x20000000, "NTLMMinServerSec": 0x20000000, "AllowNullSessionFallback": 1}, SERVER: {"SMB1": 1, "RequireSecuritySignature": 0},
                   WINLOGON: {"CachedLogonsCount": "10"}, EVENTLOG_POLICY: {"MaxSize": None}, EVENTLOG: {"MaxSize": 20971520}},
         peers=["winrm-tls 5986 negotiate ehr tls1.0"],
         services=dict(WITH_WINRM, mrxsmb10=(RUNNING, AUTOMATIC), FTPSVC=(RUNNING, AUTOMATIC), TlntSvr=(STOPPED, DEMAND)),
         faults=["RID 500 shares password A (candidate 2), password 4015 days old (11 years)", "SMB1 offered; SMB signing not offered at all; NTLMv1 accepted",
                 "EnableLUA 0, ConsentPromptBehaviorAdmin 0, PromptOnSecureDesktop 0, FilterAdministratorToken 0", "WDigest UseLogonCredential 1",
                 "LmCompatibilityLevel 2, NoLMHash 0, RunAsPPL absent, NTLM minimum session security without NTLMv2", "no Credential Guard policy", "CachedLogonsCount \"10\"",
                 "Security log 20 MB (no policy)", "password policy: 7 characters, no history, never expires, no complexity; lockout after 10, for 10 minutes",
                 "SMB 1.0 client, FTP server; a Telnet server that is stopped", "WinRM over HTTPS with TLS 1.0 only"]),
    Host("SRV-RIS16", 17, "2016", "radiology information system; Administrator renamed; locks after 3",
         administrator=administrator("管理者", age=700, password=secret(SHARED_A)), policy=dict(threshold=3, duration=30, window=30),
         registry=both(rdp_on(UserAuthentication=0, SecurityLayer=0, MinEncryptionLevel=1),
                       {TS_POLICY: {"UserAuthentication": None, "SecurityLayer": None, "MinEncryptionLevel": None, "fEncryptRPCTraffic": None,
                                    "fPromptForPassword": None, "MaxIdleTime": None}}),
         services=WITH_RDP, peers=["xrdp 3389 rdp"], smb=OFFERED_SIGNING,
         faults=["RID 500 is called 管理者 and shares password A (candidate 2)", "locks after 3 failures, for 30 minutes: **one** trial at most", "SMB signing offered, not required",
                 "registry says RequireSecuritySignature 1 while the wire says not required: the wire counts",
                 "RDP with standard RDP security only (SecurityLayer 0, MinEncryptionLevel 1, UserAuthentication 0)"]),
    Host("MOD-W701", 18, "7", "modality; no LAPS", administrator=administrator(age=400, flags=0, password=secret(SHARED_A)),
         policy=dict(threshold=10, max_age=90, length=8), registry_base="version", 
         services={"WinDefend": (STOPPED, OFF), "Spooler": (RUNNING, AUTOMATIC), "SNMP": (RUNNING, AUTOMATIC), "simptcp": (RUNNING, AUTOMATIC),
                   "SSDPSRV": (RUNNING, DEMAND), "WebClient": (STOPPED, DEMAND)},
         smb=NO_SIGNING, registry={RUN: {"ModalityConsole": r"C:\Modality\console.exe", "Updater": r"C:\Users\Public\updater.exe -s"},
                                   EXPLORER: {"NoDriveTypeAutoRun": 0x91}, WSH: {"Enabled": "1"}},
         users=[User("modality", 1002, age=3000, flags=NEVER_EXPIRES, groups=(ADMINISTRATORS,)), User("service", 1003, age=3000, flags=NEVER_EXPIRES, text="初期パスワード: Service#1")],
         faults=["RID 500 shares password A (candidate 2), which has expired (400 days, maximum 90): a right candidate is answered with PASSWORD_EXPIRED",
                 "Windows 7: WDigest absent means on, no RunAsPPL, everything but the named values absent", "Run: one entry from `C:\\Users\\Public`",
                 "NoDriveTypeAutoRun 0x91 (the default)", "Windows Script Host on (REG_SZ \"1\")", "Spooler, SNMP, simple TCP/IP services and SSDP running; WebClient on demand", "the description of `service` (1003) holds a password", "local administrator `modality` (1002), 3000 days, never expires",
                 "SMB signing not offered"]),
    # A second password on two hosts.
    Host("WS-LEG-01", 19, "10", "client, RDP on port 3390", administrator=administrator(age=600, password=secret(SHARED_B)),
         registry=both(rdp_on(PortNumber=3390, UserAuthentication=0, SecurityLayer=1), {TS_POLICY: {"UserAuthentication": None, "SecurityLayer": None}}),
         services=WITH_RDP, peers=["xrdp 3390 tls app"], smb=OFFERED_SIGNING,
         faults=["RID 500 shares password B (candidate 5)", "RDP on port 3390 (registry says so), TLS only, no NLA; the TLS key is SRV-APP01's",
                 "SMB signing offered, not required"]),
    Host("WS-LEG-02", 20, "10", "client", administrator=administrator(age=601, password=secret(SHARED_B)), policy=dict(threshold=10), shares={"scan": "scans"},
         registry={POWERSHELL + r"\ScriptBlockLogging": {"EnableScriptBlockLogging": 0}, POWERSHELL + r"\Transcription": None,
                   POWERSHELL + r"\ModuleLogging": None, POWERSHELL + r"\ModuleLogging\ModuleNames": None, WSH: None, UAC: {"FilterAdministratorToken": 0},
                   POWERSHELL: {"ExecutionPolicy": "Unrestricted"}, LSA: {"RestrictRemoteSam": "O:BAG:BAD:(A;;RC;;;BA)(A;;RC;;;WD)"}},
         faults=["RID 500 shares password B (candidate 5)", "lockout after 10", "script block logging 0, transcription and module logging absent", "Windows Script Host: absent means on",
                 "FilterAdministratorToken 0", "execution policy Unrestricted", "RestrictRemoteSam lets everybody ask", "a share `scan`"]),
    # Clones: the machine SID in common, nothing else.
    Host("WS-NOL-01", 21, "10-ltsc", "clone of an image; no LAPS; nearly locked", sid=CLONE_SID, administrator=administrator(age=250, bad=4),
         policy=dict(threshold=5, duration=-1, window=43200),
         faults=["machine SID equal to WS-NOL-02's (passwords and dates differ)", "RID 500 has 4 bad passwords on record and locks at 5, for ever: **no** trial"]),
    Host("WS-NOL-02", 22, "10-ltsc", "clone of an image; no LAPS", sid=CLONE_SID, administrator=administrator(age=180), members={ADMINISTRATORS: [DOMAIN_ADMINS, STAFF]},
         faults=["machine SID equal to WS-NOL-01's", "Administrators: an ordinary account of the domain, sato000 (…-1108)"]),
    # Twins: the Administrator's password was set in the same second.
    Host("MOD-W702", 23, "7", "modality; no LAPS", administrator=administrator(age=TWIN_AGE, moment="twins"), registry_base="version", smb=OFFERED_SIGNING,
         members={ADMINISTRATORS: [DOMAIN_ADMINS], BACKUP: [DOMAIN_USERS]},
         rights={DOMAIN_USERS: ["SeLoadDriverPrivilege", "SeTakeOwnershipPrivilege", "SeImpersonatePrivilege", "SeRestorePrivilege"]},
         faults=["RID 500's password was set at the same moment as MOD-W703's (machine SIDs differ)", "SMB signing offered, not required", "Backup Operators: Domain Users",
                 "Domain Users (…-513) may load drivers, take ownership, impersonate and restore"]),
    Host("MOD-W703", 24, "7", "modality; no LAPS", administrator=administrator(age=TWIN_AGE, moment="twins"), registry_base="version", smb=OFFERED_SIGNING,
         members={ADMINISTRATORS: [DOMAIN_ADMINS, DOMAIN_USERS]}, users=[User("moto-hoshu", 1002, flags=DISABLED, groups=(ADMINISTRATORS,))],
         faults=["RID 500's password was set at the same moment as MOD-W702's", "SMB signing offered, not required",
                 "Administrators: Domain Users (…-513), and `moto-hoshu` (1002), which is disabled"]),
    # What an audit login meets.
    Host("SRV-HVAC01", 25, "2022", "building control of a vendor; the audit login is an ordinary user", audit="user",
         administrator=administrator(age=365), policy=dict(threshold=3, duration=-1, window=43200),
         faults=["the audit login is no administrator: accounts, lockout policy, members, services and registry cannot be read (rights can: Samba)", "locks after 3, which nobody can read: at most **one** trial"]),
    Host("SRV-CA01", 26, "2022", "certification authority; the audit login has another password", audit="wrong",
         faults=["audit login: LOGON_FAILURE"]),
    Host("SRV-LAB08", 27, "2008R2", "laboratory; the audit login's password has expired", audit="expired", policy=dict(max_age=90),
         smb=NO_SIGNING, faults=["audit login: PASSWORD_EXPIRED", "SMB signing not offered"]),
    Host("SRV-OLD03", 28, "2003", "speaks SMB1 only; the audit login must change its password", audit="must-change",
         smb=dict(NO_SIGNING, **{"server min protocol": "NT1", "server max protocol": "NT1", "ntlm auth": "ntlmv1-permitted"}), registry_base="nothing",
         faults=["SMB1 and nothing newer; SMB signing not offered; NTLMv1 accepted", "audit login: PASSWORD_MUST_CHANGE"]),
    # Anonymous access, guests.
    Host("SRV-PRINT01", 29, "2019", "print server; null sessions, guest", administrator=administrator(age=500), policy=dict(threshold=8),
         guest=User("Guest", 501, age=None, flags=NOT_REQUIRED | NEVER_EXPIRES, groups=(GUESTS,), logon=2),
         smb={"server signing": "auto", "restrict anonymous": "0", "map to guest": "bad user"},
         registry={LSA: {"RestrictAnonymous": 0, "RestrictAnonymousSAM": 0, "EveryoneIncludesAnonymous": 1, "RestrictRemoteSam": None},
                   SERVER: {"RestrictNullSessAccess": 0, "NullSessionPipes": ["samr", "lsarpc", "spoolss"], "NullSessionShares": ["public"], "RequireSecuritySignature": 0}},
         shares={"public": "guest"}, services={"Spooler": (RUNNING, AUTOMATIC)},
         faults=["anonymous SAMR and LSA enumeration works", "Guest (501) is enabled, no password required", "share `public` readable by guests", "an unknown user is taken for a guest",
                 "RestrictAnonymous 0, RestrictAnonymousSAM 0, EveryoneIncludesAnonymous 1, RestrictNullSessAccess 0, NullSessionPipes and NullSessionShares filled, RestrictRemoteSam absent",
                 "Spooler running, automatic", "SMB signing offered, not required", "lockout after 8"]),
    Host("SRV-WEB01", 30, "2022", "web server, IPv6 only; WinRM as bad as it gets", ipv4="-", ipv6=NET6 + "30", administrator=administrator(age=45),
         members={ADMINISTRATORS: [DOMAIN_ADMINS], WINRM_USERS: [DOMAIN_USERS]},
         registry={WINRM: {"AllowAutoConfig": 1, "AllowBasic": 1, "AllowUnencryptedTraffic": 1, "IPv4Filter": "*", "IPv6Filter": "*", "DisableRunAs": 0, "AllowCredSSP": 1},
                   LSA: {"Authentication Packages": ["msv1_0", "mimilib"], "Notification Packages": ["scecli", "mimilib"], "Security Packages": ["kerberos", "mimilib"]},
                   WINDOWS: {"AppInit_DLLs": r"C:\Windows\Temp\hook.dll", "LoadAppInit_DLLs": 1},
                   WINRM + r"\WinRS": {"AllowRemoteShellAccess": 1}, WINRM_CLIENT: {"AllowBasic": 1, "AllowUnencryptedTraffic": 1, "AllowDigest": 1}},
         services=WITH_WINRM, peers=["winrm 5985 basic,identify", "winrm-tls 5986 basic,identify expired"],
         faults=["has only an IPv6 address", "its RID 500 is not the account that LAPS manages (45 days, LAPS 18)", "Remote Management Users: Domain Users", "WinRM takes CredSSP",
                 "a library in every logon and in every program (mimilib, AppInit_DLLs)", "WinRM: Basic over HTTP, unencrypted traffic allowed, no IP filter, RunAs and remote shell allowed; the client's three too",
                 "WinRM answers Identify to anybody, with vendor and version", "the HTTPS certificate has expired"]),
    Host("NAS-01", 31, None, "network storage, not Windows; SMB 3.1.1 only; telnet", in_directory=True, registry_base="nothing", services={},
         smb={"server min protocol": "SMB3_11", "restrict anonymous": "2", "server string": "NAS"}, peers=["ssh 22", "telnet 23"],
         shares={"backup": "backups"},
         faults=["SMB 3.1.1 only, nothing for anonymous callers", "telnet is open; ssh is open (information)", "no registry value at all: not Windows"]),
    Host("SRV-FROZEN", 32, "2019", "hostile values in the registry; 200 local users", administrator=administrator(age=800), policy=dict(threshold=6, length=10),
         registry={UAC: {"EnableLUA": Raw(4, b"\x01\x00\x00"), "FilterAdministratorToken": Raw(1, "1\0".encode("utf-16-le")),
                         "LocalAccountTokenFilterPolicy": Raw(11, b"\0" * 8), "ConsentPromptBehaviorAdmin": Raw(4, b""), "PromptOnSecureDesktop": Raw(3, b"\1\0\0\0")},
                   LSA: {"LmCompatibilityLevel": 4294967295, "RunAsPPL": Raw(0x7FFF, b"\1\0\0\0"), "RestrictRemoteSam": "O:BAG:BAD:(A;;RC;;;BA)\x1b[2J<script>alert(1)</script>",
                         "Notification Packages": Raw(7, "scecli\0rassfm".encode("utf-16-le"))},
                   WINLOGON: {"CachedLogonsCount": "\x1b]0;owned\x07=cmd|' /C calc'!A0\r\n<img src=x onerror=alert(1)>", "Shell": Raw(1, b"\x00\xd8e\x00x\x00l")},
                   SYSTEM + r"\Services\Netlogon\Parameters": {"DisablePasswordChange": 1},
                   EVENTLOG: {"MaxSize": Raw(3, b"\xaa" * 1048576)}, EVENTLOG_POLICY: {"MaxSize": "196608"},
                   RUN: {"<b>Run</b>\x07\x1b[31m": "C:\\Program Files\\x.exe\x00hidden", "A" * 255: "long name", "": "the default value"}},
         users=[User("taikan%03d" % i, 1001 + i, age=30 + i * 7, flags=NEVER_EXPIRES if i % 10 == 0 else DISABLED if i % 9 == 0 else 0,
                     full="体感 %d" % i, logon=400 if i > 190 else min(i, 150)) for i in range(1, 201)],
         rights={DOMAIN_SID + "-1351": ["SeBackupPrivilege", "SeDebugPrivilege"]},
         faults=["values of hostile type and size: REG_DWORD of 3 bytes (EnableLUA) and of none, REG_SZ and REG_QWORD and REG_BINARY where a REG_DWORD belongs, an unknown type (0x7fff), REG_MULTI_SZ without its end, "
                 "REG_SZ with control characters, markup, formulas, a lone surrogate and half a character, a name with markup, a name of 255 characters, a megabyte of binary: no setting among these is a pass (the names of a list without its end are whole)",
                 "203 local users; every tenth never expires, every ninth is disabled, the last ten have not logged on for 400 days", "the machine does not change its password", "vendor-xray (…-1351) has SeBackupPrivilege and SeDebugPrivilege"]),
    # By address only: not in the directory, no name.
    Host("KENSA-PC", 41, "10", "examination PC, not in the domain: address only", in_directory=False, names=False, administrator=administrator(age=1500, logon=1),
         policy=dict(threshold=0, length=0, history=0, max_age=None, complexity=False), members={}, smb=OFFERED_SIGNING, peers=["shadow-any 3389"],
         registry=both(rdp_on(UserAuthentication=0, SecurityLayer=1),
                       {TS_POLICY: {"UserAuthentication": None, "SecurityLayer": None}, 
                        EXPLORER: {"NoDriveTypeAutoRun": None, "NoAutorun": None}, POLICIES + r"\Windows\Explorer": None, LSA: {"LimitBlankPasswordUse": 0},
                        RUN: {"kensa": r"C:\Kensa\start.cmd", "log": r"wscript.exe //B C:\Kensa\log.vbs"},
                        WINLOGON: {"AutoAdminLogon": "1", "DefaultUserName": "kensa", "DefaultPassword": secret("kensa autologon"), "Shell": r"C:\Kensa\kensa.exe",
                                   "Userinit": r"C:\Windows\system32\userinit.exe,C:\Kensa\init.exe"},
                        IMAGE + r"\sethc.exe": {"Debugger": r"C:\Windows\system32\cmd.exe"}}),
         services=WITH_RDP, users=[User("kensa", 1002, age=None, flags=NOT_REQUIRED | NEVER_EXPIRES, groups=(ADMINISTRATORS,), full="検査"),
                                   User("old-staff", 1003, age=2200, flags=NEVER_EXPIRES, logon=1900)],
         faults=["AutoAdminLogon 1 with DefaultPassword (never to be shown)", "lockout threshold 0, password length 0, no history, no maximum age", "no AutoRun values at all",
                 "LimitBlankPasswordUse 0", "the shell and a second userinit are programs of the vendor, a script starts by itself, sethc.exe is replaced by cmd.exe", "`kensa` (1002): administrator without a required password", "RDP offers everything, also without NLA"]),
    Host("CT-CONSOLE", 42, None, "console of a device, not in the domain: address only", in_directory=False, names=False, registry_base="nothing",
         administrator=administrator(age=3650, password=""), policy=dict(threshold=0, length=0, history=0, max_age=None, complexity=False),
         members={}, services={"RemoteRegistry": (RUNNING, AUTOMATIC), "SNMP": (RUNNING, AUTOMATIC)}, smb=NO_SIGNING,
         faults=["RID 500 has a blank password, 3650 days", "no registry value at all: everything absent", "lockout threshold 0", "SNMP running", "SMB signing not offered"]),
    # Only when asked for: `lab big up`.
    Host("SRV-BIG", 51, "2022", "10,000 local users (`lab big up`)", in_directory=False, with_up=False,
         users=[User(n, 1002 + i, age=30 + i % 900, logon=None) for i, n in enumerate(MANY)], faults=["10,000 local users, 10,003 with Administrator, Guest and the audit login"]),
    # The template of `lab farm`.
    Host("FARM", 250, "2022", "the host that `lab farm` copies", in_directory=False, names=False, with_up=False,
         users=[User("farm%02d" % i, 1002 + i) for i in range(1, 9)]),
]
BY_NAME = {h.name: h for h in HOSTS}

# Names and addresses that no host answers for properly; the address and what peers.py does there.
STRANGE = [
    ("host-dropped", NET + "200", "drop", "swallows every packet"),
    ("host-mute", NET + "201", "mute", "accepts and never speaks"),
    ("host-reset", NET + "202", "reset", "accepts and resets at once"),
    ("host-drip", NET + "203", "drip", "one byte a second, without end"),
    ("host-garbage", NET + "204", "garbage", "64 KiB of random bytes at once, and more for every request"),
    ("host-flood", NET + "205", "flood", "random bytes without end"),
    ("host-late", NET + "206", "late", "waits 3 seconds, then hangs up"),
    ("host-closed", NET + "207", "closed", "every port is closed"),
]
STRANGE_PORTS = (22, 23, 389, 445, 636, 3268, 3389, 5985, 5986)


def names():
    for h in HOSTS:
        if not h.names or not h.with_up and h.name != "SRV-BIG":
            continue
        if h.dead_first:
            yield "%s %s %s" % (h.dead_first, h.fqdn(), h.name.lower())
        for a in (h.ipv4, h.ipv6):
            if a and a != "-":
                yield "%s %s %s" % (a, h.fqdn(), h.name.lower())
    for n, a, _, _ in STRANGE:
        yield "%s %s.%s %s" % (a, n, DOMAIN, n)


def shown(value):
    """For a Markdown table: without what it is about."""
    return "".join(c if c.isprintable() and c not in "`<>" else "\\x%02x" % ord(c) for c in str(value))[:80]


def write_facts(path):
    rows = []
    for h in HOSTS:
        p, a = h.policy, h.administrator
        addresses = ", ".join(x for x in (h.ipv4 if h.ipv4 != "-" else None, h.ipv6) if x)
        rows.append("\n### %s\n" % h.name)
        rows.append("%s. %s; %s%s.\n" % (h.what[0].upper() + h.what[1:], addresses, "name " + h.fqdn() if h.names else "no name",
                                       "" if h.in_directory else "; not in the directory"))
        rows.append("- Windows: %s" % (BUILDS[h.build][0] + ", build " + BUILDS[h.build][2] if BUILDS[h.build] else "none"))
        rows.append("- machine SID `%s`" % h.sid)
        rows.append("- RID 500 `%s`: %s%s, password %s" % (a.name, "disabled" if a.flags & DISABLED else "enabled",
                                                        ", never expires" if a.flags & NEVER_EXPIRES else "",
                                                        "%d days old" % a.age if a.age is not None else "never set"))
        rows.append("- policy: lockout %s, length %d, history %d, maximum age %s, complexity %s" % (
            "after %d, %s, window %d min" % (p["threshold"], "for ever" if p["duration"] < 0 else "for %d min" % p["duration"], p["window"]) if p["threshold"] else "never",
            p["length"], p["history"], "%d days" % p["max_age"] if p["max_age"] else "none", "on" if p["complexity"] else "off"))
        rows.append("- audit login: %s" % h.audit)
        rows.append("- SMB: %s" % ", ".join("%s = %s" % x for x in sorted(smb_options(h).items())))
        running = [n for n, (s, _) in sorted(h.services.items()) if s == RUNNING]
        off = [n for n, (_, s) in sorted(h.services.items()) if s == OFF]
        rows.append("- services running: %s; disabled: %s" % (", ".join(running) or "none", ", ".join(off) or "none"))
        rows.append("- registry: %s" % {"secure": "every value of `secure()` in hosts.py but those named below", "version": "version, services and the values named below; all else absent",
                                        "nothing": "nothing but the values named below"}[h.registry_base])
        for k, values in h.values.items():
            if values is None:
                rows.append("  - `%s`: the key is missing" % k)
            for n, v in (values or {}).items():
                rows.append("  - `%s` \\ `%s`: %s" % (k, shown(n), "absent" if v is None else "a string of the lab" if n == "DefaultPassword" else
                                                     "type 0x%x, %d bytes" % (v.kind, len(v.data)) if isinstance(v, Raw) else "`%s`" % shown(v)))
        if h.peers:
            rows.append("- also: %s" % "; ".join(h.peers))
        users = [u for u in h.users]
        if 0 < len(users) <= 10:
            rows.append("- local users: %s" % ", ".join("`%s` (%d)" % (u.name, u.rid) for u in users))
        for f in h.faults:
            rows.append("- **%s**" % f)
        if not h.faults:
            rows.append("- clean")
    with open(path, encoding="utf-8") as f:
        text = f.read()
    start, end = "<!-- made by `lab facts` from hosts.py -->\n", "<!-- end -->"
    head, rest = text.split(start)
    tail = rest.split(end)[1]
    strange = ["\n## Strange addresses\n", "| name | address | what |", "|---|---|---|"]
    strange += ["| `%s` | %s | %s, on ports %s |" % (n, a, w, ", ".join(map(str, STRANGE_PORTS))) if k not in ("drop", "closed") else "| `%s` | %s | %s |" % (n, a, w)
                for n, a, k, w in STRANGE]
    with open(path, "w", encoding="utf-8") as f:
        f.write(head + start + "\n".join(rows + strange) + "\n" + end + tail)


def smb_options(h):
    o = {"server signing": "mandatory", "server min protocol": "SMB2_02", "restrict anonymous": "2", "map to guest": "never", "ntlm auth": "ntlmv2-only"}
    o.update(h.smb)
    return o


def write_secrets(directory):
    for name, text in ((AUDIT + ".password", secret("host " + AUDIT)), ("candidates", "".join(secret(c) + "\n" for c in CANDIDATES)),
                       ("candidate-shared-a.password", secret(SHARED_A)), ("candidate-shared-b.password", secret(SHARED_B))):
        fd = os.open(os.path.join(directory, name), os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
        os.write(fd, text.encode())
        os.close(fd)


def main():
    what = sys.argv[1]
    if what == "list":
        for h in HOSTS:
            if h.ipv4 == "-" and not os.path.exists("/proc/net/if_inet6"):
                continue                              # a machine without IPv6
            if h.with_up or "all" in sys.argv:
                print("\t".join([h.name, h.ipv4, h.ipv6 or "-", h.what, ";".join(h.peers) or "-"]))
    elif what == "names":
        print("\n".join(names()))
    elif what == "secrets":
        write_secrets(sys.argv[2])
    elif what == "strange":
        for n, a, k, _ in STRANGE:
            print("\t".join([n, a, k] + ["%s:%d" % (a, p) for p in STRANGE_PORTS]))
        for h in HOSTS:
            if h.dead_first:
                print("\t".join([h.name + "-dead", h.dead_first, "drop"]))
    elif what == "facts":
        write_facts(sys.argv[2])
    else:
        raise SystemExit(__doc__)


if __name__ == "__main__":
    main()
