-- name: audit_of_subject
SELECT * FROM audit WHERE subject = ? ORDER BY acted_at, id
