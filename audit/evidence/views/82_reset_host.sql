-- SPDX-License-Identifier: GPL-3.0-or-later
-- The built-in Administrators of hosts as subjects of the reset plan: every host in scope, and every computer of the directory that is in no
-- scope; one row each, under however many names it was asked. A new password counts when it was set since the incident, is not the one
-- that was in use then, and is on no other host. The date of an account is no proof by itself: it can be renewed without a new password.

CREATE VIEW reset_administrator AS
    WITH laps_key(key) AS (VALUES ('hklm\software\microsoft\windows\currentversion\policies\laps'), ('hklm\software\policies\microsoft services\admpwd')),
        -- Which account LAPS manages, where only its policy can tell: no name and no account of its own making is RID 500.
        laps_class(class_no, is_builtin) AS MATERIALIZED (
            SELECT r.class_no,
                CASE WHEN max(r.value IN ('AdministratorAccountName', 'AdminAccountName') COLLATE NOCASE AND r.is_missing = 0 AND r.text <> '' OR r.value = 'AutomaticAccountManagementEnabled' COLLATE NOCASE AND r.number = 1) THEN 0
                    WHEN max(r.value = 'BackupDirectory' COLLATE NOCASE AND r.number = 2 OR r.value = 'AdmPwdEnabled' COLLATE NOCASE AND r.number = 1)
                        AND NOT EXISTS (SELECT 1 FROM policy_reach p WHERE p.class_no = r.class_no AND p.state = 'unknown' AND (NOT EXISTS (SELECT 1 FROM policy_folder o WHERE o.gpo_id = p.gpo_id)
                            OR EXISTS (SELECT 1 FROM policy_registry k WHERE k.gpo_id = p.gpo_id AND lower(k.key) IN (SELECT key FROM laps_key)))) THEN 1 END
            FROM policy_result r WHERE lower(r.key) IN (SELECT key FROM laps_key) GROUP BY r.class_no),
        named AS MATERIALIZED (
            SELECT h.*, row_number() OVER (PARTITION BY h.subject ORDER BY l.host IS NULL, t.host IS NULL, h.host) AS place
            FROM host_state h LEFT JOIN local_account l ON l.host = h.host AND l.rid = 500 LEFT JOIN trial_summary t ON t.host = h.host
            WHERE h.is_controller IS NOT 1),
        member AS (
            SELECT n.subject, n.host AS name, n.host AS asked, n.account_guid AS guid, n.is_windows, n.policy_class FROM named n WHERE n.place = 1
            UNION ALL SELECT s.subject, s.name, CAST(NULL AS TEXT), s.guid, y.is_windows, p.class_no
            FROM reset_account_class c JOIN account_state s ON s.guid = c.guid LEFT JOIN computer_system y ON y.guid = c.guid LEFT JOIN policy_target p ON p.guid = c.guid
            WHERE c.class = 'computer' AND s.subject NOT IN (SELECT subject FROM host_state) AND c.guid NOT IN (SELECT account_guid FROM host_state WHERE account_guid IS NOT NULL)
                AND NOT EXISTS (SELECT 1 FROM service_principal x WHERE x.guid = c.guid AND x.name LIKE 'MSClusterVirtualServer/%')),
        trial AS MATERIALIZED (
            SELECT h.subject, count(CASE WHEN t.candidate > 0 AND t.outcome = 'rejected' THEN 1 END) AS rejected, min(CASE WHEN t.candidate > 0 THEN t.outcome = 'rejected' END) AS all_rejected,
                min(CASE WHEN t.candidate > 0 THEN coalesce(t.tried_at, 0) END) AS first_at,
                max(CASE WHEN t.outcome IN ('accepted', 'expired', 'must_change', 'restricted', 'logon_type') THEN coalesce(t.tried_at, 9223372036854775807) END) AS right_at,
                max(CASE WHEN t.outcome IN ('accepted', 'expired', 'must_change', 'restricted', 'logon_type') THEN t.candidate END) AS candidate
            FROM password_trial t JOIN host_state h ON h.host = t.host GROUP BY h.subject),
        -- A cluster of one machine under two names is none.
        cluster AS MATERIALIZED (
            SELECT s.cluster, count(DISTINCT h.subject) AS hosts FROM shared_password s JOIN host_state h ON h.host = s.host GROUP BY s.cluster HAVING count(DISTINCT h.subject) > 1),
        shown AS MATERIALIZED (
            SELECT cluster, group_concat(host, ', ') AS names FROM
                (SELECT cluster, host, row_number() OVER (PARTITION BY cluster ORDER BY is_proven DESC, host) AS place FROM shared_password ORDER BY cluster, place)
            WHERE place <= 10 GROUP BY cluster),
        moment AS MATERIALIZED (
            SELECT l.pwd_last_set AS at, count(DISTINCT h.subject) - 1 AS others FROM local_account l JOIN host_state h ON h.host = l.host
            WHERE l.rid = 500 AND l.pwd_last_set > 0 AND h.is_controller IS NOT 1 GROUP BY l.pwd_last_set HAVING count(DISTINCT h.subject) > 1),
        kit AS MATERIALIZED (SELECT host, max(collected_at) AS at FROM machine_file WHERE host IS NOT NULL GROUP BY host),
        other AS MATERIALIZED (
            SELECT m.host, count(*) AS accounts, group_concat(coalesce(l.name, l.rid), ', ') AS names
            FROM local_group_member m JOIN local_account l ON l.host = m.host AND l.sid = m.member_sid
            WHERE m.group_sid = 'S-1-5-32-544' AND l.rid <> 500 AND l.flags & 1 = 0 GROUP BY m.host),
        -- Members that are no account of a known domain, and of which the host did not tell whether they are enabled.
        untold AS MATERIALIZED (
            SELECT m.host, count(*) AS members FROM local_group_member m LEFT JOIN local_account l ON l.host = m.host AND l.sid = m.member_sid
            WHERE m.group_sid = 'S-1-5-32-544' AND m.member_sid GLOB 'S-1-5-21-*' AND m.member_sid NOT GLOB '*-500' AND l.flags IS NULL
                AND NOT EXISTS (SELECT 1 FROM domain_head h WHERE m.member_sid GLOB h.sid || '-*') AND NOT EXISTS (SELECT 1 FROM trusted_domain t WHERE m.member_sid GLOB t.partner_sid || '-*')
            GROUP BY m.host),
        compared(every, hosts) AS MATERIALIZED (SELECT (SELECT all_compared FROM host_passwords_compared), (SELECT count(*) FROM local_fingerprint WHERE rid = 500)),
        fact AS (
            SELECT m.*, i.now, i.incident_at, l.pwd_last_set, l.name AS account_name, l.flags,
                -- Hosts date by their own clock.
                CASE WHEN l.pwd_last_set > 0 THEN l.pwd_last_set - coalesce(b.clock_skew_seconds, 0) * 10000000 END AS set_at,
                EXISTS (SELECT 1 FROM coverage v WHERE v.source = 'kit.account' AND v.target = m.asked) AS is_of_kit, k.at AS kit_at,
                r.at AS laps_at, r.confirmed, r.controllers, r.behind, r.silent, q.is_builtin AS laps_is_builtin,
                coalesce(nullif(a.laps_expires_at, 0), nullif(a.laps_legacy_expires_at, 0)) AS laps_expires, a.os,
                p.cluster, p.basis, p.is_proven, c.hosts AS cluster_hosts, z.names, d.others AS same_moment,
                t.rejected, t.all_rejected, t.first_at, t.right_at, t.candidate, f.state AS print_state, f.fingerprint,
                CASE WHEN g.member_count IS NOT NULL THEN coalesce(o.accounts, CASE WHEN u.members IS NULL THEN 0 END) END AS other_administrators, o.names AS other_names
            FROM member m CROSS JOIN clock i
                LEFT JOIN account a ON a.guid = m.guid
                LEFT JOIN local_account l ON l.host = m.asked AND l.rid = 500
                LEFT JOIN host_smb b ON b.host = m.asked
                LEFT JOIN kit k ON k.host = m.asked
                LEFT JOIN reset_secret r ON r.guid = m.guid AND r.secret = 'laps'
                LEFT JOIN laps_class q ON q.class_no = m.policy_class
                LEFT JOIN (shared_password p JOIN cluster c ON c.cluster = p.cluster) ON p.host = m.asked
                LEFT JOIN shown z ON z.cluster = p.cluster
                LEFT JOIN moment d ON d.at = l.pwd_last_set
                LEFT JOIN trial t ON t.subject = m.subject
                LEFT JOIN local_fingerprint f ON f.host = m.asked AND f.rid = 500
                LEFT JOIN local_group g ON g.host = m.asked AND g.sid = 'S-1-5-32-544'
                LEFT JOIN other o ON o.host = m.asked
                LEFT JOIN untold u ON u.host = m.asked),
        -- What was seen before the password was set again says nothing about the new one: a trial by its time, hives by that of their kit.
        current AS (
            SELECT f.*, f.right_at >= coalesce(f.set_at, 0) AS is_right, f.all_rejected = 1 AND f.first_at >= coalesce(f.set_at, f.laps_at, f.incident_at) AS is_rejected,
                f.print_state IS NOT NULL AND (f.set_at IS NULL OR f.is_of_kit OR f.kit_at >= f.set_at) AS has_print,
                -- LAPS may manage another account than RID 500: then their dates are apart. It sets both within minutes.
                f.laps_at >= f.incident_at AND CASE WHEN f.set_at IS NOT NULL THEN abs(f.set_at - f.laps_at) <= 6000000000 WHEN f.pwd_last_set IS NULL THEN f.laps_is_builtin END AS laps_is_new,
                CASE WHEN f.set_at > f.now + 864000000000 THEN NULL WHEN f.set_at >= f.incident_at THEN 1
                    WHEN f.set_at < f.incident_at AND f.is_of_kit AND f.kit_at < f.incident_at THEN NULL WHEN f.set_at < f.incident_at THEN 0
                    WHEN f.pwd_last_set IS NULL AND f.laps_at >= f.incident_at AND f.laps_is_builtin THEN 1 END AS is_changed
            FROM fact f),
        judged AS (
            SELECT c.*, coalesce(c.is_right AND c.candidate = 0, 0) OR (c.has_print AND c.print_state = 'blank') AS is_blank,
                c.is_proven = 1 AND CASE c.basis WHEN 'fingerprint' THEN c.has_print WHEN 'candidate' THEN c.is_right ELSE 1 END AS is_shared,
                c.has_print AND c.print_state = 'set' AND c.fingerprint IS NOT NULL AND c.cluster IS NULL AND (SELECT every FROM compared) AS is_unique
            FROM current c)
    SELECT
        j.subject, -- Host / ホスト
        j.name, -- Name / 名前
        coalesce(j.asked, j.name) AS target, -- Asked as / 調査対象名
        j.account_name, -- Account name / アカウント名
        j.flags & 1 = 0 AS is_enabled, -- Enabled / 有効
        CASE WHEN j.flags & 1 THEN coalesce(j.account_name, 'RID 500') END AS disabled_name, -- Disabled account / 無効なアカウント
        -- Where its accounts were asked for and not told, it may have one all the same; so may one that was never asked, where only its challenge tells the system.
        CASE WHEN j.is_windows = 0 AND j.account_name IS NULL AND NOT EXISTS (SELECT 1 FROM coverage v WHERE v.source = 'smb.account' AND v.target = j.asked
            AND (v.state IN ('denied', 'partial', 'failed') OR (j.os IS NULL AND v.state IN ('not_collected', 'unreachable')))) THEN coalesce(j.os, '-') END AS other_system, -- Operating system, where it is not Windows / Windows 以外の OS
        CASE WHEN j.laps_expires IS NOT NULL OR j.laps_at IS NOT NULL THEN 1 WHEN j.guid IS NOT NULL THEN 0 END AS has_laps, -- Managed by LAPS / LAPS で管理されている
        CASE WHEN j.guid IS NULL THEN j.name END AS unjoined_name, -- Host without a computer account / コンピューター アカウントのないホスト
        CASE WHEN j.guid IS NOT NULL AND j.laps_expires IS NULL AND j.laps_at IS NULL THEN j.name END AS unmanaged_name, -- Computer without LAPS / LAPS を使用していないコンピューター
        (j.now - j.laps_expires) / 864000000000 AS laps_overdue_days, -- LAPS password overdue (days) / LAPS パスワードの期限超過日数
        strftime('%Y-%m-%dT%H:%M:%SZ', CASE WHEN j.now - j.laps_expires > 7 * 864000000000 THEN j.laps_expires END / 10000000 - 11644473600, 'unixepoch') AS laps_lapsed_at, -- LAPS password expired, long ago / LAPS パスワードの期限切れ日時
        strftime('%Y-%m-%dT%H:%M:%SZ', CASE WHEN j.laps_at < j.incident_at THEN j.laps_at END / 10000000 - 11644473600, 'unixepoch') AS laps_old_at, -- LAPS password of before the incident / インシデント以前の LAPS パスワードの日時
        strftime('%Y-%m-%dT%H:%M:%SZ', j.laps_at / 10000000 - 11644473600, 'unixepoch') AS laps_set_at, -- LAPS password changed / LAPS パスワードの変更日時
        strftime('%Y-%m-%dT%H:%M:%SZ', CASE WHEN j.laps_is_new THEN j.laps_at END / 10000000 - 11644473600, 'unixepoch') AS laps_new_at, -- New LAPS password of this account / このアカウントの新しい LAPS パスワードの日時
        strftime('%Y-%m-%dT%H:%M:%SZ', CASE WHEN j.laps_at >= j.incident_at AND j.laps_is_new = 0 THEN j.laps_at END / 10000000 - 11644473600, 'unixepoch') AS laps_other_at, -- New LAPS password of another account / 別のアカウントの新しい LAPS パスワードの日時
        strftime('%Y-%m-%dT%H:%M:%SZ', CASE WHEN j.laps_at >= j.incident_at AND j.laps_is_new IS NULL THEN j.laps_at END / 10000000 - 11644473600, 'unixepoch') AS laps_unclear_at, -- New LAPS password, of which account is not known / 対象アカウントが不明な新しい LAPS パスワードの日時
        strftime('%Y-%m-%dT%H:%M:%SZ', j.laps_expires / 10000000 - 11644473600, 'unixepoch') AS laps_expires_at, -- LAPS password expires / LAPS パスワードの有効期限
        strftime('%Y-%m-%dT%H:%M:%SZ', nullif(j.pwd_last_set, 0) / 10000000 - 11644473600, 'unixepoch') AS date_set_at, -- Last password set, as the host tells it / パスワードの最終変更日時（ホストの回答）
        j.cluster, -- Cluster / グループ番号
        j.basis, -- Basis of the cluster / グループの根拠
        j.is_shared AS is_shared_proven, -- Proven to share the password / パスワードの共通化を確認
        j.cluster_hosts, -- Hosts in the cluster / グループ内のホスト数
        CASE WHEN j.is_shared THEN j.names END AS shared_with, -- Hosts with the same password, proven / 同じパスワードと確認したホスト
        CASE WHEN j.is_shared IS NOT 1 AND j.is_changed IS NOT 1 THEN j.names END AS maybe_shared_with, -- Hosts that may have the same password / 同じパスワードの可能性があるホスト
        -- Proven clusters first, then suspected ones, then the others.
        CASE WHEN j.cluster IS NOT NULL THEN j.cluster ELSE 1000000 END AS cluster_order, -- Order of the clusters / グループの順番
        j.is_changed, -- Changed since the incident / インシデント以降に変更された
        CASE WHEN j.is_right OR j.is_blank THEN 0 WHEN j.laps_is_new OR j.is_rejected THEN 1 END AS differs_from_old, -- Differs from the passwords of that time / 当時のパスワードと異なる
        CASE WHEN j.is_shared OR j.is_blank THEN 0 WHEN j.laps_is_new OR j.is_unique THEN 1 END AS differs_from_others, -- Differs from the passwords of other hosts / 他のホストのパスワードと異なる
        CASE WHEN j.is_right OR j.is_blank THEN 1 WHEN j.is_rejected THEN 0 END AS accepts_old, -- Accepts a password of the operator's list, or none at all / 候補リストのパスワード、または空のパスワードで認証できる
        CASE WHEN j.is_right THEN nullif(j.candidate, 0) END AS candidate, -- Number of the accepted candidate / 認証できた候補の番号
        CASE WHEN j.is_blank THEN 500 END AS blank_rid, -- RID of an account with a blank password / パスワードが空のアカウントの RID
        CASE WHEN j.is_rejected THEN j.rejected END AS rejected_count, -- Tried passwords that it rejects / 認証を拒否した候補の数
        CASE WHEN j.is_unique THEN (SELECT hosts FROM compared) - 1 END AS compared_hosts, -- Other hosts whose passwords were compared / 照合した他のホスト数
        j.is_changed = 1 AND j.same_moment > 0 AS has_same_date, -- Set at the same moment as on another host / 他のホストと同じ瞬間に変更された
        CASE WHEN j.is_changed = 1 THEN j.same_moment END AS same_date_hosts, -- Other hosts on which it was set at the same moment / 同じ瞬間に変更された他のホスト数
        -- What an earlier plan saw of this very password holds until a trial or a kit tells otherwise: a verification without trials clears nobody.
        CASE WHEN j.is_rejected IS NOT 1 AND j.is_right IS NOT 1 AND j.is_unique IS NOT 1 THEN (SELECT strftime('%Y-%m-%dT%H:%M:%SZ', b.at / 10000000 - 11644473600, 'unixepoch')
            FROM reset_before b WHERE b.action = 'reset.host.administrator' AND b.subject = j.subject AND b.state = 'suspect' AND b.at >= j.set_at) END AS suspect_before_at, -- Suspect in the plan before, and not changed since / 前回の計画で要調査とされ、その後変更されていない
        j.other_administrators, -- Other enabled local administrators / その他の有効なローカル管理者の数
        j.other_names, -- Their names / その名前
        CASE WHEN j.laps_is_new OR (j.laps_is_new IS NOT 0 AND (j.laps_at IS NOT NULL OR j.laps_expires IS NOT NULL)) THEN 'laps' WHEN j.print_state IS NOT NULL THEN 'kit' WHEN j.rejected > 0 OR j.right_at IS NOT NULL THEN 'trial'
            WHEN j.pwd_last_set IS NOT NULL THEN 'samr' ELSE 'attest' END AS proof, -- Proof that this host has (laps, kit, trial, samr, attest) / このホストで使える証明方法（laps、kit：採取キット、trial：候補の試行、samr：変更日時のみ、attest：担当者の申告）
        -- How far the directory's copy has come is for those who read it: the host has its password, whoever knows.
        j.confirmed, -- Domain controllers that hold it / 反映を確認したドメインコントローラー数
        j.controllers, -- Domain controllers that have to / 反映が必要なドメインコントローラー数
        j.behind, -- Domain controllers with an older one / 古い版のままのドメインコントローラー
        j.silent -- Domain controllers that did not tell / 回答しなかったドメインコントローラー
    FROM judged j;

INSERT INTO view_source(view, column_name, source) VALUES
    ('reset_administrator', '', 'host.scope'), ('reset_administrator', '', 'ldap.computer'),
    ('reset_administrator', 'date_set_at', 'smb.account'), ('reset_administrator', 'is_changed', 'smb.account'), ('reset_administrator', 'laps_set_at', 'ldap.metadata'),
    ('reset_administrator', 'has_laps', 'ldap.computer'), ('reset_administrator', 'differs_from_old', 'smb.reuse'), ('reset_administrator', 'differs_from_old', 'ldap.metadata'),
    ('reset_administrator', 'differs_from_others', 'ldap.metadata'), ('reset_administrator', 'differs_from_others', 'kit.password'), ('reset_administrator', 'is_shared_proven', 'smb.machine'),
    ('reset_administrator', 'other_administrators', 'smb.group'), ('reset_administrator', 'other_administrators', 'smb.account');
