-- SPDX-License-Identifier: GPL-3.0-or-later
-- Trusts ([MS-ADTS] 6.1.6.7). SID filtering: bit 4 (quarantine) always filters; a forest trust (8) filters by default
-- unless treated as external (0x40); a trust inside the forest (0x20) cannot be filtered. Only outbound trusts matter for it:
-- this side accepts the other side's tickets.
CREATE VIEW trust AS
    SELECT
        coalesce(t.partner_sid, t.guid) AS subject, -- Trust / 信頼関係
        coalesce(t.partner, t.flat_name, t.dn) AS name, -- Partner / 信頼相手
        t.flat_name, -- NetBIOS name / NetBIOS 名
        t.direction, -- Direction (1 in, 2 out, 3 both) / 方向（1 入力, 2 出力, 3 双方向）
        t.direction & 2 <> 0 AS is_outbound, -- This domain trusts the partner / 自ドメインが相手を信頼
        t.type, -- Type (2 = Windows, 3 = MIT) / 種類（2 = Windows, 3 = MIT）
        t.attributes, -- trustAttributes / trustAttributes
        t.attributes & 0x20 <> 0 AS is_within_forest, -- Within the forest / フォレスト内
        t.attributes & 8 <> 0 AS is_forest_trust, -- Forest trust / フォレストの信頼
        t.attributes & 4 <> 0 OR t.attributes & 0x48 = 8 AS filters_sids, -- SID filtering / SID フィルター
        t.attributes & 0x800 <> 0 AND t.attributes & 0x200 = 0 AS allows_tgt_delegation, -- Delegation of tickets over the trust / 信頼を越えた TGT の委任
        t.attributes & 0x10 <> 0 AS selective_authentication, -- Selective authentication / 認証の選択
        t.attributes & 0x80 <> 0 AS uses_rc4_attribute, -- Marked for RC4 / RC4 を使う設定
        t.encryption_types, -- Kerberos encryption types / Kerberos の暗号化の種類
        coalesce(t.encryption_types, 0) & 0x18 <> 0 AS supports_aes, -- AES set / AES を設定済み
        ((SELECT now FROM clock) - coalesce(m.trust_at, s.password_at)) / 864000000000 AS secret_age_days, -- Age of the trust password (days) / 信頼のパスワードの経過日数
        strftime('%Y-%m-%dT%H:%M:%SZ', nullif(coalesce(m.trust_at, s.password_at, s.pwd_last_set), 0) / 10000000 - 11644473600, 'unixepoch') AS secret_changed_at, -- Trust password changed / 信頼のパスワードの変更日時
        m.trust_version AS secret_version, -- Changes of the trust password / 信頼のパスワードの変更回数
        strftime('%Y-%m-%dT%H:%M:%SZ', nullif(t.created_at, 0) / 10000000 - 11644473600, 'unixepoch') AS created_at -- Created / 作成日時
    FROM trusted_domain t
        LEFT JOIN (SELECT guid, max(trust_at) AS trust_at, max(trust_version) AS trust_version FROM secret_change
            WHERE guid IN (SELECT guid FROM trusted_domain) GROUP BY guid) m ON m.guid = t.guid
        LEFT JOIN account_state s ON s.kind = 'trust' AND s.name = t.flat_name || '$' COLLATE NOCASE;

INSERT INTO view_source(view, column_name, source) VALUES
    ('trust', '', 'ldap.trust'),
    ('trust', 'secret_age_days', 'ldap.metadata'),
    ('trust', 'secret_changed_at', 'ldap.metadata'),
    ('trust', 'secret_version', 'ldap.metadata');
