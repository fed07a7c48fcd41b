-- How many findings of each kind were opened, by month.
-- :as_of  filled from --as-of; without it, all of them
SELECT DATE_FORMAT(opened_at, '%Y-%m') AS month, kind, COUNT(*) AS findings
FROM finding
WHERE opened_at <= :as_of
GROUP BY DATE_FORMAT(opened_at, '%Y-%m'), kind
ORDER BY month, kind
