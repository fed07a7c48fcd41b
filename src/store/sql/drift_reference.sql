-- name: drift_reference_of_version
SELECT * FROM drift_reference WHERE model_version_id = ? ORDER BY statistic, window_sessions, feature

-- name: drift_reference_scores
-- What the version said about rows that it was not fitted on.
SELECT label, score FROM evaluation WHERE model_version_id = ? ORDER BY bar_at
