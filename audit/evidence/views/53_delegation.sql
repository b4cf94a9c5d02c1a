-- SPDX-License-Identifier: GPL-3.0-or-later
-- Kerberos delegation of every kind ([MS-SFU]).

-- Services that an account may delegate to, with the host of each: service/host[:port][/name].
CREATE VIEW delegation_path AS
SELECT s.subject AS subject, -- Key / キー
       s.name AS name, -- Account / アカウント
       p.spn AS item, -- Service / サービス
       p.spn AS item_name, -- Service / サービス
       s.kind AS kind, -- Kind of account / アカウントの種類
       s.uac & 2 = 0 AS is_enabled, -- Enabled / 有効
       p.service AS service, -- Class of service / サービスの種別
       p.host AS host, -- Host / ホスト
       CASE WHEN p.service = 'krbtgt' OR p.host IN (SELECT lower(a.dns_name) FROM account_state d JOIN account a ON a.guid = d.guid
               WHERE d.is_controller AND a.dns_name IS NOT NULL
               UNION SELECT lower(rtrim(a.sam_name, '$')) FROM account_state d JOIN account a ON a.guid = d.guid
               WHERE d.is_controller AND a.sam_name IS NOT NULL) THEN 1
            WHEN EXISTS (SELECT 1 FROM source_state WHERE source = 'ldap.computer' AND complete)
                AND NOT EXISTS (SELECT 1 FROM account_state d JOIN account a ON a.guid = d.guid
                    WHERE d.kind = 'computer' AND d.is_controller IS NOT 0 AND (a.dns_name IS NULL OR a.sam_name IS NULL)) THEN 0 END
           AS is_to_controller, -- To a domain controller or krbtgt / ドメインコントローラーまたは krbtgt 宛て
       s.uac & 16777216 <> 0 AS has_protocol_transition -- Any authentication protocol / 任意の認証プロトコル（プロトコル遷移）
FROM (SELECT guid, name AS spn, lower(substr(name, 1, instr(name || '/', '/') - 1)) AS service,
             lower(substr(rest, 1, min(instr(rest || '/', '/'), instr(rest || ':', ':')) - 1)) AS host
      FROM (SELECT guid, name, substr(name, instr(name || '/', '/') + 1) AS rest FROM delegation_target)) p
    JOIN account_state s ON s.guid = p.guid
UNION ALL
-- A target that could not be understood is a target.
SELECT s.subject, s.name, 'malformed', 'malformed', s.kind, s.uac & 2 = 0, NULL, NULL, NULL, s.uac & 16777216 <> 0
FROM malformed_value v JOIN account a ON a.dn = v.object COLLATE NOCASE JOIN account_state s ON s.guid = a.guid
WHERE v.attribute = 'msDS-AllowedToDelegateTo' COLLATE NOCASE;

-- Accounts that may delegate, or whose flags could not be read.
CREATE VIEW delegating_account AS
SELECT s.subject AS subject, -- Key / キー
       s.name AS name, -- Account / アカウント
       s.kind AS kind, -- Kind of account / アカウントの種類
       s.uac & 2 = 0 AS is_enabled, -- Enabled / 有効
       s.is_controller AS is_controller, -- Domain controller / ドメインコントローラー
       s.uac & 524288 <> 0 AS is_unconstrained, -- Unconstrained delegation / 制約なしの委任
       s.uac & 16777216 <> 0 AS has_protocol_transition, -- Any authentication protocol / 任意の認証プロトコル（プロトコル遷移）
       (SELECT CASE WHEN count(*) > 0 OR s.uac IS NOT NULL THEN count(*) END FROM delegation_target d WHERE d.guid = s.guid) AS target_count, -- Services it may delegate to / 委任先サービスの数
       (SELECT group_concat(name, '; ') FROM (SELECT name FROM delegation_target d WHERE d.guid = s.guid ORDER BY name LIMIT 20))
           AS targets, -- Services / 委任先サービス
       s.is_privileged AS is_privileged -- Privileged / 特権アカウント
FROM account_state s
WHERE s.uac IS NULL OR s.uac & 17301504 OR s.guid IN (SELECT guid FROM delegation_target);

-- Who may act as anybody towards a computer or account (msDS-AllowedToActOnBehalfOfOtherIdentity).
CREATE VIEW resource_delegation AS
SELECT s.subject AS subject, -- Key / キー
       s.name AS name, -- Target / 委任を受け入れる側
       coalesce(r.trustee_sid, '') AS item, -- Trustee (SID) / 委任を許可された者（SID）
       coalesce((SELECT n.sam_name FROM account n WHERE n.sid = r.trustee_sid), (SELECT n.sam_name FROM directory_group n WHERE n.sid = r.trustee_sid),
           (SELECT n.name FROM well_known_trustee n WHERE n.sid = r.trustee_sid), r.trustee_sid) AS item_name, -- Trustee / 委任を許可された者
       s.kind AS kind, -- Kind of account / アカウントの種類
       s.is_controller AS is_controller, -- Domain controller / ドメインコントローラー
       CASE WHEN a.has_resource_delegation THEN s.is_controller OR s.is_privileged OR a.sid GLOB 'S-1-5-21-*-502' END
           AS is_sensitive, -- Controller or privileged / ドメインコントローラーまたは特権アカウント
       r.trustee_sid AS trustee_sid, -- Trustee (SID) / 委任を許可された者（SID）
       CASE WHEN r.trustee_sid IN (SELECT sid FROM broad_sid) THEN 1
            WHEN r.trustee_sid IS NOT NULL AND (SELECT blank FROM broad_unseen) IS NULL THEN 0 END AS is_broad, -- Broad group / 一般グループ
       r.trustee_sid IN (SELECT sid FROM administrator_sid) AS is_administrator -- Administrator / 管理者
FROM account a JOIN account_state s ON s.guid = a.guid
    LEFT JOIN access_right r ON r.object_guid = a.guid AND r."right" = 'act_on_behalf'
WHERE a.has_resource_delegation IS NOT 0;

-- Every computer, and every other account that accepts delegated logons.
CREATE VIEW delegation_acceptor AS
SELECT s.subject AS subject, -- Key / キー
       s.name AS name, -- Computer or account / コンピューターまたはアカウント
       s.kind AS kind, -- Kind of account / アカウントの種類
       s.uac & 2 = 0 AS is_enabled, -- Enabled / 有効
       a.has_resource_delegation AS accepts_delegation, -- Resource-based delegation is set / リソースベースの委任が設定済み
       (SELECT group_concat(name, '; ') FROM (SELECT DISTINCT
            coalesce((SELECT n.sam_name FROM account n WHERE n.sid = r.trustee_sid), (SELECT n.sam_name FROM directory_group n WHERE n.sid = r.trustee_sid),
           (SELECT n.name FROM well_known_trustee n WHERE n.sid = r.trustee_sid), r.trustee_sid) AS name
            FROM access_right r WHERE r.object_guid = s.guid AND r."right" = 'act_on_behalf'))
           AS accepted_from, -- Accepted from / 委任を許可された者
       coalesce(a.has_resource_delegation = 1 AND (s.is_controller OR s.is_privileged = 1
               OR EXISTS (SELECT 1 FROM access_right r WHERE r.object_guid = s.guid AND r."right" = 'act_on_behalf'
                   AND r.trustee_sid IN (SELECT sid FROM broad_sid))), 0)
           AS is_reported_apart -- Controller, privileged, or open to a broad group: a matter of resource_delegation / 別の項目で判定
FROM account_state s JOIN account a ON a.guid = s.guid
WHERE s.kind = 'computer' OR s.guid IN (SELECT guid FROM account WHERE has_resource_delegation IS NOT 0);

INSERT INTO view_source(view, column_name, source) VALUES
    ('delegation_path', '', 'ldap.user'), ('delegation_path', '', 'ldap.computer'), ('delegation_path', '', 'ldap.service_account'),
    ('delegating_account', '', 'ldap.user'), ('delegating_account', '', 'ldap.computer'), ('delegating_account', '', 'ldap.service_account'),
    ('resource_delegation', '', 'ldap.user'), ('resource_delegation', '', 'ldap.computer'), ('resource_delegation', '', 'ldap.service_account'),
    ('resource_delegation', 'is_broad', 'ldap.group'),
    ('delegation_acceptor', '', 'ldap.user'), ('delegation_acceptor', '', 'ldap.computer'), ('delegation_acceptor', '', 'ldap.service_account');
