-- SPDX-License-Identifier: GPL-3.0-or-later
-- The audit's clock and the time of the incident, from audit_info: a filetime, or ISO text as `--now` gives it. A NULL clock makes every
-- age unknown; incident_at is NULL where nobody told one.
CREATE VIEW clock AS
    SELECT max(CASE WHEN name = 'now' THEN at END) AS now, max(CASE WHEN name = 'incident_at' THEN at END) AS incident_at
    FROM (SELECT name, CASE WHEN value GLOB '[0-9]*' AND value NOT GLOB '*[^0-9]*' THEN CAST(value AS INTEGER)
                ELSE (CAST(strftime('%s', value) AS INTEGER) + 11644473600) * 10000000 END AS at
          FROM audit_info WHERE name IN ('now', 'incident_at'));
