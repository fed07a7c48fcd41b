-- What still has to be told: decisions, drifts and approved notices without a text.

-- name: note_decisions_due
SELECT d.* FROM gate_decision d
WHERE d.decided_at <= ?
  AND NOT EXISTS (SELECT 1 FROM content_item c WHERE c.subject = CONCAT('gate_decision:', d.id))
ORDER BY d.decided_at, d.id

-- name: note_version
SELECT * FROM model_version WHERE id = ?

-- name: note_drifts_due
SELECT f.* FROM finding f
WHERE f.kind IN ('feature_drift', 'loss_drift') AND f.opened_at <= ?
  AND NOT EXISTS (SELECT 1 FROM content_item c WHERE c.template = 'drift_note' AND c.subject = CONCAT('finding:', f.id))
ORDER BY f.opened_at, f.id

-- name: note_retrain_of_finding
-- The newest request to retrain that the finding has opened.
SELECT * FROM proposal WHERE finding_id = ? AND action = 'retrain' ORDER BY proposed_at DESC, id DESC LIMIT 1

-- name: note_notices_due
SELECT * FROM proposal WHERE action = 'notify' AND status = 'approved' ORDER BY proposed_at, id
