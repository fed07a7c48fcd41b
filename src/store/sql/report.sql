-- What the report of a replay asks, over an interval of the desk clock.

-- name: report_bar_count
SELECT COUNT(*) AS bars, COALESCE(SUM(open_synthetic), 0) AS synthetic_opens, COALESCE(SUM(revision > 0), 0) AS corrections
FROM bar WHERE known_at >= ? AND known_at <= ?

-- name: report_scored
-- Matured predictions of a model with what the base rate would have lost on the same row.
SELECT p.bar_at, p.role, p.score, p.base_rate, o.label, o.value, o.log_loss, o.base_log_loss
FROM prediction p JOIN outcome o ON o.prediction_id = p.id
WHERE p.model = ? AND p.predicted_at >= ? AND p.predicted_at <= ? AND p.score IS NOT NULL
ORDER BY p.bar_at

-- name: report_prediction_count
SELECT COUNT(*) AS predictions FROM prediction WHERE model = ? AND predicted_at >= ? AND predicted_at <= ?

-- name: report_trial_count
SELECT kind, COUNT(*) AS trials FROM trial WHERE model = ? AND created_at <= ? GROUP BY kind ORDER BY kind

-- name: report_decisions
SELECT * FROM gate_decision WHERE model = ? AND decided_at >= ? AND decided_at <= ? ORDER BY decided_at, id

-- name: report_decided_versions
-- The versions of report_decisions, row by row.
SELECT v.* FROM gate_decision d JOIN model_version v ON v.id = d.model_version_id
WHERE d.model = ? AND d.decided_at >= ? AND d.decided_at <= ? ORDER BY d.decided_at, d.id

-- name: report_drift
-- The decisions of the drift stage: the joint statistics and the losses.
SELECT r.known_at, r.statistic, r.window_sessions, r.value, r.threshold, r.verdict
FROM drift_report r JOIN model_version v ON v.id = r.model_version_id
WHERE v.model = ? AND r.known_at >= ? AND r.known_at <= ? AND r.feature = 'all'
ORDER BY r.statistic, r.window_sessions, r.known_at, r.model_version_id

-- name: report_published
SELECT o.target, o.part, o.destination, o.state, o.sent_at, c.title, c.subject
FROM outbox o JOIN content_item c ON c.id = o.content_item_id
WHERE o.planned_at >= ? AND o.planned_at <= ? ORDER BY o.planned_at, o.id

-- name: report_blocked
SELECT COUNT(*) AS items FROM content_item WHERE state = 'blocked' AND created_at >= ? AND created_at <= ?

-- name: report_backtest
SELECT * FROM backtest WHERE model = ? AND created_at <= ? ORDER BY created_at DESC, id DESC LIMIT 1

-- name: report_feedback_count
SELECT source, COUNT(*) AS items FROM feedback WHERE known_at >= ? AND known_at <= ? GROUP BY source ORDER BY source
