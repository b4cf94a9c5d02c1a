-- SPDX-License-Identifier: GPL-3.0-or-later
-- What only people know: the answers to the questionnaire. Questions are checks (checks/attest) whose subject is the organisation.

CREATE VIEW organisation AS
    SELECT
        'organisation' AS subject, -- Organisation / 組織
        coalesce((SELECT value FROM audit_info WHERE name = 'organisation_ja' AND value <> ''),
            (SELECT value FROM audit_info WHERE name = 'organisation_en' AND value <> ''), 'organisation') AS name; -- Name / 名称

-- Answers as they are; is_valid is NULL where the clock is not known.
CREATE VIEW answer AS
    SELECT
        a.question AS subject, -- Question / 質問
        a.question AS name, -- Question / 質問
        a.answer, -- Answer / 回答
        a.who, -- Answered by / 回答者
        strftime('%Y-%m-%d', a.at / 10000000 - 11644473600, 'unixepoch') AS answered_on, -- Answered on / 回答日
        strftime('%Y-%m-%d', (a.until - 1) / 10000000 - 11644473600, 'unixepoch') AS valid_until, -- Valid until / 有効期限
        a.evidence, -- Evidence / 証跡
        a.note, -- Note / 備考
        (SELECT now FROM clock) < a.until AND a.at <= (SELECT now FROM clock) AS is_valid -- In force / 有効
    FROM attestation a;

INSERT INTO view_source(view, column_name, source) VALUES ('answer', '', 'attest.answer');
