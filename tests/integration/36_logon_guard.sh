#!/bin/bash
# Four shards at once with a wrong password: no more than two refusals in all of them together, by the logs of those that refuse, and
# no lockout in a domain whose third bad password locks.
. "$(dirname "${BASH_SOURCE[0]}")/lib.sh"
eval "$("$root/tests/lab/lab" env)"
k=$bin/kagimori
lab() { "$root/tests/lab/lab" "$@"; }
hosts="SRV-FILE01 SRV-RIS16 SRV-APP01 SRV-SQL01 WS-W10-01 WS-W11-01 SRV-PRINT01 WS-NOL-01"
SITE_SCOPE=$'    include:\n      - '"$LAB_DC1"$'\n'$([ -z "$LAB_DC2" ] || printf '      - %s\n' "$LAB_DC2")$'\n'$(for h in $hosts; do printf '      - %s.%s\n' "${h,,}" "$LAB_DOMAIN"; done)
export SITE_SCOPE
command -v parallel >/dev/null || bad "GNU parallel is not installed (./dev deps)"

# Failed logons of the audit account, by the domain controllers' own logs.
domain_refusals() {
    local n
    for n in 1 ${LAB_DC2:+2}; do cat "$(lab audit-log "dc$n")"; done | python3 -c '
import json, sys
n = 0
for line in sys.stdin:
    try:
        a = json.loads(line[line.index("{"):]).get("Authentication")
    except ValueError:
        continue
    n += bool(a) and a["status"] != "NT_STATUS_OK" and sys.argv[1] in (a.get("clientAccount") or "") + (a.get("mappedAccount") or "")
print(n)' "$LAB_AUDIT_USER"
}
bad_counts() {
    local n
    for n in 1 ${LAB_DC2:+2}; do lab dc "$n" samba-tool user show "$LAB_AUDIT_USER" --attributes=badPwdCount 2>/dev/null | sed -n 's/^badPwdCount: //p'; done | awk '{ n += $1 } END { print n + 0 }'
}
locked() { lab dc 1 samba-tool user show "$LAB_AUDIT_USER" --attributes=lockoutTime 2>/dev/null | grep -c '^lockoutTime: [1-9]'; }
threshold() { lab dc 1 samba-tool domain passwordsettings set --account-lockout-threshold="$1" >"$work/threshold" 2>&1; }
trap 'threshold 0; rm -rf "$work"' EXIT # the lab's own value
host_refusals() { local h; for h in $hosts; do lab logons "$h" "$LAB_HOST_AUDIT_USER" | grep -c NT_STATUS_WRONG_PASSWORD; done | awk '{ n += $1 } END { print n }'; }
# shards SITE NAME [OPTION…]: four at once
shards() {
    local site=$1 name=$2
    shift 2
    in_lab parallel -j4 "$k" collect --site "$site" --out "$work/$name/{}" --shard "{}/4" --quiet "$@" ::: 1 2 3 4 >"$work/$name.log" 2>&1
    echo $?
}
covered() { local i; for i in 1 2 3 4; do sql "$work/$1/$i/evidence.db" "SELECT count(*) FROM coverage WHERE $2"; done | awk '{ n += $1 } END { print n }'; }

"$root/tests/lab/site" simple ldaps hosts >"$work/good.yaml"
SITE_PASSWORD_FILE=$LAB_WRONG_PASSWORD_FILE "$root/tests/lab/site" simple ldaps hosts >"$work/directory.yaml"
SITE_HOST_PASSWORD_FILE=$LAB_WRONG_PASSWORD_FILE "$root/tests/lab/site" simple ldaps hosts >"$work/host.yaml"
mkdir "$work"/{directory,host,link}

# The directory's password: every shard reads the directory first.
threshold 3 || bad "no lockout threshold: $(cat "$work/threshold")"
before=$(domain_refusals)
shards "$work/directory.yaml" directory >"$work/rc"
n=$(($(domain_refusals) - before))
[ "$n" -ge 1 ] && [ "$n" -le 2 ] && ok "the domain controllers refused $n logons of all four shards" || bad "the domain controllers refused $n logons: $(tail -3 "$work/directory.log")"
n=$(bad_counts)
[ "$n" -ge 1 ] && [ "$n" -le 2 ] && ok "their count of bad passwords is $n" || bad "badPwdCount is $n"
is "the account is not locked" "$(locked)" 0
grep -q 'kagimori-logon.guard' "$work/directory.log" && ok "the operator is told of the file" || bad "nobody told: $(tail -3 "$work/directory.log")"
guard=$work/directory/kagimori-logon.guard
is "its rights" "$(stat -c %a "$guard")" 600
is "its lines can be read" "$(grep -cE '^slot [12] (free|refused 20[^ ]+Z [^ ]+ [0-9]+ dc[12][^ ]*) *$' "$guard")" 2
while read -r word; do if grep -qF -- "$word" "$guard"; then bad "a password is in the guard"; fi; done <"$LAB_WRONG_PASSWORD_FILE"
[ "$(covered directory "reason = 'guard'")" -gt 0 ] && ok "coverage tells it" || bad "no coverage has the reason guard"
# One that was kept from logging on, whichever that is: the others were refused themselves.
for i in 4 3 2; do
    if [ "$(sql "$work/directory/$i/evidence.db" "SELECT count(*) FROM coverage WHERE reason = 'guard' AND source GLOB 'ldap.*'")" -gt 0 ]; then break; fi
done
cp "$work/directory/$i/evidence.db" "$work/two.db"
"$k" evaluate "$work/two.db" >"$work/out" 2>"$work/err"
is "a shard of it: incomplete, or findings by what it saw without" $? "$(sql "$work/two.db" "SELECT iif(EXISTS (SELECT 1 FROM result WHERE verdict = 'fail'), 1, 3)")"
[ "$(sql "$work/two.db" "SELECT count(*) FROM result WHERE verdict = 'unknown' AND reason_en LIKE '%delete the file kagimori-logon.guard%' AND reason_ja LIKE '%kagimori-logon.guard%削除%'")" -gt 0 ] &&
    ok "and the verdicts say what to do, in both languages" || bad "no verdict names the file"

# The right password alone does not open it: nobody can tell a corrected file from one that was copied anew.
before=$(domain_refusals)
shards "$work/good.yaml" directory --resume >"$work/rc"
is "nobody logs on to the directory while the file is there" "$(($(domain_refusals) - before))/$(covered directory "source = 'ldap.computer' AND state = 'complete'")" 0/0
rm "$guard"
is "with the file deleted all shards end well" "$(shards "$work/good.yaml" directory --resume)" 0
is "each has read the directory" "$(covered directory "source = 'ldap.computer' AND state = 'complete'")" 4
is "nothing is left of the refusal" "$(covered directory "reason = 'guard' AND target NOT LIKE 'dc%'")" 0
is "no logon was refused" "$(($(domain_refusals) - before))/$(locked)" 0/0
threshold 0
expect "and they make one audit" 0 "$k" merge "$work/all.db" "$work"/directory/{1,2,3,4}/evidence.db

# The hosts' password: eight hosts, four processes, two refusals.
before=$(host_refusals)
shards "$work/host.yaml" host >"$work/rc"
is "the hosts refused two logons of all four shards" "$(($(host_refusals) - before))" 2
is "the others were not asked" "$(covered host "source = 'smb.machine' AND target NOT LIKE 'dc%' AND state = 'not_collected' AND reason = 'guard'")" 6
before=$(host_refusals)
shards "$work/host.yaml" host --resume >"$work/rc"
is "nor when it is tried again" "$(($(host_refusals) - before))" 0
rm "$work/host/kagimori-logon.guard"
is "the right password, and the file deleted" "$(shards "$work/good.yaml" host --resume)/$(covered host "source = 'smb.machine' AND state = 'complete' AND target NOT LIKE 'dc%'")" 0/8

# A place that is none: told before anything is sent.
before=$(($(domain_refusals) + $(host_refusals)))
ln -s "$work/elsewhere" "$work/link/kagimori-logon.guard"
expect "the guard is a link" 2 in_lab "$k" collect --site "$work/host.yaml" --out "$work/link/1" --shard 1/4
says "and it says so" 'it is a link'
expect "the guard is a pipe" 2 in_lab "$k" collect --site "$work/host.yaml" --out "$work/link/1" --shard 1/4 --logon-guard <(:)
printf 'slot' >"$work/bad.guard"
expect "the guard is damaged" 2 in_lab "$k" collect --site "$work/host.yaml" --out "$work/link/1" --shard 1/4 --logon-guard "$work/bad.guard"
says "and what to do" 'is damaged .*delete that file'
expect "no place for it" 2 in_lab "$k" collect --site "$work/host.yaml" --out "$work/link/1" --shard 1/4 --logon-guard "$work/none/x"
is "nothing was sent" "$(($(domain_refusals) + $(host_refusals) - before))" 0
is "and no evidence begun" "$(ls "$work/link/1" 2>/dev/null)" ""
expect "a whole audit has none" 0 in_lab "$k" collect --site "$work/good.yaml" --out "$work/whole" --quiet
is "no file beside it" "$(ls "$work"/*.guard)" "$work/bad.guard"
expect "unless it is told to" 0 in_lab "$k" collect --site "$work/good.yaml" --out "$work/named" --quiet --logon-guard "$work/named.guard"
is "then there is" "$(grep -c '^slot . free' "$work/named.guard")" 2
exit "$any_failed"
