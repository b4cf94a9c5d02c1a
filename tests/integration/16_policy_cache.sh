#!/bin/bash
# The policies that hosts keep, over their administrators' shares: opt-in, fetched and decoded host by host, nothing changed, and
# what one host lacks or refuses costs itself only.
. "$(dirname "${BASH_SOURCE[0]}")/lib.sh"
eval "$("$root/tests/lab/lab" env)"
c_of() { echo "$KAGIMORI_LAB_DIR/hosts/$1/srv/c"; }
hosts="SRV-FILE01 SRV-APP01 WS-W10-01 SRV-EHR12"
made=()
clean() { local p; for p in "${made[@]}"; do rm -rf "$p"; done; rm -rf "$work"; }
trap clean EXIT
# EnableLUA = 0 by policy ([MS-GPREG] 2.2.1)
for h in SRV-FILE01 SRV-APP01; do
    c=$(c_of "$h")
    [ -e "$c/Windows/System32" ] || { mkdir -p "$c/Windows/System32"; made+=("$c/Windows/System32"); }
    mkdir -p "$c/Windows/System32/GroupPolicy/Machine"
    made+=("$c/Windows/System32/GroupPolicy")
    python3 - "$c/Windows/System32/GroupPolicy/Machine/Registry.pol" <<'PY'
import struct, sys
u = lambda s: s.encode("utf-16-le")
key = u("Software\\Microsoft\\Windows\\CurrentVersion\\Policies\\System\0")
entry = u("[") + key + u(";") + u("EnableLUA\0") + u(";") + struct.pack("<I", 4) + u(";") + struct.pack("<I", 4) + u(";") + struct.pack("<I", 0) + u("]")
open(sys.argv[1], "wb").write(b"PReg\1\0\0\0" + entry)
PY
done
scope=$'    include:\n'$(for h in $hosts; do printf '      - %s.%s\n' "${h,,}" "$LAB_DOMAIN"; done)
SITE_SCOPE=$scope "$root/tests/lab/site" simple ldaps hosts >"$work/site.yaml"
snapshot() { (cd "$(c_of "$1")" && find . -printf '%p %s %T@ %C@ %m\n' | sort) | sha256sum; }
state() { sql "$1/evidence.db" "SELECT state FROM coverage WHERE source = '$3' AND target LIKE '$2.%'"; }
before=$(snapshot SRV-FILE01)
expect "a collection without the option" 0 in_lab "$bin/kagimori" collect --site "$work/site.yaml" --out "$work/a"
is "opens no administrators' share" "$(sql "$work/a/evidence.db" "SELECT count(*) FROM coverage WHERE source = 'smb.cache' OR source LIKE 'cache.%'")" 0
expect "with --policy-cache" 0 in_lab "$bin/kagimori" collect --site "$work/site.yaml" --out "$work/b" --policy-cache --keep-artifacts "$work/kept"
cp "$work/err" "$work/said"
is "a host with a cache is read" "$(state "$work/b" srv-file01 smb.cache)" complete
is "and what it keeps is understood, as far as policies go" "$(state "$work/b" srv-file01 cache.registry)" partial
is "a value that a policy set there" "$(sql "$work/b/evidence.db" "SELECT number FROM host_registry WHERE host LIKE 'srv-file01.%' AND value = 'EnableLUA'")" 0
is "its registry value has its source" \
    "$(sql "$work/b/evidence.db" "SELECT count(*) FROM artifact WHERE origin LIKE 'srv-file01%' AND kind = 'registry_pol' AND state = 'decoded'")" 1
is "so is the next" "$(state "$work/b" srv-app01 cache.registry)" partial
is "a host without one is read" "$(state "$work/b" ws-w10-01 smb.cache)" complete
is "and told nothing" "$(state "$work/b" ws-w10-01 cache.registry)" not_collected
is "one decoder for each that had files" "$(sql "$work/b/evidence.db" "SELECT count(*) FROM worker_run WHERE role = 'kagimori-decode' AND target LIKE '%srv-%01.%'")" 2
is "nothing was changed there" "$(snapshot SRV-FILE01)" "$before"
is "copies are kept" "$(find "$work/kept" -name Registry.pol | grep -c GroupPolicy)" 2
n=$(sql "$work/b/evidence.db" "SELECT count(*) FROM worker_run WHERE role = 'kagimori-decode'")
expect "gone on with" 0 in_lab "$bin/kagimori" collect --site "$work/site.yaml" --out "$work/b" --policy-cache --resume
is "does not fetch again" "$(sql "$work/b/evidence.db" "SELECT count(*) FROM worker_run WHERE role = 'kagimori-decode'")" "$n"
exit "$any_failed"
