-- SPDX-License-Identifier: GPL-3.0-or-later
-- Other ways to log on as an account than its password: key credentials ([MS-ADTS] 2.2.20) and certificate mappings
-- ([MS-PKCA] 3.1.5.2.1, KB5014754). Neither the key nor the text of a mapping is in the evidence.

CREATE VIEW key_credential_entry AS
SELECT s.subject AS subject, -- Key / キー
       s.name AS name, -- Account / アカウント
       k.key_id AS item, -- Entry / 登録の識別値
       substr(k.key_id, 1, 16) AS item_name, -- Entry / 登録の識別値
       s.kind AS kind, -- Kind of account / アカウントの種類
       s.uac & 2 = 0 AS is_enabled, -- Enabled / 有効
       s.is_privileged = 1 OR s.is_controller OR s.rid IN (500, 502)
           AS is_sensitive, -- Privileged account or controller / 特権アカウントまたはドメインコントローラー
       k.usage AS usage, -- Usage / 用途
       k.key_source AS key_source, -- Source of the key / 登録元
       k.device_id AS device_id, -- Device / デバイス ID
       k.device_id = '00000000-0000-0000-0000-000000000000' AS has_zero_device, -- Device id all zero / デバイス ID がすべて 0
       strftime('%Y-%m-%dT%H:%M:%SZ', k.created_at / 10000000 - 11644473600, 'unixepoch') AS created_at, -- Created / 登録日時
       ((SELECT now FROM clock) - k.created_at) / 864000000000 AS age_days, -- Age in days / 登録からの日数
       max((SELECT count(*) FROM key_credential n WHERE n.guid = k.guid), coalesce(a.key_credential_count, 0)) AS entry_count, -- Entries of the account / このアカウントの登録数
       k.flags & 2 <> 0 AS without_mfa -- Made without multi-factor authentication / 多要素認証なしで登録
FROM key_credential k JOIN account_state s ON s.guid = k.guid JOIN account a ON a.guid = k.guid
UNION ALL
-- An entry that could not be understood is an entry.
SELECT s.subject, s.name, 'malformed', 'malformed', s.kind, s.uac & 2 = 0,
       s.is_privileged = 1 OR s.is_controller OR s.rid IN (500, 502), NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL
FROM malformed_value v JOIN account a ON a.dn = v.object COLLATE NOCASE JOIN account_state s ON s.guid = a.guid
WHERE v.attribute = 'msDS-KeyCredentialLink' COLLATE NOCASE;

CREATE VIEW certificate_mapping_entry AS
SELECT s.subject AS subject, -- Key / キー
       s.name AS name, -- Account / アカウント
       m.position AS item, -- Entry / 順番
       s.name || ' #' || (m.position + 1) AS item_name, -- Entry / 割り当て
       s.kind AS account_kind, -- Kind of account / アカウントの種類
       s.uac & 2 = 0 AS is_enabled, -- Enabled / 有効
       s.is_privileged AS is_privileged, -- Privileged / 特権アカウント
       m.kind AS mapping, -- Kind of mapping / 割り当ての方法
       m.kind <> 'kerberos' AS is_certificate, -- For a certificate / 証明書の割り当てである
       m.is_strong AS is_strong -- Strong / 強い割り当て
FROM certificate_mapping m JOIN account_state s ON s.guid = m.guid;

INSERT INTO view_source(view, column_name, source) VALUES
    ('key_credential_entry', '', 'ldap.user'), ('key_credential_entry', '', 'ldap.computer'),
    ('key_credential_entry', 'is_sensitive', 'ldap.group'),
    ('certificate_mapping_entry', '', 'ldap.user'), ('certificate_mapping_entry', '', 'ldap.computer'),
    ('certificate_mapping_entry', 'is_privileged', 'ldap.group');
