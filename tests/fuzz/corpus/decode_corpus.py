#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""Writes the first corpora of the targets of audit/decode (all but secdesc, see tests/golden/security_descriptors.py). Run from
anywhere; the output is committed."""
import pathlib
import struct

TOP = pathlib.Path(__file__).resolve().parent
GUID = bytes(range(16))


def put(target, name, data):
    folder = TOP / target
    folder.mkdir(exist_ok=True)
    (folder / name).write_bytes(data if isinstance(data, bytes) else data.encode())


def key_credential():
    def entry(i, value):
        return struct.pack("<HB", len(value), i) + value
    blob = struct.pack("<I", 0x200)
    for i, value in ((1, bytes(range(32))), (2, bytes(32)), (3, b"RSA1" + bytes(20)), (4, b"\1"), (5, b"\0"), (6, GUID),
                     (7, b"\1\2"), (8, struct.pack("<Q", 133000000000000000)), (9, struct.pack("<Q", 133000000000000000))):
        blob += entry(i, value)
    text = blob.hex().upper()
    return f"B:{len(text)}:{text}:CN=A,DC=x"


def metadata():
    ids = (0x0, 0x9005A, 0x90060, 0x9005E, 0x9007D, 0x90008, 0x90081, 0x90087, 0x9DDA71B0, 0x2004A)
    out = struct.pack("<IIII", 1, 0, len(ids), 0)
    for n, attid in enumerate(ids):
        out += struct.pack("<IIQ", attid, n + 1, 13344000000 + n) + GUID + struct.pack("<QQ", 4000 + n, 5000 + n)
    return out


XML = """<DS_REPL_ATTR_META_DATA>
\t<pszAttributeName>unicodePwd</pszAttributeName>
\t<dwVersion>7</dwVersion>
\t<ftimeLastOriginatingChange>2026-01-02T03:04:05Z</ftimeLastOriginatingChange>
\t<uuidLastOriginatingDsaInvocationID>33221100-5544-7766-8899-aabbccddeeff</uuidLastOriginatingDsaInvocationID>
\t<usnOriginatingChange>12345</usnOriginatingChange>
\t<usnLocalChange>12345</usnLocalChange>
\t<pszLastOriginatingDsaDN>CN=NTDS Settings,CN=DC1 &amp; Co</pszLastOriginatingDsaDN>
</DS_REPL_ATTR_META_DATA>
\0"""

LDIF = """version: 1
# comment
dn: DC=corp,DC=example,DC=test
changetype: add
objectClass: domainDNS
objectGUID: 33221100-5544-7766-8899-aabbccddeeff
objectSid: S-1-5-21-1-2-3
gPLink: [LDAP://CN={31B2F340-016D-11D2-945F-00C04FB984F9},CN=Policies,CN=System,DC=x;0]
nTSecurityDescriptor: O:BAG:BAD:AI(A;;GA;;;DA)(OA;CIIO;CR;00299570-246d-11d0-a768-00aa006e0529;bf967aba-0de6-11d
 0-a285-00aa003049e2;AO)

dn:: Q049QSxEQz14
objectClass: user
objectGUID:: ABEiM0RVZneImaq7zN3u/w==
userAccountControl: 512
description: PW: Ward3-2024
member;range=0-1: CN=A

search: 2
result: 0 Success
"""


def entry(number, *values):
    out = bytes([number])
    for which, value in values:
        out += bytes([which]) + struct.pack("<H", len(value)) + value
    return out


def main():
    put("keycred", "whole", key_credential())
    put("keycred", "minimal", "B:78:00020000200001" + "00" * 32 + ":CN=A")
    put("replmeta", "accounts", metadata())
    put("replmeta", "empty", struct.pack("<IIII", 1, 0, 0, 0))
    put("replmeta_xml", "windows", XML)
    put("replmeta_xml", "short", XML.replace("\t", "").replace("\n", "").rstrip("\0"))
    put("gplink", "two", "[LDAP://cn={31B2F340-016D-11D2-945F-00C04FB984F9},cn=policies,DC=x;0][LDAP://CN=x;2]")
    put("gplink", "extended", "<GUID=000102030405060708090a0b0c0d0e0f>;<SID=S-1-5-18>;CN=a\\2C b\\0ACNF:1, DC=x")
    put("gplink", "hint", "ID: ward / ＰＷ：Ward1234、初期ﾊﾟｽﾜｰﾄﾞは別紙")
    put("gplink", "mapping", "X509:<I>CN=CA<SR>1234")
    put("ldif", "mixed", LDIF)
    put("ldif", "crlf", LDIF.replace("\n", "\r\n"))
    guid = (1, GUID)
    for number in range(20):
        put("entry", f"class{number:02}", entry(number, (0, b"user"), guid, (2, b"512"), (3, b"TRUE"),
                                                  (5, "山田".encode()), (41, metadata()), (27, key_credential().encode()),
                                                  (255, b"<GUID=000102030405060708090a0b0c0d0e0f>;CN=A,CN=Configuration,DC=x")))
    uuid, when = b"a42b9f8c-7da4-1041-9518-35a46edadfac", b"20261126051904.000009Z"
    for number in (20, 21, 22, 23):  # accounts of OpenLDAP
        put("entry", f"class{number:02}", entry(number, (0, b"yamada"), (2, uuid), (3, when), (5, when), (6, b"TRUE"), (7, b"000001010000Z"),
                                                  (8, when), (8, b"20260101000000Z"), (9, when), (10, b"cn=default,dc=x"), (255, b"uid=yamada,dc=x")))
    for number in (24, 25, 26):  # its access log
        put("entry", f"class{number:02}", entry(number, (0, when), (1, b"uid=yamada,dc=x") if number == 25 else (2, b"modify"), (3, b"uid=Yamada, dc=x"),
                                                  (4, b"uid=yamada,dc=x"), (5, uuid), (6, b"0")))
    sd = (TOP / "secdesc" / "full.bin").read_bytes()
    # Policies, tokens, groups, FreeIPA: numbers follow the lists of entry_lists.c.
    dn = b"CN=A, dc=x"
    for number in (27, 28, 41, 42):
        put("entry", f"class{number:02}", entry(number, (0, b"p"), *((i, b"5") for i in range(1, 13)), (255, b"cn=p,dc=x")))
    for number in (29, 30, 31):
        put("entry", f"class{number:02}", entry(number, (0, b"oathTOTPUser"), (0, b"oathTOTPToken"), (1, dn if number == 29 else b"59000000"), (2, dn)))
    for number in (32, 33):
        put("entry", f"class{number:02}", entry(number, (0, b"g"), (1, dn), (2, dn), (3, b"yamada"), (4, b"S-1-5-21-1-2-3-512")))
    for number in (34, 35):
        put("entry", f"class{number:02}", entry(number, (0, b"otp"), (0, b"password"), (1, b"KDC:Disable Lockout")))
    for number in (36, 37, 38, 39):
        put("entry", f"class{number:02}", entry(number, (0, uuid), (3, b"yamada"), (5, b"yamada@X"), (7, b"S-1-5-21-1-2-3-4"), (8, b"TRUE"), (9, b"otp"), (9, b"password"),
                                                (11, when), (12, when), (15, b"4"), (17, dn), (19, b"k")))
    put("entry", "class40", entry(40, (0, dn), (1, b"3")))
    for number in (43, 44):
        put("entry", f"class{number:02}", entry(number, (0, b"ipatokenTOTP"), (1, dn), (2, b"FALSE"), (3, when), (5, b"7")))
    put("entry", "descriptor", entry(18, (0, b"user"), guid, (5, sd), (255, b"CN=A,DC=x")))
    put("secdesc", "text", "O:BAG:DAD:PAI(A;CI;GA;;;DA)(OA;;CR;00299570-246d-11d0-a768-00aa006e0529;;AU)S:(AU;SA;WD;;;WD)")


if __name__ == "__main__":
    main()
