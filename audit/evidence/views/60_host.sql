-- SPDX-License-Identifier: GPL-3.0-or-later
-- Hosts. What one host told says nothing about another: coverage counts for each host alone (column target), and a column
-- whose source did not reach this host is NULL. A closed default port is no proof that a service is off.

-- What a host told to its end: over the network, or by files of it (a kit, an image, hives), which tell what the same part of SMB
-- would. "absent" is an answer of the network (nothing listens where it was asked), not of a host that has no way in. What a host
-- keeps of applied policies (cache.*) answers for what it holds, never for the whole.
CREATE VIEW host_told AS
    SELECT c.target AS host, c.source FROM coverage c WHERE (c.state = 'complete' AND (c.source GLOB 'net.*' OR c.source GLOB 'smb.*')) OR (c.state = 'absent' AND c.source GLOB 'net.*')
    UNION ALL SELECT c.target, CAST('smb.' || substr(c.source, 5) AS TEXT) FROM coverage c WHERE c.state = 'complete' AND c.source GLOB 'kit.*';

-- The registry and the services as far as they are known, the most trusted origin first. A text of digits stays a text: Windows
-- does not take a REG_SZ for the number that it expects, and nor may a check. No setting is a REG_QWORD: such a value is not known.
-- (The casts give both halves of a union the same affinity: else SQLite reads the whole view for each lookup.)
-- What Group Policy sets (origin policy) stands in where the host did not tell; what no policy sets is not known then.
CREATE VIEW registry_fact AS
    SELECT r.host, r.key, r.value, r.is_missing, r.origin, r.type, r.size,
        CASE WHEN r.is_missing = 0 AND r.type IS NOT 11 THEN coalesce(r.number, r.text) END AS data, CAST(NULL AS TEXT) AS gpo_id
    FROM host_registry r
    WHERE r.origin = 'rpc' OR NOT EXISTS (SELECT 1 FROM host_registry o WHERE o.host = r.host AND o.key = r.key AND o.value = r.value
        AND CASE o.origin WHEN 'rpc' THEN 1 WHEN 'kit' THEN 2 WHEN 'cache' THEN 3 ELSE 4 END < CASE r.origin WHEN 'kit' THEN 2 WHEN 'cache' THEN 3 ELSE 4 END)
    UNION ALL
    SELECT h.host, p.key, p.value, p.is_missing, CAST('policy' AS TEXT), p.type, p.size,
        CASE WHEN p.is_missing = 0 AND p.type IS NOT 11 THEN coalesce(p.number, p.text) END, p.gpo_id
    FROM host_state h JOIN policy_result p ON p.class_no = h.policy_class
    WHERE p.key GLOB 'HKLM\*' AND NOT EXISTS (SELECT 1 FROM host_registry o WHERE o.host = h.host AND o.key = p.key AND o.value = p.value)
        AND NOT EXISTS (SELECT 1 FROM host_told t WHERE t.host = h.host AND t.source = 'smb.registry');

CREATE VIEW service_fact AS
    SELECT s.host, s.name, s.origin, s.is_missing, s.state, s.start, s.account, s.path, CAST(NULL AS TEXT) AS gpo_id
    FROM host_service s
    WHERE s.origin = 'rpc' OR NOT EXISTS (SELECT 1 FROM host_service o WHERE o.host = s.host AND o.name = s.name
        AND CASE o.origin WHEN 'rpc' THEN 1 WHEN 'kit' THEN 2 WHEN 'cache' THEN 3 ELSE 4 END < CASE s.origin WHEN 'kit' THEN 2 WHEN 'cache' THEN 3 ELSE 4 END)
    UNION ALL
    SELECT h.host, p.value, CAST('policy' AS TEXT), CAST(0 AS INTEGER), CAST(NULL AS INTEGER), p.number, CAST(NULL AS TEXT), CAST(NULL AS TEXT), p.gpo_id
    FROM host_state h JOIN policy_result p ON p.class_no = h.policy_class AND p.key = 'service'
    WHERE NOT EXISTS (SELECT 1 FROM host_service o WHERE o.host = h.host AND o.name = p.value)
        AND NOT EXISTS (SELECT 1 FROM host_told t WHERE t.host = h.host AND t.source = 'smb.service');

-- The policy of local accounts and the user rights of hosts, likewise. A domain controller has the domain's accounts.
CREATE VIEW local_policy_fact AS
    SELECT h.host,
        coalesce(l.min_password_length, p.min_password_length) AS min_password_length,
        coalesce(l.password_history_length, p.password_history_length) AS password_history_length,
        coalesce(l.max_password_age, p.max_password_age) AS max_password_age,
        coalesce(l.password_properties & 1 <> 0, p.complexity) AS complexity,
        coalesce(l.password_properties & 16 <> 0, p.reversible_encryption) AS reversible_encryption,
        coalesce(l.password_properties & 8 <> 0, p.locks_administrator) AS locks_administrator,
        coalesce(l.lockout_threshold, p.lockout_threshold) AS lockout_threshold,
        coalesce(l.lockout_duration, p.lockout_duration) AS lockout_duration,
        coalesce(l.lockout_window, p.lockout_window) AS lockout_window,
        CASE WHEN l.host IS NOT NULL THEN 'host' WHEN p.class_no IS NOT NULL THEN 'policy' END AS origin
    FROM host_state h LEFT JOIN local_policy l ON l.host = h.host LEFT JOIN policy_account p ON p.class_no = h.policy_class AND h.is_controller = 0;

CREATE VIEW local_right_fact AS
    SELECT r.host, r."right", r.sid, CAST('host' AS TEXT) AS origin, CAST(NULL AS TEXT) AS gpo_id FROM local_right r
    UNION ALL
    SELECT h.host, p."right", p.holder, CAST('policy' AS TEXT), p.gpo_id FROM host_state h JOIN policy_holder p ON p.class_no = h.policy_class
    WHERE NOT EXISTS (SELECT 1 FROM local_right r WHERE r.host = h.host AND r."right" = p."right")
        AND NOT EXISTS (SELECT 1 FROM host_told t WHERE t.host = h.host AND t.source = 'smb.right');

-- Hosts of which a source did not tell all: each is a row of NULLs in the views below, so that what was not seen is unknown and
-- does not go in silence.
CREATE VIEW host_unseen AS
    SELECT n.source, h.host, h.subject, h.is_controller, h.is_windows, h.is_server
    FROM host_state h, (SELECT DISTINCT source FROM view_source WHERE source GLOB 'net.*' OR source GLOB 'smb.*') n
    WHERE NOT EXISTS (SELECT 1 FROM host_told t WHERE t.host = h.host AND t.source = n.source);

-- A port that nothing answered on is closed to us where the host answered on another one: then a firewall drops.
CREATE VIEW host_port_seen AS
    SELECT p.host, p.port, CASE p.state WHEN 'open' THEN 1 WHEN 'closed' THEN 0
        WHEN 'filtered' THEN CASE WHEN EXISTS (SELECT 1 FROM host_port o WHERE o.host = p.host AND o.state IN ('open', 'closed')) THEN 0 END END AS is_open
    FROM host_port p;

-- When security updates end: the directory tells the edition (view computer); elsewhere it may be any of those with that build.
CREATE VIEW host_support AS
    WITH old(host, ends) AS (SELECT host, CASE WHEN build < 2700 THEN '2014-04-08' WHEN build < 6000 THEN '2015-07-14' WHEN build < 9200 THEN '2020-01-14' WHEN build < 10240 THEN '2023-10-10' END
        FROM host_state)
    SELECT h.host, date((SELECT now FROM clock) / 10000000 - 11644473600, 'unixepoch') AS today,
        coalesce(o.ends, CASE WHEN h.is_server = 1 THEN r.server_end WHEN h.is_server = 0 THEN r.client_end
            ELSE min(coalesce(r.client_end, r.server_end), coalesce(r.server_end, r.client_end)) END) AS first_end,
        coalesce(o.ends, CASE WHEN h.is_server = 1 THEN r.server_end
            ELSE nullif(max(coalesce(r.client_end, ''), coalesce(r.enterprise_end, ''), coalesce(r.ltsc_end, ''), CASE WHEN h.is_server = 0 THEN '' ELSE coalesce(r.server_end, '') END), '') END) AS last_end
    FROM host_state h JOIN old o ON o.host = h.host LEFT JOIN windows_release r ON r.build = h.build WHERE h.build IS NOT NULL;

-- Hosts that tell who may log on. One that names nobody at all, although it was just logged on to, keeps logon rights to itself
-- (Samba): that none is among its rights says nothing then.
CREATE VIEW host_tells_logon AS
    SELECT DISTINCT host FROM local_right WHERE "right" GLOB 'Se*LogonRight';

-- Whether a host keeps whole kinds of accounts from a way in: 1 = told so, 0 = told all its rights and this is not among them. A
-- policy that assigns the right gives its whole list.
CREATE VIEW host_denied AS
    SELECT h.host, k."right", k.whom,
        CASE WHEN EXISTS (SELECT 1 FROM local_right_fact r WHERE r.host = h.host AND r."right" = k."right" AND r.sid = k.sid) THEN 1
            WHEN EXISTS (SELECT 1 FROM host_told t WHERE t.source = 'smb.right' AND t.host = h.host) AND EXISTS (SELECT 1 FROM host_tells_logon n WHERE n.host = h.host) THEN 0
            WHEN EXISTS (SELECT 1 FROM local_right_fact r WHERE r.host = h.host AND r."right" = k."right" AND r.origin = 'policy')
                AND NOT EXISTS (SELECT 1 FROM local_right_fact r WHERE r.host = h.host AND r."right" = k."right" AND r.sid NOT GLOB 'S-1-*' AND r.sid <> '') THEN 0 END AS is_denied
    FROM host_state h, (SELECT column1 AS "right", column2 AS whom, column3 AS sid FROM (VALUES
        ('SeDenyNetworkLogonRight', 'local', 'S-1-5-113'), ('SeDenyNetworkLogonRight', 'local', 'S-1-5-114'),
        ('SeDenyRemoteInteractiveLogonRight', 'local', 'S-1-5-113'), ('SeDenyNetworkLogonRight', 'guest', 'S-1-5-32-546'))) k;

-- Windows allows 999 days and 99,999 minutes; what is longer than a hundred years means "never", in whichever way a server
-- writes that.
CREATE VIEW host AS
    SELECT
        h.subject, -- Host / ホスト
        h.host AS name, -- Name / 名前
        h.host AS target, -- Asked as / 調査対象名
        t.origin, -- In scope by (directory, site, range, file, kit) / 対象にした理由（directory, site, range, file, kit）
        t.address, -- Address / アドレス
        h.is_controller, -- Domain controller / ドメインコントローラー
        h.is_windows, -- Windows / Windows
        h.is_server, -- Server / サーバー
        h.account_guid IS NOT NULL AS is_in_directory, -- Has an account in the directory / ディレクトリにアカウントがある
        CASE WHEN h.account_guid IS NOT NULL OR i.role IN ('member', 'controller') THEN 1 WHEN i.role = 'standalone' THEN 0 END AS is_member, -- Member of a domain / ドメインに参加している
        h.build AS os_build, -- Build / ビルド
        (SELECT (CASE WHEN e.first_end >= e.today THEN 1 WHEN e.last_end < e.today THEN 0 END) FROM host_support e WHERE e.host = h.host) AS is_supported, -- Security updates are provided / セキュリティ更新の提供期間内
        (SELECT e.last_end FROM host_support e WHERE e.host = h.host) AS support_ends_on, -- Security updates end at the latest / セキュリティ更新の終了日（最も遅い場合）
        NULL AS setting, -- Setting / 設定
        NULL AS setting_data, -- Value / 値
        NULL AS setting_origin, -- Read from (rpc, kit, cache, policy; missing: not set) / 読み取り元（rpc, kit, cache, policy、missing は未設定）
        NULL AS setting_policy, -- Set by the policy / 設定元の GPO
        CASE WHEN m.host IS NOT NULL THEN 1 ELSE CASE (SELECT p.state FROM host_port p WHERE p.host = h.host AND p.port = 445) WHEN 'open' THEN 1 WHEN 'closed' THEN 0 END END AS smb_is_open, -- SMB port is open / SMB のポートが開いている
        (SELECT n.is_open FROM host_port_seen n WHERE n.host = h.host AND n.port = 22) AS ssh_is_open, -- SSH port is open to us / SSH のポートに接続できる
        (SELECT n.is_open FROM host_port_seen n WHERE n.host = h.host AND n.port = 23) AS telnet_is_open, -- Telnet port is open to us / Telnet のポートに接続できる
        (SELECT p.banner FROM host_port p WHERE p.host = h.host AND p.port = 22) AS ssh_banner, -- SSH says / SSH の応答
        (SELECT p.banner FROM host_port p WHERE p.host = h.host AND p.port = 23) AS telnet_banner, -- Telnet says / Telnet の応答
        (SELECT group_concat(p.port, ', ') FROM (SELECT port FROM host_port o WHERE o.host = h.host AND o.state = 'open' ORDER BY port) p) AS open_ports, -- Open ports / 開いているポート
        m.smb1_offered, -- SMB1 offered / SMB1 を受け付ける
        m.signing_required AS smb_signing_required, -- SMB signing required / SMB 署名を必須にしている
        CASE m.dialect WHEN 0x202 THEN '2.0.2' WHEN 0x210 THEN '2.1' WHEN 0x300 THEN '3.0' WHEN 0x302 THEN '3.0.2' WHEN 0x311 THEN '3.1.1' END AS smb_dialect, -- Highest SMB version / SMB の最高バージョン
        m.dialect AS smb_dialect_number, -- Highest SMB version (number) / SMB の最高バージョン（番号）
        CASE WHEN m.dialect IS NOT NULL THEN m.dialect >= 0x300 WHEN m.smb1_offered = 1 THEN 0 END AS speaks_smb3, -- Speaks SMB 3 / SMB 3 に対応
        m.clock_skew_seconds, -- Clock difference (seconds) / 時計のずれ（秒）
        a.session AS anonymous_session, -- Session without a login / 匿名（NULL）セッション
        a.tells_domain AS anonymous_tells_domain, -- Tells its SID without a login / 匿名で SID を開示
        a.lists_accounts AS anonymous_lists_accounts, -- Lists accounts without a login / 匿名でアカウント一覧を開示
        a.lists_shares AS anonymous_lists_shares, -- Lists shares without a login / 匿名で共有一覧を開示
        CASE WHEN EXISTS (SELECT 1 FROM host_told t WHERE t.source = 'smb.share' AND t.host = h.host)
            THEN (SELECT count(*) FROM host_share x WHERE x.host = h.host AND x.type & 0xff = 0 AND x.type & 0x80000000 = 0 AND x.name NOT LIKE '%$') END AS shared_folder_count, -- Shared folders (without hidden ones) / 共有フォルダーの数（隠し共有を除く）
        (SELECT group_concat(x.name, ', ') FROM (SELECT o.name FROM host_share o WHERE o.host = h.host AND o.type & 0xff = 0 AND o.type & 0x80000000 = 0 AND o.name NOT LIKE '%$' ORDER BY 1 LIMIT 10) x) AS shared_folders, -- Shared folders / 共有フォルダー
        i.machine_sid, -- Machine SID / マシン SID
        i.machine_name, -- Machine name / コンピューター名
        i.domain_name, -- Domain or workgroup / ドメインまたはワークグループ
        i.is_administrator AS audit_is_administrator, -- The audit account is an administrator there / 監査用アカウントが管理者
        l.min_password_length, -- Minimum password length / パスワードの長さ（最小）
        l.password_history_length, -- Passwords remembered / パスワードの履歴を記録する数
        l.max_password_age = 0 OR l.max_password_age < -31536000000000000 AS passwords_never_expire, -- Passwords never expire / パスワードの有効期間が無期限
        CASE WHEN l.max_password_age BETWEEN -31536000000000000 AND -1 THEN -l.max_password_age / 864000000000 END AS max_password_age_days, -- Maximum password age (days) / パスワードの有効期間（日）
        l.complexity, -- Complexity required / 複雑さの要件
        l.reversible_encryption, -- Reversible encryption / 暗号化を元に戻せる状態で保存
        l.lockout_threshold, -- Lockout threshold / ロックアウトのしきい値
        l.lockout_duration = 0 OR l.lockout_duration < -31536000000000000 AS locked_until_unlocked, -- Locked until unlocked / 管理者が解除するまでロック
        CASE WHEN l.lockout_duration BETWEEN -31536000000000000 AND -1 THEN -l.lockout_duration / 600000000 END AS lockout_minutes, -- Lockout duration (minutes) / ロックアウト期間（分）
        CASE WHEN l.lockout_window >= -31536000000000000 THEN -l.lockout_window / 600000000 END AS lockout_window_minutes, -- Reset counter after (minutes) / ロックアウト カウンターのリセット（分）
        l.locks_administrator, -- Administrator can be locked out / Administrator アカウントのロックアウトを許可する
        l.origin AS policy_origin, -- Policy of local accounts read from (host, policy) / ローカル アカウントのポリシーの読み取り元（host, policy）
        (SELECT g.member_count FROM local_group g WHERE g.host = h.host AND g.sid = 'S-1-5-32-544') AS administrator_count, -- Members of Administrators / Administrators のメンバー数
        (SELECT group_concat(o.name, ', ') FROM (SELECT coalesce(g.member_name, g.member_sid) AS name FROM local_group_member g WHERE g.host = h.host AND g.group_sid = 'S-1-5-32-544' ORDER BY 1 LIMIT 20) o) AS administrators, -- Administrators / 管理者
        (SELECT max(d.is_denied) FROM host_denied d WHERE d.host = h.host AND d."right" = 'SeDenyNetworkLogonRight' AND d.whom = 'local') AS local_network_logon_denied, -- Network logon is denied to local accounts / ローカル アカウントのネットワーク ログオンを拒否
        (SELECT max(d.is_denied) FROM host_denied d WHERE d.host = h.host AND d."right" = 'SeDenyRemoteInteractiveLogonRight' AND d.whom = 'local') AS local_rdp_logon_denied, -- RDP logon is denied to local accounts / ローカル アカウントの RDP ログオンを拒否
        (SELECT max(d.is_denied) FROM host_denied d WHERE d.host = h.host AND d."right" = 'SeDenyNetworkLogonRight' AND d.whom = 'guest') AS guest_network_logon_denied, -- Network logon is denied to guests / Guest のネットワーク ログオンを拒否
        CASE WHEN EXISTS (SELECT 1 FROM host_rdp r WHERE r.host = h.host) THEN 1
            WHEN (SELECT s.is_missing = 1 OR (s.state = 1 AND s.start = 4) FROM service_fact s WHERE s.host = h.host AND s.name = 'TermService') THEN 0
            ELSE 1 - (SELECT CASE WHEN p.is_missing = 0 THEN p.data ELSE (SELECT l.data FROM registry_fact l WHERE l.host = h.host
                        AND l.key = 'HKLM\SYSTEM\CurrentControlSet\Control\Terminal Server' AND l.value = 'fDenyTSConnections' AND l.data IN (0, 1)) END
                FROM registry_fact p WHERE p.host = h.host AND p.key = 'HKLM\SOFTWARE\Policies\Microsoft\Windows NT\Terminal Services' AND p.value = 'fDenyTSConnections'
                    AND coalesce(p.data, 0) IN (0, 1))
            END AS rdp_is_on, -- Remote Desktop is on / リモート デスクトップが有効
        CASE WHEN EXISTS (SELECT 1 FROM host_winrm w WHERE w.host = h.host AND w.is_wsman = 1) THEN 1
            WHEN (SELECT s.is_missing = 1 OR s.state = 1 FROM service_fact s WHERE s.host = h.host AND s.name = 'WinRM') THEN 0
            WHEN (SELECT s.state = 4 FROM service_fact s WHERE s.host = h.host AND s.name = 'WinRM') THEN 1
            END AS winrm_is_on -- WinRM is on / WinRM が有効
    FROM host_state h
        JOIN host_target t ON t.host = h.host
        LEFT JOIN host_smb m ON m.host = h.host
        LEFT JOIN host_anonymous a ON a.host = h.host
        LEFT JOIN host_machine i ON i.host = h.host
        LEFT JOIN local_policy_fact l ON l.host = h.host;

INSERT INTO view_source(view, column_name, source)
    SELECT 'host', c.name, c.source FROM (
        SELECT '' AS name, 'host.scope' AS source
        UNION ALL VALUES ('smb_is_open', 'net.port'), ('ssh_is_open', 'net.port'), ('telnet_is_open', 'net.port'), ('open_ports', 'net.port'),
            ('smb1_offered', 'net.smb'), ('smb_signing_required', 'net.smb'), ('smb_dialect', 'net.smb'), ('smb_dialect_number', 'net.smb'),
            ('clock_skew_seconds', 'net.smb'), ('is_windows', 'net.smb'), ('os_build', 'net.smb'),
            ('anonymous_session', 'smb.anonymous'), ('anonymous_tells_domain', 'smb.anonymous'), ('anonymous_lists_accounts', 'smb.anonymous'), ('anonymous_lists_shares', 'smb.anonymous'),
            ('shared_folder_count', 'smb.share'), ('machine_sid', 'smb.machine'), ('machine_name', 'smb.machine'), ('domain_name', 'smb.machine'), ('audit_is_administrator', 'smb.machine'), ('is_controller', 'smb.machine'),
            ('min_password_length', 'smb.policy'), ('password_history_length', 'smb.policy'), ('passwords_never_expire', 'smb.policy'), ('max_password_age_days', 'smb.policy'),
            ('complexity', 'smb.policy'), ('reversible_encryption', 'smb.policy'), ('lockout_threshold', 'smb.policy'), ('locked_until_unlocked', 'smb.policy'),
            ('lockout_minutes', 'smb.policy'), ('lockout_window_minutes', 'smb.policy'), ('locks_administrator', 'smb.policy'),
            ('ssh_banner', 'net.port'), ('telnet_banner', 'net.port'), ('speaks_smb3', 'net.smb'), ('is_supported', 'net.smb'), ('support_ends_on', 'net.smb'), ('is_member', 'smb.machine'),
            ('administrator_count', 'smb.group'), ('administrators', 'smb.group'),
            ('local_network_logon_denied', 'smb.right'), ('local_rdp_logon_denied', 'smb.right'), ('guest_network_logon_denied', 'smb.right'),
            ('rdp_is_on', 'net.rdp'), ('rdp_is_on', 'smb.service'), ('rdp_is_on', 'smb.registry'),
            ('winrm_is_on', 'net.winrm'), ('winrm_is_on', 'smb.service')) c;

-- For short forms and longer conditions: one value or service of a host. They are looked up in a scalar subquery, where no row
-- is NULL: never with EXISTS or count, which take what was not read for absent.
CREATE VIEW registry_value AS
    SELECT
        h.subject AS host, -- Host / ホスト
        r.key, -- Key / キー
        r.value, -- Value name / 値の名前
        r.data, -- Value / 値
        r.type, -- Type / 種類
        r.is_missing, -- Not set / 未設定
        r.origin, -- Read from (rpc, kit, cache, policy) / 読み取り元（rpc, kit, cache, policy）
        (SELECT coalesce(o.display_name, o.gpo_id) FROM policy_object o WHERE o.gpo_id = r.gpo_id) AS policy -- Set by the policy / 設定元の GPO
    FROM registry_fact r JOIN host_state h ON h.host = r.host;

CREATE VIEW service_state AS
    SELECT
        h.subject AS host, -- Host / ホスト
        s.name AS service, -- Service / サービス
        s.start AS data, -- Start type (2 automatic, 3 manual, 4 disabled) / スタートアップの種類（2 自動、3 手動、4 無効）
        s.state, -- State (1 stopped, 4 running) / 状態（1 停止、4 実行中）
        s.is_missing, -- Does not exist / 存在しない
        s.origin, -- Read from (rpc, kit, cache, policy) / 読み取り元（rpc, kit, cache, policy）
        (SELECT coalesce(o.display_name, o.gpo_id) FROM policy_object o WHERE o.gpo_id = s.gpo_id) AS policy -- Set by the policy / 設定元の GPO
    FROM service_fact s JOIN host_state h ON h.host = s.host;

-- Values and services as subjects of their own. A host that did not tell them all is a row of NULLs; a key that is known to hold
-- nothing is a row with is_set 0, so that a host without such an entry passes and is not left out. Of what policies set, which is much
-- and the same on many hosts, the keys that are lists of programs.
CREATE VIEW registry_entry AS
    SELECT
        h.subject, -- Host / ホスト
        h.host AS name, -- Name / 名前
        h.host AS target, -- Asked as / 調査対象名
        r.key || '\' || r.value AS item, -- Setting / 設定
        r.value AS item_name, -- Setting / 設定
        r.key, -- Key / キー
        r.value, -- Value name / 値の名前
        1 - r.is_missing AS is_set, -- Is set / 設定されている
        r.data, -- Value / 値
        r.size, -- Size (bytes) / サイズ（バイト）
        r.origin, -- Read from (rpc, kit, cache, policy) / 読み取り元（rpc, kit, cache, policy）
        h.is_windows, -- Windows / Windows
        h.is_server, -- Server / サーバー
        h.is_controller -- Domain controller / ドメインコントローラー
    FROM registry_fact r JOIN host_state h ON h.host = r.host
    WHERE r.origin <> 'policy' OR r.key GLOB '*\CurrentVersion\Run*' OR r.key GLOB '*\Explorer\Run' OR r.key GLOB '*\Image File Execution Options\*'
    UNION ALL SELECT u.subject, u.host, u.host, '', u.host, NULL, NULL, NULL, NULL, NULL, NULL, u.is_windows, u.is_server, u.is_controller
    FROM host_unseen u WHERE u.source = 'smb.registry';

CREATE VIEW service_entry AS
    SELECT
        h.subject, -- Host / ホスト
        h.host AS name, -- Name / 名前
        h.host AS target, -- Asked as / 調査対象名
        s.name AS item, -- Service / サービス
        s.name AS item_name, -- Service / サービス
        s.start, -- Start type (2 automatic, 3 manual, 4 disabled) / スタートアップの種類（2 自動、3 手動、4 無効）
        s.state, -- State (1 stopped, 4 running) / 状態（1 停止、4 実行中）
        s.account, -- Runs as / 実行アカウント
        s.path, -- Program / プログラム
        s.origin, -- Read from (rpc, kit, cache, policy) / 読み取り元（rpc, kit, cache, policy）
        h.is_server, -- Server / サーバー
        h.is_controller -- Domain controller / ドメインコントローラー
    FROM service_fact s JOIN host_state h ON h.host = s.host WHERE s.is_missing = 0
    UNION ALL SELECT u.subject, u.host, u.host, '', u.host, NULL, NULL, NULL, NULL, NULL, u.is_server, u.is_controller
    FROM host_unseen u WHERE u.source = 'smb.service';

INSERT INTO view_source(view, column_name, source) VALUES
    ('registry_value', '', 'host.scope'),
    ('registry_value', 'data', 'smb.registry'),
    ('service_state', '', 'host.scope'),
    ('service_state', 'data', 'smb.service'),
    ('service_state', 'state', 'smb.service'),
    ('registry_entry', '', 'host.scope'),
    ('registry_entry', 'key', 'smb.registry'),
    ('registry_entry', 'is_set', 'smb.registry'),
    ('registry_entry', 'data', 'smb.registry'),
    ('registry_entry', 'is_windows', 'net.smb'),
    ('service_entry', '', 'host.scope'),
    ('service_entry', 'start', 'smb.service'),
    ('service_entry', 'state', 'smb.service'),
    ('service_entry', 'account', 'smb.service');
