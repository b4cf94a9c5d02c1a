#!/bin/bash
# Passwords of an OpenLDAP server are really changed, reset, refused, set while the access log is off, and written past the server; each account
# must get its verdict, and neither a hash nor an attribute that holds one may be asked for or left. Needs slapd, neither lab nor root.
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
mkdir -p "$s/db" "$s/log"
for n in admin audit first second; do printf 'Bed-%s\n' "$(openssl rand -hex 12)" >"$s/$n"; done
openssl req -x509 -newkey rsa:2048 -nodes -days 3 -subj /CN=ldap1.ward.example -addext subjectAltName=DNS:ldap1.ward.example \
    -keyout "$s/key.pem" -out "$s/cert.pem" 2>/dev/null
port=$(python3 -c 'import socket; s = socket.socket(); s.bind(("127.0.0.1", 0)); print(s.getsockname()[1])')
url=ldaps://127.0.0.1:$port
export LDAPTLS_REQCERT=never
as() { # as NAME FILE COMMAND…: with that bind
    local dn=uid=$1,$base
    [ "$1" != admin ] || dn=cn=admin,$base
    tr -d '\n' <"$s/$2" >"$work/bind"
    "$3" -x -H "$url" -D "$dn" -y "$work/bind" "${@:4}" >"$work/out" 2>&1
}
start() { # start log|nolog
    "$here/openldap.py" conf "$s" "$port" "$1" >"$s/slapd.conf"
    slapd -f "$s/slapd.conf" -h "$url" -d stats 2>>"$s/stats" &
    slapd=$!
    for _ in $(seq 100); do
        ldapsearch -x -H "$url" -b '' -s base 1.1 >/dev/null 2>&1 && return
        kill -0 "$slapd" 2>/dev/null || break
        sleep 0.1
    done
    bad "slapd starts"; tail -3 "$s/stats"; exit 1
}
add() { slapadd -q -f "$s/slapd.conf" -b "$1" >"$work/out" 2>&1 || { bad "$1 is filled"; tail -3 "$work/out"; exit 1; }; }
did() { local n=$1; shift; "$@" && ok "$n" || { bad "$n"; tail -2 "$work/out"; }; }

"$here/openldap.py" conf "$s" "$port" log >"$s/slapd.conf"
"$here/openldap.py" log 3000 | add cn=accesslog
"$here/openldap.py" entries "$s" | add "$base"
tr -d '\n' <"$s/first" >"$work/old"
tr -d '\n' <"$s/second" >"$work/new"

# ---- what is done ----
start log
did "a user changes the own password" as self first ldappasswd -a "$(cat "$work/old")" -s "$(cat "$work/new")"
did "an administrator resets one" as admin admin ldappasswd -T "$work/new" "uid=reset,$base"
did "an administrator resets another" as admin admin ldappasswd -T "$work/new" "uid=restored,$base"
did "a reset that must be followed" as admin admin ldappasswd -T "$work/new" "uid=pending,$base"
printf 'dn: uid=pending,%s\nchangetype: modify\nreplace: pwdReset\npwdReset: TRUE\n' "$base" >"$work/ldif"
did "which the administrator says" as admin admin ldapmodify -f "$work/ldif"
did "a deleted account" as admin admin ldappasswd -T "$work/new" "uid=deleted,$base"
did "is deleted" as admin admin ldapdelete "uid=deleted,$base"
refuse() { ! as refused first ldappasswd -s "Other-$(openssl rand -hex 8)" "uid=reset,$base"; }
did "a change that is refused" refuse
for _ in 1 2 3 4; do ! as locked second ldapwhoami || bad "a wrong password is refused"; done
for _ in 1 2 3 4; do ! as Sommer2026 second ldapwhoami || bad "a password in the place of a name is refused"; done
printf 'dn: uid=made,%s\nobjectClass: account\nobjectClass: simpleSecurityObject\nuid: made\nuserPassword: %s\n' "$base" "$(cat "$work/new")" >"$work/ldif"
did "an account is made with a password" as admin admin ldapadd -f "$work/ldif"
stop
start nolog
did "a reset while the log is off" as admin admin ldappasswd -T "$work/new" "uid=dark,$base"
stop
five=$(date -u -d '5 days ago' +%Y%m%d%H%M%SZ)
printf 'dn: uid=offline,%s\nchangetype: modify\nreplace: userPassword\nuserPassword: %s\n-\nreplace: pwdChangedTime\npwdChangedTime: %s\n\n' \
    "$base" "$(cat "$work/new")" "$five" >"$work/ldif"
printf 'dn: uid=restored,%s\nchangetype: modify\nreplace: userPassword\nuserPassword: %s\n-\nreplace: pwdChangedTime\npwdChangedTime: 20260401080000Z\n' \
    "$base" "$(cat "$work/old")" >>"$work/ldif"
did "two passwords are written past the server" slapmodify -f "$s/slapd.conf" -b "$base" -l "$work/ldif"
start log
# The log reaches over a change only when it goes on after it.
sleep 12
printf 'dn: cn=Contact,%s\nchangetype: modify\nreplace: description\ndescription: x\n' "$base" >"$work/ldif"
did "something later" as admin admin ldapmodify -f "$work/ldif"

# ---- an audit ----
site() { # site USER
    cat <<END
organisation: { en: Ward, ja: 病棟 }
openldap:
  servers: [ { host: ldap1.ward.example, address: 127.0.0.1, port: $port } ]
  ca_file: $s/cert.pem
  bind: { method: simple, user: "uid=$1,$base", password_file: $s/audit }
END
}
site audit >"$work/site.yaml"
: >"$s/stats"
"$bin/kagimori" audit --site "$work/site.yaml" --out "$work/audit" --incident-time "$(date -u -d '2 days ago' +%Y-%m-%dT%H:%M:%SZ)" \
    >"$work/out" 2>"$work/err" </dev/null
code=$?
db=$work/audit/evidence.db
{ [ "$code" = 1 ] || [ "$code" = 3 ]; } && ok "the server is audited" || { bad "the server is audited: exit code $code"; tail -5 "$work/err"; }
is "its sources are complete" "$(sql "$db" "SELECT group_concat(source || ' ' || state, ', ') FROM
    (SELECT source, state FROM coverage WHERE target = 'ldap1.ward.example' ORDER BY source)")" \
    "ldap.accesslog complete, ldap.directory_group complete, ldap.otp absent, ldap.password_policy complete, ldap.ppolicy complete, ldap.rootdse complete"
is "the log is this server's, whole" "$(sql "$db" "SELECT form || ' ' || host || ' ' || origin || ' ' || path || ' ' || is_whole FROM event_log")" \
    "accesslog ldap1.ward.example ldap1.ward.example cn=accesslog 1"
is "it reaches thirty days" "$(sql "$db" "SELECT ((last_at - first_at) / 864000000000) || ' ' || start FROM event_run")" "30 begin"
is "every record was read" "$(sql "$db" "SELECT count(*) FROM change_event WHERE target_dn LIKE 'uid=gone-%'")" 1500
rows() { sql "$db" "SELECT group_concat(kind || ' ' || is_failure || ' ' || status || ' ' || subject_name, '; ') FROM change_event
    WHERE target_dn = 'uid=$1,$base' AND at > (SELECT last_at - 6000000000 FROM event_log)"; }
is "a change by the user" "$(rows self)" "password_change 0 0 uid=self,$base"
is "a reset" "$(rows reset | sed 's/; .*//')" "password_reset 0 0 cn=admin,$base"
is "a refused reset" "$(rows reset | sed 's/.*; //')" "password_reset 1 50 uid=refused,$base"
is "a new account" "$(rows made)" "created 0 0 cn=admin,$base"
is "a deleted account keeps its record" "$(rows deleted)" "password_reset 0 0 cn=admin,$base"
is "nothing of what the log did not see" "$(rows dark)$(rows offline)" ""
is "rows name the entry" "$(sql "$db" "SELECT count(*) FROM change_event c JOIN ppolicy_account p ON p.guid = c.target_guid WHERE p.name = 'self'")" 1
# slapd does not record every one of them.
is "failed logons" "$(sql "$db" "SELECT (count(*) BETWEEN 1 AND 8) || ' ' || group_concat(DISTINCT account_name) FROM logon_event")" "1 uid=locked,$base"
is "what was typed where a name belongs is kept nowhere" "$(grep -c Sommer2026 "$db")" 0
is "an entry without a password is no account" "$(sql "$db" "SELECT count(*) FROM ppolicy_account WHERE dn LIKE 'cn=Contact%'")" 0
account() { sql "$db" "SELECT $2 FROM ppolicy_account WHERE name = '$1'"; }
is "locked" "$(account locked "locked_at > 0 AND failures = 3 AND last_failure_at > 0")" 1
is "not locked, and the server says so" "$(account self "locked_at = 0 AND failures = 0 AND must_change = 0 AND grace_uses = 0 AND has_password = 1")" 1
is "pending" "$(account pending must_change)" 1
is "without a date" "$(account nodate "changed_at || ' ' || has_password")" "0 1"

while read -r name check verdict; do
    [ -n "$name" ] || continue
    is "$check of $name" "$(sql "$db" "SELECT coalesce(group_concat(DISTINCT r.verdict), 'not judged') FROM result r JOIN check_info c USING (check_no)
        WHERE c.id = 'record.openldap.$check' AND r.subject = coalesce((SELECT guid FROM ppolicy_account WHERE name = '$name'), '$name')")" "$verdict"
done <<'END'
self       unrecorded               pass
reset      unrecorded               pass
pending    unrecorded               pass
made       unrecorded               pass
dark       unrecorded               fail
offline    unrecorded               fail
first-one  unrecorded               unknown
restored   unrecorded               unknown
nodate     unrecorded               not judged
self       without-change           pass
restored   without-change           fail
self       never-changed            pass
first-one  never-changed            fail
nodate     no-date                  fail
self       no-date                  pass
self       unchanged-since-incident pass
first-one  unchanged-since-incident fail
offline    unchanged-since-incident fail
nodate     unchanged-since-incident unknown
pending    reset-pending            fail
self       reset-pending            pass
locked     locked                   fail
self       locked                   pass
ldap1.ward.example ppolicy          pass
ldap1.ward.example log-reach        fail
END

# ---- no value was asked for, none was left ----
grep 'SRCH attr=' "$s/stats" >"$work/asked"
is "attributes were asked for by name" "$([ -s "$work/asked" ] && echo yes)" yes
is "no secret attribute was asked for" "$(sed 's/.*SRCH attr=//' "$work/asked" | tr ' ' '\n' | secret_of)" ""
# Which attribute a record of the log is about stands before the colon; what it was set to would stand behind it.
is "no filter asks what a secret is" "$(sed -n 's/.*filter=//p' "$s/stats" | sed 's/(reqMod=userPassword:\*)//' | secret_filters)" ""
is "nothing was changed" "$(grep -cE ' (MOD|ADD|DEL|MODRDN|PASSMOD) ' "$s/stats")" 0
{ slapcat -f "$s/slapd.conf" -b "$base" -o ldif-wrap=no; slapcat -f "$s/slapd.conf" -b cn=accesslog -o ldif-wrap=no; } >"$work/dump" 2>/dev/null
python3 - "$work/dump" "$s" >"$work/hashes" <<'END'
import base64, re, sys
found = set(open(f"{sys.argv[2]}/{n}").readline().strip() for n in ("admin", "audit", "first", "second"))
for line in open(sys.argv[1]):
    name, _, value = line.rstrip("\n").partition(":")
    if name in ("userPassword", "pwdHistory", "reqMod", "reqOld") and value.startswith(":"):
        value = base64.b64decode(value[1:].strip()).decode("utf-8", "replace")
    if name in ("userPassword", "pwdHistory", "reqMod", "reqOld"):
        found.update(h for h in re.findall(r"\{[A-Z0-9]+\}([A-Za-z0-9+/=]{16,})", value))
print("\n".join(sorted(found)))
END
is "there are hashes to look for" "$([ "$(wc -l <"$work/hashes")" -gt 6 ] && echo yes)" yes
is "no password and no hash is in what is left" "$(grep -rlaF -f "$work/hashes" "$work/audit" "$work/err" "$work/out" 2>/dev/null)" ""

# ---- what was not seen passes nothing: each source less complete than it was, every row still there ----
verdicts() { sql "$1" "SELECT c.id || ' ' || r.subject || ' ' || r.verdict FROM result r JOIN check_info c USING (check_no)
    WHERE c.id GLOB 'record.openldap.*' AND r.verdict IN ('pass', 'fail') ORDER BY 1"; }
verdicts "$db" >"$work/seen"
needs_ppolicy="record.openldap.(locked|reset-pending|ppolicy) .* pass"
needs_accesslog="record.openldap.(without-change|log-reach) .* pass|record.openldap.unrecorded .* fail"
for source in ppolicy accesslog; do
    for state in denied partial unreachable absent ''; do
        cp "$db" "$work/less.db"
        if [ -n "$state" ]; then
            sqlite3 "$work/less.db" "UPDATE coverage SET state = '$state', reason = '$state' WHERE source = 'ldap.$source'"
        else
            sqlite3 "$work/less.db" "DELETE FROM coverage WHERE source = 'ldap.$source'"
        fi
        "$bin/kagimori" evaluate "$work/less.db" >"$work/out" 2>"$work/err" </dev/null
        verdicts "$work/less.db" >"$work/now"
        more=$(comm -13 "$work/seen" "$work/now" | grep -v " ldap1.ward.example fail$") needs=needs_$source
        [ "$state" != partial ] || more=$(grep -v '.ppolicy ' <<<"$more")
        is "$source ${state:-never asked}: no verdict that was not there before" "$more" ""
        # That a server has no such log is an answer, and a finding of its own.
        [ "$source $state" = "accesslog absent" ] || is "$source ${state:-never asked}: what failed is there or unknown" "$(sqlite3 "$work/less.db" "
            ATTACH '$db' AS was; SELECT DISTINCT c.id FROM was.result r JOIN was.check_info c USING (check_no)
            WHERE c.id GLOB 'record.openldap.*' AND r.verdict = 'fail'
            AND NOT EXISTS (SELECT 1 FROM main.result n JOIN main.check_info m USING (check_no)
                WHERE m.id = c.id AND (n.subject = r.subject AND n.verdict = 'fail' OR n.verdict = 'unknown'))")" ""
        is "$source ${state:-never asked}: nothing by what is not known" \
            "$(grep -E "${!needs}" "$work/now" | grep -vc "ppolicy ldap1.*pass")" 0
    done
done

# ---- again, and doctor ----
expect "an audit that is resumed asks nothing twice" 0 "$bin/kagimori" collect --site "$work/site.yaml" --out "$work/audit" --resume
is "it has the log once" "$(sql "$db" "SELECT count(*) FROM event_log")" 1
"$bin/kagimori" doctor --lang en --site "$work/site.yaml" >"$work/out" 2>"$work/err" </dev/null
says "doctor knows the server" "ldap1.ward.example: OpenLDAP"
says "doctor reads what it has" "ldap1.ward.example: 5 kinds of evidence"

# ---- who may less is told so, and nothing passes ----
audited() { # audited USER: collects and evaluates as another account
    site "$1" >"$work/site.yaml"
    rm -rf "$work/less"
    "$bin/kagimori" audit --site "$work/site.yaml" --out "$work/less" >"$work/out" 2>"$work/err" </dev/null
    db=$work/less/evidence.db
}
state() { sql "$db" "SELECT state || ' ' || coalesce(reason, '') FROM coverage WHERE source = 'ldap.$1' AND target = 'ldap1.ward.example'"; }
passed() { sql "$db" "SELECT count(*) FROM result r JOIN check_info c USING (check_no) WHERE c.id IN ($1) AND r.verdict = 'pass'"; }
audited half
is "an attribute that may be searched and not read: partial" "$(state ppolicy)" "partial denied"
is "then nobody passes as not locked" "$(passed "'record.openldap.locked'")" 0
audited blind
is "a log that may not be searched by reqMod: denied" "$(state accesslog)" "denied denied"
is "then nobody passes as recorded" "$(passed "'record.openldap.unrecorded', 'record.openldap.without-change', 'record.openldap.log-reach'")" 0
is "attributes that are hidden stay unknown" "$(sql "$db" "SELECT count(*) FROM ppolicy_account WHERE locked_at IS NOT NULL")" 0
is "a log without records has no row" "$(sql "$db" "SELECT count(*) FROM event_log")" 0
audited nolog
is "a log that is not visible: denied" "$(state accesslog)" "denied denied"
stop
"$here/openldap.py" conf "$s" "$port" log | grep -v '^limits' >"$s/limited.conf"
slapd -f "$s/limited.conf" -h "$url" -d stats 2>>"$s/stats" &
slapd=$!
for _ in $(seq 50); do ldapsearch -x -H "$url" -b '' -s base 1.1 >/dev/null 2>&1 && break; sleep 0.1; done
audited audit
is "the server's own limit: partial" "$(state accesslog)" "partial limit"
is "what came is kept, as a part" "$(sql "$db" "SELECT is_whole || ' ' || (records BETWEEN 1 AND 2999) FROM event_log")" "0 1"
is "then nobody is said to be without a record" "$(sql "$db" "SELECT count(*) FROM result r JOIN check_info c USING (check_no)
    WHERE c.id = 'record.openldap.unrecorded' AND r.verdict = 'fail'")" 0
stop

# ---- a record of a time that cannot be ----
rm -rf "$s/log" && mkdir "$s/log"
"$here/openldap.py" log 10 far | add cn=accesslog
start log
audited audit
is "a record of the year 9999: partial" "$(state accesslog)" "partial malformed"
is "it is counted and reaches nowhere" "$(sql "$db" "SELECT unreadable || ' ' || (last_at < 150000000000000000) FROM event_log")" "2 1"
is "then nobody passes by it" "$(passed "'record.openldap.unrecorded', 'record.openldap.log-reach'")" 0
stop

# ---- neither overlay ----
cat >"$s/plain.conf" <<END
include /etc/ldap/schema/core.schema
include /etc/ldap/schema/cosine.schema
include /etc/ldap/schema/nis.schema
include /etc/ldap/schema/inetorgperson.schema
modulepath /usr/lib/ldap
moduleload back_mdb
TLSCertificateFile $s/cert.pem
TLSCertificateKeyFile $s/key.pem
database mdb
suffix "$base"
directory $s/plain
END
mkdir "$s/plain"
{ printf 'dn: %s\nobjectClass: domain\ndc: ward\n\ndn: uid=audit,%s\nobjectClass: account\nobjectClass: simpleSecurityObject\nuid: audit\nuserPassword: %s\n' \
    "$base" "$base" "$(cat "$s/audit")"; } | slapadd -q -f "$s/plain.conf" >"$work/out" 2>&1 || bad "a plain server is filled"
slapd -f "$s/plain.conf" -h "$url" -d 0 2>/dev/null &
slapd=$!
for _ in $(seq 50); do ldapsearch -x -H "$url" -b '' -s base 1.1 >/dev/null 2>&1 && break; sleep 0.1; done
audited audit
is "a server without the overlays" "$(state ppolicy), $(state accesslog)" "absent absent, absent absent"
is "is found" "$(sql "$db" "SELECT group_concat(r.verdict) FROM result r JOIN check_info c USING (check_no)
    WHERE c.id IN ('record.openldap.ppolicy', 'record.openldap.log-reach')")" "fail,fail"
# ---- an OpenLDAP server that the site file takes for a directory ----
site audit | sed 's/^openldap:/directory:/' >"$work/site.yaml"
rm -rf "$work/less"
"$bin/kagimori" audit --site "$work/site.yaml" --out "$work/less" >"$work/out" 2>"$work/err" </dev/null
is "it is known for what it is, and nothing more" "$(sql "$work/less/evidence.db" "SELECT group_concat(r.subject || ' ' || r.verdict, ', ') FROM result r JOIN check_info c USING (check_no)
    WHERE c.id GLOB 'record.openldap.*'")" "ldap1.ward.example unknown, ldap1.ward.example unknown"
is "and it is asked for nothing of theirs" "$(sql "$work/less/evidence.db" "SELECT group_concat(source || ' ' || state || ' ' || target, ', ') FROM
    (SELECT * FROM coverage WHERE source IN ('ldap.ppolicy', 'ldap.accesslog') ORDER BY source)")" "ldap.accesslog absent openldap, ldap.ppolicy absent openldap"
stop
exit "$any_failed"
