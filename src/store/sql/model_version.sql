-- name: model_version_by_id
SELECT * FROM model_version WHERE id = ?

-- name: model_version_by_number
SELECT * FROM model_version WHERE model = ? AND version = ?

-- name: model_version_last
-- The number of the newest version, 0 without one.
SELECT COALESCE(MAX(version), 0) AS version FROM model_version WHERE model = ?
