-- SPDX-License-Identifier: GPL-3.0-or-later
-- Domain controllers, by their NTDS Settings objects and the computer accounts these name.
CREATE VIEW domain_controller AS
    SELECT
        coalesce(c.subject, d.guid) AS subject, -- Domain controller / ドメインコントローラー
        coalesce(d.dns_name, c.name, d.dn) AS name, -- Name / 名前
        d.guid, -- GUID of its NTDS Settings / NTDS Settings の GUID
        d.site, -- Site / サイト
        d.options & 1 <> 0 AS is_global_catalog, -- Global catalog / グローバル カタログ
        d.is_read_only, -- Read-only / 読み取り専用
        d.behavior_version AS functional_level, -- Functional level / 機能レベル
        c.os, -- Operating system / OS
        c.os_version, -- Version / OS のバージョン
        c.os_build, -- Build / ビルド
        c.is_windows, -- Windows / Windows
        c.support_ends_on, -- Security updates end / セキュリティ更新の終了日
        c.support_days_left, -- Days until security updates end / セキュリティ更新の残り日数
        c.password_age_days, -- Password age (days) / パスワードの経過日数
        c.secret_age_days, -- Password age by the replication metadata (days) / パスワードの経過日数（レプリケーション メタデータによる）
        c.secret_changed_at, -- Secret changed (replication metadata) / パスワード本体の変更日時（レプリケーション メタデータ）
        c.password_version, -- Password changes / パスワードの変更回数
        c.date_without_secret, -- Date is newer than the secret / 変更日時がパスワード本体より新しい
        c.is_enabled, -- Enabled / 有効
        c.inactive_days, -- Days without logon / ログオンのない日数
        EXISTS (SELECT 1 FROM directory_server v WHERE v.dsa_dn = d.dn COLLATE NOCASE
            OR v.dns_name = d.dns_name COLLATE NOCASE) AS answered, -- Answered in this audit / この点検に応答した
        (SELECT v.clock_skew_seconds FROM directory_server v WHERE v.dsa_dn = d.dn COLLATE NOCASE
            OR v.dns_name = d.dns_name COLLATE NOCASE) AS clock_skew_seconds -- Its clock minus ours (seconds) / 時刻のずれ（秒）
    FROM directory_agent d
        -- Only these few are worked out, not every computer: SQLite makes the right side of an outer join as a whole, and
        -- LIMIT keeps this part for itself, where the order of the joins holds.
        LEFT JOIN (SELECT e.guid AS agent_guid, n.* FROM directory_agent e
            CROSS JOIN account x ON x.dn = e.computer_dn COLLATE NOCASE
            CROSS JOIN computer n ON n.guid = x.guid LIMIT -1) c ON c.agent_guid = d.guid;

INSERT INTO view_source(view, column_name, source) VALUES
    ('domain_controller', '', 'ldap.site'),
    ('domain_controller', 'os', 'ldap.computer'),
    ('domain_controller', 'os_version', 'ldap.computer'),
    ('domain_controller', 'os_build', 'ldap.computer'),
    ('domain_controller', 'is_windows', 'ldap.computer'),
    ('domain_controller', 'support_ends_on', 'ldap.computer'),
    ('domain_controller', 'support_days_left', 'ldap.computer'),
    ('domain_controller', 'password_age_days', 'ldap.computer'),
    ('domain_controller', 'secret_changed_at', 'ldap.metadata'),
    ('domain_controller', 'secret_age_days', 'ldap.metadata'),
    ('domain_controller', 'secret_age_days', 'ldap.computer'),
    ('domain_controller', 'password_version', 'ldap.metadata'),
    ('domain_controller', 'date_without_secret', 'ldap.metadata'),
    ('domain_controller', 'is_enabled', 'ldap.computer'),
    ('domain_controller', 'inactive_days', 'ldap.computer'),
    ('domain_controller', 'answered', 'ldap.rootdse'),
    ('domain_controller', 'clock_skew_seconds', 'ldap.rootdse');
