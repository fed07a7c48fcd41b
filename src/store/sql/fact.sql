-- What the supervisor asks of other tables on every tick. One row each.

-- name: fact_champion
SELECT v.id, v.train_to_at
FROM model_alias a JOIN model_version v ON v.id = a.model_version_id
WHERE a.model = ? AND a.alias = 'champion' AND a.set_at <= ?
ORDER BY a.sequence DESC LIMIT 1

-- name: fact_last_attempt
SELECT MAX(decided_at) AS decided_at FROM proposal
WHERE action = 'retrain' AND subject = ? AND status IN ('approved', 'done', 'failed')

-- name: fact_sessions_since
-- Sessions are distinct bars; a correction is not a session.
SELECT COUNT(DISTINCT bar_at) AS sessions FROM bar WHERE symbol = ? AND timeframe = ? AND bar_at > ? AND known_at <= ?

-- name: fact_source_last_known
SELECT MAX(known_at) AS known_at FROM ingest_batch WHERE source = ?

-- name: fact_quarantine_open
SELECT COUNT(*) AS waiting FROM quarantine WHERE source = ? AND state = 'open'

-- name: fact_drift_today
SELECT * FROM drift_report WHERE model_version_id = ? AND known_at = ? ORDER BY statistic, window_sessions, feature
