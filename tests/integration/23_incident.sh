#!/bin/bash
# evaluate --incident-time and --baseline: what was not changed since the incident, and dates that were renewed without a new password.
. "$(dirname "${BASH_SOURCE[0]}")/lib.sh"
cd "$work" || exit 1
"$bin/make_evidence" old.db 400 20 || { bad "an estate is made"; exit 1; }
"$bin/kagimori" evaluate old.db >out 2>err
judged() { # FILE CHECK VERDICT: how many
    sql "$1" "SELECT coalesce(sum(subjects), 0) FROM check_count n JOIN check_info c USING (check_no) WHERE c.id = '$2' AND n.verdict = '$3'"
}
is "without the time of an incident nothing is asked" "$(judged old.db record.password.unchanged-since-incident fail)$(judged old.db record.password.unchanged-since-incident pass)" 00
is "without an earlier audit nothing is compared" "$(judged old.db record.password.forged-since-baseline pass)" 0
for time in "" yesterday 2026-13-01 2026-11-22T25:00 2026-11-22T10 2026-11-22T10:15+99:00 "2026-11-22T10:15:00Z; rm"; do
    "$bin/kagimori" evaluate old.db --incident-time "$time" >out 2>err
    is "an incident at '$time' is refused" "$?" 2
done
for pair in "2026-11-22T10:15:30Z 2026-11-22T10:15:30Z" "2026-11-22T10:15+09:00 2026-11-22T01:15:00Z" "2026-11-22T10:15 2026-11-22T01:15:00Z" "2026-11-22 2026-11-21T15:00:00Z"; do
    read -r given meant <<<"$pair"
    TZ=Asia/Tokyo "$bin/kagimori" evaluate old.db --incident-time "$given" >out 2>err
    grep -qx "time of the incident: $meant" out && ok "$given in Tokyo is $meant" || bad "$given in Tokyo is $meant: $(head -1 out)"
done
is "every enabled user has a verdict" "$(judged old.db record.password.unchanged-since-incident unknown)" 0
[ "$(judged old.db record.password.privileged-unchanged-since-incident fail)" -gt 100 ] && ok "old passwords are found" || bad "old passwords are found"

# One account is made to look reset, one is reset.
cp old.db new.db
sqlite3 new.db "UPDATE secret_change SET date_version = date_version + 2 WHERE guid = (SELECT guid FROM account WHERE sam_name = 'user000010');
    UPDATE secret_change SET date_version = date_version + 2, password_version = password_version + 1 WHERE guid = (SELECT guid FROM account WHERE sam_name = 'user000011'); DELETE FROM audit_info WHERE name = 'derived'"
"$bin/kagimori" evaluate new.db --baseline old.db >out 2>err
grep -q "^compared with old.db: autostart entries of 0 hosts, [1-9][0-9]* dates of passwords$" out && ok "it says what it compared with" || bad "it says what it compared with: $(head -2 out)"
is "the renewed date is found" "$(sql new.db "SELECT group_concat(r.name) FROM result r JOIN check_info c USING (check_no) WHERE c.id = 'record.password.forged-since-baseline' AND r.verdict = 'fail'")" user000010
[ "$(judged new.db record.password.forged-since-baseline pass)" -gt 100 ] && ok "the others pass" || bad "the others pass"
"$bin/kagimori" evaluate new.db >out 2>err
is "what was said stays said" "$(judged new.db record.password.forged-since-baseline fail)" 1
exit "$any_failed"
