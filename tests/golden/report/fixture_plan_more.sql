-- SPDX-License-Identifier: GPL-3.0-or-later
-- More of the plan, for its own documents: texts of the length that a playbook has, 1,000 users in waves, names and keys that attack each format. Applied after
-- fixture_plan.sql. An hour is 36000000000.

UPDATE reset_action SET
    why_en = 'Whoever holds its password may do everything in the domain. One reset is not enough: the password before it is still accepted for some purposes.',
    why_ja = 'このパスワードを持つ者は、ドメインのすべてを操作できます。1 回のリセットでは、直前のパスワードが一部の用途で受け付けられたままになります。',
    risk_en = 'Services and tasks that run as this account stop. Look at `used on` first.', risk_ja = 'このアカウントで動作するサービスとタスクが停止します。先に使用箇所を確認してください。',
    rollback_en = 'There is none: set another new password.', rollback_ja = '元に戻す方法はありません。別の新しいパスワードを設定してください。',
    wait_en = 'Until replication has brought the change to every domain controller (15 minutes inside of a site).', wait_ja = 'すべてのドメインコントローラーへの複製が完了するまで（サイト内は 15 分が目安）。',
    refs = '{"cisa":"CM0128","ms":"forest-recovery"}',
    steps = '[{"en":"Sign in on the clean workstation with your new administrator account.","ja":"安全な管理用端末に、新しい管理者アカウントでサインインする"},
 {"en":"Set a new random password. It is shown to nobody.","ja":"新しいランダムなパスワードを設定する（画面には表示されません）","powershell":"$p = -join ((33..126) | Get-Random -Count 32 | ForEach-Object { [char]$_ })\nSet-ADAccountPassword -Identity \"CN=Administrator,CN=Users,DC=sakura,DC=example\" -Reset -NewPassword (ConvertTo-SecureString $p -AsPlainText -Force) -Server dc1.sakura.example","samba":"samba-tool user setpassword Administrator --random-password --option=''ldap server require strong auth = yes'' -H ldaps://dc1.sakura.example"},
 {"en":"Bring the change to the other domain controllers, then look at the version on each.","ja":"変更を他のドメインコントローラーへ複製し、それぞれの版を確認する","cmd":"Search-ADAccount-WithFortyCharacters1234 /x\nrepadmin /syncall /AdeP\nrepadmin /showobjmeta dc2.sakura.example \"CN=Administrator,CN=Users,DC=sakura,DC=example\""}]'
    WHERE action_no IN (2, 3);
UPDATE reset_action SET wait_en = 'At least 10 hours after the first reset: the longest life of a ticket in this domain.', wait_ja = '1 回目のリセットから 10 時間以上（このドメインのチケットの最長有効期間）。',
    why_en = 'The key of all tickets.', why_ja = 'すべてのチケットの鍵です。', risk_en = '</p><script>alert(1)</script>', risk_ja = '</p><script>alert(1)</script>',
    steps = '[{"en":"Open [the page](http://evil.example) <b>now</b>","ja":"[開く](http://evil.example) <b>すぐに</b>","powershell":"echo ```\n</code><script>alert(1)</script>","<img src=x onerror=alert(1)>":"`x`"}]' WHERE action_no = 5;

WITH RECURSIVE n(i) AS (SELECT 31 UNION ALL SELECT i + 1 FROM n WHERE i < 1000)
    INSERT INTO reset_item SELECT 9, 'S-1-5-21-1-2-3-' || (4000 + i), 'user' || i, (i + 9) / 10, i, 'blocked', 1, 0, 1, NULL, 'First: No. 7. Password last changed 2020-05-01 05:32 +00:00, version 1.',
        '先に No. 7 が必要です。パスワードの最終変更：2020-05-01 05:32 +00:00（版 1）。', '{}', 'metadata', 'blocked', 0, NULL FROM n;
INSERT INTO reset_item(action_no, subject, name, wave, position, state, is_seen, proven, needed, until_at, reason_en, reason_ja, evidence, proof, was, is_regression, findings) VALUES
    (3, '`-1`', '- [x] done' || char(10) || '# heading', 1, 5, 'ready', 1, 0, 2, NULL, 'Can begin now.', '着手できます。', '{}', 'metadata', NULL, 0, NULL),
    (3, '](javascript:alert(1))', '[click](javascript:alert(1)) ![x](http://evil.example/x.png) www.evil.example http://evil.example a@evil.example', 1, 6, 'ready', 1, 0, 2, NULL, '<img src=x onerror=alert(1)>', '<img src=x onerror=alert(1)>', '{"a":1}', 'metadata', NULL, 0, NULL),
    (3, 'S-1-5-21-1-2-3-9001', 'عربي' || char(0x202e) || char(0x200b) || char(27) || '[31m', 1, 7, 'ready', 1, NULL, 2, NULL, '|a|b|' || char(13) || char(10) || '|-|-|', '|a|b|', '{}', 'metadata', NULL, 0, 'ad.a ad.b'),
    (3, 'S-1-5-21-1-2-3-9002', 'long-' || replace(hex(zeroblob(150)), '00', 'name') , 1, 8, 'attested', 0, 1, 2, NULL, 'Attested.', '担当者の申告。', '{}', 'attest', NULL, 0, NULL),
    (3, 'S-1-5-21-1-2-3-9003', CAST(x'ff3c62ff' AS TEXT), 1, 9, 'ready', 1, 0, 2, NULL, '@SUM(1+1)', '＝1+1', 'not json', 'metadata', NULL, 0, NULL);
DELETE FROM reset_wave;
INSERT INTO reset_wave SELECT action_no, wave, sum(state <> 'not_needed'), sum(state IN ('done', 'attested')), 134397846000000000 + 36000000000 * (action_no + wave), 134397846000000000 + 36000000000 * (action_no + wave + 1)
    FROM reset_item GROUP BY action_no, wave;
UPDATE reset_action SET (items, finished) = (SELECT sum(state <> 'not_needed'), sum(state IN ('done', 'attested')) FROM reset_item i WHERE i.action_no = reset_action.action_no);
UPDATE audit_info SET value = 'user:10</style><script>alert(1)</script>' WHERE name = 'reset_batches';
UPDATE audit_info SET value = value || '"; } </style><script>alert("css")</script> \' WHERE name = 'organisation_en';
INSERT OR REPLACE INTO coverage(source, target, state, detail) VALUES ('ldap.metadata', 'dc2.sakura.example', 'unreachable', 'no answer'), ('ldap.metadata', '<i>dc3</i>', 'partial', NULL);
