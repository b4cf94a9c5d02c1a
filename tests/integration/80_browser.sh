#!/bin/bash
# The lab's report in a real browser, in both languages: hostile names of the directory included.
. "$(dirname "${BASH_SOURCE[0]}")/lib.sh"
"$root/tests/lab/site" >"$work/site.yaml"
in_lab "$bin/kagimori" audit --site "$work/site.yaml" --out "$work/ja" --lang ja >/dev/null 2>&1 </dev/null
"$bin/kagimori" report "$work/ja/evidence.db" --lang en --out "$work/en" >/dev/null 2>&1
mv "$work/ja/report.html" "$work/report.ja.html" && mv "$work/en/report.html" "$work/report.en.html"
for lang in ja en; do
    expect "report in $lang: no console message, no request, nothing runs, prints" 0 \
        "$root/tests/browser/run" "$work/report.$lang.html"
done
if grep -qE '<script|onerror=[^&]*alert' "$work/report.ja.html"; then bad "markup of a hostile name is in the page"; else ok "hostile names are text"; fi
if grep -qP '\x{202e}|\x1b' "$work/report.ja.html"; then bad "control characters are in the page"; else ok "no control characters in the page"; fi
exit "$any_failed"
