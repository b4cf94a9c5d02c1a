-- SPDX-License-Identifier: GPL-3.0-or-later
-- Which Group Policy objects reach a computer, in which order, and what comes of them ([MS-GPOL] 3.2.5.1). Computers with the same
-- ordered list share a class, so that results exist once a class. Runs after derive.sql, in the same transaction. What is not known
-- for certain is kept as unknown all the way: a result stands only where nothing unknown could change it.

-- A policy is named by its GUID: the name says it where the object does not.
UPDATE policy_object SET gpo_id = lower(substr(dn, 5, 36)) WHERE gpo_id IS NULL AND dn GLOB '[Cc][Nn]={????????-????-????-????-????????????}*';

DELETE FROM policy_target;
DELETE FROM policy_reach;
DELETE FROM policy_result;
DELETE FROM policy_holder;
DELETE FROM policy_account;
DELETE FROM policy_group_member;
DELETE FROM policy_conflict;

DROP TABLE IF EXISTS temp.p_trustee;
DROP TABLE IF EXISTS temp.p_token;
DROP TABLE IF EXISTS temp.p_filter;
DROP TABLE IF EXISTS temp.p_scope;
DROP TABLE IF EXISTS temp.p_link;
DROP TABLE IF EXISTS temp.p_combination;
DROP TABLE IF EXISTS temp.p_reach;
DROP TABLE IF EXISTS temp.p_content;
DROP TABLE IF EXISTS temp.p_event;

CREATE INDEX IF NOT EXISTS organizational_unit_dn ON organizational_unit(dn COLLATE NOCASE);

-- Everybody that a security filter names. all: every computer's token holds it; maybe: nobody can tell from the directory whether a
-- computer's does (the groups of the computer itself, of other domains, groups that were not read to their end).
CREATE TEMP TABLE p_trustee AS
    SELECT t.sid,
        CASE WHEN t.sid IN ('S-1-1-0', 'S-1-5-11', 'S-1-5-2', 'S-1-5-15') THEN 'all'
            WHEN t.sid = 'S-1-5-9' THEN 'controllers'
            WHEN t.sid IN ('S-1-3-0', 'S-1-3-1', 'S-1-3-4', 'S-1-5-7', 'S-1-5-10') THEN 'nobody'
            WHEN t.sid GLOB 'S-1-5-32-*' THEN 'maybe'
            WHEN EXISTS (SELECT 1 FROM account a WHERE a.sid = t.sid) THEN 'account'
            WHEN EXISTS (SELECT 1 FROM directory_group g WHERE g.sid = t.sid) THEN 'group'
            ELSE 'maybe' END AS kind
    FROM (SELECT DISTINCT r.trustee_sid AS sid FROM policy_object p JOIN access_right r ON r.object_guid = p.guid
        WHERE r.inherit_only = 0 AND r."right" IN ('apply_policy', 'read_policy', 'deny_apply_policy', 'deny_read_policy', 'generic_all')) t;

-- What of these each computer's token holds; the domain itself stands for its domain controllers.
CREATE TEMP TABLE p_token(guid TEXT NOT NULL, sid TEXT NOT NULL, PRIMARY KEY(guid, sid)) WITHOUT ROWID;
WITH RECURSIVE inside(sid, guid, is_whole) AS (
        SELECT t.sid, g.guid, g.members_complete IS 1 FROM p_trustee t JOIN directory_group g ON g.sid = t.sid
            WHERE t.kind = 'group' AND coalesce(g.group_type, -1) < 0
        UNION SELECT i.sid, g.guid, g.members_complete IS 1 FROM inside i JOIN membership m ON m.group_guid = i.guid
            JOIN directory_group g ON g.guid = m.member_guid WHERE coalesce(g.group_type, -1) < 0),
    computer(guid, sid, group_sid, is_controller) AS MATERIALIZED (
        SELECT a.guid, a.sid, substr(a.sid, 1, length(rtrim(a.sid, '0123456789'))) || a.primary_group_rid, s.is_controller
            FROM account a LEFT JOIN account_state s ON s.guid = a.guid WHERE a.kind = 'computer'
        UNION ALL SELECT d.guid, NULL, d.sid || '-516', 1 FROM domain_head d),
    held(guid, sid) AS (
        SELECT c.guid, i.sid FROM inside i JOIN membership m ON m.group_guid = i.guid JOIN computer c ON c.guid = m.member_guid
        UNION SELECT c.guid, i.sid FROM computer c JOIN directory_group g ON g.sid = c.group_sid JOIN inside i ON i.guid = g.guid
        UNION SELECT c.guid, t.sid FROM computer c JOIN p_trustee t ON t.sid IN (c.sid, c.group_sid)
        UNION SELECT c.guid, t.sid FROM computer c JOIN p_trustee t ON t.kind = 'controllers' WHERE c.is_controller = 1
        -- A group that was not read to its end makes a row that belongs to no computer.
        UNION SELECT '', sid FROM inside WHERE is_whole = 0)
INSERT INTO p_token SELECT guid, sid FROM held WHERE guid IS NOT NULL;
UPDATE p_trustee SET kind = 'maybe' WHERE kind = 'group'
    AND (sid IN (SELECT sid FROM p_token WHERE guid = '') OR (SELECT complete FROM source_state WHERE source = 'ldap.group') IS NOT 1);

-- Where each computer stands. The site of a computer is its subnet's, which nothing here tells, unless it is a domain controller or
-- there is one site only: '?'.
WITH sites(known, name) AS (
        SELECT count(*) = 1 AND (SELECT complete FROM source_state WHERE source = 'ldap.site') = 1, max(name) FROM site),
    computer(guid, dn, filter, is_unsure, is_controller) AS (
        SELECT a.guid, a.dn,
            (SELECT group_concat(sid, ' ') FROM (SELECT sid FROM p_token t WHERE t.guid = a.guid ORDER BY sid)),
            a.sid IS NULL OR a.primary_group_rid IS NULL OR s.is_controller IS NULL, s.is_controller
        FROM account a LEFT JOIN account_state s ON s.guid = a.guid WHERE a.kind = 'computer'
        UNION ALL
        SELECT d.guid, ',' || d.dn, (SELECT group_concat(sid, ' ') FROM (SELECT sid FROM p_token t WHERE t.guid = d.guid ORDER BY sid)),
            d.sid IS NULL, 1
        FROM domain_head d)
INSERT INTO policy_target(guid, location, site, filter)
    SELECT c.guid, substr(c.dn, instr(c.dn, ',') + 1),
        CASE WHEN c.dn LIKE ',%' THEN ''
            WHEN c.is_controller = 1 AND EXISTS (SELECT 1 FROM directory_agent n WHERE n.computer_dn = c.dn COLLATE NOCASE AND n.site IS NOT NULL)
                THEN (SELECT n.site FROM directory_agent n WHERE n.computer_dn = c.dn COLLATE NOCASE AND n.site IS NOT NULL LIMIT 1)
            WHEN sites.known THEN coalesce(sites.name, '?') ELSE '?' END,
        CASE WHEN c.is_unsure THEN '? ' ELSE '' END || coalesce(c.filter, '')
    FROM computer c, sites;

-- What the security filter of each policy says to each set of groups. Windows grants and denies in the order of the list: own
-- denials, own grants, inherited denials, inherited grants.
CREATE TEMP TABLE p_filter AS
    WITH profile(filter, guid, is_unsure) AS (SELECT filter, min(guid), filter LIKE '?%' FROM policy_target GROUP BY filter),
    entry(gpo_guid, sid, asks, rank, kind) AS MATERIALIZED (
        SELECT p.guid, r.trustee_sid, k.column2, r.inherited * 2 + k.column3, t.kind
        FROM policy_object p JOIN access_right r ON r.object_guid = p.guid
            JOIN (VALUES ('apply_policy', 'apply', 1), ('generic_all', 'apply', 1), ('deny_apply_policy', 'apply', 0),
                ('read_policy', 'read', 1), ('generic_all', 'read', 1), ('deny_read_policy', 'read', 0)) k ON k.column1 = r."right"
            JOIN p_trustee t ON t.sid = r.trustee_sid
        WHERE r.inherit_only = 0 AND t.kind <> 'nobody'),
    answer(filter, gpo_guid, asks, sure, may_grant, may_deny) AS (
        SELECT filter, gpo_guid, asks, min(CASE WHEN is_held THEN rank END),
            min(CASE WHEN NOT is_held AND is_maybe AND rank & 1 THEN rank END), min(CASE WHEN NOT is_held AND is_maybe AND rank & 1 = 0 THEN rank END)
        FROM (SELECT f.filter, e.gpo_guid, e.asks, e.rank,
                e.kind = 'all' OR EXISTS (SELECT 1 FROM p_token t WHERE t.guid = f.guid AND t.sid = e.sid) AS is_held,
                e.kind = 'maybe' OR f.is_unsure AS is_maybe
            FROM profile f, entry e)
        GROUP BY filter, gpo_guid, asks)
    SELECT filter, gpo_guid, asks,
        CASE WHEN sure & 1 THEN CASE WHEN may_deny < sure THEN NULL ELSE 1 END
            WHEN sure & 1 = 0 THEN CASE WHEN may_grant < sure THEN NULL ELSE 0 END
            ELSE CASE WHEN may_grant IS NULL THEN 0 END END AS is_granted,
        coalesce(sure & 1 = 0, 0) AS is_denial
    FROM answer;
CREATE INDEX temp.p_filter_key ON p_filter(filter, gpo_guid, asks);

-- The containers above each place, the nearest first. A part of the path that was not read may carry links: guid NULL.
CREATE TEMP TABLE p_scope AS
    WITH RECURSIVE walk(location, dn, depth) AS (
        SELECT DISTINCT location, location, 1 FROM policy_target
        UNION ALL SELECT location, substr(dn, instr(dn, ',') + 1), depth + 1 FROM walk
            WHERE dn NOT LIKE 'DC=%' AND instr(dn, ',') > 0 AND depth < 128)
    SELECT w.location, w.depth, o.guid, o.dn, coalesce(o.gp_options, 0) & 1 AS is_blocking
    FROM walk w LEFT JOIN organizational_unit o ON o.dn = w.dn COLLATE NOCASE AND o.kind IN ('ou', 'domain')
    WHERE w.dn LIKE 'OU=%' OR w.dn LIKE 'DC=%';
CREATE INDEX temp.p_scope_location ON p_scope(location);

-- The links of each place in their order, and what the link says by itself. Above what is enforced: the highest container first;
-- below the rest: the nearest container first. Within one container the later link wins (gPLink is written from the lowest to the
-- highest precedence: Microsoft, "Group Policy processing for Windows Server", GPO links; Samba's get_gpo_list agrees).
CREATE TEMP TABLE p_link AS
    WITH place(location, site) AS (SELECT DISTINCT location, site FROM policy_target),
    above(location, site, depth, guid, is_site) AS (
        SELECT p.location, p.site, s.depth, s.guid, 0 FROM place p JOIN p_scope s ON s.location = p.location WHERE s.guid IS NOT NULL
        UNION ALL SELECT p.location, p.site, 1000, o.guid, 1 FROM place p JOIN organizational_unit o ON o.kind = 'site'
            AND (o.name = p.site COLLATE NOCASE OR p.site = '?') WHERE p.site <> ''),
    linked AS (
        SELECT a.location, a.site, a.depth, a.guid AS container_guid, coalesce(l.gpo_id, l.gpo_dn) AS gpo_id, l.gpo_dn, l.position,
            coalesce(l.options, 0) & 1 = 0 AS is_enabled, coalesce(l.options, 0) & 2 <> 0 AS is_enforced, a.is_site AND a.site = '?' AS is_doubtful,
            EXISTS (SELECT 1 FROM p_scope b WHERE b.location = a.location AND b.depth < a.depth AND b.is_blocking) AS is_blocked
        FROM above a JOIN policy_link l ON l.container_guid = a.guid),
    judged AS (
        SELECT l.*, p.guid AS gpo_guid,
            CASE WHEN NOT l.is_enabled THEN 'link_disabled' WHEN l.is_blocked AND NOT l.is_enforced THEN 'blocked'
                WHEN p.guid IS NULL AND (SELECT complete FROM source_state WHERE source = 'ldap.gpo')
                    AND EXISTS (SELECT 1 FROM domain_head d WHERE substr(l.gpo_dn, -length(d.dn)) = d.dn COLLATE NOCASE) THEN 'missing'
                WHEN p.flags & 2 THEN 'half_disabled' END AS off,
            CASE WHEN p.guid IS NULL THEN 'gpo_unread' WHEN p.flags IS NULL THEN 'flags_unread' WHEN l.is_doubtful THEN 'site' END AS doubt
        FROM linked l LEFT JOIN policy_object p ON p.gpo_id = l.gpo_id),
    ordered AS (
        SELECT j.*, row_number() OVER (PARTITION BY location, site ORDER BY is_enforced DESC,
            CASE WHEN is_enforced THEN -depth ELSE depth END, position DESC, gpo_id) AS place FROM judged j)
    SELECT location, site, place, gpo_id, gpo_guid, container_guid, is_enforced, off, doubt
    FROM (SELECT o.*, row_number() OVER (PARTITION BY location, site, gpo_id ORDER BY off IS NOT NULL, place) AS n FROM ordered o) WHERE n = 1;

-- Links that nobody could read may stand anywhere: a row without a policy, above everything.
INSERT INTO p_link
    SELECT DISTINCT p.location, p.site, 0, '', NULL, NULL, 0, NULL, 'link_unread' FROM (SELECT DISTINCT location, site FROM policy_target) p
    WHERE (SELECT complete FROM source_state WHERE source = 'ldap.ou') IS NOT 1
        OR EXISTS (SELECT 1 FROM p_scope s WHERE s.location = p.location
            AND (s.guid IS NULL OR EXISTS (SELECT 1 FROM malformed_value v WHERE v.attribute = 'gPLink' COLLATE NOCASE AND v.object = s.dn COLLATE NOCASE)))
        OR NOT EXISTS (SELECT 1 FROM p_scope s WHERE s.location = p.location)
        OR EXISTS (SELECT 1 FROM organizational_unit o JOIN malformed_value v ON v.object = o.dn COLLATE NOCASE
            WHERE o.kind = 'site' AND v.attribute = 'gPLink' COLLATE NOCASE);
CREATE INDEX temp.p_link_location ON p_link(location, site);

-- With the filters: one list for each combination of place and groups, then one class for each list.
CREATE TEMP TABLE p_combination AS
    SELECT row_number() OVER () AS no, location, site, filter FROM (SELECT DISTINCT location, site, filter FROM policy_target);
CREATE TEMP TABLE p_reach AS
    SELECT c.no, l.place, l.gpo_id, l.container_guid, l.is_enforced,
        CASE WHEN l.off IS NOT NULL THEN 'disabled'
            WHEN l.doubt = 'link_unread' OR l.doubt = 'gpo_unread' OR d.dacl IS NULL OR d.dacl NOT IN ('present', 'absent') OR v.object IS NOT NULL THEN 'unknown'
            WHEN a.is_granted = 0 OR r.is_granted = 0 OR a.asks IS NULL OR r.asks IS NULL THEN 'denied'
            WHEN a.is_granted IS NULL OR r.is_granted IS NULL OR l.doubt IS NOT NULL OR p.wmi_filter <> '' THEN 'unknown'
            ELSE 'applies' END AS state,
        CASE WHEN l.off IS NOT NULL THEN l.off
            WHEN l.doubt = 'link_unread' OR l.doubt = 'gpo_unread' THEN l.doubt
            WHEN d.dacl IS NULL OR d.dacl NOT IN ('present', 'absent') OR v.object IS NOT NULL THEN 'descriptor_unread'
            WHEN a.is_granted = 0 AND a.is_denial OR r.is_granted = 0 AND r.is_denial THEN 'denied'
            WHEN a.is_granted = 0 OR a.asks IS NULL THEN 'filtered'
            WHEN r.is_granted = 0 OR r.asks IS NULL THEN 'unreadable'
            WHEN a.is_granted IS NULL OR r.is_granted IS NULL THEN 'group_unread'
            WHEN l.doubt IS NOT NULL THEN l.doubt
            WHEN p.wmi_filter <> '' THEN 'wmi_filter' END AS reason
    FROM p_combination c JOIN p_link l ON l.location = c.location AND l.site = c.site
        LEFT JOIN policy_object p ON p.guid = l.gpo_guid
        LEFT JOIN security_descriptor d ON d.object_guid = l.gpo_guid
        LEFT JOIN malformed_value v ON v.object = p.dn COLLATE NOCASE AND v.attribute = 'nTSecurityDescriptor' COLLATE NOCASE
        LEFT JOIN p_filter a ON a.filter = c.filter AND a.gpo_guid = l.gpo_guid AND a.asks = 'apply'
        LEFT JOIN p_filter r ON r.filter = c.filter AND r.gpo_guid = l.gpo_guid AND r.asks = 'read';
CREATE INDEX temp.p_reach_no ON p_reach(no, place);
ALTER TABLE temp.p_combination ADD COLUMN list TEXT;
ALTER TABLE temp.p_combination ADD COLUMN class_no INTEGER;
UPDATE p_combination SET list = coalesce((SELECT group_concat(line, ';') FROM (
    SELECT r.gpo_id || ' ' || r.state || ' ' || coalesce(r.reason, '') || ' ' || coalesce(r.container_guid, '') || r.is_enforced AS line
    FROM p_reach r WHERE r.no = p_combination.no ORDER BY r.place)), '');
UPDATE p_combination SET class_no = k.class_no
    FROM (SELECT no, dense_rank() OVER (ORDER BY list) AS class_no FROM p_combination) k WHERE k.no = p_combination.no;
INSERT INTO policy_reach(class_no, gpo_id, place, state, reason, is_enforced, container_guid)
    SELECT c.class_no, r.gpo_id, CASE WHEN r.state IN ('applies', 'unknown') THEN count(CASE WHEN r.state IN ('applies', 'unknown') THEN 1 END)
            OVER (PARTITION BY c.class_no ORDER BY r.place) END, r.state, r.reason, r.is_enforced, r.container_guid
    FROM (SELECT class_no, min(no) AS no FROM p_combination GROUP BY class_no) c JOIN p_reach r ON r.no = c.no;
CREATE INDEX temp.p_combination_key ON p_combination(location, site, filter);
UPDATE policy_target SET class_no = (SELECT c.class_no FROM p_combination c
    WHERE c.location = policy_target.location AND c.site = policy_target.site AND c.filter = policy_target.filter);
-- Of a host that another shard of the audit looks at, nothing is said in its place.
UPDATE host_state SET policy_class = (SELECT t.class_no FROM policy_target t WHERE t.guid = host_state.account_guid)
    WHERE NOT EXISTS (SELECT 1 FROM coverage c WHERE c.target = host_state.host AND c.source = 'net.port' AND c.reason IN ('left', 'missing'));

-- What of a policy is known. Windows hands a policy only to the extensions that gPCMachineExtensionNames lists ([MS-GPOL]
-- 3.2.5.1.10); where the attribute was not told, the files decide.
CREATE TEMP TABLE p_content AS
    SELECT p.gpo_id, e.column1 AS extension,
        p.machine_extensions IS NULL OR instr(upper(p.machine_extensions), e.column2) > 0 AS may,
        EXISTS (SELECT 1 FROM policy_folder f WHERE f.gpo_id = p.gpo_id AND f.kind = 'sysvol' AND f.state = 'read') AS is_whole,
        EXISTS (SELECT 1 FROM policy_folder f WHERE f.gpo_id = p.gpo_id AND f.kind = 'sysvol' AND f.state IN ('read', 'partial')) AS is_current
    FROM (SELECT gpo_id, machine_extensions FROM policy_object WHERE gpo_id IS NOT NULL
            UNION ALL SELECT DISTINCT gpo_id, NULL FROM policy_reach WHERE gpo_id NOT IN (SELECT gpo_id FROM policy_object WHERE gpo_id IS NOT NULL)) p,
        (VALUES ('registry', '35378EAC-683F-11D2-A89A-00C04FBBCFA2'), ('security', '827D319E-6EAC-11D2-A4EA-00C04F79F83A'),
            ('preference', 'B087BE9D-ED37-454F-AF9C-04291E351182'), ('audit', 'F3CCC681-B74C-4060-9F26-CD84525DCA2A'),
            ('service_preference', '91FBB303-0CD5-4055-BF42-E512A681B325')) e;
CREATE INDEX temp.p_content_key ON p_content(gpo_id, extension);

-- Everything that a policy does to one setting of a computer. A preference that only creates, or is aimed at items, may do nothing.
CREATE TEMP TABLE p_event(gpo_id TEXT, extension TEXT, key TEXT COLLATE NOCASE, value TEXT COLLATE NOCASE, is_certain INTEGER, is_missing INTEGER,
    type INTEGER, number INTEGER, text TEXT, size INTEGER);
INSERT INTO p_event
    SELECT gpo_id, CASE source WHEN 'registry_pol' THEN 'registry' WHEN 'template' THEN 'security' ELSE 'preference' END, key, value,
        action <> 'create' AND NOT is_conditional, action = 'delete_value', CASE WHEN action <> 'delete_value' THEN type END,
        CASE WHEN action <> 'delete_value' THEN number END, CASE WHEN action <> 'delete_value' THEN text END, CASE WHEN action <> 'delete_value' THEN size END
    FROM policy_registry WHERE half = 'machine' AND action IN ('set', 'create', 'delete_value');
-- A key that is cleared: within one policy that comes before its values are set.
CREATE INDEX temp.p_event_item ON p_event(key, value);
CREATE INDEX temp.p_event_gpo ON p_event(gpo_id, key, value);
INSERT INTO p_event
    SELECT d.gpo_id, CASE d.source WHEN 'registry_pol' THEN 'registry' WHEN 'template' THEN 'security' ELSE 'preference' END, i.key, i.value,
        NOT d.is_conditional, 1, NULL, NULL, NULL, NULL
    FROM policy_registry d JOIN (SELECT DISTINCT key, value FROM p_event) i
        ON i.key = d.key OR d.action = 'delete_key' AND substr(i.key, 1, length(d.key) + 1) = d.key || '\'
    WHERE d.half = 'machine' AND d.action IN ('delete_values', 'delete_key')
        AND NOT EXISTS (SELECT 1 FROM policy_registry s WHERE s.gpo_id = d.gpo_id AND s.half = 'machine' AND s.source = d.source
            AND s.key = i.key AND s.value = i.value AND s.action IN ('set', 'create', 'delete_value'));
INSERT INTO p_event SELECT gpo_id, 'security', section, name, 1, 0, NULL, number, text, NULL FROM policy_template;
INSERT INTO p_event SELECT gpo_id, 'security', 'right', "right", 1, 0, NULL, NULL, group_concat(holder, ', '), NULL
    FROM (SELECT gpo_id, "right", holder FROM policy_right ORDER BY gpo_id, "right", holder) GROUP BY gpo_id, "right";
-- Restricted groups: these members and no others.
INSERT INTO p_event SELECT gpo_id, 'security', 'group', group_key, 1, 0, NULL, NULL, group_concat(member, ', '), NULL
    FROM (SELECT gpo_id, group_key, member FROM policy_member WHERE relation = 'members' AND source = 'template' AND group_key GLOB 'S-1-*' ORDER BY gpo_id, group_key, member)
    GROUP BY gpo_id, group_key;
INSERT INTO p_event SELECT gpo_id, 'audit', 'audit', subcategory, 1, 0, NULL, CASE setting WHEN 4 THEN 0 ELSE setting END, NULL, NULL
    FROM policy_audit WHERE setting <> 0;
INSERT INTO p_event SELECT gpo_id, CASE source WHEN 'template' THEN 'security' ELSE 'service_preference' END, 'service', name, NOT is_conditional, 0,
        NULL, start, NULL, NULL
    FROM policy_service WHERE start IS NOT NULL;
DELETE FROM p_event WHERE EXISTS (SELECT 1 FROM p_content c WHERE c.gpo_id = p_event.gpo_id AND c.extension = p_event.extension AND NOT c.may);

-- Each extension of Windows writes for itself, the policy of the highest precedence last; the next extension writes over that. Which
-- of two extensions ran last depends on what changed last, so that a setting is known only where all that may have written it agree:
-- in each extension everything down to the first policy that is certain to set it. A policy whose files were not all read may set
-- anything that its extensions can.
INSERT INTO policy_result(class_no, key, value, item, gpo_id, place, is_missing, type, number, text, size)
    WITH reach AS MATERIALIZED (SELECT * FROM policy_reach WHERE state IN ('applies', 'unknown')),
    barrier(class_no, registry, security, preference, audit, service) AS MATERIALIZED (
        SELECT r.class_no, min(CASE WHEN c.extension = 'registry' THEN r.place END), min(CASE WHEN c.extension = 'security' THEN r.place END),
            min(CASE WHEN c.extension = 'preference' THEN r.place END), min(CASE WHEN c.extension = 'audit' THEN r.place END),
            min(CASE WHEN c.extension = 'service_preference' THEN r.place END)
        FROM reach r JOIN p_content c ON c.gpo_id = r.gpo_id AND c.may AND NOT c.is_whole GROUP BY r.class_no),
    event AS (
        SELECT r.class_no, r.gpo_id, r.place, e.extension, e.key, e.value, e.is_missing, e.type, e.number, e.text, e.size,
            r.state = 'applies' AND e.is_certain AND EXISTS (SELECT 1 FROM p_content c WHERE c.gpo_id = e.gpo_id AND c.extension = e.extension AND c.is_current) AS is_sure
        FROM p_event e JOIN reach r ON r.gpo_id = e.gpo_id),
    first AS (
        SELECT e.*, min(CASE WHEN is_sure THEN place END) OVER (PARTITION BY class_no, extension, key, value) AS first FROM event e),
    outcome AS (
        SELECT class_no, key, value, count(DISTINCT CASE WHEN is_missing THEN 'missing'
                ELSE coalesce(type, '') || '/' || coalesce(number, '') || '/' || coalesce(text, '') || '/' || CASE WHEN number IS NULL AND text IS NULL THEN coalesce(size, '') ELSE '' END END) AS outcomes,
            min(CASE WHEN is_sure THEN printf('%06d', place) || gpo_id END) AS winner, max(is_missing) AS is_missing,
            max(type) AS type, max(number) AS number, max(text) AS text, max(size) AS size,
            max(CASE extension WHEN 'registry' THEN first END) AS registry, max(CASE extension WHEN 'security' THEN first END) AS security,
            max(CASE extension WHEN 'preference' THEN first END) AS preference, max(CASE extension WHEN 'audit' THEN first END) AS audit,
            max(CASE extension WHEN 'service_preference' THEN first END) AS service
        FROM first WHERE first IS NULL OR place <= first GROUP BY class_no, key, value)
    SELECT o.class_no, o.key, o.value, o.key || CASE WHEN o.key LIKE 'HK%' THEN '\' ELSE '.' END || o.value, substr(o.winner, 7),
        CAST(substr(o.winner, 1, 6) AS INTEGER), o.is_missing, o.type, o.number, o.text, o.size
    FROM outcome o LEFT JOIN barrier b ON b.class_no = o.class_no
    WHERE o.outcomes = 1 AND o.winner IS NOT NULL AND CASE
        WHEN o.key LIKE 'HK%' THEN coalesce(b.registry >= o.registry, b.registry IS NULL) AND coalesce(b.security >= o.security, b.security IS NULL)
            AND coalesce(b.preference >= o.preference, b.preference IS NULL)
        WHEN o.key = 'audit' THEN coalesce(b.audit >= o.audit, b.audit IS NULL)
        WHEN o.key = 'service' THEN coalesce(b.security >= o.security, b.security IS NULL) AND coalesce(b.service >= o.service, b.service IS NULL)
        ELSE coalesce(b.security >= o.security, b.security IS NULL) END;

-- Rights in one row a holder; password and lockout settings in one row a class, in the units of local_policy.
INSERT OR IGNORE INTO policy_holder(class_no, "right", holder, gpo_id)
    SELECT r.class_no, r.value, p.holder, r.gpo_id FROM policy_result r JOIN policy_right p ON p.gpo_id = r.gpo_id AND p."right" = r.value
    WHERE r.key = 'right';
-- Who a policy puts into a local group for certain. What else is in it is for the host to tell. A preference adds to what is there,
-- unless some policy takes members away or says who they are.
INSERT OR IGNORE INTO policy_group_member(class_no, group_sid, member_sid, gpo_id)
    SELECT r.class_no, r.value, m.member, r.gpo_id FROM policy_result r
        JOIN policy_member m ON m.gpo_id = r.gpo_id AND m.group_key = r.value AND m.relation = 'members' AND m.source = 'template'
    WHERE r.key = 'group' AND m.member GLOB 'S-1-*';
INSERT OR IGNORE INTO policy_group_member(class_no, group_sid, member_sid, gpo_id)
    SELECT r.class_no, m.group_key, m.member, r.gpo_id FROM policy_reach r
        JOIN policy_member m ON m.gpo_id = r.gpo_id AND m.relation = 'add' AND m.is_conditional = 0
    WHERE r.state = 'applies' AND m.group_key GLOB 'S-1-*' AND m.member GLOB 'S-1-*'
        AND EXISTS (SELECT 1 FROM policy_folder f WHERE f.gpo_id = r.gpo_id AND f.kind = 'sysvol' AND f.state IN ('read', 'partial'))
        AND NOT EXISTS (SELECT 1 FROM policy_reach o JOIN policy_member x ON x.gpo_id = o.gpo_id AND x.group_key = m.group_key AND x.relation NOT IN ('add', 'member_of')
            WHERE o.class_no = r.class_no AND o.state IN ('applies', 'unknown'))
        AND NOT EXISTS (SELECT 1 FROM policy_reach o WHERE o.class_no = r.class_no AND o.state IN ('applies', 'unknown')
            AND NOT EXISTS (SELECT 1 FROM policy_folder f WHERE f.gpo_id = o.gpo_id AND f.kind = 'sysvol' AND f.state = 'read'));
INSERT INTO policy_account
    SELECT class_no,
        max(CASE value WHEN 'MinimumPasswordLength' THEN number END), max(CASE value WHEN 'PasswordHistorySize' THEN number END),
        max(CASE value WHEN 'MaximumPasswordAge' THEN CASE WHEN number > 0 THEN -number * 864000000000 ELSE 0 END END),
        max(CASE value WHEN 'MinimumPasswordAge' THEN -number * 864000000000 END),
        max(CASE value WHEN 'PasswordComplexity' THEN number <> 0 END), max(CASE value WHEN 'ClearTextPassword' THEN number <> 0 END),
        max(CASE value WHEN 'AllowAdministratorLockout' THEN number <> 0 END), max(CASE value WHEN 'LockoutBadCount' THEN number END),
        max(CASE value WHEN 'LockoutDuration' THEN CASE WHEN number > 0 THEN -number * 600000000 ELSE 0 END END),
        max(CASE value WHEN 'ResetLockoutCount' THEN -number * 600000000 END)
    FROM policy_result WHERE key = 'system_access' GROUP BY class_no;


-- Both apply to some computer (is_certain), or may, and only the order of their links decides.
INSERT OR IGNORE INTO policy_conflict(gpo_id, item, winner_id, data, winner_data, is_certain)
    SELECT p.loser, a.key || CASE WHEN a.key LIKE 'HK%' THEN '\' ELSE '.' END || a.value, p.winner,
        min(CASE WHEN a.is_missing THEN 'missing' ELSE coalesce(a.number, a.text) END), min(CASE WHEN b.is_missing THEN 'missing' ELSE coalesce(b.number, b.text) END),
        max(p.is_certain AND a.is_certain AND b.is_certain)
    FROM (SELECT l.gpo_id AS loser, w.gpo_id AS winner, max(l.state = 'applies' AND w.state = 'applies') AS is_certain FROM policy_reach l
            JOIN policy_reach w ON w.class_no = l.class_no AND w.container_guid = l.container_guid AND w.place < l.place
            WHERE l.state IN ('applies', 'unknown') AND w.state IN ('applies', 'unknown') AND l.is_enforced = w.is_enforced GROUP BY l.gpo_id, w.gpo_id) p
        JOIN p_event a ON a.gpo_id = p.loser JOIN p_event b ON b.gpo_id = p.winner AND b.key = a.key AND b.value = a.value AND b.extension = a.extension
    WHERE a.is_missing <> b.is_missing OR a.is_missing = 0 AND (a.number IS NOT b.number OR a.text IS NOT b.text)
    GROUP BY p.loser, a.key, a.value, p.winner;

DROP TABLE temp.p_trustee;
DROP TABLE temp.p_token;
DROP TABLE temp.p_filter;
DROP TABLE temp.p_scope;
DROP TABLE temp.p_link;
DROP TABLE temp.p_combination;
DROP TABLE temp.p_reach;
DROP TABLE temp.p_content;
DROP TABLE temp.p_event;
