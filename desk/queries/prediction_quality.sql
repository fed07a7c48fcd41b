-- Matured predictions of a model by year, beside the base rate.
-- :model  name of the model file
-- :as_of  filled from --as-of; without it, all of them
SELECT YEAR(p.bar_at) AS year, p.role, COUNT(*) AS predictions,
       ROUND(SUM(o.log_loss < o.base_log_loss) / COUNT(*), 3) AS share_better_than_base_rate
FROM prediction p JOIN outcome o ON o.prediction_id = p.id
WHERE p.model = :model AND o.matured_at <= :as_of
GROUP BY YEAR(p.bar_at), p.role
ORDER BY year, p.role
