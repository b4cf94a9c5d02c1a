#!/bin/bash
# evaluate --baseline: what starts by itself since an earlier audit is new; what was there is not, and without an earlier audit nobody knows.
. "$(dirname "${BASH_SOURCE[0]}")/lib.sh"
cd "$work" || exit 1
"$root/tests/lab/offline/make" estate >/dev/null || { bad "the offline estate is made"; exit 1; }
"$bin/kagimori" import old.db estate >out 2>err
is "the estate is imported, but for the pair that claims one host" "$?" 3
cp old.db new.db
"$bin/kagimori" evaluate old.db >out 2>err
new() { # FILE VERDICT: of host.autostart.new
    sql "$1" "SELECT count(*) FROM result r JOIN check_info c USING (check_no) WHERE c.id = 'host.autostart.new' AND r.verdict = '$2'"
}
is "without an earlier audit nothing is new" "$(new old.db fail)" 0
is "and nothing is known not to be" "$(new old.db pass)" 0

host=$(sql new.db "SELECT target FROM coverage c WHERE source = 'kit.autostart' AND state IN ('complete', 'partial')
    AND EXISTS (SELECT 1 FROM autostart a WHERE a.host = c.target AND a.kind = 'task') ORDER BY 1 LIMIT 1")
[ -n "$host" ] && ok "a host told what it starts ($host)" || bad "no host told what it starts"
sqlite3 new.db "INSERT INTO autostart(host, kind, location, name, origin, command, has_password_hint) VALUES ('$host', 'task', '\', 'Updater', 'kit', 'C:\Windows\upd.exe', 0);
    UPDATE autostart SET command = 'C:\Windows\other.exe' WHERE rowid = (SELECT min(rowid) FROM autostart WHERE host = '$host' AND kind <> 'task' AND command IS NOT NULL)"
"$bin/kagimori" evaluate new.db --baseline old.db >out 2>err
code=$?
{ [ "$code" = 1 ] || [ "$code" = 3 ]; } && ok "it is compared with the earlier audit" || bad "it is compared with the earlier audit: exit code $code"
grep -q "^compared with old.db: autostart entries of [1-9]" out && ok "and says with how many hosts" || bad "and says with how many hosts"
is "what was added and what was changed is new" "$(new new.db fail)" 2
is "both on that host" "$(sql new.db "SELECT count(DISTINCT r.subject) FROM result r JOIN check_info c USING (check_no) WHERE c.id = 'host.autostart.new' AND r.verdict = 'fail'")" 1
[ "$(new new.db pass)" -gt 0 ] && ok "what was there before is not" || bad "what was there before is not"
expect "an earlier audit that is not there is refused" 2 "$bin/kagimori" evaluate new.db --baseline nobody.db
expect "a file that is none is refused" 2 "$bin/kagimori" evaluate new.db --baseline "$root/README.md"
exit "$any_failed"
