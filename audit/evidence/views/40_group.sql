-- SPDX-License-Identifier: GPL-3.0-or-later
-- Groups that give rights and who is in them. Counts are NULL while a group in question, or the accounts whose primary group
-- it could be, were not read to the end.

CREATE VIEW membership_known AS
    SELECT w.group_guid,
        coalesce((SELECT min(complete) FROM source_state WHERE source IN ('ldap.group', 'ldap.user')), 0)
        AND NOT EXISTS (SELECT 1 FROM nested_group n JOIN directory_group g ON g.guid = n.group_guid
            WHERE n.root_guid = w.group_guid AND g.members_complete IS NOT 1) AS complete
    FROM watched_group w;

-- What each member is. "unread": the group names it, but the audit did not see it (another domain, or no right to read).
CREATE VIEW member_fact AS
    SELECT n.group_guid, n.member_guid, n.depth, n.via,
        coalesce(s.subject, g.sid, f.sid, n.member_guid) AS member_subject,
        coalesce(s.name, g.sam_name, (SELECT t.name FROM well_known_trustee t WHERE t.sid = coalesce(f.sid, n.member_guid)), f.sid, n.member_guid) AS member_name,
        CASE WHEN s.guid IS NOT NULL THEN s.kind WHEN g.guid IS NOT NULL THEN 'group'
            WHEN coalesce(f.sid, n.member_guid) GLOB 'S-1-5-21-*' THEN CASE
                WHEN f.sid IS NULL AND coalesce((SELECT max(n.member_guid LIKE d.sid || '-%') FROM domain_head d), 1) THEN 'unread'
                ELSE 'foreign' END
            WHEN coalesce(f.sid, n.member_guid) GLOB 'S-1-*' THEN 'well_known' ELSE 'unread' END AS member_kind,
        coalesce(s.subject, g.sid, f.sid, n.member_guid) AS member_sid,
        s.uac, s.spn_count, s.logon_at, s.created_at, h.code AS member_code
    FROM nested_member n
        LEFT JOIN account_state s ON s.guid = n.member_guid
        LEFT JOIN directory_group g ON g.guid = n.member_guid
        LEFT JOIN foreign_principal f ON f.guid = n.member_guid
        LEFT JOIN watched_group h ON h.group_guid = n.member_guid;

CREATE VIEW group_count AS
    SELECT group_guid,
        sum(member_kind NOT IN ('group', 'well_known')) AS members,
        sum(depth = 1) AS direct_members,
        sum(member_kind = 'group') AS groups,
        sum(member_kind = 'group' AND member_code IS NULL) AS other_groups,
        sum(uac & 2 = 0) AS enabled,
        sum(uac & 2 <> 0) AS disabled,
        sum(member_kind IN ('computer', 'gmsa', 'smsa', 'dmsa')) AS machines,
        sum(member_kind = 'unread') AS unread,
        sum(member_kind = 'unread' AND member_sid NOT GLOB 'S-1-*') AS nameless,
        sum(member_kind = 'foreign') AS foreigners,
        max(member_sid = 'S-1-1-0') AS everyone,
        max(member_sid = 'S-1-5-7') AS anonymous,
        max(member_sid = 'S-1-5-11') AS authenticated
    FROM member_fact GROUP BY group_guid;

CREATE VIEW watched_group_fact AS
    SELECT
        coalesce(w.sid, w.group_guid) AS subject, coalesce(g.sam_name, w.code) AS name, w.code, w.is_admin, w.is_guarded, g.dn,
        CASE WHEN k.complete THEN coalesce(c.members, 0) END AS member_count,
        CASE WHEN k.complete THEN coalesce(c.direct_members, 0) END AS direct_member_count,
        CASE WHEN k.complete THEN coalesce(c.groups, 0) END AS group_count,
        coalesce(nullif(c.other_groups, 0), CASE WHEN k.complete AND coalesce(c.unread, 0) = 0 THEN 0 END) AS other_group_count,
        CASE WHEN k.complete THEN coalesce(c.enabled, 0) END AS enabled_count,
        CASE WHEN k.complete THEN coalesce(c.disabled, 0) END AS disabled_count,
        coalesce(nullif(c.machines, 0), CASE WHEN k.complete AND coalesce(c.unread, 0) = 0 THEN 0 END) AS machine_count,
        CASE WHEN k.complete THEN coalesce(c.unread, 0) END AS unread_count,
        coalesce(nullif(c.foreigners, 0), CASE WHEN k.complete AND coalesce(c.unread, 0) = 0 THEN 0 END) AS foreign_count,
        coalesce(nullif(c.everyone, 0), CASE WHEN k.complete AND coalesce(c.nameless, 0) = 0 THEN 0 END) AS has_everyone,
        coalesce(nullif(c.anonymous, 0), CASE WHEN k.complete AND coalesce(c.nameless, 0) = 0 THEN 0 END) AS has_anonymous,
        coalesce(nullif(c.authenticated, 0), CASE WHEN k.complete AND coalesce(c.nameless, 0) = 0 THEN 0 END) AS has_authenticated_users,
        g.admin_count, g.server
    FROM watched_group w
        LEFT JOIN directory_group g ON g.guid = w.group_guid
        LEFT JOIN membership_known k ON k.group_guid = w.group_guid
        LEFT JOIN group_count c ON c.group_guid = w.group_guid;

CREATE VIEW privileged_group AS
    SELECT
        f.subject, -- Group / グループ
        f.name, -- Name / 名前
        f.code, -- Which group / グループの種別
        f.dn, -- Distinguished name / 識別名
        f.member_count, -- Accounts inside, at any depth / 含まれるアカウントの数（入れ子を含む）
        f.direct_member_count, -- Direct members / 直接のメンバーの数
        f.group_count, -- Groups inside / 含まれるグループの数
        f.other_group_count, -- Groups inside that Windows did not put there / 既定以外に含まれるグループの数
        f.enabled_count, -- Enabled accounts / 有効なアカウントの数
        f.disabled_count, -- Disabled accounts / 無効なアカウントの数
        f.machine_count, -- Computers and managed service accounts / コンピューターと管理サービス アカウントの数
        f.unread_count, -- Members that could not be read / 読み取れなかったメンバーの数
        f.foreign_count, -- Members of other domains / 他のドメインのメンバーの数
        f.server -- Directory server / ディレクトリ サーバー
    FROM watched_group_fact f WHERE f.is_admin;

-- Every group of watched_group, also those that rule nothing (Protected Users, Pre-Windows 2000 Compatible Access …).
CREATE VIEW builtin_group AS
    SELECT
        f.subject, -- Group / グループ
        f.name, -- Name / 名前
        f.code, -- Which group / グループの種別
        f.is_admin, -- Gives administrative rights / 管理者権限を与える
        f.member_count, -- Accounts inside, at any depth / 含まれるアカウントの数（入れ子を含む）
        f.direct_member_count, -- Direct members / 直接のメンバーの数
        f.enabled_count, -- Enabled accounts / 有効なアカウントの数
        f.has_everyone, -- Everyone is inside / Everyone を含む
        f.has_anonymous, -- Anonymous is inside / Anonymous Logon を含む
        f.has_authenticated_users, -- Authenticated Users is inside / Authenticated Users を含む
        f.server -- Directory server / ディレクトリ サーバー
    FROM watched_group_fact f;

CREATE VIEW privileged_member AS
    SELECT
        coalesce(w.sid, w.group_guid) AS subject, -- Group / グループ
        coalesce(g.sam_name, w.code) AS name, -- Name of the group / グループ名
        m.member_subject AS item, -- Member / メンバー
        m.member_name AS item_name, -- Name of the member / メンバー名
        w.code, -- Which group / グループの種別
        m.member_kind, -- Kind of member / メンバーの種類
        m.depth, -- Depth (1 = direct) / 階層（1 = 直接）
        m.depth = 1 AS is_direct, -- Direct member / 直接のメンバー
        m.via, -- Through the group / 経由するグループ
        EXISTS (SELECT 1 FROM nested_group i
            JOIN watched_group b ON b.group_guid = i.group_guid AND b.is_admin
            JOIN nested_member j ON j.group_guid = b.group_guid AND j.member_guid = m.member_guid
            WHERE i.root_guid = w.group_guid AND i.depth > 0) AS is_through_builtin, -- Comes in through another privileged group / 別の特権グループを経由
        m.member_code IS NOT NULL AS is_builtin_group, -- A group that Windows made / Windows 既定のグループ
        CASE WHEN m.member_kind = 'unread' THEN NULL ELSE m.member_kind = 'group' END AS is_group, -- Is a group / グループである
        CASE WHEN m.member_kind = 'unread' THEN NULL ELSE m.member_kind = 'foreign' END AS is_foreign, -- Of another domain / 他のドメインのメンバー
        CASE WHEN m.member_kind = 'unread' THEN NULL ELSE m.member_kind IN ('computer', 'gmsa', 'smsa', 'dmsa') END AS is_machine, -- Is a computer or managed service account / コンピューターまたは管理サービス アカウントである
        CASE WHEN m.member_kind = 'unread' THEN NULL ELSE m.member_kind = 'well_known' END AS is_well_known, -- Is a well-known identity such as Everyone / Everyone などの特殊な ID である
        m.uac & 2 = 0 AS is_enabled, -- Enabled / 有効
        m.spn_count -- Service principal names / サービス プリンシパル名（SPN）の数
    FROM watched_group w
        JOIN directory_group g ON g.guid = w.group_guid
        JOIN member_fact m ON m.group_guid = w.group_guid
    WHERE w.is_admin;

-- Every group, for the mark that AdminSDHolder leaves.
CREATE VIEW security_group AS
    SELECT
        coalesce(g.sid, g.guid) AS subject, -- Group / グループ
        coalesce(g.sam_name, g.dn) AS name, -- Name / 名前
        g.guid, -- GUID / GUID
        g.dn, -- Distinguished name / 識別名
        CASE WHEN g.group_type IS NOT NULL THEN coalesce(g.admin_count, 0) END AS admin_count, -- adminCount / adminCount
        CASE WHEN EXISTS (SELECT 1 FROM nested_group n JOIN watched_group w ON w.group_guid = n.root_guid AND w.is_guarded
                WHERE n.group_guid = g.guid) THEN 1
            WHEN (SELECT complete FROM source_state WHERE source = 'ldap.group')
                AND NOT EXISTS (SELECT 1 FROM watched_group w JOIN directory_group x ON x.guid = w.group_guid WHERE x.members_complete IS NOT 1)
            THEN 0 END AS is_guarded, -- Guarded by AdminSDHolder / AdminSDHolder の保護対象
        g.member_count, -- Direct members / 直接のメンバーの数
        g.members_complete, -- All members were read / メンバーをすべて読み取れた
        strftime('%Y-%m-%dT%H:%M:%SZ', nullif(g.created_at, 0) / 10000000 - 11644473600, 'unixepoch') AS created_at, -- Created / 作成日時
        g.server -- Directory server / ディレクトリ サーバー
    FROM directory_group g;

INSERT INTO view_source(view, column_name, source) VALUES
    ('privileged_group', '', 'ldap.group'),
    ('privileged_group', 'member_count', 'ldap.user'),
    ('privileged_group', 'direct_member_count', 'ldap.user'),
    ('privileged_group', 'group_count', 'ldap.user'),
    ('privileged_group', 'other_group_count', 'ldap.user'),
    ('privileged_group', 'enabled_count', 'ldap.user'),
    ('privileged_group', 'disabled_count', 'ldap.user'),
    ('privileged_group', 'machine_count', 'ldap.user'),
    ('privileged_group', 'unread_count', 'ldap.user'),
    ('privileged_group', 'foreign_count', 'ldap.user'),
    ('builtin_group', '', 'ldap.group'),
    ('builtin_group', 'member_count', 'ldap.user'),
    ('builtin_group', 'direct_member_count', 'ldap.user'),
    ('builtin_group', 'enabled_count', 'ldap.user'),
    ('builtin_group', 'has_everyone', 'ldap.user'),
    ('builtin_group', 'has_anonymous', 'ldap.user'),
    ('builtin_group', 'has_authenticated_users', 'ldap.user'),
    ('privileged_member', '', 'ldap.group'),
    ('privileged_member', 'is_group', 'ldap.user'),
    ('privileged_member', 'is_foreign', 'ldap.foreign'),
    ('privileged_member', 'is_machine', 'ldap.computer'),
    ('privileged_member', 'is_well_known', 'ldap.foreign'),
    ('privileged_member', 'is_enabled', 'ldap.user'),
    ('privileged_member', 'spn_count', 'ldap.user'),
    ('security_group', '', 'ldap.group');
