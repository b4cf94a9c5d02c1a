-- SPDX-License-Identifier: GPL-3.0-or-later
-- Goes on from plan.sql: hosts answer over SMB and of their registry, most of them as they should, one in 50 not at all, one in 50 denies its registry; local
-- accounts and members of Administrators. With the checks that tests/bench/report takes this comes to about 50,000 findings over more than a hundred checks.
PRAGMA journal_mode = OFF;
PRAGMA synchronous = OFF;
PRAGMA cache_size = -98304;
BEGIN;
CREATE TEMP TABLE now AS SELECT CAST(value AS INTEGER) / 10000000 * 10000000 AS at, 864000000000 AS day FROM audit_info WHERE name = 'now';
CREATE TEMP TABLE machine AS SELECT row_number() OVER (ORDER BY host) AS n, host, is_controller FROM host_target;
INSERT OR REPLACE INTO audit_info VALUES ('organisation_en', 'Bench General Hospital'), ('organisation_ja', 'ベンチ総合病院'), ('password_reuse', '1');

-- Most accounts are in use, most computers change their passwords.
UPDATE account SET logon_timestamp = at - (rid % 60) * day FROM now WHERE rid % 30 <> 0;
UPDATE account SET pwd_last_set = at - (rid % 28) * day FROM now WHERE kind = 'computer' AND rid % 10 <> 0;

-- Who answers.
DELETE FROM coverage WHERE source IN ('smb.account', 'smb.machine') AND target IN (SELECT host FROM machine WHERE n % 50 = 0);
DELETE FROM local_account WHERE host IN (SELECT host FROM machine WHERE n % 50 = 0);
DELETE FROM password_trial WHERE host IN (SELECT host FROM machine WHERE n % 50 = 0);
INSERT INTO coverage(source, target, state, detail, started_at, finished_at)
    SELECT column1, host, CASE WHEN n % 50 = 0 THEN 'failed' WHEN n % 50 = 25 AND column1 = 'smb.registry' THEN 'denied' ELSE 'complete' END,
        CASE WHEN n % 50 = 0 THEN host || ': no answer within 3000 ms' WHEN n % 50 = 25 AND column1 = 'smb.registry' THEN host || ': NT_STATUS_ACCESS_DENIED' END, at, at
    FROM machine, now, (VALUES ('net.port'), ('net.smb'), ('net.anonymous'), ('smb.policy'), ('smb.group'), ('smb.registry'), ('smb.reuse')) WHERE true
    ON CONFLICT DO UPDATE SET state = excluded.state, detail = excluded.detail;
INSERT INTO host_port(host, port, state, address, protocol) SELECT m.host, 445, CASE WHEN m.n % 50 = 0 THEN 'filtered' ELSE 'open' END, t.address, CASE WHEN m.n % 50 <> 0 THEN 'smb' END
    FROM machine m JOIN host_target t USING (host);
INSERT INTO host_smb(host, smb1_offered, dialect, lowest_dialect, signing_enabled, signing_required, clock_skew_seconds, netbios_name, netbios_domain, dns_name, os_major, os_minor, os_build, mechanisms)
    SELECT host, n % 23 = 0, 0x311, 0x202, 1, n % 7 <> 0, CASE WHEN n % 211 = 0 THEN 400 ELSE n % 3 END, upper(substr(host, 1, instr(host, '.') - 1)), 'BENCH', host, 10, 0,
        CASE n % 4 WHEN 0 THEN 17763 WHEN 1 THEN 19045 WHEN 2 THEN 20348 ELSE 22631 END, 'kerberos,ntlm'
    FROM machine WHERE n % 50 <> 0;
INSERT INTO host_machine(host, machine_sid, machine_name, domain_sid, domain_name, role, authentication, is_administrator, is_signed)
    SELECT host, 'S-1-5-21-77-' || (n - (n % 400 = 1)) || '-3', upper(substr(host, 1, instr(host, '.') - 1)), 'S-1-5-21-10-20-30', 'BENCH', CASE WHEN is_controller THEN 'controller' ELSE 'member' END, 'kerberos', 1, 1
    FROM machine WHERE n % 50 <> 0;
INSERT INTO host_anonymous(host, session, tells_domain, lists_accounts, lists_shares) SELECT host, n % 31 = 0, n % 31 = 0, 0, n % 97 = 0 FROM machine WHERE n % 50 <> 0;

UPDATE local_account SET sid = (SELECT i.machine_sid FROM host_machine i WHERE i.host = local_account.host) || '-500', flags = flags | (SELECT m.n % 5 <> 0 FROM machine m WHERE m.host = local_account.host);

-- The registry: value, what it should be, what it is on one host in `rate`.
CREATE TEMP TABLE setting(key TEXT, value TEXT, good, bad, rate INTEGER);
INSERT INTO setting SELECT 'HKLM\SOFTWARE\Microsoft\Windows\CurrentVersion\Policies\System', column1, column2, column3, column4 FROM (VALUES
    ('EnableLUA', 1, 0, 40), ('ConsentPromptBehaviorAdmin', 2, 5, 12), ('ConsentPromptBehaviorUser', 0, 3, 8), ('FilterAdministratorToken', 1, 0, 6), ('LocalAccountTokenFilterPolicy', 0, 1, 9),
    ('PromptOnSecureDesktop', 1, 0, 12), ('EnableInstallerDetection', 1, 0, 17), ('EnableSecureUIAPaths', 1, 0, 90), ('EnableVirtualization', 1, 0, 110), ('EnableUIADesktopToggle', 0, 1, 130));
INSERT INTO setting SELECT 'HKLM\SYSTEM\CurrentControlSet\Control\Lsa', column1, column2, column3, column4 FROM (VALUES
    ('RunAsPPL', 1, 0, 6), ('LimitBlankPasswordUse', 1, 0, 70), ('DsrmAdminLogonBehavior', 0, 2, 50), ('LmCompatibilityLevel', 5, 3, 10), ('NoLMHash', 1, 0, 80), ('LsaCfgFlags', 1, 0, 6));
INSERT INTO setting SELECT 'HKLM\SYSTEM\CurrentControlSet\Control\Lsa\MSV1_0', column1, column2, column3, column4 FROM (VALUES
    ('NTLMMinClientSec', 537395200, 536870912, 12), ('NTLMMinServerSec', 537395200, 536870912, 14), ('RestrictSendingNTLMTraffic', 1, 0, 6), ('AuditReceivingNTLMTraffic', 2, 0, 6), ('AllowNullSessionFallback', 0, 1, 60));
INSERT INTO setting VALUES
    ('HKLM\SYSTEM\CurrentControlSet\Control\SecurityProviders\WDigest', 'UseLogonCredential', 0, 1, 45),
    ('HKLM\SOFTWARE\Microsoft\Windows NT\CurrentVersion\Winlogon', 'CachedLogonsCount', '2', '10', 6),
    ('HKLM\SOFTWARE\Policies\Microsoft\Windows\DeviceGuard', 'LsaCfgFlags', 1, 0, 8),
    ('HKLM\SYSTEM\CurrentControlSet\Services\LanmanWorkstation\Parameters', 'RequireSecuritySignature', 1, 0, 10),
    ('HKLM\SYSTEM\CurrentControlSet\Services\LanmanWorkstation\Parameters', 'EnablePlainTextPassword', 0, 1, 150),
    ('HKLM\SYSTEM\CurrentControlSet\Services\LanmanServer\Parameters', 'SMB1', 0, 1, 23),
    ('HKLM\SYSTEM\CurrentControlSet\Services\LDAP', 'LDAPClientIntegrity', 2, 0, 100),
    ('HKLM\SOFTWARE\Policies\Microsoft\Windows NT\DNSClient', 'EnableMulticast', 0, 1, 8),
    ('HKLM\SYSTEM\CurrentControlSet\Services\Netlogon\Parameters', 'AuditNTLMInDomain', 7, 0, 4);
INSERT INTO host_registry(host, key, value, origin, is_missing, type, number, text)
    SELECT host, key, value, 'rpc', 0, CASE typeof(good) WHEN 'text' THEN 1 ELSE 4 END, CASE WHEN typeof(good) <> 'text' THEN data END, CASE WHEN typeof(good) = 'text' THEN data END
    FROM (SELECT m.host, s.key, s.value, s.good, CASE WHEN (m.n + s.rowid * 7) % s.rate = 0 THEN s.bad ELSE s.good END AS data FROM setting s, machine m WHERE m.n % 25 <> 0);

-- Local accounts: Guest, one of a vendor on every third host, one of staff on every eleventh.
INSERT INTO local_policy(host, min_password_length, password_history_length, password_properties, max_password_age, min_password_age, lockout_threshold, lockout_duration, lockout_window)
    SELECT host, 14, 24, 9, -90 * 864000000000, -864000000000, CASE WHEN n % 13 = 0 THEN 0 ELSE 5 END, -9000000000, -9000000000 FROM machine WHERE n % 50 <> 0;
INSERT INTO local_account(host, rid, sid, name, full_name, flags, pwd_last_set, last_logon, bad_password_count, logon_count)
    SELECT m.host, k.column1, i.machine_sid || '-' || k.column1, k.column2, k.column3, CASE WHEN k.column1 = 501 THEN 0x10 + (m.n % 60 <> 1) ELSE 0x10 + (m.n % 4 = 0) * 0x200 + (m.n % 37 = 0) * 4 END,
        now.at - (m.n * 37 % 900) * now.day, now.at - (m.n * 11 % 500) * now.day, 0, 3
    FROM machine m JOIN host_machine i USING (host), now, (VALUES (501, 'Guest', NULL, 1), (1001, 'vendor', '保守業者', 3), (1002, 'ope', '手術部　共用', 11)) k WHERE m.n % k.column4 = 0 AND NOT m.is_controller;
INSERT INTO local_group(host, sid, name, member_count) SELECT host, 'S-1-5-32-544', 'Administrators', 3 FROM machine WHERE n % 50 <> 0;
INSERT INTO local_group_member(host, group_sid, member_sid, member_name)
    SELECT m.host, 'S-1-5-32-544', CASE k.column1 WHEN 1 THEN i.machine_sid || '-500' WHEN 2 THEN i.domain_sid || '-512' ELSE i.machine_sid || '-1001' END,
        CASE k.column1 WHEN 1 THEN i.machine_name || '\Administrator' WHEN 2 THEN 'BENCH\Domain Admins' ELSE i.machine_name || '\vendor' END
    FROM machine m JOIN host_machine i USING (host), (VALUES (1), (2), (3)) k WHERE k.column1 = 1 OR (k.column1 = 2 AND m.n % 8 = 0) OR (k.column1 = 3 AND m.n % 3 = 0);
DELETE FROM audit_info WHERE name = 'derived';
COMMIT;
