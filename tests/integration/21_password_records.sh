#!/bin/bash
# Passwords are really changed, reset, refused, forged and set without a record, each for an account of its own; the domain controllers' audit logs
# have a row for each but the last, and every check says of each account what it must. The accounts are deleted at the end.
. "$(dirname "${BASH_SOURCE[0]}")/lib.sh"
eval "$("$root/tests/lab/lab" env)"
lab() { "$root/tests/lab/lab" "$@"; }
# Of each run its own: logs know accounts by their names only. At most 20 characters with what follows.
prefix=zr$(printf %05d $(($(date +%s) % 100000)))
made="change reset kpasswd samr refused anonymous forged unrecorded other-dc still member last"
admin=(Administrator "$LAB_ADMIN_PASSWORD_FILE")
accounts() { in_lab "$root/tests/integration/record_accounts.py" "$@"; }
# What a run before this one left behind goes first; what this one makes goes also when it dies half way.
remove() { accounts "$LAB_DC1" "${admin[@]}" delete everything >/dev/null 2>&1; }
trap 'remove; rm -rf "$work"' EXIT
trap 'exit 1' TERM INT HUP
remove

first=$work/first second=$work/second short=$work/short
umask 077
printf 'Ward-%s-Aa1\n' "$(openssl rand -hex 8)" >"$first"
printf 'Room-%s-Bb2\n' "$(openssl rand -hex 8)" >"$second"
printf 'a1\n' >"$short"
KAGIMORI_RECORD_PASSWORD=$first accounts "$LAB_DC1" "${admin[@]}" create "$prefix" $made >"$work/out" 2>&1 && ok "the accounts are made" ||
    { bad "the accounts are made"; tail -3 "$work/out"; exit 1; }
audit() { # audit FOLDER
    in_lab "$bin/kagimori" audit --site "$work/site.yaml" --out "$1" >"$work/out" 2>"$work/err" </dev/null
    local code=$?
    { [ "$code" = 1 ] || [ "$code" = 3 ]; } && ok "the directory is audited" || { bad "the directory is audited: exit code $code"; tail -3 "$work/err"; }
}
# A record is looked for around the time that replication keeps, to 10 seconds: the first password is to be far enough away. Meanwhile an
# audit, with which the later one is compared.
made_at=$SECONDS
"$root/tests/lab/site" >"$work/site.yaml"
lab replication on # so that dc2 knows them
audit "$work/before"
while [ $((SECONDS - made_at)) -lt 13 ]; do sleep 1; done
incident=$(date -u +%Y-%m-%dT%H:%M:%SZ)
sleep 2

# did NAME COMMAND…: runs it, and keeps when; the end is before the next one begins.
did() {
    local name=$1 began
    shift
    began=$(date +%s.%N)
    "$@" >"$work/out" 2>&1 </dev/null && ok "$name: done" || { bad "$name: done"; tail -2 "$work/out"; }
    printf '%s\t%s\t%s\n' "$prefix-$name" "$began" "$(date +%s.%N)" >>"$work/did"
}
# Without somebody's tickets: kpasswd takes them to armour its request, also those of a lab that is gone.
by_kpasswd() { cat "$first" "$second" "$second" | in_lab env KRB5CCNAME="FILE:$work/none" kpasswd "$1"; }
by_samr() { # as nobody: the old password alone is the proof
    in_lab rpcclient "$LAB_DC1" -U % -c "chgpasswd3 $1 $(cat "$first") $(cat "$second")"
}
refused() { ! accounts "$LAB_DC1" "$prefix-refused" "$first" change "$prefix-refused" "$short"; }
by_root() { lab dc 1 sh -c "samba-tool user setpassword '$1' --newpassword=\"\$(cat)\"" <"$second"; }
by_dc2() { # as soon as it knows the account
    for _ in {1..30}; do
        accounts "$LAB_DC2" "${admin[@]}" reset "$1" "$second" && return
        sleep 1
    done
    return 1
}
did change accounts "$LAB_DC1" "$prefix-change" "$first" change "$prefix-change" "$second"
did reset accounts "$LAB_DC1" "${admin[@]}" reset "$prefix-reset" "$second"
did kpasswd by_kpasswd "$prefix-kpasswd"
did samr in_lab net rpc password "$prefix-samr" "$(cat "$second")" -S "$LAB_DC1" -U "Administrator%$(cat "$LAB_ADMIN_PASSWORD_FILE")"
did anonymous by_samr "$prefix-anonymous"
did refused refused
did forged accounts "$LAB_DC1" "${admin[@]}" forge "$prefix-forged"
did unrecorded by_root "$prefix-unrecorded"
did other-dc by_dc2 "$prefix-other-dc"
# And a member of a group that rules the domain, for a moment.
did member accounts "$LAB_DC1" "${admin[@]}" member "$prefix-member"
# The logs reach over a change only when they go on after it.
sleep 12
for dc in "$LAB_DC1" "$LAB_DC2"; do accounts "$dc" "${admin[@]}" reset "$prefix-last" "$second"; done
lab replication on # both copies of the directory are the same
mkdir -p "$work/logs/dc1" "$work/logs/dc2"
for n in 1 2; do cp "$(lab audit-log dc$n)" "$work/logs/dc$n/audit.json"; done

audit "$work/audit"
db=$work/audit/evidence.db
expect "the logs are imported" 0 "$bin/kagimori" import "$db" "$work/logs"
is "both are logs of Samba, read whole" \
    "$(sql "$db" "SELECT group_concat(form || ' ' || is_whole, ', ') FROM event_log")" "samba_json 1, samba_json 1"
is "each is of its domain controller" \
    "$(sql "$db" "SELECT group_concat(host) FROM (SELECT host FROM event_log ORDER BY path)")" "$LAB_DC1,$LAB_DC2"

# ---- rows: what was done is there, once, at its time, by whom, and nothing else ----
declare -A began ended
while IFS=$'\t' read -r name t0 t1; do began[$name]=$t0 ended[$name]=$t1; done <"$work/did"
ticks() { awk -v t="$1" -v d="$2" 'BEGIN { printf "%.0f", (t + d) * 10000000 + 116444736000000000 }'; }
sid_of() { sql "$db" "SELECT sid FROM account WHERE sam_name = '$1'"; }
rows() { # rows NAME WHERE: of change_event about it, within 2 seconds of what was done
    local n=$prefix-$1
    sql "$db" "SELECT group_concat(c.kind || ' ' || c.event_id || ' ' || c.is_failure || ' ' || coalesce(c.subject_sid, '-') || ' ' ||
            coalesce(substr(l.host, 1, instr(l.host, '.') - 1), 'nobody'), '; ')
        FROM (SELECT * FROM change_event WHERE target_dn = 'CN=$n,CN=Users,$LAB_BASEDN' COLLATE NOCASE AND ($2)
            AND at BETWEEN $(ticks "${began[$n]}" -2) AND $(ticks "${ended[$n]}" 2) ORDER BY log, record, part) c JOIN event_log l ON l.log = c.log"
}
passwords="kind IN ('password_change', 'password_reset')"
root_admin=$LAB_DOMAIN_SID-500
is "a change by the user" "$(rows change "$passwords")" "password_change 4723 0 $(sid_of $prefix-change) dc1"
is "a reset by an administrator" "$(rows reset "$passwords")" "password_reset 4724 0 $root_admin dc1"
is "a change by kpasswd" "$(rows kpasswd "$passwords")" "password_change 4723 0 $(sid_of $prefix-kpasswd) dc1"
is "a reset over SAMR" "$(rows samr "$passwords")" "password_reset 4724 0 $root_admin dc1"
is "a change over SAMR, by nobody that is logged on" "$(rows anonymous "$passwords")" "password_change 4723 0 S-1-5-7 dc1"
is "a refused change is there as one" "$(rows refused "$passwords")" "password_change 4723 1 $(sid_of $prefix-refused) dc1"
is "a forged date is no change of a password" "$(rows forged "$passwords")" ""
is "but two of pwdLastSet" "$(rows forged "attribute = 'pwdLastSet'")" \
    "object_modified 5136 0 $root_admin dc1; object_modified 5136 0 $root_admin dc1"
is "what root does on the machine is nowhere" "$(rows unrecorded 1)" ""
is "a reset on dc2 is in the log of dc2 only" "$(rows other-dc "$passwords")" "password_reset 4724 0 $root_admin dc2"
is "what is rolled back has no row that claims success" "$(rows refused "is_failure = 0 AND $passwords")" ""
members="kind IN ('member_added', 'member_removed') AND target_dn = 'CN=Domain Admins,CN=Users,$LAB_BASEDN' COLLATE NOCASE"
is "who was in Domain Admins for a moment" "$(sql "$db" "SELECT group_concat(kind || ' ' || event_id, ', ') FROM (SELECT * FROM change_event
    WHERE $members AND member_name = 'CN=$prefix-member,CN=Users,$LAB_BASEDN' COLLATE NOCASE ORDER BY record)")" "member_added 4728, member_removed 4729"
# The same in the directory: what replication keeps is what was done.
secret() { # secret NAME EXPRESSION
    sql "$db" "SELECT DISTINCT $2 FROM secret_change m JOIN account a ON a.guid = m.guid WHERE a.sam_name = '$prefix-$1'"
}
for n in change reset kpasswd samr anonymous unrecorded other-dc; do
    t=$prefix-$n
    is "$n: the directory has a password of then" \
        "$(secret $n "password_at BETWEEN $(ticks "${began[$t]}" -2) AND $(ticks "${ended[$t]}" 2)")" 1
done
is "refused: the first password stays" "$(secret refused "password_at < $(ticks "${began[$prefix-refused]}" -5)")" 1
is "forged: an old password with a new date" \
    "$(secret forged "password_at < $(ticks "${began[$prefix-forged]}" -5) AND date_at >= $(ticks "${began[$prefix-forged]}" -2)")" 1
is "no password is in what is left" "$(grep -rlaF -f <(cat "$first" "$second" "$LAB_ADMIN_PASSWORD_FILE") "$work/audit" "$work/logs" 2>/dev/null)" ""

# ---- verdicts: check, then the accounts that fail, pass, are unknown. The others are not asked. ----
expect "the logs are judged with the directory, an earlier audit and the time of the incident" 1 \
    "$bin/kagimori" evaluate "$db" --baseline "$work/before/evidence.db" --incident-time "$incident"
all="change reset kpasswd samr anonymous other-dc still refused"
changed="change reset kpasswd samr anonymous other-dc unrecorded"
verdict() { # CHECK VERDICT NAME…
    local check=$1 want=$2 n
    shift 2
    for n in "$@"; do
        is "$check of $n" "$(sql "$db" "SELECT group_concat(DISTINCT r.verdict) FROM result r JOIN check_info c USING (check_no)
            WHERE c.id = '$check' AND r.subject = '$(sid_of "$prefix-$n")'")" "$want"
    done
}
while IFS='|' read -r check fail pass; do
    verdict "$check" fail $fail
    verdict "$check" pass $pass
done <<END
record.password.unrecorded|unrecorded|$all forged
record.password.without-change||change reset kpasswd samr anonymous other-dc
record.password.forged-since-baseline|forged|$all unrecorded
record.password.unchanged-since-incident|forged still refused|$changed
ad.record.fake-refresh|forged|$all unrecorded
END
is "a member for a moment is to be explained" "$(sql "$db" "SELECT group_concat(r.verdict || ' ' || r.name) FROM result r JOIN check_info c USING (check_no)
    WHERE c.id = 'record.group.privileged-member-added' AND r.evidence LIKE '%$prefix-member%'")" "fail $LAB_DC1"
is "who is said to have done it, and where" \
    "$(sql "$db" "SELECT recorded_by || ' ' || changed_on FROM password_record WHERE subject = '$(sid_of $prefix-other-dc)'")" "$root_admin $LAB_DC2"
exit "$any_failed"
