-- name: proposal_undecided
-- Proposals that a later tick may still decide or carry out.
SELECT * FROM proposal WHERE status IN ('proposed', 'held', 'approved') ORDER BY proposed_at, id

-- name: proposal_by_id
SELECT * FROM proposal WHERE id = ?

-- name: proposal_between
SELECT * FROM proposal WHERE proposed_at >= ? AND proposed_at <= ? ORDER BY proposed_at, id

-- name: proposal_decide
UPDATE proposal SET status = ?, policy_rule = ?, decided_by = ?, decision_reason = ?, decided_at = ?, job_id = ? WHERE id = ?

-- name: proposal_job_given_up
-- Approved proposals whose job has ended without doing it.
SELECT p.id, j.state FROM proposal p JOIN job j ON j.id = p.job_id
WHERE p.status = 'approved' AND j.state IN ('dead', 'cancelled') ORDER BY p.id

-- name: proposal_finish
UPDATE proposal SET status = ? WHERE id = ? AND status = 'approved'

-- name: proposal_approved_since
-- How much of the daily budget is spent.
SELECT COUNT(*) AS approved FROM proposal WHERE action = ? AND decided_at >= ? AND status IN ('approved', 'done', 'failed')

-- name: proposal_of_open_findings
-- Which verbs have been proposed for findings that still hold, and whether the owner turned them down. A retrain whose job was
-- cancelled is something else: it had been approved.
SELECT p.finding_id, p.action, p.status = 'rejected' AND p.job_id IS NULL AS is_refused
FROM proposal p JOIN finding f ON f.id = p.finding_id WHERE f.status = 'open' ORDER BY p.id
