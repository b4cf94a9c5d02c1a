"""Groups, administrators, nesting, adminCount, sIDHistory, authentication policies."""
from lab import *
from people import *


def administrators():
    def admin(account, what, **kw):
        ou = kw.pop("ou", TIER0)
        return user(account, ou, what, **kw)
    admin("tier0-sato", "特権管理者 佐藤", uac=NORMAL | NOT_DELEGATED, created=800, password_set=30, msDS__SupportedEncryptionTypes=0x18)
    admin("tier0-suzuki", "特権管理者 鈴木", uac=NORMAL | NOT_DELEGATED, created=800, password_set=31, msDS__SupportedEncryptionTypes=0x18)
    clean("privileged-account", "tier0-sato", "Domain Admin: Protected Users, not delegatable (0x100000), AES, silo, password 30 days old, logon 3 days ago")
    clean("privileged-account", "tier0-suzuki", "Domain Admin: Protected Users, not delegatable, password 31 days old (but see key-credential and rights)")
    admin("helpdesk-tanaka", "ヘルプデスク 田中", ou=JOHO, created=900, password_set=100, mail="tanaka@" + DOMAIN)
    fact("privileged-account", "helpdesk-tanaka", "Domain Admin used for daily work: mail address, outside Tier0, delegatable, not in Protected Users")
    admin("old-admin", "旧管理者", ou=JOHO, created=2000, password_set=1900, logon=800)
    fact("privileged-dormant", "old-admin", "Domain Admin, enabled, last logon 800 days ago, password 1900 days old")
    admin("ex-admin", "退職した管理者", ou=JOHO, uac=NORMAL | DISABLED, created=2000, password_set=1500, logon=1400)
    fact("privileged-disabled", "ex-admin", "disabled, still in Domain Admins")
    admin("fake-admin", "更新日だけ新しい管理者", ou=TIER0, uac=NORMAL | NOT_DELEGATED, created=1500, password_set=1450)
    clock(14)
    change("CN=fake-admin," + TIER0, {"pwdLastSet": 0})
    change("CN=fake-admin," + TIER0, {"pwdLastSet": -1})
    fact("fake-refresh", "fake-admin", "Domain Admin: pwdLastSet 14 days old, unicodePwd 1450 days old")
    admin("primary-da", "隠れた管理者", ou=JOHO, created=900, password_set=60)
    admin("netadmin-yamada", "ネットワーク管理 山田", ou=JOHO, created=900, password_set=60)
    admin("moto-kanri", "元管理者", ou=JOHO, created=1800, password_set=55)
    admin("break-glass1", "緊急用アカウント", created=900, password_set=170, uac=NORMAL | NEVER_EXPIRES | NOT_DELEGATED, logon=170)
    fact("break-glass", "break-glass1", "Enterprise Admins and Domain Admins; unused for 170 days on purpose (site.yaml: break-glass)", "trap")
    for a in ("helpdesk1", "helpdesk2"):
        admin(a, "ヘルプデスク", ou=JOHO, created=700, password_set=40)


def memberships():
    group("電子カルテ管理者", GROUPS, cn="電子カルテ管理者", description="EHR の管理者")
    group("EHR-vendors", GROUPS, ["vendor-ehr2"], description="電子カルテ保守業者（入れ子）")
    join("電子カルテ管理者", ["EHR-vendors"])
    group("Helpdesk", GROUPS, ["helpdesk1", "helpdesk2"], description="ヘルプデスク")
    group("医療機器アカウント", GROUPS, ["kiki%02d" % i for i in range(1, 10)], cn="医療機器アカウント")
    group("情報システム室職員", GROUPS, [m for m in ["helpdesk1", "helpdesk2", "netadmin-yamada"]], cn="情報システム室職員")
    group("特権管理者", GROUPS, ["tier0-sato", "tier0-suzuki", "fake-admin"], cn="特権管理者")
    group("旧管理者グループ", GROUPS, ["old-admin"], cn="旧管理者グループ")
    group("loop-a", GROUPS)
    group("loop-b", GROUPS, ["loop-a", "never-used"])
    join("loop-a", ["loop-b"])
    fact("group-loop", ["loop-a", "loop-b"], "members of each other (and never-used inside): must end", "trap")
    group("配布リスト", GROUPS, ["sato000"], cn="配布リスト", security_group=False)
    fact("distribution-group", "配布リスト", "not a security group: gives no rights", "trap")
    group("全職員", GROUPS, cn="全職員", description="300 members: for ranged retrieval (ask member;range=0-99)")
    everyone = [str(r.dn) for r in sam.search(dn("OU=Hospital"), ldb.SCOPE_SUBTREE, "(&(objectClass=user)(!(objectClass=computer)))", attrs=["cn"])]
    join("全職員", everyone[:300])
    fact("large-group", "全職員", "%d members (Samba gives all at once unless member;range= is asked for)" % min(300, len(everyone)), "trap")


    join("Domain Admins", ["tier0-sato", "tier0-suzuki", "helpdesk-tanaka", "old-admin", "ex-admin", "fake-admin", "svc-backup",
                           "vendor-ehr", "電子カルテ管理者", "primary-da", "break-glass1"], 700)
    fact("privileged-group-size", "Domain Admins", "12 accounts directly (Administrator, tier0-sato, tier0-suzuki, helpdesk-tanaka, old-admin, ex-admin (disabled), fake-admin, svc-backup, vendor-ehr, primary-da (primary group), break-glass1, SRV-OLD03$), one more through group 電子カルテ管理者 → EHR-vendors → vendor-ehr2")
    join("Domain Admins", ["SRV-OLD03$"], 690)
    fact("computer-privileged", "SRV-OLD03$", "computer account in Domain Admins")
    clock(689)
    change(dn_of("primary-da"), {"primaryGroupID": 512})
    fact("hidden-membership", "primary-da", "Domain Admin through primaryGroupID 512 only; no member value names it")
    fact("nested-privilege", "vendor-ehr2", "Domain Admin through 電子カルテ管理者 → EHR-vendors")
    join("Enterprise Admins", ["break-glass1"], 680)
    join("Schema Admins", ["tier0-sato"], 680)
    fact("schema-admins", "Schema Admins", "has members besides nobody: Administrator (as provisioned), tier0-sato; should be empty")
    join("Account Operators", ["helpdesk1"], 600)
    fact("operators", "Account Operators", "member helpdesk1; should be empty")
    join("Print Operators", ["vendor-xray"], 600)
    fact("operators", "Print Operators", "member vendor-xray; should be empty")
    join("Backup Operators", ["svc-backup"], 600)
    fact("operators", "Backup Operators", "member svc-backup")
    clean("operators", "Server Operators", "no member")
    join("DnsAdmins", ["netadmin-yamada"], 600)
    fact("dns-admins", "DnsAdmins", "member netadmin-yamada (the group has no fixed RID)")
    join("Remote Desktop Users", ["全職員"], 600)
    fact("remote-access", "Remote Desktop Users", "the group of all staff (全職員) is a member: a nested, large membership of a remote access group")
    join("Group Policy Creator Owners", ["netadmin-yamada"], 600)
    clock(650)
    outside = "S-1-5-21-1000000008-998244352-271828183-1105"
    for sid in (outside, "S-1-1-0", "S-1-5-7"):
        if not sam.search("CN=ForeignSecurityPrincipals," + BASE, ldb.SCOPE_ONELEVEL, "(cn=%s)" % sid, attrs=["cn"]):
            add("CN=%s,CN=ForeignSecurityPrincipals" % sid, "foreignSecurityPrincipal", {"objectSid": ndr_pack(security.dom_sid(sid))},
                controls=["relax:0", "provision:0"])
    append("CN=Administrators,CN=Builtin", "member", "CN=%s,CN=ForeignSecurityPrincipals,%s" % (outside, BASE))
    fact("foreign-privileged", "Administrators", "foreign principal S-1-5-21-1000000008-998244352-271828183-1105 (of trust kensa-center.example) in BUILTIN\\Administrators")
    append("CN=Pre-Windows 2000 Compatible Access,CN=Builtin", "member", ["CN=%s,CN=ForeignSecurityPrincipals,%s" % (x, BASE) for x in ("S-1-1-0", "S-1-5-7")])
    fact("pre-windows-2000", "Pre-Windows 2000 Compatible Access", "Everyone and Anonymous Logon are members (besides Authenticated Users)")
    join("Protected Users", ["tier0-sato", "tier0-suzuki"], 650)
    clean("protected-users", ["tier0-sato", "tier0-suzuki"], "members of Protected Users")
    fact("protected-users", ["helpdesk-tanaka", "old-admin", "fake-admin", "vendor-ehr", "vendor-ehr2", "primary-da", "break-glass1", "Administrator"],
         "privileged, enabled, not in Protected Users")
    clean("protected-users", "svc-backup", "a service must not be put into Protected Users; that it is privileged is another matter")
    fact("protected-users", ["helpdesk1", "vendor-xray", "netadmin-yamada"],
         "enabled, not in Protected Users, privileged through Account Operators, Print Operators or Group Policy Creator Owners")
    fact("delegatable-admin", ["helpdesk1", "vendor-xray", "netadmin-yamada"],
         "enabled, delegation not forbidden, privileged through Account Operators, Print Operators or Group Policy Creator Owners")
    fact("password-never-expires", ["vendor-ehr", "vendor-ehr2", "svc-ris", "svc-ehr", "svc-backup", "break-glass1"],
         "userAccountControl 0x10000 under the domain's policy, which asks for 8 characters (unknown to an account that cannot read the PSOs)")
    fact("delegatable-admin", ["helpdesk-tanaka", "old-admin", "svc-backup", "vendor-ehr", "vendor-ehr2", "primary-da", "Administrator"],
         "privileged, enabled, delegation not forbidden (no 0x100000, not in Protected Users)")
    clean("delegatable-admin", ["tier0-sato", "tier0-suzuki", "fake-admin", "break-glass1"], "userAccountControl 0x100000")
    clock(690)
    fact("administrator-daily-use", "Administrator", "logged on yesterday, password as old as the domain (2400 days)")
    stamp(dn_of("Administrator"), 1, 900)
    clean("guest", "Guest", "disabled as provisioned")
    fact("krbtgt-age", "krbtgt", "secret as old as the domain: 2400 days")


PROTECTED = ["Administrator", "krbtgt", "tier0-sato", "tier0-suzuki", "helpdesk-tanaka", "old-admin", "ex-admin", "fake-admin", "svc-backup", "vendor-ehr",
             "vendor-ehr2", "primary-da", "break-glass1", "helpdesk1", "vendor-xray", "SRV-OLD03$",
             "電子カルテ管理者", "EHR-vendors", "Domain Admins", "Enterprise Admins", "Schema Admins", "Domain Controllers",
             "Account Operators", "Print Operators", "Server Operators", "Backup Operators", "Administrators", "Replicator", "Read-only Domain Controllers"]


def protect():
    """What SDProp does on Windows (Samba does not): adminCount and AdminSDHolder's descriptor."""
    model = descriptor("CN=AdminSDHolder,CN=System")
    for a in PROTECTED:
        name = dn_of(a)
        clock(640)
        change(name, {"adminCount": 1})
        sd = descriptor(name)
        sd.dacl = model.dacl
        sd.type |= security.SEC_DESC_DACL_PROTECTED
        put_descriptor(name, sd)
    fact("admin-count", "(PROTECTED in seed/privileges.py)", "everything privileged has adminCount 1 and AdminSDHolder's DACL, inheritance blocked", "pass")
    name = dn_of("moto-kanri")
    change(name, {"adminCount": 1})
    sd = descriptor(name)
    sd.dacl = model.dacl
    sd.type |= security.SEC_DESC_DACL_PROTECTED
    put_descriptor(name, sd)
    fact("admin-count", "moto-kanri", "adminCount 1 and inheritance blocked, in no privileged group any more")


def history():
    user("togo-user", WARD, "統合した職員", created=900, password_set=45)
    user("togo-shadow", JOHO, "統合した職員（管理者の SID）", created=900, password_set=45)
    for account, sid, what, verdict in (
            ("togo-user", "S-1-5-21-1000000007-998244353-271828182-1105", "sIDHistory of another domain, ordinary RID", "info"),
            ("togo-shadow", SID + "-512", "sIDHistory holds this domain's Domain Admins (512): critical", "fail")):
        clock(500)
        try:
            change(dn_of(account), {"sIDHistory": ndr_pack(security.dom_sid(sid))})
            fact("sid-history", account, what, verdict)
        except SystemExit as e:
            print("sIDHistory refused:", e)


def silos():
    base = "CN=AuthN Policy Configuration,CN=Services,<config>"
    clock(500)
    for name in (base, "CN=AuthN Policies," + base, "CN=AuthN Silos," + base):
        try:
            add(name, "container" if name == base else ("msDS-AuthNPolicies" if "Policies," in name else "msDS-AuthNPolicySilos"))
        except SystemExit as e:
            print("exists:", e)
    def policy(cn, enforced, lifetime):
        return add("CN=%s,CN=AuthN Policies,%s" % (cn, base), "msDS-AuthNPolicy",
                   {"msDS-AuthNPolicyEnforced": enforced, "msDS-UserTGTLifetime": lifetime, "description": "認証ポリシー"})
    p = policy("Tier0-policy", "TRUE", -4 * 3600 * 10000000)
    policy("Audit-only-policy", "FALSE", -10 * 3600 * 10000000)
    silo = add("CN=Tier0-silo,CN=AuthN Silos," + base, "msDS-AuthNPolicySilo",
               {"msDS-AuthNPolicySiloEnforced": "TRUE", "msDS-UserAuthNPolicy": p, "msDS-AuthNPolicySiloMembers": [dn_of("tier0-sato")]})
    change(dn_of("tier0-sato"), {"msDS-AssignedAuthNPolicySilo": silo})
    clean("authentication-silo", "tier0-sato", "in an enforced silo (Tier0-silo) whose policy limits a ticket to 4 hours")
    add("CN=Test-silo,CN=AuthN Silos," + base, "msDS-AuthNPolicySilo", {"msDS-AuthNPolicySiloEnforced": "FALSE"})
    fact("authentication-silo", "CN=Test-silo,CN=AuthN Silos,CN=AuthN Policy Configuration,CN=Services,<config>", "silo that is not enforced")
    fact("authentication-silo", "CN=Audit-only-policy,CN=AuthN Policies,CN=AuthN Policy Configuration,CN=Services,<config>", "policy that is not enforced")
