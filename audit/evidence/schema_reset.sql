-- SPDX-License-Identifier: GPL-3.0-or-later
-- The reset plan. derive_reset.sql fills the first four tables when a plan is made; rules/reset/ writes the others, replaced as a whole
-- each time. Times are filetime.

-- Writable domain controllers that have to hold a new secret, but those that the operator declared to be gone.
CREATE TABLE reset_controller_copy(
    agent_guid TEXT PRIMARY KEY NOT NULL, -- controller_state.agent_guid
    name     TEXT NOT NULL,
    server   TEXT,                    -- directory_server.host of one that told its metadata; NULL = it did not
    is_whole INTEGER NOT NULL,        -- 1 = it told all of it: an object without a row is not there
    behind   INTEGER NOT NULL         -- secrets of which it holds an older version than another one
) STRICT, WITHOUT ROWID;

-- What is known of each secret over all copies and over time.
CREATE TABLE reset_secret(
    guid     TEXT NOT NULL,           -- account or trust
    secret   TEXT NOT NULL,           -- password laps trust trust_older (of a trust with two secrets the older one)
    version  INTEGER NOT NULL,        -- the newest
    at       INTEGER,                 -- when it was made
    told     INTEGER NOT NULL,        -- copies that were seen
    confirmed INTEGER NOT NULL,       -- of these hold the newest version
    controllers INTEGER,              -- that have to; NULL = the directory did not tell which there are
    behind   TEXT,                    -- names of those that hold an older one, or none at all
    silent   TEXT,                    -- names of those that did not tell
    before_at INTEGER,                -- the change before the newest one; NULL = not known
    first_at INTEGER,                 -- the oldest change since the incident that is known
    resets_least INTEGER,             -- changes since the incident: proven; NULL = no incident
    resets_most INTEGER,              -- there cannot have been more; NULL = not known
    subject  TEXT NOT NULL DEFAULT '', -- account_state.subject, or guid of a trust
    PRIMARY KEY(guid, secret)
) STRICT, WITHOUT ROWID;

-- One row: since when the versions of secrets are known.
CREATE TABLE reset_snapshot(
    oldest_at INTEGER,                -- NULL = of none
    has_password INTEGER NOT NULL
) STRICT;

-- Each account in the one class that decides how it is reset.
CREATE TABLE reset_account_class(
    class    TEXT NOT NULL,           -- builtin_administrator tier0_admin krbtgt rodc_krbtgt dc rodc trust_account entra_connector entra_sso service smsa gmsa computer disabled_computer smartcard user disabled_user guest
    guid     TEXT NOT NULL,
    because  TEXT,                    -- groups that give the rights
    used_on  TEXT,                    -- hosts on which services or tasks run as it (the first ten)
    uses     INTEGER NOT NULL,        -- how many
    PRIMARY KEY(class, guid)
) STRICT, WITHOUT ROWID;

CREATE TABLE reset_phase(
    phase_no INTEGER PRIMARY KEY,     -- from 1, the order of the plan
    id       TEXT NOT NULL UNIQUE,
    title_en TEXT NOT NULL, title_ja TEXT NOT NULL,
    about_en TEXT, about_ja TEXT
) STRICT;

CREATE TABLE reset_action(
    action_no INTEGER PRIMARY KEY,    -- from 1, the order of the plan: after everything that it depends on
    id       TEXT NOT NULL UNIQUE,
    phase_no INTEGER NOT NULL,
    title_en TEXT NOT NULL, title_ja TEXT NOT NULL,
    why_en   TEXT NOT NULL, why_ja   TEXT NOT NULL,
    steps    TEXT NOT NULL,           -- JSON array of { "en", "ja", and commands by kind: "powershell", "cmd", "samba" }
    risk_en  TEXT, risk_ja TEXT,
    rollback_en TEXT, rollback_ja TEXT,
    wait_en  TEXT, wait_ja TEXT,
    who      TEXT NOT NULL, who_en TEXT NOT NULL, who_ja TEXT NOT NULL,
    place    TEXT NOT NULL, place_en TEXT NOT NULL, place_ja TEXT NOT NULL,
    times    INTEGER NOT NULL,        -- how often the secret is reset
    is_attested INTEGER NOT NULL,     -- 1 = only a person can tell
    after    TEXT NOT NULL,           -- JSON array of ids of actions
    blocked_by TEXT NOT NULL,         -- of these those that are not finished
    refs     TEXT NOT NULL,           -- JSON object
    state    TEXT NOT NULL,           -- of all its items: the one that asks most of a person (suspect partly ready waiting blocked attested done not_needed)
    items    INTEGER NOT NULL,        -- without those that are not needed
    finished INTEGER NOT NULL,        -- done or attested
    unseen   INTEGER NOT NULL,        -- of the open ones: those that this evidence could not prove
    start_at INTEGER, finish_at INTEGER, -- of the open ones by the schedule; NULL = none is open
    statement TEXT NOT NULL           -- the SQL that was run
) STRICT;

-- Subjects of one action that are done together.
CREATE TABLE reset_wave(
    action_no INTEGER NOT NULL,
    wave     INTEGER NOT NULL,        -- from 1
    items    INTEGER NOT NULL,
    finished INTEGER NOT NULL,
    start_at INTEGER, finish_at INTEGER,
    PRIMARY KEY(action_no, wave)
) STRICT, WITHOUT ROWID;

-- In the order in which they were judged: long rows, which a table by subject would have to make room for in the middle each time.
CREATE TABLE reset_item(
    action_no INTEGER NOT NULL,
    subject  TEXT NOT NULL,           -- SID, GUID or number
    name     TEXT,
    wave     INTEGER NOT NULL,
    position INTEGER NOT NULL,        -- in the action
    state    TEXT NOT NULL,           -- blocked ready waiting done partly suspect attested not_needed
    is_seen  INTEGER NOT NULL,        -- 0 = whether it was done could not be seen
    proven   INTEGER, needed INTEGER, -- n of m
    until_at INTEGER,                 -- waiting until
    reason_en TEXT NOT NULL, reason_ja TEXT NOT NULL, -- the state in one sentence, with its evidence
    evidence TEXT NOT NULL,           -- JSON object of the columns that the sentence may name
    proof    TEXT,                    -- how this subject can be proven: metadata laps samr trial kit event registry attest
    was      TEXT,                    -- state in the plan that this one goes on with; NULL = it was not there
    is_regression INTEGER NOT NULL,   -- 1 = it was done or attested then, and is not now
    findings TEXT,                    -- checks that the subject fails
    PRIMARY KEY(action_no, subject)
) STRICT;

-- Items with what a list needs.
CREATE VIEW reset_line AS
    SELECT a.action_no, a.id AS action, p.phase_no, p.id AS phase, i.position, i.wave, i.subject, i.name, i.state, i.is_seen, i.proven, i.needed, i.until_at,
        i.reason_en, i.reason_ja, i.evidence, i.proof, i.was, i.is_regression, i.findings, a.title_en, a.title_ja, a.who, a.place, a.times,
        w.start_at, w.finish_at AS due_at
    FROM reset_item i JOIN reset_action a USING (action_no) JOIN reset_phase p USING (phase_no) LEFT JOIN reset_wave w ON w.action_no = i.action_no AND w.wave = i.wave;
