#!/usr/bin/env bash
# Writes the examples of the CommonMark specification (npm package commonmark-spec) as JSON, for Fix.IsSoundOnEveryCommonMarkExample.
# usage: packaging/fetch_commonmark.sh [FILE]      default: build/commonmark_tests.json. Does nothing when it is there.
set -euo pipefail
cd "$(dirname "$0")/.."
file=${1:-build/commonmark_tests.json}
version=0.31.2
[ ! -s "$file" ] || exit 0
for program in npm node; do
  command -v "$program" >/dev/null || { echo "commonmark: there is no $program here; apt-get install npm" >&2; exit 69; }
done
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
npm install --prefix "$folder" --ignore-scripts --no-audit --no-fund --silent "commonmark-spec@$version" ||
  { echo "commonmark: npm cannot bring commonmark-spec@$version" >&2; exit 69; }
mkdir -p "$(dirname "$file")"
# The specification shows a tab as an arrow.
NODE_PATH="$folder/node_modules" node -e '
  const examples = require("commonmark-spec").tests.map(({ markdown }) => ({ markdown: markdown.replaceAll("\u2192", "\t") }));
  process.stdout.write(JSON.stringify(examples));' >"$file.part"
mv "$file.part" "$file"
