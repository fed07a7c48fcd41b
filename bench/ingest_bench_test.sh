#!/bin/sh
# ingest_bench_test.sh PROGRAM: a benchmark that is killed leaves neither a server nor its folder.
set -eu
TMPDIR="$(mktemp -d)"
export TMPDIR
trap 'rm -rf "$TMPDIR"' EXIT
"$1" 100000 100 >"$TMPDIR/said" 2>&1 &
bench=$!

wait_until() {  # SECONDS WHAT COMMAND...
  seconds=$1 what=$2
  shift 2
  for _ in $(seq $((seconds * 10))); do
    if "$@" 2>/dev/null; then return; fi
    sleep 0.1
  done
  echo "FAILED: $what not within $seconds s" >&2
  cat "$TMPDIR/said" >&2
  kill -9 "$bench" 2>/dev/null || true
  exit 1
}
has_server() { cat "$folder"/*/server/pid >"$TMPDIR/server"; }
is_server_gone() { ! kill -0 "$server"; }
is_folder_gone() { ! test -e "$folder"; }

folder="$TMPDIR/converge_ingest_bench_$bench"
wait_until 120 'a server' has_server
server=$(cat "$TMPDIR/server")
kill -0 "$server"
kill -9 "$bench"
wait_until 60 'the server gone' is_server_gone
wait_until 60 'the folder gone' is_folder_gone
echo "ok"
