#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""Compares what our reader makes of event logs with `evtxexport -f xml`, event by event and field by field.

    evtx_export.py EVTX_DUMP FOLDER      every *.evtx below FOLDER
Exit code 77 (skipped) without the folder or evtxexport. What differs on purpose stands in ONLY_HERE and same(); all else fails."""
import datetime
import json
import os
import re
import shutil
import subprocess
import sys
import xml.etree.ElementTree as ET

NS = "{http://schemas.microsoft.com/win/2004/08/events/event}"

SIZE, FILETIME, SYSTEMTIME, HEX32, HEX64 = 0x10, 0x11, 0x12, 0x14, 0x15

# Events that only we read, and why; every other file must give the same events.
ONLY_HERE = {
    # The last chunk is cut off before its last record: evtxexport passes over all of it.
    "log2timeline__plaso/test_data/evtx/System2.evtx": 89,
    # A forwarded event, an element without template and dependency identifiers: evtxexport fails.
    "omerbenamram__evtx/samples/MSExchange_Management_wec.evtx": 1,
    "omerbenamram__evtx/samples/issue_201.evtx": 1,
}
# What must have been compared at least: counts that only grow.
LEAST = {"events": 11900, "fields": 137000}
# Characters that XML does not have: evtxexport writes them as they are.
NO_XML = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff]")


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
    event = ET.fromstring(NO_XML.sub("\ufffd", block))
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
    delta = datetime.datetime(*(int(g) for g in m.groups()[:6])) - datetime.datetime(1601, 1, 1)
    return (delta.days * 86400 + delta.seconds) * 10**7 + int(((m.group(7) or "") + "0" * 9)[:9]) // 100


def same(kind, a, b):
    """Is our text a the peer's b?"""
    if kind in (HEX32, HEX64) and re.fullmatch("0x[0-9a-f]+", a) and re.fullmatch("0x[0-9a-f]+", b):
        return int(a, 16) == int(b, 16)  # filled up with zeros there, not by Windows
    if kind == SIZE and re.fullmatch("0x[0-9a-f]+", a):
        return int(a, 16) == int(b, 0)  # decimal there; [MS-EVEN6] has it as hexadecimal
    if kind in (FILETIME, SYSTEMTIME):
        return ticks(a) == ticks(b)  # nine digits there, seven here
    a = NO_XML.sub("\ufffd", a).replace("\r\n", "\n").replace("\r", "\n")  # as a reader of XML does with b
    return a == b or (not a.strip() and not b)  # a text of blanks alone is left out there


def flat(fields):
    """Our fields as the peer has them: an array is an element each."""
    out = []
    for name, kind, value in fields:
        if isinstance(value, list):
            out += [(name, kind & 0x7F, v) for v in value[:-1]] or [(name, kind, "")]
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


def compare_file(dump, path, name, counts):
    """How many differences; prints the first of them."""
    mine, totals = ours(dump, path)
    theirs = peer(path)
    bad, by_number = [], {}
    if totals["rc"] != "ok" or totals["records"] != len(mine):
        bad.append(("totals", totals))
    for e in mine:
        by_number.setdefault(e["record_id"], []).append(e)
    for e in theirs:
        same_number = by_number.get(e["record_id"])
        if not same_number:
            bad.append(("only there", e["record_id"], e["id"]))
            continue
        counts["events"] += 1
        counts["fields"] += len(e["fields"])
        bad += [(e["record_id"], e["id"]) + d for d in compare(same_number.pop(0), e)]
    left = sum(len(l) for l in by_number.values())
    if left != ONLY_HERE.get(name, 0):
        bad.append(("only here", left, "not", ONLY_HERE.get(name, 0)))
    numbers = [e["record"] for e in mine]
    if numbers != sorted(numbers):
        bad.append(("not from the oldest to the newest",))
    print("FAILED" if bad else "ok", name, len(mine), "events,", len(theirs), "of evtxexport")
    for d in bad[:20]:
        print("  ", *map(str, d))
    return len(bad)


def main():
    dump, folder = sys.argv[1:3]
    if not os.path.isdir(folder) or not shutil.which("evtxexport"):
        return 77
    files = sorted(os.path.join(d, f) for d, _, fs in os.walk(folder) for f in fs if f.endswith(".evtx"))
    counts = {"events": 0, "fields": 0}
    bad = sum(compare_file(dump, p, os.path.relpath(p, folder), counts) for p in files)
    print(len(files), "files,", counts["events"], "events,", counts["fields"], "fields,", bad, "differences")
    return 1 if bad or any(counts[k] < n for k, n in LEAST.items()) else 0


if __name__ == "__main__":
    sys.exit(main())
