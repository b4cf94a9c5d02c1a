-- SPDX-License-Identifier: GPL-3.0-or-later
-- Turns an evidence file of make_evidence into one with the Security logs of four domain controllers, 90 days, about two million events:
-- six changes and fourteen logons an account. The last change of most secrets is in the log of the controller that made it; one in
-- 500 is missing, one in 400 has no effect. Everything is made from numbers, so that the file is the same every time but for the clock.
PRAGMA journal_mode = OFF;
PRAGMA synchronous = OFF;
PRAGMA cache_size = -98304;
BEGIN;
CREATE TEMP TABLE now AS SELECT CAST(value AS INTEGER) AS at FROM audit_info WHERE name = 'now';
CREATE TEMP TABLE dc(n INTEGER PRIMARY KEY, host TEXT, invocation TEXT);
INSERT INTO dc SELECT column1, 'dc' || column1 || '.bench.example', printf('%08d-2222-4333-8444-555555555555', column1) FROM (VALUES (1), (2), (3), (4));
DELETE FROM directory_agent;
INSERT INTO directory_agent(guid, dn, dns_name, invocation_id) SELECT printf('%08d-0000-4000-8000-000000000000', n), 'CN=NTDS Settings,CN=DC' || n, host, invocation FROM dc;
DELETE FROM directory_server;
INSERT INTO directory_server(host, dns_name) SELECT host, host FROM dc;
DELETE FROM coverage WHERE source = 'ldap.metadata';
INSERT INTO coverage(source, target, state, started_at, finished_at) SELECT 'ldap.metadata', host, 'complete', at, at FROM dc, now;
INSERT INTO coverage(source, target, state, started_at, finished_at) SELECT column1, host, 'complete', at, at FROM dc, now, (VALUES ('event.change'), ('event.logon'));
INSERT OR IGNORE INTO host_target(host, origin, is_controller) SELECT host, 'directory', 1 FROM dc;
INSERT INTO host_audit(host, subcategory, origin, setting)
    SELECT host, column1, 'kit', 3 FROM dc, (VALUES ('0cce9235-69ae-11d9-bed3-505054503030'), ('0cce9236-69ae-11d9-bed3-505054503030'));

-- Passwords of half of the accounts were changed within the last 90 days; every controller tells the same metadata.
CREATE TEMP TABLE who AS SELECT row_number() OVER (ORDER BY guid) AS n, guid, sid, sam_name FROM account WHERE kind = 'user';
CREATE UNIQUE INDEX temp.who_guid ON who(guid);
UPDATE secret_change SET
    password_at = (SELECT (at / 10000000 - 3600 - w.n * 7919 % (90 * 86400) * (1 + w.n % 2 * 4)) * 10000000 FROM now, who w WHERE w.guid = secret_change.guid),
    password_origin = (SELECT d.invocation FROM who w JOIN dc d ON d.n = 1 + w.n % 4 WHERE w.guid = secret_change.guid)
    WHERE guid IN (SELECT guid FROM who);
INSERT INTO secret_change
    SELECT s.guid, d.host, s.password_version, s.password_at, s.password_origin, s.password_usn, s.date_version, s.date_at, s.date_origin, s.history_version, s.history_at,
        s.kerberos_version, s.kerberos_at, s.uac_version, s.uac_at, s.keys_version, s.keys_at, s.laps_version, s.laps_at, s.trust_version, s.trust_at, s.form, s.trust_older_version, s.trust_older_at
    FROM secret_change s JOIN dc d ON d.n > 1;

INSERT INTO event_log(log, origin, path, form, host, channel, records, is_whole, first_at, last_at)
    SELECT n, 'logs', host || '/Security.evtx', 'evtx', host, 'Security', 500000, 1, at - 90 * 864000000000, at FROM dc, now;
INSERT INTO event_computer(log, computer, name, records) SELECT n, 0, host, 500000 FROM dc;
INSERT INTO event_run(log, first_record, last_record, first_at, last_at, start, missing)
    SELECT n, 1, 40000000, at - 90 * 864000000000, at, 'begin', NULL FROM dc, now WHERE n <> 4
    UNION ALL SELECT n, 1, 20000000, at - 90 * 864000000000, at - 45 * 864000000000, 'begin', NULL FROM dc, now WHERE n = 4
    UNION ALL SELECT n, 20000100, 40000000, at - 45 * 864000000000, at, 'jump', 99 FROM dc, now WHERE n = 4;
INSERT INTO log_event(log, record, part, computer, at, event_id, kind, is_failure, is_carved, before_at, after_at)
    WITH RECURSIVE i(i) AS (SELECT 0 UNION ALL SELECT i + 1 FROM i WHERE i < 4999)
    SELECT d.n, 30000000 - i, 0, 0, at - i * 15552000000, CASE i % 500 WHEN 1 THEN 4608 WHEN 2 THEN 1100 ELSE 4616 END, CASE i % 500 WHEN 1 THEN 'started' WHEN 2 THEN 'stopped' ELSE 'clock' END,
        0, 0, at, at + 1000 FROM dc d, now, i;

-- The record of the last change of each secret, by the controller that made it; then five more of other kinds and times.
INSERT INTO change_event(log, record, part, computer, at, event_id, kind, is_failure, is_carved, subject_sid, subject_name, subject_domain, target_sid, target_name, target_domain, sets_password_date)
    SELECT 1 + w.n % 4, 1000000 + w.n, 0, 0, s.password_at + 3000000, 4724, 'password_reset', 0, 0, 'S-1-5-21-10-20-30-1000', 'helpdesk', 'BENCH', w.sid, w.sam_name, 'BENCH', NULL
    FROM who w JOIN secret_change s ON s.guid = w.guid AND s.server = 'dc1.bench.example', now
    WHERE w.n % 500 <> 0 AND s.password_at > at - 90 * 864000000000;
INSERT INTO change_event(log, record, part, computer, at, event_id, kind, is_failure, is_carved, subject_sid, subject_name, subject_domain, target_sid, target_name, target_domain, sets_password_date)
    SELECT 1 + w.n % 4, 2000000 + w.n * 8 + k.column1, 0, 0, at - 90 * 864000000000 + (w.n * 7919 + k.column1 * 104729) % (89 * 86400) * 10000000, k.column2,
        CASE WHEN k.column1 = 5 AND w.n % 400 = 0 THEN 'password_reset' ELSE k.column3 END, 0, 0, 'S-1-5-21-10-20-30-1000', 'helpdesk', 'BENCH', w.sid, w.sam_name, 'BENCH', k.column1 % 2
    FROM who w, now, (VALUES (1, 4738, 'changed'), (2, 4738, 'changed'), (3, 4740, 'locked'), (4, 4767, 'unlocked'), (5, 4722, 'enabled')) k;
INSERT INTO change_event(log, record, part, computer, at, event_id, kind, is_failure, is_carved, subject_sid, subject_name, subject_domain, target_sid, target_name, member_sid, member_name)
    WITH RECURSIVE i(i) AS (SELECT 0 UNION ALL SELECT i + 1 FROM i WHERE i < 1999)
    SELECT 1 + i % 4, 3000000 + i, 0, 0, at - i * 6912000000, 4728, 'member_added', 0, 0, 'S-1-5-21-10-20-30-1000', 'helpdesk', 'BENCH', CASE WHEN i % 100 = 0 THEN 'S-1-5-21-10-20-30-512' ELSE 'S-1-5-21-10-20-30-300100' END, 'group',
        'S-1-5-21-10-20-30-' || (1000 + i), 'CN=user' FROM now, i;

-- What a domain controller logs of an account: logons, tickets, NTLM; now and then a wrong password, which Kerberos tells, or NTLM and the logon do.
CREATE TEMP TABLE sort(k INTEGER PRIMARY KEY, event_id INTEGER, kind TEXT, is_failure INTEGER, logon_type INTEGER, package TEXT, ntlm TEXT, status INTEGER, sub_status INTEGER, service TEXT, encryption INTEGER, preauth INTEGER);
INSERT INTO sort VALUES
    (0, 4768, 'ticket', 0, NULL, NULL, NULL, 0, NULL, 'krbtgt', 0x12, 2), (1, 4769, 'service_ticket', 0, NULL, NULL, NULL, 0, NULL, 'DC1$', 0x12, NULL),
    (2, 4769, 'service_ticket', 0, NULL, NULL, NULL, 0, NULL, 'SRV01$', 0x12, NULL), (3, 4624, 'logon', 0, 3, 'Kerberos', NULL, NULL, NULL, NULL, NULL, NULL),
    (4, 4634, 'logoff', 0, 3, NULL, NULL, NULL, NULL, NULL, NULL, NULL), (5, 4624, 'logon', 0, 3, 'Kerberos', NULL, NULL, NULL, NULL, NULL, NULL),
    (6, 4776, 'validation', 0, NULL, 'MICROSOFT_AUTHENTICATION_PACKAGE_V1_0', NULL, 0, NULL, NULL, NULL, NULL), (7, 4624, 'logon', 0, 3, 'NTLM', 'NTLM V2', NULL, NULL, NULL, NULL, NULL),
    (8, 4769, 'service_ticket', 0, NULL, NULL, NULL, 0, NULL, 'svc-sql', 0x17, NULL), (9, 4624, 'logon', 0, 10, 'Negotiate', NULL, NULL, NULL, NULL, NULL, NULL),
    (10, 4648, 'explicit', 0, NULL, NULL, NULL, NULL, NULL, 'srv01', NULL, NULL), (11, 4771, 'preauth_failed', 1, NULL, NULL, NULL, 24, NULL, 'krbtgt/BENCH', NULL, 2),
    (12, 4776, 'validation', 1, NULL, 'MICROSOFT_AUTHENTICATION_PACKAGE_V1_0', NULL, 0xC000006A, NULL, NULL, NULL, NULL), (13, 4625, 'logon_failed', 1, 3, 'NTLM', NULL, 0xC000006D, 0xC000006A, NULL, NULL, NULL);
-- Rare ones (8 on) are of some accounts, as of the rest another of the frequent.
INSERT INTO logon_event(log, record, part, computer, at, event_id, kind, is_failure, is_carved, account_sid, account_name, account_domain, logon, logon_type, package, ntlm, workstation, address, port, status, sub_status, service, encryption, preauth)
    WITH RECURSIVE k(k) AS (SELECT 0 UNION ALL SELECT k + 1 FROM k WHERE k < 13)
    SELECT 1 + w.n % 4, 8000000 + w.n * 16 + k.k, 0, 0, at - 90 * 864000000000 + (w.n * 7919 + k.k * 104729) % (90 * 86400) * 10000000, s.event_id, s.kind, s.is_failure, 0, w.sid, w.sam_name, 'BENCH', w.n * 16 + k.k, s.logon_type,
        s.package, s.ntlm, CASE WHEN s.event_id IN (4776, 4625) THEN 'PC' || (w.n % 50000) END, CASE WHEN s.event_id NOT IN (4776, 4634) THEN '10.0.' || (w.n % 200) || '.' || (k.k + 1) END, 50000, s.status, s.sub_status, s.service, s.encryption, s.preauth
    FROM who w, now, k JOIN sort s ON s.k = CASE WHEN k.k < 8 OR w.n % 10 = k.k - 8 OR (w.n % 10 = 5 AND k.k > 11) THEN k.k ELSE k.k % 8 END;
-- A spray: one source tries a thousand names within an hour, and ten of them let it in.
INSERT INTO logon_event(log, record, part, computer, at, event_id, kind, is_failure, is_carved, account_sid, account_name, account_domain, logon_type, package, address, status, sub_status)
    SELECT 1, 30000000 + w.n * 2 + g.column1, 0, 0, at - 864000000000 + (w.n * 3 + g.column1) * 10000000, 4625 - g.column1, CASE g.column1 WHEN 0 THEN 'logon_failed' ELSE 'logon' END, 1 - g.column1, 0, w.sid, w.sam_name, 'BENCH', 3, 'NTLM', '10.9.9.9',
        CASE g.column1 WHEN 0 THEN 0xC000006D END, CASE g.column1 WHEN 0 THEN 0xC000006A END
    FROM who w, now, (VALUES (0), (1)) g WHERE w.n <= 1000 AND (g.column1 = 0 OR w.n % 100 = 0);
COMMIT;
SELECT 'events ' || ((SELECT count(*) FROM change_event) + (SELECT count(*) FROM logon_event));
