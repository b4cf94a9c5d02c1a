-- SPDX-License-Identifier: GPL-3.0-or-later
-- Second factors, joined to accounts (filled by derive_mfa.sql), and the frameworks that checks refer to (written by `kagimori evaluate`,
-- replaced as a whole each time).

-- Which account or group each entry of named_account means. No row: nothing is known by that name.
CREATE TABLE named_principal(
    purpose   TEXT NOT NULL,          -- named_account.purpose
    entry     TEXT NOT NULL,
    kind      TEXT NOT NULL,          -- group account
    guid      TEXT NOT NULL,          -- of an account or directory_group of Active Directory; of others ldap_account.guid, ppolicy_account.guid, or the dn of an ldap_group
    directory TEXT NOT NULL,          -- ad openldap freeipa
    how       TEXT NOT NULL,          -- sid dn upn name
    matches   INTEGER NOT NULL,       -- how many it could mean; more than 1 = nobody knows which
    members   INTEGER,                -- of a group: accounts inside, at any depth
    is_whole  INTEGER,                -- of a group: 1 = it and all groups inside were read to their end
    PRIMARY KEY(purpose, entry, guid)
) STRICT, WITHOUT ROWID;

-- Accounts that a purpose reaches, by themselves or as members of a group at any depth.
CREATE TABLE named_member(
    purpose   TEXT NOT NULL,
    guid      TEXT NOT NULL,          -- of the account
    via       TEXT,                   -- name of the group; NULL = named itself
    PRIMARY KEY(purpose, guid)
) STRICT, WITHOUT ROWID;
CREATE INDEX named_member_guid ON named_member(guid);

-- What event logs say of break-glass and honey accounts: logons, tickets, tickets for a service of theirs, and attempts.
CREATE TABLE named_event(
    guid      TEXT NOT NULL,          -- of the account
    host      TEXT NOT NULL,          -- event_host.host
    kind      TEXT NOT NULL,          -- logon_event.kind
    is_failure INTEGER NOT NULL,
    source    TEXT NOT NULL,          -- address, else workstation; empty = not told
    events    INTEGER NOT NULL,
    first_at  INTEGER NOT NULL,
    last_at   INTEGER NOT NULL,
    log       INTEGER NOT NULL,       -- of the last one
    record    INTEGER NOT NULL,
    PRIMARY KEY(guid, host, kind, is_failure, source)
) STRICT, WITHOUT ROWID;

-- Whose each record of an export is.
CREATE TABLE mfa_join(
    origin    TEXT NOT NULL,
    path      TEXT NOT NULL,
    row       INTEGER NOT NULL,       -- mfa_account.row
    guid      TEXT,                   -- of the account; NULL = not joined
    how       TEXT,                   -- sid upn name
    reason    TEXT,                   -- why not: no_account, ambiguous (several accounts), twice (another record of the file is of the same account, and says something else), no_key (the record names nobody)
    PRIMARY KEY(origin, path, row)
) STRICT, WITHOUT ROWID;
CREATE INDEX mfa_join_guid ON mfa_join(guid);

-- Everything that speaks for (or against) a second factor of an account.
CREATE TABLE mfa_factor(
    guid      TEXT NOT NULL,          -- of the account
    basis     TEXT NOT NULL,          -- smartcard_required key_credential certificate_mapping silo pkinit entra duo okta plain ipa_auth_type ipa_token openldap_token
    item      TEXT NOT NULL,          -- tells several of one basis apart
    method    TEXT NOT NULL,          -- as mfa_method.method; state = the row speaks of the account as a whole
    strength  TEXT NOT NULL,          -- strong (phishing does not get it) ordinary weak (SMS, call, mail, question, temporary) none (a password) unknown (nothing tells, or the row is no factor)
    is_registered INTEGER, is_capable INTEGER, is_enforced INTEGER, is_bypassed INTEGER, -- NULL = this basis does not tell
    seen_at   INTEGER,                -- as of when
    origin    TEXT,                   -- file or server that told it
    PRIMARY KEY(guid, basis, item)
) STRICT, WITHOUT ROWID;

-- One row an account that a person uses.
CREATE TABLE mfa_state(
    guid      TEXT PRIMARY KEY NOT NULL,
    subject   TEXT NOT NULL,          -- SID, else guid
    name      TEXT,
    directory TEXT NOT NULL,          -- ad openldap freeipa
    is_enabled INTEGER,
    is_privileged INTEGER,            -- NULL = not all groups were read
    is_remote INTEGER, is_vendor INTEGER, is_break_glass INTEGER, is_honey INTEGER, -- by the site file; NULL = an entry of it could not be resolved
    is_told   INTEGER NOT NULL,       -- 1 = an export names it, or its directory proves a factor
    is_registered INTEGER,            -- 1 = by any basis; 0 = an export or the directory says that there is none; NULL = nobody tells
    is_capable INTEGER, is_enforced INTEGER, is_bypassed INTEGER,
    strongest TEXT, weakest TEXT,     -- strength of the active factors; NULL = none is known
    proofs    TEXT,                   -- bases with their methods, for a person
    proven_at INTEGER,                -- newest seen_at of what proves one
    enforced_at INTEGER,              -- newest of what says that it is enforced
    passable_at INTEGER,              -- oldest of what says that it is not bypassed; 0 = undated
    factors_at INTEGER,               -- oldest of the factors that count; 0 = undated
    strong_at INTEGER                 -- newest of the strong ones
) STRICT, WITHOUT ROWID;
CREATE INDEX mfa_state_subject ON mfa_state(subject);

-- Frameworks, their items, and which checks answer an item.
CREATE TABLE framework(
    framework TEXT PRIMARY KEY NOT NULL, -- key of references, such as seed
    position  INTEGER NOT NULL,
    title_en  TEXT NOT NULL, title_ja TEXT NOT NULL,
    edition   TEXT,                   -- of what was seen
    note_en   TEXT, note_ja TEXT      -- what to know about it
) STRICT, WITHOUT ROWID;
CREATE TABLE framework_item(
    framework TEXT NOT NULL,
    item      TEXT NOT NULL,          -- number or code in the framework
    position  INTEGER NOT NULL,
    group_en  TEXT, group_ja TEXT,    -- chapter
    title_en  TEXT NOT NULL, title_ja TEXT NOT NULL,
    is_seen   INTEGER NOT NULL,       -- 1 = number and wording were seen in the source; 0 = unverified
    scope_en  TEXT, scope_ja TEXT,    -- why no check answers it; NULL = one should
    PRIMARY KEY(framework, item)
) STRICT, WITHOUT ROWID;
CREATE TABLE framework_check(
    framework TEXT NOT NULL,
    item      TEXT NOT NULL,
    check_id  TEXT NOT NULL,          -- check, question or (is_action) action of the reset playbook
    is_action INTEGER NOT NULL,
    PRIMARY KEY(framework, item, check_id)
) STRICT, WITHOUT ROWID;
