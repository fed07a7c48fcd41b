-- name: finding_open
-- Every finding that still holds, in a stable order.
SELECT * FROM finding WHERE status = 'open' ORDER BY opened_at, id

-- name: finding_by_id
SELECT * FROM finding WHERE id = ?

-- name: finding_between
SELECT * FROM finding WHERE opened_at >= ? AND opened_at <= ? ORDER BY opened_at, id

-- name: finding_seen_again
-- `evidence` stays what the finding was opened on.
UPDATE finding SET last_seen_at = ?, seen = seen + 1, evidence_last = ? WHERE id = ? AND status = 'open'

-- name: finding_resolve
UPDATE finding SET status = 'resolved', resolved_at = ? WHERE id = ? AND status = 'open'
