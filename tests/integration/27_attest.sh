#!/bin/bash
# kagimori attest in Japanese on a terminal, and what its answers come to in an evidence file: unknown, pass, fail, expired.
. "$(dirname "${BASH_SOURCE[0]}")/lib.sh"
cd "$work" || exit 1
k=$bin/kagimori
export LC_ALL=C.UTF-8
mkdir -p own/profiles own/attest
cat >own/attest/own.yaml <<'YAML'
id: attest.containment.cable-tags
ask:
  question: { en: "Do cables carry tags?", ja: "LANケーブルに、抜線の優先順位を示すタグを付けていますか？" }
  hint: { en: "Evidence: a photo.", ja: "証跡の例：ラックの写真" }
  can_not_apply: { en: "There are no cables.", ja: "ケーブルがない場合" }
severity: high
tags: [record, pre-incident]
title: { en: "Cables carry tags", ja: "ケーブルにタグが付いている" }
why: { en: "Nobody has time.", ja: "探している時間がありません。" }
fix: { en: "Tag them.", ja: "タグを付けてください。" }
references: { seed: 7 }
---
id: attest.logs.media
ask:
  question: { en: "Are logs kept on WORM media?", ja: "ログを書き換えできない媒体に保存していますか？" }
  needs_evidence: true
  valid_days: 180
  answers:
    - { id: worm, verdict: pass, en: "Yes", ja: "はい（CD-R・BD-R など）" }
    - { id: usb-only, verdict: fail, en: "Only on USB", ja: "USBメモリーのみ" }
severity: medium
tags: [record]
title: { en: "Logs are on WORM media", ja: "ログが書き換えできない媒体にある" }
why: { en: "Intruders delete logs.", ja: "侵入者はログを消去します。" }
fix: { en: "Write a BD-R.", ja: "BD-R に書き込んでください。" }
references: { seed: 8 }
YAML
cat >own/profiles/cables.yaml <<'YAML'
title: { en: Cables, ja: ケーブル }
include: [attest.containment.*]
YAML
"$bin/make_evidence" e.db 20 2 || { bad "an estate is made"; exit 1; }
judge() { "$k" evaluate e.db --checks own "$@" >out 2>err; }
verdict() { sql e.db "SELECT coalesce((SELECT r.verdict FROM result r WHERE r.check_no = c.check_no), (SELECT n.verdict FROM check_count n WHERE n.check_no = c.check_no)) FROM check_info c WHERE c.id = 'attest.$1'"; }
reason() { sql e.db "SELECT r.reason_ja FROM result r JOIN check_info c USING (check_no) WHERE c.id = 'attest.$1'"; }
attest() { "$k" attest --answers answers.yaml --checks own "$@" >out 2>err; }
typed() { local keys=$1; shift; python3 "$root/tests/integration/terminal.py" "$keys" "$k" attest --answers answers.yaml --checks own --lang ja "$@" >out 2>err; }

judge
is "without answers a question is unknown" "$?$(verdict containment.cable-tags)$(verdict logs.media)" 3unknownunknown
is "and says what to do" "$(reason logs.media)" "まだ誰も回答していません。kagimori attest で回答してください。"
expect "no answers yet" 1 "$k" attest --answers answers.yaml --checks own --list
says "all is open" "2 questions: 0 answered"
[ -e answers.yaml ] && bad "a list makes no file" || ok "a list makes no file"
expect "nowhere to ask" 2 "$k" attest --answers answers.yaml --checks own
says "it says what to do" "run kagimori attest in a terminal"
expect "German" 2 "$k" attest --answers answers.yaml --checks own --lang de
says "which languages there are" "lang is ja or en"

# One answer on a terminal, then Ctrl-C in the middle of the next.
typed '?\nはい\n鈴木 一郎（医療情報部）\n写真台帳: "2026" - 3\n\n\n1\n\x03'
is "Ctrl-C ends it" "$?" 130
grep -q '探している時間がありません。' out && ok "it says why it asks" || bad "it says why it asks"
is "what was answered is there" "$(grep -c '^- question:' answers.yaml)$(stat -c %a answers.yaml)" 1600
judge --answers answers.yaml
is "an answer passes, the other question is open" "$(verdict containment.cable-tags) $(verdict logs.media)" "pass unknown"
is "the evidence keeps it" "$(sql e.db "SELECT who || evidence FROM attestation")" '鈴木 一郎（医療情報部）写真台帳: "2026" - 3'
judge
is "without --answers it stays" "$(verdict containment.cable-tags)" pass

# The rest in a second sitting; Enter takes the name.
typed '１\n\n台帳 5\n\n２０２７/01/05\n'
is "all is answered" "$?" 0
grep -q '回答者 \[鈴木 一郎（医療情報部）\]' out && ok "the last name is offered" || bad "the last name is offered"
attest --list --lang ja
is "a list of what is in force" "$?$(grep -c 回答済み out)" 03
awk '{ exit !(length($0) < 100) }' out && ok "its lines are short" || bad "its lines are short"
judge --answers answers.yaml
is "both pass" "$?$(verdict containment.cable-tags)$(verdict logs.media)" 0passpass
"$k" report e.db --out doc --lang ja >out 2>err
is "a report is written" "$?" 0

# A bad answer, waived; a question that does not apply; an answer that has expired.
before=$(cat answers.yaml)
typed 'いいえ\n\n発注済み\n\n' --question attest.containment.cable-tags
is "an answer is given again" "$?" 0
[ "$(head -c ${#before} answers.yaml)" = "$(head -c ${#before} <<<"$before")" ] && ok "what stood there stands there" || bad "what stood there stands there"
judge --answers answers.yaml
is "the later answer counts" "$?$(verdict containment.cable-tags)" 1fail
is "who says so is shown" "$(sql e.db "SELECT json_extract(evidence, '$.who') || json_extract(evidence, '$.note') FROM result WHERE verdict = 'fail'")" "鈴木 一郎（医療情報部）発注済み"
printf -- '- { check: attest.containment.cable-tags, subject: organisation, reason: ordered, approver: A, expires: 2099-01-01 }\n' >waivers.yaml
judge --waivers waivers.yaml
is "it can be waived" "$(verdict containment.cable-tags)" waived
judge --profile cables
is "a profile leaves questions out" "$(sql e.db "SELECT group_concat(id) FROM check_info")" attest.containment.cable-tags
printf '3\nB\n無線のみ\n\n' | "$k" attest --answers answers.yaml --checks own --lang ja --question attest.containment.cable-tags >out 2>err
judge --answers answers.yaml
is "a question may not apply" "$?$(verdict containment.cable-tags)" 0not_applicable
cat >old.yaml <<'YAML'
- { question: attest.logs.media, answer: worm, who: 佐藤, when: 2024-01-01, evidence: E }
YAML
judge --answers old.yaml
is "an answer expires" "$(verdict logs.media)" unknown
is "the old answer is told" "$(reason logs.media)" "佐藤の回答「はい（CD-R・BD-R など）」（2024-01-01）は 2024-06-29 で有効期限が切れました。kagimori attest で再度回答してください。"
is "answers are replaced as a whole" "$(verdict containment.cable-tags)$(sql e.db "SELECT count(*) FROM attestation")" unknown1
expect "it is asked again" 1 "$k" attest --answers old.yaml --checks own --list
says "as expired" "^expired +2024-06-29 +attest.logs.media"

# Mistakes: every one with its place, before anything else is done.
printf -- '- question: attest.logs.medium\n  answer: worm\n  who: A\n  when: 2026-01-01\n- question: attest.logs.media\n  answer: \x27はい\x27\n  when: 2999-01-01\n' >bad.yaml
for command in "evaluate e.db" "attest"; do
    expect "mistakes in the answers end $command" 2 "$k" $command --answers bad.yaml --checks own
    says "an unknown question" "^bad.yaml:1:13: attest.logs.medium: there is no such question \(did you mean 'attest.logs.media'\?\)$"
    says "an unknown answer" "^bad.yaml:6:11: attest.logs.media: there is no answer"
    says "nobody" "^bad.yaml:5:3: attest.logs.media: the key 'who' is missing"
    says "the future" "^bad.yaml:7:9: attest.logs.media: 'when' is in the future"
done
is "nothing was taken of it" "$(sql e.db "SELECT group_concat(who) FROM attestation")" 佐藤
expect "no such file" 2 "$k" evaluate e.db --answers nowhere.yaml --checks own
mkdir -p site
mv bad.yaml site/bad.yaml
cat >site/site.yaml <<'YAML'
organisation: { en: H, ja: 病院 }
directory: { servers: [ 192.0.2.1 ], transport: plain, bind: { method: simple, user: "CN=x", password_file: nowhere } }
answers: bad.yaml
YAML
expect "an audit ends before a packet is sent" 2 timeout 20 "$k" audit --site site/site.yaml --out aud --checks own
says "for the answers that the site file names" "site/bad.yaml:1:13: attest.logs.medium"
[ -e aud ] && bad "nothing is begun" || ok "nothing is begun"

# An evidence file of another time, and the real questions.
sqlite3 e.db "UPDATE audit_info SET value = '2024-03-01T00:00:00Z' WHERE name = 'now'"
judge --answers answers.yaml
is "answers of today count for older evidence" "$(verdict logs.media)" pass
questions=$("$k" checks list --format json | grep -c question_en)
[ "$questions" -gt 0 ] && ok "there are real questions" || bad "there are real questions"
"$k" attest --answers real.yaml --list --lang ja >out 2>err
is "they are open" "$?$(grep -c '^未回答' out)" "1$questions"
if [ "$questions" -gt 0 ]; then
    yes $'1\n佐藤\nE\n\n' | head -2000 | "$k" attest --answers real.yaml --lang ja >out 2>err
    is "all of them can be answered" "$(grep -c '^- question:' real.yaml)" "$questions"
    "$k" evaluate e.db --answers real.yaml >out 2>err
    grep -q "answers of real.yaml: $questions questions" out && ok "and are taken" || bad "and are taken: $(head -3 out err)"
    is "each passes" "$(sql e.db "SELECT count(*) FROM result r JOIN check_info c USING (check_no) WHERE c.answers IS NOT NULL AND r.verdict = 'pass'")" "$questions"
fi
exit "$any_failed"
