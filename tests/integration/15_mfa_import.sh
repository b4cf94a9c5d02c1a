#!/bin/bash
# Exports of products for second factors as evidence, through the command: what is told, what is kept, what never is, and what hostile
# and very large ones cost. Needs neither the lab nor root.
. "$(dirname "${BASH_SOURCE[0]}")/lib.sh"
k=$bin/kagimori
data=$root/tests/unit/mfa/data
db=$work/evidence.db
ask() { sql "$db" "$1"; }
# imports NAME WANTED_EXIT MIB [OPTION…] PATH…: no process of it may take more than MIB
imports() {
    local name=$1 want=$2 most=$3
    shift 3
    expect "$name" "$want" python3 "$root/tests/integration/measure.py" "$work/peak" "$k" import "$db" "$@"
    cat "$work/out" "$work/err" >>"$work/everything"
    local mib=$(($(cat "$work/peak") / 1024))
    if [ "$mib" -lt "$most" ]; then ok "$name: at most $mib MiB"; else bad "$name: $mib MiB"; fi
}

# Every form, under names that say nothing.
mkdir "$work/in"
n=0
for f in "$data"/*.json "$data"/*.csv; do
    n=$((n + 1))
    cp "$f" "$work/in/$n.bin"
done
imports "every form, whatever the file is called" 0 100 "$work"/in/*.bin
is "each is an export" "$(ask "SELECT count(*) FROM mfa_export WHERE is_whole = 1 AND unreadable = 0")" "$n"
is "of every service" "$(ask "SELECT group_concat(DISTINCT service) FROM (SELECT service FROM mfa_export ORDER BY 1)")" duo,entra,okta,plain
is "read as it was written" "$(ask "SELECT group_concat(DISTINCT charset) FROM (SELECT charset FROM mfa_export ORDER BY 1)")" cp932,utf-16be,utf-16le,utf-8
is "its coverage is complete" "$(ask "SELECT count(*) FROM coverage WHERE source = 'mfa.export' AND state = 'complete'")" "$n"
is "each account belongs to an export" "$(ask "SELECT count(*) FROM mfa_account LEFT JOIN mfa_export USING(origin, path) WHERE mfa_export.path IS NULL")" 0
is "its counts are right" "$(ask "SELECT count(*) FROM mfa_export e WHERE accounts <> (SELECT count(*) FROM mfa_account a WHERE a.path = e.path) OR methods <> (SELECT count(*) FROM mfa_method m WHERE m.path = e.path)")" 0
is "bypassed is told apart" "$(ask "SELECT count(*) FROM mfa_account WHERE is_bypassed = 1 AND is_enforced = 0")" 3
is "Entra ID's registration enforces nothing" "$(ask "SELECT count(*) FROM mfa_account JOIN mfa_export USING(origin, path) WHERE service = 'entra' AND form = 'json' AND is_enforced IS NOT NULL")" 0
says "the line tells the service, accounts, methods" '1.bin: second factors of (a table|duo|entra|okta) \((csv|json), .*\): [0-9]+ accounts?, [0-9]+ methods?'
for secret in 9012345678 9087654321 90-1234-5678 SERIAL00998877 WA1SECRETKEYHANDLE private.tanaka@mail.example; do
    if grep -rqaF "$secret" "$work/in" && ! grep -qaF "$secret" "$work"/evidence.db* "$work/everything"; then
        ok "$secret is in no row and in no message"
    else
        bad "$secret is in the evidence or in a message"
    fi
done

# Again, with less in it: nothing of what was there stays.
db=$work/again.db
mkdir "$work/a" "$work/b"
printf 'account,method\na,SMS\nb,TOTP\nc,FIDO2\n' >"$work/a/mfa.csv"
printf 'account,method\nz,SMS\n' >"$work/b/mfa.csv"
imports "two files of one name" 0 100 "$work/a/mfa.csv" "$work/b/mfa.csv"
is "are two exports" "$(ask "SELECT group_concat(path || ':' || accounts) FROM mfa_export")" "mfa.csv:3,mfa.csv (2):1"
is "with a coverage each" "$(ask "SELECT count(*) FROM coverage WHERE source = 'mfa.export'")" 2
printf 'account,method\nb,TOTP\n' >"$work/a/mfa.csv"
imports "a file once more" 0 100 "$work/a/mfa.csv"
is "has the rows that it has now" "$(ask "SELECT group_concat(name) FROM mfa_account WHERE path = 'mfa.csv'")/$(ask "SELECT count(*) FROM mfa_method WHERE path = 'mfa.csv'")" b/1
printf 'account,colour\nb,red\n' >"$work/a/mfa.csv"
imports "a file that is none any more" 3 100 "$work/a/mfa.csv"
is "leaves nothing, no coverage either" "$(ask "SELECT (SELECT count(*) FROM mfa_account WHERE path = 'mfa.csv') + (SELECT count(*) FROM coverage WHERE target = 'mfa.csv')")" 0

# Columns that the operator names, and those that are not there.
db=$work/named.db
names=account=職員番号,method=手段,enrolled=登録の有無,bypassed=パス可
imports "a table that nobody knows" 3 100 "$data/other.tsv"
imports "with its columns named" 0 100 --mfa-columns "$names" "$data/other.tsv"
is "is read" "$(ask "SELECT group_concat(name || ':' || is_registered || ':' || is_bypassed) FROM mfa_account")" 1001:1:0,1002:0:1
imports "a column that is not there" 3 100 --mfa-columns account=nobody "$data/other.tsv"
says "the message names those that are" 'a column that --mfa-columns names is not there.*職員番号'
is "the coverage says that it failed" "$(ask "SELECT state FROM coverage WHERE source = 'mfa.export'")" failed
is "and no row of it is left" "$(ask "SELECT count(*) FROM mfa_account")" 0
expect "a word that is no column" 2 "$k" import "$work/x.db" --mfa-columns colour=x "$data/other.tsv"
[ -e "$work/x.db" ] && bad "an evidence file was made before the mistake was out" || ok "no evidence file was made"

# Hostile and broken ones.
db=$work/hostile.db
printf 'account,method\n\033[2Jred,\033]0;x\007word\n=HYPERLINK("http://x"),SMS\n' >"$work/hostile.csv"
printf '\033[31mWho,\342\200\256How\nx,y\n' >"$work/head.csv"
imports "escape sequences in cells" 0 100 "$work/hostile.csv"
imports "and in headers" 3 100 --mfa-columns account=q "$work/head.csv"
is "no escape sequence reaches the terminal" "$(tr -cd '\033\007' <"$work/everything")" ""
is "a formula is a text" "$(ask "SELECT count(*) FROM mfa_account WHERE name = '=HYPERLINK(\"http://x\")'")" 1
head -c 1500 "$data/entra_graph.json" | head -c 1000 >"$work/cut.json"
imports "JSON cut short" 0 100 "$work/cut.json"
is "what came is kept, and partial" "$(ask "SELECT accounts || ' ' || is_whole || ' ' || state FROM mfa_export JOIN coverage ON target = path WHERE path = 'cut.json'")" "2 0 partial"
says "and said" 'cut short or broken'

# Large ones.
db=$work/large.db
python3 - "$work" <<'EOF'
import pathlib, sys
work = pathlib.Path(sys.argv[1])
with open(work / "large.csv", "w") as f:
    f.write("account,method,enrolled,source\n")
    for i in range(200000):
        f.write("HOSPITAL\\user%06d,%s,2026-04-01,VPN\n" % (i, ("SMS", "TOTP", "FIDO2", "ICカード")[i % 4]))
pad = "y" * 20000
with open(work / "large.json", "w") as f:
    f.write('{"value":[')
    for i in range(13400):  # 256 MiB
        f.write('%s{"userPrincipalName":"u%d@x","isMfaRegistered":true,"methodsRegistered":["mobilePhone"],"pad":"%s"}\n' % ("," if i else "", i, pad))
    f.write("]}")
with open(work / "hole.json", "w") as f:
    f.write('[{"userPrincipalName":"u@x","isMfaRegistered":true},')
    f.truncate(1 << 40)
EOF
imports "a table of 200,000 accounts" 0 100 "$work/large.csv"
is "all are there" "$(ask "SELECT accounts || ' ' || is_whole FROM mfa_export WHERE path = 'large.csv'")" "200000 1"
imports "256 MiB of JSON" 0 100 "$work/large.json"
is "all of it is there" "$(ask "SELECT accounts || ' ' || is_whole FROM mfa_export WHERE path = 'large.json'")" "13400 1"
imports "a terabyte that is not there" 0 100 "$work/hole.json"
is "what is there is read" "$(ask "SELECT accounts || ' ' || is_whole FROM mfa_export WHERE path = 'hole.json'")" "1 0"
exit "$any_failed"
