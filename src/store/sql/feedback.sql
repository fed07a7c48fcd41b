-- name: feedback_by_id
SELECT * FROM feedback WHERE id = ?

-- name: feedback_by_key
SELECT * FROM feedback WHERE idempotency_key = ?

-- name: feedback_newest
-- Withdrawn rows are shown with the instant at which they were taken back.
SELECT * FROM feedback WHERE known_at <= ? ORDER BY known_at DESC, id DESC LIMIT ?

-- name: feedback_of_subject
SELECT * FROM feedback WHERE subject = ? AND known_at <= ? ORDER BY known_at DESC, id DESC LIMIT ?

-- name: feedback_withdraw
UPDATE feedback SET withdrawn_at = ? WHERE id = ? AND withdrawn_at IS NULL

-- name: feedback_outcome_due
-- Outcomes that matured on this tick and have no feedback yet. A prediction that abstained has nothing to be judged by.
SELECT p.id, p.model, p.score, o.label, o.log_loss, o.base_log_loss
FROM outcome o JOIN prediction p ON p.id = o.prediction_id
WHERE o.matured_at = ? AND p.score IS NOT NULL
  AND NOT EXISTS (SELECT 1 FROM feedback f WHERE f.idempotency_key = CONCAT('outcome/', p.id))
ORDER BY p.id
