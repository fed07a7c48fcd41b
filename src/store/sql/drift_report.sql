-- name: drift_report_matured_losses
-- The newest outcomes of a version, newest first.
SELECT o.log_loss
FROM prediction p JOIN outcome o ON o.prediction_id = p.id
WHERE p.model_version_id = ? AND o.matured_at <= ?
ORDER BY p.bar_at DESC, p.id LIMIT ?
