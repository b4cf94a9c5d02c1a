#!/bin/bash
# Nothing that was not seen passes, in event logs: an audit of hosts with their logs, and the same one with something taken away.
. "$(dirname "${BASH_SOURCE[0]}")/lib.sh"
eval "$("$root/tests/lab/lab" env)"
SITE_USER=$LAB_AUDIT_PLUS_USER SITE_PASSWORD_FILE=$LAB_AUDIT_PLUS_PASSWORD_FILE "$root/tests/lab/site" simple ldaps hosts >"$work/site.yaml"
printf 'event_logs: { days: 400 }\n' >>"$work/site.yaml"
expect "hosts and domain controllers are audited with their event logs" 0 in_lab "$bin/kagimori" collect --site "$work/site.yaml" --out "$work/a" --event-logs all
"$root/tests/integration/unseen.py" "$bin/kagimori" "$work/a/evidence.db" --events ${UNSEEN_FULL:+--full} || any_failed=1
exit "$any_failed"
