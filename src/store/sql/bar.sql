-- name: bar_by_symbol
-- Every revision of every bar of one series, in key order: what a load is compared with.
SELECT * FROM bar WHERE symbol = ? AND timeframe = ? ORDER BY symbol, timeframe, bar_at, revision

-- name: bar_as_known
-- The bars of one series in (from, to] as they were known at an instant: of each bar the latest revision known then.
-- Parameters: symbol, timeframe, from (exclusive), to (inclusive), known_at, known_at again.
SELECT b.* FROM bar b
WHERE b.symbol = ? AND b.timeframe = ? AND b.bar_at > ? AND b.bar_at <= ? AND b.known_at <= ?
  AND NOT EXISTS (SELECT 1 FROM bar later
                  WHERE later.symbol = b.symbol AND later.timeframe = b.timeframe AND later.bar_at = b.bar_at
                    AND later.revision > b.revision AND later.known_at <= ?)
ORDER BY b.bar_at

-- name: bar_known_since
-- What became known of one series in (after, until], new bars and corrections alike, in the order of becoming known.
-- Parameters: symbol, timeframe, after (exclusive), until (inclusive).
SELECT * FROM bar
WHERE symbol = ? AND timeframe = ? AND known_at > ? AND known_at <= ?
ORDER BY known_at, bar_at, revision

-- name: bar_before
-- The bar before an instant, as it is known now.
SELECT * FROM bar WHERE symbol = ? AND timeframe = ? AND bar_at < ? ORDER BY bar_at DESC, revision DESC LIMIT 1

-- name: bar_known_count
-- How many rows of one series, of any revision, were known at an instant: tells a reader that keeps bars whether it has them all.
-- Parameters: symbol, timeframe, known_at (inclusive).
SELECT COUNT(*) AS rows_known FROM bar WHERE symbol = ? AND timeframe = ? AND known_at <= ?
