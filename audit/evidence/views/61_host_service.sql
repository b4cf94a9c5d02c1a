-- SPDX-License-Identifier: GPL-3.0-or-later
-- What answers on the ports of hosts: one row a port, because something answered there; and one row of NULLs for a host that
-- could not be asked (host_unseen). Whether a silent port proves anything is said in view host.

CREATE VIEW rdp_service AS
    SELECT
        h.subject, -- Host / ホスト
        h.host AS name, -- Name / 名前
        h.host AS target, -- Asked as / 調査対象名
        CAST(r.port AS TEXT) AS item, -- Port / ポート
        h.host || ':' || r.port AS item_name, -- Host and port / ホストとポート
        r.port, -- Port / ポート
        r.accepts_standard, -- Takes standard RDP security / 標準 RDP セキュリティを受け付ける
        r.accepts_tls, -- Takes TLS without NLA / NLA なしの TLS を受け付ける
        r.accepts_nla, -- Offers NLA (CredSSP) / NLA（CredSSP）に対応
        r.requires_nla, -- Requires NLA / NLA を必須にしている
        h.is_controller, -- Domain controller / ドメインコントローラー
        h.is_server -- Server / サーバー
    FROM host_rdp r JOIN host_state h ON h.host = r.host
    UNION ALL SELECT u.subject, u.host, u.host, '', u.host, NULL, NULL, NULL, NULL, NULL, u.is_controller, u.is_server
    FROM host_unseen u WHERE u.source = 'net.rdp';

CREATE VIEW winrm_service AS
    SELECT
        h.subject, -- Host / ホスト
        h.host AS name, -- Name / 名前
        h.host AS target, -- Asked as / 調査対象名
        CAST(w.port AS TEXT) AS item, -- Port / ポート
        h.host || ':' || w.port AS item_name, -- Host and port / ホストとポート
        w.port, -- Port / ポート
        w.is_https, -- Inside TLS / TLS で保護
        w.is_wsman, -- WS-Management answers / WS-Management が応答
        w.schemes, -- Authentication offered / 提示された認証方式
        w.offers_basic, -- Offers Basic authentication / 基本認証を提示
        w.identifies_anonymously, -- Answers Identify without a login / 匿名の Identify に応答
        w.vendor, -- Product vendor / 製品の提供元
        w.version, -- Product version / 製品のバージョン
        h.is_controller -- Domain controller / ドメインコントローラー
    FROM host_winrm w JOIN host_state h ON h.host = w.host
    UNION ALL SELECT u.subject, u.host, u.host, '', u.host, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, u.is_controller
    FROM host_unseen u WHERE u.source = 'net.winrm';

-- The same key under other names: hosts in the order of their names.
CREATE VIEW tls_service AS
    SELECT
        h.subject, -- Host / ホスト
        h.host AS name, -- Name / 名前
        h.host AS target, -- Asked as / 調査対象名
        CAST(t.port AS TEXT) AS item, -- Port / ポート
        h.host || ':' || t.port AS item_name, -- Host and port / ホストとポート
        t.port, -- Port / ポート
        CASE WHEN EXISTS (SELECT 1 FROM host_rdp r WHERE r.host = t.host AND r.port = t.port) THEN 1
            WHEN EXISTS (SELECT 1 FROM coverage c WHERE c.source = 'net.rdp' AND c.target = t.host AND c.state IN ('complete', 'absent')) THEN 0 END AS is_rdp, -- Remote Desktop / リモート デスクトップ
        t.version, -- Best version / 最良のバージョン
        t.accepts_old, -- Takes TLS 1.0 or 1.1 / TLS 1.0／1.1 を受け付ける
        t.cipher, -- Cipher / 暗号スイート
        t."subject" AS certificate_subject, -- Certificate for / 証明書の発行先
        t.issuer, -- Issuer / 発行元
        t.is_self_signed, -- Self-signed / 自己署名
        t.key_type, -- Key type / 鍵の種類
        t.key_bits, -- Key size (bits) / 鍵の長さ（ビット）
        CASE WHEN t.key_type LIKE 'RSA%' OR t.key_type LIKE 'DSA%' THEN t.key_bits >= 2048 WHEN t.key_type <> '' THEN t.key_bits >= 224 END AS key_is_strong, -- Key is long enough / 鍵の長さが十分
        t.signature, -- Signature algorithm / 署名アルゴリズム
        nullif(t.signature, '') LIKE '%MD_' OR t.signature LIKE '%SHA1' OR t.signature LIKE '%SHA1-%' AS signature_is_weak, -- Signature is weak / 署名が脆弱
        strftime('%Y-%m-%dT%H:%M:%SZ', nullif(t.valid_until, 0) / 10000000 - 11644473600, 'unixepoch') AS valid_until, -- Valid until / 有効期限
        (t.valid_until - (SELECT now FROM clock)) / 864000000000 AS days_left, -- Days left / 残り日数
        t.key_sha256, -- SHA-256 of the public key / 公開鍵の SHA-256
        CASE WHEN t.key_sha256 IS NOT NULL THEN CASE WHEN k.hosts > 1 THEN 1 WHEN (SELECT count(*) FROM host_unseen u WHERE u.source = 'net.tls') = 0 THEN 0 END END AS key_is_shared, -- Key is used by other hosts too / 他のホストと同じ鍵
        (SELECT group_concat(o.host, ', ') FROM (SELECT DISTINCT x.host FROM host_tls x WHERE x.key_sha256 = t.key_sha256 AND x.host <> t.host ORDER BY 1 LIMIT 10) o) AS shared_with, -- Hosts with the same key / 同じ鍵を持つホスト
        h.is_controller -- Domain controller / ドメインコントローラー
    FROM host_tls t
        JOIN host_state h ON h.host = t.host
        LEFT JOIN (SELECT key_sha256, count(DISTINCT host) AS hosts FROM host_tls WHERE key_sha256 IS NOT NULL GROUP BY key_sha256 HAVING count(DISTINCT host) > 1) k ON k.key_sha256 = t.key_sha256
    UNION ALL SELECT u.subject, u.host, u.host, '', u.host, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, u.is_controller
    FROM host_unseen u WHERE u.source = 'net.tls';

CREATE VIEW ldap_service AS
    SELECT
        h.subject, -- Host / ホスト
        h.host AS name, -- Name / 名前
        h.host AS target, -- Asked as / 調査対象名
        CAST(l.port AS TEXT) AS item, -- Port / ポート
        h.host || ':' || l.port AS item_name, -- Host and port / ホストとポート
        l.port, -- Port / ポート
        l.port IN (636, 3269) AS is_tls, -- Inside TLS / TLS で保護
        l.requires_signing, -- LDAP signing required / LDAP 署名を必須にしている
        l.requires_channel_binding, -- Channel binding required / チャネル バインディングを必須にしている
        l.result_code, -- LDAP result / LDAP の結果コード
        l.diagnostic -- Diagnostic message / 診断メッセージ
    FROM host_ldap l JOIN host_state h ON h.host = l.host
    UNION ALL SELECT u.subject, u.host, u.host, '', u.host, NULL, NULL, NULL, NULL, NULL, NULL
    FROM host_unseen u WHERE u.source = 'net.ldap' AND u.is_controller IS NOT 0;

CREATE VIEW share AS
    SELECT
        h.subject, -- Host / ホスト
        h.host AS name, -- Name / 名前
        h.host AS target, -- Asked as / 調査対象名
        s.name AS item, -- Share / 共有
        s.name AS item_name, -- Share / 共有
        s.type & 0xff AS kind, -- Kind (0 disk, 1 printer, 3 IPC) / 種類（0 ディスク、1 プリンター、3 IPC）
        s.type & 0x80000000 <> 0 AS is_administrative, -- Administrative share / 管理共有
        s.remark, -- Remark / コメント
        h.is_controller, -- Domain controller / ドメインコントローラー
        h.is_server -- Server / サーバー
    FROM host_share s JOIN host_state h ON h.host = s.host
    UNION ALL SELECT u.subject, u.host, u.host, '', u.host, NULL, NULL, NULL, u.is_controller, u.is_server
    FROM host_unseen u WHERE u.source = 'smb.share';

INSERT INTO view_source(view, column_name, source) VALUES
    ('rdp_service', '', 'host.scope'),
    ('rdp_service', 'requires_nla', 'net.rdp'),
    ('rdp_service', 'accepts_standard', 'net.rdp'),
    ('rdp_service', 'accepts_tls', 'net.rdp'),
    ('winrm_service', '', 'host.scope'),
    ('winrm_service', 'offers_basic', 'net.winrm'),
    ('winrm_service', 'is_wsman', 'net.winrm'),
    ('winrm_service', 'is_https', 'net.winrm'),
    ('winrm_service', 'identifies_anonymously', 'net.winrm'),
    ('tls_service', '', 'host.scope'),
    ('tls_service', 'version', 'net.tls'),
    ('tls_service', 'accepts_old', 'net.tls'),
    ('tls_service', 'days_left', 'net.tls'),
    ('tls_service', 'is_self_signed', 'net.tls'),
    ('tls_service', 'is_rdp', 'net.rdp'),
    ('tls_service', 'key_is_strong', 'net.tls'),
    ('tls_service', 'signature_is_weak', 'net.tls'),
    ('tls_service', 'key_is_shared', 'net.tls'),
    ('ldap_service', '', 'host.scope'),
    ('ldap_service', 'is_tls', 'net.ldap'),
    ('ldap_service', 'requires_signing', 'net.ldap'),
    ('ldap_service', 'requires_channel_binding', 'net.ldap'),
    ('share', '', 'host.scope'),
    ('share', 'kind', 'smb.share');
