-- SPDX-License-Identifier: GPL-3.0-or-later
-- Hosts whose built-in Administrators share a password. Runs after derive.sql and derive_policy.sql, in the same transaction.

DELETE FROM shared_password;

-- Signs connect hosts, and hosts connect signs: the recursion walks from sign to sign, of which there are few. The SID of a
-- domain's own accounts is no machine's. One machine under two names shares nothing with itself.
WITH RECURSIVE
    given(host, gpo_id, file, item_key, changed_at, fingerprint) AS MATERIALIZED (
        SELECT h.host, p.gpo_id, p.file, p.item_key, p.changed_at, p.fingerprint
            FROM policy_password_fact p JOIN policy_reach r ON r.gpo_id = p.gpo_id AND r.state = 'applies' JOIN host_state h ON h.policy_class = r.class_no
            WHERE p.half = 'machine' AND p.kind = 'local_user' AND p.rid = 500 AND p.state = 'set' AND NOT p.is_conditional
        UNION SELECT k.host, k.gpo_id, k.file, k.item_key, k.changed_at, k.fingerprint FROM host_policy_password k
            WHERE k.half = 'machine' AND k.kind = 'local_user' AND k.rid = 500 AND k.state = 'set' AND NOT k.is_conditional),
    -- Fingerprints tell within one run. One preference of one time holds one password in each run; of different times it may not, which
    -- only counts where fingerprints tell it.
    given_mark(host, mark) AS (
        SELECT host, 'policy ' || fingerprint FROM given WHERE fingerprint IS NOT NULL
        UNION SELECT host, 'policy ' || gpo_id || '/' || lower(file) || '/' || item_key || '/' || coalesce(nullif(changed_at, 0), '') FROM given
            WHERE fingerprint IS NULL OR changed_at > 0),
    sign(basis, rank, is_proven, mark, host) AS (
        -- A blank password counts only where the account can be used: Windows itself leaves a disabled one without a password.
        SELECT 'fingerprint', 1, 1, 'fingerprint ' || coalesce(f.fingerprint, 'blank'), f.host FROM local_fingerprint f
            WHERE f.rid = 500 AND (f.fingerprint IS NOT NULL AND f.state = 'set'
                OR f.state = 'blank' AND EXISTS (SELECT 1 FROM local_account l WHERE l.host = f.host AND l.rid = 500 AND l.flags & 1 = 0))
        UNION SELECT 'candidate', 2, 1, 'candidate ' || p.candidate, p.host FROM password_trial p
            WHERE p.outcome IN ('accepted', 'expired', 'must_change', 'restricted', 'logon_type')
        -- The same preference sets it on all of them; whether it was changed since is not known. A host that keeps a copy was given it,
        -- whatever the directory says of it today.
        UNION SELECT 'policy_password', 3, 0, mark, host FROM given_mark
        UNION SELECT 'password_set_time', 4, 0, 'time ' || l.pwd_last_set, l.host FROM local_account l WHERE l.rid = 500 AND l.pwd_last_set > 0
        UNION SELECT 'machine_sid', 4, 0, m.machine_sid, m.host FROM host_machine m
            WHERE m.machine_sid IS NOT NULL AND m.machine_sid NOT IN (SELECT sid FROM domain_head WHERE sid IS NOT NULL)),
    shared(basis, rank, is_proven, mark, host) AS MATERIALIZED (
        SELECT basis, rank, is_proven, mark, host FROM
            (SELECT s.*, min(h.subject) OVER (PARTITION BY s.mark) AS first, max(h.subject) OVER (PARTITION BY s.mark) AS last FROM sign s JOIN host_state h ON h.host = s.host WHERE h.is_controller IS NOT 1)
        WHERE first <> last),
    edge(a, b) AS MATERIALIZED (SELECT DISTINCT x.mark, y.mark FROM shared x JOIN shared y ON y.host = x.host AND y.mark <> x.mark),
    reach(mark, root) AS (SELECT DISTINCT mark, mark FROM shared UNION SELECT e.b, r.root FROM reach r JOIN edge e ON e.a = r.mark),
    component(mark, root) AS (SELECT mark, min(root) FROM reach GROUP BY mark),
    placed(host, root, rank, is_proven, basis) AS (
        SELECT s.host, c.root, s.rank, s.is_proven, s.basis FROM shared s JOIN component c ON c.mark = s.mark),
    best(host, root, rank, is_proven, basis) AS (
        SELECT host, root, rank, is_proven, basis FROM
            (SELECT p.*, row_number() OVER (PARTITION BY host ORDER BY is_proven DESC, rank, basis DESC) AS n FROM placed p) WHERE n = 1),
    size(root, hosts, proven, first) AS (SELECT root, count(*), sum(is_proven), min(host) FROM best GROUP BY root)
INSERT INTO shared_password
    SELECT b.host, (SELECT count(*) FROM size o WHERE (o.proven, o.hosts, z.first) > (z.proven, z.hosts, o.first)) + 1, b.basis, b.is_proven, z.hosts
    FROM best b JOIN size z ON z.root = b.root;
