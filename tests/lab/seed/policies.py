"""The domain's password and lockout policy, fine-grained policies, Group Policy, forest settings."""
from lab import *
from people import *

MINUTE, DAY_100NS = 60 * 10000000, DAY * 10000000
NEVER = -0x8000000000000000


def domain():
    clock(2000)
    change("", {"minPwdLength": 8, "maxPwdAge": NEVER, "minPwdAge": 0, "lockoutThreshold": 0,
                "lockoutDuration": -30 * MINUTE, "lockOutObservationWindow": -30 * MINUTE})
    d = BASE
    fact("lockout-threshold", d, "lockoutThreshold 0: never locks")
    fact("lockout-administrator", d, "pwdProperties without 0x8: the built-in Administrator never locks")
    fact("password-length", d, "minPwdLength 8")
    fact("password-expiry", d, "maxPwdAge never, with minimum length 8 (below 13) and no second factor: the conditional rule of the ministry's list fails")
    clean("password-complexity", d, "pwdProperties 1")
    clean("password-history", d, "pwdHistoryLength 24")
    clean("reversible-encryption", d, "pwdProperties without 0x10")
    fact("machine-account-quota", d, "ms-DS-MachineAccountQuota 10")
    fact("functional-level", d, "domain and forest at 2008 R2 (4), the highest that this Samba serves")
    clock(1500)
    change("CN=Directory Service,CN=Windows NT,CN=Services,<config>", {"dSHeuristics": "0000002"})
    fact("anonymous-access", "CN=Directory Service,CN=Windows NT,CN=Services,<config>", "dSHeuristics 0000002: anonymous operations allowed")
    fact("recycle-bin", BASE, "the Recycle Bin feature is not enabled", "info")


def fine_grained():
    box = "CN=Password Settings Container,CN=System"
    def pso(cn, precedence, length, threshold, targets, duration=-30 * MINUTE, max_age=NEVER, history=24, complexity="TRUE", reversible="FALSE",
            window=-30 * MINUTE, min_age=0):
        clock(800)
        add("CN=%s,%s" % (cn, box), "msDS-PasswordSettings", {
            "msDS-PasswordSettingsPrecedence": precedence, "msDS-PasswordReversibleEncryptionEnabled": reversible, "msDS-PasswordHistoryLength": history,
            "msDS-PasswordComplexityEnabled": complexity, "msDS-MinimumPasswordLength": length, "msDS-MinimumPasswordAge": min_age,
            "msDS-MaximumPasswordAge": max_age, "msDS-LockoutThreshold": threshold, "msDS-LockoutObservationWindow": window,
            "msDS-LockoutDuration": duration, "msDS-PSOAppliesTo": [dn_of(t) for t in targets] or None})
        return "CN=%s,%s" % (cn, box)
    n = pso("PSO-情報システム室", 20, 15, 5, ["情報システム室職員"], max_age=-365 * DAY_100NS, min_age=-DAY_100NS)
    clean("pso", n, "length 15, threshold 5, minimum age 1 day, for group 情報システム室職員 (helpdesk1, helpdesk2, netadmin-yamada)")
    n = pso("PSO-特権", 10, 20, 0, ["特権管理者"])
    fact("pso", n, "lockout threshold 0 for the privileged (tier0-sato, tier0-suzuki, fake-admin through group 特権管理者); minimum age 0")
    n = pso("PSO-医療機器", 30, 4, 10, ["医療機器アカウント"], complexity="FALSE", history=0, duration=-5 * MINUTE, window=-5 * MINUTE)
    fact("pso", n, "length 4, no complexity, no history, threshold 10, locked and counted for 5 minutes only, minimum age 0, for kiki01 to kiki09")
    n = pso("PSO-連携", 40, 14, 5, ["nurse-call"], reversible="TRUE")
    fact("pso", n, "reversible encryption, applied directly to nurse-call; minimum age 0")
    n = pso("PSO-無期限ロック", 5, 14, 3, ["kagimori-audit-locked"], duration=NEVER)
    fact("pso", n, "lockout until an administrator unlocks; applied to kagimori-audit-locked; minimum age 0", "info")
    n = pso("PSO-未使用", 90, 12, 5, [])
    fact("pso", n, "applies to nobody", "info")
    clock(2)
    change(dn_of("kagimori-audit-locked"), {"lockoutTime": filetime(2), "badPwdCount": 3, "badPasswordTime": filetime(2)},
           controls=["relax:0", "bypassoperational:0"])
    fact("locked-out", "kagimori-audit-locked", "lockoutTime set, duration endless: cannot log on; msDS-User-Account-Control-Computed has 0x10")
    # ordinary accounts cannot see the container; the second audit account can
    allow(box, "kagimori-audit-plus", "RPLCRC", flags="CI")
    # and the rights on the DNS container, by which DnsAdmins is recognised
    allow("CN=MicrosoftDNS,CN=System", "kagimori-audit-plus", "RPLCRC")


GPOS = {
    "lock": ("{4B1A6D2E-9C35-4F0A-8E57-2D6F8A1B3C01}", "端末ロックダウン"),
    "dev": ("{4B1A6D2E-9C35-4F0A-8E57-2D6F8A1B3C02}", "医療機器ポリシー"),
    "free": ("{4B1A6D2E-9C35-4F0A-8E57-2D6F8A1B3C03}", "リンクされていない GPO"),
    "lost": ("{4B1A6D2E-9C35-4F0A-8E57-2D6F8A1B3C04}", "消された GPO"),
}


def group_policy():
    def link(name, options=0):
        return "[LDAP://cn=%s,cn=policies,cn=system,%s;%d]" % (GPOS[name][0], BASE, options)
    for key, (guid, name) in GPOS.items():
        if key == "lost":
            continue
        clock(900)
        root = "CN=%s,CN=Policies,CN=System" % guid
        add(root, "groupPolicyContainer", {"displayName": name, "gPCFileSysPath": "\\\\%s\\sysvol\\%s\\Policies\\%s" % (DOMAIN, DOMAIN, guid),
                                           "gPCFunctionalityVersion": 2, "versionNumber": 65539, "flags": 0})
        for half in ("User", "Machine"):
            add("CN=%s,%s" % (half, root), "container")
        for half in ("USER", "MACHINE"):
            os.makedirs("/var/lib/samba/state/sysvol/%s/Policies/%s/%s" % (DOMAIN, guid, half), exist_ok=True)
        with open("/var/lib/samba/state/sysvol/%s/Policies/%s/GPT.INI" % (DOMAIN, guid), "w") as f:
            f.write("[General]\r\nVersion=65539\r\ndisplayName=%s\r\n" % name)
    clock(880)
    change(CLIENTS, {"gPLink": link("lock", 2)})
    change(DEVICES, {"gPLink": link("dev") + link("lock", 1), "gPOptions": 1})
    change(OPD, {"gPLink": link("lost")})
    fact("gpo-link", CLIENTS + "," + BASE, "端末ロックダウン, enforced", "info")
    fact("gpo-link", DEVICES + "," + BASE, "医療機器ポリシー, and 端末ロックダウン with a disabled link; blocks inheritance (gPOptions 1)")
    fact("gpo-link", OPD + "," + BASE, "link to a GPO that does not exist (%s)" % GPOS["lost"][0])
    fact("gpo-link", "CN=%s,CN=Policies,CN=System" % GPOS["free"][0], "リンクされていない GPO: linked nowhere", "info")
