-- name: prediction_bars_from
-- Bars already predicted, from an instant on. Parameters: model, symbol, timeframe, bar_at.
SELECT bar_at FROM prediction WHERE model = ? AND symbol = ? AND timeframe = ? AND bar_at >= ? ORDER BY bar_at

-- name: prediction_unscored
-- Predictions after a bar that have a score to be judged, by versions that were fitted to this label: what was said about
-- another one is never judged by it. Parameters: model, symbol, timeframe, bar_at (exclusive), label_set_hash.
SELECT p.* FROM prediction p JOIN model_version v ON v.id = p.model_version_id
WHERE p.model = ? AND p.symbol = ? AND p.timeframe = ? AND p.bar_at > ? AND p.score IS NOT NULL AND v.label_set_hash = ?
ORDER BY p.bar_at

-- name: prediction_acted_on
-- What champions said of bars in [from, to]. Parameters: model, symbol, timeframe, from, to, known at.
SELECT * FROM prediction
WHERE model = ? AND symbol = ? AND timeframe = ? AND bar_at >= ? AND bar_at <= ? AND predicted_at <= ? AND role = 'champion'
ORDER BY bar_at
