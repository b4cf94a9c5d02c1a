#!/bin/bash
# The hosts of the lab: everything is collected, every verdict is what the answer key says, and nothing was changed or woken there.
. "$(dirname "${BASH_SOURCE[0]}")/lib.sh"
eval "$("$root/tests/lab/lab" env)"
lab() { "$root/tests/lab/lab" "$@"; }
out=$work/audit
for f in "$LAB_SHARED_A_FILE" "$LAB_SHARED_B_FILE"; do cat "$f"; echo; done >"$work/candidates"
chmod 600 "$work/candidates"
SITE_CANDIDATES_FILE=$work/candidates SITE_TRIALS=2 "$root/tests/lab/site" simple ldaps hosts >"$work/site.yaml"

# Failed trials of an earlier run count on the hosts for 15 minutes and more: with them there would be fewer trials than the key
# knows. WS-NOL-01's four are the seed's.
while read -r host _ bad _ _ name; do
    case $host in WS-NOL-01) continue ;; esac
    [ "$bad" = bad=0 ] || lab host "$host" pdbedit -z -u "${name#name=}" >/dev/null 2>&1 </dev/null
done < <(lab badpw)

# What a host keeps, without what a logon itself leaves behind (counts and times of logons).
state() {
    local h
    for h in SRV-FILE01 SRV-RIS16 WS-W10-01 SRV-PRINT01; do
        lab host "$h" bash -c 'tdbdump /var/lib/samba/registry.tdb; tdbdump /var/lib/samba/account_policy.tdb
            tdbdump /var/lib/samba/group_mapping.tdb; tdbdump /var/lib/samba/share_info.tdb; pdbedit -Lw | cut -d: -f1-5' 2>/dev/null |
            sha256sum
    done
}
# Samba fills its own registry when its service control is first asked after a start: that is done before the comparison.
for address in $LAB_SRV_FILE01 $LAB_SRV_RIS16 $LAB_WS_W10_01 $LAB_SRV_PRINT01; do
    in_lab net rpc service list -S "$address" -U "$LAB_HOST_AUDIT_USER%$(cat "$LAB_HOST_PASSWORD_FILE")" >"$work/warm" 2>&1
done
before=$(state)
logons() { lab logons SRV-SQL01 "$LAB_HOST_AUDIT_USER" | wc -l; }
logged_on=$(logons)
expect "audit with hosts ends with findings" 1 in_lab "$bin/kagimori" audit --site "$work/site.yaml" --out "$out" --lang ja --remote-registry --test-password-reuse
cp "$work/err" "$work/said"
is "registry, accounts, groups, policies and shares of hosts are as before" "$(state)" "$before"
"$root/tests/integration/answer_key.py" "$out/evidence.db" --hosts "$root/tests/lab/answer-key-hosts.yaml" || any_failed=1

is "the registry pipe was opened where the service runs" "$(lab pipes SRV-FILE01 | grep -c winreg | sed 's/[1-9][0-9]*/yes/')" yes
is "and nowhere else" "$(for h in WS-W10-01 WS-W11-01 SRV-HVAC01; do lab pipes $h; done | grep -c winreg)" 0
is "one logon a host: the audit credential, and no more than one session" \
    "$(($(logons) - logged_on))" 1
found=0
while read -r secret; do
    grep -qaF -- "$secret" "$out"/* "$work/said" "$work/out" && found=$((found + 1))
done < <(cat "$work/candidates" "$LAB_HOST_PASSWORD_FILE"; echo)
is "no password in evidence, documents or output" "$found" 0

expect "doctor looks at the hosts" 3 in_lab "$bin/kagimori" doctor --site "$work/site.yaml" --lang en
says "how many answer" 'hosts in scope: 32; 30 answer'
says "which do not" 'host\(s\) do not answer.*10\.99\.1\.200'
says "that the login is good" 'the login for hosts is accepted'
expect "and in Japanese" 3 in_lab "$bin/kagimori" doctor --site "$work/site.yaml" --lang ja
says "Japanese words" '対象ホスト：32 台'

# With a ticket instead of a password: domain controllers, which check it themselves.
{
    "$root/tests/lab/site"
    printf 'hosts:\n  scope: { include: [ %s, %s ] }\n  credential: { method: kerberos, ccache: %s }\n' "$LAB_DC1" "$LAB_DC2" "$LAB_AUDIT_CCACHE"
} >"$work/kerberos.yaml"
expect "hosts with a Kerberos ticket" 0 in_lab "$bin/kagimori" collect --site "$work/kerberos.yaml" --out "$work/kerberos"
is "both controllers took it" "$(sql "$work/kerberos/evidence.db" "SELECT group_concat(authentication || ' ' || role, ', ') FROM host_machine")" \
    "kerberos controller, kerberos controller"

# Each host answers for itself: whatever one does not tell never passes.
"$root/tests/integration/unseen.py" "$bin/kagimori" "$out/evidence.db" --hosts ${UNSEEN_FULL:+--full} || any_failed=1
exit "$any_failed"
