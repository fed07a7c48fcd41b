-- name: prediction_bars_from
-- Bars already predicted, from an instant on. Parameters: model, symbol, timeframe, bar_at.
SELECT bar_at FROM prediction WHERE model = ? AND symbol = ? AND timeframe = ? AND bar_at >= ? ORDER BY bar_at

-- name: prediction_unscored
-- Predictions after a bar that have a score to be judged. Parameters: model, symbol, timeframe, bar_at (exclusive).
SELECT * FROM prediction
WHERE model = ? AND symbol = ? AND timeframe = ? AND bar_at > ? AND score IS NOT NULL
ORDER BY bar_at

-- name: prediction_acted_on
-- What champions said of bars in [from, to]. Parameters: model, symbol, timeframe, from, to, known at.
SELECT * FROM prediction
WHERE model = ? AND symbol = ? AND timeframe = ? AND bar_at >= ? AND bar_at <= ? AND predicted_at <= ? AND role = 'champion'
ORDER BY bar_at
