-- SPDX-License-Identifier: GPL-3.0-or-later
-- Which accounts the site file and the exports mean, and what proves a second factor of each account. Runs last, in the same transaction.
-- Names never decide where a SID is told; of several accounts that a name could mean, none is taken.

DELETE FROM named_principal; DELETE FROM named_member; DELETE FROM named_event; DELETE FROM mfa_join; DELETE FROM mfa_factor; DELETE FROM mfa_state;

-- What was seen to its end, once.
DROP TABLE IF EXISTS temp.m_known;
CREATE TEMP TABLE m_known(now INTEGER, site INTEGER, users INTEGER, groups INTEGER, ldap_groups INTEGER, ipa INTEGER, otp INTEGER, ppolicy INTEGER, seen_at INTEGER, sources INTEGER, domain INTEGER, lost INTEGER,
    asks INTEGER, asks_upn INTEGER, asks_domain INTEGER);
INSERT INTO temp.m_known
    WITH s AS MATERIALIZED (SELECT source FROM source_state WHERE complete)
    SELECT (SELECT now FROM clock), 'site.account' IN (SELECT source FROM s), 'ldap.user' IN (SELECT source FROM s), 'ldap.group' IN (SELECT source FROM s),
        'ldap.directory_group' IN (SELECT source FROM s), 'ldap.ipa' IN (SELECT source FROM s), 'ldap.otp' IN (SELECT source FROM s), 'ldap.ppolicy' IN (SELECT source FROM s),
        coalesce((SELECT max(finished_at) FROM coverage WHERE source IN ('ldap.user', 'ldap.ipa', 'ldap.otp', 'ldap.ppolicy') AND state IN ('complete', 'partial')), (SELECT now FROM clock)),
        (SELECT is_complete FROM mfa_sources),
        -- The names that exports write before accounts are all known.
        'ldap.domain' IN (SELECT source FROM s) AND NOT EXISTS (SELECT 1 FROM domain_head WHERE netbios_name IS NULL OR dns_name IS NULL),
        -- An export has more to tell than was read: of anybody. Single records that nobody understood only keep the sources from being complete.
        EXISTS (SELECT 1 FROM mfa_export WHERE is_whole = 0) OR EXISTS (SELECT 1 FROM coverage WHERE source = 'mfa.export' AND state NOT IN ('complete', 'absent', 'not_collected')
            AND target NOT IN (SELECT path FROM mfa_export WHERE is_whole = 1)),
        -- Which names somebody asks for: those of 100,000 accounts cost seconds.
        EXISTS (SELECT 1 FROM mfa_account) OR EXISTS (SELECT 1 FROM named_account) OR EXISTS (SELECT 1 FROM ldap_group),
        EXISTS (SELECT 1 FROM mfa_account WHERE upn IS NOT NULL) OR EXISTS (SELECT 1 FROM named_account WHERE instr(entry, '@') > 0),
        EXISTS (SELECT 1 FROM mfa_account WHERE domain IS NOT NULL) OR EXISTS (SELECT 1 FROM named_account WHERE instr(entry, '\') > 0);

-- Accounts that a person may use. Service accounts of the old kind cannot be told apart from people: they are here. Of directories with several
-- servers an account is one. krbtgt is nobody.
DROP TABLE IF EXISTS temp.m_person;
CREATE TEMP TABLE m_person(guid TEXT PRIMARY KEY, directory TEXT, subject TEXT, name TEXT, sid TEXT, dn TEXT, is_enabled INTEGER, is_privileged INTEGER, is_readable INTEGER,
    upn TEXT, account TEXT) WITHOUT ROWID;
INSERT INTO temp.m_person
    SELECT s.guid, 'ad', s.subject, s.name, a.sid, lower(a.dn), s.uac & 2 = 0, s.is_privileged, s.uac IS NOT NULL AND a.sid IS NOT NULL AND a.sam_name IS NOT NULL, lower(a.upn), lower(a.sam_name)
    FROM account_state s CROSS JOIN account a ON a.guid = s.guid
    WHERE s.kind = 'user' AND s.rid IS NOT 502 AND a.secondary_krbtgt_number IS NULL ORDER BY s.guid;
INSERT OR IGNORE INTO temp.m_person
    SELECT guid, 'freeipa', coalesce(max(sid), guid), coalesce(min(name), min(dn)), max(sid), lower(min(dn)),
        CASE WHEN min(is_enabled) = 0 OR (max(ends_at) > 0 AND max(ends_at) <= (SELECT now FROM m_known)) THEN 0 ELSE min(is_enabled) END, NULL, min(auth_types) IS NOT NULL, NULL, NULL
    FROM ldap_account GROUP BY guid;
INSERT OR IGNORE INTO temp.m_person
    SELECT guid, 'openldap', guid, coalesce(min(name), min(dn)), NULL, lower(min(dn)), min(CASE WHEN locked_at IS NOT NULL THEN locked_at < 9223372036854775807
            WHEN server IN (SELECT target FROM coverage WHERE source = 'ldap.ppolicy' AND state = 'absent') THEN 1 END), NULL, 1, NULL, NULL
    FROM ppolicy_account GROUP BY guid HAVING max(has_password) IS NOT 0;

-- By what an account may be called. `implicit` is the name that Active Directory accepts without a userPrincipalName: user@domain.
DROP TABLE IF EXISTS temp.m_key;
CREATE TEMP TABLE m_key(kind TEXT, value TEXT, guid TEXT, directory TEXT, PRIMARY KEY(kind, value, guid)) WITHOUT ROWID;
INSERT OR IGNORE INTO temp.m_key SELECT x.* FROM m_known w CROSS JOIN (
    SELECT 'sid', sid, guid, directory FROM m_person WHERE sid IS NOT NULL
    UNION ALL SELECT 'upn', upn, guid, directory FROM m_person WHERE upn IS NOT NULL
    UNION ALL SELECT 'name', account, guid, directory FROM m_person WHERE account IS NOT NULL
    UNION ALL SELECT 'upn', lower(principal), guid, 'freeipa' FROM ldap_account WHERE principal IS NOT NULL
    UNION ALL SELECT 'name', lower(name), guid, 'freeipa' FROM ldap_account WHERE name IS NOT NULL
    UNION ALL SELECT 'domain', lower(substr(principal, instr(principal, '@') + 1) || '\' || name), guid, 'freeipa' FROM ldap_account WHERE instr(principal, '@') > 1 AND name IS NOT NULL
    UNION ALL SELECT 'name', lower(x.name), p.guid, 'openldap' FROM m_person p CROSS JOIN ppolicy_account x ON x.guid = p.guid WHERE p.directory = 'openldap' AND x.name IS NOT NULL
) x WHERE w.asks ORDER BY 1, 2, 3;
-- A domain's name goes before the names of its own accounts only: of two domains that were read, each may have a tanaka.
INSERT OR IGNORE INTO temp.m_key
    WITH head AS MATERIALIZED (SELECT CASE WHEN count(*) OVER () > 1 THEN coalesce(sid, '') ELSE sid END AS sid, lower(dns_name) AS dns, lower(netbios_name) AS netbios FROM domain_head),
        own AS MATERIALIZED (SELECT k.value, k.guid, h.dns, h.netbios FROM m_key k CROSS JOIN m_person p ON p.guid = k.guid
            CROSS JOIN head h ON h.sid IS NULL OR h.sid = substr(p.sid, 1, length(rtrim(p.sid, '0123456789')) - 1)
            WHERE k.kind = 'name' AND k.directory = 'ad')
    SELECT * FROM (
        SELECT 'implicit', o.value || '@' || o.dns, o.guid, 'ad' FROM m_known w CROSS JOIN own o WHERE w.asks_upn AND o.dns IS NOT NULL
        UNION ALL SELECT 'domain', o.netbios || '\' || o.value, o.guid, 'ad' FROM m_known w CROSS JOIN own o WHERE w.asks_domain AND o.netbios IS NOT NULL
        UNION ALL SELECT 'domain', o.dns || '\' || o.value, o.guid, 'ad' FROM m_known w CROSS JOIN own o WHERE w.asks_domain AND o.dns IS NOT NULL
    ) ORDER BY 1, 2, 3;
DROP TABLE IF EXISTS temp.m_only;
CREATE TEMP TABLE m_only(kind TEXT, value TEXT, guid TEXT, n INTEGER, PRIMARY KEY(kind, value)) WITHOUT ROWID;
INSERT INTO temp.m_only SELECT kind, value, min(guid), count(*) FROM m_key GROUP BY kind, value;
-- Distinguished names, where somebody asks for them.
DROP TABLE IF EXISTS temp.m_dn;
CREATE TEMP TABLE m_dn(dn TEXT, guid TEXT, directory TEXT, PRIMARY KEY(dn, guid)) WITHOUT ROWID;
INSERT INTO temp.m_dn SELECT dn, guid, directory FROM m_person
    WHERE directory <> 'ad' OR EXISTS (SELECT 1 FROM named_account WHERE instr(entry, '=') > 0) ORDER BY dn, guid;

-- Groups of directories that are not Active Directory; those of one directory's servers are one.
DROP TABLE IF EXISTS temp.m_group; DROP TABLE IF EXISTS temp.m_edge;
CREATE TEMP TABLE m_group(dn TEXT PRIMARY KEY, name TEXT, sid TEXT, is_whole INTEGER, directory TEXT) WITHOUT ROWID;
INSERT INTO temp.m_group SELECT lower(dn), min(name), min(sid), min(is_whole),
        CASE WHEN max(server IN (SELECT server FROM ipa_settings UNION SELECT server FROM ldap_account)) THEN 'freeipa' ELSE 'openldap' END
    FROM ldap_group GROUP BY lower(dn);
CREATE TEMP TABLE m_edge(group_dn TEXT, member_dn TEXT, PRIMARY KEY(group_dn, member_dn)) WITHOUT ROWID;
INSERT OR IGNORE INTO temp.m_edge SELECT lower(group_dn), lower(member_dn) FROM ldap_member;

-- What each entry of the site file could mean.
INSERT OR IGNORE INTO named_principal
    WITH asked(purpose, entry, kind, value, how) AS (
            SELECT purpose, entry, kind, entry, 'sid' FROM named_account WHERE entry GLOB 'S-1-*'
            UNION ALL SELECT purpose, entry, kind, lower(entry), 'dn' FROM named_account WHERE instr(entry, '=') > 0
            UNION ALL SELECT purpose, entry, kind, lower(entry), CASE WHEN instr(entry, '\') > 0 THEN 'domain' WHEN instr(entry, '@') > 1 THEN 'upn' ELSE 'name' END
                FROM named_account WHERE entry NOT GLOB 'S-1-*' AND instr(entry, '=') = 0),
        ad_group(guid, sid, dn, name) AS MATERIALIZED (SELECT guid, sid, lower(dn), lower(sam_name) FROM directory_group WHERE EXISTS (SELECT 1 FROM asked WHERE kind = 'group')),
        hit(purpose, entry, kind, guid, directory, how) AS (
            SELECT a.purpose, a.entry, 'account', k.guid, k.directory, CASE a.how WHEN 'domain' THEN 'name' ELSE a.how END FROM asked a CROSS JOIN m_key k ON k.kind = a.how AND k.value = a.value WHERE a.kind = 'account' AND a.how <> 'dn'
            UNION SELECT a.purpose, a.entry, 'account', k.guid, k.directory, 'upn' FROM asked a CROSS JOIN m_key k ON k.kind = 'implicit' AND k.value = a.value
                WHERE a.kind = 'account' AND a.how = 'upn' AND NOT EXISTS (SELECT 1 FROM m_only u WHERE u.kind = 'upn' AND u.value = a.value)
            UNION SELECT a.purpose, a.entry, 'account', d.guid, d.directory, 'dn' FROM asked a CROSS JOIN m_dn d ON d.dn = a.value WHERE a.kind = 'account' AND a.how = 'dn'
            UNION SELECT a.purpose, a.entry, 'group', g.guid, 'ad', CASE a.how WHEN 'domain' THEN 'name' ELSE a.how END FROM asked a CROSS JOIN ad_group g
                ON (a.how = 'sid' AND g.sid = a.value) OR (a.how = 'dn' AND g.dn = a.value) OR (a.how IN ('name', 'upn') AND g.name = a.value)
                    OR (a.how = 'domain' AND EXISTS (SELECT 1 FROM domain_head h WHERE a.value IN (lower(h.netbios_name) || '\' || g.name, lower(h.dns_name) || '\' || g.name)
                        AND (h.sid IS NULL OR g.sid IS NULL OR h.sid = substr(g.sid, 1, length(rtrim(g.sid, '0123456789')) - 1) OR g.sid GLOB 'S-1-5-32-*')))
                WHERE a.kind = 'group'
            UNION SELECT a.purpose, a.entry, 'group', g.dn, g.directory, a.how FROM asked a CROSS JOIN m_group g
                ON (a.how = 'sid' AND g.sid = a.value) OR (a.how = 'dn' AND g.dn = a.value) OR (a.how = 'name' AND lower(g.name) = a.value)
                WHERE a.kind = 'group')
    SELECT purpose, entry, kind, guid, directory, how, count(*) OVER (PARTITION BY purpose, entry), NULL, NULL FROM hit;

-- Groups inside of them, at any depth. A distribution group gives its members nothing. FreeIPA's administrators have RID 512 as well.
DROP TABLE IF EXISTS temp.m_inside; DROP TABLE IF EXISTS temp.m_member;
CREATE TEMP TABLE m_inside(purpose TEXT, entry TEXT, directory TEXT, guid TEXT, PRIMARY KEY(purpose, entry, guid)) WITHOUT ROWID;
INSERT OR IGNORE INTO temp.m_inside
    WITH RECURSIVE
        inside(purpose, entry, guid) AS (
            SELECT purpose, entry, guid FROM named_principal WHERE kind = 'group' AND directory = 'ad' AND matches = 1
            UNION SELECT i.purpose, i.entry, g.guid FROM inside i CROSS JOIN membership m ON m.group_guid = i.guid CROSS JOIN directory_group g ON g.guid = m.member_guid
            WHERE coalesce(g.group_type, -1) < 0)
    SELECT purpose, entry, 'ad', guid FROM inside;
INSERT OR IGNORE INTO temp.m_inside
    WITH RECURSIVE
        inside(purpose, entry, guid) AS (
            SELECT purpose, entry, guid FROM named_principal WHERE kind = 'group' AND directory <> 'ad' AND matches = 1
            UNION SELECT 'privileged', '', dn FROM m_group WHERE sid GLOB 'S-1-5-21-*-512'
            UNION SELECT i.purpose, i.entry, g.dn FROM inside i CROSS JOIN m_edge e ON e.group_dn = i.guid CROSS JOIN m_group g ON g.dn = e.member_dn)
    SELECT purpose, entry, 'ldap', guid FROM inside;
CREATE TEMP TABLE m_member(purpose TEXT, entry TEXT, guid TEXT, via TEXT, PRIMARY KEY(purpose, entry, guid)) WITHOUT ROWID;
INSERT OR IGNORE INTO temp.m_member
    SELECT purpose, entry, guid, NULL FROM named_principal WHERE kind = 'account' AND matches = 1
    UNION ALL
    SELECT i.purpose, i.entry, p.guid, coalesce(g.sam_name, g.sid, g.guid) FROM m_inside i CROSS JOIN directory_group g ON g.guid = i.guid CROSS JOIN membership m ON m.group_guid = i.guid CROSS JOIN m_person p ON p.guid = m.member_guid
        WHERE i.directory = 'ad'
    UNION ALL
    -- primaryGroupID does not show in the member attribute of the group
    SELECT i.purpose, i.entry, p.guid, coalesce(g.sam_name, g.sid, g.guid) FROM m_inside i CROSS JOIN directory_group g ON g.guid = i.guid CROSS JOIN account a CROSS JOIN m_person p ON p.guid = a.guid
        WHERE i.directory = 'ad' AND a.primary_group_rid = g.rid AND g.sid = substr(a.sid, 1, length(rtrim(a.sid, '0123456789'))) || a.primary_group_rid
    UNION ALL
    SELECT i.purpose, i.entry, d.guid, coalesce(g.name, g.dn) FROM m_inside i CROSS JOIN m_group g ON g.dn = i.guid CROSS JOIN m_edge e ON e.group_dn = i.guid CROSS JOIN m_dn d ON d.dn = e.member_dn
        WHERE i.directory = 'ldap' AND d.directory <> 'ad'
    UNION ALL
    -- memberUid names an account, and nothing else of it.
    SELECT i.purpose, i.entry, k.guid, coalesce(g.name, g.dn) FROM m_inside i CROSS JOIN m_group g ON g.dn = i.guid CROSS JOIN m_edge e ON e.group_dn = i.guid CROSS JOIN m_key k ON k.kind = 'name' AND k.value = substr(e.member_dn, 5)
        WHERE i.directory = 'ldap' AND e.member_dn GLOB 'uid=*' AND instr(e.member_dn, ',') = 0 AND k.directory = g.directory;
INSERT INTO named_member SELECT purpose, guid, CASE WHEN sum(via IS NULL) = 0 THEN min(via) END FROM m_member GROUP BY purpose, guid;
UPDATE named_principal SET
        members = (SELECT count(*) FROM m_member m WHERE m.purpose = named_principal.purpose AND m.entry = named_principal.entry),
        is_whole = NOT EXISTS (SELECT 1 FROM m_inside i LEFT JOIN directory_group g ON g.guid = i.guid LEFT JOIN m_group l ON l.dn = i.guid
            WHERE i.purpose = named_principal.purpose AND i.entry = named_principal.entry AND coalesce(g.members_complete, l.is_whole) IS NOT 1)
            AND CASE directory WHEN 'ad' THEN (SELECT groups AND users FROM m_known) ELSE (SELECT ldap_groups FROM m_known) END
    WHERE kind = 'group' AND matches = 1;

-- Whether nobody else is meant by a purpose.
DROP TABLE IF EXISTS temp.m_purpose;
CREATE TEMP TABLE m_purpose(purpose TEXT PRIMARY KEY, is_known INTEGER) WITHOUT ROWID;
INSERT INTO temp.m_purpose
    SELECT p.column1, k.site AND NOT EXISTS (SELECT 1 FROM named_account a WHERE a.purpose = p.column1
            AND NOT EXISTS (SELECT 1 FROM named_principal n WHERE n.purpose = a.purpose AND n.entry = a.entry AND n.matches = 1 AND (n.kind = 'account' OR n.is_whole)))
    FROM (VALUES ('remote_access'), ('vendor'), ('privileged'), ('break_glass'), ('honey')) p CROSS JOIN m_known k;

-- Administrators of FreeIPA are who is inside of its group, or named; of OpenLDAP nobody but who is named.
UPDATE temp.m_person SET is_privileged = CASE
        WHEN EXISTS (SELECT 1 FROM named_member n WHERE n.purpose = 'privileged' AND n.guid = m_person.guid) OR is_privileged = 1 THEN 1
        WHEN directory = 'ad' THEN is_privileged
        WHEN NOT (SELECT is_known FROM m_purpose WHERE purpose = 'privileged') THEN NULL
        WHEN directory = 'freeipa' THEN CASE WHEN (SELECT ldap_groups AND ipa FROM m_known) AND EXISTS (SELECT 1 FROM m_group WHERE sid GLOB 'S-1-5-21-*-512')
            AND NOT EXISTS (SELECT 1 FROM m_inside i JOIN m_group g ON g.dn = i.guid WHERE i.purpose = 'privileged' AND g.is_whole IS NOT 1) THEN 0 END
        WHEN EXISTS (SELECT 1 FROM named_principal WHERE purpose = 'privileged' AND directory = 'openldap') THEN 0 END
    WHERE directory <> 'ad' OR EXISTS (SELECT 1 FROM named_member n WHERE n.purpose = 'privileged' AND n.guid = m_person.guid);

-- Whose each record of an export is: the best key that it has decides. A SID that nobody has means nobody, whatever the name says.
-- Entra ID knows accounts by the userPrincipalName that they have: another one that is like name@domain may be somebody else's (his mail address).
INSERT INTO mfa_join
    SELECT origin, path, row, CASE n WHEN 1 THEN guid END, CASE n WHEN 1 THEN how END,
        CASE WHEN n = 1 THEN NULL WHEN n > 1 THEN 'ambiguous' WHEN sid IS NULL AND upn IS NULL AND name IS NULL THEN 'no_key' ELSE 'no_account' END
    FROM (SELECT m.origin, m.path, m.row, m.sid, m.upn, m.name,
            CASE WHEN m.sid IS NOT NULL THEN s.guid WHEN u.n THEN u.guid WHEN i.n THEN i.guid WHEN m.domain IS NOT NULL THEN d.guid ELSE x.guid END AS guid,
            CASE WHEN m.sid IS NOT NULL THEN s.n WHEN u.n THEN u.n
                WHEN i.n THEN i.n + ((m.origin, m.path) IN (SELECT origin, path FROM mfa_export WHERE service = 'entra') AND i.guid IN (SELECT guid FROM m_key WHERE kind = 'upn')) WHEN m.domain IS NOT NULL THEN d.n ELSE x.n END AS n,
            CASE WHEN m.sid IS NOT NULL THEN 'sid' WHEN coalesce(u.n, i.n) THEN 'upn' ELSE 'name' END AS how
        FROM mfa_account m
            LEFT JOIN m_only s ON s.kind = 'sid' AND s.value = m.sid
            LEFT JOIN m_only u ON u.kind = 'upn' AND u.value = lower(m.upn)
            LEFT JOIN m_only i ON i.kind = 'implicit' AND i.value = lower(m.upn)
            LEFT JOIN m_only d ON d.kind = 'domain' AND d.value = lower(m.domain || '\' || m.name)
            LEFT JOIN m_only x ON x.kind = 'name' AND x.value = lower(m.name));

-- Accounts that a record may mean that was not joined: they are not without a record.
DROP TABLE IF EXISTS temp.m_maybe; DROP TABLE IF EXISTS temp.m_twice;
CREATE TEMP TABLE m_maybe(guid TEXT PRIMARY KEY) WITHOUT ROWID;
INSERT OR IGNORE INTO temp.m_maybe
    SELECT k.guid FROM mfa_join j CROSS JOIN mfa_account m ON m.origin = j.origin AND m.path = j.path AND m.row = j.row
        CROSS JOIN m_key k ON (k.kind = 'sid' AND k.value = m.sid) OR (k.kind IN ('upn', 'implicit') AND k.value = lower(m.upn)) OR (k.kind = 'domain' AND k.value = lower(m.domain || '\' || m.name)) OR (k.kind = 'name' AND m.domain IS NULL AND k.value = lower(m.name))
    WHERE j.reason = 'ambiguous';
-- Two records of one file about one account that contradict each other. Lines of one account that a table has a factor each are one record already.
CREATE TEMP TABLE m_twice(origin TEXT, path TEXT, guid TEXT, PRIMARY KEY(origin, path, guid)) WITHOUT ROWID;
INSERT INTO temp.m_twice
    SELECT j.origin, j.path, j.guid FROM mfa_join j CROSS JOIN mfa_account m ON m.origin = j.origin AND m.path = j.path AND m.row = j.row
    WHERE (j.origin, j.path, j.guid) IN (SELECT origin, path, guid FROM mfa_join WHERE guid IS NOT NULL GROUP BY origin, path, guid HAVING count(*) > 1)
    GROUP BY j.origin, j.path, j.guid
    HAVING min(m.is_bypassed) <> max(m.is_bypassed) OR min(m.is_enforced) <> max(m.is_enforced)
        OR min(m.is_registered) <> max(m.is_registered) OR min(m.is_capable) <> max(m.is_capable);
INSERT OR IGNORE INTO temp.m_maybe SELECT guid FROM m_twice;
UPDATE mfa_join SET guid = NULL, how = NULL, reason = 'twice' WHERE guid IN (SELECT guid FROM m_twice) AND (origin, path, guid) IN (SELECT origin, path, guid FROM m_twice);
-- What a product said of an account before it said something newer is over: a factor that was deleted, a bypass that was taken back. Plain
-- tables come from any product, so that a newer one need not be about the same.
DROP TABLE IF EXISTS temp.m_over;
CREATE TEMP TABLE m_over(origin TEXT, path TEXT, guid TEXT, PRIMARY KEY(origin, path, guid)) WITHOUT ROWID;
INSERT OR IGNORE INTO temp.m_over
    WITH told AS MATERIALIZED (SELECT j.guid, e.service, e.origin, e.path, coalesce(e.exported_at, 0) AS at, a.is_registered IS NOT NULL AS tells
            FROM mfa_export e CROSS JOIN mfa_account a ON a.origin = e.origin AND a.path = e.path CROSS JOIN mfa_join j ON j.origin = a.origin AND j.path = a.path AND j.row = a.row
            WHERE e.service <> 'plain' AND j.guid IS NOT NULL),
        newest AS MATERIALIZED (SELECT guid, service, max(at) AS at FROM told WHERE tells GROUP BY guid, service)
    SELECT t.origin, t.path, t.guid FROM newest n JOIN told t ON t.guid = n.guid AND t.service = n.service AND t.at < n.at;

-- How good a factor is against phishing. What a product calls otherwise is not known to be good.
DROP TABLE IF EXISTS temp.m_strength;
CREATE TEMP TABLE m_strength(method TEXT PRIMARY KEY, strength TEXT) WITHOUT ROWID;
INSERT INTO temp.m_strength VALUES ('fido2', 'strong'), ('windows_hello', 'strong'), ('passkey', 'strong'), ('certificate', 'strong'), ('smartcard', 'strong'), ('hardware_token', 'ordinary'), ('totp', 'ordinary'),
    ('push', 'ordinary'), ('sms', 'weak'), ('call', 'weak'), ('mail', 'weak'), ('question', 'weak'), ('temporary', 'weak'), ('password', 'none');

-- Exports: a row a record, and a row a factor. The newest export of a product comes first. A record that says registered and lists factors
-- none of which works tells nothing. Entra lists mail and questions that only reset
-- passwords, and factors of people of whom it says that none may be used.
-- Half a million factors are numbered only where an account has several of one name, which is rare: in other products' files it has one record.
DROP TABLE IF EXISTS temp.m_several; DROP VIEW IF EXISTS temp.m_record;
CREATE TEMP TABLE m_several(guid TEXT PRIMARY KEY) WITHOUT ROWID;
INSERT INTO temp.m_several
    SELECT j.guid FROM mfa_join j CROSS JOIN mfa_export e ON e.origin = j.origin AND e.path = j.path WHERE j.guid IS NOT NULL GROUP BY j.guid HAVING count(*) > count(DISTINCT e.service);
INSERT OR IGNORE INTO temp.m_several
    SELECT j.guid FROM (SELECT origin, path, row FROM mfa_method GROUP BY origin, path, row HAVING count(*) > count(DISTINCT method)) m
        CROSS JOIN mfa_join j ON j.origin = m.origin AND j.path = m.path AND j.row = m.row WHERE j.guid IS NOT NULL;
CREATE TEMP VIEW m_record AS
    SELECT j.guid, e.service, 'state' AS method, 'unknown' AS strength,
         CASE WHEN a.is_registered = 1 AND (SELECT max(m.state = 'active' AND m.method <> 'password') FROM mfa_method m WHERE m.origin = j.origin AND m.path = j.path AND m.row = j.row) = 0 THEN NULL ELSE a.is_registered END AS is_registered,
         a.is_capable, a.is_enforced, a.is_bypassed, coalesce(e.exported_at, a.updated_at) AS seen_at, j.path, j.row, -1 AS position
    FROM mfa_export e CROSS JOIN mfa_account a ON a.origin = e.origin AND a.path = e.path CROSS JOIN mfa_join j ON j.origin = a.origin AND j.path = a.path AND j.row = a.row
    WHERE j.guid IS NOT NULL AND (j.origin, j.path, j.guid) NOT IN (SELECT origin, path, guid FROM m_over)
    UNION ALL
    SELECT j.guid, e.service, m.method, coalesce(s.strength, 'unknown'),
        CASE WHEN m.method = 'password' OR m.state <> 'active' OR a.is_registered = 0 OR (e.service = 'entra' AND m.method IN ('mail', 'question')) THEN 0 ELSE 1 END, NULL, NULL, NULL,
        coalesce(e.exported_at, a.updated_at), j.path, j.row, m.position
    FROM mfa_export e CROSS JOIN mfa_account a ON a.origin = e.origin AND a.path = e.path CROSS JOIN mfa_join j ON j.origin = a.origin AND j.path = a.path AND j.row = a.row
        CROSS JOIN mfa_method m ON m.origin = j.origin AND m.path = j.path AND m.row = j.row LEFT JOIN m_strength s ON s.method = m.method
    WHERE j.guid IS NOT NULL AND (j.origin, j.path, j.guid) NOT IN (SELECT origin, path, guid FROM m_over);
INSERT INTO mfa_factor
    SELECT guid, service, method, method, strength, is_registered, is_capable, is_enforced, is_bypassed, seen_at, path FROM m_record
    WHERE guid NOT IN (SELECT guid FROM m_several) ORDER BY guid, service, method;
INSERT INTO mfa_factor
    WITH numbered AS (SELECT *, row_number() OVER (PARTITION BY guid, service, method ORDER BY seen_at DESC, path, row, position) AS n FROM (SELECT 1 FROM m_several LIMIT 1) CROSS JOIN m_record WHERE guid IN (SELECT guid FROM m_several))
    SELECT guid, service, CASE n WHEN 1 THEN method ELSE method || '#' || n END, method, strength, is_registered, is_capable, is_enforced, is_bypassed, seen_at, path FROM numbered;
DROP VIEW temp.m_record;

-- The directory: only interactive logons are forced to the smart card. A Windows Hello key without a device is not from Windows and proves nothing;
-- one that was made without a second factor is as good as the password that made it.
INSERT INTO mfa_factor
    SELECT p.guid, 'smartcard_required', 'uac', 'smartcard', 'strong', 1, 1, 1, NULL, k.seen_at, s.server
    FROM account_state s CROSS JOIN m_known k CROSS JOIN m_person p ON p.guid = s.guid WHERE p.directory = 'ad' AND s.uac & 0x40000 <> 0;
INSERT INTO mfa_factor
    SELECT p.guid, 'key_credential', c.key_id, CASE c.usage WHEN 'ngc' THEN 'windows_hello' WHEN 'fido' THEN 'fido2' ELSE 'other' END,
        CASE WHEN c.usage = 'ngc' AND c.device_id = '00000000-0000-0000-0000-000000000000' THEN 'unknown' WHEN c.flags & 2 THEN 'weak' WHEN c.flags IS NULL OR c.usage IS NULL THEN 'unknown' ELSE 'strong' END,
        CASE WHEN c.usage IS NULL OR (c.usage = 'ngc' AND c.device_id = '00000000-0000-0000-0000-000000000000') THEN NULL ELSE 1 END, NULL, NULL, NULL, k.seen_at, a.server
    FROM key_credential c CROSS JOIN m_known k JOIN m_person p ON p.guid = c.guid JOIN account a ON a.guid = c.guid WHERE coalesce(c.usage, 'ngc') IN ('ngc', 'fido');
INSERT INTO mfa_factor
    SELECT p.guid, 'certificate_mapping', CAST(m.position AS TEXT), 'certificate', CASE WHEN m.is_strong THEN 'strong' ELSE 'weak' END, 1, NULL, NULL, NULL, k.seen_at, a.server
    FROM certificate_mapping m CROSS JOIN m_known k JOIN m_person p ON p.guid = m.guid JOIN account a ON a.guid = m.guid WHERE m.kind <> 'kerberos';
-- A policy limits from where the account may log on; that is no second factor, and is here to be seen.
INSERT OR IGNORE INTO mfa_factor
    SELECT p.guid, 'silo', y.kind, 'state', 'unknown', NULL, NULL, coalesce(y.is_enforced, 0), NULL, k.seen_at, coalesce(y.name, y.dn)
    FROM (SELECT 1 FROM authentication_policy LIMIT 1) CROSS JOIN account a CROSS JOIN authentication_policy y ON a.authn_policy_dn = y.dn COLLATE NOCASE OR a.authn_silo_dn = y.dn COLLATE NOCASE CROSS JOIN m_known k JOIN m_person p ON p.guid = a.guid
    WHERE a.authn_policy_dn IS NOT NULL OR a.authn_silo_dn IS NOT NULL;
-- A ticket that was got with a certificate (PreAuthType 15 to 17, RFC 4556) proves that there is one, and not that the password is not enough.
INSERT INTO mfa_factor
    WITH ticket AS MATERIALIZED (SELECT l.account_sid AS sid, max(l.at) AS at, h.host FROM logon_event l JOIN event_host h ON h.log = l.log AND h.computer = l.computer
            WHERE l.kind = 'ticket' AND l.preauth BETWEEN 15 AND 17 AND l.is_failure = 0 AND l.account_sid IS NOT NULL AND l.at <= (SELECT now FROM m_known) GROUP BY l.account_sid),
        owner AS MATERIALIZED (SELECT sid, guid, directory FROM m_person WHERE sid IN (SELECT sid FROM ticket) GROUP BY sid HAVING count(*) = 1)
    SELECT o.guid, 'pkinit', 'ticket', 'certificate', 'strong', 1, 1, NULL, NULL, e.at, e.host FROM owner o CROSS JOIN ticket e ON e.sid = o.sid WHERE o.directory = 'ad';

-- Tokens that work today.
DROP TABLE IF EXISTS temp.m_token;
CREATE TEMP TABLE m_token(owner TEXT, form TEXT, dn TEXT, kind TEXT, is_used INTEGER, server TEXT, is_sure INTEGER, PRIMARY KEY(owner, form, dn)) WITHOUT ROWID;
INSERT OR IGNORE INTO temp.m_token
    SELECT lower(t.owner_dn), t.form, lower(t.dn), t.kind, t.is_used, t.server, t.is_disabled IS NOT NULL FROM otp_token t CROSS JOIN m_known k
    WHERE t.owner_dn IS NOT NULL AND t.is_disabled IS NOT 1 AND (coalesce(t.not_before, 0) = 0 OR t.not_before <= k.now) AND (coalesce(t.not_after, 0) = 0 OR t.not_after > k.now);

-- FreeIPA: the kinds of authentication of an account, else of the directory; `disabled` turns all of them off, so that nothing is known where those were not read. With none set, or with
-- `password` or `hardened` among them, the password alone is enough. A kind without anything registered for it is none.
DROP TABLE IF EXISTS temp.m_ipa;
CREATE TEMP TABLE m_ipa(guid TEXT PRIMARY KEY, dn TEXT, types TEXT, passkeys INTEGER, mappings INTEGER, radius INTEGER, server TEXT) WITHOUT ROWID;
INSERT OR IGNORE INTO temp.m_ipa
    SELECT a.guid, lower(a.dn),
        CASE WHEN a.auth_types LIKE '%disabled%' OR g.auth_types LIKE '%disabled%' THEN ',,' WHEN a.auth_types <> '' AND (g.auth_types IS NOT NULL OR ',' || a.auth_types || ',' LIKE '%,password,%') THEN ',' || a.auth_types || ',' WHEN a.auth_types = '' THEN ',' || g.auth_types || ',' END,
        a.passkeys, a.mappings, a.has_radius, a.server
    FROM ldap_account a LEFT JOIN ipa_settings g ON g.server = a.server ORDER BY a.guid, a.server;
INSERT INTO mfa_factor
    WITH read AS (
            SELECT i.*, i.types = ',,' OR i.types LIKE '%,password,%' OR i.types LIKE '%,hardened,%' AS takes_password,
                (i.types LIKE '%,otp,%' AND CASE WHEN t.is_sure THEN 1 WHEN t.owner IS NULL THEN 0 END) OR (i.types LIKE '%,passkey,%' AND i.passkeys > 0) OR (i.types LIKE '%,pkinit,%' AND i.mappings > 0) AS has_one,
                i.types LIKE '%,radius,%' OR i.types LIKE '%,idp,%' AS elsewhere, i.types LIKE '%,otp,%' AS otp
            FROM m_ipa i LEFT JOIN (SELECT owner, max(is_sure) AS is_sure FROM m_token WHERE form = 'ipa' GROUP BY owner) t ON t.owner = i.dn)
    SELECT r.guid, 'ipa_auth_type', 'types', CASE WHEN r.takes_password AND NOT coalesce(r.has_one, 0) AND NOT r.elsewhere THEN 'password' ELSE 'state' END,
        CASE WHEN r.takes_password AND NOT coalesce(r.has_one, 0) AND NOT r.elsewhere THEN 'none' ELSE 'unknown' END,
        CASE WHEN r.has_one THEN 1 WHEN r.has_one = 0 AND NOT r.elsewhere AND k.ipa THEN 0 END,
        CASE WHEN r.has_one THEN 1 END,
        CASE WHEN r.takes_password THEN 0 WHEN r.has_one AND NOT r.takes_password THEN 1 END, NULL, k.seen_at, r.server
    FROM read r CROSS JOIN m_known k JOIN m_person p ON p.guid = r.guid WHERE r.types IS NOT NULL;
INSERT OR IGNORE INTO mfa_factor
    SELECT i.guid, 'ipa_token', t.dn, CASE t.kind WHEN 'other' THEN 'other' ELSE 'totp' END, CASE t.kind WHEN 'other' THEN 'unknown' ELSE 'ordinary' END, CASE WHEN t.is_sure THEN 1 END,
        CASE WHEN i.types LIKE '%,otp,%' THEN 1 WHEN i.types IS NOT NULL THEN 0 END, NULL, NULL, k.seen_at, t.server
    FROM m_token t CROSS JOIN m_known k JOIN m_ipa i ON i.dn = t.owner WHERE t.form = 'ipa';
INSERT OR IGNORE INTO mfa_factor
    SELECT i.guid, 'ipa_token', 'passkey', 'passkey', 'strong', 1, CASE WHEN i.types LIKE '%,passkey,%' THEN 1 WHEN i.types IS NOT NULL THEN 0 END, NULL, NULL, k.seen_at, i.server
    FROM m_ipa i CROSS JOIN m_known k WHERE i.passkeys > 0
    UNION ALL SELECT i.guid, 'ipa_token', 'certificate', 'certificate', 'strong', CASE WHEN i.types LIKE '%,pkinit,%' THEN 1 END, CASE WHEN i.types LIKE '%,pkinit,%' THEN 1 WHEN i.types IS NOT NULL THEN 0 END, NULL, NULL, k.seen_at, i.server
    FROM m_ipa i CROSS JOIN m_known k WHERE i.mappings > 0;
-- slapo-otp guards simple binds only: whether there are other ways in, nobody tells.
INSERT OR IGNORE INTO mfa_factor
    SELECT d.guid, 'openldap_token', t.dn, CASE t.kind WHEN 'other' THEN 'other' ELSE 'totp' END, CASE t.kind WHEN 'other' THEN 'unknown' ELSE 'ordinary' END, CASE WHEN t.is_sure THEN 1 END, CASE WHEN t.is_sure THEN 1 END, NULL, NULL, k.seen_at, t.server
    FROM m_token t CROSS JOIN m_known k JOIN m_dn d ON d.dn = t.owner WHERE t.form = 'openldap' AND d.directory = 'openldap';

-- One row an account. 1 where anything says so; 0 where something says so and nothing else proves the contrary.
INSERT INTO mfa_state
    WITH flag AS MATERIALIZED (
            SELECT guid, max(is_registered = 1) AS has, max(is_registered = 0 AND (method = 'state' OR basis = 'ipa_auth_type')) AS lacks,
                max(CASE WHEN basis <> 'silo' THEN is_capable END) AS capable, max(CASE WHEN basis <> 'silo' THEN is_enforced END) AS enforced, max(is_bypassed) AS bypassed,
                -- A token or key of which it is not known whether it works, or what it is.
                max(is_registered IS NULL AND (basis IN ('openldap_token', 'ipa_token') OR (basis = 'key_credential' AND method = 'other'))) AS maybe,
                max(basis IN ('entra', 'duo', 'okta', 'plain')) AS in_export, max(basis = 'ipa_auth_type') AS in_ipa,
                max(CASE WHEN is_registered = 1 THEN CASE strength WHEN 'strong' THEN 3 WHEN 'ordinary' THEN 2 WHEN 'weak' THEN 1 END END) AS best,
                min(CASE WHEN is_registered = 1 THEN CASE strength WHEN 'strong' THEN 3 WHEN 'ordinary' THEN 2 WHEN 'weak' THEN 1 END END) AS worst,
                max(CASE WHEN is_registered = 1 THEN seen_at END) AS proven_at, max(CASE WHEN is_enforced = 1 AND basis <> 'silo' THEN seen_at END) AS enforced_at,
                min(CASE WHEN is_bypassed = 0 THEN coalesce(seen_at, 0) END) AS passable_at, min(CASE WHEN is_registered = 1 THEN coalesce(seen_at, 0) END) AS factors_at,
                max(CASE WHEN is_registered = 1 AND strength = 'strong' THEN seen_at END) AS strong_at
            FROM mfa_factor GROUP BY guid),
        basis AS MATERIALIZED (SELECT guid, basis, group_concat(DISTINCT nullif(method, 'state')) AS methods,
                -- It says that there is a factor, and not which, or one that nobody can weigh.
                max(method <> 'state' AND strength = 'unknown') OR (basis IN ('entra', 'duo', 'okta', 'plain') AND max(method <> 'state') = 0) AS is_unclear
            FROM mfa_factor WHERE is_registered = 1 GROUP BY guid, basis),
        proof AS MATERIALIZED (SELECT guid, group_concat(basis || coalesce(' (' || replace(methods, ',', ', ') || ')', ''), '; ') AS text, max(is_unclear) AS is_unclear FROM basis GROUP BY guid),
        told AS (
            SELECT p.*, f.has, f.best, f.worst, f.capable, f.enforced, f.bypassed, f.proven_at, f.enforced_at, f.passable_at, f.factors_at, f.strong_at, x.text,
                -- What was not read may be stronger or weaker than what was.
                coalesce(x.is_unclear, 0) OR coalesce(f.maybe, 0) OR k.lost OR q.nameless OR NOT CASE p.directory WHEN 'ad' THEN k.users AND k.domain WHEN 'freeipa' THEN k.ipa ELSE k.otp END AS is_unclear,
                coalesce(f.in_export OR f.has OR f.in_ipa, 0) AS is_told,
                CASE WHEN f.has THEN 1 WHEN f.lacks THEN 0
                    WHEN k.sources AND NOT q.nameless AND coalesce(f.in_export OR f.maybe, 0) = 0 AND p.is_readable AND p.guid NOT IN (SELECT guid FROM m_maybe)
                        AND CASE p.directory WHEN 'ad' THEN k.users AND k.domain WHEN 'freeipa' THEN 0 ELSE k.otp END THEN 0 END AS registered
            FROM m_person p CROSS JOIN m_known k CROSS JOIN (SELECT EXISTS (SELECT 1 FROM mfa_join WHERE reason = 'no_key') AS nameless) q LEFT JOIN flag f ON f.guid = p.guid LEFT JOIN proof x ON x.guid = p.guid)
    SELECT guid, subject, name, directory, is_enabled, is_privileged,
        CASE WHEN EXISTS (SELECT 1 FROM named_member n WHERE n.purpose = 'remote_access' AND n.guid = t.guid) THEN 1 WHEN (SELECT is_known FROM m_purpose WHERE purpose = 'remote_access') THEN 0 END,
        CASE WHEN EXISTS (SELECT 1 FROM named_member n WHERE n.purpose = 'vendor' AND n.guid = t.guid) THEN 1 WHEN (SELECT is_known FROM m_purpose WHERE purpose = 'vendor') THEN 0 END,
        CASE WHEN EXISTS (SELECT 1 FROM named_member n WHERE n.purpose = 'break_glass' AND n.guid = t.guid) THEN 1 WHEN (SELECT is_known FROM m_purpose WHERE purpose = 'break_glass') THEN 0 END,
        CASE WHEN EXISTS (SELECT 1 FROM named_member n WHERE n.purpose = 'honey' AND n.guid = t.guid) THEN 1 WHEN (SELECT is_known FROM m_purpose WHERE purpose = 'honey') THEN 0 END,
        is_told, registered,
        CASE WHEN capable = 1 THEN 1 WHEN registered = 0 THEN 0 ELSE capable END,
        CASE WHEN enforced = 1 THEN 1 WHEN registered = 0 THEN 0 ELSE enforced END, bypassed,
        CASE WHEN best = 3 THEN 'strong' WHEN is_unclear THEN NULL WHEN best = 2 THEN 'ordinary' WHEN best = 1 THEN 'weak' END,
        CASE WHEN worst = 1 THEN 'weak' WHEN is_unclear THEN NULL WHEN worst = 2 THEN 'ordinary' WHEN worst = 3 THEN 'strong' END, text, proven_at,
        enforced_at, passable_at, factors_at, strong_at
    FROM told t ORDER BY guid;

-- What logs say of accounts that nobody uses every day. An event without a SID (a wrong password) is theirs by its name, unless it tells another domain.
DROP TABLE IF EXISTS temp.m_watch; DROP TABLE IF EXISTS temp.m_event;
CREATE TEMP TABLE m_watch(guid TEXT PRIMARY KEY, sid TEXT, name TEXT, dn TEXT) WITHOUT ROWID;
INSERT OR IGNORE INTO temp.m_watch SELECT p.guid, p.sid, k.value, p.dn FROM named_member n JOIN m_person p ON p.guid = n.guid LEFT JOIN m_key k ON k.kind = 'name' AND k.value = lower(p.name) AND k.guid = p.guid
    WHERE n.purpose IN ('break_glass', 'honey');
CREATE TEMP TABLE m_event(log INTEGER, record INTEGER, computer INTEGER, at INTEGER, event_id INTEGER, kind TEXT, is_failure INTEGER, sid TEXT, name TEXT, domain TEXT, service TEXT, source TEXT);
INSERT INTO temp.m_event
    SELECT e.log, e.record, e.computer, e.at, e.event_id, e.kind, e.is_failure OR e.kind IN ('logon_failed', 'preauth_failed'), e.account_sid,
        lower(CASE WHEN instr(e.account_name, '@') > 1 THEN substr(e.account_name, 1, instr(e.account_name, '@') - 1) ELSE e.account_name END),
        lower(coalesce(CASE WHEN instr(e.account_name, '@') > 1 THEN substr(e.account_name, instr(e.account_name, '@') + 1) END, e.account_domain, '')), lower(e.service), coalesce(e.address, e.workstation, '')
    FROM (SELECT 1 FROM m_watch LIMIT 1) CROSS JOIN logon_event e
    WHERE e.kind IN ('logon', 'logon_failed', 'ticket', 'service_ticket', 'preauth_failed', 'validation', 'explicit', 'rdp_login', 'rdp_session', 'rdp_reconnect')
        AND (e.account_sid IN (SELECT sid FROM m_watch)
            OR lower(CASE WHEN instr(e.account_name, '@') > 1 THEN substr(e.account_name, 1, instr(e.account_name, '@') - 1) ELSE e.account_name END) IN (SELECT name FROM m_watch)
            OR lower(e.account_name) IN (SELECT dn FROM m_watch)
            OR (e.kind = 'service_ticket' AND lower(e.service) IN (SELECT name FROM m_watch)));
INSERT INTO named_event
    SELECT w.guid, h.host, e.kind, e.is_failure, e.source, count(*), min(e.at), max(e.at), max(((e.log & 0x1fffff) << 40) + (e.record & 0xffffffffff)) >> 40, max(((e.log & 0x1fffff) << 40) + (e.record & 0xffffffffff)) & 0xffffffffff
    FROM m_event e CROSS JOIN m_watch w ON e.sid = w.sid OR (e.sid IS NULL AND e.name = w.dn)
            OR (e.sid IS NULL AND e.name = w.name AND (e.domain = '' OR e.domain IN (SELECT lower(netbios_name) FROM domain_head UNION SELECT lower(dns_name) FROM domain_head)
                OR EXISTS (SELECT 1 FROM m_key k WHERE k.kind = 'upn' AND k.value = e.name || '@' || e.domain AND k.guid = w.guid)))
            OR (e.kind = 'service_ticket' AND e.service = w.name)
        JOIN event_host h ON h.log = e.log AND h.computer = e.computer
    WHERE NOT EXISTS (SELECT 1 FROM event_twin t JOIN logon_event o ON o.log = t.other AND o.record = e.record AND o.at = e.at AND o.event_id = e.event_id WHERE t.log = e.log)
    GROUP BY w.guid, h.host, e.kind, e.is_failure, e.source;

DROP TABLE temp.m_known; DROP TABLE temp.m_person; DROP TABLE temp.m_key; DROP TABLE temp.m_only; DROP TABLE temp.m_dn; DROP TABLE temp.m_group; DROP TABLE temp.m_edge; DROP TABLE temp.m_inside; DROP TABLE temp.m_member;
DROP TABLE temp.m_purpose; DROP TABLE temp.m_maybe; DROP TABLE temp.m_twice; DROP TABLE temp.m_over; DROP TABLE temp.m_strength; DROP TABLE temp.m_several; DROP TABLE temp.m_token; DROP TABLE temp.m_ipa; DROP TABLE temp.m_watch; DROP TABLE temp.m_event;
