#!/bin/bash
# kagimori diff: two directories that differ by what people did, and by what could not be read; no lab (renamed in a living directory:
# 90_install.sh). DIFF_FULL=1 takes away every source.
. "$(dirname "${BASH_SOURCE[0]}")/lib.sh"
k=$bin/kagimori
cd "$work" || exit 1

bytes() { printf "$(sed 's/../\\x&/g' <<<"$1")" | base64 -w0; } # of hex digits

# entry NUMBER NAME UAC: an account whose identity is its number (GUID and SID), whatever it is called
entry() {
    local guid sid
    guid=$(printf '%032x' "$1")
    sid=$(printf '0105000000000005150000000100000002000000 03000000 %02x040000' "$1" | tr -d ' ')
    printf 'dn: CN=%s,DC=w,DC=example\nobjectClass: top\nobjectClass: person\nobjectClass: user\nobjectGUID:: %s\nobjectSid:: %s\nsAMAccountName: %s\nuserAccountControl: %s\n\n' \
        "$2" "$(bytes "$guid")" "$(bytes "$sid")" "$2" "$3"
}
head='dn: DC=w,DC=example\nobjectClass: top\nobjectClass: domain\nobjectClass: domainDNS\nobjectGUID:: AAAAAAAAAAAAAAAAAAAAAQ==\nobjectSid:: AQQAAAAAAAUVAAAAAQAAAAIAAAADAAAA\nlockoutThreshold: %s\nminPwdLength: 14\nmaxPwdAge: -9223372036854775808\n\n'
audit() { # FILE DAYS: imports FILE.ldif, as of so many days later, all of it read
    "$k" import "$1.db" "$1.ldif" >>log 2>&1
    sqlite3 "$1.db" "UPDATE coverage SET state = 'complete'" "UPDATE audit_info SET value = value + 864000000000 * $2 WHERE name IN ('now', 'started_at')" \
        "DELETE FROM audit_info WHERE name = 'derived'"
    "$k" evaluate "$1.db" "${@:3}" >>log 2>&1
}
open=4194816 shut=512 # without and with pre-authentication
{ printf "$head" 0; entry 17 Ben $open; entry 18 Anna $open; entry 19 Cora $open; entry 20 Dan $shut; entry 21 Eve $open; } >old.ldif
# A week later Ben is called Benjamin, Anna was repaired, Cora deleted, Dan spoilt, Eve disabled, Fred made; the domain locks accounts.
{ printf "$head" 10; entry 17 Benjamin $open; entry 18 Anna $shut; entry 20 Dan $open; entry 21 Eve $((open + 2)); entry 22 Fred $open; } >new.ldif
audit old 0
audit new 7

expect "what is new makes exit code 1" 1 "$k" diff old.db new.db --lang en --all
says "and is told" '^ *3  New$'
one() { # CHECK SUBJECT FILE: "kind why" of a finding in a diff.json
    python3 -c 'import json, sys
print("; ".join(f["kind"] + " " + f["why"] for f in json.load(open(sys.argv[3]))["findings"] if f["check_id"] == sys.argv[1] and f["subject"].endswith(sys.argv[2])))' "$1" "$2" "$3"
}
compare() { # OUT OLD NEW: as JSON
    "$k" diff "$2" "$3" --format json,csv,html,markdown --out "$1" >out 2>err
}
compare a old.db new.db
c=ad.account.preauth-required d=S-1-5-21-1-2-3
is "a renamed account is the same finding" "$(one $c $d-1041 a/diff.json)" ""
is "and shown with its old name" "$(python3 -c 'import json; print([(r["before"], r["now"]) for r in json.load(open("a/diff.json"))["renamed"]])')" "[('Ben', 'Benjamin')]"
is "a repaired one is fixed" "$(one $c $d-1042 a/diff.json)" "fixed fail"
is "a deleted one is gone" "$(one $c $d-1043 a/diff.json)" "gone subject"
is "a spoilt one is new" "$(one $c $d-1044 a/diff.json)" "new passed"
is "an account that was made is new" "$(one $c $d-1046 a/diff.json)" "new subject"
is "so is lockout of the domain" "$(one ad.lockout.threshold $d a/diff.json)" "fixed fail"
python3 - "$root" <<'P' && ok "diff.json keeps to its schema" || bad "diff.json keeps to its schema"
import json, sys, jsonschema
jsonschema.validate(json.load(open("a/diff.json")), json.load(open(sys.argv[1] + "/report/diff/diff.schema.json")))
P
python3 -c 'import csv, sys; r = list(csv.reader(open("a/diff.csv", newline=""))); sys.exit(not (len(r) > 4 and len({len(x) for x in r}) == 1))' && ok "diff.csv is a table" || bad "diff.csv is a table"
is "files are for their owner only" "$(stat -c %a a/diff.html a/diff.csv | sort -u)" 600
is "the page holds no script" "$(grep -c '<script' a/diff.html)" 0

# Exit codes and quiet
expect "the other way round says so" 1 "$k" diff new.db old.db --lang ja
says "as a warning" 'older audit of the two'
expect "nothing new from critical on" 0 "$k" diff old.db new.db --fail-on critical
expect "the same file twice" 0 "$k" diff old.db old.db
expect "quiet" 1 "$k" diff old.db new.db --quiet
is "prints nothing" "$(cat "$work/out" "$work/err")" ""
expect "a file that is not there" 2 "$k" diff old.db none.db
expect "a file that is none" 2 "$k" diff old.db "$root/README.md"
expect "an unknown format" 2 "$k" diff old.db new.db --format pdf
expect "documents want a folder" 2 "$k" diff old.db new.db --format csv
cp old.db six.db
sqlite3 six.db "DROP TABLE grade; DROP TABLE grade_check; DROP TABLE measure; DROP TABLE risk; PRAGMA user_version = 6"
expect "an audit of the schema before compares" 1 "$k" diff six.db new.db
sqlite3 six.db "PRAGMA user_version = 5"
expect "one too old does not" 2 "$k" diff six.db new.db
says "and says what to do" 'compare from the next audit on'
cp new.db other.db
sqlite3 other.db "UPDATE domain_head SET sid = 'S-1-5-21-9-9-9', guid = 'x'"
expect "another estate is refused" 2 "$k" diff old.db other.db
says "with the reason" 'not the same estate'
expect "unless it is wanted" 1 "$k" diff old.db other.db --force

"$k" merge group.db old.db other.db >>log 2>&1 || bad "a group is made"
expect "a group of sites is no audit to compare" 2 "$k" diff old.db group.db
says "and the way out is told" 'evidence files of one site'
expect "a full disk is an error, not what was found" 4 bash -c "'$k' diff old.db new.db >/dev/full"
says "and says so" 'cannot write the output'
is "a reader that goes away is none" "$("$k" diff old.db new.db --all 2>err | head -c 1 | wc -c) $(grep -c . err)" "1 0"

# Profiles and waivers
cp new.db small.db
"$k" evaluate small.db --profile ms-baseline >>log 2>&1
compare p old.db small.db
is "a check of the other profile alone is out of sight" "$(one $c $d-1043 p/diff.json)" "hidden check"
printf -- '- { check: %s, subject: Benjamin, reason: "sealed", approver: "CIO", expires: %s }\n' $c "$(date -u -d '100 days' +%F)" >w.yaml
cp new.db waived.db
"$k" evaluate waived.db --waivers w.yaml >>log 2>&1
compare w old.db waived.db
is "what was accepted is waived" "$(one $c $d-1041 w/diff.json)" "waived fail"
compare v waived.db new.db
is "and is told when that ends" "$(one $c $d-1041 v/diff.json)" "unwaived waived"
expect "which cron hears of" 1 "$k" diff waived.db new.db --fail-on high --quiet

# Out of sight is never fixed nor gone.
cp new.db blind.db
sqlite3 blind.db "UPDATE coverage SET state = 'denied', reason = 'denied' WHERE source = 'ldap.user'; DELETE FROM account WHERE kind = 'user'; DELETE FROM audit_info WHERE name = 'derived'"
"$k" evaluate blind.db >>log 2>&1
expect "accounts that were not read" 3 "$k" diff old.db blind.db --lang en --fail-on high
compare b old.db blind.db
is "are out of sight" "$(one $c $d-1042 b/diff.json | sed 's/ .*//')" hidden
is "and nothing of them is fixed or gone" "$(python3 -c 'import json; print([f["check_id"] for f in json.load(open("b/diff.json"))["findings"] if f["kind"] in ("fixed", "gone") and f["check_id"].startswith("ad.account")])')" "[]"

# The law, over an estate with hosts: whatever source is taken away, nothing becomes fixed or gone.
"$root/tests/lab/offline/make" estate >/dev/null 2>&1 || bad "the offline estate is made"
"$k" import whole.db estate >>log 2>&1
"$k" evaluate whole.db >>log 2>&1
is "the whole estate has findings" "$(sql whole.db "SELECT count(*) > 50 FROM result WHERE verdict = 'fail'")" 1
"$root/tests/integration/diff_law.py" "$k" whole.db ${DIFF_FULL:+--full} || any_failed=1
exit "$any_failed"
