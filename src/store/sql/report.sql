-- What a report asks, over an interval of the desk clock.

-- name: report_bar_count
-- Bars that were loaded in the interval, however old.
SELECT COUNT(*) AS bars, COALESCE(SUM(b.open_synthetic), 0) AS synthetic_opens, COALESCE(SUM(b.revision > 0), 0) AS corrections
FROM bar b JOIN ingest_batch i ON i.id = b.batch_id WHERE i.known_at >= ? AND i.known_at <= ?

-- name: report_scored
-- Matured predictions of a model in one role, with what the base rate would have lost on the same row. Parameters: model, role,
-- from, to, to: what matured later is not known yet.
SELECT p.bar_at, p.score, p.base_rate, o.label, o.value, o.log_loss, o.base_log_loss
FROM prediction p JOIN outcome o ON o.prediction_id = p.id
WHERE p.model = ? AND p.role = ? AND p.predicted_at >= ? AND p.predicted_at <= ? AND o.matured_at <= ? AND p.score IS NOT NULL
ORDER BY p.bar_at, p.symbol, p.timeframe

-- name: report_prediction_count
SELECT role, COUNT(*) AS predictions, COALESCE(SUM(score IS NULL), 0) AS abstentions
FROM prediction WHERE model = ? AND predicted_at >= ? AND predicted_at <= ? GROUP BY role ORDER BY role

-- name: report_outcome_count
SELECT COUNT(*) AS outcomes FROM outcome WHERE matured_at >= ? AND matured_at <= ?

-- name: report_trial_count
SELECT kind, COUNT(*) AS trials FROM trial WHERE model = ? AND created_at <= ? GROUP BY kind ORDER BY kind

-- name: report_decisions
SELECT * FROM gate_decision WHERE model = ? AND decided_at >= ? AND decided_at <= ? ORDER BY decided_at, id

-- name: report_decided_versions
-- The versions of report_decisions, row by row; NULL where there was too little to make one.
SELECT v.version, v.algorithm FROM gate_decision d LEFT JOIN model_version v ON v.id = d.model_version_id
WHERE d.model = ? AND d.decided_at >= ? AND d.decided_at <= ? ORDER BY d.decided_at, d.id

-- name: report_drift
-- The decisions of the drift stage: the joint statistics and the losses.
SELECT r.known_at, r.statistic, r.window_sessions, r.value, r.threshold, r.verdict
FROM drift_report r JOIN model_version v ON v.id = r.model_version_id
WHERE v.model = ? AND r.known_at >= ? AND r.known_at <= ? AND r.feature = 'all'
ORDER BY r.statistic, r.window_sessions, r.known_at, v.version

-- name: report_published
-- What is there, or should be by now: withdrawals, and what a later wish has replaced, are left out.
-- Parameters: from, to, to.
SELECT o.target, o.destination, o.state, c.title, c.subject, o.error
FROM outbox o JOIN content_item c ON c.id = o.content_item_id
WHERE o.planned_at >= ? AND o.planned_at <= ? AND COALESCE(o.due_at, o.planned_at) <= ? AND o.state <> 'cancelled'
  AND COALESCE(o.operation, 'create') <> 'withdraw'
  AND NOT EXISTS (SELECT 1 FROM outbox later
                  WHERE later.content_item_id = o.content_item_id AND later.target = o.target AND later.part = o.part
                    AND later.edition > COALESCE(o.edition, 1) AND later.state <> 'cancelled')
ORDER BY o.planned_at, o.id

-- name: report_blocked
SELECT COUNT(*) AS items FROM content_item WHERE state = 'blocked' AND created_at >= ? AND created_at <= ?

-- name: report_feedback_count
SELECT COUNT(*) AS items FROM feedback WHERE known_at >= ? AND known_at <= ?

-- name: report_retrain_count
-- Train jobs that have run.
SELECT COUNT(*) AS jobs FROM job WHERE kind = 'train' AND state = 'done' AND due_at >= ? AND due_at <= ?
