-- SPDX-License-Identifier: GPL-3.0-or-later
-- Whether a source was seen to its end; one that nobody asked is there as well, as not complete. `absent` is an answer only
-- for containers and overlays that a directory may lack; every OpenLDAP server answers for itself. Of event logs every host in scope has its own. Groups and domains whose SID was hidden could be any: then not all was seen.
CREATE VIEW source_state AS
    SELECT n.source,
        coalesce(max(c.state = 'complete'
            OR (c.state = 'absent' AND n.source IN ('ldap.trust', 'ldap.silo', 'ldap.pki', 'ldap.kds', 'ldap.ppolicy', 'ldap.accesslog',
                'ldap.password_policy', 'ldap.otp', 'ldap.directory_group', 'ldap.ipa'))), 0)
            AND NOT (n.source = 'ldap.group' AND EXISTS (SELECT 1 FROM directory_group WHERE sid IS NULL))
            AND NOT (n.source GLOB 'event.*' AND EXISTS (SELECT 1 FROM host_state h WHERE NOT EXISTS
                (SELECT 1 FROM coverage o WHERE o.target = h.host AND o.source = n.source AND o.state = 'complete')))
            AND NOT (n.source IN ('ldap.ppolicy', 'ldap.accesslog', 'ldap.password_policy', 'ldap.otp', 'ldap.directory_group', 'ldap.ipa') AND EXISTS (SELECT 1 FROM coverage o WHERE o.source = n.source AND o.state NOT IN ('complete', 'absent')))
            AND NOT (n.source = 'mfa.export' AND EXISTS (SELECT 1 FROM coverage o WHERE o.source = n.source AND o.state NOT IN ('complete', 'absent', 'not_collected')))
            AND NOT (n.source = 'ldap.domain' AND EXISTS (SELECT 1 FROM domain_head WHERE sid IS NULL)) AS complete
    FROM (SELECT source FROM view_source UNION SELECT source FROM coverage) n LEFT JOIN coverage c ON c.source = n.source
    GROUP BY n.source;

-- Every domain controller keeps its own last logons: 1 = each one that the directory names has told them, else NULL.
CREATE VIEW logon_known AS
    SELECT CASE WHEN (SELECT min(complete) FROM source_state WHERE source IN ('ldap.site', 'ldap.logon'))
            AND NOT EXISTS (SELECT 1 FROM coverage WHERE source = 'ldap.logon' AND state <> 'complete')
            AND NOT EXISTS (SELECT 1 FROM directory_agent d WHERE NOT EXISTS (SELECT 1 FROM directory_server v
                JOIN coverage c ON c.target = v.host AND c.source = 'ldap.logon' AND c.state = 'complete'
                WHERE v.dsa_dn = d.dn COLLATE NOCASE OR v.dns_name = d.dns_name COLLATE NOCASE))
        THEN 1 END AS complete;
