"""Faults that came later: appended, so that the RIDs of everything before stay as they are."""
import uuid

import computers
import people
from lab import *
from people import *
from policies import GPOS


def accounts():
    user("initial-old", IJI, "初期パスワードのまま", created=300, logon=None)
    clock(300)
    change("CN=initial-old," + IJI, {"pwdLastSet": 0})
    fact("initial-password", "initial-old", "pwdLastSet 0 (must change) since it was created 300 days ago, secret 300 days old, never logged on")
    clean("initial-password", "shinjin", "the same for 4 days only")
    user("mirai", IJI, "未来の日付", created=500, password_set=-20)
    fact("impossible-date", "mirai", "pwdLastSet and its metadata lie 20 days in the future")
    user("kako", IJI, "作成前の日付", created=100, password_set=200)
    fact("impossible-date", "kako", "pwdLastSet and its metadata lie 100 days before whenCreated")
    user("chokusetsu", IJI, "鍵を直接書かれた職員", created=700, password_set=300)
    clock(80)
    change("CN=chokusetsu," + IJI, {"unicodePwd": noise("chokusetsu", 16)}, controls=["relax:0", "local_oid:%s:0" % dsdb.DSDB_CONTROL_BYPASS_PASSWORD_HASH_OID])
    fact("secret-written-directly", "chokusetsu", "unicodePwd changed 80 days ago without supplementalCredentials, history or pwdLastSet (as tools do that write a hash); pwdLastSet 300 days")
    for i in (1, 2):
        user("svc-dup%d" % i, SERVICE, "重複 SPN %d" % i, created=900, password_set=70, servicePrincipalName=["HTTP/dup%s.%s" % ("" if i == 1 else "2", DOMAIN)])
        fact("rc4", "svc-dup%d" % i, "SPN, msDS-SupportedEncryptionTypes absent: the default, which allows RC4")
        fact("duplicate-spn", "svc-dup%d" % i, "HTTP/dup.%s is on svc-dup1 and on svc-dup2" % DOMAIN)
    user("krbtgt_23456", "CN=Users", "RODC の krbtgt（孤児）", uac=NORMAL | DISABLED, created=1200, logon=None)
    fact("rodc-krbtgt", "krbtgt_23456", "krbtgt of an RODC that does not exist (msDS-SecondaryKrbTgtNumber 23456, no link), secret 1200 days old")
    user("dr-nomfa", OPD, "MFA なしの鍵", created=500, password_set=50)
    clock(45)
    append(dn_of("dr-nomfa"), "msDS-KeyCredentialLink", [key_credential(dn_of("dr-nomfa"), "dr-nomfa", created=45, flags=2)])
    fact("key-credential", "dr-nomfa", "NGC key registered without MFA (custom key information flag 2)")
    clock(70)
    change(dn_of("helpdesk-tanaka"), {"altSecurityIdentities": ["X509:<SKI>aabbccddeeff00112233"]})
    fact("certificate-mapping-privileged", "helpdesk-tanaka", "privileged account with a (strong) certificate mapping")
    group("moto-kanri-group", GROUPS, ["moto-kanri"], created=1700)
    change("CN=moto-kanri-group," + GROUPS, {"adminCount": 1})
    fact("admin-count", "moto-kanri-group", "group with adminCount 1 that gives no privilege")
    clock(610)
    append(dn_of("Print Operators"), "member", ["CN=S-1-5-4,CN=ForeignSecurityPrincipals," + BASE])
    fact("well-known-member", "Print Operators", "well-known principal S-1-5-4 (Interactive) is a member")


def machines():
    def keyed(account, count):
        name = dn_of(account)
        clock(40)
        append(name, "msDS-KeyCredentialLink", [key_credential(name, "%s %d" % (account, i), created=40, logon=2) for i in range(count)])
    keyed("WS-W11-09$", 1)
    clean("key-credential", "WS-W11-09$", "computer with one key, its own")
    keyed("WS-NOL-03$", 2)
    fact("key-credential", "WS-NOL-03$", "computer with two keys: one was added by somebody else")
    clock(300)
    for account, types in (("WS-W10-01$", 0x1c), ("WS-W11-01$", 0x18), ("MOD-XP01$", 7), ("SRV-LAB08$", 7)):
        change(dn_of(account), {"msDS-SupportedEncryptionTypes": types})
    fact("computer-aes", ["MOD-XP01$", "SRV-LAB08$"], "msDS-SupportedEncryptionTypes 7: DES and RC4, no AES")
    clean("computer-aes", ["WS-W10-01$", "WS-W11-01$"], "0x1c and 0x18: AES; on all other computers the attribute is absent")
    clock(45)
    anybody = security.descriptor.from_sddl("O:BAD:(A;;0xf01ff;;;AU)", security.dom_sid(SID))
    change(dn_of("NAS-01$"), {"msDS-AllowedToActOnBehalfOfOtherIdentity": ndr_pack(anybody)})
    fact("resource-delegation", "NAS-01$", "msDS-AllowedToActOnBehalfOfOtherIdentity allows Authenticated Users")
    for n in ("MOD-W10-01", "MOD-W10-02"):
        computers.laps(computer(n, DEVICES, computers.W10, computers.VERSION[computers.W10], password_set=14), 9)
    clean("laps", ["MOD-W10-01$", "MOD-W10-02$"], "Windows LAPS, expiry 9 days in the future (but see rights-laps)")
    clock(465)
    allow(DEVICES, "Domain Users", "CR", None, "computer", "CIIO")
    fact("rights-laps", DEVICES + "," + BASE, "Domain Users have all extended rights on computers below: everybody, the audit accounts too, would be served LAPS passwords of MOD-W10-01$ and -02$ if they asked")


def managed():
    computers_sql = "O:SYD:(A;;0xf01ff;;;%s)" % sid_of("SRV-SQL01$")
    d = DOMAIN.encode("utf-16-le") + b"\0\0"
    lost = uuid.UUID(bytes=noise("kds lost", 16), version=4)
    clock(1000)
    add("CN=gmsa-lost,CN=Managed Service Accounts", "msDS-GroupManagedServiceAccount", {
        "sAMAccountName": "gmsa-lost$", "userAccountControl": WORKSTATION, "dNSHostName": "gmsa-lost." + DOMAIN, "msDS-ManagedPasswordInterval": 90,
        "msDS-ManagedPasswordId": struct.pack("<I", 1) + b"KDSK" + struct.pack("<IIII", 2, 350, 1, 1) + lost.bytes_le + struct.pack("<III", 0, len(d), len(d)) + d + d,
        "msDS-GroupMSAMembership": ndr_pack(security.descriptor.from_sddl(computers_sql, security.dom_sid(SID))),
        "unicodePwd": ('"%s"' % secret("gmsa-lost")).encode("utf-16-le")})
    stamp("CN=gmsa-lost,CN=Managed Service Accounts", 2)
    fact("gmsa-key", "gmsa-lost$", "its password id names a KDS root key that is not in the directory; interval 90 days")
    clock(460)
    allow(dn_of("gmsa-ris$"), "Helpdesk", "CCDCLCSWRPWPDTLOCRSDRCWDWO")
    fact("rights-gmsa", "Helpdesk", "full control of gmsa-ris$")


def more_rights():
    clock(455)
    allow(dn_of("old-admin"), "S-1-5-11", "CR", "reset-password")
    fact("rights-broad", "old-admin", "Authenticated Users may reset its password (Domain Admin)")
    allow(dn_of("DC1$"), "svc-hello", "WP", "keyCredential")
    fact("rights-key-credential", "svc-hello", "may write msDS-KeyCredentialLink of DC1$ (take over the domain controller)")
    dsrm = sam.search(SCHEMA, ldb.SCOPE_ONELEVEL, "(lDAPDisplayName=msLAPS-EncryptedDSRMPassword)", attrs=["schemaIDGUID"])
    allow(dn_of("DC1$"), "laps-reader", "RPCR", str(ndr_unpack(misc.GUID, dsrm[0]["schemaIDGUID"][0])))
    fact("rights-laps", "laps-reader", "may read msLAPS-EncryptedDSRMPassword of DC1$")
    fact("rights-computer", ["MOD-XP01$", "MOD-XP02$", "MOD-W701$", "MOD-W702$", "MOD-W703$", "MOD-W10-01$", "MOD-W10-02$", "MOD-XPOFF$"],
         "Domain Users have all extended rights, inherited from %s: they may reset its password" % DEVICES)
    user("togo-admin", WARD, "統合した職員（旧ドメインの管理者）", created=900, password_set=45)
    clock(500)
    change(dn_of("togo-admin"), {"sIDHistory": ndr_pack(security.dom_sid("S-1-5-21-1000000007-998244353-271828182-512"))})
    fact("sid-history", "togo-admin", "sIDHistory holds the Domain Admins (512) of another domain")
    clean("rights-controller", "(DC2$)", "dc2's computer account has the rights it got when it joined: clean")
