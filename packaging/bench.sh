#!/usr/bin/env bash
# Speed, as ratios to a peer in the same run where there is one.
set -euo pipefail
cd "$(dirname "$0")/.."
for bench in ingest_bench feature_bench; do
  echo "== $bench"
  "build/release/$bench"
done
