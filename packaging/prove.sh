#!/usr/bin/env bash
# The long proofs, on the release build. Ends with the first that fails.
set -euo pipefail
cd "$(dirname "$0")/.."
cmake --build --preset release --target noise_proof replay_test
echo "== does the gate crown noise? (40 markets of each kind)"
build/release/noise_proof 40
echo "== the same bytes again, also after kill -9"
build/release/replay_test
echo "== autofix keeps the outline of every example of the CommonMark specification"
if packaging/fetch_commonmark.sh; then
  cmake --build --preset release --target content_test
  build/release/content_test --gtest_filter='Fix.IsSoundOnEveryCommonMarkExample'
else
  echo "NOT RUN: the examples of the specification could not be had (reason above)"
fi
