-- name: model_alias_at
-- Who held the alias at an instant. Parameters: model, alias, instant.
SELECT * FROM model_alias WHERE model = ? AND alias = ? AND set_at <= ? ORDER BY sequence DESC LIMIT 1

-- name: model_alias_history
SELECT * FROM model_alias WHERE model = ? AND alias = ? AND set_at <= ? ORDER BY sequence

-- name: model_alias_last
-- The newest holder, locked: two writers cannot take the same number.
SELECT * FROM model_alias WHERE model = ? AND alias = ? ORDER BY sequence DESC LIMIT 1 FOR UPDATE
