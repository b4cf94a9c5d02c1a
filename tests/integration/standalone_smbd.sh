# SPDX-License-Identifier: GPL-3.0-or-later
# A real standalone smbd in namespaces of its own (needs root, not the lab), for the smb_*.sh tests (sourced). A test calls enter and host_up, then says
# what is shared: a function configure that writes $work/etc/smb.conf, which begins with `settings LINE`.
set -uo pipefail
here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd -P)
address=10.9.9.9

# enter NAME [BUILD_DIR [WORK]]: starts the script again inside of the namespaces; there it returns, with build, work and failed set.
enter() {
    test_name=$1
    build=$(realpath "${2:-$here/../../build/release}")
    if [ "${KAGIMORI_INSIDE:-}" != "$test_name" ]; then
        work=$(mktemp -d "/tmp/kagimori-${test_name// /-}-XXXXXX")
        trap 'rm -rf "$work"' EXIT
        KAGIMORI_INSIDE=$test_name unshare --net --mount --pid --fork --kill-child --mount-proc "$here/$(basename "$0")" "$build" "$work" </dev/null
        exit
    fi
    work=$3
    failed=0
}
ok() { printf 'ok %s: %s\n' "$test_name" "$1"; }
bad() { printf 'FAILED %s: %s: %s\n' "$test_name" "$1" "$2"; failed=1; }
that() { # that NAME CONDITION… : the condition is a command
    local name=$1
    shift
    if "$@"; then ok "$name"; else bad "$name" "$(tail -n 25 "$work/out" | cut -c1-300)"; fi
}

# host_up [ADDRESS…]: the network, with further addresses, and Samba's folders below $work.
host_up() {
    local more pair
    mount --make-rprivate /
    ip link set lo up
    ip link add d0 type veth peer name d1
    for more in $address "$@"; do ip addr add "$more/24" dev d0; done
    ip link set d0 up
    mkdir -p "$work"/{etc,var/private,cache,log} /run/samba
    chmod 755 "$work"
    cat >"$work/passwd" <<TXT
root:x:0:0:root:/root:/bin/sh
nobody:x:65534:65534::/:/bin/false
chief:x:10500:10500::/:/bin/false
audit:x:11001:10500::/:/bin/false
ward:x:11002:10500::/:/bin/false
TXT
    printf 'root:x:0:\nnogroup:x:65534:\nadmins:x:10544:\nusers:x:10500:\nremote:x:10555:\n' >"$work/group"
    for pair in etc:/etc/samba var:/var/lib/samba cache:/var/cache/samba log:/var/log/samba; do
        mount --bind "$work/${pair%%:*}" "${pair#*:}"
    done
    mount -t tmpfs tmpfs /run/samba
    mount --bind "$work/passwd" /etc/passwd
    mount --bind "$work/group" /etc/group
}

settings() { # settings [LINES]: the head of smb.conf; the lines count where they say otherwise
    cat <<TXT
[global]
 netbios name = WARD7
 workgroup = WARD7
 server role = standalone server
 passdb backend = tdbsam
 smb ports = 445
 interfaces = $address
 bind interfaces only = yes
 log level = 1 auth_json_audit:3@/var/log/samba/auth.json
 log file = /var/log/samba/log.smbd
 host msdfs = yes
 $1
TXT
}

# users NAME…: with the password Right-NAME-1 each; the third wrong one locks.
users() {
    local user
    for user in "$@"; do
        printf 'Right-%s-1\nRight-%s-1\n' "$user" "$user" | pdbedit -a -t -u "$user" >/dev/null 2>&1
    done
    pdbedit -P "bad lockout attempt" -C 3 >/dev/null 2>&1
}

# passwords FILE:PASSWORD…: files for secret_file below $work.
passwords() {
    local pair
    for pair in "$@"; do
        printf '%s\n' "${pair#*:}" >"$work/${pair%%:*}"
        chmod 600 "$work/${pair%%:*}"
    done
}

start() { # start [ARGUMENTS of configure]
    configure "${1:-}" "${2:-}"
    smbd -D >/dev/null 2>&1
    for _ in $(seq 100); do (exec 3<>/dev/tcp/$address/445) 2>/dev/null && return 0; sleep 0.1; done
    echo "FAILED $test_name: smbd does not start"
    exit 1
}
stop() { # everything in this namespace of processes that is Samba's
    for p in /proc/[0-9]*; do
        case $(cat "$p/comm" 2>/dev/null) in smbd*|samba-dcerpcd|rpcd_*) kill -9 "${p#/proc/}" 2>/dev/null ;; esac
    done
    sleep 0.3
}

says() { grep -q -- "$1" "$work/out"; }
says_not() { ! grep -q -- "$1" "$work/out"; }
logons() { grep -c '"type": "Authentication"' "$work/log/auth.json" 2>/dev/null; }
