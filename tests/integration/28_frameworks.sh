#!/bin/bash
# SPDX-License-Identifier: GPL-3.0-or-later
# Every item of the deck is answered by a check, a question or an action, or says why not; what is not answered is seen.
. "$(dirname "${BASH_SOURCE[0]}")/lib.sh"

kagimori=$bin/kagimori

for lang in en ja; do
    expect "checks coverage of the deck ($lang)" 0 "$kagimori" checks coverage --framework seed --lang "$lang"
    is "60 lines, numbered in order ($lang)" "$(grep -oE '^[0-9]+ ' "$work/out" | tr -d ' ' | tr '\n' ' ')" "$(seq 60 | tr '\n' ' ')"
    grep -E '^[0-9]+ ' "$work/out" | grep -vE '(ad|host|record|triage|network|attest|reset|mfa|openldap|freeipa)\.|out of scope: |範囲外：' >"$work/open"
    is "each line names what answers it ($lang)" "$(wc -l <"$work/open")" 0
    cp "$work/out" "$work/$lang"
done
is "60 of 60" "$(grep -c '^seed: 60 of 60 items are answered (' "$work/en")" 1
is "60 of 60 in Japanese" "$(grep -c '^seed: 60 項目中 60 項目に対応（' "$work/ja")" 1
if grep '^7 ' "$work/ja" | grep -q 'LANケーブル・光ファイバーの優先順位タグ'; then ok "the deck's own words"; else bad "the deck's own words"; fi

expect "as JSON" 0 "$kagimori" checks coverage --framework seed --format json
is "JSON: what answers each" "$(jq -r '[.[0].items[] | select((.checks + .questions + .actions | length) > 0 or .out_of_scope_en != null)] | length' "$work/out")" 60
is "JSON: groups A to K in both languages" "$(jq -r '[.[0].items[] | .group_en[0:1] + .group_ja[0:1]] | unique | join(" ")' "$work/out")" "AA BB CC DD EE FF GG HH II JJ KK"
expect "all frameworks" 0 "$kagimori" checks coverage --lang en
is "the deck comes first" "$(head -1 "$work/out" | cut -d: -f1)" seed
expect "of a profile" 0 "$kagimori" checks coverage --framework seed --lang en --profile post-incident
says "what a profile leaves out is said" 'not looked at by this profile'
expect "no such framework" 2 "$kagimori" checks coverage --framework sead
says "a suggestion" "did you mean 'seed'"

# Taken away, an answer is missed at once; a reference to what is not there is refused with its place.
cp -rL "$bin/share-checks" "$work/checks"
chmod -R u+w "$work/checks"
grep -rlE '^id: attest\.samples\.submission' "$work/checks" | xargs sed -i '/^id: attest\.samples\.submission/,/^---/s/^references: .*/references: { seed: 61 }/'
expect "lint sees both" 2 "$kagimori" checks lint "$work/checks"
says "an item that nothing answers" 'frameworks/seed\.yaml:[0-9]+:[0-9]+: seed 59: no check, question or action answers the item'
says "an item that there is not" "attest\.samples\.submission: seed has no item '61'"
expect "coverage says so with exit code 1" 1 "$kagimori" checks coverage --framework seed --lang en "$work/checks"
says "59 of 60" 'seed: 59 of 60 items are answered'
exit "$any_failed"
