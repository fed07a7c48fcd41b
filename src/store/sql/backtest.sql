-- name: backtest_by_id
SELECT * FROM backtest WHERE id = ?

-- name: backtest_list
SELECT * FROM backtest WHERE model = ? AND created_at <= ? ORDER BY created_at, id
