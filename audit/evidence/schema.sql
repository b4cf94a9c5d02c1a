-- SPDX-License-Identifier: GPL-3.0-or-later
-- Tables of the evidence file that Kagimori itself writes. The tables that collectors and decoders fill are in rows.def
-- (row_ddl writes their CREATE TABLE); the views that checks read are in views/*.sql; derive.sql fills the tables under
-- "derived". Conventions: times are filetime (100 ns since 1601 UTC), text is UTF-8 as the target sent it and is made
-- safe where it is shown.

CREATE TABLE audit_info(
    name  TEXT PRIMARY KEY NOT NULL, -- schema_version, views and derived (marks of the SQL they were made with), tool_version, organisation_en, organisation_ja, now, started_at, finished_at, scope, profile, operator_note, supervisor_sandbox
    value TEXT                       -- now, started_at and finished_at: filetime in decimal
) STRICT, WITHOUT ROWID;

-- Labels of view columns for people, taken from the comments of the views when the file is made.
CREATE TABLE column_label(
    view  TEXT NOT NULL,
    column_name TEXT NOT NULL,
    en    TEXT NOT NULL,
    ja    TEXT NOT NULL,
    PRIMARY KEY(view, column_name)
) STRICT, WITHOUT ROWID;

-- Which source a view, or one column of it (column_name <> ''), is made from: the reason behind an unknown.
CREATE TABLE view_source(
    view        TEXT NOT NULL,
    column_name TEXT NOT NULL DEFAULT '',
    source      TEXT NOT NULL,
    PRIMARY KEY(view, column_name, source)
) STRICT, WITHOUT ROWID;

-- derived: filled by derive.sql after collection, from the collected tables alone

-- Groups that give rights or that something else hangs on, recognised by SID, RID or what they may do.
CREATE TABLE watched_group(
    group_guid TEXT PRIMARY KEY NOT NULL,
    sid        TEXT,
    rid        INTEGER,
    code       TEXT NOT NULL,     -- domain_admins schema_admins enterprise_admins administrators account_operators … (derive.sql)
    is_admin   INTEGER NOT NULL,  -- 1 = its members rule the domain or can come to rule it
    is_guarded INTEGER NOT NULL   -- 1 = AdminSDHolder guards its members
) STRICT, WITHOUT ROWID;

CREATE TABLE nested_group(
    root_guid  TEXT NOT NULL,     -- a watched group, the target of a password policy or of an issuance policy
    group_guid TEXT NOT NULL,     -- itself (depth 0) and every group inside, at any depth
    depth      INTEGER NOT NULL,  -- 99 = deeper than was counted
    PRIMARY KEY(root_guid, group_guid)
) STRICT, WITHOUT ROWID;

CREATE TABLE nested_member(
    group_guid  TEXT NOT NULL,    -- a group of nested_group.root_guid
    member_guid TEXT NOT NULL,    -- account, group or foreign principal inside, by its guid; one that was not read: its SID, else what the group tells
    depth       INTEGER NOT NULL, -- 1 = direct or by primary group
    via         TEXT,             -- name of the group in between that is nearest to the member; NULL when direct
    PRIMARY KEY(group_guid, member_guid)
) STRICT, WITHOUT ROWID;
CREATE INDEX nested_member_member ON nested_member(member_guid);

-- One row an account with what many checks share, so that each check is one scan of one narrow table.
CREATE TABLE account_state(
    kind            TEXT NOT NULL,   -- as account.kind
    guid            TEXT NOT NULL,
    subject         TEXT NOT NULL,   -- SID, else GUID
    name            TEXT,
    rid             INTEGER,
    domain_sid      TEXT,
    uac             INTEGER,
    pwd_last_set    INTEGER,
    logon_at        INTEGER,         -- the newest of lastLogonTimestamp and every lastLogon; 0 = never; NULL = not readable
    created_at      INTEGER,
    expires_at      INTEGER,
    encryption_types INTEGER,
    spn_count       INTEGER,         -- NULL = not readable
    admin_count     INTEGER,         -- 0 when the account is readable and has none
    hint_attribute  TEXT,
    is_privileged   INTEGER,         -- member of an is_admin group at any depth; NULL = not all groups were read
    is_guarded      INTEGER,         -- likewise for is_guarded, with RID 500 and 502
    in_protected_users INTEGER,      -- likewise for Protected Users
    privileges      TEXT,            -- names of the is_admin groups
    password_at     INTEGER,         -- unicodePwd of the replication metadata, newest over the servers
    password_version INTEGER,
    date_at         INTEGER,         -- pwdLastSet of the replication metadata
    date_version    INTEGER,
    kerberos_at     INTEGER,         -- supplementalCredentials
    history_at      INTEGER,         -- ntPwdHistory
    laps_at         INTEGER,
    metadata_servers INTEGER,        -- how many servers told the metadata
    is_builtin      INTEGER,         -- 1 = RID 500, 501, 502 or the krbtgt account of a read-only domain controller; NULL = no SID told
    is_controller   INTEGER,         -- 1 = domain controller, by its flags; while these are hidden by its primary group or NTDS Settings
    may_be_privileged INTEGER NOT NULL, -- 1 = is_privileged, or not known because of this account alone
    policy_guid     TEXT,            -- effective password policy: PSO or domain_head; NULL = unknown
    policy_kind     TEXT,            -- domain, pso, hidden (one applies and is not readable); NULL = unknown
    server          TEXT,
    PRIMARY KEY(kind, guid)
) STRICT, WITHOUT ROWID;
CREATE UNIQUE INDEX account_state_guid ON account_state(guid);
CREATE INDEX account_state_privileged ON account_state(subject) WHERE is_privileged = 1;
CREATE INDEX account_state_builtin ON account_state(subject) WHERE is_builtin = 1;
CREATE INDEX account_state_unclear ON account_state(subject) WHERE is_builtin IS NULL;
CREATE INDEX account_state_maybe ON account_state(subject) WHERE may_be_privileged = 1;

-- What operatingSystem and operatingSystemVersion of a computer say, by number.
CREATE TABLE computer_system(
    guid            TEXT PRIMARY KEY NOT NULL,
    is_windows      INTEGER,         -- NULL = the version was not told
    is_server       INTEGER,
    version         REAL,            -- 6.1, 10.0; NULL when not Windows
    build           INTEGER,
    support_ends_on TEXT             -- YYYY-MM-DD; NULL = not Windows, or a build that windows_release does not know
) STRICT, WITHOUT ROWID;

-- One row a host in scope, with what every view about hosts needs.
CREATE TABLE host_state(
    host          TEXT PRIMARY KEY NOT NULL,
    subject       TEXT NOT NULL,     -- SID of its computer account, else its name in this audit
    account_guid  TEXT,
    is_controller INTEGER,           -- as the directory says, else the host itself; NULL = not told
    is_windows    INTEGER,           -- likewise, by version numbers
    is_server     INTEGER,           -- likewise, else by what it says of its installation, else by a build that only servers or only clients have
    build         INTEGER,           -- of Windows: as the host tells it, else the directory
    policy_class  INTEGER            -- policy_target.class_no of its computer account
) STRICT, WITHOUT ROWID;
CREATE INDEX host_state_subject ON host_state(subject);

-- Hosts whose built-in Administrators share a password, or may: a cluster holds all that any sign connects.
CREATE TABLE shared_password(
    host      TEXT PRIMARY KEY NOT NULL,
    cluster   INTEGER NOT NULL,      -- from 1
    basis     TEXT NOT NULL,         -- the strongest sign that connects this host: fingerprint (equal in the SAM hives), candidate (accepts the same one), policy_password (one policy sets it on all of them), password_set_time (equal to 100 ns), machine_sid (an image clone)
    is_proven INTEGER NOT NULL,      -- 1 = the basis proves it; 0 = suspected
    hosts     INTEGER NOT NULL       -- in the cluster
) STRICT, WITHOUT ROWID;

-- Which Group Policy objects reach a computer (derive_policy.sql). Computers with the same list share a class.
CREATE TABLE policy_target(
    guid     TEXT PRIMARY KEY NOT NULL, -- computer; of the domain head: what its domain controllers get from the domain itself
    location TEXT NOT NULL,             -- DN of the container that it stands in
    site     TEXT NOT NULL,             -- name of its site; ? = not known
    filter   TEXT NOT NULL,             -- SIDs that it holds, of those that security filters name; first ? = it may hold more
    class_no INTEGER                    -- policy_reach.class_no
) STRICT, WITHOUT ROWID;

CREATE TABLE policy_reach(
    class_no       INTEGER NOT NULL,
    gpo_id         TEXT NOT NULL,     -- of the policy; its DN when the link has no GUID; empty = links that were not read
    place          INTEGER,           -- 1 = the highest precedence; NULL = disabled or denied
    state          TEXT NOT NULL,     -- applies denied disabled unknown
    reason         TEXT,              -- disabled: link_disabled blocked missing half_disabled; denied: denied filtered unreadable; unknown: link_unread gpo_unread flags_unread descriptor_unread group_unread site wmi_filter
    is_enforced    INTEGER NOT NULL,
    container_guid TEXT,              -- whose link it is
    PRIMARY KEY(class_no, gpo_id)
) STRICT, WITHOUT ROWID;

-- What these policies come to: one row a setting that is known for certain. A setting without a row is not known, or not set.
CREATE TABLE policy_result(
    class_no   INTEGER NOT NULL,
    key        TEXT NOT NULL,    -- registry key; system_access kerberos_policy event_audit event_log right audit service
    value      TEXT NOT NULL,    -- name of the value, setting, right or service; GUID of the subcategory
    item       TEXT NOT NULL,    -- both, as the short form `policy` names it
    gpo_id     TEXT NOT NULL,                -- the policy that wins
    place      INTEGER NOT NULL,             -- its place in policy_reach
    is_missing INTEGER NOT NULL,             -- 1 = a policy deletes it
    type       INTEGER,                      -- as host_registry.type
    number     INTEGER,
    text       TEXT,                         -- of a right: its holders
    size       INTEGER,
    PRIMARY KEY(class_no, key, value)
) STRICT, WITHOUT ROWID;
CREATE INDEX policy_result_item ON policy_result(class_no, item);

CREATE TABLE policy_holder(
    class_no INTEGER NOT NULL,
    "right"  TEXT NOT NULL,
    holder   TEXT NOT NULL,           -- SID, or a name where the policy has one; empty = nobody
    gpo_id   TEXT NOT NULL,
    PRIMARY KEY(class_no, "right", holder)
) STRICT, WITHOUT ROWID;

-- Settings that two policies which one container links set to different values.
CREATE TABLE policy_conflict(
    gpo_id      TEXT NOT NULL,        -- the one that loses
    item        TEXT NOT NULL,
    winner_id   TEXT NOT NULL,
    data        TEXT,
    winner_data TEXT,
    is_certain  INTEGER NOT NULL,     -- 0 = one of the two is not known to apply
    PRIMARY KEY(gpo_id, item, winner_id)
) STRICT, WITHOUT ROWID;

CREATE TABLE policy_group_member(
    class_no   INTEGER NOT NULL,
    group_sid  TEXT NOT NULL,
    member_sid TEXT NOT NULL,
    gpo_id     TEXT NOT NULL,
    PRIMARY KEY(class_no, group_sid, member_sid)
) STRICT, WITHOUT ROWID;

-- Password and lockout settings for the local accounts of members, in the units of local_policy.
CREATE TABLE policy_account(
    class_no                INTEGER PRIMARY KEY,
    min_password_length     INTEGER,
    password_history_length INTEGER,
    max_password_age        INTEGER,
    min_password_age        INTEGER,
    complexity              INTEGER,
    reversible_encryption   INTEGER,
    locks_administrator     INTEGER,
    lockout_threshold       INTEGER,
    lockout_duration        INTEGER,
    lockout_window          INTEGER
) STRICT;

-- SIDs that may be expected to hold strong rights, and SIDs that everybody holds; from administrator_source and broad_source.
CREATE TABLE administrator_sid(sid TEXT PRIMARY KEY NOT NULL, by_membership INTEGER NOT NULL) STRICT, WITHOUT ROWID;
CREATE TABLE broad_sid(sid TEXT PRIMARY KEY NOT NULL) STRICT, WITHOUT ROWID;

-- Objects whose rights decide who rules the domain; from watched_source.
CREATE TABLE watched_target(
    guid       TEXT PRIMARY KEY NOT NULL, -- of the object; of an object that was not read, what its link or domain says
    subject    TEXT NOT NULL,             -- SID, else guid
    name       TEXT,
    dn         TEXT,
    kind       TEXT NOT NULL,             -- domain adminsdholder group account dc ou gpo
    own_sid    TEXT
) STRICT, WITHOUT ROWID;

-- results, written by `kagimori evaluate`, replaced as a whole each time
CREATE TABLE check_info(
    check_no  INTEGER PRIMARY KEY,
    id        TEXT NOT NULL UNIQUE,
    view      TEXT NOT NULL,
    severity  TEXT NOT NULL,      -- critical high medium low info
    theme     TEXT NOT NULL,      -- first tag: password lockout privilege kerberos delegation laps computer trust rights key pki record …
    title_en  TEXT NOT NULL, title_ja TEXT NOT NULL,
    why_en    TEXT NOT NULL, why_ja   TEXT NOT NULL,
    fix_en    TEXT NOT NULL, fix_ja   TEXT NOT NULL,
    tags      TEXT NOT NULL,      -- JSON array
    refs      TEXT NOT NULL,      -- JSON object: framework -> item(s)
    shown     TEXT NOT NULL,      -- JSON array of the columns in result.evidence, in order
    statement TEXT NOT NULL,      -- the SQL that was run
    parameters TEXT NOT NULL,     -- JSON object of the parameters in force
    question_en TEXT, question_ja TEXT, -- of a question for people (checks/attest); NULL = any other check, also the next two
    answers   TEXT,               -- JSON list of { id, verdict, en, ja }
    valid_days INTEGER            -- how long an answer holds unless it says itself
) STRICT;

CREATE TABLE check_count(
    check_no INTEGER NOT NULL,
    verdict  TEXT NOT NULL,       -- pass fail unknown not_applicable waived error
    subjects INTEGER NOT NULL,
    PRIMARY KEY(check_no, verdict)
) STRICT, WITHOUT ROWID;

-- One row a verdict, but not_applicable (counted only). A passed row keeps only its identity.
CREATE TABLE result(
    check_no  INTEGER NOT NULL,
    verdict   TEXT NOT NULL,
    subject   TEXT NOT NULL,      -- stable key: SID, GUID or number; never a name
    item      TEXT NOT NULL DEFAULT '',
    name      TEXT,               -- the subject for a person, as the target spells it
    reason_en TEXT,               -- why unknown or error
    reason_ja TEXT,
    evidence  TEXT,               -- JSON object: shown column -> value
    source    TEXT,               -- where it was seen, such as "LDAP dc1.example"
    waiver_no INTEGER,
    finding   TEXT                -- id that is the same in each audit, F- and 12 hex digits (rules/finding.h); NULL of passed rows
) STRICT;

-- Reports read all but the passed rows, check by check; the index leaves out the millions that passed.
CREATE INDEX result_open ON result(check_no, verdict) WHERE verdict <> 'pass';

CREATE TABLE waiver(
    waiver_no INTEGER PRIMARY KEY,
    check_id  TEXT,               -- id or glob as written; NULL = it names one finding
    subject   TEXT,               -- key, name, glob, @break-glass or @honey as written; * = all subjects; NULL = it names one finding
    reason    TEXT NOT NULL,
    approver  TEXT NOT NULL,
    expires   TEXT NOT NULL,      -- YYYY-MM-DD
    state     TEXT NOT NULL,      -- active expired unused; covered = closer waivers count for all that it means
    used      INTEGER NOT NULL,   -- findings that it waives
    item      TEXT,               -- key or glob as written; NULL = any
    finding   TEXT,               -- result.finding, where it names one
    line      INTEGER NOT NULL,   -- of the file of waivers
    fits      INTEGER NOT NULL    -- findings that it means: of an expired one those that came back
) STRICT;

CREATE VIEW finding AS            -- failed verdicts with what a report needs
    SELECT r.rowid AS finding_no, c.id AS check_id, c.severity, c.theme, c.title_en, c.title_ja,
           r.subject, r.item, r.name, r.evidence, r.source
    FROM result r JOIN check_info c USING (check_no) WHERE r.verdict = 'fail';

-- Whose the events are (derive_event.sql): one row for each computer of each log that counts. A log that is nobody's, or that another one
-- holds as well (event_log.reason), has none.
CREATE TABLE event_host(
    log           INTEGER NOT NULL,
    computer      INTEGER NOT NULL,  -- event_computer.computer
    host          TEXT NOT NULL,     -- host_state.host where the host is in scope, else the name that the events give, in lower case
    subject       TEXT NOT NULL,     -- host_state.subject, SID of the computer account, else host
    name          TEXT NOT NULL,     -- for people
    account_guid  TEXT,              -- its computer account; NULL = not known
    is_controller INTEGER,           -- 1, 0, NULL = not known
    invocation_id TEXT,              -- of a domain controller: names it in replication metadata
    PRIMARY KEY(log, computer)
) STRICT, WITHOUT ROWID;

-- Logs of one host that may hold the same records: an event of `log` that `other` holds as well, under its number and time, is a double.
CREATE TABLE event_twin(log INTEGER NOT NULL, other INTEGER NOT NULL, PRIMARY KEY(log, other)) STRICT, WITHOUT ROWID;

-- Spans of time in which nothing of a host's log is missing: runs of records without a gap, put together over all its files.
CREATE TABLE event_window(
    host     TEXT NOT NULL,          -- event_host.host
    channel  TEXT NOT NULL,          -- Security, System, …; of Samba's JSON logs Security
    from_at  INTEGER NOT NULL,       -- filetime
    to_at    INTEGER NOT NULL,
    PRIMARY KEY(host, channel, from_at)
) STRICT, WITHOUT ROWID;

-- Within these spans a host recorded that accounts of a kind were changed: nothing of its Security log is missing, and it was told to.
CREATE TABLE audit_window(
    host     TEXT NOT NULL,          -- event_host.host
    family   TEXT NOT NULL,          -- user (User Account Management), computer (Computer Account Management)
    from_at  INTEGER NOT NULL,
    to_at    INTEGER NOT NULL,
    basis    TEXT NOT NULL,          -- how that is known: event_4719, policy, events (before and after), form (a log that has nothing else)
    PRIMARY KEY(host, family, from_at)
) STRICT, WITHOUT ROWID;

-- One row a host and channel of which a log was read.
CREATE TABLE log_state(
    host     TEXT NOT NULL,          -- event_host.host
    channel  TEXT NOT NULL,          -- as event_window.channel
    logs     INTEGER NOT NULL,       -- files
    is_whole INTEGER NOT NULL,       -- 1 = everything that they held was read
    is_text  INTEGER NOT NULL,       -- 1 = a log without record numbers (Samba)
    from_at  INTEGER,                -- oldest and newest of its records
    to_at    INTEGER,
    covered  INTEGER NOT NULL,       -- length of its windows together
    windows  INTEGER NOT NULL,
    jumps    INTEGER NOT NULL,       -- record numbers that are missing inside of a file, and in no other one
    missing  INTEGER NOT NULL,       -- how many
    resets   INTEGER NOT NULL,       -- record numbers that start again inside of a file
    damaged  INTEGER NOT NULL,       -- pieces that could not be read
    breaks   INTEGER NOT NULL,       -- between two files something is missing that was not collected
    backs    INTEGER NOT NULL,       -- the clock went back by more than 5 minutes
    clears   INTEGER NOT NULL,
    cleared_at INTEGER, cleared_by TEXT, -- the last time
    stops    INTEGER NOT NULL,       -- the event log service was stopped while the host ran on
    stopped_at INTEGER,
    drops    INTEGER NOT NULL,       -- events were lost (1101), or the log was full (1104)
    dropped_at INTEGER,
    steps    INTEGER NOT NULL,       -- the clock was set by a minute or more (4616)
    greatest_step INTEGER,           -- seconds, without sign; NULL = an event does not tell it
    stepped_at INTEGER, stepped_by TEXT, -- when the clock was set the furthest
    switches INTEGER NOT NULL,       -- auditing of success was switched off (4719)
    unclear_switches INTEGER NOT NULL, -- 4719 that do not tell what was changed
    switched_at INTEGER, switched_by TEXT, switched_what TEXT, -- the last time; GUID of the subcategory
    PRIMARY KEY(host, channel)
) STRICT, WITHOUT ROWID;

-- One row a domain controller that the directory names, with the names by which other tables know it.
CREATE TABLE controller_state(
    agent_guid    TEXT PRIMARY KEY NOT NULL, -- of its NTDS Settings
    subject       TEXT NOT NULL,     -- SID of its computer account, else agent_guid
    name          TEXT NOT NULL,
    host          TEXT NOT NULL,     -- event_host.host
    server        TEXT,              -- directory_server.host; NULL = it did not answer
    invocation_id TEXT,
    is_read_only  INTEGER
) STRICT, WITHOUT ROWID;
CREATE INDEX controller_state_host ON controller_state(host);

-- Events that record a new secret of an account of the directory (doubles of overlapping logs left out).
CREATE TABLE password_event(
    account_guid TEXT NOT NULL,
    host     TEXT NOT NULL,
    at       INTEGER NOT NULL,
    log      INTEGER NOT NULL,
    record   INTEGER NOT NULL,
    part     INTEGER NOT NULL,
    event_id INTEGER NOT NULL,
    kind     TEXT NOT NULL,          -- as change_event.kind; computer (4742 with a new date), smartcard (4738 that demands a smart card: the controller makes a random secret)
    is_carved INTEGER NOT NULL,
    by_sid   TEXT,
    by_name  TEXT,
    address  TEXT,
    PRIMARY KEY(account_guid, host, at, log, record, part)
) STRICT, WITHOUT ROWID;

-- The last change of an account's secret, as replication metadata dates it, and what its originating domain controller recorded of it.
CREATE TABLE secret_record(
    guid      TEXT PRIMARY KEY NOT NULL,
    kind      TEXT NOT NULL,         -- user, computer
    password_at INTEGER,             -- whole seconds; NULL = not told
    origin    TEXT,                  -- invocation id
    host      TEXT,                  -- event_host.host of that controller; NULL = the directory knows no such controller
    state     TEXT NOT NULL,         -- recorded unrecorded automatic outside not_audited no_log origin_unknown unseen
    from_at   INTEGER,               -- the window that it falls into
    to_at     INTEGER,
    event_at  INTEGER, event_id INTEGER, event_kind TEXT, event_log INTEGER, event_record INTEGER, by_sid TEXT, by_name TEXT, address TEXT
) STRICT, WITHOUT ROWID;

-- Events of domain controllers that somebody has to explain (view controller_event).
CREATE TABLE notable_change(
    host     TEXT NOT NULL,
    kind     TEXT NOT NULL,          -- as change_event.kind; privileged_created, … where only privileged accounts matter
    at       INTEGER NOT NULL,
    log      INTEGER NOT NULL,
    record   INTEGER NOT NULL,
    part     INTEGER NOT NULL,
    event_id INTEGER NOT NULL,
    is_failure INTEGER NOT NULL,
    by_sid   TEXT, by_name TEXT,
    target_sid TEXT, target_name TEXT, -- as the directory names it now, else as the event does
    member_sid TEXT, member_name TEXT,
    what     TEXT,                   -- change_event.attribute, else detail
    address  TEXT,
    PRIMARY KEY(host, kind, at, log, record, part)
) STRICT, WITHOUT ROWID;
