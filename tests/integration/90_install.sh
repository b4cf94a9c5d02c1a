#!/bin/bash
# Installed under a prefix, the tool finds its role executables, checks and report assets there; so does the weekly cycle, whose second run over a
# lab in which nothing changed has nothing to say.
. "$(dirname "${BASH_SOURCE[0]}")/lib.sh"
# Configured anew for the units; the programs are those of the build.
usr=$work/usr
cmake -S "$root" -B "$work/cfg" -DKAGIMORI_SYSTEMD=ON -DBUILD_TESTING=OFF -DCMAKE_INSTALL_PREFIX="$usr" >"$work/out" 2>&1 && ok "the units are configured" || bad "the units are configured"
cp "$bin"/kagimori "$bin"/kagimori-{ldap,net,smb,decode} "$work/cfg/"
expect "install" 0 cmake --install "$work/cfg" --prefix "$usr"
expect "version" 0 "$usr/bin/kagimori" --version
says "names the sandbox" 'seccomp|none'
# A file that a build folder has and the prefix lacks is found by the audit below only when a document needs it.
assets() { (cd "$1" && find . -type f -regex '.*\.\(xsl\|css\|js\|xml\|yaml\|json\)' | sort); }
is "every file of the report is there" "$(diff <(assets "$root/report/html") <(assets "$usr/share/kagimori/report/html"))" ""
is "every check is there" "$(diff <(assets "$root/checks") <(assets "$usr/share/kagimori/checks"))" ""
is "and the schemas of the documents" "$(cd "$usr/share/kagimori/schema" && ls | tr '\n' ' ')" "diff.schema.json finding.schema.json reset-plan.schema.json results.schema.json "

"$root/tests/lab/site" >"$work/site.yaml"
mkdir "$work/state"
cycle() { in_lab env KAGIMORI_SITE="$work/site.yaml" KAGIMORI_STATE="$work/state" "$usr/libexec/kagimori/kagimori-cycle"; }
expect "an audit with the installed tool" 1 cycle
is "wrote the report" "$(find "$work/state" -name report.html -size +100k | wc -l)" 1
expect "the next one, of an estate in which nothing changed" 0 cycle
is "says nothing" "$(cat "$work/out" "$work/err")" ""
is "and is the second of the history" "$(sql "$work/state/history.db" 'SELECT count(*) FROM run')" 2

unit=$usr/lib/systemd/system/kagimori-audit.service
is "the unit starts what is installed" "$(grep -c "^ExecStart=$usr/libexec/kagimori/kagimori-cycle\$" "$unit")" 1
if command -v systemd-analyze >/dev/null; then
    is "systemd takes the units" "$(systemd-analyze verify --man=no "$unit" "${unit%service}timer" 2>&1 | grep kagimori)" ""
else
    ok "systemd-analyze is not here: the units are not verified"
fi
exit "$any_failed"
