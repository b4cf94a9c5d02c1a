#!/bin/bash
# The lab's report in a real browser, in both languages: hostile names of the directory included.
. "$(dirname "${BASH_SOURCE[0]}")/lib.sh"
"$root/tests/lab/site" >"$work/site.yaml"
in_lab "$bin/kagimori" collect --site "$work/site.yaml" --out "$work/ja" --quiet >/dev/null 2>&1 </dev/null
# No finding is about the seed's hostile accounts: accounts with findings get their names.
for pair in old-admin:attr primary-da:script vendor-xray:rtl svc-ehr:xml moto-kanri:ansi xray-legacy:quote; do
    echo "UPDATE account SET sam_name = (SELECT display_name FROM account WHERE sam_name = 'hostile-${pair#*:}') WHERE sam_name = '${pair%:*}';"
done | sqlite3 "$work/ja/evidence.db"
expect "evaluate" 1 "$bin/kagimori" evaluate "$work/ja/evidence.db"
for lang in ja en; do "$bin/kagimori" report "$work/ja/evidence.db" --lang $lang --format html --out "$work/$lang" >/dev/null 2>&1; done
mv "$work/ja/report.html" "$work/report.ja.html" && mv "$work/en/report.html" "$work/report.en.html"
expect "both reports: no console message, no request, nothing runs, prints" 0 "$root/tests/browser/run" "$work/report.ja.html" "$work/report.en.html"
# The page's own script, which its policy knows by its hash (tests/browser looks at that), and no other.
for lang in ja en; do
    is "one script ($lang)" "$(grep -o '<script[^>]*>' "$work/report.$lang.html")" "<script>"
    is "hostile names are text ($lang)" "$(grep -cE '<img|<iframe|<object|<b>Run|<[^>]* on[a-z]+=' "$work/report.$lang.html")" 0
done
grep -q '&lt;img src=x' "$work/report.ja.html" && grep -q '&lt;script&gt;alert' "$work/report.ja.html" && ok "they are there" || bad "no hostile name is in the report: it was not tried"
if grep -qP '\x{202e}|\x1b' "$work/report.ja.html"; then bad "control characters are in the page"; else ok "no control characters in the page"; fi
exit "$any_failed"
