#!/bin/bash
# kill -9 of the supervisor loses at most what was in flight; --resume goes on from the evidence file.
. "$(dirname "${BASH_SOURCE[0]}")/lib.sh"
"$root/tests/lab/site" >"$work/site.yaml"
out=$work/audit
mkdir -p "$out"
in_lab setsid "$bin/kagimori" collect --site "$work/site.yaml" --out "$out" --quiet >"$work/out" 2>"$work/err" </dev/null &
pid=$!
# Killed as soon as some source is on record, while others are not.
for _ in $(seq 400); do
    n=$(sqlite3 -readonly "$out/evidence.db" "SELECT count(*) FROM coverage" 2>/dev/null || echo 0)
    [ "${n:-0}" -ge 2 ] && break
    sleep 0.02
done
pkill -9 -f "collect --site $work/site.yaml" || true
wait "$pid" 2>/dev/null
kept=$(sql "$out/evidence.db" "SELECT count(*) FROM coverage WHERE state='complete'")
if [ "$kept" -ge 1 ]; then ok "$kept sources were kept after kill -9"; else bad "nothing was kept"; fi
is "the file is sound" "$(sql "$out/evidence.db" "PRAGMA integrity_check")" ok
now=$(sql "$out/evidence.db" "SELECT value FROM audit_info WHERE name='now'")
expect "a second audit does not overwrite it" 2 in_lab "$bin/kagimori" collect --site "$work/site.yaml" --out "$out"
says "and says how to go on" "--resume"
expect "resume" 0 in_lab "$bin/kagimori" collect --site "$work/site.yaml" --out "$out" --resume
is "the audit's clock stayed" "$(sql "$out/evidence.db" "SELECT value FROM audit_info WHERE name='now'")" "$now"
in_lab "$bin/kagimori" collect --site "$work/site.yaml" --out "$work/whole" >/dev/null 2>&1 </dev/null
for t in account directory_group membership access_right organizational_unit; do
    is "$t is as in an audit without interruption" "$(sql "$out/evidence.db" "SELECT count(*) FROM $t")" "$(sql "$work/whole/evidence.db" "SELECT count(*) FROM $t")"
done
exit "$any_failed"
