#!/bin/bash
# Nothing that was not seen passes, of second factors, named accounts, answers, OpenLDAP and FreeIPA: over an evidence file that is made here.
. "$(dirname "${BASH_SOURCE[0]}")/lib.sh"
"$root/tests/integration/unseen_directory.py" "$bin/kagimori" ${UNSEEN_FULL:+--full} || any_failed=1
exit "$any_failed"
