-- name: evaluation_of_version
SELECT * FROM evaluation WHERE model_version_id = ? ORDER BY bar_at
