-- SPDX-License-Identifier: GPL-3.0-or-later
-- What the charts draw, on top of fixture.sql: ages of passwords, LAPS, ways to administrator rights through groups and on hosts, progress over weeks. What nobody knows is there, too.
-- Times are filetimes; now is 134397846000000000, a day 864000000000.
DELETE FROM account_state;
INSERT INTO account_state(guid, kind, subject, name, rid, uac, pwd_last_set, password_at, spn_count, is_privileged, is_builtin, is_controller, may_be_privileged)
    SELECT 'u' || column1, 'user', 'S-1-5-21-1-2-3-' || column1, column2, column1, column3, column4, column5, column6, column7, column1 IN (500, 502) OR column2 GLOB 'krbtgt*', 0, 0 FROM (VALUES
    (500, '管理者', 512, 134000000000000000, NULL, 0, 1), (502, 'krbtgt', 514, 131000000000000000, 131500000000000000, 1, 0), (1100, 'krbtgt_2101', 514, 131000000000000000, NULL, 1, 0),
    (1201, 'svc-<b>pacs</b>' || char(0x202e), 66048, 130000000000000000, NULL, 2, 1), (1202, '保守業者のとても長い表示名のアカウント（放射線科・遠隔保守用）', 512, 134397000000000000, 131000000000000000, 0, 1),
    (1203, 'off', 514, 134000000000000000, NULL, 0, 1), (1204, 'fresh', 512, 134397000000000000, NULL, 0, 0), (1205, 'nurse', 512, 134320000000000000, NULL, 0, 0),
    (1206, 'new', 512, 0, NULL, 0, 0), (1207, 'dateless', 512, NULL, NULL, 0, 0), (1208, 'future', 512, 134497846000000000, NULL, 0, 0), (1209, 'dark', NULL, 134000000000000000, NULL, NULL, NULL),
    (1210, 'helpdesk', 512, 134250000000000000, NULL, 0, 0), (1211, 'unclear', 512, 134100000000000000, NULL, 0, NULL), (1212, 'third', 512, 133700000000000000, NULL, 0, 0));
INSERT INTO account(guid, sid, rid, kind, dn, sam_name, uac, primary_group_rid)
    SELECT s.guid, s.subject, s.rid, 'user', 'CN=' || s.guid, s.name, s.uac, 513 FROM account_state s;

INSERT INTO account(guid, sid, rid, kind, dn, sam_name, uac, laps_expires_at, laps_legacy_expires_at) SELECT 'c' || column1, 'S-1-5-21-1-2-3-' || (2000 + column1), 2000 + column1, 'computer', 'CN=c' || column1,
    'PC' || column1 || '$', column2, column3, column4 FROM (VALUES (1, 4096, 134400000000000000, NULL), (2, 4096, 134390000000000000, NULL), (3, 4096, NULL, 134400000000000000), (4, 4096, 0, 134300000000000000),
    (5, 4096, NULL, NULL), (6, 4096, NULL, NULL), (7, NULL, NULL, NULL), (8, 4098, NULL, NULL), (9, 532480, NULL, NULL), (10, 4096, NULL, NULL), (11, 4096, NULL, NULL), (12, 4096, NULL, NULL));
INSERT INTO account_state(guid, kind, subject, name, rid, uac, is_controller, may_be_privileged)
    SELECT guid, 'computer', sid, sam_name, rid, uac, guid = 'c9', 0 FROM account WHERE guid GLOB 'c[0-9]*';
-- c10 is no Windows, of c11 nobody knows, c12 is the name of a cluster; c6 is a server.
INSERT INTO computer_system(guid, is_windows, is_server) SELECT guid, guid <> 'c10', guid = 'c6' FROM account WHERE guid GLOB 'c[0-9]*' AND guid <> 'c11';
INSERT INTO service_principal(guid, name) VALUES ('c12', 'MSClusterVirtualServer/pc12');

-- 1201 is in a group in a group in a group of Domain Admins, 1202 in Backup Operators, 1203 directly, 1210 on hosts only; a SID that nobody read; a foreign one.
UPDATE directory_group SET group_type = -2147483646, member_count = 3 WHERE group_type IS NULL;
INSERT INTO directory_group(guid, sid, rid, dn, sam_name, group_type, member_count) VALUES
    ('g513', 'S-1-5-21-1-2-3-513', 513, 'CN=g513', 'Domain Users', -2147483646, 0), ('g551', 'S-1-5-32-551', 551, 'CN=g551', 'Backup Operators', -2147483643, 1),
    ('ga', 'S-1-5-21-1-2-3-3001', 3001, 'CN=ga', '保守', -2147483646, 1), ('gb', 'S-1-5-21-1-2-3-3002', 3002, 'CN=gb', '</text><script>alert("g")</script>', -2147483646, 1),
    ('gc', 'S-1-5-21-1-2-3-3003', 3003, 'CN=gc', 'third', -2147483646, NULL), ('gd', 'S-1-5-21-1-2-3-3004', 3004, 'CN=gd', 'PC-Admins', -2147483646, 2), ('ge', 'S-1-5-21-1-2-3-3005', 3005, 'CN=ge', 'mail list', 2, 1);
INSERT INTO watched_group(group_guid, sid, rid, code, is_admin, is_guarded) VALUES ('g551', 'S-1-5-32-551', 551, 'backup_operators', 1, 1);
DELETE FROM membership;
INSERT INTO membership(group_guid, member_dn, member_guid, member_sid) VALUES
    ('ga', 'CN=u1201', 'u1201', NULL), ('gb', 'CN=ga', 'ga', NULL), ('gc', 'CN=gb', 'gb', NULL), ('00000000-0000-0000-0000-000000000512', 'CN=gc', 'gc', NULL),
    ('00000000-0000-0000-0000-000000000512', 'CN=u500', 'u500', NULL), ('00000000-0000-0000-0000-000000000512', 'CN=u1203', 'u1203', NULL), ('g551', 'CN=u1202', 'u1202', NULL),
    ('00000000-0000-0000-0000-000000000544', 'CN=S-1-5-21-9-9-9-1105', NULL, 'S-1-5-21-9-9-9-1105'), ('gd', 'CN=u1210', 'u1210', NULL),
    ('ge', 'CN=u1212', 'u1212', NULL), ('00000000-0000-0000-0000-000000000512', 'CN=ge', 'ge', NULL);
DELETE FROM nested_group;
INSERT INTO nested_group(root_guid, group_guid, depth) VALUES ('00000000-0000-0000-0000-000000000512', '00000000-0000-0000-0000-000000000512', 0), ('00000000-0000-0000-0000-000000000512', 'gc', 1),
    ('00000000-0000-0000-0000-000000000512', 'gb', 2), ('00000000-0000-0000-0000-000000000512', 'ga', 3), ('g551', 'g551', 0), ('00000000-0000-0000-0000-000000000544', '00000000-0000-0000-0000-000000000544', 0);
DELETE FROM nested_member;
INSERT INTO nested_member(group_guid, member_guid, depth, via) VALUES ('00000000-0000-0000-0000-000000000512', 'u1201', 4, '保守'), ('00000000-0000-0000-0000-000000000512', 'ga', 3, NULL),
    ('00000000-0000-0000-0000-000000000512', 'gb', 2, NULL), ('00000000-0000-0000-0000-000000000512', 'gc', 1, NULL), ('00000000-0000-0000-0000-000000000512', 'u500', 1, NULL),
    ('00000000-0000-0000-0000-000000000512', 'u1203', 1, NULL), ('00000000-0000-0000-0000-000000000512', 'ge', 1, NULL), ('g551', 'u1202', 1, NULL), ('00000000-0000-0000-0000-000000000544', 'S-1-5-21-9-9-9-1105', 1, NULL);
DELETE FROM local_group_member;
DELETE FROM local_group;
INSERT INTO local_group(host, sid, member_count) SELECT host, 'S-1-5-32-544', 4 FROM host_state WHERE host GLOB '192.0.2.4?' OR host GLOB '*.sakura.example';
INSERT INTO local_group_member(host, group_sid, member_sid) SELECT host, 'S-1-5-32-544', 'S-1-5-21-1-2-3-512' FROM local_group UNION ALL SELECT host, 'S-1-5-32-544', 'S-1-5-21-1-2-3-3004' FROM local_group WHERE host GLOB '192.*'
    UNION ALL SELECT '192.0.2.41', 'S-1-5-32-544', 'S-1-5-21-1-2-3-513' UNION ALL SELECT host, 'S-1-5-32-544', 'S-1-5-21-1-2-3-1210' FROM local_group WHERE host GLOB '192.0.2.4[12]';
