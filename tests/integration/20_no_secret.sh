#!/bin/bash
# Proof from the servers' own logs that no secret attribute is ever asked for, and nothing is ever written.
. "$(dirname "${BASH_SOURCE[0]}")/lib.sh"
eval "$("$root/tests/lab/lab" env)"
"$root/tests/lab/site" simple ldaps named >"$work/site.yaml"
in_lab "$bin/kagimori" audit --site "$work/site.yaml" --out "$work/a" >"$work/out" 2>"$work/err" </dev/null
in_lab "$bin/kagimori" doctor --site "$work/site.yaml" >>"$work/out" 2>>"$work/err" </dev/null
"$root/tests/lab/lab" attrs --by "$LAB_AUDIT_RID" | sort -u >"$work/asked"
n=$(wc -l <"$work/asked")
if [ "$n" -gt 50 ]; then ok "the servers' logs name $n attributes that were asked for"; else bad "the logs name only $n attributes: this test would prove nothing"; fi
# Names of other directories' secrets are looked for, too: one and the same list of attributes serves them all.
is "none of them is secret, in any kind of directory" "$(secret_of <"$work/asked")" ""
is "nor a telephone number or a photograph" "$(grep -iE 'phone|mobile|pager|photo' "$work/asked" | tr '\n' ' ')" ""
"$root/tests/lab/lab" queries --by "$LAB_AUDIT_RID" | python3 -c 'import json, sys; print(*{json.loads(l).get("filter", "") for l in sys.stdin}, sep="\n")' >"$work/filters"
if [ "$(grep -c '^(' "$work/filters")" -gt 10 ]; then ok "the logs tell the filters"; else bad "the logs tell no filters"; fi
is "no filter asks what a secret is" "$(secret_filters <"$work/filters")" ""
# The same logs do tell of one who asks.
in_lab env LDAPTLS_REQCERT=never ldapsearch -x -H "ldaps://$LAB_DC1" -D "$LAB_ADMIN_USER@$LAB_DOMAIN" -y <(head -n 1 "$LAB_ADMIN_PASSWORD_FILE" | tr -d '\n') \
    -b "$LAB_BASEDN" -s base '(!(unicodePwd=x))' userPassword oathSecret ipatokenOTPkey krbPrincipalKey >"$work/bold" 2>&1
is "one who asked would be found" "$("$root/tests/lab/lab" attrs --by 500 | secret_of)" "ipatokenOTPkey krbPrincipalKey oathSecret userPassword "
is "and one who compared" "$("$root/tests/lab/lab" queries --by 500 | python3 -c 'import json, sys; print(*{json.loads(l).get("filter", "") for l in sys.stdin}, sep="\n")' | secret_filters | grep -c unicodePwd)" 1
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
