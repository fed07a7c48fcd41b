-- name: model_alias_version_at
-- The version that held the alias at an instant. Parameters: model, alias, instant.
SELECT v.* FROM model_alias a JOIN model_version v ON v.id = a.model_version_id
WHERE a.model = ? AND a.alias = ? AND a.set_at <= ? ORDER BY a.sequence DESC LIMIT 1

-- name: model_alias_history
SELECT * FROM model_alias WHERE model = ? AND alias = ? AND set_at <= ? ORDER BY sequence

-- name: model_alias_last
-- The newest holder, locked: two writers cannot take the same number.
SELECT * FROM model_alias WHERE model = ? AND alias = ? ORDER BY sequence DESC LIMIT 1 FOR UPDATE
