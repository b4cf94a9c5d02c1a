#!/usr/bin/python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""Compares a bundle of SYSVOL with the files on the domain controller's disk and with the security descriptors that Samba's own
client reads: sysvol_oracle.py BUNDLE FOLDER SERVER DOMAIN REALM\\USER PASSWORD_FILE (inside the lab). Prints differences; the last
line counts what was compared."""
import hashlib
import os
import sys
import tempfile

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
import bundle  # noqa: E402

from samba import credentials  # noqa: E402
from samba.dcerpc import security  # noqa: E402
from samba.ndr import ndr_unpack  # noqa: E402
from samba.samba3 import libsmb_samba_internal as libsmb  # noqa: E402
from samba.samba3 import param as s3param  # noqa: E402


def connect(server, user, password_file):
    lp = s3param.get_context()
    with tempfile.NamedTemporaryFile("w", suffix=".conf") as f:
        f.write("[global]\nclient signing = required\nclient min protocol = SMB2_02\n")
        f.flush()
        lp.load(f.name)
    creds = credentials.Credentials()
    creds.guess(lp)
    domain, name = user.split("\\")
    creds.set_domain(domain)
    creds.set_username(name)
    creds.set_kerberos_state(credentials.DONT_USE_KERBEROS)
    with open(password_file, encoding="utf-8") as f:
        creds.set_password(f.readline().rstrip("\n"))
    return libsmb.Conn(server, "sysvol", lp=lp, creds=creds)


def parts(sd):
    return str(sd.owner_sid), [(str(a.trustee), a.type, a.flags, a.access_mask) for a in sd.dacl.aces]


def main():
    path, folder, server, domain, user, password_file = sys.argv[1:]
    with open(path, "rb") as f:
        members = list(bundle.members(f.read()))
    conn = connect(server, user, password_file)
    seen = set()
    files = descriptors = 0
    for m in members:
        seen.add(m["path"])
        real = os.path.join(folder, m["path"])
        if m["state"] == "read":
            with open(real, "rb") as f:
                if hashlib.sha256(f.read()).digest() != hashlib.sha256(m["body"]).digest():
                    print("other bytes:", m["path"])
            files += 1
        if m["changed_at"] and abs(m["changed_at"] / 1e7 - 11644473600 - os.stat(real).st_mtime) > 1:
            print("other time:", m["path"])
        theirs = parts(conn.get_acl(domain + "\\" + m["path"].replace("/", "\\"),
                                    security.SECINFO_OWNER | security.SECINFO_GROUP | security.SECINFO_DACL,
                                    security.SEC_FLAG_MAXIMUM_ALLOWED))
        ours = parts(ndr_unpack(security.descriptor, bytes.fromhex(m["note"]))) if m["note"] else None
        if ours != theirs:
            print("other descriptor:", m["path"], ours, theirs)
        descriptors += 1
    for top in ("Policies", "scripts"):
        for base, folders, names in os.walk(os.path.join(folder, top)):
            for name in folders + names:
                p = os.path.relpath(os.path.join(base, name), folder)
                if p not in seen:
                    print("missing:", p)
    print("compared", files, "files", descriptors, "descriptors")


if __name__ == "__main__":
    main()
