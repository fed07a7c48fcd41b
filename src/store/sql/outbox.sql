-- name: outbox_by_id
SELECT * FROM outbox WHERE id = ?

-- name: outbox_editions
-- Every wish for one part, the first one first.
SELECT * FROM outbox WHERE content_item_id = ? AND target = ? AND part = ? ORDER BY COALESCE(edition, 1)

-- name: outbox_of_item
SELECT * FROM outbox WHERE content_item_id = ? ORDER BY target, part, COALESCE(edition, 1)

-- name: outbox_of_item_locked
-- For whoever changes what is wished: a sender that has taken one of them and not committed yet is waited for.
SELECT * FROM outbox WHERE content_item_id = ? ORDER BY target, part, COALESCE(edition, 1) FOR UPDATE

-- name: outbox_by_state
SELECT * FROM outbox WHERE state = ? ORDER BY planned_at, id LIMIT ?

-- name: outbox_all
SELECT * FROM outbox ORDER BY planned_at, id LIMIT ?

-- name: outbox_cancel_superseded
-- A wish that was put back while a later one for the same part waited behind it.
UPDATE outbox o JOIN outbox later
  ON later.content_item_id = o.content_item_id AND later.target = o.target AND later.part = o.part
     AND later.edition > COALESCE(o.edition, 1)
SET o.state = 'cancelled' WHERE o.state = 'planned'

-- name: outbox_due
-- Parameters: instant, rows. A wish waits until it is known what became of the ones before it.
SELECT o.* FROM outbox o
WHERE o.state = 'planned' AND (o.due_at IS NULL OR o.due_at <= ?)
  AND NOT EXISTS (SELECT 1 FROM outbox e
                  WHERE e.content_item_id = o.content_item_id AND e.target = o.target AND e.part = o.part
                    AND COALESCE(e.edition, 1) < o.edition AND e.state IN ('sending', 'unknown'))
ORDER BY o.planned_at, o.id LIMIT ?

-- name: outbox_standing
-- The parts that should be at their targets as they were sent last.
SELECT o.* FROM outbox o
WHERE o.state = 'sent' AND COALESCE(o.operation, 'create') <> 'withdraw'
  AND NOT EXISTS (SELECT 1 FROM outbox later
                  WHERE later.content_item_id = o.content_item_id AND later.target = o.target AND later.part = o.part
                    AND later.edition > COALESCE(o.edition, 1) AND later.state IN ('sending', 'unknown', 'sent'))
ORDER BY o.planned_at, o.id LIMIT ?

-- name: outbox_cancel
UPDATE outbox SET state = 'cancelled' WHERE id = ? AND state = 'planned'

-- name: outbox_set_due
UPDATE outbox SET due_at = ? WHERE id = ? AND state = 'planned'

-- name: outbox_begin_send
UPDATE outbox SET state = 'sending', operation = ?, remote_id = ?, attempts = attempts + 1, error = NULL
WHERE id = ? AND state = 'planned'

-- name: outbox_move
-- An id at the target that is known is never forgotten.
UPDATE outbox SET state = ?, remote_id = COALESCE(?, remote_id), error = ?, tried_at = ?, sent_at = ?, remote_state = ?,
                  verified_at = ?
WHERE id = ? AND state = ?

-- name: outbox_verify
UPDATE outbox SET remote_state = ?, verified_at = ? WHERE id = ? AND state = 'sent'
