#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""Compares what our reader makes of event logs with `evtxexport -f xml`, event by event and field by field.

    evtx_export.py EVTX_DUMP FOLDER      every *.evtx below FOLDER
Exit code 77 (skipped) without the folder or evtxexport. What differs on purpose stands in EXPECTED and same(); all else fails."""
import json
import os
import re
import shutil
import subprocess
import sys
import xml.etree.ElementTree as ET

NS = "{http://schemas.microsoft.com/win/2004/08/events/event}"

BINARY, GUID, SIZE, FILETIME, SYSTEMTIME, HEX32, HEX64 = 0x0E, 0x0F, 0x10, 0x11, 0x12, 0x14, 0x15


def local(tag):
    return tag.rsplit("}", 1)[-1]


def text_of(e):
    return e.text or ""


def user_data(e, path, out):
    children = list(e)
    for name, value in e.attrib.items():
        out.append(((path + "/" if path else "") + "@" + local(name), value))
    if not children:
        out.append((path, text_of(e)))
    for child in children:
        user_data(child, (path + "/" if path else "") + local(child.tag), out)


def event_data(e, out):
    for child in e:
        name = child.get("Name")
        if name is None:
            name = "" if local(child.tag) in ("Data", "ComplexData") else local(child.tag)
        if len(child):
            user_data(child, name, out)
        else:
            out.append((name, text_of(child)))


def parse(block):
    # Characters that XML does not have, which evtxexport writes as they are.
    block = re.sub("[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff]", "\ufffd", block)
    event = ET.fromstring(block)
    s = event.find(NS + "System")

    def get(name, attribute=None, default=""):
        e = s.find(NS + name)
        if e is None:
            return default
        return (e.get(attribute) if attribute else e.text) or default

    fields, root = [], ""
    for child in event:
        if local(child.tag) == "EventData":
            event_data(child, fields)
        elif local(child.tag) == "UserData":
            for r in child:
                root = local(r.tag)
                user_data(r, "", fields)
    return {
        "id": int(get("EventID", default="0")), "version": int(get("Version", default="0")),
        "level": int(get("Level", default="0")), "task": int(get("Task", default="0")),
        "opcode": int(get("Opcode", default="0")), "keywords": int(get("Keywords", default="0"), 0),
        "record_id": int(get("EventRecordID", default="0")), "provider": get("Provider", "Name"),
        "channel": get("Channel"), "computer": get("Computer"), "user": get("Security", "UserID"),
        "time": get("TimeCreated", "SystemTime"), "root": root, "fields": fields,
    }


def peer(path):
    p = subprocess.run(["evtxexport", "-f", "xml", path], capture_output=True, check=False)
    text = p.stdout.decode("utf-8", "replace")
    return [parse(b) for b in re.findall(r"<Event .*?</Event>", text, re.S)]


def ours(dump, path):
    p = subprocess.run([dump, "all", path], capture_output=True, check=False)
    lines = [json.loads(l) for l in p.stdout.decode("utf-8").split("\n") if l]
    return lines[:-1], lines[-1]


def ticks(s):
    m = re.fullmatch(r"(\d+)-(\d+)-(\d+)T(\d+):(\d+):(\d+)(?:\.(\d+))?Z", s)
    if not m:
        return None
    import datetime
    y, mo, d, h, mi, sec = (int(g) for g in m.groups()[:6])
    delta = datetime.datetime(y, mo, d, h, mi, sec) - datetime.datetime(1601, 1, 1)
    return (delta.days * 86400 + delta.seconds) * 10**7 + int(((m.group(7) or "") + "0" * 9)[:9]) // 100


def lines_of(s):
    return s.replace("\r\n", "\n").replace("\r", "\n")


def same(kind, a, b):
    """Is our text a the peer's b?"""
    kind &= 0x7F
    if kind in (HEX32, HEX64, SIZE) and re.fullmatch("0x[0-9a-fA-F]+", a) and re.fullmatch("0x[0-9a-fA-F]+", b):
        return int(a, 16) == int(b, 16)  # the peer fills up with zeros, Windows does not
    if kind in (FILETIME, SYSTEMTIME):
        return ticks(a) == ticks(b)  # nine digits there, seven here
    return lines_of(a) == lines_of(b)


def flat(fields):
    """Our fields as the peer has them: an array is an element each."""
    out = []
    for name, kind, value in fields:
        if isinstance(value, list):
            out += [(name, kind, v) for v in value[:-1]] or [(name, kind, "")]
        else:
            out.append((name, kind, value))
    return out


def compare(a, b):
    """What differs between our event and the peer's."""
    found = []
    for key in ("id", "version", "level", "task", "opcode", "keywords", "provider", "channel", "computer", "user", "root"):
        if a[key] != b[key]:
            found.append((key, a[key], b[key]))
    if a["at"] != ticks(b["time"]):
        found.append(("at", a["at"], b["time"]))
    mine = flat(a["fields"])
    if [f[0] for f in mine] != [f[0] for f in b["fields"]]:
        found.append(("names", mine, b["fields"]))
    else:
        found += [(n, (k, v), w) for (n, k, v), (_, w) in zip(mine, b["fields"]) if not same(k, v, w)]
    return found


def main():
    dump, folder = sys.argv[1:3]
    if not os.path.isdir(folder) or not shutil.which("evtxexport"):
        return 77
    files = sorted(os.path.join(d, f) for d, _, fs in os.walk(folder) for f in fs if f.endswith(".evtx"))
    bad = 0
    for path in files:
        name = os.path.relpath(path, folder)
        mine, totals = ours(dump, path)
        theirs = peer(path)
        print(name, len(mine), len(theirs))
        bykey = {}
        for e in mine:
            bykey.setdefault(e["record_id"], []).append(e)
        shown = 0
        for e in theirs:
            l = bykey.get(e["record_id"])
            if not l:
                print("  only there", e["record_id"], e["id"])
                bad += 1
                continue
            for d in compare(l.pop(0), e):
                bad += 1
                shown += 1
                if shown < 12:
                    print("  ", e["record_id"], e["id"], *map(str, d))
        left = sum(len(l) for l in bykey.values())
        if left:
            print("  only here", left)
    print(bad, "differences")
    return 1 if bad or not files else 0


if __name__ == "__main__":
    sys.exit(main())
