-- SPDX-License-Identifier: GPL-3.0-or-later
-- Password policies of OpenLDAP (pwdPolicy) and FreeIPA (krbPwdPolicy), and for whom they hold. Seconds of the servers are days and minutes here.
-- Which policy of OpenLDAP holds for accounts without one of their own stands in cn=config; where that is not readable, nobody knows for whom
-- a policy that no account names holds.

-- FreeIPA: members at any depth of the groups that have a policy, and of the administrators (RID 512).
CREATE VIEW ipa_group_reach AS
    WITH RECURSIVE start AS MATERIALIZED (
            SELECT g.server, lower(g.dn) AS top, p.precedence, lower(p.dn) AS policy, 0 AS is_admin
            FROM ldap_password_policy p CROSS JOIN ldap_group g ON g.server = p.server AND g.name = p.name COLLATE NOCASE
            WHERE p.form = 'ipa' AND p.is_default = 0
            UNION ALL SELECT g.server, lower(g.dn), NULL, NULL, 1 FROM ldap_group g WHERE g.sid GLOB 'S-1-5-21-*-512'),
        member AS MATERIALIZED (SELECT server, lower(group_dn) AS grp, lower(member_dn) AS dn FROM ldap_member),
        reach(server, top, dn) AS (
            SELECT DISTINCT server, top, top FROM start
            UNION SELECT r.server, r.top, m.dn FROM reach r CROSS JOIN member m ON m.server = r.server AND m.grp = r.dn)
    SELECT r.server, r.dn, s.policy, s.precedence, s.is_admin FROM reach r JOIN start s ON s.server = r.server AND s.top = r.top;

-- One row a policy and server.
CREATE VIEW ldap_policy AS
    WITH own AS MATERIALIZED (SELECT server, lower(policy_dn) AS dn, count(*) AS n FROM ppolicy_account WHERE policy_dn IS NOT NULL AND has_password IS NOT 0 GROUP BY 1, 2),
        ipa AS MATERIALIZED (SELECT server, policy AS dn, count(DISTINCT dn) AS n FROM ipa_group_reach
            WHERE policy IS NOT NULL AND dn NOT IN (SELECT lower(dn) FROM ldap_group) GROUP BY 1, 2),
        rest AS MATERIALIZED (SELECT server, sum(policy_dn IS NULL AND has_password IS NOT 0) AS n FROM ppolicy_account GROUP BY 1),
        told AS MATERIALIZED (SELECT target AS server, max(source = 'ldap.ppolicy') AS accounts, max(source = 'ldap.directory_group') AS groups
            FROM coverage WHERE state = 'complete' AND source IN ('ldap.ppolicy', 'ldap.directory_group') GROUP BY target),
        fact AS MATERIALIZED (
            SELECT p.*, CASE WHEN p.form = 'ipa' THEN coalesce(i.n, 0) ELSE coalesce(o.n, 0) + CASE WHEN p.is_default THEN coalesce(r.n, 0) ELSE 0 END END AS held,
                CASE WHEN p.form = 'ipa' THEN t.groups AND p.name IS NOT NULL AND NOT EXISTS (SELECT 1 FROM ldap_group g WHERE g.server = p.server AND g.name IS NULL) ELSE t.accounts END AS is_told
            FROM ldap_password_policy p LEFT JOIN own o ON o.server = p.server AND o.dn = lower(p.dn) LEFT JOIN ipa i ON i.server = p.server AND i.dn = lower(p.dn)
                LEFT JOIN rest r ON r.server = p.server LEFT JOIN told t ON t.server = p.server)
    SELECT
        dn AS subject, -- Policy / ポリシー
        coalesce(name, dn) AS name, -- Name / 名前
        server AS target, -- Asked as / 調査対象名
        server AS item, -- Server / サーバー
        server AS item_name, -- Server / サーバー
        form, -- Kind (ppolicy: OpenLDAP, ipa: FreeIPA) / 種類（ppolicy: OpenLDAP、ipa: FreeIPA）
        is_default, -- Holds for everybody without another one / 個別の指定がないアカウント全員に適用
        precedence, -- Precedence (the lowest wins) / 優先順位（小さい値が優先）
        CASE WHEN is_told AND NOT (form = 'ipa' AND is_default) AND (form = 'ipa' OR is_default IS NOT NULL) THEN held END AS accounts, -- Accounts that it holds for / 適用されるアカウント数
        CASE WHEN is_default = 1 OR held > 0 THEN 1 WHEN is_default = 0 AND is_told THEN 0 END AS is_used, -- Holds for somebody / 適用対象がある
        min_length, -- Least length / 最小の長さ
        min_classes, -- Least kinds of characters / 文字種の最小数
        quality, -- Quality check (0 none, 1 where possible, 2 always) / 品質検査（0 なし、1 可能な場合、2 常に）
        history, -- Passwords remembered / 記録する過去のパスワード数
        CASE WHEN max_age_s >= 0 THEN max_age_s / 86400 END AS max_age_days, -- Longest age (days) / 有効期間（日）
        CASE WHEN max_age_s >= 0 THEN max_age_s = 0 END AS never_expires, -- Passwords never expire / パスワードは無期限
        min_age_s / 3600 AS min_age_hours, -- Least age (hours) / 変更禁止期間（時間）
        locks, -- Failed logons lock the account / ログオンの失敗でロックアウトする
        CASE WHEN max_failures >= 0 THEN max_failures END AS max_failures, -- Failed logons until lockout / ロックアウトのしきい値
        failure_interval_s / 60 AS window_minutes, -- Failed logons are counted for (minutes) / 失敗回数のリセットまでの時間（分）
        failure_interval_s = 0 AS counts_until_success, -- Counted until a logon succeeds / ログオンに成功するまで数える
        lockout_duration_s / 60 AS lockout_minutes, -- Lockout (minutes) / ロックアウト期間（分）
        lockout_duration_s = 0 AS locked_until_unlocked, -- Locked until an administrator unlocks it / 管理者が解除するまでロックアウト
        grace, -- Logons after expiry / 期限切れ後に許すログオンの回数
        must_change, -- A password that an administrator set must be changed / 管理者が設定したパスワードは変更が必要
        safe_modify, -- The old password is asked for / 変更時に現在のパスワードが必要
        dictionary, -- Words of a dictionary are refused / 辞書の単語を拒否
        user_check -- The user name is refused / ユーザー名を含むパスワードを拒否
    FROM fact;

-- Accounts of OpenLDAP with the policy that holds for them: their own (pwdPolicySubentry), else the default where it is known.
CREATE VIEW openldap_user AS
    WITH policy AS MATERIALIZED (SELECT server, lower(dn) AS dn, max_age_s, max_failures, locks, min_length, is_default FROM ldap_password_policy WHERE form = 'ppolicy'),
        fallback AS MATERIALIZED (SELECT server, min(dn) AS dn FROM policy WHERE is_default = 1 GROUP BY server HAVING count(*) = 1),
        token AS MATERIALIZED (SELECT server, lower(owner_dn) AS dn, count(*) AS n, max(is_used) AS is_used FROM otp_token WHERE form = 'openldap' AND owner_dn IS NOT NULL GROUP BY 1, 2),
        told AS MATERIALIZED (SELECT target AS server, max(source = 'ldap.ppolicy') AS accounts, max(source = 'ldap.password_policy') AS policies, max(source = 'ldap.otp' ) AS otp
            FROM coverage WHERE (state = 'complete' OR state = 'absent' AND source = 'ldap.otp') AND source IN ('ldap.ppolicy', 'ldap.password_policy', 'ldap.otp') GROUP BY target)
    SELECT
        a.guid AS subject, -- Account / アカウント
        coalesce(a.name, a.dn) AS name, -- Name / 名前
        a.server AS target, -- Asked as / 調査対象名
        a.server AS item, -- Server / サーバー
        a.server AS item_name, -- Server / サーバー
        a.dn, -- Distinguished name / 識別名
        a.has_password, -- Has a password / パスワードがある
        coalesce(a.policy_dn, CASE WHEN t.accounts THEN d.dn END) AS policy_dn, -- Policy that holds / 適用されるポリシー
        CASE WHEN p.dn IS NOT NULL THEN 1 WHEN a.policy_dn IS NOT NULL AND t.policies THEN 0 END AS has_policy, -- A policy holds / ポリシーが適用される
        p.min_length, -- Least length / 最小の長さ
        p.locks, -- Failed logons lock the account / ログオンの失敗でロックアウトする
        p.max_failures, -- Failed logons until lockout / ロックアウトのしきい値
        p.max_age_s / 86400 AS max_age_days, -- Longest age (days) / 有効期間（日）
        strftime('%Y-%m-%dT%H:%M:%SZ', nullif(a.changed_at, 0) / 10000000 - 11644473600, 'unixepoch') AS password_changed_at, -- Password changed / パスワードの最終変更日時
        CASE WHEN a.changed_at > 0 THEN ((SELECT now FROM clock) - a.changed_at) / 864000000000 END AS password_age_days, -- Age of the password (days) / パスワードの経過日数
        CASE WHEN p.max_age_s = 0 OR a.changed_at = 0 THEN 0 WHEN a.changed_at > 0 THEN a.changed_at + p.max_age_s * 10000000 < (SELECT now FROM clock) END AS is_expired, -- Password has expired / パスワードが期限切れ
        CASE WHEN k.n > 0 OR t.otp THEN coalesce(k.n, 0) END AS tokens, -- Tokens for one-time passwords / ワンタイム パスワード トークンの数
        k.is_used AS token_is_used -- A token was used / トークンの使用実績がある
    FROM ppolicy_account a LEFT JOIN told t ON t.server = a.server LEFT JOIN fallback d ON d.server = a.server
        LEFT JOIN policy p ON p.server = a.server AND p.dn = coalesce(lower(a.policy_dn), CASE WHEN t.accounts THEN d.dn END)
        LEFT JOIN token k ON k.server = a.server AND k.dn = lower(a.dn);

INSERT INTO view_source(view, column_name, source) VALUES
    ('ldap_policy', '', 'ldap.password_policy'),
    ('ldap_policy', '', 'ldap.ipa'),
    ('ldap_policy', 'accounts', 'ldap.ppolicy'),
    ('ldap_policy', 'is_used', 'ldap.ppolicy'),
    ('openldap_user', '', 'ldap.ppolicy'),
    ('openldap_user', 'has_policy', 'ldap.password_policy'),
    ('openldap_user', 'is_expired', 'ldap.password_policy'),
    ('openldap_user', 'tokens', 'ldap.otp'),
    ('openldap_user', 'token_is_used', 'ldap.otp');
