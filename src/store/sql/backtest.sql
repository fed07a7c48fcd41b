-- name: backtest_of_content
-- The row that says the same already. Parameters: model, from_at, to_at, params, metrics, buy_and_hold.
SELECT * FROM backtest
WHERE model = ? AND from_at = ? AND to_at = ? AND params = ? AND metrics = ? AND buy_and_hold = ?
ORDER BY created_at, id LIMIT 1
