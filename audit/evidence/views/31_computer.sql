-- SPDX-License-Identifier: GPL-3.0-or-later
-- Computers. The version is judged by its number (computer_system), never by a localised name.

-- End of security updates by build, from Microsoft's product life cycle pages: client (Home/Pro), client
-- (Enterprise/Education), long-term channel, server. Extended paid updates (ESU) do not show in the directory.
CREATE VIEW windows_release AS
    WITH r(build, client_end, enterprise_end, ltsc_end, server_end) AS (VALUES
        (10240, '2017-05-09', '2017-05-09', '2025-10-14', NULL),
        (10586, '2017-10-10', '2018-04-10', NULL, NULL),
        (14393, '2018-04-10', '2019-04-09', '2026-10-13', '2027-01-12'),
        (15063, '2018-10-09', '2019-10-08', NULL, NULL),
        (16299, '2019-04-09', '2020-10-13', NULL, '2019-04-09'),
        (17134, '2019-11-12', '2021-05-11', NULL, '2019-11-12'),
        (17763, '2020-11-10', '2021-05-11', '2029-01-09', '2029-01-09'),
        (18362, '2020-12-08', '2020-12-08', NULL, '2020-12-08'),
        (18363, '2021-05-11', '2022-05-10', NULL, '2021-05-11'),
        (19041, '2021-12-14', '2021-12-14', NULL, '2021-12-14'),
        (19042, '2022-05-10', '2023-05-09', NULL, '2022-08-09'),
        (19043, '2022-12-13', '2022-12-13', NULL, NULL),
        (19044, '2023-06-13', '2024-06-11', '2027-01-12', NULL),
        (19045, '2025-10-14', '2025-10-14', NULL, NULL),
        (20348, NULL, NULL, NULL, '2031-10-14'),
        (22000, '2023-10-10', '2024-10-08', NULL, NULL),
        (22621, '2024-10-08', '2025-10-14', NULL, NULL),
        (22631, '2025-11-11', '2026-11-10', NULL, NULL),
        (25398, NULL, NULL, NULL, '2025-10-24'),
        (26100, '2026-10-13', '2027-10-12', '2029-10-09', '2034-11-14'),
        (26200, '2027-10-12', '2028-10-10', NULL, NULL))
    SELECT build, client_end, enterprise_end, ltsc_end, server_end FROM r;

-- The Entra account for seamless single sign-on is known by its service names; its name is fixed by the product, which looks
-- it up by that name in every language.
CREATE VIEW computer_fact AS
    SELECT f.*, a.sam_name, a.dns_name, a.os, a.os_version, w.is_windows, w.is_server, w.build, s.laps_at,
        a.laps_expires_at AS laps_windows_expires_at, a.laps_legacy_expires_at,
        w.support_ends_on
    FROM account_fact f
        LEFT JOIN account_state s ON s.guid = f.guid
        LEFT JOIN account a ON a.guid = f.guid
        LEFT JOIN computer_system w ON w.guid = f.guid
    WHERE f.kind = 'computer';

CREATE VIEW computer AS
    SELECT
        f.subject, -- Computer / コンピューター
        f.name, -- Name / 名前
        f.dns_name, -- DNS name / DNS 名
        f.guid, -- GUID / GUID
        f.dn, -- Distinguished name / 識別名
        f.uac, -- userAccountControl / userAccountControl
        f.is_enabled, -- Enabled / 有効
        f.is_controller, -- Domain controller / ドメインコントローラー
        f.uac & 0x4000000 <> 0 AS is_read_only, -- Read-only domain controller / 読み取り専用ドメインコントローラー
        f.os, -- Operating system / OS
        f.os_version, -- Version / OS のバージョン
        f.is_windows, -- Windows / Windows
        f.is_server, -- Server / サーバー
        f.build AS os_build, -- Build / ビルド
        f.support_ends_on, -- Security updates end / セキュリティ更新の終了日
        ((CAST(strftime('%s', f.support_ends_on) AS INTEGER) + 11644473600) * 10000000 - (SELECT now FROM clock)) / 864000000000 AS support_days_left, -- Days until security updates end / セキュリティ更新の残り日数
        f.is_privileged, -- Privileged / 特権アカウント
        f.privileges, -- Privileged groups / 所属する特権グループ
        f.password_not_required, -- Password not required / パスワードを必要としない
        f.password_never_expires, -- Password never expires / パスワードを無期限にする
        f.password_set_at, -- Last password set (pwdLastSet) / パスワードの最終変更日時（pwdLastSet）
        f.secret_changed_at, -- Secret changed (replication metadata) / パスワード本体の変更日時（レプリケーション メタデータ）
        f.password_age_days, -- Password age (days) / パスワードの経過日数
        f.secret_age_days, -- Password age by the replication metadata (days) / パスワードの経過日数（レプリケーション メタデータによる）
        f.password_version, -- Password changes / パスワードの変更回数
        f.password_date_version, -- Changes of the password date / パスワード変更日時の更新回数
        f.date_without_secret, -- Date is newer than the secret / 変更日時がパスワード本体より新しい
        f.date_in_future, -- Password date is in the future / パスワード変更日時が未来
        f.never_logged_on, -- Never logged on / ログオン履歴なし
        f.last_logon_at, -- Last logon / 最終ログオン日時
        f.inactive_days, -- Days without logon / ログオンのない日数
        f.created_at, -- Created / 作成日時
        f.age_days, -- Days since creation / 作成からの日数
        f.spn_count, -- Service principal names / サービス プリンシパル名（SPN）の数
        f.encryption_types, -- Kerberos encryption types / Kerberos の暗号化の種類
        f.encryption_is_set, -- Encryption types are set / 暗号化の種類が設定済み
        f.supports_aes, -- AES supported / AES に対応
        f.allows_rc4, -- RC4 allowed or left to the default / RC4 を許可または既定値のまま
        f.des_only, -- DES only / DES のみ
        f.requires_preauth, -- Pre-authentication required / 事前認証が必要
        EXISTS (SELECT 1 FROM service_principal n WHERE n.guid = f.guid AND n.name LIKE '%/autologon.microsoftazuread-sso.com') OR f.sam_name = 'AZUREADSSOACC$' COLLATE NOCASE AS is_entra_sso, -- Account of Entra seamless single sign-on / Entra シームレス SSO のアカウント
        EXISTS (SELECT 1 FROM service_principal n WHERE n.guid = f.guid AND n.name LIKE 'MSClusterVirtualServer/%') AS is_cluster_name, -- Cluster name / クラスター名オブジェクト
        CASE WHEN f.laps_windows_expires_at > 0 THEN 'windows' WHEN f.laps_legacy_expires_at > 0 THEN 'legacy'
            WHEN f.uac IS NOT NULL THEN 'none' END AS laps_kind, -- LAPS (windows, legacy, none) / LAPS の種類（windows, legacy, none）
        strftime('%Y-%m-%dT%H:%M:%SZ', nullif(coalesce(nullif(f.laps_windows_expires_at, 0), f.laps_legacy_expires_at), 0) / 10000000 - 11644473600, 'unixepoch') AS laps_expires_at, -- LAPS password expires / LAPS パスワードの有効期限
        ((SELECT now FROM clock) - nullif(coalesce(nullif(f.laps_windows_expires_at, 0), f.laps_legacy_expires_at), 0)) / 864000000000 AS laps_overdue_days, -- Days since the LAPS password expired (negative: still valid) / LAPS パスワードの期限切れからの日数（負数は期限内）
        ((SELECT now FROM clock) - f.laps_at) / 864000000000 AS laps_password_age_days, -- LAPS password changed (days ago) / LAPS パスワードの変更からの日数
        f.sid_history_count, -- Former SIDs / SID 履歴の数
        f.key_credential_count, -- Key credentials / キー資格情報の数
        f.server -- Directory server / ディレクトリ サーバー
    FROM computer_fact f;

INSERT INTO view_source(view, column_name, source) VALUES
    ('computer', '', 'ldap.computer'),
    ('computer', 'is_privileged', 'ldap.group'),
    ('computer', 'privileges', 'ldap.group'),
    ('computer', 'secret_changed_at', 'ldap.metadata'),
    ('computer', 'secret_age_days', 'ldap.metadata'),
    ('computer', 'password_version', 'ldap.metadata'),
    ('computer', 'password_date_version', 'ldap.metadata'),
    ('computer', 'date_without_secret', 'ldap.metadata'),
    ('computer', 'laps_password_age_days', 'ldap.metadata');
