-- SPDX-License-Identifier: GPL-3.0-or-later
-- The kinds that depend on whether a subject is in the view of its check: diff_seen holds those of the rows that wait. A view that did not answer has no answer.
UPDATE diff_row SET kind = CASE side WHEN 'now' THEN 'hidden' ELSE 'new' END, why = CASE side WHEN 'now' THEN 'view' ELSE 'unknown' END
    WHERE kind = '?' AND EXISTS (SELECT 1 FROM diff_check k JOIN diff_seen s ON s.side = diff_row.side AND s.view = k.view AND s.subject = '' AND s.item = '?' WHERE k.c = diff_row.c);

-- What happened is out of sight when the logs no longer tell of it, whatever else is in the view.
UPDATE diff_row SET kind = 'hidden', why = 'log'
    WHERE kind = '?' AND side = 'now' AND c IN (SELECT h.c FROM diff_happened h JOIN diff_check k ON k.c = h.c WHERE k.is_same);

-- What a host is (Windows, server, build) its registry and its computer account tell: where they were not read, nobody knows that a check does not apply.
-- Without the account it is not known either which policies reach the host, whose settings and rights are items of it.
CREATE TEMP TABLE diff_vague(side TEXT, subject TEXT, source TEXT, PRIMARY KEY(side, subject)) STRICT, WITHOUT ROWID;
INSERT OR IGNORE INTO diff_vague
    SELECT u.side, h.subject, u.source FROM diff_unread u, main.host_state h WHERE u.source = 'ldap.computer';
INSERT OR IGNORE INTO diff_vague
    SELECT side, subject, source FROM diff_unread WHERE source IN ('smb.registry', 'kit.registry') AND subject IS NOT NULL;
UPDATE diff_row SET kind = CASE side WHEN 'now' THEN 'hidden' ELSE 'new' END, why = CASE side WHEN 'now' THEN 'source' ELSE 'unknown' END,
       detail = (SELECT source FROM diff_vague v WHERE v.side = diff_row.side AND v.subject = diff_row.subject)
    WHERE kind = '?' AND EXISTS (SELECT 1 FROM diff_vague v WHERE v.side = diff_row.side AND v.subject = diff_row.subject
        AND (v.source = 'ldap.computer' OR EXISTS (
            SELECT 1 FROM diff_check k CROSS JOIN diff_seen s ON s.side = diff_row.side AND s.view = k.view
                AND s.subject = CASE diff_row.side WHEN 'was' THEN diff_row.told ELSE diff_row.subject END AND s.item = diff_row.item WHERE k.c = diff_row.c)));

-- In the view, but the check does not apply to it.
UPDATE diff_row SET
       kind = CASE WHEN NOT (SELECT k.is_same FROM diff_check k WHERE k.c = diff_row.c) THEN CASE side WHEN 'now' THEN 'rejudged' ELSE 'judged' END
                   WHEN side = 'now' THEN 'gone' ELSE 'new' END,
       why = CASE WHEN NOT (SELECT k.is_same FROM diff_check k WHERE k.c = diff_row.c) THEN 'rule' ELSE 'not_applicable' END
    WHERE kind = '?' AND EXISTS (SELECT 1 FROM diff_check k CROSS JOIN diff_seen s ON s.side = diff_row.side AND s.view = k.view
                                 AND s.subject = CASE diff_row.side WHEN 'was' THEN diff_row.told ELSE diff_row.subject END AND s.item = diff_row.item WHERE k.c = diff_row.c);

-- Event logs reach back only so far: what they no longer hold was not undone.
UPDATE diff_row SET kind = 'hidden', why = 'log'
    WHERE kind = '?' AND side = 'now'
      AND c IN (SELECT k.c FROM diff_check k JOIN main.view_source v ON v.view = k.view AND v.column_name = '' AND v.source GLOB 'event.*');

-- What was not read may go by another key now (AdminSDHolder without its descriptor): an unknown subject of the check that the other audit did not have, and
-- a source that even this one read in part only.
CREATE TEMP TABLE diff_nameless(c INTEGER PRIMARY KEY, source TEXT) STRICT;
INSERT INTO diff_nameless
    SELECT d.c, min(d.source) FROM diff_need d JOIN diff_unread u ON u.side = 'now' AND u.source = d.source AND u.subject IS NULL
    WHERE d.c IN (SELECT c FROM diff_row WHERE kind = '?' AND side = 'now')
      AND +d.c IN (SELECT n.c FROM diff_now n LEFT JOIN diff_was w USING (c, subject, item) LEFT JOIN diff_passed p USING (c, subject, item)
                   WHERE n.verdict IN ('unknown', 'error') AND w.c IS NULL AND p.c IS NULL)
    GROUP BY d.c;
UPDATE diff_row SET kind = 'hidden', why = 'source', detail = (SELECT source FROM diff_nameless n WHERE n.c = diff_row.c)
    WHERE kind = '?' AND side = 'now' AND c IN (SELECT c FROM diff_nameless);

-- Accounts that the site file named, by themselves or by a group, and names no longer, or finds no longer by a name that changed: they are still there, and so is what
-- was found. Who left a group that is still named, or was deleted, is gone.
CREATE TEMP TABLE diff_unnamed(subject TEXT PRIMARY KEY) STRICT, WITHOUT ROWID;
INSERT OR IGNORE INTO diff_unnamed
    SELECT coalesce(a.sid, a.guid)
    FROM before.named_member m JOIN before.named_principal p ON p.purpose = m.purpose AND (p.guid = m.guid OR (m.via <> '' AND p.entry = m.via))
    JOIN main.account a ON a.guid = m.guid
    WHERE NOT EXISTS (SELECT 1 FROM main.named_principal n WHERE n.purpose = p.purpose AND n.guid = p.guid)
      AND NOT EXISTS (SELECT 1 FROM main.named_member n WHERE n.purpose = m.purpose AND n.guid = m.guid);
UPDATE diff_row SET kind = 'hidden', why = 'scope'
    WHERE kind = '?' AND side = 'now' AND subject IN (SELECT subject FROM diff_unnamed)
      AND c IN (SELECT k.c FROM diff_check k JOIN main.view_source v ON v.view = k.view AND v.column_name = '' AND v.source = 'site.account');

-- Neither subject nor item; another view tells of other subjects.
UPDATE diff_row SET
       kind = CASE WHEN side = 'now' AND NOT (SELECT k.is_same FROM diff_check k WHERE k.c = diff_row.c) THEN 'rejudged' WHEN side = 'now' THEN 'gone' ELSE 'new' END,
       why = CASE WHEN side = 'now' AND NOT (SELECT k.is_same FROM diff_check k WHERE k.c = diff_row.c) THEN 'rule'
                  WHEN EXISTS (SELECT 1 FROM diff_check k CROSS JOIN diff_seen s ON s.side = diff_row.side AND s.view = k.view
                               AND s.subject = CASE diff_row.side WHEN 'was' THEN diff_row.told ELSE diff_row.subject END WHERE k.c = diff_row.c) THEN 'item' ELSE 'subject' END
    WHERE kind = '?';

-- Still open, but worse, better or otherwise.
UPDATE diff_row SET kind = 'changed', why = 'severity', change = (SELECT json_array(json_array('', k.severity_before, k.severity)) FROM diff_check k WHERE k.c = diff_row.c)
    WHERE kind = 'same' AND why = 'fail' AND c IN (SELECT c FROM diff_check WHERE severity <> severity_before);
UPDATE diff_row SET (change, called) =
       (SELECT CASE WHEN diff_row.kind = 'same' AND diff_row.why = 'fail' THEN diff_change(o.evidence, n.evidence, o.name, n.name) ELSE diff_row.change END,
               CASE WHEN o.name <> n.name AND o.name <> '' AND n.name <> '' THEN o.name END
        FROM before.result o CROSS JOIN main.result n ON n.rowid = diff_row.now_row AND o.rowid = diff_row.was_row)
    WHERE was_row IS NOT NULL AND now_row IS NOT NULL;
UPDATE diff_row SET kind = 'changed', why = 'evidence' WHERE kind = 'same' AND change IS NOT NULL;

CREATE TEMP TABLE diff_renamed(subject TEXT, before TEXT, now TEXT, PRIMARY KEY(subject)) STRICT, WITHOUT ROWID;
INSERT OR IGNORE INTO diff_renamed
    SELECT d.subject, d.called, n.name FROM diff_row d JOIN main.result n ON n.rowid = d.now_row WHERE d.item = '' AND d.called IS NOT NULL;

CREATE TEMP VIEW diff_list AS
    SELECT d.kind, d.why, k.id AS check_id, k.now AS check_no, k.severity, k.rank, k.title_en, k.title_ja, k.view, k.theme, d.subject, d.item,
           coalesce(nullif(n.name, ''), nullif(o.name, ''), d.subject) AS name, d.called AS name_before,
           CASE WHEN d.told <> d.subject THEN d.told END AS subject_before,
           coalesce(n.finding, o.finding) AS finding, CASE WHEN d.kind = 'hidden' THEN n.reason_en END AS reason_en, CASE WHEN d.kind = 'hidden' THEN n.reason_ja END AS reason_ja,
           d.detail, d.change, CASE WHEN n.verdict = 'fail' OR n.verdict = 'waived' THEN n.evidence ELSE o.evidence END AS evidence, coalesce(n.source, o.source) AS source, d.rowid AS no
    FROM diff_row d JOIN diff_check k ON k.c = d.c LEFT JOIN before.result o ON o.rowid = d.was_row LEFT JOIN main.result n ON n.rowid = d.now_row;
