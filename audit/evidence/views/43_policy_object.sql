-- SPDX-License-Identifier: GPL-3.0-or-later
-- Organizational units, Group Policy objects and the links between them.
CREATE VIEW ou AS
    SELECT
        o.guid AS subject, -- Organizational unit / 組織単位（OU）
        coalesce(o.name, o.dn) AS name, -- Name / 名前
        o.kind, -- Kind (ou, domain, site) / 種類（ou, domain, site）
        o.dn, -- Distinguished name / 識別名
        coalesce(o.gp_options, CASE WHEN (SELECT complete FROM source_state WHERE source = 'ldap.ou') THEN 0 END) & 1 <> 0 AS blocks_inheritance, -- Blocks inheritance / 継承のブロック
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
        (SELECT CASE WHEN count(*) > 0 OR (SELECT complete FROM source_state WHERE source = 'ldap.ou') THEN count(*) END
            FROM policy_link l WHERE l.gpo_id = p.gpo_id AND coalesce(l.options, 0) & 1 = 0) AS link_count, -- Active links / 有効なリンクの数
        p.version & 0xffff AS computer_version, -- Version of the computer settings / コンピューターの構成のバージョン
        p.version >> 16 AS user_version, -- Version of the user settings / ユーザーの構成のバージョン
        strftime('%Y-%m-%dT%H:%M:%SZ', nullif(p.changed_at, 0) / 10000000 - 11644473600, 'unixepoch') AS changed_at -- Changed / 変更日時
    FROM policy_object p;

CREATE VIEW gpo_link AS
    SELECT
        o.guid AS subject, -- Organizational unit, domain or site / 組織単位（OU）、ドメイン、サイト
        coalesce(o.name, o.dn) AS name, -- Name / 名前
        coalesce(l.gpo_id, l.gpo_dn) AS item, -- Group Policy object / グループ ポリシー オブジェクト
        coalesce(p.display_name, l.gpo_id, l.gpo_dn) AS item_name, -- Name of the policy / ポリシー名
        o.kind, -- Kind (ou, domain, site) / 種類（ou, domain, site）
        o.dn, -- Distinguished name / 識別名
        coalesce(l.options, 0) & 1 = 0 AS is_enabled, -- Link enabled / リンクが有効
        coalesce(l.options, 0) & 2 <> 0 AS is_enforced, -- Enforced / 強制
        CASE WHEN p.guid IS NOT NULL THEN 1 WHEN (SELECT complete FROM source_state WHERE source = 'ldap.gpo') THEN 0 END AS gpo_exists -- The policy exists / ポリシーが存在する
    FROM policy_link l
        JOIN organizational_unit o ON o.guid = l.container_guid
        LEFT JOIN policy_object p ON p.gpo_id = l.gpo_id OR p.dn = l.gpo_dn COLLATE NOCASE
    UNION ALL
    -- Links that could not be understood are links.
    SELECT o.guid, coalesce(o.name, o.dn), 'malformed', 'malformed', o.kind, o.dn, NULL, NULL, NULL
    FROM malformed_value v JOIN organizational_unit o ON o.dn = v.object COLLATE NOCASE
    WHERE v.attribute = 'gPLink' COLLATE NOCASE;

INSERT INTO view_source(view, column_name, source) VALUES
    ('ou', '', 'ldap.ou'),
    ('gpo', '', 'ldap.gpo'),
    ('gpo', 'link_count', 'ldap.ou'),
    ('gpo_link', '', 'ldap.ou'),
    ('gpo_link', 'gpo_exists', 'ldap.gpo');
