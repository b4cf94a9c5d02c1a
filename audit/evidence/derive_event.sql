-- SPDX-License-Identifier: GPL-3.0-or-later
-- Event logs: whose they are, how far they reach, and what they tell of the accounts of the directory. Runs after derive.sql and
-- derive_policy.sql, in the same transaction.

DELETE FROM event_twin;
DELETE FROM event_host;

-- The supervisor decided of which host a log is (event_log.host): then all its events are that host's, also under an older name. Logs of
-- several hosts (ForwardedEvents) tell the host of each event, by its DNS name. sAMAccountName is unique in a domain, dNSHostName need not
-- be: a name that several accounts claim is nobody's account. A bare name may be of any domain.
INSERT INTO event_host
    WITH named(log, computer, host, name) AS MATERIALIZED (
            SELECT c.log, c.computer, l.host, lower(coalesce(l.host, c.name)) FROM event_log l JOIN event_computer c ON c.log = l.log WHERE l.reason IS NULL),
        -- At most one account a name, as every name stands here once.
        claimed(name, guid) AS MATERIALIZED (
            SELECT lower(substr(a.sam_name, 1, length(a.sam_name) - 1) || '.' || d.dns_name), a.guid FROM account a
                JOIN domain_head d ON d.sid = substr(a.sid, 1, length(rtrim(a.sid, '0123456789')) - 1)
                WHERE a.kind = 'computer' AND a.sam_name LIKE '%$' AND EXISTS (SELECT 1 FROM named)),
        called(name, guid) AS MATERIALIZED (
            SELECT lower(dns_name), min(guid) FROM account WHERE kind = 'computer' AND dns_name IS NOT NULL AND EXISTS (SELECT 1 FROM named)
            GROUP BY lower(dns_name) HAVING count(*) = 1),
        agent(guid, dns_name, invocation_id) AS MATERIALIZED (
            SELECT (SELECT a.guid FROM account a WHERE a.dn = d.computer_dn COLLATE NOCASE), lower(d.dns_name), d.invocation_id FROM directory_agent d),
        scoped(name, host, subject, account_guid, is_controller) AS MATERIALIZED (
            SELECT lower(host), min(host), min(subject), min(account_guid), max(is_controller) FROM host_state GROUP BY lower(host) HAVING count(*) = 1),
        by_account(guid, host) AS MATERIALIZED (SELECT account_guid, min(host) FROM host_state WHERE account_guid IS NOT NULL GROUP BY account_guid),
        found AS (
            SELECT n.log, n.computer, n.name, coalesce(s.account_guid, g.guid, c.guid, m.guid) AS guid,
                coalesce(s.host, b.host) AS host
            FROM named n
                LEFT JOIN scoped s ON s.name = n.name
                LEFT JOIN agent g ON g.dns_name = n.name AND s.account_guid IS NULL
                LEFT JOIN claimed c ON c.name = n.name AND s.account_guid IS NULL
                LEFT JOIN called m ON m.name = n.name AND s.account_guid IS NULL
                LEFT JOIN by_account b ON b.guid = coalesce(g.guid, c.guid, m.guid) AND s.host IS NULL)
    SELECT f.log, f.computer, coalesce(h.host, f.name), coalesce(h.subject, a.subject, f.name), coalesce(h.host, f.name), coalesce(h.account_guid, f.guid),
        coalesce(h.is_controller, a.is_controller, CASE WHEN g.invocation_id IS NOT NULL THEN 1 END), coalesce(g.invocation_id, o.invocation_id)
    FROM found f
        LEFT JOIN host_state h ON h.host = f.host
        LEFT JOIN account_state a ON a.guid = coalesce(h.account_guid, f.guid)
        LEFT JOIN agent g ON g.guid = coalesce(h.account_guid, f.guid)
        LEFT JOIN agent o ON o.dns_name = lower(coalesce(h.host, f.name)) AND g.guid IS NULL
    GROUP BY f.log, f.computer;

DELETE FROM controller_state;
DELETE FROM event_window;
DELETE FROM audit_window;
DELETE FROM log_state;

-- A name as this audit knows it: the host in scope, else where its events are, else its DNS name.
INSERT INTO controller_state
    SELECT d.guid, coalesce(a.subject, d.guid), coalesce(d.dns_name, a.name, d.dn),
        coalesce((SELECT min(h.host) FROM host_state h WHERE h.account_guid = a.guid),
            (SELECT min(h.host) FROM event_host h WHERE h.account_guid = a.guid),
            (SELECT min(h.host) FROM event_host h WHERE h.host = d.dns_name COLLATE NOCASE), lower(d.dns_name), d.guid),
        (SELECT min(v.host) FROM directory_server v WHERE v.dsa_dn = d.dn COLLATE NOCASE OR v.dns_name = d.dns_name COLLATE NOCASE),
        d.invocation_id, d.is_read_only
    FROM directory_agent d LEFT JOIN account x ON x.dn = d.computer_dn COLLATE NOCASE LEFT JOIN account_state a ON a.guid = x.guid
    GROUP BY d.guid;

-- Logs of one host. What is forwarded tells nothing of what is missing, nor do logs of OpenLDAP.
CREATE TEMP TABLE e_log(log INTEGER PRIMARY KEY, host TEXT, channel TEXT, is_text INTEGER, is_whole INTEGER, last_at INTEGER, low INTEGER, high INTEGER);
INSERT INTO temp.e_log
    SELECT l.log, min(h.host), CASE WHEN l.form = 'samba_json' OR l.channel = 'Security' COLLATE NOCASE THEN 'Security' ELSE l.channel END,
        l.form = 'samba_json', l.is_whole IS 1, l.last_at, NULL, NULL
    FROM event_log l JOIN event_host h ON h.log = l.log
    WHERE l.form IN ('evtx', 'samba_json') AND (l.channel IS NOT NULL OR l.form = 'samba_json') AND l.channel IS NOT 'ForwardedEvents'
    GROUP BY l.log HAVING min(h.host) = max(h.host);
UPDATE temp.e_log SET low = (SELECT min(r.first_record) FROM event_run r WHERE r.log = e_log.log),
    high = (SELECT max(r.last_record) FROM event_run r WHERE r.log = e_log.log);
CREATE INDEX temp.e_log_host ON e_log(host, channel);

-- Runs of all files of a host's channel in the order of time, then walked once: a run goes on where its first number follows the last
-- one, or lies in what is known already of the same time. Numbers that start again lie elsewhere in time.
CREATE TEMP TABLE e_run(n INTEGER PRIMARY KEY, host TEXT, channel TEXT, is_text INTEGER, log INTEGER, first_record INTEGER, last_record INTEGER,
    first_at INTEGER, last_at INTEGER, start TEXT, missing INTEGER);
INSERT INTO temp.e_run(host, channel, is_text, log, first_record, last_record, first_at, last_at, start, missing)
    SELECT l.host, l.channel, l.is_text, l.log, r.first_record, r.last_record, r.first_at, r.last_at, r.start, r.missing
    FROM temp.e_log l JOIN event_run r ON r.log = l.log WHERE r.first_at > 0 AND r.last_at >= r.first_at
    ORDER BY l.host, l.channel, r.first_at, r.first_record, r.last_record DESC;
CREATE TEMP TABLE e_island(n INTEGER, island INTEGER, start TEXT, missing INTEGER, is_first INTEGER, low INTEGER, high INTEGER, from_at INTEGER, to_at INTEGER);
INSERT INTO temp.e_island
    WITH RECURSIVE walk(n, island, start, missing, is_first, host, channel, low, high, from_at, to_at) AS (
        SELECT n, 1, start, missing, 1, host, channel, first_record, last_record, first_at, last_at FROM temp.e_run WHERE n = 1
        UNION ALL
        SELECT r.n, w.island + 1 - k.joins, CASE WHEN k.joins THEN w.start ELSE r.start END, CASE WHEN k.joins THEN w.missing ELSE r.missing END,
            CASE WHEN k.joins THEN w.is_first ELSE r.host <> w.host OR r.channel <> w.channel END, r.host, r.channel,
            CASE WHEN k.joins THEN w.low ELSE r.first_record END, CASE WHEN k.joins THEN max(w.high, r.last_record) ELSE r.last_record END,
            CASE WHEN k.joins THEN w.from_at ELSE r.first_at END, CASE WHEN k.joins THEN max(w.to_at, r.last_at) ELSE r.last_at END
        FROM walk w JOIN temp.e_run r ON r.n = w.n + 1 JOIN (SELECT 0 AS joins UNION ALL SELECT 1) k
            ON k.joins = (r.host = w.host AND r.channel = w.channel AND r.is_text = 0 AND (r.first_record = w.high + 1 AND r.first_at >= w.to_at - 3000000000
                OR r.first_record BETWEEN w.low AND w.high AND r.first_at <= w.to_at + 3000000000)))
    SELECT max(n), island, start, missing, is_first, low, max(high), from_at, max(to_at) FROM walk GROUP BY island;

-- Where a span ends although its numbers go on: at a clear; from a stop of the event log, or from a full log, to the next event that is
-- known; in front of "events were dropped"; and from the last event that was kept of a log that was not wholly read.
CREATE TEMP TABLE e_start(log INTEGER, record INTEGER, PRIMARY KEY(log, record)) WITHOUT ROWID;
INSERT OR IGNORE INTO temp.e_start SELECT log, record FROM log_event WHERE kind = 'started';
CREATE TEMP TABLE e_stop(log INTEGER, host TEXT, at INTEGER, record INTEGER, kind TEXT, before_at INTEGER, after_at INTEGER, is_restart INTEGER);
INSERT INTO temp.e_stop
    SELECT l.log, l.host, e.at, e.record, e.kind,
        max(coalesce((SELECT x.at FROM change_event x WHERE x.log = e.log AND x.record < e.record ORDER BY x.record DESC LIMIT 1), 0),
            coalesce((SELECT x.at FROM logon_event x WHERE x.log = e.log AND x.record < e.record ORDER BY x.record DESC LIMIT 1), 0),
            coalesce((SELECT x.at FROM log_event x WHERE x.log = e.log AND x.record < e.record ORDER BY x.record DESC LIMIT 1), 0)),
        min(coalesce((SELECT x.at FROM change_event x WHERE x.log = e.log AND x.record > e.record ORDER BY x.record LIMIT 1), 9223372036854775807),
            coalesce((SELECT x.at FROM logon_event x WHERE x.log = e.log AND x.record > e.record ORDER BY x.record LIMIT 1), 9223372036854775807),
            coalesce((SELECT x.at FROM log_event x WHERE x.log = e.log AND x.record > e.record ORDER BY x.record LIMIT 1), 9223372036854775807)),
        -- A host that shuts down writes a little more; then the first that is there is that it starts (4608).
        (SELECT min(x.record) FROM temp.e_start x WHERE x.log = e.log AND x.record > e.record)
            <= min(coalesce((SELECT min(n.record) FROM (SELECT x.record, x.at FROM change_event x WHERE x.log = e.log AND x.record > e.record ORDER BY x.record LIMIT 100) n WHERE n.at > e.at + 1200000000), 9223372036854775807),
                coalesce((SELECT min(n.record) FROM (SELECT x.record, x.at FROM logon_event x WHERE x.log = e.log AND x.record > e.record ORDER BY x.record LIMIT 100) n WHERE n.at > e.at + 1200000000), 9223372036854775807))
    FROM temp.e_log l JOIN log_event e ON e.log = l.log WHERE e.kind IN ('stopped', 'full', 'dropped') AND e.is_carved = 0 AND l.is_text = 0;
CREATE TEMP TABLE e_cut(host TEXT, channel TEXT, from_at INTEGER, to_at INTEGER);
INSERT INTO temp.e_cut
    SELECT DISTINCT l.host, coalesce(CASE WHEN e.kind = 'log_cleared' THEN (SELECT o.channel FROM temp.e_log o WHERE o.host = l.host AND o.channel = e.channel COLLATE NOCASE) END, l.channel), e.at, e.at
        FROM temp.e_log l JOIN log_event e ON e.log = l.log
        WHERE e.is_carved = 0 AND (e.kind = 'cleared' OR e.kind = 'log_cleared' AND e.channel IS NOT NULL)
    UNION SELECT s.host, o.channel, CASE s.kind WHEN 'dropped' THEN s.before_at ELSE s.at END, CASE s.kind WHEN 'dropped' THEN s.at ELSE s.after_at END
        FROM temp.e_stop s JOIN (SELECT DISTINCT host, channel FROM temp.e_log) o ON o.host = s.host
        WHERE s.kind = 'stopped' OR o.channel = (SELECT l.channel FROM temp.e_log l WHERE l.log = s.log)
    UNION SELECT l.host, l.channel,
        max(coalesce((SELECT x.at FROM change_event x WHERE x.log = l.log ORDER BY x.record DESC LIMIT 1), 0),
            coalesce((SELECT x.at FROM logon_event x WHERE x.log = l.log ORDER BY x.record DESC LIMIT 1), 0),
            coalesce((SELECT x.at FROM service_event x WHERE x.log = l.log ORDER BY x.record DESC LIMIT 1), 0),
            coalesce((SELECT x.at FROM log_event x WHERE x.log = l.log ORDER BY x.record DESC LIMIT 1), 0)), coalesce(l.last_at, 9223372036854775807)
        FROM temp.e_log l WHERE l.is_whole = 0;

-- Cuts that touch are one, and spans that overlap (the clock went back, two files of one text) follow each other: so each is met once.
CREATE TEMP TABLE e_hole(host TEXT, channel TEXT, from_at INTEGER, to_at INTEGER, PRIMARY KEY(host, channel, from_at)) WITHOUT ROWID;
INSERT INTO temp.e_hole
    WITH reached AS (
            SELECT host, channel, from_at, to_at, max(to_at) OVER (PARTITION BY host, channel ORDER BY from_at, to_at ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING) AS before
            FROM temp.e_cut WHERE to_at >= from_at),
        numbered AS (
            SELECT host, channel, from_at, to_at, sum(before IS NULL OR from_at > before) OVER (PARTITION BY host, channel ORDER BY from_at, to_at ROWS UNBOUNDED PRECEDING) AS no
            FROM reached)
    SELECT host, channel, min(from_at), max(to_at) FROM numbered GROUP BY host, channel, no;
INSERT OR REPLACE INTO event_window(host, channel, from_at, to_at)
    WITH placed AS (
            SELECT r.host, r.channel, i.island, i.from_at, i.to_at, max(i.to_at) OVER (PARTITION BY r.host, r.channel ORDER BY i.from_at, i.to_at ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING) AS before
            FROM temp.e_island i JOIN temp.e_run r ON r.n = i.n),
        span(host, channel, island, from_at, to_at) AS MATERIALIZED (
            SELECT host, channel, island, max(from_at, coalesce(before, from_at)), to_at FROM placed WHERE before IS NULL OR to_at > before),
        edge(host, channel, island, end_at, at, is_cut, next_at) AS (
            SELECT s.host, s.channel, s.island, s.to_at, s.from_at, 0, s.from_at FROM span s
            UNION ALL SELECT s.host, s.channel, s.island, s.to_at, c.from_at, 1, c.to_at FROM span s
                CROSS JOIN temp.e_hole c ON c.host = s.host AND c.channel = s.channel AND c.from_at BETWEEN s.from_at AND s.to_at
            UNION ALL SELECT s.host, s.channel, s.island, s.to_at, s.from_at, 1, c.to_at FROM span s
                CROSS JOIN temp.e_hole c ON c.host = s.host AND c.channel = s.channel AND c.to_at >= s.from_at
                    AND c.from_at = (SELECT max(x.from_at) FROM temp.e_hole x WHERE x.host = s.host AND x.channel = s.channel AND x.from_at < s.from_at)),
        piece(host, channel, from_at, to_at) AS (
            SELECT host, channel, next_at, min(end_at, coalesce(lead(at) OVER (PARTITION BY island ORDER BY at, is_cut, next_at), end_at)) FROM edge)
    SELECT host, channel, from_at, max(to_at) FROM piece WHERE to_at > from_at GROUP BY host, channel, from_at;

-- Whether a span tells of changes of accounts. Nobody can switch auditing off without a 4719, whatever the audit policy: between two of
-- them, or an end of the span, nothing changes. %%8448 is "success removed", %%8449 "success added"; one that does not say
-- which subcategory or what was changed may be any. Else the policy in force tells of the newest span; else two events of the
-- subcategory tell what lies between them.
CREATE TEMP TABLE e_family(family TEXT PRIMARY KEY, subcategory TEXT);
INSERT INTO temp.e_family VALUES('user', '0cce9235-69ae-11d9-bed3-505054503030'), ('computer', '0cce9236-69ae-11d9-bed3-505054503030');
CREATE TEMP TABLE e_switch(host TEXT, at INTEGER, subcategory TEXT, removed INTEGER, added INTEGER, by_name TEXT);
INSERT INTO temp.e_switch
    SELECT DISTINCT l.host, c.at, lower(c.attribute), instr(c.detail, '%%8448') > 0, instr(c.detail, '%%8449') > 0,
        CASE WHEN c.subject_name IS NOT NULL THEN coalesce(c.subject_domain || '\', '') || c.subject_name ELSE c.subject_sid END
    FROM change_event c JOIN temp.e_log l ON l.log = c.log WHERE c.kind = 'audit_policy' AND c.is_failure = 0 AND l.channel = 'Security';
CREATE INDEX temp.e_switch_host ON e_switch(host, at);
CREATE TEMP TABLE e_segment(host TEXT, family TEXT, from_at INTEGER, to_at INTEGER, is_audited INTEGER, basis TEXT, PRIMARY KEY(host, family, from_at)) WITHOUT ROWID;
INSERT OR REPLACE INTO temp.e_segment
    WITH span AS MATERIALIZED (
            SELECT w.host, w.from_at, w.to_at, w.to_at = max(w.to_at) OVER (PARTITION BY w.host) AS is_last FROM event_window w
            WHERE w.channel = 'Security' AND EXISTS (SELECT 1 FROM temp.e_log l WHERE l.host = w.host AND l.channel = 'Security' AND l.is_text = 0)),
        edge(host, family, span_from, end_at, is_last, at, was, becomes) AS (
            SELECT s.host, f.family, s.from_at, s.to_at, s.is_last, s.from_at, NULL, NULL FROM span s CROSS JOIN temp.e_family f
            UNION ALL
            SELECT s.host, f.family, s.from_at, s.to_at, s.is_last, e.at,
                CASE WHEN e.subcategory IS NULL OR e.removed IS NULL OR e.removed AND e.added THEN NULL ELSE e.removed END,
                CASE WHEN e.subcategory IS NULL OR e.removed IS NULL OR e.removed AND e.added THEN NULL ELSE e.added END
            FROM span s CROSS JOIN temp.e_family f CROSS JOIN temp.e_switch e ON e.host = s.host AND e.at BETWEEN s.from_at AND s.to_at
                AND (e.subcategory = f.subcategory AND (e.removed IS NULL OR e.removed OR e.added) OR e.subcategory IS NULL)),
        segment AS (
            SELECT host, family, at AS from_at, coalesce(lead(at) OVER w, end_at) AS to_at, becomes, lead(was) OVER w AS stays, is_last AND lead(at) OVER w IS NULL AS is_now
            FROM edge WINDOW w AS (PARTITION BY host, family, span_from ORDER BY at))
    SELECT g.host, g.family, g.from_at, g.to_at,
        CASE WHEN g.becomes IS NULL AND g.stays IS NULL THEN CASE WHEN g.is_now THEN p.setting & 1 <> 0 END
            WHEN g.becomes IS NOT NULL AND g.stays IS NOT NULL AND g.becomes <> g.stays THEN NULL ELSE coalesce(g.becomes, g.stays) END,
        CASE WHEN g.becomes IS NULL AND g.stays IS NULL THEN 'policy' ELSE 'event_4719' END
    FROM segment g JOIN temp.e_family f ON f.family = g.family
        LEFT JOIN (SELECT host, subcategory, min(setting) AS setting FROM audit_fact GROUP BY host, subcategory) p ON p.host = g.host AND p.subcategory = f.subcategory
    WHERE g.to_at >= g.from_at;
INSERT OR REPLACE INTO audit_window SELECT host, family, from_at, to_at, basis FROM temp.e_segment WHERE is_audited;
INSERT OR REPLACE INTO audit_window
    SELECT host, family, min(at), max(at), 'events' FROM (
        SELECT s.host, s.family, s.from_at, c.at
        FROM (SELECT e.at, l.host, CASE WHEN e.event_id IN (4741, 4742, 4743) THEN 'computer'
                    WHEN e.event_id IN (4720, 4722, 4723, 4724, 4725, 4726, 4738, 4740, 4765, 4767, 4781) THEN 'user' END AS family
                FROM change_event e JOIN temp.e_log l ON l.log = e.log AND l.channel = 'Security' AND l.is_text = 0
                WHERE e.is_failure = 0 AND e.is_carved = 0 AND EXISTS (SELECT 1 FROM temp.e_segment WHERE is_audited IS NULL)) c
            CROSS JOIN temp.e_segment s ON s.host = c.host AND s.family = c.family AND s.is_audited IS NULL AND s.to_at >= c.at
                AND s.from_at = (SELECT max(x.from_at) FROM temp.e_segment x WHERE x.host = c.host AND x.family = c.family AND x.from_at <= c.at))
    GROUP BY host, family, from_at HAVING max(at) > min(at);
-- Samba writes a line for every password or for none: a file that has one has all, from its first to its last line.
INSERT OR REPLACE INTO audit_window
    SELECT r.host, f.family, r.first_at, max(r.last_at), 'form' FROM temp.e_run r CROSS JOIN temp.e_family f
    WHERE r.is_text AND EXISTS (SELECT 1 FROM change_event c WHERE c.log = r.log AND c.kind IN ('password_change', 'password_reset'))
    GROUP BY r.host, f.family, r.first_at;

INSERT INTO log_state
    WITH file AS MATERIALIZED (SELECT host, channel, count(*) AS logs, min(is_whole) AS is_whole, max(is_text) AS is_text FROM temp.e_log GROUP BY host, channel),
        span AS (SELECT r.host, r.channel, min(i.from_at) AS from_at, max(i.to_at) AS to_at,
                sum(i.start = 'jump') AS jumps, sum(CASE WHEN i.start = 'jump' THEN i.missing END) AS missing, sum(i.start = 'reset') AS resets,
                sum(i.start = 'damaged') AS damaged, sum(i.start = 'begin' AND NOT i.is_first) AS breaks, sum(i.start = 'back') AS backs
            FROM temp.e_island i JOIN temp.e_run r ON r.n = i.n GROUP BY r.host, r.channel),
        reach AS (SELECT host, channel, sum(to_at - from_at) AS covered, count(*) AS windows FROM event_window GROUP BY host, channel),
        entry AS MATERIALIZED (
            SELECT DISTINCT l.host, CASE WHEN e.kind = 'log_cleared' THEN e.channel ELSE l.channel END AS channel, e.kind, e.at, e.before_at, e.after_at,
                CASE WHEN e.subject_name IS NOT NULL THEN coalesce(e.subject_domain || '\', '') || e.subject_name ELSE e.subject_sid END AS by_name
            FROM temp.e_log l JOIN log_event e ON e.log = l.log),
        clear AS (SELECT host, channel, count(*) AS clears, max(at) AS cleared_at, by_name AS cleared_by FROM entry WHERE kind IN ('cleared', 'log_cleared') GROUP BY host, channel),
        drops AS (SELECT host, channel, count(*) AS drops, max(at) AS dropped_at FROM entry WHERE kind IN ('dropped', 'full') GROUP BY host, channel),
        stop AS (SELECT l.host, l.channel, count(DISTINCT s.at) AS stops, max(s.at) AS stopped_at FROM temp.e_stop s JOIN temp.e_log l ON l.log = s.log
            WHERE s.kind = 'stopped' AND s.is_restart IS NOT 1 AND s.after_at < 9223372036854775807 GROUP BY l.host, l.channel),
        step AS (SELECT host, channel, steps, CASE WHEN told = events THEN greatest / 10000000 END AS greatest, stepped_at, stepped_by FROM (
            SELECT host, channel, count(*) AS events, count(step) AS told, sum(step >= 600000000) AS steps, max(coalesce(step, 0)) AS greatest, at AS stepped_at, by_name AS stepped_by
            FROM (SELECT *, abs(after_at - before_at) AS step FROM entry WHERE kind = 'clock') GROUP BY host, channel)),
        switch AS (SELECT host, sum(removed IS 1) AS switches, sum(removed IS NULL OR subcategory IS NULL) AS unclear, max(CASE WHEN removed IS 1 THEN at END) AS switched_at,
                by_name AS switched_by, subcategory AS switched_what FROM temp.e_switch GROUP BY host)
    SELECT f.host, f.channel, f.logs, f.is_whole, f.is_text, s.from_at, s.to_at, coalesce(w.covered, 0), coalesce(w.windows, 0),
        coalesce(s.jumps, 0), coalesce(s.missing, 0), coalesce(s.resets, 0), coalesce(s.damaged, 0), coalesce(s.breaks, 0), coalesce(s.backs, 0),
        coalesce(c.clears, 0), c.cleared_at, c.cleared_by, coalesce(t.stops, 0), t.stopped_at, coalesce(d.drops, 0), d.dropped_at,
        coalesce(p.steps, 0), CASE WHEN p.host IS NULL THEN 0 ELSE p.greatest END, p.stepped_at, p.stepped_by,
        coalesce(x.switches, 0), coalesce(x.unclear, 0), x.switched_at, CASE WHEN x.switches > 0 THEN x.switched_by END, CASE WHEN x.switches > 0 THEN x.switched_what END
    FROM file f LEFT JOIN span s ON s.host = f.host AND s.channel = f.channel
        LEFT JOIN reach w ON w.host = f.host AND w.channel = f.channel
        LEFT JOIN clear c ON c.host = f.host AND c.channel = f.channel
        LEFT JOIN drops d ON d.host = f.host AND d.channel = f.channel
        LEFT JOIN stop t ON t.host = f.host AND t.channel = f.channel
        LEFT JOIN step p ON p.host = f.host AND p.channel = f.channel
        LEFT JOIN switch x ON x.host = f.host AND f.channel = 'Security';

DROP TABLE temp.e_run;
DROP TABLE temp.e_island;
DROP TABLE temp.e_start;
DROP TABLE temp.e_stop;
DROP TABLE temp.e_hole;
DROP TABLE temp.e_cut;
DROP TABLE temp.e_family;
DROP TABLE temp.e_switch;
DROP TABLE temp.e_segment;

-- Overlapping files of one host hold the same record: the one of the smaller log counts. Forwarded events keep number and time of their host.
INSERT INTO event_twin
    SELECT DISTINCT a.log, b.log FROM event_host a JOIN event_host b ON b.host = a.host AND b.log < a.log
        LEFT JOIN temp.e_log x ON x.log = a.log LEFT JOIN temp.e_log y ON y.log = b.log
    WHERE x.log IS NULL OR y.log IS NULL OR x.channel = y.channel AND x.low <= y.high AND x.high >= y.low;
DROP TABLE temp.e_log;
