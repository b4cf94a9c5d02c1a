-- SPDX-License-Identifier: GPL-3.0-or-later
-- Secrets that the directory manages: group managed service accounts and their root keys ([MS-GKDI]), LAPS passwords, and
-- the authentication policies and silos around accounts ([MS-KILE] 3.3.5.5).

CREATE VIEW kds_key AS
SELECT k.guid AS subject, -- Key / キー
       coalesce(k.key_id, k.guid) AS name, -- Root key / KDS ルート キー
       k.key_id AS key_id, -- Id / 識別子
       strftime('%Y-%m-%dT%H:%M:%SZ', k.created_at / 10000000 - 11644473600, 'unixepoch') AS created_at, -- Created / 作成日時
       ((SELECT now FROM clock) - k.created_at) / 864000000000 AS age_days, -- Age in days / 作成からの日数
       k.usable_at <= (SELECT now FROM clock) AS is_usable, -- Usable now / 現在使用できる
       (SELECT count(*) FROM account a WHERE a.kind = 'gmsa' AND a.managed_password_key = k.key_id) AS gmsa_count -- gMSAs that use it / このキーを使う gMSA の数
FROM kds_root_key k;

-- Root keys are confidential: while none was read, nothing about them is known. A new key is used after 10 hours.
CREATE VIEW gmsa AS
SELECT s.subject AS subject, -- Key / キー
       s.name AS name, -- Account / アカウント
       s.uac & 2 = 0 AS is_enabled, -- Enabled / 有効
       a.managed_password_days AS interval_days, -- Password interval in days / パスワード変更間隔（日）
       a.managed_password_key AS root_key, -- Root key / KDS ルート キー
       CASE WHEN EXISTS (SELECT 1 FROM kds_root_key k WHERE k.key_id = a.managed_password_key) THEN 1
            WHEN a.managed_password_key IS NOT NULL AND EXISTS (SELECT 1 FROM kds_root_key WHERE key_id IS NOT NULL) AND
                (SELECT complete FROM source_state WHERE source = 'ldap.kds')
                AND NOT EXISTS (SELECT 1 FROM kds_root_key WHERE key_id IS NULL) THEN 0 END
           AS root_key_known, -- Root key exists / KDS ルート キーが存在する
       CASE WHEN EXISTS (SELECT 1 FROM kds_root_key k JOIN kds_root_key mine ON mine.key_id = a.managed_password_key
                WHERE k.created_at > mine.created_at
                  AND (SELECT now FROM clock) - k.created_at > 360000000000) THEN 0
            WHEN EXISTS (SELECT 1 FROM kds_root_key mine WHERE mine.key_id = a.managed_password_key)
                AND (SELECT complete FROM source_state WHERE source = 'ldap.kds')
                AND NOT EXISTS (SELECT 1 FROM kds_root_key WHERE key_id IS NULL OR created_at IS NULL) THEN 1 END
           AS root_key_newest, -- Uses the newest root key / 最新の KDS ルート キーを使用
       CASE WHEN s.pwd_last_set > 0 THEN ((SELECT now FROM clock) - s.pwd_last_set) / 864000000000 END
           AS password_age_days, -- Password age in days / パスワードの経過日数
       CASE WHEN r.guid IS NOT NULL OR d.dacl = 'present' THEN coalesce((SELECT group_concat(name, '; ') FROM (
            SELECT DISTINCT coalesce((SELECT n.sam_name FROM account n WHERE n.sid = x.trustee_sid), (SELECT n.sam_name FROM directory_group n WHERE n.sid = x.trustee_sid),
           (SELECT n.name FROM well_known_trustee n WHERE n.sid = x.trustee_sid), x.trustee_sid) AS name
            FROM access_right x WHERE x.object_guid = a.guid AND x."right" = 'read_gmsa')), '') END
           AS readers, -- Who can read the password / パスワードを読める者
       CASE WHEN r.guid IS NOT NULL OR d.dacl = 'present' THEN nullif(coalesce((SELECT group_concat(name, '; ') FROM (
            SELECT DISTINCT coalesce((SELECT n.sam_name FROM account n WHERE n.sid = x.trustee_sid), (SELECT n.sam_name FROM directory_group n WHERE n.sid = x.trustee_sid),
           (SELECT n.name FROM well_known_trustee n WHERE n.sid = x.trustee_sid), x.trustee_sid) AS name
            FROM access_right x WHERE x.object_guid = a.guid AND x."right" = 'read_gmsa'
                AND x.trustee_sid IN (SELECT sid FROM broad_sid))), ''),
            (SELECT blank FROM broad_unseen)) END
           AS broad_readers, -- Broad groups that can read the password / パスワードを読める一般グループ
       CASE d.dacl WHEN 'absent' THEN 'Everyone' WHEN 'present' THEN coalesce((SELECT group_concat(line, '; ') FROM (
            SELECT u.trustee || ' (' || group_concat(DISTINCT u.right_name) || ')' AS line FROM unexpected_right u
            WHERE u.object_guid = a.guid AND u.inherit_only = 0 AND u.right_group IN ('takeover', 'extended')
                AND u.trustee_sid IS NOT a.sid GROUP BY u.trustee_sid)), '') END
           AS takeover_by -- Others who can take it over / 乗っ取れる者
FROM account_state s JOIN account a ON a.guid = s.guid
    LEFT JOIN security_descriptor d ON d.object_guid = a.guid
    LEFT JOIN (SELECT DISTINCT object_guid AS guid FROM access_right WHERE "right" = 'read_gmsa') r ON r.guid = a.guid
WHERE s.kind = 'gmsa';

-- Places that hold computers other than controllers directly; a computer's name has no comma, so its place is what follows
-- the first one. Rights there reach the LAPS passwords of those computers.
CREATE VIEW laps_place AS
SELECT coalesce(o.guid, d.object_guid, p.place) AS subject, -- Key / キー
       p.place AS name, -- Place / 場所（OU）
       p.computer_count AS computer_count, -- Computers / コンピューター数
       p.laps_count AS laps_count, -- Computers with LAPS / LAPS 管理下のコンピューター数
       CASE d.dacl WHEN 'absent' THEN 'Everyone' WHEN 'present' THEN coalesce((SELECT group_concat(line, '; ') FROM (
            SELECT u.trustee || ' (' || group_concat(DISTINCT u.right_name) || ')' AS line FROM unexpected_right u
            WHERE u.object_guid = d.object_guid AND u.right_group IN ('laps', 'extended')
                AND u.scope_guid IN ('00000000-0000-0000-0000-000000000000', 'bf967a86-0de6-11d0-a285-00aa003049e2')
            GROUP BY u.trustee_sid)), '') END
           AS readers, -- Others who can read LAPS passwords / LAPS パスワードを読める者（管理者以外）
       CASE d.dacl WHEN 'absent' THEN 'Everyone' WHEN 'present' THEN coalesce((SELECT group_concat(line, '; ') FROM (
            SELECT u.trustee || ' (' || group_concat(DISTINCT u.right_name) || ')' AS line FROM unexpected_right u
            WHERE u.object_guid = d.object_guid AND u.right_group = 'extended'
                AND u.scope_guid IN ('00000000-0000-0000-0000-000000000000', 'bf967a86-0de6-11d0-a285-00aa003049e2')
            GROUP BY u.trustee_sid)), '') END
           AS extended_holders, -- Others with all extended rights / すべての拡張権利を持つ者（管理者以外）
       CASE d.dacl WHEN 'absent' THEN 'Everyone' WHEN 'present' THEN nullif(coalesce((SELECT group_concat(line, '; ') FROM (
            SELECT u.trustee || ' (' || group_concat(DISTINCT u.right_name) || ')' AS line FROM unexpected_right u
            WHERE u.object_guid = d.object_guid AND u.right_group IN ('laps', 'extended', 'takeover')
                AND u.scope_guid IN ('00000000-0000-0000-0000-000000000000', 'bf967a86-0de6-11d0-a285-00aa003049e2')
                AND u.trustee_sid IN (SELECT sid FROM broad_sid)
            GROUP BY u.trustee_sid)), ''),
            (SELECT blank FROM broad_unseen)) END
           AS broad_readers -- Broad groups that can read LAPS passwords / LAPS パスワードを読める一般グループ
FROM (SELECT substr(a.dn, instr(a.dn, ',') + 1) AS place, count(*) AS computer_count,
             sum(coalesce(a.laps_expires_at, 0) > 0 OR coalesce(a.laps_legacy_expires_at, 0) > 0) AS laps_count
      FROM account_state s JOIN account a ON a.guid = s.guid
      WHERE s.kind = 'computer' AND s.is_controller IS NOT 1
      GROUP BY 1) p
    LEFT JOIN organizational_unit o ON o.dn = p.place COLLATE NOCASE
    LEFT JOIN security_descriptor d ON d.object_guid = coalesce(o.guid, (SELECT x.object_guid FROM security_descriptor x
        WHERE x.dn = p.place COLLATE NOCASE));

-- Computers other than controllers as objects. An ordinary user owns the object of a computer that he joined through the
-- machine account quota.
CREATE VIEW computer_object AS
SELECT s.subject AS subject, -- Key / キー
       s.name AS name, -- Computer / コンピューター
       s.uac & 2 = 0 AS is_enabled, -- Enabled / 有効
       d.owner_sid AS owner_sid, -- Owner (SID) / 所有者（SID）
       coalesce((SELECT n.sam_name FROM account n WHERE n.sid = d.owner_sid), (SELECT n.sam_name FROM directory_group n WHERE n.sid = d.owner_sid),
           (SELECT n.name FROM well_known_trustee n WHERE n.sid = d.owner_sid), d.owner_sid) AS owner, -- Owner / 所有者
       CASE WHEN d.owner_sid IS NOT NULL THEN d.owner_sid IN (SELECT sid FROM administrator_sid) END
           AS owner_expected, -- Owner is an administrator / 所有者が管理者である
       CASE d.dacl WHEN 'absent' THEN 'Everyone' WHEN 'present' THEN nullif(coalesce((SELECT group_concat(line, '; ') FROM (
            SELECT u.trustee || ' (' || group_concat(DISTINCT u.right_name) || ')' AS line FROM unexpected_right u
            WHERE u.object_guid = d.object_guid AND u.inherit_only = 0 AND u.trustee_sid IN (SELECT sid FROM broad_sid)
                AND u.right_group IN ('takeover', 'extended', 'reset', 'key', 'setting', 'laps')
            GROUP BY u.trustee_sid)), ''),
            (SELECT blank FROM broad_unseen)) END
           AS broad_rights -- Strong rights of broad groups / 一般グループが持つ強い権限
FROM account_state s LEFT JOIN security_descriptor d ON d.object_guid = s.guid
WHERE s.kind = 'computer' AND s.is_controller IS NOT 1;

CREATE VIEW silo AS
SELECT p.guid AS subject, -- Key / キー
       coalesce(p.name, p.dn) AS name, -- Policy or silo / 認証ポリシーまたはサイロ
       p.kind AS kind, -- Kind / 種類
       coalesce(p.is_enforced, 0) AS is_enforced, -- Enforced / 適用（強制）
       (SELECT CASE WHEN count(*) > 0 OR (SELECT min(complete) FROM source_state WHERE source IN ('ldap.user', 'ldap.computer', 'ldap.service_account')) THEN count(*) END
            FROM account a WHERE a.authn_policy_dn = p.dn COLLATE NOCASE OR a.authn_silo_dn = p.dn COLLATE NOCASE)
           AS account_count, -- Accounts assigned / 割り当てられたアカウント数
       CASE WHEN p.user_tgt_lifetime < 0 THEN -p.user_tgt_lifetime / 600000000 END
           AS tgt_minutes, -- TGT lifetime in minutes / TGT の有効期間（分）
       p.has_from_condition AS has_from_condition -- Limits where users log on from / ログオン元の制限あり
FROM authentication_policy p;

INSERT INTO view_source(view, column_name, source) VALUES
    ('kds_key', '', 'ldap.kds'), ('kds_key', 'gmsa_count', 'ldap.service_account'),
    ('gmsa', '', 'ldap.service_account'), ('gmsa', 'root_key_known', 'ldap.kds'), ('gmsa', 'root_key_newest', 'ldap.kds'),
    ('gmsa', 'takeover_by', 'ldap.security'),
    ('laps_place', '', 'ldap.computer'), ('laps_place', '', 'ldap.ou'), ('laps_place', 'readers', 'ldap.security'),
    ('laps_place', 'extended_holders', 'ldap.security'), ('laps_place', 'broad_readers', 'ldap.security'),
    ('computer_object', '', 'ldap.computer'), ('computer_object', 'owner_sid', 'ldap.security'),
    ('computer_object', 'owner', 'ldap.security'), ('computer_object', 'owner_expected', 'ldap.security'),
    ('computer_object', 'broad_rights', 'ldap.security'),
    ('silo', '', 'ldap.silo'), ('silo', 'account_count', 'ldap.user'),
    ('silo', 'account_count', 'ldap.computer'), ('silo', 'account_count', 'ldap.service_account');
