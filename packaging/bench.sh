#!/usr/bin/env bash
# Speed, as ratios to a peer in the same run where there is one: validated ingest against LOAD DATA INFILE, the feature
# matrix in cells a second, the replay in days a second and transactions a tick. On a machine that does nothing else.
set -euo pipefail
cd "$(dirname "$0")/.."
for bench in ingest_bench feature_bench; do
  echo "== $bench"
  "build/release/$bench"
done

echo "== replay of the sample desk, 2015-01-02 to 2020-04-17, from nothing"
desk=$(mktemp -d)
trap 'rm -rf "$desk"' EXIT
for part in $(git ls-tree --name-only HEAD desk/); do cp -r "$part" "$desk/"; done
build/release/converge --desk "$desk" run --from 2015-01-02 --to 2020-04-17 2>/dev/null |
  awk '/ ticks in .* transactions a tick$/ {
         printf "%d days, %.1f s, %.1f days a second, %s transactions a tick (limit 30)\n", $1, $4, $1 / $4, $6
         found = 1; over = $6 > 30 }
       END { exit !found || over }'
