-- SPDX-License-Identifier: GPL-3.0-or-later
-- Compares the results of two evidence files (main = new, before = old) in TEMP tables. A finding is (check, subject, item). Run once, before the
-- views are asked for subjects (diff_lookup.c) and diff_settle.sql gives the rest its kind.

-- The checks of both files. c is the number now; of a check that is only in the old file, its number there below zero.
CREATE TEMP TABLE diff_check(
    c INTEGER PRIMARY KEY, id TEXT NOT NULL, was INTEGER, now INTEGER, view TEXT NOT NULL,
    is_same INTEGER NOT NULL,         -- 1 = the same statement and parameters
    severity TEXT NOT NULL, severity_before TEXT, rank INTEGER NOT NULL, rank_before INTEGER, title_en TEXT NOT NULL, title_ja TEXT NOT NULL, theme TEXT NOT NULL
) STRICT;
INSERT INTO diff_check
    SELECT coalesce(n.check_no, -o.check_no), coalesce(n.id, o.id), o.check_no, n.check_no, coalesce(n.view, o.view),
           coalesce(n.statement = o.statement AND n.parameters = o.parameters AND n.view = o.view, 0),
           coalesce(n.severity, o.severity), o.severity,
           CASE coalesce(n.severity, o.severity) WHEN 'critical' THEN 0 WHEN 'high' THEN 1 WHEN 'medium' THEN 2 WHEN 'low' THEN 3 ELSE 4 END,
           CASE o.severity WHEN 'critical' THEN 0 WHEN 'high' THEN 1 WHEN 'medium' THEN 2 WHEN 'low' THEN 3 WHEN 'info' THEN 4 END,
           coalesce(n.title_en, o.title_en), coalesce(n.title_ja, o.title_ja), coalesce(n.theme, o.theme)
    FROM main.check_info n FULL OUTER JOIN before.check_info o ON o.id = n.id;
CREATE UNIQUE INDEX temp.diff_check_was ON diff_check(was) WHERE was IS NOT NULL;

-- Hosts that have no computer account are known by a name or an address, which may be another one now: by the same name, the same own SID (no other
-- host of either audit has it), or the same address where the own SIDs do not speak against it.
CREATE TEMP TABLE diff_host(was TEXT PRIMARY KEY, now TEXT NOT NULL, was_host TEXT NOT NULL, now_host TEXT NOT NULL) STRICT, WITHOUT ROWID;
INSERT OR IGNORE INTO diff_host
    SELECT o.subject, n.subject, o.host, n.host FROM before.host_state o JOIN main.host_state n ON n.subject = o.subject;
CREATE TEMP TABLE diff_host_try(was TEXT, now TEXT, was_host TEXT, now_host TEXT, quality INTEGER) STRICT;
CREATE TEMP TABLE diff_lone(side TEXT, host TEXT, subject TEXT, address TEXT, machine_sid TEXT) STRICT;
-- Own SIDs that tell one machine: not those of one image, which several hosts have, nor that of a domain, which all of its controllers have.
CREATE TEMP TABLE diff_own(sid TEXT PRIMARY KEY) STRICT, WITHOUT ROWID;
INSERT INTO diff_own
    SELECT machine_sid FROM (SELECT machine_sid, count(*) AS was, 0 AS now FROM before.host_machine WHERE machine_sid IS NOT NULL GROUP BY 1
                             UNION ALL SELECT machine_sid, 0, count(*) FROM main.host_machine WHERE machine_sid IS NOT NULL GROUP BY 1)
    GROUP BY 1 HAVING sum(was) <= 1 AND sum(now) <= 1;
DELETE FROM diff_own WHERE sid IN (SELECT sid FROM before.domain_head) OR sid IN (SELECT sid FROM main.domain_head);
INSERT INTO diff_lone
    SELECT 'was', s.host, s.subject, t.address, m.machine_sid FROM before.host_state s
    LEFT JOIN before.host_target t ON t.host = s.host LEFT JOIN before.host_machine m ON m.host = s.host
    WHERE s.subject NOT IN (SELECT was FROM diff_host)
    UNION ALL
    SELECT 'now', s.host, s.subject, t.address, m.machine_sid FROM main.host_state s
    LEFT JOIN main.host_target t ON t.host = s.host LEFT JOIN main.host_machine m ON m.host = s.host
    WHERE s.subject NOT IN (SELECT now FROM diff_host);
CREATE INDEX temp.diff_lone_address ON diff_lone(side, address);
CREATE INDEX temp.diff_lone_host ON diff_lone(side, host);
CREATE INDEX temp.diff_lone_sid ON diff_lone(side, machine_sid);
INSERT INTO diff_host_try
    SELECT o.subject, n.subject, o.host, n.host, 1 FROM diff_lone o JOIN diff_lone n ON n.side = 'now' AND n.host = o.host WHERE o.side = 'was'
    UNION ALL
    SELECT o.subject, n.subject, o.host, n.host, 2 FROM diff_lone o JOIN diff_lone n ON n.side = 'now' AND n.machine_sid = o.machine_sid
    WHERE o.side = 'was' AND o.machine_sid IN (SELECT sid FROM diff_own)
    UNION ALL
    SELECT o.subject, n.subject, o.host, n.host, 3 FROM diff_lone o JOIN diff_lone n ON n.side = 'now' AND n.address = o.address
    WHERE o.side = 'was' AND (o.machine_sid = n.machine_sid) IS NOT 0
      -- two accounts of the directory are two hosts, whatever address they had
      AND NOT (o.subject GLOB 'S-1-*' AND n.subject GLOB 'S-1-*');
INSERT OR IGNORE INTO diff_host
    SELECT t.was, min(t.now), t.was_host, min(t.now_host) FROM diff_host_try t
    WHERE NOT EXISTS (SELECT 1 FROM diff_host_try x WHERE x.was = t.was AND x.quality < t.quality)
    GROUP BY t.was HAVING count(DISTINCT t.now) = 1 AND (SELECT count(DISTINCT y.was) FROM diff_host_try y WHERE y.now = min(t.now)) = 1;
CREATE TEMP TABLE diff_alias(was TEXT PRIMARY KEY, now TEXT NOT NULL UNIQUE) STRICT, WITHOUT ROWID;
INSERT OR IGNORE INTO diff_alias SELECT was, now FROM diff_host WHERE was <> now;

-- What is called otherwise now: whatever evidence names it has not changed by that. Names that another bears now, too, tell nothing.
CREATE TEMP TABLE diff_name(was TEXT, now TEXT) STRICT;
INSERT INTO diff_name
    SELECT rtrim(o.sam_name, '$'), rtrim(n.sam_name, '$') FROM before.account o JOIN main.account n ON n.guid = o.guid WHERE n.sam_name <> o.sam_name
    UNION
    SELECT o.sam_name, n.sam_name FROM before.directory_group o JOIN main.directory_group n ON n.guid = o.guid WHERE n.sam_name <> o.sam_name
    UNION
    SELECT was_host, now_host FROM diff_host WHERE was_host <> now_host
    UNION
    SELECT substr(was_host, 1, instr(was_host, '.') - 1), substr(now_host, 1, instr(now_host, '.') - 1) FROM diff_host
    WHERE was_host <> now_host AND was_host GLOB '*[A-Za-z]*.*' AND now_host GLOB '*[A-Za-z]*.*';
DELETE FROM diff_name WHERE was = '' OR now = '' OR was IN (SELECT was FROM diff_name GROUP BY was HAVING count(*) > 1);

-- Verdicts but pass, of both files. told: the subject as the old file keeps it.
CREATE TEMP TABLE diff_was(c INTEGER, subject TEXT, item TEXT, verdict TEXT, row INTEGER, told TEXT, PRIMARY KEY(c, subject, item)) STRICT, WITHOUT ROWID;
INSERT OR IGNORE INTO diff_was
    SELECT k.c, coalesce(a.now, r.subject), r.item, r.verdict, r.rowid, r.subject
    FROM before.result r CROSS JOIN diff_check k ON k.was = r.check_no LEFT JOIN diff_alias a ON a.was = r.subject
    WHERE r.verdict <> 'pass' ORDER BY 1, 2, 3;
CREATE TEMP TABLE diff_now(c INTEGER, subject TEXT, item TEXT, verdict TEXT, row INTEGER, PRIMARY KEY(c, subject, item)) STRICT, WITHOUT ROWID;
INSERT OR IGNORE INTO diff_now
    SELECT check_no, subject, item, verdict, rowid FROM main.result WHERE verdict <> 'pass' ORDER BY 1, 2, 3;

-- What passed before and does no more; what did not pass before and does now. Millions may have passed: each side is read once, and only what has no other
-- verdict there is looked for, under the numbers and keys of that file.
CREATE TEMP TABLE diff_ask(check_no INTEGER, subject TEXT, item TEXT, c INTEGER, key TEXT, PRIMARY KEY(check_no, subject, item)) STRICT, WITHOUT ROWID;
INSERT OR IGNORE INTO diff_ask
    SELECT k.was, coalesce(a.was, n.subject), n.item, n.c, n.subject
    FROM diff_now n CROSS JOIN diff_check k ON k.c = n.c LEFT JOIN diff_was w ON w.c = n.c AND w.subject = n.subject AND w.item = n.item
    LEFT JOIN diff_alias a ON a.now = n.subject
    WHERE k.was IS NOT NULL AND w.c IS NULL ORDER BY 1, 2, 3;
CREATE TEMP TABLE diff_passed(c INTEGER, subject TEXT, item TEXT, PRIMARY KEY(c, subject, item)) STRICT, WITHOUT ROWID;
INSERT OR IGNORE INTO diff_passed
    SELECT q.c, q.key, q.item FROM before.result r CROSS JOIN diff_ask q ON q.check_no = r.check_no AND q.subject = r.subject AND q.item = r.item
    WHERE r.verdict = 'pass';
DELETE FROM diff_ask;
INSERT OR IGNORE INTO diff_ask
    SELECT w.c, w.subject, w.item, w.c, w.subject
    FROM diff_was w LEFT JOIN diff_now n ON n.c = w.c AND n.subject = w.subject AND n.item = w.item WHERE w.c > 0 AND n.c IS NULL ORDER BY 1, 2, 3;
CREATE TEMP TABLE diff_clear(c INTEGER, subject TEXT, item TEXT, row INTEGER, PRIMARY KEY(c, subject, item)) STRICT, WITHOUT ROWID;
INSERT OR IGNORE INTO diff_clear
    SELECT q.c, q.subject, q.item, r.rowid FROM main.result r CROSS JOIN diff_ask q ON q.check_no = r.check_no AND q.subject = r.subject AND q.item = r.item
    WHERE r.verdict = 'pass';

-- Passed and out of sight now, by check and reason.
CREATE TEMP TABLE diff_lost(c INTEGER, reason_en TEXT, reason_ja TEXT, subjects INTEGER) STRICT;
INSERT INTO diff_lost
    SELECT p.c, r.reason_en, r.reason_ja, count(*)
    FROM diff_passed p JOIN diff_now n USING (c, subject, item) JOIN main.result r ON r.rowid = n.row
    WHERE n.verdict IN ('unknown', 'error') GROUP BY 1, 2, 3;

-- Sources that told something to one file and were not read as completely for the other. side: for which. subject: whose host it is; none where the
-- target is the server of a directory or of its policies: a controller is a host as well, but what it tells there is about the whole domain.
CREATE TEMP TABLE diff_unread(side TEXT, source TEXT, target TEXT, state TEXT, subject TEXT, is_worse INTEGER) STRICT;
CREATE TEMP TABLE diff_cover(side TEXT, source TEXT, target TEXT, state TEXT, subject TEXT, PRIMARY KEY(side, source, target)) STRICT, WITHOUT ROWID;
INSERT OR REPLACE INTO diff_cover
    SELECT 'was', v.source, coalesce(h.now_host, v.target), v.state, coalesce(h.now, s.subject)
    FROM before.coverage v LEFT JOIN before.host_state s ON s.host = v.target AND v.source NOT GLOB 'ldap.*' AND v.source NOT GLOB 'policy.*' LEFT JOIN diff_host h ON h.was = s.subject;
INSERT INTO diff_cover
    SELECT 'now', v.source, v.target, v.state, s.subject FROM main.coverage v LEFT JOIN main.host_state s ON s.host = v.target AND v.source NOT GLOB 'ldap.*' AND v.source NOT GLOB 'policy.*';
CREATE TEMP TABLE diff_domains(side TEXT PRIMARY KEY, missing INTEGER) STRICT, WITHOUT ROWID;
INSERT INTO diff_domains VALUES
    ('now', (SELECT count(*) FROM before.domain_head WHERE guid NOT IN (SELECT guid FROM main.domain_head))),
    ('was', (SELECT count(*) FROM main.domain_head WHERE guid NOT IN (SELECT guid FROM before.domain_head)));
-- Another server may have told what this one told before, when as many did, nobody failed and no domain is missing.
CREATE TEMP TABLE diff_source(side TEXT, source TEXT, told INTEGER, complete INTEGER, bad INTEGER, PRIMARY KEY(side, source)) STRICT, WITHOUT ROWID;
INSERT INTO diff_source
    SELECT side, source, sum(state IN ('complete', 'partial')), sum(state = 'complete'), sum(state NOT IN ('complete', 'absent', 'unsupported'))
    FROM diff_cover GROUP BY side, source;
INSERT INTO diff_unread
    SELECT d.side, t.source, t.target, coalesce(o.state, 'not_collected'), coalesce(t.subject, o.subject), (o.state IN ('complete', 'partial') AND t.state = 'partial') IS NOT 1
    FROM diff_domains d JOIN diff_cover t ON t.side <> d.side AND t.state IN ('complete', 'partial')
    LEFT JOIN diff_cover o ON o.side = d.side AND o.source = t.source AND o.target = t.target
    LEFT JOIN diff_source s ON s.side = d.side AND s.source = t.source
    LEFT JOIN diff_source q ON q.side = t.side AND q.source = t.source
    WHERE o.state IS NOT 'complete'
      AND NOT (o.source IS NULL AND t.subject IS NULL AND d.missing = 0 AND coalesce(s.complete, 0) >= q.told AND s.bad = 0);
CREATE INDEX temp.diff_unread_source ON diff_unread(side, source, subject);

-- The findings, each with its kind: README.md. Rows of kind ? wait for their views; side says which file is asked.
CREATE TEMP TABLE diff_row(
    kind TEXT NOT NULL, why TEXT, side TEXT, c INTEGER NOT NULL, subject TEXT NOT NULL, item TEXT NOT NULL, told TEXT,
    was_row INTEGER, now_row INTEGER, detail TEXT, change TEXT, called TEXT
) STRICT;
INSERT INTO diff_row(kind, why, side, c, subject, item, told, was_row, now_row)
    SELECT CASE WHEN w.verdict IN ('fail', 'waived') AND w.verdict = n.verdict THEN 'same'
                WHEN w.verdict = 'waived' THEN 'unwaived'
                WHEN n.verdict = 'waived' THEN 'waived'
                WHEN k.was IS NULL THEN 'judged'
                WHEN p.c IS NOT NULL AND NOT k.is_same THEN 'judged'
                WHEN p.c IS NOT NULL OR w.verdict IN ('unknown', 'error') THEN 'new'
                ELSE '?' END,
           CASE WHEN w.verdict IN ('fail', 'waived') AND w.verdict = n.verdict THEN n.verdict
                WHEN w.verdict IN ('fail', 'waived') THEN w.verdict
                WHEN n.verdict = 'waived' THEN 'new'
                WHEN k.was IS NULL THEN 'check'
                WHEN p.c IS NOT NULL AND NOT k.is_same THEN 'rule'
                WHEN p.c IS NOT NULL THEN 'passed'
                WHEN w.verdict IN ('unknown', 'error') THEN 'unknown' END,
           'was', n.c, n.subject, n.item, coalesce(w.told, n.subject), w.row, n.row
    FROM diff_now n CROSS JOIN diff_check k ON k.c = n.c LEFT JOIN diff_was w ON w.c = n.c AND w.subject = n.subject AND w.item = n.item
    LEFT JOIN diff_passed p ON p.c = n.c AND p.subject = n.subject AND p.item = n.item
    WHERE n.verdict IN ('fail', 'waived');
INSERT INTO diff_row(kind, why, side, c, subject, item, told, was_row, now_row)
    SELECT CASE WHEN n.verdict IS NOT NULL OR k.now IS NULL THEN 'hidden'
                WHEN l.c IS NOT NULL AND k.is_same THEN 'fixed' WHEN l.c IS NOT NULL THEN 'rejudged' ELSE '?' END,
           CASE WHEN n.verdict IS NOT NULL THEN n.verdict WHEN k.now IS NULL THEN 'check' WHEN l.c IS NOT NULL THEN w.verdict END,
           'now', w.c, w.subject, w.item, w.told, w.row, coalesce(n.row, l.row)
    FROM diff_was w CROSS JOIN diff_check k ON k.c = w.c LEFT JOIN diff_now n ON n.c = w.c AND n.subject = w.subject AND n.item = w.item
    LEFT JOIN diff_clear l ON l.c = w.c AND l.subject = w.subject AND l.item = w.item
    WHERE w.verdict IN ('fail', 'waived') AND n.verdict IS NOT 'fail' AND n.verdict IS NOT 'waived';

-- A check of a subject that is unknown as a whole hides all that was found of it.
UPDATE diff_row SET kind = 'hidden', why = 'unknown',
       now_row = (SELECT min(n.row) FROM diff_now n WHERE n.c = diff_row.c AND n.subject = diff_row.subject AND n.verdict IN ('unknown', 'error'))
    WHERE kind = '?' AND side = 'now'
      AND EXISTS (SELECT 1 FROM diff_now n WHERE n.c = diff_row.c AND n.subject = diff_row.subject AND n.verdict IN ('unknown', 'error'));
UPDATE diff_row SET kind = 'new', why = 'unknown'
    WHERE kind = '?' AND side = 'was'
      AND EXISTS (SELECT 1 FROM diff_was w WHERE w.c = diff_row.c AND w.subject = diff_row.subject AND w.verdict IN ('unknown', 'error'));

-- A host out of scope is not seen; when its computer account is gone from a directory that was read, it is no more.
UPDATE diff_row SET kind = 'hidden', why = 'scope'
    WHERE kind = '?' AND side = 'now' AND told IN (SELECT subject FROM before.host_state) AND subject NOT IN (SELECT subject FROM main.host_state)
      AND c IN (SELECT k.c FROM diff_check k JOIN main.view_source v ON v.view = k.view AND (v.source = 'host.scope' OR v.source GLOB 'event.*'))
      AND NOT (told IN (SELECT s.subject FROM before.host_state s JOIN before.host_target t ON t.host = s.host WHERE t.origin = 'directory')
               AND told NOT IN (SELECT subject FROM main.account_state)
               AND EXISTS (SELECT 1 FROM diff_source WHERE side = 'now' AND source = 'ldap.computer' AND complete > 0 AND bad = 0)
               AND NOT EXISTS (SELECT 1 FROM diff_unread WHERE side = 'now' AND source IN ('ldap.computer', 'host.scope')));

-- The sources that a check stands on: of the views that its statement names, and of their columns that it names. is_base: without it there are no rows.
CREATE TEMP TABLE diff_need(c INTEGER, source TEXT, is_base INTEGER, is_log INTEGER, PRIMARY KEY(c, source)) STRICT, WITHOUT ROWID;
INSERT INTO diff_need
    SELECT k.c, v.source, max(v.column_name = '' AND v.view = k.view), max(v.column_name = '' AND v.view = k.view AND v.source GLOB 'event.*')
    FROM main.check_info n JOIN diff_check k ON k.now = n.check_no JOIN main.view_source v ON v.view = k.view OR diff_names(n.statement, v.view)
    WHERE v.source IN (SELECT source FROM diff_unread) AND (v.column_name = '' OR diff_names(n.statement, v.column_name)) GROUP BY 1, 2;

-- What a host is (Windows, server, build) comes from its computer account as well, and decides whether a check applies to it.
INSERT OR REPLACE INTO diff_need
    SELECT k.c, 'ldap.computer', 1, 0 FROM diff_check k JOIN main.view_source v ON v.view = k.view AND v.column_name = '' AND v.source = 'host.scope'
    WHERE k.now IS NOT NULL AND EXISTS (SELECT 1 FROM diff_unread WHERE source = 'ldap.computer' AND is_worse);

-- What was not read cannot be gone, nor be new: the sources of the view; also those of its columns where they are about its host, or where an item of
-- it depends on them. What failed by a value that nobody could read now is not fixed by what another source says.
CREATE TEMP VIEW diff_blind AS
    SELECT r.rowid AS no, min(u.source) AS source FROM diff_row r JOIN diff_need d ON d.c = r.c JOIN diff_unread u ON u.side = r.side AND u.source = d.source
    WHERE (r.kind = '?' AND (d.is_base OR ((r.item <> '' OR u.is_worse) AND (u.subject IS NULL OR u.subject = r.subject)) OR u.subject = r.subject))
       OR (r.kind = 'fixed' AND (u.subject = r.subject OR (u.is_worse AND (u.subject IS NULL OR d.is_log))))
    GROUP BY r.rowid;
CREATE TEMP TABLE diff_blinded(no INTEGER PRIMARY KEY, source TEXT) STRICT;
INSERT INTO diff_blinded SELECT no, source FROM diff_blind;
UPDATE diff_row SET kind = CASE side WHEN 'now' THEN 'hidden' ELSE 'new' END, why = CASE side WHEN 'now' THEN 'source' ELSE 'unknown' END,
       detail = (SELECT source FROM diff_blinded WHERE no = diff_row.rowid)
    WHERE rowid IN (SELECT no FROM diff_blinded);
-- Checks of what happened: their findings are events, or numbers of them, and pass when the logs have rolled over. Nobody undoes an event, so that none of
-- them is ever fixed. Others ask logs how something stands now: the record of the current secret, and how far a log reaches.
CREATE TEMP TABLE diff_happened(c INTEGER PRIMARY KEY) STRICT;
INSERT INTO diff_happened
    SELECT k.c FROM main.check_info n JOIN diff_check k ON k.now = n.check_no
    WHERE CASE WHEN k.view IN ('controller_log', 'host_log') THEN
              -- A statement asks of every column that its condition reads whether it is NULL.
              EXISTS (SELECT 1 FROM json_each('["gaps", "missing_records", "resets", "damaged", "breaks", "clears", "cleared_others", "stops", "drops", "clock_steps", "clock_step_seconds", "times_back", "audit_off"]') j
                      WHERE instr(n.statement, '"' || j.value || '" IS NULL'))
          ELSE k.view NOT IN ('password_record', 'ticket_key')
              AND EXISTS (SELECT 1 FROM main.view_source v WHERE v.view = k.view AND v.source GLOB 'event.*' AND (v.column_name = '' OR diff_names(n.statement, v.column_name))) END;
UPDATE diff_row SET kind = 'hidden', why = 'log' WHERE kind = 'fixed' AND c IN (SELECT c FROM diff_happened);
CREATE INDEX temp.diff_row_open ON diff_row(side, c, subject) WHERE kind = '?';
CREATE TEMP TABLE diff_seen(side TEXT, view TEXT, subject TEXT, item TEXT, PRIMARY KEY(side, view, subject, item)) STRICT, WITHOUT ROWID;
