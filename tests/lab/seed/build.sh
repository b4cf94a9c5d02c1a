#!/bin/bash
# Builds the directory of dc1 from nothing, inside its namespaces (called by ../lab).
# The clock of each step is set with libfaketime, so that ages in the directory are real.
set -euo pipefail

step() { printf '%(%T)T %s\n' -1 "$*"; }
export TZ=UTC LC_ALL=C.UTF-8
clock=/dev/shm/clock
# ldb loads its modules with RTLD_DEEPBIND, which would hide libfaketime's time() from them
export LDB_MODULES_DISABLE_DEEPBIND=1
old() {              # old DAYS CMD…: runs CMD as if it were DAYS days ago
    printf -- '-%d' $(($1 * 86400)) >"$clock"
    shift
    LD_PRELOAD=$LAB_FAKETIME FAKETIME_TIMESTAMP_FILE=$clock FAKETIME_NO_CACHE=1 "$@"
}
secret() { printf 'Lab-%s' "$(printf 'kagimori lab %s' "$1" | sha256sum | cut -c1-20)"; }

accounts=$LAB_STATE/accounts
mkdir -p "$accounts"
chmod 700 "$accounts"

step provision
rm -f /etc/samba/smb.conf
old 2400 /usr/bin/samba-tool domain provision \
    --realm="$LAB_REALM" --domain="$LAB_NETBIOS" --domain-sid="$LAB_DOMAIN_SID" \
    --server-role=dc --dns-backend=SAMBA_INTERNAL --host-name="$LAB_HOST" --host-ip="$LAB_IP_DC1" \
    --function-level=2008_R2 --base-schema=2012_R2 --adminpass="$(secret Administrator)" \
    --option="private dir = /var/lib/samba/private" --option="state directory = /var/lib/samba/state" \
    --option="lock directory = /var/lib/samba/state" --option="cache directory = /var/lib/samba/cache" \
    --option="interfaces = $LAB_IP_DC1/24" --option="bind interfaces only = yes" --quiet

step "schema and preparation for 2012 R2"
sam=/var/lib/samba/private/sam.ldb
old 2399 /usr/bin/samba-tool domain functionalprep -H $sam --function-level=2012_R2 >/dev/null
for f in "$LAB_SEED"/schema-*.ldif; do
    [ -e "$f" ] || continue
    sed "s/@BASEDN@/$LAB_BASEDN/g" "$f" | old 2399 ldbmodify -H $sam --option="dsdb:schema update allowed=yes"
done

step seed
printf -- '-0' >"$clock"
LD_PRELOAD=$LAB_FAKETIME FAKETIME_TIMESTAMP_FILE=$clock FAKETIME_NO_CACHE=1 LAB_CLOCK=$clock LAB_NOW=$(date +%s) \
    /usr/bin/python3 "$LAB_SEED/seed.py" "$accounts"

step accounts
( umask 077
  for a in kagimori-audit kagimori-audit-plus; do
    rm -f "$accounts/$a.keytab"
    samba-tool domain exportkeytab "$accounts/$a.keytab" --principal="$a@$LAB_REALM"
  done
  secret "not the password" >"$accounts/wrong.password" )
rm -f /dev/shm/faketime*
step built
