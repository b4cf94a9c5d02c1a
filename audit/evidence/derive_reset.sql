-- SPDX-License-Identifier: GPL-3.0-or-later
-- What the reset plan stands on: every secret over all copies and over time, and the class of each account. Runs when a plan is made, after
-- derive.sql and the others, in one transaction. Only standard SQL functions, so that the sqlite3 shell runs it too.

DELETE FROM reset_controller_copy;
DELETE FROM reset_secret;
DELETE FROM reset_account_class;

-- Only domain controllers of the domain whose accounts are here hold these secrets. A read-only one keeps those that it was told to cache, and
-- a domain controller that is gone for good proves nothing any more.
INSERT INTO reset_controller_copy
    SELECT c.agent_guid, c.name,
        CASE WHEN EXISTS (SELECT 1 FROM secret_change m WHERE m.server = c.server LIMIT 1) OR EXISTS (SELECT 1 FROM coverage v
            WHERE v.source = 'ldap.metadata' AND v.target = c.server AND v.state = 'complete') THEN c.server END,
        EXISTS (SELECT 1 FROM coverage v WHERE v.source = 'ldap.metadata' AND v.target = c.server AND v.state = 'complete'), 0
    FROM controller_state c JOIN directory_agent d ON d.guid = c.agent_guid
    WHERE c.is_read_only IS NOT 1
        AND (d.computer_dn IS NULL OR upper(substr(d.computer_dn, instr(upper(d.computer_dn), ',DC=') + 1)) IN (SELECT upper(h.dn) FROM domain_head h))
        AND NOT EXISTS (SELECT 1 FROM reset_decision x WHERE x.kind = 'without_controller' AND x.subject = c.subject);

-- Of several domains each has its own domain controllers. One without a computer account is counted in every domain: it may hold any secret.
CREATE TEMP TABLE r_controller(agent_guid TEXT PRIMARY KEY, name TEXT, server TEXT, is_whole INTEGER, domain TEXT) WITHOUT ROWID;
INSERT INTO temp.r_controller
    SELECT k.agent_guid, k.name, k.server, k.is_whole, (SELECT min(h.guid) FROM domain_head h WHERE upper(h.dn) = upper(substr(d.computer_dn, instr(upper(d.computer_dn), ',DC=') + 1)))
    FROM reset_controller_copy k JOIN directory_agent d ON d.guid = k.agent_guid;
CREATE INDEX temp.r_controller_server ON r_controller(server);
CREATE TEMP TABLE r_home(guid TEXT PRIMARY KEY, domain TEXT) WITHOUT ROWID;
INSERT OR IGNORE INTO temp.r_home
    SELECT o.guid, (SELECT h.guid FROM domain_head h WHERE upper(substr(o.dn, -length(h.dn) - 1)) = ',' || upper(h.dn) ORDER BY length(h.dn) DESC LIMIT 1)
    FROM (SELECT guid, dn FROM account UNION ALL SELECT guid, dn FROM trusted_domain) o WHERE (SELECT count(*) FROM domain_head) > 1;

CREATE TEMP TABLE r_must(domain TEXT, total INTEGER, told INTEGER, silent TEXT);
INSERT INTO temp.r_must
    SELECT h.guid, count(*), count(c.server), (SELECT group_concat(name, ', ') FROM (SELECT name FROM temp.r_controller x
        WHERE x.server IS NULL AND (x.domain = h.guid OR x.domain IS NULL) ORDER BY name))
    FROM domain_head h JOIN temp.r_controller c ON c.domain = h.guid OR c.domain IS NULL GROUP BY h.guid;

-- Each secret with its newest version, in one pass over the copies. A copy of one that has to hold it is counted; others (read-only, gone) may
-- still tell what is newest. Mostly all copies are the same; those of the others are looked at one by one (r_copy).
CREATE TEMP TABLE r_only(domain TEXT);
INSERT INTO temp.r_only SELECT min(guid) FROM domain_head HAVING count(*) = 1;
CREATE TEMP TABLE r_newest(guid TEXT, secret TEXT, version INTEGER, at INTEGER, told INTEGER, is_same INTEGER, domain TEXT, PRIMARY KEY(guid, secret)) WITHOUT ROWID;
INSERT INTO temp.r_newest
    SELECT s.guid, s.secret, max(s.version), max(s.at), count(c.server),
        min(s.version) = max(s.version) AND min(s.at) = max(s.at) AND count(s.at) = count(*), coalesce(o.domain, i.domain)
    FROM secret_copy s LEFT JOIN temp.r_only i LEFT JOIN temp.r_home o ON o.guid = s.guid
        LEFT JOIN temp.r_controller c ON c.server = s.server AND (c.domain = coalesce(o.domain, i.domain) OR c.domain IS NULL)
    GROUP BY s.guid, s.secret;
CREATE TEMP TABLE r_copy(guid TEXT, secret TEXT, server TEXT, version INTEGER, at INTEGER, PRIMARY KEY(guid, secret, server)) WITHOUT ROWID;
INSERT INTO temp.r_copy
    SELECT x.guid, x.secret, x.server, x.version, x.at FROM temp.r_newest n LEFT JOIN temp.r_must m ON m.domain = n.domain CROSS JOIN secret_copy x ON x.guid = n.guid AND x.secret = n.secret
    WHERE n.is_same IS NOT 1 OR n.told < m.told;
UPDATE temp.r_newest SET at = (SELECT max(x.at) FROM temp.r_copy x WHERE x.guid = r_newest.guid AND x.secret = r_newest.secret AND x.version = r_newest.version) WHERE is_same IS NOT 1;

INSERT INTO reset_secret
    SELECT n.guid, n.secret, n.version, n.at, n.told,
        CASE WHEN n.is_same = 1 THEN n.told ELSE (SELECT count(*) FROM temp.r_copy x JOIN temp.r_controller c ON c.server = x.server AND (c.domain = n.domain OR c.domain IS NULL)
            WHERE x.guid = n.guid AND x.secret = n.secret AND x.version = n.version AND x.at IS n.at) END AS confirmed,
        CASE WHEN (SELECT complete FROM source_state WHERE source = 'ldap.site') THEN m.total END,
        CASE WHEN n.is_same IS NOT 1 OR n.told < m.told THEN (SELECT group_concat(name, ', ') FROM (SELECT c.name FROM temp.r_controller c
                LEFT JOIN temp.r_copy x ON x.guid = n.guid AND x.secret = n.secret AND x.server = c.server
            WHERE c.server IS NOT NULL AND (c.domain = n.domain OR c.domain IS NULL)
                AND (x.version <> n.version OR x.guid IS NOT NULL AND x.at IS NOT n.at OR x.guid IS NULL AND c.is_whole) ORDER BY c.name)) END,
        CASE WHEN n.told < m.total THEN coalesce(m.silent, '') ||
            CASE WHEN n.told < m.told THEN coalesce((SELECT group_concat(CASE WHEN m.silent IS NULL THEN '' ELSE ', ' END || c.name, '') FROM temp.r_controller c
                WHERE c.server IS NOT NULL AND (c.domain = n.domain OR c.domain IS NULL) AND NOT c.is_whole
                    AND NOT EXISTS (SELECT 1 FROM temp.r_copy x WHERE x.guid = n.guid AND x.secret = n.secret AND x.server = c.server)), '') ELSE '' END END,
        NULL, NULL,
        CASE WHEN n.at < (SELECT incident_at FROM clock) THEN 0 END, CASE WHEN n.at < (SELECT incident_at FROM clock) AND n.told >= m.total AND (SELECT complete FROM source_state WHERE source = 'ldap.site') THEN 0 END,
        coalesce(a.subject, n.guid)
    FROM temp.r_newest n LEFT JOIN temp.r_must m ON m.domain = n.domain LEFT JOIN account_state a ON a.guid = n.guid;
UPDATE reset_secret SET silent = NULL WHERE silent = '';

UPDATE reset_controller_copy SET behind = (SELECT count(*) FROM reset_secret s JOIN temp.r_controller c ON c.agent_guid = reset_controller_copy.agent_guid
            LEFT JOIN temp.r_copy x ON x.guid = s.guid AND x.secret = s.secret AND x.server = reset_controller_copy.server
        WHERE s.behind IS NOT NULL AND s.controllers > 0 AND (x.version < s.version OR x.at < s.at
            OR x.guid IS NULL AND reset_controller_copy.is_whole AND (c.domain IS NULL OR c.domain = coalesce((SELECT o.domain FROM temp.r_home o WHERE o.guid = s.guid), c.domain))))
    WHERE server IS NOT NULL;

-- Metadata remembers the last change only: each audit adds what it sees. The version that was in force at the time of the incident lies
-- between those that are known from before and from after it. While a domain controller did not tell or holds another one, a newer version may
-- have been made there: then this one was surely in force only when it was made.
INSERT INTO secret_seen
    SELECT s.subject, s.secret, s.version, s.at,
        CASE WHEN s.confirmed = s.controllers THEN (SELECT now FROM clock) ELSE coalesce(min(s.at, (SELECT now FROM clock)), 0) END
    FROM reset_secret s WHERE (SELECT now FROM clock) IS NOT NULL AND s.secret <> 'trust_older' -- which of the two is the older one changes with each reset: its versions are no history
    ON CONFLICT DO UPDATE SET at = excluded.at, seen_at = max(seen_at, excluded.seen_at);
-- A domain controller that is behind still tells when a version before was made; not whether that was the current one then. Only where one and the
-- same domain controller made both is it surely one that came before, and none of two that were made apart from each other.
CREATE TEMP TABLE r_origin(guid TEXT, origin TEXT, PRIMARY KEY(guid, origin)) WITHOUT ROWID;
INSERT OR IGNORE INTO temp.r_origin
    SELECT s.guid, y.password_origin FROM reset_secret s CROSS JOIN secret_change y ON y.guid = s.guid AND y.password_version = s.version AND y.password_at = s.at
    WHERE s.secret = 'password' AND s.behind IS NOT NULL AND y.password_origin IS NOT NULL;
INSERT OR IGNORE INTO secret_seen
    SELECT s.subject, s.secret, x.password_version, x.password_at, x.password_at
    FROM reset_secret s CROSS JOIN secret_change x ON x.guid = s.guid AND x.password_version < s.version AND x.password_at < s.at
    WHERE s.secret = 'password' AND s.behind IS NOT NULL AND EXISTS (SELECT 1 FROM temp.r_origin y WHERE y.guid = s.guid AND y.origin = x.password_origin);

DELETE FROM reset_snapshot;
INSERT INTO reset_snapshot SELECT min(seen_at), EXISTS (SELECT 1 FROM secret_seen WHERE secret = 'password') FROM secret_seen;

CREATE TEMP TABLE r_history(guid TEXT, secret TEXT, before_at INTEGER, first_at INTEGER, first_version INTEGER, exact INTEGER, last_version INTEGER, PRIMARY KEY(guid, secret)) WITHOUT ROWID;
INSERT INTO temp.r_history
    SELECT s.guid, s.secret, max(CASE WHEN h.version = s.version - 1 THEN h.at END),
        min(CASE WHEN h.at >= (SELECT incident_at FROM clock) THEN h.at END), min(CASE WHEN h.at >= (SELECT incident_at FROM clock) THEN h.version END),
        max(CASE WHEN h.at < (SELECT incident_at FROM clock) AND h.seen_at >= (SELECT incident_at FROM clock) THEN h.version END), max(CASE WHEN h.at < (SELECT incident_at FROM clock) THEN h.version END)
    FROM reset_secret s CROSS JOIN secret_seen h ON h.subject = s.subject AND h.secret = s.secret AND h.version <= s.version
    WHERE s.at >= (SELECT incident_at FROM clock) -- of the others nothing was reset
    GROUP BY s.guid, s.secret;
UPDATE reset_secret SET (before_at, first_at, resets_least, resets_most) = (
    SELECT h.before_at, h.first_at,
        max(coalesce(reset_secret.version - h.first_version + 1, 0), coalesce(reset_secret.version - h.exact, 0)),
        CASE WHEN reset_secret.told >= reset_secret.controllers THEN reset_secret.version - h.last_version END
    FROM temp.r_history h WHERE h.guid = reset_secret.guid AND h.secret = reset_secret.secret)
    WHERE at >= (SELECT incident_at FROM clock);

-- An authoritative restore brings an old secret back and raises its version by 100,000 for each day: that is no reset. Where no older version is
-- known, such a version proves nothing.
UPDATE reset_secret SET (resets_least, resets_most) = (
    SELECT CASE WHEN j.version IS NOT NULL THEN reset_secret.version - j.version END, NULL
    FROM (SELECT max(h.version) AS version FROM (
            SELECT x.version, x.version - lag(x.version) OVER (ORDER BY x.version) AS step FROM secret_seen x
            WHERE x.secret = reset_secret.secret AND x.version <= reset_secret.version
                AND x.subject = reset_secret.subject) h
        WHERE h.step >= 100000) j)
    WHERE version >= 100000 AND at >= (SELECT incident_at FROM clock) AND NOT EXISTS (
        -- The version of the time of the incident is known, and what followed are single steps.
        SELECT 1 FROM temp.r_history h WHERE h.guid = reset_secret.guid AND h.secret = reset_secret.secret AND reset_secret.version - h.last_version < 100000);

-- Records count as well, where they are apart: of several domain controllers each may record the same one.
CREATE TEMP TABLE r_event(guid TEXT PRIMARY KEY, changes INTEGER, first_at INTEGER, before_at INTEGER) WITHOUT ROWID;
INSERT INTO temp.r_event
    SELECT guid, sum(gap IS NULL OR gap > 110000000), min(at), NULL FROM (
        SELECT e.account_guid AS guid, e.at, e.at - lag(e.at) OVER (PARTITION BY e.account_guid ORDER BY e.at) AS gap
        FROM password_event e WHERE e.kind IN ('password_change', 'password_reset', 'computer') AND e.is_carved = 0 AND e.at >= (SELECT incident_at FROM clock))
    GROUP BY guid;
UPDATE reset_secret SET
    resets_least = min(max(coalesce(resets_least, 0), (SELECT e.changes FROM temp.r_event e WHERE e.guid = reset_secret.guid)), coalesce(resets_most, 9223372036854775807)),
    first_at = min(coalesce(first_at, at), (SELECT e.first_at FROM temp.r_event e WHERE e.guid = reset_secret.guid)),
    before_at = coalesce(before_at, (SELECT max(e.at) FROM password_event e WHERE e.account_guid = reset_secret.guid AND e.is_carved = 0
        AND e.kind IN ('password_change', 'password_reset', 'computer') AND e.at < reset_secret.at - 110000000))
    WHERE secret = 'password' AND at >= (SELECT incident_at FROM clock) AND EXISTS (SELECT 1 FROM temp.r_event e WHERE e.guid = reset_secret.guid);

-- Services and tasks name their account by SID or as DOMAIN\name; that only orders and lists, it judges nothing.
CREATE TEMP TABLE r_use(sid TEXT, host TEXT, PRIMARY KEY(sid, host)) WITHOUT ROWID;
INSERT OR IGNORE INTO temp.r_use
    WITH named(host, account) AS MATERIALIZED (
            SELECT host, account FROM autostart WHERE kind IN ('service', 'task') AND account IS NOT NULL
            UNION SELECT host, account FROM host_service WHERE account IS NOT NULL),
        asked(name) AS MATERIALIZED (SELECT DISTINCT lower(account) FROM named),
        -- Of the many accounts only those that are named.
        known(sid, name) AS MATERIALIZED (
            SELECT a.sid, lower(coalesce(d.netbios_name, '') || '\' || a.sam_name) FROM account a JOIN domain_head d ON d.sid = substr(a.sid, 1, length(rtrim(a.sid, '0123456789')) - 1)
                WHERE a.kind IN ('user', 'smsa') AND lower(coalesce(d.netbios_name, '') || '\' || a.sam_name) IN (SELECT name FROM asked)
            UNION SELECT sid, lower(upn) FROM account WHERE kind = 'user' AND sid IS NOT NULL AND lower(upn) IN (SELECT name FROM asked))
    SELECT account, host FROM named WHERE account GLOB 'S-1-5-21-*'
    UNION SELECT k.sid, n.host FROM named n JOIN known k ON k.name = lower(n.account);

-- The first class that fits wins. A name decides in two places only, because nothing else tells these accounts apart: those that Entra
-- Connect makes (MSOL_*, AZUREADSSOACC$).
CREATE TEMP TABLE r_admin(guid TEXT PRIMARY KEY, groups TEXT) WITHOUT ROWID;
INSERT INTO temp.r_admin
    SELECT member_guid, group_concat(name, ', ') FROM (
        SELECT n.member_guid, coalesce(g.sam_name, g.sid) AS name FROM watched_group w JOIN nested_member n ON n.group_guid = w.group_guid
            JOIN directory_group g ON g.guid = w.group_guid WHERE w.is_admin = 1 ORDER BY n.member_guid, g.rid)
    GROUP BY member_guid;
INSERT INTO reset_account_class
    SELECT CASE
               WHEN a.kind = 'trust' OR a.uac & 0x800 THEN 'trust_account'
               WHEN a.rid = 502 THEN 'krbtgt'
               WHEN a.secondary_krbtgt_number IS NOT NULL THEN 'rodc_krbtgt'
               WHEN a.rid = 501 THEN 'guest'
               WHEN a.kind = 'computer' AND a.sam_name = 'AZUREADSSOACC$' COLLATE NOCASE THEN 'entra_sso'
               WHEN a.kind = 'computer' AND (a.uac & 0x4000000 OR a.primary_group_rid = 521) THEN 'rodc'
               WHEN a.kind = 'computer' AND (a.uac & 0x2000 OR a.primary_group_rid = 516) THEN 'dc'
               WHEN a.kind = 'computer' AND a.uac & 2 THEN 'disabled_computer'
               WHEN a.kind = 'computer' THEN 'computer'
               WHEN a.kind IN ('gmsa', 'dmsa') THEN 'gmsa'
               WHEN a.kind = 'smsa' THEN 'smsa'
               WHEN a.rid = 500 THEN 'builtin_administrator'
               WHEN a.sam_name LIKE 'MSOL\_%' ESCAPE '\' THEN 'entra_connector'
               WHEN t.guid IS NOT NULL THEN 'tier0_admin'
               WHEN a.uac & 2 THEN 'disabled_user'
               WHEN a.spn_count > 0 OR u.sid IS NOT NULL THEN 'service'
               WHEN a.uac & 0x40000 THEN 'smartcard'
               ELSE 'user'
           END, a.guid, t.groups,
        CASE WHEN u.sid IS NOT NULL THEN (SELECT group_concat(host, ', ') FROM (SELECT host FROM temp.r_use x WHERE x.sid = a.sid ORDER BY host LIMIT 10)) END,
        coalesce(u.uses, 0)
    FROM account a LEFT JOIN temp.r_admin t ON t.guid = a.guid LEFT JOIN (SELECT sid, count(*) AS uses FROM temp.r_use GROUP BY sid) u ON u.sid = a.sid
    WHERE a.kind <> 'other';

DROP TABLE temp.r_only;
DROP TABLE temp.r_must;
DROP TABLE temp.r_copy;
DROP TABLE temp.r_controller;
DROP TABLE temp.r_home;
DROP TABLE temp.r_newest;
DROP TABLE temp.r_origin;
DROP TABLE temp.r_history;
DROP TABLE temp.r_event;
DROP TABLE temp.r_use;
DROP TABLE temp.r_admin;
