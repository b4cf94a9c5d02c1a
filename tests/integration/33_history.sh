#!/bin/bash
# kagimori history, trends in the report, the weekly cycle (its installed files: 90_install.sh); no lab.
. "$(dirname "${BASH_SOURCE[0]}")/lib.sh"
k=$bin/kagimori
cd "$work" || exit 1
printf 'dn: DC=w,DC=example\nobjectClass: top\nobjectClass: domain\nobjectClass: domainDNS\nobjectGUID:: AAAAAAAAAAAAAAAAAAAAAQ==\nobjectSid:: AQQAAAAAAAUVAAAAAQAAAAIAAAADAAAA\nlockoutThreshold: 0\nminPwdLength: 14\n\n' >one.ldif
"$k" import 1.db one.ldif >log 2>&1
sqlite3 1.db "UPDATE coverage SET state = 'complete'"
cp 1.db 2.db
sqlite3 2.db "UPDATE domain_head SET lockout_threshold = 10" "UPDATE audit_info SET value = value + 864000000000 * 7 WHERE name IN ('now', 'started_at')" "DELETE FROM audit_info WHERE name = 'derived'"
"$k" evaluate 1.db >>log 2>&1
"$k" evaluate 2.db >>log 2>&1

expect "no history yet" 2 "$k" history h.db
says "says how to begin" 'add EVIDENCE'
expect "two audits are added" 0 "$k" history h.db add 1.db 2.db
expect "again" 0 "$k" history h.db add 2.db
says "renews the row" '^renewed in'
is "the history is its owner's only" "$(stat -c %a h.db)" 600
is "each audit is one row" "$(sql h.db 'SELECT count(*) FROM run')" 2
is "no subject is in it" "$(sqlite3 h.db .dump | grep -c 'lockoutThreshold\|DC=w\|w\.example')" 0
expect "times say their zone" 0 env TZ=Asia/Tokyo "$k" history h.db --lang en
says "that of this machine" '^Times: UTC\+09:00$'
expect "runs and trends" 0 env LC_ALL=C "$k" history h.db --lang en
says "in ASCII without UTF-8" '^Findings +[#_]+  [0-9]+ -> [0-9]+'
is "and nothing else" "$(LC_ALL=C grep -c $'[\x80-\xff]' "$work/out")" 0
expect "in Japanese" 0 env LC_ALL=ja_JP.UTF-8 "$k" history h.db
says "with blocks" '^指摘事項 +[▁█]+  [0-9]+ → [0-9]+'
expect "one check" 0 env LC_ALL=C "$k" history h.db --check ad.lockout.threshold --lang en
says "that was repaired" '^ad\.lockout\.threshold +#_  1 -> 0'
expect "a check that nobody knows" 2 "$k" history h.db --check ad.lockout.treshold
expect "as JSON" 0 "$k" history h.db --format json
is "that a program reads" "$(python3 -c 'import json, sys; d = json.load(sys.stdin); print(len(d["runs"]), d["schema"])' <"$work/out")" "2 kagimori.history/1"
expect "as CSV" 0 "$k" history h.db --format csv
is "that is a table" "$(python3 -c 'import csv, sys; print(len({len(r) for r in csv.reader(sys.stdin)}))' <"$work/out")" 1
cp 2.db other.db
sqlite3 other.db "UPDATE domain_head SET sid = 'S-1-5-21-9-9-9'"
head -c 20000 1.db >broken.db
expect "a damaged file is told" 4 "$k" history some.db add broken.db 1.db
says "with its name" 'broken.db'
is "and the others are added" "$("$k" history some.db --format csv | grep -c ',all,')" 1
expect "another estate is refused" 2 "$k" history h.db add other.db
expect "evidence is no history" 2 "$k" history 1.db add 2.db
expect "a wrong action" 2 "$k" history h.db remove 2.db
is "audits of one profile are compared without a word" "$("$k" history h.db --lang en | grep -c 'different profiles')" 0
cp 2.db small.db
"$k" evaluate small.db --profile hospital-small >>log 2>&1
cp h.db mixed.db
expect "an audit by another profile is added" 0 "$k" history mixed.db add small.db
sqlite3 small.db "UPDATE audit_info SET value = value + 1 WHERE name = 'now'"
expect "with another time it is another one" 0 "$k" history mixed.db add small.db
expect "and their trend" 0 "$k" history mixed.db --lang ja
says "says that they do not compare" '異なるプロファイルで評価'
printf "%01000d" 1 >text.db
expect "text is no history" 2 "$k" history text.db
says "and is called by its name" 'not a history file of Kagimori'
expect "a report with a trend of two profiles" 0 "$k" report 2.db --format html --lang en --history mixed.db --out mixed
is "says so, too" "$(cat mixed/report*.html | grep -c 'judged by different profiles')" 1
for i in 1 2 3 4; do
    sqlite3 2.db ".backup c$i.db"
    sqlite3 "c$i.db" "UPDATE audit_info SET value = value + $i WHERE name = 'now'"
done
for i in 1 2 3 4; do "$k" history many.db add "c$i.db" >/dev/null 2>&1 & done
wait
is "four at once lose nothing" "$(sql many.db 'SELECT count(*) FROM run')" 4

expect "a report with both" 0 "$k" report 2.db --format html --lang en --previous 1.db --history h.db --out doc
is "tells of progress" "$(cat doc/report*.html | grep -c 'id="progress-fixed"')" 1
is "and shows the trend" "$(cat doc/report*.html | grep -c 'Trend over the audits')" 1
expect "without either" 0 "$k" report 2.db --format html --lang en --out plain
is "there is no such section" "$(cat plain/report*.html | grep -c 'id="progress"')" 0
expect "a history that is not there" 2 "$k" report 2.db --format html --history none.db --out doc

# The weekly cycle, with a stand-in for the audit: everything else is Kagimori's own.
cat >fake <<F
#!/bin/bash
[ "\$1" = audit ] || exec "$k" "\$@"
while [ \$# -gt 0 ]; do case \$1 in --out) mkdir -p "\$2"; cp "$work/next.db" "\$2/evidence.db" ;; esac; shift; done
exit 1
F
chmod +x fake
cycle() { env KAGIMORI="$work/fake" KAGIMORI_SITE=site.yaml KAGIMORI_STATE="$work/state" KAGIMORI_FAIL_ON=low "$root/audit/packaging/systemd/kagimori-cycle"; }
mkdir state
cp 2.db next.db
expect "the first audit of a cycle ends as the audit" 1 cycle
cp 1.db next.db
expect "the second is compared" 1 cycle
says "and tells what is new" 'ad\.lockout\.threshold'
expect "the third has nothing new" 0 cycle
is "and says nothing" "$(cat "$work/out")" ""
is "each has a folder" "$(find state -name done | wc -l)" 3
# More audits of one day than the names of folders sort; a folder whose evidence somebody removed; a state that is not there.
day=$(date +%F)
mkdir "state/$day-9" "state/$day-10"
cp 2.db "state/$day-9/evidence.db"
cp 1.db "state/$day-10/evidence.db"
touch -d '+1 min' "state/$day-9/done"
touch -d '+2 min' "state/$day-10/done"
expect "the newest audit is compared with, whatever its folder is called" 0 cycle
touch -d '+3 min' "state/$day-9/done"
expect "not the last by name" 1 cycle
rm -r state/*
expect "an audit" 1 cycle
rm "state/$day/evidence.db"
expect "evidence that was removed is none to compare with" 1 cycle
is "and nothing is told" "$(cat "$work/out")" ""
rm -r state
expect "a state that is not there is made" 1 cycle
is "for its owner only" "$(stat -c %a state)" 700
rm -r state
: >state
expect "one that cannot be made is an error, no finding" 4 cycle
rm state
mkdir state
if command -v flock >/dev/null; then
    expect "a second cycle does not begin beside a first" 4 flock -n state/lock env KAGIMORI="$work/fake" KAGIMORI_SITE=site.yaml KAGIMORI_STATE="$work/state" "$root/audit/packaging/systemd/kagimori-cycle"
    says "and says so" 'another cycle'
fi
expect "without any environment it says what it lacks" 2 env -i "$root/audit/packaging/systemd/kagimori-cycle"
says "by name" KAGIMORI_STATE
exit "$any_failed"
