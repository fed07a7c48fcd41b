-- name: audit_of_subject
SELECT * FROM audit WHERE subject = ? ORDER BY acted_at, id

-- name: audit_last
-- When somebody last did something.
SELECT MAX(acted_at) AS acted_at FROM audit

-- name: audit_count_of_subject
SELECT COUNT(*) AS acts FROM audit WHERE subject = ?
