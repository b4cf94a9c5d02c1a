-- SPDX-License-Identifier: GPL-3.0-or-later
-- Logons that a first look after an incident asks for. Runs after derive_event.sql, in the same transaction. The events are read once, and a
-- second time only where somebody guessed; everything else rests on logon_pick.

-- Indexes come after the rows: with many names they scatter.
DROP INDEX IF EXISTS logon_pick_ticket;
DROP INDEX IF EXISTS logon_guess_source;
DELETE FROM logon_pick;
DELETE FROM logon_guess;
DELETE FROM logon_window;
DELETE FROM logon_guessed;
DELETE FROM logon_topic;
DELETE FROM logon_roast;

-- A name without its domain: user@domain is user. Numbers of failures: C000006A wrong password, C0000064 unknown name, C0000234 locked; C000006D
-- hides which where nothing else is told. Kerberos: 24 (0x18) wrong password, 6 unknown name. S-1-5-7 is nobody, whose logons always look like NTLM
-- version 1. Special privileges are those that rule the machine; SeImpersonatePrivilege has every service.
INSERT INTO logon_pick
    WITH
        ruler(sid) AS MATERIALIZED (
            SELECT sid FROM account_state s JOIN account a ON a.guid = s.guid WHERE a.sid IS NOT NULL AND (s.is_privileged = 1 OR (s.may_be_privileged = 1 AND s.is_privileged IS NULL))
                AND s.is_controller IS NOT 1),
        expected(sid) AS MATERIALIZED (
            SELECT sid FROM administrator_sid UNION SELECT sid FROM ruler UNION SELECT a.sid FROM account_state s JOIN account a ON a.guid = s.guid WHERE s.is_controller AND a.sid IS NOT NULL),
        picked AS (
            SELECT e.log, e.record, e.part, e.computer, e.at, e.event_id, e.kind,
                CASE e.kind
                    WHEN 'logon' THEN CASE WHEN e.is_failure THEN 8192 ELSE
                        CASE WHEN e.account_sid IS NULL OR (substr(e.account_sid, -4) = '-500' AND e.account_sid GLOB 'S-1-5-21-*') THEN CASE
                            WHEN e.logon_type IS NULL THEN 8 WHEN e.logon_type IN (3, 8, 10) OR (e.logon_type = 7 AND e.address IS NOT NULL) THEN CASE WHEN e.account_sid IS NULL OR (e.address IS NULL AND e.workstation IS NULL) THEN 8
                                WHEN e.address IS NULL AND EXISTS (SELECT 1 FROM event_computer c WHERE c.log = e.log AND c.computer = e.computer AND (c.name = e.workstation COLLATE NOCASE OR c.name LIKE e.workstation || '.%')) THEN 0
                                ELSE 4 END ELSE 0 END ELSE 0 END
                        + CASE WHEN e.logon_type = 10 OR (e.logon_type = 7 AND e.address IS NOT NULL) THEN 16 WHEN e.logon_type IS NULL THEN 32768 ELSE 0 END
                        + CASE WHEN e.account_sid = 'S-1-5-7' THEN 0 WHEN e.ntlm IN ('NTLM V1', 'LM') THEN 32 WHEN e.ntlm IS NULL AND e.package = 'NTLM' THEN 16384 ELSE 0 END
                        + CASE WHEN e.logon_type IN (2, 7, 8, 10, 11) THEN CASE WHEN e.account_sid IS NULL THEN 65536 WHEN e.account_sid IN (SELECT sid FROM ruler) THEN 256 ELSE 0 END
                            WHEN e.logon_type IS NULL AND (e.account_sid IS NULL OR e.account_sid IN (SELECT sid FROM ruler)) THEN 65536 ELSE 0 END END
                    WHEN 'logon_failed' THEN CASE WHEN e.status IN (0xC000006A, 0xC0000064, 0xC0000234) OR e.sub_status IN (0xC000006A, 0xC0000064, 0xC0000234) THEN 1
                        WHEN e.status = 0xC000006D AND coalesce(e.sub_status, 0) = 0 THEN 1 WHEN e.status IS NULL AND e.sub_status IS NULL THEN 2 ELSE 8192 END
                    WHEN 'validation' THEN CASE WHEN NOT e.is_failure THEN 0 WHEN e.status IN (0xC000006A, 0xC0000064, 0xC0000234) THEN 1 WHEN e.status IS NULL THEN 2 ELSE 8192 END
                    WHEN 'preauth_failed' THEN CASE WHEN e.status IN (24, 6) THEN 1 WHEN e.status IS NULL THEN 2 ELSE 8192 END
                    WHEN 'ticket' THEN CASE WHEN e.is_failure THEN CASE WHEN e.status IN (24, 6) THEN 1 WHEN e.status IS NULL THEN 2 ELSE 8192 END ELSE
                        CASE WHEN e.preauth = 0 THEN 2048 WHEN e.preauth IS NULL THEN 4096 ELSE 0 END
                        + CASE WHEN e.address IS NULL THEN 0 WHEN e.account_sid IS NULL THEN 8 WHEN substr(e.account_sid, -4) = '-500' AND e.account_sid GLOB 'S-1-5-21-*' THEN 4 ELSE 0 END END
                    WHEN 'service_ticket' THEN CASE WHEN e.is_failure OR e.service LIKE '%$' OR lower(e.service) = 'krbtgt' OR instr(e.service, '/') > 0 THEN 0
                        WHEN e.encryption IN (0x17, 0x18) THEN 512 WHEN e.encryption IS NULL THEN 1024 ELSE 0 END
                    WHEN 'privileges' THEN CASE WHEN coalesce(e.account_sid, e.subject_sid) NOT GLOB 'S-1-5-21-*' OR coalesce(e.account_sid, e.subject_sid) IN (SELECT sid FROM expected)
                            OR substr(coalesce(e.account_sid, e.subject_sid), -4) = '-500' THEN 0
                        WHEN e.privileges IS NULL OR e.privileges LIKE '%SeDebugPrivilege%' OR e.privileges LIKE '%SeTcbPrivilege%' OR e.privileges LIKE '%SeLoadDriverPrivilege%'
                            OR e.privileges LIKE '%SeTakeOwnershipPrivilege%' OR e.privileges LIKE '%SeBackupPrivilege%' OR e.privileges LIKE '%SeRestorePrivilege%'
                            OR e.privileges LIKE '%SeEnableDelegationPrivilege%' OR e.privileges LIKE '%SeCreateTokenPrivilege%' THEN 128 ELSE 0 END
                    WHEN 'explicit' THEN CASE WHEN e.subject_sid IN ('S-1-5-18', 'S-1-5-19', 'S-1-5-20') OR e.account_sid = e.subject_sid THEN 0
                        WHEN e.account_name IS NULL OR e.subject_name IS NULL THEN 131072
                        WHEN lower(e.account_name) = lower(e.subject_name) AND lower(coalesce(e.account_domain, '')) IN ('', lower(coalesce(e.subject_domain, ''))) THEN 0 ELSE 64 END
                    WHEN 'rdp_login' THEN 16 WHEN 'rdp_session' THEN (e.address IS NOT NULL) << 4 WHEN 'rdp_reconnect' THEN (e.address IS NOT NULL) << 4
                    WHEN 'rdp_disconnect' THEN 262144
                    ELSE 0 END AS topics,
                e.account_sid, e.account_name, e.account_domain, e.subject_sid, e.subject_name, e.subject_domain, e.address, e.workstation, e.service, e.privileges, e.logon_type
            FROM logon_event e)
    SELECT p.log, p.record, p.part, p.computer, p.at, p.kind, p.topics,
        CASE p.kind WHEN 'explicit' THEN p.subject_sid WHEN 'privileges' THEN coalesce(p.account_sid, p.subject_sid) ELSE p.account_sid END,
        CASE p.kind WHEN 'explicit' THEN lower(coalesce(p.subject_name, '')) WHEN 'privileges' THEN lower(coalesce(p.account_name, p.subject_name, ''))
            ELSE lower(CASE WHEN instr(p.account_name, '@') > 1 THEN substr(p.account_name, 1, instr(p.account_name, '@') - 1) ELSE coalesce(p.account_name, '') END) END,
        CASE p.kind WHEN 'explicit' THEN p.subject_domain WHEN 'privileges' THEN coalesce(p.account_domain, p.subject_domain) ELSE p.account_domain END,
        p.address, lower(coalesce(p.workstation, '')),
        CASE p.kind WHEN 'explicit' THEN coalesce(p.account_domain || '\', '') || coalesce(p.account_name, '?') || coalesce(' -> ' || p.service, '')
            WHEN 'privileges' THEN p.privileges WHEN 'service_ticket' THEN p.service WHEN 'logon' THEN CAST(p.logon_type AS TEXT) END
    FROM picked p
    WHERE p.topics <> 0 AND EXISTS (SELECT 1 FROM event_host h WHERE h.log = p.log AND h.computer = p.computer)
        AND NOT EXISTS (SELECT 1 FROM event_twin t JOIN logon_event o ON o.log = t.other AND o.record = p.record AND o.at = p.at AND o.event_id = p.event_id WHERE t.log = p.log);

CREATE INDEX logon_pick_ticket ON logon_pick(name) WHERE topics & 1536 <> 0;

-- The example of a group is its first event, or its last: log and record in one number (21 and 40 bits), so that the choice is certain.
INSERT INTO logon_guess
    SELECT host, name, slot, told_by, source, workstation, source_kind, failures, possible, first_at, last_at, example >> 40, example & 0xffffffffff
    FROM (SELECT h.host, p.name, p.at / 3000000000 AS slot,
            CASE p.kind WHEN 'logon_failed' THEN 'logon' WHEN 'validation' THEN 'ntlm' ELSE 'kerberos' END AS told_by,
            coalesce(p.address, nullif(p.workstation, ''), h.host) AS source, p.workstation,
            CASE WHEN p.address IS NOT NULL THEN 'address' WHEN p.workstation <> '' THEN 'workstation' ELSE 'host' END AS source_kind,
            sum(p.topics & 1) AS failures, count(*) AS possible, min(p.at) AS first_at, max(p.at) AS last_at, min(((p.log & 0x1fffff) << 40) + (p.record & 0xffffffffff)) AS example
        FROM logon_pick p JOIN event_host h ON h.log = p.log AND h.computer = p.computer
        WHERE p.topics & 3 <> 0 GROUP BY h.host, p.name, 3, 4, 5, p.workstation);

-- NTLM tells every attempt of the machine's own accounts, or of the domain's on its controller, a second time.
UPDATE logon_guess AS g SET
        failures = max(0, g.failures - (SELECT coalesce(sum(o.failures), 0) FROM logon_guess o WHERE o.host = g.host AND o.name = g.name AND o.slot = g.slot AND o.told_by = 'logon' AND o.workstation = g.workstation)),
        possible = max(0, g.possible - (SELECT coalesce(sum(o.possible), 0) FROM logon_guess o WHERE o.host = g.host AND o.name = g.name AND o.slot = g.slot AND o.told_by = 'logon' AND o.workstation = g.workstation))
    WHERE g.told_by = 'ntlm';
DELETE FROM logon_guess WHERE possible = 0;
CREATE INDEX logon_guess_source ON logon_guess(source, slot, name);

-- A name that is not told (it may have been a password) is one that was tried, and may each time be another.
INSERT INTO logon_window
    SELECT source, slot, sum(failures), sum(possible), count(DISTINCT CASE WHEN failures > 0 THEN name END), count(DISTINCT nullif(name, '')) + sum(CASE name WHEN '' THEN possible ELSE 0 END)
    FROM (SELECT source, slot, failures, possible, name FROM logon_guess UNION ALL SELECT source, slot - 1, failures, possible, name FROM logon_guess)
    GROUP BY source, slot;

-- The first row of each window of a name is the only one that has anything to find; without one the events are not read again.
INSERT INTO logon_guessed
    WITH hard(source, slot, names) AS MATERIALIZED (SELECT source, slot, accounts FROM logon_window WHERE failures >= 10 OR accounts >= 5),
        tried(source, name, slot, names, failures, first_at, last_at) AS MATERIALIZED (
            SELECT w.source, g.name, w.slot, w.names, sum(g.failures), min(g.first_at), max(g.last_at)
            FROM hard w JOIN logon_guess g ON g.source = w.source AND g.slot IN (w.slot, w.slot + 1)
            WHERE g.name <> '' AND g.failures > 0 GROUP BY w.source, w.slot, g.name HAVING sum(g.failures) >= 10 OR w.names >= 5),
        wanted(name) AS MATERIALIZED (SELECT DISTINCT name FROM tried),
        good(source, name, account_sid, host, at, log, record) AS MATERIALIZED (
            SELECT coalesce(e.address, lower(nullif(e.workstation, '')), h.host),
                lower(CASE WHEN instr(e.account_name, '@') > 1 THEN substr(e.account_name, 1, instr(e.account_name, '@') - 1) ELSE e.account_name END), e.account_sid, h.host, e.at, e.log, e.record
            FROM (SELECT 1 FROM wanted LIMIT 1) CROSS JOIN logon_event e CROSS JOIN event_host h
            WHERE e.kind IN ('logon', 'ticket', 'validation') AND e.is_failure = 0 AND h.log = e.log AND h.computer = e.computer
                AND lower(CASE WHEN instr(e.account_name, '@') > 1 THEN substr(e.account_name, 1, instr(e.account_name, '@') - 1) ELSE e.account_name END) IN (SELECT name FROM wanted)),
        worked AS MATERIALIZED (
            SELECT t.source, t.name, t.slot, t.names, t.failures, t.first_at, g.account_sid, g.host, min(g.at) AS at, g.log, g.record
            FROM tried t JOIN good g ON g.source = t.source AND g.name = t.name AND g.at BETWEEN t.first_at AND t.last_at + 36000000000
            GROUP BY t.source, t.slot, t.name),
        share(source, slot, names) AS MATERIALIZED (SELECT source, slot, count(*) FROM worked GROUP BY source, slot)
    SELECT w.source, w.name, w.account_sid, w.host, max(w.failures), w.names, w.first_at, w.at, w.log, w.record
    FROM worked w JOIN share s ON s.source = w.source AND s.slot = w.slot
    WHERE w.failures >= 10 OR s.names * 2 <= w.names GROUP BY w.source, w.name;

-- One row a topic, host, account and source.
INSERT INTO logon_topic
    WITH topic(topic, sure, maybe) AS (VALUES ('rid500', 4, 8), ('rdp', 16, 32768), ('ntlm1', 32, 16384), ('explicit', 64, 131072), ('privileges', 128, 0), ('privileged', 256, 65536), ('no_preauth', 2048, 4096)),
        -- What is not told is not told a row each, but a row of each host.
        told AS (
            SELECT t.topic, h.host, p.topics & t.sure <> 0 AS is_sure, p.at, ((p.log & 0x1fffff) << 40) + (p.record & 0xffffffffff) AS example, p.detail, p.kind, p.account_sid,
                CASE WHEN p.topics & t.sure = 0 THEN '' ELSE
                    coalesce(CASE WHEN t.topic <> 'rdp' THEN p.account_sid END, lower(CASE WHEN t.topic <> 'rdp' AND p.domain <> '' THEN p.domain || '\' ELSE '' END || p.name)) END AS account,
                CASE WHEN p.topics & t.sure = 0 THEN '' ELSE coalesce(p.address, p.workstation) END AS source, CASE WHEN p.domain <> '' THEN p.domain || '\' ELSE '' END || p.name AS shown
            FROM logon_pick p CROSS JOIN topic t ON p.topics & (t.sure + t.maybe) <> 0 JOIN event_host h ON h.log = p.log AND h.computer = p.computer
            WHERE p.topics & 252412 <> 0)
    SELECT topic, host, account, source, max(account_sid), max(shown), max(CASE WHEN kind <> 'logon' THEN detail END),
        group_concat(DISTINCT CASE WHEN kind = 'logon' THEN detail END), sum(is_sure), sum(NOT is_sure), min(at), max(at),
        (max((is_sure << 61) + example) >> 40) & 0x1fffff, max((is_sure << 61) + example) & 0xffffffffff
    FROM told GROUP BY topic, host, account, source;

INSERT INTO logon_roast
    WITH ticket AS MATERIALIZED (
            SELECT p.name, p.at / 3000000000 AS slot, lower(coalesce(p.detail, '')) AS service, max(p.topics & 512 <> 0 AND p.detail <> '') AS sure, count(*) AS asked, sum(p.topics & 512 <> 0) AS tickets, min(p.at) AS first_at, max(p.at) AS last_at,
                h.host, coalesce(p.address, p.workstation) AS source, max(((p.log & 0x1fffff) << 40) + (p.record & 0xffffffffff)) AS example
            FROM logon_pick p JOIN event_host h ON h.log = p.log AND h.computer = p.computer WHERE p.topics & 1536 <> 0 GROUP BY p.name, 2, 3, h.host, source),
        span AS (SELECT name, slot, count(DISTINCT CASE WHEN sure THEN service END) AS services, count(DISTINCT nullif(service, '')) + sum(CASE service WHEN '' THEN asked ELSE 0 END) AS possible
            FROM (SELECT name, slot, service, sure, asked FROM ticket UNION ALL SELECT name, slot - 1, service, sure, asked FROM ticket) GROUP BY name, slot),
        most AS (SELECT name, max(services) AS services, slot FROM span GROUP BY name),
        may(name, possible) AS (SELECT name, max(possible) FROM span GROUP BY name)
    SELECT t.name, m.services, y.possible, m.slot, sum(t.tickets), group_concat(DISTINCT nullif(t.source, '')), group_concat(DISTINCT t.host), min(t.first_at), max(t.last_at), max(t.example) >> 40, max(t.example) & 0xffffffffff
    FROM ticket t JOIN most m ON m.name = t.name JOIN may y ON y.name = t.name GROUP BY t.name;
