#!/bin/bash
# Files as evidence: what is understood and what is refused, whose it is, what it leaves behind. Needs neither the lab nor root.
. "$(dirname "${BASH_SOURCE[0]}")/lib.sh"
k=$bin/kagimori
data=$root/../shared/data
db=$work/evidence.db
printf '' >"$work/everything"

# imports NAME WANTED_EXIT [OPTION…] PATH…: into $db; no process of it may take more than 256 MiB
imports() {
    local name=$1 want=$2
    shift 2
    expect "$name" "$want" python3 "$root/tests/integration/measure.py" "$work/peak" "$k" import "$db" "$@"
    cat "$work/out" "$work/err" >>"$work/everything"
    local mib=$(($(cat "$work/peak") / 1024))
    if [ "$mib" -lt 256 ]; then ok "$name: at most $mib MiB"; else bad "$name: $mib MiB"; fi
}
fresh() { db=$work/$1.db; }
ask() { sql "$db" "$1"; }

# What is not there, and what is nothing.
fresh usage
expect "no path" 2 "$k" import "$db"
expect "a path that is not there" 2 "$k" import "$db" "$work/nowhere"
says "names it" "$work/nowhere"
mkdir -p "$work/plain/below"
echo hello >"$work/plain/below/readme.txt"
expect "a folder with nothing in it" 2 "$k" import "$db" "$work/plain"
says "says what is understood" 'kit.txt.*Policies/.GUID'
printf 'PK\003\004' >"$work/kit.zip"
expect "an archive" 2 "$k" import "$db" "$work/kit.zip"
says "says what to do" 'unpack it'
mkfifo "$work/pipe"
expect "a pipe" 2 timeout 20 "$k" import "$db" "$work/pipe"
if [ -e "$db" ]; then bad "an evidence file was made for nothing"; else ok "no evidence file was made for nothing"; fi
imports "a text that is nothing" 3 "$work/plain/below/readme.txt"
says "says so" 'not understood'
is "is on record" "$(ask "SELECT state FROM artifact")" unsupported

# Kinds that are told by the beginning alone.
fresh look
printf 'version: 1\n\ndn: DC=corp,DC=example\nobjectClass: domainDNS\n' >"$work/export.txt"
imports "LDIF by another name" 0 "$work/export.txt"
says "is taken for LDIF" 'export.txt: LDIF: 1 file'
printf 'ElfFile\0' >"$work/log.bin"
imports "an event log by another name, cut behind its mark" 3 "$work/log.bin"
is "is on record" "$(ask "SELECT kind || ' ' || state FROM artifact WHERE path = 'log.bin'")" "evtx malformed"
is "and is no log in the evidence" "$(ask "SELECT count(*) FROM event_log")" 0
printf 'regf' >"$work/SOMETHING"
imports "one hive alone" 3 "$work/SOMETHING"
says "says to name its folder" 'name the folder in which it lies'

# A folder that means harm, as a kit. Words that must not get out: what the decoder never keeps.
kit=$work/usb/kagimori-PC01-20261125-010203
mkdir -p "$kit/hives" "$kit/logs" "$kit/tasks"
printf 'kagimori-kit=1\r\ncomputer=PC01\r\ndomain=corp.example\r\ncodepage=932\r\nstarted=2026-11-25T01:02:03Z\r\nfinished=2026-11-25T01:03:00Z\r\nsam=no\r\nadministrator=yes\r\nwindows=Microsoft Windows [Version 10.0.19045.1]\r\n' >"$kit/kit.txt"
printf 'secedit|0\r\n' >"$kit/steps.txt"
printf 'x' >"$kit/tasks/$(printf '\223\372\226{')"
printf 'x' >"$kit/tasks/$(printf 'bad\377\n\033[2J')"
ln -s /etc/passwd "$kit/secedit.inf"
ln -s / "$kit/policy"
mkfifo "$kit/hives/SAM"
truncate -s 4G "$kit/hives/SYSTEM"
printf 'ElfFile\0KAGIMORI-MARKER-LOG' >"$kit/logs/Security.evtx"
printf 'KAGIMORI-MARKER-JUNK' >"$kit/junk.txt"
fresh hostile
start=$SECONDS
"$k" import "$db" --keep-artifacts "$work/kept" "$work/usb" >"$work/out" 2>"$work/err" </dev/null
code=$?
cat "$work/out" "$work/err" >>"$work/everything"
case $code in 0 | 3) ok "a folder that means harm: exit code $code" ;; *) bad "a folder that means harm: exit code $code" ;; esac
if [ $((SECONDS - start)) -lt 30 ]; then ok "4 GiB of nothing take no time"; else bad "it took $((SECONDS - start)) s"; fi
is "a sparse file is not read" "$(ask "SELECT state FROM artifact WHERE path = 'hives/SYSTEM'")" too_large
is "links are not followed" "$(ask "SELECT group_concat(state) FROM artifact WHERE path IN ('secedit.inf', 'policy')")" refused,refused
is "nothing of where they lead is there" "$(ask "SELECT count(*) FROM artifact WHERE path GLOB 'policy/*'")" 0
is "a pipe is not opened" "$(ask "SELECT state FROM artifact WHERE path = 'hives/SAM'")" refused
is "a name in code page 932" "$(ask "SELECT count(*) FROM artifact WHERE path = 'tasks/日本'")" 1
is "event logs are on record" "$(ask "SELECT state || ' ' || length(sha256) FROM artifact WHERE path = 'logs/Security.evtx'")" "malformed 64"
is "the host's logons are not seen" "$(ask "SELECT target || ' ' || state FROM coverage WHERE source = 'event.logon'")" "pc01.corp.example failed"
is "no escape sequence reaches the terminal" "$(cat "$work/out" "$work/err" | tr -cd '\033')" ""
(cd "$work/kept" && sha256sum --strict --quiet -c SHA256SUMS) >"$work/sums" 2>&1
is "copies agree with SHA256SUMS" "$? $(cat "$work/sums")" "0 "
is "copies are private" "$(find "$work/kept" -type f ! -perm 600; find "$work/kept" -type d ! -perm 700)" ""
is "and nothing but files" "$(find "$work/kept" ! -type f ! -type d)" ""
is "every file that was read is kept" "$(find "$work/kept" -name 'kit.txt' | wc -l) $(find "$work/kept" -name Security.evtx | wc -l)" "1 1"
is "no names that a terminal misreads" "$(find "$work/kept" | LC_ALL=C tr -d '\n' | LC_ALL=C tr -cd '\000-\037\177')" ""
if grep -qa 'KAGIMORI-MARKER' "$db" "$work/everything"; then bad "what no decoder keeps got out"; else ok "what no decoder keeps stays where it was"; fi

# Another decoder in the place of ours: the command goes on, and says what was not read.
mkdir -p "$work/bin"
cp -r "$k" "$bin/share-checks" "$work/bin/"
cp /bin/true "$work/bin/kagimori-decode"
fresh impostor
expect "a decoder that only ends" 3 "$work/bin/kagimori" import "$db" "$work/usb"
says "says that it is not a file" 'the decoder cannot read these files'
is "whose it is stays open" "$(ask "SELECT host IS NULL, reason FROM machine_file")" "1|not_identified"
is "nothing counts as seen" "$(ask "SELECT count(*) FROM coverage WHERE state = 'complete'")" 0
rm "$work/bin/kagimori-decode"
fresh impostor2
expect "no decoder at all" 4 "$work/bin/kagimori" import "$db" "$work/usb"
says "says to install again" 'install again'

if [ ! -d "$data" ]; then
    ok "real files are not here: not tried"
    exit "$any_failed"
fi

# The directory.
fresh ldif
imports "a domain's LDIF" 0 "$data/ldap/generated__samba-4-provision/domain.ldif"
says "tells rows" 'domain.ldif: LDIF: 1 file, [0-9]{4} rows'
is "SHA-256 is on record" "$(ask "SELECT sha256 FROM artifact")" "$(sha256sum "$data/ldap/generated__samba-4-provision/domain.ldif" | cut -d' ' -f1)"

# Policies: two trees of SYSVOL, six sets of backups.
fresh policies
imports "policies" 0 "$data/gpo/Group3r__Group3r" "$data/gpo/l0ss__Grouper2" "$data/gpo/nsacyber__Windows-Secure-Host-Baseline"
is "each is told" "$(grep -cE ': (copy of SYSVOL|backups of policies): [0-9]+ files?, [0-9]+ rows' "$work/out")" 8
is "every policy was read in full" "$(ask "SELECT group_concat(DISTINCT state) FROM policy_folder")" read
is "as many as there are folders" "$(ask "SELECT count(*) FROM policy_folder")" "$(($(find "$data"/gpo/*/TestSysvol/Policies "$data"/gpo/l0ss__Grouper2 -mindepth 1 -type d -name '{*' | wc -l) + $(find "$data/gpo/nsacyber__Windows-Secure-Host-Baseline" -name bkupInfo.xml | wc -l)))"
is "no file is malformed" "$(ask "SELECT count(*) FROM artifact WHERE state IN ('malformed', 'partial', 'refused', 'denied', 'too_large')")" 0
is "every SHA-256 is that of the file" "$(ask "SELECT count(*) FROM artifact WHERE sha256 IS NULL AND state <> 'ignored'") $(ask "SELECT count(DISTINCT sha256) > 50 FROM artifact")" "0 1"
is "they set something" "$(ask "SELECT (SELECT count(*) FROM policy_registry) > 300, (SELECT count(*) FROM policy_right) > 20, (SELECT count(*) FROM policy_audit) > 10, (SELECT count(*) FROM policy_item) > 5")" "1|1|1|1"
is "coverage is complete" "$(ask "SELECT count(*) FROM coverage WHERE source = 'policy.file' AND state = 'complete'")" 8
imports "the same again" 0 "$data/gpo/Group3r__Group3r"
is "keeps its name" "$(ask "SELECT count(DISTINCT origin) FROM policy_folder")" 8

# Hives: a pair with RC4, three lone SAMs, and another SAM beside the first one's SYSTEM.
fresh hives
imports "hives" 3 "$data/hives"
is "a pair is a host" "$(ask "SELECT count(*) FROM host_target WHERE origin = 'kit'")" 1
is "who does not say its name is nobody" "$(ask "SELECT count(*) FROM machine_file WHERE reason = 'not_identified' AND host IS NULL")" 3
is "and who says another's is in conflict" "$(ask "SELECT count(*) FROM machine_file WHERE reason = 'conflict' AND host IS NULL")" 1
says "says which came first" 'says that it is of the same host .*differ'
is "their passwords are told by signs alone" "$(ask "SELECT count(*) > 3, count(fingerprint) > 0, max(length(fingerprint)) < 42 FROM local_fingerprint")" "1|1|1"
is "a list of hosts with such a gap is not whole" "$(ask "SELECT state FROM coverage WHERE source = 'host.scope'")" partial
is "what was not read is unknown, with a reason" "$(ask "SELECT count(*) FROM host_target t WHERE NOT EXISTS (SELECT 1 FROM coverage c WHERE c.target = t.host AND c.source = 'smb.share' AND c.state = 'not_collected')")" 0
expect "evaluate" 1 "$k" evaluate "$db"
is "of what nobody saw nothing passes" "$(ask "SELECT count(*) FROM result r JOIN check_info c USING (check_no) WHERE r.verdict = 'pass' AND c.view IN ('rdp_service', 'tls_service', 'share', 'winrm_service')")" 0
fresh hives2
imports "hives with AES" 0 "$data/hives/derived__dissect-rev2-aes"
is "their passwords are told as well" "$(ask "SELECT count(fingerprint) > 0 FROM local_fingerprint")" 1

# Event logs: real ones of many hosts in one folder, under any name, and what is none.
logs=$work/logs
mkdir -p "$logs/deep"
cp -r "$data/evtx"/*/* "$logs/"
first=$(find "$data/evtx" -name Security.evtx | sort | head -n 1)
cp "$first" "$logs/deep/renamed.evtx"
head -c 70000 "$first" >"$logs/deep/cut.evtx"
cp "$first" "$logs/deep/sparse.evtx"
truncate -s 20G "$logs/deep/sparse.evtx"
truncate -s 20G "$logs/deep/nothing.evtx"
printf '' >"$logs/deep/empty.evtx"
echo "no log" >"$logs/deep/text.evtx"
echo "no log" >"$logs/deep/text.log"
cat >"$logs/deep/auth.json" <<'END'
{"timestamp": "2026-11-25T01:02:03.456789+0900", "type": "Authentication", "Authentication": {"version": {"major": 1, "minor": 2}, "eventId": 4625, "logonType": 3, "status": "NT_STATUS_WRONG_PASSWORD", "remoteAddress": "ipv4:127.0.0.9:50000", "serviceDescription": "SMB2", "authDescription": "ntlmssp", "clientDomain": "CORP", "clientAccount": "taro", "workstation": "PC1", "mappedAccount": "taro", "mappedDomain": "CORP", "passwordType": "NTLMv2"}}
{"timestamp": "2026-11-25T01:02:04.456789+0900", "type": "Authentication", "Authentication": {"version": {"major": 1,
END
fresh logs
start=$SECONDS
imports "event logs" 3 --log-host DC1.corp.example "$logs"
if [ $((SECONDS - start)) -lt 60 ]; then ok "40 GiB of nothing take no time"; else bad "they took $((SECONDS - start)) s"; fi
is "every file is on record" "$(ask "SELECT count(*) FROM artifact")" "$(find "$logs" -name '*.evtx' -o -name '*.json' -o -name '*.log' | wc -l)"
is "what is no log is malformed" "$(ask "SELECT group_concat(path) FROM (SELECT path FROM artifact WHERE state = 'malformed' ORDER BY path)")" "empty.evtx,nothing.evtx,text.evtx"
is "and left alone where only its name is that of a log" "$(ask "SELECT state FROM artifact WHERE path = 'text.log'")" ignored
is "a copy by another name is there twice" "$(ask "SELECT count(*) > 0 FROM event_log WHERE reason = 'twice' AND path IN ('renamed.evtx', 'sparse.evtx')")" 1
is "a cut log is not whole" "$(ask "SELECT is_whole || ' ' || (records > 0) FROM event_log WHERE path = 'cut.evtx'")" "0 1"
is "a JSON log that was cut gives what is whole" "$(ask "SELECT records || ' ' || bad_chunks || ' ' || host FROM event_log WHERE path = 'auth.json'")" "1 1 dc1.corp.example"
is "hosts are told apart" "$(ask "SELECT count(DISTINCT host) > 8 FROM event_log")" 1
is "no host comes into scope by a log" "$(ask "SELECT count(*) FROM host_target")" 0
is "SHA-256 is that of the file" "$(ask "SELECT DISTINCT sha256 FROM artifact WHERE path = 'renamed.evtx'")" "$(sha256sum "$first" | cut -d' ' -f1)"
says "tells events, from, to and whose" 'renamed.evtx: event log of [^ ]+ .Security.: [0-9]+ events, [0-9-]+T[0-9:]+Z to '
before=$(ask "SELECT count(*), sum(kept) FROM event_log")
imports "the same logs again" 3 --log-host DC1.corp.example "$logs"
is "change nothing" "$(ask "SELECT count(*), sum(kept) FROM event_log")" "$before"
fresh since
imports "an age limit before the log begins" 0 --since 2020-01-01 "$first"
is "leaves nothing out" "$(ask "SELECT since IS NULL, first_at < 133420752000000000 FROM event_log")" "1|1"
imports "an age limit inside of it" 0 --since 2023-10-18T13:00:00+09:00 "$first"
is "is on record" "$(ask "SELECT since FROM event_log")" 133420752000000000
is "nothing older is there" "$(ask "SELECT min(at) >= 133420752000000000 FROM (SELECT at FROM logon_event UNION ALL SELECT at FROM change_event UNION ALL SELECT at FROM log_event)")" 1
is "and the log is whole so far" "$(ask "SELECT DISTINCT state FROM coverage WHERE source GLOB 'event.*'")" complete
expect "an age limit that is none" 2 "$k" import "$work/never.db" --since yesterday "$first"
if [ -e "$work/never.db" ]; then bad "an evidence file was made for nothing"; else ok "and no evidence file is made"; fi
# The largest that is read: 190 MiB that look like hives.
big=$work/big
mkdir "$big"
for f in SYSTEM SAM; do
    head -c 4096 "$data/hives/BitCurator__bcc-dfa-sample-data/$f" >"$big/$f"
    truncate -s 95M "$big/$f"
done
fresh big
imports "hives of 190 MiB" 3 "$big"

# The offline estate of the lab: kits, a volume, hives, all at once.
estate=$work/estate
"$root/tests/lab/offline/make" "$estate" >/dev/null
"$root/tests/lab/offline/make" --secrets | sed 's/^[a-z]* //' >"$work/secrets"
fresh estate
imports "an estate" 3 --keep-artifacts "$work/kept2" "$estate"
is "nine hosts" "$(ask "SELECT count(*) FROM host_target WHERE origin = 'kit'")" 9
is "the newer kit counts" "$(ask "SELECT reason FROM machine_file WHERE computer_name = 'WS-W11-05' AND host IS NULL")" older
is "two machines do not become one" "$(ask "SELECT reason FROM machine_file WHERE computer_name = 'WS-W11-06' AND host IS NULL")" conflict
is "clones stay two" "$(ask "SELECT count(DISTINCT host), count(DISTINCT machine_sid) FROM machine_file WHERE computer_name IN ('WS-NOL-03', 'WS-NOL-04')")" "2|1"
is "folders of code page 932" "$(ask "SELECT count(*) FROM machine_file WHERE host = 'kensa-02' AND origin GLOB '*/回収/検査室①/*'")" 1
says "are shown as they are called" '回収/検査室①/kagimori-KENSA-02'
is "links of a kit are refused" "$(ask "SELECT count(*) FROM artifact WHERE state = 'refused' AND detail LIKE '%link%'")" 2
expect "evaluate the estate" 1 "$k" evaluate "$db"
is "equal passwords are found, with their basis" "$(ask "SELECT count(*), min(basis) FROM shared_password WHERE host IN ('kensa-02', 'ws-leg-03.kagimori-hospital.example') AND is_proven = 1")" "2|fingerprint"
"$k" report "$db" --out "$work/report" --format html,csv,json >>"$work/everything" 2>&1
if [ -s "$work/report/report.html" ] && [ -s "$work/report/results.json" ]; then ok "the report is there"; else bad "no report"; fi
is "there are secrets to look for" "$(($(wc -l <"$work/secrets") > 50))" 1
is "no password and no hash is in what a run leaves" "$(grep -raliFf "$work/secrets" "$db" "$work/everything" "$work/report" "$work/out" "$work/err")" ""
printf 'x%sx' "$(tail -n 1 "$work/secrets")" >"$work/probe"
is "where one is, it is found" "$(grep -raliFf "$work/secrets" "$work/probe")" "$work/probe"
(cd "$work/kept2" && sha256sum --strict --quiet -c SHA256SUMS) >"$work/sums" 2>&1
is "which agree with SHA256SUMS" "$? $(cat "$work/sums")" "0 "
imports "the estate again" 3 "$estate"
is "changes nothing" "$(ask "SELECT count(*) FROM host_target WHERE origin = 'kit'") $(ask "SELECT count(*) FROM machine_file WHERE host IS NOT NULL")" "9 9"
exit "$any_failed"
