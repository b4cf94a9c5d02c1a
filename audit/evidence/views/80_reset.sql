-- SPDX-License-Identifier: GPL-3.0-or-later
-- Subjects of the reset plan that are accounts of the directory. Their rows come from tables that derive_reset.sql fills when a plan is made.
-- Proof is the version and time of the secret itself in the replication metadata, on every writable domain controller, against the time of the
-- incident and what earlier audits saw; pwdLastSet alone is none.

-- Every copy of every secret, one row each. A trust in both directions has a second secret (trust_older).
CREATE VIEW secret_copy AS
    SELECT guid, server, 'password' AS secret, password_version AS version, password_at AS at FROM secret_change WHERE password_version IS NOT NULL
    UNION ALL SELECT guid, server, 'laps', laps_version, laps_at FROM secret_change WHERE laps_version IS NOT NULL
    UNION ALL SELECT guid, server, 'trust', trust_version, trust_at FROM secret_change WHERE trust_version IS NOT NULL
    UNION ALL SELECT guid, server, 'trust_older', trust_older_version, trust_older_at FROM secret_change WHERE trust_older_version IS NOT NULL;

CREATE VIEW reset_account AS
    SELECT
        s.subject, -- Account / アカウント
        s.name, -- Name / 名前
        c.class, -- Class / 区分
        s.uac & 2 = 0 AS is_enabled, -- Enabled / 有効
        c.because AS privileges, -- Groups that give the rights / 権限を与えているグループ
        s.uac & 0x40000 <> 0 AS requires_smartcard, -- Smart card required / スマート カードが必要
        s.pwd_last_set = 0 AS must_change_password, -- Must change the password at next logon / 次回ログオン時にパスワード変更が必要
        s.spn_count, -- Service principal names / サービス プリンシパル名（SPN）の数
        c.uses, -- Hosts with services or tasks that run as it / このアカウントで動くサービスやタスクがあるホスト数
        c.used_on, -- These hosts / 該当するホスト
        strftime('%Y-%m-%dT%H:%M:%SZ', nullif(s.created_at, 0) / 10000000 - 11644473600, 'unixepoch') AS created_at, -- Created / 作成日時
        s.created_at >= (SELECT incident_at FROM clock) AS is_created_since, -- Created since the incident / インシデント以降に作成された
        r.version AS secret_version, -- Version of the secret / パスワード本体の版
        strftime('%Y-%m-%dT%H:%M:%SZ', r.at / 10000000 - 11644473600, 'unixepoch') AS secret_changed_at, -- Secret changed / パスワード本体の変更日時
        strftime('%Y-%m-%dT%H:%M:%SZ', nullif(s.pwd_last_set, 0) / 10000000 - 11644473600, 'unixepoch') AS password_set_at, -- Last password set (pwdLastSet) / パスワードの最終変更日時（pwdLastSet）
        -- A secret that was restored from a backup is dated since the incident, and is not new (resets_least 0). A date that lies ahead tells nothing.
        CASE WHEN r.at > (SELECT now FROM clock) + 864000000000 THEN NULL WHEN r.at < (SELECT incident_at FROM clock) OR r.resets_least = 0 THEN 0 WHEN r.resets_least > 0 THEN 1 END AS is_changed, -- Secret changed since the incident / インシデント以降にパスワード本体が変更された
        CASE WHEN r.at > (SELECT now FROM clock) + 864000000000 THEN NULL WHEN r.resets_least >= 2 THEN 1 WHEN r.resets_most < 2 OR r.resets_least = 0 THEN 0 END AS is_changed_twice, -- Secret changed twice since the incident / インシデント以降にパスワード本体が 2 回変更された
        nullif(r.resets_least, 0) AS resets, -- Resets since the incident, if any / インシデント以降のリセット回数（0 回は空欄）
        CASE WHEN r.resets_least < 2 THEN 2 - r.resets_least END AS unproven, -- Of two resets those that are not proven / 2 回のリセットのうち未確認の回数
        r.at >= (SELECT incident_at FROM clock) AND r.resets_least = 0 AS is_restored, -- An old secret was restored from a backup / 古いパスワードがバックアップから復元された
        CASE WHEN r.confirmed = r.controllers THEN 1 WHEN r.behind IS NOT NULL THEN 0 END AS is_everywhere, -- On every domain controller / すべてのドメインコントローラーで確認
        r.confirmed, -- Domain controllers that hold it / 反映を確認したドメインコントローラー数
        r.controllers, -- Domain controllers that have to / 反映が必要なドメインコントローラー数
        r.behind, -- Domain controllers with an older one / 古い版のままのドメインコントローラー
        r.silent, -- Domain controllers that did not tell / 回答しなかったドメインコントローラー
        r.resets_least, -- Resets since the incident, proven / インシデント以降のリセット回数（確認できた数）
        r.resets_most, -- Resets since the incident, at most / インシデント以降のリセット回数（最大）
        -- The date was renewed, the secret was not: against the incident, or against an earlier audit.
        CASE WHEN r.at IS NULL THEN NULL WHEN r.at >= (SELECT incident_at FROM clock) THEN 0
            WHEN s.date_at >= (SELECT incident_at FROM clock) AND s.pwd_last_set > 0 OR s.pwd_last_set >= (SELECT incident_at FROM clock) THEN 1
            WHEN r.at IS NOT NULL AND s.pwd_last_set IS NOT NULL THEN 0 END AS is_date_only, -- Only the date was renewed / 日付だけが更新された
        CASE WHEN s.uac & 2 <> 0 THEN coalesce(strftime('%Y-%m-%dT%H:%M:%SZ', r.at / 10000000 - 11644473600, 'unixepoch'), '?') END AS disabled_password_at, -- Password of a disabled account changed / 無効なアカウントのパスワードの変更日時
        EXISTS (SELECT 1 FROM reset_decision d WHERE d.kind = 'without_controller' AND d.subject = s.subject) AS is_gone, -- Domain controller declared to be gone / ドメインコントローラーの廃止が申告された
        (SELECT d.who FROM reset_decision d WHERE d.kind = 'without_controller' AND d.subject = s.subject) AS gone_by, -- Domain controller declared to be gone by / ドメインコントローラーの廃止を申告した人
        CASE WHEN r.at < (SELECT incident_at FROM clock) AND (s.date_at >= (SELECT incident_at FROM clock) AND s.pwd_last_set > 0 OR s.pwd_last_set >= (SELECT incident_at FROM clock))
            THEN strftime('%Y-%m-%dT%H:%M:%SZ', s.pwd_last_set / 10000000 - 11644473600, 'unixepoch') END AS forged_at, -- Date of an unchanged secret / パスワード本体が未変更のまま更新された日付
        CASE WHEN r.at < (SELECT incident_at FROM clock) AND r.at > (SELECT min(p.at) FROM reset_point p) THEN strftime('%Y-%m-%dT%H:%M:%SZ', r.at / 10000000 - 11644473600, 'unixepoch') END AS early_at, -- Reset after the first plan, but before the incident / 最初の計画より後、インシデントより前にリセットされた日時
        CASE WHEN r.at >= (SELECT incident_at FROM clock) AND r.resets_least = 0 THEN strftime('%Y-%m-%dT%H:%M:%SZ', r.at / 10000000 - 11644473600, 'unixepoch') END AS restored_at, -- An old secret was restored / 古いパスワードが復元された日時
        CASE WHEN s.pwd_last_set = 0 AND r.at < (SELECT incident_at FROM clock) THEN strftime('%Y-%m-%dT%H:%M:%SZ', r.at / 10000000 - 11644473600, 'unixepoch') END AS old_secret_at, -- Old password that waits for its change / 変更待ちの古いパスワードの日時
        w.state AS record_state, -- Record / 記録の状態
        CASE WHEN r.at >= (SELECT incident_at FROM clock) AND w.state = 'recorded' THEN w.event_id || ' ' || w.host || coalesce(' #' || w.event_record, '') || coalesce(' ' || coalesce(w.by_name, w.by_sid), '') END AS record -- Record of the change / 変更の記録
    FROM reset_account_class c CROSS JOIN account_state s ON s.guid = c.guid
        LEFT JOIN reset_secret r ON r.guid = c.guid AND r.secret = 'password'
        LEFT JOIN secret_record w ON w.guid = c.guid;

-- Accounts that came since the incident: made by the intruder, or by those who clean up.
CREATE VIEW reset_created AS
    SELECT
        s.subject, -- Account / アカウント
        s.name, -- Name / 名前
        s.kind, -- Kind of account / アカウントの種類
        s.uac & 2 = 0 AS is_enabled, -- Enabled / 有効
        s.is_privileged, -- Privileged / 特権アカウント
        s.privileges, -- Groups that give the rights / 権限を与えているグループ
        strftime('%Y-%m-%dT%H:%M:%SZ', s.created_at / 10000000 - 11644473600, 'unixepoch') AS created_at, -- Created / 作成日時
        (SELECT coalesce(e.by_name, e.by_sid) FROM password_event e WHERE e.account_guid = s.guid AND e.kind = 'created' ORDER BY e.at LIMIT 1) AS created_by, -- Created by / 作成した人
        (SELECT e.event_id || ' ' || e.host || ' #' || e.record FROM password_event e WHERE e.account_guid = s.guid AND e.kind = 'created' ORDER BY e.at LIMIT 1) AS record -- Record / 記録
    FROM account_state s WHERE s.created_at >= (SELECT incident_at FROM clock) AND s.kind IN ('user', 'computer', 'gmsa', 'smsa', 'dmsa');

-- The keys of Kerberos. Two resets are enough, since the key before the newest one is still accepted; between them all tickets of the first
-- key should have ended and every domain controller have it. A domain whose policy was not read has the default of Windows, 10 hours.
CREATE VIEW reset_ticket_key AS
    WITH wait(hours) AS (
            SELECT max(10, coalesce((SELECT max(r.number) FROM domain_head d JOIN policy_target t ON t.guid = d.guid JOIN policy_result r ON r.class_no = t.class_no
                WHERE r.key = 'kerberos_policy' AND r.value = 'MaxTicketAge' COLLATE NOCASE AND r.is_missing = 0 AND r.number > 0), 10))),
        key AS (
            SELECT s.*, r.version, r.at, r.confirmed, r.controllers, r.behind, r.silent, r.resets_least, r.resets_most, r.before_at, r.first_at,
                CASE WHEN r.confirmed = r.controllers THEN 1 WHEN r.behind IS NOT NULL THEN 0 END AS is_everywhere, c.class,
                -- The first of the two that count: of more than two the one before the newest.
                CASE WHEN r.resets_least >= 2 THEN coalesce(r.before_at, CASE WHEN r.resets_least = 2 THEN r.first_at END) ELSE r.at END AS one_at,
                (SELECT max(x.who) FROM reset_decision x WHERE x.kind = 'rapid_krbtgt') AS rapid_by
            FROM reset_account_class c JOIN account_state s ON s.guid = c.guid LEFT JOIN reset_secret r ON r.guid = c.guid AND r.secret = 'password'
            WHERE c.class IN ('krbtgt', 'rodc_krbtgt')),
        fact AS (
            SELECT k.*, w.hours,
                (SELECT count(*) FROM secret_change x JOIN reset_controller_copy y ON y.server = x.server WHERE x.guid = k.guid AND x.password_at >= (SELECT incident_at FROM clock)) AS first_confirmed,
                (SELECT group_concat(name, ', ') FROM (SELECT y.name FROM secret_change x JOIN reset_controller_copy y ON y.server = x.server
                    WHERE x.guid = k.guid AND x.password_at < (SELECT incident_at FROM clock) ORDER BY y.name)) AS first_behind, CASE WHEN k.resets_least >= 2 AND k.one_at < k.at THEN k.at - k.one_at < w.hours * 36000000000 WHEN k.resets_least < 2 THEN 0 END AS is_too_early
            FROM key k CROSS JOIN wait w),
        stage AS (
            SELECT f.*,
                CASE WHEN f.at IS NULL OR f.resets_least IS NULL THEN NULL WHEN f.resets_least = 0 THEN 'never'
                    WHEN f.resets_least = 1 AND f.is_everywhere IS NOT 1 THEN 'first_replicating'
                    WHEN f.resets_least = 1 AND f.rapid_by IS NULL AND (SELECT now FROM clock) < f.at + f.hours * 36000000000 THEN 'too_early' WHEN f.resets_least = 1 THEN 'ready'
                    WHEN f.is_too_early = 1 AND f.rapid_by IS NULL THEN 'second_too_early' WHEN f.is_everywhere IS NOT 1 THEN 'replicating'
                    WHEN f.is_too_early = 1 THEN 'rapid' WHEN f.is_too_early = 0 THEN 'complete' ELSE 'gap_unknown' END AS machine
            FROM fact f)
    SELECT
        f.subject, -- Account / アカウント
        f.name, -- Name / 名前
        f.class = 'rodc_krbtgt' AS is_read_only, -- Of a read-only domain controller / 読み取り専用ドメインコントローラー用
        f.version AS secret_version, -- Version of the key / キーの版
        strftime('%Y-%m-%dT%H:%M:%SZ', f.at / 10000000 - 11644473600, 'unixepoch') AS secret_changed_at, -- Key changed / キーの変更日時
        strftime('%Y-%m-%dT%H:%M:%SZ', CASE WHEN f.resets_least = 1 OR f.resets_least >= 2 AND f.one_at < f.at THEN f.one_at END / 10000000 - 11644473600, 'unixepoch') AS first_reset_at, -- First reset / 1 回目のリセット日時
        CASE WHEN f.resets_least >= 2 AND f.one_at < f.at THEN round((f.at - f.one_at) / 36000000000.0, 1) END AS hours_between, -- Hours between the two resets / 2 回のリセットの間隔（時間）
        f.hours AS wait_hours, -- Hours to wait between them / 間に必要な待ち時間（時間）
        strftime('%Y-%m-%dT%H:%M:%SZ', CASE WHEN f.resets_least = 1 AND f.rapid_by IS NULL THEN f.at + f.hours * 36000000000 END / 10000000 - 11644473600, 'unixepoch') AS second_from_at, -- Second reset not before / 2 回目のリセットが可能になる日時
        CASE WHEN f.resets_least = 1 THEN f.at + f.hours * 36000000000 END AS second_from, -- Second reset not before (filetime) / 2 回目のリセットが可能になる日時（filetime）
        CASE WHEN f.at < (SELECT incident_at FROM clock) OR f.resets_least = 0 THEN 0 WHEN f.resets_least > 0 THEN 1 END AS is_changed, -- Changed since the incident / インシデント以降に変更された
        f.at >= (SELECT incident_at FROM clock) AND f.resets_least = 0 AS is_restored, -- An old key was restored from a backup / 古いキーがバックアップから復元された
        -- The first reset stays done on a domain controller that does not have the second one yet.
        CASE WHEN f.resets_least = 0 THEN 0 WHEN f.resets_least > 0 AND f.first_confirmed = f.controllers THEN 1
            WHEN f.resets_least > 0 AND f.first_behind IS NOT NULL THEN 0 END AS is_first_everywhere, -- The first reset is on every domain controller / 1 回目のリセットをすべてのドメインコントローラーで確認
        f.first_confirmed, -- Domain controllers that hold a key made since the incident / インシデント以降のキーを確認したドメインコントローラー数
        f.first_behind, -- Domain controllers with a key from before the incident / インシデント前のキーのままのドメインコントローラー
        f.is_everywhere, -- On every domain controller / すべてのドメインコントローラーで確認
        f.confirmed, -- Domain controllers that hold it / 反映を確認したドメインコントローラー数
        f.controllers, -- Domain controllers that have to / 反映が必要なドメインコントローラー数
        f.behind, -- Domain controllers with an older one / 古い版のままのドメインコントローラー
        f.silent, -- Domain controllers that did not tell / 回答しなかったドメインコントローラー
        f.resets_least, -- Resets since the incident, proven / インシデント以降のリセット回数（確認できた数）
        f.resets_most, -- Resets since the incident, at most / インシデント以降のリセット回数（最大）
        f.is_too_early, -- The second came before tickets of the first key had ended / 待ち時間の前に 2 回目のリセットが行われた
        CASE WHEN f.resets_least >= 2 AND f.is_too_early IS NULL THEN f.hours END AS unknown_gap, -- Hours to wait of which nothing proves that they passed / 経過を確認できない待ち時間（時間）
        CASE WHEN f.at IS NULL THEN NULL WHEN f.at >= (SELECT incident_at FROM clock) THEN 0
            WHEN f.date_at >= (SELECT incident_at FROM clock) AND f.pwd_last_set > 0 OR f.pwd_last_set >= (SELECT incident_at FROM clock) THEN 1 WHEN f.pwd_last_set IS NOT NULL THEN 0 END AS is_date_only, -- Only the date was renewed / 日付だけが更新された
        strftime('%Y-%m-%dT%H:%M:%SZ', nullif(f.pwd_last_set, 0) / 10000000 - 11644473600, 'unixepoch') AS password_set_at, -- Last password set (pwdLastSet) / パスワードの最終変更日時（pwdLastSet）
        CASE WHEN f.at < (SELECT incident_at FROM clock) AND (f.date_at >= (SELECT incident_at FROM clock) AND f.pwd_last_set > 0 OR f.pwd_last_set >= (SELECT incident_at FROM clock))
            THEN strftime('%Y-%m-%dT%H:%M:%SZ', f.pwd_last_set / 10000000 - 11644473600, 'unixepoch') END AS forged_at, -- Date of an unchanged key / キーが未変更のまま更新された日付
        CASE WHEN f.at < (SELECT incident_at FROM clock) AND f.at > (SELECT min(p.at) FROM reset_point p) THEN strftime('%Y-%m-%dT%H:%M:%SZ', f.at / 10000000 - 11644473600, 'unixepoch') END AS early_at, -- Key reset after the first plan, but before the incident / 最初の計画より後、インシデントより前にキーがリセットされた日時
        CASE WHEN f.at >= (SELECT incident_at FROM clock) AND f.resets_least = 0 THEN strftime('%Y-%m-%dT%H:%M:%SZ', f.at / 10000000 - 11644473600, 'unixepoch') END AS restored_at, -- An old key was restored / 古いキーが復元された日時
        CASE WHEN f.is_too_early = 1 AND f.one_at < f.at THEN round((f.at - f.one_at) / 36000000000.0, 1) END AS early_hours, -- Hours between the two resets, where they are too few / 2 回のリセットの間隔（待ち時間に満たない場合）
        f.rapid_by, -- Who allowed two resets without the wait / 待ち時間なしの 2 回リセットを承認した人
        f.machine, -- Stage (never, first_replicating, too_early, ready, second_too_early, replicating, rapid, gap_unknown, complete) / 進行状況（never：未実施、first_replicating：1 回目の複製中、too_early：2 回目は待機中、ready：2 回目を実施可、second_too_early：2 回目が早すぎた、replicating：2 回目の複製中、rapid：承認済みの連続リセット、gap_unknown：間隔不明、complete：完了）
        CASE WHEN f.machine IN ('complete', 'rapid') THEN 1 WHEN f.machine = 'second_too_early' OR f.behind IS NOT NULL OR f.resets_most < 2 OR f.resets_least = 0 THEN 0 END AS is_second_done, -- The second reset is complete / 2 回目のリセットが完了した
        (SELECT CASE WHEN w.state = 'recorded' THEN w.event_id || ' ' || w.host || coalesce(' #' || w.event_record, '') || coalesce(' ' || coalesce(w.by_name, w.by_sid), '') END FROM secret_record w WHERE w.guid = f.guid AND f.at >= (SELECT incident_at FROM clock)) AS record -- Record of the change / 変更の記録
    FROM stage f;

-- Other ways to log on than the password: keys (Windows Hello, FIDO) and certificate mappings.
CREATE VIEW reset_other_logon AS
    SELECT
        s.subject, -- Account / アカウント
        s.name, -- Name / 名前
        s.uac & 2 = 0 AS is_enabled, -- Enabled / 有効
        s.is_privileged, -- Privileged / 特権アカウント
        coalesce(a.key_credential_count, k.keys, 0) AS key_count, -- Key credentials / キー資格情報の数
        k.new_keys, -- Key credentials since the incident / インシデント以降のキー資格情報の数
        strftime('%Y-%m-%dT%H:%M:%SZ', k.newest / 10000000 - 11644473600, 'unixepoch') AS newest_key_at, -- Newest key credential / 最新のキー資格情報の登録日時
        coalesce(a.certificate_mapping_count, 0) AS mapping_count, -- Certificate mappings / 証明書の割り当ての数
        (SELECT strftime('%Y-%m-%dT%H:%M:%SZ', max(m.keys_at) / 10000000 - 11644473600, 'unixepoch') FROM secret_change m WHERE m.guid = s.guid) AS keys_changed_at, -- Key credentials changed / キー資格情報の変更日時
        (SELECT max(m.keys_at) >= (SELECT incident_at FROM clock) FROM secret_change m WHERE m.guid = s.guid) AS is_changed_since -- Key credentials changed since the incident / インシデント以降にキー資格情報が変更された
    FROM account a
        LEFT JOIN (SELECT guid, count(*) AS keys, sum(created_at >= (SELECT incident_at FROM clock)) AS new_keys, max(created_at) AS newest FROM key_credential GROUP BY guid) k ON k.guid = a.guid
        CROSS JOIN account_state s ON s.guid = a.guid -- of the few that are left
    WHERE (a.key_credential_count > 0 OR a.certificate_mapping_count > 0 OR k.keys > 0) AND a.kind IN ('user', 'computer');

INSERT INTO view_source(view, column_name, source) VALUES
    ('reset_account', '', 'ldap.user'), ('reset_account', '', 'ldap.computer'), ('reset_account', '', 'ldap.service_account'), ('reset_account', '', 'ldap.group'),
    ('reset_account', 'secret_version', 'ldap.metadata'), ('reset_account', 'secret_changed_at', 'ldap.metadata'), ('reset_account', 'is_changed', 'ldap.metadata'),
    ('reset_account', 'is_changed_twice', 'ldap.metadata'), ('reset_account', 'is_everywhere', 'ldap.metadata'), ('reset_account', 'is_everywhere', 'ldap.site'), ('reset_account', 'resets_least', 'ldap.metadata'),
    ('reset_account', 'is_date_only', 'ldap.metadata'), ('reset_account', 'record', 'event.change'),
    ('reset_created', '', 'ldap.user'), ('reset_created', '', 'ldap.computer'), ('reset_created', '', 'ldap.service_account'), ('reset_created', 'is_privileged', 'ldap.group'),
    ('reset_created', 'created_by', 'event.change'),
    ('reset_ticket_key', '', 'ldap.user'), ('reset_ticket_key', 'secret_version', 'ldap.metadata'), ('reset_ticket_key', 'is_changed', 'ldap.metadata'),
    ('reset_ticket_key', 'is_first_everywhere', 'ldap.metadata'), ('reset_ticket_key', 'is_first_everywhere', 'ldap.site'), ('reset_ticket_key', 'is_everywhere', 'ldap.metadata'), ('reset_ticket_key', 'is_everywhere', 'ldap.site'), ('reset_ticket_key', 'resets_least', 'ldap.metadata'),
    ('reset_ticket_key', 'is_too_early', 'ldap.metadata'), ('reset_ticket_key', 'machine', 'ldap.metadata'), ('reset_ticket_key', 'record', 'event.change'),
    ('reset_other_logon', '', 'ldap.user'), ('reset_other_logon', '', 'ldap.computer'), ('reset_other_logon', 'is_changed_since', 'ldap.metadata'), ('reset_other_logon', 'is_privileged', 'ldap.group');
