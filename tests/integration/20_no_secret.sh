#!/bin/bash
# Proof from the servers' own logs that no secret attribute is ever asked for, and nothing is ever written.
. "$(dirname "${BASH_SOURCE[0]}")/lib.sh"
eval "$("$root/tests/lab/lab" env)"
"$root/tests/lab/site" >"$work/site.yaml"
in_lab "$bin/kagimori" audit --site "$work/site.yaml" --out "$work/a" >"$work/out" 2>"$work/err" </dev/null
in_lab "$bin/kagimori" doctor --site "$work/site.yaml" >>"$work/out" 2>>"$work/err" </dev/null
"$root/tests/lab/lab" attrs --by "$LAB_AUDIT_RID" | sort -u >"$work/asked"
n=$(wc -l <"$work/asked")
if [ "$n" -gt 50 ]; then ok "the servers' logs name $n attributes that were asked for"; else bad "the logs name only $n attributes: this test would prove nothing"; fi
secret='^(unicodepwd|dbcspwd|ntpwdhistory|lmpwdhistory|supplementalcredentials|userpassword|unixuserpassword|trustauthincoming|trustauthoutgoing|initialauthincoming|initialauthoutgoing|currentvalue|priorvalue|pekkey|peklist|ms-mcs-admpwd|ms-.*-admpwd|mslaps-password|mslaps-encryptedpassword|mslaps-encryptedpasswordhistory|mslaps-encrypteddsrmpassword|mslaps-encrypteddsrmpasswordhistory|msds-managedpassword|mskds-rootkeydata|mskds-secretagreementparam|msfve-recoverypassword|msfve-keypackage|mstpm-ownerinformation|msds-transformationrulescompiled|\*|\+)$'
found=$(grep -iE "$secret" "$work/asked" | tr '\n' ' ')
is "none of them is secret" "$found" ""
wrote=$(grep -hE '"dsdbChange"|"passwordChange"' "$LAB_LOG_DC1"/*.json "$LAB_LOG_DC2"/*.json 2>/dev/null | grep -c -- "-$LAB_AUDIT_RID\"" || true)
is "the audit account changed nothing" "$wrote" 0
# No password of the lab may stand in anything that was written or said.
leaks=0
for p in "$KAGIMORI_LAB_DIR"/accounts/*.password; do
    text=$(head -n 1 "$p")
    if [ -n "$text" ] && grep -rqF -- "$text" "$work/a" "$work/out" "$work/err"; then leaks=$((leaks + 1)); fi
done
is "no password in evidence, documents or messages" "$leaks" 0
exit "$any_failed"
