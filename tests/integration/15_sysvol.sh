#!/bin/bash
# The policy files of the lab's domain controller: what is fetched is what lies there, nothing changes, with every kind of login;
# a wrong password is used once, a server that is down or refuses costs itself only.
. "$(dirname "${BASH_SOURCE[0]}")/lib.sh"
eval "$("$root/tests/lab/lab" env)"
folder=$KAGIMORI_LAB_DIR/dc1/samba/state/sysvol/$LAB_DOMAIN
here=$root/tests/integration
audit_log=$("$root/tests/lab/lab" audit-log dc1)
snapshot() { (cd "$folder" && find . -printf '%p %s %T@ %C@ %m %U %G\n' | sort; getfattr -R -d -m - . 2>/dev/null) | sha256sum; }
logons() { grep -c '"type": "Authentication".*10.99.0.11:445.*'"$LAB_AUDIT_USER" "$audit_log"; }
# Samba writes its log a little later than it answers.
settled() { local a b; a=$(logons); for _ in 1 2 3 4 5; do sleep 0.3; b=$(logons); [ "$a" = "$b" ] && break; a=$b; done; echo "$a"; }
run=0
fetch() { # fetch key=value… → $work/out, $work/bundle
    run=$((run + 1))
    rm -f "$work/bundle"
    in_lab "$bin/smb_task" "$work/e$run.db" source=policy.file "$@" outbox="$work/bundle" >"$work/out" 2>"$work/err"
}
hashes() { "$here/bundle.py" "$work/bundle" 2>/dev/null | sha256sum; }
dc=(host="$LAB_DC1" domain="$LAB_DOMAIN")
password=(user="$LAB_NETBIOS\\$LAB_AUDIT_USER" secret_file="$LAB_AUDIT_PASSWORD_FILE")

before=$(snapshot); n=$(settled)
fetch "${dc[@]}" "${password[@]}"
says "an ordinary account fetches the policies" '"policy.file".*"partial".*fetched'
is "with one logon" "$(($(settled) - n))" 1
first=$(hashes)
in_lab "$here/sysvol_oracle.py" "$work/bundle" "$folder" "$LAB_DC1" "$LAB_DOMAIN" "$LAB_NETBIOS\\$LAB_AUDIT_USER" \
    "$LAB_AUDIT_PASSWORD_FILE" >"$work/oracle" 2>"$work/err"
is "bytes, times and descriptors are the server's" "$(grep -vc '^compared' "$work/oracle")" 0
if grep -qE '^compared ([5-9]|[0-9]{2,}) files [0-9]{2,} descriptors' "$work/oracle"; then ok "$(tail -1 "$work/oracle")"; else bad "too little was compared: $(cat "$work/oracle" "$work/err" | tail -n 2)"; fi
is "nothing was changed" "$(snapshot)" "$before"
fetch "${dc[@]}" user="$LAB_AUDIT_USER@$LAB_DOMAIN" secret_file="$LAB_AUDIT_PASSWORD_FILE"
is "user@realm gets the same" "$(hashes)" "$first"
fetch "${dc[@]}" auth=kerberos ccache="$LAB_AUDIT_CCACHE"
is "a ticket gets the same" "$(hashes)" "$first"
fetch "${dc[@]}" auth=kerberos keytab="$LAB_AUDIT_KEYTAB" principal="$LAB_AUDIT_USER@$LAB_REALM"
is "a keytab gets the same" "$(hashes)" "$first"
fetch "${dc[@]}" auth=kerberos ccache="$LAB_AUDIT_CCACHE" address="$LAB_DC1_IP"
is "a ticket for the name, at an address, gets the same" "$(hashes)" "$first"

n=$(settled)
fetch "${dc[@]}" user="$LAB_NETBIOS\\$LAB_AUDIT_USER" secret_file="$LAB_WRONG_PASSWORD_FILE"
says "a wrong password is denied" 'end: denied.*wrong on this host'
is "after one attempt" "$(($(settled) - n))" 1
fetch "${dc[@]}" user="$LAB_NETBIOS\\$LAB_AUDIT_LOCKED_USER" secret_file="$LAB_AUDIT_LOCKED_PASSWORD_FILE"
says "a locked account is told" 'end: denied.*locked out'
fetch "${dc[@]}" auth=kerberos ccache=/nonexistent/cache
says "a ticket cache that is not there is a mistake of ours" 'end: usage.*ticket cache'
fetch host="$LAB_DC_SILENT" domain="$LAB_DOMAIN" "${password[@]}"
says "a server that is down is unreachable" '"unreachable"'
for name in 'a/../b' 'dc1;id' "dc1'" '-dc1' 'dc1 x'; do
    fetch host="$name" target=x domain="$LAB_DOMAIN" "${password[@]}"
    says "a server called $name is refused" 'end: usage'
done

# ---- a whole collection ----
collect() { in_lab "$bin/kagimori" collect --site "$work/site.yaml" --out "$@"; }
state() { sql "$1/evidence.db" "SELECT target, state FROM coverage WHERE source = 'policy.file'"; }
workers() { sql "$1/evidence.db" "SELECT count(*) FROM worker_run WHERE role = '$2'"; }
"$root/tests/lab/site" >"$work/site.yaml"
expect "a collection" 0 collect "$work/a"
is "asks one server for the files" "$(workers "$work/a" kagimori-smb)" 1
is "and decodes them" "$(state "$work/a")" "$LAB_DC1|complete"
fetched=$(workers "$work/a" kagimori-smb)
expect "gone on with" 0 collect "$work/a" --resume
is "does not fetch again" "$(workers "$work/a" kagimori-smb)" "$fetched"
sed "s/host: $LAB_DC1/host: $LAB_DC_SILENT/" "$work/site.yaml" | sed "/host: $LAB_DC_SILENT/a\\    - host: $LAB_DC1" >"$work/two.yaml"
mv "$work/two.yaml" "$work/site.yaml"
expect "where the first server is down" 0 collect "$work/b"
is "the next one is asked" "$(state "$work/b" | grep -c "$LAB_DC1|complete")" 1
"$root/tests/lab/site" | sed "s/user: .*/user: $LAB_AUDIT_DN/" >"$work/site.yaml"
expect "with a distinguished name" 0 collect "$work/c"
is "SYSVOL is not asked" "$(workers "$work/c" kagimori-smb)" 0
says_c=$(sql "$work/c/evidence.db" "SELECT state || ' ' || detail FROM coverage WHERE source = 'policy.file'")
case $says_c in not_collected*distinguished*) ok "and it is said why" ;; *) bad "nothing says why: $says_c" ;; esac
"$root/tests/lab/site" | sed "s|password_file: .*|password_file: $LAB_WRONG_PASSWORD_FILE|" >"$work/site.yaml"
n=$(settled)
expect "a wrong password" 3 collect "$work/d"
is "is not tried on SYSVOL after the directory refused it" "$(($(settled) - n))" 0
"$root/tests/lab/site" >"$work/site.yaml"
for lang in en ja; do
    in_lab "$bin/kagimori" doctor --site "$work/site.yaml" --lang $lang >"$work/out" 2>"$work/err" </dev/null
    says "doctor looks at SYSVOL ($lang)" ' ok .*SYSVOL'
done
# No password of the lab may stand in anything that was written or said.
leaks=0
for p in "$KAGIMORI_LAB_DIR"/accounts/*.password; do
    text=$(head -n 1 "$p")
    if [ -n "$text" ] && grep -rqF -- "$text" "$work"/[a-d] "$work"/*.db "$work/out" "$work/err"; then leaks=$((leaks + 1)); fi
done
is "no password in evidence or messages" "$leaks" 0
exit "$any_failed"
