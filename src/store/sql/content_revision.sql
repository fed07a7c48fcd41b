-- name: content_revision_by_item
SELECT * FROM content_revision WHERE content_item_id = ? ORDER BY revision

-- name: content_revision_count
SELECT COUNT(*) AS revisions FROM content_revision WHERE content_item_id = ?
