-- SPDX-License-Identifier: GPL-3.0-or-later
-- What only people know: the answers to the questionnaire. Questions are checks (checks/attest) whose subject is the organisation.

CREATE VIEW organisation AS
    SELECT
        'organisation' AS subject, -- Organisation / 組織
        coalesce((SELECT value FROM audit_info WHERE name = 'organisation_ja' AND value <> ''),
            (SELECT value FROM audit_info WHERE name = 'organisation_en' AND value <> ''), 'organisation') AS name; -- Name / 名称

-- What the evidence of a question is called; its columns are those of the answer.
INSERT OR REPLACE INTO column_label(view, column_name, en, ja) VALUES
    ('organisation', 'answer', 'Answer', '回答'), ('organisation', 'who', 'Answered by', '回答者'),
    ('organisation', 'answered_on', 'Answered on', '回答日'), ('organisation', 'valid_until', 'Valid until', '有効期限'),
    ('organisation', 'evidence', 'Evidence', '証跡'), ('organisation', 'note', 'Note', '備考');

-- As of when answers are judged: the day on which they were taken, when that is later than the audit. Whoever answers today for the audit
-- of last month has answered. NULL where the evidence does not say when it was made.
CREATE VIEW answer_clock AS
    SELECT max(now, coalesce((SELECT max(finished_at) FROM coverage WHERE source = 'attest.answer'), now)) AS now FROM clock;

-- Answers as they are; is_valid is NULL where the clock is not known. A day begins in Japan 9 hours before it does in UTC, and nowhere more
-- than 14 hours before.
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
        (SELECT now FROM answer_clock) < a.until AND a.at <= (SELECT now FROM answer_clock) + 14 * 36000000000 AS is_valid -- In force / 有効
    FROM attestation a;

INSERT INTO view_source(view, column_name, source) VALUES ('answer', '', 'attest.answer');
