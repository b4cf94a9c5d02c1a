#!/usr/bin/python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""Accounts as Active Directory shows them, as LDIF for slapadd: ad_entries.py COUNT BASE. Deterministic.

One account in ten is a computer. Every value that an ordinary account of a Windows domain has is there, with the sizes of
real ones: replPropertyMetaData holds the 29 (users) or 24 (computers) attributes that a domain controller lists.
"""
import base64
import random
import struct
import sys
import time

EPOCH = 11644473600
NOW = 1_790_000_000
NEVER = 9223372036854775807
DOMAIN = (21, 10, 20, 30)

# Attribute ids of replication metadata ([MS-ADTS] 3.1.1.4.5.19), in the order of the id, as servers keep them.
COMMON = (0, 3, 0x20001, 0x20002, 0x20119, 0x90001, 0x90008, 0x90010, 0x90019, 0x90037, 0x90040, 0x9005A, 0x9005E, 0x90060,
          0x90062, 0x9007D, 0x90092, 0x9009F, 0x900A0, 0x900DD, 0x9012E, 0x9030E, 0x906A0)
USER = tuple(sorted(COMMON + (4, 13, 42, 0x2000D, 0x90290, 0x90296)))
COMPUTER = tuple(sorted(COMMON + (0x90174,)))
SECRETS = {0x9005A, 0x9005E, 0x90060, 0x9007D, 0x90037, 0x900A0}
SYSTEMS = (("Windows 10 Enterprise", "10.0 (19045)"), ("Windows 11 Enterprise", "10.0 (26100)"),
           ("Windows Server 2019 Standard", "10.0 (17763)"), ("Windows 7 Professional", "6.1 (7601)"))
WARDS = ("外科病棟", "内科病棟", "放射線科", "薬剤部", "医事課", "検査部", "手術部", "看護部")


def filetime(seconds):
    return int((seconds + EPOCH) * 10_000_000)


def generalized(seconds):
    return time.strftime("%Y%m%d%H%M%S.0Z", time.gmtime(seconds))


def metadata(rng, ids, created, changed, dsa):
    out = struct.pack("<IIII", 1, 0, len(ids), 0)
    for attid in ids:
        at = changed if attid in SECRETS else created
        out += struct.pack("<IIQ16sQQ", attid, rng.randint(1, 9), int(at + EPOCH), dsa, rng.randrange(1 << 30),
                           rng.randrange(1 << 30))
    return out


def b64(data):
    return base64.b64encode(data).decode()


def sid(*tail):
    return struct.pack("<BB6s%dI" % (4 + len(tail)), 1, 4 + len(tail), b"\0\0\0\0\0\5", *DOMAIN, *tail)


def account(rng, n, base, dsa):
    """What users and computers share."""
    created = NOW - 86400 * (400 + rng.randrange(2000))
    changed = NOW - rng.randrange(380 * 86400)
    logon = NOW - rng.randrange(200 * 86400)
    is_computer = n % 10 == 9
    ids = COMPUTER if is_computer else USER
    return is_computer, [
        f"objectGUID:: {b64(rng.randbytes(16))}", f"objectSid:: {b64(sid(1000 + n))}", f"pwdLastSet: {filetime(changed)}",
        f"accountExpires: {NEVER}", f"lastLogonTimestamp: {filetime(logon)}", f"lastLogon: {filetime(logon + 3600)}",
        "badPwdCount: 0", "badPasswordTime: 0", f"logonCount: {rng.randrange(900)}", f"whenCreated: {generalized(created)}",
        f"whenChanged: {generalized(changed)}", "instanceType: 4",
        f"objectCategory: CN={'Computer' if is_computer else 'Person'},CN=Schema,CN=Configuration,{base}",
        f"replPropertyMetaData:: {b64(metadata(rng, ids, created, changed, dsa))}",
    ]


def user(n, base):
    name = f"user{n:06d}"
    lines = [
        f"dn: cn={name},ou=Ward{n % 40},{base}", "objectClass: top", "objectClass: person",
        "objectClass: organizationalPerson", "objectClass: user", f"cn: {name}", f"sn: {name}", f"sAMAccountName: {name}",
        f"userPrincipalName: {name}@bench.example", f"displayName:: {b64(f'鍵守 職員{n}'.encode())}",
        f"userAccountControl: {514 if n % 25 == 0 else 512}", "lockoutTime: 0", "primaryGroupID: 513",
        "sAMAccountType: 805306368", f"description:: {b64(f'{WARDS[n % 8]} 職員番号 {n:06d}'.encode())}",
        "msDS-SupportedEncryptionTypes: 24",
    ]
    if n % 300 == 0:
        lines.append(f"servicePrincipalName: MSSQLSvc/{name}.bench.example:1433")
    if n % 500 == 0:
        lines.append("adminCount: 1")
    return lines


def computer(rng, n, base):
    name = f"PC{n:06d}"
    dns = f"{name.lower()}.bench.example"
    system, version = SYSTEMS[3 if n % 50 == 9 else n // 10 % 3]
    return [
        f"dn: cn={name},ou=Devices{n % 20},{base}", "objectClass: top", "objectClass: person",
        "objectClass: organizationalPerson", "objectClass: user", "objectClass: computer", f"cn: {name}", f"sn: {name}",
        f"sAMAccountName: {name}$", "userAccountControl: 4096", "primaryGroupID: 515", "sAMAccountType: 805306369",
        f"dNSHostName: {dns}", f"operatingSystem: {system}", f"operatingSystemVersion: {version}",
        "msDS-SupportedEncryptionTypes: 28",
        f"msLAPS-PasswordExpirationTime: {filetime(NOW + rng.randrange(30 * 86400))}",
        f"servicePrincipalName: HOST/{name}", f"servicePrincipalName: HOST/{dns}",
        f"servicePrincipalName: RestrictedKrbHost/{name}", f"servicePrincipalName: RestrictedKrbHost/{dns}",
    ]


def main():
    count, base = int(sys.argv[1]), sys.argv[2]
    rng = random.Random(42)
    dsa = rng.randbytes(16)
    out = sys.stdout
    out.write(f"dn: {base}\nobjectClass: domain\nobjectClass: adObject\ndc: bench\nobjectGUID:: {b64(rng.randbytes(16))}\n"
              f"objectSid:: {b64(sid())}\nminPwdLength: 14\nlockoutThreshold: 5\n\n"
              f"dn: cn=reader,{base}\nobjectClass: device\nobjectClass: simpleSecurityObject\ncn: reader\nuserPassword: reader\n\n")
    for name in [f"Ward{n}" for n in range(40)] + [f"Devices{n}" for n in range(20)]:
        out.write(f"dn: ou={name},{base}\nobjectClass: organizationalUnit\nobjectClass: adObject\nou: {name}\n"
                  f"objectGUID:: {b64(rng.randbytes(16))}\n\n")
    for n in range(count):
        is_computer, shared = account(rng, n, base, dsa)
        own = computer(rng, n, base) if is_computer else user(n, base)
        out.write("\n".join(own + shared) + "\n\n")


main()
