-- SPDX-License-Identifier: GPL-3.0-or-later
-- Frameworks over the checks of fixture.sql: every verdict that an item can have. Adds no check, so that counts elsewhere stay.
INSERT INTO framework VALUES
    ('seed', 1, 'Expert training', '専門家研修', '令和6年度', 'Numbers are ours.', '番号は Kagimori によるものです。'),
    ('attack', 2, 'MITRE ATT&CK', 'MITRE ATT&CK（攻撃の手口）', NULL, NULL, NULL);
INSERT INTO framework_item VALUES
    ('seed', '7', 1, 'B. Containment', 'B. 対処', 'Priority tags', 'LANケーブルの優先順位タグ', 1, NULL, NULL),
    ('seed', '9', 2, 'B. Containment', 'B. 対処', 'Procedure to cut', '遮断手順', 1, NULL, NULL),
    ('seed', '22', 3, 'E. Damage', 'E. 被害範囲', 'Is it encrypted?', '暗号化の判断', 1, 'No protocol tells it.', '通信からは判断できません。'),
    ('seed', '28', 4, 'F. Credentials', 'F. 資格情報', 'Reset of all credentials', 'すべての資格情報のリセット', 1, NULL, NULL),
    ('seed', '31', 5, 'F. Credentials', 'F. 資格情報', 'The longer, the better', '桁数は長いほど良い', 1, NULL, NULL),
    ('seed', '40', 6, 'H. Design', 'H. 設計', 'Hardening <b>', 'ハードニング未適用の洗い出し <b>', 1, NULL, NULL),
    ('seed', '47', 7, 'I. Again', 'I. 再感染防止', 'Another port', 'ポート変更', 1, NULL, NULL),
    ('seed', '55', 8, 'J. Measures', 'J. 対応策', 'Password changes on record', 'パスワードの変更記録', 1, NULL, NULL),
    ('seed', '60', 9, 'K. Samples', 'K. 検体', 'Whom to ask', '相談できる人', 0, NULL, NULL),
    ('attack', 'T1558.001', 1, NULL, NULL, 'Golden Ticket', 'ゴールデン チケット', 1, NULL, NULL);
INSERT INTO framework_check VALUES
    ('seed', '7', 'attest.containment.cable-tags', 0), ('seed', '9', 'reset.prepare.access-cut', 1), ('seed', '28', 'ad.krbtgt.age', 0), ('seed', '28', 'reset.krbtgt.first', 1),
    ('seed', '31', 'ad.pso.effective', 0), ('seed', '31', 'ad.guest.disabled', 0), ('seed', '40', 'ad.guest.disabled', 0), ('seed', '40', 'ad.not.in-profile', 0),
    ('seed', '47', 'ad.trust.filter', 0), ('seed', '55', 'ad.record.forged', 0), ('attack', 'T1558.001', 'ad.krbtgt.age', 0);
