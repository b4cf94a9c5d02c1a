#!/bin/bash
# Profiles whose sources differ, and waivers in every form, over an LDIF of three entries; no lab.
. "$(dirname "${BASH_SOURCE[0]}")/lib.sh"
k=$bin/kagimori
db=$work/ev/evidence.db
w=$work/waivers.yaml
day() { date -u -d "$1 days" +%F; }
mkdir "$work/ev"

# Ben needs no pre-authentication, Anna does; lockout after 10, 14 characters, passwords never expire.
{
    printf 'dn: DC=w,DC=example\nobjectClass: top\nobjectClass: domain\nobjectClass: domainDNS\nobjectGUID:: AAAAAAAAAAAAAAAAAAAAAQ==\nobjectSid:: AQQAAAAAAAUVAAAAAQAAAAIAAAADAAAA\nlockoutThreshold: 10\nminPwdLength: 14\nmaxPwdAge: -9223372036854775808\n\n'
    printf 'dn: CN=Ben,DC=w,DC=example\nobjectClass: top\nobjectClass: person\nobjectClass: user\nobjectGUID:: AAAAAAAAAAAAAAAAAAAAAg==\nobjectSid:: AQUAAAAAAAUVAAAAAQAAAAIAAAADAAAAUQQAAA==\nsAMAccountName: Ben\nuserAccountControl: 4194816\n\n'
    printf 'dn: CN=Anna,DC=w,DC=example\nobjectClass: top\nobjectClass: person\nobjectClass: user\nobjectGUID:: AAAAAAAAAAAAAAAAAAAAAw==\nobjectSid:: AQUAAAAAAAUVAAAAAQAAAAIAAAADAAAAUgQAAA==\nsAMAccountName: Anna\nuserAccountControl: 512\n'
} >"$work/small.ldif"
"$k" import "$db" "$work/small.ldif" >"$work/out" 2>&1
sqlite3 "$db" "UPDATE coverage SET state = 'complete'"
verdict() { # CHECK NAME
    sql "$db" "SELECT r.verdict FROM result r JOIN check_info c USING (check_no) WHERE c.id = '$1' AND (r.subject = '$2' OR r.name = '$2')"
}

# Profiles
expect "every profile is free of mistakes" 0 "$k" checks lint
expect "profiles are listed" 0 "$k" checks profiles --lang ja
for name in cis-l1 hospital-large hospital-small hosts ms-baseline post-incident pre-incident; do
    says "with $name" "^$name "
done
expect "an unknown profile" 2 "$k" evaluate "$db" --profile hospital-smal
says "names the nearest" "there is no profile 'hospital-smal' \(did you mean 'hospital-small'\?\)"
expect "the list of cis-l1" 0 "$k" checks list --profile cis-l1 --lang en
says "shows the severity in force" "severity medium \(the check's own: info\), max_days = 365"
says "shows the parameter in force" "max_threshold = 5 \(the check's own: 10\)"

# Lockout after 10 and no expiry: Microsoft wants 3 and no expiry, CIS 5 and a year, the ministry neither.
domain=S-1-5-21-1-2-3
three() { echo "$(verdict ad.lockout.threshold $domain) $(verdict ad.password.maximum-age $domain) $(verdict ad.password.expiry $domain)"; }
for line in "cis-l1|fail fail " "ms-baseline|fail  " "hospital-small|pass  pass" "hospital-large|pass  pass"; do
    "$k" evaluate "$db" --profile "${line%%|*}" >/dev/null 2>&1
    is "verdicts of ${line%%|*}" "$(three)" "${line#*|}"
done
"$k" evaluate "$db" >/dev/null 2>&1

# Waivers: the id of a finding is what a person copies from the report.
id=$(sql "$db" "SELECT finding FROM result JOIN check_info USING (check_no) WHERE id = 'ad.account.preauth-required' AND name = 'Ben'")
is "the id is the hash of its three parts" "$id" "F-$(printf 'ad.account.preauth-required\037S-1-5-21-1-2-3-1105\037' | sha256sum | cut -c1-12)"
expect "documents" 0 "$k" report "$db" --format html,csv,json --out "$work/doc" --lang ja
is "the report shows the id" "$(grep -c "$id" "$work"/doc/report*.html | grep -cv ':0$')" "$(ls "$work"/doc/report*.html | wc -l)"
is "so does the table" "$(grep -c "$id" "$work/doc/findings.csv")" 1
is "so do the results" "$(grep -c "\"finding\": *\"$id\"" "$work/doc/results.json")" 1

one() { # FORM EXPIRES
    printf -- '- { %s, reason: "sealed", approver: "CIO", expires: %s }\n' "$1" "$2"
}
for form in "finding: $id" "check: ad.account.preauth-required, subject: ben" 'check: "ad.account.*", subject: S-1-5-21-1-2-3-1105' 'check: "*.preauth-required", subject: "B*"'; do
    one "$form" "$(day 100)" >"$w"
    "$k" evaluate "$db" --waivers "$w" >/dev/null 2>&1
    is "waived by { $form }" "$(verdict ad.account.preauth-required Ben)" waived
done
one "finding: $id" "$(day -1)" >"$w"
"$k" evaluate "$db" --waivers "$w" >/dev/null 2>&1
is "it comes back when the day has passed" "$(verdict ad.account.preauth-required Ben) $(sql "$db" "SELECT state || fits FROM waiver")" "fail expired1"
expect "report of an expired one" 0 "$k" report "$db" --format html --out "$work/back" --lang en
is "says that it came back" "$(grep -c '1 came back as a finding' "$work"/back/report*.html)" 1

# The site file's accounts, as an audit writes them down
cp "$db" "$work/ev/plain.db"
sqlite3 "$db" "INSERT INTO named_account(purpose, entry, kind) VALUES('break_glass', 'S-1-5-21-1-2-3-1105', 'account')" \
    "INSERT INTO coverage(source, target, state) VALUES('site.account', 'site', 'complete')" "DELETE FROM audit_info WHERE name = 'derived'"
for group in break-glass honey; do
    one "check: \"ad.*\", subject: \"@$group\"" "$(day 100)" >"$w"
    "$k" evaluate "$db" --waivers "$w" >/dev/null 2>&1
    is "@$group" "$(verdict ad.account.preauth-required Ben)" "$([ $group = break-glass ] && echo waived || echo fail)"
done
mv "$work/ev/plain.db" "$db"

# Mistakes: nothing is evaluated
for bad in 'check: "*", subject: "*"|would waive every finding' 'check: ad.account.preauth-requird, subject: x|no such check \(did you mean' 'check: "zz.*", subject: x|no check matches' \
    'finding: F-12|must be an id' "finding: $id, check: ad.account.preauth-required|names one finding by itself" 'check: ad.account.preauth-required|subject.* is missing' \
    'check: ad.account.preauth-required, subject: "@brake-glass"|unknown group'; do
    one "${bad%%|*}" "$(day 100)" >"$w"
    expect "refused: { ${bad%%|*} }" 2 "$k" evaluate "$db" --waivers "$w"
    says "with its place and reason" "waivers.yaml:1:[0-9]+: .*${bad#*|}"
done

# waivers check
{
    one "finding: $id" "$(day 100)"
    one "check: ad.account.preauth-required, subject: Anna" "$(day 100)"
    one "check: ad.account.preauth-required, subject: Carl" "$(day 100)"
    one "check: ad.account.no-such, subject: Ben" "$(day 100)"
    one "check: ad.account.preauth-required, subject: Ben" "$(day -2)"
    one "check: ad.account.preauth-required, subject: \"Be*\"" "$(day 10)"
    one "check: ad.account.preauth-required, subject: \"B*\"" "$(day 900)"
} >"$w"
expect "waivers check" 1 "$k" waivers check "$w" --evidence "$db" --lang en
for line in "1 +in force +$id" "2 +unused .*Anna" "3 +orphaned .*Carl" "4 +orphaned .*no-such" "5 +expired .*Ben" "6 +expiring .*Be\*" "7 +too long .*B\*"; do
    says "tells line ${line%% *}" "^line $line"
done
says "counts" '^7 waivers, 6 ask for something to be done'
expect "in Japanese, without evidence" 1 "$k" waivers check "$w" --lang ja
says "says what it could not tell" '証拠ファイルが指定されていないため'
expect "as JSON" 1 "$k" waivers check "$w" --evidence "$db" --format json
is "that a program reads" "$(python3 -c 'import json, sys; print([w["states"][0] for w in json.load(sys.stdin)])' <"$work/out")" "['in_force', 'unused', 'orphaned', 'orphaned', 'expired', 'expiring', 'too_long']"
one "finding: $id" "$(day 100)" >"$w"
expect "nothing to be done" 0 "$k" waivers check "$w" --evidence "$db"
expect "within more days there is" 1 "$k" waivers check "$w" --evidence "$db" --days 200
expect "a wrong number of days" 2 "$k" waivers check "$w" --days many
expect "a wrong action" 2 "$k" waivers chekc "$w"
one "check: \"*\", subject: \"*\"" "$(day 100)" >"$w"
expect "a mistake in the file" 2 "$k" waivers check "$w"
printf -- '- { check: ad.account.preauth-required, subject: "a\\e[31m", reason: r, approver: a, expires: 2030-01-01 }\n' >"$w"
expect "text that a terminal would obey" 2 "$k" waivers check "$w"
is "is not printed" "$(cat "$work/out" "$work/err" | tr -d '\n' | LC_ALL=C grep -c $'\033')" 0
exit "$any_failed"
