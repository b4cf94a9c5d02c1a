-- SPDX-License-Identifier: GPL-3.0-or-later
-- The history file: a row an audit, in numbers. No names, no subjects: it outlives the evidence, and any schema of it.
CREATE TABLE estate(
    sid     TEXT PRIMARY KEY NOT NULL -- SID of a domain that an audit of this history knew
) STRICT, WITHOUT ROWID;

CREATE TABLE run(
    run     INTEGER PRIMARY KEY,
    mark    TEXT NOT NULL UNIQUE,     -- start and clock of the audit, profile: the same audit is one row, however often it is added
    at      INTEGER NOT NULL,         -- clock of the audit, filetime
    profile TEXT NOT NULL,            -- '' = all checks
    organisation_en TEXT, organisation_ja TEXT,
    tool_version TEXT NOT NULL,
    schema  INTEGER NOT NULL,         -- of the evidence
    checks  INTEGER NOT NULL,
    grade   TEXT, score INTEGER, seen_percent INTEGER, -- of the whole estate; NULL = the evidence held none
    critical INTEGER NOT NULL, high INTEGER NOT NULL, medium INTEGER NOT NULL, low INTEGER NOT NULL, info INTEGER NOT NULL, -- findings
    pass INTEGER NOT NULL, fail INTEGER NOT NULL, unknown INTEGER NOT NULL, waived INTEGER NOT NULL, not_applicable INTEGER NOT NULL, error INTEGER NOT NULL
) STRICT;

CREATE TABLE run_theme(
    run INTEGER NOT NULL, theme TEXT NOT NULL, position INTEGER NOT NULL, title_en TEXT NOT NULL, title_ja TEXT NOT NULL,
    grade TEXT NOT NULL, score INTEGER, seen_percent INTEGER NOT NULL, checks INTEGER NOT NULL, failed INTEGER NOT NULL, findings INTEGER NOT NULL,
    PRIMARY KEY(run, theme)
) STRICT, WITHOUT ROWID;

CREATE TABLE run_check(
    run INTEGER NOT NULL, check_id TEXT NOT NULL, severity TEXT NOT NULL,
    pass INTEGER NOT NULL, fail INTEGER NOT NULL, unknown INTEGER NOT NULL, waived INTEGER NOT NULL, not_applicable INTEGER NOT NULL, error INTEGER NOT NULL,
    PRIMARY KEY(run, check_id)
) STRICT, WITHOUT ROWID;
CREATE INDEX run_check_id ON run_check(check_id, run);
