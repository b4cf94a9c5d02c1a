-- SPDX-License-Identifier: GPL-3.0-or-later
-- Where the estate stands, in terms of its managers: written by `kagimori evaluate` (rules/grade/) with the results, replaced as a whole. Documents,
-- histories and comparisons show these numbers and never compute their own. Formula: report/README.md.

-- One row a theme of checks/management/themes.yaml, and one with theme '' for all of it.
CREATE TABLE grade(
    theme    TEXT PRIMARY KEY NOT NULL, -- id; '' = the whole estate
    position INTEGER NOT NULL,        -- order of showing; 0 = the whole estate
    title_en TEXT NOT NULL, title_ja TEXT NOT NULL,
    grade    TEXT NOT NULL,           -- A B C D E; - = too little was seen to say one
    score    INTEGER,                 -- 0 to 100, of what was seen; NULL where grade is -
    cap      TEXT,                    -- why the grade is not what the score alone would give: critical, high (such a finding is open), unseen; NULL = it is
    seen_percent INTEGER NOT NULL,    -- share of the weight of the checks that has an answer: of a check with a finding all, else the share of its subjects
    lost     INTEGER NOT NULL,        -- risk points of its findings (tenths)
    worst    TEXT,                    -- severity of the worst finding; NULL = none
    checks   INTEGER NOT NULL,        -- that were judged (pass, fail, unknown, waived), questions too; of severity info none
    failed   INTEGER NOT NULL,        -- of them with a finding
    unclear  INTEGER NOT NULL,        -- without a finding, but with something unknown
    findings INTEGER NOT NULL,
    sentence_en TEXT NOT NULL, sentence_ja TEXT NOT NULL, -- one sentence, numbers in it
    link     TEXT                     -- section of the report that has more (id); NULL = findings
) STRICT, WITHOUT ROWID;

CREATE TABLE grade_check(             -- each judged check in its one theme and its one measure
    check_id TEXT PRIMARY KEY NOT NULL,
    theme    TEXT NOT NULL,
    measure  TEXT,                    -- NULL = none (severity info)
    weight   INTEGER NOT NULL,        -- tenths
    lost     INTEGER NOT NULL,        -- tenths; 0 = no finding
    is_seen  INTEGER NOT NULL         -- 1 = has an answer (a finding, or nothing unknown)
) STRICT, WITHOUT ROWID;

-- What can be done: checks/management/measures.yaml; only those with a finding.
CREATE TABLE measure(
    measure  TEXT PRIMARY KEY NOT NULL, -- id
    position INTEGER NOT NULL,        -- 1 = takes away the most risk
    title_en TEXT NOT NULL, title_ja TEXT NOT NULL,
    how_en   TEXT NOT NULL, how_ja TEXT NOT NULL, -- one or two sentences for a manager
    effort   TEXT NOT NULL,           -- hours days weeks project
    effect_percent INTEGER NOT NULL,  -- of all risk points
    lost     INTEGER NOT NULL,        -- risk points that it takes away (tenths)
    worst    TEXT NOT NULL,
    checks   INTEGER NOT NULL,        -- with findings
    findings INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

-- What could happen, and why it matters to care: checks/management/risks.yaml; only those whose condition holds.
CREATE TABLE risk(
    risk     TEXT PRIMARY KEY NOT NULL, -- id
    position INTEGER NOT NULL,        -- 1 = the worst
    level    TEXT NOT NULL,           -- critical high medium
    title_en TEXT NOT NULL, title_ja TEXT NOT NULL,
    text_en  TEXT NOT NULL, text_ja TEXT NOT NULL, -- sentences, numbers in them
    theme    TEXT NOT NULL
) STRICT, WITHOUT ROWID;
