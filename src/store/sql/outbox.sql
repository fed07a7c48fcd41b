-- name: outbox_by_id
SELECT * FROM outbox WHERE id = ?

-- name: outbox_by_part
SELECT * FROM outbox WHERE content_item_id = ? AND target = ? AND part = ?

-- name: outbox_by_state
SELECT * FROM outbox WHERE state = ? ORDER BY planned_at, id LIMIT ?

-- name: outbox_all
SELECT * FROM outbox ORDER BY planned_at, id LIMIT ?

-- name: outbox_begin_send
UPDATE outbox SET state = 'sending', attempts = attempts + 1, error = NULL WHERE id = ? AND state = 'planned'

-- name: outbox_move
UPDATE outbox SET state = ?, remote_id = ?, error = ?, tried_at = ?, sent_at = ? WHERE id = ? AND state = ?
