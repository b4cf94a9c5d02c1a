-- SPDX-License-Identifier: GPL-3.0-or-later
-- After collection: resolves names to identities, walks group membership and gathers what many checks share. Idempotent;
-- run it in one transaction. Only standard SQL functions, so that the sqlite3 shell runs it too.

CREATE INDEX IF NOT EXISTS account_dn ON account(dn COLLATE NOCASE);
CREATE INDEX IF NOT EXISTS account_sid ON account(sid);
CREATE INDEX IF NOT EXISTS directory_group_dn ON directory_group(dn COLLATE NOCASE);
CREATE INDEX IF NOT EXISTS directory_group_sid ON directory_group(sid);
CREATE INDEX IF NOT EXISTS foreign_principal_dn ON foreign_principal(dn COLLATE NOCASE);
CREATE INDEX IF NOT EXISTS service_principal_name ON service_principal(name COLLATE NOCASE);
CREATE INDEX IF NOT EXISTS host_tls_key ON host_tls(key_sha256);
CREATE INDEX IF NOT EXISTS coverage_target ON coverage(target, source);
CREATE INDEX IF NOT EXISTS policy_object_id ON policy_object(gpo_id);

DELETE FROM watched_group;
DELETE FROM nested_group;
DELETE FROM nested_member;
DELETE FROM account_state;
DELETE FROM computer_system;
DELETE FROM host_state;

-- The RID is the last number of the SID.
UPDATE account SET rid = CAST(substr(sid, length(rtrim(sid, '0123456789')) + 1) AS INTEGER)
    WHERE rid IS NULL AND sid IS NOT NULL;
UPDATE directory_group SET rid = CAST(substr(sid, length(rtrim(sid, '0123456789')) + 1) AS INTEGER)
    WHERE rid IS NULL AND sid IS NOT NULL;

UPDATE membership SET member_guid = coalesce(
        (SELECT guid FROM account a WHERE a.dn = membership.member_dn COLLATE NOCASE),
        (SELECT guid FROM directory_group g WHERE g.dn = membership.member_dn COLLATE NOCASE),
        (SELECT guid FROM foreign_principal f WHERE f.dn = membership.member_dn COLLATE NOCASE))
    WHERE member_guid IS NULL;
-- A foreign principal that was not read still carries its SID in its name: CN=<SID>,CN=ForeignSecurityPrincipals.
UPDATE membership SET member_sid = coalesce(
        (SELECT sid FROM account a WHERE a.guid = membership.member_guid),
        (SELECT sid FROM directory_group g WHERE g.guid = membership.member_guid),
        (SELECT sid FROM foreign_principal f WHERE f.guid = membership.member_guid),
        CASE WHEN member_dn LIKE 'CN=S-1-%,CN=ForeignSecurityPrincipals,%' THEN substr(member_dn, 4, instr(member_dn, ',') - 4) END)
    WHERE member_sid IS NULL;
CREATE INDEX IF NOT EXISTS membership_member ON membership(member_guid);
UPDATE password_settings_target SET target_guid = coalesce(
        (SELECT guid FROM account a WHERE a.dn = password_settings_target.target_dn COLLATE NOCASE),
        (SELECT guid FROM directory_group g WHERE g.dn = password_settings_target.target_dn COLLATE NOCASE))
    WHERE target_guid IS NULL;
UPDATE password_settings_target SET target_sid = coalesce(
        (SELECT sid FROM account a WHERE a.guid = password_settings_target.target_guid),
        (SELECT sid FROM directory_group g WHERE g.guid = password_settings_target.target_guid))
    WHERE target_sid IS NULL;
UPDATE issuance_policy SET group_guid = (SELECT guid FROM directory_group g WHERE g.dn = issuance_policy.group_dn COLLATE NOCASE)
    WHERE group_guid IS NULL AND group_dn IS NOT NULL;

-- [MS-ADTS] 7.1.1.2.6 and 7.1.1.4 (well-known RIDs), 3.1.1.6.1.2 (protected groups).
WITH known(rid, code, is_admin, is_guarded) AS (VALUES
        (498, 'enterprise_readonly_controllers', 0, 0),
        (512, 'domain_admins', 1, 1),
        (516, 'domain_controllers', 0, 1),
        (517, 'certificate_publishers', 0, 0),
        (518, 'schema_admins', 1, 1),
        (519, 'enterprise_admins', 1, 1),
        (520, 'policy_creators', 1, 0),
        (521, 'readonly_controllers', 0, 1),
        (522, 'cloneable_controllers', 0, 0),
        (525, 'protected_users', 0, 0),
        (526, 'key_admins', 1, 1),
        (527, 'enterprise_key_admins', 1, 1))
INSERT INTO watched_group
    SELECT g.guid, g.sid, g.rid, k.code, k.is_admin, k.is_guarded
    FROM directory_group g JOIN known k ON k.rid = g.rid WHERE g.sid GLOB 'S-1-5-21-*';
WITH known(sid, code, is_admin, is_guarded) AS (VALUES
        ('S-1-5-32-544', 'administrators', 1, 1),
        ('S-1-5-32-546', 'guests', 0, 0),
        ('S-1-5-32-548', 'account_operators', 1, 1),
        ('S-1-5-32-549', 'server_operators', 1, 1),
        ('S-1-5-32-550', 'print_operators', 1, 1),
        ('S-1-5-32-551', 'backup_operators', 1, 1),
        ('S-1-5-32-552', 'replicator', 0, 1),
        ('S-1-5-32-554', 'pre_windows_2000', 0, 0),
        ('S-1-5-32-555', 'remote_desktop_users', 0, 0),
        ('S-1-5-32-557', 'trust_builders', 0, 0),
        ('S-1-5-32-580', 'remote_management_users', 0, 0))
INSERT INTO watched_group
    SELECT g.guid, g.sid, g.rid, k.code, k.is_admin, k.is_guarded FROM directory_group g JOIN known k ON k.sid = g.sid;
-- DnsAdmins has no fixed RID and could be renamed: whoever rules the DNS container of the domain can load code into the
-- DNS server of a domain controller.
INSERT OR IGNORE INTO watched_group
    SELECT g.guid, g.sid, g.rid, 'dns_admins', 1, 0
    FROM security_descriptor d
        JOIN access_right r ON r.object_guid = d.object_guid
        JOIN directory_group g ON g.sid = r.trustee_sid
    WHERE d.dn LIKE 'CN=MicrosoftDNS,CN=System,%' AND r."right" IN ('generic_all', 'write_dacl') AND r.inherit_only = 0
        AND g.rid >= 1000 AND g.sid GLOB 'S-1-5-21-*';

-- First which groups are inside (UNION ends every cycle), then how deep (bounded, since cycles never end there). A
-- distribution group (groupType without 0x80000000) gives its members nothing: it is a member, and no way further in.
WITH RECURSIVE
    root(guid) AS (
        SELECT group_guid FROM watched_group
        UNION SELECT t.target_guid FROM password_settings_target t JOIN directory_group g ON g.guid = t.target_guid
        UNION SELECT p.group_guid FROM issuance_policy p JOIN directory_group g ON g.guid = p.group_guid),
    edge(outer_guid, inner_guid) AS MATERIALIZED (
        SELECT m.group_guid, g.guid FROM directory_group g JOIN membership m ON m.member_guid = g.guid
        WHERE coalesce(g.group_type, -1) < 0),
    inside(root_guid, group_guid) AS (
        SELECT guid, guid FROM root
        UNION SELECT i.root_guid, e.inner_guid FROM inside i JOIN edge e ON e.outer_guid = i.group_guid),
    level(root_guid, group_guid, depth) AS (
        SELECT guid, guid, 0 FROM root
        UNION SELECT l.root_guid, e.inner_guid, l.depth + 1 FROM level l JOIN edge e ON e.outer_guid = l.group_guid
        WHERE l.depth < 12),
    nearest(root_guid, group_guid, depth) AS (
        SELECT root_guid, group_guid, min(depth) FROM level GROUP BY root_guid, group_guid)
INSERT INTO nested_group
    SELECT i.root_guid, i.group_guid, coalesce(n.depth, 99)
    FROM inside i LEFT JOIN nearest n ON n.root_guid = i.root_guid AND n.group_guid = i.group_guid;

INSERT INTO nested_member(group_guid, member_guid, depth, via)
    SELECT root_guid, member, min(depth), via FROM (
        SELECT n.root_guid, coalesce((SELECT guid FROM account a WHERE a.guid = m.member_guid),
                (SELECT guid FROM directory_group d WHERE d.guid = m.member_guid),
                (SELECT guid FROM foreign_principal f WHERE f.guid = m.member_guid),
                m.member_sid, m.member_guid, m.member_dn) AS member, n.depth + 1 AS depth,
            CASE WHEN n.depth > 0 THEN coalesce(g.sam_name, g.sid, g.guid) END AS via
        FROM nested_group n JOIN membership m ON m.group_guid = n.group_guid JOIN directory_group g ON g.guid = n.group_guid
        UNION ALL
        -- primaryGroupID does not show in the member attribute of the group
        SELECT n.root_guid, a.guid, n.depth + 1, CASE WHEN n.depth > 0 THEN coalesce(g.sam_name, g.sid, g.guid) END
        FROM account a
            JOIN directory_group g ON g.rid = a.primary_group_rid
                AND g.sid = substr(a.sid, 1, length(rtrim(a.sid, '0123456789'))) || a.primary_group_rid
            JOIN nested_group n ON n.group_guid = g.guid)
    GROUP BY root_guid, member;

-- What the groups give to each member; complete = every group in question was read to its end.
WITH
    known(complete) AS (
        SELECT EXISTS (SELECT 1 FROM source_state WHERE source = 'ldap.group' AND complete)
            AND NOT EXISTS (SELECT 1 FROM nested_group n JOIN watched_group w ON w.group_guid = n.root_guid
                JOIN directory_group g ON g.guid = n.group_guid WHERE g.members_complete IS NOT 1)),
    standing AS MATERIALIZED (
        SELECT n.member_guid, max(w.is_admin) AS is_admin, max(w.is_guarded) AS is_guarded,
            max(w.code = 'protected_users') AS in_protected_users,
            group_concat(CASE WHEN w.is_admin THEN coalesce(g.sam_name, w.code) END, ', ') AS privileges
        FROM nested_member n JOIN watched_group w ON w.group_guid = n.group_guid
            JOIN directory_group g ON g.guid = w.group_guid
        GROUP BY n.member_guid),
    pso_known(complete) AS (SELECT EXISTS (SELECT 1 FROM source_state WHERE source = 'ldap.pso' AND complete)),
    -- [MS-ADTS] 3.1.1.4.5.36: a policy on the user goes before one on a group; then precedence, then the smallest GUID.
    pso_order AS (
        SELECT t.target_guid AS guid, p.guid AS pso_guid, 0 AS rank, p.precedence
        FROM password_settings_target t JOIN password_settings p ON p.guid = t.pso_guid
        UNION ALL
        SELECT n.member_guid, p.guid, 1, p.precedence
        FROM password_settings_target t JOIN password_settings p ON p.guid = t.pso_guid
            JOIN nested_member n ON n.group_guid = t.target_guid),
    pso AS MATERIALIZED (
        SELECT guid, pso_guid FROM (
            SELECT guid, pso_guid, row_number() OVER (PARTITION BY guid ORDER BY rank, precedence, pso_guid) AS place
            FROM pso_order)
        WHERE place = 1)
INSERT INTO account_state
    SELECT a.kind, a.guid, coalesce(a.sid, a.guid), coalesce(a.sam_name, a.upn, a.dn), a.rid,
        substr(a.sid, 1, length(rtrim(a.sid, '0123456789')) - 1),
        a.uac, a.pwd_last_set,
        nullif(max(coalesce(a.logon_timestamp, CASE WHEN a.uac IS NOT NULL THEN 0 ELSE -1 END),
            coalesce((SELECT nullif(max(l.last_logon), 0) FROM account_logon l WHERE l.guid = a.guid), -1)), -1),
        a.created_at, a.expires_at, a.encryption_types,
        a.spn_count,
        CASE WHEN a.uac IS NOT NULL THEN coalesce(a.admin_count, 0) ELSE a.admin_count END,
        a.password_hint_attribute,
        CASE WHEN s.is_admin THEN 1 WHEN k.complete AND a.primary_group_rid IS NOT NULL AND a.sid IS NOT NULL THEN 0 END,
        CASE WHEN s.is_guarded OR (a.rid IN (500, 502) AND a.sid GLOB 'S-1-5-21-*') THEN 1
            WHEN k.complete AND a.primary_group_rid IS NOT NULL AND a.sid IS NOT NULL THEN 0 END,
        CASE WHEN s.in_protected_users THEN 1 WHEN k.complete AND a.primary_group_rid IS NOT NULL AND a.sid IS NOT NULL THEN 0 END,
        s.privileges,
        max(m.password_at), max(m.password_version), max(m.date_at), max(m.date_version), max(m.kerberos_at), max(m.history_at),
        max(m.laps_at), nullif(count(m.guid), 0),
        (a.rid IN (500, 501, 502) AND a.sid GLOB 'S-1-5-21-*') OR a.secondary_krbtgt_number IS NOT NULL,
        CASE WHEN a.kind <> 'computer' THEN 0
            WHEN a.uac IS NOT NULL THEN a.uac & 0x4002000 <> 0
            WHEN a.primary_group_rid IN (516, 521) OR EXISTS (SELECT 1 FROM directory_agent n
                WHERE n.computer_dn = a.dn COLLATE NOCASE) THEN 1
            WHEN a.primary_group_rid IS NOT NULL THEN 0 END,
        coalesce(s.is_admin, 0) OR (k.complete AND (a.primary_group_rid IS NULL OR a.sid IS NULL)),
        CASE WHEN a.kind <> 'user' THEN NULL
            WHEN a.resultant_pso_dn IS NOT NULL THEN r.guid
            WHEN NOT q.complete THEN NULL
            ELSE coalesce(p.pso_guid, d.guid) END,
        CASE WHEN a.kind <> 'user' THEN NULL
            WHEN a.resultant_pso_dn IS NOT NULL THEN CASE WHEN r.guid IS NULL THEN 'hidden' ELSE 'pso' END
            WHEN NOT q.complete THEN NULL
            WHEN p.pso_guid IS NOT NULL THEN 'pso' ELSE 'domain' END,
        a.server
    FROM account a CROSS JOIN known k CROSS JOIN pso_known q
        LEFT JOIN standing s ON s.member_guid = a.guid
        LEFT JOIN secret_change m ON m.guid = a.guid
        LEFT JOIN pso p ON p.guid = a.guid
        LEFT JOIN password_settings r ON r.dn = a.resultant_pso_dn COLLATE NOCASE
        LEFT JOIN domain_head d ON d.sid = substr(a.sid, 1, length(rtrim(a.sid, '0123456789')) - 1)
    GROUP BY a.rowid ORDER BY a.kind, a.guid;

DELETE FROM administrator_sid;
DELETE FROM broad_sid;
DELETE FROM watched_target;
INSERT INTO administrator_sid SELECT sid, by_membership FROM administrator_source;
INSERT INTO broad_sid SELECT sid FROM broad_source;
INSERT OR IGNORE INTO watched_target(guid, subject, name, dn, kind, own_sid)
    SELECT guid, subject, name, dn, kind, own_sid FROM watched_source;

-- "Server" and "LTSC"/"LTSB" belong to the product name in every language; they only choose between the life cycles of a build.
WITH system(guid, os, os_version, is_windows) AS (
        SELECT guid, os, os_version,
            CASE WHEN os_version IS NULL AND os NOT LIKE 'Windows%' THEN 0
                ELSE os_version GLOB '[56].[0-9] ([0-9]*)' OR os_version GLOB '10.0 ([0-9]*)' END
        FROM account WHERE kind = 'computer'),
    numbered(guid, os, is_windows, is_server, version, build) AS (
        SELECT guid, os, is_windows, os LIKE '%Server%',
            CASE WHEN is_windows THEN CAST(os_version AS REAL) END,
            CASE WHEN is_windows THEN CAST(substr(os_version, instr(os_version, '(') + 1) AS INTEGER) END
        FROM system)
INSERT INTO computer_system
    SELECT n.guid, n.is_windows, n.is_server, n.version, n.build,
        CASE WHEN n.version < 5.2 THEN '2014-04-08' WHEN n.version < 6 THEN '2015-07-14' WHEN n.version < 6.2 THEN '2020-01-14'
            WHEN n.version < 10 THEN '2023-10-10'
            WHEN n.is_server THEN r.server_end
            WHEN n.os LIKE '%LTS%' THEN r.ltsc_end
            WHEN n.os LIKE '%Enterprise%' OR n.os LIKE '%Education%' THEN r.enterprise_end
            ELSE r.client_end END
    FROM numbered n LEFT JOIN windows_release r ON r.build = n.build;

-- Windows always tells its build in the NTLM challenge; a server that tells a version without one is something else. Some builds
-- are only of servers, or only of clients.
INSERT INTO host_state
    SELECT t.host, coalesce(a.sid, t.host), t.account_guid,
        coalesce(t.is_controller, s.is_controller, m.role = 'controller'),
        coalesce(w.is_windows, CASE WHEN r.build IS NOT NULL OR n.os_build > 0 THEN 1 WHEN n.os_build = 0 AND n.os_major IS NOT NULL THEN 0 END),
        CASE WHEN coalesce(t.is_controller, s.is_controller, m.role = 'controller') THEN 1
            ELSE coalesce(w.is_server, i.is_server, CASE WHEN e.build IS NULL THEN NULL WHEN e.server_end IS NULL THEN 0 WHEN e.client_end IS NULL THEN 1 END) END,
        coalesce(r.build, w.build, nullif(n.os_build, 0)), NULL
    FROM host_target t
        LEFT JOIN account a ON a.guid = t.account_guid
        LEFT JOIN account_state s ON s.guid = t.account_guid
        LEFT JOIN computer_system w ON w.guid = t.account_guid
        LEFT JOIN host_machine m ON m.host = t.host
        LEFT JOIN host_smb n ON n.host = t.host
        LEFT JOIN (SELECT host, CAST(text AS INTEGER) AS build, min(CASE origin WHEN 'rpc' THEN 1 WHEN 'kit' THEN 2 ELSE 3 END) AS best FROM host_registry
            WHERE key = 'HKLM\SOFTWARE\Microsoft\Windows NT\CurrentVersion' AND value = 'CurrentBuildNumber' AND text GLOB '[1-9]*' GROUP BY host) r ON r.host = t.host
        LEFT JOIN (SELECT host, CASE WHEN text GLOB 'Server*' THEN 1 WHEN text = 'Client' THEN 0 END AS is_server,
                min(CASE origin WHEN 'rpc' THEN 1 WHEN 'kit' THEN 2 ELSE 3 END) AS best FROM host_registry
            WHERE key = 'HKLM\SOFTWARE\Microsoft\Windows NT\CurrentVersion' AND value = 'InstallationType' AND text IS NOT NULL GROUP BY host) i ON i.host = t.host
        LEFT JOIN windows_release e ON e.build = coalesce(r.build, w.build, nullif(n.os_build, 0));
