-- SPDX-License-Identifier: GPL-3.0-or-later
-- Grades, measures and risks for managers (audit/evidence/schema_grade.sql): every kind of letter, hostile texts, a theme that was not judged.
INSERT INTO grade(theme, position, title_en, title_ja, grade, score, cap, seen_percent, worst, lost, checks, failed, unclear, findings, sentence_en, sentence_ja, link) VALUES
    ('', 0, 'The whole estate', '全体', 'D', 38, 'critical', 83, 'critical', 2150, 13, 6, 3, 18, '3 critical findings are open.', '重大な問題が 3 件あります。', NULL),
    ('shared-passwords', 1, 'Shared passwords', 'パスワードの使い回し', 'D', 43, NULL, 74, 'high', 400, 4, 2, 1, 7, '3 computers share a password.', 'パスワードが同じ端末が 3 台あります。', 'administrators'),
    ('privileges', 2, 'Rights <script>alert(1)</script>', '権限 <script>alert(1)</script>', 'E', 12, NULL, 95, 'critical', 900, 5, 3, 0, 9, 'One way </td></table><script>alert(2)</script>', '経路 </td></table><script>alert(2)</script>', 'javascript:alert(3)'),
    ('mfa', 3, 'Second factors', '多要素認証', 'A', 91, NULL, 100, NULL, 0, 2, 0, 0, 0, 'All have one.', '全員にあります。', 'mfa'),
    ('readiness', 4, 'Readiness', '攻撃への備え', '-', NULL, 'unseen', 12, NULL, 0, 10, 0, 10, 0, '2 of 10 questions were answered.', '10 問中 2 問が回答済みです。', 'questions');
INSERT INTO grade_check(check_id, theme, measure, weight, lost, is_seen) VALUES
    ('ad.krbtgt.age', 'privileges', 'renew', 1000, 1000, 1), ('ad.rights.replicate', 'privileges', 'rights', 1000, 750, 1), ('ad.lockout.threshold', 'shared-passwords', 'rights', 300, 200, 1),
    ('ad.account.hostile', 'privileges', 'hostile', 30, 20, 1), ('ad.guest.disabled', 'privileges', 'rights', 100, 0, 1), ('host.uac.consent', 'shared-passwords', NULL, 0, 0, 1);
INSERT INTO measure(measure, position, title_en, title_ja, how_en, how_ja, effort, effect_percent, lost, worst, checks, findings) VALUES
    ('renew', 1, 'Renew the key', '鍵を更新する', 'Change it twice.', '2 回変更します。', 'hours', 41, 1000, 'critical', 1, 1),
    ('rights', 2, 'Repair rights', '権限を直す', 'Remove what is not needed.', '不要なものを外します。', 'days', 33, 950, 'critical', 2, 3),
    ('hostile', 3, '"><img src=x onerror=alert(4)>', '"><img src=x onerror=alert(4)>', 'Do <b>this</b>', '<b>実行</b>', 'project', 5, 20, 'low', 1, 6),
    ('four', 4, 'Fourth', '4 番目', 'Do it.', '行います。', 'weeks', 3, 10, 'low', 0, 1), ('five', 5, 'Fifth', '5 番目', 'Do it.', '行います。', 'weeks', 2, 9, 'low', 0, 1),
    ('six', 6, 'Sixth', '6 番目', 'Do it.', '行います。', 'weeks', 1, 8, 'low', 0, 1);
INSERT INTO risk(risk, position, level, title_en, title_ja, text_en, text_ja, theme) VALUES
    ('stop', 1, 'critical', 'Records could stop', '電子カルテが止まるおそれ', '3 ways lead to all computers.', '全端末への経路が 3 件あります。', 'privileges'),
    ('hostile', 2, 'high', 'A <script>alert(5)</script>', 'あ <script>alert(5)</script>', 'Text & more.', '文 & 続き。', 'mfa'),
    ('third', 3, 'high', 'Third', '3 番目', 'Third text.', '3 番目の文です。', 'mfa'), ('fourth', 4, 'medium', 'Fourth risk', '4 番目のリスク', 'Fourth text.', '4 番目の文です。', 'mfa');
