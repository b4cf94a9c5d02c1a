#!/bin/bash
# Mistakes of the operator and of this machine: a message that says what, where and what to do; nothing turns to pass.
. "$(dirname "${BASH_SOURCE[0]}")/lib.sh"
eval "$("$root/tests/lab/lab" env)"
k=$bin/kagimori
"$root/tests/lab/site" >"$work/site.yaml"
expect "no command" 2 "$k"
expect "unknown command" 2 "$k" adit
says "suggests audit" 'did you mean audit'
expect "unknown option" 2 "$k" audit --sit x
says "suggests --site" 'did you mean --site'
expect "missing site file" 4 "$k" audit --site "$work/none.yaml" --out "$work/x"
says "names the file" "$work/none.yaml"
sed 's/transport: ldaps/transprot: ldaps/' "$work/site.yaml" >"$work/bad.yaml"
expect "mistake in the site file" 2 "$k" audit --site "$work/bad.yaml" --out "$work/x"
says "with line, column and suggestion" 'bad.yaml:[0-9]+:[0-9]+: unknown key "transprot" \(did you mean "transport"'
mkdir "$work/checks"
cp "$root/checks/tags.yaml" "$work/checks/" 2>/dev/null
printf 'id: x.y\nfor: domain\nseverty: high\n' >"$work/checks/x.yaml"
expect "mistake in a check" 2 "$k" audit --site "$work/site.yaml" --out "$work/x" --checks "$work/checks"
says "with line, column and suggestion (check)" 'x.yaml:3:1: x.y: unknown key .severty. \(did you mean .severity.'
printf 'id: "x\\e[2J"\nfor: domain\n' >"$work/checks/x.yaml"
expect "an escape sequence in a check" 2 "$k" checks lint "$work/checks"
says "an escape sequence: says so" 'x.yaml:1:5: a value contains a control character'
is "an escape sequence: it does not reach the terminal" "$(cat "$work/out" "$work/err" | tr -cd '\033')" ""
[ -e "$work/x" ] && bad "a folder was made before the mistakes were out" || ok "nothing was made before the mistakes were out"
printf 'not a database, but long enough to look at it %0100d' 1 >"$work/no.db"
expect "not an evidence file" 2 "$k" evaluate "$work/no.db"
in_lab "$k" collect --site "$work/site.yaml" --out "$work/a" >/dev/null 2>&1 </dev/null
cp "$work/a/evidence.db" "$work/new.db"
sqlite3 "$work/new.db" 'PRAGMA user_version=99'
expect "evidence of a newer version" 2 "$k" evaluate "$work/new.db"
says "says which version" '99'
chmod 644 "$LAB_AUDIT_PASSWORD_FILE"
expect "password file that others can read" 2 in_lab "$k" audit --site "$work/site.yaml" --out "$work/y"
chmod 600 "$LAB_AUDIT_PASSWORD_FILE"
says "says chmod 600" 'chmod 600'
SITE_PASSWORD_FILE=$LAB_WRONG_PASSWORD_FILE "$root/tests/lab/site" >"$work/s.yaml"
expect "collect that could read nothing" 3 in_lab "$k" collect --site "$work/s.yaml" --out "$work/nothing"
# A login that fails: everything unknown, nothing passes, and one try only, so that nothing is locked out.
for who in WRONG:wrong LOCKED:locked EXPIRED:expired DISABLED:disabled; do
    case ${who%%:*} in
    WRONG) SITE_PASSWORD_FILE=$LAB_WRONG_PASSWORD_FILE "$root/tests/lab/site" >"$work/s.yaml" ;;
    *) u=LAB_AUDIT_${who%%:*}_USER p=LAB_AUDIT_${who%%:*}_PASSWORD_FILE
       SITE_USER=${!u} SITE_PASSWORD_FILE=${!p} "$root/tests/lab/site" >"$work/s.yaml" ;;
    esac
    expect "${who#*:} account" 3 in_lab "$k" audit --site "$work/s.yaml" --out "$work/${who#*:}"
    is "${who#*:} account: nothing passes" "$(sql "$work/${who#*:}/evidence.db" "SELECT count(*) FROM result JOIN check_info USING (check_no) WHERE verdict IN('pass','fail') AND view <> 'named_purpose'")" 0
    says "${who#*:} account: plain words" 'password|locked|expired|disabled'
done
exit "$any_failed"
