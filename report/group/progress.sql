-- SPDX-License-Identifier: GPL-3.0-or-later
-- What moved in each site since the group file `before`, in TEMP tables; group_pair says which site was which. The kinds are those of report/diff as far as a group file
-- can tell them: it holds no rows of the views and no coverage of single hosts, so that what is neither open nor passed is out of sight, never gone.
CREATE TEMP TABLE group_was(site INTEGER, finding TEXT, verdict TEXT, check_no INTEGER, row INTEGER, PRIMARY KEY(site, finding)) STRICT, WITHOUT ROWID;
INSERT OR IGNORE INTO group_was
    SELECT p.site, r.finding, r.verdict, r.check_no, r.rowid FROM group_pair p JOIN before.site_result r ON r.site = p.other WHERE r.finding IS NOT NULL;
CREATE TEMP TABLE group_is(site INTEGER, finding TEXT, verdict TEXT, check_no INTEGER, row INTEGER, PRIMARY KEY(site, finding)) STRICT, WITHOUT ROWID;
INSERT OR IGNORE INTO group_is
    SELECT p.site, r.finding, r.verdict, r.check_no, r.rowid FROM group_pair p JOIN main.site_result r ON r.site = p.site WHERE r.finding IS NOT NULL;

-- The checks of both; is_same: the same rule.
CREATE TEMP TABLE group_check(site INTEGER, id TEXT, was INTEGER, now INTEGER, is_same INTEGER, PRIMARY KEY(site, id)) STRICT, WITHOUT ROWID;
INSERT INTO group_check
    SELECT p.site, n.id, o.check_no, n.check_no, coalesce(n.statement = o.statement AND n.parameters = o.parameters AND n.view = o.view, 0)
    FROM group_pair p JOIN main.site_check_info n ON n.site = p.site LEFT JOIN before.site_check_info o ON o.site = p.other AND o.id = n.id
    UNION ALL
    SELECT p.site, o.id, o.check_no, NULL, 0 FROM group_pair p JOIN before.site_check_info o ON o.site = p.other
    WHERE NOT EXISTS (SELECT 1 FROM main.site_check_info n WHERE n.site = p.site AND n.id = o.id);

-- Checks of what happened: nobody undoes an event (report/diff/diff.sql, diff_happened).
CREATE TEMP TABLE group_event(site INTEGER, check_no INTEGER, PRIMARY KEY(site, check_no)) STRICT, WITHOUT ROWID;
INSERT INTO group_event
    SELECT k.site, n.check_no FROM group_check k JOIN main.site_check_info n ON n.site = k.site AND n.check_no = k.now
    WHERE CASE WHEN n.view IN ('controller_log', 'host_log') THEN
              EXISTS (SELECT 1 FROM json_each('["gaps", "missing_records", "resets", "damaged", "breaks", "clears", "cleared_others", "stops", "drops", "clock_steps", "clock_step_seconds", "times_back", "audit_off"]') j
                      WHERE instr(n.statement, '"' || j.value || '" IS NULL'))
          ELSE n.view NOT IN ('password_record', 'ticket_key')
              AND EXISTS (SELECT 1 FROM main.site_view_source v WHERE v.site = n.site AND v.view = n.view AND v.source GLOB 'event.*' AND (v.column_name = '' OR diff_names(n.statement, v.column_name))) END;

-- Sources of the whole domain that were read less completely than before: what stands on them is not fixed because it passes by what another source says. Of hosts
-- a group file only counts how many were read; one that was off tonight says nothing of the others.
CREATE TEMP TABLE group_blind(site INTEGER, check_no INTEGER, PRIMARY KEY(site, check_no)) STRICT, WITHOUT ROWID;
INSERT OR IGNORE INTO group_blind
    SELECT k.site, n.check_no
    FROM (SELECT p.site, o.source FROM group_pair p JOIN before.source o ON o.site = p.other AND o.state = 'complete'
          LEFT JOIN main.source s ON s.site = p.site AND s.source = o.source AND s.state = 'complete'
          WHERE o.source NOT GLOB 'smb.*' AND o.source NOT GLOB 'net.*' AND o.source NOT GLOB 'kit.*' AND o.source NOT GLOB 'cache.*' AND o.source NOT GLOB 'host.*'
              AND coalesce(s.targets, 0) < o.targets) u
    JOIN group_check k ON k.site = u.site JOIN main.site_check_info n ON n.site = k.site AND n.check_no = k.now
    JOIN main.site_view_source v ON v.site = n.site AND v.view = n.view AND v.source = u.source AND (v.column_name = '' OR diff_names(n.statement, v.column_name));

INSERT INTO group_change(site, kind, check_id, finding, was_row, now_row)
    SELECT n.site,
           CASE WHEN w.verdict IN ('fail', 'waived') AND w.verdict = n.verdict THEN CASE n.verdict WHEN 'fail' THEN 'same' ELSE 'same_waived' END
                WHEN n.verdict = 'waived' THEN 'waived'
                WHEN w.verdict = 'waived' THEN 'unwaived'
                WHEN k.was IS NULL THEN 'judged'
                WHEN NOT k.is_same AND EXISTS (SELECT 1 FROM before.passed b WHERE b.site = p.other AND b.finding = n.finding) THEN 'judged'
                ELSE 'new' END,
           k.id, n.finding, w.row, n.row
    FROM group_is n JOIN group_pair p ON p.site = n.site JOIN main.site_check_info c ON c.site = n.site AND c.check_no = n.check_no
    JOIN group_check k ON k.site = n.site AND k.id = c.id LEFT JOIN group_was w ON w.site = n.site AND w.finding = n.finding
    WHERE n.verdict IN ('fail', 'waived');
INSERT INTO group_change(site, kind, check_id, finding, was_row, now_row)
    SELECT w.site,
           CASE WHEN n.finding IS NOT NULL OR k.now IS NULL THEN 'hidden'
                WHEN NOT EXISTS (SELECT 1 FROM main.passed b WHERE b.site = w.site AND b.finding = w.finding) THEN 'hidden'
                WHEN NOT k.is_same THEN 'rejudged'
                WHEN EXISTS (SELECT 1 FROM group_event e WHERE e.site = w.site AND e.check_no = k.now) THEN 'hidden'
                WHEN EXISTS (SELECT 1 FROM group_blind e WHERE e.site = w.site AND e.check_no = k.now) THEN 'hidden'
                ELSE 'fixed' END,
           k.id, w.finding, w.row, n.row
    FROM group_was w JOIN group_pair p ON p.site = w.site JOIN before.site_check_info c ON c.site = p.other AND c.check_no = w.check_no
    JOIN group_check k ON k.site = w.site AND k.id = c.id LEFT JOIN group_is n ON n.site = w.site AND n.finding = w.finding
    WHERE w.verdict IN ('fail', 'waived') AND coalesce(n.verdict, '') NOT IN ('fail', 'waived');
CREATE INDEX temp.group_change_kind ON group_change(site, kind);

-- What is told of each change: of the new file where it knows the finding or its check.
INSERT INTO group_told
    SELECT g.site, g.kind, g.check_id, coalesce(c.severity, d.severity),
           CASE coalesce(c.severity, d.severity) WHEN 'critical' THEN 0 WHEN 'high' THEN 1 WHEN 'medium' THEN 2 WHEN 'low' THEN 3 ELSE 4 END,
           coalesce(c.title_en, d.title_en), coalesce(c.title_ja, d.title_ja), g.finding, coalesce(nullif(n.name, ''), nullif(o.name, ''), n.subject, o.subject, '')
    FROM group_change g JOIN group_pair p ON p.site = g.site JOIN group_check k ON k.site = g.site AND k.id = g.check_id
    LEFT JOIN main.site_check_info c ON c.site = g.site AND c.check_no = k.now LEFT JOIN before.site_check_info d ON d.site = p.other AND d.check_no = k.was
    LEFT JOIN main.site_result n ON n.rowid = g.now_row LEFT JOIN before.site_result o ON o.rowid = g.was_row
    WHERE g.kind NOT IN ('same', 'same_waived');
CREATE INDEX temp.group_told_kind ON group_told(site, kind, rank);
