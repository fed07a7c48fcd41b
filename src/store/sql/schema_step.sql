-- name: schema_step_all
SELECT * FROM schema_step ORDER BY sequence

-- name: schema_step_intent
SELECT * FROM schema_step WHERE state = 'intent' ORDER BY sequence

-- name: schema_step_next
SELECT COALESCE(MAX(sequence), 0) + 1 AS sequence FROM schema_step

-- name: schema_step_begin
INSERT INTO schema_step (sequence, table_name, statement_sha256, statement, before_fingerprint, after_fingerprint, state,
                         begun_at, ended_at)
VALUES (?, ?, ?, ?, ?, ?, 'intent', NOW(6), NULL)

-- name: schema_step_done
UPDATE schema_step SET state = 'done', after_fingerprint = ?, ended_at = NOW(6) WHERE sequence = ? AND state = 'intent'

-- name: schema_step_withdraw
-- The statement never ran and is no longer wanted: a newer contract took its place.
DELETE FROM schema_step WHERE sequence = ? AND state = 'intent'

-- name: schema_lock
SELECT GET_LOCK(?, ?) AS taken

-- name: schema_lock_wait
SET SESSION lock_wait_timeout = ?

-- name: schema_database
SELECT DATABASE() AS name

-- name: schema_wsrep
SHOW GLOBAL STATUS
WHERE Variable_name IN ('wsrep_cluster_size', 'wsrep_cluster_status', 'wsrep_local_state', 'wsrep_received')

-- name: schema_tables
SELECT table_name AS table_name, table_type AS table_type, engine AS engine, table_collation AS table_collation
FROM information_schema.tables
WHERE table_schema = DATABASE()
ORDER BY table_name

-- name: schema_columns
SELECT table_name AS table_name, column_name AS column_name, column_type AS column_type, is_nullable AS is_nullable,
       column_default AS column_default, character_set_name AS character_set_name, collation_name AS collation_name,
       extra AS extra, generation_expression AS generation_expression
FROM information_schema.columns
WHERE table_schema = DATABASE()
ORDER BY table_name, ordinal_position

-- name: schema_indexes
SELECT table_name AS table_name, index_name AS index_name, non_unique AS non_unique, column_name AS column_name,
       sub_part AS sub_part, index_type AS index_type
FROM information_schema.statistics
WHERE table_schema = DATABASE()
ORDER BY table_name, index_name, seq_in_index

-- name: schema_checks
-- DISTINCT makes MySQL read each side once; its own join of the two views took 20 times as long.
-- Only MySQL knows ENFORCED; MariaDB skips comments of versions 50700 to 99999, and MySQL those of MariaDB.
SELECT owner.table_name AS table_name, rule.constraint_name AS constraint_name, rule.check_clause AS check_clause,
       owner.enforced AS enforced
FROM (SELECT DISTINCT table_name AS table_name, constraint_name AS constraint_name,
                      /*!80016 enforced */ /*M! 'YES' */ AS enforced
      FROM information_schema.table_constraints
      WHERE table_schema = DATABASE() AND constraint_type = 'CHECK') AS owner
JOIN (SELECT DISTINCT constraint_name AS constraint_name, check_clause AS check_clause
      FROM information_schema.check_constraints
      WHERE constraint_schema = DATABASE()) AS rule
  ON rule.constraint_name = owner.constraint_name
ORDER BY owner.table_name, rule.constraint_name

-- name: schema_foreign_keys
SELECT part.table_name AS table_name, part.constraint_name AS constraint_name, part.column_name AS column_name,
       part.referenced_table_name AS referenced_table_name, part.referenced_column_name AS referenced_column_name,
       whole.update_rule AS update_rule, whole.delete_rule AS delete_rule
FROM information_schema.key_column_usage AS part
JOIN information_schema.referential_constraints AS whole
  ON whole.constraint_schema = part.table_schema AND whole.table_name = part.table_name
 AND whole.constraint_name = part.constraint_name
WHERE part.table_schema = DATABASE() AND part.referenced_table_name IS NOT NULL
ORDER BY part.table_name, part.constraint_name, part.ordinal_position

-- name: schema_views
SELECT table_name AS table_name, table_schema AS table_schema, view_definition AS view_definition
FROM information_schema.views
WHERE table_schema = DATABASE()
ORDER BY table_name

-- name: schema_triggers
SELECT event_object_table AS table_name, trigger_name AS trigger_name
FROM information_schema.triggers
WHERE trigger_schema = DATABASE()
ORDER BY event_object_table, trigger_name
