-- name: audit_of_subject
SELECT * FROM audit WHERE subject = ? ORDER BY acted_at, id

-- name: audit_between
SELECT * FROM audit WHERE acted_at >= ? AND acted_at <= ? ORDER BY acted_at, id

-- name: audit_last
-- When somebody last did something.
SELECT MAX(acted_at) AS acted_at FROM audit
