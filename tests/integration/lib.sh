# Shared by the integration tests (sourced). A test prints "ok NAME" or "FAILED NAME"; ./dev test counts these lines.
set -uo pipefail
root=$(cd "$(dirname "${BASH_SOURCE[0]}")/../.." && pwd -P)
bin=${KAGIMORI_BIN:-$root/build/release}
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
any_failed=0

ok() { printf 'ok %s\n' "$*"; }
bad() { printf 'FAILED %s\n' "$*"; any_failed=1; }

# expect NAME WANTED_EXIT COMMAND…: runs it, output to $work/out and $work/err
expect() {
    local name=$1 want=$2 rc=0
    shift 2
    "$@" >"$work/out" 2>"$work/err" </dev/null || rc=$?
    if [ "$rc" = "$want" ]; then ok "$name"; else bad "$name: exit code $rc, not $want"; sed 's/^/    /' "$work/err" | tail -5; fi
}

# says NAME PATTERN: the last command's output or messages hold the pattern
says() {
    if grep -qE -- "$2" "$work/out" "$work/err"; then ok "$1"; else bad "$1: nothing says /$2/"; sed 's/^/    /' "$work/err" | tail -5; fi
}

# is NAME GOT WANT
is() {
    if [ "$2" = "$3" ]; then ok "$1"; else bad "$1: \"$2\", not \"$3\""; fi
}

in_lab() { "$root/tests/lab/lab" exec "$@"; }
sql() { sqlite3 -readonly "$1" "$2"; }

# secret_of: of the attribute names on its input, one a line, those that no directory may be asked for: passwords and keys, all at once, bare numbers
secret_names=$(grep -vE '^(#|$)' "$root/tests/integration/secret_attributes" | paste -sd '|')'|ms-.*-admpwd(history)?'
secret_of() { sed 's/;.*//' | grep -vxF 1.1 | grep -ixE "$secret_names|\*|\+|@.*|\(all\)|[0-9]+(\.[0-9]+)+" | sort -u | tr '\n' ' '; }
# secret_filters: of the filters on its input, those that ask for more than that a secret is there
secret_filters() { sed -E 's/\([A-Za-z0-9-]+=\*\)//g' | grep -iE "\(($secret_names)[;:~<>=]" | sort -u | tr '\n' ' '; }
