#!/usr/bin/python3
"""Compares what the tool makes of Group Policy with the truth table that was made by hand.

usage: gpo_truth.py EVIDENCE TRUTH         policy_reach and policy_result of an evaluated file
       gpo_truth.py --samba LAB TRUTH      samba-tool gpo list, run on dc1 by the script LAB (tests/lab/lab): a second opinion on the table

Prints one "ok" or "FAILED" line a class of computers or an example, the mistakes below it."""
import re
import sqlite3
import subprocess
import sys

import yaml


def expand(names):
    found = []
    for n in names:
        span = re.fullmatch(r"(.*?)(\d+)(\D*) … \1(\d+)\3", n)
        if span:
            head, first, tail, last = span.groups()
            found += [head + str(i).zfill(len(first)) + tail for i in range(int(first), int(last) + 1)]
        else:
            found.append(n)
    return found


def say(name, errors):
    print("%s %s" % ("FAILED" if errors else "ok", name))
    for e in errors[:20]:
        print("    " + e)
    return bool(errors)


def plain(guid):
    return guid.strip("{}").lower()


# ---- samba-tool ----

def samba(lab, truth):
    names = {plain(g): k for k, g in truth["policies"].items()}
    of = {c: v for v in truth["classes"].values() for c in expand(v["computers"])}
    failed = False
    for computer, differs in truth["samba"].items():
        out = subprocess.run([lab, "dc", "1", "samba-tool", "gpo", "list", computer, "-H", "/var/lib/samba/private/sam.ldb"], check=True,
                             stdout=subprocess.PIPE, stdin=subprocess.DEVNULL).stdout.decode()
        got = [names.get(plain(g), g) for g in re.findall(r"\{[0-9A-Fa-f-]{36}\}", out)]
        want = (set(of[computer]["applies"]) | set(differs.get("more", []))) - set(differs.get("less", []))
        errors = ["lacks %s" % n for n in sorted(want - set(got))] + ["shows %s" % n for n in sorted(set(got) - want)]
        failed |= say("samba-tool and the table agree about %s, but for Samba's own differences" % computer, errors)
    return failed


# ---- the tool ----

APPLICATION = """SELECT a.sam_name, r.gpo_id, r.state, r.reason FROM policy_target t JOIN account a ON a.guid = t.guid
    JOIN policy_reach r ON r.class_no = t.class_no ORDER BY a.sam_name, r.place DESC"""
VALUE = """SELECT v.gpo_id, coalesce(v.number, v.text) FROM policy_result v JOIN policy_target t ON t.class_no = v.class_no
    JOIN account a ON a.guid = t.guid WHERE a.sam_name = ? AND v.key = ? COLLATE NOCASE AND v.value = ? COLLATE NOCASE AND v.is_missing = 0"""
HOLDERS = """SELECT group_concat(holder, ' ') FROM (SELECT h.holder FROM policy_holder h JOIN policy_target t ON t.class_no = h.class_no
    JOIN account a ON a.guid = t.guid WHERE a.sam_name = ? AND h."right" = ? ORDER BY h.holder)"""
KEY = {"template": "system_access", "service": "service", "audit": "audit", "right": "right"}


def applied(db, truth):
    names = {plain(g): k for k, g in truth["policies"].items()}
    got, failed, known = {}, False, set()
    for account, gpo, state, reason in db.execute(APPLICATION):
        got.setdefault(account, []).append((names.get(plain(gpo), gpo), state, reason))
    for name, c in truth["classes"].items():
        errors, unknown = [], c.get("unknown", [])
        for computer in expand(c["computers"]):
            known.add(computer)
            rows = got.get(computer, [])
            order = [p for p, state, _ in rows if state in ("applies", "unknown")]
            if order != c["applies"]:
                errors.append("%s: applies %s, should be %s" % (computer, order, c["applies"]))
            doubtful = [p for p, state, _ in rows if state == "unknown"]
            if doubtful != unknown:
                errors.append("%s: cannot be known of %s, should be %s" % (computer, doubtful, unknown))
            reasons = {p: why for p, state, why in rows if state not in ("applies", "unknown")}
            if reasons != c.get("not", {}):
                errors.append("%s: does not apply %s, should be %s" % (computer, reasons, c.get("not", {})))
        failed |= say("policies of the class %s, in their order" % name, errors)
    return failed | say("no computer but those of the table", sorted(set(got) - known))


def found(db, names, computer, kind, keys):
    """[policy, value] as text, or None: nothing says so, or it cannot be known."""
    row = db.execute(VALUE, (computer, *(keys if kind == "registry" else [KEY[kind]] + keys))).fetchone()
    if row is None:
        return None
    data = db.execute(HOLDERS, (computer, keys[0])).fetchone()[0] if kind == "right" else row[1]
    return [names.get(plain(row[0]), row[0]), str(data)]


def values(db, truth):
    names, count, failed = {plain(g): k for k, g in truth["policies"].items()}, len(truth["examples"]), False
    for i, computer in enumerate(truth["examples"]):
        errors = []
        for kind in ("registry",) + tuple(KEY):
            for row in truth[kind]:
                keys, want = row[:-count], row[len(row) - count + i]
                want = None if want in (None, "unknown") else [want[0], str(want[1])]
                got = found(db, names, computer, kind, keys)
                if got != want:
                    errors.append("%s: %s, should be %s" % (" ".join(map(str, keys)), got, want))
        failed |= say("values of %s" % computer, errors)
    return failed


def main():
    with open(sys.argv[-1], encoding="utf-8") as f:
        truth = yaml.safe_load(f)
    if sys.argv[1] == "--samba":
        return int(samba(sys.argv[2], truth))
    db = sqlite3.connect("file:%s?mode=ro" % sys.argv[1], uri=True)
    return int(applied(db, truth) | values(db, truth))


sys.exit(main())
