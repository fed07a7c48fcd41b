-- name: content_item_by_subject
SELECT * FROM content_item WHERE template = ? AND subject = ?

-- name: content_item_by_id
SELECT * FROM content_item WHERE id = ?

-- name: content_item_locked
-- Whoever acts on an item locks it first, so that two acts come one after the other.
SELECT * FROM content_item WHERE id = ? FOR UPDATE

-- name: content_item_all
SELECT * FROM content_item ORDER BY created_at, id LIMIT ?

-- name: content_item_rewrite
UPDATE content_item SET title = ?, body = ?, body_sha256 = ?, style_hash = ?, state = ?, route = ?, override_reason = NULL,
                        edited_at = ?
WHERE id = ?

-- name: content_item_approve
UPDATE content_item SET state = ?, style_hash = ?, override_reason = ? WHERE id = ?

-- name: content_item_schedule
UPDATE content_item SET state = ?, route = ? WHERE id = ?

-- name: content_item_withdraw
UPDATE content_item SET state = ? WHERE id = ?

-- name: content_item_mark_published
-- An item is published when every part of it has been sent as it was wished last.
UPDATE content_item SET state = 'published'
WHERE id = ? AND state IN ('approved', 'scheduled')
  AND NOT EXISTS (SELECT 1 FROM outbox o
                  WHERE o.content_item_id = content_item.id AND o.state NOT IN ('sent', 'cancelled')
                    AND NOT EXISTS (SELECT 1 FROM outbox later
                                    WHERE later.content_item_id = o.content_item_id AND later.target = o.target
                                      AND later.part = o.part AND later.edition > COALESCE(o.edition, 1)
                                      AND later.state <> 'cancelled'))

-- name: content_item_outbox_by_destination
SELECT * FROM outbox WHERE target = ? AND destination = ? ORDER BY planned_at, id LIMIT 1
