-- name: content_finding_by_item
SELECT * FROM content_finding WHERE content_item_id = ? ORDER BY sequence

-- name: content_finding_delete
-- The findings are those of the revision that counts now.
DELETE FROM content_finding WHERE content_item_id = ?
