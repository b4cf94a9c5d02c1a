-- SPDX-License-Identifier: GPL-3.0-or-later
-- Logons that a first look after an incident asks for, from the event logs (derive_logon.sql). A row is what was found: a source that guessed, or
-- an account on a host. That nothing was found is a row as well, of a host whose log was read to its end (item ''); a host whose log was not is
-- no row, but one unknown of the source. What an event does not tell is a row of NULLs of its host.

-- Hosts of which a source of events was read to its end. Without a log that is theirs nothing was, nor where one of them is not whole.
CREATE VIEW event_source_told AS
    SELECT c.target AS host, c.source FROM coverage c WHERE c.source GLOB 'event.*' AND c.state = 'complete' AND c.target IN (SELECT host FROM event_log WHERE reason IS NULL)
        AND (c.target, c.source) NOT IN (SELECT l.host, s.column1 FROM event_log l JOIN (VALUES ('event.change'), ('event.logon'), ('event.system'), ('event.rdp')) s
            ON CASE WHEN l.channel = 'System' THEN s.column1 = 'event.system' WHEN l.channel LIKE '%TerminalServices%' THEN s.column1 = 'event.rdp' ELSE s.column1 IN ('event.change', 'event.logon') END
            WHERE l.host IS NOT NULL AND l.reason IS NULL AND l.is_whole IS NOT 1);

-- Where a person finds an event: the log and the number of the record.
CREATE VIEW event_place AS
    SELECT l.log, CASE WHEN l.origin <> '' AND l.path NOT LIKE l.origin || '%' THEN l.origin || ': ' ELSE '' END || l.path || ' #' AS place FROM event_log l;

-- Sources of wrong passwords. most_…: of the worst ten minutes. at_most_…: with failures whose reason is not told; NULL unless every host that saw the
-- source told its whole log.
CREATE VIEW guess_source AS
    SELECT
        s.source AS subject, -- Source / 発生元
        s.source AS name, -- Source / 発生元
        s.source_kind, -- Kind of source / 発生元の種類
        (SELECT min(t.host) FROM host_target t WHERE t.address = s.source) AS source_host, -- Host with this address now / 現在このアドレスを持つホスト
        s.failures AS failure_count, -- Failed logons / ログオン失敗の回数
        s.most_failures AS most_failure_count, -- Failed logons within ten minutes / 10 分間のログオン失敗の回数
        CASE WHEN s.is_told THEN s.at_most_failures END AS at_most_failure_count, -- The same, with failures of unknown reason / 同（理由不明の失敗を含む）
        s.most_accounts AS most_account_count, -- Accounts tried within ten minutes / 10 分間に試行されたアカウントの数
        CASE WHEN s.is_told THEN s.at_most_accounts END AS at_most_account_count, -- The same, with failures of unknown reason / 同（理由不明の失敗を含む）
        s.accounts AS account_count, -- Accounts tried / 試行されたアカウントの数
        (SELECT group_concat(n.name, ', ') FROM (SELECT DISTINCT CASE g.name WHEN '' THEN '?' ELSE g.name END AS name FROM logon_guess g WHERE g.source = s.source ORDER BY 1 LIMIT 10) n) AS accounts, -- Accounts (the first ten) / アカウント（先頭 10 件）
        s.host_count, -- Hosts that saw it / 記録したホストの数
        (SELECT group_concat(n.host, ', ') FROM (SELECT DISTINCT g.host FROM logon_guess g WHERE g.source = s.source ORDER BY 1 LIMIT 10) n) AS hosts, -- Hosts (the first ten) / ホスト（先頭 10 件）
        (SELECT strftime('%Y-%m-%dT%H:%M:%SZ', w.slot * 300 - 11644473600, 'unixepoch') FROM logon_window w WHERE w.source = s.source ORDER BY w.failures DESC, w.slot LIMIT 1) AS burst_at, -- Ten minutes with the most failures begin at / 失敗が最も多い 10 分間の開始
        (SELECT strftime('%Y-%m-%dT%H:%M:%SZ', w.slot * 300 - 11644473600, 'unixepoch') FROM logon_window w WHERE w.source = s.source ORDER BY w.accounts DESC, w.slot LIMIT 1) AS spray_at, -- Ten minutes with the most accounts begin at / アカウントが最も多い 10 分間の開始
        strftime('%Y-%m-%dT%H:%M:%SZ', s.first_at / 10000000 - 11644473600, 'unixepoch') AS first_at, -- First / 最初
        strftime('%Y-%m-%dT%H:%M:%SZ', s.last_at / 10000000 - 11644473600, 'unixepoch') AS last_at, -- Last / 最後
        coalesce(nullif((SELECT count(*) FROM logon_guessed x WHERE x.source = s.source), 0), CASE WHEN s.is_told AND s.is_audited AND NOT EXISTS (SELECT 1 FROM logon_guess g WHERE g.source = s.source AND g.name = '') THEN 0 END) AS success_count, -- Accounts that then logged on from there / その後に同じ発生元からログオンしたアカウントの数
        (SELECT group_concat(x.name || ' -> ' || x.host || ' ' || strftime('%Y-%m-%dT%H:%M:%SZ', x.at / 10000000 - 11644473600, 'unixepoch'), ', ') FROM (SELECT * FROM logon_guessed o WHERE o.source = s.source ORDER BY o.at, o.name LIMIT 10) x) AS successes, -- Accounts that then logged on / その後にログオンしたアカウント
        (SELECT p.place || x.record FROM logon_guessed x JOIN event_place p ON p.log = x.log WHERE x.source = s.source ORDER BY x.at, x.name LIMIT 1) AS success_event, -- Event of the first success / 最初の成功のイベント
        (SELECT p.place || g.record FROM logon_guess g JOIN event_place p ON p.log = g.log WHERE g.source = s.source ORDER BY g.failures DESC, g.first_at, g.name LIMIT 1) AS example -- Event / イベント
    FROM (SELECT g.source, min(g.source_kind) AS source_kind, sum(g.failures) AS failures, count(DISTINCT g.name) AS accounts, count(DISTINCT g.host) AS host_count, min(g.first_at) AS first_at, max(g.last_at) AS last_at,
            min(g.host IN (SELECT host FROM event_source_told WHERE source = 'event.logon')) AS is_told,
            -- Where only failures are recorded, a success is not seen.
            min(g.host IN (SELECT host FROM event_audited WHERE subcategory IN ('0cce9215-69ae-11d9-bed3-505054503030', 'samba'))) AS is_audited, w.most_failures, w.at_most_failures, w.most_accounts, w.at_most_accounts
        FROM logon_guess g JOIN (SELECT source, max(failures) AS most_failures, max(possible) AS at_most_failures, max(accounts) AS most_accounts, max(possible_accounts) AS at_most_accounts
            FROM logon_window GROUP BY source) w ON w.source = g.source GROUP BY g.source) s;

-- What the views below share. Clean: a host that told its logons, and of which nothing of the topic is known; NULL where such events are not audited. Only domain
-- controllers give tickets.
CREATE VIEW logon_found AS
    SELECT t.topic, h.subject, t.host, CASE WHEN t.events = 0 THEN '?' ELSE t.account || '@' || t.source END AS item, CASE WHEN t.account = '' THEN t.host ELSE coalesce(nullif(t.name, ''), t.account) END AS account_name,
        coalesce(t.account_sid, CASE WHEN t.account GLOB 'S-1-*' THEN t.account END) AS account_sid, nullif(t.source, '') AS source, t.detail, t.types,
        CASE WHEN t.account = '' THEN t.host ELSE t.host || ': ' || coalesce(nullif(t.name, ''), t.account) || CASE WHEN t.source <> '' THEN ' <- ' || t.source ELSE '' END END AS label,
        nullif(t.events, 0) AS events, strftime('%Y-%m-%dT%H:%M:%SZ', t.first_at / 10000000 - 11644473600, 'unixepoch') AS first_at, strftime('%Y-%m-%dT%H:%M:%SZ', t.last_at / 10000000 - 11644473600, 'unixepoch') AS last_at, (SELECT p.place || t.record FROM event_place p WHERE p.log = t.log) AS example,
        s.is_server, s.is_controller
    FROM logon_topic t JOIN (SELECT DISTINCT host, subject FROM event_host) h ON h.host = t.host LEFT JOIN host_state s ON s.host = t.host
    UNION ALL
    SELECT k.topic, s.subject, s.host, CAST('' AS TEXT), s.host, CAST(NULL AS TEXT), CAST(NULL AS TEXT), CAST(NULL AS TEXT), CAST(NULL AS TEXT), s.host, CASE WHEN (s.host, k.subcategory) IN (SELECT host, subcategory FROM event_audited) AND (k.topic <> 'rid500' OR s.is_controller IS NOT 1 OR (s.host, '0cce9242-69ae-11d9-bed3-505054503030') IN (SELECT host, subcategory FROM event_audited))
            OR k.topic IN ('rid500', 'ntlm1', 'no_preauth') AND (s.host, 'samba') IN (SELECT host, subcategory FROM event_audited) THEN 0 END,
        CAST(NULL AS TEXT), CAST(NULL AS TEXT), CAST(NULL AS TEXT), s.is_server, s.is_controller
    FROM (SELECT column1 AS topic, '0cce' || column2 || '-69ae-11d9-bed3-505054503030' AS subcategory FROM (VALUES ('rid500', '9215'), ('rdp', '9215'), ('ntlm1', '9215'), ('explicit', '9215'), ('privileges', '921b'),
        ('privileged', '9215'), ('no_preauth', '9242'))) k, host_state s
    WHERE (k.topic <> 'no_preauth' OR s.is_controller IS NOT 0) AND EXISTS (SELECT 1 FROM event_source_told e WHERE e.host = s.host AND e.source = 'event.logon') AND NOT EXISTS (SELECT 1 FROM logon_topic t WHERE t.topic = k.topic AND t.host = s.host);

-- The built-in Administrator (RID 500, whatever its name) of a domain or a machine, from another machine; tickets of the domain's as well.
CREATE VIEW administrator_logon AS
    SELECT
        f.subject, -- Host / ホスト
        f.label AS name, -- Name / 名前
        f.host AS target, -- Asked as / 調査対象名
        f.item, -- Account and source / アカウントと発生元
        f.account_name AS item_name, -- Account / アカウント
        f.account_name, -- Account / アカウント
        f.account_sid, -- SID / SID
        f.source, -- From (address, else workstation) / 接続元（アドレスまたは端末名）
        f.events AS event_count, -- Events / イベントの数
        f.types AS logon_types, -- Logon types / ログオンの種類
        f.first_at, -- First / 最初
        f.last_at, -- Last / 最後
        f.example -- Event / イベント
    FROM logon_found f WHERE f.topic = 'rid500';

-- Remote Desktop: sessions begun or taken up, as the Security log (4624) or the channels of Terminal Services (1149, 21, 25) tell them. Addresses that routers of
-- the internet carry are public: RFC 1918, 3927, 4193, 4291 and 6598 name the others. A host that told one of both sources only is not known to have none.
CREATE VIEW remote_desktop_logon AS
    SELECT
        f.subject, -- Host / ホスト
        f.label AS name, -- Name / 名前
        f.host AS target, -- Asked as / 調査対象名
        f.item, -- Account and source / アカウントと発生元
        f.account_name AS item_name, -- Account / アカウント
        f.account_name, -- Account / アカウント
        f.account_sid, -- SID / SID
        f.source, -- From (address, else workstation) / 接続元（アドレスまたは端末名）
        CASE WHEN f.events > 0 OR EXISTS (SELECT 1 FROM event_source_told e WHERE e.host = f.host AND e.source = 'event.rdp') THEN f.events END AS event_count, -- Events / イベントの数
        f.types AS logon_types, -- Logon types / ログオンの種類
        CASE WHEN f.events = 0 THEN CASE WHEN EXISTS (SELECT 1 FROM event_source_told e WHERE e.host = f.host AND e.source = 'event.rdp') THEN 0 END
            WHEN f.source GLOB '[0-9]*.[0-9]*.[0-9]*.[0-9]*' THEN NOT (f.source GLOB '10.*' OR f.source GLOB '192.168.*' OR f.source GLOB '127.*' OR f.source GLOB '169.254.*' OR f.source GLOB '0.*'
                OR f.source GLOB '172.1[6-9].*' OR f.source GLOB '172.2[0-9].*' OR f.source GLOB '172.3[01].*' OR f.source GLOB '100.6[4-9].*' OR f.source GLOB '100.[7-9][0-9].*' OR f.source GLOB '100.1[01][0-9].*' OR f.source GLOB '100.12[0-7].*')
            WHEN f.source GLOB '*:*' THEN f.source GLOB '[23][0-9a-fA-F]*:*' END AS is_public, -- Public address / グローバル アドレス
        f.first_at, -- First / 最初
        f.last_at, -- Last / 最後
        f.example -- Event / イベント
    FROM logon_found f WHERE f.topic = 'rdp';

-- NTLM version 1, or LM. Logons of nobody (ANONYMOUS LOGON) always look like it and are left out.
CREATE VIEW weak_ntlm_logon AS
    SELECT
        f.subject, -- Host / ホスト
        f.label AS name, -- Name / 名前
        f.host AS target, -- Asked as / 調査対象名
        f.item, -- Account and source / アカウントと発生元
        f.account_name AS item_name, -- Account / アカウント
        f.account_name, -- Account / アカウント
        f.account_sid, -- SID / SID
        f.source, -- From (address, else workstation) / 接続元（アドレスまたは端末名）
        f.events AS event_count, -- Events / イベントの数
        f.types AS logon_types, -- Logon types / ログオンの種類
        f.first_at, -- First / 最初
        f.last_at, -- Last / 最後
        f.example -- Event / イベント
    FROM logon_found f WHERE f.topic = 'ntlm1';

-- Credentials of another account than the one that was logged on (4648).
CREATE VIEW explicit_credential AS
    SELECT
        f.subject, -- Host / ホスト
        f.label AS name, -- Name / 名前
        f.host AS target, -- Asked as / 調査対象名
        f.item, -- Account and source / アカウントと発生元
        f.account_name AS item_name, -- Account / アカウント
        f.account_name, -- Account / アカウント
        f.account_sid, -- SID / SID
        f.source, -- From (address, else workstation) / 接続元（アドレスまたは端末名）
        f.events AS event_count, -- Events / イベントの数
        f.detail AS used_account, -- Account that was used, and where (one of them) / 使用されたアカウントと接続先（うち 1 件）
        f.first_at, -- First / 最初
        f.last_at, -- Last / 最後
        f.example -- Event / イベント
    FROM logon_found f WHERE f.topic = 'explicit';

-- Special privileges (4672) of accounts that are no administrators of the domain. Who is one of this host is known where its groups are: directly, or through a
-- group of the domain that was read; a group inside such a group leaves it open.
CREATE VIEW special_privilege AS
    SELECT
        f.subject, -- Host / ホスト
        f.label AS name, -- Name / 名前
        f.host AS target, -- Asked as / 調査対象名
        f.item, -- Account and source / アカウントと発生元
        f.account_name AS item_name, -- Account / アカウント
        f.account_name, -- Account / アカウント
        f.account_sid, -- SID / SID
        f.source, -- From (address, else workstation) / 接続元（アドレスまたは端末名）
        f.events AS event_count, -- Events / イベントの数
        f.detail AS privileges, -- Privileges / 特権
        CASE WHEN f.events = 0 THEN 1 WHEN f.account_sid IS NULL THEN NULL
            WHEN a.is_privileged = 1 THEN 1 WHEN f.is_controller = 1 THEN CASE WHEN a.is_privileged = 0 THEN 0 END
            WHEN EXISTS (SELECT 1 FROM local_group_member m WHERE m.host = f.host AND m.group_sid = 'S-1-5-32-544' AND m.member_sid = f.account_sid) THEN 1
            WHEN EXISTS (SELECT 1 FROM local_group_member m JOIN directory_group g ON g.sid = m.member_sid JOIN membership o ON o.group_guid = g.guid
                WHERE m.host = f.host AND m.group_sid = 'S-1-5-32-544' AND o.member_sid = f.account_sid) THEN 1
            WHEN f.is_controller = 0 AND a.is_privileged = 0 AND EXISTS (SELECT 1 FROM host_told t WHERE t.host = f.host AND t.source = 'smb.group')
                AND (SELECT complete FROM source_state WHERE source = 'ldap.group') AND NOT EXISTS (SELECT 1 FROM local_group_member m LEFT JOIN directory_group g ON g.sid = m.member_sid
                    LEFT JOIN account x ON x.sid = m.member_sid
                    WHERE m.host = f.host AND m.group_sid = 'S-1-5-32-544' AND m.member_sid GLOB 'S-1-5-21-*' AND m.member_sid NOT IN (SELECT sid FROM administrator_sid) AND x.guid IS NULL
                        AND m.member_sid NOT IN (SELECT l.sid FROM local_account l WHERE l.host = f.host AND l.sid IS NOT NULL)
                        AND (g.guid IS NULL OR g.members_complete IS NOT 1 OR EXISTS (SELECT 1 FROM membership o LEFT JOIN account z ON z.guid = o.member_guid WHERE o.group_guid = g.guid AND z.guid IS NULL))) THEN 0
            WHEN f.is_controller = 0 AND a.guid IS NULL AND EXISTS (SELECT 1 FROM local_account l WHERE l.host = f.host AND l.sid = f.account_sid)
                AND EXISTS (SELECT 1 FROM host_told t WHERE t.host = f.host AND t.source = 'smb.group') THEN 0 END AS is_administrator, -- Known as an administrator there / 管理者として確認済み
        f.is_controller, -- Domain controller / ドメインコントローラー
        f.first_at, -- First / 最初
        f.last_at, -- Last / 最後
        f.example -- Event / イベント
    FROM logon_found f LEFT JOIN account_state a ON a.guid = (SELECT o.guid FROM account o WHERE o.sid = f.account_sid) WHERE f.topic = 'privileges';

-- Privileged accounts of the domain at a screen, by Remote Desktop or in clear text, by host. That a host saw none is known only where it is known who is privileged.
CREATE VIEW privileged_logon AS
    SELECT
        f.subject, -- Host / ホスト
        f.label AS name, -- Name / 名前
        f.host AS target, -- Asked as / 調査対象名
        f.item, -- Account and source / アカウントと発生元
        f.account_name AS item_name, -- Account / アカウント
        f.account_name, -- Account / アカウント
        f.account_sid, -- SID / SID
        f.source, -- From (address, else workstation) / 接続元（アドレスまたは端末名）
        CASE WHEN f.events = 0 OR a.is_privileged = 1 THEN f.events END AS event_count, -- Events / イベントの数
        f.types AS logon_types, -- Logon types / ログオンの種類
        a.is_privileged, -- Privileged / 特権アカウント
        CASE WHEN f.is_server = 1 OR f.is_controller = 1 THEN 0 WHEN f.is_server = 0 AND f.is_controller = 0 THEN 1 END AS is_workstation, -- Ordinary workstation / 一般の端末
        f.first_at, -- First / 最初
        f.last_at, -- Last / 最後
        f.example -- Event / イベント
    FROM logon_found f LEFT JOIN account_state a ON a.guid = (SELECT o.guid FROM account o WHERE o.sid = f.account_sid) WHERE f.topic = 'privileged'
        AND (f.events IS NOT 0 OR (SELECT min(complete) FROM source_state WHERE source IN ('ldap.user', 'ldap.group')));

-- Tickets that were given without a proof of the password (pre-authentication type 0).
CREATE VIEW unproven_ticket AS
    SELECT
        f.subject, -- Host / ホスト
        f.label AS name, -- Name / 名前
        f.host AS target, -- Asked as / 調査対象名
        f.item, -- Account and source / アカウントと発生元
        f.account_name AS item_name, -- Account / アカウント
        f.account_name, -- Account / アカウント
        f.account_sid, -- SID / SID
        f.source, -- From (address, else workstation) / 接続元（アドレスまたは端末名）
        f.events AS event_count, -- Events / イベントの数
        f.is_controller, -- Domain controller / ドメインコントローラー
        f.first_at, -- First / 最初
        f.last_at, -- Last / 最後
        f.example -- Event / イベント
    FROM logon_found f WHERE f.topic = 'no_preauth';

-- Accounts that asked RC4 tickets for services that run as users, by the number of services within ten minutes.
CREATE VIEW ticket_hunter AS
    SELECT
        coalesce((SELECT min(e.account_sid) FROM logon_pick e WHERE e.name = r.account AND e.topics & 1536 <> 0 AND e.log = r.log AND e.record = r.record), r.account) AS subject, -- Account / アカウント
        r.account AS name, -- Name / 名前
        r.account AS item, -- Account / アカウント
        r.services AS service_count, -- Services within ten minutes / 10 分間に要求したサービスの数
        CASE WHEN NOT EXISTS (SELECT 1 FROM logon_pick p JOIN event_host h ON h.log = p.log AND h.computer = p.computer WHERE p.name = r.account AND p.topics & 1536 <> 0
            AND h.host NOT IN (SELECT host FROM event_source_told WHERE source = 'event.logon')) THEN r.possible END AS at_most_service_count, -- The same, with tickets whose encryption is not told / 同（暗号化の種類が不明なものを含む）
        r.tickets AS ticket_count, -- RC4 tickets / RC4 チケットの数
        r.sources AS source, -- From / 要求元
        r.hosts, -- Domain controllers / ドメインコントローラー
        strftime('%Y-%m-%dT%H:%M:%SZ', r.slot * 300 - 11644473600, 'unixepoch') AS burst_at, -- Ten minutes with the most begin at / 最も多い 10 分間の開始
        strftime('%Y-%m-%dT%H:%M:%SZ', r.first_at / 10000000 - 11644473600, 'unixepoch') AS first_at, -- First / 最初
        strftime('%Y-%m-%dT%H:%M:%SZ', r.last_at / 10000000 - 11644473600, 'unixepoch') AS last_at, -- Last / 最後
        (SELECT p.place || r.record FROM event_place p WHERE p.log = r.log) AS example -- Event / イベント
    FROM logon_roast r;

INSERT INTO view_source(view, column_name, source)
    SELECT v.view, v.name, v.source FROM (
        SELECT column1 AS view, '' AS name, 'event.logon' AS source FROM (VALUES ('guess_source'), ('administrator_logon'), ('remote_desktop_logon'), ('weak_ntlm_logon'), ('explicit_credential'),
            ('special_privilege'), ('privileged_logon'), ('unproven_ticket'), ('ticket_hunter'))
        UNION ALL VALUES ('remote_desktop_logon', '', 'event.rdp'), ('remote_desktop_logon', 'event_count', 'event.rdp'), ('remote_desktop_logon', 'is_public', 'event.rdp'),
            ('guess_source', 'at_most_failure_count', 'event.logon'), ('guess_source', 'at_most_account_count', 'event.logon'), ('guess_source', 'success_count', 'event.logon'),
            ('ticket_hunter', 'at_most_service_count', 'event.logon'),
            ('special_privilege', 'is_administrator', 'smb.group'), ('special_privilege', 'is_administrator', 'ldap.group'), ('special_privilege', 'is_administrator', 'ldap.user'),
            ('privileged_logon', '', 'ldap.user'), ('privileged_logon', '', 'ldap.group'), ('privileged_logon', 'is_workstation', 'smb.machine'), ('privileged_logon', 'is_workstation', 'ldap.computer')) v;
