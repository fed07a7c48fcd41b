-- Who was champion of a model, from when on, and why.
-- :model  name of the model file
-- :as_of  filled from --as-of; without it, all of them
SELECT a.sequence, a.set_at, v.version, v.algorithm, v.train_to_at, a.reason
FROM model_alias a JOIN model_version v ON v.id = a.model_version_id
WHERE a.model = :model AND a.alias = 'champion' AND a.set_at <= :as_of
ORDER BY a.sequence
