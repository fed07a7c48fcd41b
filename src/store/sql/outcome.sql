-- name: outcome_last_bar
-- The newest bar of a model whose prediction has an outcome. Read backwards along the unique key: a few rows.
-- Parameters: model, symbol, timeframe.
SELECT p.bar_at FROM prediction p JOIN outcome o ON o.prediction_id = p.id
WHERE p.model = ? AND p.symbol = ? AND p.timeframe = ?
ORDER BY p.bar_at DESC LIMIT 1
