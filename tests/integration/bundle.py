#!/usr/bin/python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""A bundle (audit/base/bundle.h) as JSON lines, for tests: path, state, size, changed_at, sha256, note (hex). The last line says
whether its end was there. With --sddl DOMAIN_SID the note is decoded by Samba's own code: owner, and the DACL's entries."""
import hashlib
import json
import struct
import sys

STATES = ["read", "denied", "failed", "too_large", "folder", "folder_cut"]


def members(data):
    assert data[:8] == b"KGBUNDL1", "no mark"
    at = 8
    while at < len(data):
        path_size, note_size, size, changed, state, _ = struct.unpack_from(">IIQQII", data, at)
        at += 40
        if path_size == 0:
            return True
        path = data[at:at + path_size].decode()
        at += path_size
        note = data[at:at + note_size]
        at += note_size
        body = None
        if STATES[state] == "read":
            body = data[at:at + size]
            at += size
        at += -at % 8
        yield {"path": path, "state": STATES[state], "size": size, "changed_at": changed, "note": note.hex(), "body": body}
    return False


def entries(note):
    from samba.dcerpc import security
    from samba.ndr import ndr_unpack
    sd = ndr_unpack(security.descriptor, bytes.fromhex(note))
    return {"owner": str(sd.owner_sid), "group": str(sd.group_sid),
            "dacl": [[str(a.trustee), a.type, a.flags, a.access_mask] for a in sd.dacl.aces]}


def main():
    with open(sys.argv[1], "rb") as f:
        data = f.read()
    it = members(data)
    whole = False
    while True:
        try:
            m = next(it)
        except StopIteration as end:
            whole = bool(end.value)
            break
        body = m.pop("body")
        m["sha256"] = hashlib.sha256(body).hexdigest() if body is not None else None
        if "--sd" in sys.argv:
            m["sd"] = entries(m["note"]) if m["note"] else None
            del m["note"]
        print(json.dumps(m, ensure_ascii=False, sort_keys=True))
    print(json.dumps({"whole": whole}))


if __name__ == "__main__":
    main()
