-- SPDX-License-Identifier: GPL-3.0-or-later
-- Rights on the objects that decide who rules the domain. Subjects come from the objects, not from the descriptors that
-- were read: a descriptor that is missing makes the columns NULL, so that the object is unknown and not forgotten.

-- Organizational units above a domain controller or a privileged account. The path of a DN ends with the DN of its OU.
CREATE VIEW watched_unit AS
SELECT o.guid AS guid,                                                    -- GUID / GUID
       max(t.is_controller) AS holds_controllers                          -- Holds domain controllers / ドメインコントローラーを含む
FROM organizational_unit o JOIN (
        SELECT a.dn, 1 AS is_controller FROM account_state s JOIN account a ON a.guid = s.guid
            WHERE s.is_controller
        UNION ALL
        SELECT a.dn, 0 FROM account_state s JOIN account a ON a.guid = s.guid WHERE s.is_privileged = 1) t
    ON substr(t.dn, -length(o.dn) - 1) = ',' || o.dn COLLATE NOCASE
WHERE o.kind = 'ou'
GROUP BY o.guid;

-- The objects to watch (table watched_target): of accounts and inner groups those that AdminSDHolder guards.
CREATE VIEW watched_source AS
SELECT d.guid AS guid,                              -- GUID / GUID
       coalesce(d.sid, d.guid) AS subject,          -- Key / キー
       coalesce(d.dns_name, d.dn) AS name,          -- Name / 名前
       d.dn AS dn,                                  -- DN / 識別名
       'domain' AS kind,                            -- Kind / 種類
       d.sid AS own_sid                             -- Own SID / 自身の SID
FROM domain_head d
UNION ALL
SELECT coalesce(s.object_guid, d.guid || '/AdminSDHolder'), coalesce(s.object_guid, d.guid || '/AdminSDHolder'),
       'AdminSDHolder', coalesce(s.dn, 'CN=AdminSDHolder,CN=System,' || d.dn), 'adminsdholder', NULL
FROM domain_head d LEFT JOIN security_descriptor s
    ON s.object_class = 'adminsdholder' AND substr(s.dn, -length(d.dn)) = d.dn COLLATE NOCASE
UNION ALL
SELECT g.guid, coalesce(g.sid, g.guid), coalesce(g.sam_name, g.dn), g.dn, 'group', g.sid
FROM directory_group g
WHERE g.guid IN (SELECT n.group_guid FROM watched_group w JOIN nested_group n ON n.root_guid = w.group_guid
        WHERE w.is_guarded)
   OR g.guid IN (SELECT group_guid FROM watched_group WHERE is_guarded OR is_admin)
UNION ALL
SELECT s.guid, s.subject, s.name, a.dn, 'account', a.sid
FROM account_state s JOIN account a ON a.guid = s.guid
WHERE s.guid IN (SELECT guid FROM account_state WHERE is_guarded = 1
        UNION SELECT a2.guid FROM domain_head d JOIN account a2 ON a2.sid IN (d.sid || '-500', d.sid || '-502'))
  AND s.is_controller IS NOT 1
UNION ALL
SELECT s.guid, s.subject, s.name, a.dn, 'dc', a.sid
FROM account_state s JOIN account a ON a.guid = s.guid
WHERE s.is_controller
UNION ALL
SELECT o.guid, o.guid, coalesce(o.name, o.dn), o.dn, 'ou', NULL
FROM watched_unit w JOIN organizational_unit o ON o.guid = w.guid
UNION ALL
-- A policy object that is linked but was not read keeps the GUID of its link.
SELECT coalesce(p.guid, l.gpo_id, l.gpo_dn), coalesce(p.guid, l.gpo_id, l.gpo_dn), coalesce(p.display_name, l.gpo_dn),
       coalesce(p.dn, l.gpo_dn), 'gpo', NULL
FROM (SELECT gpo_id, min(gpo_dn) AS gpo_dn FROM policy_link
        WHERE coalesce(options, 0) & 1 = 0
          AND container_guid IN (SELECT guid FROM domain_head
                UNION SELECT guid FROM organizational_unit WHERE kind IN ('domain', 'site')
                UNION SELECT guid FROM watched_unit)
        GROUP BY coalesce(gpo_id, gpo_dn)) l
    LEFT JOIN policy_object p ON p.gpo_id = l.gpo_id;

-- Rights outside those expected. What Windows and Samba grant by default is expected:
-- read-only controllers replicate without secrets, Key Admins write key credentials, Account Operators own what is not guarded.
-- On AdminSDHolder a member of an administrators' group is not expected by name: the entry would outlive the membership.
-- Samba never runs the guard (SDProp), so there Account Operators keep their default on guarded objects as well.
CREATE VIEW unexpected_right AS
SELECT r.object_guid AS object_guid,     -- Object / オブジェクト
       r.trustee_sid AS trustee_sid,     -- Trustee / 権限を持つ者（SID）
       r."right" AS right_name,          -- Right / 権限
       CASE WHEN r."right" IN ('generic_all', 'generic_write', 'write_dacl', 'write_owner', 'write_all_properties') THEN 'takeover'
            WHEN r."right" IN ('replicate_all') THEN 'replicate_secret'
            WHEN r."right" IN ('replicate_changes', 'replicate_filtered') THEN 'replicate'
            WHEN r."right" = 'all_extended_rights' THEN 'extended'
            WHEN r."right" = 'reset_password' THEN 'reset'
            WHEN r."right" = 'add_member' THEN 'member'
            WHEN r."right" = 'write_key_credential' THEN 'key'
            WHEN r."right" IN ('write_spn', 'write_delegation', 'write_uac', 'write_mapping') THEN 'setting'
            WHEN r."right" = 'write_gplink' THEN 'link'
            WHEN r."right" = 'read_laps' THEN 'laps'
            WHEN r."right" IN ('enroll', 'autoenroll') THEN 'enroll'
            ELSE r."right" END AS right_group, -- Group of rights / 権限の分類
       r.inherited AS inherited,         -- Inherited / 継承
       r.inherit_only AS inherit_only,   -- Applies below only / 下位にのみ適用
       r.scope_guid AS scope_guid,       -- Class of objects below / 下位オブジェクトの種類
       coalesce((SELECT n.sam_name FROM account n WHERE n.sid = r.trustee_sid), (SELECT n.sam_name FROM directory_group n WHERE n.sid = r.trustee_sid),
           (SELECT n.name FROM well_known_trustee n WHERE n.sid = r.trustee_sid), r.trustee_sid) AS trustee -- Trustee / 権限を持つ者
FROM access_right r
WHERE NOT (r.trustee_sid IN (SELECT sid FROM administrator_sid WHERE by_membership = 0)
        OR r.trustee_sid IN (SELECT sid FROM administrator_sid)
        AND NOT EXISTS (SELECT 1 FROM security_descriptor s WHERE s.object_guid = r.object_guid AND s.object_class = 'adminsdholder'))
  AND NOT (r."right" IN ('replicate_changes', 'replicate_filtered')
        AND r.trustee_sid GLOB 'S-1-5-21-*-498')
  AND NOT (r."right" = 'write_key_credential' AND r.trustee_sid GLOB 'S-1-5-21-*-52[67]')
  AND NOT (r.trustee_sid = 'S-1-5-32-548'
        AND (EXISTS (SELECT 1 FROM directory_server WHERE vendor = 'Samba')
            OR NOT EXISTS (SELECT 1 FROM account a WHERE a.guid = r.object_guid AND a.admin_count = 1)
            AND NOT EXISTS (SELECT 1 FROM directory_group g WHERE g.guid = r.object_guid AND g.admin_count = 1))
        AND EXISTS (SELECT 1 FROM security_descriptor s WHERE s.object_guid = r.object_guid
            AND s.object_class IN ('group', 'account', 'dc', 'gmsa')));

-- One row a watched object. The columns …_by name who holds the right beyond those expected; '' = nobody, NULL = the
-- descriptor was not read. An absent DACL gives everyone everything.
CREATE VIEW watched_object AS
SELECT w.subject AS subject, -- Key / キー
       w.name AS name, -- Object / オブジェクト
       w.kind AS kind, -- Kind of object / オブジェクトの種類
       w.dn AS dn, -- Distinguished name / 識別名
       CASE WHEN s.dacl IN ('present', 'absent') THEN s.dacl = 'absent' END
           AS dacl_absent, -- No access control list / アクセス制御リストなし
       coalesce((SELECT n.sam_name FROM account n WHERE n.sid = s.owner_sid), (SELECT n.sam_name FROM directory_group n WHERE n.sid = s.owner_sid),
           (SELECT n.name FROM well_known_trustee n WHERE n.sid = s.owner_sid), s.owner_sid)
           AS owner, -- Owner / 所有者
       CASE WHEN s.owner_sid IS NOT NULL THEN s.owner_sid IN (SELECT sid FROM administrator_sid) END
           AS owner_expected, -- Owner is an administrator / 所有者が管理者である
       s.is_protected AS blocks_inheritance, -- Inheritance blocked / 継承のブロック
       CASE s.dacl WHEN 'absent' THEN 'Everyone' WHEN 'present' THEN coalesce((SELECT group_concat(line, '; ') FROM (
            SELECT u.trustee || ' (' || group_concat(DISTINCT u.right_name) || ')' AS line FROM unexpected_right u
            WHERE u.object_guid = s.object_guid AND u.inherit_only = 0 AND u.trustee_sid IS NOT w.own_sid
                AND u.right_group = 'takeover'
            GROUP BY u.trustee_sid)), '') END
           AS takeover_by, -- Others who can take it over / 乗っ取れる者
       CASE s.dacl WHEN 'absent' THEN 'Everyone' WHEN 'present' THEN coalesce((SELECT group_concat(line, '; ') FROM (
            SELECT u.trustee || ' (' || group_concat(DISTINCT u.right_name) || ')' AS line FROM unexpected_right u
            WHERE u.object_guid = s.object_guid AND u.inherit_only = 0 AND u.trustee_sid IS NOT w.own_sid
                AND u.right_name IN ('replicate_all', 'all_extended_rights', 'generic_all')
            GROUP BY u.trustee_sid)), '') END
           AS secrets_replicated_by, -- Others who can replicate secrets / パスワード情報を複製できる者
       CASE s.dacl WHEN 'absent' THEN 'Everyone' WHEN 'present' THEN coalesce((SELECT group_concat(line, '; ') FROM (
            SELECT u.trustee || ' (' || group_concat(DISTINCT u.right_name) || ')' AS line FROM unexpected_right u
            WHERE u.object_guid = s.object_guid AND u.inherit_only = 0 AND u.trustee_sid IS NOT w.own_sid
                AND u.right_group = 'replicate'
            GROUP BY u.trustee_sid)), '') END
           AS changes_replicated_by, -- Others who can replicate changes / 変更を複製できる者
       CASE s.dacl WHEN 'absent' THEN 'Everyone' WHEN 'present' THEN coalesce((SELECT group_concat(line, '; ') FROM (
            SELECT u.trustee || ' (' || group_concat(DISTINCT u.right_name) || ')' AS line FROM unexpected_right u
            WHERE u.object_guid = s.object_guid AND u.inherit_only = 0 AND u.trustee_sid IS NOT w.own_sid
                AND u.right_group IN ('reset', 'extended')
            GROUP BY u.trustee_sid)), '') END
           AS reset_by, -- Others who can reset the password / パスワードをリセットできる者
       CASE s.dacl WHEN 'absent' THEN 'Everyone' WHEN 'present' THEN coalesce((SELECT group_concat(line, '; ') FROM (
            SELECT u.trustee || ' (' || group_concat(DISTINCT u.right_name) || ')' AS line FROM unexpected_right u
            WHERE u.object_guid = s.object_guid AND u.inherit_only = 0 AND u.trustee_sid IS NOT w.own_sid
                AND u.right_group = 'member'
            GROUP BY u.trustee_sid)), '') END
           AS members_added_by, -- Others who can add members / メンバーを追加できる者
       CASE s.dacl WHEN 'absent' THEN 'Everyone' WHEN 'present' THEN coalesce((SELECT group_concat(line, '; ') FROM (
            SELECT u.trustee || ' (' || group_concat(DISTINCT u.right_name) || ')' AS line FROM unexpected_right u
            WHERE u.object_guid = s.object_guid AND u.inherit_only = 0 AND u.trustee_sid IS NOT w.own_sid
                AND u.right_group = 'key'
            GROUP BY u.trustee_sid)), '') END
           AS keys_written_by, -- Others who can write key credentials / キー資格情報を書き込める者
       CASE s.dacl WHEN 'absent' THEN 'Everyone' WHEN 'present' THEN coalesce((SELECT group_concat(line, '; ') FROM (
            SELECT u.trustee || ' (' || group_concat(DISTINCT u.right_name) || ')' AS line FROM unexpected_right u
            WHERE u.object_guid = s.object_guid AND u.inherit_only = 0 AND u.trustee_sid IS NOT w.own_sid
                AND u.right_group = 'setting'
            GROUP BY u.trustee_sid)), '') END
           AS settings_written_by, -- Others who can change logon settings / 認証に関わる設定を変更できる者
       CASE s.dacl WHEN 'absent' THEN 'Everyone' WHEN 'present' THEN coalesce((SELECT group_concat(line, '; ') FROM (
            SELECT u.trustee || ' (' || group_concat(DISTINCT u.right_name) || ')' AS line FROM unexpected_right u
            WHERE u.object_guid = s.object_guid AND u.inherit_only = 0 AND u.trustee_sid IS NOT w.own_sid
                AND u.right_group = 'link'
            GROUP BY u.trustee_sid)), '') END
           AS linked_by, -- Others who can link policies / GPO をリンクできる者
       CASE s.dacl WHEN 'absent' THEN 'Everyone' WHEN 'present' THEN coalesce((SELECT group_concat(line, '; ') FROM (
            SELECT u.trustee || ' (' || group_concat(DISTINCT u.right_name) || ')' AS line FROM unexpected_right u
            WHERE u.object_guid = s.object_guid AND u.inherit_only = 0 AND u.trustee_sid IS NOT w.own_sid
                AND u.right_group IN ('takeover', 'write_property', 'create_child')
            GROUP BY u.trustee_sid)), '') END
           AS edited_by, -- Others who can edit it / 編集できる者
       CASE s.dacl WHEN 'absent' THEN 'Everyone' WHEN 'present' THEN coalesce((SELECT group_concat(line, '; ') FROM (
            SELECT u.trustee || ' (' || group_concat(DISTINCT u.right_name) || ')' AS line FROM unexpected_right u
            WHERE u.object_guid = s.object_guid AND u.inherit_only = 0 AND u.trustee_sid IS NOT w.own_sid
                AND u.right_group IN ('laps', 'extended', 'takeover')
            GROUP BY u.trustee_sid)), '') END
           AS laps_read_by, -- Others who can read its LAPS password / LAPS パスワードを読める者
       CASE s.dacl WHEN 'absent' THEN 'Everyone' WHEN 'present' THEN nullif(coalesce((SELECT group_concat(line, '; ') FROM (
            SELECT u.trustee || ' (' || group_concat(DISTINCT u.right_name) || ')' AS line FROM unexpected_right u
            WHERE u.object_guid = s.object_guid AND u.inherit_only = 0 AND u.trustee_sid IS NOT w.own_sid
                AND u.trustee_sid IN (SELECT sid FROM broad_sid)
                AND u.right_group IN ('takeover', 'replicate_secret', 'replicate', 'extended', 'reset', 'member', 'key', 'setting', 'link', 'laps')
            GROUP BY u.trustee_sid)), ''),
            (SELECT blank FROM broad_unseen)) END
           AS broad_rights -- Strong rights of broad groups / 一般グループが持つ強い権限
FROM watched_target w LEFT JOIN security_descriptor s ON s.object_guid = w.guid;

-- The same as rows: one an object, trustee and right.
CREATE VIEW risky_right AS
SELECT w.subject AS subject,                          -- Key / キー
       w.name AS name,                                -- Object / オブジェクト
       u.trustee_sid || ' ' || u.right_name AS item,  -- Item key / 項目のキー
       u.trustee || ' (' || u.right_name || ')' AS item_name, -- Trustee and right / 権限を持つ者と権限
       w.kind AS kind,                                -- Kind of object / オブジェクトの種類
       w.dn AS dn,                                    -- Distinguished name / 識別名
       u.trustee AS trustee,                          -- Trustee / 権限を持つ者
       u.trustee_sid AS trustee_sid,                  -- Trustee (SID) / 権限を持つ者（SID）
       u.right_name AS right_name,                    -- Right / 権限
       u.right_group AS right_group,                  -- Group of rights / 権限の分類
       max(u.inherited) AS inherited,                 -- Inherited / 継承
       u.trustee_sid IN (SELECT sid FROM broad_sid) AS is_broad -- Held by a broad group / 一般グループが保有
FROM watched_target w JOIN unexpected_right u ON u.object_guid = w.guid
WHERE u.inherit_only = 0 AND u.trustee_sid IS NOT w.own_sid
  AND (w.kind = 'gpo' AND u.right_group IN ('write_property', 'create_child') OR u.right_group IN ('takeover',
    'replicate_secret', 'replicate', 'extended', 'reset', 'member', 'key', 'setting', 'link', 'laps'))
GROUP BY w.guid, u.trustee_sid, u.right_name;

INSERT INTO view_source(view, column_name, source) VALUES
    ('watched_object', '', 'ldap.domain'), ('watched_object', '', 'ldap.group'), ('watched_object', '', 'ldap.user'),
    ('watched_object', '', 'ldap.computer'), ('watched_object', '', 'ldap.ou'), ('watched_object', '', 'ldap.gpo'),
    ('risky_right', '', 'ldap.security'), ('risky_right', '', 'ldap.group'), ('risky_right', '', 'ldap.domain');
INSERT INTO view_source(view, column_name, source)
    SELECT 'watched_object', column1, 'ldap.security' FROM (VALUES ('dacl_absent'), ('owner'), ('owner_expected'),
        ('blocks_inheritance'), ('takeover_by'), ('secrets_replicated_by'), ('changes_replicated_by'),
        ('reset_by'), ('members_added_by'), ('keys_written_by'), ('settings_written_by'),
        ('linked_by'), ('edited_by'), ('laps_read_by'), ('broad_rights'));
