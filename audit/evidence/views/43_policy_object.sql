-- SPDX-License-Identifier: GPL-3.0-or-later
-- Organizational units, Group Policy objects, authentication policies and silos.
CREATE VIEW ou AS
    SELECT
        o.guid AS subject, -- Organizational unit / 組織単位（OU）
        coalesce(o.name, o.dn) AS name, -- Name / 名前
        o.kind, -- Kind (ou, domain, site) / 種類（ou, domain, site）
        o.dn, -- Distinguished name / 識別名
        coalesce(o.gp_options, 0) & 1 <> 0 AS blocks_inheritance, -- Blocks inheritance / 継承のブロック
        (SELECT count(*) FROM policy_link l WHERE l.container_guid = o.guid) AS link_count -- Policy links / リンクされた GPO の数
    FROM organizational_unit o;

CREATE VIEW gpo AS
    SELECT
        coalesce(p.gpo_id, p.guid) AS subject, -- Group Policy object / グループ ポリシー オブジェクト
        coalesce(p.display_name, p.dn) AS name, -- Name / 名前
        p.guid, -- GUID / GUID
        p.dn, -- Distinguished name / 識別名
        p.path, -- Folder / 格納フォルダー
        p.flags & 1 <> 0 AS user_half_off, -- User settings disabled / ユーザーの構成が無効
        p.flags & 2 <> 0 AS computer_half_off, -- Computer settings disabled / コンピューターの構成が無効
        (SELECT count(*) FROM policy_link l WHERE l.gpo_id = p.gpo_id AND coalesce(l.options, 0) & 1 = 0) AS link_count, -- Active links / 有効なリンクの数
        p.version & 0xffff AS computer_version, -- Version of the computer settings / コンピューターの構成のバージョン
        p.version >> 16 AS user_version, -- Version of the user settings / ユーザーの構成のバージョン
        strftime('%Y-%m-%dT%H:%M:%SZ', nullif(p.changed_at, 0) / 10000000 - 11644473600, 'unixepoch') AS changed_at -- Changed / 変更日時
    FROM policy_object p;

-- is_enforced is absent until someone sets it: absent means "audit only".
CREATE VIEW logon_restriction AS
    SELECT
        p.guid AS subject, -- Authentication policy or silo / 認証ポリシーまたはサイロ
        coalesce(p.name, p.dn) AS name, -- Name / 名前
        p.kind, -- Kind (policy, silo) / 種類（policy, silo）
        coalesce(p.is_enforced, CASE WHEN (SELECT complete FROM source_state WHERE source = 'ldap.silo') THEN 0 END) AS is_enforced, -- Enforced / 強制されている
        CASE WHEN p.user_tgt_lifetime < 0 THEN -p.user_tgt_lifetime / 600000000 END AS tgt_lifetime_minutes, -- Ticket lifetime (minutes) / TGT の有効期間（分）
        p.has_from_condition, -- Limits the computers to log on from / ログオン元のコンピューターを制限
        CASE WHEN (SELECT min(complete) FROM source_state WHERE source IN ('ldap.user', 'ldap.computer', 'ldap.service_account'))
            THEN (SELECT count(*) FROM account a WHERE a.authn_policy_dn = p.dn COLLATE NOCASE OR a.authn_silo_dn = p.dn COLLATE NOCASE) END AS account_count -- Accounts assigned / 割り当てられたアカウントの数
    FROM authentication_policy p;

INSERT INTO view_source(view, column_name, source) VALUES
    ('ou', '', 'ldap.ou'),
    ('gpo', '', 'ldap.gpo'),
    ('gpo', 'link_count', 'ldap.ou'),
    ('logon_restriction', '', 'ldap.silo'),
    ('logon_restriction', 'account_count', 'ldap.user'),
    ('logon_restriction', 'account_count', 'ldap.computer'),
    ('logon_restriction', 'account_count', 'ldap.service_account');
