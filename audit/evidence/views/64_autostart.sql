-- SPDX-License-Identifier: GPL-3.0-or-later
-- What hosts start by themselves. Files (kits, images, hives) tell all of it; over the network only the Run keys that checks ask
-- for are read. Whether an entry is new is known where an earlier audit of the same host was given (evaluate --baseline) that told
-- all, or at least others of its kind.

CREATE VIEW autostart_fact AS
    SELECT a.host, a.kind, a.location, a.name, a.origin, a.command, a.has_password_hint, a.account, a.start, a.is_enabled, a.changed_at
    FROM autostart a
    UNION ALL
    SELECT r.host, CASE WHEN r.key LIKE '%\RunOnce%' THEN 'run_once' WHEN r.key LIKE '%\Policies\Explorer\Run' THEN 'policy_run' ELSE 'run' END,
        r.key, r.value, r.origin, r.text, CASE WHEN r.text IS NULL AND r.size > 0 AND r.type IN (1, 2) THEN 1 ELSE 0 END, NULL, NULL, NULL, NULL
    FROM host_registry r
    WHERE r.origin = 'rpc' AND r.is_missing = 0 AND (r.key LIKE '%\CurrentVersion\Run' OR r.key LIKE '%\CurrentVersion\RunOnce%' OR r.key LIKE '%\Policies\Explorer\Run')
        AND NOT EXISTS (SELECT 1 FROM coverage c WHERE c.target = r.host AND c.source = 'kit.autostart' AND c.state = 'complete');

-- Hosts that told what they start, and whether to the end.
CREATE VIEW autostart_told AS
    SELECT h.host, h.subject, CASE WHEN max(c.state = 'complete') THEN 'complete' ELSE 'partial' END AS state
    FROM host_state h JOIN coverage c ON c.target = h.host AND (c.source = 'kit.autostart' AND c.state IN ('complete', 'partial') OR c.source = 'smb.registry' AND c.state = 'complete')
    GROUP BY h.host;

CREATE VIEW autostart_entry AS
    SELECT
        h.subject, -- Host / ホスト
        h.host AS name, -- Name / 名前
        h.host AS target, -- Asked as / 調査対象名
        f.kind || '|' || f.location || '|' || f.name AS item, -- Entry / 項目
        f.kind || ': ' || f.name AS item_name, -- Entry / 項目
        f.kind, -- Kind (run, run_once, policy_run, service, driver, task, startup_folder …) / 種類（run, run_once, policy_run, service, driver, task, startup_folder など）
        f.location, -- Place / 登録場所
        f.name AS entry, -- Name of the entry / 項目名
        f.command, -- Command / コマンド
        f.has_password_hint, -- The command seems to hold a password / コマンドにパスワードらしい記載がある
        f.account AS runs_as, -- Runs as / 実行アカウント
        CASE WHEN f.kind = 'driver' THEN 1 WHEN f.kind = 'service' AND f.account IS NOT NULL THEN f.account IN ('LocalSystem', 'S-1-5-18') OR f.account LIKE '%\SYSTEM'
            WHEN f.kind = 'task' AND f.account IS NOT NULL THEN f.account IN ('S-1-5-18', 'SYSTEM', 'LocalSystem') OR f.account LIKE '%\SYSTEM' END AS is_system, -- Runs as SYSTEM / SYSTEM として実行
        f.start, -- Start type (2 automatic) / スタートアップの種類（2 自動）
        f.is_enabled, -- Enabled / 有効
        strftime('%Y-%m-%dT%H:%M:%SZ', nullif(f.changed_at, 0) / 10000000 - 11644473600, 'unixepoch') AS changed_at, -- Changed / 変更日時
        CASE WHEN EXISTS (SELECT 1 FROM autostart_before b WHERE b.subject = h.subject AND b.kind = f.kind AND b.location = f.location AND b.name = f.name AND b.command IS f.command) THEN 0
            WHEN EXISTS (SELECT 1 FROM autostart_before b WHERE b.subject = h.subject AND (b.kind = f.kind OR b.kind = '' AND b.command = 'complete')) THEN 1 END AS is_new, -- New or changed since the earlier audit / 前回の調査以降に追加または変更
        f.origin, -- Read from (rpc, kit, cache) / 読み取り元（rpc, kit, cache）
        h.is_windows, -- Windows / Windows
        h.is_server, -- Server / サーバー
        h.is_controller -- Domain controller / ドメインコントローラー
    FROM autostart_fact f JOIN host_state h ON h.host = f.host
    UNION ALL SELECT h.subject, h.host, h.host, '', h.host, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, h.is_windows, h.is_server, h.is_controller
    FROM coverage c JOIN host_state h ON h.host = c.target WHERE c.source = 'kit.autostart' AND c.state <> 'complete';

INSERT INTO view_source(view, column_name, source) VALUES
    ('autostart_entry', '', 'host.scope'),
    ('autostart_entry', 'kind', 'kit.autostart'),
    ('autostart_entry', 'command', 'kit.autostart'),
    ('autostart_entry', 'has_password_hint', 'kit.autostart'),
    ('autostart_entry', 'is_system', 'kit.autostart');
