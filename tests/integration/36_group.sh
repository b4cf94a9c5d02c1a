#!/bin/bash
# SPDX-License-Identifier: GPL-3.0-or-later
# Group files over time: what moved in each site is what kagimori diff says of its own files; trends; every document of a group, read by tools made for it.
. "$(dirname "${BASH_SOURCE[0]}")/lib.sh"
k=$bin/kagimori

# EVIDENCE=FILE: an audit that is there already.
if [ -n "${EVIDENCE:-}" ]; then
    cp "$EVIDENCE" "$work/lab.db"
else
    "$root/tests/lab/site" simple ldaps hosts >"$work/site.yaml"
    in_lab "$k" collect --site "$work/site.yaml" --out "$work/audit" --event-logs controllers --quiet >/dev/null 2>&1 </dev/null
    cp "$work/audit/evidence.db" "$work/lab.db"
fi
mkdir "$work/history"
# make FOLDER SITE SQL: a site's audit; its names and its domain are in $names
declare -A names=([north]='Kitayama Hospital|北山病院|S-1-5-21-11-2-3' [south]='Minami Hospital|南病院|S-1-5-21-4-5-6' [east]='Higashi Clinic|東クリニック|S-1-5-21-7-8-9')
make() {
    local en ja sid
    IFS='|' read -r en ja sid <<<"${names[$2]}"
    mkdir -p "$work/$1/$2"
    cp "$work/lab.db" "$work/$1/$2/evidence.db"
    sqlite3 "$work/$1/$2/evidence.db" "UPDATE audit_info SET value = '$en' WHERE name = 'organisation_en'" "UPDATE audit_info SET value = '$ja' WHERE name = 'organisation_ja'" \
        "UPDATE domain_head SET sid = '$sid'" "DELETE FROM audit_info WHERE name = 'derived'" "$3"
    "$k" evaluate "$work/$1/$2/evidence.db" >"$work/out" 2>"$work/err" || [ $? -le 3 ] || bad "evaluate $1 $2"
}
past() { printf "UPDATE audit_info SET value = value - 864000000000 * %d WHERE name = 'now';" "$1"; }
worse="UPDATE account SET uac = uac | 0x400000 WHERE kind = 'user' AND rowid % 9 = 0; UPDATE account SET uac = uac & ~0x10000 WHERE rowid % 7 = 0;"
make old north "$(past 30)$worse"
make old south "$(past 30)"
make old east "$(past 30)$worse"
make now north ""
# The east was not read whole: nothing of that is fixed. The south has other names now, and is the same site by its domain.
make now east "UPDATE coverage SET state = 'denied' WHERE source IN ('ldap.pki', 'smb.registry'); DELETE FROM certificate_template; DELETE FROM host_registry;"
names[south]='Minamihama Medical Centre|南浜医療センター|S-1-5-21-4-5-6'
make now south "$worse"
names[west]='Nishi Hospital|西病院|S-1-5-21-10-11-12'
make now west ""

expect "the earlier group" 0 "$k" merge "$work/old.db" "$work"/old/{north,south,east}/evidence.db
expect "the group now, in another order" 0 "$k" merge "$work/now.db" "$work"/now/{west,south,east,north}/evidence.db
is "what passed is known by id only" "$(sql "$work/now.db" "SELECT count(*) FROM passed WHERE finding NOT GLOB 'F-????????????'")$(sql "$work/now.db" "SELECT count(*) FROM site_result WHERE verdict = 'pass'")" 00
cp "$work/old.db" "$work/history/2026-10.db"
cp "$work/old.db" "$work/history/2026-08.db"
sqlite3 "$work/history/2026-08.db" "UPDATE site SET now = now - 864000000000 * 60" "UPDATE site_grade SET score = 77 WHERE theme = ''"
cp "$work/old.db" "$work/history/foreign.db"
sqlite3 "$work/history/foreign.db" "PRAGMA user_version = 3"
cp "$work/lab.db" "$work/history/evidence.db"
expect "report with what moved and trends" 0 "$k" report "$work/now.db" --previous "$work/old.db" --history "$work/history" --lang both --format all --out "$work/report"
says "a file of another version is told" '1 group files in .* are of another version'
says "the summary on the terminal has what moved" '^前回の監査からの変化'
is "every document is there" "$(ls "$work/report" | tr '\n' ' ')" "checks.csv findings.csv findings.jsonl findings.ocsf.jsonl junit.xml report.html results.json summary.md summary.txt "
for s in north south east; do "$k" diff "$work/old/$s/evidence.db" "$work/now/$s/evidence.db" --force --format json --out "$work/diff-$s" --lang en >/dev/null 2>&1; done

python3 - "$work" "$root" >"$work/py" 2>&1 <<'END' && ok "$(tail -1 "$work/py")" || bad "what moved: $(tail -1 "$work/py")"
import collections, copy, json, sys
import jsonschema
w, root = sys.argv[1:]
doc = json.load(open(f"{w}/report/results.json"))
schema = json.load(open(f"{root}/report/group/group.schema.json"))
jsonschema.Draft7Validator.check_schema(schema)
valid = jsonschema.Draft7Validator(schema)
jsonschema.validate(doc, schema)
small = {**doc, "findings": doc["findings"][:3]}
for path, value in ((("schema",), "kagimori.group/2"), (("extra",), 1), (("grades", 0, "grade"), "F"), (("findings", 0, "verdict"), "pass"), (("findings", 0, "finding"), "F-1"),
                    (("sites", 0, "now"), "yesterday"), (("progress", "sites", 0, "fixed"), -1), (("progress", "findings", 0, "kind"), "gone"), (("trend", 0, "score"), 101), (("sites",), [])):
    spoilt = copy.deepcopy(small)
    place = spoilt
    for key in path[:-1]:
        place = place[key]
    place[path[-1]] = value
    assert not valid.is_valid(spoilt), path
number = {s["file"]: s["site"] for s in doc["sites"]}
p = doc["progress"]
assert {s["site"] for s in p["sites"]} == {number[n] for n in ("north", "south", "east")}, "sites by domain"
assert [s["file"] for s in p["unmatched"]] == ["west"] and p["left"] == []
told = collections.defaultdict(dict)
for f in p["findings"]:
    told[f["site"]][f["finding"]] = f["kind"]
seen = collections.Counter()
for name in ("north", "south", "east"):
    diff = json.load(open(f"{w}/diff-{name}/diff.json"))
    counts = next(s for s in p["sites"] if s["site"] == number[name])
    mine = told[number[name]]
    assert sum(counts[k] for k in ("new", "unwaived", "judged", "fixed", "hidden", "rejudged", "waived")) == len(mine)
    # A host without an account that goes by another key now is recognised by what a group file does not hold.
    moved = [f for f in diff["findings"] if f["subject_before"]]
    for f in diff["findings"]:
        # Where a subject is unknown as a whole, the comparison tells the id of that row.
        if f["subject_before"] or f["kind"] == "hidden":
            continue
        kind = mine.get(f["finding"], "same")
        # What a group file cannot tell from out of sight is out of sight, and nothing is better there than in the comparison of the site's own files.
        allowed = {"changed": {"same"}, "gone": {"hidden"}, "fixed": {"fixed", "hidden"}, "rejudged": {"rejudged", "hidden"}, "judged": {"judged", "new"}}.get(f["kind"], {f["kind"]})
        assert kind in allowed, (name, f["kind"], kind, f["check_id"], f["name"])
        seen[name, kind] += kind != "hidden"
    hidden = collections.Counter(f["check_id"] for f in diff["findings"] if f["kind"] == "hidden")
    mine_hidden = collections.Counter(f["check"] for f in p["findings"] if f["site"] == number[name] and f["kind"] == "hidden")
    assert not hidden - mine_hidden, (name, hidden - mine_hidden)
    seen[name, "hidden"] += mine_hidden.total()
    assert counts["fixed"] <= diff["counts"]["fixed"]
    if not moved:
        both = {f["finding"] for f in diff["findings"]}
        assert {f for f in mine if mine[f] != "hidden"} <= both, (name, set(mine) - both)
        assert counts["same"] == diff["counts"]["same"] + diff["counts"]["changed"], (name, counts, diff["counts"])
        assert counts["new"] == diff["counts"]["new"]
    seen[name, "law"] += not moved
assert seen["north", "law"] and seen["south", "law"], seen
assert seen["north", "fixed"] > 5 and seen["south", "new"] > 5 and seen["east", "hidden"] > 5, seen
runs = collections.Counter(r["site"] for r in doc["trend"])
assert [runs[number[n]] for n in ("north", "south", "east", "west")] == [3, 3, 3, 1], runs
assert [r["score"] for r in doc["trend"] if r["site"] == number["south"]][0] == 77
assert all(a["at"] < b["at"] for a, b in zip(doc["trend"], doc["trend"][1:]) if a["site"] == b["site"])
print(f"what moved in a site is what its own files say: {dict(seen)}")
END
is "each site with three audits has its chart, in both languages" "$(grep -o '<svg viewBox[^>]*role="img"' "$work/report/report.html" | wc -l)" 6
is "no script, no style attribute, no outside resource" "$(grep -cE '<script|style=|src=|href="[^#]' "$work/report/report.html")" 0
is "each id once" "$(grep -oE '\sid="[^"]*"' "$work/report/report.html" | sort | uniq -d)" ""
grep -q '最も評価が低い施設は\|すべての施設が評価' "$work/report/report.html" && ok "page 1 says which site is worst" || bad "page 1 does not say which site is worst"

# Other tools.
xmllint --nonet --noout --schema "$root/tests/unit/report/junit.xsd" "$work/report/junit.xml" 2>"$work/err" && ok "junit.xml is valid" || bad "junit.xml: $(head -1 "$work/err")"
PYTHONPATH=$root/tests/unit/report python3 - "$work" >"$work/py" 2>&1 <<'END' && ok "the other documents name the site of each row" || bad "other documents: $(tail -1 "$work/py")"
import csv, json, sys, xml.etree.ElementTree as tree
import jsonschema
import ocsf_1_5_0 as ocsf
w = f"{sys.argv[1]}/report"
doc = json.load(open(f"{w}/results.json"))
names = {s["name_ja"] for s in doc["sites"]}
assert len(names) == 4
checks = list(csv.DictReader(open(f"{w}/checks.csv", encoding="utf-8", newline=""), strict=True))
assert {r["site"] for r in checks} == names and list(checks[0])[:2] == ["site", "check"]
fails = {(r["site"], r["check"]): int(r["fail"]) for r in checks}
assert sum(fails.values()) == sum(t["subjects"] for t in doc["totals"] if t["verdict"] == "fail")
validator = jsonschema.Draft7Validator(ocsf.json_schema())
events = [json.loads(l) for l in open(f"{w}/findings.ocsf.jsonl", encoding="utf-8")]
assert len(events) == len(doc["findings"]) and all(validator.is_valid(e) for e in events[::97])
assert {e["unmapped"]["site"]["name"]["ja"] for e in events} == names
suites = tree.parse(f"{w}/junit.xml").getroot().findall("testsuite")
assert [int(s.get("id")) for s in suites] == list(range(len(suites))) and {s.get("name").split(": ")[0] for s in suites} == names
assert len(suites) == 4 * len({s.get("name").split(": ")[1] for s in suites})
assert sum(int(s.get("tests")) for s in suites) == len(checks)
END
if command -v cmark-gfm >/dev/null; then
    is "summary.md has its tables" "$(cmark-gfm -e table "$work/report/summary.md" | grep -c '<table>')" 3
fi
is "summary.txt fits a terminal" "$(python3 -c 'import sys, unicodedata as u; print(max(sum(2 if u.east_asian_width(c) in "WF" else 1 for c in l.rstrip("\n")) for l in open(sys.argv[1], encoding="utf-8")) <= 80)' "$work/report/summary.txt")" True
expect "one document into a pipe" 0 "$k" report "$work/now.db" --format summary --lang en --out -
says "is that document" '^Sites side by side'
expect "no reset plan of a group" 2 "$k" report "$work/now.db" --format html,reset --out "$work/none"
says "it says why" 'made of the evidence of one site'
is "and writes nothing" "$(find "$work/none" -type f 2>/dev/null | wc -l)" 0

# Without names: the same numbers.
expect "redacted, with what moved and trends" 0 "$k" report "$work/now.db" --previous "$work/old.db" --history "$work/history" --lang en --format all --redact --redact-key "$work/key" --out "$work/redacted"
numbers() { python3 -c 'import json, sys; d = json.load(open(sys.argv[1])); print([{k: v for k, v in s.items() if k != "name"} for s in d["progress"]["sites"]], d["trend"], len(d["progress"]["findings"]))' "$1"; }
is "the same numbers" "$(numbers "$work/redacted/results.redacted.json")" "$(numbers "$work/report/results.json")"
is "no site by name" "$(grep -rliE 'Kitayama|Minami|Higashi|Nishi|北山|南浜|南病院|東クリ|西病院' "$work/redacted" | wc -l)" 0

# The commands that take one site.
expect "diff of two groups: something is new" 1 "$k" diff "$work/old.db" "$work/now.db" --lang en
says "site by site" '^Minamihama Medical Centre: New$'
says "and the numbers" '^  Kitayama Hospital +[A-E-] → [A-E-] +[0-9]+ +[0-9]+'
expect "diff, quietly" 1 "$k" diff "$work/old.db" "$work/now.db" --quiet --fail-on high
is "says nothing" "$(cat "$work/out")" ""
expect "nothing moved" 0 "$k" diff "$work/now.db" "$work/now.db"
expect "a group and a site" 2 "$k" diff "$work/old.db" "$work/now/north/evidence.db"
says "and what to do" 'compare two group files'
expect "diff of groups as a file" 2 "$k" diff "$work/old.db" "$work/now.db" --format json --out "$work/none"
says "where that is" 'report .* --previous'
expect "a group is not added to a history" 2 "$k" history "$work/h.db" add "$work/now.db"
says "but kept in a folder" '--history FOLDER'
expect "a group is no evidence" 2 "$k" evaluate "$work/now.db"
says "and is called what it is" 'a group file, of several sites'
expect "evidence is no earlier group" 2 "$k" report "$work/now.db" --previous "$work/now/north/evidence.db" --out "$work/none"
mkdir "$work/empty"
expect "a folder without group files" 2 "$k" report "$work/now.db" --history "$work/empty" --out "$work/none"
sqlite3 "$work/old.db" "UPDATE site SET domain_sid = 'S-1-5-21-90-' || site || '-9'"
expect "a group of other sites" 2 "$k" report "$work/now.db" --previous "$work/old.db" --out "$work/none"
says "is told" 'no site of it is one of this group'
exit $any_failed
