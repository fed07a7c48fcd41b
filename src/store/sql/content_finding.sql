-- name: content_finding_by_item
SELECT * FROM content_finding WHERE content_item_id = ? ORDER BY sequence

-- name: content_finding_count_by_rule
SELECT rule, level, fixed, COUNT(*) AS findings FROM content_finding GROUP BY rule, level, fixed ORDER BY rule, level, fixed
