-- name: tick_stage_done
SELECT * FROM tick_stage WHERE tick_at = ? ORDER BY sequence

-- name: tick_stage_last
-- The newest tick on which the last stage of the list is written: everything up to it is done.
SELECT MAX(tick_at) AS tick_at FROM tick_stage WHERE stage = ?

-- name: tick_stage_between
SELECT * FROM tick_stage WHERE tick_at >= ? AND tick_at <= ? ORDER BY tick_at, sequence

-- name: tick_stage_jobs_ended
-- Jobs that became due since the tick before and have ended. Counted from their rows and not while they run, so that a tick
-- that was interrupted after a job says the same as one that was not.
SELECT COUNT(*) AS jobs
FROM job
WHERE state IN ('done', 'dead') AND due_at <= ?
  AND due_at > COALESCE((SELECT MAX(tick_at) FROM tick_stage WHERE tick_at < ?), '1000-01-01')

-- name: tick_stage_times
-- Every tick that was begun. Parameters: from, to.
SELECT DISTINCT tick_at FROM tick_stage WHERE tick_at >= ? AND tick_at <= ? ORDER BY tick_at

-- name: tick_stage_span
-- The first and the last tick that was begun in an interval; NULLs without one.
SELECT MIN(tick_at) AS first_at, MAX(tick_at) AS last_at FROM tick_stage WHERE tick_at >= ? AND tick_at <= ?

-- name: tick_stage_parts
-- What became of the parts that were tried on a tick.
SELECT COUNT(CASE WHEN state = 'sent' THEN 1 END) AS sent, COUNT(CASE WHEN state = 'planned' THEN 1 END) AS put_back,
       COUNT(CASE WHEN state = 'rejected' THEN 1 END) AS rejected, COUNT(CASE WHEN state = 'unknown' THEN 1 END) AS in_doubt
FROM outbox WHERE tried_at = ?
