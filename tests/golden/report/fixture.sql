-- SPDX-License-Identifier: GPL-3.0-or-later
-- A small hospital, evaluated: what the documents are tested with. Applied on a fresh evidence file (schema, views).
-- Times are filetimes; 2026-11-22T00:00:00Z is 134397792000000000.

INSERT OR REPLACE INTO audit_info VALUES
    ('organisation_en', 'Sakuragaoka General Hospital'), ('organisation_ja', '桜ヶ丘総合病院'),
    ('tool_version', '0.1.0'), ('now', '134397846000000000'), ('started_at', '134397844900000000'),
    ('finished_at', '134397846620000000'), ('scope', 'sakura.example'), ('profile', 'pre-incident'),
    ('supervisor_sandbox', 'seccomp+landlock');

INSERT INTO directory_server(host, dns_name, domain_dn, domain_level, forest_level, clock, clock_skew_seconds, transport, tls_version, authentication, vendor) VALUES
    ('dc1.sakura.example', 'dc1.sakura.example', 'DC=sakura,DC=example', 7, 7, 134397846000000000, 0, 'ldaps', 'TLSv1.3', 'simple', 'Samba'),
    ('dc2.sakura.example', 'dc2.sakura.example', 'DC=sakura,DC=example', 7, 7, 134397846000000000, 41, 'starttls', 'TLSv1.2', 'gssapi', 'Microsoft');

INSERT INTO coverage(source, target, state, reason, detail, started_at, finished_at, objects) VALUES
    ('ldap.rootdse', 'dc1.sakura.example', 'complete', NULL, NULL, 134397845000000000, 134397846000000000, 1),
    ('ldap.domain', 'dc1.sakura.example', 'complete', NULL, NULL, 134397845000000000, 134397846000000000, 1),
    ('ldap.user', 'dc1.sakura.example', 'complete', NULL, NULL, 134397845000000000, 134397846000000000, 312),
    ('ldap.metadata', 'dc1.sakura.example', 'complete', NULL, NULL, 134397845000000000, 134397846000000000, 380),
    ('ldap.metadata', 'dc2.sakura.example', 'unreachable', 'timeout', 'no answer within 10 s; check the name, the network and the firewall', 134397845000000000, 134397846000000000, NULL),
    ('ldap.pso', 'dc1.sakura.example', 'denied', 'denied', 'the audit account may not read the Password Settings Container; add it to a group that may', 134397845000000000, 134397846000000000, NULL),
    ('ldap.trust', 'dc1.sakura.example', 'absent', 'absent', NULL, 134397845000000000, 134397846000000000, 0);

INSERT INTO malformed_value(source, target, object, attribute, reason) VALUES
    ('ldap.user', 'dc1.sakura.example', 'CN=old,OU=' || char(0x202e) || 'drow,DC=sakura,DC=example', 'objectSid', 'short SID: 8 bytes, 28 announced');

INSERT INTO worker_run(task, role, target, sandbox, version, outcome, detail, rows, started_at, finished_at) VALUES
    (1, 'kagimori-ldap', 'dc1.sakura.example', 'seccomp+landlock', '0.1.0 (libldap 2.5.13)', 'done', NULL, 4211, 134397845000000000, 134397846000000000),
    (2, 'kagimori-ldap', 'dc2.sakura.example', 'seccomp+landlock', '0.1.0 (libldap 2.5.13)', 'failed', 'no answer within 10 s', 0, 134397845000000000, 134397846000000000);

INSERT INTO domain_head(guid, sid, dn, dns_name) VALUES
    ('00000000-0000-0000-0000-00000000d001', 'S-1-5-21-1-2-3', 'DC=sakura,DC=example', 'sakura.example');
INSERT INTO directory_agent(guid, dn, dns_name) VALUES ('00000000-0000-0000-0000-00000000d002', 'CN=NTDS Settings,CN=DC1', 'dc1.sakura.example');

INSERT INTO directory_group(guid, sid, rid, dn, sam_name) VALUES
    ('00000000-0000-0000-0000-000000000512', 'S-1-5-21-1-2-3-512', 512, 'CN=Domain Admins', 'Domain Admins'),
    ('00000000-0000-0000-0000-000000000544', 'S-1-5-32-544', 544, 'CN=Administrators', 'Administrators'),
    ('00000000-0000-0000-0000-000000001900', 'S-1-5-21-1-2-3-1900', 1900, 'CN=Domain Admins (old)', 'Domain Admins (old)');

INSERT INTO account(guid, sid, rid, kind, dn, sam_name, uac, pwd_last_set, primary_group_rid, spn_count, secondary_krbtgt_number, laps_expires_at) VALUES
    ('00000000-0000-0000-0001-000000000500', 'S-1-5-21-1-2-3-500', 500, 'user', 'CN=Administrator', '管理者', 512, 134000000000000000, 513, 0, NULL, NULL),
    ('00000000-0000-0000-0001-000000000502', 'S-1-5-21-1-2-3-502', 502, 'user', 'CN=krbtgt', 'krbtgt', 514, 131000000000000000, 513, 1, NULL, NULL),
    ('00000000-0000-0000-0001-000000001100', 'S-1-5-21-1-2-3-1100', 1100, 'user', 'CN=krbtgt_2101', 'krbtgt_2101', 514, 131000000000000000, 513, 1, 2101, NULL),
    ('00000000-0000-0000-0001-000000001000', 'S-1-5-21-1-2-3-1000', 1000, 'computer', 'CN=DC1', 'DC1$', 532480, 133900000000000000, 516, 5, NULL, NULL),
    ('00000000-0000-0000-0001-000000001001', 'S-1-5-21-1-2-3-1001', 1001, 'computer', 'CN=RODC1', 'RODC1$', 83890176, 133900000000000000, 521, 5, NULL, NULL),
    ('00000000-0000-0000-0001-000000001002', 'S-1-5-21-1-2-3-1002', 1002, 'computer', 'CN=WARD-PC01', 'WARD-PC01$', 4096, 134390000000000000, 515, 3, NULL, 134400000000000000),
    ('00000000-0000-0000-0001-000000001003', 'S-1-5-21-1-2-3-1003', 1003, 'computer', 'CN=CT-CONSOLE', 'CT-CONSOLE$', 4096, 131000000000000000, 515, 3, NULL, NULL),
    ('00000000-0000-0000-0001-000000001004', 'S-1-5-21-1-2-3-1004', 1004, 'computer', 'CN=OLD-PC', 'OLD-PC$', 4098, 130000000000000000, 515, 3, NULL, NULL),
    ('00000000-0000-0000-0001-000000001005', 'S-1-5-21-1-2-3-1005', 1005, 'computer', 'CN=AZUREADSSOACC', 'AzureADSSOAcc$', 4096, 133000000000000000, 515, 1, NULL, NULL),
    ('00000000-0000-0000-0001-000000001006', 'S-1-5-21-1-2-3-1006', 1006, 'user', 'CN=MSOL', 'MSOL_1a2b3c', 66048, 133000000000000000, 513, 0, NULL, NULL),
    ('00000000-0000-0000-0001-000000001007', 'S-1-5-21-1-2-3-1007', 1007, 'user', 'CN=sato', 'sato.hanako', 512, 134397000000000000, 513, 0, NULL, NULL),
    ('00000000-0000-0000-0001-000000001008', 'S-1-5-21-1-2-3-1008', 1008, 'user', 'CN=svc', 'svc-pacs', 66048, 130000000000000000, 513, 2, NULL, NULL),
    ('00000000-0000-0000-0001-000000001009', 'S-1-5-21-1-2-3-1009', 1009, 'user', 'CN=tanaka', 'tanaka', 512, 134000000000000000, 513, 0, NULL, NULL),
    ('00000000-0000-0000-0001-000000001010', 'S-1-5-21-1-2-3-1010', 1010, 'user', 'CN=card', 'card.user', 262656, 134000000000000000, 513, 0, NULL, NULL),
    ('00000000-0000-0000-0001-000000001011', 'S-1-5-21-1-2-3-1011', 1011, 'user', 'CN=gone', 'left.2019', 514, 131000000000000000, 513, 0, NULL, NULL),
    ('00000000-0000-0000-0001-000000001012', 'S-1-5-21-1-2-3-1012', 1012, 'gmsa', 'CN=gmsa', 'gmsa-sql$', 4096, 134300000000000000, 515, 1, NULL, NULL),
    ('00000000-0000-0000-0001-000000001013', 'S-1-5-21-1-2-3-1013', 1013, 'trust', 'CN=PARTNER$', 'PARTNER$', 2080, 133000000000000000, 513, 0, NULL, NULL),
    ('00000000-0000-0000-0001-000000001014', 'S-1-5-21-1-2-3-1014', 1014, 'user', 'CN=x', '<script>alert("x")</script>', 512, 134000000000000000, 513, 0, NULL, NULL),
    ('00000000-0000-0000-0001-000000001015', 'S-1-5-21-1-2-3-1015', 1015, 'user', 'CN=f', '=cmd|'' /C calc''!A0', 512, 134000000000000000, 513, 0, NULL, NULL);

INSERT INTO trusted_domain(guid, dn, partner, flat_name, partner_sid, direction) VALUES
    ('00000000-0000-0000-0002-000000000001', 'CN=partner.example', 'partner.example', 'PARTNER', 'S-1-5-21-9-9-9', 3);
INSERT INTO watched_group(group_guid, sid, rid, code, is_admin, is_guarded) VALUES
    ('00000000-0000-0000-0000-000000000512', 'S-1-5-21-1-2-3-512', 512, 'domain_admins', 1, 1),
    ('00000000-0000-0000-0000-000000000544', 'S-1-5-32-544', 544, 'administrators', 1, 1);
INSERT INTO nested_member(group_guid, member_guid, depth, via) VALUES
    ('00000000-0000-0000-0000-000000000512', '00000000-0000-0000-0001-000000000500', 1, NULL),
    ('00000000-0000-0000-0000-000000000544', '00000000-0000-0000-0001-000000000500', 1, NULL),
    ('00000000-0000-0000-0000-000000000512', '00000000-0000-0000-0001-000000001007', 1, NULL),
    ('00000000-0000-0000-0000-000000000544', '00000000-0000-0000-0001-000000001007', 2, 'Domain Admins'),
    ('00000000-0000-0000-0000-000000001900', '00000000-0000-0000-0001-000000001009', 1, NULL);

-- sato.hanako: the date moved, the secret did not. The second server lags one change of krbtgt behind.
INSERT INTO secret_change(guid, server, password_version, password_at, laps_version, laps_at, trust_version, trust_at, form) VALUES
    ('00000000-0000-0000-0001-000000000502', 'dc1', 3, 131500000000000000, NULL, NULL, NULL, NULL, 'binary'),
    ('00000000-0000-0000-0001-000000000502', 'dc2', 2, 131000000000000000, NULL, NULL, NULL, NULL, 'binary'),
    ('00000000-0000-0000-0001-000000001007', 'dc1', 4, 131000000000000000, NULL, NULL, NULL, NULL, 'binary'),
    ('00000000-0000-0000-0001-000000001002', 'dc1', 9, 134390000000000000, 12, 134380000000000000, NULL, NULL, 'binary'),
    ('00000000-0000-0000-0002-000000000001', 'dc1', NULL, NULL, NULL, NULL, 2, 133000000000000000, 'binary');

-- Hosts: two that accept the same candidate password and a third with a sign of it, one suspected pair, one under LAPS; one that
-- answers nonsense, two that do not answer, one with a hostile name that leads nowhere, one that refuses the login.
INSERT INTO host_target(host, origin, account_guid, address, is_controller) VALUES
    ('dc1.sakura.example', 'directory', NULL, '192.0.2.11', 1),
    ('ward-pc01.sakura.example', 'directory', '00000000-0000-0000-0001-000000001002', '192.0.2.21', 0),
    ('ct-console.sakura.example', 'directory', '00000000-0000-0000-0001-000000001003', '192.0.2.22', 0),
    ('192.0.2.41', 'range', NULL, '192.0.2.41', NULL), ('192.0.2.42', 'range', NULL, '192.0.2.42', NULL),
    ('192.0.2.43', 'range', NULL, '192.0.2.43', NULL), ('192.0.2.44', 'range', NULL, '192.0.2.44', NULL),
    ('192.0.2.50', 'site', NULL, '192.0.2.50', NULL), ('192.0.2.51', 'site', NULL, '192.0.2.51', NULL),
    ('192.0.2.52', 'file', NULL, '192.0.2.52', NULL), ('192.0.2.60', 'file', NULL, '192.0.2.60', NULL),
    ('"><script>alert(7)</script>' || char(0x202e), 'directory', NULL, NULL, 0);
INSERT INTO host_state(host, subject, account_guid, is_controller, is_windows, is_server, build) SELECT t.host, coalesce(a.sid, t.host), t.account_guid, t.is_controller, NULL, NULL, NULL
    FROM host_target t LEFT JOIN account a ON a.guid = t.account_guid;

INSERT INTO coverage(source, target, state, reason, detail, started_at, finished_at, objects)
    SELECT s.column1, h.host, 'complete', NULL, NULL, 134397845000000000, 134397846000000000, 1 FROM host_target h, (VALUES ('net.port'), ('net.smb'),
        ('smb.machine'), ('smb.policy'), ('smb.account'), ('smb.group'), ('smb.right'), ('smb.service'), ('smb.registry'), ('smb.anonymous')) s
    WHERE h.host GLOB '192.0.2.4?' OR h.host GLOB '*.sakura.example';
INSERT INTO coverage(source, target, state, reason, detail, started_at, finished_at, objects)
    SELECT s.column1, h.host, 'absent', 'absent', 'refused', 134397845000000000, 134397846000000000, 0
    FROM host_target h, (VALUES ('net.rdp'), ('net.winrm'), ('net.tls')) s WHERE h.host GLOB '192.0.2.4?' OR h.host GLOB '*.sakura.example';
UPDATE coverage SET state = 'absent', reason = 'absent', detail = 'a domain controller has no accounts of its own' WHERE target = 'dc1.sakura.example' AND source IN ('smb.account', 'smb.group');
UPDATE coverage SET state = 'not_collected', detail = 'Remote Registry does not run on this host' WHERE target = '192.0.2.44' AND source = 'smb.registry';
UPDATE coverage SET state = 'denied', reason = 'denied', detail = 'opening service control: this account may not' WHERE target = '192.0.2.43' AND source = 'smb.service';
INSERT INTO coverage(source, target, state, reason, detail, started_at, finished_at, objects)
    SELECT s.column1, h.column1, h.column2, h.column3, h.column4, 134397845000000000, 134397846000000000, 0 FROM (VALUES
        ('192.0.2.50', 'failed', 'malformed', 'port 445 answers with something that is not SMB <&>'), ('192.0.2.51', 'unreachable', 'timeout', 'no answer from any port'),
        ('192.0.2.52', 'unreachable', 'timeout', 'no answer from any port'), ('"><script>alert(7)</script>' || char(0x202e), 'unreachable', 'absent', 'its name resolves to no address'),
        ('192.0.2.60', 'denied', 'denied', 'the password of .\kagi-audit has expired')) h,
        (VALUES ('net.port'), ('net.smb'), ('net.rdp'), ('smb.machine'), ('smb.account'), ('smb.registry')) s;
UPDATE coverage SET state = 'complete', reason = NULL, detail = NULL WHERE (target = '192.0.2.60' AND source GLOB 'net.*') OR (target = '192.0.2.50' AND source = 'net.port');

INSERT INTO host_machine(host, machine_sid, role, is_administrator) VALUES
    ('dc1.sakura.example', 'S-1-5-21-1-2-3', 'controller', 1), ('ward-pc01.sakura.example', 'S-1-5-21-7-7-21', 'member', 1),
    ('ct-console.sakura.example', 'S-1-5-21-7-7-22', 'member', 1), ('192.0.2.41', 'S-1-5-21-7-7-41', 'standalone', 1),
    ('192.0.2.42', 'S-1-5-21-7-7-41', 'standalone', 1), ('192.0.2.43', 'S-1-5-21-7-7-43', 'standalone', 0), ('192.0.2.44', 'S-1-5-21-7-7-44', 'standalone', 1);
INSERT INTO local_account(host, rid, sid, name, flags, pwd_last_set, last_logon) VALUES
    ('ward-pc01.sakura.example', 500, 'S-1-5-21-7-7-21-500', 'Administrator', 1, 134380000000000000, 0),
    ('ct-console.sakura.example', 500, 'S-1-5-21-7-7-22-500', 'Administrator', 0x200, 131000000000000000, 0),
    ('192.0.2.41', 500, 'S-1-5-21-7-7-41-500', '<b>管理者</b>' || char(0x202e), 0x200, 134081784000000000, 0),
    ('192.0.2.42', 500, 'S-1-5-21-7-7-41-500', 'Administrator', NULL, 134081784000000001, 0),
    ('192.0.2.43', 500, 'S-1-5-21-7-7-43-500', 'Administrator', 0x200, 134000000000000000, 0),
    ('192.0.2.44', 500, 'S-1-5-21-7-7-44-500', 'Administrator', 0x200, 134000000000000000, 0);
INSERT INTO password_trial(host, candidate, outcome) VALUES
    ('ct-console.sakura.example', 1, 'rejected'), ('ct-console.sakura.example', 2, 'accepted'), ('192.0.2.41', 2, 'expired'), ('192.0.2.43', 1, 'rejected'), ('192.0.2.43', 2, 'rejected');
INSERT INTO shared_password VALUES
    ('ct-console.sakura.example', 1, 'candidate', 1, 3), ('192.0.2.41', 1, 'candidate', 1, 3), ('192.0.2.42', 1, 'machine_sid', 0, 3),
    ('192.0.2.43', 2, 'password_set_time', 0, 2), ('192.0.2.44', 2, 'password_set_time', 0, 2);
INSERT INTO account_state(guid, kind, subject, name, is_controller, laps_at, may_be_privileged) VALUES
    ('00000000-0000-0000-0001-000000001002', 'computer', 'S-1-5-21-1-2-3-1002', 'WARD-PC01$', 0, 134380000000000000, 0);

-- Group Policy: one that holds passwords and that others may change, one whose halves and versions differ, one without a folder, a folder
-- without a policy, a copy; computers that they reach, or not, or nobody knows.
INSERT INTO coverage(source, target, state, reason, detail, started_at, finished_at, objects) SELECT column1, 'dc1.sakura.example', 'complete', NULL, NULL,
    134397845000000000, 134397846000000000, column2 FROM (VALUES ('ldap.gpo', 3), ('ldap.ou', 2), ('ldap.computer', 5), ('policy.file', 3));
INSERT INTO organizational_unit(guid, dn, name, kind, gp_options) VALUES
    ('00000000-0000-0000-0000-00000000d001', 'DC=sakura,DC=example', 'sakura', 'domain', NULL),
    ('00000000-0000-0000-0003-000000000001', 'OU=<b>病棟</b>,DC=sakura,DC=example', '<b>病棟</b>', 'ou', 1);
INSERT INTO policy_object(guid, gpo_id, dn, display_name, version, flags, wmi_filter) VALUES
    ('00000000-0000-0000-0004-000000000001', '00000000-0000-0000-0005-000000000001', 'CN={1}', '</td><script>alert("gpo")</script>' || char(0x202e), 0x20003, 0, NULL),
    ('00000000-0000-0000-0004-000000000002', '00000000-0000-0000-0005-000000000002', 'CN={2}', '端末 標準', 0x10004, 1, '[sakura.example;{6};0]'),
    ('00000000-0000-0000-0004-000000000003', '00000000-0000-0000-0005-000000000003', 'CN={3}', 'Old', 1, 3, NULL);
INSERT INTO policy_folder(gpo_id, origin, kind, state, version, display_name) VALUES
    ('00000000-0000-0000-0005-000000000001', 'dc1.sakura.example', 'sysvol', 'read', 0x20003, NULL),
    ('00000000-0000-0000-0005-000000000002', 'dc1.sakura.example', 'sysvol', 'partial', 0x10002, NULL),
    ('00000000-0000-0000-0005-000000000004', 'dc1.sakura.example', 'sysvol', 'read', 9, 'Forgotten'),
    ('00000000-0000-0000-0005-000000000005', 'usb/backup', 'backup', 'read', 7, '<img src=x onerror=alert(8)>');
INSERT INTO policy_link(container_guid, position, gpo_dn, gpo_id, options) VALUES
    ('00000000-0000-0000-0000-00000000d001', 1, 'CN={1}', '00000000-0000-0000-0005-000000000001', 2),
    ('00000000-0000-0000-0003-000000000001', 1, 'CN={2}', '00000000-0000-0000-0005-000000000002', 0),
    ('00000000-0000-0000-0003-000000000001', 2, 'CN={3}', '00000000-0000-0000-0005-000000000003', 1);
INSERT INTO security_descriptor(object_guid, dn, object_class, dacl) VALUES
    ('00000000-0000-0000-0004-000000000001', 'CN={1}', 'gpo', 'present'), ('00000000-0000-0000-0004-000000000002', 'CN={2}', 'gpo', 'present');
INSERT INTO access_right(object_guid, trustee_sid, "right", inherited, scope_guid, inherit_only) VALUES
    ('00000000-0000-0000-0004-000000000001', 'S-1-5-21-1-2-3-1014', 'generic_all', 0, '', 0), ('00000000-0000-0000-0004-000000000001', 'S-1-5-21-1-2-3-1014', 'write_dacl', 0, '', 0);
INSERT INTO policy_file_right(gpo_id, path, trustee_sid, "right", inherited) VALUES
    ('00000000-0000-0000-0005-000000000001', 'Policies/{1}', 'S-1-5-21-1-2-3-1009', 'write', 0);
INSERT INTO policy_password(gpo_id, half, file, item_key, kind, account, state, length, is_conditional) VALUES
    ('00000000-0000-0000-0005-000000000001', 'machine', 'Machine/Preferences/Groups/Groups.xml', '{a}', 'local_user', 'Administrator', 'set', 12, 0),
    ('00000000-0000-0000-0005-000000000001', 'machine', 'Machine/Preferences/Groups/Groups.xml', '{b}', 'local_user', 'hosyu', 'set', 12, 0),
    ('00000000-0000-0000-0005-000000000001', 'machine', 'Machine/Preferences/Groups/Groups.xml', '{c}', 'local_user', 'x', 'unreadable', NULL, 0);
INSERT INTO policy_target(guid, location, site, filter, class_no) VALUES
    ('00000000-0000-0000-0001-000000001002', 'OU=<b>病棟</b>,DC=sakura,DC=example', '?', '', 1), ('00000000-0000-0000-0001-000000001003', 'OU=<b>病棟</b>,DC=sakura,DC=example', '?', '', 1),
    ('00000000-0000-0000-0001-000000001004', 'CN=Computers,DC=sakura,DC=example', '?', '', 2), ('00000000-0000-0000-0000-00000000d001', 'DC=sakura,DC=example', '', '', 3);
INSERT INTO policy_reach(class_no, gpo_id, place, state, reason, is_enforced, container_guid) VALUES
    (1, '00000000-0000-0000-0005-000000000001', 1, 'applies', NULL, 1, '00000000-0000-0000-0000-00000000d001'),
    (1, '00000000-0000-0000-0005-000000000002', 2, 'unknown', 'wmi_filter', 0, '00000000-0000-0000-0003-000000000001'),
    (1, '00000000-0000-0000-0005-000000000003', NULL, 'disabled', 'link_disabled', 0, '00000000-0000-0000-0003-000000000001'),
    (2, '', 1, 'unknown', 'link_unread', 0, NULL), (2, '00000000-0000-0000-0005-000000000001', 2, 'applies', NULL, 1, '00000000-0000-0000-0000-00000000d001'),
    (3, '00000000-0000-0000-0005-000000000001', 1, 'applies', NULL, 1, '00000000-0000-0000-0000-00000000d001');
INSERT INTO account_state(guid, kind, subject, name, is_controller, may_be_privileged) VALUES
    ('00000000-0000-0000-0001-000000001003', 'computer', 'S-1-5-21-1-2-3-1003', 'CT-CONSOLE$', 0, 0), ('00000000-0000-0000-0001-000000001004', 'computer', 'S-1-5-21-1-2-3-1004', 'OLD-PC$', 0, 0);
-- A host that only a kit speaks for, one that only Group Policy speaks for, two that answered and have the settings of their
-- registry from there; one that told its own.
INSERT INTO machine_file(origin, kind, computer_name, collected_at, host) VALUES ('usb/kagimori-OLD-PC', 'kit', 'OLD-PC', 134396064000000000, '192.0.2.52');
INSERT INTO coverage(source, target, state, reason, detail) VALUES ('kit.registry', '192.0.2.52', 'complete', NULL, NULL), ('kit.service', '192.0.2.52', 'complete', NULL, NULL),
    ('kit.autostart', '192.0.2.52', 'partial', 'malformed', 'the files do not tell all of the autostart');
UPDATE host_state SET policy_class = 1 WHERE host IN ('192.0.2.51', '192.0.2.60', '192.0.2.41', '192.0.2.44');
INSERT INTO policy_result(class_no, key, value, item, gpo_id, place, is_missing, type, number) VALUES
    (1, 'HKLM\SOFTWARE\X', 'Y', 'HKLM\SOFTWARE\X\Y', '00000000-0000-0000-0005-000000000001', 1, 0, 4, 1);

INSERT OR REPLACE INTO column_label(view, column_name, en, ja) VALUES
    ('fixture', 'password_age_days', 'Password age (days)', 'パスワードの経過日数'),
    ('fixture', 'secret_changed_at', 'Secret changed', 'パスワードの実際の変更日時'),
    ('fixture', 'password_set_at', 'Date shown (pwdLastSet)', '表示上の変更日時（pwdLastSet）'),
    ('fixture', 'lockout_threshold', 'Lockout threshold', 'ロックアウトのしきい値'),
    ('fixture', 'is_enabled', 'Enabled', '有効'),
    ('fixture', 'groups', 'Groups', 'グループ'),
    ('fixture', 'trustee', 'Who has the right', '権限を持つ者'),
    ('fixture', 'via', 'Through', '経由');

INSERT INTO check_info(check_no, id, view, severity, theme, title_en, title_ja, why_en, why_ja, fix_en, fix_ja, tags, refs, shown, statement, parameters) VALUES
    (1, 'ad.krbtgt.age', 'fixture', 'critical', 'kerberos', 'The password of krbtgt is younger than 180 days', 'krbtgt のパスワードが 180 日以内に変更されている',
     'With an old krbtgt key, forged tickets of an earlier intruder stay valid. Nobody notices them, because they look like real ones.',
     'krbtgt の鍵が古いままだと、過去の侵入者が偽造したチケットが使われ続けます。正規のチケットと区別がつかないため、気づくことができません。',
     'Reset it twice, with at least 10 hours between the two:' || char(10) || 'Set-ADAccountPassword -Identity krbtgt -Reset' || char(10) || 'repadmin /showrepl' || char(10) || 'Check `whenChanged` on every domain controller.',
     '10 時間以上の間隔を空けて 2 回リセットしてください：' || char(10) || 'Set-ADAccountPassword -Identity krbtgt -Reset' || char(10) || 'repadmin /showrepl' || char(10) || 'すべてのドメインコントローラーで `whenChanged` を確認してください。',
     '["kerberos","pre-incident"]', '{"seed":["28","55"],"stig":"WN19-DC-000430","attack":["T1558.001","T1550.003"]}', '["password_age_days","secret_changed_at"]', 'SELECT 1', '{"max_days":180}'),
    (2, 'ad.rights.replicate', 'fixture', 'critical', 'rights', 'Only domain controllers and administrators may replicate secrets', 'パスワード情報を複製できるのはドメインコントローラーと管理者だけである',
     'Whoever may replicate secrets can copy every password of the domain without touching a server.', 'この権限を持つ者は、サーバーに侵入せずにドメインの全パスワードを取得できます。',
     'Remove the right from the domain head:' || char(10) || 'dsacls "DC=sakura,DC=example" /R "SAKURA\name"', 'ドメインのルートから権限を削除します：' || char(10) || 'dsacls "DC=sakura,DC=example" /R "SAKURA\name"',
     '["rights"]', '{"attack":"T1003.006"}', '["trustee","via"]', 'SELECT 1', '{}'),
    (3, 'ad.lockout.threshold', 'fixture', 'high', 'lockout', 'Accounts are locked after repeated failures', 'ログオンの失敗が続くとアカウントがロックアウトされる',
     'Without a lockout, passwords can be guessed for ever.', 'ロックアウトがないと、パスワードを無制限に試されます。',
     'Set-ADDefaultDomainPasswordPolicy -Identity sakura.example -LockoutThreshold 10 -LockoutDuration 00:10:00', 'Set-ADDefaultDomainPasswordPolicy -Identity sakura.example -LockoutThreshold 10 -LockoutDuration 00:10:00',
     '["lockout"]', '{"cis":"1.2.2","mhlw-checklist":"2-⑦"}', '["lockout_threshold"]', 'SELECT 1', '{}'),
    (4, 'ad.record.forged', 'fixture', 'high', 'record', 'No date of a password moved without a new password', 'パスワードの日付だけが更新されたアカウントがない',
     'The date says fresh, the password is the old one. In a reset campaign such an account stays open.', '日付は新しくても、パスワードは古いままです。リセット作業で見落とされます。',
     'Set a new password.', '新しいパスワードを設定してください。', '["record"]', '{}', '["password_set_at","secret_changed_at"]', 'SELECT 1', '{}'),
    (5, 'ad.admin.dormant', 'fixture', 'medium', 'privilege', 'Privileged accounts are used or disabled', '使われていない特権アカウントがない',
     'Nobody notices when a forgotten administrator is misused.', '忘れられた管理者アカウントの悪用には誰も気づきません。', 'Disable-ADAccount NAME', 'Disable-ADAccount NAME',
     '["privilege"]', '{}', '["password_age_days","is_enabled","groups","secret_changed_at","password_set_at","via"]', 'SELECT 1', '{}'),
    (6, 'ad.account.hostile', 'fixture', 'low', 'account', 'Names hold <b>nothing</b> odd & "quoted"', '名前に <b>不審な</b> 文字 & "引用符" がない',
     'See <script>alert(1)</script>.', '<script>alert(1)</script> を参照。', '    <img src=x onerror=alert(1)>', '    <img src=x onerror=alert(1)>',
     '["account"]', '{"seed":"<i>x</i>"}', '["groups"]', 'SELECT 1', '{}'),
    (7, 'ad.pso.effective', 'fixture', 'high', 'password', 'Every effective password policy asks for 13 characters', '実際に適用されるパスワード ポリシーが 13 文字以上である',
     'Short passwords are guessed.', '短いパスワードは推測されます。', 'Edit the policy.', 'ポリシーを編集してください。', '["password"]', '{}', '[]', 'SELECT 1', '{}'),
    (8, 'ad.guest.disabled', 'fixture', 'medium', 'account', 'The Guest account is disabled', 'Guest アカウントが無効である',
     'Anyone may come in as Guest.', '誰でも Guest として入れます。', 'Disable-ADAccount Guest', 'Disable-ADAccount Guest', '["account"]', '{}', '[]', 'SELECT 1', '{}'),
    (9, 'ad.trust.filter', 'fixture', 'high', 'trust', 'Trusts filter foreign SIDs', '信頼関係で SID がフィルターされている',
     'x', 'x', 'x', 'x', '["trust"]', '{}', '[]', 'SELECT 1', '{}'),
    (10, 'ad.broken', 'fixture', 'low', 'unheard-of', 'A check that stops', '途中で止まるチェック',
     'x', 'x', 'x', 'x', '["unheard-of"]', '{}', '[]', 'SELECT 1', '{}'),
    (11, 'host.smb.signing', 'host', 'medium', 'network', 'SMB signing is required', 'SMB 署名を必須にしている', 'x', 'x', 'x', 'x', '["network"]', '{}', '[]', 'SELECT 1', '{}'),
    (12, 'host.lsa.protected', 'host', 'medium', 'hardening', 'LSA runs as a protected process', 'LSA を保護されたプロセスとして実行している', 'x', 'x', 'x', 'x', '["hardening"]', '{}', '[]', 'SELECT 1', '{}'),
    (13, 'host.uac.consent', 'host', 'info', 'uac', 'UAC is switched on', 'UAC が有効である', 'x', 'x', 'x', 'x', '["uac"]', '{}', '["origin","setting","setting_data","setting_origin","setting_policy"]', 'SELECT 1', '{}');

INSERT INTO waiver VALUES
    (1, 'ad.admin.dormant', 'break-glass', 'Emergency account, sealed envelope', '病院長 山田太郎', '2027-03-31', 'active', 1, NULL, NULL, 3, 1),
    (2, 'ad.lockout.threshold', '*', 'old', 'nobody', '2025-03-31', 'expired', 0, NULL, NULL, 8, 1),
    (3, NULL, NULL, 'One finding', '病院長 山田太郎', '2027-03-31', 'unused', 0, NULL, 'F-0123456789ab', 14, 0),
    (4, 'ad.*', '@break-glass', 'All of it', '病院長 山田太郎', '2027-03-31', 'covered', 0, 'S-1-5-21-1-2-3-*', NULL, 18, 1);

INSERT INTO result(check_no, verdict, subject, item, name, reason_en, reason_ja, evidence, source, waiver_no) VALUES
    (1, 'fail', 'S-1-5-21-1-2-3-502', '', 'krbtgt', NULL, NULL, '{"password_age_days":3932,"secret_changed_at":"2016-02-15T08:53:20Z"}', 'LDAP dc1.sakura.example', NULL),
    (2, 'fail', 'S-1-5-21-1-2-3-1009', 'S-1-5-21-1-2-3-1007', 'tanaka', NULL, NULL, '{"trustee":"tanaka","via":"保守業者グループ"}', 'LDAP dc1.sakura.example', NULL),
    (3, 'fail', 'S-1-5-21-1-2-3', '', 'sakura.example', NULL, NULL, '{"lockout_threshold":0}', 'LDAP dc1.sakura.example', NULL),
    (4, 'fail', 'S-1-5-21-1-2-3-1007', '', 'sato.hanako', NULL, NULL, '{"password_set_at":"2026-11-21T02:00:00Z","secret_changed_at":"2016-02-15T08:53:20Z"}', 'LDAP dc1.sakura.example', NULL),
    (5, 'fail', 'S-1-5-21-1-2-3-500', '', '管理者', NULL, NULL, '{"password_age_days":460,"is_enabled":1,"groups":["Domain Admins","Administrators"],"secret_changed_at":134000000000000000,"password_set_at":null,"via":""}', 'LDAP dc1.sakura.example', NULL),
    (5, 'waived', 'S-1-5-21-1-2-3-1200', '', 'break-glass', NULL, NULL, '{"password_age_days":900,"is_enabled":true,"groups":"Domain Admins"}', 'LDAP dc1.sakura.example', 1),
    (6, 'fail', 'S-1-5-21-1-2-3-1014', '', '<script>alert("x")</script>', NULL, NULL, '{"groups":"</td></table><script>alert(2)</script>"}', 'LDAP dc1.sakura.example', NULL),
    (6, 'fail', 'S-1-5-21-1-2-3-1015', '', '=cmd|'' /C calc''!A0', NULL, NULL, '{"groups":"@SUM(1+1)*cmd|x"}', 'LDAP dc1.sakura.example', NULL),
    (6, 'fail', 'S-1-5-21-1-2-3-1016', '', char(27) || '[31mred' || char(7) || char(0x9b) || '0m', NULL, NULL, '{"groups":"line1\nline2\r\ttab\u0000nul"}', 'LDAP dc1.sakura.example', NULL),
    (6, 'fail', 'S-1-5-21-1-2-3-1017', '', 'gnp' || char(0x202e) || 'exe.', NULL, NULL, '{"groups":"\u2067isolate\u2069 \u200bzero"}', 'LDAP dc2.sakura.example', NULL),
    (6, 'fail', 'S-1-5-21-1-2-3-1018', '', 'O''Brien "Bob" & <Co>, ; -1', NULL, NULL, '{"groups":"-2+3"}', NULL, NULL),
    (6, 'fail', 'S-1-5-21-1-2-3-1019', '', CAST(x'ff3cc3' AS TEXT) || char(0xfffe) || char(0xffff) || 'bad', NULL, NULL, 'not json <x>', 'LDAP', NULL),
    (7, 'unknown', 'S-1-5-21-1-2-3-1007', '', 'sato.hanako', 'the fine-grained password policies could not be read: access denied', '細かい設定が可能なパスワード ポリシー（PSO）を読み取れませんでした：アクセス拒否', NULL, 'LDAP dc1.sakura.example', NULL),
    (7, 'unknown', 'S-1-5-21-1-2-3-1009', '', 'tanaka', 'the fine-grained password policies could not be read: access denied', '細かい設定が可能なパスワード ポリシー（PSO）を読み取れませんでした：アクセス拒否', NULL, 'LDAP dc1.sakura.example', NULL),
    (4, 'unknown', 'S-1-5-21-1-2-3-1010', '', 'card.user', 'the replication metadata could not be read: no answer within 10 s', 'レプリケーション メタデータを読み取れませんでした：10 秒以内に応答なし', NULL, 'LDAP dc2.sakura.example', NULL),
    (8, 'pass', 'S-1-5-21-1-2-3-501', '', 'Guest', NULL, NULL, NULL, NULL, NULL),
    (10, 'error', 'S-1-5-21-1-2-3', '', 'sakura.example', 'the statement was stopped after 1000000 steps', '1000000 ステップで中断しました', NULL, NULL, NULL);

-- A setting may be known from the host, from its files, from policies that it keeps, from Group Policy alone, or as not set.
INSERT INTO result(check_no, verdict, subject, name, evidence, source)
    SELECT 13, 'fail', column1, column1, json_object('origin', column4, 'setting', 'EnableLUA', 'setting_data', 0, 'setting_origin', column2, 'setting_policy', column3), NULL FROM (VALUES
        ('192.0.2.41', 'rpc', NULL, 'range'), ('192.0.2.52', 'kit', NULL, 'kit'), ('192.0.2.42', 'cache', NULL, 'range'),
        ('192.0.2.51', 'policy', '</td><script>alert("gpo")</script>' || char(0x202e), 'site'), ('192.0.2.43', 'missing', NULL, 'range'), ('192.0.2.44', '<i>new</i>', NULL, '<i>other</i>'));

-- What a host kept back is its own reason; what many hosts lack alike is not.
INSERT INTO result(check_no, verdict, subject, name, reason_en, reason_ja)
    SELECT k.column1, 'unknown', host, host, 'Not read from ' || host || ': ' || k.column2 || '.', host || ' から' || k.column3 || 'を読み取れませんでした。'
    FROM host_state, (VALUES (11, 'what the SMB server offers', 'SMB サーバーの設定'), (12, 'the registry', 'レジストリ')) k
    WHERE host GLOB '192.0.2.5?' OR host GLOB '">*' OR (k.column1 = 12 AND host IN ('192.0.2.44', '192.0.2.60'));
INSERT INTO result(check_no, verdict, subject, name, reason_en, reason_ja) VALUES
    (12, 'unknown', '192.0.2.41', '192.0.2.41', 'No value for "RunAsPPL".', '「RunAsPPL」の値がありません。'), (12, 'unknown', '192.0.2.42', '192.0.2.42', 'No value for "RunAsPPL".', '「RunAsPPL」の値がありません。');

UPDATE result SET finding = printf('F-%012x', rowid * 1234567) WHERE verdict <> 'pass';

INSERT INTO check_count SELECT check_no, verdict, count(*) FROM result GROUP BY check_no, verdict;
INSERT INTO check_count VALUES (1, 'not_applicable', 1), (4, 'pass', 298), (5, 'pass', 11), (7, 'pass', 41), (9, 'not_applicable', 1), (6, 'pass', 310);
