-- SPDX-License-Identifier: GPL-3.0-or-later
-- The audit policy of hosts by subcategory: as files of the host tell it (auditpol, SECURITY hive), else as the policies that reach
-- it set it. Subcategories are known by their GUIDs ([MS-GPAC] 2.2.1.3); names are for people.

CREATE VIEW audit_subcategory AS
    SELECT column1 AS subcategory, column2 AS name, column3 AS events FROM (VALUES
        ('0cce923f-69ae-11d9-bed3-505054503030', 'Credential Validation', '4776'),
        ('0cce9242-69ae-11d9-bed3-505054503030', 'Kerberos Authentication Service', '4768, 4771'),
        ('0cce9240-69ae-11d9-bed3-505054503030', 'Kerberos Service Ticket Operations', '4769'),
        ('0cce9235-69ae-11d9-bed3-505054503030', 'User Account Management', '4720, 4722-4726, 4738, 4740, 4767, 4781, 4794'),
        ('0cce9236-69ae-11d9-bed3-505054503030', 'Computer Account Management', '4741-4743'),
        ('0cce9237-69ae-11d9-bed3-505054503030', 'Security Group Management', '4728, 4732, 4756'),
        ('0cce923c-69ae-11d9-bed3-505054503030', 'Directory Service Changes', '5136'),
        ('0cce9217-69ae-11d9-bed3-505054503030', 'Account Lockout', '4625'),
        ('0cce9215-69ae-11d9-bed3-505054503030', 'Logon', '4624, 4625, 4648'),
        ('0cce9216-69ae-11d9-bed3-505054503030', 'Logoff', '4634'),
        ('0cce921b-69ae-11d9-bed3-505054503030', 'Special Logon', '4672'),
        ('0cce922f-69ae-11d9-bed3-505054503030', 'Audit Policy Change', '4719'),
        ('0cce9230-69ae-11d9-bed3-505054503030', 'Authentication Policy Change', '4706, 4713, 4716, 4739'),
        ('0cce9228-69ae-11d9-bed3-505054503030', 'Sensitive Privilege Use', '4673, 4674'),
        ('0cce9211-69ae-11d9-bed3-505054503030', 'Security System Extension', '4610, 4697'),
        ('0cce9212-69ae-11d9-bed3-505054503030', 'System Integrity', '4612, 4618'),
        ('0cce922b-69ae-11d9-bed3-505054503030', 'Process Creation', '4688'));

-- What the host's own files say (a kit before a cache), else what the policies that reach it make of it. A policy's 0 changes nothing.
CREATE VIEW audit_fact AS
    SELECT a.host, a.subcategory, a.setting, a.origin, NULL AS gpo_id FROM host_audit a
    WHERE a.origin = 'kit' OR NOT EXISTS (SELECT 1 FROM host_audit o WHERE o.host = a.host AND o.subcategory = a.subcategory AND o.origin = 'kit')
    UNION ALL
    SELECT h.host, r.value, r.number & 3, 'policy', r.gpo_id FROM host_state h JOIN policy_result r ON r.class_no = h.policy_class AND r.key = 'audit' AND r.number > 0
    WHERE NOT EXISTS (SELECT 1 FROM host_audit o WHERE o.host = h.host AND o.subcategory = r.value);

CREATE VIEW audit_setting AS
    SELECT
        h.subject, -- Host / ホスト
        h.host AS name, -- Name / 名前
        h.host AS target, -- Asked as / 調査対象名
        s.subcategory AS item, -- Subcategory / サブカテゴリ
        h.host || ': ' || s.name AS item_name, -- Subcategory / サブカテゴリ
        s.name AS subcategory, -- Subcategory / サブカテゴリ
        s.events, -- Events / 記録されるイベント
        f.setting & 1 <> 0 AS success, -- Success is recorded / 成功を記録
        f.setting & 2 <> 0 AS failure, -- Failure is recorded / 失敗を記録
        f.origin, -- Read from (kit, cache, policy) / 読み取り元（kit, cache, policy）
        (SELECT coalesce(p.display_name, f.gpo_id) FROM policy_object p WHERE p.gpo_id = f.gpo_id) AS policy_name, -- Policy / ポリシー
        h.is_windows, -- Windows / Windows
        h.is_server, -- Server / サーバー
        h.is_controller -- Domain controller / ドメインコントローラー
    FROM host_state h, audit_subcategory s LEFT JOIN audit_fact f ON f.host = h.host AND f.subcategory = s.subcategory;

INSERT INTO view_source(view, column_name, source) VALUES
    ('audit_setting', '', 'host.scope'),
    ('audit_setting', 'success', 'kit.audit'),
    ('audit_setting', 'failure', 'kit.audit'),
    ('audit_setting', 'success', 'policy.file'),
    ('audit_setting', 'failure', 'policy.file'),
    ('audit_setting', 'is_controller', 'smb.machine'),
    ('audit_setting', 'is_windows', 'net.smb');
