-- SPDX-License-Identifier: GPL-3.0-or-later
-- Turns an evidence file of make_evidence into one ten days after an incident: four domain controllers that all tell their metadata, half of the
-- passwords reset since, some of them not on every controller, one date without a new secret in 5,000, hosts with LAPS and with 40 clusters of
-- shared passwords, services on them, and what two earlier audits saw. Everything is made from numbers: the same file every time but for the clock.
PRAGMA journal_mode = OFF;
PRAGMA synchronous = OFF;
PRAGMA cache_size = -98304;
BEGIN;
CREATE TEMP TABLE now AS SELECT CAST(value AS INTEGER) / 10000000 * 10000000 AS at, 864000000000 AS day FROM audit_info WHERE name = 'now';
CREATE TEMP TABLE dc(n INTEGER PRIMARY KEY, host TEXT, invocation TEXT);
INSERT INTO dc SELECT column1, 'dc' || column1 || '.bench.example', printf('%08d-2222-4333-8444-555555555555', column1) FROM (VALUES (1), (2), (3), (4));
UPDATE domain_head SET netbios_name = 'BENCH';
INSERT OR REPLACE INTO audit_info SELECT 'incident_at', CAST(at - 10 * day AS TEXT) FROM now;

-- Two more domain controllers.
UPDATE account SET uac = 0x82000, primary_group_rid = 516, sam_name = 'DC' || d.n || '$', dns_name = d.host, dn = 'CN=DC' || d.n || ',OU=Domain Controllers,DC=bench,DC=example'
    FROM dc d WHERE account.rid = (SELECT max(x.rid) + 1 - d.n FROM account x WHERE x.kind = 'computer') AND account.kind = 'computer';
DELETE FROM directory_agent;
INSERT INTO directory_agent(guid, dn, dns_name, computer_dn, invocation_id, is_read_only, site)
    SELECT printf('%08d-0000-4000-8000-000000000000', n), 'CN=NTDS Settings,CN=DC' || n || ',CN=Servers,CN=Main,CN=Sites,CN=Configuration,DC=bench,DC=example', host,
        'CN=DC' || n || ',OU=Domain Controllers,DC=bench,DC=example', invocation, 0, 'Main' FROM dc;
DELETE FROM directory_server;
INSERT INTO directory_server(host, dns_name, dsa_dn, domain_dn, vendor) SELECT d.host, d.host, a.dn, 'DC=bench,DC=example', 'Microsoft' FROM dc d JOIN directory_agent a ON a.dns_name = d.host;
INSERT OR REPLACE INTO coverage(source, target, state, started_at, finished_at) SELECT 'ldap.metadata', host, 'complete', at, at FROM dc, now;
INSERT OR REPLACE INTO coverage(source, target, state, started_at, finished_at) SELECT 'host.scope', 'site', 'complete', at, at FROM now;

-- Accounts by number. Of 50 one is behind on dc4, of 5,000 one has a new date only.
CREATE TEMP TABLE who AS SELECT row_number() OVER (ORDER BY kind, guid) AS n, guid, sid, sam_name, kind FROM account WHERE kind IN ('user', 'computer', 'gmsa');
CREATE UNIQUE INDEX temp.who_guid ON who(guid);
CREATE TEMP TABLE change(guid TEXT PRIMARY KEY, n INTEGER, is_new INTEGER, at INTEGER, version INTEGER) WITHOUT ROWID;
INSERT INTO change SELECT guid, n, n % 2, CASE n % 2 WHEN 1 THEN at - (n * 7919 % (9 * 86400)) * 10000000 ELSE at - 20 * day - (n * 7919 % (300 * 86400)) * 10000000 END, 3 + n % 5 FROM who, now;
DELETE FROM secret_change;
INSERT INTO secret_change(guid, server, password_version, password_at, password_origin, password_usn, date_version, date_at, date_origin, history_version, history_at,
        kerberos_version, kerberos_at, uac_version, uac_at, form)
    SELECT guid, host, version - is_behind, at - is_behind * 40 * day, invocation, 1000000 + n, version + 1 + is_forged, CASE WHEN is_forged THEN now_at - day ELSE at - is_behind * 40 * day END, invocation,
        version - is_behind, at - is_behind * 40 * day, version - is_behind, at - is_behind * 40 * day, 2, at, 'binary'
    FROM (SELECT c.guid, d.host, printf('%08d-2222-4333-8444-555555555555', 1 + c.n % 4) AS invocation, c.n, c.version, c.at, day, now.at AS now_at, d.n = 4 AND c.n % 50 = 1 AS is_behind, c.n % 5000 = 2 AS is_forged FROM change c, dc d, now ORDER BY c.guid, d.host);
UPDATE account SET pwd_last_set = (SELECT CASE WHEN c.n % 5000 = 2 THEN now.at - day ELSE c.at END FROM change c, now WHERE c.guid = account.guid) WHERE guid IN (SELECT guid FROM change);
INSERT INTO secret_seen SELECT w.sid, 'password', c.version - k.column1, c.at - k.column1 * 40 * day, now.at - k.column2 * day
    FROM who w JOIN change c ON c.guid = w.guid JOIN now, (VALUES (1, 11), (2, 60)) k WHERE w.sid IS NOT NULL;

-- The record of most resets, by the controller that made it.
INSERT INTO event_log(log, origin, path, form, host, channel, records, is_whole, first_at, last_at)
    SELECT n, 'logs', host || '/Security.evtx', 'evtx', host, 'Security', 500000, 1, at - 30 * day, at FROM dc, now;
INSERT INTO event_computer(log, computer, name, records) SELECT n, 0, host, 500000 FROM dc;
INSERT INTO event_run(log, first_record, last_record, first_at, last_at, start, missing) SELECT n, 1, 40000000, at - 30 * day, at, 'begin', NULL FROM dc, now;
INSERT INTO coverage(source, target, state, started_at, finished_at) SELECT 'event.change', host, 'complete', at, at FROM dc, now;
INSERT OR IGNORE INTO host_audit(host, subcategory, origin, setting) SELECT host, column1, 'kit', 3 FROM dc, (VALUES ('0cce9235-69ae-11d9-bed3-505054503030'), ('0cce9236-69ae-11d9-bed3-505054503030'));
INSERT INTO change_event(log, record, part, computer, at, event_id, kind, is_failure, is_carved, subject_sid, subject_name, subject_domain, target_sid, target_name, target_domain)
    SELECT 1 + w.n % 4, 1000000 + w.n * 2 + k.column1, 0, 0, c.at + 3000000 - k.column1 * 36000000000, 4724, 'password_reset', 0, 0, 'S-1-5-21-10-20-30-1000', 'helpdesk', 'BENCH', w.sid, w.sam_name, 'BENCH'
    FROM who w JOIN change c ON c.guid = w.guid, (VALUES (0), (1)) k WHERE c.is_new AND w.kind = 'user' AND (k.column1 = 0 OR w.n % 10 = 1);

-- Hosts: half with LAPS, of the others 1,000 in 40 clusters, of which 20 are proven by a candidate.
CREATE TEMP TABLE machine AS SELECT row_number() OVER (ORDER BY a.guid) AS n, lower(a.dns_name) AS host, a.guid, a.uac & 0x2000 <> 0 AS is_dc FROM account a WHERE a.kind = 'computer';
INSERT INTO host_target(host, origin, account_guid, address, is_controller) SELECT host, 'directory', guid, printf('10.%d.%d.%d', n / 65536, n / 256 % 256, n % 256), is_dc FROM machine;
INSERT INTO coverage(source, target, state, started_at, finished_at) SELECT column1, host, 'complete', at, at FROM machine, now, (VALUES ('smb.account'), ('smb.machine'));
UPDATE account SET laps_expires_at = NULL WHERE guid IN (SELECT guid FROM machine WHERE n % 2 = 0);
UPDATE secret_change SET laps_version = 4 + m.n % 7, laps_at = now.at - m.n * 3701 % (30 * 86400) * 10000000 FROM machine m, now WHERE m.guid = secret_change.guid AND m.n % 2 = 1;
INSERT INTO local_account(host, rid, sid, name, flags, pwd_last_set, last_logon, bad_password_count, logon_count)
    SELECT host, 500, 'S-1-5-21-77-' || n || '-3-500', 'Administrator', 0x210,
        CASE WHEN n % 2 = 1 THEN now.at - n * 3701 % (30 * 86400) * 10000000 + n WHEN n % 10 = 0 THEN now.at - 700 * day - n / 10 % 40 * 36000000000 ELSE now.at - n * 91 % (20 * 86400) * 10000000 - n END, 0, 0, 5
    FROM machine, now WHERE NOT is_dc;
INSERT INTO password_trial(host, candidate, outcome, status, account_name, lockout_threshold, bad_password_count, tried_at)
    SELECT host, 1 + n / 10 % 40, 'accepted', 'NT_STATUS_OK', 'Administrator', 10, 0, now.at - day FROM machine, now WHERE n % 20 = 0 AND NOT is_dc
    UNION ALL SELECT host, 1, 'rejected', 'NT_STATUS_LOGON_FAILURE', 'Administrator', 10, 0, now.at - day FROM machine, now WHERE n % 10 = 4 AND NOT is_dc;

-- 2,000 service accounts, each of five hosts: by SID, by name, as a task.
INSERT INTO autostart(host, kind, location, name, origin, command, has_password_hint, account, start, is_enabled)
    SELECT m.host, CASE k.k % 3 WHEN 2 THEN 'task' ELSE 'service' END, 'HKLM\SYSTEM\CurrentControlSet\Services', 'app' || w.n, 'rpc', 'C:\app.exe', 0, CASE k.k % 2 WHEN 0 THEN w.sid ELSE 'BENCH\' || w.sam_name END, 2, 1
    FROM (SELECT n, sid, sam_name FROM who WHERE kind = 'user' AND n % 50 = 7 LIMIT 2000) w, (SELECT column1 AS k FROM (VALUES (0), (1), (2), (3), (4))) k JOIN machine m ON m.n = 1 + (w.n * 31 + k.k * 1777) % 9990;

-- Trusts, with their secrets.
INSERT INTO trusted_domain(guid, dn, partner, flat_name, direction, type, attributes)
    SELECT printf('%08d-7777-4000-8000-000000000000', column1), 'CN=partner' || column1, 'partner' || column1 || '.example', 'P' || column1, 3, 2, 8 FROM (VALUES (1), (2), (3));
INSERT INTO secret_change(guid, server, trust_version, trust_at, form, trust_older_version, trust_older_at) SELECT t.guid, d.host, 5, at - 3 * day, 'binary', 5, at - 3 * day FROM trusted_domain t, dc d, now;
DELETE FROM audit_info WHERE name = 'derived';
COMMIT;
SELECT 'secrets ' || (SELECT count(*) FROM secret_change);
