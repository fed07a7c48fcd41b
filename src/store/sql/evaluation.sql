-- name: evaluation_for_gate
-- The rows that the verdict on a version rests on; its reference rows lie before them and say nothing about the verdict.
SELECT * FROM evaluation WHERE model_version_id = ? AND role = 'gate' ORDER BY bar_at

-- name: evaluation_of_version
SELECT * FROM evaluation WHERE model_version_id = ? ORDER BY bar_at
