-- name: server_datadir
SELECT @@datadir AS datadir;

-- name: server_database_create
CREATE DATABASE IF NOT EXISTS `converge` CHARACTER SET utf8mb4 COLLATE utf8mb4_bin;
