-- SPDX-License-Identifier: GPL-3.0-or-later
-- What is inside the policies, one row a thing: passwords, scripts, preferences, user rights, group members, rights on files. Whom a
-- SID means is looked up, never guessed from a name; a name of this domain is resolved as Windows resolves it.

-- Trustees that policies name: SID as it is, a name by the directory. A name that it does not know may be a local account.
CREATE VIEW policy_trustee AS
    SELECT n.holder,
        CASE WHEN n.holder GLOB 'S-1-*' THEN n.holder ELSE
            (SELECT coalesce((SELECT a.sid FROM account a WHERE a.sam_name = x.short COLLATE NOCASE), (SELECT g.sid FROM directory_group g WHERE g.sam_name = x.short COLLATE NOCASE))
            FROM (SELECT substr(n.holder, instr(n.holder, '\') + 1) AS short WHERE instr(n.holder, '\') = 0
                OR EXISTS (SELECT 1 FROM domain_head d WHERE d.netbios_name = substr(n.holder, 1, instr(n.holder, '\') - 1) COLLATE NOCASE)) x) END AS sid
    FROM (SELECT holder FROM policy_right WHERE holder <> '' UNION SELECT member FROM policy_member WHERE member <> '' UNION SELECT group_key FROM policy_member) n;

CREATE VIEW policy_trustee_fact AS
    SELECT t.holder, t.sid,
        coalesce((SELECT n.sam_name FROM account n WHERE n.sid = t.sid), (SELECT n.sam_name FROM directory_group n WHERE n.sid = t.sid),
            (SELECT n.name FROM well_known_trustee n WHERE n.sid = t.sid), t.holder) AS name,
        CASE WHEN t.sid IS NOT NULL THEN t.sid IN ('S-1-1-0', 'S-1-5-11', 'S-1-5-4', 'S-1-5-2', 'S-1-5-7', 'S-1-5-32-545', 'S-1-5-32-546', 'S-1-2-0', 'S-1-5-113')
            OR t.sid GLOB 'S-1-5-21-*-513' OR t.sid GLOB 'S-1-5-21-*-514' OR t.sid GLOB 'S-1-5-21-*-515' OR t.sid IN (SELECT sid FROM broad_sid)
            OR CASE WHEN t.sid NOT GLOB 'S-1-5-21-*' AND t.sid NOT GLOB 'S-1-5-32-*' OR t.sid IN (SELECT sid FROM account) OR (SELECT complete FROM source_state WHERE source = 'ldap.group') THEN 0 END END AS is_everybody,
        CASE WHEN t.sid IS NOT NULL THEN t.sid IN ('S-1-5-32-544', 'S-1-5-18', 'S-1-5-19', 'S-1-5-20', 'S-1-5-6', 'S-1-5-9') OR t.sid GLOB 'S-1-5-80-*' OR t.sid GLOB 'S-1-5-82-*'
            OR t.sid GLOB 'S-1-5-83-*' OR t.sid GLOB 'S-1-5-90-*' OR t.sid IN (SELECT sid FROM administrator_sid) END AS is_administrator
    FROM policy_trustee t;

CREATE VIEW gpo_password AS
    SELECT
        w.gpo_id AS subject, -- Group Policy object / グループ ポリシー オブジェクト
        coalesce(p.display_name, w.gpo_id) AS name, -- Name / 名前
        w.half || '/' || w.file || '/' || w.item_key AS item, -- Preference / 基本設定の項目
        coalesce(w.account, w.file) AS item_name, -- Account / アカウント
        w.half, -- Half (machine, user) / 構成（machine, user）
        w.file, -- File / ファイル
        w.kind, -- Kind (local_user, service, task, drive …) / 種類（local_user, service, task, drive など）
        w.account, -- Account / アカウント
        w.rid, -- RID / RID
        w.rid IS 500 AS is_builtin_administrator, -- Built-in Administrator / ビルトイン Administrator アカウント
        w.state, -- State (set, empty, unreadable) / 状態（set, empty, unreadable）
        w.length, -- Length / 文字数
        CASE WHEN w.fingerprint IS NOT NULL THEN coalesce(nullif((SELECT count(*) - 1 FROM policy_password_fact o WHERE o.fingerprint = w.fingerprint), 0),
            CASE WHEN (SELECT complete FROM source_state WHERE source = 'policy.file') AND NOT EXISTS (SELECT 1 FROM policy_password_fact o WHERE o.state <> 'empty' AND substr(o.fingerprint, 1, 8) IS NOT substr(w.fingerprint, 1, 8)) THEN 0 END) END AS same_count, -- Other preferences with the same password / 同じパスワードの他の項目数
        c.computers AS computer_count, -- Computers that apply the policy / GPO が適用されるコンピューターの数
        (SELECT CASE WHEN count(*) > 0 OR (SELECT complete FROM source_state WHERE source = 'ldap.ou') THEN count(*) END
            FROM policy_link l WHERE l.gpo_id = w.gpo_id AND coalesce(l.options, 0) & 1 = 0) AS link_count, -- Active links / 有効なリンクの数
        w.is_conditional, -- Only for some computers / 対象を限定
        strftime('%Y-%m-%dT%H:%M:%SZ', nullif(w.changed_at, 0) / 10000000 - 11644473600, 'unixepoch') AS changed_at -- Changed / 変更日時
    FROM policy_password_fact w LEFT JOIN policy_object p ON p.gpo_id = w.gpo_id LEFT JOIN policy_computers c ON c.gpo_id = w.gpo_id;

-- Where a command leads: a file in SYSVOL (path as in policy_script), another share, the computer itself.
CREATE VIEW policy_command AS
    SELECT i.gpo_id, i.half, i.kind, i.item_key, i.command, i.arguments,
        CASE WHEN i.c LIKE '\\%\sysvol\%' OR i.c LIKE '\\%\netlogon\%' THEN 'sysvol' WHEN i.c LIKE '\\%' THEN 'share'
            WHEN i.kind GLOB 'script_*' AND i.c NOT LIKE '%:%' AND i.c NOT LIKE '%\%%' ESCAPE '\' THEN 'sysvol' WHEN i.c IS NOT NULL THEN 'local' END AS place,
        CASE WHEN i.c LIKE '\\%\sysvol\%' THEN replace(substr(i.rest, instr(i.rest, '\') + 1), '\', '/')
            WHEN i.c LIKE '\\%\netlogon\%' THEN 'scripts/' || replace(substr(i.c, instr(lower(i.c), '\netlogon\') + 10), '\', '/')
            WHEN i.kind GLOB 'script_*' AND i.c NOT LIKE '\\%' AND i.c NOT LIKE '%:%' AND i.c NOT LIKE '%\%%' ESCAPE '\' THEN 'Policies/{' || upper(i.gpo_id) || '}/'
                || CASE i.kind WHEN 'script_startup' THEN 'Machine/Scripts/Startup/' WHEN 'script_shutdown' THEN 'Machine/Scripts/Shutdown/'
                    WHEN 'script_logon' THEN 'User/Scripts/Logon/' ELSE 'User/Scripts/Logoff/' END || replace(i.c, '\', '/') END AS path
    FROM (SELECT o.*, trim(o.command, ' "') AS c, substr(trim(o.command, ' "'), instr(lower(o.command), '\sysvol\') + 8 - (CASE WHEN o.command LIKE '"%' THEN 1 ELSE 0 END)) AS rest FROM policy_item o) i;

CREATE VIEW gpo_script AS
    SELECT
        i.gpo_id AS subject, -- Group Policy object / グループ ポリシー オブジェクト
        coalesce(p.display_name, i.gpo_id) AS name, -- Name / 名前
        i.half || '/' || i.kind || '/' || i.item_key AS item, -- Script or task / スクリプトまたはタスク
        coalesce(i.name, i.command, i.kind) AS item_name, -- Script or task / スクリプトまたはタスク
        i.kind, -- Kind (script_startup, script_logon, task …) / 種類（script_startup, script_logon, task など）
        i.command, -- Program / プログラム
        i.arguments, -- Arguments / 引数
        i.has_password_hint, -- Seems to hold a password / パスワードらしい記載がある
        c.place, -- Where the program is (sysvol, share, local) / プログラムの場所（sysvol, share, local）
        c.path, -- Path in SYSVOL / SYSVOL 内のパス
        CASE WHEN EXISTS (SELECT 1 FROM policy_script s WHERE s.path = c.path COLLATE NOCASE) THEN 1
            WHEN c.place = 'sysvol' AND (SELECT complete FROM source_state WHERE source = 'policy.file')
                AND (c.path LIKE '%.bat' OR c.path LIKE '%.cmd' OR c.path LIKE '%.vbs' OR c.path LIKE '%.ps1' OR c.path LIKE '%.js' OR c.path LIKE '%.wsf') THEN 0 END AS file_exists, -- The file is there / ファイルが存在する
        CASE WHEN c.place = 'sysvol' AND EXISTS (SELECT 1 FROM policy_file_right r WHERE r.path = c.path COLLATE NOCASE) THEN coalesce((SELECT group_concat(line, '; ') FROM (
            SELECT u.trustee || ' (' || group_concat(DISTINCT u."right") || ')' AS line FROM sysvol_writer u
            WHERE u.path = c.path COLLATE NOCASE OR substr(c.path, 1, length(u.path) + 1) = u.path || '/' COLLATE NOCASE GROUP BY u.trustee_sid)), CASE WHEN (SELECT complete FROM source_state WHERE source = 'policy.file_right') THEN '' END) END AS writable_by, -- Others who can change the file / ファイルを変更できる者
        i.account, -- Runs as / 実行アカウント
        i.is_conditional, -- Only for some computers / 対象を限定
        k.computers AS computer_count -- Computers that apply the policy / GPO が適用されるコンピューターの数
    FROM policy_item i JOIN policy_command c ON c.gpo_id = i.gpo_id AND c.half = i.half AND c.kind = i.kind AND c.item_key = i.item_key
        LEFT JOIN policy_object p ON p.gpo_id = i.gpo_id LEFT JOIN policy_computers k ON k.gpo_id = i.gpo_id
    WHERE i.kind GLOB 'script_*' OR i.kind IN ('task', 'immediate_task');

CREATE VIEW sysvol_script AS
    SELECT
        s.gpo_id || '/' || s.path AS subject, -- Script / スクリプト
        s.path AS name, -- Path in SYSVOL / SYSVOL 内のパス
        s.gpo_id, -- Policy / GPO
        s.state, -- State (read, unreadable, too_large) / 状態（read, unreadable, too_large）
        CASE WHEN s.state = 'read' THEN s.password_hint IS NOT NULL END AS has_password_hint, -- Seems to hold a password / パスワードらしい記載がある
        s.password_hint, -- Word that was found / 見つかった語
        s.hint_lines, -- Lines / 行数
        CASE WHEN EXISTS (SELECT 1 FROM policy_file_right r WHERE r.path = s.path AND r.gpo_id = s.gpo_id) THEN coalesce((SELECT group_concat(line, '; ') FROM (
            SELECT u.trustee || ' (' || group_concat(DISTINCT u."right") || ')' AS line FROM sysvol_writer u
            WHERE u.path = s.path OR substr(s.path, 1, length(u.path) + 1) = u.path || '/' GROUP BY u.trustee_sid)), CASE WHEN (SELECT complete FROM source_state WHERE source = 'policy.file_right') THEN '' END) END AS writable_by, -- Others who can change it / 変更できる者
        strftime('%Y-%m-%dT%H:%M:%SZ', nullif(s.changed_at, 0) / 10000000 - 11644473600, 'unixepoch') AS changed_at -- Changed / 変更日時
    FROM policy_script s;

CREATE VIEW gpo_preference AS
    SELECT
        i.gpo_id AS subject, -- Group Policy object / グループ ポリシー オブジェクト
        coalesce(p.display_name, i.gpo_id) AS name, -- Name / 名前
        i.half || '/' || i.kind || '/' || i.item_key AS item, -- Preference / 基本設定の項目
        coalesce(i.name, i.account, i.kind) AS item_name, -- Preference / 基本設定の項目
        i.half, -- Half (machine, user) / 構成（machine, user）
        i.kind, -- Kind (task, immediate_task, local_user, drive …) / 種類（task, immediate_task, local_user, drive など）
        i.action, -- Action (create, replace, update, delete) / 処理（create, replace, update, delete）
        i.command, -- Program / プログラム
        i.arguments, -- Arguments / 引数
        i.has_password_hint, -- Seems to hold a password / パスワードらしい記載がある
        i.account, -- Account / アカウント
        CASE WHEN i.account IS NULL THEN NULL WHEN i.account IN ('S-1-5-18', 'SYSTEM', 'LocalSystem') OR i.account LIKE '%\SYSTEM' THEN 1 ELSE 0 END AS is_system, -- Runs as SYSTEM / SYSTEM として実行
        c.place, -- Where the program is (sysvol, share, local) / プログラムの場所（sysvol, share, local）
        CASE WHEN i.command IS NULL THEN NULL WHEN trim(i.command, ' "') LIKE '_:\Users\%' OR trim(i.command, ' "') LIKE '_:\Temp\%' OR trim(i.command, ' "') LIKE '_:\Windows\Temp\%'
            OR trim(i.command, ' "') LIKE '_:\ProgramData\%' OR i.command LIKE '\%TEMP\%%' ESCAPE '\' OR i.command LIKE '\%TMP\%%' ESCAPE '\' OR i.command LIKE '\%PUBLIC\%%' ESCAPE '\'
            OR i.command LIKE '\%APPDATA\%%' ESCAPE '\' OR i.command LIKE '\%LOCALAPPDATA\%%' ESCAPE '\' OR i.command LIKE '\%USERPROFILE\%%' ESCAPE '\' OR i.command LIKE '\%PROGRAMDATA\%%' ESCAPE '\' THEN 1
            WHEN c.place = 'share' THEN NULL
            WHEN c.place = 'sysvol' THEN CASE WHEN EXISTS (SELECT 1 FROM policy_file_right r WHERE r.path = c.path COLLATE NOCASE) THEN CASE WHEN EXISTS (SELECT 1 FROM sysvol_writer u
                WHERE u.path = c.path COLLATE NOCASE OR substr(c.path, 1, length(u.path) + 1) = u.path || '/' COLLATE NOCASE) THEN 1 WHEN (SELECT complete FROM source_state WHERE source = 'policy.file_right') THEN 0 END END
            ELSE 0 END AS program_is_writable, -- Users can write where the program is / プログラムの場所に一般ユーザーが書き込める
        i.is_enabled, -- Enabled / 有効
        i.is_conditional, -- Only for some computers / 対象を限定
        strftime('%Y-%m-%dT%H:%M:%SZ', nullif(i.changed_at, 0) / 10000000 - 11644473600, 'unixepoch') AS changed_at, -- Changed / 変更日時
        k.computers AS computer_count -- Computers that apply the policy / GPO が適用されるコンピューターの数
    FROM policy_item i JOIN policy_command c ON c.gpo_id = i.gpo_id AND c.half = i.half AND c.kind = i.kind AND c.item_key = i.item_key
        LEFT JOIN policy_object p ON p.gpo_id = i.gpo_id LEFT JOIN policy_computers k ON k.gpo_id = i.gpo_id
    WHERE i.kind NOT GLOB 'script_*';

CREATE VIEW gpo_service AS
    SELECT
        s.gpo_id AS subject, -- Group Policy object / グループ ポリシー オブジェクト
        coalesce(p.display_name, s.gpo_id) AS name, -- Name / 名前
        s.source || '/' || s.name AS item, -- Service / サービス
        s.name AS item_name, -- Service / サービス
        s.source, -- Set by (template, preference) / 設定方法（template, preference）
        s.start, -- Start type (2 automatic, 3 manual, 4 disabled) / スタートアップの種類（2 自動、3 手動、4 無効）
        s.account, -- Runs as / 実行アカウント
        CASE WHEN s.account IS NULL THEN 1 ELSE s.account IN ('LocalSystem', 'S-1-5-18', 'S-1-5-19', 'S-1-5-20') OR s.account LIKE 'NT AUTHORITY\%' OR s.account LIKE 'NT SERVICE\%' OR s.account LIKE '%$' END AS has_no_password, -- The account needs no password / パスワード不要のアカウント
        s.is_conditional -- Only for some computers / 対象を限定
    FROM policy_service s LEFT JOIN policy_object p ON p.gpo_id = s.gpo_id;

CREATE VIEW gpo_right_holder AS
    SELECT
        r.gpo_id AS subject, -- Group Policy object / グループ ポリシー オブジェクト
        coalesce(p.display_name, r.gpo_id) AS name, -- Name / 名前
        r."right" || '/' || r.holder AS item, -- Right and holder / ユーザー権利と保持者
        r."right" || ' ' || coalesce(t.name, r.holder) AS item_name, -- Right and holder / ユーザー権利と保持者
        r."right" AS user_right, -- User right / ユーザー権利
        CASE WHEN r.holder = '' THEN '' ELSE t.sid END AS holder_sid, -- Holder (SID) / 保持者（SID）
        coalesce(t.name, r.holder) AS holder_name, -- Holder / 保持者
        CASE WHEN r.holder = '' THEN 0 ELSE t.is_everybody END AS is_everybody, -- Everybody or all users / 全員またはすべてのユーザー
        CASE WHEN r.holder = '' THEN 1 ELSE t.is_administrator END AS is_administrator, -- Administrator or the system / 管理者またはシステム
        c.reaches_controllers, -- Reaches domain controllers / ドメインコントローラーに適用
        c.computers AS computer_count -- Computers that apply the policy / GPO が適用されるコンピューターの数
    FROM policy_right r LEFT JOIN policy_trustee_fact t ON t.holder = r.holder LEFT JOIN policy_object p ON p.gpo_id = r.gpo_id LEFT JOIN policy_computers c ON c.gpo_id = r.gpo_id;

-- "member_of" puts the group that the policy names into another one: here the group is always the one that gets a member. The groups
-- that open a machine: Administrators, Remote Desktop Users, Remote Management Users, Backup Operators, Distributed COM Users.
CREATE VIEW gpo_member AS
    SELECT
        m.gpo_id AS subject, -- Group Policy object / グループ ポリシー オブジェクト
        coalesce(p.display_name, m.gpo_id) AS name, -- Name / 名前
        m.source || '/' || m.group_key || '/' || m.relation || '/' || m.member AS item, -- Group and member / グループとメンバー
        coalesce(t.name, m.entrant) || ' -> ' || coalesce((SELECT w.name FROM well_known_trustee w WHERE w.sid = m.entered), m.entered) AS item_name, -- Member and group / メンバーとグループ
        m.entered AS group_key, -- Group / グループ
        CASE WHEN m.entered GLOB 'S-1-*' THEN m.entered IN ('S-1-5-32-544', 'S-1-5-32-555', 'S-1-5-32-580', 'S-1-5-32-562', 'S-1-5-32-551') END AS opens_machine, -- The group opens the machine / 端末へのアクセス権を持つグループ
        CASE WHEN m.entered GLOB 'S-1-*' THEN m.entered = 'S-1-5-32-544' END AS is_administrators, -- Administrators / Administrators グループ
        CASE WHEN m.entrant = '' THEN '' ELSE t.sid END AS member_sid, -- Member (SID) / メンバー（SID）
        coalesce(t.name, m.entrant) AS member_name, -- Member / メンバー
        m.relation, -- Relation (members, member_of, add, remove …) / 関係（members, member_of, add, remove など）
        m.relation IN ('members', 'member_of', 'add') AS is_added, -- Becomes a member / メンバーに追加される
        m.source, -- Set by (template, preference) / 設定方法（template, preference）
        CASE WHEN m.entrant = '' THEN 0 ELSE t.is_everybody END AS is_everybody, -- Everybody or all users / 全員またはすべてのユーザー
        m.is_conditional -- Only for some computers / 対象を限定
    FROM (SELECT o.*, CASE o.relation WHEN 'member_of' THEN o.member ELSE o.group_key END AS entered, CASE o.relation WHEN 'member_of' THEN o.group_key ELSE o.member END AS entrant FROM policy_member o) m
        LEFT JOIN policy_trustee_fact t ON t.holder = m.entrant LEFT JOIN policy_object p ON p.gpo_id = m.gpo_id;

CREATE VIEW gpo_file_right AS
    SELECT
        f.gpo_id AS subject, -- Group Policy object (zero: outside of policies) / グループ ポリシー オブジェクト（0 は GPO 以外）
        coalesce(p.display_name, f.gpo_id) AS name, -- Name / 名前
        f.path || '|' || f.trustee_sid || '|' || f."right" AS item, -- File and right / ファイルと権限
        f.path || ': ' || coalesce((SELECT n.sam_name FROM account n WHERE n.sid = f.trustee_sid), (SELECT n.sam_name FROM directory_group n WHERE n.sid = f.trustee_sid),
            (SELECT n.name FROM well_known_trustee n WHERE n.sid = f.trustee_sid), f.trustee_sid) || ' (' || f."right" || ')' AS item_name, -- File and right / ファイルと権限
        f.path, -- Path in SYSVOL / SYSVOL 内のパス
        f.trustee_sid, -- Trustee (SID) / 権限を持つ者（SID）
        f."right" AS right_name, -- Right / 権限
        f.inherited, -- Inherited / 継承
        f.trustee_sid IN (SELECT sid FROM administrator_sid) AS is_expected, -- Administrator / 管理者
        f.trustee_sid IN (SELECT sid FROM broad_sid) AS is_broad -- Held by a broad group / 一般グループが保有
    FROM policy_file_right f LEFT JOIN policy_object p ON p.gpo_id = f.gpo_id;

INSERT INTO view_source(view, column_name, source)
    SELECT column1, column2, column3 FROM (VALUES
        ('gpo_password', '', 'policy.file'), ('gpo_password', 'computer_count', 'ldap.ou'), ('gpo_password', 'computer_count', 'ldap.computer'), ('gpo_password', 'computer_count', 'ldap.gpo'), ('gpo_password', 'computer_count', 'ldap.security'), ('gpo_password', 'computer_count', 'ldap.group'), ('gpo_password', 'link_count', 'ldap.ou'),
        ('gpo_script', '', 'policy.file'), ('gpo_script', 'writable_by', 'ldap.group'), ('gpo_script', 'writable_by', 'policy.file_right'), ('gpo_script', 'computer_count', 'ldap.ou'),
        ('sysvol_script', '', 'policy.file'), ('sysvol_script', 'writable_by', 'ldap.group'), ('sysvol_script', 'writable_by', 'policy.file_right'), ('gpo_preference', 'program_is_writable', 'policy.file_right'),
        ('gpo_preference', '', 'policy.file'), ('gpo_preference', 'computer_count', 'ldap.ou'),
        ('gpo_service', '', 'policy.file'), ('gpo_member', '', 'policy.file'), ('gpo_member', 'is_everybody', 'ldap.group'),
        ('gpo_right_holder', '', 'policy.file'), ('gpo_right_holder', 'is_everybody', 'ldap.group'), ('gpo_right_holder', 'reaches_controllers', 'ldap.ou'), ('gpo_right_holder', 'reaches_controllers', 'ldap.computer'), ('gpo_right_holder', 'reaches_controllers', 'ldap.gpo'), ('gpo_right_holder', 'reaches_controllers', 'ldap.security'),
        ('gpo_file_right', '', 'policy.file_right'), ('gpo_file_right', 'is_expected', 'ldap.group'));
