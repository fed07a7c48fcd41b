-- name: label_set_by_hash
SELECT * FROM label_set WHERE hash = ?
