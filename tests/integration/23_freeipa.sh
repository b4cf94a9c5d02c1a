#!/bin/bash
# Directories that are not Active Directory: an OpenLDAP with password policies and one-time passwords (a login with a real code proves that
# they work), and a slapd with FreeIPA's schema and entries shaped as FreeIPA writes them. Each account, policy and token must get its verdict;
# no key is asked for or kept, nothing is changed, and what an account may not see passes nothing. Needs slapd, neither lab nor root.
. "$(dirname "${BASH_SOURCE[0]}")/lib.sh"
here=$root/tests/integration
base=dc=ward,dc=example
slapd=
stop() { [ -z "$slapd" ] || { kill "$slapd" && wait "$slapd"; } 2>/dev/null; slapd=; }
trap 'stop; rm -rf "$work"' EXIT
trap 'exit 1' TERM INT HUP
PATH=$PATH:/usr/sbin
command -v slapd >/dev/null || { bad "slapd is not installed: ./dev deps"; exit 1; }
umask 077
s=$work/slapd
mkdir -p "$s/openldap" "$s/ipa"
for n in admin audit user key; do printf 'Bed-%s\n' "$(openssl rand -hex 12)" >"$s/$n"; done
openssl req -x509 -newkey rsa:2048 -nodes -days 3 -subj /CN=ldap1.ward.example -addext subjectAltName=DNS:ldap1.ward.example \
    -keyout "$s/key.pem" -out "$s/cert.pem" 2>/dev/null
port=$(python3 -c 'import socket; s = socket.socket(); s.bind(("127.0.0.1", 0)); print(s.getsockname()[1])')
url=ldaps://127.0.0.1:$port
export LDAPTLS_REQCERT=never
"$here/freeipa.py" schema >"$s/ipa.schema"
start() { # start openldap|ipa
    "$here/freeipa.py" conf "$1" "$s" >"$s/$1.conf"
    "$here/freeipa.py" entries "$1" "$s" | slapadd -q -f "$s/$1.conf" -b "$base" >"$work/out" 2>&1 || { bad "$1 is filled"; tail -3 "$work/out"; exit 1; }
    : >"$s/stats"
    slapd -f "$s/$1.conf" -h "$url" -d stats 2>>"$s/stats" &
    slapd=$!
    for _ in $(seq 100); do
        ldapsearch -x -H "$url" -b '' -s base 1.1 >/dev/null 2>&1 && return
        kill -0 "$slapd" 2>/dev/null || break
        sleep 0.1
    done
    bad "slapd starts"; tail -3 "$s/stats"; exit 1
}
audited() { # audited openldap|freeipa USER: collects and evaluates
    cat >"$work/site.yaml" <<END
organisation: { en: Ward, ja: 病棟 }
$1:
  servers: [ { host: ldap1.ward.example, address: 127.0.0.1, port: $port } ]
  ca_file: $s/cert.pem
  bind: { method: simple, user: "uid=$2,$base", password_file: $s/audit }
END
    rm -rf "$work/audit"
    "$bin/kagimori" audit --site "$work/site.yaml" --out "$work/audit" >"$work/out" 2>"$work/err" </dev/null
    db=$work/audit/evidence.db
}
states() { sql "$db" "SELECT group_concat(source || ' ' || state, ', ') FROM (SELECT source, state FROM coverage WHERE target = 'ldap1.ward.example' ORDER BY source)"; }
verdicts() { # lines: subject check verdict
    local name check verdict
    while read -r name check verdict; do
        [ -n "$name" ] || continue
        is "$check of $name" "$(sql "$db" "SELECT coalesce(group_concat(DISTINCT r.verdict), 'not judged') FROM result r JOIN check_info c USING (check_no)
            WHERE c.id = '$check' AND r.subject IN ('$name', (SELECT guid FROM ppolicy_account WHERE name = '$name'), (SELECT guid FROM ldap_account WHERE name = '$name'), (SELECT sid FROM ldap_account WHERE name = '$name'),
            (SELECT dn FROM ldap_password_policy WHERE name = '$name'), (SELECT dn FROM otp_token WHERE dn LIKE '%=$name,%'))")" "$verdict"
    done
}
quiet() { # quiet NAME: what was asked, and what was done
    grep 'SRCH attr=' "$s/stats" >"$work/asked"
    is "$1: attributes were asked for by name" "$([ -s "$work/asked" ] && echo yes)" yes
    is "$1: no secret attribute was asked for" "$(sed 's/.*SRCH attr=//' "$work/asked" | tr ' ' '\n' | secret_of)" ""
    is "$1: no telephone number either" "$(grep -ciE 'attr=.*(phone|mobile|pager|photo)' "$work/asked")" 0
    is "$1: no filter asks what a secret is" "$(sed -n 's/.*filter=//p' "$s/stats" | secret_filters)" ""
    is "$1: no key stands in a filter" "$(grep -ciE "filter=.*\((oathSecret|ipatokenOTPkey|krbPrincipalKey|ipatokenRadiusSecret)" "$s/stats")" 0
    is "$1: nothing was changed" "$(grep -cE ' (MOD|ADD|DEL|MODRDN|PASSMOD) ' "$s/stats")" 0
    is "$1: no password and no key is in what is left" "$(cat "$s"/{admin,audit,user,key} | grep -rlaF -f - "$work/audit" "$work/err" "$work/out" "$s/stats" 2>/dev/null)" ""
    is "$1: no telephone number and no serial number of a token is in what is left" "$(grep -rlaE '7731-300[12]|7731300[12]' "$work/audit" "$work/err" "$work/out" 2>/dev/null)" ""
}
bold() { # what quiet looks for would be found
    ldapsearch -x -H "$url" -b "$base" -s base '(userPassword=x)' oathSecret ipatokenOTPkey krbPrincipalKey >/dev/null 2>&1
    is "one who asked would be found" "$(sed -n 's/.*SRCH attr=//p' "$s/stats" | tr ' ' '\n' | secret_of)" "ipatokenOTPkey krbPrincipalKey oathSecret "
    is "and one who compared" "$(sed -n 's/.*filter=//p' "$s/stats" | secret_filters | grep -c userPassword)" 1
}
# A bind may write the time of the login and of failures.
dump() { slapcat -f "$s/$1.conf" -b "$base" -o ldif-wrap=no 2>/dev/null | grep -vE '^(entryCSN|modifyTimestamp|modifiersName|pwdLastSuccess|pwdFailureTime|authTimestamp):'; }

# ---- OpenLDAP ----
start openldap
tr -d '\n' <"$s/user" >"$work/bind"
is "a password alone is refused where a token is" "$(ldapwhoami -x -H "$url" -D "uid=otp,$base" -y "$work/bind" 2>&1 | grep -c 'Invalid credentials')" 1
{ tr -d '\n' <"$s/user"; "$here/freeipa.py" code "$s"; } >"$work/bind"
is "a password with a code is accepted" "$(ldapwhoami -x -H "$url" -D "uid=otp,$base" -y "$work/bind" 2>&1)" "dn:uid=otp,$base"
printf wrong >"$work/bind"
for _ in 1 2 3 4; do ldapwhoami -x -H "$url" -D "uid=locked,$base" -y "$work/bind" >/dev/null 2>&1; done
bold
dump openldap >"$work/before"
: >"$s/stats"
audited openldap audit
is "all of OpenLDAP is read" "$(states)" "ldap.accesslog absent, ldap.directory_group complete, ldap.otp complete, ldap.password_policy complete, ldap.ppolicy complete, ldap.rootdse complete"
is "tokens, their owners and their use" "$(sql "$db" "SELECT group_concat(dn || ' ' || owner_dn || ' ' || is_used, '; ') FROM (SELECT * FROM otp_token ORDER BY dn)")" \
    "cn=spare,$base uid=enrolled,$base 0; cn=token,$base uid=otp,$base 1"
is "members" "$(sql "$db" "SELECT group_concat(member_dn, ' ') FROM (SELECT member_dn FROM ldap_member ORDER BY group_dn, member_dn)")" \
    "uid=otp,$base uid=plain,$base uid=loose uid=plain"
is "groups are whole" "$(sql "$db" "SELECT min(is_whole) || ' ' || count(*) FROM ldap_group")" "1 2"
is "the default is known where cn=config is readable" "$(sql "$db" "SELECT group_concat(name || ' ' || is_default, ', ') FROM (SELECT * FROM ldap_password_policy ORDER BY name)")" \
    "default 1, lax 0, unused 0, weak 0"
verdicts <<'END'
default  openldap.lockout.enabled          pass
weak     openldap.lockout.enabled          fail
unused   openldap.lockout.enabled          not judged
default  openldap.lockout.threshold        pass
default  openldap.lockout.duration         pass
default  openldap.lockout.window           pass
lax      openldap.lockout.enabled          pass
lax      openldap.lockout.threshold        fail
lax      openldap.lockout.duration         fail
lax      openldap.lockout.window           fail
default  openldap.password.minimum-length  pass
weak     openldap.password.minimum-length  fail
default  openldap.password.expiry          pass
weak     openldap.password.expiry          fail
default  openldap.password.history         pass
weak     openldap.password.history         fail
default  openldap.password.must-change     pass
weak     openldap.password.must-change     fail
default  openldap.password.safe-modify     pass
weak     openldap.password.safe-modify     fail
weak     openldap.password.grace           fail
default  openldap.password.quality         pass
weak     openldap.password.quality         fail
plain    openldap.account.policy           pass
loose    openldap.account.policy           pass
lost     openldap.account.policy           fail
plain    openldap.account.lockout          pass
loose    openldap.account.lockout          fail
lost     openldap.account.lockout          unknown
plain    openldap.account.expired          pass
expired  openldap.account.expired          fail
locked   record.openldap.locked            fail
otp      mfa.openldap.not-guarded          pass
enrolled mfa.openldap.not-guarded          pass
plain    mfa.openldap.not-guarded          fail
END
quiet OpenLDAP
dump openldap >"$work/after"
is "the directory is as it was" "$(diff "$work/before" "$work/after")" ""
audited openldap less
is "who may not see all is told so" "$(states | grep -oE 'ldap.(otp|password_policy) [a-z]*' | tr '\n' ' ')" "ldap.otp partial ldap.password_policy partial "
is "whether a token was used is not known then" "$(sql "$db" "SELECT count(*) FROM otp_token WHERE is_used IS NOT NULL")" 0
is "nor whether accounts are locked" "$(sql "$db" "SELECT group_concat(DISTINCT r.verdict) FROM result r JOIN check_info c USING (check_no) WHERE c.id GLOB 'openldap.lockout.*'")" unknown
stop

# ---- FreeIPA ----
start ipa
bold
dump ipa >"$work/before"
: >"$s/stats"
audited freeipa audit
is "all of FreeIPA is read" "$(states)" "ldap.directory_group complete, ldap.ipa complete, ldap.rootdse complete"
is "an account, as it stands there" "$(sql "$db" "SELECT principal || ' ' || sid || ' ' || auth_types || ' ' || is_enabled || ' ' || failures || ' ' || passkeys FROM ldap_account WHERE name = 'deputy'")" \
    "deputy@WARD.EXAMPLE S-1-5-21-1-2-3-1002 otp,password 1 7 0"
is "administrators by number, at any depth" "$(sql "$db" "SELECT group_concat(name, ' ') FROM (SELECT name FROM ipa_user WHERE is_admin ORDER BY name)")" "chief deputy"
is "the policy that holds" "$(sql "$db" "SELECT group_concat(name || ' ' || policy, ', ') FROM (SELECT name, policy FROM ipa_user WHERE name IN ('both', 'nurse', 'gone') ORDER BY name)")" \
    "both chiefs, gone global_policy, nurse nurses"
verdicts <<'END'
global_policy  ipa.lockout.enabled          pass
nurses         ipa.lockout.enabled          fail
global_policy  ipa.lockout.threshold        fail
chiefs         ipa.lockout.threshold        pass
global_policy  ipa.lockout.duration         fail
chiefs         ipa.lockout.duration         pass
global_policy  ipa.lockout.window           fail
chiefs         ipa.lockout.window           pass
global_policy  ipa.password.minimum-length  fail
chiefs         ipa.password.minimum-length  pass
global_policy  ipa.password.expiry          fail
nurses         ipa.password.expiry          fail
chiefs         ipa.password.expiry          pass
global_policy  ipa.password.history         fail
chiefs         ipa.password.history         pass
ldap1.ward.example ipa.lockout.switched-on  fail
ldap1.ward.example ipa.admin.count          pass
chief     ipa.admin.second-factor     pass
deputy    ipa.admin.second-factor     fail
nurse     ipa.admin.second-factor     not judged
chief     ipa.token.not-enforced      pass
deputy    ipa.token.not-enforced      fail
chief     ipa.token.missing           pass
bare      ipa.token.missing           fail
t-chief   ipa.token.stale             pass
t-old     ipa.token.stale             fail
t-off     ipa.token.stale             fail
bare      ipa.password.never-expires  fail
gone      ipa.password.never-expires  pass
chief     ipa.admin.password-age      pass
deputy    ipa.admin.password-age      fail
chief     ipa.admin.unused            pass
deputy    ipa.admin.unused            fail
chief     ipa.admin.locked            pass
deputy    ipa.admin.locked            fail
gone      ipa.account.ended           fail
nurse     ipa.account.ended           pass
disabled  ipa.account.ended           not judged
chief     mfa.ipa.password-only       pass
deputy    mfa.ipa.password-only       fail
nurse     mfa.ipa.password-only       fail
bare      mfa.ipa.password-only       fail
disabled  mfa.ipa.password-only       not judged
END
quiet FreeIPA
dump ipa >"$work/after"
is "the directory is as it was" "$(diff "$work/before" "$work/after")" ""
audited freeipa less
is "who may not see all is told so" "$(states)" "ldap.directory_group complete, ldap.ipa partial, ldap.rootdse complete"
is "what is hidden passes nothing" "$(sql "$db" "SELECT count(*) FROM result r JOIN check_info c USING (check_no) WHERE r.verdict = 'pass'
    AND c.id IN ('ipa.admin.second-factor', 'ipa.token.not-enforced', 'ipa.token.missing', 'ipa.admin.locked')")" 0
is "nor is a token said to be missing" "$(sql "$db" "SELECT count(*) FROM result r JOIN check_info c USING (check_no) WHERE r.verdict = 'fail' AND c.id GLOB 'ipa.token.*'")" 0
stop
exit "$any_failed"
