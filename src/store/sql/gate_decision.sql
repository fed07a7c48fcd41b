-- name: gate_decision_of_version
SELECT * FROM gate_decision WHERE model_version_id = ?
