"""The offline estate: hosts that no network reaches, each as a kit, an image or a folder of hives.

The same form as seed/hosts.py: a host is clean in everything that its entry does not name. OFFLINE.md says the same for people,
../answer-key-offline.yaml what the tool must make of it."""
import os
import sys

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "seed"))

from hosts import *
import hosts

hosts.BUILDS["xp"] = ("Microsoft Windows XP", "5.1", "2600", "WinNT")
# Of Windows' own services with a space in their path the path is quoted; one of a vendor's is not.
hosts.SERVICES["WinDefend"] = ("Microsoft Defender Antivirus Service", r'"C:\Program Files\Windows Defender\MsMpEng.exe"')
hosts.SERVICES["KensaAgent"] = ("Kensa Agent", r"C:\Program Files\Kensa Agent\agent.exe")
GPP_WORD = secret("gpp administrator")            # as in seed/group_policy.py
IMAGE_SID = machine_sid("golden image of the offline estate")
HISTORY = ["history 1", "history 2"]
CLEAN_AUDIT = {0x11: 1, 0x3F: 3, 0x35: 3, 0x37: 1, 0x15: 3, 0x16: 1, 0x17: 2, 0x1B: 1, 0x2B: 1, 0x2F: 1, 0x30: 1, 0x28: 3, 0x10: 1, 0x12: 3, 0x24: 3}
EVERYBODY, LOCAL, LOCAL_ADMINISTRATORS = "S-1-1-0", "S-1-5-113", "S-1-5-114"
DENIED = {LOCAL: ["SeDenyRemoteInteractiveLogonRight"], LOCAL_ADMINISTRATORS: ["SeDenyNetworkLogonRight"], "S-1-5-32-546": ["SeDenyNetworkLogonRight"]}
ORDINARY = {"S-1-5-32-544": ["SeInteractiveLogonRight", "SeNetworkLogonRight", "SeRemoteInteractiveLogonRight", "SeDebugPrivilege", "SeBackupPrivilege",
                             "SeRestorePrivilege", "SeLoadDriverPrivilege", "SeTakeOwnershipPrivilege", "SeSecurityPrivilege", "SeImpersonatePrivilege", "SeShutdownPrivilege"],
            "S-1-5-32-545": ["SeInteractiveLogonRight", "SeChangeNotifyPrivilege", "SeShutdownPrivilege"], "S-1-5-19": ["SeImpersonatePrivilege"],
            "S-1-5-20": ["SeImpersonatePrivilege"], "S-1-5-6": ["SeImpersonatePrivilege"], "S-1-5-32-551": ["SeBackupPrivilege", "SeRestorePrivilege"]}


class Offline(Host):
    """kind: kit, image, hives. revision: 1 RC4, 2 AES. lm: RIDs whose LM hash is kept. collected: days ago. tasks: {path: task}.
    account_rid: of its computer account in the directory; None: it is in no domain."""

    def __init__(self, name, kind, build, what, **more):
        g = more.pop
        self.kind, self.revision, self.lm, self.collected = kind, g("revision", 2), g("lm", ()), g("collected", 1)
        self.account_rid, self.with_sam, self.codepage = g("account_rid", None), g("with_sam", True), g("codepage", 932)
        self.control_set, self.audit_policy, self.tasks = g("control_set", 1), {**CLEAN_AUDIT, **g("audit_policy", {})}, g("tasks", {})
        self.startup, self.profiles, self.folder, self.label = g("startup", []), g("profiles", {}), g("folder", None), g("label", name)
        self.clean_rights = g("clean_rights", True)
        super().__init__(name, 0, build, what, **more)
        self.domain_sid = DOMAIN_SID if self.account_rid else None
        self.dns_domain = DOMAIN if self.account_rid else None
        if not self.account_rid:
            self.members = {k: [s for s in v if not s.startswith(DOMAIN_SID)] for k, v in self.members.items()}
        self.marker = secret("offline marker " + name)

    def all_users(self):
        return [self.administrator, self.guest] + self.users

    def password_of(self, u):
        if u.password is not None:
            return u.password
        return "" if u.rid == 501 else secret("offline %s %s" % (self.label, u.name))

    def history_of(self, u):
        return [secret("offline %s %s %s" % (self.label, u.name, h)) for h in HISTORY] if u.rid == 500 and self.password_of(u) else []

    def build_number(self):
        return int(BUILDS[self.build][2])

    def all_rights(self):
        out = {s: list(r) for s, r in ORDINARY.items()}
        for more in (DENIED if self.clean_rights else {}, self.rights):
            for s, r in more.items():
                out.setdefault(s, []).extend(r)
        return out


def local_policy(**more):
    return dict(dict(locks_administrator=True), **more)


# A task: command, arguments, account, enabled
HARMLESS = {r"Microsoft\Windows\Defrag\ScheduledDefrag": (r"%windir%\system32\defrag.exe", "-c -h -o", "S-1-5-18", True)}
OFF = {"RemoteRegistry": (STOPPED, 4), "WinRM": (STOPPED, 4), "Spooler": (STOPPED, 4)}

ESTATE = [
    Offline("WS-LEG-03", "kit", "10", "client of the directory; RID 500 has the password of the policy `ローカル管理者パスワード`", account_rid=1421,
            administrator=administrator(age=800, password=GPP_WORD), policy=local_policy(threshold=0),
            registry={UAC: {"LocalAccountTokenFilterPolicy": 1, "ConsentPromptBehaviorAdmin": 0}, LSA: {"RunAsPPL": None},
                      RUN: {"Updater": r"C:\Users\Public\updater.exe -s"}},
            services=dict(OFF, Spooler=(RUNNING, AUTOMATIC)), members={ADMINISTRATORS: [DOMAIN_ADMINS, DOMAIN_USERS]},
            rights={DOMAIN_USERS: ["SeBackupPrivilege", "SeDebugPrivilege"]}, audit_policy={0x2B: 0},
            tasks=dict(HARMLESS, **{"更新": (r"C:\Users\Public\up.exe", "/q", "S-1-5-18", True),
                                    "Backup": ("net.exe", r"use Z: \\srv\b /user:backup %s" % secret("offline task"), r"KAGIMORI\svc-backup", True)}),
            startup=[("all", "kensa.lnk"), ("sato000", "メモ.lnk")],
            faults=["RID 500 (RC4/AES: AES) has the cpassword of the policy, as KENSA-02", "lockout threshold 0", "LocalAccountTokenFilterPolicy 1, ConsentPromptBehaviorAdmin 0, RunAsPPL absent",
                    "Run: a program in `C:\\Users\\Public`; a task of SYSTEM there, too; a task with a password in its arguments", "Administrators: Domain Users; they may back up and debug",
                    "process creation is not audited"]),
    Offline("KENSA-02", "kit", "7", "examination PC, in no domain; folder and texts in CP932", revision=1, lm=(1002,), folder="回収/検査室①",
            administrator=administrator("kanri", age=1500, password=GPP_WORD), policy=local_policy(threshold=0, length=0, history=0, max_age=None, complexity=False, locks_administrator=False),
            registry_base="version", clean_rights=False, registry={
                WINLOGON: {"AutoAdminLogon": "1", "DefaultUserName": "検査", "DefaultPassword": secret("offline autologon"), "Shell": "explorer.exe",
                           "Userinit": r"C:\Windows\system32\userinit.exe,"},
                LSA: {"NoLMHash": 0, "LmCompatibilityLevel": 1, "Authentication Packages": ["msv1_0"], "Notification Packages": ["scecli"], "Security Packages": [""]},
                RUN: {"検査システム": r"C:\検査\kensa.exe"}},
            users=[User("検査", 1002, age=1500, flags=NEVER_EXPIRES, groups=(ADMINISTRATORS,), password=secret("kensa lm")[:12], full="検査技師"),
                   User("moto", 1003, age=2000, flags=DISABLED, text="退職")],
            services={"SNMP": (RUNNING, AUTOMATIC), "Spooler": (RUNNING, AUTOMATIC), "KensaAgent": (RUNNING, AUTOMATIC)},
            faults=["the service KensaAgent: a path with a space, without quotes", "RID 500 is called `kanri` and has the cpassword of the policy (RC4)", "an LM hash of `検査` (1002) is kept; NoLMHash 0", "AutoAdminLogon with DefaultPassword",
                    "lockout never, no password length", "nothing else in the registry but the version: Windows 7's defaults"]),
    Offline("MOD-XP01", "hives", "xp", "modality of the directory: four hives in a folder", revision=1, lm=(500,), account_rid=1429,
            administrator=administrator(age=3000, password=secret("xp administrator")[:14]), policy=local_policy(threshold=0, length=0, locks_administrator=False),
            registry_base="version", clean_rights=False, services={"SSDPSRV": (RUNNING, AUTOMATIC), "SNMP": (RUNNING, AUTOMATIC)},
            registry={LSA: {"NoLMHash": 0, "LmCompatibilityLevel": 0}},
            faults=["an LM hash of RID 500 is kept (RC4), the password is its own", "Windows XP: nothing but the named values"]),
    Offline("WS-NOL-03", "kit", "10-ltsc", "clone of an image; RID 500 without a password", account_rid=1427, sid=IMAGE_SID,
            administrator=administrator(age=400, password=""), policy=local_policy(), services=OFF,
            faults=["RID 500 has no password (blank)", "machine SID equal to WS-NOL-04's"]),
    Offline("WS-NOL-04", "image", "10-ltsc", "clone of an image; disk image; the second control set is the current one", account_rid=1428, sid=IMAGE_SID, control_set=2,
            administrator=administrator(age=200), policy=local_policy(), services=OFF, tasks=HARMLESS,
            profiles={"sato000": {"OneDrive": r"C:\Users\sato000\AppData\Local\Microsoft\OneDrive\OneDrive.exe"}, "宿直": {"Evil": r"C:\Users\宿直\AppData\Roaming\x.exe"}},
            users=[User("laps-admin", 1002, age=9, groups=(ADMINISTRATORS,))],
            faults=["machine SID equal to WS-NOL-03's, passwords differ", "control set 1 says LmCompatibilityLevel 0 and another computer name: it is not the current one",
                    "a Run entry of the user 宿直 in AppData", "what it keeps of applied policies holds the cpassword, too"]),
    Offline("SRV-LAB08", "kit", "2008R2", "laboratory server; kit without SAM", account_rid=1436, with_sam=False, revision=1, policy=local_policy(threshold=10, length=8),
            registry={SERVER: {"SMB1": 1, "RequireSecuritySignature": 0}, WDIGEST: {"UseLogonCredential": 1}, EVENTLOG_POLICY: {"MaxSize": None}, EVENTLOG: {"MaxSize": 20971520}},
            services={"RemoteRegistry": (RUNNING, AUTOMATIC), "TlntSvr": (RUNNING, AUTOMATIC), "Spooler": (RUNNING, AUTOMATIC)}, collected=2,
            members={ADMINISTRATORS: [DOMAIN_ADMINS, VENDOR_EHR]},
            faults=["no SAM: nothing is told about passwords of accounts", "SMB1 on, signing not required, WDigest on, Security log 20 MB", "Telnet, Spooler and Remote Registry",
                    "Administrators: vendor-ehr (from secedit)"]),
    Offline("WS-W11-05", "kit", "11", "client; the older of two kits", account_rid=1413, label="WS-W11-05 old", collected=40, policy=local_policy(threshold=0),
            registry={LSA: {"LmCompatibilityLevel": 0}}, services=OFF, faults=["older kit: lockout never, LmCompatibilityLevel 0; must not count"]),
    Offline("WS-W11-05", "kit", "11", "client; the newer of two kits", account_rid=1413, collected=1, policy=local_policy(), services=OFF,
            faults=["newer kit: clean"]),
    Offline("WS-W11-06", "kit", "11", "client; one of two machines that claim to be it", account_rid=1414, label="WS-W11-06 a", sid=machine_sid("WS-W11-06 a"),
            policy=local_policy(), services=OFF, collected=4, faults=["two machines claim the name: the kit that is imported first (by the name of its folder: this one) counts"]),
    Offline("WS-W11-06", "kit", "11", "client; the other machine", account_rid=1414, label="WS-W11-06 b", sid=machine_sid("WS-W11-06 b"),
            policy=local_policy(threshold=0), services=OFF, collected=3, registry={UAC: {"EnableLUA": 0}},
            faults=["newer, but of another machine: does not count (lockout never, EnableLUA 0)"]),
    Offline("BYOIN-EVIL", "kit", "10", "a kit that was tampered with; in no domain", with_sam=False, folder="hostile", policy=local_policy(), services=OFF,
            faults=["manifest: wrong SHA-256 of secedit.inf, a path with `..`, an absolute one; a file that it does not name", "a symbolic link to /etc/passwd, a file whose name has backslashes and `..`",
                    "registry files: truncated, deep, a text of 70,000 characters"]),
]


def secrets():
    """Every password of the estate, and the hashes of each: what must never be seen again."""
    import sam
    words, hashes = {GPP_WORD, secret("offline task"), secret("offline autologon")}, set()
    for h in ESTATE:
        words.add(h.marker)
        for u in h.all_users():
            words |= {p for p in [h.password_of(u)] + h.history_of(u) if p}
            if u.rid in h.lm:
                hashes.add(sam.lm_hash(h.password_of(u)))
    return sorted(words), sorted(hashes | {sam.nt_hash(w) for w in words} | {sam.boot_key(h.label) for h in ESTATE})
