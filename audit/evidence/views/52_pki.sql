-- SPDX-License-Identifier: GPL-3.0-or-later
-- Certificate templates, authorities and the containers of the public key services ([MS-CRTD], [MS-WCCE]).

-- Who may write what in the public key services. Certificate publishers and the authority's own computer are expected.
CREATE VIEW unexpected_pki_right AS
SELECT u.object_guid AS object_guid,   -- Object / オブジェクト
       u.trustee_sid AS trustee_sid,   -- Trustee (SID) / 権限を持つ者（SID）
       u.right_name AS right_name,     -- Right / 権限
       u.right_group AS right_group,   -- Group of rights / 権限の分類
       u.trustee AS trustee            -- Trustee / 権限を持つ者
FROM unexpected_right u
WHERE u.inherit_only = 0
  AND NOT (u.trustee_sid GLOB 'S-1-5-21-*-517'
        AND EXISTS (SELECT 1 FROM security_descriptor s WHERE s.object_guid = u.object_guid AND s.object_class <> 'template'))
  AND NOT EXISTS (SELECT 1 FROM account a JOIN enrollment_service e ON e.dns_name = a.dns_name COLLATE NOCASE
        WHERE a.sid = u.trustee_sid AND a.kind = 'computer' AND e.guid = u.object_guid);

-- One row a template. An empty list of usages means any purpose. Flags that were not read stay NULL; a missing count of
-- signatures means that none is asked for.
CREATE VIEW certificate_template_risk AS
SELECT t.guid AS subject, -- Key / キー
       coalesce(t.display_name, t.name, t.dn) AS name, -- Template / 証明書テンプレート
       t.name AS template_name, -- Name (cn) / 名前（cn）
       coalesce(t.schema_version, 1) AS schema_version, -- Schema version / スキーマ バージョン
       CASE WHEN t.name IS NOT NULL THEN EXISTS (SELECT 1 FROM enrollment_offer o WHERE o.template_name = t.name COLLATE NOCASE) END
           AS is_published, -- Offered by an authority / 発行対象として公開中
       (SELECT group_concat(coalesce(e.name, e.dn), ', ') FROM enrollment_offer o
            JOIN enrollment_service e ON e.guid = o.service_guid WHERE o.template_name = t.name COLLATE NOCASE)
           AS published_by, -- Offered by / 公開している認証局
       NOT EXISTS (SELECT 1 FROM certificate_usage u WHERE u.template_guid = t.guid AND u.kind IN ('eku', 'application'))
           OR EXISTS (SELECT 1 FROM certificate_usage u WHERE u.template_guid = t.guid AND u.kind IN ('eku', 'application')
               AND u.oid IN ('1.3.6.1.5.5.7.3.2', '1.3.6.1.4.1.311.20.2.2', '1.3.6.1.5.2.3.4', '2.5.29.37.0'))
           AS can_log_on, -- Good for logging on / ログオンに使える
       NOT EXISTS (SELECT 1 FROM certificate_usage u WHERE u.template_guid = t.guid AND u.kind IN ('eku', 'application'))
           OR EXISTS (SELECT 1 FROM certificate_usage u WHERE u.template_guid = t.guid AND u.kind IN ('eku', 'application')
               AND u.oid = '2.5.29.37.0')
           AS any_purpose, -- Good for any purpose / あらゆる用途に使える
       EXISTS (SELECT 1 FROM certificate_usage u WHERE u.template_guid = t.guid AND u.kind IN ('eku', 'application')
               AND u.oid = '1.3.6.1.4.1.311.20.2.1')
           AS is_enrollment_agent, -- Enrolment agent / 登録エージェント
       t.name_flag & 65537 <> 0 AS requester_names_subject, -- Requester supplies the subject / 要求者がサブジェクト名を指定
       t.enrollment_flag & 2 <> 0 AS needs_approval, -- Manager approval / 証明書マネージャーの許可が必要
       t.enrollment_flag & 524288 <> 0 AS omits_security_extension, -- Leaves out the SID extension / SID の拡張を含めない
       coalesce(t.ra_signatures, 0) AS signatures, -- Authorised signatures / 必要な承認署名の数
       coalesce(t.enrollment_flag & 2 <> 0, 0) OR coalesce(t.ra_signatures, 0) > 0
           AS is_held_back, -- Approval or signature needed / 承認または署名が必要
       CASE s.dacl WHEN 'absent' THEN 'Everyone' WHEN 'present' THEN nullif(coalesce((SELECT group_concat(trustee, '; ') FROM (
            SELECT DISTINCT u.trustee FROM unexpected_pki_right u WHERE u.object_guid = t.guid
                AND u.right_group IN ('enroll', 'extended', 'takeover') AND u.trustee_sid IN (SELECT sid FROM broad_sid))), ''),
            (SELECT blank FROM broad_unseen)) END
           AS broad_enrollees, -- Broad groups that may enrol / 登録できる一般グループ
       CASE s.dacl WHEN 'absent' THEN 'Everyone' WHEN 'present' THEN coalesce((SELECT group_concat(trustee, '; ') FROM (
            SELECT DISTINCT u.trustee FROM unexpected_pki_right u WHERE u.object_guid = t.guid
                AND u.right_group IN ('enroll', 'extended', 'takeover'))), '') END
           AS enrollees, -- Who may enrol, beyond administrators / 登録できる者（管理者以外）
       CASE s.dacl WHEN 'absent' THEN 'Everyone' WHEN 'present' THEN coalesce((SELECT group_concat(line, '; ') FROM (
            SELECT u.trustee || ' (' || group_concat(DISTINCT u.right_name) || ')' AS line FROM unexpected_pki_right u
            WHERE u.object_guid = t.guid AND u.right_group IN ('takeover', 'write_property') GROUP BY u.trustee_sid)), '') END
           AS edited_by, -- Who can change it, beyond administrators / 変更できる者（管理者以外）
       CASE WHEN EXISTS (SELECT 1 FROM certificate_usage u JOIN issuance_policy i ON i.oid = u.oid
                WHERE u.template_guid = t.guid AND u.kind = 'issuance' AND i.group_dn IS NOT NULL) THEN 1
            WHEN (SELECT complete FROM source_state WHERE source = 'ldap.pki')
                OR NOT EXISTS (SELECT 1 FROM certificate_usage u WHERE u.template_guid = t.guid AND u.kind = 'issuance') THEN 0 END
           AS has_linked_group, -- Issuance policy gives a group / 発行ポリシーがグループを付与する
       (SELECT group_concat(coalesce(g.sam_name, i.group_dn), '; ') FROM certificate_usage u
            JOIN issuance_policy i ON i.oid = u.oid LEFT JOIN directory_group g ON g.guid = i.group_guid
            WHERE u.template_guid = t.guid AND u.kind = 'issuance' AND i.group_dn IS NOT NULL)
           AS linked_groups, -- Groups granted through its issuance policy / 発行ポリシーにより付与されるグループ
       CASE WHEN s.owner_sid IS NOT NULL THEN s.owner_sid IN (SELECT sid FROM administrator_sid) END
           AS owner_expected, -- Owner is an administrator / 所有者が管理者である
       coalesce((SELECT n.sam_name FROM account n WHERE n.sid = s.owner_sid), (SELECT n.sam_name FROM directory_group n WHERE n.sid = s.owner_sid),
           (SELECT n.name FROM well_known_trustee n WHERE n.sid = s.owner_sid), s.owner_sid) AS owner -- Owner / 所有者
FROM certificate_template t LEFT JOIN security_descriptor s ON s.object_guid = t.guid;

-- Certification authorities and the containers that decide which authorities are trusted.
CREATE VIEW pki_object AS
SELECT p.guid AS subject, -- Key / キー
       p.name AS name, -- Object / オブジェクト
       p.kind AS kind, -- Kind / 種類
       p.dn AS dn, -- Distinguished name / 識別名
       CASE s.dacl WHEN 'absent' THEN 'Everyone' WHEN 'present' THEN coalesce((SELECT group_concat(line, '; ') FROM (
            SELECT u.trustee || ' (' || group_concat(DISTINCT u.right_name) || ')' AS line FROM unexpected_pki_right u
            WHERE u.object_guid = p.guid AND u.right_group IN ('takeover', 'write_property', 'create_child')
            GROUP BY u.trustee_sid)), '') END
           AS edited_by, -- Who can change it, beyond administrators / 変更できる者（管理者以外）
       CASE WHEN s.owner_sid IS NOT NULL THEN s.owner_sid IN (SELECT sid FROM administrator_sid) END
           AS owner_expected, -- Owner is an administrator / 所有者が管理者である
       coalesce((SELECT n.sam_name FROM account n WHERE n.sid = s.owner_sid), (SELECT n.sam_name FROM directory_group n WHERE n.sid = s.owner_sid),
           (SELECT n.name FROM well_known_trustee n WHERE n.sid = s.owner_sid), s.owner_sid) AS owner -- Owner / 所有者
FROM (
    SELECT e.guid, coalesce(e.name, e.dn) AS name, e.dn, 'authority' AS kind FROM enrollment_service e
    UNION ALL
    SELECT s.object_guid, coalesce(s.name, s.dn), s.dn, 'container' FROM security_descriptor s
    WHERE s.object_class IN ('pki_container', 'enrollment_service')
      AND NOT EXISTS (SELECT 1 FROM enrollment_service e WHERE e.guid = s.object_guid)
    UNION ALL
    SELECT f.configuration_dn, 'Public Key Services', 'CN=Public Key Services,CN=Services,' || f.configuration_dn, 'container'
    FROM forest f
    WHERE EXISTS (SELECT 1 FROM enrollment_service)
      AND NOT EXISTS (SELECT 1 FROM security_descriptor WHERE object_class = 'pki_container')) p
    LEFT JOIN security_descriptor s ON s.object_guid = p.guid;

INSERT INTO view_source(view, column_name, source) VALUES
    ('certificate_template_risk', '', 'ldap.pki'), ('certificate_template_risk', '', 'ldap.group'),
    ('certificate_template_risk', 'broad_enrollees', 'ldap.security'), ('certificate_template_risk', 'enrollees', 'ldap.security'),
    ('certificate_template_risk', 'edited_by', 'ldap.security'), ('certificate_template_risk', 'owner', 'ldap.security'),
    ('certificate_template_risk', 'owner_expected', 'ldap.security'),
    ('pki_object', '', 'ldap.pki'), ('pki_object', 'edited_by', 'ldap.security'), ('pki_object', 'owner', 'ldap.security'),
    ('pki_object', 'owner_expected', 'ldap.security');
