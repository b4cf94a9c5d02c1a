-- SPDX-License-Identifier: GPL-3.0-or-later
-- Organizational units, Group Policy objects with their folders, and the links between them.
CREATE VIEW ou AS
    SELECT
        o.guid AS subject, -- Organizational unit / 組織単位（OU）
        coalesce(o.name, o.dn) AS name, -- Name / 名前
        o.kind, -- Kind (ou, domain, site) / 種類（ou, domain, site）
        o.dn, -- Distinguished name / 識別名
        coalesce(o.gp_options, CASE WHEN (SELECT complete FROM source_state WHERE source = 'ldap.ou') THEN 0 END) & 1 <> 0 AS blocks_inheritance, -- Blocks inheritance / 継承のブロック
        (SELECT count(*) FROM policy_link l WHERE l.container_guid = o.guid) AS link_count -- Policy links / リンクされた GPO の数
    FROM organizational_unit o;

-- Policy objects, and folders of SYSVOL that have none (is_orphan). What the files say is NULL unless the folder was read: a policy of
-- which nobody saw the files has no password and no setting that anybody could deny.
CREATE VIEW policy_known AS
    SELECT coalesce(p.gpo_id, p.guid) AS gpo_id, p.guid, p.display_name, p.dn, p.path, p.flags, p.version, p.wmi_filter, p.changed_at, 0 AS is_orphan
    FROM policy_object p
    UNION ALL
    SELECT f.gpo_id, NULL, max(f.display_name), NULL, NULL, NULL, NULL, NULL, NULL, CASE WHEN (SELECT complete FROM source_state WHERE source = 'ldap.gpo') THEN 1 END
    FROM policy_folder f WHERE f.kind = 'sysvol' AND f.state <> 'missing' AND NOT EXISTS (SELECT 1 FROM policy_object p WHERE p.gpo_id = f.gpo_id) GROUP BY f.gpo_id;

-- Passwords of policies: what their files say, and, of policies whose folder in SYSVOL was not read, what hosts keep of them. Of several
-- hosts the newest copy; of a policy that is read, a copy may be of former days.
CREATE VIEW policy_password_fact AS
    SELECT gpo_id, half, file, item_key, kind, account, rid, state, length, fingerprint, is_conditional, changed_at FROM policy_password
    UNION ALL
    SELECT h.gpo_id, h.half, h.file, h.item_key, h.kind, h.account, h.rid, h.state, h.length, h.fingerprint, h.is_conditional, CAST(max(coalesce(h.changed_at, 0)) AS INTEGER)
    FROM host_policy_password h
    WHERE NOT EXISTS (SELECT 1 FROM policy_folder f WHERE f.gpo_id = h.gpo_id AND f.kind IN ('sysvol', 'backup') AND f.state <> 'missing')
    GROUP BY h.gpo_id, h.half, h.file, h.item_key;

-- The best of what is known about the folder of a policy.
CREATE VIEW policy_folder_fact AS
    SELECT gpo_id, state, version, min(CASE state WHEN 'read' THEN 1 WHEN 'partial' THEN 2 WHEN 'malformed' THEN 3 WHEN 'denied' THEN 4 ELSE 5 END) AS rank
    FROM policy_folder WHERE kind = 'sysvol' GROUP BY gpo_id;

-- How much a policy sets, by halves; settings and items alike.
CREATE VIEW policy_size AS
    SELECT gpo_id, sum(half = 'machine') AS computer_settings, sum(half = 'user') AS user_settings FROM (
        SELECT gpo_id, half FROM policy_registry
        UNION ALL SELECT gpo_id, 'machine' FROM policy_template
        UNION ALL SELECT DISTINCT gpo_id, 'machine' FROM policy_right
        UNION ALL SELECT DISTINCT gpo_id, 'machine' FROM policy_member
        UNION ALL SELECT gpo_id, 'machine' FROM policy_service
        UNION ALL SELECT gpo_id, 'machine' FROM policy_audit WHERE setting <> 0
        UNION ALL SELECT gpo_id, half FROM policy_item)
    GROUP BY gpo_id;

-- Computers that each policy reaches, and those of which it is not known.
CREATE VIEW policy_computers AS
    WITH seen(whole, links) AS MATERIALIZED (SELECT (SELECT min(complete) FROM source_state WHERE source IN ('ldap.ou', 'ldap.computer'))
            AND NOT EXISTS (SELECT 1 FROM policy_reach WHERE gpo_id = ''),
        (SELECT complete FROM source_state WHERE source = 'ldap.ou') AND NOT EXISTS (SELECT 1 FROM policy_reach WHERE gpo_id = '')),
    class AS (SELECT t.class_no, count(*) AS computers, sum(s.is_controller = 1) AS controllers, sum(s.is_controller IS NULL) AS maybe_controllers
        FROM policy_target t JOIN account_state s ON s.guid = t.guid GROUP BY t.class_no),
    reach AS (SELECT r.gpo_id, coalesce(sum(CASE WHEN r.state = 'applies' THEN n.computers END), 0) AS applies, coalesce(sum(CASE WHEN r.state = 'unknown' THEN n.computers END), 0) AS doubtful,
            max(CASE WHEN r.state = 'applies' THEN n.controllers > 0 END) AS is_controllers,
            max(CASE WHEN r.state = 'unknown' AND n.controllers > 0 OR r.state IN ('applies', 'unknown') AND n.maybe_controllers > 0 THEN 1 ELSE 0 END) AS may_be_controllers
        FROM policy_reach r LEFT JOIN class n ON n.class_no = r.class_no GROUP BY r.gpo_id),
    known(gpo_id) AS (SELECT gpo_id FROM policy_object WHERE gpo_id IS NOT NULL UNION SELECT gpo_id FROM policy_folder UNION SELECT gpo_id FROM policy_reach)
    SELECT k.gpo_id,
        CASE WHEN r.applies > 1 OR r.applies > 0 AND r.doubtful = 0 AND w.whole THEN r.applies WHEN coalesce(r.doubtful, 0) = 0 AND w.whole THEN coalesce(r.applies, 0)
            WHEN w.links AND NOT EXISTS (SELECT 1 FROM policy_link l WHERE l.gpo_id = k.gpo_id) THEN 0 END AS computers,
        r.gpo_id IS NOT NULL AS is_linked, coalesce(r.applies, 0) AS applies, coalesce(r.doubtful, 0) AS doubtful,
        CASE WHEN r.is_controllers THEN 1 WHEN coalesce(r.may_be_controllers, 0) = 0 AND w.whole THEN 0 END AS reaches_controllers
    FROM known k CROSS JOIN seen w LEFT JOIN reach r ON r.gpo_id = k.gpo_id;

-- Who may change files of SYSVOL and is no administrator. A file or folder that has no row was not asked for its rights: each has an
-- owner. The right to write into a folder, or to take it over, holds for what lies in it.
CREATE VIEW sysvol_writer AS
    SELECT f.gpo_id, f.path, f.trustee_sid, f."right", f.inherited,
        coalesce((SELECT n.sam_name FROM account n WHERE n.sid = f.trustee_sid), (SELECT n.sam_name FROM directory_group n WHERE n.sid = f.trustee_sid),
            (SELECT n.name FROM well_known_trustee n WHERE n.sid = f.trustee_sid), f.trustee_sid) AS trustee,
        f.trustee_sid IN (SELECT sid FROM broad_sid) AS is_broad
    FROM policy_file_right f WHERE f.trustee_sid NOT IN (SELECT sid FROM administrator_sid);

CREATE VIEW gpo AS
    SELECT
        p.gpo_id AS subject, -- Group Policy object / グループ ポリシー オブジェクト
        coalesce(p.display_name, p.dn, p.gpo_id) AS name, -- Name / 名前
        p.guid, -- GUID / GUID
        p.dn, -- Distinguished name / 識別名
        p.path, -- Folder / 格納フォルダー
        p.is_orphan, -- Folder without an object in the directory / ディレクトリに GPO のないフォルダー
        p.flags & 1 <> 0 AS user_half_off, -- User settings disabled / ユーザーの構成が無効
        p.flags & 2 <> 0 AS computer_half_off, -- Computer settings disabled / コンピューターの構成が無効
        (SELECT CASE WHEN count(*) > 0 OR (SELECT complete FROM source_state WHERE source = 'ldap.ou') THEN count(*) END
            FROM policy_link l WHERE l.gpo_id = p.gpo_id AND coalesce(l.options, 0) & 1 = 0) AS link_count, -- Active links / 有効なリンクの数
        CASE WHEN (SELECT complete FROM source_state WHERE source = 'ldap.ou') THEN (SELECT count(*) FROM policy_link l WHERE l.gpo_id = p.gpo_id AND l.options & 1) END AS disabled_link_count, -- Disabled links / 無効なリンクの数
        CASE WHEN (SELECT complete FROM source_state WHERE source = 'ldap.ou') THEN (SELECT count(*) FROM policy_link l WHERE l.gpo_id = p.gpo_id AND l.options & 3 = 2) END AS enforced_link_count, -- Enforced links / 強制リンクの数
        (SELECT max(o.kind = 'domain') FROM policy_link l JOIN organizational_unit o ON o.guid = l.container_guid WHERE l.gpo_id = p.gpo_id AND coalesce(l.options, 0) & 1 = 0) AS is_linked_to_domain, -- Linked to the domain / ドメインにリンク
        c.computers AS computer_count, -- Computers that apply it / 適用されるコンピューターの数
        p.version & 0xffff AS computer_version, -- Version of the computer settings / コンピューターの構成のバージョン
        p.version >> 16 AS user_version, -- Version of the user settings / ユーザーの構成のバージョン
        coalesce(f.state, CASE WHEN (SELECT complete FROM source_state WHERE source = 'policy.file') THEN 'missing' END) AS folder_state, -- Folder in SYSVOL (read, partial, denied, malformed, missing) / SYSVOL のフォルダー（read, partial, denied, malformed, missing）
        CASE WHEN f.state = 'missing' THEN 0 WHEN f.state IS NOT NULL THEN 1 WHEN (SELECT complete FROM source_state WHERE source = 'policy.file') THEN 0 END AS has_folder, -- Has a folder in SYSVOL / SYSVOL にフォルダーがある
        f.version & 0xffff AS folder_computer_version, -- Version of the computer settings in SYSVOL / SYSVOL のコンピューターの構成のバージョン
        f.version >> 16 AS folder_user_version, -- Version of the user settings in SYSVOL / SYSVOL のユーザーの構成のバージョン
        p.version = f.version AS version_matches, -- Versions in the directory and SYSVOL are equal / ディレクトリと SYSVOL のバージョンが一致
        CASE WHEN p.guid IS NOT NULL THEN coalesce(p.wmi_filter, '') <> '' END AS has_wmi_filter, -- Has a WMI filter / WMI フィルターあり
        CASE WHEN f.state = 'read' OR z.computer_settings > 0 THEN coalesce(z.computer_settings, 0) END AS computer_settings, -- Computer settings / コンピューターの構成の設定数
        CASE WHEN f.state = 'read' OR z.user_settings > 0 THEN coalesce(z.user_settings, 0) END AS user_settings, -- User settings / ユーザーの構成の設定数
        CASE WHEN f.state = 'read' THEN coalesce(z.computer_settings, 0) + coalesce(z.user_settings, 0) = 0 WHEN z.gpo_id IS NOT NULL THEN 0 END AS is_empty, -- Sets nothing / 設定が空
        CASE WHEN f.state = 'read' OR w.passwords > 0 THEN coalesce(w.passwords, 0) END AS password_count, -- Passwords in preferences / 基本設定に含まれるパスワードの数
        CASE WHEN f.state = 'read' OR w.others > 0 THEN coalesce(w.others, 0) END AS unreadable_password_count, -- Empty or unreadable passwords in preferences / 基本設定の空または解読できないパスワードの数
        CASE WHEN f.state = 'read' OR t.n > 0 THEN coalesce(t.n, 0) END AS immediate_task_count, -- Immediate tasks / 即時タスクの数
        CASE WHEN f.state = 'read' OR a.n > 0 THEN coalesce(a.n, 0) END AS account_setting_count, -- Password and lockout settings / パスワードとロックアウトの設定数
        CASE WHEN k.n > 0 THEN k.n WHEN (SELECT min(complete) FROM source_state WHERE source IN ('policy.file', 'ldap.ou', 'ldap.gpo', 'ldap.security', 'ldap.group', 'ldap.computer'))
            AND NOT EXISTS (SELECT 1 FROM policy_conflict d WHERE d.gpo_id = p.gpo_id)
            AND NOT EXISTS (SELECT 1 FROM policy_reach WHERE gpo_id = '' OR reason IN ('gpo_unread', 'link_unread') AND state = 'unknown') THEN 0 END AS conflict_count, -- Settings overridden only by link order / リンク順だけで上書きされる設定の数
        k.winners AS conflict_with, -- Overridden by / 上書きする GPO
        w.accounts AS password_accounts, -- Accounts with a password there / パスワードが含まれるアカウント
        CASE s.dacl WHEN 'absent' THEN 'Everyone' WHEN 'present' THEN coalesce((SELECT group_concat(line, '; ') FROM (
            SELECT u.trustee || ' (' || group_concat(DISTINCT u.right_name) || ')' AS line FROM unexpected_right u
            WHERE u.object_guid = p.guid AND u.inherit_only = 0 AND u.right_group IN ('takeover', 'write_property', 'create_child') GROUP BY u.trustee_sid)), '') END AS edited_by, -- Others who can edit it / 編集できる者
        CASE WHEN EXISTS (SELECT 1 FROM policy_file_right r WHERE r.gpo_id = p.gpo_id) THEN coalesce((SELECT group_concat(line, '; ') FROM (
            SELECT u.trustee || ' (' || group_concat(DISTINCT u."right") || ')' AS line FROM sysvol_writer u WHERE u.gpo_id = p.gpo_id GROUP BY u.trustee_sid)), CASE WHEN (SELECT complete FROM source_state WHERE source = 'policy.file_right') THEN '' END) END AS files_edited_by, -- Others who can change its files / ファイルを変更できる者
        CASE s.dacl WHEN 'absent' THEN 1 WHEN 'present' THEN EXISTS (SELECT 1 FROM access_right r WHERE r.object_guid = p.guid AND r.inherit_only = 0 AND r."right" IN ('read_policy', 'generic_all')
            AND (r.trustee_sid IN ('S-1-1-0', 'S-1-5-11') OR r.trustee_sid GLOB 'S-1-5-21-*-515')) END AS computers_can_read, -- All computers of the domain can read it / ドメインのすべてのコンピューターが読み取れる
        strftime('%Y-%m-%dT%H:%M:%SZ', nullif(p.changed_at, 0) / 10000000 - 11644473600, 'unixepoch') AS changed_at -- Changed / 変更日時
    FROM policy_known p
        LEFT JOIN policy_folder_fact f ON f.gpo_id = p.gpo_id
        LEFT JOIN policy_size z ON z.gpo_id = p.gpo_id
        LEFT JOIN policy_computers c ON c.gpo_id = p.gpo_id
        LEFT JOIN security_descriptor s ON s.object_guid = p.guid
        LEFT JOIN (SELECT gpo_id, sum(state = 'set') AS passwords, sum(state <> 'set') AS others, group_concat(DISTINCT account) AS accounts FROM policy_password_fact GROUP BY gpo_id) w ON w.gpo_id = p.gpo_id
        LEFT JOIN (SELECT gpo_id, count(*) AS n FROM policy_item WHERE kind = 'immediate_task' AND action IS NOT 'delete' GROUP BY gpo_id) t ON t.gpo_id = p.gpo_id
        LEFT JOIN (SELECT gpo_id, count(*) AS n FROM policy_template WHERE section = 'system_access' AND name IN ('MinimumPasswordLength', 'PasswordHistorySize', 'MaximumPasswordAge',
            'MinimumPasswordAge', 'PasswordComplexity', 'ClearTextPassword', 'LockoutBadCount', 'LockoutDuration', 'ResetLockoutCount') GROUP BY gpo_id) a ON a.gpo_id = p.gpo_id
        LEFT JOIN (SELECT c.gpo_id, count(DISTINCT c.item) AS n, group_concat(DISTINCT coalesce(o.display_name, c.winner_id)) AS winners
            FROM policy_conflict c LEFT JOIN policy_object o ON o.gpo_id = c.winner_id WHERE c.is_certain GROUP BY c.gpo_id) k ON k.gpo_id = p.gpo_id;

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
    ('gpo_link', '', 'ldap.ou'),
    ('gpo_link', 'gpo_exists', 'ldap.gpo');
INSERT INTO view_source(view, column_name, source)
    SELECT 'gpo', column1, column2 FROM (VALUES
        ('link_count', 'ldap.ou'), ('disabled_link_count', 'ldap.ou'), ('enforced_link_count', 'ldap.ou'), ('is_linked_to_domain', 'ldap.ou'),
        ('computer_count', 'ldap.ou'), ('computer_count', 'ldap.computer'), ('computer_count', 'ldap.security'), ('computer_count', 'ldap.group'),
        ('folder_state', 'policy.file'), ('has_folder', 'policy.file'), ('folder_computer_version', 'policy.file'), ('folder_user_version', 'policy.file'),
        ('version_matches', 'policy.file'), ('computer_settings', 'policy.file'), ('user_settings', 'policy.file'), ('is_empty', 'policy.file'),
        ('password_count', 'policy.file'), ('immediate_task_count', 'policy.file'), ('account_setting_count', 'policy.file'), ('conflict_count', 'policy.file'), ('conflict_count', 'ldap.security'), ('unreadable_password_count', 'policy.file'), ('files_edited_by', 'policy.file'), ('files_edited_by', 'policy.file_right'),
        ('edited_by', 'ldap.security'), ('computers_can_read', 'ldap.security'));
