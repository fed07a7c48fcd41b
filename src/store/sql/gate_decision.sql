-- name: gate_decision_of_version
SELECT * FROM gate_decision WHERE model_version_id = ?

-- name: gate_decision_list
SELECT * FROM gate_decision WHERE model = ? AND decided_at <= ? ORDER BY decided_at, id
