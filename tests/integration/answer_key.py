#!/usr/bin/python3
"""Compares the verdicts in an evidence file with the answer key.

usage: answer_key.py EVIDENCE KEY...     later keys replace the entries of earlier ones
       answer_key.py EVIDENCE --hosts KEY...  only the checks about hosts; without it only the others
       answer_key.py EVIDENCE [--hosts] --write    prints the verdicts in the key's form, to be compared with the seeds by a person

A key maps each check to:
  fail, unknown, waived   exact lists of names: a name that is missing or too much is an error
  pass                    names that must pass, among others
  fail_from               date -> names that pass before that day and fail from it on (Microsoft's end of support)
  shows                   name -> column -> the parts ("a; b") that the finding's evidence must show, in any order
Names are those that people know; an item follows its subject: "Domain Admins / SRV-OLD03$". Several results of one name:
"NAME x2". "WS-W10-01$ … WS-W10-16$" counts up; "staff" is the ordinary staff of the lab. What has a name under `groups` at the
top of a key stands for the names of that list, which may hold other groups; so does "GROUP / ITEM". Ports of hosts: "SRV-APP01$:3389"; their accounts,
groups and rights: "SRV-APP01$ / Administrators / vendor-ehr"; events: "DC1$ / dsrm", accounts in event logs: "SRV-APP01$ / Administrator@10.99.1.19". Control characters are left out, and what follows 120 characters. A question
of the questionnaire that the key lacks must be open. A check that the key lacks, or that the tool lacks, is an error. Prints one "ok" or "FAILED" line a check, the mistakes below it."""
import collections
import json
import re
import sqlite3
import sys

import yaml

STAFF, STAFF_COUNT = re.compile(r"[a-z]+2?\d{3}"), 225
LONGEST = 120                            # characters of a name
EXACT = ("fail", "unknown", "waived", "error")
NAMES = ("SELECT sid, sam_name FROM account", "SELECT sid, sam_name FROM directory_group",
         "SELECT guid, sam_name FROM account", "SELECT guid, sam_name FROM directory_group",
         "SELECT sid, dns_name FROM domain_head", "SELECT guid, dns_name FROM domain_head",
         "SELECT configuration_dn, 'forest' FROM forest",
         "SELECT guid, display_name FROM policy_object", "SELECT gpo_id, display_name FROM policy_object",
         "SELECT guid, name FROM certificate_template", "SELECT guid, name FROM organizational_unit",
         "SELECT guid, partner FROM trusted_domain", "SELECT partner_sid, partner FROM trusted_domain",
         "SELECT guid, name FROM password_settings", "SELECT guid, name FROM authentication_policy",
         "SELECT object_guid, name FROM security_descriptor", "SELECT guid, name FROM enrollment_service",
         "SELECT guid, key_id FROM kds_root_key", "SELECT sid, name FROM well_known_trustee",
         "SELECT sid, name FROM local_account", "SELECT invocation_id, dns_name FROM directory_agent",
         "SELECT subject, first_name || ' … ' || last_name || ', ' || account_count || ' accounts' FROM same_second_change")
Result = collections.namedtuple("Result", "name evidence reason")


def labels(db):
    """Stable key -> name for people: passed rows keep only their key, and GUIDs differ from build to build."""
    found = {}
    for sql in NAMES:
        for key, name in db.execute(sql):
            if key is not None and name is not None:
                found.setdefault(key, name)
    return found


def item_label(item, names, hosts):
    if item in names:
        return " / " + names[item]
    if hosts and item.isdigit():
        return ":" + item
    if re.fullmatch(r"(S-1-|Se)[\w-]*/[\w-]*", item):
        return "".join(" / " + names.get(i, i) for i in item.split("/") if i)
    event = re.fullmatch(r"([\w.-]+)/\d{4}-\d\d-\d\dT[\d:]+Z/\d+/\d+|([a-z_]+)/", item)
    if event:                             # of the event logs: without time and number, which differ from build to build
        return " / " + (event.group(1) or event.group(2))
    account = re.fullmatch(r"(S-1-[\d-]+)@(.*)", item)
    if account:
        return " / %s@%s" % (names.get(account.group(1), account.group(1)), account.group(2))
    if re.fullmatch(r"[0-9]{1,3}", item):
        return " #%d" % (int(item) + 1)
    # a subcategory of the audit policy: the check names it
    return "" if re.fullmatch(r"[0-9a-f]{32}|0cce92[0-9a-f]{2}-69ae-11d9-bed3-505054503030", item) else " / " + item


def about(db, hosts):
    """The checks whose subjects are hosts, or the others: an audit without hosts in its site file says of the former nothing."""
    own = {v for (v,) in db.execute("SELECT view FROM view_source WHERE column_name = '' AND source = 'host.scope'")}
    return {i for i, v in db.execute("SELECT id, view FROM check_info") if (v in own) == hosts}


def questions(db):
    return {i for (i,) in db.execute("SELECT id FROM check_info WHERE question_en IS NOT NULL")}


def verdicts(db, hosts):
    """Check id -> verdict -> results, each with a name of its own."""
    names = labels(db)
    found = {i: collections.defaultdict(list) for i in about(db, hosts)}
    rows = db.execute("SELECT id, verdict, subject, item, name, evidence, reason_en FROM result JOIN check_info USING(check_no)")
    for check, verdict, subject, item, name, evidence, reason in rows:
        if check not in found:
            continue
        label = names.get(subject) or name or subject
        if item and item != subject:
            label += item_label(item, names, hosts)
        label = "".join(c for c in label if c.isprintable())
        label = label if len(label) <= LONGEST else label[:LONGEST] + "…"
        found[check][verdict].append(Result(label, evidence, reason))
    for results in found.values():
        for verdict, rows in results.items():
            count = collections.Counter(r.name for r in rows)
            unique = {r.name: r for r in rows}
            results[verdict] = {n if count[n] == 1 else "%s x%d" % (n, count[n]): r for n, r in unique.items()}
    return found


def expand(names, groups):
    found = set()
    for n in map(str, names or []):
        span = re.fullmatch(r"(.*?)(\d+)(\D*) … \1(\d+)\3", n)
        head, slash, item = n.partition(" / ")
        if head in groups:
            found |= {m + slash + item for m in expand(groups[head], {g: m for g, m in groups.items() if g != head})}
        elif span:
            head, first, tail, last = span.groups()
            found |= {head + str(i).zfill(len(first)) + tail for i in range(int(first), int(last) + 1)}
        else:
            found.add(n)
    return found


def wanted(entry, day, groups):
    want = {v: expand(entry.get(v), groups) for v in EXACT + ("pass",)}
    for since, names in (entry.get("fail_from") or {}).items():
        want["fail" if day >= str(since) else "pass"] |= expand(names, groups)
    return want


def parts(text):
    return sorted(str(text).split("; "))


def compare(got, entry, day, groups):
    errors, where = [], {n: v for v, results in got.items() for n in results}
    want = wanted(entry, day, groups)
    for verdict in EXACT:
        seen = got.get(verdict, {})
        errors += ["%s: should be %s, is %s" % (n, verdict, where.get(n, "no subject, or not applicable"))
                   for n in sorted(want[verdict] - set(seen))]
        errors += ["%s: should not be %s; %s" % (n, verdict, seen[n].reason or seen[n].evidence)
                   for n in sorted(set(seen) - want[verdict])]
    errors += ["%s: should be pass, is %s" % (n, where.get(n, "no subject, or not applicable"))
               for n in sorted(want["pass"] - set(got.get("pass", {})))]
    for name, columns in (entry.get("shows") or {}).items():
        shown = json.loads(got.get("fail", {}).get(name, Result(name, "{}", None)).evidence or "{}")
        errors += ["%s: %s should show %s, shows %s" % (name, c, parts(text), parts(shown.get(c)))
                   for c, text in columns.items() if parts(shown.get(c)) != parts(text)]
    return errors


def write(got):
    doc = {c: {v: sorted(n)[:8] if v == "pass" else sorted(n) for v, n in sorted(vs.items())} for c, vs in sorted(got.items())}
    yaml.safe_dump(doc, sys.stdout, allow_unicode=True, width=150, default_flow_style=None)


def main():
    files = [a for a in sys.argv[1:] if a not in ("--write", "--hosts")]
    hosts = "--hosts" in sys.argv
    db = sqlite3.connect("file:%s?mode=ro" % files[0], uri=True)
    got = verdicts(db, hosts)
    if "--write" in sys.argv:
        write(got)
        return 0
    key, groups = {}, {}
    for name in files[1:]:
        with open(name, encoding="utf-8") as f:
            entries = yaml.safe_load(f)
        groups.update(entries.pop("groups", {}))
        key.update(entries)
    staff = {n for (n,) in db.execute("SELECT sam_name FROM account WHERE kind = 'user'") if n and STAFF.fullmatch(n)}
    groups["staff"] = staff
    (day,) = db.execute("SELECT strftime('%Y-%m-%d', now / 10000000 - 11644473600, 'unixepoch') FROM clock").fetchone()
    failed = len(staff) != STAFF_COUNT
    print("%s all %d of the staff were read" % ("FAILED" if failed else "ok", STAFF_COUNT))
    unasked = (questions(db) & set(got)) - set(key)
    answered = sorted(q for q in unasked if set(got[q]) != {"unknown"})
    failed |= bool(answered)
    print("%s nobody has answered %d questions%s" % ("FAILED" if answered else "ok", len(unasked), ": " + ", ".join(answered) if answered else ""))
    for check in sorted(set(got) - unasked | set(key)):
        if check not in key:
            errors = ["the answer key does not know this check: decide from tests/lab/seed what is right, and add it"]
        elif check not in got:
            errors = ["the tool does not know this check: it was renamed or removed"]
        else:
            errors = compare(got[check], key[check] or {}, day, groups)
        failed |= bool(errors)
        print("%s verdicts of %s" % ("FAILED" if errors else "ok", check))
        for e in errors[:40]:
            print("    " + e)
    return int(failed)


sys.exit(main())
