-- The chain behind a champion, row by row.

-- name: explain_decision
SELECT * FROM gate_decision WHERE model_version_id = ?

-- name: explain_job
SELECT id, kind, queue, args, created_at FROM job WHERE id = ?

-- name: explain_trials
-- Every trial of the model up to an instant: the candidate is the best of this many.
SELECT kind, COUNT(*) AS trials FROM trial WHERE model = ? AND created_at <= ? GROUP BY kind ORDER BY kind

-- name: explain_note
SELECT c.id, c.title, c.state, c.style_hash, o.target, o.destination, o.state AS outbox_state, o.sent_at
FROM content_item c LEFT JOIN outbox o ON o.content_item_id = c.id AND o.state <> 'cancelled'
WHERE c.subject = ? ORDER BY c.created_at, c.id, o.target, o.part

-- name: explain_feedback
-- What was said about the predictions of a version, and about its note.
SELECT f.source, COUNT(*) AS items, COALESCE(SUM(f.rating > 0), 0) AS better, COALESCE(SUM(f.rating < 0), 0) AS worse
FROM feedback f
WHERE f.known_at <= ? AND f.withdrawn_at IS NULL
  AND (f.subject = ? OR f.subject IN (SELECT CONCAT('prediction:', p.id) FROM prediction p WHERE p.model_version_id = ?))
GROUP BY f.source ORDER BY f.source

-- name: explain_attempts
SELECT * FROM gate_decision WHERE model = ? AND decided_at <= ? ORDER BY decided_at, id
