-- SPDX-License-Identifier: GPL-3.0-or-later
-- The hospital of fixture.sql two days after an incident: a reset plan under way, every state in it. Applied after fixture.sql.
-- 2026-11-22T01:30:00Z, the clock of the audit, is 134397846000000000; an hour is 36000000000.

INSERT OR REPLACE INTO audit_info VALUES ('incident_at', '134396109000000000'), ('reset_scope', 'forest'), ('reset_batches', 'user:10'), ('reset_people', '2'), ('reset_start', '0');

INSERT INTO reset_phase(phase_no, id, title_en, title_ja, about_en, about_ja) VALUES
    (1, 'prepare', 'Before anything is reset', 'リセットを始める前に', 'A reset that does not replicate is wasted.', '複製が止まっている状態でのリセットは無駄になります。'),
    (2, 'tier0', 'Administrators of the domain', 'ドメインの管理者', NULL, NULL),
    (3, 'dsrm', 'Directory Services Restore Mode (DSRM)', 'ディレクトリ サービス復元モード（DSRM）', NULL, NULL),
    (4, 'krbtgt', 'Kerberos (krbtgt)', 'Kerberos のキー（krbtgt）', NULL, NULL),
    (5, 'trust', 'Trusts', '信頼関係', NULL, NULL),
    (6, 'service', 'Service accounts', 'サービス アカウント', NULL, NULL),
    (7, 'host', 'Local Administrators of hosts', '端末・サーバーのローカル Administrator', NULL, NULL),
    (8, 'user', 'Users', '利用者のアカウント', NULL, NULL);

CREATE TEMP TABLE a(no INTEGER, id TEXT, phase_no INTEGER, en TEXT, ja TEXT, who TEXT, who_en TEXT, who_ja TEXT, times INTEGER, is_attested INTEGER, after TEXT);
INSERT INTO temp.a VALUES
    (1, 'reset.prepare.replication', 1, 'Make sure that replication works', 'ドメインコントローラー間の複製が正常であることを確認する', 'domain_admin', 'domain administrator', 'ドメイン管理者', 1, 1, '[]'),
    (2, 'reset.tier0.builtin-administrator', 2, 'Reset the domain''s built-in Administrator twice', 'ドメインのビルトイン Administrator を 2 回リセットする', 'domain_admin', 'domain administrator', 'ドメイン管理者', 2, 0, '["reset.prepare.replication"]'),
    (3, 'reset.tier0.administrators', 2, 'Reset every administrator of the domain', 'ドメインの管理者アカウントをすべてリセットする', 'domain_admin', 'domain administrator', 'ドメイン管理者', 2, 0, '["reset.prepare.replication"]'),
    (4, 'reset.dsrm.password', 3, 'Set a new DSRM password on each domain controller', '各ドメインコントローラーの DSRM パスワードを変更する', 'domain_admin', 'domain administrator', 'ドメイン管理者', 1, 1, '["reset.prepare.replication"]'),
    (5, 'reset.krbtgt.second', 4, 'Reset krbtgt the second time', 'krbtgt の 2 回目のリセットを行う', 'domain_admin', 'domain administrator', 'ドメイン管理者', 2, 0, '["reset.tier0.builtin-administrator"]'),
    (6, 'reset.trust.both-sides', 5, 'Reset trusts on both sides', '信頼関係を双方でリセットする', 'domain_admin', 'domain administrator', 'ドメイン管理者', 1, 0, '[]'),
    (7, 'reset.service.account', 6, 'Reset service accounts with their services', 'サービス アカウントをサービスの設定とあわせてリセットする', 'application_owner', 'owner of the application, with its vendor', 'システムの担当者と保守業者', 1, 0, '["reset.tier0.administrators", "reset.krbtgt.second"]'),
    (8, 'reset.host.administrator', 7, 'Give each host an Administrator password of its own', '端末・サーバーごとに異なる Administrator パスワードを設定する', 'host_admin', 'administrator of hosts', '端末・サーバーの管理者', 2, 0, '["reset.tier0.administrators"]'),
    (9, 'reset.user.password', 8, 'Reset users in batches', '利用者のパスワードを順にリセットする', 'helpdesk', 'help desk', 'ヘルプデスク', 1, 0, '["reset.service.account", "reset.host.administrator", "reset.krbtgt.second", "reset.tier0.administrators"]');

INSERT INTO reset_item(action_no, subject, name, wave, position, state, is_seen, proven, needed, until_at, reason_en, reason_ja, evidence, proof, was, is_regression, findings) VALUES
    (1, 'S-1-5-21-1-2-3', 'sakura.example', 1, 1, 'attested', 0, NULL, NULL, NULL, 'Attested: <b>佐藤</b>, 2026-11-21 08:00 +09:00.', '担当者の申告：<b>佐藤</b>、2026-11-21 08:00 +09:00。', '{}', 'attest', 'attested', 0, NULL),
    (2, 'S-1-5-21-1-2-3-500', '管理者', 1, 1, 'done', 1, 2, 2, NULL, 'Reset 2 times since the incident.', 'インシデント以降に 2 回リセット。', '{}', 'metadata', 'partly', 0, NULL),
    (3, 'S-1-5-21-1-2-3-1007', 'sato.hanako', 1, 1, 'suspect', 1, 0, 2, NULL, 'The date was renewed on 2026-11-21 11:00 +09:00, the password was not: it is still that of 2016-02-15 17:53 +09:00.',
        '日付だけが 2026-11-21 11:00 +09:00 に更新され、パスワードは 2016-02-15 17:53 +09:00 のままです。', '{"password_set_at":"2026-11-21T02:00:00Z"}', 'metadata', 'ready', 0, 'ad.record.forged'),
    (3, 'S-1-5-21-1-2-3-1014', '<script>alert("plan")</script>', 1, 2, 'ready', 1, 0, 2, NULL, 'Can begin now. It was done on 2026-11-21 22:30 +09:00.', '着手できます。2026-11-21 22:30 +09:00 の時点では完了でした。', '{}', 'metadata', 'done', 1, NULL),
    (3, 'S-1-5-21-1-2-3-1016', 'adm' || char(0x202e) || 'nim', 1, 3, 'partly', 1, 1, 2, NULL, '1 of the resets is proven, on 1 of 2 domain controllers, older on DC2.', '確認できたリセットは 1 回、反映を確認したドメインコントローラーは 2 台中 1 台です。古い版のまま：DC2。', '{}', 'metadata', 'ready', 0, NULL),
    (3, 'S-1-5-21-1-2-3-1009', 'tanaka', 1, 4, 'done', 1, 2, 2, NULL, 'Reset 2 times since the incident.', 'インシデント以降に 2 回リセット。', '{}', 'metadata', 'ready', 0, NULL),
    (4, 'S-1-5-21-1-2-3-1000', 'DC1$', 1, 1, 'attested', 0, NULL, NULL, NULL, 'Attested: 佐藤, 2026-11-21 20:00 +09:00.', '担当者の申告：佐藤、2026-11-21 20:00 +09:00。', '{}', 'attest', 'ready', 0, NULL),
    (4, 'S-1-5-21-1-2-3-1050', 'DC2$', 1, 2, 'ready', 0, NULL, NULL, NULL, 'Can begin now. Only a person can tell: attest it when it is done.', '着手できます。自動では確認できません。完了したら担当者が申告してください。', '{}', 'attest', 'ready', 0, NULL),
    (5, 'S-1-5-21-1-2-3-502', 'krbtgt', 1, 1, 'waiting', 1, 1, 2, 134398062000000000, 'Not before 2026-11-22 16:30 +09:00.', '2026-11-22 16:30 +09:00 まで待ってください。', '{}', 'metadata', 'ready', 0, NULL),
    (5, 'S-1-5-21-1-2-3-1100', 'krbtgt_2101', 1, 2, 'ready', 1, 0, 2, NULL, 'Can begin now.', '着手できます。', '{}', 'metadata', 'ready', 0, NULL),
    (6, '00000000-0000-0000-0002-000000000001', 'partner.example', 1, 1, 'not_needed', 1, NULL, NULL, NULL, 'Decided that it is not needed.', '不要と判断。', '{}', 'metadata', 'ready', 0, NULL),
    (7, 'S-1-5-21-1-2-3-1008', 'svc-pacs', 1, 1, 'blocked', 1, 0, 1, NULL, 'First: …', '先に…', '{}', 'metadata', 'blocked', 0, NULL),
    (7, 'S-1-5-21-1-2-3-1015', '=cmd|'' /C calc''!A0', 1, 2, 'blocked', 0, NULL, 1, NULL, 'First: … Whether it was done could not be seen: …', '先に…', '{}', 'metadata', 'blocked', 0, NULL),
    (8, 'S-1-5-21-1-2-3-1002', 'WARD-PC01', 1, 1, 'blocked', 0, NULL, NULL, NULL, 'First: …', '先に…', '{}', 'kit', 'blocked', 0, NULL),
    (8, 'S-1-5-21-1-2-3-1003', 'CT-CONSOLE', 1, 2, 'blocked', 0, NULL, NULL, NULL, 'First: …', '先に…', '{}', 'kit', 'blocked', 0, NULL),
    (8, '192.0.2.41', NULL, 2, 3, 'done', 1, 1, 1, NULL, 'Changed.', '変更済み。', '{}', 'laps', 'blocked', 0, NULL);
WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 30)
    INSERT INTO reset_item SELECT 9, 'S-1-5-21-1-2-3-' || (4000 + i), 'user' || i, (i + 9) / 10, i, CASE WHEN i <= 5 THEN 'done' ELSE 'blocked' END, 1, i <= 5, 1, NULL, 'Sentence.', '文。', '{}', 'metadata', 'blocked', 0, NULL FROM n;

INSERT INTO reset_action
    SELECT a.no, a.id, a.phase_no, a.en, a.ja, 'Why.', '理由。', '[{"en":"Do it.","ja":"実施する","powershell":"Get-Date"}]', NULL, NULL, NULL, NULL, NULL, NULL, a.who, a.who_en, a.who_ja, 'clean_workstation',
        'clean administration workstation', '安全な管理用端末', a.times, a.is_attested, a.after, '[]', '{}',
        (SELECT i.state FROM reset_item i WHERE i.action_no = a.no ORDER BY instr('suspect partly ready waiting blocked attested done not_needed', i.state) LIMIT 1),
        (SELECT count(*) FROM reset_item i WHERE i.action_no = a.no AND i.state <> 'not_needed'), (SELECT count(*) FROM reset_item i WHERE i.action_no = a.no AND i.state IN ('done', 'attested')),
        (SELECT count(*) FROM reset_item i WHERE i.action_no = a.no AND i.is_seen = 0 AND i.state NOT IN ('done', 'attested', 'not_needed')), NULL, NULL, 'SELECT 1'
    FROM temp.a a;
UPDATE reset_action SET blocked_by = (SELECT json_group_array(j.value) FROM json_each(reset_action.after) j JOIN reset_action b ON b.id = j.value WHERE b.items > b.finished),
    start_at = CASE WHEN items > finished THEN 134397846000000000 + 36000000000 * action_no END, finish_at = CASE WHEN items > finished THEN 134397846000000000 + 36000000000 * (action_no + 3) END;
DROP TABLE temp.a;
INSERT INTO reset_wave SELECT action_no, wave, sum(state <> 'not_needed'), sum(state IN ('done', 'attested')), NULL, NULL FROM reset_item GROUP BY action_no, wave;

INSERT INTO reset_point(at, kind) VALUES (134396550000000000, 'plan'), (134397414000000000, 'verify'), (134397846000000000, 'verify');
INSERT INTO reset_progress(at, phase, state, items) VALUES
    (134396550000000000, 'prepare', 'ready', 1), (134396550000000000, 'tier0', 'blocked', 5), (134396550000000000, 'dsrm', 'blocked', 2), (134396550000000000, 'krbtgt', 'blocked', 2),
    (134396550000000000, 'service', 'blocked', 2), (134396550000000000, 'host', 'blocked', 3), (134396550000000000, 'user', 'blocked', 30), (134396550000000000, 'trust', 'ready', 1),
    (134397414000000000, 'prepare', 'attested', 1), (134397414000000000, 'tier0', 'done', 1), (134397414000000000, 'tier0', 'ready', 4), (134397414000000000, 'dsrm', 'ready', 2),
    (134397414000000000, 'krbtgt', 'blocked', 2), (134397414000000000, 'service', 'blocked', 2), (134397414000000000, 'host', 'blocked', 3), (134397414000000000, 'user', 'blocked', 30), (134397414000000000, 'trust', 'ready', 1);
INSERT INTO reset_progress(at, phase, state, items) SELECT 134397846000000000, phase, state, count(*) FROM reset_line GROUP BY phase, state;

INSERT INTO reset_decision(kind, action, subject, who, at, note) VALUES
    ('attested', 'reset.prepare.replication', '*', '<b>佐藤</b>', 134396658000000000, 'repadmin'),
    ('attested', 'reset.dsrm.password', 'S-1-5-21-1-2-3-1000', '佐藤', 134397090000000000, NULL),
    ('not_needed', 'reset.trust.both-sides', '*', '佐藤', 134396658000000000, 'removed'),
    ('without_controller', '', 'S-1-5-21-1-2-3-1051', '鈴木', 134396658000000000, NULL);

INSERT INTO reset_controller_copy(agent_guid, name, server, is_whole, behind) VALUES ('00000000-0000-0000-0000-00000000d002', 'DC1', 'dc1.sakura.example', 1, 0), ('00000000-0000-0000-0000-00000000d003', 'DC2', 'dc2.sakura.example', 1, 3);
INSERT OR IGNORE INTO account_state(guid, kind, subject, name, is_controller, may_be_privileged) VALUES
    ('00000000-0000-0000-0001-000000000502', 'user', 'S-1-5-21-1-2-3-502', 'krbtgt', 0, 0), ('00000000-0000-0000-0001-000000001100', 'user', 'S-1-5-21-1-2-3-1100', 'krbtgt_2101', 0, 0);
INSERT INTO reset_account_class(class, guid, uses) VALUES ('krbtgt', '00000000-0000-0000-0001-000000000502', 0), ('rodc_krbtgt', '00000000-0000-0000-0001-000000001100', 0);
INSERT INTO reset_secret(guid, secret, version, at, told, confirmed, controllers, behind, silent, before_at, first_at, resets_least, resets_most) VALUES
    ('00000000-0000-0000-0001-000000000502', 'password', 3, 134397702000000000, 2, 2, 2, NULL, NULL, 131000000000000000, 134397702000000000, 1, 1),
    ('00000000-0000-0000-0001-000000001100', 'password', 2, 131000000000000000, 2, 1, 2, 'DC2', NULL, NULL, NULL, 0, 0);
