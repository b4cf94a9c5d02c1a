"""Computers: clients, medical devices, servers; LAPS, age, delegation; trusts; gMSA."""
import uuid

from lab import *
from people import *

# Editions with support until 2029: the lab's clean computers must stay clean as the calendar goes on.
W10, W11, W7, XP = "Windows 10 Enterprise LTSC", "Windows 11 Enterprise LTSC", "Windows 7 Professional", "Windows XP Professional"
W10_PRO = "Windows 10 Pro"
S03, S08, S12, S16, S19, S22 = ("Windows Server 2003", "Windows Server 2008 R2 Standard", "Windows Server 2012 R2 Standard",
                                "Windows Server 2016 Standard", "Windows Server 2019 Standard", "Windows Server 2022 Standard")
VERSION = {W10: "10.0 (17763)", W10_PRO: "10.0 (19045)", W11: "10.0 (26100)", W7: "6.1 (7601)", XP: "5.1 (2600)", S03: "5.2 (3790)", S08: "6.1 (7601)",
           S12: "6.3 (9600)", S16: "10.0 (14393)", S19: "10.0 (17763)", S22: "10.0 (20348)"}


def laps(name, expires, password=True, legacy=False):
    """Windows LAPS or legacy LAPS: the expiry, and a secret that nobody may ask for."""
    clock(30 - expires if expires < 30 else 1)
    if legacy:
        change(name, {"ms-Mcs-AdmPwdExpirationTime": filetime(-expires)})
        if password:
            change(name, {"ms-Mcs-AdmPwd": secret("laps " + name)})
    else:
        change(name, {"msLAPS-PasswordExpirationTime": filetime(-expires)})
        if password:
            change(name, {"msLAPS-Password": '{"n":"Administrator","t":"1d91d7b18e4d9e4","p":"%s"}' % secret("laps " + name)})


def computers():
    def c(name, ou, os_name, **kw):
        return computer(name, ou, os_name, VERSION.get(os_name, kw.pop("version", None)), **kw)

    for i in range(1, 17):
        laps(c("WS-W10-%02d" % i, CLIENTS, W10, password_set=3 + i), 5 + i)
    for i in range(1, 11):
        laps(c("WS-W11-%02d" % i, CLIENTS, W11, password_set=2 + i), 4 + i)
    clean("laps", "(WS-W10-01$ … WS-W10-16$, WS-W11-01$ … WS-W11-10$)", "Windows LAPS, expiry 5 to 21 days in the future, current OS, machine password 3 to 19 days old: clean in every check about computers")
    for i in range(1, 4):
        laps(c("WS-LEG-%02d" % i, CLIENTS, W10_PRO), 10 + i, legacy=True)
    fact("unsupported-os", ["WS-LEG-%02d$" % i for i in range(1, 4)], "Windows 10 Pro 22H2, without updates since 2025-10-14, in use")
    clean("laps", ["WS-LEG-%02d$" % i for i in range(1, 4)], "legacy LAPS, expiry in the future")
    for i in range(1, 4):
        laps(c("WS-EXP-%02d" % i, CLIENTS, W10), -90 - i)
    fact("laps-freshness", ["WS-EXP-%02d$" % i for i in range(1, 4)], "Windows LAPS expiry about 90 days in the past, computer in use")
    for i in range(1, 5):
        c("WS-NOL-%02d" % i, CLIENTS, W10)
    fact("laps", ["WS-NOL-%02d$" % i for i in range(1, 5)], "no LAPS expiry at all")

    for n, os_name in (("MOD-XP01", XP), ("MOD-XP02", XP), ("MOD-W701", W7), ("MOD-W702", W7), ("MOD-W703", W7)):
        c(n, DEVICES, os_name, password_set=25)
        fact("unsupported-os", n + "$", "%s, in use" % os_name)
        fact("laps", n + "$", "no LAPS expiry")
    c("MOD-XPOFF", DEVICES, XP, uac=WORKSTATION | DISABLED, password_set=900, logon=800)
    clean("unsupported-os", "MOD-XPOFF$", "Windows XP, disabled")

    for n, os_name, bad in (("SRV-OLD03", S03, 1), ("SRV-LAB08", S08, 1), ("SRV-EHR12", S12, 1), ("SRV-RIS16", S16, 0), ("SRV-FILE01", S19, 0),
                            ("SRV-APP01", S19, 0), ("SRV-SQL01", S22, 0), ("SRV-HVAC01", S22, 0), ("SRV-CA01", S22, 0), ("SRV-WEB01", S22, 0)):
        laps(c(n, SERVERS, os_name, password_set=15), 12)
        if bad:
            fact("unsupported-os", n + "$", "%s, in use" % os_name)
        else:
            clean("unsupported-os", n + "$", os_name)
    c("NAS-01", SERVERS, "Samba", version="4.17", password_set=10)
    clean("unsupported-os", "NAS-01$", "not Windows; LAPS not applicable")
    c("LNX-SYSLOG", SERVERS, "pc-linux-gnu", password_set=10)
    clean("unsupported-os", "LNX-SYSLOG$", "not Windows; LAPS not applicable")

    for i, days in enumerate((200, 400, 1200), 1):
        c("WS-STALE-%02d" % i, CLIENTS, W10, created=1500, password_set=days + 5, logon=days)
        fact("stale-computer", "WS-STALE-%02d$" % i, "enabled, last logon %d days ago, password %d days old" % (days, days + 5))
    laps(c("SRV-FROZEN", SERVERS, S19, created=1500, password_set=900, logon=1), 10)
    fact("machine-password-age", "SRV-FROZEN$", "logs on daily, machine password 900 days old (change disabled)")
    c("WS-PRECREATED", CLIENTS, None, uac=WORKSTATION | NOT_REQUIRED, created=120, password_set=None, logon=None)
    fact("stale-computer", "WS-PRECREATED$", "enabled, created 120 days ago, never logged on")
    fact("precreated-computer", "WS-PRECREATED$", "created 120 days ago, password not required (0x20), never logged on")
    laps(c("WS-SELFJOIN", CLIENTS, W10, created=90), 8)
    change("CN=WS-SELFJOIN," + CLIENTS, {"mS-DS-CreatorSID": ndr_pack(security.dom_sid(sid_of("sato000")))})
    own("CN=WS-SELFJOIN," + CLIENTS, "sato000")
    fact("joined-by-user", "WS-SELFJOIN$", "mS-DS-CreatorSID and owner are an ordinary user (sato000): machine account quota was used")
    c("AZUREADSSOACC", SERVERS, None, created=1000, password_set=950, logon=None)
    fact("entra-sso", "AZUREADSSOACC$", "Entra seamless SSO account, secret 950 days old")

    # delegation
    c("SRV-PRINT01", SERVERS, S19, uac=WORKSTATION | UNCONSTRAINED)
    fact("unconstrained-delegation", "SRV-PRINT01$", "computer, not a DC, userAccountControl 0x80000")
    fact("laps", "SRV-PRINT01$", "no LAPS expiry")
    clean("unconstrained-delegation", "DC1$", "a domain controller: expected")
    append("CN=SRV-WEB01," + SERVERS, "msDS-AllowedToDelegateTo", ["cifs/srv-file01." + DOMAIN, "cifs/SRV-FILE01"])
    fact("constrained-delegation", "SRV-WEB01$", "to cifs/SRV-FILE01, Kerberos only: tolerable", "info")
    clock(400)
    change("CN=SRV-APP01," + SERVERS, {"userAccountControl": WORKSTATION | PROTOCOL_TRANSITION,
                                       "msDS-AllowedToDelegateTo": ["ldap/dc1." + DOMAIN, "ldap/DC1"]})
    fact("delegation-to-dc", "SRV-APP01$", "protocol transition (0x1000000) and delegation to ldap/dc1: takes over the domain")
    fact("protocol-transition", "SRV-APP01$", "0x1000000 with msDS-AllowedToDelegateTo")
    clock(50)
    def may_act(sid):
        return ndr_pack(security.descriptor.from_sddl("O:BAD:(A;;0xf01ff;;;%s)" % sid, security.dom_sid(SID)))
    change("CN=SRV-FILE01," + SERVERS, {"msDS-AllowedToActOnBehalfOfOtherIdentity": may_act(sid_of("WS-NOL-01$"))})
    fact("resource-delegation", "SRV-FILE01$", "msDS-AllowedToActOnBehalfOfOtherIdentity allows WS-NOL-01$")
    change(dn_of("DC1$"), {"msDS-AllowedToActOnBehalfOfOtherIdentity": may_act(sid_of("SRV-APP01$"))})
    fact("resource-delegation", "DC1$", "a domain controller with msDS-AllowedToActOnBehalfOfOtherIdentity for SRV-APP01$: critical")


def services():
    def s(account, what, spn=None, **kw):
        user(account, SERVICE, what, servicePrincipalName=[spn] if spn else None, **kw)
    s("svc-pacs", "PACS サービス", "HTTP/pacs." + DOMAIN, created=900, password_set=20, msDS__SupportedEncryptionTypes=0x18)
    clean("kerberoast", "svc-pacs", "SPN, AES only (0x18), password 20 days old")
    s("svc-ris", "RIS サービス", "HTTP/ris." + DOMAIN, uac=NORMAL | NEVER_EXPIRES, created=1900, password_set=1800, msDS__SupportedEncryptionTypes=4)
    fact("kerberoast", "svc-ris", "SPN, RC4 only (4), password 1800 days old, never expires")
    fact("rc4", "svc-ris", "msDS-SupportedEncryptionTypes 4: no AES at all")
    s("svc-ehr", "電子カルテ サービス", "MSSQLSvc/srv-sql01.%s:1433" % DOMAIN, uac=NORMAL | NEVER_EXPIRES, created=1900, password_set=1100)
    fact("kerberoast", "svc-ehr", "SPN, msDS-SupportedEncryptionTypes absent, password 1100 days old, never expires")
    s("svc-des", "旧サービス", "ftp/old." + DOMAIN, created=1900, password_set=80, msDS__SupportedEncryptionTypes=3)
    fact("des", "svc-des", "msDS-SupportedEncryptionTypes 3 (DES)")
    s("svc-backup", "バックアップ", "backup/srv." + DOMAIN, uac=NORMAL | NEVER_EXPIRES, created=1900, password_set=1600)
    fact("service-account-privileged", "svc-backup", "SPN and member of Domain Admins and Backup Operators, password 1600 days old")
    fact("kerberoast", "svc-backup", "privileged account with an SPN: critical")
    s("svc-print", "印刷サービス", "HTTP/print." + DOMAIN, uac=NORMAL | UNCONSTRAINED, created=900, password_set=70)
    fact("unconstrained-delegation", "svc-print", "user account, userAccountControl 0x80000")
    s("svc-portal", "職員ポータル", "HTTP/portal." + DOMAIN, created=900, password_set=70)
    clock(800)
    change("CN=svc-portal," + SERVICE, {"userAccountControl": NORMAL | PROTOCOL_TRANSITION, "msDS-AllowedToDelegateTo": ["cifs/srv-file01." + DOMAIN]})
    fact("protocol-transition", "svc-portal", "0x1000000, delegation to cifs/srv-file01")
    fact("rc4", ["svc-ehr", "svc-backup", "svc-print", "svc-portal"], "SPN, msDS-SupportedEncryptionTypes absent: the default, which allows RC4")
    s("svc-web", "院内 Web", "HTTP/web." + DOMAIN, created=900, password_set=70)
    append("CN=svc-web," + SERVICE, "msDS-AllowedToDelegateTo", ["MSSQLSvc/srv-sql01.%s:1433" % DOMAIN])
    fact("constrained-delegation", "svc-web", "to MSSQLSvc/srv-sql01, Kerberos only: tolerable", "info")
    fact("rc4", ["svc-web", "nise-svc"], "SPN, msDS-SupportedEncryptionTypes absent: the default, which allows RC4")


def kds_and_gmsa():
    base = "CN=Group Key Distribution Service,CN=Services,<config>"
    clock(2300)
    add(base, "container")
    add("CN=Master Root Keys," + base, "container")
    ids = {}
    for name, created in (("old", 2200), ("new", 25)):
        ids[name] = uuid.UUID(bytes=noise("kds " + name, 16), version=4)
        clock(created)
        add("CN=%s,CN=Master Root Keys,%s" % (ids[name], base), "msKds-ProvRootKey", {
            "msKds-Version": 1, "msKds-KDFAlgorithmID": "SP800_108_CTR_HMAC", "msKds-KDFParam": noise("kdf", 32),
            "msKds-SecretAgreementAlgorithmID": "DH", "msKds-SecretAgreementParam": noise("dh", 64),
            "msKds-PublicKeyLength": 2048, "msKds-PrivateKeyLength": 512, "msKds-RootKeyData": noise("root " + name, 64),
            "msKds-DomainID": dn_of("DC1$"), "msKds-CreateTime": filetime(created), "msKds-UseStartTime": filetime(created - 0.42)})
        fact("kds-root-key", "CN=%s,CN=Master Root Keys,CN=Group Key Distribution Service,CN=Services,<config>" % ids[name],
             "root key made %d days ago (names in full: the lab's are the same in every build)" % created, "fail" if name == "old" else "pass")
    def key_id(which):
        d = DOMAIN.encode("utf-16-le") + b"\0\0"
        return struct.pack("<I", 1) + b"KDSK" + struct.pack("<IIII", 2, 361, 5, 3) + ids[which].bytes_le + struct.pack("<III", 0, len(d), len(d)) + d + d
    def readers(*sids):
        return ndr_pack(security.descriptor.from_sddl("O:SYD:" + "".join("(A;;0xf01ff;;;%s)" % s for s in sids), security.dom_sid(SID)))
    def gmsa(account, key, who, created, what, verdict, topic="gmsa"):
        clock(created)
        add("CN=%s,CN=Managed Service Accounts" % account, "msDS-GroupManagedServiceAccount", {
            "sAMAccountName": account + "$", "userAccountControl": WORKSTATION, "dNSHostName": "%s.%s" % (account, DOMAIN),
            "msDS-ManagedPasswordInterval": 30, "msDS-ManagedPasswordId": key_id(key), "msDS-GroupMSAMembership": who,
            "msDS-SupportedEncryptionTypes": 0x1c, "servicePrincipalName": ["HTTP/%s.%s" % (account, DOMAIN)],
            "unicodePwd": ('"%s"' % secret(account)).encode("utf-16-le")})
        stamp("CN=%s,CN=Managed Service Accounts" % account, 2)
        fact(topic, account + "$", what, verdict)
    sql = sid_of("SRV-SQL01$")
    gmsa("gmsa-pacs", "new", readers(sql), 20, "new root key, may be read by SRV-SQL01$ only", "pass")
    gmsa("gmsa-ris", "old", readers(sql), 700, "its password id names the old KDS root key", "fail", "gmsa-key")
    gmsa("gmsa-wide", "new", readers("S-1-5-11"), 20, "msDS-GroupMSAMembership lets Authenticated Users read the password", "fail")
    clock(700)
    add("CN=smsa-old,CN=Managed Service Accounts", "msDS-ManagedServiceAccount",
        {"sAMAccountName": "smsa-old$", "userAccountControl": WORKSTATION, "unicodePwd": ('"%s"' % secret("smsa")).encode("utf-16-le")})
    fact("gmsa", "smsa-old$", "a standalone managed service account, secret 700 days old", "info")


TRUSTS = [
    # name, flat, direction, type, attributes, enctypes, secret age, fault
    ("clinic-a.example", "CLINIC-A", 3, 2, 0x4, 0x18, 20, "pass", "external, quarantined (SID filtering), AES, secret 20 days old"),
    ("kensa-center.example", "KENSA", 2, 2, 0x0, 4, 2000, "fail", "external, outbound, no SID filtering, RC4 only, secret 2000 days old"),
    ("group-hospital.example", "GROUPHOSP", 3, 2, 0x848, 0x18, 400, "fail", "forest trust with TREAT_AS_EXTERNAL (SID filtering relaxed) and TGT delegation enabled (0x800)"),
    ("kenkyu.example", "KENKYU", 1, 2, 0x8, 0x18, 15, "pass", "forest trust, inbound, SID filtering as by default, secret 15 days old"),
    ("OLDNT", "OLDNT", 1, 1, 0x0, None, 2300, "fail", "downlevel (NT4) trust, inbound, secret 2300 days old"),
]


def trusts():
    from samba.dcerpc import drsblobs, lsa
    for i, (name, flat, direction, kind, bits, enc, age, verdict, what) in enumerate(TRUSTS):
        def blob(password):
            info = drsblobs.AuthenticationInformation()
            info.LastUpdateTime = int(filetime(age))
            info.AuthType = lsa.TRUST_AUTH_TYPE_CLEAR
            clear = drsblobs.AuthInfoClear()
            data = list(password.encode("utf-16-le"))
            clear.size, clear.password = len(data), data
            info.AuthInfo = clear
            arr = drsblobs.AuthenticationInformationArray()
            arr.count, arr.array = 1, [info]
            out = drsblobs.trustAuthInOutBlob()
            out.count, out.current, out.previous = 1, arr, arr
            return ndr_pack(out)
        sub = "S-1-5-21-%d-%d-%d" % (1000000007 + i, 998244353 - i, 271828182 + i)
        clock(2300)
        a = {"flatName": flat, "trustPartner": name, "trustDirection": direction, "trustType": kind, "trustAttributes": bits,
             "securityIdentifier": ndr_pack(security.dom_sid(sub)), "msDS-SupportedEncryptionTypes": enc,
             "trustAuthIncoming": blob(secret("trust in old " + name)), "trustAuthOutgoing": blob(secret("trust out old " + name))}
        add("CN=%s,CN=System" % name, "trustedDomain", a)
        if age != 2300:
            clock(age)
            change("CN=%s,CN=System" % name, {"trustAuthIncoming": blob(secret("trust in " + name)), "trustAuthOutgoing": blob(secret("trust out " + name))})
        if direction & 1:
            clock(2300)
            as_lsa = ["relax:0", "local_oid:%s:0" % dsdb.DSDB_CONTROL_PERMIT_INTERDOMAIN_TRUST_UAC_OID]
            add("CN=%s$,CN=Users" % flat, "user", {"sAMAccountName": flat + "$", "userAccountControl": 0x820,
                "clearTextPassword": secret("trust " + flat).encode("utf-16-le")}, controls=as_lsa)
            if age != 2300:
                clock(age)
                change("CN=%s$,CN=Users" % flat, {"clearTextPassword": secret("trust 2 " + flat).encode("utf-16-le")}, controls=as_lsa)
            fact("trust-account", flat + "$", "account of trust %s (userAccountControl 0x800), secret %d days old" % (name, age), "pass" if age < 60 else "fail")
        fact("trust", "CN=%s,CN=System" % name, what, verdict)
