#!/bin/bash
# SPDX-License-Identifier: GPL-3.0-or-later
# kagimori-smb against a real standalone smbd of its own (namespaces of its own; needs root, not the lab): one logon for all
# interfaces, the registry pipe is never opened unasked, no trial ever locks an account, a connection that breaks.
# usage: smb_host.sh [BUILD_DIR]
source "$(dirname "${BASH_SOURCE[0]}")/standalone_smbd.sh"
enter "smb host" "$@"
host_up
mkdir -p "$work/svcctl"
configure() { # LINES of global
    cat >"$work/etc/smb.conf" <<TXT
$(settings " log level = 1 smb2:10 auth_json_audit:3@/var/log/samba/auth.json
 $1")
[C\$]
 path = /tmp
TXT
}
configure ""
net setlocalsid S-1-5-21-1-2-3 >/dev/null 2>&1
users chief audit ward
pdbedit -r -u chief -U S-1-5-21-1-2-3-500 >/dev/null 2>&1
for g in 544:admins 555:remote; do net groupmap add sid=S-1-5-32-${g%%:*} unixgroup=${g#*:} type=local >/dev/null 2>&1; done
net groupmap addmem S-1-5-32-544 "$(pdbedit -Lv audit 2>/dev/null | awk '/User SID/{print $3}')" >/dev/null 2>&1
net groupmap addmem S-1-5-32-544 S-1-5-21-1-2-3-500 >/dev/null 2>&1
net registry createkey 'HKLM\SOFTWARE\Hospital' >/dev/null 2>&1
net registry setvalue 'HKLM\SOFTWARE\Hospital' Setting dword 7 >/dev/null 2>&1
net registry setvalue 'HKLM\SOFTWARE\Hospital' DefaultPassword sz never-in-the-evidence >/dev/null 2>&1

run=0
task() { # task key=value… → $work/out
    run=$((run + 1))
    "$build/smb_task" "$work/e$run.db" host=ward7.hospital.example address=$address 'user=WARD7\audit' \
        connect_timeout_ms=2000 operation_timeout_s=10 "$@" $(case "$*" in *secret_file=*) ;; *) echo secret_file="$work/audit" ;; esac) >"$work/out" 2>&1
}
registry_was_opened() { grep -qri "name *\[winreg\]" "$work/log"; } # what clients open, at this log level
registry_was_left_alone() { ! registry_was_opened; }
locked() { pdbedit -Lv -u chief 2>/dev/null | grep -q 'Account Flags:.*L'; }
not_locked() { ! locked; }
passwords audit:Right-audit-1 wrong:Wrong-1 c1:No-1 c2:No-2 c3:No-3 c4:No-4 c5:No-5 right:Right-chief-1
all="source=smb.machine source=smb.policy source=smb.account source=smb.group source=smb.right source=smb.service
    source=smb.share"
wish=('registry=HKLM\SOFTWARE\Hospital|Setting' 'registry=HKLM\SOFTWARE\Hospital|DefaultPassword')

# ---- one logon ----
start
before=$(logons)
task $all service=RemoteRegistry service=NoSuchService
that "all interfaces are read" says '"source":"smb.share".*"state":"complete"'
that "with one logon" [ $(($(logons) - ${before:-0})) = 1 ]
that "the administrator is found by RID" says '"rid":500.*"name":"chief"'
that "members come by SID" says '"group_sid":"S-1-5-32-544","member_sid":"S-1-5-21-1-2-3-500"'
that "a service that is not there is missing" says '"NoSuchService".*"is_missing":1'
that "the policy is read" says '"lockout_threshold":3'

# ---- the registry ----
task source=smb.registry "${wish[@]}"
that "the registry is not read unasked" says '"smb.registry".*"not_collected".*--remote-registry'
that "its pipe is not opened unasked" registry_was_left_alone
stop
start 'svcctl list = RemoteRegistry' # a service of that name whose state the host does not tell
task source=smb.registry remote_registry=1 "${wish[@]}"
that "a service that may not run is not woken" says '"smb.registry".*"not_collected".*left alone'
that "its pipe is not opened then" registry_was_left_alone
stop
start
task source=smb.registry remote_registry=1 "${wish[@]}"
that "the registry is read where the service runs" says '"value":"Setting".*"number":7'
that "its pipe is opened then (as the log can tell)" registry_was_opened
that "a password is known by its size only" says '"value":"DefaultPassword".*"type":1,"size":44'
that "and never read" says_not never-in-the-evidence

# ---- trials ----
ten=(candidate_file="$work/c1" candidate_file="$work/c2" candidate_file="$work/c3" candidate_file="$work/c4"
    candidate_file="$work/c5" candidate_file="$work/c1" candidate_file="$work/c2" candidate_file="$work/c3"
    candidate_file="$work/c4" candidate_file="$work/right")
for _ in 1 2 3; do task source=smb.reuse trials=10 "${ten[@]}"; done
that "ten candidates three times lock nobody" not_locked
that "the rest is skipped for the budget" says '"candidate":10.*"lockout_budget".*"bad_password_count":1'
pdbedit -z -u chief >/dev/null 2>&1
task source=smb.reuse candidate_file="$work/c1" candidate_file="$work/right"
that "one trial a run" says '"candidate":2.*"one_per_window"'
pdbedit -z -u chief >/dev/null 2>&1
task source=smb.reuse trials=10 candidate_file="$work/right" candidate_file="$work/c1"
that "the right one is accepted" says '"candidate":1,"outcome":"accepted"'
that "and ends the trials" says '"candidate":2.*"answered"'
that "no candidate is ever shown" says_not Right-chief
task source=smb.reuse is_controller=1 candidate_file="$work/right"
that "never on a domain controller" says '"candidate":1,"outcome":"skipped","reason":"controller"'
pdbedit -c '[D]' -u chief >/dev/null 2>&1
task source=smb.reuse candidate_file="$work/right"
that "never with a disabled account" says '"reason":"disabled"'
pdbedit -c '[]' -u chief >/dev/null 2>&1
before=$(logons)
task source=smb.machine source=smb.account source=smb.reuse secret_file="$work/wrong" candidate_file="$work/right"
that "a wrong audit password is said so" says '"smb.account".*"denied".*is wrong'
that "and sent once" [ $(($(logons) - before)) = 1 ]
stop
start 'map to guest = Bad Password'
task source=smb.machine secret_file="$work/wrong"
that "a guest session is no logon" says '"smb.machine".*"denied"'
task source=smb.reuse candidate_file="$work/c5"
that "nor an accepted candidate" says '"candidate":1,"outcome":"failed"'
stop
start $'server max protocol = NT1\n server min protocol = NT1'
task source=smb.machine
that "SMB1 alone is not spoken" says '"smb.machine".*"unsupported".*SMB1'
stop

# ---- a connection that breaks ----
start
cat >"$work/cut.py" <<'PY'
import socket, sys, threading
most = int(sys.argv[1])
listener = socket.create_server(("127.0.0.1", 1445))
def pump(a, b, left):
    try:
        while True:
            data = a.recv(1024)
            if not data:
                break
            if left is not None:
                left[0] -= len(data)
                if left[0] < 0:
                    break
            b.sendall(data)
    except OSError:
        pass
    for s in (a, b):
        try:
            s.shutdown(socket.SHUT_RDWR)
        except OSError:
            pass
print("up", flush=True)
while True:
    client, _ = listener.accept()
    server = socket.create_connection((sys.argv[2], 445))
    threading.Thread(target=pump, args=(client, server, None), daemon=True).start()
    threading.Thread(target=pump, args=(server, client, [most]), daemon=True).start()
PY
broken=0 answered=0
for most in 400 1200 2000 2600 3200 4000 5000 6500 9000; do
    /usr/bin/python3 "$work/cut.py" $most $address >"$work/cut.out" &
    cut=$!
    for _ in $(seq 50); do grep -qs up "$work/cut.out" && break; sleep 0.1; done
    before=$(logons)
    task address=127.0.0.1 port=1445 $all service=RemoteRegistry
    after=$(logons)
    kill $cut
    wait $cut 2>/dev/null
    [ "$(grep -c '"table":"coverage"' "$work/out")" = 7 ] && ! says crashed && ! says '"hung"' && answered=$((answered + 1))
    [ $((after - before)) -le 1 ] || broken=1
done
that "a connection that breaks leaves coverage for every source" [ $answered = 9 ]
that "and is not made again" [ $broken = 0 ]
stop
exit $failed
