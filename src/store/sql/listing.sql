-- What the list commands print. An empty text as filter is every row.

-- name: job_listed
SELECT id, kind, state, priority, due_at, attempt, attempts_max, unique_key, error, created_at FROM job
WHERE (? = '' OR state = ?) ORDER BY created_at DESC, id DESC LIMIT ?

-- name: content_item_listed
SELECT created_at, state, template, subject, title FROM content_item ORDER BY created_at, id

-- name: outbox_listed
SELECT c.title AS item, o.target, o.part, o.state, o.remote_id, o.attempts, o.destination, o.error
FROM outbox o JOIN content_item c ON c.id = o.content_item_id ORDER BY o.planned_at, o.id

-- name: model_listed
SELECT v.model, v.version, v.algorithm, v.created_at, v.train_to_at, v.rows_trained, d.verdict, d.score, d.interval_low,
       d.interval_high, v.id
FROM model_version v LEFT JOIN gate_decision d ON d.model_version_id = v.id
WHERE (? = '' OR v.model = ?) AND v.created_at <= ? ORDER BY v.model, v.version

-- name: drift_listed
-- The newest comparison of each statistic and window of a model's champion.
SELECT r.known_at, r.statistic, r.window_sessions, r.feature, r.value, r.threshold, r.verdict
FROM drift_report r JOIN model_version v ON v.id = r.model_version_id
WHERE v.model = ? AND r.known_at = (SELECT MAX(n.known_at) FROM drift_report n JOIN model_version w ON w.id = n.model_version_id
                                    WHERE w.model = ? AND n.known_at <= ?)
ORDER BY r.statistic, r.window_sessions, r.feature, r.model_version_id

-- name: status_open_findings
SELECT opened_at, last_seen_at, severity, kind, subject, seen FROM finding WHERE status = 'open' ORDER BY opened_at, id

-- name: status_champions
SELECT a.model, v.version, v.algorithm, a.set_at FROM model_alias a JOIN model_version v ON v.id = a.model_version_id
WHERE a.alias = 'champion' AND a.sequence = (SELECT MAX(n.sequence) FROM model_alias n WHERE n.model = a.model AND n.alias = 'champion')
ORDER BY a.model

-- name: status_counts
SELECT (SELECT COUNT(*) FROM bar) AS bars, (SELECT COUNT(*) FROM prediction) AS predictions, (SELECT COUNT(*) FROM outcome) AS outcomes,
       (SELECT COUNT(*) FROM feedback) AS feedback, (SELECT COUNT(*) FROM trial) AS trials,
       (SELECT COUNT(*) FROM job WHERE state IN ('ready', 'running')) AS jobs_unfinished, (SELECT COUNT(*) FROM job WHERE state = 'dead') AS jobs_dead,
       (SELECT COUNT(*) FROM quarantine WHERE state = 'open') AS rows_quarantined,
       (SELECT COUNT(*) FROM outbox WHERE state <> 'sent') AS parts_unsent, (SELECT MAX(tick_at) FROM tick_stage) AS last_tick_at

-- name: schema_history
SELECT sequence, table_name, state, begun_at, ended_at, statement FROM schema_step ORDER BY sequence
