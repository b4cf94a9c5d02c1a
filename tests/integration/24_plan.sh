#!/bin/bash
# kagimori plan: what the operator may get wrong, attestations and decisions, and a plan that goes on from an earlier file. A small playbook of its own
# (plan/) over a made estate; verify against the live directory is 25_verify.sh.
. "$(dirname "${BASH_SOURCE[0]}")/lib.sh"
cd "$work" || exit 1
k=$bin/kagimori
export LC_ALL=C.UTF-8 TZ=UTC
mkdir -p checks/reset && cp "$root"/checks/{tags,sources}.yaml "$root/checks/ad/laps.yaml" checks/ && cp "$root"/tests/integration/plan/*.yaml checks/reset/ # few checks: each run loads them
expect "the playbook is sound" 0 "$k" checks lint checks
"$bin/make_evidence" old.db 400 20 >/dev/null || { bad "an estate is made"; exit 1; }
now=$(sql old.db "SELECT now / 10000000 - 11644473600 FROM clock")
iso() { date -u -d "@$1" +%Y-%m-%dT%H:%M:%SZ; }
incident=$(iso $((now - 86400)))
plan() { "$k" plan "$@" --checks checks --lang en --out "$work/doc"; }
state() { # FILE NAME [ACTION]
    sql "$1" "SELECT state FROM reset_line WHERE name = '$2' AND action = '${3:-reset.user.password}'"
}
# The tables of a plan as text, without the times of its schedule.
tables() { sql "$1" "SELECT * FROM reset_item ORDER BY 1, 2; SELECT * FROM reset_action ORDER BY 1; SELECT * FROM reset_wave; SELECT * FROM reset_phase;
    SELECT * FROM reset_progress ORDER BY 1, 2, 3; SELECT * FROM reset_point ORDER BY 1; SELECT * FROM secret_seen ORDER BY 1, 2, 3; SELECT * FROM reset_decision ORDER BY 1, 2, 3" | md5sum; }

# ---- the time of the incident ----
expect "no time of the incident" 2 plan old.db
says "says what to give" '--incident-time with its offset'
sqlite3 old.db "INSERT OR REPLACE INTO audit_info VALUES('time_zone', 'Asia/Tokyo')"
TZ=America/New_York expect "a time without its offset" 2 plan old.db --incident-time 2026-01-22T10:15
says "shows the reading of this computer" '2026-01-22T10:15:00-05:00 \(time zone of this computer\)'
says "shows that of the site" '2026-01-22T10:15:00\+09:00 \(time zone of the site, Asia/Tokyo\)'
expect "a day alone" 2 plan old.db --incident-time 2026-01-22
expect "no time at all" 2 plan old.db --incident-time yesterday
expect "the future" 2 plan old.db --incident-time "$(iso $((now + 60)))"
says "says so" 'in the future of this evidence'
expect "before the domain" 2 plan old.db --incident-time 1999-01-01T00:00:00Z
says "says since when it exists" 'before the domain existed \(since '
expect "a start without its offset" 2 plan old.db --incident-time "$incident" --start 2026-01-22T10:15
is "what was refused is not kept" "$(sql old.db "SELECT count(*) FROM audit_info WHERE name = 'incident_at'")" 0

# ---- other options ----
for bad in "--people 0" "--people 101" "--people x" "--scope host:nobody" "--scope hosts" "--batch user" "--batch nobody:3" "--format cvs" "--lang fr" \
    "--without-controller nobody" "--without-controller nobody=Sato" "--withdraw rapid-krbtgt=Sato" "--withdraw rapid-krbtgt" "--withdraw krbtgt=Sato" "--rapid-krbtgt x" "--attestations none.yaml" "--baseline none.db" "--baseline old.db" "--baseline $root/README.md"; do
    # shellcheck disable=SC2086
    expect "$bad is refused" 2 "$k" plan old.db --checks checks --incident-time "$incident" --out doc $bad
done
is "no plan was made of it" "$(sql old.db "SELECT count(*) FROM reset_item")" 0

# ---- a plan, twice the same ----
expect "a plan with open subjects" 1 plan old.db --incident-time "$incident" --batch user:10 --people 3
says "tells what can begin" 'Meet \(administrator\): 1'
expect "in Japanese" 1 "$k" plan old.db --checks checks --lang ja --out "$work/doc"
says "the words are those of the report" '要調査 [0-9]+ 件、確認できない [0-9]+ 件、後戻り [0-9]+ 件'
for f in csv json md html; do [ -s "doc/reset-plan.$f" ] && ok "reset-plan.$f is there" || bad "reset-plan.$f is there"; done
first=$(tables old.db)
expect "again" 1 plan old.db
is "it is the same" "$(tables old.db)" "$first"
rm -r doc
expect "one document" 1 plan old.db --format md
is "is one" "$(ls doc)" reset-plan.md
expect "an unknown view in the playbook" 2 env sh -c "cp -r checks c2 && sed -i 's/for: reset_account/for: reset_acount/' c2/reset/actions.yaml && '$k' plan old.db --checks c2"
says "with a suggestion" "did you mean 'reset_account'"
expect "a cycle" 2 env sh -c "rm -r c2; cp -r checks c2 && sed -i '0,/^who: admin/s//after: [reset.user.*]\nwho: admin/' c2/reset/actions.yaml && '$k' plan old.db --checks c2"
says "says so" 'actions wait for each other: reset.user.password after reset.first.meeting'
expect "a missing translation" 2 env sh -c "rm -r c2; cp -r checks c2 && sed -i 's/, ja: \"会議を開く\" }/ }/' c2/reset/actions.yaml && '$k' plan old.db --checks c2"
says "says which" "'title' has no Japanese translation"
expect "no playbook" 2 env sh -c "rm -r c2; cp -r checks c2 && rm -r c2/reset && '$k' plan old.db --checks c2"

# ---- attestations ----
cat >bad.yaml <<'Y'
- { action: reset.first.meting, state: done, who: Sato, when: 2026-01-01T00:00:00Z }
- { action: "reset.user.*", subject: 7, state: doen, who: "", when: 2026-01-01T00:00:00 }
- { action: reset.first.meeting, state: done, who: Sato, when: 2199-01-01T00:00:00Z, why: x }
- { action: reset.first.meeting, state: done, who: Sato }
- 7
Y
expect "mistakes in attestations" 2 plan old.db --attestations bad.yaml
cat >want <<'Y'
bad.yaml:1:13: there is no action 'reset.first.meting' (did you mean 'reset.first.meeting'?)
bad.yaml:1:63: 'when' is before the incident
bad.yaml:2:38: this evidence knows no '7' that reset.user.* could be about
bad.yaml:2:48: 'state' is done or not_needed, not 'doen' (did you mean 'done'?)
bad.yaml:2:59: 'who' must be a text that is not empty
bad.yaml:2:69: 'when' is a time with its offset, such as 2026-11-24T09:30:00+09:00, not '2026-01-01T00:00:00'
bad.yaml:3:64: 'when' is in the future
bad.yaml:3:86: unknown key 'why' (did you mean 'who'?)
bad.yaml:4:3: action and subject are those of line 3: keep one of them
bad.yaml:4:3: the key 'when' is missing
bad.yaml:5:3: an attestation is a map: { action: …, state: done, who: …, when: … }
Y
sed -E 's/ \((it is )?20[^)]*\)(: .*)?$//' "$work/err" | grep '^bad.yaml' | sort >got
sort want | diff - got >diff && ok "each is told with its place" || { bad "each is told with its place"; sed 's/^/    /' diff; }
is "none of them was taken" "$(sql old.db "SELECT count(*) FROM reset_decision")" 0
printf -- '- action: "reset.first.*"\n  state: done\n  who: 佐藤 花子\n  when: %s\n  evidence: 2026-014\n' "$(iso $((now - 3600)))" >good.yaml
expect "an attestation" 1 plan old.db --attestations good.yaml
is "it counts" "$(sql old.db "SELECT state FROM reset_line WHERE action = 'reset.first.meeting'")" attested
expect "without the file" 1 plan old.db
is "it stays" "$(sql old.db "SELECT state FROM reset_line WHERE action = 'reset.first.meeting'")" attested
sed -i 's/state: done/state: not_needed/' good.yaml
expect "taken back" 1 plan old.db --attestations good.yaml
is "the newer word holds alone" "$(sql old.db "SELECT group_concat(kind) FROM reset_decision")" not_needed
expect "two resets of krbtgt without the wait are allowed by name" 1 plan old.db --rapid-krbtgt "佐藤 花子"
is "and kept" "$(sql old.db "SELECT who FROM reset_decision WHERE kind = 'rapid_krbtgt'")" "佐藤 花子"

# Controllers that are gone, and decisions that are taken back.
decisions() { sql "$1" "SELECT group_concat(kind || ' ' || who || coalesce(' (' || note || ')', ''), '; ') FROM (SELECT * FROM reset_decision WHERE kind NOT IN ('attested', 'not_needed', 'rapid_krbtgt') ORDER BY kind, subject)"; }
expect "a controller is gone, but who says so" 2 plan old.db --without-controller dc1
says "tells the form" "such as --without-controller 'dc3=佐藤 花子'"
expect "none would be left" 2 plan old.db --without-controller dc1=Sato,dc2=Sato
is "nothing of it is kept" "$(decisions old.db)" ""
expect "a controller is gone, says a person" 1 plan old.db --without-controller "dc1=佐藤 花子"
is "and is kept with the name" "$(decisions old.db)" "without_controller 佐藤 花子"
cp old.db said.db
expect "taken back" 1 plan old.db --withdraw "without-controller=鈴木 一郎"
is "is kept with the name as well" "$(decisions old.db)" "without_controller_withdrawn 鈴木 一郎 (was decided by 佐藤 花子)"
expect "decided anew" 1 plan old.db --without-controller dc1=Sato
is "holds" "$(decisions old.db)" "without_controller Sato"
expect "both are taken back" 1 plan old.db --withdraw "without-controller=Suzuki,rapid-krbtgt=Suzuki"
is "and both are recorded" "$(sql old.db "SELECT count(*) FROM reset_decision WHERE kind GLOB '*_withdrawn' AND who = 'Suzuki'")" 2
grep -q 'Withdrawn: two krbtgt resets' doc/reset-plan.html && ok "the list says so" || bad "the list says so"
sqlite3 said.db "UPDATE audit_info SET value = value - 10000000 WHERE name = 'now'; UPDATE reset_decision SET at = at - 10000000"
cp old.db back.db
expect "an older file that still holds them" 1 plan back.db --baseline said.db
is "does not bring them back" "$(sql back.db "SELECT count(*) FROM reset_decision WHERE kind IN ('rapid_krbtgt', 'without_controller')")" 0
expect "the wait is left out again" 1 plan old.db --rapid-krbtgt "佐藤 花子"
is "without the withdrawal beside it" "$(sql old.db "SELECT group_concat(kind) FROM reset_decision WHERE kind GLOB 'rapid*'")" rapid_krbtgt
sqlite3 old.db "DELETE FROM reset_decision WHERE kind GLOB 'without*'"
expect "the estate is as before" 1 plan old.db

# ---- a later file goes on ----
later() { # NEW: the same estate an hour later, without what a plan writes
    cp old.db "$1"
    sqlite3 "$1" "UPDATE audit_info SET value = value + 36000000000 WHERE name = 'now'; DELETE FROM audit_info WHERE name LIKE 'reset_%' OR name = 'incident_at';
        DELETE FROM reset_item; DELETE FROM reset_action; DELETE FROM reset_wave; DELETE FROM reset_phase; DELETE FROM reset_before; DELETE FROM reset_point;
        DELETE FROM reset_progress; DELETE FROM reset_decision; DELETE FROM secret_seen"
}
later new.db
a=$(sql old.db "SELECT name FROM reset_line WHERE action = 'reset.user.password' AND state = 'ready' ORDER BY subject LIMIT 1")
b=$(sql old.db "SELECT name FROM reset_line WHERE action = 'reset.user.password' AND state = 'ready' ORDER BY subject LIMIT 1 OFFSET 1")
c=$(sql old.db "SELECT name FROM reset_line WHERE action = 'reset.user.password' AND state = 'ready' ORDER BY subject LIMIT 1 OFFSET 2")
ticks=$(((now + 600 + 11644473600) * 10000000))
hostile=$'evil\x1b[31m\u202egnp'
# One is reset, and renamed; of one the date only; one is moved to another place.
sqlite3 new.db "UPDATE secret_change SET password_version = password_version + 1, password_at = $ticks, date_at = $ticks WHERE guid = (SELECT guid FROM account WHERE sam_name = '$a');
    UPDATE account SET pwd_last_set = $ticks WHERE sam_name IN ('$a', '$b');
    UPDATE secret_change SET date_at = $ticks WHERE guid = (SELECT guid FROM account WHERE sam_name = '$b');
    UPDATE account SET sam_name = '$hostile' WHERE sam_name = '$a';
    UPDATE account SET dn = 'CN=moved,OU=elsewhere,DC=bench,DC=example' WHERE sam_name = '$c'; DELETE FROM audit_info WHERE name = 'derived'"
expect "goes on" 1 plan new.db --baseline old.db
says "says from where" '^goes on from old.db \('
is "the time of the incident came along" "$(sql new.db "SELECT incident_at FROM clock")" "$(sql old.db "SELECT incident_at FROM clock")"
is "and what was said of the plan" "$(sql new.db "SELECT group_concat(value) FROM (SELECT value FROM audit_info WHERE name IN ('reset_batches', 'reset_people') ORDER BY name)")" "user:10,3"
is "and decisions" "$(sql new.db "SELECT group_concat(kind) FROM (SELECT kind FROM reset_decision ORDER BY kind)")" "not_needed,rapid_krbtgt"
is "and the point before" "$(sql new.db "SELECT count(*) FROM reset_point")" 2
is "who was renamed is found again, and done" "$(state new.db "$hostile")$(sql new.db "SELECT was FROM reset_line WHERE name = '$hostile'")" doneready
says "what moved is told" 'newly finished \(1\)'
is "a name never reaches the terminal as it is" "$(cat out err | tr -cd '\033')$(grep -c $'\u202e' out)" 0
is "a new date without a new password is suspect" "$(state new.db "$b")" suspect
says "and is told" 'looks done and is not \(1\)'
is "who was moved is the same" "$(sql new.db "SELECT was FROM reset_line WHERE name = '$c'")" ready
is "what was known of the secret before stays known" \
    "$(sql new.db "SELECT count(*) FROM secret_seen s JOIN account a ON a.sid = s.subject WHERE a.sam_name = '$hostile' AND s.secret = 'password'")" 2
first=$(tables new.db)
expect "twice" 1 plan new.db --baseline old.db
is "is the same" "$(tables new.db)" "$first"
# A regression stays until it is mended.
later newer.db
sqlite3 newer.db "UPDATE audit_info SET value = value + 36000000000 WHERE name = 'now'"
expect "goes on from what was done" 1 plan newer.db --baseline new.db
is "what was done and is not now is a regression" "$(sql newer.db "SELECT group_concat(name) FROM reset_line WHERE is_regression = 1")" "$a"
says "which is told" 'went back since the last time \(1\)'
later newest.db
sqlite3 newest.db "UPDATE audit_info SET value = value + 72000000000 WHERE name = 'now'"
expect "and from the regression" 1 plan newest.db --baseline newer.db
is "it is still shown" "$(sql newest.db "SELECT group_concat(name) FROM reset_line WHERE is_regression = 1")" "$a"

# ---- a baseline that fits not ----
expect "a newer one" 2 plan old.db --baseline new.db
says "says so" 'it is newer'
cp new.db foreign.db
sqlite3 foreign.db "UPDATE domain_head SET sid = 'S-1-5-21-9-9-9', dns_name = 'other.example'; DELETE FROM reset_item"
expect "another domain" 2 plan foreign.db --baseline old.db
says "both are named" 'bench.example \(S-1-5-21-10-20-30\), and this evidence is of other.example'
is "nothing was carried over" "$(sql foreign.db "SELECT count(*) FROM reset_item")" 0

# ---- evidence that does not tell ----
later bare.db
sqlite3 bare.db "DELETE FROM secret_change; DELETE FROM account; DELETE FROM domain_head; DELETE FROM audit_info WHERE name = 'derived'"
expect "nothing of a directory" 2 plan bare.db --incident-time "$incident"
says "says what to do" 'holds nothing of a directory'
later blind.db
sqlite3 blind.db "DELETE FROM secret_change; DELETE FROM coverage WHERE source = 'ldap.metadata'; DELETE FROM audit_info WHERE name = 'derived'"
"$k" plan blind.db --checks checks --baseline new.db --lang en --out doc >out 2>err
is "without metadata nothing is done" "$(sql blind.db "SELECT count(*) FROM reset_item WHERE state = 'done'")" 0
[ "$(sql blind.db "SELECT count(*) FROM reset_item WHERE is_seen = 0")" -gt 30 ] && ok "and it is said of each that it could not be seen" || bad "and it is said of each that it could not be seen"
# All that is open cannot be proven: 3.
printf -- '- action: "reset.user.*"\n  state: not_needed\n  who: Sato\n  when: %s\n- action: reset.first.meeting\n  state: done\n  who: Sato\n  when: %s\n' "$(iso $((now - 60)))" "$(iso $((now - 60)))" >all.yaml
expect "all is finished" 0 plan newest.db --attestations all.yaml
sqlite3 newest.db "DELETE FROM reset_decision WHERE action = 'reset.first.meeting'"
expect "what is left cannot be proven" 3 plan newest.db
exit "$any_failed"
