-- What still has to be told: decisions and approved notices without a text.

-- name: note_decisions_due
SELECT d.* FROM gate_decision d
WHERE d.decided_at <= ?
  AND NOT EXISTS (SELECT 1 FROM content_item c WHERE c.subject = CONCAT('gate_decision:', d.id))
ORDER BY d.decided_at, d.id

-- name: note_version
SELECT * FROM model_version WHERE id = ?

-- name: note_notices_due
SELECT * FROM proposal WHERE action = 'notify' AND status = 'approved' ORDER BY proposed_at, id
