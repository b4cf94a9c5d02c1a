#!/usr/bin/python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""Whether what ad_entries.py put into the directory arrived in the evidence file, value by value: check_evidence.py FILE COUNT."""
import runpy
import io
import re
import sqlite3
import struct
import sys
import base64
import contextlib
import os

IDS = {0x9005A: "password", 0x90060: "date", 0x9005E: "history", 0x9007D: "kerberos", 0x90008: "uac"}


def entries(count):
    here = os.path.dirname(os.path.abspath(__file__))
    sys.argv = ["ad_entries.py", str(count), "dc=bench,dc=example"]
    with contextlib.redirect_stdout(io.StringIO()) as out:
        runpy.run_path(os.path.join(here, "ad_entries.py"))
    for block in out.getvalue().split("\n\n"):
        entry = {}
        for line in block.splitlines():
            name, mark, value = re.match(r"([^:]+)(::?) ?(.*)", line).groups()
            value = base64.b64decode(value) if mark == "::" else value
            entry.setdefault(name, []).append(value)
        if "sAMAccountName" in entry:
            yield entry


def guid(b):
    a, c, d = struct.unpack("<IHH", b[:8])
    return f"{a:08x}-{c:04x}-{d:04x}-{b[8:10].hex()}-{b[10:].hex()}"


def expect(entry):
    one = {k: v[0] for k, v in entry.items()}
    sid = "S-1-5-" + "-".join(str(n) for n in struct.unpack("<5I", one["objectSid"][8:]))
    meta = one["replPropertyMetaData"]
    secret = {}
    for i in range(struct.unpack_from("<I", meta, 8)[0]):
        attid, version, at = struct.unpack_from("<IIQ", meta, 16 + 48 * i)
        if attid in IDS:
            secret[IDS[attid]] = (version, at * 10_000_000)
    text = lambda k: one[k].decode() if isinstance(one.get(k), bytes) else one.get(k)
    number = lambda k: int(one[k]) if k in one else None
    row = (guid(one["objectGUID"]), sid, int(sid.rsplit("-", 1)[1]), "computer" if "computer" in entry["objectClass"] else "user",
           one["sAMAccountName"], text("displayName"), number("userAccountControl"), number("pwdLastSet"), number("accountExpires"),
           number("lastLogonTimestamp"), number("primaryGroupID"), one.get("operatingSystem"),
           number("msLAPS-PasswordExpirationTime"), len(entry.get("servicePrincipalName", ())), number("adminCount"),
           number("lastLogon"), number("logonCount"))
    return row + tuple(x for name in ("password", "date", "history", "kerberos", "uac") for x in secret[name])


def main():
    path, count = sys.argv[1], int(sys.argv[2])
    db = sqlite3.connect(f"file:{path}?mode=ro", uri=True)
    got = {row[0]: row for row in db.execute("""
        SELECT a.guid, a.sid, a.rid, a.kind, a.sam_name, a.display_name, a.uac, a.pwd_last_set, a.expires_at, a.logon_timestamp,
            a.primary_group_rid, a.os, a.laps_expires_at, a.spn_count, a.admin_count, l.last_logon, l.logon_count,
            s.password_version, s.password_at, s.date_version, s.date_at, s.history_version, s.history_at, s.kerberos_version,
            s.kerberos_at, s.uac_version, s.uac_at
        FROM account a JOIN account_logon l USING (guid) JOIN secret_change s USING (guid)""")}
    seen = principals = 0
    for entry in entries(count):
        want = expect(entry)
        if got.get(want[0]) != want:
            sys.exit(f"bench ldap: {want[4]} differs:\n  directory {want}\n  evidence  {got.get(want[0])}")
        seen += 1
        principals += len(entry.get("servicePrincipalName", ()))
    for table, wanted in (("account", seen), ("account_logon", seen), ("secret_change", seen),
                          ("service_principal", principals), ("malformed_value", 0)):
        found, = db.execute(f"SELECT count(*) FROM {table}").fetchone()
        if found != wanted:
            sys.exit(f"bench ldap: {table} has {found} rows, not {wanted}")
    print(f"bench ldap: {seen} accounts and {principals} service principal names are in the evidence as in the directory", file=sys.stderr)


if __name__ == "__main__":
    main()
