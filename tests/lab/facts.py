#!/usr/bin/python3
"""usage: facts.py facts.json FACTS.md: writes the table of seeded faults between the markers of FACTS.md."""
import json
import re
import sys

with open(sys.argv[1], encoding="utf-8") as f:
    facts = json.load(f)
rows = ["| matter | object | RID | verdict | what |", "|---|---|---|---|---|"]
order = {"fail": 0, "pass": 1, "trap": 2, "info": 3}
for x in sorted(facts, key=lambda x: (x["topic"], order[x["verdict"]])):
    rid = x["sid"].replace("…-", "") if x["sid"] else ""
    cells = [x["topic"], "`%s`" % x["object"], rid, x["verdict"], x["what"]]
    rows.append("| " + " | ".join(c.replace("|", "\\|").replace("<", "&lt;") if i != 1 else c for i, c in enumerate(cells)) + " |")
with open(sys.argv[2], encoding="utf-8") as f:
    text = f.read()
start, end = "<!-- table of `lab facts` -->\n", "<!-- end of table -->"
text = re.sub(re.escape(start) + ".*?" + re.escape(end), lambda m: start + "\n".join(rows) + "\n" + end, text, flags=re.S)
with open(sys.argv[2], "w", encoding="utf-8") as f:
    f.write(text)
