#!/bin/bash
# kagimori-ldap and Kerberos in the lab: ticket caches and keytabs, what is left untouched, and what each refusal says.
. "$(dirname "${BASH_SOURCE[0]}")/lib.sh"
eval "$("$root/tests/lab/lab" env)"
n=0
# run STATE REASON PATTERN parameters…: one task, its coverage of ldap.ou
run() {
    local name=$1 want=$2 says=$3 got
    shift 3
    n=$((n + 1))
    in_lab "$bin/ldap_task" "$work/$n.db" "$@" source=ldap.ou source=ldap.rootdse >"$work/out" 2>"$work/err" </dev/null
    got=$(sql "$work/$n.db" "SELECT state || coalesce(' ' || reason, '') FROM coverage WHERE source = 'ldap.ou'")
    is "$name" "$got" "$want"
    sql "$work/$n.db" "SELECT detail FROM coverage WHERE source = 'ldap.ou'" >"$work/err"
    if [ -n "$says" ]; then says "$name: says what to do" "$says"; fi
}
sealed="transport=gssapi bind=gssapi"
who="principal=$LAB_AUDIT_USER@$LAB_REALM"
before=$(sha256sum <"$LAB_AUDIT_CCACHE")
run "keytab" complete '' host="$LAB_DC1" $sealed keytab="$LAB_AUDIT_KEYTAB" "$who"
is "sealed by Kerberos" "$(sql "$work/$n.db" "SELECT transport || ' ' || authentication FROM directory_server")" "ldap+gssapi gssapi"
run "ticket cache" complete '' host="$LAB_DC1" $sealed ccache="$LAB_AUDIT_CCACHE"
run "the other domain controller" complete '' host="$LAB_DC2" $sealed ccache="$LAB_AUDIT_CCACHE"
is "the ticket cache was not changed" "$(sha256sum <"$LAB_AUDIT_CCACHE")" "$before"
run "an alias is not the service" "failed untrusted" "full name" host="$LAB_DC1_ALIAS" $sealed keytab="$LAB_AUDIT_KEYTAB" "$who"
run "a keytab without the principal" "failed usage" "keytab has no key" host="$LAB_DC1" $sealed keytab="$LAB_AUDIT_KEYTAB" "principal=nobody@$LAB_REALM"
run "no keytab" "failed usage" "keytab" host="$LAB_DC1" $sealed keytab="$work/none" "$who"
run "no ticket cache" "failed usage" "kinit" host="$LAB_DC1" $sealed ccache="FILE:$work/none"
printf 'not a ticket cache' >"$work/broken"
run "a broken ticket cache" "failed usage" "ticket cache" host="$LAB_DC1" $sealed ccache="FILE:$work/broken"
# A keytab whose key is of another password: made from the wrong one, and taken by the KDC as a wrong password.
printf 'add_entry -password -p %s -k 1 -e aes256-cts-hmac-sha1-96\n%s\nwrite_kt %s\n' "$LAB_AUDIT_USER@$LAB_REALM" \
    "not the password" "$work/wrong.keytab" | ktutil >/dev/null 2>&1
run "a keytab of an old password" "denied denied" "new keytab" host="$LAB_DC1" $sealed keytab="$work/wrong.keytab" "$who"
run "Kerberos inside TLS" "denied denied" "transport gssapi" host="$LAB_DC1" transport=ldaps ca_file="$LAB_CA_FILE" bind=gssapi keytab="$LAB_AUDIT_KEYTAB" "$who"
run "StartTLS" complete '' host="$LAB_DC1" transport=starttls ca_file="$LAB_CA_FILE" bind_dn="$LAB_AUDIT_USER@$LAB_DOMAIN" secret_file="$LAB_AUDIT_PASSWORD_FILE"
is "StartTLS: encrypted" "$(sql "$work/$n.db" "SELECT transport || ' ' || substr(tls_version, 1, 5) FROM directory_server")" "starttls TLSv1"
run "a name that the certificate lacks" "failed untrusted" "not for $LAB_DC1_ALIAS" host="$LAB_DC1_ALIAS" ca_file="$LAB_CA_FILE" bind_dn="$LAB_AUDIT_USER@$LAB_DOMAIN" secret_file="$LAB_AUDIT_PASSWORD_FILE"
run "that name with an address" complete '' host="$LAB_DC1" address="$LAB_DC1_IP" ca_file="$LAB_CA_FILE" bind_dn="$LAB_AUDIT_USER@$LAB_DOMAIN" secret_file="$LAB_AUDIT_PASSWORD_FILE"
# Without any krb5.conf: the server that is asked is a KDC of its domain.
cat >"$work/krb5.conf" </dev/null
n=$((n + 1))
in_lab env KRB5_CONFIG="$work/krb5.conf" "$bin/ldap_task" "$work/$n.db" host="$LAB_DC1" $sealed keytab="$LAB_AUDIT_KEYTAB" "$who" \
    source=ldap.ou >"$work/out" 2>"$work/err" </dev/null
is "no Kerberos configuration needed" "$(sql "$work/$n.db" "SELECT state FROM coverage WHERE source = 'ldap.ou'")" complete
# What an ordinary account cannot see is denied, never absent; one that may read the container proves it.
for u in AUDIT:denied AUDIT_PLUS:complete ADMIN:complete; do
    name=LAB_${u%:*}_USER file=LAB_${u%:*}_PASSWORD_FILE
    n=$((n + 1))
    in_lab "$bin/ldap_task" "$work/$n.db" host="$LAB_DC1" ca_file="$LAB_CA_FILE" bind_dn="${!name}@$LAB_DOMAIN" \
        secret_file="${!file}" source=ldap.pso source=ldap.kds >"$work/out" 2>"$work/err" </dev/null
    is "password policies as ${!name}" "$(sql "$work/$n.db" "SELECT state FROM coverage WHERE source = 'ldap.pso'")" "${u#*:}"
done
exit "$any_failed"
