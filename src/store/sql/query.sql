-- What a connection is told before it runs one of the owner's own queries.

-- name: query_read_only
SET SESSION TRANSACTION READ ONLY

-- name: query_row_limit
SET SESSION sql_select_limit = ?

-- name: query_time_limit
-- Parameter: milliseconds, which MySQL takes as they are and MariaDB in seconds.
SET SESSION /*!80016 max_execution_time = ? */ /*M! max_statement_time = ? / 1000 */
