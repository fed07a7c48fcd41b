#!/usr/bin/env bash
# Speed, as ratios to a peer in the same run where there is one. Writes docs/bench.md and fails when a floor is broken or a
# figure that has one was not measured. On a machine that does nothing else: what the load was is written down too.
set -euo pipefail
cd "$(dirname "$0")/.."
report=docs/bench.md
replay=(run --from 2015-01-02 --to 2020-04-17)

# Figure, side, bound. Each leaves room below what was measured on two quiet cores, so that a break means a change.
floors="
mariadb_ingest_ratio at_least 0.80
mysql_ingest_ratio at_least 0.50
mariadb_reload_ratio at_least 2
mysql_reload_ratio at_least 2
mariadb_bad_ratio at_least 0.8
mysql_bad_ratio at_least 0.8
feature_pass_ratio at_least 0.08
replay_seconds at_most 90
replay_transactions at_most 30
replay_peak_mb at_most 600
"

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
load_before=$(cut -d ' ' -f 1-3 /proc/loadavg)
revision=$(git rev-parse --short HEAD)
git diff --quiet HEAD || revision="$revision with changes that are not committed"

# Runs a command, shows what it prints, keeps it.
measure() {
  printf '== %s\n' "$*"
  "$@" 2>"$work/errors" | tee -a "$work/output" || { cat "$work/errors" >&2; exit 1; }
}

# shellcheck disable=SC2317  # called through measure
# The sample desk from nothing; lines like those of the benchmark programs.
bench_replay() {
  local desk="$work/desk" peak_kb=0 seen_kb pid
  mkdir "$desk"
  for part in $(git ls-tree --name-only HEAD desk/); do cp -r "$part" "$desk/"; done
  build/release/converge --desk "$desk" "${replay[@]}" >"$work/replay" &
  pid=$!
  while seen_kb=$(awk '/^VmHWM/ { print $2 }' "/proc/$pid/status" 2>/dev/null) && [[ -n $seen_kb ]]; do
    peak_kb=$seen_kb
    sleep 0.2
  done
  wait "$pid"
  awk -v peak_kb="$peak_kb" '
    / ticks in .* transactions a tick$/ {
      found = 1
      printf "figure replay_days %.2f days/s the sample desk, %d days from nothing\n", $1 / $4, $1
      printf "figure replay_seconds %.1f s the same\n", $4
      printf "figure replay_transactions %.1f /tick the same\n", $6
      printf "figure replay_peak_mb %.0f MB memory of the program at its peak, without the server\n", peak_kb / 1000
    }
    END { exit !found }' "$work/replay"
}

measure build/release/ingest_bench
measure build/release/feature_bench
measure bench_replay

# A table of figures with their floors; the last column says when one is broken.
grep '^figure ' "$work/output" >"$work/figures"
awk '
  NR == FNR { if (NF == 3) { side[$1] = $2; bound[$1] = $3; order[++count] = $1 }; next }
  { name = $2; value = $3; unit = $4; what = $5
    for (i = 6; i <= NF; ++i) what = what " " $i
    broken = (side[name] == "at_least" && value < bound[name]) || (side[name] == "at_most" && value > bound[name])
    if (broken) print name " is " value > "/dev/stderr"
    failed = failed || broken
    measured[name] = 1
    floor = side[name] ? (side[name] == "at_least" ? ">= " : "<= ") bound[name] (broken ? " BROKEN" : "") : ""
    printf "| %s | %s %s | %s | %s |\n", name, value, unit, floor, what }
  END {
    for (i = 1; i <= count; ++i)
      if (!measured[order[i]]) { print order[i] " was not measured" > "/dev/stderr"; failed = 1 }
    exit failed }' <(printf '%s' "$floors") "$work/figures" >"$work/table" && broken=0 || broken=1

# shellcheck disable=SC2016  # the backquotes are Markdown's
{
  printf '# Speed\n\nWritten by `make bench` on %s, revision %s.\n\n' "$(date -u +%Y-%m-%dT%H:%MZ)" "$revision"
  printf 'Machine: %s, %s cores, %s GB, Linux %s; load before the run: %s.\n\n' \
    "$(awk -F ': ' '/^model name/ { print $2; exit }' /proc/cpuinfo)" "$(nproc)" \
    "$(awk '/^MemTotal/ { printf "%.0f", $2 / 1e6 }' /proc/meminfo)" "$(uname -r)" "$load_before"
  printf 'Ratios are to a peer in the same run and above 1 where we are faster. A floor that is broken fails the run.\n\n'
  printf '| figure | value | floor | what |\n|---|---|---|---|\n'
  cat "$work/table"
  printf '\nCommands: `build/release/ingest_bench`, `build/release/feature_bench`, `build/release/converge %s` on a fresh ' "${replay[*]}"
  printf 'copy of the desk. What they printed:\n\n```\n'
  grep -v '^figure ' "$work/output"
  printf '```\n'
} >"$report"
cat "$work/table"
printf 'written to %s\n' "$report"
exit "$broken"
