#!/bin/bash
# Results for other tools, of the lab's evidence: every format is written and read by a reader made for it, says the same findings, holds no secret, and does nothing to
# a terminal or a spreadsheet whatever the lab's names are. The summary ends audit, evaluate and report.
. "$(dirname "${BASH_SOURCE[0]}")/lib.sh"
eval "$("$root/tests/lab/lab" env)"
k=$bin/kagimori
out=$work/a
export LC_ALL=C.UTF-8
"$root/tests/lab/site" simple ldaps hosts >"$work/site.yaml"
in_lab "$k" audit --site "$work/site.yaml" --remote-registry --waivers "$root/tests/lab/waivers.yaml" --out "$out" --lang ja >"$work/said" 2>"$work/err" </dev/null
db=$out/evidence.db
is "audit ends with the summary" "$(grep -n '^wrote\|確認できなかった事項' "$work/said" | tail -1 | cut -d: -f2)" "確認できなかった事項"
is "the usual documents, and no others" "$(cd "$out" && ls | grep -v evidence | tr '\n' ' ')" "findings.csv report.html reset-plan.csv results.json "
# A hostile name beside those in the registry of the lab's SRV-FROZEN.
sqlite3 "$db" "UPDATE account SET sam_name = '=cmd|''/c calc''!A1' || char(27) || '[31m' || char(8238) WHERE sid = (SELECT max(r.subject) FROM result r JOIN account a ON a.sid = r.subject WHERE r.verdict = 'fail' AND a.kind = 'user'); DELETE FROM audit_info WHERE name = 'derived'"
"$k" evaluate "$db" --waivers "$root/tests/lab/waivers.yaml" >"$work/said" 2>&1
is "evaluate ends with findings and verdicts" "$(tail -2 "$work/said" | sed 's/:.*//' | tr '\n' ' ')" "findings verdicts "
expect "every format is written" 0 "$k" report "$db" --format all --out "$out" --lang ja --bom
is "as many documents as are told" "$(grep -c '^wrote' "$work/out")" 11
is "none for others to read" "$(find "$out" -maxdepth 1 -type f ! -perm 600 | wc -l)" 0

# Read by readers made for it.
cat >"$work/read.py" <<'PY'
import csv, json, sys
import xml.etree.ElementTree as ET
import jsonschema
root, out = sys.argv[1:]
sys.path.insert(0, root + "/tests/unit/report")
import ocsf_1_5_0 as ocsf

def ok(name, what):
    print(("ok " if not what else "FAILED ") + name + (": %s" % (what,) if what else ""))

def load(path):
    with open(path, encoding="utf-8") as f:
        return json.load(f)

def lines(name):
    with open(f"{out}/{name}", encoding="utf-8") as f:
        return [json.loads(line) for line in f]

def table(name):
    with open(f"{out}/{name}", encoding="utf-8-sig", newline="") as f:
        return list(csv.DictReader(f, strict=True))

results, findings, events = load(f"{out}/results.json"), lines("findings.jsonl"), lines("findings.ocsf.jsonl")
for name, schema, rows in (("results.json", load(root + "/report/results.schema.json"), [results]), ("findings.jsonl", load(root + "/report/output/finding.schema.json"), findings),
                           ("findings.ocsf.jsonl", ocsf.json_schema(), events)):
    validator = jsonschema.Draft7Validator(schema)
    ok(f"{name} is as its schema says", [e.message[:200] for r in rows for e in validator.iter_errors(r)][:3])
ok("captions and type_uid of OCSF", [m for e in events for m in ocsf.mistakes(e)][:3])
checks, cells = table("checks.csv"), table("findings.csv")
cases = list(ET.parse(f"{out}/junit.xml").iter("testcase"))
key = sorted((c["id"], r["verdict"], r["subject"], r["item"]) for c in results["checks"] for r in c["results"] if r["verdict"] in ("fail", "unknown", "waived", "error"))
ok("JSON and JSON Lines tell the same", len(key) < 100 or key != sorted((r["check"], r["verdict"], r["subject"], r["item"]) for r in findings))
ok("and OCSF", sorted(r["finding"] for r in findings) != sorted(e["finding_info"]["uid"] for e in events))
ok("and findings.csv", sorted(r["finding"] for r in findings) != sorted(r["finding"] for r in cells))
for verdict in ("fail", "unknown", "waived"):
    ok(f"checks.csv counts what is {verdict}", sum(int(c[verdict]) for c in checks) != sum(k[1] == verdict for k in key))
well = {c["check"] for c in checks if c["verdict"] == "pass"}
ok("in JUnit only what passed has no outcome", {c.get("name").split(":")[0] for c in cases if len(c) == 0} != well or not well)
ok("no unknown passes in OCSF", [e for e in events if e["unmapped"]["verdict"] != "fail" and e["unmapped"]["verdict"] != "waived" and e["compliance"]["status"] != "Warning"][:1])
ok("no cell is a formula", [c for row in checks + cells for c in row.values() if c.startswith(tuple("=+-@\t\r＝＋－＠"))][:3])
names = [str(r["name"]) for r in findings] + [str(v) for r in findings for v in (r["evidence"] or {}).values()]
ok("what the lab says is hostile", [h for h in ("<img src=x", "<b>Run", "\x1b]0;owned", "=cmd|'/c calc'!A1\x1b[31m\u202e") if not any(h in n for n in names)])
PY
python3 "$work/read.py" "$root" "$out" 2>"$work/read.err" || bad "the documents are read: $(tail -1 "$work/read.err")"
expect "junit.xml is as Ant and Jenkins have it" 0 xmllint --nonet --noout --schema "$root/tests/unit/report/junit.xsd" "$out/junit.xml"
# Line feeds apart, no character that a terminal obeys (C0, DEL, C1 in UTF-8, U+202A to U+202E, U+2066 to U+2069).
is "nothing for a terminal to obey" "$(cd "$out" && LC_ALL=C grep -lP '[\x00-\x09\x0b\x0c\x0e-\x1f\x7f]|\xc2[\x80-\x9f]|\xe2\x80[\xaa-\xae]|\xe2\x81[\xa6-\xa9]' findings.csv checks.csv findings.jsonl findings.ocsf.jsonl junit.xml summary.md summary.txt results.json)" ""

# One document to a pipe; mistakes are told before anything is written.
"$k" report "$db" --format jsonl --out - >"$work/pipe" 2>"$work/err"
if cmp -s "$work/pipe" "$out/findings.jsonl"; then ok "standard output gets the same, and nothing else"; else bad "standard output gets something else"; fi
expect "two documents do not fit into a pipe" 2 "$k" report "$db" --format jsonl,ocsf --out -
says "and it says so" 'takes one document'
expect "an unknown format" 2 "$k" report "$db" --format csv,josnl --out "$work/none"
says "has a suggestion" 'did you mean jsonl.*markdown'
is "and nothing is written" "$(ls "$work/none" 2>/dev/null)" ""
expect "a full disk is an error" 4 bash -c "'$k' report '$db' --format ocsf --out - >/dev/full"

# The summary: words without colours in a pipe, colours on a terminal unless NO_COLOR or a dumb one.
is "at most 80 columns" "$(python3 -c 'import sys, unicodedata; print(max(sum(2 if unicodedata.east_asian_width(c) in "WF" else 1 for c in l.rstrip("\n")) for l in open(sys.argv[1])) <= 80)' "$out/summary.txt")" True
if [ "$(wc -l <"$out/summary.txt")" -le 35 ]; then ok "a screen of it"; else bad "the summary has $(wc -l <"$out/summary.txt") lines"; fi
tell() { env "$@" script -qec "'$k' report '$db' --format summary --out '$work/t' --lang ja" /dev/null </dev/null; }
escapes() { grep -c $'\x1b\\[' || true; }
is "no escape in a pipe" "$("$k" report "$db" --format summary --out "$work/t" --lang ja | escapes)" 0
if [ "$(tell TERM=xterm | escapes)" -gt 2 ]; then ok "colours on a terminal"; else bad "no colours on a terminal"; fi
is "only colours, and each ends" "$(tell TERM=xterm | LC_ALL=C sed 's/\x1b\[[0-9;]*m//g' | escapes)" 0
is "none with NO_COLOR" "$(tell TERM=xterm NO_COLOR=1 | escapes)" 0
is "none on a dumb terminal" "$(tell TERM=dumb | escapes)" 0

# No password of the lab, in any encoding.
for f in "$(dirname "$LAB_AUDIT_PASSWORD_FILE")"/*.password; do printf 'word %s\n' "$(head -n 1 "$f")"; done | grep -E '^word .{6,}' >"$work/secrets"
is "no password in any of them" "$("$root/tests/integration/leaks.py" "$work/secrets" "$out" "$work/said" 2>&1)" ""
is "one would be found" "$("$root/tests/integration/leaks.py" --self-test "$work/secrets")" found
exit "$any_failed"
