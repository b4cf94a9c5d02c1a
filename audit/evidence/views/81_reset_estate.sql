-- SPDX-License-Identifier: GPL-3.0-or-later
-- Subjects of the reset plan beside accounts: the estate as a whole, domain controllers, trusts, what the directory manages, authorities.

-- One row, for what is done once.
CREATE VIEW reset_estate AS
    SELECT
        coalesce((SELECT min(d.sid) FROM domain_head d), 'estate') AS subject, -- Domain / ドメイン
        coalesce((SELECT min(d.dns_name) FROM domain_head d), '-') AS name, -- Name / 名前
        (SELECT incident_at FROM clock) IS NOT NULL AS has_incident, -- The time of the incident was given / インシデントの日時を指定した
        strftime('%Y-%m-%dT%H:%M:%SZ', (SELECT incident_at FROM clock) / 10000000 - 11644473600, 'unixepoch') AS incident_at, -- Incident / インシデントの日時
        strftime('%Y-%m-%dT%H:%M:%SZ', (SELECT min(at) FROM reset_point) / 10000000 - 11644473600, 'unixepoch') AS first_plan_at, -- First plan / 最初の計画の日時
        strftime('%Y-%m-%dT%H:%M:%SZ', (SELECT oldest_at FROM reset_snapshot) / 10000000 - 11644473600, 'unixepoch') AS snapshot_at, -- Oldest snapshot of the secrets' dates / 変更日時の最も古い控え
        coalesce((SELECT has_password FROM reset_snapshot), 0) AS has_snapshot, -- The dates of the secrets are kept / 変更日時の控えがある
        (SELECT count(*) FROM reset_controller_copy) AS controllers, -- Writable domain controllers / 書き込み可能なドメインコントローラー数
        (SELECT count(*) FROM controller_state c WHERE EXISTS (SELECT 1 FROM log_state l WHERE l.host = c.host AND l.channel = 'Security')) AS logs_kept, -- Domain controllers whose Security log was read / セキュリティ ログを取得したドメインコントローラー数
        (SELECT group_concat(name, ', ') FROM (SELECT k.name FROM reset_controller_copy k JOIN controller_state c ON c.agent_guid = k.agent_guid
            WHERE NOT EXISTS (SELECT 1 FROM log_state l WHERE l.host = c.host AND l.channel = 'Security') ORDER BY k.name)) AS logs_missing, -- Domain controllers whose Security log was not read / セキュリティ ログが未取得のドメインコントローラー
        (SELECT strftime('%Y-%m-%dT%H:%M:%SZ', max(x.from_at) / 10000000 - 11644473600, 'unixepoch') FROM reset_controller_copy k JOIN controller_state c ON c.agent_guid = k.agent_guid
            JOIN log_state x ON x.host = c.host AND x.channel = 'Security') AS logs_from_at, -- All of these logs reach back to / すべてのセキュリティ ログがそろう最初の日時
        CASE WHEN (SELECT complete FROM source_state WHERE source = 'ldap.pki') THEN EXISTS (SELECT 1 FROM enrollment_service) WHEN EXISTS (SELECT 1 FROM enrollment_service) THEN 1 END AS has_authority, -- Has a certification authority / 証明機関がある
        CASE WHEN EXISTS (SELECT 1 FROM reset_account_class WHERE class IN ('entra_connector', 'entra_sso')) THEN 1
            WHEN (SELECT min(complete) FROM source_state WHERE source IN ('ldap.user', 'ldap.computer')) THEN 0 END AS has_entra, -- Accounts of Entra Connect are there / Entra Connect のアカウントがある
        CASE WHEN EXISTS (SELECT 1 FROM reset_account_class WHERE class = 'gmsa') THEN 1 WHEN (SELECT complete FROM source_state WHERE source = 'ldap.service_account') THEN 0 END AS has_managed, -- Has group managed service accounts / gMSA がある
        -- Root keys are confidential: while none was read, nothing about them is known.
        CASE WHEN EXISTS (SELECT 1 FROM kds_root_key WHERE created_at >= (SELECT incident_at FROM clock)) THEN 1
            WHEN EXISTS (SELECT 1 FROM kds_root_key WHERE created_at > 0) AND (SELECT complete FROM source_state WHERE source = 'ldap.kds') THEN 0 END AS has_new_root_key, -- Root key made since the incident / インシデント以降に作成した KDS ルート キーがある
        (SELECT strftime('%Y-%m-%dT%H:%M:%SZ', max(created_at) / 10000000 - 11644473600, 'unixepoch') FROM kds_root_key WHERE created_at > 0) AS root_key_created_at, -- Newest root key / 最新の KDS ルート キーの作成日時
        (SELECT max(max(created_at), max(coalesce(usable_at, 0)), max(created_at) + 360000000000) FROM kds_root_key WHERE created_at >= (SELECT incident_at FROM clock)) AS root_key_from, -- New root key usable from (filetime) / 新しい KDS ルート キーが使用可能になる日時（filetime）
        (SELECT group_concat(name, ', ') FROM (SELECT name FROM enrollment_service ORDER BY name)) AS authorities, -- Certification authorities / 証明機関
        (SELECT count(*) FROM check_count) > 0 AS is_audited -- This file holds an audit's verdicts / この証拠ファイルに点検結果がある
    ;

CREATE VIEW reset_controller AS
    SELECT
        c.subject, -- Domain controller / ドメインコントローラー
        c.name, -- Name / 名前
        c.host AS target, -- Asked as / 調査対象名
        c.is_read_only, -- Read-only / 読み取り専用
        CASE WHEN c.server IS NOT NULL AND (k.agent_guid IS NULL OR k.server IS NOT NULL) THEN 1 ELSE 0 END AS has_answered, -- Answered / 回答した
        CASE WHEN c.server IS NULL OR (k.agent_guid IS NOT NULL AND k.server IS NULL) THEN c.name END AS silent, -- Did not tell / 回答しなかった
        -- None is known only when every other one told what it holds.
        CASE WHEN k.behind > 0 OR (k.server IS NOT NULL AND NOT EXISTS (SELECT 1 FROM reset_controller_copy x WHERE x.server IS NULL) AND (SELECT complete FROM source_state WHERE source = 'ldap.site')) THEN k.behind END AS behind_count, -- Secrets of which it holds an older version / 古い版のままのパスワードの数
        EXISTS (SELECT 1 FROM reset_decision d WHERE d.kind = 'without_controller' AND d.subject = c.subject) AS is_gone, -- Declared to be gone / 廃止と申告された
        (SELECT d.who FROM reset_decision d WHERE d.kind = 'without_controller' AND d.subject = c.subject) AS gone_by, -- Declared by / 申告した人
        (SELECT CASE WHEN v.is_missing = 1 THEN 0 WHEN typeof(v.data) = 'integer' THEN v.data END FROM registry_value v WHERE v.host = c.subject AND v.key = 'HKLM\SYSTEM\CurrentControlSet\Control\Lsa' AND v.value = 'DsrmAdminLogonBehavior') AS dsrm_behavior, -- DsrmAdminLogonBehavior / DsrmAdminLogonBehavior
        -- 4794 on the domain controller itself. Not recorded counts only where its log reaches over all the time since the incident.
        -- LAPS keeps no other password on a domain controller than this one.
        CASE WHEN n.at IS NOT NULL OR p.at >= (SELECT incident_at FROM clock) THEN 1 WHEN EXISTS (SELECT 1 FROM audit_window a WHERE a.host = c.host AND a.family = 'user' AND a.from_at <= (SELECT incident_at FROM clock) AND a.to_at >= (SELECT now FROM clock) - 36000000000) THEN 0 END AS dsrm_is_set, -- DSRM password set since the incident / インシデント以降に DSRM パスワードを変更した
        strftime('%Y-%m-%dT%H:%M:%SZ', CASE WHEN p.at >= (SELECT incident_at FROM clock) THEN max(p.at, coalesce(n.at, 0)) ELSE n.at END / 10000000 - 11644473600, 'unixepoch') AS dsrm_set_at, -- DSRM password set / DSRM パスワードの変更日時
        CASE WHEN n.at IS NOT NULL THEN n.by_name WHEN p.at >= (SELECT incident_at FROM clock) THEN 'LAPS' END AS dsrm_set_by, -- Set by / 変更した人
        CASE WHEN n.at IS NOT NULL OR p.at IS NULL THEN 'event' ELSE 'laps' END AS dsrm_proof -- Proof of the DSRM password (event, laps) / DSRM パスワードの証明方法（event：イベント 4794、laps：LAPS）
    FROM controller_state c LEFT JOIN reset_controller_copy k ON k.agent_guid = c.agent_guid
        LEFT JOIN account o ON o.sid = c.subject LEFT JOIN reset_secret p ON p.guid = o.guid AND p.secret = 'laps'
        LEFT JOIN (SELECT host, max(at) AS at, coalesce(by_name, by_sid) AS by_name FROM notable_change WHERE kind = 'dsrm' AND is_failure = 0 AND at >= (SELECT incident_at FROM clock) GROUP BY host) n ON n.host = c.host
    WHERE c.subject GLOB 'S-1-*' OR k.agent_guid IS NOT NULL;

-- The secrets of a trust, as our side keeps them. The other side is another directory.
CREATE VIEW reset_trust AS
    SELECT
        t.guid AS subject, -- Trust / 信頼関係
        coalesce(t.partner, t.flat_name, t.guid) AS name, -- Partner / 信頼関係の相手
        t.direction, -- Direction (1 inbound, 2 outbound, 3 both) / 方向（1 入力、2 出力、3 双方向）
        t.attributes & 0x20 <> 0 AS is_within_forest, -- Within the forest / フォレスト内
        t.type, -- Type (1 NT, 2 Active Directory, 3 MIT, 5 Entra) / 種類（1 NT、2 Active Directory、3 MIT、5 Entra）
        r.version AS secret_version, -- Version of the secret / 秘密の版
        strftime('%Y-%m-%dT%H:%M:%SZ', r.at / 10000000 - 11644473600, 'unixepoch') AS secret_changed_at, -- Secret changed / 秘密の変更日時
        -- Each direction has a secret of its own: of a trust in both both must be new. Of one that was in both once, which of them counts is not told.
        CASE WHEN r.at < (SELECT incident_at FROM clock) OR r.resets_least = 0 OR t.direction = 3 AND o.at < (SELECT incident_at FROM clock) THEN 0
            WHEN r.resets_least > 0 AND (o.at >= (SELECT incident_at FROM clock) OR t.direction <> 3 AND o.guid IS NULL) THEN 1 END AS is_changed, -- Changed since the incident / インシデント以降に変更された
        CASE WHEN r.behind IS NOT NULL OR o.behind IS NOT NULL THEN 0 WHEN r.confirmed = r.controllers AND (o.guid IS NULL OR o.confirmed = o.controllers) THEN 1 END AS is_everywhere, -- On every domain controller / すべてのドメインコントローラーで確認
        coalesce(min(r.confirmed, o.confirmed), r.confirmed) AS confirmed, -- Domain controllers that hold it / 反映を確認したドメインコントローラー数
        r.controllers, -- Domain controllers that have to / 反映が必要なドメインコントローラー数
        coalesce(r.behind, o.behind) AS behind, -- Domain controllers with an older one / 古い版のままのドメインコントローラー
        coalesce(r.silent, o.silent) AS silent, -- Domain controllers that did not tell / 回答しなかったドメインコントローラー
        strftime('%Y-%m-%dT%H:%M:%SZ', o.at / 10000000 - 11644473600, 'unixepoch') AS older_changed_at, -- Older of the two secrets changed / 2 つの秘密のうち古い方の変更日時
        CASE WHEN t.direction = 3 AND o.at < (SELECT incident_at FROM clock) AND r.at >= (SELECT incident_at FROM clock)
            THEN strftime('%Y-%m-%dT%H:%M:%SZ', o.at / 10000000 - 11644473600, 'unixepoch') END AS one_sided_at -- Of a trust in both directions one secret was changed only; the other on / 双方向の信頼のうち片方向だけ変更された場合、もう片方の変更日時
    FROM trusted_domain t LEFT JOIN reset_secret r ON r.guid = t.guid AND r.secret = 'trust' LEFT JOIN reset_secret o ON o.guid = t.guid AND o.secret = 'trust_older';

-- Group managed service accounts: a stolen root key gives every password that is made from it, also later ones.
CREATE VIEW reset_managed AS
    SELECT
        s.subject, -- Account / アカウント
        s.name, -- Name / 名前
        s.uac & 2 = 0 AS is_enabled, -- Enabled / 有効
        a.managed_password_key AS root_key, -- Root key / KDS ルート キー
        CASE WHEN EXISTS (SELECT 1 FROM kds_root_key k WHERE k.key_id = a.managed_password_key AND k.created_at >= (SELECT incident_at FROM clock)) THEN 1
            WHEN EXISTS (SELECT 1 FROM kds_root_key k WHERE k.key_id = a.managed_password_key AND k.created_at < (SELECT incident_at FROM clock)) THEN 0
            WHEN s.password_at < (SELECT incident_at FROM clock) THEN 0 END AS has_new_key, -- Made from a root key since the incident / インシデント以降の KDS ルート キーを使用
        strftime('%Y-%m-%dT%H:%M:%SZ', (SELECT k.created_at FROM kds_root_key k WHERE k.key_id = a.managed_password_key) / 10000000 - 11644473600, 'unixepoch') AS root_key_created_at, -- That root key was made / その KDS ルート キーの作成日時
        strftime('%Y-%m-%dT%H:%M:%SZ', nullif(s.password_at, 0) / 10000000 - 11644473600, 'unixepoch') AS secret_changed_at, -- Secret changed / パスワード本体の変更日時
        a.managed_password_days AS interval_days, -- Password interval in days / パスワード変更間隔（日）
        (SELECT min(max(k.created_at + 360000000000, coalesce(k.usable_at, 0))) FROM kds_root_key k WHERE k.created_at >= (SELECT incident_at FROM clock)) AS new_key_from -- New root key usable from (filetime) / 新しい KDS ルート キーが使用可能になる日時（filetime）
    FROM reset_account_class c JOIN account_state s ON s.guid = c.guid JOIN account a ON a.guid = c.guid WHERE c.class = 'gmsa';

CREATE VIEW reset_authority AS
    SELECT
        e.guid AS subject, -- Certification authority / 証明機関
        coalesce(e.name, e.guid) AS name, -- Name / 名前
        e.dns_name, -- Host / ホスト
        (SELECT count(*) FROM enrollment_offer o WHERE o.service_guid = e.guid) AS templates -- Templates that it offers / 発行するテンプレートの数
    FROM enrollment_service e;

INSERT INTO view_source(view, column_name, source) VALUES
    ('reset_estate', '', 'ldap.domain'), ('reset_estate', 'has_authority', 'ldap.pki'), ('reset_estate', 'has_new_root_key', 'ldap.kds'), ('reset_estate', 'has_entra', 'ldap.user'),
    ('reset_estate', 'has_managed', 'ldap.service_account'),
    ('reset_controller', '', 'ldap.site'), ('reset_controller', 'behind_count', 'ldap.metadata'), ('reset_controller', 'dsrm_behavior', 'smb.registry'), ('reset_controller', 'dsrm_is_set', 'event.change'), ('reset_controller', 'has_answered', 'ldap.metadata'),
    ('reset_trust', '', 'ldap.trust'), ('reset_trust', 'is_changed', 'ldap.metadata'), ('reset_trust', 'is_everywhere', 'ldap.metadata'), ('reset_trust', 'is_everywhere', 'ldap.site'),
    ('reset_managed', '', 'ldap.service_account'), ('reset_managed', 'has_new_key', 'ldap.kds'),
    ('reset_authority', '', 'ldap.pki');
