#!/bin/bash
# An audit in three shards, run by GNU parallel and merged, says what one audit says; a missing shard is told; a group of sites in one report.
. "$(dirname "${BASH_SOURCE[0]}")/lib.sh"
eval "$("$root/tests/lab/lab" env)"
k=$bin/kagimori
name_of() { for pair in $LAB_HOSTS; do case $pair in "$1"=*) printf '      - %s.%s\n' "${1,,}" "$LAB_DOMAIN" ;; esac; done; }
# Hosts that answer, so that the test is quick: domain controllers, members, one without a name, and a range in which they stand again.
SITE_SCOPE=$(
    printf '    include:\n      - %s\n' "$LAB_DC1"
    [ -z "$LAB_DC2" ] || printf '      - %s\n' "$LAB_DC2"
    for h in SRV-FILE01 SRV-RIS16 SRV-APP01 SRV-SQL01 WS-W10-01 WS-W11-01 SRV-PRINT01 WS-NOL-01; do name_of "$h"; done
    printf '      - %s\n' "$LAB_HOST_NO_NAME" "$LAB_WS_W10_01" "$LAB_SRV_RIS16"
)
export SITE_SCOPE
"$root/tests/lab/site" simple ldaps hosts >"$work/site.yaml"

command -v parallel >/dev/null || bad "GNU parallel is not installed (./dev deps)"
expect "an audit of all of it" 0 in_lab "$k" collect --site "$work/site.yaml" --out "$work/whole" --event-logs controllers --quiet
expect "three shards, two at a time" 0 in_lab parallel -j2 "$k" collect --site "$work/site.yaml" --out "$work/shard-{}" --shard "{}/3" --event-logs controllers --quiet ::: 1 2 3
is "each host is in one shard" "$(for i in 1 2 3; do sql "$work/shard-$i/evidence.db" "SELECT target FROM coverage WHERE source = 'net.port' AND reason IS NOT 'left'"; done | sort | uniq -d)" ""
is "shards ask for computers only" "$(sql "$work/shard-2/evidence.db" "SELECT count(*) FROM account WHERE kind = 'user'")" 0
expect "they make one evidence file" 0 "$k" merge "$work/all.db" "$work"/shard-{3,1,2}/evidence.db
is "nothing in it is left to a shard" "$(sql "$work/all.db" "SELECT count(*) FROM coverage WHERE reason IN ('left', 'missing')")" 0
expect "the file is not overwritten" 2 "$k" merge "$work/all.db" "$work"/shard-{1,2,3}/evidence.db

verdicts() { sql "$1" "SELECT c.id, r.verdict, r.subject, r.item FROM result r JOIN check_info c USING (check_no) ORDER BY 1, 3, 4, 2"; }
counts() { sql "$1" "SELECT c.id, n.verdict, n.subjects FROM check_count n JOIN check_info c USING (check_no) ORDER BY 1, 2"; }
expect "evaluate the whole" 1 "$k" evaluate "$work/whole/evidence.db"
expect "evaluate the merged" 1 "$k" evaluate "$work/all.db"
verdicts "$work/whole/evidence.db" >"$work/whole.txt"
verdicts "$work/all.db" >"$work/merged.txt"
is "verdicts are those of one audit" "$(diff "$work/whole.txt" "$work/merged.txt" | head -5)" ""
is "and their numbers" "$(diff <(counts "$work/whole/evidence.db") <(counts "$work/all.db") | head -5)" ""
[ "$(wc -l <"$work/whole.txt")" -gt 5000 ] && ok "there are verdicts to compare" || bad "only $(wc -l <"$work/whole.txt") verdicts"

# What was not seen may not pass, and is no finding either.
expect "without the second shard" 3 "$k" merge "$work/two.db" "$work"/shard-{1,3}/evidence.db
says "it is named" 'missing shards of 3: 2'
cp "$work/shard-2/evidence.db" "$work/alone.db"
for f in two alone; do
    expect "evaluate $f" 1 "$k" evaluate "$work/$f.db"
    # An address of the scope that is a host of the missing shard stands for itself until that shard is there.
    verdicts "$work/$f.db" | grep '|pass|' | grep -vF -e "$LAB_WS_W10_01" -e "$LAB_SRV_RIS16" >"$work/$f.txt"
    is "nothing passes in $f.db that does not pass in the whole" "$(comm -13 <(sort "$work/whole.txt") <(sort "$work/$f.txt") | head -5)" ""
done
letters() { sql "$1" "SELECT theme, grade FROM grade ORDER BY 1"; }
letters "$work/whole/evidence.db" >"$work/whole.letters"
is "the merged has the letters of the whole" "$(letters "$work/all.db" | diff "$work/whole.letters" - | head -5)" ""
# better FILE: themes with a letter that the whole does not give, or a better one
better() { LC_ALL=C join -t '|' -a 2 -e - -o 0,1.2,2.2 "$work/whole.letters" <(letters "$1") | awk -F'|' '$3 != "-" && ($2 == "-" || $3 < $2)'; }
"$k" merge "$work/pair.db" "$work"/shard-{2,3}/evidence.db >"$work/out" 2>"$work/err"
for f in 1 2 3; do cp "$work/shard-$f/evidence.db" "$work/lone-$f.db"; done
for f in pair lone-1 lone-2 lone-3; do "$k" evaluate "$work/$f.db" >"$work/out" 2>"$work/err"; done
for f in two pair lone-1 lone-2 lone-3; do is "no letter in $f.db is better than that of the whole" "$(better "$work/$f.db")" ""; done
is "a better letter would be told" "$(sqlite3 "$work/pair.db" "UPDATE grade SET grade = 'A'" && better "$work/pair.db" | wc -l)" "$(wc -l <"$work/whole.letters")"
is "the hosts of the missing shard are unknown" "$(sql "$work/two.db" "SELECT count(*) > 0 FROM result WHERE verdict = 'unknown' AND reason_en LIKE '%its shard was not merged%'")" 1
cp "$work/alone.db" "$work/other.db"
sqlite3 "$work/other.db" "UPDATE audit_info SET value = 'x' WHERE name = 'shard_set'"
expect "a shard of another scope is refused" 2 "$k" merge "$work/x.db" "$work/shard-1/evidence.db" "$work/other.db"
says "and it says so" 'not a shard of the same audit'
expect "a whole audit among shards" 2 "$k" merge "$work/x.db" "$work/shard-1/evidence.db" "$work/whole/evidence.db"
expect "trials of passwords are not divided" 2 in_lab "$k" collect --site "$work/site.yaml" --out "$work/none" --shard 1/2 --test-password-reuse
says "the reason is told" 'one lockout must end the trials everywhere'
expect "a fifth of four" 2 "$k" collect --site "$work/site.yaml" --out "$work/none" --shard 5/4
expect "go on as another shard" 2 in_lab "$k" collect --site "$work/site.yaml" --out "$work/shard-2" --shard 3/3 --event-logs controllers --resume

# A group: equal names and SIDs everywhere, and one name that is none of a hospital.
mkdir "$work/north" "$work/south"
for s in north south; do cp "$work/all.db" "$work/$s/evidence.db"; done
cp "$work/all.db" "$work/old.db"
rename() { sqlite3 "$1" "UPDATE audit_info SET value = '$2' WHERE name = 'organisation_en'; UPDATE audit_info SET value = '$3' WHERE name = 'organisation_ja'"; }
rename "$work/north/evidence.db" '=North <script>alert(1)</script>' '北病院'
rename "$work/old.db" '=North <script>alert(1)</script>' '北病院'
rename "$work/south/evidence.db" 'South' '南病院'
sqlite3 "$work/old.db" "UPDATE audit_info SET value = value - 1 WHERE name = 'now'"
expect "two sites and an older audit of one" 0 "$k" merge "$work/group.db" "$work/north/evidence.db" "$work/south/evidence.db" "$work/old.db"
says "the older one is left out" 'old.db is left out'
says "two sites are in it" ': 2 sites'
expect "a shard is no site" 2 "$k" merge "$work/x.db" "$work/north/evidence.db" "$work/alone.db"
for lang in ja en; do expect "their report ($lang)" 0 "$k" report "$work/group.db" --lang $lang --out "$work/$lang"; done
expect "their report (both languages)" 0 "$k" report "$work/group.db" --lang both --format html --out "$work/both"
is "no script, no style attribute, no outside resource" "$(grep -cE '<script|style=|src=|href="[^#]' "$work"/{ja,en,both}/report.html | grep -v ':0$')" ""
python3 - "$work/both/report.html" >"$work/py" 2>&1 <<'END' && ok "two languages in one page: each id once, each link goes somewhere" || bad "both languages: $(tail -1 "$work/py")"
import re, sys
page = open(sys.argv[1], encoding="utf-8").read()
ids = re.findall(r'\sid="([^"]*)"', page)
assert len(ids) == len(set(ids)), ids
links = re.findall(r'href="#([^"]*)"', page) + [i for l in re.findall(r'aria-labelledby="([^"]*)"', page) for i in l.split()]
assert not set(links) - set(ids), set(links) - set(ids)
assert {"ja", "en", "site-1", "en-site-1"} <= set(ids), ids
assert [page.count(f'<div class="language" id="{l}" lang="{l}"') for l in ("ja", "en")] == [1, 1]
END
is "a page a site" "$(grep -o '<section class="site"' "$work/ja/report.html" | wc -l)" 2
grep -q '北病院' "$work/ja/report.html" && grep -q 'South' "$work/en/report.html" && ok "names in the language" || bad "a name is missing"
SCHEMA=$root/report/output/finding.schema.json python3 - "$work" >"$work/py" 2>&1 <<'END' && ok "findings.csv, results.json and findings.jsonl tell the same of each site" || bad "documents of the group: $(tail -1 "$work/py")"
import csv, json, collections, sys
w = sys.argv[1]
rows = list(csv.DictReader(open(f"{w}/en/findings.csv", encoding="utf-8", newline="")))
assert list(rows[0])[:2] == ["site", "verdict"], list(rows[0])
doc = json.load(open(f"{w}/en/results.json"))
assert doc["schema"] == "kagimori.group/1" and len(doc["sites"]) == 2
names = {s["site"]: s["name_en"] for s in doc["sites"]}
assert all(r["site"].lstrip("'") in names.values() for r in rows)
assert not any(r["site"].startswith("=") for r in rows)
lines = [json.loads(l) for l in open(f"{w}/en/findings.jsonl")]
import jsonschema, os
schema = jsonschema.Draft7Validator(json.load(open(os.environ["SCHEMA"])))
assert all(schema.is_valid(l) for l in lines[:300])
assert len(lines) == len(doc["findings"])
a = collections.Counter((r["site"].lstrip("'"), r["check"], r["verdict"]) for r in rows)
b = collections.Counter((r["site"]["name"]["en"], r["check"], r["verdict"]) for r in lines)
assert a == b
one, two = ([{k: v for k, v in f.items() if not k.startswith("site")} for f in doc["findings"] if f["site"] == n] for n in (1, 2))
assert len(one) > 100 and len(one) == len(two)
END
expect "a group file is no evidence" 2 "$k" evaluate "$work/group.db"
exit $any_failed
