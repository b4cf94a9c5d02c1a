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
is "the appendix tells no sum of the copy that is gone" "$(grep -c 'kagimori-redacted' "$work/ja/report.redacted.html")" 0
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

chmod 644 "$work/key"
expect "a key that others may read is refused" 2 "$bin/kagimori" report "$work/evidence.db" --redact --redact-key "$work/key" --out "$work/no"
says "and it says why" 'chmod 600'
is "nothing was written" "$(find "$work/no" -type f | wc -l)" 0
exit "$any_failed"
