-- SPDX-License-Identifier: GPL-3.0-or-later
-- FreeIPA: accounts, each with the policy that holds for it (what the server says; else of the policies of its groups the one with the lowest
-- cosPriority; else global_policy), its authentication types and tokens. Administrators are the members of the group with RID 512, at any depth,
-- whatever it is called; a FreeIPA that gives no SIDs tells no administrators. Failed and successful logons are each server's own.
-- Who must use a one-time password and has no token in force is let in with the password alone, so that the first token can be made.

CREATE VIEW ipa_user AS
    WITH reach AS MATERIALIZED (SELECT * FROM ipa_group_reach),
        admin AS MATERIALIZED (SELECT DISTINCT server, dn FROM reach WHERE is_admin),
        ordered AS MATERIALIZED (SELECT server, dn, policy, min(precedence) AS precedence, max(precedence IS NULL) AS is_hidden FROM reach WHERE policy IS NOT NULL GROUP BY server, dn),
        whole AS MATERIALIZED (SELECT server, min(is_whole) AS is_whole, max(sid GLOB 'S-1-5-21-*-512') AS has_admins, max(name IS NULL) AS is_nameless FROM ldap_group GROUP BY server),
        policy AS MATERIALIZED (SELECT * , lower(dn) AS key FROM ldap_password_policy WHERE form = 'ipa'),
        -- Policies of which it is not known whom they are for may be anybody's.
        nameless AS MATERIALIZED (SELECT DISTINCT server FROM ldap_password_policy WHERE form = 'ipa' AND (name IS NULL OR is_default IS NULL)),
        token AS MATERIALIZED (SELECT server, lower(owner_dn) AS dn, count(*) AS n,
            sum(is_disabled = 0 AND coalesce(not_before, 0) <= (SELECT now FROM clock) AND coalesce(not_after, 9223372036854775807) > (SELECT now FROM clock)) AS active,
            sum(is_disabled IS NULL) AS hidden FROM otp_token WHERE form = 'ipa' AND owner_dn IS NOT NULL GROUP BY 1, 2),
        told AS MATERIALIZED (SELECT target AS server, max(source = 'ldap.ipa') AS ipa, max(source = 'ldap.directory_group') AS groups
            FROM coverage WHERE state = 'complete' AND source IN ('ldap.ipa', 'ldap.directory_group') GROUP BY target),
        fact AS MATERIALIZED (
            SELECT a.*, t.ipa, t.groups,
                CASE WHEN m.dn IS NOT NULL THEN 1 WHEN t.groups AND w.is_whole AND w.has_admins THEN 0 END AS is_admin,
                coalesce(lower(a.policy_dn), CASE WHEN NOT t.ipa OR n.server IS NOT NULL OR w.is_nameless THEN NULL WHEN o.is_hidden = 0 THEN o.policy WHEN o.dn IS NULL AND t.groups AND w.is_whole THEN (SELECT key FROM policy g WHERE g.server = a.server AND g.is_default = 1) END) AS policy_key,
                CASE WHEN s.auth_types LIKE '%disabled%' THEN 'password' WHEN a.auth_types <> '' AND (s.auth_types IS NOT NULL OR ',' || a.auth_types || ',' LIKE '%,password,%') THEN a.auth_types WHEN a.auth_types = '' THEN CASE s.auth_types WHEN '' THEN 'password' ELSE s.auth_types END END AS auth,
                CASE WHEN k.n IS NULL THEN CASE WHEN t.ipa THEN 0 END WHEN k.hidden = 0 THEN k.active WHEN k.active > 0 THEN k.active END AS tokens,
                s.options
            FROM ldap_account a LEFT JOIN told t ON t.server = a.server LEFT JOIN whole w ON w.server = a.server LEFT JOIN nameless n ON n.server = a.server
                LEFT JOIN admin m ON m.server = a.server AND m.dn = lower(a.dn) LEFT JOIN ordered o ON o.server = a.server AND o.dn = lower(a.dn)
                LEFT JOIN token k ON k.server = a.server AND k.dn = lower(a.dn) LEFT JOIN ipa_settings s ON s.server = a.server)
    SELECT
        f.guid AS subject, -- Account / アカウント
        coalesce(f.name, f.dn) AS name, -- Name / 名前
        f.server AS target, -- Asked as / 調査対象名
        f.server AS item, -- Server / サーバー
        f.server AS item_name, -- Server / サーバー
        f.dn, -- Distinguished name / 識別名
        f.principal, -- Kerberos principal / Kerberos プリンシパル
        f.sid, -- SID / SID
        f.is_enabled, -- Enabled / 有効
        f.is_admin, -- Administrator (RID 512) / 管理者（RID 512）
        p.dn AS policy_dn, -- Policy that holds / 適用されるポリシー
        p.name AS policy, -- Name of the policy / ポリシー名
        f.auth AS auth_types, -- Authentication types that hold / 適用される認証方式
        CASE WHEN ',' || f.auth || ',' LIKE '%,password,%' OR ',' || f.auth || ',' LIKE '%,hardened,%' THEN 1
            WHEN ',' || f.auth || ',' LIKE '%,otp,%' THEN f.tokens = 0 WHEN f.auth IS NOT NULL THEN 0 END AS accepts_password, -- A password alone is enough / パスワードだけで認証できる
        f.tokens, -- Tokens in force / 有効なトークンの数
        f.passkeys, -- Pass keys / パスキーの数
        strftime('%Y-%m-%dT%H:%M:%SZ', nullif(f.created_at, 0) / 10000000 - 11644473600, 'unixepoch') AS created_at, -- Created / 作成日時
        strftime('%Y-%m-%dT%H:%M:%SZ', nullif(f.changed_at, 0) / 10000000 - 11644473600, 'unixepoch') AS password_changed_at, -- Password changed / パスワードの最終変更日時
        f.changed_at > 0 AS has_password_date, -- Has a date of its password / パスワードの変更日時がある
        CASE WHEN f.changed_at > 0 THEN ((SELECT now FROM clock) - f.changed_at) / 864000000000 END AS password_age_days, -- Age of the password (days) / パスワードの経過日数
        strftime('%Y-%m-%dT%H:%M:%SZ', nullif(f.expires_at, 0) / 10000000 - 11644473600, 'unixepoch') AS password_expires_at, -- Password expires / パスワードの有効期限
        f.expires_at = 0 OR f.expires_at >= 137903904000000000 AS never_expires, -- Password never expires / パスワードは無期限
        CASE WHEN f.expires_at > 0 THEN f.expires_at < (SELECT now FROM clock) WHEN f.expires_at = 0 THEN 0 END AS is_expired, -- Password has expired / パスワードが期限切れ
        strftime('%Y-%m-%dT%H:%M:%SZ', nullif(f.ends_at, 0) / 10000000 - 11644473600, 'unixepoch') AS ends_at, -- Account ends / アカウントの有効期限
        CASE WHEN f.ends_at > 0 THEN f.ends_at < (SELECT now FROM clock) WHEN f.ends_at = 0 THEN 0 END AS has_ended, -- Account has ended / アカウントが期限切れ
        strftime('%Y-%m-%dT%H:%M:%SZ', nullif(f.logon_at, 0) / 10000000 - 11644473600, 'unixepoch') AS logon_at, -- Last logon / 最終ログオン
        CASE WHEN f.logon_at > 0 THEN ((SELECT now FROM clock) - f.logon_at) / 864000000000 END AS logon_age_days, -- Days since the last logon / 最終ログオンからの日数
        CASE WHEN f.logon_at > 0 THEN 1 WHEN f.logon_at = 0 AND ',' || f.options || ',' NOT LIKE '%,KDC:Disable Last Success,%' THEN 0 END AS has_logged_on, -- Has ever logged on / ログオンしたことがある
        f.failures, -- Failed logons in a row / 連続したログオン失敗の回数
        strftime('%Y-%m-%dT%H:%M:%SZ', nullif(f.last_failure_at, 0) / 10000000 - 11644473600, 'unixepoch') AS last_failure_at, -- Last failed logon / 最後に失敗したログオン
        CASE WHEN f.failures = 0 OR p.max_failures = 0 THEN 0 WHEN f.failures < p.max_failures THEN 0
            WHEN f.failures >= p.max_failures THEN p.lockout_duration_s = 0 OR f.last_failure_at + p.lockout_duration_s * 10000000 > (SELECT now FROM clock) END AS is_locked, -- Locked / ロックアウト中
        f.ends_at = 0 AND f.is_enabled AS is_open_ended -- In use without an end / 有効期限のない使用中のアカウント
    FROM fact f LEFT JOIN policy p ON p.server = f.server AND p.key = f.policy_key;

-- Each FreeIPA server, with the settings that hold for all.
CREATE VIEW ipa_directory AS
    WITH admins AS MATERIALIZED (SELECT item AS server, sum(is_admin = 1 AND is_enabled IS NOT 0) AS n, min(is_admin IS NOT NULL) AS is_known FROM ipa_user GROUP BY item)
    SELECT
        s.server AS subject, -- Server / サーバー
        s.server AS name, -- Server / サーバー
        s.server AS target, -- Asked as / 調査対象名
        s.dn, -- Settings / 設定のエントリー
        s.auth_types, -- Authentication types of the whole directory / ディレクトリ全体の認証方式
        CASE s.auth_types WHEN '' THEN 1 ELSE ',' || s.auth_types || ',' LIKE '%,password,%' OR ',' || s.auth_types || ',' LIKE '%,hardened,%' OR ',' || s.auth_types || ',' LIKE '%,disabled,%' END AS accepts_password, -- A password alone is enough / パスワードだけで認証できる
        s.options, -- Options / オプション
        ',' || s.options || ',' LIKE '%,KDC:Disable Lockout,%' AS lockout_is_off, -- Lockout is switched off as a whole / ロックアウト全体が無効
        ',' || s.options || ',' NOT LIKE '%,KDC:Disable Last Success,%' AS keeps_logons, -- Last logons are kept / 最終ログオンを記録する
        ',' || s.options || ',' LIKE '%,AllowNThash,%' AS keeps_nt_hashes, -- NT hashes are made / NT ハッシュを作成する
        CASE WHEN a.is_known THEN a.n END AS admins, -- Administrators in use / 使用中の管理者の数
        (SELECT group_concat(name, ', ') FROM (SELECT name FROM ipa_user u WHERE u.item = s.server AND u.is_admin = 1 AND u.is_enabled IS NOT 0 ORDER BY name LIMIT 20)) AS admin_names -- Administrators / 管理者
    FROM ipa_settings s LEFT JOIN admins a ON a.server = s.server;

-- Tokens of FreeIPA and OpenLDAP.
CREATE VIEW otp_token_state AS
    WITH owner AS MATERIALIZED (SELECT server, lower(dn) AS dn, guid, coalesce(name, dn) AS name, is_enabled FROM ldap_account
        UNION ALL SELECT server, lower(dn), guid, coalesce(name, dn), NULL FROM ppolicy_account)
    SELECT
        t.dn AS subject, -- Token / トークン
        t.dn AS name, -- Token / トークン
        t.server AS target, -- Asked as / 調査対象名
        t.server AS item, -- Server / サーバー
        t.server AS item_name, -- Server / サーバー
        t.form, -- Kind of server / サーバーの種類
        t.kind, -- Kind of token / トークンの種類
        t.owner_dn, -- Owner / 所有者
        o.name AS owner, -- Name of the owner / 所有者名
        o.is_enabled AS owner_is_enabled, -- Owner is enabled / 所有者が有効
        t.is_disabled, -- Disabled / 無効
        strftime('%Y-%m-%dT%H:%M:%SZ', nullif(t.not_after, 0) / 10000000 - 11644473600, 'unixepoch') AS ends_at, -- Ends / 有効期限
        t.not_after < (SELECT now FROM clock) AS has_ended, -- Has ended / 期限切れ
        t.is_used -- Was used / 使用実績がある
    FROM otp_token t LEFT JOIN owner o ON o.server = t.server AND o.dn = lower(t.owner_dn);

INSERT INTO view_source(view, column_name, source) VALUES
    ('ipa_user', '', 'ldap.ipa'),
    ('ipa_user', 'is_admin', 'ldap.directory_group'),
    ('ipa_user', 'policy_dn', 'ldap.directory_group'),
    ('ipa_user', 'is_locked', 'ldap.directory_group'),
    ('ipa_directory', '', 'ldap.ipa'),
    ('ipa_directory', 'admins', 'ldap.directory_group'),
    ('otp_token_state', '', 'ldap.ipa'),
    ('otp_token_state', '', 'ldap.otp');
