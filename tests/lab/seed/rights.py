"""Who may do what to objects that matter (security descriptors)."""
from lab import *
from people import *
from policies import GPOS


def u(account, what):
    user(account, SERVICE, what, created=900, password_set=48)


def domain_head():
    for a, what in (("svc-sync", "旧ディレクトリ同期"), ("MSOL_4f2c1a9b8d7e", "Entra Connect"), ("dcsync-half", "複製（片方のみ）"), ("acl-writedacl", "権限: WriteDacl"),
                    ("acl-writeowner", "権限: WriteOwner"), ("svc-allrights", "権限: すべての拡張権利"), ("deny-trap", "拒否と許可"), ("svc-hello", "権限: 鍵の書き込み"),
                    ("svc-spn", "権限: SPN の書き込み"), ("svc-deploy", "権限: 委任の書き込み"), ("gpo-operator", "GPO 担当"), ("laps-reader", "LAPS 閲覧")):
        u(a, what)
    def both(account, deny=False):
        for right in ("replicate-changes", "replicate-changes-all"):
            allow("", account, "CR", right, kind="D" if deny else "A")
    clock(500)
    both("svc-sync")
    fact("replicate-secrets", "svc-sync", "on the domain head: Get-Changes and Get-Changes-All (DCSync)")
    both("MSOL_4f2c1a9b8d7e")
    fact("replicate-secrets", "MSOL_4f2c1a9b8d7e", "both rights; the name of an Entra Connect account (expected there, but reset after an incident)")
    allow("", "dcsync-half", "CR", "replicate-changes")
    clean("replicate-secrets", "dcsync-half", "Get-Changes only: cannot read secrets")
    allow("", "svc-allrights", "CR")
    fact("replicate-secrets", "svc-allrights", "all extended rights on the domain head (CR without a GUID): includes DCSync")
    both("deny-trap", deny=True)
    both("deny-trap")
    fact("replicate-secrets", "deny-trap", "denied and allowed both rights; the denial comes first: has no right", "trap")
    allow("", "旧管理者グループ", "CCDCLCSWRPWPDTLOCRSDRCWDWO")
    fact("take-over-domain", "旧管理者グループ", "full control (generic all, 0xf01ff) of the domain head; member old-admin")
    allow("", "acl-writedacl", "WD")
    fact("take-over-domain", "acl-writedacl", "WriteDacl on the domain head")
    allow("", "acl-writeowner", "WO")
    fact("take-over-domain", "acl-writeowner", "WriteOwner on the domain head")
    clean("take-over-domain", ["Domain Admins", "Enterprise Admins", "Administrators"], "expected holders")


def privileged_objects():
    clock(480)
    allow("CN=AdminSDHolder,CN=System", "EHR-vendors", "WD")
    fact("rights-adminsdholder", "EHR-vendors", "WriteDacl on AdminSDHolder (not yet copied to the accounts)")
    allow(dn_of("Domain Admins"), "Helpdesk", "WP", "member")
    fact("rights-add-member", "Helpdesk", "may write member of Domain Admins")
    own(dn_of("Backup Operators"), "netadmin-yamada")
    fact("rights-owner", "netadmin-yamada", "owns Backup Operators")
    allow(dn_of("tier0-suzuki"), "Helpdesk", "CR", "reset-password")
    fact("rights-reset-password", "Helpdesk", "may reset the password of tier0-suzuki")
    allow(dn_of("tier0-sato"), "svc-hello", "WP", "keyCredential")
    fact("rights-key-credential", "svc-hello", "may write msDS-KeyCredentialLink of tier0-sato")
    allow(dn_of("old-admin"), "svc-spn", "WP", "servicePrincipalName")
    fact("rights-spn", "svc-spn", "may write servicePrincipalName of old-admin")
    allow(dn_of("break-glass1"), "svc-spn", "WP")
    fact("rights-write-all", "svc-spn", "may write every property of break-glass1 (WP without a GUID: generic write)")
    allow(dn_of("DC1$"), "svc-deploy", "WP", "allowedToAct")
    fact("rights-delegation", "svc-deploy", "may write msDS-AllowedToActOnBehalfOfOtherIdentity of DC1$")
    own(dn_of("SRV-FILE01$"), "helpdesk1")
    fact("rights-owner", "helpdesk1", "owns SRV-FILE01$ (a member server: lesser)", "info")
    allow(dn_of("WS-NOL-02$"), "S-1-5-11", "CCDCLCSWRPWPDTLOCRSDRCWDWO")
    fact("rights-computer", "WS-NOL-02$", "Authenticated Users have full control of this computer")


def containers():
    clock(470)
    allow("OU=Domain Controllers", "gpo-operator", "WP", "gPLink")
    fact("rights-gplink", "gpo-operator", "may write gPLink of OU=Domain Controllers")
    allow(TIER0, "Helpdesk", "CCDCLCSWRPWPDTLOCRSDRCWDWO", flags="CI")
    fact("rights-ou", "Helpdesk", "full control of OU=Tier0 and, inherited, what is in it and not protected")
    own(TIER0, "netadmin-yamada")
    fact("rights-owner", "netadmin-yamada", "owns OU=Tier0")
    allow("OU=Hospital", "Helpdesk", "CR", "reset-password", "user", "CIIO")
    fact("rights-reset-password", "Helpdesk", "may reset passwords of users below OU=Hospital (inherit only): ordinary delegation for staff; but reaches primary-da's neighbours in OU=Joho that are not protected", "info")
    allow("CN={6AC1786C-016F-11D2-945F-00C04FB984F9},CN=Policies,CN=System", "gpo-operator", "CCDCLCRPWPRC")
    fact("rights-gpo", "gpo-operator", "may edit the Default Domain Controllers Policy (linked to OU=Domain Controllers)")
    allow("CN=%s,CN=Policies,CN=System" % GPOS["lock"][0], "netadmin-yamada", "CCDCLCRPWPRC")
    fact("rights-gpo", "netadmin-yamada", "may edit 端末ロックダウン (clients only): ordinary delegation", "info")
    laps = [(a, str(uuid_of(a))) for a in ("ms-Mcs-AdmPwd", "msLAPS-Password", "msLAPS-EncryptedPassword")]
    for attribute, guid in laps:
        allow(CLIENTS, "laps-reader", "RPCR", guid, "computer", "CIIO")
    fact("rights-laps", "laps-reader", "may read ms-Mcs-AdmPwd, msLAPS-Password, msLAPS-EncryptedPassword of computers below %s" % CLIENTS)
    allow(CLIENTS, "Helpdesk", "CR", None, "computer", "CIIO")
    fact("rights-laps", "Helpdesk", "all extended rights on computers below %s: reads LAPS passwords" % CLIENTS)
    clean("rights-laps", SERVERS + "," + BASE, "no extra reader")


def uuid_of(attribute):
    r = sam.search(SCHEMA, ldb.SCOPE_ONELEVEL, "(lDAPDisplayName=%s)" % attribute, attrs=["schemaIDGUID"])
    return ndr_unpack(misc.GUID, r[0]["schemaIDGUID"][0])
