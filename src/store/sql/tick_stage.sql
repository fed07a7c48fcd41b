-- name: tick_stage_done
SELECT * FROM tick_stage WHERE tick_at = ? ORDER BY sequence

-- name: tick_stage_last
-- The newest tick on which the last stage of the list is written: everything up to it is done.
SELECT MAX(tick_at) AS tick_at FROM tick_stage WHERE sequence = ?

-- name: tick_stage_between
SELECT * FROM tick_stage WHERE tick_at >= ? AND tick_at <= ? ORDER BY tick_at, sequence
