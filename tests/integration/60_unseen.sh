#!/bin/bash
# Nothing that was not seen passes: an audit that saw everything, and the same one with something taken away.
. "$(dirname "${BASH_SOURCE[0]}")/lib.sh"
eval "$("$root/tests/lab/lab" env)"
SITE_USER=$LAB_ADMIN_USER SITE_PASSWORD_FILE=$LAB_ADMIN_PASSWORD_FILE "$root/tests/lab/site" >"$work/site.yaml"
expect "an administrator's audit sees everything" 0 in_lab "$bin/kagimori" collect --site "$work/site.yaml" --out "$work/a"
"$root/tests/integration/unseen.py" "$bin/kagimori" "$work/a/evidence.db" ${UNSEEN_FULL:+--full} || any_failed=1
exit "$any_failed"
