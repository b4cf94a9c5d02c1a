-- SPDX-License-Identifier: GPL-3.0-or-later
-- Password and lockout policies: the domain's own and every fine-grained one (PSO), in the same words. What a PSO does not
-- show stays NULL; that there are none is only known when the source ldap.pso is complete.
CREATE VIEW password_policy AS
    SELECT
        coalesce(d.sid, d.guid) AS subject, -- Policy / ポリシー
        coalesce(d.dns_name, d.dn) AS name, -- Name / 名前
        d.guid, -- GUID / GUID
        'domain' AS kind, -- Kind (domain, pso) / 種類（domain, pso）
        NULL AS precedence, -- Precedence / 優先順位
        NULL AS target_count, -- Targets / 適用対象の数
        d.min_password_length, -- Minimum password length / パスワードの長さ（最小）
        d.password_history_length, -- Passwords remembered / パスワードの履歴を記録する数
        d.max_password_age IN (0, -9223372036854775808) AS passwords_never_expire, -- Passwords never expire / パスワードの有効期間が無期限
        CASE WHEN d.max_password_age NOT IN (0, -9223372036854775808) THEN -d.max_password_age / 864000000000 END AS max_password_age_days, -- Maximum password age (days) / パスワードの有効期間（日）
        CASE WHEN d.min_password_age <> -9223372036854775808 THEN -d.min_password_age / 864000000000 END AS min_password_age_days, -- Minimum password age (days) / パスワードの変更禁止期間（日）
        d.password_properties & 1 <> 0 AS complexity, -- Complexity required / 複雑さの要件
        d.password_properties & 16 <> 0 AS reversible_encryption, -- Reversible encryption / 暗号化を元に戻せる状態で保存
        d.lockout_threshold, -- Lockout threshold / ロックアウトのしきい値
        d.lockout_duration IN (0, -9223372036854775808) AS locked_until_unlocked, -- Locked until unlocked / 管理者が解除するまでロック
        CASE WHEN d.lockout_duration NOT IN (0, -9223372036854775808) THEN -d.lockout_duration / 600000000 END AS lockout_minutes, -- Lockout duration (minutes) / ロックアウト期間（分）
        CASE WHEN d.lockout_window <> -9223372036854775808 THEN -d.lockout_window / 600000000 END AS lockout_window_minutes, -- Reset counter after (minutes) / ロックアウト カウンターのリセット（分）
        d.min_password_length AS domain_min_password_length, -- Minimum length of the domain / ドメインのパスワードの長さ（最小）
        d.lockout_threshold AS domain_lockout_threshold, -- Lockout threshold of the domain / ドメインのロックアウトのしきい値
        d.password_properties & 1 <> 0 AS domain_complexity -- Complexity of the domain / ドメインの複雑さの要件
    FROM domain_head d
    UNION ALL
    SELECT p.guid, coalesce(p.name, p.dn), p.guid, 'pso', p.precedence,
        (SELECT count(*) FROM password_settings_target t WHERE t.pso_guid = p.guid),
        p.min_password_length, p.password_history_length, p.max_password_age IN (0, -9223372036854775808),
        CASE WHEN p.max_password_age NOT IN (0, -9223372036854775808) THEN -p.max_password_age / 864000000000 END,
        CASE WHEN p.min_password_age <> -9223372036854775808 THEN -p.min_password_age / 864000000000 END,
        p.complexity, p.reversible, p.lockout_threshold, p.lockout_duration IN (0, -9223372036854775808),
        CASE WHEN p.lockout_duration NOT IN (0, -9223372036854775808) THEN -p.lockout_duration / 600000000 END,
        CASE WHEN p.lockout_window <> -9223372036854775808 THEN -p.lockout_window / 600000000 END,
        d.min_password_length, d.lockout_threshold, d.password_properties & 1 <> 0
    FROM password_settings p
        LEFT JOIN domain_head d ON p.dn LIKE '%,CN=Password Settings Container,CN=System,' || d.dn;

INSERT INTO view_source(view, column_name, source) VALUES
    ('password_policy', '', 'ldap.domain'),
    ('password_policy', '', 'ldap.pso');
