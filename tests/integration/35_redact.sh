#!/bin/bash
# SPDX-License-Identifier: GPL-3.0-or-later
# Redacted documents: nothing of the lab's evidence that tells whose it is, the same verdicts, pseudonyms by key.
. "$(dirname "${BASH_SOURCE[0]}")/lib.sh"

# EVIDENCE=FILE: an audit that is there already.
"$root/tests/lab/answers" >"$work/answers.yaml"
if [ -n "${EVIDENCE:-}" ]; then
    cp "$EVIDENCE" "$work/evidence.db"
else
    "$root/tests/lab/site" simple ldaps hosts named >"$work/site.yaml"
    in_lab "$bin/kagimori" collect --site "$work/site.yaml" --out "$work/audit" --remote-registry --event-logs all --quiet >/dev/null 2>&1 </dev/null
    "$root/tests/lab/mfa/make" "$work/exports" >/dev/null
    "$bin/kagimori" import "$work/audit/evidence.db" "$work/exports" >/dev/null 2>&1
    cp "$work/audit/evidence.db" "$work/evidence.db"
fi
"$bin/kagimori" evaluate "$work/evidence.db" --answers "$work/answers.yaml" --waivers "$root/tests/lab/waivers.yaml" >"$work/out" 2>"$work/err" || [ $? -le 3 ] || bad "evaluated"

# results.json and findings.jsonl speak both languages at once.
for pair in ja:all en:html,csv,reset,timeline,checks,ocsf,junit,markdown,summary; do
    lang=${pair%:*}
    expect "redacted documents ($lang)" 0 "$bin/kagimori" report "$work/evidence.db" --lang "$lang" --format "${pair#*:}" --redact --redact-key "$work/key" --out "$work/$lang"
done
is "the key is for its owner" "$(stat -c %a "$work/key")" 600
is "nothing is left of the copy" "$(find "$work/ja" "$work/en" -name '.*' -type f | wc -l)" 0
is "no key among the documents" "$(grep -rlF "$(cat "$work/key")" "$work/ja" "$work/en" | wc -l)" 0

"$bin/kagimori" report "$work/evidence.db" --lang ja --format all --out "$work/plain" >/dev/null
counts() { python3 -c 'import json, sys; d = json.load(open(sys.argv[1])); print(sorted((c["id"], sorted(c["counts"].items())) for c in d["checks"]), d["hosts"])' "$1"; }
is "verdicts are the same" "$(counts "$work/ja/results.redacted.json")" "$(counts "$work/plain/results.json")"
is "rows are the same" "$(wc -l <"$work/ja/findings.redacted.csv")" "$(wc -l <"$work/plain/findings.csv")"
python3 "$root/tests/integration/redact.py" "$work/evidence.db" "$work/ja" "$work/en" --named "$work/plain" || any_failed=1
for f in report.redacted.html summary.redacted.md findings.redacted.jsonl; do grep -q '匿名化済み' "$work/ja/$f" && ok "$f says what it is" || bad "$f does not say that it is redacted"; done

"$bin/kagimori" report "$work/evidence.db" --lang ja --format csv --redact --redact-key "$work/key" --out "$work/again" >/dev/null
cmp -s "$work/again/findings.redacted.csv" "$work/ja/findings.redacted.csv" && ok "one key, the same pseudonyms" || bad "one key gives two results"
"$bin/kagimori" report "$work/evidence.db" --lang ja --format csv --redact --out "$work/other" >/dev/null
is "the key stands beside the evidence unless it is named" "$(test -s "$work/redact.key" && echo yes)" yes
pseudonyms() { grep -oE '\b(user|host|ip|group)-[a-z2-7]{10}\b|F-[0-9a-f]{12}' "$1" | sort -u; }
is "another key, other pseudonyms" "$(comm -12 <(pseudonyms "$work/other/findings.redacted.csv") <(pseudonyms "$work/again/findings.redacted.csv") | wc -l)" 0

# A group: its sites are hospitals by name. Each has the pseudonyms of its own report.
mkdir "$work/north" "$work/south"
for s in north south; do cp "$work/evidence.db" "$work/$s/evidence.db"; done
rename() { sqlite3 "$1" "UPDATE audit_info SET value = '$2' WHERE name = 'organisation_en'; UPDATE audit_info SET value = '$3' WHERE name = 'organisation_ja'; UPDATE domain_head SET sid = '$4'"; }
rename "$work/north/evidence.db" 'Kitayama Municipal Hospital' '北山市立病院' S-1-5-21-1-2-3
# The same name as the third: their files tell them apart, and are names as well.
rename "$work/south/evidence.db" 'Minami Seaside Clinic' '南浜クリニック' S-1-5-21-4000000000-5-6
cp "$work/south/evidence.db" "$work/tamagawa-annex.db"
sqlite3 "$work/tamagawa-annex.db" "UPDATE domain_head SET sid = 'S-1-5-21-7-8000000000-9'"
expect "a group of three sites" 0 "$bin/kagimori" merge "$work/group.db" "$work/north/evidence.db" "$work/south/evidence.db" "$work/tamagawa-annex.db"
"$bin/kagimori" report "$work/group.db" --lang both --format all --out "$work/group-plain" >/dev/null
for pair in both:all en:all; do
    expect "a redacted group (${pair%:*})" 0 "$bin/kagimori" report "$work/group.db" --lang "${pair%:*}" --format "${pair#*:}" --redact --redact-key "$work/key" --out "$work/group-${pair%:*}"
done
is "no copy of the group is left" "$(find "$work/group-both" "$work/group-en" -name '.*' -type f | wc -l)" 0
python3 "$root/tests/integration/redact.py" "$work/north/evidence.db" "$work/group-both" "$work/group-en" --named "$work/group-plain" || any_failed=1
names='Kitayama|Minami|Seaside|北山|南浜|tamagawa|annex|S-1-5-21-1-2-3|4000000000|8000000000'
is "no site is named" "$(grep -rliE "$names" "$work/group-both" "$work/group-en" | wc -l)" 0
[ "$(grep -rliE "$names" "$work/group-plain" | wc -l)" -ge 4 ] && ok "they are where nothing is redacted" || bad "the sites have no names at all"
grep -q '匿名化済み' "$work/group-both/report.redacted.html" && ok "the page of the group says what it is" || bad "the page of the group does not say that it is redacted"
for s in north south; do "$bin/kagimori" report "$work/$s/evidence.db" --lang ja --format csv,jsonl --redact --redact-key "$work/key" --out "$work/$s-alone" >/dev/null; done
python3 - "$work" >"$work/py" 2>&1 <<'END' && ok "a site has the same pseudonyms in the group and by itself" || bad "pseudonyms of a group: $(tail -1 "$work/py")"
import csv, json, sys
w = sys.argv[1]
def rows(path): return list(csv.reader(open(f"{w}/{path}/findings.redacted.csv", encoding="utf-8", newline="")))[1:]
def lines(path): return [json.loads(l) for l in open(f"{w}/{path}/findings.redacted.jsonl", encoding="utf-8")]
group, both = rows("group-both"), lines("group-both")
sites = list(dict.fromkeys(r[0] for r in group))
assert len(sites) == 3 and all("text-" in s for s in sites), sites
for number, (name, site) in enumerate(zip(("north", "south"), sites), 1):
    mine = [r[1:] for r in group if r[0] == site]
    assert len(mine) > 100 and mine == rows(f"{name}-alone"), name
    mine = [{k: v for k, v in l.items() if k != "site"} for l in both if l["site"]["number"] == number]
    assert mine == lines(f"{name}-alone"), name
    organisation = mine[0]["audit"]["organisation"]
    assert site.split(" ")[0] in organisation["ja"], (site, organisation)
END

chmod 644 "$work/key"
expect "a key that others may read is refused" 2 "$bin/kagimori" report "$work/evidence.db" --redact --redact-key "$work/key" --out "$work/no"
says "and it says why" 'chmod 600'
is "nothing was written" "$(find "$work/no" -type f | wc -l)" 0
exit "$any_failed"
