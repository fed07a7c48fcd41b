-- name: trial_list
SELECT * FROM trial WHERE model = ? AND created_at <= ? ORDER BY created_at, id

-- name: trial_count
SELECT COUNT(*) AS trials FROM trial WHERE model = ? AND created_at <= ?

-- name: trial_count_of_kind
SELECT COUNT(*) AS trials FROM trial WHERE model = ? AND kind = ?
