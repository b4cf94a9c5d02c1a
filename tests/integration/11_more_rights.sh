#!/bin/bash
# What is unknown to an ordinary account gets its verdict from one that may read more, and nothing else changes.
. "$(dirname "${BASH_SOURCE[0]}")/lib.sh"
eval "$("$root/tests/lab/lab" env)"
key=$root/tests/lab/answer-key

# audit_as NAME USER PASSWORD_FILE KEY…
audit_as() {
    local name=$1 user=$2 file=$3
    shift 3
    SITE_USER=$user SITE_PASSWORD_FILE=$file "$root/tests/lab/site" >"$work/site.yaml"
    expect "audit as $name ends with findings" 1 \
        in_lab "$bin/kagimori" audit --site "$work/site.yaml" --waivers "$root/tests/lab/waivers.yaml" --out "$work/$name"
    "$root/tests/integration/answer_key.py" "$work/$name/evidence.db" "$@" | sed -E "s/^(ok|FAILED) /\\1 $name: /"
    [ "${PIPESTATUS[0]}" = 0 ] || any_failed=1
}

audit_as plus "$LAB_AUDIT_PLUS_USER" "$LAB_AUDIT_PLUS_PASSWORD_FILE" "$key.yaml" "$key-more-rights.yaml"
audit_as administrator "$LAB_ADMIN_USER" "$LAB_ADMIN_PASSWORD_FILE" "$key.yaml" "$key-more-rights.yaml" "$key-administrator.yaml"
for source in ldap.pso ldap.kds ldap.security; do
    is "an administrator reads all of $source" \
        "$(sql "$work/administrator/evidence.db" "SELECT group_concat(DISTINCT state) FROM coverage WHERE source='$source'")" complete
done
exit "$any_failed"
