# The hosts of the lab (sourced by ./lab): standalone smbds made from seed/hosts.py, each in namespaces of its own.
# Network: a bridge `wards0` (10.99.1.0/24, 10.99.2.0/24 for the farm, fd99:1::/64), a veth a host. Where the kernel has
# no bridge, the hosts share the lab's network namespace and only have addresses of their own.

hosts=${KAGIMORI_LAB_HOSTS:-1}
ip_wards=10.99.1.1 ip_farm=10.99.2.1 ip6_wards=fd99:1::1
host_table=$here/seed/hosts.py

host_python() {
    LAB_DOMAIN=$domain LAB_DOMAIN_SID=$domain_sid LAB_NOW=${host_now:-0} PYTHONDONTWRITEBYTECODE=1 /usr/bin/python3 "$@"
}

# ---- network ----

setup_host_network() {   # in the lab's network namespace
    local device=hospital0 name address kind rest a n=0
    if [ "${KAGIMORI_LAB_HOST_NET:-}" != shared ] && ip link add wards0 type bridge 2>/dev/null; then
        device=wards0
        echo 0 >/proc/sys/net/ipv6/conf/wards0/accept_dad 2>/dev/null || true
        ip link set wards0 up
        ip addr add $ip_wards/24 dev wards0
        ip addr add $ip_farm/24 dev wards0
        ip -6 addr add $ip6_wards/64 dev wards0 nodad 2>/dev/null || true
        echo bridge >"$lab/run/host-net"
    else
        ip addr add $ip_wards/24 dev hospital0
        ip addr add $ip_farm/24 dev hospital0
        # with several local addresses an answer must leave with the one that was asked, which it does by itself
        host_python "$host_table" list all | while IFS=$'\t' read -r name a rest; do
            [ "$a" = - ] || ip addr add "$a/24" dev hospital0
            a=${rest%%$'\t'*}
            [ "$a" = - ] || ip -6 addr add "$a/64" dev hospital0 nodad 2>/dev/null || true
        done
        echo shared >"$lab/run/host-net"
    fi
    host_python "$host_table" strange | while IFS=$'\t' read -r name address kind rest; do
        n=$((n + 1))
        if [ "$kind" = drop ]; then
            ip neigh replace "$address" lladdr "02:00:00:00:01:$(printf %02d $n)" nud permanent dev $device
        else
            ip addr add "$address/24" dev $device
        fi
    done
}

setup_one_network() {    # setup_one_network IPV4 IPV6: in the host's own network namespace; "-" is none
    local net link
    net=/proc/$(cat "$lab/run/net.pid")/ns/net
    link=w${1##*.}
    [ "$1" != - ] || link=w6${2##*:}
    case $1 in 10.99.2.*) link=f${1##*.} ;; esac
    ip link set lo up
    ip link add eth0 type veth peer name "$link" netns "$net"
    [ "$1" = - ] || ip addr add "$1/24" dev eth0
    [ "$2" = - ] || ip -6 addr add "$2/64" dev eth0 nodad
    ip link set eth0 up
    nsenter --net="$net" ip link set "$link" master wards0 up
    if [ "$1" != - ]; then ip route add default via $ip_wards 2>/dev/null || ip route add default via $ip_farm; fi
}

# ---- building, and the cache ----

host_key() {
    {
        cat "$here/hosts.sh" "$here"/seed/hosts.py "$here"/seed/host_build.py "$here/hosts/windows.c"
        samba --version
        cc -dumpmachine
    } | sha256sum | cut -c1-16
}

make_host_certificates() {
    local t=$1 n
    mkdir -p "$t"
    self_signed() {      # self_signed FILE NAME DAYS
        openssl req -x509 -newkey rsa:2048 -nodes -days "$3" -keyout "$t/$1.key" -out "$t/$1.pem" -subj "/CN=$2.$domain" \
            -addext "subjectAltName=DNS:$2.$domain"
    }
    (
        umask 077
        # one key on two hosts (SRV-APP01 and WS-LEG-01), as an image leaves it behind
        self_signed app golden-image 300 & self_signed ehr srv-ehr12 300 & self_signed sql srv-sql01 300 & self_signed kensa kensa-pc 300 &
        self_signed ris srv-ris16 300 &
        LD_PRELOAD=$(faketime_library) FAKETIME=-400d self_signed expired srv-web01 365 &
        wait
        xrdp-keygen xrdp "$t/rsakeys.ini" >/dev/null 2>&1
    ) >>"$lab/log/openssl.out" 2>&1
    for n in app ehr sql kensa ris expired; do
        [ -s "$t/$n.pem" ] || die "openssl failed: $(tail -n 3 "$lab/log/openssl.out")"
    done
    [ -s "$t/rsakeys.ini" ] || die "xrdp-keygen failed"
}

# Runs the seed inside the mounts of hosts that do not run.
fill_hosts() {           # fill_hosts NAME…
    printf '%s\0' "$@" | xargs -0 -P 3 -n 1 env KAGIMORI_LAB_MARK="$lab" LAB_NOW="$host_now" nsenter -t "$(alive net)" -n -m -- \
        unshare --mount --uts -- "$here/lab" _host build >>"$lab/log/hosts.out" 2>&1 9>&- ||
        die "hosts could not be built: $(tail -n 5 "$lab/log/hosts.out")"
}

build_hosts() {          # build_hosts ARCHIVE NAME…: from the cache, or new
    local file=$1
    shift
    mkdir -p "$lab/hosts" "$cache"
    if [ -s "$file" ] && tar -C "$lab/hosts" -xpSf "$file" 2>>"$lab/log/tar.out"; then return; fi
    host_now=${host_since:-$(date +%s)}
    (cd "$lab/hosts" && rm -rf "$@")     # what a build that was cut short has left
    host_python "$here/seed/host_build.py" files "$lab/hosts" "$@"
    fill_hosts "$@"
    if [ ! -d "$lab/hosts/tls" ]; then
        make_host_certificates "$lab/hosts/tls"
        cc -std=gnu17 -O1 -shared -fPIC -o "$lab/hosts/windows.so" "$here/hosts/windows.c" || die "the compiler failed on hosts/windows.c"
        set -- "$@" tls windows.so
    fi
    tar -C "$lab/hosts" --exclude='*/log/*' -cpSf "$file.$$.tmp" "$@" 2>>"$lab/log/tar.out"
    mv "$file.$$.tmp" "$file"
    find "$cache" -maxdepth 1 -name 'hosts-*.tar' ! -name "hosts-*$(host_key)*.tar" -mmin +60 -delete
}

# The ages of the hosts count from the day of the directory, whose LAPS says how old their passwords are.
directory_since() {
    local file
    file=$(find "$cache" -maxdepth 1 -name "$(cache_key).tar" -mtime -"$cache_days" 2>/dev/null)
    if [ -n "$file" ]; then stat -c %Y "$file"; else date +%s; fi
}

# Samba starts every RPC helper that it finds, to ask what it serves: only those that a Windows host has are left to find.
make_helpers() {
    local kind d
    for kind in all print; do
        d=$lab/hosts/libexec-$kind
        mkdir -p "$d"
        cp -p /usr/libexec/samba/{samba-dcerpcd,rpcd_classic,rpcd_lsad,rpcd_winreg} "$d/"
        [ $kind != print ] || cp -p /usr/libexec/samba/{rpcd_spoolss,samba-bgqd} "$d/"
    done
}

# ---- inside a host's namespaces ----

setup_host_mounts() {    # setup_host_mounts DIRECTORY
    local h=$1 f kind=all
    mount -t tmpfs -o mode=755 tmpfs /run
    mkdir -p /run/samba /run/xrdp/sockdir
    mount --bind "$h/samba" /var/lib/samba
    mount --bind "$h/cache" /var/cache/samba
    mount --bind "$h/log" /var/log/samba
    mount --bind "$h/etc" /etc/samba
    mount --bind "$h/srv" /srv
    for f in passwd group shadow nsswitch.conf; do mount --bind "$h/unix/$f" "/etc/$f"; done
    if grep -q '^Spooler|[^|]*|4|' "$h/etc/services"; then kind=print; fi
    if [ -d "$lab/hosts/libexec-$kind" ]; then mount --bind "$lab/hosts/libexec-$kind" /usr/libexec/samba; fi
}

start_peer() {           # start_peer DIRECTORY ADDRESS KIND PORT MORE…
    local h=$1 address=$2 kind=$3 port=$4 tls=$lab/hosts/tls cert
    shift 4
    case $kind in
    xrdp)                # xrdp PORT negotiate|tls|rdp [CERTIFICATE]
        cert=$tls/${2:-ris}
        mkdir -p "$h/xrdp"
        cp "$tls/rsakeys.ini" "$h/xrdp/"
        cat >"$h/xrdp/xrdp.ini" <<END
[Globals]
ini_version=1
fork=true
port=tcp://$address:$port
use_vsock=false
tcp_nodelay=true
tcp_keepalive=true
security_layer=$1
crypt_level=$([ "$1" = rdp ] && echo low || echo high)
certificate=$cert.pem
key_file=$cert.key
ssl_protocols=TLSv1.2, TLSv1.3
autorun=
allow_channels=false
allow_multimon=false
bitmap_cache=true
max_bpp=32
[Logging]
LogFile=/var/log/samba/xrdp.log
LogLevel=INFO
EnableSyslog=false
[Channels]
[Xorg]
name=Xorg
lib=libxup.so
username=ask
password=ask
ip=127.0.0.1
port=-1
code=20
END
        mount --bind "$h/xrdp" /etc/xrdp
        xrdp --nodaemon >>/var/log/samba/xrdp.out 2>&1 &
        ;;
    shadow|shadow-any)   # freerdp-shadow: with NLA only, or with whatever the caller wants
        local display=:$((100 + ${address##*.})) home=$h/home security=(/sec:nla)
        cert=$tls/sql
        if [ "$kind" = shadow-any ]; then cert=$tls/kensa security=(); fi
        mkdir -p "$home/.config/freerdp/shadow" "$home/.config/freerdp/server"
        for d in shadow server; do
            cp "$cert.pem" "$home/.config/freerdp/$d/$d.crt"
            cp "$cert.key" "$home/.config/freerdp/$d/$d.key"
        done
        : >"$home/sam"
        (
            export HOME=$home DISPLAY=$display
            Xvfb "$display" -screen 0 640x480x24 -nolisten unix -listen local -nolock -ac &
            # it ends when the display does not listen yet, or when a caller was too strange for it
            while :; do
                freerdp-shadow-cli "/port:$port" "/bind-address:$address" "${security[@]}" +auth "/sam-file:$home/sam" || true
                sleep 0.1
            done
        ) >>/var/log/samba/shadow.out 2>&1 &
        ;;
    winrm) "$here/hosts/winrm.py" "$address" "$port" "$1" >>/var/log/samba/winrm.log 2>&1 & ;;
    winrm-tls)           # winrm-tls PORT SCHEMES CERTIFICATE [tls1.0]
        "$here/hosts/winrm.py" "$address" "$port" "$1" "$tls/$2.pem" "$tls/$2.key" "${@:3}" >>/var/log/samba/winrm.log 2>&1 &
        ;;
    ssh|telnet) "$here/hosts/peers.py" "$kind" "$address:$port" >>/var/log/samba/peers.out 2>&1 & ;;
    *) die "no such peer: $kind" ;;
    esac
}

run_host() {             # run_host NAME DIRECTORY IPV4 IPV6 PEERS: the first process of a host's namespaces
    local name=$1 h=$2 address=$3 peers peer
    hostname "$name"
    if [ "$(cat "$lab/run/host-net")" = bridge ]; then setup_one_network "$3" "$4"; fi
    setup_host_mounts "$h"
    mount -t proc proc /proc
    [ "$address" != - ] || address=$4
    if [ "$5" != - ]; then
        IFS=';' read -ra peers <<<"$5"
        for peer in "${peers[@]}"; do
            # shellcheck disable=SC2086
            start_peer "$h" "$address" $peer
        done
    fi
    unset KRB5_CONFIG
    # written by processes that have become the caller (hosts/windows.c)
    chmod 755 /var/log/samba
    touch /var/log/samba/pipes /var/log/samba/service-changes
    chmod 666 /var/log/samba/pipes /var/log/samba/service-changes
    exec env LD_PRELOAD="$lab/hosts/windows.so" TDB_NO_FSYNC=1 PATH=/usr/sbin:/usr/bin:/sbin:/bin smbd --foreground --no-process-group
}

# ---- up ----

spawn_host() {           # spawn_host NAME DIRECTORY IPV4 IPV6 PEERS
    local own=--net
    [ "$(cat "$lab/run/host-net")" = bridge ] || own=
    # shellcheck disable=SC2086
    spawn "host-$1" nsenter -t "$net_pid" -n -m -- unshare $own --mount --pid --uts --fork --kill-child -- \
        "$here/lab" _host run "$@"
}

wait_hosts() {           # "ADDRESS PORT NAME" lines on stdin: until all answer
    local last
    last=$(in_lab timeout 60 bash -c 'while read -r a p n; do
        echo "$n, $a port $p"
        until (exec 3<>"/dev/tcp/$a/$p") 2>/dev/null; do sleep 0.05; done
    done; echo all') || true
    [ "${last##*$'\n'}" = all ] || die "no answer from ${last##*$'\n'}: see $lab/hosts/*/log"
}

host_lines() {           # what is in the table, with state directories: NAME IPV4 IPV6 WHAT PEERS
    host_python "$host_table" list "$@"
}

start_hosts() {          # start_hosts NAME… ("" = all that `up` starts)
    local name v4 v6 what peers net_pid jobs=()
    net_pid=$(alive net)
    while IFS=$'\t' read -r name v4 v6 what peers; do
        spawn_host "$name" "$lab/hosts/$name" "$v4" "$v6" "$peers" &
        jobs+=($!)
    done < <(host_lines "$@")
    wait "${jobs[@]}"        # not for other parts, which never end
    host_lines "$@" | while IFS=$'\t' read -r name v4 v6 what peers; do
        [ "$v4" != - ] || v4=$v6
        echo "$v4 445 $name"
        [ "$peers" = - ] || tr ';' '\n' <<<"$peers" | while read -r _ p _; do echo "$v4 $p $name"; done
    done | wait_hosts
}

prepare_hosts() {        # beside the directory: files, accounts, helpers
    local names
    mapfile -t names < <(host_lines | cut -f1)
    build_hosts "$cache/hosts-$(host_key)-$((host_since / 86400)).tar" "${names[@]}"
    make_helpers
}

up_hosts() {
    local kinds
    mapfile -t kinds < <(host_python "$host_table" strange | awk -F'\t' '$3 != "drop" && $3 != "closed" { print $3; for (i = 4; i <= NF; i++) print $i }')
    spawn strange nsenter -t "$(alive net)" -n -m -- /usr/bin/python3 "$here/hosts/peers.py" "${kinds[@]}"
    start_hosts
}

# ---- words of the command line ----

show_host_env() {
    local a=$lab/accounts name v4 v6 rest all=
    while IFS=$'\t' read -r name v4 v6 rest; do
        [ "$v4" != - ] || v4=$v6
        all+="${all:+ }$name=$v4"
    done < <(host_lines)
    echo "export LAB_HOSTS='$all'   # name=address"
    host_lines | while IFS=$'\t' read -r name v4 v6 rest; do
        [ "$v4" != - ] || v4=$v6
        echo "export LAB_$(tr -- - _ <<<"$name")='$v4'"
    done
    host_python "$host_table" strange | while IFS=$'\t' read -r name v4 rest; do
        echo "export LAB_$(tr a-z- A-Z_ <<<"$name")='$v4'"
    done
    cat <<END
export LAB_HOST_NET='10.99.1.0/24' LAB_HOST_NET6='fd99:1::/64' LAB_HOST_BIG='10.99.1.51' LAB_FARM_NET='10.99.2.0/24'
export LAB_HOST_NO_NAME='ws-w10-16.$domain'   # in the directory, resolves to nothing
export LAB_HOST_AUDIT_USER='kagi-audit' LAB_HOST_PASSWORD_FILE='$a/kagi-audit.password'
export LAB_CANDIDATES_FILE='$a/candidates' LAB_SHARED_A_FILE='$a/candidate-shared-a.password' LAB_SHARED_B_FILE='$a/candidate-shared-b.password'
END
}

first_of() {             # the first process of a part's namespaces, seen from here
    local pid
    pid=$(alive "$1") || die "${1#host-} does not run"
    pgrep -P "$pid" | head -n 1
}

host_command() {         # host NAME up|down|CMD…
    local name=${1:-} line v4 v6 what peers pid
    shift || true
    [ $# -gt 0 ] || die "host NAME CMD… | host NAME up | host NAME down"
    name=${name^^}
    case $name in FARM-*) name=${name,,} ;; esac
    case $1 in
    up)
        alive "host-$name" >/dev/null && return
        line=$(host_lines all | grep "^$name"$'\t') || die "no such host: $name"
        IFS=$'\t' read -r name v4 v6 what peers <<<"$line"
        net_pid=$(alive net)
        spawn_host "$name" "$lab/hosts/$name" "$v4" "$v6" "$peers"
        [ "$v4" != - ] || v4=$v6
        echo "$v4 445 $name" | wait_hosts
        ;;
    down)
        pid=$(alive "host-$name") || return 0
        kill -KILL "$pid"
        rm -f "$lab/run/host-$name.pid"
        ;;
    *)
        pid=$(first_of "host-$name")
        exec nsenter -t "$pid" -a -- env -u KRB5_CONFIG TDB_NO_FSYNC=1 PATH=/usr/sbin:/usr/bin:/sbin:/bin "$@"
        ;;
    esac
}

bad_passwords() {        # NAME rid=500 bad=N locked=yes|no disabled=yes|no
    local n rc=0 names=("$@")
    if [ $# = 0 ]; then mapfile -t names < <(host_lines | cut -f1); fi
    for n in "${names[@]}"; do
        printf '%s ' "$n"
        "$here/lab" host "$n" /usr/bin/python3 "$here/hosts/badpw.py" || rc=1
    done
    return $rc
}

logons() {               # logons NAME [USER]
    local d=$lab/hosts/${1:?name of a host}/log
    case $1 in farm-*) d=$lab/farm/$1/log ;; esac
    [ -d "$d" ] || die "no such host: $1"
    /usr/bin/python3 "$here/hosts/logons.py" "$d/auth.json" "${@:2}"
}

big() {
    case ${1:-} in
    up)
        build_hosts "$cache/hosts-big-$(host_key).tar" SRV-BIG
        host_command SRV-BIG up
        ;;
    down) host_command SRV-BIG down ;;
    *) die "big up|down" ;;
    esac
}

farm() {                 # farm N | farm down
    local n=${1:-} i p pids=() began=$SECONDS
    case $n in
    down)
        for p in "$lab"/run/host-farm-*.pid; do
            [ -e "$p" ] || continue
            pids+=("$(alive "$(basename "$p" .pid)")") || true
            rm -f "$p"
        done
        for p in "${pids[@]}"; do kill -KILL "$p" 2>/dev/null || true; done
        rm -rf "$lab/farm"
        return
        ;;
    ''|*[!0-9]*) die "farm N|down" ;;
    esac
    [ "$n" -ge 1 ] && [ "$n" -le 250 ] || die "1 to 250 hosts"
    if ! alive net >/dev/null; then
        start_network
        mkdir -p "$lab/accounts"
        host_python "$host_table" secrets "$lab/accounts"
    fi
    net_pid=$(alive net)
    farm down
    build_hosts "$cache/hosts-farm-$(host_key).tar" FARM
    if [ ! -d "$lab/hosts/libexec-all" ]; then make_helpers; fi
    mkdir -p "$lab/farm"
    host_python "$here/seed/host_build.py" farm "$lab/hosts/FARM" "$lab/farm" "$n"
    # smbd asks for its own name whenever a client comes, also where no directory serves DNS
    for ((i = 1; i <= n; i++)); do printf '10.99.2.%d farm-%03d.%s farm-%03d\n' $((i + 1)) $i $domain $i; done >"$lab/farm/names"
    grep -vxFf "$lab/etc/hosts" "$lab/farm/names" >"$lab/farm/new-names" || true
    cat "$lab/farm/new-names" >>"$lab/etc/hosts"
    for ((i = 1; i <= n; i++)); do
        p=$(printf 'farm-%03d' $i)
        if [ "$(cat "$lab/run/host-net")" = shared ]; then in_lab ip addr add "10.99.2.$((i + 1))/24" dev hospital0 2>/dev/null || true; fi
        spawn_host "$p" "$lab/farm/$p" "10.99.2.$((i + 1))" - - &
        pids+=($!)
        if [ ${#pids[@]} = 8 ]; then wait "${pids[@]}"; pids=(); fi
    done
    [ ${#pids[@]} = 0 ] || wait "${pids[@]}"
    for ((i = 1; i <= n; i++)); do echo "10.99.2.$((i + 1)) 445 farm-$i"; done | wait_hosts
    say "farm: $n hosts on 10.99.2.2 to 10.99.2.$((n + 1)) after $((SECONDS - began)) s"
}
