-- SPDX-License-Identifier: GPL-3.0-or-later
-- What the directory remembers of password changes beyond a single account.

-- Accounts whose secret changed in one and the same second, from two upwards: a script, or a forged batch.
CREATE VIEW same_second_change AS
    SELECT
        strftime('%Y-%m-%dT%H:%M:%SZ', s.password_at / 10000000 - 11644473600, 'unixepoch') AS subject, -- Second / 変更時刻（秒）
        strftime('%Y-%m-%dT%H:%M:%SZ', s.password_at / 10000000 - 11644473600, 'unixepoch') AS name, -- Changed at / 変更日時
        sum(s.uac & 2 = 0) AS account_count, -- Accounts / アカウントの数
        CASE WHEN count(*) = count(s.uac) AND (SELECT min(complete) FROM source_state WHERE source IN ('ldap.user', 'ldap.metadata')) THEN sum(s.uac & 2 = 0) END AS complete_count, -- Accounts, when all were read / アカウントの数（すべて読み取れた場合）
        sum(s.is_privileged) AS privileged_count, -- Privileged accounts among them / うち特権アカウントの数
        min(s.name) AS first_name, -- First account by name / 名前順で最初のアカウント
        max(s.name) AS last_name, -- Last account by name / 名前順で最後のアカウント
        (max(s.created_at) - min(s.created_at)) / 10000000 < 3600
            AND abs(max(s.created_at) - s.password_at) / 10000000 < 3600 AS is_first_password -- Made together, never changed since / 一括作成後に未変更
    FROM account_state s WHERE s.kind = 'user' AND s.password_at > 0 AND (s.uac & 2) IS NOT 2
    GROUP BY s.password_at HAVING count(*) > 1;

-- Former SIDs: one row an account or group and SID.
CREATE VIEW former_sid AS
    SELECT
        coalesce(s.subject, g.sid, h.guid) AS subject, -- Account or group / アカウントまたはグループ
        coalesce(s.name, g.sam_name, h.guid) AS name, -- Name / 名前
        h.sid AS item, -- Former SID / 以前の SID
        h.sid AS item_name, -- Former SID / 以前の SID
        (SELECT max(h.sid LIKE d.sid || '-%') FROM domain_head d) AS is_same_domain, -- SID of this very domain / 自ドメインの SID
        h.sid GLOB 'S-1-5-32-*' OR CAST(substr(h.sid, length(rtrim(h.sid, '0123456789')) + 1) AS INTEGER)
            IN (500, 502, 512, 516, 518, 519, 520, 521, 526, 527) AS is_privileged_sid, -- SID of an administrator or privileged group / 管理者または特権グループの SID
        s.is_privileged, -- Privileged / 特権アカウント
        s.uac & 2 = 0 AS is_enabled -- Enabled / 有効
    FROM sid_history h
        LEFT JOIN account_state s ON s.guid = h.guid
        LEFT JOIN directory_group g ON g.guid = h.guid
    UNION ALL
    -- An entry that could not be understood is an entry.
    SELECT coalesce(a.sid, a.guid), coalesce(a.sam_name, a.dn), 'malformed', 'malformed', NULL, NULL, NULL, a.uac & 2 = 0
    FROM malformed_value v JOIN account a ON a.dn = v.object COLLATE NOCASE
    WHERE v.attribute = 'sIDHistory' COLLATE NOCASE;

INSERT INTO view_source(view, column_name, source) VALUES
    ('same_second_change', '', 'ldap.metadata'),
    ('same_second_change', '', 'ldap.user'),
    ('same_second_change', 'complete_count', 'ldap.user'),
    ('same_second_change', 'complete_count', 'ldap.metadata'),
    ('same_second_change', 'privileged_count', 'ldap.group'),
    ('former_sid', '', 'ldap.user'),
    ('former_sid', '', 'ldap.group'),
    ('former_sid', 'is_same_domain', 'ldap.domain'),
    ('former_sid', 'is_privileged', 'ldap.group');
