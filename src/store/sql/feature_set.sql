-- name: feature_set_by_hash
SELECT * FROM feature_set WHERE hash = ?
