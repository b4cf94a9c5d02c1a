#!/bin/bash
# The evidence file under bad conditions: a message and an exit code, never a crash; what was collected stays; nothing passes.
. "$(dirname "${BASH_SOURCE[0]}")/lib.sh"
k=$bin/kagimori
"$root/tests/lab/site" >"$work/site.yaml"
collect() { in_lab "$k" collect --site "$work/site.yaml" --quiet "$@"; }
passes() { in_lab sqlite3 -readonly "$1" "SELECT count(*) FROM result WHERE verdict = 'pass'" 2>/dev/null || echo 0; }

# One plain file stays behind each command, so that it can be copied and read on a medium without write access.
expect "collect" 0 collect --out "$work/a"
is "collect leaves one file" "$(ls "$work/a")" evidence.db
expect "evaluate" 1 "$k" evaluate "$work/a/evidence.db"
expect "report" 0 "$k" report "$work/a/evidence.db" --format csv --out "$work/csv"
is "evaluate and report leave one file" "$(ls "$work/a")" evidence.db

# Two at once
collect --out "$work/two" >/dev/null 2>&1 </dev/null &
first=$!
for _ in $(seq 400); do [ -s "$work/two/evidence.db" ] && break; sleep 0.01; done
expect "a second audit into the same folder" 2 collect --out "$work/two"
says "says that another one is at work" 'another Kagimori is writing to this file'
wait "$first"
is "the first one is complete" "$(sql "$work/two/evidence.db" "SELECT count(*) > 10 FROM coverage WHERE state = 'complete'")" 1

# Links and other owners
mkdir "$work/link" "$work/other"
ln -s "$work/a/evidence.db" "$work/link/evidence.db"
before=$(sha256sum <"$work/a/evidence.db")
expect "collect does not follow a link" 2 collect --out "$work/link"
expect "resume does not follow a link" 2 collect --out "$work/link" --resume
says "says that it is a link" 'is a link'
expect "evaluate does not follow a link" 2 "$k" evaluate "$work/link/evidence.db"
is "what it points to is as before" "$(sha256sum <"$work/a/evidence.db")" "$before"
cp "$work/a/evidence.db" "$work/other/evidence.db"
chown 65534 "$work/other/evidence.db"
expect "another user's file" 2 "$k" evaluate "$work/other/evidence.db"
says "says whose it is" 'belongs to another user \(uid 65534\)'
mkfifo "$work/fifo"
expect "a pipe" 2 timeout 10 "$k" evaluate "$work/fifo"
expect "a folder" 2 "$k" evaluate "$work"

# No room and no right to write; the lab has its own mounts.
mkdir "$work/disk"
room() { in_lab mount -t tmpfs -o "size=$1" tmpfs "$work/disk"; }
room 400k
expect "no room to begin" 4 collect --out "$work/disk/a"
says "says that the disk is full" 'the disk is full: free space, then start again'
in_lab umount "$work/disk"
room 6m
expect "the disk fills up while collecting" 4 in_lab "$k" audit --site "$work/site.yaml" --out "$work/disk/a"
says "says which file, and how to go on" "$work/disk/a/evidence.db: .*disk is full.*--resume"
is "what was collected is kept" "$(in_lab sqlite3 -readonly "$work/disk/a/evidence.db" "SELECT count(*) > 0 FROM coverage WHERE state = 'complete'")" 1
is "the file is sound" "$(in_lab sqlite3 -readonly "$work/disk/a/evidence.db" "PRAGMA integrity_check")" ok
is "nothing passes" "$(passes "$work/disk/a/evidence.db")" 0
in_lab mount -o remount,size=40m "$work/disk"
expect "with more room it goes on" 1 in_lab "$k" audit --site "$work/site.yaml" --out "$work/disk/a" --resume
in_lab umount "$work/disk"
size=$(stat -c %s "$work/two/evidence.db")
room $((size + 200000))
in_lab cp "$work/two/evidence.db" "$work/disk/evidence.db"
expect "the disk fills up while judging" 4 in_lab "$k" evaluate "$work/disk/evidence.db"
says "says so" "$work/disk/evidence.db: .*disk is full"
is "nothing passes half-way" "$(passes "$work/disk/evidence.db")" 0
in_lab umount "$work/disk"
room 40m
in_lab cp "$work/a/evidence.db" "$work/disk/evidence.db"
in_lab mount -o remount,ro "$work/disk"
expect "a folder that cannot be written: collect" 2 collect --out "$work/disk/a"
says "says so" 'Read-only file system'
expect "a folder that cannot be written: evaluate" 4 in_lab "$k" evaluate "$work/disk/evidence.db"
says "says what to look at" 'check the rights'
expect "a report from a medium without write access" 0 in_lab "$k" report "$work/disk/evidence.db" --format csv --out "$work/csv2"
in_lab umount "$work/disk"

# Garbage
: >"$work/empty.db"
expect "an empty file" 2 "$k" evaluate "$work/empty.db"
head -c 300000 /dev/urandom >"$work/noise.db"
expect "noise" 2 "$k" evaluate "$work/noise.db"
sqlite3 "$work/strange.db" 'CREATE TABLE account(guid)'
expect "a database of something else" 2 "$k" report "$work/strange.db" --out "$work/csv3"
says "says what it is not" 'not an evidence file of Kagimori'
# Files of somebody else: what is stored in them besides rows is not run
endless='WITH RECURSIVE r(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM r) SELECT n'
hostile() { cp "$work/a/evidence.db" "$work/$1.db" && sqlite3 "$work/$1.db" "$2"; }
k60() { timeout 60 "$k" "$@"; }
expect "a summary of the whole file" 0 "$k" report "$work/a/evidence.db" --format csv --out "$work/whole"
hostile views "DROP VIEW clock; CREATE VIEW clock AS $endless AS now FROM r; DROP VIEW finding; CREATE VIEW finding AS $endless AS check_no FROM r;
    DROP VIEW host_log; CREATE VIEW host_log AS $endless AS subject, replace(hex(zeroblob(20000000)), '0', 'xx') AS name FROM r; CREATE VIEW more AS $endless FROM r"
expect "report of a file with views without an end" 0 k60 report "$work/views.db" --format csv --out "$work/views"
is "it says what the tables say" "$(sha256sum <"$work/views/findings.csv")" "$(sha256sum <"$work/whole/findings.csv")"
expect "diff with such a file, as the new one" 0 k60 diff "$work/a/evidence.db" "$work/views.db"
expect "diff with such a file, as the old one" 0 k60 diff "$work/views.db" "$work/a/evidence.db"
expect "history of such a file" 0 k60 history "$work/h.db" add "$work/views.db"
expect "merge of such a file" 0 k60 merge "$work/group.db" "$work/views.db"
expect "a redacted report of such a file" 0 k60 report "$work/views.db" --redact --format csv --out "$work/views-redacted"
expect "evaluate makes its views anew" 1 k60 evaluate "$work/views.db"
is "they are ours then" "$(sql "$work/views.db" "SELECT count(*) FROM sqlite_schema WHERE type = 'view' AND (sql LIKE '%RECURSIVE r(n)%' OR name = 'more')")" 0
hostile trigger "CREATE TRIGGER act AFTER INSERT ON coverage BEGIN UPDATE coverage SET state = 'complete'; END"
hostile computed "ALTER TABLE result ADD COLUMN more TEXT AS (replace(hex(zeroblob(10000000)), '0', 'xx'))"
hostile instead "DROP TABLE host_state; CREATE VIEW host_state AS $endless AS host FROM r"
for what in trigger computed instead; do
    before=$(sha256sum <"$work/$what.db")
    for run in "report $work/$what.db --out $work/no" "report $work/a/evidence.db --previous $work/$what.db --format html --out $work/prev" "diff $work/$what.db $work/a/evidence.db" "diff $work/a/evidence.db $work/$what.db" \
        "history $work/h.db add $work/$what.db" "merge $work/no.db $work/$what.db" "evaluate $work/$what.db" "plan $work/$what.db --out $work/no"; do
        case $run in *--previous*) code=0 ;; *) code=2 ;; esac # it costs the comparison only
        # shellcheck disable=SC2086 # words
        expect "$what: ${run%% *}" "$code" k60 $run
        says "says what is not ours" 'its structure is not the one of this Kagimori'
    done
    is "$what: the file is as before" "$(sha256sum <"$work/$what.db")" "$before"
done
"$root/tests/integration/flips.py" "$k" "$work/a/evidence.db" 12 "${FLIP_SEED:-1}" || any_failed=1
exit "$any_failed"
