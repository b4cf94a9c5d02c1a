#!/bin/bash
# Joins dc2 to the running dc1 (called by ../lab inside dc2's namespaces).
set -euo pipefail
export TZ=UTC LC_ALL=C.UTF-8
rm -f /etc/samba/smb.conf
admin=$(<"$LAB_STATE/accounts/Administrator.password")
PASSWD=$admin exec samba-tool domain join "$LAB_DOMAIN" DC --server="dc1.$LAB_DOMAIN" -U Administrator --password="$admin" \
    --realm="$LAB_REALM" --dns-backend=SAMBA_INTERNAL --machinepass="$(printf 'Lab-%s' "$(printf 'kagimori lab dc2' | sha256sum | cut -c1-20)")" \
    --option="private dir = /var/lib/samba/private" --option="state directory = /var/lib/samba/state" \
    --option="lock directory = /var/lib/samba/state" --option="cache directory = /var/lib/samba/cache" \
    --option="interfaces = $LAB_IP_DC2/24" --option="bind interfaces only = yes" --option="netbios name = DC2"
