#!/bin/bash
# The whole way: audit the lab with an ordinary account and compare every verdict with the answer key.
. "$(dirname "${BASH_SOURCE[0]}")/lib.sh"
out=$work/audit
"$root/tests/lab/site" >"$work/site.yaml"
expect "audit ends with findings" 1 in_lab "$bin/kagimori" audit --site "$work/site.yaml" --waivers "$root/tests/lab/waivers.yaml" --out "$out" --lang ja
for f in evidence.db report.html findings.csv results.json reset-plan.csv; do
    if [ -s "$out/$f" ]; then ok "wrote $f"; else bad "no $f"; fi
done
is "evidence is private" "$(stat -c %a "$out/evidence.db")" 600
"$root/tests/integration/answer_key.py" "$out/evidence.db" "$root/tests/lab/answer-key.yaml" || any_failed=1
# A second evaluation without any network gives the same verdicts.
before=$(sql "$out/evidence.db" "SELECT check_no,verdict,subject,item FROM result ORDER BY 1,2,3,4" | sha256sum)
expect "evaluate again, without network" 1 unshare -n "$bin/kagimori" evaluate "$out/evidence.db" --waivers "$root/tests/lab/waivers.yaml"
is "the same verdicts" "$(sql "$out/evidence.db" "SELECT check_no,verdict,subject,item FROM result ORDER BY 1,2,3,4" | sha256sum)" "$before"
expect "results.json is JSON" 0 python3 -m json.tool "$out/results.json"
exit "$any_failed"
