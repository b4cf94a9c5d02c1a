#!/usr/bin/python3
"""Compares what the tool makes of Group Policy with the truth table that was made by hand.

usage: gpo_truth.py EVIDENCE TRUTH         the views policy_application and policy_value
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

def applications(db, truth):
    """Account name -> [(policy, state, reason)] in the order of the tool."""
    names = {plain(g): k for k, g in truth["policies"].items()}
    got = {}
    for account, gpo, applies, why in db.execute(APPLICATION):
        got.setdefault(account, []).append((names.get(plain(gpo or ""), gpo), applies, why))
    return got


def applied(db, truth):
    got, failed = applications(db, truth), False
    known = set()
    for name, c in truth["classes"].items():
        errors = []
        for computer in expand(c["computers"]):
            known.add(computer)
            rows = got.get(computer, [])
            unknown = set(c.get("unknown", []))
            order = [p for p, state, _ in rows if state != 0]
            if order != c["applies"]:
                errors.append("%s: applies %s, should be %s" % (computer, order, c["applies"]))
            errors += ["%s: whether %s applies should be %s" % (computer, p, "unknown" if p in unknown else "known")
                       for p, state, _ in rows if state != 0 and (state is None) != (p in unknown)]
            reasons = {p: why for p, state, why in rows if state == 0}
            if reasons != c.get("not", {}):
                errors.append("%s: does not apply %s, should be %s" % (computer, reasons, c.get("not", {})))
        failed |= say("policies of the class %s, in their order" % name, errors)
    return failed | say("no computer but those of the table", sorted(set(got) - known))


def same(got, want):
    return got is None and want is None or got is not None and want is not None and str(got[0]) == str(want[0]) and str(got[1]) == str(want[1])


def values(db, truth):
    names = {plain(g): k for k, g in truth["policies"].items()}
    failed = False
    for i, computer in enumerate(truth["examples"]):
        errors = []
        for kind in ("registry", "template", "service", "audit", "right"):
            for row in truth[kind]:
                keys, want = row[:-len(truth["examples"])], row[len(row) - len(truth["examples"]) + i]
                found = db.execute(VALUE, (computer, kind, "|".join(map(str, keys)))).fetchall()
                got = None if not found else "unknown" if found[0][2] is None else [names.get(plain(found[0][0]), found[0][0]), found[0][1]]
                if not (got == want if "unknown" in (got, want) else same(got, want)):
                    errors.append("%s: %s, should be %s" % (" ".join(map(str, keys)), got, want))
        failed |= say("values of %s" % computer, errors)
    return failed


# Columns as the views have them: see audit/evidence/views.
APPLICATION = """SELECT a.sam_name, p.gpo_id, p.applies, p.reason FROM policy_application p JOIN account a ON a.sid = p.subject
    ORDER BY a.sam_name, p.position"""
VALUE = """SELECT v.gpo_id, v.data, v.is_known FROM policy_value v JOIN account a ON a.sid = v.subject
    WHERE a.sam_name = ? AND v.kind = ? AND v.setting = ? COLLATE NOCASE"""


def main():
    with open(sys.argv[-1], encoding="utf-8") as f:
        truth = yaml.safe_load(f)
    if sys.argv[1] == "--samba":
        return int(samba(sys.argv[2], truth))
    db = sqlite3.connect("file:%s?mode=ro" % sys.argv[1], uri=True)
    return int(applied(db, truth) | values(db, truth))


sys.exit(main())
