-- name: content_item_by_subject
SELECT * FROM content_item WHERE template = ? AND subject = ?

-- name: content_item_all
SELECT * FROM content_item ORDER BY created_at, id LIMIT ?

-- name: content_item_mark_published
-- An item is published when every part of it has been sent.
UPDATE content_item SET state = 'published'
WHERE id = ? AND state = 'approved' AND NOT EXISTS (SELECT 1 FROM outbox WHERE content_item_id = content_item.id AND state <> 'sent')

-- name: content_item_outbox_by_destination
SELECT * FROM outbox WHERE target = ? AND destination = ? ORDER BY planned_at, id LIMIT 1
