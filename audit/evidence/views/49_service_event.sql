-- SPDX-License-Identifier: GPL-3.0-or-later
-- Services that the event logs saw installed (7045, 4697), one row a host, service and program. A host that told its System log and names none is a row as well.

-- Paths are compared as Windows does, without case. Odd: below users' folders or folders that everybody may write, from another machine, a shell that
-- is given commands, encoded commands, a script as a service.
CREATE VIEW service_install AS
    SELECT
        h.subject, -- Host / ホスト
        s.host || ': ' || coalesce(s.service, '?') AS name, -- Name / 名前
        s.host AS target, -- Asked as / 調査対象名
        coalesce(s.service, '?') || '|' || coalesce(s.path, '?') AS item, -- Service and program / サービスとプログラム
        coalesce(s.service, '?') AS item_name, -- Service / サービス
        s.service, -- Service / サービス
        s.path, -- Program / プログラム
        s.account, -- Runs as / 実行アカウント
        s.has_password_hint, -- Command line looks as if it holds a password / コマンド ラインにパスワードらしい記載がある
        CASE WHEN s.path IS NULL THEN NULL WHEN s.lower LIKE '%\users\%' OR s.lower LIKE '%\documents and settings\%' THEN 'user_folder'
            WHEN s.lower LIKE '%\temp\%' OR s.lower LIKE '%\tmp\%' OR s.lower LIKE '%\perflogs\%' OR s.lower LIKE '%\$recycle.bin\%' OR s.lower LIKE '%\windows\tasks\%' OR s.lower LIKE '%\programdata\%.exe%' AND s.lower NOT LIKE '%\programdata\%\%' THEN 'open_folder'
            WHEN (ltrim(s.lower, ' "') LIKE '\\%' AND ltrim(s.lower, ' "') NOT LIKE '\\.\%' AND ltrim(s.lower, ' "') NOT LIKE '\\?\%') OR s.lower LIKE '%\admin$\%' OR s.lower LIKE '%\pipe\%' THEN 'network'
            WHEN s.lower LIKE '%powershell%-e%' OR s.lower LIKE '%pwsh%-e%' OR s.lower LIKE '%frombase64%' THEN 'encoded'
            WHEN s.lower LIKE '%powershell%' OR s.lower LIKE '%cmd%/c%' OR s.lower LIKE '%comspec%' OR s.lower LIKE '%mshta%' OR s.lower LIKE '%rundll32%' OR s.lower LIKE '%regsvr32%' OR s.lower LIKE '%wscript%' OR s.lower LIKE '%cscript%' THEN 'shell'
            ELSE '' END AS oddity, -- What is odd about the program / プログラムの不審な点
        s.events AS event_count, -- Events / イベントの数
        ((SELECT now FROM clock) - s.last_at) / 864000000000 AS age_days, -- Days since the last installation / 最後のインストールからの日数
        strftime('%Y-%m-%dT%H:%M:%SZ', s.first_at / 10000000 - 11644473600, 'unixepoch') AS first_at, -- First / 最初
        strftime('%Y-%m-%dT%H:%M:%SZ', s.last_at / 10000000 - 11644473600, 'unixepoch') AS last_at, -- Last / 最後
        (SELECT p.place || s.record FROM event_place p WHERE p.log = s.log) AS example -- Event / イベント
    FROM (SELECT o.host, e.name AS service, e.path, lower(e.path) AS lower, max(e.account) AS account, max(e.has_password_hint) AS has_password_hint, count(DISTINCT e.at / 50000000) AS events, min(e.at) AS first_at, max(e.at) AS last_at,
            max(((e.log & 0x1fffff) << 40) + (e.record & 0xffffffffff)) >> 40 AS log, max(((e.log & 0x1fffff) << 40) + (e.record & 0xffffffffff)) & 0xffffffffff AS record
        FROM service_event e JOIN event_host o ON o.log = e.log AND o.computer = e.computer WHERE e.is_failure = 0 GROUP BY o.host, e.name, e.path) s
        JOIN (SELECT DISTINCT host, subject FROM event_host) h ON h.host = s.host
    UNION ALL
    SELECT s.subject, s.host, s.host, '', s.host, NULL, NULL, NULL, 0, '', 0, NULL, NULL, NULL, NULL
    FROM host_state s JOIN event_source_told t ON t.host = s.host AND t.source = 'event.system'
    WHERE NOT EXISTS (SELECT 1 FROM service_event e JOIN event_host o ON o.log = e.log AND o.computer = e.computer WHERE o.host = s.host AND e.is_failure = 0);

INSERT INTO view_source(view, column_name, source) VALUES
    ('service_install', '', 'event.system');
