#!/bin/bash
# SPDX-License-Identifier: GPL-3.0-or-later
# Event logs, fetched by kagimori-smb from a real standalone smbd of its own (namespaces of its own; needs root, not the lab): which
# chunks come, limits, what is no log or not there, going on after a cut, one logon, nothing changed.
# usage: smb_events.sh [BUILD_DIR]
source "$(dirname "${BASH_SOURCE[0]}")/standalone_smbd.sh"
enter "smb events" "$@"
host_up
mkdir -p "$work"/{c,spool}
configure() { # LINE of global, LINE of C$
    cat >"$work/etc/smb.conf" <<TXT
$(settings "$1")
[C\$]
 path = $work/c
 read only = no
 vfs objects = full_audit
 full_audit:prefix = audit
 full_audit:success = create_file pwrite pwrite_send unlinkat renameat fsetxattr fset_nt_acl fntimes ftruncate
 full_audit:failure = none
 full_audit:syslog = false
 $2
TXT
}
configure "" ""
users audit ward
passwords audit:Right-audit-1 wrong:Wrong-1

# ---- the logs ----
logs=$work/c/Windows/System32/winevt/Logs
ring=$here/evtx_ring.py
rdp=Microsoft-Windows-TerminalServices
names=(Security.evtx System.evtx $rdp-RemoteConnectionManager%4Operational.evtx $rdp-LocalSessionManager%4Operational.evtx ForwardedEvents.evtx)
mkdir -p "$logs"
snapshot() { (cd "$work/c" && find . -printf '%p %s %T@ %C@ %m\n' | sort; find . -type f -readable -size -100M -print0 | sort -z | xargs -0 sha256sum; getfattr -R -d -m - . 2>/dev/null) | sha256sum; }
hours_ago() { python3 -c "import time; print(int((time.time() - $1 * 3600) * 10**7) + 116444736000000000)"; }
records() { "$ring" list "$1" | tail -n +2; }
ends() { records "$work/spool/Security.evtx" | sed -n '1p;$p' | tr '\n' ' '; }

run=0
task() { # task key=value… → $work/out, $work/spool/*; logs in $wanted
    local name args=()
    run=$((run + 1))
    for name in "${wanted[@]}"; do args+=("file=$name" "spool=$work/spool/$name"); done
    "$build/smb_task" "$work/e$run.db" source=smb.event_log origin=ward7 host=ward7.hospital.example address=$address \
        $(case "$*" in *user=*) ;; *) echo 'user=WARD7\audit' ;; esac) outbox_mebibytes=2000 \
        connect_timeout_ms=2000 operation_timeout_s=10 "${args[@]}" "$@" \
        $(case "$*" in *secret_file=*) ;; *) echo secret_file="$work/audit" ;; esac) >"$work/out" 2>&1
}
clear_spool() { rm -f "$work"/spool/*; }
fetched() { stat -c %s "$work/spool/${1:-Security.evtx}"; }
same() { [ "$1" = "$2" ] || { echo "\"$1\" is not \"$2\"" | cut -c1-300 >>"$work/out"; false; }; }

# A real one where there is one, and rings.
real=$(find "$here/../../../shared/data/evtx/" -name Security.evtx -size +2M 2>/dev/null | head -1)
if [ -n "$real" ]; then cp "$real" "$logs/System.evtx"; else "$ring" make "$logs/System.evtx" 40 0 3; fi
"$ring" make "$logs/Security.evtx" 64 20
"$ring" make "$logs/${names[2]}" 3 0 13
printf 'MZ no log' >"$logs/${names[3]}"
chmod 644 "$logs"/*
wanted=("${names[@]}")

start
before=$(snapshot); n=$(logons)
task
that "all logs are fetched" says '"source":"smb.event_log".*"state":"partial".*"reason":"malformed".*"objects":3'
that "with one logon" [ $(($(logons) - ${n:-0})) = 1 ]
that "nothing was changed" [ "$(snapshot)" = "$before" ]
opens=$(grep -ahE 'audit\|create_file\|ok' "$work"/log/log.smbd* | sed -E 's/.*\|ok\|(0x[0-9a-fA-F]+)\|.*/\1/' | sort -u)
# Whatever writes, appends, deletes or changes attributes and rights ([MS-SMB2] 2.2.13.1.1).
that "the host saw opens" [ -n "$opens" ]
that "for reading only" same "$(for m in $opens; do echo $((m & 0x500d0156)); done | sort -u)" 0
that "and nothing else" same "$(grep -ahE 'audit\|(pwrite|pwrite_send|unlinkat|renameat|fsetxattr|fset_nt_acl|fntimes|ftruncate)\|' "$work"/log/log.smbd* | head -3)" ""
that "a log that lies in its order is the same" cmp -s -n "$(fetched System.evtx)" "$logs/System.evtx" "$work/spool/System.evtx"
that "but for chunks that were never used" [ "$(fetched System.evtx)" -lt "$(stat -c %s "$logs/System.evtx")" ]
that "a ring comes in order" same "$(records "$work/spool/Security.evtx")" "$(seq 5001 100 11301 | while read -r i; do echo "$i $((i + 99))"; done)"
that "behind a head that fits" same "$("$ring" list "$work/spool/Security.evtx" | head -1)" "head 0 63 64 fits"
that "a log that is not there has no row" says_not ForwardedEvents
that "what is no log says so" says 'LocalSessionManager.*"state":"malformed".*it is no event log'
that "outboxes are the operator's alone" same "$(stat -c %a "$work/spool/Security.evtx")" 600
clear_spool
wanted=(Security.evtx)
task "since=$(hours_ago 10.5)"
that "only what is young enough comes, up to the newest" same "$(ends)" "10201 10300 11301 11400 "
clear_spool
task log_mebibytes=1
that "the newest chunks are kept within the limit" same "$(ends)" "9801 9900 11301 11400 "
that "and it is said" says '"reason":"limit".*Security.evtx: the newest 1 MiB were fetched, which begin at 20'
clear_spool
chmod 000 "$logs/Security.evtx"
wanted=(Security.evtx "${names[2]}")
task
that "a log that may not be read says so" says 'Security.evtx","kind":"evtx","state":"denied"'
that "and costs itself only" says 'RemoteConnectionManager.*"state":"partial"'
chmod 644 "$logs/Security.evtx"
wanted=(Security.evtx)
clear_spool

# ---- going on ----
task log_mebibytes=512
cp "$work/spool/Security.evtx" "$work/whole"
truncate -s $((4096 + 40 * 65536 + 1000)) "$work/spool/Security.evtx"
# A mark in what is not fetched again.
dd if=/dev/urandom of="$work/spool/Security.evtx" bs=1 count=100 seek=70000 conv=notrunc 2>/dev/null
cp "$work/spool/Security.evtx" "$work/part"
task log_mebibytes=512
that "what is there stays" cmp -s -n $((39 * 65536)) -i 4096 "$work/part" "$work/spool/Security.evtx"
that "and the rest comes behind it" same "$(records "$work/spool/Security.evtx")" "$(records "$work/whole")"
"$ring" turn "$logs/Security.evtx" 30
truncate -s $((4096 + 40 * 65536)) "$work/spool/Security.evtx"
task log_mebibytes=512
that "the ring turned meanwhile: older records stay, newer ones come" same "$(ends)" "5001 5100 14301 14400 "
that "without a gap" same "$(records "$work/spool/Security.evtx" | wc -l)" 94
truncate -s $((4096 + 20 * 65536)) "$work/spool/Security.evtx"
task log_mebibytes=512
truncate -s $((4096 + 64 * 65536)) "$work/spool/Security.evtx"
that "what the ring lost begins anew" same "$(ends)" "8001 8100 14301 14400 "
truncate -s $((4096 + 40 * 65536)) "$work/spool/Security.evtx"
sleep 1
"$ring" make "$logs/Security.evtx" 94 0
task log_mebibytes=512
that "a log that was cleared begins anew, also with the same numbers" same "$(ends)" "5001 5100 14301 14400 "
clear_spool

# ---- cut in the middle ----
"$ring" make "$logs/Security.evtx" 24000 9000
task log_mebibytes=1600 &
run=$((run + 1)) # of the one in the background
for _ in $(seq 2000); do [ "$(stat -c %s "$work/spool/Security.evtx" 2>/dev/null || echo 0)" -gt 30000000 ] && break; sleep 0.005; done
for p in /proc/[0-9]*; do
    [ "$(cat "$p/comm" 2>/dev/null)" = kagimori-smb ] && kill -9 "${p#/proc/}"
done
wait
size=$(fetched)
that "a worker that is killed" says '"state":"failed","reason":"crashed"'
that "leaves what it fetched" [ "$size" -gt 30000000 ]
that "which is not all" [ "$size" -lt $((4096 + 24000 * 65536)) ]
begin=$(date +%s%N)
task log_mebibytes=1600
took=$((($(date +%s%N) - begin) / 1000000))
that "and is gone on with" same "$(records "$work/spool/Security.evtx" | sha256sum)" "$(seq 5001 100 2404901 | while read -r i; do echo "$i $((i + 99))"; done | sha256sum)"
that "a fetched log is all there" [ "$(fetched)" = $((4096 + 24000 * 65536)) ]
printf 'smb events: the rest of 1.5 GiB in %s ms (%s bytes were there)\n' "$took" "$size"
clear_spool
cat >"$work/grow.py" <<'TXT'
import subprocess, sys
while True:
    subprocess.run([sys.argv[1], "turn", sys.argv[2], "50"], check=False)
TXT
python3 "$work/grow.py" "$ring" "$logs/Security.evtx" &
grower=$!
task log_mebibytes=1600
kill $grower; wait $grower 2>/dev/null
that "a log that grows meanwhile is read to its end" says 'end: ok'
clear_spool
truncate -s 20G "$logs/Security.evtx"
task log_mebibytes=4
that "a sparse one of 20 GiB costs its limit" [ "$(fetched)" -le $((5 * 1048576)) ]
"$ring" make "$logs/Security.evtx" 64 20
clear_spool

# ---- limits of this machine, refusals ----
mount -t tmpfs -o size=2m tmpfs "$work/spool"
task
that "a full disk ends it" says 'end: io.*cannot write what was fetched'
umount "$work/spool"
n=$(logons)
task secret_file="$work/wrong"
that "a wrong password is denied" says 'end: denied.*is wrong on this host'
that "after one attempt" [ $(($(logons) - n)) = 1 ]
mv "$work/c/Windows" "$work/c/other"
task
that "what is no Windows is absent" says '"smb.event_log".*"absent"'
mv "$work/c/other" "$work/c/Windows"
wanted=()
for wrong in file=../../x.evtx file=Security.evtx/x since=-1 since=x log_mebibytes=0 log_mebibytes=99999; do
    task spool="$work/spool/x" file=System.evtx "$wrong"
    that "$wrong is refused" says 'end: usage'
done
wanted=(Security.evtx)
stop
start "" "valid users = ward"
task
that "a share that may not be opened is denied" says 'end: denied.*opening the share C\$: access is denied'
stop
task
that "a host that does not listen is unreachable" says '"unreachable".*nothing listens on port 445'

# ---- a host that drips ----
if command -v tc >/dev/null; then
    start
    ip link set lo mtu 1500
    clear_spool
    if tc qdisc add dev lo root tbf rate 64kbit burst 3000 latency 400ms 2>/dev/null; then
        begin=$(date +%s)
        task
        that "a host that drips is left" says '"smb.event_log".*\("unreachable"\|"timeout"\)'
        that "in time" [ $(($(date +%s) - begin)) -lt 120 ]
        tc qdisc del dev lo root
    fi
fi
stop
exit "$failed"
