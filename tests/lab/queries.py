#!/usr/bin/python3
"""What a domain controller was asked over LDAP, read from its own log.

usage: queries.py [--by RID] [--attributes] LOG…

One JSON object a search: who (SID), from, base, scope, filter, attributes ([] = all), result.
With --attributes: every attribute name that was ever asked for, one a line, sorted."""
import argparse
import json
import re
import sys

HEAD = re.compile(r"^\[[^\]]*pid=(\d+)")
ATTRIBUTE = re.compile(r"^\s+SearchRequest: attrs: \[(.*)\]$")
DONE = re.compile(r"LDAP Query: Duration was [\d.]+s, SearchRequest by (\S+) from (\S+) "
                  r"filter: \[(.*)\] basedn: \[(.*)\] scope: \[(\w+)\] result: (.*)$")


def searches(path):
    pid, asked = None, {}
    with open(path, encoding="utf-8", errors="replace") as f:
        for line in f:
            m = HEAD.match(line)
            if m:
                pid = m.group(1)
                continue
            m = ATTRIBUTE.match(line)
            if m:
                asked.setdefault(pid, []).append(m.group(1))
                continue
            m = DONE.search(line)
            if m:
                yield dict(zip(("who", "from", "filter", "base", "scope", "result"), m.groups()),
                           attributes=asked.pop(pid, []))
    for pid, names in asked.items():      # cut short: still asked for
        yield {"who": None, "attributes": names, "result": "unfinished"}


def main():
    p = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    p.add_argument("--by", metavar="RID", help="only searches of the account with this RID or SID")
    p.add_argument("--attributes", action="store_true")
    p.add_argument("log", nargs="+")
    a = p.parse_args()
    names, n = set(), 0
    for path in a.log:
        for s in searches(path):
            if a.by and s["who"] is not None and not (s["who"] == a.by or s["who"].endswith("-" + a.by)):
                continue
            n += 1
            if a.attributes:
                names.update(s["attributes"] or ["(all)"])
            else:
                print(json.dumps(s, ensure_ascii=False))
    for x in sorted(names, key=str.lower):
        print(x)
    if n == 0:
        print("queries.py: no search in %s: was the lab's LDAP logging on?" % ", ".join(a.log), file=sys.stderr)
        return 1
    return 0


sys.exit(main())
