-- SPDX-License-Identifier: GPL-3.0-or-later
-- Accounts. account_fact computes each column once; the views below choose by kind. SQLite flattens them, so a check that
-- reads three columns computes three and touches `account` only for what account_state does not hold. Flags are NULL when
-- userAccountControl is. Who may be one of those a view is about, for what is not known of this account alone, is a row of NULLs:
-- unknown, and not forgotten.

CREATE VIEW account_fact AS
    SELECT
        s.kind,
        s.is_builtin,
        s.is_controller,
        s.subject AS subject,
        s.name AS name,
        s.guid AS guid,
        s.rid AS rid,
        s.uac AS uac,
        s.uac & 2 = 0 AS is_enabled,
        CASE WHEN s.uac IS NOT NULL THEN s.expires_at > 0 AND s.expires_at <= (SELECT now FROM clock) END AS is_expired,
        s.is_privileged AS is_privileged,
        s.privileges AS privileges,
        s.is_guarded AS is_guarded,
        s.admin_count AS admin_count,
        s.in_protected_users AS in_protected_users,
        s.uac & 0x20 <> 0 AS password_not_required,
        s.uac & 0x80 <> 0 AS reversible_encryption,
        s.uac & 0x10000 <> 0 AS password_never_expires,
        s.uac & 0x40000 <> 0 AS requires_smartcard,
        s.uac & 0x100000 = 0 AS is_delegatable,
        s.uac & 0x200000 <> 0 AS des_only,
        s.uac & 0x400000 = 0 AS requires_preauth,
        s.pwd_last_set = 0 AS must_change_password,
        CASE WHEN s.pwd_last_set = 0 THEN ((SELECT now FROM clock) - s.date_at) / 864000000000 END AS must_change_days,
        strftime('%Y-%m-%dT%H:%M:%SZ', nullif(s.pwd_last_set, 0) / 10000000 - 11644473600, 'unixepoch') AS password_set_at,
        strftime('%Y-%m-%dT%H:%M:%SZ', nullif(s.password_at, 0) / 10000000 - 11644473600, 'unixepoch') AS secret_changed_at,
        ((SELECT now FROM clock) - coalesce(s.password_at, nullif(s.pwd_last_set, 0))) / 864000000000 AS password_age_days,
        ((SELECT now FROM clock) - s.password_at) / 864000000000 AS secret_age_days,
        s.password_version AS password_version,
        s.date_version AS password_date_version,
        CASE WHEN s.pwd_last_set = 0 AND s.password_at IS NOT NULL THEN 0 ELSE s.pwd_last_set > s.password_at + 50000000 END AS date_without_secret,
        abs(s.password_at - s.kerberos_at) > 600000000 OR abs(s.password_at - s.history_at) > 600000000 AS secret_without_keys,
        strftime('%Y-%m-%dT%H:%M:%SZ', nullif(s.kerberos_at, 0) / 10000000 - 11644473600, 'unixepoch') AS keys_changed_at,
        s.pwd_last_set > (SELECT now FROM clock) + 864000000000 AS date_in_future,
        s.pwd_last_set > 0 AND s.pwd_last_set < s.created_at - 864000000000 AS date_before_creation,
        s.logon_at = 0 AS never_logged_on,
        strftime('%Y-%m-%dT%H:%M:%SZ', nullif(s.logon_at, 0) / 10000000 - 11644473600, 'unixepoch') AS last_logon_at,
        ((SELECT now FROM clock) - CASE WHEN s.logon_at = 0 THEN s.created_at ELSE s.logon_at END) / 864000000000 AS inactive_days,
        strftime('%Y-%m-%dT%H:%M:%SZ', nullif(s.created_at, 0) / 10000000 - 11644473600, 'unixepoch') AS created_at,
        ((SELECT now FROM clock) - s.created_at) / 864000000000 AS age_days,
        s.spn_count AS spn_count,
        s.encryption_types AS encryption_types,
        CASE WHEN s.uac IS NOT NULL THEN coalesce(s.encryption_types, 0) & 0x1f <> 0 END AS encryption_is_set,
        CASE WHEN s.encryption_types & 0x1f <> 0 THEN s.encryption_types & 0x18 <> 0 END AS supports_aes,
        CASE WHEN s.uac IS NOT NULL THEN s.uac & 0x200000 <> 0 OR (coalesce(s.encryption_types, 0) & 3 <> 0 AND s.encryption_types & 0x1c = 0) END AS uses_des_only,
        CASE WHEN s.uac IS NOT NULL THEN coalesce(s.encryption_types, 0) & 0x1f = 0 OR s.encryption_types & 4 <> 0 END AS allows_rc4,
        CASE WHEN s.uac IS NOT NULL THEN s.hint_attribute IS NOT NULL END AS has_password_hint,
        s.hint_attribute AS password_hint_attribute,
        s.policy_kind AS policy_kind,
        a.display_name AS display_name,
        a.upn AS upn,
        a.dn AS dn,
        a.sid_history_count AS sid_history_count,
        a.key_credential_count AS key_credential_count,
        a.certificate_mapping_count AS certificate_mapping_count,
        a.secondary_krbtgt_number AS secondary_krbtgt_number,
        a.uac_computed & 16 <> 0 AS is_locked_out,
        (SELECT p.name FROM password_policy p WHERE p.guid = s.policy_guid) AS policy_name,
        (SELECT p.min_password_length FROM password_policy p WHERE p.guid = s.policy_guid) AS policy_min_length,
        (SELECT p.complexity FROM password_policy p WHERE p.guid = s.policy_guid) AS policy_complexity,
        (SELECT p.reversible_encryption FROM password_policy p WHERE p.guid = s.policy_guid) AS policy_reversible,
        (SELECT p.passwords_never_expire FROM password_policy p WHERE p.guid = s.policy_guid) AS policy_never_expires,
        (SELECT p.max_password_age_days FROM password_policy p WHERE p.guid = s.policy_guid) AS policy_max_age_days,
        (SELECT p.lockout_threshold FROM password_policy p WHERE p.guid = s.policy_guid) AS policy_lockout_threshold,
        s.server AS server
    FROM account_state s
        LEFT JOIN account a ON a.guid = s.guid;

CREATE VIEW user AS
    SELECT
        f.subject, -- Account / アカウント
        f.name, -- Name / 名前
        f.guid, -- GUID / GUID
        f.rid, -- RID / RID
        f.uac, -- userAccountControl / userAccountControl
        f.is_enabled, -- Enabled / 有効
        f.is_expired, -- Account has expired / アカウントの有効期限切れ
        f.is_privileged, -- Privileged / 特権アカウント
        f.privileges, -- Privileged groups / 所属する特権グループ
        f.is_guarded, -- Guarded by AdminSDHolder / AdminSDHolder の保護対象
        f.admin_count, -- adminCount / adminCount
        f.in_protected_users, -- In Protected Users / Protected Users のメンバー
        f.password_not_required, -- Password not required / パスワードを必要としない
        f.reversible_encryption, -- Reversible encryption / 暗号化を元に戻せる状態で保存
        f.password_never_expires, -- Password never expires / パスワードを無期限にする
        f.requires_smartcard, -- Smart card required / 対話型ログオンにはスマート カードが必要
        f.is_delegatable, -- Credentials may be delegated / 資格情報の委任が可能
        f.des_only, -- DES only / DES のみ
        f.requires_preauth, -- Pre-authentication required / 事前認証が必要
        f.must_change_password, -- Must change the password at next logon / 次回ログオン時にパスワード変更が必要
        f.must_change_days, -- Days since the change was asked for / パスワード変更を求めてからの日数
        f.password_set_at, -- Last password set (pwdLastSet) / パスワードの最終変更日時（pwdLastSet）
        f.secret_changed_at, -- Secret changed (replication metadata) / パスワード本体の変更日時（レプリケーション メタデータ）
        f.password_age_days, -- Password age (days) / パスワードの経過日数
        f.secret_age_days, -- Password age by the replication metadata (days) / パスワードの経過日数（レプリケーション メタデータによる）
        f.password_version, -- Password changes / パスワードの変更回数
        f.password_date_version, -- Changes of the password date / パスワード変更日時の更新回数
        f.date_without_secret, -- Date is newer than the secret / 変更日時がパスワード本体より新しい
        f.secret_without_keys, -- Secret changed without its Kerberos keys or history / Kerberos キーや履歴を伴わないパスワード本体の変更
        f.keys_changed_at, -- Kerberos keys changed / Kerberos キーの変更日時
        f.date_in_future, -- Password date is in the future / パスワード変更日時が未来
        f.date_before_creation, -- Password date is before the account was made / パスワード変更日時がアカウント作成前
        f.never_logged_on, -- Never logged on / ログオン履歴なし
        f.last_logon_at, -- Last logon / 最終ログオン日時
        f.inactive_days, -- Days without logon / ログオンのない日数
        f.created_at, -- Created / 作成日時
        f.age_days, -- Days since creation / 作成からの日数
        f.spn_count, -- Service principal names / サービス プリンシパル名（SPN）の数
        f.encryption_types, -- Kerberos encryption types / Kerberos の暗号化の種類
        f.encryption_is_set, -- Encryption types are set / 暗号化の種類が設定済み
        f.supports_aes, -- AES supported / AES に対応
        f.uses_des_only, -- Only DES can be used / DES しか使えない
        f.allows_rc4, -- RC4 allowed or left to the default / RC4 を許可または既定値のまま
        f.has_password_hint, -- A text attribute seems to hold a password / パスワードらしい記載がある
        f.password_hint_attribute, -- Attribute that seems to hold a password / パスワードらしい記載がある属性
        f.policy_kind, -- Effective policy (domain, pso, hidden) / 有効なポリシーの種類（domain, pso, hidden）
        f.display_name, -- Display name / 表示名
        f.upn, -- User principal name / ユーザー プリンシパル名
        f.dn, -- Distinguished name / 識別名
        f.sid_history_count, -- Former SIDs / SID 履歴の数
        f.key_credential_count, -- Key credentials / キー資格情報の数
        f.certificate_mapping_count, -- Certificate mappings / 証明書マッピングの数
        f.secondary_krbtgt_number, -- Number of the RODC key / RODC のキー番号
        f.is_locked_out, -- Locked out / ロックアウト中
        f.policy_name, -- Effective password policy / 有効なパスワード ポリシー
        f.policy_min_length, -- Effective minimum length / 有効なパスワードの長さ（最小）
        f.policy_complexity, -- Effective complexity / 有効な複雑さの要件
        f.policy_reversible, -- Effective reversible encryption / 有効な可逆暗号化の設定
        f.policy_never_expires, -- Effective policy never lets passwords expire / 有効なポリシーでパスワードが無期限
        f.policy_max_age_days, -- Effective maximum password age (days) / 有効なパスワードの有効期間（日）
        f.policy_lockout_threshold, -- Effective lockout threshold / 有効なロックアウトのしきい値
        f.server -- Directory server / ディレクトリ サーバー
    FROM account_fact f WHERE f.kind = 'user';

-- Members of the groups that rule the domain, at any depth and of any kind.
CREATE VIEW privileged_account AS
    SELECT
        f.subject, -- Account / アカウント
        f.name, -- Name / 名前
        f.kind, -- Kind of account / アカウントの種類
        f.guid, -- GUID / GUID
        f.rid, -- RID / RID
        f.uac, -- userAccountControl / userAccountControl
        f.is_enabled, -- Enabled / 有効
        f.is_expired, -- Account has expired / アカウントの有効期限切れ
        f.is_privileged, -- Privileged / 特権アカウント
        f.privileges, -- Privileged groups / 所属する特権グループ
        (SELECT a.primary_group_rid IN (SELECT w.rid FROM watched_group w WHERE w.is_admin AND w.sid GLOB 'S-1-5-21-*')
            FROM account a WHERE a.guid = f.guid) AS is_hidden_member, -- Privileged through its primary group / プライマリ グループによる特権
        f.is_guarded, -- Guarded by AdminSDHolder / AdminSDHolder の保護対象
        f.admin_count, -- adminCount / adminCount
        f.in_protected_users, -- In Protected Users / Protected Users のメンバー
        f.password_not_required, -- Password not required / パスワードを必要としない
        f.reversible_encryption, -- Reversible encryption / 暗号化を元に戻せる状態で保存
        f.password_never_expires, -- Password never expires / パスワードを無期限にする
        f.requires_smartcard, -- Smart card required / 対話型ログオンにはスマート カードが必要
        f.is_delegatable, -- Credentials may be delegated / 資格情報の委任が可能
        f.des_only, -- DES only / DES のみ
        f.requires_preauth, -- Pre-authentication required / 事前認証が必要
        f.must_change_password, -- Must change the password at next logon / 次回ログオン時にパスワード変更が必要
        f.password_set_at, -- Last password set (pwdLastSet) / パスワードの最終変更日時（pwdLastSet）
        f.secret_changed_at, -- Secret changed (replication metadata) / パスワード本体の変更日時（レプリケーション メタデータ）
        f.password_age_days, -- Password age (days) / パスワードの経過日数
        f.secret_age_days, -- Password age by the replication metadata (days) / パスワードの経過日数（レプリケーション メタデータによる）
        f.password_version, -- Password changes / パスワードの変更回数
        f.password_date_version, -- Changes of the password date / パスワード変更日時の更新回数
        f.date_without_secret, -- Date is newer than the secret / 変更日時がパスワード本体より新しい
        f.secret_without_keys, -- Secret changed without its Kerberos keys or history / Kerberos キーや履歴を伴わないパスワード本体の変更
        f.keys_changed_at, -- Kerberos keys changed / Kerberos キーの変更日時
        f.date_in_future, -- Password date is in the future / パスワード変更日時が未来
        f.date_before_creation, -- Password date is before the account was made / パスワード変更日時がアカウント作成前
        f.never_logged_on, -- Never logged on / ログオン履歴なし
        f.last_logon_at, -- Last logon / 最終ログオン日時
        f.inactive_days, -- Days without logon / ログオンのない日数
        f.created_at, -- Created / 作成日時
        f.age_days, -- Days since creation / 作成からの日数
        f.spn_count, -- Service principal names / サービス プリンシパル名（SPN）の数
        f.encryption_types, -- Kerberos encryption types / Kerberos の暗号化の種類
        f.encryption_is_set, -- Encryption types are set / 暗号化の種類が設定済み
        f.supports_aes, -- AES supported / AES に対応
        f.uses_des_only, -- Only DES can be used / DES しか使えない
        f.allows_rc4, -- RC4 allowed or left to the default / RC4 を許可または既定値のまま
        f.has_password_hint, -- A text attribute seems to hold a password / パスワードらしい記載がある
        f.password_hint_attribute, -- Attribute that seems to hold a password / パスワードらしい記載がある属性
        f.policy_kind, -- Effective policy (domain, pso, hidden) / 有効なポリシーの種類（domain, pso, hidden）
        f.display_name, -- Display name / 表示名
        f.upn, -- User principal name / ユーザー プリンシパル名
        f.dn, -- Distinguished name / 識別名
        f.sid_history_count, -- Former SIDs / SID 履歴の数
        f.key_credential_count, -- Key credentials / キー資格情報の数
        f.certificate_mapping_count, -- Certificate mappings / 証明書マッピングの数
        f.secondary_krbtgt_number, -- Number of the RODC key / RODC のキー番号
        f.is_locked_out, -- Locked out / ロックアウト中
        f.policy_name, -- Effective password policy / 有効なパスワード ポリシー
        f.policy_min_length, -- Effective minimum length / 有効なパスワードの長さ（最小）
        f.policy_complexity, -- Effective complexity / 有効な複雑さの要件
        f.policy_reversible, -- Effective reversible encryption / 有効な可逆暗号化の設定
        f.policy_never_expires, -- Effective policy never lets passwords expire / 有効なポリシーでパスワードが無期限
        f.policy_max_age_days, -- Effective maximum password age (days) / 有効なパスワードの有効期間（日）
        f.policy_lockout_threshold, -- Effective lockout threshold / 有効なロックアウトのしきい値
        f.server -- Directory server / ディレクトリ サーバー
    FROM account_fact f WHERE f.is_privileged = 1
    UNION ALL
    SELECT s.subject, s.name, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL,
        NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL,
        NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL,
        NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL
    FROM account_state s WHERE s.may_be_privileged = 1 AND s.is_privileged IS NULL;

-- Users under a fine-grained policy, as the policies' targets or the account itself (msDS-ResultantPSO) tell. Who else is
-- under one that cannot be read is one unknown of the source, not one a user.
CREATE VIEW pso_user AS
    SELECT
        f.subject, -- Account / アカウント
        f.name, -- Name / 名前
        f.is_enabled, -- Enabled / 有効
        f.is_privileged, -- Privileged / 特権アカウント
        f.privileges, -- Privileged groups / 所属する特権グループ
        f.policy_kind, -- Effective policy (pso, hidden) / 有効なポリシーの種類（pso, hidden）
        f.policy_name, -- Effective password policy / 有効なパスワード ポリシー
        f.policy_min_length, -- Effective minimum length / 有効なパスワードの長さ（最小）
        f.policy_lockout_threshold, -- Effective lockout threshold / 有効なロックアウトのしきい値
        f.display_name, -- Display name / 表示名
        f.server -- Directory server / ディレクトリ サーバー
    FROM account_fact f WHERE f.kind = 'user' AND f.policy_kind IN ('pso', 'hidden');

-- Managed service accounts: the domain chooses their passwords.
CREATE VIEW service_account AS
    SELECT
        f.subject, -- Account / アカウント
        f.name, -- Name / 名前
        f.kind, -- Kind of account / アカウントの種類
        f.guid, -- GUID / GUID
        f.rid, -- RID / RID
        f.uac, -- userAccountControl / userAccountControl
        f.is_enabled, -- Enabled / 有効
        f.is_expired, -- Account has expired / アカウントの有効期限切れ
        f.is_privileged, -- Privileged / 特権アカウント
        f.privileges, -- Privileged groups / 所属する特権グループ
        f.is_guarded, -- Guarded by AdminSDHolder / AdminSDHolder の保護対象
        f.admin_count, -- adminCount / adminCount
        f.in_protected_users, -- In Protected Users / Protected Users のメンバー
        f.password_not_required, -- Password not required / パスワードを必要としない
        f.reversible_encryption, -- Reversible encryption / 暗号化を元に戻せる状態で保存
        f.password_never_expires, -- Password never expires / パスワードを無期限にする
        f.is_delegatable, -- Credentials may be delegated / 資格情報の委任が可能
        f.des_only, -- DES only / DES のみ
        f.requires_preauth, -- Pre-authentication required / 事前認証が必要
        f.password_set_at, -- Last password set (pwdLastSet) / パスワードの最終変更日時（pwdLastSet）
        f.secret_changed_at, -- Secret changed (replication metadata) / パスワード本体の変更日時（レプリケーション メタデータ）
        f.password_age_days, -- Password age (days) / パスワードの経過日数
        f.secret_age_days, -- Password age by the replication metadata (days) / パスワードの経過日数（レプリケーション メタデータによる）
        f.password_version, -- Password changes / パスワードの変更回数
        f.password_date_version, -- Changes of the password date / パスワード変更日時の更新回数
        f.date_without_secret, -- Date is newer than the secret / 変更日時がパスワード本体より新しい
        f.secret_without_keys, -- Secret changed without its Kerberos keys or history / Kerberos キーや履歴を伴わないパスワード本体の変更
        f.keys_changed_at, -- Kerberos keys changed / Kerberos キーの変更日時
        f.date_in_future, -- Password date is in the future / パスワード変更日時が未来
        f.date_before_creation, -- Password date is before the account was made / パスワード変更日時がアカウント作成前
        f.never_logged_on, -- Never logged on / ログオン履歴なし
        f.last_logon_at, -- Last logon / 最終ログオン日時
        f.inactive_days, -- Days without logon / ログオンのない日数
        f.created_at, -- Created / 作成日時
        f.age_days, -- Days since creation / 作成からの日数
        f.spn_count, -- Service principal names / サービス プリンシパル名（SPN）の数
        f.encryption_types, -- Kerberos encryption types / Kerberos の暗号化の種類
        f.encryption_is_set, -- Encryption types are set / 暗号化の種類が設定済み
        f.supports_aes, -- AES supported / AES に対応
        f.uses_des_only, -- Only DES can be used / DES しか使えない
        f.allows_rc4, -- RC4 allowed or left to the default / RC4 を許可または既定値のまま
        f.display_name, -- Display name / 表示名
        f.upn, -- User principal name / ユーザー プリンシパル名
        f.dn, -- Distinguished name / 識別名
        f.sid_history_count, -- Former SIDs / SID 履歴の数
        f.key_credential_count, -- Key credentials / キー資格情報の数
        f.server -- Directory server / ディレクトリ サーバー
    FROM account_fact f WHERE f.kind IN ('gmsa', 'smsa', 'dmsa');

-- RID 500 (Administrator), 501 (Guest), 502 (krbtgt) and the krbtgt accounts of read-only domain controllers.
CREATE VIEW builtin_account AS
    SELECT
        f.subject, -- Account / アカウント
        f.name, -- Name / 名前
        f.kind, -- Kind of account / アカウントの種類
        f.guid, -- GUID / GUID
        f.rid, -- RID / RID
        f.uac, -- userAccountControl / userAccountControl
        f.is_enabled, -- Enabled / 有効
        f.is_expired, -- Account has expired / アカウントの有効期限切れ
        f.is_privileged, -- Privileged / 特権アカウント
        f.privileges, -- Privileged groups / 所属する特権グループ
        f.is_guarded, -- Guarded by AdminSDHolder / AdminSDHolder の保護対象
        f.admin_count, -- adminCount / adminCount
        f.in_protected_users, -- In Protected Users / Protected Users のメンバー
        f.password_not_required, -- Password not required / パスワードを必要としない
        f.reversible_encryption, -- Reversible encryption / 暗号化を元に戻せる状態で保存
        f.password_never_expires, -- Password never expires / パスワードを無期限にする
        f.requires_smartcard, -- Smart card required / 対話型ログオンにはスマート カードが必要
        f.is_delegatable, -- Credentials may be delegated / 資格情報の委任が可能
        f.des_only, -- DES only / DES のみ
        f.requires_preauth, -- Pre-authentication required / 事前認証が必要
        f.must_change_password, -- Must change the password at next logon / 次回ログオン時にパスワード変更が必要
        f.password_set_at, -- Last password set (pwdLastSet) / パスワードの最終変更日時（pwdLastSet）
        f.secret_changed_at, -- Secret changed (replication metadata) / パスワード本体の変更日時（レプリケーション メタデータ）
        f.password_age_days, -- Password age (days) / パスワードの経過日数
        f.secret_age_days, -- Password age by the replication metadata (days) / パスワードの経過日数（レプリケーション メタデータによる）
        f.password_version, -- Password changes / パスワードの変更回数
        f.password_date_version, -- Changes of the password date / パスワード変更日時の更新回数
        f.date_without_secret, -- Date is newer than the secret / 変更日時がパスワード本体より新しい
        f.secret_without_keys, -- Secret changed without its Kerberos keys or history / Kerberos キーや履歴を伴わないパスワード本体の変更
        f.keys_changed_at, -- Kerberos keys changed / Kerberos キーの変更日時
        f.date_in_future, -- Password date is in the future / パスワード変更日時が未来
        f.date_before_creation, -- Password date is before the account was made / パスワード変更日時がアカウント作成前
        f.never_logged_on, -- Never logged on / ログオン履歴なし
        f.last_logon_at, -- Last logon / 最終ログオン日時
        f.inactive_days, -- Days without logon / ログオンのない日数
        (SELECT complete FROM logon_known) AS logons_complete, -- Last logons of every domain controller were read / 全ドメインコントローラーの最終ログオンを読み取れた
        f.created_at, -- Created / 作成日時
        f.age_days, -- Days since creation / 作成からの日数
        f.spn_count, -- Service principal names / サービス プリンシパル名（SPN）の数
        f.encryption_types, -- Kerberos encryption types / Kerberos の暗号化の種類
        f.encryption_is_set, -- Encryption types are set / 暗号化の種類が設定済み
        f.supports_aes, -- AES supported / AES に対応
        f.uses_des_only, -- Only DES can be used / DES しか使えない
        f.allows_rc4, -- RC4 allowed or left to the default / RC4 を許可または既定値のまま
        f.has_password_hint, -- A text attribute seems to hold a password / パスワードらしい記載がある
        f.password_hint_attribute, -- Attribute that seems to hold a password / パスワードらしい記載がある属性
        f.policy_kind, -- Effective policy (domain, pso, hidden) / 有効なポリシーの種類（domain, pso, hidden）
        f.display_name, -- Display name / 表示名
        f.upn, -- User principal name / ユーザー プリンシパル名
        f.dn, -- Distinguished name / 識別名
        f.sid_history_count, -- Former SIDs / SID 履歴の数
        f.key_credential_count, -- Key credentials / キー資格情報の数
        f.certificate_mapping_count, -- Certificate mappings / 証明書マッピングの数
        f.secondary_krbtgt_number, -- Number of the RODC key / RODC のキー番号
        f.is_locked_out, -- Locked out / ロックアウト中
        f.policy_name, -- Effective password policy / 有効なパスワード ポリシー
        f.policy_min_length, -- Effective minimum length / 有効なパスワードの長さ（最小）
        f.policy_complexity, -- Effective complexity / 有効な複雑さの要件
        f.policy_reversible, -- Effective reversible encryption / 有効な可逆暗号化の設定
        f.policy_never_expires, -- Effective policy never lets passwords expire / 有効なポリシーでパスワードが無期限
        f.policy_max_age_days, -- Effective maximum password age (days) / 有効なパスワードの有効期間（日）
        f.policy_lockout_threshold, -- Effective lockout threshold / 有効なロックアウトのしきい値
        f.server -- Directory server / ディレクトリ サーバー
    FROM account_fact f WHERE f.is_builtin = 1
    UNION ALL
    SELECT s.subject, s.name, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL,
        NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL,
        NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL,
        NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL
    FROM account_state s WHERE s.is_builtin IS NULL;

INSERT INTO view_source(view, column_name, source) VALUES
    ('user', '', 'ldap.user'),
    ('pso_user', '', 'ldap.user'),
    ('pso_user', '', 'ldap.pso'),
    ('pso_user', 'is_privileged', 'ldap.group'),
    ('pso_user', 'privileges', 'ldap.group'),
    ('user', 'must_change_days', 'ldap.metadata'),
    ('user', 'secret_changed_at', 'ldap.metadata'),
    ('user', 'secret_age_days', 'ldap.metadata'),
    ('user', 'password_version', 'ldap.metadata'),
    ('user', 'password_date_version', 'ldap.metadata'),
    ('user', 'date_without_secret', 'ldap.metadata'),
    ('user', 'secret_without_keys', 'ldap.metadata'),
    ('user', 'keys_changed_at', 'ldap.metadata'),
    ('user', 'is_privileged', 'ldap.group'),
    ('user', 'privileges', 'ldap.group'),
    ('user', 'is_guarded', 'ldap.group'),
    ('user', 'in_protected_users', 'ldap.group'),
    ('user', 'policy_name', 'ldap.pso'),
    ('user', 'policy_min_length', 'ldap.pso'),
    ('user', 'policy_complexity', 'ldap.pso'),
    ('user', 'policy_reversible', 'ldap.pso'),
    ('user', 'policy_never_expires', 'ldap.pso'),
    ('user', 'policy_max_age_days', 'ldap.pso'),
    ('user', 'policy_lockout_threshold', 'ldap.pso'),
    ('user', 'policy_kind', 'ldap.pso'),
    ('user', 'policy_name', 'ldap.domain'),
    ('user', 'policy_min_length', 'ldap.domain'),
    ('user', 'policy_complexity', 'ldap.domain'),
    ('user', 'policy_reversible', 'ldap.domain'),
    ('user', 'policy_never_expires', 'ldap.domain'),
    ('user', 'policy_max_age_days', 'ldap.domain'),
    ('user', 'policy_lockout_threshold', 'ldap.domain'),
    ('privileged_account', '', 'ldap.group'),
    ('privileged_account', '', 'ldap.user'),
    ('privileged_account', '', 'ldap.computer'),
    ('privileged_account', '', 'ldap.service_account'),
    ('privileged_account', 'secret_changed_at', 'ldap.metadata'),
    ('privileged_account', 'secret_age_days', 'ldap.metadata'),
    ('privileged_account', 'password_version', 'ldap.metadata'),
    ('privileged_account', 'password_date_version', 'ldap.metadata'),
    ('privileged_account', 'date_without_secret', 'ldap.metadata'),
    ('privileged_account', 'secret_without_keys', 'ldap.metadata'),
    ('privileged_account', 'keys_changed_at', 'ldap.metadata'),
    ('privileged_account', 'in_protected_users', 'ldap.group'),
    ('privileged_account', 'policy_name', 'ldap.pso'),
    ('privileged_account', 'policy_min_length', 'ldap.pso'),
    ('privileged_account', 'policy_complexity', 'ldap.pso'),
    ('privileged_account', 'policy_reversible', 'ldap.pso'),
    ('privileged_account', 'policy_never_expires', 'ldap.pso'),
    ('privileged_account', 'policy_max_age_days', 'ldap.pso'),
    ('privileged_account', 'policy_lockout_threshold', 'ldap.pso'),
    ('privileged_account', 'policy_kind', 'ldap.pso'),
    ('privileged_account', 'policy_name', 'ldap.domain'),
    ('privileged_account', 'policy_min_length', 'ldap.domain'),
    ('privileged_account', 'policy_complexity', 'ldap.domain'),
    ('privileged_account', 'policy_reversible', 'ldap.domain'),
    ('privileged_account', 'policy_never_expires', 'ldap.domain'),
    ('privileged_account', 'policy_max_age_days', 'ldap.domain'),
    ('privileged_account', 'policy_lockout_threshold', 'ldap.domain'),
    ('service_account', '', 'ldap.service_account'),
    ('service_account', 'secret_changed_at', 'ldap.metadata'),
    ('service_account', 'secret_age_days', 'ldap.metadata'),
    ('service_account', 'password_version', 'ldap.metadata'),
    ('service_account', 'password_date_version', 'ldap.metadata'),
    ('service_account', 'date_without_secret', 'ldap.metadata'),
    ('service_account', 'secret_without_keys', 'ldap.metadata'),
    ('service_account', 'keys_changed_at', 'ldap.metadata'),
    ('service_account', 'is_privileged', 'ldap.group'),
    ('service_account', 'privileges', 'ldap.group'),
    ('service_account', 'is_guarded', 'ldap.group'),
    ('service_account', 'in_protected_users', 'ldap.group'),
    ('builtin_account', '', 'ldap.user'),
    ('builtin_account', 'secret_changed_at', 'ldap.metadata'),
    ('builtin_account', 'secret_age_days', 'ldap.metadata'),
    ('builtin_account', 'logons_complete', 'ldap.logon'),
    ('builtin_account', 'logons_complete', 'ldap.site'),
    ('builtin_account', 'password_version', 'ldap.metadata'),
    ('builtin_account', 'password_date_version', 'ldap.metadata'),
    ('builtin_account', 'date_without_secret', 'ldap.metadata'),
    ('builtin_account', 'secret_without_keys', 'ldap.metadata'),
    ('builtin_account', 'keys_changed_at', 'ldap.metadata'),
    ('builtin_account', 'is_privileged', 'ldap.group'),
    ('builtin_account', 'privileges', 'ldap.group'),
    ('builtin_account', 'is_guarded', 'ldap.group'),
    ('builtin_account', 'in_protected_users', 'ldap.group'),
    ('builtin_account', 'policy_name', 'ldap.pso'),
    ('builtin_account', 'policy_min_length', 'ldap.pso'),
    ('builtin_account', 'policy_complexity', 'ldap.pso'),
    ('builtin_account', 'policy_reversible', 'ldap.pso'),
    ('builtin_account', 'policy_never_expires', 'ldap.pso'),
    ('builtin_account', 'policy_max_age_days', 'ldap.pso'),
    ('builtin_account', 'policy_lockout_threshold', 'ldap.pso'),
    ('builtin_account', 'policy_kind', 'ldap.pso'),
    ('builtin_account', 'policy_name', 'ldap.domain'),
    ('builtin_account', 'policy_min_length', 'ldap.domain'),
    ('builtin_account', 'policy_complexity', 'ldap.domain'),
    ('builtin_account', 'policy_reversible', 'ldap.domain'),
    ('builtin_account', 'policy_never_expires', 'ldap.domain'),
    ('builtin_account', 'policy_max_age_days', 'ldap.domain'),
    ('builtin_account', 'policy_lockout_threshold', 'ldap.domain');
