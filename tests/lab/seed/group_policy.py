"""Policies with real files in SYSVOL, their links, filters and faults. Called after everything that gets a RID before it.

Which of them reach which computer, and what wins, is said by hand in ../group-policy.yaml; a change here is a change there."""
from lab import *
from people import *
from policies import GPOS
from policy_files import *
from samba.ntacls import dsacl2fsacl, setntacl

SYSVOL = "/var/lib/samba/state/sysvol/" + DOMAIN
DEFAULT_DOMAIN, DEFAULT_CONTROLLERS = "{31B2F340-016D-11D2-945F-00C04FB984F9}", "{6AC1786C-016F-11D2-945F-00C04FB984F9}"
APPLY = "edacfd8f-ffb3-11d1-b41d-00a0c968f939"     # the extended right Apply Group Policy
SITE = "CN=Default-First-Site-Name,CN=Sites,<config>"
CONTROLLERS = "OU=Domain Controllers"
AGE = 60                                           # days: nothing about a policy depends on it
WORKSTATIONS = "病棟端末"

POLICIES_SYSTEM = r"Software\Microsoft\Windows\CurrentVersion\Policies\System"
EXPLORER = r"Software\Microsoft\Windows\CurrentVersion\Policies\Explorer"
MICROSOFT = r"Software\Policies\Microsoft"
TS = MICROSOFT + r"\Windows NT\Terminal Services"
WINRM = MICROSOFT + r"\Windows\WinRM\Service"
POWERSHELL = MICROSOFT + r"\Windows\PowerShell"
WINLOGON = r"Software\Microsoft\Windows NT\CurrentVersion\Winlogon"
LAPS = r"Software\Microsoft\Windows\CurrentVersion\Policies\LAPS"
CONTROL = r"System\CurrentControlSet\Control"
SERVICES_KEY = r"System\CurrentControlSet\Services"
LSA, MSV = CONTROL + r"\Lsa", CONTROL + r"\Lsa\MSV1_0"
SERVER, CLIENT = SERVICES_KEY + r"\LanManServer\Parameters", SERVICES_KEY + r"\LanmanWorkstation\Parameters"

ADMINISTRATORS, USERS_GROUP, GUESTS_GROUP, BACKUP, PRINT, OPERATORS, ACCOUNT = (
    "S-1-5-32-%d" % n for n in (544, 545, 546, 551, 550, 549, 548))
AUTHENTICATED, LOCAL_ACCOUNT, LOCAL_ADMINISTRATOR = "S-1-5-11", "S-1-5-113", "S-1-5-114"
GPP_WORD = secret("gpp administrator")             # two hosts of the offline estate have it, too

SECURITY, SETTINGS, AUDIT = r"Machine\Microsoft\Windows NT\SecEdit\GptTmpl.inf", r"Machine\Registry.pol", r"Machine\Microsoft\Windows NT\Audit\audit.csv"


def guid_of(key):
    return GPOS[key][0] if key in GPOS else key


def folder(guid):
    return "%s/Policies/%s" % (SYSVOL, guid)


def write(path, data):
    os.makedirs(os.path.dirname(path), exist_ok=True)
    with open(path, "wb") as f:
        f.write(data)


def put(guid, files, version, name=None, encoding="utf-8"):
    """files: {path in the policy's folder with backslashes: bytes}"""
    for path, data in files.items():
        write(folder(guid) + "/" + path.replace("\\", "/"), data)
    for half in ("Machine", "User"):
        if not any(os.path.isdir(folder(guid) + "/" + h) for h in (half, half.upper())):
            os.makedirs(folder(guid) + "/" + half)
    write(folder(guid) + "/GPT.INI", gpt_ini(version, name, encoding))


def names(parts):
    """gPCMachineExtensionNames: sorted pairs of extension and tool."""
    return "".join("[%s%s]" % e for e in sorted(EXTENSIONS[p] for p in parts)) or None


def policy(key, number, name, files=None, version=1, machine=(), user=(), flags=0, directory_version=None, wmi=None, label=None):
    """A policy with its object and its folder. files None: no folder at all. label: bytes of GPT.INI's own encoding."""
    guid = "{4B1A6D2E-9C35-4F0A-8E57-2D6F8A1B3C%02X}" % number
    GPOS[key] = (guid, name)
    clock(AGE + 20)
    root = "CN=%s,CN=Policies,CN=System" % guid
    add(root, "groupPolicyContainer", {
        "displayName": name, "gPCFileSysPath": "\\\\%s\\sysvol\\%s\\Policies\\%s" % (DOMAIN, DOMAIN, guid), "gPCFunctionalityVersion": 2,
        "versionNumber": version if directory_version is None else directory_version, "flags": flags,
        "gPCMachineExtensionNames": names(machine), "gPCUserExtensionNames": names(user),
        "gPCWQLFilter": wmi})
    for half in ("User", "Machine"):
        add("CN=%s,%s" % (half, root), "container")
    if files is not None:
        put(guid, files, version, name, label or "utf-8")
    return root


def fill(key, files, version, machine, user=()):
    """Real files for a policy that was there before, in a folder that spells MACHINE and USER with capitals."""
    guid = guid_of(key)
    files = {p.replace("Machine\\", "MACHINE\\", 1).replace("User\\", "USER\\", 1): d for p, d in files.items()}
    put(guid, files, version, GPOS[key][1] if key in GPOS else None)
    clock(AGE + 10)
    change("CN=%s,CN=Policies,CN=System" % guid, {"versionNumber": version, "gPCMachineExtensionNames": names(machine)})
    if user:
        change("CN=%s,CN=Policies,CN=System" % guid, {"gPCUserExtensionNames": names(user)})


def link(where, links):
    """links: [(key, options)], in the order of the attribute: a later one has precedence. 1 = disabled, 2 = enforced."""
    clock(AGE)
    change(where, {"gPLink": "".join("[LDAP://cn=%s,cn=policies,cn=system,%s;%d]" % (guid_of(k), BASE, o) for k, o in links)})


# ---- what the policies say ----

def defaults():
    fill(DEFAULT_DOMAIN, {SECURITY: template({
        "System Access": {"MinimumPasswordAge": 0, "MaximumPasswordAge": -1, "MinimumPasswordLength": 8, "PasswordComplexity": 1, "PasswordHistorySize": 24,
                          "LockoutBadCount": 0, "RequireLogonToChangePassword": 0, "ForceLogoffWhenHourExpire": 0, "ClearTextPassword": 0,
                          "LSAAnonymousNameLookup": 0},
        "Kerberos Policy": {"MaxTicketAge": 10, "MaxRenewAge": 7, "MaxServiceAge": 600, "MaxClockSkew": 5, "TicketValidateClient": 1}},
        registry=[(LSA, "NoLMHash", 1)])}, 3, ["security"])
    operators = [ADMINISTRATORS, BACKUP, OPERATORS, PRINT, ACCOUNT]
    fill(DEFAULT_CONTROLLERS, {SECURITY: template({
        "Event Audit": {"AuditSystemEvents": 1, "AuditLogonEvents": 3, "AuditObjectAccess": 0, "AuditPrivilegeUse": 0, "AuditPolicyChange": 1,
                        "AuditAccountManage": 3, "AuditProcessTracking": 0, "AuditDSAccess": 1, "AuditAccountLogon": 3}},
        registry=[(SERVICES_KEY + r"\NTDS\Parameters", "LDAPServerIntegrity", 1), (SERVER, "RequireSecuritySignature", 1), (SERVER, "EnableSecuritySignature", 1),
                  (SERVICES_KEY + r"\Netlogon\Parameters", "RequireSignOrSeal", 1), (LSA, "DsrmAdminLogonBehavior", 2)],
        rights={"SeMachineAccountPrivilege": [AUTHENTICATED], "SeInteractiveLogonRight": operators, "SeBackupPrivilege": [ADMINISTRATORS, BACKUP, OPERATORS],
                "SeRestorePrivilege": [ADMINISTRATORS, BACKUP, OPERATORS], "SeLoadDriverPrivilege": [ADMINISTRATORS, PRINT], "SeDebugPrivilege": [ADMINISTRATORS],
                "SeNetworkLogonRight": ["S-1-1-0", ADMINISTRATORS, AUTHENTICATED, "S-1-5-32-554"], "SeTakeOwnershipPrivilege": [ADMINISTRATORS],
                "SeRemoteInteractiveLogonRight": [ADMINISTRATORS, SID + "-513"], "SeEnableDelegationPrivilege": [ADMINISTRATORS],
                "SeTcbPrivilege": [], "SeDenyNetworkLogonRight": [GUESTS_GROUP]},
        services={"Spooler": 2})}, 5, ["security"])
    fact("gpo-setting", "CN=%s,CN=Policies,CN=System" % DEFAULT_CONTROLLERS,
         "on domain controllers: LDAPServerIntegrity 1, DsrmAdminLogonBehavior 2, Spooler automatic, Domain Users may log on over RDP, Authenticated Users may add computers, Print Operators load drivers")


def everywhere():
    """What is linked to the site and to the domain."""
    policy("site", 0x05, "拠点 既定", {
        SETTINGS: registry_pol([(MICROSOFT + r"\Windows NT\DNSClient", "EnableMulticast", 1)]),
        SECURITY: template({}, registry=[(MSV, "AuditReceivingNTLMTraffic", 1)])}, 2, ["registry", "security"])
    policy("base", 0x06, "院内 基本設定", {
        SETTINGS: registry_pol([
            (MICROSOFT + r"\Windows NT\DNSClient", "EnableMulticast", 0), (POWERSHELL + r"\ScriptBlockLogging", "EnableScriptBlockLogging", 1),
            (POWERSHELL + r"\Transcription", "EnableTranscripting", 1), (POWERSHELL + r"\Transcription", "OutputDirectory", r"\\srv-file01\transcripts$"),
            (MICROSOFT + r"\Windows\EventLog\Security", "MaxSize", 196608), (EXPLORER, "NoDriveTypeAutoRun", 255), (EXPLORER, "NoAutorun", 1),
            (MICROSOFT + r"\Windows\Explorer", "NoAutoplayfornonVolume", 1), (POLICIES_SYSTEM + r"\Audit", "ProcessCreationIncludeCmdLine_Enabled", 1),
            (TS, "fDenyTSConnections", 1), (WINRM, "AllowAutoConfig", 0)]),
        SECURITY: template({}, registry=[
            (POLICIES_SYSTEM, "EnableLUA", 1), (POLICIES_SYSTEM, "ConsentPromptBehaviorAdmin", 2), (POLICIES_SYSTEM, "ConsentPromptBehaviorUser", 0),
            (POLICIES_SYSTEM, "FilterAdministratorToken", 1), (POLICIES_SYSTEM, "PromptOnSecureDesktop", 1),
            (LSA, "LmCompatibilityLevel", 4), (LSA, "RestrictAnonymous", 1), (LSA, "RestrictAnonymousSAM", 1), (LSA, "EveryoneIncludesAnonymous", 0),
            (LSA, "SCENoApplyLegacyAuditPolicy", 1), (SERVER, "RequireSecuritySignature", 1), (CLIENT, "RequireSecuritySignature", 1),
            (CLIENT, "EnablePlainTextPassword", 0), (MSV, "NTLMMinClientSec", 537395200), (MSV, "NTLMMinServerSec", 537395200),
            (WINLOGON, "CachedLogonsCount", "4")]),
        AUDIT: audit_csv({"Credential Validation": BOTH, "User Account Management": BOTH, "Security Group Management": SUCCESS, "Logon": BOTH, "Logoff": SUCCESS,
                          "Account Lockout": FAILURE, "Special Logon": SUCCESS, "Process Creation": SUCCESS, "Audit Policy Change": SUCCESS,
                          "Sensitive Privilege Use": BOTH, "Security State Change": SUCCESS, "System Integrity": BOTH})},
        4, ["registry", "security", "audit"])
    policy("force", 0x07, "全社強制 セキュリティ", {
        SETTINGS: registry_pol([(CONTROL + r"\SecurityProviders\WDigest", "UseLogonCredential", 0), (SERVER, "SMB1", 0)]),
        SECURITY: template({}, registry=[(LSA, "LmCompatibilityLevel", 5)])}, 6, ["registry", "security"])
    link(SITE, [("site", 0)])
    link("", [("base", 0), (DEFAULT_DOMAIN, 0), ("force", 2)])
    fact("gpo-enforced", "CN=%s,CN=Policies,CN=System" % guid_of("force"), "enforced at the domain: LmCompatibilityLevel 5 wins against 3 (enforced at 端末) and 2 (医療機器, which blocks inheritance)", "info")
    fact("gpo-site", "CN=%s,CN=Policies,CN=System" % guid_of("site"), "linked to the only site: reaches every computer but those whose OU blocks inheritance; its EnableMulticast 1 loses to the domain", "info")


def clients():
    fill("lock", {
        SETTINGS: registry_pol([(MSV.replace("System", "SYSTEM", 1), "RestrictSendingNTLMTraffic", 1)]),
        SECURITY: template({"System Access": {"LockoutBadCount": 5, "LockoutDuration": 15, "ResetLockoutCount": 15, "MinimumPasswordLength": 14}},
                           registry=[(LSA, "LmCompatibilityLevel", 3)])}, 65539, ["registry", "security"])
    policy("exception", 0x08, "端末 例外（古い設定）", {
        SETTINGS: registry_pol([(MICROSOFT + r"\Windows\EventLog\Security", "MaxSize", 20480), (WINRM, "AllowBasic", 1)]),
        SECURITY: template({}, registry=[(POLICIES_SYSTEM, "ConsentPromptBehaviorAdmin", 0), (POLICIES_SYSTEM, "EnableVirtualization", 1)])},
        2, ["registry", "security"])
    policy("client", 0x09, "端末 標準", {
        SETTINGS: registry_pol([
            (TS, "UserAuthentication", 1), (TS, "SecurityLayer", 2), (TS, "MinEncryptionLevel", 3), (WINRM, "AllowBasic", 0), (WINRM, "AllowUnencryptedTraffic", 0),
            (WINRM + r"\WinRS", "AllowRemoteShellAccess", 0), (LAPS, "BackupDirectory", 2), (LAPS, "PasswordAgeDays", 30), (LAPS, "PasswordLength", 15),
            (LAPS, "PasswordComplexity", 4), (LAPS, "PostAuthenticationActions", 3)]),
        SECURITY: template({}, registry=[(POLICIES_SYSTEM, "ConsentPromptBehaviorAdmin", 5)], services={"RemoteRegistry": 4, "SSDPSRV": 4, "WebClient": 4})},
        8, ["registry", "security"])
    policy("ward", 0x0A, "病棟端末 専用", {
        SETTINGS: registry_pol([(WINLOGON, "AutoAdminLogon", "1"), (WINLOGON, "DefaultUserName", "byoto"), (WINLOGON, "DefaultPassword", secret("ward autologon")),
                                (MICROSOFT + r"\Windows\System", "UserPolicyMode", 1)])},
        1, ["registry"])
    policy("half", 0x0B, "ユーザー設定のみ", {
        SETTINGS: registry_pol([(POLICIES_SYSTEM, "EnableLUA", 0)]),
        r"User\Registry.pol": registry_pol([(MICROSOFT + r"\Windows\Control Panel\Desktop", "ScreenSaverIsSecure", "1")])},
        0x30002, ["registry"], ["registry"], flags=2)
    clock(AGE + 30)
    som = "{7C1E9A40-5B2D-4E6F-9A83-1D0C5E7F2B01}"
    add("CN=SOM,CN=WMIPolicy,CN=System", "container") if not exists("CN=SOM,CN=WMIPolicy,CN=System") else None
    add("CN=%s,CN=SOM,CN=WMIPolicy,CN=System" % som, "msWMI-Som", {
        "msWMI-Name": "Windows 11", "msWMI-Author": "Administrator@" + DOMAIN, "msWMI-ID": som, "msWMI-ChangeDate": ago(AGE), "msWMI-CreationDate": ago(AGE),
        "msWMI-Parm1": "Windows 11", "msWMI-Parm2": '1;3;10;61;WQL;root\\CIMv2;SELECT * FROM Win32_OperatingSystem WHERE BuildNumber >= "22000";'})
    policy("wmi", 0x0C, "Windows 11 専用", {
        SETTINGS: registry_pol([(LSA.replace("System", "SYSTEM", 1), "RunAsPPL", 1), (EXPLORER, "NoAutorun", 0), (WINRM, "AllowUnencryptedTraffic", 1)])},
        1, ["registry"], wmi="[%s;%s;0]" % (DOMAIN, som))
    root = policy("edit", 0x0D, "ヘルプデスク編集可", {
        SETTINGS: registry_pol([(MICROSOFT + r"\Windows\PowerShell", "ExecutionPolicy", "Unrestricted")])}, 1, ["registry"])
    allow(root, "Helpdesk", "CCDCLCRPWPSDRCWDWO", flags="CI")
    fact("gpo-editable", root, "Helpdesk (a group of ordinary staff) may edit it: full control in the directory and in SYSVOL")
    fact("gpo-order", CLIENTS + "," + BASE, "端末 例外（古い設定） and 端末 標準 disagree about ConsentPromptBehaviorAdmin (0, 5) and AllowBasic (1, 0): the latter has precedence", "info")
    fact("gpo-half", "CN=%s,CN=Policies,CN=System" % guid_of("half"), "computer half disabled (flags 2): its EnableLUA 0 reaches nobody", "trap")
    fact("gpo-wmi", "CN=%s,CN=Policies,CN=System" % guid_of("wmi"), "WMI filter: whether it applies cannot be known; what it sets (RunAsPPL, NoAutorun) is unknown below 端末", "info")
    passwords()
    scripts()


def exists(name):
    try:
        return bool(sam.search(dn(name), ldb.SCOPE_BASE, attrs=["cn"]))
    except ldb.LdbError:
        return False


def passwords():
    """Group Policy Preferences with a cpassword; in the unlinked policy, too."""
    changed = "2013-08-12 02:03:04"
    administrator = item("User", "{DF5F1855-51E5-4d24-8B1A-D9BDE98BA1D1}", "{9E2B5C10-3A4D-4B6E-8F01-5A7C9D2E1F01}", changed, {
        "action": "U", "newName": "", "fullName": "", "description": "", "cpassword": cpassword(GPP_WORD), "changeLogon": 0, "noChange": 0, "neverExpires": 1,
        "acctDisabled": 0, "subAuthority": "RID_ADMIN", "userName": "Administrator (built-in)"}, name="Administrator (built-in)")
    other = item("User", "{DF5F1855-51E5-4d24-8B1A-D9BDE98BA1D1}", "{9E2B5C10-3A4D-4B6E-8F01-5A7C9D2E1F02}", changed, {
        "action": "C", "fullName": "保守", "description": "", "cpassword": "", "changeLogon": 0, "noChange": 0, "neverExpires": 1, "acctDisabled": 0,
        "userName": "hoshu"}, name="hoshu")
    members = item("Group", "{6D4A79E4-529C-4481-ABD0-F5BD7EA93BA7}", "{9E2B5C10-3A4D-4B6E-8F01-5A7C9D2E1F03}", changed, {
        "action": "U", "newName": "", "description": "", "deleteAllUsers": 0, "deleteAllGroups": 0, "removeAccounts": 0, "groupSid": ADMINISTRATORS,
        "groupName": "Administrators (built-in)"}, name="Administrators (built-in)",
        inner=[element("Members", {}, element("Member", {"name": "KAGIMORI\\Helpdesk", "action": "ADD", "sid": sid_of("Helpdesk")}))])
    groups = preference("Groups", "{3125E937-EB16-4b4c-9934-544FC6D24D26}", administrator, other, members)
    service = item("NTService", "{AB6F0B67-341F-4e51-92F9-005FBFBA1A43}", "{9E2B5C10-3A4D-4B6E-8F01-5A7C9D2E1F04}", changed, {
        "startupType": "AUTOMATIC", "serviceName": "KensaGateway", "serviceAction": "START", "timeout": 30, "accountName": "KAGIMORI\\svc-kensa",
        "cpassword": cpassword(secret("gpp service"))}, name="KensaGateway")
    spooler = item("NTService", "{AB6F0B67-341F-4e51-92F9-005FBFBA1A43}", "{9E2B5C10-3A4D-4B6E-8F01-5A7C9D2E1F05}", changed, {
        "startupType": "DISABLED", "serviceName": "Spooler", "serviceAction": "STOP", "timeout": 30}, name="Spooler")
    task = item("Task", "{2DEECB1C-261F-4e13-9B21-16FB83BC03BD}", "{9E2B5C10-3A4D-4B6E-8F01-5A7C9D2E1F06}", changed, {
        "action": "U", "name": "夜間バックアップ", "appName": r"C:\Tools\backup.exe", "args": "/full", "startIn": "", "comment": "", "enabled": 1,
        "runAs": "KAGIMORI\\svc-backup", "cpassword": cpassword(secret("gpp task"))}, name="夜間バックアップ",
        inner=[element("Triggers", {}, element("Trigger", {"type": "DAILY", "startHour": 2, "startMinutes": 0, "interval": 1}))])
    run = item("Registry", "{9CD4B2F4-923D-47f5-A062-E897DD1DAD50}", "{9E2B5C10-3A4D-4B6E-8F01-5A7C9D2E1F07}", changed, {
        "action": "U", "displayDecimal": 1, "default": 0, "hive": "HKEY_LOCAL_MACHINE", "key": LSA.upper(), "name": "DisableDomainCreds", "type": "REG_DWORD", "value": "00000001"},
        name="DisableDomainCreds", status="DisableDomainCreds", bypassErrors=1)
    targeted = item("Registry", "{9CD4B2F4-923D-47f5-A062-E897DD1DAD50}", "{9E2B5C10-3A4D-4B6E-8F01-5A7C9D2E1F08}", changed, {
        "action": "U", "displayDecimal": 1, "default": 0, "hive": "HKEY_LOCAL_MACHINE", "key": LSA.upper(), "name": "LimitBlankPasswordUse", "type": "REG_DWORD", "value": "00000000"},
        name="LimitBlankPasswordUse", status="LimitBlankPasswordUse",
        filters=element("Filters", {}, element("FilterComputer", {"bool": "AND", "not": 0, "type": "NETBIOS", "name": "WS-W10-*"})))
    drive = item("Drive", "{935D1B74-9CB8-4e3c-9914-7DD559B7A417}", "{9E2B5C10-3A4D-4B6E-8F01-5A7C9D2E1F09}", changed, {
        "action": "U", "thisDrive": "NOCHANGE", "allDrives": "NOCHANGE", "userName": "KAGIMORI\\scan", "cpassword": cpassword(secret("gpp drive")),
        "path": r"\\srv-file01\scan", "label": "スキャン", "persistent": 0, "useLetter": 1, "letter": "S"}, name="S:")
    p = "Preferences"
    policy("word", 0x0E, "ローカル管理者パスワード", {
        r"Machine\%s\Groups\Groups.xml" % p: groups,
        r"Machine\%s\Services\Services.xml" % p: preference("NTServices", "{2CFB484A-4E96-4b5d-A0B6-093D2F91E6AE}", service, spooler),
        r"Machine\%s\ScheduledTasks\ScheduledTasks.xml" % p: preference("ScheduledTasks", "{CC63F200-7309-4ba0-B154-A71CD118DBCC}", task),
        r"Machine\%s\Registry\Registry.xml" % p: preference("RegistrySettings", "{A3CCFC41-DFDB-43a5-8D26-0FE8B954DA51}", run, targeted),
        r"User\%s\Drives\Drives.xml" % p: preference("Drives", "{8FDDCC1A-0C3C-43cd-A6B4-71A6DF20DA8C}", drive)},
        0x10009, ["groups", "services", "tasks", "registry-preference"], ["drives"])
    root = "CN=%s,CN=Policies,CN=System" % guid_of("word")
    fact("gpo-password", root, "cpassword of the built-in Administrator (the offline hosts WS-LEG-03 and KENSA-02 have it), of a service, of a task, of a drive (user half); an empty one for `hoshu`")
    # of 2012: before LAPS, forgotten, but readable by everybody for ever
    old = item("User", "{DF5F1855-51E5-4d24-8B1A-D9BDE98BA1D1}", "{9E2B5C10-3A4D-4B6E-8F01-5A7C9D2E1F0A}", "2012-02-03 04:05:06", {
        "action": "U", "cpassword": cpassword(secret("gpp old")), "neverExpires": 1, "acctDisabled": 0, "userName": "Administrator"}, name="Administrator")
    fill("free", {r"Machine\%s\Groups\Groups.xml" % p: preference("Groups", "{3125E937-EB16-4b4c-9934-544FC6D24D26}", old)}, 65539, ["groups"])
    fact("gpo-password", "CN=%s,CN=Policies,CN=System" % guid_of("free"), "cpassword in a policy that is linked nowhere")
    for n, w in (("gpp-administrator", GPP_WORD), ("gpp-service", secret("gpp service")), ("gpp-task", secret("gpp task")), ("gpp-drive", secret("gpp drive")),
                 ("gpp-old", secret("gpp old")), ("ward-autologon", secret("ward autologon")), ("script-netlogon", secret("script netlogon")),
                 ("script-startup", secret("script startup")), ("script-task", secret("script task"))):
        password_file(n, w)


def scripts():
    startup = "@echo off\r\nrem 起動時の設定\r\nnet user hoshu %s /add\r\n" % secret("script startup")
    policy("script", 0x0F, "ログオン スクリプト", {
        r"Machine\Scripts\scripts.ini": scripts_ini({"Startup": [("起動.cmd", ""), (r"\\srv-file01\shared\agent.exe", "/install")], "Shutdown": []}),
        r"Machine\Scripts\psscripts.ini": scripts_ini({"Startup": [("inventory.ps1", "-Quiet")]}, "[ScriptsConfig]\r\nStartExecutePSFirst=true"),
        r"Machine\Scripts\Startup\起動.cmd": startup.encode("cp932"),
        r"Machine\Scripts\Startup\inventory.ps1": b"\xff\xfe" + utf16("Get-CimInstance Win32_BIOS | Out-Null\r\n"),
        r"User\Scripts\scripts.ini": scripts_ini({"Logon": [("logon.vbs", "/s"), ("map.bat", "/user:KAGIMORI\\scan /password:%s" % secret("script task"))]}),
        r"User\Scripts\Logon\logon.vbs": "' ログオン\r\nWScript.Echo \"ようこそ\"\r\n".encode("cp932"),
        r"User\Scripts\Logon\map.bat": b"@echo off\r\nnet use S: \\\\srv-file01\\scan %2\r\n"}, 0x20002, ["scripts"], ["scripts"])
    root = "CN=%s,CN=Policies,CN=System" % guid_of("script")
    fact("gpo-script-writable", root, "User/Scripts/Logon/logon.vbs and its folder may be written by Domain Users")
    fact("gpo-script-password", root, "Machine/Scripts/Startup/起動.cmd holds a password; so do the parameters of map.bat")
    write(SYSVOL + "/scripts/logon.bat", ("@echo off\r\nset PASSWORD=%s\r\nnet use Z: \\\\srv-file01\\shared /user:KAGIMORI\\scan %%PASSWORD%%\r\n" % secret("script netlogon")).encode())
    write(SYSVOL + "/scripts/時刻合わせ.cmd", "@echo off\r\nrem 時刻を合わせる\r\nw32tm /resync\r\n".encode("cp932"))
    write(SYSVOL + "/scripts/old/printer.vbs", b"Set n = CreateObject(\"WScript.Network\")\r\nn.AddWindowsPrinterConnection \"\\\\srv-print01\\a4\"\r\n")
    facts.append(("gpo-script-password", "(scripts/logon.bat in NETLOGON)", "fail", "holds a password"))
    facts.append(("gpo-script-writable", "(scripts/old/printer.vbs in NETLOGON)", "fail", "may be written by Authenticated Users"))


def devices_and_servers():
    fill("dev", {
        SETTINGS: registry_pol([(EXPLORER, "NoDriveTypeAutoRun", 145), (r"Software\Microsoft\Windows Script Host\Settings", "Enabled", 1)]),
        SECURITY: template({"System Access": {"LockoutBadCount": 0, "MinimumPasswordLength": 0, "PasswordComplexity": 0}},
                           registry=[(LSA, "LmCompatibilityLevel", 2), (POLICIES_SYSTEM, "EnableLUA", 0), (SERVER, "RequireSecuritySignature", 0)],
                           rights={"SeDebugPrivilege": [ADMINISTRATORS, AUTHENTICATED], "SeRemoteInteractiveLogonRight": [ADMINISTRATORS, USERS_GROUP],
                                   "SeTcbPrivilege": ["Modality"]},
                           members={ADMINISTRATORS: ([SID + "-512", SID + "-513"], None)},
                           services={"RemoteRegistry": 2})}, 65539, ["registry", "security"])
    fact("gpo-restricted-group", "CN=%s,CN=Policies,CN=System" % guid_of("dev"), "Administrators of every modality: Domain Admins and Domain Users")
    fact("gpo-right", "CN=%s,CN=Policies,CN=System" % guid_of("dev"), "Authenticated Users debug, Users log on over RDP, `Modality` (a name without SID) acts as part of the system")
    policy("server", 0x10, "サーバー 標準", {
        SETTINGS: registry_pol([
            (LAPS, "BackupDirectory", 2), (LAPS, "PasswordAgeDays", 365), (LAPS, "PasswordLength", 8), (TS, "UserAuthentication", 1), (TS, "SecurityLayer", 2),
            (TS, "MinEncryptionLevel", 3), (MICROSOFT + r"\Windows\DeviceGuard", "LsaCfgFlags", 1)]),
        SECURITY: template({"System Access": {"LockoutBadCount": 10, "LockoutDuration": 30, "ResetLockoutCount": 30, "MinimumPasswordLength": 14, "PasswordHistorySize": 24,
                                              "MaximumPasswordAge": 365, "PasswordComplexity": 1, "ClearTextPassword": 0}},
                           registry=[(LSA, "RestrictRemoteSAM", "O:BAG:BAD:(A;;RC;;;BA)")],
                           rights={"SeDenyNetworkLogonRight": [LOCAL_ADMINISTRATOR, GUESTS_GROUP], "SeDenyRemoteInteractiveLogonRight": [LOCAL_ACCOUNT],
                                   "SeDebugPrivilege": [ADMINISTRATORS], "SeBackupPrivilege": [ADMINISTRATORS, BACKUP, AUTHENTICATED], "SeTcbPrivilege": []},
                           services={"Spooler": 4, "RemoteRegistry": 2})}, 7, ["registry", "security"])
    policy("rdp", 0x11, "RDP 許可", {
        SETTINGS: registry_pol([(TS, "fDenyTSConnections", 0), (TS, "UserAuthentication", 0)])}, 1, ["registry"])
    policy("trial", 0x12, "試験中", {SECURITY: template({}, registry=[(POLICIES_SYSTEM, "EnableLUA", 0)])}, 1, ["security"])
    policy("dead", 0x13, "無効化済み", {SECURITY: template({}, registry=[(POLICIES_SYSTEM, "EnableLUA", 0)])}, 1, ["security"], flags=3)
    fact("gpo-laps", "CN=%s,CN=Policies,CN=System" % guid_of("server"), "LAPS with 8 characters and 365 days; Authenticated Users may back up files")
    fact("gpo-disabled-link", SERVERS + "," + BASE, "試験中 with a disabled link, 無効化済み with both halves off: their EnableLUA 0 reaches no server", "trap")


def broken():
    """Linked where no computer is."""
    root = policy("nofolder", 0x14, "フォルダーのない GPO", None, 1, ["registry"])
    fact("gpo-folder-missing", root, "its folder in SYSVOL does not exist")
    root = policy("mismatch", 0x15, "版の合わない GPO", {
        SETTINGS: registry_pol([(MICROSOFT + r"\Windows\System", "EnableSmartScreen", 1)])}, 0x20002, ["registry"], directory_version=0x20004)
    fact("gpo-version", root, "directory: computer 4, user 2; GPT.INI: computer 2, user 2")
    root = policy("cp932", 0x16, "医事課 帳票設定（①～髙）", {
        r"User\Registry.pol": registry_pol([(r"Software\Policies\帳票", "出力先", r"\\srv-file01\帳票")])}, 0x10000, (), ["registry"], label="cp932")
    fact("gpo-name", root, "GPT.INI in CP932, keys and values in Japanese", "info")
    orphan = "{4B1A6D2E-9C35-4F0A-8E57-2D6F8A1B3C17}"
    put(orphan, {SETTINGS: registry_pol([(POLICIES_SYSTEM, "EnableLUA", 0)])}, 9, "消し忘れのフォルダー")
    facts.append(("gpo-orphan", "(Policies/%s)" % orphan, "fail", "folder in SYSVOL without an object in the directory"))


# ---- who may apply and edit ----

def filtering():
    group("病棟端末-3F", GROUPS, ["WS-LEG-02$"])
    group(WORKSTATIONS, GROUPS, ["WS-W10-05$", "WS-W10-16$", "病棟端末-3F"])
    group("RDP-禁止サーバー", GROUPS, ["SRV-CA01$"])
    group("旧端末", GROUPS, ["WS-LEG-03$"] + ["WS-EXP-%02d$" % i for i in range(1, 4)])
    clock(AGE)
    ward, word, rdp = ("CN=%s,CN=Policies,CN=System" % guid_of(k) for k in ("ward", "word", "rdp"))
    for root, group_name in ((ward, WORKSTATIONS), (word, "旧端末")):
        sd = descriptor(root)
        for ace in list(sd.dacl.aces):
            if str(ace.trustee) == AUTHENTICATED and ace.type == security.SEC_ACE_TYPE_ACCESS_ALLOWED_OBJECT:
                sd.dacl_del_ace(ace)
        put_descriptor(root, sd)
        allow(root, group_name, "RPLCLORC", flags="CI")
        allow(root, group_name, "CR", APPLY, flags="CI")
    deny = security.descriptor.from_sddl("D:(OD;CI;CR;%s;;%s)" % (APPLY, sid_of("RDP-禁止サーバー")), security.dom_sid(SID)).dacl.aces[0]
    sd = descriptor(rdp)
    sd.dacl_add(deny, 0)
    put_descriptor(rdp, sd)
    fact("gpo-filter", ward, "only 病棟端末 applies it: WS-W10-05$, WS-W10-16$, and WS-LEG-02$ through 病棟端末-3F; Authenticated Users read it", "info")
    fact("gpo-filter", word, "only 旧端末 applies it (WS-LEG-03$, WS-EXP-01$ … WS-EXP-03$): one cpassword for the built-in Administrator of four computers", "info")
    fact("gpo-filter", rdp, "denied to RDP-禁止サーバー: SRV-CA01$ does not get it, the other servers do", "info")


def links():
    link(CLIENTS, [("script", 0), ("word", 0), ("edit", 0), ("half", 0), ("wmi", 0), ("exception", 0), ("client", 0), ("ward", 0), ("lock", 2)])
    link(SERVERS, [("trial", 1), ("dead", 0), ("server", 0), ("rdp", 0)])
    link(PHARM, [("nofolder", 0), ("trial", 0)])
    link(JOHO, [("mismatch", 0)])
    link(IJI, [("cp932", 0)])


# ---- the files' own permissions ----

def protect(path, sddl):
    setntacl(lp, path, sddl, SID, system_session(), use_ntvfs=True)


def open_files():
    """What smbd serves as permissions: those of a policy's folder follow its object, as the management console sets them. Everything is
    readable for other users of the system, too: smbd asks them second."""
    made = [guid_of(k) for k in GPOS if k != "lost" and os.path.isdir(folder(guid_of(k)))] + [DEFAULT_DOMAIN, DEFAULT_CONTROLLERS, "{4B1A6D2E-9C35-4F0A-8E57-2D6F8A1B3C17}"]
    plain = "O:BAG:SYD:P(A;OICI;0x1f01ff;;;BA)(A;OICI;0x1f01ff;;;SY)(A;OICI;0x1200a9;;;AU)"
    for guid in made:
        name = "CN=%s,CN=Policies,CN=System" % guid
        sddl = dsacl2fsacl(descriptor(name).as_sddl(security.dom_sid(SID)), security.dom_sid(SID)) if exists(name) else plain
        tree(folder(guid), sddl)
    tree(SYSVOL + "/scripts", plain)
    for path in ("/Policies/%s/User/Scripts/Logon" % guid_of("script"), "/Policies/%s/User/Scripts/Logon/logon.vbs" % guid_of("script")):
        protect(SYSVOL + path, plain + "(A;OICI;0x1301bf;;;DU)")
    protect(SYSVOL + "/scripts/old/printer.vbs", "O:BAG:SYD:P(A;;0x1f01ff;;;BA)(A;;0x1f01ff;;;SY)(A;;0x1301bf;;;AU)")


def tree(top, sddl):
    """One descriptor for all of it; times like those of the directory."""
    when = NOW - AGE * DAY
    for where, folders, files in os.walk(top, topdown=False):
        for n in [os.path.join(where, f) for f in files] + [where]:
            protect(n, sddl)
            os.chmod(n, 0o775 if n == where else 0o664)
            os.utime(n, (when, when))


STEPS = [defaults, everywhere, clients, devices_and_servers, broken, filtering, links, open_files]
