#!/usr/bin/python3
"""Every logon that a host decided, from its own log. usage: logons.py LOG [USER]

One line each: time, status, account as the caller wrote it, account as understood, from, protocol (tab separated)."""
import json
import sys

try:
    with open(sys.argv[1], encoding="utf-8", errors="replace") as f:
        lines = [x for x in f if x.lstrip().startswith("{")]
except FileNotFoundError:
    lines = []
for line in lines:
    try:
        e = json.loads(line)
    except ValueError:
        continue
    if e.get("type") != "Authentication":
        continue
    a = e["Authentication"]
    if len(sys.argv) > 2 and (a.get("clientAccount") or "").lower() != sys.argv[2].lower():
        continue
    print("\t".join(str(x) for x in (e["timestamp"], a.get("status"), a.get("clientAccount"), a.get("mappedAccount"), a.get("remoteAddress"),
                                     a.get("serviceDescription"))))
