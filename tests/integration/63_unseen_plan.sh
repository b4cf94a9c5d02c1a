#!/bin/bash
# Nothing that was not seen is done: the reset plan of an audit after all secrets were reset, and the same one with something taken away.
. "$(dirname "${BASH_SOURCE[0]}")/lib.sh"
eval "$("$root/tests/lab/lab" env)"
SITE_USER=$LAB_AUDIT_PLUS_USER SITE_PASSWORD_FILE=$LAB_AUDIT_PLUS_PASSWORD_FILE "$root/tests/lab/site" simple ldaps hosts >"$work/site.yaml"
expect "hosts and domain controllers are audited" 0 in_lab "$bin/kagimori" collect --site "$work/site.yaml" --out "$work/a"
"$root/tests/integration/unseen_plan.py" "$bin/kagimori" "$work/a/evidence.db" ${UNSEEN_FULL:+--full} || any_failed=1
exit "$any_failed"
