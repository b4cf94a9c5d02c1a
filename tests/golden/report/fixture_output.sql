-- SPDX-License-Identifier: GPL-3.0-or-later
-- What `kagimori evaluate` tells managers, for the documents that only show it: a grade of every letter, one that nobody can give, and hostile words.
INSERT INTO grade VALUES
    ('', 0, 'All', '全体', 'D', 41, 'critical', 82, 590, 'critical', 20, 12, 4, 18, 'Of 20 checks 12 are not met; 3 of them are critical, and passwords are shared by 5 hosts.', '20 項目のうち 12 項目が満たされていません。うち 3 項目は緊急で、5 台の端末がパスワードを共有しています。', NULL),
    ('shared-passwords', 1, 'Shared passwords', 'パスワードの共通化', 'E', 5, 'critical', 90, 300, 'critical', 3, 2, 1, 7, 'x', 'x', NULL),
    ('privileges', 2, 'Privileges', '管理者権限', 'C', 60, NULL, 100, 90, 'high', 5, 2, 0, 4, 'x', 'x', NULL),
    ('mfa', 3, 'Multi-factor authentication', '多要素認証', '-', NULL, 'unseen', 12, 0, NULL, 4, 0, 4, 0, 'x', 'x', NULL),
    ('lockout-uac', 4, 'Lockout and User Account Control', 'アカウントのロックアウトとユーザー アカウント制御（UAC）', 'A', 98, NULL, 100, 2, 'info', 6, 1, 0, 1, 'x', 'x', NULL),
    ('remote-access', 5, 'Remote | access' || char(27) || '[31m', '=リモート|接続' || char(0x202e), 'B', 85, NULL, 95, 20, 'low', 2, 1, 0, 1, 'x', 'x', NULL);
INSERT INTO measure VALUES
    ('laps', 1, 'Windows LAPS gives each host its own password', 'Windows LAPS により端末ごとに異なるパスワードを設定する', 'x', 'x', 'days', 34, 200, 'critical', 2, 7),
    ('tiering', 2, 'Domain administrators log on to domain controllers only, from machines of their own that nothing else uses', 'ドメイン管理者のログオンをドメインコントローラーと専用の管理端末だけに限定する（階層モデル）', 'x', 'x', 'project', 20, 120, 'high', 2, 4),
    ('krbtgt', 3, 'krbtgt''s password is changed twice', 'krbtgt のパスワードを 2 回変更する', 'x', 'x', 'hours', 9, 60, 'critical', 1, 1),
    ('odd', 4, '<img src=x onerror=alert(1)> @team http://evil.example | cell', '<b>罠</b> @team http://evil.example | 欄', 'x', 'x', 'weeks', 3, 10, 'low', 1, 1),
    ('five', 5, 'Five', '五つ目', 'x', 'x', 'days', 2, 9, 'low', 1, 1), ('six', 6, 'Six', '六つ目', 'x', 'x', 'days', 1, 8, 'low', 1, 1);
INSERT INTO risk VALUES
    ('spread', 1, 'critical', 'One stolen password opens 5 hosts', '1 つのパスワードの流出で 5 台に侵入されます', 'Five hosts share it: *radiology* stops.', '5 台が共有しています。放射線部門の業務が停止するおそれがあります。', 'shared-passwords'),
    ('odd', 2, 'medium', '[click](javascript:alert(1))', '[押す](javascript:alert(1))', 'x', 'x', 'mfa');
INSERT INTO grade_check(check_id, theme, measure, weight, lost, is_seen)
    SELECT id, CASE theme WHEN 'kerberos' THEN 'privileges' ELSE 'remote-access' END, CASE severity WHEN 'info' THEN NULL WHEN 'critical' THEN 'laps' ELSE 'gone' END, 10, 1, 1
    FROM check_info WHERE question_en IS NULL;
