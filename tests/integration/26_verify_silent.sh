#!/bin/bash
# kagimori verify while no server answers, and with a baseline of another domain. Needs no lab: the site file names a closed port on loopback.
. "$(dirname "${BASH_SOURCE[0]}")/lib.sh"
cd "$work" || exit 1
k=$bin/kagimori
export LC_ALL=C.UTF-8 TZ=UTC
mkdir -p checks/reset && cp "$root"/checks/{tags,sources}.yaml "$root/checks/ad/laps.yaml" checks/ && cp "$root"/tests/integration/plan/*.yaml checks/reset/
"$bin/make_evidence" old.db 400 20 >/dev/null || { bad "an estate is made"; exit 1; }
sqlite3 old.db "UPDATE audit_info SET value = value - 36000000000 WHERE name = 'now'"
now=$(sql old.db "SELECT now / 10000000 - 11644473600 FROM clock")
iso() { date -u -d "@$1" +%Y-%m-%dT%H:%M:%SZ; }
start=$(iso $((now + 864000)))
expect "the plan before" 1 "$k" plan old.db --checks checks --lang en --incident-time "$(iso $((now - 86400)))" --start "$start"
printf 'secret\n' >password && chmod 600 password
cat >site.yaml <<'Y'
organisation: { en: Silent Hospital, ja: 応答のない病院 }
time_zone: Asia/Tokyo
directory:
  servers: [ { host: 127.0.0.1, port: 9 } ]
  transport: ldaps
  discover: false
  bind: { method: simple, user: reader@bench.example, password_file: password }
limits: { network_timeout_s: 2, operation_timeout_s: 5, connect_timeout_ms: 500 }
Y
verify() { "$k" verify --site site.yaml --checks checks --lang en --quiet "$@"; }
open_before=$(sql old.db "SELECT count(*) FROM reset_item WHERE state IN ('ready', 'blocked')")
expect "no server answers: what is open cannot be proven" 3 verify --baseline old.db --out after
is "the plan is made, and what was open is open" "$(sql after/evidence.db "SELECT count(*) FROM reset_before b JOIN reset_action a ON a.id = b.action JOIN reset_item i ON i.action_no = a.action_no
    AND i.subject = b.subject WHERE i.state IN ('ready', 'blocked') AND i.is_seen = 0")" "$open_before"
is "nothing counts as done" "$(sql after/evidence.db "SELECT count(*) FROM reset_item WHERE state IN ('done', 'attested')")" 0
is "the start was carried on" "$(sql after/evidence.db "SELECT value FROM audit_info WHERE name = 'reset_start'")" "$(sql old.db "SELECT value FROM audit_info WHERE name = 'reset_start'")"
for f in csv json md html; do [ -s "after/reset-plan.$f" ] && ok "reset-plan.$f is there" || bad "reset-plan.$f is there"; done

# A verification before tells which domain it is: a baseline of another one is refused before a packet is sent, and before a file is moved.
cp old.db foreign.db
sqlite3 foreign.db "UPDATE domain_head SET sid = 'S-1-5-21-9-9-9'"
mkdir known && cp old.db known/evidence.db
expect "a baseline of another domain" 2 verify --baseline foreign.db --out known
says "says so" 'of another domain'
is "nothing was moved or collected" "$(ls known)" evidence.db
exit "$any_failed"
