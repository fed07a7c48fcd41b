-- name: backtest_by_id
SELECT * FROM backtest WHERE id = ?
