-- name: audit_of_subject
SELECT * FROM audit WHERE subject = ? ORDER BY acted_at, id

-- name: audit_last
-- When somebody last did something.
SELECT MAX(acted_at) AS acted_at FROM audit
