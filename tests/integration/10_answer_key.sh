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
# Grades: the answer key's faults in every theme that an ordinary account sees leave no good letter, and what a measure takes away adds up.
is "no theme with an open critical finding is better than D, none with a high one than C" "$(sql "$out/evidence.db" "SELECT group_concat(theme) FROM grade WHERE (worst = 'critical' AND grade NOT IN ('D', 'E')) OR (worst = 'high' AND grade NOT IN ('C', 'D', 'E', '-'))")" ""
is "the whole is D or E" "$(sql "$out/evidence.db" "SELECT grade IN ('D', 'E') FROM grade WHERE theme = ''")" 1
is "privileges and directory are D or E" "$(sql "$out/evidence.db" "SELECT count(*) FROM grade WHERE theme IN ('privileges', 'directory') AND grade IN ('D', 'E')")" 2
is "readiness, of which nobody was asked, has no letter" "$(sql "$out/evidence.db" "SELECT grade FROM grade WHERE theme = 'readiness'")" -
is "every finding above info has its measure, and the measures add up" "$(sql "$out/evidence.db" "SELECT (SELECT sum(lost) FROM measure) = (SELECT lost FROM grade WHERE theme = '') AND (SELECT sum(lost) FROM measure) = (SELECT sum(lost) FROM grade_check) AND abs((SELECT sum(effect_percent) FROM measure) - 100) <= (SELECT count(*) FROM measure) / 2")" 1
is "no measure without a finding" "$(sql "$out/evidence.db" "SELECT count(*) FROM measure WHERE findings = 0 OR lost = 0")" 0
is "risks are told, the worst first" "$(sql "$out/evidence.db" "SELECT count(*) > 0 AND (SELECT level FROM risk WHERE position = 1) = 'critical' FROM risk")" 1
expect "results.json is JSON" 0 python3 -m json.tool "$out/results.json"
exit "$any_failed"
