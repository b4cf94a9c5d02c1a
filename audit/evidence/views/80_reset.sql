-- SPDX-License-Identifier: GPL-3.0-or-later
-- What must be reset after an incident, one row a secret, in order. The order follows Microsoft's forest recovery and
-- CISA COUN7ER. A name decides in two places only, because nothing else tells these accounts apart: the accounts that
-- Entra Connect makes (MSOL_*, AZUREADSSOACC$). Words for people are in report/html/messages.xml (reset.*).

CREATE VIEW reset_tier0_member AS
    SELECT member_guid AS subject, -- Member (GUID) / メンバー（GUID）
           group_concat(sam_name, ', ') AS name -- Groups that give the rights / 権限を与えているグループ
    FROM (SELECT n.member_guid, coalesce(g.sam_name, g.sid) AS sam_name
          FROM watched_group w JOIN nested_member n ON n.group_guid = w.group_guid
              JOIN directory_group g ON g.guid = w.group_guid
          WHERE w.is_admin = 1
          ORDER BY n.member_guid, g.rid)
    GROUP BY member_guid;

-- What every domain controller that told confirms: the lowest version and the oldest time. pwdLastSet is no proof.
CREATE VIEW reset_proof AS
    SELECT guid AS subject, -- Object (GUID) / オブジェクト（GUID）
           count(password_version) AS servers, -- Domain controllers that told / 回答したドメインコントローラー数
           min(password_version) AS password_version, -- Password version on every one / パスワードの版（全サーバーで確認）
           min(password_at) AS password_at, -- Password changed (filetime) / パスワードの変更日時（filetime）
           count(laps_version) AS laps_servers, -- As above, LAPS / 同（LAPS）
           min(laps_version) AS laps_version, -- LAPS password version / LAPS パスワードの版
           min(laps_at) AS laps_at, -- LAPS password changed (filetime) / LAPS パスワードの変更日時（filetime）
           count(trust_version) AS trust_servers, -- As above, trust / 同（信頼関係）
           min(trust_version) AS trust_version, -- Trust secret version / 信頼関係の秘密の版
           min(trust_at) AS trust_at -- Trust secret changed (filetime) / 信頼関係の秘密の変更日時（filetime）
    FROM secret_change GROUP BY guid;

-- Each account in the one class that decides how it is reset. The first that fits wins.
CREATE VIEW reset_account_class AS
    SELECT a.guid AS subject, -- Account (GUID) / アカウント（GUID）
           a.sam_name AS name, -- Name / 名前
           t.name AS because, -- Groups that give the rights / 権限を与えているグループ
           CASE
               WHEN a.kind = 'trust' OR a.uac & 0x800 THEN 'trust_account'
               WHEN a.rid = 502 THEN 'krbtgt'
               WHEN a.secondary_krbtgt_number IS NOT NULL THEN 'rodc_krbtgt'
               WHEN a.kind = 'computer' AND a.sam_name = 'AZUREADSSOACC$' COLLATE NOCASE THEN 'entra_sso'
               WHEN a.kind = 'computer' AND (a.uac & 0x4000000 OR a.primary_group_rid = 521) THEN 'rodc'
               WHEN a.kind = 'computer' AND (a.uac & 0x2000 OR a.primary_group_rid = 516) THEN 'dc'
               WHEN a.kind = 'computer' AND a.uac & 2 THEN 'disabled_computer'
               WHEN a.kind = 'computer' THEN 'computer'
               WHEN a.kind IN ('gmsa', 'dmsa') THEN 'gmsa'
               WHEN a.kind = 'smsa' THEN 'smsa'
               WHEN a.rid = 500 THEN 'builtin_administrator'
               WHEN a.sam_name LIKE 'MSOL\_%' ESCAPE '\' THEN 'entra_connector'
               WHEN t.subject IS NOT NULL THEN 'tier0_admin'
               WHEN a.uac & 2 THEN 'disabled_user'
               WHEN a.spn_count > 0 THEN 'service_user'
               WHEN a.uac & 0x40000 THEN 'smartcard_user'
               ELSE 'user'
           END AS class -- Class / 区分
    FROM account a LEFT JOIN reset_tier0_member t ON t.subject = a.guid;

-- The plan of a class: position of its phase, phase, resets, hours to wait between two (replication comes on top).
CREATE VIEW reset_class AS
    SELECT column1 AS subject, -- Class / 区分
           column2 AS name, -- Phase / 段階
           column3 AS phase_no, -- Position of the phase / 段階の順番
           column4 AS times, -- Resets / リセット回数
           column5 AS wait_hours, -- Hours to wait / 待機時間（時間）
           column6 AS class_no -- Position in the phase / 段階内の順番
    FROM (VALUES ('builtin_administrator', 'tier0', 1, 2, NULL, 1),
                 ('tier0_admin', 'tier0', 1, 2, NULL, 2),
                 ('dc', 'dc_machine', 2, 2, NULL, 1),
                 ('rodc', 'dc_machine', 2, 2, NULL, 2),
                 ('krbtgt', 'krbtgt', 3, 2, 10, 1),
                 ('rodc_krbtgt', 'krbtgt', 3, 2, 10, 2),
                 ('dsrm', 'dsrm', 4, 1, NULL, 1),
                 ('trust', 'trust', 5, 1, NULL, 1),
                 ('trust_account', 'trust', 5, 1, NULL, 2),
                 ('entra_connector', 'entra', 6, 1, NULL, 1),
                 ('entra_sso', 'entra', 6, 1, NULL, 2),
                 ('service_user', 'service', 7, 1, NULL, 1),
                 ('smsa', 'service', 7, 1, NULL, 2),
                 ('kds_root_key', 'gmsa', 8, 1, 10, 1),
                 ('gmsa', 'gmsa', 8, 1, NULL, 2),
                 ('local_administrator_laps', 'local_administrator', 9, 2, NULL, 1),
                 ('local_administrator', 'local_administrator', 9, 2, NULL, 2),
                 ('computer', 'computer', 10, 1, NULL, 1),
                 ('user', 'user', 11, 1, NULL, 1),
                 ('smartcard_user', 'smartcard', 12, 1, NULL, 1),
                 ('disabled_user', 'disabled', 13, 1, NULL, 1),
                 ('disabled_computer', 'disabled', 13, 1, NULL, 2));

-- Every secret: accounts, and what stands beside an account (DSRM and local administrators belong to a machine). Hosts outside of
-- the directory have an Administrator, too. The date that a host tells is no proof, like pwdLastSet.
CREATE VIEW reset_secret AS
    SELECT coalesce(a.sid, a.guid) AS subject, -- Key / キー
           a.sam_name AS name, -- Name / 名前
           c.class AS class, -- Class / 区分
           c.because AS because, -- Groups that give the rights / 権限を与えているグループ
           coalesce(a.sid, a.guid) AS owner, -- Key under which findings name it / 指摘事項でのキー
           p.servers AS servers, -- Domain controllers that told / 回答したドメインコントローラー数
           p.password_version AS secret_version, -- Version of the secret / 秘密の版
           p.password_at AS secret_at, -- Secret changed (filetime) / 秘密の変更日時（filetime）
           a.pwd_last_set AS date_set -- pwdLastSet (filetime) / pwdLastSet（filetime）
    FROM account a JOIN reset_account_class c ON c.subject = a.guid LEFT JOIN reset_proof p ON p.subject = a.guid
    UNION ALL
    SELECT coalesce(a.sid, a.guid) || '/dsrm', a.sam_name, 'dsrm', NULL, coalesce(a.sid, a.guid), NULL, NULL, NULL, NULL
    FROM account a JOIN reset_account_class c ON c.subject = a.guid WHERE c.class IN ('dc', 'rodc')
    UNION ALL
    SELECT coalesce(a.sid, a.guid) || '/local-500', a.sam_name,
           CASE WHEN a.laps_expires_at > 0 OR a.laps_legacy_expires_at > 0 THEN 'local_administrator_laps'
                ELSE 'local_administrator' END,
           NULL, coalesce(a.sid, a.guid), p.laps_servers, p.laps_version, p.laps_at, l.pwd_last_set
    FROM account a JOIN reset_account_class c ON c.subject = a.guid LEFT JOIN reset_proof p ON p.subject = a.guid
        LEFT JOIN host_state h ON h.subject = a.sid LEFT JOIN local_account l ON l.host = h.host AND l.rid = 500
    WHERE c.class = 'computer'
    UNION ALL
    SELECT h.subject || '/local-500', h.host, 'local_administrator', NULL, h.subject, NULL, NULL, NULL, l.pwd_last_set
    FROM host_state h LEFT JOIN local_account l ON l.host = h.host AND l.rid = 500
    WHERE h.account_guid IS NULL AND h.is_controller IS NOT 1
    UNION ALL
    SELECT t.guid, coalesce(t.partner, t.flat_name), 'trust', NULL, t.guid, p.trust_servers, p.trust_version, p.trust_at, NULL
    FROM trusted_domain t LEFT JOIN reset_proof p ON p.subject = t.guid
    UNION ALL
    SELECT 'kds-root-key', 'KDS', 'kds_root_key', NULL, 'kds-root-key', NULL, NULL, NULL, NULL
    WHERE EXISTS (SELECT 1 FROM account WHERE kind IN ('gmsa', 'dmsa'));

-- Of the checks of a host those about its Administrator belong to that secret, and the others to no secret at all.
CREATE VIEW reset_finding AS
    SELECT subject AS subject, -- Subject / 対象
           group_concat(id, ' ') AS name -- Checks that it fails / 不適合のチェック
    FROM (SELECT DISTINCT CASE WHEN c.id GLOB 'host.administrator.*' THEN r.subject || '/local-500' ELSE r.subject END AS subject, c.id
          FROM result r JOIN check_info c USING (check_no)
          WHERE r.verdict = 'fail' AND r.verdict <> 'pass' AND c.id NOT GLOB 'network.*' AND (c.id NOT GLOB 'host.*' OR c.id GLOB 'host.administrator.*')
          ORDER BY 1, 2)
    GROUP BY subject;

CREATE VIEW reset_item AS
    SELECT s.subject AS subject, -- Key / キー
           s.name AS name, -- Name / 名前
           row_number() OVER (ORDER BY k.phase_no, k.class_no, s.name COLLATE NOCASE, s.subject) AS position, -- Order / 順番
           k.phase_no AS phase_no, -- Position of the phase / 段階の順番
           k.class_no AS class_no, -- Position in the phase / 段階内の順番
           k.name AS phase, -- Phase / 段階
           s.class AS class, -- Class / 区分
           k.times AS times, -- Resets / リセット回数
           k.wait_hours AS wait_hours, -- Hours to wait / 待機時間（時間）
           s.because AS because, -- Groups that give the rights / 権限を与えているグループ
           s.servers AS servers, -- Domain controllers that told / 回答したドメインコントローラー数
           s.secret_version AS secret_version, -- Version of the secret / 秘密の版
           strftime('%Y-%m-%dT%H:%M:%SZ', (s.secret_at - 116444736000000000) / 10000000, 'unixepoch') AS secret_changed_at, -- Last proven change of the secret / 証明できる最後の変更
           CASE WHEN s.date_set > 0
                THEN strftime('%Y-%m-%dT%H:%M:%SZ', (s.date_set - 116444736000000000) / 10000000, 'unixepoch')
           END AS date_set_at, -- Date in pwdLastSet (no proof) / pwdLastSet の日時（証拠にはならない）
           nullif(trim(coalesce(f.name, '') || ' ' || coalesce(g.name, '')), '') AS findings, -- Checks that it fails / 不適合のチェック
           'to do' AS state -- State / 状態
    FROM reset_secret s
    JOIN reset_class k ON k.subject = s.class
    LEFT JOIN reset_finding f ON f.subject = s.owner
    LEFT JOIN reset_finding g ON g.subject = s.subject AND s.subject <> s.owner;
