#!/usr/bin/python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""Reads replPropertyMetaData of accounts with Samba's own decoder: an independent oracle for audit/decode/replmeta.c.

Usage: domain_metadata.py domain.ldif > domain_metadata.tsv (Debian's python3-samba). Columns: object, unicodePwd version and
time, originating USN and invocation id, pwdLastSet version and time, versions of ntPwdHistory, supplementalCredentials and
userAccountControl; NULL where the object has none."""
import base64
import re
import sys

from samba.dcerpc import drsblobs
from samba.ndr import ndr_unpack

PASSWORD, DATE, HISTORY, KERBEROS, UAC = 0x9005A, 0x90060, 0x9005E, 0x9007D, 0x90008


def line(guid, metadata):
    blob = ndr_unpack(drsblobs.replPropertyMetaDataBlob, base64.b64decode(metadata))
    seen = {a.attid: a for a in blob.ctr.array}
    password, date = seen.get(PASSWORD), seen.get(DATE)
    cells = [guid]
    cells += [password.version, password.originating_change_time, password.originating_usn,
              password.originating_invocation_id] if password else ["NULL"] * 4
    cells += [date.version, date.originating_change_time] if date else ["NULL"] * 2
    cells += [seen[a].version if a in seen else "NULL" for a in (HISTORY, KERBEROS, UAC)]
    return "\t".join(str(c) for c in cells)


def main():
    with open(sys.argv[1], encoding="utf-8") as f:
        text = f.read().replace("\n ", "")
    for entry in text.split("\n\n"):
        guid = re.search(r"^objectGUID: (\S+)$", entry, re.M)
        metadata = re.search(r"^replPropertyMetaData:: (\S+)$", entry, re.M)
        if guid and metadata and re.search(r"^userAccountControl: ", entry, re.M):
            print(line(guid.group(1), metadata.group(1)))


if __name__ == "__main__":
    main()
