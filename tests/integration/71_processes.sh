#!/bin/bash
# Signals, and collectors that are not what they seem.
. "$(dirname "${BASH_SOURCE[0]}")/lib.sh"
k=$bin/kagimori
"$root/tests/lab/site" >"$work/site.yaml"

stop_with() {
    local signal=$1 out=$work/$1 n pid child
    in_lab "$k" collect --site "$work/site.yaml" --out "$out" --quiet >"$work/out" 2>"$work/err" </dev/null &
    local job=$!
    for _ in $(seq 500); do
        n=$(sqlite3 -readonly "$out/evidence.db" "SELECT count(*) FROM coverage" 2>/dev/null || echo 0)
        [ "${n:-0}" -ge 2 ] && break
        sleep 0.01
    done
    pid=$(pgrep -f "^$k collect --site $work/site.yaml" | head -n 1)
    child=$(pgrep -P "$pid" | tr '\n' ' ')
    if [ -n "$child" ]; then ok "$signal: it comes in the middle"; else bad "$signal: no collector was at work"; fi
    kill -"$signal" "$pid"
    wait "$job"
    is "$signal: exit code" $? 4
    says "$signal: says how to go on" 'stopped by the operator; what was read is kept: go on with --resume'
    for n in $child; do if kill -0 "$n" 2>/dev/null; then bad "$signal: collector $n still runs"; fi; done
    is "$signal: one file, sound" "$(ls "$out") $(sql "$out/evidence.db" "PRAGMA integrity_check")" "evidence.db ok"
    n=$(sql "$out/evidence.db" "SELECT count(*) FROM coverage WHERE state <> 'complete' AND detail LIKE '%stopped%'")
    if [ "$n" -gt 0 ]; then ok "$signal: $n sources are marked as not read"; else bad "$signal: nothing is marked as not read"; fi
    expect "$signal: resume" 0 in_lab "$k" collect --site "$work/site.yaml" --out "$out" --resume
    is "$signal: then nothing is left of the stop" "$(sql "$out/evidence.db" "SELECT count(*) FROM coverage WHERE detail LIKE '%stopped%'")" 0
}
stop_with INT
stop_with TERM

# The supervisor with something else in the place of its collector.
mkdir "$work/bin"
cp -r "$k" "$bin/kagimori-decode" "$bin/share-checks" "$bin/share-report" "$work/bin/"
impostor() {
    local name=$1 out=$work/impostor
    cp "$2" "$work/bin/kagimori-ldap"
    rm -rf "$out"
    in_lab "$work/bin/kagimori" audit --site "$work/site.yaml" --out "$out" >"$work/out" 2>"$work/err" </dev/null
    local code=$?
    if [[ " $3 " == *" $code "* ]]; then ok "$name: the audit ends"; else bad "$name: exit code $code"; fi
    is "$name: nothing passes" "$(sql "$out/evidence.db" "SELECT count(*) FROM result WHERE verdict = 'pass'")" 0
}
impostor "a collector that only ends" /bin/true 3
says "says that it ended early" 'ended with code 0 before it was done'
impostor "a collector that talks nonsense" /bin/ls 3
impostor "a collector of another kind" "$bin/kagimori-decode" 3
says "says to install again" 'install again'
# Says of every source that it is complete and sends hardly any evidence (tests/unit/supervise/fake_good.c).
# Its rows may be findings or unknown.
impostor "a collector that saw everything and tells nothing" "$bin/fake_worker" "1 3"
rm "$work/bin/kagimori-ldap"
rm -rf "$work/impostor"
expect "no collector at all" 3 in_lab "$work/bin/kagimori" audit --site "$work/site.yaml" --out "$work/impostor"
says "says what is missing" 'install again'
rm "$work/bin/kagimori-decode"
printf 'account,method\nward3,totp\n' >"$work/tokens.csv"
expect "no decoder at all: nothing is called not understood" 4 "$work/bin/kagimori" import "$work/import.db" --checks "$root/checks" "$work/tokens.csv"
says "says that it is missing" 'kagimori-decode is missing: .*install again'
is "and makes no evidence file" "$(ls "$work"/import.db* 2>/dev/null)" ""
exit "$any_failed"
