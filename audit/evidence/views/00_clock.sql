-- SPDX-License-Identifier: GPL-3.0-or-later
-- The audit's clock, from audit_info: a filetime, or ISO text as `--now` gives it. NULL makes every age unknown.
CREATE VIEW clock AS
    SELECT CASE WHEN value GLOB '[0-9]*' AND value NOT GLOB '*[^0-9]*' THEN CAST(value AS INTEGER)
                ELSE (CAST(strftime('%s', value) AS INTEGER) + 11644473600) * 10000000 END AS now
    FROM audit_info WHERE name = 'now';
