#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""Did both get the same answers? hosts_check.py EVIDENCE.db DIRECTORY-OF-THE-PEER: compares fact by fact, and says how many.

Compared: SID of the host, password policy, users (RID, name, flags, times, counts), members of groups and their names, rights, services,
shares, registry values that exist, and what nobody is told. Not compared: image paths and accounts of services, remarks."""
import calendar
import collections
import os
import re
import sqlite3
import sys
import time

EPOCH = 11644473600                       # 1601 to 1970
NEVER = {"Thu, 01 Jan 1970 00:00:00 UTC", "Never"}
TYPES = {"REG_SZ": 1, "REG_EXPAND_SZ": 2, "REG_BINARY": 3, "REG_DWORD": 4, "REG_MULTI_SZ": 7, "REG_QWORD": 11}


def seconds(text):
    """The date that rpcclient prints, or that of evidence."""
    return calendar.timegm(time.strptime(text, "%a, %d %b %Y %H:%M:%S UTC"))


def ours(path):
    db = sqlite3.connect("file:%s?mode=ro" % path, uri=True)
    facts = collections.defaultdict(set)
    for kind, sql in {
        "sid": "SELECT host, machine_sid FROM host_machine",
        "policy": "SELECT host, min_password_length, password_history_length, password_properties, lockout_threshold FROM local_policy",
        "user": "SELECT host, rid, name, flags, bad_password_count, logon_count, pwd_last_set / 10000000 - %d FROM local_account" % EPOCH,
        "member": "SELECT host, group_sid, member_sid FROM local_group_member",
        "member name": "SELECT host, member_sid, member_name FROM local_group_member WHERE member_name IS NOT NULL",
        "right": "SELECT host, right, sid FROM local_right",
        "service": "SELECT host, name, is_missing, state, start FROM host_service",
        "share": "SELECT host, name FROM host_share",
        "value": "SELECT host, lower(key), lower(value), type, coalesce(number, text) FROM host_registry WHERE is_missing = 0",
        "nobody": "SELECT host, tells_domain, lists_accounts, lists_shares FROM host_anonymous",
    }.items():
        facts[kind] = set(db.execute(sql))
    asked = {(k.lower(), v.lower()) for k, v in db.execute("SELECT DISTINCT key, value FROM host_registry")}
    rights = {r for r, in db.execute("SELECT DISTINCT right FROM local_right")}
    return facts, asked, rights


def read(path):
    with open(path, encoding="utf-8", errors="replace") as f:
        return f.read()


def first(host, text, facts):
    facts["sid"].add((host, re.findall(r"Domain Sid: (S-1-5-21-\S+)", text)[0]))
    properties = int(re.search(r"password_properties: (0x\w+)", text)[1], 16)
    facts["policy"].add((host, int(re.search(r"Minimum password length:\s+(\d+)", text)[1]), int(re.search(r"Password uniqueness .*?:\s+(\d+)", text)[1]),
                         properties, int(re.search(r"Lockout after bad attempts:\s+(\d+)", text)[1])))
    names = {int(rid, 16): name for name, rid in re.findall(r"^user:\[(.*)\] rid:\[(0x\w+)\]", text, re.M)}
    for rid, block in re.findall(r"^command not found: alias(\d+)\n((?:\tsid:.*\n)*)", text, re.M):
        facts["member"].update((host, "S-1-5-32-" + rid, sid) for sid in re.findall(r"sid:\[(S-[\d-]+)\]", block))
    return names


def second(host, text, names, rights, facts):
    for block in re.split(r"^\tUser Name   :\t", text, flags=re.M)[1:]:
        rid = int(re.search(r"user_rid :\s+(0x\w+)", block)[1], 16)
        at = re.search(r"Password last set Time   :\t(.*)", block)[1]
        facts["user"].add((host, rid, names[rid], int(re.search(r"acb_info :\s+(0x\w+)", block)[1], 16),
                           int(re.search(r"bad_password_count:\s+(0x\w+)", block)[1], 16), int(re.search(r"logon_count:\s+(0x\w+)", block)[1], 16),
                           -EPOCH if at in NEVER else seconds(at)))
    for sid, block in re.findall(r"privileges for SID (\S+)\n((?:\tSe\w+\n)*)", text):
        facts["right"].update((host, r, sid) for r in block.split() if r in rights)
    facts["member name"].update((host, sid, name) for sid, name in re.findall(r"^(S-1-\S+) (.*) \(\d+\)$", text, re.M) if "*unknown*" not in name)


def services(host, text, facts):
    states = {"stopped": 1, "running": 4}
    for name, block in re.findall(r"^== (.*)\n((?:(?!== ).*\n)*)", text, re.M):
        state, start = re.search(r"service is (\w+)\.", block), re.search(r"Start Type\s+= (0x\w+)", block)
        missing = "SERVICE_DOES_NOT_EXIST" in block
        facts["service"].add((host, name, int(missing), states[state[1]] if state else None, int(start[1], 16) if start else None))


def registry(host, text, asked, facts):
    for key, block in re.findall(r"^== (.*)\n((?:(?!== ).*\n)*)", text, re.M):
        for name, kind, rest in re.findall(r"^Valuename  = (.*)\nType       = (\S+)\n((?:Value.*\n)*)", block, re.M):
            value = re.findall(r"^Value(?:\[\d+\])?\s+= (.*)$", rest, re.M)
            data = int(value[0]) if kind in ("REG_DWORD", "REG_QWORD") else "\n".join(v[1:-1] for v in value)
            if asked & {(key.lower(), name.lower()), (key.lower(), "*")}:
                facts["value"].add((host, key.lower(), name.lower(), TYPES[kind], data))


def main():
    evidence, peer = sys.argv[1:]
    mine, asked, rights = ours(evidence)
    facts = collections.defaultdict(set)
    hosts = sorted(f[:-6] for f in os.listdir(peer) if f.endswith(".first"))
    for host in hosts:
        base = os.path.join(peer, host)
        names = first(host, read(base + ".first"), facts)
        second(host, read(base + ".second"), names, rights, facts)
        services(host, read(base + ".services"), facts)
        registry(host, read(base + ".registry"), asked, facts)
        facts["share"].update((host, s) for s in re.findall(r"^\t(\S+)\s+(?:Disk|IPC|Printer)\b", read(base + ".shares"), re.M))
        nobody = read(base + ".nobody")
        facts["nobody"].add((host, int("Domain Sid: S-" in nobody), int("user:[" in nobody), int("netname:" in nobody)))
    bad = 0
    for kind in mine:
        for fact in sorted(mine[kind] ^ facts[kind], key=str)[:5]:
            print("%s: only %s: %s" % (kind, "ours" if fact in mine[kind] else "the peer", fact), file=sys.stderr)
            bad += 1
    if bad or not hosts:
        sys.exit("hosts_check.py: the answers are not the same")
    print("hosts=%d users=%d members=%d rights=%d services=%d values=%d shares=%d" % (
        len(hosts), len(mine["user"]), len(mine["member"]), len(mine["right"]), len(mine["service"]), len(mine["value"]), len(mine["share"])))


main()
