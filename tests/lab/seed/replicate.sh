#!/bin/bash
# Makes both domain controllers pull from each other, now and from here on.
set -euo pipefail
admin=$(<"$LAB_STATE/accounts/Administrator.password")
b=$LAB_BASEDN
for nc in "$b" "CN=Configuration,$b" "CN=Schema,CN=Configuration,$b" "DC=DomainDnsZones,$b" "DC=ForestDnsZones,$b"; do
    samba-tool drs replicate dc2 dc1 "$nc" -U "Administrator%$admin"
    samba-tool drs replicate dc1 dc2 "$nc" -U "Administrator%$admin" --add-ref
done
