-- SPDX-License-Identifier: GPL-3.0-or-later
-- What event logs record of the passwords that the directory dates. Runs after derive_event.sql, in the same transaction.

DELETE FROM password_event;
DELETE FROM notable_change;
DELETE FROM secret_record;

-- Who was changed: by SID, else GUID, else DN; never by name. 4742 tells that a computer has a new password, 4738 that an account
-- from now on demands a smart card (0x1000 of [MS-SAMR] 2.2.1.12), for which the controller makes a random secret.
INSERT OR IGNORE INTO password_event
    SELECT coalesce((SELECT a.guid FROM account a WHERE a.sid = c.target_sid), (SELECT a.guid FROM account a WHERE a.guid = c.target_guid),
            (SELECT a.guid FROM account a WHERE a.dn = c.target_dn COLLATE NOCASE)) AS target,
        h.host, c.at, c.log, c.record, c.part, c.event_id,
        CASE WHEN c.kind <> 'changed' THEN c.kind WHEN c.event_id = 4742 THEN 'computer' ELSE 'smartcard' END, c.is_carved, c.subject_sid,
        CASE WHEN c.subject_name IS NOT NULL THEN coalesce(c.subject_domain || '\', '') || c.subject_name END, c.address
    FROM change_event c JOIN event_host h ON h.log = c.log AND h.computer = c.computer
    WHERE c.is_failure = 0 AND c.kind IN ('password_change', 'password_reset', 'created', 'changed')
        AND (c.kind <> 'changed' OR c.event_id = 4742 AND c.sets_password_date = 1 OR c.event_id = 4738 AND c.uac_new & 0x1000 AND NOT c.uac_old & 0x1000)
        AND target IS NOT NULL
        AND NOT EXISTS (SELECT 1 FROM event_twin t JOIN change_event o ON o.log = t.other AND o.record = c.record WHERE t.log = c.log
            AND o.at = c.at AND o.event_id = c.event_id AND o.target_sid IS c.target_sid AND o.target_guid IS c.target_guid);

-- The newest change of each secret over all copies; replication keeps time and origin of it. Seconds are whole: 10 seconds of tolerance.
INSERT INTO secret_record
    WITH newest AS MATERIALIZED (
            SELECT guid, max(password_at) AS password_at, password_origin AS origin FROM secret_change GROUP BY guid),
        controller(invocation_id, host) AS MATERIALIZED (
            SELECT invocation_id, min(host) FROM controller_state WHERE invocation_id IS NOT NULL GROUP BY invocation_id),
        known AS MATERIALIZED (
            SELECT s.guid, s.kind, n.password_at, n.origin, c.host, s.uac & 0x40000 AS smartcard
            FROM account_state s LEFT JOIN newest n ON n.guid = s.guid LEFT JOIN controller c ON c.invocation_id = n.origin
            WHERE s.kind IN ('user', 'computer')),
        -- Of several in time the nearest; what was carved from damaged space only where nothing else is.
        witness AS MATERIALIZED (
            SELECT k.guid, e.*, min(e.is_carved * 1000000000000 + abs(e.at - k.password_at)) AS distance
            FROM known k CROSS JOIN password_event e ON e.account_guid = k.guid AND e.host = k.host
                AND e.at BETWEEN k.password_at - 100000000 AND k.password_at + 110000000
            WHERE k.kind = 'computer' OR e.kind <> 'computer' GROUP BY k.guid)
    SELECT k.guid, k.kind, k.password_at, k.origin, k.host,
        CASE WHEN k.password_at IS NULL OR k.password_at = 0 THEN 'unseen' WHEN e.guid IS NOT NULL THEN 'recorded' WHEN k.host IS NULL THEN 'origin_unknown'
            WHEN a.host IS NOT NULL AND (k.kind = 'computer' OR k.smartcard = 0) THEN 'unrecorded'
            WHEN a.host IS NOT NULL THEN 'automatic'
            WHEN w.host IS NOT NULL THEN 'not_audited'
            WHEN l.host IS NULL THEN 'no_log' ELSE 'outside' END,
        coalesce(a.from_at, w.from_at), coalesce(a.to_at, w.to_at),
        e.at, e.event_id, e.kind, e.log, e.record, e.by_sid, e.by_name, e.address
    FROM known k
        LEFT JOIN witness e ON e.guid = k.guid
        LEFT JOIN log_state l ON l.host = k.host AND l.channel = 'Security'
        LEFT JOIN audit_window a ON a.host = k.host AND a.family = k.kind
            AND a.from_at = (SELECT max(x.from_at) FROM audit_window x WHERE x.host = k.host AND x.family = k.kind AND x.from_at <= k.password_at - 100000000)
            AND a.to_at >= k.password_at + 110000000
        LEFT JOIN event_window w ON w.host = k.host AND w.channel = 'Security'
            AND w.from_at = (SELECT max(x.from_at) FROM event_window x WHERE x.host = k.host AND x.channel = 'Security' AND x.from_at <= k.password_at - 100000000)
            AND w.to_at >= k.password_at + 110000000;

-- What domain controllers tell that somebody has to explain. Groups and accounts that do not matter are left out by SID.
CREATE TEMP TABLE e_privileged(sid TEXT PRIMARY KEY, name TEXT, is_group INTEGER) WITHOUT ROWID;
INSERT OR IGNORE INTO temp.e_privileged SELECT g.sid, coalesce(g.sam_name, w.code), 1 FROM watched_group w JOIN directory_group g ON g.guid = w.group_guid WHERE w.is_admin AND w.sid IS NOT NULL;
INSERT OR IGNORE INTO temp.e_privileged SELECT d.sid || '-' || r.column1, NULL, 1 FROM domain_head d CROSS JOIN (VALUES (512), (518), (519), (520), (526), (527)) r WHERE d.sid IS NOT NULL;
INSERT OR IGNORE INTO temp.e_privileged SELECT 'S-1-5-32-' || column1, NULL, 1 FROM (VALUES (544), (548), (549), (550), (551));
INSERT OR IGNORE INTO temp.e_privileged SELECT subject, name, 0 FROM account_state WHERE may_be_privileged = 1 AND subject GLOB 'S-1-*';
INSERT OR IGNORE INTO notable_change
    SELECT h.host, CASE WHEN c.kind IN ('created', 'enabled', 'renamed', 'member_added', 'member_removed') THEN 'privileged_' || c.kind ELSE c.kind END,
        c.at, c.log, c.record, c.part, c.event_id, c.is_failure, c.subject_sid,
        CASE WHEN c.subject_name IS NOT NULL THEN coalesce(c.subject_domain || '\', '') || c.subject_name END,
        coalesce(c.target_sid, p.sid), coalesce(p.name, c.target_name, c.target_dn, c.target_sid, c.target_guid),
        coalesce(c.member_sid, (SELECT a.sid FROM account a WHERE a.dn = c.member_name COLLATE NOCASE)),
        coalesce((SELECT a.sam_name FROM account a WHERE a.sid = c.member_sid), (SELECT a.sam_name FROM account a WHERE a.dn = c.member_name COLLATE NOCASE), c.member_name, c.member_sid), coalesce(c.attribute, c.detail), c.address
    FROM change_event c JOIN event_host h ON h.log = c.log AND h.computer = c.computer AND h.host IN (SELECT host FROM controller_state)
        -- Samba names a group by its DN only.
        LEFT JOIN temp.e_privileged p ON p.sid = coalesce(c.target_sid, CASE WHEN c.kind IN ('member_added', 'member_removed') THEN (SELECT g.sid FROM directory_group g WHERE g.dn = c.target_dn COLLATE NOCASE) END)
    WHERE (c.kind IN ('sid_history', 'sid_history_failed', 'hash_accessed', 'dsrm', 'domain_policy', 'kerberos_policy', 'trust_added', 'trust_removed', 'trust_changed', 'admin_acl')
            OR c.kind IN ('created', 'enabled', 'renamed') AND p.is_group = 0 OR c.kind IN ('member_added', 'member_removed') AND p.is_group = 1
            -- One that does not tell whom it is about may be about anybody.
            OR c.kind IN ('created', 'enabled', 'renamed', 'member_added', 'member_removed') AND c.target_sid IS NULL AND c.target_guid IS NULL AND c.target_dn IS NULL)
        AND NOT EXISTS (SELECT 1 FROM event_twin t JOIN change_event o ON o.log = t.other AND o.record = c.record WHERE t.log = c.log
            AND o.at = c.at AND o.event_id = c.event_id AND o.target_sid IS c.target_sid AND o.member_sid IS c.member_sid);

DROP TABLE temp.e_privileged;
