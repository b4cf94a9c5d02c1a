-- SPDX-License-Identifier: GPL-3.0-or-later
-- The hospital of fixture.sql with second factors, an export of each kind, names in the site file, and a questionnaire. Applied after fixture.sql.
-- 2026-11-22T01:30:00Z, the clock of the audit, is 134397846000000000; a day is 864000000000.

INSERT INTO coverage(source, target, state, finished_at) VALUES ('site.account', 'site', 'complete', 134397846000000000), ('attest.answer', 'answers.yaml', 'complete', 134397846000000000),
    ('ldap.ppolicy', 'site', 'absent', 134397846000000000), ('ldap.ipa', 'site', 'absent', 134397846000000000), ('ldap.otp', 'site', 'absent', 134397846000000000), ('ldap.directory_group', 'site', 'absent', 134397846000000000),
    ('mfa.export', 'entra.json', 'complete', 134397846000000000), ('mfa.export', 'duo.csv', 'partial', 134397846000000000);

INSERT INTO account(guid, sid, rid, kind, dn, sam_name, uac, pwd_last_set, primary_group_rid, spn_count) SELECT '00000000-0000-0000-0001-00000000' || column1, 'S-1-5-21-1-2-3-' || column1, column1, 'user', 'CN=m' || column1, column2, 512,
    134000000000000000, 513, 0 FROM (VALUES (1020, 'backup-admin'), (1021, ']]><b>vpn</b>' || char(0x1b) || '[31m'), (1022, 'gnp' || char(0x202e) || 'maker'), (1023, 'sakura.taro'));
INSERT INTO account_state(guid, kind, subject, name, is_controller, may_be_privileged, is_privileged, privileges, logon_at)
    SELECT a.guid, 'user', a.sid, a.sam_name, 0, 0, a.rid IN (500, 1007, 1006, 1010, 1014), CASE WHEN a.rid IN (500, 1007) THEN 'Administrators, Domain Admins' WHEN a.rid IN (1006, 1010, 1014) THEN '<i>Backup</i> Operators' END,
        CASE a.rid WHEN 500 THEN 134397000000000000 WHEN 1011 THEN 0 WHEN 1020 THEN 134396064000000000 END FROM account a WHERE a.kind = 'user' AND a.rid NOT IN (502, 1100);

-- One of each state; the worst have hostile names (fixture.sql).
INSERT INTO mfa_state(guid, subject, name, directory, is_enabled, is_privileged, is_remote, is_vendor, is_break_glass, is_honey, is_told, is_registered, is_capable, is_enforced, is_bypassed, strongest, weakest, proven_at)
    SELECT a.guid, a.sid, a.sam_name, 'ad', v.enabled, s.is_privileged, v.remote, v.vendor, v.glass, v.honey, v.told, v.registered, v.registered, v.enforced, v.bypassed, v.strongest, v.weakest,
        CASE WHEN v.registered THEN 134397000000000000 END
    FROM account a JOIN account_state s ON s.kind = 'user' AND s.guid = a.guid JOIN (SELECT 0 AS rid, 0 AS enabled, 0 AS remote, 0 AS vendor, 0 AS glass, 0 AS honey, 0 AS told, 0 AS registered, 0 AS enforced, 0 AS bypassed, '' AS strongest, '' AS weakest WHERE 0 UNION ALL VALUES
        (500, 1, 0, 0, 1, 0, 1, 0, 0, NULL, NULL, NULL), -- without
        (1006, 1, 0, 0, 0, 0, 0, NULL, NULL, NULL, NULL, NULL), -- nobody tells
        (1007, 1, 1, 0, 0, 0, 1, 1, 0, 1, 'ordinary', 'weak'), -- bypassed
        (1008, 1, 0, 1, 0, 0, 1, 1, 1, 0, 'weak', 'weak'), -- weak only
        (1009, 1, 1, 0, 0, 0, 1, 1, 1, 0, 'strong', 'ordinary'),
        (1010, 1, 0, 0, 0, 0, 1, 1, 1, 0, 'strong', 'strong'),
        (1011, 0, 1, 0, 0, 0, 1, 0, 0, NULL, NULL, NULL), -- out of use
        (1020, 1, 0, 0, 0, 1, 1, 0, 0, NULL, NULL, NULL), -- bait
        (1014, 1, 0, 0, 0, 0, 1, 0, 0, NULL, NULL, NULL), (1015, 1, 1, 1, 0, 0, 1, 0, 0, NULL, NULL, NULL), (1021, 1, 1, 0, 0, 0, 1, 1, NULL, NULL, 'weak', 'weak'),
        (1022, 1, 0, 1, 0, 0, 1, 1, 0, 1, 'ordinary', 'ordinary'), (1023, 1, 0, 0, 0, 0, 1, 1, 0, 0, 'ordinary', 'ordinary')) v ON v.rid = a.rid;

INSERT INTO mfa_factor(guid, basis, item, method, strength, is_registered, is_capable, is_enforced, is_bypassed, seen_at, origin)
    SELECT a.guid, v.column2, v.column3, v.column4, v.column5, v.column6, v.column6, v.column7, v.column8, v.column9, 'fixture' FROM account a JOIN (VALUES
        (500, 'entra', '', 'state', 'unknown', 0, 0, NULL, 134397000000000000), (1007, 'entra', '1', 'push', 'ordinary', 1, 0, NULL, 134397000000000000), (1007, 'entra', '2', 'sms', 'weak', 1, 0, NULL, 134397000000000000),
        (1007, 'duo', '', 'state', 'unknown', 1, NULL, 1, 134390000000000000), (1008, 'plain', '', 'call', 'weak', 1, 1, NULL, 134397000000000000), (1010, 'smartcard_required', '', 'smartcard', 'strong', 1, 1, NULL, 134397846000000000),
        (1020, 'entra', '', 'state', 'unknown', 0, NULL, NULL, 134397000000000000), (1014, 'entra', '', 'state', 'unknown', 0, NULL, NULL, 134397000000000000), (1015, 'entra', '', '<b>new</b>', 'none', 0, NULL, NULL, NULL),
        (1021, 'okta', '1', 'question', 'weak', 1, NULL, NULL, 134397000000000000), (1022, 'duo', '', 'totp', 'ordinary', 1, 0, 1, 134397000000000000)) v ON v.column1 = a.rid;

INSERT INTO mfa_export(origin, path, service, form, charset, accounts, methods, unreadable, is_whole, exported_at) VALUES
    ('usb', 'entra.json', 'entra', 'json', 'utf-8', 9, 11, 0, 1, 134397000000000000), ('usb', 'duo.csv', 'duo', 'csv', 'cp932', 5, 5, 3, 0, 134390000000000000), ('usb', '"><script>alert("csv")</script>' || char(0x202e), 'plain', 'csv', 'cp932', 1, 1, 0, 1, NULL);
INSERT INTO mfa_account(origin, path, row, upn, name, is_registered) VALUES ('usb', 'entra.json', 8, 'guest@partner.example', NULL, 1), ('usb', 'duo.csv', 1, NULL, '=cmd|''/c calc''!A1', 1), ('usb', 'duo.csv', 2, NULL, 'tanaka', 1),
    ('usb', 'duo.csv', 3, NULL, 'tanaka', 0), ('usb', 'duo.csv', 4, NULL, NULL, 1), ('usb', 'duo.csv', 5, NULL, '<img src=x onerror=alert(9)>' || char(0x202e), 1);
INSERT INTO mfa_join(origin, path, row, guid, how, reason) VALUES ('usb', 'entra.json', 8, NULL, NULL, 'no_account'), ('usb', 'duo.csv', 1, NULL, NULL, 'no_account'), ('usb', 'duo.csv', 2, '00000000-0000-0000-0001-000000001009', 'name', NULL),
    ('usb', 'duo.csv', 3, NULL, NULL, 'twice'), ('usb', 'duo.csv', 4, NULL, NULL, 'no_key'), ('usb', 'duo.csv', 5, NULL, NULL, 'ambiguous');

INSERT INTO named_account(purpose, entry, kind, note) VALUES ('break_glass', '管理者', 'account', 'SIEM <b>12</b>' || char(10) || '当直'), ('break_glass', 'nobody', 'account', NULL), ('honey', 'backup-admin', 'account', NULL), ('remote_access', 'VPN Users', 'group', NULL),
    ('vendor', 'maker', 'group', NULL), ('remote_access', '<u>RDP</u>', 'group', NULL);
INSERT INTO named_principal(purpose, entry, kind, guid, directory, how, matches)
    SELECT 'break_glass', '管理者', 'account', guid, 'ad', 'name', 1 FROM account WHERE rid = 500 UNION ALL SELECT 'honey', 'backup-admin', 'account', guid, 'ad', 'name', 1 FROM account WHERE rid = 1020
    UNION ALL SELECT 'remote_access', 'VPN Users', 'group', guid, 'ad', 'name', 1 FROM directory_group WHERE rid = 1900 UNION ALL SELECT 'vendor', 'maker', 'group', guid, 'ad', 'name', 2 FROM directory_group WHERE rid IN (512, 544);

INSERT INTO named_member(purpose, guid, via) SELECT 'break_glass', guid, NULL FROM account WHERE rid = 500 UNION ALL SELECT 'honey', guid, NULL FROM account WHERE rid = 1020;
INSERT INTO named_event(guid, host, kind, is_failure, source, events, first_at, last_at, log, record)
    SELECT guid, 'dc1.sakura.example', 'logon_failed', 1, '<b>192.0.2.66</b>', 3, 134397000000000000, 134397400000000000, 1, 77 FROM account WHERE rid = 1020;

-- Questions in every state.
INSERT INTO check_info(check_no, id, view, severity, theme, title_en, title_ja, why_en, why_ja, fix_en, fix_ja, tags, refs, shown, statement, parameters, question_en, question_ja, answers, valid_days)
    SELECT 100 + column1, 'attest.' || column2, 'organisation', column3, 'containment', 'Title of ' || column2, column4 || '（題）', 'Why.', '理由。', 'Fix.', '対策。', '["containment"]', '{"seed":' || column1 || '}',
        '["answer","who","answered_on","valid_until","evidence","note"]', 'SELECT 1', '{}', column5, column4,
        CASE WHEN column1 = 1 THEN '[{"id":"all","verdict":"pass","en":"Yes, all","ja":"すべてに付けている"},{"id":"no","verdict":"fail","en":"None","ja":"付けていない"}]'
             ELSE '[{"id":"yes","verdict":"pass","en":"Yes","ja":"はい"},{"id":"no","verdict":"fail","en":"No","ja":"いいえ"}]' END, 365 FROM (VALUES
        (1, 'containment.cable-tags', 'high', 'LAN ケーブル・光ファイバーに、抜線の優先順位を示すタグを付けていますか？', 'Do the LAN and fibre cables carry tags that say in which order they are unplugged?'),
        (2, 'containment.order', 'high', '遮断の順序を 1 枚にまとめた紙の手順書がありますか？', 'Is there one page on paper that gives the order of unplugging?'),
        (3, 'logs.worm', 'medium', 'ログのバックアップは書き換えできない媒体に保存していますか？', 'Are the logs backed up on media that cannot be rewritten?'),
        (4, 'communication.press', 'low', '報道発表のひな型を用意していますか？', 'Is there a template for the press?'),
        (5, 'recovery.rebuild', 'high', 'データベースの再構築について業者と取り決めていますか？', 'Is there an agreement with the vendor about rebuilding the database?'),
        (6, 'network.wifi', 'medium', '無線 LAN の管理者パスワードは初期値から変更していますか？', 'Were the default passwords of the wireless network changed?'),
        (7, 'organisation.drill', 'medium', '訓練を年 1 回以上実施していますか？', 'Is there a drill at least once a year?'),
        (8, 'forensics.contract', 'medium', 'フォレンジック調査の契約がありますか？', 'Is there a contract for forensics?'),
        (9, 'samples.rules', 'low', '検体の取り扱い手順がありますか？', 'Is there a procedure for samples of malware?'),
        (10, 'organisation.<b>odd</b>', 'low', '<script>alert("q")</script>', '<script>alert("q")</script>'));
INSERT INTO attestation(question, answer, who, at, until, evidence, note) VALUES
    ('attest.containment.cable-tags', 'all', '鈴木 一郎（医療情報部）', 134391744000000000, 134707104000000000, '写真台帳 2026-04', NULL),
    ('attest.containment.order', 'no', '鈴木 一郎（医療情報部）', 134391744000000000, 134707104000000000, NULL, '来年度に作成'),
    ('attest.logs.worm', 'yes', '<script>alert("who")</script>' || char(0x202e), 134391744000000000, 134707104000000000, '=cmd|''/c calc''!A1', '"><img src=x onerror=alert(10)>'),
    ('attest.communication.press', 'not_applicable', '総務課 佐藤', 134391744000000000, 134707104000000000, NULL, '広報は県が行う'),
    ('attest.recovery.rebuild', 'yes', '田中', 134001216000000000, 134316576000000000, '覚書 2025', NULL),
    ('attest.network.wifi', 'no', '田中', 134391744000000000, 134707104000000000, NULL, NULL),
    ('attest.organisation.drill', 'yes', '田中', 134391744000000000, 134707104000000000, NULL, NULL);
INSERT INTO result(check_no, verdict, subject, name, reason_en, reason_ja, evidence, waiver_no) VALUES
    (101, 'pass', 'organisation', NULL, NULL, NULL, NULL, NULL), (103, 'pass', 'organisation', NULL, NULL, NULL, NULL, NULL),
    (102, 'fail', 'organisation', '桜ヶ丘総合病院', NULL, NULL, '{"answer":"no","who":"鈴木 一郎（医療情報部）","answered_on":"2026-11-15","valid_until":"2027-11-14","note":"来年度に作成"}', NULL),
    (105, 'unknown', 'organisation', '桜ヶ丘総合病院', 'The answer has expired.', '回答の期限が切れています。', '{"answer":"yes"}', NULL),
    (106, 'waived', 'organisation', '桜ヶ丘総合病院', NULL, NULL, '{"answer":"no"}', 1),
    (107, 'unknown', 'organisation', '桜ヶ丘総合病院', 'Somebody says yes, and names no evidence.', '「はい」との回答ですが、証跡の記載がありません。', '{"answer":"yes"}', NULL),
    (108, 'unknown', 'organisation', '桜ヶ丘総合病院', 'Nobody has answered.', '未回答です。', NULL, NULL), (109, 'error', 'organisation', '桜ヶ丘総合病院', 'A mistake.', '誤りです。', NULL, NULL), (110, 'unknown', 'organisation', '桜ヶ丘総合病院', 'Nobody has answered.', '未回答です。', NULL, NULL);
INSERT INTO check_count SELECT check_no, verdict, count(*) FROM result WHERE check_no > 100 GROUP BY check_no, verdict;
INSERT INTO check_count VALUES (104, 'not_applicable', 1);
