#!/bin/bash
# The collection kit: collect.cmd runs to its end under Wine's cmd and writes what its README says, with tools that are there and
# with tools that are not; what it wrote is imported. Wine lacks certutil, wevtutil, secedit and auditpol, so that in a second part
# stand-ins take their place (batch files, called where the script calls the tool): they show what the script does with the
# answers, not that Windows gives them. Without Wine only the texts are checked.
. "$(dirname "${BASH_SOURCE[0]}")/lib.sh"
kit=$root/audit/kit

if "$root/tests/lint/kit" >"$work/out"; then ok "the kit brings what the checks read"; else bad "the kit does not bring:"; cat "$work/out"; fi
is "collect.cmd is ASCII" "$(LC_ALL=C grep -cP '[^\x00-\x7f]' "$kit/collect.cmd")" 0
is "collect.cmd ends its lines in CR LF" "$(grep -cv $'\r$' "$kit/collect.cmd")" 0
is "both messages files say the same" "$(iconv -f CP932 -t UTF-8 "$kit/messages.932.txt" | cmp - "$kit/messages.65001.txt" 2>&1)" ""
said=$(grep -oE '^[^r].*call :say [0-9]+|^call :say [0-9]+' "$kit/collect.cmd" | grep -oE '[0-9]+$' | sort -u)
told=$(cut -d'|' -f1 "$kit/messages.65001.txt" | sort -u)
is "every message has its Japanese" "$said" "$told"
# Everything that is named is called by its full path, so that neither PATH nor the stick decides what runs.
is "tools are called by their path" "$(grep -nE '(^|[^\\a-z])(reg|secedit|auditpol|wevtutil|certutil|xcopy|whoami|attrib|chcp)(\.exe|\.com)? ' "$kit/collect.cmd" | grep -vE ':rem |:call |%sys%' )" ""

if ! command -v wine >/dev/null || ! command -v wineserver >/dev/null && [ ! -x /usr/lib/wine/wineserver64 ]; then
    ok "under Wine: skipped: no wine"
    exit "$any_failed"
fi

export WINEPREFIX=$work/prefix WINEDEBUG=-all WINEDLLOVERRIDES='mscoree,mshtml=' LC_ALL=C.UTF-8 DISPLAY=
server=$(command -v wineserver || echo /usr/lib/wine/wineserver64)
trap '"$server" -k >/dev/null 2>&1; "$server" -w >/dev/null 2>&1; rm -rf "$work"' EXIT
timeout 180 wineboot -i >/dev/null 2>&1 </dev/null
stick="$work/棒 a&b (1)"
mkdir -p "$stick"
cp "$kit/collect.cmd" "$kit"/messages.*.txt "$stick"

# collect NAME WANTED_EXIT ARGUMENT…
collect() {
    local name=$1 want=$2 rc=0
    shift 2
    (cd "$stick" && timeout 240 wine cmd /d /c collect.cmd "$@") </dev/null >"$work/out" 2>"$work/err" || rc=$?
    if [ "$want" = any ] && [ "$rc" -gt 0 ] && [ "$rc" -lt 250 ]; then want=$rc; fi
    is "$name" "$rc" "$want"
}

collect "runs to its end without most of its tools" any /nopause
says "says that it is done" '\[80\]'
says "says that it is not run as an administrator" '\[12\]'
made=("$stick"/kagimori-*)
is "one folder" "${#made[@]}" 1
one=${made[0]}
case ${one##*/} in kagimori-*-00000000-000001) ok "without a clock the folder has a number" ;; *) bad "folder ${one##*/}" ;; esac
is "nothing else was written" "$(ls -A "$stick" | grep -vc '^kagimori-')" 3
plain() { tr -d '\r' <"$1"; }
is "auditpol is not there" "$(plain "$one/steps.txt" | grep '^auditpol|')" "auditpol|9009"
is "a registry root" "$(plain "$one/steps.txt" | grep '^registry/control-lsa|')" "registry/control-lsa|0"
is "what failed left no file" "$(ls "$one"/secedit.inf "$one"/auditpol.csv "$one"/logs/* 2>/dev/null)" ""
is "nothing is left over" "$(find "$one" -name 'work*')" ""
is "no key was taken for absent that is there" "$(plain "$one/present.txt" | grep -c 'Control\\Lsa|')" 0
says_file() { if grep -qF -- "$3" "$2"; then ok "$1"; else bad "$1: nothing says $3"; fi; }
says_file "a key that is not there is proven absent" "$one/present.txt" 'HKLM\SOFTWARE\Policies\Microsoft\Windows\WinRM|*=absent'
says_file "a value that is not there, too" "$one/present.txt" 'Winlogon|DefaultPassword=absent'
says_file "what each file answers" "$one/asked.txt" 'registry\run.txt|HKLM\SOFTWARE\Microsoft\Windows\CurrentVersion\Run|*'
is "an argument that is not known" "$(cd "$stick" && timeout 60 wine cmd /d /c collect.cmd /nopause /what </dev/null >"$work/out" 2>&1; echo $?)" 255
is "and writes nothing" "$(ls -d "$stick"/kagimori-* | wc -l)" 1
cp -a "$one" "$work/plain-kit"

# ---- stand-ins for what Wine lacks --------------------------------------------------------------------------------------------
fake="$work/fake"
mkdir -p "$fake"
PYTHONDONTWRITEBYTECODE=1 python3 - "$fake" "$work" "$root/tests/lab/offline" <<'PY'
import os, socket, sys, time
fake, work = sys.argv[1:3]
sys.path.insert(0, sys.argv[3])
import events, evtx
log = evtx.Evtx()
log.add(time.time() - 60, socket.gethostname().split(".")[0][:15].upper(), events.EVENTS[4634], events.EVENTS[4634].values({}))
open(os.path.join(fake, "log.evtx"), "wb").write(log.bytes())
z = "Z:" + fake.replace("/", "\\")
# A Unix program is not waited for: the batch file waits for the sign that it has ended.
def put(name, body):
    with open(os.path.join(fake, name), "w", newline="") as f:
        f.write("@echo off\n".replace("\n", "\r\n") + body.replace("\n", "\r\n"))
put("certutil.cmd", 'set "sign=%s\\sum"\ndel "%%sign%%.done" 2>nul\nset "KGM_FILE=%%~2"\n"%s\\sum.exe"\n:wait\nif not exist "%%sign%%.done" goto wait\ntype "%%sign%%.txt"\n' % (z, z))
put("wevtutil.cmd", 'if "%1"=="gli" goto info\nif not "%~3"=="" copy /y "FAKE\\log.evtx" "%~3" >nul\nexit /b 0\n:info\necho creationTime: 2020-01-01T00:00:00.000Z\necho lastWriteTime: 2026-11-25T01:02:04.567Z\necho fileSize: 69632\n'.replace("FAKE", z))
put("whoami.cmd", 'echo "Everyone","Well-known group","S-1-1-0","x"\necho "Mandatory Label\\High","Label","S-1-16-12288",""\n')
put("secedit.cmd", 'echo [System Access]>"%~3"\necho MinimumPasswordLength = 9 >>"%~3"\necho LockoutBadCount = 4 >>"%~3"\nexit /b 0\n')
put("auditpol.cmd", 'copy "%s\\audit.csv" "%%KGM_OUT%%\\auditpol.csv" >nul\nexit /b 0\n' % z)
with open(os.path.join(fake, "audit.csv"), "w") as f:
    f.write("Machine Name,Policy Target,Subcategory,Subcategory GUID,Inclusion Setting,Exclusion Setting,Setting Value\r\n"
            "PC,System,Logon,{0CCE9215-69AE-11D9-BED3-505054503030},Success,,1\r\n")
PY
cat >"$fake/sum.exe" <<SH
#!/bin/sh
f=\$(printf '%s' "\$KGM_FILE" | sed 's/^[A-Za-z]://; s/\\\\/\\//g')
{ printf 'SHA256 hash of %s:\r\n' "\$f"; sha256sum <"\$f" | cut -c1-64 | sed 's/../& /g; s/ \$/\r/'; printf 'CertUtil: done\r\n'; } >"$fake/sum.txt"
: >"$fake/sum.done"
SH
chmod +x "$fake/sum.exe"
# In a for the tool is a command of its own; elsewhere a batch file has to be called to come back.
z="Z:${fake//\//\\}"
sed -E -e "s#'%sys%\\\\(certutil|wevtutil|whoami)\\.exe#'${z//\\/\\\\}\\\\\1.cmd#" \
    -e "s#^%sys%\\\\(wevtutil|secedit|auditpol)\\.exe#set \"KGM_OUT=%out%\"\r\ncall ${z//\\/\\\\}\\\\\1.cmd#" "$kit/collect.cmd" >"$stick/collect.cmd"

collect "runs to its end with stand-ins and /sam" any /nopause /sam
says "says that it is done" '\[80\]'
says "says that the stick holds password hashes" '\[82\]'
two=("$stick"/kagimori-*-20261125-010204)
if [ -d "${two[0]}" ]; then ok "a second run makes a second folder, named by the time in UTC"; else bad "no folder by time: $(ls "$stick")"; fi
is "the first one stays as it was" "$(diff -r "$work/plain-kit" "$one")" ""
two=${two[0]}
is "kit.txt" "$(plain "$two/kit.txt" | grep -E '^(kagimori-kit|started|finished|administrator|sam)=' | sort | tr '\n' ' ')" \
    "administrator=yes finished=2026-11-25T01:02:04Z kagimori-kit=1 sam=yes started=2026-11-25T01:02:04Z "
is "every file is in the manifest" "$(plain "$two/manifest.txt" | sed 's/.* \*//; s/\\/\//g' | sort)" \
    "$(cd "$two" && find . -type f ! -name manifest.txt | sed 's/^\.\///' | sort)"
plain "$two/manifest.txt" | sed -E 's/ ([0-9a-f*])/\1/g; s/\*/ */; s/\\/\//g' >"$work/sums"
is "and their checksums are right" "$(cd "$two" && sha256sum --quiet -c "$work/sums" 2>&1)" ""
is "hives that could not be saved are told" "$(plain "$two/steps.txt" | grep '^hive/SAM|')" "hive/SAM|1"
is "and left no file" "$(find "$two/hives" -type f)" ""

# ---- what was written is understood ---------------------------------------------------------------------------------------------
expect "import the kit" 0 "$bin/kagimori" import "$work/evidence.db" "$two"
is "policy from the kit" "$(sql "$work/evidence.db" 'SELECT min_password_length, lockout_threshold FROM local_policy')" "9|4"
is "audit policy from the kit" "$(sql "$work/evidence.db" 'SELECT setting FROM host_audit')" "1"
is "the registry answers every question" "$(sql "$work/evidence.db" "SELECT state, detail FROM coverage WHERE source = 'kit.registry'")" "complete|"
is "absent is absent" "$(sql "$work/evidence.db" "SELECT is_missing FROM host_registry WHERE value = 'DefaultPassword'")" "1"
is "no file is malformed" "$(sql "$work/evidence.db" "SELECT path, detail FROM artifact WHERE state NOT IN ('decoded', 'ignored', 'unsupported')")" ""
exit "$any_failed"
