-- SPDX-License-Identifier: GPL-3.0-or-later
-- What comes of the Group Policy objects: which reach a computer, and the resulting settings (derive_policy.sql). A setting without
-- a row is not known, or set by no policy: neither is "not set".

-- Every computer, and the domain as its domain controllers see it.
CREATE VIEW policy_subject AS
    SELECT t.class_no, a.sid AS subject, coalesce(s.name, a.sid) AS name, CASE WHEN s.is_controller THEN 'controller' ELSE 'computer' END AS kind, s.is_controller
    FROM policy_target t JOIN account a ON a.guid = t.guid LEFT JOIN account_state s ON s.guid = a.guid WHERE a.sid IS NOT NULL
    UNION ALL
    SELECT t.class_no, coalesce(d.sid, d.guid), coalesce(d.dns_name, d.dn), 'domain', 0 FROM policy_target t JOIN domain_head d ON d.guid = t.guid;

CREATE VIEW policy_application AS
    SELECT
        s.subject, -- Computer / コンピューター
        s.name, -- Name / 名前
        r.gpo_id AS item, -- Group Policy object / グループ ポリシー オブジェクト
        coalesce(p.display_name, r.gpo_id) AS item_name, -- Name of the policy / ポリシー名
        s.kind, -- Kind (computer, controller, domain) / 種類（computer, controller, domain）
        r.place, -- Precedence (1 wins) / 優先順位（1 が最優先）
        r.state, -- State (applies, denied, disabled, unknown) / 状態（applies, denied, disabled, unknown）
        r.reason, -- Reason / 理由
        CASE r.state WHEN 'applies' THEN 1 WHEN 'unknown' THEN NULL ELSE 0 END AS applies, -- Applies / 適用される
        r.is_enforced, -- Enforced / 強制
        coalesce(o.name, o.dn) AS linked_at -- Linked at / リンク先
    FROM policy_subject s JOIN policy_reach r ON r.class_no = s.class_no
        LEFT JOIN policy_object p ON p.gpo_id = r.gpo_id LEFT JOIN organizational_unit o ON o.guid = r.container_guid;

-- One row a computer: the policies that reach it, the strongest first.
CREATE VIEW computer_policy AS
    SELECT
        s.subject, -- Computer / コンピューター
        s.name, -- Name / 名前
        s.kind, -- Kind (computer, controller, domain) / 種類（computer, controller, domain）
        (SELECT group_concat(x.n, ', ') FROM (SELECT coalesce(p.display_name, r.gpo_id) AS n FROM policy_reach r LEFT JOIN policy_object p ON p.gpo_id = r.gpo_id
            WHERE r.class_no = s.class_no AND r.state = 'applies' ORDER BY r.place) x) AS policies, -- Policies that apply, the strongest first / 適用される GPO（優先順）
        (SELECT count(*) FROM policy_reach r WHERE r.class_no = s.class_no AND r.state = 'applies') AS policy_count, -- Policies that apply / 適用される GPO の数
        (SELECT group_concat(x.n, ', ') FROM (SELECT coalesce(p.display_name, nullif(r.gpo_id, ''), '?') || ' (' || r.reason || ')' AS n FROM policy_reach r LEFT JOIN policy_object p ON p.gpo_id = r.gpo_id
            WHERE r.class_no = s.class_no AND r.state = 'unknown' ORDER BY r.place) x) AS doubtful_policies, -- Policies of which that is not known / 適用を判断できない GPO
        NOT EXISTS (SELECT 1 FROM policy_reach r WHERE r.class_no = s.class_no AND r.state = 'unknown') AS is_known, -- Known of every policy / すべての GPO について判断できる
        (SELECT count(*) FROM policy_result r WHERE r.class_no = s.class_no) AS setting_count, -- Settings known from policy / GPO から分かる設定の数
        (SELECT CASE r.number WHEN 1 THEN 'merge' WHEN 2 THEN 'replace' END FROM policy_result r WHERE r.class_no = s.class_no
            AND r.key = 'HKLM\SOFTWARE\Policies\Microsoft\Windows\System' COLLATE NOCASE AND r.value = 'UserPolicyMode' COLLATE NOCASE) AS loopback -- Loopback processing (merge, replace) / ループバック処理（merge, replace）
    FROM policy_subject s;

-- For the short form `policy`: system_access.LockoutBadCount, kerberos_policy.MaxTicketAge, event_log.…, right.SeDebugPrivilege (its
-- holders), audit.<GUID of the subcategory> (0 none, 1 success, 2 failure, 3 both), service.Spooler (start type), HKLM\KEY\VALUE. Read
-- in scalar subqueries only. Domain controllers take password, lockout and Kerberos settings from the domain's policies alone.
CREATE VIEW policy_value AS
    SELECT
        a.sid AS host, -- Computer / コンピューター
        r.item, -- Setting / 設定
        CASE WHEN r.is_missing = 0 AND r.type IS NOT 11 THEN coalesce(r.number, r.text) END AS data, -- Value / 値
        r.is_missing, -- Deleted by policy / GPO により削除
        CAST('policy' AS TEXT) AS origin, -- Read from (policy) / 読み取り元（policy）
        r.gpo_id, -- Policy that sets it / 設定元の GPO の GUID
        (SELECT coalesce(o.display_name, o.gpo_id) FROM policy_object o WHERE o.gpo_id = r.gpo_id) AS gpo_name, -- Name of that policy / 設定元の GPO
        (SELECT coalesce(o.display_name, o.gpo_id) FROM policy_object o WHERE o.gpo_id = r.gpo_id) AS policy -- Set by the policy / 設定元の GPO
    FROM account a JOIN policy_target t ON t.guid = a.guid JOIN account_state s ON s.guid = a.guid JOIN policy_result r ON r.class_no = t.class_no
    WHERE s.is_controller = 0 OR r.key NOT IN ('system_access', 'kerberos_policy')
    UNION ALL
    SELECT d.sid, r.item, CASE WHEN r.is_missing = 0 AND r.type IS NOT 11 THEN coalesce(r.number, r.text) END, r.is_missing, CAST('policy' AS TEXT), r.gpo_id,
        (SELECT coalesce(o.display_name, o.gpo_id) FROM policy_object o WHERE o.gpo_id = r.gpo_id), (SELECT coalesce(o.display_name, o.gpo_id) FROM policy_object o WHERE o.gpo_id = r.gpo_id)
    FROM domain_head d JOIN policy_target t ON t.guid = d.guid JOIN policy_result r ON r.class_no = t.class_no;

-- The same as subjects, for hosts in scope.
CREATE VIEW policy_setting AS
    SELECT
        h.subject, -- Host / ホスト
        h.host AS name, -- Name / 名前
        h.host AS target, -- Asked as / 調査対象名
        r.item, -- Setting / 設定
        r.item AS item_name, -- Setting / 設定
        CASE WHEN r.is_missing = 0 THEN coalesce(r.number, r.text) END AS data, -- Value / 値
        r.is_missing, -- Deleted by policy / GPO により削除
        r.gpo_id, -- Policy that sets it / 設定元の GPO の GUID
        (SELECT coalesce(o.display_name, o.gpo_id) FROM policy_object o WHERE o.gpo_id = r.gpo_id) AS gpo_name, -- Name of that policy / 設定元の GPO
        r.place AS precedence, -- Precedence of that policy / その GPO の優先順位
        h.is_controller -- Domain controller / ドメインコントローラー
    FROM host_state h JOIN policy_result r ON r.class_no = h.policy_class
    WHERE h.is_controller = 0 OR r.key NOT IN ('system_access', 'kerberos_policy');

-- Settings that two policies of one container set to different values: which one wins is only the order of their links.
CREATE VIEW gpo_conflict AS
    SELECT
        c.gpo_id AS subject, -- Policy that loses / 適用されない側の GPO
        coalesce(p.display_name, c.gpo_id) AS name, -- Name / 名前
        c.item || ' ' || c.winner_id AS item, -- Setting and winner / 設定と優先される GPO
        c.item AS item_name, -- Setting / 設定
        c.data, -- Its value / この GPO の値
        c.winner_id, -- Policy that wins / 優先される GPO の GUID
        coalesce(w.display_name, c.winner_id) AS winner, -- Name of the policy that wins / 優先される GPO
        c.winner_data -- Its value there / 優先される GPO の値
    FROM policy_conflict c LEFT JOIN policy_object p ON p.gpo_id = c.gpo_id LEFT JOIN policy_object w ON w.gpo_id = c.winner_id WHERE c.is_certain;

INSERT INTO view_source(view, column_name, source) VALUES
    ('policy_application', '', 'ldap.computer'), ('policy_application', '', 'ldap.ou'), ('policy_application', '', 'ldap.gpo'),
    ('policy_application', 'applies', 'ldap.security'), ('policy_application', 'applies', 'ldap.group'), ('policy_application', 'applies', 'ldap.site'),
    ('computer_policy', '', 'ldap.computer'), ('computer_policy', '', 'ldap.ou'), ('computer_policy', '', 'ldap.gpo'), ('computer_policy', 'is_known', 'ldap.security'),
    ('policy_value', '', 'ldap.computer'), ('policy_value', 'data', 'policy.file'), ('policy_value', 'data', 'ldap.ou'), ('policy_value', 'data', 'ldap.gpo'), ('policy_value', 'data', 'ldap.security'),
    ('policy_setting', '', 'host.scope'), ('policy_setting', '', 'policy.file'), ('policy_setting', '', 'ldap.ou'), ('policy_setting', '', 'ldap.gpo'), ('policy_setting', '', 'ldap.security'),
    ('gpo_conflict', '', 'policy.file'), ('gpo_conflict', '', 'ldap.ou'), ('gpo_conflict', '', 'ldap.gpo'), ('gpo_conflict', '', 'ldap.security');
