-- name: session_charset
-- Keys compare by code point, and the same on both servers.
SET NAMES utf8mb4 COLLATE utf8mb4_bin;

-- name: session_settings
-- lock_wait_timeout: an idle transaction elsewhere must not hold a schema change for a day, the servers' default.
SET SESSION
  sql_mode = 'STRICT_ALL_TABLES,NO_ZERO_DATE,NO_ZERO_IN_DATE,ERROR_FOR_DIVISION_BY_ZERO,NO_ENGINE_SUBSTITUTION,ONLY_FULL_GROUP_BY',
  time_zone = '+00:00',
  autocommit = 1,
  lock_wait_timeout = 10,
  innodb_lock_wait_timeout = 10;

-- name: session_isolation
-- SET TRANSACTION, because the variable has different names on the two servers.
SET SESSION TRANSACTION ISOLATION LEVEL READ COMMITTED;

-- name: session_read_back
-- MariaDB skips comments of versions 50700 to 99999, and MySQL those of MariaDB.
SELECT VERSION() AS version, @@version_comment AS version_comment, @@session.sql_mode AS sql_mode,
       @@session.time_zone AS time_zone, @@session.collation_connection AS collation_connection,
       @@session.lock_wait_timeout AS lock_wait_timeout, @@session.innodb_lock_wait_timeout AS innodb_lock_wait_timeout,
       @@session.autocommit AS autocommit,
       /*!80016 @@session.transaction_isolation */ /*M! @@session.tx_isolation */ AS isolation;

-- name: transaction_begin
START TRANSACTION;

-- name: transaction_commit
COMMIT;

-- name: transaction_rollback
ROLLBACK;

-- name: savepoint_set
SAVEPOINT converge_bulk;

-- name: savepoint_rollback
ROLLBACK TO SAVEPOINT converge_bulk;

-- name: savepoint_release
RELEASE SAVEPOINT converge_bulk;
