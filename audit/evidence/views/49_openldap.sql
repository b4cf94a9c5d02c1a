-- SPDX-License-Identifier: GPL-3.0-or-later
-- OpenLDAP: accounts by the attributes of the password policy overlay, against the records of the access log. pwdChangedTime and reqStart of
-- one change lie within 10 seconds of each other. Counters and logs are each server's own; a change that was made on another server comes
-- by replication and may be recorded later. The access log has no numbers: nothing shows that records are missing, but a change without one.

-- Logs that were read to their end, and how far each reaches. The newest record is the end: that the overlay was still there afterwards nobody knows.
CREATE VIEW openldap_log AS
    SELECT l.host AS server, l.log, r.first_at AS from_at, r.last_at AS to_at
    FROM event_log l JOIN event_run r ON r.log = l.log
        JOIN coverage c ON c.source = 'ldap.accesslog' AND c.target = l.host AND c.state = 'complete'
    WHERE l.form = 'accesslog' AND l.is_whole = 1 AND l.reason IS NULL;

-- Passwords that were set, whichever server recorded it; a new entry with a password is one, though it need not get a date.
CREATE VIEW openldap_write AS
    SELECT c.target_guid AS guid, lower(c.target_dn) AS dn, c.at, c.kind, c.subject_name, l.host AS server
    FROM event_log l CROSS JOIN change_event c ON c.log = l.log
    WHERE l.form = 'accesslog' AND l.reason IS NULL AND c.is_failure = 0
        AND c.kind IN ('password_change', 'password_reset', 'created');

-- slapmodify gives an entry a new entryUUID: its name ties it to its records as well. Of an entry without a date they may be of one that was so
-- called before it.
CREATE VIEW openldap_account AS
    WITH all_logs AS MATERIALIZED (SELECT max(source) AS source FROM source_state WHERE source = 'ldap.accesslog' AND complete = 1),
        named AS MATERIALIZED (SELECT guid, server, lower(dn) AS dn FROM ppolicy_account WHERE changed_at > 0),
        record AS MATERIALIZED (
            SELECT p.guid, p.server, w.at, w.kind, w.subject_name, w.server AS recorded_on FROM openldap_write w CROSS JOIN ppolicy_account p ON p.guid = w.guid
            UNION SELECT p.guid, p.server, w.at, w.kind, w.subject_name, w.server FROM openldap_write w CROSS JOIN named p ON p.dn = w.dn),
        last AS MATERIALIZED (SELECT guid, max(at) AS at, kind, subject_name FROM record WHERE kind <> 'created' GROUP BY guid),
        near AS MATERIALIZED (
            SELECT r.guid, r.server, max(r.at) AS at, r.kind, r.subject_name, r.recorded_on
            FROM record r CROSS JOIN ppolicy_account p ON p.guid = r.guid AND p.server = r.server AND r.at BETWEEN p.changed_at - 100000000 AND p.changed_at + 100000000
            GROUP BY r.guid, r.server),
        newest AS MATERIALIZED (SELECT guid, max(changed_at) AS changed_at, min(changed_at IS NOT NULL) AS is_known FROM ppolicy_account GROUP BY guid)
    SELECT
        p.guid AS subject, -- Account / アカウント
        coalesce(p.name, p.dn) AS name, -- Name / 名前
        p.server AS target, -- Asked as / 調査対象名
        p.server AS item, -- Server / サーバー
        p.server AS item_name, -- Server / サーバー
        p.dn, -- Distinguished name / 識別名
        p.policy_dn, -- Password policy / パスワード ポリシー
        p.has_password, -- Has a password / パスワードがある
        strftime('%Y-%m-%dT%H:%M:%SZ', p.created_at / 10000000 - 11644473600, 'unixepoch') AS created_at, -- Created / 作成日時
        strftime('%Y-%m-%dT%H:%M:%SZ', nullif(p.modified_at, 0) / 10000000 - 11644473600, 'unixepoch') AS modified_at, -- Modified / 更新日時
        strftime('%Y-%m-%dT%H:%M:%SZ', nullif(p.changed_at, 0) / 10000000 - 11644473600, 'unixepoch') AS password_changed_at, -- Password changed (pwdChangedTime) / パスワードの最終変更日時（pwdChangedTime）
        CASE WHEN p.changed_at > 0 THEN ((SELECT now FROM clock) - p.changed_at) / 864000000000 END AS password_age_days, -- Age of the password (days) / パスワードの経過日数
        CASE WHEN p.changed_at > 0 THEN 1 WHEN t.target IS NOT NULL THEN p.changed_at > 0 END AS has_date, -- Has a date of its password / パスワードの変更日時がある
        CASE WHEN p.changed_at > 0 THEN p.changed_at > p.created_at + 100000000 END AS changed_since_creation, -- Password changed since the account was made / 作成後にパスワードが変更された
        (SELECT incident_at FROM clock) IS NOT NULL AS has_incident, -- The time of the incident was given / インシデントの日時を指定した
        strftime('%Y-%m-%dT%H:%M:%SZ', (SELECT incident_at FROM clock) / 10000000 - 11644473600, 'unixepoch') AS incident_at, -- Incident / インシデントの日時
        CASE WHEN p.changed_at > 0 THEN p.changed_at >= (SELECT incident_at FROM clock) END AS changed_since_incident, -- Password changed since the incident / インシデント以降にパスワードが変更された
        CASE WHEN p.must_change = 1 OR t.target IS NOT NULL THEN p.must_change END AS must_change, -- Must be changed at the next logon (pwdReset) / 次回ログオン時に変更が必要（pwdReset）
        CASE WHEN p.locked_at > 0 OR t.target IS NOT NULL THEN p.locked_at > 0 END AS is_locked, -- Locked / ロックアウト中
        CASE WHEN p.locked_at > 0 OR t.target IS NOT NULL THEN p.locked_at = 9223372036854775807 END AS is_locked_for_good, -- Locked until an administrator unlocks it / 管理者が解除するまでロックアウト
        CASE WHEN p.locked_at < 9223372036854775807 THEN strftime('%Y-%m-%dT%H:%M:%SZ', nullif(p.locked_at, 0) / 10000000 - 11644473600, 'unixepoch') END AS locked_at, -- Locked at / ロックアウトの日時
        CASE WHEN p.failures > 0 OR t.target IS NOT NULL THEN p.failures END AS failures, -- Failed logons in a row / 連続したログオン失敗の回数
        strftime('%Y-%m-%dT%H:%M:%SZ', p.last_failure_at / 10000000 - 11644473600, 'unixepoch') AS last_failure_at, -- Last failed logon / 最後に失敗したログオン
        CASE WHEN p.grace_uses > 0 OR t.target IS NOT NULL THEN p.grace_uses END AS grace_uses, -- Logons after expiry / 期限切れ後のログオン回数
        CASE WHEN a.state IN ('complete', 'partial') THEN 1 WHEN a.state = 'absent' THEN 0 END AS has_accesslog, -- Server keeps an access log / サーバーにアクセス ログがある
        strftime('%Y-%m-%dT%H:%M:%SZ', g.from_at / 10000000 - 11644473600, 'unixepoch') AS log_from, -- Access log from / アクセス ログの期間（開始）
        strftime('%Y-%m-%dT%H:%M:%SZ', g.to_at / 10000000 - 11644473600, 'unixepoch') AS log_to, -- Access log to / アクセス ログの期間（終了）
        CASE WHEN n.at IS NOT NULL THEN 1
            WHEN p.changed_at - 100000000 >= g.from_at AND p.changed_at + 100000000 <= g.to_at AND (l.at IS NULL OR l.at < p.changed_at) AND o.source IS NOT NULL THEN 0 END AS is_recorded, -- Change is on record / 変更がログに記録されている
        strftime('%Y-%m-%dT%H:%M:%SZ', n.at / 10000000 - 11644473600, 'unixepoch') AS recorded_at, -- Recorded at / 記録の日時
        n.kind AS record_kind, -- Kind of change / 変更の種類
        n.subject_name AS recorded_by, -- Changed by / 変更した人
        n.recorded_on, -- Recorded on / 記録したサーバー
        strftime('%Y-%m-%dT%H:%M:%SZ', l.at / 10000000 - 11644473600, 'unixepoch') AS last_record_at, -- Last record / 最後の記録
        l.kind AS last_record_kind, -- Kind of the last record / 最後の記録の種類
        l.subject_name AS last_record_by, -- Last record by / 最後の記録の変更者
        CASE WHEN l.at IS NULL OR w.changed_at >= l.at - 100000000 THEN CASE WHEN o.source IS NOT NULL AND g.log IS NOT NULL THEN 1 END
            WHEN w.is_known AND (w.changed_at > 0 OR t.target IS NOT NULL) THEN 0 END AS last_record_holds -- The last recorded change is still there / 最後に記録された変更が残っている
    FROM ppolicy_account p CROSS JOIN all_logs o JOIN newest w ON w.guid = p.guid
        LEFT JOIN (SELECT target FROM coverage WHERE source = 'ldap.ppolicy' AND state = 'complete') t ON t.target = p.server
        LEFT JOIN coverage a ON a.source = 'ldap.accesslog' AND a.target = p.server
        LEFT JOIN openldap_log g ON g.server = p.server
        LEFT JOIN near n ON n.guid = p.guid AND n.server = p.server
        LEFT JOIN last l ON l.guid = p.guid;

-- Each OpenLDAP server that was asked.
CREATE VIEW openldap_server AS
    SELECT
        v.host AS subject, -- Server / サーバー
        v.host AS name, -- Server / サーバー
        v.host AS target, -- Asked as / 調査対象名
        CASE p.state WHEN 'complete' THEN 1 WHEN 'partial' THEN 1 WHEN 'absent' THEN 0 END AS has_ppolicy, -- Password policy overlay / パスワード ポリシー オーバーレイ
        CASE WHEN a.state IN ('complete', 'partial') THEN 1 WHEN a.state = 'absent' THEN 0 END AS has_accesslog, -- Access log overlay / アクセス ログ オーバーレイ
        (SELECT l.path FROM event_log l WHERE l.form = 'accesslog' AND l.host = v.host ORDER BY l.log LIMIT 1) AS accesslog_dn, -- Access log / アクセス ログ
        a.state = 'complete' AS log_is_whole, -- Read to its end / 最後まで読み取った
        (SELECT l.records FROM event_log l WHERE l.form = 'accesslog' AND l.host = v.host ORDER BY l.log LIMIT 1) AS records, -- Recorded changes of entries / 記録されたエントリーの変更数
        strftime('%Y-%m-%dT%H:%M:%SZ', g.from_at / 10000000 - 11644473600, 'unixepoch') AS log_from, -- Oldest record / 最も古い記録
        strftime('%Y-%m-%dT%H:%M:%SZ', g.to_at / 10000000 - 11644473600, 'unixepoch') AS log_to, -- Newest record / 最も新しい記録
        ((SELECT now FROM clock) - g.from_at) / 864000000000 AS oldest_days, -- Age of the oldest record (days) / 最も古い記録の経過日数
        CASE WHEN a.state = 'absent' THEN 0 WHEN a.state = 'complete' THEN coalesce(((SELECT now FROM clock) - g.from_at) / 864000000000, 0) END AS reach_days, -- Days that the log reaches back / ログが遡れる日数
        CASE WHEN a.state IN ('complete', 'partial') THEN (SELECT count(*) FROM event_log l CROSS JOIN logon_event e ON e.log = l.log
            WHERE l.form = 'accesslog' AND l.host = v.host AND e.kind = 'logon_failed') END AS failed_logons -- Failed logons on record / 記録されたログオン失敗の回数
    FROM directory_server v
        LEFT JOIN coverage p ON p.source = 'ldap.ppolicy' AND p.target = v.host
        LEFT JOIN coverage a ON a.source = 'ldap.accesslog' AND a.target = v.host
        LEFT JOIN openldap_log g ON g.server = v.host
    WHERE v.vendor = 'OpenLDAP';

INSERT INTO view_source(view, column_name, source) VALUES
    ('openldap_account', '', 'ldap.ppolicy'),
    ('openldap_account', 'has_accesslog', 'ldap.accesslog'),
    ('openldap_account', 'log_from', 'ldap.accesslog'),
    ('openldap_account', 'log_to', 'ldap.accesslog'),
    ('openldap_account', 'is_recorded', 'ldap.accesslog'),
    ('openldap_account', 'last_record_holds', 'ldap.accesslog'),
    ('openldap_server', '', 'ldap.rootdse'),
    ('openldap_server', '', 'ldap.ppolicy'),
    ('openldap_server', 'has_accesslog', 'ldap.accesslog'),
    ('openldap_server', 'log_is_whole', 'ldap.accesslog'),
    ('openldap_server', 'reach_days', 'ldap.accesslog'),
    ('openldap_server', 'oldest_days', 'ldap.accesslog'),
    ('openldap_server', 'failed_logons', 'ldap.accesslog');
