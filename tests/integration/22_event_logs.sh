#!/bin/bash
# The event logs of the lab, imported into an audit of it: every event that the writer wrote is counted, every fault is found, and no
# password that somebody typed in the wrong place is in anything that is left behind.
. "$(dirname "${BASH_SOURCE[0]}")/lib.sh"
eval "$("$root/tests/lab/lab" env)"
out=$work/audit logs=$LAB_EVENT_LOGS

"$root/tests/lab/site" simple ldaps hosts >"$work/site.yaml"
expect "audit with hosts ends with findings" 1 in_lab "$bin/kagimori" audit --site "$work/site.yaml" --out "$out" --lang ja
cp "$work/out" "$work/said"; cat "$work/err" >>"$work/said"

before=$(cd "$logs" && find . -type f -exec sha256sum {} + | LC_ALL=C sort | sha256sum)
expect "import of the event logs" 0 unshare -n "$bin/kagimori" import "$out/evidence.db" \
    "$logs/controllers" "$logs/hosts" "$logs/forwarded" "$logs/damaged"
says "what is damaged is said" 'cut.evtx: .*damaged: 3 of 7 chunks'
cat "$work/out" "$work/err" >>"$work/said"
is "nothing in the folder was changed" "$(cd "$logs" && find . -type f -exec sha256sum {} + | LC_ALL=C sort | sha256sum)" "$before"
expect "evaluate" 1 unshare -n "$bin/kagimori" evaluate "$out/evidence.db"
expect "report" 0 unshare -n "$bin/kagimori" report "$out/evidence.db" --out "$out" --lang ja
cat "$work/out" "$work/err" >>"$work/said"

# ---- events and rows, log by log
"$root/tests/integration/event_manifest.py" "$out/evidence.db" "$logs" || any_failed=1
whose() { sql "$out/evidence.db" "SELECT group_concat(DISTINCT coalesce(host, reason, 'several')) FROM event_log WHERE '/' || origin LIKE '%$1'"; }
is "a controller's log is its own" "$(whose /dc1/Security.evtx)" "dc1.$LAB_DOMAIN"
is "a host's log is its own" "$(whose /SRV-APP01/Security.evtx)" "srv-app01.$LAB_DOMAIN"
is "forwarded events are of several" "$(whose /ForwardedEvents.evtx)" several
is "each of the computer that it names" "$(sql "$out/evidence.db" "SELECT group_concat(n) FROM (SELECT lower(c.name) AS n FROM event_computer c JOIN event_log l USING(log)
    WHERE l.path LIKE '%ForwardedEvents.evtx' ORDER BY 1)")" "srv-app01.$LAB_DOMAIN,srv-sql01.$LAB_DOMAIN,ws-w10-02.$LAB_DOMAIN"

# ---- who must be found
"$root/tests/integration/answer_key.py" "$out/evidence.db" "$root/tests/lab/answer-key.yaml" "$root/tests/lab/answer-key-records.yaml" | grep -E -A40 'verdicts of (record|triage)\.' |
    grep -vE 'verdicts of (ad|acc|dele|mfa|netw|pki|pol|right)' >"$work/key"
cat "$work/key"
if grep -q '^FAILED' "$work/key"; then any_failed=1; fi
is "the key was held against the checks of records and of the first look" "$([ "$(grep -cE '^(ok|FAILED)' "$work/key")" -ge 40 ] && echo yes)" yes

# ---- over the domain controllers' own C$: who may, and who may not
for who in plus ordinary; do
    if [ $who = plus ]; then export SITE_USER=$LAB_AUDIT_PLUS_USER SITE_PASSWORD_FILE=$LAB_AUDIT_PLUS_PASSWORD_FILE; else unset SITE_USER SITE_PASSWORD_FILE; fi
    "$root/tests/lab/site" simple ldaps >"$work/$who.yaml"
    printf 'event_logs: { days: 200 }\n' >>"$work/$who.yaml"
    in_lab "$bin/kagimori" collect --site "$work/$who.yaml" --out "$work/$who" --event-logs controllers >>"$work/said" 2>&1
done
unset SITE_USER SITE_PASSWORD_FILE
"$root/tests/integration/event_manifest.py" "$work/plus/evidence.db" "$logs" --controllers || any_failed=1
is "an account that may not read C$ gets nothing" "$(sql "$work/ordinary/evidence.db" "SELECT count(*) FROM event_log WHERE records > 0")" 0
is "and it is said why" "$(sql "$work/ordinary/evidence.db" "SELECT group_concat(DISTINCT state) FROM coverage WHERE source = 'event.change' AND target LIKE 'dc_.%'")" denied

# ---- what is left behind
"$root/tests/integration/event_manifest.py" --markers "$logs" >"$work/secrets" || any_failed=1
is "no password that was typed as a name, or stands in a path, is in evidence, documents or messages" "$("$root/tests/integration/leaks.py" "$work/secrets" "$out" "$work/plus" "$work/said" 2>&1)" ""
is "one that is there would be found" "$("$root/tests/integration/leaks.py" --self-test "$work/secrets")" found
is "no core file" "$(find "$out" "$root" -maxdepth 1 -name 'core*' -type f | wc -l)" 0
exit "$any_failed"
