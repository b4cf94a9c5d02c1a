-- SPDX-License-Identifier: GPL-3.0-or-later
-- Second factors: registered, capable, enforced and bypassed are four different things. derive_mfa.sql joins the exports and gathers what proves a factor;
-- these views only word it. No directory can prove that Remote Desktop or a VPN asks for one: only exports and attestations tell.

CREATE VIEW mfa AS
    SELECT
        m.subject, -- Account / アカウント
        m.name, -- Name / 名前
        m.guid, -- GUID / GUID
        m.directory, -- Directory / ディレクトリ
        m.is_enabled, -- Enabled / 有効
        m.is_privileged, -- Privileged / 特権アカウント
        CASE WHEN m.directory = 'ad' THEN s.privileges ELSE (SELECT n.via FROM named_member n WHERE n.purpose = 'privileged' AND n.guid = m.guid) END AS privileges, -- Privileged groups / 所属する特権グループ
        m.is_remote, -- Logs on from outside (VPN, Remote Desktop) / 外部から接続する（VPN・リモート デスクトップ）
        m.is_vendor, -- Vendor's maintenance account / 保守業者用アカウント
        m.is_break_glass, -- Break-glass account / 緊急用アカウント
        m.is_honey, -- Bait that nobody uses / おとりアカウント
        m.is_told, -- Some source tells of its second factors / 多要素認証の情報がある
        m.is_registered, -- Second factor registered / 多要素認証を登録済み
        m.is_capable, -- Registered one may be used / 登録した要素を使用できる
        m.is_enforced, -- Second factor enforced / 多要素認証が必須
        m.is_bypassed, -- Let in without it / 多要素認証を免除されている
        m.strongest, -- Strongest factor / 最も強い要素
        m.weakest, -- Weakest factor / 最も弱い要素
        CASE WHEN m.strongest = 'strong' THEN 1 WHEN m.strongest IS NOT NULL OR m.is_registered = 0 THEN 0 END AS has_strong, -- Phishing-resistant factor registered / フィッシングに強い要素を登録済み
        (SELECT group_concat(x.method, ', ') FROM (SELECT DISTINCT f.method FROM mfa_factor f WHERE f.guid = m.guid AND f.is_registered = 1 AND f.method <> 'state') x) AS methods, -- Factors / 登録済みの要素
        m.proofs, -- Proven by / 根拠
        strftime('%Y-%m-%dT%H:%M:%SZ', m.proven_at / 10000000 - 11644473600, 'unixepoch') AS proven_at, -- As of / 確認時点
        ((SELECT now FROM clock) - m.proven_at) / 864000000000 AS proof_age_days, -- Age of the proof (days) / 確認時点からの日数
        ((SELECT now FROM clock) - m.enforced_at) / 864000000000 AS enforced_age_days, -- Age of what says that it is enforced (days) / 必須と確認した時点からの日数
        ((SELECT now FROM clock) - m.passable_at) / 864000000000 AS passable_age_days, -- Age of what says that it is not bypassed (days) / 免除なしと確認した時点からの日数
        ((SELECT now FROM clock) - m.factors_at) / 864000000000 AS factors_age_days, -- Age of the oldest factor's record (days) / 最も古い要素情報の経過日数
        ((SELECT now FROM clock) - m.strong_at) / 864000000000 AS strong_age_days, -- Age of the strong factor's record (days) / フィッシングに強い要素を確認した時点からの日数
        CASE WHEN m.directory = 'ad' THEN s.uac & 0x40000 <> 0 END AS requires_smartcard, -- Smart card is required for interactive logon / 対話型ログオンにはスマート カードが必要
        CASE WHEN s.uac & 0x40000 THEN (SELECT d.rotates_smartcard_secrets FROM domain_head d WHERE d.sid = s.domain_sid) END AS smartcard_rotates, -- Its hidden password is renewed / 隠れたパスワードが自動更新される
        (SELECT strftime('%Y-%m-%dT%H:%M:%SZ', f.seen_at / 10000000 - 11644473600, 'unixepoch') FROM mfa_factor f WHERE f.guid = m.guid AND f.basis = 'pkinit') AS pkinit_at, -- Last ticket with a certificate (PKINIT) / 証明書による最後のチケット（PKINIT）
        (SELECT is_complete FROM mfa_sources) AS sources_complete -- All products were exported, as attested / 全製品のエクスポートを確認済み（自己点検）
    FROM mfa_state m LEFT JOIN account_state s ON s.guid = m.guid;

-- 1 = somebody vouches that every product was exported and imported, and every export was understood from its first record to its last; or that
-- there is no such product, and no export speaks against it. Whoever judges before the exports are imported learns that nothing is known yet.
CREATE VIEW mfa_sources AS
    SELECT EXISTS (SELECT 1 FROM answer a WHERE a.subject = 'attest.mfa.sources-complete' AND a.is_valid
                AND a.answer = CASE WHEN EXISTS (SELECT 1 FROM mfa_export) THEN 'yes' ELSE 'none-in-use' END)
            AND NOT EXISTS (SELECT 1 FROM mfa_export WHERE is_whole = 0 OR unreadable > 0)
            AND (NOT EXISTS (SELECT 1 FROM mfa_export) OR EXISTS (SELECT 1 FROM coverage WHERE source = 'mfa.export' AND state = 'complete'))
            AND NOT EXISTS (SELECT 1 FROM coverage WHERE source = 'mfa.export' AND state NOT IN ('complete', 'absent', 'not_collected')) AS is_complete;

-- Who is privileged, or may be for what is not known of this account alone. Of OpenLDAP, whose administrators only the site file tells, who it names.
CREATE VIEW mfa_privileged AS
    SELECT
        m.subject, -- Account / アカウント
        m.name, -- Name / 名前
        m.directory, -- Directory / ディレクトリ
        m.is_enabled, -- Enabled / 有効
        m.is_privileged, -- Privileged / 特権アカウント
        m.privileges, -- Privileged groups / 所属する特権グループ
        m.is_remote, -- Logs on from outside (VPN, Remote Desktop) / 外部から接続する（VPN・リモート デスクトップ）
        m.is_vendor, -- Vendor's maintenance account / 保守業者用アカウント
        m.is_break_glass, -- Break-glass account / 緊急用アカウント
        m.is_honey, -- Bait that nobody uses / おとりアカウント
        m.is_registered, -- Second factor registered / 多要素認証を登録済み
        m.is_capable, -- Registered one may be used / 登録した要素を使用できる
        m.is_enforced, -- Second factor enforced / 多要素認証が必須
        m.is_bypassed, -- Let in without it / 多要素認証を免除されている
        m.strongest, -- Strongest factor / 最も強い要素
        m.weakest, -- Weakest factor / 最も弱い要素
        m.has_strong, -- Phishing-resistant factor registered / フィッシングに強い要素を登録済み
        m.methods, -- Factors / 登録済みの要素
        m.proofs, -- Proven by / 根拠
        m.proven_at, -- As of / 確認時点
        m.proof_age_days, -- Age of the proof (days) / 確認時点からの日数
        m.enforced_age_days, -- Age of what says that it is enforced (days) / 必須と確認した時点からの日数
        m.factors_age_days, -- Age of the oldest factor's record (days) / 最も古い要素情報の経過日数
        m.strong_age_days -- Age of the strong factor's record (days) / フィッシングに強い要素を確認した時点からの日数
    FROM mfa m WHERE m.is_privileged = 1 OR (m.is_privileged IS NULL AND m.directory = 'ad' AND m.subject IN (SELECT s.subject FROM account_state s WHERE s.may_be_privileged = 1));

-- Whom a product lets in without: only exports tell, so that one which was not read to its end leaves a mark of its own.
CREATE VIEW mfa_bypass AS
    SELECT
        m.subject, -- Account / アカウント
        m.name, -- Name / 名前
        m.directory, -- Directory / ディレクトリ
        m.is_enabled, -- Enabled / 有効
        m.is_privileged, -- Privileged / 特権アカウント
        m.privileges, -- Privileged groups / 所属する特権グループ
        m.is_bypassed, -- Let in without it / 多要素認証を免除されている
        m.proofs, -- Proven by / 根拠
        m.passable_age_days -- Age of what says that it is not bypassed (days) / 免除なしと確認した時点からの日数
    FROM mfa m;

-- Who logs on from outside, as the site file says: its groups of VPN and Remote Desktop, and vendors.
CREATE VIEW mfa_outside AS
    SELECT
        m.subject, -- Account / アカウント
        m.name, -- Name / 名前
        m.directory, -- Directory / ディレクトリ
        m.is_enabled, -- Enabled / 有効
        m.is_privileged, -- Privileged / 特権アカウント
        (SELECT min(n.via) FROM named_member n WHERE n.guid = m.guid AND n.purpose IN ('remote_access', 'vendor')) AS via, -- Member of / 所属グループ
        m.is_remote, -- Logs on from outside (VPN, Remote Desktop) / 外部から接続する（VPN・リモート デスクトップ）
        m.is_vendor, -- Vendor's maintenance account / 保守業者用アカウント
        m.is_break_glass, -- Break-glass account / 緊急用アカウント
        m.is_honey, -- Bait that nobody uses / おとりアカウント
        m.is_registered, -- Second factor registered / 多要素認証を登録済み
        m.is_capable, -- Registered one may be used / 登録した要素を使用できる
        m.is_enforced, -- Second factor enforced / 多要素認証が必須
        m.is_bypassed, -- Let in without it / 多要素認証を免除されている
        m.strongest, -- Strongest factor / 最も強い要素
        m.weakest, -- Weakest factor / 最も弱い要素
        m.has_strong, -- Phishing-resistant factor registered / フィッシングに強い要素を登録済み
        m.methods, -- Factors / 登録済みの要素
        m.proofs, -- Proven by / 根拠
        m.proven_at, -- As of / 確認時点
        m.proof_age_days, -- Age of the proof (days) / 確認時点からの日数
        m.enforced_age_days, -- Age of what says that it is enforced (days) / 必須と確認した時点からの日数
        m.factors_age_days, -- Age of the oldest factor's record (days) / 最も古い要素情報の経過日数
        m.strong_age_days -- Age of the strong factor's record (days) / フィッシングに強い要素を確認した時点からの日数
    FROM mfa m WHERE m.is_remote = 1 OR m.is_vendor = 1;

CREATE VIEW mfa_factor_entry AS
    SELECT
        m.subject, -- Account / アカウント
        m.name, -- Name / 名前
        f.basis || '/' || f.item AS item, -- Entry / 登録
        m.name || ': ' || f.basis || CASE f.method WHEN 'state' THEN '' ELSE ' ' || f.method END AS item_name, -- Account and factor / アカウントと要素
        f.basis, -- Told by / 情報源
        nullif(f.method, 'state') AS method, -- Factor / 要素
        f.strength, -- Strength / 強度
        f.is_registered, -- Registered / 登録済み
        f.is_capable, -- May be used / 使用できる
        f.is_enforced, -- Enforced / 必須
        f.is_bypassed, -- Let in without it / 免除されている
        m.is_privileged, -- Privileged / 特権アカウント
        m.is_enabled, -- Enabled / 有効
        strftime('%Y-%m-%dT%H:%M:%SZ', f.seen_at / 10000000 - 11644473600, 'unixepoch') AS seen_at, -- As of / 確認時点
        ((SELECT now FROM clock) - f.seen_at) / 864000000000 AS age_days, -- Age (days) / 経過日数
        f.origin -- File or server / ファイルまたはサーバー
    FROM mfa_factor f JOIN mfa_state m ON m.guid = f.guid;

-- 1 = every directory that was asked told all of its accounts.
CREATE VIEW mfa_directories AS
    SELECT (SELECT complete FROM source_state WHERE source = 'ldap.ppolicy') AND (SELECT complete FROM source_state WHERE source = 'ldap.ipa')
        AND ((SELECT complete FROM source_state WHERE source = 'ldap.user') OR NOT EXISTS (SELECT 1 FROM coverage WHERE source IN ('ldap.user', 'ldap.group', 'ldap.domain'))) AS is_complete;

-- Enabled accounts by population, without break-glass and honey accounts. Percentages are of all of them and rounded down: who is unknown is not covered.
-- highest_percent is what it could be if all unknown ones had one. Accounts that may belong, unplaced, make a population uncertain.
CREATE VIEW mfa_coverage AS
    WITH population(subject, en) AS (VALUES ('privileged', 1), ('remote_access', 2), ('vendor', 3), ('everyone', 4)),
        -- One pass over all accounts: those alike are one row, by a number with a digit each (0, 1, 2 = not known): SQLite would sort by seven columns slowly.
        alike AS MATERIALIZED (
            SELECT is_privileged, is_remote, is_vendor, is_registered, is_capable, is_enforced, is_bypassed, count(*) AS number, count(proven_at) AS dated, min(proven_at) AS oldest_at
            FROM mfa_state WHERE is_enabled IS NOT 0 AND is_break_glass IS NOT 1 AND is_honey IS NOT 1
            GROUP BY coalesce(is_privileged, 2) + 3 * coalesce(is_remote, 2) + 9 * coalesce(is_vendor, 2) + 27 * coalesce(is_registered, 2)
                + 81 * coalesce(is_capable, 2) + 243 * coalesce(is_enforced, 2) + 729 * coalesce(is_bypassed, 2)),
        placed AS (
            SELECT p.subject, CASE p.subject WHEN 'privileged' THEN a.is_privileged WHEN 'remote_access' THEN a.is_remote WHEN 'vendor' THEN a.is_vendor ELSE 1 END AS belongs, a.*
            FROM population p CROSS JOIN alike a),
        counted AS (
            SELECT subject,
                sum(number * belongs) AS accounts, sum(number * (belongs AND is_registered IS 1)) AS registered,
                sum(number * (belongs AND is_capable IS 1)) AS capable, sum(number * (belongs AND is_enforced IS 1)) AS enforced,
                sum(number * (belongs AND is_bypassed IS 1)) AS bypassed, sum(number * (belongs AND is_registered IS 0)) AS without,
                sum(number * (belongs AND is_registered IS NULL)) AS unknown, sum(number * (belongs IS NULL)) AS unplaced,
                sum((number - dated) * (belongs AND is_registered IS 1)) AS undated, min(oldest_at) FILTER (WHERE belongs AND is_registered IS 1) AS oldest_at
            FROM placed GROUP BY subject)
    SELECT
        p.subject, -- Population / 対象者
        p.subject AS name, -- Population / 対象者
        coalesce(c.accounts, 0) AS accounts, -- Enabled accounts / 有効なアカウント数
        coalesce(c.registered, 0) AS registered, -- Registered / 登録済み
        coalesce(c.capable, 0) AS capable, -- May use it / 使用できる
        coalesce(c.enforced, 0) AS enforced, -- Enforced / 必須
        coalesce(c.bypassed, 0) AS bypassed, -- Let in without it / 免除
        coalesce(c.without, 0) AS without, -- Known to have none / 未登録
        coalesce(c.unknown, 0) AS unknown, -- Not known / 未確認
        CASE WHEN c.unplaced > 0 THEN c.unplaced WHEN (SELECT is_complete FROM mfa_directories) THEN 0 END AS unplaced, -- May belong to it / 該当するか未確認
        CASE WHEN c.accounts > 0 THEN c.registered * 100 / c.accounts END AS registered_percent, -- Registered (percent) / 登録率（%）
        CASE WHEN c.accounts > 0 THEN c.enforced * 100 / c.accounts END AS enforced_percent, -- Enforced (percent) / 必須化率（%）
        CASE WHEN c.accounts > 0 THEN (c.unknown * 100 + c.accounts - 1) / c.accounts END AS unknown_percent, -- Not known (percent) / 未確認率（%）
        CASE WHEN c.accounts > 0 THEN (c.registered + c.unknown) * 100 / c.accounts END AS highest_percent, -- Highest that it may be (percent) / 取り得る最大の登録率（%）
        CASE WHEN c.undated = 0 THEN ((SELECT now FROM clock) - c.oldest_at) / 864000000000 END AS oldest_proof_days, -- Age of the oldest proof (days) / 最も古い確認時点からの日数
        (SELECT count(*) FROM named_account a WHERE a.purpose = p.subject) AS entries, -- Entries of the site file / サイト ファイルでの指定数
        -- The fiscal year 2027 (令和9年度) ends in Japan with 31 March 2028.
        ((CAST(strftime('%s', '2028-03-31 15:00:00') AS INTEGER) + 11644473600) * 10000000 - (SELECT now FROM clock)) / 864000000000 AS days_to_target -- Days to the end of fiscal year 2027 / 令和9年度末までの日数
    FROM population p LEFT JOIN counted c ON c.subject = p.subject
    ORDER BY p.en;

CREATE VIEW mfa_export_file AS
    SELECT
        e.path AS subject, -- Export / エクスポート
        e.path AS name, -- Export / エクスポート
        e.origin AS item, -- Import / 取り込み元
        e.path AS item_name, -- Export / エクスポート
        e.service, -- Product / 製品
        e.accounts, -- Accounts / アカウント数
        (SELECT count(j.guid) FROM mfa_join j WHERE j.origin = e.origin AND j.path = e.path) AS joined, -- Joined to an account of the directory / ディレクトリと照合できた数
        (SELECT count(*) - count(j.guid) FROM mfa_join j WHERE j.origin = e.origin AND j.path = e.path) AS unjoined, -- Not joined / 照合できなかった数
        (SELECT count(*) FROM mfa_join j WHERE j.origin = e.origin AND j.path = e.path AND j.reason IN ('ambiguous', 'twice')) AS unclear, -- Not joined, as it may be several accounts or contradicts itself / 特定できない・矛盾している数
        (SELECT group_concat(x.name, ', ') FROM (SELECT coalesce(a.upn, a.name, a.sid, a.id, '#' || j.row) AS name FROM mfa_join j JOIN mfa_account a ON a.origin = j.origin AND a.path = j.path AND a.row = j.row
            WHERE j.origin = e.origin AND j.path = e.path AND j.reason IN ('ambiguous', 'twice') ORDER BY j.row LIMIT 10) x) AS unclear_names, -- The first of them / その例
        e.unreadable, -- Records that could not be understood / 読み取れなかった行数
        e.is_whole, -- Read to its end / 最後まで読み取った
        strftime('%Y-%m-%dT%H:%M:%SZ', e.exported_at / 10000000 - 11644473600, 'unixepoch') AS exported_at, -- Exported at / エクスポート日時
        ((SELECT now FROM clock) - e.exported_at) / 864000000000 AS age_days -- Age (days) / 経過日数
    FROM mfa_export e;

CREATE VIEW mfa_unjoined AS
    SELECT
        e.path AS subject, -- Export / エクスポート
        e.path AS name, -- Export / エクスポート
        e.origin || '#' || j.row AS item, -- Record / 行
        coalesce(a.upn, CASE WHEN a.domain <> '' THEN a.domain || '\' ELSE '' END || a.name, a.sid, a.id, '#' || j.row) AS item_name, -- Account in the export / エクスポート上のアカウント
        j.reason, -- Why it was not joined / 照合できない理由
        e.service, -- Product / 製品
        e.path, -- File / ファイル
        j.row AS row_number, -- Record number / 行番号
        a.kind, -- Member or guest / メンバーまたはゲスト
        a.is_enabled -- In use, as the product says / 製品側で有効
    FROM mfa_join j JOIN mfa_export e ON e.origin = j.origin AND e.path = j.path JOIN mfa_account a ON a.origin = j.origin AND a.path = j.path AND a.row = j.row
    WHERE j.guid IS NULL;

-- An entry is known to mean nobody only when all directories that were asked told their accounts and groups.
CREATE VIEW named_entry AS
    WITH complete AS MATERIALIZED (SELECT min(complete) AS complete FROM source_state WHERE source IN ('ldap.user', 'ldap.group', 'ldap.directory_group', 'ldap.ipa', 'ldap.ppolicy')
            AND (source NOT IN ('ldap.user', 'ldap.group') OR EXISTS (SELECT 1 FROM domain_head))
            -- Who has no name that could be read may be who is meant.
            AND NOT EXISTS (SELECT 1 FROM account WHERE kind = 'user' AND (sam_name IS NULL OR sid IS NULL)))
    SELECT
        a.purpose || '/' || a.entry AS subject, -- Entry of the site file / サイト ファイルの指定
        a.entry AS name, -- Entry / 指定
        a.purpose, -- Purpose / 用途
        a.kind, -- Group or account / グループまたはアカウント
        a.note, -- Note / 備考
        count(p.guid) AS matches, -- How many it could mean / 該当する数
        CASE WHEN count(p.guid) > 0 THEN 1 WHEN c.complete THEN 0 END AS is_found, -- Found / 見つかった
        CASE WHEN count(p.guid) > 1 THEN 1 WHEN c.complete THEN 0 END AS is_ambiguous, -- Could mean several / 複数に該当する
        max(p.members) AS members, -- Accounts inside / 所属するアカウント数
        max(p.is_whole) AS is_whole, -- All members were read / メンバーをすべて読み取った
        max(p.directory) AS directory -- Directory / ディレクトリ
    FROM named_account a CROSS JOIN complete c LEFT JOIN named_principal p ON p.purpose = a.purpose AND p.entry = a.entry
    GROUP BY a.purpose, a.entry;

-- What the site file names for each purpose; where it was not read, nobody knows what it names.
CREATE VIEW named_purpose AS
    SELECT
        p.column1 AS subject, -- Purpose / 用途
        p.column1 AS name, -- Purpose / 用途
        CASE WHEN k.complete THEN (SELECT count(*) FROM named_account a WHERE a.purpose = p.column1) END AS entries, -- Entries / 指定数
        CASE WHEN k.complete THEN (SELECT count(*) FROM named_account a WHERE a.purpose = p.column1 AND a.kind = 'group') END AS group_entries, -- Groups / グループの指定数
        (SELECT count(*) FROM named_member n WHERE n.purpose = p.column1) AS accounts, -- Accounts / アカウント数
        (SELECT count(*) FROM named_member n JOIN mfa_state m ON m.guid = n.guid WHERE n.purpose = p.column1 AND m.is_enabled IS NOT 0) AS enabled_accounts -- Enabled accounts / 有効なアカウント数
    FROM (VALUES ('remote_access'), ('vendor'), ('privileged'), ('break_glass'), ('honey')) p
        CROSS JOIN (SELECT EXISTS (SELECT 1 FROM source_state WHERE source = 'site.account' AND complete) AS complete) k;

-- What the directory and the logs say of accounts that nobody uses every day. Counts of events are certain; that there was nothing is known
-- only from the last logons and wrong passwords of every domain controller.
CREATE VIEW named_use AS
    SELECT n.purpose, n.guid, m.subject, m.name, m.directory, m.is_enabled, m.is_privileged, m.is_registered, m.is_enforced, n.via,
        (SELECT min(a.note) FROM named_principal p JOIN named_account a ON a.purpose = p.purpose AND a.entry = p.entry WHERE p.purpose = n.purpose AND p.guid = n.guid AND p.kind = 'account') AS note,
        CASE m.directory WHEN 'ad' THEN nullif(coalesce(s.password_at, s.pwd_last_set), 0) WHEN 'freeipa' THEN (SELECT nullif(max(i.changed_at), 0) FROM ldap_account i WHERE i.guid = n.guid)
            ELSE (SELECT nullif(max(o.changed_at), 0) FROM ppolicy_account o WHERE o.guid = n.guid) END AS secret_at, s.created_at,
        CASE m.directory WHEN 'ad' THEN nullif(s.logon_at, 0) WHEN 'freeipa' THEN (SELECT nullif(max(i.logon_at), 0) FROM ldap_account i WHERE i.guid = n.guid) END AS directory_logon,
        CASE m.directory WHEN 'ad' THEN (SELECT nullif(max(l.bad_password_at), 0) FROM account_logon l WHERE l.guid = n.guid)
            WHEN 'openldap' THEN (SELECT nullif(max(o.last_failure_at), 0) FROM ppolicy_account o WHERE o.guid = n.guid)
            ELSE (SELECT nullif(max(i.last_failure_at), 0) FROM ldap_account i WHERE i.guid = n.guid) END AS directory_failure,
        m.directory = 'ad' AND s.logon_at IS NOT NULL AND (SELECT complete FROM logon_known) AS is_known,
        (SELECT sum(e.events) FROM named_event e WHERE e.guid = n.guid) AS events,
        (SELECT sum(e.events) FROM named_event e WHERE e.guid = n.guid AND e.is_failure) AS failures,
        (SELECT max(e.last_at) FROM named_event e WHERE e.guid = n.guid) AS last_event,
        (SELECT max(e.last_at) FROM named_event e WHERE e.guid = n.guid AND NOT e.is_failure AND e.kind <> 'service_ticket') AS last_success,
        (SELECT group_concat(x.word, ', ') FROM (SELECT DISTINCT e.host || CASE e.source WHEN '' THEN '' ELSE ' <- ' || e.source END AS word FROM named_event e WHERE e.guid = n.guid ORDER BY e.last_at DESC LIMIT 10) x) AS places,
        (SELECT p.place || e.record FROM named_event e JOIN event_place p ON p.log = e.log WHERE e.guid = n.guid ORDER BY e.last_at DESC LIMIT 1) AS example
    FROM named_member n JOIN mfa_state m ON m.guid = n.guid LEFT JOIN account_state s ON s.guid = n.guid
    WHERE n.purpose IN ('break_glass', 'honey', 'vendor');

CREATE VIEW break_glass_account AS
    SELECT
        u.subject, -- Account / アカウント
        u.name, -- Name / 名前
        u.directory, -- Directory / ディレクトリ
        u.is_enabled, -- Enabled / 有効
        u.is_privileged, -- Privileged / 特権アカウント
        u.is_registered, -- Second factor registered / 多要素認証を登録済み
        u.note AS alarm, -- How its use raises an alarm / 使用時の通知方法
        u.note IS NOT NULL AS has_alarm, -- Has an alarm / 通知の設定がある
        strftime('%Y-%m-%dT%H:%M:%SZ', nullif(max(coalesce(u.directory_logon, 0), coalesce(u.last_success, 0)), 0) / 10000000 - 11644473600, 'unixepoch') AS last_used_at, -- Last used / 最後に使用した日時
        ((SELECT now FROM clock) - nullif(max(coalesce(u.directory_logon, 0), coalesce(u.last_success, 0)), 0)) / 864000000000 AS used_days_ago, -- Days since its last use / 最終使用からの日数
        CASE WHEN coalesce(u.directory_logon, u.last_success) IS NOT NULL THEN 1 WHEN u.is_known THEN 0 END AS was_used, -- Was ever used / 使用されたことがある
        CASE WHEN u.events > 0 THEN u.events END AS event_count, -- Events in the logs / ログのイベント数
        u.failures AS failure_count, -- Failed attempts in the logs / ログの失敗回数
        u.places, -- Where and from where / 使用先と接続元
        u.example, -- Event / イベント
        strftime('%Y-%m-%dT%H:%M:%SZ', u.secret_at / 10000000 - 11644473600, 'unixepoch') AS password_set_at, -- Password set / パスワードの最終変更日時
        ((SELECT now FROM clock) - u.secret_at) / 864000000000 AS password_age_days, -- Age of the password (days) / パスワードの経過日数
        CASE WHEN coalesce(u.directory_logon, u.last_success) IS NULL THEN CASE WHEN u.is_known THEN 1 END
            ELSE u.secret_at >= max(coalesce(u.directory_logon, 0), coalesce(u.last_success, 0)) END AS changed_since_use -- Password changed since its last use / 最終使用後にパスワードを変更済み
    FROM named_use u WHERE u.purpose = 'break_glass';

-- lastLogon and badPasswordTime of every domain controller tell whether anybody ever tried it; tickets for a service of it only the logs.
CREATE VIEW honey_account AS
    SELECT
        u.subject, -- Account / アカウント
        u.name, -- Name / 名前
        u.directory, -- Directory / ディレクトリ
        u.is_enabled, -- Enabled / 有効
        u.is_privileged, -- Privileged / 特権アカウント
        u.note, -- Note / 備考
        CASE WHEN u.events > 0 OR u.directory_logon IS NOT NULL OR u.directory_failure IS NOT NULL THEN 1 WHEN u.is_known THEN 0 END AS is_touched, -- Somebody used it or tried / 使用または試行された
        CASE WHEN u.events > 0 THEN u.events WHEN u.is_known THEN 0 END AS event_count, -- Events in the logs / ログのイベント数
        u.failures AS failure_count, -- Failed attempts in the logs / ログの失敗回数
        strftime('%Y-%m-%dT%H:%M:%SZ', u.directory_logon / 10000000 - 11644473600, 'unixepoch') AS last_logon_at, -- Last logon (directory) / 最終ログオン日時（ディレクトリ）
        strftime('%Y-%m-%dT%H:%M:%SZ', u.directory_failure / 10000000 - 11644473600, 'unixepoch') AS last_failure_at, -- Last wrong password (directory) / 最後のパスワード誤り（ディレクトリ）
        strftime('%Y-%m-%dT%H:%M:%SZ', u.last_event / 10000000 - 11644473600, 'unixepoch') AS last_event_at, -- Last event in the logs / ログの最後のイベント日時
        u.places, -- Where and from where / 使用先と接続元
        u.example -- Event / イベント
    FROM named_use u WHERE u.purpose = 'honey';

CREATE VIEW vendor_account AS
    SELECT
        u.subject, -- Account / アカウント
        u.name, -- Name / 名前
        u.directory, -- Directory / ディレクトリ
        u.is_enabled, -- Enabled / 有効
        u.is_privileged, -- Privileged / 特権アカウント
        u.via, -- Member of / 所属グループ
        strftime('%Y-%m-%dT%H:%M:%SZ', u.directory_logon / 10000000 - 11644473600, 'unixepoch') AS last_logon_at, -- Last logon / 最終ログオン日時
        CASE WHEN u.directory_logon IS NOT NULL THEN ((SELECT now FROM clock) - u.directory_logon) / 864000000000
            WHEN u.is_known THEN ((SELECT now FROM clock) - u.created_at) / 864000000000 END AS inactive_days, -- Days without a logon / 未使用の日数
        ((SELECT now FROM clock) - u.created_at) / 864000000000 AS age_days -- Age of the account (days) / 作成からの日数
    FROM named_use u WHERE u.purpose = 'vendor';

-- OpenLDAP: accounts with a password, and whether slapo-otp guards their simple binds.
CREATE VIEW openldap_factor AS
    SELECT
        m.subject, -- Account / アカウント
        m.name, -- Name / 名前
        m.is_enabled, -- Enabled / 有効
        m.is_privileged, -- Privileged / 特権アカウント
        m.is_registered, -- Second factor registered / 多要素認証を登録済み
        CASE WHEN EXISTS (SELECT 1 FROM mfa_factor f WHERE f.guid = m.guid AND f.basis = 'openldap_token' AND f.is_registered = 1) THEN 1
            WHEN EXISTS (SELECT 1 FROM source_state s WHERE s.source = 'ldap.otp' AND s.complete)
                AND NOT EXISTS (SELECT 1 FROM mfa_factor f WHERE f.guid = m.guid AND f.basis = 'openldap_token') THEN 0 END AS is_guarded -- Simple binds ask for a one-time password (slapo-otp) / 簡易バインドでワンタイム パスワードを要求（slapo-otp）
    FROM mfa_state m WHERE m.directory = 'openldap';

-- FreeIPA: whether the password alone is enough there, whatever other products ask for.
CREATE VIEW freeipa_factor AS
    SELECT
        m.subject, -- Account / アカウント
        m.name, -- Name / 名前
        m.is_enabled, -- Enabled / 有効
        m.is_privileged, -- Privileged / 特権アカウント
        m.is_break_glass, -- Break-glass account / 緊急用アカウント
        m.is_honey, -- Bait that nobody uses / おとりアカウント
        f.is_registered AS has_factor, -- Has something to use with its types of authentication / 認証の種類に使える要素がある
        CASE WHEN f.is_enforced = 1 THEN 0 WHEN f.is_enforced = 0 OR f.is_registered = 0 THEN 1 END AS takes_password, -- The password alone is enough / パスワードだけで認証できる
        (SELECT CASE WHEN a.auth_types <> '' THEN replace(a.auth_types, ',', ', ') ELSE replace(g.auth_types, ',', ', ') END FROM ldap_account a LEFT JOIN ipa_settings g ON g.server = a.server WHERE a.guid = m.guid ORDER BY a.server LIMIT 1) AS auth_types, -- Types of authentication / 認証の種類
        (SELECT count(*) FROM mfa_factor t WHERE t.guid = m.guid AND t.basis = 'ipa_token' AND t.is_registered = 1) AS tokens -- Tokens and passkeys that work / 使用できるトークン・パスキー
    FROM mfa_state m LEFT JOIN mfa_factor f ON f.guid = m.guid AND f.basis = 'ipa_auth_type' AND f.item = 'types' WHERE m.directory = 'freeipa';

INSERT INTO view_source(view, column_name, source) VALUES
    ('freeipa_factor', '', 'ldap.ipa'),
    ('mfa_privileged', '', 'ldap.user'), ('mfa_privileged', '', 'ldap.group'), ('mfa_privileged', '', 'ldap.directory_group'),
    ('mfa_privileged', '', 'ldap.ipa'), ('mfa_privileged', '', 'ldap.ppolicy'), ('mfa_privileged', '', 'site.account'), ('mfa_outside', '', 'ldap.ppolicy'), ('mfa_outside', '', 'ldap.ipa'),
    ('mfa_bypass', '', 'ldap.user'), ('mfa_bypass', '', 'ldap.ppolicy'), ('mfa_bypass', '', 'ldap.ipa'), ('mfa_bypass', '', 'mfa.export'), ('mfa_bypass', 'is_privileged', 'ldap.group'),
    ('mfa_outside', '', 'site.account'), ('mfa_outside', '', 'ldap.user'), ('mfa_outside', '', 'ldap.group'),
    ('mfa_outside', '', 'ldap.directory_group'), ('mfa_privileged', 'is_registered', 'mfa.export'), ('mfa_privileged', 'is_capable', 'mfa.export'),
    ('mfa_privileged', 'is_enforced', 'mfa.export'), ('mfa_privileged', 'is_bypassed', 'mfa.export'), ('mfa_privileged', 'strongest', 'mfa.export'),
    ('mfa_privileged', 'weakest', 'mfa.export'), ('mfa_privileged', 'has_strong', 'mfa.export'), ('mfa_outside', 'is_registered', 'mfa.export'),
    ('mfa_outside', 'is_capable', 'mfa.export'), ('mfa_outside', 'is_enforced', 'mfa.export'), ('mfa_outside', 'is_bypassed', 'mfa.export'),
    ('mfa_outside', 'strongest', 'mfa.export'), ('mfa_outside', 'weakest', 'mfa.export'), ('mfa_outside', 'has_strong', 'mfa.export'),
    ('mfa_outside', 'is_privileged', 'ldap.group'), ('named_purpose', '', 'site.account'), ('named_purpose', 'accounts', 'ldap.user'),
    ('mfa', '', 'ldap.user'), ('mfa', '', 'ldap.ppolicy'), ('mfa', '', 'ldap.ipa'),
    ('mfa_factor_entry', '', 'ldap.user'), ('mfa_factor_entry', '', 'mfa.export'),
    ('mfa_coverage', '', 'ldap.user'), ('mfa_coverage', '', 'ldap.ppolicy'), ('mfa_coverage', '', 'ldap.ipa'),
    ('mfa_export_file', '', 'mfa.export'), ('mfa_export_file', 'joined', 'ldap.user'), ('mfa_export_file', 'unjoined', 'ldap.user'),
    ('mfa_unjoined', '', 'mfa.export'), ('mfa_unjoined', '', 'ldap.user'),
    ('mfa', 'is_privileged', 'ldap.group'),
    ('mfa', 'privileges', 'ldap.group'),
    ('mfa', 'is_remote', 'site.account'), ('mfa', 'is_vendor', 'site.account'), ('mfa', 'is_break_glass', 'site.account'), ('mfa', 'is_honey', 'site.account'),
    ('mfa', 'is_registered', 'mfa.export'), ('mfa', 'is_capable', 'mfa.export'), ('mfa', 'is_enforced', 'mfa.export'), ('mfa', 'is_bypassed', 'mfa.export'),
    ('mfa', 'strongest', 'mfa.export'), ('mfa', 'weakest', 'mfa.export'), ('mfa', 'has_strong', 'mfa.export'),
    ('mfa', 'smartcard_rotates', 'ldap.domain'), ('mfa', 'sources_complete', 'attest.answer'),
    ('mfa_factor_entry', 'is_privileged', 'ldap.group'),
    ('mfa_coverage', 'unplaced', 'ldap.group'), ('mfa_coverage', 'unplaced', 'site.account'), ('mfa_coverage', 'registered_percent', 'mfa.export'), ('mfa_coverage', 'highest_percent', 'mfa.export'),
    ('named_entry', '', 'site.account'), ('named_entry', 'is_found', 'ldap.user'), ('named_entry', 'is_found', 'ldap.group'), ('named_entry', 'is_ambiguous', 'ldap.user'), ('named_entry', 'is_ambiguous', 'ldap.group'),
    ('break_glass_account', '', 'site.account'), ('break_glass_account', 'was_used', 'ldap.logon'), ('break_glass_account', 'changed_since_use', 'ldap.logon'),
    ('break_glass_account', 'password_age_days', 'ldap.metadata'), ('break_glass_account', 'is_privileged', 'ldap.group'),
    ('honey_account', '', 'site.account'), ('honey_account', 'is_touched', 'ldap.logon'), ('honey_account', 'is_privileged', 'ldap.group'),
    ('break_glass_account', '', 'ldap.user'), ('break_glass_account', '', 'ldap.ppolicy'), ('break_glass_account', '', 'ldap.ipa'), ('honey_account', '', 'ldap.user'), ('honey_account', '', 'ldap.ppolicy'),
    ('honey_account', '', 'ldap.ipa'), ('vendor_account', '', 'ldap.user'), ('vendor_account', '', 'ldap.group'), ('vendor_account', '', 'ldap.directory_group'), ('vendor_account', '', 'ldap.ppolicy'), ('vendor_account', '', 'ldap.ipa'),
    ('vendor_account', '', 'site.account'), ('vendor_account', 'inactive_days', 'ldap.logon'),
    ('openldap_factor', '', 'ldap.ppolicy'), ('openldap_factor', 'is_guarded', 'ldap.otp');
