-- What the list commands print. An empty text as filter is every row; the instant is --as-of, or the end of time. What a row
-- says of later is not told: a champion named since, a finding resolved since.

-- name: job_listed
-- The state is of now: the queue runs in wall time.
SELECT id, kind, state, priority, due_at, attempt, attempts_max, unique_key, error, created_at FROM job
WHERE (? = '' OR state = ?) AND created_at <= ? ORDER BY created_at DESC, id DESC LIMIT ?

-- name: finding_listed
-- Newest first. Parameters: as_of, status, as_of, status, as_of, limit.
SELECT id, opened_at, kind, subject, severity, CASE WHEN resolved_at <= ? THEN 'resolved' ELSE 'open' END AS status, seen, evidence
FROM finding
WHERE (? = '' OR (CASE WHEN resolved_at <= ? THEN 'resolved' ELSE 'open' END) = ?) AND opened_at <= ?
ORDER BY opened_at DESC, id DESC LIMIT ?

-- name: proposal_listed
-- Newest first; the state is of now.
SELECT p.id, p.proposed_at, p.action, p.subject, p.status, p.reason, f.kind AS finding, p.decided_by, p.decision_reason, p.expires_at,
       p.job_id
FROM proposal p JOIN finding f ON f.id = p.finding_id
WHERE (? = '' OR p.status = ?) AND p.proposed_at <= ? ORDER BY p.proposed_at DESC, p.id DESC LIMIT ?

-- name: content_item_listed
-- Parameters: as_of, as_of, state, state.
SELECT l.created_at, l.state, l.template, l.subject, l.title, l.id
FROM (SELECT c.created_at,
             CASE WHEN c.state = 'published' AND (SELECT MAX(o.sent_at) FROM outbox o WHERE o.content_item_id = c.id) > ?
                  THEN 'approved' ELSE c.state END AS state,
             c.template, c.subject, c.title, c.id
      FROM content_item c WHERE c.created_at <= ?) l
WHERE ? = '' OR l.state = ? ORDER BY l.created_at, l.id

-- name: content_calendar
-- Parameters: now, from, to. Every wish that was carried out, is due or will be, at the instant of that. What waits is shown
-- however old it is.
SELECT w.at, CASE WHEN w.state = 'planned' AND w.at < ? THEN 'overdue' WHEN w.state = 'planned' THEN 'due' ELSE w.state END AS state,
       w.operation, w.target, w.destination, w.title, w.content_item_id
FROM (SELECT o.id, CASE WHEN o.state = 'sent' THEN o.sent_at ELSE COALESCE(o.due_at, o.planned_at) END AS at, o.state,
             COALESCE(o.operation, 'create') AS operation, o.target, o.destination, c.title, o.content_item_id
      FROM outbox o JOIN content_item c ON c.id = o.content_item_id WHERE o.state <> 'cancelled') w
WHERE (w.at >= ? OR w.state IN ('planned', 'sending', 'unknown')) AND w.at <= ? ORDER BY w.at, w.id

-- name: outbox_listed
-- Parameters: as_of, as_of.
SELECT c.title AS item, o.target, o.part, COALESCE(o.operation, 'create') AS operation,
       CASE WHEN o.state = 'sent' AND o.sent_at > ? THEN 'planned' ELSE o.state END AS state,
       o.due_at, o.remote_state, o.remote_id, o.attempts, o.destination, o.error
FROM outbox o JOIN content_item c ON c.id = o.content_item_id WHERE o.planned_at <= ? ORDER BY o.planned_at, o.id

-- name: model_listed
SELECT v.model, v.version, v.algorithm, v.created_at, v.train_to_at, v.rows_trained, d.verdict, d.score, d.interval_low,
       d.interval_high, v.id
FROM model_version v LEFT JOIN gate_decision d ON d.model_version_id = v.id
WHERE (? = '' OR v.model = ?) AND v.created_at <= ? ORDER BY v.model, v.version

-- name: drift_listed
-- The newest comparison of each statistic and window of a model's champion.
SELECT r.known_at, r.statistic, r.window_sessions, r.feature, r.value, r.threshold, r.verdict,
       CASE WHEN r.threshold > 0 THEN r.value / r.threshold END AS ratio
FROM drift_report r JOIN model_version v ON v.id = r.model_version_id
WHERE v.model = ? AND r.known_at = (SELECT MAX(n.known_at) FROM drift_report n JOIN model_version w ON w.id = n.model_version_id
                                    WHERE w.model = ? AND n.known_at <= ?)
ORDER BY r.statistic, r.window_sessions, r.feature, r.model_version_id

-- name: status_open_findings
-- Parameters: as_of four times. Of a finding that was seen again later nobody knows how often it had been seen by then.
SELECT opened_at, LEAST(last_seen_at, ?) AS last_seen_at, severity, kind, subject,
       CASE WHEN last_seen_at > ? THEN NULL ELSE seen END AS seen
FROM finding WHERE opened_at <= ? AND (status = 'open' OR resolved_at > ?) ORDER BY opened_at, id

-- name: status_champions
-- Parameters: as_of.
SELECT a.model, v.version, v.algorithm, a.set_at FROM model_alias a JOIN model_version v ON v.id = a.model_version_id
WHERE a.alias = 'champion' AND a.sequence = (SELECT MAX(n.sequence) FROM model_alias n
                                             WHERE n.model = a.model AND n.alias = 'champion' AND n.set_at <= ?)
ORDER BY a.model

-- name: status_counts
-- Parameters: as_of eleven times. Jobs and rows in quarantine: those that were there by then, in the state of now.
SELECT (SELECT COUNT(*) FROM bar WHERE known_at <= ?) AS bars,
       (SELECT COUNT(*) FROM prediction WHERE predicted_at <= ?) AS predictions,
       (SELECT COUNT(*) FROM outcome WHERE matured_at <= ?) AS outcomes,
       (SELECT COUNT(*) FROM feedback WHERE known_at <= ?) AS feedback,
       (SELECT COUNT(*) FROM trial WHERE created_at <= ?) AS trials,
       (SELECT COUNT(*) FROM job WHERE state IN ('ready', 'running') AND created_at <= ?) AS jobs_unfinished,
       (SELECT COUNT(*) FROM job WHERE state = 'dead' AND created_at <= ?) AS jobs_dead,
       (SELECT COUNT(*) FROM quarantine WHERE state = 'open' AND known_at <= ?) AS rows_quarantined,
       (SELECT COUNT(*) FROM outbox WHERE state <> 'cancelled' AND (state <> 'sent' OR sent_at > ?)
          AND COALESCE(due_at, planned_at) <= ?) AS parts_unsent,
       (SELECT MAX(tick_at) FROM tick_stage WHERE tick_at <= ?) AS last_tick_at

-- name: schema_history
SELECT sequence, table_name, state, begun_at, ended_at, statement FROM schema_step
WHERE begun_at <= ? ORDER BY sequence
