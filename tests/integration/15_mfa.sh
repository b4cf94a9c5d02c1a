#!/bin/bash
# Second factors: the directory, what the site file names, and the exports of the products in use, each verdict against the answer key; what the documents say of
# them; and that an answer of the questionnaire turns "nobody tells" into "none".
. "$(dirname "${BASH_SOURCE[0]}")/lib.sh"
eval "$("$root/tests/lab/lab" env)"
mfa=$root/tests/lab/mfa
out=$work/audit
db=$out/evidence.db

"$root/tests/lab/site" simple ldaps named >"$work/site.yaml"
expect "audit with named groups and accounts ends with findings" 1 \
    in_lab "$bin/kagimori" audit --site "$work/site.yaml" --waivers "$root/tests/lab/waivers.yaml" --out "$out" --lang ja
cp "$work/out" "$work/said"; cat "$work/err" >>"$work/said"
is "without an export nothing of remote access is known" "$(sql "$db" "SELECT unknown || ' of ' || accounts FROM mfa_coverage WHERE subject = 'remote_access'")" "3 of 3"
expect "the page" 0 grep -c '多要素認証製品のエクスポートが取り込まれていません' "$out/report.html"

# ---- the exports
expect "the exports of the lab's accounts" 0 "$mfa/make" "$work/exports"
before=$(cd "$work/exports" && sha256sum -- *)
code=0
(cd "$work" && unshare -n "$bin/kagimori" import "$db" exports) >"$work/out" 2>"$work/err" </dev/null || code=$?
case $code in 0 | 3) ok "import of the exports" ;; *) bad "import of the exports: exit code $code" ;; esac
says "the hand-kept table is read as what it is" 'card.csv: .*cp932.*1 record could not be understood'
cat "$work/out" "$work/err" >>"$work/said"
is "nothing of them was changed" "$(cd "$work/exports" && sha256sum -- *)" "$before"
expect "evaluate" 1 unshare -n "$bin/kagimori" evaluate "$db" --waivers "$root/tests/lab/waivers.yaml"
"$mfa/make" --expect "$db" || any_failed=1
"$root/tests/integration/answer_key.py" "$db" "$root/tests/lab/answer-key.yaml" "$root/tests/lab/answer-key-mfa.yaml" || any_failed=1

# ---- again: the same files say the same, once
rows() { sql "$db" "SELECT (SELECT count(*) FROM mfa_account), (SELECT count(*) FROM mfa_method), (SELECT count(*) FROM mfa_export)"; }
count=$(rows)
(cd "$work" && unshare -n "$bin/kagimori" import "$db" exports) >/dev/null 2>&1 </dev/null
is "imported twice, there once" "$(rows)" "$count"

# ---- documents
for lang in ja en; do
    expect "report in $lang" 0 unshare -n "$bin/kagimori" report "$db" --out "$work/$lang" --lang "$lang"
done
says_page() { if grep -qF -- "$3" "$work/$2/report.html"; then ok "$1"; else bad "$1: \"$3\" is not in it"; fi; }
says_page "page one: administrators" en 'Administrators with a proven second factor: 8 of 13.'
says_page "page one, in Japanese" ja '多要素認証を確認できた管理者：13 件中 8 件'
says_page "registered is not enforced" en 'Registered is not enforced'
says_page "a bypass" ja 'バイパス'
says_page "a contradiction is told" en 'another record of the file is of the same account'
says_page "a formula is text" en '=HYPERLINK('
json=$(python3 -c 'import json, sys; m = json.load(open(sys.argv[1]))["mfa"]; print(len(m["exports"]), len(m["unjoined"]), [a["is_bypassed"] for a in m["accounts"] if a["name"] == "vendor-ehr"])' "$work/en/results.json")
is "results.json tells exports, what did not join, a bypass" "$json" "6 6 [1]"
# A formula of the table has a quote before it wherever it begins a cell.
is "no cell of findings.csv is a formula" "$(python3 -c 'import csv, sys; print(sum(c.startswith(tuple("=+-@")) for r in csv.reader(open(sys.argv[1], encoding="utf-8-sig")) for c in r))' "$work/ja/findings.csv")" 0

# ---- every product was exported, somebody says: who is in none of the exports has none
mkdir "$work/whole"
cp "$work/exports/"*.json "$work/whole/"
printf 'account,method,enrolled,source\r\nbreak-glass1,hardware token,2026-04-01,safe\r\n' >"$work/whole/card.csv"
printf -- '- question: attest.mfa.sources-complete\n  answer: yes\n  who: "検証 WHO-7731"\n  when: %s\n  evidence: "EVIDENCE-7731"\n  note: "NOTE-7731"\n' "$(date -u +%F)" >"$work/answers.yaml"
touch -d '40 days ago' "$work/whole/okta.json"
"$root/tests/lab/site" simple ldaps misnamed >"$work/site.yaml"
expect "the directory again, with names as they should not be" 0 in_lab "$bin/kagimori" collect --site "$work/site.yaml" --out "$work/second"
cat "$work/out" "$work/err" >>"$work/said"
(cd "$work" && unshare -n "$bin/kagimori" import "$work/second/evidence.db" whole) >>"$work/said" 2>&1 </dev/null
expect "evaluate without the answer" 1 unshare -n "$bin/kagimori" evaluate "$work/second/evidence.db" --waivers "$root/tests/lab/waivers.yaml"
known() { sql "$work/second/evidence.db" "SELECT coalesce(is_registered, 'nobody tells') FROM mfa WHERE name = 'svc-backup'"; }
is "an administrator in no export" "$(known)" "nobody tells"
expect "evaluate with the answer" 1 unshare -n "$bin/kagimori" evaluate "$work/second/evidence.db" --waivers "$root/tests/lab/waivers.yaml" --answers "$work/answers.yaml"
is "with the answer he has none" "$(known)" 0
key=$root/tests/lab/answer-key
"$root/tests/integration/answer_key.py" "$work/second/evidence.db" "$key.yaml" "$key-mfa.yaml" "$key-mfa-misnamed.yaml" | sed -E 's/^(ok|FAILED) /\1 misnamed: /'
[ "${PIPESTATUS[0]}" = 0 ] || any_failed=1
cat "$work/out" "$work/err" >>"$work/said"

# ---- what is nobody's business is nowhere, and what somebody answered is where it belongs
"$mfa/make" --private >"$work/private" || any_failed=1
leaks() { "$root/tests/integration/leaks.py" "$work/private" "$@" 2>&1; }
is "no telephone number, serial number, address, name of a person, note, secret question or answer is in evidence, documents or messages" \
    "$(leaks "$out" "$work/ja" "$work/en" "$work/second" "$work/said")" ""
is "each of it stands in the exports, and would be found" "$(leaks "$work/exports" | sed 's/.*: //; s/,.*//' | sort -u | wc -l)" "$(wc -l <"$work/private")"
expect "report of the answer" 0 unshare -n "$bin/kagimori" report "$work/second/evidence.db" --out "$work/answered" --lang en
cat "$work/out" "$work/err" >>"$work/said"
told() { (cd "$work" && grep -rlaF -- "$1" second/evidence.db answered said | sort | tr '\n' ' '); }
for text in WHO-7731 EVIDENCE-7731 NOTE-7731; do
    is "$text of an answer is in the evidence and in the report, and nowhere else" "$(told "$text")" "answered/report.html answered/results.json second/evidence.db "
done
exit "$any_failed"
