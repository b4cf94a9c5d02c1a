-- SPDX-License-Identifier: GPL-3.0-or-later
-- What derive_logon.sql makes of logons, so that views need not read millions of events again.

-- Events that a first look is about, a row each. An event that two overlapping logs hold is here once. topics, added up: 1 a password or
-- name that was wrong (or the account locked) · 2 a failure of unknown reason · 4 RID 500 from another machine · 8 RID 500 by a way not told ·
-- 16 Remote Desktop · 32 NTLM version 1 or LM · 64 credentials of another account · 128 special privileges of no known administrator ·
-- 256 privileged account, interactive, by Remote Desktop or in clear text · 512 RC4 ticket for a user's service · 1024 ticket for one, encryption
-- not told · 2048 ticket without pre-authentication · 4096 pre-authentication not told · 8192 another failure · 16384 NTLM of a version not told ·
-- 32768 logon of a type not told · 65536 who logged on, or how, is not told · 131072 whose credentials were used is not told ·
-- 262144 end of a session of Remote Desktop.
CREATE TABLE logon_pick(
    log         INTEGER NOT NULL,
    record      INTEGER NOT NULL,
    part        INTEGER NOT NULL,
    computer    INTEGER NOT NULL,
    at          INTEGER NOT NULL,
    kind        TEXT NOT NULL,
    topics      INTEGER NOT NULL,
    account_sid TEXT,                -- of who logged on or tried; of explicit credentials, of who used them
    name        TEXT NOT NULL,       -- its name in lower case, without domain; empty = not told
    domain      TEXT,                -- its domain as given
    address     TEXT,
    workstation TEXT NOT NULL,       -- in lower case; empty = not told
    detail      TEXT                 -- service of a ticket; account whose credentials were used, with the server; privileges
) STRICT;
-- Tickets for services (512, 1024) by who asked for them. Made anew by derive_logon.sql; who asks for them names the condition as it stands here.
CREATE INDEX logon_pick_ticket ON logon_pick(name) WHERE topics & 1536 <> 0;

-- Wrong passwords and names by source, host, name and five minutes. Where NTLM (4776) and the logon (4625) tell the same attempts of one
-- machine they count once.
CREATE TABLE logon_guess(
    host        TEXT NOT NULL,       -- event_host.host
    name        TEXT NOT NULL,       -- as logon_pick.name
    slot        INTEGER NOT NULL,    -- at / 5 minutes
    told_by     TEXT NOT NULL,       -- logon ntlm kerberos
    source      TEXT NOT NULL,       -- address, else workstation, else the host itself
    workstation TEXT NOT NULL,
    source_kind TEXT NOT NULL,       -- address workstation host
    failures    INTEGER NOT NULL,
    possible    INTEGER NOT NULL,    -- with those whose reason is not told
    first_at    INTEGER NOT NULL,
    last_at     INTEGER NOT NULL,
    log         INTEGER NOT NULL,    -- an example
    record      INTEGER NOT NULL,
    PRIMARY KEY(host, name, slot, told_by, source, workstation)
) STRICT, WITHOUT ROWID;
CREATE INDEX logon_guess_source ON logon_guess(source, slot, name); -- made anew by derive_logon.sql

-- The same of all hosts in ten minutes, which begin every five.
CREATE TABLE logon_window(
    source            TEXT NOT NULL,
    slot              INTEGER NOT NULL,  -- the first of its two
    failures          INTEGER NOT NULL,
    possible          INTEGER NOT NULL,
    accounts          INTEGER NOT NULL,  -- names that were tried
    possible_accounts INTEGER NOT NULL,
    PRIMARY KEY(source, slot)
) STRICT, WITHOUT ROWID;

-- Logons that succeeded from a source with a name that it had tried: within an hour after a window of 10 failures of this name, or of 5 names of which
-- at most half succeeded.
CREATE TABLE logon_guessed(
    source      TEXT NOT NULL,
    name        TEXT NOT NULL,
    account_sid TEXT,
    host        TEXT NOT NULL,
    failures    INTEGER NOT NULL,    -- of this name in that window
    names       INTEGER NOT NULL,    -- tried in it
    first_at    INTEGER NOT NULL,    -- first failure of this name in it
    at          INTEGER NOT NULL,    -- first success
    log         INTEGER NOT NULL,
    record      INTEGER NOT NULL,
    PRIMARY KEY(source, name)
) STRICT, WITHOUT ROWID;

-- The rest of logon_pick, counted.
CREATE TABLE logon_topic(
    topic       TEXT NOT NULL,       -- rid500 rdp ntlm1 explicit privileges privileged no_preauth
    host        TEXT NOT NULL,
    account     TEXT NOT NULL,       -- SID, else domain\name in lower case; of rdp always the name, which is all that some of its events tell; empty = not told
    source      TEXT NOT NULL,       -- address, else workstation; empty = the host itself, or not told
    account_sid TEXT,
    name        TEXT NOT NULL,       -- for people
    detail      TEXT,                -- of one of the events
    types       TEXT,                -- logon types that occurred
    events      INTEGER NOT NULL,    -- that are certain
    undecided   INTEGER NOT NULL,    -- that may be none, because the event does not tell enough
    first_at    INTEGER NOT NULL,
    last_at     INTEGER NOT NULL,
    log         INTEGER NOT NULL,    -- the last of the certain ones, else of all
    record      INTEGER NOT NULL,
    PRIMARY KEY(topic, host, account, source)
) STRICT, WITHOUT ROWID;

-- Most services for which an account asked RC4 tickets within ten minutes.
CREATE TABLE logon_roast(
    account     TEXT PRIMARY KEY NOT NULL, -- name in lower case
    services    INTEGER NOT NULL,
    possible    INTEGER NOT NULL,    -- with tickets whose encryption is not told
    slot        INTEGER NOT NULL,    -- the window of the most
    tickets     INTEGER NOT NULL,    -- RC4 tickets of the whole log
    sources     TEXT,
    hosts       TEXT NOT NULL,       -- which told it; with commas
    first_at    INTEGER NOT NULL,
    last_at     INTEGER NOT NULL,
    log         INTEGER NOT NULL,
    record      INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
