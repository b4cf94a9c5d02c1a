#!/bin/bash
# SPDX-License-Identifier: GPL-3.0-or-later
# The event logs of hosts, over their administrators' shares: opt-in, fetched and decoded host by host, nothing changed, gone on with after
# a cut; what one host lacks or refuses costs itself only.
. "$(dirname "${BASH_SOURCE[0]}")/lib.sh"
eval "$("$root/tests/lab/lab" env)"
logs_of() { echo "$KAGIMORI_LAB_DIR/hosts/$1/srv/c/Windows/System32/winevt"; }
hosts="SRV-PRINT01 SRV-SQL01 WS-W11-01"
clean() { local h; for h in $hosts; do rm -rf "$(logs_of $h)"; done; rm -rf "$work"; }
trap clean EXIT
# make HOST RECORDS: its Security log (resets, one an hour up to now), a service in System, an RDP session
make() {
    mkdir -p "$(logs_of "$1")/Logs"
    PYTHONDONTWRITEBYTECODE=1 python3 - "$root/tests/lab/offline" "$(logs_of "$1")/Logs" "${1,,}.$LAB_DOMAIN" "$2" "$LAB_DOMAIN_SID" <<'PY'
import sys, time
sys.path.insert(0, sys.argv[1])
import events, evtx
folder, computer, count, domain = sys.argv[2], sys.argv[3], int(sys.argv[4]), sys.argv[5]
now = time.time()
def write(name, number, values, n, step=3600):
    log, e = evtx.Evtx(first=1001), events.EVENTS[number]
    for i in range(n):
        log.add(now - (n - 1 - i) * step - 60, computer, e, e.values(values))
    open(folder + "/" + name, "wb").write(log.bytes(dirty=True, ring=len(log.chunks) // 3))
write("Security.evtx", 4724, {"TargetUserName": "sato", "TargetDomainName": "KAGIMORI", "TargetSid": domain + "-1104",
      "SubjectUserSid": domain + "-500", "SubjectUserName": "Administrator", "SubjectDomainName": "KAGIMORI", "SubjectLogonId": 0x3e9}, count)
write("System.evtx", 7045, {"ServiceName": "svc", "ImagePath": "C:\\svc.exe", "ServiceType": "user mode service", "StartType": "auto start", "AccountName": "LocalSystem"}, 3)
write("Microsoft-Windows-TerminalServices-LocalSessionManager%4Operational.evtx", 21, {"User": "KAGIMORI\\sato", "SessionID": 2, "Address": "192.0.2.7"}, 5)
PY
}
make SRV-PRINT01 3000
make SRV-SQL01 10
printf 'MZ no log' >"$(logs_of SRV-SQL01)/Logs/System.evtx"
scope=$'    include:\n'$(for h in $hosts; do printf '      - %s.%s\n' "${h,,}" "$LAB_DOMAIN"; done)
site() { SITE_SCOPE=$scope "$root/tests/lab/site" simple ldaps hosts; }
site >"$work/site.yaml"
{ site; echo "event_logs: { days: 10 }"; } >"$work/ten.yaml"
snapshot() { (cd "$(logs_of "$1")" && find . -printf '%p %s %T@ %C@ %m\n' | sort; find . -type f -print0 | sort -z | xargs -0 sha256sum) | sha256sum; }
state() { sql "$1/evidence.db" "SELECT state FROM coverage WHERE source = '$3' AND target LIKE '$2.%'"; }
q() { sql "$1/evidence.db" "$2"; }
logons() { "$root/tests/lab/lab" logons SRV-PRINT01 | wc -l; }

expect "a collection without the option" 0 in_lab "$bin/kagimori" collect --site "$work/site.yaml" --out "$work/a"
is "reads no event log" "$(q "$work/a" "SELECT count(*) FROM coverage WHERE source GLOB 'event.*' OR source = 'smb.event_log'")" 0
expect "a word that is none is refused" 2 in_lab "$bin/kagimori" collect --site "$work/site.yaml" --out "$work/x" --event-logs some
says "with what to write" "write controllers or all"
before=$(snapshot SRV-PRINT01)
n=$(logons)
expect "with --event-logs all" 0 in_lab "$bin/kagimori" collect --site "$work/site.yaml" --out "$work/b" --event-logs all --keep-artifacts "$work/kept"
cp "$work/err" "$work/said"
is "nothing was changed there" "$(snapshot SRV-PRINT01)" "$before"
is "logs are one host's, all of it fetched" "$(q "$work/b" "SELECT group_concat(channel, ' ') FROM (SELECT channel FROM event_log WHERE host LIKE 'srv-print01.%' AND reason IS NULL ORDER BY channel)")" \
    "Microsoft-Windows-TerminalServices-LocalSessionManager/Operational Security System"
days=90
is "what is older is left out" "$(q "$work/b" "SELECT count(*) BETWEEN 2000 AND 2161 FROM change_event c JOIN event_log l USING(log) WHERE l.host LIKE 'srv-print01.%'")" 1
is "and was not fetched" "$(q "$work/b" "SELECT min(first_record) > 1001 AND max(last_record) = 4000 FROM event_run r JOIN event_log l USING(log) WHERE l.host LIKE 'srv-print01.%' AND channel = 'Security'")" 1
is "without a gap" "$(q "$work/b" "SELECT count(*), sum(bad_chunks), sum(unreadable) FROM event_run r JOIN event_log l USING(log) WHERE l.host LIKE 'srv-print01.%' AND channel = 'Security'")" "1|0|0"
is "the source is complete: so far the operator asked" "$(state "$work/b" srv-print01 event.change)" complete
is "the fetching is complete" "$(state "$work/b" srv-print01 smb.event_log)" complete
is "one of two RDP logs" "$(state "$work/b" srv-print01 event.rdp)" partial
is "a log that is none costs itself" "$(state "$work/b" srv-sql01 event.system)" failed
is "and no other" "$(state "$work/b" srv-sql01 event.change)" complete
is "a host without logs" "$(state "$work/b" ws-w11-01 smb.event_log) $(state "$work/b" ws-w11-01 event.logon)" "absent absent"
is "copies are kept" "$(find "$work/kept" -name 'Security.evtx' | wc -l)" 2
is "nothing stays in the spool" "$(ls "$work/b")" "evidence.db"
runs=$(q "$work/b" "SELECT count(*) FROM worker_run")
expect "gone on with" 0 in_lab "$bin/kagimori" collect --site "$work/site.yaml" --out "$work/b" --event-logs all --resume
is "no log is decoded twice" "$(q "$work/b" "SELECT count(*) FROM event_log")" "$(q "$work/b" "SELECT count(DISTINCT origin || path) FROM event_log")"
is "the site file's days count" "$(in_lab "$bin/kagimori" collect --site "$work/ten.yaml" --out "$work/c" --event-logs all 2>/dev/null; q "$work/c" "SELECT count(*) BETWEEN 230 AND 241 FROM change_event c JOIN event_log l USING(log) WHERE l.host LIKE 'srv-print01.%'")" 1

# Domain controllers by the directory's login, although they are not in scope: the audit account is no administrator there.
SITE_SCOPE=$scope "$root/tests/lab/site" simple ldaps >"$work/directory.yaml"
expect "controllers without hosts" 0 in_lab "$bin/kagimori" collect --site "$work/directory.yaml" --out "$work/d" --event-logs controllers
is "each is asked" "$(q "$work/d" "SELECT count(*) FROM coverage WHERE source = 'smb.event_log' AND state <> 'complete'")" "$(q "$work/d" "SELECT count(*) FROM directory_server")"
is "and what they would tell is not known" "$(q "$work/d" "SELECT count(*) FROM coverage WHERE source GLOB 'event.*' AND state IN ('denied', 'absent')")" "$(q "$work/d" "SELECT 4 * count(*) FROM directory_server")"
is "members are not asked" "$(in_lab "$bin/kagimori" collect --site "$work/site.yaml" --out "$work/e" --event-logs controllers 2>/dev/null; q "$work/e" "SELECT count(*) FROM coverage WHERE source = 'smb.event_log' AND target LIKE 'srv-%'")" 0
expect "all without hosts is refused" 2 in_lab "$bin/kagimori" collect --site "$work/directory.yaml" --out "$work/y" --event-logs all

# Killed in the middle of a large log.
PYTHONDONTWRITEBYTECODE=1 "$root/tests/integration/evtx_ring.py" make "$(logs_of SRV-SQL01)/Logs/ForwardedEvents.evtx" 6000 100
in_lab "$bin/kagimori" collect --site "$work/site.yaml" --out "$work/f" --event-logs all >/dev/null 2>&1 &
job=$!
spooled() { find "$work/f/spool" -name ForwardedEvents.evtx -size +20M 2>/dev/null | grep -q .; }
for _ in $(seq 6000); do spooled && break; sleep 0.005; done
pid=$(pgrep -f "^$bin/kagimori collect .*$work/f ")
kill -9 "$pid"
wait $job 2>/dev/null
is "what was fetched stays" "$(spooled && echo yes)" yes
is "for the operator alone" "$(find "$work/f/spool" -type f -printf '%m\n' | sort -u) $(find "$work/f/spool" -type d -printf '%m\n' | sort -u)" "600 700"
expect "gone on with after a kill" 0 in_lab "$bin/kagimori" collect --site "$work/site.yaml" --out "$work/f" --event-logs all --resume
is "all is read" "$(q "$work/f" "SELECT count(*) FROM event_log WHERE host LIKE 'srv-print01.%' AND records > 0")" 3
is "and nothing stays" "$(ls "$work/f")" "evidence.db"
exit "$any_failed"
