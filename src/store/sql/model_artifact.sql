-- name: model_artifact_by_sha256
SELECT * FROM model_artifact WHERE sha256 = ?

-- name: model_artifact_present
-- Without the content, which may be large.
SELECT sha256 FROM model_artifact WHERE sha256 = ?
