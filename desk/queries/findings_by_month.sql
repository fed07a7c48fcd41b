-- How many findings of each kind were opened, by month.
SELECT DATE_FORMAT(opened_at, '%Y-%m') AS month, kind, COUNT(*) AS findings
FROM finding
GROUP BY DATE_FORMAT(opened_at, '%Y-%m'), kind
ORDER BY month, kind
