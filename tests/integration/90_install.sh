#!/bin/bash
# Installed under a prefix, the tool finds its role executables, checks and report assets there; so does the weekly cycle, whose second run over a
# lab in which an account and a group got other names, and nothing else happened, has nothing to say.
. "$(dirname "${BASH_SOURCE[0]}")/lib.sh"
# Configured anew for the units; the programs are those of the build.
usr=$work/usr
cmake -G Ninja -S "$root" -B "$work/cfg" -DKAGIMORI_SYSTEMD=ON -DBUILD_TESTING=OFF -DCMAKE_INSTALL_PREFIX="$usr" >"$work/out" 2>&1 && ok "the units are configured" || bad "the units are configured"
cp "$bin"/kagimori "$bin"/kagimori-{ldap,net,smb,decode} "$work/cfg/"
expect "install" 0 cmake --install "$work/cfg" --prefix "$usr"
expect "version" 0 "$usr/bin/kagimori" --version
says "names the sandbox" 'seccomp|none'
# A file that a build folder has and the prefix lacks is found by the audit below only when a document needs it.
assets() { (cd "$1" && find . -type f -regex '.*\.\(xsl\|css\|js\|xml\|yaml\|json\)' | sort); }
is "every file of the report is there" "$(diff <(assets "$root/report/html") <(assets "$usr/share/kagimori/report/html"))" ""
is "every check is there" "$(diff <(assets "$root/checks") <(assets "$usr/share/kagimori/checks"))" ""
is "and the schemas of the documents" "$(cd "$usr/share/kagimori/schema" && ls | tr '\n' ' ')" "diff.schema.json finding.schema.json group.schema.json reset-plan.schema.json results.schema.json "

"$root/tests/lab/site" >"$work/site.yaml"
mkdir "$work/state"
cycle() { in_lab env KAGIMORI_SITE="$work/site.yaml" KAGIMORI_STATE="$work/state" "$usr/libexec/kagimori/kagimori-cycle"; }
expect "an audit with the installed tool" 1 cycle
is "wrote the report" "$(find "$work/state" -name report.html -size +100k | wc -l)" 1
# An administrator of much, and a group: other findings name them, too.
renamed=
rename() { # FROM TO: both, as people do it
    local rc=0
    "$root/tests/lab/lab" dc 1 samba-tool user rename "old-admin$1" --samaccountname="old-admin$2" --upn="old-admin$2@kagimori-hospital.example" --force-new-cn="old-admin$2" || rc=1
    "$root/tests/lab/lab" dc 1 samba-tool group rename "moto-kanri-group$1" --samaccountname="moto-kanri-group$2" --force-new-cn="moto-kanri-group$2" || rc=1
    return $rc
}
trap '[ -z "$renamed" ] || rename -tanaka "" >/dev/null 2>&1; rm -rf "$work"' EXIT
renamed=1
expect "two names change in the directory" 0 rename "" -tanaka
expect "the next audit finds nothing new in that" 0 cycle
is "says nothing" "$(cat "$work/out" "$work/err")" ""
is "and is the second of the history" "$(sql "$work/state/history.db" 'SELECT count(*) FROM run')" 2
# shellcheck disable=SC2046 # two words, the older first
"$usr/bin/kagimori" diff $(printf '%s/evidence.db ' "$work"/state/2*) --format json --out "$work" >/dev/null 2>&1
is "names alone have changed" "$(python3 -c 'import json, sys; d = json.load(open(sys.argv[1])); print(sorted(r["now"] for r in d["renamed"]), {k for k, v in d["counts"].items() if v} - {"renamed"}, d["counts"]["same"] > 200)' "$work/diff.json")" "['moto-kanri-group-tanaka', 'old-admin-tanaka'] {'same'} True"
expect "and are given back" 0 rename -tanaka ""
[ "$any_failed" != 0 ] || renamed=

unit=$usr/lib/systemd/system/kagimori-audit.service
is "the unit starts what is installed" "$(grep -c "^ExecStart=$usr/libexec/kagimori/kagimori-cycle\$" "$unit")" 1
if command -v systemd-analyze >/dev/null; then
    is "systemd takes the units" "$(systemd-analyze verify --man=no "$unit" "${unit%service}timer" 2>&1 | grep kagimori)" ""
else
    ok "systemd-analyze is not here: the units are not verified"
fi
exit "$any_failed"
