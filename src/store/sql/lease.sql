-- name: lease_for_update
SELECT name, token, holder, lease_until <= NOW(6) AS is_over FROM lease WHERE name = ? FOR UPDATE

-- name: lease_by_name
SELECT * FROM lease WHERE name = ?

-- name: lease_insert
INSERT INTO lease (name, token, holder, lease_until) VALUES (?, ?, ?, NOW(6) + INTERVAL ? MICROSECOND)

-- name: lease_take
UPDATE lease SET token = ?, holder = ?, lease_until = NOW(6) + INTERVAL ? MICROSECOND WHERE name = ? AND token = ?

-- name: lease_renew
UPDATE lease SET lease_until = NOW(6) + INTERVAL ? MICROSECOND WHERE name = ? AND token = ? AND holder <> ''

-- name: lease_release
-- The row stays, so that the next token is greater than every earlier one. Nobody holds it, so no fence may pass.
UPDATE lease SET holder = '', lease_until = NOW(6) WHERE name = ? AND token = ? AND holder <> ''

-- name: lease_fence
SELECT token FROM lease WHERE name = ? AND token = ? AND holder <> '' LOCK IN SHARE MODE
