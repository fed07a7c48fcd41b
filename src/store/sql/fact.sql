-- What the supervisor asks of other tables on every tick. One row each.

-- name: fact_last_attempt
-- An attempt is a verdict of the gate, or a retrain that was set going, whoever asked for it and whatever came of it.
-- Parameters: model, instant, subject, instant.
SELECT MAX(attempted_at) AS attempted_at
FROM (SELECT MAX(decided_at) AS attempted_at FROM gate_decision WHERE model = ? AND decided_at <= ?
      UNION ALL
      SELECT MAX(decided_at) FROM proposal
      WHERE action = 'retrain' AND subject = ? AND status IN ('approved', 'done', 'failed', 'rejected')
        AND job_id IS NOT NULL AND decided_at <= ?) AS attempts

-- name: fact_sessions_since
-- Sessions are distinct bars; a correction is not a session.
SELECT COUNT(DISTINCT bar_at) AS sessions FROM bar WHERE symbol = ? AND timeframe = ? AND bar_at > ? AND known_at <= ?

-- name: fact_source_last_known
SELECT MAX(known_at) AS known_at FROM ingest_batch WHERE source = ? AND known_at <= ?

-- name: fact_source_newest_bar
-- The same from the bars themselves: they may have been loaded later than they became known.
SELECT MAX(b.known_at) AS known_at FROM bar b JOIN ingest_batch i ON i.id = b.batch_id WHERE i.source = ? AND b.known_at <= ?

-- name: fact_quarantine_open
-- Rows that wait now, and the newest load that refused one; those refused by an instant.
SELECT COUNT(*) AS waiting, MAX(batch_id) AS newest_batch_id FROM quarantine
WHERE source = ? AND state = 'open' AND known_at <= ?

-- name: fact_first_tick
SELECT MIN(tick_at) AS tick_at FROM tick_stage

-- name: fact_newest_prediction
-- The newest bar that a champion was asked about, and why it gave no answer, if it gave none.
SELECT bar_at, abstain_reason FROM prediction
WHERE model = ? AND symbol = ? AND timeframe = ? AND role = 'champion' AND predicted_at <= ?
ORDER BY bar_at DESC LIMIT 1

-- name: fact_dead_jobs
SELECT id, kind, attempt, crashes, error FROM job WHERE state = 'dead' ORDER BY id LIMIT 20

-- name: fact_parts_unsent
-- Texts that were due before this tick and did not get out. Parameters: instant of the tick.
SELECT o.id, o.target, o.destination, o.state, o.error FROM outbox o
WHERE o.state IN ('planned', 'sending', 'rejected', 'unknown') AND COALESCE(o.due_at, o.planned_at) < ?
  AND NOT EXISTS (SELECT 1 FROM outbox later
                  WHERE later.content_item_id = o.content_item_id AND later.target = o.target AND later.part = o.part
                    AND later.edition > COALESCE(o.edition, 1) AND later.state <> 'cancelled')
ORDER BY o.planned_at, o.id LIMIT 20

-- name: fact_drift_today
SELECT * FROM drift_report WHERE model_version_id = ? AND known_at = ? ORDER BY statistic, window_sessions, feature
