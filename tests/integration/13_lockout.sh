#!/bin/bash
# No account is ever locked: trials of candidate passwords stay within each host's lockout policy, and a wrong audit password is
# used on two hosts at most. The hosts' own files and logs are the witnesses.
. "$(dirname "${BASH_SOURCE[0]}")/lib.sh"
eval "$("$root/tests/lab/lab" env)"
lab() { "$root/tests/lab/lab" "$@"; }
collect() { in_lab "$bin/kagimori" collect --site "$work/site.yaml" --out "$@"; }
trials() { sql "$1/evidence.db" "SELECT count(*) FROM password_trial WHERE host LIKE '$2.%' AND outcome NOT IN ('skipped', 'failed')"; }
reasons() { sql "$1/evidence.db" "SELECT group_concat(DISTINCT reason) FROM password_trial WHERE host LIKE '$2.%' AND outcome = 'skipped'"; }
bad_of() { lab badpw "$1" | sed -n 's/.* bad=\([0-9]*\).*/\1/p'; }
reset_counts() {
    local h
    for h in "$@"; do lab host "$h" pdbedit -z -u "$(lab badpw "$h" | sed -n 's/.*name=//p')" >/dev/null 2>&1; done
}
hosts="SRV-FILE01 SRV-RIS16 SRV-HVAC01 WS-NOL-01 WS-NOL-02 SRV-EHR12 WS-W11-01 MOD-W702"
scope=$'    include:\n'$(for h in $hosts; do printf '      - %s.%s\n' "${h,,}" "$LAB_DOMAIN"; done)
reset_counts SRV-RIS16 SRV-HVAC01 SRV-EHR12 SRV-FILE01 WS-NOL-02 MOD-W702

# Ten candidates, and the operator allows ten trials a host.
SITE_SCOPE=$scope SITE_TRIALS=10 "$root/tests/lab/site" simple ldaps hosts >"$work/site.yaml"
expect "ten candidates against eight hosts" 0 collect "$work/ten" --test-password-reuse
cat "$work/out" "$work/err" >"$work/said"
is "the hosts' own files tell of every account" "$(lab badpw | grep -c 'locked=no')" "$(wc -w <<<"$LAB_HOSTS")"
is "no account is locked" "$(lab badpw | grep -c locked=yes)" 0
is "a host that locks after 3: one trial" "$(trials "$work/ten" srv-ris16)" 1
is "and why there was no other" "$(reasons "$work/ten" srv-ris16)" lockout_budget
is "and the host counts one" "$(bad_of SRV-RIS16)" 1
hvac=$(trials "$work/ten" srv-hvac01)
if [ "$hvac" -le 1 ]; then ok "a threshold that cannot be read: at most one trial ($hvac)"; else bad "a threshold that cannot be read: $hvac trials"; fi
if [ -n "$(reasons "$work/ten" srv-hvac01)" ]; then ok "and it says why"; else bad "nothing says why srv-hvac01 was not tried further"; fi
is "nearly locked already: no trial" "$(trials "$work/ten" ws-nol-01)" 0
is "and why" "$(reasons "$work/ten" ws-nol-01)" lockout_budget
is "and its count stays" "$(bad_of WS-NOL-01)" 4
is "a disabled Administrator is not tried" "$(trials "$work/ten" ws-w11-01)/$(reasons "$work/ten" ws-w11-01)" 0/disabled
is "every candidate has a row on every host that was asked" \
    "$(sql "$work/ten/evidence.db" "SELECT min(n) || ' ' || max(n) FROM (SELECT count(*) n FROM password_trial GROUP BY host)")" "10 10"
is "a shared password is found" "$(sql "$work/ten/evidence.db" "SELECT outcome FROM password_trial WHERE host LIKE 'srv-ehr12.%' AND candidate = 2")" accepted
is "and ends the trials there" "$(sql "$work/ten/evidence.db" "SELECT group_concat(DISTINCT reason) FROM password_trial WHERE host LIKE 'srv-ehr12.%' AND candidate > 2")" answered
# As many failures on record as rejected trials, host by host: nothing else was tried.
while IFS='|' read -r host n; do
    name=${host%%.*}
    case $name in ws-nol-01 | srv-ehr12) continue ;; esac # one had four before; a success clears the other's count
    is "$name counts what the evidence says" "$(bad_of "${name^^}")" "$n"
done < <(sql "$work/ten/evidence.db" "SELECT host, sum(outcome = 'rejected') FROM password_trial GROUP BY host")

# Again: the counts on record are read before each trial.
expect "again, with a fresh evidence file" 0 collect "$work/again" --test-password-reuse
is "the host that locks after 3 is left alone" "$(trials "$work/again" srv-ris16)/$(bad_of SRV-RIS16)" 0/1
before=$(lab badpw | sort)
expect "resumed: what was tried is not tried again" 0 collect "$work/again" --test-password-reuse --resume
is "no count has moved" "$(lab badpw | sort)" "$before"
SITE_SCOPE=$scope "$root/tests/lab/site" simple ldaps hosts >"$work/site.yaml"
reset_counts SRV-FILE01
expect "one trial a host and audit is the default" 0 collect "$work/one" --test-password-reuse
is "one trial" "$(trials "$work/one" srv-file01)/$(reasons "$work/one" srv-file01)" 1/one_per_window
expect "without the flag there is none" 0 collect "$work/none"
is "no trial at all" "$(sql "$work/none/evidence.db" "SELECT count(*) FROM password_trial")" 0

# Candidates are nowhere: not in the evidence, not in what was said.
found=0
for f in "$work/ten/evidence.db" "$work/said"; do [ -e "$f" ] || found=99; done
while read -r candidate; do
    if grep -qaF -- "$candidate" "$work"/ten/* "$work/said" "$work/out" "$work/err"; then found=$((found + 1)); fi
done <"$LAB_CANDIDATES_FILE"
is "no candidate in evidence or output" "$found" 0

# The blank password is a candidate of its own, when the operator says so.
SITE_SCOPE="    include: [ $LAB_CT_CONSOLE, srv-file01.$LAB_DOMAIN ]" SITE_BLANK=true "$root/tests/lab/site" simple ldaps hosts >"$work/site.yaml"
reset_counts SRV-FILE01
expect "the blank password" 0 collect "$work/blank" --test-password-reuse
expect "is judged" 1 "$bin/kagimori" evaluate "$work/blank/evidence.db" --profile hosts
is "one Administrator takes it, the other does not" "$(sql "$work/blank/evidence.db" "SELECT group_concat(r.name || ' ' || r.verdict, ', ') FROM
    (SELECT coalesce(name, 'srv-file01') AS name, verdict FROM result JOIN check_info c USING (check_no) WHERE c.id = 'host.administrator.blank-password'
     ORDER BY verdict) r")" "$LAB_CT_CONSOLE fail, srv-file01 pass"

# A wrong audit password: refused by two hosts, and not sent to a third.
refusals() { local h; for h in $hosts; do lab logons "$h" "$LAB_HOST_AUDIT_USER" | grep -c NT_STATUS_WRONG_PASSWORD; done | awk "{ n += \$1 } END { print n }"; }
all=$(refusals)
SITE_SCOPE=$scope SITE_HOST_PASSWORD_FILE=$LAB_WRONG_PASSWORD_FILE "$root/tests/lab/site" simple ldaps hosts >"$work/site.yaml"
expect "a wrong audit password" 0 collect "$work/wrong"
is "was sent to two hosts" "$(($(refusals) - all))" 2
says "and it is said why it is not used any more" 'refused by .* and .* and is not used any more'
is "the others say so" "$(sql "$work/wrong/evidence.db" "SELECT count(*) FROM coverage WHERE source = 'smb.account' AND state = 'not_collected' AND detail LIKE '%is not used any more%'")" 6

# The hosts' own account of that name, locked out on one of them: another account than on the next host, where the audit goes on.
printf 'username = %s\npassword = not-this-one\n' "$LAB_HOST_AUDIT_USER" >"$work/wrong-login"
locked() { lab host SRV-CA01 pdbedit -v -u "$LAB_HOST_AUDIT_USER" 2>/dev/null | grep -c 'Account Flags: .*L'; }
for _ in 1 2 3 4 5 6; do in_lab smbclient -A "$work/wrong-login" -c quit "//srv-ca01.$LAB_DOMAIN/IPC\$" >/dev/null 2>&1; done
is "the audit account of one host is locked out" "$(locked)" 1
SITE_SCOPE="    include: [ srv-ca01.$LAB_DOMAIN, srv-file01.$LAB_DOMAIN, srv-ris16.$LAB_DOMAIN ]" "$root/tests/lab/site" simple ldaps hosts >"$work/site.yaml"
for n in 1 2 3; do
    expect "an audit with it, $n" 0 collect "$work/locked-$n"
    is "the host says so" "$(sql "$work/locked-$n/evidence.db" "SELECT DISTINCT state || ' ' || (detail LIKE '%is locked out%') FROM coverage WHERE source = 'smb.account' AND target LIKE 'srv-ca01.%'")" "denied 1"
    is "the others are seen" "$(sql "$work/locked-$n/evidence.db" "SELECT group_concat(DISTINCT state) FROM coverage WHERE source = 'smb.account' AND target NOT LIKE 'srv-ca01.%'")" complete
done
lab host SRV-CA01 pdbedit -c '[]' -u "$LAB_HOST_AUDIT_USER" >/dev/null 2>&1
lab host SRV-CA01 pdbedit -z -u "$LAB_HOST_AUDIT_USER" >/dev/null 2>&1
is "the lab's account is free again" "$(locked)" 0
reset_counts SRV-RIS16 SRV-HVAC01 SRV-EHR12 SRV-FILE01 WS-NOL-02 MOD-W702
exit "$any_failed"
