#!/usr/bin/python3
"""Compares the verdicts in an evidence file with the answer key: answer_key.py EVIDENCE KEY.

Key: check id -> { fail: [names], unknown: [names], pass: [names] or "others" }. fail and unknown are exact: a subject that is
missing or too much is an error. Every name under pass must be a passed subject. A check of the tool that the key lacks, or the
other way round, is an error. Prints "ok"/"FAILED" lines, one a check. With --write it prints the verdicts in the key's form, to
be compared with the seeds by a person."""
import sqlite3
import sys

import yaml


def labels(db):
    """Stable key -> name for people, from the evidence (passed rows keep only their key)."""
    found = {}
    for sql in ("SELECT sid, sam_name FROM account", "SELECT sid, sam_name FROM directory_group",
                "SELECT guid, sam_name FROM account", "SELECT guid, sam_name FROM directory_group",
                "SELECT sid, dns_name FROM domain_head", "SELECT guid, dns_name FROM domain_head",
                "SELECT guid, display_name FROM policy_object", "SELECT guid, name FROM certificate_template",
                "SELECT guid, name FROM organizational_unit", "SELECT guid, partner FROM trusted_domain",
                "SELECT guid, name FROM password_settings", "SELECT guid, name FROM authentication_policy",
                "SELECT object_guid, name FROM security_descriptor", "SELECT guid, name FROM enrollment_service",
                "SELECT guid, key_id FROM kds_root_key"):
        for key, name in db.execute(sql):
            if key is not None and name is not None:
                found.setdefault(key, name)
    return found


def verdicts(db):
    """Check id -> verdict -> set of names."""
    names = labels(db)
    ids = dict(db.execute("SELECT check_no, id FROM check_info"))
    found = {i: {} for i in ids.values()}
    for no, verdict, subject, name in db.execute("SELECT check_no, verdict, subject, name FROM result"):
        label = names.get(subject) or name or subject
        found[ids[no]].setdefault(verdict, set()).add(label)
    return found


def compare(check, got, want):
    errors = []
    for verdict in ("fail", "unknown", "error", "waived"):
        wanted = set(map(str, want.get(verdict) or []))
        seen = got.get(verdict, set())
        errors += [f"{verdict} is missing: {n}" for n in sorted(wanted - seen)]
        errors += [f"{verdict} is too much: {n}" for n in sorted(seen - wanted)]
    passed = want.get("pass")
    if isinstance(passed, list):
        errors += [f"does not pass: {n}" for n in map(str, passed) if n not in got.get("pass", set())]
    return errors


def main():
    writes = "--write" in sys.argv
    args = [a for a in sys.argv[1:] if a != "--write"]
    db = sqlite3.connect(f"file:{args[0]}?mode=ro", uri=True)
    got = verdicts(db)
    if writes:
        doc = {c: {v: sorted(n)[:8] if v == "pass" else sorted(n) for v, n in sorted(vs.items())} for c, vs in sorted(got.items())}
        yaml.safe_dump(doc, sys.stdout, allow_unicode=True, width=150, default_flow_style=None)
        return 0
    with open(args[1], encoding="utf-8") as f:
        key = yaml.safe_load(f)
    failed = 0
    for check in sorted(set(got) | set(key)):
        if check not in key:
            errors = ["the answer key does not know this check"]
        elif check not in got:
            errors = ["the tool does not know this check"]
        else:
            errors = compare(check, got[check], key[check] or {})
        if errors:
            failed += 1
            print(f"FAILED verdicts of {check}: " + "; ".join(errors[:12]))
        else:
            print(f"ok verdicts of {check}")
    return 1 if failed else 0


sys.exit(main())
