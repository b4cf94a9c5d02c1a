-- SPDX-License-Identifier: GPL-3.0-or-later
-- Event logs: whose they are, how far they reach, and what they tell of the accounts of the directory. Runs after derive.sql and
-- derive_policy.sql, in the same transaction.

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
