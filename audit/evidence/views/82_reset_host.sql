-- SPDX-License-Identifier: GPL-3.0-or-later
-- The built-in Administrators of hosts as subjects of the reset plan: every host in scope, and every computer of the directory that is in no
-- scope. A new password counts when it was set since the incident, is not the one that was in use then, and is on no other host.

CREATE VIEW reset_administrator AS
    WITH member AS (
            SELECT h.subject, h.host AS name, h.host AS target, h.account_guid AS guid FROM host_state h WHERE h.is_controller IS NOT 1
            UNION ALL SELECT s.subject, s.name, NULL, s.guid FROM reset_account_class c JOIN account_state s ON s.guid = c.guid
            WHERE c.class = 'computer' AND s.guid NOT IN (SELECT h.account_guid FROM host_state h WHERE h.account_guid IS NOT NULL) AND s.subject NOT IN (SELECT h.subject FROM host_state h)),
        fact AS (
            SELECT m.*, l.pwd_last_set, l.name AS account_name, l.flags, r.version AS laps_version, r.at AS laps_at, r.confirmed, r.controllers, r.behind, r.silent, r.resets_least,
                coalesce(nullif(a.laps_expires_at, 0), nullif(a.laps_legacy_expires_at, 0)) AS laps_expires,
                p.cluster, p.basis, p.is_proven, p.hosts, t.accepted, t.all_rejected, t.tried, f.state AS print_state, f.fingerprint,
                (SELECT max(x.tried_at) FROM password_trial x WHERE x.host = m.target) AS tried_at, i.incident_at,
                (SELECT max(c.finished_at) FROM coverage c WHERE c.target = m.target AND c.source = 'kit.password') AS kit_at
            FROM member m CROSS JOIN clock i
                LEFT JOIN account a ON a.guid = m.guid
                LEFT JOIN local_account l ON l.host = m.target AND l.rid = 500
                LEFT JOIN reset_secret r ON r.guid = m.guid AND r.secret = 'laps'
                LEFT JOIN shared_password p ON p.host = m.target
                LEFT JOIN trial_summary t ON t.host = m.target
                LEFT JOIN local_fingerprint f ON f.host = m.target AND f.rid = 500),
        -- LAPS may manage another account than RID 500: then their dates are apart.
        judged AS (
            SELECT f.*, f.laps_at >= f.incident_at AND (f.pwd_last_set IS NULL OR abs(f.pwd_last_set - f.laps_at) <= 864000000000) AS laps_is_new,
                CASE WHEN f.pwd_last_set > 0 THEN f.pwd_last_set >= f.incident_at WHEN f.pwd_last_set IS NULL THEN f.laps_at >= f.incident_at END AS is_changed
            FROM fact f)
    SELECT
        j.subject, -- Host / ホスト
        j.name, -- Name / 名前
        j.target, -- Asked as / 調査対象名
        j.account_name, -- Account name / アカウント名
        j.flags & 1 = 0 AS is_enabled, -- Enabled / 有効
        CASE WHEN j.laps_expires IS NOT NULL OR j.laps_at IS NOT NULL THEN 1 WHEN j.guid IS NOT NULL THEN 0 END AS has_laps, -- Managed by LAPS / LAPS で管理されている
        strftime('%Y-%m-%dT%H:%M:%SZ', j.laps_at / 10000000 - 11644473600, 'unixepoch') AS laps_set_at, -- LAPS password changed / LAPS パスワードの変更日時
        strftime('%Y-%m-%dT%H:%M:%SZ', j.laps_expires / 10000000 - 11644473600, 'unixepoch') AS laps_expires_at, -- LAPS password expires / LAPS パスワードの有効期限
        strftime('%Y-%m-%dT%H:%M:%SZ', nullif(j.pwd_last_set, 0) / 10000000 - 11644473600, 'unixepoch') AS date_set_at, -- Last password set, as the host tells it / パスワードの最終変更日時（ホストの回答）
        j.cluster, -- Cluster / グループ番号
        j.basis, -- Basis of the cluster / グループの根拠
        j.is_proven AS is_shared_proven, -- Proven to share the password / パスワードの共通化を確認
        j.hosts AS cluster_hosts, -- Hosts in the cluster / グループ内のホスト数
        (SELECT group_concat(o.host, ', ') FROM (SELECT x.host FROM shared_password x WHERE x.cluster = j.cluster AND x.host <> j.target ORDER BY x.is_proven DESC, x.host LIMIT 10) o) AS shared_with, -- Hosts that share it / 同じパスワードのホスト
        -- Proven clusters first, then suspected ones, then the others.
        CASE WHEN j.cluster IS NOT NULL THEN j.cluster ELSE 1000000 END AS cluster_order, -- Order of the clusters / グループの順番
        j.is_changed, -- Changed since the incident / インシデント以降に変更された
        CASE WHEN j.accepted > 0 THEN 0 WHEN j.laps_is_new THEN 1 WHEN j.all_rejected = 1 AND j.tried_at >= coalesce(j.pwd_last_set, j.incident_at) THEN 1
            WHEN j.is_changed = 1 AND j.fingerprint IS NOT NULL AND j.cluster IS NULL THEN 1 END AS differs_from_old, -- Differs from the password of that time / 当時のパスワードと異なる
        CASE WHEN j.is_proven = 1 THEN 0 WHEN j.laps_is_new THEN 1 WHEN j.fingerprint IS NOT NULL AND j.print_state = 'set' AND j.cluster IS NULL
            AND (SELECT all_compared FROM host_passwords_compared) THEN 1 END AS differs_from_others, -- Differs from the passwords of other hosts / 他のホストのパスワードと異なる
        j.accepted > 0 AS accepts_old, -- Accepts a password of the operator's list / 候補リストのパスワードで認証できる
        nullif(j.accepted, 0) AS candidate, -- Number of the accepted candidate / 認証できた候補の番号
        j.is_changed = 1 AND j.basis = 'password_set_time' AS has_same_date, -- Set at the same moment as on another host / 他のホストと同じ瞬間に変更された
        CASE WHEN j.laps_at IS NOT NULL OR j.laps_expires IS NOT NULL THEN 'laps' WHEN j.fingerprint IS NOT NULL THEN 'kit' WHEN j.tried > 0 THEN 'trial' WHEN j.pwd_last_set IS NOT NULL THEN 'samr' ELSE 'attest' END AS proof, -- Proof that this host has (laps, kit, trial, samr, attest) / このホストで使える証明方法（laps、kit：採取キット、trial：候補の試行、samr：変更日時のみ、attest：担当者の申告）
        j.confirmed, -- Domain controllers that hold it / 反映を確認したドメインコントローラー数
        j.controllers, -- Domain controllers that have to / 反映が必要なドメインコントローラー数
        j.behind, -- Domain controllers with an older one / 古い版のままのドメインコントローラー
        j.silent -- Domain controllers that did not tell / 回答しなかったドメインコントローラー
    FROM judged j;

INSERT INTO view_source(view, column_name, source) VALUES
    ('reset_administrator', '', 'host.scope'), ('reset_administrator', '', 'ldap.computer'),
    ('reset_administrator', 'date_set_at', 'smb.account'), ('reset_administrator', 'is_changed', 'smb.account'), ('reset_administrator', 'laps_set_at', 'ldap.metadata'),
    ('reset_administrator', 'differs_from_old', 'smb.reuse'), ('reset_administrator', 'differs_from_old', 'ldap.metadata'),
    ('reset_administrator', 'differs_from_others', 'ldap.metadata'), ('reset_administrator', 'differs_from_others', 'kit.password'), ('reset_administrator', 'is_shared_proven', 'smb.machine');
