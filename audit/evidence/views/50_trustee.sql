-- SPDX-License-Identifier: GPL-3.0-or-later
-- Who a SID is, and which SIDs may be expected to hold strong rights. Nothing here goes by name: names are for people.
-- The views …_source say how derive.sql fills the tables administrator_sid, broad_sid and watched_target.

-- Well-known SIDs ([MS-DTYP] 2.4.2.4); groups with a RID in the domain have their own row in directory_group.
CREATE VIEW well_known_trustee AS
SELECT column1 AS sid,    -- SID / SID
       column2 AS name,   -- Name / 名前
       column3 AS name_ja -- Name in Japanese / 日本語での説明
FROM (VALUES
    ('S-1-0-0', 'NULL SID', 'NULL SID（なし）'),
    ('S-1-1-0', 'Everyone', 'Everyone（すべての人）'),
    ('S-1-2-0', 'LOCAL', 'LOCAL（ローカル）'),
    ('S-1-3-0', 'CREATOR OWNER', 'CREATOR OWNER（作成者・所有者）'),
    ('S-1-3-1', 'CREATOR GROUP', 'CREATOR GROUP（作成者のグループ）'),
    ('S-1-3-4', 'OWNER RIGHTS', 'OWNER RIGHTS（所有者の権限）'),
    ('S-1-5-2', 'NETWORK', 'NETWORK（ネットワーク経由のログオン）'),
    ('S-1-5-4', 'INTERACTIVE', 'INTERACTIVE（対話型ログオン）'),
    ('S-1-5-6', 'SERVICE', 'SERVICE（サービス）'),
    ('S-1-5-7', 'ANONYMOUS LOGON', 'ANONYMOUS LOGON（匿名ログオン）'),
    ('S-1-5-9', 'ENTERPRISE DOMAIN CONTROLLERS', 'ENTERPRISE DOMAIN CONTROLLERS（フォレストのドメインコントローラー）'),
    ('S-1-5-10', 'SELF', 'SELF（本人）'),
    ('S-1-5-11', 'Authenticated Users', 'Authenticated Users（認証済みのすべてのアカウント）'),
    ('S-1-5-15', 'This Organization', 'This Organization（この組織）'),
    ('S-1-5-18', 'SYSTEM', 'SYSTEM（システム）'),
    ('S-1-5-19', 'LOCAL SERVICE', 'LOCAL SERVICE'),
    ('S-1-5-20', 'NETWORK SERVICE', 'NETWORK SERVICE'),
    ('S-1-5-32-544', 'Administrators', 'Administrators（管理者）'),
    ('S-1-5-32-545', 'Users', 'Users（ユーザー）'),
    ('S-1-5-32-546', 'Guests', 'Guests（ゲスト）'),
    ('S-1-5-32-548', 'Account Operators', 'Account Operators（アカウント オペレーター）'),
    ('S-1-5-32-549', 'Server Operators', 'Server Operators（サーバー オペレーター）'),
    ('S-1-5-32-550', 'Print Operators', 'Print Operators（印刷オペレーター）'),
    ('S-1-5-32-551', 'Backup Operators', 'Backup Operators（バックアップ オペレーター）'),
    ('S-1-5-32-554', 'Pre-Windows 2000 Compatible Access', 'Pre-Windows 2000 Compatible Access（Windows 2000 以前との互換アクセス）'));

-- SIDs that rule the domain by design, and everybody inside the four groups that do. Broad groups never count, even
-- where somebody put them into such a group.
CREATE VIEW administrator_source AS
SELECT sid AS sid,                         -- SID / SID
       min(by_membership) AS by_membership -- Only as a member / メンバーとしてのみ
FROM (
    SELECT column1 AS sid, 0 AS by_membership FROM (VALUES ('S-1-5-18'), ('S-1-5-32-544'), ('S-1-5-9'), ('S-1-5-10'),
        ('S-1-3-0'), ('S-1-3-4'))
    UNION ALL SELECT d.sid || r.column1, 0 FROM domain_head d, (VALUES ('-500'), ('-512'), ('-516'), ('-518'), ('-519')) r
        WHERE d.sid IS NOT NULL
    UNION ALL SELECT t.partner_sid || r.column1, 0 FROM trusted_domain t, (VALUES ('-518'), ('-519')) r
        WHERE t.attributes & 32 AND t.partner_sid IS NOT NULL
    UNION ALL SELECT coalesce(a.sid, g.sid, f.sid, n.member_guid), 1
        FROM watched_group w JOIN nested_member n ON n.group_guid = w.group_guid
            LEFT JOIN account a ON a.guid = n.member_guid
            LEFT JOIN directory_group g ON g.guid = n.member_guid
            LEFT JOIN foreign_principal f ON f.guid = n.member_guid
        WHERE w.code IN ('domain_admins', 'schema_admins', 'enterprise_admins', 'administrators'))
WHERE sid NOT IN ('S-1-1-0', 'S-1-5-7', 'S-1-5-11', 'S-1-5-32-545', 'S-1-5-32-546', 'S-1-5-32-554')
  AND NOT (sid GLOB 'S-1-5-21-*' AND substr(sid, length(rtrim(sid, '0123456789')) + 1) IN ('513', '514', '515'))
GROUP BY sid;

-- SIDs that every account, every computer or somebody without an account holds, and the groups that contain one of them.
-- Membership is followed by GUID; a principal that was not read is known by the SID in its name.
CREATE VIEW broad_source AS
WITH RECURSIVE known(sid) AS (
    SELECT column1 FROM (VALUES ('S-1-1-0'), ('S-1-5-2'), ('S-1-5-4'), ('S-1-5-7'), ('S-1-5-11'), ('S-1-5-15'),
        ('S-1-5-32-545'), ('S-1-5-32-546'), ('S-1-5-32-554'))
    UNION SELECT d.sid || r.column1 FROM domain_head d, (VALUES ('-513'), ('-514'), ('-515')) r WHERE d.sid IS NOT NULL
    UNION SELECT t.partner_sid || r.column1 FROM trusted_domain t, (VALUES ('-513'), ('-514'), ('-515')) r
        WHERE t.partner_sid IS NOT NULL),
inside(guid) AS (
    SELECT g.guid FROM directory_group g JOIN known k ON k.sid = g.sid
    UNION SELECT f.guid FROM foreign_principal f JOIN known k ON k.sid = f.sid
    UNION SELECT m.group_guid FROM membership m JOIN known k ON k.sid = m.member_sid
    UNION SELECT g.guid FROM inside i JOIN membership m ON m.member_guid = i.guid
        JOIN directory_group g ON g.guid = m.group_guid WHERE g.rid NOT IN (512, 518, 519, 544))
SELECT sid AS sid -- SID / SID
FROM known
UNION SELECT g.sid FROM inside i JOIN directory_group g ON g.guid = i.guid WHERE g.sid IS NOT NULL
    AND g.rid NOT IN (512, 518, 519, 544);

-- What "nobody" turns into while not all groups were read to their end, where a broad group may be inside, or while the
-- domain or a trusted one was not, whose own broad groups are then not known.
CREATE VIEW broad_unseen AS
SELECT CASE WHEN (SELECT min(complete) FROM source_state WHERE source IN ('ldap.group', 'ldap.domain', 'ldap.trust')) IS NOT 1
                OR EXISTS (SELECT 1 FROM directory_group WHERE members_complete IS NOT 1)
            THEN '' END
           AS blank -- Text that means unknown / 未確認を表す文字列
;
