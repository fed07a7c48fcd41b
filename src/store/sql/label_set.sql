-- name: label_set_by_hash
SELECT * FROM label_set WHERE hash = ?

-- name: label_set_all
SELECT * FROM label_set ORDER BY created_at, hash
