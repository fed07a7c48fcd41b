-- name: content_finding_by_item
SELECT * FROM content_finding WHERE content_item_id = ? ORDER BY sequence
