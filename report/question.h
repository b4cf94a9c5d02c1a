/* SPDX-License-Identifier: GPL-3.0-or-later */
/* How a question of the questionnaire stands: what the page and results.json have in common. */
#ifndef REPORT_QUESTION_H
#define REPORT_QUESTION_H

/* A common table expression q, a row a question: check_no, id, severity, theme (the middle of attest.THEME.NAME, else the check's theme), theme_rank, severity_rank,
 * question_en, question_ja, verdict, state, answer with its words (NULL where the question has no such answer any more), who, answered_on, valid_until (days, such as 2026-11-26), evidence, note, reason_en, reason_ja.
 * States: well, no, waived (no, and accepted), not_applicable, expired (was answered), unproven (answered, but does not count: no evidence named, or dated in the
 * future), open (nobody has answered), failed (the question could not be judged). */
/* clang-format off */
#define QUESTION_STATES \
    "WITH named AS MATERIALIZED (SELECT c.*, CASE WHEN c.id GLOB 'attest.?*.?*' THEN substr(c.id, 8, instr(substr(c.id, 8), '.') - 1) ELSE c.theme END AS area," \
    " (SELECT n.verdict FROM check_count n WHERE n.check_no = c.check_no AND n.subjects > 0 ORDER BY n.verdict LIMIT 1) AS verdict FROM check_info c" \
    " WHERE c.question_en IS NOT NULL)," \
    " q AS MATERIALIZED (SELECT c.check_no, c.id, c.severity, c.area AS theme, c.question_en, c.question_ja, c.verdict, a.answer, a.who, v.answered_on, v.valid_until, a.evidence, a.note," \
    " CASE c.severity WHEN 'critical' THEN 0 WHEN 'high' THEN 1 WHEN 'medium' THEN 2 WHEN 'low' THEN 3 ELSE 4 END AS severity_rank," \
    " coalesce(nullif(instr('organisation containment logs communication forensics recovery access network hardening samples mfa ', c.area || ' '), 0), 999) AS theme_rank," \
    " j.value ->> '$.en' AS answer_en, j.value ->> '$.ja' AS answer_ja, r.reason_en, r.reason_ja," \
    " CASE WHEN c.verdict = 'pass' THEN 'well' WHEN c.verdict = 'fail' THEN 'no' WHEN c.verdict = 'error' THEN 'failed' WHEN c.verdict IN ('waived', 'not_applicable') THEN c.verdict" \
    " WHEN a.question IS NULL THEN 'open'" \
    " WHEN a.until <= (SELECT now FROM answer_clock) THEN 'expired' ELSE 'unproven' END AS state" \
    " FROM named c LEFT JOIN attestation a ON a.question = c.id LEFT JOIN answer v ON v.subject = c.id" \
    " LEFT JOIN json_each(CASE WHEN json_valid(c.answers) THEN c.answers ELSE '[]' END) j ON j.value ->> '$.id' = a.answer" \
    " LEFT JOIN result r ON r.check_no = c.check_no AND r.verdict = c.verdict AND r.verdict <> 'pass' GROUP BY c.check_no) "

#define QUESTION_COUNT(STATE) "coalesce(sum(state = '" STATE "'), 0) AS " STATE

/* The evidence of result r of check_info c; of a question with its answer in words, PATH being "'$.en'" or "'$.ja'". */
#define QUESTION_EVIDENCE(PATH) \
    "CASE WHEN c.question_en IS NULL THEN r.evidence ELSE coalesce((SELECT json_set(r.evidence, '$.answer', j.value ->> " PATH ")" \
    " FROM json_each(CASE WHEN json_valid(c.answers) THEN c.answers ELSE '[]' END) j" \
    " WHERE json_valid(r.evidence) AND j.value ->> '$.id' = r.evidence ->> '$.answer' AND j.value ->> " PATH " IS NOT NULL), r.evidence) END"
/* clang-format on */

#endif
