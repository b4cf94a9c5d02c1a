#!/bin/bash
# kagimori doctor: says in plain words what works and what will be unknown, in both languages.
. "$(dirname "${BASH_SOURCE[0]}")/lib.sh"
eval "$("$root/tests/lab/lab" env)"
doctor() { in_lab "$bin/kagimori" doctor --site "$work/site.yaml" "$@"; }
"$root/tests/lab/site" >"$work/site.yaml"
expect "ordinary account: works, something stays unknown" 3 doctor --lang en
says "names the password settings" 'fine-grained password policies'
says "says what to do" 'Password Settings Container'
expect "in Japanese" 3 doctor --lang ja
says "Japanese words" '細かい設定が可能なパスワード'
SITE_PASSWORD_FILE=$LAB_WRONG_PASSWORD_FILE "$root/tests/lab/site" >"$work/site.yaml"
expect "wrong password" 3 doctor --lang en
says "wrong password: plain words" 'password'
SITE_CA_FILE=$LAB_OTHER_CA_FILE "$root/tests/lab/site" >"$work/site.yaml"
expect "certificate of another authority" 3 doctor --lang en
says "certificate: plain words" 'certificate|ca_file'
SITE_HOST=$LAB_DC_SILENT "$root/tests/lab/site" >"$work/site.yaml"
expect "silent host" 3 doctor --lang en
SITE_HOST=no-such-host.example "$root/tests/lab/site" >"$work/site.yaml"
expect "name that does not resolve" 3 doctor --lang en
says "name: plain words" 'no-such-host.example'
"$root/tests/lab/site" kerberos gssapi >"$work/site.yaml"
expect "Kerberos with a ticket" 3 doctor --lang en
"$root/tests/lab/site" keytab ldaps >"$work/site.yaml"
expect "Kerberos with a keytab over TLS" 3 doctor --lang en
"$root/tests/lab/site" simple starttls >"$work/site.yaml"
expect "StartTLS" 3 doctor --lang en
exit "$any_failed"
