-- SPDX-License-Identifier: GPL-3.0-or-later
-- Changes of passwords by three witnesses: replication metadata, attributes of the account, event logs. Times of metadata are whole
-- seconds; an event and metadata of one change lie within 10 seconds of each other on the domain controller that made it (both by its clock).

-- The last change of each secret, and what its controller recorded of it. logs_are_read: without any log of any domain controller (which the directory may not have told) there
-- is nothing to compare.
CREATE VIEW password_record AS
    SELECT
        s.subject, -- Account / アカウント
        s.name, -- Name / 名前
        s.kind, -- Kind of account / アカウントの種類
        s.uac & 2 = 0 AS is_enabled, -- Enabled / 有効
        s.is_privileged, -- Privileged / 特権アカウント
        EXISTS (SELECT 1 FROM log_state l WHERE l.channel = 'Security' AND (l.host IN (SELECT host FROM controller_state) OR EXISTS (SELECT 1 FROM event_host h WHERE h.host = l.host AND h.is_controller = 1)))
            OR EXISTS (SELECT 1 FROM coverage v JOIN controller_state c ON c.host = v.target WHERE v.source = 'event.change' AND v.state = 'complete') AS logs_are_read, -- Logs of domain controllers were read / ドメインコントローラーのログを読み取った
        strftime('%Y-%m-%dT%H:%M:%SZ', nullif(r.password_at, 0) / 10000000 - 11644473600, 'unixepoch') AS secret_changed_at, -- Secret changed (replication metadata) / パスワード本体の変更日時（レプリケーション メタデータ）
        strftime('%Y-%m-%dT%H:%M:%SZ', nullif(s.pwd_last_set, 0) / 10000000 - 11644473600, 'unixepoch') AS password_set_at, -- Last password set (pwdLastSet) / パスワードの最終変更日時（pwdLastSet）
        s.password_version, -- Password changes / パスワードの変更回数
        (SELECT c.name FROM controller_state c WHERE c.invocation_id = r.origin) AS changed_on, -- Changed on / 変更したドメインコントローラー
        r.state AS record_state, -- Record / 記録の状態
        CASE r.state WHEN 'recorded' THEN 1 WHEN 'unrecorded' THEN 0 END AS is_recorded, -- On record in the log / ログに記録がある
        strftime('%Y-%m-%dT%H:%M:%SZ', r.event_at / 10000000 - 11644473600, 'unixepoch') AS recorded_at, -- Recorded at / 記録の日時
        coalesce(r.by_name, r.by_sid) AS recorded_by, -- Changed by / 変更した人
        r.event_id AS record_event, -- Event ID / イベント ID
        r.event_kind AS record_kind, -- Kind of change / 変更の種類
        r.address AS record_address, -- From / 接続元
        strftime('%Y-%m-%dT%H:%M:%SZ', r.from_at / 10000000 - 11644473600, 'unixepoch') AS window_from, -- Log without a gap from / ログの欠落のない期間（開始）
        strftime('%Y-%m-%dT%H:%M:%SZ', r.to_at / 10000000 - 11644473600, 'unixepoch') AS window_to -- Log without a gap to / ログの欠落のない期間（終了）
    FROM secret_record r CROSS JOIN account_state s ON s.guid = r.guid;

-- What an earlier audit saw of each account's secret, over all domain controllers that it asked.
CREATE VIEW secret_then AS
    SELECT subject, max(password_version) AS password_version, max(password_at) AS password_at, max(date_version) AS date_version, max(date_at) AS date_at
    FROM secret_before WHERE server <> '' GROUP BY subject;

-- Against the time of the incident, and against an earlier audit.
CREATE VIEW secret_state AS
    SELECT
        s.subject, -- Account / アカウント
        s.name, -- Name / 名前
        s.kind, -- Kind of account / アカウントの種類
        s.uac & 2 = 0 AS is_enabled, -- Enabled / 有効
        s.is_privileged, -- Privileged / 特権アカウント
        s.is_builtin, -- Built-in / 組み込みアカウント
        s.is_controller, -- Domain controller / ドメインコントローラー
        (SELECT incident_at FROM clock) IS NOT NULL AS has_incident, -- The time of the incident was given / インシデントの日時を指定した
        strftime('%Y-%m-%dT%H:%M:%SZ', (SELECT incident_at FROM clock) / 10000000 - 11644473600, 'unixepoch') AS incident_at, -- Incident / インシデントの日時
        strftime('%Y-%m-%dT%H:%M:%SZ', nullif(s.password_at, 0) / 10000000 - 11644473600, 'unixepoch') AS secret_changed_at, -- Secret changed (replication metadata) / パスワード本体の変更日時（レプリケーション メタデータ）
        strftime('%Y-%m-%dT%H:%M:%SZ', nullif(s.pwd_last_set, 0) / 10000000 - 11644473600, 'unixepoch') AS password_set_at, -- Last password set (pwdLastSet) / パスワードの最終変更日時（pwdLastSet）
        s.pwd_last_set = 0 AS must_change_password, -- Must change the password at next logon / 次回ログオン時にパスワード変更が必要
        s.password_at >= (SELECT incident_at FROM clock) AS changed_since_incident, -- Secret changed since the incident / インシデント以降にパスワード本体が変更された
        EXISTS (SELECT 1 FROM secret_before) AS has_baseline, -- Compared with an earlier audit / 以前の点検と比較した
        strftime('%Y-%m-%dT%H:%M:%SZ', (SELECT max(password_at) FROM secret_before WHERE server = '') / 10000000 - 11644473600, 'unixepoch') AS baseline_at, -- Earlier audit / 以前の点検の日時
        CASE WHEN b.subject IS NOT NULL THEN 1 WHEN s.created_at >= (SELECT max(password_at) FROM secret_before WHERE server = '') THEN 0 END AS is_in_baseline, -- Known to the earlier audit / 以前の点検で確認済み
        s.password_version - b.password_version AS changes_since_baseline, -- Password changes since then / それ以降のパスワード変更回数
        s.date_version - b.date_version AS date_changes_since_baseline, -- Changes of the password date since then / それ以降の変更日時の更新回数
        CASE WHEN s.password_version <> b.password_version THEN 0 WHEN s.password_version = b.password_version THEN s.date_version - b.date_version >= 2 END AS is_forged -- The date was renewed without a new password / パスワードを変えずに日付だけを更新した
    FROM account_state s LEFT JOIN secret_then b ON b.subject = s.subject WHERE s.kind IN ('user', 'computer');

-- How often the keys of Kerberos were changed since the incident, else since the earlier audit: metadata remembers the last change only.
-- least: changes that are proven; most: there cannot have been more.
CREATE VIEW ticket_key AS
    WITH key AS (
        SELECT s.subject, s.name, s.guid, s.rid, s.password_at, s.password_version, b.password_at AS then_at, s.password_version - b.password_version AS more,
            (SELECT incident_at FROM clock) AS incident_at, (SELECT max(password_at) FROM secret_before WHERE server = '') AS taken_at,
            -- What one domain controller alone told then may have been old already: then changes since are those since it was made.
            (SELECT count(*) FROM secret_before x JOIN controller_state c ON c.server = x.server AND c.is_read_only IS NOT 1 WHERE x.subject = s.subject AND x.password_version = b.password_version AND x.password_at = b.password_at)
                = (SELECT nullif(count(*), 0) FROM controller_state WHERE is_read_only IS NOT 1) AS then_is_whole
        FROM account_state s LEFT JOIN secret_then b ON b.subject = s.subject
        WHERE s.kind = 'user' AND s.is_builtin = 1 AND (s.rid = 502 OR EXISTS (SELECT 1 FROM account a WHERE a.guid = s.guid AND a.secondary_krbtgt_number IS NOT NULL))),
    event AS (
        SELECT k.guid, count(DISTINCT e.at / 100000000) AS changes FROM key k JOIN password_event e ON e.account_guid = k.guid AND e.kind IN ('password_change', 'password_reset') AND e.at >= k.incident_at
        GROUP BY k.guid)
    SELECT
        k.subject, -- Account / アカウント
        k.name, -- Name / 名前
        k.rid, -- RID / RID
        CASE WHEN k.incident_at IS NOT NULL THEN 1 WHEN k.taken_at IS NULL THEN 0 ELSE k.more > 0 END AS is_being_reset, -- A reset is expected or has begun / リセットの対象または実施中
        strftime('%Y-%m-%dT%H:%M:%SZ', k.incident_at / 10000000 - 11644473600, 'unixepoch') AS incident_at, -- Incident / インシデントの日時
        strftime('%Y-%m-%dT%H:%M:%SZ', k.taken_at / 10000000 - 11644473600, 'unixepoch') AS baseline_at, -- Earlier audit / 以前の点検の日時
        strftime('%Y-%m-%dT%H:%M:%SZ', nullif(k.password_at, 0) / 10000000 - 11644473600, 'unixepoch') AS secret_changed_at, -- Secret changed (replication metadata) / パスワード本体の変更日時（レプリケーション メタデータ）
        k.password_version, -- Password changes / パスワードの変更回数
        k.more AS changes_since_baseline, -- Password changes since then / それ以降のパスワード変更回数
        CASE WHEN k.incident_at IS NULL THEN CASE WHEN k.then_is_whole = 1 THEN k.more END
            ELSE max(coalesce(k.password_at >= k.incident_at, 0), coalesce(e.changes, 0), CASE WHEN k.then_at >= k.incident_at THEN coalesce(k.more, 0) + 1 WHEN k.taken_at >= k.incident_at AND k.then_is_whole = 1 THEN coalesce(k.more, 0) ELSE 0 END) END AS changes_least, -- Proven changes / 確認できた変更回数
        CASE WHEN k.incident_at IS NULL THEN k.more WHEN k.password_at < k.incident_at THEN 0 WHEN k.taken_at <= k.incident_at OR k.then_at < k.incident_at THEN k.more
            WHEN k.password_version = 1 THEN 1 END AS changes_most, -- Changes at most / 最大の変更回数
        (k.password_at - coalesce((SELECT max(e.at) FROM password_event e WHERE e.account_guid = k.guid AND e.kind IN ('password_change', 'password_reset') AND e.at < k.password_at - 100000000),
            CASE WHEN k.more = 1 THEN k.then_at END)) / 36000000000 AS hours_between -- Hours since the change before / 前回の変更からの時間
    FROM key k LEFT JOIN event e ON e.guid = k.guid;

-- Who originated secrets: each invocation id that metadata names.
CREATE VIEW secret_origin AS
    SELECT
        n.origin AS subject, -- Invocation ID / 起動 ID
        coalesce((SELECT c.name FROM controller_state c WHERE c.invocation_id = n.origin), n.origin) AS name, -- Domain controller / ドメインコントローラー
        CASE WHEN EXISTS (SELECT 1 FROM controller_state c WHERE c.invocation_id = n.origin) THEN 1
            WHEN (SELECT complete FROM source_state WHERE source = 'ldap.site') AND NOT EXISTS (SELECT 1 FROM controller_state c WHERE c.invocation_id IS NULL) THEN 0 END AS is_known, -- The directory knows this domain controller / ディレクトリに登録されたドメインコントローラー
        n.accounts, -- Accounts / アカウントの数
        n.privileged, -- Privileged accounts among them / うち特権アカウントの数
        n.last_name, -- Account changed last / 最後に変更されたアカウント
        strftime('%Y-%m-%dT%H:%M:%SZ', n.first_at / 10000000 - 11644473600, 'unixepoch') AS first_change_at, -- First change / 最初の変更日時
        strftime('%Y-%m-%dT%H:%M:%SZ', n.last_at / 10000000 - 11644473600, 'unixepoch') AS last_change_at, -- Last change / 最後の変更日時
        ((SELECT now FROM clock) - n.last_at) / 864000000000 AS last_change_days -- Days since the last change / 最後の変更からの日数
    FROM (SELECT origin, count(*) AS accounts, sum(privileged) AS privileged, min(first_at) AS first_at, max(last_at) AS last_at, name AS last_name FROM (
            SELECT r.origin, s.is_privileged AS privileged, r.password_at AS first_at, r.password_at AS last_at, s.name
            FROM secret_record r JOIN account_state s ON s.guid = r.guid WHERE r.origin IS NOT NULL AND r.password_at > 0) GROUP BY origin) n;

-- Controllers that told their metadata, and when they were asked.
CREATE VIEW metadata_told AS
    SELECT c.host, min(v.started_at) AS asked_at, c.server FROM controller_state c JOIN coverage v ON v.source = 'ldap.metadata' AND v.target = c.server WHERE c.server IS NOT NULL GROUP BY c.host, c.server;

-- The newest record of a changed password of each account on each controller, against the secret itself. A controller's own copy of the
-- metadata must show what it recorded before it was asked.
CREATE VIEW record_without_change AS
    SELECT
        s.subject, -- Account / アカウント
        s.name, -- Name / 名前
        e.host AS target, -- Asked as / 調査対象名
        e.host || '/' || strftime('%Y-%m-%dT%H:%M:%SZ', e.at / 10000000 - 11644473600, 'unixepoch') || '/' || e.record || '/' || e.part AS item, -- Event / イベント
        s.name || ' (' || e.host || ')' AS item_name, -- Account and domain controller / アカウントとドメインコントローラー
        s.kind, -- Kind of account / アカウントの種類
        s.is_privileged, -- Privileged / 特権アカウント
        e.event_id, -- Event ID / イベント ID
        strftime('%Y-%m-%dT%H:%M:%SZ', e.at / 10000000 - 11644473600, 'unixepoch') AS event_at, -- Recorded at / 記録の日時
        coalesce(e.by_name, e.by_sid) AS changed_by, -- Changed by / 変更した人
        e.address, -- From / 接続元
        strftime('%Y-%m-%dT%H:%M:%SZ', nullif(s.password_at, 0) / 10000000 - 11644473600, 'unixepoch') AS secret_changed_at, -- Secret changed (replication metadata) / パスワード本体の変更日時（レプリケーション メタデータ）
        CASE WHEN s.password_at >= e.at - 110000000 THEN 1
            WHEN (SELECT m.password_at FROM metadata_told t JOIN secret_change m ON m.guid = s.guid AND m.server = t.server WHERE t.host = e.host AND e.at <= t.asked_at) < e.at - 110000000 THEN 0 END AS is_applied -- The secret is as new as the record / パスワード本体に反映されている
    FROM (SELECT account_guid, host, max(at) AS at, event_id, record, part, by_name, by_sid, address FROM password_event
            WHERE kind IN ('password_change', 'password_reset') GROUP BY account_guid, host) e
        CROSS JOIN account_state s ON s.guid = e.account_guid
    UNION ALL
    -- A record that does not tell whose password it is about may be about anybody.
    SELECT h.subject, h.name, h.host, h.host || '/' || strftime('%Y-%m-%dT%H:%M:%SZ', c.at / 10000000 - 11644473600, 'unixepoch') || '/' || c.record || '/' || c.part, h.name, NULL, NULL, c.event_id,
        strftime('%Y-%m-%dT%H:%M:%SZ', c.at / 10000000 - 11644473600, 'unixepoch'), coalesce(c.subject_name, c.subject_sid), c.address, NULL, NULL
    FROM change_event c JOIN event_host h ON h.log = c.log AND h.computer = c.computer
    WHERE c.kind IN ('password_change', 'password_reset') AND c.is_failure = 0 AND c.target_sid IS NULL AND c.target_guid IS NULL AND c.target_dn IS NULL
        AND h.host IN (SELECT host FROM controller_state)
    UNION ALL
    SELECT c.subject, c.name, c.host, c.host || '/', c.name, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL
    FROM controller_state c WHERE NOT EXISTS (SELECT 1 FROM event_told t WHERE t.host = c.host AND t.channel = 'Security');

-- Every change of an account's password with its witnesses, the newest 100 of each account.
CREATE VIEW password_timeline AS
    SELECT
        subject, -- Account / アカウント
        name, -- Name / 名前
        item, -- Entry / 項目
        item_name, -- Entry / 項目
        at_time, -- Time / 日時
        witness, -- Witness / 証拠
        what, -- What it tells / 内容
        told_by, -- Told by / 情報元
        event_id, -- Event ID / イベント ID
        version, -- Version / 版
        changed_by, -- Changed by / 変更した人
        address -- From / 接続元
    FROM (SELECT t.*, strftime('%Y-%m-%dT%H:%M:%SZ', t.at / 10000000 - 11644473600, 'unixepoch') AS at_time,
            t.name || ': ' || t.witness || ' ' || t.what AS item_name, row_number() OVER (PARTITION BY t.subject ORDER BY t.at DESC, t.item) AS place
        FROM (
            SELECT s.subject, s.name, 'metadata/secret/' || m.server AS item, m.password_at AS at, 'metadata' AS witness, 'secret' AS what, m.server AS told_by,
                NULL AS event_id, m.password_version AS version, NULL AS changed_by, NULL AS address
                FROM account_state s JOIN secret_change m ON m.guid = s.guid WHERE m.password_at > 0
            UNION ALL SELECT s.subject, s.name, 'metadata/date/' || m.server, m.date_at, 'metadata', 'date', m.server, NULL, m.date_version, NULL, NULL
                FROM account_state s JOIN secret_change m ON m.guid = s.guid WHERE m.date_at > 0
            UNION ALL SELECT s.subject, s.name, 'attribute', s.pwd_last_set, 'attribute', 'date', s.server, NULL, NULL, NULL, NULL FROM account_state s WHERE s.pwd_last_set > 0
            UNION ALL SELECT s.subject, s.name, 'event/' || e.host || '/' || e.at || '/' || e.record || '/' || e.part, e.at, 'event', e.kind, e.host, e.event_id, NULL, coalesce(e.by_name, e.by_sid), e.address
                FROM account_state s JOIN password_event e ON e.account_guid = s.guid
            UNION ALL SELECT s.subject, s.name, 'baseline/secret/' || b.server, b.password_at, 'baseline', 'secret', b.server, NULL, b.password_version, NULL, NULL
                FROM account_state s JOIN secret_before b ON b.subject = s.subject WHERE b.password_at > 0 AND b.server <> '') t)
    WHERE place <= 100;

INSERT INTO view_source(view, column_name, source) VALUES
    ('password_record', '', 'ldap.user'),
    ('password_record', '', 'ldap.computer'),
    ('password_record', '', 'event.change'),
    ('password_record', 'secret_changed_at', 'ldap.metadata'),
    ('password_record', 'changed_on', 'ldap.site'),
    ('password_record', 'is_recorded', 'ldap.metadata'),
    ('password_record', 'is_recorded', 'ldap.site'),
    ('password_record', 'is_recorded', 'event.change'),
    ('password_record', 'is_privileged', 'ldap.group'),
    ('secret_state', '', 'ldap.user'),
    ('secret_state', '', 'ldap.computer'),
    ('secret_state', 'secret_changed_at', 'ldap.metadata'),
    ('secret_state', 'changed_since_incident', 'ldap.metadata'),
    ('secret_state', 'changes_since_baseline', 'ldap.metadata'),
    ('secret_state', 'date_changes_since_baseline', 'ldap.metadata'),
    ('secret_state', 'is_forged', 'ldap.metadata'),
    ('secret_state', 'is_privileged', 'ldap.group'),
    ('ticket_key', '', 'ldap.user'),
    ('ticket_key', 'secret_changed_at', 'ldap.metadata'),
    ('ticket_key', 'changes_least', 'ldap.metadata'),
    ('ticket_key', 'changes_least', 'event.change'),
    ('ticket_key', 'changes_most', 'ldap.metadata'),
    ('ticket_key', 'hours_between', 'ldap.metadata'),
    ('ticket_key', 'hours_between', 'event.change'),
    ('secret_origin', '', 'ldap.metadata'),
    ('secret_origin', 'is_known', 'ldap.site'),
    ('secret_origin', 'privileged', 'ldap.group'),
    ('record_without_change', '', 'event.change'),
    ('record_without_change', '', 'ldap.user'),
    ('record_without_change', '', 'ldap.computer'),
    ('record_without_change', 'is_applied', 'ldap.metadata'),
    ('record_without_change', 'is_applied', 'ldap.rootdse'),
    ('record_without_change', 'is_applied', 'ldap.site'),
    ('record_without_change', 'is_privileged', 'ldap.group'),
    ('password_timeline', '', 'ldap.user'),
    ('password_timeline', '', 'ldap.metadata');
