#!/bin/bash
# Installed under a prefix, the tool finds its role executables, checks and report assets there.
. "$(dirname "${BASH_SOURCE[0]}")/lib.sh"
expect "install" 0 cmake --install "$root/build/release" --prefix "$work/usr"
"$root/tests/lab/site" >"$work/site.yaml"
expect "version" 0 "$work/usr/bin/kagimori" --version
says "names the sandbox" 'seccomp|none'
expect "audit with the installed tool" 1 in_lab "$work/usr/bin/kagimori" audit --site "$work/site.yaml" --out "$work/a"
if [ -s "$work/a/report.html" ]; then ok "wrote the report"; else bad "no report"; fi
exit "$any_failed"
