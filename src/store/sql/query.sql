-- What a connection is told before it runs one of the owner's own queries.

-- name: query_read_only
SET SESSION TRANSACTION READ ONLY

-- name: query_row_limit
SET SESSION sql_select_limit = ?
