-- name: quarantine_by_state
-- Every row in that state, in the order of the files: open, or replayed.
SELECT * FROM quarantine WHERE state = ? ORDER BY source, line, id

-- name: quarantine_by_source
SELECT * FROM quarantine WHERE source = ? ORDER BY line, id

-- name: quarantine_key_by_source
-- What has been refused before, so that the same file does not fill the table again.
SELECT line, raw_sha256 FROM quarantine WHERE source = ? ORDER BY line, raw_sha256

-- name: quarantine_mark_replayed
UPDATE quarantine SET state = 'replayed' WHERE id = ? AND state = 'open'
