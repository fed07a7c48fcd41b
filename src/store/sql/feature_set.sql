-- name: feature_set_by_hash
SELECT * FROM feature_set WHERE hash = ?

-- name: feature_set_all
SELECT * FROM feature_set ORDER BY created_at, hash
