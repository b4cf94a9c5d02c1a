#!/bin/bash
# kagimori verify against the live directory: what it asks, the file of before, one domain controller that is silent. The walk through a whole incident is another test.
. "$(dirname "${BASH_SOURCE[0]}")/lib.sh"
eval "$("$root/tests/lab/lab" env)"
cd "$work" || exit 1
k=$bin/kagimori
"$root/tests/lab/site" >site.yaml
expect "an audit of before" 0 in_lab "$k" collect --site site.yaml --out before --quiet
expect "the plan" 1 "$k" plan before/evidence.db --incident-time "$(date -u -d '-1 hour' +%Y-%m-%dT%H:%M:%SZ)" --lang en
verify() { in_lab "$k" verify --site site.yaml --out after --lang en --quiet "$@"; }
expect "no baseline" 2 verify
says "says which" '--baseline is missing'
expect "a baseline that is not there" 2 verify --baseline none.db
expect "a time without its offset" 2 verify --baseline before/evidence.db --incident-time 2026-01-22T10:15
[ -e after ] && bad "something was collected before the mistakes were out" || ok "nothing was collected before the mistakes were out"
expect "verify" 1 verify --baseline before/evidence.db
for f in csv json md html; do [ -s "after/reset-plan.$f" ] && ok "reset-plan.$f is there" || bad "reset-plan.$f is there"; done
is "every domain controller was asked" "$(sql after/evidence.db "SELECT count(*) FROM coverage WHERE source = 'ldap.metadata' AND state = 'complete'")" 2
is "the plan goes on" "$(sql after/evidence.db "SELECT count(*) FROM reset_before")" "$(sql before/evidence.db "SELECT count(*) FROM reset_item WHERE subject NOT GLOB 'source:*'")"
is "nothing went back" "$(sql after/evidence.db "SELECT count(*) FROM reset_item WHERE is_regression = 1")" 0
less=$(sql after/evidence.db "SELECT count(*) FROM coverage") more=$(sql before/evidence.db "SELECT count(*) FROM coverage")
[ "$less" -lt "$more" ] && ok "less is read than by an audit ($less of $more)" || bad "less is read than by an audit ($less of $more)"
is "what no proof needs is not read" "$(sql after/evidence.db "SELECT count(*) FROM coverage WHERE source IN ('ldap.security', 'ldap.logon', 'ldap.silo')")" 0
expect "verify again, from the file itself" 1 verify --baseline after/evidence.db
is "the one before is kept" "$(find after -name 'evidence-20*Z.db' | wc -l)" 1
is "three points" "$(sql after/evidence.db "SELECT group_concat(kind) FROM (SELECT kind FROM reset_point ORDER BY at)")" plan,verify,verify
expect "from another domain" 2 env sh -c "cp before/evidence.db foreign.db && sqlite3 foreign.db \"UPDATE domain_head SET sid = 'S-1-5-21-9-9-9'\" && '$root/tests/lab/lab' exec '$k' verify --site site.yaml --out other --quiet --baseline foreign.db"
says "says so" 'of another domain'
exit "$any_failed"
