-- SPDX-License-Identifier: GPL-3.0-or-later
-- Accounts of the hosts themselves. The built-in Administrator is RID 500, whatever its name; groups are known by their SID. A
-- domain controller has no accounts of its own: there these are the domain's, which the directory's views judge.

CREATE VIEW local_account_fact AS
    SELECT a.host, h.subject, h.is_controller, a.rid, coalesce(a.sid, a.host || '/' || a.rid) AS sid, a.name,
        a.flags & 1 = 0 AS is_enabled,
        a.flags & 4 <> 0 AS password_not_required,
        a.flags & 0x200 <> 0 AS password_never_expires,
        a.flags & 0x400 <> 0 AS is_locked_out,
        a.pwd_last_set,
        CASE WHEN a.pwd_last_set > 0 THEN ((SELECT now FROM clock) - a.pwd_last_set) / 864000000000 END AS password_age_days,
        strftime('%Y-%m-%dT%H:%M:%SZ', nullif(a.pwd_last_set, 0) / 10000000 - 11644473600, 'unixepoch') AS password_set_at,
        a.last_logon = 0 AS never_logged_on,
        strftime('%Y-%m-%dT%H:%M:%SZ', nullif(a.last_logon, 0) / 10000000 - 11644473600, 'unixepoch') AS last_logon_at,
        CASE WHEN a.last_logon > 0 THEN ((SELECT now FROM clock) - a.last_logon) / 864000000000 END AS inactive_days,
        a.bad_password_count,
        CASE WHEN a.flags IS NOT NULL THEN a.password_hint_attribute IS NOT NULL END AS has_password_hint,
        a.password_hint_attribute
    FROM local_account a JOIN host_state h ON h.host = a.host;

-- What the trials of one host came to. accepted: the candidate that its built-in Administrator takes; only a list that was tried
-- to its end, or of which one was accepted, says something about the others.
CREATE VIEW trial_summary AS
    SELECT host,
        max(CASE WHEN is_right THEN candidate END) AS accepted,
        sum(is_right OR outcome = 'rejected') AS tried,
        min(CASE WHEN candidate > 0 THEN outcome = 'rejected' END) AS all_rejected,
        max(CASE WHEN candidate = 0 THEN CASE WHEN is_right THEN 1 WHEN outcome = 'rejected' THEN 0 END END) AS blank_is_right,
        group_concat(candidate || ': ' || outcome || coalesce(' (' || reason || ')', ''), ', ') AS outcomes
    FROM (SELECT host, candidate, outcome, reason, outcome IN ('accepted', 'expired', 'must_change', 'restricted', 'logon_type') AS is_right
        FROM password_trial ORDER BY host, candidate)
    GROUP BY host;

-- 1 = the accounts of every host that may have its own were read, so that a sign that is not there was looked for everywhere.
CREATE VIEW host_accounts_read AS
    SELECT NOT EXISTS (SELECT 1 FROM host_unseen u WHERE u.source IN ('smb.account', 'smb.machine') AND u.is_controller IS NOT 1)
        AND (SELECT min(complete) FROM source_state WHERE source = 'host.scope') AS all_read;

-- 1 = the passwords of the local accounts of every host that may have its own were compared with each other: by hives of all of
-- them that one run read. Fingerprints of two runs say nothing about each other.
CREATE VIEW host_passwords_compared AS
    SELECT NOT EXISTS (SELECT 1 FROM host_state h WHERE h.is_controller IS NOT 1
            AND NOT EXISTS (SELECT 1 FROM coverage c WHERE c.source = 'kit.password' AND c.target = h.host AND c.state = 'complete'))
        AND (SELECT count(DISTINCT substr(fingerprint, 1, 8)) FROM local_fingerprint) <= 1
        AND (SELECT min(complete) FROM source_state WHERE source = 'host.scope') AS all_compared;

CREATE VIEW local_user AS
    SELECT
        f.subject, -- Host / ホスト
        f.host AS name, -- Name / 名前
        f.host AS target, -- Asked as / 調査対象名
        f.sid AS item, -- Account / アカウント
        f.host || '\' || coalesce(f.name, f.rid) AS item_name, -- Account / アカウント
        f.rid, -- RID / RID
        f.name AS account_name, -- Account name / アカウント名
        f.is_enabled, -- Enabled / 有効
        f.password_not_required, -- Password not required / パスワードを必要としない
        f.password_never_expires, -- Password never expires / パスワードを無期限にする
        f.is_locked_out, -- Locked out / ロックアウト中
        f.password_set_at, -- Last password set / パスワードの最終変更日時
        f.password_age_days, -- Password age (days) / パスワードの経過日数
        f.never_logged_on, -- Never logged on / ログオン履歴なし
        f.last_logon_at, -- Last logon / 最終ログオン日時
        f.inactive_days, -- Days without logon / ログオンのない日数
        f.has_password_hint, -- A text seems to hold a password / パスワードらしい記載がある
        f.password_hint_attribute, -- Text that seems to hold a password / パスワードらしい記載がある項目
        CASE WHEN EXISTS (SELECT 1 FROM local_group_member m WHERE m.host = f.host AND m.group_sid = 'S-1-5-32-544' AND m.member_sid = f.sid) THEN 1
            WHEN (SELECT g.member_count FROM local_group g WHERE g.host = f.host AND g.sid = 'S-1-5-32-544') IS NOT NULL THEN 0 END AS is_administrator, -- Local administrator / ローカル管理者
        l.min_password_length, -- Minimum password length / パスワードの長さ（最小）
        h.is_windows, -- Windows / Windows
        f.is_controller -- Domain controller / ドメインコントローラー
    FROM local_account_fact f JOIN host_state h ON h.host = f.host LEFT JOIN local_policy_fact l ON l.host = f.host
    UNION ALL SELECT u.subject, u.host, u.host, '', u.host, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, u.is_windows, u.is_controller
    FROM host_unseen u WHERE u.source = 'smb.account';

-- LAPS as the computer account of a host shows it.
CREATE VIEW host_laps AS
    SELECT h.host, s.laps_at,
        CASE WHEN a.laps_expires_at > 0 THEN 'windows' WHEN a.laps_legacy_expires_at > 0 THEN 'legacy' WHEN a.uac IS NOT NULL THEN 'none' END AS laps_kind,
        strftime('%Y-%m-%dT%H:%M:%SZ', nullif(coalesce(nullif(a.laps_expires_at, 0), a.laps_legacy_expires_at), 0) / 10000000 - 11644473600, 'unixepoch') AS laps_expires_at,
        ((SELECT now FROM clock) - nullif(coalesce(nullif(a.laps_expires_at, 0), a.laps_legacy_expires_at), 0)) / 864000000000 AS laps_overdue_days
    FROM host_state h JOIN account a ON a.guid = h.account_guid LEFT JOIN account_state s ON s.guid = a.guid;

-- One row a host that may have one. What proves the password of RID 500 unique is LAPS with a date in force; equal signs on other
-- hosts prove or suggest the contrary (shared_password, from derive.sql), and no sign counts only when every host was read.
CREATE VIEW builtin_administrator AS
    SELECT
        h.subject, -- Host / ホスト
        h.host AS name, -- Name / 名前
        h.host AS target, -- Asked as / 調査対象名
        h.is_controller, -- Domain controller / ドメインコントローラー
        h.is_windows, -- Windows / Windows
        a.name AS account_name, -- Account name / アカウント名
        a.sid AS account_sid, -- Account SID / アカウントの SID
        a.is_enabled, -- Enabled / 有効
        a.is_locked_out, -- Locked out / ロックアウト中
        a.password_not_required, -- Password not required / パスワードを必要としない
        a.password_never_expires, -- Password never expires / パスワードを無期限にする
        a.password_set_at, -- Last password set / パスワードの最終変更日時
        a.password_age_days, -- Password age (days) / パスワードの経過日数
        a.never_logged_on, -- Never logged on / ログオン履歴なし
        a.last_logon_at, -- Last logon / 最終ログオン日時
        a.inactive_days, -- Days without logon / ログオンのない日数
        c.laps_kind, -- LAPS (windows, legacy, none) / LAPS の種類（windows, legacy, none）
        c.laps_expires_at, -- LAPS password expires / LAPS パスワードの有効期限
        CASE WHEN c.laps_kind = 'none' THEN 0 ELSE c.laps_overdue_days <= 0 END AS laps_is_current, -- LAPS password is current / LAPS パスワードが有効期限内
        abs(c.laps_at - nullif(a.pwd_last_set, 0)) <= 864000000000 AS laps_manages_account, -- LAPS manages this account / LAPS の管理対象がこのアカウントである
        s.cluster, -- Cluster / グループ番号
        s.basis, -- Basis (fingerprint, candidate, policy_password, password_set_time, machine_sid) / 根拠（fingerprint：SAM ハイブの照合で一致、candidate：同じ候補パスワード、policy_password：同じ GPO で設定、password_set_time：同じ変更日時、machine_sid：同じマシン SID）
        CASE s.is_proven WHEN 1 THEN 'proven' WHEN 0 THEN 'suspected' END AS proof, -- Proven or suspected / 確度（proven：確認済み、suspected：疑い）
        s.hosts AS cluster_hosts, -- Hosts in the cluster / グループ内のホスト数
        (SELECT group_concat(o.host, ', ') FROM (SELECT x.host FROM shared_password x WHERE x.cluster = s.cluster AND x.host <> h.host ORDER BY x.is_proven DESC, x.host LIMIT 10) o) AS shared_with, -- Hosts that share it / 同じパスワードのホスト
        CASE WHEN s.is_proven = 1 THEN 1
            WHEN c.laps_overdue_days <= 0 AND abs(c.laps_at - nullif(a.pwd_last_set, 0)) <= 864000000000 AND t.accepted IS NULL
                AND ((SELECT value FROM audit_info WHERE name = 'password_reuse') IS NOT '1' OR t.tried > 0) THEN 0
            WHEN f.state = 'set' AND f.fingerprint IS NOT NULL AND s.host IS NULL AND t.accepted IS NULL AND (SELECT all_compared FROM host_passwords_compared) THEN 0 END AS is_shared, -- Password proven to be shared / パスワードの共通化を確認
        CASE WHEN s.is_proven = 0 THEN 1 WHEN s.is_proven = 1 THEN 0
            WHEN a.pwd_last_set IS NOT NULL AND i.machine_sid IS NOT NULL AND (SELECT all_read FROM host_accounts_read) THEN 0 END AS may_be_shared, -- Signs that the password is shared / パスワード共通化の兆候
        CASE WHEN t.accepted > 0 THEN 1 WHEN t.accepted = 0 OR t.all_rejected = 1 THEN 0 END AS accepts_candidate, -- Accepts a password of the operator's list / 候補リストのパスワードで認証できる
        nullif(t.accepted, 0) AS candidate, -- Number of the accepted candidate / 認証できた候補の番号
        CASE WHEN t.blank_is_right IS NOT NULL THEN t.blank_is_right WHEN t.accepted > 0 THEN 0 WHEN f.state = 'blank' THEN 1 WHEN f.state = 'set' THEN 0 END AS password_is_blank, -- Password is blank / パスワードが空
        t.outcomes AS trials, -- Trials / 試行結果
        f.has_lm_hash, -- An LM hash is kept / LM ハッシュが保存されている
        l.lockout_threshold -- Lockout threshold / ロックアウトのしきい値
    FROM host_state h
        LEFT JOIN local_account_fact a ON a.host = h.host AND a.rid = 500
        LEFT JOIN local_fingerprint f ON f.host = h.host AND f.rid = 500
        LEFT JOIN host_laps c ON c.host = h.host
        LEFT JOIN host_machine i ON i.host = h.host
        LEFT JOIN local_policy_fact l ON l.host = h.host
        LEFT JOIN shared_password s ON s.host = h.host
        LEFT JOIN trial_summary t ON t.host = h.host
    WHERE h.is_controller IS NOT 1;

-- SIDs that groups and rights of hosts name, and whether everybody or every user holds them: Everyone, Authenticated Users,
-- Interactive, Network, Anonymous, Users, Guests, local accounts; Domain Users, Domain Guests, Domain Computers of any domain.
CREATE VIEW everybody_sid AS
    SELECT sid, sid IN ('S-1-1-0', 'S-1-5-11', 'S-1-5-4', 'S-1-5-2', 'S-1-5-7', 'S-1-5-32-545', 'S-1-5-32-546', 'S-1-2-0', 'S-1-5-113')
        OR sid GLOB 'S-1-5-21-*-513' OR sid GLOB 'S-1-5-21-*-514' OR sid GLOB 'S-1-5-21-*-515' AS is_everybody
    FROM (SELECT member_sid AS sid FROM local_group_member UNION SELECT sid FROM local_right UNION SELECT holder FROM policy_holder WHERE holder GLOB 'S-1-*'
        UNION SELECT member_sid FROM policy_group_member);

-- Members of the groups that open a host, one row each, and one for a group that is known to be empty. Members of the domain are
-- looked up in the directory; a name that this host alone cannot find is no orphan unless it found others. Of a host that did not tell
-- its groups, those are known whom a policy puts in; who else is in stays unknown, in a row of its own.
CREATE VIEW local_group_fact AS
    SELECT m.host, m.group_sid, m.member_sid, m.member_name, CAST('host' AS TEXT) AS origin, CAST(NULL AS TEXT) AS gpo_id FROM local_group_member m
    UNION ALL
    SELECT h.host, p.group_sid, p.member_sid, CAST(NULL AS TEXT), CAST('policy' AS TEXT), p.gpo_id FROM host_state h JOIN policy_group_member p ON p.class_no = h.policy_class
    WHERE NOT EXISTS (SELECT 1 FROM local_group_member o WHERE o.host = h.host AND o.group_sid = p.group_sid AND o.member_sid = p.member_sid)
        AND NOT EXISTS (SELECT 1 FROM host_told t WHERE t.host = h.host AND t.source = 'smb.group');

-- The domain's SID (its computer accounts and servers tell it too), and whether the directory was asked and did not tell all its principals: who is
-- missing there may exist.
CREATE VIEW known_domain AS
    SELECT (SELECT sid FROM domain_head WHERE sid IS NOT NULL LIMIT 1) AS sid,
        EXISTS (SELECT 1 FROM coverage c WHERE c.source IN ('ldap.user', 'ldap.group', 'ldap.computer'))
        AND (SELECT count(DISTINCT c.source) FROM coverage c WHERE c.source IN ('ldap.user', 'ldap.group', 'ldap.computer') AND c.state = 'complete') < 3 AS is_unread;

CREATE VIEW local_member AS
    SELECT
        h.subject, -- Host / ホスト
        h.host AS name, -- Name / 名前
        h.host AS target, -- Asked as / 調査対象名
        m.group_sid || '/' || m.member_sid AS item, -- Group and member / グループとメンバー
        coalesce(m.member_name, d.name, g.sam_name, m.member_sid) AS item_name, -- Member / メンバー
        m.group_sid, -- Group / グループ
        m.member_sid, -- Member (SID) / メンバー（SID）
        coalesce(m.member_name, d.name, g.sam_name) AS member_name, -- Member / メンバー
        CASE WHEN k.is_everybody THEN 'everybody'
            WHEN m.member_sid NOT GLOB 'S-1-5-21-*' THEN 'system'
            WHEN m.member_sid GLOB 'S-1-5-21-*-512' OR m.member_sid GLOB 'S-1-5-21-*-519' THEN 'domain_admins'
            WHEN d.guid IS NOT NULL THEN 'domain_' || d.kind
            WHEN g.guid IS NOT NULL THEN 'domain_group'
            WHEN m.member_sid GLOB i.machine_sid || '-*' THEN 'local'
            END AS member_kind, -- Kind of member (everybody, system, local, domain_admins, domain_user, domain_group …) / メンバーの種類（everybody, system, local, domain_admins, domain_user, domain_group など）
        CASE WHEN coalesce(m.member_name, d.name, g.sam_name) IS NOT NULL OR m.member_sid NOT GLOB 'S-1-5-21-*' THEN 1
            WHEN EXISTS (SELECT 1 FROM local_group_member o WHERE o.host = m.host AND o.member_name IS NOT NULL)
                AND NOT (m.member_sid GLOB (SELECT sid FROM known_domain) || '-*' AND (SELECT is_unread FROM known_domain)) THEN 0 END AS is_resolved, -- Its name can be found / 名前を解決できる
        CASE WHEN d.guid IS NOT NULL THEN d.uac & 2 = 0 WHEN l.rid IS NOT NULL THEN l.flags & 1 = 0
            WHEN k.is_everybody OR m.member_sid NOT GLOB 'S-1-5-21-*' OR g.guid IS NOT NULL THEN 1 END AS is_enabled, -- Enabled / 有効
        CASE WHEN d.guid IS NOT NULL THEN d.is_privileged END AS is_privileged, -- Privileged in the domain / ドメインの特権アカウント
        k.is_everybody, -- Everybody or all users / 全員またはすべてのユーザー
        m.origin, -- Read from (host, policy) / 読み取り元（host, policy）
        (SELECT coalesce(o.display_name, o.gpo_id) FROM policy_object o WHERE o.gpo_id = m.gpo_id) AS policy, -- Set by the policy / 設定元の GPO
        h.is_windows, -- Windows / Windows
        h.is_server, -- Server / サーバー
        h.is_controller -- Domain controller / ドメインコントローラー
    FROM local_group_fact m
        JOIN host_state h ON h.host = m.host
        JOIN everybody_sid k ON k.sid = m.member_sid
        LEFT JOIN host_machine i ON i.host = m.host
        LEFT JOIN local_account l ON l.host = m.host AND l.rid = CAST(substr(m.member_sid, length(rtrim(m.member_sid, '0123456789')) + 1) AS INTEGER) AND l.sid = m.member_sid
        LEFT JOIN account_state d ON d.guid = (SELECT a.guid FROM account a WHERE a.sid = m.member_sid)
        LEFT JOIN directory_group g ON g.sid = m.member_sid
    UNION ALL SELECT h.subject, h.host, h.host, g.sid || '/', g.sid, g.sid, '', NULL, 'nobody', 1, 1, NULL, 0, 'host', NULL, h.is_windows, h.is_server, h.is_controller
    FROM local_group g JOIN host_state h ON h.host = g.host WHERE g.member_count = 0
    UNION ALL SELECT u.subject, u.host, u.host, '', u.host, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, u.is_windows, u.is_server, u.is_controller
    FROM host_unseen u WHERE u.source = 'smb.group';

-- The rights of which "nobody" and "not known" are rows of their own: those that checks ask for. A check of another right adds it here.
CREATE VIEW user_right_name AS
SELECT column1 AS "right" -- Right / ユーザー権利
FROM (VALUES ('SeRemoteInteractiveLogonRight'), ('SeNetworkLogonRight'), ('SeInteractiveLogonRight'), ('SeDebugPrivilege'), ('SeTcbPrivilege'),
    ('SeLoadDriverPrivilege'), ('SeTakeOwnershipPrivilege'), ('SeBackupPrivilege'), ('SeRestorePrivilege'), ('SeImpersonatePrivilege'));

-- Who holds a user right, one row each, and one for a right that nobody holds on a host that told all its rights. What Windows
-- gives by itself is expected: Administrators, the system's own accounts and services; operators what their group is for. That
-- nobody holds a logon right counts only where logon rights are told (host_tells_logon). Of a host that told nothing, the rights
-- that a policy assigns are known; each other one is a row of its own that is not.
CREATE VIEW local_right_holder AS
    SELECT
        h.subject, -- Host / ホスト
        h.host AS name, -- Name / 名前
        h.host AS target, -- Asked as / 調査対象名
        r."right" || '/' || r.sid AS item, -- Right and holder / ユーザー権利と保持者
        r."right" || ' ' || coalesce(m.member_name, d.name, g.sam_name, w.name, r.sid) AS item_name, -- Right and holder / ユーザー権利と保持者
        r."right" AS user_right, -- User right / ユーザー権利
        r.sid AS holder_sid, -- Holder (SID) / 保持者（SID）
        coalesce(m.member_name, d.name, g.sam_name, w.name) AS holder_name, -- Holder / 保持者
        CASE WHEN r.sid = '' THEN 1 WHEN r.sid GLOB 'S-1-*' THEN r.sid IN ('S-1-5-32-544', 'S-1-5-18', 'S-1-5-19', 'S-1-5-20', 'S-1-5-6') OR r.sid GLOB 'S-1-5-80-*' OR r.sid GLOB 'S-1-5-82-*' OR r.sid GLOB 'S-1-5-83-*' OR r.sid GLOB 'S-1-5-90-*'
            OR (r.sid = 'S-1-5-32-551' AND r."right" IN ('SeBackupPrivilege', 'SeRestorePrivilege'))
            OR (h.is_controller IS 1 AND ((r.sid = 'S-1-5-32-549' AND r."right" IN ('SeBackupPrivilege', 'SeRestorePrivilege')) OR (r.sid = 'S-1-5-32-550' AND r."right" = 'SeLoadDriverPrivilege'))) END AS is_expected, -- Given by Windows itself / Windows の既定の保持者
        CASE WHEN r.sid = '' THEN 0 ELSE k.is_everybody END AS is_everybody, -- Everybody or all users / 全員またはすべてのユーザー
        r.origin, -- Read from (host, policy) / 読み取り元（host, policy）
        (SELECT coalesce(o.display_name, o.gpo_id) FROM policy_object o WHERE o.gpo_id = r.gpo_id) AS policy, -- Set by the policy / 設定元の GPO
        h.is_windows, -- Windows / Windows
        h.is_server, -- Server / サーバー
        h.is_controller -- Domain controller / ドメインコントローラー
    FROM local_right_fact r
        JOIN host_state h ON h.host = r.host
        LEFT JOIN everybody_sid k ON k.sid = r.sid
        LEFT JOIN account_state d ON d.guid = (SELECT a.guid FROM account a WHERE a.sid = r.sid)
        LEFT JOIN directory_group g ON g.sid = r.sid
        LEFT JOIN well_known_trustee w ON w.sid = r.sid AND r.origin = 'policy'
        LEFT JOIN (SELECT host, member_sid, max(member_name) AS member_name FROM local_group_member GROUP BY host, member_sid) m ON m.host = r.host AND m.member_sid = r.sid
    UNION ALL SELECT h.subject, h.host, h.host, k."right" || '/', k."right", k."right", '', NULL,
        CASE WHEN k."right" NOT GLOB 'Se*LogonRight' OR n.host IS NOT NULL THEN 1 END, CASE WHEN k."right" NOT GLOB 'Se*LogonRight' OR n.host IS NOT NULL THEN 0 END,
        'host', NULL, h.is_windows, h.is_server, h.is_controller
    FROM (SELECT DISTINCT host FROM host_told WHERE source = 'smb.right') t JOIN host_state h ON h.host = t.host LEFT JOIN host_tells_logon n ON n.host = h.host, user_right_name k
    WHERE NOT EXISTS (SELECT 1 FROM local_right r WHERE r.host = h.host AND r."right" = k."right")
    UNION ALL SELECT u.subject, u.host, u.host, n."right" || '/', n."right", n."right", NULL, NULL, NULL, NULL, NULL, NULL, u.is_windows, u.is_server, u.is_controller
    FROM host_unseen u, user_right_name n WHERE u.source = 'smb.right' AND EXISTS (SELECT 1 FROM host_state h JOIN policy_holder p ON p.class_no = h.policy_class WHERE h.host = u.host)
        AND NOT EXISTS (SELECT 1 FROM local_right_fact r WHERE r.host = u.host AND r."right" = n."right")
    UNION ALL SELECT u.subject, u.host, u.host, '', u.host, NULL, NULL, NULL, NULL, NULL, NULL, NULL, u.is_windows, u.is_server, u.is_controller
    FROM host_unseen u WHERE u.source = 'smb.right' AND NOT EXISTS (SELECT 1 FROM host_state h JOIN policy_holder p ON p.class_no = h.policy_class WHERE h.host = u.host);

INSERT INTO view_source(view, column_name, source)
    SELECT v.view, v.name, v.source FROM (
        SELECT 'local_user' AS view, '' AS name, 'host.scope' AS source
        UNION ALL VALUES
            ('local_user', 'is_enabled', 'smb.account'), ('local_user', 'rid', 'smb.account'), ('local_user', 'password_not_required', 'smb.account'),
            ('local_user', 'password_never_expires', 'smb.account'), ('local_user', 'password_age_days', 'smb.account'), ('local_user', 'has_password_hint', 'smb.account'),
            ('local_user', 'inactive_days', 'smb.account'), ('local_user', 'min_password_length', 'smb.policy'), ('local_user', 'is_windows', 'net.smb'), ('local_user', 'is_administrator', 'smb.group'),
            ('builtin_administrator', '', 'host.scope'), ('builtin_administrator', 'account_name', 'smb.account'), ('builtin_administrator', 'is_enabled', 'smb.account'),
            ('builtin_administrator', 'is_locked_out', 'smb.account'), ('builtin_administrator', 'password_not_required', 'smb.account'), ('builtin_administrator', 'password_never_expires', 'smb.account'),
            ('builtin_administrator', 'password_age_days', 'smb.account'), ('builtin_administrator', 'inactive_days', 'smb.account'), ('builtin_administrator', 'never_logged_on', 'smb.account'),
            ('builtin_administrator', 'laps_manages_account', 'smb.account'), ('builtin_administrator', 'laps_manages_account', 'ldap.metadata'),
            ('builtin_administrator', 'laps_kind', 'ldap.computer'), ('builtin_administrator', 'laps_is_current', 'ldap.computer'),
            ('builtin_administrator', 'is_shared', 'smb.reuse'), ('builtin_administrator', 'is_shared', 'ldap.computer'),
            ('builtin_administrator', 'may_be_shared', 'smb.account'), ('builtin_administrator', 'may_be_shared', 'smb.machine'),
            ('builtin_administrator', 'accepts_candidate', 'smb.reuse'), ('builtin_administrator', 'password_is_blank', 'smb.reuse'),
            ('builtin_administrator', 'lockout_threshold', 'smb.policy'), ('builtin_administrator', 'is_windows', 'net.smb'),
            ('local_member', '', 'host.scope'), ('local_member', 'group_sid', 'smb.group'), ('local_member', 'member_sid', 'smb.group'), ('local_member', 'is_everybody', 'smb.group'),
            ('local_member', 'member_kind', 'smb.machine'), ('local_member', 'member_kind', 'ldap.user'), ('local_member', 'is_enabled', 'smb.account'), ('local_member', 'is_enabled', 'ldap.user'),
            ('local_member', 'is_resolved', 'smb.group'), ('local_member', 'is_privileged', 'ldap.group'), ('local_member', 'is_windows', 'net.smb'),
            ('local_right_holder', '', 'host.scope'), ('local_right_holder', 'user_right', 'smb.right'), ('local_right_holder', 'is_everybody', 'smb.right'),
            ('local_right_holder', 'is_expected', 'smb.right'), ('local_right_holder', 'is_windows', 'net.smb')) v;
