-- SPDX-License-Identifier: GPL-3.0-or-later
-- What event logs say of themselves and of domain controllers: how far they reach, what is missing in them, and events that somebody has
-- to explain. Tables are made by derive_event.sql and derive_record.sql. A log that was not read, or not to its end, proves the absence of
-- nothing: then counts are NULL, not 0.

-- Hosts and channels of which the log was read to its end, each by its own source. Without a run of records nothing was read.
CREATE VIEW event_told AS
    SELECT l.host, l.channel FROM log_state l JOIN coverage c ON c.target = l.host AND c.state = 'complete'
            AND c.source = CASE WHEN l.channel = 'System' THEN 'event.system' WHEN l.channel LIKE '%TerminalServices%' THEN 'event.rdp' ELSE 'event.change' END
        WHERE l.is_whole = 1 AND l.from_at IS NOT NULL;

-- Which successes a host records, by subcategory of auditing: by its audit policy, else by events of it in its log. What the policy switched off is not
-- told, whatever was recorded before. Events that failures have as well prove nothing. Samba tells of classes, not of subcategories.
CREATE VIEW audit_proof AS
        SELECT '0cce9235-69ae-11d9-bed3-505054503030' AS subcategory, column1 AS event_id FROM (VALUES (4720), (4722), (4724), (4725), (4726), (4738), (4740), (4765), (4767), (4780), (4781))
        UNION ALL SELECT '0cce9237-69ae-11d9-bed3-505054503030', column1 FROM (VALUES (4727), (4728), (4729), (4730), (4731), (4732), (4733), (4734), (4735), (4737), (4754), (4755), (4756), (4757), (4758), (4764))
        UNION ALL SELECT '0cce9230-69ae-11d9-bed3-505054503030', column1 FROM (VALUES (4706), (4707), (4713), (4716), (4717), (4718), (4739))
        UNION ALL SELECT '0cce923a-69ae-11d9-bed3-505054503030', column1 FROM (VALUES (4782), (4793))
        UNION ALL SELECT '0cce9215-69ae-11d9-bed3-505054503030', column1 FROM (VALUES (4624), (4648))
        UNION ALL SELECT '0cce921b-69ae-11d9-bed3-505054503030', column1 FROM (VALUES (4672))
        UNION ALL SELECT '0cce9242-69ae-11d9-bed3-505054503030', column1 FROM (VALUES (4768))
        UNION ALL SELECT '0cce9210-69ae-11d9-bed3-505054503030', column1 FROM (VALUES (4608), (4616));

CREATE VIEW event_audited AS
    SELECT h.host, p.subcategory FROM event_count c JOIN audit_proof p ON p.event_id = c.event_id
        JOIN event_log l ON l.log = c.log AND l.host IS NOT NULL JOIN event_host h ON h.log = c.log
        WHERE c.provider = 'Microsoft-Windows-Security-Auditing' AND c.events > 0
    UNION SELECT h.host, CASE c.provider WHEN 'Samba groupChange' THEN '0cce9237-69ae-11d9-bed3-505054503030' ELSE 'samba' END FROM event_count c JOIN event_host h ON h.log = c.log
        WHERE c.provider IN ('Samba groupChange', 'Samba Authentication')
    UNION SELECT host, subcategory FROM audit_fact WHERE setting & 1
    EXCEPT SELECT host, subcategory FROM audit_fact WHERE setting & 1 = 0;

CREATE VIEW log_fact AS
    SELECT l.host, l.channel, l.is_text, l.logs,
        CASE WHEN l.is_whole = 0 THEN 0 WHEN t.host IS NOT NULL THEN 1 END AS is_whole,
        strftime('%Y-%m-%dT%H:%M:%SZ', l.from_at / 10000000 - 11644473600, 'unixepoch') AS log_from,
        strftime('%Y-%m-%dT%H:%M:%SZ', l.to_at / 10000000 - 11644473600, 'unixepoch') AS log_to,
        ((SELECT now FROM clock) - l.from_at) / 864000000000 AS oldest_days,
        l.covered / 864000000000 AS days_covered,
        (SELECT sum(a.to_at - a.from_at) / 864000000000 FROM audit_window a WHERE a.host = l.host AND a.family = 'user' AND l.channel = 'Security') AS audited_days,
        l.windows,
        CASE WHEN l.jumps > 0 THEN l.jumps WHEN t.host IS NOT NULL AND l.breaks = 0 AND l.is_text = 0 THEN 0 END AS gaps,
        CASE WHEN l.jumps > 0 THEN l.missing END AS missing_records,
        CASE WHEN l.resets > 0 THEN l.resets WHEN t.host IS NOT NULL AND l.is_text = 0 THEN 0 END AS resets,
        CASE WHEN l.damaged > 0 THEN l.damaged WHEN t.host IS NOT NULL THEN 0 END AS damaged,
        l.breaks,
        -- 104 that does not tell which log may be of any.
        CASE WHEN l.clears > 0 THEN l.clears WHEN t.host IS NOT NULL AND l.host NOT IN (SELECT h.host FROM log_event e JOIN event_host h ON h.log = e.log AND h.computer = e.computer
            WHERE e.kind = 'log_cleared' AND e.channel IS NULL) THEN 0 END AS clears,
        strftime('%Y-%m-%dT%H:%M:%SZ', l.cleared_at / 10000000 - 11644473600, 'unixepoch') AS cleared_at, l.cleared_by,
        CASE WHEN l.stops > 0 THEN l.stops WHEN t.host IS NOT NULL THEN 0 END AS stops,
        strftime('%Y-%m-%dT%H:%M:%SZ', l.stopped_at / 10000000 - 11644473600, 'unixepoch') AS stopped_at,
        CASE WHEN l.drops > 0 THEN l.drops WHEN t.host IS NOT NULL THEN 0 END AS drops,
        strftime('%Y-%m-%dT%H:%M:%SZ', l.dropped_at / 10000000 - 11644473600, 'unixepoch') AS dropped_at,
        CASE WHEN l.steps > 0 THEN l.steps WHEN t.host IS NOT NULL AND l.greatest_step IS NOT NULL AND (l.greatest_step > 0 OR u.host IS NOT NULL) THEN 0 END AS clock_steps,
        CASE WHEN l.greatest_step > 0 OR t.host IS NOT NULL AND u.host IS NOT NULL THEN l.greatest_step END AS clock_step_seconds,
        strftime('%Y-%m-%dT%H:%M:%SZ', l.stepped_at / 10000000 - 11644473600, 'unixepoch') AS stepped_at, l.stepped_by,
        CASE WHEN l.backs > 0 THEN l.backs WHEN t.host IS NOT NULL THEN 0 END AS times_back,
        CASE WHEN l.switches > 0 THEN l.switches WHEN t.host IS NOT NULL AND l.unclear_switches = 0 THEN 0 END AS audit_off,
        strftime('%Y-%m-%dT%H:%M:%SZ', l.switched_at / 10000000 - 11644473600, 'unixepoch') AS audit_off_at, l.switched_by AS audit_off_by,
        coalesce((SELECT s.name FROM audit_subcategory s WHERE s.subcategory = l.switched_what), l.switched_what) AS audit_off_what
    FROM log_state l LEFT JOIN event_told t ON t.host = l.host AND t.channel = l.channel
        -- Changes of the clock are told where Security State Change is audited; a log of Samba has none.
        LEFT JOIN event_audited u ON u.host = l.host AND u.subcategory = '0cce9210-69ae-11d9-bed3-505054503030';

CREATE VIEW controller_log AS
    SELECT
        c.subject, -- Domain controller / ドメインコントローラー
        c.name, -- Name / 名前
        c.host AS target, -- Asked as / 調査対象名
        c.is_read_only, -- Read-only / 読み取り専用
        CASE WHEN f.host IS NOT NULL THEN 1 END AS is_read, -- Its Security log was read / セキュリティ ログを読み取った
        f.is_whole, -- Read to its end / 最後まで読み取った
        f.is_text = 0 AS has_numbers, -- Its records are numbered / レコード番号がある
        f.logs, -- Files / ファイル数
        f.log_from, -- Oldest event / 最も古いイベント
        f.log_to, -- Newest event / 最も新しいイベント
        f.oldest_days, -- Age of the oldest event (days) / 最も古いイベントの経過日数
        f.days_covered, -- Days without a gap / 欠落のない日数
        f.audited_days, -- Days in which account changes were recorded / アカウントの変更を記録していた日数
        f.windows, -- Spans without a gap / 欠落のない期間の数
        f.gaps, -- Gaps in the record numbers / レコード番号の欠番箇所
        f.missing_records, -- Missing records / 欠落したレコード数
        f.resets, -- Record numbers started again / レコード番号の振り直し
        f.damaged, -- Damaged places / 破損箇所
        f.breaks, -- Gaps between the files / ファイル間の欠落
        f.clears, -- Times cleared / 消去の回数
        f.cleared_at, -- Last cleared / 最後に消去した日時
        f.cleared_by, -- Cleared by / 消去した人
        f.stops, -- Stops of the event log while the host ran / 稼働中のイベント ログ停止
        f.stopped_at, -- Last stop / 最後の停止日時
        f.drops, -- Times that events were lost / イベントが失われた回数
        f.dropped_at, -- Last loss / 最後に失われた日時
        f.clock_steps, -- Clock set by a minute or more / 1 分以上の時刻変更
        f.clock_step_seconds, -- Greatest change of the clock (seconds) / 最大の時刻変更（秒）
        f.stepped_at, -- When / その日時
        f.stepped_by, -- By / その実施者
        f.times_back, -- Times that the clock went back / 時刻が戻った回数
        f.audit_off, -- Times that auditing was switched off / 監査が無効化された回数
        f.audit_off_at, -- Last switched off / 最後の無効化日時
        f.audit_off_by, -- Switched off by / 無効化した人
        f.audit_off_what -- Subcategory / サブカテゴリ
    FROM controller_state c LEFT JOIN log_fact f ON f.host = c.host AND f.channel = 'Security';

-- Every host and channel of which a log was read.
CREATE VIEW host_log AS
    SELECT
        coalesce(h.subject, f.host) AS subject, -- Host / ホスト
        f.host AS name, -- Name / 名前
        f.host AS target, -- Asked as / 調査対象名
        f.channel AS item, -- Log / ログ
        f.host || ': ' || f.channel AS item_name, -- Log / ログ
        coalesce(h.is_controller, (SELECT max(e.is_controller) FROM event_host e WHERE e.host = f.host)) AS is_controller, -- Domain controller / ドメインコントローラー
        f.is_whole, -- Read to its end / 最後まで読み取った
        f.logs, -- Files / ファイル数
        f.log_from, -- Oldest event / 最も古いイベント
        f.log_to, -- Newest event / 最も新しいイベント
        f.oldest_days, -- Age of the oldest event (days) / 最も古いイベントの経過日数
        f.days_covered, -- Days without a gap / 欠落のない日数
        f.windows, -- Spans without a gap / 欠落のない期間の数
        f.gaps, -- Gaps in the record numbers / レコード番号の欠番箇所
        f.missing_records, -- Missing records / 欠落したレコード数
        f.resets, -- Record numbers started again / レコード番号の振り直し
        f.damaged, -- Damaged places / 破損箇所
        f.breaks, -- Gaps between the files / ファイル間の欠落
        f.clears, -- Times cleared / 消去の回数
        f.cleared_at, -- Last cleared / 最後に消去した日時
        f.cleared_by, -- Cleared by / 消去した人
        -- The System log tells of every other log that was cleared (104).
        CASE WHEN f.channel = 'System' THEN coalesce((SELECT group_concat(c, ', ') FROM (SELECT DISTINCT e.channel AS c FROM event_host x JOIN log_event e ON e.log = x.log AND e.computer = x.computer
                WHERE x.host = f.host AND e.kind = 'log_cleared' AND e.channel <> 'System' COLLATE NOCASE ORDER BY 1 LIMIT 20)), CASE WHEN f.clears IS NOT NULL THEN '' END)
            END AS cleared_others, -- Other logs that were cleared / 消去されたその他のログ
        f.stops, -- Stops of the event log while the host ran / 稼働中のイベント ログ停止
        f.drops, -- Times that events were lost / イベントが失われた回数
        f.clock_steps, -- Clock set by a minute or more / 1 分以上の時刻変更
        f.clock_step_seconds, -- Greatest change of the clock (seconds) / 最大の時刻変更（秒）
        f.times_back, -- Times that the clock went back / 時刻が戻った回数
        f.audit_off, -- Times that auditing was switched off / 監査が無効化された回数
        f.audit_off_by -- Switched off by / 無効化した人
    FROM log_fact f LEFT JOIN host_state h ON h.host = f.host;

-- Events of domain controllers by kind: one row an event; where a controller has none of a kind one row that says so (is_event 0), or
-- that it is not known (NULL: its log was not read to the end, such events are not audited there, or it is not known who is privileged). Of attempts
-- that failed there are only events.
CREATE VIEW notable_kind AS
    SELECT column1 AS kind, '0cce' || column2 || '-69ae-11d9-bed3-505054503030' AS subcategory FROM (VALUES ('sid_history', '9235'), ('hash_accessed', '923a'), ('dsrm', '9235'), ('domain_policy', '9230'),
        ('kerberos_policy', '9230'), ('trust_added', '9230'), ('trust_removed', '9230'), ('trust_changed', '9230'), ('admin_acl', '9235'), ('privileged_created', '9235'),
        ('privileged_enabled', '9235'), ('privileged_renamed', '9235'), ('privileged_member_added', '9237'), ('privileged_member_removed', '9237'));

CREATE VIEW controller_event AS
    SELECT
        c.subject, -- Domain controller / ドメインコントローラー
        c.name, -- Name / 名前
        c.host AS target, -- Asked as / 調査対象名
        e.kind, -- Kind of event / イベントの種類
        e.kind || '/' || strftime('%Y-%m-%dT%H:%M:%SZ', e.at / 10000000 - 11644473600, 'unixepoch') || '/' || e.record || '/' || e.part AS item, -- Event / イベント
        coalesce(e.target_name, e.target_sid, c.name) AS item_name, -- What was changed / 変更されたもの
        1 AS is_event, -- There is such an event / 該当するイベントがある
        e.event_id, -- Event ID / イベント ID
        strftime('%Y-%m-%dT%H:%M:%SZ', e.at / 10000000 - 11644473600, 'unixepoch') AS event_at, -- Time / 日時
        e.is_failure, -- Failed / 失敗した
        coalesce(e.by_name, e.by_sid) AS changed_by, -- Done by / 実行した人
        e.by_sid AS changed_by_sid, -- Done by (SID) / 実行した人（SID）
        e.target_name AS changed_name, -- What was changed / 変更されたもの
        e.target_sid AS changed_sid, -- What was changed (SID) / 変更されたもの（SID）
        e.member_name, -- Member, source or former name / メンバー、元のアカウントまたは旧名
        e.what, -- Change / 変更内容
        e.address, -- From / 接続元
        e.record, -- Record / レコード番号
        NULL AS log_from -- The log reaches back to / ログの開始日時
    FROM notable_change e JOIN controller_state c ON c.host = e.host
    UNION ALL
    SELECT c.subject, c.name, c.host, k.kind, k.kind || '/', c.name, CASE WHEN t.host IS NOT NULL AND (c.host, k.subcategory) IN (SELECT host, subcategory FROM event_audited)
            AND (k.kind NOT GLOB 'privileged_*' OR (SELECT min(complete) FROM source_state WHERE source IN ('ldap.user', 'ldap.group', 'ldap.computer'))) THEN 0 END, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL,
        (SELECT f.log_from FROM log_fact f WHERE f.host = c.host AND f.channel = 'Security')
    FROM controller_state c CROSS JOIN notable_kind k LEFT JOIN event_told t ON t.host = c.host AND t.channel = 'Security'
    WHERE NOT EXISTS (SELECT 1 FROM notable_change e WHERE e.host = c.host AND e.kind = k.kind);

INSERT INTO view_source(view, column_name, source) VALUES
    ('controller_log', '', 'ldap.site'),
    ('controller_event', '', 'ldap.site'),
    ('controller_event', 'is_event', 'event.change'),
    ('controller_event', 'is_event', 'kit.audit'),
    ('controller_event', 'is_event', 'ldap.user'),
    ('controller_event', 'is_event', 'ldap.group'),
    ('controller_event', 'kind', 'event.change'),
    ('host_log', '', 'event.change'),
    ('host_log', '', 'event.system'),
    ('host_log', 'cleared_others', 'event.system');
INSERT INTO view_source(view, column_name, source)
    SELECT v.column1, c.column1, 'event.change' FROM (VALUES ('controller_log'), ('host_log')) v CROSS JOIN (VALUES ('is_read'), ('is_whole'), ('has_numbers'), ('logs'), ('log_from'), ('log_to'),
        ('oldest_days'), ('days_covered'), ('audited_days'), ('windows'), ('gaps'), ('missing_records'), ('resets'), ('damaged'), ('breaks'), ('clears'), ('stops'), ('drops'),
        ('clock_steps'), ('clock_step_seconds'), ('times_back'), ('audit_off')) c
    WHERE v.column1 = 'controller_log' OR c.column1 NOT IN ('is_read', 'has_numbers', 'audited_days');
