#!/bin/bash
# SPDX-License-Identifier: GPL-3.0-or-later
# Files of shares, fetched by kagimori-smb from a real standalone smbd of its own (namespaces of its own; needs root, not the lab):
# odd names, deep folders, ten thousand files, links, what may not be read, referrals to another host, one logon, nothing changed.
# usage: smb_files.sh [BUILD_DIR]
source "$(dirname "${BASH_SOURCE[0]}")/standalone_smbd.sh"
other=10.9.9.8
enter "smb files" "$@"
host_up $other
mkdir -p "$work"/{sysvol,c,closed}
configure() { # LINE of global, LINE of SYSVOL
    cat >"$work/etc/smb.conf" <<TXT
$(settings "$1")
[SYSVOL]
 path = $work/sysvol
 read only = no
 vfs objects = acl_xattr
 acl_xattr:ignore system acls = yes
 wide links = no
 $2
[C\$]
 path = $work/c
 read only = no
TXT
}
configure "" ""
users audit ward
passwords audit:Right-audit-1 wrong:Wrong-1

# ---- the files ----
domain=ward7.example
top=$work/sysvol/$domain
mkdir -p "$top/Policies/{11111111-2222-3333-4444-555555555555}/Machine" "$top/scripts"
policy="$top/Policies/{11111111-2222-3333-4444-555555555555}"
printf '[General]\r\nVersion=1\r\n' >"$policy/GPT.INI"
head -c 3000000 /dev/urandom >"$policy/Machine/Registry.pol"
head -c 2000000 /dev/zero | tr '\0' x >"$top/scripts/large.bat"
printf 'net use\r\n' >"$top/scripts/設定 ｶﾅ 表ソ%20.cmd"
printf 'x' >"$top/scripts/a&b;c=d#e%41.ps1"
printf 'x' >"$top/scripts/program.exe"
printf 'never-in-the-bundle' >"$work/closed/secret.ini"
ln -s "$work/closed/secret.ini" "$top/scripts/outside.ini"
ln -s "$work/closed" "$top/scripts/outside"
printf 'x' >"$top/scripts/denied.ini"; chmod 000 "$top/scripts/denied.ini"
mkdir "$top/scripts/shut"; printf 'x' >"$top/scripts/shut/in.ini"; chmod 700 "$top/scripts/shut"
deep=$top/scripts
for i in $(seq 40); do deep=$deep/d$i; done
mkdir -p "$deep"; printf 'x' >"$deep/bottom.ini"
mkdir -p "$work/sysvol/many.example/Policies" "$work/sysvol/loop.example/Policies/a"
(cd "$work/sysvol/many.example/Policies" && for i in $(seq 10000); do printf '%s' "$i" >"f$i.ini"; done)
ln -s .. "$work/sysvol/loop.example/Policies/a/one"
ln -s .. "$work/sysvol/loop.example/Policies/a/two"
mkdir -p "$work/c/Windows/System32/GroupPolicy/Machine" "$work/c/Windows/security/templates/policies" "$work/c/ProgramData"
printf 'PReg\1\0\0\0' >"$work/c/Windows/System32/GroupPolicy/Machine/Registry.pol"
printf 'PReg\1\0\0\0' >"$work/c/ProgramData/ntuser.pol"
snapshot() { (cd "$1" && find . -printf '%p %s %T@ %C@ %m\n' | sort; find . -type f -readable -print0 | sort -z | xargs -0 sha256sum; getfattr -R -d -m - . 2>/dev/null) | sha256sum; }

run=0
task() { # task key=value… → $work/out, $work/bundle, $work/members
    run=$((run + 1))
    rm -f "$work/bundle" "$work/members"
    "$build/smb_task" "$work/e$run.db" host=ward7.hospital.example address=$address \
        $(case "$*" in *user=*) ;; *) echo 'user=WARD7\audit' ;; esac) outbox="$work/bundle" \
        connect_timeout_ms=2000 operation_timeout_s=10 "$@" $(case "$*" in *secret_file=*) ;; *) echo secret_file="$work/audit" ;; esac) >"$work/out" 2>&1
    "$here/bundle.py" "$work/bundle" >"$work/members" 2>/dev/null
}
member() { # member PATH STATE
    python3 - "$work/members" "$1" "$2" <<'PY'
import json, sys
rows = [json.loads(l) for l in open(sys.argv[1], encoding="utf-8")]
sys.exit(not any(r.get("path") == sys.argv[2] and r["state"] == sys.argv[3] for r in rows))
PY
}
no_member() { ! grep -qF -- "\"path\": \"$1" "$work/members"; }
same_bytes() { # member PATH has the bytes of the FILE
    grep -F "\"path\": \"$1\"" "$work/members" | grep -q "$(sha256sum <"$2" | cut -d' ' -f1)"
}
sysvol=(source=policy.file domain=$domain)

start
before=$(snapshot "$work/sysvol"); n=$(logons)
task "${sysvol[@]}"
that "what can be read is fetched" says '"source":"policy.file".*"state":"partial"'
that "with one logon" [ $(($(logons) - ${n:-0})) = 1 ]
that "the bundle has its end" grep -q '"whole": true' "$work/members"
that "nothing was changed" [ "$(snapshot "$work/sysvol")" = "$before" ]
that "a file of 3 MB is the same" same_bytes "Policies/{11111111-2222-3333-4444-555555555555}/Machine/Registry.pol" "$policy/Machine/Registry.pol"
that "Japanese names are" same_bytes "scripts/設定 ｶﾅ 表ソ%20.cmd" "$top/scripts/設定 ｶﾅ 表ソ%20.cmd"
that "and names that mean something in URLs" same_bytes "scripts/a&b;c=d#e%41.ps1" "$top/scripts/a&b;c=d#e%41.ps1"
that "a large script is left out" member scripts/large.bat too_large
that "a program is named only" member scripts/program.exe too_large
that "a file that may not be read says so" member scripts/denied.ini denied
that "and a folder" member scripts/shut folder_cut
that "a link out of the share gives nothing" [ "$(grep -c never-in-the-bundle "$work/bundle")" = 0 ]
that "depth ends" no_member "scripts/$(echo d{1..32} | tr ' ' /)/"
that "every member has a descriptor" [ "$(grep '"path"' "$work/members" | grep -v -e denied -e folder_cut | grep -c '"note": ""')" = 0 ]
task source=policy.file domain=many.example
that "ten thousand files are there" [ "$(grep -c '"path": "Policies/f[0-9]*.ini".*"state": "read"' "$work/members")" = 10000 ]
task source=policy.file domain=loop.example max_files=300
that "links in a circle end" [ "$(grep -c '"path"' "$work/members")" -le 340 ]
that "and it is said" says '"policy.file".*\(too many files\|too deep\)'
that "in a bundle that has its end" grep -q '"whole": true' "$work/members"
task "${sysvol[@]}" max_mebibytes=1
that "a limit of bytes is kept" [ "$(stat -c %s "$work/bundle")" -le 1048700 ]
that "and leaves a whole bundle" grep -q '"whole": true' "$work/members"

# ---- refusals ----
n=$(logons)
task "${sysvol[@]}" secret_file="$work/wrong"
that "a wrong password is denied" says 'end: denied.*is wrong on this host'
that "after one attempt" [ $(($(logons) - n)) = 1 ]
that "and nothing came" [ ! -s "$work/bundle" ]
task source=policy.file domain=other.example
that "another domain has no folder here" says '"absent".*has no Policies folder'
for name in '../../etc' 'a/b' '' 'a b' '-x' '$(id)'; do
    task source=policy.file "domain=$name"
    that "a domain called \"$name\" is refused" says 'end: usage'
done
stop
start "" "valid users = ward"
n=$(logons)
task "${sysvol[@]}"
that "a share that may not be opened is denied" says 'end: denied.*opening the share SYSVOL: access is denied'
that "after one attempt" [ $(($(logons) - n)) = 1 ]
stop
start "map to guest = bad user" "guest ok = yes"
task "${sysvol[@]}" 'user=WARD7\nosuch'
that "a guest's session is not used" says 'end: denied'
stop
task "${sysvol[@]}"
that "a host that does not listen is unreachable" says '"unreachable".*nothing listens on port 445'

# ---- referrals ----
cat >"$work/listen.py" <<'PY'
import socket, sys
s = socket.create_server((sys.argv[1], 445))
while True:
    s.accept()
    open(sys.argv[2], "a").write("x")
PY
python3 "$work/listen.py" $other "$work/asked" &
listener=$!
sleep 0.5
start "" "msdfs root = yes"
ln -s "msdfs:$other\\share" "$top/scripts/elsewhere"
task "${sysvol[@]}"
that "a referral in the share costs itself only" says '"state":"partial"'
that "and is not followed" no_member "scripts/elsewhere/"
rm "$top/scripts/elsewhere"
stop
start "" "msdfs proxy = \\$other\\share"
task "${sysvol[@]}"
that "a share that refers to another host gives nothing" no_member ""
that "the other host was not asked" [ ! -e "$work/asked" ]
kill $listener 2>/dev/null
stop

# ---- caches ----
start
before=$(snapshot "$work/c"); n=$(logons)
task source=smb.cache
that "caches are fetched" says '"source":"smb.cache".*"state":"partial"'
that "with one logon" [ $(($(logons) - n)) = 1 ]
that "the local policy is" same_bytes Windows/System32/GroupPolicy/Machine/Registry.pol "$work/c/Windows/System32/GroupPolicy/Machine/Registry.pol"
that "the user's part is" member ProgramData/ntuser.pol read
that "a cache that is not there is an empty one" member "ProgramData/Microsoft/Group Policy/History" folder
that "nothing was changed on the host" [ "$(snapshot "$work/c")" = "$before" ]
mv "$work/c/Windows" "$work/c/other"
task source=smb.cache
that "what is no Windows is absent" says '"smb.cache".*"absent"'
stop
exit "$failed"
