#!/usr/bin/python3
"""Accounts as Active Directory shows them, as LDIF for slapadd: ad_entries.py COUNT BASE. Deterministic."""
import base64
import random
import struct
import sys
import time

EPOCH = 11644473600
# attribute ids as in replication metadata: unicodePwd, ntPwdHistory, pwdLastSet, supplementalCredentials, userAccountControl and some more
ATTIDS = (0, 3, 131073, 131074, 589825, 589832, 589850, 589914, 589918, 589920, 589949, 589970, 590045)


def filetime(seconds):
    return int((seconds + EPOCH) * 10_000_000)


def metadata(rng, changed, dsa):
    out = struct.pack("<QQ", 1, len(ATTIDS))
    for attid in ATTIDS:
        out += struct.pack("<IIQ16sQQ", attid, rng.randint(1, 9), int(changed + EPOCH), dsa, 1000, 2000)
    return out


def b64(data):
    return base64.b64encode(data).decode()


def main():
    count, base = int(sys.argv[1]), sys.argv[2]
    rng = random.Random(42)
    now = 1_790_000_000
    dsa = rng.randbytes(16)
    created = time.strftime("%Y%m%d%H%M%S.0Z", time.gmtime(now - 900 * 86400))
    domain = struct.pack("<BB6sIIII", 1, 5, b"\0\0\0\0\0\5", 21, 10, 20, 30)
    out = sys.stdout
    out.write(f"dn: {base}\nobjectClass: domain\nobjectClass: adObject\ndc: bench\nobjectGUID:: {b64(rng.randbytes(16))}\n"
              f"objectSid:: {b64(domain)}\nminPwdLength: 14\nlockoutThreshold: 5\n\n"
              f"dn: cn=reader,{base}\nobjectClass: device\nobjectClass: simpleSecurityObject\ncn: reader\nuserPassword: reader\n\n")
    for ward in range(40):
        out.write(f"dn: ou=Ward{ward},{base}\nobjectClass: organizationalUnit\nou: Ward{ward}\n\n")
    for n in range(count):
        changed = now - rng.randrange(500 * 86400)
        sid = struct.pack("<BB6sIIIII", 1, 5, b"\0\0\0\0\0\5", 21, 10, 20, 30, 1000 + n)
        lines = [
            f"dn: cn=user{n:06d},ou=Ward{n % 40},{base}", "objectClass: top", "objectClass: person", "objectClass: user",
            f"cn: user{n:06d}", f"sn: user{n:06d}", f"objectGUID:: {b64(rng.randbytes(16))}", f"objectSid:: {b64(sid)}",
            f"sAMAccountName: user{n:06d}", f"userPrincipalName: user{n:06d}@bench.example",
            f"displayName:: {b64('鍵守 職員'.encode())}", "userAccountControl: 512", f"pwdLastSet: {filetime(changed)}",
            "accountExpires: 9223372036854775807", f"lastLogonTimestamp: {filetime(now - rng.randrange(200 * 86400))}",
            f"lastLogon: {filetime(now - rng.randrange(200 * 86400))}", "badPwdCount: 0", "badPasswordTime: 0",
            "logonCount: 12", "lockoutTime: 0", f"whenCreated: {created}", f"whenChanged: {created}", "primaryGroupID: 513",
            "sAMAccountType: 805306368", f"objectCategory: CN=Person,CN=Schema,CN=Configuration,{base}",
            "msDS-SupportedEncryptionTypes: 24", "description: ward staff", f"replPropertyMetaData:: {b64(metadata(rng, changed, dsa))}",
        ]
        if n % 300 == 0:
            lines.append(f"servicePrincipalName: MSSQLSvc/user{n:06d}.bench.example:1433")
        out.write("\n".join(lines) + "\n\n")


main()
