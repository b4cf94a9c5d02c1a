-- SPDX-License-Identifier: GPL-3.0-or-later
-- Passwords of local accounts by their fingerprints (SAM hives of kits, images): equal or not, blank, kept as an LM hash. Only hosts
-- of which there are files have rows: the network does not tell this of any.

-- Where else the same password is used. A blank one is no sign that connects anybody.
CREATE VIEW password_twin AS
    SELECT f.host, f.rid, o.host AS other_host, o.rid AS other_rid
    FROM local_fingerprint f JOIN local_fingerprint o ON o.fingerprint = f.fingerprint AND (o.host <> f.host OR o.rid <> f.rid)
    WHERE f.state = 'set' AND o.state = 'set';

CREATE VIEW local_password AS
    SELECT
        h.subject, -- Host / ホスト
        h.host AS name, -- Name / 名前
        h.host AS target, -- Asked as / 調査対象名
        coalesce(a.sid, f.host || '/' || f.rid) AS item, -- Account / アカウント
        f.host || '\' || coalesce(a.name, f.rid) AS item_name, -- Account / アカウント
        f.rid, -- RID / RID
        a.name AS account_name, -- Account name / アカウント名
        a.flags & 1 = 0 AS is_enabled, -- Enabled / 有効
        CASE WHEN EXISTS (SELECT 1 FROM local_group_member m WHERE m.host = f.host AND m.group_sid = 'S-1-5-32-544' AND m.member_sid = a.sid) THEN 1
            WHEN (SELECT g.member_count FROM local_group g WHERE g.host = f.host AND g.sid = 'S-1-5-32-544') IS NOT NULL THEN 0 END AS is_administrator, -- Local administrator / ローカル管理者
        CASE f.state WHEN 'blank' THEN 1 WHEN 'set' THEN 0 END AS is_blank, -- Password is blank / パスワードが空
        f.has_lm_hash, -- An LM hash is kept / LM ハッシュが保存されている
        f.history, -- Former passwords kept / 保存されている過去のパスワードの数
        CASE WHEN f.state = 'blank' THEN 0 WHEN f.fingerprint IS NOT NULL THEN
            coalesce(nullif((SELECT count(DISTINCT t.other_host) FROM password_twin t WHERE t.host = f.host AND t.rid = f.rid AND t.other_host <> f.host), 0),
                CASE WHEN (SELECT all_compared FROM host_passwords_compared) THEN 0 END) END AS shared_hosts, -- Other hosts with the same password / 同じパスワードの他のホスト数
        (SELECT group_concat(o.n, ', ') FROM (SELECT DISTINCT t.other_host || '\' || coalesce(b.name, t.other_rid) AS n
            FROM password_twin t LEFT JOIN local_account b ON b.host = t.other_host AND b.rid = t.other_rid
            WHERE t.host = f.host AND t.rid = f.rid ORDER BY 1 LIMIT 10) o) AS shared_with, -- Accounts with the same password / 同じパスワードのアカウント
        CASE WHEN f.state = 'blank' THEN 0 WHEN f.fingerprint IS NOT NULL THEN
            CASE WHEN EXISTS (SELECT 1 FROM policy_password p WHERE p.fingerprint = f.fingerprint) OR EXISTS (SELECT 1 FROM host_policy_password p WHERE p.fingerprint = f.fingerprint) THEN 1
            WHEN (SELECT complete FROM source_state WHERE source = 'policy.file') AND NOT EXISTS (SELECT 1 FROM policy_password p WHERE p.state <> 'empty' AND substr(p.fingerprint, 1, 8) IS NOT substr(f.fingerprint, 1, 8)) THEN 0 END END AS is_in_policy, -- Password is readable in a Group Policy / GPO から読み取れるパスワード
        h.is_controller -- Domain controller / ドメインコントローラー
    FROM local_fingerprint f JOIN host_state h ON h.host = f.host LEFT JOIN local_account a ON a.host = f.host AND a.rid = f.rid
    UNION ALL SELECT h.subject, h.host, h.host, '', h.host, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, h.is_controller
    FROM coverage c JOIN host_state h ON h.host = c.target WHERE c.source = 'kit.password' AND c.state <> 'complete';

INSERT INTO view_source(view, column_name, source) VALUES
    ('local_password', '', 'host.scope'),
    ('local_password', 'rid', 'kit.password'),
    ('local_password', 'is_blank', 'kit.password'),
    ('local_password', 'has_lm_hash', 'kit.password'),
    ('local_password', 'shared_hosts', 'kit.password'),
    ('local_password', 'is_enabled', 'kit.account'),
    ('local_password', 'is_administrator', 'kit.group'),
    ('local_password', 'is_in_policy', 'policy.file');
