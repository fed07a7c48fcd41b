-- name: job_by_id
SELECT * FROM job WHERE id = ?

-- name: job_by_open_key
SELECT * FROM job WHERE open_key = ?

-- name: job_by_state
SELECT * FROM job WHERE state = ? ORDER BY created_at, id LIMIT ?

-- name: job_count_due
SELECT COUNT(*) AS jobs
FROM job FORCE INDEX (ix_job_claim)
WHERE queue = ? AND state = 'ready' AND due_at <= ? AND (retry_at IS NULL OR retry_at <= NOW(6))

-- name: job_claimable
-- The index is forced because a sort would lock every ready row before LIMIT is applied.
SELECT id
FROM job FORCE INDEX (ix_job_claim)
WHERE queue = ? AND state = 'ready' AND due_at <= ? AND (retry_at IS NULL OR retry_at <= NOW(6))
ORDER BY priority, due_at, id
LIMIT ?
FOR UPDATE SKIP LOCKED

-- name: job_claim
-- Joined to the ids from the left, so that PRIMARY is the only index it can use: (state, lease_until) deadlocks.
UPDATE JSON_TABLE(?, '$[*]' COLUMNS (id CHAR(26) CHARACTER SET ascii COLLATE ascii_bin PATH '$')) AS picked
STRAIGHT_JOIN job FORCE INDEX (PRIMARY) ON job.id = picked.id
SET job.state = 'running',
    job.attempt = job.attempt + 1,
    job.lease_token = ?,
    job.lease_until = NOW(6) + INTERVAL ? MICROSECOND,
    job.worker = ?,
    job.progress = NULL
WHERE job.state = 'ready'

-- name: job_claimed
SELECT job.*
FROM JSON_TABLE(?, '$[*]' COLUMNS (id CHAR(26) CHARACTER SET ascii COLLATE ascii_bin PATH '$')) AS picked
STRAIGHT_JOIN job FORCE INDEX (PRIMARY) ON job.id = picked.id
WHERE job.lease_token = ?
ORDER BY job.priority, job.due_at, job.id

-- name: job_held
SELECT * FROM job WHERE state = 'running' AND worker = ? ORDER BY id

-- name: job_heartbeat
UPDATE job FORCE INDEX (PRIMARY)
SET lease_until = NOW(6) + INTERVAL ? MICROSECOND, progress = ?
WHERE id = ? AND lease_token = ? AND state = 'running'

-- name: job_finish
UPDATE job FORCE INDEX (PRIMARY)
SET state = ?, result = ?, error = ?, open_key = NULL, lease_token = NULL, lease_until = NULL, finished_at = NOW(6)
WHERE id = ? AND lease_token = ? AND state = 'running'

-- name: job_retry
UPDATE job FORCE INDEX (PRIMARY)
SET state = 'ready', error = ?, retry_at = NOW(6) + INTERVAL ? MICROSECOND, lease_token = NULL, lease_until = NULL
WHERE id = ? AND lease_token = ? AND state = 'running'

-- name: job_running
SELECT * FROM job WHERE state = 'running' ORDER BY id

-- name: job_expired
SELECT * FROM job WHERE state = 'running' AND lease_until < NOW(6) ORDER BY id LIMIT ?

-- name: job_reclaim
-- A reclaim names the token that was seen and asks again whether the hold has ended: by time, or by the
-- death of exactly that worker. A job that was finished, renewed or claimed again since the scan stays as it is.
UPDATE job FORCE INDEX (PRIMARY)
SET state = 'ready', error = ?, crashes = crashes + 1, retry_at = NULL, lease_token = NULL, lease_until = NULL
WHERE id = ? AND lease_token = ? AND state = 'running' AND (lease_until < NOW(6) OR worker = ?)

-- name: job_reclaim_dead
UPDATE job FORCE INDEX (PRIMARY)
SET state = 'dead', error = ?, crashes = crashes + 1, open_key = NULL, lease_token = NULL, lease_until = NULL,
    finished_at = NOW(6)
WHERE id = ? AND lease_token = ? AND state = 'running' AND (lease_until < NOW(6) OR worker = ?)

-- name: job_cancel
UPDATE job FORCE INDEX (PRIMARY)
SET state = 'cancelled', open_key = NULL, lease_token = NULL, lease_until = NULL, finished_at = NOW(6)
WHERE id = ? AND state IN ('ready', 'running')

-- name: job_requeue
UPDATE job FORCE INDEX (PRIMARY)
SET state = 'ready', attempt = 0, crashes = 0, open_key = unique_key, retry_at = NULL, finished_at = NULL
WHERE id = ? AND state IN ('dead', 'cancelled')
