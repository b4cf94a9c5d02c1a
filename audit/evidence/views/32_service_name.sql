-- SPDX-License-Identifier: GPL-3.0-or-later
-- Service principal names of user accounts, with how many accounts hold the same one (Kerberos compares without case).
CREATE VIEW service_name AS
    SELECT
        s.subject, -- Account / アカウント
        s.name, -- Name / 名前
        n.name AS item, -- Service principal name / サービス プリンシパル名（SPN）
        n.name AS item_name, -- Service principal name / サービス プリンシパル名（SPN）
        s.uac & 2 = 0 AS is_enabled, -- Enabled / 有効
        CASE WHEN n.holders > 1 OR (SELECT min(complete) FROM source_state WHERE source IN ('ldap.user', 'ldap.computer', 'ldap.service_account')) THEN n.holders END AS holder_count -- Accounts with this name / 同じ SPN を持つアカウントの数
    FROM account_state s
        JOIN (SELECT p.guid, p.name, (SELECT count(*) FROM service_principal o WHERE o.name = p.name COLLATE NOCASE) AS holders
            FROM service_principal p) n ON n.guid = s.guid
    WHERE s.kind = 'user';

INSERT INTO view_source(view, column_name, source) VALUES
    ('service_name', '', 'ldap.user'),
    ('service_name', 'holder_count', 'ldap.computer'),
    ('service_name', 'holder_count', 'ldap.service_account');
