-- SPDX-License-Identifier: GPL-3.0-or-later
-- Whether a source was seen to its end. `absent` is an answer only for containers that a directory may lack.
CREATE VIEW source_state AS
    SELECT source,
        max(state = 'complete'
            OR (state = 'absent' AND source IN ('ldap.trust', 'ldap.silo', 'ldap.pki', 'ldap.kds'))) AS complete,
        min(state = 'complete') AS everywhere
    FROM coverage GROUP BY source;
