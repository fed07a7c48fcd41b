-- name: ingest_batch_last
-- The newest batch of a source. Every load of the source writes one, so its id tells whether somebody has loaded since.
SELECT * FROM ingest_batch WHERE source = ? ORDER BY known_at DESC, id DESC LIMIT 1

-- name: ingest_batch_by_source
SELECT * FROM ingest_batch WHERE source = ? ORDER BY known_at, id
