-- SPDX-License-Identifier: GPL-3.0-or-later
-- The domain and the forest: one row each. Ages of the directory are negative 100 ns; 0 and INT64_MIN mean "never" for the
-- maximum age ([MS-SAMR] 3.1.5.14.4) and "until unlocked" for the lockout duration ([MS-ADA1] 2.370).

-- Counts of domain controllers by their computer accounts (SERVER_TRUST or PARTIAL_SECRETS), a row a domain.
CREATE VIEW controller_count AS
    SELECT s.domain_sid,
        count(*) AS controllers,
        sum(s.uac & 0x4000000 <> 0) AS read_only,
        min(w.is_windows) AS all_windows,
        min(w.build) AS oldest_build
    FROM account_state s LEFT JOIN computer_system w ON w.guid = s.guid
    WHERE s.is_controller GROUP BY s.domain_sid;

CREATE VIEW domain AS
    SELECT
        coalesce(d.sid, d.guid) AS subject, -- Domain / ドメイン
        coalesce(d.dns_name, d.dn) AS name, -- Name / 名前
        d.netbios_name, -- NetBIOS name / NetBIOS 名
        coalesce(d.behavior_version, v.domain_level) AS functional_level, -- Domain functional level (7 = 2016) / ドメインの機能レベル（7 = 2016）
        d.min_password_length, -- Minimum password length / パスワードの長さ（最小）
        d.password_history_length, -- Passwords remembered / パスワードの履歴を記録する数
        d.max_password_age IN (0, -9223372036854775808) AS passwords_never_expire, -- Passwords never expire / パスワードの有効期間が無期限
        CASE WHEN d.max_password_age NOT IN (0, -9223372036854775808) THEN -d.max_password_age / 864000000000 END AS max_password_age_days, -- Maximum password age (days) / パスワードの有効期間（日）
        CASE WHEN d.min_password_age = -9223372036854775808 THEN NULL ELSE -d.min_password_age / 864000000000 END AS min_password_age_days, -- Minimum password age (days) / パスワードの変更禁止期間（日）
        d.password_properties & 1 <> 0 AS complexity, -- Complexity required / 複雑さの要件
        d.password_properties & 16 <> 0 AS reversible_encryption, -- Reversible encryption / 暗号化を元に戻せる状態で保存
        d.lockout_threshold, -- Lockout threshold / ロックアウトのしきい値
        d.lockout_duration IN (0, -9223372036854775808) AS locked_until_unlocked, -- Locked until unlocked / 管理者が解除するまでロック
        CASE WHEN d.lockout_duration NOT IN (0, -9223372036854775808) THEN -d.lockout_duration / 600000000 END AS lockout_minutes, -- Lockout duration (minutes) / ロックアウト期間（分）
        CASE WHEN d.lockout_window = -9223372036854775808 THEN NULL ELSE -d.lockout_window / 600000000 END AS lockout_window_minutes, -- Reset counter after (minutes) / ロックアウト カウンターのリセット（分）
        d.password_properties & 8 <> 0 AS locks_administrator, -- Administrator can be locked out / Administrator アカウントのロックアウトを許可する
        d.machine_account_quota, -- Computers that a user may join / ユーザーが参加させられるコンピューターの数
        d.rotates_smartcard_secrets, -- Secrets of smart-card accounts are renewed / スマート カード専用アカウントの秘密情報を更新する
        CASE WHEN d.backup_at > 0 THEN (c.now - d.backup_at) / 864000000000 END AS backup_age_days, -- Last backup (days ago) / 前回バックアップからの日数
        strftime('%Y-%m-%dT%H:%M:%SZ', nullif(d.backup_at, 0) / 10000000 - 11644473600, 'unixepoch') AS backup_at, -- Last backup / 前回のバックアップ
        (c.now - d.created_at) / 864000000000 AS age_days, -- Age of the domain (days) / ドメインの作成からの日数
        CASE WHEN k.uac IS NOT NULL THEN (c.now - coalesce(k.password_at, nullif(k.pwd_last_set, 0))) / 864000000000 END AS krbtgt_password_age_days, -- Age of the krbtgt password (days) / krbtgt のパスワードの経過日数
        (c.now - k.password_at) / 864000000000 AS krbtgt_secret_age_days, -- Age of the krbtgt password by the replication metadata (days) / krbtgt のパスワードの経過日数（レプリケーション メタデータによる）
        k.password_version AS krbtgt_password_version, -- Changes of the krbtgt password / krbtgt のパスワードの変更回数
        strftime('%Y-%m-%dT%H:%M:%SZ', coalesce(k.password_at, nullif(k.pwd_last_set, 0)) / 10000000 - 11644473600, 'unixepoch') AS krbtgt_password_at, -- krbtgt password changed / krbtgt のパスワードの変更日時
        CASE WHEN (SELECT complete FROM source_state WHERE source = 'ldap.computer') THEN coalesce(n.controllers, 0) END AS controller_count, -- Domain controllers / ドメインコントローラーの数
        CASE WHEN (SELECT complete FROM source_state WHERE source = 'ldap.computer') THEN coalesce(n.read_only, 0) END AS rodc_count, -- Read-only domain controllers / 読み取り専用ドメインコントローラーの数
        CASE WHEN (SELECT complete FROM source_state WHERE source = 'ldap.user')
            THEN (SELECT CASE WHEN d.sid IS NOT NULL AND count(*) = count(r.domain_sid) THEN sum(r.is_builtin = 1 AND r.domain_sid = d.sid AND r.rid > 502) END
                FROM account_state r WHERE r.is_builtin IS NOT 0) END AS rodc_krbtgt_count, -- krbtgt accounts of RODCs / RODC の krbtgt アカウントの数
        CASE WHEN (SELECT complete FROM source_state WHERE source = 'ldap.computer') THEN n.all_windows END AS controllers_are_windows, -- All domain controllers run Windows / すべてのドメインコントローラーが Windows
        CASE WHEN (SELECT complete FROM source_state WHERE source = 'ldap.computer') THEN n.oldest_build END AS oldest_controller_build, -- Oldest Windows build of a domain controller / ドメインコントローラーの最も古いビルド
        CASE WHEN (SELECT complete FROM source_state WHERE source = 'ldap.computer') THEN coalesce(n.oldest_build, 14393) >= 9600 END AS supports_administrator_lockout, -- Every domain controller knows the lockout of Administrator / 全ドメインコントローラーが Administrator のロックアウトに対応
        CASE WHEN (SELECT complete FROM source_state WHERE source = 'ldap.schema')
            THEN EXISTS (SELECT 1 FROM schema_attribute WHERE name = 'ms-Mcs-AdmPwdExpirationTime' COLLATE NOCASE) END AS has_legacy_laps_schema, -- Schema knows legacy LAPS / 旧 LAPS のスキーマがある
        CASE WHEN (SELECT complete FROM source_state WHERE source = 'ldap.schema')
            THEN EXISTS (SELECT 1 FROM schema_attribute WHERE name = 'msLAPS-PasswordExpirationTime' COLLATE NOCASE) END AS has_windows_laps_schema, -- Schema knows Windows LAPS / Windows LAPS のスキーマがある
        (SELECT group_concat(w.name, ', ') FROM watched_group_fact w WHERE w.code = 'dns_admins' AND w.subject LIKE d.sid || '-%') AS dns_admin_group, -- Group that rules the DNS service / DNS サービスを管理するグループ
        (SELECT sum(w.member_count) FROM watched_group_fact w WHERE w.code = 'dns_admins' AND w.subject LIKE d.sid || '-%') AS dns_admin_count, -- Its members / そのメンバーの数
        (SELECT complete FROM source_state WHERE source = 'ldap.pso') AS psos_readable -- Fine-grained policies readable / 細かい設定が可能なパスワード ポリシーを読み取れる
    FROM domain_head d
        LEFT JOIN clock c
        LEFT JOIN (SELECT domain_dn, max(domain_level) AS domain_level FROM directory_server GROUP BY domain_dn) v ON v.domain_dn = d.dn
        LEFT JOIN account_state k ON k.is_builtin = 1 AND k.subject = d.sid || '-502'
        LEFT JOIN controller_count n ON n.domain_sid = d.sid;

INSERT INTO view_source(view, column_name, source) VALUES
    ('domain', '', 'ldap.domain'),
    ('domain', 'functional_level', 'ldap.rootdse'),
    ('domain', 'krbtgt_password_age_days', 'ldap.user'),
    ('domain', 'krbtgt_secret_age_days', 'ldap.user'),
    ('domain', 'krbtgt_secret_age_days', 'ldap.metadata'),
    ('domain', 'krbtgt_password_version', 'ldap.metadata'),
    ('domain', 'krbtgt_password_at', 'ldap.metadata'),
    ('domain', 'backup_age_days', 'ldap.metadata'),
    ('domain', 'backup_at', 'ldap.metadata'),
    ('domain', 'controller_count', 'ldap.computer'),
    ('domain', 'rodc_count', 'ldap.computer'),
    ('domain', 'rodc_krbtgt_count', 'ldap.user'),
    ('domain', 'controllers_are_windows', 'ldap.computer'),
    ('domain', 'oldest_controller_build', 'ldap.computer'),
    ('domain', 'supports_administrator_lockout', 'ldap.computer'),
    ('domain', 'has_legacy_laps_schema', 'ldap.schema'),
    ('domain', 'has_windows_laps_schema', 'ldap.schema'),
    ('domain', 'dns_admin_group', 'ldap.security'),
    ('domain', 'dns_admin_count', 'ldap.security'),
    ('domain', 'dns_admin_count', 'ldap.group'),
    ('domain', 'psos_readable', 'ldap.pso');

-- Not set is readable here: who read the objects of the configuration partition to their end saw that it is not there.
CREATE VIEW forest_settings AS
    SELECT
        f.configuration_dn AS subject, -- Forest / フォレスト
        f.configuration_dn AS name, -- Name / 名前
        f.ds_heuristics, -- dSHeuristics / dSHeuristics
        substr(f.heuristics, 7, 1) = '2' AS anonymous_ldap, -- Anonymous LDAP operations / 匿名の LDAP 操作
        substr(f.heuristics, 8, 1) NOT IN ('', '0') AS anonymous_nspi, -- Anonymous address book access (NSPI) / 匿名のアドレス帳（NSPI）アクセス
        substr(f.heuristics, 13, 1) NOT IN ('', '0') AS insecure_password_operations, -- Password operations without encryption / 暗号化なしのパスワード操作
        substr(f.heuristics, 16, 1) NOT IN ('', '0') AS unguarded_operators, -- Operator groups left out of AdminSDHolder / AdminSDHolder の保護から外した Operators グループ
        ';' || f.settings || ';' LIKE '%;DenyUnauthenticatedBind=1;%' AS denies_unauthenticated_bind, -- Binds without a password are refused / パスワードなしのバインドを拒否する
        f.tombstone_days, -- Tombstone lifetime (days) / 廃棄（Tombstone）の有効期間（日）
        f.recycle_bin, -- Recycle Bin enabled / Active Directory のごみ箱が有効
        f.schema_version, -- Schema version / スキーマのバージョン
        (SELECT max(forest_level) FROM directory_server v WHERE v.configuration_dn = f.configuration_dn) AS functional_level -- Forest functional level / フォレストの機能レベル
    FROM (SELECT g.configuration_dn, g.ds_heuristics, g.recycle_bin, g.schema_version,
            coalesce(g.ds_heuristics, CASE WHEN e.complete THEN '' END) AS heuristics,
            replace(coalesce(g.other_settings, CASE WHEN e.complete THEN '' END), ' ', '') AS settings,
            coalesce(g.tombstone_days, CASE WHEN e.complete THEN 60 END) AS tombstone_days
        FROM forest g LEFT JOIN source_state e ON e.source = 'ldap.forest') f;

INSERT INTO view_source(view, column_name, source) VALUES
    ('forest_settings', '', 'ldap.forest'),
    ('forest_settings', 'functional_level', 'ldap.rootdse');
